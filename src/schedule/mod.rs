//! What the bot starts by itself: the clock's flow, from what is due to what is sent.
//!
//! `watch` lists the reminders, `times` says which of their due times are owed; `due` finds those that came due, and enters
//! each with its `letters` (those of `occasions` too, and to the `places` where the branch is spoken to) in one transaction;
//! `settle` ends those that were held; `deliver` takes
//! letters from the outbox to the platforms' couriers, what `waited` long after another look; `stale` says when the records may lack something, so that a due
//! time waits for the secretary's word; `tell` tells secretaries of that and of what failed, and the operator of accounts
//! that are gone; `housekeep` freezes periods that closed and finds sessions
//! whose time is over. Each of them has one `step`, which tests call; `run` loops them with the clock. Of platforms
//! they see only [`Courier`]; what a reminder says is `report::reminder`'s.
//!
//! **What a crash can do.** A due time and its letters are one transaction: either neither is there and it comes due
//! again after the restart, or both are and the letters go out. A letter is sent before that is written down, so it
//! comes twice where the platform took it and the process died, or never heard the platform's answer, before it
//! knew; it is never lost but by a platform's refusal or by its expiry, both of which are kept as failures. After a power cut
//! SQLite may not know of what was sent in the last moment (`deliver` says how long that is).
//!
#![doc = include_str!("README.md")]

pub mod deliver;
pub mod due;
pub mod housekeep;
pub mod letters;
mod occasions;
mod places;
mod rests;
pub mod sending;
mod settle;
pub mod stale;
pub mod tell;
pub mod times;
mod unreached;
mod waited;
pub mod watch;

pub use deliver::Deliverer;
pub use due::Scheduler;
pub use housekeep::Housekeeper;
pub use sending::{Sending, Step};
pub use tell::Teller;
pub use times::{next_due, next_runs};

use crate::action::reminding::alarm::Alarms;
use crate::config::Config;
use crate::domain::message::Courier;
use crate::domain::record::Session;
use crate::effects::Effects;
use crate::error::Fault;
use crate::store::Store;
use futures_util::future::BoxFuture;
use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The couriers of every platform that is configured.
pub type Couriers = Arc<[Arc<dyn Courier>]>;

/// Tends a session: one whose time is over ends, and its chats are told; of one whose code rolls the new one is told.
pub type CloseSession = Arc<dyn Fn(Session) -> BoxFuture<'static, Result<(), Fault>> + Send + Sync>;

/// What the scheduler is built from.
#[derive(Clone)]
pub struct Parts {
    /// The clock and randomness.
    pub effects: Effects,
    /// The records.
    pub store: Store,
    /// Duties, their reminders, and the words.
    pub config: Arc<Config>,
    /// How letters leave.
    pub couriers: Couriers,
    /// How a session whose time is over is closed.
    pub close_session: CloseSession,
    /// How letters are sent.
    pub sending: Sending,
    /// What has been done so far.
    pub counts: Arc<Counts>,
    /// How the operator is told.
    pub alarms: Alarms,
}

impl Parts {
    /// The same for each platform by itself; as they are where there is none.
    fn by_platform(&self) -> Vec<Self> {
        if self.couriers.is_empty() {
            return vec![self.clone()];
        }
        self.couriers.iter().map(|courier| Self { couriers: Arc::from([courier.clone()]), ..self.clone() }).collect()
    }
}

/// What was done since the process began: for metrics.
#[derive(Debug, Default)]
pub struct Counts {
    /// Reminders entered with letters or with nobody to remind, one for each branch.
    pub entered: AtomicU64,
    /// Reminders found too late and skipped, one for each branch.
    pub skipped: AtomicU64,
    /// Letters sent.
    pub sent: AtomicU64,
    /// Attempts that are to be repeated.
    pub again: AtomicU64,
    /// Letters that never will be sent.
    pub failed: AtomicU64,
    /// Periods of branches that were frozen.
    pub frozen: AtomicU64,
    /// Steps that failed altogether, and branches that failed within one.
    pub faults: AtomicU64,
}

fn add(counter: &AtomicU64, n: usize) {
    counter.fetch_add(n as u64, Ordering::Relaxed);
}

/// How long a loop rests where there is nothing to do, and after a fault.
const REST: Duration = Duration::from_millis(500);
const AFTER_FAULT: Duration = Duration::from_secs(5);

/// Runs until `shutdown`: sends that are under way are waited for, `Sending::goodbye` at most.
///
/// # Errors
/// A sentence for the operator where a reminder's cron expression can't be used.
pub async fn run(parts: Parts, shutdown: CancellationToken) -> Result<(), String> {
    let mut scheduler = Scheduler::new(&parts)?;
    let hurry = CancellationToken::new();
    // a platform that hangs holds up its own letters alone
    let deliverers: Vec<Deliverer> = parts.by_platform().iter().map(|own| Deliverer::new(own).hurried_by(hurry.clone())).collect();
    let mut housekeeper = Housekeeper::new(&parts);
    let mut teller = Teller::new(&parts);
    let clock = parts.effects.clock.clone();
    let counts = &parts.counts;
    let wakes: Vec<Notify> = deliverers.iter().map(|_| Notify::new()).collect();
    let wake = || wakes.iter().for_each(Notify::notify_one);
    let due = async {
        let mut grief = Grief::new("reminders", counts);
        while !shutdown.is_cancelled() {
            let rest = match scheduler.step(clock.now()).await {
                Ok(step) => {
                    grief.over();
                    if step.letters > 0 {
                        wake();
                    }
                    REST
                }
                Err(fault) => grief.tell(&fault),
            };
            nap(rest, &shutdown).await;
        }
    };
    let deliver = deliverers.into_iter().zip(&wakes).map(|(mut deliverer, woken)| {
        let (clock, shutdown) = (clock.clone(), &shutdown);
        async move {
            let mut grief = Grief::new("delivery", counts);
            while !shutdown.is_cancelled() {
                let rest = match deliverer.step(clock.now()).await {
                    Ok(step) => {
                        grief.over();
                        if step.more() { Duration::ZERO } else { REST }
                    }
                    Err(fault) => grief.tell(&fault),
                };
                tokio::select! {
                    () = nap(rest, shutdown) => {}
                    () = woken.notified() => {}
                }
            }
        }
    });
    let deliver = futures_util::future::join_all(deliver);
    let keep = async {
        let mut grief = Grief::new("housekeeping", counts);
        while !shutdown.is_cancelled() {
            let rest = match housekeeper.step(clock.now()).await {
                Ok(step) => {
                    let mut rest = REST * 4;
                    for session in step.leave.into_iter().chain(step.overdue).chain(step.rolling) {
                        if let Err(fault) = (parts.close_session)(session).await {
                            rest = grief.tell(&fault);
                        }
                    }
                    if rest == REST * 4 {
                        grief.over();
                    }
                    rest
                }
                Err(fault) => grief.tell(&fault),
            };
            nap(rest, &shutdown).await;
        }
    };
    let tell = async {
        let mut grief = Grief::new("telling what failed", counts);
        while !shutdown.is_cancelled() {
            let rest = match teller.step(clock.now()).await {
                Ok(told) => {
                    grief.over();
                    if told > 0 {
                        wake();
                    }
                    REST * 4
                }
                Err(fault) => grief.tell(&fault),
            };
            nap(rest, &shutdown).await;
        }
    };
    // boxed: together they are larger than what a caller's future should hold
    let all = Box::pin(async { tokio::join!(due, deliver, keep, tell) });
    let goodbye = Duration::from_millis(parts.sending.goodbye.unsigned_abs());
    let patience = async {
        shutdown.cancelled().await;
        tokio::time::sleep(goodbye).await;
        hurry.cancel();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = all => {}
        () = patience => {}
    }
    Ok(())
}

/// Rests, but not past the shutdown.
async fn nap(rest: Duration, shutdown: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(rest) => {}
        () = shutdown.cancelled() => {}
    }
}

/// Says once that a loop's steps fail, and once that they no longer do.
struct Grief<'a> {
    what: &'static str,
    counts: &'a Counts,
    told: Option<String>,
}

impl<'a> Grief<'a> {
    fn new(what: &'static str, counts: &'a Counts) -> Self {
        Self { what, counts, told: None }
    }
    fn tell(&mut self, fault: &dyn Display) -> Duration {
        add(&self.counts.faults, 1);
        let text = fault.to_string();
        if self.told.as_ref() != Some(&text) {
            tracing::error!(what = self.what, fault = %text, "a step failed; it is tried again");
            self.told = Some(text);
        }
        AFTER_FAULT
    }
    fn over(&mut self) {
        if self.told.take().is_some() {
            tracing::info!(what = self.what, "it works again");
        }
    }
}
