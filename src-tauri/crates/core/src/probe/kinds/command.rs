//! `command`: a program on this machine.

use crate::probe::model::FieldValue;
use crate::probe::parse::split_arguments;
use crate::probe::plan::shown_arguments;
use crate::probe::schema::{
    Class, Example, FieldKind, FieldSchema, Fields, KindSchema, MetricKind, MetricSchema, Secrets,
    declared, nowhere,
};
use crate::probe::unit::Unit;

const fn field(
    name: &'static str,
    kind: FieldKind,
    secrets: Secrets,
    help: &'static str,
) -> FieldSchema {
    FieldSchema {
        name,
        kind,
        required: false,
        secrets,
        help,
    }
}

/// The schema of `command`.
pub const COMMAND: KindSchema = KindSchema {
    name: "command",
    version: 1,
    summary: "Runs a program inside the checklist's repository and looks at what it returns and \
              prints. There is no shell unless the author wrote one.",
    class: Class::Command,
    in_comment: false,
    fields: &[
        field(
            "run",
            FieldKind::Argv,
            Secrets::AfterFirst,
            "The program and its arguments, as a list or as one line with quotes; no shell reads \
             it, so `|`, `>`, `*` and `$HOME` mean nothing.",
        ),
        field(
            "script",
            FieldKind::Verbatim,
            Secrets::Never,
            "Text for the shell, with `shell`. `${…}` in it is the shell's: hand variables over \
             with `vars`. The content of a fence whose info string holds the probe lands here.",
        ),
        field(
            "shell",
            FieldKind::Shell,
            Secrets::Never,
            "`true` for `sh`, or the shell's name; the script is handed to it with `-c`.",
        ),
        field(
            "stdin",
            FieldKind::Text,
            Secrets::Anywhere,
            "What the program reads; nothing where absent.",
        ),
        field(
            "cwd",
            FieldKind::Path,
            Secrets::Never,
            "The working directory inside the repository; its root where absent.",
        ),
        field(
            "vars",
            FieldKind::TextMap,
            Secrets::Anywhere,
            "Environment variables for the program.",
        ),
        field(
            "inherit",
            FieldKind::TextList,
            Secrets::Never,
            "Names of environment variables it gets from this machine besides PATH, HOME, LANG, \
             LC_ALL, TZ, TMPDIR, USER and LOGNAME.",
        ),
        field(
            "max_output",
            FieldKind::Size,
            Secrets::Never,
            "How much of stdout and of stderr is read at most; `1MB` where absent, never over \
             `50MB`.",
        ),
        field(
            "effect",
            FieldKind::OneOf(&["reads", "changes"]),
            Secrets::Never,
            "`changes` for a program that changes something: it then asks each time.",
        ),
    ],
    metrics: &[
        MetricSchema {
            name: "exit",
            kind: MetricKind::Number(Unit::Count),
            help: "The exit code; missing when a signal ended it.",
        },
        MetricSchema {
            name: "signal",
            kind: MetricKind::Number(Unit::Count),
            help: "The signal that ended it; missing when it exited.",
        },
        MetricSchema {
            name: "stdout",
            kind: MetricKind::Text,
            help: "What it printed; missing when it was cut or is not UTF-8.",
        },
        MetricSchema {
            name: "stderr",
            kind: MetricKind::Text,
            help: "What it printed to the error stream; missing when it was cut or is not UTF-8.",
        },
        MetricSchema {
            name: "duration",
            kind: MetricKind::Number(Unit::Millisecond),
            help: "From start to end.",
        },
    ],
    json: Some("stdout"),
    headers: false,
    body_field: Some("script"),
    default_expect: "exit == 0",
    primary: Some("duration"),
    class_of: declared,
    complete,
    hosts: nowhere,
    target: |plan| match plan.fields.get("script") {
        Some(script) => script.shown().lines().next().unwrap_or_default().to_owned(),
        None => shown_arguments(plan.fields.get("run")),
    },
    notes: &[
        "Without a repository around the checklist it is skipped. A program or script inside the \
         repository is hashed when it is approved and again when it runs.",
        "At the deadline, and when a person cancels, the whole process group is killed, and so is \
         what is left of it when the program itself has ended. Arguments can be seen by other \
         programs of the machine while it runs: hand secrets over with `vars` or `stdin`. The \
         variable `COUNTERSIGN_PROBE` marks the program's children, so that none is missed.",
    ],
    examples: &[
        Example {
            item: "Secrets validated (`./scripts/validate_secrets.sh`)",
            checklist: "hamsaya.md",
            text: "probe: command\nrun: ./scripts/validate_secrets.sh\ntimeout: 60s\nexpect: exit == 0\n",
            comment: false,
        },
        Example {
            item: "Type checking passing (mypy)",
            checklist: "bakhmach.md",
            text: "probe: command\nrun: [mypy, ., --strict]\ntimeout: 5m\nexpect:\n  - exit == 0\n  - stdout contains Success\n",
            comment: false,
        },
    ],
};

/// One of `run` and `script`; a script without a shell must be one line, and becomes its arguments.
fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    let shell = !matches!(fields.get("shell"), None | Some(FieldValue::Bool(false)));
    let script = fields
        .get("script")
        .and_then(FieldValue::as_text)
        .map(str::to_owned);
    if shell
        && script
            .as_deref()
            .is_some_and(|text| text.contains("${secret:") || text.contains("${capture:"))
    {
        return Err((
            "a script belongs to its shell, so no secret is put into it",
            "write `vars: {TOKEN: '${secret:TOKEN}'}` and use \"$TOKEN\" in the script",
        ));
    }
    match (fields.get("run"), script) {
        (None, None) => return Err(("`command` needs `run`", "write `run: ./scripts/check.sh`")),
        (Some(_), Some(_)) => {
            return Err(("`run` and `script` exclude each other", "keep one of them"));
        }
        (Some(_), None) if shell => {
            return Err((
                "`shell` reads a `script`, not `run`",
                "rename `run` to `script`",
            ));
        }
        (None, Some(script)) if !shell => {
            let lines: Vec<&str> = script
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .collect();
            let line = match lines.as_slice() {
                [line] => line,
                [] => return Err(("there is no command here", "write one line")),
                _ => {
                    return Err((
                        "several lines need a shell",
                        "write `shell: true`, or one probe for each command",
                    ));
                }
            };
            let Some(arguments) = split_arguments(line) else {
                return Err(("a quote in the command is not closed", "close it"));
            };
            let argv = arguments.into_iter().map(FieldValue::Text).collect();
            fields.remove("script");
            fields.insert("run".to_owned(), FieldValue::List(argv));
        }
        _ => {}
    }
    let program = match fields.get("run") {
        Some(FieldValue::List(argv)) => argv
            .first()
            .and_then(FieldValue::as_text)
            .unwrap_or_default(),
        _ => "",
    };
    if program.contains("${secret:") || program.contains("${capture:") {
        return Err(("a secret may not be the program", "name the program itself"));
    }
    Ok(())
}
