//! What a row of a bill means: whose payment, of which months, how much of it is given beside. Matched by name, sum and time;
//! what can't be told is said to be so. Entering is `bill_import`'s.

use super::bill_import::{BILL, Import};
use crate::action::records::draft::{AHEAD, owing};
use crate::domain::calendar::Period;
use crate::domain::ledger::{Entry, Owing, Post, Subject};
use crate::domain::record::{Evidence, Record};
use crate::domain::roster::Member;
use crate::intake::bill::{self, Bill, Payment, Source, State};
use crate::language::{Around, Grammar, Intent, NameList};

/// A claim and its payment lie at most so many days apart, where a masked name alone is not enough.
const DAYS: i64 = 10;
/// Words between names that say that one pays for the other.
const AGENT: [&str; 7] = ["代", "替", "帮", "幫", "给", "為", "为"];

/// What a row of a bill means.
pub(in crate::action) enum Found<'a> {
    /// One or several members, each with a share of the dues in it, fen; what is given beside them; the months that are named.
    Members { members: Vec<(&'a Member, i64)>, extra: i64, months: Option<Vec<Period>> },
    /// In the league's list and not paid there, or exempt.
    Unpaid(&'a Member),
    /// Why it can't be told.
    Unsure(&'static str),
    /// Nothing of ours.
    Other,
}

/// Whether a remark says that somebody pays for another, names aside.
fn for_another(remark: &str, written: &[&Member]) -> bool {
    let nameless = written.iter().fold(remark.to_owned(), |text, m| text.replace(&m.name, "、"));
    AGENT.iter().any(|agent| nameless.contains(agent))
}

/// Matches rows with members, claims and months.
pub(in crate::action) struct Matcher<'a> {
    pub(in crate::action) import: &'a Import<'a>,
    pub(in crate::action) bill: &'a Bill,
    pub(in crate::action) claims: Vec<Record>,
    pub(in crate::action) grammar: Grammar,
}

impl Matcher<'_> {
    /// What it means; for a wallet's row by the names in it and what was claimed.
    pub(in crate::action) fn find<'s>(&'s self, payment: &Payment) -> Found<'s> {
        let roster = &self.import.branch.roster;
        let members: Vec<&Member> = roster.on(self.import.today).collect();
        if self.bill.source == Source::League {
            if !payment.branch.is_empty() && !roster.org.path.ends_with(&payment.branch) && !payment.branch.ends_with(&roster.org.name) {
                return Found::Unsure("bill-line-elsewhere");
            }
            let same: Vec<&&Member> = members.iter().filter(|m| m.name == payment.who).collect();
            return match same[..] {
                [] => Found::Unsure("bill-line-unknown"),
                [one] if payment.state != State::Paid => Found::Unpaid(one),
                [one] => Found::Members { members: vec![(one, payment.amount)], extra: payment.extra, months: self.import.month.map(|m| vec![m]) },
                _ => Found::Unsure("bill-line-namesakes"),
            };
        }
        let speaks = self.import.duty.names().any(|n| payment.remark.contains(n)) || bill::gives(&payment.remark);
        let written: Vec<&Member> = members.iter().copied().filter(|m| m.name.chars().count() > 1 && payment.remark.contains(&m.name)).collect();
        let masked: Vec<&Member> = members.iter().copied().filter(|m| bill::masks(&payment.who, &m.name)).collect();
        let Some(parts) = payment.split() else {
            return if written.is_empty() && masked.is_empty() && !speaks { Found::Other } else { Found::Unsure("bill-line-gift") };
        };
        let payment = &parts;
        let fits = |m: &Member| self.claimed(m, payment);
        let found = |members: Vec<(&'s Member, i64)>| {
            let all: Vec<&Member> = members.iter().map(|(m, _)| *m).collect();
            Found::Members { members, extra: payment.extra, months: self.months(&payment.remark, &all) }
        };
        if written.len() > 1 && payment.extra > 0 {
            return Found::Unsure("bill-line-gift");
        }
        if written.len() > 1 && for_another(&payment.remark, &written) {
            return self.paid_for(&written, payment);
        }
        let named = match (&written[..], &masked[..]) {
            ([one], _) | ([], [one]) => Some(*one),
            // one claim of just this sum at about this time tells which of them it is
            ([], several) | (several, _) => {
                let mut claimed = several.iter().filter(|m| fits(m));
                claimed.next().copied().filter(|_| claimed.next().is_none())
            }
        };
        match named {
            Some(member) if speaks || fits(member) => found(vec![(member, payment.amount)]),
            Some(_) => Found::Unsure("bill-line-what-for"),
            None if written.len() > 1 => match self.shares(&written, payment) {
                Some(shares) if speaks || written.iter().all(|m| self.waiting(m, payment) > 0) => found(shares),
                _ => Found::Unsure("bill-line-several"),
            },
            None if masked.len() > 1 => Found::Unsure("bill-line-namesakes"),
            None if speaks => Found::Unsure("bill-line-unknown"),
            None => Found::Other,
        }
    }

    /// A row of which one of those named pays for others (张三代李四): for whom, only their own claims tell.
    fn paid_for<'m>(&self, written: &[&'m Member], payment: &Payment) -> Found<'m> {
        let pays = |m: &Member| AGENT.iter().any(|agent| payment.remark.contains(&format!("{}{agent}", m.name)));
        let others: Vec<&Member> = written.iter().copied().filter(|m| !pays(m)).collect();
        let claimed = |of: &[&'m Member]| -> Option<Vec<(&'m Member, i64)>> {
            let all: Vec<(&Member, i64)> = of.iter().map(|m| (*m, self.waiting(m, payment))).collect();
            (!all.is_empty() && all.iter().all(|(_, fen)| *fen > 0) && all.iter().map(|(_, fen)| fen).sum::<i64>() == payment.amount).then_some(all)
        };
        match claimed(&others).or_else(|| claimed(written)) {
            Some(shares) => Found::Members { members: shares, extra: payment.extra, months: self.months(&payment.remark, written) },
            None => Found::Unsure("bill-line-for-whom"),
        }
    }

    /// What each of several members named in one row has of its sum: what each claimed, where that is just the sum, else the same
    /// for all. None where it can't be told.
    fn shares<'m>(&self, members: &[&'m Member], payment: &Payment) -> Option<Vec<(&'m Member, i64)>> {
        let claimed: Vec<(&Member, i64)> = members.iter().map(|m| (*m, self.waiting(m, payment))).collect();
        if claimed.iter().all(|(_, fen)| *fen > 0) && claimed.iter().map(|(_, fen)| fen).sum::<i64>() == payment.amount {
            return Some(claimed);
        }
        let n = i64::try_from(members.len()).ok()?;
        let rate = |m: &Member| {
            let current = Period::containing(self.import.duty.cadence, self.import.today);
            self.import.duty.owed(&self.import.branch.roster.org.path, m.band(current), current)
        };
        let alike = members.windows(2).all(|two| rate(two[0]) == rate(two[1]));
        (alike && payment.extra == 0 && payment.amount % n == 0).then(|| members.iter().map(|m| (*m, payment.amount / n)).collect())
    }

    /// What this member claimed at about the time of the payment, fen.
    fn waiting(&self, member: &Member, payment: &Payment) -> i64 {
        let zone = self.import.config.zone();
        let near = |r: &&Record| payment.day.is_none_or(|day| (zone.date(r.at) - day).num_days().abs() <= DAYS);
        self.claims.iter().filter(|r| r.key.person == member.person).filter(near).map(|r| r.value).sum()
    }

    /// Whether a claim of this member is for just this sum, at about this time.
    fn claimed(&self, member: &Member, payment: &Payment) -> bool {
        let zone = self.import.config.zone();
        let near = |r: &&Record| payment.day.is_none_or(|day| (zone.date(r.at) - day).num_days().abs() <= DAYS);
        let mine: Vec<&Record> = self.claims.iter().filter(|r| r.key.person == member.person).filter(near).collect();
        let sum = |source: Option<&str>| mine.iter().filter(|r| source.is_none_or(|s| r.source == s)).map(|r| r.value).sum::<i64>();
        let fits = |fen: i64| fen == payment.amount || fen == payment.amount + payment.extra;
        !mine.is_empty() && (fits(sum(None)) || mine.iter().any(|r| fits(sum(Some(&r.source)))))
    }

    /// The months that a remark names.
    fn months(&self, remark: &str, members: &[&Member]) -> Option<Vec<Period>> {
        let names = NameList::new(self.import.branch.roster.members.iter().map(|m| m.name.as_str()));
        let around = Around { today: self.import.today, addressed: false, names: &names };
        let said = |text: &str| {
            self.grammar.understand(text, &around).into_iter().find_map(|m| match m.intent {
                Intent::Report { duty, periods, .. } if duty == self.import.duty.key && !periods.is_empty() => Some(periods),
                _ => None,
            })
        };
        let nameless = members.iter().fold(remark.to_owned(), |text, m| text.replace(&m.name, " "));
        let plain = nameless.trim_start_matches([' ', '、', ',', '，', '和']).replace("转账备注:", " ").replace("转账备注：", " ");
        let periods = said(remark).or_else(|| said(&format!("交了{}", plain.trim())))?;
        let months = super::treasury::distinct(periods.iter().flat_map(|p| p.expand(self.import.duty.cadence)));
        (!months.is_empty()).then_some(months)
    }

    /// What the ledger is asked to enter for it.
    pub(in crate::action) fn post(&self, payment: &Payment, members: &[(&Member, i64)], extra: i64, months: Option<&[Period]>) -> Post {
        let import = self.import;
        let roster = &import.branch.roster;
        let number = if payment.number.is_empty() {
            let month = import.month.map(|m| m.to_string()).unwrap_or_default();
            let people: Vec<String> = members.iter().map(|(m, _)| m.person.to_string()).collect();
            format!("{month}/{}", people.join("+"))
        } else {
            payment.number.clone()
        };
        let entries: Vec<Entry> = members.iter().map(|(member, amount)| self.entry(payment, member, (*amount, extra), months)).collect();
        let mut periods: Vec<Period> =
            entries.iter().flat_map(|e| if let Entry::Banked { person, .. } = e { person.months.as_slice() } else { &[] }).map(|(p, _)| *p).collect();
        periods.sort_unstable();
        periods.dedup();
        Post {
            branch: roster.org.id,
            source: format!("{BILL}{}/{number}", self.bill.source.key()),
            chat: import.said.0.clone(),
            account: import.said.1.clone(),
            actor: import.actor,
            evidence: Evidence::Official,
            at: import.now,
            relies: vec![(roster.org.id, roster.org.epoch)],
            expected: periods.into_iter().map(|p| (roster.org.id, import.duty.key.clone(), p, import.branch.expected(import.duty, p))).collect(),
            over: Vec::new(),
            entries,
        }
    }

    fn entry(&self, payment: &Payment, member: &Member, (amount, extra): (i64, i64), months: Option<&[Period]>) -> Entry {
        let (import, duty) = (self.import, self.import.duty);
        let current = Period::containing(duty.cadence, import.today);
        let person = crate::action::members::people::Person { branch: import.branch.clone(), member: member.clone() };
        // as far ahead as the named months or the sum can reach
        let rate = duty.owed(person.path(), member.band(current), current).unwrap_or(1).max(1);
        let reach = current.shift(i32::try_from(amount / rate).unwrap_or(AHEAD).min(AHEAD));
        let owed = owing(duty, &person, months.into_iter().flatten().max().map_or(reach, |last| (*last).max(current).min(current.shift(AHEAD))));
        let subject = Subject { branch: import.branch.roster.org.id, person: member.person };
        // it was paid when the bill says, not when the bill came
        let at = payment.day.and_then(|day| day.and_hms_opt(12, 0, 0)).map_or(import.now, |noon| import.config.zone().instant(noon).min(import.now));
        Entry::Banked {
            person: Owing { subject, months: owed },
            duty: duty.key.clone(),
            months: months.map(<[Period]>::to_vec),
            amount,
            extra,
            current,
            at,
            warn_months: duty.warn_months,
        }
    }
}
