//! Finds the reminders that came due and enters each, for each branch, with its letters; many branches in one
//! transaction. What the letters say is `letters`'; sending is `deliver`'s.
//!
//! A due time is a row unique by (reminder, branch, scheduled time), so that a restart, a second process or a clock
//! that steps back can't fire it twice. From when on a reminder is owed: a row of the house's own, entered when the
//! reminder is first seen, and the instant at which the branch was made.

use super::letters::{Draft, Moment, Pen};
use super::times::Past;
use super::watch::{Own, Watched};
use super::{Counts, Parts, add};
use crate::config::Config;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::record::Standing;
use crate::domain::roster::{Org, OrgKind};
use crate::domain::timing::Run;
use crate::effects::Ids;
use crate::error::Fault;
use crate::report::reminder::covers;
use crate::store::Store;
use crate::store::outbox::Letter;
use crate::store::reminders::{Due, Hush, Outcome};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The unit under which it is noted since when a reminder is known. No unit has this id.
const HOUSE: OrgId = OrgId(0);

/// After which a branch that could not be reminded is tried again, milliseconds.
const RETRY: i64 = 30_000;

/// Branches that are entered in one transaction.
const TOGETHER: usize = 64;

/// What one step did, counted in branches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Due times that were entered to be sent.
    pub entered: usize,
    /// Letters entered with them; fewer where nobody was missing.
    pub letters: usize,
    /// Due times that were only noted: too old, or overtaken by a later one.
    pub skipped: usize,
    /// Branches that failed; they are tried again soon.
    pub failed: usize,
}

/// Watches the reminders of all duties.
pub struct Scheduler {
    store: Store,
    config: Arc<Config>,
    counts: Arc<Counts>,
    watched: Vec<Watched>,
    own: Own,
    pen: Pen,
    last: i64,
    /// When this process began to look, or the clock stepped back.
    floor: i64,
    /// Years without holidays of which the operator was told.
    unknown: BTreeSet<i32>,
}

/// What holds for all reminders of one step.
struct Around {
    branches: Vec<Org>,
    hushes: Vec<Hush>,
    day: String,
    now: i64,
}

impl Scheduler {
    /// Watches every reminder of the configuration. The first step looks at all of them.
    ///
    /// # Errors
    /// A sentence for the operator where a cron expression can't be used.
    pub fn new(parts: &Parts) -> Result<Self, String> {
        Ok(Self {
            store: parts.store.clone(),
            config: parts.config.clone(),
            counts: parts.counts.clone(),
            watched: Watched::configured(&parts.config)?,
            own: Own::default(),
            pen: Pen::new(parts),
            last: i64::MAX,
            floor: i64::MAX,
            unknown: BTreeSet::new(),
        })
    }

    /// Enters whatever came due up to `now`. Costs nothing where nothing did.
    ///
    /// # Errors
    /// Where the database fails; what was entered stays, the rest is tried by the next step.
    pub async fn step(&mut self, now: i64) -> Result<Step, Fault> {
        if now < self.last {
            // the first step, or the clock stepped back: what is next has to be found (again)
            self.floor = now;
            self.watched.iter_mut().for_each(|w| w.look_at = Some(i64::MIN));
        }
        self.last = now;
        self.own.refresh(&self.config, self.store.own_reminders().await?, &mut self.watched);
        let config = self.config.clone();
        let mut step = Step::default();
        if !self.watched.iter().any(|w| w.look_at.is_some_and(|t| t <= now)) {
            return Ok(step);
        }
        // what was reported before the due time counts
        self.store.settled().await?;
        let branches: Vec<Org> = self.store.subtree("").await?.into_iter().filter(|o| o.kind == OrgKind::Branch).collect();
        let day = config.zone().date(now).to_string();
        let ids: Vec<OrgId> = branches.iter().map(|b| b.id).collect();
        self.pen.told = self.store.reminded(&ids, &day).await?;
        self.pen.wordings = self.store.wordings().await?;
        let around = Around { branches, hushes: self.store.hushes(now).await?, day, now };
        for i in 0..self.watched.len() {
            if self.watched[i].look_at.is_some_and(|t| t <= now) {
                let watched = self.watched[i].clone();
                let quiet = config.bot.reminders.quiet.filter(|_| watched.timing.keeps_quiet());
                let loud = quiet.map_or(now, |q| q.instant_after(now, watched.reminder.zone));
                if loud > now {
                    // what is found in quiet hours, after a downtime, waits for their end as what comes due in them does
                    let handled = self.store.handled_until(&watched.key, HOUSE).await?;
                    self.known_since(&watched, handled, &around).await?;
                    self.watched[i].look_at = Some(loud);
                    continue;
                }
                let one = self.look(&watched, &around).await?;
                let next = watched.next_after(&config, now).map(|run| run.at);
                self.tell_unknown(&watched, now, next);
                self.watched[i].look_at = if one.failed > 0 { Some(next.map_or(now + RETRY, |t| t.min(now + RETRY))) } else { next };
                step.entered += one.entered;
                step.letters += one.letters;
                step.skipped += one.skipped;
                step.failed += one.failed;
            }
        }
        add(&self.counts.entered, step.entered);
        add(&self.counts.skipped, step.skipped);
        Ok(step)
    }

    /// Tells the operator, once a year, that its holidays are not known.
    fn tell_unknown(&mut self, watched: &Watched, now: i64, next: Option<i64>) {
        if !watched.timing.needs_holidays() {
            return;
        }
        for at in [Some(now), next].into_iter().flatten() {
            let year = chrono::Datelike::year(&watched.reminder.zone.date(at));
            if !self.config.holidays.knows(year) && self.unknown.insert(year) {
                tracing::error!(year, reminder = %watched.key, "the holidays of this year are not known: its weekdays count as workdays; add holidays/{year}.toml");
            }
        }
    }

    /// From when on a reminder is owed; noted where it was never seen.
    async fn known_since(&self, watched: &Watched, noted_at: Option<i64>, around: &Around) -> Result<i64, Fault> {
        match (&watched.own, noted_at) {
            (Some((_, made_at)), _) => Ok(*made_at),
            (None, Some(since)) => Ok(since),
            (None, None) => {
                self.store.enter_all(&[noted(&watched.key, HOUSE, around.now)], &around.day, around.now).await?;
                Ok(around.now)
            }
        }
    }

    /// One reminder for all branches.
    async fn look(&mut self, watched: &Watched, around: &Around) -> Result<Step, Fault> {
        let (key, now) = (&watched.key, around.now);
        let handled: HashMap<OrgId, i64> = self.store.handled(key).await?.into_iter().collect();
        let known_since = self.known_since(watched, handled.get(&HOUSE).copied(), around).await?;
        let config = self.config.clone();
        let mut past = Past::new(watched, &config, now);
        let mut owed = Vec::new();
        for branch in around.branches.iter().filter(|b| watched.concerns(b)) {
            // a mark of the future was made by a clock that was wrong: the rows' uniqueness still keeps a time from
            // coming twice, so whatever is in the grace is offered again, from when the reminder and the branch began
            let began = known_since.max(Ids::made_at(branch.id.0));
            let from = handled.get(&branch.id).copied().filter(|t| *t <= now).unwrap_or(if began <= now { began } else { self.floor });
            let one = past.owed(from);
            if !one.noted.is_empty() || !one.send.is_empty() {
                owed.push((branch, one));
            }
        }
        let mut step = Step::default();
        for some in owed.chunks(TOGETHER) {
            let branches: Vec<OrgId> = some.iter().map(|(b, _)| b.id).collect();
            let ended = match self.drafts(watched, some, around).await {
                Ok(dues) => self.store.enter_all(&dues, &around.day, now).await.map(|fresh| dues.into_iter().zip(fresh)),
                Err(fault) => Err(fault),
            };
            match ended {
                Ok(entered) => {
                    for (due, _) in entered.filter(|(_, fresh)| *fresh) {
                        step.skipped += usize::from(due.outcome == Outcome::Skipped);
                        step.entered += usize::from(due.outcome != Outcome::Skipped);
                        step.letters += due.letters.len();
                    }
                }
                Err(fault) => {
                    tracing::error!(reminder = %key, branches = branches.len(), %fault, "branches could not be reminded; they are tried again");
                    step.failed += branches.len();
                }
            }
        }
        if step.failed > 0 {
            // what was drafted and not entered reminded nobody
            let ids: Vec<OrgId> = around.branches.iter().map(|b| b.id).collect();
            self.pen.told = self.store.reminded(&ids, &around.day).await?;
        }
        Ok(step)
    }

    /// What some branches are owed, as rows to be entered.
    async fn drafts(&mut self, watched: &Watched, some: &[(&Org, super::times::Owed)], around: &Around) -> Result<Vec<Due>, Fault> {
        let config = self.config.clone();
        let duty = watched.of(&config);
        let branches: Vec<OrgId> = some.iter().map(|(b, _)| b.id).collect();
        let mut periods: HashMap<_, HashMap<OrgId, Vec<(PersonId, Standing)>>> = HashMap::new();
        let mut dues = Vec::new();
        for (branch, owed) in some {
            dues.extend(owed.noted.iter().map(|at| noted(&watched.key, branch.id, *at)));
            for run in &owed.send {
                let moment = Moment { watched, branch, run: *run, now: around.now };
                let hushed = around.hushes.iter().any(|h| covers(&h.path, &branch.path) && h.duty.as_ref().is_none_or(|d| *d == duty.key));
                let draft = if hushed {
                    Draft::silent(Outcome::Paused)
                } else {
                    let asked = moment.asked();
                    let all = match periods.entry(asked) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(place) => place.insert(self.store.standings_in(&branches, &duty.key, asked).await?),
                    };
                    let standings = all.get(&branch.id).map_or(&[][..], Vec::as_slice);
                    self.pen.draft(moment, standings).await?
                };
                dues.push(due(&watched.key, branch.id, run, draft));
            }
        }
        Ok(dues)
    }
}

fn due(key: &str, org: OrgId, run: &Run, draft: Draft) -> Due {
    let letters: Vec<Letter> = draft.letters;
    Due { reminder: key.to_owned(), org, at: run.at, outcome: draft.outcome, letters, told: draft.told }
}

/// A due time that is only noted.
fn noted(key: &str, org: OrgId, at: i64) -> Due {
    Due { reminder: key.to_owned(), org, at, outcome: Outcome::Skipped, letters: Vec::new(), told: Vec::new() }
}
