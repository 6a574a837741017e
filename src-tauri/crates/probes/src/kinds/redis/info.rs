//! Reading `INFO` (its page in Redis' documentation): sections of `key:value`.

use std::collections::BTreeMap;

use countersign_core::probe::{Quantity, Unit, Value};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use crate::kind::Saw;
use crate::kinds::exact::{exact_number, json_number};

/// Everything that is read from `INFO`.
const METRICS: [&str; 13] = [
    "version",
    "role",
    "replicas",
    "linked",
    "heard",
    "memory",
    "memory_share",
    "clients",
    "keys",
    "evicted",
    "saved",
    "uptime",
    "info",
];

/// Says why nothing is known.
pub(super) fn unknown(why: &str, saw: &mut Saw) {
    for metric in METRICS.iter().chain(&["json"]) {
        saw.values.lacks(metric, why);
    }
}

/// Measures what `INFO` says.
pub(super) fn measure(text: &str, saw: &mut Saw) {
    unknown("the server does not tell", saw);
    let fields: BTreeMap<&str, &str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.trim().split_once(':'))
        .collect();
    let number = |name: &str| fields.get(name).and_then(|text| exact_number(text));
    let mut set = |metric: &str, value: Option<Value>| {
        if let Some(value) = value {
            saw.values.set(metric, value);
        }
    };
    let in_unit = |n: Option<Decimal>, unit| n.map(|n| Value::Number(Quantity::new(n, unit)));
    let version = fields
        .get("valkey_version")
        .or_else(|| fields.get("redis_version"));
    set("version", version.map(|version| Value::text(*version)));
    let replica = fields.get("role").map(|role| *role == "slave");
    set(
        "role",
        replica.map(|replica| Value::text(if replica { "replica" } else { "master" })),
    );
    set("replicas", in_unit(number("connected_slaves"), Unit::Count));
    if replica == Some(true) {
        let up = fields.get("master_link_status").map(|word| *word == "up");
        set("linked", up.map(Value::Bool));
        // While the link is down it is -1.
        let heard = number("master_last_io_seconds_ago").filter(|n| !n.is_sign_negative());
        set("heard", in_unit(heard, Unit::Second));
    }
    let memory = number("used_memory");
    set("memory", in_unit(memory, Unit::Byte));
    let limit = number("maxmemory").filter(|limit| !limit.is_zero());
    let share = memory.zip(limit).and_then(|(memory, limit)| {
        let share = memory.checked_mul(Decimal::ONE_HUNDRED)?;
        Some(share.checked_div(limit)?.round_dp(2).normalize())
    });
    set("memory_share", in_unit(share, Unit::Percent));
    set("clients", in_unit(number("connected_clients"), Unit::Count));
    set("evicted", in_unit(number("evicted_keys"), Unit::Count));
    set("uptime", in_unit(number("uptime_in_seconds"), Unit::Second));
    let saves: Vec<bool> = [
        "rdb_last_bgsave_status",
        "aof_last_bgrewrite_status",
        "aof_last_write_status",
    ]
    .iter()
    .filter_map(|name| fields.get(name).map(|word| *word == "ok"))
    .collect();
    set(
        "saved",
        (!saves.is_empty()).then(|| Value::Bool(saves.iter().all(|saved| *saved))),
    );
    if replica.is_some() {
        set("keys", in_unit(keys(&fields), Unit::Count));
    }
    set("info", Some(Value::text(text)));
    saw.note("info", text);
    let document = fields
        .iter()
        .map(|(name, text)| ((*name).to_owned(), json(text)));
    saw.values.json = Some(Json::Object(document.collect()));
}

/// The keys of all databases; a database without keys is not listed.
fn keys(fields: &BTreeMap<&str, &str>) -> Option<Decimal> {
    fields
        .iter()
        .filter(|(name, _)| {
            let number = name.strip_prefix("db").unwrap_or_default();
            !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
        })
        .try_fold(Decimal::ZERO, |sum, (_, text)| {
            let keys = pairs(text)?.into_iter().find(|(name, _)| *name == "keys")?;
            sum.checked_add(exact_number(keys.1)?)
        })
}

/// `keys=1,expires=0`.
fn pairs(text: &str) -> Option<Vec<(&str, &str)>> {
    text.split(',').map(|pair| pair.split_once('=')).collect()
}

fn json(text: &str) -> Json {
    if let Some(number) = exact_number(text) {
        return json_number(number);
    }
    match pairs(text) {
        Some(pairs) => {
            let entries = pairs
                .into_iter()
                .map(|(name, text)| (name.to_owned(), json(text)));
            Json::Object(entries.collect::<Map<_, _>>())
        }
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn seen(text: &str) -> Saw {
        let mut saw = Saw::default();
        measure(text, &mut saw);
        saw
    }

    fn text(saw: &Saw, metric: &str) -> Option<String> {
        saw.values.metrics.get(metric).map(ToString::to_string)
    }

    #[test]
    fn a_replica_without_its_master_is_told() {
        let saw = seen(
            "# Replication\r\nrole:slave\r\nmaster_link_status:down\r\nmaster_last_io_seconds_ago:-1\r\nconnected_slaves:0\r\n",
        );
        assert_eq!(text(&saw, "role").as_deref(), Some("replica"));
        assert_eq!(text(&saw, "linked").as_deref(), Some("no"));
        assert_eq!(text(&saw, "heard"), None);
        assert_eq!(text(&saw, "keys").as_deref(), Some("0"));
        assert_eq!(text(&saw, "saved"), None);
    }

    #[test]
    fn what_is_not_told_is_missing() {
        let saw = seen("# Memory\r\nused_memory:600\r\nmaxmemory:0\r\n");
        assert_eq!(text(&saw, "memory").as_deref(), Some("600 B"));
        for metric in ["memory_share", "role", "keys", "clients"] {
            assert_eq!(text(&saw, metric), None, "{metric}");
            assert!(saw.values.missing.contains_key(metric));
        }
        let saw = seen(
            "used_memory:600\r\nmaxmemory:1000\r\nrdb_last_bgsave_status:ok\r\naof_last_write_status:err\r\n",
        );
        assert_eq!(text(&saw, "memory_share").as_deref(), Some("60 %"));
        assert_eq!(text(&saw, "saved").as_deref(), Some("no"));
    }

    #[test]
    fn the_document_has_numbers_and_databases() {
        let saw = seen(
            "role:master\r\ndb0:keys=2,expires=0\r\ndb3:keys=40,expires=1\r\nmem_fragmentation_ratio:1.25\r\n",
        );
        assert_eq!(text(&saw, "keys").as_deref(), Some("42"));
        let json = saw.values.json.unwrap();
        assert_eq!(json["db3"]["keys"], 40);
        assert_eq!(json["mem_fragmentation_ratio"].to_string(), "1.25");
    }
}
