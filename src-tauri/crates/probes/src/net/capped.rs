//! A stream that ends in an error when more arrives than was allowed, for protocols whose client
//! keeps whole answers in memory.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream in both directions.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Duplex for S {}

/// More arrived than was allowed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the answer is longer than allowed")]
pub(crate) struct TooMuch;

impl TooMuch {
    /// Whether this is what an error comes from.
    pub fn caused(error: &(dyn std::error::Error + 'static)) -> bool {
        let mut next = Some(error);
        while let Some(error) = next {
            if error.is::<Self>() {
                return true;
            }
            let inner = error
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref);
            next = match inner {
                Some(inner) => Some(inner as &(dyn std::error::Error + 'static)),
                None => error.source(),
            };
        }
        false
    }
}

/// A stream of which at most so many bytes are read.
pub(crate) struct Capped {
    stream: Box<dyn Duplex>,
    left: u64,
}

impl Capped {
    /// At most `most` bytes are read.
    pub fn new(stream: impl Duplex + 'static, most: u64) -> Self {
        Self {
            stream: Box::new(stream),
            left: most,
        }
    }
}

impl AsyncRead for Capped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let read = u64::try_from(buffer.filled().len() - before).unwrap_or(u64::MAX);
        match self.left.checked_sub(read) {
            Some(left) => {
                self.left = left;
                polled
            }
            None => Poll::Ready(Err(io::Error::other(TooMuch))),
        }
    }
}

impl AsyncWrite for Capped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn no_more_is_read_than_allowed() {
        let (near, mut far) = tokio::io::duplex(64);
        tokio::io::AsyncWriteExt::write_all(&mut far, b"12345")
            .await
            .unwrap();
        let mut capped = Capped::new(near, 5);
        let mut five = [0; 5];
        capped.read_exact(&mut five).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut far, b"6")
            .await
            .unwrap();
        let error = capped.read_u8().await.unwrap_err();
        assert!(TooMuch::caused(&error));
        assert!(!TooMuch::caused(&io::Error::other("else")));
    }
}
