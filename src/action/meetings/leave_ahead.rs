//! Leave of days on which no meeting is known yet: kept, and entered by whichever meeting is opened on one of them. Until then it
//! is no record; `leave_back` takes it back.

use super::leave_days;
use crate::action::bot::Bot;
use crate::action::cache::Branch;
use crate::action::context::Context;
use crate::action::members::people::Person;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::ledger::{Entry, Post, Subject};
use crate::domain::meeting::LeaveAhead;
use crate::domain::message::ChatKey;
use crate::domain::record::{Evidence, Kind, Session, State};
use crate::error::{Error, Fault, Mistake};
use crate::store::records::ledger::LEAVE;
use chrono::NaiveDate;

/// How often a roster that changed meanwhile is read anew.
const TRIES: usize = 4;
/// What is said where leave is kept: that the ledger has nothing of it is no mistake of anybody's.
pub const KEPT: &str = "leave-kept";
/// Names shown in one answer.
const NAMES: usize = 20;

/// This person's leave of these days, as this message says.
pub fn of(cx: &Context, person: &Person, duty: &Duty, days: (NaiveDate, NaiveDate), (state, evidence): (State, Evidence)) -> LeaveAhead {
    LeaveAhead {
        branch: person.branch.roster.org.id,
        person: person.member.person,
        duty: duty.key.clone(),
        days,
        state,
        source: cx.incoming.source(),
        account: cx.incoming.sender.clone(),
        actor: cx.speaker.as_ref().map(|s| s.known.person),
        evidence,
        said_at: cx.entered_at(),
    }
}

/// Keeps them.
pub async fn keep(cx: &Context, all: &[LeaveAhead]) -> Result<(), Fault> {
    if all.is_empty() {
        return Ok(());
    }
    cx.bot.store.keep_leave(all).await
}

/// What is said of leave that is kept, which is why the ledger has nothing of it.
pub fn kept(cx: &Context, duty: &Duty, all: &[(LeaveAhead, Person)]) -> Option<Mistake> {
    let (first, _) = all.first()?;
    let names: Vec<&str> = all.iter().map(|(_, person)| person.member.name.as_str()).collect();
    let days = leave_days::days(cx, first.days.0, first.days.1);
    Some(Mistake::new(KEPT).with("names", cx.bot.names(&names, NAMES)).with("days", days).with("duty", &duty.name))
}

/// Enters the leave that holds on the day of a session; what was entered or is not to be is not looked at for it again.
pub async fn enter(bot: &Bot, session: &Session) -> Result<(), Fault> {
    let day = bot.config.zone().date(session.opened_at);
    let waiting = bot.store.leave_at(session, day).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let given = bot.store.session_records(session.id).await?;
    for leave in waiting {
        // who came all the same was there
        let came = given.iter().any(|r| r.key.branch == leave.branch && r.key.person == leave.person && r.kind != Kind::Leave);
        if !came {
            enter_one(bot, session, &leave).await?;
        }
        bot.store.settle_leave(&leave, session.id).await?;
    }
    Ok(())
}

async fn enter_one(bot: &Bot, session: &Session, leave: &LeaveAhead) -> Result<(), Fault> {
    for _ in 0..TRIES {
        let Some(post) = post(bot, session, leave).await? else { return Ok(()) };
        match bot.store.post(post).await.await.map_err(|_| Fault::Closed)? {
            Err(Fault::Stale) => bot.cache.forget(&[leave.branch]),
            outcome => return outcome.map(|_| ()),
        }
    }
    Err(Fault::Stale)
}

/// The post of one leave at a session; none where the person is not expected there any more.
async fn post(bot: &Bot, session: &Session, leave: &LeaveAhead) -> Result<Option<Post>, Fault> {
    let (Some(branch), Some(duty)) = (bot.cache.branch(leave.branch).await?, bot.config.duty(&leave.duty)) else { return Ok(None) };
    let Some(member) = branch.roster.member(leave.person) else { return Ok(None) };
    let expected = branch.roster.expects(duty, member, session.period);
    if !expected || session.team.is_some() && session.team != member.group {
        return Ok(None);
    }
    let owed = duty.owed(&branch.roster.org.path, member.band(session.period), session.period).unwrap_or(duty.target);
    let subject = Subject { branch: leave.branch, person: leave.person };
    Ok(Some(Post {
        branch: leave.branch,
        source: format!("{}{LEAVE}/{}/{}", leave.source, session.id, leave.person),
        chat: ChatKey::private(&leave.account),
        account: leave.account.clone(),
        actor: leave.actor,
        evidence: leave.evidence,
        at: bot.now(),
        relies: vec![(leave.branch, branch.roster.org.epoch)],
        expected: vec![(leave.branch, duty.key.clone(), session.period, branch.expected(duty, session.period))],
        over: Vec::new(),
        entries: vec![Entry::Excuse {
            subject,
            duty: duty.key.clone(),
            periods: vec![(session.period, owed)],
            state: Some(leave.state),
            session: Some(session.id),
        }],
    }))
}

/// Whoever of a branch told that they will not come, and when: for who may read names there.
pub async fn coming(cx: &Context, duty: &Duty, branch: &Branch) -> Result<Option<String>, Error> {
    let all = cx.bot.store.leave_coming(branch.units[0].id, &duty.key, cx.today).await?;
    let who = |leave: &LeaveAhead| {
        let member = branch.roster.member(leave.person)?;
        let args = [("name", Value::from(show::name(&member.name))), ("days", leave_days::days(cx, leave.days.0, leave.days.1).into())];
        Some(cx.say("leave-coming-one", &args))
    };
    let names: Vec<String> = all.iter().filter_map(who).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Ok((!names.is_empty()).then(|| cx.say("leave-coming", &[("names", show::names(cx, names, show::NAMES).into())])))
}

/// What somebody told for days to come, a line each.
pub async fn told(cx: &Context, person: PersonId) -> Result<Vec<String>, Error> {
    let all = cx.bot.store.leave_said(&cx.incoming.sender, person, cx.today).await?;
    let mut lines = Vec::new();
    for leave in all.iter().filter(|l| l.person == person) {
        let days = leave_days::days(cx, leave.days.0, leave.days.1);
        lines.push(cx.say("own-leave", &[("days", days.into()), ("duty", cx.duty(&leave.duty)?.name.as_str().into())]));
    }
    Ok(lines)
}
