//! Sixteen issues: opened on Mondays, reported in lists and one by one, four of them with an official export.

use super::{ADMITTED, FIRST, Term};
use std::fmt::Write;

/// One issue and what it must come to.
pub struct Issue {
    /// Its number within the season.
    pub n: usize,
    /// The Monday on which it opens.
    monday: &'static str,
    /// The Sunday on which it closes.
    sunday: &'static str,
    /// Who says nothing.
    silent: &'static [&'static str],
    /// Where there is an official export: who of those that said nothing is in it, and who of those that reported is not.
    official: Option<(&'static [&'static str], &'static [&'static str])>,
    /// The figures, worked out by hand.
    figures: &'static str,
}

const fn issue(n: usize, monday: &'static str, sunday: &'static str, silent: &'static [&'static str], figures: &'static str) -> Issue {
    Issue { n, monday, sunday, silent, official: None, figures }
}

impl Issue {
    const fn official(self, there: &'static [&'static str], not: &'static [&'static str]) -> Self {
        Self { official: Some((there, not)), ..self }
    }
}

/// Twenty-eight until April, thirty from then on, twenty-nine since somebody went in May.
#[rustfmt::skip]
pub const ISSUES: [Issue; 16] = [
    issue(1, "2026-03-02", "2026-03-08", &["尤佳"], "应完成 28 = 已完成 27 + 请假或免 0 + 未完成 1，完成率 96.4 %"),
    issue(2, "2026-03-09", "2026-03-15", &["尤佳", "曹操"], "应完成 28 = 已完成 26 + 请假或免 0 + 未完成 2，完成率 92.9 %"),
    issue(3, "2026-03-16", "2026-03-22", &[], "应完成 28 = 已完成 28 + 请假或免 0 + 未完成 0，完成率 100 %"),
    issue(4, "2026-03-23", "2026-03-29", &["严东"], "应完成 28 = 已完成 28 + 请假或免 0 + 未完成 0，完成率 100 %").official(&["严东"], &["施雨"]),
    issue(5, "2026-03-30", "2026-04-05", &["华珊", "金鑫", "魏莱"], "应完成 30 = 已完成 27 + 请假或免 0 + 未完成 3，完成率 90 %"),
    issue(6, "2026-04-06", "2026-04-12", &["尤佳"], "应完成 30 = 已完成 29 + 请假或免 0 + 未完成 1，完成率 96.7 %"),
    issue(7, "2026-04-13", "2026-04-19", &["何平", "吕刚"], "应完成 30 = 已完成 28 + 请假或免 0 + 未完成 2，完成率 93.3 %"),
    issue(8, "2026-04-20", "2026-04-26", &["尤佳", "严东"], "应完成 30 = 已完成 29 + 请假或免 0 + 未完成 1，完成率 96.7 %").official(&["尤佳"], &["孔亮", "曹操"]),
    issue(9, "2026-05-04", "2026-05-10", &[], "应完成 30 = 已完成 30 + 请假或免 0 + 未完成 0，完成率 100 %"),
    issue(10, "2026-05-11", "2026-05-17", &["尤佳"], "应完成 29 = 已完成 28 + 请假或免 0 + 未完成 1，完成率 96.6 %"),
    issue(11, "2026-05-18", "2026-05-24", &["尤佳", "金鑫"], "应完成 29 = 已完成 27 + 请假或免 0 + 未完成 2，完成率 93.1 %"),
    issue(12, "2026-05-25", "2026-05-31", &[], "应完成 29 = 已完成 29 + 请假或免 0 + 未完成 0，完成率 100 %").official(&[], &["张三"]),
    issue(13, "2026-06-01", "2026-06-07", &["李四"], "应完成 29 = 已完成 28 + 请假或免 0 + 未完成 1，完成率 96.6 %"),
    issue(14, "2026-06-08", "2026-06-14", &["尤佳", "曹操", "严东"], "应完成 29 = 已完成 26 + 请假或免 0 + 未完成 3，完成率 89.7 %"),
    issue(15, "2026-06-15", "2026-06-21", &[], "应完成 29 = 已完成 29 + 请假或免 0 + 未完成 0，完成率 100 %"),
    issue(16, "2026-06-22", "2026-06-28", &["曹操", "尤佳"], "应完成 29 = 已完成 28 + 请假或免 0 + 未完成 1，完成率 96.6 %").official(&["曹操"], &["陈明"]),
];

/// The key of the issue as people write it.
fn key(n: usize) -> String {
    format!("第十三季第{n}期")
}

/// Who is a member when it closes.
pub fn members(n: usize) -> Vec<&'static str> {
    let gone = |name: &&str| n >= 10 && *name == "褚红";
    let mut all: Vec<&str> = FIRST.into_iter().filter(|name| !gone(name)).collect();
    if n >= 5 {
        all.extend(ADMITTED);
    }
    all
}

/// The secretary opens it; before the May holidays it is paused.
pub async fn opened(term: &Term, issue: &Issue) {
    if issue.n == 9 {
        term.at("2026-04-26 23:00").await;
        assert_eq!(term.group().asks("李四", "暂停大学习 从4月27日到5月3日").await, "好的，青年大学习从4月27日停到5月3日，这段时间不算缺，也不提醒。");
        term.at("2026-04-29 12:00").await;
        // the last one can still be made up for; this week owes nothing
        assert_eq!(term.group().asks("李四", "谁没看大学习").await, "第十三季第8期青年大学习还没完成的有 1 位：严东（应完成 30，已完成 29）");
        assert_eq!(term.group().asks("李四", "本周谁没看大学习").await, "本周青年大学习没有要完成的人。");
    }
    term.at(&format!("{} 09:00", issue.monday)).await;
    let told = term.group().asks("李四", &format!("开始大学习 {} 到周日20点", key(issue.n))).await;
    assert!(told.starts_with(&format!("{}青年大学习开始啦，", key(issue.n))) && told.contains("周日 20:00 截止"), "{told}");
}

/// Odd ones as a list that the secretary pastes, even ones by each member; then the back end's word; then the figures.
pub async fn reported(term: &Term, issue: &Issue) {
    term.at(&format!("{} 15:00", issue.sunday)).await;
    let all: Vec<&str> = members(issue.n).into_iter().filter(|name| !issue.silent.contains(name)).collect();
    if issue.n % 2 == 1 {
        let mut list = "#接龙\n大学习\n".to_owned();
        for (n, name) in all.iter().enumerate() {
            writeln!(list, "{}. {name} 已完成", n + 1).unwrap();
        }
        let told = term.group().asks("李四", &list).await;
        assert!(told.contains(&format!("{} 位", all.len())), "{}: {told}", issue.n);
        assert!(!term.group().asks("李四", &list).await.contains("记上"), "the same list again");
    } else {
        for name in &all {
            let told = term.group().says(name, "大学习看完了").await;
            assert_eq!(told, format!("记好啦：{name}，{}青年大学习已完成。", key(issue.n)));
        }
    }
    if issue.n == 2 {
        // taken back by mistake, and said again
        assert_eq!(term.group().asks("王五", "撤销").await, "撤销了：第十三季第2期青年大学习。");
        assert_eq!(term.group().says("王五", "大学习看完了").await, "记好啦：王五，第十三季第2期青年大学习已完成。");
    }
    if let Some((there, not)) = issue.official {
        official(term, issue, &all, there, not).await;
    }
    figures(term, issue).await;
}

/// The back end's export, twice: the second time changes nothing. What members said and it lacks is listed.
async fn official(term: &Term, issue: &Issue, said: &[&str], there: &[&str], not: &[&str]) {
    let mut file = "课程,系统,学校,学院,班级,学号/卡号/工号,学习时间\n".to_owned();
    let done: Vec<&&str> = said.iter().filter(|name| !not.contains(name)).chain(there).collect();
    for (n, name) in done.iter().enumerate() {
        // as back ends write it: the number before the name or after it
        let id = if n % 2 == 0 { format!("{name}20210{n:02}") } else { format!("20210{n:02}{name}") };
        writeln!(file, "{},教育系统,甲校,乙院,1班,{id},{} 10:00", key(issue.n), issue.sunday).unwrap();
    }
    let (bytes, _, _) = encoding_rs::GBK.encode(&file);
    let shown = term.house.drops("李四", &format!("导出{}.csv", issue.n), bytes.to_vec()).await;
    let head = format!(
        "青年大学习导出（{}）：能补记 {} 位，能印证 {} 位，已经印证过 0 位，写着没完成的 0 位，要看一眼 0 行。",
        key(issue.n),
        there.len(),
        done.len() - there.len()
    );
    assert!(shown.starts_with(&head), "{shown}");
    let differs = format!("{}本人说已学、后台没有的 {} 位：{}", key(issue.n), not.len(), not.join("、"));
    let told = term.house.whispers("李四", "是").await;
    assert_eq!(told, format!("记好了：补记 {} 位，印证 {} 位；以前导过 0 位，带问号的 0 行没有动。\n{differs}", there.len(), done.len() - there.len()));
    let again = term.house.drops("李四", &format!("导出{}.csv", issue.n), bytes.to_vec()).await;
    assert!(again.contains(&format!("能补记 0 位，能印证 0 位，已经印证过 {} 位", done.len())), "{again}");
    assert_eq!(term.house.whispers("李四", &format!("{}大学习差异", key(issue.n))).await, differs);
}

/// The issue's figures are those of the table.
pub async fn figures(term: &Term, issue: &Issue) {
    let told = term.group().asks("李四", &format!("{}大学习统计", key(issue.n))).await;
    assert_eq!(told, format!("{}青年大学习：{}", key(issue.n), issue.figures));
}
