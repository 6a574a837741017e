//! Faults of what only the third checklist asks for.

use countersign_tests::stage::app::{Answer, How, registration};
use countersign_tests::stage::nginx;
use countersign_tests::stage::repository::Edit::{Remove, Sql, Write};
use countersign_tests::stage::view::ECHOES;

use crate::fault::{Break, Fault, answers, before, fault, file};

/// An address of nobody (TEST-NET-3 of RFC 5737).
const NOBODY: &str = "203.0.113.1";
const COPY: &str = "build/migrated.db";

/// All of them.
#[rustfmt::skip]
pub fn faults() -> Vec<Fault> {
    let registry = |answer| answers("rdap.registry.test", "/domain/hub.test", How::Instead(answer));
    vec![
        fault("gateway: it is silent", Break::Led(ECHOES, NOBODY)).red("k 1.1.2"),
        fault("registry: it hangs", Break::Silent("rdap.registry.test:443")).red("k 1.1.1"),
        fault("registry: the domain ends in 20 days", registry(registration(20, "active"))).red("k 1.1.1"),
        fault("registry: the domain has ended", registry(registration(-3, "active"))).red("k 1.1.1"),
        fault("registry: the domain is on hold", registry(registration(300, "client hold"))).red("k 1.1.1"),
        fault("registry: the domain is not known", registry(Answer::json(404, "{}"))).red("k 1.1.1"),
        fault("registry: it was asked too often", registry(Answer::json(429, "{}"))).red("k 1.1.1"),
        fault("TLS: 1.2 is the newest", before(nginx::Fault { old_tls: true, ..nginx::Fault::default() })).red("k 1.1.3"),
        fault("migrated copy: the old schema", file(COPY, Sql("update schema_migrations set version = 20261001"))).red("k 1.2.1"),
        fault("migrated copy: nothing was migrated", file(COPY, Sql("delete from schema_migrations"))).red("k 1.2.1"),
        fault("migrated copy: it is no database", file(COPY, Write("not a database"))).red("k 1.2.1"),
        fault("migrated copy: it is not there", file(COPY, Remove)).red("k 1.2.1"),
    ]
}
