//! What a server says about itself and its replicas.

use std::time::Duration;

use countersign_core::probe::{Quantity, Unit, Value};
use rust_decimal::Decimal;
use serde_json::json;
use tokio::time::{Instant, sleep};
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use crate::kind::Saw;
use crate::kinds::exact::exact_number;

const SELF: &str = "select current_setting('server_version_num'), pg_is_in_recovery(), \
     (select coalesce(json_agg(extname order by extname), '[]') from pg_extension)";

/// Of each replica that streams: nothing is behind when all that was written is replayed; otherwise
/// the time that the replica itself measured, and the time since it measured that.
///
/// What was written may end inside a record: a server that has nothing to commit writes whole pages
/// and keeps the rest for seconds (`XLogBackgroundFlush`). A replica that has such a page has all
/// there is and cannot replay the record yet, so it is not behind. One record needs no more than
/// 33 pages (`XLR_MAX_BLOCK_ID`).
const REPLICAS: &str = "select count(*) filter (where state = 'streaming'), \
     count(*) filter (where state is null), \
     count(*) filter (where state = 'streaming' and replay_lsn is null), \
     max(case when replay_lsn >= written \
           or flush_lsn >= written and pg_wal_lsn_diff(written, '0/0') % page = 0 \
              and pg_wal_lsn_diff(written, replay_lsn) < 33 * page then 0 \
         else extract(epoch from coalesce(replay_lag, '0') + (clock_timestamp() - reply_time)) * 1000 end) \
         filter (where state = 'streaming'), \
     greatest(max(pg_wal_lsn_diff(written, replay_lsn)) filter (where state = 'streaming'), 0) \
     from pg_stat_replication, (select pg_current_wal_lsn() as written, \
         current_setting('wal_block_size')::int as page) as own";

/// `latest_end_lsn` is how far the primary has said it is. A replica that waits for more has
/// replayed all it can: what is left is the begin of a record, as above.
const RECEIVER: &str = "select r.pid is not null, r.status, \
     pg_last_wal_replay_lsn() >= r.latest_end_lsn \
         or pg_last_wal_receive_lsn() >= r.latest_end_lsn and exists (select from pg_stat_activity \
             where backend_type = 'startup' and wait_event in ('RecoveryWalStream', 'RecoveryWalAll')), \
     greatest(pg_wal_lsn_diff(r.latest_end_lsn, pg_last_wal_replay_lsn()), 0), \
     extract(epoch from clock_timestamp() - r.last_msg_receipt_time) * 1000, \
     extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000 \
     from (select 1) as one left join pg_stat_wal_receiver r on true";

/// How long what was just written may take to be received, replayed and reported before that is
/// called lag.
const CATCHING_UP: Duration = Duration::from_secs(1);
/// How often it is looked at meanwhile.
const GLANCE: Duration = Duration::from_millis(20);

const UNSEEN: &str = "this role does not see it; grant it `pg_monitor`";

type Row = Vec<Option<String>>;

/// Measures what the server says about itself. Returns how long it was waited for a replica to catch
/// up, which is none of the server's time.
pub(super) async fn measure(client: &Client, version: Option<String>, saw: &mut Saw) -> Duration {
    if let Some(version) = version {
        // Packages add their own name: `15.18 (Debian 15.18-0+deb12u1)`.
        let short = version.split_whitespace().next().unwrap_or_default();
        saw.values.set("version", Value::text(short));
        saw.note("server", version);
    }
    let Some(own) = row(
        client,
        SELF,
        saw,
        &["major", "version_num", "extensions", "replica"],
    )
    .await
    else {
        return Duration::ZERO;
    };
    if let Some(number) = cell(&own, 0).and_then(|text| text.parse::<u64>().ok()) {
        saw.values.set("version_num", Value::count(number));
        saw.values.set("major", Value::count(number / 10_000));
    }
    let extensions: Vec<String> = cell(&own, 2)
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let list = extensions.iter().map(Value::text).collect();
    saw.values.set("extensions", Value::List(list));
    let replica = cell(&own, 1) == Some("t");
    saw.values.set("replica", Value::Bool(replica));
    if replica {
        saw.values
            .lacks("replicas", "this server is a replica itself");
        receiver(client, saw).await
    } else {
        saw.values.lacks("heard", "this server is no replica");
        replicas(client, saw).await
    }
}

/// A replica answers when it has replayed something, else every ten seconds, so that after a pause
/// the age of its last answer says nothing about what was written this moment.
async fn replicas(client: &Client, saw: &mut Saw) -> Duration {
    let metrics = ["replicas", "streaming", "lag", "lag_bytes"];
    let begun = Instant::now();
    let mut waited = Duration::ZERO;
    let found = loop {
        let Some(found) = row(client, REPLICAS, saw, &metrics).await else {
            return waited;
        };
        let lag = cell(&found, 3).and_then(exact_number);
        let catches_up = lag.is_none_or(|milliseconds| milliseconds < Decimal::ONE_THOUSAND);
        if catches_up || begun.elapsed() > CATCHING_UP {
            break found;
        }
        sleep(GLANCE).await;
        waited = begun.elapsed();
    };
    if cell(&found, 1) != Some("0") {
        for metric in metrics {
            saw.values.lacks(metric, UNSEEN);
        }
        return waited;
    }
    let count: u64 = cell(&found, 0)
        .and_then(|text| text.parse().ok())
        .unwrap_or_default();
    saw.values.set("replicas", Value::count(count));
    saw.values.set("streaming", Value::Bool(count > 0));
    if count == 0 {
        saw.values.lacks("lag", "no replica streams from it");
        saw.values.lacks("lag_bytes", "no replica streams from it");
    } else if cell(&found, 2) == Some("0") {
        number(saw, "lag", cell(&found, 3), Unit::Millisecond);
        number(saw, "lag_bytes", cell(&found, 4), Unit::Byte);
    } else {
        saw.values
            .lacks("lag", "a replica has not yet said where it is");
        saw.values
            .lacks("lag_bytes", "a replica has not yet said where it is");
    }
    saw.note(
        "replication",
        json!({"replicas": count, "lag ms": cell(&found, 3)}),
    );
    waited
}

/// A replica that has just received something is given a moment to replay it, so that the age of
/// the transaction before is not taken for lag.
async fn receiver(client: &Client, saw: &mut Saw) -> Duration {
    let metrics = ["streaming", "lag", "lag_bytes", "heard"];
    let begun = Instant::now();
    let mut waited = Duration::ZERO;
    loop {
        let Some(found) = row(client, RECEIVER, saw, &metrics).await else {
            return waited;
        };
        let connected = cell(&found, 0) == Some("t");
        if connected && cell(&found, 1).is_none() {
            for metric in metrics {
                saw.values.lacks(metric, UNSEEN);
            }
            return waited;
        }
        let streaming = cell(&found, 1) == Some("streaming");
        saw.values.set("streaming", Value::Bool(streaming));
        if !streaming {
            for metric in ["lag", "lag_bytes", "heard"] {
                saw.values
                    .lacks(metric, "it receives nothing from its primary");
            }
            return waited;
        }
        let caught_up = cell(&found, 2) == Some("t");
        if !caught_up && begun.elapsed() < CATCHING_UP {
            sleep(GLANCE).await;
            waited = begun.elapsed();
            continue;
        }
        let lag = if caught_up {
            Some("0")
        } else {
            cell(&found, 5)
        };
        number(saw, "lag", lag, Unit::Millisecond);
        number(saw, "lag_bytes", cell(&found, 3), Unit::Byte);
        number(saw, "heard", cell(&found, 4), Unit::Millisecond);
        return waited;
    }
}

fn number(saw: &mut Saw, metric: &str, text: Option<&str>, unit: Unit) {
    match text.and_then(exact_number) {
        Some(n) => {
            let value = Quantity::new(n.round_dp(3).normalize(), unit);
            saw.values.set(metric, Value::Number(value));
        }
        None => saw.values.lacks(metric, "the server does not tell"),
    }
}

fn cell(row: &Row, at: usize) -> Option<&str> {
    row.get(at).and_then(Option::as_deref)
}

/// The one row of a question about the server; what it was to measure is missing when it is
/// refused, as by servers that only speak PostgreSQL's protocol.
async fn row(client: &Client, question: &str, saw: &mut Saw, metrics: &[&str]) -> Option<Row> {
    match first_row(client, question).await {
        Ok(Some(row)) => Some(row),
        other => {
            let why = match other {
                Err(error) => match error.as_db_error() {
                    Some(told) => format!("the server does not tell: {}", told.message()),
                    None => "the session broke off".to_owned(),
                },
                Ok(_) => "the server does not tell".to_owned(),
            };
            for metric in metrics {
                saw.values.lacks(metric, why.clone());
            }
            None
        }
    }
}

async fn first_row(client: &Client, question: &str) -> Result<Option<Row>, Error> {
    let messages = client.simple_query(question).await?;
    Ok(messages.into_iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(
            (0..row.len())
                .map(|at| row.get(at).map(str::to_owned))
                .collect(),
        ),
        _ => None,
    }))
}
