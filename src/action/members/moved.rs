//! `张三转走了`: a membership ends with this day. What was done and paid here stays here and is owed nowhere else; where somebody
//! goes on is the other branch's roster to say.

use super::people::Person;
use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::dues::treasury::{branches_of, change, names_of, people};
use crate::action::queries::missing::measure;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::OrgId;
use crate::domain::ledger::{Outcome, Verdict};
use crate::domain::role::Permission;
use crate::domain::roster::{Member, MemberFields, Roster, RosterChange};
use crate::error::{Error, Fault, Mistake};
use crate::report::tally::owing_people;
use std::collections::BTreeSet;

/// These members left or went to another branch.
pub async fn moved(cx: &Context, names: &[String]) -> Result<Reply, Error> {
    let people = people(cx, names, Permission::ManageRoster).await?;
    let me = cx.speaker()?.known.person;
    if people.iter().any(|p| p.member.person == me) {
        return Err(Mistake::new("moved-self").into());
    }
    let branches = branches_of(&people);
    let gone: Vec<(OrgId, _)> = people.iter().map(|p| (p.branch.roster.org.id, p.member.person)).collect();
    change(cx, &branches, |roster| {
        let here = gone.iter().filter(|(branch, person)| *branch == roster.org.id && roster.member(*person).is_some());
        here.map(|(branch, person)| RosterChange::Leave { person: *person, branch: *branch, to: cx.today }).collect()
    })
    .await?;
    let mut lines = Vec::new();
    for (n, branch) in branches.iter().enumerate() {
        let here: Vec<Person> = people.iter().filter(|p| p.branch.roster.org.id == branch.roster.org.id).cloned().collect();
        let key = if n + 1 == branches.len() { "moved-done" } else { "moved-line" };
        lines.push(cx.say(key, &[("names", names_of(cx, &here).into()), ("unit", Value::from(show::name(&branch.roster.org.name)))]));
    }
    Ok(cx.reply(lines.join("\n")))
}

/// Why nothing is owed for these periods (none said: the present one): met in the branch that they came from, left this one, or
/// not yet in the league.
pub(in crate::action) fn not_owed(cx: &Context, duty: &Duty, branch: &Branch, member: &Member, periods: &[Period]) -> Mistake {
    let now = [Period::containing(duty.cadence, cx.today)];
    let meant = if periods.is_empty() { &now[..] } else { periods };
    let unit = &branch.roster.org.name;
    // all of it, or a part that is as much as is owed here
    let met = meant.iter().all(|p| {
        branch.roster.met_elsewhere(&duty.key, member.person, *p)
            || branch.roster.part_elsewhere(&duty.key, member.person, *p) > 0 && branch.roster.owed(duty, member, *p) == Some(0)
    });
    let left = meant.iter().all(|p| member.to.is_some_and(|to| to < p.last_day()));
    let free = duty.measure == crate::domain::duty::Measure::Money && meant.iter().all(|p| duty.owed(&branch.roster.org.path, member.band(*p), *p) == Some(0));
    let (key, periods) = match (met, left) {
        (false, false) if free => ("not-owed-free", meant),
        (true, _) => ("not-owed-elsewhere", meant),
        (_, true) => ("not-owed-left", meant),
        _ => ("not-owed", periods),
    };
    let said = Mistake::new(key).with("name", show::name(&member.name)).with("period", cx.periods(periods)).with("duty", &duty.name);
    if key == "not-owed-left" { said.with("unit", show::name(unit)) } else { said.with("measure", measure(duty)) }
}

/// What changes in the standing of somebody who went on to another branch changes what is owed there: taken back here, it is owed
/// there again.
pub(in crate::action) async fn shown_elsewhere(cx: &Context, outcome: &Outcome) -> Result<(), Fault> {
    let lines = outcome.verdicts.iter().filter_map(|v| if let Verdict::Recorded { lines, .. } = v { Some(lines) } else { None });
    let people: BTreeSet<_> = lines.flatten().map(|l| (l.key.branch, l.key.person)).collect();
    let (mut changes, mut shown) = (Vec::new(), Vec::new());
    for (branch, person) in people {
        let Some(at) = cx.bot.cache.branch(branch).await? else { continue };
        if at.roster.member(person).is_none_or(|m| m.to.is_none()) {
            continue;
        }
        let branches = cx.bot.store.branches_of(person).await?;
        if branches.len() > 1 {
            // nothing of the person changes: all their branches are counted again
            changes.push(RosterChange::Update { person, branch, fields: MemberFields::default() });
            shown.extend(branches);
        }
    }
    if changes.is_empty() {
        // nearly always: a transaction more would double what a report costs
        return Ok(());
    }
    let recount = |roster: &Roster, duty: &str, period: Period| cx.bot.config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, roster, period));
    cx.bot.store.change_roster(&changes, &[], cx.speaker.as_ref().map(|s| s.known.person), &recount).await?;
    cx.bot.cache.forget(&shown);
    Ok(())
}
