//! How the bot behaves in a group, as its secretary says: answers to each, in one, by emoji; reminders with names or not.

use crate::support::db::{Db, on_both};
use crate::support::house::{Group, House, PLATFORM};
use libtest_mimic::Trial;
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;
use zhibu::domain::roster::Ack;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const SECRETARY: &str = "这件事要团支书来做，可以请 TA 跟我说一声。";

pub fn tests() -> Vec<Trial> {
    [on_both("group_settings_in_the_group", in_the_group), on_both("group_settings_in_private", in_private), on_both("group_settings_names", names)]
        .into_iter()
        .flatten()
        .collect()
}

/// 李四 is the secretary.
async fn house(db: Db) -> House {
    House::of_two(db, BRANCH, OTHER).await
}

async fn set(house: &House, group: &Group<'_>) -> (Option<Ack>, bool) {
    let chat = house.store().chat(&group.chat).await.unwrap().unwrap();
    (chat.ack, chat.names)
}

async fn in_the_group(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.asks("张三", "合并回复").await, SECRETARY);
    assert_eq!(group.says("李四", "合并回复").await, "", "not said to the bot");
    assert_eq!(set(&house, &group).await, (None, false));
    assert_eq!(group.asks("李四", "以后合并成一条回复").await, "好的，本群以后攒一会儿，合并成一条回复。");
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "");
    assert_eq!(group.says("王五", "青年大学习 已完成").await, "");
    assert_eq!(group.later(60).await, "收到 2 位的青年大学习：张三、王五");
    assert_eq!(group.asks("李四", "用表情回复").await, "好的，本群以后用表情回应。");
    assert_eq!(group.says("李四", "青年大学习 已完成").await, "");
    assert_eq!(house.wire.take_reactions().len(), 1);
    assert_eq!(group.asks("李四", "逐条回复").await, "好的，本群以后逐条回复。");
    assert_eq!(group.says("张三", "交了团费").await, "收到：张三11月团费记上了，等确认。");
    assert_eq!(set(&house, &group).await, (Some(Ack::Each), false));
    assert_eq!(house.unbound_group("95555").asks("李四", "合并回复").await, "这个群还没绑定团支部，请团支书在群里说“绑定本群”。");
    house.ends().await;
}

async fn in_private(db: Db) {
    let house = house(db).await;
    let (group, second, other) = (house.unbound_group("90000"), house.group("90001", BRANCH).await, house.group("90002", OTHER).await);
    assert_eq!(house.whispers("张三", "合并回复").await, SECRETARY);
    assert_eq!(house.whispers("李四", "合并回复").await, "好的，第一团支部的 2 个群以后攒一会儿，合并成一条回复。");
    assert_eq!(house.whispers("李四", "提醒点名").await, "好的，第一团支部的 2 个群的提醒以后会点名，欠团费的也会。想改回来说“提醒不点名”。");
    for chat in [&group, &second] {
        assert_eq!(set(&house, chat).await, (Some(Ack::Gathered), true));
    }
    assert_eq!(set(&house, &other).await, (None, false));
    house.grant("周八", Role::Secretary, "余庆县团委").await;
    assert_eq!(house.whispers("周八", "逐条回复").await, "好的，第二团支部的 1 个群以后逐条回复。");
    house.grant("王五", Role::Secretary, "余庆县团委/白泥镇团委").await;
    house.db.sql("DELETE FROM chat WHERE chat_id = '90002'").await;
    assert_eq!(house.whispers("周八", "逐条回复").await, "第二团支部还没有绑定的群：先在群里@我说“绑定本群”。");
    house.ends().await;
}

/// Who is in arrears is named in the group's reminders from then on, and no longer.
async fn names(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    let chat = ChatKey::group(PLATFORM, "90000");
    let mut told = Vec::new();
    for words in ["提醒点名", "提醒不点名"] {
        let done = group.asks("李四", words).await;
        assert!(done.starts_with("好的，本群的提醒以后"), "{done}");
        group.asks("李四", "提醒一下没交团费的").await;
        house.delivered().await;
        told.push(house.read(&chat));
    }
    assert!(told[0].contains("张三") && told[0].contains("王五"), "{told:?}");
    assert!(!told[1].is_empty() && !told[1].contains("张三") && told[1].contains('3'), "{told:?}");
    house.ends().await;
}
