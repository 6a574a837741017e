//! Logging in: the stream, TLS as libpq's modes mean it, and what a refusal means.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use countersign_core::probe::Value;
use countersign_core::probe::kinds::SslMode;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rustls::ClientConfig;
use serde_json::json;
use tokio_postgres::tls::{MakeTlsConnect, NoTls, TlsConnect};
use tokio_postgres::{Client, Config, Error, config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::target::{Target, Way};
use crate::Secret;
use crate::kind::{Context, Obstacle, Saw};
use crate::net::{Capped, TooMuch, Witness, broken_handshake, dial};

/// What a session says besides the answer, within the cap.
const OVERHEAD: u64 = 64 * 1024;

/// A session. The connection must be polled for the client to get on.
pub(super) struct Session {
    pub client: Client,
    pub connection: BoxFuture<'static, Result<(), Error>>,
    pub version: Option<String>,
}

/// One way of asking for TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    Plain,
    Offered,
    Always,
}

/// Logs in, at most `most` bytes of answers being read.
pub(super) async fn open(
    target: &Target,
    password: Option<Secret>,
    ca: Option<&Path>,
    most: u64,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Session, Obstacle> {
    let mut config = Config::new();
    let name = target.application_name.as_deref();
    config.application_name(name.unwrap_or("countersign"));
    if let Some(dbname) = &target.dbname {
        config.dbname(dbname);
    }
    if let Some(user) = &target.user {
        config.user(user);
    }
    if let Some(options) = &target.options {
        config.options(options);
    }
    if let Some(password) = &password {
        config.password(password.as_bytes());
    }
    let asks: &[Ask] = match (&target.way, target.sslmode) {
        (Way::Socket(_), _) | (_, SslMode::Disable) => &[Ask::Plain],
        (_, SslMode::Allow) => &[Ask::Plain, Ask::Always],
        (_, SslMode::Prefer) => &[Ask::Offered, Ask::Plain],
        _ => &[Ask::Always],
    };
    let mut refused = None;
    for ask in asks {
        let stream = stream(&target.way, most, context, saw).await?;
        let begun = Instant::now();
        let tried = match ask {
            Ask::Plain => {
                config.ssl_mode(config::SslMode::Disable);
                finish(&config, stream, NoTls)
                    .await
                    .map(|session| (session, None))
            }
            Ask::Offered | Ask::Always => {
                config.ssl_mode(match ask {
                    Ask::Offered => config::SslMode::Prefer,
                    _ => config::SslMode::Require,
                });
                let (client, witness) = certificates(target.sslmode, ca, context)?;
                with_tls(&config, stream, client, &target.way)
                    .await
                    .map(|session| (session, Some(witness)))
            }
        };
        match tried {
            Ok((session, witness)) => {
                saw.phase("login", begun.elapsed());
                security(target.sslmode, witness.as_deref(), saw);
                return Ok(session);
            }
            // Like libpq, the other way is tried only where this one itself was turned down.
            Err(error) if ask != asks.last().unwrap_or(ask) && turned_down(&error) => {
                refused.get_or_insert(error);
            }
            Err(error) => {
                let error = refused.unwrap_or(error);
                return Err(obstacle(&error, &target.way));
            }
        }
    }
    Err(Obstacle::broken("there is no way to log in"))
}

/// Whether the server, or its TLS, turned down the way the connection was made.
fn turned_down(error: &Error) -> bool {
    match error.as_db_error() {
        // `pg_hba.conf` has no entry for it.
        Some(told) => told.code().code() == "28000",
        None => tls_error(error).is_some(),
    }
}

async fn stream(
    way: &Way,
    most: u64,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Capped, Obstacle> {
    let most = most.saturating_add(OVERHEAD);
    match way {
        Way::Tcp {
            host,
            address,
            port,
        } => {
            let dialed = dial(context, host, *port, *address, saw).await?;
            if let Some(dns) = dialed.dns {
                saw.phase("dns", dns);
            }
            saw.phase("connect", dialed.connect);
            Ok(Capped::new(dialed.stream, most))
        }
        Way::Socket(path) => {
            saw.values.lacks("connect", "it is a Unix socket");
            saw.note("address", path.display().to_string());
            let stream = socket(path, most).await?;
            saw.reached = true;
            Ok(stream)
        }
    }
}

#[cfg(unix)]
async fn socket(path: &Path, most: u64) -> Result<Capped, Obstacle> {
    let stream = tokio::net::UnixStream::connect(path)
        .await
        .map_err(|error| {
            let what = format!("{} cannot be opened: {error}", path.display());
            match error.kind() {
                std::io::ErrorKind::PermissionDenied => Obstacle::undecided(what),
                _ => Obstacle::refused(what)
                    .hint("check that the server is started")
                    .in_transport(),
            }
        })?;
    Ok(Capped::new(stream, most))
}

#[cfg(not(unix))]
async fn socket(path: &Path, _: u64) -> Result<Capped, Obstacle> {
    Err(Obstacle::undecided(format!(
        "{} is a Unix socket, which this machine does not have",
        path.display()
    ))
    .hint("name a host"))
}

/// What is verified in a mode of libpq.
fn certificates(
    mode: SslMode,
    ca: Option<&Path>,
    context: &Context<'_>,
) -> Result<(ClientConfig, Arc<Witness>), Obstacle> {
    match mode {
        // The witness of a configuration that verifies everything says nothing.
        SslMode::VerifyFull => {
            let (_, witness) = context.trust.witnessing(ca)?;
            Ok((context.trust.verifying(ca, &[])?, witness))
        }
        SslMode::VerifyCa => context.trust.verifying_chain(ca),
        SslMode::Require if ca.is_some() => context.trust.verifying_chain(ca),
        _ => context.trust.witnessing(ca),
    }
}

async fn with_tls(
    config: &Config,
    stream: Capped,
    client: ClientConfig,
    way: &Way,
) -> Result<Session, Error> {
    let name = match way {
        Way::Tcp { host, .. } => host.trim_start_matches('[').trim_end_matches(']'),
        Way::Socket(_) => "localhost",
    };
    let mut maker = MakeRustlsConnect::new(client);
    let made = MakeTlsConnect::<Capped>::make_tls_connect(&mut maker, name);
    match made {
        Ok(tls) => finish(config, stream, tls).await,
        Err(never) => match never {},
    }
}

async fn finish<T>(config: &Config, stream: Capped, tls: T) -> Result<Session, Error>
where
    T: TlsConnect<Capped>,
    T::Stream: Send + 'static,
{
    let (client, connection) = config.connect_raw(stream, tls).await?;
    let version = connection.parameter("server_version").map(str::to_owned);
    Ok(Session {
        client,
        connection: connection.boxed(),
        version,
    })
}

fn security(mode: SslMode, witness: Option<&Witness>, saw: &mut Saw) {
    let (encrypted, verified) = match (mode, witness.map(Witness::verdict)) {
        (_, None) => (false, false),
        (SslMode::VerifyFull, Some(_)) => (true, true),
        (_, Some(None)) => (false, false),
        (_, Some(Some(said))) => (true, said.is_ok()),
    };
    saw.values.set("encrypted", Value::Bool(encrypted));
    saw.note(
        "connection",
        json!({"encrypted": encrypted, "certificate verified": verified}),
    );
}

/// The TLS error inside, if that is what it is.
fn tls_error(error: &Error) -> Option<&std::io::Error> {
    let mut next = std::error::Error::source(error);
    while let Some(source) = next {
        if let Some(io) = source.downcast_ref::<std::io::Error>() {
            let inner = io.get_ref()?;
            return inner.is::<rustls::Error>().then_some(io);
        }
        next = source.source();
    }
    None
}

/// What an error of the client or the server means.
pub(super) fn obstacle(error: &Error, way: &Way) -> Obstacle {
    let place = match way {
        Way::Tcp { host, .. } => host.clone(),
        Way::Socket(path) => path.display().to_string(),
    };
    if let Some(told) = error.as_db_error() {
        return refusal(told.code().code(), told.message());
    }
    if TooMuch::caused(error) {
        return Obstacle::undecided("the result is longer than `max_bytes`")
            .hint("select less, or raise `max_bytes`");
    }
    if let Some(io) = tls_error(error) {
        return broken_handshake(&place, io);
    }
    let mut words = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        words = format!("{words}: {source}");
    }
    if words.contains("does not support TLS") {
        return Obstacle::refused(format!("{place} offers no TLS"))
            .hint("turn TLS on at the server, or say another `sslmode`");
    }
    if words.contains("password missing") {
        return Obstacle::refused(format!("{place} asks for a password"))
            .hint("write `password: ${secret:NAME}`");
    }
    Obstacle::refused(format!("{place} broke the session off: {words}"))
        .hint("check that this port speaks PostgreSQL")
        .in_transport()
}

/// What PostgreSQL's own error means, by its SQLSTATE (appendix A of its manual).
fn refusal(code: &str, message: &str) -> Obstacle {
    let class = code.get(..2).unwrap_or_default();
    let what = format!("PostgreSQL says: {message}");
    match (code, class) {
        ("42501", _) => Obstacle::undecided(what).hint("grant the role the right to read this"),
        ("42601" | "25006", _) | (_, "0A" | "22") => Obstacle::broken(what)
            .hint("`sql` is one SELECT, VALUES, TABLE or WITH query that changes nothing"),
        ("57014", _) => Obstacle::refused("the query had not finished at the deadline")
            .hint("raise `timeout` if it may take longer"),
        ("57P03" | "57P01" | "53300", _) => Obstacle::refused(what).in_transport(),
        (_, "28") => Obstacle::refused(what).hint("check the role, its password and pg_hba.conf"),
        ("3D000", _) => Obstacle::refused(what).hint("check the name, or create the database"),
        _ => Obstacle::refused(what),
    }
}
