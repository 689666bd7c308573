//! The treasurer confirms claims of payment, the secretary bindings.

use super::context::{Context, Reply};
use crate::error::Error;

/// `确认张三的团费`, `全部确认`.
pub async fn approve(cx: &Context, duty: Option<&str>, names: &[String]) -> Result<Reply, Error> {
    let _ = (cx, duty, names);
    unimplemented!()
}
