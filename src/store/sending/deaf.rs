//! When the bot did not hear: chats of an account that was away, until what was said there is fetched or known to be lost.

use super::outbox::Letter;
use crate::domain::ids::OrgId;
use crate::domain::message::{AccountKey, ChatKey};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{args, ids_json};
use std::collections::HashMap;

/// A time in which a chat was not heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deaf {
    /// The chat.
    pub chat: ChatKey,
    /// From when, UTC milliseconds.
    pub from: i64,
    /// Until when, UTC milliseconds.
    pub until: i64,
    /// What was said can't be had; else it is being fetched.
    pub lost: bool,
}

/// A unit's chat with the account of ours that hears it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The chat.
    pub chat: ChatKey,
    /// Who hears and speaks there; none: nobody ever did.
    pub by: Option<AccountKey>,
}

type DeafRow = (String, String, i64, i64, i64, String);

fn deaf((platform, id, private, from, until, state): DeafRow) -> Deaf {
    Deaf { chat: ChatKey { platform: platform.into(), id: id.into(), private: private != 0 }, from, until, lost: state == "lost" }
}

impl Store {
    /// An account comes back that heard nothing between these instants: notes it for each group that is bound and where it
    /// speaks, and once, under the account's own id, for its private chats. What is noted already and still being fetched stays.
    pub async fn deafened(&self, account: &AccountKey, from: i64, until: i64) -> Result<(), Fault> {
        let sql = "INSERT INTO deaf (platform, chat_id, private, from_at, until_at, state) SELECT c.platform, c.chat_id, c.private, $3, $4, 'open' \
            FROM chat AS c JOIN voice AS v ON v.platform = c.platform AND v.chat_id = c.chat_id AND v.private = c.private \
            WHERE c.private = 0 AND v.platform = $1 AND v.account_id = $2 ON CONFLICT (platform, chat_id, private, from_at) DO NOTHING";
        let own = "INSERT INTO deaf (platform, chat_id, private, from_at, until_at, state) VALUES ($1, $2, 1, $3, $4, 'open') \
            ON CONFLICT (platform, chat_id, private, from_at) DO NOTHING";
        let mut tx = self.write().await?;
        tx.exec(sql, args![&*account.platform, &*account.id, from, until]).await?;
        tx.exec(own, args![&*account.platform, &*account.id, from, until]).await?;
        Ok(tx.commit().await?)
    }

    /// What is still to be fetched of the groups in which this account speaks, oldest first, and of its private chats: those stand
    /// under the account's own id.
    pub async fn to_fetch(&self, account: &AccountKey) -> Result<Vec<Deaf>, Fault> {
        let sql = "SELECT d.platform, d.chat_id, d.private, d.from_at, d.until_at, d.state FROM deaf AS d LEFT JOIN voice AS v \
            ON v.platform = d.platform AND v.chat_id = d.chat_id AND v.private = d.private \
            WHERE d.state = 'open' AND d.platform = $1 AND (v.account_id = $2 AND d.private = 0 OR d.chat_id = $2 AND d.private = 1) \
            ORDER BY d.from_at, d.private, d.chat_id";
        let rows: Vec<DeafRow> = self.pool().rows(sql, args![&*account.platform, &*account.id]).await?;
        Ok(rows.into_iter().map(deaf).collect())
    }

    /// All that was said in that time was heard after all.
    pub async fn fetched(&self, of: &Deaf) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let sql = "DELETE FROM deaf WHERE platform = $1 AND chat_id = $2 AND private = $3 AND from_at = $4";
        tx.exec(sql, args![&*of.chat.platform, &*of.chat.id, of.chat.private, of.from]).await?;
        Ok(tx.commit().await?)
    }

    /// What was said in that time, up to `until` (UTC ms), can't be had.
    pub async fn lost(&self, of: &Deaf, until: i64) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let sql = "UPDATE deaf SET state = 'lost', until_at = $5 WHERE platform = $1 AND chat_id = $2 AND private = $3 \
            AND from_at = $4 AND state = 'open'";
        tx.exec(sql, args![&*of.chat.platform, &*of.chat.id, of.chat.private, of.from, until]).await?;
        Ok(tx.commit().await?)
    }

    /// Every such time that ended after an instant and that no secretary has waved through.
    pub async fn deaf_since(&self, since: i64) -> Result<Vec<Deaf>, Fault> {
        let sql = "SELECT platform, chat_id, private, from_at, until_at, state FROM deaf WHERE state <> 'over' AND until_at >= $1 ORDER BY from_at";
        Ok(self.pool().rows(sql, args![since]).await?.into_iter().map(deaf).collect())
    }

    /// Lost times of which no secretary was told, each with its unit.
    pub async fn lost_untold(&self) -> Result<Vec<(OrgId, Deaf)>, Fault> {
        type Row = (i64, String, String, i64, i64, i64, String);
        let sql = "SELECT c.org_id, d.platform, d.chat_id, d.private, d.from_at, d.until_at, d.state FROM deaf AS d JOIN chat AS c \
            ON c.platform = d.platform AND c.chat_id = d.chat_id AND c.private = d.private WHERE d.state = 'lost' AND d.told_at IS NULL ORDER BY c.org_id, d.from_at";
        let rows: Vec<Row> = self.pool().rows(sql, args![]).await?;
        Ok(rows.into_iter().map(|(org, a, b, c, d, e, f)| (OrgId(org), deaf((a, b, c, d, e, f)))).collect())
    }

    /// Secretaries are told by these letters of these times.
    pub async fn tell_lost(&self, all: &[Deaf], letters: &[Letter], now: i64) -> Result<(), Fault> {
        const TOLD: &str = "UPDATE deaf SET told_at = $5 WHERE platform = $1 AND chat_id = $2 AND private = $3 AND from_at = $4 AND told_at IS NULL";
        let mut tx = self.write().await?;
        let mut fresh = 0;
        for of in all {
            fresh += tx.exec(TOLD, args![&*of.chat.platform, &*of.chat.id, of.chat.private, of.from, now]).await?;
        }
        if fresh > 0 {
            self.queue(&mut tx, letters, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The groups of these units, with who hears them.
    pub async fn heard_in(&self, units: &[OrgId]) -> Result<HashMap<OrgId, Vec<Heard>>, Fault> {
        let sql = "SELECT c.org_id, c.platform, c.chat_id, v.account_id FROM json_each($1) AS j CROSS JOIN chat AS c LEFT JOIN voice AS v \
            ON v.platform = c.platform AND v.chat_id = c.chat_id AND v.private = c.private \
            WHERE c.org_id = CAST(j.value->>0 AS BIGINT) AND c.private = 0 ORDER BY c.org_id, c.bound_at, c.chat_id";
        let rows: Vec<(i64, String, String, Option<String>)> = self.pool().rows(sql, args![ids_json(units.iter().map(|o| o.0))]).await?;
        let mut all: HashMap<OrgId, Vec<Heard>> = HashMap::new();
        for (org, platform, chat, by) in rows {
            let by = by.map(|id| AccountKey::new(platform.as_str(), id));
            all.entry(OrgId(org)).or_default().push(Heard { chat: ChatKey::group(platform, chat), by });
        }
        Ok(all)
    }

    /// Of these units those in which entries of a chain list of a duty, grown since then, wait to be confirmed.
    pub async fn lists_waiting(&self, units: &[OrgId], duty: &str, since: i64) -> Result<Vec<OrgId>, Fault> {
        // a later row of the same person in the list stands for an earlier one
        let sql = "SELECT DISTINCT e.branch_id FROM document AS d JOIN document_entry AS e ON e.document_id = d.id \
            WHERE d.duty = $2 AND d.changed_at >= $3 AND e.state = 'waiting' \
            AND e.branch_id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) AND NOT EXISTS (SELECT 1 FROM document_entry AS x \
            WHERE x.document_id = e.document_id AND x.person_id = e.person_id AND (x.version > e.version OR x.version = e.version AND x.n > e.n)) ORDER BY 1";
        let rows: Vec<(i64,)> = self.pool().rows(sql, args![ids_json(units.iter().map(|o| o.0)), duty, since]).await?;
        Ok(rows.into_iter().map(|(id,)| OrgId(id)).collect())
    }
}
