//! The writer under pressure: crashes, poisoned posts, many at once, several processes.

use super::sample::{Sample, period};
use crate::support::db::{Db, on_both};
use libtest_mimic::Trial;
use zhibu::domain::calendar::Period;
use zhibu::domain::ids::OrgId;
use zhibu::domain::ledger::{Entry, Subject, Verdict};
use zhibu::domain::roster::OrgKind;
use zhibu::error::Fault;
use zhibu::store::Store;

pub fn tests() -> Vec<Trial> {
    [
        on_both("store::redelivery_after_a_crash", redelivery_after_a_crash),
        on_both("store::a_poisoned_post_is_refused_alone", a_poisoned_post_is_refused_alone),
        on_both("store::an_impossible_sum_is_refused_alone", an_impossible_sum_is_refused_alone),
        on_both("store::nul_harms_nobody", nul_harms_nobody),
        on_both("store::a_thousand_at_once", a_thousand_at_once),
        on_both("store::two_processes", two_processes),
        on_both("store::two_processes_two_branches", two_processes_two_branches),
        on_both("store::close_drains", close_drains),
        on_both("store::settled_waits", settled_waits),
        on_both("store::a_lost_number_is_noticed", a_lost_number_is_noticed),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn count(s: &Sample, n: usize, source: &str, value: i64) -> zhibu::domain::ledger::Post {
    s.says(n, source, vec![Entry::Done { subject: s.subject(n), duty: "article".into(), period: period("2026-W47"), value, owed: 5, adds: true }])
}

async fn redelivery_after_a_crash(db: Db) {
    let s = Sample::new(&db).await;
    let before = s.post(count(&s, 0, "a", 2)).await.unwrap();
    let Sample { store, branch, people } = s;
    // no close: the process is gone
    drop(store);
    let s = Sample { store: db.open().await, branch, people };
    let after = s.post(count(&s, 0, "a", 2)).await.unwrap();
    assert_eq!((after.verdicts, after.replayed), (before.verdicts, true));
    assert_eq!(s.store.standings(s.branch.id, "article", period("2026-W47")).await.unwrap()[0].1.got, 2);
    assert!(!s.post(count(&s, 0, "b", 3)).await.unwrap().replayed);
    assert_eq!(s.store.prove().await.unwrap(), Vec::<String>::new());
    s.store.close().await;
}

async fn a_poisoned_post_is_refused_alone(db: Db) {
    let s = Sample::new(&db).await;
    if db.engine == "sqlite" {
        db.sql("CREATE TRIGGER poison BEFORE INSERT ON record WHEN NEW.source LIKE 'poison%' BEGIN SELECT RAISE(ABORT, 'poisoned'); END").await;
    } else {
        db.sql("ALTER TABLE record ADD CONSTRAINT poison CHECK (source NOT LIKE 'poison%')").await;
    }
    let mut pending = Vec::new();
    for n in 0..40 {
        let source = if n == 7 || n == 23 { format!("poison{n}") } else { format!("m{n}") };
        pending.push(s.store.post(count(&s, n % 3, &source, 1)).await);
    }
    for (n, p) in pending.into_iter().enumerate() {
        match p.await.unwrap() {
            Ok(outcome) => assert!(n != 7 && n != 23 && !outcome.replayed, "{n}"),
            Err(fault) => assert!((n == 7 || n == 23) && matches!(fault, Fault::Database { .. }), "{n}: {fault}"),
        }
    }
    let got: i64 = s.store.standings(s.branch.id, "article", period("2026-W47")).await.unwrap().iter().map(|(_, st)| st.got).sum();
    assert_eq!(got, 38);
    assert_eq!(s.store.prove().await.unwrap(), Vec::<String>::new());
    s.store.close().await;
}

async fn an_impossible_sum_is_refused_alone(db: Db) {
    let s = Sample::new(&db).await;
    let pending = [s.store.post(count(&s, 0, "a", 1)).await, s.store.post(count(&s, 0, "b", i64::MAX)).await, s.store.post(count(&s, 0, "c", 1)).await];
    let mut answers = Vec::new();
    for p in pending {
        answers.push(p.await.unwrap().is_ok());
    }
    assert_eq!(answers, [true, false, true]);
    assert_eq!(s.store.tallies("", "article", period("2026-W47")).await.unwrap()[0].1.got, 2);
    s.store.close().await;
}

async fn nul_harms_nobody(db: Db) {
    let s = Sample::new(&db).await;
    let pending = [s.store.post(count(&s, 0, "a\u{0}b", 1)).await, s.store.post(count(&s, 1, "c", 1)).await];
    for p in pending {
        p.await.unwrap().unwrap();
    }
    assert!(s.post(count(&s, 0, "a\u{0}b", 1)).await.unwrap().replayed);
    assert!(s.store.entered("a\u{0}b").await.unwrap().is_some());
    s.store.close().await;
}

async fn a_thousand_at_once(db: Db) {
    let s = Sample::new(&db).await;
    let mut waiting = tokio::task::JoinSet::new();
    for n in 0..1000_usize {
        // every message comes twice, by different ways
        let post = count(&s, n % 3, &format!("m{}", n / 2), 1);
        let store = s.store.clone();
        waiting.spawn(async move { store.post(post).await.await.unwrap().unwrap().replayed });
    }
    let replayed = waiting.join_all().await.into_iter().filter(|r| *r).count();
    assert_eq!(replayed, 500);
    assert_eq!(s.store.tallies("", "article", period("2026-W47")).await.unwrap()[0].1.got, 500);
    assert_eq!(s.store.prove().await.unwrap(), Vec::<String>::new());
    s.store.close().await;
}

/// Both write the same standings; the same messages reach both.
async fn two_processes(db: Db) {
    let s = Sample::new(&db).await;
    let other = db.open().await;
    let mut waiting = tokio::task::JoinSet::new();
    for n in 0..200_usize {
        for store in [s.store.clone(), other.clone()] {
            let mut post = count(&s, n % 3, &format!("m{n}"), 1);
            // chats are bound meanwhile, which raises the epoch
            post.relies.clear();
            waiting.spawn(async move { store.post(post).await.await.unwrap().unwrap().replayed });
        }
        if n % 50 == 49 {
            // the same row is locked from both sides: nothing waits for ever
            let org = s.branch.id;
            for (store, chat) in [(s.store.clone(), "1"), (other.clone(), "2")] {
                let chat = zhibu::domain::message::ChatKey::group("onebot", chat);
                waiting.spawn(async move { store.bind_chat(&chat, org).await.is_err() });
            }
        }
    }
    let mut replayed = 0;
    while let Some(outcome) = waiting.join_next().await {
        match outcome {
            Ok(again) => replayed += usize::from(again),
            Err(e) => panic!("{e}"),
        }
    }
    assert_eq!(replayed, 200);
    assert_eq!(other.tallies("", "article", period("2026-W47")).await.unwrap()[0].1.got, 200);
    assert_eq!(other.prove().await.unwrap(), Vec::<String>::new());
    s.store.close().await;
    other.close().await;
}

/// Each process's batches touch two branches, named in opposite orders: no deadlock refuses a post.
async fn two_processes_two_branches(db: Db) {
    let s = Sample::new(&db).await;
    let second = s.store.create_path("县/镇/二支部", OrgKind::Branch, s.branch.since).await.unwrap();
    let other = db.open().await;
    let entry = |branch: OrgId| Entry::Done {
        subject: Subject { branch, person: s.people[0] },
        duty: "article".into(),
        period: period("2026-W47"),
        value: 1,
        owed: 1,
        adds: true,
    };
    let post = |store: &Store, source: String, first: OrgId, then: OrgId| {
        let mut post = s.says(0, &source, vec![entry(first), entry(then)]);
        post.branch = first;
        let store = store.clone();
        async move { store.post(post).await.await.unwrap().unwrap() }
    };
    let mut waiting = tokio::task::JoinSet::new();
    for n in 0..100 {
        waiting.spawn(post(&s.store, format!("a{n}"), s.branch.id, second.id));
        waiting.spawn(post(&other, format!("b{n}"), second.id, s.branch.id));
    }
    let outcomes = waiting.join_all().await;
    assert!(outcomes.iter().all(|o| !o.replayed && o.verdicts.iter().all(|v| matches!(v, Verdict::Recorded { .. }))));
    let got: Vec<i64> = s.store.tallies("", "article", period("2026-W47")).await.unwrap().into_iter().map(|(_, t)| t.got).collect();
    assert_eq!(got, [200, 200]);
    assert_eq!(s.store.prove().await.unwrap(), Vec::<String>::new());
    s.store.close().await;
    other.close().await;
}

async fn close_drains(db: Db) {
    let s = Sample::new(&db).await;
    let mut pending = Vec::new();
    for n in 0..300 {
        pending.push(s.store.post(count(&s, 0, &format!("m{n}"), 1)).await);
    }
    s.store.close().await;
    for p in pending {
        p.await.unwrap().unwrap();
    }
    assert!(matches!(s.post(count(&s, 0, "late", 1)).await, Err(Fault::Closed)));
    assert!(matches!(s.store.settled().await, Err(Fault::Closed)));
    s.store.close().await;
    let store = db.open().await;
    assert_eq!(store.tallies("", "article", period("2026-W47")).await.unwrap()[0].1.got, 300);
    store.close().await;
}

async fn settled_waits(db: Db) {
    let s = Sample::new(&db).await;
    for n in 0..200 {
        drop(s.store.post(count(&s, 0, &format!("m{n}"), 1)).await);
    }
    s.store.settled().await.unwrap();
    let week: Period = period("2026-W47");
    assert_eq!(s.store.tallies("", "article", week).await.unwrap()[0].1.got, 200, "nobody waited for the answers, all are entered");
    s.store.close().await;
}

/// The process slept past its lease and another took its number: it takes a new one before it writes again.
async fn a_lost_number_is_noticed(db: Db) {
    let s = Sample::new(&db).await;
    s.post(count(&s, 0, "a", 1)).await.unwrap();
    db.clock.advance(3_600_000);
    let other = db.open().await;
    let theirs = other.post(count(&s, 1, "b", 1)).await;
    let mine = s.store.post(count(&s, 2, "c", 1)).await;
    assert!(theirs.await.unwrap().is_ok() && mine.await.unwrap().is_ok());
    let node = |id: i64| (id >> 12) & 1023;
    let nodes: std::collections::BTreeSet<i64> = s.store.latest_records(&[s.branch.id], 2).await.unwrap().iter().map(|r| node(r.id.0)).collect();
    assert_eq!(nodes.len(), 2);
    assert_eq!(s.store.prove().await.unwrap(), Vec::<String>::new());
    s.store.close().await;
    other.close().await;
}
