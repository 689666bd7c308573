//! `张三免交到12月`, `王五减半到12月，因为…`: dues that the branch exempts or reduces. Where that takes a word from above as well
//! (`exempt_approval` in the duty's file), it waits and nothing is entered: `relief_above` has what is said there, `relief_back` how it
//! is taken back. Who decided, who approved, until when and why is kept beside what was entered.

use super::treasury::{self, distinct, first_of, names_of};
use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::members::people::Person;
use crate::action::records::draft::{Draft, owing};
use crate::action::records::report;
use crate::action::show;
use crate::action::study::excuse;
use crate::config::messages::Value;
use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::{Duty, Measure, hundredths};
use crate::domain::ids::PersonId;
use crate::domain::ledger::{Entry, Line};
use crate::domain::message::{AccountKey, ChatKey, Outgoing};
use crate::domain::record::Evidence;
use crate::domain::relief::{Approval, Left, Outcome, Relief};
use crate::domain::role::{Permission, Role};
use crate::domain::roster::Org;
use crate::error::{Error, Fault, Mistake};
use std::sync::Arc;

/// Months that one word may exempt or reduce, at most.
const MOST_MONTHS: i32 = 36;
/// What tells of somebody's health: such a reason is not kept.
pub(in crate::action) const HEALTH: [&str; 14] = ["病", "医", "住院", "手术", "残", "癌", "怀孕", "孕", "抑郁", "治疗", "化疗", "骨折", "健康", "身体"];

/// Whose word it takes.
enum Word {
    /// The speaker's is enough: as `Outcome` says, on whose.
    Enough(Outcome),
    /// The branch's counts, since nobody above who may has an account.
    Alone,
    /// It waits for these, who have their role at this unit; none have an account where there is no unit.
    Above(Option<Org>, Vec<AccountKey>),
}

/// What is decided.
pub(in crate::action) struct What<'a> {
    pub duty: &'a Duty,
    pub span: (Period, Period),
    pub left: Left,
}

impl What<'_> {
    /// In words, without whose it is: a group hears no sums.
    pub fn said(&self, cx: &Context, sums: bool) -> String {
        let (left, percent, amount) = match self.left {
            left if left.nothing() => ("none", 0, String::new()),
            Left::Percent(50) => ("half", 50, String::new()),
            Left::Percent(percent) => ("percent", percent, String::new()),
            Left::Fen(fen) => ("amount", 0, show::yuan(fen)),
        };
        let left = if sums || left == "none" { left } else { "less" };
        let args = [("duty", Value::from(self.duty.name.as_str())), ("left", left.into()), ("percent", percent.into()), ("amount", amount.into())];
        cx.say("relief-what", &args)
    }
    /// Its periods.
    pub fn periods(&self) -> Vec<Period> {
        let mut all = vec![self.span.0];
        while let Some(last) = all.last().filter(|p| **p < self.span.1) {
            all.push(last.shift(1));
        }
        all
    }
    /// What a member owes in them, before.
    fn owed(&self, person: &Person) -> Vec<(Period, i64)> {
        owing(self.duty, person, self.span.1).into_iter().filter(|(p, _)| *p >= self.span.0).collect()
    }
}

/// From the first period that is meant to the last: without an end it holds until the year's, and somebody has to decide again.
fn span(cx: &Context, duty: &Duty, from: Option<Period>, until: Option<Period>) -> Result<(Period, Period), Mistake> {
    let now = Period::containing(duty.cadence, cx.today);
    let year_end = || Period::containing(Cadence::Year, cx.today).expand(duty.cadence).last().copied().unwrap_or(now);
    let last = until.map_or_else(year_end, |p| *p.expand(duty.cadence).last().unwrap_or(&Period::containing(duty.cadence, p.last_day())));
    let first = from.map_or_else(|| now.min(last), |p| first_of(duty, p));
    if first > last {
        Err(Mistake::new("reduce-past"))
    } else if first <= last.shift(-MOST_MONTHS) {
        Err(Mistake::new("relief-long").with("count", MOST_MONTHS.to_string()))
    } else {
        Ok((first, last))
    }
}

/// Exempts or reduces, or asks above for it.
pub async fn decide(
    cx: &Context,
    duty: Option<&str>,
    names: &[String],
    (from, until): (Option<Period>, Option<Period>),
    left: Left,
    reason: Option<&str>,
) -> Result<Reply, Error> {
    if let Some(done) = duty.and_then(|key| cx.bot.config.duty(key)).filter(|d| !matches!(d.measure, Measure::Money | Measure::Attendance) && left.nothing()) {
        return excuse::decide(cx, done, names, reason).await;
    }
    let duty = treasury::money(cx, duty)?;
    let people = treasury::people(cx, names, Permission::Exempt).await?;
    let what = What { duty, span: span(cx, duty, from, until)?, left };
    // 减为5元 of who owes 0.2
    let owed: Vec<i64> = people.iter().flat_map(|p| what.owed(p)).map(|(_, fen)| fen).collect();
    if let (Left::Fen(left), Some(most)) = (left, owed.iter().max())
        && left >= *most
    {
        return Err(Mistake::new(if cx.private() { "reduce-no-less-private" } else { "reduce-no-less-group" }).with("owed", show::yuan(*most)).into());
    }
    let said = reason.unwrap_or_default();
    let reason = if HEALTH.iter().any(|w| said.contains(w)) { "" } else { said };
    let mut reply = Reply::silence();
    let mut at_once: Vec<(Person, Outcome)> = Vec::new();
    let mut alone = false;
    for branch in treasury::branches_of(&people) {
        let id = branch.roster.org.id;
        let here: Vec<Person> = people.iter().filter(|p| p.branch.roster.org.id == id).cloned().collect();
        match word(cx, duty, &branch).await? {
            Word::Enough(outcome) => at_once.extend(here.into_iter().map(|p| (p, outcome))),
            Word::Alone => {
                alone = true;
                at_once.extend(here.into_iter().map(|p| (p, Outcome::Branch)));
            }
            Word::Above(unit, officers) => reply = reply.and(ask(cx, &what, &branch, here, (unit.as_ref(), &officers), reason).await?),
        }
    }
    if !at_once.is_empty() {
        reply = reply.and(now(cx, &what, &at_once, reason, alone).await?);
    }
    if reason != said {
        reply = reply.and(cx.reply(cx.say("relief-reason-not-kept", &[])));
    }
    Ok(reply)
}

/// Whose word it takes in this branch, from this speaker.
async fn word(cx: &Context, duty: &Duty, branch: &Branch) -> Result<Word, Fault> {
    let approval = duty.money.approval(&branch.roster.org.path);
    if approval == Approval::Branch {
        return Ok(Word::Enough(Outcome::Branch));
    }
    if branch.units.get(1).is_some_and(|above| cx.may(Permission::ApproveRelief, above)) {
        return Ok(Word::Enough(Outcome::Approved));
    }
    for unit in branch.units.iter().skip(1) {
        let officers = officers(cx, unit).await?;
        if !officers.is_empty() {
            return Ok(Word::Above(Some(unit.clone()), officers));
        }
    }
    Ok(if approval == Approval::Above { Word::Above(None, Vec::new()) } else { Word::Alone })
}

/// The accounts of those who approve at this unit, one of each.
async fn officers(cx: &Context, unit: &Org) -> Result<Vec<AccountKey>, Fault> {
    let may = |r: &Role| cx.bot.config.roles.get(r).is_some_and(|p| p.contains(&Permission::ApproveRelief));
    let mut people: Vec<PersonId> = Vec::new();
    for role in Role::ALL.into_iter().filter(may) {
        people.extend(cx.bot.store.holders(unit.id, role).await?);
    }
    people.sort_unstable();
    people.dedup();
    let mut accounts = Vec::new();
    for person in people {
        accounts.extend(account(cx, person).await?);
    }
    Ok(accounts)
}

/// Where somebody is spoken to: on this platform, else wherever they are.
pub(in crate::action) async fn account(cx: &Context, person: PersonId) -> Result<Option<AccountKey>, Fault> {
    let all = cx.bot.store.accounts_of(person).await?;
    Ok(all.iter().find(|a| a.platform == cx.incoming.chat.platform).or(all.first()).cloned())
}

/// What is entered at once.
async fn now(cx: &Context, what: &What<'_>, people: &[(Person, Outcome)], reason: &str, alone: bool) -> Result<Reply, Error> {
    let them: Vec<Person> = people.iter().map(|(p, _)| p.clone()).collect();
    let (lines, left) = enter(cx, &them.iter().map(|p| (p, what)).collect::<Vec<_>>()).await?;
    let me = cx.speaker()?;
    // also where the message comes again: it may have been entered and not noted
    let decided = people.iter().filter(|(p, _)| lines.iter().any(|l| l.key.person == p.member.person)).map(|(person, outcome)| {
        let approver = if *outcome == Outcome::Approved { Some(me.known.person) } else { None };
        Relief { outcome: Some(*outcome), approver, entered: Some(cx.incoming.source()), ..of(cx, what, person, reason) }
    });
    cx.bot.store.note_reliefs(&decided.collect::<Vec<_>>()).await?;
    let args = [
        ("names", Value::from(names_of(cx, &them))),
        ("duty", what.duty.name.as_str().into()),
        ("period", cx.periods(&distinct(lines.iter().map(|l| l.key.period))).into()),
        ("until", cx.period(what.span.1).into()),
        ("amount", show::yuan(left).into()),
        ("who", show::name(me.name()).into()),
    ];
    let key = match (lines.is_empty(), left, cx.private()) {
        (true, _, _) => "reduce-nothing",
        (false, 0, _) => "exempt-done",
        (false, _, true) => "reduce-done-private",
        (false, _, false) => "reduce-done-group",
    };
    let mut text = cx.say(key, &args);
    if alone && !lines.is_empty() {
        text = format!("{text}\n{}", cx.say("relief-alone", &[]));
    }
    Ok(cx.reply(text))
}

/// Enters what is decided, in one post: its lines, and what is left to pay at most.
pub(in crate::action) async fn enter(cx: &Context, all: &[(&Person, &What<'_>)]) -> Result<(Vec<Line>, i64), Error> {
    let mut draft = Draft::new(cx)?;
    draft.rest_on(Evidence::Secretary);
    let mut most = 0;
    for (person, what) in all {
        draft.rely(&person.branch);
        let owed = what.owed(person);
        if owed.is_empty() {
            continue;
        }
        let left = |fen: i64| match what.left {
            Left::Fen(left) => left.clamp(0, fen),
            Left::Percent(percent) => hundredths(fen, percent).clamp(0, fen),
        };
        let less: Vec<(Period, i64)> = owed.iter().map(|(p, fen)| (*p, left(*fen))).collect();
        for (month, _) in &owed {
            draft.expect(person, what.duty, *month);
        }
        most = less.iter().map(|(_, fen)| *fen).max().unwrap_or(0).max(most);
        let (subject, duty) = (person.subject(), what.duty.key.clone());
        draft.push(if less.iter().all(|(_, fen)| *fen == 0) {
            Entry::Excuse { subject, duty, periods: owed, state: None, session: None }
        } else {
            Entry::Reduce { subject, duty, periods: less }
        });
    }
    if draft.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let outcome = report::enter(cx, &draft.finish()).await?;
    Ok((treasury::recorded(&outcome), most))
}

fn of(cx: &Context, what: &What<'_>, person: &Person, reason: &str) -> Relief {
    Relief {
        branch: person.branch.roster.org.id,
        id: 0,
        person: person.member.person,
        duty: what.duty.key.clone(),
        span: what.span,
        left: what.left,
        reason: reason.to_owned(),
        source: cx.incoming.source(),
        account: cx.incoming.sender.to_string(),
        actor: cx.speaker.as_ref().map(|s| s.known.person),
        asked_at: cx.entered_at(),
        outcome: None,
        approver: None,
        entered: None,
    }
}

/// What waits for a word from above; whoever gives it is told in private.
async fn ask(
    cx: &Context,
    what: &What<'_>,
    branch: &Arc<Branch>,
    people: Vec<Person>,
    (unit, officers): (Option<&Org>, &[AccountKey]),
    reason: &str,
) -> Result<Reply, Error> {
    let owing: Vec<Person> = people.iter().filter(|p| !what.owed(p).is_empty()).cloned().collect();
    if owing.is_empty() {
        let args = [("names", Value::from(names_of(cx, &people))), ("duty", what.duty.name.as_str().into()), ("until", cx.period(what.span.1).into())];
        return Ok(cx.reply(cx.say("reduce-nothing", &args)));
    }
    let asked: Vec<Relief> = owing.iter().map(|person| of(cx, what, person, reason)).collect();
    let new = cx.bot.store.ask_reliefs(&asked).await?;
    let new: Vec<Person> = owing.iter().filter(|p| new.contains(&p.member.person)).cloned().collect();
    let me = cx.speaker()?;
    let told = |people: &[Person], what_said: &str| {
        let plain: Vec<String> = people.iter().map(|p| show::name(&p.member.name)).collect();
        [
            ("names", Value::from(names_of(cx, people))),
            ("plain", cx.bot.names(&plain, show::NAMES).into()),
            ("unit", show::name(&branch.roster.org.name).into()),
            ("period", cx.periods(&what.periods()).into()),
            ("what", what_said.to_owned().into()),
            ("who", show::name(me.name()).into()),
            ("above", unit.map_or_else(|| "none".to_owned(), |u| show::name(&u.name)).into()),
            ("reason", if reason.is_empty() { "none".to_owned() } else { reason.to_owned() }.into()),
        ]
    };
    if new.is_empty() {
        return Ok(cx.reply(cx.say("relief-asked-already", &told(&owing, &what.said(cx, cx.private())))));
    }
    let here = cx.reply(cx.say("relief-asked", &told(&new, &what.said(cx, cx.private()))));
    let letter = cx.say("relief-told", &told(&new, &what.said(cx, true)));
    Ok(Reply { private: officers.iter().map(|a| Outgoing::text(ChatKey::private(a), letter.clone())).collect(), ..here })
}
