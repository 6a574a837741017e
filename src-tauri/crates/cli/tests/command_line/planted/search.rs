//! Searching everything that was written and shown.

use std::ffi::OsStr;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::bench::tool;

/// Something that was written or shown.
pub struct Trace {
    /// Where.
    pub place: String,
    /// Its bytes, in lower case: names lose their case on the way.
    content: Vec<u8>,
}

impl Trace {
    /// Bytes from somewhere.
    pub fn new(place: impl Into<String>, bytes: impl AsRef<[u8]>) -> Self {
        Self {
            place: place.into(),
            content: bytes.as_ref().to_ascii_lowercase(),
        }
    }

    /// It as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }

    /// Whether some bytes stand in it.
    pub fn holds(&self, wanted: &[u8]) -> bool {
        let wanted = wanted.to_ascii_lowercase();
        self.content
            .windows(wanted.len())
            .any(|window| window == wanted)
    }
}

/// The forms in which a secret could be met, each with its name.
pub fn forms(secret: &str) -> Vec<(String, Vec<u8>)> {
    let json = serde_json::to_string(secret).unwrap();
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let last: Vec<char> = secret.chars().rev().take(8).collect();
    let mut forms = vec![
        ("whole".to_owned(), secret.to_owned()),
        ("first half".to_owned(), secret.chars().take(8).collect()),
        ("last half".to_owned(), last.into_iter().rev().collect()),
        ("JSON".to_owned(), json.trim_matches('"').to_owned()),
        ("percent".to_owned(), percent),
        ("hexadecimal".to_owned(), hex),
    ];
    for before in 0..3 {
        let text = [&vec![b'a'; before], secret.as_bytes()].concat();
        let encoded = STANDARD_NO_PAD.encode(&text);
        // What depends on its neighbours differs from place to place.
        let own = &encoded[(before * 8).div_ceil(6)..text.len() * 8 / 6];
        forms.push((format!("base64 after {before}"), own.to_owned()));
    }
    let bytes = |(name, text): (String, String)| (name, text.into_bytes());
    forms.into_iter().map(bytes).collect()
}

/// Everything below a folder: the files as they are, and what the databases among them hold, since a
/// long text is torn over the pages of a database.
pub fn folder(root: &Path) -> Vec<Trace> {
    let mut traces = Vec::new();
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            traces.extend(folder(&path));
            continue;
        }
        let name = path.display().to_string();
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        if bytes.starts_with(b"SQLite format 3") {
            traces.push(Trace::new(format!("rows of {name}"), cells(&path)));
        }
        traces.push(Trace::new(name, bytes));
    }
    traces
}

/// Every cell of a database, one after the other.
fn cells(path: &Path) -> Vec<u8> {
    let database = rusqlite::Connection::open(path).unwrap();
    let mut named = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    let tables: Vec<String> = named
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut all = Vec::new();
    for table in tables {
        let mut rows = database
            .prepare(&format!("SELECT * FROM \"{table}\""))
            .unwrap();
        let width = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for at in 0..width {
                if let Ok(bytes) = row.get_ref(at).unwrap().as_bytes() {
                    all.extend_from_slice(bytes);
                    all.push(b'\n');
                }
            }
        }
    }
    all
}

/// What stands in a PDF: its bytes, its objects unpacked, and its text.
pub fn pdf(path: &Path) -> Vec<Trace> {
    let unpacked = path.with_extension("qdf");
    let words: [&OsStr; 5] = [
        "--qdf".as_ref(),
        "--object-streams=disable".as_ref(),
        "--decode-level=all".as_ref(),
        path.as_ref(),
        unpacked.as_ref(),
    ];
    tool("qpdf", &words, None);
    let text = tool(
        "pdftotext",
        &["-raw".as_ref(), path.as_ref(), "-".as_ref()],
        None,
    );
    vec![
        Trace::new("the PDF", std::fs::read(path).unwrap()),
        Trace::new("the PDF unpacked", std::fs::read(unpacked).unwrap()),
        Trace::new("the PDF's text", text),
    ]
}
