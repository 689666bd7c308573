//! The store's contract, on both engines: every function of it, and what it does when things go wrong.

mod claims;
mod ledger;
mod opening;
mod outbox;
mod sample;
mod tree;
mod voices;
mod writer;

use libtest_mimic::Trial;

pub fn tests() -> Vec<Trial> {
    [tree::tests(), ledger::tests(), outbox::tests(), claims::tests(), voices::tests(), writer::tests(), opening::tests()].into_iter().flatten().collect()
}
