//! What is true: the only SQL of the house. One text for SQLite and PostgreSQL.
//!
//! `engine` opens, migrates and leases a node number; `units`, `roster`, `accounts`, `chats` read and change the
//! tree and its people; `ledger` enters posts through one writer that commits in groups and reads standings;
//! `sessions`, `questions`, `outbox`, `audit` keep the rest.

pub mod accounts;
pub mod chats;
pub mod ledger;
pub mod outbox;
pub mod questions;
pub mod roster;
pub mod sessions;
pub mod units;

use crate::effects::Effects;
use crate::error::Fault;

/// A handle to the database; cheap to clone.
#[derive(Clone)]
pub struct Store {}

/// How to open.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH`, `sqlite::memory:`, `postgres://…`.
    pub url: String,
    /// Most posts in one commit.
    pub batch: usize,
    /// Readers at once.
    pub readers: u32,
}

impl Store {
    /// Opens, creates where it is a file that is missing, migrates, leases a node number, starts the writer.
    ///
    /// # Errors
    /// `Fault` with what an operator can do: locked, read-only, missing folder, newer version than this program.
    pub async fn open(options: &Options, effects: &Effects) -> Result<Self, Fault> {
        let _ = (options, effects);
        unimplemented!()
    }
    /// Waits for the writer to commit what it took, gives the node number back and closes.
    pub async fn close(&self) {
        unimplemented!()
    }
    /// Posts that wait for the writer.
    pub fn queued(&self) -> usize {
        unimplemented!()
    }
    /// Whether the database answers a trivial query: for `/healthz`.
    pub async fn healthy(&self) -> Result<(), Fault> {
        unimplemented!()
    }
}
