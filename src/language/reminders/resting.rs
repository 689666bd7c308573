//! From when and until when reminders rest: 一周, 三天, 半个月, 到12月1日, 1月10日到2月20日. What is not understood to its end is no
//! length: a pause that never ends would be taken for one that does.

use super::at_once::RESTS;
use crate::language::intents::query::Said;
use crate::language::text::cursor::Cursor;
use crate::language::text::lex::{Is, Lexed};
use crate::language::text::when::Spoken;
use crate::language::{Around, Grammar};
use chrono::{Duration, Months, NaiveDate};
use std::ops::Range;

/// The longest pause that is said as a length.
const LONGEST: i64 = 731;

/// How long it is said to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Days(i64),
    Months(u32),
}

impl Length {
    fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(n) => day.checked_add_signed(Duration::days(n)),
            Self::Months(n) => day.checked_add_months(Months::new(n)),
        }
    }
}

type Span = (Option<NaiveDate>, Option<NaiveDate>);

impl Grammar {
    /// From which day (none: from now on) and up to and with which (none: until they are resumed); nothing where that was not
    /// understood.
    pub(in crate::language) fn pausing(&self, said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<Span> {
        let text = &lexed.norm.text;
        let lengths = lengths(text);
        let times: Vec<(&Spoken, Range<usize>)> = lexed
            .tokens
            .iter()
            .filter(|t| !lengths.iter().any(|(_, l)| l.start < t.end && t.start < l.end))
            .filter_map(|t| if let Is::When(spoken) = &t.is { Some((spoken, t.start..t.end)) } else { None })
            .collect();
        let known: Vec<Range<usize>> = lengths.iter().map(|(_, l)| l).chain(times.iter().map(|(_, l)| l)).cloned().collect();
        if said.duties.len() > 1 || !said.names.is_empty() || !self.plain(lexed, around, &known, RESTS) {
            return None;
        }
        let before = |at: &Range<usize>, words: &[&str]| words.iter().any(|w| text[..at.start].trim_end().ends_with(w));
        let behind = |at: &Range<usize>, words: &[&str]| words.iter().any(|w| text[at.end..].trim_start().starts_with(w));
        let till = |at: &Range<usize>| before(at, &["到", "至", "截至"]);
        let since = |at: &Range<usize>| before(at, &["从", "自"]) || behind(at, &["起", "开始"]);
        let ahead = |day: NaiveDate| Some(day).filter(|d| *d > around.today);
        let length = match lengths[..] {
            [] => None,
            [(length, _)] => Some(length),
            _ => return None,
        };
        match (&times[..], length) {
            ([], None) => Some((None, None)),
            ([], Some(length)) => length.after(around.today).map(|last| (None, Some(last))),
            ([(Spoken::Days(first, last), at)], None) => {
                if first < last && !till(at) {
                    return Some((ahead(*first), Some(*last)));
                }
                match (till(at), since(at)) {
                    (true, false) if first == last => Some((None, Some(*last))),
                    (false, true) if first == last && *first >= around.today => Some((ahead(*first), None)),
                    // 今天暂停提醒; 明天暂停提醒 may be from then on
                    (false, false) if *last == around.today => Some((None, Some(*last))),
                    _ => None,
                }
            }
            ([(Spoken::Days(first, last), at)], Some(length)) if first == last && since(at) && *first >= around.today => {
                // so many days, the first with them
                length.after(*first).and_then(|end| end.pred_opt()).map(|end| (ahead(*first), Some(end)))
            }
            ([(Spoken::Days(first, one), from), (Spoken::Days(other, last), to)], None) if first == one && other == last && first < last && till(to) => {
                (!till(from)).then(|| (ahead(*first), Some(*last)))
            }
            ([(Spoken::Periods(all), at)], None) if !till(at) && !since(at) => match all[..] {
                [one] if one.last_day() >= around.today => Some((ahead(one.first_day()), Some(one.last_day()))),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Lengths that are said, with where: 一周, 61天, 半个月, 一年, for two weeks.
fn lengths(text: &str) -> Vec<(Length, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let before = text[..at].chars().next_back();
        // 第一周, 下一周 and 周一天 are no lengths
        let goes_on =
            before.is_some_and(|b| b.is_ascii_digit() || "第下上本每周期拜月".contains(b) || crate::language::text::numerals::digit(b).is_some() || b == '十');
        let here = if goes_on { None } else { length(&text[at..]) };
        match here {
            Some((length, len)) => {
                found.push((length, at..at + len));
                at += len;
            }
            None => at += c.len_utf8(),
        }
    }
    found
}

fn length(text: &str) -> Option<(Length, usize)> {
    let mut c = Cursor::new(text);
    let half = c.eat(&["半"]).is_some();
    let n = if half {
        1
    } else if c.eat(&["俩", "两"]).is_some() {
        2
    } else if c.eat(&["one ", "a "]).is_some() {
        1
    } else if c.eat(&["two "]).is_some() {
        2
    } else {
        c.number_in(1..=LONGEST)?
    };
    c.space();
    let unit = c.eat(&["个星期", "个礼拜", "星期", "礼拜", "周", "个月", "天", "年", "weeks", "week", "days", "day", "months", "month"])?;
    if c.sees(&["半", "后", "前", "内交", "期", "级", "一", "二", "三", "四", "五", "六", "日", "末"]) && unit != "天" || c.sees(&["后", "前"])
    {
        return None;
    }
    let months = |n: i64| u32::try_from(n).ok().filter(|n| *n <= 24).map(Length::Months);
    let length = match (unit, half) {
        ("个月", true) => Length::Days(15),
        ("年", true) => Length::Months(6),
        (_, true) => return None,
        ("天" | "day" | "days", _) => Length::Days(n),
        ("个月" | "month" | "months", _) => months(n)?,
        ("年", _) => months(n.checked_mul(12)?)?,
        _ => Some(n * 7).filter(|n| *n <= LONGEST).map(Length::Days)?,
    };
    Some((length, c.at()))
}
