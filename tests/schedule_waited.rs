//! Letters that waited because their account was throttled or it was night: who has done it meanwhile is not named, a pause holds
//! for them too, what may be out already is not written anew, and after a rest one goes first.

use crate::schedule_world::{World, at, config, reminder};
use crate::support::courier::{FakeCourier, Fate};
use crate::support::db::{Db, on_both};
use crate::support::house::House;
use crate::support::onebot::PATIENCE;
use libtest_mimic::Trial;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use zhibu::domain::duty::Reminder;
use zhibu::domain::message::{ChatKey, Courier, Outgoing, SendError};
use zhibu::schedule::{Deliverer, Parts, Scheduler, Sending};
use zhibu::store::sending::outbox::Letter;
use zhibu::store::sending::reminders::Outcome;

pub fn tests() -> Vec<Trial> {
    [
        on_both("schedule_waited::who_has_done_it_meanwhile_is_not_named", done_meanwhile),
        on_both("schedule_waited::a_pause_holds_for_what_waits", paused_meanwhile),
        on_both("schedule_waited::after_a_rest_one_goes_first", one_goes_first),
        on_both("schedule_waited::over_night_it_counts_for_the_day_on_which_it_is_read", over_night),
        on_both("schedule_waited::what_may_be_out_goes_as_it_is", may_be_out),
        on_both("schedule_waited::what_was_asked_for", asked_for),
        on_both("schedule_waited::a_platform_that_hangs_holds_up_no_other", hangs),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

/// Sunday noon, the scheduler has looked; at 18:00 study reminds.
async fn noon(db: Db) -> (World, Scheduler, Deliverer) {
    let w = World::new(db, "2026-11-22 12:00").await;
    let (mut s, d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    (w, s, d)
}

fn throttled() -> Fate {
    Fate::Fails(SendError::Throttled("1200".into()))
}

async fn done_meanwhile(db: Db) {
    let (w, mut s, mut d) = noon(db).await;
    let b = w.branch("县/甲支部", &["张三@101", "李四@102", "王五@103"], "1").await;
    w.go_to("2026-11-22 18:00");
    w.courier.next([throttled()]);
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.done(b.org.id, b.people[0], "study", "2026-W47").await;
    w.go_to("2026-11-22 18:11");
    let mut said = w.tick(&mut s, &mut d).await;
    said.extend(w.tick(&mut s, &mut d).await);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("还差 2 位：@李四 @王五"), "{said:?}");
    let log = w.store.reminder_log(b.org.id, 1).await.unwrap();
    assert_eq!((log[0].outcome, &log[0].told[..], log[0].letters), (Outcome::Sent, &b.people[1..], (1, 0, 0)));
    // and never again
    w.go_to("2026-11-22 18:40");
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.end().await;
}

async fn paused_meanwhile(db: Db) {
    let (w, mut s, mut d) = noon(db).await;
    let b = w.branch("县/甲支部", &["张三@101"], "1").await;
    w.go_to("2026-11-22 18:00");
    w.courier.next([throttled()]);
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.store.hush(b.org.id, None, (w.now(), at("2026-11-30 00:00")), None, w.now()).await.unwrap();
    w.go_to("2026-11-22 18:11");
    for _ in 0..3 {
        assert!(w.tick(&mut s, &mut d).await.is_empty());
    }
    let log = w.store.reminder_log(b.org.id, 1).await.unwrap();
    assert_eq!((log[0].outcome, log[0].told.len(), log[0].letters), (Outcome::Paused, 0, (0, 0, 0)));
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}

async fn one_goes_first(db: Db) {
    let (w, mut s, mut d) = noon(db).await;
    for n in 1..=3 {
        w.branch(&format!("县/第{n}支部"), &["张三"], &n.to_string()).await;
    }
    w.go_to("2026-11-22 18:00");
    w.courier.next([throttled()]);
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.go_to("2026-11-22 18:11");
    let mut said = w.tick(&mut s, &mut d).await;
    said.extend(w.tick(&mut s, &mut d).await);
    assert_eq!(said.len(), 1, "{said:?}");
    w.clock.advance(16_000);
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 2);
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}

async fn over_night(db: Db) {
    let mut config = config();
    for duty in &mut config.duties {
        let late = Reminder { grace_minutes: 12 * 60, ..reminder("late", "55 21 * * SUN") };
        duty.reminders = if duty.key == "study" { vec![late] } else { vec![] };
    }
    let w = World::with(db, "2026-11-22 12:00", config).await;
    let b = w.branch("县/甲支部", &["张三@101", "李四@102"], "1").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    let group = ChatKey::group("onebot", "1");
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 21:55");
    w.courier.connected(&group, false);
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.courier.connected(&group, true);
    w.go_to("2026-11-22 22:30");
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.done(b.org.id, b.people[0], "study", "2026-W47").await;
    w.go_to("2026-11-23 08:00");
    let mut said = w.tick(&mut s, &mut d).await;
    said.extend(w.tick(&mut s, &mut d).await);
    assert!(said.len() == 1 && said[0].contains("还差 1 位：@李四"), "{said:?}");
    for (day, count) in [("2026-11-22", 0), ("2026-11-23", 1)] {
        assert_eq!(w.store.reminded(&[b.org.id], day).await.unwrap().len(), count, "{day}");
    }
    w.end().await;
}

async fn may_be_out(db: Db) {
    let (w, mut s, mut d) = noon(db).await;
    let b = w.branch("县/甲支部", &["张三@101", "李四@102"], "1").await;
    w.go_to("2026-11-22 18:00");
    w.courier.next([Fate::ArrivesUnheard]);
    let first = w.tick(&mut s, &mut d).await;
    w.done(b.org.id, b.people[0], "study", "2026-W47").await;
    w.go_to("2026-11-22 18:11");
    // whoever comes next knows only what is written down
    let mut other = w.deliverer();
    let mut again = w.tick(&mut s, &mut other).await;
    again.extend(w.tick(&mut s, &mut d).await);
    assert_eq!((first.len(), again), (1, first.clone()), "the same once more, and counted as the second time");
    w.end().await;
}

/// By whoever asks for it, a pause said afterwards counts; who has done it is not named.
async fn asked_for(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let group = house.unbound_group("90000");
    assert_eq!(house.whispers("李四", "提醒没看大学习的").await, "已经提醒了，还差 3 位。");
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    house.later(6).await;
    house.delivered().await;
    assert_eq!(house.read(&group.chat), "");
    assert_eq!(house.whispers("李四", "重发").await, "好的，重发 1 条，已经完成的不会再提醒。");
    house.delivered().await;
    let said = house.read(&group.chat);
    assert!(said.contains("还差 2 位：@李四 @王五"), "{said}");

    assert_eq!(house.whispers("李四", "提醒没看大学习的").await, "已经提醒了，还差 2 位。");
    assert!(house.whispers("李四", "暂停提醒 一周").await.contains("提醒停到"));
    house.later(6).await;
    house.delivered().await;
    assert_eq!(house.read(&group.chat), "");
    assert_eq!(house.whispers("李四", "重发").await, "最近没有没发出去的提醒。");
    // and one that nothing has changed goes, however long it waited
    house.later(60).await;
    assert_eq!(house.whispers("李四", "提醒没看大学习的").await, "已经提醒了，还差 2 位。");
    house.later(30).await;
    house.delivered().await;
    assert!(house.read(&group.chat).contains("还差 2 位：@李四 @王五"));
    house.ends().await;
}

/// One takes a letter and says nothing more; the other's go on.
async fn hangs(db: Db) {
    let w = World::new(db, "2026-11-22 12:00").await;
    let telegram = FakeCourier::new("telegram");
    let couriers: Vec<Arc<dyn Courier>> = vec![w.courier.clone(), telegram.clone()];
    let sending = Sending { timeout: 600_000, goodbye: 50, ..Sending::default() };
    let letter = |chat: ChatKey, n: usize| Letter {
        dedupe_key: format!("test/{chat}/{n}"),
        message: Outgoing::text(chat, format!("第{n}条")),
        expires_at: at("2026-11-22 18:00"),
    };
    let (stuck, free) = (ChatKey::group("onebot", "1"), ChatKey::group("telegram", "1"));
    w.courier.always(Fate::Hangs);
    w.store.queue_letters(&[letter(stuck, 1), letter(free.clone(), 1)], w.now()).await.unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(zhibu::schedule::run(Parts { sending, couriers: couriers.into(), ..w.parts.clone() }, stop.clone()));
    let all = async {
        w.courier.tried().await;
        telegram.tried().await;
        w.store.queue_letters(&[letter(free, 2)], w.now()).await.unwrap();
        telegram.tried().await;
    };
    tokio::time::timeout(PATIENCE, all).await.expect("the second letter did not go");
    assert_eq!(telegram.take(), ["telegram:1: 第1条", "telegram:1: 第2条"]);
    stop.cancel();
    running.await.unwrap().unwrap();
    w.end().await;
}
