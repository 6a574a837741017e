//! Bodies that are small on the wire and without end when they are decoded.

use async_compression::Level;
use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZlibEncoder};
use countersign_core::probe::Verdict;
use countersign_tests::stage::looking::Looking;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::is_clear;
use super::sources::{Goes, server};

/// What is decoded from one repetition.
const PART: usize = 1_000_000;
/// More than any cap of these kinds, where a bomb has an end.
const WHOLE: usize = 24 * PART;

/// A bomb: what it begins with and what it goes on with.
pub struct Bomb {
    pub encoding: &'static str,
    pub begins: Vec<u8>,
    pub again: Vec<u8>,
}

/// A stream that is flushed after each part: the second part may be repeated for ever.
async fn flushed<E: AsyncWrite + Unpin>(
    mut encoder: E,
    written: fn(&E) -> &Vec<u8>,
) -> [Vec<u8>; 2] {
    let zeros = vec![0; PART];
    encoder.write_all(&zeros).await.unwrap();
    encoder.flush().await.unwrap();
    let first = written(&encoder).clone();
    encoder.write_all(&zeros).await.unwrap();
    encoder.flush().await.unwrap();
    let second = written(&encoder)[first.len()..].to_vec();
    [first, second]
}

/// One of each encoding.
pub async fn bombs() -> Vec<Bomb> {
    let [gzip, gzip_again] = flushed(GzipEncoder::new(Vec::new()), |e| e.get_ref()).await;
    let [zlib, zlib_again] = flushed(ZlibEncoder::new(Vec::new()), |e| e.get_ref()).await;
    let mut brotli = BrotliEncoder::with_quality(Vec::new(), Level::Fastest);
    brotli.write_all(&vec![0; WHOLE]).await.unwrap();
    brotli.shutdown().await.unwrap();
    let bomb = |encoding, begins, again| Bomb {
        encoding,
        begins,
        again,
    };
    vec![
        bomb("gzip", gzip, gzip_again),
        bomb("deflate", zlib, zlib_again),
        bomb("br", brotli.into_inner(), b"x".to_vec()),
        // A frame with a window of 1 MB, and blocks that say "128 KB of zeros" (RFC 8878, section
        // 3.1.1).
        bomb(
            "zstd",
            b"\x28\xb5\x2f\xfd\0\x50".to_vec(),
            b"\x02\0\x10\0".to_vec(),
        ),
    ]
}

impl Bomb {
    /// The head of an answer with it.
    pub fn answer(&self) -> Vec<u8> {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: {}\r\n\r\n",
            self.encoding
        );
        [head.as_bytes(), &self.begins].concat()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_is_cut_off_where_it_is_decoded() {
    for bomb in bombs().await {
        let server = server(&bomb.answer(), &bomb.again, Goes::Endlessly).await;
        for (kind, fields, verdict) in [
            ("http", "expect: len(body) > 0", Verdict::Inconclusive),
            (
                "http",
                "max_body: 20MB\nexpect: len(body) > 0",
                Verdict::Inconclusive,
            ),
            ("promql", "query: up", Verdict::Inconclusive),
            ("metrics", "select: up", Verdict::Inconclusive),
            ("s3", "bucket: b", Verdict::Inconclusive),
            ("domain", "name: example.org", Verdict::Inconclusive),
        ] {
            let field = if kind == "domain" { "server" } else { "url" };
            let place = format!("{field}: http://127.0.0.1:{}/", server.port);
            let yaml = format!("probe: {kind}\n{place}\ntimeout: 60s\n{fields}");
            let seen = Looking::default().observe(&yaml).await;
            assert_eq!(seen.verdict, verdict, "{} {yaml}: {seen:#?}", bomb.encoding);
            assert!(is_clear(&seen), "{seen:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn encodings_over_encodings_are_refused() {
    let answer = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip, br, gzip, zstd\r\n\r\n";
    let server = server(answer, b"x", Goes::Endlessly).await;
    let yaml = format!("probe: http\nurl: http://127.0.0.1:{}/", server.port);
    let seen = Looking::default().observe(&yaml).await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
}
