//! Story: a secretary makes, lists, previews, pauses and words the branch's reminders in chat, and reads what became of them.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::ChatKey;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("reminders_chat::made_and_taken_away", made_and_taken_away),
        on_both("reminders_chat::a_preview", a_preview),
        on_both("reminders_chat::paused_and_resumed", paused_and_resumed),
        on_both("reminders_chat::words_of_its_own", words_of_its_own),
        on_both("reminders_chat::nowhere_to_remind", nowhere),
        on_both("reminders_chat::nowhere_to_remind_by_the_clock", nowhere_by_the_clock),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 李四 is the secretary; it is a Sunday noon.
async fn house(db: Db) -> House {
    House::of_two(db, BRANCH, OTHER).await
}

async fn made_and_taken_away(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.asks("张三", "每周四20点提醒大学习").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.says("李四", "每周四20点提醒大学习").await, "", "not said to the bot");
    assert_eq!(
        group.asks("李四", "每周四20点提醒大学习").await,
        "记下了：第一团支部青年大学习的提醒，接下来是 11月26日周四 20:00、12月3日周四 20:00、12月10日周四 20:00。不要了就说“下次提醒”，按编号删除。"
    );
    assert_eq!(
        group.asks("李四", "每周四20点提醒大学习").await,
        "第一团支部已经有这个青年大学习提醒了，接下来是 11月26日周四 20:00、12月3日周四 20:00、12月10日周四 20:00。"
    );
    let time = "这个提醒的时间我没看明白，先没动。可以说“每周一到周五9点提醒青年大学习”“每月25号20点提醒青年大学习”。";
    assert_eq!(group.asks("李四", "每月2月30号提醒大学习").await, time, "a time that is no time is not now");
    assert_eq!(
        group.asks("李四", "每月25号提醒团费").await,
        "记下了：第一团支部团费的提醒，接下来是 11月25日周三 19:00、12月25日周五 19:00、1月25日周一 19:00。不要了就说“下次提醒”，按编号删除。"
    );
    assert_eq!(group.asks("李四", "每周四20点提醒").await, "是哪一项？团费、青年大学习、主题团日");
    assert_eq!(
        group.asks("李四", "下次提醒").await,
        "第一团支部接下来的提醒：\n今天 18:00 青年大学习\n今天 20:10 青年大学习汇总备案\n11月25日周三 19:00 主题团日\n[2] 11月25日周三 19:00 团费\n11月26日周四 18:00 青年大学习\n[1] 11月26日周四 20:00 青年大学习\n11月28日周六 19:00 团费\n11月28日周六 19:00 青年大学习\n12月1日周二 10:00 团费\n12月1日周二 10:00 团费\n12月15日周二 19:00 团费\n带编号的是自己加的，不要了就说“删除第1个提醒”。"
    );
    assert_eq!(group.asks("李四", "删除第3个提醒").await, "没有这个编号，自己加的提醒有 2 个，说“下次提醒”看看。");
    assert_eq!(group.asks("李四", "删除第1个提醒").await, "好的，这个青年大学习提醒删掉了。");
    assert_eq!(house.store().own_reminders().await.unwrap().len(), 1);
    // what is left comes due in this group, for its branch only; and the log tells of it
    house.reminded_after(3 * 1440 + 8 * 60).await;
    let said = house.read(&group.chat);
    assert!(said.contains("团费还有 3 位没交"), "{said}");
    let told = house.read(&ChatKey::private(&account("李四")));
    assert_eq!(told, "第一团支部 11月主题团日还没开始签到，这次没在群里提醒：开的时候@我说“开始签到 主题团日”就行。");
    let log = group.asks("李四", "提醒记录").await;
    assert!(log.starts_with("最近的提醒：") && log.contains("团费：已发 1 条"), "{log}");
    house.ends().await;
}

async fn a_preview(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.asks("李四", "明天会提醒谁").await, "照现在的记录，11月23日没有要提醒的人。");
    assert_eq!(group.asks("李四", "今天会提醒谁").await, "照现在的记录，11月22日会提醒：\n今天 18:00 青年大学习：3 位（张三、李四、王五）");
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(house.whispers("李四", "今天会提醒谁").await, "照现在的记录，11月22日会提醒：\n今天 18:00 青年大学习：2 位（李四、王五）");
    // who is told once today is not told again, and neither is counted
    assert_eq!(group.asks("李四", "每周日19点提醒大学习").await.split('，').next(), Some("记下了：第一团支部青年大学习的提醒"));
    assert_eq!(house.whispers("李四", "今天会提醒谁").await, "照现在的记录，11月22日会提醒：\n今天 18:00 青年大学习：2 位（李四、王五）");
    house.store().drop_reminder(house.store().own_reminders().await.unwrap()[0].id).await.unwrap();
    assert_eq!(house.whispers("张三", "今天会提醒谁").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    house.ends().await;
}

async fn paused_and_resumed(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.asks("王五", "暂停提醒 一周").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("李四", "恢复提醒").await, "第一团支部的提醒没有暂停。");
    assert_eq!(group.asks("李四", "暂停提醒 一周").await, "好的，第一团支部的提醒停到11月29日为止，想早点继续就说“恢复提醒”。");
    assert_eq!(house.store().hushes(house.bot.now()).await.unwrap().len(), 1);
    assert_eq!(group.asks("李四", "今天会提醒谁").await, "照现在的记录，11月22日会提醒：\n今天 18:00 青年大学习：3 位（张三、李四、王五），但提醒已暂停");
    assert_eq!(group.asks("李四", "恢复提醒").await, "好的，第一团支部的提醒恢复了。");
    assert_eq!(group.asks("李四", "暂停大学习提醒").await, "好的，第一团支部的青年大学习提醒先停下，说“恢复提醒”再继续。");
    assert_eq!(group.asks("李四", "暂停提醒到11月1日").await, "这个日子已经过去了，停到哪天？比如“暂停提醒 一周”。");
    assert_eq!(group.asks("李四", "恢复大学习的提醒").await, "好的，第一团支部的青年大学习提醒恢复了。");
    assert!(house.store().hushes(house.bot.now()).await.unwrap().is_empty());
    assert_eq!(group.asks("李四", "提醒记录").await, "还没有提醒过。");
    house.ends().await;
}

async fn words_of_its_own(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.asks("张三", "大学习提醒语：记得截图发群里").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("李四", "大学习提醒语：记得截图发群里").await, "好的，以后青年大学习的提醒末尾说：记得截图发群里");
    assert_eq!(group.asks("李四", "提醒没看大学习的").await, "已经提醒了，还差 3 位。");
    house.delivered().await;
    assert!(house.read(&group.chat).ends_with("\n记得截图发群里"));
    // a whole sentence is kept, without what would turn or break the line
    let long = "看完以后请把最后一页的截图发到群里，写上名字和是第几期，方便统计，谢谢大家。";
    let set = group.asks("李四", &format!("大学习提醒语：{long}\u{202E}")).await;
    assert_eq!(set, format!("好的，以后青年大学习的提醒末尾说：{long}"));
    assert_eq!(group.asks("李四", "提醒没看大学习的").await, "已经提醒了，还差 3 位。");
    house.delivered().await;
    assert!(house.read(&group.chat).ends_with(&format!("\n{long}")));
    assert_eq!(group.asks("李四", "大学习提醒语改成默认").await, "好的，青年大学习的提醒改回原来的说法。");
    assert_eq!(group.asks("李四", "提醒语：大家加油").await, "是哪一项？团费、青年大学习、主题团日");
    house.ends().await;
}

async fn nowhere_by_the_clock(db: Db) {
    let house = house(db).await;
    house.grant("李四", zhibu::domain::role::Role::Secretary, "余庆县团委/白泥镇团委").await;
    house.bot.cache.forget_all();
    house.reminded_after(6 * 60).await;
    assert!(house.read(&ChatKey::group(crate::support::house::PLATFORM, "90000")).contains("还差 3 位"));
    assert!(house.read(&ChatKey::private(&account("李四"))).contains("还差 3 位"));
    let log = house.whispers("李四", "提醒记录").await;
    assert!(log.contains("第二团支部 青年大学习：没发：没有群，也没有能私聊的账号"), "{log}");
    house.ends().await;
}

/// Whoever is missing in a branch without a group was not reminded, and nobody may think so.
async fn nowhere(db: Db) {
    let house = house(db).await;
    let town = "余庆县团委/白泥镇团委";
    house.grant("李四", zhibu::domain::role::Role::Secretary, town).await;
    house.bot.cache.forget_all();
    let unbound = "可他们的支部还没有我能发消息的群，没提醒到：请团支书在群里说“绑定本群”。";
    assert_eq!(house.whispers("李四", "提醒没看大学习的").await, format!("已经提醒了，还差 3 位。\n本周青年大学习还差 1 位，{unbound}"));
    house.delivered().await;
    assert!(!house.read(&ChatKey::group(crate::support::house::PLATFORM, "90000")).is_empty());
    house.grant("周八", zhibu::domain::role::Role::Secretary, OTHER).await;
    house.bot.cache.forget_all();
    assert_eq!(house.whispers("周八", "提醒没看大学习的").await, format!("本周青年大学习还差 1 位，{unbound}"));
    house.whispers("周八", "青年大学习 已完成").await;
    assert_eq!(house.whispers("周八", "提醒没看大学习的").await, "本周青年大学习没有要提醒的人。");
    house.ends().await;
}
