//! CQ codes: a whole message in one string, `text[CQ:at,qq=10001000]text`. Read only; we always send segments.

use super::wire::{Data, Lenient, Segment, Word};

/// Splits a message into its segments. What looks like a code but is none stays text.
pub fn read(message: &str) -> Vec<Segment> {
    let mut all = Vec::new();
    let mut text_from = 0;
    let mut from = 0;
    while let Some(start) = message[from..].find("[CQ:").map(|at| from + at) {
        match code(&message[start + 4..]) {
            Some((segment, length)) => {
                push_text(&mut all, &message[text_from..start]);
                all.push(segment);
                from = start + 4 + length;
                text_from = from;
            }
            None => from = start + 4,
        }
    }
    push_text(&mut all, &message[text_from..]);
    all
}

/// Reads `at,qq=1]` and says how many bytes of it were the code.
fn code(rest: &str) -> Option<(Segment, usize)> {
    let end = rest.find(['[', ']']).filter(|&at| rest.as_bytes()[at] == b']')?;
    let mut fields = rest[..end].split(',');
    let kind = fields.next().filter(|k| !k.is_empty() && k.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)))?;
    let mut data = Data::default();
    for field in fields {
        if let Some((key, value)) = field.split_once('=') {
            data.set(key.trim(), unescape(value));
        }
    }
    Some((Segment { kind: Word(kind.to_owned()), data: Lenient(data) }, end + 1))
}

fn push_text(all: &mut Vec<Segment>, text: &str) {
    if !text.is_empty() {
        let data = Data { text: Word(unescape(text)), ..Data::default() };
        all.push(Segment { kind: Word("text".into()), data: Lenient(data) });
    }
}

/// `&#91;` `&#93;` `&#44;` `&amp;`, the last of them last: `&amp;#91;` is the text `&#91;`.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&#91;", "[").replace("&#93;", "]").replace("&#44;", ",").replace("&amp;", "&")
}
