//! A branch of three hundred: lists are cut, rates right, the sheet readable.

use crate::support::db::Db;
use crate::support::house::House;
use std::fmt::Write;
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第三团支部";

/// Names that nobody shares: three hundred.
fn names() -> Vec<String> {
    let first = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高"];
    let second = ["伟", "芳", "娜", "敏", "静"];
    let third = ["轩", "怡", "涵", "琪"];
    let mut all = Vec::new();
    for a in first {
        for b in second {
            all.extend(third.map(|c| format!("{a}{b}{c}")));
        }
    }
    all
}

pub async fn three_hundred(db: Db) {
    let house = House::new(db).await;
    let names = names();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(all.len(), 300);
    house.branch(BRANCH, &all, 0).await;
    house.grant(all[0], Role::Secretary, BRANCH).await;
    let group = house.group("90003", BRANCH).await;
    let secretary = all[0];
    for name in &all[..100] {
        assert_eq!(group.says(name, "大学习看完了").await, format!("记好啦：{name}，本周青年大学习已完成。"));
    }
    // what members paste into the group: two hundred of three hundred
    let mut list = "#接龙\n大学习\n".to_owned();
    for (n, name) in all[..200].iter().enumerate() {
        writeln!(list, "{}. {name} 已完成", n + 1).unwrap();
    }
    let told = group.asks(secretary, &list).await;
    assert!(told.contains("100 位") && told.lines().count() < 100 && told.ends_with("……还有 20 位"), "a list that is still pasted back: {told}");
    // thirty names and how many there are
    let missing = "本周青年大学习还没完成的有 100 位：徐伟轩、";
    let told = group.asks(secretary, "谁没看大学习").await;
    assert!(told.starts_with(missing) && told.ends_with("、孙娜怡等 100 位（应完成 300，已完成 200）") && told.matches('、').count() == 29, "{told}");
    assert_eq!(group.asks(secretary, "大学习统计").await, "本周青年大学习：应完成 300 = 已完成 200 + 请假或免 0 + 未完成 100，完成率 66.7 %");
    let told = house.whispers(secretary, "谁没交团费").await;
    assert!(
        told.starts_with("到11月，团费没交齐的有 300 位，共 60 元：王伟轩（11月，0.2 元）、") && told.matches('、').count() == 299,
        "in private all are named: {told}"
    );
    let told = house.whispers(secretary, "大学习排名").await;
    assert!(told.lines().count() == 63 && told.ends_with("……还有 240 行"), "{told}");
    group.asks(secretary, "开始签到").await;
    for name in &all[..150] {
        assert_eq!(group.says(name, "签到").await, format!("签到成功：{name}，主题团日。"));
    }
    let sheet = group.asks(secretary, "结束签到").await;
    assert!(sheet.starts_with("主题团日签到结束：应到 300，实到 150（迟到 0，早退 0），请假 0，缺席 150。\n没到：黄娜涵、"), "{sheet}");
    assert!(!sheet.contains("等 ") && sheet.matches('、').count() == 149, "{sheet}");
    let page = house.whispers(secretary, "上次台账").await;
    assert!(page.lines().count() == 5 && page.matches('、').count() >= 149 + 149, "{page}");
    for name in &all[..120] {
        house.whispers(name, "交了团费").await;
    }
    let shown = house.whispers(secretary, "确认团费").await;
    assert!(shown.starts_with("第三团支部团费待确认 120 位，共 24 元：王伟轩（11月，0.2 元）、") && shown.contains("……还有 60 位"), "{shown}");
    assert!(house.whispers(secretary, "全部确认").await.starts_with("团费确认了 120 位，共 24 元："));
    let missing = house.whispers(secretary, "谁没交团费").await;
    assert!(missing.contains("180 位") && missing.matches('、').count() == 179, "in private all are named: {missing}");
    assert_eq!(group.asks(secretary, "11月团费统计").await, "11月团费：应交 300 = 已交 120 + 免交 0 + 未交 180，收缴率 40 %");
    house.ends().await;
}
