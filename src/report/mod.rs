//! What is told about the records: pure, from what others read. It sees neither the store nor a clock.
//!
//! `tally` counts who has met a duty, who is missing and at what rate.

pub mod tally;
