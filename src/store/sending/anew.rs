//! Letters that waited so long that what they say may be so no more: those of a due time are written anew, for who still owes,
//! when the schedule next looks; others are let go.

use super::delivery::free;
use crate::domain::ids::{OrgId, PersonId};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{args, ids_json};

/// Letters of one due time that this process has claimed and not sent, and that are to be written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waited {
    /// `duty/reminder`.
    pub reminder: String,
    /// The unit.
    pub org: OrgId,
    /// When it came due, UTC milliseconds.
    pub at: i64,
    /// The letters' rows.
    pub letters: Vec<i64>,
    /// Until when they are worth sending, UTC milliseconds.
    pub good_until: i64,
}

impl Store {
    /// These letters, and whatever of the same due times waits behind them in the same chats and was never tried, are to be written
    /// anew. For each whether there is such a due time: where there is none they may go as they are. Sorted by due time.
    pub async fn write_anew(&self, all: &[Waited], now: i64) -> Result<Vec<bool>, Fault> {
        const LOOK: &str = "SELECT scheduled_at FROM reminder_run WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3";
        const LOCK: &str = "SELECT scheduled_at FROM reminder_run WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3 FOR UPDATE";
        const RELEASE: &str = "UPDATE reminder_run SET outcome = 'released', good_until = $4 WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3";
        // its key is free for the one that replaces it
        const REPLACED: &str = "UPDATE outbox SET state = 'replaced', dedupe_key = dedupe_key || '#' || CAST(id AS TEXT), lease_until = 0, ended_at = $4 \
            WHERE state = 'waiting' AND dedupe_key >= $1 AND dedupe_key < $2 AND (id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($3)) AND claimed_by = $5 \
            OR attempts = 0 AND lease_until <= $4 AND chat IN \
            (SELECT w.chat FROM outbox AS w WHERE w.id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($3)))) RETURNING id, dedupe_key";
        let mut tx = self.write().await?;
        let mut there = Vec::with_capacity(all.len());
        // due times before letters, as whoever settles them does
        for one in all {
            there.push(!tx.rows_unclaimed::<(i64,)>(LOOK, LOCK, args![one.reminder.as_str(), one.org, one.at]).await?.is_empty());
        }
        let mut freed = Vec::new();
        for (one, _) in all.iter().zip(&there).filter(|(_, there)| **there) {
            let stem = format!("reminder/{}/{}/{}", one.reminder, one.org, one.at);
            let keys = args![format!("{stem}/"), format!("{stem}0"), ids_json(one.letters.iter().copied()), now, self.inner.lease.holder()];
            let replaced: Vec<(i64, String)> = tx.rows(REPLACED, keys).await?;
            if !replaced.is_empty() {
                tx.exec(RELEASE, args![one.reminder.as_str(), one.org, one.at, one.good_until]).await?;
            }
            freed.extend(replaced.into_iter().map(|(id, key)| key.strip_suffix(&format!("#{id}")).unwrap_or(&key).to_owned()));
        }
        free(&mut tx, freed.iter().map(String::as_str)).await?;
        tx.commit().await?;
        Ok(there)
    }

    /// A letter that this process has claimed and not sent is worth nothing any more; nobody needs to hear of that.
    pub async fn let_go(&self, id: i64, key: &str, now: i64) -> Result<(), Fault> {
        let sql = "UPDATE outbox SET state = 'over', lease_until = 0, ended_at = $2 WHERE id = $1 AND state = 'waiting' AND claimed_by = $3";
        let mut tx = self.write().await?;
        if tx.exec(sql, args![id, now, self.inner.lease.holder()]).await? == 1 {
            free(&mut tx, [key]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Whom a letter to a branch names, by its key.
    pub async fn named_in(&self, branch: OrgId, key: &str) -> Result<Vec<PersonId>, Fault> {
        let sql = "SELECT DISTINCT person_id FROM reminded WHERE branch_id = $1 AND letter = $2";
        Ok(self.pool().rows::<(i64,)>(sql, args![branch, key]).await?.into_iter().map(|(id,)| PersonId(id)).collect())
    }
}
