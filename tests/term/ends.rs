//! The end of the term: every figure is the table's, somebody is erased and nothing else changes, the records make the
//! same standings again.

use super::study::{self, ISSUES};
use super::{BRANCH, Term, dues};
use std::collections::BTreeMap;
use zhibu::domain::calendar::Period;

/// Dues to the fen, every rate, one's own course.
pub async fn figures(term: &Term) {
    let house = &term.house;
    paid(term).await;
    for (month, told) in dues::MONTHS {
        assert_eq!(term.group().asks("李四", &format!("{month}团费统计")).await, format!("{month}团费：{told}"));
    }
    assert_eq!(house.whispers("钱七", "账本").await, dues::BOOK);
    for issue in &ISSUES {
        study::figures(term, issue).await;
    }
    // 尤佳 missed issues 1, 2, 6, 10, 11, 14 and 16; the eighth the back end knew of; of four theme days came to two
    let own = house.whispers("尤佳", "我的记录").await;
    assert_eq!(
        own.lines().collect::<Vec<_>>(),
        [
            "尤佳的记录：",
            "团费：最近交的是4月；还没交：5月至7月，共 0.6 元。",
            "青年大学习：应完成 16 期，完成 9，缺 7（3月2日那周、3月9日那周、4月6日那周、5月11日那周、5月18日那周、6月8日那周、6月22日那周）。",
            "主题团日：应到 4 期，到 2，缺 2（3月、4月）；7月还没完成。",
        ]
    );
    // of June's four issues 李四 missed one, 曹操 and 严东 one, 尤佳 two; the other 25 none
    let placed = house.whispers("李四", "6月大学习排名").await;
    let lines: Vec<&str> = placed.lines().filter(|l| ["曹操", "严东", "李四", "张三", "尤佳"].iter().any(|n| l.contains(n))).collect();
    assert_eq!(
        lines,
        [
            "1. 张三：100 %（4/4，最低一期 100 %）",
            "26. 严东：75 %（3/4，最低一期 0 %）",
            "26. 曹操：75 %（3/4，最低一期 0 %）",
            "26. 李四：75 %（3/4，最低一期 0 %）",
            "29. 尤佳：50 %（2/4，最低一期 0 %）",
        ]
    );
}

/// What is confirmed for each member and month is the table's.
async fn paid(term: &Term) {
    let store = term.house.store();
    let branch = store.org_by_path(BRANCH).await.unwrap().unwrap();
    let roster = store.roster(branch.id).await.unwrap().unwrap();
    let months: Vec<Period> = (3..=6).map(|m| format!("2026-{m:02}").parse().unwrap()).collect();
    let mut got: BTreeMap<String, [i64; 4]> = roster.members.iter().map(|m| (m.name.clone(), [0; 4])).collect();
    for (key, standing) in store.standings_between(branch.id, "dues", months[0], months[3]).await.unwrap() {
        // what goes up and comes back is the branch's, nobody's dues
        let Some(name) = roster.member(key.person).map(|m| &m.name) else {
            assert_eq!((standing.got, standing.confirmed), (0, 0));
            continue;
        };
        let month = months.iter().position(|m| *m == key.period).unwrap();
        assert_eq!(standing.got, standing.confirmed, "{name} {}", key.period);
        got.get_mut(name).unwrap()[month] = standing.confirmed;
    }
    let table: BTreeMap<String, [i64; 4]> = dues::PAID.iter().map(|(name, months)| ((*name).to_owned(), *months)).collect();
    assert_eq!(got, table);
}

/// 冯二 goes: no name, no account; every sum and rate stays.
pub async fn erased(term: &Term) {
    let house = &term.house;
    let asked = house.whispers("冯二", "删除我的数据").await;
    assert!(asked.starts_with("冯二，要删除你的个人数据吗？"), "{asked}");
    assert!(house.whispers("冯二", "是").await.starts_with("删好了"));
    assert_eq!(house.db.column("SELECT name FROM person WHERE name = '冯二'").await, Vec::<String>::new());
    assert_eq!(house.whispers("钱七", "账本").await, dues::BOOK);
    for (month, told) in dues::MONTHS {
        assert_eq!(term.group().asks("李四", &format!("{month}团费统计")).await, format!("{month}团费：{told}"));
    }
    for issue in &ISSUES {
        study::figures(term, issue).await;
    }
    assert_eq!(term.group().asks("李四", "6月主题团日统计").await, "6月主题团日：应到 29 = 实到 14 + 请假 3 + 缺席 12，出勤率 48.3 %");
}

/// The records say what the standings say.
pub async fn rebuilt(term: &Term) {
    let store = term.house.store();
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
    let dump = "SELECT branch_id || ' ' || duty || ' ' || person_id || ' ' || period || ' ' || owed || ' ' || got || ' ' || confirmed || ' ' || excused \
        || ' ' || COALESCE(expected, -1) || ' ' || COALESCE(state, '') || ' ' || COALESCE(evidence, '') FROM standing ORDER BY 1";
    let before = term.house.db.column(dump).await;
    assert!(before.len() > 600, "{}", before.len());
    assert_eq!(store.rebuild().await.unwrap(), Vec::<String>::new());
    assert_eq!(term.house.db.column(dump).await, before);
}
