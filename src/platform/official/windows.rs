//! To whom customer-service messages may go: so many, for so long after somebody wrote. Instants are UTC milliseconds and
//! handed in.

use crate::domain::message::ChatKey;
use crate::platform::recent::Recent;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// People that are remembered.
const PEOPLE: usize = 20_000;
/// A window is held to be over so much before it is.
const MARGIN: i64 = 3_000;

/// Of somebody who wrote: until when, and how many more.
struct Window {
    until: i64,
    left: usize,
}

struct State {
    people: Recent<ChatKey, Window>,
    /// Nothing goes to anybody before this: the account may send none, or its keys are none.
    off: i64,
}

/// See the file's head.
pub struct Windows {
    state: Mutex<State>,
}

impl Windows {
    /// Nobody wrote yet.
    pub fn new() -> Self {
        Self { state: Mutex::new(State { people: Recent::new(PEOPLE), off: i64::MIN }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody did something after which so many may go within so many milliseconds; what was open longer stays so.
    pub fn opens(&self, chat: &ChatKey, lasts: i64, most: usize, now: i64) {
        let until = now + lasts - MARGIN;
        let mut state = self.state();
        if state.people.get(chat).is_none_or(|w| w.until <= until || w.left == 0) {
            state.people.put(chat.clone(), Window { until, left: most });
        }
    }

    /// Nothing goes to this person before something is done again.
    pub fn shuts(&self, chat: &ChatKey) {
        self.state().people.put(chat.clone(), Window { until: i64::MIN, left: 0 });
    }

    /// Nothing goes to anybody before this.
    pub fn off_until(&self, at: i64) {
        self.state().off = at;
    }

    /// Whether something can go. Of somebody who wrote to an earlier process WeChat knows.
    pub fn is_open(&self, chat: &ChatKey, now: i64) -> bool {
        let state = self.state();
        state.off <= now && state.people.get(chat).is_none_or(|w| w.until > now && w.left > 0)
    }

    /// Something goes; whether it can.
    pub fn takes(&self, chat: &ChatKey, now: i64) -> bool {
        let mut state = self.state();
        let off = state.off > now;
        match state.people.get_mut(chat) {
            _ if off => false,
            None => true,
            Some(window) if window.until > now && window.left > 0 => {
                window.left -= 1;
                true
            }
            Some(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::meaning::account;
    use super::*;

    #[test]
    fn windows_open_count_and_shut() {
        let (windows, [a, b]) = (Windows::new(), ["a", "b"].map(|id| ChatKey::private(&account(id))));
        assert!(windows.takes(&a, 0), "perhaps somebody wrote to an earlier process");
        windows.opens(&a, 100_000, 2, 0);
        assert_eq!([0; 3].map(|now| windows.takes(&a, now)), [true, true, false]);
        windows.opens(&a, 100_000, 2, 1);
        assert!(windows.is_open(&a, 1) && windows.is_open(&a, 96_999) && !windows.is_open(&a, 97_001));
        // what opens for a minute does not cut short what is open longer
        windows.opens(&a, 60_000, 9, 2);
        assert_eq!([3; 3].map(|now| windows.takes(&a, now)), [true, true, false]);
        windows.opens(&a, 60_000, 1, 4);
        assert!(windows.is_open(&a, 5));
        windows.shuts(&a);
        assert!(!windows.is_open(&a, 5) && windows.is_open(&b, 5));
        windows.off_until(10);
        assert!(!windows.is_open(&b, 9) && windows.is_open(&b, 10));
    }
}
