//! `谁没…` and `…统计`: names, counts and sums, each only where they may be read.

use crate::support::asking::{does, does_alone, missing, report, stats, unbound_members};
use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;
use zhibu::language::Intent;
use zhibu::language::intent::LeaveKind;

const TOWN: &str = "余庆县团委/白泥镇团委";
const ONE: &str = "余庆县团委/白泥镇团委/第一团支部";
const TWO: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("reading_missing_dues", dues),
        on_both("reading_missing_study", study),
        on_both("reading_missing_theme_day", theme_day),
        on_both("reading_missing_tree", tree),
        on_both("reading_missing_county", county),
        on_both("reading_county_parts", county_parts),
        on_both("reading_stats_branch", statistics),
        on_both("reading_stats_member", of_member),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 李四 is the secretary; kept since September; 孙八 has no account.
async fn house(db: Db) -> (House, ChatKey) {
    let house = House::new(db).await;
    house.branch(ONE, &["张三", "李四", "王五"], 2).await;
    house.grant("李四", Role::Secretary, ONE).await;
    unbound_members(&house, ONE, &["孙八"]).await;
    let chat = house.group("90000", ONE).await.chat;
    (house, chat)
}

async fn dues(db: Db) {
    let (house, chat) = house(db).await;
    does(&house, &chat, "张三", report("dues", &["2026-09", "2026-10", "2026-11"])).await;
    does(&house, &chat, "王五", report("dues", &["2026-11"])).await;
    // a group hears a count, whoever asks; no name, no sum
    let count = "11月团费还有 2 位没交，名单只发给组织委员或团支书（私聊我问就行）。（应交 4，已交 2，没绑定账号 1）\n前面几期没交齐的有 3 位。";
    for who in ["张三", "李四"] {
        assert_eq!(does(&house, &chat, who, missing(Some("dues"), &[])).await, count);
    }
    // a member reads no more in private
    assert_eq!(
        does_alone(&house, "王五", missing(Some("dues"), &[])).await,
        "11月团费还有 2 位没交，名单只给组织委员或团支书看。（应交 4，已交 2，没绑定账号 1）\n前面几期没交齐的有 3 位。"
    );
    assert_eq!(
        does_alone(&house, "李四", missing(Some("dues"), &[])).await,
        "到11月，团费没交齐的有 3 位，共 1.6 元：李四（9月至11月，0.6 元）、王五（9月、10月，0.4 元）、孙八（9月至11月，0.6 元）\n已报待确认的共 0.8 元。"
    );
    assert_eq!(
        does_alone(&house, "李四", missing(Some("dues"), &["2026-11"])).await,
        "11月团费没交齐的有 2 位，共 0.4 元：李四（11月，0.2 元）、孙八（11月，0.2 元）\n已报待确认的共 0.4 元。"
    );
    assert_eq!(
        does_alone(&house, "李四", missing(Some("dues"), &["2026-Q4"])).await.lines().next().unwrap(),
        "10月、11月团费没交齐的有 3 位，共 1 元：李四（10月、11月，0.4 元）、王五（10月，0.2 元）、孙八（10月、11月，0.4 元）"
    );
    assert_eq!(does_alone(&house, "李四", missing(Some("dues"), &["2027-01"])).await, "2027年1月还没到呢。");
    assert_eq!(does(&house, &chat, "张三", missing(Some("dues"), &["2026-08"])).await, "8月团费没有要完成的人。");
    // the branch switched names on for its group: names, still no sums
    let mut bound = house.store().chat(&chat).await.unwrap().unwrap();
    bound.names = true;
    house.store().set_chat(&bound).await.unwrap();
    let told = does(&house, &chat, "张三", missing(Some("dues"), &[])).await;
    assert_eq!(told, "11月团费还没交的有 2 位：李四、孙八（应交 4，已交 2，没绑定账号 1）\n前面几期没交齐的有 3 位。");
    house.ends().await;
}

async fn study(db: Db) {
    let (house, chat) = house(db).await;
    assert_eq!(
        does(&house, &chat, "张三", missing(Some("study"), &[])).await,
        "本周青年大学习还没完成的有 4 位：张三、李四、王五、孙八（应完成 4，已完成 0，没绑定账号 1）"
    );
    does(&house, &chat, "张三", report("study", &[])).await;
    let leave = Intent::Leave { duty: Some("study".into()), from: None, to: None, kind: Some(LeaveKind::Sick), names: vec![] };
    // leave is of meetings
    assert_eq!(does_alone(&house, "王五", leave).await, "青年大学习没有请假这一说，没记；真有难处跟团支书说一声。");
    assert_eq!(
        does(&house, &chat, "张三", missing(Some("study"), &[])).await,
        "本周青年大学习还没完成的有 3 位：李四、王五、孙八（应完成 4，已完成 1，没绑定账号 1）"
    );
    assert_eq!(
        does(&house, &chat, "李四", missing(Some("study"), &["2026-W46", "2026-W47"])).await,
        "上周青年大学习还没完成的有 4 位：张三、李四、王五、孙八（应完成 4，已完成 0，没绑定账号 1）\n\
         本周青年大学习还没完成的有 3 位：李四、王五、孙八（应完成 4，已完成 1，没绑定账号 1）"
    );
    // somebody of no unit here, and a group of nothing
    assert_eq!(does(&house, &chat, "路人", missing(Some("study"), &[])).await, "我还不认识这个账号，先没记。私聊我发“绑定 姓名”就好。");
    assert_eq!(does(&house, &ChatKey::group("onebot", "1"), "张三", missing(Some("study"), &[])).await, "这个群还没绑定团支部，请团支书在群里说“绑定本群”。");
    // of a year of weeks, the newest twelve
    assert_eq!(does(&house, &chat, "李四", missing(Some("study"), &["2026"])).await.lines().count(), 12);
    // a hundred names are counted, a hostile one is text
    let many: Vec<String> = (0..100).map(|n| format!("团员{n}")).collect();
    unbound_members(&house, ONE, &many.iter().map(String::as_str).chain(["[CQ:at,qq=all]"]).collect::<Vec<_>>()).await;
    let told = does(&house, &chat, "张三", missing(Some("study"), &[])).await;
    assert!(
        told.starts_with("本周青年大学习还没完成的有 104 位：李四、王五、孙八、团员0") && told.contains("等 104 位") && told.chars().count() < 350,
        "{told}"
    );
    house.ends().await;
}

async fn theme_day(db: Db) {
    let (house, chat) = house(db).await;
    assert_eq!(does(&house, &chat, "张三", missing(Some("theme_day"), &[])).await, "11月主题团日还没有开过签到。");
    does(&house, &chat, "李四", Intent::Open { duty: "theme_day".into(), code: None, until: None, topic: None, rolls: None }).await;
    assert_eq!(
        does(&house, &chat, "张三", missing(Some("theme_day"), &[])).await,
        "这场主题团日还没签到的有 4 位：张三、李四、王五、孙八（应到 4，已到 0，没绑定账号 1）"
    );
    does(&house, &chat, "张三", Intent::CheckIn { duty: None, code: None, names: vec![], late: false, left_early: false }).await;
    assert_eq!(
        does(&house, &chat, "张三", missing(Some("theme_day"), &[])).await,
        "这场主题团日还没签到的有 3 位：李四、王五、孙八（应到 4，已到 1，没绑定账号 1）"
    );
    house.ends().await;
}

async fn tree(db: Db) {
    let (house, _) = house(db).await;
    house.branch(TWO, &["周九", "吴十"], 2).await;
    house.branch("余庆县团委/白泥镇团委/团委机关团支部", &["郑一"], 2).await;
    house.grant("郑一", Role::Committee, TOWN).await;
    let chat = house.group("90100", TOWN).await.chat;
    does_alone(&house, "周九", report("study", &[])).await;
    does_alone(&house, "周九", report("dues", &["2026-11"])).await;
    assert_eq!(
        does(&house, &chat, "郑一", missing(Some("study"), &[])).await,
        "白泥镇团委本周青年大学习：应完成 7，已完成 1，还差 6 位。\n团委机关团支部 1 位：郑一\n第一团支部 4 位：张三、李四、王五、孙八\n第二团支部 1 位：吴十"
    );
    let counts = "白泥镇团委11月团费：应交 7，已交 1，还差 6 位。\n团委机关团支部：还差 1 位\n第一团支部：还差 4 位\n第二团支部：还差 1 位";
    assert_eq!(does(&house, &chat, "郑一", missing(Some("dues"), &[])).await, counts, "dues by count in the town's group");
    assert!(does_alone(&house, "郑一", missing(Some("dues"), &[])).await.contains("第二团支部 1 位：吴十"), "by name in private");
    // a member of a branch reads nothing of the whole town
    assert_eq!(does(&house, &chat, "张三", missing(Some("study"), &[])).await, "这里的情况只给本支部和上级看。");
    assert_eq!(
        does(&house, &chat, "郑一", stats(Some("study"), &[], None)).await,
        "白泥镇团委本周青年大学习：应完成 7 = 已完成 1 + 请假或免 0 + 未完成 6，完成率 14.3 %\n团委机关团支部：0/1，0 %\n第一团支部：0/4，0 %\n第二团支部：1/2，50 %\n\
         还有 1 人没绑定账号，他们说的话我认不出来。"
    );
    house.ends().await;
}

/// What stands behind each word in the first line of an answer; 0 where it is not there.
fn figures(told: &str, words: &[&str]) -> Vec<i64> {
    let line = told.lines().next().unwrap();
    let number = |word: &&str| line.split(word).nth(1).map_or(0, |rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap());
    words.iter().map(number).collect()
}

/// Somebody's name, another for each number under 100.
fn called(family: &str, n: usize) -> String {
    const GIVEN: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
    format!("{family}{}{}", GIVEN[n / 10], GIVEN[n % 10])
}

/// More branches than are told one by one add up to just what their towns, of which each is, say.
async fn county_parts(db: Db) {
    const FAR: &str = "余庆县团委/龙溪镇团委";
    let (house, group) = house(db).await;
    house.branch(TWO, &["周八", "吴九", "郑十"], 2).await;
    unbound_members(&house, TWO, &["冯二"]).await;
    for n in 0..30 {
        house.branch(&format!("{FAR}/第{n:02}团支部"), &[called("龙", n).as_str(), &called("构", n)], 2).await;
    }
    unbound_members(&house, &format!("{FAR}/第07团支部"), &["冯七", "陈七"]).await;
    house.grant("周八", Role::Secretary, TWO).await;
    house.grant("龙甲丁", Role::Secretary, &format!("{FAR}/第03团支部")).await;
    house.grant("李四", Role::Committee, "余庆县团委").await;
    let (town, far) = (house.group("90100", TOWN).await.chat, house.group("90101", FAR).await.chat);
    let chat = house.group("90200", "余庆县团委").await.chat;
    // Sunday: some in time, some late, one leaves who had done it; a week with nothing at all in most branches
    for who in ["张三", "周八", "吴九", "龙甲甲", "龙甲丁", "构甲丁"] {
        does_alone(&house, who, report("study", &[])).await;
    }
    house.later(9 * 60).await;
    does_alone(&house, "龙甲乙", report("study", &[])).await;
    house.whispers("周八", "吴九转走了").await;
    house.whispers("龙甲丁", "构甲丁转走了").await;
    let told = house.whispers("李四", "龙甲丁免交团费到12月").await;
    assert!(told.starts_with("记下了"), "{told}");
    does_alone(&house, "龙甲己", report("dues", &["2026-09", "2026-10"])).await;
    does_alone(&house, "郑十", report("dues", &["2026-11"])).await;
    assert!(house.unbound_group("90000").asks("李四", "开始签到").await.contains("签到"));
    house.unbound_group("90000").says("王五", "签到").await;
    house.unbound_group("90000").asks("李四", "结束签到").await;
    // that week is frozen; it is Monday of the next but one, with a deadline of its own in one branch
    house.clock().advance(8 * 24 * 60 * 60_000);
    house.kept().await;
    assert!(house.unbound_group("90000").asks("李四", "开始大学习 第5期 到今天23点").await.contains("第5期"));
    for who in ["张三", "龙甲丙"] {
        does_alone(&house, who, report("study", &[])).await;
    }
    house.whispers("李四", "龙甲丙转走了").await;
    let words = ["应完成 ", "已完成 ", "或免 ", "未完成 ", "晚了的 ", "另有 "];
    let money = ["应交 ", "已交 ", "免交 ", "未交 ", "晚了的 ", "另有 "];
    let there = ["应到 ", "实到 ", "请假 ", "缺席 ", "晚了的 ", "另有 "];
    let mut seen = Vec::new();
    for (duty, periods, words) in [
        ("study", &[][..], &words),
        ("study", &["2026-W48"], &words),
        ("study", &["2026-W47"], &words),
        ("study", &["2026-11"], &words),
        ("study", &["2026"], &words),
        ("dues", &["2026-11"], &money),
        ("dues", &["2026-Q4"], &money),
        ("theme_day", &["2026-11"], &there),
    ] {
        let mut told = Vec::new();
        for chat in [&town, &far, &chat] {
            let answer = does(&house, chat, "李四", stats(Some(duty), periods, None)).await;
            let unbound: i64 = figures(answer.lines().last().unwrap(), &["还有 "])[0];
            told.push([figures(&answer, words), vec![unbound]].concat());
        }
        let sum: Vec<i64> = told[0].iter().zip(&told[1]).map(|(a, b)| a + b).collect();
        assert_eq!(sum, told[2], "{duty} {periods:?}");
        assert_eq!(told[2][0], told[2][1] + told[2][2] + told[2][3], "{duty} {periods:?}: {told:?}");
        seen.push(told[2].clone());
    }
    // by hand: 4 + 4 and 30 × 2 + 2 are expected, two of them until that Sunday; 冯二, 孙八 and two more have no account
    assert_eq!(seen[2], [70, 7, 0, 63, 1, 0, 4], "the frozen week");
    assert_eq!(seen[1], [68, 0, 0, 68, 0, 0, 4], "a week in which nobody said anything counts all the same");
    assert_eq!(seen[0], [67, 1, 0, 66, 0, 1, 4], "who left in the week and had done it is beside");
    assert_eq!(seen[5][..4], [68, 1, 1, 66], "dues");
    let lines = does(&house, &chat, "李四", stats(Some("study"), &["2026-W47"], None)).await;
    assert!(lines.contains("\n白泥镇团委：3/8，37.5 %\n龙溪镇团委：4/62，6.5 %\n"), "{lines}");
    does(&house, &group, "李四", stats(Some("dues"), &[], None)).await;
    house.ends().await;
}

async fn statistics(db: Db) {
    let (house, chat) = house(db).await;
    does(&house, &chat, "张三", report("study", &[])).await;
    does(&house, &chat, "张三", report("dues", &["2026-11"])).await;
    let said = "11月团费：应交 4 = 已交 1 + 免交 0 + 未交 3，收缴率 25 %";
    let unbound = "还有 1 人没绑定账号，他们说的话我认不出来。";
    assert_eq!(
        does(&house, &chat, "王五", stats(None, &[], None)).await,
        format!("{said}\n本周青年大学习：应完成 4 = 已完成 1 + 请假或免 0 + 未完成 3，完成率 25 %\n11月主题团日还没有开过签到。\n{unbound}")
    );
    // sums only in private, to whoever may read them
    for (who, chat) in [("李四", &chat), ("王五", &chat)] {
        assert_eq!(does(&house, chat, who, stats(Some("dues"), &[], None)).await, format!("{said}\n{unbound}"));
    }
    assert_eq!(does_alone(&house, "王五", stats(Some("dues"), &[], None)).await, format!("{said}\n{unbound}"));
    assert_eq!(does_alone(&house, "李四", stats(Some("dues"), &[], None)).await, format!("{said}\n已报 0.2 元，已确认 0 元。\n{unbound}"));
    assert_eq!(
        does(&house, &chat, "李四", stats(Some("study"), &["2026-11"], None)).await,
        format!(
            "10月26日那周至上周青年大学习：应完成 12 = 已完成 0 + 请假或免 0 + 未完成 12，完成率 0 %（按人次）\n本周还没截止，不算在内（目前 1/4）。\n{unbound}"
        )
    );
    house.ends().await;
}

async fn of_member(db: Db) {
    let (house, chat) = house(db).await;
    does(&house, &chat, "张三", report("study", &[])).await;
    does(&house, &chat, "张三", report("dues", &["2026-09"])).await;
    let ask = || stats(None, &["2026"], Some("张三"));
    // in a group nobody reads another's record; of one's own only what is done
    assert_eq!(does(&house, &chat, "李四", ask()).await, "这个只能私聊我办。");
    assert_eq!(does(&house, &chat, "王五", ask()).await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(does_alone(&house, "王五", ask()).await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(does(&house, &chat, "张三", ask()).await, "张三，已经记下的：本周青年大学习。其余的私聊我问“我的记录”。");
    let told = does_alone(&house, "李四", ask()).await;
    assert_eq!(
        told,
        "张三的记录：\n团费：最近交的是9月（待确认 0.2 元）；还没交：10月、11月，共 0.4 元。\n\
         青年大学习：应完成 12 期，完成 1，缺 11（8月31日那周至上周）。\n主题团日：应到 0 期，到 0；11月还没完成。"
    );
    assert_eq!(does_alone(&house, "张三", ask()).await, told, "one's own");
    assert_eq!(does_alone(&house, "李四", stats(None, &[], Some("没有的人"))).await, "名册上没有“没有的人”。");
    house.ends().await;
}

async fn county(db: Db) {
    let (house, _) = house(db).await;
    // more branches than are told one by one
    for n in 0..30 {
        let name = format!("龙溪{n:02}");
        house.branch(&format!("余庆县团委/龙溪镇团委/第{n:02}团支部"), &[name.as_str()], 0).await;
    }
    house.grant("李四", Role::Committee, "余庆县团委").await;
    let chat = house.group("90200", "余庆县团委").await.chat;
    for who in ["龙溪00", "龙溪01", "张三"] {
        does_alone(&house, who, report("study", &[])).await;
    }
    assert_eq!(
        does(&house, &chat, "李四", missing(Some("study"), &[])).await,
        "余庆县团委本周青年大学习：应完成 34，已完成 3，还差 31 位。\n白泥镇团委：还差 3 位\n龙溪镇团委：还差 28 位"
    );
    assert_eq!(
        does(&house, &chat, "李四", stats(Some("study"), &[], None)).await,
        "余庆县团委本周青年大学习：应完成 34 = 已完成 3 + 请假或免 0 + 未完成 31，完成率 8.8 %\n白泥镇团委：1/4，25 %\n龙溪镇团委：2/30，6.7 %\n还有 1 人没绑定账号，他们说的话我认不出来。"
    );
    assert_eq!(does(&house, &chat, "李四", Intent::Unbound).await, "支部太多了，请到各支部群里问。");
    assert_eq!(does(&house, &chat, "龙溪00", missing(Some("study"), &[])).await, "这里的情况只给本支部和上级看。");
    house.ends().await;
}
