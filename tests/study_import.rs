//! Official exports of Youth Study: both known shapes, others after one question, previewed, entered once, and what differs.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use crate::support::sheets::{C, xlsx};
use libtest_mimic::Trial;
use zhibu::domain::record::Evidence;
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const ASK: &str = "要记上吗？回“是”就记（带问号的不动），“不是”就算了。";

pub fn tests() -> Vec<Trial> {
    [
        on_both("study_import_xlsx", two_header_rows),
        on_both("study_import_csv", gbk),
        on_both("study_import_columns", columns),
        on_both("study_import_town", namesakes),
        on_both("study_import_refused", refused),
        on_both("study_import_taken_back", taken_back),
        on_both("study_ranking", ranking),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["李四", "王五", "张三"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house
}

async fn evidence(house: &House, name: &str) -> Vec<Option<Evidence>> {
    let (person, branch) = house.store().people_named(name, "").await.unwrap()[0];
    house.store().standings_of(branch, person, Some("study")).await.unwrap().into_iter().map(|(_, s)| s.evidence).collect()
}

async fn two_header_rows(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert!(group.says("王五", "大学习看完了").await.starts_with("记好啦"));
    assert!(group.says("张三", "大学习看完了").await.starts_with("记好啦"));
    let rows = [
        vec![C::T("青年大学习学习名单"), C::Blank],
        vec![C::T("姓名"), C::T("学号")],
        vec![C::T("王五"), C::N(2_021_002.0)],
        vec![C::T("李四"), C::T("2021001")],
        vec![C::T("路人"), C::T("2021009")],
    ];
    let file = xlsx(&rows, &[]);
    let shown = house.drops("李四", "导出.xlsx", file.clone()).await;
    assert_eq!(
        shown,
        format!(
            "青年大学习导出（本周）：能补记 1 位，能印证 1 位，已经印证过 0 位，写着没完成的 0 位，要看一眼 1 行。\n第 4 行 李四：补记\n？第 5 行 A 列 路人 2021009：名册上没有这个名字\n\
            名册上没有的 1 位，认得的可以告诉我，比如“2021009是张三”，下次就认得了。\n{ASK}"
        )
    );
    assert_eq!(evidence(&house, "王五").await, [Some(Evidence::Own)], "nothing is changed by looking");
    assert_eq!(house.whispers("李四", "是").await, "记好了：补记 1 位，印证 1 位；以前导过 0 位，带问号的 1 行没有动。\n本周本人说已学、后台没有的 1 位：张三");
    assert_eq!(evidence(&house, "王五").await, [Some(Evidence::Official)]);
    assert_eq!(evidence(&house, "张三").await, [Some(Evidence::Own)], "the claim stays");
    let again = house.drops("李四", "导出.xlsx", file).await;
    assert!(again.contains("能补记 0 位，能印证 0 位，已经印证过 2 位") && !again.contains(ASK), "{again}");
    assert_eq!(house.whispers("李四", "大学习差异").await, "本周本人说已学、后台没有的 1 位：张三");
    assert_eq!(group.asks("李四", "大学习差异").await, house.bot.say("private-only", &[]));
    assert_eq!(house.whispers("王五", "大学习差异").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    house.ends().await;
}

async fn gbk(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert!(group.asks("李四", "开始大学习 第十三季第5期").await.contains("开始啦"));
    let text = "青年大学习后台导出,,,,,,\n课程,系统,学校,学院,班级,学号/卡号/工号,学习时间\n第十三季第5期,教育系统,甲校,乙院,1班,王五2021002,2026-11-20 09:30:00\n\
        第十三季第5期,教育系统,甲校,乙院,1班,2021003张三,2026-11-21 10:00\n第十三季第5期,教育系统,甲校,乙院,1班,2021004,2026-11-21 10:00\n\
        第十三季第5期,教育系统,甲校,乙院,1班,李四,明天\n合计,4,,,,,\n";
    let (bytes, _, _) = encoding_rs::GBK.encode(text);
    let shown = house.drops("李四", "a.csv", bytes.into_owned()).await;
    assert!(shown.starts_with("青年大学习导出（第十三季第5期）：能补记 3 位，能印证 0 位"), "{shown}");
    assert!(shown.contains("？第 5 行 F 列 2021004：只有学号，没有姓名") && shown.contains("\n第 6 行 G 列“明天”：时间看不懂，只看期数"), "{shown}");
    assert!(house.whispers("李四", "导入吧").await.starts_with("记好了：补记 3 位"));
    assert_eq!(evidence(&house, "张三").await, [Some(Evidence::Official)]);
    house.ends().await;
}

async fn columns(db: Db) {
    let house = house(db).await;
    let file = "人员,打卡\n王五,2026-11-20 09:30\n".as_bytes().to_vec();
    let asked = house.drops("李四", "大学习.csv", file.clone()).await;
    assert!(asked.starts_with("这张表我认不出表头：A 人员、B 打卡。"), "{asked}");
    assert!(house.whispers("李四", "姓名是A，时间是B").await.starts_with("青年大学习导出（本周）：能补记 1 位"));
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 1 位"));
    assert!(house.drops("李四", "大学习.csv", file).await.contains("已经印证过 1 位"), "it is asked once");
    house.ends().await;
}

async fn namesakes(db: Db) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["王五"], 2).await;
    house.branch(OTHER, &["赵六"], 2).await;
    let town = house.store().org_by_path("余庆县团委/白泥镇团委/第二团支部").await.unwrap().unwrap();
    house.branch("余庆县团委/白泥镇团委/第三团支部", &["钱七"], 2).await;
    assert_eq!(town.name, "第二团支部");
    house.grant("钱七", Role::Committee, "余庆县团委/白泥镇团委").await;
    let shown = house.drops("钱七", "大学习.csv", "姓名,班级,学习时间\n王五,第一团支部,2026-11-20\n赵六,第二团支部,2026-11-20\n".as_bytes().to_vec()).await;
    assert!(shown.starts_with("青年大学习导出（本周）：能补记 2 位"), "{shown}");
    assert!(house.whispers("钱七", "是").await.starts_with("记好了：补记 2 位"));
    house.ends().await;
}

/// A wrong file is taken back whole, whenever what it says was done, and can be imported again; what was there before it stays.
async fn taken_back(db: Db) {
    let house = house(db).await;
    let file = |rows: &[&str]| format!("姓名,学习时间\n{}\n", rows.join("\n")).into_bytes();
    house.drops("李四", "大学习1.csv", file(&["张三,2026-10-07"])).await;
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 1 位"));
    house.later(2).await;
    let wrong = file(&["王五,2026-10-14", "李四,2026-10-14", "张三,2026-10-14"]);
    house.drops("李四", "大学习2.csv", wrong.clone()).await;
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 3 位"));
    assert_eq!(house.db.column("SELECT kind FROM record").await.len(), 4);
    let told = house.whispers("李四", "撤销").await;
    assert!(told.starts_with("撤销了：") && ["王五", "张三", "、王五"].iter().all(|name| told.contains(name)), "{told}");
    assert_eq!(evidence(&house, "张三").await.into_iter().flatten().collect::<Vec<_>>(), [Evidence::Official], "of the first file");
    assert!(evidence(&house, "王五").await.into_iter().flatten().next().is_none());
    house.drops("李四", "大学习2.csv", wrong).await;
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 3 位"));
    house.ends().await;
}

async fn refused(db: Db) {
    let house = house(db).await;
    let file = "姓名,学习时间\n王五,2026-11-20\n".as_bytes().to_vec();
    assert_eq!(house.drops("王五", "a.csv", file.clone()).await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert!(house.drops("李四", "a.csv", file).await.ends_with(ASK));
    assert!(!house.whispers("李四", "不是").await.is_empty());
    assert_eq!(evidence(&house, "王五").await, []);
    house.ends().await;
}

async fn ranking(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert!(group.says("王五", "大学习看完了").await.starts_with("记好啦"));
    assert!(group.says("王五", "上周大学习看完了").await.starts_with("记好啦"));
    assert!(group.says("张三", "大学习看完了").await.starts_with("记好啦"));
    assert_eq!(group.asks("李四", "大学习排名").await, house.bot.say("private-only", &[]));
    assert_eq!(house.whispers("王五", "大学习排名").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    let told = house.whispers("李四", "大学习排名").await;
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[1], "本周还没截止，不算在内（目前 2/3）。");
    assert!(lines[2].starts_with("1. 王五：33.3 %（1/3，") && lines[3..].iter().all(|l| l.starts_with("2. ") && l.contains("0 %（0/3，")), "{told}");
    // of the week alone: as it stands
    let told = house.whispers("李四", "本周大学习排名").await;
    assert!(told.starts_with("青年大学习本周排名（还没截止，先按现在的算；") && told.contains("3. 李四：0 %（0/1，"), "{told}");
    // once it is due it counts
    house.later(9 * 60).await;
    let told = house.whispers("李四", "大学习排名").await;
    assert!(!told.contains("还没截止") && told.contains("1. 王五：50 %（2/4，") && told.contains("2. 张三：25 %（1/4，"), "{told}");
    house.ends().await;
}
