//! How a fake HTTP server fails.

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// What it does instead of its work.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An HTTP status with this body.
    Status(u16, Value),
    /// A page of a proxy's.
    Page(u16),
    /// The work is done, and the connection ends within the answer.
    Cut,
    /// The work is done, and nothing comes back.
    Silence,
    /// The work is done, and something follows the answer.
    Garbage,
}

impl Fault {
    /// The answer, where the work is not done.
    pub fn refusal(&self) -> Option<Response> {
        match self {
            Self::Status(code, body) => Some((StatusCode::from_u16(*code).unwrap(), axum::Json(body.clone())).into_response()),
            Self::Page(code) => Some((StatusCode::from_u16(*code).unwrap(), "<html>bad gateway</html>").into_response()),
            Self::Cut | Self::Silence | Self::Garbage => None,
        }
    }
}

/// An answer, and more.
pub fn garbage(whole: &str) -> Response {
    ([("content-type", "application/json")], format!("{whole}{{}}")).into_response()
}

/// Half of an answer, and the connection ends.
pub fn cut(whole: &str) -> Response {
    let half = Bytes::copy_from_slice(&whole.as_bytes()[..whole.len() / 2]);
    Response::new(Body::from_stream(futures_util::stream::iter([Ok(half), Err(std::io::Error::other("cut"))])))
}
