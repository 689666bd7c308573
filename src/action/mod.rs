//! What people ask of the bot: (context, intent) → reply, a file for each thing, in folders by what it is about.
//!
//! | folder | what it is |
//! |---|---|
//! | [`flow`] | in and out: [`flow::router`] takes events in the order of their chat and decides who is heard, [`flow::voices`] knows which account of ours answers there, `flow::sending` sends |
//! | [`dialogue`] | the bot's questions and their answers; words that mean something only where they are said |
//! | [`records`] | what enters, confirms and takes back records, whatever the duty: reports, lists, screenshots, undo |
//! | [`dues`], [`study`], [`meetings`] | what is special to money, to issues and official exports, to check-in and leave |
//! | [`members`], [`branch`] | people and their accounts; a unit's chats, roles, roster and settings |
//! | [`queries`] | what is read: who is missing, rates, tables |
//! | [`reminding`] | reminders and notices, and the word for whoever runs the bot |
//!
//! Beside them: [`context`] finds out where a message was said and by whom, [`dispatch`] goes from an intent to its file,
//! [`permission`] is the only place that asks who may, [`cache`] keeps the tree and the rosters at hand.
//!
//! To add an action: an `Intent` in `language::intent` with its words, a file here with
//! `pub async fn …(cx: &Context) -> Result<Reply, Error>`, and its line in `dispatch`, which does not compile
//! without it; its words in `bot-config/messages`.
//!
#![doc = include_str!("README.md")]

pub mod bot;
pub mod branch;
pub mod cache;
pub mod context;
pub mod dialogue;
pub mod dispatch;
pub mod dues;
pub mod flow;
pub mod help;
pub mod meetings;
pub mod members;
pub mod menu;
pub mod permission;
pub mod queries;
pub mod records;
pub mod reminding;
pub mod show;
pub mod study;

pub use bot::Bot;
pub use context::{Context, Reply, Speaker};
