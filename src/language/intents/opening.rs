//! From when and until when a check-in that is opened is to be on: 今晚7点开始签到 names its start, 到20:00 and 8点半结束 its end.

use crate::language::text::lex::{Is, Lexed, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::when::Spoken;
use chrono::{NaiveDate, NaiveTime};

/// What follows a time at which something begins.
const BEGINS: &[&str] = &["开始", "开启", "打开", "发起", "开放", "启动", "开签", "开个签", "签到", "start", "open"];
/// What follows a time at which it ends.
const ENDS: &[&str] = &["结束", "截止", "之前", "以前", "前", "为止", "止", "关"];

/// The day and the time of day from which on it is to be open; none where no start is named.
pub(in crate::language) fn start(lexed: &Lexed) -> Option<(Option<NaiveDate>, Option<NaiveTime>)> {
    let all = || lexed.tokens.iter().enumerate().filter(|(at, _)| starts(lexed, *at));
    let day = all().find_map(|(_, t)| if let Is::When(Spoken::Days(first, _)) = t.is { Some(first) } else { None });
    let time = all().find_map(|(_, t)| clock(t)).and_then(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0));
    (day.is_some() || time.is_some()).then_some((day, time))
}

/// The time of day until which it is open.
pub(in crate::language) fn end(lexed: &Lexed) -> Option<(u32, u32)> {
    let clocks = || lexed.tokens.iter().enumerate().filter_map(|(at, t)| clock(t).map(|time| (at, time)));
    let open = || clocks().filter(|(at, _)| !starts(lexed, *at));
    let (_, (hour, minute)) = open().find(|(at, _)| till(lexed, *at) || followed(lexed, *at, ENDS)).or_else(|| open().find(|(at, _)| stands(lexed, *at)))?;
    // 晚上7点半开始,8点半结束: both in the evening
    let first = clocks().find(|(at, _)| starts(lexed, *at)).map(|(_, time)| time);
    let same = first.is_some_and(|f| f.0 >= 12 && hour < 12 && (hour + 12, minute) > f);
    Some((if same { hour + 12 } else { hour }, minute))
}

/// Whether a time stands by itself: 两点 of 两点论 begins a word.
fn stands(lexed: &Lexed, at: usize) -> bool {
    let end = lexed.tokens[at].end;
    lexed.tokens.get(at + 1).is_none_or(|next| next.start > end || next.is != Is::Unknown)
}

fn clock(token: &Token) -> Option<(u32, u32)> {
    if let Is::When(Spoken::Clock(hour, minute)) = token.is { Some((hour, minute)) } else { None }
}

/// Whether the time at this place is one from which on: 7点开始, 明天下午3点开始签到, the first of 7点半到8点半.
fn starts(lexed: &Lexed, at: usize) -> bool {
    let token = &lexed.tokens[at];
    let day = matches!(token.is, Is::When(Spoken::Days(..)));
    if !day && clock(token).is_none() {
        return false;
    }
    if followed(lexed, at, BEGINS) {
        return true;
    }
    let mut after = lexed.tokens[at + 1..].iter().filter(|t| t.is != Is::Gap || &lexed.norm.text[t.start..t.end] == "-");
    let joined = |t: &Token| t.kind(Kind::Till) || matches!(&lexed.norm.text[t.start..t.end], "-" | "~");
    !day && !till(lexed, at) && after.next().is_some_and(joined) && after.next().is_some_and(|t| clock(t).is_some())
}

fn till(lexed: &Lexed, at: usize) -> bool {
    lexed.tokens[..at].iter().rev().find(|t| t.is != Is::Gap).is_some_and(|t| t.kind(Kind::Till))
}

/// Whether one of these words comes next, times and the duty between aside.
fn followed(lexed: &Lexed, at: usize, words: &[&str]) -> bool {
    let next = lexed.tokens[at + 1..].iter().find(|t| !matches!(t.is, Is::Gap | Is::When(_) | Is::Word(Kind::Duty(_))));
    next.is_some_and(|t| words.iter().any(|w| lexed.norm.text[t.start..].starts_with(w)))
}
