//! When a reminder comes due: a cron line with the days that crontab can't say (`L`, `3W`), or so long before the
//! duty's deadline; moved off holidays and out of quiet hours. Pure.
//!
//! The day field may hold `L` (the month's last day), `L-3` (three days before it), `3W` (the third workday; Quartz
//! means something else by it), `LW` (the last workday), `LW-1` (the workday before that); the month field may hold
//! `Q` (the last month of each quarter) or `H` (of each half-year). So `0 19 L Q *` is the end of every quarter.

use super::calendar::{Period, Zone};
use super::cron::Schedule;
use super::duty::{Duty, Reminder};
use super::holidays::Holidays;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// The farthest that a holiday moves a time, days.
const FARTHEST: u64 = 14;

/// Runs that are looked at for one that is not moved away, at most: a guard, far more than any real line needs.
const TRIES: usize = 200_000;

/// A day of the month that depends on the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// So many days before the last.
    Last(u64),
    /// The n-th workday, from 1.
    Workday(usize),
    /// So many workdays before the last.
    LastWorkday(usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum When {
    Cron {
        schedule: Box<Schedule>,
        day: Option<Day>,
    },
    /// Milliseconds before the deadline of the duty's period.
    Before(i64),
}

/// Which days a reminder does not come on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// Public holidays.
    Holidays,
    /// Days on which people do not work: weekends and public holidays, but not make-up workdays.
    Rest,
}

/// What becomes of it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// It does not come.
    Skip,
    /// It comes on the last workday before, at the same time.
    Before,
    /// It comes on the first workday after, at the same time.
    After,
}

/// Hours of a day in which nothing is sent that nobody asked for: from, and until when. May go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// Its first minute.
    pub from: NaiveTime,
    /// The first minute after it.
    pub until: NaiveTime,
}

impl Quiet {
    /// This time, or where it is quiet then the next at which it is not.
    pub fn after(self, local: NaiveDateTime) -> NaiveDateTime {
        let time = local.time();
        let today = local.date().and_time(self.until);
        match self.from.cmp(&self.until) {
            std::cmp::Ordering::Less if time >= self.from && time < self.until => today,
            std::cmp::Ordering::Greater if time < self.until => today,
            std::cmp::Ordering::Greater if time >= self.from => today.checked_add_days(Days::new(1)).unwrap_or(today),
            _ => local,
        }
    }

    /// The same of an instant (UTC milliseconds) in a zone.
    pub fn instant_after(self, instant: i64, zone: Zone) -> i64 {
        let local = zone.local(instant);
        let moved = self.after(local);
        if moved == local { instant } else { zone.instant(moved) }
    }
}

/// What a due time depends on beside the reminder itself.
#[derive(Clone, Copy, Debug)]
pub struct Almanac<'a> {
    /// Holidays and make-up workdays.
    pub holidays: &'a Holidays,
    /// The duty, whose deadline counts.
    pub duty: &'a Duty,
    /// The house's zone, in which deadlines are.
    pub house: Zone,
    /// When nothing is sent; none: always something may be.
    pub quiet: Option<Quiet>,
    /// Deadlines of a unit's own, which count in place of the duty's: those that its issues were opened with. UTC milliseconds.
    pub dues: &'a [(Period, i64)],
}

/// One due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// When, UTC milliseconds.
    pub at: i64,
    /// The period that it is about, before the reminder's own `period` is counted from it.
    pub period: Period,
}

/// A reminder's timing, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    when: When,
    off: Option<(Off, Shift)>,
    zone: Zone,
    quiet: bool,
}

impl Timing {
    /// Of a reminder.
    ///
    /// # Errors
    /// What is wrong with its cron line and what to write instead, in English.
    pub fn of(reminder: &Reminder) -> Result<Self, String> {
        let when = match reminder.before {
            Some(minutes) => When::Before(minutes.saturating_mul(60_000)),
            None => cron(&reminder.cron)?,
        };
        // a session opens when it is to open
        Ok(Self { when, off: reminder.off, zone: reminder.zone, quiet: reminder.quiet && reminder.check_in.is_none() })
    }

    /// Whether a cron line can be used.
    ///
    /// # Errors
    /// What is wrong with it and what to write instead, in English.
    pub fn cron_line(text: &str) -> Result<(), String> {
        cron(text).map(|_| ())
    }

    /// Whether it is kept out of quiet hours.
    pub fn keeps_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether it comes so long before or after a deadline, and so where an issue's deadline says.
    pub fn needs_deadlines(&self) -> bool {
        matches!(self.when, When::Before(_))
    }

    /// Whether it depends on which days are holidays.
    pub fn needs_holidays(&self) -> bool {
        self.off.is_some() || matches!(&self.when, When::Cron { day: Some(Day::Workday(_) | Day::LastWorkday(_)), .. })
    }

    /// The first due time after an instant (UTC milliseconds). A local time that the clock skips counts once, at the
    /// next minute that exists; one that comes twice counts the first time. None where it never comes again.
    pub fn next_after(&self, instant: i64, almanac: &Almanac<'_>) -> Option<Run> {
        const DAY: i64 = 86_400_000;
        let quiet = almanac.quiet.filter(|_| self.quiet);
        if self.off.is_none() && quiet.is_none() {
            return self.plain_after(instant, almanac);
        }
        // how far a due time may lie after and before the time that the line says
        let moved = if self.off.is_some() { i64::try_from(FARTHEST).unwrap_or(0) * DAY } else { 0 };
        let (late, early) = (moved + 2 * DAY, if matches!(self.off, Some((_, Shift::Before))) { moved + 2 * DAY } else { 0 });
        let mut best: Option<Run> = None;
        let mut from = instant.saturating_sub(late);
        for _ in 0..TRIES {
            let Some(run) = self.plain_after(from, almanac) else { break };
            if best.is_some_and(|b| run.at.saturating_sub(early) > b.at) {
                break;
            }
            from = run.at;
            let Some(at) = self.moved(run.at, almanac.holidays, quiet) else { continue };
            if at > instant && best.is_none_or(|b| at < b.at) {
                best = Some(Run { at, period: run.period });
            }
        }
        best
    }

    /// What the line itself says.
    fn plain_after(&self, instant: i64, almanac: &Almanac<'_>) -> Option<Run> {
        match &self.when {
            When::Cron { schedule, day } => {
                let at = match day {
                    None => schedule.next_after(instant, self.zone)?,
                    Some(day) => on_days(schedule, *day, instant, self.zone, almanac.holidays)?,
                };
                Some(Run { at, period: Period::containing(almanac.duty.cadence, almanac.house.date(at)) })
            }
            When::Before(ms) => {
                let duty = almanac.duty;
                let back = Days::new(duty.due.days.unsigned_abs() + 1);
                let date = almanac.house.date(instant.saturating_add(*ms));
                let date = if duty.due.days < 0 { date.checked_add_days(back) } else { date.checked_sub_days(back) }?;
                let first = Period::containing(duty.cadence, date).shift(-1);
                let usual = (0..8).map(|n| first.shift(n)).filter(|period| almanac.dues.iter().all(|(own, _)| own != period));
                let usual = usual.map(|period| Run { at: duty.due.instant(period, almanac.house).saturating_sub(*ms), period });
                let own = almanac.dues.iter().map(|(period, due)| Run { at: due.saturating_sub(*ms), period: *period });
                usual.chain(own).filter(|run| run.at > instant).min_by_key(|run| run.at)
            }
        }
    }

    /// Where a time comes to lie; none where it is skipped.
    fn moved(&self, at: i64, holidays: &Holidays, quiet: Option<Quiet>) -> Option<i64> {
        let local = self.zone.local(at);
        let day = local.date();
        let off = |date: NaiveDate| match self.off {
            Some((Off::Holidays, _)) => holidays.holiday(date),
            Some((Off::Rest, _)) => !holidays.works(date),
            None => false,
        };
        let shift = self.off.map_or(Shift::Skip, |(_, shift)| shift);
        let moved = if off(day) {
            let found = match shift {
                Shift::Skip => return None,
                Shift::Before => (1..=FARTHEST).filter_map(|n| day.checked_sub_days(Days::new(n))).find(|d| holidays.works(*d)),
                Shift::After => (1..=FARTHEST).filter_map(|n| day.checked_add_days(Days::new(n))).find(|d| holidays.works(*d)),
            };
            found.unwrap_or(day).and_time(local.time())
        } else {
            local
        };
        let kept = quiet.map_or(moved, |q| q.after(moved));
        // the first of two equal local times stays the first
        Some(if kept == local { at } else { self.zone.instant(kept) })
    }
}

/// A cron line whose day and month fields may say more than crontab's.
fn cron(text: &str) -> Result<When, String> {
    let mut fields: Vec<&str> = text.split_whitespace().collect();
    let (day_at, month_at) = if fields.len() == 5 { (2, 3) } else { (3, 4) };
    let mut day = None;
    if (5..=7).contains(&fields.len()) {
        match fields[month_at] {
            "Q" | "q" => fields[month_at] = "3,6,9,12",
            "H" | "h" => fields[month_at] = "6,12",
            _ => {}
        }
        day = special(fields[day_at])?;
        if day.is_some() {
            if fields.len() == 5 && !matches!(fields[4], "*" | "?") {
                return Err(format!(
                    "day {:?} and weekday {:?} are both set: set the weekday to *, or write six fields, \"0 {text}\", where both must hold",
                    fields[2], fields[4]
                ));
            }
            fields[day_at] = "*";
        }
    }
    let schedule = Schedule::parse(&fields.join(" "))?;
    Ok(When::Cron { schedule: Box::new(schedule), day })
}

fn special(field: &str) -> Result<Option<Day>, String> {
    let upper = field.to_ascii_uppercase();
    let bad = || format!("day {field:?}: write L (the last day), L-3 (three days before it), 3W (the third workday), LW or LW-1 (the last, or the one before)");
    let number = |text: &str, most: usize| text.parse::<usize>().ok().filter(|n| *n <= most).ok_or_else(bad);
    Ok(Some(match upper.as_str() {
        "L" => Day::Last(0),
        "LW" => Day::LastWorkday(0),
        _ => {
            if let Some(n) = upper.strip_prefix("LW-") {
                Day::LastWorkday(number(n, 15)?)
            } else if let Some(n) = upper.strip_prefix("L-") {
                Day::Last(number(n, 27)? as u64)
            } else if let Some(n) = upper.strip_suffix('W') {
                Day::Workday(number(n, 15).ok().filter(|n| *n > 0).ok_or_else(bad)?)
            } else if upper.contains('L') || upper.contains('W') {
                return Err(bad());
            } else {
                return Ok(None);
            }
        }
    }))
}

/// That day of a month; none where the month has no such day.
fn day_of(day: Day, month: NaiveDate, holidays: &Holidays) -> Option<NaiveDate> {
    let first = month.with_day(1)?;
    let last = Period::month(first.year(), first.month())?.last_day();
    let mut workdays = first.iter_days().take_while(|d| *d <= last).filter(|d| holidays.works(*d));
    match day {
        Day::Last(n) => last.checked_sub_days(Days::new(n)).filter(|d| *d >= first),
        Day::Workday(n) => workdays.nth(n - 1),
        Day::LastWorkday(n) => {
            let all: Vec<NaiveDate> = workdays.collect();
            all.len().checked_sub(n + 1).map(|at| all[at])
        }
    }
}

/// The first time after an instant of a line that is open in its day, on that day of its months.
fn on_days(schedule: &Schedule, day: Day, instant: i64, zone: Zone, holidays: &Holidays) -> Option<i64> {
    let mut local = zone.local(instant);
    for _ in 0..TRIES {
        let next = schedule.local_after(local)?;
        let wanted = day_of(day, next.date(), holidays);
        if wanted == Some(next.date()) {
            local = next;
            let due = zone.instant(next);
            if due > instant {
                return Some(due);
            }
            continue;
        }
        // on to the end of the day before the one that is wanted, in this month or the next
        let goal = match wanted.filter(|d| *d > next.date()) {
            Some(date) => date,
            None => Period::month(next.year(), next.month())?.shift(1).first_day(),
        };
        local = goal.pred_opt()?.and_hms_opt(23, 59, 59)?.with_nanosecond(999_000_000)?.max(next);
    }
    None
}
