//! `links`: what a Markdown document points to.

use crate::probe::model::FieldValue;
use crate::probe::plan::{Missing, Plan, PlanValue, unusable};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, as_written, metric, needed,
    plain,
};
use crate::probe::unit::Unit;

/// The schema of `links`.
pub const LINKS: KindSchema = KindSchema {
    name: "links",
    version: 1,
    summary: "Looks whether the files, headings and, where asked, web pages exist that Markdown \
              documents link to or name.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        needed(
            "path",
            FieldKind::Globs,
            "The documents, such as `README.md docs/**/*.md`. Each pattern must find one.",
        ),
        plain(
            "hosts",
            FieldKind::TextList,
            "Hosts, as `docs.example.com` or `localhost:8080`, whose pages are asked for with \
             HEAD. Links to all other hosts are counted and not followed.",
        ),
        plain(
            "named",
            FieldKind::Bool,
            "Whether files that are named in code, such as `scripts/deploy.sh` in backquotes, \
             must exist too; `true` where absent.",
        ),
    ],
    metrics: &[
        metric(
            "broken",
            COUNT,
            "Links and names that lead nowhere; missing when the documents have none.",
        ),
        metric("checked", COUNT, "Links and names that were looked at."),
        metric(
            "places",
            MetricKind::List,
            "The broken ones, as `README.md:12 docs/gone.md`.",
        ),
        metric("unasked", COUNT, "Web links that were not followed."),
        metric("documents", COUNT, "Documents that were read."),
        metric(
            "age",
            MetricKind::Number(Unit::Second),
            "Time since the document that was changed longest ago was changed.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "broken == 0",
    primary: Some("broken"),
    class_of,
    complete: as_written,
    hosts,
    target: |plan| plan.shown("path"),
    notes: &[
        "A relative link starts at the document, one that begins with `/` at the repository's \
         root; a name in code may be meant from either. What leads out of the repository is broken, \
         since nobody else has it. `#anchors` are compared with the headings as GitHub writes them, \
         and with `id` and `name` in HTML. A name in code counts as a file when it has an ending \
         that source and documents have and no placeholder, and either a folder before it or no \
         small letter, as `README.md`.",
        "A page answers well with 200 to 399; a server that knows no HEAD (405, 501) is asked with \
         GET. 401, 403 and 429 say that it is there. A host that does not answer makes the probe \
         inconclusive. With `hosts` the class is *reads*.",
    ],
    examples: &[
        Example {
            item: "README.md up to date",
            checklist: "bakhmach.md",
            text: "links path=README.md proves=part",
            comment: true,
        },
        Example {
            item: "Deployment guide reviewed",
            checklist: "hamsaya.md",
            text: "links path=\"docs/**/*.md README.md\" hosts=docs.hamsaya.com timeout=30s proves=part",
            comment: true,
        },
    ],
};

/// With hosts it asks servers.
fn class_of(fields: &Fields) -> Option<Class> {
    let asks = matches!(fields.get("hosts"), Some(FieldValue::List(hosts)) if !hosts.is_empty());
    asks.then_some(Class::Reads)
}

/// `host:port` of each; 443 where none is written.
fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    let Some(PlanValue::List(items)) = plan.fields.get("hosts") else {
        return Ok(Vec::new());
    };
    let mut hosts = Vec::new();
    for item in items {
        let text = item.shown();
        let with_port = text
            .rsplit_once(':')
            .filter(|(_, port)| port.parse::<u16>().is_ok_and(|port| port > 0))
            .map(|(host, _)| host);
        let host = with_port.unwrap_or(&text);
        let more = |c: char| c.is_whitespace() || c.is_control() || "/@?#\\:".contains(c);
        if host.is_empty() || host.contains(more) {
            return Err(unusable(
                "hosts",
                format!("`{text}` is not a host, or a host and a port"),
            ));
        }
        let host = host.to_ascii_lowercase();
        hosts.push(match with_port {
            Some(_) => text.to_ascii_lowercase(),
            None => format!("{host}:443"),
        });
    }
    hosts.sort();
    hosts.dedup();
    Ok(hosts)
}
