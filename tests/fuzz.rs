//! Tries the targets of fuzz/targets.rs with modified seeds, for a second each or for `FUZZ_SECONDS`. `FUZZ_SEED`
//! selects other modifications. An input that fails is printed, to be saved in fuzz/regressions.
#![allow(clippy::disallowed_methods, reason = "tests read files")]
#![allow(clippy::print_stderr, reason = "reports the number of inputs")]

#[path = "common/random.rs"]
mod random;
#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use random::Random;

/// Text to insert, in addition to random bytes: tokens of JSON and keywords of schemas.
const WORDS: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0061",
    "\\ud83d\\ude00",
    "\\ud800",
    "é",
    "\u{202e}",
    "\u{feff}",
    "\n",
    "\r\n",
    " ",
    "\t",
    "0",
    "-1",
    "1e400",
    "0.1",
    "true",
    "false",
    "null",
    "nul",
    "[]",
    "{}",
    "[[[[",
    "{\"a\":",
    "\"id\":",
    "\"results\":[",
    "\"errors\":[",
    "\"$ref\":\"#\"",
    "\"$id\":\"x:y\"",
    "\"allOf\":[",
    "\"items\":",
    "\"pattern\":\"(a+)+$\"",
    "\"enum\":[1,\"a\"]",
    "2026-02-29T23:59:60Z",
    "\u{0}",
    "\u{7f}",
    "HTTP/1.1 200 OK\r\n\r\n",
    "\"a\":1,\"a\":2",
];

fn changed(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        let most = 1 << random.below(9);
        let to = (at + random.below(most)).min(bytes.len());
        match random.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.next() as u8,
            2 => drop(bytes.drain(at..to)),
            3 => {
                let copy = bytes[at..to].to_vec();
                let into = random.below(bytes.len() + 1);
                drop(bytes.splice(into..into, copy));
            }
            4 | 5 => drop(bytes.splice(at..at, WORDS[random.below(WORDS.len())].bytes())),
            6 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let end = (from + random.below(400)).min(other.len());
                drop(bytes.splice(at..to, other[from..end].iter().copied()));
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

fn files(directory: &str, seeds: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(directory)).into_iter().flatten() {
        let path = entry.expect("a directory entry").path();
        if path.is_file() && path.extension().is_none_or(|extension| extension != "out") {
            seeds.push(std::fs::read(path).expect("a seed can be read"));
        }
    }
}

/// Initial inputs: fixtures and schemas, or random bytes for targets that interpret bytes as choices.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let mut seeds = vec![Vec::new()];
    match name {
        "validate" | "decimal" => {
            let mut random = Random(7);
            seeds.extend((0..200).map(|size| (0..size).map(|_| random.next() as u8).collect::<Vec<u8>>()));
        }
        "load" => ["schema", "fuzz/schemas"].iter().for_each(|directory| files(directory, &mut seeds)),
        _ => ["fixtures/valid", "fixtures/invalid", "fixtures/opt-in"]
            .iter()
            .for_each(|directory| files(directory, &mut seeds)),
    }
    seeds.retain(|seed| seed.len() < 20_000);
    seeds.sort();
    seeds
}

fn tried(name: &str) {
    let (_, target) = targets::TARGETS.iter().find(|(known, _)| *known == name).expect("a target of this name");
    let number = |variable: &str| std::env::var(variable).ok().and_then(|value| value.parse::<u64>().ok());
    let (seconds, seed) = (number("FUZZ_SECONDS").unwrap_or(1), number("FUZZ_SEED").unwrap_or(1));
    let (seeds, mut random) = (seeds(name), Random(seed));
    let (begin, mut count) = (Instant::now(), 0u64);
    let mut unchanged = seeds.iter();
    while begin.elapsed() < Duration::from_secs(seconds) {
        let bytes = unchanged.next().cloned().unwrap_or_else(|| changed(&seeds, &mut random));
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(&bytes))) {
            eprintln!(
                "{name}, try {count}, seed {seed}: save these bytes in fuzz/regressions/{name}: {:?}",
                bytes.escape_ascii().to_string()
            );
            std::panic::resume_unwind(panic);
        }
        count += 1;
    }
    eprintln!("{name}: {count} inputs in {seconds} s");
}

/// Inputs that failed once.
#[test]
fn regressions_stay_fixed() {
    for (name, target) in targets::TARGETS {
        let mut found = Vec::new();
        files(&format!("fuzz/regressions/{name}"), &mut found);
        found.iter().for_each(|bytes| target(bytes));
    }
}

macro_rules! tests {
    ($($name:ident)*) => { $(#[test] fn $name() { tried(stringify!($name)); })* };
}

tests! { scan validate stream lines format report decimal load }

/// Compressed data with one changed byte, and truncated at every byte.
#[test]
fn damaged_compressed_data_has_the_same_findings_in_any_chunks() {
    use std::io::Write;
    let call =
        |id: usize| format!("{{\"id\":\"{id}\",\"properties\":{{\"hs_call_title\":\"Call {}\"}}}}", id * 7919 % 1009);
    let calls: Vec<String> = (1..12).map(call).collect();
    let text = format!("{{\"status\":\"COMPLETE\",\n\"results\":[{}]}}", calls.join(",\n"));
    let mut compressed = flate2::write::GzEncoder::new(vec![5], flate2::Compression::default());
    compressed.write_all(text.as_bytes()).expect("memory can be written");
    let compressed = compressed.finish().expect("memory can be written");
    for index in 4..compressed.len() {
        let mut changed = compressed.clone();
        changed[index] ^= 1 << (index % 8);
        targets::stream(&changed);
        targets::lines(&changed);
        targets::stream(&compressed[..index]);
    }
}
