//! Meetings, leave and issues.

pub mod issues;
pub(in crate::store) mod leave;
pub(in crate::store) mod meetings;
pub mod sessions;
