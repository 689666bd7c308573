//! What only money does: less that is owed, balances of before, gifts, bills, refunds, what goes up.

use super::pay::MOST;
use super::{Fields, Pen, already, confirmation, fields, key, live};
use crate::domain::calendar::Period;
use crate::domain::ids::PersonId;
use crate::domain::ledger::{Doubt, Entry, Refusal, Subject, Verdict};
use crate::domain::record::{Key, Kind, Record};
use crate::domain::treasury::{claims_of, refundable};

impl Pen<'_> {
    /// Decides an entry about money that is no plain payment.
    pub(super) fn money(&mut self, entry: &Entry) -> Verdict {
        match entry {
            Entry::Reduce { subject, duty, periods } => self.relieve(subject, duty, periods, (Kind::Reduce, None, None)),
            Entry::Opening { people, duty } => {
                let months = people.iter().flat_map(|o| o.months.iter().map(|(p, fen)| (key(&o.subject, duty, *p), *fen)));
                let all: Vec<_> = months.map(|(k, fen)| (self.due(&k, fen), k)).filter(|((_, left), _)| *left > 0).collect();
                if all.is_empty() {
                    return already([]);
                }
                self.recorded(all.into_iter().map(|((owed, left), k)| fields(k, Kind::Opening, left, owed)).collect(), false)
            }
            Entry::Give { subject, duty, period, amount, day_start, sure } => {
                if !(1..=MOST).contains(amount) {
                    return Verdict::Refused(Refusal::Nothing);
                }
                let given = self.given_since(&key(subject, duty, *period), *day_start);
                if !sure && given > 0 {
                    return Verdict::Ask(Doubt::GiftToday { given });
                }
                self.recorded(vec![fields(key(subject, duty, *period), Kind::Extra, *amount, 0)], false)
            }
            Entry::Banked { at, .. } => {
                self.at = *at;
                let verdict = self.banked(entry);
                self.at = self.post.at;
                verdict
            }
            Entry::Refund { subject, duty, months, amount } => {
                let of = self.facts.records.iter().filter(|(k, _)| k.branch == subject.branch && k.person == subject.person && k.duty == *duty);
                let named = of.filter(|(k, _)| months.as_ref().is_none_or(|m| m.contains(&k.period)));
                let taken = refundable(named.map(|(_, records)| records.as_slice()), *amount);
                match taken {
                    Err(refusal) => Verdict::Refused(refusal),
                    Ok(taken) => {
                        let new = taken
                            .into_iter()
                            .map(|(r, value)| {
                                let kind = if r.kind == Kind::Extra { Kind::RefundExtra } else { Kind::Refund };
                                Fields { refers: Some(r.id), ..fields(r.key, kind, value, r.owed) }
                            })
                            .collect();
                        self.recorded(new, false)
                    }
                }
            }
            Entry::Hand { branch, duty, period, kind, amount } => {
                // that there was nothing before the book is a figure too
                let least = i64::from(*kind != Kind::Carried);
                if !(least..=MOST).contains(amount) || !matches!(kind, Kind::HandUp | Kind::Returned | Kind::Carried) {
                    return Verdict::Refused(Refusal::Nothing);
                }
                let subject = Subject { branch: *branch, person: PersonId::BRANCH };
                // what there was before the book is one figure: a later word on it enters the difference
                let value = if *kind == Kind::Carried { *amount - self.carried(&subject, duty) } else { *amount };
                if value == 0 {
                    return already([]);
                }
                self.recorded(vec![fields(key(&subject, duty, *period), *kind, value, 0)], false)
            }
            _ => Verdict::Refused(Refusal::Nothing),
        }
    }

    /// What was given of one's own will since then and counts, by earlier messages than this, fen.
    fn given_since(&self, key: &Key, since: i64) -> i64 {
        let of = self.facts.records.get(key).map_or(&[][..], Vec::as_slice);
        live(of).filter(|r| r.kind == Kind::Extra && r.at >= since && r.source != self.post.source).map(|r| r.value).sum()
    }

    /// What the live records say that there was before the book, fen.
    fn carried(&self, subject: &Subject, duty: &str) -> i64 {
        let of = self.facts.records.iter().filter(|(k, _)| k.branch == subject.branch && k.person == subject.person && k.duty == duty);
        of.flat_map(|(_, records)| live(records)).filter(|r| r.kind == Kind::Carried).map(|r| r.value).sum()
    }

    /// A bill's row. What it does not fit is asked, and nothing is entered.
    fn banked(&mut self, entry: &Entry) -> Verdict {
        let Entry::Banked { person, duty, months, amount, extra, current, warn_months, .. } = entry else { return Verdict::Refused(Refusal::Nothing) };
        let of = self.facts.records.iter().filter(|(k, _)| k.branch == person.subject.branch && k.person == person.subject.person && k.duty == *duty);
        let mut waiting: Vec<Record> = of.flat_map(|(_, records)| claims_of(records).cloned().collect::<Vec<_>>()).collect();
        waiting.sort_by_key(|r| r.id);
        let all = amount.saturating_add(*extra);
        let mut new = match fitting(&waiting, months.as_deref(), *amount, all) {
            Some(claim) => {
                let said: i64 = claim.iter().map(|r| r.value).sum();
                let confirmed: Vec<Fields> = claim.into_iter().map(confirmation).collect();
                let Verdict::Recorded { lines, .. } = self.recorded(confirmed, false) else { return Verdict::Refused(Refusal::Nothing) };
                if said == all {
                    return Verdict::Recorded { lines, many_months: false };
                }
                (lines, false)
            }
            None if !waiting.is_empty() => {
                let due = waiting.iter().fold(0_i64, |a, r| a.saturating_add(r.value));
                return Verdict::Ask(Doubt::Amount { amount: all, due, named: months.clone().unwrap_or_default(), fits: Vec::new() });
            }
            None if *amount == 0 => (Vec::new(), false),
            None => {
                let people = vec![person.clone()];
                let (months, amount) = (months.clone(), Some(*amount));
                let pay = Entry::Pay {
                    people,
                    duty: duty.clone(),
                    months,
                    amount,
                    current: *current,
                    day_start: i64::MAX,
                    sure: false,
                    ahead: false,
                    warn_months: *warn_months,
                };
                let before = self.records.len();
                match self.pay(&pay) {
                    Verdict::Recorded { lines, many_months } => {
                        let new = self.records[before..].iter().map(confirmation).collect();
                        self.recorded(new, false);
                        (lines, many_months)
                    }
                    other => return other,
                }
            }
        };
        if (1..=MOST).contains(extra) {
            let period = months.iter().flatten().max().copied().unwrap_or(*current);
            let gift = fields(key(&person.subject, duty, period), Kind::Extra, *extra, 0);
            let before = self.records.len();
            if let Verdict::Recorded { lines, .. } = self.recorded(vec![gift], false) {
                new.0.extend(lines);
            }
            let confirmed = self.records[before..].iter().map(confirmation).collect();
            self.recorded(confirmed, false);
        }
        if new.0.is_empty() { Verdict::Refused(Refusal::NotOwed) } else { Verdict::Recorded { lines: new.0, many_months: new.1 } }
    }
}

/// The claims that a payment fits: those of one message, the oldest first, else all that wait. `all` counts gifts in.
fn fitting<'a>(waiting: &'a [Record], months: Option<&[Period]>, amount: i64, all: i64) -> Option<Vec<&'a Record>> {
    let named = |r: &&Record| months.is_none_or(|m| m.contains(&r.key.period));
    let sum = |of: &[&Record]| of.iter().fold(0_i64, |a, r| a.saturating_add(r.value));
    let mut messages: Vec<&str> = waiting.iter().map(|r| r.source.as_str()).collect();
    messages.dedup();
    let groups = messages.iter().map(|m| waiting.iter().filter(|r| r.source == *m).filter(named).collect::<Vec<_>>());
    groups.chain([waiting.iter().filter(named).collect::<Vec<_>>()]).find(|of| !of.is_empty() && (sum(of) == all || sum(of) == amount))
}
