//! What the bot starts by itself: due reminders and the messages that they became.

use super::Store;
use crate::domain::ids::OrgId;
use crate::domain::message::{ChatKey, Outgoing};
use crate::error::Fault;

/// A message to be sent, at least once and deduplicated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Unique: `reminder/study/sunday/2026-11-22T20:00/onebot:90000`.
    pub dedupe_key: String,
    /// What and where to.
    pub message: Outgoing,
    /// Worthless after this, UTC milliseconds.
    pub expires_at: i64,
}

/// A letter that this process has claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its row.
    pub id: i64,
    /// The letter.
    pub letter: Letter,
    /// Attempts so far, this one included.
    pub attempts: i64,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It is out.
    Sent,
    /// Try again at this instant (UTC ms).
    Again {
        /// When.
        at: i64,
        /// For the operator; no text, no names.
        error: String,
    },
    /// It was not tried, for want of an account that can: at this instant (UTC ms), and the attempt does not count.
    Held {
        /// When.
        at: i64,
        /// For the operator; no text, no names.
        error: String,
    },
    /// It never will be.
    Failed {
        /// For the operator.
        error: String,
    },
}

impl Store {
    /// Enters a due reminder, unique by (reminder, unit, scheduled time), with its letters, in one transaction. False where it was there.
    pub async fn enter_due(&self, reminder: &str, org: OrgId, scheduled_at: i64, now: i64, letters: &[Letter]) -> Result<bool, Fault> {
        let _ = (reminder, org, scheduled_at, now, letters);
        unimplemented!()
    }
    /// Up to where a reminder of a unit was handled (scheduled time, UTC ms); none: never.
    pub async fn handled_until(&self, reminder: &str, org: OrgId) -> Result<Option<i64>, Fault> {
        let _ = (reminder, org);
        unimplemented!()
    }
    /// The same for every unit at once.
    pub async fn handled(&self, reminder: &str) -> Result<Vec<(OrgId, i64)>, Fault> {
        let _ = reminder;
        unimplemented!()
    }
    /// Queues letters that belong to no reminder; ones whose key is known are left alone.
    pub async fn queue_letters(&self, letters: &[Letter], now: i64) -> Result<(), Fault> {
        let _ = (letters, now);
        unimplemented!()
    }
    /// Claims up to `limit` letters that are due, for chats that `reaches` says this process can speak to, until `lease_until`.
    /// Oldest first, and of one chat only the oldest unfinished.
    pub async fn claim_letters(&self, now: i64, lease_until: i64, limit: i64, reaches: &(dyn Fn(&ChatKey) -> bool + Sync)) -> Result<Vec<Claimed>, Fault> {
        let _ = (now, lease_until, limit, reaches);
        unimplemented!()
    }
    /// Ends an attempt.
    pub async fn end_attempt(&self, id: i64, attempt: &Attempt, now: i64) -> Result<(), Fault> {
        let _ = (id, attempt, now);
        unimplemented!()
    }
    /// Letters that wait, and those that failed for good: (waiting, failed).
    pub async fn outbox_depth(&self) -> Result<(i64, i64), Fault> {
        unimplemented!()
    }
}
