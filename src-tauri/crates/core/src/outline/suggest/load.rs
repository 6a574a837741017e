//! Load: what a locust line means as a probe, and which items one run of it answers.

use super::limits::condition;
use super::rules::changes_something;
use super::{Proposal, Suggestion};
use crate::outline::around::Fence;
use crate::outline::model::{Item, ItemId, ItemKind, Outline};
use crate::outline::patterns as re;
use crate::outline::values;

/// How long a run lasts where the file says nothing.
const USUAL: &str = "60s";

/// Where the load of a checklist is written.
pub(super) enum Source<'a> {
    /// In a block that calls locust.
    Block(&'a Fence),
    /// In an item that asks for so many users.
    Item(&'a ItemId),
}

/// What a checklist says about its load, if anything.
pub(super) fn source(outline: &Outline) -> Option<Source<'_>> {
    let mut blocks = outline.fences.iter().filter(|fence| !fence.rollback);
    let mut items = outline.items.iter();
    let block = blocks.find(|fence| locust(&fence.content).is_some());
    block.map(Source::Block).or_else(|| {
        let item = items.find(|item| item.kind == ItemKind::Work && users(item).is_some());
        item.map(|item| Source::Item(&item.id))
    })
}

impl Source<'_> {
    /// What it proposes for an item: the load itself, or to judge what it measured.
    pub fn propose(&self, outline: &Outline, item: &Item) -> Option<Proposal> {
        if matches!(self, Self::Item(id) if **id == item.id) {
            return users(item);
        }
        let why = "One run of the load answers it: its probe, called `load`, measures this.";
        let judged = |condition: &str, rest: &str| Proposal {
            kind: "ref",
            text: format!("ref=load expect=\"{condition}\"{rest}"),
            fenced: false,
            why: why.to_owned(),
        };
        if re::SAYS_LOAD_TEST.is_match(&item.text) {
            return Some(judged("error_rate < 1%", " proves=part"));
        }
        let Self::Block(fence) = self else {
            return None;
        };
        let phase = outline.phases.iter().find(|phase| phase.id == item.phase)?;
        if !fence.under.contains(&phase.title) {
            return None;
        }
        Some(judged(&limit(item)?, ""))
    }
}

/// A limit that a load run measures: a percentile, the rate of errors, the throughput.
fn limit(item: &Item) -> Option<String> {
    let asked = item.asks_value.as_ref()?;
    let said = item.text.to_lowercase();
    match asked.unit.as_deref()? {
        "ms" | "s" => condition(&values::percentile(&item.text)?.to_lowercase(), asked),
        "%" if said.contains("error rate") => condition("error_rate", asked),
        "req/s" => condition("throughput", asked),
        _ => None,
    }
}

/// "Load testing completed (1000+ concurrent users)".
fn users(item: &Item) -> Option<Proposal> {
    let asked = item.asks_value.as_ref()?;
    let many = asked.unit.as_deref()?.ends_with("users") && re::SAYS_LOAD_TEST.is_match(&item.text);
    let users: u32 = many.then_some(asked.limit.as_deref()?.parse().ok()?)?;
    let fields = format!(
        "id: load\nurl: ${{LOAD_URL}}\nusers: {users}\nthink: 1s\nramp: 10s\nduration: {USUAL}\n\
         expect: error_rate < 1%\n"
    );
    let why = "So many users at once, each waiting for its answer (a closed loop). It asks each \
               time, and its host is typed into the environment first.";
    Some(Proposal::fence("load", &fields, why))
}

/// What the suggestions of a block gain by a locust command in it.
pub(super) fn of_block(fence: &Fence, found: &mut Vec<Suggestion>) {
    if let Some(proposal) = locust(&fence.content) {
        let target = super::SuggestedFor::Fence(fence.id.clone());
        found.push(proposal.suggestion(target, fence.line));
    }
}

/// The load that a locust command of a block asks for.
fn locust(block: &str) -> Option<Proposal> {
    let joined = block.replace("\\\n", " ");
    let line = joined
        .lines()
        .map(str::trim)
        .find(|line| line.split_whitespace().next() == Some("locust"))?;
    if re::NOT_A_COMMAND.is_match(line) || changes_something(line) {
        return None;
    }
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    let host = option(&words, &["-H", "--host"]).filter(|host| host.starts_with("http"));
    let users: u32 = option(&words, &["-u", "--users"])
        .and_then(|users| users.parse().ok())
        .unwrap_or(1);
    let spawned: Option<f64> = option(&words, &["-r", "--spawn-rate"])
        .and_then(|rate| rate.parse().ok())
        .filter(|rate| *rate > 0.0);
    let lasts = option(&words, &["-t", "--run-time"]).and_then(|time| length(&time));
    let address = host.map_or_else(
        || "${LOAD_URL}".to_owned(),
        |host| format!("{}/${{LOAD_PATH}}", host.trim_end_matches('/')),
    );
    let ramp = spawned.map_or_else(String::new, |rate| {
        format!("ramp: {}s\n", (f64::from(users) / rate).ceil())
    });
    let lasts = lasts.unwrap_or_else(|| USUAL.to_owned());
    let fields = format!(
        "id: load\nurl: {address}\nusers: {users}\n{ramp}duration: {lasts}\nexpect: error_rate < 1%\n"
    );
    let headless = words
        .iter()
        .any(|word| matches!(*word, "--headless" | "--no-web" | "--autostart"));
    let page = "As written this opens locust's web page and tests nothing until somebody presses a \
                button there (`--headless` is missing). ";
    let why = format!(
        "{}The same users, each waiting for its answer; `rate: 1000/s` instead of `users` sends \
         whatever the server does.",
        if headless { "" } else { page }
    );
    Some(Proposal::fence("load", &fields, why))
}

/// The value of an option, as its own word or after `=`.
fn option(words: &[&str], names: &[&str]) -> Option<String> {
    let plain = |text: &str| text.trim_matches(['"', '\'']).to_owned();
    words.iter().enumerate().find_map(|(at, word)| {
        if names.contains(word) {
            return words.get(at + 1).map(|value| plain(value));
        }
        let (name, value) = word.split_once('=')?;
        names.contains(&name).then(|| plain(value))
    })
}

/// locust's run time, such as `5m` or `300`, as a probe writes it.
fn length(time: &str) -> Option<String> {
    let digits = time.trim_end_matches(['s', 'm', 'h']);
    let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match time.len() - digits.len() {
        _ if !whole => None,
        0 => Some(format!("{time}s")),
        1 => Some(time.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locust_line_is_its_users_its_ramp_and_its_host() {
        let text = |block: &str| locust(block).map(|one| (one.text, one.why));
        let (probe, why) =
            text("# Run it\nlocust -f locustfile.py --host=https://a.test/ -u 100 -r 10")
                .unwrap_or_default();
        for line in [
            "url: https://a.test/${LOAD_PATH}",
            "users: 100",
            "ramp: 10s",
            "duration: 60s",
        ] {
            assert!(probe.lines().any(|one| one == line), "{probe}");
        }
        assert!(why.contains("web page"), "{why}");
        let (probe, why) =
            text("locust --headless \\\n  --users=5 -t 5m -H https://a.test").unwrap_or_default();
        assert!(probe.contains("users: 5\nduration: 5m\n"), "{probe}");
        assert!(!why.contains("web page"), "{why}");
        for block in [
            "locust -H https://your-domain.com -u <n>",
            "echo locust",
            "",
            "locusts -u 5",
        ] {
            assert_eq!(text(block), None, "{block}");
        }
    }

    #[test]
    fn run_times_of_locust() {
        for (time, length_of) in [
            ("300", Some("300s")),
            ("5m", Some("5m")),
            ("1h30m", None),
            ("x", None),
        ] {
            assert_eq!(length(time).as_deref(), length_of, "{time}");
        }
    }
}
