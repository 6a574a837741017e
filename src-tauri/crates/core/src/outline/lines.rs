//! Paragraph lines outside items: groups, fields, metadata, the trigger of a rollback.

use super::around::Metadatum;
use super::blocks::Block;
use super::entries::is_field_label;
use super::own;
use super::patterns as re;
use super::reading::Walk;
use super::words;

impl Walk<'_, '_> {
    /// Reads a paragraph line by line; only its last line can open a group.
    pub(super) fn paragraph(&mut self, block: &Block) {
        for probe in own::comment_probes(self.source, block.range.clone()) {
            self.reading
                .diagnostics
                .push(super::lint::probe_without_item(probe.place));
        }
        let mut offset = block.inline.start;
        let end = block.inline.end.max(offset);
        let mut first = true;
        let Some(text) = self.source.text.get(offset..end) else {
            return;
        };
        for raw in text.split_inclusive('\n') {
            let line = self.source.line(offset);
            offset += raw.len();
            let text = raw.trim().trim_start_matches('>').trim();
            if !text.is_empty() {
                self.line(text, line, offset >= end);
                if first
                    && self.context.rollback
                    && self.reading.trigger.is_none()
                    && !text.starts_with("**")
                {
                    self.reading.trigger = Some(words::collapse(&block.plain).into_owned());
                }
                first = false;
            }
        }
    }

    fn line(&mut self, text: &str, line: u32, is_last: bool) {
        if let Some(found) = re::BOLD_LABEL.captures(text) {
            let label = found.get(1).map_or("", |label| label.as_str());
            let value = found.get(2).map_or("", |value| value.as_str());
            if value.is_empty() {
                if is_last {
                    self.group(words::title(&plain(label)), line, None);
                }
            } else if words::is_unfilled(value) || re::UNDERSCORES.is_match(value) {
                self.blank(label, value, line);
            } else {
                self.reading.metadata.push(Metadatum {
                    label: words::title(&plain(label)),
                    value: value.to_owned(),
                    line,
                });
            }
        } else if let Some(found) = re::GROUP_LINE.captures(text).filter(|_| is_last) {
            let name = found.get(1).map_or("", |name| name.as_str());
            let aside = found.get(2).map_or("", |aside| aside.as_str());
            self.group(words::title(&plain(&format!("{name} {aside}"))), line, None);
        } else if let Some((label, value)) = words::label_and_value(text)
            && re::BLANKS.is_match(value)
        {
            if self.context.sign_off && !is_field_label(label) {
                self.role(label, line, None, None);
            } else {
                self.field(label, value, line);
            }
        }
    }

    /// A blank behind a bold label is a field, unless it is somebody's signature.
    fn blank(&mut self, label: &str, value: &str, line: u32) {
        match re::SIGNATURE_LABEL.captures(label) {
            Some(found) => {
                let role = found.get(1).map_or("", |role| role.as_str());
                self.role(role, line, None, None);
            }
            None => self.field(&plain(label), value, line),
        }
    }
}

fn plain(markdown: &str) -> String {
    markdown.replace(['*', '`'], "")
}
