//! Searching the files of the repository line by line on all cores, with ripgrep's own libraries.
//! `scan` and `secrets` say what a line means.

mod added;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use countersign_core::probe::{Plan, Value};
use grep_regex::RegexMatcher;
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder, Sink, SinkFinish, SinkMatch};
use ignore::{WalkBuilder, WalkState};

use self::added::Added;
use crate::kind::{Context, Inside, Obstacle, Saw};
use crate::repository::{Pattern, Stop, patterns, reading, slashed, walk};

/// The longest line that is searched, in bytes; each thread may hold one.
const LONGEST_LINE: usize = 16 << 20;
/// The most threads; more do not read a disk faster.
const MOST_THREADS: usize = 12;

/// What a kind makes of the lines of one file that match.
pub(super) trait Lines: Send + 'static {
    /// Takes one line.
    fn take(&mut self, number: u64, line: &[u8]);
    /// How many matches it has.
    fn count(&self) -> u64;
}

/// What was found.
pub(super) struct Found<L> {
    /// Files with matches, by path.
    pub files: BTreeMap<String, L>,
    /// Files that were searched.
    pub searched: u64,
    /// Files that were left out as binary.
    pub binary: u64,
    /// The first file that could not be read, and why; and how many there are.
    pub unreadable: Option<(String, u64)>,
}

impl<L> Found<L> {
    /// Measures what is common to all searches.
    pub fn measure(&self, saw: &mut Saw) {
        saw.values.set("searched", Value::count(self.searched));
        saw.values.set("binary", Value::count(self.binary));
        saw.note("searched", self.searched);
        saw.note("binary", self.binary);
    }

    /// That a file could not be read, to be said after everything else.
    ///
    /// # Errors
    /// Inconclusive when there is such a file.
    pub fn complete(&self) -> Result<(), Obstacle> {
        match &self.unreadable {
            None => Ok(()),
            Some((why, 1)) => Err(Obstacle::undecided(why.clone())
                .hint("check who may read it, or leave it out with `exclude`")),
            Some((why, n)) => Err(
                Obstacle::undecided(format!("{n} files were not read: {why}"))
                    .hint("check who may read them, or leave them out with `exclude`"),
            ),
        }
    }
}

/// Searches what the plan's `paths`, `exclude` and `since` leave.
///
/// # Errors
/// Skipped without a repository; inconclusive when a path finds no file, `since` names no commit,
/// or the deadline passes.
pub(super) async fn search<L, N>(
    plan: &Plan,
    context: &Context<'_>,
    matcher: RegexMatcher,
    begin: N,
) -> Result<Found<L>, Obstacle>
where
    L: Lines,
    N: Fn(&str) -> L + Send + Sync + 'static,
{
    let compile = |field: &str| -> Result<Vec<Pattern>, Obstacle> {
        patterns(plan, field)
            .iter()
            .map(|text| Pattern::new(text))
            .collect()
    };
    let (paths, exclude) = (compile("paths")?, compile("exclude")?);
    let roots = roots(&paths, context)?;
    let added = match plan.text("since") {
        Some(since) => Some(Added::since(context, &since).await?),
        None => None,
    };
    let root = context.repository.map(Path::to_owned).unwrap_or_default();
    let whole = Whole {
        root,
        roots,
        met: paths.iter().map(|_| AtomicBool::new(false)).collect(),
        paths,
        exclude,
        added,
        matcher,
        searched: AtomicU64::new(0),
        binary: AtomicU64::new(0),
        unreadable: Mutex::new(None),
        files: Mutex::new(BTreeMap::new()),
    };
    reading(context, move |stop| whole.run(stop, &begin)).await
}

/// Where to begin: the folders before the first name with a pattern in it, none inside another.
fn roots(paths: &[Pattern], context: &Context<'_>) -> Result<Vec<PathBuf>, Obstacle> {
    let mut roots: Vec<PathBuf> = Vec::new();
    let beginnings = paths.iter().map(Pattern::beginning);
    let mut beginnings: Vec<PathBuf> = beginnings.collect();
    if beginnings.is_empty() {
        beginnings.push(PathBuf::new());
    }
    beginnings.sort();
    for beginning in beginnings {
        if roots.iter().any(|root| beginning.starts_with(root)) {
            continue;
        }
        if let Inside::Nothing = context.inside(&beginning.to_string_lossy())? {
            return Err(no_file(&slashed(&beginning)));
        }
        roots.push(beginning);
    }
    Ok(roots)
}

fn no_file(pattern: &str) -> Obstacle {
    Obstacle::undecided(format!("no file is found at `{pattern}`"))
        .hint("check the path; what .gitignore names is not searched")
}

/// One search over the whole repository.
struct Whole<L> {
    root: PathBuf,
    roots: Vec<PathBuf>,
    paths: Vec<Pattern>,
    /// Whether each of `paths` has met a file.
    met: Vec<AtomicBool>,
    exclude: Vec<Pattern>,
    added: Option<Added>,
    matcher: RegexMatcher,
    searched: AtomicU64,
    binary: AtomicU64,
    unreadable: Mutex<Option<(String, u64)>>,
    files: Mutex<BTreeMap<String, L>>,
}

impl<L: Lines> Whole<L> {
    fn run(self, stop: &Stop, begin: &(dyn Fn(&str) -> L + Sync)) -> Result<Found<L>, Obstacle> {
        let mut roots = self.roots.iter().map(|root| self.root.join(root));
        let mut walk: WalkBuilder = walk(&roots.next().unwrap_or_else(|| self.root.clone()));
        for more in roots {
            walk.add(more);
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        walk.threads(cores.min(MOST_THREADS));
        let whole = &self;
        walk.build_parallel().run(|| {
            let mut searcher = searcher();
            Box::new(move |entry| {
                if stop.is_set() {
                    return WalkState::Quit;
                }
                match entry {
                    Ok(entry) => whole.visit(&mut searcher, &entry, begin),
                    Err(error) => {
                        whole.unread(error.to_string());
                        WalkState::Continue
                    }
                }
            })
        });
        if let Some(at) = self.met.iter().position(|met| !met.load(Ordering::Relaxed))
            && let Some(pattern) = self.paths.get(at)
        {
            return Err(no_file(pattern.text()));
        }
        Ok(Found {
            files: inner(self.files),
            searched: self.searched.into_inner(),
            binary: self.binary.into_inner(),
            unreadable: inner(self.unreadable),
        })
    }

    fn visit(
        &self,
        searcher: &mut Searcher,
        entry: &ignore::DirEntry,
        begin: &(dyn Fn(&str) -> L + Sync),
    ) -> WalkState {
        let Some(kind) = entry.file_type() else {
            return WalkState::Continue;
        };
        let path = entry.path();
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        if self.exclude.iter().any(|pattern| pattern.matches(relative)) {
            return if kind.is_dir() {
                WalkState::Skip
            } else {
                WalkState::Continue
            };
        }
        if !kind.is_file() || !self.is_meant(relative) {
            return WalkState::Continue;
        }
        let name = slashed(relative);
        let lines = match &self.added {
            None => None,
            Some(added) => match added.lines(&name) {
                Some(lines) => Some(lines),
                // Nothing was added to it, so there is nothing in it to be found.
                None => {
                    self.searched.fetch_add(1, Ordering::Relaxed);
                    return WalkState::Continue;
                }
            },
        };
        let mut gathering = Gathering {
            lines: begin(&name),
            only: lines,
            binary: false,
        };
        match searcher.search_path(&self.matcher, path, &mut gathering) {
            Err(error) => self.unread(format!("{name} cannot be read: {error}")),
            Ok(()) if gathering.binary => {
                self.binary.fetch_add(1, Ordering::Relaxed);
            }
            Ok(()) => {
                self.searched.fetch_add(1, Ordering::Relaxed);
                if gathering.lines.count() > 0 {
                    held(&self.files).insert(name, gathering.lines);
                }
            }
        }
        WalkState::Continue
    }

    fn is_meant(&self, relative: &Path) -> bool {
        let mut meant = self.paths.is_empty();
        for (pattern, met) in self.paths.iter().zip(&self.met) {
            if pattern.matches(relative) {
                met.store(true, Ordering::Relaxed);
                meant = true;
            }
        }
        meant
    }

    fn unread(&self, why: String) {
        let mut unreadable = held(&self.unreadable);
        *unreadable = match unreadable.take() {
            None => Some((why, 1)),
            Some((first, n)) => Some((first, n + 1)),
        };
    }
}

fn searcher() -> Searcher {
    SearcherBuilder::new()
        .line_number(true)
        .binary_detection(BinaryDetection::quit(0))
        .heap_limit(Some(LONGEST_LINE))
        .build()
}

/// What a searcher tells about one file.
struct Gathering<'a, L> {
    lines: L,
    /// The only lines that count.
    only: Option<added::Ranges<'a>>,
    binary: bool,
}

impl<L: Lines> Sink for Gathering<'_, L> {
    type Error = std::io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> Result<bool, Self::Error> {
        let number = found.line_number().unwrap_or_default();
        if self.only.as_ref().is_none_or(|only| only.contains(number)) {
            self.lines.take(number, found.bytes());
        }
        Ok(true)
    }

    fn finish(&mut self, _: &Searcher, finish: &SinkFinish) -> Result<(), Self::Error> {
        self.binary = finish.binary_byte_offset().is_some();
        Ok(())
    }
}

/// What a lock holds; a thread that panicked while it held it wrote nothing half.
fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn inner<T>(lock: Mutex<T>) -> T {
    lock.into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
