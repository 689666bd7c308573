//! What hearing and sending share: who we are, whether we are connected, what was heard, what can be answered, and which
//! chats take nothing before somebody speaks there.

use super::failure::{Failure, failed};
use super::http::Http;
use super::line::{Line, Unanswered};
use super::meaning::{self, Around};
use super::webhook::Webhooks;
use super::wire::{EVENT, Frame, word};
use super::{PLATFORM, Timing};
use crate::config::wecom::Wecom as Config;
use crate::domain::message::{AccountKey, ChatKey, Event};
use crate::effects::Effects;
use crate::metrics::Metrics;
use crate::platform::Inbox;
use crate::platform::life::Life;
use crate::platform::marks::Marks;
use crate::platform::pace::{Limits, Pace};
use crate::platform::recent::Recent;
use crate::platform::seal::Keys;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Messages and chats that are remembered.
const REMEMBERED: usize = 20_000;
/// Events that wait for the inbox before the connection does: acknowledgements come behind them.
const WAITING: usize = 4096;
/// A chat that took nothing is tried again after so long, milliseconds: somebody may have spoken while we were away.
const AGAIN: i64 = 6 * 3_600_000;
/// By callbacks, a message that was not answered for so long, milliseconds, needs no answer.
const UNANSWERED: i64 = 10_000;

/// How a message is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// By a frame under this id.
    Frame(String),
    /// At this address.
    Url(String),
}

/// A message that was heard and can be answered, once.
#[derive(Clone)]
pub struct Open {
    chat: ChatKey,
    /// By which way.
    pub how: How,
    since: i64,
    until: i64,
}

struct State {
    /// Messages that were heard, and how they are answered, where they were not.
    heard: Recent<String, Option<Open>>,
    /// Chats that were heard of (none), or take nothing before this instant.
    chats: Recent<ChatKey, Option<i64>>,
    /// The last message of a chat.
    last: Recent<ChatKey, String>,
    /// Messages that could not be worked on: they are heard again.
    lost: HashSet<String>,
    line: Option<Arc<Line>>,
}

/// What hearing and sending share.
pub struct Hub {
    /// `[wecom]`.
    pub config: Config,
    /// The waits.
    pub timing: Timing,
    /// Clock, ids and randomness.
    pub effects: Effects,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Our account.
    pub me: AccountKey,
    /// What opens callbacks, where they come.
    pub keys: Option<Keys>,
    /// Webhooks of groups.
    pub webhooks: Webhooks,
    /// Asks by HTTP.
    pub http: Http,
    /// The limits.
    pub pace: Pace<ChatKey>,
    /// How it ends.
    pub life: Life,
    events: mpsc::Sender<Event>,
    state: Mutex<State>,
    /// What was heard before each.
    marks: Marks<Option<String>>,
}

/// Carries events to the inbox until there are no more.
pub async fn forward(hub: Arc<Hub>, mut queue: mpsc::Receiver<Event>, inbox: Inbox) {
    loop {
        let event = tokio::select! {
            biased;
            event = queue.recv() => event,
            () = hub.life.quiet.cancelled() => {
                queue.close();
                queue.recv().await
            }
        };
        let Some(event) = event else { return };
        if inbox.send(event).await.is_err() {
            return;
        }
    }
}

impl State {
    fn open(&self, id: &str, chat: &ChatKey, now: i64) -> Option<&Open> {
        self.heard.get(id)?.as_ref().filter(|o| o.chat == *chat && o.until > now)
    }
}

impl Hub {
    /// Not connected yet; and the events that are to be carried on.
    ///
    /// # Errors
    /// Where the keys are none or the machine's TLS can't be set up.
    pub fn new(config: Config, timing: Timing, effects: Effects, metrics: Arc<Metrics>) -> Result<(Arc<Self>, mpsc::Receiver<Event>), String> {
        let keys = if config.callback_url.is_empty() {
            None
        } else {
            Some(Keys::new(&config.token, &config.aes_key, &config.receive_id).ok_or("[wecom] aes_key is none")?)
        };
        let (events, queue) = mpsc::channel(WAITING);
        let limits = Limits { group_per_minute: config.chat_per_minute, chat_per_hour: config.chat_per_hour, ..Limits::default() };
        let hub = Arc::new(Self {
            me: meaning::account(&config.bot_id),
            keys,
            webhooks: Webhooks::new(&config),
            http: Http::new(&timing, Duration::from_millis(config.request_timeout_ms))?,
            config,
            timing,
            effects,
            metrics,
            pace: Pace::new(limits),
            life: Life::default(),
            events,
            state: Mutex::new(State {
                heard: Recent::new(REMEMBERED),
                chats: Recent::new(REMEMBERED),
                last: Recent::new(REMEMBERED),
                lost: HashSet::new(),
                line: None,
            }),
            marks: Marks::default(),
        });
        Ok((hub, queue))
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
        self.keys.is_some() || self.state().line.is_some()
    }

    /// Callbacks come to us: nothing is to be connected.
    pub async fn is_called(&self) {
        self.metrics.up(PLATFORM, &self.me.id, true);
        // nobody listens at the end
        let _gone = self.events.send(Event::Account { bot: self.me.clone(), online: true }).await;
    }

    /// An id that no command had before.
    pub fn fresh(&self, what: &str) -> String {
        format!("{what}_{}", self.effects.ids.next())
    }

    /// We are connected by this line, or no more; tells where that is news.
    pub async fn connected(&self, line: Option<Arc<Line>>) {
        let online = line.is_some();
        let before = std::mem::replace(&mut self.state().line, line).is_some();
        if before == online {
            return;
        }
        self.metrics.up(PLATFORM, &self.me.id, online);
        if online {
            tracing::info!(account = %self.me, "online");
        } else {
            tracing::warn!(account = %self.me, "offline");
        }
        // nobody listens at the end
        let _gone = self.events.send(Event::Account { bot: self.me.clone(), online }).await;
    }

    /// Something that WeCom brought. What is none for us, or came before, is logged without a word of it and passed over; the
    /// id of what was handed over.
    pub async fn brought(&self, frame: &Frame) -> Option<String> {
        let now = self.now();
        let read = if frame.cmd == EVENT {
            Err("an event of a kind that is not used")
        } else {
            meaning::read(&frame.body, &Around { me: &self.me, name: &self.config.name, now })
        };
        let incoming = match read {
            _ if self.life.quiet.is_cancelled() => return None,
            Ok(incoming) => incoming,
            Err(what) => {
                self.metrics.strange(PLATFORM, "passed_over");
                tracing::debug!(kind = word(&frame.body, &["msgtype"]), what, "passed over");
                return None;
            }
        };
        let id = incoming.quote_id.clone();
        {
            let mut state = self.state();
            let again = !state.lost.remove(&id) && state.heard.get(&id).is_some();
            state.chats.put(incoming.chat.clone(), None);
            if again {
                drop(state);
                self.metrics.strange(PLATFORM, "repeated");
                return None;
            }
            let (url, config) = (word(&frame.body, &["response_url"]), &self.config);
            let how = match (&*frame.req_id, url) {
                ("", "") => None,
                ("", url) => Some((How::Url(url.to_owned()), config.callback_answer_seconds)),
                (req_id, _) => Some((How::Frame(req_id.to_owned()), config.answer_seconds)),
            };
            let open = how.map(|(how, lasts)| Open { chat: incoming.chat.clone(), how, since: now, until: now + lasts * 1000 });
            state.heard.put(id.clone(), open);
            state.last.put(incoming.chat.clone(), id.clone());
        }
        self.metrics.heard(PLATFORM);
        // nobody listens at the end
        let _gone = self.events.send(Event::Message(Box::new(incoming))).await;
        Some(id)
    }

    /// Something that a callback brought; whether all that it led to is durable, and known to be within the time that WeCom
    /// waits.
    pub async fn kept(&self, frame: &Frame) -> bool {
        let marked = {
            let _turn = self.marks.turn().await;
            let heard = self.brought(frame).await;
            self.marks.set(&self.events, &self.me, heard).await
        };
        let (mark, told) = match marked {
            Ok(marked) => marked,
            Err(heard) => {
                self.lost(heard);
                return false;
            }
        };
        let known = tokio::time::timeout(self.timing.kept, told).await;
        if known.is_err() {
            tracing::warn!(mark, "what a callback brought is not on disk yet: WeCom is to bring it again");
        }
        matches!(known, Ok(Ok(true)))
    }

    /// Whether everything up to this mark is durable.
    pub fn tell(&self, mark: i64, durable: bool) {
        let Some((heard, tell)) = self.marks.take(mark) else { return };
        self.lost(heard.filter(|_| !durable));
        // whoever waited may have gone
        let _gone = tell.send(durable);
    }

    /// What was heard could not be worked on: it is heard again.
    fn lost(&self, heard: Option<String>) {
        self.state().lost.extend(heard);
    }

    /// How a message is answered, where it can be and was not. By callbacks, what answers nothing takes the place of an
    /// answer that was not needed.
    pub fn answer_to(&self, chat: &ChatKey, quote: Option<&str>) -> Option<(String, Open)> {
        let now = self.now();
        let mut state = self.state();
        let id = quote.map(str::to_owned).filter(|q| state.open(q, chat, now).is_some());
        let id = id.or_else(|| self.keys.as_ref().and_then(|_| state.last.get(chat).cloned()))?;
        let open = state.open(&id, chat, now)?.clone();
        state.heard.put(id.clone(), None);
        Some((id, open))
    }

    /// It was not answered after all: it is as open as it was.
    pub fn reopen(&self, id: String, open: Open) {
        self.state().heard.put(id, Some(open));
    }

    /// Whether something that answers nothing can go to a chat now.
    pub fn reaches(&self, chat: &ChatKey) -> bool {
        if self.webhooks.has(chat) {
            return true;
        }
        if self.keys.is_none() {
            return self.online() && self.takes(chat);
        }
        let (now, state) = (self.now(), self.state());
        let last = state.last.get(chat).and_then(|id| state.open(id, chat, now));
        last.is_some_and(|o| o.since + UNANSWERED <= now)
    }

    /// Whether something may be sent to a chat by itself, as far as is known.
    pub fn takes(&self, chat: &ChatKey) -> bool {
        let now = self.now();
        self.state().chats.get(chat).is_none_or(|until| until.is_none_or(|t| t <= now))
    }

    /// Whether the bot may begin to speak in a chat.
    pub fn pushes(&self, chat: &ChatKey) -> bool {
        self.webhooks.has(chat) || self.keys.is_none() && self.takes(chat)
    }

    /// Whether the chat was heard of.
    pub fn knows(&self, chat: &ChatKey) -> bool {
        self.state().chats.get(chat).is_some_and(Option::is_none)
    }

    /// A chat takes nothing before somebody speaks there.
    pub fn shut(&self, chat: &ChatKey) {
        let until = self.now() + AGAIN;
        self.state().chats.put(chat.clone(), Some(until));
        tracing::warn!("WeCom sends nothing to a chat before somebody spoke to the bot there: what is for it waits");
    }

    /// Sends a command, under an id of its own or of the message that it answers; what its acknowledgement brings.
    pub async fn call(&self, cmd: &str, req_id: Option<&str>, body: &Value, timeout: Duration) -> Result<Value, Failure> {
        let line = self.state().line.clone().ok_or(Failure::Offline)?;
        let own = self.fresh(cmd);
        let frame = match line.call(cmd, req_id.unwrap_or(&own), body, timeout).await {
            Ok(frame) => frame,
            Err(Unanswered::Gone) => return Err(Failure::Offline),
            Err(Unanswered::Unknown(why)) => return Err(Failure::Unknown(why.into())),
        };
        match frame.errcode {
            0 => Ok(frame.body),
            code => Err(failed(code, &frame.errmsg, i64::try_from(self.timing.rate.as_millis()).unwrap_or(i64::MAX))),
        }
    }
}
