#![allow(clippy::unwrap_used, clippy::panic)]

use std::net::Ipv4Addr;

use countersign_core::probe::{Observation, Verdict};
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, MX, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record};
use tokio::net::UdpSocket;

use crate::testing::{Bench, observe};

/// A name server that knows `api.example.` at one address.
async fn server(address: Ipv4Addr) -> u16 {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
    let port = socket.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        loop {
            let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
            let query = Message::from_vec(&buffer[..length]).unwrap();
            if let Some(answer) = answer(&query, address) {
                let _ = socket.send_to(&answer.to_vec().unwrap(), from).await;
            }
        }
    });
    port
}

fn answer(query: &Message, address: Ipv4Addr) -> Option<Message> {
    let question = query.queries.first()?.clone();
    let name = question.name().to_ascii().to_lowercase();
    let mut answer = query.clone().into_response();
    let owner: Name = question.name().clone();
    let mut records = Vec::new();
    let mut add = |ttl, data| records.push(Record::from_rdata(owner.clone(), ttl, data));
    match (name.as_str(), question.query_type().to_string().as_str()) {
        ("api.example.", "A") => {
            add(300, RData::A(A(address)));
            add(60, RData::A(A(Ipv4Addr::new(192, 0, 2, 9))));
        }
        ("api.example.", "MX") => {
            add(
                300,
                RData::MX(MX::new(10, Name::from_ascii("mail.example.").unwrap())),
            );
        }
        ("api.example.", "TXT") => {
            add(300, RData::TXT(TXT::new(vec!["v=spf1 -all".to_owned()])));
        }
        ("api.example.", _) => {}
        ("broken.example.", _) => answer.metadata.response_code = ResponseCode::ServFail,
        ("silent.example.", _) => return None,
        _ => answer.metadata.response_code = ResponseCode::NXDomain,
    }
    answer.add_answers(records);
    Some(answer)
}

async fn look(servers: &[u16], name: &str, more: &str) -> Observation {
    let list: Vec<String> = servers
        .iter()
        .map(|port| format!("'127.0.0.1:{port}'"))
        .collect();
    let yaml = format!(
        "probe: dns\nname: {name}\nserver: [{}]\ntimeout: 2s\n{more}",
        list.join(", ")
    );
    observe(&Bench::default(), &yaml).await
}

const HERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

#[tokio::test]
async fn records_are_measured() {
    let port = server(HERE).await;
    let seen = look(
        &[port],
        "api.example",
        "expect:\n  - rcode == NOERROR\n  - answers contains 192.0.2.1\n  - len(answers) == 2\n  - ttl == 1m\n  - agreement\n  - resolvers == 1\n  - duration < 10s\n",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.summary, "192.0.2.1, 192.0.2.9");
    let seen = look(
        &[port],
        "api.example",
        "type: MX\nexpect: answers contains '10 mail.example.'",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look(
        &[port],
        "api.example",
        "type: TXT\nexpect: answers contains 'v=spf1 -all'",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn servers_agree_or_they_do_not() {
    let one = server(HERE).await;
    let same = server(HERE).await;
    let other = server(Ipv4Addr::new(192, 0, 2, 77)).await;
    let seen = look(
        &[one, same],
        "api.example",
        "expect: agreement, resolvers == 2",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(
        seen.summary.starts_with("2 of 2 resolvers agree"),
        "{}",
        seen.summary
    );
    let seen = look(&[one, same, other], "api.example", "").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(
        seen.summary.starts_with("2 of 3 resolvers agree"),
        "{}",
        seen.summary
    );
    assert_eq!(seen.saw["servers"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_server_that_is_silent_leaves_agreement_open() {
    let one = server(HERE).await;
    let dead = UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
    let dead_port = dead.local_addr().unwrap().port();
    let seen = look(&[one, dead_port], "api.example", "expect: agreement").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    let seen = look(&[one, dead_port], "api.example", "expect: resolvers == 2").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    let seen = look(&[dead_port], "api.example", "expect: not agreement").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
}

#[tokio::test]
async fn a_negative_answer_is_an_answer() {
    let port = server(HERE).await;
    let seen = look(&[port], "gone.example", "").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    assert_eq!(seen.summary, "NXDOMAIN");
    let seen = look(&[port], "gone.example", "expect: rcode == NXDOMAIN").await;
    assert_eq!(seen.verdict, Verdict::Pass);
    let seen = look(
        &[port],
        "api.example",
        "type: AAAA\nexpect: [rcode == NOERROR, answers not exists]",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look(&[port], "api.example", "type: AAAA\nexpect: ttl < 1h").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    let seen = look(&[port], "broken.example", "expect: rcode == SERVFAIL").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}
