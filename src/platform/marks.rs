//! Marks: what was handed over is followed by one, and whoever brought it is told when all before it is durable, or can't be.

use super::Inbox;
use crate::domain::message::{AccountKey, Event};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Who waits for a mark, with what it stands for.
type Waiter<T> = (T, oneshot::Sender<bool>);

/// The marks of one account; `T` is what a mark stands for.
#[derive(Debug)]
pub struct Marks<T> {
    last: AtomicI64,
    turn: tokio::sync::Mutex<()>,
    waiting: Mutex<HashMap<i64, Waiter<T>>>,
}

impl<T> Default for Marks<T> {
    fn default() -> Self {
        Self { last: AtomicI64::new(0), turn: tokio::sync::Mutex::default(), waiting: Mutex::default() }
    }
}

impl<T> Marks<T> {
    fn waiting(&self) -> MutexGuard<'_, HashMap<i64, Waiter<T>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held while something is handed over and marked: its mark comes right behind it, and answers for nothing else.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Asks to be told when everything handed over so far is durable (true), or can't be (false).
    ///
    /// # Errors
    /// What it stands for, where nobody is there to make it so.
    pub async fn set(&self, inbox: &Inbox, bot: &AccountKey, of: T) -> Result<(i64, oneshot::Receiver<bool>), T> {
        let mark = self.last.fetch_add(1, Ordering::SeqCst) + 1;
        let (tell, told) = oneshot::channel();
        self.waiting().insert(mark, (of, tell));
        if inbox.send(Event::Mark { bot: bot.clone(), mark }).await.is_ok() {
            return Ok((mark, told));
        }
        match self.waiting().remove(&mark) {
            Some((of, _)) => Err(of),
            // somebody has answered it already
            None => Ok((mark, told)),
        }
    }

    /// What a mark stands for, and who waits for it; once.
    pub fn take(&self, mark: i64) -> Option<Waiter<T>> {
        self.waiting().remove(&mark)
    }
}
