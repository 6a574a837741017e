//! Load goes only to hosts that a person has typed, and to those that people depend on only when
//! they were typed twice.

use countersign_core::probe::kinds::amount;
use countersign_core::probe::{Class, Plan, allows_load, host_of, looks_like_production};

use super::ProbeContext;
use super::chosen::Chosen;
use crate::app::App;
use crate::environments::check_host;
use crate::wire::error::Problem;
use crate::wire::load::{LoadAsked, LoadFact};

impl App {
    /// The hosts that load may be sent to in an environment of this store, and those of the call.
    pub(crate) fn load_hosts(
        &self,
        environment: &str,
        context: &ProbeContext,
    ) -> Result<Vec<String>, Problem> {
        let defined = self.store().environment(environment)?;
        let mut hosts = defined.map(|known| known.load_hosts).unwrap_or_default();
        hosts.extend(context.load_hosts.iter().cloned());
        Ok(hosts)
    }

    /// Refuses load that was approved and may not be sent where it would go.
    pub(crate) fn may_load(
        &self,
        chosen: &[Chosen],
        approve: &[String],
        context: &ProbeContext,
    ) -> Result<(), Problem> {
        check(chosen, approve, context, |environment| {
            self.load_hosts(environment, context)
        })
    }
}

/// As [`App::may_load`], with the hosts that load may be sent to in each environment.
pub(super) fn check(
    chosen: &[Chosen],
    approve: &[String],
    context: &ProbeContext,
    hosts: impl Fn(&str) -> Result<Vec<String>, Problem>,
) -> Result<(), Problem> {
    for typed in context.load_hosts.iter().chain(&context.confirmed_hosts) {
        check_host(typed)?;
    }
    for one in chosen {
        let Ok(plan) = &one.plan else { continue };
        let asked = one
            .hash()
            .is_some_and(|hash| approve.iter().any(|given| given == hash));
        if !sends(one, plan) || !asked {
            continue;
        }
        let hosts = hosts(&one.environment)?;
        for target in &plan.hosts {
            if !allows_load(&hosts, target) {
                return Err(Problem::new(
                    "load-host-not-allowed",
                    not_allowed(target, &one.environment),
                )
                .at(one.item.number.clone())
                .hint(where_to_type(target, &one.environment)));
            }
        }
        let Some((target, why)) = again(plan, &one.environment) else {
            continue;
        };
        if !allows_load(&context.confirmed_hosts, target) {
            let host = host_of(target);
            return Err(Problem::new(
                "load-host-not-confirmed",
                format!("{host} looks as if people depended on it: {why}"),
            )
            .at(one.item.number.clone())
            .hint(format!(
                "Type {host} a second time where the load is approved; on the command line with \
                 --confirm-host {host}."
            )));
        }
    }
    Ok(())
}

/// Whether it is a load run. The few requests by which `ratelimit` looks for a limit are asked about
/// each time, and go to no more hosts than the checklist has.
fn sends(one: &Chosen, plan: &Plan) -> bool {
    plan.class == Class::Load && one.probe.kind == "load"
}

/// That nobody has typed the host of a target.
pub(super) fn not_allowed(target: &str, environment: &str) -> String {
    let host = host_of(target);
    match environment {
        "" => format!("{host} is not among the hosts that load may be sent to"),
        name => format!("{host} is not among the hosts of {name} that load may be sent to"),
    }
}

fn where_to_type(target: &str, environment: &str) -> String {
    let host = host_of(target);
    let place = match environment {
        "" => "Give the run an environment".to_owned(),
        name => format!("Type it under Environments, {name}, Load"),
    };
    format!("{place}; on the command line with --allow-host {host}.")
}

/// What a person is asked about a load run; `None` of one that goes nowhere.
pub(super) fn asked(one: &Chosen, hosts: &[String]) -> Option<LoadAsked> {
    let plan = one.plan.as_ref().ok().filter(|plan| sends(one, plan))?;
    // Where it is sent to another address than its name says, that is typed too.
    let refused = plan.hosts.iter().find(|host| !allows_load(hosts, host));
    let again = again(plan, &one.environment);
    let target = plan.hosts.first()?;
    let named = refused.or(again.as_ref().map(|(target, _)| *target));
    let facts = amount(plan)
        .map(|amount| amount.facts())
        .unwrap_or_default();
    let facts = facts.into_iter().map(|(name, value)| LoadFact {
        name: name.to_owned(),
        value,
    });
    Some(LoadAsked {
        target: target.clone(),
        host: host_of(named.unwrap_or(target)),
        environment: one.environment.clone(),
        allowed: refused.is_none(),
        production: again.map(|(_, why)| why).unwrap_or_default(),
        facts: facts.collect(),
    })
}

/// The first of a plan's hosts that looks as if people depended on it, and why.
fn again<'a>(plan: &'a Plan, environment: &str) -> Option<(&'a String, String)> {
    plan.hosts
        .iter()
        .find_map(|host| Some((host, looks_like_production(host, environment)?)))
}
