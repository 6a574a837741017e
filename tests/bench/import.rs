//! How fast a checklist of 10,000 items is read, beside a bare pulldown-cmark pass over the same file.
//!
//! Every figure is the median of several rounds, with the fastest and the slowest round after it,
//! because machines are shared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use countersign_core::outline;

const ITEMS: usize = 10_000;

fn main() {
    println!(
        "{:<58} {:>12}  {:>25}  aim",
        "what", "median", "fastest to slowest"
    );
    import();
}

/// The median of `rounds`, printed with its range.
fn measure(what: &str, aim: &str, rounds: usize, mut round: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let begun = Instant::now();
            round();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times[times.len() / 2];
    let range = format!("{} to {}", shown(times[0]), shown(times[times.len() - 1]));
    println!("{what:<58} {:>12}  {range:>25}  {aim}", shown(median));
    median
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// A checklist of 10,000 items in sections of 20, with the words that real ones use.
fn checklist(items: usize) -> String {
    let mut text = String::from("# A very long deployment checklist\n");
    for at in 0..items {
        if at % 200 == 0 {
            text.push_str(&format!("\n## Phase {} (1 week before)\n", at / 200 + 1));
        }
        if at % 20 == 0 {
            text.push_str(&format!("\n### Section {}\n\n", at / 20 + 1));
        }
        text.push_str(&format!(
            "- [ ] Step {at} is **done** and `checked` (p95 < 200ms)\n"
        ));
    }
    text
}

fn import() {
    let text = checklist(ITEMS);
    let bare = measure(
        "bare pulldown-cmark pass, 10,000 items",
        "reference",
        15,
        || {
            let options = pulldown_cmark::Options::ENABLE_TASKLISTS;
            black_box(
                pulldown_cmark::Parser::new_ext(&text, options)
                    .into_offset_iter()
                    .count(),
            );
        },
    );
    let ours = measure(
        "import of the same file",
        "at most 5 × the reference",
        15,
        || {
            let import = outline::import(text.as_bytes(), None).unwrap();
            assert_eq!(black_box(import).outline.items.len(), ITEMS);
        },
    );
    println!(
        "{:<58} {:>10.1} ×",
        "import, beside the reference",
        ours.as_secs_f64() / bare.as_secs_f64()
    );
}
