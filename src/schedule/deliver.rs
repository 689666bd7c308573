//! Takes letters from the outbox to the platforms: claims, sends outside any transaction, and writes down how it went.
//! What is in a letter, and when it is due, is others'.
//!
//! At least once: a letter is sent until a platform takes it, refuses it for good, or it expires. Where nobody knows
//! whether it went out it is sent again, a few times, far apart. Accounts have lanes: letters of one go one after the
//! other, and one that is throttled rests, for twice as long each time, while the others go on. Letters of which nobody
//! knows which account will carry them go after those of all accounts of their platform.

use super::rests::{Lane, Rests};
use super::sending::{Sending, Step};
use super::waited::Nights;
use super::{Counts, Couriers, Parts, add};
use crate::config::Config;
use crate::domain::message::{AccountKey, ChatKey, Courier, Outgoing, SendError};
use crate::effects::Effects;
use crate::error::Fault;
use crate::store::Store;
use crate::store::sending::claims::{Claimed, HUSHED};
use crate::store::sending::delivery::Failed;
use crate::store::sending::outbox::Attempt;
use crate::store::sending::voices::Speaks;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A clock that goes back by more than this stepped, milliseconds.
const STEPPED: i64 = 1_000;
/// That letters are out is on the disk after so long at most (and before a step ends): what a power cut can repeat.
const FLUSHED: Duration = Duration::from_millis(50);
const DAY: i64 = 86_400_000;

/// A lane with how its letters fared, and why it is throttled, where it is.
type Driven = (Lane, Vec<(Claimed, End)>, Option<String>);

/// Carries letters.
pub struct Deliverer {
    pub(super) store: Store,
    couriers: Couriers,
    effects: Effects,
    pub(super) sending: Sending,
    counts: Arc<Counts>,
    rests: Rests,
    /// Letters whose sending ended unknown, with how often.
    pub(super) unsure: HashMap<i64, u32>,
    /// Attempts that ended but could not be written down: nothing is claimed before they are.
    pub(super) unwritten: Vec<(i64, Attempt)>,
    /// When letters are not sent.
    pub(super) nights: Nights,
    pub(super) config: Arc<Config>,
    /// Nobody waits for a courier any more.
    hurry: CancellationToken,
    /// From when on each lane may start something again.
    turns: Mutex<HashMap<Lane, tokio::time::Instant>>,
    /// When the last step was.
    last: i64,
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
            rests: Rests::new(parts),
            unsure: HashMap::new(),
            unwritten: Vec::new(),
            nights: Nights::new(&parts.config),
            config: parts.config.clone(),
            hurry: CancellationToken::new(),
            turns: Mutex::default(),
            last: i64::MAX,
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
        if now < self.last.saturating_sub(STEPPED) {
            // the first step, or the clock stepped back: nothing waits for a time that was far ahead. Who was not here when it
            // stepped can't tell that from a platform that asked for some hours
            let longest = if self.last == i64::MAX { DAY } else { self.sending.longest };
            let rows = self.store.bring_back(now, longest, self.sending.lease()).await?;
            if rows > 0 {
                tracing::warn!(rows, "a clock was ahead: what it had put off is brought back");
            }
        }
        self.last = now;
        self.rests.look(now).await?;
        let claimed = {
            let reaches = |chat: &ChatKey, speaks: &Speaks| self.reaches(chat, speaks, now);
            self.store.claim_letters(&self.platforms(), now, now + self.sending.lease(), self.sending.batch, &reaches).await?
        };
        let mut step = Step { claimed: claimed.len(), ..Step::default() };
        let claimed = self.still_so(claimed, now).await;
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
                Some(reason) => self.rests.begin(lane, &reason, ended_at).await,
                None if ends.iter().any(|(_, end)| matches!(end, End::Sent { .. })) => self.rests.end(&lane, ended_at).await?,
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
        if step.sent > 0 {
            self.store.flush().await?;
        }
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
        let can = |c: &Arc<dyn Courier>| match speaks {
            Speaks::Here(_) | Speaks::Nobody { others: false } => c.reaches(chat),
            // an account of another process may be there, while ours is not
            Speaks::Nobody { others: true } => c.knows(chat),
            Speaks::Elsewhere => false,
        };
        self.courier(chat).is_some_and(can) && !self.rests.bar(chat, now)
    }

    pub(super) fn platforms(&self) -> Vec<&str> {
        self.couriers.iter().map(|c| c.platform()).collect()
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
        let (mut lost_for_words, mut flushed) = (false, tokio::time::Instant::now());
        let (probe, mut first) = (self.rests.over(&lane, now), true);
        for letter in letters {
            let message = &letter.letter.message;
            if let (Some(courier), Some(account)) = (self.courier(&message.chat), &letter.voice) {
                courier.speaks(&message.chat, account);
            }
            let spent = begun.elapsed() > self.timeout();
            let end = match self.courier(&message.chat) {
                _ if letter.letter.expires_at < now => End::Failed { error: "expired before it could be sent".into() },
                _ if self.nights.end(&letter, now) > now => End::Hushed { until: self.nights.end(&letter, now) },
                _ if stopped || throttled.is_some() => End::Held { after: self.sending.offline, error: "its account was throttled".into() },
                // after a rest one goes first: the others when it is out
                _ if probe && !first => End::Held { after: self.sending.offline, error: "its account was throttled, one letter goes first".into() },
                _ if lost_for_words => End::Held { after: 0, error: "what went before it could not be written down".into() },
                Some(courier) if !spent => match self.send_in_turn(&lane, courier, &letter).await {
                    Err(end) => end,
                    Ok(Ok(sent_as)) => {
                        // before the next one goes: what a process that dies can repeat is one letter of an account
                        let mut written = self.store.sent(letter.id, &sent_as, self.effects.clock.now()).await.is_ok();
                        if written && flushed.elapsed() > FLUSHED {
                            written = self.store.flush().await.is_ok();
                            flushed = tokio::time::Instant::now();
                        }
                        lost_for_words = !written;
                        End::Sent { sent_as, written }
                    }
                    Ok(Err(SendError::Throttled(reason))) => {
                        let error = short(&format!("throttled: {reason}"));
                        throttled = Some(error.clone());
                        End::Held { after: self.sending.offline, error }
                    }
                    Ok(Err(error)) => self.fared(&letter, &error),
                },
                // the claim must not run out under a send, so what is left waits for the next one
                Some(_) => End::Held { after: 0, error: "those before it took too long".into() },
                None => End::Held { after: self.sending.offline, error: "no courier".into() },
            };
            first &= matches!(end, End::Hushed { .. } | End::Failed { .. });
            ends.push((letter, end));
        }
        (lane, ends, throttled)
    }

    /// Sends where what the account started before lies far enough back; an answer waits for nothing.
    ///
    /// # Errors
    /// How it ends where nobody waits for it any more.
    async fn send_in_turn(&self, lane: &Lane, courier: &Arc<dyn Courier>, letter: &Claimed) -> Result<Result<String, SendError>, End> {
        if !letter.letter.dedupe_key.starts_with("answer/") {
            self.turn(lane, courier.spacing()).await;
        }
        if self.hurry.is_cancelled() {
            return Err(End::Held { after: 0, error: "the bot was stopping".into() });
        }
        self.send(courier, &letter.letter.message).await.ok_or(End::Left)
    }

    /// Waits for a lane's turn, and takes it.
    async fn turn(&self, lane: &Lane, spacing: Duration) {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            let now = tokio::time::Instant::now();
            let turn = turns.get(lane).map_or(now, |next| now.max(*next));
            turns.insert(lane.clone(), turn + spacing);
            turn
        };
        if turn > tokio::time::Instant::now() {
            tokio::select! {
                () = tokio::time::sleep_until(turn) => {}
                () = self.hurry.cancelled() => {}
            }
        }
    }

    /// One send; none where nobody waits for it any more.
    async fn send(&self, courier: &Arc<dyn Courier>, message: &Outgoing) -> Option<Result<String, SendError>> {
        tokio::select! {
            biased;
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
            SendError::Offline | SendError::Throttled(_) | SendError::Waits(_) => End::Held { after: self.sending.offline, error: text },
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
}

/// A platform's reason, cut to what a log line should hold.
fn short(reason: &str) -> String {
    reason.chars().take(200).collect()
}
