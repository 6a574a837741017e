//! Where the database is: what the plan says, then this machine's `PG…` variables, then libpq's
//! defaults.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use countersign_core::probe::kinds::{Conninfo, SslMode};

use crate::kind::Obstacle;

/// The folders in which a server on this machine may have its socket: Debian's, then PostgreSQL's
/// own.
const SOCKET_FOLDERS: &[&str] = &["/var/run/postgresql", "/tmp"];

/// The way to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Over TCP.
    Tcp {
        /// The name, or the address where there is no name.
        host: String,
        /// What to connect to instead of looking the name up.
        address: Option<IpAddr>,
        /// The port.
        port: u16,
    },
    /// Over a Unix socket.
    Socket(PathBuf),
}

/// A database and who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub way: Way,
    /// The database; the server takes the user's name where absent.
    pub dbname: Option<String>,
    /// The role; this machine's user where absent.
    pub user: Option<String>,
    pub sslmode: SslMode,
    pub options: Option<String>,
    pub application_name: Option<String>,
}

/// Fills what the plan leaves open. `variable` looks into the environment, `there` for a socket.
pub(super) fn target(
    info: Conninfo,
    variable: &dyn Fn(&str) -> Option<String>,
    there: &dyn Fn(&Path) -> bool,
) -> Result<Target, Obstacle> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let unreadable = |name: &str| {
        Obstacle::undecided(format!("`{name}` of this machine cannot be used"))
            .hint("correct it, or say it in the probe")
    };
    let parsed = |name: &str| match variable(name) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| unreadable(name)),
    };
    let port = match info.port {
        Some(port) => port,
        None => parsed("PGPORT")?.unwrap_or(5432),
    };
    let sslmode = match (info.sslmode, variable("PGSSLMODE")) {
        (Some(mode), _) => mode,
        (None, Some(word)) => SslMode::parse(&word).ok_or_else(|| unreadable("PGSSLMODE"))?,
        (None, None) => SslMode::Prefer,
    };
    let (host, address) = match (info.host, info.hostaddr) {
        (None, None) => {
            let address = variable("PGHOSTADDR")
                .map(|text| text.parse().map_err(|_| unreadable("PGHOSTADDR")))
                .transpose()?;
            (variable("PGHOST"), address)
        }
        said => said,
    };
    let way = match (host, address) {
        (Some(host), None) if host.contains(',') => return Err(unreadable("PGHOST")),
        (Some(folder), None) if folder.starts_with('/') => Way::Socket(socket(&folder, port)),
        (Some(host), address) => Way::Tcp {
            host,
            address,
            port,
        },
        (None, Some(address)) => Way::Tcp {
            host: address.to_string(),
            address: Some(address),
            port,
        },
        (None, None) => {
            let found = SOCKET_FOLDERS
                .iter()
                .map(|folder| socket(folder, port))
                .find(|path| there(path));
            Way::Socket(found.ok_or_else(|| {
                Obstacle::refused(format!(
                    "no PostgreSQL listens on this machine's sockets for port {port}"
                ))
                .hint("start it, or name another one with `host`")
                .in_transport()
            })?)
        }
    };
    Ok(Target {
        way,
        dbname: info.dbname.or_else(|| variable("PGDATABASE")),
        user: info.user.or_else(|| variable("PGUSER")),
        sslmode,
        options: info.options,
        application_name: info.application_name,
    })
}

fn socket(folder: &str, port: u16) -> PathBuf {
    Path::new(folder).join(format!(".s.PGSQL.{port}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    fn found(dsn: &str, variables: &[(&str, &str)], sockets: &[&str]) -> Result<Target, Obstacle> {
        let variable = |name: &str| {
            let held = variables.iter().find(|(key, _)| *key == name);
            held.map(|(_, value)| (*value).to_owned())
        };
        let there = |path: &Path| sockets.iter().any(|socket| path == Path::new(socket));
        target(Conninfo::parse(dsn).unwrap(), &variable, &there)
    }

    #[test]
    fn a_dsn_without_a_host_follows_libpq() {
        let debian = "/var/run/postgresql/.s.PGSQL.5432";
        let plain = "/tmp/.s.PGSQL.5432";
        let tcp = |host: &str, port| Way::Tcp {
            host: host.to_owned(),
            address: None,
            port,
        };
        for (dsn, variables, sockets, way) in [
            (
                "dbname=a",
                vec![],
                vec![debian, plain],
                Way::Socket(debian.into()),
            ),
            ("dbname=a", vec![], vec![plain], Way::Socket(plain.into())),
            (
                "dbname=a",
                vec![("PGHOST", "db")],
                vec![debian],
                tcp("db", 5432),
            ),
            (
                "dbname=a",
                vec![("PGHOST", "db"), ("PGPORT", "6000")],
                vec![],
                tcp("db", 6000),
            ),
            (
                "host=other port=7000",
                vec![("PGHOST", "db"), ("PGPORT", "6000")],
                vec![],
                tcp("other", 7000),
            ),
            (
                "dbname=a",
                vec![("PGHOST", "/srv")],
                vec![],
                Way::Socket("/srv/.s.PGSQL.5432".into()),
            ),
            (
                "dbname=a",
                vec![("PGHOST", "")],
                vec![debian],
                Way::Socket(debian.into()),
            ),
        ] {
            assert_eq!(found(dsn, &variables, &sockets).unwrap().way, way, "{dsn}");
        }
        assert!(found("dbname=a", &[], &[]).is_err());
        assert!(found("dbname=a", &[("PGPORT", "x")], &[debian]).is_err());
        let all = found(
            "host=db",
            &[
                ("PGUSER", "u"),
                ("PGDATABASE", "d"),
                ("PGSSLMODE", "require"),
            ],
            &[],
        )
        .unwrap();
        assert_eq!(all.user.as_deref(), Some("u"));
        assert_eq!(all.dbname.as_deref(), Some("d"));
        assert_eq!(all.sslmode, SslMode::Require);
        assert_eq!(found("host=db", &[], &[]).unwrap().sslmode, SslMode::Prefer);
    }
}
