//! What hearing and sending share: who we are, whether we are connected, what was heard, what can be answered, and which
//! chats take nothing before somebody speaks there.

use super::line::{Line, Unanswered};
use super::meaning::{self, Around};
use super::wire::{EVENT, Frame, word};
use super::{PLATFORM, Timing};
use crate::config::wecom::Wecom as Config;
use crate::domain::message::{AccountKey, ChatKey, Event, SendError};
use crate::effects::Effects;
use crate::metrics::Metrics;
use crate::platform::Inbox;
use crate::platform::pace::{Limits, Pace};
use crate::platform::recent::Recent;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Messages and chats that are remembered.
const REMEMBERED: usize = 20_000;
/// Events that wait for the inbox before the connection does: acknowledgements come behind them.
const WAITING: usize = 4096;
/// A chat that took nothing is tried again after so long, milliseconds: somebody may have spoken while we were away.
const AGAIN: i64 = 6 * 3_600_000;

/// Why WeCom did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It is not connected.
    Offline,
    /// Try again, not before so many milliseconds where it is said.
    Later(Option<i64>, String),
    /// Nobody knows whether it was done.
    Unknown(String),
    /// That message can't be answered any more.
    Expired,
    /// Nothing can be sent to that chat now.
    NoChat,
    /// It never will be.
    Refused(String),
}

impl From<Failure> for SendError {
    fn from(f: Failure) -> Self {
        match f {
            Failure::Offline => Self::Offline,
            Failure::Later(after, reason) => Self::Later { after, reason },
            Failure::Unknown(why) => Self::Unknown(why),
            Failure::Expired => Self::Refused("the message can't be answered any more".into()),
            Failure::NoChat => Self::Waits("WeCom sends only where somebody spoke to the bot before".into()),
            Failure::Refused(why) => Self::Refused(why),
        }
    }
}

/// A message that was heard and can be answered, once.
struct Open {
    chat: ChatKey,
    req_id: String,
    until: i64,
}

struct State {
    /// Messages that were heard, and how they are answered, where they were not.
    heard: Recent<String, Option<Open>>,
    /// Chats that were heard of (none), or take nothing before this instant.
    chats: Recent<ChatKey, Option<i64>>,
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
    /// The limits.
    pub pace: Pace<ChatKey>,
    /// No more messages are taken; answers still are.
    pub quiet: CancellationToken,
    /// The connection is to end.
    pub close: CancellationToken,
    /// What hands over: it ends when everything read is in the inbox.
    pub hearing: TaskTracker,
    /// Every other task.
    pub tasks: TaskTracker,
    events: mpsc::Sender<Event>,
    state: Mutex<State>,
}

/// Carries events to the inbox until there are no more.
pub async fn forward(hub: Arc<Hub>, mut queue: mpsc::Receiver<Event>, inbox: Inbox) {
    loop {
        let event = tokio::select! {
            biased;
            event = queue.recv() => event,
            () = hub.quiet.cancelled() => {
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

impl Hub {
    /// Not connected yet; and the events that are to be carried on.
    pub fn new(config: Config, timing: Timing, effects: Effects, metrics: Arc<Metrics>) -> (Arc<Self>, mpsc::Receiver<Event>) {
        let (events, queue) = mpsc::channel(WAITING);
        let limits = Limits { group_per_minute: config.chat_per_minute, ..Limits::default() };
        let hub = Arc::new(Self {
            me: meaning::account(&config.bot_id),
            config,
            timing,
            effects,
            metrics,
            pace: Pace::new(limits),
            quiet: CancellationToken::new(),
            close: CancellationToken::new(),
            hearing: TaskTracker::new(),
            tasks: TaskTracker::new(),
            events,
            state: Mutex::new(State { heard: Recent::new(REMEMBERED), chats: Recent::new(REMEMBERED), line: None }),
        });
        (hub, queue)
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
        self.state().line.is_some()
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

    /// Something that WeCom brought. What is none for us, or came before, is logged without a word of it and passed over.
    pub async fn brought(&self, frame: &Frame) {
        let now = self.now();
        let read = if frame.cmd == EVENT {
            Err("an event of a kind that is not used")
        } else {
            meaning::read(&frame.body, &Around { me: &self.me, name: &self.config.name, now })
        };
        let incoming = match read {
            _ if self.quiet.is_cancelled() => return,
            Ok(incoming) => incoming,
            Err(what) => {
                self.metrics.strange(PLATFORM, "passed_over");
                tracing::debug!(kind = word(&frame.body, &["msgtype"]), what, "passed over");
                return;
            }
        };
        {
            let mut state = self.state();
            let again = state.heard.get(&incoming.quote_id).is_some();
            state.chats.put(incoming.chat.clone(), None);
            if again {
                drop(state);
                self.metrics.strange(PLATFORM, "repeated");
                return;
            }
            let open = Open { chat: incoming.chat.clone(), req_id: frame.req_id.clone(), until: now + self.config.answer_seconds * 1000 };
            state.heard.put(incoming.quote_id.clone(), (!frame.req_id.is_empty()).then_some(open));
        }
        self.metrics.heard(PLATFORM);
        let _gone = self.events.send(Event::Message(Box::new(incoming))).await;
    }

    /// Under what a message is answered, where it can be and was not.
    pub fn answer_to(&self, chat: &ChatKey, quote: Option<&str>) -> Option<String> {
        let quote = quote?;
        let mut state = self.state();
        let open = state.heard.get(quote)?.as_ref().filter(|o| o.chat == *chat && o.until > self.effects.clock.now())?;
        let req_id = open.req_id.clone();
        state.heard.put(quote.to_owned(), None);
        Some(req_id)
    }

    /// It was not answered after all.
    pub fn reopen(&self, chat: &ChatKey, quote: Option<&str>, req_id: String) {
        let until = self.now() + self.config.answer_seconds * 1000;
        if let Some(quote) = quote {
            self.state().heard.put(quote.to_owned(), Some(Open { chat: chat.clone(), req_id, until }));
        }
    }

    /// Whether something may be sent to a chat by itself, as far as is known.
    pub fn takes(&self, chat: &ChatKey) -> bool {
        let now = self.now();
        self.state().chats.get(chat).is_none_or(|until| until.is_none_or(|t| t <= now))
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
        let words = || format!("WeCom says {}: {}", frame.errcode, frame.errmsg.chars().take(100).collect::<String>());
        Err(match frame.errcode {
            0 => return Ok(frame.body),
            -1 => Failure::Later(None, words()),
            846_605 | 846_608 => Failure::Expired,
            93_006 => Failure::NoChat,
            45_009 | 45_011 | 45_033 | 846_607 => Failure::Later(i64::try_from(self.timing.rate.as_millis()).ok(), words()),
            _ => Failure::Refused(words()),
        })
    }
}
