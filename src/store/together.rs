//! Statements that are executed together, over rows that are bound one by one.
//!
//! A text says where its rows come from with `{rows}`, and names their columns `column1`, `column2` …. PostgreSQL takes
//! them out of one JSON text. On SQLite that would cost two thirds of what a batch costs, so there they are `VALUES`, in
//! texts for a few numbers of rows (what is left over is NULL and passed over), all statements sent as one text: its
//! thread is changed to once for all.

use super::engine::{Arg, Tx, args, bound};
use sqlx::{Postgres, Sqlite};
use std::fmt::Write;

/// Texts are made for so many rows; more than the last go as JSON.
const SIZES: [usize; 6] = [1, 4, 16, 40, 100, 300];

/// One statement, and how many columns its rows have (0: it has none, but arguments `$1` … in this order, each once).
pub(crate) type Statement = (&'static str, usize);

/// What a statement is given.
pub(crate) enum Given {
    /// Its arguments.
    Args(Vec<Arg>),
    /// Its rows; the first column is never NULL.
    Rows(Vec<Vec<Arg>>),
}

/// Statements that are always executed together.
pub(crate) struct Together {
    each: Vec<&'static str>,
    /// By the number of rows, and at last for any number.
    joined: Vec<(usize, &'static str)>,
    columns: Vec<usize>,
}

/// Puts statements together. Made once for the whole life of the process.
pub(crate) fn together(all: &[Statement]) -> Together {
    let each: Vec<&'static str> = all.iter().map(|(sql, columns)| leak(sql.replace("{rows}", &from_json(*columns)))).collect();
    let mut joined: Vec<(usize, &'static str)> = Vec::new();
    for size in SIZES {
        let text: String = all.iter().map(|(sql, columns)| places(&sql.replace("{rows}", &values(size, *columns))) + ";\n").collect();
        joined.push((size, leak(text)));
    }
    joined.push((usize::MAX, leak(each.iter().map(|sql| places(sql) + ";\n").collect())));
    Together { each, joined, columns: all.iter().map(|(_, columns)| *columns).collect() }
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn from_json(columns: usize) -> String {
    let named: Vec<String> = (0..columns).map(|c| format!("value->>{c} AS column{}", c + 1)).collect();
    format!("(SELECT {} FROM json_each($1)) AS v", named.join(", "))
}

fn values(rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    format!("(SELECT * FROM (VALUES {}) WHERE column1 IS NOT NULL) AS v", vec![row; rows].join(","))
}

/// Parameters without numbers, each the next one: a number would be looked up by its name, one after the other.
fn places(sql: &str) -> String {
    let mut parts = sql.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let _ = write!(text, "?{}", part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    text
}

/// Rows as one JSON text.
fn json(rows: &[Vec<Arg>]) -> Arg {
    Arg::from(super::rows::json(&rows))
}

impl Tx {
    /// Executes them all, in their order.
    pub(crate) async fn exec_all(&mut self, all: &Together, given: Vec<Given>) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(t) => {
                let most = given.iter().map(|g| if let Given::Rows(rows) = g { rows.len() } else { 0 }).max().unwrap_or(0);
                let Some((size, sql)) = all.joined.iter().find(|(size, _)| *size >= most) else { return Ok(()) };
                let mut args = Vec::new();
                for (given, columns) in given.into_iter().zip(&all.columns) {
                    match given {
                        Given::Args(plain) => args.extend(plain),
                        Given::Rows(rows) if *size == usize::MAX => args.push(json(&rows)),
                        Given::Rows(rows) => {
                            let none = (size - rows.len()) * columns;
                            args.extend(rows.into_iter().flatten().chain(std::iter::repeat_n(Arg::Int(None), none)));
                        }
                    }
                }
                bound!(sqlx::query::<Sqlite>(*sql), args).execute(&mut **t).await?;
            }
            Self::Postgres(t) => {
                for (sql, given) in all.each.iter().zip(given) {
                    let args = match given {
                        Given::Args(plain) => plain,
                        Given::Rows(rows) => args![json(&rows)],
                    };
                    bound!(sqlx::query::<Postgres>(*sql), args).execute(&mut **t).await?;
                }
            }
        }
        Ok(())
    }
}
