//! Sums and times that a message names and that can't be read whole: a sign, a third decimal, figures that begin in the middle of a
//! number (the 005 of 1.005元), 各0.6元 of so many periods, a time that has no place in the calendar (13月) or that is called by what
//! happened then (国庆那周). What is left of them was not said: no money and no time is taken from such a message, whoever said it to
//! the bot is asked.

use super::lex::{self, Is, Token};
use super::numerals;
use super::when::Spoken;
use crate::domain::duty::Measure;
use crate::language::sentence::doubt::form;
use crate::language::{Around, Grammar, Intent, Meaning};
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// Sums beyond this are jokes: a hundred thousand yuan, in fen.
pub(in crate::language) const INCREDIBLE: i64 = 10_000_000;

/// What can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// A sum, and what is wrong with it.
    Sum(Fault),
    /// A time, as it was said.
    Time(String),
}

/// What is wrong with a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing at all.
    Zero,
    /// Below nothing.
    Minus,
    /// Parts of a fen.
    Fraction,
    /// More than anybody pays.
    Huge,
    /// Of each of several, which together nobody said.
    Each,
    /// No one number.
    Broken,
}

impl Fault {
    /// Its name in the messages.
    pub fn key(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::Minus => "minus",
            Self::Fraction => "fraction",
            Self::Huge => "huge",
            Self::Each => "each",
            Self::Broken => "broken",
        }
    }
}

static FRACTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(^|[^0-9.])[0-9]*\.[0-9]{3,}([^0-9.]|$)").expect("it is constant"));
static DOTTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[0-9]+\.[0-9]+\.[0-9]+").expect("it is constant"));
static LONG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[0-9]{8,}(\.[0-9]+)? ?(元|块|圆)").expect("it is constant"));
static NO_PAY: LazyLock<Regex> = LazyLock::new(|| Regex::new("(月薪|工资|收入)(是|为|:|约)?0+(\\.0+)?([^0-9.]|$)").expect("it is constant"));
static EACH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(各|每个月|每个季度|每季度?|每期)(自|交|付|缴|转|是|:| ){0,3}(¥|[0-9]|[零一二两三四五六七八九十半])").expect("it is constant")
});

/// No month, no quarter.
static NO_PLACE: LazyLock<Regex> = LazyLock::new(|| {
    let months = r"(?:1[3-9]|[2-9][0-9]|[0-9]{3,}|0+)月|(?:[0-9]+\.[0-9]+|十[三四五六七八九])月";
    Regex::new(&format!("(?:^|[^0-9.一二三四五六七八九十])({months}|第[05-9五六七八九]个?季度)")).expect("it is constant")
});
/// A week or a month that is called by what happened in it.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    let what = "国庆|中秋|端午|五一|劳动节|春节|过年|清明|元旦|寒假|暑假|放假|开学|军训|期中|期末|考试|双十一|前年";
    Regex::new(&format!("(?:(?:{what})(?:节|放假|期间|前|后)?的?)?那(?:一|个|几|一个)?(?:周|月|期|星期|礼拜|季度|学期)|(?:{what})(?:节|前|后)?的?(?:一)?(?:周|星期|礼拜|月)|(?:国庆|中秋|端午|春节|清明|元旦|寒假|暑假)(?:节|期间)|下个?学期"))
        .expect("it is constant")
});
static HOLIDAYS: LazyLock<Regex> = LazyLock::new(|| Regex::new("国庆|中秋|端午|劳动节|春节|清明|元旦|寒假|暑假").expect("it is constant"));
/// Of these the time may be called in any way: what they say of it is looked at elsewhere.
static TITLES: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new(["主题", "提醒", "通知"]).expect("they are constant"));

/// 月薪0: no pay that a band could be told by.
pub(in crate::language) fn no_pay(text: &str) -> bool {
    NO_PAY.is_match(text)
}

/// What is wrong with the sums of a text; `zero` and too much are left to whoever knows what they are for.
fn broken(text: &str, tokens: &[Token]) -> Option<Fault> {
    if FRACTION.is_match(text) {
        return Some(Fault::Fraction);
    }
    if LONG.is_match(text) {
        return Some(Fault::Huge);
    }
    let plain = form(text);
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| matches!(t.is, Is::Sum(_))) {
        let before = &plain[..token.start];
        let close = before.trim_end_matches(' ');
        // 1-3月: between two is no sign
        let signs = |ahead: &str| !ahead.trim_end().ends_with(|c: char| c.is_ascii_digit() || "元块毛角月期周号日季度年".contains(c));
        let minus = before.len() - close.len() < 2 && close.strip_suffix('-').is_some_and(signs);
        if minus || before.ends_with('负') {
            return Some(Fault::Minus);
        }
        // 张三两毛: the name's
        let apart = at > 0 && tokens[at - 1].end == token.start && matches!(tokens[at - 1].is, Is::Name | Is::Card | Is::When(_) | Is::Issues(_) | Is::Word(_));
        if !apart && let Some(fault) = within(before, &plain[token.start..]) {
            return Some(fault);
        }
    }
    None
}

/// Whether a number that stands here begins before.
fn within(before: &str, rest: &str) -> Option<Fault> {
    let arabic = |text: &str| text.ends_with(|c: char| c.is_ascii_digit());
    let han = |text: &str| text.chars().next_back().is_some_and(|c| numerals::digit(c).is_some() || "十百千万亿".contains(c));
    if before.strip_suffix('.').is_some_and(arabic) || before.strip_suffix('点').is_some_and(|b| arabic(b) || han(b)) {
        let places = rest.chars().take_while(|c| c.is_ascii_digit() || numerals::digit(*c).is_some()).count();
        return Some(if places > 2 { Fault::Fraction } else { Fault::Broken });
    }
    let sum_is_han = rest.starts_with(|c: char| numerals::digit(c).is_some() || c == '十');
    let fraction = |text: &str| text.chars().rev().take_while(|c| numerals::digit(*c).is_some()).count() > 0 && text.contains('点');
    if sum_is_han && fraction(before) {
        return Some(Fault::Fraction);
    }
    let grouped = before.strip_suffix(',').is_some_and(|b| {
        let digits = b.bytes().rev().take_while(u8::is_ascii_digit).count();
        (1..=3).contains(&digits)
    });
    let reckoned = before.strip_suffix(['*', 'x', 'e', '✗', '/', '+']).is_some_and(|b| arabic(b) || b.ends_with(['元', '块', '毛']));
    let joined = arabic(before) || before.ends_with(['万', '亿', '千', '百']) || sum_is_han && han(before);
    (grouped || reckoned || joined).then_some(Fault::Broken)
}

/// A time that can't be read; no part of a name (吴十|三月).
fn time(text: &str, tokens: &[Token]) -> Option<String> {
    let named = |at: usize| tokens.iter().any(|t| t.is == Is::Name && t.start <= at && at < t.end);
    let found = NO_PLACE.captures(text).and_then(|c| c.get(1)).filter(|m| !named(m.start())).or_else(|| CALLED.find(text))?;
    Some(found.as_str().to_owned())
}

/// The same, and how long it was, which is no time that a question can be asked of: 最近三个月, 本学期, 国庆.
fn loosely(text: &str, tokens: &[Token]) -> Option<String> {
    // 最|近三个月
    let from = |at: usize| if text[..at].ends_with('最') { at - '最'.len_utf8() } else { at };
    let vague = || tokens.iter().find(|t| t.is == Is::When(Spoken::Vague)).map(|t| text[from(t.start)..t.end].to_owned());
    time(text, tokens).or_else(vague).or_else(|| HOLIDAYS.find(text).map(|m| m.as_str().to_owned()))
}

/// Whether money moves by it, and which duty's: a sum of nothing may be meant where `zero`.
fn money(intent: &Intent, measure: &dyn Fn(&str) -> Measure) -> Option<(Option<String>, Option<i64>, bool)> {
    Some(match intent {
        Intent::Report { duty, amount_fen, .. } if measure(duty) == Measure::Money => (Some(duty.clone()), *amount_fen, false),
        Intent::Voluntary { duty, amount_fen, .. } | Intent::HandUp { duty, amount_fen, .. } | Intent::Returned { duty, amount_fen, .. } => {
            (Some(duty.clone()), Some(*amount_fen), false)
        }
        Intent::Carried { duty, amount_fen } => (Some(duty.clone()), Some(*amount_fen), true),
        Intent::Refund { duty, amount_fen, .. } => (Some(duty.clone()), *amount_fen, false),
        Intent::Reduce { duty, amount_fen, .. } => (duty.clone(), *amount_fen, true),
        Intent::Correct { duty, amount_fen: Some(fen), .. } => (duty.clone(), Some(*fen), false),
        Intent::Opening { duty, .. } | Intent::Band { duty, .. } | Intent::OpenFrom { duty, .. } => (Some(duty.clone()), None, true),
        Intent::Exempt { duty, .. } => (duty.clone(), None, true),
        _ => return None,
    })
}

/// A question of which no time was read, with its duty where one is named.
struct Timeless(Option<String>);

/// A question whose answer is of some time, where none was read.
fn timeless(intent: &Intent) -> Option<Timeless> {
    match intent {
        Intent::Missing { duty, periods } | Intent::Stats { duty, periods, .. } | Intent::Return { duty, periods } | Intent::Export { duty, periods }
            if periods.is_empty() =>
        {
            Some(Timeless(duty.clone()))
        }
        Intent::Ranking { duty, periods } | Intent::Differences { duty, periods } | Intent::CashBook { duty, periods } if periods.is_empty() => {
            Some(Timeless(Some(duty.clone())))
        }
        _ => None,
    }
}

/// Of the reports and commands of a text those whose sums and times were read whole; of others a question.
pub(in crate::language) fn settle(all: &mut Vec<Meaning>, text: &str, tokens: &[Token], measure: &dyn Fn(&str) -> Measure, addressed: bool) {
    if !all.iter().any(|m| money(&m.intent, measure).is_some() || timeless(&m.intent).is_some()) {
        return;
    }
    let fault = broken(text, tokens);
    let (when, asked) = if TITLES.is_match(text) { (None, None) } else { (time(text, tokens), loosely(text, tokens)) };
    for meaning in all.iter_mut() {
        let unread = match (money(&meaning.intent, measure), timeless(&meaning.intent)) {
            (Some((duty, sum, zero)), _) => {
                let too_much = sum.is_some_and(|s| s > INCREDIBLE || s <= 0 && !zero);
                // 3月和4月各0.2元, 两个季度各0.6元
                let each =
                    matches!(&meaning.intent, Intent::Report { amount_fen: Some(_), names, .. } if names.len() < 2) && each(&mut meaning.intent, text, tokens);
                (fault.is_some() || too_much || each || when.is_some()).then_some(duty)
            }
            (None, Some(Timeless(duty))) => asked.is_some().then_some(duty),
            (None, None) => None,
        };
        if let Some(duty) = unread {
            meaning.intent = Intent::Unclear { duty };
        }
    }
    let mut questions: Vec<Intent> = Vec::new();
    all.retain(|m| {
        let question = matches!(m.intent, Intent::Unclear { .. });
        let again = question && (!addressed || questions.contains(&m.intent));
        if question {
            questions.push(m.intent.clone());
        }
        !again
    });
}

/// What was paid of each period that is named, all together; true where it is not known of how many.
fn each(report: &mut Intent, text: &str, tokens: &[Token]) -> bool {
    let Intent::Report { periods, amount_fen: Some(sum), .. } = report else { return false };
    let several = tokens.iter().any(|t| t.is == Is::When(Spoken::Vague));
    if !EACH.is_match(text) || periods.len() < 2 && !several {
        return false;
    }
    match i64::try_from(periods.len()).ok().filter(|n| *n > 1).and_then(|n| sum.checked_mul(n)) {
        Some(all) => *sum = all,
        None => return true,
    }
    false
}

impl Grammar {
    /// What of a message was not read, and kept it from being understood.
    pub fn unread(&self, text: &str, around: &Around<'_>) -> Option<Unread> {
        let text = self.addressed(text).unwrap_or(text);
        let lexed = lex::lex(text, &self.lexicon, &self.units, around);
        let norm = &lexed.norm.text;
        let sums = || lexed.tokens.iter().filter_map(|t| if let Is::Sum(fen) = t.is { Some(fen) } else { None });
        // 9.10.11: months rather than a sum
        if DOTTED.is_match(norm) {
            return None;
        }
        let fault = broken(norm, &lexed.tokens)
            .or_else(|| sums().any(|s| s > INCREDIBLE).then_some(Fault::Huge))
            .or_else(|| (sums().any(|s| s == 0) || NO_PAY.is_match(norm)).then_some(Fault::Zero))
            .or_else(|| (EACH.is_match(norm) && sums().next().is_some()).then_some(Fault::Each));
        fault.map(Unread::Sum).or_else(|| loosely(norm, &lexed.tokens).map(Unread::Time))
    }
}
