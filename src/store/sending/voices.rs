//! Which of our accounts speaks in a chat, and where each account is connected: kept for all processes on a database,
//! so that exactly one of them answers. An account that is connected somewhere keeps its chats; one whose process died
//! (its lease ran out) or that went offline loses each of them to the first other account that hears something there.

use crate::domain::message::{AccountKey, ChatKey};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Pool, Tx, args};
use crate::store::records::rows::json;
use std::collections::{HashMap, HashSet};

/// Where an account of ours is connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Which.
    pub account: AccountKey,
    /// Whether it is connected to this process.
    pub here: bool,
    /// What was heard up to this instant (UTC ms) is answered by the process that it is connected to.
    pub seen_at: i64,
    /// Until when that holds, unless it is renewed (UTC ms); 0: it went offline, or its process said goodbye.
    pub lease_until: i64,
}

/// Who may send to a chat what answers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// An account that is connected to this process.
    Here(AccountKey),
    /// An account that is connected to another one.
    Elsewhere,
    /// Nobody speaks there now.
    Nobody {
        /// Whether other processes have accounts on this platform, one of which may be in the chat.
        others: bool,
    },
}

type PresenceRow = (String, String, String, i64, i64);

impl Store {
    /// An account came online here: it is this process's from now on, whichever had it before. What a process has claimed and not
    /// sent that is gone passes on: when its word for this account ends; where it never gave one, soon; at once where only one
    /// process may have the database.
    pub async fn appear(&self, account: &AccountKey, now: i64, lease_until: i64) -> Result<(), Fault> {
        const PASS_ON: &str = "UPDATE outbox SET lease_until = $3 WHERE state = 'waiting' AND lease_until > $3 AND claimed_by <> $4 \
            AND (claimed_by = $1 OR $1 = '') AND NOT EXISTS (SELECT 1 FROM presence AS p WHERE p.holder = outbox.claimed_by AND p.lease_until > $2)";
        let mut tx = self.write().await?;
        let before = "SELECT holder, lease_until FROM presence WHERE platform = $1 AND account_id = $2";
        let before: Option<(String, i64)> = tx.one(before, args![&*account.platform, &*account.id]).await?;
        let sql = "INSERT INTO presence (platform, account_id, holder, seen_at, lease_until) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (platform, account_id) DO UPDATE SET holder = excluded.holder, seen_at = excluded.seen_at, lease_until = excluded.lease_until";
        let mine = self.inner.lease.holder();
        tx.exec(sql, args![&*account.platform, &*account.id, mine, now, lease_until]).await?;
        let alone = matches!(self.pool(), Pool::Sqlite { .. });
        // one that claims as soon as it is connected, and dies before it has said so here, is nobody's `before`
        tx.exec(PASS_ON, args!["", now, if alone { 0 } else { lease_until }, mine]).await?;
        if let Some((holder, until)) = before.filter(|(holder, _)| !alone && holder != mine) {
            tx.exec(PASS_ON, args![holder, now, until, mine]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Renews the leases of those of these accounts that are still this process's.
    pub async fn stay(&self, accounts: &[AccountKey], now: i64, lease_until: i64) -> Result<(), Fault> {
        const STAY: &str = "UPDATE presence SET seen_at = $4, lease_until = $5 WHERE platform = $1 AND account_id = $2 AND holder = $3";
        let mut tx = self.write().await?;
        // in one order, so that two processes that believe to have the same accounts do not wait for each other
        let mut accounts: Vec<_> = accounts.iter().collect();
        accounts.sort();
        for a in accounts {
            tx.exec(STAY, args![&*a.platform, &*a.id, self.inner.lease.holder(), now, lease_until]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// These accounts of this process hear nothing more after `now`: whoever hears their chats may speak there.
    pub async fn leave(&self, accounts: &[AccountKey], now: i64) -> Result<(), Fault> {
        self.stay(accounts, now, 0).await
    }

    /// Every account that ever was connected, by its key.
    pub async fn presences(&self) -> Result<Vec<Presence>, Fault> {
        let sql = "SELECT platform, account_id, holder, seen_at, lease_until FROM presence ORDER BY platform, account_id";
        let rows: Vec<PresenceRow> = self.pool().rows(sql, args![]).await?;
        let mine = self.inner.lease.holder();
        let presence = |(platform, id, holder, seen_at, lease_until): PresenceRow| Presence {
            account: AccountKey::new(platform, id),
            here: holder == mine,
            seen_at,
            lease_until,
        };
        Ok(rows.into_iter().map(presence).collect())
    }

    /// Accounts of which the operator was last told that they are offline, since when (UTC ms), and not yet that they are back.
    pub async fn told_offline(&self) -> Result<Vec<(AccountKey, i64)>, Fault> {
        let rows: Vec<(String,)> = self.pool().rows("SELECT about FROM alarm WHERE about >= 'o' AND about < 'p' ORDER BY about", args![]).await?;
        let back: HashSet<&str> = rows.iter().filter_map(|(about,)| about.strip_prefix("online/")).collect();
        let mut last: HashMap<&str, i64> = HashMap::new();
        for (account, since) in rows.iter().filter_map(|(about,)| about.strip_prefix("offline/")?.rsplit_once('/')) {
            let Ok(since) = since.parse::<i64>() else { continue };
            last.entry(account).and_modify(|last| *last = since.max(*last)).or_insert(since);
        }
        last.retain(|account, since| !back.contains(format!("{account}/{since}").as_str()));
        Ok(last.into_iter().filter_map(|(account, since)| Some((account.split_once(':').map(|(p, id)| AccountKey::new(p, id))?, since))).collect())
    }

    /// The account that speaks in a chat; none where nobody ever did.
    pub async fn voice(&self, chat: &ChatKey) -> Result<Option<AccountKey>, Fault> {
        let sql = "SELECT account_id FROM voice WHERE platform = $1 AND chat_id = $2 AND private = $3";
        let found: Option<(String,)> = self.pool().one(sql, args![&*chat.platform, &*chat.id, chat.private]).await?;
        Ok(found.map(|(id,)| AccountKey::new(chat.platform.clone(), id)))
    }

    /// An account heard something in a chat: it speaks there from now on, unless another does that is connected
    /// somewhere at `now`. In a private chat each one that is spoken to answers, and it is the one that asked for it last. Who speaks there after it.
    pub async fn take_voice(&self, chat: &ChatKey, account: &AccountKey, now: i64) -> Result<AccountKey, Fault> {
        let mut tx = self.write().await?;
        let sql = "INSERT INTO voice (platform, chat_id, private, account_id) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (platform, chat_id, private) DO UPDATE SET account_id = excluded.account_id WHERE voice.private = 1 OR NOT EXISTS \
            (SELECT 1 FROM presence AS p WHERE p.platform = voice.platform AND p.account_id = voice.account_id AND p.lease_until > $5)";
        tx.exec(sql, args![&*chat.platform, &*chat.id, chat.private, &*account.id, now]).await?;
        let sql = "SELECT account_id FROM voice WHERE platform = $1 AND chat_id = $2 AND private = $3";
        let found: Option<(String,)> = tx.one(sql, args![&*chat.platform, &*chat.id, chat.private]).await?;
        tx.commit().await?;
        Ok(found.map_or_else(|| account.clone(), |(id,)| AccountKey::new(chat.platform.clone(), id)))
    }

    /// The chats of a platform with the account that speaks in each.
    pub async fn voices_on(&self, platform: &str) -> Result<Vec<(ChatKey, AccountKey)>, Fault> {
        let sql = "SELECT chat_id, private, account_id FROM voice WHERE platform = $1 ORDER BY chat_id, private";
        let rows: Vec<(String, i64, String)> = self.pool().rows(sql, args![platform]).await?;
        let chat = |id: String, private| ChatKey { platform: platform.into(), id: id.into(), private: private != 0 };
        Ok(rows.into_iter().map(|(id, private, account)| (chat(id, private), AccountKey::new(platform, account))).collect())
    }

    /// Who speaks in these chats.
    pub(in crate::store) async fn speaking(&self, tx: &mut Tx, chats: &[ChatKey], now: i64) -> Result<HashMap<ChatKey, Speaks>, Fault> {
        let mine = self.inner.lease.holder();
        let alive: Vec<(String, String, String)> = tx.rows("SELECT platform, account_id, holder FROM presence WHERE lease_until > $1", args![now]).await?;
        let asked: Vec<_> = chats.iter().map(|c| (&*c.platform, &*c.id, i64::from(c.private))).collect();
        let sql = "SELECT v.platform, v.chat_id, v.private, v.account_id FROM json_each($1) AS j CROSS JOIN voice AS v \
            WHERE v.platform = j.value->>0 AND v.chat_id = j.value->>1 AND v.private = CAST(j.value->>2 AS BIGINT)";
        let rows: Vec<(String, String, i64, String)> = tx.rows(sql, args![json(&asked)]).await?;
        let voices: HashMap<ChatKey, String> = rows
            .into_iter()
            .map(|(platform, id, private, account)| (ChatKey { platform: platform.into(), id: id.into(), private: private != 0 }, account))
            .collect();
        let speaks = |chat: &ChatKey| {
            let there = |(platform, id, _): &&(String, String, String)| *platform == *chat.platform && voices.get(chat) == Some(id);
            match alive.iter().find(there) {
                Some((platform, id, holder)) if holder == mine => Speaks::Here(AccountKey::new(platform.as_str(), id.as_str())),
                Some(_) => Speaks::Elsewhere,
                None => Speaks::Nobody { others: alive.iter().any(|(platform, _, holder)| *platform == *chat.platform && holder != mine) },
            }
        };
        Ok(chats.iter().map(|chat| (chat.clone(), speaks(chat))).collect())
    }
}
