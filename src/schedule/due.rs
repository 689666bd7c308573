//! Finds the reminders that came due and enters each, for each branch, with its letters in one transaction. Sending
//! is `deliver`'s.
//!
//! A due time is a row unique by (reminder, branch, scheduled time), so that a restart, a second process or a clock
//! that steps back can't fire it twice. From when on a reminder is owed: a row of the house's own, entered when the
//! reminder is first seen, and the instant at which the branch was made.

use super::times::Past;
use super::{Counts, Couriers, Parts, add};
use crate::config::Config;
use crate::domain::calendar::Period;
use crate::domain::cron::Schedule;
use crate::domain::duty::{Audience, Duty, Reminder};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::{Capabilities, ChatKey, Outgoing};
use crate::domain::record::Session;
use crate::domain::role::Role;
use crate::domain::roster::{Chat, Org, OrgKind, Roster};
use crate::effects::Ids;
use crate::error::Fault;
use crate::report::reminder::Notice;
use crate::report::tally::Attendance;
use crate::report::unpaid::{Words, in_a_row, looked_at};
use crate::store::Store;
use crate::store::outbox::Letter;
use std::collections::HashMap;
use std::sync::Arc;

/// The unit under which it is noted since when a reminder is known. No unit has this id.
const HOUSE: OrgId = OrgId(0);

/// After which a branch that could not be reminded is tried again, milliseconds.
const RETRY: i64 = 30_000;

/// Rosters kept between due times, at most.
const KEPT: usize = 1024;

/// A letter lives at least this long after it was entered, milliseconds.
const LEAST_LIFE: i64 = 10 * 60_000;

/// What a platform is thought to do whose courier is not here.
const UNKNOWN: Capabilities =
    Capabilities { mention: true, reaction: false, push: true, members: false, files: false, choices: false, edits: false, text_bytes: 1500, mentions: 10 };

/// What one step did, counted in branches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Due times that were entered to be sent.
    pub entered: usize,
    /// Letters entered with them; fewer where nobody was missing.
    pub letters: usize,
    /// Due times that were only noted: too old, or overtaken by a later one.
    pub skipped: usize,
    /// Branches that failed; they are tried again soon.
    pub failed: usize,
}

/// Watches the reminders of all duties.
pub struct Scheduler {
    store: Store,
    config: Arc<Config>,
    couriers: Couriers,
    counts: Arc<Counts>,
    watched: Vec<Watched>,
    rosters: HashMap<OrgId, Arc<Roster>>,
    last: i64,
    /// When this process began to look, or the clock stepped back.
    floor: i64,
}

struct Watched {
    /// Its place in `config.duties`, and in that duty's reminders.
    place: (usize, usize),
    /// `duty/reminder`.
    key: String,
    schedule: Schedule,
    /// When to look at it next; none: it never comes again.
    look_at: Option<i64>,
}

impl Scheduler {
    /// Watches every reminder of the configuration. The first step looks at all of them.
    ///
    /// # Errors
    /// A sentence for the operator where a cron expression can't be used.
    pub fn new(parts: &Parts) -> Result<Self, String> {
        let mut watched = Vec::new();
        for (d, duty) in parts.config.duties.iter().enumerate() {
            for (r, reminder) in duty.reminders.iter().enumerate() {
                let key = format!("{}/{}", duty.key, reminder.key);
                let schedule = Schedule::parse(&reminder.cron).map_err(|e| format!("reminder {key}: {e}"))?;
                watched.push(Watched { place: (d, r), key, schedule, look_at: Some(i64::MIN) });
            }
        }
        Ok(Self {
            store: parts.store.clone(),
            config: parts.config.clone(),
            couriers: parts.couriers.clone(),
            counts: parts.counts.clone(),
            watched,
            rosters: HashMap::new(),
            last: i64::MAX,
            floor: i64::MAX,
        })
    }

    /// Enters whatever came due up to `now`. Costs nothing where nothing did.
    ///
    /// # Errors
    /// Where the database fails; what was entered stays, the rest is tried by the next step.
    pub async fn step(&mut self, now: i64) -> Result<Step, Fault> {
        if now < self.last {
            // the first step, or the clock stepped back: what is next has to be found (again)
            self.floor = now;
            self.watched.iter_mut().for_each(|w| w.look_at = Some(i64::MIN));
        }
        self.last = now;
        let mut step = Step::default();
        if !self.watched.iter().any(|w| w.look_at.is_some_and(|t| t <= now)) {
            return Ok(step);
        }
        // what was reported before the due time counts
        self.store.settled().await?;
        let branches: Vec<Org> = self.store.subtree("").await?.into_iter().filter(|o| o.kind == OrgKind::Branch).collect();
        for i in 0..self.watched.len() {
            if self.watched[i].look_at.is_some_and(|t| t <= now) {
                let one = self.look(i, &branches, now).await?;
                let next = self.watched[i].schedule.next_after(now, self.reminder(i).1.zone);
                self.watched[i].look_at = if one.failed > 0 { Some(next.map_or(now + RETRY, |t| t.min(now + RETRY))) } else { next };
                step.entered += one.entered;
                step.letters += one.letters;
                step.skipped += one.skipped;
                step.failed += one.failed;
            }
        }
        add(&self.counts.entered, step.entered);
        add(&self.counts.skipped, step.skipped);
        Ok(step)
    }

    fn reminder(&self, i: usize) -> (&Duty, &Reminder) {
        let (d, r) = self.watched[i].place;
        (&self.config.duties[d], &self.config.duties[d].reminders[r])
    }

    /// One reminder for all branches.
    async fn look(&mut self, i: usize, branches: &[Org], now: i64) -> Result<Step, Fault> {
        let key = self.watched[i].key.clone();
        let handled: HashMap<OrgId, i64> = self.store.handled(&key).await?.into_iter().collect();
        let known_since = if let Some(since) = handled.get(&HOUSE) {
            *since
        } else {
            self.store.enter_due(&key, HOUSE, now, now, &[]).await?;
            now
        };
        let config = self.config.clone();
        let (d, r) = self.watched[i].place;
        let (duty, reminder) = (&config.duties[d], &config.duties[d].reminders[r]);
        let schedule = self.watched[i].schedule.clone();
        let mut past = Past::new(&schedule, reminder.zone, reminder.grace_minutes, now);
        let mut step = Step::default();
        for branch in branches {
            // a mark of the future was made by a clock that was wrong: the rows' uniqueness still keeps a time from
            // coming twice, so whatever is in the grace is offered again, from when the reminder and the branch began
            let began = known_since.max(Ids::made_at(branch.id.0));
            let from = handled.get(&branch.id).copied().filter(|t| *t <= now).unwrap_or(if began <= now { began } else { self.floor });
            let owed = past.owed(from);
            let mut ended = Ok(());
            for at in owed.noted {
                match self.store.enter_due(&key, branch.id, at, now, &[]).await {
                    Ok(fresh) => step.skipped += usize::from(fresh),
                    Err(fault) => ended = Err(fault),
                }
            }
            if let (Some(at), Ok(())) = (owed.send, &ended) {
                ended = match self.letters(duty, reminder, branch, at, now).await {
                    Ok(letters) => self.store.enter_due(&key, branch.id, at, now, &letters).await.map(|fresh| {
                        step.entered += usize::from(fresh);
                        step.letters += if fresh { letters.len() } else { 0 };
                    }),
                    Err(fault) => Err(fault),
                };
            }
            if let Err(fault) = ended {
                tracing::error!(reminder = %key, branch = %branch.id, %fault, "a branch could not be reminded; it is tried again");
                step.failed += 1;
            }
        }
        Ok(step)
    }

    /// The letters of one due time of a branch: none where nobody is missing.
    async fn letters(&mut self, duty: &Duty, reminder: &Reminder, branch: &Org, at: i64, now: i64) -> Result<Vec<Letter>, Fault> {
        let Some(roster) = self.roster(branch).await? else { return Ok(Vec::new()) };
        let zone = self.config.zone();
        let asked = Period::containing(duty.cadence, zone.date(at)).shift(reminder.period);
        if let Some(minutes) = reminder.check_in {
            let all = self.check_in(duty, branch, asked, at.saturating_add(minutes.saturating_mul(60_000)), now).await?;
            return Ok(stamped(duty, reminder, branch, at, now, all));
        }
        let standings = self.store.standings(branch.id, &duty.key, asked).await?;
        if let Some(n) = reminder.unpaid {
            let all = self.unpaid(duty, reminder, &roster, asked, n, now).await?;
            return Ok(stamped(duty, reminder, branch, at, now, all));
        }
        let attendance = Attendance::read(&roster, duty, asked, &standings, zone);
        if attendance.missing.is_empty() {
            return Ok(Vec::new());
        }
        let notice = Notice { messages: &self.config.messages, lang: self.config.bot.language, zone, now, duty, period: asked, attendance: &attendance };
        let mut all: Vec<Outgoing> = Vec::new();
        for audience in &reminder.audience {
            match audience {
                Audience::Group => {
                    let chats: Vec<Chat> = self.store.chats_of(branch.id).await?.into_iter().filter(|c| !c.key.private).collect();
                    if let Some(chat) = self.speaking_place(&chats) {
                        all.extend(notice.to_group(chat, &self.can(&chat.key)));
                    }
                }
                Audience::Secretary => {
                    for person in self.store.holders(branch.id, Role::Secretary).await? {
                        if let Some(chat) = self.private(person).await? {
                            all.extend(notice.to_secretary(&branch.name, &chat, &self.can(&chat)));
                        }
                    }
                }
                // each hears of his or her own only where it is said for how long (`unpaid`)
                Audience::Member => {}
            }
        }
        Ok(stamped(duty, reminder, branch, at, now, all))
    }

    /// Opens check-in by the duty's schedule, and tells the branch's chats. Nothing where it is open already, or would be over.
    async fn check_in(&self, duty: &Duty, branch: &Org, period: Period, closes_at: i64, now: i64) -> Result<Vec<Outgoing>, Fault> {
        let chats: Vec<Chat> = self.store.chats_of(branch.id).await?.into_iter().filter(|c| !c.key.private).collect();
        if closes_at <= now || chats.is_empty() {
            return Ok(Vec::new());
        }
        let session = Session {
            id: self.store.new_session(),
            org: branch.id,
            duty: duty.key.clone(),
            period,
            topic: None,
            code: None,
            rolls: None,
            opened_at: now,
            closes_at: Some(closes_at),
            closed_at: None,
            opened_by: None,
        };
        // after a crash it is found open, and told; one that somebody opened by hand was told
        let (session, fresh) = self.store.open_session(&session, None).await?;
        if !fresh && session.opened_by.is_some() {
            return Ok(Vec::new());
        }
        let until = self.config.zone().local(closes_at).format("%H:%M").to_string();
        let text = self.config.messages.say(self.config.bot.language, "session-opened", &[("duty", duty.name.as_str().into()), ("until", until.into())]);
        Ok(chats.into_iter().map(|c| Outgoing::text(c.key, text.clone())).collect())
    }

    /// To those to whom `n` periods in a row are unpaid, and to the secretaries: each in private.
    async fn unpaid(&self, duty: &Duty, reminder: &Reminder, roster: &Roster, asked: Period, n: usize, now: i64) -> Result<Vec<Outgoing>, Fault> {
        let periods = looked_at(asked, n);
        let standings = self.store.standings_between(roster.org.id, &duty.key, periods[0], asked).await?;
        let all = in_a_row(duty, roster, asked, n, &standings);
        let words = Words { messages: &self.config.messages, lang: self.config.bot.language, today: self.config.zone().date(now), duty };
        let mut letters = Vec::new();
        if reminder.audience.contains(&Audience::Member) {
            for owed in &all {
                letters.extend(self.private(owed.member.person).await?.map(|chat| Outgoing::text(chat, words.to_member(owed))));
            }
        }
        if reminder.audience.contains(&Audience::Secretary) && !all.is_empty() {
            for person in self.store.holders(roster.org.id, Role::Secretary).await? {
                letters.extend(self.private(person).await?.map(|chat| Outgoing::text(chat, words.to_secretary(&roster.org.name, &all))));
            }
        }
        Ok(letters)
    }

    /// The private chat in which somebody is spoken to; none without an account.
    async fn private(&self, person: PersonId) -> Result<Option<ChatKey>, Fault> {
        let accounts: Vec<ChatKey> = self.store.accounts_of(person).await?.iter().map(ChatKey::private).collect();
        Ok(self.first_reached(&accounts, |c| c).cloned())
    }

    /// The one chat in which a branch is reminded: of several, the first that was bound, so that nobody reads it twice.
    fn speaking_place<'c>(&self, chats: &'c [Chat]) -> Option<&'c Chat> {
        self.first_reached(chats, |c| &c.key)
    }

    /// The first whose platform can be pushed to; where none can from here, the first.
    fn first_reached<'c, T>(&self, all: &'c [T], key: impl Fn(&T) -> &ChatKey) -> Option<&'c T> {
        let pushes = |c: &ChatKey| self.couriers.iter().any(|x| x.platform() == &*c.platform && x.capabilities().push);
        all.iter().find(|c| pushes(key(c))).or(all.first())
    }

    fn can(&self, chat: &ChatKey) -> Capabilities {
        self.couriers.iter().find(|c| c.platform() == &*chat.platform).map_or(UNKNOWN, |c| c.capabilities())
    }

    /// The roster at the epoch at which the branch was just read, or a newer one.
    async fn roster(&mut self, branch: &Org) -> Result<Option<Arc<Roster>>, Fault> {
        if let Some(kept) = self.rosters.get(&branch.id)
            && kept.org.epoch == branch.epoch
        {
            return Ok(Some(kept.clone()));
        }
        let Some(fresh) = self.store.roster(branch.id).await?.map(Arc::new) else { return Ok(None) };
        if self.rosters.len() >= KEPT {
            self.rosters.clear();
        }
        self.rosters.insert(branch.id, fresh.clone());
        Ok(Some(fresh))
    }
}

/// Messages of one due time as letters that are entered once.
fn stamped(duty: &Duty, reminder: &Reminder, branch: &Org, at: i64, now: i64, all: Vec<Outgoing>) -> Vec<Letter> {
    let expires_at = at.saturating_add(reminder.grace_minutes.saturating_mul(60_000)).max(now + LEAST_LIFE);
    let stem = format!("reminder/{}/{}/{}/{}", duty.key, reminder.key, branch.id, at);
    let letter = |(n, message): (usize, Outgoing)| Letter { dedupe_key: format!("{stem}/{}/{n}", message.chat), message, expires_at };
    all.into_iter().enumerate().map(letter).collect()
}
