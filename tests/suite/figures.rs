//! Figures of the benchmarks: a median with its range, beside its reference and its aim.

use std::io::Write as _;
use std::time::Duration;

/// Something that is measured.
pub trait Figure: Copy + Ord {
    /// For ratios.
    fn number(self) -> f64;
    /// For people.
    fn shown(self) -> String;
}

impl Figure for Duration {
    fn number(self) -> f64 {
        self.as_secs_f64()
    }

    fn shown(self) -> String {
        let millis = self.as_secs_f64() * 1000.0;
        if millis < 10.0 {
            format!("{millis:.2} ms")
        } else {
            format!("{millis:.0} ms")
        }
    }
}

/// KiB.
impl Figure for u64 {
    fn number(self) -> f64 {
        self as f64
    }

    fn shown(self) -> String {
        format!("{:.1} MiB", self as f64 / 1024.0)
    }
}

/// What a figure should come to.
#[derive(Clone, Copy, Debug)]
pub enum Aim<F> {
    /// Nothing: it is for information.
    None,
    /// At most this.
    Most(F),
    /// At most so many times the reference.
    Times(f64),
    /// At least so many times as fast as the reference.
    AsFast(f64),
}

/// Prints the head of a table.
pub fn head(what: &str) {
    print(&format!(
        "\n{what:<46} {:>10}  {:>23}  {:>7}  aim",
        "median", "least to most", "ratio"
    ));
}

/// Prints one line of a table and returns its median.
pub fn line<F: Figure>(what: &str, figures: &[F], reference: Option<F>, aim: Aim<F>) -> F {
    let median = percentile(figures, 50);
    let (least, most) = (percentile(figures, 0), percentile(figures, 100));
    let range = format!("{} to {}", least.shown(), most.shown());
    let ratio = reference.map(|reference| median.number() / reference.number());
    let shown_ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2} x"));
    let (aim, reached) = match aim {
        Aim::None => (String::new(), true),
        Aim::Most(most) => (most.shown(), median <= most),
        Aim::Times(most) => (format!("{most} x"), ratio.is_some_and(|n| n <= most)),
        Aim::AsFast(least) => (
            format!("{:.2} x, {least} x as fast", 1.0 / least),
            ratio.is_some_and(|n| n <= 1.0 / least),
        ),
    };
    let missed = if reached { "" } else { "  missed" };
    let text = format!(
        "  {what:<44} {:>10}  {range:>23}  {shown_ratio:>7}  {aim}{missed}",
        median.shown()
    );
    print(text.trim_end());
    median
}

/// The least figure that is at least as great as so many in a hundred of them.
///
/// # Panics
/// When there is none.
pub fn percentile<F: Figure>(figures: &[F], percent: usize) -> F {
    let mut sorted = figures.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted[rank - 1]
}

fn print(text: &str) {
    writeln!(std::io::stdout(), "{text}").expect("somebody reads the figures");
}
