//! Our account was away: what was said meanwhile is fetched where the platform keeps it, each message is taken once and
//! counts at the time at which it was said; where it is not kept, the secretary is told from when to when nobody listened.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::{ChatKey, Event, Incoming};
use zhibu::schedule::{Scheduler, Teller};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const MINUTE: i64 = 60_000;

pub fn tests() -> Vec<Trial> {
    [
        on_both("reminders_missed::what_is_kept_is_taken_once", taken_once),
        on_both("reminders_missed::it_counts_when_it_was_said", when_it_was_said),
        on_both("reminders_missed::a_check_in_that_is_over_meanwhile", checked_in),
        on_both("reminders_missed::what_was_said_in_private", in_private),
        on_both("reminders_missed::a_kill_and_back_at_once", killed),
        on_both("reminders_missed::what_is_not_kept_is_told", told),
        on_both("reminders_missed::a_restart_catches_up_before_it_reminds", before_it_reminds),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn house(db: Db) -> (House, ChatKey) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.says("王五", "青年大学习 已完成").await, "记好啦：王五，本周青年大学习已完成。");
    let chat = group.chat.clone();
    (house, chat)
}

async fn goes(house: &House) {
    house.bot.handle(Event::Account { bot: house.me.clone(), online: false }).await;
}

async fn comes(house: &House) {
    house.bot.handle(Event::Account { bot: house.me.clone(), online: true }).await;
}

/// Said so many minutes ago.
fn said(house: &House, chat: &ChatKey, name: &str, text: &str, ago: i64) -> Incoming {
    let message = house.message(chat, name, text, text.starts_with("谁"));
    Incoming { sent_at: message.sent_at - ago * MINUTE, ..message }
}

async fn records(house: &House) -> usize {
    house.db.column("SELECT source FROM record ORDER BY id").await.len()
}

async fn taken_once(db: Db) {
    let (house, chat) = house(db).await;
    let heard = said(&house, &chat, "李四", "青年大学习 已完成", 0);
    house.hear(heard.clone()).await;
    assert_eq!(house.read(&chat), "记好啦：李四，本周青年大学习已完成。");
    goes(&house).await;
    house.clock().advance(120 * MINUTE);
    let missed = said(&house, &chat, "张三", "青年大学习 已完成", 60);
    let all = vec![
        heard,
        missed.clone(),
        said(&house, &chat, "张三", "今天天气不错", 50),
        said(&house, &chat, "张三", "谁没交团费", 40),
        said(&house, &chat, "李四", "开始签到 到20:00", 30),
    ];
    house.wire.keeps(all);
    for _ in 0..3 {
        comes(&house).await;
        goes(&house).await;
        house.clock().advance(10 * MINUTE);
    }
    comes(&house).await;
    house.bot.tick().await;
    assert_eq!(house.read(&chat), "收到 1 位的青年大学习：张三", "in one line, not quoted out of the past");
    assert_eq!(records(&house).await, 3);
    // the platform brings it after all
    house.hear(Incoming { missed: false, ..missed }).await;
    assert_eq!(records(&house).await, 3);
    assert!(house.store().deaf_since(0).await.unwrap().is_empty());
    house.wire.take();
    house.ends().await;
}

async fn when_it_was_said(db: Db) {
    let (house, chat) = house(db).await;
    goes(&house).await;
    // from Sunday noon to Monday at one
    house.clock().advance(13 * 60 * MINUTE);
    house.wire.keeps(vec![said(&house, &chat, "张三", "青年大学习 已完成", 90), said(&house, &chat, "李四", "青年大学习 已完成", 5)]);
    comes(&house).await;
    house.clock().advance(6000);
    house.bot.tick().await;
    house.wire.take();
    let periods: Vec<String> = house.db.column("SELECT period FROM record ORDER BY id").await;
    assert_eq!(periods, ["2026-W47", "2026-W47", "2026-W48"]);
    house.ends().await;
}

/// It was on when they said so, and is over when that is heard.
async fn checked_in(db: Db) {
    let (house, chat) = house(db).await;
    let group = house.unbound_group("90000");
    group.asks("李四", "开始签到 主题：学习 到13:00").await;
    house.wire.take();
    goes(&house).await;
    house.clock().advance(120 * MINUTE);
    house.store().close_session(house.store().overdue_sessions(house.bot.now()).await.unwrap()[0].id, house.bot.now(), &[]).await.unwrap();
    house.wire.keeps(vec![
        said(&house, &chat, "张三", "签到", 100),
        said(&house, &chat, "王五", "到", 95),
        said(&house, &chat, "王五", "签到", 94),
        said(&house, &chat, "李四", "到", 10),
    ]);
    comes(&house).await;
    house.clock().advance(6000);
    house.bot.tick().await;
    let told = house.read(&chat);
    assert!(told.contains("张三") && told.contains("王五") && !told.contains("李四") && !told.contains("过了"), "{told}");
    let kept = house.db.column("SELECT CAST((i.said_at - s.opened_at) / 60000 AS TEXT) FROM record AS r JOIN session AS s ON s.id = r.session_id JOIN inbox AS i ON i.source = r.source ORDER BY 1").await;
    assert_eq!(kept, ["20", "25"], "when it was said");
    house.ends().await;
}

/// Nobody knows what a process that was killed had read.
async fn killed(db: Db) {
    let (mut house, chat) = house(db).await;
    house.clock().advance(3000);
    house.wire.keeps(vec![said(&house, &chat, "张三", "青年大学习 已完成", 0)]);
    house.clock().advance(3000);
    house.restart().await;
    comes(&house).await;
    house.clock().advance(6000);
    house.bot.tick().await;
    assert_eq!(house.read(&chat), "收到 1 位的青年大学习：张三");
    house.ends().await;
}

async fn told(db: Db) {
    let (house, chat) = house(db).await;
    let secretary = ChatKey::private(&account("李四"));
    let mut teller = Teller::new(&house.schedule());
    // a moment bothers nobody
    goes(&house).await;
    house.clock().advance(2 * MINUTE);
    comes(&house).await;
    house.tells(&mut teller).await;
    assert_eq!(house.read(&secretary), "");
    assert!(house.store().deaf_since(0).await.unwrap().is_empty());
    goes(&house).await;
    house.clock().advance(120 * MINUTE);
    comes(&house).await;
    for _ in 0..3 {
        house.tells(&mut teller).await;
        house.later(5).await;
    }
    house.tells(&mut Teller::new(&house.schedule())).await;
    assert_eq!(
        house.read(&secretary),
        "第一团支部的群里，有一段时间我没听到大家说话，也补不回来：\n今天 12:00 到 今天 14:02\n这段时间里在群里或私聊里报过的，请大家再说一遍。"
    );
    // where the platform keeps less than was said, what is there is taken, and the rest is told
    let mut config = zhibu::config::Config::load(None, &zhibu::config::Env::default()).unwrap();
    config.bot.operator.history = 1;
    goes(&house).await;
    house.clock().advance(60 * MINUTE);
    let kept = vec![said(&house, &chat, "李四", "青年大学习 已完成", 30), said(&house, &chat, "张三", "青年大学习 已完成", 20)];
    house.wire.keeps(kept);
    let few = House::with_same(&house, std::sync::Arc::new(config)).await;
    comes(&few).await;
    few.tells(&mut Teller::new(&few.schedule())).await;
    assert!(few.read(&secretary).contains("今天 14:15 到 今天 14:57"), "up to the first that was kept");
    few.wire.take();
    assert_eq!(records(&house).await, 2);
    house.ends().await;
}

async fn before_it_reminds(db: Db) {
    let (mut house, chat) = house(db).await;
    let mut scheduler = Scheduler::new(&house.schedule()).unwrap();
    scheduler.step(house.bot.now()).await.unwrap();
    house.later(5 * 60 + 55).await;
    // it crashes, and is back after the reminder came due
    house.clock().advance(10 * MINUTE);
    house.wire.keeps(vec![said(&house, &chat, "张三", "青年大学习 已完成", 7)]);
    let mut scheduler = Scheduler::new(&house.schedule()).unwrap();
    scheduler.step(house.bot.now()).await.unwrap();
    house.delivered().await;
    assert_eq!(house.read(&chat), "", "its account is not there yet: it waits");
    house.restart().await;
    house.bot.handle(Event::Account { bot: house.me.clone(), online: true }).await;
    house.clock().advance(6000);
    house.bot.tick().await;
    assert_eq!(house.read(&chat), "收到 1 位的青年大学习：张三");
    let mut scheduler = Scheduler::new(&house.schedule()).unwrap();
    scheduler.step(house.bot.now()).await.unwrap();
    house.delivered().await;
    let said = house.read(&chat);
    assert!(said.contains("还差 1 位") && said.contains("李四"), "{said}");
    house.wire.take();
    house.ends().await;
}

/// Reports in private are taken as those in a group are, once; a command is not; whoever is on no roster stays unheard.
async fn in_private(db: Db) {
    let (house, _) = house(db).await;
    let own = |name: &str| ChatKey::private(&account(name));
    goes(&house).await;
    house.clock().advance(120 * MINUTE);
    house.wire.keeps(vec![
        said(&house, &own("张三"), "张三", "青年大学习 已完成", 60),
        said(&house, &own("张三"), "张三", "谁没看大学习", 50),
        said(&house, &own("李四"), "李四", "开始签到 到20:00", 30),
        said(&house, &own("过客"), "过客", "青年大学习 已完成", 20),
    ]);
    for _ in 0..3 {
        comes(&house).await;
        house.bot.tick().await;
        goes(&house).await;
        house.clock().advance(10 * MINUTE);
    }
    comes(&house).await;
    house.bot.flush().await;
    let said = house.read(&own("张三"));
    assert!(said.contains("青年大学习") && !said.contains("还差"), "{said}");
    assert_eq!((house.read(&own("李四")), records(&house).await), (String::new(), 2));
    assert!(house.store().deaf_since(0).await.unwrap().is_empty(), "nothing is to be told");
    // a platform that keeps nothing leaves nothing to be done either: who gets no answer says it again
    let fresh = House::beside(&house, "10001").await;
    goes(&fresh).await;
    house.clock().advance(120 * MINUTE);
    comes(&fresh).await;
    assert!(fresh.store().to_fetch(&fresh.me).await.unwrap().is_empty());
    house.wire.take();
    house.ends().await;
}
