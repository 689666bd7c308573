//! What makes SQLite's commits last through a power cut: its log is flushed after each commit and before anybody is
//! told, as `synchronous=FULL` would, but beside the writer and not in its way: meanwhile the next batch is written. And by
//! `fdatasync`, where SQLite would have the file's times written as well.
//!
//! SQLite itself runs with `synchronous=NORMAL`: in WAL mode it then flushes the log before each checkpoint and at each
//! restart of the log, so that the file stays sound whatever happens (<https://www.sqlite.org/wal.html>, "Performance
//! Considerations"); what was committed last it leaves to us.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The log of an SQLite file; nothing where the database flushes by itself, or is not to last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Durable(Option<Arc<Path>>);

impl Durable {
    /// Of the database at this path, which is in WAL mode.
    pub(crate) fn of(database: &str) -> Self {
        Self(Some(PathBuf::from(format!("{database}-wal")).into()))
    }

    /// Whether commits must be flushed.
    pub(crate) fn is_ours(&self) -> bool {
        self.0.is_some()
    }

    /// Returns when everything that was committed before is on the disk.
    ///
    /// # Errors
    /// The disk's: then what was committed may be lost with the next power cut, and must not be acknowledged.
    pub(crate) async fn flush(&self) -> io::Result<()> {
        if !self.is_ours() {
            return Ok(());
        }
        let own = self.clone();
        tokio::task::spawn_blocking(move || own.flush_blocking()).await.map_err(io::Error::other)?
    }

    /// The same, on a thread that may wait.
    pub(crate) fn flush_blocking(&self) -> io::Result<()> {
        let Some(log) = &self.0 else { return Ok(()) };
        match OpenOptions::new().write(true).open(log) {
            Ok(file) => file.sync_data(),
            // whoever closed the database last has carried everything over, flushed, and removed it
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::OrgId;
    use crate::domain::ledger::Post;
    use crate::domain::message::{AccountKey, ChatKey};
    use crate::domain::record::Evidence;
    use crate::effects::{Effects, ManualClock};
    use crate::store::database::engine::{Pool, args};
    use crate::store::database::migrate;
    use crate::store::database::node::Lease;
    use crate::store::{Options, Store};

    fn post(n: i64) -> Post {
        Post {
            branch: OrgId(7),
            source: format!("onebot:1:{n}"),
            chat: ChatKey::group("onebot", "1"),
            account: AccountKey::new("onebot", "20000"),
            actor: None,
            evidence: Evidence::Own,
            at: n,
            relies: Vec::new(),
            expected: Vec::new(),
            over: Vec::new(),
            entries: Vec::new(),
        }
    }

    #[tokio::test]
    async fn nobody_is_told_before_it_lasts() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { url: format!("sqlite:{}", folder.path().join("z.db").display()), batch: 100, readers: 1 };
        let pool = Pool::open(&options).await.unwrap();
        migrate::migrate(&pool).await.unwrap();
        let effects = Effects::fixed(ManualClock::at(1_000), 1);
        let mut tx = pool.write().await.unwrap();
        tx.exec("INSERT INTO org (id, path, name, kind, since, epoch) VALUES (7, 'x', 'x', 'branch', '2026-01-01', 1)", args![]).await.unwrap();
        tx.commit().await.unwrap();
        let lease = Lease::take(&pool, &effects).await.unwrap();
        // a log that can't be flushed: there is a folder of that name
        let Pool::Sqlite { write, read, .. } = pool.clone() else { panic!("not SQLite") };
        std::fs::create_dir(folder.path().join("bad-wal")).unwrap();
        let bad = Pool::Sqlite { write, read, durable: Durable::of(folder.path().join("bad").to_str().unwrap()) };
        let store = Store::over(bad.clone(), &effects, lease, &options);
        let refused = store.post(post(1)).await.await.unwrap().unwrap_err().to_string();
        assert!(refused.starts_with("the disk does not keep what is written"), "{refused}");
        assert!(store.settled().await.is_err());
        assert_eq!(store.queued(), 0);
        assert!(bad.write().await.unwrap().commit().await.is_err());
        // it was written, and said again it is the same message
        let lease = Lease::take(&pool, &effects).await.unwrap();
        let store = Store::over(pool.clone(), &effects, lease, &options);
        assert!(store.post(post(1)).await.await.unwrap().unwrap().replayed);
        assert!(!store.post(post(2)).await.await.unwrap().unwrap().replayed);
        assert!(store.settled().await.is_ok());
        // whoever closed the database last has carried the log over
        assert!(Durable::of(folder.path().join("gone").to_str().unwrap()).flush().await.is_ok());
    }
}
