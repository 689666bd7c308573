//! What goes out: reminders, letters, notices, who speaks where, what failed.

pub mod anew;
pub(in crate::store) mod attachments;
pub mod brakes;
pub mod claims;
pub mod deaf;
pub mod delivery;
pub mod held;
pub mod links;
pub mod notices;
pub mod outbox;
pub mod reminders;
pub mod voices;
pub mod words_log;
