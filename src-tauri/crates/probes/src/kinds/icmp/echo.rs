//! Echo messages, and the socket for them.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;

use crate::kind::Obstacle;

/// Types of messages (RFC 792; RFC 4443, sections 4.1 and 4.2).
const REQUEST: u8 = 8;
const REPLY: u8 = 0;
const REQUEST_V6: u8 = 128;
const REPLY_V6: u8 = 129;

/// A socket that sends and receives echo messages of its own only.
pub(super) struct Socket {
    socket: UdpSocket,
    v4: bool,
}

impl Socket {
    /// To one address.
    pub fn to(address: IpAddr) -> Result<Self, Obstacle> {
        let socket = open(address).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported => {
                Obstacle::undecided("this machine does not let ordinary users send echo requests")
                    .hint(
                        "on Linux, `sysctl net.ipv4.ping_group_range` must include your group; a \
                         `tcp` probe needs no such right",
                    )
            }
            _ => unreachable(address, &error),
        })?;
        Ok(Self {
            socket,
            v4: address.is_ipv4(),
        })
    }

    /// Whether it speaks version 4.
    pub fn is_v4(&self) -> bool {
        self.v4
    }

    /// Sends a message.
    pub async fn send(&self, message: &[u8]) -> Result<(), Obstacle> {
        match self.socket.send(message).await {
            Ok(_) => Ok(()),
            // The answer to an earlier request; this one counts as lost.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
            Err(error) => Err(Obstacle::undecided(format!("nothing can be sent: {error}"))
                .hint("check the network and the VPN")
                .in_transport()),
        }
    }

    /// Reads a message; an error that the network reports is an empty one.
    pub async fn receive(&self, buffer: &mut [u8]) -> usize {
        match self.socket.recv(buffer).await {
            Ok(length) => length,
            Err(_) => {
                // Some errors come again at once.
                tokio::time::sleep(Duration::from_millis(10)).await;
                0
            }
        }
    }
}

fn unreachable(address: IpAddr, error: &io::Error) -> Obstacle {
    Obstacle::undecided(format!("{address} cannot be reached: {error}"))
        .hint("check the network and the VPN")
        .in_transport()
}

#[cfg(unix)]
fn open(address: IpAddr) -> io::Result<UdpSocket> {
    use rustix::net::{AddressFamily, SocketType, connect, ipproto, socket};

    let (family, protocol) = match address {
        IpAddr::V4(_) => (AddressFamily::INET, ipproto::ICMP),
        IpAddr::V6(_) => (AddressFamily::INET6, ipproto::ICMPV6),
    };
    let made = socket(family, SocketType::DGRAM, Some(protocol))?;
    // The kernel then gives only what comes from there.
    connect(&made, &SocketAddr::new(address, 0))?;
    let socket = std::net::UdpSocket::from(made);
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket)
}

#[cfg(not(unix))]
fn open(_: IpAddr) -> io::Result<UdpSocket> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// An echo request. Linux puts in its own identifier; both systems compute version 6's checksum.
pub(super) fn request(v4: bool, number: u16, nonce: &[u8; 16]) -> Vec<u8> {
    let mut message = vec![if v4 { REQUEST } else { REQUEST_V6 }, 0, 0, 0, 0, 0];
    message.extend(number.to_be_bytes());
    message.extend(nonce);
    if v4 {
        let sum = checksum(&message).to_be_bytes();
        message.splice(2..4, sum);
    }
    message
}

/// The number of the request that a message answers.
pub(super) fn answered(message: &[u8], nonce: &[u8; 16]) -> Option<u16> {
    // macOS leaves the header of version 4 before it, whose first byte has its length in words.
    let message = match message.first() {
        Some(first) if first >> 4 == 4 => message.get(usize::from(first & 15) * 4..)?,
        _ => message,
    };
    match message {
        [REPLY | REPLY_V6, 0, _, _, _, _, high, low, rest @ ..] if rest == nonce => {
            Some(u16::from_be_bytes([*high, *low]))
        }
        _ => None,
    }
}

/// The internet checksum (RFC 1071).
fn checksum(message: &[u8]) -> u16 {
    let sum = message.chunks(2).fold(0_u32, |sum, pair| {
        let high = pair.first().copied().unwrap_or_default();
        let low = pair.get(1).copied().unwrap_or_default();
        sum + u32::from(u16::from_be_bytes([high, low]))
    });
    let folded = (sum & 0xffff) + (sum >> 16);
    let folded = (folded & 0xffff) + (folded >> 16);
    !u16::try_from(folded).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_carries_its_number_and_a_right_checksum() {
        let nonce = [0xa5; 16];
        let message = request(true, 513, &nonce);
        // The sum over a message with its checksum is zero (RFC 1071).
        assert_eq!(checksum(&message), 0);
        let mut reply = message.clone();
        reply[0] = REPLY;
        assert_eq!(answered(&reply, &nonce), Some(513));
        assert_eq!(answered(&message, &nonce), None);
        assert_eq!(answered(&reply, &[0; 16]), None);
        let mut with_header = vec![0x45; 20];
        with_header.extend(&reply);
        assert_eq!(answered(&with_header, &nonce), Some(513));
        for end in 0..reply.len() {
            assert_eq!(answered(&reply[..end], &nonce), None);
        }
    }
}
