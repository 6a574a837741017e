//! How a checklist sees the stage: names as in a real deployment, variables that hold them, and
//! routes that lead each name to the port where it is served here.

use std::collections::BTreeMap;

use super::app::{LIMITED_TOKEN, RELEASE, TOKEN};
use super::database::Database;
use super::mail;
use super::nginx::NAMES;
use super::objects::Objects;
use super::postgres::Postgres;
use super::redis::Redis;
use super::{Front, Stage};

/// The host that is sent echo requests.
pub const ECHOES: &str = "gateway.hub.test";

/// An address where nobody listens: no user may bind it.
pub const CLOSED: &str = "127.0.0.1:1";

/// Variables, secrets and routes.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Variables by name, without the routes.
    pub variables: BTreeMap<String, String>,
    /// Secrets by name.
    pub secrets: BTreeMap<String, String>,
    /// Where `name:port` is reached.
    pub routes: BTreeMap<String, String>,
}

/// Variables that name a host or an address.
const VARIABLES: &[(&str, &str)] = &[
    ("RELEASE", RELEASE),
    ("SCHEMA_VERSION", Database::SCHEMA),
    ("API_URL", "https://api.hub.test"),
    ("API_HOST", "api.hub.test"),
    ("SITE_URL", "https://hub.test"),
    ("ASSET_URL", "https://cdn.hub.test/app.js"),
    ("CDN_URL", "https://cdn.hub.test"),
    ("CDN_IMAGE_URL", "https://cdn.hub.test/logo.png"),
    ("DASHBOARD_URL", "https://dashboard.hub.test"),
    ("DASHBOARD_HOST", "dashboard.hub.test"),
    ("STATUS_URL", "https://status.hub.test"),
    ("MAINTENANCE_URL", "https://hub.test/maintenance"),
    ("GRAFANA_URL", "https://grafana.hub.test"),
    ("SENTRY_URL", "https://sentry.hub.test"),
    ("BLUE_URL", "https://blue.hub.test"),
    ("GREEN_URL", "https://green.hub.test"),
    ("GITHUB_API_URL", "https://github.partner.test"),
    ("GITHUB_REPOSITORY", "hub/hub"),
    ("STRIPE_API_URL", "https://stripe.partner.test"),
    ("AI_STUDIO_URL", "https://ai.partner.test"),
    ("WS_URL", "wss://api.hub.test/ws"),
    ("LIMITED_URL", "https://api.hub.test/limited"),
    ("GATEWAY_HOST", ECHOES),
    ("RDAP_URL", "https://rdap.registry.test"),
    ("PROMETHEUS_URL", "http://prometheus.hub.test:9090"),
    ("S3_URL", "http://s3.hub.test:9000"),
    ("S3_KEY_ID", Objects::KEY),
    ("BACKUP_BUCKET", "backups"),
    ("UPLOAD_BUCKET", "uploads"),
    ("DB_HOST", "db.hub.test"),
    ("DB_REPLICA_HOST", "replica.hub.test"),
    ("REDIS_HOST", "redis.hub.test"),
    ("SMTP_HOST", mail::NAME),
    ("SMTP_USER", mail::USER),
    ("LOG_HOST", "logs.hub.test"),
    ("SSH_HOST", "ssh.hub.test"),
    ("VPN_HOST", "vpn.hub.test"),
    ("SERVERS", "server-.*"),
    ("DB_SERVERS", "db-.*"),
    ("REPORTS", "reports"),
    ("ENV_FILE", ".env.production"),
    ("SOURCES", "src/**"),
];

/// Variables that differ in the staging environment.
const STAGING: &[(&str, &str)] = &[
    ("API_URL", "https://staging.hub.test"),
    ("API_HOST", "staging.hub.test"),
];

const SECRETS: &[(&str, &str)] = &[
    ("TOKEN", TOKEN),
    ("LIMITED_TOKEN", LIMITED_TOKEN),
    ("GITHUB_TOKEN", TOKEN),
    ("GRAFANA_TOKEN", TOKEN),
    ("STRIPE_KEY", TOKEN),
    ("AI_STUDIO_KEY", TOKEN),
    ("DB_PASSWORD", Postgres::PASSWORD),
    ("REDIS_PASSWORD", Redis::PASSWORD),
    ("S3_SECRET", Objects::SECRET),
    ("SMTP_PASSWORD", mail::PASSWORD),
];

impl View {
    /// The healthy stage.
    pub(super) fn of(stage: &Stage) -> Self {
        let owned = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            let pairs = pairs.iter();
            pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        let mut view = Self {
            variables: owned(VARIABLES),
            secrets: owned(SECRETS),
            routes: BTreeMap::new(),
        };
        for (name, value) in STAGING {
            view.set(&format!("staging:{name}"), value);
        }
        view.set(
            "DATABASE_DSN",
            &Database::dsn("db.hub.test", Database::NAME),
        );
        let replica = Database::dsn("replica.hub.test", Database::NAME);
        view.set("REPLICA_DSN", &replica);
        view.set("SSH_FINGERPRINT", &stage.shell.fingerprint);
        view.resolvers(&stage.names.addresses);
        view.front(&stage.front);
        for name in ["api.hub.test:5432", "api.hub.test:6379"] {
            view.routes.insert(name.to_owned(), CLOSED.to_owned());
        }
        view.lead("prometheus.hub.test:9090", stage.monitoring.port());
        view.lead("s3.hub.test:9000", stage.objects.port);
        view.lead("db.hub.test:5432", stage.database.primary.port());
        view.lead("replica.hub.test:5432", stage.database.replica.port());
        view.lead("redis.hub.test:6379", stage.redis.port);
        view.lead(&format!("{}:587", mail::NAME), stage.mail.port);
        let logs = stage.logs.local_addr().expect("a bound port").port();
        view.lead("logs.hub.test:6514", logs);
        view.routes
            .insert(ECHOES.to_owned(), "127.0.0.1".to_owned());
        for name in ["ssh.hub.test:22", "vpn.hub.test:22"] {
            view.lead(name, stage.shell.port);
        }
        view
    }

    /// Gives a variable a value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Leads a name to a port of this machine.
    pub fn lead(&mut self, name: &str, port: u16) {
        self.routes
            .insert(name.to_owned(), format!("127.0.0.1:{port}"));
    }

    /// Leads the names of nginx to this one.
    pub fn front(&mut self, front: &Front) {
        for name in NAMES {
            self.lead(&format!("{name}:443"), front.nginx.https);
            self.lead(&format!("{name}:80"), front.nginx.http);
        }
    }

    /// Names the name servers.
    pub fn resolvers(&mut self, addresses: &[String]) {
        for (at, address) in addresses.iter().enumerate() {
            self.set(&format!("RESOLVER_{}", at + 1), address);
        }
    }

    /// The variables of one environment, with the routes.
    #[must_use]
    pub fn in_environment(&self, environment: &str) -> BTreeMap<String, String> {
        let alone = |name: &str| {
            name.split_once(':')
                .map(|(of, name)| (of == environment, name.to_owned()))
        };
        let mut variables: BTreeMap<String, String> = BTreeMap::new();
        variables.insert("CONNECT_TO".to_owned(), self.connect_to());
        for (name, value) in self
            .variables
            .iter()
            .filter(|(name, _)| alone(name).is_none())
        {
            variables.insert(name.clone(), value.clone());
        }
        for (name, value) in &self.variables {
            if let Some((true, name)) = alone(name) {
                variables.insert(name, value.clone());
            }
        }
        variables
    }

    /// The value of `CONNECT_TO`.
    #[must_use]
    pub fn connect_to(&self) -> String {
        let routes: Vec<String> = self
            .routes
            .iter()
            .map(|(from, to)| format!("{from}={to}"))
            .collect();
        routes.join(", ")
    }
}
