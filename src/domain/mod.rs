//! Plain types and the pure rules over them. No I/O, no clock; imports nothing of ours but `error`.

pub mod apart;
pub mod attachment;
pub mod calendar;
pub mod chats;
pub mod course;
pub mod cron;
pub mod decide;
pub mod document;
pub mod duty;
pub mod holidays;
pub mod ids;
pub mod ledger;
pub mod meeting;
pub mod membership;
pub mod message;
pub mod money;
pub mod natural;
pub mod record;
pub mod relief;
pub mod role;
pub mod roster;
pub mod screenshot;
pub mod timing;
pub mod treasury;
