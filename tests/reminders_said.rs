//! Story: what is said about reminders and is not what a hasty reader takes it for. Nobody is named, and no reminder made, by a time
//! that was not understood, by a complaint, or by words that take one away; a pause begins and ends as it was said.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;

const COUNTY: &str = "余庆县团委";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("reminders_said::asked_about_not_sent", asked_about_not_sent),
        on_both("reminders_said::taken_away_by_its_time", taken_away_by_its_time),
        on_both("reminders_said::a_pause_that_begins_later", a_pause_that_begins_later),
        on_both("reminders_said::one_duty_of_a_pause_of_all", one_duty_of_a_pause_of_all),
        on_both("reminders_said::a_pause_of_a_unit_above", a_pause_of_a_unit_above),
        on_both("reminders_said::words_that_are_asked_after", words_that_are_asked_after),
        on_both("reminders_said::lists_of_many_branches", lists_of_many_branches),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 李四 is the secretary; it is a Sunday noon.
async fn house(db: Db) -> House {
    House::of_two(db, BRANCH, OTHER).await
}

async fn asked_about_not_sent(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    let once = "我定不了只响一次的提醒：现在就发，说“现在提醒没完成青年大学习的”；每周发，说“每周四20点提醒青年大学习”。";
    for said in ["明天20点提醒大学习", "周四20点提醒大学习", "今晚8点提醒大学习", "下周提醒大学习"] {
        assert_eq!(group.asks("李四", said).await, once, "{said}");
    }
    assert_eq!(
        group.asks("李四", "大学习截止前2小时提醒").await,
        "截止前几小时的提醒要在配置里加，在这儿能定的是固定的时间，比如“每周四20点提醒青年大学习”；现在就发，说“现在提醒没完成青年大学习的”。"
    );
    assert_eq!(
        group.asks("李四", "每两周周五20点提醒大学习").await,
        "这样的间隔我排不了，能定每天、每周几、每月几号、每季度末，比如“每周四20点提醒青年大学习”。"
    );
    assert_eq!(group.asks("李四", "每周四20点提醒大学习和团费").await, "一次定一个吧：一件事、一个时间，比如“每周四20点提醒青年大学习”，说完再加下一个。");
    assert_eq!(group.asks("李四", "每周四20点提醒张三看大学习").await, "定时的提醒是给所有没完成的人的，不能只给几位：去掉名字再说一次吧。");
    assert_eq!(group.asks("李四", "提醒没看上周大学习的").await, "提醒只管当前这一期，先没发。往期还差谁，直接问我就行。");
    let stop = "提醒先没动。“下次提醒”看有哪些，“删除第1个提醒”删掉自己加的，“暂停提醒 一周”先停一阵，“提醒记录”看发了没有。";
    assert_eq!(group.asks("李四", "大学习提醒太多了").await, stop);
    assert_eq!(group.asks("李四", "大学习提醒好烦啊").await, "没太听明白，先没提醒。要现在就提醒大家，说“现在提醒没完成青年大学习的”。");
    assert_eq!(group.asks("张三", "大学习提醒太多了").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("李四", "催没收到的").await, "最近没有发过通知。");
    house.delivered().await;
    assert_eq!(house.read(&group.chat), "", "nobody was named");
    assert!(house.store().own_reminders().await.unwrap().is_empty(), "and no reminder was made");
    // what the answer says to say does it
    assert_eq!(group.asks("李四", "现在提醒没完成青年大学习的").await, "已经提醒了，还差 3 位。");
    house.delivered().await;
    assert!(house.read(&group.chat).contains("还差 3 位"));
    house.ends().await;
}

async fn taken_away_by_its_time(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    let none = "自己加的提醒里没有这一个。说“下次提醒”看看：带编号的能删，其他的可以“暂停提醒 一周”。";
    assert_eq!(group.asks("李四", "取消每周四20点提醒大学习").await, none);
    assert!(house.store().own_reminders().await.unwrap().is_empty(), "and none is made by it");
    for made in ["每周四20点提醒大学习", "每周一到周五9点提醒大学习", "每月25号20点提醒团费"] {
        assert!(group.asks("李四", made).await.starts_with("记下了："), "{made}");
    }
    let crons = house.store().own_reminders().await.unwrap().into_iter().map(|o| o.cron).collect::<Vec<_>>();
    assert_eq!(crons, ["0 20 * * THU", "0 9 * * MON-FRI", "0 20 25 * *"]);
    assert_eq!(group.asks("张三", "取消每周四20点提醒大学习").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("李四", "取消每周四21点提醒大学习").await, none);
    assert_eq!(group.asks("李四", "取消每月25号的大学习提醒").await, none, "that is of dues");
    assert_eq!(group.asks("李四", "取消每周四20点提醒大学习").await, "好的，这个青年大学习提醒删掉了。");
    assert_eq!(group.asks("李四", "工作日9点提醒大学习不要了").await, "好的，这个青年大学习提醒删掉了。");
    assert_eq!(group.asks("李四", "取消每月25号的团费提醒").await, "好的，这个团费提醒删掉了。", "at whatever hour");
    assert!(house.store().own_reminders().await.unwrap().is_empty());
    // of two that fit neither goes
    assert!(group.asks("李四", "每周四9点提醒大学习").await.starts_with("记下了："));
    assert!(group.asks("李四", "每周四20点提醒大学习").await.starts_with("记下了："));
    assert_eq!(group.asks("李四", "删除每周四的大学习提醒").await, "这样的提醒有 2 个，说“下次提醒”看看，按编号删。");
    assert_eq!(house.store().own_reminders().await.unwrap().len(), 2);
    house.ends().await;
}

async fn a_pause_that_begins_later(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    let what = "从哪天停到哪天没听明白，先没动。可以说“暂停提醒 一周”“暂停提醒到12月1日”“12月1日到12月10日暂停提醒”；“恢复提醒”马上继续。";
    for said in ["明天暂停提醒", "国庆期间暂停提醒", "考试周暂停提醒 两周", "12月1日恢复提醒"] {
        assert_eq!(group.asks("李四", said).await, what, "{said}");
    }
    assert!(house.store().hushes_ahead(house.bot.now()).await.unwrap().is_empty(), "nothing was paused");
    assert_eq!(group.asks("李四", "11月24日到11月30日暂停提醒").await, "好的，第一团支部的提醒从11月24日起停到11月30日为止，不想停了就说“恢复提醒”。");
    assert_eq!(group.asks("李四", "今天会提醒谁").await, "照现在的记录，11月22日会提醒：\n今天 18:00 青年大学习：3 位（张三、李四、王五）", "not yet");
    let list = group.asks("李四", "下次提醒").await;
    assert!(list.contains("今天 18:00 青年大学习\n") && list.contains("11月26日周四 18:00 青年大学习（已暂停）"), "{list}");
    // it comes as ever before the pause, not within, and again after it
    house.reminded_after(6 * 60).await;
    assert!(house.read(&group.chat).contains("还差 3 位"));
    assert!(house.read(&ChatKey::private(&account("李四"))).contains("还差 3 位"));
    house.reminded_after(4 * 1440).await;
    assert_eq!(house.read(&group.chat), "", "Thursday the 26th");
    // a pause that is said meanwhile takes the place of the one that lasts
    assert_eq!(group.asks("李四", "暂停提醒半个月").await, "好的，第一团支部的提醒停到12月11日为止，想早点继续就说“恢复提醒”。");
    assert_eq!(group.asks("李四", "12月20日到12月31日暂停提醒").await, "好的，第一团支部的提醒从12月20日起停到12月31日为止，不想停了就说“恢复提醒”。");
    assert_eq!(group.asks("李四", "恢复提醒").await, "好的，第一团支部的提醒恢复了。\n说好的从12月20日起停提醒，这个还留着；不要了就再说一次“恢复提醒”。");
    assert_eq!(group.asks("李四", "恢复提醒").await, "好的，第一团支部的提醒恢复了。");
    assert_eq!(group.asks("李四", "恢复提醒").await, "第一团支部的提醒没有暂停。");
    house.ends().await;
}

async fn one_duty_of_a_pause_of_all(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.asks("李四", "暂停提醒 两周").await, "好的，第一团支部的提醒停到12月6日为止，想早点继续就说“恢复提醒”。");
    assert_eq!(group.asks("李四", "恢复大学习的提醒").await, "好的，第一团支部的青年大学习提醒恢复了，其他的还停着。");
    let list = group.asks("李四", "下次提醒").await;
    assert!(list.contains("今天 18:00 青年大学习\n"), "{list}");
    assert!(list.contains("11月28日周六 19:00 团费（已暂停）") && list.contains("11月25日周三 19:00 主题团日（已暂停）"), "{list}");
    assert_eq!(group.asks("李四", "恢复提醒").await, "好的，第一团支部的提醒恢复了。");
    assert!(!group.asks("李四", "下次提醒").await.contains("已暂停"));
    house.ends().await;
}

async fn a_pause_of_a_unit_above(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    house.grant("周八", Role::Secretary, COUNTY).await;
    house.bot.cache.forget_all();
    assert_eq!(house.whispers("周八", "暂停余庆县团委的提醒 一周").await, "好的，余庆县团委的提醒停到11月29日为止，想早点继续就说“恢复提醒”。");
    let above = "余庆县团委那边停了提醒，到11月29日为止：要恢复得由他们来说，这里的也跟着停。";
    assert_eq!(group.asks("李四", "恢复提醒").await, above);
    assert_eq!(group.asks("李四", "暂停大学习提醒 三天").await, "好的，第一团支部的青年大学习提醒停到11月25日为止，想早点继续就说“恢复提醒”。");
    assert_eq!(group.asks("李四", "恢复大学习提醒").await, format!("好的，第一团支部的青年大学习提醒恢复了。\n{above}"));
    house.ends().await;
}

async fn words_that_are_asked_after(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    let how = "想在提醒末尾加一句，说“青年大学习提醒语：记得截图”；改回原来的，说“青年大学习提醒语改成默认”。";
    for said in ["大学习的提醒语是什么", "大学习提醒语怎么改", "大学习提醒语："] {
        assert_eq!(group.asks("李四", said).await, how, "{said}");
    }
    assert_eq!(group.asks("李四", "青年大学习提醒语：看完了吗？记得截图").await, "好的，以后青年大学习的提醒末尾说：看完了吗？记得截图");
    assert_eq!(group.asks("李四", "大学习的提醒语是什么").await, format!("现在末尾说的是：看完了吗？记得截图。{how}"));
    assert_eq!(group.asks("李四", "取消大学习的提醒语").await, "好的，青年大学习的提醒改回原来的说法。");
    house.ends().await;
}

async fn lists_of_many_branches(db: Db) {
    let house = house(db).await;
    house.grant("周八", Role::Secretary, COUNTY).await;
    house.bot.cache.forget_all();
    let group = house.unbound_group("90000");
    assert!(group.asks("李四", "每周四20点提醒大学习").await.starts_with("记下了："));
    let list = house.whispers("周八", "余庆县团委下次提醒").await;
    assert!(list.contains("[1] 11月26日周四 20:00 第一团支部 青年大学习"), "{list}");
    let town = house.store().org_by_path(BRANCH).await.unwrap().unwrap();
    for hour in 0..15 {
        house.store().make_reminder(town.id, "study", &format!("{hour} 9 * * MON"), None, house.bot.now()).await.unwrap();
    }
    let list = house.whispers("周八", "余庆县团委下次提醒").await;
    assert_eq!(list.lines().filter(|l| l.contains(':')).count(), 20, "{list}");
    assert!(list.contains("还有 5 条，哪个支部的可以单独问，比如“下次提醒 第二团支部”。"), "{list}");
    assert_eq!(house.whispers("周八", "余庆县团委删除第1个提醒").await, "好的，第一团支部的这个青年大学习提醒删掉了。");
    house.ends().await;
}
