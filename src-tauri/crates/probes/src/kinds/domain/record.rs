//! What RDAP services answer (RFC 9083), and the list of them (RFC 9224).

use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::Url;

use crate::kind::Obstacle;
use crate::redact::beginning;

/// States in which a domain is not in use (RFC 8056, section 2).
const OUT_OF_USE: [&str; 6] = [
    "client hold",
    "server hold",
    "inactive",
    "redemption period",
    "pending delete",
    "pending restore",
];

/// A registration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub status: Vec<String>,
    pub nameservers: Vec<String>,
    pub expires: Option<DateTime<Utc>>,
    pub registered: Option<DateTime<Utc>>,
    pub changed: Option<DateTime<Utc>>,
    pub registrar: Option<String>,
    pub signed: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    object_class_name: String,
    ldh_name: String,
    #[serde(default)]
    status: Vec<String>,
    #[serde(default)]
    events: Vec<Event>,
    #[serde(default)]
    entities: Vec<Entity>,
    #[serde(default)]
    nameservers: Vec<Nameserver>,
    #[serde(rename = "secureDNS")]
    secure_dns: Option<SecureDns>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_action: String,
    event_date: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entity {
    #[serde(default)]
    roles: Vec<String>,
    handle: Option<String>,
    #[serde(default)]
    vcard_array: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Nameserver {
    ldh_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecureDns {
    delegation_signed: Option<bool>,
}

impl Record {
    /// Reads the answer for one domain.
    pub fn read(text: &str, name: &str) -> Result<Self, Obstacle> {
        let foreign = |why: String| {
            Obstacle::undecided(format!("the answer is not that of an RDAP service: {why}"))
                .hint("check the address in `server`")
        };
        let document: Document =
            serde_json::from_str(text).map_err(|error| foreign(error.to_string()))?;
        if document.object_class_name != "domain" {
            return Err(foreign("it is not about a domain".to_owned()));
        }
        let about = document.ldh_name.trim_end_matches('.');
        if !about.eq_ignore_ascii_case(name) {
            let about = beginning(about, 80);
            return Err(foreign(format!("it is about {about}")));
        }
        let event = |action: &str| {
            let events = document.events.iter();
            events
                .filter(|event| event.event_action == action)
                .find_map(|event| DateTime::parse_from_rfc3339(&event.event_date).ok())
                .map(|time| time.to_utc())
        };
        let mut nameservers: Vec<String> = document
            .nameservers
            .iter()
            .filter_map(|server| server.ldh_name.as_deref())
            .map(|name| name.trim_end_matches('.').to_lowercase())
            .collect();
        nameservers.sort_unstable();
        nameservers.dedup();
        Ok(Self {
            expires: event("expiration"),
            registered: event("registration"),
            changed: event("last changed"),
            registrar: document.entities.iter().find_map(Entity::registrar),
            signed: document.secure_dns.and_then(|dns| dns.delegation_signed),
            status: document.status,
            nameservers,
        })
    }

    /// Whether names below it can be found.
    pub fn is_active(&self) -> bool {
        let out = |status: &String| {
            OUT_OF_USE
                .iter()
                .any(|out| status.eq_ignore_ascii_case(out))
        };
        !self.status.iter().any(out)
    }

    /// Whether it cannot be transferred.
    pub fn is_locked(&self) -> bool {
        self.status.iter().any(|status| {
            let status = status.to_ascii_lowercase();
            status.ends_with("transfer prohibited") || status == "locked"
        })
    }
}

impl Entity {
    /// The registrar's name, where this is the registrar: the formatted name of its card (RFC 7095),
    /// or its handle.
    fn registrar(&self) -> Option<String> {
        if !self.roles.iter().any(|role| role == "registrar") {
            return None;
        }
        let card = self.vcard_array.get(1).and_then(|card| card.as_array());
        let name = card.into_iter().flatten().find_map(|property| {
            let is_name = property.get(0).and_then(|name| name.as_str()) == Some("fn");
            property.get(3).filter(|_| is_name)?.as_str()
        });
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        name.map(str::to_owned).or_else(|| self.handle.clone())
    }
}

/// Which service has which endings.
#[derive(Deserialize)]
pub(super) struct Services {
    services: Vec<(Vec<String>, Vec<String>)>,
}

impl Services {
    /// Reads IANA's list.
    pub fn read(text: &str) -> Result<Self, Obstacle> {
        serde_json::from_str(text).map_err(|error| {
            Obstacle::undecided(format!("the list of RDAP services cannot be read: {error}"))
                .hint("name the domain's service with `server`")
        })
    }

    /// The service of a name: of the longest ending that is listed (RFC 9224, section 4), by
    /// `https` where it can be had.
    pub fn of(&self, name: &str) -> Option<Url> {
        let mut ending = name;
        loop {
            let found = self.services.iter().find(|(endings, _)| {
                endings
                    .iter()
                    .any(|listed| listed.eq_ignore_ascii_case(ending))
            });
            if let Some((_, addresses)) = found {
                let mut urls: Vec<Url> = addresses
                    .iter()
                    .filter_map(|address| Url::parse(address).ok())
                    .filter(|url| matches!(url.scheme(), "https" | "http"))
                    .collect();
                urls.sort_by_key(|url| url.scheme() != "https");
                return urls.into_iter().next();
            }
            (_, ending) = ending.split_once('.')?;
        }
    }
}
