//! When reminders come due: pure arithmetic over cron expressions in their zones.

use crate::config::Config;
use crate::domain::calendar::Zone;
use crate::domain::cron::Schedule;
use crate::domain::duty::Reminder;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Missed times within the grace that are kept one by one; of more only the latest are.
const MISSED: usize = 50;

/// The reminder that comes due next, after `now` (UTC milliseconds): when, and `duty/reminder`.
pub fn next_due(config: &Config, now: i64) -> Option<(i64, String)> {
    let reminders = config.duties.iter().flat_map(|d| d.reminders.iter().map(move |r| (d, r)));
    reminders.filter_map(|(d, r)| Some((Schedule::parse(&r.cron).ok()?.next_after(now, r.zone)?, format!("{}/{}", d.key, r.key)))).min()
}

/// The next `n` runs of a reminder after `now`, UTC milliseconds; `reminder.zone.show` makes them local. Fewer where
/// it never comes again.
///
/// # Errors
/// What is wrong with the cron expression.
pub fn next_runs(reminder: &Reminder, now: i64, n: usize) -> Result<Vec<i64>, String> {
    let schedule = Schedule::parse(&reminder.cron)?;
    let after = |at: &i64| schedule.next_after(*at, reminder.zone);
    Ok(std::iter::successors(after(&now), after).take(n).collect())
}

/// The due times of one reminder up to now, as far as anybody could still care.
#[derive(Debug, PartialEq, Eq)]
pub struct Past<'a> {
    schedule: &'a Schedule,
    zone: Zone,
    now: i64,
    grace: i64,
    /// Those within the grace, oldest first.
    recent: Vec<i64>,
    /// The latest before them, once it was looked for since an instant.
    stale: Option<(i64, Option<i64>)>,
}

/// What of that a unit has not had.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Owed {
    /// To be noted only: overtaken by a later one, or too old.
    pub noted: Vec<i64>,
    /// To be sent.
    pub send: Option<i64>,
}

impl<'a> Past<'a> {
    /// Due times found up to `grace_minutes` after they came are sent, and the end of the grace is within it.
    pub fn new(schedule: &'a Schedule, zone: Zone, grace_minutes: i64, now: i64) -> Self {
        let grace = grace_minutes.max(0).saturating_mul(MINUTE);
        let mut recent = walk(schedule, zone, now.saturating_sub(grace) - 1, now);
        recent.drain(..recent.len().saturating_sub(MISSED));
        Self { schedule, zone, now, grace, recent, stale: None }
    }

    /// What a unit is owed that had everything up to `from`. Several missed times are sent once.
    pub fn owed(&mut self, from: i64) -> Owed {
        let mut fresh: Vec<i64> = self.recent.iter().copied().filter(|t| *t > from).collect();
        match fresh.pop() {
            Some(send) => Owed { noted: fresh, send: Some(send) },
            None if self.recent.is_empty() => Owed { noted: self.stale_since(from).into_iter().collect(), send: None },
            None => Owed::default(),
        }
    }

    /// The latest due time after `from` and before the grace. Looks back in widening steps, so that a long downtime
    /// of a frequent reminder costs little.
    fn stale_since(&mut self, from: i64) -> Option<i64> {
        let end = self.now - self.grace - 1;
        let known = match self.stale {
            Some((since, found)) if since <= from || found.is_some() => found,
            _ => {
                let mut found = None;
                for days in [1, 8, 32, 366, 3660] {
                    let start = from.max(end.saturating_sub(days * DAY));
                    found = walk(self.schedule, self.zone, start, end).pop();
                    if found.is_some() || start == from {
                        break;
                    }
                }
                self.stale = Some((from, found));
                found
            }
        };
        known.filter(|t| *t > from)
    }
}

/// Due times after `from`, up to and with `until`.
fn walk(schedule: &Schedule, zone: Zone, from: i64, until: i64) -> Vec<i64> {
    let after = |at: &i64| schedule.next_after(*at, zone).filter(|t| *t <= until);
    std::iter::successors(after(&from), after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: Zone, text: &str) -> i64 {
        zone.instant(chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    #[test]
    fn of_several_missed_times_the_latest_within_the_grace_is_sent() {
        let zone = Zone::default();
        let at = |t: &str| at(zone, t);
        let daily = Schedule::parse("0 20 * * *").unwrap();
        let handled = at("2026-11-18 20:00");
        let owed = |grace, now: &str| Past::new(&daily, zone, grace, at(now)).owed(handled);
        let noted = |t: &str| Owed { noted: vec![at(t)], send: None };
        assert_eq!(owed(120, "2026-11-19 19:59"), Owed::default());
        assert_eq!(owed(120, "2026-11-19 20:00"), Owed { noted: vec![], send: Some(at("2026-11-19 20:00")) });
        assert_eq!(owed(120, "2026-11-19 22:00"), Owed { noted: vec![], send: Some(at("2026-11-19 20:00")) });
        assert_eq!(owed(120, "2026-11-19 22:01"), noted("2026-11-19 20:00"));
        assert_eq!(owed(0, "2026-11-19 20:01"), noted("2026-11-19 20:00"));
        // three days down: once, and only what is not too old
        assert_eq!(owed(120, "2026-11-21 21:00"), Owed { noted: vec![], send: Some(at("2026-11-21 20:00")) });
        assert_eq!(owed(120, "2027-11-21 19:00"), noted("2027-11-20 20:00"));
        let two_days = Owed { noted: vec![at("2026-11-20 20:00")], send: Some(at("2026-11-21 20:00")) };
        assert_eq!(owed(48 * 60, "2026-11-21 21:00"), two_days);
    }

    #[test]
    fn a_year_of_minutes_costs_little() {
        let zone = Zone::default();
        let each = Schedule::parse("* * * * *").unwrap();
        let now = at(zone, "2026-11-19 20:00");
        let owed = Past::new(&each, zone, 600, now).owed(now - 366 * DAY);
        assert_eq!((owed.noted.len(), owed.send), (MISSED - 1, Some(now)));
        assert_eq!(Past::new(&each, zone, 0, now + 1).owed(now - 366 * DAY), Owed { noted: vec![now], send: None });
    }

    #[test]
    fn a_zone_with_summer_time_has_each_run_once() {
        let zone = Zone(chrono_tz::Europe::Berlin);
        let at = |t: &str| at(zone, t);
        let half_past_two = Schedule::parse("30 2 * * *").unwrap();
        // the hour that does not exist: at its end; the hour that comes twice: the first time
        for (before, run) in [("2026-03-28 12:00", "2026-03-29 03:00"), ("2026-10-24 12:00", "2026-10-25 02:30")] {
            let mut handled = at(before);
            let mut runs = Vec::new();
            for minute in 0..1440 {
                let now = at(before) + minute * MINUTE;
                if let Some(t) = Past::new(&half_past_two, zone, 30, now).owed(handled).send {
                    runs.push(zone.show(t));
                    handled = t;
                }
            }
            assert_eq!(runs, [run]);
        }
    }
}
