//! Checklists that runs are started from: bundled ones and files. A file is read, never changed,
//! unless somebody accepts a suggestion into it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use countersign_core::ledger::ident::Digest;
use countersign_core::outline::{self, Import, ImportError, MAX_BYTES, Options, SuggestedFor};
use countersign_core::probe::comment_as_yaml;
use countersign_store::{ChecklistOrigin, ChecklistRow as Remembered};

use crate::app::App;
use crate::view;
use crate::wire::checklist::{ChecklistPreview, ChecklistRow, SuggestionView};
use crate::wire::error::{Finding, Problem};

/// Checklists that come with the application.
const BUNDLED: &[(&str, &[u8])] = &[
    (
        "bakhmach.md",
        include_bytes!("../../../../checklists/bakhmach.md"),
    ),
    (
        "hamsaya.md",
        include_bytes!("../../../../checklists/hamsaya.md"),
    ),
    (
        "starter-service.md",
        include_bytes!("../../../../checklists/starter-service.md"),
    ),
    (
        "starter-hotfix.md",
        include_bytes!("../../../../checklists/starter-hotfix.md"),
    ),
];

/// The largest checklist, in bytes.
pub(crate) const CHECKLIST_LIMIT: u64 = MAX_BYTES as u64;

const BUNDLED_PREFIX: &str = "bundled:";

/// A checklist's bytes and where they came from.
pub(crate) struct Source {
    /// File name without folder.
    pub file: String,
    /// The checklist's bytes.
    pub bytes: Vec<u8>,
    /// The sidecar's file name and bytes, if there is one.
    pub sidecar: Option<(String, Vec<u8>)>,
    /// The path, unless bundled.
    pub path: Option<PathBuf>,
}

impl Source {
    /// Reads `bundled:NAME` or a path.
    pub fn read(source: &str) -> Result<Self, Problem> {
        if let Some(name) = source.strip_prefix(BUNDLED_PREFIX) {
            let (file, bytes) = BUNDLED
                .iter()
                .find(|(file, _)| *file == name)
                .ok_or_else(|| Problem::unknown("checklist", source))?;
            return Ok(Self {
                file: (*file).to_owned(),
                bytes: bytes.to_vec(),
                sidecar: None,
                path: None,
            });
        }
        let path = Path::new(source);
        let bytes = read_capped(path)?;
        let beside = path.with_extension("countersign.yaml");
        let sidecar = match beside.is_file() {
            true => Some((file_name(&beside), read_capped(&beside)?)),
            false => None,
        };
        Ok(Self {
            file: file_name(path),
            bytes,
            sidecar,
            path: Some(path.to_path_buf()),
        })
    }

    /// Reads the outline.
    pub fn import(&self, bullets_as_items: bool) -> Result<Import, Problem> {
        let sidecar = self.sidecar.as_ref().map(|(_, bytes)| bytes.as_slice());
        outline::import_with(&self.bytes, sidecar, Options { bullets_as_items })
            .map_err(|error| unreadable(&self.file, &error))
    }

    /// The document's title, or the file's name.
    pub fn title(&self, import: &Import) -> String {
        import
            .outline
            .title
            .clone()
            .unwrap_or_else(|| self.file.clone())
    }

    /// The folder of the repository that the file stands in: commands run only inside it.
    pub fn repository(&self) -> Option<PathBuf> {
        let path = self.path.as_ref()?.canonicalize().ok()?;
        path.ancestors()
            .skip(1)
            .find(|folder| folder.join(".git").exists())
            .map(Path::to_path_buf)
    }
}

fn unreadable(file: &str, error: &ImportError) -> Problem {
    let place = match error {
        ImportError::NotUtf8 { line, .. } => format!("{file}, line {line}"),
        _ => file.to_owned(),
    };
    Problem::new(error.code(), error.to_string())
        .at(place)
        .hint(error.hint())
}

fn read_capped(path: &Path) -> Result<Vec<u8>, Problem> {
    use std::io::Read;
    let failed = |error| Problem::io("the file cannot be read", path, &error);
    let file = std::fs::File::open(path).map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    if bytes > CHECKLIST_LIMIT {
        let limit = CHECKLIST_LIMIT;
        let error = ImportError::TooLarge { bytes, limit };
        return Err(unreadable(&file_name(path), &error));
    }
    let mut bytes = Vec::new();
    // A file may grow, or have no length at all, as a pipe; one byte over the limit is enough to
    // know that it is too large, without holding it.
    file.take(CHECKLIST_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |n| n.to_string_lossy().into_owned(),
    )
}

/// The source of a path as the window names it: absolute, so that it means the same tomorrow.
#[must_use]
pub fn source_of(path: &Path) -> String {
    std::path::absolute(path)
        .unwrap_or_else(|_| path.to_path_buf())
        .display()
        .to_string()
}

/// Reads the bundled checklists before anybody asks for them.
pub(crate) fn read_bundled_ahead() {
    bundled_rows();
}

/// The checklists that came with the application, which never change while it runs.
fn bundled_rows() -> &'static [ChecklistRow] {
    static ROWS: OnceLock<Vec<ChecklistRow>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let rows = BUNDLED.iter().filter_map(|(file, _)| {
            let source = format!("{BUNDLED_PREFIX}{file}");
            let read = Source::read(&source).ok()?;
            let import = read.import(false).ok()?;
            Some(row(&source, &read, &import, None))
        });
        rows.collect()
    })
}

impl App {
    /// Bundled checklists and recently opened files.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn checklist_list(&self) -> Result<Vec<ChecklistRow>, Problem> {
        let remembered = self.store().checklists()?;
        let opened = |source: &str| {
            remembered
                .iter()
                .find(|row| row.place == source)
                .map(|row| row.last_opened.to_string())
        };
        let bundled = bundled_rows().iter().map(|row| ChecklistRow {
            opened: opened(&row.source),
            ..row.clone()
        });
        let files = remembered
            .iter()
            .filter(|row| row.origin == ChecklistOrigin::File)
            .map(|kept| {
                let read = Source::read(&kept.place);
                match read.and_then(|read| read.import(false).map(|import| (read, import))) {
                    Ok((read, import)) => row(
                        &kept.place,
                        &read,
                        &import,
                        Some(kept.last_opened.to_string()),
                    ),
                    Err(problem) => ChecklistRow {
                        source: kept.place.clone(),
                        title: kept.title.clone(),
                        place: kept.place.clone(),
                        bundled: false,
                        items: 0,
                        with_probes: 0,
                        opened: Some(kept.last_opened.to_string()),
                        missing: problem.code == "file-not-found",
                        unreadable: (problem.code != "file-not-found").then_some(problem.message),
                    },
                }
            });
        Ok(files.chain(bundled).collect())
    }

    /// A checklist as a Map before any question. The file is not changed and nothing is run.
    ///
    /// # Errors
    /// `file-not-found`, `checklist-not-utf8`, `checklist-is-html`, `checklist-too-large`.
    pub fn checklist_preview(
        &self,
        source: &str,
        bullets_as_items: bool,
    ) -> Result<ChecklistPreview, Problem> {
        let read = Source::read(source)?;
        let import = read.import(bullets_as_items)?;
        if self.store().read_only().is_none() {
            self.store().checklist_opened(&Remembered {
                place: source.to_owned(),
                origin: match read.path {
                    Some(_) => ChecklistOrigin::File,
                    None => ChecklistOrigin::Bundled,
                },
                digest: Digest::of(&read.bytes),
                title: read.title(&import),
                last_opened: self.now(),
            })?;
        }
        let (proposal, asks) = self.propose(source, &read, &import, bullets_as_items)?;
        let outline = &import.outline;
        Ok(ChecklistPreview {
            source: source.to_owned(),
            title: read.title(&import),
            file: read.file.clone(),
            digest: Digest::of(&read.bytes).to_string(),
            phases: view::outline::phases(outline),
            items: outline
                .items
                .iter()
                .map(|item| view::outline::open_item(outline, item))
                .collect(),
            work_items: outline.work_items().count() as u32,
            rollback_steps: outline.rollback_steps().count() as u32,
            findings: view::found::findings(&import),
            offered_bullets: import.offered.len() as u32,
            suggestions: import.suggestions.iter().map(suggestion).collect(),
            probes_into: self.probe_home(source)?,
            proposal,
            asks,
        })
    }

    /// Takes a file off the list. The file itself stays.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn checklist_forget(&self, source: &str) -> Result<Vec<ChecklistRow>, Problem> {
        self.store().forget_checklist(source)?;
        self.checklist_list()
    }

    /// What the parser and the probe language have to say about a checklist.
    ///
    /// # Errors
    /// As [`App::checklist_preview`].
    pub fn lint(&self, source: &str) -> Result<Vec<Finding>, Problem> {
        lint(source)
    }
}

/// As [`App::lint`], without a store.
///
/// # Errors
/// As [`App::checklist_preview`].
pub fn lint(source: &str) -> Result<Vec<Finding>, Problem> {
    let import = Source::read(source)?.import(false)?;
    Ok(view::found::findings(&import))
}

/// What a checklist holds, for the command line: the outline as it would be pinned, what it
/// suggests and what was found.
///
/// # Errors
/// As [`App::checklist_preview`].
pub fn inspect(source: &str, bullets_as_items: bool) -> Result<Inspection, Problem> {
    let read = Source::read(source)?;
    let import = read.import(bullets_as_items)?;
    Ok(Inspection {
        file: read.file.clone(),
        digest: Digest::of(&read.bytes).to_string(),
        work_items: import.outline.work_items().count(),
        rollback_steps: import.outline.rollback_steps().count(),
        suggestions: import.suggestions.iter().map(suggestion).collect(),
        diagnostics: view::found::findings(&import),
        outline: import.outline,
    })
}

/// What [`inspect`] returns.
#[derive(Debug, serde::Serialize)]
pub struct Inspection {
    /// File name.
    pub file: String,
    /// Lower-hex SHA-256 of the file's bytes.
    pub digest: String,
    /// Number of work items.
    pub work_items: usize,
    /// Number of rollback steps.
    pub rollback_steps: usize,
    /// The outline, as a run would pin it; its parts stand beside these numbers.
    #[serde(flatten)]
    pub outline: outline::Outline,
    /// Probes that the text suggests.
    pub suggestions: Vec<SuggestionView>,
    /// What was found.
    pub diagnostics: Vec<Finding>,
}

fn row(source: &str, read: &Source, import: &Import, opened: Option<String>) -> ChecklistRow {
    let outline = &import.outline;
    ChecklistRow {
        source: source.to_owned(),
        title: read.title(import),
        place: read
            .path
            .as_ref()
            .map_or_else(|| read.file.clone(), |path| path.display().to_string()),
        bundled: read.path.is_none(),
        items: outline.work_items().count() as u32,
        with_probes: outline
            .items
            .iter()
            .filter(|item| !item.probes.is_empty())
            .count() as u32,
        opened,
        missing: false,
        unreadable: None,
    }
}

/// A suggestion on the wire.
pub(crate) fn suggestion(suggestion: &outline::Suggestion) -> SuggestionView {
    SuggestionView {
        item: match &suggestion.target {
            SuggestedFor::Item(item) => Some(item.clone()),
            SuggestedFor::Fence(_) => None,
        },
        kind: suggestion.kind.clone(),
        yaml: match suggestion.fenced {
            true => suggestion.probe_text.clone(),
            false => comment_as_yaml(&suggestion.probe_text).unwrap_or_default(),
        },
        probe: suggestion.probe_text.clone(),
        blanks: suggestion.blanks.clone(),
        why: suggestion.why.clone(),
        line: suggestion.line,
    }
}
