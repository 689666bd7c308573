//! What enters, confirms and takes back records, whatever the duty: reports, lists, screenshots, undo.

pub mod approve;
pub(in crate::action) mod approve_said;
pub mod chain;
pub mod correct;
pub(in crate::action) mod draft;
pub mod reject;
pub mod report;
pub mod screenshot;
pub mod undo;
pub(in crate::action) mod undo_may;
pub(in crate::action) mod undo_meeting;
pub(in crate::action) mod undo_moved;
pub(in crate::action) mod undo_named;
pub(in crate::action) mod undo_still;
pub mod withdraw;
pub(in crate::action) mod wording;
