//! What hearing and sending share: who we are, what was heard, who can be answered, and what became durable.

use super::api::Api;
use super::meaning::{self, Around, Meaning};
use super::sign::Keys;
use super::windows::Windows;
use super::wire::Frame;
use super::{PLATFORM, Settings, Timing};
use crate::domain::message::{AccountKey, ChatKey, Event, Incoming, Segment};
use crate::effects::Effects;
use crate::metrics::Metrics;
use crate::platform::Inbox;
use crate::platform::buttons::Signer;
use crate::platform::life::Life;
use crate::platform::marks::Marks;
use crate::platform::recent::Recent;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};

/// Messages, callbacks and chats that are remembered.
const REMEMBERED: usize = 50_000;
/// So often something is worked on again that could not be; then it is passed over, or it would come for ever.
const TRIES: u32 = 6;

/// What became of something that was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is worked on.
    Pending,
    /// It is durable.
    Kept,
    /// It could not be worked on, so often.
    Failed(u32),
}

struct State {
    /// By callback and by message: the same may come twice, by two kinds of events, or be replayed.
    fates: Recent<String, Fate>,
    /// What we wrote, by its quotable id.
    wrote: Recent<String, ()>,
    /// Groups, and whether all that is said there is heard.
    groups: Recent<ChatKey, bool>,
    /// What we are called.
    name: String,
}

/// What a mark stands for.
struct Marked {
    /// What was heard before it.
    heard: Vec<String>,
    /// The gateway's number of it.
    seq: Option<i64>,
}

/// What hearing and sending share.
pub struct Hub {
    /// The settings.
    pub settings: Settings,
    /// The waits.
    pub timing: Timing,
    /// The API.
    pub api: Api,
    /// Signs and verifies.
    pub keys: Keys,
    /// Who can be answered.
    pub windows: Windows,
    /// The clock and randomness.
    pub effects: Effects,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where events go.
    pub inbox: Inbox,
    /// Our account.
    pub me: AccountKey,
    /// Buttons.
    pub signer: Signer,
    /// How it ends.
    pub life: Life,
    /// Everything up to this number of the gateway's is durable.
    pub confirmed: AtomicI64,
    /// Something that the gateway brought could not be worked on: it is to be brought again.
    pub rewind: Notify,
    /// Markdown was refused: text goes plain.
    pub plain: AtomicBool,
    online: AtomicBool,
    states_told: AtomicBool,
    state: Mutex<State>,
    marks: Marks<Marked>,
}

impl Hub {
    /// Not connected yet. None without a secret.
    pub fn new(settings: Settings, timing: Timing, api: Api, effects: Effects, metrics: Arc<Metrics>, inbox: Inbox) -> Option<Arc<Self>> {
        let secret = settings.config.secret.expose_secret();
        let (keys, signer) = (Keys::of(secret)?, Signer::new(secret));
        Some(Arc::new(Self {
            windows: Windows::new(&settings),
            me: meaning::account(&settings.config.app_id),
            settings,
            timing,
            api,
            keys,
            effects,
            metrics,
            inbox,
            signer,
            life: Life::default(),
            confirmed: AtomicI64::new(0),
            rewind: Notify::new(),
            plain: AtomicBool::new(false),
            online: AtomicBool::new(false),
            states_told: AtomicBool::new(true),
            state: Mutex::new(State { fates: Recent::new(REMEMBERED), wrote: Recent::new(REMEMBERED), groups: Recent::new(REMEMBERED), name: String::new() }),
            marks: Marks::default(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Now, UTC milliseconds.
    pub fn now(&self) -> i64 {
        self.effects.clock.now()
    }

    /// Whether we can hear and send.
    pub fn online(&self) -> bool {
        self.online.load(Ordering::SeqCst)
    }

    /// We can hear and send, or no longer can; tells where that is news.
    pub async fn set_online(&self, online: bool) {
        if self.online.swap(online, Ordering::SeqCst) == online {
            return;
        }
        self.metrics.up(PLATFORM, &self.me.id, online);
        if online {
            tracing::info!(account = %self.me, "online");
        } else {
            tracing::warn!(account = %self.me, "offline: QQ does not answer as it should");
        }
        self.hand_over(Event::Account { bot: self.me.clone(), online }).await;
    }

    /// What we are called.
    pub fn is_called(&self, name: &str) {
        if !name.is_empty() {
            name.clone_into(&mut self.state().name);
        }
    }

    /// We wrote a message that can be quoted by this id.
    pub fn wrote(&self, id: &str) {
        self.state().wrote.put(id.to_owned(), ());
    }

    /// Whether the chat was heard of.
    pub fn knows(&self, chat: &ChatKey) -> bool {
        self.windows.is_open(chat, self.now()) || self.state().groups.get(chat).is_some()
    }

    /// Whether all that is said in a chat is heard.
    pub fn hears_all(&self, chat: &ChatKey) -> bool {
        chat.private || self.state().groups.get(chat).copied().unwrap_or(false)
    }

    /// Into the inbox; false where nobody listens any more.
    async fn hand_over(&self, event: Event) -> bool {
        self.inbox.send(event).await.is_ok()
    }

    /// What became of something that was heard before.
    pub fn fate(&self, key: &str) -> Option<Fate> {
        self.state().fates.get(key).copied()
    }

    /// Takes something up, unless it is being worked on, or was.
    fn takes_up(&self, key: &str) -> bool {
        let mut state = self.state();
        let anew = !matches!(state.fates.get(key), Some(Fate::Pending | Fate::Kept));
        if anew {
            state.fates.put(key.to_owned(), Fate::Pending);
        }
        anew
    }

    /// One event, into the inbox, with what it is remembered by; none where nobody listens any more. What is none, or none
    /// for us, is logged without a word of it and passed over.
    async fn hear(self: &Arc<Self>, frame: &Frame) -> Option<Vec<String>> {
        let meaning = {
            let name = self.state().name.clone();
            let wrote = |id: &str| self.state().wrote.get(id).is_some();
            meaning::read(frame, &Around { me: &self.me, name: &name, wrote: &wrote })
        };
        let now = self.now();
        let mut heard = Vec::new();
        let handed = match meaning {
            Meaning::Message { incoming, all } => {
                self.learn(&incoming.chat, all);
                let key = incoming.source();
                if self.takes_up(&key) {
                    heard.push(key);
                    self.heard(&incoming, now);
                    self.hand_over(Event::Message(incoming)).await
                } else {
                    self.metrics.strange(PLATFORM, "passed_over");
                    true
                }
            }
            Meaning::Pressed { interaction, incoming, data } => self.pressed(interaction, *incoming, &data, &mut heard).await,
            Meaning::Push(chat, takes) => {
                self.windows.takes_push(&chat, takes, now);
                true
            }
            Meaning::Gone(chat) => {
                self.windows.takes_push(&chat, false, now);
                tracing::info!(%chat, "the bot was put out of a chat");
                true
            }
            Meaning::Nothing(what) => {
                self.metrics.strange(PLATFORM, "passed_over");
                tracing::debug!(kind = %frame.t, what, "an event was passed over");
                true
            }
        };
        handed.then_some(heard)
    }

    fn heard(&self, incoming: &Incoming, now: i64) {
        self.metrics.heard(PLATFORM);
        self.windows.opens(&incoming.chat, &incoming.quote_id, now);
    }

    /// Whether all is heard in a group is seen by what comes; where only the @ came so far, QQ is asked.
    fn learn(self: &Arc<Self>, chat: &ChatKey, all: bool) {
        if chat.private {
            return;
        }
        let known = {
            let mut state = self.state();
            let known = state.groups.get(chat).copied();
            if known.is_none() || all {
                state.groups.put(chat.clone(), all);
            }
            known
        };
        if known.is_none() && self.states_told.load(Ordering::SeqCst) {
            let (hub, chat) = (self.clone(), chat.clone());
            self.life.tasks.spawn(async move { hub.ask_state(chat).await });
        }
    }

    /// How a group stands to the bot; not every bot is told.
    async fn ask_state(&self, chat: ChatKey) {
        let path = format!("/v2/groups/{}/bot_state", chat.id);
        let asked = tokio::select! {
            asked = self.api.call(Method::GET, &path, None) => asked,
            () = self.life.quiet.cancelled() => return,
        };
        match asked {
            Ok(said) => {
                if let Some(all) = said["recv_msg_setting"].as_str() {
                    self.state().groups.put(chat.clone(), all == "all");
                }
                if let Some(push) = said["allow_proactive_msg"].as_bool() {
                    self.no_push(&chat, push);
                }
            }
            Err(super::api::Failure::Refused(_) | super::api::Failure::Own(super::api::Reason::NoPush)) => {
                self.states_told.store(false, Ordering::SeqCst);
                tracing::debug!("QQ does not tell this bot how groups stand to it: that is learned by trying");
            }
            Err(_) => {}
        }
    }

    /// Whether a chat takes what answers nothing; that it does not is said once.
    pub fn no_push(&self, chat: &ChatKey, takes: bool) {
        if self.windows.takes_push(chat, takes, self.now()) && !takes {
            tracing::warn!(%chat, "this chat takes only answers from the bot: what it starts itself waits there until somebody has spoken; the chat's owner may allow it in the bot's settings there");
        }
    }

    async fn pressed(self: &Arc<Self>, interaction: String, mut incoming: Incoming, data: &str, heard: &mut Vec<String>) -> bool {
        let read = self.signer.read(&incoming.chat, &incoming.sender.id, data);
        let mine = read.is_some();
        let handed = if let Some((question, says)) = read {
            incoming.segments = vec![Segment::Choice { question: question.to_owned(), says: says.to_owned() }];
            let key = incoming.source();
            if self.takes_up(&key) {
                heard.push(key);
                self.heard(&incoming, self.now());
                self.hand_over(Event::Message(Box::new(incoming))).await
            } else {
                true
            }
        } else {
            self.metrics.strange(PLATFORM, "not_theirs");
            true
        };
        // 0: done; 3: may not
        let (hub, code) = (self.clone(), if mine { 0 } else { 3 });
        self.life.tasks.spawn(async move { drop(hub.api.call(Method::PUT, &format!("/interactions/{interaction}"), Some(&json!({"code": code}))).await) });
        handed
    }

    /// Hears an event and asks to be told when all that it led to is durable (true), or can't be (false). None where nobody
    /// is there to make it so.
    async fn mark(self: &Arc<Self>, frame: &Frame, callback: Option<String>, seq: Option<i64>) -> Option<oneshot::Receiver<bool>> {
        let _turn = self.marks.turn().await;
        if let Some(key) = &callback {
            self.state().fates.put(key.clone(), Fate::Pending);
        }
        let mut heard = self.hear(frame).await?;
        heard.extend(callback);
        self.marks.set(&self.inbox, &self.me, Marked { heard, seq }).await.ok().map(|(_, told)| told)
    }

    /// Whether an event that a callback brought is durable; none where that is not known within the time that QQ waits.
    pub async fn kept(self: &Arc<Self>, frame: &Frame, callback: String) -> Option<bool> {
        let told = self.mark(frame, Some(callback), None).await?;
        tokio::select! {
            kept = tokio::time::timeout(self.timing.kept, told) => kept.ok()?.ok(),
            () = self.inbox.closed() => None,
        }
    }

    /// An event that the gateway brought, with its number; false where nobody listens any more.
    pub async fn brought(self: &Arc<Self>, frame: &Frame, seq: i64) -> bool {
        self.mark(frame, None, Some(seq)).await.is_some()
    }

    /// Whether everything up to this mark is durable.
    pub fn tell(&self, mark: i64, durable: bool) {
        let Some((Marked { heard, seq }, tell)) = self.marks.take(mark) else { return };
        let mut over = durable;
        {
            let mut state = self.state();
            for key in heard {
                state.fates.put(key, if durable { Fate::Kept } else { Fate::Failed(1) });
            }
            if let Some(seq) = seq.filter(|_| !durable) {
                let key = format!("seq {seq}");
                let times = match state.fates.get(&key) {
                    Some(Fate::Failed(times)) => times + 1,
                    _ => 1,
                };
                state.fates.put(key, Fate::Failed(times));
                over = times >= TRIES;
            }
        }
        if let Some(seq) = seq {
            if over {
                self.confirmed.fetch_max(seq, Ordering::SeqCst);
                if !durable {
                    tracing::error!("an event could not be worked on, {TRIES} times: it is passed over, see the faults above");
                }
            } else {
                self.rewind.notify_one();
            }
        }
        // whoever waited may have gone
        let _ = tell.send(durable);
    }

    /// A callback could not be worked on: whether that was so often enough to pass it over.
    pub fn in_vain(&self, event: &str) -> bool {
        let mut state = self.state();
        let key = format!("vain {event}");
        let times = match state.fates.get(&key) {
            Some(Fate::Failed(times)) => times + 1,
            _ => 1,
        };
        state.fates.put(key, Fate::Failed(times));
        times >= TRIES
    }
}
