//! People of this store: who is at this laptop, and whose keys are known here.

use std::path::Path;

use countersign_core::ledger::event::Author;
use countersign_signing::keys::{self, KeyError};
use countersign_signing::public_key::PublicKeyLine;
use countersign_store::{Person, PersonId};
use zeroize::Zeroizing;

use crate::app::App;
use crate::new_run::given;
use crate::wire::error::Problem;
use crate::wire::people::{PersonEntry, PersonView};

/// What the store keeps about a person's roles, beside the person's row.
const ROLES_OF: &str = "roles-of-people";

type RolesOfPeople = std::collections::BTreeMap<i64, Vec<String>>;

impl App {
    /// Who writes, as a claim: whom the call names, the person at this laptop, or whoever else the
    /// caller knows of.
    ///
    /// # Errors
    /// `nobody-named` where none of these says anything, or what the store says.
    pub(crate) fn author(&self) -> Result<Author, Problem> {
        if let Some(name) = self.writer.named.as_deref().and_then(given) {
            return self.author_named(&name);
        }
        if let Some((_, me)) = self.store().me()? {
            return Ok(Author {
                principal: given(&me.principal),
                name: me.name,
            });
        }
        let name = (self.writer.otherwise)().ok_or_else(|| {
            Problem::new("nobody-named", "it is not known who does this").hint(
                "Say it with --as NAME, or name yourself under People; the ledger keeps it with \
                 everything you do.",
            )
        })?;
        self.author_named(&name)
    }

    /// The name under which this call writes.
    ///
    /// # Errors
    /// `nobody-named`, or what the store says.
    pub fn whoami(&self) -> Result<String, Problem> {
        Ok(self.author()?.name)
    }

    /// All people, the one at this laptop first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn people_list(&self) -> Result<Vec<PersonView>, Problem> {
        let roles = self.roles_of_people()?;
        let people = self.store().people()?;
        Ok(people
            .into_iter()
            .map(|(id, person)| view(id, &person, &roles))
            .collect())
    }

    /// The person at this laptop.
    pub(crate) fn me(&self) -> Result<Option<PersonView>, Problem> {
        let roles = self.roles_of_people()?;
        Ok(self
            .store()
            .me()?
            .map(|(id, person)| view(id, &person, &roles)))
    }

    /// Adds or changes a person.
    ///
    /// # Errors
    /// `person-needs-a-name`, what a wrong public key says, or what the store says.
    pub fn person_save(&self, entry: PersonEntry) -> Result<Vec<PersonView>, Problem> {
        let name = given(&entry.name).ok_or_else(|| {
            Problem::new("person-needs-a-name", "a person needs a name")
                .hint("Type the name as it should be printed on reports.")
        })?;
        let public_key = match given(&entry.public_key) {
            None => None,
            Some(line) => Some(PublicKeyLine::parse(&line).map_err(|error| {
                Problem::new(error.code(), error.to_string()).hint(error.hint())
            })?),
        };
        let id = match entry.id.is_empty() {
            true => self.store().add_person(&Person {
                name,
                principal: entry.principal.trim().to_owned(),
                public_key: public_key.map(|key| key.as_str().to_owned()),
                key_path: None,
                is_me: entry.me,
            })?,
            false => {
                let (id, mut person) = self.person(&entry.id)?;
                person.name = name;
                person.principal = entry.principal.trim().to_owned();
                person.is_me = entry.me;
                if let Some(key) = public_key {
                    // A key that belongs to a file of this laptop is changed with the file.
                    if person.key_path.is_none() {
                        person.public_key = Some(key.as_str().to_owned());
                    }
                }
                self.store().change_person(id, &person)?;
                id
            }
        };
        let mut roles = self.roles_of_people()?;
        roles.insert(
            id.0,
            entry.roles.iter().filter_map(|role| given(role)).collect(),
        );
        self.store().set_setting(ROLES_OF, &roles)?;
        self.people_list()
    }

    /// Removes a person from this store. Signatures stay, and become unverifiable here.
    ///
    /// # Errors
    /// `unknown-person`, or what the store says.
    pub fn person_delete(&self, id: &str) -> Result<Vec<PersonView>, Problem> {
        let (id, _) = self.person(id)?;
        self.store().remove_person(id)?;
        self.people_list()
    }

    /// Creates an Ed25519 key for a person: an OpenSSH file in the store's `keys` folder, encrypted
    /// with the passphrase, readable by its owner only.
    ///
    /// # Errors
    /// `passphrase-needed`, `unknown-person`, or what writing the file says.
    pub fn key_create(&self, person: &str, passphrase: &str) -> Result<Vec<PersonView>, Problem> {
        let (id, row) = self.person(person)?;
        let folder = self.store().folder().join("keys");
        std::fs::create_dir_all(&folder)
            .map_err(|error| Problem::io("the folder for keys cannot be made", &folder, &error))?;
        let path = folder.join(format!("id_ed25519_{}", id.0));
        let comment = given(&row.principal).unwrap_or_else(|| row.name.clone());
        let key = create_key(&path, passphrase, &comment)?;
        self.keep_key(id, row, &path, &key)
    }

    /// Uses a key file that the person has.
    ///
    /// # Errors
    /// `unknown-person`, or what reading the file says.
    pub fn key_load(&self, person: &str, path: &Path) -> Result<Vec<PersonView>, Problem> {
        let (id, row) = self.person(person)?;
        let key = keys::load_public(path).map_err(|error| key_problem(&error, path))?;
        self.keep_key(id, row, path, &key)
    }

    fn keep_key(
        &self,
        id: PersonId,
        mut row: Person,
        path: &Path,
        key: &PublicKeyLine,
    ) -> Result<Vec<PersonView>, Problem> {
        row.public_key = Some(key.as_str().to_owned());
        row.key_path = Some(path.to_path_buf());
        self.store().change_person(id, &row)?;
        self.people_list()
    }

    /// A person by id on the wire.
    pub(crate) fn person(&self, id: &str) -> Result<(PersonId, Person), Problem> {
        let found = self
            .store()
            .people()?
            .into_iter()
            .find(|(known, _)| known.0.to_string() == id);
        found.ok_or_else(|| Problem::unknown("person", id))
    }

    fn roles_of_people(&self) -> Result<RolesOfPeople, Problem> {
        Ok(self.store().setting(ROLES_OF)?.unwrap_or_default())
    }

    /// Roles that a person may sign for; empty means any.
    pub(crate) fn roles_of(&self, id: PersonId) -> Result<Vec<String>, Problem> {
        Ok(self.roles_of_people()?.remove(&id.0).unwrap_or_default())
    }
}

/// Creates an encrypted key file.
///
/// # Errors
/// `passphrase-needed`, or what writing the file says.
pub fn create_key(path: &Path, passphrase: &str, comment: &str) -> Result<PublicKeyLine, Problem> {
    if passphrase.is_empty() {
        return Err(
            Problem::new("passphrase-needed", "a key needs a passphrase").hint(
                "Choose one that only you know; it is asked at each signing and never stored.",
            ),
        );
    }
    let passphrase = Zeroizing::new(passphrase.to_owned());
    keys::create(path, &passphrase, comment).map_err(|error| key_problem(&error, path))
}

/// A key's error with its place.
pub(crate) fn key_problem(error: &KeyError, path: &Path) -> Problem {
    Problem::new(error.code(), error.to_string())
        .at(path.display().to_string())
        .hint(error.hint())
}

fn view(id: PersonId, person: &Person, roles: &RolesOfPeople) -> PersonView {
    let key = person
        .public_key
        .as_deref()
        .and_then(|line| PublicKeyLine::parse(line).ok());
    let path = person.key_path.as_deref();
    let problem = match path {
        Some(path) if !path.is_file() => Some(format!("the key file {} is gone", path.display())),
        _ => None,
    };
    PersonView {
        id: id.0.to_string(),
        name: person.name.clone(),
        principal: person.principal.clone(),
        roles: roles.get(&id.0).cloned().unwrap_or_default(),
        fingerprint: key
            .as_ref()
            .map(PublicKeyLine::fingerprint)
            .unwrap_or_default(),
        spoken: key
            .as_ref()
            .map(PublicKeyLine::spoken_fingerprint)
            .unwrap_or_default(),
        public_key: person.public_key.clone().unwrap_or_default(),
        encrypted: path.is_some_and(|path| keys::is_encrypted(path).unwrap_or(true)),
        key_path: path.map(|path| path.display().to_string()),
        me: person.is_me,
        problem,
    }
}

/// The name of the account under which this process runs, as its environment says.
#[must_use]
pub fn account_name() -> Option<String> {
    ["USER", "USERNAME", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().and_then(|value| given(&value)))
}
