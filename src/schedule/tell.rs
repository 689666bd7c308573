//! Tells who has to know: the secretary, in private, once and gathered, of letters that failed or wait for somebody to speak, of due times that are held
//! and of times in which the bot did not hear; the operator of accounts that are gone.

use super::letters::Pen;
use super::times::outlasting;
use super::{Couriers, Parts};
use crate::action::reminding::alarm::{Alarm, Alarms};
use crate::config::Config;
use crate::config::messages::Value;
use crate::domain::ids::OrgId;
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::roster::Org;
use crate::error::Fault;
use crate::store::Store;
use crate::store::sending::deaf::Deaf;
use crate::store::sending::delivery::{Failed, reason};
use crate::store::sending::held::{Open, Which, Why};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// So long what fails is gathered before it is told, milliseconds.
const GATHER: i64 = 60_000;
/// So long a due time is held before that is told: what holds it up may pass. Milliseconds.
const PATIENCE: i64 = 120_000;
/// So long at least a secretary who is told of it can say that it is to be sent, milliseconds.
pub(super) const ANSWER: i64 = 3_600_000;
/// What is told is worth reading for so long, milliseconds.
pub(super) const WORTH: i64 = 24 * 3_600_000;
/// Lines of one message.
const LINES: usize = 5;
/// After which a unit of which nobody could be told is tried again, milliseconds.
const RETRY: i64 = 300_000;
/// An account that was away for longer is nobody's any more, milliseconds.
const FORGOTTEN: i64 = 30 * 86_400_000;

/// See the file's head.
pub struct Teller {
    pub(super) store: Store,
    pub(super) config: Arc<Config>,
    pub(super) alarms: Alarms,
    pub(super) pen: Pen,
    couriers: Couriers,
    /// When this process began to look: accounts may still be on their way.
    began: Option<i64>,
    /// Accounts that are away, since when.
    away: HashMap<AccountKey, i64>,
    /// Units of which nobody could be told, for a reason of their own, since when.
    stuck: HashMap<Option<OrgId>, i64>,
}

impl Teller {
    /// For these platforms.
    pub fn new(parts: &Parts) -> Self {
        Self {
            store: parts.store.clone(),
            config: parts.config.clone(),
            alarms: parts.alarms.clone(),
            pen: Pen::new(parts),
            couriers: parts.couriers.clone(),
            began: None,
            away: HashMap::new(),
            stuck: HashMap::new(),
        }
    }

    /// Looks at everything, and queues what is to be told; how many letters. A unit of which nobody can be told holds up no other.
    ///
    /// # Errors
    /// Where the database fails; the next step goes on.
    pub async fn step(&mut self, now: i64) -> Result<usize, Fault> {
        self.stuck.retain(|_, since| (*since..*since + RETRY).contains(&now));
        self.absent(now).await?;
        let stuck = &self.stuck;
        let failed = self.store.failed_untold(&|f| f.is_alarm() || !stuck.contains_key(&f.concerns())).await?;
        let (alarms, failed): (Vec<Failed>, Vec<Failed>) = failed.into_iter().partition(Failed::is_alarm);
        if !alarms.is_empty() {
            // the log and the count have to do: another word to the operator would fail as this one did
            tracing::error!(count = alarms.len(), why = %alarms[0].error, "the operator could not be told");
            self.store.tell_failed(&alarms.iter().map(|f| f.id).collect::<Vec<_>>(), &[], now).await?;
        }
        let (words, failed): (Vec<Failed>, Vec<Failed>) = failed.into_iter().partition(|f| f.to_secretaries().is_some());
        let due = failed.first().is_some_and(|f| now >= f.at.saturating_add(GATHER));
        if let Some(first) = failed.first().filter(|_| due) {
            self.alarms.raise(&Alarm::Failed(failed.len(), first.id, reason(&first.error).to_owned())).await?;
        }
        let loud = self.config.bot.reminders.quiet.map_or(now, |q| q.instant_after(now, self.config.zone()));
        if loud > now {
            return Ok(0);
        }
        let mut told = if due { self.failed(&failed, now).await? } else { 0 };
        told += self.unreached(&words, now).await?;
        told += self.waiting(now).await?;
        told += self.held(now).await?;
        told += self.deaf(now).await?;
        Ok(told)
    }

    /// Accounts that went and did not come back, and platforms of which none ever came.
    async fn absent(&mut self, now: i64) -> Result<(), Fault> {
        if self.began.is_none() {
            // of what an earlier process told the end is still to be told
            self.away.extend(self.store.told_offline().await?);
        }
        let began = *self.began.get_or_insert(now);
        let patience = self.config.bot.operator.offline_minutes * 60_000;
        let presences = self.store.presences().await?;
        if now - began >= patience {
            for courier in self.couriers.iter().filter(|c| !presences.iter().any(|p| p.account.platform.as_ref() == c.platform())) {
                self.alarms.raise(&Alarm::Absent(courier.platform().to_owned())).await?;
            }
        }
        for p in presences {
            if p.lease_until > now {
                if let Some(since) = self.away.remove(&p.account) {
                    self.alarms.raise(&Alarm::Online(p.account, since)).await?;
                }
            } else if now - p.seen_at.max(began) >= patience && now - p.seen_at < FORGOTTEN {
                self.away.insert(p.account.clone(), p.seen_at);
                self.alarms.raise(&Alarm::Offline(p.account, p.seen_at)).await?;
            }
        }
        Ok(())
    }

    /// What came of telling one unit's secretary: where it failed for a reason of the unit's own, that is tried again after a while.
    pub(super) fn came_of(&mut self, unit: Option<OrgId>, now: i64, done: Result<usize, Fault>) -> Result<usize, Fault> {
        match done {
            Err(fault) if !fault.is_everywhere() => {
                tracing::error!(unit = unit.map_or(0, |u| u.0), %fault, "a unit's secretary could not be told; it is tried again");
                self.stuck.insert(unit, now);
                Ok(0)
            }
            done => done,
        }
    }

    async fn failed(&mut self, all: &[Failed], now: i64) -> Result<usize, Fault> {
        let mut units: BTreeMap<Option<OrgId>, Vec<&Failed>> = BTreeMap::new();
        for letter in all {
            units.entry(letter.unit()).or_default().push(letter);
        }
        let mut told = 0;
        for (unit, of) in units {
            let done = self.failed_of(unit, &of, now).await;
            told += self.came_of(unit, now, done)?;
        }
        Ok(told)
    }

    async fn failed_of(&self, unit: Option<OrgId>, of: &[&Failed], now: i64) -> Result<usize, Fault> {
        let ids: Vec<i64> = of.iter().map(|f| f.id).collect();
        let Some(org) = self.org(unit).await? else {
            self.store.tell_failed(&ids, &[], now).await?;
            return Ok(0);
        };
        let mut lines: Vec<String> = Vec::new();
        for f in of {
            let time = f.run().map_or_else(|| "none".to_owned(), |(_, at)| self.time(at, now));
            let duty = f.duty().and_then(|d| self.config.duty(d)).map_or_else(|| "none".to_owned(), |d| d.name.clone());
            let place = if f.chat.private { "private" } else { "group" };
            let args = [
                ("time", Value::from(time)),
                ("duty", duty.into()),
                ("place", place.into()),
                ("why", self.say("failed-why", &[("why", reason(&f.error).into())]).into()),
            ];
            let line = self.say("failed-line", &args);
            // five private chats that refuse are one line
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let text = self.list("failed-head", &org, of.len(), lines, "failed-end");
        let letters = self.letters(&org, &format!("failed/{}/{}", org.id, ids[0]), &text, now).await?;
        self.store.tell_failed(&ids, &letters, now).await?;
        Ok(letters.len())
    }

    /// Letters for chats that take only answers now: the next answer there carries them.
    async fn waiting(&mut self, now: i64) -> Result<usize, Fault> {
        let shut = |chat: &ChatKey| self.couriers.iter().any(|c| c.platform() == &*chat.platform && !c.can(chat).push && !c.reaches(chat));
        let mut units: BTreeMap<OrgId, Vec<(Failed, i64)>> = BTreeMap::new();
        for courier in self.couriers.iter().filter(|c| c.only_answers()) {
            for (letter, until) in self.store.waiting_untold(courier.platform(), now - PATIENCE).await? {
                if let Some(unit) = letter.unit().filter(|unit| shut(&letter.chat) && !self.stuck.contains_key(&Some(*unit))) {
                    units.entry(unit).or_default().push((letter, until));
                }
            }
        }
        let mut told = 0;
        for (unit, of) in units {
            let done = self.waiting_of(unit, &of, now).await;
            told += self.came_of(Some(unit), now, done)?;
        }
        Ok(told)
    }

    async fn waiting_of(&self, unit: OrgId, of: &[(Failed, i64)], now: i64) -> Result<usize, Fault> {
        let Some(org) = self.org(Some(unit)).await? else { return Ok(0) };
        let mut lines: Vec<String> = Vec::new();
        for (letter, until) in of {
            let duty = letter.duty().and_then(|d| self.config.duty(d)).map_or_else(|| "none".to_owned(), |d| d.name.clone());
            let place = if letter.chat.private { "private" } else { "group" };
            let line = self.say("waiting-line", &[("duty", duty.into()), ("place", place.into()), ("until", self.time(*until, now).into())]);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let text = self.list("waiting-head", &org, of.len(), lines, "waiting-end");
        let ids: Vec<i64> = of.iter().map(|(letter, _)| letter.id).collect();
        let letters = self.letters(&org, &format!("waiting/{unit}/{}", ids[0]), &text, now).await?;
        self.store.tell_failed(&ids, &letters, now).await?;
        Ok(letters.len())
    }

    async fn held(&mut self, now: i64) -> Result<usize, Fault> {
        let mut units: BTreeMap<OrgId, Vec<Open>> = BTreeMap::new();
        for open in self.store.open_runs(Which::Untold { since: now - PATIENCE }).await? {
            units.entry(open.org).or_default().push(open);
        }
        units.retain(|unit, _| !self.stuck.contains_key(&Some(*unit)));
        let mut told = 0;
        for (unit, of) in units {
            let done = self.held_of(unit, &of, now).await;
            if matches!(done, Ok(0)) {
                // nobody can be told: they wait on, and it is tried again
                self.stuck.insert(Some(unit), now);
            }
            told += self.came_of(Some(unit), now, done)?;
        }
        Ok(told)
    }

    async fn held_of(&self, unit: OrgId, of: &[Open], now: i64) -> Result<usize, Fault> {
        let Some(org) = self.org(Some(unit)).await? else { return Ok(0) };
        let least = outlasting(now + ANSWER, ANSWER, self.config.bot.reminders.quiet, self.config.zone());
        let line = |o: &Open| {
            let duty = o.reminder.split('/').next().unwrap_or_default();
            let duty = self.config.duty(duty).map_or(duty, |d| d.name.as_str());
            let (from, until) = match o.why {
                Some(Why::Deaf(from, until)) => (self.time(from, now), self.time(until, now)),
                Some(Why::Offline(since)) => (self.time(since, now), "none".to_owned()),
                _ => ("none".to_owned(), "none".to_owned()),
            };
            let why = match o.why {
                Some(Why::Deaf(..)) => "deaf",
                Some(Why::Offline(_)) => "offline",
                Some(Why::Import) => "import",
                Some(Why::List) | None => "list",
            };
            let args = [
                ("time", Value::from(self.time(o.at, now))),
                ("duty", duty.into()),
                ("why", why.into()),
                ("from", from.into()),
                ("until", until.into()),
                ("good", self.time(o.good_until.max(least), now).into()),
            ];
            self.say("held-line", &args)
        };
        let text = self.list("held-head", &org, of.len(), of.iter().map(line).collect(), "held-end");
        let stem = format!("held/{}/{unit}/{}", of[0].reminder, of[0].at);
        let letters = self.letters(&org, &stem, &text, now).await?;
        if !letters.is_empty() {
            self.store.tell_held(&of.iter().collect::<Vec<_>>(), &letters, now, least).await?;
        }
        Ok(letters.len())
    }

    async fn deaf(&mut self, now: i64) -> Result<usize, Fault> {
        let mut units: BTreeMap<OrgId, Vec<Deaf>> = BTreeMap::new();
        for (org, deaf) in self.store.lost_untold().await? {
            units.entry(org).or_default().push(deaf);
        }
        units.retain(|unit, _| !self.stuck.contains_key(&Some(*unit)));
        let mut told = 0;
        for (unit, of) in units {
            let done = self.deaf_of(unit, &of, now).await;
            told += self.came_of(Some(unit), now, done)?;
        }
        Ok(told)
    }

    async fn deaf_of(&self, unit: OrgId, of: &[Deaf], now: i64) -> Result<usize, Fault> {
        let Some(org) = self.org(Some(unit)).await? else { return Ok(0) };
        let line = |d: &Deaf| self.say("deaf-line", &[("from", self.time(d.from, now).into()), ("until", self.time(d.until, now).into())]);
        let mut lines: Vec<String> = of.iter().map(line).collect();
        lines.dedup();
        let text = self.list("deaf-head", &org, of.len(), lines, "deaf-end");
        let letters = self.letters(&org, &format!("deaf/{unit}/{}", of[0].from), &text, now).await?;
        self.store.tell_lost(of, &letters, now).await?;
        Ok(letters.len())
    }

    fn list(&self, head: &str, org: &Org, count: usize, lines: Vec<String>, end: &str) -> String {
        let args = [("unit", Value::from(&org.name)), ("count", count.into())];
        let more = lines.len().saturating_sub(LINES);
        let mut text = vec![self.config.messages.say(self.config.bot.language, head, &args)];
        text.extend(lines.into_iter().take(LINES));
        if more > 0 {
            text.push(self.say("preview-more", &[("count", more.into())]));
        }
        text.push(self.config.messages.say(self.config.bot.language, end, &args));
        text.join("\n")
    }

    pub(super) async fn org(&self, id: Option<OrgId>) -> Result<Option<Org>, Fault> {
        match id {
            Some(id) => self.store.org(id).await,
            None => Ok(None),
        }
    }

    fn time(&self, at: i64, now: i64) -> String {
        let zone = self.config.zone();
        self.config.messages.time(self.config.bot.language, at, zone, zone.date(now))
    }

    pub(super) fn say(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        self.config.messages.say(self.config.bot.language, key, args)
    }
}
