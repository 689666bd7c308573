//! What hearing and sending share: who we are, what we wrote, who is called what, and what became durable.

use super::api::Api;
use super::meaning::{self, Around, Me, Meaning};
use super::wire::{Message, Update};
use super::{PLATFORM, Settings, Timing};
use crate::domain::message::{ChatKey, Command, Event, Incoming, Segment};
use crate::metrics::Metrics;
use crate::platform::Inbox;
use crate::platform::buttons::Signer;
use crate::platform::life::Life;
use crate::platform::marks::Marks;
use crate::platform::pace::Pace;
use crate::platform::recent::Recent;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use teloxide::payloads::{AnswerCallbackQuery, EditMessageReplyMarkup};
use teloxide::types::{CallbackQueryId, ChatId, MessageId};
use tokio::sync::oneshot;

/// `@names` that are remembered.
const NAMES: usize = 50_000;
/// Chats that are remembered.
const CHATS: usize = 50_000;

/// What is remembered.
struct State {
    /// Whose `@name` it is, in small letters.
    names: Recent<String, String>,
    /// Chats that were heard.
    heard: Recent<ChatKey, ()>,
    /// Old ids of groups, with the new ones.
    moved: Recent<i64, i64>,
    /// The first part of each album.
    albums: Recent<(i64, String), i64>,
    /// How often an update was brought in vain.
    tried: Recent<i64, u32>,
}

/// What hearing and sending share.
pub struct Hub {
    /// The settings.
    pub settings: Settings,
    /// The waits.
    pub timing: Timing,
    /// The Bot API.
    pub api: Api,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where events go.
    pub inbox: Inbox,
    /// The menu.
    pub commands: Vec<Command>,
    /// What somebody reads who presses another's buttons.
    pub not_yours: String,
    /// How it ends.
    pub life: Life,
    /// Turns.
    pub pace: Pace<i64>,
    /// Buttons.
    pub signer: Signer,
    /// The update that is asked for next: everything before it is in the inbox.
    pub next: AtomicI64,
    me: RwLock<Option<Arc<Me>>>,
    online: AtomicBool,
    /// Privacy mode is off: it hears groups.
    pub hears_all: AtomicBool,
    state: Mutex<State>,
    marks: Marks<()>,
    /// The mark of a batch that the shutdown came upon.
    last: Mutex<Option<oneshot::Receiver<bool>>>,
}

impl Hub {
    /// Not connected yet.
    pub fn new(settings: Settings, timing: Timing, api: Api, metrics: Arc<Metrics>, inbox: Inbox, commands: Vec<Command>, not_yours: String) -> Arc<Self> {
        let (pace, signer) = (Pace::new(settings.limits()), Signer::new(secrecy::ExposeSecret::expose_secret(&settings.token)));
        Arc::new(Self {
            settings,
            timing,
            api,
            metrics,
            inbox,
            commands,
            not_yours,
            life: Life::default(),
            pace,
            signer,
            next: AtomicI64::new(0),
            me: RwLock::default(),
            online: AtomicBool::new(false),
            hears_all: AtomicBool::new(true),
            state: Mutex::new(State {
                names: Recent::new(NAMES),
                heard: Recent::new(CHATS),
                moved: Recent::new(CHATS),
                albums: Recent::new(CHATS),
                tried: Recent::new(CHATS),
            }),
            marks: Marks::default(),
            last: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who we are, once Telegram said so.
    pub fn me(&self) -> Option<Arc<Me>> {
        self.me.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Telegram says who we are.
    pub fn is_me(&self, me: Me) {
        *self.me.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(me));
    }

    /// Whether we can hear and send.
    pub fn online(&self) -> bool {
        self.online.load(Ordering::SeqCst)
    }

    /// We can hear and send, or no longer can; tells where that is news.
    pub async fn set_online(&self, online: bool) {
        let Some(me) = self.me() else { return };
        if self.online.swap(online, Ordering::SeqCst) == online {
            return;
        }
        self.metrics.up(PLATFORM, &me.account.id, online);
        if online {
            tracing::info!(account = %me.account, name = %me.username, "online");
        } else {
            tracing::warn!(account = %me.account, "offline: Telegram does not answer as it should");
        }
        self.hand_over(Event::Account { bot: me.account.clone(), online }).await;
    }

    /// Into the inbox; false where nobody listens any more.
    async fn hand_over(&self, event: Event) -> bool {
        self.inbox.send(event).await.is_ok()
    }

    /// Whether the chat was heard of.
    pub fn knows(&self, chat: &ChatKey) -> bool {
        self.state().heard.get(chat).is_some()
    }

    /// The group's id now, where it had another.
    pub fn current(&self, group: i64) -> i64 {
        self.state().moved.get(&group).copied().unwrap_or(group)
    }

    /// A group has a new id: what we send goes there, and whoever is above is told.
    pub fn moved(self: &Arc<Self>, from: i64, to: i64) {
        self.state().moved.put(from, to);
        let (hub, event) = (self.clone(), Event::Moved { from: meaning::group(from), to: meaning::group(to) });
        self.life.tasks.spawn(async move {
            hub.hand_over(event).await;
        });
    }

    /// One update, into the inbox; false where nobody listens any more. What is none, or none for us, is logged without a
    /// word of it and passed over.
    pub async fn hear(self: &Arc<Self>, value: serde_json::Value) -> bool {
        let kind = value.as_object().and_then(|o| o.keys().find(|k| *k != "update_id").cloned()).unwrap_or_default();
        let (Some(me), Ok(update)) = (self.me(), serde_json::from_value::<Update>(value)) else {
            self.metrics.strange(PLATFORM, "broken");
            tracing::warn!("an update that is none was passed over");
            return true;
        };
        for m in [&update.message, &update.edited_message].into_iter().flatten() {
            self.learn(m);
        }
        if update.message.as_ref().is_some_and(|m| self.is_later_part(m)) {
            self.metrics.strange(PLATFORM, "passed_over");
            return true;
        }
        let named = |name: &str| self.state().names.get(name).cloned();
        let meaning = meaning::read(&update, &Around { me: &me, commands: &self.commands, named: &named });
        match meaning {
            Meaning::Message(incoming) => {
                self.heard(&incoming);
                self.hand_over(Event::Message(incoming)).await
            }
            Meaning::Edited(incoming) => {
                self.heard(&incoming);
                self.hand_over(Event::Edited(incoming)).await
            }
            Meaning::Pressed { query, incoming, data } => self.pressed(&me, query, *incoming, &data).await,
            Meaning::Moved { from, to } => {
                if let (Ok(old), Ok(new)) = (from.id.parse(), to.id.parse()) {
                    self.state().moved.put(old, new);
                }
                self.hand_over(Event::Moved { from, to }).await
            }
            Meaning::Nothing(what) => {
                self.metrics.strange(PLATFORM, "passed_over");
                tracing::debug!(%kind, what, "an update was passed over");
                true
            }
        }
    }

    fn learn(&self, m: &Message) {
        let replied = m.reply_to_message.as_ref().and_then(|r| r.from.as_ref());
        for user in [m.from.as_ref(), replied].into_iter().flatten().filter(|u| !u.username.is_empty() && u.id > 0) {
            self.state().names.put(user.username.to_lowercase(), user.id.to_string());
        }
    }

    /// Whether it is a picture of an album whose first came before, with nothing said beneath it: it is no message of its own.
    fn is_later_part(&self, m: &Message) -> bool {
        if m.media_group_id.is_empty() || m.photo.is_empty() {
            return false;
        }
        let (key, mut state) = ((m.chat.id, m.media_group_id.clone()), self.state());
        let first = state.albums.get(&key).copied();
        if first.is_none() {
            state.albums.put(key, m.message_id);
        }
        m.caption.is_empty() && first.is_some_and(|first| first != m.message_id)
    }

    fn heard(&self, incoming: &Incoming) {
        self.metrics.heard(PLATFORM);
        self.state().heard.put(incoming.chat.clone(), ());
    }

    async fn pressed(self: &Arc<Self>, me: &Me, query: String, mut incoming: Incoming, data: &str) -> bool {
        let read = self.signer.read(&incoming.chat, &incoming.sender.id, data);
        let mut handed = true;
        let mut answer = AnswerCallbackQuery::new(CallbackQueryId(query));
        if incoming.bot == me.account
            && let Some((question, says)) = read
        {
            incoming.segments = vec![Segment::Choice { question: question.to_owned(), says: says.to_owned() }];
            self.heard(&incoming);
            if let (Ok(chat), Ok(message)) = (incoming.chat.around().as_ref().unwrap_or(&incoming.chat).id.parse(), incoming.quote_id.parse()) {
                // used once: the buttons go
                let hub = self.clone();
                self.life.tasks.spawn(async move { drop(hub.api.call(&EditMessageReplyMarkup::new(ChatId(chat), MessageId(message))).await) });
            }
            handed = self.hand_over(Event::Message(Box::new(incoming))).await;
        } else {
            self.metrics.strange(PLATFORM, "not_theirs");
            answer.text = Some(self.not_yours.clone());
            answer.show_alert = Some(true);
        }
        let hub = self.clone();
        self.life.tasks.spawn(async move { drop(hub.api.call(&answer).await) });
        handed
    }

    /// Asks to be told when everything handed over so far is durable (true), or can't be (false). None where nobody is there to
    /// make it so.
    pub async fn mark(&self) -> Option<(i64, oneshot::Receiver<bool>)> {
        self.marks.set(&self.inbox, &self.me()?.account, ()).await.ok()
    }

    /// Whether an update that was brought is durable; none where that is not known within the time that a webhook waits.
    pub async fn kept(self: &Arc<Self>, update: serde_json::Value) -> Option<bool> {
        let (mark, told) = {
            let _turn = self.marks.turn().await;
            if !self.hear(update).await {
                return None;
            }
            self.mark().await?
        };
        let kept = tokio::select! {
            kept = tokio::time::timeout(self.timing.kept, told) => kept,
            () = self.inbox.closed() => return None,
        };
        self.marks.take(mark);
        kept.ok()?.ok()
    }

    /// An update that was brought could not be worked on: whether that was so often enough to pass it over.
    pub fn in_vain(&self, update: i64, times: u32) -> bool {
        let mut state = self.state();
        let tried = state.tried.get(&update).copied().unwrap_or(0) + 1;
        state.tried.put(update, tried);
        tried >= times
    }

    /// Whether everything up to this mark is durable.
    pub fn tell(&self, mark: i64, durable: bool) {
        if let Some(((), tell)) = self.marks.take(mark) {
            // whoever waited may have gone
            let _ = tell.send(durable);
        }
    }

    /// The shutdown came while this was waited for: it is looked at last of all.
    pub fn leave(&self, told: oneshot::Receiver<bool>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
    }

    /// Whether everything that was heard before the shutdown is durable.
    pub fn all_kept(&self) -> bool {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).take();
        last.is_none_or(|mut told| told.try_recv() == Ok(true))
    }
}
