//! `holidays/YEAR.toml`: public holidays and make-up workdays. A year without a file is unknown, not empty.

use super::reader::{Problems, Table};
pub use crate::domain::holidays::{DayKind, Holidays};
use chrono::{Datelike, NaiveDate, Weekday};

/// Adds one file's year.
pub(super) fn read(all: &mut Holidays, year: i32, mut t: Table, p: &mut Problems) {
    all.cover(year);
    for mut h in t.tables("holiday", p) {
        let at = h.place().clone();
        let name = h.need_text("name", "\"国庆节\"", p);
        let from = date(&mut h, "from", year, p);
        let to = if h.has("to") { date(&mut h, "to", year, p) } else { from };
        h.asked(&["to"]);
        h.finish(p);
        let (Some(name), Some(from), Some(to)) = (name, from, to) else { continue };
        if to < from || (to - from).num_days() > 31 {
            p.add(&at, format!("{name}: it goes from {from} to {to}; a holiday ends after it begins, and within a month"));
            continue;
        }
        for day in from.iter_days().take_while(|d| *d <= to) {
            if let Some(other) = all.add_holiday(day, &name) {
                p.add(&at, format!("{day} belongs to {other} as well as {name}"));
            }
        }
    }
    for mut w in t.tables("workday", p) {
        let at = w.place().clone();
        let day = date(&mut w, "date", year, p);
        w.finish(p);
        let Some(day) = day else { continue };
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            p.add(&at, format!("{day} is a {}: only Saturdays and Sundays are made up for", day.weekday()));
        }
        if !all.add_workday(day) {
            p.add(&at, format!("{day} is there twice, or is a holiday as well"));
        }
    }
    t.finish(p);
}

/// A date of that year.
fn date(t: &mut Table, key: &'static str, year: i32, p: &mut Problems) -> Option<NaiveDate> {
    if !t.has(key) {
        t.missing(key, &format!("\"{year}-10-01\""), p);
    }
    let read = |text: &str| match text.parse::<NaiveDate>() {
        Ok(date) if date.year() == year => Ok(date),
        Ok(_) => Err(format!("{text} is not in {year}, which the file's name says")),
        Err(_) => Err(format!("{text:?} is no date: write for example \"{year}-10-01\"")),
    };
    t.parsed(key, read, p)
}
