//! Dues that somebody pays: for which months, and what is asked back instead.

use super::{Fields, Pen, already, fields, key, line};
use crate::domain::calendar::Period;
use crate::domain::ledger::{Doubt, Entry, Line, Owing, Refusal, Verdict};
use crate::domain::record::{Key, Kind};

/// The most that is believed of one payment: a hundred thousand yuan, in fen.
pub(super) const MOST: i64 = 10_000_000;

impl Pen<'_> {
    /// Decides a payment: the named months, else the oldest unpaid ones; a sum that fits no run of months is asked back.
    pub(super) fn pay(&mut self, entry: &Entry) -> Verdict {
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
    pub(super) fn due(&self, key: &Key, fen: i64) -> (i64, i64) {
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
}

/// What the first `n` unpaid months of everybody cost together.
fn total(unpaid: &[Vec<(Period, i64)>], n: usize) -> i64 {
    unpaid.iter().flat_map(|u| u.iter().take(n)).map(|(_, fen)| fen).fold(0, |a, b| a.saturating_add(*b))
}
