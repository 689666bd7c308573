//! The rooms with their history, the files dropped in, and what the pages are told. All in memory, all bounded.

use super::{BOT, Backstage, FILES, HISTORY, Options, PLATFORM, Person, ROOMS, Reminded, Understood};
use crate::domain::attachment::Attachment;
use crate::domain::calendar::Zone;
use crate::domain::message::{AccountKey, ChatKey, Event};
use crate::domain::role::Role;
use crate::effects::Effects;
use crate::platform::Inbox;
use serde::Serialize;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, broadcast};
use tokio_util::sync::CancellationToken;

/// The web chat: hand it to the web server ([`Webchat::router`]) and, as a `Courier`, to whoever sends.
pub struct Webchat {
    pub(super) bot_name: String,
    pub(super) zone: Zone,
    pub(super) effects: Effects,
    pub(super) backstage: Arc<dyn Backstage>,
    pub(super) inbox: Inbox,
    pub(super) stop: CancellationToken,
    pub(super) pages: Arc<Semaphore>,
    news: broadcast::Sender<Arc<str>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rooms: HashMap<ChatKey, Room>,
    files: VecDeque<(String, Arc<[u8]>)>,
    /// The bot's, to be taken away.
    given: VecDeque<(String, Arc<Attachment>)>,
    touched: u64,
}

#[derive(Default)]
struct Room {
    messages: VecDeque<Shown>,
    understood: Option<Understood>,
    touched: u64,
}

/// Who wrote a message, as the page shows it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Author {
    pub id: String,
    pub name: String,
    pub role: Option<Role>,
    pub bot: bool,
}

/// A piece of a message as the page shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Piece {
    Text(String),
    Mention {
        id: String,
        name: String,
    },
    File {
        name: String,
        size: u64,
        /// Under which it can be fetched, where it is the bot's.
        #[serde(skip_serializing_if = "Option::is_none")]
        handle: Option<String>,
    },
    /// A picture of the bot's.
    Picture {
        name: String,
        handle: String,
    },
}

/// The beginning of a quoted message.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Quote {
    pub id: String,
    pub name: String,
    pub text: String,
    pub bot: bool,
}

/// A message as the page shows it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Shown {
    pub id: String,
    pub chat: ChatKey,
    pub from: Author,
    pub at: i64,
    pub local: String,
    pub quote: Option<Quote>,
    pub parts: Vec<Piece>,
    pub reactions: Vec<&'static str>,
    pub recalled: bool,
}

impl Shown {
    /// The first characters of what it says.
    pub fn snippet(&self) -> String {
        let all = self.parts.iter().map(|p| match p {
            Piece::Text(t) => t.clone(),
            Piece::Mention { name, .. } => format!("@{name} "),
            Piece::File { name, .. } | Piece::Picture { name, .. } => format!("[{name}]"),
        });
        all.collect::<String>().chars().take(60).map(|c| if c == '\n' { ' ' } else { c }).collect()
    }
}

/// A room in the page's list.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Listed {
    pub chat: ChatKey,
    pub name: String,
    pub private: bool,
    /// The speaker of a private chat.
    pub person: Option<Person>,
    pub last: Option<Shown>,
}

/// What every page is told.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum News<'a> {
    Message { message: &'a Shown },
    Reaction { chat: &'a ChatKey, id: &'a str, emoji: &'a str },
    Recalled { chat: &'a ChatKey, id: &'a str },
    Understood { chat: &'a ChatKey, understood: &'a Understood },
    Clock { at: i64, local: String, reminded: Option<&'a Reminded> },
}

/// The "noted" emoji.
const NOTED: &str = "👌";

impl Webchat {
    /// Opens the web chat; what it hears goes to `inbox`.
    pub fn new(options: Options, inbox: Inbox) -> Arc<Self> {
        let Options { bot_name, zone, effects, backstage, stop } = options;
        let pages = Arc::new(Semaphore::new(super::PAGES));
        Arc::new(Self { bot_name, zone, effects, backstage, inbox, stop, pages, news: broadcast::Sender::new(1024), state: Mutex::default() })
    }

    /// Tells the bot that its account here is ready: call it once, when the bot listens.
    pub async fn announce(&self) {
        // a bot that is gone has no use for the news
        let _ = self.inbox.send(Event::Account { bot: super::bot_account(), online: true }).await;
    }

    pub(super) fn now_shown(&self) -> (i64, String) {
        let now = self.effects.clock.now();
        (now, self.zone.show(now))
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<str>> {
        self.news.subscribe()
    }

    pub(super) fn tell(&self, news: &News<'_>) {
        // no page being connected is no error
        let _ = self.news.send(json(news).into());
    }

    /// Keeps a message and tells the pages, in one order for all.
    pub(super) fn show(&self, message: Shown) {
        let mut state = self.lock();
        self.tell(&News::Message { message: &message });
        let room = state.room(&message.chat);
        room.messages.push_back(message);
        while room.messages.len() > HISTORY {
            room.messages.pop_front();
        }
    }

    /// Puts the "noted" emoji on a message; false where it is not kept.
    pub(super) fn react_to(&self, chat: &ChatKey, id: &str) -> bool {
        let mut state = self.lock();
        let Some(message) = state.find(chat, id) else { return false };
        if !message.reactions.contains(&NOTED) {
            message.reactions.push(NOTED);
        }
        self.tell(&News::Reaction { chat, id, emoji: NOTED });
        true
    }

    /// Marks a message of this sender's as taken back; false where there is none.
    pub(super) fn take_back(&self, chat: &ChatKey, id: &str, sender: &str) -> bool {
        let mut state = self.lock();
        let Some(message) = state.find(chat, id).filter(|m| m.from.id == sender && !m.recalled) else { return false };
        message.recalled = true;
        message.parts.clear();
        message.quote = None;
        self.tell(&News::Recalled { chat, id });
        true
    }

    /// What is quoted, where it is still kept.
    pub(super) fn quote(&self, chat: &ChatKey, id: &str) -> Option<Quote> {
        let mut state = self.lock();
        let m = state.find(chat, id).filter(|m| !m.recalled)?;
        Some(Quote { id: m.id.clone(), name: m.from.name.clone(), text: m.snippet(), bot: m.from.bot })
    }

    /// The room's messages, oldest first, and what was understood last.
    pub(super) fn history(&self, chat: &ChatKey) -> (Vec<Shown>, Option<Understood>) {
        self.lock().rooms.get(chat).map(|r| (r.messages.iter().cloned().collect(), r.understood.clone())).unwrap_or_default()
    }

    /// Rooms with their last message.
    pub(super) fn rooms(&self) -> Vec<(ChatKey, Option<Shown>)> {
        self.lock().rooms.iter().map(|(k, r)| (k.clone(), r.messages.back().cloned())).collect()
    }

    /// Keeps what was understood of the last message, and tells.
    pub(super) fn understood(&self, chat: &ChatKey, understood: Understood) {
        let mut state = self.lock();
        self.tell(&News::Understood { chat, understood: &understood });
        state.room(chat).understood = Some(understood);
    }

    /// Keeps a file; its handle.
    pub(super) fn keep_file(&self, bytes: &[u8]) -> String {
        let handle = self.effects.ids.next().to_string();
        let mut state = self.lock();
        state.files.push_back((handle.clone(), bytes.into()));
        while state.files.len() > FILES {
            state.files.pop_front();
        }
        handle
    }

    /// The bytes of a file, where it is still kept.
    pub(super) fn file(&self, handle: &str) -> Option<Arc<[u8]>> {
        self.lock().files.iter().find(|(h, _)| h == handle).map(|(_, bytes)| bytes.clone())
    }

    /// Keeps a file of the bot's; its handle.
    pub(super) fn give_file(&self, file: &Attachment) -> String {
        let handle = self.effects.ids.next().to_string();
        let mut state = self.lock();
        state.given.push_back((handle.clone(), Arc::new(file.clone())));
        while state.given.len() > FILES {
            state.given.pop_front();
        }
        handle
    }

    /// A file of the bot's, where it is still kept.
    pub(super) fn given(&self, handle: &str) -> Option<Arc<Attachment>> {
        self.lock().given.iter().find(|(h, _)| h == handle).map(|(_, file)| file.clone())
    }

    pub(super) fn bot_author(&self) -> Author {
        Author { id: BOT.into(), name: self.bot_name.clone(), role: None, bot: true }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // nothing that runs under this lock can leave it half changed
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The room, made where it is new; the one that was silent longest makes place.
    fn room(&mut self, chat: &ChatKey) -> &mut Room {
        self.touched += 1;
        if !self.rooms.contains_key(chat)
            && self.rooms.len() >= ROOMS
            && let Some(silent) = self.rooms.iter().min_by_key(|(_, r)| r.touched).map(|(k, _)| k.clone())
        {
            self.rooms.remove(&silent);
        }
        let room = self.rooms.entry(chat.clone()).or_default();
        room.touched = self.touched;
        room
    }

    fn find(&mut self, chat: &ChatKey, id: &str) -> Option<&mut Shown> {
        self.rooms.get_mut(chat)?.messages.iter_mut().rev().find(|m| m.id == id)
    }
}

/// JSON of our own types, which have no key that is not text.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("our own types are JSON")
}

/// The private chat with this account.
pub(super) fn private_with(id: &str) -> ChatKey {
    ChatKey::private(&AccountKey::new(PLATFORM, id))
}
