//! Tables: signatures, contacts, facts to fill, and rows that carry a box.

use super::around::Metadatum;
use super::blocks::{Block, Cell, Kind};
use super::patterns as re;
use super::reading::{Draft, Walk};
use super::source::Source;
use super::words;

/// True when some row of some table carries a box.
pub(super) fn has_boxes(source: &Source<'_>, blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match &block.kind {
        Kind::Table { rows } => rows
            .iter()
            .skip(1)
            .flatten()
            .any(|cell| cell_box(source, cell).is_some()),
        _ => false,
    })
}

/// The offset and state of a cell that holds a box and nothing else.
fn cell_box<'a>(source: &Source<'a>, cell: &Cell) -> Option<(usize, &'a str)> {
    let raw = source.text.get(cell.range.clone())?;
    let state = raw
        .trim()
        .trim_matches('|')
        .trim()
        .strip_prefix('[')?
        .strip_suffix(']')?;
    let mut letters = state.chars();
    let single = letters.next().is_some_and(|c| !c.is_ascii_digit()) && letters.next().is_none();
    let offset = cell.range.start + raw.find('[')? + 1;
    single.then_some((offset, state))
}

impl Walk<'_, '_> {
    pub(super) fn table(&mut self, rows: &[Vec<Cell>]) {
        let Some((head, body)) = rows.split_first() else {
            return;
        };
        let heads: Vec<String> = head
            .iter()
            .map(|cell| cell.plain.trim().to_lowercase())
            .collect();
        let column = |names: &[&str]| {
            heads
                .iter()
                .position(|head| names.iter().any(|name| head.contains(name)))
        };
        let role = column(&["role", "approver", "position"]);
        let name = column(&["name"]);
        let signs = column(&["signature", "signed", "sign-off", "initials"]).is_some();
        let reach: Vec<usize> = heads
            .iter()
            .enumerate()
            .filter(|(_, head)| re::REACHES.is_match(head))
            .map(|(index, _)| index)
            .collect();
        let facts = heads.first().is_some_and(|head| {
            matches!(
                head.as_str(),
                "field" | "item" | "detail" | "details" | "property" | "attribute" | "information"
            )
        });
        for row in body {
            let line = row
                .first()
                .map_or(1, |cell| self.source.line(cell.range.start));
            let cell = |index: usize| row.get(index).map_or("", |cell| cell.plain.trim());
            if let Some(boxed) = row
                .iter()
                .position(|cell| cell_box(self.source, cell).is_some())
            {
                self.boxed_row(&heads, row, boxed, line);
            } else if let (Some(role), true) = (
                role.or(name.filter(|_| self.context.sign_off)),
                signs || (self.context.sign_off && reach.is_empty()),
            ) {
                let written = name.filter(|name| *name != role).map_or("", cell);
                let written = (!words::is_unfilled(written)).then(|| written.to_owned());
                self.role(cell(role), line, None, written);
            } else if let (Some(role), false) = (role.or(name), reach.is_empty()) {
                let filled: Vec<&str> = name
                    .into_iter()
                    .chain(reach.iter().copied())
                    .filter(|index| *index != role)
                    .map(cell)
                    .filter(|text| !words::is_unfilled(text))
                    .collect();
                self.contact(cell(role), &filled.join(", "), line);
            } else if facts && heads.len() == 2 {
                if words::is_unfilled(cell(1)) {
                    self.field(cell(0), cell(1), line);
                } else {
                    self.reading.metadata.push(Metadatum {
                        label: cell(0).to_owned(),
                        value: cell(1).to_owned(),
                        line,
                    });
                }
            }
        }
    }

    /// A row with a box is an item; its text is that of its other cells.
    fn boxed_row(&mut self, heads: &[String], row: &[Cell], boxed: usize, line: u32) {
        let Some((offset, state)) = row.get(boxed).and_then(|cell| cell_box(self.source, cell))
        else {
            return;
        };
        let said = |index: usize, cell: &Cell| {
            let text = cell.plain.trim();
            let counts = matches!(
                heads.get(index).map(String::as_str),
                Some("#" | "step" | "no" | "no." | "id")
            ) && text.len() < 8;
            index != boxed
                && !counts
                && !words::is_blank(text)
                && !re::UNDERSCORES.is_match(text)
                && cell_box(self.source, cell).is_none()
        };
        let join = |of: &dyn Fn(&Cell) -> String| {
            row.iter()
                .enumerate()
                .filter(|(index, cell)| said(*index, cell))
                .map(|(_, cell)| of(cell))
                .collect::<Vec<_>>()
                .join(" – ")
        };
        let source = self.source;
        let text = join(&|cell| {
            let raw = source.text.get(cell.range.clone()).unwrap_or("");
            words::collapse(raw.trim().trim_matches('|')).into_owned()
        });
        let plain = join(&|cell| words::collapse(&cell.plain).into_owned());
        self.reading.drafts.push(Draft {
            text,
            plain: plain.into(),
            line,
            offset,
            box_offset: Some(offset),
            state: Some(state.chars().next()),
            node: self.path.last().copied(),
            ..Draft::default()
        });
    }
}
