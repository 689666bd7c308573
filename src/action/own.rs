//! `我的记录`, `我还欠什么`, `我的数据`: what is kept about the speaker.

use super::context::{Context, Reply};
use crate::error::Error;

/// In a group only what was done this period; what is owed and sums only in private.
pub async fn own(cx: &Context) -> Result<Reply, Error> {
    let _ = cx;
    unimplemented!()
}
