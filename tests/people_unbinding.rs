//! An account that is to be nobody's any more: by its owner after a yes, by the secretary for a member. Records stay.

use crate::support::asking::{does_alone, owner, unbound_members};
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::ChatKey;
use zhibu::language::Intent;
use zhibu::store::Store;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const UNKNOWN: &str = "我还不认识这个账号，先没记。私聊我发“绑定 姓名”就好。";

pub fn tests() -> Vec<Trial> {
    [
        on_both("people_unbinding_own", own),
        on_both("people_unbinding_by_the_secretary", by_the_secretary),
        on_both("people_unbinding_namesakes", namesakes),
        on_both("people_unbinding_beside", beside),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 李四 is the secretary.
async fn house(db: Db) -> House {
    House::of_two(db, BRANCH, OTHER).await
}

async fn own(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    let asked = "要把这个账号和张三解绑吗？解绑后我就认不出你了，要再绑得支书确认；以前的记录都留着。回“是”解绑，回“否”算了。";
    assert_eq!(group.says("张三", "解绑").await, "", "not said to the bot");
    assert_eq!(group.asks("张三", "解绑").await, asked);
    assert_eq!(group.says("张三", "否").await, "好的，没有解绑。");
    assert_eq!(house.whispers("张三", "我要解绑").await, asked);
    assert_eq!(group.says("王五", "是").await, "", "another's yes is none");
    assert_eq!(house.whispers("张三", "解绑张三").await, asked, "by one's own name too");
    assert_eq!(house.whispers("张三", "是").await, "解绑好了，记录都留着。要再绑就发“绑定 姓名”。");
    assert_eq!(owner(&house, BRANCH, &account("张三")).await, None);
    // a report after it is a stranger's; what was recorded stays, and comes back with the binding
    assert_ne!(group.asks("张三", "交了团费").await, "收到：张三11月团费记上了，等确认。");
    assert_eq!(group.asks("李四", "谁没完成青年大学习").await, "本周青年大学习还没完成的有 2 位：李四、王五（应完成 3，已完成 1，没绑定账号 1）");
    assert_eq!(group.asks("张三", "绑定 张三").await, "好的，张三，等支书确认后就能用了。");
    assert!(house.read(&ChatKey::private(&account("李四"))).starts_with("张三想绑定账号"));
    assert_eq!(group.asks("李四", "确认张三").await, "绑好了 1 位：张三。现在可以直接说话了。");
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "张三，本周青年大学习之前就记过啦，不用再报。");
    house.ends().await;
}

async fn by_the_secretary(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(group.asks("王五", "解绑张三").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.whispers("李四", "解绑周八").await, "这件事要第二团支部的团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("李四", "解绑郑十").await, "名册上没有“郑十”。");
    assert_eq!(group.asks("李四", "把张三解绑").await, "解绑了张三的 1 个账号，记录都留着。要再绑就请本人发“绑定 张三”。");
    assert_eq!(group.asks("李四", "解绑张三").await, "张三没有绑定账号。");
    assert_eq!(group.says("张三", "交了团费").await, "我把你认作张三，等支书确认；确认后再说一次就能记上。");
    assert_eq!(owner(&house, BRANCH, &account("王五")).await.as_deref(), Some("王五"));
    // whoever looks after the branch is told what it means
    let asked = house.whispers("李四", "解绑").await;
    assert!(asked.contains("你还管着支部"), "{asked}");
    assert_eq!(house.whispers("李四", "算了").await, "好的，没有解绑。");
    let audited = house.db.column("SELECT body FROM audit WHERE body LIKE '%\"unbind\"%'").await;
    assert_eq!(audited.len(), 1);
    assert!(!audited[0].contains("acc-张三"), "the chain holds digests: {audited:?}");
    house.ends().await;
}

async fn namesakes(db: Db) {
    let house = house(db).await;
    unbound_members(&house, BRANCH, &["张三"]).await;
    let asked = does_alone(&house, "李四", Intent::Unbind { names: vec!["张三".into()] }).await;
    assert!(asked.starts_with("叫张三的有 2 位：1.张三（第一团支部") && asked.ends_with("解绑哪一位？回编号。"), "{asked}");
    assert_eq!(house.whispers("李四", "3").await, "我这会儿没有在等你的回答。要做什么直接说就行。");
    assert_eq!(owner(&house, BRANCH, &account("张三")).await.as_deref(), Some("张三"));
    let mut told = Vec::new();
    for n in ["1", "2"] {
        does_alone(&house, "李四", Intent::Unbind { names: vec!["张三".into()] }).await;
        told.push(house.whispers("李四", n).await);
    }
    told.sort();
    assert_eq!(told, ["张三没有绑定账号。", "解绑了张三的 1 个账号，记录都留着。要再绑就请本人发“绑定 张三”。"]);
    assert_eq!(owner(&house, BRANCH, &account("张三")).await, None);
    house.ends().await;
}

/// Another process took the binding away: the next report is a stranger's, though this one still knew the account.
async fn beside(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.says("王五", "青年大学习 已完成").await, "记好啦：王五，本周青年大学习已完成。");
    let other = Store::open(&house.db.options(), &house.db.effects(2)).await.unwrap();
    let person = other.people_named("王五", "").await.unwrap()[0].0;
    assert_eq!(other.unbind_accounts(&[account("张三"), account("王五")], person, None).await.unwrap().0, 1, "another's account is left alone");
    other.close().await;
    assert_eq!(group.says("王五", "交了团费").await, UNKNOWN);
    assert_eq!(group.says("张三", "交了团费").await, "收到：张三11月团费记上了，等确认。");
    house.ends().await;
}
