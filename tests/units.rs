//! A unit that is named: answered with its own figures and its name, or with a sentence; never with another's. Namesakes told apart by
//! what is said with the name.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
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
    assert_eq!(told, "这里是第一团支部的群，第二团支部的情况请私聊我问，或者到那边的群里问。");
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
    let told = house.whispers("李四", "提醒第二团支部交团费").await;
    assert!(told.contains("来做"), "{told}");
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
    let told = house.whispers("王芳", "第四团支部张三的记录").await;
    assert!(!told.contains("元") && !told.contains("记录："), "{told}");
    house.ends().await;
}
