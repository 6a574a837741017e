//! Inline Markdown of items and Markdown of notes, read into spans that a renderer may style.
//!
//! Only what changes the look of a word is kept. Raw HTML stays text, pictures become their
//! description, and a link always shows where it leads.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use serde::Serialize;

/// A stretch of text in one style.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Span {
    /// The text.
    pub(crate) text: String,
    /// Whether it is code.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) code: bool,
    /// Whether it is strong.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) strong: bool,
    /// Whether it is emphasised.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) emphasis: bool,
    /// Whether it is struck out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) struck: bool,
}

/// One block of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "block", rename_all = "lowercase")]
pub(crate) enum Block {
    /// A paragraph, or a heading shown as one.
    Paragraph {
        /// Its spans.
        spans: Vec<Span>,
    },
    /// A line of a list.
    Bullet {
        /// 0 for the outermost list.
        depth: usize,
        /// Its spans.
        spans: Vec<Span>,
    },
    /// A block of code.
    Code {
        /// Its text, without the last line end.
        text: String,
    },
}

/// Reads an item's text, which is inline Markdown on one line. A leading `>` or `#` stays text.
pub(crate) fn inline(text: &str) -> Vec<Span> {
    // A word before it keeps the parser from reading the text as a block.
    let guarded = format!(
        "x {}",
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    let mut spans = Vec::new();
    for block in blocks(&guarded) {
        if let Block::Paragraph { spans: read } | Block::Bullet { spans: read, .. } = block {
            spans.extend(read);
        }
    }
    if let Some(first) = spans.first_mut()
        && let Some(rest) = first.text.strip_prefix('x')
    {
        first.text = rest.trim_start().to_owned();
    }
    spans.retain(|span| !span.text.is_empty());
    spans
}

/// Reads a note.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        reader.read(event);
    }
    reader.finish_block();
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    style: Span,
    strong: usize,
    emphasis: usize,
    lists: Vec<Option<u64>>,
    in_item: bool,
    fence: Option<String>,
    link: Option<(String, String)>,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) => match &mut self.fence {
                Some(fence) => fence.push_str(&text),
                None => self.push(&text, false),
            },
            Event::Code(text) => self.push(&text, true),
            Event::SoftBreak => self.push(" ", false),
            Event::HardBreak => self.push("\n", false),
            Event::Rule => self.finish_block(),
            Event::Html(text) | Event::InlineHtml(text) => self.push(&text, false),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.push(&text, false);
            }
            Event::TaskListMarker(done) => self.push(if done { "[x] " } else { "[ ] " }, false),
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.finish_block();
                self.strong += 1;
            }
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strikethrough => self.style.struck = true,
            Tag::List(start) => {
                self.finish_block();
                self.lists.push(start);
            }
            Tag::Item => {
                self.finish_block();
                self.in_item = true;
                if let Some(Some(number)) = self.lists.last_mut() {
                    let label = format!("{number}. ");
                    *number += 1;
                    self.push(&label, false);
                }
            }
            Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => {
                self.finish_block();
                self.fence = Some(String::new());
            }
            Tag::Link { dest_url, .. } => self.link = Some((dest_url.to_string(), String::new())),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.finish_block();
                self.strong = self.strong.saturating_sub(1);
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strikethrough => self.style.struck = false,
            TagEnd::Paragraph | TagEnd::BlockQuote(_) | TagEnd::HtmlBlock => self.finish_block(),
            TagEnd::Item => {
                self.finish_block();
                self.in_item = false;
            }
            TagEnd::List(_) => {
                self.finish_block();
                self.lists.pop();
            }
            TagEnd::CodeBlock => {
                if let Some(mut text) = self.fence.take() {
                    text.truncate(text.trim_end_matches('\n').len());
                    self.blocks.push(Block::Code { text });
                }
            }
            TagEnd::Link => {
                if let Some((target, shown)) = self.link.take()
                    && !target.is_empty()
                    && target != shown
                    && target != format!("mailto:{shown}")
                {
                    self.push(&format!(" ({target})"), false);
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str, code: bool) {
        if let Some((_, shown)) = &mut self.link {
            shown.push_str(text);
        }
        let style = Span {
            text: String::new(),
            code,
            strong: self.strong > 0,
            emphasis: self.emphasis > 0,
            struck: self.style.struck,
        };
        match self.spans.last_mut() {
            Some(last)
                if (Span {
                    text: String::new(),
                    ..last.clone()
                }) == style =>
            {
                last.text.push_str(text);
            }
            _ => self.spans.push(Span {
                text: text.to_owned(),
                ..style
            }),
        }
    }

    fn finish_block(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        if spans.iter().all(|span| span.text.trim().is_empty()) {
            return;
        }
        self.blocks.push(if self.in_item {
            Block::Bullet {
                depth: self.lists.len().saturating_sub(1),
                spans,
            }
        } else {
            Block::Paragraph { spans }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        inline(text).into_iter().map(|span| span.text).collect()
    }

    fn span(text: &str) -> Span {
        Span {
            text: text.to_owned(),
            ..Span::default()
        }
    }

    #[test]
    fn an_item_is_never_a_block() {
        assert_eq!(inline("> 3 bugs"), vec![span("> 3 bugs")]);
        assert_eq!(inline("# 4 open"), vec![span("# 4 open")]);
        assert_eq!(inline("- 5"), vec![span("- 5")]);
        assert_eq!(plain("1. `a` **b**"), "1. a b");
    }

    #[test]
    fn styles_and_targets_are_kept() {
        assert_eq!(
            inline("**Run** `make` now"),
            vec![
                Span {
                    strong: true,
                    ..span("Run")
                },
                span(" "),
                Span {
                    code: true,
                    ..span("make")
                },
                span(" now"),
            ]
        );
        assert_eq!(
            plain("see [the guide](https://a.example/b)"),
            "see the guide (https://a.example/b)"
        );
        assert_eq!(plain("see <https://a.example>"), "see https://a.example");
    }

    #[test]
    fn html_stays_text() {
        assert_eq!(
            plain("a <b>c</b> <script>d</script>"),
            "a <b>c</b> <script>d</script>"
        );
    }

    #[test]
    fn a_note_keeps_its_lists_and_code() {
        assert_eq!(
            blocks("# Found\n\n- one\n  - two\n\n```\nx\n```\n"),
            vec![
                Block::Paragraph {
                    spans: vec![Span {
                        strong: true,
                        ..span("Found")
                    }]
                },
                Block::Bullet {
                    depth: 0,
                    spans: vec![span("one")]
                },
                Block::Bullet {
                    depth: 1,
                    spans: vec![span("two")]
                },
                Block::Code {
                    text: "x".to_owned()
                },
            ]
        );
    }
}
