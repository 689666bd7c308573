//! The demo's county: a committee, a town, two branches of thirty, and three months in which they paid, studied and met.
//!
//! `people` is who, `history` is what they did, day by day; this file builds the units and enters both through the
//! store's own doors. Everything is made up, and the same for the same day.

mod history;
mod people;

use crate::config::Config;
use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::PersonId;
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::role::Role;
use crate::domain::roster::{MemberFields, NewMember, Org, OrgKind, Roster, RosterChange};
use crate::effects::Effects;
use crate::error::Fault;
use crate::platform::webchat::PLATFORM;
use crate::report::tally::owing_people;
use crate::store::Store;
use chrono::{Months, NaiveDate};
use std::sync::Arc;

/// What the demo shows.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Whether it was built just now; else it was there.
    pub fresh: bool,
    /// The county committee.
    pub county: Org,
    /// The town committee.
    pub town: Org,
    /// The branches with their groups.
    pub branches: Vec<SampleBranch>,
}

/// A branch of the demo.
#[derive(Clone, Debug)]
pub struct SampleBranch {
    /// The branch with its members.
    pub roster: Arc<Roster>,
    /// Its group in the web chat.
    pub chat: ChatKey,
}

/// Somebody of the branch, as the history needs one.
#[derive(Clone, Copy)]
struct Who {
    branch: usize,
    place: usize,
    person: PersonId,
}

/// Builds the county where it is not there yet. What a crash left half built is completed.
///
/// # Errors
/// Whatever the store says.
pub async fn load(store: &Store, config: &Config, effects: &Effects, now: i64) -> Result<Sample, Fault> {
    let zone = config.zone();
    let today = zone.date(now);
    let since = Period::containing(Cadence::Month, today).shift(-3).first_day();
    let county = store.create_path(people::COUNTY, OrgKind::Committee, since).await?;
    let town = store.create_path(people::TOWN, OrgKind::Committee, since).await?;
    let mut orgs = Vec::new();
    for branch in &people::BRANCHES {
        orgs.push(store.create_path(&format!("{}/{}", people::TOWN, branch.name), OrgKind::Branch, since).await?);
    }
    let chats: Vec<ChatKey> = people::BRANCHES.iter().map(|b| ChatKey::group(PLATFORM, b.key)).collect();
    // the groups are bound last of all: they tell that the rest is whole
    let mut whole = true;
    for chat in &chats {
        whole &= store.chat(chat).await?.is_some();
    }
    if !whole {
        for at in 0..orgs.len() {
            enlist(store, config, &orgs, at, since).await?;
        }
        let rosters = read(store, &orgs).await?;
        grant(store, &rosters, &town).await?;
        // granting raised the epochs, which posts rely on
        let rosters = read(store, &orgs).await?;
        history::enter(&history::World { store, config, effects, rosters: &rosters, chats: &chats, now }).await?;
        for (chat, org) in chats.iter().zip(&orgs) {
            store.bind_chat(chat, org.id).await?;
        }
    }
    let branches = read(store, &orgs).await?.into_iter().zip(chats).map(|(roster, chat)| SampleBranch { roster: Arc::new(roster), chat }).collect();
    Ok(Sample { fresh: !whole, county, town, branches })
}

/// The account of whoever stands at that place of a branch's list: `webchat:a01`.
fn account(branch: usize, place: usize) -> AccountKey {
    AccountKey::new(PLATFORM, format!("{}{:02}", people::BRANCHES[branch].key, place + 1))
}

/// Puts a branch's members on its roster, where it has none.
async fn enlist(store: &Store, config: &Config, orgs: &[Org], at: usize, since: NaiveDate) -> Result<(), Fault> {
    let branch = orgs[at].id;
    let roster = store.roster(branch).await?.ok_or_else(|| missing("branch"))?;
    if !roster.members.is_empty() {
        return Ok(());
    }
    let known = |band: &str| config.duties.iter().any(|d| d.measure == Measure::Money && d.bands.iter().any(|b| b.key == band));
    let changes: Vec<RosterChange> = people::BRANCHES[at]
        .names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let new = people::NEWCOMER == (at, place);
            let from = if new { since + Months::new(2) } else { since - Months::new(6 + u32::try_from(place % 5).unwrap_or(0) * 4) };
            let band = people::BANDS.iter().find(|(b, p, band)| (*b, *p) == (at, place) && known(band)).map(|(.., band)| (*band).to_owned());
            let joined = from - Months::new(if new { 0 } else { 12 });
            let fields = MemberFields {
                league_number: Some(format!("{}{:04}{:04}", joined.format("%Y"), 3100 + at, place + 1)),
                joined: Some(joined),
                group: Some(people::group(place).to_owned()),
                post: people::post(place).map(str::to_owned),
                band: band.map(|b| (Period::containing(Cadence::Month, from), b)),
                accounts: vec![account(at, place)],
                ..MemberFields::default()
            };
            RosterChange::Add(NewMember { branch, name: (*name).to_owned(), from, known: None, fields })
        })
        .collect();
    let recount = |r: &Roster, duty: &str, period: Period| config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, r, period));
    store.change_roster(&changes, &[(branch, roster.org.epoch)], None, &recount).await?;
    Ok(())
}

/// Gives the roles: secretary and treasurer of each branch, and the town's officer.
async fn grant(store: &Store, rosters: &[Roster], town: &Org) -> Result<(), Fault> {
    for (at, roster) in rosters.iter().enumerate() {
        for place in 0..people::BRANCHES[at].names.len() {
            let who = find(rosters, at, place)?;
            if let Some(role) = people::role(place) {
                store.grant(who.person, roster.org.id, role, None).await?;
            }
            if people::OFFICER == (at, place) {
                store.grant(who.person, town.id, Role::Committee, None).await?;
            }
        }
    }
    Ok(())
}

async fn read(store: &Store, orgs: &[Org]) -> Result<Vec<Roster>, Fault> {
    let mut all = Vec::new();
    for org in orgs {
        all.push(store.roster(org.id).await?.ok_or_else(|| missing("branch"))?);
    }
    Ok(all)
}

/// Who stands at that place: found by the account, for names may be shared.
fn find(rosters: &[Roster], branch: usize, place: usize) -> Result<Who, Fault> {
    let member = rosters[branch].by_account(&account(branch, place)).ok_or_else(|| missing("member"))?;
    Ok(Who { branch, place, person: member.person })
}

fn expected(roster: &Roster, duty: &Duty, period: Period) -> i64 {
    i64::try_from(roster.expected(duty, period).count()).unwrap_or(i64::MAX)
}

fn missing(what: &str) -> Fault {
    Fault::Other(format!("the sample county is broken: a {what} is gone; start the demo with a fresh database"))
}
