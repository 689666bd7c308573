//! What people do to what they said: they change a message, press a button, and their group gets another id.

use crate::support::db::{Db, on_both};
use crate::support::house::{Group, House, PLATFORM, account};
use libtest_mimic::Trial;
use zhibu::domain::message::{ChatKey, Choices, Event, Incoming, Part, Segment};
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("afterwards: a changed message replaces what it had entered", changed),
        on_both("afterwards: what was confirmed is only asked about", confirmed),
        on_both("afterwards: a change that says nothing is offered to be undone", nothing_left),
        on_both("afterwards: commands are not heard twice", commands),
        on_both("afterwards: a button answers its own question, once", buttons),
        on_both("afterwards: buttons stay beneath their own question", own_buttons),
        on_both("afterwards: a change after an undo, or long after, enters nothing", too_late),
        on_both("afterwards: a change leaves other questions open", other_questions),
        on_both("afterwards: a group with a new id keeps its branch", moved),
        on_both("afterwards: a topic follows its group until it is bound itself", topics),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn house(db: Db) -> House {
    House::of_three(db, BRANCH, 3).await
}

/// The message as it reads after its nth change.
fn version(message: &Incoming, n: i64, text: &str) -> Incoming {
    Incoming { message_id: format!("{}:{n}", message.message_id), segments: vec![Segment::Text(text.into())], ..message.clone() }
}

/// Says something, and changes it afterwards; both answers.
async fn says_then(house: &House, group: &Group<'_>, name: &str, first: &str, then: &str) -> (Incoming, [String; 2]) {
    let message = house.message(&group.chat, name, first, false);
    house.hear(message.clone()).await;
    let before = house.read(&group.chat);
    let after = edits(house, &message, 1, then).await;
    (message, [before, after])
}

async fn edits(house: &House, message: &Incoming, n: i64, text: &str) -> String {
    house.bot.handle(Event::Edited(Box::new(version(message, n, text)))).await;
    house.read(&message.chat)
}

/// What stands of dues: month and fen of each live record, as the database has it.
async fn standing(house: &House) -> Vec<String> {
    house
        .db
        .column(
            "SELECT r.period || ' ' || r.value FROM record AS r WHERE r.duty = 'dues' AND r.kind = 'done' \
             AND NOT EXISTS (SELECT 1 FROM record AS x WHERE x.refers = r.id AND x.kind = 'reverse') ORDER BY r.period",
        )
        .await
}

async fn changed(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let (message, heard) = says_then(&house, &group, "张三", "交了9月团费", "交了10月团费").await;
    assert_eq!(heard, ["收到：张三9月团费记上了，等确认。", "按你改过的消息更新了：9月团费 → 10月团费。"]);
    assert_eq!(standing(&house).await, ["2026-10 20"]);
    // again, and the same change once more: it comes twice and counts once
    assert_eq!(edits(&house, &message, 2, "交了9月和10月团费").await, "按你改过的消息更新了：10月团费 → 9月、10月团费。");
    assert_eq!(edits(&house, &message, 2, "交了9月和10月团费").await, "");
    assert_eq!(standing(&house).await, ["2026-09 20", "2026-10 20"]);
    // a sum that does not fit changes nothing
    let unfit = edits(&house, &message, 3, "补交9月团费0.7元").await;
    assert!(unfit.starts_with("你改了消息，但改后的话我没法照着记，原来记的9月、10月团费没动。"), "{unfit}");
    // somebody else can't change it
    let mut foreign = version(&message, 4, "交了8月团费");
    foreign.sender = account("王五");
    house.bot.handle(Event::Edited(Box::new(foreign))).await;
    assert_eq!(house.read(&group.chat), "");
    assert_eq!(standing(&house).await, ["2026-09 20", "2026-10 20"]);
    // what was understood only after the change; and undo takes back what stands
    let (_, heard) = says_then(&house, &group, "王五", "交了图费", "交了8月团费").await;
    assert_eq!(heard, ["", "收到：王五8月团费记上了，等确认。"]);
    assert_eq!(group.asks("张三", "撤销").await, "撤销了：9月、10月团费。");
    assert_eq!(standing(&house).await, ["2026-08 20"]);
    house.ends().await;
}

async fn confirmed(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let message = house.message(&group.chat, "张三", "交了9月团费", false);
    house.hear(message.clone()).await;
    assert_eq!(house.read(&group.chat), "收到：张三9月团费记上了，等确认。");
    let told = house.whispers("李四", "确认张三的团费").await;
    assert!(told.contains("确认了 1 位"), "{told}");
    assert_eq!(edits(&house, &message, 1, "交了10月团费").await, "你改了消息，不过9月团费已经确认过了，没有动。要改请组织委员或团支书来。");
    assert_eq!(standing(&house).await, ["2026-09 20"]);
    // whoever may confirm is asked
    let own = house.message(&group.chat, "李四", "交了9月团费", false);
    house.hear(own.clone()).await;
    house.read(&group.chat);
    house.whispers("李四", "确认李四的团费").await;
    let asked = edits(&house, &own, 1, "交了10月团费").await;
    assert_eq!(asked, "你改了消息，不过9月团费已经确认过了，没有动。要把原来那笔撤销吗？回“是”就撤。");
    assert_eq!(standing(&house).await.len(), 2);
    assert!(group.says("李四", "是").await.starts_with("撤销了：9月团费"));
    assert_eq!(standing(&house).await, ["2026-09 20"]);
    house.ends().await;
}

async fn nothing_left(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let (message, heard) = says_then(&house, &group, "张三", "青年大学习 已完成", "青年大学习还没看完").await;
    assert_eq!(heard[1], "你改了的那条消息记过：本周青年大学习。改后的话里没有可记的，要把原来的撤销吗？回“是”就撤。");
    assert_eq!(group.says("张三", "否").await, "好，记录留着。");
    assert_eq!(edits(&house, &message, 2, "哈哈").await, heard[1]);
    assert_eq!(group.says("张三", "是").await, "撤销了：本周青年大学习。");
    assert_eq!(edits(&house, &message, 3, "哈哈哈").await, "", "there is nothing left of it");
    // years later nobody changes a message
    let message = house.message(&group.chat, "张三", "青年大学习 已完成", false);
    house.hear(message.clone()).await;
    house.read(&group.chat);
    house.clock().advance(3 * 86_400_000);
    assert_eq!(edits(&house, &message, 1, "哈哈").await, "");
    house.ends().await;
}

async fn commands(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "交了9月团费").await, "收到：张三9月团费记上了，等确认。");
    assert_eq!(group.says("张三", "交了10月团费").await, "收到：张三10月团费记上了，等确认。");
    let (message, heard) = says_then(&house, &group, "张三", "小支 撤销", "小支，撤销").await;
    assert_eq!(heard, ["撤销了：10月团费。", ""]);
    assert_eq!(edits(&house, &message, 2, "小支 谁没交团费").await, "");
    assert_eq!(standing(&house).await, ["2026-09 20"]);
    // strangers and unbound groups
    let unbound = house.unbound_group("90009");
    assert_eq!(says_then(&house, &unbound, "张三", "交了", "交了团费").await.1, ["", ""]);
    assert_eq!(says_then(&house, &group, "路人", "吃了", "交了团费").await.1, ["", ""]);
    house.ends().await;
}

fn choices(house: &House) -> (String, Choices) {
    let sent = house.wire.take();
    let [message] = &sent[..] else { panic!("one message was expected, not {sent:?}") };
    let found = message.parts.iter().find_map(|p| if let Part::Choices(c) = p { Some(c.clone()) } else { None });
    (message.plain(), found.unwrap_or_else(|| panic!("it has no buttons: {message:?}")))
}

async fn presses(house: &House, group: &Group<'_>, name: &str, choices: &Choices, n: usize, message: &str) -> String {
    presses_in(house, &group.chat, name, choices, n, message).await
}

async fn presses_in(house: &House, chat: &ChatKey, name: &str, choices: &Choices, n: usize, message: &str) -> String {
    let mut pressed = house.message(chat, name, "", true);
    pressed.segments = vec![Segment::Choice { question: choices.question.clone(), says: choices.all[n].says.clone() }];
    pressed.message_id = format!("{message}:button");
    house.hear(pressed).await;
    house.read(chat)
}

async fn own_buttons(db: Db) {
    let house = house(db).await;
    house.wire.has_buttons();
    let private = ChatKey::private(&account("张三"));
    house.hear(house.message(&private, "张三", "删除我的数据", false)).await;
    let (_, erase) = choices(&house);
    // what is said meanwhile does not answer it: its own answer carries no buttons that would
    house.clock().advance(60_000);
    house.hear(house.message(&private, "张三", "我的记录", false)).await;
    let sent = house.wire.take();
    let with_buttons = |m: &zhibu::domain::message::Outgoing| m.parts.iter().any(|p| matches!(p, Part::Choices(_)));
    assert!(sent.len() == 1 && !with_buttons(&sent[0]), "{sent:?}");
    // and the question's own still are its own
    assert_eq!(presses_in(&house, &private, "张三", &erase, 1, "b1").await, "好的，什么都没删。");
    // nor does talking keep a question open
    house.hear(house.message(&private, "张三", "删除我的数据", false)).await;
    let (_, erase) = choices(&house);
    for _ in 0..2 {
        house.clock().advance(6 * 60_000);
        house.hear(house.message(&private, "张三", "我的记录", false)).await;
        house.wire.take();
    }
    assert_eq!(presses_in(&house, &private, "张三", &erase, 0, "b2").await, "这个问题已经过去了，要办的话再说一次就好。");
    house.ends().await;
}

async fn too_late(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let message = house.message(&group.chat, "张三", "交了9月团费", false);
    house.hear(message.clone()).await;
    house.read(&group.chat);
    assert_eq!(group.asks("张三", "撤销").await, "撤销了：9月团费。");
    assert_eq!(edits(&house, &message, 1, "交了9月团费。").await, "");
    assert_eq!(standing(&house).await, Vec::<String>::new());
    let message = house.message(&group.chat, "张三", "交了10月团费", false);
    house.hear(message.clone()).await;
    house.read(&group.chat);
    house.clock().advance(3 * 86_400_000);
    assert_eq!(edits(&house, &message, 1, "交了9月团费").await, "");
    assert_eq!(standing(&house).await, ["2026-10 20"]);
    house.ends().await;
}

async fn other_questions(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let asks = house.message(&group.chat, "张三", "补交9月团费0.6元", false);
    house.hear(asks.clone()).await;
    let asked = house.read(&group.chat);
    assert!(asked.contains("9月"), "{asked}");
    // another message of theirs is changed: what was asked is still open
    let (_, heard) = says_then(&house, &group, "张三", "大学习看了没", "青年大学习 已完成").await;
    assert_eq!(heard[1], "记好啦：张三，本周青年大学习已完成。");
    assert!(group.says("张三", "2").await.starts_with("收到：张三"));
    let entered = standing(&house).await;
    assert!(!entered.is_empty());
    assert!(!group.asks("张三", "撤销").await.is_empty());
    // the message that was asked about is changed: that question is over
    let asks = house.message(&group.chat, "张三", "补交9月团费0.6元", false);
    house.hear(asks.clone()).await;
    assert_eq!(house.read(&group.chat), asked);
    assert_eq!(edits(&house, &asks, 1, "交了9月团费").await, "收到：张三9月团费记上了，等确认。");
    assert_eq!(group.says("张三", "2").await, "");
    assert_eq!(standing(&house).await, ["2026-09 20"]);
    house.ends().await;
}

async fn buttons(db: Db) {
    let house = house(db).await;
    house.wire.has_buttons();
    let group = house.group("90000", BRANCH).await;
    let labels = |c: &Choices| c.all.iter().map(|c| c.label.clone()).collect::<Vec<_>>();
    // a sum that may be meant in two ways
    house.hear(house.message(&group.chat, "张三", "补交9月团费0.6元", false)).await;
    let (text, months) = choices(&house);
    assert!(text.contains("9月"), "{text}");
    assert_eq!((labels(&months).len(), months.of.as_str(), months.question.len()), (2, "acc-张三", 16));
    // an older question's buttons say nothing any more, whoever presses them
    house.hear(house.message(&group.chat, "张三", "小支 撤销", false)).await;
    house.read(&group.chat);
    house.hear(house.message(&group.chat, "张三", "补交9月团费0.6元", false)).await;
    let (_, again) = choices(&house);
    assert_ne!(again.question, "");
    assert_eq!(presses(&house, &group, "王五", &again, 0, "b1").await, "这个问题已经过去了，要办的话再说一次就好。");
    let told = presses(&house, &group, "张三", &again, 1, "b2").await;
    assert!(told.starts_with("收到：张三"), "{told}");
    let entered = standing(&house).await;
    assert!(!entered.is_empty());
    // used once: the same button again is the same message; another of the answered question is over
    assert_eq!(presses(&house, &group, "张三", &again, 1, "b2").await, "");
    assert_eq!(presses(&house, &group, "张三", &again, 0, "b3").await, "这个问题已经过去了，要办的话再说一次就好。");
    assert_eq!(standing(&house).await, entered);
    // yes and no, after a restart too: the question is a row
    let mut house = house;
    let said = house.message(&ChatKey::group(PLATFORM, "90000"), "张三", "青年大学习 已完成", false);
    house.hear(said.clone()).await;
    house.wire.take();
    house.bot.handle(Event::Edited(Box::new(version(&said, 1, "哈哈")))).await;
    let (_, yes_no) = choices(&house);
    assert_eq!(labels(&yes_no), ["是", "否"]);
    house.restart().await;
    let group = house.unbound_group("90000");
    assert_eq!(presses(&house, &group, "张三", &yes_no, 0, "b4").await, "撤销了：本周青年大学习。");
    // ten minutes later the question is over
    house.hear(said.clone()).await;
    house.wire.take();
    let fresh = house.message(&group.chat, "张三", "青年大学习 已完成", false);
    house.hear(fresh.clone()).await;
    house.wire.take();
    house.bot.handle(Event::Edited(Box::new(version(&fresh, 1, "哈哈")))).await;
    let (_, late) = choices(&house);
    house.clock().advance(11 * 60_000);
    assert_eq!(presses(&house, &group, "张三", &late, 0, "b5").await, "这个问题已经过去了，要办的话再说一次就好。");
    house.ends().await;
}

async fn moved(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "交了9月团费").await, "收到：张三9月团费记上了，等确认。");
    assert!(group.says("李四", "合并回复").await.is_empty(), "not addressed");
    assert!(!group.asks("李四", "合并回复").await.is_empty());
    // an open question and a waiting letter go with it
    let message = house.message(&group.chat, "张三", "青年大学习 已完成", false);
    house.hear(message.clone()).await;
    group.later(6).await;
    assert!(edits(&house, &message, 1, "哈哈").await.contains("要把原来的撤销吗"));
    let letter = zhibu::store::sending::outbox::Letter {
        dedupe_key: "k".into(),
        message: zhibu::domain::message::Outgoing::text(group.chat.clone(), "还差 1 位"),
        expires_at: i64::MAX,
    };
    house.store().queue_letters(std::slice::from_ref(&letter), house.bot.now()).await.unwrap();
    let new = house.unbound_group("90001");
    for _ in 0..2 {
        // it is told in the old group and in the new one
        house.bot.handle(Event::Moved { from: group.chat.clone(), to: new.chat.clone() }).await;
    }
    assert_eq!(house.store().chat(&group.chat).await.unwrap(), None);
    assert_eq!(new.says("张三", "是").await, "撤销了：本周青年大学习。");
    house.delivered().await;
    assert_eq!(house.read(&new.chat), "还差 1 位");
    assert_eq!(new.says("王五", "交了9月团费").await, "", "it is still set to gathered answers");
    assert!(new.later(6).await.contains("王五"));
    assert_eq!(group.says("王五", "交了10月团费").await, "", "the old one is bound to nothing");
    house.ends().await;
}

async fn topics(db: Db) {
    let house = house(db).await;
    house.branch("余庆县团委/白泥镇团委/第二团支部", &["赵六"], 0).await;
    house.grant("赵六", Role::Secretary, "余庆县团委/白泥镇团委/第二团支部").await;
    house.grant("李四", Role::Secretary, "余庆县团委/白泥镇团委").await;
    let whole = house.group("90000", "余庆县团委/白泥镇团委").await;
    let topic = house.unbound_group("90000#7");
    assert_eq!(topic.says("张三", "交了9月团费").await, "收到：张三9月团费记上了，等确认。", "it follows the group, and is answered where it was said");
    let town = whole.asks("张三", "谁没完成青年大学习").await;
    assert!(!town.is_empty(), "the group is the town's");
    assert!(topic.asks("李四", "绑定本群 余庆县团委/白泥镇团委/第二团支部").await.contains("第二团支部"));
    assert_eq!(topic.asks("赵六", "谁没完成青年大学习").await, "本周青年大学习还没完成的有 1 位：赵六（应完成 1，已完成 0）");
    assert_eq!(whole.asks("张三", "谁没完成青年大学习").await, town, "the group is as it was");
    house.ends().await;
}
