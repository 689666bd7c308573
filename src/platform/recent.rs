//! A map that forgets what was not touched for long: bounded memory for what is only worth knowing while it is fresh.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Keeps at least the last `keep` entries, at most twice as many.
#[derive(Debug)]
pub struct Recent<K, V> {
    keep: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    /// An empty one.
    pub fn new(keep: usize) -> Self {
        Self { keep: keep.max(1), young: HashMap::new(), old: HashMap::new() }
    }

    /// Puts an entry in.
    pub fn put(&mut self, key: K, value: V) {
        if self.young.len() >= self.keep && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    /// An entry, if it was put in lately.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// The same, to change it; that does not keep it longer.
    pub fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let Self { young, old, .. } = self;
        young.get_mut(key).or_else(|| old.get_mut(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_last_and_forgets_the_first() {
        let mut r = Recent::new(10);
        for n in 0..1000 {
            r.put(n, n);
            assert!(r.young.len() + r.old.len() <= 20);
        }
        assert!((990..1000).all(|n| r.get(&n) == Some(&n)));
        assert_eq!(r.get(&900), None);
    }
}
