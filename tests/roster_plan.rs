//! What a roster file would change, as the importer reads it: who is meant, who is asked about, what stays.

use crate::support::town::Town;
use libtest_mimic::Trial;
use zhibu::domain::roster::OrgKind;
use zhibu::intake::plan::{Change, Elsewhere};

/// This story's tests.
pub fn tests() -> Vec<Trial> {
    let test = |name: &str, run: fn()| {
        Trial::test(format!("roster_plan::{name}"), move || {
            run();
            Ok(())
        })
    };
    vec![
        test("importing_twice_changes_nothing", importing_twice_changes_nothing),
        test("what_differs_is_said_field_by_field", what_differs_is_said_field_by_field),
        test("the_missing_are_mentioned_and_stay", the_missing_are_mentioned_and_stay),
        test("namesakes_in_the_file_are_asked_about", namesakes_in_the_file_are_asked_about),
        test("namesakes_on_the_roster_are_asked_about", namesakes_on_the_roster_are_asked_about),
        test("numbers_behind_names_are_asked_about", numbers_behind_names_are_asked_about),
        test("one_number_for_two_people", one_number_for_two_people),
        test("an_account_of_somebody_else", an_account_of_somebody_else),
        test("somebody_known_elsewhere_is_asked_about", somebody_known_elsewhere_is_asked_about),
        test("transfers_and_new_namesakes_on_request", transfers_and_new_namesakes_on_request),
        test("a_scope_is_kept_and_tells_nothing", a_scope_is_kept_and_tells_nothing),
        test("a_branch_given_beside_the_file", a_branch_given_beside_the_file),
        test("roles_come_only_from_who_may_give_them", roles_come_only_from_who_may_give_them),
        test("bands", bands),
        test("a_unit_above_new_branches_takes_nobody", a_unit_above_new_branches_takes_nobody),
        test("the_foot_of_a_list_is_nobody", the_foot_of_a_list_is_nobody),
    ]
}

const ONE: &str = "县团委/一支部";
const TWO: &str = "县团委/二支部";

fn csv(rows: &[&str]) -> Vec<u8> {
    format!("姓名,所在团支部,团员编号,QQ,入团年月,职务,团小组,团费档次\n{}\n", rows.join("\n")).into_bytes()
}

fn town() -> Town {
    let mut town = Town::new();
    town.import(&csv(&[
        "王芳,县团委/一支部,202112345678,20001,2021-05,,一组,",
        "李雷,县团委/一支部,,20002,2020-12,,一组,",
        "韩梅,县团委/一支部,,,2020-12,,,",
        "王芳,县团委/二支部,202112345679,,2021-05,,,",
        "吉姆,县团委/二支部,,,2021-05,,,月薪 3000",
    ]));
    town
}

fn importing_twice_changes_nothing() {
    let file = csv(&["王芳,县团委/一支部,202112345678,20001,2021-05,团支书,一组,学生", "李雷,一支部,,20002,2020.12,组织委员,,", "陈晨,县团委/三支部,,,,,,"]);
    let mut town = town();
    let first = town.import(&file);
    assert_eq!((first.counts.added, first.counts.updated, first.grants.len()), (1, 2, 2));
    let again = town.plan(&file).unwrap();
    assert!(again.is_empty(), "{again:?}");
    assert_eq!(town.preview(&file), "名册共 3 行，没有要改的（不变 3）。\n县团委/一支部 的名册上有、这张表里没有（不会动他们）：韩梅，共 1 人");
}

fn what_differs_is_said_field_by_field() {
    let file = csv(&["李雷,县团委/一支部,202012345670,2000200,2020-11,,二组,0.2", "吉姆,二支部,,,,团支书,,学生"]);
    let mut town = town();
    let preview = town.preview(&file);
    assert!(
        preview.contains("第 2 行 李雷：补上团员编号 202012345670，入团年月 2020-12 → 2020-11，团小组 一组 → 二组，补上账号 onebot:2000200\n"),
        "{preview}"
    );
    assert!(preview.contains("第 3 行 吉姆：补上职务 团支书，团费档次 月薪 3000 → 学生\n"), "{preview}");
    let plan = town.import(&file);
    let Change::Update { fields, .. } = &plan.changes[1] else { panic!("{plan:?}") };
    let (month, band) = fields.band.clone().unwrap();
    assert_eq!((month.to_string(), band.as_str()), ("2026-11".into(), "student"), "a new rate does not rewrite the past");
    assert_eq!(town.at(ONE)[1].from.to_string(), "2020-12-01", "nor does a corrected admission");
}

fn the_missing_are_mentioned_and_stay() {
    let mut town = town();
    let file = csv(&["王芳,县团委/一支部,,,,,,"]);
    assert!(town.preview(&file).ends_with("县团委/一支部 的名册上有、这张表里没有（不会动他们）：李雷、韩梅，共 2 人"));
    town.import(&file);
    assert!(town.at(ONE).iter().all(|m| m.to.is_none()));
}

fn namesakes_in_the_file_are_asked_about() {
    let mut town = Town::new();
    let file = csv(&["陈晨,县团委/一支部,,,,,,", "陈晨,县团委/一支部,202112345678,,,,,", "陈晨,县团委/一支部,,20009,,,,", "陈晨,县团委/二支部,,,,,,"]);
    let preview = town.preview(&file);
    assert!(preview.starts_with("名册共 4 行：新增 3，待确认 1。\n？第 2 行 陈晨：第 2、3、4 行同名，分不清谁是谁。请补上团员编号或账号\n"), "{preview}");
    assert!(preview.contains("注意 第 4 行 陈晨：第 2、3、4 行同名，按编号或账号当作不同的人记"), "{preview}");
    town.import(&file);
    assert_eq!((town.at(ONE).len(), town.at(TWO).len()), (2, 1));
    assert!(town.plan(&file).unwrap().is_empty());
    let twice = csv(&["林夕,县团委/三支部,202112345670,,,,,", "林夕,县团委/三支部,202112345670,,,,,"]);
    assert!(town.preview(&twice).contains("注意 第 3 行 林夕：和第 2 行一模一样，只算一次"));
}

fn namesakes_on_the_roster_are_asked_about() {
    let mut town = Town::new();
    town.import(&csv(&["陈晨,县团委/一支部,202112345678,,,,,", "陈晨,县团委/一支部,202112345679,,,,,"]));
    assert!(town.preview(&csv(&["陈晨,县团委/一支部,,20009,,,,"])).contains("？第 2 行 陈晨：名册上有 2 位同名，不知道是哪一位"));
    let known = csv(&["陈晨,县团委/一支部,202112345679,20009,,,,"]);
    assert!(town.preview(&known).contains("第 2 行 陈晨：补上账号 onebot:20009"));
    assert!(town.preview(&csv(&["陈晨,县团委/一支部,202112345670,,,,,"])).contains("？第 2 行 陈晨：名册上的同名者编号是 202112345678，和表里不同"));
}

fn numbers_behind_names_are_asked_about() {
    let town = town();
    let said = town.preview(&csv(&["韩梅1,县团委/一支部,,,,,,", "成员20001,县团委/一支部,,,,,,", "组员2,县团委/一支部,,20077,,,,"]));
    assert!(said.starts_with("名册共 3 行：新增 2，待确认 1。\n？第 2 行 韩梅1：名字后面的数字是为了区分同名吗？请写成“韩梅”"), "{said}");
}

fn one_number_for_two_people() {
    let said = town().preview(&csv(&["陈晨,县团委/一支部,,20009,,,,", "林夕,县团委/一支部,,20009,,,,", "张三,县团委/一支部,202112345678,,,,,"]));
    assert!(said.contains("✗ 第 3 行 林夕：编号或账号和第 2 行（陈晨）重了，请改掉一个"), "{said}");
    assert!(said.contains("？第 4 行 张三：编号或账号是 王芳 的，姓名对不上。请核对"), "{said}");
}

fn an_account_of_somebody_else() {
    let said = town().preview(&csv(&["王芳,县团委/一支部,202112345678,20002,,,,", "吉姆,县团委/二支部,,20001,,,,"]));
    assert!(said.contains("？第 2 行 王芳：账号 20002 已经是 李雷 的了"), "{said}");
    assert!(said.contains("？第 3 行 吉姆：账号 20001 已经是 王芳 的了"), "{said}");
}

fn somebody_known_elsewhere_is_asked_about() {
    let town = town();
    let said = town.preview(&csv(&[
        "王芳,县团委/三支部,202112345678,,,,,",
        "吉姆,县团委/三支部,,,,,,",
        "李雷,县团委/三支部,,20055,,,,",
        "王芳,县团委/三支部,202112345677,,,,,",
    ]));
    assert!(said.contains("？第 2 行 王芳：现在在 县团委/一支部。是转过来了吗"), "{said}");
    assert!(said.contains("？第 3 行 吉姆：县团委/二支部 也有一位同名（共 1 位）。是转来的，还是另一个人"), "{said}");
    assert!(said.starts_with("名册共 4 行：新增 2，待确认 2。"), "another account or number is another person: {said}");
    // Listed in their own branch too: the file itself says that they are two.
    let both = town.preview(&csv(&["吉姆,县团委/二支部,,,,,,", "吉姆,县团委/三支部,,,,,,"]));
    assert!(both.starts_with("名册共 2 行：新增 1，不变 1。"), "{both}");
}

fn transfers_and_new_namesakes_on_request() {
    let file = csv(&["王芳,县团委/三支部,202112345678,,,,,", "吉姆,县团委/三支部,,,,,,"]);
    let mut town = town();
    town.rule = Elsewhere::New;
    assert!(town.preview(&file).starts_with("名册共 2 行：新增 1，待确认 1。"), "a number is never somebody new's");
    town.rule = Elsewhere::Transfer;
    assert!(town.preview(&file).contains("第 2 行 王芳：从 县团委/一支部 转到 县团委/三支部"));
    let plan = town.import(&file);
    assert_eq!(plan.counts.moved, 2);
    let moved = &town.at("县团委/三支部")[1];
    assert_eq!((moved.name.as_str(), moved.bands.last().unwrap().1.as_str()), ("吉姆", "pay_3000"), "the band comes along");
    assert_eq!(town.at(ONE)[0].to.unwrap().to_string(), "2026-11-21");
    assert!(town.plan(&file).unwrap().is_empty());
    let back = csv(&["王芳,县团委/一支部,,,,,,"]);
    town.rule = Elsewhere::Ask;
    assert!(town.preview(&back).contains("？第 2 行 王芳："), "{}", town.preview(&back));
}

fn a_scope_is_kept_and_tells_nothing() {
    let mut town = town();
    town.scope = vec![TWO.into()];
    town.rule = Elsewhere::Transfer;
    let said = town.preview(&csv(&["李雷,县团委/二支部,,20002,,,,", "韩梅,县团委/二支部,,,,,,", "陈晨,县团委/一支部,,,,,,", "林夕,新县团委/新支部,,,,,,"]));
    assert!(said.contains("？第 2 行 李雷：编号或账号已经在别的团支部登记。转来的话，请那边的团支书先跟我说“姓名转走了”"), "{said}");
    assert!(said.contains("第 3 行 韩梅：新增到 县团委/二支部"), "{said}");
    assert!(said.contains("✗ 第 4 行 陈晨：“县团委/一支部”不归你管") && said.contains("✗ 第 5 行 林夕：“新县团委/新支部”不归你管"), "{said}");
    assert!(!said.contains("一支部。"), "{said}");
}

fn a_branch_given_beside_the_file() {
    let mut town = town();
    town.base = Some("县团委/四支部".into());
    let said = town.preview("姓名\n陈晨\n".as_bytes());
    assert!(said.contains("新建团支部：县团委/四支部") && said.contains("陈晨：新增到 县团委/四支部"), "{said}");
    let said = town.preview(&csv(&["陈晨,四支部,,,,,,", "林夕,一支部,,,,,,"]));
    assert!(said.contains("✗ 第 3 行 林夕：写的是“一支部”，不是 县团委/四支部"), "{said}");
    town.base = None;
    town.unit("县团委", OrgKind::Committee);
    assert!(town.preview("姓名,团支部\n陈晨,县团委\n".as_bytes()).contains("县团委 是团委，人要放在下面的团支部里"));
}

fn roles_come_only_from_who_may_give_them() {
    let mut town = town();
    town.may_grant = false;
    let file = csv(&["王芳,县团委/一支部,,,,团支部书记,,", "李雷,县团委/一支部,,,,副书记,,", "韩梅,县团委/一支部,,,,宣传委员,,"]);
    let plan = town.plan(&file).unwrap();
    assert!(plan.grants.is_empty());
    assert!(town.preview(&file).contains("第 2 行 王芳：职务是团支部书记，没有自动给权限。需要的话由上级或管理员授权"));
    town.may_grant = true;
    let plan = town.import(&file);
    assert_eq!(plan.grants.len(), 1, "a deputy is only suggested");
    assert!(town.plan(&file).unwrap().is_empty());
}

fn a_unit_above_new_branches_takes_nobody() {
    let said = Town::new().preview("姓名,所在团支部\n王芳,县团委/镇团委/一支部\n李雷,县团委/镇团委\n".as_bytes());
    assert!(said.starts_with("名册共 2 行：新增 1，有错 1。\n✗ 第 3 行 李雷：县团委/镇团委 是团委，人要放在下面的团支部里\n"), "{said}");
    assert!(said.contains("新建团支部：县团委/镇团委/一支部") && !said.contains("新建团支部：县团委/镇团委\n"), "{said}");
}

fn the_foot_of_a_list_is_nobody() {
    let feet = ["3人", "共2人", "合计 12 名", "以上人员均已核实", "2026年11月", "二〇二六年十一月二十日", "(盖章)", "团支部（盖章）", "负责人签字："];
    let rows: String = feet.iter().map(|foot| [*foot, ",,\n"].concat()).collect();
    let said = Town::new().preview(format!("姓名,所在团支部,QQ\n王芳,县团委/一支部,20001\n万人杰,县团委/一支部,\n{rows}赵主任,,\n").as_bytes());
    assert!(said.starts_with("名册共 3 行：新增 2，有错 1。\n✗ 第 13 行 赵主任：只有称呼，像落款，没有当作团员。"), "{said}");
}

fn bands() {
    let mut town = Town::new();
    town.base = Some("一支部".into());
    let file = "姓名,团费标准\n王芳,\n李雷,0.20\n韩梅,￥3.00元\n吉姆,pay_3000\n陈晨,月薪3000\n林夕,2000以下\n".as_bytes();
    town.import(file);
    let said: Vec<&str> = town.at("一支部").iter().map(|m| m.bands[0].1.as_str()).collect();
    assert_eq!(said, ["student", "student", "pay_2000", "pay_3000", "pay_3000", "pay_2000"]);
}
