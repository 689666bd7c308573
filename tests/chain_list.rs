//! Chain lists (接龙) in a branch: pasted by the secretary, changed, asked about, taken back.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::role::Role;
use zhibu::domain::roster::{MemberFields, NewMember, RosterChange};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("chain: only the difference of each paste is recorded", pasted),
        on_both("chain: what was edited replaces what it said, and undo brings that back", edited),
        on_both("chain: a sum that changes, a sum that is confirmed", sums),
        on_both("chain: names nobody has are asked about once", names),
        on_both("chain: namesakes are asked about, with what tells them apart", namesakes),
        on_both("chain: undo takes back the whole paste, with its answers", undone),
        on_both("chain: who may take back whose paste, and how long", taken_back),
        on_both("chain: dues in private by name, in the group by number", dues),
        on_both("chain: a list goes on under an edited title, and begins anew in the next week", titles),
        on_both("chain: a check-in list, during the meeting and after it", attendance),
        on_both("chain: what a list's head makes of bare names", heads),
        on_both("chain: without a duty it asks which", which),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 李四 is secretary, 王五 treasurer; six members.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "赵六", "孙七", "周八"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("王五", Role::Treasurer, BRANCH).await;
    house
}

/// So many records, reversals included.
async fn records(house: &House) -> usize {
    house.db.column("SELECT source FROM record").await.len()
}

async fn pasted(db: Db) {
    let mut house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let chat = group.chat.clone();
    let first = "#接龙\n本周青年大学习\n例 姓名 已完成\n\n1. 张三 已完成\n2. 王五 已完成✅\n4. 赵六 还没看";
    let told = "本周青年大学习接龙：新记 2 位：张三、王五。\n还差 4 位，接着贴就行：\n5. 李四\n6. 赵六\n7. 孙七\n8. 周八";
    let message = house.message(&chat, "李四", first, false);
    house.hear(message.clone()).await;
    assert_eq!(house.read(&chat), told);
    house.hear(message.clone()).await;
    assert_eq!(house.read(&chat), "", "the same message again");
    assert_eq!(records(&house).await, 2);
    house.restart().await;
    house.hear(message).await;
    assert_eq!(house.read(&chat), told, "and again to a process that never answered it");
    assert_eq!(records(&house).await, 2);
    let group = house.unbound_group("90000");
    let same = "本周青年大学习接龙没有新的要记。\n还差 4 位，接着贴就行：\n5. 李四\n6. 赵六\n7. 孙七\n8. 周八";
    assert_eq!(group.says("李四", first).await, same);
    assert_eq!(
        group.says("李四", &format!("{first}\n5. 孙七 已完成\n6. 周八 请假\n7.李四\n8. 张三 done")).await,
        "本周青年大学习接龙：新记 1 位：孙七。\n请假 1 位：周八。\n没看明白、先没记：李四。\n还差 2 位，接着贴就行：\n9. 李四\n10. 赵六",
        "an empty entry in a list that others filled says nothing; 张三 stands there twice and counts once"
    );
    assert_eq!(records(&house).await, 4);
    assert_eq!(
        group.says("李四", "#接龙 本周青年大学习 1.张三 已完成 3.赵六 已完成 4.李四 已完成").await,
        "本周青年大学习接龙：新记 2 位：赵六、李四。\n这份里不见了，原来记的没动：王五、孙七、周八。\n本周青年大学习全部完成了，真好。",
        "on one line, and shorter than it was"
    );
    assert_eq!(records(&house).await, 6);
    house.ends().await;
}

async fn edited(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let list = |entries: &str| format!("#接龙\n本周大学习\n{entries}");
    group.says("李四", &list("1.张三 已完成\n2.王五 已完成\n3.赵六 还没看")).await;
    assert_eq!(
        group.says("李四", &list("1.张三 请假\n2.王五 还没看\n3.赵六 已完成")).await,
        "本周青年大学习接龙：新记 1 位：赵六。\n改过的按新的记了：张三、王五。\n还差 4 位，接着贴就行：\n4. 李四\n5. 王五\n6. 孙七\n7. 周八"
    );
    assert_eq!(records(&house).await, 6, "two, two reversals, leave, one more");
    // a member's copy from before that: nothing goes back
    assert_eq!(group.says("孙七", &list("1.张三 已完成\n2.王五 已完成\n3.赵六 还没看\n4.孙七 已完成")).await, "");
    assert_eq!(group.later(10).await, "收到 1 位的青年大学习：孙七");
    assert_eq!(records(&house).await, 7);
    assert_eq!(
        group.says("李四", &list("1.张三 已完成\n2.王五 还没看\n3.赵六 已完成\n4.孙七 已完成")).await,
        "本周青年大学习接龙没有新的要记。\n写的还是以前那样，没往回改：张三。\n还差 3 位，接着贴就行：\n5. 李四\n6. 王五\n7. 周八"
    );
    // whoever it is may change it back
    assert_eq!(group.says("张三", &list("1.张三 已完成\n2.王五 还没看\n3.赵六 已完成")).await, "");
    assert_eq!(group.later(10).await, "收到 1 位的青年大学习：张三");
    assert_eq!(records(&house).await, 9);
    assert_eq!(group.asks("张三", "撤销").await, "撤销了：本周青年大学习。");
    let own = house.whispers("张三", "我的记录").await;
    assert!(own.contains("青年大学习") && own.contains("请假或免 1"), "on leave again: {own}");
    assert_eq!(records(&house).await, 11, "what was done is taken back, the leave is brought back");
    assert!(group.asks("张三", "撤销").await.contains("没有可以撤销的记录"));
    house.ends().await;
}

async fn sums(db: Db) {
    let house = house(db).await;
    let list = |entries: &str| format!("#接龙\n10、11月团费\n{entries}");
    let say = async |text: String| house.whispers("李四", &text).await;
    assert_eq!(
        say(list("1.张三 0.4\n2.赵六 已交\n3.孙七 0.2\n4.周八 请假")).await,
        "10月、11月团费接龙：新记 2 位，等确认：张三、赵六。\n数和应交的对不上（或者这个月已经交过），先没记：孙七。\n没看明白、先没记：周八。\n\
        还差 4 位，接着贴就行：\n5. 李四\n6. 王五\n7. 孙七\n8. 周八"
    );
    assert_eq!(records(&house).await, 4);
    // the same in other words, and a sum that fits now
    assert_eq!(
        say(list("1.张三 已交\n2.赵六 0.4元\n3.孙七 4毛\n4.周八 请假")).await,
        "10月、11月团费接龙：新记 1 位，等确认：孙七。\n还差 3 位，接着贴就行：\n5. 李四\n6. 王五\n7. 周八"
    );
    assert_eq!(records(&house).await, 6);
    // one that does not fit leaves what there was
    let odd = say(list("1.张三 已交\n2.赵六 5元\n3.孙七 4毛\n4.周八 请假")).await;
    assert!(odd.contains("先没记：赵六"), "{odd}");
    assert_eq!(records(&house).await, 6, "the old sum stands, no second record");
    assert_eq!(house.whispers("王五", "确认赵六的团费").await, "团费确认了 1 位，共 0.4 元：赵六（10月、11月，0.4 元）。");
    house.grant("孙七", Role::GroupLeader, BRANCH).await;
    let chat = house.group("90000", BRANCH).await;
    chat.says("李四", &list("1.赵六 0.4")).await;
    assert_eq!(records(&house).await, 8, "the group's list is another one, but the months are paid");
    house.ends().await;
}

async fn names(db: Db) {
    let mut house = house(db).await;
    let list = "#接龙\n本周大学习\n1.张珊 已完成\n2.王午 已完成\n3.小明 已完成\n4.孙七 已完成";
    let group = house.group("90000", BRANCH).await;
    assert_eq!(
        group.says("李四", list).await,
        "本周青年大学习接龙：新记 1 位：孙七。\n有 2 个名字要核对：\n张珊是不是 1.张三\n王午是不是 2.王五\n回序号就记上，比如“1 2”；都不是就回“不是”。\n\
        名册上没有、没记的 1 位：小明。\n还差 5 位，接着贴就行：\n5. 张三\n6. 李四\n7. 王五\n8. 赵六\n9. 周八"
    );
    house.restart().await;
    let group = house.unbound_group("90000");
    assert_eq!(group.says("张三", "1").await, "", "somebody else's answer is none");
    assert_eq!(group.says("李四", "3").await, "回上面的序号就行；都不是就回“不是”。");
    assert_eq!(group.says("李四", "张珊就是张三").await, "本周青年大学习接龙：新记 1 位：张三。");
    assert_eq!(records(&house).await, 2);
    // known from now on, and never asked again
    assert_eq!(
        group.says("李四", &format!("{list}\n5.张叁 请假")).await,
        "本周青年大学习接龙没有新的要记。\n名册上没有、没记的 3 位：王午、小明、张叁。\n还差 4 位，接着贴就行：\n6. 李四\n7. 王五\n8. 赵六\n9. 周八"
    );
    let other = "#接龙\n上周大学习\n1.王午 已完成";
    assert!(group.says("李四", other).await.contains("王午是不是 1.王五\n是就回“是”，不是就回“不是”。"));
    assert_eq!(group.says("李四", "不是").await, "好，这几个先不记。");
    assert_eq!(group.says("李四", "#接龙\n10月第一周大学习 补\n1.王午 已完成").await, "没看懂是哪一期，可以说“上周”“10月”“第三季度”。");
    assert!(group.says("李四", "#接龙\n上上周大学习 补\n1.王午 已完成").await.contains("是就回“是”"));
    assert!(group.says("李四", "是").await.contains("新记 1 位：王五"));
    assert_eq!(records(&house).await, 3);
    house.ends().await;
}

/// Somebody without an account, of a group within the branch.
async fn add(house: &House, name: &str, team: &str) {
    let org = house.store().org_by_path(BRANCH).await.unwrap().unwrap();
    let fields = MemberFields { group: Some(team.into()), ..MemberFields::default() };
    let change = RosterChange::Add(NewMember { branch: org.id, name: name.into(), from: org.since, known: None, fields });
    let count =
        |r: &zhibu::domain::roster::Roster, d: &str, p| house.bot.config.duty(d).map_or_else(Vec::new, |d| r.expected(d, p).map(|m| m.person).collect());
    house.store().change_roster(&[change], &[(org.id, org.epoch)], None, &count).await.unwrap();
    house.bot.cache.forget_all();
}

async fn namesakes(db: Db) {
    let house = house(db).await;
    add(&house, "王伟", "一组").await;
    add(&house, "王伟", "二组").await;
    let list = "#接龙\n本周大学习\n1.张三 已完成\n2.王伟 已完成";
    let told = house.whispers("李四", list).await;
    assert!(told.contains("有 1 个名字要核对：\n王伟是不是 1.王伟（第一团支部、一组）、2.王伟（第一团支部、二组）\n回序号就记上，比如“1”；"), "{told}");
    assert_eq!(house.whispers("李四", "是").await, "回上面的序号就行；都不是就回“不是”。");
    assert_eq!(house.whispers("李四", "1和2").await, "回上面的序号就行；都不是就回“不是”。", "one entry is not two people's");
    assert_eq!(house.whispers("李四", "选2").await, "本周青年大学习接龙：新记 1 位：王伟（二组）。");
    let both = house.whispers("李四", "#接龙\n上周大学习\n1.王伟 已完成\n2.王伟 已完成").await;
    assert!(both.starts_with("上周青年大学习接龙：新记 2 位：王伟（一组）、王伟（二组）。"), "both of them: {both}");
    assert_eq!(records(&house).await, 4);
    house.ends().await;
}

async fn undone(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let list = "#接龙\n本周大学习\n1.张珊 已完成\n2.孙七 已完成\n3.周八 请假";
    assert_eq!(group.says("孙七", "大学习看完了").await, "记好啦：孙七，本周青年大学习已完成。");
    let told = group.says("李四", list).await;
    assert!(told.starts_with("本周青年大学习接龙：\n请假 1 位：周八。\n另有 1 位之前就记过。\n有 1 个名字要核对："), "{told}");
    assert_eq!(group.says("李四", "是").await, "本周青年大学习接龙：新记 1 位：张三。");
    assert_eq!(group.asks("李四", "撤销").await, "撤销了：周八本周青年大学习、张三本周青年大学习。", "not what 孙七 said");
    assert_eq!(records(&house).await, 5);
    // somebody's stale copy brings nothing back; whoever pasted it does
    assert_eq!(group.says("赵六", list).await, "");
    assert_eq!(records(&house).await, 5);
    let again = group.says("李四", list).await;
    assert!(again.starts_with("本周青年大学习接龙：新记 1 位：张三。\n请假 1 位：周八。\n还差"), "{again}");
    assert_eq!(records(&house).await, 7);
    house.ends().await;
}

async fn taken_back(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    house.grant("孙七", Role::GroupLeader, BRANCH).await;
    let chat = group.chat.clone();
    let paste = house.message(&chat, "孙七", "#接龙\n本周大学习\n1.张三 已完成\n2.周八 已完成", false);
    house.hear(paste.clone()).await;
    assert!(house.read(&chat).contains("新记 2 位"));
    let mut reply = house.message(&chat, "赵六", "撤销", true);
    reply.replies_to = Some(paste.quote_id.clone());
    house.hear(reply.clone()).await;
    assert_eq!(house.read(&chat), "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。", "somebody else's paste");
    reply = house.message(&chat, "李四", "撤销", true);
    reply.replies_to = Some(paste.quote_id.clone());
    house.hear(reply).await;
    assert_eq!(house.read(&chat), "撤销了：张三本周青年大学习、周八本周青年大学习。", "the secretary, in reply to it");
    assert!(group.says("孙七", "#接龙\n上周大学习\n1.张三 已完成\n2.周八 已完成").await.contains("新记 2 位"));
    assert_eq!(group.asks("李四", "撤销接龙").await, "撤销了：张三上周青年大学习、周八上周青年大学习。");
    assert!(group.says("孙七", "#接龙\n上上周大学习 补\n1.张三 已完成").await.contains("新记 1 位"));
    house.clock().advance(25 * 3_600_000);
    house.db.sql("DELETE FROM role_grant WHERE role = 'group_leader'").await;
    house.bot.cache.forget_all();
    assert_eq!(group.asks("孙七", "撤销").await, "那条记了超过 1 天，要撤请组织委员或团支书来。", "a day later, and no leader any more");
    assert!(group.asks("李四", "撤销接龙").await.starts_with("撤销了：张三"));
    house.ends().await;
}

async fn dues(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let list = "#接龙\n11月团费\n1.张三 0.2\n2.赵六 0.6\n3.孙七 还没交\n4.周八 ???";
    assert_eq!(
        group.says("李四", list).await,
        "11月团费接龙：新记 1 位，等确认：张三。\n有 1 位的数和应交的对不上（或者这个月已经交过），先没记；私聊我再贴一次就能看到是谁。\n\
        有 1 位写的没看明白，先没记。\n11月团费还有 5 位没交，名单只发给组织委员或团支书（私聊我问就行）。"
    );
    assert_eq!(
        house.whispers("李四", list).await,
        "11月团费接龙：\n另有 1 位之前就记过。\n数和应交的对不上（或者这个月已经交过），先没记：赵六。\n没看明白、先没记：周八。\n\
        还差 5 位，接着贴就行：\n5. 李四\n6. 王五\n7. 赵六\n8. 孙七\n9. 周八"
    );
    assert_eq!(records(&house).await, 1);
    // a list that names no month: the oldest unpaid one, and who has paid this month is not charged again
    let plain = house.whispers("李四", "#接龙\n团费收缴\n1.孙七 0.2\n2.周八 0.4\n3. 张三 0.2").await;
    assert!(plain.contains("新记 2 位，等确认：孙七、周八。") && plain.contains("先没记：张三"), "{plain}");
    let periods = house.db.column("SELECT period FROM record ORDER BY id").await;
    assert_eq!(periods, ["2026-11", "2026-09", "2026-09", "2026-10"]);
    house.ends().await;
}

async fn titles(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let entries = "1.张三 已完成\n2.赵六 已完成\n3.孙七 已完成";
    group.says("李四", &format!("#接龙\n大学习打卡\n{entries}")).await;
    assert_eq!(records(&house).await, 3);
    let told = group.says("李四", &format!("#接龙\n大学习打卡，抓紧时间（3/6）\n{entries}\n4.周八 已完成")).await;
    assert!(told.starts_with("本周青年大学习接龙：新记 1 位：周八。"), "{told}");
    // Sunday noon; on Monday morning it is still last week's list, on Wednesday a new one
    house.clock().advance(20 * 3_600_000);
    let told = group.says("李四", &format!("#接龙\n大学习打卡\n{entries}\n4.周八 已完成\n5.李四 已完成")).await;
    assert!(told.starts_with("上周青年大学习接龙：新记 1 位：李四。"), "{told}");
    house.clock().advance(50 * 3_600_000);
    let told = group.says("李四", &format!("#接龙\n大学习打卡\n{entries}")).await;
    assert!(told.starts_with("本周青年大学习接龙：新记 3 位：张三、赵六、孙七。"), "{told}");
    assert_eq!(records(&house).await, 8);
    let documents = house.db.column("SELECT periods FROM document ORDER BY id").await;
    assert_eq!(documents, ["2026-W47", "2026-W48"]);
    let kept = house.db.column("SELECT title || said || COALESCE(name, '') FROM document JOIN document_entry ON document_id = document.id").await;
    assert!(!kept.iter().any(|t| t.contains("打卡") || t.contains("张三")), "no words are kept");
    house.ends().await;
}

async fn attendance(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let list = |entries: &str| format!("#接龙\n主题团日签到\n{entries}");
    assert_eq!(group.says("张三", &list("1.张三")).await, "接龙里另有 1 位要组织委员或团支书点头：说“确认接龙”就记上。", "no check-in is open");
    assert_eq!(records(&house).await, 0);
    group.asks("李四", "开始签到").await;
    assert_eq!(group.says("赵六", &list("1.张三\n2.赵六 到")).await, "");
    assert_eq!(group.later(10).await, "1 位签到成功：赵六");
    let told = group.says("李四", &list("1.张三\n2.赵六 到\n3.孙七 请假\n4.周八")).await;
    assert!(told.starts_with("11月主题团日接龙：新记 2 位：张三、周八。\n请假 1 位：孙七。\n还差 2 位"), "{told}");
    assert_eq!(
        group.asks("李四", "结束签到").await,
        "主题团日签到结束：应到 6，实到 3（迟到 0，早退 0），请假 1，缺席 2。\n代签：张三、周八\n请假：孙七\n没到：李四、王五"
    );
    let told = group.says("李四", "#接龙\n10月主题团日签到\n1.张三\n2.王五").await;
    assert!(told.starts_with("10月主题团日接龙：新记 2 位：张三、王五。"), "after the meeting the secretary's word is enough: {told}");
    house.ends().await;
}

async fn heads(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    for (head, told) in [
        ("没看大学习的名单", "没看明白、先没记：张三、赵六"),
        ("青年大学习通知 收到请接龙", "没看明白、先没记：张三、赵六"),
        ("下周大学习", "11月23日那周还没到"),
        ("未交团费的同学", "有 2 位写的没看明白"),
        ("11月团费", "有 2 位写的没看明白"),
        ("大学习\n例 姓名 已完成", "没看明白、先没记：张三、赵六"),
    ] {
        let said = group.says("李四", &format!("#接龙\n{head}\n1.张三\n2.赵六")).await;
        assert!(said.contains(told), "{head}: {said}");
        assert_eq!(records(&house).await, 0, "{head}");
    }
    assert_eq!(group.says("李四", "#接龙\n周五主题团日谁参加\n1.张三").await, "");
    let leave = group.says("李四", "#接龙\n主题团日请假接龙\n1.张三\n2.赵六 感冒").await;
    assert!(leave.starts_with("11月主题团日接龙：\n请假 2 位：张三、赵六。"), "{leave}");
    let paid = group.says("李四", "#接龙\n已交11月团费的接龙\n1.孙七\n2.周八").await;
    assert!(paid.contains("新记 2 位，等确认：孙七、周八"), "{paid}");
    group.asks("李四", "开始签到").await;
    let late = group.says("李四", "#接龙\n主题团日签到\n1.王五 到\n2.孙七 迟到\n3.周八 早退\n4.李四 缺勤").await;
    assert!(late.contains("新记 3 位：王五、孙七、周八。"), "{late}");
    let states = house.db.column("SELECT state FROM record WHERE state IS NOT NULL ORDER BY id").await;
    assert_eq!(states, ["personal", "personal", "present", "late", "left_early"]);
    house.ends().await;
}

async fn which(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let list = "#接龙\n1. 张三\n2. 李四";
    assert_eq!(group.says("李四", list).await, "");
    assert_eq!(group.asks("李四", list).await, "这是哪一项的接龙？标题里写上团费、青年大学习、主题团日中的一项，再发一次就行。");
    for other in ["#接龙\n周五聚餐\n1. 张三", "#接龙\n班费20元\n1. 张三 已交", "#接龙\n主题团日报名\n1. 张三", "「#接龙\n团费\n1. 张三 0.2」"]
    {
        assert_eq!(group.says("李四", other).await, "", "{other}");
    }
    assert_eq!(house.whispers("陌生人", "#接龙\n团费\n1. 张三 0.2").await, house.whispers("陌生人", "交了团费").await);
    assert_eq!(records(&house).await, 0);
    house.ends().await;
}
