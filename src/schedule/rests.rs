//! Accounts that must not send for a while, because their platform throttles them: the circuit breaker of delivery. What
//! the database knows of that is every process's; direct answers keep to it as well (`action::brakes`).

use super::sending::Sending;
use super::{Couriers, Parts};
use crate::action::reminding::alarm::{Alarm, Alarms};
use crate::domain::message::{AccountKey, ChatKey};
use crate::error::Fault;
use crate::store::Store;
use crate::store::sending::brakes::{Brake, FORGIVEN};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// How often it is looked which accounts are stopped, milliseconds.
const LOOK: i64 = 5_000;
/// What an account is called of which only the platform is known.
const UNKNOWN: &str = "unknown";

/// A platform with the account of ours that speaks in the chat, where that is known.
pub(super) type Lane = (Arc<str>, Option<AccountKey>);

/// See the file's head.
pub(super) struct Rests {
    store: Store,
    couriers: Couriers,
    alarms: Alarms,
    sending: Sending,
    all: BTreeMap<Lane, Rest>,
    /// When it was last looked which accounts are stopped, and by whose word they go on.
    looked: i64,
}

/// An account that must not send.
struct Rest {
    brake: Brake,
    /// The database knows of it: where it no longer does, somebody let the account go.
    noted: bool,
    /// Groups of the platform in which another account of ours speaks: they go on.
    others: HashSet<ChatKey>,
}

impl Rests {
    /// Nobody rests yet, as far as is known here.
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: parts.store.clone(),
            couriers: parts.couriers.clone(),
            alarms: parts.alarms.clone(),
            sending: parts.sending,
            all: BTreeMap::new(),
            looked: i64::MIN,
        }
    }

    /// Whether nothing may be sent to this chat now, because the account that would may not.
    pub(super) fn bar(&self, chat: &ChatKey, now: i64) -> bool {
        self.all.iter().any(|((platform, _), rest)| *platform == chat.platform && rest.brake.lasts(now) && !rest.others.contains(chat))
    }

    /// Whether an account's rest is over of which nothing has gone out since.
    pub(super) fn over(&self, lane: &Lane, now: i64) -> bool {
        self.all.get(lane).is_some_and(|rest| !rest.brake.lasts(now))
    }

    /// An account is throttled; the operator hears of it.
    pub(super) async fn begin(&mut self, lane: Lane, reason: &str, now: i64) {
        let (first, longest) = (self.sending.throttled, self.sending.throttled_longest);
        let others = self.others(&lane).await;
        let account = stopped(&lane);
        let noted = self.store.throttle(&account, first, longest, now).await;
        let (brake, news) = noted.as_ref().map_or_else(
            |_| {
                let length = self.all.get(&lane).map_or(first, |rest| rest.brake.next(first, longest, now));
                (Brake { account: account.clone(), since: now, until: now.saturating_add(length) }, true)
            },
            Clone::clone,
        );
        tracing::error!(%account, minutes = (brake.until - now) / 60_000, reason, "the platform throttles this account: it sends nothing for a while");
        let told = if news { self.alarms.raise(&Alarm::Throttled(account, brake.since, brake.until)).await } else { Ok(()) };
        if let Err(fault) = noted.as_ref().and(told.as_ref()) {
            tracing::warn!(%fault, "that an account is stopped could not be written down");
        }
        self.all.insert(lane, Rest { brake, noted: noted.is_ok(), others });
    }

    /// Something went out: the account is not throttled any more.
    pub(super) async fn end(&mut self, lane: &Lane, now: i64) -> Result<(), Fault> {
        if self.all.remove(lane).is_some() {
            self.store.end_brake(&stopped(lane), now).await?;
        }
        Ok(())
    }

    /// Accounts that others stopped rest here too; those that somebody let go may send again.
    pub(super) async fn look(&mut self, now: i64) -> Result<(), Fault> {
        if now >= self.looked && now < self.looked.saturating_add(LOOK) {
            return Ok(());
        }
        self.looked = now;
        let brakes = self.store.brakes().await?;
        let gone: Vec<Lane> =
            self.all.iter().filter(|(lane, r)| r.noted && !brakes.iter().any(|b| b.account == stopped(lane))).map(|(l, _)| l.clone()).collect();
        for lane in gone {
            if self.all.remove(&lane).is_none_or(|rest| !rest.brake.lasts(now)) {
                continue;
            }
            let account = stopped(&lane);
            tracing::info!(%account, "somebody let the account go: it sends again");
            if let Some(courier) = self.couriers.iter().find(|c| c.platform() == &*lane.0) {
                courier.resume(&account);
            }
        }
        // one that is over is kept in mind: where the next follows on it, it is longer
        for brake in brakes {
            let lane: Lane = (brake.account.platform.clone(), (&*brake.account.id != UNKNOWN).then(|| brake.account.clone()));
            if now >= brake.until.saturating_add(FORGIVEN) {
                self.all.remove(&lane);
                self.store.end_brake(&brake.account, now).await?;
            } else if self.all.get(&lane).is_none_or(|known| known.brake != brake && (known.noted || known.brake.until < brake.until)) {
                let others = self.others(&lane).await;
                self.all.insert(lane, Rest { brake, noted: true, others });
            }
        }
        Ok(())
    }

    /// Groups of the platform in which another account of ours speaks.
    async fn others(&self, lane: &Lane) -> HashSet<ChatKey> {
        if lane.1.is_none() {
            return HashSet::new();
        }
        // without the database's word the whole platform rests: too careful is better than banned
        let voices = self.store.voices_on(&lane.0).await.unwrap_or_default();
        voices.into_iter().filter(|(_, account)| Some(account) != lane.1.as_ref()).map(|(chat, _)| chat).collect()
    }
}

/// The account of a lane, as the database and the operator know it.
fn stopped(lane: &Lane) -> AccountKey {
    lane.1.clone().unwrap_or_else(|| AccountKey::new(lane.0.clone(), UNKNOWN))
}
