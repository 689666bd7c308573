//! What a copy adds to what is known of its list: the difference, as a post for the ledger. An entry that says otherwise
//! than before replaces what it said; one that is not there any more changes nothing.

use super::copy::{Copy, Item, People};
use super::known::Known;
use super::{kept, meant, records_for};
use crate::action::context::Context;
use crate::action::meetings::leave_days;
use crate::action::members::people::Person;
use crate::action::records::draft::{Draft, How};
use crate::domain::calendar::Period;
use crate::domain::document::{Document, Growth, Row, State};
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, RecordId};
use crate::domain::ledger::{Entry as Posted, Post};
use crate::domain::record::{Kind, Record, Session, State as Attended};
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};
use crate::language::Entry;
use std::collections::BTreeSet;

/// Counts and minutes beyond this are no report.
const MOST: i64 = 100_000;

/// What an entry asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// A record of something done: fen, a count or minutes, where said.
    Done(Option<i64>),
    Leave,
    /// It is not done.
    Not,
    Unclear,
}

fn effect(duty: &Duty, said: &Entry, bare: bool) -> Effect {
    let some = |n: &Option<i64>| n.filter(|n| (1..=MOST).contains(n)).map_or(Effect::Unclear, |n| Effect::Done(Some(n)));
    match (said, duty.measure) {
        (Entry::Done { count, .. }, Measure::Count) => some(count),
        (Entry::Done { minutes, .. }, Measure::Minutes) => some(minutes),
        (Entry::Done { amount_fen, .. }, Measure::Money) => Effect::Done(*amount_fen),
        (Entry::Done { .. }, Measure::Done | Measure::Attendance) | (Entry::Late | Entry::LeftEarly, Measure::Attendance) => Effect::Done(None),
        (Entry::Empty, Measure::Done | Measure::Attendance | Measure::Money) if bare => Effect::Done(None),
        (Entry::NotDone, _) => Effect::Not,
        // nobody is freed of dues by a word
        (Entry::Leave, measure) if measure != Measure::Money => Effect::Leave,
        _ => Effect::Unclear,
    }
}

/// A post being put together.
pub(super) struct Plan<'a> {
    cx: &'a Context,
    draft: Draft<'a>,
    entries: Vec<Posted>,
    grown: Vec<Growth>,
    /// Check-ins that are open in the units here.
    sessions: Vec<Session>,
}

impl<'a> Plan<'a> {
    pub async fn new(cx: &'a Context, people: &[Person]) -> Result<Self, Error> {
        let mut units: Vec<OrgId> = people.iter().flat_map(|p| p.branch.units.iter().map(|o| o.id)).collect();
        units.sort_unstable();
        units.dedup();
        let sessions = cx.bot.store.open_sessions(&units).await?.into_iter().filter(|s| s.open_at(cx.now)).collect();
        let mut draft = Draft::new(cx)?;
        // whoever may record for others does so; anybody else speaks for themselves
        let others: Vec<Person> = people.iter().filter(|p| records_for(cx, &p.branch.roster.org)).cloned().collect();
        draft.rest_on_whom(&others);
        Ok(Self { cx, draft, entries: Vec::new(), grown: Vec::new(), sessions })
    }

    /// The post of a copy's difference; none where there is none.
    pub async fn of_copy(cx: &'a Context, duty: &'a Duty, known: &Known, copy: &Copy, people: &People) -> Result<Option<Post>, Error> {
        let all: Vec<Person> = copy.items.iter().map(|i| i.person.clone()).collect();
        let mut plan = Self::new(cx, &all).await?;
        plan.begin(&known.document);
        let before = known.by_person();
        for item in &copy.items {
            let rows = before.get(&item.person.member.person).map_or(&[][..], Vec::as_slice);
            plan.compare(duty, item, rows, copy.bare).await?;
        }
        if people.authorised(cx) {
            for unknown in &copy.unknown {
                if !known.rows.iter().any(|r| r.name.as_deref() == Some(&unknown.digest)) {
                    plan.note(None, Some(unknown.digest.clone()), kept(&unknown.said)?, State::Asked, None);
                }
            }
        }
        Ok(plan.finish())
    }

    /// What follows is of this document.
    pub fn begin(&mut self, document: &Document) {
        self.grown.push(Growth { document: document.clone(), rows: Vec::new() });
    }

    fn note(&mut self, person: Option<&Person>, name: Option<String>, said: String, state: State, entry: Option<usize>) {
        let by = self.cx.speaker.as_ref().map(|s| s.known.person);
        let row = Row { version: 0, subject: person.map(Person::subject), name, said, state, source: String::new(), by, live: false };
        if let Some(growth) = self.grown.last_mut() {
            growth.rows.push((row, entry));
        }
    }

    /// One person's entry against what is known of it.
    pub async fn compare(&mut self, duty: &Duty, item: &Item, rows: &[&Row], bare: bool) -> Result<(), Error> {
        let cx = self.cx;
        let me = cx.speaker()?.known.person;
        let own = me == item.person.member.person;
        let may = own || records_for(cx, &item.person.branch.roster.org);
        let said = kept(&item.said)?;
        let effect = effect(duty, &item.said, bare);
        let counts = matches!(effect, Effect::Done(_) | Effect::Leave);
        if let Some(last) = rows.last() {
            let again = match last.state {
                // taken back: it counts once more from whoever it is, or whoever said it
                State::Entered => !last.live && (own || last.by == Some(me)),
                State::Waiting => may,
                State::Refused | State::Noted => may && counts,
                State::Already | State::Doubt | State::Kept | State::Asked => false,
            };
            if last.said == said && !again {
                return Ok(());
            }
            // a copy from before somebody changed their entry
            let older = last.said != said && !own && rows.iter().any(|r| r.said == said);
            // what was said is gone from it
            let emptied = effect == Effect::Unclear && last.state != State::Noted;
            if older || emptied {
                return Ok(());
            }
        }
        let stands: Vec<&&Row> = rows.iter().filter(|r| r.state == State::Entered && r.live).collect();
        if !may {
            if counts || effect == Effect::Not && !stands.is_empty() {
                self.note(Some(&item.person), item.name.clone(), said, State::Waiting, None);
            }
            return Ok(());
        }
        let records = if stands.is_empty() {
            Vec::new()
        } else {
            let sources: BTreeSet<String> = stands.iter().map(|r| r.source.clone()).collect();
            cx.bot.store.standing_records(&item.person.subject(), &duty.key, &sources).await?
        };
        let was = rows.iter().rev().find(|r| r.state == State::Entered).map(|r| meant(&r.said));
        if !records.is_empty() && matches!(was, Some(Entry::Done { .. } | Entry::Empty)) && same(effect, &item.said, &records) {
            return Ok(());
        }
        if self.confirmed(duty, &item.person, &records).await? {
            self.note(Some(&item.person), item.name.clone(), said, State::Kept, None);
            return Ok(());
        }
        let branch = item.person.branch.roster.org.id;
        let gone: Vec<RecordId> = records.iter().map(|r| r.id).collect();
        let made = match effect {
            Effect::Not | Effect::Unclear => {
                if !gone.is_empty() && effect == Effect::Not {
                    self.entries.push(Posted::Reverse { branch, records: gone });
                }
                self.note(Some(&item.person), item.name.clone(), said, State::Noted, None);
                return Ok(());
            }
            Effect::Done(value) => self.done(duty, &item.person, &item.said, value, own),
            Effect::Leave => Ok(self.leave(duty, &item.person, &item.said)),
        };
        match made {
            Err(state) => self.note(Some(&item.person), item.name.clone(), said, state, None),
            Ok(mut made) => {
                let entry = match made.pop() {
                    Some(one) if made.is_empty() && gone.is_empty() => one,
                    last => Posted::Instead { branch, records: gone, with: made.into_iter().chain(last).collect() },
                };
                self.entries.push(entry);
                self.note(Some(&item.person), item.name.clone(), said, State::Noted, Some(self.entries.len() - 1));
            }
        }
        Ok(())
    }

    /// Whether something of these was confirmed, and the speaker is not the one to change that.
    async fn confirmed(&self, duty: &Duty, person: &Person, records: &[Record]) -> Result<bool, Error> {
        let org = &person.branch.roster.org;
        if records.is_empty() || !duty.confirm || self.cx.may(Permission::ApproveDues, org) {
            return Ok(false);
        }
        let waiting = self.cx.bot.store.unconfirmed(org.id, &duty.key).await?;
        Ok(records.iter().any(|r| r.kind == Kind::Done && !waiting.iter().any(|w| w.id == r.id)))
    }

    fn document(&self) -> (Vec<Period>, bool) {
        self.grown.last().map_or((Vec::new(), true), |g| (g.document.periods.clone(), g.document.implied))
    }

    fn done(&mut self, duty: &Duty, person: &Person, said: &Entry, value: Option<i64>, own: bool) -> Result<Vec<Posted>, State> {
        let (periods, implied) = self.document();
        let named = if let Entry::Done { periods, .. } = said { periods.clone() } else { Vec::new() };
        let people = std::slice::from_ref(person);
        let refused = |_: Mistake| State::Refused;
        match duty.measure {
            Measure::Money => {
                let months = if named.is_empty() && !implied { periods } else { named };
                self.draft.pay(duty, people, &months, value, How::default());
                let mut made = self.draft.drain();
                if months.is_empty() {
                    // a list that names no month speaks of this one: what was paid in it already is not paid again
                    let month = Period::containing(duty.cadence, self.cx.today);
                    for entry in &mut made {
                        if let Posted::Pay { day_start, .. } = entry {
                            *day_start = self.cx.zone().start_of(month.first_day());
                        }
                    }
                }
                Ok(made)
            }
            Measure::Attendance => {
                let units: Vec<OrgId> = person.branch.units.iter().map(|o| o.id).collect();
                let open = self.sessions.iter().find(|s| s.duty == duty.key && units.contains(&s.org) && periods.contains(&s.period));
                let records = records_for(self.cx, &person.branch.roster.org);
                let state = match said {
                    Entry::Late => Attended::Late,
                    Entry::LeftEarly => Attended::LeftEarly,
                    _ => Attended::Present,
                };
                match open {
                    Some(session) if records || session.code.is_none() => self.draft.attend(Some(&duty.key), people, None, state),
                    // after the meeting, the word of whoever may record for others is enough
                    _ if records => self.draft.done(duty, people, &periods, 1).map_err(refused)?,
                    _ if own => return Err(State::Waiting),
                    _ => return Err(State::Refused),
                }
                Ok(self.draft.drain())
            }
            Measure::Done | Measure::Count | Measure::Minutes => {
                let periods = if named.is_empty() { periods } else { named };
                self.draft.done(duty, people, &periods, value.unwrap_or(1)).map_err(refused)?;
                Ok(self.draft.drain())
            }
        }
    }

    fn leave(&mut self, duty: &Duty, person: &Person, said: &Entry) -> Vec<Posted> {
        let (periods, _) = self.document();
        let named = if let Entry::Done { periods, .. } = said { periods.clone() } else { Vec::new() };
        let periods = if named.is_empty() { periods } else { named };
        let (first, last) = (periods.iter().min().copied(), periods.iter().max().copied());
        let until = last.filter(|l| Some(*l) != first || l.cadence() > duty.cadence).map(Period::last_day);
        let periods = leave_days::spanned(duty, first.map_or(self.cx.today, Period::first_day), until);
        self.draft.excuse(duty, std::slice::from_ref(person), &periods, leave_days::state(None), None);
        self.draft.drain()
    }

    /// The post; none where nothing is new.
    pub fn finish(mut self) -> Option<Post> {
        self.grown.retain(|g| !g.rows.is_empty());
        if self.grown.is_empty() {
            return None;
        }
        for entry in self.entries {
            self.draft.push(entry);
        }
        for growth in self.grown {
            self.draft.push(Posted::Grow(Box::new(growth)));
        }
        Some(self.draft.finish())
    }
}

/// Whether what is recorded says the same already.
fn same(effect: Effect, said: &Entry, records: &[Record]) -> bool {
    let periods = if let Entry::Done { periods, .. } = said { periods.as_slice() } else { &[] };
    let sum = records.iter().fold(0_i64, |all, r| all.saturating_add(r.value));
    let there = periods.is_empty() || records.iter().all(|r| periods.iter().any(|p| p.expand(r.key.period.cadence()).contains(&r.key.period)));
    there && matches!(effect, Effect::Done(value) if value.is_none_or(|v| v == sum))
}
