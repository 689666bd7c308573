//! What hearing and sending share: who we are, who waits for an answer, to whom something may be sent, and what became durable.

use super::api::Api;
use super::desk::{Desk, Waits};
use super::meaning;
use super::windows::Windows;
use super::{PLATFORM, Timing, Words};
use crate::config::official::Official as Config;
use crate::domain::message::{AccountKey, ChatKey, Event, Incoming};
use crate::effects::Effects;
use crate::metrics::Metrics;
use crate::platform::Inbox;
use crate::platform::life::Life;
use crate::platform::marks::Marks;
use crate::platform::recent::Recent;
use crate::platform::seal::Keys;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Seals that are remembered: as many as could come within their time.
const SEALS: usize = 20_000;
/// An account that may send no customer-service messages is tried again after so long, milliseconds.
const NOT_ALLOWED: i64 = 6 * 3_600_000;
/// The same of one whose keys are none.
const UNAUTHORIZED: i64 = 10 * 60_000;
/// Who follows the account, or chooses from its menu, may be sent so many customer-service messages, within milliseconds.
const GREETED: (usize, i64) = (3, 60_000);

/// What hearing and sending share.
pub struct Hub {
    /// `[official]`.
    pub config: Config,
    /// The waits.
    pub timing: Timing,
    /// Clock, ids and randomness.
    pub effects: Effects,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// What it says itself.
    pub words: Words,
    /// Our account.
    pub me: AccountKey,
    /// What opens callbacks, where they are sealed.
    pub keys: Option<Keys>,
    /// Who waits for which answer.
    pub desk: Desk,
    /// To whom something may be sent.
    pub windows: Windows,
    /// The API.
    pub api: Api,
    /// How it ends.
    pub life: Life,
    inbox: Inbox,
    /// The message before each.
    marks: Marks<String>,
    /// What came under which seal, in the clear: its digest.
    seals: Mutex<Recent<String, [u8; 32]>>,
    told: Mutex<Option<String>>,
}

impl Hub {
    /// Nobody came yet.
    ///
    /// # Errors
    /// Where the keys are none or the machine's TLS can't be set up.
    pub fn new(config: Config, timing: Timing, words: Words, effects: Effects, metrics: Arc<Metrics>, inbox: Inbox) -> Result<Arc<Self>, String> {
        if config.token.expose_secret().is_empty() {
            return Err("[official] token is empty: anybody could bring messages".into());
        }
        let keys = if config.aes_key.expose_secret().is_empty() {
            None
        } else {
            Some(Keys::new(&config.token, &config.aes_key, &config.app_id).ok_or("[official] aes_key is none")?)
        };
        let waits = Waits {
            answer: Duration::from_millis(config.answer_ms),
            hold: timing.hold,
            again: timing.again,
            deliveries: config.deliveries,
            gather: timing.gather,
            linger: timing.linger,
            grace: timing.grace,
        };
        Ok(Arc::new(Self {
            me: meaning::account(&config.app_id),
            keys,
            desk: Desk::new(waits, config.text_bytes, words.more.clone(), words.rest.clone()),
            windows: Windows::new(),
            api: Api::new(&config, effects.clock.clone())?,
            config,
            timing,
            words,
            effects,
            metrics,
            life: Life::default(),
            inbox,
            marks: Marks::default(),
            seals: Mutex::new(Recent::new(SEALS)),
            told: Mutex::default(),
        }))
    }

    /// Now, UTC milliseconds.
    pub fn now(&self) -> i64 {
        self.effects.clock.now()
    }

    /// Callbacks come to us: nothing is to be connected.
    pub async fn is_called(&self) {
        self.metrics.up(PLATFORM, &self.me.id, true);
        // nobody listens at the end
        let _gone = self.inbox.send(Event::Account { bot: self.me.clone(), online: true }).await;
    }

    /// Whether a seal in the clear, which says nothing of what stands beneath it, was used for something else.
    pub fn used_for_another(&self, seal: String, body: &[u8]) -> bool {
        let body: [u8; 32] = Sha256::digest(body).into();
        let mut seals = self.seals.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = seals.get(&seal) {
            return *before != body;
        }
        seals.put(seal, body);
        false
    }

    /// Somebody wrote (or chose from the menu): from now on something may be sent there.
    pub fn opens(&self, chat: &ChatKey, written: bool) {
        let most = if self.config.service_messages == 0 { usize::MAX } else { self.config.service_messages };
        let (most, lasts) = if written { (most, self.config.service_seconds * 1000) } else { (GREETED.0.min(most), GREETED.1) };
        self.windows.opens(chat, lasts, most, self.now());
        if self.serves(chat) {
            self.desk.carries_nothing(chat);
        }
    }

    /// Hands a message over, and asks to be told when all that it led to is durable.
    pub async fn hear(&self, incoming: Incoming) {
        // its mark comes right behind it, and answers for nothing else
        let _turn = self.marks.turn().await;
        self.metrics.heard(PLATFORM);
        let id = incoming.quote_id.clone();
        if self.inbox.send(Event::Message(Box::new(incoming))).await.is_err() {
            return self.desk.kept(&id, false);
        }
        if let Err(id) = self.marks.set(&self.inbox, &self.me, id).await {
            self.desk.kept(&id, false);
        }
    }

    /// Whether everything up to this mark is durable.
    pub fn tell(&self, mark: i64, durable: bool) {
        // who brought it looks at the desk
        if let Some((id, _)) = self.marks.take(mark) {
            self.desk.kept(&id, durable);
        }
    }

    /// Whether customer-service messages can go to somebody now, as far as is known.
    pub fn serves(&self, chat: &ChatKey) -> bool {
        self.api.can_ask() && self.windows.is_open(chat, self.now())
    }

    /// None go to anybody for a while; why is said once.
    pub fn serves_nobody(&self, allowed: bool, why: &str) {
        self.windows.off_until(self.now() + if allowed { UNAUTHORIZED } else { NOT_ALLOWED });
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.as_deref() != Some(why) {
            *told = Some(why.to_owned());
            tracing::warn!("{why}: what the bot starts itself waits for the next message of whom it is for");
        }
    }
}
