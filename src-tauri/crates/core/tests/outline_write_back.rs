//! Writing back touches the asked bytes and nothing else, whatever the file looks like.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_core::outline::{
    ProbeBlock, Tick, WriteBackError, append_probe, import, write_back,
};
use proptest::prelude::*;

/// One line or block of a checklist, in the shapes that real ones have.
fn part() -> impl Strategy<Value = String> {
    let words = "[a-zA-Zäß一🚀<>%`*_ \\[\\]()-]{1,24}";
    prop_oneof![
        3 => (
            prop::sample::select(vec!["- ", "* ", "+ ", "1. ", "12) ", "  - ", "    - ", "\t- ", "-\t", "> - "]),
            prop::sample::select(vec!["[ ]", "[x]", "[X]", "[-]", "[✓]", "[]"]),
            words,
        ).prop_map(|(mark, state, text)| format!("{mark}{state} {text}")),
        1 => words.prop_map(|text| format!("## {text}")),
        1 => words.prop_map(|text| format!("**{text}:**")),
        1 => words.prop_map(|text| text),
        1 => words.prop_map(|text| format!("  {text}")),
        1 => Just(String::new()),
        1 => Just("```\n- [ ] in code\n```".to_owned()),
        1 => Just("| a | b |\n| - | - |\n| do it | [ ] |".to_owned()),
        1 => Just("Title\n=====".to_owned()),
    ]
}

fn checklist() -> impl Strategy<Value = String> {
    (
        prop::collection::vec(part(), 0..24),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(parts, crlf, bom)| {
            let mut text = parts.join("\n");
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            if bom {
                text.insert(0, '\u{feff}');
            }
            text
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn only_the_boxes_change(text in checklist(), picks in prop::collection::vec(any::<(bool, bool)>(), 24)) {
        let read = import(text.as_bytes(), None).unwrap();
        let mut wanted = Vec::new();
        for (item, (take, done)) in read.outline.items.iter().zip(picks) {
            if let (Some(offset), true) = (item.box_offset, take) {
                wanted.push((offset, if done { Tick::Done } else { Tick::Open }));
            }
        }
        let written = write_back(text.as_bytes(), &wanted).unwrap();
        // Without the states of the named boxes both files are the same.
        let blank = |bytes: &[u8]| {
            let states: Vec<(u64, Tick)> = import(bytes, None)
                .unwrap()
                .outline
                .items
                .iter()
                .filter_map(|item| Some((item.box_offset?, Tick::Open)))
                .collect();
            write_back(bytes, &states).unwrap()
        };
        prop_assert_eq!(blank(&written), blank(text.as_bytes()));
        let again = import(&written, None).unwrap();
        prop_assert_eq!(again.outline.items.len(), read.outline.items.len());
        for (before, after) in read.outline.items.iter().zip(&again.outline.items) {
            let asked = wanted.iter().find(|(offset, _)| Some(*offset) == before.box_offset);
            let ticked = asked.map_or(before.ticked, |(_, tick)| *tick == Tick::Done);
            prop_assert_eq!(after.ticked, ticked);
            prop_assert_eq!(&after.id, &before.id);
        }
    }

    #[test]
    fn only_the_probe_is_added(text in checklist(), pick in any::<prop::sample::Index>(), fenced in any::<bool>()) {
        let read = import(text.as_bytes(), None).unwrap();
        let boxed: Vec<_> = read.outline.items.iter().filter(|item| item.box_offset.is_some()).collect();
        prop_assume!(!boxed.is_empty());
        let item = boxed[pick.index(boxed.len())];
        let block = if fenced {
            ProbeBlock::Fence("probe: tcp\nhost: ${HOST}\nport: 443\n".to_owned())
        } else {
            ProbeBlock::Comment("tcp host=${HOST} port=443".to_owned())
        };
        match append_probe(text.as_bytes(), item, &block) {
            Ok(written) => {
                // What was added is one stretch, and taking it out gives the file back.
                let same = written.iter().zip(text.as_bytes()).take_while(|(a, b)| a == b).count();
                let more = written.len() - text.len();
                let behind = &text.as_bytes()[same..];
                prop_assert!(written.ends_with(behind));
                prop_assert!(more > 10);
            }
            Err(error) => prop_assert!(matches!(error, WriteBackError::NotAListItem { .. }), "{error}"),
        }
    }

    #[test]
    fn nothing_that_is_text_makes_the_reader_fail(text in "\\PC{0,200}|[-*+#> \\[\\]x\\n\\t`|:_<!1.)(%-]{0,200}") {
        let read = import(text.as_bytes(), None);
        prop_assert!(read.is_ok());
    }
}

#[test]
fn a_probe_lands_on_its_item_in_the_files_own_line_endings() {
    let text = "# T\r\n\r\n1. **Group**\r\n   - [ ] First\r\n   - [ ] Second\r\n     goes on  \r\n   - [ ] Third";
    for block in [
        ProbeBlock::Comment("tls host=${HOST}".to_owned()),
        ProbeBlock::Fence("probe: tls\nhost: ${HOST}\n".to_owned()),
    ] {
        for index in 0..3 {
            let item = &import(text.as_bytes(), None).unwrap().outline.items[index];
            let written = append_probe(text.as_bytes(), item, &block).unwrap();
            let outline = import(&written, None).unwrap().outline;
            assert_eq!(outline.items.len(), 3);
            assert_eq!(outline.items[index].probes.len(), 1, "{block:?} on {index}");
            assert_eq!(outline.items[index].text_hash, item.text_hash);
            let written = String::from_utf8(written).unwrap();
            assert!(!written.replace("\r\n", "").contains('\n'), "{written:?}");
        }
    }
}

#[test]
fn a_file_that_has_changed_is_not_written() {
    let text = b"- [ ] one\n- [ ] two\n";
    assert_eq!(
        write_back(text, &[(3, Tick::Done), (4, Tick::Done)]),
        Err(WriteBackError::NotABox { offset: 4 })
    );
    assert_eq!(
        write_back(text, &[(3, Tick::Done)]).unwrap(),
        b"- [x] one\n- [ ] two\n"
    );
    let item = import(text, None).unwrap().outline.items[1].clone();
    let block = ProbeBlock::Comment("tcp host=a port=1".to_owned());
    assert_eq!(
        append_probe(b"something else entirely", &item, &block),
        Err(WriteBackError::NotABox { offset: 13 })
    );
    let dashes = ProbeBlock::Comment("command run=\"a --b\"".to_owned());
    assert_eq!(
        append_probe(text, &item, &dashes),
        Err(WriteBackError::CommentText)
    );
}

#[test]
fn an_odd_state_of_several_bytes_is_replaced_whole() {
    let text = "- [✓] one\n".as_bytes();
    assert_eq!(
        write_back(text, &[(3, Tick::Done)]).unwrap(),
        b"- [x] one\n"
    );
    let capital = b"- [X] one\n";
    assert_eq!(write_back(capital, &[(3, Tick::Done)]).unwrap(), capital);
}
