//! The circuit breaker of direct answers: an account that its platform throttles answers nothing for a while; its answers
//! wait in the outbox, whose letters rest as well (`schedule::rests`). Looked up every few seconds, not for each answer.

use crate::action::bot::Bot;
use crate::action::reminding::alarm::Alarm;
use crate::domain::message::ChatKey;
use crate::error::Fault;
use crate::store::sending::brakes::Brake;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How often it is looked which accounts are stopped, milliseconds.
const LOOK: i64 = 5_000;

/// The accounts that were stopped, as last seen.
#[derive(Default)]
pub struct Brakes(Mutex<Seen>);

struct Seen {
    at: i64,
    all: Vec<Brake>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { at: i64::MIN, all: Vec::new() }
    }
}

impl Brakes {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// They are looked up again before the next answer's turn.
    pub fn forget(&self) {
        *self.seen() = Seen::default();
    }
}

impl Bot {
    /// Looks which accounts are stopped, where that is long ago. To be called every second or so.
    pub(in crate::action) async fn look_at_brakes(&self) {
        let now = self.now();
        let at = self.brakes.seen().at;
        if now >= at && now < at.saturating_add(LOOK) {
            return;
        }
        match self.store.brakes().await {
            Ok(all) => *self.brakes.seen() = Seen { at: now, all },
            Err(fault) => tracing::debug!(%fault, "which accounts are stopped could not be looked up"),
        }
    }

    /// Whether the account that answers in this chat rests.
    pub(in crate::action) fn rests(&self, chat: &ChatKey) -> bool {
        let seen = self.brakes.seen();
        if seen.all.is_empty() {
            return false;
        }
        let (now, account) = (self.now(), self.voices.speaking(chat));
        seen.all.iter().any(|b| account.as_ref() == Some(&b.account) && b.lasts(now))
    }

    /// The account that speaks in a chat is throttled: it rests, twice as long as the last time, and so does what the outbox has
    /// for it; the operator is told.
    pub(in crate::action) async fn throttled(&self, chat: &ChatKey) -> Result<(), Fault> {
        let Some(account) = self.store.voice(chat).await? else { return Ok(()) };
        let settings = &self.config.bot.operator;
        let (brake, news) = self.store.throttle(&account, settings.rest(), settings.longest_rest(), self.now()).await?;
        {
            let mut seen = self.brakes.seen();
            seen.all.retain(|b| b.account != brake.account);
            seen.all.push(brake.clone());
        }
        if news { self.alarms.raise(&Alarm::Throttled(account, brake.since, brake.until)).await } else { Ok(()) }
    }

    /// An answer went out: the account that sent it is not throttled any more.
    pub(in crate::action) async fn went_out(&self, chat: &ChatKey) {
        let over = {
            let mut seen = self.brakes.seen();
            if seen.all.is_empty() {
                return;
            }
            let (now, account) = (self.now(), self.voices.speaking(chat));
            let over = seen.all.iter().position(|b| account.as_ref() == Some(&b.account) && b.until <= now);
            over.map(|at| seen.all.remove(at))
        };
        if let Some(brake) = over
            && let Err(fault) = self.store.end_brake(&brake.account, self.now()).await
        {
            tracing::warn!(%fault, "that an account sends again could not be written down");
        }
    }
}
