//! `撤回第5期`: an issue that was opened by mistake is taken back, for everybody, and so only after a yes; or one's own report of it is.

use super::undo;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::show;
use crate::action::study::issues::{around, expected};
use crate::config::messages::Value;
use crate::domain::course::Issue;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::OrgId;
use crate::domain::record::Record;
use crate::domain::role::Permission;
use crate::domain::roster::Org;
use crate::error::{Error, Mistake};

/// The issue that is open.
const THIS: [&str; 4] = ["这期", "这一期", "本期", "当期"];

/// Where the message means an issue: of whoever may take that back, asks; of others it is their own report. None: no issue is meant.
pub async fn withdraw(cx: &Context) -> Result<Option<Reply>, Error> {
    if cx.text.contains("接龙") || cx.incoming.replies_to.is_some() {
        return Ok(None);
    }
    let number = cx.bot.grammar.issue_named(&cx.text, &around(cx));
    let Ok(unit) = cx.unit().await else { return Ok(None) };
    let course = cx.bot.store.course(&unit).await?;
    let duties: Vec<&Duty> = cx.bot.config.duties.iter().filter(|d| !matches!(d.measure, Measure::Money | Measure::Attendance)).collect();
    let said: Vec<&Duty> = duties.iter().copied().filter(|d| d.names().any(|n| cx.text.contains(n))).collect();
    // whose report of it is taken back is said, and so no issue is
    let whose = |text: &str| cx.member().is_ok_and(|(branch, _)| branch.roster.members.iter().any(|m| text.contains(&m.name)));
    if number.is_none() && whose(&cx.text) {
        return Ok(None);
    }
    let this = number.is_none() && THIS.iter().any(|w| cx.text.contains(w));
    let of = |d: &&Duty| match &number {
        Some(number) => course.numbered(&d.key, number),
        None => course.mentioned(&d.key, &cx.text).or_else(|| course.open(d, cx.zone(), cx.now).filter(|_| this)),
    };
    let among = if said.is_empty() { &duties } else { &said };
    let Some((duty, issue)) = among.iter().find_map(|d| Some((*d, of(d)?.clone()))) else { return Ok(None) };
    cx.bot.store.settled().await?;
    let report = own_report(cx, duty, &issue).await?;
    let own = cx.text.contains('我');
    if own || !cx.may(Permission::ManageIssues, &unit) {
        return match report {
            Some(report) => undo::undo_report(cx, &report).await.map(Some),
            None if own => Err(Mistake::new("undo-nothing").into()),
            None => {
                cx.demand(Permission::ManageIssues, &unit)?;
                Ok(None)
            }
        };
    }
    if issue.org != unit.id {
        return match report {
            Some(report) => undo::undo_report(cx, &report).await.map(Some),
            None => Err(Mistake::new("issue-from-above").with("issue", show::name(&issue.name)).into()),
        };
    }
    let told = told(cx, &unit, duty, &issue).await?;
    cx.ask(&Body::Withdraw { unit: unit.id, duty: duty.key.clone(), issue: issue.id, reported: report.is_some() }).await?;
    Ok(Some(cx.reply(cx.say(if report.is_some() { "withdraw-which" } else { "withdraw-ask" }, &args(&told)))))
}

/// The speaker's own live report of an issue, the last of them.
async fn own_report(cx: &Context, duty: &Duty, issue: &Issue) -> Result<Option<Record>, Error> {
    let Ok((branch, member)) = cx.member() else { return Ok(None) };
    Ok(cx.bot.store.done_records(branch.roster.org.id, &duty.key, member.person, issue.period).await?.pop())
}

/// What is told of an issue: its name, the unit, the duty, the period, how many reported.
async fn told(cx: &Context, unit: &Org, duty: &Duty, issue: &Issue) -> Result<[(&'static str, String); 5], Error> {
    let reported: i64 = cx.bot.store.tallies(&unit.path, &duty.key, issue.period).await?.iter().map(|(_, t)| t.done).sum();
    Ok([
        ("issue", show::name(&issue.name)),
        ("unit", show::name(&unit.name)),
        ("duty", duty.name.clone()),
        ("period", cx.period(issue.period)),
        ("count", reported.to_string()),
    ])
}

fn args(told: &[(&'static str, String)]) -> Vec<(&'static str, Value<'static>)> {
    let number =
        |(key, text): &(&'static str, String)| if *key == "count" { text.parse::<i64>().map_or(Value::from(0), Value::from) } else { text.clone().into() };
    told.iter().map(|one| (one.0, number(one))).collect()
}

/// The issue that was asked about, and its duty and unit; none where it is gone meanwhile.
async fn asked<'a>(cx: &'a Context, unit: OrgId, duty: &str, issue: i64) -> Result<Option<(Org, &'a Duty, Issue)>, Error> {
    let (Some(unit), duty) = (cx.bot.store.org(unit).await?, cx.duty(duty)?) else { return Ok(None) };
    let found = cx.bot.store.course(&unit).await?.of(&duty.key).find(|i| i.id == issue).cloned();
    Ok(found.map(|issue| (unit, duty, issue)))
}

/// The answer: the whole issue.
pub async fn whole(cx: &Context, unit: OrgId, duty: &str, issue: i64) -> Result<Reply, Error> {
    let Some((unit, duty, issue)) = asked(cx, unit, duty, issue).await? else { return Err(Mistake::new("issue-again").into()) };
    cx.demand(Permission::ManageIssues, &unit)?;
    cx.bot.store.settled().await?;
    let told = told(cx, &unit, duty, &issue).await?;
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    if !cx.bot.store.withdraw_issue(&unit, &issue, actor, cx.now, &expected(&cx.bot.config)).await? {
        return Err(Mistake::new("issue-again").into());
    }
    cx.bot.cache.forget_all();
    Ok(cx.reply(cx.say("issue-withdrawn", &args(&told))))
}

/// The answer: one's own report of it.
pub async fn own(cx: &Context, unit: OrgId, duty: &str, issue: i64) -> Result<Reply, Error> {
    let report = match asked(cx, unit, duty, issue).await? {
        Some((_, duty, issue)) => own_report(cx, duty, &issue).await?,
        None => None,
    };
    match report {
        Some(report) => undo::undo_report(cx, &report).await,
        None => Err(Mistake::new("undo-nothing").into()),
    }
}
