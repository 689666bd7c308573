//! Issues (期) of a duty: opened and closed by hand, pauses, and which issue a report or a question means.

use super::context::{Context, Reply};
use super::reading::{self, Scope};
use super::{show, stats};
use crate::action::cache::Nobody;
use crate::config::Config;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::course::{Course, Issue, Pause, next_name};
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::PersonId;
use crate::domain::message::{Outgoing, Part};
use crate::domain::role::Permission;
use crate::domain::roster::Roster;
use crate::error::{Error, Mistake};
use crate::language::{Around, IssueNotice};
use crate::report::tally::owing_people;
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use std::borrow::Cow;

/// Issues that one answer names before periods are said instead.
const NAMED: usize = 4;

/// Whom a duty expects, for recounts.
pub fn expected(config: &Config) -> impl Fn(&Roster, &str, Period) -> Vec<PersonId> + Sync + '_ {
    |roster, duty, period| config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, roster, period))
}

pub(super) fn around(cx: &Context) -> Around<'static> {
    Around { today: cx.today, addressed: true, names: &Nobody }
}

/// `开始大学习 第十三季第5期 到周日20点`.
pub async fn open(cx: &Context, duty: &str) -> Result<Reply, Error> {
    let duty = course_of(cx, duty)?;
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageIssues, &unit)?;
    let notice = cx.bot.grammar.issue_notice(&cx.text, &around(cx));
    let (period, due_at) = window(cx, duty, &notice)?;
    let course = cx.bot.store.course(&unit).await?;
    if let Some(there) = course.issue(&duty.key, period) {
        let same = notice.title.as_ref().is_none_or(|t| *t == there.name) || notice.number.as_ref().is_some_and(|n| there.numbered(n));
        let key = if same { "issue-already-open" } else { "issue-week-taken" };
        let args = [("duty", Value::from(&duty.name)), ("issue", show::name(&there.name).into()), ("period", cx.period(period).into())];
        return Ok(cx.reply(cx.say(key, &args)));
    }
    if let Some(used) = notice.number.as_ref().and_then(|n| course.of(&duty.key).find(|i| i.number.as_ref() == Some(n))) {
        return Err(Mistake::new("issue-number-used").with("issue", show::name(&used.name)).with("period", cx.period(used.period)).into());
    }
    let (name, number) = called(cx, duty, &course, &notice, period);
    let issue = Issue {
        id: cx.bot.effects.ids.next(),
        org: unit.id,
        duty: duty.key.clone(),
        period,
        number,
        name,
        aliases: notice.aliases,
        opened_at: cx.now,
        due_at,
        closed_at: None,
    };
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    if !cx.bot.store.open_issue(&unit, &issue, actor, &[], &expected(&cx.bot.config)).await? {
        return Err(Mistake::new("issue-again").into());
    }
    cx.bot.cache.forget_all();
    let due = due_at.unwrap_or_else(|| duty.due.instant(period, cx.zone()));
    let until = cx.bot.config.messages.time(cx.bot.lang(), due, cx.zone(), cx.today);
    let said = cx.say("issue-opened", &[("duty", Value::from(&duty.name)), ("issue", show::name(&issue.name).into()), ("until", until.into())]);
    let mut reply = cx.reply(said.clone());
    if cx.private() {
        for chat in cx.bot.store.chats_of(unit.id).await? {
            reply.private.push(Outgoing::text(chat.key, said.clone()));
        }
    }
    Ok(reply)
}

/// The name and the number: as said, else counted on from the last issue, else the week's.
fn called(cx: &Context, duty: &Duty, course: &Course, notice: &IssueNotice, period: Period) -> (String, Option<String>) {
    if let Some(title) = &notice.title {
        return (title.clone(), notice.number.clone());
    }
    let last = course.of(&duty.key).max_by_key(|i| i.period);
    let name = last.and_then(|i| next_name(&i.name)).unwrap_or_else(|| {
        let args = [("year", Value::from(period.year().to_string())), ("n", period.index().into())];
        cx.say("issue-name", &args)
    });
    let number = cx.bot.grammar.issue_named(&name, &around(cx));
    (name, number)
}

/// The period that the issue counts for, and its own deadline where one was said.
fn window(cx: &Context, duty: &Duty, notice: &IssueNotice) -> Result<(Period, Option<i64>), Error> {
    let now = Period::containing(duty.cadence, cx.today);
    if notice.day.is_none() && notice.time.is_none() {
        // after this week's deadline the next week's is meant
        let over = duty.due.instant(now, cx.zone()) <= cx.now;
        return Ok((if over { now.shift(1) } else { now }, None));
    }
    let usual = now.last_day().checked_add_days(Days::new(duty.due.days.unsigned_abs())).filter(|_| duty.due.days >= 0).unwrap_or(now.last_day());
    let day = notice.day.unwrap_or(usual);
    let time = notice.time.map_or(duty.due.time, |(h, m)| NaiveTime::from_hms_opt(h, m, 0));
    let at = match time {
        Some(time) => cx.zone().instant(day.and_time(time)),
        None => cx.zone().start_of(day + Days::new(1)),
    };
    if at <= cx.now {
        let said = cx.bot.config.messages.time(cx.bot.lang(), at, cx.zone(), cx.today);
        return Err(Mistake::new("session-time-past").with("until", said).into());
    }
    Ok((Period::containing(duty.cadence, day), Some(at)))
}

/// `结束大学习`: closes the open issue; the answer is its figures.
pub async fn close(cx: &Context, duty: &str) -> Result<Reply, Error> {
    let duty = course_of(cx, duty)?;
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageIssues, &unit)?;
    let course = cx.bot.store.course(&unit).await?;
    let open = course.open(duty, cx.zone(), cx.now).filter(|i| i.org == unit.id).cloned();
    let Some(issue) = open else { return Err(Mistake::new("issue-none-open").with("duty", &duty.name).into()) };
    cx.bot.store.settled().await?;
    cx.bot.store.close_issue(&unit, &issue, cx.now).await?;
    cx.bot.cache.forget_all();
    let mut reply = stats::stats(cx, Some(&duty.key), &[issue.period], None).await?;
    let head = cx.say("issue-closed", &[("issue", show::name(&issue.name).into()), ("duty", Value::from(&duty.name))]);
    reply.parts.insert(0, Part::Text(format!("{head}\n")));
    Ok(reply)
}

/// `暂停大学习 到2月20日`.
pub async fn pause(cx: &Context, duty: &str, from: Option<NaiveDate>, until: Option<NaiveDate>) -> Result<Reply, Error> {
    let duty = course_of(cx, duty)?;
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageIssues, &unit)?;
    let from = from.unwrap_or(cx.today);
    let Some(to) = until else { return Err(Mistake::new("pause-until").with("duty", &duty.name).into()) };
    if to < cx.today || to < from {
        return Err(Mistake::new("pause-past").with("until", day(cx, to)).into());
    }
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    cx.bot.store.pause(&unit, &Pause { duty: duty.key.clone(), from, to }, actor, &expected(&cx.bot.config)).await?;
    cx.bot.cache.forget_all();
    Ok(cx.reply(cx.say("paused", &[("duty", Value::from(&duty.name)), ("from", day(cx, from).into()), ("until", day(cx, to).into())])))
}

/// `恢复大学习`.
pub async fn resume(cx: &Context, duty: &str) -> Result<Reply, Error> {
    let duty = course_of(cx, duty)?;
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageIssues, &unit)?;
    let any = cx.bot.store.resume(&unit, &duty.key, cx.today, &expected(&cx.bot.config)).await?;
    cx.bot.cache.forget_all();
    Ok(cx.reply(cx.say(if any { "resumed" } else { "not-paused" }, &[("duty", Value::from(&duty.name))])))
}

/// `11月25日`.
pub(super) fn day(cx: &Context, day: NaiveDate) -> String {
    cx.say("day", &[("month", day.month().into()), ("day", day.day().into())])
}

/// The duty of that key, of which issues can be opened.
fn course_of<'a>(cx: &'a Context, key: &str) -> Result<&'a Duty, Error> {
    let duty = cx.duty(key)?;
    if matches!(duty.measure, Measure::Money | Measure::Attendance) {
        return Err(Mistake::new("no-check-in-for").with("duty", &duty.name).into());
    }
    Ok(duty)
}

/// The periods that a report means: those of the issue that it names, else the named ones, else that of the open issue.
/// Empty: the current one.
///
/// # Errors
/// A mistake for a number that no issue has where issues are opened.
pub fn reported(cx: &Context, course: &Course, duty: &Duty, said: &[Period], issue: Option<&str>) -> Result<Vec<Period>, Mistake> {
    if course.of(&duty.key).next().is_none() {
        return Ok(said.to_vec());
    }
    if let Some(number) = issue {
        let Some(found) = course.numbered(&duty.key, number) else { return Err(unknown(cx, course, duty, number)) };
        return Ok(vec![found.period]);
    }
    if let Some(found) = course.mentioned(&duty.key, &cx.text) {
        return Ok(vec![found.period]);
    }
    if said.is_empty() { Ok(course.open(duty, cx.zone(), cx.said_at).map(|i| i.period).into_iter().collect()) } else { Ok(said.to_vec()) }
}

fn unknown(cx: &Context, course: &Course, duty: &Duty, number: &str) -> Mistake {
    let number = number.rsplit('/').next().unwrap_or(number);
    let open = course.open(duty, cx.zone(), cx.now).or_else(|| course.of(&duty.key).max_by_key(|i| i.period));
    Mistake::new("issue-unknown").with("number", number).with("duty", &duty.name).with("issue", open.map_or_else(|| "none".to_owned(), |i| show::name(&i.name)))
}

/// The periods that a question means; as [`reading::periods`], but with issues.
///
/// # Errors
/// As for the two.
pub fn asked(cx: &Context, scope: &Scope, duty: &Duty, said: &[Period], most: usize) -> Result<Vec<Period>, Mistake> {
    let branch = scope.branches.first();
    let (true, Some(branch)) = (said.is_empty(), branch) else { return reading::periods(cx, duty, said, most) };
    let course = &branch.roster.course;
    let number = if course.of(&duty.key).next().is_some() { cx.bot.grammar.issue_named(&cx.text, &around(cx)) } else { None };
    let found = reported(cx, course, duty, said, number.as_deref())?;
    if found.is_empty() { reading::periods(cx, duty, said, most) } else { Ok(found) }
}

/// Characters of an issue's name that says more than a number: 第十三季第5期.
const WHOLE_NAME: usize = 6;

/// The text as the grammar reads it: an issue's own name says no more than the duty's (which issue it is, is found in the
/// text as it was said).
pub fn spoken<'t>(config: &Config, course: &Course, text: &'t str) -> Cow<'t, str> {
    let free = |i: &Issue| {
        i.aliases
            .iter()
            .chain(i.number.is_none().then_some(&i.name))
            .filter(|n| n.chars().count() > 1 && text.contains(n.as_str()))
            .max_by_key(|n| n.len())
            .cloned()
    };
    let Some((issue, name)) = course.issues.iter().find_map(|i| Some((i, free(i)?))) else {
        // 第十三季第5期看完了: whose issue that is, nobody else's is
        let whole = |i: &&Issue| i.name.chars().count() >= WHOLE_NAME && text.contains(i.name.as_str());
        let issue = course.issues.iter().find(whole).filter(|_| !config.duties.iter().any(|d| d.names().any(|n| text.contains(n))));
        let duty = issue.and_then(|i| Some((i, config.duty(&i.duty)?)));
        return duty.map_or(Cow::Borrowed(text), |(i, duty)| Cow::Owned(text.replace(&i.name, &format!("{}{}", i.name, duty.name))));
    };
    let Some(duty) = config.duty(&issue.duty) else { return Cow::Borrowed(text) };
    let rest = text.replace(&name, "");
    let named = duty.names().any(|n| rest.contains(n));
    Cow::Owned(if named { rest } else { text.replace(&name, &duty.name) })
}

/// Periods in words: by their issues where each has one, else as dates.
pub fn said(cx: &Context, course: Option<&Course>, duty: &Duty, periods: &[Period]) -> String {
    let names: Vec<&str> = periods.iter().filter_map(|p| Some(course?.issue(&duty.key, *p)?.name.as_str())).collect();
    if names.is_empty() || names.len() != periods.len() || names.len() > NAMED { cx.periods(periods) } else { cx.bot.names(&names, NAMED) }
}

/// The same for a unit of which branches are at hand.
pub fn said_of(cx: &Context, scope: &Scope, duty: &Duty, periods: &[Period]) -> String {
    said(cx, scope.branches.first().map(|b| &b.roster.course), duty, periods)
}
