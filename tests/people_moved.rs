//! Somebody goes to another branch: what was done and paid is owed nowhere again, the way there is a file and a yes, and a word
//! said by mistake is taken back by the list. Of several of one name whoever keeps the records says which.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use crate::support::process::Program;
use libtest_mimic::Trial;
use zhibu::domain::message::{AccountKey, Event};
use zhibu::domain::record::Tally;
use zhibu::domain::role::Role;
use zhibu::domain::roster::{MemberFields, NewMember, RosterChange};

const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const DAY: i64 = 24 * 60 * 60_000;
const FILE: &str = "姓名,团员编号\n王五,202112345678\n";

pub fn tests() -> Vec<Trial> {
    [
        on_both("people_moved_owe_nothing_twice", nothing_twice),
        on_both("people_moved_paid_in_part", paid_in_part),
        on_both("people_moved_by_mistake", by_mistake),
        on_both("people_moved_undone", undone),
        on_both("people_question_lapses", lapses),
        on_both("people_moved_by_the_town", by_the_town),
        on_both("people_moved_back_after_months", back),
        on_both("people_moved_speak_elsewhere", elsewhere),
        on_both("people_namesakes_are_chosen", namesakes),
        on_both("people_recalled_and_confirmed", recalled),
        on_both("people_import_says_what_it_did", command),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["李四", "王五"], 2).await;
    house.branch(OTHER, &["周八", "何叔"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("周八", Role::Secretary, OTHER).await;
    house.grant("何叔", Role::Committee, TOWN).await;
    house.bot.cache.forget_all();
    house.clock().advance(DAY);
    // the number by which the other branch knows him again
    house.drops("李四", "名册.csv", FILE.into()).await;
    assert!(house.whispers("李四", "是").await.starts_with("导入好了：新增 0，修改 1，转入 0。"));
    house
}

async fn tally(house: &House, path: &str, duty: &str, period: &str) -> Option<Tally> {
    house.store().tallies(path, duty, period.parse().unwrap()).await.unwrap().into_iter().next().map(|(_, t)| t)
}

async fn nothing_twice(db: Db) {
    let house = house(db).await;
    let (old, new) = (house.group("90000", BRANCH).await, house.group("90001", OTHER).await);
    assert!(old.says("王五", "交了9月到11月团费").await.starts_with("收到"));
    assert!(house.whispers("李四", "确认王五的团费").await.starts_with("团费确认了 1 位"));
    assert!(old.says("王五", "大学习看完了").await.starts_with("记好啦"));
    // the branch that takes him in has reports of its own this week and month
    assert!(new.says("何叔", "大学习看完了").await.starts_with("记好啦"));
    assert!(new.says("何叔", "交了9月到11月团费").await.starts_with("收到"));
    let told = house.drops("周八", "名册.csv", FILE.into()).await;
    assert!(told.contains("请那边的团支书先跟我说“姓名转走了”") && !told.contains("第一团支部"), "{told}");
    assert!(house.whispers("李四", "王五转走了").await.starts_with("记下了：王五从明天起不在第一团支部的名册上"));
    house.clock().advance(DAY);
    let told = house.drops("周八", "名册.csv", FILE.into()).await;
    assert!(told.contains("？第 2 行 王五：以前在别的团支部，已经离开那边。是转过来了吗"), "{told}");
    assert!(told.contains("这 1 位是转来（或回来）的吗：王五（转到 余庆县团委/白泥镇团委/第二团支部）。") && !told.contains("第一团支部"), "{told}");
    assert!(house.whispers("周八", "是").await.starts_with("导入好了：新增 0，修改 0，转入 1。"));
    // everything that asks agrees
    let dues = house.whispers("周八", "谁没交团费").await;
    assert!(dues.contains("周八") && !dues.contains("王五"), "{dues}");
    let study = new.asks("周八", "谁没看大学习").await;
    assert!(study.contains("周八（应完成 2，已完成 1）") && !study.contains("王五"), "{study}");
    let (study, dues) = (tally(&house, OTHER, "study", "2026-W48").await.unwrap(), tally(&house, OTHER, "dues", "2026-11").await.unwrap());
    assert_eq!((study.expected, study.done, dues.expected, dues.done), (2, 1, 2, 1));
    let own = house.whispers("王五", "我的记录").await;
    assert!(own.contains("第二团支部") && !own.contains("还没交"), "{own}");
    // said once more: the true reason
    assert_eq!(new.says("王五", "交了团费").await, "王五11月的团费，在原来的团支部已经记过了，这边不用再交。");
    let told = new.says("王五", "大学习看完了").await;
    assert!(told.contains("在原来的团支部已经记过了，这边不用再报"), "{told}");
    let told = old.asks("王五", "大学习看完了").await;
    assert!(told.contains("已经不在第一团支部的名册上了") && !told.contains("入团"), "{told}");
    // money that went back is owed where he is now; the months to come are anyway
    let told = house.whispers("李四", "退还王五11月团费").await;
    assert!(told.starts_with("退给王五 0.2 元"), "{told}");
    assert_eq!(tally(&house, OTHER, "dues", "2026-11").await.unwrap().expected, 3);
    let dues = house.whispers("周八", "谁没交团费").await;
    assert!(dues.contains("王五（11月，0.2 元）"), "{dues}");
    assert_eq!(new.says("王五", "交了团费").await, "收到：王五11月团费记上了，等确认。");
    assert!(new.says("王五", "交了12月团费").await.starts_with("收到：王五12月团费记上了"));
    assert_eq!(house.store().rebuild().await.unwrap(), Vec::<String>::new());
    house.ends().await;
}

/// What was paid of a month in part goes along: the other branch asks for the rest, and says why.
async fn paid_in_part(db: Db) {
    let house = house(db).await;
    let (old, new) = (house.group("90000", BRANCH).await, house.group("90001", OTHER).await);
    house.whispers("李四", "王五从9月起月缴5元").await;
    assert!(old.says("王五", "交了9月到11月团费15元").await.starts_with("收到"));
    assert!(house.whispers("李四", "确认王五的团费").await.starts_with("团费确认了 1 位"));
    assert!(house.whispers("李四", "退还王五11月团费3元").await.starts_with("退给王五 3 元"));
    house.whispers("李四", "王五转走了").await;
    house.clock().advance(DAY);
    house.drops("周八", "名册.csv", FILE.into()).await;
    assert!(house.whispers("周八", "是").await.starts_with("导入好了：新增 0，修改 0，转入 1。"));
    let own = house.whispers("王五", "我还欠什么").await;
    assert!(own.contains("还没交：11月，共 3 元。\n11月的团费，在原来的团支部已经交过 2 元，这边只补差的。"), "{own}");
    assert!(house.whispers("周八", "谁没交团费").await.contains("王五（11月，3 元）"));
    assert_eq!(tally(&house, OTHER, "dues", "2026-11").await.map(|t| t.expected), None, "nothing is recorded there yet");
    assert_eq!(house.whispers("王五", "补交了11月团费3元").await, "收到：王五11月团费共 3 元，记上了，等组织委员或团支书确认。");
    assert_eq!(tally(&house, OTHER, "dues", "2026-11").await.map(|t| (t.expected, t.done, t.got)), Some((3, 1, 300)));
    assert!(house.whispers("王五", "我还欠什么").await.contains("目前不欠"));
    assert!(new.says("王五", "交了12月团费5元").await.starts_with("收到"));
    assert_eq!(house.store().rebuild().await.unwrap(), Vec::<String>::new());
    house.ends().await;
}

async fn by_mistake(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    // noticed on the same day, and some days later: the list says that nobody left
    for days in [0, 5] {
        assert!(house.whispers("李四", "王五转走了").await.contains("记错了，就把有 TA 的名册再发我一次"));
        house.clock().advance(days * DAY);
        let told = house.drops("李四", "名册.csv", FILE.into()).await;
        assert!(told.contains("离开，改回来，一直在册") && told.ends_with("要导入吗？回“是”就导入，“不是”就算了。"), "{told}");
        assert!(house.whispers("李四", "是").await.starts_with("导入好了：新增 0，修改 1，转入 0。"));
        house.clock().advance(DAY);
        let missing = group.asks("李四", "谁没看大学习").await;
        assert!(missing.contains("王五") && missing.contains("应完成 2"), "{missing}");
        assert!(house.drops("李四", "名册.csv", FILE.into()).await.starts_with("名册共 1 行，没有要改的（不变 1）"));
    }
    let dues = house.whispers("李四", "谁没交团费").await;
    assert!(dues.contains("王五（9月至11月，0.6 元）"), "{dues}");
    house.ends().await;
}

/// The last act is what is taken back, and what is named never stands for another.
async fn undone(db: Db) {
    let mut house = house(db).await;
    house.group("90000", BRANCH).await;
    let back = "撤销了：王五还在第一团支部的名册上，跟没转走一样。";
    assert!(house.whispers("李四", "王五交了9月团费").await.starts_with("收到"));
    house.clock().advance(60_000);
    assert!(house.whispers("李四", "王五转走了").await.starts_with("记下了：王五"));
    // also after a restart
    house.restart().await;
    assert_eq!(house.whispers("李四", "撤销").await, back);
    assert!(house.whispers("李四", "谁没看大学习").await.contains("王五"));
    let ends = house.db.column("SELECT to_day FROM membership WHERE to_day IS NOT NULL").await;
    assert!(ends.is_empty(), "{ends:?}");
    // named, with something entered since; then what was entered
    house.clock().advance(60_000);
    assert!(house.whispers("李四", "王五转走了").await.starts_with("记下了：王五"));
    house.clock().advance(60_000);
    assert!(house.whispers("李四", "王五交了10月团费").await.starts_with("收到"));
    assert_eq!(house.whispers("李四", "撤销刚才的转走").await, back);
    let none = "没找到你记过的那次转走，什么也没动。要请 TA 回来，就把有 TA 的名册发我。";
    for said in ["撤销刚才的转走", "撤销王五的转走", "撤销李四的转走"] {
        assert_eq!(house.whispers("李四", said).await, none, "{said}");
    }
    for said in ["撤销刚才的任命", "撤销刚才的绑定"] {
        let told = house.whispers("李四", said).await;
        assert!(told.contains("不是“撤销”能撤的，什么也没动") && told.contains("解绑 姓名"), "{said}: {told}");
    }
    assert_eq!(house.whispers("李四", "撤销").await, "撤销了：王五10月团费。");
    // days later by name; where somebody went on to another branch, that is the other's business
    assert!(house.whispers("李四", "王五转走了").await.starts_with("记下了：王五"));
    house.clock().advance(2 * DAY);
    assert_eq!(house.whispers("李四", "撤销王五的转走").await, back);
    assert!(house.whispers("李四", "王五转走了").await.starts_with("记下了：王五"));
    house.clock().advance(DAY);
    house.drops("周八", "名册.csv", FILE.into()).await;
    assert!(house.whispers("周八", "是").await.starts_with("导入好了：新增 0，修改 0，转入 1。"));
    let told = house.whispers("李四", "撤销王五的转走").await;
    assert!(told.starts_with("王五已经在别的团支部的名册上了，什么也没动"), "{told}");
    // nobody takes back what another said
    assert_eq!(house.whispers("周八", "撤销刚才的转走").await, none);
    assert_eq!(house.store().rebuild().await.unwrap(), Vec::<String>::new());
    house.ends().await;
}

/// Whoever goes on to do something else has left the question behind: a later yes is none to it. Looking something up leaves it.
async fn lapses(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert!(group.says("王五", "交了9月团费").await.starts_with("收到"));
    let nothing = house.whispers("李四", "是").await;
    for other in ["我交了9月团费", "王五转走了", "撤销"] {
        let list = house.whispers("李四", "全部确认").await;
        assert!(list.contains("王五（9月，0.2 元）"), "{list}");
        house.clock().advance(1000);
        let told = house.whispers("李四", other).await;
        assert!(!told.is_empty(), "{other}");
        assert_eq!(house.whispers("李四", "是").await, nothing, "after {other}");
    }
    // what is no answer and nothing else leaves it open
    house.whispers("李四", "全部确认").await;
    house.whispers("李四", "嗯这个嘛").await;
    assert!(house.whispers("李四", "是").await.starts_with("团费确认了"));
    // looked up meanwhile
    assert!(group.says("王五", "交了10月团费").await.starts_with("收到"));
    house.whispers("李四", "全部确认").await;
    house.whispers("李四", "谁没看大学习").await;
    assert!(house.whispers("李四", "是").await.starts_with("团费确认了"));
    house.ends().await;
}

async fn by_the_town(db: Db) {
    let house = house(db).await;
    let file = format!("姓名,所在团支部,团员编号\n王五,{OTHER},202112345678\n新人,{OTHER},\n");
    let shown = house.drops("何叔", "名册.csv", file.clone().into_bytes()).await;
    assert!(shown.contains(&format!("？第 2 行 王五：现在在 {BRANCH}。是转过来了吗")) && shown.ends_with("要导入吗？回“是”就导入，“不是”就算了。"), "{shown}");
    // first what is sure, then the question
    let told = house.whispers("何叔", "是").await;
    assert!(told.starts_with("导入好了：新增 1") && told.contains(&format!("吗：王五（从 {BRANCH} 转到 {OTHER}）。都是就回“是”")), "{told}");
    assert_eq!(house.whispers("何叔", "不是").await, "好，没有导入。");
    let shown = house.drops("何叔", "名册.csv", file.into_bytes()).await;
    assert!(shown.contains("没有要改的") && shown.contains("都是就回“是”"), "{shown}");
    assert!(house.whispers("何叔", "是").await.starts_with("导入好了：新增 0，修改 0，转入 1。"));
    let own = house.whispers("王五", "我的记录").await;
    assert!(own.contains("第二团支部"), "{own}");
    // nothing was paid before: the months before stay with the old branch, this one is the new one's
    let (old, new) = (house.whispers("李四", "谁没交团费").await, house.whispers("周八", "谁没交团费").await);
    assert!(old.contains("王五（9月、10月，0.4 元）") && new.contains("王五（11月，0.2 元）"), "{old}\n{new}");
    house.ends().await;
}

/// Months later it was no mistake: they came back, and owe nothing for the time between.
async fn back(db: Db) {
    let house = house(db).await;
    assert!(house.whispers("李四", "王五转走了").await.starts_with("记下了"));
    house.clock().advance(100 * DAY);
    let told = house.drops("李四", "名册.csv", FILE.into()).await;
    assert!(told.contains("？第 2 行 王五：以前在这个团支部，后来离开了。是回来了吗") && told.contains("都是就回“是”"), "{told}");
    assert!(house.whispers("李四", "是").await.starts_with("导入好了：新增 0，修改 0，转入 1。"));
    let dues = house.whispers("李四", "谁没交团费").await;
    assert!(dues.contains("王五（2026年9月、2026年10月、2027年3月，0.6 元）"), "{dues}");
    house.ends().await;
}

/// In another branch's group one is told whose group it is, not to bind an account that is bound.
async fn elsewhere(db: Db) {
    let house = house(db).await;
    let group = house.group("90001", OTHER).await;
    assert_eq!(group.asks("王五", "交了团费").await, "这里是第二团支部的群，你不在这边的名册上，先没记。请到自己支部的群里说，或者私聊我。");
    house.ends().await;
}

async fn namesakes(db: Db) {
    let house = house(db).await;
    let org = house.store().org_by_path(BRANCH).await.unwrap().unwrap();
    let twin = |group: &str, id: &str| {
        let fields = MemberFields { group: Some(group.into()), accounts: vec![AccountKey::new("chat", id)], ..MemberFields::default() };
        RosterChange::Add(NewMember { branch: org.id, name: "张三".into(), from: org.since, known: None, fields })
    };
    let config = house.bot.config.clone();
    let recount = zhibu::action::study::issues::expected(&config);
    house.store().change_roster(&[twin("一组", "1"), twin("二组", "2")], &[], None, &recount).await.unwrap();
    house.bot.cache.forget_all();
    let group = house.group("90000", BRANCH).await;
    let told = group.asks("李四", "张三交了团费").await;
    assert!(told.starts_with("叫“张三”的有 2 位，我分不清是哪位") && !told.contains("支书"), "{told}");
    let asked = "叫张三的有 2 位：1.张三（第一团支部、一组）、2.张三（第一团支部、二组）。是哪一位？回编号。";
    for (n, which) in [("1", "一组"), ("2", "二组")] {
        assert_eq!(house.whispers("李四", "张三交了9月团费").await, asked);
        assert_eq!(house.whispers("李四", n).await, format!("收到：张三（{which}）9月团费共 0.2 元，记上了，等组织委员或团支书确认。"));
    }
    assert_eq!(house.whispers("李四", "张三大学习看完了").await, asked);
    assert!(house.whispers("李四", "2").await.contains("青年大学习"));
    // the list tells them apart, and one is confirmed, the other is not
    let list = house.whispers("李四", "确认团费").await;
    assert!(list.contains("张三（一组）（9月，0.2 元）、张三（二组）（9月，0.2 元）"), "{list}");
    assert_eq!(house.whispers("李四", "确认张三的团费").await, asked);
    assert_eq!(house.whispers("李四", "2").await, "团费确认了 1 位，共 0.2 元：张三（二组）（9月，0.2 元）。");
    let told = house.whispers("李四", "没收到张三的团费").await;
    assert!(told.contains("张三") && !told.contains("哪一位"), "only one still claims: {told}");
    let paid =
        house.db.column("SELECT p.name FROM standing AS s JOIN person AS p ON p.id = s.person_id WHERE s.duty = 'dues' AND s.got > 0 ORDER BY p.name").await;
    assert_eq!(paid, ["张三"]);
    house.ends().await;
}

/// What is confirmed is not offered to be undone, only to be refused.
async fn recalled(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let said = house.message(&group.chat, "王五", "交了9月团费", false);
    house.hear(said.clone()).await;
    assert!(house.read(&group.chat).starts_with("收到"));
    assert!(house.whispers("李四", "确认王五的团费").await.starts_with("团费确认了 1 位"));
    house
        .bot
        .handle(Event::Recall {
            chat: group.chat.clone(),
            bot: said.bot.clone(),
            sender: account("王五"),
            operator: account("王五"),
            message: said.quote_id.clone(),
            at: said.sent_at,
        })
        .await;
    assert_eq!(house.read(&group.chat), "你撤回的那条消息记过：9月团费，已经确认过了，记录没动。要改请组织委员或团支书来。");
    assert_eq!(group.says("王五", "是").await, "", "nothing was asked");
    house.ends().await;
}

async fn command(db: Db) {
    let program = Program::new(&db);
    std::fs::write(db.dir().join("wrong.csv"), "姓名,入团年月\n张三,不知道\n").unwrap();
    std::fs::write(db.dir().join("half.csv"), "姓名,入团年月\n张三,不知道\n王五,2020-05\n").unwrap();
    let args = |file| ["import", "roster", file, "--branch", BRANCH, "--apply"];
    let wrong = program.does(&args("wrong.csv")).await;
    assert!(wrong.code == Some(1) && wrong.err.contains("nothing was imported") && !wrong.out.contains("imported"), "{wrong:?}");
    assert!(program.does(&args("half.csv")).await.well().ends_with("imported; 1 rows were left out\n"));
    std::fs::write(db.dir().join("right.csv"), "姓名\n王五\n").unwrap();
    assert!(program.does(&args("right.csv")).await.well().ends_with("nothing to import: all of it is there\n"));
}
