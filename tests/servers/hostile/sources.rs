//! Servers that never come to an end.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// How a server goes on after its first words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goes {
    /// As fast as it can.
    Endlessly,
    /// One byte at a time, five a second.
    Slowly,
    /// Not at all: it says nothing, not even its first words.
    Silently,
}

/// A server that means harm.
pub struct Server {
    /// Its port.
    pub port: u16,
    /// How many bytes the connection that took most of them has taken.
    pub taken: Arc<AtomicU64>,
}

/// Answers every connection with `begins`, and goes on with `again`, over and over.
pub async fn server(begins: &[u8], again: &[u8], goes: Goes) -> Server {
    let (begins, again) = (Arc::new(begins.to_vec()), Arc::new(again.to_vec()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Arc::new(AtomicU64::new(0));
    let most = Arc::clone(&taken);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (begins, again) = (Arc::clone(&begins), Arc::clone(&again));
            let most = Arc::clone(&most);
            tokio::spawn(async move {
                if goes == Goes::Silently {
                    while stream.read(&mut [0; 4096]).await.is_ok_and(|n| n > 0) {}
                    return;
                }
                // Some wait to be greeted.
                let mut greeting = [0; 4096];
                let greeted = stream.read(&mut greeting);
                let _ = tokio::time::timeout(Duration::from_millis(300), greeted).await;
                let _ = stream.write_all(&begins).await;
                let (more, pause) = match goes {
                    Goes::Endlessly => {
                        (again.repeat((65_536 / again.len()).max(1)), Duration::ZERO)
                    }
                    _ => (again[..1].to_vec(), Duration::from_millis(200)),
                };
                let (mut written, mut at) = (0_u64, 0);
                while let Ok(length) = stream.write(&more[at..]).await {
                    at = (at + length) % more.len();
                    written += u64::try_from(length).unwrap();
                    most.fetch_max(written, Ordering::SeqCst);
                    tokio::time::sleep(pause).await;
                }
            });
        }
    });
    Server { port, taken }
}

/// Answers everything that is said with the same bytes, and keeps the connection open.
pub async fn saying(answer: Vec<u8>) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                while stream.read(&mut [0; 4096]).await.is_ok_and(|n| n > 0) {
                    if stream.write_all(&answer).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    port
}
