//! Forgetting a person: what names or reaches them goes, an unnamed placeholder stays, so that records, standings,
//! tallies and the audit chain are as true as before. The key of the person's digests goes too: a link of the chain can
//! then no longer be compared with a text about them, only with the links around it.
//!
//! On SQLite the file is then written anew: what was there before stays in none of its pages, nor in its log.
//!
//! What stays beyond the placeholder: dates of membership and dues bands (what was owed follows from them), and in
//! records that they entered for somebody else the message's id, since those are vouched for by the other's key.

use super::roster::Recount;
use super::unname::Whose;
use super::{change, unname};
use crate::domain::calendar::Zone;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::role::Role;
use crate::domain::roster::ERASED;
use crate::error::Fault;
use crate::store::database::engine::{Tx, args};
use crate::store::duties::meetings;
use crate::store::records::audit;
use crate::store::sending::attachments;
use crate::store::{Store, raise};
use chrono::Days;
use std::collections::BTreeSet;

/// What an erasure takes away and what it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasing {
    /// The name as it is now.
    pub name: String,
    /// Paths of the branches that they are or were in.
    pub branches: Vec<String>,
    /// Accounts that are unbound.
    pub accounts: usize,
    /// Requests for binding that are dropped.
    pub requests: usize,
    /// Roles that end: the unit's path, the role, and whether nobody else holds it there.
    pub roles: Vec<(String, Role, bool)>,
    /// Records that stay without a name.
    pub records: usize,
}

/// What an erasure did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// The units whose roster is another now.
    pub units: Vec<OrgId>,
    /// The accounts that are nobody's now.
    pub accounts: Vec<AccountKey>,
    /// Files of letters that still wait, to chats of their units, which can't be looked through (pictures, PDF): the name may be in them
    /// until they are sent, or too old to be.
    pub unread: usize,
}

impl Store {
    /// What erasing this person would do; none where there is no such person or nothing is left to erase.
    pub async fn erasing(&self, person: PersonId) -> Result<Option<Erasing>, Fault> {
        let mut tx = self.pool().snapshot().await?;
        let named: Option<(String,)> = tx.one("SELECT name FROM person WHERE id = $1", args![person]).await?;
        let Some((name,)) = named.filter(|(name,)| name != ERASED) else { return Ok(None) };
        let branches = "SELECT o.path FROM person_branch AS b JOIN org AS o ON o.id = b.branch_id WHERE b.person_id = $1 ORDER BY o.path";
        let branches: Vec<(String,)> = tx.rows(branches, args![person]).await?;
        let roles = "SELECT o.path, g.role, CAST((SELECT COUNT(*) FROM role_grant AS x WHERE x.org_id = g.org_id AND x.role = g.role) AS BIGINT) \
            FROM role_grant AS g JOIN org AS o ON o.id = g.org_id WHERE g.person_id = $1 ORDER BY o.path, g.role";
        let roles: Vec<(String, String, i64)> = tx.rows(roles, args![person]).await?;
        let roles = roles
            .into_iter()
            .map(|(path, role, holders)| {
                let role = Role::parse(&role).ok_or_else(|| Fault::Corrupt(format!("role {role:?}")))?;
                Ok((path, role, holders == 1))
            })
            .collect::<Result<_, Fault>>()?;
        let mut count = async |sql: &'static str| -> Result<usize, Fault> {
            let (n,): (i64,) = tx.one(sql, args![person]).await?.unwrap_or((0,));
            Ok(usize::try_from(n).unwrap_or(0))
        };
        let accounts = count("SELECT CAST(COUNT(*) AS BIGINT) FROM account WHERE person_id = $1").await?;
        let requests = count("SELECT CAST(COUNT(*) AS BIGINT) FROM binding_request WHERE person_id = $1").await?;
        let records = "SELECT CAST(COUNT(*) AS BIGINT) FROM record WHERE person_id = $1 AND branch_id IN (SELECT b.branch_id FROM person_branch AS b WHERE b.person_id = $1)";
        let records = count(records).await?;
        tx.commit().await?;
        Ok(Some(Erasing { name, branches: branches.into_iter().map(|(p,)| p).collect(), accounts, requests, roles, records }))
    }

    /// Erases, in one transaction, and raises the epochs of the person's branches and of the units where roles ended:
    /// those come back, with the accounts that are nobody's now. Membership ends the day before.
    ///
    /// # Errors
    /// Where there is no such person; nothing was changed.
    pub async fn erase(&self, person: PersonId, actor: Option<PersonId>, recount: Recount<'_>) -> Result<Erased, Fault> {
        let mut tx = self.write().await?;
        let branches: BTreeSet<OrgId> = change::branches_of(&mut tx, &BTreeSet::from([person.0])).await?.into_iter().collect();
        let mut units = branches.clone();
        let granted: Vec<(i64,)> = tx.rows("SELECT org_id FROM role_grant WHERE person_id = $1", args![person]).await?;
        units.extend(granted.into_iter().map(|(id,)| OrgId(id)));
        tx.lock_orgs(&units).await?;
        let named: Option<(String,)> = tx.one("SELECT name FROM person WHERE id = $1", args![person]).await?;
        let Some((name,)) = named else { return Err(Fault::Other(format!("there is no person {person}; nothing was changed"))) };
        let accounts: Vec<(String, String)> = tx.rows("SELECT platform, account_id FROM account WHERE person_id = $1", args![person]).await?;
        let accounts: Vec<AccountKey> = accounts.into_iter().map(|(platform, id)| AccountKey::new(platform, id)).collect();
        for account in &accounts {
            self.erase_account(&mut tx, person, account).await?;
        }
        let like = format!("%{}%", name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        let unread = unname::unname(self, &mut tx, &Whose { person, name: &name, like: &like, accounts: &accounts }).await?;
        // somebody else may be asked who was meant
        tx.exec("DELETE FROM question WHERE body LIKE $1 ESCAPE '\\'", args![like.as_str()]).await?;
        meetings::unname(&mut tx, person, &name, &like).await?;
        // what an import was told that somebody is called, and what it said of them
        tx.exec("DELETE FROM import_memory WHERE kind IN ('person', 'shown') AND means LIKE $1", args![format!("%/{person}")]).await?;
        tx.exec("UPDATE document_entry SET name = NULL, said = '' WHERE person_id = $1", args![person]).await?;
        tx.exec("DELETE FROM code WHERE purpose = $1", args![super::accounts::CodeFor::Bind(person).key()]).await?;
        for sql in [
            "DELETE FROM account WHERE person_id = $1",
            "DELETE FROM binding_request WHERE person_id = $1",
            "DELETE FROM role_grant WHERE person_id = $1",
            "DELETE FROM leave_request WHERE person_id = $1",
            "DELETE FROM relief WHERE person_id = $1",
            "DELETE FROM leave_ahead WHERE person_id = $1",
            "UPDATE leave_ahead SET account = 'erased:', actor_id = NULL WHERE actor_id = $1",
            "DELETE FROM notice_receipt WHERE person_id = $1",
            "DELETE FROM reminded WHERE person_id = $1 AND branch_id IN (SELECT b.branch_id FROM person_branch AS b WHERE b.person_id = $1)",
            "DELETE FROM screenshot WHERE person_id = $1",
            // an admission that was known stays known: from when months are owed must not change
            "UPDATE person SET league_number = NULL, born = NULL, audit_key = '', joined = CASE WHEN joined IS NULL THEN NULL ELSE \
                (SELECT MIN(m.from_day) FROM person_branch AS b JOIN membership AS m ON m.branch_id = b.branch_id AND m.person_id = b.person_id \
                WHERE b.person_id = $1) END WHERE id = $1",
        ] {
            tx.exec(sql, args![person]).await?;
        }
        tx.exec("UPDATE person SET name = $2 WHERE id = $1", args![person, ERASED]).await?;
        let today = Zone::default().date(self.now());
        let eve = today.checked_sub_days(Days::new(1)).unwrap_or(today).to_string();
        let ends = "UPDATE membership SET team = NULL, post = NULL, to_day = CASE WHEN to_day IS NULL OR to_day > $2 THEN $2 ELSE to_day END \
            WHERE person_id = $1 AND branch_id IN (SELECT b.branch_id FROM person_branch AS b WHERE b.person_id = $1)";
        tx.exec(ends, args![person, eve]).await?;
        raise(&mut tx, &units).await?;
        for branch in branches {
            change::recount_branch(&mut tx, branch, recount).await?;
        }
        attachments::forget(&mut tx).await?;
        let scrub = "INSERT INTO meta (key, value) VALUES ('scrub', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        tx.exec(scrub, args![self.next_id().to_string()]).await?;
        audit::append_about(&mut tx, &self.inner.lease, "erase", actor, &[(person, String::new())], self.now()).await?;
        tx.commit().await?;
        if let Err(fault) = self.scrub().await {
            tracing::error!("remains of who was erased are in the file until it is written anew, which is tried every day: {fault}");
        }
        Ok(Erased { units: units.into_iter().collect(), accounts, unread })
    }

    /// Where somebody was erased since, the file is written anew, so that nothing of them stays in it.
    pub(in crate::store) async fn scrub(&self) -> Result<(), Fault> {
        let due: Option<(String,)> = self.pool().one("SELECT value FROM meta WHERE key = 'scrub'", args![]).await?;
        let Some((since,)) = due else { return Ok(()) };
        if self.pool().scrub().await? {
            return Err(Fault::Other("the log of the database is being read".into()));
        }
        // whoever was erased meanwhile is seen to by that erasure
        self.pool().exec("DELETE FROM meta WHERE key = 'scrub' AND value = $1", args![since]).await?;
        Ok(())
    }

    /// What is kept under an account's number: private chats, questions, who said what.
    async fn erase_account(&self, tx: &mut Tx, person: PersonId, account: &AccountKey) -> Result<(), Fault> {
        let (platform, id) = (&*account.platform, &*account.id);
        let chat = ChatKey::private(account);
        // a private message's source holds the account: whoever sends it again is a stranger, so nothing is entered twice
        let sources = "SELECT source, records FROM inbox WHERE source >= $1 AND source < $2 ORDER BY source";
        let sources: Vec<(String, String)> = tx.rows(sources, args![format!("{chat}/"), format!("{chat}0")]).await?;
        for same in sources.chunk_by(|a, b| a.0 == b.0) {
            let (source, plain) = (&same[0].0, format!("erased/{}", self.next_id()));
            // by their keys: nothing else would spare a look at every record of the person's
            for (_, records) in same.iter().filter(|(_, records)| records != "[]") {
                let sql = "UPDATE record SET source = $2 WHERE person_id = $3 AND source = $4 \
                    AND (branch_id, id) IN (SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT) FROM json_each($1))";
                tx.exec(sql, args![records.as_str(), plain.as_str(), person, source.as_str()]).await?;
            }
            tx.exec("UPDATE document_entry SET source = $2 WHERE source = $1", args![source.as_str(), plain.as_str()]).await?;
            tx.exec("UPDATE inbox SET source = $2 WHERE source = $1", args![source.as_str(), plain.as_str()]).await?;
        }
        let said = crate::store::database::engine::clean(&account.to_string());
        tx.exec("UPDATE inbox SET account = '' WHERE account = $1", args![said.as_str()]).await?;
        // what they told of others' leave goes on
        tx.exec("UPDATE leave_ahead SET source = 'erased' WHERE source >= $1 AND source < $2", args![format!("{chat}/"), format!("{chat}0")]).await?;
        tx.exec("UPDATE leave_request SET source = '', account = '' WHERE account = $1", args![said.as_str()]).await?;
        tx.exec("UPDATE relief SET source = '', account = '' WHERE account = $1", args![said.as_str()]).await?;
        tx.exec("DELETE FROM outbox WHERE chat = $1", args![chat.to_string()]).await?;
        tx.exec("DELETE FROM link WHERE chat = $1", args![chat.to_string()]).await?;
        for sql in [
            "DELETE FROM question WHERE asked_platform = $1 AND asked_id = $2",
            "DELETE FROM binding_request WHERE platform = $1 AND account_id = $2",
            "DELETE FROM voice WHERE platform = $1 AND chat_id = $2 AND private = 1",
            "DELETE FROM chat WHERE platform = $1 AND chat_id = $2 AND private = 1",
            "DELETE FROM document_entry WHERE document_id IN (SELECT id FROM document WHERE platform = $1 AND chat_id = $2 AND private = 1)",
            "DELETE FROM document WHERE platform = $1 AND chat_id = $2 AND private = 1",
        ] {
            tx.exec(sql, args![platform, id]).await?;
        }
        Ok(())
    }
}
