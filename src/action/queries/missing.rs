//! `谁没…`: who is missing, as the duty's privacy allows (law 12): by name where the group may hear names, or in
//! private to somebody who may read them; else a count. Nobody is mentioned with @.

use super::reading::{self, Row, Scope};
use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::meetings::sessions::{self, Sheet};
use crate::action::show;
use crate::action::study::issues;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::record::{Key, Session, Standing};
use crate::domain::role::{Permission, Role};
use crate::domain::roster::Org;
use crate::error::Error;
use crate::report::arrears::{arrears, reach};
use std::collections::BTreeSet;

/// Months that are looked back on for arrears: more than anybody is a member.
const BACK: usize = 240;
/// Units that an answer lists, and names in all of them together.
const UNITS: usize = 15;
const FEW_NAMES: usize = 20;
/// Names of one period where several are asked about.
const NAMES_EACH: usize = 8;

/// By name where the group may hear names or the chat is private and the speaker may know; else a count.
pub async fn missing(cx: &Context, duty: Option<&str>, periods: &[Period]) -> Result<Reply, Error> {
    let scope = Scope::read(cx).await?;
    reading::may_read(cx, &scope.unit)?;
    let duties: Vec<&Duty> = match duty {
        Some(key) => vec![cx.duty(key)?],
        None => cx.bot.config.duties.iter().collect(),
    };
    let on = meetings(cx, &scope, &duties).await?;
    let any = duty.is_some() && periods.is_empty();
    let mut lines = Vec::new();
    for duty in duties {
        let asked = issues::asked(cx, &scope, duty, periods, reading::MOST_PERIODS)?;
        let of = |(of, s, _): &&(&Duty, Session, Org)| (of.key == duty.key && asked == [s.period]) || (any && bare(cx, duty, &on));
        let here: Vec<_> = on.iter().filter(of).collect();
        if !here.is_empty() {
            for (duty, session, unit) in here {
                lines.push(at_meeting(cx, duty, session, unit).await?);
            }
            continue;
        }
        let owed_by_name = duty.measure == Measure::Money && named(cx, duty, &scope.unit) && cx.private();
        match scope.branch() {
            Some(branch) if owed_by_name => lines.extend(owing(cx, duty, branch, periods).await?),
            Some(branch) => lines.extend(in_branch(cx, duty, branch, &scope, periods, &asked).await?),
            None => lines.extend(in_tree(cx, duty, &scope, &asked).await?),
        }
    }
    Ok(cx.reply(lines.join("\n")))
}

/// Whether names may be told here: in a group where the duty or the chat allows it, in private also to whoever may read them.
pub fn named(cx: &Context, duty: &Duty, unit: &Org) -> bool {
    let chat_allows = cx.place.as_ref().is_some_and(|p| p.chat.names);
    duty.names_in_group || chat_allows || (cx.private() && cx.may(Permission::ReadPrivate, unit))
}

/// Who of the branch reads the names, in words: 组织委员或团支书.
pub fn readers(cx: &Context) -> String {
    let may = |role: &Role| cx.bot.config.roles.get(role).is_some_and(|all| all.contains(&Permission::ReadPrivate));
    let roles: Vec<String> = [(Role::Treasurer, "role-treasurer"), (Role::Secretary, "role-secretary")]
        .into_iter()
        .filter(|(r, _)| may(r))
        .map(|(_, key)| cx.say(key, &[]))
        .collect();
    roles.join(&cx.say("list-or", &[]))
}

/// The measure as messages select by it.
pub fn measure(duty: &Duty) -> &'static str {
    match duty.measure {
        Measure::Done => "done",
        Measure::Money => "money",
        Measure::Count => "count",
        Measure::Minutes => "minutes",
        Measure::Attendance => "attendance",
    }
}

async fn in_branch(cx: &Context, duty: &Duty, branch: &Branch, scope: &Scope, named_periods: &[Period], asked: &[Period]) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    let most = if asked.len() > 1 { NAMES_EACH } else { show::most(cx) };
    for period in asked {
        let rows = reading::rows(cx, scope, duty, std::slice::from_ref(period)).await?;
        for row in &rows {
            lines.push(one_branch(cx, duty, &scope.unit, row, *period, most, branch).await?);
        }
    }
    if duty.arrears && named_periods.is_empty() {
        let current = Period::containing(duty.cadence, cx.today);
        let earlier: Vec<Period> = reach(duty, branch.roster.since(&duty.key), cx.today, BACK).into_iter().filter(|p| *p < current).collect();
        let standings = standings(cx, branch, duty, &earlier).await?;
        let behind = arrears(duty, &branch.roster, &earlier, &standings).len();
        if behind > 0 {
            lines.push(cx.say("missing-arrears", &[("count", behind.into()), ("measure", measure(duty).into())]));
        }
    }
    Ok(lines)
}

/// Meetings of this unit whose check-in is on, of these duties or, where one is asked about, of any.
async fn meetings<'c>(cx: &'c Context, scope: &Scope, duties: &[&Duty]) -> Result<Vec<(&'c Duty, Session, Org)>, Error> {
    if duties.iter().all(|d| d.measure != Measure::Attendance) {
        return Ok(Vec::new());
    }
    // a unit with a single branch is spoken of as that branch
    let mut units = vec![scope.unit.clone()];
    units.extend(cx.place.as_ref().map(|p| p.org().clone()).filter(|o| o.id != scope.unit.id));
    let open = cx.bot.store.open_sessions(&units.iter().map(|o| o.id).collect::<Vec<_>>()).await?;
    let known = |s: Session| Some((cx.bot.config.duty(&s.duty)?, units.iter().find(|o| o.id == s.org)?.clone(), s));
    Ok(open.into_iter().filter(|s| s.open_at(cx.now)).filter_map(known).map(|(duty, unit, s)| (duty, s, unit)).collect())
}

/// A bare 谁没到 is about the one meeting that is on, whatever it is of.
fn bare(cx: &Context, duty: &Duty, on: &[(&Duty, Session, Org)]) -> bool {
    on.len() == 1 && duty.measure == Measure::Attendance && !cx.text.is_empty() && !duty.names().any(|name| cx.text.contains(name))
}

/// While check-in is on: who is missing at this meeting, in the numbers of the sheet that ends it.
async fn at_meeting(cx: &Context, duty: &Duty, session: &Session, unit: &Org) -> Result<String, Error> {
    let sheet = Sheet::read(&cx.bot, session, duty, unit).await?;
    let figures =
        Figures { expected: sheet.expected.into(), done: sheet.there.len().into(), excused: sheet.leave.len().into(), unbound: sheet.unregistered.into() };
    let (what, when) = (sessions::title(&cx.bot, duty, session), cx.say("missing-at-meeting", &[]));
    Ok(told(cx, duty, (&what, &when), unit, &sheet.absent, &figures, show::most(cx)))
}

async fn one_branch(cx: &Context, duty: &Duty, unit: &Org, row: &Row, period: Period, most: usize, branch: &Branch) -> Result<String, Error> {
    let sums = &row.sums;
    let said = issues::said(cx, Some(&branch.roster.course), duty, &[period]);
    if sums.expected > 0 && met(cx, branch, duty).await?.is_some_and(|met| !met.contains(&period)) {
        return Ok(no_session(cx, duty, &said));
    }
    let figures = Figures { expected: sums.expected.into(), done: sums.done.into(), excused: sums.excused.into(), unbound: row.unregistered.into() };
    Ok(told(cx, duty, (&duty.name, &said), unit, &row.missing, &figures, most))
}

/// What stands behind the names.
struct Figures {
    expected: Value<'static>,
    done: Value<'static>,
    excused: Value<'static>,
    unbound: Value<'static>,
}

/// Who is missing, by name where that may be told, and the figures; `what` is the duty and when.
fn told(cx: &Context, duty: &Duty, what: (&str, &str), unit: &Org, missing: &[String], figures: &Figures, most: usize) -> String {
    let with = |key: &str, more: &[(&'static str, Value<'static>)]| {
        let base = [("period", Value::from(what.1)), ("duty", what.0.into()), ("measure", measure(duty).into())];
        let args: Vec<_> = base.into_iter().chain(more.iter().cloned()).collect();
        cx.say(key, &args)
    };
    if matches!(figures.expected, Value::Number(0)) {
        return with("missing-nobody-expected", &[]);
    }
    let head = if missing.is_empty() {
        with("missing-none", &[])
    } else if named(cx, duty, unit) {
        let names = cx.bot.names(missing, most);
        with("missing-names", &[("count", missing.len().into()), ("names", names.into())])
    } else {
        let key = if cx.private() { "missing-number-private" } else { "missing-number" };
        with(key, &[("count", missing.len().into()), ("who", readers(cx).into())])
    };
    let Figures { expected, done, excused, unbound } = figures;
    let parts = [("expected", expected.clone()), ("done", done.clone()), ("excused", excused.clone()), ("unbound", unbound.clone())];
    format!("{head}{}", with("missing-parts", &parts))
}

/// The periods in which a branch met, where the duty is to be at a meeting: nobody was absent from one that was not.
pub async fn met(cx: &Context, branch: &Branch, duty: &Duty) -> Result<Option<BTreeSet<Period>>, Error> {
    if duty.measure != Measure::Attendance {
        return Ok(None);
    }
    let units: Vec<_> = branch.units.iter().map(|o| o.id).collect();
    Ok(Some(cx.bot.store.met(branch.roster.org.id, &units, &duty.key).await?))
}

/// There was none.
pub fn no_session(cx: &Context, duty: &Duty, period: &str) -> String {
    cx.say("missing-no-session", &[("period", period.into()), ("duty", duty.name.as_str().into()), ("measure", measure(duty).into())])
}

async fn standings(cx: &Context, branch: &Branch, duty: &Duty, periods: &[Period]) -> Result<Vec<(Key, Standing)>, Error> {
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else { return Ok(Vec::new()) };
    Ok(cx.bot.store.standings_between(branch.roster.org.id, &duty.key, *first, *last).await?)
}

/// Dues by name, in private: who owes how much for how many months, up to now or in the named ones.
async fn owing(cx: &Context, duty: &Duty, branch: &Branch, named_periods: &[Period]) -> Result<Vec<String>, Error> {
    let current = reading::periods(cx, duty, named_periods, reading::MOST_PERIODS)?;
    let periods = if named_periods.is_empty() && duty.arrears { reach(duty, branch.roster.since(&duty.key), cx.today, BACK) } else { current };
    let standings = standings(cx, branch, duty, &periods).await?;
    let owed = arrears(duty, &branch.roster, &periods, &standings);
    let waiting: i64 = standings.iter().filter(|(k, _)| periods.contains(&k.period)).map(|(_, s)| (s.got - s.confirmed).max(0)).sum();
    let period = if named_periods.is_empty() { periods.last().map(|p| cx.period(*p)).unwrap_or_default() } else { cx.periods(&periods) };
    let mut lines = Vec::new();
    if owed.is_empty() {
        lines.push(cx.say("missing-none", &[("period", period.into()), ("duty", duty.name.as_str().into()), ("measure", measure(duty).into())]));
    } else {
        let one = |o: &crate::report::arrears::Owed<'_>| {
            let months: Vec<Period> = o.periods.iter().map(|(p, _)| *p).collect();
            cx.say(
                "missing-owed-one",
                &[("name", cx.called(branch, o.member).into()), ("period", cx.periods(&months).into()), ("amount", show::yuan(o.sum()).into())],
            )
        };
        let names: Vec<String> = owed.iter().map(one).collect();
        let sum = owed.iter().fold(0_i64, |all, o| all.saturating_add(o.sum()));
        let args = [
            ("period", Value::from(period)),
            ("duty", duty.name.as_str().into()),
            ("count", owed.len().into()),
            ("amount", show::yuan(sum).into()),
            ("names", cx.bot.names(&names, show::most(cx)).into()),
            ("until_now", if named_periods.is_empty() { "yes" } else { "no" }.into()),
        ];
        lines.push(cx.say("missing-owed", &args));
    }
    if waiting > 0 && duty.confirm {
        lines.push(cx.say("missing-waiting", &[("amount", show::yuan(waiting).into())]));
    }
    Ok(lines)
}

/// Of a unit above branches: the total, then each part, with names only where they are few and may be told.
async fn in_tree(cx: &Context, duty: &Duty, scope: &Scope, asked: &[Period]) -> Result<Vec<String>, Error> {
    let rows = reading::rows(cx, scope, duty, asked).await?;
    let all = reading::total(&rows);
    let period = issues::said_of(cx, scope, duty, asked);
    let args = [
        ("unit", Value::from(show::name(&scope.unit.name))),
        ("period", period.into()),
        ("duty", duty.name.as_str().into()),
        ("measure", measure(duty).into()),
        ("expected", all.expected.into()),
        ("done", all.done.into()),
        ("excused", all.excused.into()),
        ("missing", all.missing().into()),
    ];
    let mut lines = vec![cx.say("missing-tree", &args)];
    let few = !scope.branches.is_empty() && all.missing() <= i64::try_from(FEW_NAMES).unwrap_or(0) && asked.len() == 1;
    let tell = few && named(cx, duty, &scope.unit);
    let open: Vec<&Row> = rows.iter().filter(|r| r.sums.missing() > 0).collect();
    for row in open.iter().take(UNITS) {
        let unit = show::name(&row.org.name);
        let count = row.sums.missing();
        lines.push(if tell && !row.missing.is_empty() {
            let names = cx.bot.names(&row.missing, FEW_NAMES);
            cx.say("missing-unit-names", &[("unit", unit.into()), ("count", count.into()), ("names", names.into())])
        } else {
            cx.say("missing-unit", &[("unit", unit.into()), ("count", count.into())])
        });
    }
    if open.len() > UNITS {
        lines.push(cx.say("missing-units-more", &[("count", (open.len() - UNITS).into())]));
    }
    Ok(lines)
}
