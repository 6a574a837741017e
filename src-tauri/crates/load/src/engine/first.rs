//! The first contact, alone, before anything is measured: a server that is down is told once, and
//! what later requests need is captured.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use super::lane::Course;
use super::prepared::{Given, Prepared};
use super::reply::{Fed, Reply};
use super::wire::Wire;
use super::{captured, exchange};
use crate::message::Refusal;
use crate::plan::HttpVersion;

/// Connects once and sends every request that captures.
///
/// # Errors
/// `load-refused`, `load-unreachable`, `load-tls`, or `load-capture`.
pub(super) fn contact(course: &Course) -> Result<BTreeMap<String, String>, Refusal> {
    let mut captured = BTreeMap::new();
    if course.plan.http == HttpVersion::Http2 {
        return contact2(course);
    }
    let mut wire = Some(connect(course)?);
    for (request, named) in course.requests.iter().zip(&course.plan.requests) {
        if request.captures.is_empty() {
            continue;
        }
        let wrong = |why: String| not_captured(&named.name, &why);
        let mut own = match wire.take() {
            Some(wire) => wire,
            None => connect(course)?,
        };
        let reply =
            ask(course, request, &captured, &mut own).map_err(|error| wrong(error.to_string()))?;
        if !request.expects(reply.status) {
            return Err(wrong(format!("it was answered with {}", reply.status)));
        }
        if let Some((head, body)) = &reply.kept {
            captured::take(&request.captures, head, body, &mut captured);
        }
        complete(request, &captured).map_err(wrong)?;
        wire = reply.keeps.then_some(own);
    }
    Ok(captured)
}

fn not_captured(request: &str, why: &str) -> Refusal {
    Refusal::new("load-capture", format!("`{request}`: {why}"))
        .hint("try this request alone first, with an `http` probe")
}

/// Whether everything was captured that a request is to capture.
fn complete(request: &Prepared, captured: &BTreeMap<String, String>) -> Result<(), String> {
    let mut names = request.captures.iter().map(|capture| &capture.name);
    match names.find(|name| !captured.contains_key(*name)) {
        Some(name) => Err(format!("its answer has no `{name}`")),
        None => Ok(()),
    }
}

/// The same over HTTP/2.
fn contact2(course: &Course) -> Result<BTreeMap<String, String>, Refusal> {
    // The connection is tried without HTTP first, which tells best what is wrong.
    drop(connect(course)?);
    let mut captured = BTreeMap::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Refusal::new("load-worker", error.to_string()))?;
    runtime.block_on(async {
        let mut sender = exchange::connect(course, &Arc::default())
            .await
            .map_err(|_| {
                let whom = &course.target.authority;
                Refusal::new("load-tls", format!("{whom} speaks no HTTP/2"))
                    .hint("leave `http` out to speak HTTP/1.1")
            })?;
        for (request, named) in course.requests.iter().zip(&course.plan.requests) {
            if request.captures.is_empty() {
                continue;
            }
            let given = Given {
                variables: &course.plan.variables,
                captured: &captured,
                number: 0,
            };
            let wrong = |why: String| not_captured(&named.name, &why);
            let within = Duration::from_nanos(course.timeout);
            let asking = exchange::exchange(&mut sender, course, request, &given);
            let answer = tokio::time::timeout(within, asking)
                .await
                .map_err(|_| wrong("it was not answered in time".to_owned()))?
                .map_err(|_| wrong("it was not answered".to_owned()))?;
            if !request.expects(answer.status) {
                return Err(wrong(format!("it was answered with {}", answer.status)));
            }
            captured::take(
                &request.captures,
                &answer.head(),
                &answer.body,
                &mut captured,
            );
            complete(request, &captured).map_err(wrong)?;
        }
        Ok(())
    })?;
    Ok(captured)
}

fn connect(course: &Course) -> Result<Wire<TcpStream>, Refusal> {
    let target = &course.target;
    let within = Duration::from_nanos(course.timeout);
    let whom = format!("{} ({})", target.authority, target.address);
    let refusal = |error: io::Error| match error.kind() {
        ErrorKind::ConnectionRefused => {
            Refusal::new("load-refused", format!("{whom} refused the connection"))
                .hint("check whether the service is started and on which port")
        }
        _ => Refusal::new(
            "load-unreachable",
            format!("{whom} cannot be reached: {error}"),
        )
        .hint("it may be down, or a firewall or a missing VPN stands between"),
    };
    let stream = TcpStream::connect_timeout(&target.address, within).map_err(refusal)?;
    let limited = stream
        .set_read_timeout(Some(within))
        .and_then(|()| stream.set_write_timeout(Some(within)))
        .and_then(|()| stream.set_nodelay(true));
    limited.map_err(refusal)?;
    let tls = |error: io::Error| {
        Refusal::new("load-tls", format!("TLS with {whom} failed: {error}"))
            .hint("look at it with a `tls` probe; a private authority is named with `ca`")
    };
    let mut wire = Wire::over(stream, target).map_err(tls)?;
    match wire.shake() {
        Ok(true) => Ok(wire),
        Ok(false) => Err(tls(ErrorKind::TimedOut.into())),
        Err(error) => Err(tls(error)),
    }
}

fn ask(
    course: &Course,
    request: &Prepared,
    captured: &BTreeMap<String, String>,
    wire: &mut Wire<TcpStream>,
) -> io::Result<Reply> {
    let given = Given {
        variables: &course.plan.variables,
        captured,
        number: 0,
    };
    let bytes = request.bytes(&given);
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let written = wire.write(rest)?;
        if written == 0 {
            return Err(ErrorKind::WriteZero.into());
        }
        rest = rest.get(written..).unwrap_or_default();
    }
    wire.flush()?;
    let mut reply = Reply::default();
    reply.begin(true);
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let came = wire.read(&mut buffer)?;
        if came == 0 {
            return if reply.closed() {
                Ok(reply)
            } else {
                Err(ErrorKind::UnexpectedEof.into())
            };
        }
        match reply.feed(buffer.get(..came).unwrap_or_default(), request.is_head) {
            Fed::Done => return Ok(reply),
            Fed::More => {}
            Fed::Malformed => return Err(io::Error::other("it is not HTTP")),
        }
    }
}
