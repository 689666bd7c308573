//! Many reports at once: the first are answered each, then a line for all of some seconds; a group is never flooded.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::config::{Config, Env};
use zhibu::domain::message::Event;
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("acknowledged::three_hundred_check_ins_in_a_minute", three_hundred),
        on_both("acknowledged::above_three_in_ten_seconds", above_three),
        on_both("acknowledged::each_once_and_nothing_undone", each_once),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The defaults as they are shipped.
fn shipped() -> Arc<Config> {
    Arc::new(Config::load(None, &Env::default()).unwrap())
}

async fn three_hundred(db: Db) {
    let house = House::with(db, shipped()).await;
    let names: Vec<String> = (0..300).map(|n| format!("成员{n}")).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    house.branch(BRANCH, &all, 0).await;
    house.grant("成员0", Role::Secretary, BRANCH).await;
    let group = house.group("90000", BRANCH).await;
    assert!(group.asks("成员0", "开始签到 到20:00").await.contains("签到"));
    let mut said = Vec::new();
    for (n, name) in all.iter().enumerate() {
        let message = house.message(&group.chat, name, "签到", false);
        house.bot.handle(Event::Message(Box::new(message))).await;
        house.clock().advance(200);
        if n % 3 == 2 {
            house.bot.tick().await;
        }
        said.extend(house.wire.take());
    }
    house.clock().advance(10_000);
    house.bot.tick().await;
    said.extend(house.wire.take());
    // what Telegram lets a bot say in one group in a minute
    assert!(said.len() <= 20, "{} messages", said.len());
    assert_eq!(said.iter().filter(|m| m.quote.is_some()).count(), 3, "the first three are answered each");
    let told: usize = said
        .iter()
        .filter(|m| m.quote.is_none())
        .map(|m| {
            let text = m.plain();
            let names = text.matches("成员").count();
            assert!(names <= 10, "{text}");
            text.split_once(' ').map_or(text.as_str(), |(count, _)| count).parse::<usize>().unwrap_or_else(|_| panic!("{text}"))
        })
        .sum();
    assert_eq!(told, 297, "everybody is counted once");
    house.ends().await;
}

async fn above_three(db: Db) {
    let house = House::with(db, shipped()).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "赵六", "周八"], 0).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    let group = house.group("90000", BRANCH).await;
    let done = "青年大学习 已完成";
    for name in ["张三", "李四", "王五"] {
        assert_eq!(group.says(name, done).await, format!("记好啦：{name}，本周青年大学习已完成。"));
    }
    assert_eq!(group.says("赵六", done).await, "");
    // a question is answered at once all the same
    assert!(group.asks("李四", "谁没看大学习").await.contains("周八"));
    house.clock().advance(5_000);
    house.bot.tick().await;
    assert_eq!(house.read(&group.chat), "收到 1 位的青年大学习：赵六");
    // quiet again: answered each again
    house.clock().advance(11_000);
    assert_eq!(group.says("周八", done).await, "记好啦：周八，本周青年大学习已完成。");
    // a group that chose to hear each
    assert!(!group.asks("李四", "逐条回复").await.is_empty());
    for name in ["张三", "李四", "王五", "赵六", "周八"] {
        assert!(!group.says(name, "主题团日请假").await.is_empty());
    }
    house.wire.take();
    house.ends().await;
}

/// One line counts people, not months; who took it back before it left is not in it.
async fn each_once(db: Db) {
    let house = House::with(db, shipped()).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "赵六", "周八"], 3).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    let group = house.unbound_group("90000");
    house.group("90000", BRANCH).await;
    group.asks("李四", "合并回复").await;
    assert_eq!(group.says("张三", "交了9月和10月团费").await, "");
    assert_eq!(group.says("王五", "交了团费").await, "");
    assert_eq!(group.says("王五", "大学习看完了").await, "");
    assert_eq!(group.says("赵六", "大学习看完了").await, "");
    assert!(group.asks("赵六", "撤销").await.starts_with("撤销了"));
    // one of two reports is taken back: the other stands
    assert_eq!(group.says("周八", "交了团费").await, "");
    assert_eq!(group.says("周八", "大学习看完了").await, "");
    assert!(group.asks("周八", "撤销").await.starts_with("撤销了"));
    assert_eq!(group.later(60).await, "收到 3 位的团费，等确认：张三、王五、周八\n收到 1 位的青年大学习：王五");
    // a message that is recalled, and the yes to undoing it
    let message = house.message(&group.chat, "赵六", "大学习看完了", false);
    house.hear(message.clone()).await;
    let recall = Event::Recall {
        chat: group.chat.clone(),
        bot: message.bot.clone(),
        sender: message.sender.clone(),
        operator: message.sender.clone(),
        message: message.quote_id.clone(),
        at: house.bot.now(),
    };
    house.bot.handle(recall).await;
    assert!(house.read(&group.chat).contains("要一起撤销吗"));
    assert!(group.says("赵六", "是").await.starts_with("撤销了"));
    assert_eq!(group.later(60).await, "", "nobody is left");
    house.ends().await;
}
