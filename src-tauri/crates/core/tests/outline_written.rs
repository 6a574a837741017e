//! A probe is replaced where it is written, and no other byte changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_core::outline::{
    Options, ProbeSpot, RewriteError, Rewritten, import, rewrite_probe, written_probe,
};
use countersign_core::probe::{Placement, Probe};

const CHECKLIST: &str = "---\ncountersign:\n  probes:\n    answers:\n      probe: tcp\n      host: front\n      port: 1\n---\n\n# Hub\n\n## Checks\n\n- [ ] Certificate <!-- probe: tls host=old.example.org expect=\"chain_ok\" --> (leaf)\n  - [ ] Health\n\n    ```yaml probe\n    # the load balancer's own\n    probe: http\n    url: https://old.example.org/health\n    ```\n- [ ] Build\n\n  ```bash {\"probe\": {\"kind\": \"command\", \"expect\": \"exit == 0\"}}\n  make check\n  ```\n- [ ] Answers\n- [ ] Listed\n- [ ] Inline\n";

const SIDECAR: &str = "# kept\nprobes:\n  listed:\n    # two of them\n    - probe: tcp\n      host: old\n      port: 1\n    - probe: tcp\n      host: old\n      port: 2\n\n  # about the next one\n  \"inline\": {\"probe\": \"tcp\", \"host\": \"old\", \"port\": 3}\npolicy:\n  quorum: 2\n";

fn probes() -> Vec<(String, Probe)> {
    let outline = import(CHECKLIST.as_bytes(), Some(SIDECAR.as_bytes()))
        .unwrap()
        .outline;
    let of = |item: countersign_core::outline::Item| {
        assert!(item.probe_errors.is_empty(), "{:?}", item.probe_errors);
        let id = item.id.clone();
        item.probes
            .into_iter()
            .map(move |probe| (id.clone(), probe))
    };
    outline.items.into_iter().flat_map(of).collect()
}

fn probe(item: &str) -> Probe {
    probes().into_iter().find(|(id, _)| id == item).unwrap().1
}

fn yaml(item: &str) -> (Placement, String) {
    let probe = probe(item);
    let written = written_probe(
        CHECKLIST.as_bytes(),
        Some(SIDECAR.as_bytes()),
        ProbeSpot::Of(&probe),
    );
    let written = written.unwrap().unwrap();
    (written.placement, written.yaml)
}

fn rewritten(
    item: &str,
    change: impl Fn(&str) -> String,
) -> Result<(String, String), RewriteError> {
    let probe = probe(item);
    let (bytes, sidecar) = (CHECKLIST.as_bytes(), Some(SIDECAR.as_bytes()));
    let text = change(&yaml(item).1);
    let done = rewrite_probe(
        bytes,
        sidecar,
        ProbeSpot::Of(&probe),
        &text,
        Options::default(),
    )?;
    let utf8 = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ok(match done {
        Rewritten::Checklist(bytes) => (utf8(bytes), SIDECAR.to_owned()),
        Rewritten::Sidecar(bytes) => (CHECKLIST.to_owned(), utf8(bytes)),
    })
}

#[test]
fn each_writing_is_shown_as_yaml() {
    assert_eq!(probes().len(), 7);
    assert_eq!(
        yaml("certificate-leaf"),
        (
            Placement::Comment,
            "probe: tls\nhost: old.example.org\nexpect: chain_ok\n".to_owned()
        )
    );
    assert_eq!(
        yaml("health"),
        (
            Placement::Fence,
            "# the load balancer's own\nprobe: http\nurl: https://old.example.org/health\n"
                .to_owned()
        )
    );
    assert_eq!(
        yaml("build"),
        (
            Placement::Info,
            "kind: command\nexpect: exit == 0\n".to_owned()
        )
    );
    assert_eq!(
        yaml("answers"),
        (
            Placement::Sidecar,
            "probe: tcp\nhost: front\nport: 1\n".to_owned()
        )
    );
    assert_eq!(
        yaml("listed").1,
        "- probe: tcp\n  host: old\n  port: 1\n- probe: tcp\n  host: old\n  port: 2\n"
    );
    assert_eq!(yaml("inline").1, "probe: tcp\nhost: old\nport: 3\n");
}

#[test]
fn only_the_blocks_own_bytes_change() {
    let newer = |text: &str| text.replace("old", "new");
    let (text, _) = rewritten("certificate-leaf", newer).unwrap();
    assert_eq!(
        text,
        CHECKLIST.replacen(
            "host=old.example.org expect=\"chain_ok\"",
            "host=new.example.org expect=chain_ok",
            1
        )
    );
    let (text, _) = rewritten("health", |text| format!("{}timeout: 5s\n", newer(text))).unwrap();
    let wanted = CHECKLIST.replacen(
        "    url: https://old.example.org/health\n",
        "    url: https://new.example.org/health\n    timeout: 5s\n",
        1,
    );
    assert_eq!(text, wanted);
    let (text, _) = rewritten("build", |text| text.replace("exit == 0", "exit < 2")).unwrap();
    assert_eq!(text, CHECKLIST.replacen("exit == 0", "exit < 2", 1));
    let (text, _) = rewritten("answers", |text| text.replace("front", "other")).unwrap();
    assert_eq!(text, CHECKLIST.replacen("host: front", "host: other", 1));
    let (_, sidecar) = rewritten("listed", newer).unwrap();
    assert_eq!(sidecar, SIDECAR.replace("host: old", "host: new"));
    let (_, sidecar) = rewritten("inline", newer).unwrap();
    let wanted = SIDECAR.replacen(
        " {\"probe\": \"tcp\", \"host\": \"old\", \"port\": 3}",
        "\n    probe: tcp\n    host: new\n    port: 3",
        1,
    );
    assert_eq!(sidecar, wanted);
}

#[test]
fn carriage_returns_stay() {
    let text = CHECKLIST.replace('\n', "\r\n");
    let outline = import(text.as_bytes(), None).unwrap().outline;
    let probe = outline.item("health").unwrap().probes[0].clone();
    let written = written_probe(text.as_bytes(), None, ProbeSpot::Of(&probe));
    let yaml = written.unwrap().unwrap().yaml.replace("old", "new");
    assert!(!yaml.contains('\r'));
    let done = rewrite_probe(
        text.as_bytes(),
        None,
        ProbeSpot::Of(&probe),
        &yaml,
        Options::default(),
    );
    let wanted = text.replacen(
        "https://old.example.org/health",
        "https://new.example.org/health",
        1,
    );
    assert_eq!(done, Ok(Rewritten::Checklist(wanted.into_bytes())));
}

#[test]
fn what_would_not_be_read_back_is_not_written() {
    let code = |item: &str, text: &str| {
        let text = text.to_owned();
        rewritten(item, move |_| text.clone())
            .unwrap_err()
            .code()
            .to_owned()
    };
    assert_eq!(code("health", "probe: http\nurl: [\n"), "probe-syntax");
    assert_eq!(
        code("certificate-leaf", "probe: command\nrun: make\n"),
        "probe-not-in-comment"
    );
    // The fence would end early.
    assert_eq!(
        code(
            "health",
            "probe: http\nurl: https://x\nmethod: POST\nbody: |\n  a\n\n```\n"
        ),
        "probe-syntax"
    );
    let nowhere = countersign_core::diagnostic::Place { line: 1, column: 1 };
    let done = rewrite_probe(
        CHECKLIST.as_bytes(),
        None,
        ProbeSpot::At(nowhere),
        "probe: tcp",
        Options::default(),
    );
    assert_eq!(done, Err(RewriteError::NotThere(1)));
}

#[test]
fn a_block_that_cannot_be_read_is_found_by_its_line_and_mended() {
    let text = "# T\n## A\n- [ ] one <!-- probe: htp url=https://x -->\n";
    let outline = import(text.as_bytes(), None).unwrap().outline;
    let place = outline.items[0].probe_errors[0].place;
    let written = written_probe(text.as_bytes(), None, ProbeSpot::At(place))
        .unwrap()
        .unwrap();
    let yaml = written.yaml.replace("htp", "http");
    let done = rewrite_probe(
        text.as_bytes(),
        None,
        ProbeSpot::At(place),
        &yaml,
        Options::default(),
    );
    let wanted = text.replace("htp", "http");
    assert_eq!(done, Ok(Rewritten::Checklist(wanted.into_bytes())));
}

mod inserting {
    use countersign_core::outline::Options;
    use countersign_core::outline::{
        NewProbe, ProbeHome, RewriteError, Rewritten, import, insert_probes,
    };

    const TEXT: &str = "# T\n## A\n- [ ] one\n- [ ] two\n";

    fn new(item: &str, yaml: &str) -> NewProbe {
        NewProbe {
            item: item.to_owned(),
            yaml: yaml.to_owned(),
        }
    }

    fn text(rewritten: Rewritten) -> String {
        match rewritten {
            Rewritten::Checklist(bytes) | Rewritten::Sidecar(bytes) => {
                String::from_utf8(bytes).unwrap()
            }
        }
    }

    #[test]
    fn a_probe_hides_in_a_comment_only_where_it_may() {
        let probes = [
            new("one", "probe: tcp\nhost: localhost\nport: 1\n"),
            new("two", "probe: command\nrun: make check\n"),
        ];
        let done = insert_probes(
            TEXT.as_bytes(),
            None,
            &probes,
            ProbeHome::Checklist,
            Options::default(),
        );
        assert_eq!(
            text(done.unwrap()),
            "# T\n## A\n- [ ] one <!-- probe: tcp host=localhost port=1 -->\n- [ ] two\n  ```yaml probe\n  probe: command\n  run: make check\n  ```\n"
        );
    }

    #[test]
    fn a_sidecar_grows_and_keeps_what_it_has() {
        let before = "# ours\nprobes:\n  two:\n    probe: tcp\n    host: a\n    port: 1\npolicy:\n  quorum: 2\n";
        let probes = [
            new("one", "probe: tcp\nhost: b\nport: 2\n"),
            new("one", "probe: http\nurl: https://b\n"),
        ];
        let done = insert_probes(
            TEXT.as_bytes(),
            Some(before.as_bytes()),
            &probes,
            ProbeHome::Sidecar,
            Options::default(),
        );
        let done = text(done.unwrap());
        assert_eq!(
            done,
            before.replace(
                "probes:\n",
                "probes:\n  \"one\":\n    - probe: tcp\n      host: b\n      port: 2\n    - probe: http\n      url: https://b\n"
            )
        );
        let read = import(TEXT.as_bytes(), Some(done.as_bytes()))
            .unwrap()
            .outline;
        assert_eq!(read.item("one").unwrap().probes.len(), 2);
        let twice = insert_probes(
            TEXT.as_bytes(),
            Some(done.as_bytes()),
            &probes[..1],
            ProbeHome::Sidecar,
            Options::default(),
        );
        assert_eq!(twice, Err(RewriteError::NotKept));
    }
}
