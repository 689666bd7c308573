//! Whether the clock can be believed: one that leapt ahead by more than a day does nothing for good (drops no rows, freezes
//! no period, pushes and names nobody) before it has held for an hour, or somebody has said that it is right.

use super::engine::args;
use crate::error::Fault;
use crate::store::Store;

/// What a clock may be ahead of what is expected, milliseconds.
const LEAP: i64 = 86_400_000;
/// So long a clock that leapt has to hold, milliseconds.
const HOLDS: i64 = 3_600_000;
/// How often the time is written down, for the next start, milliseconds.
const NOTED: i64 = 600_000;

/// What is known of the time.
pub(in crate::store) struct Known {
    /// A time that was believed, UTC milliseconds.
    now: i64,
    /// What the clock that never steps showed then, milliseconds.
    steady: i64,
    /// What that one showed when the other leapt.
    leapt: Option<i64>,
    /// The time that is written down, UTC milliseconds.
    noted: Option<i64>,
}

impl Store {
    /// Whether what happens for good may happen at the time that the clock shows now.
    pub async fn clock_holds(&self) -> Result<bool, Fault> {
        let clock = &self.inner.effects.clock;
        let (now, steady) = (clock.now(), clock.steady());
        let mut known = self.inner.known.lock().await;
        let known = match &mut *known {
            Some(known) => known,
            none => {
                let noted = self.noted_time().await?;
                none.insert(Known { now: noted.unwrap_or(now), steady, leapt: None, noted })
            }
        };
        let expected = known.now.saturating_add(steady.saturating_sub(known.steady));
        if now > expected.saturating_add(LEAP) {
            let since = *known.leapt.get_or_insert(steady);
            // the operator's word, or what another process believes
            let said = self.noted_time().await?.is_some_and(|said| said.abs_diff(now) <= LEAP.unsigned_abs());
            if !said && steady.saturating_sub(since) < HOLDS {
                return Ok(false);
            }
        }
        (known.now, known.steady, known.leapt) = (now, steady, None);
        if known.noted.is_none_or(|noted| noted.abs_diff(now) >= NOTED.unsigned_abs()) {
            self.believe_clock(now).await?;
            known.noted = Some(now);
        }
        Ok(true)
    }

    /// Notes that this is the time: where a clock leapt to it, that is believed from now on, by every process.
    pub async fn believe_clock(&self, now: i64) -> Result<(), Fault> {
        let sql = "INSERT INTO meta (key, value) VALUES ('clock', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        let mut tx = self.write().await?;
        tx.exec(sql, args![now.to_string()]).await?;
        Ok(tx.commit().await?)
    }

    async fn noted_time(&self) -> Result<Option<i64>, Fault> {
        let found: Option<(String,)> = self.pool().one("SELECT value FROM meta WHERE key = 'clock'", args![]).await?;
        Ok(found.and_then(|(at,)| at.parse().ok()))
    }
}
