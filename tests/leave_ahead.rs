//! Leave told before the meeting: kept, entered by the meeting that is opened on one of its days, taken back until then.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account, config};
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::config::Config;
use zhibu::domain::calendar::Period;
use zhibu::domain::ids::SessionId;
use zhibu::domain::message::ChatKey;
use zhibu::domain::record::Session;
use zhibu::domain::role::Role;

const FIRST: &str = "余庆县团委/白泥镇团委/第一团支部";
const TOWN: &str = "余庆县团委/白泥镇团委";
const DAY: i64 = 24 * 60;

pub fn tests() -> Vec<Trial> {
    [
        on_both("leave_ahead_tomorrow", tomorrow),
        on_both("leave_ahead_taken_back", taken_back),
        on_both("leave_ahead_taken_back_by_day", taken_back_by_day),
        on_both("leave_ahead_other_day", other_day),
        on_both("leave_ahead_next_month", next_month),
        on_both("leave_ahead_by_time", by_time),
        on_both("leave_ahead_granted", granted),
        on_both("leave_ahead_others", others),
        on_both("leave_ahead_each_meeting", each_meeting),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 李四 is the secretary of the first branch, 何叔 sits in the town's committee.
async fn house(db: Db, config: Arc<Config>) -> House {
    let house = House::with(db, config).await;
    house.branch(FIRST, &["张三", "李四", "王五", "赵六", "孙七"], 0).await;
    house.branch("余庆县团委/白泥镇团委/第二团支部", &["周八", "何叔"], 0).await;
    house.grant("李四", Role::Secretary, FIRST).await;
    house.grant("何叔", Role::Committee, TOWN).await;
    house.group("90000", FIRST).await;
    house
}

async fn rows(house: &House) -> Vec<String> {
    house.db.column("SELECT state FROM record WHERE kind <> 'reverse'").await
}

async fn tomorrow(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    let tomorrow = (house.bot.config.zone().date(house.bot.now()) + chrono::Days::new(1)).format("%-m月%-d日").to_string();
    let kept = format!("好的，张三{tomorrow}主题团日的假先记着，到时候开签到就算请假。");
    assert_eq!(group.says("张三", "明天主题团日请病假").await, kept, "no kind of leave in a group");
    assert_eq!(house.whispers("张三", "明天主题团日请病假").await, kept, "said twice, kept once");
    assert!(rows(&house).await.is_empty(), "no meeting, no record");
    let own = house.whispers("张三", "我的记录").await;
    assert!(own.ends_with(&format!("提前请的假：{tomorrow}主题团日，到时候开签到就算请假；不用了回“撤销请假”。")), "{own}");
    // whoever asks who will be missing reads it, before any meeting is open
    assert_eq!(group.asks("李四", "谁请假了").await, format!("11月主题团日还没有开过签到。\n提前请假：张三（{tomorrow}）"));
    house.later(DAY).await;
    assert!(group.asks("李四", "开始签到").await.contains("签到开始了"));
    assert_eq!(rows(&house).await, ["sick"]);
    assert_eq!(house.kept().await, 0);
    assert_eq!(rows(&house).await, ["sick"], "once");
    for name in ["李四", "王五", "赵六"] {
        group.says(name, "签到").await;
    }
    assert_eq!(group.asks("李四", "结束签到").await, "主题团日签到结束：应到 5，实到 3（迟到 0，早退 0），请假 1，缺席 1。\n请假：张三\n没到：孙七");
    // and it can be taken back as what was told at the meeting
    assert!(group.asks("张三", "撤销请假").await.starts_with("撤销了："));
    house.ends().await;
}

async fn taken_back(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    let day = (house.bot.config.zone().date(house.bot.now()) + chrono::Days::new(1)).format("%-m月%-d日").to_string();
    group.says("张三", "大学习看完了").await;
    group.says("张三", "明天主题团日请假").await;
    assert_eq!(group.asks("张三", "撤销").await, format!("好的，{day}主题团日的假取消了。"));
    group.says("王五", "明天主题团日请假").await;
    house.later(1).await;
    group.says("王五", "大学习看完了").await;
    assert!(group.asks("王五", "撤销").await.contains("青年大学习"), "what was said last");
    assert_eq!(group.asks("王五", "撤销请假").await, format!("好的，{day}主题团日的假取消了。"));
    house.later(DAY).await;
    group.asks("李四", "开始签到").await;
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.contains("请假 0，缺席 5"), "{sheet}");
    house.ends().await;
}

/// The day that is named counts, whatever was told last.
async fn taken_back_by_day(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    let day = |n: u64| (house.bot.config.zone().date(house.bot.now()) + chrono::Days::new(n)).format("%-m月%-d日").to_string();
    let kept = async || house.db.column("SELECT first_day FROM leave_ahead").await.len();
    group.says("张三", "明天主题团日请假").await;
    house.later(1).await;
    group.says("张三", "后天主题团日请假").await;
    assert_eq!(group.asks("张三", &format!("撤销{}的请假", day(4))).await, "没找到你说的那条记录，什么也没动。撤销最近一条就说“撤销”。");
    assert_eq!(kept().await, 2);
    assert_eq!(group.asks("张三", "撤销明天的请假").await, format!("好的，{}主题团日的假取消了。", day(1)));
    assert_eq!(group.asks("张三", "取消后天的请假").await, format!("好的，{}主题团日的假取消了。", day(2)));
    assert_eq!(kept().await, 0);
    // leave from a meeting that was is of its day alone
    group.asks("李四", "开始签到 到20:00").await;
    group.says("张三", "主题团日请假").await;
    group.asks("李四", "结束签到").await;
    assert_eq!(rows(&house).await, ["personal"]);
    assert_eq!(group.asks("张三", "撤销明天的请假").await, "没找到你说的那条记录，什么也没动。撤销最近一条就说“撤销”。");
    assert!(group.asks("张三", "撤销今天的请假").await.starts_with("撤销了"));
    house.ends().await;
}

async fn other_day(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    group.says("张三", "今天主题团日请假").await;
    group.says("王五", "主题团日请假三天").await;
    house.later(DAY).await;
    group.asks("李四", "开始签到").await;
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.contains("请假 1，缺席 4") && sheet.contains("请假：王五"), "{sheet}");
    // next year is too far to know
    let far = house.whispers("张三", "明年12月20号主题团日请假").await;
    assert!(far.contains("最多提前一年请假"), "{far}");
    house.ends().await;
}

/// Days that reach into the next month are the month's, and those days of the next.
async fn next_month(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    assert_eq!(
        group.says("张三", "主题团日请假到12月5号").await,
        "好的，张三11月主题团日请假，记下了。\n好的，张三12月1日到12月5日主题团日的假先记着，到时候开签到就算请假。"
    );
    house.later(11 * DAY).await;
    group.asks("李四", "开始签到").await;
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.contains("请假 1，缺席 4") && sheet.contains("请假：张三"), "{sheet}");
    house.ends().await;
}

/// Opened by the schedule, or by a process that died before it looked: time enters it, but not of who came all the same.
async fn by_time(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    group.says("张三", "今天主题团日请假").await;
    group.says("王五", "今天主题团日请假").await;
    house.later(1).await;
    let town = house.store().org_by_path(TOWN).await.unwrap().unwrap();
    let today = house.bot.config.zone().date(house.bot.now());
    let session = Session {
        id: house.store().new_session(),
        org: town.id,
        duty: "theme_day".into(),
        period: Period::containing(house.bot.config.duty("theme_day").unwrap().cadence, today),
        topic: None,
        team: None,
        code: None,
        rolls: None,
        opened_at: house.bot.now(),
        closes_at: Some(house.bot.now() + 60 * 60_000),
        closed_at: None,
        opened_by: None,
    };
    assert_ne!(session.id, SessionId(0));
    assert!(house.store().open_session(&session, None).await.unwrap().1);
    group.says("王五", "签到").await;
    house.kept().await;
    house.kept().await;
    let mut all = rows(&house).await;
    all.sort();
    assert_eq!(all, ["personal", "present"]);
    house.later(61).await;
    house.kept().await;
    assert_eq!(rows(&house).await.len(), 2);
    house.ends().await;
}

/// Where leave needs a word, what is granted is kept.
async fn granted(db: Db) {
    let asked = crate::meetings::changed(&[("leave = \"told\"", "leave = \"asked\"")]);
    let house = house(db, asked).await;
    let group = house.unbound_group("90000");
    let secretary = ChatKey::private(&account("李四"));
    let day = (house.bot.config.zone().date(house.bot.now()) + chrono::Days::new(1)).format("%-m月%-d日").to_string();
    assert_eq!(group.says("张三", "明天主题团日请病假").await, format!("好的，张三{day}主题团日的假报上去了，等团支书同意。"));
    assert_eq!(house.read(&secretary), format!("张三请{day}主题团日的病假。回“准张三的假”或“不准张三的假”。"));
    group.says("王五", "明天主题团日请假").await;
    house.read(&secretary);
    assert_eq!(house.whispers("李四", "准张三的假").await, format!("准了：张三{day}主题团日的假。"));
    assert_eq!(house.read(&ChatKey::private(&account("张三"))), format!("你{day}主题团日的假准了。"));
    house.later(DAY).await;
    group.asks("李四", "开始签到").await;
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.contains("请假 1，缺席 4") && sheet.contains("请假：张三"), "{sheet}");
    house.ends().await;
}

async fn others(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    let day = (house.bot.config.zone().date(house.bot.now()) + chrono::Days::new(1)).format("%-m月%-d日").to_string();
    assert_eq!(group.says("李四", "替张三、王五明天主题团日请假").await, format!("好的，张三、王五{day}主题团日的假先记着，到时候开签到就算请假。"));
    let refused = group.says("赵六", "替孙七明天主题团日请假").await;
    assert!(!refused.contains("先记着"), "{refused}");
    assert_eq!(house.db.column("SELECT first_day FROM leave_ahead").await.len(), 2);
    // beside a report both are answered
    let both = group.says("孙七", "大学习看完了，明天主题团日请假").await;
    assert!(both.contains("青年大学习已完成") && both.contains("先记着"), "{both}");
    house.later(DAY).await;
    group.asks("李四", "开始签到").await;
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.contains("请假 3，缺席 2"), "{sheet}");
    // the secretary's one word is taken back as one
    assert!(group.asks("李四", "撤销请假").await.starts_with("撤销了："));
    house.ends().await;
}

/// A second meeting in the month: its sheet rests on what concerns it.
async fn each_meeting(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    // of the month, of this meeting, of this meeting but came after all
    assert!(group.says("赵六", "主题团日请假").await.starts_with("好的，赵六11月主题团日请假"));
    house.later(1).await;
    group.asks("李四", "开始签到").await;
    for name in ["张三", "孙七"] {
        assert!(group.asks(name, "我请假").await.contains("请假"), "{name}");
    }
    for name in ["李四", "王五", "孙七"] {
        assert!(group.says(name, "签到").await.starts_with("签到成功"), "{name}");
    }
    let sheet = group.asks("李四", "结束签到").await;
    assert_eq!(sheet, "主题团日签到结束：应到 5，实到 3（迟到 0，早退 0），请假 2，缺席 0。\n请假：张三、赵六");
    // 王五 was there, and tells leave of the days to come
    house.later(1).await;
    let (today, week) = {
        let today = house.bot.config.zone().date(house.bot.now());
        (today, today + chrono::Days::new(2))
    };
    assert!(week.format("%m").to_string() == today.format("%m").to_string(), "the story is of one month");
    let tomorrow = (today + chrono::Days::new(1)).format("%-m月%-d日").to_string();
    assert!(group.says("王五", "明天主题团日请病假").await.contains(&tomorrow));
    house.later(DAY).await;
    group.asks("李四", "开始签到 学党史 到20:00").await;
    let now = group.asks("李四", "谁没签到").await;
    assert!(now.contains("3 位：张三、李四、孙七") && now.contains("请假或免 2"), "{now}");
    group.says("李四", "签到").await;
    // who was at the first, and says so of the second
    assert!(group.asks("孙七", "我请假").await.contains("请假"));
    let sheet = group.asks("李四", "结束签到").await;
    assert_eq!(sheet, "主题团日（学党史）签到结束：应到 5，实到 1（迟到 0，早退 0），请假 3，缺席 1。\n请假：王五、赵六、孙七\n没到：张三");
    // the month's own figures: who was at one of them has met it
    let own = house.whispers("王五", "我的记录").await;
    assert!(!own.contains("请") || own.contains("主题团日"), "{own}");
    assert_eq!(house.db.column("SELECT state FROM standing WHERE duty = 'theme_day' AND got > 0").await, ["present", "present", "present"]);
    assert_eq!(house.store().rebuild().await.unwrap(), Vec::<String>::new());
    house.ends().await;
}
