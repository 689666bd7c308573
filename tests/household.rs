//! How far the bot reaches, money that was claimed and did not come, and what is dropped once it has served.

use crate::support::asking::unbound_members;
use crate::support::db::{Db, on_both};
use crate::support::house::{House, PLATFORM, account};
use libtest_mimic::Trial;
use zhibu::config::Retention;
use zhibu::domain::message::{AccountKey, ChatKey};
use zhibu::domain::role::Role;
use zhibu::domain::roster::BindingRequest;

const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const DAY: i64 = 86_400_000;

pub fn tests() -> Vec<Trial> {
    [on_both("household_coverage", coverage), on_both("household_reject", reject), on_both("household_retention", retention)].into_iter().flatten().collect()
}

/// 李四 is the secretary, 赵六 the treasurer, 陈书记 of the town.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "赵六"], 0).await;
    house.branch(OTHER, &["周八", "陈书记"], 0).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("赵六", Role::Treasurer, BRANCH).await;
    house.grant("陈书记", Role::Committee, TOWN).await;
    house.group("90000", BRANCH).await;
    house
}

async fn coverage(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    unbound_members(&house, BRANCH, &["王五"]).await;
    let branch = "第一团支部网上社群覆盖率：团员 4 人，绑定账号 3 人，75%；团支部 1 个，绑了群 1 个，100%。";
    assert_eq!(group.asks("张三", "覆盖率").await, branch);
    assert_eq!(house.whispers("李四", "网上社群覆盖率是多少").await, branch);
    let town = house.group("90001", TOWN).await;
    assert_eq!(
        town.asks("陈书记", "覆盖率").await,
        "白泥镇团委网上社群覆盖率：团员 6 人，绑定账号 5 人，83.3%；团支部 2 个，绑了群 1 个，50%。还没绑群：第二团支部。"
    );
    // a member's reading is the own branch's: of the town it is refused
    let refused = town.asks("张三", "覆盖率").await;
    assert!(!refused.contains("覆盖率") && !refused.is_empty(), "{refused}");
    house.ends().await;
}

async fn reject(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    house.whispers("张三", "交了11月团费").await;
    let refused = group.asks("张三", "没收到李四的团费").await;
    assert!(refused.starts_with("这件事要"), "{refused}");
    assert_eq!(group.asks("赵六", "没收到张三的团费").await, "", "a group hears nothing of it");
    let member = ChatKey::private(&account("张三"));
    assert_eq!(house.read(&member), "张三，赵六说还没收到你11月的团费，这笔我先退回了。要是交过，把转账截图给 TA 看一下；收到了再报一次就行。");
    assert_eq!(house.read(&ChatKey::private(&account("赵六"))), "张三11月的团费（0.2 元）退回了，我私下告诉 TA 了。");
    assert_eq!(house.whispers("赵六", "张三的团费没到账").await, "张三没有待确认的团费。");
    // the claim and what took it back both stand; what came later counts
    assert_eq!(house.db.column("SELECT kind FROM record WHERE duty = 'dues' ORDER BY id").await, ["done", "reverse"]);
    assert_eq!(house.db.column("SELECT duty FROM standing WHERE duty = 'dues' AND got <> 0").await, Vec::<String>::new());
    house.whispers("张三", "交了11月团费").await;
    assert_eq!(group.asks("赵六", "确认张三的团费").await, "团费确认了 1 位：张三。");
    assert_eq!(house.whispers("赵六", "没收到张三的团费").await, "张三没有待确认的团费。", "what is confirmed is for a refund");
    house.ends().await;
}

async fn retention(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    // a message that entered nothing leaves its verdict
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "张三，本周青年大学习之前就记过啦，不用再报。");
    house.whispers("张三", "删除我的数据").await;
    let store = house.store();
    let person = store.people_named("周八", "").await.unwrap()[0];
    let stranger = BindingRequest {
        account: AccountKey::new(PLATFORM, "777"),
        person: person.0,
        name: "周八".into(),
        branch: person.1,
        card: "小周".into(),
        at: house.bot.now(),
    };
    store.request_binding(&stranger).await.unwrap();
    for about in ["offline/onebot:1/5", "holidays/2027"] {
        assert!(store.raise_alarm(about, &[], house.bot.now()).await.unwrap());
    }
    // the first has a later one, the second is open, the third is the last, the fourth says since when the reminder is known
    let runs = [(7, 1, "'sent'"), (7, 2, "'held'"), (7, 3, "'sent'"), (0, 1, "NULL")];
    let runs = runs.map(|(org, at, outcome)| format!("('study/sunday', {org}, {at}, {}, {outcome})", house.bot.now())).join(", ");
    house.db.sql(&format!("INSERT INTO reminder_run (reminder, org_id, scheduled_at, entered_at, outcome) VALUES {runs}")).await;
    let count = async || {
        let mut all = Vec::new();
        for table in ["inbox", "question", "binding_request", "record", "standing", "audit"] {
            all.push(house.db.column(&format!("SELECT 'x' FROM {table}")).await.len());
        }
        all
    };
    let before = count().await;
    assert_eq!(before[..4], [2, 1, 1, 1]);
    let keep =
        Retention { inbox_days: 90, code_days: 7, question_days: 7, sent_days: 90, list_days: 400, request_days: 180, screenshot_days: 400, link_days: 7 };
    assert_eq!(store.retain(&keep, "2026-11-22", house.bot.now()).await.unwrap(), Some(0), "everything is fresh");
    assert_eq!(store.retain(&keep, "2026-11-22", house.bot.now() + 400 * DAY).await.unwrap(), None, "once a day, whoever asks");
    assert_eq!(count().await, before);
    assert_eq!(store.retain(&keep, "2026-12-05", house.bot.now() + 13 * DAY).await.unwrap(), Some(1), "the question");
    assert_eq!(store.retain(&keep, "2027-12-05", house.bot.now() + 378 * DAY).await.unwrap(), Some(4), "the verdict, the request, the alarm, the run");
    let left = "SELECT CAST(org_id AS TEXT) || '@' || CAST(scheduled_at AS TEXT) FROM reminder_run ORDER BY org_id, scheduled_at";
    assert_eq!(house.db.column(left).await, ["0@1", "7@2", "7@3"]);
    assert_eq!(house.db.column("SELECT about FROM alarm").await, ["holidays/2027"], "told once for good");
    assert_eq!(count().await, [vec![1, 0, 0], before[3..].to_vec()].concat(), "what was entered keeps its mark, and the ledger everything");
    assert_eq!(store.retain(&keep, "2027-12-04", house.bot.now()).await.unwrap(), None, "a clock that went back drops nothing");
    house.ends().await;
}
