#![allow(clippy::unwrap_used)]

use super::*;

/// Feeds an answer whole, byte by byte and cut in two at every place: all must say the same.
fn fed(text: &str, to_head: bool) -> (Fed, u16, bool, String) {
    let bytes = text.as_bytes();
    let of = |parts: &[&[u8]]| {
        let mut reply = Reply::default();
        reply.begin(true);
        let mut last = Fed::More;
        for part in parts {
            last = reply.feed(part, to_head);
            if last == Fed::Malformed {
                break;
            }
        }
        let body = reply.kept.clone().map(|(_, body)| body).unwrap_or_default();
        let body = String::from_utf8(body).unwrap();
        (last, reply.status, reply.keeps, body)
    };
    let whole = of(&[bytes]);
    if whole.0 != Fed::Malformed {
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(of(&single), whole, "byte by byte: {text:?}");
        for at in 1..bytes.len() {
            let (a, b) = bytes.split_at(at);
            assert_eq!(of(&[a, b]), whole, "cut at {at}: {text:?}");
        }
    }
    whole
}

#[test]
fn a_length_ends_it() {
    let (fed, status, keeps, body) =
        fed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false);
    assert_eq!(
        (fed, status, keeps, body.as_str()),
        (Fed::Done, 200, true, "hello")
    );
}

#[test]
fn chunks_end_it() {
    let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\nContent-Length: 3\r\n\r\n\
                5;a=b\r\nhello\r\n00A \r\n, world!!!\r\n0\r\nX-Sum: 1\r\n\r\n";
    let (fed, _, keeps, body) = fed(text, false);
    assert_eq!(
        (fed, keeps, body.as_str()),
        (Fed::Done, true, "hello, world!!!")
    );
}

#[test]
fn some_answers_have_no_body_whatever_they_say() {
    for (text, to_head) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", false),
        (
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
            false,
        ),
    ] {
        assert_eq!(fed(text, to_head).0, Fed::Done, "{text}");
    }
}

#[test]
fn an_interim_answer_is_passed_over() {
    let text = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n\
                HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok";
    let (fed, status, _, body) = fed(text, false);
    assert_eq!((fed, status, body.as_str()), (Fed::Done, 201, "ok"));
}

#[test]
fn without_a_length_the_connection_ends_it() {
    for text in [
        "HTTP/1.1 200 OK\r\n\r\nall of it",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\nall of it",
    ] {
        let mut reply = Reply::default();
        reply.begin(false);
        assert_eq!(reply.feed(text.as_bytes(), false), Fed::More);
        assert!(reply.closed() && !reply.keeps);
    }
    let mut reply = Reply::default();
    reply.begin(false);
    let text = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel";
    assert_eq!(reply.feed(text, false), Fed::More);
    assert!(!reply.closed());
}

#[test]
fn who_closes_says_so() {
    for (head, keeps) in [
        ("HTTP/1.1 200 OK\r\nConnection: Close", false),
        ("HTTP/1.1 200 OK\r\nConnection: x, close", false),
        ("HTTP/1.0 200 OK", false),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive", true),
        ("HTTP/1.1 200 OK\r\nConnection: keep-alive", true),
    ] {
        let text = format!("{head}\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(
            (fed(&text, false).0, fed(&text, false).2),
            (Fed::Done, keeps),
            "{head}"
        );
    }
}

#[test]
fn what_is_not_an_answer_is_malformed() {
    for text in [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nmore",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nmore",
    ] {
        assert_eq!(fed(text, false).0, Fed::Malformed, "{text:?}");
    }
}
