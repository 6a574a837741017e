#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::probe::{Observation, Verdict};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::net::Duplex;
use crate::testing::authority::{THIS_CENTURY, authority, certificate, trusting};
use crate::testing::{Bench, observe};

/// A mail server of one user and one recipient.
#[derive(Clone, Copy)]
struct Mail {
    greeting: &'static str,
    /// What the answer to `EHLO` names, before TLS and in it.
    offers: &'static [&'static str],
    offers_in_tls: &'static [&'static str],
    implicit: bool,
    /// What it says to a login that it does not know.
    no_login: &'static str,
}

const USUAL: Mail = Mail {
    greeting: "220 mail.example ESMTP",
    offers: &["PIPELINING", "STARTTLS"],
    offers_in_tls: &["SIZE 10240000", "AUTH PLAIN LOGIN"],
    implicit: false,
    no_login: "535 5.7.8 no such user",
};

type Heard = Arc<Mutex<Vec<String>>>;

async fn say(stream: &mut (impl Duplex + ?Sized), line: &str) {
    let _ = stream.write_all(format!("{line}\r\n").as_bytes()).await;
}

impl Mail {
    /// Serves until the client wants TLS, which is when the stream is given back.
    async fn serve<S: Duplex>(self, stream: S, secure: bool, heard: &Heard) -> Option<S> {
        let mut stream = BufReader::new(stream);
        let mut decoded: Vec<String> = Vec::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let line = line.trim_end().to_owned();
            heard.lock().unwrap().push(line.clone());
            let decode = |text: &str| String::from_utf8(BASE64.decode(text).unwrap()).unwrap();
            let known = |who: &[String]| who == ["app", "hunter2 hunter2"];
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["EHLO", "[127.0.0.1]"] => {
                    let offers = if secure {
                        self.offers_in_tls
                    } else {
                        self.offers
                    };
                    say(&mut stream, "250-mail.example").await;
                    for offer in offers {
                        say(&mut stream, &format!("250-{offer}")).await;
                    }
                    say(&mut stream, "250 HELP").await;
                }
                ["STARTTLS"] => {
                    say(&mut stream, "220 go").await;
                    return Some(stream.into_inner());
                }
                ["AUTH", "PLAIN", token] => {
                    let text = decode(token);
                    let who: Vec<String> = text.split('\0').skip(1).map(str::to_owned).collect();
                    let no = format!("{} {token}", self.no_login);
                    say(&mut stream, if known(&who) { "235 welcome" } else { &no }).await;
                }
                ["AUTH", "LOGIN"] => say(&mut stream, "334 VXNlcm5hbWU6").await,
                ["MAIL", "FROM:<release@example.org>"] => say(&mut stream, "250 ok").await,
                ["RCPT", "TO:<team@example.org>"] => say(&mut stream, "250 ok").await,
                ["RCPT", ..] => say(&mut stream, "550 5.7.1 relaying denied").await,
                ["DATA"] => {
                    say(&mut stream, "354 go on").await;
                    loop {
                        let mut line = String::new();
                        stream.read_line(&mut line).await.ok()?;
                        if line == ".\r\n" {
                            break;
                        }
                        heard.lock().unwrap().push(line.trim_end().to_owned());
                    }
                    say(&mut stream, "250 2.0.0 queued as 4711").await;
                }
                ["QUIT"] => return None,
                [token] => {
                    decoded.push(decode(token));
                    let answer = match decoded.as_slice() {
                        [_] => "334 UGFzc3dvcmQ6",
                        who if known(who) => "235 welcome",
                        _ => self.no_login,
                    };
                    say(&mut stream, answer).await;
                }
                _ => say(&mut stream, "502 not known").await,
            }
        }
    }
}

/// A running server, a bench that trusts it, and what the server hears.
struct Setting {
    bench: Bench,
    port: u16,
    heard: Heard,
    _repository: tempfile::TempDir,
}

async fn setting(mail: Mail) -> Setting {
    let root = authority();
    let (repository, bench) = trusting(&root);
    let acceptor = TlsAcceptor::from(Arc::new(certificate(Some(&root), THIS_CENTURY)));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let hears = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (acceptor, heard) = (acceptor.clone(), Arc::clone(&hears));
            tokio::spawn(async move {
                let greeting = mail.greeting;
                if mail.implicit {
                    let mut stream = acceptor.accept(stream).await.unwrap();
                    say(&mut stream, greeting).await;
                    mail.serve(stream, true, &heard).await;
                    return;
                }
                say(&mut stream, greeting).await;
                if let Some(stream) = mail.serve(stream, false, &heard).await
                    && let Ok(stream) = acceptor.accept(stream).await
                {
                    mail.serve(stream, true, &heard).await;
                }
            });
        }
    });
    Setting {
        bench: bench
            .secret("PW", "hunter2 hunter2")
            .secret("WRONG", "correct horse"),
        port,
        heard,
        _repository: repository,
    }
}

impl Setting {
    async fn look(&self, more: &str) -> Observation {
        let port = self.port;
        let yaml = format!("probe: smtp\nhost: localhost\nport: {port}\nca: ca.pem\n{more}");
        observe(&self.bench, &yaml).await
    }
}

#[tokio::test]
async fn a_session_over_starttls_is_measured() {
    let setting = setting(USUAL).await;
    let seen = setting
        .look("expect:\n  - ready\n  - starttls\n  - greeting contains mail.example\n  - greeting_code == 220\n  - ehlo_code == 250\n  - protocol == TLS1.3\n  - auth_methods contains PLAIN\n  - capabilities contains 'SIZE 10240000'\n  - size_limit == 10240000B\n  - duration < 10s\n")
        .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(seen.saw["phases"]["tls"].is_object());
    let seen = setting.look("expect: auth").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    let seen = setting.look("expect: sent").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
}

#[tokio::test]
async fn a_login_is_accepted_or_refused() {
    let usual = setting(USUAL).await;
    let seen = usual
        .look("user: app\npassword: ${secret:PW}\nexpect: ready, auth, auth_code == 235")
        .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let wrong = usual.look("user: app\npassword: ${secret:WRONG}").await;
    assert_eq!(wrong.verdict, Verdict::Fail);
    assert!(wrong.summary.contains("535 5.7.8"), "{}", wrong.summary);
    let steps = wrong.saw["dialogue"].as_array().unwrap();
    let last = steps.last().unwrap();
    assert_eq!(
        (last["step"].as_str(), last["ok"].as_bool()),
        (Some("auth"), Some(false))
    );
    assert!(steps[0]["text"].as_str().unwrap().starts_with("220 "));
    // The server repeats the credentials; nobody else does.
    let token = BASE64.encode("\0app\0correct horse");
    assert!(
        usual
            .heard
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains(&token))
    );
    assert!(!format!("{wrong:?}").contains(&token), "{wrong:#?}");
    let seen = usual
        .look("user: app\npassword: ${secret:WRONG}\nexpect: auth_code == 535, not auth")
        .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let old = setting(Mail {
        implicit: true,
        offers_in_tls: &["AUTH=LOGIN"],
        ..USUAL
    })
    .await;
    for (secret, expected) in [("PW", Verdict::Pass), ("WRONG", Verdict::Fail)] {
        let more = format!(
            "tls: implicit\nuser: app\npassword: ${{secret:{secret}}}\nexpect: ready, auth"
        );
        assert_eq!(old.look(&more).await.verdict, expected);
    }
    let none = setting(Mail {
        offers_in_tls: &["AUTH GSSAPI"],
        ..USUAL
    })
    .await;
    let seen = none.look("user: app\npassword: ${secret:PW}").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
}

#[tokio::test]
async fn a_message_is_really_sent() {
    let setting = setting(USUAL).await;
    let seen = setting
        .look("from: release@example.org\nto: team@example.org\nsubject: Grüße\nbody: |\n  .first\n  second\nexpect: ready, sent, sender_code == 250, recipient_code == 250, sent_code == 250")
        .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let heard = setting.heard.lock().unwrap().join("\n");
    assert!(heard.contains("To: <team@example.org>"), "{heard}");
    let subject = format!("Subject: =?utf-8?B?{}?=", BASE64.encode("Grüße"));
    assert!(heard.contains(&subject), "{heard}");
    assert!(
        heard.contains(&BASE64.encode(".first\nsecond\n")),
        "{heard}"
    );
    let seen = setting
        .look("from: release@example.org\nto: stranger@example.com")
        .await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(seen.summary.contains("550 5.7.1"), "{}", seen.summary);
    let seen = setting
        .look("from: release@example.org\nto: stranger@example.com\nexpect: recipient_code == 550, not sent")
        .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn a_server_that_does_not_do_its_part_fails() {
    let busy = setting(Mail {
        greeting: "421 too many connections",
        ..USUAL
    })
    .await;
    let seen = busy.look("").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(seen.summary.contains("421 too many"), "{}", seen.summary);
    let bare = setting(Mail {
        offers: &["PIPELINING"],
        ..USUAL
    })
    .await;
    let seen = bare.look("").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert_eq!(seen.summary, "it offers no STARTTLS");
    let seen = bare.look("tls: none\nexpect: ready, not starttls").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    // Nothing of a login goes over a connection whose certificate is not good.
    let usual = setting(USUAL).await;
    let yaml = format!(
        "probe: smtp\nhost: localhost\nport: {}\nuser: app\npassword: ${{secret:PW}}",
        usual.port
    );
    let seen = observe(&usual.bench, &yaml).await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(seen.summary.contains("no trusted root"), "{}", seen.summary);
    assert!(
        !usual
            .heard
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.starts_with("AUTH"))
    );
}

#[tokio::test]
async fn endless_answers_end() {
    for begins in [
        b"220-".as_slice(),
        b"220 mail.example\r\n250-",
        b"220 mail.example\r\n",
    ] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(begins).await;
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
        });
        let yaml = format!("probe: smtp\nhost: 127.0.0.1\nport: {port}\ntimeout: 5s");
        let seen = observe(&Bench::default(), &yaml).await;
        assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    }
}
