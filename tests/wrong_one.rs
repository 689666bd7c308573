//! Of several that are called alike none is taken for another: people of other branches, groups' meetings; and how long one may
//! undo.

use crate::support::asking::unbound_members;
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::{ChatKey, Segment};
use zhibu::domain::role::Role;
use zhibu::domain::roster::{MemberFields, NewMember, RosterChange};

const FIRST: &str = "余庆县团委/白泥镇团委/第一团支部";
const SECOND: &str = "余庆县团委/白泥镇团委/第二团支部";
const DAY: i64 = 24 * 60;

pub fn tests() -> Vec<Trial> {
    [
        on_both("people_wrong_one_corrected", corrected),
        on_both("people_wrong_one_mentioned", mentioned),
        on_both("people_another_corrected", another_corrected),
        on_both("sessions_wrong_group_closed", closed),
        on_both("undo_for_a_day_or_any_time", undone),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A 张三 in each branch (of the second with the account 小张); 李四 keeps the first, 何叔 the second.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(FIRST, &["张三", "李四"], 3).await;
    house.branch(SECOND, &["周八", "何叔"], 3).await;
    let org = house.store().org_by_path(SECOND).await.unwrap().unwrap();
    let fields = MemberFields { accounts: vec![account("小张")], ..MemberFields::default() };
    let twin = RosterChange::Add(NewMember { branch: org.id, name: "张三".into(), from: org.since, known: None, fields });
    let config = house.bot.config.clone();
    let recount = zhibu::action::study::issues::expected(&config);
    house.store().change_roster(&[twin], &[], None, &recount).await.unwrap();
    house.bot.cache.forget_all();
    house.grant("李四", Role::Secretary, FIRST).await;
    house.grant("何叔", Role::Secretary, SECOND).await;
    house.group("90001", FIRST).await;
    house.group("90002", SECOND).await;
    house
}

/// Branch, name, month and fen of what stands of dues.
async fn standing(house: &House) -> Vec<String> {
    let live = "SELECT o.name || p.name || r.period || '=' || r.value FROM record AS r JOIN person AS p ON p.id = r.person_id JOIN org AS o ON o.id = r.branch_id \
        WHERE r.duty = 'dues' AND r.kind = 'done' AND NOT EXISTS (SELECT 1 FROM record AS x WHERE x.refers = r.id AND x.kind = 'reverse') ORDER BY r.id";
    house.db.column(live).await
}

async fn corrected(db: Db) {
    let house = house(db).await;
    house.whispers("小张", "交了10月团费").await;
    house.whispers("张三", "交了10月团费").await;
    house.whispers("何叔", "交了8月团费").await;
    assert_eq!(house.whispers("何叔", "更正：张三10月团费是0.2元").await, "改好了：张三10月团费 0.2 元。");
    assert_eq!(house.whispers("何叔", "更正：张三9月团费是0.4元").await, "没有找到可以更正的记录。");
    let mut all = standing(&house).await;
    all.sort();
    assert_eq!(all, ["第一团支部张三2026-10=20", "第二团支部何叔2026-08=20", "第二团支部张三2026-10=20"]);
    house.ends().await;
}

/// A mention is of an account, not of a name that somebody else has here.
async fn mentioned(db: Db) {
    let house = house(db).await;
    let tell = async |group: &str, who: &str| {
        let chat = ChatKey::group("onebot", group);
        let mut message = house.message(&chat, if group == "90001" { "李四" } else { "何叔" }, "替 ", false);
        message.segments.extend([Segment::At(account(who)), Segment::Text(" 交了团费".into())]);
        house.hear(message).await;
        house.read(&chat)
    };
    for who in ["小张", "周八"] {
        let told = tell("90001", who).await;
        assert!(!told.contains("记上了"), "{told}");
    }
    assert_eq!(standing(&house).await, Vec::<String>::new());
    assert!(tell("90001", "张三").await.contains("张三"));
    assert!(tell("90002", "小张").await.contains("张三"));
    assert_eq!(standing(&house).await, ["第一团支部张三2026-08=20", "第二团支部张三2026-08=20"]);
    house.ends().await;
}

async fn closed(db: Db) {
    let house = crate::expected::with_meetings(db).await;
    house.branch(FIRST, &["李四"], 2).await;
    house.grant("李四", Role::Secretary, FIRST).await;
    crate::expected::import_file(&house, "姓名,所在团支部,团小组\n张三,,第一小组\n赵六,,第二小组\n").await;
    unbound_members(&house, FIRST, &["无组"]).await;
    let group = house.group("90001", FIRST).await;
    group.asks("李四", "开始第二小组团小组会签到").await;
    for other in ["结束第一小组团小组会签到", "结束第三小组团小组会签到"] {
        let told = group.asks("李四", other).await;
        assert!(told.contains("现在没有开放签到"), "{told}");
    }
    group.asks("李四", "开始第一小组团小组会签到").await;
    assert_eq!(group.asks("李四", "结束团小组会签到").await, "开着的团小组会有几个：第二小组、第一小组。要结束哪个，说“结束”时带上它的名字。");
    assert!(group.asks("李四", "结束第二小组团小组会签到").await.starts_with("团小组会（第二小组）签到结束"));
    assert!(group.asks("李四", "结束团小组会签到").await.starts_with("团小组会（第一小组）签到结束"), "the only one that is on");
    house.ends().await;
}

/// The member for a day, whoever keeps the records at any time, where they say what.
async fn undone(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90001");
    let beneath = async |name: &str, quoted: &str| {
        let mut message = house.message(&group.chat, name, "撤销", true);
        message.replies_to = Some(quoted.to_owned());
        house.hear(message).await;
        house.read(&group.chat)
    };
    let say = async |text: &str| {
        let message = house.message(&group.chat, "张三", text, false);
        house.hear(message.clone()).await;
        house.read(&group.chat);
        message.quote_id
    };
    say("交了8月团费").await;
    house.later(DAY - 1).await;
    assert_eq!(group.asks("张三", "撤销").await, "撤销了：8月团费。");
    say("交了8月团费").await;
    let quoted = say("交了9月团费").await;
    group.asks("李四", "李四交了8月团费").await;
    house.later(DAY + 1).await;
    let refused = "那条记了超过 1 天，要撤请组织委员或团支书来。";
    assert_eq!(group.asks("张三", "撤销").await, refused);
    assert_eq!(group.asks("张三", "撤销9月的团费").await, refused);
    assert_eq!(group.asks("张三", "撤销张三9月的团费").await, refused);
    assert_eq!(beneath("张三", &quoted).await, refused);
    assert_eq!(standing(&house).await.len(), 3);
    house.later(100 * DAY).await;
    let bare = "最近 1 天没有可以撤销的。更早的说清是谁的哪一项，比如“撤销张三10月团费”，或者引用那条消息说“撤销”。";
    assert_eq!(group.asks("李四", "撤销").await, bare);
    assert_eq!(beneath("李四", &quoted).await, "撤销了：张三2026年9月团费。");
    // a name that nobody has is not passed over
    for unknown in ["撤销赵六2026年8月的团费", "撤销赵六的2026年8月团费", "撤销赵六团费"] {
        assert_eq!(group.asks("李四", unknown).await, "名册上没有“赵六”。", "{unknown}");
    }
    assert_eq!(group.asks("李四", "撤销张三2026年8月的团费").await, "撤销了：张三2026年8月团费。");
    assert_eq!(group.asks("李四", "撤销2026年8月的团费").await, "撤销了：2026年8月团费。", "their own");
    assert_eq!(standing(&house).await, Vec::<String>::new());
    house.ends().await;
}

/// The treasurer and the secretary correct what others said, by its month or its sum; what was said to be wrong has to be there.
async fn another_corrected(db: Db) {
    let house = house(db).await;
    house.grant("周八", Role::Treasurer, SECOND).await;
    let group = house.unbound_group("90002");
    house.whispers("小张", "交了8月团费").await;
    house.whispers("小张", "交了9月到11月团费0.6元").await;
    house.later(3 * DAY).await;
    house.whispers("何叔", "交了8月团费").await;
    // what was said last becomes another's only where that is said to be right
    assert_eq!(house.whispers("何叔", "更正：是周八的").await, "改好了：何叔8月团费 0.2 元 → 周八8月团费 0.2 元。");
    // the month alone moves: the message's other months stay
    assert_eq!(house.whispers("周八", "更正：张三11月团费是12月的").await, "改好了：张三11月团费 0.2 元 → 张三12月团费 0.2 元。");
    assert_eq!(standing(&house).await[..3], ["第二团支部张三2026-08=20", "第二团支部张三2026-09=20", "第二团支部张三2026-10=20"]);
    assert_eq!(standing(&house).await[4], "第二团支部张三2026-12=20");
    assert_eq!(house.whispers("周八", "更正：张三11月团费是12月的").await, "没有找到可以更正的记录。");
    assert_eq!(house.whispers("何叔", "把张三12月的团费改成11月，因为看错了").await, "改好了：张三12月团费 0.2 元 → 张三11月团费 0.2 元。原因也记下了。");
    // by what was paid: the last payment, and only where that is what it says
    assert_eq!(house.whispers("何叔", "更正：张三团费是0.4元不是0.3元").await, "没有找到可以更正的记录。");
    let told = house.whispers("何叔", "更正：张三团费是0.4元不是0.2元").await;
    assert_eq!(told, "改好了：张三11月团费 0.2 元 → 张三11月、12月团费 0.4 元。");
    assert!(standing(&house).await.contains(&"第二团支部周八2026-08=20".to_owned()), "what the speaker said last is not what was named");
    // whoever may not record for others corrects nothing of theirs; nobody of another branch's
    assert!(house.whispers("小张", "更正：周八8月团费是9月的").await.starts_with("这件事要"));
    let before = standing(&house).await;
    assert!(!house.whispers("李四", "更正：周八8月团费是9月的").await.starts_with("改好了"));
    assert!(!group.asks("周八", "更正：张三9月团费是3月的").await.starts_with("改好了"));
    assert_eq!(standing(&house).await, before);
    // what is confirmed stays the treasurer's
    house.whispers("何叔", "确认张三的团费").await;
    let told = house.whispers("小张", "更正：我11月团费是10月的").await;
    assert!(told.starts_with("这件事要组织委员"), "{told}");
    assert_eq!(house.store().rebuild().await.unwrap(), Vec::<String>::new());
    house.ends().await;
}
