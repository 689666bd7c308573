//! Databases for tests: a story that must hold on both engines runs once on each, in a database of its own.

use super::{lacking, postgres, run};
use libtest_mimic::Trial;
use sqlx::{AssertSqlSafe, Connection};
use std::future::Future;
use std::sync::Arc;
use tempfile::TempDir;
use zhibu::effects::{Effects, ManualClock};
use zhibu::store::{Options, Store};

/// The platforms that letters of the stories are for.
pub const PLATFORMS: &[&str] = &["onebot", "telegram", "webchat"];
/// 2026-11-22 (a Sunday) 12:00 in Shanghai: where every test's clock starts.
pub const NOON: i64 = 1_795_320_000_000;

/// An empty database. A SQLite file goes when this is dropped.
pub struct Db {
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// What `Options::url` takes.
    pub url: String,
    /// The clock of every store opened with `open`; it starts at [`NOON`].
    pub clock: Arc<ManualClock>,
    dir: TempDir,
}

impl Db {
    /// A SQLite file in a directory of its own.
    pub fn sqlite() -> Self {
        let dir = TempDir::new().unwrap();
        let url = format!("sqlite:{}", dir.path().join("zhibu.db").display());
        Self { engine: "sqlite", url, clock: ManualClock::at(NOON), dir }
    }
    /// A database of the test process's PostgreSQL.
    pub fn postgres() -> Self {
        Self { engine: "postgres", url: postgres::fresh(), clock: ManualClock::at(NOON), dir: TempDir::new().unwrap() }
    }
    /// A directory of the test's own.
    pub fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }
    /// How to open it: batches of 64.
    pub fn options(&self) -> Options {
        Options { url: self.url.clone(), batch: 64, readers: 4 }
    }
    /// Effects of one process: the test's clock, ids and randomness of its own.
    pub fn effects(&self, seed: i64) -> Effects {
        Effects::fixed(self.clock.clone(), seed)
    }
    /// Runs a statement behind the program's back.
    pub async fn sql(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        if self.engine == "sqlite" {
            let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }
    }
    /// A column of text, read behind the program's back.
    pub async fn column(&self, query: &str) -> Vec<String> {
        let query = AssertSqlSafe(query.to_owned());
        if self.engine == "sqlite" {
            let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
            let rows = sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            rows
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
            let rows = sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            rows
        }
    }
    /// Holds a SQLite file locked, as another program that writes to it, until it is dropped.
    pub async fn hold(&self) -> sqlx::SqliteConnection {
        let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
        connection
    }
    /// Opens it as a process would; call it again for a second process.
    pub async fn open(&self) -> Store {
        Store::open(&self.options(), &self.effects(1)).await.unwrap()
    }
}

/// A test that must hold on both engines.
pub fn on_both<F>(name: &str, test: impl Fn(Db) -> F + Clone + Send + 'static) -> Vec<Trial>
where
    F: Future<Output = ()>,
{
    let (on_sqlite, on_postgres) = (test.clone(), test);
    let sqlite = Trial::test(format!("{name}_sqlite"), move || run(async move { on_sqlite(Db::sqlite()).await }));
    let postgres = Trial::test(format!("{name}_postgres"), move || run(async move { on_postgres(Db::postgres()).await }));
    vec![sqlite, postgres.with_ignored_flag(lacking::ignore("PostgreSQL", postgres::present()))]
}
