//! Unified diffs, as `diff -u` writes them.
//!
//! `similar::TextDiff` writes the same text, but it compiles every algorithm for every type of text: 12 seconds of a
//! release build. This compiles one algorithm for one type.

use std::fmt::Write;
use std::ops::Range;

use similar::ChangeTag;
use similar::algorithms::{Capture, Compact, Replace, myers};

/// Unchanged lines before and after a change.
const CONTEXT: usize = 3;

/// The changes from `before` to `after`, or an empty text. As in `patch`, only LF ends a line.
pub(crate) fn unified(before: &str, after: &str, header: [&str; 2]) -> String {
    let [old, new] = [before, after].map(|text| text.split_inclusive('\n').collect::<Vec<&str>>());
    let mut changes = Compact::new(Replace::new(Capture::new()), &old, &new);
    let Ok(()) = myers::diff(&mut changes, &old, 0..old.len(), &new, 0..new.len());
    let mut out = String::new();
    let hunks = changes.into_inner().into_inner().into_grouped_ops(CONTEXT);
    for hunk in hunks.iter().filter(|hunk| !hunk.is_empty()) {
        if out.is_empty() {
            let _ = writeln!(out, "--- {}\n+++ {}", header[0], header[1]);
        }
        let (first, last) = (hunk[0], hunk[hunk.len() - 1]);
        let old_lines = lines(&(first.old_range().start..last.old_range().end));
        let new_lines = lines(&(first.new_range().start..last.new_range().end));
        let _ = writeln!(out, "@@ -{old_lines} +{new_lines} @@");
        for change in hunk.iter().flat_map(|operation| operation.iter_changes(&old, &new)) {
            out.push(match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            });
            out.push_str(change.value());
            if !change.value().ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// Line numbers of a hunk. An empty range is that of the line before it.
fn lines(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => (range.start + 1).to_string(),
        length => format!("{},{length}", range.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_have_the_headers_of_diff() {
        let unified = |before: &str, after: &str| unified(before, after, ["a", "b"]);
        assert_eq!(unified("1\n", "1\n"), "");
        assert_eq!(unified("{}", "{\n}\n"), "--- a\n+++ b\n@@ -1 +1,2 @@\n-{}\n\\ No newline at end of file\n+{\n+}\n");
        assert_eq!(unified("", "1\n"), "--- a\n+++ b\n@@ -0,0 +1 @@\n+1\n");
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let after = before.replace("1\n", "0\n").replace("9\n", "");
        assert_eq!(
            unified(before, &after),
            "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-1\n+0\n 2\n 3\n 4\n@@ -6,4 +6,3 @@\n 6\n 7\n 8\n-9\n"
        );
    }
}
