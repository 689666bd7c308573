//! People, their memberships and dues bands.

use super::Store;
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::roster::{Roster, RosterChange};
use crate::error::Fault;

/// Recounts who is expected, for a branch as just changed: given (duty, period), how many.
pub type Recount<'a> = &'a (dyn Fn(&Roster, &str, Period) -> i64 + Sync);

impl Store {
    /// A branch with its members, one consistent reading.
    pub async fn roster(&self, branch: OrgId) -> Result<Option<Roster>, Fault> {
        let _ = branch;
        unimplemented!()
    }
    /// The epochs of these units, in one reading; a unit that is gone is absent.
    pub async fn epochs(&self, orgs: &[OrgId]) -> Result<Vec<(OrgId, i64)>, Fault> {
        let _ = orgs;
        unimplemented!()
    }
    /// Makes all changes in one transaction, raises the branches' epochs, recounts their tallies that are not frozen,
    /// and writes an audit link. Ids of added persons, in the order of the `Add`s.
    ///
    /// # Errors
    /// `Stale` where a branch of `relies` has another epoch now: nothing was changed, plan again.
    pub async fn change_roster(
        &self,
        changes: &[RosterChange],
        relies: &[(OrgId, i64)],
        actor: Option<PersonId>,
        recount: Recount<'_>,
    ) -> Result<Vec<PersonId>, Fault> {
        let _ = (changes, relies, actor, recount);
        unimplemented!()
    }
    /// Branches (with present or past membership) of a person: open memberships first.
    pub async fn branches_of(&self, person: PersonId) -> Result<Vec<OrgId>, Fault> {
        let _ = person;
        unimplemented!()
    }
    /// People of this name with an open membership at or below the path: (person, branch).
    pub async fn people_named(&self, name: &str, path: &str) -> Result<Vec<(PersonId, OrgId)>, Fault> {
        let _ = (name, path);
        unimplemented!()
    }
}
