//! Chat accounts of people, requests to bind one, one-time codes, and grants.

use super::Store;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::AccountKey;
use crate::domain::role::Role;
use crate::domain::roster::{BindingRequest, Grant};
use crate::error::Fault;

/// What a one-time code is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeFor {
    /// The first secretary's power.
    Activate,
    /// Binding an account to this person.
    Bind(PersonId),
}

impl Store {
    /// Whose account it is.
    pub async fn person_of(&self, account: &AccountKey) -> Result<Option<PersonId>, Fault> {
        let _ = account;
        unimplemented!()
    }
    /// Binds at once. An account that is somebody else's is left alone and false comes back. Raises the epochs of the person's branches.
    pub async fn bind_account(&self, account: &AccountKey, person: PersonId, actor: Option<PersonId>) -> Result<bool, Fault> {
        let _ = (account, person, actor);
        unimplemented!()
    }
    /// Remembers that an account wants to be somebody's; a later request of the same account replaces the earlier.
    pub async fn request_binding(&self, request: &BindingRequest) -> Result<(), Fault> {
        let _ = request;
        unimplemented!()
    }
    /// Requests that wait for these branches' secretaries, oldest first.
    pub async fn binding_requests(&self, branches: &[OrgId]) -> Result<Vec<BindingRequest>, Fault> {
        let _ = branches;
        unimplemented!()
    }
    /// Binds the accounts of these requests and drops the requests; those whose account was taken meanwhile come back.
    pub async fn approve_bindings(&self, requests: &[BindingRequest], actor: Option<PersonId>) -> Result<Vec<BindingRequest>, Fault> {
        let _ = (requests, actor);
        unimplemented!()
    }
    /// Drops requests without binding.
    pub async fn drop_bindings(&self, requests: &[BindingRequest]) -> Result<(), Fault> {
        let _ = requests;
        unimplemented!()
    }
    /// Keeps a digest (SHA-256, hex) of a new code until `until` (UTC ms). A new `Activate` code replaces the last.
    pub async fn keep_code(&self, digest: &str, purpose: &CodeFor, until: i64) -> Result<(), Fault> {
        let _ = (digest, purpose, until);
        unimplemented!()
    }
    /// Uses a code up: true once, where it exists for that purpose and is not past.
    pub async fn take_code(&self, digest: &str, purpose: &CodeFor, now: i64) -> Result<bool, Fault> {
        let _ = (digest, purpose, now);
        unimplemented!()
    }
    /// Roles that the person was granted.
    pub async fn grants(&self, person: PersonId) -> Result<Vec<Grant>, Fault> {
        let _ = person;
        unimplemented!()
    }
    /// People with this role at exactly this unit.
    pub async fn holders(&self, org: OrgId, role: Role) -> Result<Vec<PersonId>, Fault> {
        let _ = (org, role);
        unimplemented!()
    }
    /// Grants; raises the epochs of the unit and of the person's branches. False where it was there already.
    pub async fn grant(&self, person: PersonId, org: OrgId, role: Role, actor: Option<PersonId>) -> Result<bool, Fault> {
        let _ = (person, org, role, actor);
        unimplemented!()
    }
    /// Whether anybody holds a role that can manage a roster.
    pub async fn anybody_in_charge(&self) -> Result<bool, Fault> {
        unimplemented!()
    }
    /// The accounts of a person.
    pub async fn accounts_of(&self, person: PersonId) -> Result<Vec<AccountKey>, Fault> {
        let _ = person;
        unimplemented!()
    }
}
