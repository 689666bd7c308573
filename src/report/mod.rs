//! What is told about the records: pure, from what others read. It sees neither the store nor a clock.
//!
//! `tally` counts who has met a duty, who is missing and at what rate; `reminder` words it for a chat.

pub mod arrears;
pub mod filing;
pub mod ledger_sheet;
pub mod namesakes;
pub mod ranking;
pub mod reminder;
pub mod tally;
pub mod unpaid;
