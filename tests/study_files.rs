//! Official exports as schools write them: no row is lost, none is entered for another issue or another person, and what an export says
//! against an earlier word is told.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use crate::support::process::Program;
use crate::support::{plain, story};
use libtest_mimic::Trial;
use proptest::prelude::*;
use zhibu::domain::record::Evidence;
use zhibu::domain::role::Role;
use zhibu::intake::{sheet, study};

const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const DAY: i64 = 86_400_000;
/// As the back ends of universities write it.
const HEAD: &str = "课程,系统,学校,学院,班级,学号/卡号/工号,学习时间";

pub fn tests() -> Vec<Trial> {
    let mut all: Vec<Trial> = [
        on_both("study_file_departments", departments),
        on_both("study_file_other_issue", other_issue),
        on_both("study_file_edges", edges),
        on_both("study_file_numbers", numbers),
        on_both("study_file_dots", dots),
        on_both("study_file_differences", differences),
        on_both("study_file_headings", headings),
    ]
    .into_iter()
    .flatten()
    .collect();
    all.push(story("study_file_by_command", by_command));
    all.push(plain("study_file_no_row_is_lost", no_row_is_lost));
    all
}

async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["李四", "王五", "张三", "买买提·艾力"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house
}

async fn weeks(house: &House, name: &str) -> Vec<(String, Option<Evidence>)> {
    let (person, branch) = house.store().people_named(name, "").await.unwrap()[0];
    let mut all: Vec<_> = house.store().standings_of(branch, person, Some("study")).await.unwrap().into_iter().filter(|(_, s)| s.got > 0).collect();
    all.sort_by_key(|(k, _)| k.period);
    all.into_iter().map(|(k, s)| (k.period.to_string(), s.evidence)).collect()
}

fn export(rows: &[&str]) -> Vec<u8> {
    format!("{HEAD}\n{}\n", rows.join("\n")).into_bytes()
}

/// Departments and classes whose names begin as a line of sums does.
async fn departments(db: Db) {
    let house = house(db).await;
    let rows = [
        "大学习,系统,学校,数据科学学院,统计2001班,王五2021002,2026-11-20 09:30",
        "大学习,系统,说明文大学,导出学院,备注班,张三2021003,2026-11-20 09:31",
        "大学习,以上系统,学校,信息学院,软件2001班,李四2021001,2026-11-20 09:32",
        "合计,,,数据科学学院,,3,",
        "导出时间：2026-11-21,,,,,,",
    ];
    let shown = house.drops("李四", "大学习.csv", export(&rows)).await;
    assert!(shown.starts_with("青年大学习导出（本周）：能补记 3 位，能印证 0 位，已经印证过 0 位，写着没完成的 0 位，要看一眼 0 行。"), "{shown}");
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 3 位"));
    assert_eq!(weeks(&house, "王五").await, [("2026-W47".to_owned(), Some(Evidence::Official))]);
    // nothing but sums: no empty brackets
    let shown = house.drops("李四", "大学习.csv", export(&["合计,,,,,,", "总计,,,,,,"])).await;
    assert!(shown.starts_with("青年大学习导出：能补记 0 位"), "{shown}");
    house.ends().await;
}

/// A row of an issue that nobody opened is not entered for another one, whenever it was done; each row is of its own issue.
async fn other_issue(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert!(group.asks("李四", "开始大学习 第十三季第5期").await.contains("开始啦"));
    let rows = [
        "第十三季第4期,系统,学校,学院,1班,王五2021002,2026-11-20 09:30",
        "第十三季第5期,系统,学校,学院,1班,张三2021003,2026-11-12 09:30",
        "第十三季第4期,系统,学校,学院,1班,李四2021001,2026-11-13 09:30",
    ];
    let shown = house.drops("李四", "第十三季第5期大学习.csv", export(&rows)).await;
    assert!(shown.starts_with("青年大学习导出（第十三季第5期）：能补记 1 位，能印证 0 位，已经印证过 0 位，写着没完成的 0 位，要看一眼 2 行。"), "{shown}");
    assert!(shown.contains("？第 2 行 王五 2021002：“第十三季第4期”是哪一期？没有开过"), "{shown}");
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 1 位"));
    assert_eq!(weeks(&house, "王五").await, []);
    assert_eq!(weeks(&house, "张三").await, [("2026-W47".to_owned(), Some(Evidence::Official))], "of its issue, not of its time");
    // a title that is no issue's is not this week's, whatever its time; just the name of the lecture is
    let shown = house.drops("李四", "a.csv", export(&["别的课,系统,学校,学院,1班,王五2021002,2026-11-20 09:30"])).await;
    assert!(shown.contains("能补记 0 位") && shown.contains("？第 2 行 王五 2021002：“别的课”是哪一期？没有开过"), "{shown}");
    // a time that is yet to come says no week
    let shown = house.drops("李四", "大学习.csv", "姓名,学习时间\n王五,2027-11-20\n".as_bytes().to_vec()).await;
    assert!(shown.contains("能补记 0 位") && shown.contains("“2027-11-20”：时间看不懂"), "{shown}");
    house.ends().await;
}

/// The first and last line are data where they are of somebody known, whatever stands there for the time.
async fn edges(db: Db) {
    let house = house(db).await;
    let text = "姓名,学习时间\n王五,不详\n李四,2026-11-20 09:30\n张三,昨天\n".as_bytes().to_vec();
    let shown = house.drops("李四", "a.csv", text).await;
    assert!(shown.starts_with("青年大学习导出（本周）：能补记 1 位，能印证 0 位，已经印证过 0 位，写着没完成的 0 位，要看一眼 2 行。"), "{shown}");
    for line in ["？第 2 行 B 列“不详”：时间看不懂", "？第 4 行 B 列“昨天”：时间看不懂"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 1 位"));
    assert_eq!((weeks(&house, "王五").await, weeks(&house, "张三").await), (Vec::new(), Vec::new()), "what has a question mark is left alone");
    let text = "姓名,学习时间\n李四,2026-11-20 09:30\n管理员,打印于今天\n".as_bytes().to_vec();
    assert!(house.drops("李四", "a.csv", text).await.contains("要看一眼 0 行"), "who printed it is no row");
    house.ends().await;
}

/// A number alone: told once, or learned from a file in which it stands beside a name.
async fn numbers(db: Db) {
    let house = house(db).await;
    let file = export(&["大学习,系统,学校,学院,1班,20210041,2026-11-20 09:30", "大学习,系统,学校,学院,1班,张三20210042,2026-11-20 09:30"]);
    let shown = house.drops("李四", "大学习.csv", file).await;
    assert!(shown.contains("能补记 1 位") && shown.contains("？第 2 行 F 列 20210041：只有学号，没有姓名"), "{shown}");
    assert!(shown.contains("名册上没有的 1 位，认得的可以告诉我，比如“20210041是张三”，下次就认得了。"), "{shown}");
    assert_eq!(house.whispers("李四", "20210041是路人").await, "名册上没有“路人”。");
    let shown = house.whispers("李四", "20210041是王五").await;
    assert!(shown.contains("能补记 2 位") && shown.contains("第 2 行 王五：补记") && !shown.contains("？第"), "{shown}");
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 2 位"));
    house.clock().advance(7 * DAY);
    // next week both by number alone
    let file = export(&["大学习,系统,学校,学院,2班,20210041,2026-11-27 09:30", "大学习,系统,学校,学院,2班,20210042,2026-11-27 09:30"]);
    let shown = house.drops("李四", "大学习.csv", file).await;
    assert!(shown.contains("能补记 2 位") && !shown.contains("？第"), "{shown}");
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 2 位"));
    assert_eq!(weeks(&house, "张三").await.len(), 2);
    // where there is nothing else to enter it is asked, and a yes says nobody
    let shown = house.drops("李四", "大学习.csv", export(&["大学习,系统,学校,学院,2班,20219999,2026-11-27 09:30"])).await;
    assert!(shown.ends_with("下次就认得了。"), "{shown}");
    assert_eq!(house.whispers("李四", "是").await, house.bot.say("ask-still-open", &[]));
    let shown = house.whispers("李四", "20219999是李四").await;
    assert!(shown.contains("能补记 1 位"), "{shown}");
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 1 位"));
    house.ends().await;
}

/// One name, whichever dot a program writes in it; and a misspelt one is told.
async fn dots(db: Db) {
    let house = house(db).await;
    for (n, name) in ["买买提•艾力", "买买提‧艾力", "买买提.艾力", "买买提艾力", "2021009买买提・艾力"].into_iter().enumerate() {
        let shown = house.drops("李四", "大学习.csv", format!("姓名,学习时间\n{name},2026-11-20\n").into_bytes()).await;
        let counts = if n == 0 { "能补记 1 位" } else { "已经印证过 1 位" };
        assert!(shown.contains(counts) && !shown.contains("？第"), "{name}: {shown}");
        if n == 0 {
            assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 1 位"));
        }
    }
    let shown = house.drops("李四", "大学习.csv", "姓名,学习时间\n王武,2026-11-20\n".as_bytes().to_vec()).await;
    assert!(shown.contains("？第 2 行 A 列 王武：名册上没有这个名字"), "{shown}");
    assert!(house.whispers("李四", "王武是王五").await.contains("第 2 行 王五：补记"));
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 1 位"));
    house.ends().await;
}

/// Of the issue that is named; and what a later export takes back.
async fn differences(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    group.asks("李四", "开始大学习 第十三季第5期").await;
    assert!(group.says("张三", "大学习看完了").await.starts_with("记好啦"));
    let rows = |issue: &str, names: &[&str]| names.iter().map(|n| format!("{issue},{n}")).collect::<Vec<_>>().join("\n");
    let done = |issue: &str, names: &[&str]| format!("课程,姓名,完成情况\n{}\n", rows(issue, names)).into_bytes();
    house.drops("李四", "大学习.csv", done("第十三季第5期", &["李四,已完成", "王五,已完成"])).await;
    assert!(house.whispers("李四", "是").await.contains("第十三季第5期本人说已学、后台没有的 1 位：张三"));
    house.clock().advance(DAY);
    group.asks("李四", "开始大学习 第十三季第6期").await;
    assert!(group.says("王五", "大学习看完了").await.starts_with("记好啦"));
    house.drops("李四", "大学习.csv", done("第十三季第6期", &["李四,已完成"])).await;
    assert!(house.whispers("李四", "是").await.contains("第十三季第6期本人说已学、后台没有的 1 位：王五"));
    assert_eq!(house.whispers("李四", "第5期大学习差异").await, "第十三季第5期本人说已学、后台没有的 1 位：张三");
    assert_eq!(house.whispers("李四", "第6期大学习差异").await, "第十三季第6期本人说已学、后台没有的 1 位：王五");
    assert_eq!(house.whispers("李四", "大学习差异").await, "第十三季第6期本人说已学、后台没有的 1 位：王五", "none named: the last");
    assert_eq!(house.whispers("李四", "第9期大学习差异").await, "没有开过第9期青年大学习，现在是第十三季第6期。");
    // a later export has somebody as not done whom the first had
    let shown = house.drops("李四", "大学习.csv", done("第十三季第5期", &["李四,未完成", "王五,已完成", "买买提·艾力,未完成", "张三,已完成"])).await;
    assert!(shown.contains("写着没完成的 2 位") && shown.contains("？第 2 行 李四：这里写着没完成，之前记的是已完成"), "{shown}");
    assert!(shown.contains("写着没完成：李四、买买提·艾力"), "{shown}");
    let told = house.whispers("李四", "是").await;
    assert!(told.contains("第十三季第5期先前的导出有、最近的导出写着没完成的 1 位：李四"), "{told}");
    assert_eq!(house.whispers("李四", "第5期大学习差异").await, "第十三季第5期先前的导出有、最近的导出写着没完成的 1 位：李四");
    assert_eq!(weeks(&house, "李四").await.len(), 2, "both words stand");
    house.drops("李四", "大学习.csv", done("第十三季第5期", &["李四,已完成", "王五,已完成", "买买提·艾力,已完成"])).await;
    house.whispers("李四", "是").await;
    assert_eq!(house.whispers("李四", "第5期大学习差异").await, "第十三季第5期青年大学习和后台一致。");
    house.ends().await;
}

/// Headings that nobody knows are asked about whatever the file is called; and a rank or rate says what it leaves out.
async fn headings(db: Db) {
    let house = house(db).await;
    let file = "人员,打卡\n王五,2026-11-20 09:30\n".as_bytes().to_vec();
    let asked = house.drops("李四", "人员学习.csv", file).await;
    assert!(asked.starts_with("没找到认得的表头，只有：A 人员、B 打卡。名册至少要有“姓名”一列。"), "{asked}");
    assert_eq!(house.whispers("李四", "是").await, house.bot.say("ask-still-open", &[]));
    assert!(house.whispers("李四", "姓名是A，时间是B").await.starts_with("青年大学习导出（本周）：能补记 1 位"));
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 1 位"));
    // the week that runs is not due, and what has no issue is said
    house.clock().advance(DAY);
    let group = house.group("90000", BRANCH).await;
    group.asks("李四", "开始大学习 第十三季第5期").await;
    group.says("张三", "大学习看完了").await;
    let told = house.whispers("李四", "11月大学习统计").await;
    assert!(told.contains("= 已完成 1 ") && told.contains("第十三季第5期还没截止，不算在内（目前 1/4）。") && !told.contains("没有开期"), "{told}");
    house.clock().advance(7 * DAY);
    let told = house.whispers("李四", "11月大学习统计").await;
    assert!(told.contains("= 已完成 2 ") && !told.contains("还没截止") && told.contains("其中10月26日那周至11月16日那周没有开期，也各按一期算。"), "{told}");
    assert!(house.whispers("李四", "第5期大学习排名").await.starts_with("青年大学习第十三季第5期排名（按每期"));
    assert_eq!(house.whispers("李四", "谁没看大学习").await, "第十三季第5期青年大学习还没完成的有 3 位：李四、王五、买买提·艾力（应完成 4，已完成 1）");
    // one who may not is told who may; one who left is not taken for himself
    assert_eq!(group.asks("王五", "撤回第5期").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    house.whispers("李四", "张三转走了").await;
    house.clock().advance(2 * DAY);
    house.bot.cache.forget_all();
    assert_eq!(house.whispers("李四", "张三大学习看完了").await, "“张三”已经不在这里的名册上了，以前的记录都留着。");
    house.ends().await;
}

/// A month is no week, and headings are told with what to do.
async fn by_command() {
    let db = Db::sqlite();
    let program = Program::new(&db);
    std::fs::write(db.dir().join("roster.csv"), format!("姓名,入团年月,QQ,所在团支部\n张三,2020-05,10001,{TOWN}/一支部\n")).unwrap();
    program.does(&["import", "roster", "roster.csv", "--apply"]).await.well();
    std::fs::write(db.dir().join("a.csv"), "姓名\n张三\n").unwrap();
    std::fs::write(db.dir().join("b.csv"), "人员,打卡\n张三,今天\n").unwrap();
    for wrong in ["2026-09", "2026"] {
        let told = program.does(&["import", "study", "a.csv", "--period", wrong, "--apply"]).await;
        assert!(told.code == Some(1) && told.err.contains(&format!("“{wrong}”不是青年大学习的一期，要像 20")), "{told:?}");
    }
    let told = program.does(&["import", "study", "a.csv", "--period", "2090-W01", "--apply"]).await;
    assert!(told.code == Some(1), "{told:?}");
    assert!(db.column("SELECT period FROM record").await.is_empty());
    let told = program.does(&["import", "study", "b.csv"]).await;
    assert!(told.code == Some(1) && told.err.contains("表头是：A 人员、B 打卡") && told.err.contains("--columns"), "{told:?}");
}

/// Whatever stands beside a name, and wherever the line stands: it is read, or told.
fn no_row_is_lost() {
    let cell = prop_oneof![
        "[a-z0-9]{0,6}",
        proptest::sample::select(vec!["统计2001班", "数据科学学院", "说明", "备注一", "导出系", "以上", "制表班", "合计班", "", "总计"])
            .prop_map(str::to_owned)
    ];
    let row = (proptest::collection::vec(cell, 5), proptest::sample::select(vec!["2026-11-20 09:30", "昨天", "", "9999", "2026/11/2"]));
    proptest!(ProptestConfig::with_cases(300), |(rows in proptest::collection::vec(row, 1..8))| {
        let lines: Vec<String> = rows.iter().enumerate().map(|(n, (cells, time))| format!("{},张三{:08},{time}", cells.join(","), n + 20_210_000)).collect();
        let bytes = format!("{HEAD}\n{}\n", lines.join("\n")).into_bytes();
        let tables = sheet::read(&bytes, &sheet::Limits::default()).unwrap();
        let study::Read::Export(export) = study::read(&tables, &[]) else { panic!("no export") };
        let mut found: Vec<usize> = export.rows.iter().map(|r| r.line).chain(export.problems.iter().map(|p| p.line)).collect();
        found.sort_unstable();
        prop_assert_eq!(found, (2..rows.len() + 2).collect::<Vec<_>>());
    });
}
