//! Identifies recordings among YAML files by their first bytes.

/// The library that wrote a recording in YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YamlRecording {
    Vcr,
    Vcrpy,
    GoVcr,
}

/// The recording that begins like this, if it is one. Strict, because directories contain many other YAML files: the
/// list of exchanges must be a top-level key, and its items must have a `request` or a `response`.
pub(crate) fn yaml_recording(beginning: &[u8]) -> Option<YamlRecording> {
    let text = beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning);
    let mut lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii_end);
    let mut is_before_content = true;
    while let Some(line) = lines.next() {
        match line {
            [] | [b'#', ..] => {}
            [b'%', ..] if is_before_content => {}
            [b'-', b'-', b'-'] | [b'-', b'-', b'-', b' ' | b'\t', b'#', ..] if is_before_content => {}
            _ if line.starts_with(b"---") || line.starts_with(b"...") => return None,
            [b' ' | b'\t' | b'-', ..] if !is_before_content => {}
            _ => {
                let colon = memchr::memchr(b':', line)?;
                let (key, value) = (&line[..colon], line[colon + 1..].trim_ascii());
                if !key.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
                    return None;
                }
                match key {
                    b"http_interactions" if value == b"[]" => return Some(YamlRecording::Vcr),
                    b"http_interactions" | b"interactions" if !(value.is_empty() || value[0] == b'#') => return None,
                    b"http_interactions" => return has_exchange(lines).then_some(YamlRecording::Vcr),
                    b"interactions" => {
                        return has_exchange(lines.clone()).then(|| with_interactions(lines));
                    }
                    _ => is_before_content = false,
                }
            }
        }
    }
    None
}

/// go-vcr calls the URL `url`, vcrpy `uri`.
fn with_interactions<'a>(mut lines: impl Iterator<Item = &'a [u8]>) -> YamlRecording {
    let is_url = lines.find_map(|line| match line.trim_ascii_start() {
        [b'u', b'r', b'l', b':', ..] => Some(true),
        [b'u', b'r', b'i', b':', ..] => Some(false),
        _ => None,
    });
    if is_url == Some(true) { YamlRecording::GoVcr } else { YamlRecording::Vcrpy }
}

/// True if the lines after the key begin with an item that has a request or a response.
fn has_exchange<'a>(lines: impl Iterator<Item = &'a [u8]>) -> bool {
    // Columns of the hyphens and of the keys.
    let (mut hyphens, mut keys) = (None, None);
    for line in lines {
        let content = line.trim_ascii_start();
        let column = line.len() - content.len();
        if content.is_empty() || content.starts_with(b"#") {
            continue;
        }
        let item = content.strip_prefix(b"-").filter(|rest| rest.is_empty() || rest.starts_with(b" "));
        let is_item = item.is_some() && hyphens.is_none_or(|hyphens| hyphens == column);
        let key = if is_item { item.unwrap_or_default().trim_ascii_start() } else { content };
        if is_item {
            (hyphens, keys) = (Some(column), None);
        } else if hyphens.is_none_or(|hyphens| column <= hyphens) {
            return false;
        }
        if key.is_empty() {
            continue;
        }
        let column = line.len() - key.len();
        if column == *keys.get_or_insert(column)
            && [&b"request:"[..], b"response:"].into_iter().any(|name| {
                // Ruby may give a value an anchor.
                key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(b" "))
            })
        {
            return true;
        }
    }
    false
}
