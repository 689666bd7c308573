//! A message as a row of tokens: words, times, sums, numbers, and whatever is not known between them.

mod people;

use super::english;
use super::lexicon::{Kind, Lexicon};
use super::names;
use super::normalise::{Norm, normalise};
use super::numerals;
use super::quantity;
use super::when::{self, Calendar, Spoken};
use crate::language::Around;
use crate::language::intent::Issue;
use people::{after_proxy, beside_me, commission, given_to_post, heads, name_here, named_before, relation};

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Is {
    /// A known word.
    Word(Kind),
    /// A time.
    When(Spoken),
    /// Fen.
    Sum(i64),
    /// A length of time in minutes.
    Minutes(i64),
    /// A count in a duty's unit.
    Count(i64),
    /// Issues of Youth Study.
    Issues(Vec<Issue>),
    /// A bare number.
    Number(i64),
    /// A comma or the like; a line's end.
    Break,
    /// The end of a sentence.
    End,
    /// Space or a bracket.
    Gap,
    /// A colon.
    Colon,
    /// Somebody's name, in a place where names stand.
    Name,
    /// The name beside a class or a number, as on the speaker's card.
    Card,
    /// Anything else.
    Unknown,
}

/// A token and its bytes in the normal text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub is: Is,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Token {
    /// Whether it is this word.
    pub fn kind(&self, kind: Kind) -> bool {
        self.is == Is::Word(kind)
    }
}

/// A message in tokens.
#[derive(Debug)]
pub struct Lexed {
    /// The text in its normal form.
    pub norm: Norm,
    /// Its tokens, in order.
    pub tokens: Vec<Token>,
}

/// Reads a message.
pub fn lex(text: &str, lexicon: &Lexicon, units: &[String], around: &Around<'_>) -> Lexed {
    let norm = normalise(text);
    let tokens = tokens(&norm.text, lexicon, units, around);
    Lexed { norm, tokens }
}

/// The tokens of normal text.
pub fn tokens(text: &str, lexicon: &Lexicon, units: &[String], around: &Around<'_>) -> Vec<Token> {
    let calendar = Calendar { today: around.today, back: text.contains('补'), leave: text.contains('假') };
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4 + 4);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        // 帮我弟弟高兴: for whom, and who that is
        if text[at..].starts_with(['帮', '替', '代'])
            && let next = at + c.len_utf8()
            && text[next..].starts_with(['我', '俺', '咱'])
            && relation(&text[next..], around.names).is_some()
        {
            tokens.push(Token { is: Is::Word(Kind::Proxy), start: at, end: next });
            at = next;
            continue;
        }
        // 受张三委托代缴团费: for whom
        if text[at..].starts_with('受')
            && let Some((found, end)) = commission(text, at, lexicon, around)
        {
            tokens.extend(found);
            at = end;
            continue;
        }
        let expected = expects_name(text, at, &tokens, lexicon, around, calendar);
        let glued = tokens.last().is_some_and(|t| t.is == Is::Name && t.end == at)
            && names::exact_at(&text[at..], around.names).is_some_and(|len| lexicon.at(text, at).is_none_or(|(_, word)| word < at + len))
            && when::parse(&text[at..], calendar).is_none();
        let goes_on = glued || after_proxy(&tokens) || given_to_post(&tokens) || beside_me(&tokens, text) || named_before(&tokens, text);
        if expected || goes_on && names::exact_at(&text[at..], around.names).is_some() {
            let before = at;
            if let Some(len) = relation(&text[at..], around.names) {
                tokens.push(Token { is: Is::Gap, start: at, end: at + len });
                at += len;
            }
            for name in names::list_at(text, at, lexicon, around.names) {
                let called = !around.addressed && text[..before].ends_with('@');
                tokens.push(Token { is: if called { Is::Word(Kind::Them) } else { Is::Name }, start: name.start, end: name.end });
                at = name.end;
            }
            if at > before {
                if let Some(len) = heads(&text[at..]) {
                    tokens.push(Token { is: Is::Gap, start: at, end: at + len });
                    at += len;
                }
                continue;
            }
        }
        if c.is_ascii_alphabetic() && !text[..at].ends_with(|b: char| b.is_ascii_alphanumeric()) {
            let time = english::time(&text[at..], calendar).map(|(spoken, len)| (Is::When(spoken), len));
            if let Some((is, len)) = time.or_else(|| english::turned_round(text, at).map(|len| (Is::Word(Kind::Ask), len))) {
                tokens.push(Token { is, start: at, end: at + len });
                at += len;
                continue;
            }
        }
        if let Some(len) = absence(&text[at..], calendar) {
            tokens.push(Token { is: Is::Word(Kind::Leave), start: at, end: at + len });
            at += len;
            continue;
        }
        let (is, end) = match name_here(text, at, lexicon, around, calendar) {
            Some(end) => (Is::Name, end),
            None => turned(text, at, &tokens, lexicon, units).unwrap_or_else(|| one(text, at, c, lexicon, calendar, units)),
        };
        match (tokens.last_mut(), &is) {
            // Runs of what is not known are one token.
            (Some(last), Is::Unknown) if last.is == Is::Unknown => last.end = end,
            _ => tokens.push(Token { is, start: at, end }),
        }
        at = end;
    }
    tokens
}

/// Behind 替 and 给 somebody's name stands, on the roster or not.
fn expects_name(text: &str, at: usize, tokens: &[Token], lexicon: &Lexicon, around: &Around<'_>, calendar: Calendar) -> bool {
    let Some((last, before)) = tokens.split_last().filter(|(t, _)| matches!(t.is, Is::Word(Kind::Proxy | Kind::Give))) else { return false };
    if text[at..].starts_with([' ', ':']) || last.end != at {
        return false;
    }
    // 跟导师出差: with whom, where the roster does not know them.
    if matches!(&text[last.start..last.end], "跟" | "向") && names::exact_at(&text[at..], around.names).is_none() {
        return false;
    }
    // 这个月跟上个月的.
    let month = matches!(when::parse(&text[at..], calendar), Some((Spoken::Periods(_), _)));
    // 代缴张三的; 给赵六代缴全年.
    let verb = match lexicon.at(text, at) {
        Some((Kind::Verb(_), end)) => names::exact_at(&text[end..], around.names).is_some() || before.last().is_some_and(|t| t.is == Is::Name),
        _ => false,
    };
    !month && !verb
}

/// 请三天假, 请一周的病假: how long stands within the word.
fn absence(text: &str, calendar: Calendar) -> Option<usize> {
    let (spoken, len) = when::parse(text.strip_prefix('请')?, calendar)?;
    let rest = text['请'.len_utf8() + len..].trim_start_matches('的');
    let rest = ["假", "病假", "事假"].iter().find_map(|w| rest.strip_prefix(w))?;
    matches!(spoken, Spoken::Stretch(_) | Spoken::Vague).then_some(text.len() - rest.len())
}

/// How long such a word says.
pub(in crate::language) fn stretch(word: &str, calendar: Calendar) -> Option<(Spoken, usize)> {
    when::parse(word.strip_prefix('请')?, calendar)
}

/// What a word means only by the one before it: 我来了 is no announcement, 看了两期 no number of an issue.
fn turned(text: &str, at: usize, tokens: &[Token], lexicon: &Lexicon, units: &[String]) -> Option<(Is, usize)> {
    let before = tokens.last()?;
    if before.kind(Kind::Me) && text[at..].starts_with("来了") {
        let end = at + '来'.len_utf8();
        return lexicon.at(&text[..end], at).map(|(kind, end)| (Is::Word(kind), end));
    }
    // 搞好哒: the mark with its tail.
    if matches!(before.is, Is::Word(Kind::Verb(_)))
        && let Some(tail) = ["好哒", "好滴", "好嘞", "好耶", "好咧", "好喇"].into_iter().find(|w| text[at..].starts_with(w))
    {
        return Some((Is::Word(Kind::Mark), at + tail.len()));
    }
    // 看玩了: the wrong 完.
    if matches!(before.is, Is::Word(Kind::Verb(_)))
        && before.end - before.start == '看'.len_utf8()
        && (["玩了", "玩啦", "玩咯", "玩喽"].iter().any(|w| text[at..].starts_with(w))
            || text[at..].strip_prefix('玩').is_some_and(|r| r.is_empty() || r.starts_with([' ', '~', '!', '。', ',']))
                && tokens.iter().rev().nth(1).is_some_and(|t| t.kind(Kind::Already)))
        && tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Duty(_))))
    {
        return Some((Is::Word(Kind::Mark), at + '玩'.len_utf8()));
    }
    // 替张三请主题团日假.
    if matches!(before.is, Is::Word(Kind::Duty(_)))
        && text[at..].starts_with('假')
        && !text[at + '假'.len_utf8()..].starts_with(['期', '日', '如', '装', '的', '条', '吗'])
        && tokens.iter().any(|t| text[t.start..t.end].ends_with('请'))
    {
        return Some((Is::Word(Kind::Leave), at + '假'.len_utf8()));
    }
    // 畀咗团费, 团费已畀: paid.
    if text[at..].starts_with(['畀', '俾']) {
        let rest = &text[at + '畀'.len_utf8()..];
        let ends = rest.is_empty() || rest.starts_with([' ', ',', '。', '!', '~', '喇', '啦']);
        if rest.starts_with(['咗', '晒', '左']) || ends && before.kind(Kind::Already) && text[at..].starts_with('畀') {
            return lexicon.at("付", 0).map(|(kind, _)| (Is::Word(kind), at + '畀'.len_utf8()));
        }
    }
    // 睇左: as 咗 is typed.
    if matches!(before.is, Is::Word(Kind::Verb(_)))
        && text[at..].strip_prefix('左').is_some_and(|r| r.is_empty() || r.starts_with([' ', ',', '。', '!', '~', '了', '团', '大']))
    {
        return Some((Is::Word(Kind::Mark), at + '左'.len_utf8()));
    }
    // 团费交乐: the wrong 了.
    if matches!(before.is, Is::Word(Kind::Verb(_)))
        && text[at..].strip_prefix(['乐', '哒']).is_some_and(|r| r.is_empty() || r.starts_with([' ', ',', '。', '!', '~', '哈', '啊']))
    {
        return Some((Is::Word(Kind::Mark), at + '乐'.len_utf8()));
    }
    // 团费块二.
    if matches!(before.is, Is::Gap | Is::Break | Is::Word(Kind::Duty(_) | Kind::Verb(_) | Kind::Mark | Kind::Filler | Kind::Me))
        && text[at..].starts_with('块')
        && let Some(sum) = numerals::above_one(&text[at..])
    {
        return Some((Is::Sum(sum.fen), at + sum.len));
    }
    // 团费已教, 团费叫了: the wrong one of the syllable.
    if matches!(before.is, Is::Word(Kind::Duty(_) | Kind::Already)) && text[at..].starts_with(['教', '叫', '较', '脚', '绞', '娇', '搅', '浇']) {
        let duty = tokens.iter().rev().take(3).any(|t| matches!(t.is, Is::Word(Kind::Duty(_))));
        let rest = &text[at + '教'.len_utf8()..];
        let next = matches!(lexicon.at(rest, 0), Some((Kind::Duty(_), _))) && before.kind(Kind::Already);
        let (duty, next) = (duty || next, next);
        let over = next || rest.is_empty() || rest.starts_with(['了', '啦', '完', '过', ' ', ',', '。', '!']) || numerals::sum(rest).is_some();
        if let Some((kind @ Kind::Verb(_), _)) = lexicon.at("缴", 0).filter(|_| duty && over) {
            return Some((Is::Word(kind), at + '教'.len_utf8()));
        }
    }
    let done = before.kind(Kind::Mark) && tokens.iter().rev().nth(1).is_some_and(|t| matches!(t.is, Is::Word(Kind::Verb(_))));
    if (done || matches!(before.is, Is::Word(Kind::Verb(_)))) && !units.iter().any(|u| u == "期") {
        let (n, len) = numerals::number(&text[at..]).filter(|(n, _)| (2..=10).contains(n))?;
        let rest = text[at + len..].strip_prefix('个').unwrap_or(&text[at + len..]);
        let end = text.len() - rest.strip_prefix('期')?.len();
        return Some((Is::Count(n), end));
    }
    None
}

fn one(text: &str, at: usize, c: char, lexicon: &Lexicon, calendar: Calendar, units: &[String]) -> (Is, usize) {
    let rest = &text[at..];
    let next = at + c.len_utf8();
    let punctuation = match c {
        '。' | '!' | '\n' => Some(Is::End),
        ',' | ';' => Some(Is::Break),
        ' ' | '(' | ')' | '[' | ']' | '【' | '】' | '《' | '》' | '<' | '>' | '{' | '}' | '"' | '\'' | '「' | '」' | '『' | '』' | '*' | '_' | '|' | '-'
        | '=' | '〔' | '〕' | '〈' | '〉' | '^' | '.' | '·' => Some(Is::Gap),
        ':' => Some(Is::Colon),
        // 团费/已交; 28/30 counts
        '/' if !(text[..at].ends_with(|b: char| b.is_ascii_digit()) && text[next..].starts_with(|b: char| b.is_ascii_digit())) => Some(Is::Gap),
        _ => None,
    };
    // A sum may begin with a point.
    if let Some(is) = punctuation {
        if c == '['
            && let Some(found) = bracket(rest, at, lexicon)
        {
            return found;
        }
        if c == '('
            && let Some(len) = face(rest)
        {
            return (Is::Gap, at + len);
        }
        if c != '.' || numerals::sum(rest).is_none() || at > 0 && text.as_bytes()[at - 1].is_ascii_digit() {
            return (is, next);
        }
    }
    let mut word = lexicon.at(text, at);
    // 交|上个月 rather than 交上|个月.
    if let Some((_, end)) = word
        && let Some(up) = text[at..end].strip_suffix('上').filter(|w| !w.is_empty()).map(|w| at + w.len())
        && matches!(when::parse(&text[up..], calendar), Some((Spoken::Periods(_), _)))
    {
        word = lexicon.at(&text[..up], at);
    }
    if c == '~' && word.is_some() {
        return (Is::Gap, next);
    }
    // 54讲堂 is no number
    if let Some((kind @ Kind::Duty(_), end)) = word.filter(|_| c.is_ascii_digit()) {
        return (Is::Word(kind), end);
    }
    // A longer known word that begins with a numeral (一起, 一次) goes before the number; a time before any word.
    if let Some((spoken, len)) =
        quantity::issues(rest, calendar.today).map(|(i, len)| (Is::Issues(i), len)).or_else(|| when::parse(rest, calendar).map(|(s, len)| (Is::When(s), len)))
        && word.is_none_or(|(_, end)| end <= at + len || c.is_ascii_digit())
    {
        return (spoken, at + len);
    }
    if word.is_none() || c.is_ascii_digit() || numerals::digit(c).is_some() || c == '半' || c == '十' || c == '¥' {
        if let Some((m, len)) = quantity::minutes(rest) {
            return (Is::Minutes(m), at + len);
        }
        // the 001 of 0.001 is no sum: nobody pays parts of a fen
        let broken = text[..at].ends_with("0.") && !text[..at - 2].ends_with(|c: char| c.is_ascii_digit());
        if let Some(sum) = numerals::sum(rest).filter(|_| !broken) {
            return (Is::Sum(sum.fen), at + sum.len);
        }
        if let Some((n, len)) = quantity::count(rest, units)
            && word.is_none_or(|(_, end)| end < at + len)
        {
            return (Is::Count(n), at + len);
        }
        if (word.is_none() || c.is_ascii_digit())
            && let Some((n, len)) = numerals::number(rest)
        {
            return (Is::Number(n), at + len);
        }
    }
    if super::words::SLIPS_OF_ALREADY.contains(&c)
        && let Some((Kind::Verb(_) | Kind::CheckIn, _)) = lexicon.at(text, next)
        && word.is_none_or(|(_, end)| end == next)
    {
        return (Is::Word(Kind::Already), next);
    }
    match word {
        Some((Kind::But, end)) => (Is::Break, end),
        Some((kind, end)) => (Is::Word(kind), end),
        // A long run of digits (a student number, a phone) is eaten whole.
        None if c.is_ascii_digit() => (Is::Unknown, at + rest.bytes().take_while(u8::is_ascii_digit).count()),
        None => (Is::Unknown, next),
    }
}

/// As far as a face may reach.
fn soon(text: &str) -> &str {
    text.char_indices().nth(16).map_or(text, |(end, _)| &text[..end])
}

/// A face drawn with signs, (〃'▽'〃): its bytes.
fn face(rest: &str) -> Option<usize> {
    let inner = soon(rest.strip_prefix('(')?).split_once(')')?.0;
    let signs = |c: char| !super::normalise::is_han(c) && !c.is_ascii_alphanumeric() && !matches!(c, '\n' | ' ' | '✓' | '✗' | '☻' | ':' | '¥' | '(');
    (1..=12).contains(&inner.chars().count()).then_some(inner).filter(|i| i.chars().all(signs)).map(|i| i.len() + 2)
}

/// Chat programs' faces: [OK] is a tick, [doge] a joke, [图片] nothing, [链接] a link.
fn bracket(rest: &str, at: usize, lexicon: &Lexicon) -> Option<(Is, usize)> {
    if let Some((kind, end)) = lexicon.at(rest, 0) {
        return Some((Is::Word(kind), at + end));
    }
    let inner = rest.get(1..).and_then(|r| soon(r).split_once(']')).map(|(i, _)| i).filter(|i| i.chars().count() <= 6 && !i.contains('\n'))?;
    let end = at + inner.len() + 2;
    match inner {
        "ok" | "对勾" | "打勾" | "勾" | "√" => Some((Is::Word(Kind::Whole), end)),
        "doge" | "旺柴" | "狗头" | "滑稽" | "奸笑" | "坏笑" | "阴险" | "斜眼笑" | "吃瓜" => Some((Is::Word(Kind::Joke), end)),
        "图片" | "强" | "玫瑰" | "微笑" | "呲牙" | "庆祝" | "加油" | "太阳" | "爱心" | "鼓掌" | "憨笑" | "偷笑" | "可爱" | "抱拳" | "握手" | "胜利"
        | "合十" | "愉快" | "害羞" | "表情" | "动画表情" | "捂脸" | "撇嘴" | "耶" | "奋斗" | "色" | "得意" => Some((Is::Gap, end)),
        _ => None,
    }
}
