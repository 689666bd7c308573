//! People, their memberships and dues bands: reading. `change` changes them.

use super::change;
use super::units::{below, date, org_in};
use crate::domain::calendar::{Period, Zone};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::AccountKey;
use crate::domain::roster::{Elsewhere, Member, Opened, Roster, RosterChange};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, ids_json};
use crate::store::duties::issues;
use crate::store::records::rows;
use crate::store::records::rows::standing_columns;
use std::collections::HashMap;

/// Tells who is expected, for a branch as just changed: given (duty, period), each once.
pub type Recount<'a> = &'a (dyn Fn(&Roster, &str, Period) -> Vec<PersonId> + Sync);

impl Store {
    /// A branch with its members, one consistent reading.
    pub async fn roster(&self, branch: OrgId) -> Result<Option<Roster>, Fault> {
        let mut tx = self.pool().snapshot().await?;
        let roster = read(&mut tx, branch).await?;
        tx.commit().await?;
        Ok(roster)
    }

    /// The epochs of these units, in one reading; a unit that is gone is absent.
    pub async fn epochs(&self, orgs: &[OrgId]) -> Result<Vec<(OrgId, i64)>, Fault> {
        let sql = "SELECT o.id, o.epoch FROM json_each($1) AS j CROSS JOIN org AS o WHERE o.id = CAST(j.value->>0 AS BIGINT)";
        let found: Vec<(i64, i64)> = self.pool().rows(sql, args![ids_json(orgs.iter().map(|o| o.0))]).await?;
        Ok(found.into_iter().map(|(id, epoch)| (OrgId(id), epoch)).collect())
    }

    /// Makes all changes in one transaction, raises the branches' epochs, recounts their tallies that are not frozen,
    /// and writes an audit link. Ids of added persons, in the order of the `Add`s. An account that is somebody
    /// else's stays theirs.
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
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.write().await?;
        let added = change::make(&mut tx, &self.inner.effects, &self.inner.lease, changes, relies, actor, recount).await?;
        tx.commit().await?;
        Ok(added)
    }

    /// Branches (with present or past membership) of a person: open memberships first.
    pub async fn branches_of(&self, person: PersonId) -> Result<Vec<OrgId>, Fault> {
        let sql = "SELECT b.person_id, b.branch_id, m.to_day, m.id FROM person_branch AS b \
            JOIN membership AS m ON m.branch_id = b.branch_id AND m.person_id = b.person_id WHERE b.person_id = $1";
        let found = self.pool().rows(sql, args![person]).await?;
        Ok(self.by_person(found).remove(&person).unwrap_or_default())
    }

    /// The same for everybody who is or was in a branch, in one reading.
    pub async fn branches_of_members(&self, branch: OrgId) -> Result<HashMap<PersonId, Vec<OrgId>>, Fault> {
        let sql = "SELECT b.person_id, b.branch_id, m.to_day, m.id FROM (SELECT DISTINCT person_id FROM membership WHERE branch_id = $1) AS p \
            JOIN person_branch AS b ON b.person_id = p.person_id JOIN membership AS m ON m.branch_id = b.branch_id AND m.person_id = b.person_id";
        Ok(self.by_person(self.pool().rows(sql, args![branch]).await?))
    }

    /// (person, branch, last day, membership): the newest membership first among those that are open, then the rest.
    fn by_person(&self, mut found: Vec<(i64, i64, Option<String>, i64)>) -> HashMap<PersonId, Vec<OrgId>> {
        let today = self.today();
        found.sort_by_key(|(_, _, to, id)| (to.as_ref().is_some_and(|to| *to < today), -id));
        let mut all: HashMap<PersonId, Vec<OrgId>> = HashMap::new();
        for (person, branch, _, _) in found {
            let branches = all.entry(PersonId(person)).or_default();
            if !branches.contains(&OrgId(branch)) {
                branches.push(OrgId(branch));
            }
        }
        all
    }

    /// Memberships that ended by this person's word said not before `since` (UTC ms): (branch, who left, said at), the last said first.
    pub async fn ended_by(&self, actor: PersonId, since: i64) -> Result<Vec<(OrgId, PersonId, i64)>, Fault> {
        let sql = "SELECT branch_id, person_id, ended_at FROM membership WHERE ended_by = $1 AND ended_at >= $2 AND to_day IS NOT NULL \
            ORDER BY ended_at DESC, branch_id, id";
        let found: Vec<(i64, i64, i64)> = self.pool().rows(sql, args![actor, since]).await?;
        Ok(found.into_iter().map(|(branch, person, at)| (OrgId(branch), PersonId(person), at)).collect())
    }

    /// People of this name with an open membership at or below the path: (person, branch).
    pub async fn people_named(&self, name: &str, path: &str) -> Result<Vec<(PersonId, OrgId)>, Fault> {
        let sql = "SELECT DISTINCT p.id, m.branch_id FROM person AS p JOIN person_branch AS b ON b.person_id = p.id \
            JOIN membership AS m ON m.branch_id = b.branch_id AND m.person_id = b.person_id JOIN org AS o ON o.id = m.branch_id \
            WHERE p.name = $1 AND (m.to_day IS NULL OR m.to_day >= $2) AND ($3 = '' OR o.path = $3 OR (o.path >= $4 AND o.path < $5)) ORDER BY p.id, m.branch_id";
        let (from, to) = below(path);
        let found: Vec<(i64, i64)> = self.pool().rows(sql, args![name, self.today(), path, from.as_str(), to.as_str()]).await?;
        Ok(found.into_iter().map(|(p, b)| (PersonId(p), OrgId(b))).collect())
    }

    /// Today where the branches are: a membership that ends in the future is still open.
    pub(in crate::store) fn today(&self) -> String {
        Zone::default().date(self.now()).to_string()
    }
}

/// A branch with its members, in the order in which they came.
pub(crate) async fn read(tx: &mut Tx, branch: OrgId) -> Result<Option<Roster>, Fault> {
    type MemberRow = (i64, String, Option<String>, Option<String>, Option<String>, String, Option<String>, Option<String>);
    let Some(unit) = org_in(tx, branch).await? else { return Ok(None) };
    let members: Vec<MemberRow> = tx
        .rows(
            "SELECT m.person_id, p.name, p.league_number, m.team, m.post, m.from_day, m.known_day, m.to_day FROM membership AS m JOIN person AS p ON p.id = m.person_id \
             WHERE m.branch_id = $1 ORDER BY m.id",
            args![branch],
        )
        .await?;
    let bands: Vec<(i64, String, String)> =
        tx.rows("SELECT person_id, from_month, band FROM band WHERE branch_id = $1 ORDER BY person_id, from_month", args![branch]).await?;
    let accounts: Vec<(i64, String, String)> = tx
        .rows(
            "SELECT DISTINCT a.person_id, a.platform, a.account_id FROM membership AS m JOIN account AS a ON a.person_id = m.person_id \
             WHERE m.branch_id = $1 ORDER BY a.platform, a.account_id",
            args![branch],
        )
        .await?;
    let mut bands_of: HashMap<i64, Vec<(Period, String)>> = HashMap::new();
    for (person, from, band) in bands {
        bands_of.entry(person).or_default().push((rows::period(&from)?, band));
    }
    let mut accounts_of: HashMap<i64, Vec<AccountKey>> = HashMap::new();
    for (person, platform, id) in accounts {
        accounts_of.entry(person).or_default().push(AccountKey::new(platform, id));
    }
    let members = members
        .into_iter()
        .map(|(person, name, league_number, group, post, from, known, to)| {
            Ok(Member {
                person: PersonId(person),
                name,
                league_number,
                group,
                post,
                from: date(&from)?,
                known: known.as_deref().map(date).transpose()?,
                to: to.as_deref().map(date).transpose()?,
                bands: bands_of.get(&person).cloned().unwrap_or_default(),
                accounts: accounts_of.get(&person).cloned().unwrap_or_default(),
            })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    let opened = opened(tx, branch).await?;
    let course = issues::read(tx, &unit).await?;
    let elsewhere = elsewhere(tx, branch).await?;
    let mut roster = Roster::new(unit, members).with_opened(opened).with_elsewhere(elsewhere);
    roster.course = course;
    Ok(Some(roster))
}

/// What people of this branch have met, done in part, or were freed from, in others that they are or were in; of most there is nothing.
async fn elsewhere(tx: &mut Tx, branch: OrgId) -> Result<HashMap<PersonId, Vec<Elsewhere>>, Fault> {
    const MET: &str = concat!(
        "SELECT ",
        standing_columns!(),
        " FROM (SELECT DISTINCT person_id FROM membership WHERE branch_id = $1) AS m CROSS JOIN person_branch AS b CROSS JOIN tally AS t CROSS JOIN standing AS s",
        " WHERE b.person_id = m.person_id AND b.branch_id <> $1 AND t.branch_id = b.branch_id",
        " AND s.branch_id = t.branch_id AND s.duty = t.duty AND s.period = t.period AND s.person_id = m.person_id"
    );
    let mut met: HashMap<PersonId, Vec<Elsewhere>> = HashMap::new();
    for (key, standing) in rows::standings(tx.rows(MET, args![branch]).await?)? {
        if standing.settled() || standing.got > 0 {
            let part = Some(standing.got).filter(|_| !standing.settled());
            met.entry(key.person).or_default().push(Elsewhere { duty: key.duty, period: key.period, part });
        }
    }
    Ok(met)
}

/// What was opened before the branch's first day; of most branches nothing.
async fn opened(tx: &mut Tx, branch: OrgId) -> Result<Opened, Fault> {
    let since: Vec<(String, String)> = tx.rows("SELECT duty, since FROM duty_since WHERE branch_id = $1 ORDER BY duty", args![branch]).await?;
    if since.is_empty() {
        return Ok(Opened::default());
    }
    let undated = "SELECT m.person_id FROM membership AS m JOIN person AS p ON p.id = m.person_id JOIN person_branch AS b ON b.person_id = m.person_id \
        WHERE m.branch_id = $1 AND p.joined IS NULL GROUP BY m.person_id HAVING COUNT(*) = 1";
    let undated: Vec<(i64,)> = tx.rows(undated, args![branch]).await?;
    Ok(Opened {
        since: since.into_iter().map(|(duty, day)| Ok((duty, date(&day)?))).collect::<Result<_, Fault>>()?,
        undated: undated.into_iter().map(|(id,)| PersonId(id)).collect(),
    })
}
