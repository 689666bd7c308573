//! `…统计`: rates with their denominators in parts, for a branch, a tree, or one member.

use super::context::{Context, Reply};
use crate::domain::calendar::Period;
use crate::error::Error;

/// Of one duty, or of all where none is said; of one member where `name`.
pub async fn stats(cx: &Context, duty: Option<&str>, periods: &[Period], name: Option<&str>) -> Result<Reply, Error> {
    let _ = (cx, duty, periods, name);
    unimplemented!()
}
