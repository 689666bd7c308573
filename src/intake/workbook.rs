//! xlsx and xls by `calamine`, cell by cell, so that a sheet with one value in its last corner costs one cell.
//! Formulas: the result that was saved with them; where none was, that is told.

use super::compound;
use super::delimited::too_long;
use super::guard;
use super::sheet::{Cell, Limits, Merge, Row, Table};
use crate::error::Mistake;
use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, Xlsx, XlsxError};
use std::collections::{BTreeMap, HashSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Merged areas of a sheet that are looked at.
const MERGES: usize = 5_000;

/// Reads an xlsx.
///
/// # Errors
/// A mistake: damaged, encrypted, too large, not a workbook.
pub fn xlsx(bytes: &[u8], limits: &Limits) -> Result<Vec<Table>, Mistake> {
    let seen = guard::archive(bytes, limits)?;
    contained(|| {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|e| broken(&e))?;
        let names = visible_sheets(book.sheets_metadata(), limits);
        let mut tables = Vec::new();
        for name in names {
            let mut sheet = Sheet::default();
            let mut cells = match book.worksheet_cells_reader(&name) {
                Ok(cells) => cells,
                Err(XlsxError::NotAWorksheet(_)) => continue,
                Err(e) => return Err(broken(&e)),
            };
            // where a result was saved, be it an empty text
            let mut saved = HashSet::new();
            while let Some(cell) = cells.next_cell().map_err(|e| broken(&e))? {
                if seen.formulas && !matches!(cell.get_value(), DataRef::Empty) {
                    saved.insert(cell.get_position());
                }
                sheet.put(cell.get_position(), || by_ref(cell.get_value(), limits), limits)?;
            }
            drop(cells);
            if seen.formulas {
                let mut cells = book.worksheet_cells_reader(&name).map_err(|e| broken(&e))?;
                while let Some(formula) = cells.next_formula().map_err(|e| broken(&e))? {
                    if !formula.get_value().is_empty() && !saved.contains(&formula.get_position()) {
                        sheet.put(formula.get_position(), Cell::unsaved, limits)?;
                    }
                }
            }
            let merges = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
            tables.push(sheet.table(name, &merges));
        }
        Ok(tables)
    })
}

/// Reads an xls (BIFF5 or BIFF8).
///
/// # Errors
/// A mistake: damaged, encrypted, too large.
pub fn xls(bytes: &[u8], limits: &Limits) -> Result<Vec<Table>, Mistake> {
    compound::check(bytes, limits)?;
    contained(|| {
        let mut book = Xls::new(Cursor::new(bytes)).map_err(|_| Mistake::new("roster-file-damaged"))?;
        let names = visible_sheets(book.sheets_metadata(), limits);
        let mut tables = Vec::new();
        for name in names {
            let Ok(range) = book.worksheet_range(&name) else { continue };
            let (top, left) = range.start().unwrap_or((0, 0));
            let mut sheet = Sheet::default();
            for (row, column, value) in range.used_cells() {
                let at = (top.saturating_add(u32::try_from(row).unwrap_or(u32::MAX)), left.saturating_add(u32::try_from(column).unwrap_or(u32::MAX)));
                sheet.put(at, || by_value(value, limits), limits)?;
            }
            let merges = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
            tables.push(sheet.table(name, &merges));
        }
        Ok(tables)
    })
}

/// Runs a decoder of others on bytes of strangers: where it panics, the file is damaged, and the bot goes on.
fn contained<T>(decode: impl FnOnce() -> Result<T, Mistake>) -> Result<T, Mistake> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| Err(Mistake::new("roster-file-damaged")))
}

fn broken(error: &XlsxError) -> Mistake {
    match error {
        XlsxError::Password => Mistake::new("roster-file-encrypted"),
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => Mistake::new("roster-file-other-kind"),
        _ => Mistake::new("roster-file-damaged"),
    }
}

fn visible_sheets(sheets: &[calamine::Sheet], limits: &Limits) -> Vec<String> {
    let shown = sheets.iter().filter(|s| s.visible == SheetVisible::Visible && s.typ == SheetType::WorkSheet);
    shown.map(|s| s.name.clone()).take(limits.sheets).collect()
}

#[derive(Default)]
struct Sheet {
    rows: BTreeMap<u32, Vec<Cell>>,
    cells: usize,
    bytes: usize,
}

impl Sheet {
    /// Puts a cell in its place. Blank ones and those past the last column are left out.
    fn put(&mut self, (row, column): (u32, u32), cell: impl FnOnce() -> Cell, limits: &Limits) -> Result<(), Mistake> {
        let column = column as usize;
        if column >= limits.columns {
            return Ok(());
        }
        let cell = cell();
        if cell.is_blank() {
            return Ok(());
        }
        let cells = self.rows.entry(row).or_default();
        if column >= cells.len() {
            self.cells += column + 1 - cells.len();
            cells.resize(column + 1, Cell::default());
        }
        // One shared text may stand in a million cells.
        self.bytes += cell.text.len();
        cells[column] = cell;
        if self.rows.len() > limits.rows || self.cells > limits.cells || self.bytes as u64 > limits.unpacked {
            return Err(too_long(limits));
        }
        Ok(())
    }

    fn table(self, name: String, merges: &[Dimensions]) -> Table {
        let merge =
            |d: &Dimensions| Merge { lines: (d.start.0 as usize + 1, (d.end.0 as usize).saturating_add(1)), columns: (d.start.1 as usize, d.end.1 as usize) };
        let rows = self.rows.into_iter().map(|(row, cells)| Row { line: row as usize + 1, cells }).collect();
        Table { name, rows, merges: merges.iter().take(MERGES).map(merge).collect() }
    }
}

#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 the digits are flagged as lost by who reads the number")]
fn by_ref(value: &DataRef<'_>, limits: &Limits) -> Cell {
    match value {
        DataRef::Int(n) => Cell::number(*n as f64),
        DataRef::Float(n) => Cell::number(*n),
        DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => Cell::text(s, limits.text),
        DataRef::SharedString(s) => Cell::text(s, limits.text),
        DataRef::Bool(b) => Cell::text(if *b { "是" } else { "否" }, limits.text),
        DataRef::DateTime(at) => date(at),
        DataRef::Error(_) => Cell::number(f64::NAN),
        DataRef::Empty => Cell::default(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 the digits are flagged as lost by who reads the number")]
fn by_value(value: &Data, limits: &Limits) -> Cell {
    match value {
        Data::Int(n) => Cell::number(*n as f64),
        Data::Float(n) => Cell::number(*n),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => Cell::text(s, limits.text),
        Data::Bool(b) => Cell::text(if *b { "是" } else { "否" }, limits.text),
        Data::DateTime(at) => date(at),
        Data::Error(_) => Cell::number(f64::NAN),
        Data::Empty => Cell::default(),
    }
}

/// A number that is formatted as a date; one that no calendar holds stays a number.
fn date(at: &ExcelDateTime) -> Cell {
    let days = at.as_f64();
    if !at.is_datetime() || !(1.0..2_958_466.0).contains(&days) {
        return Cell::number(days);
    }
    at.as_datetime().map_or_else(|| Cell::number(days), |t| Cell::date(t.date()))
}
