//! The only code that speaks to chat networks. A platform hands over [`crate::domain::message::Event`]s and
//! implements [`crate::domain::message::Courier`]; it sees neither store nor language.
//!
//! # How to add a platform
//! One folder here, one section of `bot.toml`, its lines in `app::platforms`; nothing above changes. `webchat` is the smallest one
//! to read, and the whole bot speaks through it (`tests/webchat_wire.rs`); a test holds this table to it:
//!
//! | file | what it does | lines of code |
//! |---|---|---|
//! | `mod` | its limits, its types, what it asks of the house | 90 |
//! | `routes` | its doors: what a page asks over HTTP | 150 |
//! | `guard` | who is turned away there | 50 |
//! | `socket` | a page's socket, and its end | 70 |
//! | `say` | a reader: what a page sends → an event | 160 |
//! | `hub` | what it remembers, and tells the pages | 220 |
//! | `courier` | the way out | 110 |
//!
//! `official` is a small one of a network of somebody else's: its reader is `wire` and `meaning`, its door `door`, its memory `hub`
//! and `desk`, its way out `courier`, `outgoing`, `windows` and `api`. Outside of its folder it is: `config::official` with its
//! lines in `config::bot`, `config::environment` and `bot.toml`; its lines in `app::platforms`, `cli::check::platforms` and `cli::bind`; a column of
//! rosters in `intake::header`; three sentences in `messages`; a fake, its stories, a `Wire`, and its part of this folder's README.
//! `telegram` is the one to copy from, `qq` where a platform limits who may be answered when.
//!
//! 1. **A reader** from its wire to [`Event`], in two files as `telegram` has them: `wire` (types, read leniently: a field of
//!    a wrong kind is as good as missing) and `meaning` (pure). What it has to get right:
//!    - keys: [`AccountKey`] and [`ChatKey`](crate::domain::message::ChatKey) with the
//!      platform's own ids; a topic is `GROUP#TOPIC`; a private chat is the other account's;
//!    - `message_id` is `QUOTE_ID:…`, unique for good: the same message again must be the same source, or it counts twice;
//!    - mentions of the bot go to `mentions_bot`, the bot's own messages are dropped, quotes are not part of what is said;
//!    - a changed message is [`Event::Edited`], a recalled one [`Event::Recall`], a new id of a group [`Event::Moved`], a
//!      pressed button a message with [`Segment::Choice`](crate::domain::message::Segment::Choice).
//! 2. **A [`Courier`]** that says truly what it can do
//!    ([`Capabilities`](crate::domain::message::Capabilities); in one chat [`Courier::can`]).
//!    What it can't degrades by rule above it, or in it: a mention becomes the name, buttons are left out (the text says
//!    how to answer). What goes along needs no care of its own: `action::links` stands before every courier, and where a chat
//!    has no `pictures` or `sends_files`, or a file is *refused*, it sends a file, a link, or words instead. It splits long text at line ends (`text`), never inside a character or a mention, sends no markup,
//!    keeps the platform's limits, and tells apart what [`SendError`](crate::domain::message::SendError) tells apart:
//!    *later*, *unknown*, *refused*, *throttled*, *offline*, *waits*. What is shared lies beside the platforms: `parts` (an
//!    answer in several messages), `pace`, `fetch` (files, from allowed hosts only), `buttons` (signed choices), `http`, `recent`;
//!    `life` and `marks` for what comes next.
//!
//!    Where a chat takes only answers, what the bot starts itself must wait for the next one there. That rule stands in
//!    one place for all: such a chat has no `push`; `reaches` is true only while somebody can be answered, so the outbox
//!    keeps its letters until then, and `send` carries them as answers, or says *waits*. The secretary is told by
//!    `schedule::tell`. Where only what is said to the bot is heard (no `hears_all`), `绑定本群` and reminders say so.
//! 3. **A life**: `start` (spawns what hears, which waits on a bounded [`Inbox`] and tells [`Event::Account`]), and
//!    [`Platform`]. A platform that brings again what was not confirmed sends [`Event::Mark`] and confirms when
//!    [`Courier::kept`] says that all before it is durable, and brings it again when
//!    [`Courier::unkept`] says that it could not be worked on.
//! 4. **Its section** in [`crate::config`] (every limit is a setting, secrets also by `…_FILE`) with comments in
//!    `bot-config/bot.toml`, and its lines in `app::platforms` and `zhibu check`.
//! 5. **A stateful fake of its server** in `tests/support`, and a `Wire` of `tests/telegram/script.rs`: the same conversation
//!    must leave the same records. The README's table is checked against the code.
//!
#![doc = include_str!("README.md")]

mod buttons;
mod fetch;
mod http;
mod life;
mod marks;
pub mod official;
pub mod onebot;
mod pace;
mod parts;
pub mod qq;
mod recent;
pub mod seal;
pub mod telegram;
mod text;
pub mod webchat;
pub mod wecom;

use crate::domain::message::{AccountKey, Courier, Event};
use axum::Router;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Where a platform puts what it hears. Bounded: a platform that is faster than the bot waits here.
pub type Inbox = mpsc::Sender<Event>;

/// A platform that runs: what the house asks of each.
pub trait Platform: Send + Sync {
    /// What comes to our listener.
    fn routes(&self) -> Router;
    /// How messages leave.
    fn courier(&self) -> Arc<dyn Courier>;
    /// The accounts of ours that are known by now, and whether each is online.
    fn accounts(&self) -> Vec<(AccountKey, bool)>;
    /// Its connections that `/healthz` names beside the accounts, and whether each stands.
    fn lines(&self) -> Vec<(String, bool)> {
        Vec::new()
    }
    /// First step of a shutdown: takes no more events, and returns when all that were read are in the inbox. Sending still
    /// works.
    fn quiet(&self) -> BoxFuture<'_, ()>;
    /// Second step, when all that was handed over is durable: confirms it where the platform asks for that, and ends.
    fn close(&self) -> BoxFuture<'_, ()>;
}
