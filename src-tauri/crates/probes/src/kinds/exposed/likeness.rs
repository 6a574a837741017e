//! Whether two pages are the same page, as a site's own "not found" is for all paths.

use std::collections::BTreeSet;

use url::Url;

/// A page, as far as it is compared.
pub(super) struct Page {
    pub status: u16,
    /// Where it sends to.
    pub sends_to: Option<Url>,
    /// What it says, without the path that was asked for.
    text: String,
}

impl Page {
    pub fn new(status: u16, path: &str, body: &[u8], sends_to: Option<Url>) -> Self {
        let text = String::from_utf8_lossy(body);
        let bare = path.trim_matches('/');
        let text = if bare.is_empty() {
            text.into_owned()
        } else {
            text.replace(bare, "")
        };
        Self {
            status,
            sends_to,
            text,
        }
    }

    pub fn is_there(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether both are answered the same: word for word, or in nine tenths of their lines, so that
    /// a date or a token makes no difference.
    pub fn is_like(&self, other: &Self) -> bool {
        if self.status != other.status {
            return false;
        }
        if self.text == other.text {
            return true;
        }
        let lines = |page: &'_ Self| -> BTreeSet<String> {
            let lines = page.text.lines().map(str::trim);
            lines
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (ours, theirs) = (lines(self), lines(other));
        let common = ours.intersection(&theirs).count();
        let most = ours.len().max(theirs.len());
        common * 10 >= most * 9 && common > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_makes_no_other_page_and_another_page_is_another() {
        let page = |path: &str, text: &str| Page::new(200, path, text.as_bytes(), None);
        let lines: String = (0..20).map(|n| format!("<p>{n}</p>\n")).collect();
        let first = page("/a", &format!("{lines}<i>/a at 12:00</i>"));
        assert!(first.is_like(&page("/bcd", &format!("{lines}<i>/bcd at 12:01</i>"))));
        assert!(page("/x", "no x here").is_like(&page("/yy", "no yy here")));
        assert!(!page("/.env", "KEY=1").is_like(&first));
        assert!(!page("/.env", "KEY=1").is_like(&page("/y", "")));
        assert!(!Page::new(404, "/a", b"a", None).is_like(&page("/a", "a")));
    }
}
