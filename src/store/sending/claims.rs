//! Which letters a process may send now: chats take turns, groups among themselves and people among themselves, of each the oldest
//! letter, and a claim is a lease.

use super::attachments;
use super::delivery::free;
use super::outbox::Letter;
use super::voices::Speaks;
use crate::domain::message::{AccountKey, ChatKey, Outgoing};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, ids_json};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Chats that one statement looks at.
const PAGE: i64 = 256;
/// Statements that look for letters, for each claim: however many chats wait that can't be reached now, others get their turn.
const PAGES: usize = 16;

/// Chats that take turns among themselves, those between these two: of a platform those of people, and its groups, which sort on
/// either side of them.
type Ring = (String, String);

fn rings(platform: &str) -> [Ring; 3] {
    let at = |text: &str| format!("{platform}:{text}");
    let (people, more) = (at("@"), at("@\u{10FFFF}"));
    [(at(""), people.clone()), (people, more.clone()), (more, format!("{platform};"))]
}

/// After which chat each ring's next look begins, and after which the last one did; one that is not here begins at its first.
#[derive(Debug, Default)]
pub(in crate::store) struct Turns(Mutex<HashMap<Ring, (String, String)>>);

impl Turns {
    fn all(&self) -> MutexGuard<'_, HashMap<Ring, (String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, ring: &Ring) -> String {
        self.all().get(ring).map_or_else(|| ring.0.clone(), |(next, _)| next.clone())
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

/// A letter that may be claimed.
struct Due {
    id: i64,
    /// As it is written.
    chat: String,
    /// The account that speaks there.
    voice: Option<AccountKey>,
}

/// Whether this process can send to a chat, told who speaks there.
pub type Reaches<'a> = &'a (dyn Fn(&ChatKey, &Speaks) -> bool + Sync);

/// What is written as the error of a letter that nobody took in time.
const EXPIRED: &str = "expired before it could be sent";
/// What is written as the error of a letter that only waits for the end of quiet hours: those behind it need not. The claim knows the word.
pub const HUSHED: &str = "it is quiet hours";

impl Store {
    /// Claims up to `limit` letters of these platforms that are due, for chats that `reaches` says this process can speak to (told
    /// who speaks there), until `lease_until`; never for one that another process's account speaks in. Groups and people have a
    /// share each, in both chats take turns, and of each only the oldest unfinished letter goes; but one that only waits for the end
    /// of quiet hours lets others pass. Letters that are worthless by now fail.
    pub async fn claim_letters(&self, platforms: &[&str], now: i64, lease_until: i64, limit: i64, reaches: Reaches<'_>) -> Result<Vec<Claimed>, Fault> {
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
        let wanted = self.due_letters(platforms, now, usize::try_from(limit).unwrap_or(0), reaches).await?;
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.write().await?;
        let ids = ids_json(wanted.iter().map(|due| due.id));
        let mut voices: HashMap<i64, Option<AccountKey>> = wanted.into_iter().map(|due| (due.id, due.voice)).collect();
        let mine: Vec<(i64,)> = tx.rows_unclaimed(MINE, MINE_ALONE, args![ids, now]).await?;
        let rows: Vec<Row> = tx.rows(CLAIM, args![ids_json(mine.into_iter().map(|(id,)| id)), lease_until, self.inner.lease.holder()]).await?;
        let ids: Vec<i64> = rows.iter().map(|(id, ..)| *id).collect();
        let mut files = attachments::of(&mut tx, &ids).await?;
        let (mut claimed, mut broken) = (Vec::with_capacity(rows.len()), Vec::new());
        for (id, dedupe_key, message, expires_at, attempts, queued_at, last_error) in rows {
            let read: Option<Outgoing> = serde_json::from_str(&message).ok();
            if let Some(message) = read.and_then(|m| attachments::filled(m, files.remove(&id))) {
                let letter = Letter { dedupe_key, message, expires_at };
                claimed.push(Claimed { id, letter, queued_at, attempts, last_error, voice: voices.remove(&id).flatten() });
            } else {
                // the others go on
                tracing::error!(letter = id, "a letter can't be read: it will not be sent");
                tx.exec(BROKEN, args![id, now]).await?;
                broken.push(dedupe_key);
            }
        }
        free(&mut tx, broken.iter().map(String::as_str)).await?;
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
        free(&mut tx, gone.iter().map(|(key,)| key.as_str())).await?;
        Ok(tx.commit().await?)
    }

    /// Letters that can be sent from here now, each with the account that speaks in its chat: of each ring in turn.
    async fn due_letters(&self, platforms: &[&str], now: i64, limit: usize, reaches: Reaches<'_>) -> Result<Vec<Due>, Fault> {
        let rings: Vec<Ring> = platforms.iter().flat_map(|platform| rings(platform)).collect();
        let mut tx = self.pool().snapshot().await?;
        let (mut found, mut begun) = (Vec::new(), Vec::new());
        for ring in &rings {
            let from = self.inner.turns.begin(ring);
            let (heads, next) = self.heads(&mut tx, ring, &from, (now, limit), reaches).await?;
            found.push(heads);
            begun.push((from, next));
        }
        let mut left = limit.min(found.iter().map(Vec::len).sum());
        let mut shares = vec![0; rings.len()];
        while left > 0 {
            for (share, _) in shares.iter_mut().zip(&found).filter(|(share, heads)| **share < heads.len()).take(left) {
                *share += 1;
                left -= 1;
            }
        }
        let (mut turns, mut wanted) = (self.inner.turns.all(), Vec::new());
        for (((ring, heads), share), (from, next)) in rings.into_iter().zip(found).zip(shares).zip(begun) {
            // those behind the last that is taken are next
            let after = if share == heads.len() { next } else { heads[..share].last().map_or_else(|| from.clone(), |due| due.chat.clone()) };
            turns.insert(ring, (after, from));
            wanted.extend(heads.into_iter().take(share));
        }
        Ok(wanted)
    }

    /// The chats of these platforms from which the last claim took letters that were not sent keep their turn.
    pub fn keep_turns(&self, platforms: &[&str]) {
        let mut turns = self.inner.turns.all();
        for ring in platforms.iter().flat_map(|platform| rings(platform)) {
            if let Some((next, last)) = turns.get_mut(&ring) {
                next.clone_from(last);
            }
        }
    }

    /// Of a ring up to `limit` letters that can be sent from here now, from the chat on at which the last look ended; and where this
    /// one did.
    async fn heads(&self, tx: &mut Tx, ring: &Ring, from: &str, (now, limit): (i64, usize), reaches: Reaches<'_>) -> Result<(Vec<Due>, String), Fault> {
        // walks over the chats that have letters, by their index, however many letters each has
        const HEADS: &str = "WITH RECURSIVE c(chat, n) AS (\
            SELECT MIN(chat), CAST(1 AS BIGINT) FROM outbox WHERE state = 'waiting' AND chat > $2 AND chat < $4 \
            UNION ALL \
            SELECT (SELECT MIN(o.chat) FROM outbox AS o WHERE o.state = 'waiting' AND o.chat > c.chat AND o.chat < $4), c.n + 1 \
            FROM c WHERE c.chat IS NOT NULL AND c.n < $3) \
            SELECT c.chat, (SELECT o.id FROM outbox AS o WHERE o.id = (SELECT MIN(x.id) FROM outbox AS x WHERE x.state = 'waiting' AND x.chat = c.chat \
            AND NOT (x.next_try_at > $1 AND COALESCE(x.last_error, '') = 'it is quiet hours')) AND o.next_try_at <= $1 AND o.lease_until <= $1) \
            FROM c WHERE c.chat IS NOT NULL ORDER BY c.n";
        let mut after = from.to_owned();
        let (mut wanted, mut begun_anew) = (Vec::new(), after == ring.0);
        for _ in 0..PAGES {
            let page: Vec<(String, Option<i64>)> = tx.rows(HEADS, args![now, after.as_str(), PAGE, ring.1.as_str()]).await?;
            let last = i64::try_from(page.len()).unwrap_or(i64::MAX) < PAGE;
            after = if last { ring.0.clone() } else { page.last().map(|(chat, _)| chat.clone()).unwrap_or_default() };
            let heads = page.into_iter().filter_map(|(chat, id)| Some((id?, chat))).collect();
            wanted.extend(self.within_reach(tx, heads, now, reaches).await?);
            if wanted.len() >= limit {
                if wanted.len() > limit {
                    wanted.truncate(limit);
                    after = wanted.last().map(|due| due.chat.clone()).unwrap_or_default();
                }
                break;
            }
            if last && (begun_anew || !wanted.is_empty()) {
                break;
            }
            begun_anew |= last;
        }
        Ok((wanted, after))
    }

    /// Of these letters those that can be sent from here, with the account that speaks in their chat.
    async fn within_reach(&self, tx: &mut Tx, heads: Vec<(i64, String)>, now: i64, reaches: Reaches<'_>) -> Result<Vec<Due>, Fault> {
        let heads: Vec<(i64, String, ChatKey)> = heads.into_iter().filter_map(|(id, text)| Some((id, text.clone(), text.parse().ok()?))).collect();
        if heads.is_empty() {
            return Ok(Vec::new());
        }
        let chats: Vec<ChatKey> = heads.iter().map(|(.., chat)| chat.clone()).collect();
        let mut speaking = self.speaking(tx, &chats, now).await?;
        let within = |(id, chat, key): (i64, String, ChatKey)| match speaking.remove(&key)? {
            Speaks::Elsewhere => None,
            speaks if !reaches(&key, &speaks) => None,
            Speaks::Here(account) => Some(Due { id, chat, voice: Some(account) }),
            Speaks::Nobody { .. } => Some(Due { id, chat, voice: None }),
        };
        Ok(heads.into_iter().filter_map(within).collect())
    }
}
