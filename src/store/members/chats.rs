//! Chats bound to units.

use crate::domain::chats::ChatReminders;
use crate::domain::ids::OrgId;
use crate::domain::message::{ChatKey, Outgoing};
use crate::domain::roster::{Ack, Chat};
use crate::error::Fault;
use crate::store::database::engine::{args, ids_json};
use crate::store::records::rows::json;
use crate::store::{Store, raise};
use std::collections::BTreeSet;

/// A chat as read: (platform, id, private, org, ack, names, reminders).
type ChatRow = (String, String, i64, i64, Option<String>, i64, String);

fn chat(row: ChatRow) -> Result<Chat, Fault> {
    let (platform, id, private, org, ack, names, reminders) = row;
    let ack = match ack.as_deref() {
        None => None,
        Some("each") => Some(Ack::Each),
        Some("gathered") => Some(Ack::Gathered),
        Some("reaction") => Some(Ack::Reaction),
        Some(other) => return Err(Fault::Corrupt(format!("acknowledgement {other:?}"))),
    };
    let key = ChatKey { platform: platform.into(), id: id.into(), private: private != 0 };
    let reminders = ChatReminders::parse(&reminders).ok_or_else(|| Fault::Corrupt(format!("reminders of a chat {reminders:?}")))?;
    Ok(Chat { key, org: OrgId(org), ack, names: names != 0, reminders })
}

fn ack_key(ack: Ack) -> &'static str {
    match ack {
        Ack::Each => "each",
        Ack::Gathered => "gathered",
        Ack::Reaction => "reaction",
    }
}

const ONE: &str = "SELECT platform, chat_id, private, org_id, ack, names, reminders FROM chat WHERE platform = $1 AND chat_id = $2 AND private = $3";

impl Store {
    /// The chat, where it is bound.
    pub async fn chat(&self, key: &ChatKey) -> Result<Option<Chat>, Fault> {
        self.pool().one::<ChatRow>(ONE, args![&*key.platform, &*key.id, key.private]).await?.map(chat).transpose()
    }

    /// The chats of exactly this unit, the first that was bound first.
    pub async fn chats_of(&self, org: OrgId) -> Result<Vec<Chat>, Fault> {
        let sql = "SELECT platform, chat_id, private, org_id, ack, names, reminders FROM chat WHERE org_id = $1 \
            ORDER BY bound_at, platform, chat_id, private";
        self.pool().rows::<ChatRow>(sql, args![org]).await?.into_iter().map(chat).collect()
    }

    /// The same of several units at once, each unit's together.
    pub async fn chats_in(&self, units: &[OrgId]) -> Result<Vec<Chat>, Fault> {
        let sql = "SELECT c.platform, c.chat_id, c.private, c.org_id, c.ack, c.names, c.reminders FROM json_each($1) AS j CROSS JOIN chat AS c \
            WHERE c.org_id = CAST(j.value->>0 AS BIGINT) ORDER BY c.org_id, c.bound_at, c.platform, c.chat_id, c.private";
        self.pool().rows::<ChatRow>(sql, args![ids_json(units.iter().map(|o| o.0))]).await?.into_iter().map(chat).collect()
    }

    /// Every bound chat of a platform.
    pub async fn chats_on(&self, platform: &str) -> Result<Vec<Chat>, Fault> {
        let sql = "SELECT platform, chat_id, private, org_id, ack, names, reminders FROM chat WHERE platform = $1 ORDER BY chat_id, private";
        self.pool().rows::<ChatRow>(sql, args![platform]).await?.into_iter().map(chat).collect()
    }

    /// Binds (again): settings of a chat that was bound stay, but what it was to its former unit's reminders. Raises the epochs of the new and the old unit.
    pub async fn bind_chat(&self, key: &ChatKey, org: OrgId) -> Result<Chat, Fault> {
        let mut tx = self.write().await?;
        let old: Option<ChatRow> = tx.one(ONE, args![&*key.platform, &*key.id, key.private]).await?;
        let units: BTreeSet<OrgId> = old.iter().map(|row| OrgId(row.3)).chain([org]).collect();
        tx.lock_orgs(&units).await?;
        let sql = "INSERT INTO chat (platform, chat_id, private, org_id, names, bound_at) VALUES ($1, $2, $3, $4, 0, $5) \
            ON CONFLICT (platform, chat_id, private) DO UPDATE SET org_id = excluded.org_id, \
            bound_at = CASE WHEN chat.org_id = excluded.org_id THEN chat.bound_at ELSE excluded.bound_at END, \
            reminders = CASE WHEN chat.org_id = excluded.org_id THEN chat.reminders ELSE 'yes' END";
        tx.exec(sql, args![&*key.platform, &*key.id, key.private, org, self.now()]).await?;
        raise(&mut tx, &units).await?;
        let bound: Option<ChatRow> = tx.one(ONE, args![&*key.platform, &*key.id, key.private]).await?;
        tx.commit().await?;
        bound.map(chat).transpose()?.ok_or_else(|| Fault::Corrupt(format!("chat {key} is gone while it is bound")))
    }

    /// Changes `ack`, `names` and `reminders`; raises the epoch of its unit.
    pub async fn set_chat(&self, chat: &Chat) -> Result<(), Fault> {
        self.set_chats(std::slice::from_ref(chat)).await
    }

    /// The same of several, all or none.
    pub async fn set_chats(&self, chats: &[Chat]) -> Result<(), Fault> {
        let sql = "UPDATE chat SET ack = $4, names = $5, reminders = $6 WHERE platform = $1 AND chat_id = $2 AND private = $3";
        let mut tx = self.write().await?;
        let units: BTreeSet<OrgId> = chats.iter().map(|c| c.org).collect();
        tx.lock_orgs(&units).await?;
        for chat in chats {
            let key = &chat.key;
            tx.exec(sql, args![&*key.platform, &*key.id, key.private, chat.ack.map(ack_key), chat.names, chat.reminders.key()]).await?;
        }
        raise(&mut tx, &units).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A chat goes on under another id: its binding, its account of ours, open questions, growing lists and letters that wait
    /// or failed go with it. What the new id has already stays. Raises the epochs of the units.
    pub async fn move_chat(&self, from: &ChatKey, to: &ChatKey) -> Result<(), Fault> {
        const CHAT: &str = "UPDATE chat SET chat_id = $3 WHERE platform = $1 AND chat_id = $2 AND private = 0 \
            AND NOT EXISTS (SELECT 1 FROM chat AS x WHERE x.platform = $1 AND x.chat_id = $3 AND x.private = 0)";
        const VOICE: &str = "UPDATE voice SET chat_id = $3 WHERE platform = $1 AND chat_id = $2 AND private = 0 \
            AND NOT EXISTS (SELECT 1 FROM voice AS x WHERE x.platform = $1 AND x.chat_id = $3 AND x.private = 0)";
        const QUESTION: &str = "UPDATE question SET chat_id = $3 WHERE platform = $1 AND chat_id = $2 AND private = 0 \
            AND NOT EXISTS (SELECT 1 FROM question AS x WHERE x.platform = $1 AND x.chat_id = $3 AND x.private = 0 \
            AND x.asked_platform = question.asked_platform AND x.asked_id = question.asked_id)";
        const DOCUMENT: &str = "UPDATE document SET chat_id = $3 WHERE platform = $1 AND chat_id = $2 AND private = 0 \
            AND NOT EXISTS (SELECT 1 FROM document AS x WHERE x.platform = $1 AND x.chat_id = $3 AND x.private = 0 \
            AND x.duty = document.duty AND x.periods = document.periods AND x.title = document.title)";
        let mut tx = self.write().await?;
        let bound: Vec<(i64,)> =
            tx.rows("SELECT org_id FROM chat WHERE platform = $1 AND chat_id IN ($2, $3) AND private = 0", args![&*from.platform, &*from.id, &*to.id]).await?;
        let units: BTreeSet<OrgId> = bound.into_iter().map(|(id,)| OrgId(id)).collect();
        tx.lock_orgs(&units).await?;
        for sql in [CHAT, VOICE, QUESTION, DOCUMENT] {
            tx.exec(sql, args![&*from.platform, &*from.id, &*to.id]).await?;
        }
        for sql in [
            "DELETE FROM chat WHERE platform = $1 AND chat_id = $2 AND private = 0",
            "DELETE FROM voice WHERE platform = $1 AND chat_id = $2 AND private = 0",
            "DELETE FROM question WHERE platform = $1 AND chat_id = $2 AND private = 0",
        ] {
            tx.exec(sql, args![&*from.platform, &*from.id]).await?;
        }
        let (old, new) = (from.to_string(), to.to_string());
        let letters: Vec<(i64, String)> =
            tx.rows("SELECT id, message FROM outbox WHERE chat = $1 AND state IN ('waiting', 'failed') AND message <> ''", args![old.as_str()]).await?;
        for (id, message) in letters {
            let mut message: Outgoing = serde_json::from_str(&message).map_err(|e| Fault::Corrupt(format!("letter {id}: {e}")))?;
            message.chat = to.clone();
            // a message of the old chat can't be quoted in the new one
            message.quote = None;
            tx.exec("UPDATE outbox SET chat = $2, message = $3 WHERE id = $1", args![id, new.as_str(), json(&message)]).await?;
        }
        raise(&mut tx, &units).await?;
        tx.commit().await?;
        Ok(())
    }
}
