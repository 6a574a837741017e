//! What poppler reads from the PDF.

use std::path::PathBuf;
use std::process::Command;

use countersign_report::model::{Phase, Report};
use countersign_report::pages::{self, Pages};
use countersign_report::pdf::{self, Paper, PdfOptions, ReportError};
use proptest::prelude::*;

use crate::{hostile, sample};

/// Writes the PDF where a person can look at it after the test.
fn write(name: &str, report: &Report, paper: Paper) -> PathBuf {
    let bytes = pdf::render(report, &PdfOptions { paper }).unwrap();
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn poppler(program: &str, arguments: &[&str], path: &PathBuf) -> String {
    let output = Command::new(program)
        .args(arguments)
        .arg(path)
        .args((program == "pdftotext").then_some("-"))
        .output()
        .unwrap_or_else(|error| panic!("{program} of poppler-utils is needed: {error}"));
    assert!(
        output.status.success(),
        "{program} fails on {}",
        path.display()
    );
    // Poppler 22 calls the boolean that ISO 32000-1 table 321 asks for in /Suspects a wrong type.
    let complaints = String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter(|line| !line.contains("Suspects object is wrong type"))
        .count();
    assert_eq!(complaints, 0, "{program} complains");
    String::from_utf8(output.stdout).unwrap()
}

fn text(path: &PathBuf) -> String {
    let words = poppler("pdftotext", &["-layout"], path);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pages(path: &PathBuf) -> usize {
    poppler("pdfinfo", &[], path)
        .lines()
        .find_map(|line| line.strip_prefix("Pages:"))
        .and_then(|count| count.trim().parse().ok())
        .unwrap()
}

#[test]
fn a_stated_time_is_never_broken() {
    let mut report = sample::bakhmach();
    let mut times = Vec::new();
    for point in &mut report.points {
        for role in &mut point.roles {
            if let Some(signature) = &mut role.signature {
                signature.name = "Oleksandra Kovalchuk-Shevchenko".to_owned();
                signature.stated_time.text = "Wed 25 Nov 2026, 16:09 +00:00".to_owned();
                times.push(signature.stated_time.text.clone());
            }
        }
    }
    assert!(!times.is_empty());
    let path = write("stated.pdf", &report, Paper::A4);
    let cover = poppler("pdftotext", &["-layout", "-l", "1"], &path);
    let lines = cover.lines().filter(|line| line.contains(&times[0]));
    assert_eq!(lines.count(), times.len(), "{cover}");
}

#[test]
fn a_busy_run_is_told_whole() {
    let report = sample::bakhmach();
    let path = write("bakhmach.pdf", &report, Paper::A4);
    let info = poppler("pdfinfo", &[], &path);
    for line in [
        "Bakhmach Business Hub 2.4.0",
        "Tagged:          yes",
        "(A4)",
        "Sun Nov 22 10:00:00 2026",
    ] {
        assert!(info.contains(line), "{line} is not in {info}");
    }
    let metadata = poppler("pdfinfo", &["-meta"], &path);
    for mark in [
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
    ] {
        assert!(metadata.contains(mark), "{mark} is not in {metadata}");
    }
    let words = text(&path);
    for item in report.phases.iter().flat_map(Phase::items) {
        assert!(
            words.contains(&format!("{} ", item.number)),
            "{}",
            item.number
        );
        assert!(words.contains(&item.text), "{}", item.text);
    }
    for said in [
        "NO-GO",
        "NOT READY",
        "Iryna Melnyk",
        "The QA Lead’s rejection stands.",
        "612 ms",
        "limit 500 ms",
        "percentile",
        "p99.9",
        "1950 ms",
        "99.9 %",
        "Scanner licence lapsed",
        "load1.hlog",
        "production",
        "Tue 24 Nov 2026, 18:00 EET",
        "Rollback Procedure",
        "Slow query on sync_records",
        "nothing measured",
        "ssh-keygen -Y verify",
        "https://api.bakhmach.example",
        "7abd31aa91f59320ff2e6043180afb421db09a18095bb86d8155bda3163cb1a2",
        "page 1 of",
        "DevOps/Infrastructure",
        "SHA256:u7Qm1fS2yC4nV0kR8wLdT5xHqZ9pGjBaE3oXiNsx2Vd",
    ] {
        assert!(words.contains(said), "{said} is missing");
    }
    assert!(!words.contains("Unsigned"));
    let first = poppler("pdftotext", &["-layout", "-l", "1"], &path);
    for said in [
        "Go/no-go",
        "Acceptance",
        "Security Lead",
        "The checklist",
        "Post-Deployment Review",
        "115 items",
    ] {
        assert!(
            first.contains(said),
            "{said} is not on the first page: {first}"
        );
    }
}

#[test]
fn a_run_without_signatures_says_so_on_every_page() {
    let path = write("unsigned.pdf", &sample::unsigned(), Paper::Letter);
    let info = poppler("pdfinfo", &[], &path);
    assert!(info.contains("612 x 792 pts (letter)"), "{info}");
    for page in 1..=pages(&path) {
        let page = page.to_string();
        let words = poppler("pdftotext", &["-f", &page, "-l", &page], &path).to_lowercase();
        assert!(words.contains("unsigned"), "page {page}: {words}");
    }
}

#[test]
fn a_rollback_is_told_step_by_step() {
    let words = text(&write("rolled-back.pdf", &sample::rolled_back(), Paper::A4));
    for said in [
        "Rolled back",
        "12 min 40 s",
        "Trigger blue-green failover",
        "Error rate 4 % after the canary.",
    ] {
        assert!(words.contains(said), "{said} is missing");
    }
}

#[test]
fn a_run_of_nothing_is_a_short_report() {
    let path = write("empty.pdf", &sample::empty(), Paper::A4);
    assert!(pages(&path) <= 4);
    let words = text(&path);
    assert!(
        words.contains("Untitled run") && words.contains("This checklist has no items."),
        "{words}"
    );
}

#[test]
fn a_thousand_items_are_all_there() {
    let report = sample::large();
    let words = text(&write("large.pdf", &report, Paper::A4));
    for item in report.phases.iter().flat_map(Phase::items) {
        assert!(
            words.contains(&format!(" {} Thing", item.number)),
            "{}",
            item.number
        );
    }
}

#[test]
fn hostile_words_stay_words() {
    let report = hostile::everywhere(&sample::rolled_back(), hostile::WORDS);
    let words = text(&write("hostile.pdf", &report, Paper::A4));
    for said in [
        "#set page(fill: red)",
        "⟨U+202E⟩",
        "⟨U+001B⟩",
        "⟨U+4E2D⟩",
        "$x^2$",
        "<script>alert(1)</script>",
        "✅",
    ] {
        assert!(words.contains(said), "{said} is missing");
    }
    assert!(!words.contains('\u{202E}'));
}

#[test]
fn a_broken_picture_costs_its_figure_only() {
    let mut report = sample::bakhmach();
    for item in report
        .phases
        .iter_mut()
        .flat_map(|phase| &mut phase.sections)
        .flat_map(|section| &mut section.items)
    {
        for evidence in &mut item.evidence {
            evidence.image.truncate(700);
        }
    }
    let words = text(&write("broken-picture.pdf", &report, Paper::A4));
    assert!(words.contains("grafana-p99.png"));
}

#[test]
fn the_same_report_is_the_same_file() {
    let options = PdfOptions::default();
    let mut report = sample::bakhmach();
    report.phases.truncate(3);
    let first = pdf::render(&report, &options).unwrap();
    assert_eq!(first, pdf::render(&report, &options).unwrap());
    report.as_of = sample::moment(23, "12:00");
    assert_ne!(first, pdf::render(&report, &options).unwrap());
}

#[test]
fn a_date_that_is_none_is_refused() {
    let mut report = sample::empty();
    report.as_of.at = "yesterday".to_owned();
    assert!(matches!(
        pdf::render(&report, &PdfOptions::default()),
        Err(ReportError::Date(_))
    ));
}

#[test]
fn pages_can_be_looked_at() {
    let mut report = sample::bakhmach();
    report.phases.truncate(1);
    let pages = Pages::new(&report, &PdfOptions::default()).unwrap();
    let picture = pages.png(1, 1.0).unwrap();
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(
        picture[16..24],
        [0, 0, 2, 83, 0, 0, 3, 74],
        "595 × 842 pixels"
    );
    assert_eq!(picture, pages::render_png(&report, 1, 1.0).unwrap());
    let past = pages.count() + 1;
    assert!(
        matches!(pages.png(past, 1.0), Err(ReportError::NoSuchPage { page, .. }) if page == past)
    );
    assert!(matches!(
        pages.png(0, 1.0),
        Err(ReportError::NoSuchPage { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_words_can_be_printed(words in "(\\PC|\\p{M}|\\p{C}|[\\u{FE00}-\\u{FE0F}✅é ]){0,80}") {
        let mut report = sample::empty();
        report.phases = sample::phases("## One\n- [ ] a\n");
        report.run.name.clone_from(&words);
        report.phases[0].title.clone_from(&words);
        report.phases[0].sections[0].items[0].text.clone_from(&words);
        report.phases[0].sections[0].items[0].reason = words;
        prop_assert!(pdf::render(&report, &PdfOptions::default()).is_ok());
    }
}
