//! The reference of all kinds, `docs/probes.md`, made from their schemas.

use std::fmt::{self, Write as _};

use countersign_core::probe::kinds;
use countersign_core::probe::schema::{Example, FieldSchema, KindSchema};

/// The whole of `docs/probes.md`.
///
/// # Errors
/// Never in practice: writing to a text does not fail.
pub fn reference() -> Result<String, fmt::Error> {
    let mut page = String::from(include_str!("intro.md"));
    for kind in kinds::ALL {
        chapter(&mut page, kind)?;
    }
    page.push_str(include_str!("ref.md"));
    Ok(page)
}

fn chapter(page: &mut String, kind: &KindSchema) -> fmt::Result {
    writeln!(page, "\n### `{}`\n", kind.name)?;
    writeln!(page, "{}\n", kind.summary)?;
    let comment = match (kind.in_comment, kind.body_field) {
        (true, None) => "may stand in a comment".to_owned(),
        (true, Some(field)) => format!("may stand in a comment without `{field}`"),
        (false, _) => "never in a comment".to_owned(),
    };
    writeln!(
        page,
        "Class *{}*; {comment}; version {}. Where `expect` is absent: `{}`.",
        kind.class.words(),
        kind.version,
        kind.default_expect
    )?;
    if let Some(primary) = kind.primary {
        writeln!(page, "A bare `baseline: +10%` compares `{primary}`.")?;
    }
    writeln!(page, "\n| field | | meaning |\n|---|---|---|")?;
    for field in kind.fields {
        writeln!(
            page,
            "| `{}` | {} | {} |",
            field.name,
            need(field),
            field.help
        )?;
    }
    writeln!(page, "\n| metric | is | meaning |\n|---|---|---|")?;
    for metric in kind.metrics {
        writeln!(
            page,
            "| `{}` | {} | {} |",
            metric.name,
            metric.kind.words(),
            metric.help
        )?;
    }
    if let Some(source) = kind.json {
        writeln!(page, "| `json(path)` | any value | Read from `{source}`. |")?;
    }
    if kind.headers {
        writeln!(
            page,
            "| `header(name)`, `headers(name)`, `cookie(name)` | text, list | Of the last response. |"
        )?;
    }
    for note in kind.notes {
        writeln!(page, "\n{note}")?;
    }
    for example in kind.examples {
        shown(page, example)?;
    }
    Ok(())
}

fn need(field: &FieldSchema) -> &'static str {
    if field.required { "required" } else { "" }
}

fn shown(page: &mut String, example: &Example) -> fmt::Result {
    writeln!(page, "\nFrom `{}`:\n", example.checklist)?;
    if example.comment {
        writeln!(page, "```markdown")?;
        writeln!(
            page,
            "- [ ] {} <!-- probe: {} -->",
            example.item, example.text
        )?;
        return writeln!(page, "```");
    }
    writeln!(
        page,
        "````markdown\n- [ ] {}\n  ```yaml probe",
        example.item
    )?;
    for line in example.text.lines() {
        writeln!(page, "  {line}")?;
    }
    writeln!(page, "  ```\n````")
}
