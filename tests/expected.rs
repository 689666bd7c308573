//! Who is expected: nobody for what was over before the bot knew them. Such reports are kept, and count in no rate.

use crate::support::asking::does_alone;
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::action::branch::roster_import::{Import, Outcome, apply};
use zhibu::config::{Config, Env};
use zhibu::domain::calendar::Period;
use zhibu::domain::record::Tally;
use zhibu::domain::role::Role;
use zhibu::domain::roster::RosterChange;
use zhibu::intake::plan::Elsewhere;
use zhibu::language::Intent;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const DAY: i64 = 24 * 60 * 60_000;

pub fn tests() -> Vec<Trial> {
    [
        on_both("expected_from_the_day_of_the_roster", from_the_roster),
        on_both("expected_from_the_day_of_the_member", from_the_member),
        on_both("expected_of_a_closed_month", of_a_closed_month),
        on_both("expected_no_more_who_left", who_left),
        on_both("expected_no_more_who_moved", who_moved),
        on_both("expected_no_more_who_moved_from_two_branches", who_moved_from_two),
        on_both("expected_guests_of_a_meeting", guests),
        on_both("expected_at_the_own_groups_meeting", groups),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn import(house: &House, rows: &str) {
    import_file(house, &format!("姓名,所在团支部,入团年月,职务\n{rows}")).await;
}

pub async fn import_file(house: &House, text: &str) {
    let bytes = text.as_bytes().to_vec();
    let import = Import {
        store: house.store(),
        config: &house.bot.config,
        today: house.bot.config.zone().date(house.bot.now()),
        bytes: Arc::new(bytes),
        branch: Some(BRANCH),
        scope: &[String::new()],
        elsewhere: Elsewhere::Ask,
        may_grant: true,
        actor: None,
    };
    assert!(matches!(apply(&import, None).await.unwrap(), Outcome::Applied(_)));
    house.bot.cache.forget_all();
}

async fn bind(house: &House, names: &[&str]) {
    for name in names {
        let person = house.store().people_named(name, "").await.unwrap()[0].0;
        assert!(house.store().bind_account(&account(name), person, None).await.unwrap());
    }
    house.bot.cache.forget_all();
}

async fn tally(house: &House, duty: &str, period: &str) -> (i64, i64, i64) {
    let period: Period = period.parse().unwrap();
    let Tally { expected, done, got, .. } = house.store().tallies(BRANCH, duty, period).await.unwrap().pop().map(|(_, t)| t).unwrap_or_default();
    (expected, done, got)
}

/// Wednesday of W48 of 2026, 25 November: the roster comes.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.clock().advance(3 * DAY);
    import(&house, "张三,,2021-05,\n李四,,2021-05,团支书\n王五,,,\n").await;
    bind(&house, &["张三", "李四", "王五"]).await;
    house
}

async fn from_the_roster(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.asks("李四", "上周谁没看大学习").await, "上周青年大学习没有要完成的人。");
    assert_eq!(group.says("张三", "上周的大学习看完了").await, "记好啦：张三，上周青年大学习已完成。");
    assert_eq!(group.says("张三", "上周的大学习看完了").await, "张三，上周青年大学习之前就记过啦，不用再报。");
    assert_eq!(group.asks("李四", "上周大学习统计").await, "上周青年大学习没有要完成的人；有 1 人报了，记着，不计入完成率。");
    assert_eq!(tally(&house, "study", "2026-W47").await, (0, 0, 1));
    assert_eq!(group.says("张三", "大学习看完了").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(
        group.asks("李四", "11月大学习统计").await,
        "10月26日那周至本周青年大学习：应完成 3 = 已完成 1 + 请假或免 0 + 未完成 2，完成率 33.3 %（按人次）；另有 1 人不在应完成之列也报了，不计入"
    );
    // the month of the import is owed, earlier ones only where they are opened
    assert_eq!(tally(&house, "study", "2026-W48").await, (3, 1, 1));
    assert_eq!(group.asks("李四", "谁没交团费").await, "11月团费还有 3 位没交，名单只发给组织委员或团支书（私聊我问就行）。（应交 3，已交 0）");
    assert!(house.whispers("张三", "交了10月团费").await.contains("不用交"));
    house.ends().await;
}

async fn from_the_member(db: Db) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["李四", "张三"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "大学习看完了").await, "记好啦：张三，本周青年大学习已完成。");
    house.clock().advance(3 * DAY);
    // in the league for years, on this roster since today: weeks from now on, months from the unit's first
    import(&house, "赵六,,2021-05,\n").await;
    bind(&house, &["赵六"]).await;
    assert_eq!(group.asks("李四", "上周谁没看大学习").await, "上周青年大学习还没完成的有 1 位：李四（应完成 2，已完成 1）");
    assert_eq!(group.says("赵六", "上周的大学习看完了").await, "记好啦：赵六，上周青年大学习已完成。");
    assert_eq!(
        group.asks("李四", "上周大学习统计").await,
        "上周青年大学习：应完成 2 = 已完成 1 + 请假或免 0 + 未完成 1，完成率 50 %；另有 1 人不在应完成之列也报了，不计入"
    );
    assert_eq!(tally(&house, "study", "2026-W47").await, (2, 1, 2));
    assert!(house.whispers("赵六", "我还欠多少团费").await.contains("0.6"), "September to November");
    // closed, it stays so; and who reports later is beside it too
    house.clock().advance(40 * DAY);
    house.kept().await;
    assert_eq!(tally(&house, "study", "2026-W47").await, (2, 1, 2));
    house.ends().await;
}

async fn who_left(db: Db) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["李四", "张三", "王五"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    let group = house.group("90000", BRANCH).await;
    house.clock().advance(3 * DAY);
    assert_eq!(group.says("张三", "大学习看完了").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(tally(&house, "study", "2026-W48").await, (3, 1, 1));
    let (person, branch) = house.store().people_named("张三", "").await.unwrap()[0];
    let leaves = RosterChange::Leave { person, branch, to: "2026-11-26".parse().unwrap() };
    let config = house.bot.config.clone();
    let recount = zhibu::action::study::issues::expected(&config);
    house.store().change_roster(&[leaves], &[], None, &recount).await.unwrap();
    house.bot.cache.forget_all();
    assert_eq!(tally(&house, "study", "2026-W48").await, (2, 0, 1), "the rate is of those who are left");
    let proof = house.store().prove().await.unwrap();
    assert_eq!(proof, Vec::<String>::new());
    // what was said can still be taken back
    assert_eq!(group.asks("张三", "撤销").await, "撤销了：本周青年大学习。");
    assert_eq!(tally(&house, "study", "2026-W48").await, (2, 0, 0));
    assert_eq!(house.store().rebuild().await.unwrap(), Vec::<String>::new());
    house.ends().await;
}

/// With the meetings that are switched off by default.
pub async fn with_meetings(db: Db) -> House {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("duties")).unwrap();
    for name in ["duties/committee_meeting.toml", "duties/group_meeting.toml"] {
        let text = zhibu::config::defaults::text(name).unwrap().replace("enabled = false", "enabled = true");
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    House::with(db, Arc::new(Config::load(Some(folder.path()), &Env::default()).unwrap())).await
}

/// A word from the secretary ends a membership; the past stays where it was.
async fn who_moved(db: Db) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["李四", "张三", "王五"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "大学习看完了").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(group.asks("王五", "张三转走了").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert!(group.asks("李四", "李四转走了").await.starts_with("你自己的去留请上级团组织来办"));
    assert_eq!(
        group.asks("李四", "张三转走了").await,
        "记下了：张三从明天起不在第一团支部的名册上，以前的记录都留着。转到别的团支部的，请那边的团支书把写了 TA 的 QQ 或团员编号的名册发给我；记错了，就把有 TA 的名册再发我一次。"
    );
    assert_eq!(tally(&house, "study", "2026-W47").await, (3, 1, 1), "this week ends with today: here to its end");
    house.clock().advance(DAY);
    assert_eq!(group.asks("李四", "谁没看大学习").await, "本周青年大学习还没完成的有 2 位：李四、王五（应完成 2，已完成 0）");
    assert_eq!(group.asks("李四", "上周大学习统计").await, "上周青年大学习：应完成 3 = 已完成 1 + 请假或免 0 + 未完成 2，完成率 33.3 %");
    let dues = house.whispers("李四", "谁没交团费").await;
    assert!(dues.contains("张三（9月、10月，0.4 元）") && dues.contains("王五（9月至11月，0.6 元）"), "November ends without them: {dues}");
    house.ends().await;
}

/// Said of several branches at once, in any order.
async fn who_moved_from_two(db: Db) {
    let house = House::new(db).await;
    let other = "余庆县团委/白泥镇团委/第二团支部";
    house.branch(BRANCH, &["李四", "张三", "王五"], 2).await;
    house.branch(other, &["周八", "何叔"], 2).await;
    house.grant("何叔", Role::Committee, "余庆县团委/白泥镇团委").await;
    let told = does_alone(&house, "何叔", Intent::Moved { names: ["张三", "周八", "王五"].map(str::to_owned).into() }).await;
    assert_eq!(
        told,
        "记下了：张三、王五从明天起不在第一团支部的名册上。\n记下了：周八从明天起不在第二团支部的名册上，以前的记录都留着。\
         转到别的团支部的，请那边的团支书把写了 TA 的 QQ 或团员编号的名册发给我；记错了，就把有 TA 的名册再发我一次。"
    );
    let left = house.db.column("SELECT p.name FROM membership AS m JOIN person AS p ON p.id = m.person_id WHERE m.to_day IS NOT NULL ORDER BY p.name").await;
    assert_eq!(left, ["周八", "张三", "王五"]);
    house.ends().await;
}

/// Who is admitted after the close of a month, from before it, pays for it and was not expected in it.
async fn of_a_closed_month(db: Db) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["李四", "张三"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.whispers("张三", "交了9月和10月团费").await;
    house.clock().advance(220 * DAY);
    house.kept().await;
    assert!(house.store().frozen(house.store().org_by_path(BRANCH).await.unwrap().unwrap().id, "dues", "2026-10".parse().unwrap()).await.unwrap());
    assert_eq!(tally(&house, "dues", "2026-10").await, (2, 1, 20));
    import(&house, "赵六,,2026-09,\n").await;
    bind(&house, &["赵六"]).await;
    let paid = house.whispers("赵六", "补交了2026年9月到10月团费").await;
    assert!(paid.starts_with("收到：赵六2026年9月、2026年10月团费共 0.4 元"), "{paid}");
    house.whispers("李四", "确认赵六的团费").await;
    assert_eq!(tally(&house, "dues", "2026-10").await, (2, 1, 40), "what was paid is there; who was expected stays");
    assert_eq!(house.store().prove().await.unwrap(), Vec::<String>::new());
    // as it was entered before: counted among those who were expected, until the migration
    house.db.sql("UPDATE standing SET expected = NULL WHERE expected = 0").await;
    house.db.sql("UPDATE tally SET done = done + 1 WHERE period IN ('2026-09', '2026-10')").await;
    house.db.sql(include_str!("../migrations/common/0017_beside.sql")).await;
    assert_eq!(tally(&house, "dues", "2026-10").await, (2, 1, 40));
    assert_eq!(house.store().prove().await.unwrap(), Vec::<String>::new());
    house.whispers("李四", "撤销").await;
    house.whispers("赵六", "撤销").await;
    assert_eq!(tally(&house, "dues", "2026-10").await, (2, 1, 20));
    // also who was expected and pays now counts
    house.whispers("李四", "补交了2026年9月到10月团费").await;
    assert_eq!(tally(&house, "dues", "2026-10").await, (2, 2, 40));
    assert_eq!(house.store().rebuild().await.unwrap(), Vec::<String>::new());
    house.ends().await;
}

async fn guests(db: Db) {
    let house = with_meetings(db).await;
    house.branch(BRANCH, &["李四"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    import(&house, "钱七,,2021-05,组织委员\n赵六,,2021-05,\n").await;
    bind(&house, &["钱七", "赵六"]).await;
    let group = house.group("90000", BRANCH).await;
    assert!(group.asks("李四", "开始支委会签到").await.starts_with("支委会签到开始了"));
    assert_eq!(group.says("钱七", "签到").await, "签到成功：钱七，支委会。");
    assert_eq!(group.says("赵六", "签到").await, "签到成功：赵六，支委会。不在应到之列，算列席。");
    assert_eq!(tally(&house, "committee_meeting", "2026-11").await, (1, 1, 2), "who has no post is a guest");
    house.ends().await;
}

/// Two groups meet at once; whoever is in none, or in the other, is a guest there.
async fn groups(db: Db) {
    let house = with_meetings(db).await;
    house.branch(BRANCH, &["李四"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    let file = "姓名,所在团支部,团小组\n张三,,第一小组\n王五,,第一小组\n赵六,,第二小组\n";
    import_file(&house, file).await;
    bind(&house, &["张三", "王五", "赵六"]).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.asks("李四", "开始第一小组团小组会签到").await, "团小组会（第一小组）签到开始了，23:59 截止。在群里回“签到”就行。");
    assert_eq!(group.says("赵六", "签到").await, "签到成功：赵六，团小组会。", "the only one that is on: a guest");
    assert_eq!(group.asks("李四", "开始第二小组团小组会签到").await, "团小组会（第二小组）签到开始了，23:59 截止。在群里回“签到”就行。");
    assert_eq!(group.says("张三", "签到").await, "签到成功：张三，团小组会。");
    assert_eq!(group.says("赵六", "签到").await, "签到成功：赵六，团小组会。");
    assert_eq!(
        group.asks("李四", "结束第一小组团小组会签到").await,
        "团小组会（第一小组）签到结束：应到 2，实到 1（迟到 0，早退 0），请假 0，缺席 1。\n没到：王五\n列席：赵六"
    );
    assert_eq!(
        group.asks("李四", "结束第二小组团小组会签到").await,
        "团小组会（第二小组）签到结束：应到 1，实到 1（迟到 0，早退 0），请假 0，缺席 0。\n全员到齐，给大家点个赞。"
    );
    assert_eq!(group.asks("李四", "谁没参加团小组会").await, "11月团小组会还没签到的有 1 位：王五（应到 3，已到 2）", "the secretary is in no group");
    assert_eq!(tally(&house, "group_meeting", "2026-11").await, (3, 2, 2));
    // who is another group's guest later owes no less; nor is a guest's presence nothing, where it is all there is
    house.clock().advance(DAY);
    assert!(group.asks("李四", "开始第二小组团小组会签到").await.starts_with("团小组会（第二小组）签到开始了"));
    assert_eq!(group.says("张三", "签到").await, "签到成功：张三，团小组会。");
    assert_eq!(tally(&house, "group_meeting", "2026-11").await, (3, 2, 2));
    assert_eq!(group.says("王五", "签到").await, "签到成功：王五，团小组会。");
    assert_eq!(group.says("李四", "签到").await, "签到成功：李四，团小组会。不在应到之列，算列席。", "of no group, and not expected");
    assert_eq!(group.asks("李四", "谁没参加团小组会").await, "这场团小组会（第二小组）还没签到的有 1 位：赵六（应到 1，已到 0）", "while it is on");
    group.asks("李四", "结束第二小组团小组会签到").await;
    assert_eq!(group.asks("李四", "谁没参加团小组会").await, "11月团小组会全部到齐了，真好。（应到 3，已到 3）");
    assert_eq!(tally(&house, "group_meeting", "2026-11").await, (3, 3, 4));
    assert_eq!(house.store().prove().await.unwrap(), Vec::<String>::new());
    assert_eq!(group.asks("王五", "撤销").await, "撤销了：11月团小组会。");
    assert_eq!(tally(&house, "group_meeting", "2026-11").await, (3, 2, 3));
    house.clock().advance(60 * DAY);
    house.kept().await;
    assert_eq!(tally(&house, "group_meeting", "2026-11").await, (3, 2, 3));
    house.wire.take();
    house.ends().await;
}
