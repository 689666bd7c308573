//! What a post does to the ledger: the one place where a claim becomes a record, or a question, or nothing.
//! Pure; the store's writer calls it within the transaction that read the facts.

use super::calendar::Period;
use super::ids::{OrgId, RecordId, SessionId};
use super::ledger::{Entry, Facts, Line, Post, Refusal, Subject, Verdict};
use super::record::{Key, Kind, Record, Session, Standing, State};
use super::treasury::claims_of;
use std::collections::HashSet;

mod claim;
mod money;
mod pay;
mod presence;

pub use presence::free_of;

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
    let mut pen = Pen { facts, post, next_id, records: Vec::new(), before: None, at: post.at };
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

/// A key as it was: its standing, and how many records were at hand.
type Before = (Key, Option<Standing>, Option<usize>);

struct Pen<'a> {
    facts: &'a mut Facts,
    post: &'a Post,
    next_id: &'a mut dyn FnMut() -> RecordId,
    records: Vec<Record>,
    /// While something may have to be taken back: the keys that were written, each with what was known of it before.
    before: Option<Vec<Before>>,
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
            Entry::Grow(_) | Entry::Looks(_) | Entry::Because(_) => already([]),
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
        let entered = self.records.len();
        let outer = self.before.replace(Vec::new());
        let verdict = self.reverse_and_enter(branch, records, with);
        let before = std::mem::replace(&mut self.before, outer).unwrap_or_default();
        if matches!(verdict, Verdict::Recorded { .. }) {
            if let Some(outer) = &mut self.before {
                outer.extend(before);
            }
            return verdict;
        }
        for (key, standing, count) in before.into_iter().rev() {
            match standing {
                Some(standing) => drop(self.facts.standings.insert(key.clone(), standing)),
                None => drop(self.facts.standings.remove(&key)),
            }
            match count {
                Some(count) => self.facts.records.entry(key).or_default().truncate(count),
                None => drop(self.facts.records.remove(&key)),
            }
        }
        self.records.truncate(entered);
        verdict
    }

    fn reverse_and_enter(&mut self, branch: OrgId, records: &[RecordId], with: &[Entry]) -> Verdict {
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
        match no {
            None if !new.is_empty() => Verdict::Recorded { lines: new, many_months: many },
            None => already(old),
            Some(no) => no,
        }
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
        if let Some(before) = &mut self.before {
            let key = &record.key;
            before.push((key.clone(), self.facts.standings.get(key).cloned(), self.facts.records.get(key).map(Vec::len)));
        }
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
