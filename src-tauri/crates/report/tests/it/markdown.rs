//! The Markdown report, as a Markdown reader sees it and as a machine takes it apart.

use countersign_report::markdown::{self, MARK, RestoreError};
use countersign_report::model::{Item, Report};
use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use crate::{hostile, sample};

/// What a Markdown reader sees of a text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    headings: usize,
    tasks: usize,
    ticked: usize,
    rows: usize,
    links: Vec<String>,
    html: Vec<String>,
    blocks: Vec<String>,
    last: String,
}

fn seen(text: &str) -> Seen {
    let mut seen = Seen::default();
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(tag) => {
                seen.last = format!("{tag:?}");
                match tag {
                    Tag::Heading { .. } => seen.headings += 1,
                    Tag::TableRow => seen.rows += 1,
                    Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                        seen.links.push(dest_url.to_string());
                    }
                    Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                        seen.blocks.push(info.to_string())
                    }
                    _ => {}
                }
            }
            Event::TaskListMarker(ticked) => {
                seen.tasks += 1;
                seen.ticked += usize::from(ticked);
            }
            Event::Html(html) | Event::InlineHtml(html) => seen.html.push(html.trim().to_owned()),
            _ => {}
        }
    }
    seen
}

fn appendix(text: &str) -> &str {
    text.rsplit_once(MARK).expect("the mark").1
}

fn items(report: &mut Report) -> impl Iterator<Item = &mut Item> {
    report
        .phases
        .iter_mut()
        .flat_map(|phase| &mut phase.sections)
        .flat_map(|section| &mut section.items)
}

#[test]
fn the_checklist_comes_first_with_only_done_items_ticked() {
    let report = sample::bakhmach();
    let text = markdown::render(&report);
    let shown = &text[..sample::BAKHMACH.len()];
    assert_eq!(shown.replace("[x]", "[ ]"), sample::BAKHMACH);
    let done = report
        .phases
        .iter()
        .flat_map(|phase| phase.items())
        .filter(|item| item.ticked)
        .count();
    assert_eq!(shown.matches("[x]").count(), done);
    assert_eq!(seen(&text).ticked, done);
    assert!(shown.contains("- [x] p95 latency < 200ms"));
    assert!(
        shown.contains("- [ ] p99 latency < 500ms"),
        "failed is not ticked"
    );
    assert!(
        shown.contains("- [ ] Security scanning completed"),
        "waived is not ticked"
    );
    assert!(shown.contains("- [ ] QA Lead: ___"), "a role is not ticked");
}

#[test]
fn the_appendix_is_tables_without_tasks_and_ends_in_one_block() {
    let text = markdown::render(&sample::bakhmach());
    // Left where a person can look at it after the test, as the PDFs are.
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/bakhmach.md"), &text).unwrap();
    assert_eq!(text.matches(MARK).count(), 1);
    let seen = seen(appendix(&text));
    assert_eq!(seen.tasks, 0);
    assert!(seen.rows > 115, "{}", seen.rows);
    assert_eq!(seen.blocks, ["base64"]);
    assert!(seen.last.contains("base64"), "{}", seen.last);
    for word in [
        "GO",
        "612",
        "limit 500 ms",
        "## Latency under load",
        "1950 ms | 141 ms",
        "<code>p95 &lt; 200ms</code> (6.1.2)",
        "Iryna Melnyk",
        "Scanner licence lapsed",
        "load1.hlog",
        "NO-GO",
        "🕓 stale |",
    ] {
        assert!(appendix(&text).contains(word), "{word}");
    }
}

#[test]
fn a_report_is_taken_apart_again() {
    let report = sample::bakhmach();
    let restored = markdown::restore(&markdown::render(&report)).unwrap();
    assert_eq!(restored.checklist, sample::BAKHMACH);
    assert_eq!(restored.digest, report.checklist.digest);
    assert!(restored.checklist_is_intact());
    assert_eq!(restored.signatures.len(), 3);
    assert_eq!(restored.records.len(), 3);
    for (signature, record) in restored.signatures.iter().zip(&restored.records) {
        assert_eq!(signature.record_digest, sample::sha256(&record.bytes));
        assert!(
            signature
                .signature
                .starts_with("-----BEGIN SSH SIGNATURE-----")
        );
    }
    let said = report.points[0].roles[3].signature.as_ref().unwrap();
    assert_eq!(
        restored.signatures[1].statement,
        said.files.as_ref().unwrap().statement
    );
}

#[test]
fn a_change_of_the_checklist_is_seen() {
    let text = markdown::render(&sample::bakhmach());
    let edited = text.replacen("All tests passing locally", "Some tests passing today!", 1);
    assert!(!markdown::restore(&edited).unwrap().checklist_is_intact());
    let unticked = text.replacen("[x] All tests", "[ ] All tests", 1);
    assert_eq!(markdown::restore(&unticked).unwrap().altered_boxes.len(), 1);
    let ticked = text.replacen("- [ ] QA Lead", "- [x] QA Lead", 1);
    assert!(!markdown::restore(&ticked).unwrap().checklist_is_intact());
}

#[test]
fn what_is_not_a_report_says_so() {
    assert_eq!(
        markdown::restore("# Hello\n"),
        Err(RestoreError::NotAReport)
    );
    let text = markdown::render(&sample::bakhmach());
    let cut = text.trim_end().trim_end_matches('`');
    assert_eq!(markdown::restore(cut), Err(RestoreError::NotAReport));
    let start = text.rfind("```base64\n").unwrap() + 10;
    let broken = format!("{}!!!!{}", &text[..start], &text[start..]);
    assert!(matches!(
        markdown::restore(&broken),
        Err(RestoreError::Damaged(_))
    ));
}

#[test]
fn carriage_returns_and_a_byte_order_mark_survive() {
    let checklist = "\u{FEFF}# Ünïcode\r\n- [✓] one\r\n- [X] two\r\n- [ ] three";
    let mut report = sample::empty();
    report.checklist = sample::checklist(checklist);
    report.phases = sample::phases("## P\n- [ ] one\n- [ ] two\n- [ ] three\n");
    let offsets = checklist.match_indices('[').map(|(at, _)| at + 1);
    for (item, offset) in items(&mut report).zip(offsets) {
        item.box_offset = Some(offset);
        item.ticked = item.text != "two";
    }
    let text = markdown::render(&report);
    assert!(text.starts_with("\u{FEFF}# Ünïcode\r\n- [x] one\r\n- [ ] two\r\n- [x] three\n\n<!--"));
    assert_eq!(markdown::restore(&text).unwrap().checklist, checklist);
}

#[test]
fn a_checklist_that_leaves_something_open_does_not_swallow_the_appendix() {
    for checklist in [
        "",
        "# A",
        "```\ncode",
        "````md\n```\nx\n```\n",
        "~~~~\ncode\n",
        "<!-- open",
        "<pre>\nx",
        "- [ ] a\n  ```\n  x",
        "> ```\n> x",
        "<details>\n<summary>More</summary>\n\n- [ ] a\n",
        "| a |\n|---|\n| b |",
        "    code",
        "<?php",
        "<![CDATA[ x",
        "<!-- countersign-report:1 -->\n\n```base64\nAAAA\n```\n",
    ] {
        let mut report = sample::bakhmach();
        report.checklist = sample::checklist(checklist);
        report.phases = Vec::new();
        report.rollback = None;
        let text = markdown::render(&report);
        let expected = seen(appendix(&text));
        let whole = seen(&text);
        let own = seen(checklist);
        assert_eq!(
            whole.headings,
            own.headings + expected.headings,
            "{checklist:?}"
        );
        assert_eq!(whole.rows, own.rows + expected.rows, "{checklist:?}");
        assert_eq!(markdown::restore(&text).unwrap().checklist, checklist);
        assert_eq!(
            text.matches("<details>").count(),
            text.matches("</details>").count()
        );
    }
}

/// The tags that the report itself writes.
const OWN_HTML: [&str; 11] = [
    "<br>",
    "<code>",
    "</code>",
    "<strong>",
    "</strong>",
    "<em>",
    "</em>",
    "<del>",
    "</del>",
    "<span>",
    "</span>",
];

#[test]
fn hostile_words_stay_words() {
    let report = sample::rolled_back();
    let plain = seen(appendix(&markdown::render(&hostile::everywhere(
        &report, "plain",
    ))));
    let text = markdown::render(&hostile::everywhere(&report, hostile::WORDS));
    let found = seen(appendix(&text));
    assert_eq!(found.headings, plain.headings);
    assert_eq!(found.rows, plain.rows);
    assert_eq!(found.tasks, 0);
    assert_eq!(found.blocks, ["base64"]);
    assert_eq!(found.links, Vec::<String>::new());
    for tag in &found.html {
        assert!(OWN_HTML.contains(&tag.as_str()), "{tag}");
    }
    for hidden in ['\u{202E}', '\u{7}', '\u{1B}', '\u{200B}', '\u{FEFF}'] {
        assert!(!appendix(&text).contains(hidden), "{hidden:?}");
    }
    assert_eq!(
        markdown::restore(&text).unwrap().checklist,
        sample::BAKHMACH
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_words_change_the_shape_of_the_appendix(words in "[\\PC\\n`|<>\\[\\]x*_~#\\\\ -]{0,60}") {
        let mut report = sample::rolled_back();
        report.trail.truncate(2);
        report.phases.truncate(2);
        let plain = seen(appendix(&markdown::render(&hostile::everywhere(&report, "plain"))));
        let text = markdown::render(&hostile::everywhere(&report, &words));
        let found = seen(appendix(&text));
        prop_assert_eq!((found.headings, found.tasks), (plain.headings, 0), "{:?}", words);
        prop_assert_eq!(found.blocks, plain.blocks);
        prop_assert!(found.html.iter().all(|tag| OWN_HTML.contains(&tag.as_str())), "{:?}", found.html);
        prop_assert_eq!(markdown::restore(&text).unwrap().checklist, sample::BAKHMACH);
    }
}
