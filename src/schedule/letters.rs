//! What a due time of a branch says, and to whom: only those who still owe, and nobody oftener than the caps allow.
//! When it comes due and how it is sent are others'.

use super::times::outlasting;
use super::watch::Watched;
use super::{Couriers, Parts};
use crate::config::Config;
use crate::domain::calendar::Period;
use crate::domain::duty::{Audience, Duty, Reminder};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::{Capabilities, ChatKey, Outgoing};
use crate::domain::record::{Session, Standing};
use crate::domain::role::Role;
use crate::domain::roster::{Chat, Member, Org, Roster};
use crate::domain::timing::{Quiet, Run};
use crate::error::Fault;
use crate::report::reminder::{Notice, own_words};
use crate::report::tally::Attendance;
use crate::report::unpaid::{Words, in_a_row, looked_at};
use crate::store::Store;
use crate::store::held::{Earlier, Why};
use crate::store::outbox::Letter;
use crate::store::reminders::{Outcome, Told};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Rosters kept between due times, at most.
const KEPT: usize = 1024;

/// A letter lives at least this long after it was entered, milliseconds.
pub const LEAST_LIFE: i64 = 10 * 60_000;
/// The same where the secretary asked for it.
const ASKED_LIFE: i64 = 60 * 60_000;

/// What a platform is thought to do whose courier is not here.
const UNKNOWN: Capabilities = Capabilities { mention: true, mentions: 10, ..Capabilities::WORDS };

/// What becomes of a due time.
pub struct Draft {
    /// In one word.
    pub outcome: Outcome,
    /// The letters.
    pub letters: Vec<Letter>,
    /// Whom they remind, each with the key of the letter.
    pub told: Vec<(Told, String)>,
    /// Where it is held: why.
    pub held: Option<Why>,
}

impl Draft {
    /// Nothing is said.
    pub fn silent(outcome: Outcome) -> Self {
        Self { outcome, letters: Vec::new(), told: Vec::new(), held: None }
    }

    /// It waits for the secretary's word.
    pub fn held(why: Why) -> Self {
        Self { held: Some(why), ..Self::silent(Outcome::Held) }
    }
}

/// A due time of one branch.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The reminder.
    pub watched: &'a Watched,
    /// The branch.
    pub branch: &'a Org,
    /// When it came due, and for which period.
    pub run: Run,
    /// Now, UTC milliseconds.
    pub now: i64,
    /// The secretary asked for it to be sent now.
    pub asked_for: bool,
    /// Its quiet hours.
    pub quiet: Option<Quiet>,
    /// Its letters of before, where it is sent again: only what of them failed is.
    pub earlier: &'a [Earlier],
}

impl Moment<'_> {
    /// The period that is asked about.
    pub fn asked(&self) -> Period {
        self.run.period.shift(self.watched.reminder.period)
    }

    /// Until when it is worth sending, UTC milliseconds; never within its quiet hours.
    pub fn good_until(&self) -> i64 {
        let grace = self.watched.reminder.grace_minutes.saturating_mul(60_000);
        self.outlasting(self.run.at.saturating_add(grace).max(self.now + LEAST_LIFE), grace)
    }

    /// Until when it may be sent that is worth it until `end`: what would end in its quiet hours is for `life` (ms) from their end on.
    fn outlasting(&self, end: i64, life: i64) -> i64 {
        outlasting(end, life.max(LEAST_LIFE), self.quiet, self.watched.reminder.zone)
    }

    /// Whether somebody is to be written to: the first time everybody is, later on only where a letter failed that is theirs.
    fn is_wanted(&self, theirs: impl Fn(&ChatKey) -> bool) -> bool {
        self.earlier.is_empty() || self.earlier.iter().any(|e| e.replaced && theirs(&e.chat))
    }
}

/// Writes letters.
pub struct Pen {
    store: Store,
    config: Arc<Config>,
    /// How letters leave.
    pub couriers: Couriers,
    rosters: HashMap<OrgId, Arc<Roster>>,
    /// How often everybody was reminded today.
    pub told: HashMap<Told, usize>,
    /// The sentences of units' own: (path, duty) with the sentence.
    pub wordings: Vec<(String, String, String)>,
}

impl Pen {
    /// For these platforms.
    pub fn new(parts: &Parts) -> Self {
        Self {
            store: parts.store.clone(),
            config: parts.config.clone(),
            couriers: parts.couriers.clone(),
            rosters: HashMap::new(),
            told: HashMap::new(),
            wordings: Vec::new(),
        }
    }

    /// What one due time of a branch comes to; who is reminded by it counts from now on.
    pub async fn draft(&mut self, m: Moment<'_>, standings: &[(PersonId, Standing)]) -> Result<Draft, Fault> {
        let Some(roster) = self.roster(m.branch).await? else { return Ok(Draft::silent(Outcome::Nobody)) };
        let (config, reminder) = (self.config.clone(), &m.watched.reminder);
        let duty = m.watched.of(&config);
        if let Some(minutes) = reminder.check_in {
            let all = self.check_in(duty, m.branch, m.asked(), m.run.at.saturating_add(minutes.saturating_mul(60_000)), m.now).await?;
            return Ok(stamped(m, again(m, all)));
        }
        if let Some(n) = reminder.unpaid {
            let (all, owing) = self.unpaid(duty, reminder, &roster, m.asked(), n, m.now).await?;
            let mut draft = stamped(m, again(m, all));
            if owing && draft.letters.is_empty() {
                draft.outcome = Outcome::Unreached;
            }
            return Ok(draft);
        }
        let attendance = Attendance::read(&roster, duty, m.asked(), standings, config.zone());
        let wordings = std::mem::take(&mut self.wordings);
        let notice = notice(&config, m, duty, &attendance, &wordings);
        let draft = self.addressed(m, &notice, &attendance).await;
        self.wordings = wordings;
        draft
    }

    /// The letters to everybody whom the reminder speaks to.
    async fn addressed(&mut self, m: Moment<'_>, notice: &Notice<'_>, attendance: &Attendance<'_>) -> Result<Draft, Fault> {
        if attendance.missing.is_empty() {
            return self.praise(m, notice, attendance).await;
        }
        let mut all: Vec<(Outgoing, Vec<PersonId>)> = Vec::new();
        let (mut whole, mut unreached) = (attendance.missing.len(), false);
        for audience in &m.watched.reminder.audience {
            match audience {
                Audience::Group => {
                    let chats = self.groups(m.branch.id).await?;
                    let Some(chat) = self.speaking_place(&chats) else {
                        unreached = true;
                        continue;
                    };
                    if m.is_wanted(|failed| !failed.private) {
                        let whom = if notice.names(chat) { self.spare(m.branch.id, &attendance.missing, false) } else { Vec::new() };
                        all.extend(notice.to_group(chat, &self.can(&chat.key), &whom));
                    }
                }
                Audience::Secretary => {
                    let secretaries = self.store.holders(m.branch.id, Role::Secretary).await?;
                    unreached |= secretaries.is_empty();
                    for person in secretaries {
                        let Some(chat) = self.private(person).await? else {
                            unreached = true;
                            continue;
                        };
                        if m.is_wanted(|failed| *failed == chat) {
                            all.extend(notice.to_secretary(&m.branch.name, &chat, &self.can(&chat)).into_iter().map(|letter| (letter, Vec::new())));
                        }
                    }
                }
                Audience::Member => {
                    let whom = self.spare(m.branch.id, &attendance.missing, true);
                    whole = whom.len();
                    for member in whom {
                        let chats: Vec<ChatKey> = member.accounts.iter().map(ChatKey::private).collect();
                        let Some(chat) = self.first_reached(&chats, |c| c) else {
                            unreached = true;
                            continue;
                        };
                        if m.is_wanted(|failed| chats.contains(failed)) {
                            all.push((notice.to_member(member, chat), vec![member.person]));
                        }
                    }
                }
            }
        }
        let mut draft = stamped(m, all);
        for (t, _) in &draft.told {
            *self.told.entry(*t).or_default() += 1;
        }
        if draft.letters.is_empty() && m.earlier.is_empty() {
            draft.outcome = if unreached && whole > 0 { Outcome::Unreached } else { Outcome::Spared };
        }
        Ok(draft)
    }

    /// A word of praise, once a period, where that is switched on and everybody has done it.
    async fn praise(&self, m: Moment<'_>, notice: &Notice<'_>, attendance: &Attendance<'_>) -> Result<Draft, Fault> {
        let mut draft = Draft::silent(Outcome::Nobody);
        if self.config.bot.reminders.praise && !attendance.done.is_empty() && m.watched.reminder.audience.contains(&Audience::Group) {
            let chats = self.groups(m.branch.id).await?;
            if let Some(chat) = self.speaking_place(&chats) {
                let dedupe_key = format!("praise/{}/{}/{}", notice.duty.key, m.branch.id, m.asked());
                draft.letters.push(Letter { dedupe_key, message: notice.praise(&chat.key), expires_at: expires(m) });
            }
        }
        Ok(draft)
    }

    /// Of these those who may still be reminded today.
    fn spare<'m>(&self, branch: OrgId, all: &[&'m Member], private: bool) -> Vec<&'m Member> {
        let cap = if private { self.config.bot.reminders.private_cap } else { self.config.bot.reminders.group_cap };
        let had = |m: &Member| self.told.get(&Told { branch, person: m.person, private }).copied().unwrap_or(0);
        all.iter().copied().filter(|m| cap == 0 || had(m) < cap).collect()
    }

    /// Opens check-in by the duty's schedule, and tells the branch's chats. Nothing where it is open already, or would be over.
    async fn check_in(&self, duty: &Duty, branch: &Org, period: Period, closes_at: i64, now: i64) -> Result<Vec<Outgoing>, Fault> {
        let chats = self.groups(branch.id).await?;
        if closes_at <= now || chats.is_empty() {
            return Ok(Vec::new());
        }
        let session = Session {
            id: self.store.new_session(),
            org: branch.id,
            duty: duty.key.clone(),
            period,
            topic: None,
            team: None,
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
    /// Whether there are any of the first is told too.
    async fn unpaid(&self, duty: &Duty, reminder: &Reminder, roster: &Roster, asked: Period, n: usize, now: i64) -> Result<(Vec<Outgoing>, bool), Fault> {
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
        Ok((letters, !all.is_empty()))
    }

    /// The private chat in which somebody is spoken to; none without an account.
    pub async fn private(&self, person: PersonId) -> Result<Option<ChatKey>, Fault> {
        let accounts: Vec<ChatKey> = self.store.accounts_of(person).await?.iter().map(ChatKey::private).collect();
        Ok(self.first_reached(&accounts, |c| c).cloned())
    }

    /// The groups of a branch.
    async fn groups(&self, branch: OrgId) -> Result<Vec<Chat>, Fault> {
        let mut chats = self.store.chats_of(branch).await?;
        chats.retain(|c| !c.key.private);
        Ok(chats)
    }

    /// The one chat in which a branch is reminded: of several, the first that was bound, so that nobody reads it twice.
    fn speaking_place<'c>(&self, chats: &'c [Chat]) -> Option<&'c Chat> {
        self.first_reached(chats, |c| &c.key)
    }

    /// The first whose platform can be pushed to; where none can from here, the first.
    fn first_reached<'c, T>(&self, all: &'c [T], key: impl Fn(&T) -> &ChatKey) -> Option<&'c T> {
        let pushes = |c: &ChatKey| self.couriers.iter().any(|x| x.platform() == &*c.platform && x.can(c).push);
        all.iter().find(|c| pushes(key(c))).or(all.first())
    }

    fn can(&self, chat: &ChatKey) -> Capabilities {
        self.couriers.iter().find(|c| c.platform() == &*chat.platform).map_or(UNKNOWN, |c| c.can(chat))
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

fn notice<'a>(config: &'a Config, m: Moment<'_>, duty: &'a Duty, attendance: &'a Attendance<'a>, wordings: &'a [(String, String, String)]) -> Notice<'a> {
    Notice {
        messages: &config.messages,
        lang: config.bot.language,
        zone: config.zone(),
        now: m.now,
        duty,
        period: m.asked(),
        attendance,
        ending: own_words(wordings, &duty.key, &m.branch.path),
        teams_from: config.bot.reminders.teams_from,
    }
}

/// Of these messages those that are to be sent again, where it is not the first time.
fn again(m: Moment<'_>, all: Vec<Outgoing>) -> Vec<(Outgoing, Vec<PersonId>)> {
    all.into_iter().filter(|letter| m.is_wanted(|failed| *failed == letter.chat)).map(|letter| (letter, Vec::new())).collect()
}

/// Messages of one due time, each with whom it names, as letters that are entered once.
fn stamped(m: Moment<'_>, all: Vec<(Outgoing, Vec<PersonId>)>) -> Draft {
    let expires_at = expires(m);
    let stem = format!("reminder/{}/{}/{}", m.watched.key, m.branch.id, m.run.at);
    let known: HashSet<&str> = m.earlier.iter().map(|e| e.key.as_str()).collect();
    // counted by chat: where it is written anew for one, the others' are known
    let mut pages: HashMap<ChatKey, usize> = HashMap::new();
    let (mut letters, mut told) = (Vec::new(), Vec::new());
    for (message, names) in all {
        let n = pages.entry(message.chat.clone()).or_default();
        let mut key = || {
            *n += 1;
            format!("{stem}/{}/{}", message.chat, *n - 1)
        };
        let mut dedupe_key = key();
        while known.contains(dedupe_key.as_str()) {
            dedupe_key = key();
        }
        let private = message.chat.private;
        told.extend(names.into_iter().map(|person| (Told { branch: m.branch.id, person, private }, dedupe_key.clone())));
        letters.push(Letter { dedupe_key, message, expires_at });
    }
    // what went the first time was sent
    let sent = !letters.is_empty() || m.earlier.iter().any(|e| e.sent);
    Draft { outcome: if sent { Outcome::Sent } else { Outcome::Nobody }, letters, told, held: None }
}

fn expires(m: Moment<'_>) -> i64 {
    if m.asked_for { m.good_until().max(m.outlasting(m.now + ASKED_LIFE, ASKED_LIFE)) } else { m.good_until() }
}
