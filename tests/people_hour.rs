//! The first hour of a secretary, in the words that people use, through the whole bot.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::action::members::codes::digest;
use zhibu::domain::message::ChatKey;
use zhibu::effects::Clock;
use zhibu::store::members::accounts::CodeFor;

pub fn tests() -> Vec<Trial> {
    on_both("people_hour", hour)
}

async fn hour(db: Db) {
    let house = House::new(db).await;
    let until = house.clock().now() + 86_400_000;
    house.store().keep_code(&digest(&CodeFor::Activate, "7QK2-M9XA"), &CodeFor::Activate, until).await.unwrap();
    let group = house.unbound_group("90000");
    assert_eq!(group.says("a", "大家好").await, "");
    assert_eq!(
        house.whispers("a", "激活 7qk2-M9XA 张三 余庆县团委/白泥镇团委/机关团支部").await,
        "开通好了：张三是机关团支部的团支书，也是余庆县团委的管理员。接下来把我拉进支部群，在群里@我说“绑定本群”；再把名册文件（xlsx、xls、csv）私聊发给我。"
    );
    assert_eq!(
        group.asks("a", "绑定本群").await,
        "好了，本群归机关团支部。大家直接说“交了团费”“大学习看完了”“签到”就行。\n名册还是空的：请把名册文件（xlsx、xls、csv）私聊发给我。"
    );
    for (who, card) in [("a", "张三"), ("b", "李四"), ("c", "机关 王五"), ("d", "小赵"), ("e", "路过")] {
        house.wire.joins(&group.chat, &format!("acc-{who}"), card);
    }
    let file = "姓名,职务\n张三,团支书\n李四,\n王五,组织委员\n赵六,\n".as_bytes().to_vec();
    let shown = house.drops("a", "名册.csv", file).await;
    assert!(shown.starts_with("名册共 4 行：新增 3，不变 1。"), "{shown}");
    assert_eq!(
        house.whispers("a", "是").await,
        "导入好了：新增 3，修改 0，转入 0。\n群里有 4 个账号还没绑定，按名片认出了 2 个。\n认不出的名片 2 个：小赵、路过\n\
         名册上还没对上的 1 位：赵六。请他们改名片，或发“绑定 姓名”。\n等着确认的账号有 2 个：1.李四、2.王五\n没问题就回“全部确认”，这 2 个就绑好了。"
    );
    // who is not confirmed yet is told so, once
    assert_eq!(group.says("b", "交了团费0.2元").await, "我还不认识这个账号，先没记。发“绑定 姓名”告诉我你是谁。", "the card was only in the list");
    assert_eq!(group.says("b", "交了团费0.2元").await, "");
    assert_eq!(house.whispers("a", "全部确认").await, "绑好了 2 位：李四、王五。现在可以直接说话了。");
    assert_eq!(group.says("b", "交了团费0.2元").await, "收到：李四11月团费记上了，等确认。");
    assert_eq!(group.says("d", "绑定 赵六").await, "好的，赵六，等支书确认后就能用了。", "as the bot told them to");
    assert_eq!(group.asks("d", "绑定 赵六").await, "好的，赵六，等支书确认后就能用了。");
    assert!(house.read(&ChatKey::private(&account("a"))).starts_with("赵六想绑定账号"));
    assert_eq!(
        group.asks("a", "谁没绑定").await,
        "还没绑定账号的有 1 位（共 4 人）：赵六\n等着确认的账号有 1 个：1.赵六（名片“d”）\n没问题就回“全部确认”，这 1 个就绑好了。"
    );
    assert_eq!(group.asks("a", "确认 赵六").await, "绑好了 1 位：赵六。现在可以直接说话了。");
    assert_eq!(group.says("c", "青年大学习看完了").await, "记好啦：王五，本周青年大学习已完成。");
    assert_eq!(group.asks("d", "谁没交团费").await, "11月团费还有 3 位没交，名单只发给组织委员或团支书（私聊我问就行）。（应交 4，已交 1）");
    assert_eq!(
        house.whispers("a", "谁没交团费").await,
        "到11月，团费没交齐的有 3 位，共 0.6 元：张三（11月，0.2 元）、王五（11月，0.2 元）、赵六（11月，0.2 元）\n已报待确认的共 0.2 元。"
    );
    assert_eq!(group.asks("b", "这周大学习谁没看").await, "本周青年大学习还没完成的有 3 位：张三、李四、赵六（应完成 4，已完成 1）");
    assert_eq!(house.whispers("a", "大学习统计").await, "本周青年大学习：应完成 4 = 已完成 1 + 请假或免 0 + 未完成 3，完成率 25 %");
    assert_eq!(house.whispers("a", "确认团费").await, "机关团支部团费待确认 1 位，共 0.2 元：李四（11月，0.2 元）。都收到了就回“全部确认”，或说“确认 姓名”。");
    assert_eq!(house.whispers("a", "全部确认").await, "团费确认了 1 位，共 0.2 元：李四（11月，0.2 元）。");
    assert_eq!(group.asks("b", "我的记录").await, "李四，已经记下的：11月团费。其余的私聊我问“我的记录”。");
    assert_eq!(
        house.whispers("b", "我的记录").await,
        "李四的记录：\n团费：最近交的是11月，目前不欠。\n青年大学习：应完成 0 期，完成 0；本周还没完成。\n主题团日：应到 0 期，到 0；11月还没完成。"
    );
    assert_eq!(
        house.whispers("b", "帮助").await,
        "做完了跟我说就行：交了团费 · 青年大学习完成了 · 签到 · 主题团日请假 · #接龙 整份发\n想查就问：谁没交团费 · 团费统计 · 我的记录 · 撤销 · 收据"
    );
    house.ends().await;
}
