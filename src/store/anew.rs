//! Letters that waited so long that what they say may be so no more: those of a due time are written anew, for who still owes,
//! when the schedule next looks; others are let go.

use super::Store;
use super::delivery::free;
use super::engine::{args, ids_json};
use crate::domain::ids::{OrgId, PersonId};
use crate::error::Fault;

impl Store {
    /// These letters of a due time (`reminder`, unit, when it came due), which this process has claimed and not sent, and with them
    /// all others of it that wait since `before` (UTC ms) and were never tried, are to be written anew, good until then. False where
    /// there is no such due time: they may go as they are.
    pub async fn write_anew(&self, run: (&str, OrgId, i64), claimed: &[i64], before: i64, now: i64, good_until: i64) -> Result<bool, Fault> {
        const LOOK: &str = "SELECT scheduled_at FROM reminder_run WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3";
        const LOCK: &str = "SELECT scheduled_at FROM reminder_run WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3 FOR UPDATE";
        const RELEASE: &str = "UPDATE reminder_run SET outcome = 'released', good_until = $4 WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3";
        // its key is free for the one that replaces it
        const REPLACED: &str = "UPDATE outbox SET state = 'replaced', dedupe_key = dedupe_key || '#' || CAST(id AS TEXT), lease_until = 0, ended_at = $5 \
            WHERE state = 'waiting' AND dedupe_key >= $1 AND dedupe_key < $2 AND (id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($3)) AND claimed_by = $6 \
            OR attempts = 0 AND queued_at <= $4 AND lease_until <= $5) RETURNING id, dedupe_key";
        let (reminder, org, at) = run;
        let stem = format!("reminder/{reminder}/{org}/{at}");
        let mut tx = self.write().await?;
        // due times before letters, as whoever settles them does
        if tx.rows_unclaimed::<(i64,)>(LOOK, LOCK, args![reminder, org, at]).await?.is_empty() {
            return Ok(false);
        }
        let (from, to) = (format!("{stem}/"), format!("{stem}0"));
        let replaced: Vec<(i64, String)> =
            tx.rows(REPLACED, args![from, to, ids_json(claimed.iter().copied()), before, now, self.inner.lease.holder()]).await?;
        for (id, key) in &replaced {
            free(&mut tx, key.strip_suffix(&format!("#{id}")).unwrap_or(key)).await?;
        }
        if !replaced.is_empty() {
            tx.exec(RELEASE, args![reminder, org, at, good_until]).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// A letter that this process has claimed and not sent is worth nothing any more; nobody needs to hear of that.
    pub async fn let_go(&self, id: i64, key: &str, now: i64) -> Result<(), Fault> {
        let sql = "UPDATE outbox SET state = 'over', lease_until = 0, ended_at = $2 WHERE id = $1 AND state = 'waiting' AND claimed_by = $3";
        let mut tx = self.write().await?;
        if tx.exec(sql, args![id, now, self.inner.lease.holder()]).await? == 1 {
            free(&mut tx, key).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Whether reminders of a duty were paused at that unit or above since an instant, and still are; UTC milliseconds.
    pub async fn paused_since(&self, path: &str, duty: &str, since: i64, now: i64) -> Result<bool, Fault> {
        let sql = "SELECT o.path FROM hush AS h JOIN org AS o ON o.id = h.org_id WHERE h.until_at > $1 AND h.from_at <= $1 AND h.said_at >= $2 AND h.duty IN ('', $3)";
        let found: Vec<(String,)> = self.pool().rows(sql, args![now, since, duty]).await?;
        Ok(found.iter().any(|(unit,)| path.strip_prefix(unit.as_str()).is_some_and(|below| below.is_empty() || below.starts_with('/'))))
    }

    /// Whom a letter to a branch names, by its key.
    pub async fn named_in(&self, branch: OrgId, key: &str) -> Result<Vec<PersonId>, Fault> {
        let sql = "SELECT DISTINCT person_id FROM reminded WHERE branch_id = $1 AND letter = $2";
        Ok(self.pool().rows::<(i64,)>(sql, args![branch, key]).await?.into_iter().map(|(id,)| PersonId(id)).collect())
    }
}
