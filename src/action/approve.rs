//! The treasurer confirms claims of payment, the secretary bindings.

use super::context::{Context, Reply};
use crate::domain::ids::{OrgId, PersonId};
use crate::error::Error;

/// `确认张三的团费`, `全部确认`.
pub async fn approve(cx: &Context, duty: Option<&str>, names: &[String]) -> Result<Reply, Error> {
    let _ = (cx, duty, names);
    unimplemented!()
}
/// Confirms the claims that were shown to the speaker (`Body::Claims`).
pub async fn confirm_shown(cx: &Context, duty: &str, branch: OrgId, people: &[PersonId]) -> Result<Reply, Error> {
    let _ = (cx, duty, branch, people);
    unimplemented!()
}
