//! The names of a roster: exact, and those that sound or look alike. Built once for a roster.

use super::lexicon::{Kind, Lexicon};
use super::normalise::{is_han, normalise};
use crate::language::Names;
use pinyin::ToPinyinMulti;
use std::collections::BTreeSet;
use std::ops::Range;

/// Readings that a character has only as a surname.
const SURNAMES: &[(char, &str)] = &[
    ('单', "shan"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('仇', "qiu"),
    ('区', "ou"),
    ('查', "zha"),
    ('任', "ren"),
    ('华', "hua"),
    ('朴', "piao"),
    ('盖', "ge"),
    ('乐', "yue"),
    ('翟', "zhai"),
    ('繁', "po"),
    ('员', "yun"),
    ('缪', "miao"),
    ('覃', "qin"),
    ('折', "she"),
    ('黑', "he"),
    ('秘', "bi"),
    ('洗', "xian"),
    ('冼', "xian"),
    ('尹', "yin"),
    ('牟', "mu"),
    ('种', "chong"),
    ('召', "shao"),
    ('纪', "ji"),
    ('晟', "cheng"),
    ('宓', "mi"),
    ('佴', "nai"),
    ('乜', "nie"),
    ('逄', "pang"),
    ('郇', "xun"),
    ('阚', "kan"),
    ('葛', "ge"),
    ('柏', "bai"),
    ('贾', "jia"),
    ('重', "chong"),
    ('长', "chang"),
    ('沈', "shen"),
    ('燕', "yan"),
];
/// Surnames of two characters whose reading is rare.
const DOUBLE: &[(&str, [&str; 2])] =
    &[("尉迟", ["yu", "chi"]), ("万俟", ["mo", "qi"]), ("长孙", ["zhang", "sun"]), ("澹台", ["tan", "tai"]), ("单于", ["chan", "yu"]), ("宿舍", ["su", "she"])];

/// Characters that are taken for each other when typed or read from a picture.
const LOOKALIKE: &[&str] = &[
    "己已巳",
    "未末",
    "天夭",
    "土士",
    "日曰",
    "人入",
    "大太犬",
    "王玉壬",
    "晴睛",
    "辰晨",
    "杨扬",
    "阳杨",
    "李季",
    "陈阵",
    "刘浏",
    "鑫淼",
    "婷停",
    "洁结",
    "丽俪",
    "莉利",
    "瑶遥摇",
    "俊峻骏竣",
    "浩皓",
    "炜伟玮",
    "宁柠",
    "颖颍",
    "琪琦淇",
    "宇字",
    "思恩",
    "彬杉",
    "睿容",
    "昊吴",
    "候侯",
    "冯马",
    "问间",
    "干千",
    "戌戍戊",
    "冶治",
    "萧肖",
    "付傅",
    "阎闫",
    "戴代",
    "邱丘",
    "兰蓝",
    "叶业",
    "于余",
    "雯文",
    "佳家",
    "欣新",
    "晓小",
    "娜那",
];

/// Similar names told, at most.
const SIMILAR: usize = 5;
/// Characters of a name that are compared.
const COMPARED: usize = 32;

/// A roster's names, or a line's.
#[derive(Debug, Default)]
pub struct NameList {
    exact: BTreeSet<String>,
    sounds: Vec<(String, Vec<Sound>)>,
    longest: usize,
}

#[derive(Debug)]
struct Sound {
    char: char,
    /// Readings without tone, loosely spelled (zh = z, ng = n, l = n, h = f).
    loose: Vec<String>,
    strict: Vec<&'static str>,
}

impl NameList {
    /// From names; empty ones and doubles are dropped.
    pub fn new<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        let given: BTreeSet<String> = names.into_iter().map(|n| n.as_ref().trim().to_owned()).filter(|n| !n.is_empty()).collect();
        let sounds = given.iter().map(|n| (n.clone(), sounds(n))).collect();
        let longest = given.iter().map(|n| n.chars().count()).max().unwrap_or(0);
        let exact = given.iter().map(|n| normalise(n).text).chain(given.iter().cloned()).collect();
        Self { exact, sounds, longest }
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.sounds.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sounds.is_empty()
    }
}

impl Names for NameList {
    fn has(&self, name: &str) -> bool {
        self.exact.contains(name)
    }

    fn longest(&self) -> usize {
        self.longest
    }

    fn similar(&self, name: &str) -> Vec<String> {
        let said = sounds(&super::normalise::tidy(name.trim()));
        if said.is_empty() || said.len() > 30 {
            return Vec::new();
        }
        // the best so far, whatever the roster's size
        let mut best: [Option<(u32, &str)>; SIMILAR] = [None; SIMILAR];
        for (name, s) in &self.sounds {
            let Some(score) = alike(&said, s) else { continue };
            let better = |b: &Option<(u32, &str)>| b.is_none_or(|(known, other)| (score, other) > (known, name.as_str()));
            if let Some(place) = best.iter().position(better) {
                best[place..].rotate_right(1);
                best[place] = Some((score, name));
            }
        }
        best.into_iter().flatten().map(|(_, n)| n.to_owned()).collect()
    }
}

fn sounds(name: &str) -> Vec<Sound> {
    let double = DOUBLE.iter().find(|(d, _)| name.starts_with(d));
    let mut all: Vec<Sound> = Vec::new();
    for c in name.chars().filter(|c| c.is_alphanumeric()) {
        let at = all.len();
        let fixed =
            double.and_then(|(_, r)| r.get(at).copied()).or_else(|| if at == 0 { SURNAMES.iter().find(|(s, _)| *s == c).map(|(_, r)| *r) } else { None });
        let strict: Vec<&'static str> = match fixed {
            Some(reading) => vec![reading],
            None => c.to_pinyin_multi().map(|m| m.into_iter().map(pinyin::Pinyin::plain).collect()).unwrap_or_default(),
        };
        let loose = strict.iter().map(|s| loosen(s)).collect();
        all.push(Sound { char: c, loose, strict });
    }
    all
}

fn loosen(reading: &str) -> String {
    let mut s = reading.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n");
    if let Some(rest) = s.strip_prefix('l') {
        s = format!("n{rest}");
    }
    if let Some(rest) = s.strip_prefix("hu").filter(|r| !r.is_empty()).or_else(|| s.strip_prefix('h')) {
        s = format!("f{rest}");
    }
    s
}

fn looks_like(a: char, b: char) -> bool {
    LOOKALIKE.iter().any(|group| group.contains(a) && group.contains(b))
}

/// How alike two characters are, 3 the same, 0 not at all.
fn close(a: &Sound, b: &Sound) -> u32 {
    if a.char == b.char {
        3
    } else if a.strict.iter().any(|s| b.strict.contains(s)) || looks_like(a.char, b.char) {
        2
    } else {
        u32::from(a.loose.iter().any(|s| b.loose.contains(s)))
    }
}

/// A score, higher is closer; none where the names are not alike. Equal names are the most alike.
fn alike(a: &[Sound], b: &[Sound]) -> Option<u32> {
    if a.len() == b.len() {
        let (mut strange, mut total) = (0, 0);
        for score in a.iter().zip(b).map(|(a, b)| close(a, b)) {
            strange += usize::from(score == 0);
            total += score;
        }
        let allowed = usize::from(a.len() >= 3);
        return (strange <= allowed).then(|| total * 100 / u32::try_from(3 * a.len().max(1)).unwrap_or(u32::MAX));
    }
    // One character too many or too few, of three at least.
    if a.len().min(b.len()) < 2 || a.len().abs_diff(b.len()) > 2 {
        return None;
    }
    // 阿依古丽 for 阿依古丽·买买提, 欧阳娜 for 欧阳娜娜, 张三 for 张三1.
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let within = short.len() >= 3 && long.windows(short.len()).any(|w| w.iter().zip(short).all(|(x, y)| x.char == y.char));
    let distance = distance(a, b)?;
    (distance <= 1 || within).then(|| 80_u32.saturating_sub(u32::try_from(distance).unwrap_or(80)))
}

/// Levenshtein's, over a row on the stack; none for names that are too long to compare.
fn distance(a: &[Sound], b: &[Sound]) -> Option<usize> {
    let mut row = [0_usize; COMPARED + 1];
    if b.len() > COMPARED {
        return None;
    }
    for (n, place) in row.iter_mut().enumerate() {
        *place = n;
    }
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x.char != y.char);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    Some(row[b.len()])
}

/// The longest name of the roster that begins the text: its bytes.
pub fn exact_at(text: &str, names: &dyn Names) -> Option<usize> {
    let mut best = None;
    let longest = names.longest().min(24);
    for (n, (at, c)) in text.char_indices().enumerate() {
        if n >= longest {
            break;
        }
        let end = at + c.len_utf8();
        if n > 0 && names.has(&text[..end]) {
            best = Some(end);
        }
    }
    best
}

/// The names that stand here, one after another (张三、李四和王五), on the roster or not; their bytes in the text.
pub fn list_at(text: &str, from: usize, lexicon: &Lexicon, names: &dyn Names) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = from;
    while let Some(end) = exact_at(&text[at..], names).map(|len| at + len).or_else(|| stranger_at(text, at, lexicon)) {
        found.push(at..end);
        let mut next = end;
        let separator = ["、", ",", "和", "跟", "与", "及", " ", "&", "/"].iter().find(|s| text[next..].starts_with(**s));
        let Some(separator) = separator else {
            // 张三李四王五 without a pause: of the roster, and no words.
            if exact_at(&text[next..], names)
                .is_none_or(|len| text[next + len..].starts_with('地') || lexicon.at(text, next).is_some_and(|(_, word)| word >= next + len))
            {
                break;
            }
            at = next;
            continue;
        };
        next += separator.len();
        next += text[next..].len() - text[next..].trim_start_matches(' ').len();
        // After a comma or a space only a name of the roster goes on.
        if matches!(*separator, "," | " ") && exact_at(&text[next..], names).is_none() || found.len() > 200 {
            break;
        }
        at = next;
    }
    found
}

/// What can only be a name: two to four characters before the next known word, more with a dot in them.
pub fn stranger_at(text: &str, from: usize, lexicon: &Lexicon) -> Option<usize> {
    let mut count = 0;
    let mut end = from;
    let mut dotted = false;
    for (at, c) in text[from..].char_indices() {
        let at = from + at;
        if c == '·' {
            dotted = count > 0;
        } else if !is_han(c) {
            break;
        }
        // 买买提|交了.
        if dotted && c == '提' && text[at..].starts_with("提交") {
            return (2..15).contains(&count).then_some(at + c.len_utf8());
        }
        let known = lexicon.at(text, at).filter(|(k, _)| !matches!(k, Kind::Filler | Kind::Partial | Kind::De));
        // A known word ends a name, but not a character of it that happens to be one (高, 明).
        if known.is_some_and(|(k, e)| {
            count >= 2
                || count == 0 && matches!(k, Kind::Me | Kind::Them | Kind::Person | Kind::Ask | Kind::Duty(_) | Kind::CheckIn | Kind::Leave)
                || e - at > c.len_utf8() && count > 0
        }) {
            break;
        }
        // 给了嗷: no name begins so
        if matches!(c, '的' | '了') || matches!(c, '已' | '也' | '都' | '把' | '一') && count > 0 {
            break;
        }
        count += 1;
        end = at + c.len_utf8();
    }
    (if dotted { (3..=15).contains(&count) } else { (2..=4).contains(&count) }).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_by_sound_and_shape() {
        let list = NameList::new(["单雯", "曾国强", "欧阳娜娜", "买买提·艾力", "王燕燕", "尉迟恭", "张三", "张珊", "仇丽"]);
        for (said, first) in [
            ("山雯", "单雯"),
            ("增国强", "曾国强"),
            ("欧阳娜", "欧阳娜娜"),
            ("买买提艾力", "买买提·艾力"),
            ("王艳艳", "王燕燕"),
            ("玉池恭", "尉迟恭"),
            ("章三", "张三"),
            ("邱丽", "仇丽"),
        ] {
            assert_eq!(list.similar(said).first().map(String::as_str), Some(first), "{said}");
        }
        for said in ["丹雯", "李雷", "", "🎉"] {
            assert!(list.similar(said).is_empty(), "{said}: {:?}", list.similar(said));
        }
        assert!(list.has("单雯") && !list.has("单") && list.len() == 9);
    }
}
