//! Chain lists (接龙) among many: thirty people who post copies at once, entries that wait for the secretary, a group above
//! branches, lists of 300, hostile ones, and the real wire in both message formats.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use crate::support::onebot::{Format, Implementation};
use crate::support::process::{Program, TOKEN};
use futures_util::future::join_all;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::fmt::Write as _;
use tokio_tungstenite::tungstenite::Message;
use zhibu::domain::message::Incoming;
use zhibu::domain::role::Role;

const TOWN: &str = "余庆县团委/白泥镇团委";
const FIRST: &str = "余庆县团委/白泥镇团委/第一团支部";
const SECOND: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("chain: thirty people join a list at once", thirty),
        on_both("chain: other people's entries wait for the secretary, also over a restart", waiting),
        on_both("chain: in a group above branches each entry goes to its own branch", above),
        on_both("chain: a list of 300, and its undo", many),
        on_both("chain: hostile lists", hostile),
        on_both("chain: both message formats, and a death between record and answer", wire),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn count(house: &House, what: &str) -> usize {
    house.db.column(&format!("SELECT source FROM {what}")).await.len()
}

fn numbered(names: &[&str]) -> String {
    names.iter().enumerate().fold(String::new(), |mut list, (n, name)| {
        let _ = writeln!(list, "{}. {name} 已完成", n + 1);
        list
    })
}

async fn thirty(db: Db) {
    let mut house = House::new(db).await;
    let names: Vec<String> = (0..30).map(|n| format!("成员{}", "一二三四五六七八九十".chars().nth(n % 10).unwrap()) + ["", "甲", "乙"][n / 10]).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    house.branch(FIRST, &names, 0).await;
    house.grant(names[0], Role::Secretary, FIRST).await;
    let group = house.group("90000", FIRST).await;
    let chat = group.chat.clone();
    // each has copied the list at some moment, and adds themselves
    let copies: Vec<Incoming> = (1..30)
        .map(|n| {
            let upto = numbered(&names[1..=n]);
            house.message(&chat, names[n], &format!("#接龙\n本周青年大学习\n\n{upto}"), false)
        })
        .collect();
    join_all(copies.iter().map(|m| house.hear(m.clone()))).await;
    let told = house.read(&chat);
    assert!(told.lines().count() <= 2 && told.chars().count() < 100, "others' entries wait, said once: {told}");
    assert_eq!(count(&house, "record").await, 29, "each has their own, once");
    let sources = house.db.column("SELECT DISTINCT source FROM record").await;
    assert_eq!(sources.len(), 29, "from their own copies");
    let gathered = group.later(10).await;
    assert!(gathered.is_empty() || gathered.starts_with("收到"), "one line for all: {gathered}");
    // all of them again, and once more after a restart
    join_all(copies.iter().map(|m| house.hear(m.clone()))).await;
    house.restart().await;
    join_all(copies.iter().map(|m| house.hear(m.clone()))).await;
    house.read(&chat);
    let whole = format!("#接龙\n本周青年大学习\n\n{}", numbered(&names[1..]));
    let again: Vec<Incoming> = names[1..].iter().map(|n| house.message(&chat, n, &whole, false)).collect();
    join_all(again.iter().map(|m| house.hear(m.clone()))).await;
    assert_eq!(house.read(&chat), "", "copies that say nothing new");
    assert_eq!(count(&house, "record").await, 29);
    house.unbound_group("90000").later(10).await;
    let told = house.unbound_group("90000").says(names[0], &whole).await;
    assert_eq!(told, "本周青年大学习接龙没有新的要记。\n还差 1 位，接着贴就行：\n30. 成员一");
    assert_eq!(house.db.column("SELECT title FROM document").await.len(), 1, "one document");
    house.ends().await;
}

async fn town(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(FIRST, &["张三", "李四", "王五", "赵六"], 0).await;
    house.branch(SECOND, &["周八", "吴九", "郑十"], 0).await;
    house.grant("李四", Role::Secretary, FIRST).await;
    house.grant("吴九", Role::Secretary, SECOND).await;
    house.grant("郑十", Role::Committee, TOWN).await;
    house
}

async fn waiting(db: Db) {
    let mut house = town(db).await;
    let group = house.group("90000", FIRST).await;
    let list = "#接龙\n11月团费\n1.张三 0.2\n2.王五 0.2\n3.赵六 已交";
    let wait = "接龙里另有 2 位要组织委员或团支书点头：说“确认接龙”就记上。";
    assert_eq!(group.says("张三", list).await, format!("11月团费接龙：新记 1 位，等确认：张三。\n{wait}"));
    assert_eq!(group.says("王五", list).await, "", "王五's own entry counts now; the other still waits, and that was said");
    assert_eq!(group.later(10).await, "收到 1 位的团费，等确认：王五");
    assert_eq!(count(&house, "record").await, 2);
    house.restart().await;
    let group = house.unbound_group("90000");
    assert_eq!(group.says("张三", "确认接龙").await, "", "not addressed, and not theirs");
    assert_eq!(group.asks("张三", "确认接龙").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(count(&house, "record").await, 2);
    for question in ["接龙确认了吗", "谁没接龙", "还没确认接龙", "不确认接龙"] {
        group.asks("李四", question).await;
    }
    assert_eq!(count(&house, "record").await, 2, "questions and denials confirm nothing");
    assert_eq!(group.says("李四", "确认接龙").await, "11月团费接龙：新记 1 位，等确认：赵六。");
    assert_eq!(group.asks("李四", "接龙没问题").await, "接龙里没有等着确认的。");
    let evidence = house.db.column("SELECT evidence FROM record ORDER BY id").await;
    assert_eq!(evidence, ["own", "own", "secretary"]);
    assert_eq!(group.asks("李四", "撤销").await, "撤销了：赵六11月团费。");
    // somebody else's changed entry waits too
    assert_eq!(group.says("赵六", "#接龙\n11月团费\n1.张三 还没交\n2.王五 0.2").await, "接龙里另有 1 位要组织委员或团支书点头：说“确认接龙”就记上。");
    assert_eq!(count(&house, "record").await, 4);
    assert_eq!(house.whispers("李四", "确认接龙").await, "11月团费接龙：\n改过的按新的记了：张三。", "in private, for the groups that are one's own");
    assert_eq!(count(&house, "record").await, 5, "taken back");
    house.ends().await;
}

async fn above(db: Db) {
    let house = town(db).await;
    let group = house.group("90002", TOWN).await;
    let list = "#接龙\n本周大学习\n1.张三 已完成\n2.周八 已完成\n3.王五 已完成";
    let told = group.says("李四", list).await;
    assert_eq!(
        told,
        "本周青年大学习接龙：新记 2 位：张三、王五。\n接龙里另有 1 位要组织委员或团支书点头：说“确认接龙”就记上。\n还差 2 位，接着贴就行：\n4. 李四\n5. 赵六",
        "a secretary for their own branch; the other's waits"
    );
    assert_eq!(group.says("郑十", &format!("{list}\n4.郑十 已完成")).await, "", "a committee reads, it does not record for others");
    assert_eq!(group.later(10).await, "收到 1 位的青年大学习：郑十");
    assert_eq!(group.asks("李四", "确认接龙").await, "这件事要第二团支部的组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("吴九", "确认接龙").await, "本周青年大学习接龙：新记 1 位：周八。");
    let where_to = house.db.column("SELECT o.name FROM record AS r JOIN org AS o ON o.id = r.branch_id ORDER BY r.id").await;
    assert_eq!(where_to, ["第一团支部", "第一团支部", "第二团支部", "第二团支部"]);
    house.ends().await;
}

async fn many(db: Db) {
    let house = House::new(db).await;
    let given: Vec<String> =
        (0..320).map(|n: u32| format!("{}{}{}", pick("王李张刘陈杨黄赵", n), pick("伟芳娜敏静秀丽强", n / 8), pick("国燕建文华明志红玉平", n / 64))).collect();
    let names: Vec<&str> = given.iter().map(String::as_str).collect();
    house.branch(FIRST, &names, 0).await;
    house.grant(names[0], Role::Secretary, FIRST).await;
    let group = house.group("90000", FIRST).await;
    let list = format!("#接龙\n本周大学习\n{}", numbered(&names[..300]));
    let told = group.says(names[0], &list).await;
    assert!(told.starts_with("本周青年大学习接龙：新记 300 位：") && told.contains("等 300 位"), "{told}");
    assert!(told.contains("还差 20 位") && told.contains("\n301. ") && told.chars().count() < 900, "{told}");
    assert_eq!(count(&house, "record").await, 300);
    let told = group.asks(names[0], "撤销").await;
    assert!(told.starts_with("撤销了：") && told.chars().count() < 400, "{told}");
    assert_eq!(count(&house, "record").await, 600);
    let told = group.asks(names[0], "谁没看大学习").await;
    assert!(told.contains("320 位"), "{told}");
    // nobody but who pasted it brings it back by a copy
    assert_eq!(group.says(names[9], &list).await, "");
    group.later(10).await;
    let told = group.says(names[0], &list).await;
    assert!(told.contains("新记 299 位"), "all but the one who said it anew: {told}");
    let told = group.says(names[0], "#接龙\n上周大学习\n1. 某某 已完成").await;
    assert!(told.contains("还没") || told.contains("不用记") || told.contains("没有新的"), "{told}");
    house.ends().await;
}

fn pick(from: &str, at: u32) -> char {
    from.chars().nth(at as usize % from.chars().count()).unwrap()
}

async fn hostile(db: Db) {
    let house = town(db).await;
    let group = house.group("90000", FIRST).await;
    let head = "#接龙\n本周大学习\n";
    let lines: String = (1..=10_000).fold(String::new(), |mut all, n| {
        let _ = writeln!(all, "{n}. 张三");
        all
    });
    let told = group.says("李四", &format!("{head}{lines}")).await;
    assert!(told.starts_with("本周青年大学习接龙：新记 1 位：张三。"), "{told}");
    let mut strangers = String::from(head);
    for n in 0..3000_u32 {
        let _ = writeln!(strangers, "{}. {}{}{} 已完成", n + 1, pick("东南西北", n), pick("天地玄黄宇宙洪荒", n / 4), pick("日月盈昃辰宿列张寒来暑往", n / 32));
    }
    let told = group.says("李四", &strangers).await;
    assert!(told.chars().count() < 1200 && !told.contains("新记"), "{told}");
    group.says("李四", "不是").await;
    let nul = "#接龙\n本周大学习\n1. 王\u{0}五 已完成\n2. 赵六\u{0} 已\u{1}完成\u{202E}\n999999999999999999999. 张三 请假\n4. [CQ:at,qq=all] 已完成\n5. '; DROP TABLE record; --";
    let told = group.says("李四", nul).await;
    assert!(!told.contains('\u{0}') && !told.contains('\u{202E}'), "{told:?}");
    group.says("李四", "不是").await;
    let dues = "#接龙\n11月团费\n1. 张三 99999999999999999999\n2. 王五 92233720368547758.07元\n3. 赵六 -0.2\n4. 李四 0.001";
    group.says("李四", dues).await;
    let paid = house.db.column("SELECT p.name FROM record AS r JOIN person AS p ON p.id = r.person_id WHERE duty = 'dues'").await;
    assert_eq!(paid, ["赵六"], "sums that nobody means; a dash parts the name from the sum");
    for text in [
        format!("#接龙 大学习 {}", "1.".repeat(50_000)),
        format!("#接龙\n大学习\n{}", "1.\n".repeat(20_000)),
        "#接龙\n大学习\n0. 张三\n4294967296. 张三".to_owned(),
        format!("#接龙\n大学习\n1. {}", "长".repeat(60_000)),
        "接龙".repeat(30_000),
    ] {
        let told = group.says("李四", &text).await;
        assert!(told.chars().count() < 400, "{told}");
        group.says("李四", "不是").await;
    }
    assert!(count(&house, "document_entry").await < 200, "strangers leave little");
    house.ends().await;
}

/// A clock that nobody set, seconds: what is said counts for the day on which it is heard.
const LONG_AGO: i64 = 1_000_000_000;

/// A group message of a user in this format.
fn frame(format: Format, id: i64, user: i64, text: &str) -> Message {
    let escaped = text.replace('&', "&amp;").replace('[', "&#91;").replace(']', "&#93;");
    let array = json!([{"type": "text", "data": {"text": text}}, {"type": "face", "data": {"id": "1"}}]);
    let (message, kind): (Value, &str) = match format {
        Format::Array => (array, "array"),
        Format::Text => (json!(format!("{escaped}[CQ:face,id=1]")), "string"),
    };
    let event = json!({
        "self_id": 10000, "user_id": user, "time": LONG_AGO, "message_id": id, "message_type": "group", "sub_type": "normal",
        "post_type": "message", "group_id": 90000, "raw_message": "", "message": message, "message_format": kind,
        "sender": {"user_id": user, "nickname": "n", "card": "c", "role": "member"},
    });
    Message::text(event.to_string())
}

async fn wire(db: Db) {
    let program = Program::new(&db);
    let file = db.dir().join("roster.csv");
    let rows: String = ["张三", "李四", "王五", "赵六"].iter().enumerate().fold(String::new(), |mut rows, (n, name)| {
        let _ = writeln!(rows, "{name},{},{FIRST},{}", 20001 + n, if *name == "李四" { "团支书" } else { "" });
        rows
    });
    std::fs::write(&file, format!("姓名,QQ,所在团支部,职务\n{rows}")).unwrap();
    program.does(&["import", "roster", file.to_str().unwrap(), "--apply"]).await.well();
    program.does(&["bind", "onebot:90000", FIRST]).await.well();
    program.does(&["grant", "李四", "secretary", FIRST]).await;
    for (n, format) in [Format::Array, Format::Text].into_iter().enumerate() {
        let week = ["本周", "上周"][n];
        let list = format!("#Group Note\n{week}青年大学习 [必做] & 打卡\n\n1. 张三 已完成\n2、王五 已完成");
        let frame = |id| frame(format, id, 20002, &list);
        let first = i64::try_from(n).unwrap() * 100 + 1;
        let bot = program.runs().await;
        let fake = Implementation::new("10000", format);
        fake.connect(&bot.door(), Some(TOKEN)).await.unwrap();
        fake.lifecycle();
        fake.raw(frame(first));
        let sent = fake.next().await;
        assert!(sent.quote == first.to_string() && sent.text.contains("接龙：新记 2 位：张三、王五。"), "{sent:?}");
        assert_eq!(sent.text.contains("\n3. 李四"), n == 0, "last week was over before the roster came: nobody is missing in it");
        bot.dies();
        fake.closed().await;
        let bot = program.runs().await;
        fake.connect(&bot.door(), Some(TOKEN)).await.unwrap();
        fake.lifecycle();
        fake.raw(frame(first));
        assert_eq!(fake.next().await.text, sent.text, "the same frame to the next process: the same answer");
        fake.raw(frame(first + 1));
        assert!(fake.next().await.text.contains("没有新的要记"));
        assert_eq!(db.column("SELECT source FROM record").await.len(), 2 * (n + 1), "and once");
        bot.asked_to_stop();
        assert!(bot.ends().await.0.success());
    }
}
