//! Several of one name: told apart wherever a list would name them twice, spoken of by what tells them apart, and never taken for each
//! other.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, PLATFORM, account};
use libtest_mimic::Trial;
use zhibu::domain::message::{AccountKey, ChatKey};
use zhibu::domain::role::Role;
use zhibu::domain::roster::{MemberFields, NewMember, RosterChange};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("units_namesakes_in_lists", in_lists),
        on_both("units_namesakes_are_entered", entered),
        on_both("units_namesakes_get_codes", codes),
        on_both("units_namesakes_are_never_guessed", never_guessed),
        on_both("units_namesakes_of_two_branches", of_two_branches),
        on_both("units_namesakes_money", money),
    ]
    .into_iter()
    .flatten()
    .collect()
}

type Row = (&'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>);

async fn add(house: &House, branch: &str, all: &[Row]) {
    let org = house.store().org_by_path(branch).await.unwrap().unwrap();
    let one = |(name, group, number, account): &(&str, Option<&str>, Option<&str>, Option<&str>)| {
        let fields = MemberFields {
            group: group.map(str::to_owned),
            league_number: number.map(str::to_owned),
            accounts: account.iter().map(|id| AccountKey::new(PLATFORM, *id)).collect(),
            ..MemberFields::default()
        };
        RosterChange::Add(NewMember { branch: org.id, name: (*name).into(), from: org.since, known: None, fields })
    };
    let changes: Vec<RosterChange> = all.iter().map(one).collect();
    let config = house.bot.config.clone();
    house.store().change_roster(&changes, &[], None, &zhibu::action::study::issues::expected(&config)).await.unwrap();
    house.bot.cache.forget_all();
}

/// 赵敏 keeps a branch with two 李四, of two groups, and two 周杰, of none.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["赵敏", "王五"], 0).await;
    house.grant("赵敏", Role::Secretary, BRANCH).await;
    let twins = [
        ("李四", Some("第一小组"), Some("202400000002"), Some("acc-李四")),
        ("李四", Some("第二小组"), Some("202400000003"), Some("acc-李四乙")),
        ("周杰", None, Some("202400000004"), None),
        ("周杰", None, Some("202400000005"), None),
    ];
    add(&house, BRANCH, &twins).await;
    house
}

async fn in_lists(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let four = "李四（第一小组）、李四（第二小组）、周杰（编号尾号0004）、周杰（编号尾号0005）";
    assert!(house.whispers("赵敏", "谁没绑定").await.starts_with("还没绑定账号的有 2 位（共 6 人）：周杰（编号尾号0004）、周杰（编号尾号0005）"));
    let told = house.whispers("赵敏", "谁没交团费").await;
    assert!(told.contains("李四（第一小组）（11月，0.2 元）、李四（第二小组）（11月，0.2 元）、周杰（编号尾号0004）（11月，0.2 元）"), "{told}");
    assert!(group.asks("赵敏", "谁没看大学习").await.contains(four));
    assert!(group.asks("赵敏", "本周大学习汇总备案").await.contains(four));
    assert!(group.says("李四乙", "大学习看完了").await.contains("李四"));
    // alone in the list, and still not the other
    assert!(group.asks("赵敏", "谁没看大学习").await.contains("王五、李四（第一小组）、周杰"));
    assert!(group.asks("赵敏", "开始签到").await.contains("签到开始了"));
    group.says("李四", "签到").await;
    group.says("王五", "签到").await;
    assert!(group.asks("赵敏", "谁没签到").await.contains("赵敏、李四（第二小组）、周杰（编号尾号0004）、周杰（编号尾号0005）"));
    let page = group.asks("赵敏", "本次台账").await;
    assert!(page.contains("王五、李四（第一小组）") && page.contains("赵敏、李四（第二小组）、周杰（编号尾号0004）"), "{page}");
    let sheet = group.asks("赵敏", "结束签到").await;
    assert!(sheet.ends_with("没到：赵敏、李四（第二小组）、周杰（编号尾号0004）、周杰（编号尾号0005）"), "{sheet}");
    house.ends().await;
}

async fn entered(db: Db) {
    let house = house(db).await;
    let say = async |text: &str| house.whispers("赵敏", text).await;
    assert_eq!(say("第一小组的李四交了团费").await, "收到：李四（第一小组）11月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    assert_eq!(say("李四(2组)看完大学习了").await, "记好啦：李四（第二小组），本周青年大学习已完成。");
    assert_eq!(say("周杰（编号尾号0005）交了团费").await, "收到：周杰（编号尾号0005）11月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    assert_eq!(say("李四（第二小组）的记录").await.lines().next().unwrap(), "李四的记录：");
    let left = say("谁没交团费").await;
    assert!(left.contains("李四（第二小组）（") && !left.contains("李四（第一小组）"), "{left}");
    assert!(left.contains("周杰（编号尾号0004）（") && !left.contains("0005"), "{left}");
    // without a word of which, by the number of a choice
    assert!(say("李四交了团费").await.starts_with("叫李四的有 2 位：1.李四（第一团支部、第一小组、编号尾号0002）、2.李四（第一团支部、第二小组"));
    assert_eq!(say("2").await, "收到：李四（第二小组）11月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    // taken back from the one who is named, and from nobody else
    assert!(say("撤销第一小组李四的团费").await.contains("李四（第一小组）11月团费"));
    let left = say("谁没交团费").await;
    assert!(left.contains("李四（第一小组）（") && !left.contains("李四（第二小组）"), "{left}");
    // a fellow pays for one of them
    assert_eq!(house.whispers("王五", "替李四(一组)交了团费").await, "收到：李四（第一小组）11月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    assert!(say("确认第二小组的李四的团费").await.contains("李四（第二小组）"));
    let list = say("确认团费").await;
    assert!(list.contains("李四（第一小组）（11月") && !list.contains("李四（第二小组）"), "{list}");
    house.ends().await;
}

async fn codes(db: Db) {
    let house = house(db).await;
    for (ask, whose) in [
        ("绑定码 202400000003", "李四（第二小组）："),
        ("给第一小组的李四一个绑定码", "李四（第一小组）："),
        ("绑定码 第2小组李四", "李四（第二小组）："),
        ("李四（一组）的绑定码", "李四（第一小组）："),
        ("绑定码 0004", "周杰（编号尾号0004）："),
        ("绑定码 周杰（尾号0005）", "周杰（编号尾号0005）："),
        ("绑定码 王五", "王五："),
    ] {
        let told = house.whispers("赵敏", ask).await;
        assert!(told.starts_with(whose) && told.lines().count() == 2, "{ask}: {told}");
    }
    assert_eq!(house.whispers("赵敏", "绑定码 李四").await.lines().count(), 3, "both, told apart");
    assert_eq!(house.whispers("赵敏", "绑定码 202499999999").await, "名册上没有202499999999。");
    assert_eq!(house.whispers("赵敏", "给第三小组的李四一个绑定码").await, "名册上没有“李四（第三小组）”。");
    assert!(house.whispers("王五", "绑定码 202400000003").await.contains("不归你管"));
    // whose code it is, by the end
    let told = house.whispers("赵敏", "绑定码 0005").await;
    let code = told.lines().next().unwrap().rsplit('：').next().unwrap().to_owned();
    assert!(house.whispers("新来的", &format!("绑定 周杰 {code}")).await.starts_with("绑好了，周杰"), "{told}");
    assert!(house.whispers("赵敏", "谁没绑定").await.contains("1 位（共 6 人）：周杰（编号尾号0004）"));
    house.ends().await;
}

/// Where it is not said which, or wrongly, one line comes back and nothing is entered.
async fn never_guessed(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    for say in ["第三小组的李四交了团费", "李四(尾号0009)交了团费", "第二小组的周杰交了团费"] {
        assert!(house.whispers("赵敏", say).await.starts_with("名册上没有“"), "{say}");
    }
    assert_eq!(house.whispers("赵敏", "第一小组的李四和第二小组的李四交了团费").await, "叫“李四”的请分开说，一次只说一位。");
    for say in ["撤销李四的团费", "李四免交团费到12月", "李四转走了", "李四、王五交了团费"] {
        let told = house.whispers("赵敏", say).await;
        assert_eq!(told, "叫“李四”的有 2 位，我分不清是哪位，先没动。名字后面带上是哪位再说一次，比如“李四（第一小组）”。", "{say}");
    }
    assert!(house.whispers("赵敏", "李四（第一小组）免交团费到12月").await.contains("李四（第一小组）11月、12月免交团费"));
    for say in ["李四交了团费", "李四看完大学习了"] {
        let told = group.asks("赵敏", say).await;
        assert!(told.starts_with("叫“李四”的有 2 位") && !told.contains("支书") && !told.contains("小组"), "{say}: {told}");
    }
    assert!(group.asks("王五", "替李四交了团费").await.contains("请支书帮着记一下"));
    assert_eq!(house.db.column("SELECT duty FROM record WHERE kind <> 'exempt'").await, Vec::<String>::new());
    house.ends().await;
}

/// The secretary of one branch, who is the operator of all, means her own; a list of both says which branch.
async fn of_two_branches(db: Db) {
    let house = house(db).await;
    house.branch(OTHER, &["钱一"], 0).await;
    add(&house, OTHER, &[("王五", None, None, None)]).await;
    house.grant("赵敏", Role::Operator, "余庆县团委").await;
    house.grant("钱一", Role::Committee, "余庆县团委/白泥镇团委").await;
    assert_eq!(house.whispers("赵敏", "王五交了团费").await, "收到：王五11月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    let left = house.whispers("赵敏", "谁没交团费").await;
    assert!(!left.contains("王五"), "{left}");
    let told = house.whispers("钱一", "谁没绑定").await;
    assert!(told.contains("周杰（编号尾号0004）") && told.contains("王五（第二团支部）"), "{told}");
    let told = house.whispers("钱一", "第二团支部王五的记录").await;
    assert!(told.starts_with("王五的记录："), "{told}");
    house.ends().await;
}

/// Whose money did not come, or was given back, is said with what tells them apart; to themselves by the name.
async fn money(db: Db) {
    let house = house(db).await;
    house.whispers("李四乙", "交了团费").await;
    assert_eq!(house.whispers("赵敏", "没收到李四的团费").await, "李四（第二小组）11月的团费（0.2 元）退回了，我私下告诉 TA 了。");
    let letter = house.read(&ChatKey::private(&account("李四乙")));
    assert!(letter.starts_with("李四，赵敏说还没收到你11月的团费"), "{letter}");
    house.whispers("李四乙", "交了团费").await;
    house.whispers("赵敏", "确认李四的团费").await;
    assert_eq!(house.whispers("赵敏", "退还李四（第二小组）11月团费").await, "退给李四（第二小组） 0.2 元（11月团费），账本记好了。");
    assert_eq!(house.whispers("赵敏", "退还周杰（编号尾号0005）11月团费").await, "周杰（编号尾号0005）没有已确认的可以退。");
    house.ends().await;
}
