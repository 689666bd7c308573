//! The node number of this process: leased from the database, so that no two processes make the same id or write
//! to the same audit chain.

use super::engine::{Pool, Tx, args};
use crate::effects::Effects;
use crate::error::Fault;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// How long a number is held without a sign of life, milliseconds.
const LEASE: i64 = 5 * 60_000;
/// Ids have room for so many numbers.
const NODES: i64 = 1024;
/// How often the lease is renewed.
pub(crate) const RENEW: Duration = Duration::from_mins(1);

/// This process's hold on a number.
pub(crate) struct Lease {
    holder: String,
    number: AtomicI64,
    until: AtomicI64,
    effects: Effects,
}

impl Lease {
    /// Holds none, and so may not write.
    pub(crate) fn none(effects: &Effects) -> Self {
        Self { holder: String::new(), number: AtomicI64::new(-1), until: AtomicI64::new(0), effects: effects.clone() }
    }

    /// Takes a number.
    pub(crate) async fn take(pool: &Pool, effects: &Effects) -> Result<Self, Fault> {
        let mut secret = [0; 16];
        effects.random.fill(&mut secret);
        // a repeatable randomness must not make two processes look like one
        let holder = format!("{}-{}-{}", crate::store::records::audit::hex(&secret), effects.ids.next(), std::process::id());
        let lease = Self { holder, number: AtomicI64::new(-1), until: AtomicI64::new(0), effects: effects.clone() };
        let mut tx = pool.write().await?;
        lease.claim(&mut tx).await?;
        tx.commit().await?;
        Ok(lease)
    }

    /// The number.
    pub(crate) fn number(&self) -> i64 {
        self.number.load(Ordering::SeqCst)
    }
    /// The secret by which the database knows this holder.
    pub(crate) fn holder(&self) -> &str {
        &self.holder
    }

    /// Takes the lowest number that nobody holds, within a transaction.
    pub(crate) async fn claim(&self, tx: &mut Tx) -> Result<(), Fault> {
        let now = self.effects.clock.now();
        let until = now.saturating_add(LEASE);
        loop {
            let free: Option<(i64,)> = tx.one("SELECT id FROM node WHERE lease_until < $1 ORDER BY id LIMIT 1", args![now]).await?;
            let (number, taken) = if let Some((id,)) = free {
                let sql = "UPDATE node SET holder = $2, lease_until = $3 WHERE id = $1 AND lease_until < $4";
                (id, tx.exec(sql, args![id, self.holder.as_str(), until, now]).await?)
            } else {
                let (id,): (i64,) = tx.one("SELECT COALESCE(MAX(id) + 1, 0) FROM node", args![]).await?.unwrap_or((0,));
                if id >= NODES {
                    return Err(Fault::Other(format!("{NODES} processes hold this database: wait five minutes after a crash, or stop some")));
                }
                let sql = "INSERT INTO node (id, holder, lease_until, seq, head) VALUES ($1, $2, $3, 0, '') ON CONFLICT (id) DO NOTHING";
                (id, tx.exec(sql, args![id, self.holder.as_str(), until]).await?)
            };
            if taken == 1 {
                self.number.store(number, Ordering::SeqCst);
                self.until.store(until, Ordering::SeqCst);
                self.effects.ids.set_node(number);
                return Ok(());
            }
        }
    }

    /// Renews where less than half is left; takes another number where this one went to somebody else meanwhile.
    pub(crate) async fn keep(&self, pool: &Pool) -> Result<(), Fault> {
        let now = self.effects.clock.now();
        if self.until.load(Ordering::SeqCst).saturating_sub(now) > LEASE / 2 {
            return Ok(());
        }
        let until = now.saturating_add(LEASE);
        let mut tx = pool.write().await?;
        let sql = "UPDATE node SET lease_until = $3 WHERE id = $1 AND holder = $2";
        if tx.exec(sql, args![self.number(), self.holder.as_str(), until]).await? == 1 {
            self.until.store(until, Ordering::SeqCst);
        } else {
            self.claim(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Gives the number back.
    pub(crate) async fn release(&self, pool: &Pool) -> Result<(), Fault> {
        let mut tx = pool.write().await?;
        tx.exec("UPDATE node SET lease_until = 0 WHERE id = $1 AND holder = $2", args![self.number(), self.holder.as_str()]).await?;
        tx.commit().await?;
        Ok(())
    }
}
