//! The layers of `src/`: a module uses those above it in [`PLAN`], never those below. `crate::` paths are read from the
//! source, without unit tests and comments.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the leaves to the top. Modules of one line do not use each other.
const PLAN: &[&[&str]] = &[
    &["text", "span", "hash", "parallel"],
    &["rfc3339", "progress"],
    &["diagnostic"],
    &["json"],
    &["input"],
    &["schema"],
    &["hubspot"],
    &["rules"],
    &["stats"],
    &["finding"],
    &["check"],
    &["reporters"],
    &["report"],
    &["library"],
    &["format"],
    &["config"],
    &["cli"],
    &["commands"],
    &["internals"],
];

/// Types that share a name, and why.
const HOMONYMS: &[(&str, &str)] = &[
    ("Finding", "`library` defines the names for users of the crate"),
    ("Report", "`library` defines the names for users of the crate"),
    ("Summary", "`library` defines the names for users of the crate"),
    ("Validator", "`library` defines the names for users of the crate"),
    ("Progress", "the feature `cli` selects one of two implementations"),
];

/// Names of constants that do not contain what they limit: write `MAX_DEPTH`, `DEFAULT_WIDTH`.
const VAGUE_CONSTANTS: &[&str] = &["MOST", "DEEPEST", "USUAL", "FIRST", "LONG", "LONGEST", "ENOUGH", "LISTED", "DRAWN"];

/// Maximum number of files in an import cycle.
const MAX_CYCLE: usize = 3;

/// The files of src/, by their module paths: `check::stream`.
fn modules() -> BTreeMap<Vec<String>, String> {
    let mut found = BTreeMap::new();
    let mut directories = vec![PathBuf::from("src")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(module(&path), fs::read_to_string(&path).expect("UTF-8"));
            }
        }
    }
    found.remove(&vec!["main".to_owned()]);
    found.remove(&vec!["signals".to_owned()]);
    found.remove(&vec!["lib".to_owned()]);
    found
}

fn module(path: &Path) -> Vec<String> {
    let path = path.with_extension("");
    let mut parts: Vec<String> =
        path.components().skip(1).map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The source without comments and unit tests.
fn code(source: &str) -> String {
    let source = source.split("\n#[cfg(test)]\nmod ").next().expect("a first part");
    source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Paths that begin with `prefix`: `use` declarations with expanded braces, and paths in expressions.
fn paths(code: &str, prefix: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':') {
            continue;
        }
        expand(&code[at + prefix.len()..], &mut Vec::new(), &mut found);
    }
    found
}

/// Expands one path with its braces. Returns the number of bytes that were read.
fn expand(text: &str, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let depth = before.len();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let name = rest.find(|sign: char| !(sign.is_alphanumeric() || sign == '_')).unwrap_or(rest.len());
        if name > 0 {
            before.push(rest[..name].to_owned());
            at += name;
        }
        if text[at..].starts_with("::") {
            at += 2;
            continue;
        }
        if name == 0 && text[at..].starts_with('{') {
            at += 1;
            loop {
                at += text[at..].len() - text[at..].trim_start().len();
                if text[at..].starts_with('}') || at >= text.len() {
                    at += 1;
                    break;
                }
                let read = expand(&text[at..], before, found);
                at += read.max(1);
                at += text[at..].find([',', '}']).unwrap_or(text[at..].len());
                if text[at..].starts_with(',') {
                    at += 1;
                }
            }
        } else {
            found.push(before.clone());
        }
        before.truncate(depth);
        return at;
    }
}

/// The modules that each module uses.
fn uses() -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    let modules = modules();
    let resolve = |path: Vec<String>| -> Option<Vec<String>> {
        (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|part| modules.contains_key(part))
    };
    let mut all = BTreeMap::new();
    for (module, source) in &modules {
        let code = code(source);
        let mut used: BTreeSet<Vec<String>> = paths(&code, "crate::").into_iter().filter_map(resolve).collect();
        let has_submodules = modules.keys().any(|other| other.len() > module.len() && other.starts_with(module));
        for path in paths(&code, "super::") {
            let parent = &module[..module.len() - 1];
            let mut parent = parent.to_vec();
            let mut rest = &path[..];
            while rest.first().is_some_and(|part| part == "super") {
                parent.pop();
                rest = &rest[1..];
            }
            if !parent.is_empty() {
                used.extend(resolve([&parent[..], rest].concat()));
            }
        }
        if has_submodules {
            // A module that declares submodules may name them: re-exports are not uses.
            used.retain(|other| !other.starts_with(module));
        }
        used.remove(module);
        all.insert(module.clone(), used);
    }
    all
}

#[test]
fn imports_point_up_the_plan() {
    let line = |module: &str| PLAN.iter().position(|line| line.contains(&module));
    let mut wrong = Vec::new();
    for (module, used) in uses() {
        let Some(own) = line(&module[0]) else {
            wrong.push(format!("{} is not in the plan", module.join("::")));
            continue;
        };
        for other in used.iter().filter(|other| other[0] != module[0]) {
            if line(&other[0]).is_none_or(|line| line >= own) {
                wrong.push(format!("{} uses {}", module.join("::"), other.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} imports point down\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn modules_have_no_large_cycles() {
    let uses = uses();
    let reach = |from: &Vec<String>| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(module) = next.pop() {
            for other in uses.get(&module).into_iter().flatten().filter(|other| other[0] == from[0]) {
                if seen.insert(other.clone()) {
                    next.push(other.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<_, _> = uses.keys().map(|module| (module.clone(), reach(module))).collect();
    let mut cycles = BTreeSet::new();
    for (module, others) in &reached {
        let cycle: BTreeSet<_> = others.iter().filter(|other| reached[*other].contains(module)).cloned().collect();
        if cycle.len() > MAX_CYCLE {
            cycles.insert(cycle.iter().map(|module| module.join("::")).collect::<Vec<_>>().join(", "));
        }
    }
    assert!(cycles.is_empty(), "{} cycles\n{}", cycles.len(), cycles.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The names in declarations with this keyword, each with its module.
fn declared(keywords: &str) -> Vec<(String, String)> {
    let pattern = format!(r"(?m)^\s*(?:pub(?:\([a-z: ]+\))? )?(?:{keywords}) ([A-Za-z_][A-Za-z0-9_]*)");
    let pattern = fancy_regex::Regex::new(&pattern).expect("a pattern");
    let mut declared = Vec::new();
    for (module, source) in modules() {
        for found in pattern.captures_iter(&code(&source)) {
            let found = found.expect("the pattern can be searched");
            declared.push((found.get(1).expect("a group").as_str().to_owned(), module.join("::")));
        }
    }
    declared
}

#[test]
fn types_have_different_names() {
    let mut by_name = BTreeMap::<String, Vec<String>>::new();
    for (name, module) in declared("struct|enum|trait|union") {
        by_name.entry(name).or_default().push(module);
    }
    by_name.retain(|_, modules| modules.len() > 1);
    for (name, _) in HOMONYMS {
        assert!(by_name.remove(*name).is_some(), "{name} is declared once: remove it from HOMONYMS");
    }
    let shared: Vec<String> = by_name.iter().map(|(name, modules)| format!("{name}: {}", modules.join(", "))).collect();
    assert!(shared.is_empty(), "{} names of several types\n{}", shared.len(), shared.join("\n"));
}

#[test]
fn constants_name_their_quantity() {
    let vague: Vec<String> = declared("const|static")
        .into_iter()
        .filter(|(name, _)| VAGUE_CONSTANTS.contains(&name.as_str()))
        .map(|(name, module)| format!("{module}::{name}"))
        .collect();
    assert!(vague.is_empty(), "{} constants\n{}", vague.len(), vague.join("\n"));
}
