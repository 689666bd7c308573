//! How names, periods and sums are written in answers: bounded, in the bot's language. Escaping is the platforms'.

use super::context::Context;
use crate::domain::calendar::{Cadence, Period};
use crate::domain::money::Fen;
use chrono::Datelike;

/// Characters of a name or a card that are shown.
const NAME: usize = 24;
/// Names that a list shows before it counts the rest.
pub const NAMES: usize = 30;

/// A name from outside, without control characters, cut where it is very long.
pub fn name(text: &str) -> String {
    let clean: Vec<char> = text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')).collect();
    if clean.len() <= NAME {
        return clean.into_iter().collect();
    }
    clean[..NAME - 1].iter().chain(['…'].iter()).collect()
}

/// Pieces joined as the language joins them.
pub fn join(cx: &Context, pieces: impl IntoIterator<Item = String>) -> String {
    pieces.into_iter().collect::<Vec<_>>().join(&cx.say("show-and", &[]))
}

/// At most `most` of the pieces, then how many there are.
pub fn list(cx: &Context, pieces: &[String], most: usize) -> String {
    let shown = join(cx, pieces.iter().take(most).cloned());
    if pieces.len() <= most { shown } else { cx.say("show-rest", &[("shown", shown.into()), ("count", pieces.len().into())]) }
}

/// At most `most` names, then how many there are.
pub fn names<'a>(cx: &Context, all: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    list(cx, &all.into_iter().map(name).collect::<Vec<_>>(), most)
}

/// `本周`, `第45周`, `11月`, `2025年11月` …
pub fn period(cx: &Context, period: Period) -> String {
    let here = Period::containing(period.cadence(), cx.today);
    let key = match period.cadence() {
        Cadence::Week if period == here => "show-week-this",
        Cadence::Week if period == here.shift(-1) => "show-week-last",
        Cadence::Week => "show-week",
        Cadence::Month => "show-month",
        Cadence::Quarter => "show-quarter",
        Cadence::Half => "show-half",
        Cadence::Year => "show-year",
    };
    let said = cx.say(key, &[("n", period.index().to_string().into()), ("year", period.year().to_string().into())]);
    let other_year = period.year() != here.year() && period.cadence() != Cadence::Year && !key.starts_with("show-week-");
    if other_year { cx.say("show-of-year", &[("year", period.year().to_string().into()), ("period", said.into())]) } else { said }
}

/// Several periods, at most eight of them.
pub fn periods(cx: &Context, all: &[Period]) -> String {
    list(cx, &all.iter().map(|p| period(cx, *p)).collect::<Vec<_>>(), 8)
}

/// `11月16日` of an instant.
pub fn day(cx: &Context, instant: i64) -> String {
    let date = cx.zone().date(instant);
    cx.say("show-day", &[("month", date.month().to_string().into()), ("day", date.day().to_string().into())])
}

/// Yuan without needless zeros.
pub fn yuan(fen: i64) -> String {
    Fen(fen).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_cut_not_changed() {
        assert_eq!(name("张三"), "张三");
        assert_eq!(name("[CQ:at,qq=all]"), "[CQ:at,qq=all]");
        assert_eq!(name("=cmd|' /C calc'!A0"), "=cmd|' /C calc'!A0");
        assert_eq!(name("张\n三\u{0}\u{202E}"), "张三");
        let long = name(&"长".repeat(5000));
        assert_eq!((long.chars().count(), long.ends_with('…')), (NAME, true));
    }
}
