//! A platform's limits, kept beforehand for one account: so much between two messages to a chat, so many to a group in a
//! minute, so many to all chats in a while; and what the platform asked us to wait for. What the limits are is configuration.

use crate::effects::Random;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Chats whose last messages are remembered; then those are forgotten that are long past.
const CHATS: usize = 20_000;
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// How fast one account may speak; zero is no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Between two messages to one chat, at least.
    pub chat_interval: Duration,
    /// Messages to one group in a minute, at most.
    pub group_per_minute: usize,
    /// Messages to one chat in an hour, at most.
    pub chat_per_hour: usize,
    /// All chats together have at most `per_window` messages in any stretch of this length.
    pub window: Duration,
    /// See `window`.
    pub per_window: usize,
}

#[derive(Debug)]
struct State<K> {
    chats: HashMap<K, Last>,
    /// The turns of all chats, in order: those of the last window, and those that are given and still to come.
    all: Vec<Instant>,
}

#[derive(Debug, Default)]
struct Last {
    sent: VecDeque<Instant>,
    barred: Option<Instant>,
}

/// See the file's head. `K` is a chat's id.
#[derive(Debug)]
pub struct Pace<K> {
    limits: Limits,
    state: Mutex<State<K>>,
}

impl<K: Hash + Eq + Clone> Pace<K> {
    /// Nothing was sent yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, state: Mutex::new(State { chats: HashMap::new(), all: Vec::new() }) }
    }

    /// Waits for this chat's turn, which is no other chat's: a group that is full holds up nobody else. Whoever has to wait
    /// waits for `extra` more.
    ///
    /// # Errors
    /// How long it would take, milliseconds, where that is longer than `patience`; then no turn is taken.
    pub async fn turn(&self, chat: &K, group: bool, extra: Duration, patience: Duration) -> Result<(), i64> {
        let until = Instant::now() + patience;
        loop {
            let mine = self.take(chat, group, extra, until)?;
            // the timer wakes a millisecond later at best, also where there is nothing to wait for
            if mine > Instant::now() {
                tokio::time::sleep_until(mine).await;
            }
            // the platform may have asked to wait while this turn was waited for
            let barred = self.state.lock().unwrap_or_else(PoisonError::into_inner).chats.get(chat).and_then(|l| l.barred);
            if barred.is_none_or(|t| t <= mine) {
                return Ok(());
            }
        }
    }

    /// The chat's next turn, taken; how long it would take where that is after `until`.
    fn take(&self, chat: &K, group: bool, extra: Duration, until: Instant) -> Result<Instant, i64> {
        let limits = self.limits;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let State { chats, all } = &mut *state;
        if chats.len() >= CHATS {
            let counts = if limits.chat_per_hour > 0 { HOUR } else { MINUTE };
            let forgotten = |l: &Last| l.barred.is_none_or(|t| t <= now) && l.sent.back().is_none_or(|t| *t + counts <= now);
            chats.retain(|_, l| !forgotten(l));
        }
        let last = chats.entry(chat.clone()).or_default();
        let mut mine = last.barred.map_or(now, |t| t.max(now));
        if let Some(before) = last.sent.back() {
            mine = mine.max(*before + limits.chat_interval);
        }
        if group && limits.group_per_minute > 0 && last.sent.len() >= limits.group_per_minute {
            mine = mine.max(last.sent[last.sent.len() - limits.group_per_minute] + MINUTE);
        }
        if limits.chat_per_hour > 0 && last.sent.len() >= limits.chat_per_hour {
            mine = mine.max(last.sent[last.sent.len() - limits.chat_per_hour] + HOUR);
        }
        all.drain(..all.partition_point(|t| *t + limits.window <= now));
        mine = self.free(all, mine);
        if mine > now && !extra.is_zero() {
            mine = self.free(all, mine + extra);
        }
        if mine > until {
            return Err(millis(mine - now));
        }
        last.sent.push_back(mine);
        while last.sent.len() > limits.group_per_minute.max(limits.chat_per_hour).max(1) {
            last.sent.pop_front();
        }
        if limits.per_window > 0 {
            all.insert(all.partition_point(|t| *t <= mine), mine);
        }
        Ok(mine)
    }

    /// The first instant from `from` on at which one more turn leaves no window with more turns than it may have.
    fn free(&self, all: &[Instant], from: Instant) -> Instant {
        let (most, window) = (self.limits.per_window, self.limits.window);
        if most == 0 {
            return from;
        }
        // the turns of the window that ends here, as a stretch of all
        let before = |end: Instant| (all.partition_point(|t| *t + window <= end), all.partition_point(|t| *t <= end));
        let full = |end: Instant| {
            let (first, after) = before(end);
            after - first >= most
        };
        let mut at = from;
        loop {
            let (_, after) = before(at);
            if full(at) {
                at = all[after - most] + window;
                continue;
            }
            // turns that were given already, shortly after it, must fit as well
            match all[after..].iter().take_while(|t| **t < at + window).find(|t| full(**t)) {
                Some(next) => at = *next,
                None => return at,
            }
        }
    }

    /// The platform asked to leave a chat alone for so many milliseconds.
    pub fn bar(&self, chat: &K, millis: i64) {
        let until = Instant::now() + Duration::from_millis(millis.unsigned_abs());
        self.state.lock().unwrap_or_else(PoisonError::into_inner).chats.entry(chat.clone()).or_default().barred = Some(until);
    }
}

/// Between half and the whole of it, so that many bots do not come back in one beat.
pub fn jittered(wait: Duration, random: &dyn Random) -> Duration {
    let half = wait / 2;
    half + Duration::from_millis(random.below(u64::try_from(half.as_millis()).unwrap_or(u64::MAX).saturating_add(1)))
}

fn millis(d: Duration) -> i64 {
    i64::try_from(d.as_millis()).unwrap_or(i64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::SeededRandom;

    const SECOND: Duration = Duration::from_secs(1);

    /// Groups have negative ids, as Telegram's have.
    fn pace(group_per_minute: usize, per_window: usize) -> Pace<i64> {
        Pace::new(Limits { group_per_minute, window: SECOND, per_window, ..Limits::default() })
    }

    fn take(pace: &Pace<i64>, chat: i64, until: Instant) -> Result<Instant, i64> {
        pace.take(&chat, chat < 0, Duration::ZERO, until)
    }

    #[test]
    fn a_full_group_holds_up_nobody_else() {
        let (pace, hour) = (pace(2, 3), Instant::now() + Duration::from_hours(1));
        let begun = Instant::now();
        for _ in 0..6 {
            take(&pace, -1, hour).unwrap();
        }
        // the group's last turns are minutes away
        assert!(take(&pace, -1, hour).unwrap() > begun + Duration::from_secs(100));
        assert!(take(&pace, 5, begun + Duration::from_millis(900)).is_ok(), "one turn of this second is left");
        let next = take(&pace, 6, hour).unwrap();
        assert!(next >= begun + SECOND && next < begun + SECOND * 2, "then the next second's");
    }

    #[test]
    fn an_hour_has_no_more_turns_than_it_may() {
        let pace = Pace::<i64>::new(Limits { group_per_minute: 2, chat_per_hour: 5, ..Limits::default() });
        let (begun, day) = (Instant::now(), Instant::now() + Duration::from_hours(24));
        let turns: Vec<_> = (0..12).map(|_| take(&pace, -1, day).unwrap()).collect();
        assert!(turns.windows(6).all(|w| w[5] >= w[0] + HOUR) && turns.windows(3).all(|w| w[2] >= w[0] + MINUTE));
        assert!(turns[4] < begun + HOUR && turns[11] < begun + HOUR * 3, "and no fewer");
        assert!(take(&pace, -2, begun + SECOND).is_ok(), "another group's are its own");
    }

    #[test]
    fn no_second_has_more_turns_than_it_may() {
        let (pace, hour) = (pace(4, 3), Instant::now() + Duration::from_hours(1));
        for n in 0..200_i64 {
            // groups book ahead, people come in between
            take(&pace, if n % 3 == 0 { n } else { -(n % 7) - 1 }, hour).unwrap();
        }
        let all = pace.state.lock().unwrap().all.clone();
        assert!(all.is_sorted() && all.len() >= 190, "{}", all.len());
        assert!(all.windows(4).all(|w| w[3] >= w[0] + SECOND), "three in any second");
    }

    #[test]
    fn what_the_platform_asks_for_is_an_earliest_time() {
        let pace = pace(0, 0);
        pace.bar(&-1, 5_000);
        let now = Instant::now();
        assert!(matches!(take(&pace, -1, now + SECOND), Err(4_000..=5_000)));
        assert!(take(&pace, -1, now + SECOND * 6).unwrap() > now + SECOND * 4);
        assert!(take(&pace, -2, now + SECOND).is_ok());
    }

    /// One account that must leave time between any two messages, and by chance some more.
    #[test]
    fn chance_makes_distances_longer_and_never_shorter() {
        let (between, hour) = (Duration::from_millis(40), Instant::now() + Duration::from_hours(1));
        let pace = Pace::<String>::new(Limits { window: between, per_window: 1, chat_interval: SECOND, ..Limits::default() });
        let mut turns = Vec::new();
        for n in 0..60_u64 {
            let (chat, extra) = (format!("{}", n % 50), Duration::from_millis(n * 7 % 20));
            turns.push(pace.take(&chat, n % 2 == 0, extra, hour).unwrap());
        }
        assert!(turns[59] >= turns[9] + SECOND, "the same chat");
        turns.sort();
        assert!(turns.windows(2).all(|w| w[1] >= w[0] + between), "any two");
        assert!(turns.windows(2).any(|w| w[1] > w[0] + between), "and by chance more");
    }

    #[test]
    fn waits_are_between_half_and_whole() {
        let random = SeededRandom::new(1);
        let all: Vec<_> = (0..200).map(|_| jittered(Duration::from_secs(8), &*random)).collect();
        assert!(all.iter().all(|w| (4..=8).contains(&w.as_secs())));
        assert!(all.iter().any(|w| *w < Duration::from_secs(5)) && all.iter().any(|w| *w > Duration::from_secs(7)));
    }
}
