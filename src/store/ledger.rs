//! Records, standings and tallies: entered by one writer in groups, read by anybody.

use super::Store;
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId, RecordId};
use crate::domain::ledger::{Outcome, Post};
use crate::domain::message::AccountKey;
use crate::domain::record::{Key, Record, Standing, Tally};
use crate::error::Fault;
use tokio::sync::oneshot;

/// The answer to a post, once it is durable.
pub type Pending = oneshot::Receiver<Result<Outcome, Fault>>;

/// What one message entered: for undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The message's source.
    pub source: String,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Its records that are not taken back, reversals and confirmations aside.
    pub records: Vec<Record>,
}

impl Store {
    /// Queues a post. Posts are entered in the order of these calls; the call itself only waits where the queue is full.
    pub async fn post(&self, post: Post) -> Pending {
        let _ = post;
        unimplemented!()
    }
    /// Returns when everything queued before is durable.
    pub async fn settled(&self) -> Result<(), Fault> {
        unimplemented!()
    }
    /// Standings of a branch in one period, of those who have any record (or are frozen).
    pub async fn standings(&self, branch: OrgId, duty: &str, period: Period) -> Result<Vec<(PersonId, Standing)>, Fault> {
        let _ = (branch, duty, period);
        unimplemented!()
    }
    /// One member's standings in a branch; all duties where `duty` is none. By duty, then period.
    pub async fn standings_of(&self, branch: OrgId, person: PersonId, duty: Option<&str>) -> Result<Vec<(Key, Standing)>, Fault> {
        let _ = (branch, person, duty);
        unimplemented!()
    }
    /// All standings of a branch and duty between two periods of its cadence, inclusive.
    pub async fn standings_between(&self, branch: OrgId, duty: &str, from: Period, to: Period) -> Result<Vec<(Key, Standing)>, Fault> {
        let _ = (branch, duty, from, to);
        unimplemented!()
    }
    /// Tallies at or below a path, for one duty and period: (branch, tally). Branches without one are absent.
    pub async fn tallies(&self, path: &str, duty: &str, period: Period) -> Result<Vec<(OrgId, Tally)>, Fault> {
        let _ = (path, duty, period);
        unimplemented!()
    }
    /// What this account entered last and has not taken back, not before `since` (UTC ms).
    pub async fn last_entered(&self, account: &AccountKey, since: i64) -> Result<Option<Entered>, Fault> {
        let _ = (account, since);
        unimplemented!()
    }
    /// What the message of this source entered and is not taken back.
    pub async fn entered(&self, source: &str) -> Result<Option<Entered>, Fault> {
        let _ = source;
        unimplemented!()
    }
    /// What a message entered of which only the platform's quotable id is known: the newest source that is `prefix` or begins with
    /// `prefix:`, not before `since` (UTC ms).
    pub async fn entered_under(&self, prefix: &str, since: i64) -> Result<Option<Entered>, Fault> {
        let _ = (prefix, since);
        unimplemented!()
    }
    /// Claims of a branch that nobody has confirmed, oldest first.
    pub async fn unconfirmed(&self, branch: OrgId, duty: &str) -> Result<Vec<Record>, Fault> {
        let _ = (branch, duty);
        unimplemented!()
    }
    /// The newest records of these branches, newest first: for the demo's side panel.
    pub async fn latest_records(&self, branches: &[OrgId], limit: i64) -> Result<Vec<Record>, Fault> {
        let _ = (branches, limit);
        unimplemented!()
    }
    /// The records of these ids.
    pub async fn records(&self, branch: OrgId, ids: &[RecordId]) -> Result<Vec<Record>, Fault> {
        let _ = (branch, ids);
        unimplemented!()
    }
    /// Freezes who was expected in a period that closed: writes it to their standings. Does nothing the second time.
    pub async fn freeze(&self, branch: OrgId, duty: &str, period: Period, expected: &[PersonId]) -> Result<(), Fault> {
        let _ = (branch, duty, period, expected);
        unimplemented!()
    }
    /// Whether the period is frozen.
    pub async fn frozen(&self, branch: OrgId, duty: &str, period: Period) -> Result<bool, Fault> {
        let _ = (branch, duty, period);
        unimplemented!()
    }
    /// Proves that standings are what records fold to, that tallies are what standings add up to, and that the audit
    /// chain holds; one sentence for each thing that does not.
    pub async fn prove(&self) -> Result<Vec<String>, Fault> {
        unimplemented!()
    }
}
