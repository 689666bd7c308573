//! QQ's windows: a message can be answered so often for so long, each answer with a number of its own; what answers
//! nothing goes only where the chat lets it, and so often. Instants are UTC milliseconds and handed in.

use super::Settings;
use crate::domain::message::ChatKey;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Chats of which something is remembered; then those are forgotten whose windows are over.
const CHATS: usize = 20_000;
/// Windows of one chat that are remembered: those of the last messages.
const OPEN: usize = 64;
/// What answers nothing leaves so many answers to the message whose window it uses.
const RESERVE: u32 = 2;
/// A window is held to be over so much before it is.
const MARGIN: i64 = 3_000;
/// A chat that took nothing unasked is asked again after so long: its owner may have thought better of it.
const AGAIN: i64 = 6 * 3_600_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// How something may go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// As an answer to this message (or event), with this number.
    Answer {
        /// What is answered.
        to: String,
        /// The number.
        seq: u32,
    },
    /// By itself.
    Push,
}

/// Why nothing may go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shut {
    /// Not before somebody speaks.
    Waits,
    /// Not before so many milliseconds.
    Later(i64),
}

/// A message that can be answered.
struct Window {
    to: String,
    until: i64,
    seq: u32,
    used: u32,
    answered: bool,
}

#[derive(Default)]
struct Chat {
    windows: VecDeque<Window>,
    /// What went by itself, within a day.
    pushed: VecDeque<i64>,
    /// It takes nothing by itself before this.
    refuses: Option<i64>,
    /// The platform asked to send nothing by itself before this.
    barred: i64,
}

#[derive(Default)]
struct State {
    chats: HashMap<ChatKey, Chat>,
    /// What went by itself to any chat, within a minute.
    pushed: VecDeque<i64>,
}

/// See the file's head.
pub struct Windows {
    push: bool,
    group: (u32, i64),
    private: (u32, i64),
    group_per_minute: usize,
    group_per_day: usize,
    per_minute: usize,
    state: Mutex<State>,
}

impl Windows {
    /// Nobody spoke yet.
    pub fn new(settings: &Settings) -> Self {
        let c = &settings.config;
        Self {
            push: c.push,
            group: (c.group_replies, c.group_window_seconds * 1000),
            private: (c.private_replies, c.private_window_seconds * 1000),
            group_per_minute: c.push_group_per_minute,
            group_per_day: c.push_group_per_day,
            per_minute: c.push_per_minute,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kind(&self, chat: &ChatKey) -> (u32, i64) {
        if chat.private { self.private } else { self.group }
    }

    /// Somebody said something that can be answered from now on.
    pub fn opens(&self, chat: &ChatKey, to: &str, now: i64) {
        let (_, lasts) = self.kind(chat);
        let mut state = self.state();
        if state.chats.len() >= CHATS && !state.chats.contains_key(chat) {
            let of_use = |c: &Chat| c.refuses.is_some_and(|t| t > now) || c.barred > now || c.windows.iter().any(|w| w.until > now);
            state.chats.retain(|_, c| of_use(c));
        }
        let windows = &mut state.chats.entry(chat.clone()).or_default().windows;
        if windows.iter().any(|w| w.to == to) {
            return;
        }
        windows.push_back(Window { to: to.to_owned(), until: now + lasts - MARGIN, seq: 0, used: 0, answered: false });
        while windows.len() > OPEN {
            windows.pop_front();
        }
    }

    /// A way for the answer to a message (`quote`), or for what answers nothing.
    ///
    /// # Errors
    /// That there is none now.
    pub fn way(&self, chat: &ChatKey, quote: Option<&str>, now: i64) -> Result<Way, Shut> {
        let (most, lasts) = self.kind(chat);
        let mut state = self.state();
        let State { chats, pushed } = &mut *state;
        let entry = chats.entry(chat.clone()).or_default();
        entry.windows.retain(|w| w.until > now - lasts);
        if let Some(quote) = quote {
            // of a message that an earlier process heard the platform knows whether it can be answered
            if !entry.windows.iter().any(|w| w.to == quote) {
                entry.windows.push_front(Window { to: quote.to_owned(), until: now + lasts - MARGIN, seq: 0, used: 0, answered: true });
            }
            if let Some(window) = entry.windows.iter_mut().find(|w| w.to == quote && w.until > now && w.used < most) {
                window.answered = true;
                return Ok(window.answer());
            }
        }
        if let Some(window) = entry.windows.iter_mut().rev().find(|w| w.carries(most, now)) {
            return Ok(window.answer());
        }
        if !self.push || entry.refuses.is_some_and(|t| t > now) {
            return Err(Shut::Waits);
        }
        entry.pushed.retain(|t| *t > now - DAY && *t <= now);
        pushed.retain(|t| *t > now - MINUTE && *t <= now);
        let full = |all: &VecDeque<i64>, most: usize, span: i64| {
            let first = (most > 0 && all.len() >= most).then(|| all[all.len() - most])?;
            Some(first + span - now).filter(|wait| *wait > 0)
        };
        let mut wait = (entry.barred > now).then_some(entry.barred - now);
        wait = wait.max(full(pushed, self.per_minute, MINUTE));
        if !chat.private {
            wait = wait.max(full(&entry.pushed, self.group_per_minute, MINUTE)).max(full(&entry.pushed, self.group_per_day, DAY));
        }
        if let Some(wait) = wait {
            return Err(Shut::Later(wait));
        }
        entry.pushed.push_back(now);
        pushed.push_back(now);
        Ok(Way::Push)
    }

    /// The next number for an answer to the same message: the one that was tried was used before.
    pub fn next(&self, chat: &ChatKey, to: &str) -> Option<Way> {
        let mut state = self.state();
        let window = state.chats.get_mut(chat)?.windows.iter_mut().find(|w| w.to == to)?;
        window.seq += 1;
        Some(Way::Answer { to: to.to_owned(), seq: window.seq })
    }

    /// The platform says that this can't be answered any more.
    pub fn closes(&self, chat: &ChatKey, to: &str) {
        if let Some(window) = self.state().chats.get_mut(chat).and_then(|c| c.windows.iter_mut().find(|w| w.to == to)) {
            window.until = i64::MIN;
            window.used = u32::MAX;
        }
    }

    /// Whether a chat takes what answers nothing, as it or the platform says. Whether that is news.
    pub fn takes_push(&self, chat: &ChatKey, takes: bool, now: i64) -> bool {
        let mut state = self.state();
        let entry = state.chats.entry(chat.clone()).or_default();
        let before = entry.refuses.is_some_and(|t| t > now);
        entry.refuses = (!takes).then_some(now + AGAIN);
        before == takes
    }

    /// The platform asks to send nothing by itself to a chat for so many milliseconds.
    pub fn bar(&self, chat: &ChatKey, millis: i64, now: i64) {
        self.state().chats.entry(chat.clone()).or_default().barred = now + millis;
    }

    /// Whether what answers nothing can go to this chat whenever there is something to say.
    pub fn pushes(&self, chat: &ChatKey, now: i64) -> bool {
        self.push && self.state().chats.get(chat).is_none_or(|c| c.refuses.is_none_or(|t| t <= now))
    }

    /// Whether what answers nothing could be carried by an answer now.
    pub fn is_open(&self, chat: &ChatKey, now: i64) -> bool {
        let (most, _) = self.kind(chat);
        self.state().chats.get(chat).is_some_and(|c| c.windows.iter().any(|w| w.carries(most, now)))
    }
}

impl Window {
    fn answer(&mut self) -> Way {
        self.used += 1;
        self.seq += 1;
        Way::Answer { to: self.to.clone(), seq: self.seq }
    }

    fn carries(&self, most: u32, now: i64) -> bool {
        let kept = if self.answered { 0 } else { RESERVE.min(most.saturating_sub(1)) };
        self.until > now && self.used.saturating_add(kept) < most
    }
}
