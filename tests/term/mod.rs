//! A whole term of a branch of thirty, through the real router, parser and store: admission, bands, dues with every
//! irregularity, sixteen issues of Youth Study with official exports that disagree, four theme days, a transfer, an erasure.
//! What every figure must be stands in tables, worked out by hand. And a smaller story of a branch of three hundred.

mod dues;
mod ends;
mod large;
mod meetings;
mod people;
mod study;

use crate::config::load;
use crate::support::db::{Db, on_both};
use crate::support::house::{Group, House};
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::config::defaults;
use zhibu::domain::role::Role;

pub fn tests() -> Vec<Trial> {
    [on_both("term_of_thirty", thirty), on_both("term_of_three_hundred", large::three_hundred)].into_iter().flatten().collect()
}

/// The branch.
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
/// Where somebody transfers to.
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
/// What is above both.
const TOWN: &str = "余庆县团委/白泥镇团委";

/// On the roster from the beginning: 李四 is the secretary, 钱七 the treasurer.
const FIRST: [&str; 28] = [
    "李四", "钱七", "王五", "张三", "赵六", "孙瑶", "周敏", "吴桐", "郑义", "冯二", "陈明", "褚红", "卫东", "蒋南", "沈北", "韩梅", "杨柳", "朱丹", "秦川",
    "尤佳", "许朵", "何平", "吕刚", "施雨", "孔亮", "曹操", "严东", "魏莱",
];
/// Admitted in April.
const ADMITTED: [&str; 2] = ["华珊", "金鑫"];

/// The house, and the branch's group in it.
struct Term {
    house: House,
}

impl Term {
    fn group(&self) -> Group<'_> {
        self.house.unbound_group("90000")
    }

    /// The clock moves on to this local time (`2026-03-02 09:00`); what time alone does is done, and says nothing.
    async fn at(&self, local: &str) {
        let at = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        let instant = self.house.bot.config.zone().instant(at);
        assert!(instant >= self.house.bot.now(), "{local} is over");
        self.house.clock().set(instant);
        self.house.kept().await;
    }

    /// In private; what is read must be this.
    async fn whispers(&self, all: &[(&str, &str, &str)]) {
        for (name, text, answer) in all {
            assert_eq!(self.house.whispers(name, text).await, *answer, "{name}: {text}");
        }
    }

    /// In passing in the group; what is read must be this.
    async fn says(&self, all: &[(&str, &str, &str)]) {
        for (name, text, answer) in all {
            assert_eq!(self.group().says(name, text).await, *answer, "{name}: {text}");
        }
    }
}

async fn thirty(db: Db) {
    // half of the dues goes up; from May on the town is a pilot and all of it comes back
    let file = defaults::text("duties/dues.toml").unwrap();
    let text = format!("{file}\n[[unit]]\npath = \"{TOWN}\"\nshare = {{ \"2026-01\" = 50 }}\nreturned = {{ \"2026-05\" = 100 }}\n");
    let pause = |name, from, to| format!("\n[[pause]]\nname = \"{name}\"\nfrom = \"{from}\"\nto = \"{to}\"\n");
    let holidays = pause("寒假", "2026-01-20", "2026-03-01") + &pause("暑假", "2026-06-29", "2026-08-30");
    let study = defaults::text("duties/study.toml").unwrap().replacen("\n[words]", &format!("{holidays}\n[words]"), 1);
    let mut config = load(&[("duties/dues.toml", &text), ("duties/study.toml", &study)], &[]);
    // thirty in one breath are answered one by one here
    config.bot.answers.crowd = 0;
    let config = Arc::new(config);
    let monday = config.zone().instant(chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap().and_hms_opt(8, 0, 0).unwrap());
    db.clock.set(monday);
    let house = House::with(db, config).await;
    house.branch(BRANCH, &FIRST, 0).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    house.branch(OTHER, &["郑镇长"], 0).await;
    house.grant("郑镇长", Role::Secretary, TOWN).await;
    house.bot.cache.forget_all();
    house.group("90000", BRANCH).await;
    let term = Term { house };
    for issue in &study::ISSUES {
        study::opened(&term, issue).await;
        match issue.n {
            1 => dues::decided(&term).await,
            3 => dues::march(&term).await,
            4 => meetings::march(&term).await,
            5 => people::admitted(&term).await,
            6 => dues::april(&term).await,
            8 => meetings::april(&term).await,
            10 => people::transferred(&term).await,
            12 => meetings::may(&term).await,
            13 => dues::may(&term).await,
            15 => dues::june(&term).await,
            16 => meetings::june(&term).await,
            _ => {}
        }
        study::reported(&term, issue).await;
    }
    term.at("2026-07-20 09:00").await;
    ends::figures(&term).await;
    ends::erased(&term).await;
    ends::rebuilt(&term).await;
    term.house.ends().await;
}
