//! Telegram, through teloxide's requests and types: by long polling, or by a webhook at our own listener.
//!
//! In flow order: `hearing` gets updates, `wire` reads them, `meaning` says what they mean, `hub` adds what needs a memory
//! and hands the event over; when everything it led to is durable, the update is confirmed to Telegram. Back: `courier` takes
//! an answer, `outgoing` makes messages of it, `api` asks; `platform::buttons` signs choices.
//!
//! A topic is a chat of its own (`GROUP#TOPIC`): answers, questions and gathered lines stay in it, and a topic can be bound
//! to a branch of its own; one that is not follows its group.
//!
//! Tested against a fake of our own with updates (`tests/support/telegram.rs`) and against `teremock`, which a stranger made.

pub mod meaning;
pub mod outgoing;
pub mod wire;

mod api;
mod courier;
mod hearing;
mod hub;

use courier::TelegramCourier;

use crate::config::telegram;
use crate::domain::message::{AccountKey, Command, Courier};
use crate::error::Fault;
use crate::metrics::Metrics;
use crate::platform::pace::Limits;
use crate::platform::{Inbox, Platform};
use api::Api;
use axum::Router;
use futures_util::future::BoxFuture;
use hub::Hub;
use secrecy::SecretString;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use teloxide::payloads::GetMe;

/// The platform's name in chat and account keys.
pub const PLATFORM: &str = "telegram";
/// Where Telegram brings updates, with a webhook.
pub const PATH: &str = "/telegram";

/// `[telegram]`, in the types that are worked with.
pub struct Settings {
    token: SecretString,
    webhook_url: String,
    webhook_secret: SecretString,
    poll_seconds: u32,
    text_units: usize,
    mentions: usize,
    chat_interval_ms: u64,
    group_per_minute: usize,
    per_second: usize,
    max_file_bytes: usize,
    max_photo_bytes: usize,
}

impl Settings {
    /// How fast the bot may speak.
    fn limits(&self) -> Limits {
        Limits {
            chat_interval: Duration::from_millis(self.chat_interval_ms),
            group_per_minute: self.group_per_minute,
            chat_per_hour: 0,
            window: Duration::from_secs(1),
            per_window: self.per_second,
        }
    }
}

impl From<&telegram::Telegram> for Settings {
    fn from(c: &telegram::Telegram) -> Self {
        Self {
            token: c.token.clone(),
            webhook_url: c.webhook_url.clone(),
            webhook_secret: c.webhook_secret.clone(),
            poll_seconds: c.poll_seconds,
            text_units: c.text_units,
            mentions: c.mentions,
            chat_interval_ms: c.chat_interval_ms,
            group_per_minute: c.group_per_minute,
            per_second: c.per_second,
            max_file_bytes: c.max_file_bytes,
            max_photo_bytes: c.max_photo_bytes,
        }
    }
}

/// The waits that nobody needs to configure; tests shorten them.
#[derive(Clone, Debug)]
pub struct Timing {
    /// Before the first new try; doubles.
    pub first_retry: Duration,
    /// It doubles no further.
    pub longest_retry: Duration,
    /// After a refused token.
    pub refused_retry: Duration,
    /// While another program asks for the same bot's updates.
    pub conflict_retry: Duration,
    /// Failures in a row that mean offline.
    pub strikes: u32,
    /// Beside the time that a question for updates may wait.
    pub poll_grace: Duration,
    /// For what was heard to become durable: then the operator is told, and a webhook is told to bring it again.
    pub kept: Duration,
    /// For the last confirmation.
    pub goodbye: Duration,
    /// Before each new try of a message that a 5xx refused.
    pub send_retries: Vec<Duration>,
    /// The longest that a message waits for its turn.
    pub patience: Duration,
    /// One file's.
    pub file: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let s = Duration::from_secs;
        Self {
            first_retry: s(1),
            longest_retry: s(60),
            refused_retry: s(300),
            conflict_retry: s(30),
            strikes: 3,
            poll_grace: s(15),
            kept: s(20),
            goodbye: s(5),
            send_retries: vec![s(1), s(3)],
            patience: s(30),
            file: s(60),
        }
    }
}

/// Who answers to the token, and whether it hears groups: for `zhibu check`.
///
/// # Errors
/// Why Telegram does not say so.
pub async fn look(config: &telegram::Telegram) -> Result<String, String> {
    let api = Api::new(&config.api_url, &config.token, Duration::from_millis(config.request_timeout_ms))?;
    let me = api.call(&GetMe::new()).await.map_err(|f| f.to_string())?;
    let me = wire::User::deserialize(me).unwrap_or_default();
    let hears =
        if me.can_read_all_group_messages { "hears all that is said in its groups" } else { "privacy mode is on: in groups it hears only what is said to it" };
    Ok(format!("@{} answers and {hears}", me.username))
}

/// What the platform is started with.
pub struct Start<'a> {
    /// `[telegram]`; its token is set.
    pub config: &'a telegram::Telegram,
    /// The waits.
    pub timing: Timing,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where events go.
    pub inbox: Inbox,
    /// The menu.
    pub commands: Vec<Command>,
    /// What somebody reads who presses another's buttons.
    pub not_yours: String,
}

/// The platform, running.
pub struct Telegram {
    hub: Arc<Hub>,
    courier: Arc<TelegramCourier>,
}

impl Telegram {
    /// Starts it.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn start(start: Start<'_>) -> Result<Self, Fault> {
        let Start { config, timing, metrics, inbox, commands, not_yours } = start;
        let api = Api::new(&config.api_url, &config.token, Duration::from_millis(config.request_timeout_ms)).map_err(Fault::Other)?;
        let hub = Hub::new(config.into(), timing, api, metrics, inbox, commands, not_yours);
        hub.life.hearing.spawn(hearing::hear(hub.clone()));
        Ok(Self { courier: Arc::new(TelegramCourier::new(hub.clone())), hub })
    }
}

impl Platform for Telegram {
    fn routes(&self) -> Router {
        hearing::routes(self.hub.clone())
    }

    fn courier(&self) -> Arc<dyn Courier> {
        self.courier.clone()
    }

    fn accounts(&self) -> Vec<(AccountKey, bool)> {
        self.hub.me().map(|me| (me.account.clone(), self.hub.online())).into_iter().collect()
    }

    fn quiet(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.hub.life.quiet())
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.hub.life.quiet.cancel();
            hearing::confirm(&self.hub).await;
            self.hub.life.close().await;
        })
    }
}
