//! Chat accounts of people, requests to bind one, one-time codes, and grants.

use super::change;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::AccountKey;
use crate::domain::role::Role;
use crate::domain::roster::{BindingRequest, Grant};
use crate::error::Fault;
use crate::store::database::engine::{Tx, args};
use crate::store::records::audit;
use crate::store::records::rows::json;
use crate::store::{Store, raise};
use std::collections::{BTreeSet, HashMap};

/// What a one-time code is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeFor {
    /// The first secretary's power.
    Activate,
    /// Binding an account to this person.
    Bind(PersonId),
}

impl CodeFor {
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Activate => "activate".into(),
            Self::Bind(person) => format!("bind/{person}"),
        }
    }
}

impl Store {
    /// Whose account it is.
    pub async fn person_of(&self, account: &AccountKey) -> Result<Option<PersonId>, Fault> {
        let sql = "SELECT person_id FROM account WHERE platform = $1 AND account_id = $2";
        let found: Option<(i64,)> = self.pool().one(sql, args![&*account.platform, &*account.id]).await?;
        Ok(found.map(|(id,)| PersonId(id)))
    }

    /// Binds at once. An account that is somebody else's is left alone and false comes back. Raises the epochs of the person's branches.
    pub async fn bind_account(&self, account: &AccountKey, person: PersonId, actor: Option<PersonId>) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let taken = self.bind_all(&mut tx, &[(account.clone(), person)], actor).await?;
        tx.commit().await?;
        Ok(taken.is_empty())
    }

    /// These accounts are no longer the person's: how many were, and the branches whose epochs were raised for it.
    /// Records and grants are the person's and stay.
    pub async fn unbind_accounts(&self, accounts: &[AccountKey], person: PersonId, actor: Option<PersonId>) -> Result<(usize, Vec<OrgId>), Fault> {
        let mut tx = self.write().await?;
        let branches: BTreeSet<OrgId> = change::branches_of(&mut tx, &BTreeSet::from([person.0])).await?.into_iter().collect();
        tx.lock_orgs(&branches).await?;
        let mut about = Vec::new();
        for account in accounts {
            let sql = "DELETE FROM account WHERE platform = $1 AND account_id = $2 AND person_id = $3";
            if tx.exec(sql, args![&*account.platform, &*account.id, person]).await? == 1 {
                about.push((person, account.to_string()));
            }
        }
        if !about.is_empty() {
            raise(&mut tx, &branches).await?;
            audit::append_about(&mut tx, &self.inner.lease, "unbind", actor, &about, self.now()).await?;
        }
        tx.commit().await?;
        Ok((about.len(), branches.into_iter().collect()))
    }

    /// Remembers that an account wants to be somebody's; a later request of the same account replaces the earlier.
    pub async fn request_binding(&self, request: &BindingRequest) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let sql = "INSERT INTO binding_request (platform, account_id, person_id, branch_id, card, asked_at) VALUES ($1, $2, $3, $4, $5, $6) \
            ON CONFLICT (platform, account_id) DO UPDATE SET person_id = excluded.person_id, branch_id = excluded.branch_id, card = excluded.card, \
            asked_at = excluded.asked_at";
        let r = request;
        tx.exec(sql, args![&*r.account.platform, &*r.account.id, r.person, r.branch, r.card.as_str(), r.at]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Requests that wait for these branches' secretaries, oldest first.
    pub async fn binding_requests(&self, branches: &[OrgId]) -> Result<Vec<BindingRequest>, Fault> {
        type RequestRow = (String, String, i64, String, i64, String, i64);
        let sql = "SELECT b.platform, b.account_id, b.person_id, p.name, b.branch_id, b.card, b.asked_at \
            FROM json_each($1) AS j CROSS JOIN binding_request AS b JOIN person AS p ON p.id = b.person_id \
            WHERE b.branch_id = CAST(j.value->>0 AS BIGINT) ORDER BY b.asked_at, b.platform, b.account_id";
        let branches: BTreeSet<(i64,)> = branches.iter().map(|b| (b.0,)).collect();
        let found: Vec<RequestRow> = self.pool().rows(sql, args![json(&branches)]).await?;
        let request = |(platform, account, person, name, branch, card, at): RequestRow| BindingRequest {
            account: AccountKey::new(platform, account),
            person: PersonId(person),
            name,
            branch: OrgId(branch),
            card,
            at,
        };
        Ok(found.into_iter().map(request).collect())
    }

    /// Binds the accounts of these requests and drops the requests; those whose account was taken meanwhile come back.
    pub async fn approve_bindings(&self, requests: &[BindingRequest], actor: Option<PersonId>) -> Result<Vec<BindingRequest>, Fault> {
        let mut tx = self.write().await?;
        let pairs: Vec<_> = requests.iter().map(|r| (r.account.clone(), r.person)).collect();
        let taken = self.bind_all(&mut tx, &pairs, actor).await?;
        drop_requests(&mut tx, requests).await?;
        tx.commit().await?;
        Ok(requests.iter().filter(|r| taken.contains(&(r.account.clone(), r.person))).cloned().collect())
    }

    /// Drops requests without binding.
    pub async fn drop_bindings(&self, requests: &[BindingRequest]) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        drop_requests(&mut tx, requests).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Keeps a digest (SHA-256, hex) of a new code until `until` (UTC ms). A new `Activate` code replaces the last.
    pub async fn keep_code(&self, digest: &str, purpose: &CodeFor, until: i64) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        if *purpose == CodeFor::Activate {
            tx.exec("DELETE FROM code WHERE purpose = $1", args![purpose.key()]).await?;
        }
        let sql = "INSERT INTO code (digest, purpose, valid_until) VALUES ($1, $2, $3) \
            ON CONFLICT (digest) DO UPDATE SET purpose = excluded.purpose, valid_until = excluded.valid_until";
        tx.exec(sql, args![digest, purpose.key(), until]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Uses a code up: true once, where it exists for that purpose and is not past.
    pub async fn take_code(&self, digest: &str, purpose: &CodeFor, now: i64) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let taken = tx.exec("DELETE FROM code WHERE digest = $1 AND purpose = $2 AND valid_until >= $3", args![digest, purpose.key(), now]).await?;
        tx.commit().await?;
        Ok(taken == 1)
    }

    /// Roles that the person was granted.
    pub async fn grants(&self, person: PersonId) -> Result<Vec<Grant>, Fault> {
        let sql = "SELECT g.person_id, g.org_id, o.path, g.role FROM role_grant AS g JOIN org AS o ON o.id = g.org_id \
            WHERE g.person_id = $1 ORDER BY o.path, g.role";
        Ok(granted(self.pool().rows(sql, args![person]).await?)?.remove(&person).unwrap_or_default())
    }

    /// The same for everybody who is or was in a branch and has any, in one reading.
    pub async fn grants_of_members(&self, branch: OrgId) -> Result<HashMap<PersonId, Vec<Grant>>, Fault> {
        let sql = "SELECT g.person_id, g.org_id, o.path, g.role FROM (SELECT DISTINCT person_id FROM membership WHERE branch_id = $1) AS p \
            JOIN role_grant AS g ON g.person_id = p.person_id JOIN org AS o ON o.id = g.org_id ORDER BY o.path, g.role";
        granted(self.pool().rows(sql, args![branch]).await?)
    }

    /// People with this role at exactly this unit.
    pub async fn holders(&self, org: OrgId, role: Role) -> Result<Vec<PersonId>, Fault> {
        let sql = "SELECT person_id FROM role_grant WHERE org_id = $1 AND role = $2 ORDER BY person_id";
        let found: Vec<(i64,)> = self.pool().rows(sql, args![org, role.key()]).await?;
        Ok(found.into_iter().map(|(id,)| PersonId(id)).collect())
    }

    /// Grants; raises the epochs of the unit and of the person's branches. False where it was there already.
    pub async fn grant(&self, person: PersonId, org: OrgId, role: Role, actor: Option<PersonId>) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let mut units: BTreeSet<OrgId> = change::branches_of(&mut tx, &BTreeSet::from([person.0])).await?.into_iter().collect();
        units.insert(org);
        tx.lock_orgs(&units).await?;
        let sql = "INSERT INTO role_grant (org_id, person_id, role, granted_at) VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, person_id, role) DO NOTHING";
        let new = tx.exec(sql, args![org, person, role.key(), self.now()]).await? == 1;
        if new {
            raise(&mut tx, &units).await?;
            let about = [(person, format!("{org} {}", role.key()))];
            audit::append_about(&mut tx, &self.inner.lease, "grant", actor, &about, self.now()).await?;
        }
        tx.commit().await?;
        Ok(new)
    }

    /// Takes a role back; raises the same epochs. False where it was not there.
    pub async fn revoke(&self, person: PersonId, org: OrgId, role: Role, actor: Option<PersonId>) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let mut units: BTreeSet<OrgId> = change::branches_of(&mut tx, &BTreeSet::from([person.0])).await?.into_iter().collect();
        units.insert(org);
        tx.lock_orgs(&units).await?;
        let gone = tx.exec("DELETE FROM role_grant WHERE org_id = $1 AND person_id = $2 AND role = $3", args![org, person, role.key()]).await? == 1;
        if gone {
            raise(&mut tx, &units).await?;
            let about = [(person, format!("{org} {}", role.key()))];
            audit::append_about(&mut tx, &self.inner.lease, "revoke", actor, &about, self.now()).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }

    /// Whether anybody holds a role that can manage a roster.
    pub async fn anybody_in_charge(&self) -> Result<bool, Fault> {
        let sql = "SELECT person_id FROM role_grant WHERE role = $1 OR role = $2 LIMIT 1";
        let found: Option<(i64,)> = self.pool().one(sql, args![Role::Secretary.key(), Role::Operator.key()]).await?;
        Ok(found.is_some())
    }

    /// The accounts of a person.
    pub async fn accounts_of(&self, person: PersonId) -> Result<Vec<AccountKey>, Fault> {
        let sql = "SELECT platform, account_id FROM account WHERE person_id = $1 ORDER BY platform, account_id";
        let found: Vec<(String, String)> = self.pool().rows(sql, args![person]).await?;
        Ok(found.into_iter().map(|(platform, id)| AccountKey::new(platform, id)).collect())
    }

    /// Binds accounts within a transaction; those that are somebody else's come back.
    async fn bind_all(&self, tx: &mut Tx, pairs: &[(AccountKey, PersonId)], actor: Option<PersonId>) -> Result<Vec<(AccountKey, PersonId)>, Fault> {
        let people: BTreeSet<i64> = pairs.iter().map(|(_, p)| p.0).collect();
        let branches: BTreeSet<OrgId> = change::branches_of(tx, &people).await?.into_iter().collect();
        tx.lock_orgs(&branches).await?;
        let (mut taken, mut about) = (Vec::new(), Vec::new());
        for (account, person) in pairs {
            let (platform, id) = (&*account.platform, &*account.id);
            let sql = "INSERT INTO account (platform, account_id, person_id, bound_at) VALUES ($1, $2, $3, $4) ON CONFLICT (platform, account_id) DO NOTHING";
            if tx.exec(sql, args![platform, id, *person, self.now()]).await? == 1 {
                about.push((*person, account.to_string()));
                continue;
            }
            let sql = "SELECT person_id FROM account WHERE platform = $1 AND account_id = $2";
            let owner: Option<(i64,)> = tx.one(sql, args![platform, id]).await?;
            if owner != Some((person.0,)) {
                taken.push((account.clone(), *person));
            }
        }
        if !about.is_empty() {
            raise(tx, &branches).await?;
            audit::append_about(tx, &self.inner.lease, "account", actor, &about, self.now()).await?;
        }
        Ok(taken)
    }
}

/// (person, unit, path, role).
fn granted(found: Vec<(i64, i64, String, String)>) -> Result<HashMap<PersonId, Vec<Grant>>, Fault> {
    let mut all: HashMap<PersonId, Vec<Grant>> = HashMap::new();
    for (person, org, path, role) in found {
        let role = Role::parse(&role).ok_or_else(|| Fault::Corrupt(format!("role {role:?}")))?;
        all.entry(PersonId(person)).or_default().push(Grant { org: OrgId(org), path, role });
    }
    Ok(all)
}

async fn drop_requests(tx: &mut Tx, requests: &[BindingRequest]) -> Result<(), Fault> {
    for r in requests {
        // a newer request of the same account, for somebody else, stays
        let sql = "DELETE FROM binding_request WHERE platform = $1 AND account_id = $2 AND person_id = $3";
        tx.exec(sql, args![&*r.account.platform, &*r.account.id, r.person]).await?;
    }
    Ok(())
}
