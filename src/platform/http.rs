//! Questions over HTTP, as every platform asks them: no redirect is followed, no answer is read without end, and what a
//! question came to that has no answer. No address is ever told: it may be a key.

use crate::domain::message::SendError;
use futures_util::StreamExt;
use reqwest::{Client, ClientBuilder, Response, redirect};
use std::time::Duration;

/// The longest that a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// Why a question has no answer, in words for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Nothing came of it.
    Later(String),
    /// It may have been done.
    Unknown(String),
    /// It never could be asked.
    Refused(String),
}

/// Why a platform's API gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure<Own> {
    /// Nothing came of it; try again, not before so many milliseconds.
    #[error("{reason}")]
    Later {
        /// Milliseconds, where they are known.
        after: Option<i64>,
        /// For the log.
        reason: String,
    },
    /// It may have been done.
    #[error("{0}")]
    Unknown(String),
    /// Never.
    #[error("{0}")]
    Refused(String),
    /// What this platform alone says.
    #[error(transparent)]
    Own(Own),
}

impl<Own> From<Lost> for Failure<Own> {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Later(reason) => Self::Later { after: None, reason },
            Lost::Unknown(why) => Self::Unknown(why),
            Lost::Refused(why) => Self::Refused(why),
        }
    }
}

impl<Own: Into<SendError>> From<Failure<Own>> for SendError {
    fn from(failure: Failure<Own>) -> Self {
        match failure {
            Failure::Later { after, reason } => Self::Later { after, reason },
            Failure::Unknown(why) => Self::Unknown(why),
            Failure::Refused(why) => Self::Refused(why),
            Failure::Own(reason) => reason.into(),
        }
    }
}

/// Why a body did not come whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It has more bytes than the limit.
    TooBig,
    /// The connection ended within it.
    Broken,
}

/// Asks; each question says itself how long it waits for its answer, at most `longest` for the connection.
///
/// # Errors
/// Where the machine's TLS can't be set up.
pub fn client(longest: Duration) -> Result<Client, String> {
    builder(longest).build().map_err(|e| e.without_url().to_string())
}

/// The same before it is built. That a host can't be reached is known before the question's own time is over: else nobody could
/// say whether it was asked.
pub fn builder(longest: Duration) -> ClientBuilder {
    Client::builder().redirect(redirect::Policy::none()).connect_timeout((longest * 3 / 4).min(CONNECT))
}

/// What became of a question that `whom` gave no answer to.
#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
pub fn lost(whom: &str, e: reqwest::Error) -> Lost {
    if e.is_connect() {
        Lost::Later(format!("{whom} can't be reached"))
    } else if e.is_builder() {
        Lost::Refused("the request can't be put together".into())
    } else if e.is_timeout() {
        Lost::Unknown(format!("{whom} did not answer in time"))
    } else {
        Lost::Unknown("the connection ended before the answer".into())
    }
}

/// The bytes of an answer, at most so many.
///
/// # Errors
/// Why they are not whole.
pub async fn body(response: Response, limit: usize) -> Result<Vec<u8>, Cut> {
    let mut bytes = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Cut::Broken)?;
        if bytes.len() + chunk.len() > limit {
            return Err(Cut::TooBig);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
