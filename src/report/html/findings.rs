//! The list of findings. A finding is the [`Report`] that the terminal shows, with the same excerpt.

use std::ops::Range;

use super::super::{PageFindings, SEVERITIES};
use super::escape::{escaped, with_code};
use crate::reporters::{Excerpt, Report, TIED};
use crate::text::{count, thousands, width};

pub(super) fn push_findings(findings: &PageFindings, out: &mut String) {
    if findings.counts.total() == 0 {
        return;
    }
    out.push_str("<section>\n<h2>Findings</h2>\n");
    if findings.hidden > 0 {
        let text = format!("{} below the requested severity not shown.", count(findings.hidden, "finding"));
        out.push_str(&format!("<p class=\"note\">{text}</p>\n"));
    }
    if findings.left_out() > 0 {
        out.push_str(&format!(
            "<p class=\"note\">{} not shown: this page lists errors first, then warnings, then notes.</p>\n",
            count(findings.left_out(), "more finding")
        ));
    }
    for severity in SEVERITIES {
        let mut reports = findings.of_severity(severity).peekable();
        if reports.peek().is_none() {
            continue;
        }
        let total = thousands(findings.counts.of_severity(severity));
        out.push_str(&format!(
            "<h3>{} ({total})</h3>\n<ol class=\"findings\">\n",
            severity.pick(["Errors", "Warnings", "Notes"])
        ));
        reports.for_each(|(report, _)| push_report(&report, out));
        out.push_str("</ol>\n");
    }
    out.push_str("</section>\n");
}

fn push_report(report: &Report, out: &mut String) {
    let Report { severity, rule, message, label, exchange: _, lines, snippet } = report;
    let (line, column) = (snippet.start.line, snippet.start.column);
    out.push_str(&format!(
        "<li class=\"{severity}\">\n<p><strong>{severity}</strong> <code class=\"rule\">{}</code></p>\n<p class=\"message\">{}</p>\n\
         <p class=\"location\"><code><bdi>{}</bdi>:{line}:{column}</code></p>\n",
        escaped(rule),
        with_code(message),
        escaped(&snippet.name)
    ));
    match snippet.excerpt.marks.is_empty() {
        true if label.is_empty() => {}
        true => out.push_str(&format!("<p class=\"label\">{}</p>\n", with_code(label))),
        false => push_excerpt(&snippet.excerpt, out),
    }
    if !lines.is_empty() {
        out.push_str("<ul class=\"advice\">\n");
        for line in lines {
            let line = line.replace(TIED, " ");
            let (keyword, text) = line.split_once(": ").unwrap_or(("", &line));
            out.push_str(&match keyword.contains("more occurrence") {
                // Up to 20 locations would be longer than the finding.
                true => format!("<li><details><summary>{keyword}</summary>{}</details></li>\n", escaped(text)),
                false => format!("<li><b>{}:</b> {}</li>\n", escaped(keyword), with_code(text)),
            });
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</li>\n");
}

/// Rows with their numbers, and each label in a row below its mark. Long rows are wrapped, so nothing needs to be
/// scrolled.
fn push_excerpt(excerpt: &Excerpt, out: &mut String) {
    out.push_str("<pre>");
    let mut start = 0;
    for (index, text) in excerpt.text.split('\n').enumerate() {
        let number = excerpt.first_line.map_or(String::new(), |first| (first + index as u64).to_string());
        let end = start + text.len();
        let local = |range: &Range<usize>| range.start - start..range.end.min(end) - start;
        let mut marks: Vec<MarkedSpan<'_>> = excerpt
            .marks
            .iter()
            .enumerate()
            .filter(|(_, (range, _))| (start..=end).contains(&range.start))
            .map(|(index, (range, label))| MarkedSpan { range: local(range), label, is_primary: index == 0 })
            .collect();
        out.push_str(&format!("<span class=\"row\"><span class=\"line\">{number}</span><span>"));
        push_marked(text, &mut marks, out);
        out.push_str("\n</span></span>");
        for mark in marks.iter().filter(|mark| !mark.label.is_empty()) {
            let class = if mark.is_primary { "label" } else { "label related" };
            out.push_str(&format!(
                "<span class=\"row\"><span class=\"line\"></span><span class=\"{class}\" style=\"--at:{}\">{}\n</span></span>",
                width(&text[..mark.range.start]),
                with_code(mark.label)
            ));
        }
        start = end + 1;
    }
    out.push_str("</pre>\n");
    if excerpt.first_line.is_none() {
        out.push_str("<p class=\"note\">(reformatted)</p>\n");
    }
}

struct MarkedSpan<'m> {
    /// Bytes of the row.
    range: Range<usize>,
    label: &'m str,
    is_primary: bool,
}

/// A row of an excerpt. Where marks overlap, the first one wins. An empty mark gets a space.
fn push_marked(text: &str, marks: &mut [MarkedSpan<'_>], out: &mut String) {
    marks.sort_by_key(|mark| (mark.range.start, mark.range.end));
    let mut at = 0;
    for mark in marks.iter() {
        let (from, to) = (mark.range.start.max(at), mark.range.end.max(at));
        out.push_str(&escaped(&text[at..from]));
        let class = if mark.is_primary { "" } else { " class=\"related\"" };
        let marked = if mark.range.is_empty() { " ".to_owned() } else { escaped(&text[from..to]) };
        if !marked.is_empty() {
            out.push_str(&format!("<mark{class}>{marked}</mark>"));
        }
        at = to;
    }
    out.push_str(&escaped(&text[at..]));
}
