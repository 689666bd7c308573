//! What stands beside a name and tells namesakes apart: `第一小组的李四`, `李四(2组)`, `李四(尾号0003)`, `第二团支部的李四`. Of texts in
//! normal form.

use crate::language::text::names::exact_at;
use crate::language::text::unit_words::{Mention, folded, mentions, numeral};
use crate::language::{Grammar, Names, normal};
use std::ops::Range;

/// What was said beside a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// The unit.
    pub unit: Option<Mention>,
    /// The 团小组, as it was said.
    pub group: Option<String>,
    /// The league number or its end: four digits at least, fewer only behind 尾号.
    pub number: Option<String>,
}

/// Characters that stand in such brackets, at most.
const LONGEST: usize = 48;
/// What may lead to a number.
const NUMBERED: [&str; 7] = ["团员编号尾号", "编号尾号", "团员编号", "尾号是", "尾号", "编号", "后四位"];

impl Grammar {
    /// What is said beside this name, of each place where it stands; each once. Not where it begins a longer name of the roster.
    pub fn beside(&self, text: &str, name: &str, names: &dyn Names) -> Vec<Beside> {
        let (text, name) = (normal(text), normal(name));
        let units = mentions(&text, &self.named, names);
        let mut all: Vec<Beside> = Vec::new();
        let whole = |at: usize| exact_at(&text[at..], names).is_none_or(|len| len <= name.len());
        for (at, _) in text.match_indices(name.as_str()).filter(|(at, _)| !name.is_empty() && whole(*at)) {
            let (mut one, _) = behind(&text[at + name.len()..], &self.named).unwrap_or_default();
            let mut before = &text[..at];
            if let Some(start) = group_ends(before) {
                one.group.get_or_insert_with(|| before[start..].trim_end_matches('的').to_owned());
                before = &before[..start];
            }
            let before = before.trim_end_matches(['的', ' ']).len();
            one.unit = one.unit.or_else(|| units.iter().find(|u| u.span.end == before).cloned());
            if !all.iter().any(|known| known.same(&one)) {
                all.push(one);
            }
        }
        all
    }
}

impl Grammar {
    /// A 团小组 that is named, and nobody of it: 第一小组谁没交. None in 第一小组的李四, 第一小组长, 第一小组会.
    pub fn group_alone(&self, text: &str, names: &dyn Names) -> Option<String> {
        let text = normal(text);
        let mut before = ' ';
        text.char_indices().find_map(|(at, c)| {
            let joined = before.is_ascii_digit() || numeral(before) || before == '第';
            before = c;
            let len = group(&text[at..]).filter(|_| !joined)?;
            let rest = &text[at + len..];
            let other = rest.starts_with(['会', '长', '员']) || exact_at(rest, names).is_some();
            (!other).then(|| text[at..at + len].trim_end_matches([' ', '的']).to_owned())
        })
    }
}

impl Beside {
    fn same(&self, other: &Self) -> bool {
        let groups = match (&self.group, &other.group) {
            (Some(a), Some(b)) => same_group(a, b),
            (None, None) => true,
            _ => false,
        };
        groups && self.number == other.number && self.unit.as_ref().map(Mention::said) == other.unit.as_ref().map(Mention::said)
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.unit.is_none() && self.group.is_none() && self.number.is_none()
    }
}

/// Whether the group of a member is the one that was said.
pub fn same_group(said: &str, of: &str) -> bool {
    let plain = |text: &str| folded(&normal(text)).replace("团小组", "组").replace("小组", "组");
    plain(said) == plain(of)
}

/// Where the groups, numbers and units stand that are said beside names of the roster.
pub(in crate::language) fn spans(text: &str, duties: &[String], names: &dyn Names) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if let Some(len) = group(&text[at..])
            && exact_at(&text[at + len..], names).is_some()
        {
            all.push(at..at + len);
            at += len;
        } else if let Some(len) = exact_at(&text[at..], names) {
            at += len;
            if let Some((_, len)) = behind(&text[at..], duties) {
                all.push(at..at + len);
                at += len;
            }
        } else {
            at += c.len_utf8();
        }
    }
    all
}

/// What stands in brackets right behind a name, and its length with them; or 尾号0003 without any.
fn behind(text: &str, duties: &[String]) -> Option<(Beside, usize)> {
    let Some(rest) = text.strip_prefix('(') else {
        let rest = NUMBERED.iter().find_map(|w| text.strip_prefix(w))?;
        let digits: usize = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = Some(rest[..digits].to_owned()).filter(|n| n.len() >= 3)?;
        return Some((Beside { number: Some(number), ..Beside::default() }, text.len() - rest.len() + digits));
    };
    let (inner, _) = rest.split_once(')').filter(|(inner, _)| inner.chars().count() <= LONGEST)?;
    let mut one = Beside::default();
    for piece in inner.split(['、', ',', ';', ' ', '/']).map(str::trim).filter(|p| !p.is_empty()) {
        let led = NUMBERED.iter().find_map(|w| piece.strip_prefix(w)).map(|p| p.trim_start_matches([':', '是', '为']));
        let digits = led.unwrap_or(piece);
        let least = if led.is_some() { 3 } else { 4 };
        if digits.len() >= least && digits.bytes().all(|b| b.is_ascii_digit()) {
            one.number = Some(digits.to_owned());
        } else if group(piece) == Some(piece.len()) {
            one.group = Some(piece.to_owned());
        } else if let Some(unit) = mentions(piece, duties, &crate::language::NameList::default()).pop() {
            one.unit = Some(unit);
        }
    }
    (!one.is_empty()).then_some((one, inner.len() + 2))
}

/// The length of a group that stands here: 第一团小组的.
fn group(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('第').unwrap_or(text);
    let digits: usize = rest.chars().take_while(|c| c.is_ascii_digit() || numeral(*c)).map(char::len_utf8).sum();
    let after = &rest[digits..];
    let word = ["团小组", "小组", "组"].into_iter().find(|w| after.starts_with(w)).filter(|_| digits > 0)?;
    let after = &after[word.len()..];
    let after = after.strip_prefix('的').unwrap_or(after);
    Some(text.len() - after.trim_start_matches(' ').len())
}

/// Where the group begins with which this text ends.
fn group_ends(text: &str) -> Option<usize> {
    let starts = text.char_indices().map(|(n, _)| n).rev().take(12);
    starts.filter(|n| group(&text[*n..]) == Some(text.len() - n)).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::NameList;

    fn cut(text: &str) -> String {
        let mut text = normal(text);
        let spans = spans(&text, &[], &NameList::new(["李四", "王五"]));
        for span in spans.into_iter().rev() {
            text.replace_range(span, "");
        }
        text
    }

    #[test]
    fn what_stands_beside_names_is_left_out() {
        for (said, plain) in [
            ("第一小组的李四交了团费", "李四交了团费"),
            ("给第一小组的李四一个绑定码", "给李四一个绑定码"),
            ("李四（2组）看完大学习了", "李四看完大学习了"),
            ("李四（编号尾号0003）交了团费", "李四交了团费"),
            ("李四尾号0003交了团费", "李四交了团费"),
            ("2组李四、王五(第一团支部、第一小组、编号尾号0001)交了团费", "李四、王五交了团费"),
            ("第一小组交了团费", "第一小组交了团费"),
            ("李四(0.2元)", "李四(0.2元)"),
            ("李四(300)", "李四(300)"),
        ] {
            assert_eq!(cut(said), plain, "{said}");
        }
    }

    #[test]
    fn groups_are_named_alone() {
        let config = crate::config::Config::load(None, &crate::config::Env::default()).unwrap();
        let grammar = Grammar::new(&config.duties, &[]).unwrap();
        let names = NameList::new(["李四"]);
        for (text, group) in [
            ("第一小组谁没交团费", Some("第一小组")),
            ("谁没交团费 2组", Some("2组")),
            ("提醒第十二团小组的看大学习", Some("第十二团小组")),
            ("第一小组的李四的记录", None),
            ("第一小组长是谁", None),
            ("第一小组会谁没到", None),
            ("各小组谁没交", None),
        ] {
            assert_eq!(grammar.group_alone(text, &names).as_deref(), group, "{text}");
        }
    }

    #[test]
    fn groups_are_the_same_in_any_writing() {
        assert!(same_group("1组", "第一团小组") && !same_group("一组", "第二小组") && !same_group("二组", "第十二小组"));
    }
}
