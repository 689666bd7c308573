//! The two engines behind one face: connections, transactions, arguments. Whoever writes SQL writes it once.
//!
//! Texts are constant (sqlx caches a prepared statement for each), arguments are [`Arg`]s, rows are tuples. What
//! differs between the engines is here and in `migrate`: how to begin, and how to lock rows.

use super::durable::Durable;
use crate::domain::ids::{OrgId, PersonId, RecordId, SessionId};
use crate::error::Fault;
use crate::store::Options;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Connection, FromRow, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};
use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;

/// Connections to one database.
#[derive(Clone)]
pub(crate) enum Pool {
    /// One connection writes, several read; they are the same one in memory.
    Sqlite {
        /// The only writer.
        write: SqlitePool,
        /// Readers.
        read: SqlitePool,
        /// What makes commits last.
        durable: Durable,
    },
    /// A server keeps its own order.
    Postgres(PgPool),
}

/// Expands a body once for each engine: `on_engine!(pool, |p| body)`, `p` being something that reads.
macro_rules! on_engine {
    ($pool:expr, |$p:ident| $body:expr) => {
        match $pool {
            $crate::store::database::engine::Pool::Sqlite { read: $p, .. } => $body,
            $crate::store::database::engine::Pool::Postgres($p) => $body,
        }
    };
}

/// A query with all its arguments bound.
macro_rules! bound {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for arg in $args {
            query = match arg {
                $crate::store::database::engine::Arg::Int(v) => query.bind(v),
                $crate::store::database::engine::Arg::Text(v) => query.bind(v),
            };
        }
        query
    }};
}

/// `args![a, b]`: the arguments `$1`, `$2` …
macro_rules! args {
    ($($arg:expr),* $(,)?) => { vec![$($crate::store::database::engine::Arg::from($arg)),*] };
}

pub(crate) use args;

/// An argument: both engines know integers and text, and nothing else is stored.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(untagged)]
pub(crate) enum Arg {
    /// BIGINT.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<String>),
}

impl From<i64> for Arg {
    fn from(v: i64) -> Self {
        Self::Int(Some(v))
    }
}
impl From<Option<i64>> for Arg {
    fn from(v: Option<i64>) -> Self {
        Self::Int(v)
    }
}
impl From<bool> for Arg {
    fn from(v: bool) -> Self {
        Self::Int(Some(i64::from(v)))
    }
}
impl From<&str> for Arg {
    fn from(v: &str) -> Self {
        Self::Text(Some(clean(v)))
    }
}
impl From<Option<&str>> for Arg {
    fn from(v: Option<&str>) -> Self {
        Self::Text(v.map(clean))
    }
}
/// For text that this program made, JSON above all: it is not cleaned.
impl From<String> for Arg {
    fn from(v: String) -> Self {
        Self::Text(Some(v))
    }
}
impl From<Option<String>> for Arg {
    fn from(v: Option<String>) -> Self {
        Self::Text(v)
    }
}
macro_rules! from_ids {
    ($($id:ty),*) => {$(
        impl From<$id> for Arg { fn from(v: $id) -> Self { Self::Int(Some(v.0)) } }
        impl From<Option<$id>> for Arg { fn from(v: Option<$id>) -> Self { Self::Int(v.map(|id| id.0)) } }
    )*};
}
from_ids!(OrgId, PersonId, RecordId, SessionId);

/// Without control characters but line ends and tabs: PostgreSQL refuses NUL, and with it everybody's batch.
pub(crate) fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// What a row is read into.
pub(crate) trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A transaction; dropped without `commit` it is rolled back.
pub(crate) enum Tx {
    /// SQLite's, and what makes it last.
    Sqlite(Transaction<'static, Sqlite>, Durable),
    /// SQLite's, begun by a text that did more: [`Tx::commit`], [`Tx::commit_all`] or [`Tx::rollback`] end it. Whoever
    /// began it makes it last.
    Begun(Begun),
    /// PostgreSQL's.
    Postgres(Transaction<'static, Postgres>),
}

/// How long a rollback may take; then its connection is closed, which takes it back as well.
const ROLLBACK: Duration = Duration::from_secs(3);

/// A connection within a transaction that sqlx does not know of. Dropped before that is ended, the connection is closed:
/// the next one to take it would find itself within it.
pub(crate) struct Begun {
    held: PoolConnection<Sqlite>,
    ended: bool,
}

impl Begun {
    /// About to begin.
    pub(crate) fn new(held: PoolConnection<Sqlite>) -> Self {
        Self { held, ended: false }
    }

    /// Its connection.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.held
    }

    /// It was committed.
    pub(crate) fn end(mut self) {
        self.ended = true;
    }

    async fn rollback(mut self) {
        // a thread of sqlx's that dies just now (on a statement whose table is gone) leaves whoever asks it without an answer
        self.ended = match tokio::time::timeout(ROLLBACK, sqlx::query::<Sqlite>("ROLLBACK").execute(&mut *self.held)).await {
            Ok(Ok(_)) => true,
            // it had not begun, or SQLite took it back by itself
            Ok(Err(e)) => e.as_database_error().is_some_and(|e| e.message().contains("no transaction is active")),
            Err(_) => false,
        };
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if !self.ended {
            self.held.close_on_drop();
        }
    }
}

impl Pool {
    /// Connects. Nothing is migrated.
    pub(crate) async fn open(options: &Options) -> Result<Self, Fault> {
        if let Some(rest) = options.url.strip_prefix("sqlite:") {
            return sqlite(rest, options.readers).await;
        }
        if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://") {
            // what sqlx says of a bad address may hold the password
            let connect = sqlx::postgres::PgConnectOptions::from_str(&options.url)
                .map_err(|_| Fault::Other("the database address is malformed: write postgres://USER:PASSWORD@HOST:PORT/DATABASE".into()))?;
            // one for the writer, one for the lease
            let size = options.readers.saturating_add(2).max(3);
            // the pool keeps trying where nobody listens, and then only says that it waited: ask for the reason first
            PgConnection::connect_with(&connect).await?.close().await?;
            let pool = PgPoolOptions::new().max_connections(size).acquire_timeout(Duration::from_secs(15)).connect_with(connect).await?;
            return Ok(Self::Postgres(pool));
        }
        let scheme = options.url.split([':', '/']).next().unwrap_or_default();
        Err(Fault::Other(format!("{scheme:?} is no database that Zhibu knows: write sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE")))
    }

    /// Begins to write. On SQLite this waits for every other writer, of this process and of others.
    pub(crate) async fn write(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, durable, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?, durable.clone()),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins to read one consistent state.
    pub(crate) async fn snapshot(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?, Durable::default()),
            Self::Postgres(pool) => Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        })
    }

    /// Reads rows.
    pub(crate) async fn rows<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> sqlx::Result<Vec<T>> {
        on_engine!(self, |p| bound!(sqlx::query_as(sql), args).fetch_all(p).await)
    }

    /// Reads the first row.
    pub(crate) async fn one<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> sqlx::Result<Option<T>> {
        on_engine!(self, |p| bound!(sqlx::query_as(sql), args).fetch_optional(p).await)
    }

    /// Changes rows in a transaction of its own. A process that dies keeps it; on SQLite it lasts through a power cut once
    /// [`Durable::flush`] has returned.
    pub(crate) async fn exec(&self, sql: &'static str, args: Vec<Arg>) -> sqlx::Result<u64> {
        match self {
            Self::Sqlite { write, .. } => Ok(bound!(sqlx::query::<Sqlite>(sql), args).execute(write).await?.rows_affected()),
            Self::Postgres(pool) => Ok(bound!(sqlx::query::<Postgres>(sql), args).execute(pool).await?.rows_affected()),
        }
    }

    /// What makes the commits last of what [`Pool::write_reading`] began.
    pub(crate) fn durable(&self) -> Durable {
        match self {
            Self::Sqlite { durable, .. } => durable.clone(),
            Self::Postgres(_) => Durable::default(),
        }
    }

    /// Writes an SQLite file anew and empties its log, so that no page of either holds what was deleted or changed (pages that
    /// were split, and files of before `secure_delete`, have such remains); true where somebody was reading, and the log could
    /// not be emptied. A server's own vacuum sees to its files.
    pub(crate) async fn scrub(&self) -> sqlx::Result<bool> {
        let Self::Sqlite { write, .. } = self else { return Ok(false) };
        let mut held = write.acquire().await?;
        // else the whole of it would be in memory meanwhile
        sqlx::query::<Sqlite>("PRAGMA temp_store = file").execute(&mut *held).await?;
        let done = sqlx::query::<Sqlite>("VACUUM").execute(&mut *held).await;
        sqlx::query::<Sqlite>("PRAGMA temp_store = memory").execute(&mut *held).await?;
        done?;
        let busy: Option<(i64, i64, i64)> = sqlx::query_as::<Sqlite, _>("PRAGMA wal_checkpoint(TRUNCATE)").fetch_optional(&mut *held).await?;
        Ok(busy.is_some_and(|(busy, ..)| busy != 0))
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { write, read, .. } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Reads rows.
    pub(crate) async fn rows<T: Row>(&mut self, sql: &'static str, args: Vec<Arg>) -> sqlx::Result<Vec<T>> {
        match self {
            Self::Sqlite(t, _) => bound!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_all(&mut **t).await,
            Self::Begun(t) => bound!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_all(t.connection()).await,
            Self::Postgres(t) => bound!(sqlx::query_as::<Postgres, T>(sql), args).fetch_all(&mut **t).await,
        }
    }

    /// Reads the first row.
    pub(crate) async fn one<T: Row>(&mut self, sql: &'static str, args: Vec<Arg>) -> sqlx::Result<Option<T>> {
        match self {
            Self::Sqlite(t, _) => bound!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_optional(&mut **t).await,
            Self::Begun(t) => bound!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_optional(t.connection()).await,
            Self::Postgres(t) => bound!(sqlx::query_as::<Postgres, T>(sql), args).fetch_optional(&mut **t).await,
        }
    }

    /// Changes rows; how many.
    pub(crate) async fn exec(&mut self, sql: &'static str, args: Vec<Arg>) -> sqlx::Result<u64> {
        match self {
            Self::Sqlite(t, _) => Ok(bound!(sqlx::query::<Sqlite>(sql), args).execute(&mut **t).await?.rows_affected()),
            Self::Begun(t) => Ok(bound!(sqlx::query::<Sqlite>(sql), args).execute(t.connection()).await?.rows_affected()),
            Self::Postgres(t) => Ok(bound!(sqlx::query::<Postgres>(sql), args).execute(&mut **t).await?.rows_affected()),
        }
    }

    /// Locks these units against every other writer, in the order of their ids. SQLite has one writer at a time: nothing
    /// to lock. Whoever writes facts of a branch, or raises an epoch, calls this first and once, so that no two writers
    /// wait for each other.
    pub(crate) async fn lock_orgs(&mut self, orgs: &BTreeSet<OrgId>) -> sqlx::Result<()> {
        const LOCK: &str = "SELECT id FROM org WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) ORDER BY id FOR UPDATE";
        if matches!(self, Self::Postgres(_)) && !orgs.is_empty() {
            self.rows::<(i64,)>(LOCK, args![ids_json(orgs.iter().map(|o| o.0))]).await?;
        }
        Ok(())
    }

    /// (id, epoch) of those of these units that are there.
    pub(crate) async fn epochs(&mut self, orgs: &BTreeSet<OrgId>) -> sqlx::Result<Vec<(OrgId, i64)>> {
        const READ: &str = "SELECT o.id, o.epoch FROM json_each($1) AS j CROSS JOIN org AS o WHERE o.id = CAST(j.value->>0 AS BIGINT)";
        let rows: Vec<(i64, i64)> = self.rows(READ, args![ids_json(orgs.iter().map(|o| o.0))]).await?;
        Ok(rows.into_iter().map(|(id, epoch)| (OrgId(id), epoch)).collect())
    }

    /// Rows that other processes have not claimed, locked until the end: what `FOR UPDATE SKIP LOCKED` is for.
    pub(crate) async fn rows_unclaimed<T: Row>(&mut self, sqlite: &'static str, postgres: &'static str, args: Vec<Arg>) -> sqlx::Result<Vec<T>> {
        let sql = if matches!(self, Self::Postgres(_)) { postgres } else { sqlite };
        self.rows(sql, args).await
    }

    /// Makes it durable; of what [`Pool::write_reading`] began, only visible.
    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(t, durable) => {
                t.commit().await?;
                Ok(durable.flush().await?)
            }
            Self::Begun(mut t) => match sqlx::query::<Sqlite>("COMMIT").execute(t.connection()).await {
                Ok(_) => {
                    t.end();
                    Ok(())
                }
                Err(e) => {
                    t.rollback().await;
                    Err(e)
                }
            },
            Self::Postgres(t) => t.commit().await,
        }
    }

    /// Takes everything back.
    pub(crate) async fn rollback(self) {
        match self {
            // dropped is enough
            Self::Sqlite(..) | Self::Postgres(_) => {}
            Self::Begun(t) => t.rollback().await,
        }
    }
}

/// `[[1],[2]]`: ids for a join with `json_each`.
pub(crate) fn ids_json(ids: impl IntoIterator<Item = i64>) -> String {
    let rows: Vec<String> = ids.into_iter().map(|id| format!("[{id}]")).collect();
    format!("[{}]", rows.join(","))
}

/// The path of the file that an address names, if it names one.
pub fn sqlite_file(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next()?;
    (!path.is_empty() && path != ":memory:").then_some(path)
}

/// `path[?busy_timeout=MS][&mode=ro]`, or `:memory:`.
async fn sqlite(rest: &str, readers: u32) -> Result<Pool, Fault> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut patience = Duration::from_secs(10);
    let (mut read_only, mut as_it_is) = (false, false);
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        match pair.split_once('=') {
            Some(("busy_timeout", ms)) if ms.parse::<u64>().is_ok() => patience = Duration::from_millis(ms.parse().unwrap_or(10_000)),
            Some(("mode", "ro")) => read_only = true,
            // what is there, as it is
            Some(("mode", "rw")) => as_it_is = true,
            Some(("mode", "rwc")) => {}
            _ => {
                return Err(Fault::Other(format!("{pair:?} in the database address is unknown: after sqlite:PATH only ?busy_timeout=MILLISECONDS may follow")));
            }
        }
    }
    if path.is_empty() {
        return Err(Fault::Other("the database address names no file: write sqlite:PATH, for example sqlite:zhibu.db".into()));
    }
    let connect = SqliteConnectOptions::new().busy_timeout(patience).foreign_keys(false).statement_cache_capacity(200);
    // no connection is tried before use: it is a file, and what fails is tried again
    let forever = || {
        SqlitePoolOptions::new()
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .min_connections(1)
            .acquire_timeout(patience.max(Duration::from_secs(30)))
    };
    if path == ":memory:" {
        let write = forever().max_connections(1).connect_with(connect.in_memory(true)).await?;
        return Ok(Pool::Sqlite { read: write.clone(), write, durable: Durable::default() });
    }
    let connect = connect.filename(path).read_only(read_only).create_if_missing(!read_only && !as_it_is);
    // WAL is a property of the file: asking for it again takes a lock that a busy writer may hold
    let writer = connect
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("wal_autocheckpoint", "16000")
        .pragma("cache_size", "-65536")
        // what is deleted or changed is overwritten within its page; `Pool::scrub` sees to the rest
        .pragma("secure_delete", "fast")
        // else each batch makes and unlinks a file for what a statement may have to take back
        .pragma("temp_store", "memory")
        .pragma("journal_size_limit", "67108864");
    let (writer, durable) = if read_only || as_it_is { (connect.clone(), Durable::default()) } else { (writer, Durable::of(path)) };
    let write = forever().max_connections(1).connect_with(writer).await?;
    let read = SqlitePoolOptions::new().max_connections(readers.max(1)).connect_with(connect.create_if_missing(false)).await?;
    Ok(Pool::Sqlite { write, read, durable })
}
