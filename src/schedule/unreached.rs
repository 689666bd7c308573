//! To whom a private word for secretaries goes: the unit's own, and where none of them can be written to, those above it; where nobody
//! can, the unit's groups hear that there is something to be told, and nothing else of it.

use super::tell::{ANSWER, Teller, WORTH};
use super::times::outlasting;
use crate::action::reminding::alarm::Alarm;
use crate::domain::ids::OrgId;
use crate::domain::message::{ChatKey, Outgoing};
use crate::domain::role::Role;
use crate::domain::roster::Org;
use crate::error::Fault;
use crate::store::sending::delivery::{Failed, reason};
use crate::store::sending::outbox::Letter;

impl Teller {
    /// Letters to whoever is to be told a text.
    pub(super) async fn letters(&self, org: &Org, stem: &str, text: &str, now: i64) -> Result<Vec<Letter>, Fault> {
        self.next(org, stem, &[], &|chat| Outgoing::text(chat, text), now).await
    }

    /// What failed goes to whoever is next, unless somebody of those who were told it can be reached.
    pub(super) async fn unreached(&mut self, words: &[Failed], now: i64) -> Result<usize, Fault> {
        let mut told = 0;
        for word in words {
            let Some((stem, unit)) = word.to_secretaries() else { continue };
            let done = self.pass_on(word, stem, unit, now).await;
            told += self.came_of(Some(unit), now, done)?;
        }
        Ok(told)
    }

    async fn pass_on(&self, word: &Failed, stem: &str, unit: OrgId, now: i64) -> Result<usize, Fault> {
        let there = self.store.letters_under(stem).await?;
        let heard = Failed::may_have_arrived(&word.error) || there.iter().any(|l| l.goes);
        let message = there.iter().find(|l| l.chat == word.chat).and_then(|l| l.message.clone());
        let mut letters = Vec::new();
        if let (false, Some(message), Some(org)) = (heard, message, self.org(Some(unit)).await?) {
            let tried: Vec<ChatKey> = there.into_iter().map(|l| l.chat).collect();
            letters = self.next(&org, stem, &tried, &|chat| Outgoing { chat, ..message.clone() }, now).await?;
            if letters.is_empty() {
                self.alarms.raise(&Alarm::Failed(1, word.id, reason(&word.error).to_owned())).await?;
            }
        }
        let time = outlasting(now + ANSWER, ANSWER, self.config.bot.reminders.quiet, self.config.zone());
        self.store.pass_on(word.id, &letters, unit, time, now).await?;
        Ok(letters.len())
    }

    /// To the unit's secretaries, each in a private chat that was not tried; where there is none, to those above it; else to the
    /// unit's groups.
    async fn next(&self, org: &Org, stem: &str, tried: &[ChatKey], message: &(dyn Fn(ChatKey) -> Outgoing + Sync), now: i64) -> Result<Vec<Letter>, Fault> {
        let letter = |message: Outgoing| Letter { dedupe_key: format!("{stem}/{}", message.chat), message, expires_at: now + WORTH };
        let mut unit = Some(org.clone());
        while let Some(at) = unit {
            let mut letters = Vec::new();
            for person in self.store.holders(at.id, Role::Secretary).await? {
                let mut chats: Vec<ChatKey> = self.store.accounts_of(person).await?.iter().map(ChatKey::private).collect();
                chats.retain(|chat| !tried.contains(chat));
                letters.extend(self.pen.first_reached(&chats, |c| c).map(|chat| letter(message(chat.clone()))));
            }
            if !letters.is_empty() {
                return Ok(letters);
            }
            unit = self.org(at.parent).await?;
        }
        let groups = self.pen.groups(org.id).await?.reminded;
        let text = self.say("word-in-group", &[]);
        let letters: Vec<Letter> = groups.into_iter().filter(|c| !tried.contains(&c.key)).map(|c| letter(Outgoing::text(c.key, text.clone()))).collect();
        if letters.is_empty() {
            tracing::warn!(unit = %org.id, "no secretary can be told");
        }
        Ok(letters)
    }
}
