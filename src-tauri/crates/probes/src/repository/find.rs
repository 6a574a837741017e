//! Finding files by pattern.

use std::path::{Path, PathBuf};

use countersign_core::probe::{Plan, PlanValue};
use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;

use super::Stop;
use crate::kind::{Context, Inside, Obstacle};

/// The most files that patterns may find where each is read as a report.
const MOST: usize = 20_000;

/// The texts of a list field.
pub(crate) fn patterns(plan: &Plan, field: &str) -> Vec<String> {
    match plan.fields.get(field) {
        Some(PlanValue::List(items)) => items.iter().filter_map(PlanValue::plain).collect(),
        Some(other) => other.plain().into_iter().collect(),
        None => Vec::new(),
    }
}

/// One pattern of paths from the repository's root.
pub(crate) struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

impl Pattern {
    /// Reads a pattern: `*` and `?` within one name, `**` over folders, `[ab]`, `{a,b}`. One that
    /// names a folder means all that is in it.
    ///
    /// # Errors
    /// An error of the probe when it is no pattern.
    pub fn new(text: &str) -> Result<Self, Obstacle> {
        let bare = text.trim_start_matches("./").trim_end_matches('/');
        let outside = bare.starts_with('/') || bare.split('/').any(|part| part == "..");
        if outside {
            // A variable may have brought this in; as written, it was refused before.
            return Err(Obstacle::broken(format!(
                "`{text}` leads out of the repository"
            )));
        }
        let matcher = GlobBuilder::new(bare)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .map_err(|error| Obstacle::broken(format!("`{text}` is not a pattern: {error}")))?
            .compile_matcher();
        Ok(Self {
            text: bare.to_owned(),
            matcher,
        })
    }

    /// Whether a path from the root is meant.
    pub fn matches(&self, path: &Path) -> bool {
        self.matcher.is_match(path)
            || path
                .ancestors()
                .skip(1)
                .any(|folder| folder != Path::new("") && self.matcher.is_match(folder))
    }

    /// As it was written, without `./` before and `/` after it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The folders before the first name with a pattern in it.
    pub fn beginning(&self) -> PathBuf {
        let fixed = |part: &&str| !part.contains(['*', '?', '[', '{', '\\']);
        self.text.split('/').take_while(fixed).collect()
    }
}

/// A file that was found.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    /// Its path from the root, with `/` between its parts.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// The files that patterns find, sorted by name. Files that git ignores are found too, since
/// reports usually are; links are followed only where a pattern names one, and never outside.
///
/// # Errors
/// Skipped without a repository; inconclusive when one of the patterns finds nothing; an error
/// when one leads outside.
pub(crate) fn choose(
    texts: &[String],
    context: &Context<'_>,
) -> Result<impl FnOnce(&Stop) -> Result<Vec<Chosen>, Obstacle> + Send + 'static + use<>, Obstacle>
{
    let mut begun = Vec::new();
    for text in texts {
        let pattern = Pattern::new(text)?;
        let from = context.inside(&pattern.beginning().to_string_lossy())?;
        begun.push((pattern, from));
    }
    let root = context.repository.map(Path::to_owned).unwrap_or_default();
    Ok(move |stop: &Stop| {
        let mut chosen = Vec::new();
        for (pattern, from) in begun {
            let before = chosen.len();
            match from {
                Inside::Nothing => {}
                Inside::There(path) if path.is_file() => chosen.push(Chosen {
                    name: pattern.text.clone(),
                    path,
                }),
                Inside::There(folder) => below(&root, &folder, &pattern, stop, &mut chosen)?,
            }
            if chosen.len() == before {
                return Err(
                    Obstacle::undecided(format!("there is no file `{}`", pattern.text))
                        .hint("run what writes it first, or check the path"),
                );
            }
        }
        chosen.sort_by(|a, b| a.name.cmp(&b.name));
        chosen.dedup_by(|a, b| a.path == b.path);
        Ok(chosen)
    })
}

fn below(
    root: &Path,
    folder: &Path,
    pattern: &Pattern,
    stop: &Stop,
    chosen: &mut Vec<Chosen>,
) -> Result<(), Obstacle> {
    for entry in walk(folder).standard_filters(false).build() {
        if stop.is_set() {
            break;
        }
        let Ok(entry) = entry else { continue };
        let inner = entry.path().strip_prefix(root).unwrap_or(entry.path());
        if !entry.file_type().is_some_and(|kind| kind.is_file()) || !pattern.matches(inner) {
            continue;
        }
        if chosen.len() >= MOST {
            return Err(Obstacle::undecided(format!(
                "`{}` finds more than {MOST} files",
                pattern.text
            ))
            .hint("name fewer files"));
        }
        chosen.push(Chosen {
            name: slashed(inner),
            path: entry.into_path(),
        });
    }
    Ok(())
}

/// A walk that never enters git's own folder, never follows links, and heeds only what the
/// repository itself says: two machines see the same files.
pub(crate) fn walk(folder: &Path) -> WalkBuilder {
    let mut walk = WalkBuilder::new(folder);
    walk.hidden(false)
        .parents(true)
        .ignore(false)
        .git_ignore(true)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .follow_links(false)
        .filter_entry(|entry| entry.file_name() != ".git");
    walk
}

/// A path with `/` between its parts on every system.
pub(crate) fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}
