//! The treasurer's money: confirmed, given back, handed up, come back, receipts, the book; to the fen, in private only.

use crate::config::load;
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use crate::support::process::Program;
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::config::defaults;
use zhibu::domain::message::{ChatKey, Outgoing};
use zhibu::domain::role::Role;
use zhibu::domain::roster::{MemberFields, NewMember, RosterChange};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("dues_cash_refund", refund),
        on_both("dues_cash_odd_sums", odd_sums),
        on_both("dues_cash_refund_namesakes", refund_namesakes),
        on_both("dues_cash_share", share),
        on_both("dues_cash_receipt", receipt),
        on_both("dues_cash_export", export),
        on_both("dues_cash_export_file", export_file),
        on_both("dues_cash_export_of_one", export_of_one),
        on_both("dues_cash_export_of_what_began", export_begun),
        on_both("dues_cash_unit_rates", unit_rates),
        on_both("dues_cash_unit_default_band", unit_default_band),
        on_both("dues_cash_carried", carried),
        on_both("dues_cash_of_the_town", of_the_town),
        on_both("dues_cash_of_a_town_with_one_branch", of_a_small_town),
        on_both("dues_cash_is_proved", proved),
        on_both("dues_rebuild", rebuild),
        on_both("dues_unpaid_in_a_row", unpaid),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn staffed(house: House) -> House {
    house.branch(BRANCH, &["张三", "李四", "王五", "钱七"], 3).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    house
}

/// With what this unit's own lines add to the duty's file.
async fn with(db: Db, unit: &str) -> House {
    let text = format!("{}\n[[unit]]\n{unit}\n", defaults::text("duties/dues.toml").unwrap());
    staffed(House::with(db, Arc::new(load(&[("duties/dues.toml", &text)], &[]))).await).await
}

/// A sum that can't be one enters nothing, and is not cut to another; what was said of months and of gifts is kept apart.
async fn odd_sums(db: Db) {
    let house = staffed(House::new(db).await).await;
    house.whispers("张三", "交了8月到10月团费").await;
    house.whispers("钱七", "确认张三的团费").await;
    let book = house.whispers("钱七", "账本").await;
    for said in [
        "上缴上级团费1.005元",
        "上缴上级团费-0.2元",
        "上级返还团费3.333元",
        "上级返还团费-3元",
        "退还张三1.005元",
        "退还张三-0.1元",
        "期初余额12.555元",
        "期初余额-5元",
    ] {
        house.whispers("钱七", said).await;
        assert_eq!(house.whispers("钱七", "账本").await, book, "{said}");
    }
    for (who, said) in [("张三", "自愿多交1.005元团费"), ("张三", "自愿多交-5元团费"), ("李四", "张三减为-0.1元到12月")] {
        house.whispers(who, said).await;
        assert_eq!(house.db.column("SELECT kind FROM record WHERE kind NOT IN ('done', 'confirm')").await, Vec::<String>::new(), "{said}");
        assert_eq!(house.db.column("SELECT kind FROM record WHERE kind = 'done'").await.len(), 3, "{said}");
    }
    for said in ["交了半年团费0.6元", "交了两个季度团费0.4元", "交了3个月团费0.5元"] {
        assert!(house.whispers("王五", said).await.contains("个月的团费和你说的金额对不上，先没记。"), "{said}");
    }
    let told = house.whispers("王五", "交了8月团费10.2元，其中10元自愿多交").await;
    assert_eq!(
        house.db.column("SELECT kind || value FROM record WHERE kind IN ('extra', 'done') ORDER BY id DESC LIMIT 2").await,
        ["extra1000", "done20"],
        "{told}"
    );
    // both ends of what is exempt, and no more than is said
    let told = house.whispers("李四", "李四9月到10月团费免交").await;
    assert!(told.contains("9月、10月"), "{told}");
    let told = house.whispers("李四", "钱七9月起免交团费").await;
    assert!(told.contains("9月至12月"), "{told}");
    assert!(house.whispers("李四", "张三免交团费到2040年12月").await.contains("一次最多定 36 个月"));
    house.ends().await;
}

async fn refund(db: Db) {
    let house = staffed(House::new(db).await).await;
    let group = house.group("90000", BRANCH).await;
    house.whispers("张三", "交了8月到11月团费").await;
    assert_eq!(house.whispers("钱七", "退还张三10月团费").await, "张三没有已确认的可以退。", "a claim is no money yet");
    house.whispers("钱七", "确认张三的团费").await;
    assert_eq!(house.whispers("张三", "退还张三10月团费").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.whispers("钱七", "退给张三团费5元").await, "没有那么多已确认的可以退，先没记。说“账本”或“收据”核对一下。");
    assert_eq!(house.whispers("钱七", "退还张三10月团费").await, "退给张三 0.2 元（10月团费），账本记好了。");
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：最近交的是11月；还没交：10月，共 0.2 元。");
    assert_eq!(group.asks("钱七", "退给张三团费0.3元").await, "退给张三的团费记好了。");
    assert_eq!(
        house.whispers("钱七", "账本").await,
        "第一团支部团费账本：报了 0.8 元，确认 0.8 元，待确认 0 元；退还 0.5 元，上缴 0 元，返还 0 元。手上应有 0.3 元。"
    );
    // half of September went back: what is left of it is owed
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：最近交的是8月；还没交：9月至11月，共 0.5 元。");
    assert_eq!(house.whispers("张三", "交了9月团费0.1元").await, "收到：张三9月团费共 0.1 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("张三", "撤销").await, "撤销了：9月团费。");
    // the confirmation that the refund rests on can't be unsaid before the refund
    assert_eq!(house.whispers("钱七", "撤销").await, "撤销了：张三9月、11月团费的退款。");
    assert_eq!(house.whispers("钱七", "撤销").await, "撤销了：张三10月团费的退款。");
    assert_eq!(house.whispers("钱七", "撤销").await, "撤销了：张三8月至11月团费的确认。");
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：最近交的是11月（待确认 0.8 元），目前不欠。");
    house.ends().await;
}

/// Of two who have the name the treasurer has to say which; nobody who left is paid instead.
async fn refund_namesakes(db: Db) {
    let house = staffed(House::new(db).await).await;
    house.whispers("张三", "交了9月和10月团费").await;
    house.whispers("钱七", "确认张三的团费").await;
    let org = house.store().org_by_path(BRANCH).await.unwrap().unwrap();
    let person = house.store().people_named("张三", "").await.unwrap()[0].0;
    let since: chrono::NaiveDate = "2026-08-01".parse().unwrap();
    let namesake = || RosterChange::Add(NewMember { branch: org.id, name: "张三".into(), from: since, known: None, fields: MemberFields::default() });
    let leaves = RosterChange::Leave { person, branch: org.id, to: "2026-11-20".parse().unwrap() };
    house.store().change_roster(&[leaves], &[(org.id, org.epoch)], None, &|_, _, _| Vec::new()).await.unwrap();
    house.bot.cache.forget_all();
    let epoch = house.store().org_by_path(BRANCH).await.unwrap().unwrap().epoch;
    assert_eq!(house.whispers("钱七", "退还张三10月团费").await, "退给张三 0.2 元（10月团费），账本记好了。", "whoever left is known by name");
    house.store().change_roster(&[namesake(), namesake()], &[(org.id, epoch)], None, &|_, _, _| Vec::new()).await.unwrap();
    house.bot.cache.forget_all();
    let told = house.whispers("钱七", "退还张三9月团费").await;
    assert!(!told.contains("账本记好了"), "{told}");
    assert_eq!(house.db.column("SELECT kind FROM record WHERE kind LIKE 'refund%'").await.len(), 1);
    house.wire.take();
    house.store().close().await;
}

async fn share(db: Db) {
    let house = with(db, "path = \"余庆县团委/白泥镇团委\"\nshare = { \"2026-01\" = 50 }\nreturned = { \"2026-10\" = 100 }").await;
    let group = house.group("90000", BRANCH).await;
    house.whispers("张三", "交了8月到11月团费").await;
    house.whispers("王五", "交了8月团费").await;
    house.whispers("钱七", "确认团费").await;
    assert_eq!(house.whispers("钱七", "全部确认").await, "团费确认了 2 位，共 1 元：张三（8月至11月，0.8 元）、王五（8月，0.2 元）。");
    assert_eq!(group.asks("钱七", "上缴上级团费0.3元").await, "这个只能私聊我办。");
    assert_eq!(house.whispers("张三", "上缴上级团费0.3元").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.whispers("钱七", "上缴上级团费0.3元").await, "记下了：上缴团费 0.3 元，手上还有 0.7 元。");
    assert_eq!(house.whispers("钱七", "上级返还团费0.1元").await, "记下了：上级返还团费 0.1 元，手上还有 0.8 元。");
    assert_eq!(
        house.whispers("钱七", "账本").await,
        "第一团支部团费账本：报了 1 元，确认 1 元，待确认 0 元；退还 0 元，上缴 0.3 元，返还 0.1 元。手上应有 0.8 元。\n\
         按 50% 应上缴 0.5 元，已上缴 0.3 元，还差 0.2 元。\n应返还 0.2 元，已返还 0.1 元，还差 0.1 元。"
    );
    assert_eq!(house.whispers("钱七", "撤销").await, "撤销了：11月团费的返还。");
    assert_eq!(house.whispers("张三", "账本").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    // the town reads every branch's book, and changes none
    let town = "余庆县团委/白泥镇团委";
    house.branch(&format!("{town}/第二团支部"), &["赵镇长"], 1).await;
    house.grant("赵镇长", Role::Committee, town).await;
    house.bot.cache.forget_all();
    let all = house.whispers("赵镇长", "白泥镇团委账本").await;
    assert!(
        all.contains("第一团支部团费账本：报了 1 元，确认 1 元")
            && all.contains("按 50% 应上缴 0.5 元，已上缴 0.3 元")
            && all.contains("第二团支部团费账本：报了 0 元"),
        "{all}"
    );
    assert!(house.whispers("钱七", "上缴上级团费9元").await.ends_with("手上还有 -8.3 元。比收到的还多，请核对；不对就回“撤销”。"));
    house.ends().await;
}

/// What is changed in the cash book behind the bot's back is found: nobody's record, too.
async fn proved(db: Db) {
    let house = staffed(House::new(db).await).await;
    house.whispers("钱七", "期初余额10元").await;
    house.whispers("钱七", "上缴上级团费0.8元").await;
    assert_eq!(house.store().prove().await.unwrap(), Vec::<String>::new());
    for (kind, right) in [("hand_up", 80), ("carried", 1000)] {
        house.db.sql(&format!("UPDATE record SET value = value + 100 WHERE kind = '{kind}'")).await;
        let found = house.store().prove().await.unwrap().join("\n");
        assert!(found.contains("is not what it was when link"), "{kind}: {found}");
        house.db.sql(&format!("UPDATE record SET value = {right} WHERE kind = '{kind}'")).await;
        assert_eq!(house.store().prove().await.unwrap(), Vec::<String>::new(), "{kind}");
    }
    house.ends().await;
}

async fn receipt(db: Db) {
    let house = staffed(House::new(db).await).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(house.whispers("张三", "收据").await, "还没有确认过的团费，确认以后才有收据。");
    house.whispers("张三", "交了8月和9月团费").await;
    house.whispers("钱七", "确认张三的团费").await;
    assert_eq!(group.asks("张三", "收据").await, "这个只能私聊我办。");
    let told = house.whispers("张三", "收据").await;
    let (number, rest) = told.strip_prefix("收据 ").unwrap().split_once('：').unwrap();
    assert!(number.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) && number.len() > 5, "{number}");
    assert_eq!(rest, "第一团支部收到张三8月、9月团费 0.4 元，2026-11-22由钱七确认。");
    house.whispers("钱七", "退还张三9月团费").await;
    assert!(house.whispers("钱七", "张三的收据").await.ends_with("团费 0.4 元，其中已退 0.2 元，2026-11-22由钱七确认。"));
    assert_eq!(house.whispers("王五", "张三的收据").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    house.ends().await;
}

/// Of whom and of when it was asked: nobody else's lines, and where there are none that is said.
async fn export_of_one(db: Db) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "张三丰", "钱七"], 1).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    let told = house.whispers("钱七", "导出张三丰10月的团费台账").await;
    assert!(told.lines().count() == 2 && told.contains(",张三丰,,团费,2026-10,"), "{told}");
    assert_eq!(house.whispers("钱七", "导出张飞的台账").await, "名册上没有“张飞”。");
    assert_eq!(house.whispers("钱七", "导出2026年1月的团费台账").await, "1月没有团费的台账：那时没有人应完成，也没有人报过。");
    house.wire.has_files();
    house.hear(house.message(&ChatKey::private(&account("钱七")), "钱七", "导出张三10月团费台账", false)).await;
    let sent = house.wire.take();
    let text = sent[0].files().next().map(|f| String::from_utf8(f.bytes.to_vec()).unwrap()).unwrap();
    assert!(sent[0].plain().ends_with("[第一团支部-张三-团费-2026-10.csv]") && text.lines().count() == 2 && !text.contains("张三丰"), "{text}");
    house.ends().await;
}

/// Beside what was paid stands the band of then; of months to come nobody is behind.
async fn export_begun(db: Db) {
    let house = staffed(House::new(db).await).await;
    house.whispers("李四", "王五从8月起月缴5元").await;
    house.whispers("王五", "交了8月、9月团费").await;
    house.whispers("李四", "王五从9月起月缴8元").await;
    let told = house.whispers("钱七", "导出8月到10月王五的团费台账").await;
    let bands: Vec<&str> = told.lines().skip(1).map(|l| l.split(',').nth(5).unwrap()).collect();
    assert_eq!(bands, ["月缴5元", "月缴5元", "月缴8元"], "{told}");
    let program = Program::new(&house.db);
    let table = program.does(&["export", "ledger", "--branch", BRANCH, "--duty", "dues", "--period", "2100"]).await.well();
    assert_eq!(table.lines().count(), 1, "{table}");
    house.ends().await;
}

async fn export(db: Db) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "=李四", "钱七"], 1).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    house.whispers("张三", "交了10月团费").await;
    house.whispers("钱七", "确认张三的团费").await;
    house.whispers("张三", "交了11月团费").await;
    assert_eq!(house.whispers("张三", "导出10月团费台账").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    let line = |name: &str, month: &str, rest: &str| format!("{BRANCH},{name},,团费,{month},学生,{rest}");
    assert_eq!(
        house.whispers("钱七", "导出10月和11月团费台账").await,
        [
            "团支部,姓名,团员编号,事项,期,档次,应,已报,已确认,自愿多交,状态,依据,完成时间,经手,更正原因".to_owned(),
            line("张三", "2026-10", "0.2,0.2,0.2,0,已完成,本人,2026-11-22 12:00,钱七,"),
            line("\"'=李四\"", "2026-10", "0.2,0,0,0,未完成,,,,"),
            line("钱七", "2026-10", "0.2,0,0,0,未完成,,,,"),
            line("张三", "2026-11", "0.2,0.2,0,0,待确认,本人,2026-11-22 12:00,,"),
            line("\"'=李四\"", "2026-11", "0.2,0,0,0,未完成,,,,"),
            line("钱七", "2026-11", "0.2,0,0,0,未完成,,,,"),
        ]
        .join("\r\n")
    );
    house.ends().await;
}

/// Where files can be sent the table is one, whole and safe to open; in private only; where it is not taken, that is said.
async fn export_file(db: Db) {
    let house = House::new(db).await;
    let names: Vec<String> = (1..=60).map(|n| format!("团员{n}")).chain(["=cmd|1".to_owned(), "钱七".to_owned()]).collect();
    house.branch(BRANCH, &names.iter().map(String::as_str).collect::<Vec<_>>(), 1).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    let group = house.group("90000", BRANCH).await;
    house.wire.has_files();
    let whole = "第一团支部台账共 124 行，表格给你，用 Excel 或 WPS 打开就行。里面有金额和姓名，别转到大群里。";
    let asked = || async {
        let chat = ChatKey::private(&account("钱七"));
        house.hear(house.message(&chat, "钱七", "导出10月和11月团费台账", false)).await;
        house.wire.take()
    };
    let sent = asked().await;
    assert_eq!(sent.iter().map(Outgoing::plain).collect::<Vec<_>>(), [format!("{whole}[第一团支部-团费-2026-10_2026-11.csv]")]);
    let file = sent[0].files().next().unwrap();
    let text = String::from_utf8(file.bytes.to_vec()).unwrap();
    assert!(text.starts_with("\u{feff}团支部,姓名,") && text.lines().count() == 125 && text.contains(",\"'=cmd|1\",") && !text.contains(",=cmd"), "{text}");
    assert_eq!(file.mime, "text/csv");
    assert_eq!(group.asks("钱七", "导出台账").await, house.bot.say("private-only", &[]), "names and sums are for no group");
    assert_eq!(house.whispers("团员1", "导出台账").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    house.wire.refuses_files();
    assert_eq!(
        asked().await.iter().map(Outgoing::plain).collect::<Vec<_>>(),
        ["文件“第一团支部-团费-2026-10_2026-11.csv”在这里发不过去。可以换一个能收文件的平台私聊我再要一次，或者请管理员用 zhibu export 导出来给你。"]
    );
    house.ends().await;
}

/// A county's own rate for a band, from a month on.
async fn unit_rates(db: Db) {
    let house = with(db, "path = \"余庆县团委\"\nrates = { student = { \"2026-10\" = \"0.5\" } }").await;
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：还没有交过；还没交：8月至11月，共 1.4 元。");
    assert_eq!(house.whispers("张三", "交了10月团费0.5元").await, "收到：张三10月团费共 0.5 元，记上了，等组织委员或团支书确认。");
    house.ends().await;
}

/// A unit's own band for whom none is said; the longest path wins.
async fn unit_default_band(db: Db) {
    let house = with(db, "path = \"余庆县团委\"\ndefault_band = \"pay_3\"\n[[unit]]\npath = \"余庆县团委/白泥镇团委\"\ndefault_band = \"pay_4\"").await;
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：还没有交过；还没交：8月至11月，共 16 元。");
    assert_eq!(house.whispers("张三", "交了10月团费4元").await, "收到：张三10月团费共 4 元，记上了，等组织委员或团支书确认。");
    assert!(house.whispers("钱七", "导出10月团费台账").await.contains("2026-10,月缴4元,4,4,0"), "the table names the band");
    house.ends().await;
}

/// What was in hand before the book began.
async fn carried(db: Db) {
    let house = staffed(House::new(db).await).await;
    assert_eq!(house.whispers("王五", "期初余额12.5元").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.whispers("钱七", "团费期初余额12.5元").await, "记下了：团费期初余额 12.5 元，手上有 12.5 元。");
    house.whispers("张三", "交了8月团费").await;
    house.whispers("钱七", "确认张三的团费").await;
    let book = "第一团支部团费账本：报了 0.2 元，确认 0.2 元，待确认 0 元；退还 0 元，上缴 0 元，返还 0 元。手上应有 12.7 元。\n其中期初余额 12.5 元。";
    assert_eq!(house.whispers("钱七", "账本").await, book);
    // there was only one sum before: another one corrects it, and can be taken back
    assert_eq!(house.whispers("钱七", "期初余额12.5元").await, "团费期初余额本来就记的 12.5 元，没有变。");
    assert_eq!(house.whispers("钱七", "期初余额15元").await, "改好了：团费期初余额从 12.5 元改成 15 元，手上有 15.2 元。");
    assert_eq!(house.whispers("钱七", "期初余额15元").await, "团费期初余额本来就记的 15 元，没有变。");
    assert_eq!(house.whispers("钱七", "撤销").await, "撤销了：团费的期初余额。");
    assert_eq!(house.whispers("钱七", "期初余额1元").await, "改好了：团费期初余额从 12.5 元改成 1 元，手上有 1.2 元。");
    assert_eq!(house.whispers("钱七", "撤销").await, "撤销了：团费的期初余额。");
    assert_eq!(house.whispers("钱七", "账本").await, book);
    house.ends().await;
}

/// What branches hand up is what the town has; it hands on, and gives back: over the tree not a fen is made or lost.
async fn of_the_town(db: Db) {
    let house = staffed(House::new(db).await).await;
    house.branch("余庆县团委/白泥镇团委/第二团支部", &["何叔", "孙八"], 3).await;
    house.grant("何叔", Role::Treasurer, "余庆县团委/白泥镇团委").await;
    house.grant("孙八", Role::Treasurer, "余庆县团委/白泥镇团委/第二团支部").await;
    for (name, treasurer) in [("张三", "钱七"), ("孙八", "何叔")] {
        house.whispers(name, "交了8月和9月团费").await;
        house.whispers(treasurer, &format!("确认{name}的团费")).await;
    }
    house.whispers("钱七", "上缴上级团委0.4元").await;
    house.whispers("孙八", "上缴上级团委0.2元").await;
    let told = house.whispers("何叔", "账本").await;
    assert_eq!(told.lines().next().unwrap(), "白泥镇团委团费账：下面上缴来 0.6 元，返还下去 0 元；上缴上级 0 元，上级返还 0 元。手上应有 0.6 元。");
    assert!(told.contains("第二团支部团费账本：报了 0.4 元，确认 0.4 元"), "{told}");
    assert_eq!(house.whispers("何叔", "上缴上级团委0.5元").await, "记下了：上缴团费 0.5 元，手上还有 0.1 元。");
    house.whispers("何叔", "返还0.3元").await;
    assert!(house.whispers("钱七", "返还0.1元").await.ends_with("手上还有 0.1 元。"));
    assert_eq!(
        house.whispers("何叔", "账本").await.lines().next().unwrap(),
        "白泥镇团委团费账：下面上缴来 0.6 元，返还下去 0.1 元；上缴上级 0.5 元，上级返还 0.3 元。手上应有 0.3 元。"
    );
    assert_eq!(house.whispers("钱七", "账本").await.lines().count(), 1, "a branch's treasurer sees the branch's");
    house.ends().await;
}

/// A town of one branch has a book of its own beside the branch's.
async fn of_a_small_town(db: Db) {
    let house = staffed(House::new(db).await).await;
    house.branch("余庆县团委/白泥镇团委/第一团支部", &["何叔"], 3).await;
    house.grant("何叔", Role::Treasurer, "余庆县团委/白泥镇团委").await;
    house.whispers("张三", "交了8月和9月团费").await;
    house.whispers("钱七", "确认张三的团费").await;
    house.whispers("钱七", "上缴上级团委0.4元").await;
    assert_eq!(house.whispers("何叔", "上缴上级团委0.3元").await, "记下了：上缴团费 0.3 元，手上还有 0.1 元。");
    let told = house.whispers("何叔", "账本").await;
    assert_eq!(told.lines().next().unwrap(), "白泥镇团委团费账：下面上缴来 0.4 元，返还下去 0 元；上缴上级 0.3 元，上级返还 0 元。手上应有 0.1 元。");
    assert!(told.contains("第一团支部团费账本：") && told.ends_with("退还 0 元，上缴 0.4 元，返还 0 元。手上应有 0 元。"), "{told}");
    house.ends().await;
}

/// Whatever happened to standings and tallies, the records make them anew; where nothing happened, nothing changes.
async fn rebuild(db: Db) {
    let house = staffed(House::new(db).await).await;
    house.whispers("张三", "交了8月和9月团费").await;
    house.whispers("钱七", "确认张三的团费").await;
    house.whispers("钱七", "退还张三9月团费").await;
    house.whispers("王五", "自愿多交团费1元").await;
    assert_eq!(house.store().rebuild().await.unwrap(), Vec::<String>::new());
    let person = house.store().people_named("张三", "").await.unwrap()[0].0;
    house.db.sql(&format!("UPDATE standing SET got = 7777 WHERE person_id = {person} AND period = '2026-08'")).await;
    house.db.sql("DELETE FROM standing WHERE period = '2026-09'").await;
    house.db.sql("UPDATE tally SET done = 40 WHERE period = '2026-08'").await;
    house.db.sql("DELETE FROM tally WHERE period = '2026-09'").await;
    assert_eq!(house.store().prove().await.unwrap().len(), 5 - 1, "{:?}", house.store().prove().await.unwrap());
    let said = house.store().rebuild().await.unwrap();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(said[0].ends_with("2026-08 said 7777, 20 confirmed; the records say 20, 20 confirmed"), "{}", said[0]);
    assert_eq!(house.store().rebuild().await.unwrap(), Vec::<String>::new());
    house.ends().await;
}

/// After three months, and after five, a word in private; at four, and from two on, none.
async fn unpaid(db: Db) {
    let house = staffed(House::new(db).await).await;
    house.group("90000", BRANCH).await;
    house.whispers("王五", "交了8月到10月团费").await;
    house.whispers("钱七", "9月前都交清了").await;
    // nobody is three months behind on 1 December but those who owe September to November
    let until = |year: i32, month: u32| {
        let at = chrono::NaiveDate::from_ymd_opt(year, month, 1).unwrap().and_hms_opt(10, 1, 0).unwrap();
        (house.bot.config.zone().instant(at) - house.bot.now()) / 60_000
    };
    let read = |name: &str| house.read(&ChatKey::private(&account(name)));
    let own = |name: &str, count: usize, months: &str, sum: &str| {
        format!("{name}，团费有 {count} 期还没交（{months}，共 {sum} 元）。方便时补上就好；有困难跟团支书说，可以申请减免。")
    };
    house.reminded_after(until(2026, 12)).await;
    assert!(read("张三").contains(&own("张三", 3, "9月至11月", "0.6")));
    assert_eq!(read("王五"), "");
    let secretary = read("李四");
    let names = "张三（9月至11月，0.6 元）、李四（9月至11月，0.6 元）、钱七（9月至11月，0.6 元）";
    assert!(secretary.contains(&format!("第一团支部：团费连着 3 期没交的有 3 位：{names}。这条只发给你，请私下问问情况。")), "{secretary}");
    house.wire.take();
    // who pays in between hears no more of it; at four nobody does
    house.whispers("钱七", "交了9月到12月团费").await;
    house.reminded_after(until(2027, 1)).await;
    assert_eq!((read("张三"), read("钱七")), (String::new(), String::new()));
    house.wire.take();
    house.reminded_after(until(2027, 2)).await;
    let told = read("张三");
    assert!(told.contains("张三，团费有 5 期还没交（") && told.contains("共 1 元"), "{told}");
    let later = read("王五");
    assert!(later.contains("王五，团费有 3 期还没交（"), "{later}");
    assert_eq!(read("钱七"), "");
    house.wire.take();
    house.ends().await;
}
