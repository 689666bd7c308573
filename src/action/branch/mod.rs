//! A unit: its chats, roles, roster and settings.

pub mod activate;
pub(in crate::action) mod appoint;
pub mod checkup;
pub mod coverage;
pub mod roster_drop;
pub mod roster_import;
pub mod settings;
pub mod setup;
pub(in crate::action) mod units;
