//! Environments of this store: named variables, and secrets by name.

use countersign_core::probe::load_host;
use countersign_store::Environment;
use zeroize::Zeroizing;

use crate::app::App;
use crate::wire::environment::{EnvironmentView, SecretView};
use crate::wire::error::Problem;
use crate::wire::run::Variable;

impl App {
    /// All environments in their order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn environment_list(&self) -> Result<Vec<EnvironmentView>, Problem> {
        let views = self
            .store()
            .environments()?
            .into_iter()
            .map(|defined| EnvironmentView {
                secrets: defined
                    .secret_names
                    .iter()
                    .map(|name| {
                        let set = self.secrets().get(&defined.name, name).is_some();
                        let place = self.secrets().place().word().to_owned();
                        SecretView {
                            name: name.clone(),
                            set,
                            place,
                        }
                    })
                    .collect(),
                name: defined.name,
                load_hosts: defined.load_hosts,
                variables: defined
                    .variables
                    .into_iter()
                    .map(|(name, value)| Variable { name, value })
                    .collect(),
            });
        Ok(views.collect())
    }

    /// Saves an environment; `previous` is its name before, empty for a new one. Secrets are saved
    /// by name; their values are given with [`App::secret_set`].
    ///
    /// # Errors
    /// `environment-needs-a-name`, `not-a-variable-name`, `not-a-host`, or what the store says.
    pub fn environment_save(
        &self,
        environment: EnvironmentView,
        previous: &str,
    ) -> Result<Vec<EnvironmentView>, Problem> {
        let name = environment.name.trim();
        if name.is_empty() {
            return Err(
                Problem::new("environment-needs-a-name", "an environment needs a name")
                    .hint("Type a name such as production."),
            );
        }
        let names = environment.variables.iter().map(|variable| &variable.name);
        for wrong in names.chain(environment.secrets.iter().map(|secret| &secret.name)) {
            check_name(wrong)?;
        }
        let mut load_hosts = Vec::new();
        for typed in &environment.load_hosts {
            let host = check_host(typed)?;
            if !load_hosts.contains(&host) {
                load_hosts.push(host);
            }
        }
        if !previous.is_empty() && previous != name {
            self.store().rename_environment(previous, name)?;
            self.move_secrets(&environment, previous, name);
        }
        self.store().put_environment(&Environment {
            name: name.to_owned(),
            variables: environment
                .variables
                .into_iter()
                .map(|variable| (variable.name, variable.value))
                .collect(),
            secret_names: environment
                .secrets
                .into_iter()
                .map(|secret| secret.name)
                .collect(),
            load_hosts,
        })?;
        self.environment_list()
    }

    /// A renamed environment keeps its secrets.
    fn move_secrets(&self, environment: &EnvironmentView, from: &str, to: &str) {
        for secret in &environment.secrets {
            if let Some(value) = self.secrets().get(from, &secret.name) {
                self.secrets().set(to, &secret.name, value);
                self.secrets().set(from, &secret.name, Zeroizing::default());
            }
        }
    }

    /// Removes an environment and its secrets. Runs keep what they pinned.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn environment_delete(&self, name: &str) -> Result<Vec<EnvironmentView>, Problem> {
        if let Some(defined) = self.store().environment(name)? {
            for secret in &defined.secret_names {
                self.secrets().set(name, secret, Zeroizing::default());
            }
        }
        self.store().remove_environment(name)?;
        self.environment_list()
    }

    /// Keeps the value of a secret in the OS keychain, or for this session where there is none; an
    /// empty value removes it.
    ///
    /// # Errors
    /// `unknown-environment`, `not-a-variable-name`, or what the store says.
    pub fn secret_set(
        &self,
        environment: &str,
        name: &str,
        value: &str,
    ) -> Result<Vec<EnvironmentView>, Problem> {
        check_name(name)?;
        let mut defined = self
            .store()
            .environment(environment)?
            .ok_or_else(|| Problem::unknown("environment", environment))?;
        if defined.secret_names.insert(name.to_owned()) {
            self.store().put_environment(&defined)?;
        }
        self.secrets()
            .set(environment, name, Zeroizing::new(value.to_owned()));
        self.environment_list()
    }
}

/// A host that load may be sent to, as it is kept.
pub(crate) fn check_host(typed: &str) -> Result<String, Problem> {
    load_host(typed).map_err(|why| {
        Problem::new("not-a-host", why).hint("Type a host such as staging.example.org.")
    })
}

fn check_name(name: &str) -> Result<(), Problem> {
    let first = name.chars().next();
    let good = first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match good {
        true => Ok(()),
        false => Err(Problem::new(
            "not-a-variable-name",
            format!("{name:?} is not a variable's name"),
        )
        .hint("Use letters, digits and _, such as API_URL.")),
    }
}
