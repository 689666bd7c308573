//! Who speaks, as people write it beside a report, like the card they carry in the group: 2023级计科1班 张伟 团费已交,
//! 计科2301-张伟, 姓名:张伟 学号:20230101. Classes and numbers say nothing; a name beside them says whom it is about.
//! A name by itself counts where the roster has it and what follows is written like a form (张三 团费已交): told of somebody
//! (张三 交了团费) it may as well be another's.

use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::names;
use crate::language::text::normalise::is_han;
use crate::language::text::surnames::plausible;
use crate::language::text::when::Spoken;
use crate::language::{Around, Names};
use std::ops::Range;

/// The longest label and the longest name, in characters.
const LONGEST_LABEL: usize = 16;
const NAME: std::ops::RangeInclusive<usize> = 2..=4;
/// What stands before a colon on a form; after 姓名 comes the name.
const FIELDS: &[&str] = &["学号", "班级", "专业", "学院", "年级", "支部", "团支部", "手机号", "电话", "工号"];
/// Subjects that begin with or hold a word of another meaning.
const MAJORS: &[&str] = &["会计", "财务", "学前教育", "学前", "体育教育", "小学教育", "特殊教育", "教育"];
/// How a class, a year or a group is called at its end.
const ENDS: &[char] = &['班', '级', '届', '组', '院', '系', '部'];

/// What a piece between two spaces is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Label,
    /// Its last so many bytes are a name.
    Labelled(usize),
    Name,
    /// The word of a form before its colon: the name's, another's.
    NameField,
    Field,
    Other,
}

/// Turns what says who speaks into gaps, and names beside it into `Is::Card`.
pub(in crate::language) fn fold(text: &str, tokens: &mut Vec<Token>, around: &Around<'_>) {
    signed(text, tokens, around.names);
    let digits = |t: &Token| matches!(t.is, Is::Number(_) | Is::Unknown) || matches!(&text[t.start..t.end], "姓名" | "学号" | "班级");
    if !tokens.iter().any(digits) {
        return;
    }
    // 签到 520131: a code.
    let signs_in = tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::CheckIn | Kind::Code)));
    let leaves = tokens.iter().any(|t| t.kind(Kind::Leave));
    let mut changes: Vec<(Range<usize>, Option<usize>)> = Vec::new();
    let mut line = 0;
    while line < tokens.len() {
        let end = tokens[line..].iter().position(|t| t.is == Is::End).map_or(tokens.len(), |n| line + n);
        let mut pieces = pieces(text, tokens, line..end, around.names);
        let seat = |r: &Range<usize>| text[..tokens[r.end - 1].end].ends_with('号');
        // 三班25号 团日请假: a day.
        pieces.retain(|(r, p)| !(leaves && *p == Piece::Label && seat(r)));
        pieces.retain(|(r, p)| !(signs_in && !(*p == Piece::Label && seat(r)) && (3..=8).contains(&(tokens[r.end - 1].end - tokens[r.start].start))));
        // 护理3班 签到, 第二小组 大学习已完成: the whole class.
        let me = tokens[line..end].iter().any(|t| t.kind(Kind::Me));
        let who =
            me || pieces.iter().any(|(r, p)| matches!(p, Piece::Name | Piece::Labelled(_) | Piece::Field | Piece::NameField) || *p == Piece::Label && seat(r));
        pieces.retain(|(r, p)| !(!who && *p == Piece::Label && whole_class(&text[tokens[r.start].start..tokens[r.end - 1].end])));
        for (at, (range, piece)) in pieces.iter().enumerate() {
            let near = |n: Option<usize>| n.and_then(|n| pieces.get(n)).map_or(Piece::Other, |p| p.1);
            let (before, after) = (near(at.checked_sub(1)), near(Some(at + 1)));
            let labels = |p: Piece| matches!(p, Piece::Label);
            match piece {
                Piece::Label | Piece::Field | Piece::NameField => changes.push((range.clone(), None)),
                Piece::Labelled(len) => changes.push((range.clone(), Some(*len))),
                Piece::Name if before == Piece::NameField || labels(before) || labels(after) && at == 0 => {
                    changes.push((range.clone(), Some(tokens[range.end - 1].end - tokens[range.start].start)));
                }
                _ => {}
            }
        }
        line = end + 1;
    }
    for (range, name) in changes.into_iter().rev() {
        let (start, end) = (tokens[range.start].start, tokens[range.end - 1].end);
        let mut new = vec![Token { is: Is::Gap, start, end: end - name.unwrap_or(0) }];
        if let Some(len) = name {
            new.push(Token { is: Is::Card, start: end - len, end });
        }
        new.retain(|t| t.start < t.end);
        tokens.splice(range, new);
    }
}

/// 护理3班, 二班: said of all in it, where 2101班 stands on everybody's card.
fn whole_class(word: &str) -> bool {
    word.ends_with(ENDS) && word.chars().filter(char::is_ascii_digit).count() < 3
}

/// 王小明 大学习已完成, 【王五】团费已交, 签到 王燕燕: somebody of the roster before or behind what is written like a form. Where it
/// is told (李四 交了团费) or called for (李四 签到) it may be of another.
fn signed(text: &str, tokens: &mut Vec<Token>, roster: &dyn Names) {
    if tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Proxy | Kind::Them | Kind::Me))) {
        return;
    }
    let used = tokens.iter().rposition(|t| !(silent(text, t) || t.is == Is::End || &text[t.start..t.end] == "~")).map_or(0, |n| n + 1);
    let Some((range, parted)) = signature(text, &tokens[..used], roster) else { return };
    for token in &mut tokens[parted] {
        token.is = Is::Gap;
    }
    let card = Token { is: Is::Card, start: tokens[range.start].start, end: tokens[range.end - 1].end };
    tokens.splice(range, [card]);
}

fn silent(text: &str, token: &Token) -> bool {
    token.is == Is::Gap || token.kind(Kind::And) && &text[token.start..token.end] == "+"
}

/// The tokens of the name that such a message bears, and those behind it that only part it from the rest.
fn signature(text: &str, tokens: &[Token], roster: &dyn Names) -> Option<(Range<usize>, Range<usize>)> {
    let silent = |t: &Token| silent(text, t);
    // The tokens of a name that stands by itself, from this one on: 王五 is a word and a figure.
    let alone = |from: usize| {
        let begins = tokens.get(from).filter(|t| matches!(t.is, Is::Unknown | Is::Name | Is::Number(_)))?;
        let end = begins.start + names::exact_at(&text[begins.start..], roster)?;
        let len = tokens[from..].iter().take_while(|t| t.end <= end).count();
        let parted = tokens.get(from + len).is_none_or(|t| silent(t) && t.start == end);
        (len > 0 && tokens[from + len - 1].end == end && parted).then_some(from..from + len)
    };
    let first = tokens.iter().position(|t| !silent(t))?;
    // 王五 团费交了
    let over = tokens
        .windows(2)
        .any(|w| matches!(w[0].is, Is::Word(Kind::Verb(_))) && w[1].kind(Kind::Mark) && text[w[1].start..].starts_with(['了', '啦', '完', '好']));
    let form =
        |t: &Token| matches!(t.is, Is::Word(Kind::Already | Kind::Whole)) || t.kind(Kind::Mark) && over || matches!(&text[t.start..t.end], "完成" | "完毕");
    let duty = |t: &Token| matches!(t.is, Is::Word(Kind::Duty(_)));
    let titled = |t: &Token| duty(t) || matches!(t.is, Is::When(Spoken::Periods(_)) | Is::Issues(_));
    let told = |t: &Token| titled(t) || form(t) || silent(t) || matches!(t.is, Is::Word(Kind::Verb(_) | Kind::Mark) | Is::Sum(_));
    // 【团费】孙七 已缴, 11月团费 孙七 0.2元 已转
    let title = tokens.iter().take_while(|t| titled(t) || silent(t) || t.is == Is::Colon).count();
    if title > first && (silent(&tokens[title - 1]) || tokens[title - 1].is == Is::Colon) && tokens[..title].iter().any(duty) {
        let name = alone(title).filter(|r| tokens[r.end..].iter().any(form) && tokens[r.end..].iter().all(told));
        if let Some(range) = name {
            let end = range.end;
            return Some((range, end..end));
        }
    }
    // 大学习-已完成-张三, 团费已交(张三), 团费 已交 张三
    let spaced = |t: &Token| silent(t) && &text[t.start..t.end] == " ";
    let fields = tokens.windows(2).any(|w| titled(&w[0]) && spaced(&w[1]));
    let sign = tokens.iter().rposition(|t| silent(t) && (fields || text[t.start..t.end].starts_with(['-', '(', '【', '[', '/', '|'])));
    if let Some(sign) = sign.filter(|s| tokens[..*s].iter().all(told) && tokens[..*s].iter().any(form) && tokens[..*s].iter().any(duty))
        && let Some(range) = alone(sign + 1).filter(|r| tokens[r.end..].iter().all(silent))
    {
        let end = range.end;
        return Some((range, end..end));
    }
    let next = |from: usize| tokens[from..].iter().position(|t| !silent(t)).map(|n| from + n);
    // 签到 王燕燕
    let signs = if duty(&tokens[first]) { next(first + 1).unwrap_or(first) } else { first };
    let behind = if tokens[signs].kind(Kind::CheckIn) { next(signs + 1).filter(|n| *n > signs + 1).and_then(alone) } else { None };
    if let Some(range) = behind.filter(|r| next(r.end).is_none()) {
        let end = range.end;
        return Some((range, end..end));
    }
    let range = alone(first)?;
    let second = next(range.end)?;
    let begins = titled(&tokens[second]) || tokens[second].kind(Kind::Already);
    let rest = &tokens[second..];
    let others = rest.iter().any(|t| matches!(t.is, Is::Unknown | Is::Name) && names::exact_at(&text[t.start..], roster).is_some());
    let end = range.end;
    (begins && rest.iter().any(form) && rest.iter().any(duty) && !others).then_some((range, end..second))
}

/// The pieces of a line that spaces, brackets, commas and colons part.
fn pieces(text: &str, tokens: &[Token], line: Range<usize>, roster: &dyn Names) -> Vec<(Range<usize>, Piece)> {
    let parts = |t: &Token| matches!(t.is, Is::Gap | Is::Break | Is::Colon);
    let mut all = Vec::new();
    let mut at = line.start;
    while at < line.end {
        if parts(&tokens[at]) {
            at += 1;
            continue;
        }
        let end = tokens[at..line.end].iter().position(parts).map_or(line.end, |n| at + n);
        let colon = tokens.get(end).is_some_and(|t| t.is == Is::Colon) && end < line.end;
        // 计科2302王小明大学习已完成; 二班大学习已完成 is the class's.
        let duty = tokens[at..end].iter().position(|t| matches!(t.is, Is::Word(Kind::Duty(_)))).filter(|n| *n > 0).map(|n| at + n);
        let glued = duty.map(|d| (at..d, piece(text, &tokens[at..d], false, roster))).filter(|(_, p)| matches!(p, Piece::Labelled(_)));
        if let Some((range, found)) = glued {
            at = range.end;
            all.push((range, found));
        }
        all.push((at..end, piece(text, &tokens[at..end], colon, roster)));
        at = end;
    }
    all
}

fn piece(text: &str, tokens: &[Token], colon: bool, roster: &dyn Names) -> Piece {
    let Some((first, last)) = tokens.first().zip(tokens.last()) else { return Piece::Other };
    let word = &text[first.start..last.end];
    if colon {
        return match word {
            "姓名" | "名字" => Piece::NameField,
            _ if FIELDS.contains(&word) => Piece::Field,
            _ => Piece::Other,
        };
    }
    if label(word, tokens) || seat(word, tokens) {
        return Piece::Label;
    }
    if first.is == Is::Name && tokens.len() == 1 || first.is == Is::Unknown && is_name(word, roster) {
        return Piece::Name;
    }
    // 计科2301张伟, 2班张伟
    let cut = word.rfind(|c: char| c.is_ascii_digit() || c == '班' || c == '级').map(|at| at + word[at..].chars().next().map_or(1, char::len_utf8));
    match cut.map(|c| word.split_at(c)) {
        Some((class, name)) if !name.is_empty() && is_name(name, roster) && names::exact_at(word, roster).is_none_or(|n| n <= class.len()) => {
            let covered: Vec<Token> = tokens.iter().filter(|t| t.start < first.start + class.len()).cloned().collect();
            if label(class, &covered) { Piece::Labelled(name.len()) } else { Piece::Other }
        }
        _ => Piece::Other,
    }
}

fn is_name(word: &str, roster: &dyn Names) -> bool {
    let count = word.chars().count();
    roster.has(word) || NAME.contains(&count) && word.chars().all(is_han) && plausible(word) && !word.ends_with(ENDS)
}

/// 护理3班07号: a number in a class, which says whose card it is and nothing else.
fn seat(word: &str, tokens: &[Token]) -> bool {
    let Some((class, number)) = word.strip_suffix('号').and_then(|w| w.split_once('班')) else { return false };
    let class = &word[..class.len() + '班'.len_utf8()];
    let covered: Vec<Token> = tokens.iter().filter(|t| t.end <= tokens[0].start + class.len()).cloned().collect();
    (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) && label(class, &covered)
}

/// 2023级计科1班, 软工2班, 计科2301, 20230101: a class or a number, and no word that says anything.
fn label(word: &str, tokens: &[Token]) -> bool {
    if word.chars().count() > LONGEST_LABEL || !word.chars().all(|c| is_han(c) || c.is_ascii_alphanumeric()) {
        return false;
    }
    let figures = word.chars().filter(char::is_ascii_digit).count();
    if figures >= 6 && word.chars().filter(|c| !c.is_ascii_digit()).all(|c| c.is_ascii_alphabetic()) {
        return figures <= 14 && figures + 2 >= word.len();
    }
    let silent = |t: &Token| {
        matches!(t.is, Is::Unknown | Is::Number(_) | Is::Name | Is::Word(Kind::Filler | Kind::Person | Kind::Other | Kind::Verb(_)))
            || MAJORS.iter().any(|m| word.starts_with(m) && t.end - tokens[0].start <= m.len())
    };
    // 计算机2201 begins with 计.
    let begins =
        |t: &Token| matches!(t.is, Is::Unknown | Is::Number(_) | Is::Word(Kind::Other)) || word.starts_with('计') || MAJORS.iter().any(|m| word.starts_with(m));
    if !tokens.iter().all(silent) || !tokens.first().is_some_and(begins) {
        return false;
    }
    let numbered = figures > 0 || tokens.iter().any(|t| matches!(t.is, Is::Number(_)));
    let year_or_class = (3..=4).contains(&figures) && word.ends_with(|c: char| c.is_ascii_digit()) && word.chars().any(is_han);
    // 3组 is the group's.
    numbered && (word.ends_with(ENDS) && (word.chars().count() > 2 || word.ends_with(['班', '级']))) || year_or_class
}
