//! Messages that this process has acted on, so that one that comes twice (two deliveries, a reconnect) is not
//! answered twice. Only a help: once-only itself is the store's.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// How many are remembered at least.
const KEEP: usize = 50_000;

#[derive(Default)]
struct Generations {
    young: HashSet<String>,
    old: HashSet<String>,
}

/// The sources of recent messages.
#[derive(Default)]
pub struct Recent(Mutex<Generations>);

impl Recent {
    /// True the first time; remembers it.
    pub fn first_time(&self, source: String) -> bool {
        let mut g = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if g.old.contains(&source) || !g.young.insert(source) {
            return false;
        }
        if g.young.len() > KEEP {
            g.old = std::mem::take(&mut g.young);
        }
        true
    }
    /// Forgets one that failed, so that it may come again.
    pub fn forget(&self, source: &str) {
        let mut g = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        g.young.remove(source);
        g.old.remove(source);
    }
}
