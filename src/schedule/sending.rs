//! How letters are sent: batches, waits and how long a claim lasts; and what a step of sending did.

/// How letters are sent. All times are milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Sending {
    /// Letters claimed at once.
    pub batch: i64,
    /// After which nobody waits for a courier any more: more than a platform's own timeout.
    pub timeout: i64,
    /// The first wait before another attempt; each further one is twice as long.
    pub backoff: i64,
    /// The longest such wait.
    pub longest: i64,
    /// The first wait where it is unknown whether a letter went out.
    pub unsure: i64,
    /// How often a letter is sent whose sending ends unknown, before it is given up as "may have been sent".
    pub unsure_times: u32,
    /// How long a throttled account rests at first.
    pub throttled: i64,
    /// How long it rests at most.
    pub throttled_longest: i64,
    /// The wait where no account is connected.
    pub offline: i64,
    /// After a shutdown began, how long a send that is under way is waited for; its letter is then left to its lease.
    pub goodbye: i64,
}

impl Default for Sending {
    fn default() -> Self {
        Self {
            batch: 16,
            timeout: 60_000,
            backoff: 5_000,
            longest: 600_000,
            unsure: 60_000,
            unsure_times: 2,
            throttled: 600_000,
            throttled_longest: 7_200_000,
            offline: 15_000,
            goodbye: 10_000,
        }
    }
}

impl Sending {
    /// How long a claim lasts: whatever is sent last within it still ends before it.
    pub(super) fn lease(&self) -> i64 {
        self.timeout * 3
    }
}

/// What one step did, counted in letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Claimed.
    pub claimed: usize,
    /// Sent.
    pub sent: usize,
    /// To be tried again later.
    pub again: usize,
    /// Never to be sent.
    pub failed: usize,
}

impl Step {
    /// Nothing was waiting.
    pub fn is_empty(&self) -> bool {
        self.claimed == 0
    }
    /// Whether the next step may find more at once.
    pub fn more(&self) -> bool {
        self.sent + self.failed > 0
    }
}
