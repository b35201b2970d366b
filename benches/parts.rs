//! Benchmarks of parts with generated responses: `cargo bench --bench parts` (divan). `just compare` measures whole
//! processes.

use callcheck::internals::check::Validator;
use callcheck::internals::check::{CheckOptions, NamedReader, ThreadState, check_reader};
use callcheck::internals::json::{Document, PADDING, Tape};
use callcheck::internals::rfc3339;
use callcheck::internals::schema::{FastValidator, Schema};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// A response with this number of results on one line. One of every `spoil` results is invalid (0: none).
fn response(results: usize, spoil: usize) -> Vec<u8> {
    let note =
        "Talked through the spring order; she asks for a quote by Friday. Résumé to follow, 日本語 too. ".repeat(4);
    let call = |id: usize| {
        let archived = if spoil > 0 && id.is_multiple_of(spoil) { "\"no\"" } else { "false" };
        let id = 50_100_000_000 + id;
        format!(
            r#"{{"id":"{id}","properties":{{"hs_call_body":"{note}","hs_call_direction":"OUTBOUND","hs_call_duration":"1245000","hs_call_status":"COMPLETED","hs_call_title":"Spring order","hs_createdate":"2026-01-05T09:12:41.120Z","hs_lastmodifieddate":"2026-01-05T09:12:41.120Z","hs_object_id":"{id}","hs_timestamp":"2026-01-05T09:10:00Z","hubspot_owner_id":"1000001"}},"createdAt":"2026-01-05T09:12:41.120Z","updatedAt":"2026-01-05T09:12:41.120Z","archived":{archived}}}"#
        )
    };
    let calls: Vec<String> = (0..results).map(call).collect();
    let calls = calls.join(",");
    format!(r#"{{"status":"COMPLETE","results":[{calls}],"startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:00Z"}}"#)
        .into_bytes()
}

/// The fast path alone.
#[divan::bench]
fn accept(bencher: Bencher) {
    let mut text = response(1000, 0);
    let length = text.len();
    text.resize(length + PADDING, 0);
    let mut acceptor: FastValidator = Schema::embedded().acceptor(None, None);
    bencher.counter(BytesCount::new(length)).bench_local(|| acceptor.accept(black_box(&text), 0).expect("accepted"));
}

/// The scanner alone, with its tape.
#[divan::bench]
fn scan(bencher: Bencher) {
    let text = response(1000, 0);
    let mut tape = Tape::default();
    bencher
        .counter(BytesCount::of_slice(&text))
        .bench_local(|| Document::parse(black_box(&text), 0, &mut tape).expect("JSON").len());
}

/// `jsonschema` on an existing tape.
#[divan::bench]
fn validate(bencher: Bencher) {
    let text = response(1000, 0);
    let mut tape = Tape::default();
    let document = Document::parse(&text, 0, &mut tape).expect("JSON");
    assert!(Schema::embedded().is_valid(document));
    bencher.counter(BytesCount::of_slice(&text)).bench_local(|| Schema::embedded().is_valid(black_box(document)));
}

/// The whole check, in memory, on one thread.
#[divan::bench(args = [0, 1000, 10, 1])]
fn check(bencher: Bencher, spoil: usize) {
    let text = response(5000, spoil);
    let task = CheckOptions::new(Validator::embedded());
    let mut state = ThreadState::new(&task);
    bencher.counter(BytesCount::of_slice(&text)).bench_local(|| {
        let mut events = 0u64;
        let (reader, size) = (&mut black_box(&text[..]), None);
        let input = NamedReader { name: "generated.json", reader, size, may_be_lines: false };
        check_reader(&task, &mut state, input, &mut |_| {
            events += 1;
            Ok(())
        })
        .map(|()| events)
        .expect("the consumer does not cancel")
    });
}

/// A date in HubSpot's format, and another one.
#[divan::bench(args = ["2026-01-05T09:12:41.120Z", "2026-01-05T09:12:41.1203+01:00"])]
fn date_time_check(text: &str) -> bool {
    rfc3339::check(black_box(text)).is_ok()
}
