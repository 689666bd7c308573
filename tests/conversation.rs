//! What members and secretaries say in a group and in private, and what they read.

use crate::support::db::on_both;
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [on_both("conversation_reports", reports), on_both("conversation_twice", twice)].into_iter().flatten().collect()
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
