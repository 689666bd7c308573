//! Check-in, the meeting's record, and leave.

pub mod leave;
pub(in crate::action) mod leave_ahead;
pub(in crate::action) mod leave_back;
pub(in crate::action) mod leave_days;
pub mod meeting;
pub mod sessions;
