//! What the bot starts by itself: due reminders and the messages that they became.

use super::attachments;
use super::delivery::{Failed, free};
use crate::domain::ids::OrgId;
use crate::domain::message::{ChatKey, Outgoing};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, clean, ids_json};
use crate::store::records::rows::json;
use std::collections::HashSet;

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

impl Store {
    /// Up to where a reminder of a unit was handled (scheduled time, UTC ms) by `now`: a mark that lies ahead was made by a clock
    /// that was wrong; none: never.
    pub async fn handled_until(&self, reminder: &str, org: OrgId, now: i64) -> Result<Option<i64>, Fault> {
        let sql = "SELECT scheduled_at FROM reminder_run WHERE reminder = $1 AND org_id = $2 AND scheduled_at <= $3 ORDER BY scheduled_at DESC LIMIT 1";
        let found: Option<(i64,)> = self.pool().one(sql, args![reminder, org, now]).await?;
        Ok(found.map(|(at,)| at))
    }

    /// The same of these units at once; those of which it never was handled are left out.
    pub async fn handled(&self, reminder: &str, units: &[OrgId]) -> Result<Vec<(OrgId, i64)>, Fault> {
        let sql = "SELECT CAST(j.value->>0 AS BIGINT), (SELECT MAX(r.scheduled_at) FROM reminder_run AS r WHERE r.reminder = $1 \
            AND r.org_id = CAST(j.value->>0 AS BIGINT)) FROM json_each($2) AS j";
        let found: Vec<(i64, Option<i64>)> = self.pool().rows(sql, args![reminder, ids_json(units.iter().map(|u| u.0))]).await?;
        Ok(found.into_iter().filter_map(|(org, at)| Some((OrgId(org), at?))).collect())
    }

    /// Queues letters that belong to no reminder; ones whose key is known are left alone.
    pub async fn queue_letters(&self, letters: &[Letter], now: i64) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        self.queue(&mut tx, letters, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Those that were not known before, by their keys. One statement, however many they are.
    pub(in crate::store) async fn queue<'l>(&self, tx: &mut Tx, letters: &'l [Letter], now: i64) -> Result<HashSet<&'l str>, Fault> {
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

    /// A letter is out: known to whatever process comes after this one, and after `flush` also where the power was cut.
    /// That is so whatever was noted of it meanwhile.
    pub async fn sent(&self, id: i64, sent_as: &str, now: i64) -> Result<(), Fault> {
        const SENT: &str = "UPDATE outbox SET state = 'sent', sent_as = $2, last_error = NULL, ended_at = $3, lease_until = 0, told_at = NULL \
            WHERE id = $1 AND state IN ('waiting', 'failed')";
        let called = (!sent_as.is_empty()).then(|| clean(sent_as));
        self.pool().exec(SENT, args![id, called, now]).await?;
        Ok(())
    }

    /// Ends an attempt of this process. One that ended already stays as it was, and so does one that is another's by now. Whom a letter names that never will arrive was not reminded.
    pub async fn end_attempt(&self, id: i64, attempt: &Attempt, now: i64) -> Result<(), Fault> {
        const END: &str = "UPDATE outbox SET state = 'failed', last_error = $2, ended_at = $3, told_at = NULL, lease_until = 0 \
            WHERE id = $1 AND state = 'waiting' AND claimed_by = $4 RETURNING dedupe_key";
        const AGAIN: &str = "UPDATE outbox SET next_try_at = $2, last_error = $3, lease_until = 0 WHERE id = $1 AND state = 'waiting' AND claimed_by = $4";
        const HELD: &str = "UPDATE outbox SET next_try_at = $2, last_error = $3, lease_until = 0, attempts = attempts - 1 \
            WHERE id = $1 AND state = 'waiting' AND claimed_by = $4";
        let mut tx = match attempt {
            Attempt::Sent { sent_as } => {
                self.sent(id, sent_as, now).await?;
                return self.flush().await;
            }
            _ => self.write().await?,
        };
        let mine = self.inner.lease.holder();
        match attempt {
            Attempt::Sent { .. } => {}
            Attempt::Failed { error } => {
                let ended: Vec<(String,)> = tx.rows(END, args![id, error.as_str(), now, mine]).await?;
                if let Some((key,)) = ended.first().filter(|_| !Failed::may_have_arrived(error)) {
                    free(&mut tx, [key.as_str()]).await?;
                }
            }
            Attempt::Held { at, error } => {
                tx.exec(HELD, args![id, *at, error.as_str(), mine]).await?;
            }
            Attempt::Again { at, error } => {
                tx.exec(AGAIN, args![id, *at, error.as_str(), mine]).await?;
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
