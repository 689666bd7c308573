//! Reports, check-in and leave: from what was meant to a post for the ledger, for the speaker or for others.
//! What the ledger makes of it is its own business (`domain::decide`); how it is told is `wording`'s.

use super::cache::Branch;
use super::context::{Context, Reply};
use super::issues;
use super::question::Body;
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, RecordId};
use crate::domain::ledger::{Doubt, Entry, Outcome, Owing, Post, Refusal, Subject, Verdict};
use crate::domain::record::{Evidence, State};
use crate::domain::role::Permission;
use crate::domain::roster::Member;
use crate::error::{Error, Fault, Mistake};
use crate::language::Intent;
use crate::language::intent::LeaveKind;
use chrono::NaiveDate;
use std::sync::Arc;

/// Months ahead that can be paid for at once.
const AHEAD: i32 = 24;

/// Somebody that a message speaks of, with the branch.
#[derive(Clone)]
pub struct Person {
    /// The branch.
    pub branch: Arc<Branch>,
    /// Who.
    pub member: Member,
}

impl Person {
    /// The path of the branch, by which rates differ.
    pub fn path(&self) -> &str {
        &self.branch.roster.org.path
    }

    /// As the ledger knows them.
    pub fn subject(&self) -> Subject {
        Subject { branch: self.branch.roster.org.id, person: self.member.person }
    }
}

/// Enters these and waits for what came of it.
pub async fn now(cx: &Context, intents: &[Intent]) -> Result<Reply, Error> {
    let (post, left_out) = prepare(cx, intents).await?;
    let outcome = enter(cx, &post).await?;
    told(&Context { left_out, ..cx.clone() }, &post, &outcome).await
}

/// Enters a post and waits until it is durable.
pub async fn enter(cx: &Context, post: &Post) -> Result<Outcome, Fault> {
    cx.bot.store.post(post.clone()).await.await.map_err(|_| Fault::Closed)?
}

/// A post of everything that was reported in one message, and why the rest of it is left out: a name that is unknown, or
/// that the speaker may not report for.
///
/// # Errors
/// The first such mistake where nothing is left; others always.
pub async fn prepare(cx: &Context, intents: &[Intent]) -> Result<(Post, Vec<Mistake>), Error> {
    let mut draft = Draft::new(cx)?;
    let mut left_out = Vec::new();
    for intent in intents {
        if let Intent::Report { names, .. } | Intent::CheckIn { names, .. } | Intent::Leave { names, .. } | Intent::Voluntary { names, .. } = intent
            && !names.is_empty()
            && intents.len() > 1
            && let Err(Error::Mistake(mistake)) = draft.allowed(names, intent).await
        {
            left_out.push(mistake);
            continue;
        }
        match intent {
            Intent::Report { duty, periods, issue, amount_fen, count, minutes, names, all, ahead } => {
                let duty = cx.duty(duty)?;
                let people = draft.people(names, duty).await?;
                let course = people.first().map(|p| &p.branch.roster.course);
                let opened = course.is_some_and(|c| c.of(&duty.key).next().is_some());
                if !opened && issue.is_some() && intents.iter().filter(|i| matches!(i, Intent::Report { issue: Some(_), .. })).count() > 1 {
                    return Err(Mistake::new("period-unclear").into());
                }
                let meant = match course {
                    Some(course) if opened => issues::reported(cx, course, duty, periods, issue.as_deref())?,
                    _ => periods.clone(),
                };
                let periods = &meant;
                if duty.measure == Measure::Money {
                    let several = (*count).filter(|n| *n > 1 && amount_fen.is_none() && periods.is_empty());
                    let amount = amount_fen.or_else(|| several.and_then(|n| draft.cost(duty, &people, n)));
                    draft.pay(duty, &people, periods, amount, How { sure: false, all: *all, ahead: *ahead });
                } else if let Some(several) = count.filter(|n| *n > 1 && duty.measure == Measure::Done) {
                    // 看了3期: which ones only they know
                    return Err(Mistake::new("ask-which-of-several").with("count", several.to_string()).with("duty", &duty.name).into());
                } else {
                    let value = if duty.measure == Measure::Minutes { minutes.or(*count) } else { count.or(Some(1)) };
                    let value = value.filter(|v| *v > 0).ok_or_else(|| Mistake::new("how-many").with("duty", &duty.name))?;
                    draft.done(duty, &people, periods, value)?;
                }
            }
            Intent::Voluntary { duty, amount_fen, names } => {
                let duty = cx.duty(duty)?;
                let people = draft.people(names, duty).await?;
                let [person] = &people[..] else { return Err(Mistake::new("extra-for-whom").into()) };
                let period = Period::containing(duty.cadence, cx.today);
                draft.expect(person, duty, period);
                draft.push(Entry::Give { subject: person.subject(), duty: duty.key.clone(), period, amount: *amount_fen });
            }
            Intent::CheckIn { duty, code, names, late, left_early } => {
                let known = duty.as_deref().and_then(|d| cx.bot.config.duty(d)).filter(|d| d.measure == Measure::Attendance);
                let people = draft.people(names, attendance(cx)?).await?;
                let state = if *late {
                    State::Late
                } else if *left_early {
                    State::LeftEarly
                } else {
                    State::Present
                };
                draft.attend(known.map(|d| d.key.as_str()), &people, code.as_deref(), state);
            }
            Intent::Leave { duty, from, to, kind, names } => {
                let duty = match duty {
                    Some(key) => cx.duty(key)?,
                    None => attendance(cx)?,
                };
                let people = draft.people(names, duty).await?;
                draft.leave(duty, &people, *from, *to, *kind);
            }
            _ => return Err(Fault::Other("only reports are entered together".into()).into()),
        }
    }
    match left_out.first() {
        Some(first) if draft.entries.is_empty() => Err(first.clone().into()),
        _ => Ok((draft.finish(), left_out)),
    }
}

/// The duty that a bare check-in or leave means: the first with sessions.
pub fn attendance(cx: &Context) -> Result<&Duty, Mistake> {
    cx.bot.config.duties.iter().find(|d| d.measure == Measure::Attendance).ok_or_else(|| Mistake::new("no-meetings"))
}

/// The answer to what became of a post; opens the question that a doubt needs.
pub async fn told(cx: &Context, post: &Post, outcome: &Outcome) -> Result<Reply, Error> {
    let mut texts = Vec::new();
    for (verdict, entry) in together(cx, outcome, post) {
        let verdict = &verdict;
        // 先走了, in a group where no meeting is on: said to somebody else
        if let (Verdict::Refused(Refusal::NoSession), Entry::Attend { duty: None, state: State::Late | State::LeftEarly, .. }, false) =
            (verdict, entry, cx.addressed)
        {
            continue;
        }
        texts.push(cx.verdict(verdict, entry).await);
        if let Verdict::Ask(doubt) = verdict
            && let Some(body) = question(doubt, entry)
        {
            cx.ask(&body).await?;
        }
    }
    texts.extend(cx.left_out.iter().map(|m| cx.bot.config.messages.mistake(cx.bot.lang(), m)));
    texts.dedup();
    if texts.is_empty() {
        return Ok(Reply::silence());
    }
    Ok(cx.reply(texts.join("\n")))
}

/// Each verdict with its entry; what is done of one duty, for several weeks or people, is told in one.
fn together<'p>(cx: &Context, outcome: &Outcome, post: &'p Post) -> Vec<(Verdict, &'p Entry)> {
    let mut all: Vec<(Verdict, &Entry)> = Vec::new();
    for (verdict, entry) in outcome.verdicts.iter().zip(&post.entries) {
        if let (Some((before, Entry::Done { duty: first, .. })), Entry::Done { duty, .. }) = (all.last_mut(), entry)
            && first == duty
            && cx.bot.config.duty(duty).is_some_and(|d| d.measure == Measure::Done)
        {
            match (before, verdict) {
                (Verdict::Recorded { lines, .. }, Verdict::Recorded { lines: more, .. }) | (Verdict::Already { lines }, Verdict::Already { lines: more }) => {
                    lines.extend(more.iter().cloned());
                    continue;
                }
                _ => {}
            }
        }
        all.push((verdict.clone(), entry));
    }
    all
}

/// The question that a doubt about an entry opens.
fn question(doubt: &Doubt, entry: &Entry) -> Option<Body> {
    let Entry::Pay { people, duty, amount, .. } = entry else { return None };
    let people = people.iter().map(|o| (o.subject.branch, o.subject.person)).collect();
    let duty = duty.clone();
    match doubt {
        Doubt::Amount { amount, named, fits, .. } => {
            let choices = if fits.is_empty() { Vec::new() } else { [named, fits].into_iter().filter(|c| !c.is_empty()).cloned().collect() };
            Some(Body::Amount { duty, people, amount: *amount, choices })
        }
        Doubt::SecondToday { .. } => Some(Body::SecondToday { duty, people, amount: *amount }),
        Doubt::WhichSession { .. } => None,
    }
}

/// How a payment was meant.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// The person was asked and said yes.
    pub sure: bool,
    /// For everything that is open (全交了).
    pub all: bool,
    /// For what is not due yet (预交).
    pub ahead: bool,
}

/// A post being put together.
pub struct Draft<'a> {
    cx: &'a Context,
    entries: Vec<Entry>,
    expected: Vec<(OrgId, String, Period, i64)>,
    relies: Vec<(OrgId, i64)>,
    evidence: Evidence,
}

impl<'a> Draft<'a> {
    /// Begins.
    ///
    /// # Errors
    /// A mistake where the account is nobody's.
    pub fn new(cx: &'a Context) -> Result<Self, Mistake> {
        cx.speaker()?;
        Ok(Self { cx, entries: Vec::new(), expected: Vec::new(), relies: Vec::new(), evidence: Evidence::Own })
    }

    /// The people of these names, the speaker where there is none.
    ///
    /// # Errors
    /// A mistake for an unknown or shared name, and where the speaker may not speak for others.
    pub async fn people(&mut self, names: &[String], duty: &Duty) -> Result<Vec<Person>, Error> {
        let cx = self.cx;
        if names.is_empty() {
            let (branch, member) = cx.member()?;
            self.rely(branch);
            return Ok(vec![Person { branch: branch.clone(), member: member.clone() }]);
        }
        let mut all = Vec::new();
        for name in names {
            let person = find(cx, name).await?;
            let unit = &person.branch.roster.org;
            let own = cx.speaker()?.known.person == person.member.person;
            let fellow = cx.speaker()?.branch.as_ref().is_some_and(|b| b.roster.org.id == unit.id);
            if !own && cx.may(Permission::ReportOthers, unit) {
                self.evidence = Evidence::Secretary;
            } else if !own && duty.confirm && fellow {
                // a claim that the treasurer confirms may be made by any fellow member: one pays for several
                self.evidence = Evidence::Proxy;
            } else if !own {
                cx.demand(Permission::ReportOthers, unit)?;
            }
            self.rely(&person.branch);
            all.push(person);
        }
        Ok(all)
    }

    /// Somebody by id, for answers to questions; not asked for permission again.
    ///
    /// # Errors
    /// A mistake where the membership is gone meanwhile.
    pub async fn person(&mut self, branch: OrgId, person: crate::domain::ids::PersonId) -> Result<Person, Error> {
        let branch = self.cx.bot.cache.branch(branch).await?.ok_or_else(|| Mistake::new("chat-no-unit"))?;
        let member = branch.roster.member(person).cloned().ok_or_else(|| Mistake::new("chat-no-unit"))?;
        self.rely(&branch);
        Ok(Person { branch, member })
    }

    /// Whether the speaker may speak for these, beside what else the message says.
    async fn allowed(&self, names: &[String], intent: &Intent) -> Result<(), Error> {
        let duty = match intent {
            Intent::Report { duty, .. } | Intent::Voluntary { duty, .. } | Intent::Leave { duty: Some(duty), .. } => self.cx.duty(duty)?,
            _ => attendance(self.cx)?,
        };
        Draft::new(self.cx)?.people(names, duty).await.map(|_| ())
    }

    /// The post relies on the branch as it was read.
    pub fn rely(&mut self, branch: &Branch) {
        let unit = (branch.roster.org.id, branch.roster.org.epoch);
        if !self.relies.contains(&unit) {
            self.relies.push(unit);
        }
    }

    /// How many are expected in a period that the post writes to.
    pub fn expect(&mut self, person: &Person, duty: &Duty, period: Period) {
        self.expect_in(&person.branch, duty, period);
    }

    /// The same, of a branch.
    pub fn expect_in(&mut self, branch: &Branch, duty: &Duty, period: Period) {
        let id = branch.roster.org.id;
        if !self.expected.iter().any(|(b, d, p, _)| *b == id && *d == duty.key && *p == period) {
            self.expected.push((id, duty.key.clone(), period, branch.expected(duty, period)));
        }
    }

    fn periods(duty: &Duty, said: &[Period]) -> Option<Vec<Period>> {
        if said.is_empty() {
            return None;
        }
        let finer = |p: &Period| if p.cadence() < duty.cadence { vec![Period::containing(duty.cadence, p.last_day())] } else { p.expand(duty.cadence) };
        let mut all: Vec<Period> = said.iter().flat_map(finer).collect();
        all.sort_unstable();
        all.dedup();
        Some(all)
    }

    /// What so many months cost for these people, at what they owe now.
    fn cost(&self, duty: &Duty, people: &[Person], months: i64) -> Option<i64> {
        let current = Period::containing(duty.cadence, self.cx.today);
        people.iter().map(|p| duty.owed(p.path(), p.member.band(current), current)?.checked_mul(months)).try_fold(0_i64, |sum, one| sum.checked_add(one?))
    }

    /// A payment for these people together.
    pub fn pay(&mut self, duty: &Duty, people: &[Person], said: &[Period], amount: Option<i64>, how: How) {
        let How { sure, all, ahead } = how;
        let current = Period::containing(duty.cadence, self.cx.today);
        let mut months = Self::periods(duty, said);
        if all && months.is_none() {
            let mut open: Vec<Period> = people.iter().flat_map(|p| owing(duty, p, current)).map(|(month, _)| month).collect();
            open.sort_unstable();
            open.dedup();
            months = Some(open).filter(|open| !open.is_empty());
        }
        // as far ahead as the named months or the sum can reach
        let named = months.iter().flatten().max().copied();
        let share = amount.unwrap_or(0) / i64::try_from(people.len().max(1)).unwrap_or(1);
        let people: Vec<Owing> = people
            .iter()
            .map(|p| {
                let rate = duty.owed(p.path(), p.member.band(current), current).unwrap_or(1).max(1);
                let reach = current.shift(i32::try_from(share / rate).unwrap_or(AHEAD).max(i32::from(ahead)).min(AHEAD));
                let last = named.map_or(reach, |n| n.max(current).min(current.shift(AHEAD)));
                let months = owing(duty, p, last);
                for (month, _) in &months {
                    self.expect(p, duty, *month);
                }
                Owing { subject: p.subject(), months }
            })
            .collect();
        let day_start = self.cx.zone().start_of(self.cx.today);
        self.entries.push(Entry::Pay { people, duty: duty.key.clone(), months, amount, current, day_start, sure, ahead, warn_months: duty.warn_months });
    }

    /// Something done, counted or lasted by each of these.
    ///
    /// # Errors
    /// A mistake for a period that is yet to come, and for somebody of whom nothing is expected then.
    pub fn done(&mut self, duty: &Duty, people: &[Person], said: &[Period], value: i64) -> Result<(), Mistake> {
        let current = Period::containing(duty.cadence, self.cx.today);
        let periods = Self::periods(duty, said).unwrap_or_else(|| vec![current]);
        let before = self.entries.len();
        let mut beside = None;
        for person in people {
            for period in &periods {
                let expected = || person.branch.roster.expected(duty, *period).any(|m| m.person == person.member.person);
                if periods.len() > 1 && periods.iter().any(|p| *p <= current) && (*period > current || !expected()) {
                    // 今年的都看完了: as far as there was something to do
                    beside = Some(*period);
                    continue;
                }
                let open = person.branch.roster.course.issue(&duty.key, *period).is_some_and(|i| i.opened_at <= self.cx.now);
                if *period > current && !open {
                    return Err(Mistake::new("period-not-yet").with("period", self.cx.period(*period)));
                }
                if !expected() {
                    return Err(self.not_owed(duty, person, *period));
                }
                self.expect(person, duty, *period);
                let owed = duty.owed(person.path(), person.member.band(*period), *period).unwrap_or(duty.target);
                let adds = matches!(duty.measure, Measure::Count | Measure::Minutes);
                self.entries.push(Entry::Done { subject: person.subject(), duty: duty.key.clone(), period: *period, value, owed, adds });
            }
        }
        match (beside, people.first()) {
            (Some(period), Some(person)) if self.entries.len() == before => Err(self.not_owed(duty, person, period)),
            _ => Ok(()),
        }
    }

    fn not_owed(&self, duty: &Duty, person: &Person, period: Period) -> Mistake {
        let (period, measure) = (self.cx.period(period), super::missing::measure(duty));
        Mistake::new("not-owed").with("period", period).with("duty", &duty.name).with("name", &person.member.name).with("measure", measure)
    }

    /// A check-in.
    pub fn attend(&mut self, duty: Option<&str>, people: &[Person], code: Option<&str>, state: State) {
        let config = self.cx.bot.config.clone();
        for person in people {
            // which session, and so which period, only the ledger knows: expect those that it may be
            for d in config.duties.iter().filter(|d| d.measure == Measure::Attendance) {
                let now = Period::containing(d.cadence, self.cx.today);
                self.expect(person, d, now);
                self.expect(person, d, now.shift(-1));
            }
            let trusted = self.evidence == Evidence::Secretary;
            let here = self.cx.place.as_ref().map(|p| p.org().id);
            let mut units: Vec<OrgId> = person.branch.units.iter().map(|o| o.id).collect();
            units.sort_by_key(|id| Some(*id) != here);
            self.entries.push(Entry::Attend { subject: person.subject(), units, duty: duty.map(str::to_owned), code: code.map(str::to_owned), state, trusted });
        }
    }

    /// Leave counts for the period in which it begins, and for later ones that it covers whole.
    pub fn leave(&mut self, duty: &Duty, people: &[Person], from: Option<NaiveDate>, to: Option<NaiveDate>, kind: Option<LeaveKind>) {
        let periods = leave_periods(duty, from.unwrap_or(self.cx.today), to);
        self.excuse(duty, people, &periods, leave_state(kind));
    }

    /// Leave for these periods.
    pub fn excuse(&mut self, duty: &Duty, people: &[Person], periods: &[Period], state: State) {
        for person in people {
            let owed: Vec<(Period, i64)> = periods.iter().map(|p| (*p, duty.owed(person.path(), person.member.band(*p), *p).unwrap_or(duty.target))).collect();
            for (p, _) in &owed {
                self.expect(person, duty, *p);
            }
            self.entries.push(Entry::Excuse { subject: person.subject(), duty: duty.key.clone(), periods: owed, state: Some(state) });
        }
    }

    /// Makes of everything drafted so far one correction: it takes the place of these records, or nothing changes.
    pub fn in_place_of(&mut self, branch: OrgId, records: Vec<RecordId>) {
        let with = self.drain();
        self.entries.push(Entry::Instead { branch, records, with });
    }

    /// The entries so far, taken out.
    pub fn drain(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// What it rests on, where that is somebody's office.
    pub fn rest_on(&mut self, evidence: Evidence) {
        self.evidence = evidence;
    }

    /// Something else that the ledger knows how to enter.
    pub fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// What it rests on where people come from an answered question: the speaker's own word, or one for others.
    pub fn rest_on_whom(&mut self, people: &[Person]) {
        let me = self.cx.speaker.as_ref().map(|s| s.known.person);
        if people.iter().any(|p| Some(p.member.person) != me) {
            let all = people.iter().all(|p| self.cx.may(Permission::ReportOthers, &p.branch.roster.org));
            self.evidence = if all { Evidence::Secretary } else { Evidence::Proxy };
        }
    }

    /// The post.
    pub fn finish(mut self) -> Post {
        let cx = self.cx;
        if let Some(place) = &cx.place {
            let unit = (place.org().id, place.org().epoch);
            if !self.relies.iter().any(|(id, _)| *id == unit.0) {
                self.relies.push(unit);
            }
        }
        let own = cx.speaker.as_ref().and_then(|s| s.branch.as_ref()).map(|b| b.roster.org.id);
        let branch = own.or_else(|| self.relies.first().map(|(id, _)| *id)).unwrap_or(OrgId(0));
        Post {
            branch,
            source: cx.incoming.source(),
            chat: cx.incoming.chat.clone(),
            account: cx.incoming.sender.clone(),
            actor: cx.speaker.as_ref().map(|s| s.known.person),
            evidence: self.evidence,
            at: cx.now,
            relies: self.relies,
            expected: self.expected,
            entries: self.entries,
        }
    }
}

/// The periods that leave counts for: the one in which it begins, and later ones that it covers whole.
pub fn leave_periods(duty: &Duty, from: NaiveDate, to: Option<NaiveDate>) -> Vec<Period> {
    let first = Period::containing(duty.cadence, from);
    let mut periods = vec![first];
    let mut next = first.shift(1);
    while to.is_some_and(|to| next.last_day() <= to) && periods.len() < 24 {
        periods.push(next);
        next = next.shift(1);
    }
    periods
}

/// The state of leave of this kind.
pub fn leave_state(kind: Option<LeaveKind>) -> State {
    match kind {
        Some(LeaveKind::Sick) => State::Sick,
        Some(LeaveKind::Personal) | None => State::Personal,
    }
}

/// What a member owes of a money duty: from the first month that is owed to `last`.
pub fn owing(duty: &Duty, person: &Person, last: Period) -> Vec<(Period, i64)> {
    let roster = &person.branch.roster;
    let mut month = Period::containing(duty.cadence, roster.first_day(&duty.key, &person.member));
    let mut all = Vec::new();
    while month <= last {
        if roster.owes(&duty.key, &person.member, month)
            && let Some(owed) = duty.owed(person.path(), person.member.band(month), month).filter(|n| *n > 0)
        {
            all.push((month, owed));
        }
        month = month.shift(1);
    }
    all
}

/// The one member of this name where the message was said.
///
/// # Errors
/// A mistake for nobody (with similar names) and for several.
pub async fn find(cx: &Context, name: &str) -> Result<Person, Error> {
    let mut found = Vec::new();
    let mut similar = Vec::new();
    for id in scope(cx).await? {
        let Some(branch) = cx.bot.cache.branch(id).await? else { continue };
        found.extend(branch.roster.named(name, cx.today).map(|m| Person { branch: branch.clone(), member: m.clone() }));
        if found.is_empty() {
            similar.extend(crate::language::Names::similar(branch.names.as_ref(), name));
        }
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 if similar.is_empty() => Err(Mistake::new("no-such-name").with("name", name).into()),
        0 => {
            similar.truncate(3);
            Err(Mistake::new("ask-similar-name").with("name", name).with("similar", cx.bot.names(&similar, 3)).into())
        }
        _ => Err(Mistake::new("name-shared").with("name", name).into()),
    }
}

/// The branches whose members can be spoken of here: the chat's, in private those of the speaker's branch and roles.
pub async fn scope(cx: &Context) -> Result<Vec<OrgId>, Error> {
    if let Some(place) = &cx.place {
        return Ok(place.branches.clone());
    }
    let speaker = cx.speaker()?;
    let mut all: Vec<OrgId> = speaker.branch.iter().map(|b| b.roster.org.id).collect();
    for grant in &speaker.known.grants {
        for org in cx.bot.store.subtree(&grant.path).await? {
            if org.kind == crate::domain::roster::OrgKind::Branch && !all.contains(&org.id) {
                all.push(org.id);
            }
        }
    }
    Ok(all)
}
