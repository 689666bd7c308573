//! What members and secretaries say in a group and in private, and what they read.

use crate::support::db::on_both;
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("conversation_reports", reports),
        on_both("conversation_twice", twice),
        on_both("conversation_remind", remind),
        on_both("conversation_choices", choices),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn house(db: crate::support::db::Db, months: i32) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五"], months).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house
}

async fn reports(db: crate::support::db::Db) {
    let house = house(db, 0).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "今天下午打球吗,三缺一").await, "");
    assert_eq!(group.says("张三", "交了团费 0.2元").await, "收到：张三11月团费记上了，等确认。");
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(group.says("张三", "签到").await, "现在没有开放的签到。");
    assert_eq!(house.whispers("王五", "交了团费").await, "收到：王五11月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    house.ends().await;
}

async fn twice(db: crate::support::db::Db) {
    let mut house = house(db, 2).await;
    let group = house.group("90000", BRANCH).await;
    let chat = group.chat.clone();
    let message = house.message(&chat, "张三", "交了团费", false);
    house.hear(message.clone()).await;
    assert_eq!(house.read(&chat), "收到：张三9月团费记上了，等确认。");
    house.hear(message.clone()).await;
    assert_eq!(house.read(&chat), "", "the same message again");
    house.restart().await;
    house.hear(message).await;
    assert_eq!(house.read(&chat), "收到：张三9月团费记上了，等确认。", "the answer may have been lost with the process: the same one again");
    assert_eq!(house.unbound_group("90000").says("张三", "交了团费").await, "9月今天已经记过了。这次是再交一期吗？回“是”就记上。");
    house.ends().await;
}

async fn remind(db: crate::support::db::Db) {
    let house = house(db, 0).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.asks("张三", "提醒一下没看大学习的").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.says("王五", "大学习看完了").await, "记好啦：王五，本周青年大学习已完成。");
    assert_eq!(group.asks("李四", "提醒一下没看大学习的").await, "已经提醒了，还差 2 位。");
    house.delivered().await;
    let reminder = house.read(&group.chat);
    assert!(reminder.contains("@张三") && reminder.contains("@李四") && !reminder.contains("王五"), "{reminder}");
    assert_eq!(group.asks("李四", "提醒一下没交团费的").await, "已经提醒了，还差 3 位。");
    house.delivered().await;
    let reminder = house.read(&group.chat);
    assert!(reminder.contains("3 位") && !reminder.contains("张三"), "a group hears a count of dues: {reminder}");
    house.ends().await;
}

async fn choices(db: crate::support::db::Db) {
    let house = house(db, 3).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.asks("张三", "补交11月团费0.6元").await, "这个数是11月一期的，还是9月至11月的？回“1”记11月，回“2”记9月至11月。");
    assert_eq!(group.says("王五", "2").await, "", "somebody else's number is no answer");
    assert_eq!(group.says("张三", "2").await, "收到：张三9月至11月团费记上了，等确认。");
    assert_eq!(group.says("张三", "2").await, "", "the question is answered");
    let own = house.whispers("张三", "我还欠什么").await;
    assert!(own.contains("8月") && own.contains("0.2"), "{own}");
    house.ends().await;
}
