//! The first hour of a secretary: from an empty database to the first reminder, as people read it.

use crate::support::db::{Db, on_both};
use crate::support::house::{BOT, House, PLATFORM, account};
use libtest_mimic::Trial;
use zhibu::domain::message::{AccountKey, ChatKey};
use zhibu::domain::roster::Ack;
use zhibu::store::members::accounts::CodeFor;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const SURNAMES: [&str; 10] = ["赵", "钱", "孙", "周", "吴", "郑", "冯", "陈", "褚", "卫"];
const GIVEN: [&str; 3] = ["一鸣", "文静", "思远"];

pub fn tests() -> Vec<Trial> {
    on_both("first_hour", first_hour)
}

/// Thirty members beside the secretary.
fn names() -> Vec<String> {
    SURNAMES.iter().flat_map(|s| GIVEN.iter().map(move |g| format!("{s}{g}"))).collect()
}

async fn first_hour(db: Db) {
    let house = House::new(db).await;
    let group = house.unbound_group("90000");

    // nobody is in charge: `run` has printed a code
    let digest = zhibu::action::members::codes::digest(&CodeFor::Activate, "ABCDE23456");
    house.store().keep_code(&digest, &CodeFor::Activate, i64::MAX).await.unwrap();
    assert_eq!(group.asks("李四", "谁没交团费").await, "这个群还没绑定团支部，请团支书在群里说“绑定本群”。");
    assert_eq!(house.whispers("李四", "激活 WRONG23456 李四 余庆县团委/白泥镇团委/第一团支部").await, "激活码不对，或者已经用过了。");
    let activated = house.whispers("李四", "激活 ABCDE23456 李四 余庆县团委/白泥镇团委/第一团支部").await;
    assert!(activated.starts_with(&format!("开通好了：李四是{BRANCH}的团支书")) || activated.starts_with("开通好了：李四是第一团支部的团支书"), "{activated}");
    assert_eq!(house.whispers("王五", "激活 ABCDE23456 王五 别的县/别的支部").await, "已经有人管理了，激活码不再有用。需要权限请找现在的支书。");

    // the group, whose members have cards
    for (i, name) in names().iter().enumerate() {
        house.wire.joins(&group.chat, &format!("acc-{name}"), &if i == 29 { "小太阳".to_owned() } else { format!("电信2101-{name}") });
    }
    house.wire.joins(&group.chat, BOT, "小支");
    let bound = group.asks("李四", "绑定本群").await;
    assert!(bound.contains("本群归"), "{bound}");

    // the roster
    let csv = names().iter().fold("姓名,团员编号\n李四,\n".to_owned(), |all, n| format!("{all}{n},\n"));
    let preview = house.drops("李四", "名册.csv", csv.into_bytes()).await;
    assert!(preview.contains("新增 30") && preview.contains("回“是”"), "{preview}");
    let applied = house.whispers("李四", "是").await;
    assert!(applied.contains("30"), "{applied}");

    // cards
    let matched = group.asks("李四", "绑定本群").await;
    assert!(matched.contains("29") && matched.contains("小太阳"), "{matched}");
    let approved = group.asks("李四", "全部确认").await;
    assert!(approved.contains("29"), "{approved}");
    let unbound = group.asks("李四", "谁没绑定").await;
    assert!(unbound.contains("卫思远"), "{unbound}");

    // members speak in their own words
    assert_eq!(group.says("赵一鸣", "团费我交啦").await, "收到：赵一鸣11月团费记上了，等确认。");
    assert_eq!(group.says("钱文静", "本周大学习看完了").await, "记好啦：钱文静，本周青年大学习已完成。");
    assert_eq!(group.says("孙思远", "明天再交团费").await, "");
    assert_eq!(group.says("周一鸣", "交团费了吗").await, "");
    let dues = group.asks("李四", "谁没交团费").await;
    assert!(dues.starts_with("11月团费还有 30 位没交") && !dues.contains("钱文静"), "a group hears a count: {dues}");
    let dues = house.whispers("李四", "谁没交团费").await;
    assert!(dues.contains("钱文静") && !dues.contains("赵一鸣"), "the secretary hears names in private: {dues}");

    // the group is set to gathered answers
    let mut chat = house.store().chat(&group.chat).await.unwrap().unwrap();
    chat.ack = Some(Ack::Gathered);
    house.store().set_chat(&chat).await.unwrap();

    // a check-in: thirty people within a minute, answers gathered
    assert_eq!(group.asks("李四", "开始签到 到20:00").await, "主题团日签到开始了，20:00 截止。在群里回“签到”就行。");
    for name in names().iter().take(28) {
        assert_eq!(group.says(name, "签到").await, "", "gathered");
    }
    let gathered = group.later(6).await;
    assert!(gathered.starts_with("28 位签到成功：赵一鸣、赵文静"), "{gathered}");
    assert_eq!(group.says("赵一鸣", "签到").await, "赵一鸣已经签过到了。");
    assert_eq!(group.says("卫文静", "主题团日请假,要出差").await, "好的，卫文静本月主题团日请假，记下了。".replace("本月", "11月"));
    let sheet = group.asks("李四", "结束签到").await;
    assert_eq!(sheet, "主题团日签到结束：应到 31，实到 28（迟到 0，早退 0），请假 1，缺席 2。\n请假：卫文静\n没到：李四、卫思远");
    assert_eq!(house.store().person_of(&account("卫思远")).await.unwrap(), None);
    assert_eq!(house.read(&ChatKey::private(&AccountKey::new(PLATFORM, "acc-李四"))), "");

    // Sunday evening: only who is missing, by name
    house.reminded_after(6 * 60).await;
    let reminder = house.read(&group.chat);
    assert!(reminder.contains("青年大学习") && reminder.contains("@孙思远") && !reminder.contains("钱文静"), "{reminder}");
    let private = house.read(&ChatKey::private(&account("李四")));
    assert!(private.starts_with("第一团支部 本周青年大学习还差 30 位：李四、赵一鸣") && !private.contains("钱文静"), "{private}");
    house.ends().await;
}
