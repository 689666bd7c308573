//! Leave that is no record yet goes where a record would: taken back, quoted, recalled, changed, granted late, of namesakes.

use crate::support::db::{Db, on_both};
use crate::support::house::{Group, House, account, config};
use chrono::Days;
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::config::Config;
use zhibu::domain::message::{ChatKey, Event, Incoming, Segment};
use zhibu::domain::role::Role;
use zhibu::domain::roster::{MemberFields, NewMember, RosterChange};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const DAY: i64 = 24 * 60;

pub fn tests() -> Vec<Trial> {
    [
        on_both("leave_back_own_part_only", own_part),
        on_both("leave_back_quoted", quoted),
        on_both("leave_back_recalled", recalled),
        on_both("leave_back_changed", changed),
        on_both("leave_back_asked", asked),
        on_both("leave_back_granted_late", granted_late),
        on_both("leave_back_one_meeting", one_meeting),
        on_both("leave_back_namesakes", namesakes),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn house(db: Db, config: Arc<Config>) -> House {
    let house = House::with(db, config).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "赵六"], 0).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.group("90000", BRANCH).await;
    house
}

fn needs_a_word() -> Arc<Config> {
    crate::meetings::changed(&[("leave = \"told\"", "leave = \"asked\"")])
}

/// So many days on, as it is said.
fn day(house: &House, n: u64) -> String {
    (house.bot.config.zone().date(house.bot.now()) + Days::new(n)).format("%-m月%-d日").to_string()
}

/// Whose leave of days to come is kept.
async fn kept(house: &House) -> Vec<String> {
    house.db.column("SELECT p.name FROM leave_ahead AS a JOIN person AS p ON p.id = a.person_id ORDER BY p.name, a.first_day").await
}

/// The duties of what stands.
async fn standing(house: &House) -> Vec<String> {
    let live = "SELECT r.duty FROM record AS r WHERE r.kind <> 'reverse' AND NOT EXISTS \
        (SELECT 1 FROM record AS x WHERE x.refers = r.id AND x.kind = 'reverse') ORDER BY r.duty, r.id";
    house.db.column(live).await
}

async fn says(house: &House, group: &Group<'_>, name: &str, text: &str) -> (Incoming, String) {
    let message = house.message(&group.chat, name, text, false);
    house.hear(message.clone()).await;
    (message, house.read(&group.chat))
}

async fn quotes(house: &House, group: &Group<'_>, name: &str, text: &str, quoted: &Incoming) -> String {
    let mut message = house.message(&group.chat, name, text, true);
    message.replies_to = Some(quoted.quote_id.clone());
    house.hear(message).await;
    house.read(&group.chat)
}

async fn recalls(house: &House, message: &Incoming) -> String {
    let recall = Event::Recall {
        chat: message.chat.clone(),
        bot: message.bot.clone(),
        sender: message.sender.clone(),
        operator: message.sender.clone(),
        message: message.quote_id.clone(),
        at: message.sent_at,
    };
    house.bot.handle(recall).await;
    house.read(&message.chat)
}

async fn edits(house: &House, message: &Incoming, n: i64, text: &str) -> String {
    let version = Incoming { message_id: format!("{}:{n}", message.message_id), segments: vec![Segment::Text(text.into())], ..message.clone() };
    house.bot.handle(Event::Edited(Box::new(version))).await;
    house.read(&message.chat)
}

/// One message told the leave of two: each takes back their own, the secretary whom they name, and nobody loses another's.
async fn own_part(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    let tomorrow = day(&house, 1);
    group.says("李四", "替张三、王五明天主题团日请假").await;
    house.later(1).await;
    group.says("李四", "明天主题团日请假").await;
    assert_eq!(kept(&house).await, ["张三", "李四", "王五"]);
    assert_eq!(group.asks("张三", "撤销请假").await, format!("好的，{tomorrow}主题团日的假取消了。"));
    assert_eq!(kept(&house).await, ["李四", "王五"]);
    assert!(group.asks("张三", "撤销王五的请假").await.starts_with("这件事要"));
    assert_eq!(group.asks("李四", "撤销王五的请假").await, format!("好的，王五{tomorrow}主题团日的假取消了。"));
    assert_eq!(kept(&house).await, ["李四"], "one's own is not what was named");
    // of others' word too, and all of one's own at once
    house.later(1).await;
    group.says("赵六", "明天主题团日请假").await;
    assert_eq!(group.asks("李四", "撤销赵六的请假").await, format!("好的，赵六{tomorrow}主题团日的假取消了。"));
    house.later(1).await;
    group.says("李四", "替张三、王五明天主题团日请假").await;
    assert_eq!(group.asks("李四", "撤销").await, format!("好的，张三、王五{tomorrow}主题团日的假取消了。"));
    assert_eq!(kept(&house).await, ["李四"]);
    // a bare word means one's own message, not what another told of one later
    group.says("张三", "大学习看完了").await;
    house.later(1).await;
    let (told, _) = says(&house, &group, "李四", "替张三、王五明天主题团日请假").await;
    assert_eq!(group.asks("张三", "撤销").await, "撤销了：本周青年大学习。");
    assert_eq!(kept(&house).await, ["张三", "李四", "王五"]);
    // who may record for both takes back all of another's message, also where they are in it themselves
    house.grant("王五", Role::Secretary, BRANCH).await;
    assert_eq!(quotes(&house, &group, "王五", "撤销", &told).await, format!("好的，张三、王五{tomorrow}主题团日的假取消了。"));
    assert_eq!(kept(&house).await, ["李四"]);
    house.ends().await;
}

/// What is quoted is meant, and nothing else in its place.
async fn quoted(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    let tomorrow = day(&house, 1);
    let (study, _) = says(&house, &group, "张三", "大学习看完了").await;
    let (leave, told) = says(&house, &group, "张三", "明天主题团日请假").await;
    assert!(told.contains("先记着"), "{told}");
    house.later(1).await;
    let (remark, _) = says(&house, &group, "张三", "大家早点休息").await;
    let (later, _) = says(&house, &group, "张三", "交了团费").await;
    let nothing = "你引用的那条没有记过什么，或者已经撤销了，什么也没动。要撤最近一条，不引用直接说“撤销”。";
    assert_eq!(quotes(&house, &group, "张三", "撤销", &remark).await, nothing);
    assert_eq!(standing(&house).await, ["dues", "study"]);
    assert!(quotes(&house, &group, "王五", "撤销", &leave).await.starts_with("这件事要"));
    assert_eq!(quotes(&house, &group, "张三", "撤销", &leave).await, format!("好的，{tomorrow}主题团日的假取消了。"));
    assert_eq!(quotes(&house, &group, "张三", "撤销", &leave).await, nothing);
    assert_eq!((standing(&house).await.len(), kept(&house).await.len()), (2, 0));
    assert!(quotes(&house, &group, "张三", "撤销", &study).await.contains("青年大学习"));
    assert_eq!(quotes(&house, &group, "张三", "撤销", &study).await, nothing);
    assert_eq!(standing(&house).await, ["dues"]);
    assert!(quotes(&house, &group, "李四", "撤销", &later).await.starts_with("撤销了：张三"), "by the secretary");
    // both of one message, also where a meeting has entered the leave meanwhile
    let (both, _) = says(&house, &group, "王五", "大学习看完了，明天主题团日请假").await;
    house.later(DAY).await;
    group.asks("李四", "开始签到").await;
    assert_eq!(standing(&house).await, ["study", "theme_day"]);
    let told = quotes(&house, &group, "王五", "撤销", &both).await;
    assert!(told.contains("青年大学习") && told.contains("主题团日"), "{told}");
    assert_eq!((standing(&house).await.len(), kept(&house).await.len()), (0, 0));
    // a bare word takes back all that the last message did
    let tomorrow = day(&house, 1);
    group.says("王五", "大学习看完了，明天主题团日请假").await;
    let told = group.asks("王五", "撤销").await;
    assert_eq!(told, format!("撤销了：本周青年大学习。\n好的，{tomorrow}主题团日的假取消了。"));
    assert_eq!((standing(&house).await.len(), kept(&house).await.len()), (0, 0));
    // what was missed was said when it was sent
    let mut missed = house.message(&group.chat, "赵六", "明天主题团日请假", false);
    house.later(1).await;
    group.says("赵六", "大学习看完了").await;
    house.later(1).await;
    missed.missed = true;
    house.hear(missed).await;
    house.read(&group.chat);
    assert_eq!(kept(&house).await, ["赵六"]);
    assert!(group.asks("赵六", "撤销").await.contains("青年大学习"));
    assert_eq!(kept(&house).await, ["赵六"]);
    house.ends().await;
}

async fn recalled(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    let tomorrow = day(&house, 1);
    let (message, _) = says(&house, &group, "张三", "明天主题团日请假").await;
    let offer = format!("你撤回的那条消息记过：{tomorrow}主题团日的假。要一起撤销吗？回“是”就撤。");
    assert_eq!(recalls(&house, &message).await, offer);
    assert_eq!(group.says("张三", "否").await, "好，记录留着。");
    assert_eq!(kept(&house).await, ["张三"]);
    assert_eq!(recalls(&house, &message).await, offer);
    assert_eq!(group.says("张三", "是").await, format!("好的，{tomorrow}主题团日的假取消了。"));
    assert_eq!(kept(&house).await, Vec::<String>::new());
    assert_eq!(recalls(&house, &message).await, "");
    // beside a report
    let (message, _) = says(&house, &group, "王五", "大学习看完了，明天主题团日请假").await;
    assert_eq!(recalls(&house, &message).await, format!("你撤回的那条消息记过：本周青年大学习、{tomorrow}主题团日的假。要一起撤销吗？回“是”就撤。"));
    assert_eq!(group.says("王五", "是").await, format!("撤销了：本周青年大学习。\n好的，{tomorrow}主题团日的假取消了。"));
    assert_eq!((standing(&house).await.len(), kept(&house).await.len()), (0, 0));
    house.ends().await;
}

async fn changed(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    let days = async |of: &House| of.db.column("SELECT first_day FROM leave_ahead ORDER BY first_day").await;
    let iso = |n| (house.bot.config.zone().date(house.bot.now()) + Days::new(n)).to_string();
    let (message, _) = says(&house, &group, "张三", "明天主题团日请假").await;
    let told = edits(&house, &message, 1, "后天主题团日请假").await;
    assert!(told.contains(&day(&house, 2)) && told.contains("先记着"), "{told}");
    assert_eq!(days(&house).await, [iso(2)]);
    // what can't be entered changes nothing
    assert!(edits(&house, &message, 2, "替王五明天主题团日请假").await.starts_with("这件事要"));
    assert_eq!(days(&house).await, [iso(2)]);
    // what says nothing is asked about
    assert!(edits(&house, &message, 3, "哈哈").await.contains(&format!("记过：{}主题团日的假", day(&house, 2))));
    assert_eq!(group.says("张三", "是").await, format!("好的，{}主题团日的假取消了。", day(&house, 2)));
    assert_eq!(days(&house).await, Vec::<String>::new());
    // beside a report
    let (message, _) = says(&house, &group, "王五", "大学习看完了，明天主题团日请假").await;
    let told = edits(&house, &message, 1, "大学习看完了，后天主题团日请假").await;
    assert!(told.starts_with("改好了：本周青年大学习。") && told.contains(&day(&house, 2)), "{told}");
    assert_eq!((standing(&house).await.len(), days(&house).await), (1, vec![iso(2)]));
    let told = edits(&house, &message, 2, "上周的大学习看完了").await;
    assert_eq!(told, "按你改过的消息更新了：本周青年大学习 → 上周青年大学习。");
    assert_eq!((standing(&house).await.len(), days(&house).await.len()), (1, 0));
    // of the month, then of a day to come
    let (message, _) = says(&house, &group, "赵六", "主题团日请假").await;
    let told = edits(&house, &message, 1, "后天主题团日请假").await;
    assert!(told.starts_with("撤销了：11月主题团日") && told.contains("先记着"), "{told}");
    assert_eq!((standing(&house).await, days(&house).await), (vec!["study".to_owned()], vec![iso(2)]));
    house.ends().await;
}

/// Leave that waits for a word is the last thing that was said, and is what is taken back.
async fn asked(db: Db) {
    let house = house(db, needs_a_word()).await;
    let group = house.unbound_group("90000");
    let secretary = ChatKey::private(&account("李四"));
    group.says("张三", "大学习看完了").await;
    house.later(1).await;
    group.says("张三", "明天主题团日请假").await;
    house.read(&secretary);
    assert_eq!(group.asks("张三", "撤销").await, format!("好的，{}主题团日的假取消了。", day(&house, 1)));
    assert_eq!(standing(&house).await, ["study"]);
    assert_eq!(house.whispers("李四", "准张三的假").await, house.bot.config.messages.say(house.bot.lang(), "leave-none-of", &[("name", "张三".into())]));
    let (message, _) = says(&house, &group, "张三", "明天主题团日请假").await;
    house.read(&secretary);
    assert!(recalls(&house, &message).await.contains("主题团日的假"));
    group.says("张三", "是").await;
    assert_eq!(house.db.column("SELECT duty FROM leave_request").await, Vec::<String>::new());
    // what can't be asked instead leaves what was asked
    let asked = async |of: &House| of.db.column("SELECT first_day FROM leave_request").await;
    let iso = |n| (house.bot.config.zone().date(house.bot.now()) + Days::new(n)).to_string();
    let (message, _) = says(&house, &group, "张三", "明天主题团日请假").await;
    assert!(edits(&house, &message, 1, "替王五明天主题团日请假").await.starts_with("这件事要"));
    assert_eq!(asked(&house).await, [iso(1)]);
    assert!(edits(&house, &message, 2, "后天主题团日请假").await.contains("假报上去了"));
    assert_eq!(asked(&house).await, [iso(2)]);
    house.read(&secretary);
    house.ends().await;
}

/// Asked on Monday for Tuesday to Thursday, granted on Wednesday: Tuesday's meeting, which is over, is excused, and Thursday's will be.
async fn granted_late(db: Db) {
    let house = house(db, needs_a_word()).await;
    let group = house.unbound_group("90000");
    let secretary = ChatKey::private(&account("李四"));
    for name in ["张三", "王五"] {
        assert!(group.says(name, "主题团日明天到26号请病假").await.contains("假报上去了"));
    }
    house.read(&secretary);
    house.later(DAY).await;
    group.asks("李四", "开始签到").await;
    group.says("王五", "签到").await;
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.contains("实到 1") && sheet.contains("请假 0"), "{sheet}");
    house.later(DAY).await;
    assert!(house.whispers("李四", "准张三和王五的假").await.contains("准了：张三"));
    house.read(&ChatKey::private(&account("张三")));
    house.read(&ChatKey::private(&account("王五")));
    assert_eq!(house.db.column("SELECT state FROM record WHERE session_id IS NOT NULL ORDER BY id").await, ["present", "sick"], "who came was there");
    house.later(DAY).await;
    group.asks("李四", "开始签到 学党史").await;
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.contains("请假 2") && sheet.contains("请假：张三、王五"), "{sheet}");
    house.ends().await;
}

/// Leave that was asked from the meeting that is on is no leave from the month's others.
async fn one_meeting(db: Db) {
    let house = house(db, needs_a_word()).await;
    let group = house.unbound_group("90000");
    let secretary = ChatKey::private(&account("李四"));
    group.asks("李四", "开始签到").await;
    assert!(group.asks("张三", "主题团日请假").await.contains("假报上去了"));
    house.read(&secretary);
    assert!(house.whispers("李四", "准张三的假").await.starts_with("准了：张三"));
    house.read(&ChatKey::private(&account("张三")));
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.contains("请假 1") && sheet.contains("请假：张三"), "{sheet}");
    house.later(DAY).await;
    group.asks("李四", "开始签到 学党史").await;
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.contains("请假 0，缺席 4"), "{sheet}");
    house.ends().await;
}

/// Two of one name ask: one word decides for one of them.
async fn namesakes(db: Db) {
    let house = house(db, needs_a_word()).await;
    let group = house.unbound_group("90000");
    let org = house.store().org_by_path(BRANCH).await.unwrap().unwrap();
    let twin = |team: &str, name: &str| {
        let fields = MemberFields { group: Some(team.into()), accounts: vec![account(name)], ..MemberFields::default() };
        RosterChange::Add(NewMember { branch: org.id, name: "陈晨".into(), from: org.since, known: None, fields })
    };
    let config = house.bot.config.clone();
    let recount = zhibu::action::study::issues::expected(&config);
    house.store().change_roster(&[twin("一组", "陈一"), twin("二组", "陈二")], &[], None, &recount).await.unwrap();
    house.bot.cache.forget_all();
    let secretary = ChatKey::private(&account("李四"));
    for name in ["陈一", "陈二"] {
        assert!(group.says(name, "明天主题团日请假").await.contains("陈晨"));
    }
    house.read(&secretary);
    let waiting = async |of: &House| of.db.column("SELECT duty FROM leave_request").await.len();
    assert_eq!(group.asks("李四", "准陈晨的假").await, "叫“陈晨”请假的不止一位，先没动。私聊我单说这一位的名字，我列出来让你选。");
    let asked = "叫陈晨的有 2 位：1.陈晨（第一团支部、一组）、2.陈晨（第一团支部、二组）。是哪一位？回编号。";
    assert_eq!(house.whispers("李四", "不准陈晨的假").await, asked);
    assert_eq!((house.whispers("李四", "算了").await.as_str(), waiting(&house).await), ("好，照旧不动。", 2));
    assert_eq!(house.whispers("李四", "准陈晨的假").await, asked);
    assert!(house.whispers("李四", "2").await.starts_with("准了：陈晨"));
    assert!(house.read(&ChatKey::private(&account("陈二"))).contains("准了"));
    assert_eq!((kept(&house).await.len(), waiting(&house).await), (1, 1));
    // the other is the only one now
    assert!(house.whispers("李四", "不准陈晨的假").await.starts_with("没准：陈晨"));
    assert!(house.read(&ChatKey::private(&account("陈一"))).contains("没有准"));
    house.ends().await;
}
