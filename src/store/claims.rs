//! Which letters a process may send now: chats take turns, of each the oldest letter, and a claim is a lease.

use super::Store;
use super::attachments;
use super::delivery::free;
use super::engine::{Tx, args, ids_json};
use super::outbox::Letter;
use super::voices::Speaks;
use crate::domain::message::{AccountKey, ChatKey, Outgoing};
use crate::error::Fault;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Chats that one statement looks at.
const PAGE: i64 = 256;
/// Statements that look for letters, for each claim: however many chats wait that can't be reached now, others get their turn.
const PAGES: usize = 16;

/// The chat at which the last claim stopped looking; empty: at the last of all.
#[derive(Debug, Default)]
pub(super) struct Turn(Mutex<String>);

impl Turn {
    fn get(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, chat: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = chat;
    }
}

/// A letter that this process has claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its row.
    pub id: i64,
    /// The letter.
    pub letter: Letter,
    /// Since when it waits, UTC milliseconds.
    pub queued_at: i64,
    /// Attempts so far, this one included.
    pub attempts: i64,
    /// How the last one ended, where one did.
    pub last_error: Option<String>,
    /// The account of ours that speaks in the chat, where one is connected to this process.
    pub voice: Option<AccountKey>,
}

/// Whether this process can send to a chat, told who speaks there.
pub type Reaches<'a> = &'a (dyn Fn(&ChatKey, &Speaks) -> bool + Sync);

/// What is written as the error of a letter that nobody took in time.
const EXPIRED: &str = "expired before it could be sent";
/// What is written as the error of a letter that only waits for the end of quiet hours: those behind it need not. The claim knows the word.
pub const HUSHED: &str = "it is quiet hours";

impl Store {
    /// Claims up to `limit` letters that are due, for chats that `reaches` says this process can speak to (told who
    /// speaks there), until `lease_until`; never for one that another process's account speaks in. Chats take turns, and of each only
    /// the oldest unfinished letter goes; but one that only waits for the end of quiet hours lets others pass. Letters that are
    /// worthless by now fail.
    pub async fn claim_letters(&self, now: i64, lease_until: i64, limit: i64, reaches: Reaches<'_>) -> Result<Vec<Claimed>, Fault> {
        type Row = (i64, String, String, i64, i64, i64, Option<String>);
        const MINE: &str = "SELECT id FROM outbox WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) AND state = 'waiting' AND next_try_at <= $2 \
            AND lease_until <= $2 ORDER BY id";
        const MINE_ALONE: &str = "SELECT id FROM outbox WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) AND state = 'waiting' \
            AND next_try_at <= $2 AND lease_until <= $2 ORDER BY id FOR UPDATE SKIP LOCKED";
        const CLAIM: &str = "UPDATE outbox SET lease_until = $2, claimed_by = $3, attempts = attempts + 1 WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) \
            RETURNING id, dedupe_key, message, expires_at, attempts, queued_at, last_error";
        const BROKEN: &str =
            "UPDATE outbox SET state = 'failed', last_error = 'its row can''t be read', ended_at = $2, told_at = NULL, lease_until = 0 WHERE id = $1";
        self.end_expired(now).await?;
        // most of the time there is nothing to do: look before taking the writer's place
        let wanted = self.due_letters(now, usize::try_from(limit).unwrap_or(0), reaches).await?;
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.write().await?;
        let ids = ids_json(wanted.iter().map(|(id, _)| *id));
        let mut voices: HashMap<i64, Option<AccountKey>> = wanted.into_iter().collect();
        let mine: Vec<(i64,)> = tx.rows_unclaimed(MINE, MINE_ALONE, args![ids, now]).await?;
        let rows: Vec<Row> = tx.rows(CLAIM, args![ids_json(mine.into_iter().map(|(id,)| id)), lease_until, self.inner.lease.holder()]).await?;
        let ids: Vec<i64> = rows.iter().map(|(id, ..)| *id).collect();
        let mut files = attachments::of(&mut tx, &ids).await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for (id, dedupe_key, message, expires_at, attempts, queued_at, last_error) in rows {
            let read: Option<Outgoing> = serde_json::from_str(&message).ok();
            if let Some(message) = read.and_then(|m| attachments::filled(m, files.remove(&id))) {
                let letter = Letter { dedupe_key, message, expires_at };
                claimed.push(Claimed { id, letter, queued_at, attempts, last_error, voice: voices.remove(&id).flatten() });
            } else {
                // the others go on
                tracing::error!(letter = id, "a letter can't be read: it will not be sent");
                tx.exec(BROKEN, args![id, now]).await?;
                free(&mut tx, &dedupe_key).await?;
            }
        }
        tx.commit().await?;
        claimed.sort_by_key(|c| c.id);
        Ok(claimed)
    }

    /// Letters that nobody took in time fail.
    async fn end_expired(&self, now: i64) -> Result<(), Fault> {
        let expired = "SELECT id FROM outbox WHERE state = 'waiting' AND expires_at < $1 AND lease_until <= $1 LIMIT 1";
        let expired: Option<(i64,)> = self.pool().one(expired, args![now]).await?;
        if expired.is_none() {
            return Ok(());
        }
        let mut tx = self.write().await?;
        let sql = "UPDATE outbox SET state = 'failed', last_error = $2, ended_at = $1, told_at = NULL WHERE state = 'waiting' AND expires_at < $1 AND lease_until <= $1 RETURNING dedupe_key";
        let gone: Vec<(String,)> = tx.rows(sql, args![now, EXPIRED]).await?;
        for (key,) in gone {
            free(&mut tx, &key).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Letters that can be sent from here now, each with the account that speaks in its chat; from the chat on at which the last look
    /// ended.
    async fn due_letters(&self, now: i64, limit: usize, reaches: Reaches<'_>) -> Result<Vec<(i64, Option<AccountKey>)>, Fault> {
        // walks over the chats that have letters, by their index, however many letters each has
        const HEADS: &str = "WITH RECURSIVE c(chat, n) AS (\
            SELECT MIN(chat), CAST(1 AS BIGINT) FROM outbox WHERE state = 'waiting' AND chat > $2 \
            UNION ALL \
            SELECT (SELECT MIN(o.chat) FROM outbox AS o WHERE o.state = 'waiting' AND o.chat > c.chat), c.n + 1 \
            FROM c WHERE c.chat IS NOT NULL AND c.n < $3) \
            SELECT c.chat, (SELECT o.id FROM outbox AS o WHERE o.id = (SELECT MIN(x.id) FROM outbox AS x WHERE x.state = 'waiting' AND x.chat = c.chat \
            AND NOT (x.next_try_at > $1 AND COALESCE(x.last_error, '') = 'it is quiet hours')) AND o.next_try_at <= $1 AND o.lease_until <= $1) \
            FROM c WHERE c.chat IS NOT NULL ORDER BY c.n";
        let mut tx = self.pool().snapshot().await?;
        let mut after = self.inner.turn.get();
        let (mut wanted, mut begun_anew) = (Vec::new(), after.is_empty());
        for _ in 0..PAGES {
            let page: Vec<(String, Option<i64>)> = tx.rows(HEADS, args![now, after.as_str(), PAGE]).await?;
            let last = i64::try_from(page.len()).unwrap_or(i64::MAX) < PAGE;
            after = if last { String::new() } else { page.last().map(|(chat, _)| chat.clone()).unwrap_or_default() };
            let chats: HashMap<i64, String> = page.iter().filter_map(|(chat, id)| Some(((*id)?, chat.clone()))).collect();
            let heads = page.into_iter().filter_map(|(chat, id)| Some((id?, chat))).collect();
            wanted.extend(self.within_reach(&mut tx, heads, now, reaches).await?);
            if wanted.len() >= limit {
                if wanted.len() > limit {
                    wanted.truncate(limit);
                    // those behind it are next
                    after = wanted.last().and_then(|(id, _)| chats.get(id).cloned()).unwrap_or_default();
                }
                break;
            }
            if last && (begun_anew || !wanted.is_empty()) {
                break;
            }
            begun_anew |= last;
        }
        self.inner.turn.set(after);
        Ok(wanted)
    }

    /// Of these letters those that can be sent from here, with the account that speaks in their chat.
    async fn within_reach(&self, tx: &mut Tx, heads: Vec<(i64, String)>, now: i64, reaches: Reaches<'_>) -> Result<Vec<(i64, Option<AccountKey>)>, Fault> {
        let heads: Vec<(i64, ChatKey)> = heads.into_iter().filter_map(|(id, chat)| Some((id, chat.parse().ok()?))).collect();
        if heads.is_empty() {
            return Ok(Vec::new());
        }
        let chats: Vec<ChatKey> = heads.iter().map(|(_, chat)| chat.clone()).collect();
        let mut speaking = self.speaking(tx, &chats, now).await?;
        let within = |(id, chat): (i64, ChatKey)| match speaking.remove(&chat)? {
            Speaks::Elsewhere => None,
            speaks if !reaches(&chat, &speaks) => None,
            Speaks::Here(account) => Some((id, Some(account))),
            Speaks::Nobody { .. } => Some((id, None)),
        };
        Ok(heads.into_iter().filter_map(within).collect())
    }
}
