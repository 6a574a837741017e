//! The block structure of a checklist: one pass of pulldown-cmark, flattened.
//!
//! Blocks stand in document order, each with the index behind its last descendant, so that reading
//! them is a loop: a file that nests ten thousand quotes costs memory, not stack.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::source::Source;

/// The box of a task item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TaskBox {
    /// Where the state character stands; absent for `[]`, which has none.
    pub offset: Option<usize>,
    /// The state as written; absent for `[]`.
    pub state: Option<char>,
    /// Where the text behind the box starts.
    pub after: usize,
}

/// One cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its bytes, without the bars.
    pub range: Range<usize>,
    /// Its text without marks.
    pub plain: String,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Heading(u8),
    Paragraph,
    List { ordered: bool },
    Item { task: Option<TaskBox> },
    Fence { info: String },
    IndentedCode,
    Html,
    Quote,
    Table { rows: Vec<Vec<Cell>> },
    FrontMatter,
    Rule,
}

/// One block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub kind: Kind,
    /// Its bytes.
    pub range: Range<usize>,
    /// Index behind its last descendant.
    pub end: usize,
    /// The block that holds it.
    pub parent: Option<usize>,
    /// Bytes of its inline content: a heading's or paragraph's text, an item's first paragraph
    /// (behind the box), a fence's content.
    pub inline: Range<usize>,
    /// Its inline content without marks.
    pub plain: String,
    /// Inline HTML comments in it.
    pub comments: Vec<Range<usize>>,
    /// True when it is a task item or holds one.
    pub has_task: bool,
}

/// Room for one line of text; longer ones grow.
const LINE: usize = 120;

impl Block {
    /// Adds to the inline content, with room for a line from the start.
    fn say(&mut self, text: &str) {
        if self.plain.capacity() == 0 {
            self.plain.reserve(self.range.len().min(LINE));
        }
        self.plain.push_str(text);
    }
}

/// Reads all blocks.
pub(super) fn read(source: &Source<'_>) -> Vec<Block> {
    // Boxes are found by `task_box`, odd ones too; the parser is only spared from reading the common
    // ones as links.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let markdown = &source.text[source.start..];
    let mut reader = Reader {
        source,
        // A block a line is about what checklists have.
        blocks: Vec::with_capacity(source.line_count()),
        open: Vec::new(),
        cell: None,
        swallowed: 0,
    };
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        reader.event(event, range.start + source.start..range.end + source.start);
    }
    reader.blocks
}

struct Reader<'s, 'a> {
    source: &'s Source<'a>,
    blocks: Vec<Block>,
    open: Vec<usize>,
    cell: Option<Cell>,
    /// Paragraphs that became the first paragraph of their item and so have no block.
    swallowed: usize,
}

impl Reader<'_, '_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.finish(tag),
            Event::Text(text) | Event::Code(text) => self.inline(&text, range),
            Event::SoftBreak | Event::HardBreak => self.inline(" ", range),
            Event::InlineHtml(html) => {
                if html.starts_with("<!--") {
                    self.comment(range);
                } else {
                    self.inline(&html, range);
                }
            }
            Event::Rule => {
                self.push(Kind::Rule, range);
                self.pop();
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => self.push(Kind::Heading(depth(level)), range),
            Tag::Paragraph => {
                if self.is_first_of_item() {
                    self.swallowed += 1;
                } else {
                    self.push(Kind::Paragraph, range);
                }
            }
            Tag::List(first) => self.push(
                Kind::List {
                    ordered: first.is_some(),
                },
                range,
            ),
            Tag::Item => {
                let (content, task) = task_box(self.source.text, &range);
                self.push(Kind::Item { task }, range);
                if let Some(block) = self.blocks.last_mut() {
                    block.inline = content..content;
                }
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => self.push(
                Kind::Fence {
                    info: info.to_string(),
                },
                range,
            ),
            Tag::CodeBlock(CodeBlockKind::Indented) => self.push(Kind::IndentedCode, range),
            Tag::HtmlBlock => self.push(Kind::Html, range),
            Tag::BlockQuote(_) => self.push(Kind::Quote, range),
            Tag::MetadataBlock(_) => self.push(Kind::FrontMatter, range),
            Tag::Table(_) => self.push(Kind::Table { rows: Vec::new() }, range),
            Tag::TableHead | Tag::TableRow => {
                if let Some(Kind::Table { rows }) = self.current().map(|block| &mut block.kind) {
                    rows.push(Vec::new());
                }
            }
            Tag::TableCell => {
                self.cell = Some(Cell {
                    range,
                    plain: String::new(),
                });
            }
            // The marks of emphasis and links belong to the inline content as well as their text.
            _ => self.inline("", range),
        }
    }

    fn finish(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph if self.swallowed > 0 && self.current_is_item() => {
                self.swallowed -= 1;
            }
            TagEnd::TableCell => {
                if let (Some(cell), Some(block)) = (self.cell.take(), self.current())
                    && let Kind::Table { rows } = &mut block.kind
                    && let Some(row) = rows.last_mut()
                {
                    row.push(cell);
                }
            }
            TagEnd::Heading(_)
            | TagEnd::Paragraph
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::BlockQuote(_)
            | TagEnd::MetadataBlock(_)
            | TagEnd::Table => self.pop(),
            _ => {}
        }
    }

    fn inline(&mut self, text: &str, range: Range<usize>) {
        if let Some(cell) = &mut self.cell {
            cell.plain.push_str(text);
            return;
        }
        let count = self.blocks.len();
        let Some(index) = self.open.last().copied() else {
            return;
        };
        let block = &mut self.blocks[index];
        match &block.kind {
            Kind::Item { task } => {
                if count > index + 1 {
                    return;
                }
                let from = task.as_ref().map_or(range.start, |task| task.after);
                if range.end <= from {
                    return;
                }
                // Text that began inside the box is cut where the box ends.
                let text = match from.checked_sub(range.start) {
                    Some(cut) if cut > 0 => text.get(cut..).unwrap_or(""),
                    _ => text,
                };
                block.say(text);
                block.inline.end = range.end.max(block.inline.end);
            }
            Kind::Heading(_) | Kind::Paragraph => {
                if block.inline.is_empty() {
                    block.inline = range.clone();
                }
                block.inline.end = range.end;
                block.say(text);
            }
            Kind::Fence { .. } | Kind::IndentedCode | Kind::FrontMatter => {
                if block.inline.is_empty() {
                    block.inline = range.clone();
                }
                block.inline.end = range.end;
                block.plain.push_str(text);
            }
            _ => {}
        }
    }

    fn comment(&mut self, range: Range<usize>) {
        let count = self.blocks.len();
        let Some(index) = self.open.last().copied() else {
            return;
        };
        let block = &mut self.blocks[index];
        if matches!(block.kind, Kind::Item { .. }) && count == index + 1 {
            block.inline.end = range.end.max(block.inline.end);
        }
        block.comments.push(range);
    }

    fn is_first_of_item(&self) -> bool {
        self.open.last().is_some_and(|index| {
            self.blocks.len() == index + 1
                && matches!(self.blocks[*index].kind, Kind::Item { .. })
                && self.blocks[*index].inline.is_empty()
        })
    }

    fn current_is_item(&self) -> bool {
        self.open
            .last()
            .is_some_and(|index| matches!(self.blocks[*index].kind, Kind::Item { .. }))
    }

    fn current(&mut self) -> Option<&mut Block> {
        let index = self.open.last()?;
        self.blocks.get_mut(*index)
    }

    fn push(&mut self, kind: Kind, range: Range<usize>) {
        let index = self.blocks.len();
        let has_task = matches!(&kind, Kind::Item { task: Some(_) });
        self.blocks.push(Block {
            kind,
            inline: range.start..range.start,
            range,
            end: index + 1,
            parent: self.open.last().copied(),
            plain: String::new(),
            comments: Vec::new(),
            has_task,
        });
        self.open.push(index);
    }

    fn pop(&mut self) {
        let Some(index) = self.open.pop() else {
            return;
        };
        let end = self.blocks.len();
        let block = &mut self.blocks[index];
        block.end = end;
        let (parent, has_task) = (block.parent, block.has_task);
        if let (Some(parent), true) = (parent, has_task) {
            self.blocks[parent].has_task = true;
        }
    }
}

fn depth(level: HeadingLevel) -> u8 {
    level as u8
}

/// Finds where a list item's content starts and the box that it may start with.
///
/// A box is `[`, one character, `]`, then white space or the end of the line; digits and markup
/// that starts a link or footnote are no states. `[]` counts as a box that lacks its state.
fn task_box(text: &str, range: &Range<usize>) -> (usize, Option<TaskBox>) {
    let item = &text[range.clone()];
    let marker = item.trim_start();
    let indent = item.len() - marker.len();
    let digits = marker.len()
        - marker
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    let behind = marker.get(digits + 1..).unwrap_or("");
    let line = behind.lines().next().unwrap_or("");
    let body = line.trim_start_matches([' ', '\t']);
    let content = range.start + indent + (marker.len() - behind.len()) + (line.len() - body.len());
    let Some(inside) = body.strip_prefix('[') else {
        return (content, None);
    };
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t', '\r']);
    if let Some(rest) = inside.strip_prefix(']')
        && ends(rest)
    {
        let task = TaskBox {
            offset: None,
            state: None,
            after: content + 2,
        };
        return (content + 2, Some(task));
    }
    let Some(state) = inside.chars().next() else {
        return (content, None);
    };
    let closes = inside[state.len_utf8()..].strip_prefix(']');
    if state.is_ascii_digit()
        || matches!(state, '^' | '[' | ']' | '\\')
        || !closes.is_some_and(ends)
    {
        return (content, None);
    }
    let after = content + 2 + state.len_utf8();
    let task = TaskBox {
        offset: Some(content + 1),
        state: Some(state),
        after,
    };
    (after, Some(task))
}
