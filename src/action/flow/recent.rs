//! Messages that this process has acted on, so that one that comes twice (two deliveries, a reconnect) is not answered
//! twice; and the answers that did not leave, or may not have, so that one that comes again is told what came of it.
//! Only a help: once-only itself is the store's.

use crate::action::context::Reply;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many are remembered at least.
const KEEP: usize = 50_000;
/// Answers that are kept at most; then they are forgotten all at once.
const UNSENT: usize = 4096;

#[derive(Default)]
struct Generations {
    young: HashSet<String>,
    old: HashSet<String>,
    /// Answers that were lost.
    unsent: HashMap<String, Reply>,
    /// Those that came again before it was known how their answer fared.
    again: HashSet<String>,
    /// Those that met a fault of ours.
    sorry: HashSet<String>,
}

/// The sources of recent messages.
#[derive(Default)]
pub struct Recent(Mutex<Generations>);

impl Recent {
    fn all(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True the first time; remembers it.
    pub fn first_time(&self, source: &str) -> bool {
        let mut g = self.all();
        if g.old.contains(source) || !g.young.insert(source.to_owned()) {
            return false;
        }
        if g.young.len() > KEEP {
            g.old = std::mem::take(&mut g.young);
        }
        true
    }

    /// Forgets one that failed, so that it may come again.
    pub fn forget(&self, source: &str) {
        let mut g = self.all();
        g.young.remove(source);
        g.old.remove(source);
    }

    /// Whether this message meets a fault for the first time; remembers it.
    pub fn sorry(&self, source: &str) -> bool {
        let mut g = self.all();
        if g.sorry.len() >= UNSENT {
            g.sorry.clear();
        }
        g.sorry.insert(source.to_owned())
    }

    /// The answer to a message could not be sent, or nobody knows whether it was. It is given back where the message
    /// came again meanwhile: try once more.
    pub fn unsent(&self, source: String, reply: Reply) -> Option<Reply> {
        let mut g = self.all();
        if g.again.remove(&source) {
            return Some(reply);
        }
        if g.unsent.len() >= UNSENT {
            g.unsent.clear();
        }
        g.unsent.insert(source, reply);
        None
    }

    /// A message came again: takes its answer out, where that was lost.
    pub fn lost(&self, source: &str) -> Option<Reply> {
        let mut g = self.all();
        let lost = g.unsent.remove(source);
        if lost.is_none() {
            if g.again.len() >= UNSENT {
                g.again.clear();
            }
            g.again.insert(source.to_owned());
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Part;

    #[test]
    fn a_lost_answer_is_kept_for_the_next_time() {
        let recent = Recent::default();
        let reply = || Reply { parts: vec![Part::Text("好".into())], private: Vec::new() };
        assert!(recent.first_time("a") && !recent.first_time("a"));
        assert_eq!(recent.unsent("a".into(), reply()), None);
        assert_eq!(recent.lost("a"), Some(reply()));
        assert_eq!(recent.lost("a"), None, "it is on its way");
        assert_eq!(recent.unsent("a".into(), reply()), Some(reply()), "it came again meanwhile: once more at once");
        assert_eq!(recent.unsent("a".into(), reply()), None, "but not for ever");
        for n in 0..3 * UNSENT {
            recent.unsent(n.to_string(), reply());
            recent.lost(&format!("x{n}"));
        }
        assert!(recent.all().unsent.len() <= UNSENT && recent.all().again.len() <= UNSENT);
    }
}
