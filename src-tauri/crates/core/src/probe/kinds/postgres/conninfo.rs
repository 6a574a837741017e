//! Where a database is, in libpq's words ("Database Connection Control Functions" of the PostgreSQL
//! manual, sections Connection Strings and Parameter Key Words). What stays empty here is filled
//! from the machine's `PG…` variables and libpq's defaults when the probe runs.

use percent_encoding::percent_decode_str;

use crate::probe::plan::{Missing, Plan, unusable};

/// How much TLS is wanted, and how much of the certificate is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SslMode {
    /// Never TLS.
    Disable,
    /// TLS only where the server refuses without.
    Allow,
    /// TLS where the server offers it, whoever it is.
    Prefer,
    /// Always TLS, whoever the server is; with `ca`, as `VerifyCa`.
    Require,
    /// The certificate must lead to a trusted root.
    VerifyCa,
    /// The certificate must also be for the host's name.
    VerifyFull,
}

impl SslMode {
    /// The words, in the order of the enum.
    pub const WORDS: &'static [&'static str] = &[
        "disable",
        "allow",
        "prefer",
        "require",
        "verify-ca",
        "verify-full",
    ];

    /// Reads one of the words.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }
}

/// What a probe says about where its database is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conninfo {
    /// A host name, an address, or, with a leading `/`, the folder of a Unix socket.
    pub host: Option<String>,
    /// An address to connect to instead of looking up `host`.
    pub hostaddr: Option<std::net::IpAddr>,
    /// The port.
    pub port: Option<u16>,
    /// The database.
    pub dbname: Option<String>,
    /// The role to log in as.
    pub user: Option<String>,
    /// The mode of TLS.
    pub sslmode: Option<SslMode>,
    /// Command line options for the session.
    pub options: Option<String>,
    /// What the session calls itself.
    pub application_name: Option<String>,
}

impl Conninfo {
    /// What a plan says: its `dsn`, and over it the fields that stand alone.
    ///
    /// # Errors
    /// A `dsn` that libpq would not read, or that holds what belongs elsewhere.
    pub fn of(plan: &Plan) -> Result<Self, Missing> {
        let mut info = match plan.text("dsn") {
            Some(text) => Self::parse(&text).map_err(|why| unusable("dsn", why))?,
            None => Self::default(),
        };
        if plan.fields.contains_key("host") {
            info.host = Some(plan.host("host")?);
            info.hostaddr = None;
        }
        if plan.fields.contains_key("port") {
            info.port = Some(plan.port(5432)?);
        }
        for (field, place) in [("dbname", &mut info.dbname), ("user", &mut info.user)] {
            if let Some(text) = plan.text(field) {
                *place = Some(text);
            }
        }
        if let Some(word) = plan.text("sslmode") {
            info.sslmode = SslMode::parse(&word);
        }
        Ok(info)
    }

    /// Reads a connection string, `key=value …` or a URI.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let mut info = Self::default();
        let uri = ["postgresql://", "postgres://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        match uri {
            Some(rest) => info.read_uri(rest)?,
            None => {
                for (key, value) in pairs(text)? {
                    info.set(&key, value)?;
                }
            }
        }
        Ok(info)
    }

    fn read_uri(&mut self, rest: &str) -> Result<(), String> {
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, dbname) = place.split_once('/').unwrap_or((place, ""));
        let (credentials, address) = match authority.rsplit_once('@') {
            Some((credentials, address)) => (credentials, address),
            None => ("", authority),
        };
        let (user, password) = match credentials.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (credentials, None),
        };
        if password.is_some() {
            return Err(PASSWORD.to_owned());
        }
        let (host, port) = match address.strip_prefix('[') {
            Some(inside) => {
                let (host, after) = inside
                    .split_once(']')
                    .ok_or_else(|| "a `[` is not closed".to_owned())?;
                (host, after.strip_prefix(':').unwrap_or_default())
            }
            None => address.split_once(':').unwrap_or((address, "")),
        };
        for (key, value) in [
            ("user", user),
            ("host", host),
            ("port", port),
            ("dbname", dbname),
        ] {
            if !value.is_empty() {
                self.set(key, decoded(value)?)?;
            }
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair
                .split_once('=')
                .ok_or_else(|| format!("`{pair}` has no `=`"))?;
            self.set(&decoded(key)?, decoded(value)?)?;
        }
        Ok(())
    }

    fn set(&mut self, key: &str, value: String) -> Result<(), String> {
        match key {
            "host" | "port" if value.contains(',') => {
                return Err("several hosts cannot be probed at once; write one probe each".into());
            }
            "host" => self.host = Some(value).filter(|host| !host.is_empty()),
            "hostaddr" => {
                let address = value.parse();
                self.hostaddr =
                    Some(address.map_err(|_| format!("`{value}` is not an IP address"))?);
            }
            "port" => {
                let port = value.parse().ok().filter(|port| *port > 0);
                self.port = Some(port.ok_or_else(|| format!("`{value}` is not a port"))?);
            }
            "dbname" => self.dbname = Some(value).filter(|name| !name.is_empty()),
            "user" => self.user = Some(value).filter(|name| !name.is_empty()),
            "password" | "passfile" => return Err(PASSWORD.to_owned()),
            "sslmode" => {
                let mode = SslMode::parse(&value);
                self.sslmode = Some(mode.ok_or_else(|| format!("`{value}` is no sslmode"))?);
            }
            "sslrootcert" if value == "system" => {}
            "sslrootcert" => {
                return Err("name the file of `sslrootcert` with the field `ca`".to_owned());
            }
            "options" => self.options = Some(value),
            "application_name" => self.application_name = Some(value),
            // The probe has a deadline of its own, and reads text in UTF-8.
            "connect_timeout"
            | "client_encoding"
            | "gssencmode"
            | "keepalives"
            | "keepalives_idle"
            | "keepalives_interval"
            | "keepalives_count"
            | "tcp_user_timeout" => {}
            _ => return Err(format!("`{key}` is not supported here")),
        }
        Ok(())
    }
}

const PASSWORD: &str = "a password may not stand here; write `password: ${secret:NAME}`";

fn decoded(text: &str) -> Result<String, String> {
    percent_decode_str(text)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| format!("`{text}` is not UTF-8"))
}

/// Splits `key = 'value' …`: blanks may stand around `=`, quotes hold blanks, and a backslash takes
/// the next character as it is.
fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.peek().is_none() {
            return Ok(found);
        }
        let mut key = String::new();
        while let Some(c) = chars.next_if(|c| *c != '=' && !c.is_whitespace()) {
            key.push(c);
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.next() != Some('=') {
            return Err(format!(
                "`{key}` has no `=`; write `host=… dbname=…` or `postgresql://…`"
            ));
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let quoted = chars.next_if_eq(&'\'').is_some();
        let mut value = String::new();
        loop {
            match chars.next() {
                None if quoted => return Err(format!("the quote of `{key}` is not closed")),
                None => break,
                Some('\'') if quoted => break,
                Some(c) if !quoted && c.is_whitespace() => break,
                Some('\\') => value.extend(chars.next()),
                Some(c) => value.push(c),
            }
        }
        found.push((key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(host: &str, port: u16, dbname: &str, user: &str) -> Conninfo {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Conninfo {
            host: some(host),
            port: Some(port).filter(|port| *port > 0),
            dbname: some(dbname),
            user: some(user),
            ..Conninfo::default()
        }
    }

    #[test]
    fn connection_strings_are_read_as_libpq_reads_them() {
        for (text, read) in [
            ("dbname=bakhmach user=admin", of("", 0, "bakhmach", "admin")),
            (
                " host = 'db 1' port=5433\tdbname = a\\ b ",
                of("db 1", 5433, "a b", ""),
            ),
            ("user='it\\'s'", of("", 0, "", "it's")),
            ("host=/run/pg", of("/run/pg", 0, "", "")),
            ("", Conninfo::default()),
            ("postgresql://", Conninfo::default()),
            (
                "postgres://admin@db.example.com:5433/app",
                of("db.example.com", 5433, "app", "admin"),
            ),
            ("postgresql://[::1]:6/x", of("::1", 6, "x", "")),
            (
                "postgresql://%2Frun%2Fpg/x%20y",
                of("/run/pg", 0, "x y", ""),
            ),
            ("postgresql:///app?host=h&port=7", of("h", 7, "app", "")),
        ] {
            assert_eq!(Conninfo::parse(text), Ok(read), "{text}");
        }
        let modes = Conninfo::parse("sslmode=verify-full hostaddr=10.0.0.1 connect_timeout=3");
        let modes = modes.unwrap();
        assert_eq!(modes.sslmode, Some(SslMode::VerifyFull));
        assert_eq!(modes.hostaddr, "10.0.0.1".parse().ok());
        for word in SslMode::WORDS {
            assert!(SslMode::parse(word).is_some());
        }
    }

    #[test]
    fn what_may_not_stand_there_is_refused() {
        for text in [
            "bakhmach",
            "password=hunter2",
            "postgres://admin:hunter2@db/app",
            "postgres://db/app?password=hunter2",
            "host=a,b",
            "port=0",
            "port=many",
            "sslmode=sometimes",
            "sslrootcert=/etc/ca.pem",
            "service=prod",
            "user='admin",
            "postgres://[::1/app",
            "hostaddr=db",
        ] {
            let why = Conninfo::parse(text).unwrap_err();
            assert!(!why.contains("hunter2"), "{why}");
        }
    }
}
