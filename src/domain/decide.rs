//! What a post does to the ledger: the one place where a claim becomes a record, or a question, or nothing.
//! Pure; the store's writer calls it within the transaction that read the facts.

use super::calendar::Period;
use super::ids::{OrgId, RecordId, SessionId};
use super::ledger::{Doubt, Entry, Facts, Line, Owing, Post, Refusal, Subject, Verdict};
use super::record::{Key, Kind, Record, Session, Standing, State};
use super::treasury::claims_of;
use std::collections::HashSet;

mod claim;
mod money;

/// The most that is believed of one payment: a hundred thousand yuan, in fen.
const MOST: i64 = 10_000_000;

/// What deciding a post gave.
#[derive(Debug, Default)]
pub struct Decision {
    /// One for each entry.
    pub verdicts: Vec<Verdict>,
    /// The records to write, with rising ids and parts.
    pub records: Vec<Record>,
}

/// Decides every entry of a post and folds its records into `facts`.
pub fn decide(facts: &mut Facts, post: &Post, next_id: &mut dyn FnMut() -> RecordId) -> Decision {
    let mut pen = Pen { facts, post, next_id, records: Vec::new(), at: post.at };
    let verdicts = post.entries.iter().map(|entry| pen.entry(entry)).collect();
    Decision { verdicts, records: pen.records }
}

/// A record's parts that differ from entry to entry.
struct Fields {
    key: Key,
    kind: Kind,
    value: i64,
    owed: i64,
    state: Option<State>,
    session: Option<SessionId>,
    refers: Option<RecordId>,
}

struct Pen<'a> {
    facts: &'a mut Facts,
    post: &'a Post,
    next_id: &'a mut dyn FnMut() -> RecordId,
    records: Vec<Record>,
    /// When what is being entered happened, UTC milliseconds: when it was said, but for what a bill dates.
    at: i64,
}

impl Pen<'_> {
    fn entry(&mut self, entry: &Entry) -> Verdict {
        match entry {
            Entry::Done { subject, duty, period, value, owed, adds } => self.done(subject, duty, *period, (*value, *owed), *adds),
            Entry::Vouch { subject, duty, period, value, owed, claim } => self.vouch(subject, duty, *period, (*value, *owed), *claim),
            Entry::Pay { .. } => self.pay(entry),
            Entry::Attend { subject, units, duty, code, state, trusted, team, beside } => {
                let at = self.post.at;
                let open: Vec<Session> = self
                    .facts
                    .sessions
                    .iter()
                    .filter(|s| s.open_at(at) && units.contains(&s.org) && duty.as_ref().is_none_or(|d| *d == s.duty))
                    .cloned()
                    .collect();
                // of several groups' meetings one's own is meant; where there is none, one is another group's guest, and has still met
                // what is owed for the period
                let own: Vec<Session> = open.iter().filter(|s| s.team.is_none() || s.team == *team).cloned().collect();
                let owed = |s: &Session| i64::from(!beside.iter().any(|(duty, period)| *duty == s.duty && *period == s.period));
                self.attend(subject, units, if own.is_empty() { &open } else { &own }, (code.as_deref(), *trusted), *state, &owed)
            }
            Entry::Excuse { subject, duty, periods, state, session } => {
                let kind = if state.is_some() { Kind::Leave } else { Kind::Exempt };
                self.relieve(subject, duty, periods, (kind, *state, *session))
            }
            Entry::Confirm { subjects, duty, periods } => {
                let mut new = Vec::new();
                let mut keys: Vec<Key> = self
                    .facts
                    .records
                    .keys()
                    .filter(|k| {
                        k.duty == *duty
                            && subjects.iter().any(|s| s.branch == k.branch && s.person == k.person)
                            && periods.as_ref().is_none_or(|p| p.contains(&k.period))
                    })
                    .cloned()
                    .collect();
                keys.sort();
                for key in keys {
                    new.extend(claims_of(&self.facts.records[&key]).map(confirmation));
                }
                if new.is_empty() { Verdict::Refused(Refusal::Nothing) } else { self.recorded(new, false) }
            }
            Entry::Reduce { .. } | Entry::Opening { .. } | Entry::Give { .. } | Entry::Banked { .. } | Entry::Refund { .. } | Entry::Hand { .. } => {
                self.money(entry)
            }
            Entry::Reverse { branch, records } => self.reverse(*branch, records),
            Entry::BringBack { branch, records, adds } => self.bring_back(*branch, records, *adds),
            Entry::Instead { branch, records, with } => self.instead(*branch, records, with),
            // what these say of people is in the other entries
            Entry::Grow(_) | Entry::Looks(_) => already([]),
        }
    }

    fn reverse(&mut self, branch: OrgId, records: &[RecordId]) -> Verdict {
        let wanted: HashSet<_> = records.iter().copied().collect();
        let here = self.facts.records.iter().filter(|(k, _)| k.branch == branch);
        let mut found: Vec<Record> = here.flat_map(|(_, all)| live(all)).filter(|r| wanted.contains(&r.id)).cloned().collect();
        found.sort_by_key(|r| r.id);
        if found.is_empty() {
            return Verdict::Refused(Refusal::Nothing);
        }
        // what was given back in part can't be unsaid: money would come from nowhere
        let refunded = |r: &Record| {
            let payment = if r.kind.confirms() { r.refers } else { Some(r.id) };
            live(&self.facts.records[&r.key]).any(|x| x.kind.refunds() && x.refers == payment && !wanted.contains(&x.id))
        };
        if found.iter().any(|r| (r.kind.claims() || r.kind.confirms()) && refunded(r)) {
            return Verdict::Refused(Refusal::Refunded);
        }
        let new = found
            .into_iter()
            .map(|r| Fields { refers: Some(r.id), session: r.session, state: r.state, ..fields(r.key, Kind::Reverse, -r.value, r.owed) })
            .collect();
        self.recorded(new, false)
    }

    fn bring_back(&mut self, branch: OrgId, records: &[RecordId], adds: bool) -> Verdict {
        let wanted: HashSet<_> = records.iter().copied().collect();
        let here = self.facts.records.iter().filter(|(k, _)| k.branch == branch);
        let mut found: Vec<(RecordId, Record)> = here.flat_map(|(_, all)| taken(all)).filter(|(by, _)| wanted.contains(by)).collect();
        found.sort_by_key(|(by, _)| *by);
        let mut lines = Vec::new();
        for (by, r) in found {
            let standing = self.standing(&r.key);
            if (standing.got > 0 || standing.excused) && !adds {
                continue;
            }
            let back = Fields { refers: Some(by), session: r.session, state: r.state, ..fields(r.key, r.kind, r.value, r.owed) };
            if let Verdict::Recorded { lines: new, .. } = self.recorded(vec![back], false) {
                lines.extend(new);
            }
        }
        if lines.is_empty() { Verdict::Refused(Refusal::Nothing) } else { Verdict::Recorded { lines, many_months: false } }
    }

    fn instead(&mut self, branch: OrgId, records: &[RecordId], with: &[Entry]) -> Verdict {
        let before = (self.facts.clone(), self.records.len());
        if !records.is_empty()
            && let refused @ Verdict::Refused(Refusal::Refunded) = self.reverse(branch, records)
        {
            return refused;
        }
        let (mut new, mut old, mut many) = (Vec::new(), Vec::new(), false);
        let mut no = None;
        for entry in with {
            match self.entry(entry) {
                Verdict::Recorded { lines, many_months } => {
                    new.extend(lines);
                    many |= many_months;
                }
                Verdict::Already { lines } => old.extend(lines),
                other => no = no.or(Some(other)),
            }
        }
        let verdict = match no {
            None if !new.is_empty() => return Verdict::Recorded { lines: new, many_months: many },
            None => already(old),
            Some(no) => no,
        };
        *self.facts = before.0;
        self.records.truncate(before.1);
        verdict
    }

    fn attend(
        &mut self,
        subject: &Subject,
        units: &[OrgId],
        open: &[Session],
        (code, trusted): (Option<&str>, bool),
        state: State,
        owed: &dyn Fn(&Session) -> i64,
    ) -> Verdict {
        let session = match open {
            [] => return Verdict::Refused(Refusal::NoSession),
            [one] => one,
            several => match several.iter().filter(|s| s.code.is_some() && s.takes(code, self.post.at)).collect::<Vec<_>>()[..] {
                [one] => one,
                // one in the unit of this chat, or all the same meeting of several units: no need to ask
                _ if code.is_none() && several.iter().filter(|s| units.first() == Some(&s.org)).count() == 1 => {
                    several.iter().find(|s| units.first() == Some(&s.org)).unwrap_or(&several[0])
                }
                _ => {
                    return Verdict::Ask(Doubt::WhichSession { sessions: several.iter().map(|s| s.topic.clone().unwrap_or_else(|| s.duty.clone())).collect() });
                }
            },
        };
        let key = key(subject, &session.duty, session.period);
        let mut standing = self.standing(&key);
        // the records are at hand wherever there is a standing; what was given at an earlier meeting of the period says nothing of this one
        if let Some(records) = self.facts.records.get(&key) {
            let here: Vec<&Record> = live(records).filter(|r| r.kind == Kind::Attend && r.session == Some(session.id)).collect();
            (standing.got, standing.state) = here.last().map_or((0, None), |r| (1, r.state));
        }
        if standing.got > 0 && (standing.state == Some(state) || state == State::Present) {
            return already([line(key, &standing)]);
        }
        // whoever is in needs no code to say that they leave
        if !trusted && standing.got == 0 && !session.takes(code, self.post.at) {
            return Verdict::Refused(Refusal::WrongCode);
        }
        let entry = Fields { state: Some(state), session: Some(session.id), ..fields(key, Kind::Attend, 1, owed(session)) };
        self.recorded(vec![entry], false)
    }

    /// Less is asked of somebody in these periods: leave, exempt, reduced. What is settled stays as it is.
    /// Leave from one meeting says nothing of the period's others: those may be asked leave from as well.
    fn relieve(&mut self, subject: &Subject, duty: &str, periods: &[(Period, i64)], how: (Kind, Option<State>, Option<SessionId>)) -> Verdict {
        let (kind, state, session) = how;
        let all: Vec<_> = periods.iter().map(|(p, owed)| (key(subject, duty, *p), *owed)).collect();
        let elsewhere = |k: &Key| self.facts.records.get(k).is_some_and(|all| leave_elsewhere(live(all), session));
        // whoever was at another meeting of the period may be on leave from this one
        let other = |k: &Key| session.is_some() && self.facts.records.get(k).is_some_and(|all| only_elsewhere(live(all), session));
        let open = |k: &Key| !self.standing(k).settled() || if self.standing(k).done() { other(k) } else { elsewhere(k) };
        let fresh: Vec<_> = all.iter().filter(|(k, _)| open(k)).cloned().collect();
        if fresh.is_empty() {
            return already(all.into_iter().map(|(k, _)| {
                let s = self.standing(&k);
                line(k, &s)
            }));
        }
        let new = fresh.into_iter().map(|(k, owed)| Fields { state, session, ..fields(k, kind, 0, owed) }).collect();
        self.recorded(new, false)
    }

    fn pay(&mut self, entry: &Entry) -> Verdict {
        let Entry::Pay { people, duty, months, amount, current, day_start, sure, ahead, warn_months } = entry else {
            return Verdict::Refused(Refusal::Nothing);
        };
        // somebody who is named twice pays once
        let people: Vec<&Owing> = people.iter().enumerate().filter(|(i, o)| !people[..*i].iter().any(|p| p.subject == o.subject)).map(|(_, o)| o).collect();
        let owes = |o: &Owing| o.months.iter().any(|(p, fen)| *fen > 0 && months.as_ref().is_none_or(|m| m.contains(p)));
        let unpaid: Vec<Vec<(Period, i64)>> = people
            .iter()
            .map(|o| {
                let named = |p: Period| months.as_ref().is_none_or(|m| m.contains(&p));
                let due = |p: Period, fen: i64| if fen > 0 && named(p) { self.due(&key(&o.subject, duty, p), fen).1 } else { 0 };
                o.months.iter().map(|(p, fen)| (*p, due(*p, *fen))).filter(|(_, left)| *left > 0).collect()
            })
            .collect();
        if people.is_empty() || people.iter().any(|o| !owes(o)) {
            return Verdict::Refused(Refusal::NotOwed);
        }
        // what is due now: the named months, or everything up to this month
        let due_now = |u: &[(Period, i64)]| u.iter().any(|(p, _)| months.is_some() || p <= current);
        if !*ahead && !unpaid.iter().any(|u| due_now(u)) {
            return already(people.iter().flat_map(|o| self.last_paid(o, duty, months.as_deref())).collect::<Vec<_>>());
        }
        // who is paid up to now does not pay ahead because somebody else is named beside
        let behind: Vec<Vec<(Period, i64)>> = unpaid.iter().map(|u| if due_now(u) { u.clone() } else { Vec::new() }).collect();
        let longest = unpaid.iter().map(Vec::len).max().unwrap_or(0);
        // asked, and said to be for these months all the same: what is more is given of their own will
        let sum = amount.filter(|sum| *sure && months.is_some() && *sum <= MOST).unwrap_or(0);
        let extra = sum.saturating_sub(total(&unpaid, usize::MAX)).max(0);
        let run = match (amount, months) {
            (None, Some(_)) => Some((&unpaid, usize::MAX)),
            (None, None) => Some((if behind.iter().all(Vec::is_empty) { &unpaid } else { &behind }, 1)),
            (Some(sum), Some(_)) => (total(&unpaid, usize::MAX) == *sum || extra > 0).then_some((&unpaid, usize::MAX)),
            (Some(sum), None) => [&behind, &unpaid].into_iter().find_map(|all| (1..=longest).find(|n| total(all, *n) == *sum).map(|n| (all, n))),
        };
        let Some((all, n)) = run else {
            return Verdict::Ask(self.doubt(&people, duty, months.as_deref(), amount.unwrap_or(0), &unpaid, *sure));
        };
        let chosen: Vec<(&Owing, Period, i64)> = people.iter().zip(all).flat_map(|(o, u)| u.iter().take(n).map(move |(p, fen)| (*o, *p, *fen))).collect();
        if !sure && !ahead && months.is_none() {
            let paid: Vec<Period> = people
                .iter()
                .flat_map(|o| o.months.iter().map(move |(p, _)| (o, *p)))
                .filter(|(o, p)| {
                    let s = self.standing(&key(&o.subject, duty, *p));
                    s.got > 0 && s.done_at.is_some_and(|t| t >= *day_start)
                })
                .map(|(_, p)| p)
                .collect();
            if !paid.is_empty() {
                return Verdict::Ask(Doubt::SecondToday { paid, next: chosen.iter().map(|(_, p, _)| *p).collect() });
            }
        }
        let far = i32::try_from(*warn_months).unwrap_or(i32::MAX);
        let many = chosen.iter().any(|(_, p, _)| *p > current.shift(far) || *p < current.shift(-far));
        let full = |o: &Owing, p: Period| o.months.iter().find(|(m, _)| *m == p).map_or(0, |(_, fen)| *fen);
        let mut new: Vec<Fields> = chosen
            .into_iter()
            .map(|(o, p, left)| {
                let key = key(&o.subject, duty, p);
                let (due, _) = self.due(&key, full(o, p));
                fields(key, Kind::Done, left, due)
            })
            .collect();
        if let Some(last) = new.last().filter(|_| extra > 0).map(|last| last.key.clone()) {
            new.push(fields(last, Kind::Extra, extra, 0));
        }
        self.recorded(new, many)
    }

    /// What is owed for a period, and what of it is still to come. What records say goes before the roster: a rate that
    /// changed meanwhile does not touch what was paid in part.
    fn due(&self, key: &Key, fen: i64) -> (i64, i64) {
        let s = self.standing(key);
        let owed = if s.owed > 0 { s.owed } else { fen };
        (owed, if s.settled() { 0 } else { (owed - s.got).max(0) })
    }

    fn doubt(&self, people: &[&Owing], duty: &str, months: Option<&[Period]>, amount: i64, unpaid: &[Vec<(Period, i64)>], sure: bool) -> Doubt {
        let due = if months.is_some() { total(unpaid, usize::MAX) } else { total(unpaid, 1) };
        let mut fits = Vec::new();
        // those named were chosen, and cost more than the sum: offering them once more would go in a circle
        if let [o] = people
            && !(sure && months.is_some())
        {
            let start = unpaid.first().and_then(|u| u.first()).map(|(p, _)| *p);
            let left: Vec<(Period, i64)> =
                o.months.iter().map(|(p, fen)| (*p, if *fen > 0 { self.due(&key(&o.subject, duty, *p), *fen).1 } else { 0 })).collect();
            let open = left.iter().filter(|(_, left)| *left > 0);
            // one month named and a sum for several: those up to it, or those from it
            for run in [
                open.clone().filter(|(p, _)| months.and_then(<[_]>::last).is_some_and(|last| p <= last)).collect::<Vec<_>>(),
                open.filter(|(p, _)| Some(*p) >= start).collect(),
            ] {
                let ends_at_named = months.is_some() && run.last().map(|(p, _)| p) == months.and_then(<[_]>::last);
                let take = |n: usize| if ends_at_named { run[run.len() - n..].to_vec() } else { run[..n].to_vec() };
                let sum = |n: usize| take(n).iter().map(|(_, fen)| fen).sum::<i64>();
                if fits.is_empty()
                    && let Some(n) = (1..=run.len()).find(|n| sum(*n) == amount)
                {
                    fits = take(n).iter().map(|(p, _)| *p).collect();
                }
            }
        }
        Doubt::Amount { amount, due, named: months.unwrap_or_default().to_vec(), fits }
    }

    /// The lines that say that nothing is unpaid: those named, else the last month that is settled.
    fn last_paid(&self, owing: &Owing, duty: &str, months: Option<&[Period]>) -> Vec<Line> {
        let settled = owing.months.iter().map(|(p, _)| key(&owing.subject, duty, *p)).filter(|k| self.standing(k).settled());
        let mut lines = settled.map(|k| {
            let s = self.standing(&k);
            line(k, &s)
        });
        if let Some(m) = months { lines.filter(|l| m.contains(&l.key.period)).collect() } else { lines.next_back().into_iter().collect() }
    }

    fn standing(&self, key: &Key) -> Standing {
        self.facts.standings.get(key).cloned().unwrap_or_default()
    }

    fn recorded(&mut self, all: Vec<Fields>, many_months: bool) -> Verdict {
        let lines = all
            .into_iter()
            .map(|f| {
                let p = self.post;
                let record = Record {
                    id: (self.next_id)(),
                    key: f.key,
                    kind: f.kind,
                    value: f.value,
                    owed: f.owed,
                    state: f.state,
                    session: f.session,
                    evidence: p.evidence,
                    actor: p.actor,
                    source: p.source.clone(),
                    part: i64::try_from(self.records.len()).unwrap_or(i64::MAX),
                    refers: f.refers,
                    at: self.at,
                };
                let (key, kind, value, state, at) = (record.key.clone(), record.kind, record.value, record.state, record.at);
                self.enter(record);
                let standing = self.standing(&key);
                Line { key, kind, value, got: standing.got, owed: standing.owed, state, at }
            })
            .collect();
        Verdict::Recorded { lines, many_months }
    }

    fn enter(&mut self, record: Record) {
        let standing = self.facts.standings.entry(record.key.clone()).or_default();
        if record.kind == Kind::Reverse {
            // a fold needs every record of the key: `Reverse` has them all
            let all = self.facts.records.entry(record.key.clone()).or_default();
            all.push(record.clone());
            *standing = Standing::fold(all.iter(), standing.expected);
        } else {
            // of whom nothing is owed, nothing is expected; whoever becomes so later, the roster's recount says
            let presence = matches!(record.kind, Kind::Done | Kind::Attend | Kind::Attest | Kind::Leave | Kind::Exempt);
            if presence && record.owed == 0 && standing.owed == 0 && standing.expected.is_none() {
                standing.expected = Some(false);
            }
            standing.add(&record);
            // whoever reads a key's records had them loaded; for other keys this is only the batch's own part
            self.facts.records.entry(record.key.clone()).or_default().push(record.clone());
        }
        self.records.push(record);
    }
}

/// The records that no reversal names, reversals aside.
pub fn live(records: &[Record]) -> impl Iterator<Item = &Record> {
    let gone: HashSet<_> = records.iter().filter(|r| r.kind == Kind::Reverse).filter_map(|r| r.refers).collect();
    records.iter().filter(move |r| r.kind != Kind::Reverse && !gone.contains(&r.id))
}

/// Whether these records that count free somebody only from other meetings than this one; none: than the whole period.
fn leave_elsewhere<'a>(records: impl Iterator<Item = &'a Record>, session: Option<SessionId>) -> bool {
    let mut frees = records.filter(|r| matches!(r.kind, Kind::Leave | Kind::Exempt)).peekable();
    frees.peek().is_some() && frees.all(|r| r.session.is_some() && r.session != session)
}

/// The last of these records that count by which somebody is free of this meeting.
pub fn free_of<'a>(records: impl Iterator<Item = &'a Record>, session: SessionId) -> Option<&'a Record> {
    records.filter(|r| matches!(r.kind, Kind::Leave | Kind::Exempt) && r.session.is_none_or(|s| s == session)).last()
}

/// Whether these records that count say that somebody was at other meetings than this one, and nothing of this one.
fn only_elsewhere<'a>(records: impl Iterator<Item = &'a Record>, session: Option<SessionId>) -> bool {
    let (mut there, mut here) = (false, false);
    for r in records {
        match r.kind {
            Kind::Attend if r.session != session => there = true,
            Kind::Leave | Kind::Exempt if r.session.is_some() && r.session != session => {}
            _ => here = true,
        }
    }
    there && !here
}

/// What reversals took, each with the reversal's id; those aside that were brought back.
fn taken(records: &[Record]) -> impl Iterator<Item = (RecordId, Record)> {
    let back: HashSet<_> = records.iter().filter(|r| !matches!(r.kind, Kind::Reverse | Kind::Confirm)).filter_map(|r| r.refers).collect();
    records
        .iter()
        .filter(move |r| r.kind == Kind::Reverse && !back.contains(&r.id))
        .filter_map(|r| Some((r.id, records.iter().find(|t| Some(t.id) == r.refers)?.clone())))
}

/// The confirmation of a claim.
fn confirmation(claim: &Record) -> Fields {
    let kind = if claim.kind == Kind::Extra { Kind::ConfirmExtra } else { Kind::Confirm };
    Fields { refers: Some(claim.id), ..fields(claim.key.clone(), kind, claim.value, claim.owed) }
}

fn fields(key: Key, kind: Kind, value: i64, owed: i64) -> Fields {
    Fields { key, kind, value, owed, state: None, session: None, refers: None }
}

fn key(subject: &Subject, duty: &str, period: Period) -> Key {
    Key { branch: subject.branch, duty: duty.to_owned(), person: subject.person, period }
}

fn line(key: Key, s: &Standing) -> Line {
    Line { key, kind: Kind::Done, value: s.got, got: s.got, owed: s.owed, state: s.state, at: s.done_at.or(s.last_at).unwrap_or(0) }
}

fn already(lines: impl IntoIterator<Item = Line>) -> Verdict {
    Verdict::Already { lines: lines.into_iter().collect() }
}

/// What the first `n` unpaid months of everybody cost together.
fn total(unpaid: &[Vec<(Period, i64)>], n: usize) -> i64 {
    unpaid.iter().flat_map(|u| u.iter().take(n)).map(|(_, fen)| fen).fold(0, |a, b| a.saturating_add(*b))
}
