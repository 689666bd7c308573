//! Takes letters from the outbox to the platforms: claims, sends outside any transaction, and writes down how it went.
//! What is in a letter, and when it is due, is others'.
//!
//! At least once: a letter is sent until a platform takes it, refuses it for good, or it expires. Where nobody knows
//! whether it went out it is sent again, a few times, far apart. Accounts have lanes: letters of one go one after the
//! other, and one that is throttled rests, for twice as long each time, while the others go on. Letters of which nobody
//! knows which account will carry them go after those of all accounts of their platform.

use super::sending::{Sending, Step};
use super::watch::Watched;
use super::{Counts, Couriers, Parts, add};
use crate::action::alarm::{Alarm, Alarms};
use crate::domain::calendar::Zone;
use crate::domain::message::{AccountKey, ChatKey, Courier, Outgoing, SendError};
use crate::domain::timing::Quiet;
use crate::effects::Effects;
use crate::error::Fault;
use crate::store::Store;
use crate::store::delivery::{Brake, Failed};
use crate::store::outbox::{Attempt, Claimed, HUSHED};
use crate::store::voices::Speaks;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked which accounts are stopped, milliseconds.
const BRAKES: i64 = 5_000;
/// So long after its rest an account is no longer held to have been throttled before, milliseconds.
const FORGIVEN: i64 = 24 * 3_600_000;
/// What an account is called of which only the platform is known.
const UNKNOWN: &str = "unknown";

/// A platform with the account of ours that speaks in the chat, where that is known.
type Lane = (Arc<str>, Option<AccountKey>);
/// A lane with how its letters fared, and why it is throttled, where it is.
type Driven = (Lane, Vec<(Claimed, End)>, Option<String>);

/// Carries letters.
pub struct Deliverer {
    store: Store,
    couriers: Couriers,
    effects: Effects,
    sending: Sending,
    counts: Arc<Counts>,
    rests: BTreeMap<Lane, Rest>,
    /// Letters whose sending ended unknown, with how often.
    unsure: HashMap<i64, u32>,
    /// Attempts that ended but could not be written down: nothing is claimed before they are.
    unwritten: Vec<(i64, Attempt)>,
    /// When letters of reminders are not sent.
    quiet: Option<Quiet>,
    /// The reminders of the duties' files, with the zone of their quiet hours; none: they have none.
    watched: HashMap<String, Option<Zone>>,
    house: Zone,
    /// Nobody waits for a courier any more.
    hurry: CancellationToken,
    alarms: Alarms,
    /// When it was last looked which accounts are stopped, and by whose word they go on.
    looked: i64,
}

/// An account that must not send.
struct Rest {
    from: i64,
    until: i64,
    length: i64,
    /// The database knows of it: where it no longer does, somebody let the account go.
    noted: bool,
    /// Groups of the platform in which another account of ours speaks: they go on.
    others: HashSet<ChatKey>,
}

/// How one letter fared.
enum End {
    Sent {
        sent_as: String,
        /// That is written down.
        written: bool,
    },
    Again {
        after: i64,
        error: String,
    },
    /// It may have gone out.
    Unsure {
        times: u32,
        after: i64,
        error: String,
    },
    Failed {
        error: String,
    },
    /// Nobody waits for it any more: its claim runs out, and whoever comes then tries again.
    Left,
    /// It waits for the end of quiet hours.
    Hushed {
        until: i64,
    },
    /// Not tried, or nobody was there to try: the attempt does not count.
    Held {
        after: i64,
        error: String,
    },
}

impl Deliverer {
    /// For these couriers.
    pub fn new(parts: &Parts) -> Self {
        Self {
            store: parts.store.clone(),
            couriers: parts.couriers.clone(),
            effects: parts.effects.clone(),
            sending: parts.sending,
            counts: parts.counts.clone(),
            rests: BTreeMap::new(),
            unsure: HashMap::new(),
            unwritten: Vec::new(),
            quiet: parts.config.bot.reminders.quiet,
            watched: Watched::configured(&parts.config)
                .unwrap_or_default()
                .into_iter()
                .map(|w| (w.key, w.timing.keeps_quiet().then_some(w.reminder.zone)))
                .collect(),
            house: parts.config.zone(),
            hurry: CancellationToken::new(),
            alarms: parts.alarms.clone(),
            looked: i64::MIN,
        }
    }

    /// Once this is cancelled, sends that are under way are left.
    #[must_use]
    pub fn hurried_by(mut self, hurry: CancellationToken) -> Self {
        self.hurry = hurry;
        self
    }

    /// Claims what is due at `now`, sends it, and writes down how that went.
    ///
    /// # Errors
    /// Where the database fails. What was sent by then is remembered and written down by the next step.
    pub async fn step(&mut self, now: i64) -> Result<Step, Fault> {
        self.write_down().await?;
        self.look_at_brakes(now).await?;
        let claimed = {
            let reaches = |chat: &ChatKey, speaks: &Speaks| self.reaches(chat, speaks, now);
            self.store.claim_letters(now, now + self.sending.lease(), self.sending.batch, &reaches).await?
        };
        let mut step = Step { claimed: claimed.len(), ..Step::default() };
        let mut platforms: BTreeMap<Arc<str>, BTreeMap<Option<AccountKey>, Vec<Claimed>>> = BTreeMap::new();
        for letter in claimed {
            platforms.entry(letter.letter.message.chat.platform.clone()).or_default().entry(letter.voice.clone()).or_default().push(letter);
        }
        let (this, begun) = (&*self, tokio::time::Instant::now());
        let lanes = platforms.into_iter().map(|(platform, lanes)| this.drive_all(platform, lanes, begun, now));
        let lanes = futures_util::future::join_all(lanes).await.into_iter().flatten();
        let ended_at = self.effects.clock.now();
        for (lane, ends, throttled) in lanes {
            match throttled {
                Some(reason) => self.rest(lane, &reason, ended_at).await,
                None if ends.iter().any(|(_, end)| matches!(end, End::Sent { .. })) && self.rests.remove(&lane).is_some() => {
                    self.store.end_brake(&stopped(&lane), ended_at).await?;
                }
                None => {}
            }
            for (letter, end) in ends {
                let written = matches!(end, End::Sent { written: true, .. });
                let Some(attempt) = self.note(&letter, end, ended_at) else {
                    step.again += 1;
                    continue;
                };
                match &attempt {
                    Attempt::Sent { .. } => step.sent += 1,
                    Attempt::Failed { .. } => step.failed += 1,
                    _ => step.again += 1,
                }
                if matches!(attempt, Attempt::Sent { .. } | Attempt::Failed { .. }) {
                    self.unsure.remove(&letter.id);
                }
                if !written {
                    self.unwritten.push((letter.id, attempt));
                }
            }
        }
        add(&self.counts.sent, step.sent);
        add(&self.counts.again, step.again);
        add(&self.counts.failed, step.failed);
        self.write_down().await?;
        Ok(step)
    }

    /// Writes down the attempts that ended.
    async fn write_down(&mut self) -> Result<(), Fault> {
        while let Some((id, attempt)) = self.unwritten.last() {
            self.store.end_attempt(*id, attempt, self.effects.clock.now()).await?;
            self.unwritten.pop();
        }
        Ok(())
    }

    /// Whether a letter for this chat may be claimed: it can be sent from here, and its account does not rest.
    fn reaches(&self, chat: &ChatKey, speaks: &Speaks, now: i64) -> bool {
        let rests = |((platform, _), rest): (&Lane, &Rest)| *platform == chat.platform && rest.lasts(now) && !rest.others.contains(chat);
        let can = |c: &Arc<dyn Courier>| match speaks {
            Speaks::Here(_) | Speaks::Nobody { others: false } => c.reaches(chat),
            // an account of another process may be there, while ours is not
            Speaks::Nobody { others: true } => c.knows(chat),
            Speaks::Elsewhere => false,
        };
        self.courier(chat).is_some_and(can) && !self.rests.iter().any(rests)
    }

    fn courier(&self, chat: &ChatKey) -> Option<&Arc<dyn Courier>> {
        self.couriers.iter().find(|c| c.platform() == &*chat.platform)
    }

    /// Sends the letters of a platform: those of its accounts side by side, then those whose account nobody knows, for any
    /// of the accounts may be the one that carries them.
    async fn drive_all(&self, platform: Arc<str>, mut lanes: BTreeMap<Option<AccountKey>, Vec<Claimed>>, begun: tokio::time::Instant, now: i64) -> Vec<Driven> {
        let unknown = lanes.remove(&None);
        let known = lanes.into_iter().map(|(account, letters)| self.drive((platform.clone(), account), letters, begun, now, false));
        let mut driven = futures_util::future::join_all(known).await;
        if let Some(letters) = unknown {
            let throttled = driven.iter().any(|(_, _, throttled)| throttled.is_some());
            driven.push(self.drive((platform.clone(), None), letters, begun, now, throttled).await);
        }
        driven
    }

    /// Sends the letters of a lane one after the other; stops where the account is throttled, and says why. Nothing is sent
    /// where another of its platform was `stopped` just now.
    async fn drive(&self, lane: Lane, letters: Vec<Claimed>, begun: tokio::time::Instant, now: i64, stopped: bool) -> Driven {
        let mut ends = Vec::with_capacity(letters.len());
        let mut throttled = None;
        let mut lost_for_words = false;
        for letter in letters {
            let message = &letter.letter.message;
            if let (Some(courier), Some(account)) = (self.courier(&message.chat), &letter.voice) {
                courier.speaks(&message.chat, account);
            }
            let spent = begun.elapsed() > self.timeout();
            let end = match self.courier(&message.chat) {
                _ if letter.letter.expires_at < now => End::Failed { error: "expired before it could be sent".into() },
                _ if self.hushed(&letter, now) > now => End::Hushed { until: self.hushed(&letter, now) },
                _ if stopped || throttled.is_some() => End::Held { after: self.sending.offline, error: "its account was throttled".into() },
                _ if lost_for_words => End::Held { after: 0, error: "what went before it could not be written down".into() },
                Some(_) if self.hurry.is_cancelled() => End::Held { after: 0, error: "the bot was stopping".into() },
                Some(courier) if !spent => match self.send(courier, message).await {
                    None => End::Left,
                    Some(Ok(sent_as)) => {
                        // before the next one goes: what a crash can repeat is one letter of an account
                        let attempt = Attempt::Sent { sent_as: sent_as.clone() };
                        let written = self.store.end_attempt(letter.id, &attempt, self.effects.clock.now()).await.is_ok();
                        lost_for_words = !written;
                        End::Sent { sent_as, written }
                    }
                    Some(Err(SendError::Throttled(reason))) => {
                        let error = short(&format!("throttled: {reason}"));
                        throttled = Some(error.clone());
                        End::Held { after: self.sending.offline, error }
                    }
                    Some(Err(error)) => self.fared(&letter, &error),
                },
                // the claim must not run out under a send, so what is left waits for the next one
                Some(_) => End::Held { after: 0, error: "those before it took too long".into() },
                None => End::Held { after: self.sending.offline, error: "no courier".into() },
            };
            ends.push((letter, end));
        }
        (lane, ends, throttled)
    }

    /// When a letter may go out: now, or where a reminder's was held up into quiet hours, at their end.
    fn hushed(&self, letter: &Claimed, now: i64) -> i64 {
        let Some(quiet) = self.quiet else { return now };
        let Some(reminder) = letter.letter.dedupe_key.strip_prefix("reminder/") else { return now };
        let key = reminder.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
        match self.watched.get(&key) {
            Some(None) => now,
            Some(Some(zone)) => quiet.instant_after(now, *zone),
            None => quiet.instant_after(now, self.house),
        }
    }

    /// One send; none where nobody waits for it any more.
    async fn send(&self, courier: &Arc<dyn Courier>, message: &Outgoing) -> Option<Result<String, SendError>> {
        tokio::select! {
            sent = tokio::time::timeout(self.timeout(), courier.send(message)) => {
                Some(sent.unwrap_or_else(|_| Err(SendError::Unknown("the courier gave no answer".into()))))
            }
            () = self.hurry.cancelled() => None,
        }
    }

    fn timeout(&self) -> Duration {
        Duration::from_millis(self.sending.timeout.unsigned_abs())
    }

    fn fared(&self, letter: &Claimed, error: &SendError) -> End {
        let text = short(&error.to_string());
        match error {
            SendError::Later { after, .. } => {
                let own = self.grown(self.sending.backoff, letter.attempts);
                // a little after the instant that the platform named, so that not all come back at once
                let theirs = after.map_or(0, |ms| ms.saturating_add(self.below(1000)));
                End::Again { after: own.max(theirs), error: text }
            }
            SendError::Unknown(_) => {
                let times = self.unsure.get(&letter.id).copied().unwrap_or(0) + 1;
                if times >= self.sending.unsure_times {
                    End::Failed { error: format!("may have been sent, {times} times: {text}") }
                } else {
                    End::Unsure { times, after: self.grown(self.sending.unsure, i64::from(times)), error: text }
                }
            }
            SendError::Refused(_) => End::Failed { error: text },
            SendError::Offline | SendError::Throttled(_) => End::Held { after: self.sending.offline, error: text },
        }
    }

    /// `first`, doubled with every attempt after the first up to the longest, and of that half to the whole.
    fn grown(&self, first: i64, attempts: i64) -> i64 {
        let doublings = u32::try_from((attempts - 1).clamp(0, 30)).unwrap_or(0);
        let whole = first.saturating_mul(1 << doublings).min(self.sending.longest.max(first));
        whole - self.below(whole / 2 + 1)
    }

    fn below(&self, limit: i64) -> i64 {
        i64::try_from(self.effects.random.below(limit.max(1).unsigned_abs())).unwrap_or(0)
    }

    /// Notes how a letter fared, as the store takes it; none where its claim is left as it is. What could only be tried
    /// after its expiry has failed.
    fn note(&mut self, letter: &Claimed, end: End, now: i64) -> Option<Attempt> {
        let (at, error, counts) = match end {
            End::Sent { sent_as, .. } => return Some(Attempt::Sent { sent_as }),
            End::Left => {
                tracing::warn!(letter = letter.id, chat = %letter.letter.message.chat, "the bot stops while a letter is under way: it is sent again when its claim has run out");
                return None;
            }
            End::Failed { error } => {
                let error = self.at_worst(letter, error);
                tracing::warn!(letter = letter.id, chat = %letter.letter.message.chat, %error, "a letter will not be sent");
                return Some(Attempt::Failed { error });
            }
            End::Again { after, error } => (now.saturating_add(after), error, true),
            End::Unsure { times, after, error } => {
                self.unsure.insert(letter.id, times);
                (now.saturating_add(after), error, true)
            }
            End::Held { after, error } => (now.saturating_add(after), error, false),
            // to the very minute: those of a chat keep their order
            End::Hushed { until } => (until, HUSHED.to_owned(), false),
        };
        if at > letter.letter.expires_at {
            tracing::warn!(letter = letter.id, chat = %letter.letter.message.chat, %error, "a letter expires before it could be sent");
            return Some(Attempt::Failed { error: self.at_worst(letter, format!("expires before it could be tried again: {error}")) });
        }
        Some(if counts { Attempt::Again { at, error } } else { Attempt::Held { at, error } })
    }

    /// Why a letter failed: one that may have gone out once may have arrived, whatever became of it since.
    fn at_worst(&self, letter: &Claimed, error: String) -> String {
        match self.unsure.get(&letter.id) {
            Some(times) if !Failed::may_have_arrived(&error) => format!("may have been sent, {times} times: {error}"),
            _ => error,
        }
    }

    /// An account that is throttled rests; the operator hears of it.
    async fn rest(&mut self, lane: Lane, reason: &str, now: i64) {
        let length = self.rests.get(&lane).map_or(self.sending.throttled, |r| (r.length * 2).min(self.sending.throttled_longest));
        let others = self.others(&lane).await;
        let (account, until) = (stopped(&lane), now.saturating_add(length));
        tracing::error!(%account, minutes = length / 60_000, reason, "the platform throttles this account: it sends nothing for a while");
        let noted = self.store.brake(&Brake { account: account.clone(), since: now, until }).await;
        if let Err(fault) = noted.as_ref().and(self.alarms.raise(&Alarm::Throttled(account, now, until)).await.as_ref()) {
            tracing::warn!(%fault, "that an account is stopped could not be written down");
        }
        self.rests.insert(lane, Rest { from: now, until, length, noted: noted.is_ok(), others });
    }

    /// Accounts that others stopped rest here too; those that somebody let go may send again.
    async fn look_at_brakes(&mut self, now: i64) -> Result<(), Fault> {
        if now >= self.looked && now < self.looked.saturating_add(BRAKES) {
            return Ok(());
        }
        self.looked = now;
        let brakes = self.store.brakes().await?;
        let gone: Vec<Lane> =
            self.rests.iter().filter(|(lane, r)| r.noted && !brakes.iter().any(|b| b.account == stopped(lane))).map(|(l, _)| l.clone()).collect();
        for lane in gone {
            if self.rests.remove(&lane).is_none_or(|rest| !rest.lasts(now)) {
                continue;
            }
            let account = stopped(&lane);
            tracing::info!(%account, "somebody let the account go: it sends again");
            if let Some(courier) = self.couriers.iter().find(|c| c.platform() == &*lane.0) {
                courier.resume(&account);
            }
        }
        // one that is over is kept in mind: where the next follows on it, it is longer
        for brake in brakes.into_iter().filter(|b| b.since <= now) {
            let lane: Lane = (brake.account.platform.clone(), (&*brake.account.id != UNKNOWN).then(|| brake.account.clone()));
            if now >= brake.until.saturating_add(FORGIVEN) {
                self.rests.remove(&lane);
                self.store.end_brake(&brake.account, now).await?;
            } else if self.rests.get(&lane).is_none_or(|known| known.until < brake.until) {
                let others = self.others(&lane).await;
                self.rests.insert(lane, Rest { from: brake.since, until: brake.until, length: brake.until - brake.since, noted: true, others });
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

impl Rest {
    /// A clock that stepped back before it began ends it, rather than making it last for ever.
    fn lasts(&self, now: i64) -> bool {
        self.from <= now && now < self.until
    }
}

/// The account of a lane, as the database and the operator know it.
fn stopped(lane: &Lane) -> AccountKey {
    lane.1.clone().unwrap_or_else(|| AccountKey::new(lane.0.clone(), UNKNOWN))
}

/// A platform's reason, cut to what a log line should hold.
fn short(reason: &str) -> String {
    reason.chars().take(200).collect()
}
