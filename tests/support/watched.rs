//! What a fake server keeps, and a story waits for: no story looks twice at what did not change.

use super::onebot::PATIENCE;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;

/// Shared by the fake's tasks and its story.
pub struct Watched<S> {
    state: Arc<Mutex<S>>,
    changed: Arc<watch::Sender<u64>>,
}

impl<S> Clone for Watched<S> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), changed: self.changed.clone() }
    }
}

impl<S> Watched<S> {
    /// As it is at first.
    pub fn new(state: S) -> Self {
        Self { state: Arc::new(Mutex::new(state)), changed: Arc::new(watch::channel(0).0) }
    }

    /// As it is now.
    pub fn state(&self) -> MutexGuard<'_, S> {
        self.state.lock().unwrap()
    }

    /// Changes it, and whoever waits looks again.
    pub fn change<T>(&self, change: impl FnOnce(&mut S) -> T) -> T {
        let result = change(&mut self.state());
        self.changed.send_modify(|n| *n += 1);
        result
    }

    /// Told of each change from now on.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Waits until something is found; `asked` is what the bot asked so far, where it never is.
    pub async fn until<T>(&self, what: &str, mut look: impl FnMut(&mut S) -> Option<T>, asked: impl Fn(&S) -> Vec<String>) -> T {
        let mut changed = self.changes();
        let found = async {
            loop {
                changed.borrow_and_update();
                let found = look(&mut self.state());
                match found {
                    Some(found) => return found,
                    None => changed.changed().await.unwrap(),
                }
            }
        };
        tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("in {PATIENCE:?} the bot did not {what}; it asked {:?}", asked(&self.state())))
    }
}

/// What was said to a fake server, in its order, and how far a story has read.
#[derive(Debug)]
pub struct Said<T> {
    all: Vec<T>,
    read: usize,
}

impl<T> Default for Said<T> {
    fn default() -> Self {
        Self { all: Vec::new(), read: 0 }
    }
}

impl<T> Deref for Said<T> {
    type Target = Vec<T>;
    fn deref(&self) -> &Vec<T> {
        &self.all
    }
}

impl<T> DerefMut for Said<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.all
    }
}

impl<T: Clone> Said<T> {
    /// The next that is unread.
    pub fn read(&mut self) -> Option<T> {
        let next = self.all.get(self.read).cloned()?;
        self.read += 1;
        Some(next)
    }

    /// What is unread.
    pub fn unread(&self) -> Vec<T> {
        self.all[self.read..].to_vec()
    }

    /// The story does not care for what was said so far.
    pub fn read_all(&mut self) {
        self.read = self.all.len();
    }

    /// What was read last.
    pub fn last_read(&self) -> Option<T> {
        self.read.checked_sub(1).and_then(|n| self.all.get(n).cloned())
    }
}
