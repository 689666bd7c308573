//! `…统计`: rates with their denominators in parts, for a branch, a tree, or one member. Sums of money are told in
//! private only; units stand as people count them, never by rate.

use super::missing::{self, measure, met, no_session};
use super::own;
use super::reading::{self, Row, Scope};
use crate::action::context::{Context, Reply};
use crate::action::meetings::leave_ahead;
use crate::action::show;
use crate::action::study::issues;
use crate::config::messages::Value;
use crate::domain::calendar::{Cadence, Period};
use crate::domain::course::counted;
use crate::domain::duty::{Duty, Measure};
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};
use crate::report::tally::Sums;

/// Periods that one figure may add up: a year of weeks.
const MOST_PERIODS: usize = 53;
/// Units that an answer lists.
const UNITS: usize = 20;

/// Of one duty, or of all where none is said; of one member where `name`.
pub async fn stats(cx: &Context, duty: Option<&str>, periods: &[Period], name: Option<&str>) -> Result<Reply, Error> {
    if let Some(name) = name {
        return of_member(cx, duty, periods, name).await;
    }
    let scope = Scope::read(cx).await?;
    reading::may_read(cx, &scope.unit)?;
    let duties: Vec<&Duty> = match duty {
        Some(key) => vec![cx.duty(key)?],
        None => cx.bot.config.duties.iter().collect(),
    };
    let several = duties.len() > 1;
    let mut lines = Vec::new();
    let mut unbound = 0;
    for duty in duties {
        let named = issues::asked(cx, &scope, duty, periods, MOST_PERIODS)?;
        // of one period it is told how it stands, of several what came of those that are due
        let (mut asked, mut running) = match counted(&scope.courses(), duty, &named, cx.zone(), cx.now) {
            (due, running) if named.len() > 1 && !due.is_empty() => (due, running),
            _ => (named.clone(), Vec::new()),
        };
        let mut rows = reading::rows(cx, &scope, duty, &asked).await?;
        // before anybody's first period is over there is only that one to tell of
        if !running.is_empty() && reading::total(&rows).expected == 0 {
            (asked, running) = (named, Vec::new());
            rows = reading::rows(cx, &scope, duty, &asked).await?;
        }
        let several_periods = asked.len() > 1 || !running.is_empty();
        // 谁请假了
        let asks_who = cx.text.contains("请假") && duty.measure == Measure::Attendance && missing::named(cx, duty, &scope.unit);
        let coming = match scope.branch().filter(|_| asks_who && periods.is_empty()) {
            Some(branch) => leave_ahead::coming(cx, duty, branch).await?,
            None => None,
        };
        if let (Some(branch), [period]) = (scope.branch(), &asked[..])
            && met(cx, branch, duty).await?.is_some_and(|met| !met.contains(period))
        {
            lines.push(no_session(cx, duty, &issues::said_of(cx, &scope, duty, &asked)));
            lines.extend(coming);
            continue;
        }
        let all = reading::total(&rows);
        let late = rows.iter().map(|r| r.late).sum();
        unbound = unbound.max(rows.iter().map(|r| r.unregistered).sum());
        let beside = rows.iter().map(|r| r.beside).sum();
        lines.push(line(cx, &scope, duty, &asked, &all, (late, beside)));
        let excused: Vec<&str> = rows.iter().flat_map(|r| &r.excused).map(String::as_str).collect();
        if asks_who && !excused.is_empty() {
            lines.push(cx.say("session-closed-leave", &[("names", cx.bot.names(&excused, show::NAMES).into())]));
        }
        lines.extend(coming);
        if several_periods {
            lines.extend(issues::beside(cx, &scope, duty, &asked, &running).await?);
        }
        if duty.measure == Measure::Money && cx.private() && cx.may(Permission::ReadPrivate, &scope.unit) {
            lines.push(cx.say("stats-money-private", &[("amount", show::yuan(all.got).into()), ("confirmed", show::yuan(all.confirmed).into())]));
        }
        if scope.branch().is_none() && !several {
            lines.extend(units(cx, &rows));
        }
    }
    if unbound > 0 {
        lines.push(cx.say("stats-unbound", &[("count", unbound.into())]));
    }
    Ok(cx.reply(lines.join("\n")))
}

fn line(cx: &Context, scope: &Scope, duty: &Duty, asked: &[Period], all: &Sums, (late, beside): (usize, usize)) -> String {
    let period = issues::said_of(cx, scope, duty, asked);
    if all.expected == 0 {
        return cx.say("stats-nobody-expected", &[("period", period.into()), ("duty", duty.name.as_str().into()), ("beside", beside.into())]);
    }
    let unit = if scope.branch().is_some() { "none".to_owned() } else { show::name(&scope.unit.name) };
    let args = [
        ("unit", Value::from(unit)),
        ("period", period.into()),
        ("duty", duty.name.as_str().into()),
        ("measure", measure(duty).into()),
        ("several", if asked.len() > 1 { "yes" } else { "no" }.into()),
        ("expected", all.expected.into()),
        ("done", all.done.into()),
        ("late", late.into()),
        ("excused", all.excused.into()),
        ("missing", all.missing().into()),
        ("rate", all.rate().percent().into()),
        ("beside", beside.into()),
    ];
    cx.say("stats-line", &args)
}

fn units(cx: &Context, rows: &[Row]) -> Vec<String> {
    let one = |row: &Row| {
        let rate = row.sums.rate();
        let args = [("unit", show::name(&row.org.name).into()), ("done", rate.part.into()), ("expected", rate.whole.into()), ("rate", rate.percent().into())];
        cx.say("stats-unit", &args)
    };
    let mut lines: Vec<String> = rows.iter().take(UNITS).map(one).collect();
    if rows.len() > UNITS {
        lines.push(cx.say("missing-units-more", &[("count", (rows.len() - UNITS).into())]));
    }
    lines
}

/// `张三今年的情况`: one's own, or in private for whoever may read it.
async fn of_member(cx: &Context, duty: Option<&str>, periods: &[Period], name: &str) -> Result<Reply, Error> {
    let speaker = cx.speaker()?;
    if speaker.name() == name {
        return own::own(cx).await;
    }
    let found = reading::people_ever(cx, name, Permission::ReadPrivate).await?;
    let mine: Vec<_> = found.iter().filter(|f| cx.may(Permission::ReadPrivate, &f.branch.roster.org)).collect();
    match &mine[..] {
        [] if found.is_empty() => Err(Mistake::new("no-such-name").with("name", show::name(name)).into()),
        [] => {
            cx.demand(Permission::ReadPrivate, &found[0].branch.roster.org)?;
            Ok(Reply::silence())
        }
        _ if !cx.private() => Err(Mistake::new("private-only").into()),
        several => {
            let span = span(cx, periods);
            let mut lines = Vec::new();
            for one in several.iter().take(5) {
                let Some(member) = one.member() else { continue };
                let which = if several.len() > 1 { one.which(cx) } else { String::new() };
                lines.push(cx.say("own-title", &[("name", format!("{}{which}", show::name(&member.name)).into())]));
                lines.extend(own::courses(cx, &one.branch, member, duty, span).await?);
            }
            Ok(cx.reply(lines.join("\n")))
        }
    }
}

/// The days that the named periods cover, up to today; this year where none is named.
fn span(cx: &Context, periods: &[Period]) -> (chrono::NaiveDate, chrono::NaiveDate) {
    let year = Period::containing(Cadence::Year, cx.today);
    let first = periods.iter().map(|p| p.first_day()).min().unwrap_or(year.first_day());
    let last = periods.iter().map(|p| p.last_day()).max().unwrap_or(cx.today);
    (first, last.min(cx.today).max(first.min(cx.today)))
}
