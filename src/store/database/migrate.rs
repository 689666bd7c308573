//! The database's shape, embedded: one text for both engines, with what PostgreSQL alone needs before it and
//! SQLite alone after it.

use super::engine::Pool;
use crate::error::Fault;
use sqlx::AssertSqlSafe;
use sqlx::SqlSafeStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use std::time::Duration;

/// (version, what it is about, PostgreSQL's own text, the common text, SQLite's own text). To change the shape add a line, never edit one
/// that was released: its checksum is in people's databases.
const ALL: &[(i64, &str, &str, &str, &str)] = &[
    (
        1,
        "tables",
        include_str!("../../../migrations/postgres/0001_tables.sql"),
        include_str!("../../../migrations/common/0001_tables.sql"),
        include_str!("../../../migrations/sqlite/0001_tables.sql"),
    ),
    (2, "voices", "", include_str!("../../../migrations/common/0002_voices.sql"), ""),
    (3, "documents", "", include_str!("../../../migrations/common/0003_documents.sql"), ""),
    (4, "money", "", include_str!("../../../migrations/common/0004_money.sql"), ""),
    (5, "issues", "", include_str!("../../../migrations/common/0005_issues.sql"), ""),
    (6, "official", "", include_str!("../../../migrations/common/0006_official.sql"), ""),
    (7, "sent", "", include_str!("../../../migrations/common/0007_sent.sql"), ""),
    (8, "meetings", "", include_str!("../../../migrations/common/0008_meetings.sql"), ""),
    (9, "screenshots", "", include_str!("../../../migrations/common/0009_screenshots.sql"), ""),
    (10, "reminders", "", include_str!("../../../migrations/common/0010_reminders.sql"), ""),
    (11, "known", "", include_str!("../../../migrations/common/0011_known.sql"), ""),
    (12, "delivery", "", include_str!("../../../migrations/common/0012_delivery.sql"), ""),
    (13, "withdrawn", "", include_str!("../../../migrations/common/0013_withdrawn.sql"), ""),
    (14, "teams", "", include_str!("../../../migrations/common/0014_teams.sql"), ""),
    (15, "claims", "", include_str!("../../../migrations/common/0015_claims.sql"), ""),
    (16, "notices", "", include_str!("../../../migrations/common/0016_notices.sql"), ""),
    (17, "beside", "", include_str!("../../../migrations/common/0017_beside.sql"), ""),
    (18, "attachments", "", include_str!("../../../migrations/common/0018_attachments.sql"), ""),
    (19, "reminded", "", include_str!("../../../migrations/common/0019_reminded.sql"), ""),
    (20, "links", "", include_str!("../../../migrations/common/0020_links.sql"), ""),
    (21, "leave ahead", "", include_str!("../../../migrations/common/0021_leave_ahead.sql"), ""),
    (22, "ended", "", include_str!("../../../migrations/common/0022_ended.sql"), ""),
    (23, "indexes", "", include_str!("../../../migrations/common/0023_indexes.sql"), include_str!("../../../migrations/sqlite/0023_indexes.sql")),
    (24, "leave told", "", include_str!("../../../migrations/common/0024_leave_told.sql"), ""),
    (25, "reasons", "", include_str!("../../../migrations/common/0025_reasons.sql"), ""),
    (26, "reliefs", "", include_str!("../../../migrations/common/0026_reliefs.sql"), ""),
    (27, "hush_from", "", include_str!("../../../migrations/common/0027_hush_from.sql"), ""),
    (28, "plans", "", include_str!("../../../migrations/common/0028_plans.sql"), ""),
    (29, "sessions_withdrawn", "", include_str!("../../../migrations/common/0029_sessions_withdrawn.sql"), ""),
    (30, "session_expected", "", include_str!("../../../migrations/common/0030_session_expected.sql"), ""),
];

fn migrator(postgres: bool) -> Migrator {
    let migrations = ALL.iter().map(|(version, name, postgres_own, common, sqlite_own)| {
        let text = if postgres {
            format!("{postgres_own}\n{}", common.replace(" TEXT", " TEXT COLLATE \"C\""))
        } else {
            format!("{}\n{sqlite_own}", common.replace("/* clustered */", "WITHOUT ROWID"))
        };
        Migration::new(*version, (*name).into(), MigrationType::Simple, AssertSqlSafe(text).into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// How often it is tried where nobody gets on.
const TRIES: usize = 3;
/// How long a database that others are bringing there is waited for, since they last got on.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);

/// Whether SQLite says that another connection was faster.
pub(crate) fn busy(e: &sqlx::Error) -> bool {
    e.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| matches!(&*code, "5" | "6" | "261" | "517"))
}

/// Brings the database to this program's shape. Two processes that start together both succeed.
///
/// # Errors
/// A database of a newer program, one that another program holds locked, a read-only one.
pub(crate) async fn migrate(pool: &Pool) -> Result<(), Fault> {
    let (mut tries, mut since, mut reached) = (0, tokio::time::Instant::now(), 0);
    loop {
        let done = match pool {
            Pool::Sqlite { write, .. } => migrator(false).run(write).await,
            Pool::Postgres(pool) => migrator(true).run(pool).await,
        };
        match done {
            Ok(()) => return Ok(()),
            Err(MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _)) => {
                // SQLite has no lock around all of it: whoever comes second finds it done when it looks again, and with several
                // beside it comes second as often as there are migrations
                let now = version(pool).await.unwrap_or(reached);
                if now > reached {
                    (tries, since, reached) = (0, tokio::time::Instant::now(), now);
                }
                tries += 1;
                if tries >= TRIES && !(busy(&e) && since.elapsed() < PATIENCE) {
                    return Err(e.into());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(MigrateError::VersionMissing(v)) if v > newest() => {
                return Err(too_new(v));
            }
            Err(e) => return Err(Fault::Corrupt(format!("its tables are not those of this program ({e})"))),
        }
    }
}

/// The version that a database is at; 0 where it is empty.
///
/// # Errors
/// A database of a newer program, or of another.
pub(crate) async fn version(pool: &Pool) -> Result<i64, Fault> {
    let applied: Vec<(i64, Vec<u8>)> = match pool.rows("SELECT version, checksum FROM _sqlx_migrations ORDER BY version", Vec::new()).await {
        Ok(rows) => rows,
        Err(sqlx::Error::Database(e)) if e.code().as_deref() == Some("42P01") || e.message().contains("no such table") => Vec::new(),
        Err(e) => return Err(e.into()),
    };
    let last = applied.last().map_or(0, |(version, _)| *version);
    if last > newest() {
        return Err(too_new(last));
    }
    let ours = migrator(matches!(pool, Pool::Postgres(_)));
    for (version, checksum) in &applied {
        if !ours.iter().any(|m| m.version == *version && *m.checksum == **checksum) {
            return Err(Fault::Corrupt(format!("its tables are not those of this program (version {version} differs)")));
        }
    }
    Ok(last)
}

fn too_new(version: i64) -> Fault {
    Fault::Other(format!(
        "the database was written by a newer Zhibu (its version is {version}, this program knows {}): start the newer program, or restore a backup from before",
        newest()
    ))
}

/// This program's version of the shape.
pub(crate) fn newest() -> i64 {
    ALL.iter().map(|m| m.0).max().unwrap_or(0)
}
