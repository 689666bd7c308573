//! What of a message is the speaker's own plain word, clause by clause, and what stands around it.

pub(in crate::language) mod apart;
pub(in crate::language) mod aside;
pub(in crate::language) mod beside;
pub(in crate::language) mod call;
pub(in crate::language) mod card;
pub(in crate::language) mod clause;
pub(in crate::language) mod context;
pub(in crate::language) mod doubt;
pub(in crate::language) mod each;
pub(in crate::language) mod lead;
pub(in crate::language) mod merge;
pub(in crate::language) mod named;
pub(in crate::language) mod seen;
pub(in crate::language) mod several;
pub(in crate::language) mod statement;
pub(in crate::language) mod takeback;
pub(in crate::language) mod talk;
pub(in crate::language) mod unmeant;
pub(in crate::language) mod whole;
