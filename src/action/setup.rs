//! `绑定本群`: ties this chat to a unit, and asks the platform who is in it.

use super::context::{Context, Reply};
use crate::error::Error;

/// To the unit of this path, or the speaker's own.
pub async fn setup(cx: &Context, path: Option<&str>) -> Result<Reply, Error> {
    let _ = (cx, path);
    unimplemented!()
}
