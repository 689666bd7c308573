//! The only code that speaks to chat networks. A platform hands over [`crate::domain::message::Event`]s and
//! implements [`crate::domain::message::Courier`]; it sees neither store nor language.
//!
//! To add one: a folder here with (1) a reader from its wire to `Event`, (2) a `Courier`, (3) the routes or the
//! connection loop that `app` mounts or spawns; and its section in `config::bot`. Nothing else changes.

pub mod onebot;
mod recent;
pub mod telegram;
mod text;
pub mod webchat;

use crate::domain::message::Event;
use tokio::sync::mpsc;

/// Where a platform puts what it hears. Bounded: a platform that is faster than the bot waits here.
pub type Inbox = mpsc::Sender<Event>;
