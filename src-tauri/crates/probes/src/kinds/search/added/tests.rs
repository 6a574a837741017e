#![allow(clippy::unwrap_used)]

use super::ranges;

#[test]
fn added_lines_are_told_from_headers() {
    let diff = b"diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1,0 +2,2 @@ fn x() {\n+one\n+++ b/not a header\n@@ -9 +11 @@\n--- gone\n+new\n\\ No newline at end of file\ndiff --git a/gone b/gone\n--- a/gone\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-x\n-y\ndiff --git a/x b/with blank\n--- /dev/null\n+++ b/with blank\t\n@@ -0,0 +1 @@\n+x\n--- a/y\n+++ \"b/q\\\"\\303\\251\\t\"\n@@ -1 +1 @@\n-a\n+b\n";
    let all = ranges(diff).unwrap();
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    assert_eq!(names, ["a", "q\"é\t", "with blank"]);
    assert_eq!(all["a"], [(2, 3), (11, 11)]);
    assert_eq!(all["with blank"], [(1, 1)]);
    assert!(ranges(b"@@ nonsense").is_none());
}
