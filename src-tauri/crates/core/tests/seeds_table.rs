//! `docs/seeds.md` says of each of the 239 work items who answers it: written from the checklists,
//! but for the last column, which people write. `UPDATE_DOCS=1` writes it anew and keeps their words.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use countersign_core::outline::{Item, ItemKind, Outline, import};
use countersign_core::probe::{Condition, Probe, Proves};

const SEEDS: [(&str, &str); 2] = [
    (
        "bakhmach.md",
        include_str!("../../../../checklists/bakhmach.md"),
    ),
    (
        "hamsaya.md",
        include_str!("../../../../checklists/hamsaya.md"),
    ),
];

const INTRODUCTION: &str = "\
# The two seeds: who answers each item

[`bakhmach.md`](../checklists/bakhmach.md) and [`hamsaya.md`](../checklists/hamsaya.md) are two real \
checklists with probes added and no other byte changed. Here stands for each of their work items who \
answers it:

- **automatic**: its probes measure all that it says, and when they pass it is done;
- **half**: its probes measure a part, and a person gives the word for the rest (`proves: part`);
- **person**: no machine can tell.

What is watched has its verdict when the time that stands there has passed, not with one look.

`UPDATE_DOCS=1 cargo test -p countersign-core --test seeds_table` writes this file anew from the \
checklists and keeps the last column, which is written by hand; a test compares it.
";

/// Who answers an item.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Automatic,
    Half,
    Person,
}

impl Who {
    const ALL: [Self; 3] = [Self::Automatic, Self::Half, Self::Person];

    fn of(item: &Item) -> Self {
        match item.probes.as_slice() {
            [] => Self::Person,
            probes if probes.iter().any(|probe| probe.proves == Proves::Part) => Self::Half,
            _ => Self::Automatic,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Half => "half",
            Self::Person => "person",
        }
    }
}

fn read(text: &str) -> Outline {
    import(text.as_bytes(), None).unwrap().outline
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../docs/seeds.md")
}

/// One line of a table without its last cell.
fn row(item: &Item) -> String {
    let cell = |text: String| text.replace('|', "\\|");
    let kinds: Vec<String> = item.probes.iter().map(kind).collect();
    let measured: Vec<String> = item.probes.iter().map(measured).collect();
    format!(
        "| {} | {} | {} | {} | {} |",
        item.number,
        cell(item.text.clone()),
        Who::of(item).word(),
        once(kinds),
        cell(once(measured)),
    )
}

/// Each text once, in the order of the probes.
fn once(texts: Vec<String>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen.join("; ")
}

fn kind(probe: &Probe) -> String {
    match &probe.reference {
        Some(_) => "`ref`".to_owned(),
        None => format!("`{}`", probe.kind),
    }
}

fn measured(probe: &Probe) -> String {
    let conditions: Vec<&str> = probe.expect.iter().map(Condition::text).collect();
    let watched = probe.watch.as_ref();
    let watched = watched.map(|watch| format!(", watched for {}", watch.length.written()));
    format!("`{}`{}", conditions.join(", "), watched.unwrap_or_default())
}

/// The words of the last column as they stand in the file, by checklist and item.
fn written(document: &str) -> BTreeMap<(String, String), String> {
    let mut words = BTreeMap::new();
    let mut checklist = String::new();
    for line in document.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            checklist = title.trim_matches('`').to_owned();
        }
        let Some(cells) = line.strip_suffix(" |") else {
            continue;
        };
        let item = cells.split(" | ").nth(1);
        if let (Some(item), Some((_, last))) = (item, cells.rsplit_once(" | ")) {
            words.insert((checklist.clone(), item.to_owned()), last.to_owned());
        }
    }
    words
}

fn totals(outlines: &[(&str, Outline)]) -> String {
    let mut out =
        "| | work items | automatic | half | person |\n|---|--:|--:|--:|--:|\n".to_owned();
    let mut sums = [0; 3];
    for (name, outline) in outlines {
        let counts = Who::ALL.map(|who| outline.work_items().filter(|i| Who::of(i) == who).count());
        let all: usize = counts.iter().sum();
        let [automatic, half, person] = counts;
        let _ = writeln!(
            out,
            "| `{name}` | {all} | {automatic} | {half} | {person} |"
        );
        sums.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
    }
    let all: usize = sums.iter().sum();
    let [automatic, half, person] = sums;
    let _ = writeln!(
        out,
        "| **both** | **{all}** | **{automatic}** | **{half}** | **{person}** |"
    );
    let steps = |probed: bool| {
        let of = outlines.iter().flat_map(|(_, o)| o.rollback_steps());
        of.filter(|step| !probed || !step.probes.is_empty()).count()
    };
    let _ = writeln!(
        out,
        "\nOf the {} rollback steps, which are not counted here, {} have a probe.",
        steps(false),
        steps(true)
    );
    out
}

fn document(held: &str) -> String {
    let words = written(held);
    let outlines: Vec<(&str, Outline)> = SEEDS.map(|(name, text)| (name, read(text))).into();
    let mut out = format!("{INTRODUCTION}\n{}", totals(&outlines));
    for (name, outline) in &outlines {
        let _ = writeln!(out, "\n## `{name}`");
        for phase in outline.phases.iter().filter(|phase| !phase.rollback) {
            for section in &phase.sections {
                let title = match &section.title {
                    Some(title) => format!("{} › {title}", phase.title),
                    None => phase.title.clone(),
                };
                let _ = writeln!(
                    out,
                    "\n### {title}\n\n| | item | who | probe | measured | left to a person, and why |\n|---|---|---|---|---|---|"
                );
                for item in outline
                    .work_items()
                    .filter(|item| item.section == section.id)
                {
                    let key = ((*name).to_owned(), item.text.replace('|', "\\|"));
                    let last = words.get(&key).map_or("", String::as_str);
                    let last = match Who::of(item) {
                        Who::Automatic => "",
                        Who::Half | Who::Person => last,
                    };
                    let _ = writeln!(out, "{} {last} |", row(item));
                }
            }
        }
    }
    out
}

#[test]
fn the_table_is_what_the_checklists_say() {
    let held = std::fs::read_to_string(path()).unwrap_or_default();
    let made = document(&held);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path(), &made).unwrap();
    }
    let held = std::fs::read_to_string(path()).unwrap();
    for (number, (held, made)) in held.lines().zip(made.lines()).enumerate() {
        assert_eq!(held, made, "docs/seeds.md, line {}", number + 1);
    }
    assert_eq!(held.lines().count(), made.lines().count(), "docs/seeds.md");
}

#[test]
fn whatever_is_left_to_a_person_says_why() {
    let words = written(&std::fs::read_to_string(path()).unwrap());
    for (name, text) in SEEDS {
        for item in read(text).work_items() {
            let key = (name.to_owned(), item.text.replace('|', "\\|"));
            let said = words.get(&key).is_some_and(|words| !words.is_empty());
            assert_eq!(
                said,
                Who::of(item) != Who::Automatic,
                "{name}: {} {}",
                item.number,
                item.text
            );
        }
    }
}

#[test]
fn at_least_150_of_the_239_items_have_a_probe() {
    let items = SEEDS.map(|(_, text)| read(text).items).concat();
    let work: Vec<&Item> = items
        .iter()
        .filter(|item| item.kind == ItemKind::Work)
        .collect();
    assert_eq!(work.len(), 239);
    assert!(
        work.iter()
            .filter(|item| Who::of(item) != Who::Person)
            .count()
            >= 150
    );
}
