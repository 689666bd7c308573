//! A roster file dropped into a private chat with the bot, by somebody who may: fetched, previewed, and applied on a yes.
//! Reading and comparing the file is `roster_import`'s.

use super::context::{Context, Reply};
use crate::error::Error;

/// A file came in a private chat: previews it and asks.
pub async fn dropped(cx: &Context) -> Result<Reply, Error> {
    let _ = cx;
    unimplemented!()
}

/// The sender said yes: applies the file that waits under this key.
pub async fn apply(cx: &Context, file: &str, branch: Option<&str>) -> Result<Reply, Error> {
    let _ = (cx, file, branch);
    unimplemented!()
}
