//! Faults of names, mail and the other servers that speak no HTTP.

use countersign_tests::stage::authority::Flaw;
use countersign_tests::stage::{mail, names};

use crate::fault::{Break, Fault, fault};

/// All of them.
#[rustfmt::skip]
pub fn faults() -> Vec<Fault> {
    let api = "api.hub.test";
    let dashboard = "dashboard.hub.test";
    let other = ("host-record", "dashboard.hub.test,192.0.2.99");
    vec![
        fault("DNS: the API has no record", Break::Names(names::Fault::Without(api))).red("b 1.3.6, h 2.1.8"),
        fault("DNS: the dashboard has no record", Break::Names(names::Fault::Without(dashboard))).red("h 5.3.4"),
        fault("DNS: one resolver still has the old address", Break::Names(names::Fault::Differs(dashboard, other))).red("h 5.3.4"),
        fault("DNS: records live for a day", Break::Names(names::Fault::LongLived)).red("b 1.3.6"),
        fault("DNS: one resolver does not run", Break::Names(names::Fault::OneDown)).red("b 1.3.6, h 2.1.8, h 5.3.4"),
        fault("DNS: no resolver runs", Break::Names(names::Fault::AllDown)).red("b 1.3.6, h 2.1.8, h 5.3.4"),
        fault("mail: nobody listens", Break::Closed(&["mail.hub.test:587"])).red("b 4.3.4, b 5.1.3, h 6.1.7, k 1.1.4, k 1.2.3"),
        fault("mail: it never greets", Break::Silent("mail.hub.test:587")).red("b 4.3.4, b 5.1.3, h 6.1.7, k 1.1.4, k 1.2.3"),
        fault("mail: it speaks no TLS", Break::Mail(mail::Fault::NoStarttls)).red("b 4.3.4, b 5.1.3, h 6.1.7, k 1.1.4, k 1.2.3"),
        fault("mail: its certificate has expired", Break::Mail(mail::Fault::Certificate(Flaw::Expired))).red("b 4.3.4, b 5.1.3, h 6.1.7, k 1.1.4, k 1.2.3"),
        fault("mail: the password is not right", Break::Secret("SMTP_PASSWORD")).red("b 4.3.4, b 5.1.3, h 6.1.7, k 1.2.3"),
        fault("mail: it takes none for anybody", Break::Mail(mail::Fault::Refuses)).red("k 1.2.3"),
        fault("mail: its disk is full", Break::Mail(mail::Fault::Full)).red("k 1.2.3"),
        fault("SSH: another key", Break::HostKey).red("h 2.2.5"),
        fault("logs: nobody listens", Break::Closed(&["logs.hub.test:6514"])).red("b 3.1.3, b 5.1.4, h 2.3.3"),
        fault("SSH: nobody listens", Break::Closed(&["ssh.hub.test:22"])).red("h 2.1.1, h 2.1.2, h 2.2.5"),
        fault("SSH: it never greets", Break::Silent("ssh.hub.test:22")).red("h 2.1.1, h 2.1.2, h 2.2.5"),
        fault("VPN: nobody listens", Break::Closed(&["vpn.hub.test:22"])).red("h 2.2.4"),
        fault("firewall: the database is open", Break::Silent("api.hub.test:5432")).red("b 10.1.9, h 2.2.3"),
        fault("firewall: Redis is open", Break::Silent("api.hub.test:6379")).red("h 2.2.3"),
    ]
}
