//! Never more than was said: whom several mentions speak for, leave of some days, a check-in that is to begin later, a reminder for
//! one, what is taken back in other words, a question about one unit of several.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::{ChatKey, Segment};
use zhibu::domain::role::Role;

const TOWN: &str = "余庆县团委/白泥镇团委";
const FIRST: &str = "余庆县团委/白泥镇团委/第一团支部";
const SECOND: &str = "余庆县团委/白泥镇团委/第二团支部";
const DAY: i64 = 24 * 60;

pub fn tests() -> Vec<Trial> {
    [
        on_both("not_said_mentions", mentions),
        on_both("not_said_leave", leave),
        on_both("not_said_leave_of_one_meeting", one_meeting),
        on_both("not_said_opening", opening),
        on_both("not_said_reminded", reminded),
        on_both("not_said_taken_back", taken_back),
        on_both("not_said_units", units),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 李四 is the secretary of the first branch, 何叔 sits in the town's committee.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(FIRST, &["张三", "李四", "王五", "赵六", "孙七"], 0).await;
    house.branch(SECOND, &["周八", "何叔"], 0).await;
    house.grant("李四", Role::Secretary, FIRST).await;
    house.grant("何叔", Role::Committee, TOWN).await;
    house.group("90000", FIRST).await;
    house
}

/// A piece that begins with @ mentions whoever has this name; others are text.
async fn pieces(house: &House, name: &str, pieces: &[&str]) -> String {
    let chat = ChatKey::group("onebot", "90000");
    let mut message = house.message(&chat, name, "", false);
    message.segments = pieces
        .iter()
        .map(|p| match p.strip_prefix('@') {
            Some(name) => Segment::At(account(name)),
            None => Segment::Text((*p).to_owned()),
        })
        .collect();
    house.hear(message).await;
    house.read(&chat)
}

async fn rows(house: &House) -> usize {
    house.db.column("SELECT duty FROM record").await.len()
}

async fn mentions(db: Db) {
    let house = house(db).await;
    let told = pieces(&house, "李四", &["替", "@张三", "和", "@王五", "交了团费"]).await;
    assert!(told.contains("张三") && told.contains("王五"), "{told}");
    assert_eq!(rows(&house).await, 2);
    let told = pieces(&house, "李四", &["替", "@张三", " ", "@王五", " 大学习看完了"]).await;
    assert_eq!(told, "记好啦：张三、王五，本周青年大学习已完成。");
    let told = pieces(&house, "李四", &["替", "@赵六", "、", "@孙七", " 主题团日请假"]).await;
    assert!(told.contains("赵六") && told.contains("孙七"), "{told}");
    assert_eq!(rows(&house).await, 6);
    let told = pieces(&house, "赵六", &["我和", "@孙七", " 都交了团费"]).await;
    assert!(told.contains("赵六") && told.contains("孙七"), "{told}");
    assert_eq!(rows(&house).await, 8);
    // one of them is nobody's account: not one is taken for all
    pieces(&house, "李四", &["替", "@张三", "、", "@过客", " 签到"]).await;
    pieces(&house, "李四", &["替", "@赵六", "、", "@过客", " 大学习看完了"]).await;
    pieces(&house, "孙七", &["@张三", "@王五", " 和我都看完大学习了"]).await;
    assert_eq!(rows(&house).await, 8);
    house.ends().await;
}

async fn leave(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    let none = "青年大学习没有请假这一说，没记；真有难处跟团支书说一声。";
    assert_eq!(house.whispers("张三", "大学习请假").await, none);
    assert_eq!(house.whispers("张三", "大学习请假两周").await, none);
    assert_eq!(group.asks("张三", "大学习请假").await, none);
    assert_eq!(group.says("张三", "大学习请假").await, "");
    assert_eq!(group.says("李四", "替张三大学习请假").await, "");
    // days that were never met on are no leave from anything
    let past = house.whispers("张三", "昨天主题团日请假").await;
    assert!(past.contains("没有开过主题团日，没记"), "{past}");
    assert_eq!(rows(&house).await, 0);
    // what covers all that is left of the month is the month's, and of later months those that are covered whole
    assert_eq!(group.says("张三", "主题团日请假到月底").await, "好的，张三11月主题团日请假，记下了。");
    assert_eq!(
        group.says("王五", "25号到12月31号主题团日请假").await,
        "好的，王五12月主题团日请假，记下了。\n好的，王五11月25日到11月30日主题团日的假先记着，到时候开签到就算请假。"
    );
    assert_eq!(group.says("赵六", "主题团日请假").await, "好的，赵六11月主题团日请假，记下了。");
    house.ends().await;
}

/// Leave of today, with a meeting today, is leave from that meeting.
async fn one_meeting(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert!(group.asks("李四", "开始签到").await.contains("签到开始了"));
    for name in ["张三", "李四", "赵六"] {
        group.says(name, "签到").await;
    }
    assert_eq!(group.says("王五", "今天主题团日请假").await, "好的，王五11月主题团日请假，记下了。");
    assert_eq!(group.asks("李四", "结束签到").await, "主题团日签到结束：应到 5，实到 3（迟到 0，早退 0），请假 1，缺席 1。\n请假：王五\n没到：孙七");
    assert_eq!(group.asks("李四", "谁请假了").await.lines().last(), Some("请假：王五"));
    house.later(3 * DAY).await;
    house.read(&group.chat);
    let kept = group.says("孙七", "主题团日请假到月底").await;
    assert!(kept.contains("先记着"), "the month had a meeting that this leave does not reach: {kept}");
    assert!(group.asks("李四", "开始签到").await.contains("签到开始了"));
    assert_eq!(
        group.asks("李四", "结束签到").await,
        "主题团日签到结束：应到 5，实到 0（迟到 0，早退 0），请假 1，缺席 4。\n请假：孙七\n没到：张三、李四、王五、赵六"
    );
    assert_eq!(group.says("王五", "今天主题团日请假").await, "主题团日已经开过了，补假要团支书来记。", "nobody excuses themselves afterwards");
    assert_eq!(group.asks("李四", "王五今天主题团日请假").await, "好的，王五11月主题团日请假，记下了。", "of this meeting too");
    assert!(!group.asks("李四", "王五今天主题团日请假").await.contains("记下了"), "once");
    house.ends().await;
}

async fn opening(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    let later = "签到是说了就开，约不了时间，还没开：到点再说“开始签到 到20:00”就行。";
    for said in ["今晚7点开始签到", "明天下午3点开始签到", "明天开始签到", "晚上7点半开始签到，8点半结束", "19:30-20:30开始签到"]
    {
        assert_eq!(group.asks("李四", said).await, later, "{said}");
    }
    assert!(house.db.column("SELECT duty FROM session").await.is_empty());
    let told = group.asks("李四", "中午11点半开始签到，晚上8点半结束").await;
    assert_eq!(told, "主题团日签到开始了，20:30 截止。在群里回“签到”就行。", "begun already");
    assert!(group.asks("李四", "结束签到").await.starts_with("主题团日签到结束"));
    assert!(group.asks("李四", "开始签到 口令4821").await.contains("签到开始了"));
    assert_eq!(group.says("张三", "签到，4821").await, "签到成功：张三，主题团日。");
    assert_eq!(group.says("王五", "sick leave").await, "好的，王五11月主题团日请假，记下了。");
    assert_eq!(group.says("赵六", "I ask for leave").await, "好的，赵六11月主题团日请假，记下了。");
    house.ends().await;
}

async fn reminded(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.asks("李四", "提醒王五看大学习").await, "已经提醒了，还差 1 位。");
    house.delivered().await;
    let told = house.read(&group.chat);
    assert!(told.contains("王五") && !told.contains("赵六") && !told.contains("张三"), "{told}");
    assert_eq!(group.asks("李四", "提醒张三交团费").await, "群里不点名提醒团费，没发：请私下跟张三说一声，要提醒所有人就说“提醒没完成团费的”。");
    assert_eq!(group.asks("李四", "提醒郑十看大学习").await, "名册上没有“郑十”。");
    assert_eq!(group.says("王五", "大学习看完了").await, "记好啦：王五，本周青年大学习已完成。");
    assert_eq!(group.asks("李四", "提醒王五看大学习").await, "本周青年大学习没有要提醒的人。");
    house.delivered().await;
    assert_eq!(house.read(&group.chat), "");
    assert_eq!(group.asks("李四", "提醒大家看大学习").await, "已经提醒了，还差 4 位。");
    house.ends().await;
}

async fn taken_back(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    group.asks("李四", "开始签到").await;
    for back in ["取消我的签到", "把我的签到撤了", "取消签到"] {
        assert_eq!(group.says("张三", "签到").await, "签到成功：张三，主题团日。");
        let told = house.whispers("张三", back).await;
        assert!(told.contains("撤"), "{back}: {told}");
    }
    assert_eq!(group.says("张三", "签到").await, "签到成功：张三，主题团日。", "all of them were taken back");
    for back in ["取消请假", "不请假了"] {
        assert!(group.says("王五", "主题团日请假").await.contains("记下了"));
        let told = house.whispers("王五", back).await;
        assert!(told.contains("撤"), "{back}: {told}");
    }
    assert!(group.says("赵六", "交了团费").await.contains("记上了"));
    let told = house.whispers("赵六", "我没交团费，刚才发错了").await;
    assert!(told.contains("撤"), "{told}");
    assert!(group.says("赵六", "大学习看完了").await.contains("已完成"));
    let told = house.whispers("赵六", "我弄错了，大学习没看完").await;
    assert!(told.contains("撤"), "{told}");
    assert!(group.says("赵六", "大学习看完了").await.contains("记好啦"), "it was taken back");
    let back = house.db.column("SELECT duty FROM record WHERE kind = 'reverse'").await;
    assert_eq!(back.len(), 7, "{back:?}");
    house.ends().await;
}

async fn units(db: Db) {
    let house = house(db).await;
    let town = house.group("90002", TOWN).await;
    let told = town.asks("何叔", "第一团支部谁没看大学习").await;
    assert!(told.contains("5 位") && !told.contains("周八"), "{told}");
    assert!(town.asks("何叔", "谁没看大学习").await.contains("第二团支部"));
    house.ends().await;
}
