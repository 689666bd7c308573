//! Issues (期) of a duty: opened and closed by hand, pauses, and which issue a report or a question means.

use crate::action::bot::Bot;
use crate::action::cache::Nobody;
use crate::action::context::{Context, Reply};
use crate::action::queries::reading::{self, Scope};
use crate::action::queries::stats;
use crate::action::show;
use crate::config::Config;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::course::{Course, Issue, Pause, next_name};
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::{Outgoing, Part};
use crate::domain::role::Permission;
use crate::domain::roster::Roster;
use crate::error::{Error, Mistake};
use crate::language::{Around, IssueNotice};
use crate::report::tally::owing_people;
use crate::store::sending::outbox::Letter;
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Issues that one answer names before periods are said instead.
const NAMED: usize = 4;
/// Milliseconds after which it is no news any more that an issue was opened.
const ANNOUNCED: i64 = 86_400_000;

/// Whom a duty expects, for recounts.
pub fn expected(config: &Config) -> impl Fn(&Roster, &str, Period) -> Vec<PersonId> + Sync + '_ {
    |roster, duty, period| config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, roster, period))
}

pub(in crate::action) fn around(cx: &Context) -> Around<'static> {
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
    let due = due_at.unwrap_or_else(|| duty.due.instant(period, cx.zone()));
    let until = cx.bot.config.messages.time(cx.bot.lang(), due, cx.zone(), cx.today);
    let said = cx.say("issue-opened", &[("duty", Value::from(&duty.name)), ("issue", show::name(&issue.name).into()), ("until", until.into())]);
    let below: Vec<OrgId> = cx.bot.store.subtree(&unit.path).await?.iter().map(|o| o.id).filter(|id| *id != unit.id).collect();
    let groups = cx.bot.store.chats_in(&below).await?.into_iter().filter(|c| !c.key.private && c.key != cx.incoming.chat);
    let letters: Vec<Letter> = groups
        .map(|chat| Letter {
            dedupe_key: format!("issue/{}/{}", issue.id, chat.key),
            message: Outgoing::text(chat.key, said.clone()),
            expires_at: due.min(cx.now + ANNOUNCED),
        })
        .collect();
    if !cx.bot.store.open_issue(&unit, &issue, actor, &letters, &expected(&cx.bot.config)).await? {
        return Err(Mistake::new("issue-again").into());
    }
    cx.bot.cache.forget_all();
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
    let mut text = cx.say("paused", &[("duty", Value::from(&duty.name)), ("from", day(cx, from).into()), ("until", day(cx, to).into())]);
    // what was opened already is still owed
    let course = cx.bot.store.course(&unit).await?;
    for issue in course.of(&duty.key).filter(|i| (from..=to).contains(&i.period.last_day()) && i.closed_at.is_none()) {
        text = format!("{text}\n{}", cx.say("paused-beside", &[("issue", show::name(&issue.name).into())]));
    }
    Ok(cx.reply(text))
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
pub(in crate::action) fn day(cx: &Context, day: NaiveDate) -> String {
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
    let used = |c: &&Course| c.of(&duty.key).next().is_some();
    if !said.is_empty() || !scope.courses().any(|c| used(&c)) {
        return reading::periods(cx, duty, said, most);
    }
    let number = cx.bot.grammar.issue_named(&cx.text, &around(cx));
    let knows = |c: &&Course| match &number {
        Some(number) => c.numbered(&duty.key, number).is_some(),
        None => c.mentioned(&duty.key, &cx.text).is_some(),
    };
    // the unit's own issues, then those of its branches
    let Some(course) = scope.courses().find(knows).or_else(|| scope.courses().find(used)) else { return reading::periods(cx, duty, said, most) };
    let found = reported(cx, course, duty, said, number.as_deref())?;
    if found.is_empty() { reading::periods(cx, duty, said, most) } else { Ok(found) }
}

/// The periods that a question names: those that are said, else that of the issue that is; none where it names neither.
///
/// # Errors
/// As for [`asked`].
pub fn named(cx: &Context, scope: &Scope, duty: &Duty, said: &[Period]) -> Result<Vec<Period>, Mistake> {
    if !said.is_empty() {
        return reading::periods(cx, duty, said, reading::MOST_PERIODS);
    }
    let number = cx.bot.grammar.issue_named(&cx.text, &around(cx));
    let mentioned = || scope.courses().any(|c| c.mentioned(&duty.key, &cx.text).is_some());
    if number.is_none() && !mentioned() { Ok(Vec::new()) } else { asked(cx, scope, duty, said, reading::MOST_PERIODS) }
}

/// Words that may stand around an issue where nothing but it is named.
const AROUND: [&str; 12] = ["这是", "那是", "这张是", "图是", "应该是", "是", "的", "了", "那期", "截图", "吧", "哦"];

/// Whether the text names an issue and says nothing else: 第4期的. Its number, where it has one.
pub fn alone(cx: &Context, course: &Course, duty: &Duty) -> Option<Option<String>> {
    let number = cx.bot.grammar.issue_named(&cx.text, &around(cx));
    let issue = match &number {
        Some(n) => course.numbered(&duty.key, n),
        None => course.mentioned(&duty.key, &cx.text),
    };
    if number.is_none() && issue.is_none() || ["不是", "没", "未", "吗", "?", "？"].iter().any(|w| cx.text.contains(w)) {
        return None;
    }
    let names = issue.into_iter().flat_map(|i| std::iter::once(i.name.as_str()).chain(i.aliases.iter().map(String::as_str))).chain(duty.names());
    let mut rest = names.fold(cx.text.clone(), |text, name| text.replace(name, " "));
    for word in AROUND {
        rest = rest.replace(word, " ");
    }
    let said = |c: char| c.is_numeric() || "第期季年一二三四五六七八九十百零两".contains(c) || !c.is_alphanumeric();
    rest.chars().all(said).then_some(number)
}

/// Characters of an issue's name that says more than a number: 第十三季第5期.
const WHOLE_NAME: usize = 6;

/// The text as the grammar reads it: an issue's own name says no more than the duty's (which issue it is, is found in the
/// text as it was said).
/// To the bot its number is enough (第5期看完了).
pub fn spoken<'t>(bot: &Bot, course: &Course, text: &'t str, addressed: bool) -> Cow<'t, str> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new("第?[0-9０-９一二三四五六七八九十百]+期").expect("it is constant"));
    let config = &bot.config;
    let named = config.duties.iter().any(|d| d.names().any(|n| text.contains(n))) || course.issues.iter().any(|i| text.contains(i.name.as_str()));
    let Some(found) = NUMBER.find(text).filter(|_| addressed && !named) else { return named_by(config, course, text) };
    let around = Around { today: bot.config.zone().date(bot.now()), addressed, names: &Nobody };
    let number = bot.grammar.issue_named(text, &around);
    let duty = number.and_then(|n| config.duties.iter().find(|d| course.numbered(&d.key, &n).is_some()));
    let Some(duty) = duty else { return named_by(config, course, text) };
    let (before, after) = text.split_at(found.end());
    Cow::Owned(format!("{before}{}{after}", duty.name))
}

fn named_by<'t>(config: &Config, course: &Course, text: &'t str) -> Cow<'t, str> {
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
    by_name(cx, periods, |p| Some(course?.issue(&duty.key, p)?.name.as_str()))
}

/// The same for a unit.
pub fn said_of(cx: &Context, scope: &Scope, duty: &Duty, periods: &[Period]) -> String {
    by_name(cx, periods, |p| scope.issue_name(&duty.key, p))
}

fn by_name<'n>(cx: &Context, periods: &[Period], name: impl Fn(Period) -> Option<&'n str>) -> String {
    let names: Vec<&str> = periods.iter().filter_map(|p| name(*p)).collect();
    if names.is_empty() || names.len() != periods.len() || names.len() > NAMED { cx.periods(periods) } else { cx.bot.names(&names, NAMED) }
}

/// What a rate over several periods says beside: which of them still run, with what is done of them so far, and which have no issue
/// although others of them have.
///
/// # Errors
/// Where the database fails.
pub async fn beside(cx: &Context, scope: &Scope, duty: &Duty, counted: &[Period], running: &[Period]) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    let opened = |p: &Period| scope.courses().any(|c| c.issue(&duty.key, *p).is_some());
    let paused = |p: &Period| scope.courses().all(|c| c.paused(duty, *p));
    if counted.iter().any(opened) {
        let without: Vec<Period> = counted.iter().copied().filter(|p| !opened(p) && !paused(p)).collect();
        lines.extend((!without.is_empty()).then(|| cx.say("stats-unopened", &[("period", cx.periods(&without).into()), ("count", without.len().into())])));
    }
    for period in running {
        let so_far = reading::total(&reading::rows(cx, scope, duty, &[*period]).await?);
        let args = [("period", Value::from(said_of(cx, scope, duty, &[*period]))), ("done", so_far.done.into()), ("expected", so_far.expected.into())];
        lines.extend((so_far.expected > 0).then(|| cx.say("stats-running", &args)));
    }
    Ok(lines)
}
