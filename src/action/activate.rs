//! The first secretary: a one-use code that `run` prints gives the first power.

use super::context::{Context, Reply};
use crate::error::Error;

/// `激活 CODE 姓名 支部路径`, in private: creates the person and the unit, once.
pub async fn activate(cx: &Context, code: &str, name: &str, path: &str) -> Result<Reply, Error> {
    let _ = (cx, code, name, path);
    unimplemented!()
}
