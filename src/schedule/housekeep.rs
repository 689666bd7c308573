//! What time itself does to the records: freezes who was expected once a period closes, and finds sessions whose time
//! is over. It closes no session: that is announced in a chat, so the caller's `CloseSession` does it.

use super::{Counts, Parts, add};
use crate::action::reminding::alarm::{Alarm, Alarms};
use crate::config::Config;
use crate::config::messages::Value;
use crate::domain::calendar::{Period, Zone};
use crate::domain::course::Issue;
use crate::domain::cron::Schedule;
use crate::domain::duty::{AutoIssues, Duty};
use crate::domain::ids::{PersonId, SessionId};
use crate::domain::message::Outgoing;
use crate::domain::record::Session;
use crate::domain::roster::{Org, OrgKind, Roster};
use crate::effects::Effects;
use crate::error::Fault;
use crate::report::tally::{owing, owing_people};
use crate::store::Store;
use crate::store::sending::outbox::Letter;
use std::collections::HashMap;
use std::sync::Arc;

/// Periods looked back at, at most, for ones that were not frozen while the bot was down.
const LOOK_BACK: usize = 60;

/// After which a branch whose period could not be frozen is tried again, milliseconds.
const RETRY: i64 = 60_000;

/// After this long nobody needs to be told any more that an issue opened, milliseconds.
const ANNOUNCED: i64 = 12 * 60 * 60_000;

/// What one step found and did.
#[derive(Debug, Default)]
pub struct Step {
    /// Sessions whose time is over and that nobody has closed.
    pub overdue: Vec<Session>,
    /// Sessions whose code is another one since the last step.
    pub rolling: Vec<Session>,
    /// Open sessions at which leave that was told before holds and is not entered yet.
    pub leave: Vec<Session>,
    /// Periods frozen, one for each branch.
    pub frozen: usize,
    /// Issues opened by schedule.
    pub opened: usize,
}

/// Keeps house.
pub struct Housekeeper {
    store: Store,
    config: Arc<Config>,
    effects: Effects,
    counts: Arc<Counts>,
    /// For each duty, up to when there is nothing to freeze.
    rest_until: Vec<i64>,
    /// For each duty, the last period whose issue is seen to.
    issue_of: Vec<Option<Period>>,
    /// For each duty, before when issues that could not be opened are not tried again.
    issue_again: Vec<i64>,
    last: i64,
    /// Which code of a session was given last.
    rolled: HashMap<SessionId, i64>,
    /// The local day on which what has served was last dropped.
    retained: String,
    alarms: Alarms,
    /// The clock leapt, and that was said.
    unsure: bool,
}

impl Housekeeper {
    /// The first step looks at every duty.
    pub fn new(parts: &Parts) -> Self {
        Self {
            store: parts.store.clone(),
            config: parts.config.clone(),
            effects: parts.effects.clone(),
            counts: parts.counts.clone(),
            rest_until: vec![i64::MIN; parts.config.duties.len()],
            issue_of: vec![None; parts.config.duties.len()],
            issue_again: vec![i64::MIN; parts.config.duties.len()],
            last: i64::MIN,
            rolled: HashMap::new(),
            retained: String::new(),
            alarms: parts.alarms.clone(),
            unsure: false,
        }
    }

    /// Freezes what closed up to `now`, and gives the sessions that are overdue. Doing it again changes nothing.
    ///
    /// # Errors
    /// Where the database fails; the next step goes on.
    pub async fn step(&mut self, now: i64) -> Result<Step, Fault> {
        if now < self.last {
            self.rest_until.fill(i64::MIN);
            self.issue_of.fill(None);
            self.issue_again.fill(i64::MIN);
        }
        self.last = now;
        let mut step = Step { opened: self.open_issues(now).await?, ..Step::default() };
        // what is frozen or dropped is so for good
        let sure = self.store.clock_holds().await?;
        if !sure && !self.unsure {
            tracing::error!("the clock leapt ahead: until it has held for an hour no period is frozen, nothing is dropped, no notice pushed");
            self.alarms.raise(&Alarm::Clock(now)).await?;
        }
        self.unsure = !sure;
        if sure && self.rest_until.iter().any(|t| *t <= now) {
            let branches: Vec<Org> = self.store.sound_units("").await?.into_iter().filter(|o| o.kind == OrgKind::Branch).collect();
            let config = self.config.clone();
            for (i, duty) in config.duties.iter().enumerate() {
                if self.rest_until[i] <= now {
                    let closed = last_closed(duty, config.zone(), now);
                    let mut rest_until = duty.closes.instant(closed.shift(1), config.zone()).max(now + 1);
                    for branch in &branches {
                        match self.freeze(duty, branch, closed).await {
                            Ok(frozen) => step.frozen += frozen,
                            Err(fault) => {
                                tracing::error!(duty = %duty.key, branch = %branch.id, %fault, "a period could not be frozen; it is tried again");
                                rest_until = rest_until.min(now + RETRY);
                            }
                        }
                    }
                    self.rest_until[i] = rest_until;
                }
            }
            add(&self.counts.frozen, step.frozen);
        }
        if sure {
            self.store.end_links(now).await?;
        }
        let day = self.config.zone().date(now).to_string();
        if sure && day != self.retained {
            // whichever process is first this day does it for all
            if let Some(gone) = self.store.retain(&self.config.bot.retention, &day, now).await? {
                tracing::info!(rows = gone, "what had served was dropped");
            }
            self.retained = day;
        }
        step.overdue = self.store.overdue_sessions(now).await?;
        step.leave = self.store.sessions_with_leave(now, self.config.zone().date(now)).await?;
        let rolling = self.store.rolling_sessions(now).await?;
        self.rolled.retain(|id, _| rolling.iter().any(|s| s.id == *id));
        for session in rolling {
            let window = now.div_euclid(session.rolls.unwrap_or(1).max(1) * 60_000);
            if self.rolled.insert(session.id, window) != Some(window) {
                step.rolling.push(session);
            }
        }
        Ok(step)
    }

    /// Opens the issues that a duty's file schedules, at the top of each tree, once for each period: one that somebody took back
    /// stays so. A tree that can't be served holds up no other.
    async fn open_issues(&mut self, now: i64) -> Result<usize, Fault> {
        let (config, mut opened) = (self.config.clone(), 0);
        let zone = config.zone();
        for (i, duty) in config.duties.iter().enumerate() {
            let Some(auto) = &duty.issues else { continue };
            let period = Period::containing(duty.cadence, zone.date(now));
            let first = Schedule::parse(&auto.cron).ok().and_then(|s| s.next_after(zone.start_of(period.first_day()) - 1, auto.zone));
            if self.issue_of[i] == Some(period) || self.issue_again[i] > now || first.is_none_or(|at| at > now) {
                continue;
            }
            let mut failed = false;
            for unit in self.store.sound_units("").await?.into_iter().filter(|o| o.parent.is_none()) {
                match self.open_issue(duty, auto, &unit, period, now).await {
                    Ok(fresh) => opened += usize::from(fresh),
                    Err(fault) if fault.is_everywhere() => return Err(fault),
                    Err(fault) => {
                        failed = true;
                        add(&self.counts.faults, 1);
                        tracing::error!(duty = %duty.key, unit = %unit.id, %fault, "an issue could not be opened; it is tried again");
                    }
                }
            }
            if failed {
                self.issue_again[i] = now + RETRY;
            } else {
                self.issue_of[i] = Some(period);
            }
        }
        Ok(opened)
    }

    /// Opens the issue of a period at a unit, unless it has one, or had one that was taken back, or pauses; whether it did.
    async fn open_issue(&self, duty: &Duty, auto: &AutoIssues, unit: &Org, period: Period, now: i64) -> Result<bool, Fault> {
        let course = self.store.course(unit).await?;
        if course.issue(&duty.key, period).is_some() || course.paused(duty, period) || self.store.was_withdrawn(unit.id, &duty.key, period).await? {
            return Ok(false);
        }
        let last = |n: &str| n.rsplit('/').next().and_then(|n| n.parse::<u64>().ok());
        let used = course.of(&duty.key).filter(|i| i.period.year() == period.year()).filter_map(|i| last(i.number.as_deref()?)).max();
        let n = used.unwrap_or(0) + 1;
        let name = auto.name.replace("{year}", &period.year().to_string()).replace("{n}", &n.to_string());
        let number = if auto.name.contains("{year}") { format!("{}/{n}", period.year()) } else { n.to_string() };
        let issue = Issue {
            id: self.effects.ids.next(),
            org: unit.id,
            duty: duty.key.clone(),
            period,
            number: Some(number),
            name,
            aliases: Vec::new(),
            opened_at: now,
            due_at: None,
            closed_at: None,
        };
        let recount = |roster: &Roster, duty: &str, period: Period| self.config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, roster, period));
        let letters = self.announcing(duty, unit, &issue, now).await?;
        self.store.open_issue(unit, &issue, None, &letters, &recount).await
    }

    /// What tells the groups at and below the unit that an issue is open: once each.
    async fn announcing(&self, duty: &Duty, unit: &Org, issue: &Issue, now: i64) -> Result<Vec<Letter>, Fault> {
        let (config, zone) = (&self.config, self.config.zone());
        let due = duty.due.instant(issue.period, zone);
        let until = config.messages.time(config.bot.language, due, zone, zone.date(now));
        let args = [("duty", Value::from(&duty.name)), ("issue", issue.name.as_str().into()), ("until", until.into())];
        let text = config.messages.say(config.bot.language, "issue-opened", &args);
        let mut letters = Vec::new();
        for org in self.store.sound_units(&unit.path).await? {
            let chats = self.store.chats_of(org.id).await?;
            letters.extend(chats.into_iter().filter(|c| !c.key.private).map(|chat| Letter {
                dedupe_key: format!("issue/{}/{}", issue.id, chat.key),
                message: Outgoing::text(chat.key, text.clone()),
                expires_at: due.min(now + ANNOUNCED),
            }));
        }
        Ok(letters)
    }

    /// Freezes a branch's periods up to `closed`, oldest first, so that one that is frozen has only frozen ones before it.
    async fn freeze(&self, duty: &Duty, branch: &Org, closed: Period) -> Result<usize, Fault> {
        let mut open = Vec::new();
        let mut period = closed;
        while open.len() < LOOK_BACK && period.last_day() >= branch.since && !self.store.frozen(branch.id, &duty.key, period).await? {
            open.push(period);
            period = period.shift(-1);
        }
        if open.is_empty() {
            return Ok(0);
        }
        let Some(roster) = self.store.roster(branch.id).await? else { return Ok(0) };
        let mut frozen = 0;
        for period in open.into_iter().rev() {
            let expected: Vec<PersonId> = owing(duty, &roster, period).iter().map(|m| m.person).collect();
            // a branch whose roster is still to come is looked at again when the next period closes
            if !expected.is_empty() {
                self.store.freeze(branch.id, &duty.key, period, &expected).await?;
                frozen += 1;
            }
        }
        Ok(frozen)
    }
}

/// The last period of a duty that is closed at `now`.
fn last_closed(duty: &Duty, zone: Zone, now: i64) -> Period {
    let mut period = Period::containing(duty.cadence, zone.date(now)).shift(1);
    // a duty may close long after its period; it does not close centuries after
    for _ in 0..5000 {
        if duty.closes.instant(period, zone) <= now {
            break;
        }
        period = period.shift(-1);
    }
    period
}
