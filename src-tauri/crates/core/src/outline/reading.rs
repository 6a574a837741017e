//! The walk over the blocks: which heading, group, item, role, field, contact… each line is.

use std::borrow::Cow;

use super::around::{Contact, Criterion, Field, Metadatum, Resource, Role};
use super::blocks::{Block, Kind};
use super::entries::is_field_label;
use super::own::{ProbeForm, ProbeText};
use super::patterns as re;
use super::source::Source;
use super::spoken::Spoken;
use super::words::{self, Ids};
use super::{OfferedItem, Options, own};
use crate::diagnostic::Diagnostic;

/// Lists nested deeper than this make no more groups.
const DEEPEST_PATH: usize = 12;

/// A heading, or a line that acts as one.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub title: String,
    pub line: u32,
    /// 10, 20… for headings; a group line is one deeper than what it stands under.
    pub level: u32,
    pub parent: Option<usize>,
    /// Made by a group line or a list item rather than a heading.
    pub group: bool,
    /// Opens the rollback track.
    pub rollback: bool,
    /// A list item's group ends at this block.
    until: Option<usize>,
}

/// An item before it has an id and a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft<'b> {
    pub text: String,
    pub plain: Cow<'b, str>,
    pub body: Option<String>,
    pub line: u32,
    /// The last line of its body, nested items included.
    pub last_line: u32,
    /// Where its line's own text starts, for order and places.
    pub offset: usize,
    pub box_offset: Option<usize>,
    /// The state in its box; `Some(None)` for `[]`.
    pub state: Option<Option<char>>,
    pub node: Option<usize>,
    pub parent: Option<usize>,
    pub depth: u32,
    pub probe_texts: Vec<ProbeText>,
    pub command: Option<String>,
    /// What its words may be about.
    pub about: Spoken,
}

/// A fence that belongs to no item.
#[derive(Clone, Debug)]
pub(super) struct LooseFence {
    pub info: String,
    pub content: String,
    /// Where the content starts in the file.
    pub offset: usize,
    pub line: u32,
    pub node: Option<usize>,
}

/// A probe block that stands outside items and names the item it is for.
#[derive(Clone, Debug)]
pub(super) struct NamedProbe {
    pub item: String,
    pub probe: ProbeText,
}

/// Everything that the walk found.
#[derive(Default)]
pub(super) struct Reading<'b> {
    pub nodes: Vec<Node>,
    pub drafts: Vec<Draft<'b>>,
    pub roles: Vec<Role>,
    pub fields: Vec<Field>,
    pub contacts: Vec<Contact>,
    pub criteria: Vec<Criterion>,
    pub resources: Vec<Resource>,
    pub metadata: Vec<Metadatum>,
    pub fences: Vec<LooseFence>,
    pub named_probes: Vec<NamedProbe>,
    pub front_matter: Option<(String, u32)>,
    /// The first paragraph below a rollback heading.
    pub trigger: Option<String>,
    pub offered: Vec<OfferedItem>,
    pub diagnostics: Vec<Diagnostic>,
    /// Headings without anything below them, by node.
    pub childless: Vec<usize>,
}

/// What the headings above the current line say that bullets and blanks mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Context {
    pub sign_off: bool,
    pub contacts: bool,
    pub criteria: bool,
    pub resources: bool,
    pub rollback: bool,
}

/// Walks over the blocks.
pub(super) fn read<'b>(
    source: &'b Source<'_>,
    blocks: &'b [Block],
    options: Options,
) -> Reading<'b> {
    let tasks = blocks
        .iter()
        .filter(|block| matches!(block.kind, Kind::Item { task: Some(_) }))
        .count();
    let has_tasks = tasks > 0 || super::tables::has_boxes(source, blocks);
    let mut walk = Walk {
        source,
        blocks,
        bullets: !has_tasks && options.bullets_as_items,
        offers: !has_tasks && !options.bullets_as_items,
        reading: Reading {
            drafts: Vec::with_capacity(tasks),
            ..Reading::default()
        },
        path: Vec::new(),
        context: Context::default(),
        open_items: Vec::new(),
        last_item: None,
        ids: LooseIds::default(),
        seen_content: true,
    };
    for index in 0..blocks.len() {
        walk.block(index);
    }
    walk.close_heading(0);
    walk.reading
}

/// Ids of what is no item.
#[derive(Default)]
pub(super) struct LooseIds {
    pub roles: Ids,
    pub fields: Ids,
    pub contacts: Ids,
    pub criteria: Ids,
}

pub(super) struct Walk<'w, 'a> {
    pub source: &'w Source<'a>,
    pub blocks: &'w [Block],
    /// Bullets are items.
    bullets: bool,
    /// Bullets are offered as items.
    offers: bool,
    pub reading: Reading<'w>,
    pub path: Vec<usize>,
    pub context: Context,
    /// List items around the current block: the block behind each, and the nearest task around it.
    open_items: Vec<(usize, Option<usize>)>,
    /// The item that a probe block right below the list belongs to.
    last_item: Option<usize>,
    pub ids: LooseIds,
    /// Something stands below the current heading.
    seen_content: bool,
}

impl Walk<'_, '_> {
    fn block(&mut self, index: usize) {
        while self.open_items.last().is_some_and(|(end, _)| *end <= index) {
            self.open_items.pop();
        }
        while let Some(node) = self.path.last().copied() {
            if self.reading.nodes[node].until.is_none_or(|end| end > index) {
                break;
            }
            self.path.pop();
            self.refresh_context();
        }
        let block = &self.blocks[index];
        if !matches!(
            block.kind,
            Kind::Heading(_) | Kind::FrontMatter | Kind::Rule
        ) {
            self.seen_content = true;
        }
        if matches!(
            block.kind,
            Kind::Heading(_) | Kind::Paragraph | Kind::Table { .. } | Kind::Rule
        ) && self.open_items.is_empty()
        {
            self.last_item = None;
        }
        let in_item = self.around().is_some();
        match &block.kind {
            Kind::Heading(depth) if block.parent.is_none() => self.heading(block, *depth),
            Kind::FrontMatter => {
                let line = self.source.line(block.inline.start);
                self.reading.front_matter = Some((block.plain.clone(), line));
            }
            Kind::Item { task } => {
                let is_item = task.is_some() || (self.bullets && self.is_offered(block));
                if is_item {
                    self.task(index, in_item);
                } else {
                    if !in_item {
                        self.bullet(index);
                    }
                    self.open_items.push((block.end, self.around()));
                }
            }
            Kind::Paragraph if self.open_items.is_empty() => self.paragraph(block),
            Kind::Fence { info } if !in_item => self.fence(block, info),
            Kind::Html if !in_item => self.loose_comments(block),
            Kind::Table { rows } if !in_item => self.table(rows),
            _ => {}
        }
    }

    /// The task item that the current block stands in.
    fn around(&self) -> Option<usize> {
        self.open_items.last().and_then(|(_, draft)| *draft)
    }

    fn heading(&mut self, block: &Block, depth: u8) {
        let level = u32::from(depth) * 10;
        self.close_heading(level);
        while self
            .path
            .last()
            .is_some_and(|node| self.reading.nodes[*node].level >= level)
        {
            self.path.pop();
        }
        let line = self.source.line(block.range.start);
        self.enter(words::title(&block.plain), line, level, false, None);
        self.seen_content = false;
    }

    /// Notes the heading above when nothing stands below it, not even a deeper heading.
    fn close_heading(&mut self, next_level: u32) {
        if !self.seen_content
            && let Some(last) = self.reading.nodes.len().checked_sub(1)
            && self.reading.nodes[last].level >= next_level
        {
            self.reading.childless.push(last);
        }
    }

    /// Opens a group below the current heading.
    pub fn group(&mut self, title: String, line: u32, until: Option<usize>) {
        if until.is_none() {
            while self
                .path
                .last()
                .is_some_and(|node| self.reading.nodes[*node].group)
            {
                self.path.pop();
            }
        }
        let level = self
            .path
            .last()
            .map_or(1, |node| self.reading.nodes[*node].level + 1);
        self.enter(title, line, level, true, until);
    }

    fn enter(&mut self, title: String, line: u32, level: u32, group: bool, until: Option<usize>) {
        let rollback = !group
            && !self.reading.nodes.is_empty()
            && re::ROLLBACK.is_match(&title)
            && !re::NO_ROLLBACK_TRACK.is_match(&title);
        let node = self.reading.nodes.len();
        self.reading.nodes.push(Node {
            title,
            line,
            level,
            parent: self.path.last().copied(),
            group,
            rollback,
            until,
        });
        self.path.push(node);
        self.refresh_context();
    }

    fn refresh_context(&mut self) {
        let mut context = Context::default();
        for node in &self.path {
            // The document's own title says nothing about single lines.
            let node = match *node {
                0 if self.path.len() > 1 => continue,
                node => &self.reading.nodes[node],
            };
            context.sign_off |= re::SIGN_OFF.is_match(&node.title);
            context.contacts |= re::CONTACTS.is_match(&node.title);
            context.criteria |= re::CRITERIA.is_match(&node.title);
            context.resources |= re::RESOURCES.is_match(&node.title);
            context.rollback |= node.rollback;
        }
        self.context = context;
    }

    fn task(&mut self, index: usize, in_item: bool) {
        let block = &self.blocks[index];
        let own = own::read(self.source, self.blocks, index, self.bullets);
        let line = self.source.line(block.inline.start);
        let task = match &block.kind {
            Kind::Item { task } => task.as_ref(),
            _ => None,
        };
        if self.context.sign_off
            && !in_item
            && let Some(title) = own::blank_label(&own.plain)
            && !is_field_label(title)
        {
            let offset = task.and_then(|task| task.offset);
            self.role(title, line, offset, None);
            self.open_items.push((block.end, None));
            return;
        }
        let parent = self.around();
        let depth = parent.map_or(0, |parent| self.reading.drafts[parent].depth + 1);
        let draft = Draft {
            text: own.text,
            plain: own.plain,
            body: own.body,
            line,
            last_line: self.last_line(index),
            offset: block.inline.start,
            box_offset: task.and_then(|task| task.offset),
            state: task.map(|task| task.state),
            node: self.path.last().copied(),
            parent,
            depth,
            probe_texts: own.probes,
            command: None,
            about: Spoken::default(),
        };
        self.reading.diagnostics.extend(own.diagnostics);
        let number = self.reading.drafts.len();
        self.reading.drafts.push(draft);
        self.open_items.push((block.end, Some(number)));
        self.last_item = Some(number);
    }

    /// The last line of a block with something on it.
    fn last_line(&self, index: usize) -> u32 {
        let range = self.blocks[index].range.clone();
        let text = self.source.text.get(range.clone()).unwrap_or("");
        self.source.line(range.start + text.trim_end().len())
    }

    /// A list item that is no task.
    fn bullet(&mut self, index: usize) {
        let block = &self.blocks[index];
        let line = self.source.line(block.inline.start);
        if block.has_task {
            let title = words::title(&block.plain);
            if !title.is_empty() && self.path.len() < DEEPEST_PATH {
                self.group(title, line, Some(block.end));
            }
            return;
        }
        if !self.open_items.is_empty() && !self.offers {
            return;
        }
        let plain = words::collapse(&block.plain);
        let marked = words::without_mark(&plain);
        if marked.len() < plain.len() || self.context.criteria {
            let text = own::inline_text(self.source, block);
            let text = words::without_mark(&text).to_owned();
            self.criterion(&text, marked, line);
        } else if self.context.sign_off
            && let Some(title) = own::blank_label(&plain)
            && !is_field_label(title)
        {
            self.role(title, line, None, None);
        } else if self.context.contacts
            && let Some((role, value)) = words::label_and_value(&plain)
        {
            self.contact(role, value, line);
        } else if self.context.resources {
            self.resource(block, &plain, line);
        } else if self.context.rollback && self.is_numbered(block) {
            self.step(index, line);
        } else if self.offers && self.is_offered(block) {
            self.reading.offered.push(OfferedItem {
                text: plain.into_owned(),
                line,
            });
        }
    }

    /// Whether a bullet could be an item in a file without task items.
    fn is_offered(&self, block: &Block) -> bool {
        !self.context.contacts
            && !self.context.criteria
            && !self.context.resources
            && !block.plain.trim().is_empty()
    }

    fn is_numbered(&self, block: &Block) -> bool {
        block
            .parent
            .is_some_and(|parent| matches!(self.blocks[parent].kind, Kind::List { ordered: true }))
    }

    /// A numbered step of the rollback track that has no box.
    fn step(&mut self, index: usize, line: u32) {
        let own = own::read(self.source, self.blocks, index, self.bullets);
        self.reading.drafts.push(Draft {
            text: own.text,
            plain: own.plain,
            body: own.body,
            line,
            last_line: self.last_line(index),
            offset: self.blocks[index].inline.start,
            node: self.path.last().copied(),
            probe_texts: own.probes,
            ..Draft::default()
        });
    }

    fn fence(&mut self, block: &Block, info: &str) {
        let line = self.source.line(block.range.start);
        if let Some((probe, item)) = own::fence_probe(self.source, block, info) {
            let is_yaml = probe.form == ProbeForm::Yaml;
            self.loose_probe(probe, item);
            if is_yaml {
                return;
            }
        }
        self.reading.fences.push(LooseFence {
            info: info.to_owned(),
            content: block.plain.clone(),
            offset: block.inline.start,
            line,
            node: self.path.last().copied(),
        });
    }

    fn loose_comments(&mut self, block: &Block) {
        for probe in own::comment_probes(self.source, block.range.clone()) {
            self.loose_probe(probe, None);
        }
    }

    /// A probe block outside items belongs to the item that it names, else to the item right above.
    fn loose_probe(&mut self, probe: ProbeText, item: Option<String>) {
        match (item, self.last_item) {
            (Some(item), _) => self.reading.named_probes.push(NamedProbe { item, probe }),
            (None, Some(draft)) => self.reading.drafts[draft].probe_texts.push(probe),
            (None, None) => self
                .reading
                .diagnostics
                .push(super::lint::probe_without_item(probe.place)),
        }
    }
}
