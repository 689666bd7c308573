//! What pictures looked like that were sent as evidence, beside the records that rest on them.

use super::rows::{json, json_list, period};
use crate::domain::decide::Decision;
use crate::domain::ids::{OrgId, PersonId, RecordId};
use crate::domain::ledger::{Entry, Post};
use crate::domain::screenshot::{Kept, Look};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args};

impl Store {
    /// What is kept of a duty's pictures in a branch, where the record stands that rests on them; oldest first.
    pub async fn looks(&self, branch: OrgId, duty: &str) -> Result<Vec<Kept>, Fault> {
        const SQL: &str = "SELECT s.record_id, s.person_id, s.period, s.algorithm, s.hash, s.said_at FROM screenshot AS s \
            JOIN record AS r ON r.branch_id = s.branch_id AND r.id = s.record_id WHERE s.branch_id = $1 AND s.duty = $2 AND NOT EXISTS \
            (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.kind = 'reverse' AND (x.refers = r.id OR x.refers = r.refers)) \
            ORDER BY s.record_id, s.n";
        let found: Vec<(i64, i64, String, String, String, i64)> = self.pool().rows(SQL, args![branch, duty]).await?;
        let kept = |(record, person, p, algorithm, hash, at): (i64, i64, String, String, String, i64)| {
            Ok(Kept { record: RecordId(record), person: PersonId(person), period: period(&p)?, look: Look { algorithm, hash }, at })
        };
        found.into_iter().map(kept).collect()
    }
}

/// Keeps the looks of posts beside the records that came of them.
pub(in crate::store) async fn keep(tx: &mut Tx, entered: &[(&Post, Decision)]) -> Result<(), Fault> {
    const ROWS: &str = "INSERT INTO screenshot (branch_id, record_id, n, person_id, duty, period, algorithm, hash, said_at) \
        SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), CAST(value->>2 AS BIGINT), CAST(value->>3 AS BIGINT), value->>4, value->>5, \
        value->>6, value->>7, CAST(value->>8 AS BIGINT) FROM json_each($1)";
    let mut rows = Vec::new();
    for (post, decision) in entered {
        let looks = post.entries.iter().filter_map(|e| if let Entry::Looks(looks) = e { Some(looks) } else { None }).flatten();
        for (n, look) in looks.enumerate() {
            for r in &decision.records {
                let key = &r.key;
                rows.push(json(&(key.branch.0, r.id.0, n, key.person.0, &key.duty, key.period.to_string(), &look.algorithm, &look.hash, r.at)));
            }
        }
    }
    if !rows.is_empty() {
        tx.exec(ROWS, args![json_list(&rows)]).await?;
    }
    Ok(())
}
