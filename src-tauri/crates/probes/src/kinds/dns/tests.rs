#![allow(clippy::unwrap_used, clippy::panic)]

use std::net::Ipv4Addr;

use countersign_core::probe::{Observation, Verdict};
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, CNAME, MX, NULL, PTR, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};

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
    answer.metadata.authentic_data = false;
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
        ("www.example.", "A") => {
            answer.metadata.authoritative = true;
            answer.metadata.authentic_data = true;
            let alias = Name::from_ascii("api.example.").unwrap();
            add(3600, RData::CNAME(CNAME(alias)));
            add(300, RData::A(A(address)));
        }
        ("1.2.0.192.in-addr.arpa.", "PTR") => {
            add(
                300,
                RData::PTR(PTR(Name::from_ascii("api.example.").unwrap())),
            );
        }
        ("types.example.", _) => {
            let code = question.query_type();
            let rdata = NULL::with(wire(code));
            add(300, RData::Unknown { code, rdata });
        }
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
    assert_eq!(seen.summary, "NXDOMAIN: there is no such name");
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

/// The bytes of one record of each type.
fn wire(kind: RecordType) -> Vec<u8> {
    let root_target = |begin: &[u8]| [begin, &[0]].concat();
    match kind {
        // Priority, weight and port before the target (RFC 2782).
        RecordType::SRV => root_target(&[0, 10, 0, 5, 20, 102]),
        // Flags, the tag with its length, the value (RFC 8659, section 4.1).
        RecordType::CAA => [&[0, 5], b"issue".as_slice(), b"letsencrypt.org"].concat(),
        // Usage, selector, matching type, digest (RFC 6698, section 2.1).
        RecordType::TLSA => [vec![3, 1, 1], vec![0xab; 32]].concat(),
        // Priority, target, the parameter alpn (RFC 9460, section 2.2).
        RecordType::HTTPS | RecordType::SVCB => {
            [root_target(&[0, 1]), vec![0, 1, 0, 3, 2, b'h', b'2']].concat()
        }
        // Key tag, algorithm, digest type, digest (RFC 4034, section 5.1).
        RecordType::DS => [vec![0x30, 0x39, 13, 2], vec![0xcd; 32]].concat(),
        // Flags, protocol, algorithm, key (RFC 4034, section 2.1).
        RecordType::DNSKEY => [vec![1, 1, 3, 13], vec![7; 64]].concat(),
        // Both names, then serial, refresh, retry, expire and minimum (RFC 1035, section 3.3.13).
        RecordType::SOA => [
            vec![0, 0],
            [2_026_112_201_u32, 7200, 900, 1_209_600, 300]
                .iter()
                .flat_map(|number| number.to_be_bytes())
                .collect(),
        ]
        .concat(),
        RecordType::NS => root_target(&[2, b'n', b's']),
        _ => vec![0; 16],
    }
}

#[tokio::test]
async fn every_type_is_read() {
    let port = server(HERE).await;
    for (kind, shown) in [
        ("AAAA", "::"),
        ("NS", "ns."),
        ("SRV", "10 5 5222 ."),
        ("CAA", "letsencrypt.org"),
        ("TLSA", "3 1 1 abab"),
        ("HTTPS", "1 . alpn="),
        ("SVCB", "1 . alpn="),
        ("DS", "12345 13 2 CDCD"),
        ("DNSKEY", "257 3 13 BwcH"),
        ("SOA", "2026112201 7200 900 1209600 300"),
    ] {
        let more = format!("type: {kind}\nexpect: rcode == NOERROR, len(answers) == 1");
        let seen = look(&[port], "types.example", &more).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
        assert!(
            seen.summary.to_lowercase().contains(&shown.to_lowercase()),
            "{kind}: {}",
            seen.summary
        );
    }
    let more = "type: PTR\nexpect: answers contains api.example.";
    let seen = look(&[port], "192.0.2.1", more).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn the_flags_of_an_answer_are_measured() {
    let port = server(HERE).await;
    let holds = "expect: authoritative, authenticated, aliases contains api.example., answers contains 192.0.2.1, ttl == 300s";
    let seen = look(&[port], "www.example", holds).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.saw["servers"][0]["ttl"], 300);
    let seen = look(
        &[port],
        "api.example",
        "expect: not authoritative, len(aliases) == 0",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look(&[port], "api.example", "type: AAAA").await;
    assert_eq!(seen.summary, "the name exists without AAAA records");
}

#[tokio::test]
async fn one_variable_names_several_servers() {
    let (one, other) = (server(HERE).await, server(HERE).await);
    let bench =
        Bench::default().variable("RESOLVERS", &format!("127.0.0.1:{one}, 127.0.0.1:{other}"));
    let yaml =
        "probe: dns\nname: api.example\nserver: ${RESOLVERS}\nexpect: agreement, resolvers == 2";
    let seen = observe(&bench, yaml).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

/// A server that answers by UDP with what `forge` makes of the right answer, and by TCP rightly.
async fn forging(forge: fn(Message) -> Vec<Vec<u8>>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let socket = UdpSocket::bind(("127.0.0.1", port)).await.unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        loop {
            let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
            let query = Message::from_vec(&buffer[..length]).unwrap();
            for datagram in forge(answer(&query, HERE).unwrap()) {
                let _ = socket.send_to(&datagram, from).await;
            }
        }
    });
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let length = stream.read_u16().await.unwrap();
            let mut query = vec![0; length.into()];
            stream.read_exact(&mut query).await.unwrap();
            let query = Message::from_vec(&query).unwrap();
            let bytes = answer(&query, HERE).unwrap().to_vec().unwrap();
            stream
                .write_u16(bytes.len().try_into().unwrap())
                .await
                .unwrap();
            stream.write_all(&bytes).await.unwrap();
        }
    });
    port
}

#[tokio::test]
async fn only_the_answer_to_the_question_counts() {
    // Cut answers are asked for again by TCP; forged ones are read past.
    let cut = forging(|mut right| {
        right.metadata.truncation = true;
        right.answers.clear();
        vec![right.to_vec().unwrap()]
    });
    let forged = forging(|right| {
        let mut other = right.clone();
        other.metadata.id = right.metadata.id.wrapping_add(1);
        other.answers.clear();
        let mut elsewhere = right.clone();
        elsewhere.queries[0].set_name(Name::from_ascii("evil.example.").unwrap());
        elsewhere.answers.clear();
        let datagrams = [vec![0xff; 600], Vec::new()].into_iter();
        let messages = [other, elsewhere, right].into_iter();
        datagrams
            .chain(messages.map(|message| message.to_vec().unwrap()))
            .collect()
    });
    for port in [cut.await, forged.await] {
        let holds = "expect: answers contains 192.0.2.1, len(answers) == 2";
        let seen = look(&[port], "api.example", holds).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    }
    // One that never answers the question is silent, however much it sends.
    let noise = forging(|_| vec![vec![0; 1200]; 50]).await;
    let seen = look(&[noise], "api.example", "expect: rcode == NOERROR").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
}
