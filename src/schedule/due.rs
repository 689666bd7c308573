//! Finds the reminders that came due and enters each, for each branch, with its letters; many branches in one
//! transaction. What the letters say is `letters`'; sending is `deliver`'s.
//!
//! A due time is a row unique by (reminder, branch, scheduled time), so that a restart, a second process or a clock
//! that steps back can't fire it twice. From when on a reminder is owed: a row of the house's own, entered when the
//! reminder is first seen, and the instant at which the branch was made.

use super::letters::{Draft, Facts, LEAST_LIFE, Moment, Pen};
use super::settle::{Waiting, waiting};
use super::stale::Stale;
use super::times::{Past, outlasting};
use super::watch::{Dues, Own, Watched};
use super::{Counts, Parts, add};
use crate::action::reminding::alarm::{Alarm, Alarms};
use crate::config::Config;
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::record::Standing;
use crate::domain::roster::{Org, OrgKind};
use crate::domain::timing::Run;
use crate::effects::Ids;
use crate::error::Fault;
use crate::store::Store;
use crate::store::sending::held::Which;
use crate::store::sending::outbox::Letter;
use crate::store::sending::reminders::{Due, Hush, Outcome};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// The unit under which it is noted since when a reminder is known. No unit has this id.
const HOUSE: OrgId = OrgId(0);

/// After which a branch that could not be reminded is tried again, milliseconds.
pub(super) const RETRY: i64 = 30_000;

/// How often it is looked whether what holds a due time up is over, milliseconds.
const LOOK_AGAIN: i64 = 5_000;

/// Issues that were opened longer ago than this have had their deadline, milliseconds.
const OLD: i64 = 100 * 86_400_000;

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
    pub(super) store: Store,
    pub(super) config: Arc<Config>,
    counts: Arc<Counts>,
    pub(super) watched: Vec<Watched>,
    own: Own,
    dues: Dues,
    pub(super) pen: Pen,
    last: i64,
    /// When this process began to look, or the clock stepped back.
    floor: i64,
    /// Years without holidays of which the operator was told.
    unknown: BTreeSet<i32>,
    alarms: Alarms,
    /// When it was last looked whether held ones can go.
    looked: i64,
    /// Due times that are held or released and of which nothing can come before an instant.
    pub(super) waits: HashMap<Waiting, i64>,
}

/// The standings of some branches in a period and, where the duty is to be at a meeting, those of them that met.
type Asked = (HashMap<OrgId, Vec<(PersonId, Standing)>>, Option<HashSet<OrgId>>);

/// What holds for all reminders of one step.
pub(super) struct Around {
    pub(super) branches: Vec<Org>,
    hushes: Vec<Hush>,
    pub(super) day: String,
    pub(super) now: i64,
    pub(super) stale: Stale,
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
            dues: Dues::default(),
            pen: Pen::new(parts),
            last: i64::MAX,
            floor: i64::MAX,
            unknown: BTreeSet::new(),
            alarms: parts.alarms.clone(),
            looked: i64::MIN,
            waits: HashMap::new(),
        })
    }

    /// Enters whatever came due up to `now`. Where nothing did it costs two or three short questions.
    ///
    /// # Errors
    /// Where the database fails; what was entered stays, the rest is tried by the next step.
    pub async fn step(&mut self, now: i64) -> Result<Step, Fault> {
        if now < self.last {
            // the first step, or the clock stepped back: what is next has to be found (again)
            self.floor = now;
            self.waits.clear();
            self.watched.iter_mut().for_each(|w| w.look_at = Some(i64::MIN));
        }
        self.last = now;
        self.own.refresh(&self.config, self.store.own_reminders().await?, &mut self.watched);
        self.refresh_dues(now).await?;
        let config = self.config.clone();
        let mut step = Step::default();
        let mut open = self.store.open_runs(Which::All).await?;
        let again = now < self.looked || now >= self.looked.saturating_add(LOOK_AGAIN);
        let there: HashSet<Waiting> = open.iter().map(waiting).collect();
        self.waits.retain(|one, until| *until > now && there.contains(one));
        open.retain(|o| (o.released || again) && !self.waits.contains_key(&waiting(o)));
        if open.is_empty() && !self.watched.iter().any(|w| w.look_at.is_some_and(|t| t <= now)) {
            return Ok(step);
        }
        self.looked = if again { now } else { self.looked };
        // what was reported before the due time counts
        self.store.settled().await?;
        let branches: Vec<Org> = self.store.sound_units("").await?.into_iter().filter(|o| o.kind == OrgKind::Branch).collect();
        let day = config.zone().date(now).to_string();
        let ids: Vec<OrgId> = branches.iter().map(|b| b.id).collect();
        self.pen.told = self.store.reminded(&ids, &day).await?;
        self.pen.wordings = self.store.wordings().await?;
        let stale = Stale::read(&self.store, &self.pen.couriers, &ids, now).await?;
        let around = Around { branches, hushes: self.store.hushes(now).await?, day, now, stale };
        for open in &open {
            match self.settle(open, &around).await {
                Ok(letters) => step.letters += letters,
                Err(fault) if fault.is_everywhere() => return Err(fault),
                Err(fault) => {
                    tracing::error!(reminder = %open.reminder, branch = %open.org, %fault, "a reminder that waited could not be sent; it is tried again");
                    self.wait(open, now + RETRY);
                    self.recount(&around).await?;
                    step.failed += 1;
                }
            }
        }
        for i in 0..self.watched.len() {
            if self.watched[i].look_at.is_some_and(|t| t <= now) {
                let watched = self.watched[i].clone();
                let (one, next) = match self.look_at(&watched, &around).await {
                    Ok(found) => found,
                    Err(fault) if fault.is_everywhere() => return Err(fault),
                    Err(fault) => {
                        tracing::error!(reminder = %watched.key, %fault, "a reminder could not be looked at; it is tried again");
                        (Step { failed: 1, ..Step::default() }, None)
                    }
                };
                self.watched[i].look_at = if one.failed > 0 { Some(next.map_or(now + RETRY, |t| t.min(now + RETRY))) } else { next };
                step.add(one);
            }
        }
        add(&self.counts.entered, step.entered);
        add(&self.counts.skipped, step.skipped);
        add(&self.counts.faults, step.failed);
        Ok(step)
    }

    /// An issue that was opened or taken back may bring a time that comes so long before its deadline.
    async fn refresh_dues(&mut self, now: i64) -> Result<(), Fault> {
        if self.watched.iter().any(|w| w.timing.needs_deadlines()) && self.dues.refresh(self.store.opened_since(now - OLD).await?) {
            self.watched.iter_mut().filter(|w| w.timing.needs_deadlines()).for_each(|w| w.look_at = Some(i64::MIN));
        }
        Ok(())
    }

    /// The deadlines that a branch's issues have of their own, as far as a reminder depends on them.
    pub(super) fn dues_of(&self, watched: &Watched, branch: &Org) -> Vec<(Period, i64)> {
        if watched.timing.needs_deadlines() { self.dues.of(&watched.of(&self.config).key, branch) } else { Vec::new() }
    }

    /// What became of a reminder that may have come due, and when it is to be looked at next.
    async fn look_at(&mut self, watched: &Watched, around: &Around) -> Result<(Step, Option<i64>), Fault> {
        let (config, now) = (self.config.clone(), around.now);
        let loud = self.loud(watched, now);
        if loud > now {
            // what is found in quiet hours, after a downtime, waits for their end as what comes due in them does
            let handled = self.store.handled_until(&watched.key, HOUSE, i64::MAX).await?;
            self.known_since(watched, handled, around).await?;
            return Ok((Step::default(), Some(loud)));
        }
        let (one, more) = self.look(watched, around).await?;
        if more {
            // what was missed in a long night goes in pieces
            return Ok((one, Some(now)));
        }
        let all: HashSet<Vec<(Period, i64)>> =
            around.branches.iter().filter(|b| watched.concerns(b)).map(|b| self.dues_of(watched, b)).chain([Vec::new()]).collect();
        let next = all.iter().filter_map(|dues| watched.next_by(&config, dues, now)).map(|run| run.at).min();
        self.tell_unknown(watched, now, next).await?;
        Ok((one, next))
    }

    /// What was drafted and not entered reminded nobody.
    async fn recount(&mut self, around: &Around) -> Result<(), Fault> {
        let ids: Vec<OrgId> = around.branches.iter().map(|b| b.id).collect();
        self.pen.told = self.store.reminded(&ids, &around.day).await?;
        Ok(())
    }

    /// Tells the operator, once a year, that its holidays are not known.
    async fn tell_unknown(&mut self, watched: &Watched, now: i64, next: Option<i64>) -> Result<(), Fault> {
        if !watched.timing.needs_holidays() {
            return Ok(());
        }
        for at in [Some(now), next].into_iter().flatten() {
            let year = chrono::Datelike::year(&watched.reminder.zone.date(at));
            if !self.config.holidays.knows(year) && !self.unknown.contains(&year) {
                tracing::error!(year, reminder = %watched.key, "the holidays of this year are not known: its weekdays count as workdays; add holidays/{year}.toml");
                self.alarms.raise(&Alarm::Holidays(year)).await?;
                self.unknown.insert(year);
            }
        }
        Ok(())
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

    /// One reminder for all branches; and whether any of them is owed more of it.
    async fn look(&mut self, watched: &Watched, around: &Around) -> Result<(Step, bool), Fault> {
        let (key, now) = (&watched.key, around.now);
        let units: Vec<OrgId> = around.branches.iter().map(|b| b.id).chain([HOUSE]).collect();
        let handled: HashMap<OrgId, i64> = self.store.handled(key, &units).await?.into_iter().collect();
        let known_since = self.known_since(watched, handled.get(&HOUSE).copied(), around).await?;
        let config = self.config.clone();
        let mut pasts: HashMap<Vec<(Period, i64)>, Past<'_>> = HashMap::new();
        let mut owed = Vec::new();
        for branch in around.branches.iter().filter(|b| watched.concerns(b)) {
            // a mark of the future was made by a clock that was wrong: the rows' uniqueness still keeps a time from
            // coming twice, so whatever is in the grace is offered again, from when the reminder and the branch began
            let began = known_since.max(Ids::made_at(branch.id.0));
            let from = handled.get(&branch.id).copied().filter(|t| *t <= now).unwrap_or(if began <= now { began } else { self.floor });
            let past = match pasts.entry(self.dues_of(watched, branch)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    let dues = place.key().clone();
                    place.insert(Past::new(watched, &config, dues, now))
                }
            };
            let one = past.owed(from);
            if !one.noted.is_empty() || !one.send.is_empty() {
                owed.push((branch, one));
            }
        }
        let more = owed.iter().any(|(_, one)| one.more);
        let mut step = Step::default();
        for some in owed.chunks(TOGETHER) {
            let fault = match self.enter(watched, some, around).await {
                Ok(one) => {
                    step.add(one);
                    continue;
                }
                Err(fault) => fault,
            };
            self.recount(around).await?;
            if fault.is_everywhere() {
                tracing::error!(reminder = %key, branches = some.len(), %fault, "branches could not be reminded; they are tried again");
                step.failed += some.len();
                continue;
            }
            // one of them is at fault: the others need not wait for it
            for one in some {
                match self.enter(watched, std::slice::from_ref(one), around).await {
                    Ok(one) => step.add(one),
                    Err(fault) => {
                        tracing::error!(reminder = %key, branch = %one.0.id, %fault, "a branch could not be reminded; it is tried again");
                        self.recount(around).await?;
                        step.failed += 1;
                    }
                }
            }
        }
        Ok((step, more))
    }

    /// Enters what some branches are owed, all or none of it.
    async fn enter(&mut self, watched: &Watched, some: &[(&Org, super::times::Owed)], around: &Around) -> Result<Step, Fault> {
        let dues = self.drafts(watched, some, around).await?;
        let fresh = self.store.enter_all(&dues, &around.day, around.now).await?;
        let mut step = Step::default();
        for (due, _) in dues.into_iter().zip(fresh).filter(|(_, fresh)| *fresh) {
            step.skipped += usize::from(due.outcome == Outcome::Skipped);
            step.entered += usize::from(due.outcome != Outcome::Skipped);
            step.letters += due.letters.len();
        }
        Ok(step)
    }

    /// What some branches are owed, as rows to be entered.
    async fn drafts(&mut self, watched: &Watched, some: &[(&Org, super::times::Owed)], around: &Around) -> Result<Vec<Due>, Fault> {
        let config = self.config.clone();
        let duty = watched.of(&config);
        let branches: Vec<OrgId> = some.iter().map(|(b, _)| b.id).collect();
        let orgs: Vec<&Org> = some.iter().map(|(b, _)| *b).collect();
        let mut periods: HashMap<Period, Asked> = HashMap::new();
        let mut dues = Vec::new();
        let first = some.iter().flat_map(|(_, owed)| &owed.send).map(|run| run.period.shift(watched.reminder.period).first_day()).min();
        let lists = match first {
            Some(first) => self.store.lists_waiting(&branches, &duty.key, config.zone().start_of(first)).await?,
            None => Vec::new(),
        };
        for (branch, owed) in some {
            dues.extend(owed.noted.iter().map(|at| noted(&watched.key, branch.id, *at)));
            for run in &owed.send {
                let moment = Moment { watched, branch, run: *run, now: around.now, asked_for: false, until: None, quiet: self.quiet(watched), earlier: &[] };
                let draft = if around.hushed(branch, &duty.key) {
                    Draft::silent(Outcome::Paused)
                } else if let Some(why) = self.stale(moment, duty, around, Some(&lists)).await? {
                    Draft::held(why)
                } else {
                    let asked = moment.asked();
                    let (all, met) = match periods.entry(asked) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(place) => {
                            place.insert((self.store.standings_in(&branches, &duty.key, asked).await?, self.met(duty, &orgs, asked).await?))
                        }
                    };
                    let standings = all.get(&branch.id).map_or(&[][..], Vec::as_slice);
                    self.pen.draft(moment, Facts { standings, met: met.as_ref().is_none_or(|m| m.contains(&branch.id)) }).await?
                };
                // the secretary is asked when the house is not quiet, whatever the reminder keeps
                let good_until = outlasting(moment.good_until(), LEAST_LIFE, config.bot.reminders.quiet, config.zone());
                dues.push(due(&watched.key, branch.id, run, draft, good_until));
            }
        }
        Ok(dues)
    }
}

impl Step {
    fn add(&mut self, one: Self) {
        self.entered += one.entered;
        self.letters += one.letters;
        self.skipped += one.skipped;
        self.failed += one.failed;
    }
}

impl Around {
    /// Whether the secretary paused a duty's reminders there.
    pub(super) fn hushed(&self, branch: &Org, duty: &str) -> bool {
        self.hushes.iter().any(|h| h.holds(&branch.path, duty))
    }
}

fn due(key: &str, org: OrgId, run: &Run, draft: Draft, good_until: i64) -> Due {
    let letters: Vec<Letter> = draft.letters;
    let held = draft.held.map(|why| (why, good_until));
    Due { reminder: key.to_owned(), org, at: run.at, outcome: draft.outcome, letters, told: draft.told, held }
}

/// A due time that is only noted.
fn noted(key: &str, org: OrgId, at: i64) -> Due {
    Due { reminder: key.to_owned(), org, at, outcome: Outcome::Skipped, letters: Vec::new(), told: Vec::new(), held: None }
}
