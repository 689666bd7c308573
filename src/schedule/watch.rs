//! The reminders that are watched: those of the duties' files, and those that secretaries made in chat; and the deadlines that
//! issues were opened with, which some of them come before.

use crate::config::Config;
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Reminder};
use crate::domain::roster::{Org, covers};
use crate::domain::timing::{Almanac, Run, Timing};
use crate::store::duties::issues::Opened;
use crate::store::sending::reminders::OwnReminder;
use std::sync::Arc;

/// One reminder that is watched.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The duty's place in `config.duties`.
    pub duty: usize,
    /// `duty/reminder`.
    pub key: String,
    /// What it is.
    pub reminder: Reminder,
    /// When it comes due.
    pub timing: Timing,
    /// Where it was made in chat: the unit's path, for whose branches alone it is, and since when.
    pub own: Option<(String, i64)>,
    /// When to look at it next; none: it never comes again.
    pub(super) look_at: Option<i64>,
}

impl Watched {
    fn new(duty: usize, key: &str, reminder: &Reminder, own: Option<(String, i64)>) -> Result<Self, String> {
        let key = format!("{key}/{}", reminder.key);
        let timing = Timing::of(reminder).map_err(|e| format!("reminder {key}: {e}"))?;
        Ok(Self { duty, key, reminder: reminder.clone(), timing, own, look_at: Some(i64::MIN) })
    }

    /// Every reminder of the duties' files.
    ///
    /// # Errors
    /// A sentence for the operator where a cron expression can't be used.
    pub fn configured(config: &Config) -> Result<Vec<Self>, String> {
        let all = config.duties.iter().enumerate().flat_map(|(d, duty)| duty.reminders.iter().map(move |r| (d, &duty.key, r)));
        all.map(|(d, key, r)| Self::new(d, key, r, None)).collect()
    }

    /// One that was made in chat; none where its duty is gone.
    pub fn own(config: &Config, own: &OwnReminder) -> Option<Self> {
        let place = config.duties.iter().position(|d| d.key == own.duty)?;
        let reminder = Reminder::own(own.id, &own.cron, config.zone());
        Self::new(place, &own.duty, &reminder, Some((own.path.clone(), own.made_at))).ok()
    }

    /// Whether it is for a branch.
    pub fn concerns(&self, branch: &Org) -> bool {
        self.own.as_ref().is_none_or(|(path, _)| covers(path, &branch.path))
    }

    /// Its duty.
    pub fn of<'c>(&self, config: &'c Config) -> &'c Duty {
        &config.duties[self.duty]
    }

    /// The first run after an instant, where no issue has a deadline of its own.
    pub fn next_after(&self, config: &Config, instant: i64) -> Option<Run> {
        self.next_by(config, &[], instant)
    }

    /// The same where these periods have deadlines of their own.
    pub fn next_by(&self, config: &Config, dues: &[(Period, i64)], instant: i64) -> Option<Run> {
        self.timing.next_after(instant, &Almanac { dues, ..config.almanac(self.of(config)) })
    }
}

/// Issues of the last months as they were opened: whose deadlines hold in a branch.
#[derive(Debug, Default)]
pub(super) struct Dues(Vec<Opened>);

impl Dues {
    /// Takes what the store has now; whether that changes anything.
    pub(super) fn refresh(&mut self, mut now: Vec<Opened>) -> bool {
        // the nearest unit's first
        now.sort_by_key(|i| std::cmp::Reverse(i.path.len()));
        let changed = now != self.0;
        self.0 = now;
        changed
    }

    /// The deadlines of a duty's issues in a branch: of each period the nearest unit's, where that has one of its own.
    pub(super) fn of(&self, duty: &str, branch: &Org) -> Vec<(Period, i64)> {
        let mut seen: Vec<Period> = Vec::new();
        let mut dues = Vec::new();
        for issue in self.0.iter().filter(|i| i.duty == duty && covers(&i.path, &branch.path)) {
            if !seen.contains(&issue.period) {
                seen.push(issue.period);
                dues.extend(issue.due_at.map(|at| (issue.period, at)));
            }
        }
        dues.sort_unstable();
        dues
    }
}

/// What a scheduler watches beside the files', kept up to date.
#[derive(Debug, Default)]
pub(super) struct Own(Vec<OwnReminder>);

impl Own {
    /// Takes what the store has now into the list; what is new is looked at next.
    pub(super) fn refresh(&mut self, config: &Arc<Config>, now: Vec<OwnReminder>, watched: &mut Vec<Watched>) {
        if now == self.0 {
            return;
        }
        watched.retain(|w| w.own.is_none() || now.iter().any(|o| w.key == format!("{}/own-{}", o.duty, o.id)));
        for own in &now {
            if !self.0.contains(own)
                && let Some(new) = Watched::own(config, own)
            {
                watched.push(new);
            }
        }
        self.0 = now;
    }
}
