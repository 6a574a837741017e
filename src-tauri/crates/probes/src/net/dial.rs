//! Lookup and connection.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use countersign_core::probe::route;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::kind::{Context, Obstacle, Saw};

/// How long an address may keep the next one waiting (RFC 8305, section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// A connection that was made.
pub(crate) struct Dialed {
    pub stream: TcpStream,
    pub address: SocketAddr,
    /// The lookup; `None` for an address.
    pub dns: Option<Duration>,
    pub connect: Duration,
}

/// A version of IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    V6,
}

impl Family {
    fn has(self, address: &SocketAddr) -> bool {
        match self {
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
        }
    }
}

/// Connects to a host as [`dial_over`] does, over whichever version of IP answers first.
pub(crate) async fn dial(
    context: &Context<'_>,
    host: &str,
    port: u16,
    instead: Option<IpAddr>,
    saw: &mut Saw,
) -> Result<Dialed, Obstacle> {
    dial_over(context, host, port, instead, None, saw).await
}

/// Connects to a host, all its addresses in turn with a head start for the earlier one. An address
/// to connect to `instead` goes before the environment's route, which goes before the lookup. The
/// name is looked up once, and only what it was then is connected to.
pub(crate) async fn dial_over(
    context: &Context<'_>,
    host: &str,
    port: u16,
    instead: Option<IpAddr>,
    family: Option<Family>,
    saw: &mut Saw,
) -> Result<Dialed, Obstacle> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let started = Instant::now();
    let known = instead
        .map(|address| SocketAddr::new(address, port))
        .or_else(|| route(context.routes, host, port))
        .or_else(|| {
            bare.parse()
                .ok()
                .map(|address| SocketAddr::new(address, port))
        });
    let (mut addresses, dns) = match known {
        Some(address) => (vec![address], None),
        None => {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((bare, port))
                .await
                .map_err(|error| unresolvable(bare, &error.to_string()))?
                .collect();
            if found.is_empty() {
                return Err(unresolvable(bare, "it has no address"));
            }
            (found, Some(started.elapsed()))
        }
    };
    if let Some(family) = family {
        addresses.retain(|address| family.has(address));
        if addresses.is_empty() {
            let version = if family == Family::V4 { 4 } else { 6 };
            return Err(Obstacle::undecided(format!(
                "{bare} has no address of IP version {version}"
            )));
        }
    }
    let shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    saw.note("addresses", shown);
    let begun = Instant::now();
    let (stream, address) = race(&addresses)
        .await
        .map_err(|error| obstacle(host, port, &error))?;
    saw.note("address", address.to_string());
    saw.reached = true;
    // Small requests should leave at once; a socket that cannot be told so works all the same.
    let _ = stream.set_nodelay(true);
    Ok(Dialed {
        stream,
        address,
        dns,
        connect: begun.elapsed(),
    })
}

/// The first connection that is made; when none is, the error that says most: a refusal outweighs
/// silence and a missing route. The first attempt begins at once: a timer, however short, would
/// round up to the next millisecond and be measured as time to connect.
async fn race(addresses: &[SocketAddr]) -> io::Result<(TcpStream, SocketAddr)> {
    let mut waiting = addresses.iter().copied();
    let mut open = FuturesUnordered::new();
    let mut worst: Option<io::Error> = None;
    loop {
        if let Some(address) = waiting.next() {
            open.push(async move {
                let stream = TcpStream::connect(address).await?;
                io::Result::Ok((stream, address))
            });
        } else if open.is_empty() {
            return Err(worst.unwrap_or_else(|| io::Error::from(io::ErrorKind::AddrNotAvailable)));
        }
        tokio::select! {
            Some(result) = open.next() => match result {
                Ok(made) => return Ok(made),
                Err(error) => {
                    let refused = error.kind() == io::ErrorKind::ConnectionRefused;
                    if refused || worst.is_none() {
                        worst = Some(error);
                    }
                }
            },
            () = sleep(HEAD_START), if waiting.len() > 0 => {}
        }
    }
}

fn unresolvable(host: &str, why: &str) -> Obstacle {
    Obstacle::undecided(format!("no address was found for {host}: {why}"))
        .hint("check the name, and whether this machine is on the right network or VPN")
        .in_transport()
}

fn obstacle(host: &str, port: u16, error: &io::Error) -> Obstacle {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::ConnectionRefused => {
            Obstacle::refused(format!("{host}:{port} refused the connection"))
                .hint("nothing listens there; check that the service is started and on which port")
                .in_transport()
        }
        Kind::ConnectionReset | Kind::ConnectionAborted => {
            Obstacle::refused(format!("{host}:{port} broke the connection off")).in_transport()
        }
        Kind::TimedOut => silent(host, port).in_transport(),
        Kind::PermissionDenied => {
            Obstacle::undecided(format!("this machine may not connect to {host}:{port}"))
                .hint("a firewall on this machine forbids it")
        }
        _ => Obstacle::undecided(format!("{host}:{port} cannot be reached: {error}"))
            .hint("check the network and the VPN")
            .in_transport(),
    }
}

/// Nothing answered: a server that is down, a firewall and a missing VPN all look like this.
fn silent(host: &str, port: u16) -> Obstacle {
    Obstacle::undecided(format!("{host}:{port} did not answer")).hint(
        "it may be down, or a firewall or a missing VPN stands between; try from another network",
    )
}
