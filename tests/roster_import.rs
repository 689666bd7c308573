//! Roster files through the store, on both engines: made, found again, changed, moved; nothing twice, nothing half.

use crate::support::db::{Db, on_both};
use libtest_mimic::Trial;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;
use zhibu::action::branch::roster_import::{Import, Outcome, apply, preview};
use zhibu::config::messages::Lang;
use zhibu::config::{Config, Env};
use zhibu::domain::ids::OrgId;
use zhibu::domain::message::AccountKey;
use zhibu::domain::role::Role;
use zhibu::domain::roster::{Org, RosterChange};
use zhibu::error::Error;
use zhibu::intake::plan::{Elsewhere, Plan};
use zhibu::store::Store;

/// This story's tests.
pub fn tests() -> Vec<Trial> {
    [
        on_both("roster_import::a_file_makes_units_people_accounts_and_roles_once", a_file_makes_units_people_accounts_and_roles_once),
        on_both("roster_import::what_is_known_elsewhere_is_found", what_is_known_elsewhere_is_found),
        on_both("roster_import::a_change_in_between_is_not_overrun", a_change_in_between_is_not_overrun),
        on_both("roster_import::two_imports_at_once_make_nobody_twice", two_imports_at_once_make_nobody_twice),
        on_both("roster_import::a_county_of_twenty_thousand", a_county_of_twenty_thousand),
        on_both("roster_import::hostile_names_come_back_as_they_were", hostile_names_come_back_as_they_were),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const ONE: &str = "余庆县团委/白泥镇团委/一支部";
const TWO: &str = "余庆县团委/白泥镇团委/二支部";
const FILE: &str = "姓名,所在团支部,团员编号,QQ,入团年月,出生日期,职务,团费档次\n\
    王芳,余庆县团委/白泥镇团委/一支部,202112345678,20001,2021-05,2007-01-02,团支书,\n\
    李雷,余庆县团委/白泥镇团委/一支部,,20002,2020-12,,组织委员,月缴3元\n\
    吉姆,余庆县团委/白泥镇团委/二支部,,,,,,0.2\n";

struct House {
    store: Store,
    config: Config,
    db: Db,
}

impl House {
    async fn open(db: Db) -> Self {
        Self { store: db.open().await, config: Config::load(None, &Env::default()).unwrap(), db }
    }

    fn import(&self, file: &str) -> Import<'_> {
        Import {
            store: &self.store,
            config: &self.config,
            today: self.config.zone().date(zhibu::effects::Clock::now(&*self.db.clock)),
            bytes: Arc::new(file.as_bytes().to_vec()),
            branch: None,
            scope: const { &[String::new()] },
            elsewhere: Elsewhere::Ask,
            may_grant: true,
            actor: None,
        }
    }

    async fn apply(&self, file: &str) -> Plan {
        applied(apply(&self.import(file), None).await)
    }

    async fn said(&self, file: &str) -> String {
        let plan = preview(&self.import(file)).await.unwrap();
        zhibu::intake::preview::text(&plan, &self.config.messages, Lang::Zh, 50)
    }

    async fn org(&self, path: &str) -> Org {
        self.store.org_by_path(path).await.unwrap().unwrap()
    }

    async fn names(&self, path: &str) -> Vec<String> {
        let roster = self.store.roster(self.org(path).await.id).await.unwrap().unwrap();
        roster.members.iter().filter(|m| m.to.is_none()).map(|m| m.name.clone()).collect()
    }
}

fn applied(outcome: Result<Outcome, Error>) -> Plan {
    match outcome.unwrap() {
        Outcome::Applied(plan) => plan,
        Outcome::Changed(plan) => panic!("not applied: {plan:?}"),
    }
}

async fn a_file_makes_units_people_accounts_and_roles_once(db: Db) {
    let house = House::open(db).await;
    assert_eq!(
        house.said(FILE).await,
        format!(
            "名册共 3 行：新增 3。\n新建团支部：{ONE}\n新建团支部：{TWO}\n第 2 行 王芳：职务是团支书，设为 {ONE} 的支书\n第 3 行 李雷：职务是组织委员，可以管 {ONE} 的团费\n没有团员编号：李雷、吉姆，共 2 人（依据发展团员工作规定：2019 年起入团要有编号）\n{ONE}现有 2 人，不足 3 人（依据团章：有 3 名团员才能成立团支部）\n{TWO}现有 1 人，不足 3 人（依据团章：有 3 名团员才能成立团支部）\n第 2 行 王芳：新增到 {ONE}\n第 3 行 李雷：新增到 {ONE}\n第 4 行 吉姆：新增到 {TWO}"
        )
    );
    assert!(house.store.subtree("").await.unwrap().is_empty(), "a preview writes nothing");
    house.apply(FILE).await;
    let roster = house.store.roster(house.org(ONE).await.id).await.unwrap().unwrap();
    let wang = &roster.members[0];
    assert_eq!((wang.name.as_str(), wang.from.to_string().as_str(), wang.league_number.as_deref()), ("王芳", "2021-05-01", Some("202112345678")));
    assert_eq!((wang.bands[0].1.as_str(), roster.members[1].bands[0].1.as_str()), ("student", "pay_3"));
    assert_eq!(house.store.person_of(&AccountKey::new("onebot", "20001")).await.unwrap(), Some(wang.person));
    assert_eq!(house.store.holders(roster.org.id, Role::Secretary).await.unwrap(), [wang.person]);
    assert_eq!(house.store.holders(roster.org.id, Role::Treasurer).await.unwrap(), [roster.members[1].person]);
    assert_eq!(house.names(TWO).await, ["吉姆"]);

    let epoch = house.org(ONE).await.epoch;
    assert!(house.apply(FILE).await.is_empty());
    assert_eq!(house.said(FILE).await, "名册共 3 行，没有要改的（不变 3）。");
    assert_eq!(house.org(ONE).await.epoch, epoch, "a second import touches nothing");

    let corrected = FILE.replace("2007-01-02", "2007-02-01").replace("李雷,余庆县团委/白泥镇团委/一支部,,", "李雷,一支部,202012345670,");
    assert_eq!(
        house.said(&corrected).await,
        "名册共 3 行：修改 2，不变 1。\n第 2 行 王芳：出生日期 2007-01-02 → 2007-02-01\n第 3 行 李雷：补上团员编号 202012345670"
    );
    house.apply(&corrected).await;
    assert!(house.apply(&corrected).await.is_empty());
    assert!(house.store.prove().await.unwrap().is_empty());
}

async fn what_is_known_elsewhere_is_found(db: Db) {
    let house = House::open(db).await;
    house.apply(FILE).await;
    let moved = "姓名,支部,团员编号,QQ\n王芳,余庆县团委/白泥镇团委/三支部,202112345678,\n李雷,余庆县团委/白泥镇团委/三支部,,20002\n吉姆,余庆县团委/白泥镇团委/三支部,,\n";
    assert_eq!(
        house.said(moved).await,
        format!(
            "名册共 3 行，没有要改的（待确认 3）。\n？第 2 行 王芳：现在在 {ONE}。是转过来了吗\n？第 3 行 李雷：现在在 {ONE}。是转过来了吗\n？第 4 行 吉姆：{TWO} 也有一位同名（共 1 位）。是转来的，还是另一个人"
        )
    );
    let scope = [TWO.to_owned()];
    let narrow = Import { scope: &scope, branch: Some(TWO), ..house.import("姓名,QQ\n王芳,20001\n李雷,\n") };
    let plan = preview(&narrow).await.unwrap();
    let said = zhibu::intake::preview::text(&plan, &house.config.messages, Lang::Zh, 50);
    assert!(said.contains("？第 2 行 王芳：编号或账号已经在别的团支部登记") && said.contains("第 3 行 李雷：新增到"), "{said}");
    let plan = applied(apply(&Import { elsewhere: Elsewhere::Transfer, ..house.import(moved) }, None).await);
    assert_eq!(plan.counts.moved, 3);
    assert_eq!(house.names("余庆县团委/白泥镇团委/三支部").await, ["王芳", "李雷", "吉姆"]);
    assert!(house.names(ONE).await.is_empty() && house.names(TWO).await.is_empty());
    let roster = house.store.roster(house.org("余庆县团委/白泥镇团委/三支部").await.id).await.unwrap().unwrap();
    assert_eq!(roster.members[1].bands.last().unwrap().1, "pay_3", "the band comes along");
    assert!(house.apply(moved).await.is_empty());
    // Somebody who left, on the list of the old branch again.
    assert!(house.said(FILE).await.contains("？第 2 行 王芳：现在在 余庆县团委/白泥镇团委/三支部"));
}

async fn a_change_in_between_is_not_overrun(db: Db) {
    let house = House::open(db).await;
    house.apply(FILE).await;
    let file = format!("{FILE}韩梅,二支部,,20009,,,,\n");
    let shown = preview(&house.import(&file)).await.unwrap();
    // Meanwhile the secretary takes her in by hand.
    let two = house.org(TWO).await;
    let by_hand = RosterChange::Add(zhibu::domain::roster::NewMember {
        branch: two.id,
        name: "韩梅".into(),
        from: house.import("").today,
        known: None,
        fields: zhibu::domain::roster::MemberFields::default(),
    });
    house.store.change_roster(&[by_hand], &[(two.id, two.epoch)], None, &|_, _, _| Vec::new()).await.unwrap();
    let Outcome::Changed(plan) = apply(&house.import(&file), Some(&shown)).await.unwrap() else { panic!("it was applied") };
    assert_eq!((shown.counts.added, plan.counts.added, plan.counts.updated), (1, 0, 1));
    assert_eq!(house.names(TWO).await, ["吉姆", "韩梅"]);
    let Outcome::Applied(_) = apply(&house.import(&file), Some(&plan)).await.unwrap() else { panic!("it was not applied") };
    assert_eq!(house.names(TWO).await, ["吉姆", "韩梅"]);
}

async fn two_imports_at_once_make_nobody_twice(db: Db) {
    let house = House::open(db).await;
    let other = Store::open(&house.db.options(), &house.db.effects(2)).await.unwrap();
    for round in 0..5 {
        let rows: Vec<String> = (0..30).map(|i| format!("成员{round}{i:03},余庆县团委/第{round}支部,3{round}{i:03}")).collect();
        let file = format!("姓名,支部,QQ\n{}\n", rows.join("\n"));
        let (one, two) = (house.import(&file), Import { store: &other, ..house.import(&file) });
        let outcomes = tokio::join!(apply(&one, None), apply(&two, None));
        for outcome in [outcomes.0, outcomes.1] {
            assert!(matches!(outcome, Ok(_) | Err(Error::Fault(zhibu::error::Fault::Stale))), "{outcome:?}");
        }
        let names = house.names(&format!("余庆县团委/第{round}支部")).await;
        assert_eq!((names.len(), names.iter().collect::<BTreeSet<_>>().len()), (30, 30));
    }
    assert!(house.store.prove().await.unwrap().is_empty());
    other.close().await;
}

async fn a_county_of_twenty_thousand(db: Db) {
    let house = House::open(db).await;
    let mut file = String::from("姓名,所在团支部,团员编号,QQ,入团年月\n");
    for i in 0..20_000_u64 {
        let name = format!(
            "{}{}",
            ["王", "李", "张", "刘", "陈", "杨", "赵"][(i % 7) as usize],
            ["伟", "芳", "娜", "秀英", "敏", "静", "强", "磊"][(i / 7 % 8) as usize]
        );
        writeln!(file, "{name},余庆县团委/第{}镇团委/第{}支部,{},{},2021-09", i % 12, i % 132, 202_100_000_000 + i, 100_000 + i).unwrap();
    }
    let plan = house.apply(&file).await;
    assert_eq!((plan.counts.added, plan.units.len(), plan.counts.questions, plan.counts.errors), (20_000, 132, 0, 0));
    let branches: Vec<OrgId> = house.store.subtree("").await.unwrap().iter().map(|o| o.id).collect();
    assert_eq!(house.store.dates_of(&branches).await.unwrap().len(), 20_000);
    let again = preview(&house.import(&file)).await.unwrap();
    assert!(again.is_empty() && again.counts.same == 20_000, "{:?}", again.counts);
}

async fn hostile_names_come_back_as_they_were(db: Db) {
    let house = House::open(db).await;
    let file = "姓名,支部,备注\n\"[CQ:at,qq=all]\",一支部,x\n=cmd|' /C calc'!A0,一支部,y\n'; DROP TABLE person; --,一支部,\n王\u{1}芳,一支部,\n";
    house.apply(file).await;
    assert_eq!(house.names("一支部").await, ["[CQ:at,qq=all]", "=cmd|' /C calc'!A0", "'; DROP TABLE person; --", "王芳"]);
    assert!(house.apply(file).await.is_empty());
}
