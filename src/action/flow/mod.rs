//! From an event to what is done, and the way out: chats in their order, one voice a chat, answers that wait.

pub mod afterwards;
pub mod brakes;
pub mod buttons;
pub mod catch_up;
pub mod fresh;
pub mod gather;
pub mod lanes;
pub mod links;
pub mod memory;
pub mod recent;
pub mod router;
pub(in crate::action) mod sending;
pub mod voices;
