//! The bot's questions and their answers, and words that mean something only where they are said.

pub mod answer;
pub mod bare;
pub(in crate::action) mod called;
pub mod meant_here;
pub(in crate::action) mod namesakes;
pub mod question;
pub mod whose;
