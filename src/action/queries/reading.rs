//! What reading answers share: fresh branches of the unit that is spoken of, people by name, which periods are
//! meant, and the figures of each branch or of the units below. Who may see what is asked by the callers.

use crate::action::branch::units;
use crate::action::cache::Branch;
use crate::action::context::Context;
use crate::action::permission::covers;
use crate::action::show;
use crate::domain::calendar::Period;
use crate::domain::course::Course;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::record::Standing;
use crate::domain::role::{Permission, Role};
use crate::domain::roster::{Member, Org, OrgKind};
use crate::error::{Error, Fault, Mistake};
use crate::language::normal;
use crate::report::tally::{Attendance, Sums};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Branches of a unit that are told one by one, with their members; of larger units the units directly below are.
pub const FEW: usize = 30;
/// Branches of a larger unit that are read at once.
const PIECE: usize = 100;
/// Periods that one question may ask about.
pub const MOST_PERIODS: usize = 12;

/// The unit that is spoken of, with its branches.
pub struct Scope {
    /// The unit.
    pub unit: Org,
    /// It and everything below it, by path.
    pub units: Vec<Org>,
    /// Its branches with their members, where they are few.
    pub branches: Vec<Arc<Branch>>,
    /// Its own issues and pauses, where it is above branches.
    pub course: Option<Course>,
}

impl Scope {
    /// Reads the unit that is named; else that of this chat; in private the branch that the speaker runs, else the highest unit of
    /// theirs. A unit with a single branch is that branch.
    pub async fn read(cx: &Context) -> Result<Self, Error> {
        let scope = Self::own(cx).await?;
        match &scope.branches[..] {
            [only] if scope.unit.kind != OrgKind::Branch && cx.named.is_none() => Self::of(cx, only.roster.org.clone()).await,
            _ => Ok(scope),
        }
    }

    /// The same, but a unit with a single branch is itself: it keeps money of its own.
    pub async fn own(cx: &Context) -> Result<Self, Error> {
        let unit = match &cx.named {
            Some(named) => named.unit.clone(),
            None => usual_unit(cx).await?,
        };
        Self::of(cx, unit).await
    }

    /// Reads a unit.
    pub async fn of(cx: &Context, unit: Org) -> Result<Self, Error> {
        let units = if unit.kind == OrgKind::Branch { vec![unit.clone()] } else { cx.bot.store.subtree(&unit.path).await? };
        let ids: Vec<OrgId> = units.iter().filter(|o| o.kind == OrgKind::Branch).map(|o| o.id).collect();
        let branches = if ids.len() <= FEW { fresh(cx, &ids).await? } else { Vec::new() };
        let course = if unit.kind == OrgKind::Branch { None } else { Some(cx.bot.store.course(&unit).await?) };
        Ok(Self { unit, units, branches, course })
    }

    /// Issues and pauses: the unit's own first, then those of its branches.
    pub fn courses(&self) -> impl Iterator<Item = &Course> + Clone {
        self.course.iter().chain(self.branches.iter().map(|b| &b.roster.course))
    }

    /// What the issue of a period is called: a branch's, else the unit's own, else as all its branches call it.
    pub fn issue_name(&self, duty: &str, period: Period) -> Option<&str> {
        let own = self.course.as_ref().and_then(|c| c.issue(duty, period));
        if let Some(own) = own {
            return Some(&own.name);
        }
        let mut names = self.branches.iter().map(|b| b.roster.course.issue(duty, period).map(|i| i.name.as_str()));
        let first = names.next()??;
        names.all(|name| name == Some(first)).then_some(first)
    }

    /// The branch, where the unit is one.
    pub fn branch(&self) -> Option<&Arc<Branch>> {
        if self.unit.kind == OrgKind::Branch { self.branches.first() } else { None }
    }
}

/// The unit that is spoken of where none is named: in private the branch that the speaker runs before any unit above.
///
/// # Errors
/// A mistake that says how to bind the chat, or the account.
pub async fn usual_unit(cx: &Context) -> Result<Org, Error> {
    let run = |b: &&Arc<Branch>| cx.speaker.as_ref().is_some_and(|s| s.known.grants.iter().any(|g| g.org == b.roster.org.id && g.role != Role::Member));
    let own = cx.speaker.as_ref().and_then(|s| s.branch.as_ref()).filter(run);
    match own {
        Some(branch) if cx.private() => Ok(branch.roster.org.clone()),
        _ => cx.usual_unit().await,
    }
}

/// Demands that the speaker may read a unit's counts.
///
/// # Errors
/// A mistake for strangers, and for members of elsewhere.
pub fn may_read(cx: &Context, unit: &Org) -> Result<(), Mistake> {
    cx.speaker()?;
    if cx.may(Permission::ReadUnit, unit) { Ok(()) } else { Err(Mistake::new("reading-refused")) }
}

/// These branches as they are now: what is in memory is read again where it is older than the store.
pub async fn fresh(cx: &Context, ids: &[OrgId]) -> Result<Vec<Arc<Branch>>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let epochs: HashMap<OrgId, i64> = cx.bot.store.epochs(ids).await?.into_iter().collect();
    let mut branches = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(mut branch) = cx.bot.cache.branch(*id).await? else { continue };
        if epochs.get(id).is_some_and(|epoch| *epoch != branch.roster.org.epoch) {
            cx.bot.cache.forget(&[*id]);
            let Some(again) = cx.bot.cache.branch(*id).await? else { continue };
            branch = again;
        }
        branches.push(branch);
    }
    Ok(branches)
}

/// Somebody of a name that was said.
#[derive(Clone)]
pub struct Found {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub branch: Arc<Branch>,
}

impl Found {
    /// The membership.
    pub fn member(&self) -> Option<&Member> {
        self.branch.roster.member(self.person)
    }

    /// What tells namesakes apart, in brackets: the branch, the group, the end of the league number.
    pub fn which(&self, cx: &Context) -> String {
        let Some(member) = self.member() else { return String::new() };
        let mut pieces = vec![show::name(&self.branch.roster.org.name)];
        pieces.extend(member.group.as_deref().map(show::name));
        pieces.extend(member.post.as_deref().map(show::name));
        if let Some(number) = &member.league_number {
            let end: String = number.chars().skip(number.chars().count().saturating_sub(4)).collect();
            pieces.push(cx.say("show-number-end", &[("end", end.into())]));
        }
        cx.say("show-brackets", &[("inside", show::join(cx, &pieces).into())])
    }
}

/// Members of this name: of the chat's unit, in private of the whole tree. Each person once. Where nobody has exactly
/// this name, width, case and traditional characters are looked past, among those at hand.
pub async fn people(cx: &Context, name: &str) -> Result<Vec<Found>, Fault> {
    let path = cx.place.as_ref().map_or("", |p| p.org().path.as_str());
    // PostgreSQL takes no NUL
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let named = cx.bot.store.people_named(&name, path).await?;
    let mut ids: Vec<OrgId> = named.iter().map(|(_, branch)| *branch).collect();
    ids.sort_unstable();
    ids.dedup();
    let branches = fresh(cx, &ids).await?;
    let mut seen = HashSet::new();
    let found = named.into_iter().filter(|(person, _)| seen.insert(*person)).filter_map(|(person, id)| {
        let branch = branches.iter().find(|b| b.roster.org.id == id)?.clone();
        branch.roster.member(person).is_some_and(|m| m.present_on(cx.today)).then_some(Found { person, branch })
    });
    let found: Vec<Found> = found.collect();
    if !found.is_empty() || name.is_empty() {
        return Ok(found);
    }
    let near: &[OrgId] = match (&cx.place, &cx.speaker) {
        (Some(place), _) => &place.branches,
        (None, Some(speaker)) => &speaker.known.branches,
        (None, None) => &[],
    };
    let said = normal(&name);
    let mut alike = Vec::new();
    for branch in fresh(cx, &near[..near.len().min(FEW)]).await? {
        let same = branch.roster.on(cx.today).filter(|m| normal(&m.name) == said && seen.insert(m.person));
        alike.extend(same.map(|m| Found { person: m.person, branch: branch.clone() }));
    }
    Ok(alike)
}

/// The same, of them those who are meant by what is said beside the name.
///
/// # Errors
/// A mistake where none of them is, and for several told apart in one message.
pub async fn called(cx: &Context, name: &str) -> Result<Vec<Found>, Error> {
    let found = people(cx, name).await?;
    units::narrowed(cx, name, found, |f| f.member().map(|m| (&f.branch.roster.org, m))).await
}

/// The same; where the speaker may do this for none of them, whoever had the name in a branch of theirs and left comes first.
///
/// # Errors
/// A fault of the store, or a mistake where it can't be told which branches are meant.
pub async fn people_ever(cx: &Context, name: &str, permission: Permission) -> Result<Vec<Found>, Error> {
    let mut found = called(cx, name).await?;
    if !found.iter().any(|f| cx.may(permission, &f.branch.roster.org)) {
        let left = crate::action::members::people::former(cx, name).await?;
        found.splice(0..0, left.into_iter().map(|p| Found { person: p.member.person, branch: p.branch }));
    }
    Ok(found)
}

/// The periods that a question means: the named ones in the duty's own cadence, none of the future, the newest
/// [`MOST_PERIODS`]; the current one where none is named.
///
/// # Errors
/// A mistake where all of them are yet to come.
pub fn periods(cx: &Context, duty: &Duty, named: &[Period], most: usize) -> Result<Vec<Period>, Mistake> {
    let now = Period::containing(duty.cadence, cx.today);
    if named.is_empty() {
        return Ok(vec![now]);
    }
    let mut all: Vec<Period> = named.iter().flat_map(|p| in_cadence(*p, duty)).collect();
    all.sort_unstable();
    all.dedup();
    all.retain(|p| *p <= now);
    if all.is_empty() {
        let first = named.iter().min().copied().unwrap_or(now);
        return Err(Mistake::new("period-to-come").with("period", cx.period(first)));
    }
    Ok(all.split_off(all.len().saturating_sub(most)))
}

/// A period in the duty's cadence: its parts, or the one that holds it.
fn in_cadence(period: Period, duty: &Duty) -> Vec<Period> {
    match period.expand(duty.cadence) {
        parts if parts.is_empty() => vec![Period::containing(duty.cadence, period.first_day())],
        parts => parts,
    }
}

/// One branch's or one unit's part of an answer.
pub struct Row {
    /// Whose.
    pub org: Org,
    /// The figures, all periods together.
    pub sums: Sums,
    /// Who is missing, by name, where it was read.
    pub missing: Vec<String>,
    /// Who is on leave or exempt, by name, where it was read.
    pub excused: Vec<String>,
    /// Of those expected, who came or met it late.
    pub late: usize,
    /// Of those expected, who has no account bound.
    pub unregistered: usize,
    /// Who has met it without being expected.
    pub beside: usize,
}

impl Row {
    fn of(org: &Org) -> Self {
        Self { org: org.clone(), sums: Sums::default(), missing: Vec::new(), excused: Vec::new(), late: 0, unregistered: 0, beside: 0 }
    }

    /// Takes in a branch of this unit's; nobody is named.
    fn add(&mut self, branch: &Self) {
        self.sums += branch.sums;
        self.late += branch.late;
        self.unregistered += branch.unregistered;
        self.beside += branch.beside;
    }
}

/// The figures of some periods, by branch where they are few, else by the units directly below. Either way every branch is read as it is
/// read alone: what a unit adds up to is what its branches say.
pub async fn rows(cx: &Context, scope: &Scope, duty: &Duty, periods: &[Period]) -> Result<Vec<Row>, Error> {
    if !scope.branches.is_empty() {
        return of_branches(cx, &scope.branches, duty, periods, true).await;
    }
    let mut rows: Vec<Row> = scope.units.iter().filter(|o| o.parent == Some(scope.unit.id)).map(Row::of).collect();
    let ids: Vec<OrgId> = scope.units.iter().filter(|o| o.kind == OrgKind::Branch).map(|o| o.id).collect();
    for piece in ids.chunks(PIECE) {
        for branch in of_branches(cx, &fresh(cx, piece).await?, duty, periods, false).await? {
            if let Some(row) = rows.iter_mut().find(|r| covers(&r.org.path, &branch.org.path)) {
                row.add(&branch);
            }
        }
    }
    Ok(rows)
}

/// Each branch's own figures; who is missing or excused by name, where `named`.
async fn of_branches(cx: &Context, branches: &[Arc<Branch>], duty: &Duty, periods: &[Period], named: bool) -> Result<Vec<Row>, Error> {
    let (Some(first), Some(last)) = (periods.iter().min(), periods.iter().max()) else { return Ok(Vec::new()) };
    let ids: Vec<OrgId> = branches.iter().map(|b| b.roster.org.id).collect();
    let mut standings: HashMap<(OrgId, Period), Vec<(PersonId, Standing)>> = HashMap::new();
    for (key, standing) in cx.bot.store.standings_of_all(&ids, &duty.key, *first, *last).await? {
        standings.entry((key.branch, key.period)).or_default().push((key.person, standing));
    }
    let mut rows = Vec::with_capacity(branches.len());
    for branch in branches {
        let mut row = Row::of(&branch.roster.org);
        for period in periods {
            let of = standings.get(&(branch.roster.org.id, *period)).map_or(&[][..], Vec::as_slice);
            let a = Attendance::read(&branch.roster, duty, *period, of, cx.zone());
            row.sums += Sums { branches: 0, ..a.sums() };
            row.late += a.late.len();
            row.beside += a.beside.len();
            row.unregistered = row.unregistered.max(a.unregistered.len());
            if named {
                row.excused.extend(a.excused.iter().map(|m| cx.called(branch, m)));
                row.missing.extend(a.missing.iter().map(|m| cx.called(branch, m)));
            }
        }
        row.sums.branches = 1;
        rows.push(row);
    }
    Ok(rows)
}

/// The rows' figures together.
pub fn total(rows: &[Row]) -> Sums {
    rows.iter().map(|r| r.sums).sum()
}
