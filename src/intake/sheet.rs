//! A file's bytes → tables of cells with their coordinates. What kind of file it is is told from its first bytes, never
//! from its name; everything is bounded before it is decoded.

use super::{delimited, workbook};
use crate::error::Mistake;
use chrono::NaiveDate;

/// What a file may hold at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file itself.
    pub bytes: usize,
    /// Bytes of an archive's parts once unpacked, all together.
    pub unpacked: u64,
    /// Rows of one sheet.
    pub rows: usize,
    /// Columns that are looked at; what stands further right is left alone.
    pub columns: usize,
    /// Cells of one sheet, blank ones to the left included.
    pub cells: usize,
    /// Characters of one cell; the rest is cut off.
    pub text: usize,
    /// Sheets of a workbook that are looked at.
    pub sheets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 16 << 20, unpacked: 128 << 20, rows: 50_000, columns: 200, cells: 2_000_000, text: 500, sheets: 16 }
    }
}

/// What a cell held before it became text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Raw {
    /// Text, or nothing.
    #[default]
    Text,
    /// A number: text forms of long ones may have lost digits.
    Number(f64),
    /// A date.
    Date(NaiveDate),
    /// An error value such as `#REF!`.
    Error,
    /// A formula whose result was not saved with it.
    Unsaved,
}

/// One cell: trimmed text without control characters, and what it was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// As a person reads it; numbers without exponent or needless `.0`.
    pub text: String,
    /// As it was stored.
    pub raw: Raw,
}

static BLANK: Cell = Cell { text: String::new(), raw: Raw::Text };

impl Cell {
    /// Text, trimmed, without control characters and zero-width marks, cut to `limit` characters. A formula that is text
    /// (`=cmd`) stays text.
    pub fn text(text: &str, limit: usize) -> Self {
        let clean: String = text.chars().filter_map(visible).take(limit).collect();
        Self { text: clean.trim().to_owned(), raw: Raw::Text }
    }
    /// A number.
    pub fn number(n: f64) -> Self {
        if !n.is_finite() {
            return Self { text: String::new(), raw: Raw::Error };
        }
        Self { text: format!("{n}"), raw: Raw::Number(n) }
    }
    /// A date.
    pub fn date(date: NaiveDate) -> Self {
        Self { text: date.to_string(), raw: Raw::Date(date) }
    }
    /// A formula without its result, as programs other than Excel write it.
    pub fn unsaved() -> Self {
        Self { text: String::new(), raw: Raw::Unsaved }
    }
    /// Whether nothing is in it.
    pub fn is_blank(&self) -> bool {
        self.text.is_empty() && !matches!(self.raw, Raw::Error | Raw::Unsaved)
    }
}

/// The character as it is kept: line breaks become blanks, what can't be seen goes.
fn visible(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' | '\u{a0}' | '\u{3000}' => Some(' '),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// One row with something in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its number in the file, from 1, as the spreadsheet program shows it.
    pub line: usize,
    /// Its cells from column A on; those past the last filled one are absent.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column (from 0), blank where there is none.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&BLANK)
    }
}

/// A merged area: rows by their number in the file (from 1), columns from 0, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    /// Its rows.
    pub lines: (usize, usize),
    /// Its columns.
    pub columns: (usize, usize),
}

/// One sheet.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The sheet's name; empty for csv.
    pub name: String,
    /// Rows that are not blank, in order.
    pub rows: Vec<Row>,
    /// Merged areas.
    pub merges: Vec<Merge>,
}

/// `A`, `Z`, `AA` … of a column from 0.
pub fn column_letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        if column < 26 {
            return letters.into_iter().rev().collect();
        }
        column = column / 26 - 1;
    }
}

/// Reads a file: the sheets of an xlsx or xls, the one table of a csv.
///
/// # Errors
/// A mistake that says what to do: empty, too large, encrypted, a web page under the name of a table, damaged.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Table>, Mistake> {
    if bytes.is_empty() {
        return Err(Mistake::new("roster-file-empty"));
    }
    if bytes.len() > limits.bytes {
        return Err(Mistake::new("roster-file-large").with("limit", format!("{}", limits.bytes >> 20)));
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => workbook::xlsx(bytes, limits),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => workbook::xls(bytes, limits),
        _ => delimited::read(bytes, limits).map(|table| vec![table]),
    }
}
