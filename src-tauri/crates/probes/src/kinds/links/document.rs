//! What one Markdown document points to.

use pulldown_cmark::{Event, Options, Parser, Tag};
use regex::Regex;
use url::Url;

/// Endings that a name in code must have to be taken for a file.
const ENDINGS: &[&str] = &[
    "c", "cfg", "conf", "cpp", "cs", "css", "csv", "env", "go", "gradle", "h", "html", "ini",
    "java", "js", "json", "jsx", "kt", "lock", "lua", "md", "mjs", "pdf", "php", "pl", "png",
    "proto", "ps1", "py", "rb", "rs", "rst", "scala", "sh", "sql", "svg", "swift", "tf", "toml",
    "ts", "tsx", "txt", "vue", "xml", "yaml", "yml",
];

/// Something that a document points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pointer {
    /// A page of the web.
    Web(Url),
    /// A link or picture inside the repository, as written.
    Link(String),
    /// A file that is named in code.
    Named(String),
}

/// Everything that a document points to, with the line it stands on.
pub(super) fn pointers(markdown: &str) -> Vec<(usize, Pointer)> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(markdown.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let line = |at: usize| starts.partition_point(|start| *start <= at);
    let mut found = Vec::new();
    for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
        let pointer = match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                link(&dest_url)
            }
            Event::Code(code) => named(&code),
            Event::Html(html) | Event::InlineHtml(html) => {
                found.extend(in_html(&html).map(|to| (line(range.start), to)));
                None
            }
            _ => None,
        };
        found.extend(pointer.map(|pointer| (line(range.start), pointer)));
    }
    found
}

/// What GitHub reads besides CommonMark.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
}

fn link(to: &str) -> Option<Pointer> {
    if to.is_empty() {
        return None;
    }
    match Url::parse(to) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Some(Pointer::Web(url)),
        // `mailto:`, `tel:` and the like lead to no file.
        Ok(_) => None,
        // `//host/path` keeps the page's own scheme, which a document has none of.
        Err(_) if to.starts_with("//") => None,
        Err(_) => Some(Pointer::Link(to.to_owned())),
    }
}

/// A name that is certainly meant as a file: no blank and no placeholder in it, and a known ending.
fn named(code: &str) -> Option<Pointer> {
    let plain = |c: char| c.is_alphanumeric() || "._-/".contains(c);
    if !code.chars().all(plain) || code.starts_with('/') || code.contains("//") {
        return None;
    }
    let name = code.rsplit('/').next()?;
    let (stem, ending) = name.rsplit_once('.')?;
    // A bare name such as `config.json` often means any file of that name; one in capitals, such
    // as `README.md`, means the one there is.
    let certain = code.contains('/') || !stem.chars().any(char::is_lowercase);
    let known = ENDINGS.contains(&ending) && !stem.is_empty();
    (known && certain).then(|| Pointer::Named(code.to_owned()))
}

/// Links and pictures that are written in HTML.
fn in_html(html: &str) -> impl Iterator<Item = Pointer> {
    let attribute = Regex::new(r#"(?i)<(?:a|img)\b[^>]*?\b(?:href|src)\s*=\s*["']([^"']+)["']"#);
    let found: Vec<Pointer> = attribute
        .map(|attribute| {
            attribute
                .captures_iter(html)
                .filter_map(|captures| link(captures.get(1)?.as_str()))
                .collect()
        })
        .unwrap_or_default();
    found.into_iter()
}
