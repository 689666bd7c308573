//! What is remembered of official exports: which branch and period one was read for, and answers about columns and namesakes.

use super::rows::{self, period};
use crate::domain::calendar::Period;
use crate::domain::ids::OrgId;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{args, clean, ids_json};
use std::collections::{BTreeMap, BTreeSet};

impl Store {
    /// Notes that an export was read for a branch and period.
    pub async fn note_official(&self, branch: OrgId, duty: &str, period: Period) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let sql = "INSERT INTO official (branch_id, duty, period, read_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (branch_id, duty, period) DO UPDATE SET read_at = excluded.read_at";
        tx.exec(sql, args![branch, duty, period.to_string(), self.now()]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets that one was read for a branch and period, where nothing that an export vouches for stands there.
    pub async fn forget_official(&self, branch: OrgId, duty: &str, period: Period) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let sql = "DELETE FROM official WHERE branch_id = $1 AND duty = $2 AND period = $3 AND NOT EXISTS (SELECT 1 FROM record AS r \
            WHERE r.branch_id = $1 AND r.duty = $2 AND r.period = $3 AND r.evidence = 'official' AND r.kind <> 'reverse' AND NOT EXISTS \
            (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.refers = r.id AND x.kind = 'reverse'))";
        tx.exec(sql, args![branch, duty, period.to_string()]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The branches and periods of a duty for which an export was read, newest period first.
    pub async fn officials(&self, branches: &[OrgId], duty: &str) -> Result<Vec<(OrgId, Period)>, Fault> {
        let sql = "SELECT o.branch_id, o.period FROM json_each($1) AS j CROSS JOIN official AS o WHERE o.branch_id = CAST(j.value->>0 AS BIGINT) \
            AND o.duty = $2 ORDER BY o.period DESC, o.branch_id";
        let ids: BTreeSet<i64> = branches.iter().map(|b| b.0).collect();
        let found: Vec<(i64, String)> = self.pool().rows(sql, args![ids_json(ids), duty]).await?;
        found.into_iter().map(|(b, p)| Ok((OrgId(b), period(&p)?))).collect()
    }

    /// Remembers an answer about an import; the last one counts.
    pub async fn remember_import(&self, unit: OrgId, kind: &str, mark: &str, means: &str) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let sql = "INSERT INTO import_memory (org_id, kind, mark, means, said_at) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (org_id, kind, mark) DO UPDATE SET means = excluded.means, said_at = excluded.said_at";
        tx.exec(sql, args![unit, kind, clean(mark), clean(means), self.now()]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Remembers several things, each as [`Self::remember_import`] does one.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn remember_imports(&self, unit: OrgId, kind: &str, all: &BTreeMap<String, String>) -> Result<(), Fault> {
        if all.is_empty() {
            return Ok(());
        }
        let rows: Vec<(String, String)> = all.iter().map(|(mark, means)| (clean(mark), clean(means))).collect();
        let sql = "INSERT INTO import_memory (org_id, kind, mark, means, said_at) \
            SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), j.value->>0, j.value->>1, CAST($4 AS BIGINT) FROM json_each($3) AS j WHERE true \
            ON CONFLICT (org_id, kind, mark) DO UPDATE SET means = excluded.means, said_at = excluded.said_at";
        let mut tx = self.write().await?;
        tx.exec(sql, args![unit, kind, rows::json(&rows), self.now()]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What was answered about imports at these units: (mark, meaning).
    pub async fn import_memory(&self, units: &[OrgId], kind: &str) -> Result<Vec<(String, String)>, Fault> {
        let sql = "SELECT m.mark, m.means FROM json_each($1) AS j CROSS JOIN import_memory AS m WHERE m.org_id = CAST(j.value->>0 AS BIGINT) \
            AND m.kind = $2 ORDER BY m.said_at";
        let ids: BTreeSet<i64> = units.iter().map(|b| b.0).collect();
        Ok(self.pool().rows(sql, args![ids_json(ids), kind]).await?)
    }
}
