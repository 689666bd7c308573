//! A post being put together: what was meant, as entries that the ledger decides, with the people, months and
//! expectations that they need.

use super::report::attendance;
use crate::action::cache::Branch;
use crate::action::context::Context;
use crate::action::members::moved;
use crate::action::members::people::{Person, find};
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, RecordId, SessionId};
use crate::domain::ledger::{Entry, Owing, Post};
use crate::domain::record::{Evidence, Session, State};
use crate::domain::role::Permission;
use crate::domain::roster::Org;
use crate::error::{Error, Fault, Mistake};
use crate::language::Intent;
use chrono::Days;

/// Months ahead that can be paid for at once.
pub(in crate::action) const AHEAD: i32 = 60;

/// After it closed, who was at a meeting may be put right for so long, milliseconds.
const PUT_RIGHT_FOR: i64 = 30 * 24 * 3_600_000;

/// How a payment was meant.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// The person was asked and said yes.
    pub sure: bool,
    /// For everything that is open (全交了).
    pub all: bool,
    /// For what is not due yet (预交).
    pub ahead: bool,
}

/// A post being put together.
pub struct Draft<'a> {
    cx: &'a Context,
    entries: Vec<Entry>,
    expected: Vec<(OrgId, String, Period, i64)>,
    relies: Vec<(OrgId, i64)>,
    evidence: Evidence,
    over: Vec<Session>,
}

impl<'a> Draft<'a> {
    /// Begins.
    ///
    /// # Errors
    /// A mistake where the account is nobody's.
    pub fn new(cx: &'a Context) -> Result<Self, Mistake> {
        cx.speaker()?;
        Ok(Self { cx, entries: Vec::new(), expected: Vec::new(), relies: Vec::new(), evidence: Evidence::Own, over: Vec::new() })
    }

    /// The people of these names, the speaker where there is none.
    ///
    /// # Errors
    /// A mistake for an unknown or shared name, and where the speaker may not speak for others.
    pub async fn people(&mut self, names: &[String], duty: &Duty) -> Result<Vec<Person>, Error> {
        let cx = self.cx;
        if names.is_empty() {
            let (branch, member) = cx.member()?;
            self.rely(branch);
            return Ok(vec![Person { branch: branch.clone(), member: member.clone() }]);
        }
        let mut all = Vec::new();
        for name in names {
            let person = find(cx, name).await?;
            let unit = &person.branch.roster.org;
            let own = cx.speaker()?.known.person == person.member.person;
            let fellow = cx.speaker()?.branch.as_ref().is_some_and(|b| b.roster.org.id == unit.id);
            if !own && cx.may(Permission::ReportOthers, unit) {
                self.evidence = Evidence::Secretary;
            } else if !own && duty.confirm && fellow {
                // a claim that the treasurer confirms may be made by any fellow member: one pays for several
                self.evidence = Evidence::Proxy;
            } else if !own {
                cx.demand(Permission::ReportOthers, unit)?;
            }
            self.rely(&person.branch);
            all.push(person);
        }
        Ok(all)
    }

    /// Somebody by id, for answers to questions; not asked for permission again.
    ///
    /// # Errors
    /// A mistake where the membership is gone meanwhile.
    pub async fn person(&mut self, branch: OrgId, person: crate::domain::ids::PersonId) -> Result<Person, Error> {
        let branch = self.cx.bot.cache.branch(branch).await?.ok_or_else(|| Mistake::new("chat-no-unit"))?;
        let member = branch.roster.member(person).cloned().ok_or_else(|| Mistake::new("chat-no-unit"))?;
        self.rely(&branch);
        Ok(Person { branch, member })
    }

    /// Whether the speaker may speak for these, beside what else the message says.
    pub(in crate::action) async fn allowed(&self, names: &[String], intent: &Intent) -> Result<(), Error> {
        let duty = match intent {
            Intent::Report { duty, .. } | Intent::Voluntary { duty, .. } | Intent::Leave { duty: Some(duty), .. } => self.cx.duty(duty)?,
            _ => attendance(self.cx)?,
        };
        Draft::new(self.cx)?.people(names, duty).await.map(|_| ())
    }

    /// The post relies on the branch as it was read.
    pub fn rely(&mut self, branch: &Branch) {
        let unit = (branch.roster.org.id, branch.roster.org.epoch);
        if !self.relies.contains(&unit) {
            self.relies.push(unit);
        }
    }

    /// The post relies on the unit as it was read.
    pub fn rely_on(&mut self, unit: &Org) {
        if !self.relies.iter().any(|(id, _)| *id == unit.id) {
            self.relies.push((unit.id, unit.epoch));
        }
    }

    /// How many are expected in a period that the post writes to.
    pub fn expect(&mut self, person: &Person, duty: &Duty, period: Period) {
        self.expect_in(&person.branch, duty, period);
    }

    /// The same, of a branch.
    pub fn expect_in(&mut self, branch: &Branch, duty: &Duty, period: Period) {
        let id = branch.roster.org.id;
        if !self.expected.iter().any(|(b, d, p, _)| *b == id && *d == duty.key && *p == period) {
            self.expected.push((id, duty.key.clone(), period, branch.expected(duty, period)));
        }
    }

    fn periods(duty: &Duty, said: &[Period]) -> Option<Vec<Period>> {
        if said.is_empty() {
            return None;
        }
        let finer = |p: &Period| if p.cadence() < duty.cadence { vec![Period::containing(duty.cadence, p.last_day())] } else { p.expand(duty.cadence) };
        let mut all: Vec<Period> = said.iter().flat_map(finer).collect();
        all.sort_unstable();
        all.dedup();
        Some(all)
    }

    /// What so many months cost for these people, at what they owe now.
    pub(in crate::action) fn cost(&self, duty: &Duty, people: &[Person], months: i64) -> Option<i64> {
        let current = Period::containing(duty.cadence, self.cx.today);
        people.iter().map(|p| duty.owed(p.path(), p.member.band(current), current)?.checked_mul(months)).try_fold(0_i64, |sum, one| sum.checked_add(one?))
    }

    /// A payment for these people together.
    pub fn pay(&mut self, duty: &Duty, people: &[Person], said: &[Period], amount: Option<i64>, how: How) {
        let How { sure, all, ahead } = how;
        let current = Period::containing(duty.cadence, self.cx.today);
        let mut months = Self::periods(duty, said);
        if all && months.is_none() {
            let mut open: Vec<Period> = people.iter().flat_map(|p| owing(duty, p, current)).map(|(month, _)| month).collect();
            open.sort_unstable();
            open.dedup();
            months = Some(open).filter(|open| !open.is_empty());
        }
        // as far ahead as the named months or the sum can reach
        let named = months.iter().flatten().max().copied();
        let share = amount.unwrap_or(0) / i64::try_from(people.len().max(1)).unwrap_or(1);
        let people: Vec<Owing> = people
            .iter()
            .map(|p| {
                let rate = duty.owed(p.path(), p.member.band(current), current).unwrap_or(1).max(1);
                let reach = current.shift(i32::try_from(share / rate).unwrap_or(AHEAD).max(i32::from(ahead)).min(AHEAD));
                let last = named.map_or(reach, |n| n.max(current).min(current.shift(AHEAD)));
                let months = owing(duty, p, last);
                for (month, _) in &months {
                    self.expect(p, duty, *month);
                }
                Owing { subject: p.subject(), months }
            })
            .collect();
        let day_start = self.cx.zone().start_of(self.cx.today);
        self.entries.push(Entry::Pay { people, duty: duty.key.clone(), months, amount, current, day_start, sure, ahead, warn_months: duty.warn_months });
    }

    /// Something done, counted or lasted by each of these.
    ///
    /// # Errors
    /// A mistake for a period that is yet to come, and for somebody of whom nothing is expected then.
    pub fn done(&mut self, duty: &Duty, people: &[Person], said: &[Period], value: i64) -> Result<(), Mistake> {
        let current = Period::containing(duty.cadence, self.cx.today);
        let periods = Self::periods(duty, said).unwrap_or_else(|| vec![current]);
        let before = self.entries.len();
        let mut beside = None;
        let any = |person: &Person| periods.iter().any(|p| expects(duty, person, *p));
        for person in people {
            for period in &periods {
                let expected = expects(duty, person, *period);
                if periods.len() > 1 && periods.iter().any(|p| *p <= current) && (*period > current || !expected && any(person)) {
                    // 今年的都看完了: as far as there was something to do
                    beside = Some(*period);
                    continue;
                }
                let open = person.branch.roster.course.issue(&duty.key, *period).is_some_and(|i| i.opened_at <= self.cx.now);
                if *period > current && !open {
                    return Err(Mistake::new("period-not-yet").with("period", self.cx.period(*period)));
                }
                if !expected && !person.branch.roster.beside(duty, &person.member, *period) {
                    return Err(moved::not_owed(self.cx, duty, &person.branch, &person.member, &[*period]));
                }
                self.expect(person, duty, *period);
                let owed = if expected { duty.owed(person.path(), person.member.band(*period), *period).unwrap_or(duty.target) } else { 0 };
                let adds = matches!(duty.measure, Measure::Count | Measure::Minutes);
                self.entries.push(Entry::Done { subject: person.subject(), duty: duty.key.clone(), period: *period, value, owed, adds });
            }
        }
        match (beside, people.first()) {
            (Some(period), Some(person)) if self.entries.len() == before => Err(moved::not_owed(self.cx, duty, &person.branch, &person.member, &[period])),
            _ => Ok(()),
        }
    }

    /// What was said while nobody listened counts for the check-in that was open then.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn look_back(&mut self, people: &[Person]) -> Result<(), Fault> {
        if self.cx.incoming.missed {
            let units: Vec<OrgId> = people.iter().flat_map(|p| &p.branch.units).map(|o| o.id).collect();
            self.over = self.cx.bot.store.sessions_over(&units, self.cx.said_at).await?;
        }
        Ok(())
    }

    /// Who was at a meeting that is over is put right by whoever opens meetings: of the period that is named, of today, or, where it is
    /// said to be made up for (补签), of the last days. True where there was one, and none of it is on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn put_right(&mut self, people: &[Person], duty: &Duty, named: &[Period]) -> Result<bool, Fault> {
        let cx = self.cx;
        if cx.incoming.missed || !people.iter().all(|p| cx.may(Permission::ManageSessions, &p.branch.roster.org)) {
            return Ok(false);
        }
        let made_up = ["补签", "补个签", "漏签", "忘签"].iter().any(|w| cx.text.contains(w));
        let units: Vec<OrgId> = people.iter().flat_map(|p| &p.branch.units).map(|o| o.id).collect();
        let on = cx.bot.store.open_sessions(&units).await?;
        if !made_up && named.is_empty() && on.iter().any(|s| s.open_at(cx.now)) {
            return Ok(false);
        }
        let from = match named.iter().min() {
            Some(first) => cx.zone().start_of(first.first_day()),
            None if made_up => cx.now - PUT_RIGHT_FOR,
            None => cx.zone().start_of(cx.today),
        };
        let to = named.iter().max().map_or(i64::MAX, |last| cx.zone().start_of(last.last_day() + Days::new(1)));
        let held = cx.bot.store.sessions_between(&units, &duty.key, (from, to)).await?;
        if held.iter().any(|s| s.open_at(cx.now)) {
            return Ok(false);
        }
        // for this post it is as if it were on
        let last = held.into_iter().next_back().filter(|s| s.opened_at + PUT_RIGHT_FOR > cx.now);
        self.over.extend(last.map(|s| Session { closes_at: None, closed_at: None, ..s }));
        Ok(!self.over.is_empty())
    }

    /// A check-in.
    pub fn attend(&mut self, duty: Option<&str>, people: &[Person], code: Option<&str>, state: State) {
        let config = self.cx.bot.config.clone();
        for person in people {
            // which session, and so which period, only the ledger knows: expect those that it may be
            let mut beside = Vec::new();
            for d in config.duties.iter().filter(|d| d.measure == Measure::Attendance) {
                let now = Period::containing(d.cadence, self.cx.today);
                for period in [now, now.shift(-1)] {
                    self.expect(person, d, period);
                    if !expects(d, person, period) {
                        beside.push((d.key.clone(), period));
                    }
                }
            }
            let trusted = self.evidence == Evidence::Secretary;
            let here = self.cx.place.as_ref().map(|p| p.org().id);
            let mut units: Vec<OrgId> = person.branch.units.iter().map(|o| o.id).collect();
            units.sort_by_key(|id| Some(*id) != here);
            let (subject, duty, code) = (person.subject(), duty.map(str::to_owned), code.map(str::to_owned));
            self.entries.push(Entry::Attend { subject, units, duty, code, state, trusted, team: person.member.group.clone(), beside });
        }
    }

    /// Leave for these periods, or only from this meeting of theirs.
    pub fn excuse(&mut self, duty: &Duty, people: &[Person], periods: &[Period], state: State, session: Option<SessionId>) {
        for person in people {
            let owed = |p: Period| if expects(duty, person, p) { duty.owed(person.path(), person.member.band(p), p).unwrap_or(duty.target) } else { 0 };
            let owed: Vec<(Period, i64)> = periods.iter().map(|p| (*p, owed(*p))).collect();
            for (p, _) in &owed {
                self.expect(person, duty, *p);
            }
            self.entries.push(Entry::Excuse { subject: person.subject(), duty: duty.key.clone(), periods: owed, state: Some(state), session });
        }
    }

    /// What somebody gives of their own will, in the period that is now; `sure`: asked about a second gift, and meant.
    pub fn give(&mut self, duty: &Duty, person: &Person, amount: i64, sure: bool) {
        let period = Period::containing(duty.cadence, self.cx.today);
        self.expect(person, duty, period);
        let day_start = self.cx.zone().start_of(self.cx.today);
        self.push(Entry::Give { subject: person.subject(), duty: duty.key.clone(), period, amount, day_start, sure });
    }

    /// Makes of everything drafted so far one correction: it takes the place of these records, or nothing changes.
    pub fn in_place_of(&mut self, branch: OrgId, records: Vec<RecordId>) {
        let with = self.drain();
        self.entries.push(Entry::Instead { branch, records, with });
    }

    /// The entries so far, taken out.
    pub fn drain(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// Whether nothing was drafted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What it rests on so far.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// What it rests on, where that is somebody's office.
    pub fn rest_on(&mut self, evidence: Evidence) {
        self.evidence = evidence;
    }

    /// Something else that the ledger knows how to enter.
    pub fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// What it rests on where people come from an answered question: the speaker's own word, or one for others.
    pub fn rest_on_whom(&mut self, people: &[Person]) {
        let me = self.cx.speaker.as_ref().map(|s| s.known.person);
        if people.iter().any(|p| Some(p.member.person) != me) {
            let all = people.iter().all(|p| self.cx.may(Permission::ReportOthers, &p.branch.roster.org));
            self.evidence = if all { Evidence::Secretary } else { Evidence::Proxy };
        }
    }

    /// The post.
    pub fn finish(mut self) -> Post {
        let cx = self.cx;
        if let Some(place) = &cx.place {
            let unit = (place.org().id, place.org().epoch);
            if !self.relies.iter().any(|(id, _)| *id == unit.0) {
                self.relies.push(unit);
            }
        }
        let own = cx.speaker.as_ref().and_then(|s| s.branch.as_ref()).map(|b| b.roster.org.id);
        let branch = own.or_else(|| self.relies.first().map(|(id, _)| *id)).unwrap_or(OrgId(0));
        Post {
            branch,
            source: cx.incoming.source(),
            chat: cx.incoming.chat.clone(),
            account: cx.incoming.sender.clone(),
            actor: cx.speaker.as_ref().map(|s| s.known.person),
            evidence: self.evidence,
            at: cx.entered_at(),
            relies: self.relies,
            expected: self.expected,
            over: self.over,
            entries: self.entries,
        }
    }
}

/// Whether somebody is expected to meet the duty in the period.
pub(in crate::action) fn expects(duty: &Duty, person: &Person, period: Period) -> bool {
    person.branch.roster.expects(duty, &person.member, period)
}

/// What a member owes of a money duty: from the first month that is owed to `last`.
pub fn owing(duty: &Duty, person: &Person, last: Period) -> Vec<(Period, i64)> {
    let roster = &person.branch.roster;
    let mut month = Period::containing(duty.cadence, roster.first_day(&duty.key, &person.member));
    let mut all = Vec::new();
    while month <= last {
        if roster.owes(duty, &person.member, month)
            && let Some(owed) = roster.owed(duty, &person.member, month).filter(|n| *n > 0)
        {
            all.push((month, owed));
        }
        month = month.shift(1);
    }
    all
}
