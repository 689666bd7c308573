//! Issues of Youth Study: opened in chat or by schedule, with free names, aliases and windows; pauses; and the levels of
//! evidence that stand side by side.

use crate::support::db::{Db, on_both};
use crate::support::house::{Group, House};
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::config::{Config, Env};
use zhibu::domain::duty::AutoIssues;
use zhibu::domain::message::ChatKey;
use zhibu::domain::record::{Evidence, Kind};
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const DAY: i64 = 24 * 60 * 60_000;

pub fn tests() -> Vec<Trial> {
    [
        on_both("study_issue_opened", opened),
        on_both("study_issue_named_in_passing", in_passing),
        on_both("study_issue_county", county),
        on_both("study_issue_of_a_town_is_named", titled),
        on_both("study_issue_scheduled", scheduled),
        on_both("study_issue_withdrawn", withdrawn),
        on_both("study_issue_scheduled_and_withdrawn", scheduled_and_withdrawn),
        on_both("study_issue_withdrawn_by_its_title", by_title),
        on_both("study_pause", paused),
        on_both("study_pause_of_an_open_issue", paused_beside),
        on_both("study_undone_once_of_twice", once_of_twice),
        on_both("study_excused_by_an_officer", excused),
        on_both("study_evidence", evidence),
        on_both("study_who_may", who_may),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn house(db: Db) -> House {
    let house = House::new(db).await;
    staffed(&house).await;
    house
}

async fn staffed(house: &House) {
    house.branch(BRANCH, &["李四", "王五", "张三"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
}

async fn weeks(house: &House, name: &str) -> Vec<(String, Option<Evidence>)> {
    let (person, branch) = house.store().people_named(name, "").await.unwrap()[0];
    house.store().standings_of(branch, person, Some("study")).await.unwrap().into_iter().map(|(k, s)| (k.period.to_string(), s.evidence)).collect()
}

async fn opened(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("王五", "大学习看完了").await, "记好啦：王五，本周青年大学习已完成。", "without issues a week is one");
    assert_eq!(group.asks("李四", "开始大学习 第十三季第5期").await, "第十三季第5期青年大学习开始啦，今天 20:00 截止。看完在群里说一声“看完了”就行。");
    assert_eq!(group.asks("李四", "开始大学习 第5期").await, "第十三季第5期青年大学习已经开着了。");
    // by its whole name alone, and by a number alone not
    assert_eq!(group.says("张三", "第十三季第5期看完了").await, "记好啦：张三，第十三季第5期青年大学习已完成。");
    assert!(group.asks("张三", "撤销").await.starts_with("撤销了"));
    assert_eq!(group.says("张三", "第5期看完了").await, "");
    for said in ["第5期看完了", "13季5期看完啦", "第五期看完了"] {
        assert_eq!(group.asks("张三", said).await, "记好啦：张三，第十三季第5期青年大学习已完成。", "to the bot its number is enough: {said}");
        assert_eq!(group.asks("张三", "撤销").await, "撤销了：第十三季第5期青年大学习。");
    }
    assert!(!group.asks("张三", "第9期看完了").await.contains("记好啦"));
    assert_eq!(group.says("张三", "第十三季第5期什么时候出").await, "");
    assert_eq!(group.asks("李四", "开始大学习 第十三季第6期").await, "本周已经有第十三季第5期了，一周只能开一期。");
    house.clock().advance(DAY);
    let told = group.asks("李四", "开新一期大学习 第十三季第6期 又名四中全会特辑 到周日20点").await;
    assert_eq!(told, "第十三季第6期青年大学习开始啦，11月29日周日 20:00 截止。看完在群里说一声“看完了”就行。");
    assert_eq!(group.says("王五", "大学习看完了").await, "记好啦：王五，第十三季第6期青年大学习已完成。");
    assert_eq!(group.says("张三", "第5期大学习看完了").await, "记好啦：张三，第十三季第5期青年大学习已完成。");
    assert_eq!(group.says("张三", "大学习四中全会特辑看完了").await, "记好啦：张三，第十三季第6期青年大学习已完成。");
    assert_eq!(group.says("王五", "大学习第9期看完了").await, "没有开过第9期青年大学习，现在是第十三季第6期。");
    assert_eq!(weeks(&house, "张三").await, [("2026-W47".to_owned(), Some(Evidence::Own)), ("2026-W48".to_owned(), Some(Evidence::Own))]);
    assert_eq!(group.asks("李四", "谁没看大学习").await, "第十三季第6期青年大学习还没完成的有 1 位：李四（应完成 3，已完成 2）");
    assert_eq!(group.asks("李四", "第5期大学习谁没看").await, "第十三季第5期青年大学习还没完成的有 1 位：李四（应完成 3，已完成 2）");
    assert_eq!(
        group.asks("李四", "结束大学习").await,
        "第十三季第6期青年大学习收了，再报还能补记。\n第十三季第6期青年大学习：应完成 3 = 已完成 2 + 请假或免 0 + 未完成 1，完成率 66.7 %"
    );
    assert_eq!(group.asks("李四", "结束大学习").await, "现在没有开着的青年大学习。");
    house.clock().advance(7 * DAY);
    // counted on from the last name; its own deadline is Saturday's
    assert_eq!(group.asks("李四", "开始大学习 到周六18点").await, "第十三季第7期青年大学习开始啦，12月5日周六 18:00 截止。看完在群里说一声“看完了”就行。");
    house.clock().advance(5 * DAY + 12 * 60 * 60_000);
    assert_eq!(group.says("张三", "大学习看完了").await, "记好啦：张三，第十三季第7期青年大学习已完成。");
    let stats = group.asks("李四", "大学习统计").await;
    assert!(stats.contains("第十三季第7期青年大学习"), "{stats}");
    house.ends().await;
}

/// The name of an issue alone is known from the first word on that is overheard, after a start of the issue and of the bot.
async fn in_passing(db: Db) {
    let mut house = house(db).await;
    house.group("90000", BRANCH).await;
    let told = house.whispers("李四", "开始大学习 四中全会特辑").await;
    assert!(told.starts_with("四中全会特辑青年大学习开始啦"), "{told}");
    assert!(house.read(&ChatKey::group("onebot", "90000")).starts_with("四中全会特辑"));
    assert_eq!(house.unbound_group("90000").says("张三", "四中全会特辑看完了").await, "记好啦：张三，四中全会特辑青年大学习已完成。");
    house.restart().await;
    assert_eq!(house.unbound_group("90000").says("王五", "四中全会特辑看完了").await, "记好啦：王五，四中全会特辑青年大学习已完成。");
    // where nothing is bound nothing is heard, and once it is, it is
    let other = house.unbound_group("90001");
    assert_eq!(other.says("李四", "四中全会特辑看完了").await, "");
    house.group("90001", BRANCH).await;
    house.bot.cache.forget_all();
    assert!(house.unbound_group("90001").says("李四", "四中全会特辑看完了").await.starts_with("记好啦：李四"));
    house.ends().await;
}

async fn county(db: Db) {
    let house = house(db).await;
    house.branch("余庆县团委/白泥镇团委/第二团支部", &["赵六"], 2).await;
    house.grant("李四", Role::Committee, "余庆县团委").await;
    let (one, two) = (house.group("90000", BRANCH).await, house.group("90001", "余庆县团委/白泥镇团委/第二团支部").await);
    let told = house.whispers("李四", "开始大学习 2026年第29期").await;
    assert_eq!(told, "2026年第29期青年大学习开始啦，今天 20:00 截止。看完在群里说一声“看完了”就行。");
    house.delivered().await;
    for group in [&one, &two] {
        assert_eq!(house.read(&group.chat), told, "every group below hears of it, once");
    }
    for (group, name) in [(&one, "张三"), (&two, "赵六")] {
        assert_eq!(group.says(name, "大学习2026年第29期看完了").await, format!("记好啦：{name}，2026年第29期青年大学习已完成。"));
    }
    house.ends().await;
}

/// A town's own issue has its own name in what the town files, whatever one of its branches opened in that week.
async fn titled(db: Db) {
    let house = house(db).await;
    house.branch("余庆县团委/白泥镇团委/第二团支部", &["赵六"], 2).await;
    house.grant("赵六", Role::Committee, "余庆县团委/白泥镇团委").await;
    let group = house.group("90000", BRANCH).await;
    assert!(group.asks("李四", "开始大学习 第十三季第5期").await.starts_with("第十三季第5期"));
    assert!(house.whispers("赵六", "开始大学习 第十三季第6期").await.starts_with("第十三季第6期"));
    let filed = house.whispers("赵六", "本周大学习汇总备案").await;
    assert!(filed.contains("第十三季第6期青年大学习汇总备案"), "{filed}");
    house.delivered().await;
    house.read(&group.chat);
    house.ends().await;
}

async fn scheduled(db: Db) {
    let dir = tempfile::TempDir::new().unwrap();
    std::fs::create_dir(dir.path().join("duties")).unwrap();
    let file = std::fs::read_to_string("bot-config/duties/study.toml").unwrap();
    let file = file.replace(
        "\n[words]",
        "\n[[pause]]\nname = \"寒假\"\nfrom = \"2026-12-07\"\nto = \"2026-12-20\"\n\n[issues]\ncron = \"0 8 * * MON\"\nname = \"{year}年第{n}期\"\n\n[words]",
    );
    std::fs::write(dir.path().join("duties/study.toml"), file).unwrap();
    let config = Config::load(Some(dir.path()), &Env::default()).unwrap_or_else(|p| panic!("{p:#?}"));
    let house = House::with(db, Arc::new(config)).await;
    staffed(&house).await;
    let group = house.group("90000", BRANCH).await;
    let mut opened = Vec::new();
    for n in 0..5 {
        opened.push(house.kept().await);
        let told = ["2026年第1期青年大学习开始啦，今天 20:00 截止。看完在群里说一声“看完了”就行。", "2026年第2期", "2026年第3期", "", ""][n];
        let read = house.read(&group.chat);
        assert!(read.starts_with(told) && read.is_empty() == told.is_empty(), "the branch's chat hears of it: {read}");
        opened.push(house.kept().await);
        opened.push(group.says("张三", "大学习看完了").await.len());
        house.clock().advance(7 * DAY);
    }
    assert_eq!(group.says("张三", "大学习看完了").await, "记好啦：张三，本周青年大学习已完成。");
    house.kept().await;
    house.bot.cache.forget_all();
    assert!(house.read(&group.chat).starts_with("2026年第4期青年大学习开始啦"));
    assert_eq!(group.says("王五", "大学习看完了").await, "记好啦：王五，2026年第4期青年大学习已完成。", "two weeks of holidays between");
    assert_eq!(opened.iter().step_by(3).copied().collect::<Vec<_>>(), [1, 1, 1, 0, 0]);
    assert_eq!(opened.iter().skip(1).step_by(3).sum::<usize>(), 0, "once for each period");
    house.ends().await;
}

/// Opened by mistake: taken back, what was reported stays with the week and belongs to the right one.
async fn withdrawn(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    group.asks("李四", "开始大学习 第十三季第5期").await;
    assert_eq!(group.says("张三", "大学习看完了").await, "记好啦：张三，第十三季第5期青年大学习已完成。");
    assert_eq!(group.asks("王五", "撤回第5期").await, "这件事要团支书来做，可以请 TA 跟我说一声。", "a member takes back reports, no issue");
    let asked = "要撤回第十三季第5期青年大学习吗？是第一团支部所有人的这一期（已经报的 1 人还记着，算在本周里）。回“是”撤回，回“否”算了。";
    assert_eq!(group.asks("李四", "取消第5期").await, asked);
    assert_eq!(group.says("李四", "否").await, "好的，都没动。");
    assert_eq!(group.asks("李四", "撤回第5期").await, asked);
    assert_eq!(group.says("李四", "是").await, "第十三季第5期青年大学习撤回了。已经报的 1 人都还记着，算在本周里。要重开就说“开始青年大学习 期号”。");
    assert_eq!(weeks(&house, "张三").await, [("2026-W47".to_owned(), Some(Evidence::Own))]);
    assert_eq!(group.asks("李四", "撤回第5期").await, "没找到你说的那条记录，什么也没动。撤销最近一条就说“撤销”。", "once");
    assert_eq!(group.asks("李四", "开始大学习 第十三季第6期").await, "第十三季第6期青年大学习开始啦，今天 20:00 截止。看完在群里说一声“看完了”就行。");
    assert_eq!(group.asks("李四", "大学习统计").await, "第十三季第6期青年大学习：应完成 3 = 已完成 1 + 请假或免 0 + 未完成 2，完成率 33.3 %");
    assert_eq!(group.asks("李四", "大学习看完了").await, "记好啦：李四，第十三季第6期青年大学习已完成。");
    assert_eq!(group.asks("李四", "撤销我的第6期大学习").await, "撤销了：第十三季第6期青年大学习。", "one's own report");
    assert_eq!(house.db.column("SELECT name FROM issue_withdrawn").await, ["第十三季第5期"]);
    // who reported it may mean that, and nothing else of what was said with it
    group.asks("李四", "大学习看完了，交了11月团费").await;
    house.whispers("李四", "交了10月团费").await;
    let which = "要撤哪一个？\n1. 你自己报的第十三季第6期青年大学习\n2. 整个第十三季第6期，第一团支部所有人的（已经报的 2 人还记着，算在本周里）\n回 1 或 2，都不撤就回“否”。";
    assert_eq!(group.asks("李四", "撤销第6期").await, which);
    assert_eq!(group.says("李四", "是").await, "回 1 撤你自己报的，回 2 撤回整期，都不撤就回“否”。");
    assert_eq!(group.says("李四", "1").await, "撤销了：第十三季第6期青年大学习。");
    assert_eq!(group.asks("张三", "撤销第6期").await, "撤销了：第十三季第6期青年大学习。", "a member's own, whatever came after");
    assert!(group.asks("李四", "撤销第6期").await.starts_with("要撤回第十三季第6期青年大学习吗？是第一团支部所有人的这一期。"));
    assert!(house.whispers("李四", "账本").await.contains("报了 0.4 元"), "the dues stay");
    assert!(group.says("李四", "是").await.starts_with("第十三季第6期青年大学习撤回了。"));
    assert_eq!(house.db.column("SELECT name FROM issue_withdrawn ORDER BY withdrawn_at, id").await, ["第十三季第5期", "第十三季第6期"]);
    house.ends().await;
}

/// What opened by schedule and was taken back stays so, whichever process looks; the next week's opens.
async fn scheduled_and_withdrawn(db: Db) {
    let mut config = Config::load(None, &Env::default()).unwrap();
    let study = config.duties.iter_mut().find(|d| d.key == "study").unwrap();
    study.issues = Some(AutoIssues { cron: "0 8 * * MON".into(), zone: config.bot.zone, name: "{year}年第{n}期".into() });
    let house = House::with(db, Arc::new(config)).await;
    staffed(&house).await;
    house.grant("李四", Role::Secretary, "余庆县团委").await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(house.kept().await, 1);
    assert!(house.read(&group.chat).starts_with("2026年第1期青年大学习开始啦"));
    assert!(house.whispers("李四", "撤回第1期大学习").await.starts_with("要撤回2026年第1期青年大学习吗？"));
    let said = house.whispers("李四", "是").await;
    assert!(said.starts_with("2026年第1期青年大学习撤回了"), "{said}");
    assert_eq!((house.kept().await, house.read(&group.chat)), (0, String::new()));
    house.clock().advance(7 * DAY);
    assert_eq!(house.kept().await, 1);
    assert!(house.read(&group.chat).starts_with("2026年第1期青年大学习开始啦"));
    house.ends().await;
}

async fn paused(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("王五", "大学习看完了").await, "记好啦：王五，本周青年大学习已完成。");
    assert_eq!(group.asks("李四", "暂停大学习").await, "停到哪天？说“暂停青年大学习 到2月20日”就行。");
    assert_eq!(group.asks("李四", "暂停大学习 到12月6日").await, "好的，青年大学习从11月22日停到12月6日，这段时间不算缺，也不提醒。");
    house.clock().advance(3 * DAY);
    assert_eq!(group.asks("李四", "谁没看大学习").await, "本周青年大学习没有要完成的人。");
    house.reminded_after(5 * 24 * 60).await;
    assert_eq!(group.asks("李四", "恢复大学习").await, "青年大学习恢复了，从这周接着来。", "and nothing was reminded of meanwhile");
    assert_eq!(group.asks("李四", "恢复大学习").await, "青年大学习没有在暂停。");
    assert_eq!(group.asks("李四", "谁没看大学习").await, "本周青年大学习还没完成的有 3 位：李四、王五、张三（应完成 3，已完成 0）");
    house.ends().await;
}

/// What is open is still owed, and that is said.
async fn paused_beside(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    group.asks("李四", "开始大学习 第十三季第5期").await;
    assert_eq!(
        group.asks("李四", "暂停大学习 到12月6日").await,
        "好的，青年大学习从11月22日停到12月6日，这段时间不算缺，也不提醒。\n第十三季第5期已经开了，照常算，也照常提醒；不想算就说“撤回第十三季第5期”。"
    );
    assert!(group.asks("李四", "谁没看大学习").await.starts_with("第十三季第5期青年大学习还没完成的有 3 位"));
    assert!(group.asks("李四", "撤回这期大学习").await.starts_with("要撤回第十三季第5期青年大学习吗？"));
    assert!(group.says("李四", "是").await.starts_with("第十三季第5期青年大学习撤回了。"));
    assert_eq!(group.asks("李四", "谁没看大学习").await, "本周青年大学习没有要完成的人。");
    house.ends().await;
}

async fn by_title(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert!(group.asks("李四", "开始大学习 四中全会特辑").await.starts_with("四中全会特辑青年大学习开始啦"));
    group.asks("李四", "王五大学习看完了").await;
    let undone = group.asks("李四", "撤销王五的四中全会特辑").await;
    assert!(!undone.contains("要撤回"), "whose report it is was said: {undone}");
    assert!(group.asks("李四", "撤回四中全会特辑").await.starts_with("要撤回四中全会特辑青年大学习吗？"));
    assert!(group.says("李四", "是").await.starts_with("四中全会特辑青年大学习撤回了。"));
    house.ends().await;
}

/// Of two records of one thing one is taken back: it still counts, and that is said.
async fn once_of_twice(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    group.says("王五", "大学习看完了").await;
    group.asks("李四", "王五大学习看完了").await;
    let first = group.asks("李四", "撤销王五的大学习").await;
    assert!(first.starts_with("撤销了：王五本周青年大学习。\n王五本周青年大学习还有另一条记录（") && first.ends_with("），仍算已完成。"), "{first}");
    assert_eq!(group.asks("李四", "撤销王五的大学习").await, "撤销了：王五本周青年大学习。");
    assert!(group.asks("李四", "谁没看大学习").await.contains("王五"));
    house.ends().await;
}

/// 不用看: an officer's word, with why; it counts as excused in every rate, and can be taken back.
async fn excused(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.asks("王五", "张三本周不用看大学习").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert!(group.asks("李四", "听说张三本周不用看大学习").await.starts_with("没太听明白"), "hearsay decides nothing");
    assert_eq!(house.whispers("李四", "张三本周不用看大学习，因为去支教").await, "好的，张三本周青年大学习不用做，不算缺（去支教）。");
    assert_eq!(house.db.column("SELECT body FROM reason").await, ["去支教"]);
    assert_eq!(group.asks("李四", "大学习统计").await, "本周青年大学习：应完成 3 = 已完成 0 + 请假或免 1 + 未完成 2，完成率 0 %");
    assert_eq!(group.asks("李四", "谁没看大学习").await, "本周青年大学习还没完成的有 2 位：李四、王五（应完成 3，已完成 0，请假或免 1）");
    assert_eq!(house.whispers("李四", "张三大学习请假").await, "张三本周青年大学习已经完成或者免过了，没有动。");
    assert!(house.whispers("李四", "撤销").await.starts_with("撤销了：张三本周青年大学习"));
    assert_eq!(group.asks("李四", "张三大学习请假，因为住院").await, "好的，张三本周青年大学习不用做，不算缺。", "health is nobody's business");
    assert_eq!(house.db.column("SELECT body FROM reason").await, ["去支教"]);
    assert_eq!(group.asks("李四", "免去王五下周大学习").await, "好的，王五11月23日那周青年大学习不用做，不算缺。");
    assert_eq!(weeks(&house, "王五").await, [("2026-W48".to_owned(), None)], "nothing says that it was done");
    assert!(house.whispers("王五", "大学习请假").await.starts_with("青年大学习没有请假这一说"), "nobody frees themselves");
    // who was freed may do it all the same
    assert_eq!(group.says("张三", "大学习看完了").await, "记好啦：张三，本周青年大学习已完成。");
    house.ends().await;
}

async fn evidence(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("王五", "大学习看完了").await, "记好啦：王五，本周青年大学习已完成。");
    assert_eq!(group.says("王五", "大学习看完了").await, "王五，本周青年大学习之前就记过啦，不用再报。");
    // the secretary's word stands beside the claim, once
    assert_eq!(group.asks("李四", "王五大学习看完了").await, "记好啦：王五，本周青年大学习已完成。");
    assert_eq!(group.asks("李四", "王五大学习看完了").await, "王五，本周青年大学习之前就记过啦，不用再报。");
    assert_eq!(weeks(&house, "王五").await, [("2026-W47".to_owned(), Some(Evidence::Secretary))]);
    let (person, branch) = house.store().people_named("王五", "").await.unwrap()[0];
    let kinds: Vec<Kind> = house.store().latest_records(&[branch], 9).await.unwrap().iter().filter(|r| r.key.person == person).map(|r| r.kind).collect();
    assert_eq!(kinds, [Kind::Attest, Kind::Done]);
    // what was claimed can be taken back without taking the secretary's word along
    assert_eq!(group.asks("王五", "撤销").await, "撤销了：本周青年大学习。\n本周青年大学习还有另一条记录（支部记的），仍算已完成。");
    assert_eq!(weeks(&house, "王五").await, [("2026-W47".to_owned(), Some(Evidence::Secretary))]);
    let stats = group.asks("李四", "大学习统计").await;
    assert_eq!(stats, "本周青年大学习：应完成 3 = 已完成 1 + 请假或免 0 + 未完成 2，完成率 33.3 %");
    house.ends().await;
}

async fn who_may(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    for words in ["开始大学习 第5期", "结束大学习", "暂停大学习 到12月6日", "恢复大学习"] {
        assert_eq!(refused(&group, "王五", words).await, "这件事要团支书来做，可以请 TA 跟我说一声。", "{words}");
        assert_eq!(group.says("李四", words).await, "", "nobody meant the bot: {words}");
    }
    let may = |role: Role| house.bot.config.roles.get(&role).map(|all| all.iter().map(|p| p.key()).collect::<Vec<_>>()).unwrap_or_default();
    for role in Role::ALL {
        let manages = matches!(role, Role::Secretary | Role::Committee | Role::Operator);
        assert_eq!(may(role).contains(&"manage_issues"), manages, "{role:?}");
        assert_eq!(may(role).contains(&"import_records"), manages, "{role:?}");
        assert_eq!(may(role).contains(&"rank"), manages || role == Role::Auditor, "{role:?}");
    }
    house.ends().await;
}

async fn refused(group: &Group<'_>, name: &str, words: &str) -> String {
    group.asks(name, words).await
}
