//! What is true: the only SQL of the house. One text for SQLite and PostgreSQL.
//!
//! | folder | what it is |
//! |---|---|
//! | `database` | the two engines behind one face: `engine` connects, `together` sends a batch's statements as one, `durable` makes SQLite's commits last, `migrate` shapes the database, `look` only looks at it, `node` leases this process's number, `believed` asks whether the clock can be believed |
//! | [`records`] | the ledger: `writer` commits posts in groups of one `batch` each, periods are closed, `prove` proves that all agrees and `rebuild` makes it so |
//! | [`members`] | the tree, its people, their accounts and chats: read, changed, told in full (`dossier`) and forgotten (`erase`) |
//! | [`duties`] | meetings, leave, issues |
//! | [`sending`] | what goes out: `outbox` and whose turn it is (`claims`), reminders and those that are held, notices, which account speaks where (`voices`), what failed (`delivery`) |
//!
//! Beside them the questions that are open, and `retain`, which drops what has served.

pub mod database;
pub mod duties;
pub mod members;
pub mod questions;
pub mod records;
mod retain;
pub mod sending;

pub use database::engine::sqlite_file;
pub use database::look::Look;

use crate::domain::ids::OrgId;
use crate::effects::Effects;
use crate::error::Fault;
use database::engine::{Pool, Tx, args};
use database::node::Lease;
use records::writer::Job;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// A handle to the database; cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool,
    effects: Effects,
    lease: Arc<Lease>,
    jobs: mpsc::Sender<Job>,
    queued: Arc<AtomicUsize>,
    turns: sending::claims::Turns,
    known: tokio::sync::Mutex<Option<database::believed::Known>>,
    renewal: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

/// How to open.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH` (with `?busy_timeout=MS`: how long to wait for other programs), `sqlite::memory:`, `postgres://…`.
    pub url: String,
    /// Most posts in one commit.
    pub batch: usize,
    /// Readers at once.
    pub readers: u32,
}

impl Store {
    /// Opens, creates where it is a file that is missing, migrates, leases a node number, starts the writer.
    ///
    /// # Errors
    /// `Fault` with what an operator can do: locked, read-only, missing folder, newer version than this program.
    pub async fn open(options: &Options, effects: &Effects) -> Result<Self, Fault> {
        let started = tokio::time::Instant::now();
        let pool = loop {
            match Pool::open(options).await {
                // the first to come is changing how the file is written
                Err(Fault::Database { source, .. }) if database::migrate::busy(&source) && started.elapsed() < database::migrate::PATIENCE => {
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
                opened => break opened?,
            }
        };
        database::migrate::migrate(&pool).await?;
        let lease = Lease::take(&pool, effects).await?;
        let mut store = Self::over(pool.clone(), effects, lease, options);
        if let Some(inner) = Arc::get_mut(&mut store.inner) {
            inner.renewal = tokio::spawn(renew(pool, inner.lease.clone())).abort_handle();
        }
        Ok(store)
    }

    /// Over connections and a lease; nothing renews it yet.
    fn over(pool: Pool, effects: &Effects, lease: Lease, options: &Options) -> Self {
        let lease = Arc::new(lease);
        let queued = Arc::new(AtomicUsize::new(0));
        let jobs = records::writer::start(pool.clone(), effects.clone(), lease.clone(), options.batch, queued.clone());
        let renewal = tokio::spawn(std::future::ready(())).abort_handle();
        Self {
            inner: Arc::new(Inner {
                pool,
                effects: effects.clone(),
                lease,
                jobs,
                queued,
                turns: sending::claims::Turns::default(),
                known: tokio::sync::Mutex::default(),
                renewal,
            }),
        }
    }

    /// Waits for the writer to commit what it took, gives the node number back and closes.
    pub async fn close(&self) {
        records::writer::close(&self.inner.jobs).await;
        self.inner.renewal.abort();
        if self.inner.lease.number() >= 0
            && let Err(e) = self.inner.lease.release(&self.inner.pool).await
        {
            tracing::warn!(error = %e, "the node number was not given back; it is free again in five minutes");
        }
        self.inner.pool.close().await;
    }

    /// Posts that wait for the writer.
    pub fn queued(&self) -> usize {
        self.inner.queued.load(Ordering::Relaxed)
    }

    /// Whether the database answers a trivial query: for `/healthz`.
    pub async fn healthy(&self) -> Result<(), Fault> {
        let _: Option<(i64,)> = self.pool().one("SELECT CAST(1 AS BIGINT)", args![]).await?;
        Ok(())
    }

    fn pool(&self) -> &Pool {
        &self.inner.pool
    }

    fn now(&self) -> i64 {
        self.inner.effects.clock.now()
    }

    fn next_id(&self) -> i64 {
        self.inner.effects.ids.next()
    }

    /// Begins a short change outside the ledger's writer.
    /// Returns when what was written is on the disk.
    pub(crate) async fn flush(&self) -> Result<(), Fault> {
        Ok(self.pool().durable().flush().await.map_err(sqlx::Error::from)?)
    }

    async fn write(&self) -> Result<Tx, Fault> {
        self.inner.lease.keep(self.pool()).await?;
        Ok(self.pool().write().await?)
    }
}

/// Raises the epochs of units that `Tx::lock_orgs` has locked.
async fn raise(tx: &mut Tx, orgs: &BTreeSet<OrgId>) -> Result<(), Fault> {
    if !orgs.is_empty() {
        let sql = "UPDATE org SET epoch = epoch + 1 WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1))";
        tx.exec(sql, args![database::engine::ids_json(orgs.iter().map(|o| o.0))]).await?;
    }
    Ok(())
}

/// Renews the lease for as long as the store is open.
async fn renew(pool: Pool, lease: Arc<Lease>) {
    let mut tick = tokio::time::interval(database::node::RENEW);
    loop {
        tick.tick().await;
        if let Err(e) = lease.keep(&pool).await {
            tracing::warn!(error = %e, "the node number could not be renewed; trying again in a minute");
        }
    }
}
