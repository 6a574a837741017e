//! `exposed`: paths that must not answer.

use super::request::{
    BASIC, BEARER, CA, CERT, HEADERS, IP, KEY, KEY_PEM, PROXY, PROXY_BASIC, RESOLVE, URL, hosts,
};
use crate::probe::model::FieldValue;
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, always, metric, plain,
};
use crate::probe::unit::Unit;

/// The paths that are asked for where the author does not say otherwise: what version control,
/// configuration, backups and debugging leave behind.
pub const USUAL_PATHS: &[&str] = &[
    "/.git/HEAD",
    "/.git/config",
    "/.svn/entries",
    "/.hg/requires",
    "/.env",
    "/.env.local",
    "/.env.production",
    "/.DS_Store",
    "/.htpasswd",
    "/.htaccess",
    "/.npmrc",
    "/.aws/credentials",
    "/.ssh/id_rsa",
    "/.vscode/settings.json",
    "/id_rsa",
    "/config.yml",
    "/docker-compose.yml",
    "/Dockerfile",
    "/web.config",
    "/wp-config.php.bak",
    "/backup.sql",
    "/dump.sql",
    "/database.sql",
    "/backup.zip",
    "/backup.tar.gz",
    "/db.sqlite3",
    "/phpinfo.php",
    "/adminer.php",
    "/phpmyadmin/",
    "/server-status",
    "/server-info",
    "/actuator/env",
    "/actuator/heapdump",
    "/debug/pprof/",
    "/debug/vars",
    "/error.log",
    "/npm-debug.log",
    "/storage/logs/laravel.log",
];

/// The schema of `exposed`.
pub const EXPOSED: KindSchema = KindSchema {
    name: "exposed",
    version: 1,
    summary: "Asks a site for paths that must not answer, such as `/.git/HEAD` and `/.env`, and \
              tells a file that is there from a site that answers everything.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        URL,
        plain(
            "paths",
            FieldKind::TextList,
            "Paths from the root of the host, at most 200 with the usual ones.",
        ),
        plain(
            "usual",
            FieldKind::Bool,
            "Whether the usual paths are asked for too; `true` where absent.",
        ),
        HEADERS,
        BEARER,
        BASIC,
        RESOLVE,
        IP,
        PROXY,
        PROXY_BASIC,
        CA,
        CERT,
        KEY,
        KEY_PEM,
    ],
    metrics: &[
        metric(
            "clean",
            MetricKind::Bool,
            "None of the paths answers. Missing when some could not be told, or `url` itself does \
             not answer as a site does.",
        ),
        metric("exposed", MetricKind::List, "The paths that answer."),
        metric(
            "undecided",
            MetricKind::List,
            "The paths of which nobody knows: 429, 5xx, a redirect to the same path, or no answer.",
        ),
        metric("checked", COUNT, "How many paths were asked for."),
        metric(
            "soft_404",
            MetricKind::Bool,
            "The site answers 2xx to paths that do not exist.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "All requests together.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "clean",
    primary: None,
    class_of: always,
    complete,
    hosts,
    target: |plan| plan.shown("url"),
    notes: &[
        "A path answers when its status is 2xx and the page is another one than for paths that were \
         made up at random: the same words, or nine tenths of the same lines, are the site's own \
         \"not found\". What an exposed file holds is neither kept nor shown.",
        "The usual paths are `/.git/HEAD`, `/.git/config`, `/.svn/entries`, `/.hg/requires`, `/.env`, \
         `/.env.local`, `/.env.production`, `/.DS_Store`, `/.htpasswd`, `/.htaccess`, `/.npmrc`, \
         `/.aws/credentials`, `/.ssh/id_rsa`, `/.vscode/settings.json`, `/id_rsa`, `/config.yml`, \
         `/docker-compose.yml`, `/Dockerfile`, `/web.config`, `/wp-config.php.bak`, `/backup.sql`, \
         `/dump.sql`, `/database.sql`, `/backup.zip`, `/backup.tar.gz`, `/db.sqlite3`, \
         `/phpinfo.php`, `/adminer.php`, `/phpmyadmin/`, `/server-status`, `/server-info`, \
         `/actuator/env`, `/actuator/heapdump`, `/debug/pprof/`, `/debug/vars`, `/error.log`, \
         `/npm-debug.log` and `/storage/logs/laravel.log`.",
    ],
    examples: &[
        Example {
            item: "No exposed endpoints",
            checklist: "bakhmach.md",
            text: "exposed url=https://${SITE_HOST}/ paths=\"/admin, /docs, /openapi.json\" proves=part",
            comment: true,
        },
        Example {
            item: "Environment variables configured",
            checklist: "bakhmach.md",
            text: "exposed url=https://${API_HOST}/health usual=false paths=\"/.env, /.env.production\" proves=part",
            comment: true,
        },
    ],
};

fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    super::request::complete(fields)?;
    let paths = match fields.get("paths") {
        Some(FieldValue::List(paths)) => paths.as_slice(),
        _ => &[],
    };
    let usual = fields.get("usual") != Some(&FieldValue::Bool(false));
    if paths.is_empty() && !usual {
        return Err((
            "there is no path to ask for",
            "list some in `paths`, or leave `usual` out",
        ));
    }
    let count = paths.len() + if usual { USUAL_PATHS.len() } else { 0 };
    if count > 200 {
        return Err(("there are more than 200 paths", "keep those that matter"));
    }
    let rooted = |path: &FieldValue| path.as_text().is_some_and(|text| text.starts_with('/'));
    if !paths.iter().all(rooted) {
        return Err(("a path begins with `/`", "write `/admin`"));
    }
    Ok(())
}
