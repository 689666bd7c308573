//! Issues and pauses. A unit's hold for everybody below: opening one raises the epochs there, and who is expected is
//! counted again in every period that is not frozen.

use crate::domain::calendar::Period;
use crate::domain::course::{Course, Issue, Pause};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::roster::Org;
use crate::error::Fault;
use crate::store::database::engine::{Tx, args, clean};
use crate::store::members::change;
use crate::store::members::roster::Recount;
use crate::store::members::units::{below, date};
use crate::store::records::rows::{json, period};
use crate::store::sending::outbox::Letter;
use crate::store::{Store, raise};
use chrono::{Days, NaiveDate};
use std::collections::BTreeSet;

/// An issue as far as deadlines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The path of the unit that opened it.
    pub path: String,
    /// The duty's key.
    pub duty: String,
    /// Its period.
    pub period: Period,
    /// Its own deadline, UTC milliseconds.
    pub due_at: Option<i64>,
}

impl Store {
    /// The issues that were opened since an instant (UTC ms), anywhere; one that can't be read is left out.
    pub async fn opened_since(&self, since: i64) -> Result<Vec<Opened>, Fault> {
        let sql = "SELECT o.path, i.duty, i.period, i.due_at FROM issue AS i JOIN org AS o ON o.id = i.org_id WHERE i.opened_at >= $1 ORDER BY o.path, i.duty, i.period";
        let rows: Vec<(String, String, String, Option<i64>)> = self.pool().rows(sql, args![since]).await?;
        Ok(rows.into_iter().filter_map(|(path, duty, key, due_at)| Some(Opened { path, duty, period: period(&key).ok()?, due_at })).collect())
    }

    /// Issues and pauses as they hold in a unit.
    pub async fn course(&self, unit: &Org) -> Result<Course, Fault> {
        let mut tx = self.pool().snapshot().await?;
        let course = read(&mut tx, unit).await?;
        tx.commit().await?;
        Ok(course)
    }

    /// Opens an issue, with the letters that tell of it; where the unit has one for that period already, false and nothing changes.
    pub async fn open_issue(&self, unit: &Org, issue: &Issue, actor: Option<PersonId>, letters: &[Letter], recount: Recount<'_>) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let units = lock_below(&mut tx, unit).await?;
        let sql = "INSERT INTO issue (org_id, duty, period, id, number, name, aliases, opened_at, due_at, actor_id) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (org_id, duty, period) DO NOTHING";
        let i = issue;
        let number = i.number.as_deref().map(clean);
        let aliases: Vec<String> = i.aliases.iter().map(|a| clean(a)).collect();
        let row = args![unit.id, i.duty.as_str(), i.period.to_string(), i.id, number, clean(&i.name), json(&aliases), i.opened_at, i.due_at, actor];
        let fresh = tx.exec(sql, row).await? == 1;
        if fresh {
            changed(&mut tx, unit, &units, &i.duty, recount).await?;
            self.queue(&mut tx, letters, i.opened_at).await?;
        }
        tx.commit().await?;
        Ok(fresh)
    }

    /// Closes an issue of this unit by hand; true where it was open.
    pub async fn close_issue(&self, unit: &Org, issue: &Issue, at: i64) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let units = lock_below(&mut tx, unit).await?;
        let sql = "UPDATE issue SET closed_at = $4 WHERE org_id = $1 AND duty = $2 AND period = $3 AND closed_at IS NULL";
        let closed = tx.exec(sql, args![unit.id, issue.duty.as_str(), issue.period.to_string(), at]).await? == 1;
        if closed {
            raise(&mut tx, &units).await?;
        }
        tx.commit().await?;
        Ok(closed)
    }

    /// Takes back an issue of this unit that was opened by mistake; true where it was there. Records stay with the period.
    pub async fn withdraw_issue(&self, unit: &Org, issue: &Issue, actor: Option<PersonId>, at: i64, recount: Recount<'_>) -> Result<bool, Fault> {
        const KEEP: &str = "INSERT INTO issue_withdrawn (id, org_id, duty, period, number, name, opened_at, opened_by, withdrawn_at, withdrawn_by) \
            SELECT i.id, i.org_id, i.duty, i.period, i.number, i.name, i.opened_at, i.actor_id, CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM issue AS i \
            WHERE i.org_id = $1 AND i.id = $2";
        let mut tx = self.write().await?;
        let units = lock_below(&mut tx, unit).await?;
        let there = tx.exec(KEEP, args![unit.id, issue.id, at, actor]).await? == 1;
        if there {
            tx.exec("DELETE FROM issue WHERE org_id = $1 AND id = $2", args![unit.id, issue.id]).await?;
            changed(&mut tx, unit, &units, &issue.duty, recount).await?;
        }
        tx.commit().await?;
        Ok(there)
    }

    /// Whether this unit took back an issue of a period: what opens by schedule does not open again.
    pub async fn was_withdrawn(&self, unit: OrgId, duty: &str, period: Period) -> Result<bool, Fault> {
        let sql = "SELECT id FROM issue_withdrawn WHERE org_id = $1 AND duty = $2 AND period = $3 LIMIT 1";
        let found: Option<(i64,)> = self.pool().one(sql, args![unit, duty, period.to_string()]).await?;
        Ok(found.is_some())
    }

    /// Pauses a duty in a unit and below; the same first day again replaces the last one.
    pub async fn pause(&self, unit: &Org, pause: &Pause, actor: Option<PersonId>, recount: Recount<'_>) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let units = lock_below(&mut tx, unit).await?;
        let sql = "INSERT INTO pause (org_id, duty, from_day, to_day, said_at, actor_id) VALUES ($1, $2, $3, $4, $5, $6) \
            ON CONFLICT (org_id, duty, from_day) DO UPDATE SET to_day = excluded.to_day, said_at = excluded.said_at, actor_id = excluded.actor_id";
        tx.exec(sql, args![unit.id, pause.duty.as_str(), pause.from.to_string(), pause.to.to_string(), self.now(), actor]).await?;
        changed(&mut tx, unit, &units, &pause.duty, recount).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends this unit's pauses of a duty the day before `on`; true where one was running or to come.
    pub async fn resume(&self, unit: &Org, duty: &str, on: NaiveDate, recount: Recount<'_>) -> Result<bool, Fault> {
        let eve = on.checked_sub_days(Days::new(1)).unwrap_or(on).to_string();
        let mut tx = self.write().await?;
        let units = lock_below(&mut tx, unit).await?;
        let gone = tx.exec("DELETE FROM pause WHERE org_id = $1 AND duty = $2 AND from_day > $3", args![unit.id, duty, eve.as_str()]).await?;
        let cut = tx.exec("UPDATE pause SET to_day = $3 WHERE org_id = $1 AND duty = $2 AND to_day > $3", args![unit.id, duty, eve.as_str()]).await?;
        if gone + cut > 0 {
            changed(&mut tx, unit, &units, duty, recount).await?;
        }
        tx.commit().await?;
        Ok(gone + cut > 0)
    }
}

/// What holds in a unit: its own and that of the units above.
pub(crate) async fn read(tx: &mut Tx, unit: &Org) -> Result<Course, Fault> {
    type IssueRow = (i64, String, String, i64, Option<String>, String, String, i64, Option<i64>, Option<i64>);
    let ends = unit.path.match_indices('/').map(|(at, _)| at).chain(std::iter::once(unit.path.len()));
    let line: Vec<(&str,)> = ends.map(|end| (&unit.path[..end],)).collect();
    let sql = "SELECT i.org_id, i.duty, i.period, i.id, i.number, i.name, i.aliases, i.opened_at, i.due_at, i.closed_at \
        FROM json_each($1) AS j CROSS JOIN org AS o CROSS JOIN issue AS i WHERE o.path = j.value->>0 AND i.org_id = o.id ORDER BY o.path DESC, i.period DESC";
    let mut course = Course::default();
    for (org, duty, key, id, number, name, aliases, opened_at, due_at, closed_at) in tx.rows::<IssueRow>(sql, args![json(&line)]).await? {
        let aliases = serde_json::from_str(&aliases).map_err(|e| Fault::Corrupt(format!("aliases of an issue: {e}")))?;
        course.issues.push(Issue { id, org: OrgId(org), duty, period: period(&key)?, number, name, aliases, opened_at, due_at, closed_at });
    }
    let sql = "SELECT p.duty, p.from_day, p.to_day FROM json_each($1) AS j CROSS JOIN org AS o CROSS JOIN pause AS p \
        WHERE o.path = j.value->>0 AND p.org_id = o.id ORDER BY p.from_day";
    for (duty, from, to) in tx.rows::<(String, String, String)>(sql, args![json(&line)]).await? {
        course.pauses.push(Pause { duty, from: date(&from)?, to: date(&to)? });
    }
    Ok(course)
}

/// The unit and everything below it, locked.
async fn lock_below(tx: &mut Tx, unit: &Org) -> Result<BTreeSet<OrgId>, Fault> {
    let (from, to) = below(&unit.path);
    let sql = "SELECT id FROM org WHERE path = $1 OR (path >= $2 AND path < $3)";
    let found: Vec<(i64,)> = tx.rows(sql, args![unit.path.as_str(), from.as_str(), to.as_str()]).await?;
    let units: BTreeSet<OrgId> = found.into_iter().map(|(id,)| OrgId(id)).collect();
    tx.lock_orgs(&units).await?;
    Ok(units)
}

async fn changed(tx: &mut Tx, unit: &Org, units: &BTreeSet<OrgId>, duty: &str, recount: Recount<'_>) -> Result<(), Fault> {
    raise(tx, units).await?;
    let (from, to) = below(&unit.path);
    let sql = "SELECT DISTINCT t.branch_id FROM tally AS t JOIN org AS o ON o.id = t.branch_id WHERE t.duty = $1 AND t.frozen = 0 \
        AND (o.path = $2 OR (o.path >= $3 AND o.path < $4)) ORDER BY t.branch_id";
    let branches: Vec<(i64,)> = tx.rows(sql, args![duty, unit.path.as_str(), from.as_str(), to.as_str()]).await?;
    for (branch,) in branches {
        change::recount_branch(tx, OrgId(branch), recount).await?;
    }
    Ok(())
}
