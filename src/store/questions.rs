//! Open questions of the bot's: one for each person in a chat.

use super::Store;
use crate::domain::message::{AccountKey, ChatKey};
use crate::error::Fault;

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
        let _ = question;
        unimplemented!()
    }
    /// Takes the question away, where one is open: only one answer counts.
    pub async fn take_question(&self, chat: &ChatKey, account: &AccountKey, now: i64) -> Result<Option<Question>, Fault> {
        let _ = (chat, account, now);
        unimplemented!()
    }
    /// Every open question.
    pub async fn questions(&self, now: i64) -> Result<Vec<Question>, Fault> {
        let _ = now;
        unimplemented!()
    }
}
