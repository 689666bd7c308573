//! Who may do what with money: every cell of the table that bands, opened months and the cash book added, by what people
//! read.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::role::{Permission, Role};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    on_both("dues_doors_every_cell", every_cell)
}

/// Who may, of every role there is.
const TABLE: [(Permission, &[Role]); 3] = [
    (Permission::SetBand, &[Role::Treasurer, Role::Secretary]),
    (Permission::OpenMonths, &[Role::Secretary]),
    (Permission::KeepCash, &[Role::Treasurer, Role::Secretary]),
];

async fn every_cell(db: Db) {
    let house = House::new(db).await;
    let names = ["一号", "二号", "三号", "四号", "五号", "六号", "七号", "张三"];
    house.branch(BRANCH, &names, 3).await;
    house.branch(OTHER, &["外人"], 3).await;
    house.grant("外人", Role::Secretary, OTHER).await;
    for (role, name) in Role::ALL.into_iter().zip(names) {
        house.grant(name, role, BRANCH).await;
    }
    house.bot.cache.forget_all();
    let group = house.group("90000", BRANCH).await;
    for (permission, may) in TABLE {
        for (role, name) in Role::ALL.into_iter().zip(names) {
            let configured = house.bot.config.roles[&role].contains(&permission);
            assert_eq!(configured, may.contains(&role), "{role:?} {permission:?} in roles.toml");
            let said: &[&str] = match permission {
                Permission::SetBand => &["张三从12月起是月缴5元"],
                Permission::OpenMonths => &["补收从2026年6月起"],
                _ => &["张三8月前交清了", "退还张三10月团费", "上缴上级团费0.1元", "上级返还团费0.1元"],
            };
            for text in said {
                let read = house.whispers(name, text).await;
                let refused = read.starts_with("这件事要") && read.ends_with("来做，可以请 TA 跟我说一声。");
                assert_eq!(!refused, may.contains(&role), "{role:?} says {text}: {read}");
            }
        }
        // an office elsewhere is none here
        let text = match permission {
            Permission::SetBand => "张三从12月起是月缴6元",
            Permission::OpenMonths => "补收从2026年5月起",
            _ => "退还张三10月团费",
        };
        let read = group.asks("外人", text).await;
        assert!(read.starts_with("这件事要第一团支部的") && read.ends_with("来做，可以请 TA 跟我说一声。"), "{read}");
    }
    house.ends().await;
}
