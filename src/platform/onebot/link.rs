//! The sending half of one connection: actions go out, their answers come back by `echo`. Many may be under way.

use super::wire::{Action, Body, Frame};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};

/// Frames that may wait for a socket to take them.
const QUEUE: usize = 1024;

/// What the writer of a connection is given.
#[derive(Debug, PartialEq, Eq)]
pub enum Out {
    /// A text frame.
    Text(String),
    /// Asks whether the other side lives.
    Ping,
    /// The end, with its code and reason.
    Close(u16, &'static str),
}

/// What an implementation answered.
#[derive(Debug, Default, PartialEq)]
pub struct Answer {
    /// 0 done, 1 taken, else failed.
    pub retcode: i64,
    /// What it gives.
    pub data: Value,
    /// What went wrong, in its words.
    pub words: String,
}

impl From<Frame> for Answer {
    fn from(frame: Frame) -> Self {
        let failed = matches!(&frame.status, super::wire::Status::Word(w) if w == "failed");
        let retcode = frame.retcode.0.unwrap_or(-i64::from(failed));
        let words = match frame.message {
            Body::Text(words) if !words.is_empty() => words,
            _ => frame.wording.0,
        };
        Self { retcode: if failed && retcode == 0 { -1 } else { retcode }, data: frame.data, words }
    }
}

/// Why an action has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// It never left: the connection is gone.
    Gone,
    /// It never left: the other side takes nothing.
    Stuck,
    /// It left, and then the connection ended.
    Cut,
    /// It left, and nobody answered in time.
    Silent,
}

type Calls = HashMap<u64, oneshot::Sender<Answer>>;

/// One connection, as those see it who send.
#[derive(Debug)]
pub struct Link {
    /// Unique among the connections.
    pub number: u64,
    /// Whether actions may be sent here (rather than only events heard).
    pub actions: bool,
    out: mpsc::Sender<Out>,
    calls: Mutex<Option<Calls>>,
    echo: AtomicU64,
    /// Somebody began to wait for an answer.
    pub asked: Notify,
}

/// Takes a call off the list however its waiting ends.
struct Waiting<'a>(&'a Link, u64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(calls) = self.0.calls().as_mut() {
            calls.remove(&self.1);
        }
    }
}

impl Link {
    /// A link and what its writer reads from.
    pub fn new(number: u64, actions: bool) -> (Self, mpsc::Receiver<Out>) {
        let (out, queue) = mpsc::channel(QUEUE);
        (Self { number, actions, out, calls: Mutex::new(Some(Calls::new())), echo: AtomicU64::new(1), asked: Notify::new() }, queue)
    }

    fn calls(&self) -> MutexGuard<'_, Option<Calls>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends an action and waits for its answer.
    pub async fn call(&self, action: &str, params: &(impl Serialize + Sync), timeout: Duration) -> Result<Answer, Unanswered> {
        let number = self.echo.fetch_add(1, Ordering::Relaxed);
        let frame = serde_json::to_string(&Action { action, params, echo: &number.to_string() }).expect("an action is plain JSON");
        let (answer, answered) = oneshot::channel();
        match self.calls().as_mut() {
            Some(calls) => calls.insert(number, answer),
            None => return Err(Unanswered::Gone),
        };
        let _waiting = Waiting(self, number);
        self.asked.notify_one();
        let deadline = tokio::time::Instant::now() + timeout;
        match tokio::time::timeout_at(deadline, self.out.send(Out::Text(frame))).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(Unanswered::Gone),
            Err(_) => return Err(Unanswered::Stuck),
        }
        match tokio::time::timeout_at(deadline, answered).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(Unanswered::Cut),
            Err(_) => Err(Unanswered::Silent),
        }
    }

    /// Hands an answer to whoever waits for it; whether anybody does.
    pub fn answered(&self, frame: Frame) -> bool {
        let waiting = frame.echo.parse().ok().and_then(|n: u64| self.calls().as_mut().and_then(|c| c.remove(&n)));
        waiting.is_some_and(|w| w.send(frame.into()).is_ok())
    }

    /// Whether answers are awaited.
    pub fn awaits(&self) -> bool {
        self.calls().as_ref().is_some_and(|c| !c.is_empty())
    }

    /// Gives the writer something, unless it is gone or far behind.
    pub fn post(&self, out: Out) {
        if self.out.try_send(out).is_err() {
            tracing::debug!(link = self.number, "the socket is gone or takes nothing");
        }
    }

    /// Waits until the writer takes it or is gone.
    pub async fn post_last(&self, out: Out) {
        // a writer that is gone has nobody to say goodbye to
        let _gone = self.out.send(out).await;
    }

    /// The connection is over: whoever waits learns it, and nobody can wait any more.
    pub fn end(&self) {
        *self.calls() = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_frame(text: &str) -> Frame {
        Frame::read(text).unwrap()
    }

    #[tokio::test]
    async fn answers_find_their_callers_in_any_order() {
        let (link, mut queue) = Link::new(1, true);
        let params = serde_json::json!({});
        let second = Duration::from_millis(300);
        let calls = async { tokio::join!(link.call("a", &params, second), link.call("b", &params, second), link.call("c", &params, second)) };
        let server = async {
            for _ in 0..3 {
                assert!(matches!(queue.recv().await, Some(Out::Text(_))));
            }
            assert!(link.awaits());
            assert!(link.answered(answer_frame(r#"{"status":"ok","retcode":0,"data":2,"echo":"2"}"#)));
            assert!(link.answered(answer_frame(r#"{"status":"failed","retcode":1404,"data":null,"message":"no such","echo":1}"#)));
            assert!(!link.answered(answer_frame(r#"{"status":"ok","retcode":0,"echo":"9"}"#)), "nobody asked");
            assert!(!link.answered(answer_frame(r#"{"status":"ok","retcode":0,"echo":{"a":[1]}}"#)), "not our echo");
        };
        let ((a, b, c), ()) = tokio::join!(calls, server);
        assert_eq!(a.unwrap(), Answer { retcode: 1404, data: Value::Null, words: "no such".into() });
        assert_eq!(b.unwrap().data, 2);
        assert_eq!(c.unwrap_err(), Unanswered::Silent);
        assert!(!link.awaits());
        link.end();
        assert_eq!(link.call("d", &params, second).await.unwrap_err(), Unanswered::Gone);
    }

    #[tokio::test]
    async fn a_socket_that_takes_nothing_is_told_apart() {
        let (link, queue) = Link::new(1, true);
        for _ in 0..QUEUE {
            link.post(Out::Ping);
        }
        assert_eq!(link.call("a", &serde_json::json!({}), Duration::from_millis(20)).await.unwrap_err(), Unanswered::Stuck);
        drop(queue);
        assert_eq!(link.call("a", &serde_json::json!({}), Duration::from_millis(20)).await.unwrap_err(), Unanswered::Gone);
    }
}
