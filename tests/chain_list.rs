//! Chain lists (接龙): pasted by the secretary, joined by everybody, posted again and again.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [on_both("chain: a secretary's paste, and the difference of the next one", pasted)].into_iter().flatten().collect()
}

/// 李四 is secretary; six members.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "赵六", "孙七", "周八"], 0).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house
}

async fn pasted(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let first = "#接龙\n本周青年大学习\n例 姓名 已完成\n\n1. 张三 已完成\n2. 王五 已完成\n3. 赵六 还没看";
    println!("{}", group.says("李四", first).await);
    println!("--{}", group.says("李四", first).await);
    println!("--{}", group.says("李四", &format!("{first}\n4. 孙七 已完成\n5. 周八 请假\n6.李四")).await);
    println!("--{}", group.asks("李四", "撤销").await);
    println!("--{}", group.says("李四", &format!("{first}\n4. 孙七 已完成\n5. 周八 请假\n6.李四 已完成")).await);
    println!("--{}", group.says("李四", "#接龙\n11月团费\n\n1. 张三 0.2\n2. 章三 0.2\n3. 王吾 0.2\n 4.小明 0.2\n5.孙七 0.6\n6. 周八 请假").await);
    println!("--{}", group.says("李四", "2").await);
    println!("--{}", house.whispers("李四", "#接龙\n11月团费\n\n1. 张三 0.2\n2. 章三 0.2\n3. 王吾 0.2\n 4.小明 0.2\n5.孙七 0.6\n6. 周八 请假").await);
    println!("--{}", group.says("赵六", "#接龙\n10月团费\n\n1. 张三 0.2\n2. 赵六 0.2").await);
    println!("--{}", group.says("赵六", "#接龙\n11月团费\n\n1. 张三 0.2\n2. 赵六 0.2\n3.李四 0.2").await);
    println!("--{}", group.later(10).await);
    println!("--{}", group.says("李四", "确认接龙").await);
    println!("--{}", group.asks("李四", "撤销接龙").await);
    house.ends().await;
}
