//! Telegram's limits, kept beforehand: so much between two messages to a chat, so many to a group in a minute, so many to
//! all in a second; and what it asked us to wait for.

use super::Settings;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Chats whose last messages are remembered; then those are forgotten that are long past.
const CHATS: usize = 20_000;

/// All chats together have so many turns in this time.
const SECOND: Duration = Duration::from_secs(1);

#[derive(Default)]
struct State {
    chats: HashMap<i64, Last>,
    /// The turns of all chats, in order: those of the last second, and those that are given and still to come.
    all: Vec<Instant>,
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

    /// Waits for this chat's turn, which is no other chat's: a group that is full holds up nobody else.
    ///
    /// # Errors
    /// How long it would take, milliseconds, where that is longer than `patience`; then no turn is taken.
    pub async fn turn(&self, chat: i64, patience: Duration) -> Result<(), i64> {
        let until = Instant::now() + patience;
        loop {
            let mine = self.take(chat, until)?;
            tokio::time::sleep_until(mine).await;
            // Telegram may have asked to wait while this turn was waited for
            let barred = self.state.lock().unwrap_or_else(PoisonError::into_inner).chats.get(&chat).and_then(|l| l.barred);
            if barred.is_none_or(|t| t <= mine) {
                return Ok(());
            }
        }
    }

    /// The chat's next turn, taken; how long it would take where that is after `until`.
    fn take(&self, chat: i64, until: Instant) -> Result<Instant, i64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let State { chats, all } = &mut *state;
        if chats.len() >= CHATS {
            let forgotten = |l: &Last| l.barred.is_none_or(|t| t <= now) && l.sent.back().is_none_or(|t| *t + Duration::from_mins(1) <= now);
            chats.retain(|_, l| !forgotten(l));
        }
        let last = chats.entry(chat).or_default();
        let mut mine = last.barred.map_or(now, |t| t.max(now));
        if let Some(before) = last.sent.back() {
            mine = mine.max(*before + self.interval);
        }
        // groups have negative ids
        if chat < 0 && self.per_minute > 0 && last.sent.len() >= self.per_minute {
            mine = mine.max(last.sent[last.sent.len() - self.per_minute] + Duration::from_mins(1));
        }
        all.drain(..all.partition_point(|t| *t + SECOND <= now));
        mine = self.free(all, mine);
        if mine > until {
            return Err(millis(mine - now));
        }
        last.sent.push_back(mine);
        while last.sent.len() > self.per_minute.max(1) {
            last.sent.pop_front();
        }
        if self.per_second > 0 {
            all.insert(all.partition_point(|t| *t <= mine), mine);
        }
        Ok(mine)
    }

    /// The first instant from `from` on at which one more turn leaves no second with more turns than it may have.
    fn free(&self, all: &[Instant], from: Instant) -> Instant {
        let most = self.per_second;
        if most == 0 {
            return from;
        }
        // the turns of the second that ends here, as a stretch of all
        let before = |end: Instant| (all.partition_point(|t| *t + SECOND <= end), all.partition_point(|t| *t <= end));
        let full = |end: Instant| {
            let (first, after) = before(end);
            after - first >= most
        };
        let mut at = from;
        loop {
            let (_, after) = before(at);
            if full(at) {
                at = all[after - most] + SECOND;
                continue;
            }
            // turns that were given already, shortly after it, must fit as well
            match all[after..].iter().take_while(|t| **t < at + SECOND).find(|t| full(**t)) {
                Some(next) => at = *next,
                None => return at,
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(per_minute: usize, per_second: usize) -> Pace {
        Pace { interval: Duration::ZERO, per_minute, per_second, state: Mutex::default() }
    }

    #[test]
    fn a_full_group_holds_up_nobody_else() {
        let (pace, hour) = (pace(2, 3), Instant::now() + Duration::from_hours(1));
        let begun = Instant::now();
        for _ in 0..6 {
            pace.take(-1, hour).unwrap();
        }
        // the group's last turns are minutes away
        assert!(pace.take(-1, hour).unwrap() > begun + Duration::from_secs(100));
        assert!(pace.take(5, begun + Duration::from_millis(900)).is_ok(), "one turn of this second is left");
        let next = pace.take(6, hour).unwrap();
        assert!(next >= begun + SECOND && next < begun + SECOND * 2, "then the next second's");
    }

    #[test]
    fn no_second_has_more_turns_than_it_may() {
        let (pace, hour) = (pace(4, 3), Instant::now() + Duration::from_hours(1));
        for n in 0..200_i64 {
            // groups book ahead, people come in between
            pace.take(if n % 3 == 0 { n } else { -(n % 7) - 1 }, hour).unwrap();
        }
        let all = pace.state.lock().unwrap().all.clone();
        assert!(all.is_sorted() && all.len() >= 190, "{}", all.len());
        assert!(all.windows(4).all(|w| w[3] >= w[0] + SECOND), "three in any second");
    }

    #[test]
    fn what_telegram_asks_for_is_an_earliest_time() {
        let pace = pace(0, 0);
        pace.bar(-1, 5_000);
        let now = Instant::now();
        assert!(matches!(pace.take(-1, now + SECOND), Err(4_000..=5_000)));
        assert!(pace.take(-1, now + SECOND * 6).unwrap() > now + SECOND * 4);
        assert!(pace.take(-2, now + SECOND).is_ok());
    }
}
