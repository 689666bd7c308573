//! Many letters behind one account that leaves time between what it starts: each goes, once; what waits is written anew just before
//! it goes and lives no longer for that; and groups do not wait until everybody was written to.

use crate::schedule_world::{World, at, config, reminder};
use crate::support::db::{Db, on_both};
use crate::support::onebot::PATIENCE;
use libtest_mimic::Trial;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use zhibu::domain::duty::{Audience, Reminder};
use zhibu::domain::message::{ChatKey, Outgoing};
use zhibu::schedule::{Deliverer, Scheduler};
use zhibu::store::sending::outbox::Letter;

pub fn tests() -> Vec<Trial> {
    [
        on_both("schedule_queue::each_in_private_and_a_group_between_them", each_in_private),
        on_both("schedule_queue::groups_where_a_look_takes_long", groups),
        on_both("schedule_queue::nothing_outlives_its_time", outlives),
        on_both("schedule_queue::what_is_started_keeps_its_distance", distance),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A message takes so long, milliseconds: ten times as long as on QQ, so that a tenth of the letters is as long a queue.
const EACH: i64 = 6_000;
const MINUTE: i64 = 60_000;

/// Branches whose members owe study, which reminds at 14:00 on this Sunday.
struct Queue {
    w: World,
    s: Scheduler,
    d: Deliverer,
    begun: i64,
}

impl Queue {
    async fn new(db: Db, branches: usize, members: usize, of: Reminder) -> Self {
        let mut config = config();
        for duty in &mut config.duties {
            duty.reminders = if duty.key == "study" { vec![of.clone()] } else { vec![] };
        }
        let w = World::with(db, "2026-11-22 12:00", config).await;
        for branch in 0..branches {
            // whoever comes next in the order of accounts is another branch's
            let names: Vec<String> = (0..members).map(|n| format!("团员{branch}甲{n}@{}", 10_000 + n * branches + branch)).collect();
            w.branch(&format!("县/第{branch}支部"), &names.iter().map(String::as_str).collect::<Vec<_>>(), &(500 + branch).to_string()).await;
        }
        let (mut s, d) = (w.scheduler(), w.deliverer());
        s.step(w.now()).await.unwrap();
        w.go_to("2026-11-22 14:00");
        s.step(w.now()).await.unwrap();
        let clock = w.clock.clone();
        w.courier.each(move || clock.advance(EACH));
        Self { begun: w.now(), w, s, d }
    }

    /// Both loops once; `rest` (ms) where nothing went. What arrived.
    async fn step(&mut self, rest: i64) -> Vec<String> {
        if !self.d.step(self.w.now()).await.unwrap().more() {
            self.w.clock.advance(rest);
        }
        self.s.step(self.w.now()).await.unwrap();
        self.w.courier.take()
    }

    async fn states(&self, state: &str) -> usize {
        self.w.db.column(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM outbox WHERE state = '{state}'")).await[0].parse().unwrap()
    }
}

fn chats(said: &[String]) -> Vec<&str> {
    let mut all: Vec<&str> = said.iter().filter_map(|line| line.split_once(": ").map(|(chat, _)| chat)).collect();
    all.sort_unstable();
    all
}

async fn each_in_private(db: Db) {
    let mut q = Queue::new(db, 10, 20, Reminder { audience: vec![Audience::Member], ..reminder("each", "0 14 * * SUN") }).await;
    let (mut said, mut group) = (Vec::new(), None);
    let word = Letter { dedupe_key: "test/1".into(), message: Outgoing::text(ChatKey::group("onebot", "99"), "给群"), expires_at: at("2026-11-23 20:00") };
    while q.w.outbox().await.0 > 0 {
        assert!(q.w.now() - q.begun < 30 * MINUTE, "{} of 200 in half an hour", said.len());
        if group.is_none() && q.w.now() - q.begun > 5 * MINUTE {
            group = Some(q.w.now());
            q.w.store.queue_letters(std::slice::from_ref(&word), q.w.now()).await.unwrap();
        }
        let now = q.step(500).await;
        if now.iter().any(|line| line.contains("给群")) {
            assert!(q.w.now() - group.unwrap() < 4 * MINUTE, "a group waits for no more than a batch");
        }
        said.extend(now);
    }
    let all = chats(&said);
    assert!(all.len() == 201 && all.windows(2).all(|two| two[0] != two[1]), "each once, and the group");
    assert!(q.w.now() - q.begun < 201 * EACH + MINUTE, "and no time is lost");
    let anew = q.states("over").await;
    assert!((1..=200).contains(&anew), "{anew}: each is written anew once at most");
    q.w.end().await;
}

/// Each look takes half a minute: what was written anew must go before it has waited too long again.
async fn groups(db: Db) {
    let mut q = Queue::new(db, 200, 1, reminder("each", "0 14 * * SUN")).await;
    let mut said = Vec::new();
    while q.w.outbox().await.0 > 0 {
        assert!(q.w.now() - q.begun < 100 * MINUTE, "{} of 200 in so long", said.len());
        said.extend(q.step(30_000).await);
    }
    assert_eq!((chats(&said).len(), q.states("failed").await), (200, 0));
    assert!(q.states("over").await <= 200);
    q.w.end().await;
}

async fn outlives(db: Db) {
    let short = Reminder { audience: vec![Audience::Member], grace_minutes: 15, ..reminder("each", "0 14 * * SUN") };
    let mut q = Queue::new(db, 10, 20, short).await;
    let (mut said, mut last) = (Vec::new(), q.begun);
    while q.w.outbox().await.0 > 0 {
        let now = q.step(500).await;
        last = if now.is_empty() { last } else { q.w.now() };
        said.extend(now);
    }
    assert!(said.len() > 120 && last <= q.begun + 15 * MINUTE + 16 * EACH, "{} until {}", said.len(), last - q.begun);
    assert_eq!(said.len() + q.states("failed").await, 200, "the others failed, which their secretaries hear");
    q.w.end().await;
}

/// So much time lies between two that an account starts; who stops waits for none, and loses none.
async fn distance(db: Db) {
    let mut w = World::new(db, "2026-11-22 12:00").await;
    // however busy the machine is
    w.parts.sending.timeout = 60_000;
    let letter = |n: usize| Letter {
        dedupe_key: format!("test/{n}"),
        message: Outgoing::text(ChatKey::group("onebot", n.to_string()), format!("第{n}条")),
        expires_at: at("2026-11-22 18:00"),
    };
    w.courier.spaced(Duration::from_millis(40));
    w.store.queue_letters(&[letter(1), letter(2), letter(3)], w.now()).await.unwrap();
    let since = tokio::time::Instant::now();
    w.deliverer().step(w.now()).await.unwrap();
    assert!(since.elapsed() >= Duration::from_millis(80) && w.courier.take_attempts() == 3);
    w.courier.tried().await;
    w.courier.spaced(Duration::from_hours(1));
    w.store.queue_letters(&[letter(4), letter(5)], w.now()).await.unwrap();
    let hurry = CancellationToken::new();
    let mut d = w.deliverer().hurried_by(hurry.clone());
    let (step, ()) = tokio::join!(d.step(w.now()), async {
        tokio::time::timeout(PATIENCE, w.courier.tried()).await.expect("the first goes at once");
        hurry.cancel();
    });
    let step = step.unwrap();
    assert_eq!((step.claimed, step.sent, step.again, w.courier.take_attempts()), (2, 1, 1, 1));
    assert_eq!(w.deliverer().step(w.now()).await.unwrap().sent, 1, "its claim is given back");
    w.end().await;
}
