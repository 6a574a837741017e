//! The commands of a rollback fence as steps.

use super::patterns as re;
use super::reading::{Draft, LooseFence};
use super::source::Source;
use super::words;

/// Reads a shell fence: a comment line is a step's title and the commands below it are the step;
/// without comments every command is one.
pub(super) fn read(source: &Source<'_>, fence: &LooseFence) -> Vec<Draft<'static>> {
    let language = fence.info.split_whitespace().next().unwrap_or("");
    if !matches!(
        language,
        "" | "bash" | "sh" | "shell" | "zsh" | "console" | "powershell" | "ps1"
    ) {
        return Vec::new();
    }
    let mut steps: Vec<Step> = Vec::new();
    let mut titled = false;
    let mut continues = false;
    let first = source.line(fence.offset);
    for (line, raw) in (first..).zip(fence.content.lines()) {
        // Only for order: the content's lines stand behind each other.
        let offset = fence.offset + (line - first) as usize;
        let text = raw.trim();
        if let Some(comment) = text.strip_prefix('#').filter(|rest| !rest.starts_with('!')) {
            let title = words::collapse(comment.trim_start_matches('#'));
            if !title.is_empty() {
                steps.push(Step::new(without_number(&title), line, offset));
                titled = true;
            }
            continues = false;
        } else if !text.is_empty() {
            match steps.last_mut() {
                Some(step) if titled || continues => step.commands.push(raw.trim_end().to_owned()),
                _ => {
                    let mut step = Step::new(String::new(), line, offset);
                    step.commands.push(raw.trim_end().to_owned());
                    steps.push(step);
                }
            }
            continues = text.ends_with('\\');
        }
    }
    steps
        .into_iter()
        .filter(|step| !step.commands.is_empty())
        .map(|step| step.draft(fence))
        .collect()
}

struct Step {
    title: String,
    commands: Vec<String>,
    line: u32,
    offset: usize,
}

impl Step {
    fn new(title: String, line: u32, offset: usize) -> Self {
        Self {
            title,
            commands: Vec::new(),
            line,
            offset,
        }
    }

    fn draft(self, fence: &LooseFence) -> Draft<'static> {
        let command = self.commands.join("\n");
        let text = if self.title.is_empty() {
            format!("`{}`", words::collapse(&command))
        } else {
            self.title.clone()
        };
        let plain = if self.title.is_empty() {
            words::collapse(&command).into_owned()
        } else {
            self.title
        };
        Draft {
            text,
            plain: plain.into(),
            line: self.line,
            offset: self.offset,
            node: fence.node,
            command: Some(command),
            ..Draft::default()
        }
    }
}

fn without_number(title: &str) -> String {
    re::NUMBERED_COMMENT
        .find_iter(title)
        .next()
        .and_then(|found| title.get(found.end()..))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(title)
        .to_owned()
}
