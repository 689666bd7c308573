//! What people ask of the bot: one file for each thing. (context, intent) → reply.
//!
//! In flow order: `router` takes events in the order of their chat and decides who is heard; `voices` knows which
//! account of ours answers there; `context` finds out where a message was said and by whom; the file named after the
//! intent does the work; `wording` says what came of it; `sending` sends it. `permission` is the only place that asks
//! who may; `cache` keeps the tree and the rosters at hand.
//!
//! To add an action: an `Intent` in `language::intent` with its words, a file here with
//! `pub async fn …(cx: &Context) -> Result<Reply, Error>`, and its line in `dispatch`, which does not compile
//! without it; its words in `bot-config/messages`.
//!
#![doc = include_str!("README.md")]

pub mod accounts;
pub mod activate;
pub mod afterwards;
pub mod alarm;
pub mod answer;
mod appoint;
pub mod approve;
mod approve_said;
pub mod bare;
pub mod bill_drop;
pub mod bill_import;
mod bill_match;
pub mod bindings;
pub mod bot;
pub mod brakes;
pub mod buttons;
pub mod cache;
mod called;
pub mod cards;
pub mod cash;
pub mod catch_up;
pub mod chain;
pub mod checkup;
pub mod codes;
pub mod context;
pub mod correct;
pub mod coverage;
pub mod dispatch;
mod draft;
mod excuse;
pub mod export;
pub mod filing;
pub mod fresh;
pub mod gather;
mod held;
pub mod help;
pub mod hush;
pub mod issues;
pub mod lanes;
pub mod leave;
mod leave_ahead;
mod leave_back;
mod leave_days;
pub mod links;
pub mod meant_here;
pub mod meeting;
pub mod memory;
pub mod menu;
pub mod missing;
pub mod moved;
mod namesakes;
pub mod notices;
mod notices_due;
pub mod own;
mod people;
pub mod permission;
pub mod privacy;
pub mod question;
pub mod ranking;
pub mod reading;
pub mod receipt;
pub mod recent;
pub mod reject;
mod relief;
mod relief_above;
mod relief_back;
pub mod remind;
pub mod reminder_log;
pub mod reminders;
pub mod reminders_less;
pub mod report;
pub mod resend;
pub mod roster_drop;
pub mod roster_import;
pub mod router;
pub mod screenshot;
mod sending;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod show;
pub mod stats;
pub mod study_drop;
pub mod study_import;
mod study_match;
pub mod treasury;
pub mod unbind;
pub mod undo;
mod undo_may;
mod undo_meeting;
mod undo_moved;
mod undo_named;
mod undo_still;
mod units;
pub mod voices;
pub mod whose;
pub mod withdraw;
mod wording;

pub use bot::Bot;
pub use context::{Context, Reply, Speaker};
