//! One shape for all the ways of writing the same: width, traditional characters, case, emoji, decoration.
//!
//! Keeps where each character came from. Knows nothing of what the words mean.

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// The mark that every tick becomes.
pub const TICK: char = '✓';
/// The mark that every cross becomes.
pub const CROSS: char = '✗';
/// What a joking face becomes.
pub const JEST: char = '☻';

/// Behind how many dashes a number is looked for.
const LONGEST_DASH: usize = 8;
const HAN: Range<u32> = 0x3400..0xA000;

/// Text in one shape, and where it came from.
#[derive(Debug, Default)]
pub struct Norm {
    /// Simplified, half-width, lower case; ticks and crosses are one character each, other emoji are gone.
    pub text: String,
    /// (offset here, offset in the original) of every character.
    map: Vec<(u32, u32)>,
    origin_len: usize,
}

impl Norm {
    /// The bytes of the original that these bytes came from.
    pub fn origin(&self, here: Range<usize>) -> Range<usize> {
        let first = self.map.partition_point(|(at, _)| (*at as usize) <= here.start).saturating_sub(1);
        let next = self.map.partition_point(|(at, _)| (*at as usize) < here.end);
        let start = self.map.get(first).map_or(self.origin_len, |(_, from)| *from as usize);
        let end = self.map.get(next).map_or(self.origin_len, |(_, from)| *from as usize);
        start..end.max(start)
    }

    fn push(&mut self, c: char, from: usize) {
        // Texts are capped far below 4 GiB before they come here; a wrong offset would only mislead `--why`.
        self.map.push((u32::try_from(self.text.len()).unwrap_or(u32::MAX), u32::try_from(from).unwrap_or(u32::MAX)));
        self.text.push(c);
    }
}

/// Conversion tables, loaded once.
struct Tables {
    opencc: Option<OpenCC>,
    /// The simplified form of each Han character, 0 where it is its own.
    simple: Vec<u16>,
    /// Traditional forms by simplified character.
    traditional: BTreeMap<char, Vec<char>>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let opencc = OpenCC::from_config(BuiltinConfig::T2s).ok();
    let mut simple = vec![0_u16; HAN.len()];
    let mut traditional: BTreeMap<char, Vec<char>> = BTreeMap::new();
    let mut learn = |from: char, to: char| {
        if let (Some(slot), Ok(code)) = (simple.get_mut((from as u32 - HAN.start) as usize), u16::try_from(to as u32)) {
            *slot = code;
            traditional.entry(to).or_default().push(from);
        }
    };
    if let Some(cc) = &opencc {
        // A line a character, so that no phrase forms.
        let all: String = HAN.filter_map(char::from_u32).flat_map(|c| [c, '\n']).collect();
        for (from, to) in all.lines().zip(cc.convert(&all).lines()) {
            let (mut a, mut b) = (from.chars(), to.chars());
            if let (Some(from), Some(to), None) = (a.next(), b.next(), b.next())
                && from != to
            {
                learn(from, to);
            }
        }
    }
    for (from, to) in [('妳', '你'), ('牠', '它'), ('祂', '他'), ('囉', '啰'), ('乾', '干'), ('叁', '三'), ('弎', '三')] {
        learn(from, to);
    }
    Tables { opencc, simple, traditional }
});

/// The simplified form of one character; most are their own.
fn simplify_char(c: char) -> char {
    let code = c as u32;
    if !HAN.contains(&code) {
        return c;
    }
    match TABLES.simple.get((code - HAN.start) as usize) {
        Some(0) | None => c,
        Some(code) => char::from_u32(u32::from(*code)).unwrap_or(c),
    }
}

/// The traditional characters that simplify to this one.
pub fn traditional_of(c: char) -> &'static [char] {
    TABLES.traditional.get(&c).map_or(&[], Vec::as_slice)
}

/// Simplified, in phrases where that matters (乾隆, 皇后), character by character otherwise.
pub fn simplify(text: &str) -> String {
    if text.chars().all(|c| simplify_char(c) == c) {
        return text.to_owned();
    }
    let whole = TABLES.opencc.as_ref().map(|cc| cc.convert(text)).filter(|t| t.chars().count() == text.chars().count());
    whole.unwrap_or_else(|| text.chars().map(simplify_char).collect())
}

/// Half-width and simplified, emoji kept: for what is shown again.
pub fn tidy(text: &str) -> String {
    let mut wide = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() || is_emoji(c) || is_han(c) { wide.push(c) } else { decompose_compatible(c, |d| wide.push(d)) }
    }
    simplify(&wide)
}

/// The normal form of a text.
pub fn normalise(text: &str) -> Norm {
    let mut norm = Norm { text: String::with_capacity(text.len()), map: Vec::with_capacity(text.len() / 2), origin_len: text.len() };
    let converted = simplify(text);
    for ((from, raw), c) in text.char_indices().zip(converted.chars()) {
        if c.is_ascii() {
            match c {
                '\n' => norm.push('\n', from),
                c if c.is_ascii_control() || c == ' ' => norm.push(' ', from),
                c => norm.push(c.to_ascii_lowercase(), from),
            }
        } else if is_han(c) {
            norm.push(c, from);
        } else {
            let after = || text[from + raw.len_utf8()..].chars().take(LONGEST_DASH).find(|c| *c != '—');
            let next = if matches!(raw, '。' | '—') { after() } else { None };
            other(&mut norm, raw, next, from);
        }
    }
    norm
}

fn other(norm: &mut Norm, c: char, next: Option<char>, from: usize) {
    match c {
        '✅' | '✔' | '☑' | '√' | '✓' | '🆗' | '👌' | '🉑' => norm.push(TICK, from),
        '❌' | '✖' | '✘' | '✗' | '❎' | '×' | '☒' | '🚫' | '🙅' => norm.push(CROSS, from),
        '🐶' | '🤡' | '😏' | '🌚' | '🙃' | '🤪' | '😜' | '🤔' | '🤨' | '🙄' => norm.push(JEST, from),
        '\u{2028}' | '\u{2029}' | '\u{85}' => norm.push('\n', from),
        // 0。2元: the point of a number, typed with the wrong keyboard.
        '。' if norm.text.ends_with('0')
            && !norm.text.trim_end_matches('0').ends_with(|b: char| b.is_ascii_digit())
            && next.is_some_and(|n| n.is_ascii_digit()) =>
        {
            norm.push('.', from);
        }
        '。' | '｡' => norm.push('。', from),
        '、' | '､' => norm.push('、', from),
        '·' | '•' | '・' | '‧' | '∙' | '．' if c != '．' => norm.push('·', from),
        '~' | '～' | '〜' | '∼' => norm.push('~', from),
        // 团费已交—0.2元: a pause, no minus.
        '—' if next.is_some_and(|n| n.is_numeric() || matches!(n, '¥' | '￥'))
            && norm.text.trim_end().ends_with(|b: char| is_han(b) && !"年月日号期周季度点到至".contains(b) && super::numerals::digit(b).is_none()) =>
        {
            norm.push(' ', from);
        }
        '—' | '–' | '−' | '─' | '‐' | '‑' | '‒' | '―' => norm.push('-', from),
        '“' | '”' | '„' | '‟' | '〝' | '〞' => norm.push('"', from),
        '‘' | '’' => norm.push('\'', from),
        '¥' | '￥' => norm.push('¥', from),
        '…' | '⋯' => norm.push(',', from),
        c if is_emoji(c) || is_combining_mark(c) || c.is_control() || is_invisible(c) => {}
        c if c.is_whitespace() => norm.push(' ', from),
        c => decompose_compatible(c, |d| {
            for low in d.to_lowercase() {
                norm.push(simplify_char(if low.is_whitespace() { ' ' } else { low }), from);
            }
        }),
    }
}

/// A Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x9FFF | 0x20000..=0x3FFFF) || c == '〇'
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{00AD}' | '\u{FE00}'..='\u{FE0F}')
}

fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0x1F000..=0x1F0FF | 0x1F1E6..=0x1F1FF | 0x1F300..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0x2190..=0x21FF | 0x2300..=0x23FF | 0x25A0..=0x25FF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_shape() {
        for (from, to) in [
            ("團費已繳兩毛", "团费已缴两毛"),
            ("ＯＫ　１．２０", "ok 1.20"),
            ("学完啦🎉✅", "学完啦✓"),
            ("１️⃣①", "11"),
            ("交\u{200B}了", "交了"),
            ("乾隆交了團費", "乾隆交了团费"),
            ("已交——0.2", "已交  0.2"),
            ("0。2", "0.2"),
        ] {
            assert_eq!(normalise(from).text, to);
        }
    }

    #[test]
    fn origins_are_bytes_of_the_original() {
        let text = "🎉團費 ￥１";
        let norm = normalise(text);
        let here = norm.text.find("团费").unwrap();
        assert_eq!(&text[norm.origin(here..here + 6)], "團費");
        assert_eq!(&text[norm.origin(norm.text.find('1').unwrap()..norm.text.len())], "１");
    }
}
