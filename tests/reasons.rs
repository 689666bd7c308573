//! A correction with its reason: kept beside the records, told in the ledger, in what one reads of oneself and takes along, and gone
//! with whoever is erased.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [on_both("correct_with_a_reason", with_a_reason), on_both("correct_reason_erased", erased), on_both("minutes_keep_the_speaker", speaker)]
        .into_iter()
        .flatten()
        .collect()
}

async fn house(db: Db) -> House {
    let house = House::of_three(db, BRANCH, 3).await;
    house.group("90000", BRANCH).await;
    house
}

async fn kept(house: &House) -> Vec<String> {
    house.db.column("SELECT DISTINCT period || ' ' || body FROM reason ORDER BY 1").await
}

async fn with_a_reason(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert!(group.says("张三", "交了团费").await.starts_with("收到：张三8月团费"));
    // the reason may hold anything; it says nothing of what is right
    assert_eq!(group.asks("张三", "改成11月的，因为8月的0.6元是王五交的").await, "改好了：张三8月团费 → 张三11月团费。原因也记下了。");
    assert_eq!(kept(&house).await, ["2026-08 8月的0.6元是王五交的", "2026-11 8月的0.6元是王五交的"], "beside the old and the new");
    assert_eq!(
        house.whispers("李四", "更正：张三11月团费是0.4元。原因：退款是谁的？看错了").await,
        "改好了：张三11月团费 0.2 元 → 张三11月团费 0.4 元。原因也记下了。"
    );
    let own = house.whispers("张三", "我的记录").await;
    assert!(own.contains("11月团费更正过：退款是谁的？看错了") && own.contains("8月团费更正过：8月的0.6元是王五交的"), "{own}");
    let read = house.whispers("李四", "张三的记录").await;
    assert!(read.contains("11月团费更正过：退款是谁的？看错了"), "{read}");
    let sheet = house.whispers("李四", "导出8月团费台账").await;
    assert!(sheet.contains("更正原因") && sheet.contains("8月的0.6元是王五交的"), "{sheet}");
    house.whispers("张三", "我的数据").await;
    let data: serde_json::Value = serde_json::from_str(&house.whispers("张三", "是").await.replace("---\n", "")).unwrap();
    assert_eq!(data["records"][0]["reason"], serde_json::Value::Null);
    assert_eq!(data["records"][1]["reason"], "8月的0.6元是王五交的");
    // too long a reason is cut, and a correction that can't be made keeps none
    let long = "很".repeat(150);
    assert!(house.whispers("李四", &format!("更正：10月，因为{long}")).await.contains("原因也记下了"));
    let longest = house.db.column("SELECT CAST(MAX(length(body)) AS TEXT) FROM reason").await;
    assert_eq!(longest, ["100"]);
    let before = kept(&house).await;
    assert_eq!(house.whispers("李四", "更正：王五9月团费是0.4元，因为漏了").await, "没有找到可以更正的记录。");
    assert_eq!(kept(&house).await, before);
    house.ends().await;
}

async fn erased(db: Db) {
    let house = house(db).await;
    for (name, month, why) in [("张三", 8, "手滑了"), ("王五", 9, "张三说的")] {
        house.whispers(name, &format!("交了{month}月团费")).await;
        let told = house.whispers(name, &format!("改成10月的，因为{why}")).await;
        assert!(told.ends_with("原因也记下了。"), "{told}");
    }
    assert_eq!(kept(&house).await, ["2026-08 手滑了", "2026-09 张三说的", "2026-10 张三说的", "2026-10 手滑了"]);
    assert!(house.whispers("张三", "删除我的数据").await.starts_with("张三，要删除"));
    assert!(house.whispers("张三", "是").await.starts_with("删好了"));
    assert_eq!(kept(&house).await, ["2026-09 （已删除）说的", "2026-10 （已删除）说的"]);
    house.ends().await;
}

/// The line is whose words it is; who noted it is told beside.
async fn speaker(db: Db) {
    let house = house(db).await;
    house.grant("王五", Role::GroupLeader, BRANCH).await;
    let group = house.unbound_group("90000");
    group.asks("李四", "开始签到").await;
    for said in ["记录 张三：周六去植树", "记录：王五：我带工具", "记录：决定：周六八点集合", "记录：李四：我来通知"]
    {
        assert!(group.asks("李四", said).await.contains("记"), "{said}");
    }
    let page = group.asks("李四", "本次台账").await;
    for line in ["1. 12:00 张三：周六去植树（李四记）", "2. 12:00 王五：我带工具（李四记）", "3. 12:00 李四：决定：周六八点集合", "4. 12:00 李四：我来通知"]
    {
        assert!(page.lines().any(|l| l == line), "{line}: {page}");
    }
    group.asks("李四", "结束签到").await;
    house.ends().await;
}
