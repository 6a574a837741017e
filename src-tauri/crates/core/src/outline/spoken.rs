//! One look at a line before any rule reads it: what its words can be about at all.
//!
//! Most lines of a checklist are about nothing that a rule knows, so most rules never run.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// What some rule reads lines for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// An environment's name.
    Environment,
    /// A component's name.
    Component,
    /// A condition.
    Condition,
    /// A time relative to the deployment.
    Window,
    /// Marks of unfinished code.
    OpenMarks,
    /// A file that every project has.
    File,
    /// Certificates and HTTPS.
    Tls,
    /// Names.
    Dns,
    /// A database, a cache, storage, mail or monitoring.
    Store,
    /// Tests and how they end.
    Tests,
    /// Scanners and what they find.
    Findings,
    /// Environment variables and what is kept in them.
    Setting,
    /// Statements that print.
    Debug,
    /// A checking tool's own name.
    Tool,
    /// Response headers.
    Headers,
    /// How long an answer takes.
    AnswerTime,
    /// A number that monitoring knows.
    Measured,
    /// Whether something answers.
    Answers,
    /// Which origins are let in.
    Cors,
    /// How often one may ask.
    RateLimit,
    /// WebSockets.
    WebSocket,
    /// What must not be reachable.
    Exposed,
    /// A domain's registration.
    Domain,
    /// Whether a machine answers an echo.
    Ping,
    /// What is looked at for a while.
    Watched,
}

/// What tells a topic, in any case.
const WORDS: &[(&str, Topic)] = &[
    ("staging", Topic::Environment),
    ("prod", Topic::Environment),
    ("development", Topic::Environment),
    ("backend", Topic::Component),
    ("frontend", Topic::Component),
    ("dashboard", Topic::Component),
    ("ios", Topic::Component),
    ("android", Topic::Component),
    ("if ", Topic::Condition),
    ("when ", Topic::Condition),
    ("where ", Topic::Condition),
    ("optional", Topic::Condition),
    ("only", Topic::Condition),
    ("within", Topic::Window),
    ("first", Topic::Window),
    ("before", Topic::Window),
    ("prior", Topic::Window),
    ("after", Topic::Window),
    ("t-", Topic::Window),
    ("t+", Topic::Window),
    ("t−", Topic::Window),
    ("t–", Topic::Window),
    ("d-", Topic::Window),
    ("d+", Topic::Window),
    ("day", Topic::Window),
    ("week", Topic::Window),
    ("month", Topic::Window),
    ("ahead", Topic::Window),
    ("todo", Topic::OpenMarks),
    ("fixme", Topic::OpenMarks),
    ("changelog", Topic::File),
    ("readme", Topic::File),
    (".", Topic::File),
    ("ssl", Topic::Tls),
    ("tls", Topic::Tls),
    ("certificate", Topic::Tls),
    ("https", Topic::Tls),
    ("dns", Topic::Dns),
    ("redis", Topic::Store),
    ("postgres", Topic::Store),
    ("mysql", Topic::Store),
    ("mail", Topic::Store),
    ("smtp", Topic::Store),
    ("postgis", Topic::Store),
    ("minio", Topic::Store),
    ("s3", Topic::Store),
    ("prometheus", Topic::Store),
    ("test", Topic::Tests),
    ("security", Topic::Findings),
    ("vulnerab", Topic::Findings),
    ("audit", Topic::Findings),
    ("analysis", Topic::Findings),
    ("secret", Topic::Setting),
    ("variable", Topic::Setting),
    (".env", Topic::Setting),
    ("debug", Topic::Debug),
    ("mypy", Topic::Tool),
    ("ruff", Topic::Tool),
    ("flake8", Topic::Tool),
    ("eslint", Topic::Tool),
    ("clippy", Topic::Tool),
    ("header", Topic::Headers),
    ("hsts", Topic::Headers),
    ("csp", Topic::Headers),
    ("security policy", Topic::Headers),
    ("x-frame", Topic::Headers),
    ("cors", Topic::Cors),
    ("cross-origin", Topic::Cors),
    ("limit", Topic::RateLimit),
    ("throttl", Topic::RateLimit),
    ("websocket", Topic::WebSocket),
    ("web socket", Topic::WebSocket),
    ("expos", Topic::Exposed),
    ("debug", Topic::Exposed),
    ("public", Topic::Exposed),
    ("domain", Topic::Domain),
    ("ping", Topic::Ping),
    ("icmp", Topic::Ping),
    ("reachable", Topic::Ping),
    ("monitor", Topic::Watched),
    ("watch", Topic::Watched),
    ("observe", Topic::Watched),
    ("respon", Topic::AnswerTime),
    ("latency", Topic::AnswerTime),
    ("load", Topic::AnswerTime),
    ("answer", Topic::AnswerTime),
    ("rate", Topic::Measured),
    ("cpu", Topic::Measured),
    ("memory", Topic::Measured),
    ("disk", Topic::Measured),
    ("latency", Topic::Measured),
    ("response", Topic::Measured),
    ("throughput", Topic::Measured),
    ("utili", Topic::Measured),
    ("usage", Topic::Measured),
    ("hit", Topic::Measured),
    ("api", Topic::Answers),
    ("endpoint", Topic::Answers),
    ("site", Topic::Answers),
    ("homepage", Topic::Answers),
    ("service", Topic::Answers),
    ("health", Topic::Answers),
];

static SCAN: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(WORDS.iter().map(|(word, _)| word))
        .ok()
});

/// The topics that a line may be about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spoken(u32);

impl Spoken {
    /// Looks at a line once.
    pub fn of(line: &str) -> Self {
        let Some(scan) = SCAN.as_ref() else {
            return Self(u32::MAX);
        };
        scan.find_overlapping_iter(line)
            .fold(Self::default(), |spoken, found| {
                let (_, topic) = WORDS[found.pattern().as_usize()];
                Self(spoken.0 | bit(topic))
            })
    }

    /// True when the line may be about the topic.
    pub fn has(self, topic: Topic) -> bool {
        self.0 & bit(topic) != 0
    }
}

fn bit(topic: Topic) -> u32 {
    1 << topic as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_about_what_its_words_tell() {
        let spoken = Spoken::of("SSL certificate of Staging, if enabled");
        for topic in [Topic::Tls, Topic::Environment, Topic::Condition] {
            assert!(spoken.has(topic), "{topic:?}");
        }
        assert!(!spoken.has(Topic::Component));
        assert_eq!(Spoken::of("Dead code removed"), Spoken::default());
    }

    #[test]
    fn the_words_make_a_scan() {
        assert!(SCAN.is_some());
    }
}
