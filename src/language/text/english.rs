//! English where it differs: months and weeks by name (for October, this week, July to September), and the verb before the
//! subject that asks (is the lecture done).

use super::cursor::Cursor;
use super::when::{Calendar, Spoken};
use crate::domain::calendar::{Cadence, Period};
use chrono::{Datelike, Duration};

const MONTHS: &[(&[&str], u32)] = &[
    (&["january", "jan"], 1),
    (&["february", "feb"], 2),
    (&["march", "mar"], 3),
    (&["april", "apr"], 4),
    (&["may"], 5),
    (&["june", "jun"], 6),
    (&["july", "jul"], 7),
    (&["august", "aug"], 8),
    (&["september", "sept", "sep"], 9),
    (&["october", "oct"], 10),
    (&["november", "nov"], 11),
    (&["december", "dec"], 12),
];

/// The time at the start of normal text, and its bytes, the words before it (`for`, `of`) included.
pub(in crate::language) fn time(text: &str, calendar: Calendar) -> Option<(Spoken, usize)> {
    let mut cursor = Cursor::new(text);
    let led = cursor.eat(&["for the month of ", "for the ", "for ", "of ", "in "]).is_some();
    if let Some(period) = near(&mut cursor, calendar) {
        return ended(&mut cursor).then_some((period, cursor.at()));
    }
    let mut all = vec![month(&mut cursor, calendar, led)?];
    loop {
        let before = cursor;
        cursor.space();
        let range = cursor.eat(&["to ", "through ", "-", "~"]).is_some();
        if !range && cursor.eat(&["and ", ",", "&"]).is_none() {
            cursor = before;
            break;
        }
        cursor.space();
        let Some(next) = month(&mut cursor, calendar, true) else {
            cursor = before;
            break;
        };
        while let Some(between) = all.last().map(|p| p.shift(1)).filter(|p| range && *p < next) {
            all.push(between);
        }
        if !all.contains(&next) {
            all.push(next);
        }
    }
    ended(&mut cursor).then_some((Spoken::Periods(all), cursor.at()))
}

/// `october`, `oct 2025`; `led`: a word before it says that `may` is the month.
fn month(cursor: &mut Cursor<'_>, calendar: Calendar, led: bool) -> Option<Period> {
    let (word, month) = MONTHS.iter().find_map(|(words, month)| cursor.eat(words).map(|w| (w, *month)))?;
    let short = matches!(word, "may" | "mar" | "jan" | "march" | "dec" | "sep");
    if cursor.rest().starts_with(|c: char| c.is_ascii_alphabetic()) || short && !led {
        return None;
    }
    let before = *cursor;
    cursor.space();
    let year = cursor.number_in(1990..=2099).and_then(|y| i32::try_from(y).ok());
    if year.is_none() {
        *cursor = before;
    }
    Period::month(year.unwrap_or(calendar.today.year()), month)
}

/// `this week`, `last month`, `yesterday`.
fn near(cursor: &mut Cursor<'_>, calendar: Calendar) -> Option<Spoken> {
    if let Some(days) = [(&["yesterday", "last night"][..], 1), (&["today", "this morning"], 0)].into_iter().find_map(|(w, by)| cursor.eat(w).map(|_| by)) {
        let day = calendar.today - Duration::days(days);
        return Some(Spoken::Days(day, day));
    }
    let before = *cursor;
    let by = [(&["this ", "the current "][..], 0), (&["last ", "previous "], -1), (&["next "], 1)].into_iter().find_map(|(w, by)| cursor.eat(w).map(|_| by))?;
    let cadence = match cursor.eat(&["week", "month", "quarter", "year"]) {
        Some("week") => Cadence::Week,
        Some("month") => Cadence::Month,
        Some("quarter") => Cadence::Quarter,
        Some(_) => Cadence::Year,
        None => {
            *cursor = before;
            return None;
        }
    };
    Some(Spoken::Periods(vec![Period::containing(cadence, calendar.today).shift(by)]))
}

/// Takes `'s` as well; whether the word ends here.
fn ended(cursor: &mut Cursor<'_>) -> bool {
    cursor.eat(&["'s"]);
    !cursor.rest().starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Whether a clause that begins here asks or tells others (`is the lecture done`, `get the lecture done`): the bytes of its
/// first word.
pub(in crate::language) fn turned_round(text: &str, at: usize) -> Option<usize> {
    let opens = text[..at].trim_end().chars().next_back().is_none_or(|c| matches!(c, ',' | '。' | '!' | ';' | '\n' | '.'));
    let first = ["is", "are", "was", "were", "has", "have you", "have we", "have they", "get", "make sure"];
    let found = first.into_iter().find(|w| text[at..].strip_prefix(w).is_some_and(|rest| rest.starts_with(' ')))?;
    let spoken = text[at + found.len()..].trim_start().starts_with(|c: char| c.is_ascii_alphabetic());
    (opens && spoken).then_some(found.len())
}
