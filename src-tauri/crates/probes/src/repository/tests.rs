#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use rust_decimal::Decimal;

use super::{Pattern, share};

#[test]
fn a_pattern_means_files_and_all_that_is_in_a_folder() {
    for (pattern, path, matches) in [
        ("build/*.xml", "build/a.xml", true),
        ("build/*.xml", "build/deep/a.xml", false),
        ("**/TEST-*.xml", "a/b/TEST-x.xml", true),
        ("**/TEST-*.xml", "TEST-x.xml", true),
        ("src/**/*.{ts,tsx}", "src/a/b.tsx", true),
        ("src/**/*.{ts,tsx}", "src/a/b.js", false),
        ("./src/", "src/a/b.js", true),
        ("src", "srcs/b.js", false),
    ] {
        let found = Pattern::new(pattern).unwrap().matches(Path::new(path));
        assert_eq!(found, matches, "{pattern} {path}");
    }
    assert!(Pattern::new("../x").is_err());
    assert!(Pattern::new("/etc/*").is_err());
    assert!(Pattern::new("a/[").is_err());
}

#[test]
fn a_share_is_exact_and_never_rounded_up() {
    let number = |part, whole| share(part, whole).map(|share| share.n.normalize());
    assert_eq!(number(849, 1000), Some(Decimal::new(849, 1)));
    assert_eq!(number(2, 3), Some(Decimal::new(666_666_666_666, 10)));
    assert_eq!(
        number(999_999_999_999_999, 1_000_000_000_000_000),
        Some(Decimal::new(999_999_999_999, 10))
    );
    assert_eq!(number(5, 5), Some(Decimal::ONE_HUNDRED));
    assert_eq!(number(0, 0), None);
}
