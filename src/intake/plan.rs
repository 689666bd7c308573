//! What a plan is made of: what must be known for it, and what it says. `planner` makes it.

use super::Phrase;
use super::place::{Place, Places};
use super::rows::Reading;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::membership::Rules;
use crate::domain::role::Role;
use crate::domain::roster::{KnownPerson, MemberFields, NewMember, Org, Roster, RosterChange};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What to do with a row whose person may be known in another branch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Elsewhere {
    /// Ask: the row is not applied.
    #[default]
    Ask,
    /// They came over: transfer.
    Transfer,
    /// A mere namesake is somebody new; who is known by number or account is still asked about.
    New,
}

/// What is known when a file is planned.
#[derive(Debug)]
pub struct World<'a> {
    /// The local date.
    pub today: NaiveDate,
    /// The tree.
    pub orgs: &'a [Org],
    /// The rosters of the branches that the file names (see [`touched`]).
    pub rosters: &'a HashMap<OrgId, Roster>,
    /// People known by a number, account or name of the file, in any branch.
    pub elsewhere: &'a [KnownPerson],
    /// Day of birth and month of admission of the rosters' members, where they are kept.
    pub dates: &'a HashMap<PersonId, (Option<NaiveDate>, Option<NaiveDate>)>,
    /// Who holds treasurer and secretary of the branches.
    pub holders: &'a HashSet<(OrgId, Role, PersonId)>,
    /// Paths at or below which the importer may change rosters; `""` is everywhere.
    pub scope: &'a [String],
    /// The branch of rows that name none.
    pub base: Option<&'a str>,
    /// The duty whose bands members are in.
    pub duty: Option<&'a Duty>,
    /// What to do about people who may be known elsewhere.
    pub elsewhere_rule: Elsewhere,
    /// Whether the importer may give roles.
    pub may_grant: bool,
    /// The league's rules, where rows are looked over by them.
    pub rules: Option<&'a Rules>,
}

/// A change, with branches that may not be there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Somebody new.
    Add {
        /// The branch.
        to: Place,
        /// The name.
        name: String,
        /// The first day.
        from: NaiveDate,
        /// The day from which the bot knows of them.
        known: Option<NaiveDate>,
        /// The rest.
        fields: MemberFields,
    },
    /// Fields that differ.
    Update {
        /// Who.
        person: PersonId,
        /// Where.
        branch: OrgId,
        /// New values.
        fields: MemberFields,
    },
    /// Somebody who was taken for gone is here all the same.
    Stay {
        /// Who.
        person: PersonId,
        /// Where.
        branch: OrgId,
    },
    /// Somebody known comes over.
    Transfer {
        /// Who.
        person: PersonId,
        /// From where; none where they are in no branch.
        from: Option<OrgId>,
        /// To where.
        to: Place,
        /// The first day there.
        on: NaiveDate,
        /// New values.
        fields: MemberFields,
    },
}

/// Whose role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody known.
    Known(PersonId),
    /// The nth `Add` of the plan, from 0.
    Added(usize),
}

/// A role that a post on the roster carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granting {
    /// Who.
    pub who: Who,
    /// Over which branch.
    pub place: Place,
    /// What.
    pub role: Role,
}

/// What a line of the preview is about; in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A row that can't be taken.
    Error,
    /// A row that waits.
    Question,
    /// A unit that would be made.
    Unit,
    /// A transfer.
    Transfer,
    /// Fields that would change.
    Update,
    /// A role, given or suggested.
    Grant,
    /// Something to look at.
    Warning,
    /// Somebody new.
    Add,
    /// Somebody on the roster who is not in the file.
    Missing,
}

/// One line of the preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What about.
    pub kind: Kind,
    /// The row in the file; 0 where it is about none.
    pub line: usize,
    /// The member's name, or empty.
    pub name: String,
    /// What.
    pub what: Phrase,
}

/// How much of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows with a name.
    pub rows: usize,
    /// New members.
    pub added: usize,
    /// Members with a field that changes.
    pub updated: usize,
    /// Transfers.
    pub moved: usize,
    /// Members who stay as they are.
    pub same: usize,
    /// Rows that wait.
    pub questions: usize,
    /// Rows that can't be taken.
    pub errors: usize,
}

/// What would be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Paths of branches to make, in order.
    pub units: Vec<String>,
    /// Changes, in the file's order.
    pub changes: Vec<Change>,
    /// Roles to give.
    pub grants: Vec<Granting>,
    /// Branches with the epoch that the plan rests on.
    pub relies: Vec<(OrgId, i64)>,
    /// How much of each.
    pub counts: Counts,
    /// Lines to show.
    pub lines: Vec<Line>,
    /// Remarks on the file as a whole.
    pub notes: Vec<Phrase>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.grants.is_empty() && self.units.is_empty()
    }

    /// The changes for the store, once the new units have ids. None where one of them has none.
    pub fn changes(&self, made: &BTreeMap<String, OrgId>) -> Option<Vec<RosterChange>> {
        let id = |place: &Place| settled(place, made);
        let change = |change: &Change| {
            Some(match change.clone() {
                Change::Add { to, name, from, known, fields } => RosterChange::Add(NewMember { branch: id(&to)?, name, from, known, fields }),
                Change::Update { person, branch, fields } => RosterChange::Update { person, branch, fields },
                Change::Stay { person, branch } => RosterChange::Stay { person, branch },
                Change::Transfer { person, from, to, on, fields } => {
                    let to = id(&to)?;
                    RosterChange::Transfer { person, from: from.unwrap_or(to), to, on, fields }
                }
            })
        };
        self.changes.iter().map(change).collect()
    }
}

/// The id of a place, once the new units are made.
pub fn settled(place: &Place, made: &BTreeMap<String, OrgId>) -> Option<OrgId> {
    match place {
        Place::Known(id) => Some(*id),
        Place::New(path) => made.get(path).copied(),
    }
}

/// The known branches that the file names: their rosters are what `plan` needs.
pub fn touched(reading: &Reading, orgs: &[Org], scope: &[String], base: Option<&str>) -> BTreeSet<OrgId> {
    let places = Places::new(orgs, scope, base);
    let written: HashSet<Option<&str>> = reading.rows.iter().map(|r| r.branch.as_deref()).collect();
    let known = |place| if let Ok(Place::Known(id)) = place { Some(id) } else { None };
    written.into_iter().filter_map(|w| known(places.find(w))).collect()
}
