//! Periods and local time: the calendar that duties run on. Dates are local to a configured zone; weeks are ISO.

use chrono::{DateTime, Datelike, Days, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// How often a duty recurs; also the unit of a [`Period`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cadence {
    /// ISO week, Monday to Sunday.
    Week,
    /// Calendar month.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    Half,
    /// Calendar year.
    Year,
}

/// One stretch of the calendar: `2026-W47`, `2026-11`, `2026-Q3`, `2026-H2`, `2026`. Years 1900 to 9998.
///
/// `index` counts from 1 within the year (0 for a year). Ordered by cadence, then time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    cadence: Cadence,
    year: i32,
    index: u32,
}

impl Period {
    /// None where the year is out of range or has no such week, month, quarter or half.
    pub fn new(cadence: Cadence, year: i32, index: u32) -> Option<Self> {
        let last = match cadence {
            Cadence::Week => return NaiveDate::from_isoywd_opt(year, index, Weekday::Mon).filter(|_| in_range(year)).map(|_| Self { cadence, year, index }),
            Cadence::Month => 12,
            Cadence::Quarter => 4,
            Cadence::Half => 2,
            Cadence::Year => return (in_range(year) && index == 0).then_some(Self { cadence, year, index }),
        };
        (in_range(year) && (1..=last).contains(&index)).then_some(Self { cadence, year, index })
    }

    /// The month `2026-11` as `month(2026, 11)`.
    pub fn month(year: i32, month: u32) -> Option<Self> {
        Self::new(Cadence::Month, year, month)
    }

    /// The period of this cadence that holds the date.
    pub fn containing(cadence: Cadence, date: NaiveDate) -> Self {
        let (year, index) = match cadence {
            Cadence::Week => (date.iso_week().year(), date.iso_week().week()),
            Cadence::Month => (date.year(), date.month()),
            Cadence::Quarter => (date.year(), date.month0() / 3 + 1),
            Cadence::Half => (date.year(), date.month0() / 6 + 1),
            Cadence::Year => (date.year(), 0),
        };
        Self { cadence, year, index }
    }

    /// How long it is.
    pub fn cadence(self) -> Cadence {
        self.cadence
    }
    /// Its (ISO) year.
    pub fn year(self) -> i32 {
        self.year
    }
    /// Which week, month, quarter or half of the year, from 1; 0 for a year.
    pub fn index(self) -> u32 {
        self.index
    }

    /// The first day.
    pub fn first_day(self) -> NaiveDate {
        let month = match self.cadence {
            Cadence::Week => return NaiveDate::from_isoywd_opt(self.year, self.index, Weekday::Mon).unwrap_or_default(),
            Cadence::Month => self.index,
            Cadence::Quarter => self.index * 3 - 2,
            Cadence::Half => self.index * 6 - 5,
            Cadence::Year => 1,
        };
        NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or_default()
    }

    /// The last day.
    pub fn last_day(self) -> NaiveDate {
        self.shift(1).first_day() - Days::new(1)
    }

    /// The period `n` later (earlier where negative).
    #[must_use]
    pub fn shift(self, n: i32) -> Self {
        let start = self.first_day();
        let months = match self.cadence {
            Cadence::Week => {
                let days = Days::new(7 * u64::from(n.unsigned_abs()));
                let date = if n < 0 { start.checked_sub_days(days) } else { start.checked_add_days(days) };
                return Self::containing(self.cadence, date.unwrap_or(start));
            }
            Cadence::Month => 1,
            Cadence::Quarter => 3,
            Cadence::Half => 6,
            Cadence::Year => 12,
        };
        let months_by = Months::new(months * n.unsigned_abs());
        let date = if n < 0 { start.checked_sub_months(months_by) } else { start.checked_add_months(months_by) };
        Self::containing(self.cadence, date.unwrap_or(start))
    }

    /// The periods of a finer cadence that make it up (itself where the cadence is its own); a month holds
    /// the weeks whose Sunday falls in it. Empty where `cadence` is coarser.
    pub fn expand(self, cadence: Cadence) -> Vec<Self> {
        if cadence == self.cadence {
            return vec![self];
        }
        if cadence > self.cadence {
            return Vec::new();
        }
        let (first, last) = (self.first_day(), self.last_day());
        let mut at = Self::containing(cadence, first);
        let mut all = Vec::new();
        while at.first_day() <= last {
            if cadence != Cadence::Week || (at.last_day() >= first && at.last_day() <= last) {
                all.push(at);
            }
            at = at.shift(1);
        }
        all
    }
}

fn in_range(year: i32) -> bool {
    (1900..=9998).contains(&year)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, i) = (self.year, self.index);
        match self.cadence {
            Cadence::Week => write!(f, "{y:04}-W{i:02}"),
            Cadence::Month => write!(f, "{y:04}-{i:02}"),
            Cadence::Quarter => write!(f, "{y:04}-Q{i}"),
            Cadence::Half => write!(f, "{y:04}-H{i}"),
            Cadence::Year => write!(f, "{y:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is no period: write 2026-11, 2026-W47, 2026-Q3, 2026-H2 or 2026");
        let number = |s: &str| if s.bytes().all(|b| b.is_ascii_digit()) { s.parse().ok() } else { None };
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        let year = if year.len() == 4 { number(year).ok_or_else(bad)? } else { return Err(bad()) };
        let (cadence, index) = match (rest.as_bytes().first(), rest.get(1..)) {
            (None, _) if text.len() == 4 => (Cadence::Year, Some(0)),
            (Some(b'W'), Some(n)) if n.len() == 2 => (Cadence::Week, number(n)),
            (Some(b'Q'), Some(n)) => (Cadence::Quarter, number(n)),
            (Some(b'H'), Some(n)) => (Cadence::Half, number(n)),
            _ if rest.len() == 2 => (Cadence::Month, number(rest)),
            _ => return Err(bad()),
        };
        index.and_then(|i| Self::new(cadence, i32::try_from(year).unwrap_or(0), i)).ok_or_else(bad)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A zone with the conversions that the house needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(pub Tz);

impl Default for Zone {
    fn default() -> Self {
        Self(chrono_tz::Asia::Shanghai)
    }
}

impl Zone {
    /// The local date and time of an instant (UTC milliseconds).
    pub fn local(self, instant: i64) -> NaiveDateTime {
        DateTime::<Utc>::from_timestamp_millis(instant).unwrap_or_default().with_timezone(&self.0).naive_local()
    }
    /// The local date of an instant.
    pub fn date(self, instant: i64) -> NaiveDate {
        self.local(instant).date()
    }
    /// The instant of a local time: the first of two where it happens twice, the next minute that exists where it does not.
    pub fn instant(self, local: NaiveDateTime) -> i64 {
        let mut at = local;
        // the longest gap known is a whole day (Samoa, 2011)
        for _ in 0..=24 * 60 {
            match self.0.from_local_datetime(&at) {
                LocalResult::Single(t) | LocalResult::Ambiguous(t, _) => return t.timestamp_millis(),
                LocalResult::None => at += chrono::Duration::seconds(60 - i64::from(at.second())),
            }
        }
        Utc.from_utc_datetime(&local).timestamp_millis()
    }
    /// The instant at which the local day begins.
    pub fn start_of(self, date: NaiveDate) -> i64 {
        self.instant(date.and_time(NaiveTime::MIN))
    }
    /// `2026-11-22 20:00` of an instant.
    pub fn show(self, instant: i64) -> String {
        self.local(instant).format("%Y-%m-%d %H:%M").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in ["2026-11", "2026-W47", "2026-Q3", "2026-H2", "2026", "2026-W53"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for text in ["2026-13", "2025-W53", "2026-Q5", "26-11", "2026-1", "2026-W5", "", "2026-", "2026-é", "99999"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn weeks_belong_to_the_month_of_their_sunday() {
        let november: Period = "2026-11".parse().unwrap();
        let weeks: Vec<String> = november.expand(Cadence::Week).iter().map(ToString::to_string).collect();
        assert_eq!(weeks, ["2026-W44", "2026-W45", "2026-W46", "2026-W47", "2026-W48"]);
        assert_eq!("2026-H2".parse::<Period>().unwrap().expand(Cadence::Month).len(), 6);
        assert!(november.expand(Cadence::Year).is_empty());
    }

    #[test]
    fn shifting_crosses_years() {
        let p = |t: &str| t.parse::<Period>().unwrap();
        assert_eq!(p("2026-01").shift(-1), p("2025-12"));
        assert_eq!(p("2026-W53").shift(1), p("2027-W01"));
        assert_eq!(p("2026-Q4").shift(2), p("2027-Q2"));
        assert_eq!(p("2026-02").last_day().to_string(), "2026-02-28");
    }

    #[test]
    fn a_local_time_that_does_not_exist_moves_on() {
        let zone = Zone(chrono_tz::Europe::Berlin);
        let gap = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(zone.show(zone.instant(gap)), "2026-03-29 03:00");
        let odd = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(2, 20, 30).unwrap();
        assert_eq!(zone.instant(odd), zone.instant(gap));
    }
}
