//! Cron expressions as people write them, and when they next come due in a zone. Pure: "now" is an argument.
//!
//! The `cron` crate does the calendar; this file makes its traps unreachable. It counts weekdays from Sunday = 1
//! (Quartz) where crontab counts from Sunday = 0, it demands both day of month and weekday where crontab is content
//! with either, it skips a local time that does not exist and fires twice at one that comes twice.

use super::calendar::Zone;
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use std::str::FromStr;

/// A cron expression that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    text: String,
    inner: cron::Schedule,
}

const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Schedule {
    /// Reads a five-field crontab line (`minute hour day month weekday`, weekdays by name or 0 to 7, Sunday is 0 and
    /// 7), or six or seven fields (`second` before them, `year` after them, weekdays by name only).
    ///
    /// # Errors
    /// What is wrong and what to write instead, in English.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let ([minute, hour, day, month, weekday] | [_, minute, hour, day, month, weekday] | [_, minute, hour, day, month, weekday, _]) = fields[..] else {
            return Err(format!("{text:?} has {} fields: write five, `minute hour day month weekday`, such as \"0 19 * * SUN\"", fields.len()));
        };
        let five = fields.len() == 5;
        in_range(minute, "minute", 0, 59)?;
        in_range(hour, "hour", 0, 23)?;
        in_range(day, "day of the month", 1, 31)?;
        in_range(month, "month", 1, 12)?;
        if !five && weekday.bytes().any(|b| b.is_ascii_digit()) {
            return Err(format!(
                "weekday {weekday:?}: with seconds, numbers count from Sunday = 1 (as Quartz does), in five fields from Sunday = 0; write names such as MON or MON-FRI"
            ));
        }
        if five && open(day) + open(weekday) == 0 {
            return Err(format!(
                "day {day:?} and weekday {weekday:?} are both set: crontab takes either, which is seldom meant; set one to *, or write six fields, \"0 {text}\", where both must hold"
            ));
        }
        let weekday = if open(weekday) == 1 { "*".to_owned() } else { weekdays(weekday)? };
        let (second, year) = if five { ("0", "*") } else { (fields[0], fields.get(6).copied().unwrap_or("*")) };
        in_range(second, "second", 0, 59)?;
        let quartz = format!("{second} {minute} {hour} {day} {month} {weekday} {year}");
        let inner = cron::Schedule::from_str(&quartz)
            .map_err(|_| format!("{text:?} is no cron expression: fields hold *, numbers, ranges 1-5, lists 1,15 and steps */10, such as \"0 19 * * SUN\""))?;
        let schedule = Self { text: fields.join(" "), inner };
        if schedule.local_after(DateTime::UNIX_EPOCH.naive_utc()).is_none() {
            return Err(format!("{text:?} never comes: there is no such day"));
        }
        Ok(schedule)
    }

    /// The first instant after `instant` (both UTC milliseconds) at which it comes due in the zone. A local time that
    /// the clock skips counts once, at the next minute that exists; one that comes twice counts the first time.
    /// None where it never comes again.
    pub fn next_after(&self, instant: i64, zone: Zone) -> Option<i64> {
        let mut local = zone.local(instant);
        loop {
            local = self.local_after(local)?;
            // within the hour that comes twice, the first pass may lie behind us: go on
            let due = zone.instant(local);
            if due > instant {
                return Some(due);
            }
        }
    }

    /// The expression, with single spaces.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The next local time, as if no clock were ever moved.
    pub(super) fn local_after(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        self.inner.after(&Utc.from_utc_datetime(&local)).next().map(|t| t.naive_utc())
    }
}

/// 1 where the field leaves its choice open.
fn open(field: &str) -> usize {
    usize::from(matches!(field, "*" | "?"))
}

/// Bare numbers of a field lie within its bounds; whatever else is in it is left to the parser.
fn in_range(field: &str, what: &str, low: u32, high: u32) -> Result<(), String> {
    // the number after a / is a step, not a value
    for number in field.split(',').filter_map(|part| part.split('/').next()).flat_map(|range| range.split('-')) {
        if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && !number.parse().is_ok_and(|n: u32| (low..=high).contains(&n)) {
            return Err(format!("{what} {number}: it goes from {low} to {high}"));
        }
    }
    Ok(())
}

/// A crontab weekday field as a list of names, which mean the same everywhere.
fn weekdays(field: &str) -> Result<String, String> {
    let bad = || format!("weekday {field:?}: write names (SUN, MON-FRI) or numbers (0 and 7 are Sunday, 1 is Monday)");
    let day = |text: &str| -> Result<usize, String> {
        let named = WEEKDAYS.iter().position(|d| text.get(..3).is_some_and(|t| t.eq_ignore_ascii_case(d)));
        let full = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
        match (named, text.parse::<usize>()) {
            (Some(n), _) if text.len() == 3 || full[n].eq_ignore_ascii_case(text) => Ok(n),
            (None, Ok(n)) if n <= 7 && text.len() == 1 => Ok(n),
            _ => Err(bad()),
        }
    };
    let mut chosen = [false; 7];
    for part in field.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(r, s)| (r, Some(s)));
        let step = step.map_or(Ok(1), |s| s.parse::<usize>().ok().filter(|n| (1..=7).contains(n)).ok_or_else(bad))?;
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (0, 6),
            Some((a, b)) => (day(a)?, day(b)?),
            None if part.contains('/') => (day(range)?, 6),
            None => (day(range)?, day(range)?),
        };
        // FRI-MON goes over the week's end
        let last = if last < first { last + 7 } else { last };
        (first..=last).step_by(step).for_each(|n| chosen[n % 7] = true);
    }
    Ok(WEEKDAYS.iter().zip(chosen).filter(|(_, on)| *on).map(|(name, _)| *name).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;

    /// The next due times after a local time, as local text.
    fn next(cron: &str, zone: Tz, after: &str, n: usize) -> Vec<String> {
        let (schedule, zone) = (Schedule::parse(cron).unwrap(), Zone(zone));
        let mut at = zone.instant(NaiveDateTime::parse_from_str(after, "%Y-%m-%d %H:%M:%S").unwrap());
        let mut step = || {
            at = schedule.next_after(at, zone).unwrap();
            format!("{} {}", zone.local(at).format("%a"), zone.show(at))
        };
        (0..n).map(|_| step()).collect()
    }

    #[test]
    fn crontab_weekdays_count_from_sunday_zero() {
        for (field, names) in [("0", "SUN"), ("7", "SUN"), ("1", "MON"), ("1-5", "MON,TUE,WED,THU,FRI"), ("5-7", "SUN,FRI,SAT"), ("*/2", "SUN,TUE,THU,SAT")] {
            assert_eq!(weekdays(field).unwrap(), names, "{field}");
        }
        for (field, names) in
            [("sun", "SUN"), ("Fri-Mon", "SUN,MON,FRI,SAT"), ("Thursday,6", "THU,SAT"), ("1/3", "MON,THU"), ("0-7", "SUN,MON,TUE,WED,THU,FRI,SAT")]
        {
            assert_eq!(weekdays(field).unwrap(), names, "{field}");
        }
        let shanghai = chrono_tz::Asia::Shanghai;
        let sundays = ["Sun 2026-11-22 19:00", "Sun 2026-11-29 19:00"];
        for cron in ["0 19 * * SUN", "0 19 * * 0", "0 19 * * 7", "0 0 19 * * SUN", "0 0 19 ? * sunday *"] {
            assert_eq!(next(cron, shanghai, "2026-11-22 18:59:59", 2), sundays, "{cron}");
        }
        assert_eq!(next("0 9 * * 1-5", shanghai, "2026-11-20 09:00:00", 2), ["Mon 2026-11-23 09:00", "Tue 2026-11-24 09:00"]);
    }

    #[test]
    fn months_end_and_leap_years_come() {
        let shanghai = chrono_tz::Asia::Shanghai;
        assert_eq!(next("0 8 31 * *", shanghai, "2026-03-31 08:00:00", 2), ["Sun 2026-05-31 08:00", "Fri 2026-07-31 08:00"]);
        assert_eq!(next("0 8 29 2 *", shanghai, "2026-01-01 00:00:00", 2), ["Tue 2028-02-29 08:00", "Sun 2032-02-29 08:00"]);
        assert_eq!(next("59 23 31 12 *", shanghai, "2026-12-31 23:58:59", 1), ["Thu 2026-12-31 23:59"]);
        // the first Monday of a month: both must hold in six fields
        assert_eq!(next("0 0 9 1-7 * MON", shanghai, "2026-11-22 00:00:00", 2), ["Mon 2026-12-07 09:00", "Mon 2027-01-04 09:00"]);
    }

    #[test]
    fn a_skipped_hour_counts_once_at_the_next_minute_that_exists() {
        let berlin = chrono_tz::Europe::Berlin;
        assert_eq!(next("20 2 * * *", berlin, "2026-03-28 12:00:00", 2), ["Sun 2026-03-29 03:00", "Mon 2026-03-30 02:20"]);
        assert_eq!(next("*/20 2 * * *", berlin, "2026-03-28 12:00:00", 2), ["Sun 2026-03-29 03:00", "Mon 2026-03-30 02:00"]);
        assert_eq!(next("30 2,3 * * *", berlin, "2026-03-29 01:00:00", 3), ["Sun 2026-03-29 03:00", "Sun 2026-03-29 03:30", "Mon 2026-03-30 02:30"]);
        assert_eq!(next("0 0 * * *", chrono_tz::Pacific::Apia, "2011-12-29 12:00:00", 2), ["Sat 2011-12-31 00:00", "Sun 2012-01-01 00:00"]);
    }

    #[test]
    fn an_hour_that_comes_twice_counts_the_first_time() {
        let new_york = chrono_tz::America::New_York;
        let schedule = Schedule::parse("30 1 * * *").unwrap();
        let zone = Zone(new_york);
        let before = zone.instant(NaiveDateTime::parse_from_str("2026-11-01 00:59:00", "%Y-%m-%d %H:%M:%S").unwrap());
        let first = schedule.next_after(before, zone).unwrap();
        // 01:30 EDT is 05:30 UTC; the second 01:30 (EST) is 06:30 UTC
        assert_eq!(DateTime::<Utc>::from_timestamp_millis(first).unwrap().to_rfc3339(), "2026-11-01T05:30:00+00:00");
        for minutes in [0, 20, 45, 60, 75, 90] {
            let later = schedule.next_after(first + minutes * 60_000, zone).unwrap();
            assert_eq!(zone.show(later), "2026-11-02 01:30", "{minutes} minutes later");
        }
        assert_eq!(next("0 * * * *", new_york, "2026-11-01 00:30:00", 3), ["Sun 2026-11-01 01:00", "Sun 2026-11-01 02:00", "Sun 2026-11-01 03:00"]);
    }

    #[test]
    fn milliseconds_before_and_on_the_minute() {
        let schedule = Schedule::parse("0 19 * * *").unwrap();
        let zone = Zone::default();
        let seven = zone.instant(NaiveDateTime::parse_from_str("2026-11-22 19:00:00", "%Y-%m-%d %H:%M:%S").unwrap());
        assert_eq!(schedule.next_after(seven - 1, zone), Some(seven));
        assert_eq!(schedule.next_after(seven, zone), Some(seven + 86_400_000));
        assert_eq!(schedule.next_after(seven + 1, zone), Some(seven + 86_400_000));
        assert_eq!(Schedule::parse("0 0 19 * * * 2020").unwrap().next_after(seven, zone), None);
    }

    #[test]
    fn mistakes_say_what_to_write() {
        for (text, part) in [
            ("0 25 * * *", "hour 25: it goes from 0 to 23"),
            ("60 * * * *", "minute 60"),
            ("0 19 32 * *", "day of the month 32"),
            ("0 19 * 0 *", "month 0"),
            ("0 19 * * 8", "0 and 7 are Sunday"),
            ("0 19 * * sonntag", "write names (SUN, MON-FRI)"),
            ("0 0 19 * * 1", "Quartz"),
            ("0 19 * *", "has 4 fields"),
            ("", "has 0 fields"),
            ("0 9 1-7 * MON", "where both must hold"),
            ("0 0 30 2 *", "never comes"),
            ("a b c d e", "weekday"),
            ("a b c d *", "no cron expression"),
            ("0 19 5-1 * *", "no cron expression"),
            ("*/0 * * * *", "no cron expression"),
            ("0 19 99999999999 * *", "day of the month"),
            ("每天 19 * * *", "no cron expression"),
        ] {
            let error = Schedule::parse(text).unwrap_err();
            assert!(error.contains(part), "{text:?}: {error}");
        }
    }
}
