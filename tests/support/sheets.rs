//! Spreadsheets for tests, written as people write them.

use rust_xlsxwriter::{Format, Formula, Workbook};

/// A cell of a test's sheet.
#[derive(Clone, Debug)]
pub enum C {
    /// Text.
    T(&'static str),
    /// A number.
    N(f64),
    /// An Excel date by its serial number.
    D(f64),
    /// A formula with the result that Excel saved.
    F(&'static str, &'static str),
    /// Nothing.
    Blank,
}

/// An xlsx with one sheet: the cells, and merged areas as (first row, first column, last row, last column, text) from 0.
pub fn xlsx(rows: &[Vec<C>], merges: &[(u32, u16, u32, u16, &str)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy/m/d");
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                C::T(text) => sheet.write_string(row, column, *text).unwrap(),
                C::N(n) => sheet.write_number(row, column, *n).unwrap(),
                C::D(n) => sheet.write_number_with_format(row, column, *n, &date).unwrap(),
                C::F(formula, result) => sheet.write_formula(row, column, Formula::new(*formula).set_result(*result)).unwrap(),
                C::Blank => continue,
            };
        }
    }
    for (top, left, bottom, right, text) in merges {
        sheet.merge_range(*top, *left, *bottom, *right, text, &Format::new()).unwrap();
    }
    book.save_to_buffer().unwrap()
}
