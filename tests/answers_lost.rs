//! An answer that was lost with its connection: whoever says the same again, to the same running bot, is told what was
//! recorded, and it is recorded once.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, PLATFORM};
use crate::support::onebot::{Answer, Format, Implementation, text};
use crate::support::process::{Program, TOKEN};
use libtest_mimic::Trial;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;
use zhibu::domain::roster::Ack;

pub fn tests() -> Vec<Trial> {
    let mut all = on_both("answers_lost: the connection ends within a send", cut);
    all.extend(on_both("answers_lost: what was done is told again, never done again", told_again));
    all.extend(on_both("answers_lost: gathered answers too", gathered));
    all.extend(on_both("answers_lost: what the platform takes only later waits for that", later));
    all
}

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

/// The same frame whenever it is sent.
fn frame(id: i64, words: &str) -> Message {
    let event = json!({
        "self_id": 10000, "user_id": 20001, "time": 1_800_000_000_i64, "message_id": id, "message_type": "group", "sub_type": "normal",
        "post_type": "message", "group_id": 90000, "raw_message": "", "message": [text(words)], "message_format": "array",
        "sender": {"user_id": 20001, "nickname": "n", "card": "张三", "role": "member"},
    });
    Message::text(event.to_string())
}

async fn cut(db: Db) {
    let program = Program::new(&db);
    let file = db.dir().join("roster.csv");
    std::fs::write(&file, format!("姓名,QQ,所在团支部\n张三,20001,{BRANCH}\n")).unwrap();
    program.does(&["import", "roster", file.to_str().unwrap(), "--apply"]).await.well();
    program.does(&["bind", "onebot:90000", BRANCH]).await.well();
    let bot = program.runs().await;
    let fake = Implementation::new("10000", Format::Array);
    fake.connect(&bot.door(), Some(TOKEN)).await.unwrap();
    fake.lifecycle();
    fake.answers("send_group_msg", Answer::Cut);
    fake.raw(frame(1, "青年大学习 已完成"));
    fake.asked("send_group_msg", 1).await;
    fake.closed().await;
    fake.recovers("send_group_msg");
    fake.connect(&bot.door(), Some(TOKEN)).await.unwrap();
    fake.lifecycle();
    fake.raw(frame(1, "青年大学习 已完成"));
    let sent = fake.next().await;
    assert_eq!((sent.quote.as_str(), sent.text.as_str()), ("1", "记好啦：张三，本周青年大学习已完成。"));
    // once it went, the same frame is passed over; the next message is not
    fake.raw(frame(1, "青年大学习 已完成"));
    fake.raw(frame(2, "青年大学习 已完成"));
    assert_eq!(fake.next().await.quote, "2");
    assert_eq!(fake.unread(), []);
    assert_eq!(db.column("SELECT source FROM record").await, ["onebot:90000/1:1800000000"]);
    bot.asked_to_stop();
    assert!(bot.ends().await.0.success());
}

async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五"], 0).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.group("90000", BRANCH).await;
    house
}

async fn told_again(db: Db) {
    let house = house(db).await;
    let chat = ChatKey::group(PLATFORM, "90000");
    for words in ["青年大学习 已完成", "交了团费"] {
        house.hear(house.message(&chat, "张三", words, false)).await;
    }
    house.wire.take();
    // undoing once more would take back the report before
    let undo = house.message(&chat, "张三", "撤销", true);
    house.wire.fails(true);
    house.hear(undo.clone()).await;
    assert_eq!(house.read(&chat), "");
    house.hear(undo.clone()).await;
    house.wire.fails(false);
    house.hear(undo.clone()).await;
    assert_eq!(house.read(&chat), "撤销了：11月团费。");
    house.hear(undo).await;
    assert_eq!(house.read(&chat), "");
    let (study, dues) = ("SELECT source FROM record WHERE duty = 'study'", "SELECT source FROM record WHERE duty = 'dues'");
    assert_eq!((house.db.column(study).await.len(), house.db.column(dues).await.len()), (1, 2));
    house.ends().await;
}

async fn later(db: Db) {
    let house = house(db).await;
    let chat = ChatKey::group(PLATFORM, "90000");
    let said = house.message(&chat, "张三", "青年大学习 已完成", false);
    house.wire.busy(true);
    house.hear(said.clone()).await;
    house.hear(said.clone()).await;
    house.delivered().await;
    assert!(!house.wire.has_sent());
    house.wire.busy(false);
    house.clock().advance(60_000);
    house.delivered().await;
    let sent = house.wire.take();
    let [answer] = &sent[..] else { panic!("once: {sent:?}") };
    assert_eq!((answer.plain().as_str(), answer.quote.as_ref()), ("记好啦：张三，本周青年大学习已完成。", Some(&said.quote_id)));
    house.hear(said).await;
    house.delivered().await;
    // after an hour nobody waits for an answer any more
    house.wire.busy(true);
    house.hear(house.message(&chat, "李四", "青年大学习 已完成", false)).await;
    house.wire.busy(false);
    house.clock().advance(61 * 60_000);
    house.delivered().await;
    house.ends().await;
}

async fn gathered(db: Db) {
    let house = house(db).await;
    let chat = ChatKey::group(PLATFORM, "90000");
    let bound = house.store().chat(&chat).await.unwrap().unwrap();
    house.store().set_chat(&zhibu::domain::roster::Chat { ack: Some(Ack::Gathered), ..bound }).await.unwrap();
    let said = house.message(&chat, "张三", "青年大学习 已完成", false);
    house.hear(said.clone()).await;
    house.wire.fails(true);
    house.clock().advance(60_000);
    house.bot.tick().await;
    house.wire.fails(false);
    house.hear(said).await;
    house.clock().advance(60_000);
    house.bot.tick().await;
    let told = house.read(&chat);
    assert!(told.contains("张三"), "{told}");
    assert_eq!(house.db.column("SELECT source FROM record").await.len(), 1);
    house.ends().await;
}
