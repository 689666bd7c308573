//! Open questions of the bot's: one for each person in a chat.

use crate::domain::message::{AccountKey, ChatKey};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::args;

/// A question that waits for one person's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Where it was asked.
    pub chat: ChatKey,
    /// Who is asked.
    pub account: AccountKey,
    /// What it is about: `action`'s own JSON.
    pub body: String,
    /// Until when an answer counts, UTC milliseconds.
    pub until: i64,
}

impl Store {
    /// Asks; an older question to that person in that chat is dropped.
    pub async fn ask(&self, question: &Question) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let (c, a) = (&question.chat, &question.account);
        let sql = "INSERT INTO question (platform, chat_id, private, asked_platform, asked_id, body, valid_until) VALUES ($1, $2, $3, $4, $5, $6, $7) \
            ON CONFLICT (platform, chat_id, private, asked_platform, asked_id) DO UPDATE SET body = excluded.body, valid_until = excluded.valid_until";
        tx.exec(sql, args![&*c.platform, &*c.id, c.private, &*a.platform, &*a.id, question.body.as_str(), question.until]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The open question to a person in a chat.
    pub async fn question(&self, chat: &ChatKey, account: &AccountKey, now: i64) -> Result<Option<Question>, Fault> {
        let sql = "SELECT body, valid_until FROM question WHERE platform = $1 AND chat_id = $2 AND private = $3 AND asked_platform = $4 AND asked_id = $5 \
            AND valid_until >= $6";
        let found: Option<(String, i64)> = self.pool().one(sql, args![&*chat.platform, &*chat.id, chat.private, &*account.platform, &*account.id, now]).await?;
        Ok(found.map(|(body, until)| Question { chat: chat.clone(), account: account.clone(), body, until }))
    }

    /// Takes the question away, where one is open: only one answer counts.
    pub async fn take_question(&self, chat: &ChatKey, account: &AccountKey, now: i64) -> Result<Option<Question>, Fault> {
        let mut tx = self.write().await?;
        let sql = "DELETE FROM question WHERE platform = $1 AND chat_id = $2 AND private = $3 AND asked_platform = $4 AND asked_id = $5 \
            RETURNING body, valid_until";
        let found: Option<(String, i64)> = tx.one(sql, args![&*chat.platform, &*chat.id, chat.private, &*account.platform, &*account.id]).await?;
        tx.commit().await?;
        Ok(found.filter(|(_, until)| now <= *until).map(|(body, until)| Question { chat: chat.clone(), account: account.clone(), body, until }))
    }

    /// Every open question.
    pub async fn questions(&self, now: i64) -> Result<Vec<Question>, Fault> {
        type QuestionRow = (String, String, i64, String, String, String, i64);
        let sql = "SELECT platform, chat_id, private, asked_platform, asked_id, body, valid_until FROM question WHERE valid_until >= $1 \
            ORDER BY valid_until, platform, chat_id, asked_id";
        let found: Vec<QuestionRow> = self.pool().rows(sql, args![now]).await?;
        let question = |(platform, id, private, asked_platform, asked_id, body, until): QuestionRow| Question {
            chat: ChatKey { platform: platform.into(), id: id.into(), private: private != 0 },
            account: AccountKey::new(asked_platform, asked_id),
            body,
            until,
        };
        Ok(found.into_iter().map(question).collect())
    }
}
