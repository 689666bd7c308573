//! `开始签到`, `结束签到`.
use super::context::{Context, Reply};
use crate::error::Error;

/// Opens check-in.
pub async fn open(cx: &Context, duty: &str, code: Option<&str>, until: Option<&str>) -> Result<Reply, Error> {
    let _ = (cx, duty, code, until);
    unimplemented!()
}
/// Ends it; the answer is the sheet.
pub async fn close(cx: &Context, duty: &str) -> Result<Reply, Error> {
    let _ = (cx, duty);
    unimplemented!()
}
