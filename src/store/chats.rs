//! Chats bound to units.

use super::engine::args;
use super::{Store, raise};
use crate::domain::ids::OrgId;
use crate::domain::message::ChatKey;
use crate::domain::roster::{Ack, Chat};
use crate::error::Fault;
use std::collections::BTreeSet;

/// A chat as read: (platform, id, private, org, ack, names).
type ChatRow = (String, String, i64, i64, Option<String>, i64);

fn chat(row: ChatRow) -> Result<Chat, Fault> {
    let (platform, id, private, org, ack, names) = row;
    let ack = match ack.as_deref() {
        None => None,
        Some("each") => Some(Ack::Each),
        Some("gathered") => Some(Ack::Gathered),
        Some("reaction") => Some(Ack::Reaction),
        Some(other) => return Err(Fault::Corrupt(format!("acknowledgement {other:?}"))),
    };
    let key = ChatKey { platform: platform.into(), id: id.into(), private: private != 0 };
    Ok(Chat { key, org: OrgId(org), ack, names: names != 0 })
}

fn ack_key(ack: Ack) -> &'static str {
    match ack {
        Ack::Each => "each",
        Ack::Gathered => "gathered",
        Ack::Reaction => "reaction",
    }
}

const ONE: &str = "SELECT platform, chat_id, private, org_id, ack, names FROM chat WHERE platform = $1 AND chat_id = $2 AND private = $3";

impl Store {
    /// The chat, where it is bound.
    pub async fn chat(&self, key: &ChatKey) -> Result<Option<Chat>, Fault> {
        self.pool().one::<ChatRow>(ONE, args![&*key.platform, &*key.id, key.private]).await?.map(chat).transpose()
    }

    /// The chats of exactly this unit, the first that was bound first.
    pub async fn chats_of(&self, org: OrgId) -> Result<Vec<Chat>, Fault> {
        let sql = "SELECT platform, chat_id, private, org_id, ack, names FROM chat WHERE org_id = $1 \
            ORDER BY bound_at, platform, chat_id, private";
        self.pool().rows::<ChatRow>(sql, args![org]).await?.into_iter().map(chat).collect()
    }

    /// Every bound chat of a platform.
    pub async fn chats_on(&self, platform: &str) -> Result<Vec<Chat>, Fault> {
        let sql = "SELECT platform, chat_id, private, org_id, ack, names FROM chat WHERE platform = $1 ORDER BY chat_id, private";
        self.pool().rows::<ChatRow>(sql, args![platform]).await?.into_iter().map(chat).collect()
    }

    /// Binds (again): settings of a chat that was bound stay. Raises the epochs of the new and the old unit.
    pub async fn bind_chat(&self, key: &ChatKey, org: OrgId) -> Result<Chat, Fault> {
        let mut tx = self.write().await?;
        let old: Option<ChatRow> = tx.one(ONE, args![&*key.platform, &*key.id, key.private]).await?;
        let units: BTreeSet<OrgId> = old.iter().map(|row| OrgId(row.3)).chain([org]).collect();
        tx.lock_orgs(&units).await?;
        let sql = "INSERT INTO chat (platform, chat_id, private, org_id, names, bound_at) VALUES ($1, $2, $3, $4, 0, $5) \
            ON CONFLICT (platform, chat_id, private) DO UPDATE SET org_id = excluded.org_id, \
            bound_at = CASE WHEN chat.org_id = excluded.org_id THEN chat.bound_at ELSE excluded.bound_at END";
        tx.exec(sql, args![&*key.platform, &*key.id, key.private, org, self.now()]).await?;
        raise(&mut tx, &units).await?;
        let bound: Option<ChatRow> = tx.one(ONE, args![&*key.platform, &*key.id, key.private]).await?;
        tx.commit().await?;
        bound.map(chat).transpose()?.ok_or_else(|| Fault::Corrupt(format!("chat {key} is gone while it is bound")))
    }

    /// Changes `ack` and `names`; raises the epoch of its unit.
    pub async fn set_chat(&self, chat: &Chat) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let units = BTreeSet::from([chat.org]);
        tx.lock_orgs(&units).await?;
        let key = &chat.key;
        let sql = "UPDATE chat SET ack = $4, names = $5 WHERE platform = $1 AND chat_id = $2 AND private = $3";
        tx.exec(sql, args![&*key.platform, &*key.id, key.private, chat.ack.map(ack_key), chat.names]).await?;
        raise(&mut tx, &units).await?;
        tx.commit().await?;
        Ok(())
    }
}
