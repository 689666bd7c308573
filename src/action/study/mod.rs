//! Issues (期) of a duty, official exports, the return and the ranks.

pub(in crate::action) mod excuse;
pub mod filing;
pub mod issues;
pub mod ranking;
pub mod study_drop;
pub mod study_import;
pub(in crate::action) mod study_match;
