//! Who may send what, and until when: claims against slow sends and dead processes, clocks that step back, accounts that
//! several processes know to be throttled, and what one unit's broken row may not stop.

use crate::schedule_world::{World, at, config, reminder};
use crate::support::courier::Fate;
use crate::support::db::{Db, PLATFORMS, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use std::sync::Arc;
use tokio::sync::Notify;
use zhibu::domain::message::{AccountKey, ChatKey, Outgoing, SendError};
use zhibu::schedule::{Deliverer, Parts, Scheduler, Teller};
use zhibu::store::sending::brakes::Brake;
use zhibu::store::sending::outbox::Letter;

const NOON: &str = "2026-11-22 12:00";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const MINUTE: i64 = 60_000;

pub fn tests() -> Vec<Trial> {
    let mut all = Vec::new();
    macro_rules! both {
        ($($story:ident),* $(,)?) => { $( all.extend(on_both(concat!("schedule_claims::", stringify!($story)), $story)); )* };
    }
    both!(
        a_claim_outlasts_the_last_of_a_slow_batch,
        what_a_slow_one_held_up_goes_in_order,
        a_clock_that_was_a_day_ahead_puts_nothing_off,
        a_due_time_of_a_clock_that_was_ahead_comes_once,
        hushed_letters_after_the_clock_stepped_back,
        several_processes_and_one_throttled_account,
        direct_answers_rest_as_well,
        the_rest_of_direct_answers_doubles,
        one_broken_unit_holds_up_no_other,
        one_broken_unit_is_not_told_and_the_others_are,
    );
    all
}

fn group(id: &str) -> ChatKey {
    ChatKey::group("onebot", id)
}

fn letter(chat: &str, n: usize) -> Letter {
    Letter { dedupe_key: format!("test/{chat}/{n}"), message: Outgoing::text(group(chat), format!("第{n}条")), expires_at: at("2026-11-22 20:00") }
}

/// Account 10001 speaks in group 1, 10002 in group 2 …
async fn voices(w: &World, accounts: usize) -> Vec<AccountKey> {
    let mut all = Vec::new();
    for n in 1..=accounts {
        let account = AccountKey::new("onebot", format!("1000{n}"));
        w.store.appear(&account, w.now(), i64::MAX).await.unwrap();
        w.store.take_voice(&group(&n.to_string()), &account, w.now()).await.unwrap();
        all.push(account);
    }
    all
}

/// The worst that may be: the last of a batch begins just before nobody waits any more, and takes as long as a send may.
async fn a_claim_outlasts_the_last_of_a_slow_batch(db: Db) {
    let mut w = World::new(db, NOON).await;
    w.parts.sending.timeout = 60_000;
    voices(&w, 3).await;
    w.store.queue_letters(&[letter("1", 1), letter("2", 1), letter("3", 1)], w.now()).await.unwrap();
    let (mut d, word) = (w.deliverer(), Arc::new(Notify::new()));
    w.courier.next((0..3).map(|_| Fate::Waits(word.clone())));
    let mut other = Deliverer::new(&Parts { store: w.db.open().await, ..w.parts.clone() });
    let (begun, timeout) = (w.now(), w.parts.sending.timeout);
    let (one, others) = tokio::join!(d.step(begun), async {
        while w.courier.attempts() < 3 {
            w.courier.tried().await;
        }
        // another process looks while they are under way, up to when the last of them must have ended
        let mut claimed = 0;
        for seconds in [1, 59, 61, 119, 120, 121] {
            w.clock.set(begun + seconds * 1000);
            claimed += other.step(w.now()).await.unwrap().claimed;
        }
        assert!(w.now() > begun + 2 * timeout);
        for _ in 0..3 {
            word.notify_one();
            tokio::task::yield_now().await;
        }
        claimed
    });
    assert_eq!((one.unwrap().claimed, others), (3, 0));
    assert_eq!(w.courier.attempts(), 3, "each was tried once");
    w.end().await;
}

/// Sixteen of one account, of which the first takes all the time there is: none is begun whose claim could run out under it.
async fn what_a_slow_one_held_up_goes_in_order(db: Db) {
    let w = World::new(db, NOON).await;
    let account = voices(&w, 1).await.remove(0);
    for n in 2..=16 {
        w.store.take_voice(&group(&n.to_string()), &account, w.now()).await.unwrap();
    }
    let letters: Vec<Letter> = (1..=16).map(|n| letter(&n.to_string(), 1)).collect();
    w.store.queue_letters(&letters, w.now()).await.unwrap();
    let mut d = w.deliverer();
    w.courier.next([Fate::Hangs]);
    let step = d.step(w.now()).await.unwrap();
    assert_eq!((step.claimed, step.sent, step.again), (16, 0, 16));
    assert_eq!(w.courier.take_attempts(), 1);
    // the others' claims are given back at once, and what was not tried does not count
    let attempts = w.db.column("SELECT CAST(attempts AS TEXT) FROM outbox ORDER BY id").await;
    assert_eq!((attempts[0].as_str(), attempts[1..].iter().all(|a| a == "0")), ("1", true));
    // on a busy machine these, too, may take more than one batch's time
    while !d.step(w.now()).await.unwrap().is_empty() {}
    let expected: Vec<String> = (2..=16).map(|n| format!("onebot:{n}: 第1条")).collect();
    assert_eq!(w.courier.take(), expected);
    w.clock.advance(2 * MINUTE);
    d.step(w.now()).await.unwrap();
    assert_eq!(w.courier.take(), ["onebot:1: 第1条"]);
    w.end().await;
}

async fn a_clock_that_was_a_day_ahead_puts_nothing_off(db: Db) {
    let mut w = World::new(db, NOON).await;
    w.parts.sending.timeout = 60_000;
    let accounts = voices(&w, 4).await;
    let noon = w.now();
    // a process whose clock is a day ahead: queues, claims and dies; is throttled; is told to wait
    w.go_to("2026-11-23 12:00");
    let until = w.now() + 6 * 3_600_000;
    let far: Vec<Letter> = (1..=4).map(|n| Letter { expires_at: until, ..letter(&n.to_string(), 1) }).collect();
    w.store.queue_letters(&far, w.now()).await.unwrap();
    let only = |id: &'static str| move |chat: &ChatKey, _: &_| &*chat.id == id;
    assert_eq!(w.store.claim_letters(PLATFORMS, w.now(), w.now() + 180_000, 9, &only("1")).await.unwrap().len(), 1);
    let busy = w.store.claim_letters(PLATFORMS, w.now(), w.now() + 180_000, 9, &only("2")).await.unwrap();
    let again = zhibu::store::sending::outbox::Attempt::Again { at: w.now() + 90_000, error: "429".into() };
    w.store.end_attempt(busy[0].id, &again, w.now()).await.unwrap();
    w.store.throttle(&accounts[2], 600_000, 600_000, w.now()).await.unwrap();
    w.store.appear(&AccountKey::new("onebot", "10009"), w.now(), w.now() + 20_000).await.unwrap();

    // its clock is put right, and another process goes on
    w.clock.set(noon);
    let mut d = w.deliverer();
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take(), ["onebot:2: 第1条", "onebot:4: 第1条"], "what nobody has claimed goes at once");
    w.clock.advance(179_000);
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take(), Vec::<String>::new(), "nobody knows that the claim's holder is dead");
    w.clock.advance(1_000);
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take(), ["onebot:1: 第1条"], "the claim lasts as long as claims do");
    w.clock.set(noon + 600_000);
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take(), ["onebot:3: 第1条"], "and a rest as long as rests do, from when it is seen");
    assert!(w.store.brakes().await.unwrap().is_empty());
    // an account that was last seen in the future is not there for a day
    let gone = w.store.presences().await.unwrap().into_iter().find(|p| &*p.account.id == "10009").unwrap();
    assert!(gone.lease_until <= noon + 20_000 && gone.seen_at <= noon);

    // a wait of hours may be the platform's own: who was not there when the clock stepped leaves it, who was does not
    w.store.queue_letters(&[Letter { expires_at: until, ..letter("2", 2) }], w.now()).await.unwrap();
    w.courier.next([Fate::Fails(SendError::Later { after: Some(5 * 3_600_000), reason: "429".into() })]);
    d.step(w.now()).await.unwrap();
    w.clock.advance(3_600_000);
    while !w.deliverer().step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take(), Vec::<String>::new());
    d.step(w.now()).await.unwrap();
    w.clock.set(noon + 600_000);
    d.step(w.now()).await.unwrap();
    w.clock.advance(600_000);
    d.step(w.now()).await.unwrap();
    assert_eq!((w.courier.take(), w.outbox().await), (vec!["onebot:2: 第2条".to_owned()], (0, 0)));
    w.end().await;
}

/// What came due on a clock that was ahead came; put right, it is not due again, and what comes meanwhile is not lost.
async fn a_due_time_of_a_clock_that_was_ahead_comes_once(db: Db) {
    let mut config = config();
    config.bot.reminders.group_cap = 0;
    for duty in &mut config.duties {
        duty.reminders = if duty.key == "study" { vec![reminder("hourly", "0 9-20 * * *")] } else { vec![] };
    }
    let w = World::with(db, NOON, config).await;
    w.branch("县/甲支部", &["张三"], "1").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 0, "a reminder is owed from when it is known");
    for hour in ["13:00", "15:00"] {
        w.go_to(&format!("2026-11-22 {hour}"));
        assert_eq!(w.tick(&mut s, &mut d).await.len(), 1, "{hour}");
    }
    // back by an hour and a half: 14:00, which was overtaken, is over; 15:00 was said
    for (time, said) in [("13:30", 0), ("14:00", 0), ("14:59", 0), ("15:00", 0), ("16:00", 1), ("17:00", 1)] {
        w.go_to(&format!("2026-11-22 {time}"));
        assert_eq!(w.tick(&mut s, &mut d).await.len(), said, "{time}");
    }
    w.end().await;
}

/// What waits for the end of a night that the clock only dreamt of goes when it is day.
async fn hushed_letters_after_the_clock_stepped_back(db: Db) {
    let w = World::new(db, NOON).await;
    let b = w.branch("县/甲支部", &["张三"], "1").await;
    let key = |n: usize| format!("reminder/study/sunday/{}/{}/onebot:1/{n}", b.org.id, w.now());
    let said = Letter { dedupe_key: key(0), expires_at: at("2026-11-24 20:00"), ..letter("1", 1) };
    w.go_to("2026-11-22 23:00");
    w.store.queue_letters(std::slice::from_ref(&said), w.now()).await.unwrap();
    let mut d = w.deliverer();
    d.step(w.now()).await.unwrap();
    assert_eq!((w.courier.take_attempts(), w.outbox().await), (0, (1, 0)), "it is quiet");
    w.go_to("2026-11-22 13:00");
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take(), ["onebot:1: 第1条"]);
    w.end().await;
}

async fn several_processes_and_one_throttled_account(db: Db) {
    let w = World::new(db, NOON).await;
    // accounts of two processes: 10001 and 10002 here, 10003 there; each speaks in two groups
    let there = w.db.open().await;
    for (n, store) in [(1, &w.store), (2, &w.store), (3, &there)] {
        let account = AccountKey::new("onebot", format!("1000{n}"));
        store.appear(&account, w.now(), i64::MAX).await.unwrap();
        for chat in [n, n + 10] {
            store.take_voice(&group(&chat.to_string()), &account, w.now()).await.unwrap();
        }
    }
    let (mut here, mut other) = (w.deliverer(), Deliverer::new(&Parts { store: there.clone(), ..w.parts.clone() }));
    w.store.queue_letters(&[letter("1", 1)], w.now()).await.unwrap();
    w.courier.next([Fate::Fails(SendError::Throttled("1200".into()))]);
    here.step(w.now()).await.unwrap();
    w.courier.take_attempts();
    let more: Vec<Letter> = ["1", "11", "2", "12", "3", "13"].iter().map(|chat| letter(chat, 2)).collect();
    w.store.queue_letters(&more, w.now()).await.unwrap();
    let drain = async |here: &mut Deliverer, other: &mut Deliverer| {
        while here.step(w.now()).await.unwrap().claimed + other.step(w.now()).await.unwrap().claimed > 0 {}
        let mut said = w.courier.take();
        said.sort();
        said
    };
    let others = ["onebot:12: 第2条", "onebot:13: 第2条", "onebot:2: 第2条", "onebot:3: 第2条"];
    assert_eq!(drain(&mut here, &mut other).await, others, "every other account's groups");
    // the account comes over to the other process, which keeps to its rest, though it never was told anything itself
    there.appear(&AccountKey::new("onebot", "10001"), w.now(), i64::MAX).await.unwrap();
    w.clock.advance(9 * MINUTE);
    assert_eq!(drain(&mut here, &mut other).await, Vec::<String>::new());
    w.clock.advance(MINUTE);
    // one group first
    assert_eq!(drain(&mut here, &mut other).await, ["onebot:1: 第1条", "onebot:1: 第2条"]);
    w.clock.advance(16_000);
    assert_eq!(drain(&mut here, &mut other).await, ["onebot:11: 第2条"]);
    assert!(w.store.brakes().await.unwrap().is_empty() && w.outbox().await == (0, 0));
    there.close().await;
    w.end().await;
}

/// Answers of an account that is throttled wait with its letters: nothing is tried meanwhile, by whatever it was stopped.
async fn direct_answers_rest_as_well(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let group = house.unbound_group("90000");
    assert!(!group.asks("张三", "我的记录").await.is_empty());
    // the deliverer of another process is told that the account is throttled
    let now = house.bot.now();
    house.store().brake(&Brake { account: house.me.clone(), since: now, until: now + 10 * MINUTE }).await.unwrap();
    house.bot.tick().await;
    house.wire.take_attempts();
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "");
    assert_eq!(house.whispers("李四", "谁没看大学习").await, "");
    house.delivered().await;
    assert_eq!(house.wire.take_attempts(), 0, "nothing is tried");
    // it was heard and entered; the answers come when the account may speak again
    house.later(10).await;
    house.bot.tick().await;
    house.delivered().await;
    house.later(1).await;
    house.delivered().await;
    assert_eq!(house.read(&group.chat), "记好啦：张三，本周青年大学习已完成。");
    let said = house.read(&ChatKey::private(&crate::support::house::account("李四")));
    assert!(said.contains("2 位"), "{said}");
    assert!(house.store().brakes().await.unwrap().is_empty());
    house.ends().await;
}

async fn the_rest_of_direct_answers_doubles(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let group = house.unbound_group("90000");
    let rest = async || {
        let all = house.store().brakes().await.unwrap();
        all.first().map(|b| (b.until - b.since) / MINUTE)
    };
    house.wire.throttles(true);
    let mut lengths = Vec::new();
    for _ in 0..6 {
        house.wire.take_attempts();
        group.asks("张三", "我的记录").await;
        assert_eq!(house.wire.take_attempts(), 1);
        lengths.push(rest().await.unwrap());
        // while it rests, nothing more is tried
        group.asks("张三", "我的记录").await;
        assert_eq!(house.wire.take_attempts(), 0);
        house.later(lengths[lengths.len() - 1]).await;
        house.bot.tick().await;
    }
    assert_eq!(lengths, [10, 20, 40, 80, 120, 120], "doubled each time in a row, and no longer than the longest");
    // once something went out it is forgotten
    house.wire.throttles(false);
    group.asks("李四", "我的记录").await;
    assert_eq!(rest().await, None);
    house.wire.throttles(true);
    group.asks("李四", "我的记录").await;
    assert_eq!(rest().await, Some(10));
    house.store().release_brake(&house.me).await.unwrap();
    house.wire.throttles(false);
    house.later(1).await;
    house.delivered().await;
    house.read(&group.chat);
    house.ends().await;
}

/// A row that no version of ours wrote, at the top of one tree: the other tree's issue opens, its groups are reminded.
async fn one_broken_unit_holds_up_no_other(db: Db) {
    let mut config = config();
    for duty in &mut config.duties {
        if duty.key == "study" {
            let cron = "0 9 * * SUN".to_owned();
            duty.issues = Some(zhibu::domain::duty::AutoIssues { cron, zone: crate::schedule_world::ZONE, name: "{year}年第{n}期".into() });
        }
    }
    let w = World::with(db, NOON, config).await;
    let broken = w.branch("甲县/甲支部", &["张三"], "1").await;
    w.branch("乙县/乙支部", &["李四"], "2").await;
    let aliased = w.branch("丙县/丙支部", &["王五"], "3").await;
    let mut h = w.housekeeper();
    // its top can't be read at all; another's course can't
    w.db.sql("UPDATE org SET kind = 'nonsense' WHERE path = '甲县'").await;
    let top = w.store.org_by_path("丙县").await.unwrap().unwrap();
    let bad = "INSERT INTO issue (org_id, duty, period, id, number, name, aliases, opened_at) VALUES";
    w.db.sql(&format!("{bad} ({}, 'study', '2026-W30', 5, '1', '第1期', 'not json', 0)", top.id)).await;
    let step = h.step(w.now()).await.unwrap();
    assert_eq!((step.opened, step.frozen > 0), (1, true));
    let mut d = w.deliverer();
    while !d.step(w.now()).await.unwrap().is_empty() {}
    let said = w.courier.take();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("onebot:2: ") && said[0].contains("2026年第1期"), "{said:?}");
    // a minute later it is tried again, without telling the others anew; once mended, it opens
    assert_eq!(h.step(w.now() + MINUTE).await.unwrap().opened, 0);
    w.db.sql("DELETE FROM issue WHERE id = 5").await;
    w.db.sql("UPDATE org SET kind = 'committee' WHERE path = '甲县'").await;
    w.clock.advance(2 * MINUTE);
    assert_eq!(h.step(w.now()).await.unwrap().opened, 2);
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take().len(), 2);
    // a branch that can't be read is not reminded, the others are
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.db.sql(&format!("UPDATE org SET kind = 'nonsense' WHERE id = {}", broken.org.id)).await;
    w.go_to("2026-11-22 18:00");
    let said = w.tick(&mut s, &mut d).await;
    assert_eq!(said.len(), 2, "{said:?}");
    w.db.sql(&format!("UPDATE org SET kind = 'branch' WHERE id = {}", broken.org.id)).await;
    w.go_to("2026-11-22 19:00");
    let mut fresh = Scheduler::new(&w.parts).unwrap();
    let said = w.tick(&mut fresh, &mut d).await;
    assert!(said.len() == 1 && said[0].starts_with("onebot:1: "), "{said:?}");
    drop(aliased);
    w.end().await;
}

async fn one_broken_unit_is_not_told_and_the_others_are(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let second = house.group("90001", OTHER).await;
    let first = house.unbound_group("90000");
    house.grant("周八", zhibu::domain::role::Role::Secretary, OTHER).await;
    for chat in [&first.chat, &second.chat] {
        house.wire.mutes(chat, true);
    }
    house.reminded_after(6 * 60).await;
    house.wire.take();
    house.db.sql(&format!("UPDATE org SET kind = 'nonsense' WHERE path = '{BRANCH}'")).await;
    let mut teller = Teller::new(&house.schedule());
    house.later(2).await;
    house.tells(&mut teller).await;
    let read = |name: &str| house.read(&ChatKey::private(&crate::support::house::account(name)));
    assert!(read("周八").starts_with("第二团支部有 1 条提醒没发出去"));
    assert_eq!(read("李四"), "");
    // mended, its secretary is told too, and nobody twice
    house.db.sql(&format!("UPDATE org SET kind = 'branch' WHERE path = '{BRANCH}'")).await;
    house.later(1).await;
    house.tells(&mut teller).await;
    assert_eq!(read("李四"), "", "not at every step");
    house.later(5).await;
    house.tells(&mut teller).await;
    assert!(read("李四").starts_with("第一团支部有 1 条提醒没发出去"));
    house.later(5).await;
    house.tells(&mut teller).await;
    house.ends().await;
}
