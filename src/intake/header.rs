//! Which column is what: the header row found by its words, under a title, over two rows, with merged cells. To teach a
//! new heading, add it to `TAKEN`; what must never be kept stands in `REFUSED`.

use super::sheet::{Row, Table};
use super::value::{is_id_card, narrow};

/// What a column is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// 姓名.
    Name,
    /// Day of birth.
    Born,
    /// Month of admission.
    Joined,
    /// 团员编号.
    LeagueNumber,
    /// 团内职务.
    Post,
    /// 团费档次.
    Band,
    /// The committee above, where it has a column of its own.
    Upper,
    /// 所在团支部, a name or a path.
    Branch,
    /// 团小组.
    Group,
    /// An account of this platform.
    Account(&'static str),
}

/// Headings that are taken, as they read without blanks, brackets and marks.
const TAKEN: &[(Field, &[&str])] = &[
    (Field::Name, &["姓名", "名字", "团员姓名", "成员姓名", "学生姓名", "name"]),
    (Field::Born, &["出生日期", "出生年月", "出生年月日", "生日", "birthday"]),
    (Field::Joined, &["入团年月", "入团时间", "入团日期", "入团年月日", "何时入团"]),
    (Field::LeagueNumber, &["团员编号", "团员号", "发展团员编号", "入团编号", "团员证编号", "团员发展编号", "入团志愿书编号"]),
    (Field::Post, &["职务", "团内职务", "岗位", "团干部职务", "现任团内职务", "担任职务"]),
    (Field::Band, &["团费档次", "团费标准", "档次", "月团费", "团费档位", "缴费标准", "缴费档次"]),
    (Field::Upper, &["所在团委", "所属团委", "上级团委", "团委", "上级团组织", "所在团总支", "所属团总支", "团总支"]),
    (
        Field::Branch,
        &[
            "所在团支部",
            "团支部",
            "支部",
            "所属团支部",
            "支部名称",
            "团支部名称",
            "所在支部",
            "所在团组织",
            "团组织",
            "组织全称",
            "团组织全称",
            "组织名称",
            "团组织名称",
            "branch",
        ],
    ),
    (Field::Group, &["团小组", "小组", "所在团小组", "所在小组", "组别"]),
    (Field::Account("onebot"), &["qq", "qq号", "qq号码", "qq账号"]),
    (Field::Account("wecom"), &["微信", "微信号", "企业微信", "企业微信号", "微信账号", "wechat"]),
    (Field::Account("official"), &["公众号", "公众号openid", "微信openid", "openid"]),
    (Field::Account("telegram"), &["telegram", "tg", "telegram账号", "telegramid"]),
];

/// Parts of headings whose columns are never kept.
const REFUSED: &[&str] = &[
    "身份证",
    "证件号",
    "手机",
    "电话",
    "联系方式",
    "户籍",
    "户口",
    "籍贯",
    "银行",
    "卡号",
    "账户",
    "开户",
    "收入",
    "工资",
    "薪",
    "宗教",
    "信仰",
    "健康",
    "病史",
    "疾病",
    "地址",
    "住址",
    "家庭",
    "父亲",
    "母亲",
    "家长",
    "监护人",
    "密码",
    "照片",
    "指纹",
    "人脸",
];

/// Parts of headings that the bot has no use for, and that nobody needs to be told about.
const SILENT: &[&str] = &["序号", "编号", "备注", "说明", "no", "no.", "#"];

/// The header of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Columns (from 0) and what they are, each field once.
    pub columns: Vec<(usize, Field)>,
    /// Index into the table's rows of the first row under the header.
    pub body: usize,
    /// Headings whose columns are not read because they hold what must not be kept.
    pub refused: Vec<String>,
    /// Headings that are of no use here or unknown.
    pub unused: Vec<String>,
    /// Headings that stand twice; the first column counts.
    pub doubled: Vec<String>,
}

impl Header {
    /// The column of a field.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().find(|(_, f)| *f == field).map(|(column, _)| *column)
    }
}

/// The rows in which a header is looked for.
const SEARCHED: usize = 40;

/// The table's header; none where no row has a heading for names.
pub fn find(table: &Table) -> Option<Header> {
    let at = table.rows.iter().take(SEARCHED).position(|row| row.cells.iter().any(|c| taken(&plain(&c.text)) == Some(Field::Name)))?;
    let row = &table.rows[at];
    let mut words: Vec<String> = row.cells.iter().map(|c| c.text.clone()).collect();
    // A second header row has no name of its own, and headings where the first has a merged one above them.
    let mut body = at + 1;
    if let Some(second) = table.rows.get(at + 1).filter(|second| is_second(row, second)) {
        words.resize(words.len().max(second.cells.len()), String::new());
        for (column, cell) in second.cells.iter().enumerate() {
            let word = plain(&cell.text);
            if !word.is_empty() && (known(&word) || words[column].is_empty()) {
                words[column].clone_from(&cell.text);
            }
        }
        body += 1;
    }
    // Headings above that reach down by a merge: 团员编号 over two rows beside 基本信息 over 姓名.
    if let Some(above) = at.checked_sub(1).map(|i| &table.rows[i]).filter(|above| above.line + 1 == row.line) {
        words.resize(words.len().max(above.cells.len()), String::new());
        for (column, cell) in above.cells.iter().enumerate() {
            if words[column].is_empty() && known(&plain(&cell.text)) {
                words[column].clone_from(&cell.text);
            }
        }
    }
    Some(sort_out(&words, table, body))
}

/// Whether `second` goes on with the header that `first` began.
fn is_second(first: &Row, second: &Row) -> bool {
    let name = first.cells.iter().position(|c| taken(&plain(&c.text)) == Some(Field::Name));
    let nameless = name.is_none_or(|column| second.cell(column).text.is_empty() || second.cell(column).text == first.cell(column).text);
    nameless && second.cells.iter().any(|c| known(&plain(&c.text))) && second.line == first.line + 1
}

fn sort_out(words: &[String], table: &Table, body: usize) -> Header {
    let mut header = Header { body, ..Header::default() };
    for (column, word) in words.iter().enumerate() {
        let plain_word = plain(word);
        if refused(&plain_word) || (!plain_word.is_empty() && holds_id_cards(table, body, column)) {
            header.refused.push(word.clone());
            continue;
        }
        match taken(&plain_word) {
            Some(field) if header.column(field).is_some() => header.doubled.push(word.clone()),
            Some(field) => header.columns.push((column, field)),
            None if plain_word.is_empty() || SILENT.contains(&plain_word.as_str()) => {}
            None => header.unused.push(word.clone()),
        }
    }
    header
}

/// Whether most of what stands in the column passes the checksum of identity cards, whatever its heading says.
fn holds_id_cards(table: &Table, body: usize, column: usize) -> bool {
    let filled = table.rows.iter().skip(body).take(2_000).map(|r| &r.cell(column).text).filter(|t| !t.is_empty());
    let (cards, all) = filled.fold((0, 0), |(cards, all), text| (cards + usize::from(is_id_card(text)), all + 1));
    cards * 2 > all
}

/// The heading without blanks, what stands in brackets, and marks; half-width, lower case.
fn plain(text: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::new();
    for c in narrow(text).chars() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            '*' | ':' | '：' | '、' | '/' | '.' | '_' | '-' | '★' | '※' => {}
            c if c.is_whitespace() || depth > 0 => {}
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

fn taken(plain: &str) -> Option<Field> {
    TAKEN.iter().find(|(_, words)| words.contains(&plain)).map(|(field, _)| *field)
}

fn refused(plain: &str) -> bool {
    taken(plain).is_none() && REFUSED.iter().any(|word| plain.contains(word))
}

fn known(plain: &str) -> bool {
    taken(plain).is_some() || refused(plain)
}

/// Whether a row only repeats the heading of the name column, as printed lists do on each page.
pub fn repeats(row: &Row, name_column: usize) -> bool {
    taken(&plain(&row.cell(name_column).text)) == Some(Field::Name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::sheet::Cell;

    fn table(rows: &[&[&str]]) -> Table {
        let row = |(i, cells): (usize, &&[&str])| Row { line: i + 1, cells: cells.iter().map(|t| Cell::text(t, 99)).collect() };
        Table { rows: rows.iter().enumerate().map(row).collect(), ..Table::default() }
    }

    #[test]
    fn a_title_and_a_header_of_two_rows() {
        let found = find(&table(&[
            &["电信2101团支部团员花名册"],
            &["序号", "姓 名", "基本信息", "", "账号", ""],
            &["", "", "入团年月", "性别", "ＱＱ号", "微信（选填）"],
            &["1", "王芳", "2020.5", "女", "20001", ""],
        ]))
        .unwrap();
        assert_eq!(found.body, 3);
        assert_eq!(found.columns, [(1, Field::Name), (2, Field::Joined), (4, Field::Account("onebot")), (5, Field::Account("wecom"))]);
        assert_eq!(found.unused, ["性别"]);
    }

    #[test]
    fn headings_above_reach_down() {
        let found = find(&table(&[&["团员编号", "基本信息", ""], &["", "姓名*", "出生日期"], &["202012345678", "王芳", "2006-1-2"]])).unwrap();
        assert_eq!(found.columns, [(0, Field::LeagueNumber), (1, Field::Name), (2, Field::Born)]);
    }

    #[test]
    fn what_must_not_be_kept_is_refused_by_word_and_by_content() {
        let rows: &[&[&str]] = &[&["姓名", "公民身份证号码", "团员编号", "本人手机号"], &["王芳", "1", "11010519491231002X", "13800000000"]];
        let found = find(&table(rows)).unwrap();
        assert_eq!(found.columns, [(0, Field::Name)]);
        assert_eq!(found.refused, ["公民身份证号码", "团员编号", "本人手机号"]);
    }

    #[test]
    fn no_names_no_header() {
        assert_eq!(find(&table(&[&["交易时间", "金额"], &["2026-01-01", "0.2"]])), None);
    }
}
