//! What a fresh pair of eyes stumbled on in a branch's first days: roles given in chat, words that mean something only
//! where they are said, reports beside a mention, a first secretary whose admission date comes with the roster.

use crate::support::asking::{does_alone, unbound_members};
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::{ChatKey, Segment};
use zhibu::domain::role::Role;
use zhibu::language::Intent;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("first_days_roles", roles),
        on_both("first_days_bare_words", bare_words),
        on_both("first_days_mentions", mentions),
        on_both("first_days_named_again", named_again),
        on_both("first_days_admission", admission),
        on_both("first_days_accounts_that_wait", accounts_that_wait),
        on_both("first_days_yesterday", yesterday),
        on_both("first_days_operator", operator),
        on_both("first_days_what_is_named", what_is_named),
        on_both("first_days_half_grasped", half_grasped),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 李四 is the secretary.
async fn house(db: Db) -> House {
    House::of_two(db, BRANCH, OTHER).await
}

async fn roles(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.asks("王五", "任命王五为团支书").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.says("李四", "任命王五为组织委员").await, "", "not said to the bot");
    assert_eq!(group.asks("王五", "全部确认团费").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("李四", "任命王五为组织委员").await, "好的，王五现在是第一团支部的组织委员。");
    assert_eq!(group.asks("李四", "设王五为组织委员").await, "王五本来就是第一团支部的组织委员。");
    assert_ne!(group.asks("王五", "全部确认团费").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。", "at once");
    // nobody gives what they may not do themselves, nor in another branch
    assert_eq!(group.asks("王五", "任命张三为团支书").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(
        does_alone(&house, "李四", Intent::Appoint { names: vec!["周八".into()], role: Role::Treasurer, given: true }).await,
        "这件事要第二团支部的团支书来做，可以请 TA 跟我说一声。"
    );
    // all of them or none: 周八 is of another branch
    assert_eq!(
        does_alone(&house, "李四", Intent::Appoint { names: vec!["张三".into(), "周八".into()], role: Role::Treasurer, given: true }).await,
        "这件事要第二团支部的团支书来做，可以请 TA 跟我说一声。"
    );
    assert_eq!(group.asks("李四", "免去张三的组织委员").await, "张三不是第一团支部的组织委员。");
    assert_eq!(group.asks("李四", "任命郑十为组织委员").await, "名册上没有“郑十”。");
    assert_eq!(group.asks("李四", "免去李四的团支书").await, "自己的职务请别的管理员来免，免得没人能管。");
    assert_eq!(group.asks("李四", "免去王五的组织委员职务").await, "好的，王五不再是第一团支部的组织委员。");
    assert_eq!(group.asks("李四", "免去王五的组织委员").await, "王五不是第一团支部的组织委员。");
    assert_eq!(group.asks("王五", "全部确认团费").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.db.column("SELECT body FROM audit WHERE body LIKE '%\"revoke\"%'").await.len(), 1);
    house.ends().await;
}

async fn bare_words(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    for said in ["到", "到了", "我来了", "请假", "请病假"] {
        assert_eq!(group.says("张三", said).await, "", "{said}: no check-in is open");
    }
    group.asks("李四", "开始签到").await;
    assert_eq!(group.says("张三", "到！").await, "签到成功：张三，主题团日。");
    assert_eq!(group.says("张三", "到了").await, "张三已经签过到了。");
    assert_eq!(group.says("王五", "到点了吗").await, "", "chatter");
    assert_eq!(group.says("王五", "请假").await, "好的，王五11月主题团日请假，记下了。");
    assert_eq!(group.says("路人", "到").await, "", "a stranger's");
    assert_eq!(group.says("李四", "我迟到了").await, "签到成功：李四，主题团日（迟到）。");
    assert_eq!(group.says("李四", "地铁迟到了").await, "", "chatter");
    assert_eq!(group.asks("张三", "周书记列席").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("李四", "周书记列席").await, "列席记下了：周书记。");
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.contains("迟到 1") && sheet.ends_with("列席：周书记"), "{sheet}");
    assert_eq!(group.says("王五", "到").await, "", "it is over");
    assert_eq!(group.says("王五", "我迟到了").await, "", "for a class, perhaps");
    house.ends().await;
}

/// `@NAME text` in the group.
async fn at(house: &House, name: &str, mentioned: &str, text: &str) -> String {
    let chat = ChatKey::group("onebot", "90000");
    let mut message = house.message(&chat, name, text, false);
    message.segments.insert(0, Segment::At(account(mentioned)));
    house.hear(message).await;
    house.read(&chat)
}

async fn mentions(db: Db) {
    let house = house(db).await;
    house.group("90000", BRANCH).await;
    assert_eq!(at(&house, "张三", "李四", " 交了团费").await, "收到：张三11月团费记上了，等确认。", "told to who keeps the records");
    assert_eq!(at(&house, "张三", "王五", " 大学习看完了").await, "", "told to a fellow member, or said of them");
    assert_eq!(house.db.column("SELECT duty FROM record").await.len(), 1);
    assert_eq!(at(&house, "张三", "王五", " 我大学习看完了").await, "记好啦：张三，本周青年大学习已完成。");
    let unclear = "没看出是谁的，先没记。自己的就说“我……”，替王五的就说“替王五……”。";
    assert_eq!(at(&house, "李四", "王五", " 交了团费").await, unclear);
    assert_eq!(at(&house, "李四", "王五", " 请假，主题团日").await, unclear);
    assert_eq!(house.db.column("SELECT duty FROM record").await.len(), 2);
    house.ends().await;
}

async fn named_again(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    unbound_members(&house, BRANCH, &["于倩"]).await;
    assert_eq!(group.says("新人", "交了团费").await, "我还不认识这个账号，先没记。发“绑定 姓名”告诉我你是谁。");
    assert_eq!(group.says("新人", "绑定 于倩").await, "好的，于倩，等支书确认后就能用了。");
    assert!(house.read(&ChatKey::private(&account("李四"))).starts_with("于倩想绑定账号"));
    assert_eq!(group.says("张三", "绑定 于倩").await, "", "who is known says it to somebody else");
    assert_eq!(group.asks("李四", "确认于倩").await, "绑好了 1 位：于倩。现在可以直接说话了。");
    // what is there already is not told as if nothing were owed
    assert_eq!(group.says("新人", "交了团费").await, "收到：于倩11月团费记上了，等确认。");
    house.ends().await;
}

async fn admission(db: Db) {
    let house = house(db).await;
    unbound_members(&house, BRANCH, &["于倩"]).await;
    let csv = "姓名,入团年月\n于倩,2020-05\n";
    let preview = house.drops("李四", "名册.csv", csv.into()).await;
    assert!(preview.contains("补上入团年月 2020-05"), "{preview}");
    house.whispers("李四", "是").await;
    let days = house.db.column("SELECT m.from_day FROM membership AS m JOIN person AS p ON p.id = m.person_id WHERE p.name = '于倩'").await;
    assert_eq!(days, ["2020-05-01"]);
    house.ends().await;
}

async fn accounts_that_wait(db: Db) {
    let house = house(db).await;
    unbound_members(&house, BRANCH, &["钱一", "孙二"]).await;
    let group = house.unbound_group("90000");
    let secretary = ChatKey::private(&account("李四"));
    assert_eq!(group.asks("钱一", "绑定 钱一").await, "好的，钱一，等支书确认后就能用了。");
    assert_eq!(house.read(&secretary), "钱一想绑定账号。私聊我发“谁没绑定”看名单，没问题就回“全部确认”。");
    group.asks("钱一", "绑定 钱一").await;
    group.asks("孙二", "绑定 孙二").await;
    assert_eq!(house.read(&secretary), "", "once an hour");
    // a stranger wants to be somebody who is bound: not with the rest, and with the account that asks
    house.clock().advance(61 * 60_000);
    assert_eq!(group.asks("路人", "绑定 张三").await, "张三已经绑定了一个账号，要再绑这个，得支书确认。");
    assert_eq!(
        house.read(&secretary),
        "张三已经绑定了账号，现在又有一个账号（acc-路人）想绑成 TA。先问一下本人：确实是 TA 的，回“确认 张三”；不是就不用管。另外还有 2 个在等。"
    );
    let list = house.whispers("李四", "谁没绑定").await;
    assert!(list.contains("没问题就回“全部确认”，这 2 个就绑好了。\n张三（账号 acc-路人）已有账号"), "{list}");
    assert_eq!(house.whispers("李四", "不是").await, "好，照旧不动。");
    // whoever is nobody yet is told the way in, not to say what they said
    let nowhere = House::message(&house, &ChatKey::group("onebot", "95555"), "路人", "绑定本群", true);
    house.hear(nowhere).await;
    let told = house.read(&ChatKey::group("onebot", "95555"));
    assert!(told.starts_with("我还不认识你。先私聊我发“绑定 姓名”"), "{told}");
    // nobody of that name
    assert_eq!(house.whispers("李四", "王小二今年的情况").await, "名册上没有“王小二”。");
    assert!(house.whispers("李四", "张三今年的情况").await.starts_with("张三"));
    assert!(group.asks("李四", "大学习的完成情况").await.contains("应完成"), "of the branch");
    group.asks("李四", "开始签到 4821 到23:00").await;
    assert!(group.asks("李四", "开始签到 1234 到23:00").await.ends_with("口令没有换。要换口令，先说“结束签到”，再重新开。"));
    house.ends().await;
}

/// It is a Sunday noon.
async fn yesterday(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    let sunday = group.asks("李四", "昨天谁没看大学习").await;
    assert!(!sunday.contains("张三") && sunday.contains("王五"), "{sunday}");
    house.clock().advance(13 * 3_600_000);
    let monday = group.asks("李四", "昨天谁没看大学习").await;
    assert!(!monday.contains("张三") && monday.contains("王五"), "of the week that is over: {monday}");
    let now = group.asks("李四", "谁没看大学习").await;
    assert!(now.contains("张三"), "{now}");
    house.ends().await;
}

/// Who keeps the machine and is also a branch's secretary speaks in private for the branch.
async fn operator(db: Db) {
    let house = house(db).await;
    house.grant("李四", Role::Operator, "余庆县团委").await;
    house.group("90000", BRANCH).await;
    house.whispers("李四", "每周四20点提醒大学习").await;
    let own = house.store().own_reminders().await.unwrap();
    assert_eq!(own.iter().map(|r| r.path.as_str()).collect::<Vec<_>>(), [BRANCH]);
    house.ends().await;
}

/// What is named is taken back or confirmed, and nothing in its stead.
async fn what_is_named(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let undone = async |name: &str, text: &str| house.whispers(name, text).await;
    assert_eq!(group.says("张三", "交了团费").await, "收到：张三11月团费记上了，等确认。");
    assert_eq!(group.says("张三", "大学习看完了").await, "记好啦：张三，本周青年大学习已完成。");
    let nothing = "没找到你说的那条记录，什么也没动。撤销最近一条就说“撤销”。";
    for named in ["撤销主题团日签到", "撤销10月团费", "撤销上周大学习", "把10月的团费撤销", "撤销我的请假"] {
        assert_eq!(undone("张三", named).await, nothing, "{named}");
    }
    assert_eq!(undone("张三", "撤销郑十的团费").await, "名册上没有“郑十”。");
    assert_eq!(undone("张三", "撤销王五的团费").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(undone("张三", "撤销11月团费").await, "撤销了：11月团费。", "though it was not the last");
    // the secretary takes back what a member said, and not her own
    assert!(house.whispers("李四", "交了团费").await.starts_with("收到：李四11月团费"));
    assert_eq!(undone("李四", "撤销张三的团费").await, nothing, "it is gone already");
    assert_eq!(undone("李四", "撤销张三的大学习").await, "撤销了：张三本周青年大学习。");
    // what is not money is not confirmed as money
    assert_eq!(group.says("王五", "交了团费").await, "收到：王五11月团费记上了，等确认。");
    for other in ["确认王五的请假", "确认王五的绑定", "批准王五入团", "同意王五的账号"] {
        let told = undone("李四", other).await;
        assert!(!told.contains("团费确认了"), "{other}: {told}");
    }
    assert_eq!(house.db.column("SELECT kind FROM record WHERE kind = 'confirm'").await, Vec::<String>::new());
    assert_eq!(undone("李四", "撤销").await, "撤销了：11月团费。");
    assert_eq!(undone("李四", "撤销刚才的").await, "没有可以撤销的记录。");
    house.ends().await;
}

/// Words of a time or a sum that is not grasped whole are recorded for no other.
async fn half_grasped(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    for said in [
        "10月第三周大学习看完了",
        "本月第一周的大学习看完了",
        "上期大学习补看了",
        "两期大学习都看完了",
        "落下的大学习都补完了",
        "本学期大学习全部看完",
        "2026.9-2026.11团费已交",
        "团费9.10.11已交",
        "团费0.2*3已交",
        "交团费 -0.2元",
        "这学期的团费交了",
        "近三个月团费已交",
        "11.20交了团费",
    ] {
        assert_eq!(group.says("李四", said).await, "", "{said}");
        let asked = house.whispers("李四", said).await;
        assert!(!asked.contains("记上了") && !asked.contains("记好"), "{said}: {asked}");
    }
    assert_eq!(house.db.column("SELECT duty FROM record").await, Vec::<String>::new());
    // for whom by a mention
    let chat = ChatKey::group("onebot", "90000");
    let mut message = house.message(&chat, "李四", "替", false);
    message.segments.extend([Segment::At(account("王五")), Segment::Text(" 交了团费".into())]);
    house.hear(message).await;
    assert_eq!(house.read(&chat), "收到：王五11月团费记上了，等确认。");
    // a length is how long
    for other_day in ["开始签到 到昨天", "开始签到 到明天8点", "开始签到，到月底"] {
        assert_eq!(group.asks("李四", other_day).await, "签到只开到当天，写个时刻就行，比如：开始签到 到20:00", "{other_day}");
    }
    assert_eq!(group.asks("李四", "开始签到 到25:00").await, "“25:00”没看懂，时间写成“20:00”就行。");
    assert!(group.asks("李四", "开始签到，半小时").await.contains("主题团日签到开始了，12:30 截止"));
    group.asks("李四", "结束签到").await;
    // said on a Monday of Sunday
    house.clock().advance(13 * 3_600_000);
    assert!(group.says("张三", "昨天看完大学习了").await.contains("上周青年大学习已完成"));
    house.ends().await;
}
