//! Statements that are executed together, over rows that are bound one by one.
//!
//! A text says where its rows come from with `{rows}`, and names their columns `column1`, `column2` …. PostgreSQL takes
//! them out of one JSON text. On SQLite that would cost two thirds of what a batch costs, so there they are `VALUES`, in
//! texts for a few numbers of rows (what is left over is NULL and passed over), all statements sent as one text, with
//! BEGIN before the first read and COMMIT after the writes: its thread is changed to once for all, and each change costs
//! as much as several rows.

use super::engine::{Arg, Begun, Pool, Row, Tx, args};
use crate::domain::ids::OrgId;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
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

/// Puts statements together that write. Made once for the whole life of the process.
pub(crate) fn together(all: &[Statement]) -> Together {
    let each = all.iter().map(|(sql, columns)| leak(sql.replace("{rows}", &from_json(1, *columns)))).collect();
    Together { each, joined: joined(all, "", ";\n", ";\n"), columns: columns(all) }
}

/// Like [`together`], with the commit at the end: for [`Tx::commit_all`].
pub(crate) fn last_together(all: &[Statement]) -> Together {
    Together { joined: joined(all, "", ";\n", ";\nCOMMIT;\nSELECT 1;"), ..together(all) }
}

/// Puts queries that give rows of `width` columns together into one, for [`Tx::rows_of`].
pub(crate) fn union(all: &[Statement], width: usize) -> Together {
    reading(all, width, "")
}

/// Like [`union`], beginning to write: for [`Pool::write_reading`].
pub(crate) fn first_union(all: &[Statement], width: usize) -> Together {
    reading(all, width, "BEGIN IMMEDIATE;\n")
}

/// SQLite gives all rows as one text: sqlx copies each value of each row, and hands rows over one by one.
fn reading(all: &[Statement], width: usize, before: &str) -> Together {
    let each: Vec<String> = all.iter().enumerate().map(|(n, (sql, columns))| sql.replace("{rows}", &from_json(n + 1, *columns))).collect();
    let names = (1..=width).map(|c| format!("c{c}")).collect::<Vec<_>>().join(",");
    let before = format!("{before}WITH r({names}) AS (");
    let after = format!(") SELECT json_group_array(json_array({names})) FROM r");
    Together { each: vec![leak(each.join(UNION))], joined: joined(all, &before, UNION, &after), columns: columns(all) }
}

const UNION: &str = "\nUNION ALL ";

fn columns(all: &[Statement]) -> Vec<usize> {
    all.iter().map(|(_, columns)| *columns).collect()
}

/// SQLite's texts, by the number of rows.
fn joined(all: &[Statement], before: &str, between: &str, after: &str) -> Vec<(usize, &'static str)> {
    let text = |rows: &dyn Fn(usize) -> String| {
        let each: Vec<String> = all.iter().map(|(sql, columns)| places(&sql.replace("{rows}", &rows(*columns)))).collect();
        leak(format!("{before}{}{after}", each.join(between)))
    };
    let sized = SIZES.into_iter().map(|size| (size, text(&|columns| values(size, columns))));
    sized.chain([(usize::MAX, text(&|columns| from_json(1, columns)))]).collect()
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn from_json(place: usize, columns: usize) -> String {
    let named: Vec<String> = (0..columns).map(|c| format!("value->>{c} AS column{}", c + 1)).collect();
    format!("(SELECT {} FROM json_each(${place})) AS v", named.join(", "))
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
    Arg::from(crate::store::records::rows::json(&rows))
}

impl Together {
    /// SQLite's text for these rows, and what is bound to it.
    fn fill(&self, given: Vec<Given>) -> (&'static str, Vec<Arg>) {
        let most = given.iter().map(|g| if let Given::Rows(rows) = g { rows.len() } else { 0 }).max().unwrap_or(0);
        let (size, sql) = self.joined.iter().find(|(size, _)| *size >= most).expect("the last is for any number");
        let mut args = Vec::new();
        for (given, columns) in given.into_iter().zip(&self.columns) {
            match given {
                Given::Args(plain) => args.extend(plain),
                Given::Rows(rows) if *size == usize::MAX => args.push(json(&rows)),
                Given::Rows(rows) => {
                    let none = (size - rows.len()) * columns;
                    args.extend(rows.into_iter().flatten().chain(std::iter::repeat_n(Arg::Int(None), none)));
                }
            }
        }
        (sql, args)
    }
}

/// As PostgreSQL binds it.
fn plain(given: Given) -> Vec<Arg> {
    match given {
        Given::Args(plain) => plain,
        Given::Rows(rows) => args![json(&rows)],
    }
}

impl Pool {
    /// Begins to write and reads; whoever commits it calls [`Pool::durable`]'s `flush` before telling anybody. On SQLite this waits for every other writer, as [`Pool::write`] does; on PostgreSQL
    /// `lock` says what is locked first. `reading` is a [`first_union`].
    pub(crate) async fn write_reading<T: Row + DeserializeOwned>(
        &self,
        lock: &BTreeSet<OrgId>,
        reading: &Together,
        given: Vec<Given>,
    ) -> sqlx::Result<(Tx, Vec<T>)> {
        match self {
            Self::Sqlite { write, .. } => {
                let mut tx = Tx::Begun(Begun::new(write.acquire().await?));
                match tx.rows_of(reading, given).await {
                    Ok(rows) => Ok((tx, rows)),
                    Err(e) => {
                        tx.rollback().await;
                        Err(e)
                    }
                }
            }
            Self::Postgres(_) => {
                let mut tx = self.write().await?;
                tx.lock_orgs(lock).await?;
                let rows = tx.rows_of(reading, given).await?;
                Ok((tx, rows))
            }
        }
    }
}

impl Tx {
    /// Reads what a [`union`] asks for.
    pub(crate) async fn rows_of<T: Row + DeserializeOwned>(&mut self, all: &Together, given: Vec<Given>) -> sqlx::Result<Vec<T>> {
        if matches!(self, Self::Postgres(_)) {
            let args = given.into_iter().flat_map(plain).collect();
            return self.rows(all.each[0], args).await;
        }
        let (sql, args) = all.fill(given);
        // no row: sqlx says nothing where its thread dies on the way
        let (rows,) = self.one::<(String,)>(sql, args).await?.ok_or(sqlx::Error::WorkerCrashed)?;
        serde_json::from_str(&rows).map_err(|e| sqlx::Error::Decode(e.into()))
    }

    /// Executes them all, in their order.
    pub(crate) async fn exec_all(&mut self, all: &Together, given: Vec<Given>) -> sqlx::Result<()> {
        if matches!(self, Self::Postgres(_)) {
            for (sql, given) in all.each.iter().zip(given) {
                self.exec(sql, plain(given)).await?;
            }
            return Ok(());
        }
        let (sql, args) = all.fill(given);
        self.exec(sql, args).await.map(drop)
    }

    /// Executes them all, in their order, and commits, of what [`Pool::write_reading`] began. `all` is
    /// a [`last_together`].
    pub(crate) async fn commit_all(mut self, all: &Together, given: Vec<Given>) -> sqlx::Result<()> {
        if matches!(self, Self::Begun(_)) {
            let (sql, args) = all.fill(given);
            // sqlx says nothing where its thread dies on the way: the row at the end says that COMMIT was passed
            let passed = match self.one::<(i64,)>(sql, args).await {
                Ok(row) => row.ok_or(sqlx::Error::WorkerCrashed),
                Err(e) => Err(e),
            };
            return match (passed, self) {
                (Ok(_), Self::Begun(t)) => {
                    t.end();
                    Ok(())
                }
                (passed, tx) => {
                    tx.rollback().await;
                    passed.map(drop)
                }
            };
        }
        self.exec_all(all, given).await?;
        self.commit().await
    }
}
