//! A clock that leaps ahead and comes back: nothing is frozen, dropped, pushed or skipped for good meanwhile.

use crate::schedule_world::{World, at};
use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::ids::OrgId;
use zhibu::domain::role::Role;
use zhibu::schedule::{Housekeeper, Parts};
use zhibu::store::Store;
use zhibu::store::sending::held::Why;
use zhibu::store::sending::reminders::{Due, Outcome};

pub fn tests() -> Vec<Trial> {
    [
        on_both("schedule_clock::a_leap_freezes_and_drops_nothing", a_leap),
        on_both("schedule_clock::a_leap_over_a_restart", over_a_restart),
        on_both("schedule_clock::what_waits_is_skipped_by_no_mark_of_the_future", marks_ahead),
        on_both("schedule_clock::no_notice_goes_by_a_clock_that_leapt", notices),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;

async fn retained(w: &World) -> Vec<String> {
    w.db.column("SELECT value FROM meta WHERE key = 'retained'").await
}

async fn frozen(w: &World, org: OrgId) -> bool {
    w.store.frozen(org, "study", "2026-W48".parse().unwrap()).await.unwrap()
}

async fn a_leap(db: Db) {
    let w = World::new(db, "2026-11-22 12:00").await;
    let b = w.branch("县/甲支部", &["张三"], "1").await;
    let mut keeper = w.housekeeper();
    keeper.step(w.now()).await.unwrap();
    assert_eq!(retained(&w).await, ["2026-11-22"]);
    w.clock.leap(YEAR);
    for _ in 0..3 {
        assert_eq!(keeper.step(w.now()).await.unwrap().frozen, 0);
        w.clock.advance(6_000);
    }
    assert_eq!((retained(&w).await, frozen(&w, b.org.id).await), (vec!["2026-11-22".to_owned()], false));
    assert_eq!(w.db.column("SELECT about FROM alarm").await.len(), 1, "the operator is told once");
    w.clock.leap(-YEAR);
    assert_eq!(keeper.step(w.now()).await.unwrap().frozen, 0);
    // what really passes is believed at once
    w.go_to("2026-12-20 12:00");
    assert!(keeper.step(w.now()).await.unwrap().frozen > 0);
    assert_eq!((retained(&w).await, frozen(&w, b.org.id).await), (vec!["2026-12-20".to_owned()], true));

    // one that holds is, after an hour
    w.clock.leap(60 * 24 * HOUR);
    keeper.step(w.now()).await.unwrap();
    w.clock.advance(HOUR - 1);
    assert_eq!(keeper.step(w.now()).await.unwrap().frozen, 0);
    w.clock.advance(2);
    assert!(keeper.step(w.now()).await.unwrap().frozen > 0);
    // and at once where somebody says that it is right
    w.clock.leap(60 * 24 * HOUR);
    assert_eq!(keeper.step(w.now()).await.unwrap().frozen, 0);
    w.store.believe_clock(w.now()).await.unwrap();
    assert!(keeper.step(w.now()).await.unwrap().frozen > 0);
    // a day that was noted ahead keeps none of the real ones from theirs
    w.store.retain(&w.parts.config.bot.retention, "2029-01-01", w.now()).await.unwrap();
    let today = w.parts.config.zone().date(w.now()).to_string();
    w.housekeeper().step(w.now()).await.unwrap();
    assert_eq!(retained(&w).await, [today]);
    w.end().await;
}

async fn over_a_restart(db: Db) {
    let w = World::new(db, "2026-11-22 12:00").await;
    let b = w.branch("县/甲支部", &["张三"], "1").await;
    w.housekeeper().step(w.now()).await.unwrap();
    w.store.close().await;
    w.clock.leap(YEAR);
    let store = Store::open(&w.db.options(), &w.db.effects(8)).await.unwrap();
    let parts = Parts { store: store.clone(), ..w.parts.clone() };
    let mut keeper = Housekeeper::new(&Parts {
        alarms: zhibu::action::reminding::alarm::Alarms::new(store.clone(), parts.config.clone(), w.clock.clone(), zhibu::metrics::Metrics::new()),
        ..parts
    });
    assert_eq!(keeper.step(w.now()).await.unwrap().frozen, 0);
    assert!(!store.frozen(b.org.id, "dues", "2026-11".parse().unwrap()).await.unwrap());
    w.clock.leap(-YEAR);
    w.clock.advance(20 * HOUR);
    keeper.step(w.now()).await.unwrap();
    assert_eq!(w.db.column("SELECT value FROM meta WHERE key = 'retained'").await, ["2026-11-23"]);
    store.close().await;
}

/// A due time is held; a clock that was ahead has noted one of next year.
async fn marks_ahead(db: Db) {
    let w = World::new(db, "2026-11-22 12:00").await;
    let b = w.branch("县/甲支部", &["张三@101"], "1").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 18:00");
    let held = Due {
        reminder: "study/sunday".into(),
        org: b.org.id,
        at: w.now(),
        outcome: Outcome::Held,
        letters: vec![],
        told: vec![],
        held: Some((Why::List, at("2026-11-22 20:00"))),
    };
    let ahead = Due { at: at("2027-11-21 18:00"), outcome: Outcome::Skipped, held: None, ..held.clone() };
    w.store.enter_all(&[held, ahead], "2026-11-22", w.now()).await.unwrap();
    w.clock.advance(10_000);
    let said = w.tick(&mut s, &mut d).await;
    assert!(said.len() == 1 && said[0].contains("张三"), "{said:?}");
    w.end().await;
}

async fn notices(db: Db) {
    let house = House::of_two(db, "余庆县团委/白泥镇团委/第一团支部", "余庆县团委/白泥镇团委/第二团支部").await;
    let one = house.unbound_group("90000").chat;
    house.grant("李四", Role::Secretary, "余庆县团委/白泥镇团委/第一团支部").await;
    house.whispers("李四", "通知：周五前交总结").await;
    house.whispers("李四", "是").await;
    house.whispers("李四", "每天19点推送：每日一学").await;
    house.delivered().await;
    house.wire.take();
    let tend = async || {
        house.bot.tend_notices().await.unwrap();
        house.delivered().await;
        house.read(&one)
    };
    assert_eq!(tend().await, "");
    house.clock().leap(YEAR);
    assert_eq!(tend().await, "", "nothing is pushed, and nobody named");
    house.clock().leap(-YEAR);
    house.later(7 * 60 + 1).await;
    assert_eq!(tend().await, "【通知】每日一学\n看到请回“收到”。");
    // what an earlier program let a wrong clock note
    house.db.sql(&format!("UPDATE notice_plan SET next_at = next_at + {YEAR}")).await;
    house.clock().advance(-60_000);
    assert_eq!(tend().await, "");
    house.later(24 * 60 + 1).await;
    assert!(tend().await.contains("【通知】每日一学"));
    // a small step back over its time brings no second one
    house.clock().advance(-120_000);
    assert_eq!(tend().await, "");
    house.later(5).await;
    assert_eq!(tend().await, "");
    house.ends().await;
}
