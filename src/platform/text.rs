//! Text from and to people, as every platform treats it: nothing invisible, nothing endless, no picture cut in two.

use std::borrow::Cow;

/// The card in the group, else the nickname, else the id; one line, nothing invisible, not endless.
pub fn shown_name(card: &str, nickname: &str, id: &str) -> String {
    [card, nickname].into_iter().map(|n| visible(n, NAME_CHARS)).find(|n| !n.is_empty()).unwrap_or_else(|| id.to_owned())
}

/// Without control characters; every kind of line end is `\n`.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|&c| !c.is_control() || matches!(c, '\n' | '\t')).collect())
}

/// A sign that is markup somewhere, in its wide form: there it is nothing but itself.
pub fn widened(c: char) -> char {
    match c {
        '<' => '＜',
        '>' => '＞',
        '*' => '＊',
        '_' => '＿',
        '`' => '｀',
        '~' => '～',
        '[' => '［',
        ']' => '］',
        '#' => '＃',
        '|' => '｜',
        '\\' => '＼',
        c => c,
    }
}

const NAME_CHARS: usize = 64;
const FILE_NAME_CHARS: usize = 200;

/// A file's name: as a name, and without folders.
pub fn file_name(text: &str) -> String {
    visible(text.rsplit(['/', '\\']).next().unwrap_or(text), FILE_NAME_CHARS)
}

fn visible(text: &str, most: usize) -> String {
    let shown = |c: &char| !c.is_control() && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    let spaced = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    let all: String = spaced.filter(shown).skip_while(|c| c.is_whitespace()).take(most).collect();
    all.trim_end().to_owned()
}

/// Where to cut so that at most the first `most` bytes stay (an end of a character): how many bytes stay, and how many
/// after them fall away (the line end itself). At the last line end; in a longer line, where a message is `fresh`, at a
/// character that may be cut; else nothing stays.
pub fn cut(text: &str, most: usize, fresh: bool) -> (usize, usize) {
    if text[most..].starts_with('\n') {
        return (most, 1);
    }
    if let Some(line) = text[..most].rfind('\n') {
        return (line, 1);
    }
    if !fresh {
        return (0, 0);
    }
    let mut end = most;
    while end > 0 && (!text.is_char_boundary(end) || joined(&text[..end], &text[end..])) {
        end -= 1;
    }
    match (end, most) {
        // one endless cluster: a character at least must go, or nothing ever would
        (0, 0) => (text.chars().next().map_or(0, char::len_utf8), 0),
        (0, most) => (most, 0),
        (end, _) => (end, 0),
    }
}

/// Whether the last character before and the first one after belong to one picture or letter.
fn joined(before: &str, after: &str) -> bool {
    let next = after.chars().next().unwrap_or(' ');
    before.ends_with('\u{200D}')
        || matches!(next, '\u{200D}' | '\u{0300}'..='\u{036F}' | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0100}'..='\u{E01EF}')
}
