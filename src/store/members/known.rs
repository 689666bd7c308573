//! People found by what an import says of them: league numbers, accounts, names. A few statements, however many rows.

use super::units::{below, date};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::AccountKey;
use crate::domain::roster::KnownPerson;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, ids_json};
use crate::store::records::rows::json;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};

impl Store {
    /// Everybody who has one of these league numbers or accounts, wherever they are, or one of these names and a
    /// membership (present or past) at or below one of the paths; an empty path is the whole tree. One consistent reading.
    pub async fn people_known(&self, numbers: &[&str], accounts: &[&AccountKey], names: &[&str], paths: &[String]) -> Result<Vec<KnownPerson>, Fault> {
        let mut tx = self.pool().snapshot().await?;
        let by_number = "SELECT p.id FROM json_each($1) AS j CROSS JOIN person AS p WHERE p.league_number = j.value->>0";
        let by_account = "SELECT a.person_id FROM json_each($1) AS j CROSS JOIN account AS a WHERE a.platform = j.value->>0 AND a.account_id = j.value->>1";
        let by_name = "SELECT DISTINCT p.id FROM json_each($1) AS j CROSS JOIN person AS p JOIN person_branch AS b ON b.person_id = p.id \
            JOIN org AS o ON o.id = b.branch_id WHERE p.name = j.value->>0 AND ($2 = '' OR o.path = $2 OR (o.path >= $3 AND o.path < $4))";
        let mut found: BTreeSet<i64> = BTreeSet::new();
        let mut note = |rows: Vec<(i64,)>| found.extend(rows.into_iter().map(|(id,)| id));
        note(tx.rows(by_number, args![one_each(numbers)]).await?);
        let pairs: BTreeSet<(&str, &str)> = accounts.iter().map(|a| (&*a.platform, &*a.id)).collect();
        note(tx.rows(by_account, args![json(&pairs)]).await?);
        for path in paths {
            let (from, to) = below(path);
            note(tx.rows(by_name, args![one_each(names), path.as_str(), from.as_str(), to.as_str()]).await?);
        }
        let known = describe(&mut tx, &found, &self.today()).await?;
        tx.commit().await?;
        Ok(known)
    }

    /// Day of birth and month of admission of everybody who is or was in these branches.
    pub async fn dates_of(&self, branches: &[OrgId]) -> Result<HashMap<PersonId, (Option<NaiveDate>, Option<NaiveDate>)>, Fault> {
        let sql = "SELECT DISTINCT p.id, p.born, p.joined FROM json_each($1) AS j CROSS JOIN membership AS m JOIN person AS p ON p.id = m.person_id \
            WHERE m.branch_id = CAST(j.value->>0 AS BIGINT)";
        let found: Vec<(i64, Option<String>, Option<String>)> = self.pool().rows(sql, args![ids_json(branches.iter().map(|b| b.0))]).await?;
        let day = |text: Option<String>| text.as_deref().map(date).transpose();
        found.into_iter().map(|(id, born, joined)| Ok((PersonId(id), (day(born)?, day(joined)?)))).collect()
    }
}

/// `[["a"],["b"]]`: each once.
fn one_each(texts: &[&str]) -> String {
    let rows: BTreeSet<(&str,)> = texts.iter().map(|t| (*t,)).collect();
    json(&rows)
}

async fn describe(tx: &mut Tx, people: &BTreeSet<i64>, today: &str) -> Result<Vec<KnownPerson>, Fault> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let ids = ids_json(people.iter().copied());
    let persons: Vec<(i64, String, Option<String>)> = tx
        .rows(
            "SELECT p.id, p.name, p.league_number FROM json_each($1) AS j CROSS JOIN person AS p WHERE p.id = CAST(j.value->>0 AS BIGINT)",
            args![ids.as_str()],
        )
        .await?;
    let memberships: Vec<(i64, i64, Option<String>, i64, String)> = tx
        .rows(
            "SELECT m.person_id, m.branch_id, m.to_day, m.id, o.path FROM json_each($1) AS j CROSS JOIN person_branch AS b \
             JOIN membership AS m ON m.branch_id = b.branch_id AND m.person_id = b.person_id JOIN org AS o ON o.id = m.branch_id \
             WHERE b.person_id = CAST(j.value->>0 AS BIGINT)",
            args![ids.as_str()],
        )
        .await?;
    let accounts: Vec<(i64, String, String)> = tx
        .rows(
            "SELECT a.person_id, a.platform, a.account_id FROM json_each($1) AS j CROSS JOIN account AS a \
             WHERE a.person_id = CAST(j.value->>0 AS BIGINT) ORDER BY a.platform, a.account_id",
            args![ids],
        )
        .await?;
    // the membership that counts: an open one before one that ended, the later before the earlier
    let mut last: BTreeMap<i64, ((bool, i64), OrgId, String)> = BTreeMap::new();
    let mut staying: BTreeSet<i64> = BTreeSet::new();
    for (person, branch, to, id, path) in memberships {
        if to.is_none() {
            staying.insert(person);
        }
        let rank = (to.is_none_or(|to| to.as_str() >= today), id);
        if last.get(&person).is_none_or(|(before, _, _)| *before < rank) {
            last.insert(person, (rank, OrgId(branch), path));
        }
    }
    let mut accounts_of: HashMap<i64, Vec<AccountKey>> = HashMap::new();
    for (person, platform, id) in accounts {
        accounts_of.entry(person).or_default().push(AccountKey::new(platform, id));
    }
    let known = persons.into_iter().map(|(id, name, league_number)| {
        let place = last.remove(&id);
        let here = place.as_ref().is_some_and(|((open, _), _, _)| *open);
        let accounts = accounts_of.remove(&id).unwrap_or_default();
        KnownPerson { person: PersonId(id), name, branch: place.map(|(_, org, path)| (org, path)), league_number, accounts, here, left: !staying.contains(&id) }
    });
    Ok(known.collect())
}
