//! Accounts that their platform throttles (risk control): how long each sends nothing, known to all processes. And what a
//! clock that was ahead has left in the future, brought back to now.

use super::claims::HUSHED;
use crate::domain::message::AccountKey;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args};

/// An account that the platform throttles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brake {
    /// Which.
    pub account: AccountKey,
    /// Since when, UTC milliseconds.
    pub since: i64,
    /// Until when, UTC milliseconds.
    pub until: i64,
}

/// So much the clocks of processes may differ, milliseconds: what lies further ahead was made by a clock that was wrong.
const AHEAD: i64 = 60_000;
/// So long after its rest an account is no longer held to have been throttled before, milliseconds.
pub const FORGIVEN: i64 = 24 * 3_600_000;
/// How long an account whose sign of life lies ahead is still taken for connected, milliseconds.
const PRESENT: i64 = 20_000;

impl Brake {
    /// Whether the account must not send at `now`.
    pub fn lasts(&self, now: i64) -> bool {
        self.since <= now.saturating_add(AHEAD) && now < self.until
    }

    /// How long the next one is: twice as long where it follows on this one, `longest` at most. Milliseconds.
    pub fn next(&self, first: i64, longest: i64, now: i64) -> i64 {
        if now >= self.until.saturating_add(FORGIVEN) {
            first
        } else {
            self.until.saturating_sub(self.since).saturating_mul(2).min(longest).max(first.min(longest))
        }
    }
}

impl Store {
    /// The platform throttles an account: it rests for `first` milliseconds, twice as long where it did before, `longest` at
    /// most; with whether that is news. Where it rests already, as it does.
    pub async fn throttle(&self, account: &AccountKey, first: i64, longest: i64, now: i64) -> Result<(Brake, bool), Fault> {
        let mut tx = self.write().await?;
        let before = brake_of(&mut tx, account).await?;
        if let Some(rests) = before.as_ref().filter(|b| b.lasts(now)) {
            return Ok((rests.clone(), false));
        }
        let length = before.map_or(first, |b| b.next(first, longest, now));
        let brake = Brake { account: account.clone(), since: now, until: now.saturating_add(length) };
        put(&mut tx, &brake).await?;
        tx.commit().await?;
        Ok((brake, true))
    }

    /// An account sends nothing before `until`; a longer stop stays.
    pub async fn brake(&self, brake: &Brake) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        put(&mut tx, brake).await?;
        Ok(tx.commit().await?)
    }

    /// The accounts that were stopped and that nobody let go, whether their time is over or not.
    pub async fn brakes(&self) -> Result<Vec<Brake>, Fault> {
        let sql = "SELECT platform, account_id, since, until_at FROM brake ORDER BY platform, account_id";
        let rows: Vec<(String, String, i64, i64)> = self.pool().rows(sql, args![]).await?;
        Ok(rows.into_iter().map(|(platform, id, since, until)| Brake { account: AccountKey::new(platform, id), since, until }).collect())
    }

    /// The rest of an account is over and done with; one that lasts stays.
    pub async fn end_brake(&self, account: &AccountKey, now: i64) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let sql = "DELETE FROM brake WHERE platform = $1 AND account_id = $2 AND until_at <= $3";
        tx.exec(sql, args![&*account.platform, &*account.id, now]).await?;
        Ok(tx.commit().await?)
    }

    /// An account may send again; true where it was stopped.
    pub async fn release_brake(&self, account: &AccountKey) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let gone = tx.exec("DELETE FROM brake WHERE platform = $1 AND account_id = $2", args![&*account.platform, &*account.id]).await? == 1;
        tx.commit().await?;
        Ok(gone)
    }

    /// What a clock that was ahead has left: letters wait for `longest` milliseconds from now at most (those that only wait for
    /// the end of quiet hours are looked at again), claims last for `lease`, rests begin now, and accounts that were last seen
    /// in the future soon count as gone unless they give a sign. How many rows that concerned.
    pub async fn bring_back(&self, now: i64, longest: i64, lease: i64) -> Result<u64, Fault> {
        const THERE: &str = "SELECT o.id FROM outbox AS o WHERE o.state = 'waiting' AND (o.next_try_at > $1 OR o.lease_until > $2 OR o.queued_at > $3) \
            UNION ALL SELECT b.since FROM brake AS b WHERE b.since > $3 UNION ALL SELECT p.seen_at FROM presence AS p WHERE p.seen_at > $3 LIMIT 1";
        // what was queued then, was not tried yet or is only hushed is looked at at once
        const LETTERS: &str = "UPDATE outbox SET queued_at = CASE WHEN queued_at > $3 THEN $4 ELSE queued_at END, \
            next_try_at = CASE WHEN next_try_at <= $4 THEN next_try_at WHEN queued_at > $3 THEN $4 WHEN next_try_at <= $1 THEN next_try_at \
            WHEN attempts = 0 OR COALESCE(last_error, '') = $5 THEN $4 ELSE $1 END, \
            lease_until = CASE WHEN lease_until > $2 THEN $2 ELSE lease_until END \
            WHERE state = 'waiting' AND (next_try_at > $1 OR lease_until > $2 OR queued_at > $3)";
        const RESTS: &str = "UPDATE brake SET until_at = $2 + (until_at - since), since = $2 WHERE since > $1";
        const ACCOUNTS: &str = "UPDATE presence SET seen_at = $2, lease_until = CASE WHEN lease_until > $3 THEN $3 ELSE lease_until END WHERE seen_at > $1";
        let (latest, claimed, ahead) = (now.saturating_add(longest), now.saturating_add(lease), now.saturating_add(AHEAD));
        // nearly always there is nothing
        let there: Option<(i64,)> = self.pool().one(THERE, args![latest, claimed, ahead]).await?;
        if there.is_none() {
            return Ok(0);
        }
        let mut tx = self.write().await?;
        let letters = tx.exec(LETTERS, args![latest, claimed, ahead, now, HUSHED]).await?;
        let rests = tx.exec(RESTS, args![ahead, now]).await?;
        let accounts = tx.exec(ACCOUNTS, args![ahead, now, now.saturating_add(PRESENT)]).await?;
        tx.commit().await?;
        Ok(letters + rests + accounts)
    }
}

async fn brake_of(tx: &mut Tx, account: &AccountKey) -> Result<Option<Brake>, Fault> {
    let sql = "SELECT since, until_at FROM brake WHERE platform = $1 AND account_id = $2";
    let found: Option<(i64, i64)> = tx.one(sql, args![&*account.platform, &*account.id]).await?;
    Ok(found.map(|(since, until)| Brake { account: account.clone(), since, until }))
}

async fn put(tx: &mut Tx, brake: &Brake) -> Result<(), Fault> {
    // one that a clock which was ahead has made is none
    const PUT: &str = "INSERT INTO brake (platform, account_id, since, until_at) VALUES ($1, $2, $3, $4) ON CONFLICT (platform, account_id) \
        DO UPDATE SET since = excluded.since, until_at = excluded.until_at WHERE brake.until_at < excluded.until_at OR brake.since > excluded.since + $5";
    let a = &brake.account;
    tx.exec(PUT, args![&*a.platform, &*a.id, brake.since, brake.until, AHEAD]).await?;
    Ok(())
}
