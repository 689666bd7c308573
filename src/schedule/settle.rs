//! Due times that wait: held until the secretary has said a word, until the night is over or until what holds them up is; and
//! what becomes of them in the end.

use super::due::{Around, Scheduler};
use super::letters::{Draft, Facts, LEAST_LIFE, Moment};
use super::times::outlasting;
use super::watch::Watched;
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure, Missed};
use crate::domain::ids::OrgId;
use crate::domain::roster::Org;
use crate::domain::timing::Quiet;
use crate::error::Fault;
use crate::store::sending::held::{Earlier, Open, Why};
use crate::store::sending::reminders::{Due, Outcome};
use std::collections::HashSet;

/// A due time of which the secretary could not be told lapses so long after its time was over, milliseconds.
const UNTOLD: i64 = 24 * 3_600_000;

/// An open due time: `duty/reminder`, the unit, when it came due, and whether the secretary released it.
pub(super) type Waiting = (String, OrgId, i64, bool);

/// Which one it is.
pub(super) fn waiting(open: &Open) -> Waiting {
    (open.reminder.clone(), open.org, open.at, open.released)
}

impl Scheduler {
    /// Now, or where a reminder keeps quiet now, when it next may speak.
    pub(super) fn loud(&self, watched: &Watched, now: i64) -> i64 {
        self.quiet(watched).map_or(now, |q| q.instant_after(now, watched.reminder.zone))
    }

    /// Its quiet hours.
    pub(super) fn quiet(&self, watched: &Watched) -> Option<Quiet> {
        self.config.bot.reminders.quiet.filter(|_| watched.timing.keeps_quiet())
    }

    /// Nothing can come of an open due time before then.
    pub(super) fn wait(&mut self, open: &Open, until: i64) {
        self.waits.insert(waiting(open), until);
    }

    /// A due time that is held or released: sent where it may be, given up where its time is over. How many letters.
    pub(super) async fn settle(&mut self, open: &Open, around: &Around) -> Result<usize, Fault> {
        let config = self.config.clone();
        let watched = self.watched.iter().find(|w| w.key == open.reminder).cloned();
        let branch = around.branches.iter().find(|b| b.id == open.org);
        if branch.is_none() {
            // one that can't be read is there all the same, and waits until it can
            self.store.org(open.org).await?;
        }
        let earlier = if open.released { self.store.earlier(open).await? } else { Vec::new() };
        let run = watched.as_ref().zip(branch).and_then(|(w, b)| w.next_by(&config, &self.dues_of(w, b), open.at - 1)).filter(|run| run.at == open.at);
        let (Some(watched), Some(branch), Some(run)) = (watched, branch, run) else {
            return self.settled(open, Draft::silent(Outcome::Lapsed), &earlier, around).await;
        };
        let duty = watched.of(&config);
        if !open.released && watched.reminder.missed != Missed::All && self.store.handled_until(&open.reminder, open.org, around.now).await? > Some(open.at) {
            return self.settled(open, Draft::silent(Outcome::Skipped), &earlier, around).await;
        }
        let late = around.now > outlasting(open.good_until, LEAST_LIFE, self.quiet(&watched), watched.reminder.zone);
        if late && (open.released || open.told || around.now > open.good_until.saturating_add(UNTOLD)) {
            return self.settled(open, Draft::silent(Outcome::Lapsed), &earlier, around).await;
        }
        let loud = self.loud(&watched, around.now);
        if loud > around.now {
            self.wait(open, loud);
            return Ok(0);
        }
        let moment = Moment {
            watched: &watched,
            branch,
            run,
            now: around.now,
            asked_for: open.released,
            until: Some(open.good_until),
            quiet: self.quiet(&watched),
            earlier: &earlier,
        };
        let asked = moment.asked();
        if !open.released && self.stale(moment, duty, around, None).await?.is_some() {
            // nothing lapses before the secretary had the time to say a word
            return Ok(0);
        }
        if late {
            return self.settled(open, Draft::silent(Outcome::Skipped), &earlier, around).await;
        }
        let draft = if around.hushed(branch, &duty.key) {
            Draft::silent(Outcome::Paused)
        } else {
            let all = self.store.standings_in(&[branch.id], &duty.key, asked).await?;
            let met = self.met(duty, &[branch], asked).await?.is_none_or(|met| met.contains(&branch.id));
            self.pen.draft(moment, Facts { standings: all.get(&branch.id).map_or(&[][..], Vec::as_slice), met }).await?
        };
        self.settled(open, draft, &earlier, around).await
    }

    async fn settled(&self, open: &Open, draft: Draft, earlier: &[Earlier], around: &Around) -> Result<usize, Fault> {
        // what went before it was written anew was sent, whatever comes of the rest
        let outcome = if earlier.iter().any(|e| e.sent) { Outcome::Sent } else { draft.outcome };
        let due = Due { reminder: open.reminder.clone(), org: open.org, at: open.at, outcome, letters: draft.letters, told: draft.told, held: None };
        let mine = self.store.settle_run(open, &due, earlier, &around.day, around.now).await?;
        Ok(if mine { due.letters.len() } else { 0 })
    }

    /// Why a due time has to wait for the secretary's word; `lists`: where entries of chain lists wait, if that was asked.
    pub(super) async fn stale(&self, m: Moment<'_>, duty: &Duty, around: &Around, lists: Option<&[OrgId]>) -> Result<Option<Why>, Fault> {
        // that check-in opens depends on nothing that was said
        if m.watched.reminder.check_in.is_some() {
            return Ok(None);
        }
        let since = self.config.zone().start_of(m.asked().first_day());
        if let Some(why) = around.stale.why(m.branch, since) {
            return Ok(Some(why));
        }
        let waiting = match lists {
            Some(lists) => lists.contains(&m.branch.id),
            None => !self.store.lists_waiting(&[m.branch.id], &duty.key, since).await?.is_empty(),
        };
        Ok(waiting.then_some(Why::List))
    }

    /// Where the duty is to be at a meeting: in which of these branches somebody could be, in that period.
    pub(super) async fn met(&self, duty: &Duty, branches: &[&Org], period: Period) -> Result<Option<HashSet<OrgId>>, Fault> {
        if duty.measure != Measure::Attendance {
            return Ok(None);
        }
        Ok(Some(self.store.met_in(branches, &duty.key, period).await?))
    }
}
