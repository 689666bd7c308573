//! What did not go out: the secretary hears of it once and sends it again, an account that is throttled or gone is told to
//! whoever runs the bot, by another platform and by a program.

use crate::schedule_world::{World, at, config, reminder};
use crate::support::courier::{FakeCourier, Fate};
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use crate::support::onebot::PATIENCE;
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::action::reminding::alarm::{Alarm, Alarms};
use zhibu::config::Config;
use zhibu::domain::duty::{Audience, Reminder};
use zhibu::domain::message::{AccountKey, ChatKey, Courier, Outgoing, SendError};
use zhibu::domain::role::Role;
use zhibu::metrics::Metrics;
use zhibu::schedule::{Deliverer, Parts, Scheduler, Teller};
use zhibu::store::sending::outbox::Letter;
use zhibu::store::sending::reminders::Outcome;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const NOON: &str = "2026-11-22 12:00";

pub fn tests() -> Vec<Trial> {
    [
        on_both("reminders_failed::told_once_and_sent_again", told_once_and_sent_again),
        on_both("reminders_failed::what_was_asked_for_is_written_anew", what_was_asked_for),
        on_both("reminders_failed::sent_again_the_next_day", the_next_day),
        on_both("reminders_failed::ones_own_among_many", among_many),
        on_both("reminders_failed::an_operator_who_cannot_be_told", an_operator_who_cannot_be_told),
        on_both("reminders_failed::an_account_that_is_gone", an_account_that_is_gone),
        on_both("reminders_failed::an_account_that_never_came", an_account_that_never_came),
        on_both("reminders_failed::throttled_until_somebody_lets_it_go", throttled),
        on_both("reminders_failed::the_operator_says_go_on", go_on),
        on_both("reminders_failed::a_program_is_run_once", a_program),
        on_both("reminders_failed::a_program_is_told_of_an_account_that_is_gone", a_program_for_an_account),
        on_both("reminders_failed::an_unknown_year_is_told_once", an_unknown_year),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn told_once_and_sent_again(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let group = house.unbound_group("90000");
    let secretary = ChatKey::private(&account("李四"));
    let mut teller = Teller::new(&house.schedule());
    house.wire.mutes(&group.chat, true);
    house.reminded_after(6 * 60).await;
    assert_eq!(house.read(&secretary), "第一团支部 本周青年大学习还差 3 位：张三、李四、王五");
    assert_eq!(house.whispers("李四", "提醒记录").await, "最近的提醒：\n今天 18:00 青年大学习：已发 1 条，1 条没发出去（我被禁言了）");
    // gathered for a minute, then told, once
    house.tells(&mut teller).await;
    assert_eq!(house.read(&secretary), "");
    house.later(1).await;
    house.tells(&mut teller).await;
    assert_eq!(house.read(&secretary), "第一团支部有 1 条提醒没发出去：\n今天 18:00 青年大学习（群里）：我被禁言了\n还要发就回“重发”，只会提醒还没完成的。");
    house.later(5).await;
    house.tells(&mut Teller::new(&house.schedule())).await;
    assert_eq!(house.read(&secretary), "");

    // meanwhile somebody did it; only the group hears it again, and only of who still owes, though they count as told today
    house.wire.mutes(&group.chat, false);
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(house.whispers("王五", "重发").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.whispers("李四", "重发").await, "好的，重发 1 条，已经完成的不会再提醒。");
    assert_eq!(house.whispers("李四", "重发").await, "最近没有没发出去的提醒。");
    let mut scheduler = Scheduler::new(&house.schedule()).unwrap();
    scheduler.step(house.bot.now()).await.unwrap();
    house.delivered().await;
    let said = house.read(&group.chat);
    assert!(said.contains("还差 2 位") && said.contains("李四") && said.contains("王五") && !said.contains("张三"), "{said}");
    assert_eq!(house.read(&secretary), "");
    scheduler.step(house.bot.now()).await.unwrap();
    house.delivered().await;
    // to whom: in private alone
    assert_eq!(house.whispers("李四", "提醒记录").await, "最近的提醒：\n今天 18:00 青年大学习：已发 2 条，点到 2 位：李四、王五");
    assert_eq!(group.asks("李四", "提醒记录").await, "最近的提醒：\n今天 18:00 青年大学习：已发 2 条，点到 2 位");
    house.ends().await;
}

async fn what_was_asked_for(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let group = house.unbound_group("90000");
    let secretary = ChatKey::private(&account("李四"));
    let mut teller = Teller::new(&house.schedule());
    house.wire.mutes(&group.chat, true);
    assert_eq!(house.whispers("李四", "提醒没看大学习的").await, "已经提醒了，还差 3 位。");
    house.delivered().await;
    house.later(2).await;
    house.tells(&mut teller).await;
    assert_eq!(house.read(&secretary), "第一团支部有 1 条提醒没发出去：\n青年大学习（群里）：我被禁言了\n还要发就回“重发”，只会提醒还没完成的。");
    // half a day later somebody has done it
    house.later(10 * 60).await;
    house.wire.mutes(&group.chat, false);
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(house.whispers("李四", "再发一次").await, "好的，重发 1 条，已经完成的不会再提醒。");
    house.delivered().await;
    let said = house.read(&group.chat);
    assert!(said.contains("还差 2 位：@李四 @王五") && !said.contains("张三"), "{said}");
    assert_eq!(house.whispers("李四", "再发一次").await, "最近没有没发出去的提醒。");
    // and one that nobody needs to hear any more
    house.wire.mutes(&group.chat, true);
    assert_eq!(house.whispers("李四", "提醒没看大学习的").await, "已经提醒了，还差 2 位。");
    house.delivered().await;
    house.wire.mutes(&group.chat, false);
    for name in ["李四", "王五"] {
        group.says(name, "青年大学习 已完成").await;
    }
    assert_eq!(house.whispers("李四", "重发").await, "大家都完成了，不用再提醒。");
    house.delivered().await;
    // what somebody asked for stands in the log too, with whom it named
    let log = house.whispers("李四", "提醒记录").await;
    assert!(log.contains("青年大学习（随时提醒）：已发 1 条，点到 2 位：李四、王五"), "{log}");
    house.ends().await;
}

/// However much failed elsewhere, one's own is found.
async fn among_many(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let group = house.unbound_group("90000");
    let other = house.store().org_by_path(OTHER).await.unwrap().unwrap().id;
    let now = house.bot.now();
    let many = format!(
        "INSERT INTO outbox (id, dedupe_key, chat, message, expires_at, queued_at, state, attempts, next_try_at, lease_until, ended_at, told_at) \
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) \
        SELECT i, 'notice/1/{other}/onebot:' || CAST(i AS TEXT), 'onebot:1', '', {now}, {now}, 'failed', 1, 0, 0, {now}, {now} FROM n"
    );
    house.db.sql(&many).await;
    house.wire.mutes(&group.chat, true);
    assert_eq!(house.whispers("李四", "提醒没看大学习的").await, "已经提醒了，还差 3 位。");
    house.later(1).await;
    house.delivered().await;
    house.wire.mutes(&group.chat, false);
    assert_eq!(house.whispers("李四", "重发").await, "好的，重发 1 条，已经完成的不会再提醒。");
    house.delivered().await;
    assert!(house.read(&group.chat).contains("还差 3 位"));
    house.ends().await;
}

/// Only the group was not reached: nobody is written to in private again, nor counts as if they had been.
async fn the_next_day(db: Db) {
    let mut config = config();
    for duty in &mut config.duties {
        let both = Reminder { audience: vec![Audience::Group, Audience::Member], grace_minutes: 36 * 60, ..reminder("sunday", "0 18 * * SUN") };
        duty.reminders = if duty.key == "study" { vec![both] } else { vec![] };
    }
    let w = World::with(db, NOON, config).await;
    let b = w.branch("县/甲支部", &["张三@101", "李四@102", "王五@103"], "1").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 18:00");
    w.courier.next([Fate::Fails(SendError::Refused("muted".into()))]);
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 3, "each in private");
    let told = async |day: &str| {
        let all = w.store.reminded(&[b.org.id], day).await.unwrap();
        (all.keys().filter(|t| t.private).count(), all.keys().filter(|t| !t.private).count())
    };
    assert_eq!(told("2026-11-22").await, (3, 0), "nobody was named in the group");
    w.go_to("2026-11-23 10:00");
    w.done(b.org.id, b.people[0], "study", "2026-W47").await;
    let failed = w.store.failed_since(0, None).await.unwrap();
    assert_eq!(w.store.resend(&failed, &[], "2026-11-23", w.now(), w.now() + 3_600_000).await.unwrap(), 1);
    assert_eq!(w.store.resend(&failed, &[], "2026-11-23", w.now(), w.now() + 3_600_000).await.unwrap(), 0);
    let said = w.tick(&mut s, &mut d).await;
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("onebot:1: ") && said[0].contains("还差 2 位：@李四 @王五"), "{said:?}");
    assert_eq!(told("2026-11-23").await, (0, 2));
    let log = w.store.reminder_log(b.org.id, 1).await.unwrap();
    assert_eq!((log[0].outcome, log[0].told.len(), log[0].letters), (Outcome::Sent, 3, (4, 0, 0)));
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.end().await;
}

async fn an_operator_who_cannot_be_told(db: Db) {
    let (w, telegram) = operated(db, |_| {}).await;
    let (mut d, mut teller) = (w.deliverer(), Teller::new(&w.parts));
    telegram.always(Fate::Fails(SendError::Refused("403 bot was blocked by the user".into())));
    w.courier.next([Fate::Fails(SendError::Refused("muted".into()))]);
    w.store.queue_letters(&[letter("1", 1)], w.now()).await.unwrap();
    for _ in 0..10 {
        deliver(&w, &mut d).await;
        w.clock.advance(61_000);
        teller.step(w.now()).await.unwrap();
    }
    assert_eq!(telegram.take_attempts(), 1);
    assert_eq!(w.db.column("SELECT about FROM alarm").await.len(), 1);
    assert_eq!((w.outbox().await, w.parts.counts.failed.load(std::sync::atomic::Ordering::Relaxed)), ((0, 2), 2));
    w.end().await;
}

/// A house whose operator has a private chat on another platform.
async fn operated(db: Db, change: impl FnOnce(&mut Config)) -> (World, Arc<FakeCourier>) {
    let mut config = config();
    config.bot.operator.chats = vec!["telegram:@7".parse().unwrap()];
    change(&mut config);
    let mut w = World::with(db, NOON, config).await;
    let telegram = FakeCourier::new("telegram");
    let couriers: Vec<Arc<dyn Courier>> = vec![w.courier.clone(), telegram.clone()];
    w.parts.couriers = couriers.into();
    for account in [AccountKey::new("onebot", "10000"), AccountKey::new("telegram", "1")] {
        w.store.appear(&account, w.now(), i64::MAX).await.unwrap();
    }
    (w, telegram)
}

async fn deliver(w: &World, deliverer: &mut Deliverer) {
    while deliverer.step(w.now()).await.unwrap().more() {}
}

async fn an_account_that_is_gone(db: Db) {
    let (w, telegram) = operated(db, |_| {}).await;
    let (qq, mut d, mut teller) = (AccountKey::new("onebot", "10000"), w.deliverer(), Teller::new(&w.parts));
    w.store.appear(&qq, w.now(), w.now() + 20_000).await.unwrap();
    teller.step(w.now()).await.unwrap();
    w.store.leave(std::slice::from_ref(&qq), w.now()).await.unwrap();
    w.clock.advance(2 * 60_000);
    teller.step(w.now()).await.unwrap();
    deliver(&w, &mut d).await;
    assert_eq!(telegram.take(), Vec::<String>::new(), "it may be back in a moment");
    w.clock.advance(61_000);
    for _ in 0..3 {
        teller.step(w.now()).await.unwrap();
        deliver(&w, &mut d).await;
        w.clock.advance(600_000);
    }
    // another process on the same database, or the same after a restart
    let mut other = Teller::new(&w.parts);
    other.step(w.now()).await.unwrap();
    w.clock.advance(600_000);
    other.step(w.now()).await.unwrap();
    deliver(&w, &mut d).await;
    assert_eq!(telegram.take(), ["telegram:@7: onebot:10000 从 今天 12:00 起掉线了：收不到消息，也发不出提醒。看看客户端是否在运行、是否还登录着。"]);
    w.store.appear(&qq, w.now(), w.now() + 20_000).await.unwrap();
    teller.step(w.now()).await.unwrap();
    other.step(w.now()).await.unwrap();
    deliver(&w, &mut d).await;
    assert_eq!(telegram.take(), ["telegram:@7: onebot:10000 恢复了（今天 12:00 起掉线）。"]);
    // one that comes back while no process runs that told of it
    w.store.leave(std::slice::from_ref(&qq), w.now()).await.unwrap();
    let gone = w.parts.config.messages.time(w.parts.config.bot.language, w.now(), w.parts.config.zone(), w.parts.config.zone().date(w.now()));
    w.clock.advance(4 * 60_000);
    teller.step(w.now()).await.unwrap();
    deliver(&w, &mut d).await;
    assert_eq!(telegram.take().len(), 1);
    w.store.appear(&qq, w.now(), w.now() + 20_000).await.unwrap();
    let mut next = Teller::new(&w.parts);
    next.step(w.now()).await.unwrap();
    Teller::new(&w.parts).step(w.now()).await.unwrap();
    deliver(&w, &mut d).await;
    assert_eq!(telegram.take(), [format!("telegram:@7: onebot:10000 恢复了（{gone} 起掉线）。")]);
    // of an older time nobody was told that it is over: that is no news any more
    w.db.sql("INSERT INTO alarm (about, raised_at) VALUES ('offline/onebot:10000/5', 5)").await;
    Teller::new(&w.parts).step(w.now()).await.unwrap();
    deliver(&w, &mut d).await;
    assert_eq!(telegram.take(), Vec::<String>::new());
    w.end().await;
}

/// A platform that is configured and of which no account ever came, as long as one that is gone is waited for; once.
async fn an_account_that_never_came(db: Db) {
    let (w, telegram) = operated(db, |_| {}).await;
    w.db.sql("DELETE FROM presence WHERE platform = 'onebot'").await;
    let (mut d, mut teller) = (w.deliverer(), Teller::new(&w.parts));
    for minutes in [0, 2, 2, 10] {
        w.clock.advance(minutes * 60_000);
        teller.step(w.now()).await.unwrap();
        deliver(&w, &mut d).await;
        if minutes == 0 {
            assert_eq!(telegram.take(), Vec::<String>::new(), "it may be on its way");
        }
    }
    Teller::new(&w.parts).step(w.now()).await.unwrap();
    deliver(&w, &mut d).await;
    assert_eq!(telegram.take(), ["telegram:@7: 配置了 onebot，但一直没有账号连上来：收不到消息，也发不出提醒。看看客户端是否在运行，地址和口令是否填对了。"]);
    w.end().await;
}

fn letter(chat: &str, n: usize) -> Letter {
    let chat = ChatKey::group("onebot", chat);
    Letter { dedupe_key: format!("test/{chat}/{n}"), message: Outgoing::text(chat, format!("第{n}条")), expires_at: at("2026-12-22 18:00") }
}

async fn throttled(db: Db) {
    let (mut w, telegram) = operated(db, |c| c.bot.operator.throttled_minutes = 0).await;
    (w.parts.sending.throttled, w.parts.sending.throttled_longest) = (w.parts.config.bot.operator.rest(), w.parts.config.bot.operator.longest_rest());
    let qq = AccountKey::new("onebot", "10000");
    w.branch("县/甲支部", &["张三"], "1").await;
    w.store.appear(&qq, w.now(), i64::MAX).await.unwrap();
    w.store.take_voice(&ChatKey::group("onebot", "1"), &qq, w.now()).await.unwrap();
    w.store.queue_letters(&[letter("1", 1)], w.now()).await.unwrap();
    w.courier.next([Fate::Fails(SendError::Throttled("1200".into()))]);
    let mut d = w.deliverer();
    deliver(&w, &mut d).await;
    deliver(&w, &mut d).await;
    assert_eq!(
        telegram.take(),
        ["telegram:@7: onebot:10000 被平台限流，已停发。先手动登录看看能不能正常发言；要提前恢复，执行 zhibu resume onebot:10000，或对我说“恢复发送”。"]
    );
    assert_eq!(w.store.brakes().await.unwrap().len(), 1);
    // for good: neither a day nor another process starts it again
    w.clock.advance(86_400_000);
    deliver(&w, &mut d).await;
    let mut other = w.deliverer();
    deliver(&w, &mut other).await;
    assert_eq!(w.courier.take(), Vec::<String>::new());
    assert!(w.store.release_brake(&qq).await.unwrap());
    assert!(!w.store.release_brake(&qq).await.unwrap());
    w.clock.advance(20_000);
    deliver(&w, &mut other).await;
    deliver(&w, &mut d).await;
    assert_eq!(w.courier.take(), ["onebot:1: 第1条"]);
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}

async fn go_on(db: Db) {
    let house = House::of_three(db, BRANCH, 0).await;
    house.grant("王五", Role::Operator, "余庆县团委").await;
    assert_eq!(house.whispers("王五", "恢复发送").await, "没有被停发的账号。");
    let now = house.bot.now();
    house.store().brake(&zhibu::store::sending::brakes::Brake { account: house.me.clone(), since: now, until: now + 600_000 }).await.unwrap();
    assert_eq!(house.whispers("李四", "恢复发送").await, "这件事要余庆县团委来做，可以请 TA 跟我说一声。");
    assert_eq!(house.whispers("王五", "恢复发送").await, "好的，onebot:10000 恢复发送了。");
    assert!(house.store().brakes().await.unwrap().is_empty());
    house.ends().await;
}

/// Told by a pipe, on which the program's one word waits until it is read.
async fn a_program(db: Db) {
    let pipe = db.dir().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let script = format!("printf '%s %s %s' \"$ZHIBU_ALARM_KIND\" \"$ZHIBU_ALARM_ABOUT\" \"${{ZHIBU_ALARM_TEXT%%，*}}\" > {}", pipe.display());
    let (w, _) = operated(db, |c| c.bot.operator.command = vec!["sh".into(), "-c".into(), script]).await;
    let metrics = Metrics::new();
    let alarms = Alarms::new(w.store.clone(), w.parts.config.clone(), w.clock.clone(), metrics.clone());
    for _ in 0..3 {
        alarms.raise(&Alarm::Holidays(2031)).await.unwrap();
    }
    let word = tokio::task::spawn_blocking(move || std::fs::read_to_string(pipe));
    let word = tokio::time::timeout(PATIENCE, word).await.expect("the program was not run").unwrap().unwrap();
    assert_eq!(word, "holidays holidays/2031 不知道 2031 年的节假日");
    assert!(metrics.text().contains("zhibu_alarms_total{kind=\"holidays\"} 1"));
    w.end().await;
}

/// By a command alone, where no chat can be reached any more.
async fn a_program_for_an_account(db: Db) {
    let pipe = db.dir().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let script = format!("printf '%s %s\\n' \"$ZHIBU_ALARM_KIND\" \"${{ZHIBU_ALARM_ABOUT%%/1*}}\" > {}", pipe.display());
    let (w, _) = operated(db, |c| {
        c.bot.operator.chats.clear();
        c.bot.operator.command = vec!["sh".into(), "-c".into(), script];
    })
    .await;
    let (qq, mut teller) = (AccountKey::new("onebot", "10000"), Teller::new(&w.parts));
    w.store.appear(&qq, w.now(), w.now() + 20_000).await.unwrap();
    teller.step(w.now()).await.unwrap();
    w.clock.advance(200_000);
    teller.step(w.now()).await.unwrap();
    let read = async || {
        let pipe = pipe.clone();
        let word = tokio::task::spawn_blocking(move || std::fs::read_to_string(pipe));
        tokio::time::timeout(PATIENCE, word).await.expect("the program was not run").unwrap().unwrap()
    };
    assert_eq!(read().await, "offline offline/onebot:10000\n");
    // once, whoever looks again; and once more when it is back
    teller.step(w.now()).await.unwrap();
    w.store.appear(&qq, w.now(), w.now() + 20_000).await.unwrap();
    teller.step(w.now()).await.unwrap();
    Teller::new(&w.parts).step(w.now()).await.unwrap();
    assert_eq!(read().await, "online online/onebot:10000\n");
    w.end().await;
}

/// By any number of reminders, restarts and processes: one word for a year.
async fn an_unknown_year(db: Db) {
    let off = |c: &mut Config| {
        for r in c.duties.iter_mut().flat_map(|d| &mut d.reminders) {
            r.off = Some((zhibu::domain::timing::Off::Holidays, zhibu::domain::timing::Shift::After));
        }
    };
    let (w, telegram) = operated(db, off).await;
    w.branch("县/甲支部", &["张三"], "1").await;
    let there = w.db.open().await;
    let mut d = w.deliverer();
    let looks = async |d: &mut Deliverer| {
        for store in [&w.store, &w.store, &there] {
            let mut s = Scheduler::new(&Parts { store: store.clone(), alarms: w.parts.alarms.clone(), ..w.parts.clone() }).unwrap();
            s.step(w.now()).await.unwrap();
            s.step(w.now() + 60_000).await.unwrap();
        }
        deliver(&w, d).await;
        telegram.take()
    };
    assert_eq!(looks(&mut d).await, Vec::<String>::new(), "this year is known");
    w.go_to("2031-03-03 12:00");
    assert_eq!(looks(&mut d).await, ["telegram:@7: 不知道 2031 年的节假日，先按普通工作日算。请补上 holidays/2031.toml。"]);
    w.go_to("2031-06-02 12:00");
    assert_eq!(looks(&mut d).await, Vec::<String>::new());
    // before the new year it is time for the next file
    w.go_to("2031-12-29 12:00");
    assert_eq!(looks(&mut d).await, ["telegram:@7: 不知道 2032 年的节假日，先按普通工作日算。请补上 holidays/2032.toml。"]);
    there.close().await;
    w.end().await;
}
