//! Tables → rows of a roster, with what is wrong or doubtful said by line and column. Which branch a row means and what
//! would change is not known here.

use super::Phrase;
use super::header::{self, Field, Header};
use super::sheet::{Cell, Merge, Raw, Row, Table, column_letters};
use super::value::{self, BadNumber};
use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::{Band, Duty};
use crate::domain::membership::{is_aged, last_of_month};
use crate::domain::message::AccountKey;
use crate::domain::money::Fen;
use crate::error::Mistake;
use chrono::{Datelike, NaiveDate};

/// How much a remark weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The row can't be taken.
    Error,
    /// The row waits for somebody's word.
    Question,
    /// The row is taken, perhaps without a cell; somebody should look.
    Warning,
}

/// A remark on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The row's number in the file.
    pub line: usize,
    /// The name in it, where there is one.
    pub name: String,
    /// How much it weighs.
    pub level: Level,
    /// What.
    pub what: Phrase,
}

/// One member as a row says it. Absent: the row does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterRow {
    /// The row's number in the file.
    pub line: usize,
    /// The name, cleaned.
    pub name: String,
    /// The branch as written: a name or a path.
    pub branch: Option<String>,
    /// 12 digits.
    pub league_number: Option<String>,
    /// Day of birth.
    pub born: Option<NaiveDate>,
    /// Month of admission, its first day.
    pub joined: Option<NaiveDate>,
    /// 团小组.
    pub group: Option<String>,
    /// Post.
    pub post: Option<String>,
    /// The key of a dues band.
    pub band: Option<String>,
    /// Accounts.
    pub accounts: Vec<AccountKey>,
}

/// A file as read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Members, in the file's order.
    pub rows: Vec<RosterRow>,
    /// Remarks on rows, also on those that are not in `rows`.
    pub remarks: Vec<Remark>,
    /// Remarks on the whole file: columns left out, other sheets.
    pub notes: Vec<Phrase>,
}

/// Longest name, post, group: characters.
const LONGEST: usize = 40;

/// Reads the first sheet that has a header. `duty` gives the bands, `today` the month whose rates an amount is
/// compared with.
///
/// # Errors
/// A mistake where no sheet has a column of names, or nobody stands under it.
pub fn read(tables: &[Table], duty: Option<&Duty>, today: NaiveDate) -> Result<Reading, Mistake> {
    let mut found = tables.iter().filter_map(|t| header::find(t).map(|h| (t, h)));
    let (table, header) = found.next().ok_or_else(|| Mistake::new("roster-no-header"))?;
    let mut reading = Reading { notes: notes(&header), ..Reading::default() };
    let others: Vec<&str> = found.map(|(t, _)| t.name.as_str()).collect();
    if !others.is_empty() {
        reading.notes.push(Phrase::new("roster-note-sheets").with("used", &table.name).with("others", others.join("、")));
    }
    let mut reader = Reader { table, header: &header, duty, today, remarks: Vec::new() };
    for row in &table.rows[header.body.min(table.rows.len())..] {
        if let Some(member) = reader.row(row) {
            reading.rows.push(member);
        }
    }
    reading.remarks = reader.remarks;
    if reading.rows.is_empty() && reading.remarks.is_empty() {
        return Err(Mistake::new("roster-no-rows"));
    }
    Ok(reading)
}

fn notes(header: &Header) -> Vec<Phrase> {
    let said = [("roster-note-refused", &header.refused), ("roster-note-unused", &header.unused), ("roster-note-doubled", &header.doubled)];
    let short = |words: &Vec<String>| words.iter().map(|w| clip(w, 12)).collect::<Vec<_>>().join("、");
    said.into_iter().filter(|(_, words)| !words.is_empty()).map(|(key, words)| Phrase::new(key).with("columns", short(words))).collect()
}

struct Reader<'a> {
    table: &'a Table,
    header: &'a Header,
    duty: Option<&'a Duty>,
    today: NaiveDate,
    remarks: Vec<Remark>,
}

impl Reader<'_> {
    /// The member of this row; none where it is blank, a footer, or can't be taken (then a remark says why).
    fn row(&mut self, row: &Row) -> Option<RosterRow> {
        let name_column = self.header.column(Field::Name)?;
        if header::repeats(row, name_column) {
            return None;
        }
        let own = |f: &Field| !matches!(f, Field::Name | Field::Branch | Field::Upper | Field::Group);
        let says_more = self.header.columns.iter().any(|(column, field)| own(field) && !blank(row.cell(*column)));
        let cell = row.cell(name_column);
        let name = value::name(&cell.text);
        if !says_more && (cell.is_blank() || is_footer(&name)) {
            return None;
        }
        if !says_more && is_signature(&name) {
            self.remarks.push(Remark { line: row.line, name: clip(&name, 20), level: Level::Error, what: Phrase::new("roster-name-signature") });
            return None;
        }
        let mut member = RosterRow { line: row.line, name, ..RosterRow::default() };
        if let Err(what) = Self::check_name(&member.name, cell) {
            self.remarks.push(Remark { line: row.line, name: clip(&member.name, 20), level: Level::Error, what });
            return None;
        }
        if value::is_odd_name(&member.name) {
            self.remark(&member, Level::Warning, Phrase::new("roster-name-odd"));
        }
        let mut sound = true;
        for (column, field) in &self.header.columns {
            let cell = self.cell(row, *column, *field);
            if blank(cell) || *field == Field::Name {
                continue;
            }
            if let Err((level, what)) = self.take(&mut member, *field, cell) {
                let at = format!("{}{}", column_letters(*column), row.line);
                sound &= level != Level::Error;
                self.remark(&member, level, what.with("cell", at));
            }
        }
        if let (Some(born), Some(joined)) = (member.born, member.joined)
            && !is_aged(born, 14, last_of_month(joined))
        {
            self.remark(&member, Level::Warning, Phrase::new("roster-joined-young"));
        }
        sound.then_some(member)
    }

    fn remark(&mut self, member: &RosterRow, level: Level, what: Phrase) {
        self.remarks.push(Remark { line: member.line, name: member.name.clone(), level, what });
    }

    fn check_name(name: &str, cell: &Cell) -> Result<(), Phrase> {
        match cell.raw {
            Raw::Error => return Err(Phrase::new("roster-name-error-value")),
            Raw::Unsaved => return Err(Phrase::new("roster-name-unsaved")),
            Raw::Number(_) | Raw::Date(_) => return Err(Phrase::new("roster-name-number")),
            Raw::Text => {}
        }
        if name.is_empty() {
            return Err(Phrase::new("roster-name-missing"));
        }
        if name.chars().all(|c| c.is_ascii_digit()) {
            return Err(Phrase::new("roster-name-number"));
        }
        if name.chars().count() > LONGEST { Err(Phrase::new("roster-name-long")) } else { Ok(()) }
    }

    /// The cell; for what stands once for many members, the merged one above it.
    fn cell<'t>(&'t self, row: &'t Row, column: usize, field: Field) -> &'t Cell {
        let cell = row.cell(column);
        if !cell.is_blank() || !matches!(field, Field::Branch | Field::Upper | Field::Group) {
            return cell;
        }
        let holds = |m: &&Merge| (m.lines.0..=m.lines.1).contains(&row.line) && (m.columns.0..=m.columns.1).contains(&column);
        let Some(merge) = self.table.merges.iter().find(holds) else { return cell };
        match self.table.rows.binary_search_by_key(&merge.lines.0, |r| r.line) {
            Ok(top) => self.table.rows[top].cell(merge.columns.0),
            Err(_) => cell,
        }
    }

    fn take(&self, member: &mut RosterRow, field: Field, cell: &Cell) -> Result<(), (Level, Phrase)> {
        let quoted = |key| Phrase::new(key).with("text", clip(&cell.text, 20));
        match cell.raw {
            Raw::Error => return Err((Level::Warning, Phrase::new("roster-cell-error-value"))),
            Raw::Unsaved => return Err((Level::Warning, Phrase::new("roster-cell-unsaved"))),
            _ => {}
        }
        match field {
            Field::Name => {}
            Field::Born => {
                member.born = Some(value::date(cell).filter(|r| r.date <= self.today).ok_or((Level::Warning, quoted("roster-cell-born")))?.date);
            }
            Field::Joined => {
                let read = value::date(cell).ok_or((Level::Error, quoted("roster-cell-joined")))?;
                if read.date > self.today || read.date.year() < 1922 {
                    return Err((Level::Error, quoted("roster-cell-joined-impossible")));
                }
                member.joined = read.date.with_day(1);
                if read.doubtful {
                    return Err((Level::Warning, quoted("roster-cell-joined-doubtful")));
                }
            }
            Field::LeagueNumber => match value::digits(cell, 12..=12) {
                Ok(number) => member.league_number = Some(number),
                Err(_) if value::is_id_card(&cell.text) => return Err((Level::Warning, Phrase::new("roster-cell-id-card"))),
                Err(BadNumber::DigitsLost) => return Err((Level::Warning, Phrase::new("roster-cell-digits-lost"))),
                Err(BadNumber::Form) => return Err((Level::Warning, quoted("roster-cell-league-number"))),
            },
            Field::Band => member.band = Some(self.band(&cell.text).ok_or_else(|| (Level::Error, self.unknown_band(&cell.text)))?),
            Field::Upper => member.branch = Some(cell.text.clone()),
            Field::Branch => {
                let alone = !cell.text.contains(['/', '\\', '>', '／', '＞', '＼']);
                member.branch = Some(match member.branch.take().filter(|_| alone) {
                    Some(upper) => format!("{upper}/{}", cell.text),
                    None => cell.text.clone(),
                });
            }
            Field::Group => member.group = Some(short(&cell.text).ok_or((Level::Warning, quoted("roster-cell-long")))?),
            Field::Post => member.post = Some(short(&cell.text).ok_or((Level::Warning, quoted("roster-cell-long")))?),
            Field::Account(platform) => member.accounts.push(AccountKey::new(platform, account(platform, cell).map_err(|what| (Level::Warning, what))?)),
        }
        Ok(())
    }

    /// The band that a cell means: its key, its name, a part of it that fits only one, or an amount: the default band's,
    /// else that of only one.
    fn band(&self, text: &str) -> Option<String> {
        let duty = self.duty?;
        let text = dense(text);
        let exact = duty.bands.iter().find(|b| b.key.eq_ignore_ascii_case(&text) || dense(&b.name) == text);
        if let Some(band) = exact {
            return Some(band.key.clone());
        }
        let amount = text.trim_start_matches(['¥', '￥']).trim_end_matches("/月").trim_end_matches("每月").trim_end_matches('元');
        let month = Period::containing(Cadence::Month, self.today);
        let only = |fits: &dyn Fn(&Band) -> bool| {
            let mut bands = duty.bands.iter().filter(|b| fits(b));
            bands.next().filter(|_| bands.next().is_none()).map(|b| b.key.clone())
        };
        match Fen::parse(amount) {
            Some(fen) => {
                let fits = |b: &Band| b.rate(month) == Some(fen);
                let usual = duty.bands.iter().find(|b| duty.default_band.as_ref() == Some(&b.key) && fits(b));
                usual.map_or_else(|| only(&fits), |b| Some(b.key.clone()))
            }
            None => only(&|b| dense(&b.name).contains(&text) || text.contains(&dense(&b.name))),
        }
    }

    fn unknown_band(&self, text: &str) -> Phrase {
        let names: Vec<&str> = self.duty.iter().flat_map(|d| &d.bands).map(|b| b.name.as_str()).take(9).collect();
        Phrase::new("roster-cell-band").with("text", clip(text, 20)).with("bands", names.join("、"))
    }
}

fn account(platform: &str, cell: &Cell) -> Result<String, Phrase> {
    let bad = |error: BadNumber, key| match error {
        BadNumber::DigitsLost => Phrase::new("roster-cell-digits-lost"),
        BadNumber::Form => Phrase::new(key).with("text", clip(&cell.text, 20)),
    };
    match platform {
        "onebot" => value::digits(cell, 5..=11).map_err(|e| bad(e, "roster-cell-qq")),
        "telegram" => value::digits(cell, 5..=15).map_err(|e| bad(e, "roster-cell-telegram")),
        _ => {
            let id = value::narrow(&cell.text);
            let sound = id.chars().count() <= 64 && !id.contains(char::is_whitespace);
            sound.then_some(id).ok_or_else(|| Phrase::new("roster-cell-account").with("text", clip(&cell.text, 20)))
        }
    }
}

/// Blank, or one of the marks by which people say so.
fn blank(cell: &Cell) -> bool {
    cell.is_blank() || (cell.raw == Raw::Text && matches!(cell.text.as_str(), "无" | "暂无" | "没有" | "/" | "-" | "—" | "——" | "\\" | "N/A" | "n/a"))
}

/// Whether what stands in the name column, alone in its row, is the foot of a printed list.
fn is_footer(name: &str) -> bool {
    const BEGINS: [&str; 18] = [
        "合计",
        "总计",
        "小计",
        "共计",
        "总人数",
        "制表",
        "填表",
        "审核",
        "负责人",
        "说明",
        "备注",
        "注:",
        "以上",
        "上述",
        "日期",
        "联系电话",
        "联系人",
        "单位盖章",
    ];
    let text = name.trim_matches(['(', ')', '[', ']', '【', '】', '。', '.', ' ']);
    BEGINS.iter().any(|word| text.starts_with(word))
        || ["盖章", "公章", "签章", "签字", "签名"].iter().any(|word| text.contains(word))
        || is_count(text)
        || is_date(text)
}

/// `3人`, `共2人`, `共计 12 名`.
fn is_count(text: &str) -> bool {
    let rest = text.trim_start_matches(['共', '计', '总', '全', '有', '合', ':', ' ']);
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十百两".contains(c));
    unit.len() < rest.len() && matches!(unit.trim(), "人" | "名" | "位" | "个" | "名团员" | "位团员" | "个人")
}

/// `2026年11月`, `2026.11.20`, `11月20日`.
fn is_date(text: &str) -> bool {
    let marks = |c: char| matches!(c, '年' | '月' | '日' | '号' | '.' | '-' | '/' | ' ');
    let digit = |c: char| c.is_ascii_digit() || "〇零一二三四五六七八九十".contains(c);
    text.contains(marks) && text.contains(digit) && text.chars().all(|c| marks(c) || digit(c))
}

/// `赵主任`: somebody is called so beneath a list; a member stands in it by name.
fn is_signature(name: &str) -> bool {
    const TITLES: [&str; 16] =
        ["主任", "书记", "老师", "主席", "部长", "校长", "院长", "站长", "所长", "镇长", "乡长", "县长", "局长", "科长", "处长", "班主任"];
    TITLES.iter().any(|title| name.strip_suffix(title).is_some_and(|who| (1..=2).contains(&who.chars().count())))
}

/// Half-width, without blanks.
fn dense(text: &str) -> String {
    value::narrow(text).split_whitespace().collect()
}

fn short(text: &str) -> Option<String> {
    let text = value::narrow(text).split_whitespace().collect::<Vec<_>>().join(" ");
    (text.chars().count() <= LONGEST).then_some(text)
}

/// The first characters, with `…` where there were more.
pub(super) fn clip(text: &str, limit: usize) -> String {
    let short: String = text.chars().take(limit).collect();
    if short.len() < text.len() { short + "…" } else { short }
}
