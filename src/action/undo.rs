//! `撤销`.
use super::context::{Context, Reply};
use crate::error::Error;

/// Takes back what the speaker's last message entered.
pub async fn undo(cx: &Context) -> Result<Reply, Error> {
    let _ = cx;
    unimplemented!()
}
