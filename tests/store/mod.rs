//! The store's contract, on both engines.

mod sample;
mod tree;

use libtest_mimic::Trial;

pub fn tests() -> Vec<Trial> {
    [tree::tests()].into_iter().flatten().collect()
}
