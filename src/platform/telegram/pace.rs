//! Telegram's limits, kept beforehand: so much between two messages to a chat, so many to a group in a minute, so many to
//! all in a second; and what it asked us to wait for.

use super::Settings;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Chats whose last messages are remembered; then those are forgotten that are long past.
const CHATS: usize = 20_000;

#[derive(Default)]
struct State {
    chats: HashMap<i64, Last>,
    all: VecDeque<Instant>,
}

#[derive(Default)]
struct Last {
    sent: VecDeque<Instant>,
    barred: Option<Instant>,
}

/// See the file's head.
pub struct Pace {
    interval: Duration,
    per_minute: usize,
    per_second: usize,
    state: Mutex<State>,
}

impl Pace {
    /// Nothing was sent yet.
    pub fn new(settings: &Settings) -> Self {
        Self {
            interval: Duration::from_millis(settings.chat_interval_ms),
            per_minute: settings.group_per_minute,
            per_second: settings.per_second,
            state: Mutex::default(),
        }
    }

    /// Waits for this chat's turn.
    ///
    /// # Errors
    /// How long it would take, milliseconds, where that is longer than `patience`; then no turn is taken.
    pub async fn turn(&self, chat: i64, patience: Duration) -> Result<(), i64> {
        let mine = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let State { chats, all } = &mut *state;
            if chats.len() >= CHATS {
                let forgotten = |l: &Last| l.barred.is_none_or(|t| t <= now) && l.sent.back().is_none_or(|t| *t + Duration::from_mins(1) <= now);
                chats.retain(|_, l| !forgotten(l));
            }
            let last = chats.entry(chat).or_default();
            let mut mine = now;
            if let Some(before) = last.sent.back() {
                mine = mine.max(*before + self.interval);
            }
            // groups have negative ids
            if chat < 0 && self.per_minute > 0 && last.sent.len() >= self.per_minute {
                mine = mine.max(last.sent[last.sent.len() - self.per_minute] + Duration::from_mins(1));
            }
            if self.per_second > 0 && all.len() >= self.per_second {
                mine = mine.max(all[all.len() - self.per_second] + Duration::from_secs(1));
            }
            let barred = last.barred.filter(|until| *until > now);
            if let Some(until) = barred {
                // what Telegram asked for is not waited for in here: whoever sends is told
                return Err(millis(until - now));
            }
            if mine - now > patience {
                return Err(millis(mine - now));
            }
            let keep = self.per_minute.max(1);
            last.sent.push_back(mine);
            while last.sent.len() > keep {
                last.sent.pop_front();
            }
            all.push_back(mine);
            while all.len() > self.per_second.max(1) {
                all.pop_front();
            }
            mine
        };
        tokio::time::sleep_until(mine).await;
        Ok(())
    }

    /// Telegram asked to leave a chat alone for so many milliseconds.
    pub fn bar(&self, chat: i64, millis: i64) {
        let until = Instant::now() + Duration::from_millis(millis.unsigned_abs());
        self.state.lock().unwrap_or_else(PoisonError::into_inner).chats.entry(chat).or_default().barred = Some(until);
    }
}

fn millis(d: Duration) -> i64 {
    i64::try_from(d.as_millis()).unwrap_or(i64::MAX).max(1)
}
