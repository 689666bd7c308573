//! The league's rules on a roster: told on an import, when asked, on the command line; blocking only where configured.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, config};
use crate::support::process::Program;
use crate::support::story;
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::config::{Config, Env};
use zhibu::domain::role::{Permission, Role};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const ASK: &str = "要导入吗？回“是”就导入，“不是”就算了。";
const HEAD: &str = "姓名,出生日期,入团年月,团员编号,职务";
/// Too young; of age to leave; of age with a post; no number; a number of another year; one with nothing wrong.
const ROWS: [&str; 6] = [
    "小一,2013-01-02,2026-09,202612345671,",
    "小二,1998-11-22,2013-05,,",
    "小三,1998-11-22,2013-05,,宣传委员",
    "小四,2008-01-02,2023-05,,",
    "小五,2008-01-02,2023-05,202212345675,",
    "小六,2008-01-02,2023-05,202312345676,",
];
const YOUNG: &str = "入团时未满 14 周岁：小一，共 1 人（依据团章：年满 14 周岁才能入团）";
const OLD: &str = "已满 28 周岁、没有团内职务：小二，共 1 人（依据团章：应办离团手续）";
const NUMBERLESS: &str = "没有团员编号：小四，共 1 人（依据发展团员工作规定：2019 年起入团要有编号）";
const YEAR: &str = "编号年份和入团年份对不上：小五，共 1 人（依据编号规则：2019 年起前四位是入团年份）";

pub fn tests() -> Vec<Trial> {
    let both =
        [on_both("roster_rules_warn", warn), on_both("roster_rules_block", block), on_both("roster_rules_asked", asked), on_both("roster_rules_sizes", sizes)];
    both.into_iter().flatten().chain([story("roster_rules_command", command)]).collect()
}

fn file(rows: &[&str]) -> Vec<u8> {
    format!("{HEAD}\n{}\n", rows.join("\n")).into_bytes()
}

async fn house(db: Db, config: Arc<Config>) -> House {
    let house = House::with(db, config).await;
    house.branch(BRANCH, &["李四"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house
}

async fn names(house: &House) -> Vec<String> {
    let org = house.store().org_by_path(BRANCH).await.unwrap().unwrap();
    house.store().roster(org.id).await.unwrap().unwrap().members.into_iter().map(|m| m.name).collect()
}

async fn warn(db: Db) {
    let house = house(db, config()).await;
    let shown = house.drops("李四", "名册.csv", file(&ROWS)).await;
    assert!(shown.starts_with("名册共 6 行：新增 6。") && shown.ends_with(ASK), "{shown}");
    for line in [YOUNG, OLD, NUMBERLESS, YEAR] {
        assert_eq!(shown.lines().filter(|l| *l == line).count(), 1, "{line}\n{shown}");
    }
    assert!(!shown.contains("小六，共") && !shown.contains("小三，共"), "{shown}");
    assert!(house.whispers("李四", "是").await.starts_with("导入好了：新增 6"), "they only warn");
    assert_eq!(names(&house).await.len(), 7);
    house.ends().await;
}

async fn block(db: Db) {
    let blocking = Config::load(None, &Env::of([("ZHIBU_MEMBERSHIP_BLOCK", "under_age,no_number")])).unwrap();
    let house = house(db, Arc::new(blocking)).await;
    let shown = house.drops("李四", "名册.csv", file(&ROWS)).await;
    let refused = "小一：没有加进来：入团时未满 14 周岁（依据团章：年满 14 周岁才能入团）。核对后再导入";
    assert!(shown.starts_with("名册共 6 行：新增 4，") && shown.contains(refused), "{shown}");
    assert!(shown.contains("小四：没有加进来：没有团员编号") && shown.contains(OLD) && shown.contains(YEAR), "{shown}");
    assert!(house.whispers("李四", "是").await.starts_with("导入好了：新增 4"));
    assert_eq!(names(&house).await, ["李四", "小二", "小三", "小五", "小六"]);
    // who is here already is not put out by it
    let shown = house.drops("李四", "名册.csv", file(&["李四,2013-01-01,2026-09,,"])).await;
    assert!(shown.contains("修改 1") && shown.contains("入团时未满 14 周岁：李四，共 1 人"), "{shown}");
    assert!(house.whispers("李四", "是").await.starts_with("导入好了：新增 0，修改 1"));
    let wrong = Config::load(None, &Env::of([("ZHIBU_MEMBERSHIP_BLOCK", "too_few")])).unwrap_err();
    assert!(wrong[0].to_string().contains("there is no \"too_few\""), "{wrong:?}");
    house.ends().await;
}

async fn asked(db: Db) {
    let house = house(db, config()).await;
    let group = house.group("90000", BRANCH).await;
    house.drops("李四", "名册.csv", file(&ROWS)).await;
    house.whispers("李四", "是").await;
    let told = house.whispers("李四", "名册体检").await;
    let numberless = NUMBERLESS.replace("小四，共 1 人", "李四、小四，共 2 人");
    assert_eq!(
        told,
        format!("看了 1 个团支部的名册，1 个有要核对的：\n{YOUNG}\n{OLD}\n{numberless}\n{YEAR}\n这些只是提醒，名册没有改动。"),
        "each with the rule that it stands on"
    );
    assert_eq!(group.asks("李四", "名册体检").await, house.bot.say("private-only", &[]), "ages and numbers are for no group");
    let others = ["王五", "赵六", "钱七", "孙八", "周九", "吴十", "郑一"];
    house.branch(OTHER, &others, 2).await;
    assert_eq!(house.whispers("王五", "检查一下名册").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    // the permission table's row
    let may: Vec<Role> = Role::ALL.into_iter().filter(|r| house.bot.config.roles[r].contains(&Permission::ManageRoster)).collect();
    assert_eq!(may, [Role::Secretary, Role::Committee, Role::Operator]);
    for (role, may) in Role::ALL.into_iter().map(|r| (r, may.contains(&r))).filter(|(r, _)| *r != Role::Member) {
        let name = others[Role::ALL.iter().position(|r| *r == role).unwrap()];
        let person = house.store().people_named(name, "").await.unwrap()[0].0;
        let town = house.store().org_by_path(OTHER).await.unwrap().unwrap();
        house.store().grant(person, town.id, role, None).await.unwrap();
        house.bot.cache.forget_all();
        let told = house.whispers(name, "名册体检").await;
        assert_eq!(told.starts_with("看了 1 个团支部的名册"), may, "{role:?}: {told}");
    }
    house.branch("余庆县团委/白泥镇团委/机关团支部", &["陈书记"], 2).await;
    // a committee sees each of its branches under its path
    house.grant("陈书记", Role::Committee, "余庆县团委/白泥镇团委").await;
    let told = house.whispers("陈书记", "名册体检").await;
    assert!(told.starts_with("看了 3 个团支部的名册，3 个有要核对的：\n【") && told.contains(&format!("【{OTHER}】\n没有团员编号：")), "{told}");
    house.ends().await;
}

async fn sizes(db: Db) {
    let house = house(db, config()).await;
    let few = "第一团支部现有 1 人，不足 3 人（依据团章：有 3 名团员才能成立团支部）";
    assert!(house.whispers("李四", "名册体检").await.contains(few));
    let shown = house.drops("李四", "名册.csv", file(&["小六,2008-01-02,2023-05,202312345676,"])).await;
    assert!(shown.contains(&format!("{BRANCH}现有 2 人，不足 3 人")), "with those who would come: {shown}");
    assert!(!house.whispers("李四", "不是").await.is_empty());
    let digit = |n: usize| "甲乙丙丁戊己庚辛壬癸".chars().nth(n % 10).unwrap();
    let named = |n: usize| {
        let rows: Vec<String> = (0..n).map(|n| format!("团{}{},2008-01-02,2023-05,2023{n:08},", digit(n / 10), digit(n))).collect();
        file(&rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let shown = house.drops("李四", "名册.csv", named(49)).await;
    assert!(shown.starts_with("名册共 49 行：新增 49。") && !shown.contains("现有"), "fifty are as many as is usual: {shown}");
    assert!(!house.whispers("李四", "不是").await.is_empty());
    let shown = house.drops("李四", "名册.csv", named(50)).await;
    assert!(shown.contains("现有 51 人，超过 50 人（依据团支部工作条例：一般不超过 50 人）"), "{shown}");
    house.ends().await;
}

async fn command() {
    let db = Db::sqlite();
    let program = Program::new(&db);
    std::fs::write(db.dir().join("roster.csv"), file(&["小五,2008-01-02,2023-05,202212345675,"])).unwrap();
    let shown = program.does(&["import", "roster", "roster.csv", "--branch", BRANCH, "--apply"]).await.well();
    assert!(shown.contains(YEAR), "{shown}");
    let looked = program.does(&["check", "--roster"]).await.well();
    assert!(looked.contains(YEAR) && looked.contains("第一团支部现有 1 人，不足 3 人"), "{looked}");
    assert!(!program.does(&["check"]).await.well().contains("名册"), "only when asked");
}
