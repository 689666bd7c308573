//! What the bot can do, by what the speaker may do; and what it says to what it does not understand.

use super::context::{Context, Reply};
use crate::error::Error;
use crate::language::Intent;

/// `帮助`.
pub async fn help(cx: &Context) -> Result<Reply, Error> {
    let _ = cx;
    unimplemented!()
}
/// Understood, but there is no action for it yet: one sentence.
pub fn not_yet(cx: &Context, intent: &Intent) -> Result<Reply, Error> {
    let _ = (cx, intent);
    unimplemented!()
}
/// Addressed, but not enough said: one short question with choices.
pub fn unclear(cx: &Context, duty: Option<&str>) -> Result<Reply, Error> {
    let _ = (cx, duty);
    unimplemented!()
}
/// Addressed, and nothing understood.
pub fn puzzled(cx: &Context) -> Reply {
    let _ = cx;
    unimplemented!()
}
