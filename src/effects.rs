//! The outside that must be injected: the clock, ids and randomness. The only file that may ask the machine for them.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// Where "now" comes from: UTC milliseconds since 1970.
pub trait Clock: Send + Sync {
    /// The present instant, UTC milliseconds. May step back (a machine's clock does).
    fn now(&self) -> i64;
    /// Milliseconds that passed since some instant: never steps, and stands still while the machine sleeps.
    fn steady(&self) -> i64;
}

fn since_start() -> i64 {
    static START: OnceLock<Instant> = OnceLock::new();
    i64::try_from(START.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(i64::MAX)
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> i64 {
        chrono::Utc::now().timestamp_millis()
    }
    fn steady(&self) -> i64 {
        since_start()
    }
}

/// A clock that stands still until it is moved: for tests.
pub struct ManualClock {
    now: AtomicI64,
    steady: AtomicI64,
}

impl ManualClock {
    /// Starts at `now` (UTC milliseconds).
    pub fn at(now: i64) -> Arc<Self> {
        Arc::new(Self { now: AtomicI64::new(now), steady: AtomicI64::new(0) })
    }
    /// Moves it by `ms`, which may be negative: so much time passes, or it is set back.
    pub fn advance(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
        self.steady.fetch_add(ms.max(0), Ordering::SeqCst);
    }
    /// Sets it, in the same way.
    pub fn set(&self, now: i64) {
        self.advance(now - self.now());
    }
    /// Sets it by `ms` while no time passes.
    pub fn leap(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }
    fn steady(&self) -> i64 {
        self.steady.load(Ordering::SeqCst)
    }
}

/// The machine's clock moved by an offset that can grow: the demo's.
pub struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    /// Starts at the machine's time.
    pub fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(0)))
    }
    /// Moves on so that `now()` is at least `instant`; never moves back.
    pub fn forward_to(&self, instant: i64) {
        self.0.fetch_max(instant - SystemClock.now(), Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> i64 {
        SystemClock.now() + self.0.load(Ordering::SeqCst)
    }
    fn steady(&self) -> i64 {
        SystemClock.steady() + self.0.load(Ordering::SeqCst)
    }
}

/// Where random bytes come from.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
    /// A number in `0..below` (`below` > 0).
    fn below(&self, below: u64) -> u64 {
        let mut b = [0; 8];
        self.fill(&mut b);
        u64::from_le_bytes(b) % below.max(1)
    }
}

/// The operating system's randomness.
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// A repeatable sequence: for tests and the demo's sample data (SplitMix64; not for secrets).
pub struct SeededRandom(AtomicI64);

impl SeededRandom {
    /// The sequence of this seed.
    pub fn new(seed: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15_u64.cast_signed(), Ordering::SeqCst);
            let mut z = state.cast_unsigned().wrapping_add(0x9E37_79B9_7F4A_7C15);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Makes i64 ids: 41 bits of milliseconds since 2020, 10 bits of node, 12 of sequence.
///
/// Strictly increasing within a process, also when the clock steps back; unique between processes because
/// each leases a node number of its own from the database.
pub struct Ids {
    clock: Arc<dyn Clock>,
    node: AtomicI64,
    last: AtomicI64,
}

const IDS_EPOCH: i64 = 1_577_836_800_000;

impl Ids {
    /// Ids of this node (0..1024).
    pub fn new(clock: Arc<dyn Clock>, node: i64) -> Arc<Self> {
        Arc::new(Self { clock, node: AtomicI64::new(node & 1023), last: AtomicI64::new(0) })
    }
    /// The node number, once it is leased.
    pub fn set_node(&self, node: i64) {
        self.node.store(node & 1023, Ordering::SeqCst);
    }
    /// This process's node number.
    pub fn node(&self) -> i64 {
        self.node.load(Ordering::SeqCst)
    }
    /// The instant at which an id was made, UTC milliseconds (later where the clock had stepped back).
    pub fn made_at(id: i64) -> i64 {
        (id >> 22) + IDS_EPOCH
    }
    /// Every id that was made at this instant or later is this or above; UTC milliseconds.
    pub fn first_at(instant: i64) -> i64 {
        instant.saturating_sub(IDS_EPOCH).max(0) << 22
    }
    /// Makes every later id larger than this one, which another process may have made by a clock that is ahead of ours.
    pub fn rise_above(&self, id: i64) {
        let (instant, node) = (id >> 22, (id >> 12) & 1023);
        let tick = match node.cmp(&self.node()) {
            std::cmp::Ordering::Less => (instant << 12) - 1,
            std::cmp::Ordering::Equal => (instant << 12) | (id & 0xFFF),
            std::cmp::Ordering::Greater => (instant << 12) | 0xFFF,
        };
        self.last.fetch_max(tick, Ordering::SeqCst);
    }
    /// The next id, above every one that it gave before.
    pub fn next(&self) -> i64 {
        let fresh = (self.clock.now() - IDS_EPOCH).max(0) << 12;
        let step = |last: i64| Some(fresh.max(last + 1));
        let last = self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, step).unwrap_or(fresh);
        let tick = fresh.max(last + 1);
        ((tick >> 12) << 22) | (self.node() << 12) | (tick & 0xFFF)
    }
}

/// All of them, handed down from `app`.
#[derive(Clone)]
pub struct Effects {
    /// Now.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<Ids>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

impl Effects {
    /// The real outside. The node number is set when the store leases one.
    pub fn system() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Self { ids: Ids::new(clock.clone(), 0), clock, random: Arc::new(SystemRandom) }
    }
    /// A given clock and a repeatable randomness.
    pub fn fixed(clock: Arc<dyn Clock>, seed: i64) -> Self {
        Self { ids: Ids::new(clock.clone(), 0), clock, random: SeededRandom::new(seed) }
    }
}

/// Prints a line. That the reader has gone (`zhibu … | head`) is no mistake of anybody's.
macro_rules! out {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($part)*);
    }};
}
pub(crate) use out;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_when_the_clock_steps_back() {
        let clock = ManualClock::at(1_800_000_000_000);
        let ids = Ids::new(clock.clone(), 7);
        let mut last = 0;
        for step in [0, 5, -9000, 1, 0, 0, 9000] {
            clock.advance(step);
            for _ in 0..5000 {
                let id = ids.next();
                assert!(id > last);
                assert_eq!((id >> 12) & 1023, 7);
                assert!((0..9050).contains(&(Ids::made_at(id) - clock.now())));
                last = id;
            }
        }
    }

    #[test]
    fn ids_rise_above_those_of_others() {
        let clock = ManualClock::at(1_800_000_000_000);
        for (mine, other) in [(3, 7), (7, 3), (5, 5)] {
            let (ids, others) = (Ids::new(clock.clone(), mine), Ids::new(clock.clone(), other));
            let theirs = (0..5000).map(|_| others.next()).next_back().unwrap();
            ids.rise_above(theirs);
            let mine = ids.next();
            assert!(mine > theirs, "{mine} {other}");
            ids.rise_above(theirs);
            assert!(ids.next() > mine);
        }
    }
}
