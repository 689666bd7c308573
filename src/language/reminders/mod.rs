//! What is said of reminders: when they come again and again, when they rest, which goes at once.

pub(in crate::language) mod at_once;
pub(in crate::language) mod recurring;
pub(in crate::language) mod reminding;
pub(in crate::language) mod resting;
