//! Notices: pushed to chosen units' chats after a yes, with a document if there is one; `收到` is the receipt; who did not
//! answer is listed, and named once; study material goes out by a schedule.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::{ChatKey, Incoming};
use zhibu::domain::role::Role;

const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("notices::sent_after_a_yes_and_answered", sent_and_answered),
        on_both("notices::chased_again", chased_again),
        on_both("notices::a_document_goes_with_it", a_document),
        on_both("notices::a_document_is_kept_once_however_many_read_it", kept_once),
        on_both("notices::named_once_after_a_while", named_once),
        on_both("notices::study_material_every_week", every_week),
        on_both("notices::held_up_into_the_night_the_latest_goes_by_day", held_up),
        on_both("notices::nobody_is_named_before_it_is_out", not_out),
        on_both("notices::what_was_missed_goes_within_its_grace", missed),
        on_both("notices::one_that_fails_keeps_no_other_back", one_that_fails),
        on_both("notices::to_all_groups_that_are_reminded", all_groups),
        on_both("notices::whoever_made_a_push_may_no_longer", no_longer),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 赵书记 is the town's secretary; the two branches have groups 90000 and 90001.
async fn house(db: Db) -> (House, ChatKey, ChatKey) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let one = house.unbound_group("90000").chat;
    let two = house.group("90001", OTHER).await.chat;
    house.grant("李四", Role::Secretary, TOWN).await;
    house.wire.has_files();
    (house, one, two)
}

async fn sent_and_answered(db: Db) {
    let (house, one, two) = house(db).await;
    assert_eq!(house.whispers("王五", "通知：周五前交总结").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.whispers("李四", "通知 第三团支部：周五前交总结").await, "这里下面没有叫“第三团支部”的组织，写全名试试。");
    assert_eq!(house.whispers("李四", "谁没收到").await, "最近没有发过通知。");
    assert_eq!(
        house.whispers("李四", "通知 第一团支部：周五前交总结").await,
        "要发到 1 个群：\n周五前交总结\n回“是”就发；要带文件（1 MB 以内）就先把文件发给我，不发了回“不是”。"
    );
    assert_eq!(house.whispers("李四", "不是").await, "好，通知不发了。");
    assert!(house.whispers("李四", "通知各支部：周五前交总结").await.starts_with("要发到 2 个群"));
    assert_eq!(house.whispers("李四", "是").await, "发了，2 个群。谁看到了会回“收到”，想知道谁没回就说“谁没收到”。");
    house.delivered().await;
    assert_eq!(
        (house.read(&one), house.read(&two)),
        ("【通知】周五前交总结\n看到请回“收到”。".to_owned(), "【通知】周五前交总结\n看到请回“收到”。".to_owned())
    );

    // an answer to something else is none; the bare word is, with an emoji and no word of ours
    let group = house.unbound_group("90000");
    assert_eq!(group.says("张三", "收到的快递放哪了").await, "");
    let to_another = Incoming { replies_to: Some("77".into()), ..house.message(&one, "张三", "收到", false) };
    house.hear(to_another).await;
    assert_eq!(house.wire.take_reactions().len(), 0);
    assert_eq!(group.says("王五", "收到！").await, "");
    assert_eq!(group.says("王五", "收到").await, "");
    assert_eq!(house.wire.take_reactions().len(), 2);
    assert_eq!(house.unbound_group("90001").says("周八", "已收到，谢谢").await, "");
    assert_eq!(
        house.whispers("李四", "谁没收到").await,
        "今天 12:00的通知“周五前交总结”：\n第一团支部 3 位，已回 1 位，还没回的 2 位：张三、李四\n第二团支部 1 位，已回 0 位，还没回的 1 位：周八"
    );
    assert_eq!(house.unbound_group("90001").says("周八", "已收到").await, "");
    assert!(house.whispers("李四", "通知回执").await.ends_with("第二团支部 1 位，已回 1 位，都看到了"));
    assert_eq!(house.whispers("李四", "催一下没收到的").await, "好的，去催还没回的 2 位。");
    house.delivered().await;
    let said = house.read(&one);
    assert_eq!(said, "通知“周五前交总结”还有 2 位没回：@张三 @李四 \n看到请回“收到”。");
    assert_eq!(house.whispers("李四", "催一下没收到的").await, "这条通知已经催过一次了。");
    house.wire.take_reactions();
    house.ends().await;
}

/// What named somebody and did not arrive goes again for those who have not read it by then.
async fn chased_again(db: Db) {
    let (house, one, _) = house(db).await;
    house.whispers("李四", "通知 第一团支部：周五前交总结").await;
    house.whispers("李四", "是").await;
    house.delivered().await;
    house.wire.take();
    house.wire.mutes(&one, true);
    assert_eq!(house.whispers("李四", "催一下没收到的").await, "好的，去催还没回的 3 位。");
    house.delivered().await;
    house.wire.mutes(&one, false);
    house.later(30).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.says("王五", "收到").await, "");
    assert_eq!(house.whispers("李四", "重发").await, "好的，重发 1 条，已经完成的不会再提醒。");
    house.delivered().await;
    assert_eq!(house.read(&one), "通知“周五前交总结”还有 2 位没回：@张三 @李四 \n看到请回“收到”。");
    assert_eq!(house.whispers("李四", "重发").await, "最近没有没发出去的提醒。");
    house.wire.take_reactions();
    house.ends().await;
}

async fn a_document(db: Db) {
    let (house, one, two) = house(db).await;
    assert!(house.whispers("李四", "通知：附件请查收").await.starts_with("要发到 2 个群"));
    assert_eq!(house.drops("李四", "方案.docx", vec![7; 2000]).await, "好的，带上“方案.docx”。回“是”就发。");
    assert!(house.drops("李四", "太大.docx", vec![7; 3 << 20]).await.contains("超过 1024 KB"));
    assert!(house.whispers("李四", "是").await.starts_with("发了，2 个群。"));
    house.delivered().await;
    let sent = house.wire.take();
    let files: Vec<_> = sent.iter().flat_map(zhibu::domain::message::Outgoing::files).map(|f| (f.name.as_str(), f.bytes.len())).collect();
    assert_eq!(files, [("方案.docx", 2000), ("方案.docx", 2000)]);
    assert_eq!(sent.iter().map(|m| &m.chat).collect::<Vec<_>>(), [&one, &two]);
    house.ends().await;
}

/// A megabyte to forty groups is a megabyte in the database, until nobody may be sent it any more.
async fn kept_once(db: Db) {
    let (house, one, _) = house(db).await;
    for n in 2..40 {
        let path = format!("{TOWN}/第{n}支部");
        house.branch(&path, &[], 0).await;
        house.group(&(90_000 + n).to_string(), &path).await;
    }
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| n.to_le_bytes()[(n % 4) as usize]).collect();
    assert!(house.whispers("李四", "通知：附件请查收").await.starts_with("要发到 40 个群"));
    house.drops("李四", "方案.pdf", bytes.clone()).await;
    let weight = async || {
        let size = "SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS TEXT) FROM attachment UNION ALL \
            SELECT CAST(COALESCE(SUM(LENGTH(message)), 0) AS TEXT) FROM outbox";
        let all = house.db.column(size).await;
        (all[0].parse::<usize>().unwrap(), all[1].parse::<usize>().unwrap())
    };
    assert!(house.whispers("李四", "是").await.starts_with("发了，40 个群。"));
    let (files, letters) = weight().await;
    assert!((1_300_000..1_400_000).contains(&files) && letters < 40 * 1000, "{files} and {letters} bytes");
    // one is not reached, and reads it later; a day's end in between takes nothing from it
    house.wire.mutes(&one, true);
    house.delivered().await;
    let sent = house.wire.take();
    assert_eq!((sent.len(), sent.iter().flat_map(zhibu::domain::message::Outgoing::files).filter(|f| *f.bytes == *bytes).count()), (39, 39));
    let keep = &house.bot.config.bot.retention;
    house.store().retain(keep, "2026-11-23", house.bot.now()).await.unwrap();
    assert_eq!(weight().await.0, files);
    house.wire.mutes(&one, false);
    house.later(10).await;
    assert_eq!(house.whispers("李四", "重发").await, "好的，重发 1 条，已经完成的不会再提醒。");
    house.delivered().await;
    let sent = house.wire.take();
    assert_eq!(
        sent.iter().map(|m| (&m.chat, m.files().map(|f| (f.name.as_str(), *f.bytes == *bytes)).collect::<Vec<_>>())).collect::<Vec<_>>(),
        [(&one, vec![("方案.pdf", true)])]
    );
    // now it has served
    house.store().retain(keep, "2026-11-24", house.bot.now()).await.unwrap();
    assert_eq!(weight().await.0, 0);
    assert_eq!(house.db.column("SELECT CAST(COUNT(*) AS TEXT) FROM outbox_file").await, ["0"]);
    house.ends().await;
}

async fn named_once(db: Db) {
    let (house, one, two) = house(db).await;
    house.whispers("李四", "通知：周五前交总结").await;
    house.whispers("李四", "是").await;
    house.delivered().await;
    house.wire.take();
    assert_eq!(house.unbound_group("90001").says("周八", "收到").await, "");
    house.later(24 * 60 - 1).await;
    house.bot.tend_notices().await.unwrap();
    house.delivered().await;
    assert_eq!(house.read(&one), "");
    for _ in 0..3 {
        house.later(1).await;
        house.bot.tend_notices().await.unwrap();
        house.delivered().await;
    }
    assert_eq!(house.read(&one), "通知“周五前交总结”还有 3 位没回：@张三 @李四 @王五 \n看到请回“收到”。");
    assert_eq!(house.read(&two), "");
    house.wire.take_reactions();
    house.ends().await;
}

async fn every_week(db: Db) {
    let (house, one, two) = house(db).await;
    assert_eq!(
        house.whispers("李四", "每周一8点推送：本周学习：团章第一章").await,
        "记下了，会按时推送到 2 个群，下一次是11月23日周一 08:00。说“定时推送”能看到，按编号删除。"
    );
    assert_eq!(house.whispers("李四", "定时推送").await, "定时推送：\n[1] 11月23日周一 08:00 本周学习：团章第一章");
    let mut read = Vec::new();
    for _ in 0..22 {
        house.later(12 * 60).await;
        // two processes look
        house.bot.tend_notices().await.unwrap();
        house.bot.tend_notices().await.unwrap();
        house.delivered().await;
        read.extend(house.read(&one).lines().filter(|l| l.starts_with("【通知】")).map(str::to_owned));
        house.read(&two);
    }
    assert_eq!(read, ["【通知】本周学习：团章第一章", "【通知】本周学习：团章第一章"], "once on each Monday");
    assert_eq!(house.whispers("李四", "删除第2个推送").await, "没有这个编号，定时推送有 1 个。");
    assert_eq!(house.whispers("李四", "删除第1个推送").await, "好的，这个定时推送删掉了。");
    assert!(house.whispers("李四", "定时推送").await.starts_with("还没有定时推送。"));
    house.wire.take();
    house.ends().await;
}

/// Two evenings nothing could be sent; the account comes back at three in the morning.
async fn held_up(db: Db) {
    let (house, one, two) = house(db).await;
    assert!(house.whispers("李四", "每天19点推送：每日一学").await.contains("今天 19:00"));
    for hours in [7, 24] {
        house.later(hours * 60 + 1).await;
        house.bot.tend_notices().await.unwrap();
    }
    house.later(8 * 60 - 2).await;
    house.bot.tend_notices().await.unwrap();
    house.delivered().await;
    assert_eq!((house.read(&one), house.read(&two)), (String::new(), String::new()), "it is three in the morning");
    house.later(5 * 60).await;
    house.bot.tend_notices().await.unwrap();
    house.delivered().await;
    let push = "【通知】每日一学\n看到请回“收到”。";
    assert_eq!((house.read(&one).as_str(), house.read(&two).as_str()), (push, push), "the latest, by itself");
    // those who could read it since the morning are named the next morning
    house.whispers("李四", "删除第1个推送").await;
    house.later(23 * 60).await;
    house.bot.tend_notices().await.unwrap();
    house.delivered().await;
    assert_eq!(house.read(&one), "");
    house.later(61).await;
    house.bot.tend_notices().await.unwrap();
    house.delivered().await;
    assert_eq!(house.read(&one), "通知“每日一学”还有 3 位没回：@张三 @李四 @王五 \n看到请回“收到”。");
    assert_eq!(house.read(&two), "通知“每日一学”还有 1 位没回：@周八 \n看到请回“收到”。");
    house.ends().await;
}

/// What an officer sends in the night goes in it; where it does not arrive nobody is named for not having read it.
async fn not_out(db: Db) {
    let (house, one, two) = house(db).await;
    house.later(11 * 60).await;
    assert!(house.whispers("李四", "通知：明早八点集合").await.starts_with("要发到 2 个群"));
    house.whispers("李四", "是").await;
    assert_eq!(house.whispers("李四", "催一下没收到的").await, "这条通知还没发出去，等发到群里了再催。");
    house.wire.mutes(&two, true);
    house.delivered().await;
    assert_eq!(house.read(&one), "【通知】明早八点集合\n看到请回“收到”。", "it is eleven, and was asked for now");
    house.later(24 * 60 + 1).await;
    house.bot.tend_notices().await.unwrap();
    house.later(9 * 60).await;
    for _ in 0..2 {
        house.bot.tend_notices().await.unwrap();
        house.delivered().await;
    }
    assert_eq!(house.read(&one), "通知“明早八点集合”还有 3 位没回：@张三 @李四 @王五 \n看到请回“收到”。");
    // it arrives a day later: its readers have as long as the others had
    house.wire.mutes(&two, false);
    assert_eq!(house.whispers("李四", "重发").await, "好的，重发 1 条，已经完成的不会再提醒。");
    house.delivered().await;
    assert_eq!(house.read(&two), "【通知】明早八点集合\n看到请回“收到”。");
    for hours in [23, 2] {
        assert_eq!(house.read(&two), "");
        house.later(hours * 60).await;
        house.bot.tend_notices().await.unwrap();
        house.delivered().await;
    }
    assert_eq!((house.read(&one).as_str(), house.read(&two).as_str()), ("", "通知“明早八点集合”还有 1 位没回：@周八 \n看到请回“收到”。"));
    house.ends().await;
}

/// The bot was down: of three evenings the last goes, if it is not long past.
async fn missed(db: Db) {
    let (house, one, two) = house(db).await;
    house.whispers("李四", "每天19点推送：每日一学").await;
    house.later(3 * 24 * 60 - 60).await;
    house.bot.tend_notices().await.unwrap();
    house.delivered().await;
    assert_eq!(house.read(&one), "", "at eleven yesterday's is no news");
    assert_eq!(house.whispers("李四", "定时推送").await, "定时推送：\n[1] 今天 19:00 每日一学");
    house.later(2 * 24 * 60 + 10 * 60).await;
    for _ in 0..2 {
        house.bot.tend_notices().await.unwrap();
        house.delivered().await;
    }
    let push = "【通知】每日一学\n看到请回“收到”。";
    assert_eq!((house.read(&one).as_str(), house.read(&two).as_str()), (push, push), "at nine this evening's is, once");
    house.ends().await;
}

async fn one_that_fails(db: Db) {
    let (house, one, two) = house(db).await;
    house.whispers("李四", "每天18点推送：坏了的").await;
    house.whispers("李四", "每天19点推送：每日一学").await;
    house.db.sql("UPDATE notice_plan SET units = 'broken' WHERE body = '坏了的'").await;
    house.later(7 * 60 + 1).await;
    house.bot.tend_notices().await.unwrap();
    house.delivered().await;
    let push = "【通知】每日一学\n看到请回“收到”。";
    assert_eq!((house.read(&one).as_str(), house.read(&two).as_str()), (push, push));
    house.ends().await;
}

/// Nothing is pushed by the word of somebody who has gone; whoever runs the unit now hears of it, once.
async fn no_longer(db: Db) {
    let (house, one, two) = house(db).await;
    house.grant("周八", Role::Secretary, TOWN).await;
    let (first, second) = (ChatKey::private(&account("李四")), ChatKey::private(&account("周八")));
    house.whispers("李四", "每天19点推送：每日一学").await;
    house.whispers("周八", "每天19点推送：每日一练").await;
    let store = house.store();
    let (town, person) = (store.org_by_path(TOWN).await.unwrap().unwrap(), store.people_named("李四", "").await.unwrap()[0].0);
    assert!(store.revoke(person, town.id, Role::Secretary, None).await.unwrap());
    house.later(7 * 60 + 1).await;
    for _ in 0..2 {
        house.bot.tend_notices().await.unwrap();
        house.delivered().await;
    }
    let push = "【通知】每日一练\n看到请回“收到”。";
    assert_eq!((house.read(&one).as_str(), house.read(&two).as_str()), (push, push), "and what others made goes on");
    let said = "定时推送“每日一学”停了：设它的人已经不能在这里发通知了。还要推的话，请再说一次，比如“每周一8点推送：每日一学”。";
    assert_eq!((house.read(&first).as_str(), house.read(&second).as_str()), ("", said));
    assert_eq!(house.whispers("周八", "定时推送").await, "定时推送：\n[1] 11月23日周一 19:00 每日一练");
    house.later(24 * 60 - 1).await;
    house.bot.tend_notices().await.unwrap();
    house.delivered().await;
    assert_eq!((house.read(&one).as_str(), house.read(&second).as_str()), (push, ""));
    house.read(&two);
    house.ends().await;
}

/// Each group of a branch that takes reminders reads it, and whoever says 收到 in any of them has.
async fn all_groups(db: Db) {
    let (house, one, _) = house(db).await;
    let more = house.group("90002", BRANCH).await;
    let quiet = house.group("90003", BRANCH).await;
    assert!(quiet.asks("李四", "本群不发提醒").await.contains("不"));
    assert!(house.whispers("李四", "通知 第一团支部：周五前交总结").await.starts_with("要发到 2 个群"));
    house.whispers("李四", "是").await;
    house.delivered().await;
    let push = "【通知】周五前交总结\n看到请回“收到”。";
    assert_eq!([house.read(&one), house.read(&more.chat), house.read(&quiet.chat)], [push, push, ""]);
    assert_eq!(more.says("王五", "收到").await, "");
    assert_eq!(house.unbound_group("90000").says("张三", "收到").await, "");
    assert_eq!(house.whispers("李四", "谁没收到").await, "今天 12:00的通知“周五前交总结”：\n第一团支部 3 位，已回 2 位，还没回的 1 位：李四");
    assert_eq!(house.whispers("李四", "催一下没收到的").await, "好的，去催还没回的 1 位。");
    house.delivered().await;
    let named = "通知“周五前交总结”还有 1 位没回：@李四 \n看到请回“收到”。";
    assert_eq!([house.read(&one), house.read(&more.chat), house.read(&quiet.chat)], [named, named, ""]);
    house.wire.take_reactions();
    house.ends().await;
}
