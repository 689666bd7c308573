//! `谁没…`: who is missing, as the duty's privacy allows (law 12).

use super::context::{Context, Reply};
use crate::domain::calendar::Period;
use crate::error::Error;

/// By name where the group may hear names or the chat is private and the speaker may know; else a count.
pub async fn missing(cx: &Context, duty: Option<&str>, periods: &[Period]) -> Result<Reply, Error> {
    let _ = (cx, duty, periods);
    unimplemented!()
}
