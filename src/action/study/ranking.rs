//! `大学习排名`: a branch's members, or a unit's branches, by their rates in a month, with the denominator in parts. For those
//! who may rank; members by name in private only.

use super::issues;
use crate::action::context::{Context, Reply};
use crate::action::queries::reading::Scope;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::calendar::{Cadence, Period};
use crate::domain::course::counted;
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::record::Standing;
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};
use crate::report::ranking::{Ranked, ranked};
use crate::report::tally::Attendance;
use std::collections::BTreeMap;

/// Lines of one answer.
const LINES: usize = 60;

/// Of the named periods, else of this month's that are due.
///
/// # Errors
/// A mistake for somebody who may not, and in a group where members would be named.
pub async fn ranking(cx: &Context, duty: &str, said: &[Period]) -> Result<Reply, Error> {
    let duty = cx.duty(duty)?;
    let scope = Scope::read(cx).await?;
    cx.demand(Permission::Rank, &scope.unit)?;
    if scope.branch().is_some() && !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    if scope.branches.is_empty() {
        return Err(Mistake::new("study-too-wide").into());
    }
    let month = [Period::containing(Cadence::Month, cx.today)];
    let issue = if said.is_empty() { issues::named(cx, &scope, duty, said)? } else { Vec::new() };
    let named = if said.is_empty() { issue.clone() } else { said.to_vec() };
    let asked = if named.is_empty() { &month[..] } else { &named };
    let now = Period::containing(duty.cadence, cx.today);
    let mut periods: Vec<Period> = asked.iter().flat_map(|p| p.expand(duty.cadence)).filter(|p| *p <= now || !issue.is_empty()).collect();
    periods.sort_unstable();
    periods.dedup();
    let (due, running) = counted(&scope.courses(), duty, &periods, cx.zone(), cx.now);
    // one that still runs is ranked only where just that is asked for
    let early = due.is_empty() && !named.is_empty();
    let (periods, running) = if early { (running, Vec::new()) } else { (due, running) };
    let all = if scope.branch().is_some() { members(cx, &scope, duty, &periods).await? } else { branches(cx, &scope, duty, &periods).await? };
    let said = if issue.is_empty() { cx.periods(asked) } else { issues::said_of(cx, &scope, duty, &issue) };
    let args = || vec![("duty", Value::from(duty.name.as_str())), ("period", said.clone().into()), ("early", if early { "yes" } else { "no" }.into())];
    let beside = issues::beside(cx, &scope, duty, &periods, &running).await?;
    let placed = ranked(all);
    if placed.is_empty() {
        return Ok(cx.reply([vec![cx.say("rank-nothing", &args())], beside].concat().join("\n")));
    }
    let mut lines = vec![cx.say("rank-head", &args())];
    lines.extend(beside);
    for (n, one) in placed.iter().take(LINES) {
        let (done, expected) = one.sum();
        let args = [
            ("n", Value::from(*n)),
            ("name", show::name(&one.name).into()),
            ("rate", one.rate().percent().into()),
            ("done", done.into()),
            ("expected", expected.into()),
            ("excused", one.excused.into()),
            ("unbound", one.unregistered.into()),
            ("worst", one.worst().percent().into()),
        ];
        lines.push(cx.say("rank-one", &args));
    }
    if placed.len() > LINES {
        lines.push(cx.say("bill-more", &[("count", (placed.len() - LINES).into())]));
    }
    Ok(cx.reply(lines.join("\n")))
}

async fn branches(cx: &Context, scope: &Scope, duty: &Duty, periods: &[Period]) -> Result<Vec<Ranked>, Error> {
    let mut all = Vec::new();
    for branch in &scope.branches {
        let mut one = Ranked { name: branch.roster.org.name.clone(), ..Ranked::default() };
        for period in periods {
            let standings = cx.bot.store.standings(branch.roster.org.id, &duty.key, *period).await?;
            let a = Attendance::read(&branch.roster, duty, *period, &standings, cx.zone());
            let sums = a.sums();
            one.periods.push((sums.done, sums.expected));
            one.excused += sums.excused;
            one.unregistered = one.unregistered.max(a.unregistered.len());
        }
        all.push(one);
    }
    Ok(all)
}

/// Of each member the periods that were due; one that was excused is not.
async fn members(cx: &Context, scope: &Scope, duty: &Duty, periods: &[Period]) -> Result<Vec<Ranked>, Error> {
    let mut all: BTreeMap<PersonId, Ranked> = BTreeMap::new();
    for branch in &scope.branches {
        for period in periods {
            let standings: Vec<(PersonId, Standing)> = cx.bot.store.standings(branch.roster.org.id, &duty.key, *period).await?;
            let a = Attendance::read(&branch.roster, duty, *period, &standings, cx.zone());
            for (list, done) in [(&a.done, Some(1)), (&a.missing, Some(0)), (&a.excused, None)] {
                for member in list {
                    let one = all.entry(member.person).or_insert_with(|| Ranked { name: cx.called(branch, member), ..Ranked::default() });
                    match done {
                        Some(done) => one.periods.push((done, 1)),
                        None => one.excused += 1,
                    }
                    one.unregistered = usize::from(member.accounts.is_empty());
                }
            }
        }
    }
    Ok(all.into_values().collect())
}
