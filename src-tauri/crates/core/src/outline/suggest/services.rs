//! What an item says about services: databases, caches, buckets, mail, and what is measured of them.

use super::Proposal;
use super::limits::{self, blank};
use crate::outline::model::{Comparison, Item};
use crate::outline::patterns as re;

/// "PostgreSQL 15 installed", "Redis servers provisioned".
pub(super) fn store(text: &str) -> Option<Proposal> {
    let lower = text.to_lowercase();
    if lower.contains("postgis") {
        let why = "The database says which extensions it has.";
        return Some(postgres("extensions contains postgis", "", why));
    }
    if lower.contains("postgres") {
        let why = "The server says its version when one logs in.";
        return Some(
            match re::POSTGRES_VERSION
                .captures(text)
                .and_then(|found| found.get(1))
            {
                Some(version) => postgres(&format!("major == {}", version.as_str()), "", why),
                None => postgres("answered", " proves=part", why),
            },
        );
    }
    if lower.contains("redis") {
        let fields = "host=${REDIS_HOST} expect=\"ping\" proves=part";
        let why = "The server should answer; whether it is sized right needs a person.";
        return Some(Proposal::comment("redis", fields, why));
    }
    if re::SAYS_BUCKET.is_match(text) {
        let fields = "url=${S3_URL} bucket=${S3_BUCKET} access_key=${S3_KEY_ID} \
                      secret_key=${secret:S3_SECRET} expect=\"bucket\" proves=part";
        let why = "The storage says whether the bucket is there.";
        return Some(Proposal::comment("s3", fields, why));
    }
    if re::SAYS_MAIL.is_match(text) {
        let why =
            "The mail server should greet and offer TLS; whether mail arrives needs a person.";
        let fields = "host=${SMTP_HOST} expect=\"ready\" proves=part";
        return Some(Proposal::comment("smtp", fields, why));
    }
    lower.contains("mysql").then(|| {
        let why = "MySQL should answer on port 3306; whether it works needs a person.";
        let fields = "host=${DB_HOST} port=3306 expect=\"connected\" proves=part";
        Proposal::comment("tcp", fields, why)
    })
}

fn postgres(expect: &str, proves: &str, why: &str) -> Proposal {
    let fields = format!(
        "dsn=${{DATABASE_DSN}} password=${{secret:DB_PASSWORD}} expect=\"{expect}\"{proves}"
    );
    Proposal::comment("postgres", &fields, why)
}

/// The psycopg2 block: the database it names and the query that it asks, where both stand there as
/// plain text. A password is never taken over.
pub(super) fn psycopg2(block: &str) -> Option<Proposal> {
    let dsn = re::PSYCOPG2_DSN.captures(block)?.get(1)?.as_str();
    if dsn.to_lowercase().contains("password") || re::NOT_A_COMMAND.is_match(dsn) {
        return None;
    }
    // Without a host it is the socket of the machine that the block was written for.
    let host = if dsn.contains("host=") || dsn.contains("://") {
        ""
    } else {
        "host: ${DB_HOST}\n"
    };
    let sql = re::PSYCOPG2_QUERY
        .captures(block)
        .and_then(|found| found.get(1))
        .map(|sql| format!("sql: {}\n", super::rules::quoted(sql.as_str())))
        .unwrap_or_default();
    let fields = format!(
        "dsn: {}\n{host}password: ${{secret:DB_PASSWORD}}\n{sql}expect: answered\n",
        super::rules::quoted(dsn)
    );
    let why = "The block asks this database; the same question can be a probe, read-only.";
    Some(Proposal::fence("postgres", &fields, why))
}

/// "Server monitoring configured (Prometheus)".
pub(super) fn prometheus(text: &str) -> Option<Proposal> {
    text.to_lowercase().contains("prometheus").then(|| {
        let fields = "url=${PROMETHEUS_URL} query=up expect=\"lowest == 1, age < 5m\" proves=part";
        let why = "Prometheus says whether it reaches everything that it watches.";
        Proposal::comment("promql", fields, why)
    })
}

/// "Error rate < 0.1%": a number that monitoring knows, by a query that only its owner can write.
pub(super) fn measured(item: &Item, text: &str) -> Option<Proposal> {
    let asked = item.asks_value.as_ref()?;
    if asked.op == Comparison::Between || !re::SAYS_MEASURED.is_match(text) {
        return None;
    }
    let unit = match asked.unit.as_deref()? {
        "%" => "%",
        // Prometheus measures time in seconds.
        "ms" | "s" => "s",
        "req/s" => "/s",
        _ => return None,
    };
    let (extreme, statistic) = match asked.op {
        Comparison::Lt | Comparison::Le => ("highest", "max"),
        _ => ("lowest", "min"),
    };
    let limit = limits::condition(extreme, asked)?;
    let query = blank(asked.metric.as_deref().unwrap_or(""), "QUERY");
    let (watch, why) = match limits::watched(item, text) {
        Some(length) => (
            format!(" watch={length} statistic={statistic}"),
            "Prometheus may know this number all the while; only you know the query.",
        ),
        None => (
            String::new(),
            "Prometheus may know this number; only you know the query.",
        ),
    };
    // "CPU < 70%, memory < 80%" names more limits than one query answers.
    let signs = text.matches(['<', '>', '≤', '≥']).count();
    let part = if signs > 1 { " proves=part" } else { "" };
    let fields = format!(
        "url=${{PROMETHEUS_URL}} query=${{{query}}} unit={unit}{watch} expect=\"{limit}\"{part}"
    );
    Some(Proposal::comment("promql", &fields, why))
}

/// "Monitor error rates for 30 minutes": what is looked at for a while, without a limit that the
/// item names.
pub(super) fn monitored(item: &Item, text: &str) -> Option<Proposal> {
    let found = re::SAYS_WATCHED.captures(text)?;
    let what = &found["what"];
    if !re::SAYS_MEASURED.is_match(what) && !re::SAYS_COUNTED.is_match(what) {
        return None;
    }
    let length = limits::watched(item, text)?;
    let (query, limit) = (blank(what, "QUERY"), blank(what, "LIMIT"));
    let fields = format!(
        "url=${{PROMETHEUS_URL}} query=${{{query}}} watch={length} statistic=max \
         expect=\"highest < ${{{limit}}}\" proves=part"
    );
    let why = "Prometheus may know this number all the while; the query and its limit are yours.";
    Some(Proposal::comment("promql", &fields, why))
}
