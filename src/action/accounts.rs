//! Accounts to members: cards matched, `绑定 姓名`, one-time codes, and who is not bound yet.

use super::context::{Context, Reply};
use crate::domain::ids::OrgId;
use crate::error::Error;

/// `谁没绑定`.
pub async fn unbound(cx: &Context) -> Result<Reply, Error> {
    let _ = cx;
    unimplemented!()
}
/// `绑定 姓名 [CODE]`.
pub async fn bind(cx: &Context, name: &str, code: Option<&str>) -> Result<Reply, Error> {
    let _ = (cx, name, code);
    unimplemented!()
}
/// `绑定码 姓名…`.
pub async fn hand_out_code(cx: &Context, names: &[String]) -> Result<Reply, Error> {
    let _ = (cx, names);
    unimplemented!()
}
/// A report by somebody whose account is nobody's: the card may say who it is.
pub async fn stranger(cx: &Context) -> Result<Reply, Error> {
    let _ = cx;
    unimplemented!()
}
/// Asks the platform for the members of this chat, matches their cards with the roster, and says who matched and who did not.
pub async fn match_cards(cx: &Context) -> Result<Reply, Error> {
    let _ = cx;
    unimplemented!()
}
/// Approves the binding requests that were shown to the speaker (`Body::Bindings`).
pub async fn approve_shown(cx: &Context, branch: OrgId, accounts: &[String]) -> Result<Reply, Error> {
    let _ = (cx, branch, accounts);
    unimplemented!()
}
