//! Reading one JUnit XML report. There is no standard; what the tools have in common is written
//! down in <https://github.com/testmoapp/junitxml>, and Surefire has a schema,
//! <https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report.xsd>.

use rust_decimal::Decimal;

use super::super::xml::{Element, Step, walk};

/// How many tests of a kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub tests: u64,
    pub failed: u64,
    pub errors: u64,
    pub skipped: u64,
    pub flaky: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.tests += other.tests;
        self.failed += other.failed;
        self.errors += other.errors;
        self.skipped += other.skipped;
        self.flaky += other.flaky;
    }
}

/// A suite that has tests of its own.
#[derive(Clone, Debug)]
pub(super) struct Suite {
    pub name: String,
    pub counts: Counts,
}

/// What all reports say together.
#[derive(Clone, Debug, Default)]
pub(super) struct Results {
    pub counts: Counts,
    pub suites: Vec<Suite>,
    /// Names of tests that failed or broke, in the order of the reports.
    pub broken: Vec<String>,
    /// The times of all tests; `None` when a report names none.
    pub seconds: Option<Decimal>,
}

/// An open `testsuites` or `testsuite`.
struct Frame {
    name: String,
    /// What its own attributes say.
    declared: Counts,
    /// Tests that stand in it directly.
    own: Counts,
    /// Tests of the suites in it.
    inner: Counts,
}

/// An open `testcase`.
struct Case {
    name: String,
    failed: bool,
    broke: bool,
    skipped: bool,
    flaky: bool,
}

/// Adds one report.
///
/// # Errors
/// Why it is not a whole JUnit report.
pub(super) fn read(results: &mut Results, _name: &str, bytes: &[u8]) -> Result<(), String> {
    let mut reading = Reading {
        results,
        frames: Vec::new(),
        case: None,
    };
    walk(bytes, &mut |step| match step {
        Step::Open(element) => reading.open(element),
        Step::Close(name) => {
            reading.close(name);
            Ok(())
        }
    })
}

struct Reading<'a> {
    results: &'a mut Results,
    frames: Vec<Frame>,
    case: Option<Case>,
}

impl Reading<'_> {
    fn open(&mut self, element: &Element<'_>) -> Result<(), String> {
        match element.name {
            "testsuites" | "testsuite" => {
                let number = |name| element.number(name).unwrap_or_default();
                self.frames.push(Frame {
                    name: element.text("name").unwrap_or_default(),
                    declared: Counts {
                        tests: number("tests"),
                        failed: number("failures"),
                        errors: number("errors"),
                        skipped: number("skipped").max(number("disabled")),
                        flaky: 0,
                    },
                    own: Counts::default(),
                    inner: Counts::default(),
                });
            }
            other if self.frames.is_empty() => {
                return Err(format!("is not a JUnit report: its root is `{other}`"));
            }
            "testcase" => self.begin(element),
            name => {
                if let Some(case) = &mut self.case {
                    match name {
                        "failure" => case.failed = true,
                        "error" => case.broke = true,
                        "skipped" | "disabled" => case.skipped = true,
                        // Surefire and nextest: good at last, bad before.
                        "flakyFailure" | "flakyError" => case.flaky = true,
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, element: &Element<'_>) {
        let text = |name| element.text(name).unwrap_or_default();
        let name = match (text("classname"), text("name")) {
            (class, name) if class.is_empty() || name.starts_with(&class) => name,
            (class, name) => format!("{class} › {name}"),
        };
        let time = element
            .text("time")
            .and_then(|text| text.replace(',', "").parse::<Decimal>().ok());
        if let Some(time) = time {
            let sum = self.results.seconds.unwrap_or_default();
            self.results.seconds = sum.checked_add(time).or(self.results.seconds);
        }
        // googletest writes `notrun` and lists the test all the same.
        let status = text("status");
        self.case = Some(Case {
            name,
            failed: false,
            broke: false,
            skipped: matches!(status.as_str(), "notrun" | "skipped" | "disabled"),
            flaky: false,
        });
    }

    fn close(&mut self, name: &str) {
        match name {
            "testcase" => {
                if let (Some(case), Some(frame)) = (self.case.take(), self.frames.last_mut()) {
                    let bad = case.failed || case.broke;
                    frame.own.add(Counts {
                        tests: 1,
                        failed: u64::from(case.failed),
                        errors: u64::from(case.broke && !case.failed),
                        skipped: u64::from(case.skipped && !bad),
                        flaky: u64::from(case.flaky && !bad),
                    });
                    if bad {
                        self.results.broken.push(case.name);
                    }
                }
            }
            "testsuites" | "testsuite" => self.end(),
            _ => {}
        }
    }

    fn end(&mut self) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let mut whole = frame.own;
        whole.add(frame.inner);
        let declared = frame.declared;
        if whole.tests == 0 {
            whole.tests = declared.tests;
            whole.skipped = declared.skipped;
        }
        whole.failed = whole.failed.max(declared.failed);
        // What a tool calls an error in its sums and a failure at the test counts once.
        let listed = whole.failed + whole.errors;
        if declared.failed + declared.errors > listed {
            whole.errors += declared.failed + declared.errors - listed;
        }
        let holds = frame.own != Counts::default() || frame.inner == Counts::default();
        if holds && whole != Counts::default() {
            if whole.failed + whole.errors > frame.own.failed + frame.own.errors
                && frame.own.failed + frame.own.errors == 0
            {
                self.results
                    .broken
                    .push(format!("{} as a whole", frame.name));
            }
            self.results.suites.push(Suite {
                name: frame.name,
                counts: whole,
            });
        }
        match self.frames.last_mut() {
            Some(outer) => outer.inner.add(whole),
            None => self.results.counts.add(whole),
        }
    }
}
