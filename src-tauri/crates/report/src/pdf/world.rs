//! The small world in which Typst runs: the template, the data, the pictures, the fonts. No disk, no
//! network, no packages, no clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::{ReportError, fonts};

const MAIN: &str = "report.typ";

const TEMPLATE: [(&str, &str); 7] = [
    (MAIN, include_str!("template/report.typ")),
    ("style.typ", include_str!("template/style.typ")),
    ("tiles.typ", include_str!("template/tiles.typ")),
    ("cover.typ", include_str!("template/cover.typ")),
    ("items.typ", include_str!("template/items.typ")),
    ("curve.typ", include_str!("template/curve.typ")),
    ("appendix.typ", include_str!("template/appendix.typ")),
];

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// Everything that Typst may read for one report.
pub(super) struct ReportWorld {
    main: FileId,
    sources: Vec<Source>,
    files: Vec<(FileId, Bytes)>,
}

impl ReportWorld {
    /// A world with the template, `data.json` and the pictures that the data names.
    pub(super) fn new(data: String, pictures: Vec<(String, Vec<u8>)>) -> Result<Self, ReportError> {
        let mut sources = Vec::with_capacity(TEMPLATE.len());
        for (name, text) in TEMPLATE {
            sources.push(Source::new(id(name)?, text.to_owned()));
        }
        let mut files = vec![(id("data.json")?, Bytes::from_string(data))];
        for (name, bytes) in pictures {
            files.push((id(&name)?, Bytes::new(bytes)));
        }
        Ok(Self {
            main: id(MAIN)?,
            sources,
            files,
        })
    }
}

fn id(name: &str) -> Result<FileId, ReportError> {
    let path = VirtualPath::new(name)
        .map_err(|error| ReportError::Layout(format!("the file name {name}: {error}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for ReportWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        fonts::book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources
            .iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files
            .iter()
            .find(|(file, _)| *file == id)
            .map(|(_, bytes)| bytes.clone())
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
