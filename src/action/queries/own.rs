//! `我的记录`, `我还欠什么`: what the speaker did and owes. In a group only what is done; what is owed and
//! sums in private.

use super::missing::{measure, met};
use super::reading;
use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::dues::relief::What;
use crate::action::meetings::leave_ahead;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::record::{Key, Kind, Standing};
use crate::domain::roster::{Member, Roster};
use crate::domain::treasury::{Book, standing_records};
use crate::error::{Error, Fault, Mistake};
use crate::report::arrears::{arrears, reach};
use crate::report::tally::owing;
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};

/// Periods that are looked back on for arrears, and past branches of one's own.
const BACK: usize = 36;
const BRANCHES: usize = 3;
/// Corrections that are told with their reasons, the last ones.
const REASONS: usize = 5;

/// In a group only what was done this period; what is owed and sums only in private.
pub async fn own(cx: &Context) -> Result<Reply, Error> {
    let speaker = cx.speaker()?;
    if !cx.private() {
        return in_group(cx).await;
    }
    let ids: Vec<OrgId> = speaker.known.branches.iter().take(BRANCHES).copied().collect();
    let branches = reading::fresh(cx, &ids).await?;
    let year = Period::containing(Cadence::Year, cx.today);
    let mut lines = Vec::new();
    for branch in &branches {
        let Some(member) = branch.roster.member(speaker.known.person) else { continue };
        let unit = if branches.len() > 1 { cx.say("show-brackets", &[("inside", show::name(&branch.roster.org.name).into())]) } else { String::new() };
        lines.push(cx.say("own-title", &[("name", format!("{}{unit}", show::name(&member.name)).into())]));
        lines.extend(courses(cx, branch, member, None, (year.first_day(), cx.today)).await?);
    }
    lines.extend(leave_ahead::told(cx, speaker.known.person).await?);
    if lines.is_empty() {
        return Err(Mistake::new("chat-no-unit").into());
    }
    Ok(cx.reply(lines.join("\n")))
}

async fn in_group(cx: &Context) -> Result<Reply, Error> {
    let (branch, member) = cx.member()?;
    let standings = cx.bot.store.standings_of(branch.roster.org.id, member.person, None).await?;
    let mut done = Vec::new();
    for duty in &cx.bot.config.duties {
        let period = Period::containing(duty.cadence, cx.today);
        let met = standings.iter().any(|(k, s)| k.duty == duty.key && k.period == period && s.done());
        if met {
            done.push(cx.say("own-group-one", &[("period", cx.period(period).into()), ("duty", duty.name.as_str().into())]));
        }
    }
    let name = show::name(&member.name);
    Ok(cx.reply(if done.is_empty() {
        cx.say("own-in-private", &[("name", name.into())])
    } else {
        cx.say("own-group", &[("name", name.into()), ("done", show::join(cx, &done).into())])
    }))
}

/// A member's course in each duty (one where it is said), over some days: what was due, done, excused and not; dues
/// with what is owed from the beginning. For the member, or for whoever may read it, in private.
pub async fn courses(cx: &Context, branch: &Branch, member: &Member, duty: Option<&str>, (first, last): (NaiveDate, NaiveDate)) -> Result<Vec<String>, Error> {
    let all = cx.bot.store.standings_of(branch.roster.org.id, member.person, duty).await?;
    let only = branch.roster.only(member);
    let mut lines = Vec::new();
    for duty in cx.bot.config.duties.iter().filter(|d| duty.is_none_or(|key| key == d.key)) {
        let standings: Vec<(Key, Standing)> = all.iter().filter(|(k, _)| k.duty == duty.key).cloned().collect();
        let owed_periods = if duty.arrears { reach(duty, branch.roster.since(&duty.key), cx.today, BACK) } else { Vec::new() };
        if duty.arrears {
            lines.push(with_arrears(cx, duty, &only, &owed_periods, &standings));
            for period in owed_periods.iter().filter(|p| only.owes(duty, member, **p)) {
                let part = only.part_elsewhere(&duty.key, member.person, *period);
                if part > 0 && duty.measure == Measure::Money {
                    let args = [("duty", Value::from(duty.name.as_str())), ("period", cx.period(*period).into()), ("amount", show::yuan(part).into())];
                    lines.push(cx.say("own-part-elsewhere", &args));
                }
            }
            if duty.measure == Measure::Money {
                lines.extend(relief(cx, branch, member, duty).await?);
            }
        } else {
            let met = met(cx, branch, duty).await?;
            lines.push(by_period(cx, duty, &only, (first, last), &standings, met.as_ref()));
        }
        let reasons = cx.bot.store.reasons(branch.roster.org.id, &duty.key, Some(member.person)).await?;
        for why in reasons.iter().skip(reasons.len().saturating_sub(REASONS)) {
            let args = [("duty", Value::from(duty.name.as_str())), ("period", cx.period(why.period).into()), ("reason", why.body.as_str().into())];
            lines.push(cx.say("own-reason", &args));
        }
    }
    Ok(lines)
}

fn with_arrears(cx: &Context, duty: &Duty, only: &Roster, periods: &[Period], standings: &[(Key, Standing)]) -> String {
    let owed = arrears(duty, only, periods, standings);
    let months: Vec<Period> = owed.iter().flat_map(|o| o.periods.iter().map(|(p, _)| *p)).collect();
    let sum: i64 = owed.iter().map(crate::report::arrears::Owed::sum).sum();
    let paid_to = standings.iter().filter(|(_, s)| s.done()).map(|(k, _)| k.period).max();
    let waiting: i64 = standings.iter().map(|(_, s)| (s.got - s.confirmed).max(0)).sum();
    let args = [
        ("duty", Value::from(duty.name.as_str())),
        ("paid_to", paid_to.map_or_else(|| "none".to_owned(), |p| cx.period(p)).into()),
        ("count", months.len().into()),
        ("period", cx.periods(&months).into()),
        ("amount", show::yuan(sum).into()),
        ("waiting", if duty.confirm && waiting > 0 { show::yuan(waiting) } else { "none".to_owned() }.into()),
    ];
    cx.say("own-arrears", &args)
}

/// What somebody decided for a member from now on, and what was given beside: who, until when.
async fn relief(cx: &Context, branch: &Branch, member: &Member, duty: &Duty) -> Result<Vec<String>, Error> {
    let records = cx.bot.store.records_of(branch.roster.org.id, &duty.key, Some(member.person)).await?;
    let live = standing_records(&records);
    let now = Period::containing(duty.cadence, cx.today);
    let mut lines = Vec::new();
    let decided = cx.bot.store.reliefs_of(branch.roster.org.id, &duty.key, Some(member.person)).await?;
    for kind in [Kind::Exempt, Kind::Reduce] {
        let of: Vec<_> = live.iter().filter(|r| r.kind == kind && r.key.period >= now).collect();
        let Some(last) = of.last() else { continue };
        let why = decided.iter().rfind(|d| d.entered.as_deref() == Some(last.source.as_str()));
        let who = name(cx, why.map_or(last.actor, |d| d.actor)).await?;
        let approver = name(cx, why.filter(|d| d.approver != d.actor).and_then(|d| d.approver)).await?;
        let args = [
            ("duty", Value::from(duty.name.as_str())),
            ("period", cx.periods(&crate::action::dues::treasury::distinct(of.iter().map(|r| r.key.period))).into()),
            ("amount", if kind == Kind::Reduce { show::yuan(last.owed) } else { "none".to_owned() }.into()),
            ("who", who.into()),
            ("approver", approver.into()),
            ("reason", why.filter(|d| !d.reason.is_empty()).map_or_else(|| "none".to_owned(), |d| d.reason.clone()).into()),
        ];
        lines.push(cx.say("own-relief", &args));
    }
    for asked in decided.iter().filter(|d| d.outcome.is_none()) {
        let what = What { duty, span: asked.span, left: asked.left };
        let args = [("duty", Value::from(duty.name.as_str())), ("period", cx.periods(&what.periods()).into()), ("what", what.said(cx, true).into())];
        lines.push(cx.say("own-relief-waits", &args));
    }
    let given = Book::of(&records);
    if given.claimed_extra > given.refunded_extra {
        let args = [("duty", Value::from(duty.name.as_str())), ("amount", show::yuan(given.claimed_extra - given.refunded_extra).into())];
        lines.push(cx.say("own-extra", &args));
    }
    Ok(lines)
}

/// What somebody is called.
async fn name(cx: &Context, person: Option<PersonId>) -> Result<String, Fault> {
    let found = match person {
        Some(person) => cx.bot.store.name_of(person).await?,
        None => None,
    };
    Ok(found.map_or_else(|| "none".to_owned(), |name| show::name(&name)))
}

/// `met`: the periods in which there was a meeting, where that is what is asked.
fn by_period(
    cx: &Context,
    duty: &Duty,
    only: &Roster,
    (first, last): (NaiveDate, NaiveDate),
    standings: &[(Key, Standing)],
    met: Option<&BTreeSet<Period>>,
) -> String {
    let by_key: HashMap<Period, &Standing> = standings.iter().map(|(k, s)| (k.period, s)).collect();
    let current = Period::containing(duty.cadence, cx.today);
    let mut at = Period::containing(duty.cadence, last);
    let (mut expected, mut done, mut excused, mut missing) = (0_usize, 0_usize, 0_usize, Vec::new());
    let zone = cx.zone();
    // a meeting is missed once it was held, all else once it was due
    let runs = |p: Period| if met.is_some() { p == current } else { !only.course.over(duty, p, zone, cx.now) };
    let mut open = Vec::new();
    for _ in 0..BACK * 2 {
        if at.last_day() < first || at.last_day() < only.since(&duty.key) {
            break;
        }
        let standing = by_key.get(&at);
        let frozen = standing.and_then(|s| s.expected);
        if frozen.unwrap_or_else(|| !owing(duty, only, at).is_empty()) {
            match standing {
                Some(s) if s.done() => (expected, done) = (expected + 1, done + 1),
                Some(s) if s.excused => (expected, excused) = (expected + 1, excused + 1),
                _ if runs(at) => open.push(at),
                _ if met.is_some_and(|met| !met.contains(&at)) => {}
                _ => {
                    expected += 1;
                    missing.push(at);
                }
            }
        }
        at = at.shift(-1);
    }
    missing.truncate(26);
    let missed = expected - done - excused;
    let args = [
        ("duty", Value::from(duty.name.as_str())),
        ("measure", measure(duty).into()),
        ("expected", expected.into()),
        ("done", done.into()),
        ("excused", excused.into()),
        ("missing", missed.into()),
        ("period", cx.periods(&missing).into()),
        ("more", if missed > missing.len() { "yes" } else { "no" }.into()),
        ("open", if open.is_empty() { "none".to_owned() } else { cx.periods(&open) }.into()),
    ];
    cx.say("own-course", &args)
}
