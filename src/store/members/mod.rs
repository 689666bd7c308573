//! The tree, its people, their accounts and chats, and how somebody is forgotten.

pub mod accounts;
pub(in crate::store) mod change;
pub mod chats;
pub mod coverage;
pub mod dossier;
pub mod erase;
pub mod known;
pub(in crate::store) mod opaque;
pub mod roster;
pub mod units;
pub(in crate::store) mod unname;
