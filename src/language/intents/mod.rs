//! From clauses to what is meant: one file for each kind of thing that people say.

pub(in crate::language) mod account;
pub(in crate::language) mod appoint;
pub(in crate::language) mod bare;
pub(in crate::language) mod chat;
pub(in crate::language) mod command;
pub(in crate::language) mod correction;
pub(in crate::language) mod excusing;
pub(in crate::language) mod household;
pub(in crate::language) mod issue;
pub(in crate::language) mod leave;
pub(in crate::language) mod meeting;
pub(in crate::language) mod notices;
pub(in crate::language) mod opening;
pub(in crate::language) mod part;
pub(in crate::language) mod privacy;
pub(in crate::language) mod query;
pub(in crate::language) mod relief;
pub(in crate::language) mod report;
pub(in crate::language) mod resend;
pub(in crate::language) mod session;
pub(in crate::language) mod taken;
pub(in crate::language) mod treasury;
