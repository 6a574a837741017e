//! Redirects that never arrive, and such as fish for credentials.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use countersign_core::probe::Verdict;
use countersign_tests::stage::looking::Looking;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server that answers every request with this head, and what it was asked.
async fn listening(head: String) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 16_384];
            let length = stream.read(&mut request).await.unwrap_or_default();
            let text = String::from_utf8_lossy(&request[..length]).into_owned();
            hears.lock().unwrap().push(text);
            let answer = format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (port, heard)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_of_redirects_ends_where_the_author_says() {
    let (port, heard) = listening("302 Found\r\nlocation: /again".to_owned()).await;
    for kind in ["http", "headers"] {
        heard.lock().unwrap().clear();
        let yaml = format!("probe: {kind}\nurl: http://127.0.0.1:{port}/\nredirects: 5");
        let seen = Looking::default().observe(&yaml).await;
        assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
        assert!(seen.summary.contains("more than 5 times"), "{seen:#?}");
        assert_eq!(heard.lock().unwrap().len(), 6);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_goes_to_another_host() {
    let (other, heard) = listening("200 OK".to_owned()).await;
    let to = format!("302 Found\r\nset-cookie: sid=planted\r\nlocation: http://127.0.0.1:{other}/");
    let (port, first) = listening(to).await;
    for kind in ["http", "headers"] {
        heard.lock().unwrap().clear();
        first.lock().unwrap().clear();
        let yaml = format!(
            "probe: {kind}\nurl: http://127.0.0.1:{port}/?key=${{secret:PW}}\nredirects: 2\n\
             basic: 'me:${{secret:PW}}'\n\
             headers: {{X-Key: '${{secret:PW}}', Cookie: 'sid=mine', X-Plain: kept}}"
        );
        let looking = Looking::default().secret("PW", "hunter2-hunter2");
        let seen = looking.observe(&yaml).await;
        let asked = first.lock().unwrap().concat().to_lowercase();
        assert!(asked.contains("authorization: basic"), "{asked}");
        assert!(asked.contains("x-key: hunter2-hunter2"), "{asked}");
        let heard = heard.lock().unwrap().concat().to_lowercase();
        assert!(heard.contains("x-plain: kept"), "{heard}");
        for word in [
            "authorization",
            "cookie",
            "x-key",
            "hunter2",
            "referer",
            "planted",
        ] {
            assert!(!heard.contains(word), "{word}: {heard}");
        }
        assert!(!format!("{seen:?}").contains("hunter2"), "{seen:#?}");
    }
}
