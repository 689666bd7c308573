//! What the secretary and the treasurer decide about what members owe: bands, months that are opened, what was settled
//! before (exemptions and reductions: `relief`). What is owed is told in private only (law 12).

use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::members::people::{Person, find};
use crate::action::queries::reading::Scope;
use crate::action::records::draft::{Draft, owing};
use crate::action::records::report;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::{Band, Duty, Measure};
use crate::domain::ledger::{Entry, Outcome, Owing, Verdict};
use crate::domain::money::Fen;
use crate::domain::record::Evidence;
use crate::domain::role::Permission;
use crate::domain::roster::{MemberFields, Roster, RosterChange};
use crate::error::{Error, Fault, Mistake};
use crate::report::tally::owing_people;
use std::sync::Arc;

/// How often a change is tried again because the roster changed under it.
const STALE_TRIES: usize = 4;

/// The branch that is spoken of, where the speaker may do this.
pub async fn branch(cx: &Context, permission: Permission) -> Result<Arc<Branch>, Error> {
    let scope = Scope::read(cx).await?;
    let unit = scope.branch().map_or(&scope.unit, |b| &b.roster.org);
    cx.demand(permission, unit)?;
    scope.branch().cloned().ok_or_else(|| Mistake::new("money-which-branch").into())
}

/// The duty of money that is meant: the one that was said, else the first there is.
pub fn money<'a>(cx: &'a Context, duty: Option<&str>) -> Result<&'a Duty, Error> {
    let duty = match duty {
        Some(key) => Some(cx.duty(key)?),
        None => cx.bot.config.duties.iter().find(|d| d.measure == Measure::Money),
    };
    duty.filter(|d| d.measure == Measure::Money).ok_or_else(|| Mistake::new("money-only").into())
}

/// People by name for whom the speaker may decide this.
pub(in crate::action) async fn people(cx: &Context, names: &[String], permission: Permission) -> Result<Vec<Person>, Error> {
    cx.speaker()?;
    let mut all: Vec<Person> = Vec::new();
    for name in names {
        let person = find(cx, name).await?;
        cx.demand(permission, &person.branch.roster.org)?;
        if !all.iter().any(|p| p.member.person == person.member.person) {
            all.push(person);
        }
    }
    if all.is_empty() { Err(Mistake::new("money-for-whom").into()) } else { Ok(all) }
}

pub(in crate::action) fn names_of(cx: &Context, people: &[Person]) -> String {
    cx.bot.names(&people.iter().map(|p| cx.called(&p.branch, &p.member)).collect::<Vec<_>>(), show::NAMES)
}

/// The branches of these people, each once, in their order.
pub(in crate::action) fn branches_of(people: &[Person]) -> Vec<Arc<Branch>> {
    let mut branches: Vec<Arc<Branch>> = Vec::new();
    for p in people {
        if !branches.iter().any(|b| b.roster.org.id == p.branch.roster.org.id) {
            branches.push(p.branch.clone());
        }
    }
    branches
}

/// Changes rosters; where one changed meanwhile it is read again, and the change is made anew.
pub(in crate::action) async fn change(cx: &Context, branches: &[Arc<Branch>], make: impl Fn(&Roster) -> Vec<RosterChange>) -> Result<(), Error> {
    let ids: Vec<_> = branches.iter().map(|b| b.roster.org.id).collect();
    let mut rosters: Vec<Arc<Branch>> = branches.to_vec();
    for _ in 0..STALE_TRIES {
        let changes: Vec<RosterChange> = rosters.iter().flat_map(|b| make(&b.roster)).collect();
        let relies: Vec<_> = rosters.iter().map(|b| (b.roster.org.id, b.roster.org.epoch)).collect();
        let recount = |roster: &Roster, duty: &str, period: Period| cx.bot.config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, roster, period));
        let actor = cx.speaker.as_ref().map(|s| s.known.person);
        let done = cx.bot.store.change_roster(&changes, &relies, actor, &recount).await;
        cx.bot.cache.forget(&ids);
        match done {
            Ok(_) => return Ok(()),
            Err(Fault::Stale) => rosters = crate::action::queries::reading::fresh(cx, &ids).await?,
            Err(fault) => return Err(fault.into()),
        }
    }
    Err(Fault::Stale.into())
}

/// `张三从10月起是在职`: another band from a month on; what was before stays.
pub async fn band(cx: &Context, duty: &str, names: &[String], said: Option<&str>, pay: Option<i64>, from: Option<Period>) -> Result<Reply, Error> {
    let duty = money(cx, Some(duty))?;
    let people = people(cx, names, Permission::SetBand).await?;
    let month = from.map_or_else(|| Period::containing(duty.cadence, cx.today), |p| first_of(duty, p));
    let band = which_band(cx, duty, said, pay, month)?;
    let branches = branches_of(&people);
    let (key, wanted) = (band.key.clone(), people.iter().map(|p| p.member.person).collect::<Vec<_>>());
    change(cx, &branches, |roster| {
        let members = wanted.iter().filter_map(|p| roster.member(*p));
        let one = |m: &crate::domain::roster::Member| {
            let update = |from: Period, band: &str| RosterChange::Update {
                person: m.person,
                branch: roster.org.id,
                fields: MemberFields { band: Some((from, band.to_owned())), ..MemberFields::default() },
            };
            // whoever had no band was in the usual one until now
            let first = Period::containing(duty.cadence, roster.first_day(&duty.key, m));
            let before = duty.default_at(&roster.org.path).filter(|_| first < month && !m.bands.iter().any(|(from, _)| *from < month));
            before.map(|usual| update(first, usual)).into_iter().chain([update(month, &key)]).collect::<Vec<_>>()
        };
        members.flat_map(one).collect()
    })
    .await?;
    let owed = duty.owed(people[0].path(), Some(&band.key), month).unwrap_or(0);
    let args = [
        ("names", Value::from(names_of(cx, &people))),
        ("period", cx.period(month).into()),
        ("duty", duty.name.as_str().into()),
        ("band", band.name.as_str().into()),
        ("amount", show::yuan(owed).into()),
    ];
    Ok(cx.reply(cx.say(if cx.private() { "band-set-private" } else { "band-set-group" }, &args)))
}

/// The band that was named, or that the pay makes.
fn which_band<'a>(cx: &Context, duty: &'a Duty, said: Option<&str>, pay: Option<i64>, month: Period) -> Result<&'a Band, Mistake> {
    if let Some(pay) = pay {
        return duty.for_pay(Fen(pay), month).and_then(|(_, band)| band).ok_or_else(|| Mistake::new("band-no-scale"));
    }
    let said = said.unwrap_or_default();
    if let Some(band) = duty.band(said) {
        return Ok(band);
    }
    let several: Vec<&Band> = duty.bands.iter().filter(|b| b.group.as_deref() == Some(said)).collect();
    match several[..] {
        [] => Err(Mistake::new("band-unknown").with("bands", cx.bot.names(&duty.bands.iter().map(|b| b.name.as_str()).collect::<Vec<_>>(), 9))),
        [one] => Ok(one),
        [first, ..] => Err(Mistake::new("band-which").with("group", said).with("example", &first.name)),
    }
}

/// `工资5499交多少团费`: the amount by the rule. The pay is not kept.
pub fn rate(cx: &Context, duty: &str, pay: i64) -> Result<Reply, Error> {
    let duty = money(cx, Some(duty))?;
    if !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    let month = Period::containing(duty.cadence, cx.today);
    let (fen, band) = duty.for_pay(Fen(pay), month).ok_or_else(|| Mistake::new("band-no-scale"))?;
    let args = [
        ("duty", Value::from(duty.name.as_str())),
        ("amount", show::yuan(fen.0).into()),
        ("band", band.map_or_else(|| "none".to_owned(), |b| b.name.clone()).into()),
    ];
    Ok(cx.reply(cx.say("rate-for-pay", &args)))
}

/// `补收从2026年3月起`: months before the unit's first day here are owed too.
pub async fn open_from(cx: &Context, duty: &str, from: Period) -> Result<Reply, Error> {
    let duty = money(cx, Some(duty))?;
    let branch = branch(cx, Permission::OpenMonths).await?;
    let first = first_of(duty, from);
    let args = || [("unit", Value::from(show::name(&branch.roster.org.name))), ("duty", duty.name.as_str().into()), ("period", cx.period(first).into())];
    if first.first_day() > cx.today || Period::containing(duty.cadence, branch.roster.since(&duty.key)) <= first {
        return Ok(cx.reply(cx.say("open-months-already", &args())));
    }
    let key = duty.key.clone();
    change(cx, std::slice::from_ref(&branch), |roster| vec![RosterChange::Open { branch: roster.org.id, duty: key.clone(), since: first.first_day() }]).await?;
    Ok(cx.reply(cx.say("open-months-done", &args())))
}

/// `9月前都交清了`: everything before (of `from` on, where one was said) counts as settled, and is no money of ours.
pub async fn opening(cx: &Context, duty: &str, (from, before): (Option<Period>, Period), names: &[String]) -> Result<Reply, Error> {
    let duty = money(cx, Some(duty))?;
    let all: Vec<Person> = if names.is_empty() {
        let branch = branch(cx, Permission::KeepCash).await?;
        let here = branch.roster.on(cx.today).map(|m| Person { branch: branch.clone(), member: m.clone() });
        here.collect()
    } else {
        people(cx, names, Permission::KeepCash).await?
    };
    let last = first_of(duty, before).shift(-1);
    let first = from.map(|p| first_of(duty, p));
    let mut draft = Draft::new(cx)?;
    draft.rest_on(Evidence::Secretary);
    let mut owed = Vec::new();
    for person in &all {
        draft.rely(&person.branch);
        let mut months = owing(duty, person, last);
        months.retain(|(month, _)| first.is_none_or(|f| *month >= f));
        for (month, _) in &months {
            draft.expect(person, duty, *month);
        }
        if !months.is_empty() {
            owed.push(Owing { subject: person.subject(), months });
        }
    }
    let period = first.map_or_else(|| cx.period(first_of(duty, before)), |f| cx.periods(&distinct(runs(f, last))));
    let args = |count: usize, months: usize| {
        let stretch = if first.is_some() { "stretch" } else { "before" };
        let told = [("period", Value::from(period.clone())), ("duty", duty.name.as_str().into()), ("count", count.into()), ("months", months.into())];
        told.into_iter().chain([("of", stretch.into())]).collect::<Vec<_>>()
    };
    if owed.is_empty() {
        return Ok(cx.reply(cx.say("opening-nothing", &args(0, 0))));
    }
    draft.push(Entry::Opening { people: owed, duty: duty.key.clone() });
    let post = draft.finish();
    let outcome = report::enter(cx, &post).await?;
    let lines = recorded(&outcome);
    if lines.is_empty() {
        return Ok(cx.reply(cx.say("opening-nothing", &args(0, 0))));
    }
    let mut who: Vec<_> = lines.iter().map(|l| l.key.person).collect();
    who.sort_unstable();
    who.dedup();
    Ok(cx.reply(cx.say("opening-done", &args(who.len(), lines.len()))))
}

/// The new lines of a post.
pub fn recorded(outcome: &Outcome) -> Vec<crate::domain::ledger::Line> {
    outcome.verdicts.iter().flat_map(|v| if let Verdict::Recorded { lines, .. } = v { lines.clone() } else { Vec::new() }).collect()
}

/// From one period to another, both included.
fn runs(first: Period, last: Period) -> impl Iterator<Item = Period> {
    std::iter::successors(Some(first), |p| Some(p.shift(1))).take_while(move |p| *p <= last)
}

/// Each once, oldest first.
pub fn distinct(periods: impl Iterator<Item = Period>) -> Vec<Period> {
    let all: std::collections::BTreeSet<Period> = periods.collect();
    all.into_iter().collect()
}

/// The first period of the duty in a coarser one that was said, or the one that holds a finer one.
pub(in crate::action) fn first_of(duty: &Duty, said: Period) -> Period {
    said.expand(duty.cadence).first().copied().unwrap_or_else(|| Period::containing(duty.cadence, said.first_day()))
}
