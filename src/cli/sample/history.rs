//! Three months of a branch's life: who paid when, who studied, who came. Planned with dice that always fall the same,
//! then entered in the order of time, as if the bot had heard it.

use super::{Who, expected, find, people};
use crate::config::Config;
use crate::domain::calendar::{Period, Zone};
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, SessionId};
use crate::domain::ledger::{Entry, Owing, Post, Subject};
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::record::{Evidence, Session, State};
use crate::domain::roster::Roster;
use crate::effects::{Effects, Random, SeededRandom};
use crate::error::Fault;
use crate::store::Store;
use crate::store::records::ledger::Pending;
use chrono::{Days, NaiveDate, NaiveTime, Timelike};
use std::collections::HashMap;
use std::sync::Arc;

const SEED: i64 = 20_220_504;
const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;

/// What the history is entered into.
pub struct World<'a> {
    pub store: &'a Store,
    pub config: &'a Config,
    pub effects: &'a Effects,
    pub rosters: &'a [Roster],
    pub chats: &'a [ChatKey],
    pub now: i64,
}

/// Something that happened.
enum Step {
    Said { who: Who, entry: Entry, evidence: Evidence, private: bool, periods: Vec<Period> },
    Opened { branch: usize, session: Session },
    Closed { session: SessionId },
}

/// Enters everything up to now.
pub async fn enter(world: &World<'_>) -> Result<(), Fault> {
    let plan = Plan { world, dice: SeededRandom::new(SEED), steps: Vec::new() }.make()?;
    let mut waiting: Vec<Pending> = Vec::new();
    // a session that a crash left open comes back in place of the planned one
    let mut open: HashMap<SessionId, SessionId> = HashMap::new();
    for (number, (at, step)) in plan.into_iter().enumerate() {
        match step {
            Step::Said { who, entry, evidence, private, periods } => {
                let post = world.post(number, at, who, entry, evidence, private, &periods);
                waiting.push(world.store.post(post).await);
            }
            Step::Opened { branch, session } => {
                settle(&mut waiting).await?;
                let actor = find(world.rosters, branch, 0)?.person;
                let (opened, _) = world.store.open_session(&session, Some(actor)).await?;
                open.insert(session.id, opened.id);
            }
            Step::Closed { session } => {
                settle(&mut waiting).await?;
                world.store.close_session(open.remove(&session).unwrap_or(session), at, &[]).await?;
            }
        }
    }
    settle(&mut waiting).await
}

/// Waits until all of these are durable.
async fn settle(waiting: &mut Vec<Pending>) -> Result<(), Fault> {
    for pending in waiting.drain(..) {
        pending.await.map_err(|_| Fault::Closed)??;
    }
    Ok(())
}

impl World<'_> {
    #[expect(clippy::too_many_arguments, reason = "one call, and every part differs")]
    fn post(&self, number: usize, at: i64, who: Who, entry: Entry, evidence: Evidence, private: bool, periods: &[Period]) -> Post {
        let roster = &self.rosters[who.branch];
        let account: AccountKey = super::account(who.branch, who.place);
        let chat = if private { ChatKey::private(&account) } else { self.chats[who.branch].clone() };
        let branch = roster.org.id;
        let duty = entry.duty().and_then(|d| self.config.duty(d));
        let expected = duty.map(|d| periods.iter().map(|p| (branch, d.key.clone(), *p, expected(roster, d, *p))).collect()).unwrap_or_default();
        Post {
            branch,
            source: format!("{chat}/sample-{number}"),
            chat,
            account,
            actor: Some(who.person),
            evidence,
            at,
            relies: vec![(branch, roster.org.epoch)],
            expected,
            over: Vec::new(),
            entries: vec![entry],
        }
    }
}

/// The plan being made.
struct Plan<'a> {
    world: &'a World<'a>,
    dice: Arc<SeededRandom>,
    steps: Vec<(i64, Step)>,
}

impl Plan<'_> {
    fn make(mut self) -> Result<Vec<(i64, Step)>, Fault> {
        for branch in 0..self.world.rosters.len() {
            for duty in &self.world.config.duties {
                let since = self.world.rosters[branch].org.since;
                let current = Period::containing(duty.cadence, self.zone().date(self.world.now));
                let mut period = Period::containing(duty.cadence, since);
                let mut turn = 0;
                while period <= current {
                    match duty.measure {
                        Measure::Money => self.month_of_dues(branch, duty, period, current)?,
                        Measure::Attendance => self.meeting(branch, duty, period, current, turn)?,
                        Measure::Done | Measure::Count | Measure::Minutes => self.lecture(branch, duty, period, current)?,
                    }
                    period = period.shift(1);
                    turn += 1;
                }
            }
        }
        self.steps.retain(|(at, _)| *at < self.world.now);
        self.steps.sort_by_key(|(at, _)| *at);
        Ok(self.steps)
    }

    fn zone(&self) -> Zone {
        self.world.config.zone()
    }

    fn below(&self, n: u64) -> i64 {
        i64::try_from(self.dice.below(n)).unwrap_or(0)
    }

    /// A waking moment of that day, no later than the hour.
    fn moment(&self, date: NaiveDate, before: u32) -> i64 {
        let open = i64::from(before.saturating_sub(8).max(1)) * HOUR;
        self.zone().start_of(date) + 8 * HOUR + self.below(open.unsigned_abs() / 1000) * 1000
    }

    /// Those who owe the duty in the period, in the order of the list.
    fn owing(&self, branch: usize, duty: &Duty, period: Period) -> Result<Vec<Who>, Fault> {
        let expected: Vec<_> = self.world.rosters[branch].expected(duty, period).map(|m| m.person).collect();
        let all: Result<Vec<Who>, Fault> = (0..people::BRANCHES[branch].names.len()).map(|place| find(self.world.rosters, branch, place)).collect();
        Ok(all?.into_iter().filter(|w| expected.contains(&w.person)).collect())
    }

    fn subject(&self, who: Who) -> Subject {
        Subject { branch: self.world.rosters[who.branch].org.id, person: who.person }
    }

    fn owed(&self, who: Who, duty: &Duty, period: Period) -> i64 {
        let roster = &self.world.rosters[who.branch];
        roster.member(who.person).and_then(|m| duty.owed(&roster.org.path, m.band(period), period)).unwrap_or(duty.target)
    }

    fn said(&mut self, at: i64, who: Who, entry: Entry, period: Period) {
        self.steps.push((at, Step::Said { who, entry, evidence: Evidence::Own, private: false, periods: vec![period] }));
    }

    /// Most pay within the month, some after it, a few not yet; the treasurer confirms when the month is over.
    fn month_of_dues(&mut self, branch: usize, duty: &Duty, period: Period, current: Period) -> Result<(), Fault> {
        let owing = self.owing(branch, duty, period)?;
        for who in owing.iter().copied().filter(|w| !people::SILENT.contains(&(w.branch, w.place))) {
            let date = match self.dice.below(100) {
                0..82 => period.first_day() + Days::new(self.dice.below(26)),
                82..92 if period != current => period.shift(1).first_day() + Days::new(self.dice.below(9)),
                _ => continue,
            };
            let amount = self.owed(who, duty, period);
            let at = self.moment(date, 22);
            let owing = Owing { subject: self.subject(who), months: vec![(period, amount)] };
            let entry = Entry::Pay {
                people: vec![owing],
                duty: duty.key.clone(),
                months: Some(vec![period]),
                amount: Some(amount),
                current: Period::containing(duty.cadence, date),
                day_start: self.zone().start_of(date),
                sure: true,
                ahead: false,
                warn_months: duty.warn_months,
            };
            self.said(at, who, entry, period);
        }
        if duty.confirm && period != current {
            let treasurer = find(self.world.rosters, branch, 1)?;
            let subjects = owing.iter().map(|w| self.subject(*w)).collect();
            let at = self.zone().start_of(period.shift(1).first_day() + Days::new(9)) + 20 * HOUR + self.below(90) * MINUTE;
            let entry = Entry::Confirm { subjects, duty: duty.key.clone(), periods: Some(vec![period]) };
            self.steps.push((at, Step::Said { who: treasurer, entry, evidence: Evidence::Secretary, private: true, periods: vec![period] }));
        }
        Ok(())
    }

    /// Most study within the period, many of them on its last day, a few when it is over.
    fn lecture(&mut self, branch: usize, duty: &Duty, period: Period, current: Period) -> Result<(), Fault> {
        let due = duty.due.instant(period, self.zone());
        let last = self.zone().date(due - 1);
        let until = duty.due.time.unwrap_or(NaiveTime::MIN).hour().max(12);
        for who in self.owing(branch, duty, period)? {
            let days = u64::try_from((last - period.first_day()).num_days()).unwrap_or(0);
            let at = match self.dice.below(100) {
                0..55 => self.moment(period.first_day() + Days::new(self.dice.below(days.max(1))), 22),
                55..88 => self.moment(last, until),
                88..93 if period != current => due + self.below(30) * HOUR,
                _ => continue,
            };
            let owed = self.owed(who, duty, period);
            let adds = matches!(duty.measure, Measure::Count | Measure::Minutes);
            let entry = Entry::Done { subject: self.subject(who), duty: duty.key.clone(), period, value: owed, owed, adds };
            self.said(at, who, entry, period);
        }
        Ok(())
    }

    /// A meeting on the third Saturday of a month that is over: leave before it, check-in at its beginning, some late.
    fn meeting(&mut self, branch: usize, duty: &Duty, period: Period, current: Period, turn: usize) -> Result<(), Fault> {
        if period == current {
            return Ok(());
        }
        let first = period.first_day();
        let saturday = first + Days::new(u64::from((12 - chrono::Datelike::weekday(&first).num_days_from_monday()) % 7) + 14);
        let starts = self.zone().start_of(saturday) + 15 * HOUR;
        let org: OrgId = self.world.rosters[branch].org.id;
        let session = Session {
            id: SessionId(self.world.effects.ids.next()),
            org,
            duty: duty.key.clone(),
            period,
            topic: Some(people::TOPICS[turn % people::TOPICS.len()].to_owned()),
            team: None,
            code: None,
            rolls: None,
            opened_at: starts - 15 * MINUTE,
            closes_at: Some(starts + 2 * HOUR),
            closed_at: None,
            opened_by: None,
        };
        let id = session.id;
        self.steps.push((session.opened_at, Step::Opened { branch, session }));
        for who in self.owing(branch, duty, period)? {
            let dice = self.dice.below(100);
            if dice < 7 {
                let state = if dice < 2 { State::Sick } else { State::Personal };
                let at = self.moment(saturday - Days::new(1), 22);
                let owed = self.owed(who, duty, period);
                let entry =
                    Entry::Excuse { subject: self.subject(who), duty: duty.key.clone(), periods: vec![(period, owed)], state: Some(state), session: None };
                self.said(at, who, entry, period);
            } else if dice < 95 {
                let late = dice >= 90;
                let at = if late { starts + (5 + self.below(20)) * MINUTE } else { starts - (14 * MINUTE - self.below(14 * 60) * 1000) };
                let state = if late { State::Late } else { State::Present };
                let entry = Entry::Attend {
                    subject: self.subject(who),
                    units: vec![org],
                    duty: Some(duty.key.clone()),
                    code: None,
                    state,
                    trusted: false,
                    team: None,
                    beside: Vec::new(),
                };
                self.said(at, who, entry, period);
            }
        }
        self.steps.push((starts + HOUR + 40 * MINUTE, Step::Closed { session: id }));
        Ok(())
    }
}
