//! Official exports of who has done an online lecture: found by their headings, never by their place. Known shapes: names
//! and student numbers under two header rows; a list whose one ID cell holds 姓名学号, 学号姓名 or either, with rows
//! before and after it that are no data. To teach a new heading, add it to `TAKEN`.

use super::sheet::{Row, Table, column_letters};
use super::value::is_dot;
use chrono::{NaiveDate, NaiveDateTime};

/// What a column is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// A name, a number, or both in one cell.
    Who,
    /// The issue.
    Course,
    /// When it was done.
    Time,
    /// Whether it was done.
    State,
    /// The class or branch.
    Class,
}

impl Column {
    /// As remembered.
    pub fn key(self) -> &'static str {
        match self {
            Self::Who => "who",
            Self::Course => "course",
            Self::Time => "time",
            Self::State => "state",
            Self::Class => "class",
        }
    }
    /// As read back, or as a person says it.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "who" | "姓名" | "名字" | "学号" | "人" | "name" => Self::Who,
            "course" | "课程" | "期数" | "期" => Self::Course,
            "time" | "时间" | "学习时间" => Self::Time,
            "state" | "状态" | "完成情况" | "是否完成" => Self::State,
            "class" | "班级" | "支部" | "团支部" => Self::Class,
            _ => return None,
        })
    }
}

const TAKEN: &[(Column, &[&str])] = &[
    (
        Column::Who,
        &[
            "姓名",
            "名字",
            "学生姓名",
            "团员姓名",
            "用户姓名",
            "学员姓名",
            "真实姓名",
            "学号",
            "学工号",
            "工号",
            "学号卡号工号",
            "学号工号",
            "学号卡号",
            "卡号学号",
            "学生学号",
            "姓名学号",
            "学号姓名",
            "学号或姓名",
            "姓名或学号",
            "name",
        ],
    ),
    (Column::Course, &["课程", "课程名称", "期数", "期次", "学习期数", "课程期数", "学习内容", "学习课程", "学习主题", "期"]),
    (Column::Time, &["学习时间", "完成时间", "参学时间", "提交时间", "观看时间", "学习日期", "完成日期", "答题时间", "参与时间"]),
    (Column::State, &["学习情况", "完成情况", "学习状态", "是否完成", "是否学习", "是否参学", "参学情况", "完成状态", "是否已学", "学习结果"]),
    (Column::Class, &["班级", "团支部", "所在团支部", "支部", "支部名称", "所在支部", "团组织", "所属团支部", "所在班级", "班级名称", "四级组织"]),
];

/// Rows in which the headings may stand.
const HEAD_ROWS: usize = 15;
/// What begins a line of sums, or of who exported it and when. Also departments and classes begin so: only where nobody's name
/// or number is in the line does it count in other columns than theirs.
const SUMS: &[&str] = &["合计", "总计", "小计", "共计", "总人数", "统计", "导出", "制表", "备注", "说明", "以上", "以下", "数据"];

/// One person's row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StudyRow {
    /// Its number in the file.
    pub line: usize,
    /// The column, in letters, that says who it is.
    pub column: String,
    /// The name.
    pub name: Option<String>,
    /// The student's number.
    pub number: Option<String>,
    /// The class.
    pub class: Option<String>,
    /// The issue as written.
    pub course: Option<String>,
    /// When.
    pub at: Option<NaiveDateTime>,
    /// What stands there for the time, with its column in letters: also where it can't be read.
    pub when: Option<(String, String)>,
    /// Whether it was done.
    pub done: bool,
    /// The first or last line under the headings, in which no time can be read: one of data only where it is of somebody known.
    pub edge: bool,
}

/// A cell that can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its row in the file.
    pub line: usize,
    /// Its column in letters.
    pub column: String,
    /// The message that says what is wrong.
    pub key: &'static str,
    /// What stands there, cut short.
    pub text: String,
}

/// An export, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// What stands above the headings: it may name the issue.
    pub title: String,
    /// Whether something but its name says that this is about lectures.
    pub sure: bool,
    /// The rows.
    pub rows: Vec<StudyRow>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// An export.
    Export(Export),
    /// A table whose headings say nothing: the columns in letters with what stands on top of each.
    Unknown(Vec<(String, String)>),
}

/// A heading as it is compared: without blanks, brackets and marks.
pub fn heading(text: &str) -> String {
    let inside = text.split(['(', '（']).next().unwrap_or(text);
    inside.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Reads the first table that is an export. `known`: headings that were asked about before.
pub fn read(tables: &[Table], known: &[(String, Column)]) -> Read {
    let found = tables.iter().find_map(|t| head(t, known).map(|(at, columns)| (t, at, columns)));
    let Some((table, at, columns)) = found else {
        let rows = tables.iter().flat_map(|t| t.rows.iter().take(HEAD_ROWS)).enumerate();
        let filled = |r: &Row| r.cells.iter().filter(|c| !c.is_blank()).count();
        let first = rows.max_by_key(|(n, r)| (filled(r), std::cmp::Reverse(*n))).map(|(_, r)| r);
        let cells =
            first.map(|r| r.cells.iter().enumerate().filter(|(_, c)| !c.is_blank()).take(12).map(|(n, c)| (column_letters(n), short(&c.text))).collect());
        return Read::Unknown(cells.unwrap_or_default());
    };
    let title: Vec<&str> = table.rows[..at].iter().flat_map(|r| &r.cells).map(|c| c.text.as_str()).filter(|t| !t.is_empty()).collect();
    let title = format!("{} {}", table.name, title.join(" "));
    let sure = columns.iter().any(|(_, c)| matches!(c, Column::Course | Column::Time | Column::State));
    let mut export = Export { title, sure, ..Export::default() };
    let last = table.rows.len().saturating_sub(1);
    for (n, row) in table.rows.iter().enumerate().skip(at + 1) {
        one(row, &columns, n == at + 1 || n == last, &mut export);
    }
    Read::Export(export)
}

/// The row of headings and what its columns are: the one that says most, with somebody's name or number in it.
fn head(table: &Table, known: &[(String, Column)]) -> Option<(usize, Vec<(usize, Column)>)> {
    let meaning = |text: &str| {
        let text = heading(text);
        let taken = || TAKEN.iter().find(|(_, words)| words.contains(&text.as_str())).map(|(c, _)| *c);
        known.iter().find(|(k, _)| *k == text && !text.is_empty()).map(|(_, c)| *c).or_else(taken)
    };
    let columns = |row: &Row| row.cells.iter().enumerate().filter_map(|(n, c)| Some((n, meaning(&c.text)?))).collect::<Vec<_>>();
    let best = table.rows.iter().take(HEAD_ROWS).enumerate().map(|(n, row)| (n, columns(row))).filter(|(_, c)| c.iter().any(|(_, c)| *c == Column::Who));
    let (at, mut found) = best.max_by_key(|(n, c)| (c.len(), std::cmp::Reverse(*n)))?;
    // the second of two header rows may name more
    for row in table.rows.iter().skip(at + 1).take(1) {
        let more = columns(row);
        found.extend(more.into_iter().filter(|(n, _)| table.rows[at].cells.get(*n).is_none_or(super::sheet::Cell::is_blank)));
    }
    Some((at, found))
}

fn one(row: &Row, columns: &[(usize, Column)], edge: bool, export: &mut Export) {
    let mut it = StudyRow { line: row.line, done: true, ..StudyRow::default() };
    let mut raw = Vec::new();
    for (n, column) in columns {
        let text = row.cell(*n).text.trim();
        if text.is_empty() {
            continue;
        }
        match column {
            Column::Who => {
                if it.column.is_empty() {
                    it.column = column_letters(*n);
                }
                raw.push((*n, text));
                let (name, number) = who(text);
                it.name = it.name.take().or(name);
                it.number = it.number.take().or(number);
            }
            Column::Course => it.course = Some(text.to_owned()),
            Column::Class => it.class = Some(text.to_owned()),
            Column::State => it.done = done(text),
            Column::Time => {
                it.at = time(text);
                it.when = Some((column_letters(*n), short(text)));
            }
        }
    }
    // a second row of headings, a sum, who exported it and when
    let heads = raw.iter().any(|(_, t)| TAKEN.iter().any(|(_, words)| words.contains(&heading(t).as_str())));
    let begins = |text: &str| SUMS.iter().any(|w| text.trim_start().starts_with(w));
    let nameless = it.name.is_none() && row.cells.iter().any(|c| SUMS.contains(&c.text.trim()));
    let sum = raw.iter().any(|(_, t)| begins(t)) || nameless || raw.is_empty() && row.cells.iter().any(|c| begins(&c.text));
    if heads || sum || raw.is_empty() && (edge || row.cells.iter().filter(|c| !c.is_blank()).count() < 2) {
        return;
    }
    if it.name.is_none() && it.number.is_none() {
        if !edge {
            let (column, text) = raw.first().map_or((columns.first().map_or(0, |(n, _)| *n), ""), |(n, t)| (*n, *t));
            export.problems.push(Problem { line: row.line, column: column_letters(column), key: "study-bad-name", text: short(text) });
        }
        return;
    }
    it.edge = edge && it.at.is_none() && it.when.is_some();
    export.rows.push(it);
}

/// A name, a number, or both, in either order.
fn who(text: &str) -> (Option<String>, Option<String>) {
    // a number that went through a cell of figures
    let text = text.strip_suffix(".0").unwrap_or(text);
    let name: String = text.chars().map(|c| if is_dot(c) { '·' } else { c }).filter(|c| c.is_alphabetic() && !c.is_ascii() || *c == '·').collect();
    let name = name.trim_matches('·').to_owned();
    let number: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let named = (2..=15).contains(&name.chars().count());
    let numbered = number.len() >= 4 && number.bytes().any(|b| b.is_ascii_digit());
    // names in Latin letters stand alone
    let latin = !named && !numbered && (2..=40).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphabetic() || c == ' ');
    (if named { Some(name) } else { latin.then(|| text.to_owned()) }, numbered.then_some(number))
}

/// Whether a state says that it was done.
fn done(text: &str) -> bool {
    let denied = ["未", "没", "否", "不", "×", "✗", "✘", "no", "false"];
    let text = text.to_lowercase();
    !denied.iter().any(|w| text.contains(w)) && text != "0" && text != "0%" && text != "x"
}

fn time(text: &str) -> Option<NaiveDateTime> {
    let text = text.replace(['/', '.', '年', '月'], "-").replace('日', " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('T', " ");
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"].iter().find_map(|f| NaiveDateTime::parse_from_str(&text, f).ok()).or_else(|| {
        let day = NaiveDate::parse_from_str(text.split(' ').next()?, "%Y-%m-%d").ok()?;
        day.and_hms_opt(12, 0, 0)
    })
}

fn short(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_a_name_a_number_or_both() {
        let all = [
            ("张三2021001", Some("张三"), Some("2021001")),
            ("2021001张三", Some("张三"), Some("2021001")),
            ("2021001", None, Some("2021001")),
            ("张三", Some("张三"), None),
            ("买买提·艾力 2021-002", Some("买买提·艾力"), Some("2021002")),
            ("买买提•艾力", Some("买买提·艾力"), None),
            ("2021002买买提.艾力", Some("买买提·艾力"), Some("2021002")),
            ("张三.2021002", Some("张三"), Some("2021002")),
            ("2021001.0", None, Some("2021001")),
            ("--", None, None),
            ("1", None, None),
        ];
        for (text, name, number) in all {
            assert_eq!(who(text), (name.map(str::to_owned), number.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn states_and_times() {
        assert!(done("已完成") && done("√") && done("100%") && !done("未完成") && !done("否") && !done("0%"));
        for text in ["2026-11-22 09:30:05", "2026/11/22 9:30", "2026年11月22日 09:30", "2026.11.22"] {
            assert_eq!(time(text).map(|t| t.date()), NaiveDate::from_ymd_opt(2026, 11, 22), "{text}");
        }
        assert_eq!(time("昨天"), None);
    }
}
