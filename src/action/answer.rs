//! Answers to the bot's questions.
use super::context::{Context, Reply};
use crate::error::Error;

/// A yes, a no or a number with no question open.
pub async fn without_question(cx: &Context) -> Result<Reply, Error> {
    let _ = cx;
    unimplemented!()
}
