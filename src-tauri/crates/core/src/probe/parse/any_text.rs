//! Whatever stands in a checklist, reading it ends with probes and diagnostics.

use proptest::prelude::*;

use super::*;
use crate::probe::expr::parse_list;
use crate::probe::kinds::HTTP;
use crate::probe::template::Template;
use crate::probe::unit::Quantity;

const AT: Place = Place { line: 3, column: 5 };

/// Pieces of the language in any order, which reach further than letters at random.
fn near_language() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "http",
        "tls",
        "command",
        "url=",
        "https://a/",
        "expect=",
        "\"",
        "'",
        "status",
        "json(",
        "$.a[0]",
        ")",
        "==",
        "<",
        "between",
        "and",
        "in",
        "[",
        "]",
        ",",
        "200",
        "5ms",
        "%",
        "not",
        "exists",
        "matches",
        "/",
        "${",
        "}",
        "${A}",
        "${secret:B}",
        " ",
        "\n",
        "  ",
        ":",
        "- ",
        "probe: ",
        "{",
        "é",
        "\\",
        "header(x)",
        "len(",
        "&a",
        "*a",
        "|",
        "-1",
        "99999999999999999999999999999999",
        "1e9",
        "~",
        "null",
        "\t",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read(text in prop_oneof![near_language(), ".{0,80}"]) {
        for (probes, diagnostics) in [
            parse_comment(&text, AT),
            parse_yaml(&text, AT),
            parse_info(&text, &text, AT),
        ] {
            prop_assert!(!probes.is_empty() || !diagnostics.is_empty() || text.trim().is_empty() || text.contains('['));
            for diagnostic in diagnostics {
                prop_assert!(diagnostic.place.line >= AT.line);
            }
            for probe in probes {
                let json = serde_json::to_string(&probe).unwrap();
                prop_assert_eq!(serde_json::from_str::<Probe>(&json).unwrap(), probe);
            }
        }
        let _ = parse_sidecar(&text);
        let _ = Template::parse(&text);
        if let Err(wrong) = parse_conditions(&text, &HTTP) {
            prop_assert!(wrong.offset <= text.chars().count());
        }
        if let Ok(conditions) = parse_list(&text) {
            for (_, condition) in conditions {
                let again: Condition = condition.text().parse().unwrap();
                prop_assert_eq!(again.text(), condition.text());
            }
        }
    }

    #[test]
    fn a_quantity_survives_json(n in any::<i32>(), scale in 0u32..12, unit in prop::sample::select(vec!["", "ms", "%", "MB", "/s", "d"])) {
        let number = rust_decimal::Decimal::new(n.into(), scale);
        let quantity = Quantity::parse(&format!("{number}{unit}")).unwrap();
        let json = serde_json::to_string(&quantity).unwrap();
        let again: Quantity = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(again.compare(quantity), Some(std::cmp::Ordering::Equal));
    }
}
