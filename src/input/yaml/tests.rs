use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

/// The text of a scalar and the position of each of its bytes.
fn decoded(file: &str, value: YamlValue<'_>) -> (String, Vec<usize>) {
    let (span, form) = value.scalar().expect("known positions");
    let (mut text, mut positions) = (Vec::new(), Vec::new());
    let mut pieces = ScalarPieces::new(file.as_bytes(), span.clone(), form);
    while let Some(piece) = pieces.next() {
        // A decoder continues at any position.
        pieces = ScalarPieces::new(file.as_bytes(), span.clone(), form).resume(pieces.position());
        let mut room = [0; 4];
        let bytes = piece.bytes(file.as_bytes(), &mut room);
        assert_eq!(bytes.len(), piece.length());
        positions.extend((0..bytes.len()).map(|offset| piece.position(offset)));
        text.extend_from_slice(bytes);
    }
    (String::from_utf8(text).expect("UTF-8"), positions)
}

fn parsed(file: &str) -> YamlTree<'_> {
    let (tree, error) = YamlTree::parse(file.as_bytes());
    assert_eq!(error, None, "{file}");
    tree
}

/// The value as JSON text, to compare whole trees.
fn in_json(value: YamlValue<'_>) -> String {
    match value.kind() {
        YamlKind::Null => "null".to_owned(),
        YamlKind::Scalar => format!("{:?}", value.text()),
        YamlKind::Sequence => format!("[{}]", value.items().map(in_json).collect::<Vec<_>>().join(",")),
        YamlKind::Mapping => {
            let members = value.members().map(|(key, value)| format!("{}:{}", in_json(key), in_json(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}

/// Each line is a scalar below the key `a`, its text, and for each character of the text the character of the file that
/// produced it. `>` marks the line break of the file.
const SCALARS: &[(&str, &str, &str)] = &[
    ("a: plain text\n", "plain text", "plain text"),
    ("a: plain\n  text\n\n\n  é more\n", "plain text\n\né more", "plain\u{a}text\u{a}\u{a}é more"),
    ("a: 'it''s'\n", "it's", "it's"),
    ("a: 'one  \n  two\n\n  three'\n", "one two\nthree", "one\ntwo\nthree"),
    ("a: ' x '\n", " x ", " x "),
    ("a: '\n  x\n  '\n", " x ", "\nx\n"),
    ("a: ''\n", "", ""),
    ("a: \"t\\tab \\u00e9\\x41\\U0001F600\\\"\"\n", "t\tab éA😀\"", "t\\ab \\\\\\\\"),
    ("a: \"one\\\n  \\ two\\\n  three\"\n", "one twothree", "one\\twothree"),
    ("a: \"one  \\\n\n  two\"\n", "one  \ntwo", "one  \ntwo"),
    ("a: \"one\n  two\"\n", "one two", "one\ntwo"),
    ("a: |\n  one\n    two\n\n  three\nb: 1\n", "one\n  two\n\nthree\n", "one\n  two\n\nthree\n"),
    ("a: |-\n  one\n  two\n\nb: 1\n", "one\ntwo", "one\ntwo"),
    ("a: |+\n  one\n\n\nb: 1\n", "one\n\n\n", "one\n\n\n"),
    ("a: |2-\n    one\n   two\n", "  one\n two", "  one\n two"),
    ("a: |\n\n\n  one\n", "\n\none\n", "\n\none\n"),
    ("a: |\r\n  one\r\n  two\r\n", "one\ntwo\n", "one\rtwo\r"),
    ("a: >\n  one\n  two\n\n  three\n\n\n  four\n", "one two\nthree\n\nfour\n", "one\ntwo\nthree\n\nfour\n"),
    ("a: >-\n  one\n   two\n  three\n  four\n", "one\n two\nthree four", "one\n two\nthree\nfour"),
    ("a: >\n\n  one\n", "\none\n", "\none\n"),
    ("a: !!binary |\n  Zm9v\n  YmFy\nb: 1\n", "Zm9v\nYmFy\n", "Zm9v\nYmFy\n"),
    ("a: &x !binary |2-\n    Zm9v\nb: 1\n", "  Zm9v", "  Zm9v"),
    ("a: !!str 'x'\n", "x", "x"),
    ("a: &anchor\n  # comment\n  \"x\"   # comment\n", "x", "x"),
    ("a: {b: 1, a: 'x y'  }\n", "", ""),
];

#[test]
fn scalars_have_the_positions_of_their_characters() {
    for &(file, text, origins) in SCALARS {
        let tree = parsed(file);
        let value = tree.root().and_then(|root| root.get("a")).expect("a value");
        if value.kind() == YamlKind::Mapping {
            continue;
        }
        assert_eq!(value.text(), text, "{file}");
        let (own, positions) = decoded(file, value);
        assert_eq!(own, text, "{file}");
        let found: String = text
            .char_indices()
            .map(|(offset, _)| file[positions[offset]..].chars().next().expect("a character"))
            .collect();
        assert_eq!(found, origins, "{file}");
        assert!(positions.is_sorted(), "{file}");
        let span = value.span();
        assert!(positions.iter().all(|at| *at >= span.start || value.style().expect("a scalar").is_block()), "{file}");
    }
}

#[test]
fn a_missing_line_break_at_the_end_is_added() {
    let file = "a: |\n  one";
    let tree = parsed(file);
    let value = tree.root().and_then(|root| root.get("a")).expect("a value");
    assert_eq!(value.text(), "one\n");
    assert_eq!(decoded(file, value).1, [7, 8, 9, 10]);
    assert_eq!(&file[value.span()], "one");
}

#[test]
fn values_have_their_spans() {
    let file = "# c\n---\nlist: [1, {b: 'x'}]  # c\né:\n- &a one\n- *a\n-\n  k: v\n  é: |\n    body\nend: ~\n";
    let tree = parsed(file);
    let root = tree.root().expect("a root");
    assert_eq!(in_json(root), r#"{"list":["1",{"b":"x"}],"é":["one","one",{"k":"v","é":"body\n"}],"end":null}"#);
    let text = |value: YamlValue<'_>| file[value.span()].to_owned();
    assert_eq!(text(root.get("list").expect("a list")), "[1, {b: 'x'}]");
    let second = root.get("é").expect("a list");
    assert_eq!(text(second), "- &a one\n- *a\n-\n  k: v\n  é: |\n    body");
    assert_eq!(second.items().map(text).collect::<Vec<_>>(), ["one", "one", "k: v\n  é: |\n    body"]);
    assert_eq!(text(root.get("end").expect("a value")), "~");
    assert!(root.get("missing").is_none());
}

#[test]
fn the_last_of_equal_keys_counts() {
    let tree = parsed("a: 1\n\"\\x61\": 2\n<<: {a: 3}\n");
    assert_eq!(tree.root().and_then(|root| root.get("a")).expect("a value").text(), "2");
}

#[test]
fn properties_of_merged_mappings_are_found() {
    for (file, expected) in [
        ("base: &b {a: 1}\nx: {<<: *b}\n", Some("1")),
        ("base: &b {a: 1}\nx:\n  <<: *b\n  b: 2\n", Some("1")),
        ("base: &b {a: 1}\nx: {a: 2, <<: *b}\n", Some("2")),
        ("base: &b {a: 1}\nx: {<<: *b, a: 2}\n", Some("2")),
        ("b: &b {c: 1}\nc: &c {a: 2}\nd: &d {a: 3}\nx: {<<: [*b, *c, *d]}\n", Some("2")),
        ("b: &b {a: 1}\nc: &c {<<: *b}\nx: {<<: *c}\n", Some("1")),
        ("x: {<<: {<<: {<<: {<<: {<<: {<<: {<<: {<<: {a: 1}}}}}}}}}\n", Some("1")),
        ("x: {<<: {<<: {<<: {<<: {<<: {<<: {<<: {<<: {<<: {a: 1}}}}}}}}}}\n", None),
        ("x: {<<: a}\n", None),
        ("x: {'<<': {a: 1}}\n", None),
        ("x: {<<: [a, [{a: 1}]]}\n", None),
        ("x: [{<<: {a: 1}}]\n", None),
    ] {
        let tree = parsed(file);
        let found = tree.root().and_then(|root| root.get("x")).expect("a value").get("a");
        assert_eq!(found.map(YamlValue::text).as_deref(), expected, "{file}");
    }
    assert_eq!(
        in_json(parsed("a: &a {b: 1}\nc: {<<: *a}\n").root().expect("a root")),
        r#"{"a":{"b":"1"},"c":{"<<":{"b":"1"}}}"#
    );
}

#[test]
fn tags_are_known_or_other() {
    let file = "[!!binary a, !binary a, !<tag:yaml.org,2002:binary> a, !!str ~, !ruby/object:Set a, ! a, ~, a]";
    let tree = parsed(file);
    let values: Vec<_> = tree.root().expect("a root").items().map(|item| (item.tag(), item.kind())).collect();
    let (scalar, null) = (YamlKind::Scalar, YamlKind::Null);
    let tags = [YamlTag::Binary, YamlTag::Binary, YamlTag::Binary, YamlTag::String, YamlTag::Other, YamlTag::String];
    let expected: Vec<_> =
        tags.into_iter().map(|tag| (Some(tag), scalar)).chain([(None, null), (None, scalar)]).collect();
    assert_eq!(values, expected);
}

#[test]
fn what_precedes_an_error_is_kept() {
    let cases: &[(&[u8], &str, usize, &str)] = &[
        (b"a:\n- x: 1\n- y: \"unclosed\n", r#"{"a":[{"x":"1"},{}]}"#, 15, "unexpected end of stream"),
        (b"a: 1\nb: \xFF\nc: 2\n", r#"{"a":"1","b":null}"#, 8, "invalid UTF-8"),
        (b"a: 1\nb: 'x\xFFy'\n", r#"{"a":"1"}"#, 10, "invalid UTF-8"),
        (b"a: 1\n---\nb: 2\n", r#"{"a":"1"}"#, 9, "found another"),
        (b"a: 1\nb: \t@\n", r#"{"a":"1"}"#, 9, "unexpected character"),
        (b"a: &x [*x]\n", r#"{"a":[]}"#, 7, "refers to a value that contains it"),
        (b"a: *x\n", "{}", 3, "unknown anchor"),
    ];
    for (file, json, at, message) in cases {
        let (tree, error) = YamlTree::parse(file);
        let error = error.expect("an error");
        assert!(error.message.contains(message), "{}", error.message);
        let found = tree.root().map_or(String::new(), in_json);
        assert_eq!((found.as_str(), error.at), (*json, *at), "{}", file.escape_ascii());
    }
    let (tree, _) = YamlTree::parse(b"list:\n- a: 1\n- b:\n  - [1]\n  - 2\n  c: @\n");
    assert_eq!(tree.open_containers(), [0, 6, 15]);
    for file in ["", "# only a comment\n", "a: 1\n---\n", "a: 1\n...\n# end\n", "\u{feff}a: 1\n"] {
        assert_eq!(YamlTree::parse(file.as_bytes()).1, None, "{file}");
    }
}

#[test]
fn depth_and_aliases_are_limited() {
    let nested = |text: &str, count: usize| text.repeat(count);
    // Each level repeats the one before it ten times.
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    let mut long = format!("a0: &a0 \"{}\"\n", "x".repeat(100_000));
    let mut deep = "a0: &a0 [x]\n".to_owned();
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{aliases}]").expect("writable");
        writeln!(long, "a{level}: &a{level} [{aliases}]").expect("writable");
        let (open, close) = ("[".repeat(100), "]".repeat(100));
        writeln!(deep, "a{level}: &a{level} {open}*a{}{close}", level - 1).expect("writable");
    }
    let cases = [
        (nested("[", 1_000_000), "recursion limit"),
        (nested("{a: ", 1_000_000), "recursion limit"),
        (nested("- ", 1_000_000), "128 levels"),
        (nested("? ", 1_000_000), "128 levels"),
        (bomb, "too many values"),
        (long, "too many values"),
        (deep, "128 levels"),
        (nested("&a ", 1_000_000), "invalid YAML"),
        (format!("[{}", nested("a,", 1_000_000)), "more than 100000 values"),
        (format!("{{{}", nested("a: b,", 1_000_000)), "more than 100000 values"),
        (format!("[{}", nested("? ", 1_000_000)), "more than 100000 values"),
        (format!("[{}", nested(": ", 1_000_000)), "more than"),
        (format!("- {}\n", nested("a:b ", 1_000_000)), ""),
        (format!("- '{}'\n", nested("a: [b, {c}]? ", 1_000_000)), ""),
        (format!("- \"{}\"\n", nested("a: [b, {c}]? \\n", 1_000_000)), ""),
        (format!("- >\n{}", nested("  a: [b, {c}]?\n", 1_000_000)), ""),
        (nested("- [a, b]\n", 200_000), ""),
    ];
    for (file, message) in cases {
        let (_, error) = YamlTree::parse(file.as_bytes());
        let found = error.map_or(String::new(), |error| error.message);
        assert!(found.contains(message) && found.is_empty() == message.is_empty(), "{}: {found}", &file[..20]);
    }
}

#[test]
fn recordings_are_recognized() {
    let (vcr, vcrpy, go_vcr) = (YamlRecording::Vcr, YamlRecording::Vcrpy, YamlRecording::GoVcr);
    let recordings = [
        ("---\nhttp_interactions:\n- request:\n    method: get\n", vcr),
        ("http_interactions: []\nrecorded_with: VCR 6.0.0\n", vcr),
        ("recorded_with: VCR 6.0.0\nhttp_interactions:\n- response:\n    status:\n  request:\n    uri: x\n", vcr),
        // The rest of the request is missing.
        ("interactions:\n- request:\n    body: null\n", vcrpy),
        ("interactions:\n- request:\n    body: \"{ \\\"inputs", vcrpy),
        ("interactions:\n- request:\n    body: '{\n", vcrpy),
        ("interactions:\n- request:\n    body: |\n      {\n\n", vcrpy),
        ("interactions:\n- {request: {uri: x}, response: {body: y}}\n", vcrpy),
        ("interactions:\n- request:\n    body: >\n      {}\n    headers:\n      accept: [\n", vcrpy),
        ("version: 1\ninteractions:\n- request:\n    body: \"", go_vcr),
        (
            "# go-vcr\r\n---\r\nversion: 2\r\ninteractions:\r\n    - id: 0\r\n      request:\r\n        proto: HTTP/1.1\r\n",
            go_vcr,
        ),
        ("\u{feff}%YAML 1.1\n--- # c\nversion: 1\ninteractions:\n\n# c\n  -\n    request: &1\n      uri: x\n", vcrpy),
        (
            "meta:\n  a:\n  - b\nlist:\n- 1\ninteractions:\n- duration: 1\n  headers:\n    x: 1\n  request:\n    url: x\n",
            go_vcr,
        ),
        // Other forms of keys and values.
        ("\"http_interactions\":\n- \"request\": {\"method\": GET}\n", vcr),
        ("\"version\": 1\n'interactions':\n- 'request': {'uri': x}\n", vcrpy),
        ("interactions :\n- request :\n    url : x\n", go_vcr),
        ("http_interactions: &a\n- &b\n  request: &c\n    uri: x\n", vcr),
        ("--- !!map\nhttp_interactions: !!seq\n- request: !!map {method: GET, uri: x}\n", vcr),
        ("? http_interactions\n: - request: {uri: x}\n", vcr),
        ("# c\n--- {interactions: [{request: {url: x}}]}\n", go_vcr),
        ("x: &x {uri: x}\ninteractions:\n- request: *x\n", vcrpy),
        ("x: &x {uri: x}\ninteractions:\n- request: {<<: *x, body: ''}\n", vcrpy),
        // An error that follows.
        ("interactions:\n- request: {method: GET, uri: x}\n  response: @\n", vcrpy),
        // Without exchanges.
        ("version: 1\ninteractions: []\n", vcrpy),
        ("interactions: [ ]  # c\nversion: 1\n", vcrpy),
    ];
    for (recording, format) in recordings {
        assert_eq!(yaml_recording(recording.as_bytes()), Some(format), "{recording}");
        assert!(yaml_recording(format!("x\n{recording}").as_bytes()).is_none());
    }
    let others = [
        "",
        "{\"interactions\": [{\"request\": {\"uri\": \"x\"}}]}",
        "[1]",
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  interactions:\n  - request: {uri: x}\n",
        "apiVersion: v1\n---\ninteractions:\n- request: {uri: x}\n",
        "openapi: 3.0.0\npaths:\n  /interactions:\n    get: {}\n",
        "on: push\njobs:\n  interactions:\n    - request: {uri: x}\n",
        "interactions: []\n",
        "version: 1\ninteractions: {}\n",
        "version: 1\ninteractions:\n",
        "interactions:\n  enabled: true\n  request: {uri: x}\n",
        "interactions:\n- name: x\n  steps:\n  - request: {uri: x}\n",
        "interactions:\nrequest: {uri: x}\n",
        "interactions:\n- a: 1\nother:\n- request: {uri: x}\n",
        "interactions:\n- a: 1\n- request: {uri: x}\n",
        "http_interactions: many\n",
        "- http_interactions:\n  - request: {uri: x}\n",
        "description: |\n  interactions:\n  - request:\n      uri: x\n",
        "interactions:\n- request: x\n  response: y\n",
        "interactions:\n- request: {description: d}\n",
        "interactions:\n- request:\n    description: d\n",
        "interactions:\n- request:\n    body: x\n  response: y\n",
        "interactions:\n- request:\n    body: x\n- request: {uri: x}\n",
        "interactions:\n- request:\n    body: x\nother: y\n",
        "http_interactions:\n- response: {status: 1}\n",
        "interactions:\n- request:\n  uri: x\n",
        "\"interactions\n: - request: {uri: x}\n",
    ];
    for other in others {
        assert!(yaml_recording(other.as_bytes()).is_none(), "{other}");
    }
}

/// Text that a style can represent.
fn scalar_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-zA-Z0-9{}\\[\\]:,\"'\\\\#&*!|>%@-]{1,8}",
        3 => Just(" ".to_owned()),
        1 => Just("  ".to_owned()),
        1 => Just("\t".to_owned()),
        2 => Just("\n".to_owned()),
        1 => Just("\n\n".to_owned()),
        1 => "[é€😀\u{85}\u{a0}\u{2028}]{1,3}",
        1 => "[\u{0}\u{7}\u{1b}]",
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

/// Writes the text as a value of the key `a`, and notes for each character the position of what produced it.
struct ScalarWriter {
    out: String,
    origins: Vec<usize>,
}

impl ScalarWriter {
    fn push(&mut self, written: &str) {
        self.origins.push(self.out.len());
        self.out.push_str(written);
    }

    /// A line break and the indentation, which are not of the text.
    fn fold(&mut self, break_: &str, blanks: &str) {
        self.out.push_str(break_);
        self.out.push_str("   ");
        self.out.push_str(blanks);
    }

    /// `folds` decides for each space whether a line ends there.
    fn single(&mut self, text: &[char], folds: &[bool]) {
        self.out.push('\'');
        self.folded(text, folds, |writer, character| {
            writer.push(if character == '\'' { "''".to_owned() } else { character.to_string() }.as_str());
        });
        self.out.push('\'');
    }

    fn folded(&mut self, text: &[char], folds: &[bool], write: impl Fn(&mut Self, char)) {
        let is_blank = |at: usize| text.get(at).is_none_or(|character| matches!(character, ' ' | '\t' | '\n'));
        let mut at = 0;
        while at < text.len() {
            match text[at] {
                '\n' => {
                    // The first line break of a sequence is folded, so one more is written.
                    self.out.push_str("  \n ");
                    while text.get(at) == Some(&'\n') {
                        self.push("\n");
                        self.out.push_str("   ");
                        at += 1;
                    }
                    continue;
                }
                ' ' if folds.get(at) == Some(&true) && at > 0 && !is_blank(at - 1) && !is_blank(at + 1) => {
                    self.origins.push(self.out.len() + 1);
                    self.fold(" \n", "\t");
                }
                character => write(self, character),
            }
            at += 1;
        }
    }

    fn double(&mut self, text: &[char], folds: &[bool]) {
        self.out.push('"');
        for (at, &character) in text.iter().enumerate() {
            if folds.get(at) == Some(&true) {
                self.fold("\\\n", "");
                // A space after the indentation would belong to it.
                if matches!(character, ' ' | '\t') {
                    self.push(if character == ' ' { "\\ " } else { "\\t" });
                    continue;
                }
            }
            match character {
                '"' => self.push("\\\""),
                '\\' => self.push("\\\\"),
                '\n' => self.push("\\n"),
                '\0' => self.push("\\0"),
                '\u{7}' => self.push("\\x07"),
                'é' => self.push("\\u00E9"),
                '😀' => self.push("\\U0001f600"),
                other => self.push(other.encode_utf8(&mut [0; 4])),
            }
        }
        self.out.push('"');
    }

    /// With an indentation indicator, and `+` or `-`.
    fn literal(&mut self, text: &[char]) {
        self.out.push_str(if text.last() == Some(&'\n') { "|2+\n" } else { "|2-\n" });
        let mut is_line_start = true;
        for &character in text {
            if is_line_start && character != '\n' {
                self.out.push_str("  ");
            }
            self.push(character.encode_utf8(&mut [0; 4]));
            is_line_start = character == '\n';
        }
        if !is_line_start || text.is_empty() {
            self.out.push('\n');
        }
    }

    fn folded_block(&mut self, text: &[char], folds: &[bool]) {
        self.out.push_str(if text.last() == Some(&'\n') { ">2+\n" } else { ">2-\n" });
        let lines: Vec<&[char]> = text.split(|character| *character == '\n').collect();
        for (index, line) in lines.iter().enumerate() {
            let is_indented = line.first().is_some_and(|first| matches!(first, ' ' | '\t'));
            if !line.is_empty() {
                self.out.push_str("  ");
            }
            for (at, &character) in line.iter().enumerate() {
                let next = line.get(at + 1).is_some_and(|next| !matches!(next, ' ' | '\t'));
                if character == ' ' && folds.get(at) == Some(&true) && !is_indented && at > 0 && next {
                    self.origins.push(self.out.len());
                    self.out.push_str("\n  ");
                } else {
                    self.push(character.encode_utf8(&mut [0; 4]));
                }
            }
            if index + 1 == lines.len() {
                break;
            }
            // The line break between two lines that are not indented is folded if no empty line follows.
            let following = lines[index + 1..].iter().find(|line| !line.is_empty());
            let is_next_indented = following.is_none_or(|line| matches!(line[0], ' ' | '\t'));
            if !line.is_empty() && !is_indented && !is_next_indented {
                self.out.push('\n');
            }
            self.push("\n");
        }
        if text.last() != Some(&'\n') {
            self.out.push('\n');
        }
    }
}

/// Without whitespace next to line breaks, which these styles do not preserve.
fn without_outer_blanks(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let last = lines.len() - 1;
    let lines = lines.iter().enumerate().map(|(index, line)| {
        let line = if index > 0 { line.trim_start_matches([' ', '\t']) } else { line };
        if index < last { line.trim_end_matches([' ', '\t']) } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn assert_positions(style: YamlStyle, text: &str, folds: &[bool]) {
    let characters: Vec<char> = text.chars().collect();
    let mut writer = ScalarWriter { out: "é: [1]\na: ".to_owned(), origins: Vec::new() };
    match style {
        YamlStyle::Plain => writer.folded(&characters, folds, |writer, character| {
            writer.push(character.encode_utf8(&mut [0; 4]));
        }),
        YamlStyle::SingleQuoted => writer.single(&characters, folds),
        YamlStyle::DoubleQuoted => writer.double(&characters, folds),
        YamlStyle::Literal => writer.literal(&characters),
        YamlStyle::Folded => writer.folded_block(&characters, folds),
    }
    let ScalarWriter { mut out, origins } = writer;
    out.push_str(if style.is_block() { "b: 1\n" } else { "\nb: 1\n" });
    let tree = parsed(&out);
    let root = tree.root().expect("a root");
    let value = root.get("a").expect("a value");
    assert_eq!(value.style(), Some(style));
    assert_eq!(value.text(), text, "{out:?}");
    let (own, positions) = decoded(&out, value);
    assert_eq!(own, text, "{out:?}");
    let found: Vec<usize> = text.char_indices().map(|(offset, _)| positions[offset]).collect();
    assert_eq!(found, origins, "{out:?}");
    assert_eq!(root.get("b").expect("a value").text(), "1");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn generated_scalars_have_the_positions_of_their_characters(
        text in scalar_text(),
        folds in prop::collection::vec(any::<bool>(), 64),
    ) {
        assert_positions(YamlStyle::DoubleQuoted, &text, &folds);
        // The others cannot represent control characters.
        let printable: String = text.chars().filter(|character| !matches!(character, '\0' | '\u{7}' | '\u{1b}')).collect();
        assert_positions(YamlStyle::SingleQuoted, &without_outer_blanks(&printable), &folds);
        let words: String = printable.chars().filter(|character| !":#,[]{}&*!|>%@-\"'".contains(*character)).collect();
        assert_positions(YamlStyle::Plain, &without_outer_blanks(&format!("x{words}x")), &folds);
        // The text ends with a character, so that chomping does not matter.
        let block = format!("{printable}x");
        assert_positions(YamlStyle::Literal, &block, &folds);
        assert_positions(YamlStyle::Literal, &format!("{block}\n\n"), &folds);
        let without_tabs = block.replace('\t', " ");
        assert_positions(YamlStyle::Folded, &without_tabs, &folds);
        assert_positions(YamlStyle::Folded, &format!("{without_tabs}\n"), &folds);
    }

    #[test]
    fn any_text_is_parsed_without_a_panic(file in "[a-b:\\-? \n'\"|>&*!\\[\\]{},#%~é\t\\\\0-9]{0,60}") {
        let (tree, error) = YamlTree::parse(file.as_bytes());
        if let Some(root) = tree.root() {
            in_json(root);
        }
        prop_assert!(error.is_none_or(|error| error.at <= file.len()));
    }
}
