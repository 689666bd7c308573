//! A roster file → what it would change → changed: the use case beneath `zhibu import roster` and the file that is
//! dropped into a private chat. Who may do it is the caller's to decide: `scope` and `may_grant` say so.

use crate::config::Config;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::role::Role;
use crate::domain::roster::OrgKind;
use crate::error::{Error, Fault};
use crate::intake::plan::{Elsewhere, Kind, Plan, Who, World, settled, touched};
use crate::intake::planner;
use crate::intake::rows::{self, Reading};
use crate::intake::sheet::{self, Limits};
use crate::report::tally::owing_people;
use crate::store::Store;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Who imports what, and how far they may go.
pub struct Import<'a> {
    /// Where to.
    pub store: &'a Store,
    /// Bands, and what is expected of whom.
    pub config: &'a Config,
    /// The local date.
    pub today: NaiveDate,
    /// The file.
    pub bytes: Arc<Vec<u8>>,
    /// The branch of rows that name none, or the unit under which the named ones are.
    pub branch: Option<&'a str>,
    /// Paths at or below which the importer may change rosters; `""` is everywhere.
    pub scope: &'a [String],
    /// What to do about people who may be known in another branch.
    pub elsewhere: Elsewhere,
    /// Whether posts in the file give roles.
    pub may_grant: bool,
    /// Who imports; none on the command line.
    pub actor: Option<PersonId>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done: this is what was changed.
    Applied(Plan),
    /// Somebody else changed a roster meanwhile and the file means something else now: nothing was done; this is what
    /// it would do.
    Changed(Plan),
}

/// What the file would change. Nothing is written.
///
/// # Errors
/// A mistake where the file can't be read as a roster.
pub async fn preview(import: &Import<'_>) -> Result<Plan, Error> {
    let reading = read(import).await?;
    Ok(plan(import, &reading).await?)
}

/// Applies the file: all of it that is sure, in one transaction. `shown`: the plan that was agreed to, where there was
/// one; another outcome than that is not applied.
///
/// # Errors
/// A mistake where the file can't be read as a roster; `Fault::Stale` where the rosters change faster than it plans.
pub async fn apply(import: &Import<'_>, shown: Option<&Plan>) -> Result<Outcome, Error> {
    let reading = read(import).await?;
    let first = plan(import, &reading).await?;
    if shown.is_some_and(|shown| !alike(shown, &first)) {
        return Ok(Outcome::Changed(first));
    }
    match attempt(import, &reading, &first).await {
        Err(Fault::Stale) => {
            let again = plan(import, &reading).await?;
            if !alike(&first, &again) {
                return Ok(Outcome::Changed(again));
            }
            attempt(import, &reading, &again).await?;
            Ok(Outcome::Applied(again))
        }
        done => {
            done?;
            Ok(Outcome::Applied(first))
        }
    }
}

/// Whether two plans do the same to people: what they rest on may differ, and which units are there already.
fn alike(a: &Plan, b: &Plan) -> bool {
    let lines = |plan: &Plan| plan.lines.iter().filter(|l| l.kind != Kind::Unit).cloned().collect::<Vec<_>>();
    a.counts == b.counts && lines(a) == lines(b)
}

/// Makes the new units, then everything else in one transaction, then the roles.
async fn attempt(import: &Import<'_>, reading: &Reading, planned: &Plan) -> Result<(), Fault> {
    let store = import.store;
    let mut made = BTreeMap::new();
    let mut relies = planned.relies.clone();
    for path in &planned.units {
        let unit = store.create_path(path, OrgKind::Branch, import.today).await?;
        relies.push((unit.id, unit.epoch));
        made.insert(path.clone(), unit.id);
    }
    // A branch that came into being since the plan may have people by now: look again.
    let fresh = if planned.units.is_empty() { None } else { Some(plan(import, reading).await?) };
    if let Some(fresh) = &fresh {
        if fresh.counts != planned.counts {
            return Err(Fault::Stale);
        }
        relies.clone_from(&fresh.relies);
    }
    let plan = fresh.as_ref().unwrap_or(planned);
    let changes = plan.changes(&made).ok_or(Fault::Stale)?;
    let added = store
        .change_roster(&changes, &relies, import.actor, &|roster, duty, period| {
            import.config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, roster, period))
        })
        .await?;
    for grant in &plan.grants {
        let person = match grant.who {
            Who::Known(person) => Some(person),
            Who::Added(n) => added.get(n).copied(),
        };
        if let (Some(person), Some(org)) = (person, settled(&grant.place, &made)) {
            store.grant(person, org, grant.role, import.actor).await?;
        }
    }
    Ok(())
}

/// The duty whose bands a roster speaks of.
fn money(config: &Config) -> Option<&Duty> {
    config.duties.iter().find(|d| d.measure == Measure::Money && !d.bands.is_empty())
}

/// Reads the file on a thread of its own: twenty thousand rows take longer than other people's messages should wait.
async fn read(import: &Import<'_>) -> Result<Reading, Error> {
    let (bytes, duty, today) = (import.bytes.clone(), money(import.config).cloned(), import.today);
    let work = move || {
        let tables = sheet::read(&bytes, &Limits::default())?;
        rows::read(&tables, duty.as_ref(), today)
    };
    let read = tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Other("reading a roster file failed".into()))?;
    Ok(read?)
}

async fn plan(import: &Import<'_>, reading: &Reading) -> Result<Plan, Fault> {
    let store = import.store;
    let orgs = store.subtree("").await?;
    let branches: Vec<OrgId> = touched(reading, &orgs, import.scope, import.branch).into_iter().collect();
    let mut rosters = HashMap::new();
    let mut holders = HashSet::new();
    for id in &branches {
        rosters.extend(store.roster(*id).await?.map(|r| (*id, r)));
        for role in [Role::Secretary, Role::Treasurer] {
            holders.extend(store.holders(*id, role).await?.into_iter().map(|person| (*id, role, person)));
        }
    }
    let numbers: Vec<&str> = reading.rows.iter().filter_map(|r| r.league_number.as_deref()).collect();
    let accounts: Vec<_> = reading.rows.iter().flat_map(|r| &r.accounts).collect();
    let names: Vec<&str> = reading.rows.iter().map(|r| r.name.as_str()).collect();
    let world = World {
        today: import.today,
        orgs: &orgs,
        rosters: &rosters,
        elsewhere: &store.people_known(&numbers, &accounts, &names, import.scope).await?,
        dates: &store.dates_of(&branches).await?,
        holders: &holders,
        scope: import.scope,
        base: import.branch,
        duty: money(import.config),
        elsewhere_rule: import.elsewhere,
        may_grant: import.may_grant,
        rules: Some(&import.config.bot.membership),
    };
    Ok(planner::plan(reading, &world))
}
