//! A small tree with people, and posts of theirs.

use crate::support::db::Db;
use chrono::NaiveDate;
use zhibu::domain::calendar::Period;
use zhibu::domain::ids::{OrgId, PersonId};
use zhibu::domain::ledger::{Entry, Outcome, Owing, Post, Subject};
use zhibu::domain::message::{AccountKey, ChatKey};
use zhibu::domain::record::Evidence;
use zhibu::domain::roster::{MemberFields, NewMember, Org, OrgKind, RosterChange};
use zhibu::error::Fault;
use zhibu::store::Store;

/// `2026-09-01` …
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
/// `2026-11` …
pub fn period(text: &str) -> Period {
    text.parse().unwrap()
}
/// An account.
pub fn account(id: &str) -> AccountKey {
    AccountKey::new("onebot", id)
}

/// Somebody who comes to a branch in September, with an account.
pub fn new_member(branch: OrgId, name: &str, qq: &str) -> RosterChange {
    let fields = MemberFields { accounts: vec![account(qq)], band: Some((period("2026-09"), "student".into())), ..MemberFields::default() };
    RosterChange::Add(NewMember { branch, name: name.into(), from: day("2026-09-01"), known: None, fields })
}

/// 县/镇/一支部 with three members, as one process sees it.
/// Whom every duty expects.
pub fn everybody(roster: &zhibu::domain::roster::Roster, _: &str, _: Period) -> Vec<PersonId> {
    roster.members.iter().map(|m| m.person).collect()
}

pub struct Sample {
    pub store: Store,
    pub branch: Org,
    pub people: Vec<PersonId>,
}

impl Sample {
    pub async fn new(db: &Db) -> Self {
        let store = db.open().await;
        let branch = store.create_path("县/镇/一支部", OrgKind::Branch, day("2026-09-01")).await.unwrap();
        let changes = [new_member(branch.id, "张三", "20001"), new_member(branch.id, "李四", "20002"), new_member(branch.id, "王五", "20003")];
        let people = store.change_roster(&changes, &[(branch.id, branch.epoch)], None, &everybody).await.unwrap();
        let branch = store.org(branch.id).await.unwrap().unwrap();
        Self { store, branch, people }
    }
    pub fn subject(&self, n: usize) -> Subject {
        Subject { branch: self.branch.id, person: self.people[n] }
    }
    /// A message of the nth member.
    pub fn says(&self, n: usize, source: &str, entries: Vec<Entry>) -> Post {
        Post {
            branch: self.branch.id,
            source: source.into(),
            chat: ChatKey::group("onebot", "90000"),
            account: account(&format!("2000{}", n + 1)),
            actor: Some(self.people[n]),
            evidence: Evidence::Own,
            at: crate::support::db::NOON,
            relies: vec![(self.branch.id, self.branch.epoch)],
            expected: ["dues", "study"]
                .iter()
                .flat_map(|d| ["2026-09", "2026-10", "2026-11", "2026-W47"].map(|p| (self.branch.id, (*d).into(), period(p), 3)))
                .collect(),
            over: Vec::new(),
            entries,
        }
    }
    /// The nth member's study of a week.
    pub fn done(&self, n: usize, week: &str) -> Entry {
        Entry::Done { subject: self.subject(n), duty: "study".into(), period: period(week), value: 1, owed: 1, adds: false }
    }
    /// The nth member pays dues: 0.2 yuan a month from September on.
    pub fn pay(&self, n: usize, months: Option<&[&str]>, amount: Option<i64>) -> Entry {
        let months_owed = (0..15).map(|k| (period("2026-09").shift(k), 20)).collect();
        Entry::Pay {
            people: vec![Owing { subject: self.subject(n), months: months_owed }],
            duty: "dues".into(),
            months: months.map(|m| m.iter().map(|p| period(p)).collect()),
            amount,
            current: period("2026-11"),
            day_start: crate::support::db::NOON - 12 * 3_600_000,
            ahead: false,
            sure: false,
            warn_months: 3,
        }
    }
    /// Posts and waits until it is durable.
    pub async fn post(&self, post: Post) -> Result<Outcome, Fault> {
        self.store.post(post).await.await.unwrap()
    }
}
