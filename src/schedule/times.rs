//! Which due times somebody is owed, and what becomes of those that were missed. Pure.

use super::watch::Watched;
use crate::config::Config;
use crate::domain::calendar::{Period, Zone};
use crate::domain::duty::{Missed, Reminder};
use crate::domain::timing::{Quiet, Run, Timing};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Missed times within the grace that are entered at once: where each of them is sent the rest follows, else the older ones
/// need no word.
const MISSED: usize = 50;

/// A time found later than this many minutes after it was missed: the loop looks twice a second.
const TICK: i64 = 5;

/// The reminder that comes due next, after `now` (UTC milliseconds): when, and `duty/reminder`.
pub fn next_due(config: &Config, now: i64) -> Option<(i64, String)> {
    let all = Watched::configured(config).ok()?;
    all.iter().filter_map(|w| Some((w.next_after(config, now)?.at, w.key.clone()))).min()
}

/// The next `n` runs of a reminder of a duty (by its key) after `now`, UTC milliseconds; `reminder.zone.show` makes them
/// local. Fewer where it never comes again.
///
/// # Errors
/// What is wrong with the cron expression.
pub fn next_runs(config: &Config, duty: &str, reminder: &Reminder, now: i64, n: usize) -> Result<Vec<i64>, String> {
    let timing = Timing::of(reminder)?;
    let duty = config.duty(duty).ok_or_else(|| format!("no duty {duty:?} is configured"))?;
    let almanac = config.almanac(duty);
    let after = |at: &i64| timing.next_after(*at, &almanac).map(|run| run.at);
    Ok(std::iter::successors(after(&now), after).take(n).collect())
}

/// What would have ended in quiet hours is worth sending so long after them, at most. Milliseconds.
const MORNING: i64 = 3 * 60 * MINUTE;

/// Until when something may be sent that is worth it until `end`: where that would be within quiet hours, for `life`
/// (milliseconds) from their end on, three hours at most.
pub fn outlasting(end: i64, life: i64, quiet: Option<Quiet>, zone: Zone) -> i64 {
    let last = end.saturating_sub(1);
    match quiet.map(|q| q.instant_after(last, zone)) {
        Some(loud) if loud > last => loud.saturating_add(life.min(MORNING)),
        _ => end,
    }
}

/// The last quiet hours that ended by `now`: from when, until when.
fn last_night(quiet: Quiet, zone: Zone, now: i64) -> Option<(i64, i64)> {
    let local = zone.local(now);
    let day = if local.time() >= quiet.until { local.date() } else { local.date().pred_opt()? };
    let eve = match quiet.from.cmp(&quiet.until) {
        std::cmp::Ordering::Less => day,
        std::cmp::Ordering::Equal => return None,
        std::cmp::Ordering::Greater => day.pred_opt()?,
    };
    Some((zone.instant(eve.and_time(quiet.from)), zone.instant(day.and_time(quiet.until))))
}

/// The due times of one reminder up to now, as far as anybody could still care.
pub struct Past<'a> {
    next: Box<dyn Fn(i64) -> Option<Run> + Send + Sync + 'a>,
    missed: Missed,
    now: i64,
    grace: i64,
    /// Those within the grace, oldest first.
    recent: Vec<Run>,
    /// The latest before them, once it was looked for since an instant.
    stale: Option<(i64, Option<i64>)>,
}

/// What of that a unit has not had.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Owed {
    /// To be noted only: overtaken by a later one, or too old.
    pub noted: Vec<i64>,
    /// To be sent, oldest first.
    pub send: Vec<Run>,
    /// There are more, to be asked for once these were entered.
    pub more: bool,
}

impl<'a> Past<'a> {
    /// Of a reminder that is watched, where these periods have deadlines of their own. Where its grace would end in quiet hours,
    /// it is counted from their end.
    pub fn new(watched: &'a Watched, config: &'a Config, dues: Vec<(Period, i64)>, now: i64) -> Self {
        let quiet = config.bot.reminders.quiet.filter(|_| watched.timing.keeps_quiet());
        Self::keeping(move |at| watched.next_by(config, &dues, at), &watched.reminder, quiet, now)
    }

    /// Of due times that `next` gives, by a reminder's policy. Those found up to its grace after they came are sent, and the
    /// end of the grace is within it.
    pub fn over(next: impl Fn(i64) -> Option<Run> + Send + Sync + 'a, reminder: &Reminder, now: i64) -> Self {
        Self::keeping(next, reminder, None, now)
    }

    fn keeping(next: impl Fn(i64) -> Option<Run> + Send + Sync + 'a, reminder: &Reminder, quiet: Option<Quiet>, now: i64) -> Self {
        // what is skipped when it was missed does not come in the morning
        let quiet = quiet.filter(|_| reminder.missed != Missed::Skip);
        let minutes = reminder.grace_minutes.max(0);
        let minutes = if reminder.missed == Missed::Skip { minutes.min(TICK) } else { minutes };
        let grace = minutes.saturating_mul(MINUTE);
        let mut past = Self { next: Box::new(next), missed: reminder.missed, now, grace, recent: Vec::new(), stale: None };
        let night = quiet.and_then(|q| last_night(q, reminder.zone, now)).filter(|(_, loud)| now <= loud.saturating_add(grace.min(MORNING)));
        let oldest = night.map_or(now, |(eve, _)| eve.min(now)).saturating_sub(grace);
        past.recent = past.walk(oldest - 1, now);
        let worth = |run: &Run| outlasting(run.at.saturating_add(grace), grace, quiet, reminder.zone) >= now;
        let first = past.recent.iter().position(worth).unwrap_or(past.recent.len());
        past.recent.drain(..first);
        if past.missed != Missed::All {
            past.recent.drain(..past.recent.len().saturating_sub(MISSED));
        }
        past
    }

    /// What a unit is owed that had everything up to `from`.
    pub fn owed(&mut self, from: i64) -> Owed {
        let mut fresh: Vec<Run> = self.recent.iter().copied().filter(|r| r.at > from).collect();
        if fresh.is_empty() {
            let noted = if self.recent.is_empty() { self.stale_since(from).into_iter().collect() } else { Vec::new() };
            return Owed { noted, ..Owed::default() };
        }
        if self.missed == Missed::All {
            let more = fresh.len() > MISSED;
            fresh.truncate(MISSED);
            return Owed { noted: Vec::new(), send: fresh, more };
        }
        let send = fresh.split_off(fresh.len() - 1);
        Owed { noted: fresh.into_iter().map(|r| r.at).collect(), send, more: false }
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
                    found = self.walk(start, end).pop().map(|r| r.at);
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

    /// Due times after `from`, up to and with `until`.
    fn walk(&self, from: i64, until: i64) -> Vec<Run> {
        let after = |at: i64| (self.next)(at).filter(|r| r.at <= until);
        std::iter::successors(after(from), |r| after(r.at)).collect()
    }
}
