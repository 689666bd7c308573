//! Reports, check-in and leave.
use super::context::{Context, Reply};
use crate::error::Error;
use crate::language::Intent;

/// Enters these and waits for what came of it.
pub async fn now(cx: &Context, intents: &[Intent]) -> Result<Reply, Error> {
    let _ = (cx, intents);
    unimplemented!()
}
