//! What every action works with: the store, the configuration, the couriers, and what is remembered in memory.

use crate::action::cache::Cache;
use crate::action::dialogue::question::Asked;
use crate::action::flow::brakes::Brakes;
use crate::action::flow::gather::Gather;
use crate::action::flow::lanes;
use crate::action::flow::links::Links;
use crate::action::flow::memory::Memory;
use crate::action::flow::recent::Recent;
use crate::action::flow::voices::Voices;
use crate::action::records::screenshot::Eyes;
use crate::action::reminding::alarm::Alarms;
use crate::config::Config;
use crate::config::messages::{Lang, Value};
use crate::domain::message::{AccountKey, ChatKey, Courier, Incoming, Outgoing, SendError};
use crate::effects::Effects;
use crate::error::Fault;
use crate::language::Grammar;
use crate::metrics::Metrics;
use crate::store::Store;
use crate::store::sending::outbox::Letter;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

/// After so long an answer that could not leave is worth nothing, milliseconds.
const WORTH: i64 = 3_600_000;
/// For so long back a message's own time counts, milliseconds.
const SAID: i64 = 2 * 86_400_000;

/// The bot. One for a process; shared by every chat's lane.
pub struct Bot {
    /// What is true.
    pub store: Store,
    /// How it is set up.
    pub config: Arc<Config>,
    /// Clock, ids, randomness.
    pub effects: Effects,
    /// The words of the configured duties.
    pub grammar: Grammar,
    /// The tree and the rosters, as last read.
    pub cache: Cache,
    /// What the operator counts.
    pub metrics: Arc<Metrics>,
    couriers: BTreeMap<String, Arc<dyn Courier>>,
    /// Reports that wait for one gathered answer.
    pub gather: Gather,
    /// What was acted on lately.
    pub recent: Recent,
    /// Who has an open question.
    pub asked: Asked,
    /// What a restart may forget.
    pub memory: Memory,
    /// How many pictures are looked at at once.
    pub eyes: Eyes,
    /// Which account of ours answers where.
    pub voices: Voices,
    /// How the operator is told.
    pub alarms: Alarms,
    /// Which accounts are stopped.
    pub brakes: Brakes,
    /// When it was last looked which notices go by the clock, UTC milliseconds.
    pub(super) tended: AtomicI64,
}

impl Bot {
    /// Puts it together; the couriers by their platform's name.
    ///
    /// # Errors
    /// A sentence for the operator where a configured word can't be used.
    pub fn new(store: Store, config: Arc<Config>, effects: Effects, couriers: Vec<Arc<dyn Courier>>, metrics: Arc<Metrics>) -> Result<Arc<Self>, String> {
        let grammar = Grammar::new(&config.duties, &config.bot.names)?;
        let links = Links::new(store.clone(), config.clone(), effects.clone());
        let couriers = couriers.into_iter().map(|c| (c.platform().to_owned(), links.over(c))).collect();
        let cache = Cache::new(store.clone());
        let voices = Voices::new(store.clone(), effects.clock.clone());
        let eyes = Eyes::new(&config.bot.screenshots);
        let alarms = Alarms::new(store.clone(), config.clone(), effects.clock.clone(), metrics.clone());
        Ok(Arc::new(Self {
            store,
            config,
            effects,
            grammar,
            cache,
            metrics,
            couriers,
            gather: Gather::default(),
            recent: Recent::default(),
            asked: Asked::default(),
            memory: Memory::default(),
            eyes,
            voices,
            alarms,
            brakes: Brakes::default(),
            tended: AtomicI64::new(i64::MAX),
        }))
    }

    /// Takes up what an earlier process left open: its questions.
    pub async fn resume(&self) -> Result<(), Fault> {
        for question in self.store.questions(self.now()).await? {
            self.asked.note(&question, self.now());
        }
        Ok(())
    }

    /// Now, UTC milliseconds.
    pub fn now(&self) -> i64 {
        self.effects.clock.now()
    }

    /// When a message was said, UTC milliseconds, for what counts by the day: its own time where that lies in the last
    /// days, else now. Platforms bring nothing older, and a clock that is ahead or was never set is no clock.
    pub fn said_at(&self, incoming: &Incoming) -> i64 {
        let now = self.now();
        if (now - SAID..=now).contains(&incoming.sent_at) { incoming.sent_at } else { now }
    }

    /// The bot's words, in its configured language.
    pub fn say(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        self.config.messages.say(self.lang(), key, args)
    }

    /// The language that it speaks.
    pub fn lang(&self) -> Lang {
        self.config.bot.language
    }

    /// The courier of a platform.
    pub fn courier(&self, platform: &str) -> Option<&Arc<dyn Courier>> {
        self.couriers.get(platform)
    }

    /// Those of all platforms: whatever is sent goes by them.
    pub fn couriers(&self) -> Vec<Arc<dyn Courier>> {
        self.couriers.values().cloned().collect()
    }

    /// Whether files can be sent into a chat.
    pub fn sends_files(&self, chat: &ChatKey) -> bool {
        self.courier(&chat.platform).is_some_and(|c| c.can(chat).sends_files)
    }

    /// Sends now; a failure is the caller's to judge.
    pub async fn send(&self, message: &Outgoing) -> Result<String, SendError> {
        match self.courier(&message.chat.platform) {
            Some(courier) => courier.send(message).await,
            None => Err(SendError::Offline),
        }
    }

    /// Something that was heard could not be worked on: whoever can is to bring it again.
    pub(super) fn failed(&self) {
        self.metrics.fault();
        lanes::faulted();
    }

    /// An answer: sent directly, once; what could not be sent is logged without its text. What the platform only takes later
    /// waits in the outbox, under this key. Whether it is known to have gone, or to wait there.
    pub async fn answer(&self, message: &Outgoing, key: &str) -> bool {
        let sent = if self.rests(&message.chat) { Err(SendError::Offline) } else { self.send(message).await };
        match sent {
            Ok(_) => {
                self.went_out(&message.chat).await;
                true
            }
            Err(error) => {
                tracing::warn!(platform = %message.chat.platform, %error, "an answer could not be sent");
                if let SendError::Throttled(_) = error
                    && let Err(fault) = self.throttled(&message.chat).await
                {
                    tracing::warn!(%fault, "that an account is stopped could not be written down");
                }
                let later = matches!(error, SendError::Later { .. } | SendError::Throttled(_) | SendError::Offline | SendError::Waits(_));
                if later && message.files().next().is_none() && self.courier(&message.chat.platform).is_some() {
                    return self.queue(message, key).await;
                }
                false
            }
        }
    }

    /// An answer into the outbox.
    async fn queue(&self, message: &Outgoing, key: &str) -> bool {
        let letter = Letter { dedupe_key: format!("answer/{key}"), message: message.clone(), expires_at: self.now() + WORTH };
        let queued = self.store.queue_letters(std::slice::from_ref(&letter), self.now()).await;
        if let Err(fault) = &queued {
            tracing::error!(%fault, "an answer that could not be sent could not be kept for later");
        }
        queued.is_ok()
    }

    /// The private chat of an account.
    pub fn private_chat(account: &AccountKey) -> ChatKey {
        ChatKey::private(account)
    }

    /// One of our accounts can hear and send, or no longer can.
    pub async fn account_state(&self, account: &AccountKey, online: bool) {
        if online && let Err(fault) = self.away_until_now(account).await {
            tracing::warn!(%account, %fault, "it could not be noted since when the account was away");
        }
        let told = if online { self.voices.came(account).await } else { self.voices.went(account).await };
        if let Err(fault) = told {
            tracing::warn!(%account, online, %fault, "the other processes could not be told of an account");
        }
    }
}
