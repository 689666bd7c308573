//! The web chat of `zhibu demo`: a chat network of one process, with a page to speak in it as anybody.
//!
//! `hub` keeps the rooms and tells the pages, `say` turns what a page sends into an event, `courier` is the bot's
//! way out, `routes` and `socket` are the doors with `guard` before them. It keeps nothing on disk and proves
//! nobody's identity: it is for a loopback address. What it must know from above, it asks of a [`Backstage`].

mod courier;
mod guard;
mod hub;
mod routes;
mod say;
mod socket;

pub use hub::Webchat;

use crate::domain::calendar::{Period, Zone};
use crate::domain::ids::RecordId;
use crate::domain::message::{AccountKey, ChatKey, Incoming};
use crate::domain::record::{Evidence, Kind, State};
use crate::domain::role::Role;
use crate::effects::Effects;
use crate::error::Fault;
use futures_util::future::BoxFuture;
use serde::Serialize;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The platform's name in chat and account keys.
pub const PLATFORM: &str = "webchat";
/// The bot's own account.
pub const BOT: &str = "zhibu";
/// Messages kept of one chat.
pub const HISTORY: usize = 300;
/// Chats kept; the one that was silent longest goes first.
pub const ROOMS: usize = 500;
/// Characters in one message of a person's.
pub const TEXT_CHARS: usize = 4000;
/// Bytes in one frame from a page.
pub const FRAME_BYTES: usize = 64 * 1024;
/// Bytes of one file.
pub const FILE_BYTES: usize = 5 * 1024 * 1024;
/// Files kept; the oldest goes first.
pub const FILES: usize = 8;
/// Pages connected at once.
pub const PAGES: usize = 32;

/// The bot's account here.
pub fn bot_account() -> AccountKey {
    AccountKey::new(PLATFORM, BOT)
}

/// How the web chat is set up.
pub struct Options {
    /// What the bot is called in the page, and by an @: 小支.
    pub bot_name: String,
    /// The zone of the times shown.
    pub zone: Zone,
    /// Clock and ids.
    pub effects: Effects,
    /// What it must know from above.
    pub backstage: Arc<dyn Backstage>,
    /// Ends every open socket.
    pub stop: CancellationToken,
}

/// Somebody who can be chosen as the speaker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The account's id on this platform.
    pub id: String,
    /// The name on the roster.
    pub name: String,
    /// The strongest role; none for somebody on no roster.
    pub role: Option<Role>,
    /// The unit's own name: 白泥镇第一团支部.
    pub unit: String,
    /// The group that the person is in, where there is one.
    pub chat: Option<ChatKey>,
}

/// A group that can be spoken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Which.
    pub chat: ChatKey,
    /// The group's name.
    pub name: String,
}

/// A line of the ledger for the side panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The record.
    pub id: RecordId,
    /// Local time, `2026-11-22 20:00`.
    pub local: String,
    /// Whose.
    pub name: String,
    /// The branch's name.
    pub branch: String,
    /// The duty's name.
    pub duty: String,
    /// Which period.
    pub period: Period,
    /// What it says.
    pub kind: Kind,
    /// With its unit: `0.2 元`, `1`.
    pub value: String,
    /// Attendance or leave.
    pub state: Option<State>,
    /// What it rests on.
    pub evidence: Evidence,
    /// Who said it, where it was not the member.
    pub by: Option<String>,
    /// The line that it takes back or confirms.
    pub refers: Option<RecordId>,
    /// Whether a later line takes it back.
    pub reversed: bool,
}

/// What the language made of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Understood {
    /// The text that was read.
    pub text: String,
    /// Whether it was for the bot: an @, its name, a reply to it, a leading `/`, a private chat.
    pub addressed: bool,
    /// What was meant; nothing, where nothing was for the bot.
    pub meanings: Vec<Meant>,
}

/// One thing meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Meant {
    /// The intent as `zhibu explain` prints it.
    pub intent: serde_json::Value,
    /// Which part gave what: (`duty`, first byte, byte after the last) of `text`.
    pub why: Vec<(String, usize, usize)>,
}

/// A reminder to which the clock was moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reminded {
    /// The scheduled time, UTC milliseconds.
    pub at: i64,
    /// What it is about, for the person at the page: 青年大学习.
    pub what: String,
}

/// What the web chat asks of the layers above it; `app` answers. Small queries: called once or twice a message.
pub trait Backstage: Send + Sync {
    /// People whose name (or pinyin, or unit) holds the query, at most 50; an empty one: everybody's first 50,
    /// those with a role before members.
    fn people<'a>(&'a self, query: &'a str) -> BoxFuture<'a, Result<Vec<Person>, Fault>>;
    /// The person of this account id.
    fn person<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Person>, Fault>>;
    /// Every group.
    fn groups(&self) -> BoxFuture<'_, Result<Vec<Group>, Fault>>;
    /// Who is in a group.
    fn members<'a>(&'a self, chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<Person>, Fault>>;
    /// The newest records of the chat's branches (in a private chat: the person's), newest first.
    fn records<'a>(&'a self, chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<Row>, Fault>>;
    /// What the language makes of a message, before the bot answers it.
    fn explain<'a>(&'a self, message: &'a Incoming) -> BoxFuture<'a, Understood>;
    /// Moves the clock to the next reminder; none where none is to come.
    fn next_reminder(&self) -> BoxFuture<'_, Result<Option<Reminded>, Fault>>;
}
