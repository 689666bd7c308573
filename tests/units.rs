//! A unit that is named: answered with its own figures and its name, or with a sentence; never with another's. Namesakes told apart by
//! what is said with the name.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;

const TOWN: &str = "余庆县团委/白泥镇团委";
const FIRST: &str = "余庆县团委/白泥镇团委/第一团支部";
const SECOND: &str = "余庆县团委/白泥镇团委/第二团支部";
const FAR: &str = "余庆县团委/龙溪镇团委/机关团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("units_asked_of_a_branch", of_a_branch),
        on_both("units_asked_of_the_committee", of_the_committee),
        on_both("units_reminded", reminded),
        on_both("units_taken_away", taken_away),
        on_both("units_met_elsewhere", met_elsewhere),
        on_both("units_sent_back", sent_back),
        on_both("units_confirmed", confirmed),
        on_both("units_steered", steered),
        on_both("units_only_said_beside", said_beside),
        on_both("units_within_a_longer_name", within_a_longer_name),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 李四 is the secretary of the first branch, 刘镇长 sits in the town's committee.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(FIRST, &["张三", "李四", "王五"], 0).await;
    house.branch(SECOND, &["周八", "王芳"], 0).await;
    house.branch(FAR, &["刘镇长", "郑一"], 0).await;
    house.grant("李四", Role::Secretary, FIRST).await;
    house.grant("刘镇长", Role::Committee, TOWN).await;
    house
}

async fn of_a_branch(db: Db) {
    let house = house(db).await;
    let own = house.whispers("李四", "谁没交团费").await;
    assert!(own.contains("张三") && !own.contains("第一团支部"), "{own}");
    // its own name, in full or in part, and branches in general
    for ask in [
        "第一团支部谁没交团费",
        "第一支部谁没交团费",
        "1支部谁没交团费",
        "本支部谁没交团费",
        "我们支部谁没交团费",
        "白泥镇第一团支部谁没交团费",
        "余庆县团委/白泥镇团委/第一团支部谁没交团费",
    ] {
        assert_eq!(house.whispers("李四", ask).await, own, "{ask}");
    }
    for (ask, unit) in
        [("第二团支部谁没交团费", "第二团支部"), ("第二团支部团费统计", "第二团支部"), ("机关团支部谁没绑定", "机关团支部"), ("白泥镇谁没交团费", "白泥镇团委")]
    {
        assert_eq!(house.whispers("李四", ask).await, format!("{unit}的情况只给它自己和上级看。"), "{ask}");
    }
    for (ask, unit) in [("第三团支部谁没交团费", "第三团支部"), ("红旗团支部大学习统计", "红旗团支部"), ("红旗第一团支部谁没交团费", "红旗第一团支部")]
    {
        assert_eq!(house.whispers("李四", ask).await, format!("没有叫“{unit}”的团支部，名字再核对一下。"), "{ask}");
    }
    let group = house.group("90000", FIRST).await;
    assert!(group.asks("张三", "第二团支部谁没看大学习").await.contains("只给它自己和上级看"));
    assert!(group.asks("张三", "我们支部谁没看大学习").await.contains("3 位"));
    // whoever may read of it does not read it in another's group
    let told = group.asks("刘镇长", "第二团支部谁没看大学习").await;
    assert_eq!(told, "这里是第一团支部的群，第二团支部的事请私聊我说，或者到那边的群里说。");
    house.ends().await;
}

async fn of_the_committee(db: Db) {
    let house = house(db).await;
    let told = house.whispers("刘镇长", "第二团支部谁没交团费").await;
    assert!(told.starts_with("第二团支部：") && told.contains("周八") && !told.contains("张三"), "{told}");
    let told = house.whispers("刘镇长", "第二团支部大学习统计").await;
    assert!(told.starts_with("第二团支部：") && told.contains("应完成 2"), "{told}");
    for ask in ["第二团支部谁没绑定", "请问第二支部谁没绑定"] {
        let told = house.whispers("刘镇长", ask).await;
        assert!(told.starts_with("第二团支部："), "{ask}: {told}");
    }
    for (ask, unit) in [("第三团支部谁没交团费", "第三团支部"), ("红旗团支部大学习统计", "红旗团支部"), ("税务团支部谁没绑定", "税务团支部")]
    {
        assert_eq!(house.whispers("刘镇长", ask).await, format!("没有叫“{unit}”的团支部，名字再核对一下。"), "{ask}");
    }
    // all of them
    for ask in ["谁没交团费", "各团支部谁没交团费", "全镇谁没交团费", "全镇团支部谁没交团费", "白泥镇团委谁没交团费", "哪些团支部没交团费"]
    {
        let told = house.whispers("刘镇长", ask).await;
        assert!(told.contains("第一团支部") && told.contains("第二团支部"), "{ask}: {told}");
    }
    assert_eq!(house.whispers("刘镇长", "第一团支部和第二团支部谁没交团费").await, "一次只问一个单位，请分开说。");
    // a branch of another town, above which the committee does not stand
    house.branch("余庆县团委/龙溪镇团委/税务团支部", &["远方"], 0).await;
    assert_eq!(house.whispers("刘镇长", "税务团支部谁没绑定").await, "税务团支部的情况只给它自己和上级看。");
    house.ends().await;
}

async fn reminded(db: Db) {
    let house = house(db).await;
    house.group("90000", FIRST).await;
    house.group("90001", SECOND).await;
    let (one, two) = (ChatKey::group("onebot", "90000"), ChatKey::group("onebot", "90001"));
    for ask in ["提醒第二团支部交团费", "现在提醒第二团支部交团费"] {
        let told = house.whispers("刘镇长", ask).await;
        assert!(told.contains("2 位"), "{ask}: {told}");
        house.delivered().await;
        assert_eq!(house.read(&one), "", "{ask}");
        assert!(house.read(&two).contains("团费"), "{ask}");
    }
    assert_eq!(house.whispers("刘镇长", "提醒第三团支部交团费").await, "没有叫“第三团支部”的团支部，名字再核对一下。");
    assert_eq!(house.whispers("李四", "提醒第二团支部交团费").await, "第二团支部的事归它自己和上级管。");
    house.delivered().await;
    assert_eq!((house.read(&one), house.read(&two)), (String::new(), String::new()));
    assert!(house.whispers("李四", "提醒本支部交团费").await.contains("3 位"));
    house.delivered().await;
    assert!(!house.read(&one).is_empty() && house.read(&two).is_empty());
    house.ends().await;
}

async fn taken_away(db: Db) {
    let house = house(db).await;
    house.grant("王芳", Role::Secretary, TOWN).await;
    let told = house.whispers("王芳", "导出第一团支部台账").await;
    assert!(told.contains("张三") && !told.contains("周八"), "{told}");
    assert_eq!(house.whispers("王芳", "导出第三团支部台账").await, "没有叫“第三团支部”的团支部，名字再核对一下。");
    house.branch("余庆县团委/白泥镇团委/第四团支部", &["周十"], 0).await;
    for ask in ["第一团支部张三的情况", "第一团支部张三的记录", "第一团支部的张三的记录"] {
        let told = house.whispers("王芳", ask).await;
        assert!(told.starts_with("张三的记录："), "{ask}: {told}");
    }
    assert_eq!(house.whispers("王芳", "第四团支部张三的记录").await, "名册上没有“张三（第四团支部）”。");
    house.ends().await;
}

/// The town's committee opens and closes a meeting of the second branch, which alone hears of it.
async fn met_elsewhere(db: Db) {
    let house = house(db).await;
    let first = house.group("90000", FIRST).await;
    let second = house.group("90001", SECOND).await;
    let told = house.whispers("刘镇长", "第二团支部开始签到 到20:00").await;
    assert_eq!(told, "第二团支部：主题团日签到开始了，20:00 截止。在群里回“签到”就行。");
    assert_eq!((house.read(&first.chat), house.read(&second.chat)), (String::new(), "主题团日签到开始了，20:00 截止。在群里回“签到”就行。".to_owned()));
    assert!(second.says("周八", "签到").await.contains("周八"));
    assert_eq!(first.asks("张三", "签到").await, "现在没有开放的签到。");
    let told = house.whispers("刘镇长", "第二团支部谁没签到").await;
    assert!(told.starts_with("第二团支部：") && told.contains("王芳"), "{told}");
    assert_eq!(house.whispers("李四", "结束第二团支部签到").await, "第二团支部的事归它自己和上级管。");
    assert_eq!(first.asks("李四", "结束签到 第二团支部").await, "第二团支部的事归它自己和上级管。");
    let told = house.whispers("刘镇长", "结束第二团支部签到").await;
    assert!(told.starts_with("第二团支部：主题团日签到结束：应到 2，实到 1"), "{told}");
    assert_eq!(house.read(&second.chat), told.trim_start_matches("第二团支部："));
    let told = house.whispers("刘镇长", "第二团支部上次台账").await;
    assert!(told.contains("第二团支部") && told.contains("缺席：王芳"), "{told}");
    house.ends().await;
}

/// A list of one branch is not confirmed by the word for another's.
async fn confirmed(db: Db) {
    let house = house(db).await;
    house.grant("王芳", Role::Secretary, TOWN).await;
    for name in ["张三", "周八"] {
        assert!(house.whispers(name, "交了团费").await.starts_with("收到"));
    }
    assert_eq!(house.whispers("李四", "确认第二团支部的团费").await, "第二团支部的事归它自己和上级管。");
    assert!(house.whispers("刘镇长", "确认第二团支部的团费").await.contains("来做"), "a committee reads");
    let told = house.whispers("王芳", "确认第一团支部的团费").await;
    assert!(told.starts_with("第一团支部团费待确认 1 位") && told.contains("张三"), "{told}");
    let told = house.whispers("王芳", "第二团支部全部确认").await;
    assert!(told.starts_with("第二团支部团费待确认 1 位") && told.contains("周八"), "{told}");
    assert_eq!(house.whispers("王芳", "第三团支部全部确认").await, "没有叫“第三团支部”的团支部，名字再核对一下。");
    assert_eq!(house.whispers("王芳", "确认第二团支部周八的团费").await, "团费确认了 1 位，共 0.2 元：周八（11月，0.2 元）。");
    let told = house.whispers("王芳", "确认第二团支部张三的团费").await;
    assert_eq!(told, "名册上没有“张三（第二团支部）”。");
    assert!(house.whispers("李四", "确认第一团支部的团费").await.contains("张三"), "his still waits");
    house.ends().await;
}

/// Who keeps two branches' money says of which a claim is sent back.
async fn sent_back(db: Db) {
    let house = house(db).await;
    house.grant("王芳", Role::Secretary, TOWN).await;
    for name in ["张三", "周八"] {
        assert!(house.whispers(name, "交了团费").await.starts_with("收到"));
    }
    assert_eq!(house.whispers("王芳", "驳回 第一团支部 张三的团费").await, "张三11月的团费（0.2 元）退回了，我私下告诉 TA 了。");
    let told = house.read(&ChatKey::private(&account("张三")));
    assert!(told.starts_with("张三，王芳说还没收到你11月的团费"), "{told}");
    assert_eq!(house.whispers("王芳", "驳回第一团支部张三的团费").await, "张三没有待确认的团费。");
    assert_eq!(house.whispers("王芳", "驳回第一团支部周八的团费").await, "名册上没有“周八（第一团支部）”。");
    assert_eq!(house.whispers("王芳", "驳回周八的团费").await, "周八11月的团费（0.2 元）退回了，我私下告诉 TA 了。");
    house.read(&ChatKey::private(&account("周八")));
    assert!(house.whispers("李四", "驳回第二团支部周八的团费").await.contains("来做"));
    house.ends().await;
}

/// What else is done for a unit is done for the one that is named, or not at all.
async fn steered(db: Db) {
    let house = house(db).await;
    for (say, done) in [
        ("每周五20点提醒第二团支部看大学习", "第二团支部"),
        ("第二团支部提醒列表", "第二团支部"),
        ("第二团支部暂停提醒到周五", "第二团支部"),
        ("第二团支部恢复提醒", "第二团支部"),
        ("暂停第二团支部大学习到12月1日", "第二团支部"),
        ("第二团支部恢复大学习", "第二团支部"),
        ("第二团支部覆盖率", "第二团支部"),
        ("第二团支部大学习排名", "第二团支部"),
    ] {
        let told = house.whispers("刘镇长", say).await;
        assert!(told.contains(done) && !told.contains("没太听明白"), "{say}: {told}");
        let told = house.whispers("李四", say).await;
        assert!(told.starts_with("第二团支部的") && told.contains("它自己和上级"), "{say}: {told}");
        let told = house.whispers("刘镇长", &say.replace("第二", "第三")).await;
        assert_eq!(told, "没有叫“第三团支部”的团支部，名字再核对一下。", "{say}");
    }
    // the first branch's own is untouched
    assert!(!house.whispers("李四", "提醒列表").await.contains("20:00 青年大学习"));
    assert_eq!(house.whispers("李四", "第一小组谁没交团费").await, "还不能单看第一小组的，去掉“第一小组”就看全支部的。");
    assert!(house.whispers("李四", "第二团支部期初余额12元").await.contains("归它自己和上级管"));
    assert!(house.whispers("李四", "期初余额12元").await.contains("12 元"));
    house.ends().await;
}

/// Whoever's name begins another's is not spoken of where the other is.
async fn within_a_longer_name(db: Db) {
    let house = House::new(db).await;
    house.branch(FIRST, &["张三", "张三丰", "李四"], 0).await;
    house.grant("李四", Role::Secretary, FIRST).await;
    let told = house.whispers("李四", "替张三(第一团支部)、张三丰交了团费").await;
    assert!(told.starts_with("收到") && told.contains("张三") && told.contains("张三丰"), "{told}");
    let open = house.whispers("李四", "谁没交团费").await;
    assert!(open.contains("李四") && !open.contains("张三"), "{open}");
    house.ends().await;
}

/// A unit that stands in a sentence for another reason changes nothing: where money goes, what a meeting is about, what is told.
async fn said_beside(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", FIRST).await;
    let told = house.whispers("李四", "第二团支部的团费我交了").await;
    assert!(!told.contains("收到"), "{told}");
    let open = house.whispers("李四", "谁没交团费").await;
    assert!(["张三", "李四", "王五"].iter().all(|n| open.contains(n)), "nothing was recorded: {open}");
    assert!(house.whispers("李四", "上缴白泥镇团委团费10元").await.contains("10 元"));
    let told = group.asks("李四", "开始签到 与第二团支部联合团日").await;
    assert!(told.contains("与第二团支部联合团日") && told.contains("签到开始了"), "{told}");
    assert!(group.says("张三", "签到").await.contains("张三"));
    assert!(group.asks("李四", "结束签到").await.contains("实到 1"));
    house.ends().await;
}
