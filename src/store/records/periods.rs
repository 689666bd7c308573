//! The close of a period: who was expected is written down, and no later change of the roster touches it.

use super::rows::json;
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::args;
use std::collections::BTreeSet;

const FROZEN: &str = "SELECT frozen FROM tally WHERE branch_id = $1 AND duty = $2 AND period = $3";

impl Store {
    /// Freezes who was expected in a period that closed: writes it to their standings. Does nothing the second time.
    pub async fn freeze(&self, branch: OrgId, duty: &str, period: Period, expected: &[PersonId]) -> Result<(), Fault> {
        let key = || args![branch, duty, period.to_string()];
        let mut tx = self.write().await?;
        tx.lock_orgs(&BTreeSet::from([branch])).await?;
        let frozen: Option<(i64,)> = tx.one(FROZEN, key()).await?;
        if frozen == Some((1,)) {
            return Ok(());
        }
        tx.exec("UPDATE standing SET expected = 0 WHERE branch_id = $1 AND duty = $2 AND period = $3", key()).await?;
        if !expected.is_empty() {
            let sql = "INSERT INTO standing (branch_id, duty, person_id, period, owed, got, confirmed, excused, expected, last_id) \
                SELECT CAST(value->>0 AS BIGINT), value->>1, CAST(value->>2 AS BIGINT), value->>3, 0, 0, 0, 0, 1, 0 FROM json_each($1) WHERE true \
                ON CONFLICT (branch_id, duty, person_id, period) DO UPDATE SET expected = 1";
            let people: BTreeSet<PersonId> = expected.iter().copied().collect();
            let all: Vec<_> = people.into_iter().map(|p| (branch.0, duty, p.0, period)).collect();
            tx.exec(sql, args![json(&all)]).await?;
        }
        // of those expected, who has met it, and who is excused and has not
        let count = "UPDATE tally SET frozen = 1, \
            expected = (SELECT CAST(COUNT(*) AS BIGINT) FROM standing AS s WHERE s.branch_id = $1 AND s.duty = $2 AND s.period = $3 AND s.expected = 1), \
            done = (SELECT CAST(COUNT(*) AS BIGINT) FROM standing AS s WHERE s.branch_id = $1 AND s.duty = $2 AND s.period = $3 AND s.expected = 1 \
                AND s.got > 0 AND s.got >= s.owed), \
            excused = (SELECT CAST(COUNT(*) AS BIGINT) FROM standing AS s WHERE s.branch_id = $1 AND s.duty = $2 AND s.period = $3 AND s.expected = 1 \
                AND s.excused = 1 AND NOT (s.got > 0 AND s.got >= s.owed)) WHERE branch_id = $1 AND duty = $2 AND period = $3";
        let empty = "INSERT INTO tally (branch_id, duty, period, expected, done, excused, got, confirmed, frozen) VALUES ($1, $2, $3, 0, 0, 0, 0, 0, 0) \
            ON CONFLICT (branch_id, duty, period) DO NOTHING";
        tx.exec(empty, key()).await?;
        tx.exec(count, key()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whether the period is frozen.
    pub async fn frozen(&self, branch: OrgId, duty: &str, period: Period) -> Result<bool, Fault> {
        let found: Option<(i64,)> = self.pool().one(FROZEN, args![branch, duty, period.to_string()]).await?;
        Ok(found == Some((1,)))
    }
}
