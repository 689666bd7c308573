//! What is read: who is missing, rates, one's own, tables.

pub mod export;
pub mod missing;
pub mod own;
pub mod reading;
pub mod stats;
