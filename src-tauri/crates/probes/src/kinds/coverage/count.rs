//! What coverage reports count, in one form for all formats.

use std::collections::{BTreeMap, BTreeSet};

/// How many there are, and how many of them the tests reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub covered: u64,
    pub total: u64,
}

impl Count {
    /// Both counts together.
    pub fn and(self, other: Self) -> Self {
        Self {
            covered: self.covered.saturating_add(other.covered),
            total: self.total.saturating_add(other.total),
        }
    }

    /// A count that a report states. `None` when it covers more than there is.
    pub fn stated(covered: u64, total: u64) -> Option<Self> {
        (covered <= total).then_some(Self { covered, total })
    }

    fn of(reached: impl Iterator<Item = bool>) -> Self {
        reached.fold(Self::default(), |count, reached| {
            count.and(Self {
                covered: u64::from(reached),
                total: 1,
            })
        })
    }
}

/// The three counts of a package or of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub line: Count,
    pub branch: Count,
    pub function: Count,
}

impl Sum {
    /// Both sums together.
    pub fn and(self, other: Self) -> Self {
        Self {
            line: self.line.and(other.line),
            branch: self.branch.and(other.branch),
            function: self.function.and(other.function),
        }
    }
}

/// A source file that a report lists line by line.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    /// Its package, or its folder.
    pub package: String,
    /// Whether a line is reached.
    pub lines: BTreeMap<u64, bool>,
    /// Whether a branch is taken, by its line and its name there.
    pub branches: BTreeMap<(u64, String), bool>,
    /// Whether a function is entered.
    pub functions: BTreeMap<String, bool>,
}

impl Source {
    /// A line; one that any report reaches is reached.
    pub fn line(&mut self, number: u64, reached: bool) {
        *self.lines.entry(number).or_default() |= reached;
    }

    /// A branch.
    pub fn branch(&mut self, line: u64, name: String, taken: bool) {
        *self.branches.entry((line, name)).or_default() |= taken;
    }

    /// A function.
    pub fn function(&mut self, name: String, entered: bool) {
        *self.functions.entry(name).or_default() |= entered;
    }
}

/// What all reports count.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    /// The formats that were read.
    pub formats: BTreeSet<&'static str>,
    /// The report that is being read.
    pub report: String,
    /// Source files by report and path, of the formats that list lines. The same path in two
    /// reports may be two files, so these are never taken for one.
    pub sources: BTreeMap<(String, String), Source>,
    /// What reports state as a whole, of the formats that hold only sums.
    pub stated: Sum,
    /// What they state of packages.
    pub packages: BTreeMap<String, Sum>,
}

impl Counted {
    /// The source file of this path in the report that is being read.
    pub fn source(&mut self, path: &str, package: &str) -> &mut Source {
        let key = (self.report.clone(), path.to_owned());
        let source = self.sources.entry(key).or_default();
        if source.package.is_empty() {
            package.clone_into(&mut source.package);
        }
        source
    }

    /// Adds what a report states of a package.
    pub fn package(&mut self, name: &str, sum: Sum) {
        let held = self.packages.entry(name.to_owned()).or_default();
        *held = held.and(sum);
    }

    /// Everything, and every package.
    pub fn sums(&self) -> (Sum, BTreeMap<String, Sum>) {
        let mut all = self.stated;
        let mut packages = self.packages.clone();
        for source in self.sources.values() {
            let sum = Sum {
                line: Count::of(source.lines.values().copied()),
                branch: Count::of(source.branches.values().copied()),
                function: Count::of(source.functions.values().copied()),
            };
            all = all.and(sum);
            let held = packages.entry(source.package.clone()).or_default();
            *held = held.and(sum);
        }
        (all, packages)
    }
}

/// The folder of a source file, for formats that know no packages.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once(['/', '\\'])
        .map_or(".", |(folder, _)| folder)
}
