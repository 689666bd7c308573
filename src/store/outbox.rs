//! What the bot starts by itself: due reminders and the messages that they became.

use super::Store;
use super::attachments;
use super::delivery::{Failed, free};
use super::engine::{Tx, args, clean, ids_json};
use super::rows::json;
use super::voices::Speaks;
use crate::domain::ids::OrgId;
use crate::domain::message::{AccountKey, ChatKey, Outgoing};
use crate::error::Fault;
use std::collections::{HashMap, HashSet};

/// A message to be sent, at least once and deduplicated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Unique: `reminder/study/sunday/2026-11-22T20:00/onebot:90000`.
    pub dedupe_key: String,
    /// What and where to.
    pub message: Outgoing,
    /// Worthless after this, UTC milliseconds.
    pub expires_at: i64,
}

impl Letter {
    /// What it has in common with the letters that say the same in other chats: its key without `/CHAT/N`, where it ends so.
    pub fn run(&self) -> &str {
        let page = self.dedupe_key.rsplit_once('/').map(|(chat, _)| chat);
        let run = page.and_then(|p| p.strip_suffix(self.message.chat.to_string().as_str())).and_then(|p| p.strip_suffix('/'));
        run.unwrap_or(&self.dedupe_key)
    }
}

/// Whether a letter of this key, which ends in `/CHAT/N`, was for that chat.
pub fn is_for(key: &str, chat: &ChatKey) -> bool {
    key.rsplit_once('/').and_then(|(page, _)| page.strip_suffix(chat.to_string().as_str())).is_some_and(|stem| stem.ends_with('/'))
}

/// A letter that this process has claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its row.
    pub id: i64,
    /// The letter.
    pub letter: Letter,
    /// Attempts so far, this one included.
    pub attempts: i64,
    /// The account of ours that speaks in the chat, where one is connected to this process.
    pub voice: Option<AccountKey>,
}

/// Whether this process can send to a chat, told who speaks there.
pub type Reaches<'a> = &'a (dyn Fn(&ChatKey, &Speaks) -> bool + Sync);

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It is out.
    Sent {
        /// What the platform calls it; empty where it did not say.
        sent_as: String,
    },
    /// Try again at this instant (UTC ms).
    Again {
        /// When.
        at: i64,
        /// For the operator; no text, no names.
        error: String,
    },
    /// It was not tried, for want of an account that can: at this instant (UTC ms), and the attempt does not count.
    Held {
        /// When.
        at: i64,
        /// For the operator; no text, no names.
        error: String,
    },
    /// It never will be.
    Failed {
        /// For the operator.
        error: String,
    },
}

/// What is written as the error of a letter that nobody took in time.
const EXPIRED: &str = "expired before it could be sent";
/// What is written as the error of a letter that only waits for the end of quiet hours: those behind it need not. The claim knows the word.
pub const HUSHED: &str = "it is quiet hours";

impl Store {
    /// Up to where a reminder of a unit was handled (scheduled time, UTC ms); none: never.
    pub async fn handled_until(&self, reminder: &str, org: OrgId) -> Result<Option<i64>, Fault> {
        let sql = "SELECT scheduled_at FROM reminder_run WHERE reminder = $1 AND org_id = $2 ORDER BY scheduled_at DESC LIMIT 1";
        let found: Option<(i64,)> = self.pool().one(sql, args![reminder, org]).await?;
        Ok(found.map(|(at,)| at))
    }

    /// The same for every unit at once.
    pub async fn handled(&self, reminder: &str) -> Result<Vec<(OrgId, i64)>, Fault> {
        let sql = "SELECT org_id, MAX(scheduled_at) FROM reminder_run WHERE reminder = $1 GROUP BY org_id ORDER BY org_id";
        let found: Vec<(i64, i64)> = self.pool().rows(sql, args![reminder]).await?;
        Ok(found.into_iter().map(|(org, at)| (OrgId(org), at)).collect())
    }

    /// Queues letters that belong to no reminder; ones whose key is known are left alone.
    pub async fn queue_letters(&self, letters: &[Letter], now: i64) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        self.queue(&mut tx, letters, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Those that were not known before, by their keys. One statement, however many they are.
    pub(super) async fn queue<'l>(&self, tx: &mut Tx, letters: &'l [Letter], now: i64) -> Result<HashSet<&'l str>, Fault> {
        const SQL: &str = "INSERT INTO outbox (id, dedupe_key, chat, message, expires_at, queued_at, state, attempts, next_try_at, lease_until) \
            SELECT CAST(value->>0 AS BIGINT), value->>1, value->>2, value->>3, CAST(value->>4 AS BIGINT), $2, 'waiting', 0, $2, 0 FROM json_each($1) WHERE true \
            ON CONFLICT (dedupe_key) DO NOTHING RETURNING id";
        if letters.is_empty() {
            return Ok(HashSet::new());
        }
        // of a chat they go in the order of their ids
        let all: Vec<(i64, &Letter)> = letters.iter().map(|letter| (self.next_id(), letter)).collect();
        let row = |(id, l): &(i64, &Letter)| (*id, clean(&l.dedupe_key), l.message.chat.to_string(), attachments::written(&l.message), l.expires_at);
        let mut rows: Vec<_> = all.iter().map(row).collect();
        // whoever enters the same at once waits for this one at its first key
        rows.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
        let entered: HashSet<i64> = tx.rows::<(i64,)>(SQL, args![json(&rows), now]).await?.into_iter().map(|(id,)| id).collect();
        let (mut fresh, mut kept) = (HashSet::new(), attachments::Kept::default());
        for (id, letter) in all.into_iter().filter(|(id, _)| entered.contains(id)) {
            kept.keep(self, tx, id, &letter.message).await?;
            fresh.insert(letter.dedupe_key.as_str());
        }
        Ok(fresh)
    }

    /// Claims up to `limit` letters that are due, for chats that `reaches` says this process can speak to (told who
    /// speaks there), until `lease_until`; never for one that another process's account speaks in. Oldest first, and of one chat only
    /// the oldest unfinished; but one that only waits for the end of quiet hours lets others pass. Letters that are worthless by now fail.
    pub async fn claim_letters(&self, now: i64, lease_until: i64, limit: i64, reaches: Reaches<'_>) -> Result<Vec<Claimed>, Fault> {
        const HEADS: &str = "SELECT o.id, o.chat FROM outbox AS o WHERE o.state = 'waiting' AND o.next_try_at <= $1 AND o.lease_until <= $1 AND NOT EXISTS \
            (SELECT 1 FROM outbox AS x WHERE x.chat = o.chat AND x.state = 'waiting' AND x.id < o.id \
            AND NOT (x.next_try_at > $1 AND COALESCE(x.last_error, '') = 'it is quiet hours')) ORDER BY o.id";
        const MINE: &str = "SELECT id FROM outbox WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) AND state = 'waiting' AND next_try_at <= $2 \
            AND lease_until <= $2 ORDER BY id";
        const MINE_ALONE: &str = "SELECT id FROM outbox WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) AND state = 'waiting' \
            AND next_try_at <= $2 AND lease_until <= $2 ORDER BY id FOR UPDATE SKIP LOCKED";
        const CLAIM: &str = "UPDATE outbox SET lease_until = $2, claimed_by = $3, attempts = attempts + 1 WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) \
            RETURNING id, dedupe_key, message, expires_at, attempts";
        const BROKEN: &str = "UPDATE outbox SET state = 'failed', last_error = 'its row can''t be read', ended_at = $2, lease_until = 0 WHERE id = $1";
        // most of the time there is nothing to do: look before taking the writer's place
        let expired = "SELECT id FROM outbox WHERE state = 'waiting' AND expires_at < $1 AND lease_until <= $1 LIMIT 1";
        let expired: Option<(i64,)> = self.pool().one(expired, args![now]).await?;
        if expired.is_none() {
            let heads: Vec<(i64, String)> = self.pool().rows(HEADS, args![now]).await?;
            if heads.is_empty() || self.within_reach(&mut self.pool().snapshot().await?, heads, now, reaches).await?.is_empty() {
                return Ok(Vec::new());
            }
        }
        let mut tx = self.write().await?;
        let sql = "UPDATE outbox SET state = 'failed', last_error = $2, ended_at = $1, told_at = NULL WHERE state = 'waiting' AND expires_at < $1 AND lease_until <= $1 RETURNING dedupe_key";
        let gone: Vec<(String,)> = tx.rows(sql, args![now, EXPIRED]).await?;
        for (key,) in gone {
            free(&mut tx, &key).await?;
        }
        let heads: Vec<(i64, String)> = tx.rows(HEADS, args![now]).await?;
        let mut wanted = self.within_reach(&mut tx, heads, now, reaches).await?;
        wanted.truncate(usize::try_from(limit).unwrap_or(0));
        let ids = ids_json(wanted.iter().map(|(id, _)| *id));
        let mut voices: HashMap<i64, Option<AccountKey>> = wanted.into_iter().collect();
        let mine: Vec<(i64,)> = tx.rows_unclaimed(MINE, MINE_ALONE, args![ids, now]).await?;
        let rows: Vec<(i64, String, String, i64, i64)> =
            tx.rows(CLAIM, args![ids_json(mine.into_iter().map(|(id,)| id)), lease_until, self.inner.lease.holder()]).await?;
        let ids: Vec<i64> = rows.iter().map(|(id, ..)| *id).collect();
        let mut files = attachments::of(&mut tx, &ids).await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for (id, dedupe_key, message, expires_at, attempts) in rows {
            let read: Option<Outgoing> = serde_json::from_str(&message).ok();
            if let Some(message) = read.and_then(|m| attachments::filled(m, files.remove(&id))) {
                claimed.push(Claimed { id, letter: Letter { dedupe_key, message, expires_at }, attempts, voice: voices.remove(&id).flatten() });
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

    /// Of these letters those that can be sent from here, with the account that speaks in their chat.
    async fn within_reach(&self, tx: &mut Tx, heads: Vec<(i64, String)>, now: i64, reaches: Reaches<'_>) -> Result<Vec<(i64, Option<AccountKey>)>, Fault> {
        let heads: Vec<(i64, ChatKey)> = heads.into_iter().filter_map(|(id, chat)| Some((id, chat.parse().ok()?))).collect();
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

    /// A letter is out: known to whatever process comes after this one, and after `flush` also where the power was cut.
    pub async fn sent(&self, id: i64, sent_as: &str, now: i64) -> Result<(), Fault> {
        const SENT: &str =
            "UPDATE outbox SET state = 'sent', sent_as = $2, last_error = NULL, ended_at = $3, lease_until = 0 WHERE id = $1 AND state = 'waiting'";
        let called = (!sent_as.is_empty()).then(|| clean(sent_as));
        self.pool().exec(SENT, args![id, called, now]).await?;
        Ok(())
    }

    /// Ends an attempt. One that ended already stays as it was. Whom a letter names that never will arrive was not reminded.
    pub async fn end_attempt(&self, id: i64, attempt: &Attempt, now: i64) -> Result<(), Fault> {
        const END: &str = "UPDATE outbox SET state = 'failed', last_error = $2, ended_at = $3, told_at = NULL, lease_until = 0 WHERE id = $1 AND state = 'waiting' RETURNING dedupe_key";
        const AGAIN: &str = "UPDATE outbox SET next_try_at = $2, last_error = $3, lease_until = 0 WHERE id = $1 AND state = 'waiting'";
        const HELD: &str = "UPDATE outbox SET next_try_at = $2, last_error = $3, lease_until = 0, attempts = attempts - 1 WHERE id = $1 AND state = 'waiting'";
        let mut tx = match attempt {
            Attempt::Sent { sent_as } => {
                self.sent(id, sent_as, now).await?;
                return self.flush().await;
            }
            _ => self.write().await?,
        };
        match attempt {
            Attempt::Sent { .. } => {}
            Attempt::Failed { error } => {
                let ended: Vec<(String,)> = tx.rows(END, args![id, error.as_str(), now]).await?;
                if let Some((key,)) = ended.first().filter(|_| !Failed::may_have_arrived(error)) {
                    free(&mut tx, key).await?;
                }
            }
            Attempt::Held { at, error } => {
                tx.exec(HELD, args![id, *at, error.as_str()]).await?;
            }
            Attempt::Again { at, error } => {
                tx.exec(AGAIN, args![id, *at, error.as_str()]).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// The key of the letter that went out to this chat under the platform's id.
    pub async fn letter_sent_as(&self, chat: &ChatKey, id: &str) -> Result<Option<String>, Fault> {
        let sql = "SELECT dedupe_key FROM outbox WHERE chat = $1 AND sent_as = $2 ORDER BY id DESC LIMIT 1";
        let found: Option<(String,)> = self.pool().one(sql, args![chat.to_string(), clean(id)]).await?;
        Ok(found.map(|(key,)| key))
    }

    /// Letters that wait, and those that failed for good: (waiting, failed).
    pub async fn outbox_depth(&self) -> Result<(i64, i64), Fault> {
        let sql = "SELECT state, CAST(COUNT(*) AS BIGINT) FROM outbox WHERE state <> 'sent' GROUP BY state";
        let found: Vec<(String, i64)> = self.pool().rows(sql, args![]).await?;
        let count = |state: &str| found.iter().find(|(s, _)| s == state).map_or(0, |(_, n)| *n);
        Ok((count("waiting"), count("failed")))
    }
}
