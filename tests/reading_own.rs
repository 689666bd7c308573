//! `我的记录`, `我的数据`, `帮助`: what somebody reads about themselves, and what they may say.

use crate::support::asking::{approve, does, does_alone, report};
use crate::support::db::{Db, on_both};
use crate::support::house::{House, PLATFORM};
use libtest_mimic::Trial;
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;
use zhibu::language::Intent;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [on_both("reading_own_records", records), on_both("reading_help", help)].into_iter().flatten().collect()
}

async fn house(db: Db) -> (House, ChatKey) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四"], 1).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    let chat = house.group("90000", BRANCH).await.chat;
    (house, chat)
}

async fn records(db: Db) {
    let (house, chat) = house(db).await;
    assert_eq!(does(&house, &chat, "张三", Intent::Own).await, "张三，你的记录我私下说，私聊我发“我的记录”就行。", "what is not done is not told");
    does(&house, &chat, "张三", report("dues", &["2026-11"])).await;
    does(&house, &chat, "张三", report("study", &[])).await;
    assert_eq!(does(&house, &chat, "张三", Intent::Own).await, "张三，已经记下的：11月团费、本周青年大学习。其余的私聊我问“我的记录”。");
    let private = does_alone(&house, "张三", Intent::Own).await;
    assert!(
        private.starts_with("张三的记录：\n团费：最近交的是11月（待确认 0.2 元）；还没交：10月，共 0.2 元。\n青年大学习：应完成 8 期，完成 1，缺 7（"),
        "{private}"
    );
    does_alone(&house, "张三", report("dues", &["2026-10"])).await;
    does_alone(&house, "李四", approve(Some("dues"), &["张三"])).await;
    let private = does_alone(&house, "张三", Intent::Own).await;
    assert_eq!(private.lines().nth(1).unwrap(), "团费：最近交的是11月，目前不欠。");
    assert_eq!(does(&house, &chat, "张三", Intent::MyData).await, "这个只能私聊我办。");
    assert_eq!(
        does_alone(&house, "张三", Intent::MyData).await,
        "我这里留着的：姓名张三，所在第一团支部，绑定账号 onebot:acc-张三；团费档次 0 条，记录 5 条，接龙 0 行，截图指纹 0 条，待确认的绑定 0 个。\n\
         不留聊天内容、截图原图和生病原因。要改跟团支书说一声，要删发“删除我的数据”。\n要整份数据（json）就回“是”。"
    );
    assert_eq!(does_alone(&house, "路人", Intent::Own).await, "我还不认识你。发“绑定 姓名”，团支书同意后就能用了；有绑定码就发“绑定 姓名 绑定码”。");
    house.ends().await;
}

async fn help(db: Db) {
    let (house, chat) = house(db).await;
    assert_eq!(
        does(&house, &chat, "张三", Intent::Help).await,
        "做完了在群里说就行：交了团费 · 青年大学习完成了 · 签到 · 主题团日请假 · #接龙 整份发\n先@我再问：谁没交团费 · 团费统计 · 我的记录 · 撤销 · 收据"
    );
    assert_eq!(
        does_alone(&house, "李四", Intent::Help).await,
        "做完了跟我说就行：交了团费 · 青年大学习完成了 · 签到 · 主题团日请假 · #接龙 整份发\n想查就问：谁没交团费 · 团费统计 · 我的记录 · 撤销 · 收据\n\
         管支部：谁没绑定 · 绑定码 姓名 · 解绑 姓名 · 任命张三为组织委员 · 全部确认 · 开始签到 / 结束签到 · 主持:张三 · 议程:… · 记录:… · 完成:民主议事 · 本次台账 · 绑定本群 · 私聊发我名册文件就能导入 · \
         合并回复 / 逐条回复 / 表情回复 · 提醒点名 / 提醒不点名 / 提醒只发本群 / 本群不发提醒 / 每个群都提醒 · 账本 · 开始大学习 第5期 到周日20点 / 撤回第5期 / 结束大学习 / 暂停大学习 到2月20日 · 名册体检（私聊我） · 大学习排名 / 大学习差异 · 导出团费台账 · 覆盖率 · \
         现在提醒没签到的 / 每周四20点提醒大学习 / 下次提醒 / 明天会提醒谁 / 暂停提醒 一周 / 恢复提醒 / 提醒记录 / 重发 / 大学习提醒语：记得截图 / 通知：明天交表 / 谁没收到 / 每周一8点推送：学习材料"
    );
    let stranger = "做完了跟我说就行：交了团费 · 青年大学习完成了 · 签到 · 主题团日请假 · #接龙 整份发\n想查就问：我的记录 · 撤销 · 绑定 姓名";
    assert_eq!(does_alone(&house, "路人", Intent::Help).await, stranger);
    let nowhere = ChatKey::group(PLATFORM, "1");
    assert_eq!(does(&house, &nowhere, "路人", Intent::Help).await, stranger.replace("跟我说", "在群里说").replace("想查就问", "先@我再问"));
    // not enough said
    assert_eq!(does(&house, &chat, "张三", Intent::Unclear { duty: Some("dues".into()) }).await, "团费怎么了？报进度可以说“交了团费”，要查就说“谁没交团费”。");
    assert_eq!(does(&house, &chat, "张三", Intent::Unclear { duty: None }).await, "在呢。报团费、大学习、签到，直接说就行；想看怎么用，回“帮助”。");
    house.ends().await;
}
