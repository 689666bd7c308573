//! Leave that needs a word (`leave = "asked"` in the duty's file): asked by the member, granted or refused by whoever may.
//! Until it is granted, nothing stands in the ledger. A group hears no kind of leave (law 12).

use super::leave_ahead;
use super::leave_days::{self, Counted};
use crate::action::branch::units;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::namesakes;
use crate::action::permission::covers;
use crate::action::queries::reading::Found;
use crate::action::records::draft::Draft;
use crate::action::records::report;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId, SessionId};
use crate::domain::ledger::Verdict;
use crate::domain::meeting::LeaveRequest;
use crate::domain::message::{ChatKey, Outgoing};
use crate::domain::record::{Evidence, State};
use crate::domain::role::{Permission, Role};
use crate::error::{Error, Fault, Mistake};
use crate::language::Intent;

/// Names shown in one answer.
const NAMES: usize = 20;

/// Words for whoever waits.
const EVERYBODY: &[&str] = &["所有人", "全部", "大家", "全部人", "所有", "全体"];

/// The duty that leave is asked from.
fn duty_of<'a>(cx: &'a Context, duty: Option<&str>) -> Result<&'a Duty, Error> {
    match duty {
        Some(key) => Ok(cx.duty(key)?),
        None => Ok(report::attendance(cx)?),
    }
}

/// Whether this leave has to wait for somebody's word.
pub fn waits(cx: &Context, intent: &Intent) -> bool {
    let Intent::Leave { duty, .. } = intent else { return false };
    let asked = duty_of(cx, duty.as_deref()).is_ok_and(|d| d.meeting.leave_asked);
    let grants = || cx.speaker.as_ref().and_then(|s| s.branch.as_ref()).is_some_and(|b| cx.may(Permission::GrantLeave, &b.roster.org));
    asked && !grants()
}

fn kind(state: State) -> &'static str {
    if state == State::Sick { "sick" } else { "personal" }
}

/// `团日请假,要出差`: a request, told in private to those who decide.
pub async fn ask(cx: &Context, intent: &Intent) -> Result<Reply, Error> {
    let Intent::Leave { duty, from, to, kind: why, names } = intent else { return Err(Fault::Other("only leave is asked".into()).into()) };
    let duty = duty_of(cx, duty.as_deref())?;
    let people = Draft::new(cx)?.people(names, duty).await?;
    let state = leave_days::state(*why);
    let mut private = Vec::new();
    // what is asked for each: days may count for something else in another branch
    let mut all: Vec<(String, Vec<&str>)> = Vec::new();
    for person in &people {
        let Counted { periods, meeting, days } = leave_days::counted(cx, duty, person, (*from, *to)).await?;
        let branch = &person.branch.roster.org;
        let asked = LeaveRequest {
            branch: branch.id,
            person: person.member.person,
            duty: duty.key.clone(),
            periods,
            meeting,
            days,
            state,
            source: cx.incoming.source(),
            account: cx.incoming.sender.to_string(),
            asked_at: cx.entered_at(),
        };
        cx.bot.store.ask_leave(&asked).await?;
        let when = asked_for(cx, &asked);
        let args = [
            ("name", Value::from(cx.called(&person.branch, &person.member))),
            ("period", when.as_str().into()),
            ("duty", duty.name.as_str().into()),
            ("kind", kind(state).into()),
        ];
        for holder in cx.bot.store.holders(branch.id, Role::Secretary).await? {
            let accounts = cx.bot.store.accounts_of(holder).await?;
            let account = accounts.iter().find(|a| a.platform == cx.incoming.chat.platform).or(accounts.first());
            private.extend(account.map(|a| Outgoing::text(ChatKey::private(a), cx.say("leave-asked-secretary", &args))));
        }
        match all.iter_mut().find(|(w, _)| *w == when) {
            Some((_, names)) => names.push(&person.member.name),
            None => all.push((when, vec![&person.member.name])),
        }
    }
    let line = |(when, names): &(String, Vec<&str>)| {
        let args = [
            ("names", Value::from(cx.bot.names(names, NAMES))),
            ("period", when.as_str().into()),
            ("duty", duty.name.as_str().into()),
            ("who", cx.bot.who_may(Permission::GrantLeave).into()),
        ];
        cx.say("leave-asked", &args)
    };
    let lines: Vec<String> = all.iter().map(line).collect();
    Ok(Reply { private, ..cx.reply(lines.join("\n")) })
}

/// The periods or days of a request, in words.
pub(in crate::action) fn asked_for(cx: &Context, asked: &LeaveRequest) -> String {
    let mut periods = asked.periods.clone();
    periods.extend(asked.meeting.map(|(period, _)| period));
    let periods = if periods.is_empty() { None } else { Some(cx.periods(&periods)) };
    let days = asked.days.map(|(first, last)| leave_days::days(cx, first, last));
    show::join(cx, &periods.into_iter().chain(days).collect::<Vec<_>>())
}

/// What waits where the speaker may decide, with the name of whoever asks.
async fn waiting(cx: &Context) -> Result<Vec<(String, LeaveRequest)>, Error> {
    let mut branches = Vec::new();
    for id in crate::action::members::people::scope(cx).await? {
        if let Some(branch) = cx.bot.cache.branch(id).await?
            && cx.named.as_ref().is_none_or(|n| covers(&n.unit.path, &branch.roster.org.path))
            && cx.may(Permission::GrantLeave, &branch.roster.org)
        {
            branches.push(branch);
        }
    }
    if branches.is_empty() {
        cx.demand(Permission::GrantLeave, &cx.unit().await?)?;
    }
    let ids: Vec<OrgId> = branches.iter().map(|b| b.roster.org.id).collect();
    let asker = |r: &LeaveRequest| {
        let member = branches.iter().find(|b| b.roster.org.id == r.branch).and_then(|b| b.roster.member(r.person));
        member.map(|m| m.name.clone()).unwrap_or_default()
    };
    Ok(cx.bot.store.leave_requests(&ids).await?.into_iter().map(|r| (asker(&r), r)).collect())
}

/// `准张三的假`, `不准张三的假`, `不准`: the one that waits where nobody is named.
pub async fn grant(cx: &Context, granted: bool, names: &[String]) -> Result<Reply, Error> {
    cx.speaker()?;
    let all = waiting(cx).await?;
    let everybody = matches!(names, [one] if EVERYBODY.contains(&one.as_str()));
    let of_all: Vec<String> = if everybody { all.iter().map(|(name, _)| name.clone()).collect() } else { Vec::new() };
    let names = if everybody { &of_all[..] } else { names };
    match (&all[..], &names) {
        ([], []) => return Err(Mistake::new("leave-none").into()),
        ([_, _, ..], []) => {
            let mut names = Vec::with_capacity(all.len());
            for (_, asked) in &all {
                names.push(called(cx, asked).await?);
            }
            return Err(Mistake::new("leave-which").with("names", cx.bot.names(&names, NAMES)).into());
        }
        _ => {}
    }
    let mut whom: Vec<PersonId> = Vec::new();
    for name in names {
        let mut people: Vec<(OrgId, PersonId)> = all.iter().filter(|(n, _)| n == name).map(|(_, r)| (r.branch, r.person)).collect();
        people.sort_unstable();
        people.dedup_by_key(|(_, person)| *person);
        let mut askers = Vec::with_capacity(people.len());
        for (branch, person) in people {
            askers.extend(cx.bot.cache.branch(branch).await?.map(|branch| Found { person, branch }));
        }
        let askers = units::narrowed(cx, name, askers, |f| f.member().map(|m| (&f.branch.roster.org, m))).await?;
        match &askers[..] {
            [] => return Err(Mistake::new("leave-none-of").with("name", name).into()),
            [one] => whom.push(one.person),
            // one word is no word for all of them
            several => return Err(namesakes::askers(cx, name, granted, names.len() == 1, several).await?.into()),
        }
    }
    let meant: Vec<&(String, LeaveRequest)> = all.iter().filter(|(_, r)| names.is_empty() || whom.contains(&r.person)).collect();
    decide(cx, granted, &meant).await
}

/// What the asker is called.
async fn called(cx: &Context, asked: &LeaveRequest) -> Result<String, Fault> {
    let branch = cx.bot.cache.branch(asked.branch).await?;
    Ok(branch.and_then(|b| b.roster.member(asked.person).map(|m| cx.called(&b, m))).unwrap_or_default())
}

/// The same of one of several of that name, who was chosen.
pub(in crate::action) async fn chosen(cx: &Context, granted: bool, whom: (OrgId, PersonId)) -> Result<Reply, Error> {
    cx.speaker()?;
    let all = waiting(cx).await?;
    let meant: Vec<&(String, LeaveRequest)> = all.iter().filter(|(_, r)| r.person == whom.1).collect();
    if meant.is_empty() {
        return Err(Mistake::new("leave-none").into());
    }
    decide(cx, granted, &meant).await
}

async fn decide(cx: &Context, granted: bool, meant: &[&(String, LeaveRequest)]) -> Result<Reply, Error> {
    let mut reply = Reply::default();
    let mut lines = Vec::new();
    if granted {
        enter(cx, meant).await?;
    }
    for (_, asked) in meant {
        cx.bot.store.end_leave(asked).await?;
        let name = called(cx, asked).await?;
        let duty = cx.duty(&asked.duty)?;
        let args = [
            ("name", Value::from(name)),
            ("period", asked_for(cx, asked).into()),
            ("duty", duty.name.as_str().into()),
            ("granted", if granted { "yes" } else { "no" }.into()),
        ];
        lines.push(cx.say("leave-decided", &args));
        let accounts = cx.bot.store.accounts_of(asked.person).await?;
        let account = accounts.iter().find(|a| a.platform == cx.incoming.chat.platform).or(accounts.first());
        reply.private.extend(account.map(|a| Outgoing::text(ChatKey::private(a), cx.say("leave-decided-member", &args))));
    }
    Ok(Reply { private: reply.private, ..cx.reply(lines.join("\n")) })
}

/// What is granted goes into the ledger, on the word of whoever grants it: for the meeting that it was asked from, for those that
/// were held on its days meanwhile, and for days to come.
async fn enter(cx: &Context, meant: &[&(String, LeaveRequest)]) -> Result<(), Error> {
    let mut draft = Draft::new(cx)?;
    let mut ahead = Vec::new();
    for (_, asked) in meant {
        let person = draft.person(asked.branch, asked.person).await?;
        let duty = cx.duty(&asked.duty)?;
        let mut meetings: Vec<(Period, SessionId)> = asked.meeting.into_iter().collect();
        if let Some(days) = asked.days {
            let (held, left) = leave_days::granted(cx, duty, &person, days).await?;
            meetings.extend(held.into_iter().filter(|(_, id)| asked.meeting.is_none_or(|(_, known)| known != *id)));
            ahead.extend(left.map(|days| leave_ahead::of(cx, &person, duty, days, (asked.state, Evidence::Secretary))));
        }
        let person = [person];
        if !asked.periods.is_empty() {
            draft.excuse(duty, &person, &asked.periods, asked.state, None);
        }
        for (period, session) in meetings {
            draft.excuse(duty, &person, &[period], asked.state, Some(session));
        }
    }
    if !draft.is_empty() {
        draft.rest_on(Evidence::Secretary);
        let outcome = report::enter(cx, &draft.finish()).await?;
        if outcome.verdicts.iter().any(|v| matches!(v, Verdict::Refused(_) | Verdict::Ask(_))) {
            return Err(Fault::Other("a leave that was granted could not be entered".into()).into());
        }
    }
    Ok(leave_ahead::keep(cx, &ahead).await?)
}
