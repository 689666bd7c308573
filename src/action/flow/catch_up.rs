//! What was said while an account of ours was away: fetched where the platform keeps it, and taken as if it had been heard
//! then. Only reports and lists are: a question or a command is said again by whoever still means it. Where it can't be
//! had, that is noted, and the secretary is told (`schedule::tell`).

use super::router::{Rest, is_report};
use crate::action::bot::Bot;
use crate::action::dialogue::meant_here;
use crate::domain::message::{AccountKey, Courier, Event, Incoming, SendError};
use crate::error::Fault;
use crate::language::Intent;
use crate::store::sending::deaf::Deaf;
use std::sync::Arc;

/// So long before it was noticed that an account is gone it may have heard nothing: three heartbeats. Milliseconds.
const UNNOTICED: i64 = 90_000;

/// Private chats of one account that are read back, at most.
const PEOPLE: usize = 200;

impl Bot {
    /// An account comes: notes since when its groups and private chats were not heard.
    pub(in crate::action) async fn away_until_now(&self, account: &AccountKey) -> Result<(), Fault> {
        let now = self.now();
        let before = self.store.presences().await?.into_iter().find(|p| p.account == *account);
        // one that comes over from another connection was heard all the time; from another process, nobody knows
        match before.filter(|p| !p.here || p.lease_until <= now || now - p.seen_at > UNNOTICED) {
            Some(p) => self.store.deafened(account, p.seen_at - UNNOTICED, now).await,
            None => Ok(()),
        }
    }

    /// Whatever is heard first in a group tells who hears it, so that it is known when nobody does.
    pub(in crate::action) async fn first_heard(self: &Arc<Self>, incoming: &Arc<Incoming>) {
        if !incoming.chat.private
            && !self.voices.knows(&incoming.chat)
            && let Err(fault) = self.answers_here(incoming, Event::Message).await
        {
            tracing::debug!(chat = %incoming.chat, %fault, "who hears a group could not be noted");
        }
    }

    /// Fetches what this account missed.
    pub(in crate::action) fn catch_up_on(self: &Arc<Self>, account: AccountKey) -> Rest {
        let bot = self.clone();
        Box::pin(async move {
            if let Err(fault) = bot.missed_by(&account).await {
                tracing::warn!(%account, %fault, "what was said while the account was away could not be entered; it is tried when it comes next");
            }
        })
    }

    async fn missed_by(self: &Arc<Self>, account: &AccountKey) -> Result<(), Fault> {
        let all = self.store.to_fetch(account).await?;
        let Some(courier) = self.courier(&account.platform).cloned() else { return Ok(()) };
        for deaf in all {
            let there =
                if deaf.chat.private { self.fetch_private(&*courier, account, &deaf).await? } else { self.fetch_missed(&*courier, account, &deaf).await? };
            if !there {
                break;
            }
        }
        Ok(())
    }

    /// All private chats of an account; whether it is still there. Whom the platform does not tell of says it again: whoever
    /// gets no answer in private does so anyway.
    async fn fetch_private(self: &Arc<Self>, courier: &dyn Courier, account: &AccountKey, deaf: &Deaf) -> Result<bool, Fault> {
        let most = self.config.bot.operator.history;
        let brought = self.now() - deaf.from < courier.brings_again();
        let chats = if most == 0 || brought { Ok(Vec::new()) } else { courier.written_to(account, deaf.from, PEOPLE).await };
        let chats = match chats {
            Ok(chats) => chats,
            Err(SendError::Offline) => return Ok(false),
            Err(error) => {
                tracing::warn!(%account, %error, "who wrote in private while the account was away can't be had");
                Vec::new()
            }
        };
        let mut count = 0;
        for chat in chats {
            match courier.history(&chat, account, deaf.from, most).await {
                Ok(history) => {
                    count += history.messages.len();
                    for message in history.messages {
                        self.take_missed(message).await?;
                    }
                }
                Err(SendError::Offline) => return Ok(false),
                Err(error) => tracing::warn!(%account, %error, "what somebody wrote in private while the account was away can't be had"),
            }
        }
        self.store.settled().await?;
        if count > 0 {
            tracing::info!(%account, messages = count, "what was said in private while the account was away is taken");
        }
        self.store.fetched(deaf).await?;
        Ok(true)
    }

    /// One chat; whether the account is still there.
    async fn fetch_missed(self: &Arc<Self>, courier: &dyn Courier, account: &AccountKey, deaf: &Deaf) -> Result<bool, Fault> {
        if self.now() - deaf.from < courier.brings_again() {
            self.store.fetched(deaf).await?;
            return Ok(true);
        }
        let settings = &self.config.bot.operator;
        // a moment in which perhaps nothing was said bothers nobody
        let matters = deaf.until - deaf.from - UNNOTICED >= settings.deaf_minutes * 60_000;
        let history = if settings.history == 0 {
            Err(SendError::Refused(String::new()))
        } else {
            courier.history(&deaf.chat, account, deaf.from, settings.history).await
        };
        match history {
            Ok(history) => {
                let first = history.messages.first().map_or(deaf.until, |m| m.sent_at);
                let count = history.messages.len();
                for message in history.messages {
                    self.take_missed(message).await?;
                }
                self.store.settled().await?;
                tracing::info!(chat = %deaf.chat, messages = count, whole = history.whole, "what was said while the account was away is taken");
                if history.whole || !matters {
                    self.store.fetched(deaf).await?;
                } else {
                    self.store.lost(deaf, first.min(deaf.until)).await?;
                }
            }
            Err(SendError::Offline) => return Ok(false),
            Err(error) => {
                tracing::warn!(chat = %deaf.chat, %error, "what was said while the account was away can't be had");
                if matters {
                    self.store.lost(deaf, deaf.until).await?;
                } else {
                    self.store.fetched(deaf).await?;
                }
            }
        }
        Ok(true)
    }

    async fn take_missed(self: &Arc<Self>, incoming: Incoming) -> Result<(), Fault> {
        let source = incoming.source();
        // heard before the account went, by it or another
        if self.voices.is_own(&incoming.sender) || self.store.entered(&source).await?.is_some() {
            return Ok(());
        }
        let (text, addressed, intents) = self.heard_again(&incoming).await?;
        // 到 says something where a check-in was open then
        let here = intents.is_empty() && !addressed && meant_here::may_report(&text);
        let taken = !intents.is_empty() && intents.iter().all(|i| is_report(i) || matches!(i, Intent::Chain { .. }));
        if (taken || here)
            && let Some(rest) = self.message(Arc::new(incoming)).await
        {
            rest.await;
        }
        Ok(())
    }
}
