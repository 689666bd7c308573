//! Letters that waited: for the end of quiet hours, or so long, because their account was throttled or away, that what they say may
//! be so no more. Those of a due time are then written anew, as after `重发`: who has done it meanwhile is not named, and where
//! reminders were paused none goes.

use super::deliver::Deliverer;
use super::watch::Watched;
use crate::config::Config;
use crate::domain::calendar::{Period, Zone};
use crate::domain::ids::OrgId;
use crate::domain::timing::Quiet;
use crate::error::Fault;
use crate::report::tally::Attendance;
use crate::store::sending::anew::Waited;
use crate::store::sending::claims::Claimed;
use crate::store::sending::delivery::Failed;
use crate::store::sending::outbox::Attempt;
use crate::store::sending::reminders::Hush;
use std::collections::{BTreeMap, HashMap};

/// What waited no longer than this goes as it is, milliseconds.
const FRESH: i64 = 5 * 60_000;

/// When letters keep quiet.
pub(super) struct Nights {
    quiet: Option<Quiet>,
    /// The reminders of the duties' files, with the zone of their quiet hours; none: they have none.
    watched: HashMap<String, Option<Zone>>,
    house: Zone,
}

impl Nights {
    pub(super) fn new(config: &Config) -> Self {
        let watched = Watched::configured(config).unwrap_or_default();
        Self {
            quiet: config.bot.reminders.quiet,
            watched: watched.into_iter().map(|w| (w.key, w.timing.keeps_quiet().then_some(w.reminder.zone))).collect(),
            house: config.zone(),
        }
    }

    /// When a letter may go out: now, or at the end of the quiet hours into which it was held up. What somebody asked for in this
    /// very night goes in it.
    pub(super) fn end(&self, letter: &Claimed, now: i64) -> i64 {
        let Some(quiet) = self.quiet else { return now };
        let key = &letter.letter.dedupe_key;
        if let Some(reminder) = key.strip_prefix("reminder/") {
            let reminder = reminder.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
            return match self.watched.get(&reminder) {
                Some(None) => now,
                Some(Some(zone)) => quiet.instant_after(now, *zone),
                None => quiet.instant_after(now, self.house),
            };
        }
        if !key.starts_with("notice/") && !key.starts_with("asked/") {
            return now;
        }
        let end = quiet.instant_after(now, self.house);
        if end == quiet.instant_after(letter.queued_at, self.house) { now } else { end }
    }
}

/// What is asked of the deliverer about one due time.
type Run = (String, OrgId, i64);

impl Deliverer {
    /// Of the letters that were claimed those that may go as they are: the others are written anew, or go no more.
    pub(super) async fn still_so(&mut self, claimed: Vec<Claimed>, now: i64) -> Vec<Claimed> {
        let (waited, mut fresh): (Vec<Claimed>, Vec<Claimed>) = claimed.into_iter().partition(|c| self.has_waited(c, now));
        if waited.is_empty() {
            return fresh;
        }
        let mut runs: BTreeMap<Run, Vec<Claimed>> = BTreeMap::new();
        for letter in waited {
            let failed = of(&letter);
            if let (Some((reminder, at)), Some(org)) = (failed.run(), failed.unit()) {
                runs.entry((reminder, org, at)).or_default().push(letter);
            } else if self.asked_is_so(&letter, &failed, now).await {
                fresh.push(letter);
            }
        }
        fresh.extend(self.written_anew(runs, now).await);
        fresh.sort_by_key(|c| c.id);
        fresh
    }

    /// The letters of these due times are written anew, those aside whose due time is not known.
    async fn written_anew(&mut self, runs: BTreeMap<Run, Vec<Claimed>>, now: i64) -> Vec<Claimed> {
        if runs.is_empty() {
            return Vec::new();
        }
        let anew: Vec<Waited> = runs.iter().map(|(run, letters)| waited_of(run, letters)).collect();
        match self.store.write_anew(&anew, now).await {
            Ok(there) => {
                tracing::info!(due_times = anew.len(), "reminders that waited are written anew");
                // what replaces them goes before those behind them, lest it has waited too long by its next turn
                self.store.keep_turns(&self.platforms());
                runs.into_values().zip(there).filter(|(_, there)| !there).flat_map(|(letters, _)| letters).collect()
            }
            Err(fault) => {
                runs.values().flatten().for_each(|c| self.put_off(c, &fault, now));
                Vec::new()
            }
        }
    }

    /// Whether it waited long, and would go now. What may have gone out before goes as it is, if it goes again.
    fn has_waited(&self, letter: &Claimed, now: i64) -> bool {
        let key = &letter.letter.dedupe_key;
        let never_out = letter.attempts <= 1 || letter.last_error.as_ref().is_some_and(|e| !e.starts_with("unknown"));
        now.saturating_sub(letter.queued_at) > FRESH
            && (key.starts_with("reminder/") || key.starts_with("asked/"))
            && never_out
            && !self.unsure.contains_key(&letter.id)
            && letter.letter.expires_at >= now
            && self.nights.end(letter, now) <= now
    }

    /// Whether what somebody asked for is still wanted, and nobody whom it names has done it; else it goes no more.
    async fn asked_is_so(&mut self, letter: &Claimed, failed: &Failed, now: i64) -> bool {
        let Some((duty, period, org)) = failed.asked() else { return true };
        match self.asked_stands(letter, duty, period, org, now).await {
            Ok(Asked::Stands) => return true,
            Ok(Asked::Paused) => {
                if let Err(fault) = self.store.let_go(letter.id, &letter.letter.dedupe_key, now).await {
                    self.put_off(letter, &fault, now);
                }
            }
            // its secretary is told, and may have it written anew
            Ok(Asked::Changed) => {
                self.unwritten.push((letter.id, Attempt::Failed { error: "it expired: somebody whom it names has done it meanwhile".into() }));
            }
            Err(fault) => self.put_off(letter, &fault, now),
        }
        false
    }

    async fn asked_stands(&self, letter: &Claimed, duty: &str, period: Period, org: OrgId, now: i64) -> Result<Asked, Fault> {
        let Some(roster) = self.store.roster(org).await? else { return Ok(Asked::Stands) };
        // one that was said before did not keep them from being asked for
        let paused = |h: &Hush| h.said_at >= letter.queued_at && h.holds(&roster.org.path, duty);
        if self.store.hushes(now).await?.iter().any(paused) {
            return Ok(Asked::Paused);
        }
        let Some(duty) = self.config.duty(duty) else { return Ok(Asked::Stands) };
        let named = self.store.named_in(org, &letter.letter.dedupe_key).await?;
        let standings = self.store.standings(org, &duty.key, period).await?;
        let attendance = Attendance::read(&roster, duty, period, &standings, self.config.zone());
        let owes = named.iter().all(|person| attendance.missing.iter().any(|m| m.person == *person));
        Ok(if owes { Asked::Stands } else { Asked::Changed })
    }

    /// The database could not be asked: neither sent nor lost.
    fn put_off(&mut self, letter: &Claimed, fault: &Fault, now: i64) {
        tracing::warn!(letter = letter.id, %fault, "a letter that waited could not be looked at; it is tried again");
        self.unwritten.push((letter.id, Attempt::Held { at: now.saturating_add(self.sending.offline), error: "it could not be looked at".into() }));
    }
}

fn waited_of((reminder, org, at): &Run, letters: &[Claimed]) -> Waited {
    let good_until = letters.iter().map(|c| c.letter.expires_at).max().unwrap_or(i64::MIN);
    Waited { reminder: reminder.clone(), org: *org, at: *at, letters: letters.iter().map(|c| c.id).collect(), good_until }
}

/// What became of what somebody asked to be sent at once.
enum Asked {
    Stands,
    Paused,
    Changed,
}

/// A letter as what is known by its key alone.
fn of(letter: &Claimed) -> Failed {
    let message = &letter.letter.message;
    Failed { id: letter.id, key: letter.letter.dedupe_key.clone(), chat: message.chat.clone(), error: String::new(), at: 0 }
}
