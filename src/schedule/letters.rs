//! What a due time of a branch says, and to whom: only those who still owe, and nobody oftener than the caps allow.
//! When it comes due and how it is sent are others'.

use super::times::outlasting;
use super::watch::Watched;
use super::{Couriers, Parts};
use crate::config::Config;
use crate::domain::calendar::Period;
use crate::domain::duty::{Audience, Duty};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::{ChatKey, Outgoing};
use crate::domain::record::Standing;
use crate::domain::role::Role;
use crate::domain::roster::{Chat, Member, Org, Roster};
use crate::domain::timing::{Quiet, Run};
use crate::error::Fault;
use crate::report::reminder::{Notice, own_words};
use crate::report::tally::Attendance;
use crate::store::Store;
use crate::store::sending::held::{Earlier, Why};
use crate::store::sending::outbox::{Letter, is_for};
use crate::store::sending::reminders::{Outcome, Told};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Rosters, with their branches' chats, kept between due times, at most.
const KEPT: usize = 1024;

/// A letter lives at least this long after it was entered, milliseconds.
pub const LEAST_LIFE: i64 = 10 * 60_000;
/// The same where the secretary asked for it.
const ASKED_LIFE: i64 = 60 * 60_000;

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

/// What is known of a branch when it is reminded.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Its standings in the period that is asked about.
    pub standings: &'a [(PersonId, Standing)],
    /// Where the duty is to be at a meeting: whether somebody could check in. Of any other duty true.
    pub met: bool,
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
    /// Where it was held or written before: until when it is worth sending all the same, UTC milliseconds.
    pub until: Option<i64>,
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

    /// What the keys of its letters begin with.
    fn stem(&self) -> String {
        format!("reminder/{}/{}/{}", self.watched.key, self.branch.id, self.run.at)
    }

    /// Whether a group of the branch, which has these `bound`, is to be written to: the first time each is, later on one whose
    /// letter failed, or that had none and takes the place of one that is no longer bound.
    fn wants(&self, chat: &Chat, bound: &[Chat]) -> bool {
        let gone = |failed: &ChatKey| !failed.private && !bound.iter().any(|c| c.key == *failed);
        let had = self.earlier.iter().any(|e| e.chat == chat.key);
        self.is_wanted(|failed| *failed == chat.key || !had && gone(failed))
    }

    /// Whether somebody is to be written to: the first time everybody is, later on only where a letter failed that is theirs.
    fn is_wanted(&self, theirs: impl Fn(&ChatKey) -> bool) -> bool {
        self.earlier.is_empty() || self.earlier.iter().any(|e| e.replaced && theirs(&e.chat))
    }
}

/// Writes letters.
pub struct Pen {
    pub(super) store: Store,
    pub(super) config: Arc<Config>,
    /// How letters leave.
    pub couriers: Couriers,
    known: HashMap<OrgId, (Arc<Roster>, Vec<Chat>)>,
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
            known: HashMap::new(),
            told: HashMap::new(),
            wordings: Vec::new(),
        }
    }

    /// What one due time of a branch comes to; who is reminded by it counts from now on.
    pub async fn draft(&mut self, m: Moment<'_>, facts: Facts<'_>) -> Result<Draft, Fault> {
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
        if reminder.filing {
            return self.filing(m, duty, &roster, facts.standings).await;
        }
        let attendance = Attendance::read(&roster, duty, m.asked(), facts.standings, config.zone());
        let wordings = std::mem::take(&mut self.wordings);
        let notice = notice(&config, m, (duty, &roster), &attendance, &wordings);
        let draft = if facts.met || attendance.missing.is_empty() { self.addressed(m, &notice, &attendance).await } else { self.unopened(m, &notice).await };
        self.wordings = wordings;
        draft
    }

    /// The letters to everybody whom the reminder speaks to.
    async fn addressed(&mut self, m: Moment<'_>, notice: &Notice<'_>, attendance: &Attendance<'_>) -> Result<Draft, Fault> {
        if attendance.missing.is_empty() {
            return self.praise(m, notice, attendance).await;
        }
        let mut all: Vec<(Outgoing, Vec<PersonId>)> = Vec::new();
        let (mut whole, mut unreached, mut unwanted) = (attendance.missing.len(), false, false);
        let named = self.named_before(m).await?;
        for audience in &m.watched.reminder.audience {
            match audience {
                Audience::Group => {
                    let groups = self.groups(m.branch.id).await?;
                    unreached |= groups.all.is_empty();
                    unwanted |= groups.reminded.is_empty();
                    let whom = self.spare(m.branch.id, &attendance.missing, false, &named);
                    for chat in groups.reminded.iter().filter(|c| m.wants(c, &groups.all)) {
                        let here = |member: &&&Member| !named.iter().any(|(person, letter)| *person == member.person && is_for(letter, &chat.key));
                        let whom: Vec<&Member> = if notice.names(chat) { whom.iter().filter(here).copied().collect() } else { Vec::new() };
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
                    let whom = self.spare(m.branch.id, &attendance.missing, true, &[]);
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
        // in however many chats, by one reminder once
        let told: HashSet<Told> = draft.told.iter().map(|(t, _)| *t).filter(|t| t.private || !named.iter().any(|(person, _)| *person == t.person)).collect();
        for t in told {
            *self.told.entry(t).or_default() += 1;
        }
        if draft.letters.is_empty() && m.earlier.is_empty() {
            draft.outcome = match whole {
                1.. if unreached => Outcome::Unreached,
                1.. if unwanted => Outcome::Paused,
                _ => Outcome::Spared,
            };
        }
        Ok(draft)
    }

    /// A word of praise, once a period, where that is switched on and everybody has done it.
    async fn praise(&self, m: Moment<'_>, notice: &Notice<'_>, attendance: &Attendance<'_>) -> Result<Draft, Fault> {
        let mut draft = Draft::silent(Outcome::Nobody);
        if self.config.bot.reminders.praise && !attendance.done.is_empty() && m.watched.reminder.audience.contains(&Audience::Group) {
            for chat in self.groups(m.branch.id).await?.reminded {
                let dedupe_key = format!("praise/{}/{}/{}/{}/0", notice.duty.key, m.branch.id, m.asked(), chat.key);
                draft.letters.push(Letter { dedupe_key, message: notice.praise(&chat.key), expires_at: expires(m) });
            }
        }
        Ok(draft)
    }

    /// Of these those who may still be reminded today; that they were by this due time itself does not count.
    fn spare<'m>(&self, branch: OrgId, all: &[&'m Member], private: bool, named: &[(PersonId, String)]) -> Vec<&'m Member> {
        let cap = if private { self.config.bot.reminders.private_cap } else { self.config.bot.reminders.group_cap };
        let had = |m: &Member| {
            let all = self.told.get(&Told { branch, person: m.person, private }).copied().unwrap_or(0);
            all.saturating_sub(usize::from(named.iter().any(|(person, _)| *person == m.person)))
        };
        all.iter().copied().filter(|m| cap == 0 || had(m) < cap).collect()
    }

    /// Whom this due time has named today in the branch's groups, where it is sent again: each with the letter.
    async fn named_before(&self, m: Moment<'_>) -> Result<Vec<(PersonId, String)>, Fault> {
        if m.earlier.is_empty() {
            return Ok(Vec::new());
        }
        let day = self.config.zone().date(m.now).to_string();
        self.store.named_by(m.branch.id, &day, &m.stem()).await
    }

    /// The chats of a branch, as they were when its roster was read.
    pub(super) async fn chats(&self, branch: OrgId) -> Result<Vec<Chat>, Fault> {
        match self.known.get(&branch) {
            Some((_, chats)) => Ok(chats.clone()),
            None => self.store.chats_of(branch).await,
        }
    }

    /// The roster at the epoch at which the branch was just read, or a newer one; its chats are read with it.
    async fn roster(&mut self, branch: &Org) -> Result<Option<Arc<Roster>>, Fault> {
        if let Some((kept, _)) = self.known.get(&branch.id)
            && kept.org.epoch == branch.epoch
        {
            return Ok(Some(kept.clone()));
        }
        let Some(fresh) = self.store.roster(branch.id).await?.map(Arc::new) else { return Ok(None) };
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        // a chat that changes raises the epoch too: these are of the roster's, or newer
        let chats = self.store.chats_of(branch.id).await?;
        self.known.insert(branch.id, (fresh.clone(), chats));
        Ok(Some(fresh))
    }
}

fn notice<'a>(
    config: &'a Config,
    m: Moment<'_>,
    (duty, roster): (&'a Duty, &'a Roster),
    attendance: &'a Attendance<'a>,
    wordings: &'a [(String, String, String)],
) -> Notice<'a> {
    Notice {
        messages: &config.messages,
        lang: config.bot.language,
        zone: config.zone(),
        now: m.now,
        duty,
        period: m.asked(),
        roster,
        attendance,
        ending: own_words(wordings, &duty.key, &m.branch.path),
        teams_from: config.bot.reminders.teams_from,
    }
}

/// Of these messages those that are to be sent again, where it is not the first time.
pub(super) fn again(m: Moment<'_>, all: Vec<Outgoing>) -> Vec<(Outgoing, Vec<PersonId>)> {
    all.into_iter().filter(|letter| m.is_wanted(|failed| *failed == letter.chat)).map(|letter| (letter, Vec::new())).collect()
}

/// Messages of one due time, each with whom it names, as letters that are entered once.
pub(super) fn stamped(m: Moment<'_>, all: Vec<(Outgoing, Vec<PersonId>)>) -> Draft {
    let expires_at = expires(m);
    let stem = m.stem();
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
    if !m.asked_for {
        return m.good_until();
    }
    // what waited and is written anew is worth no more than it was, however often that is done
    let longest = m.until.map_or(i64::MAX, |until| m.outlasting(until, LEAST_LIFE));
    m.good_until().max(m.outlasting(m.now + ASKED_LIFE, ASKED_LIFE)).min(longest)
}
