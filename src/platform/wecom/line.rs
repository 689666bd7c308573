//! The sending half of one connection: commands go out, their acknowledgements come back by `req_id`.

use super::wire::{Frame, command};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// Frames that may wait for the socket to take them.
const QUEUE: usize = 256;

/// Why a command has no acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// It never left.
    Gone,
    /// It left, and then the connection ended, or nobody answered in time.
    Unknown(&'static str),
}

type Calls = HashMap<String, oneshot::Sender<Frame>>;

/// One connection, as those see it who send.
pub struct Line {
    out: mpsc::Sender<String>,
    calls: Mutex<Option<Calls>>,
}

/// Takes a call off the list however its waiting ends.
struct Waiting<'a>(&'a Line, &'a str);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(calls) = self.0.calls().as_mut() {
            calls.remove(self.1);
        }
    }
}

impl Line {
    /// A line, and what the connection is to send.
    pub fn new() -> (Self, mpsc::Receiver<String>) {
        let (out, queue) = mpsc::channel(QUEUE);
        (Self { out, calls: Mutex::new(Some(Calls::new())) }, queue)
    }

    fn calls(&self) -> MutexGuard<'_, Option<Calls>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a command and waits for its acknowledgement.
    pub async fn call(&self, cmd: &str, req_id: &str, body: &Value, timeout: Duration) -> Result<Frame, Unanswered> {
        let (answer, answered) = oneshot::channel();
        match self.calls().as_mut() {
            Some(calls) => calls.insert(req_id.to_owned(), answer),
            None => return Err(Unanswered::Gone),
        };
        let _waiting = Waiting(self, req_id);
        let deadline = Instant::now() + timeout;
        match tokio::time::timeout_at(deadline, self.out.send(command(cmd, req_id, Some(body)))).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return Err(Unanswered::Gone),
        }
        match tokio::time::timeout_at(deadline, answered).await {
            Ok(Ok(frame)) => Ok(frame),
            Ok(Err(_)) => Err(Unanswered::Unknown("the connection ended before it was acknowledged")),
            Err(_) => Err(Unanswered::Unknown("it was not acknowledged in time")),
        }
    }

    /// Hands an acknowledgement to whoever waits for it; whether anybody does.
    pub fn answered(&self, frame: Frame) -> bool {
        let waiting = self.calls().as_mut().and_then(|c| c.remove(&frame.req_id));
        waiting.is_some_and(|w| w.send(frame).is_ok())
    }

    /// The connection is over: whoever waits learns it, and nobody can wait any more.
    pub fn end(&self) {
        *self.calls() = None;
    }
}
