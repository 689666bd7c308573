//! Why something was corrected, beside the records of the correction.

use super::rows::{json, json_list, period};
use crate::domain::decide::Decision;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::ledger::{Entry, Post};
use crate::domain::record::Reason;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, clean};
use std::collections::BTreeSet;

impl Store {
    /// Why records of a branch and duty were corrected, of one member where `person`; oldest first, each once for a member and period.
    pub async fn reasons(&self, branch: OrgId, duty: &str, person: Option<PersonId>) -> Result<Vec<Reason>, Fault> {
        const OF: &str = "SELECT person_id, period, body FROM reason WHERE branch_id = $1 AND duty = $2 AND ($3 = 0 OR person_id = $3) ORDER BY record_id";
        let found: Vec<(i64, String, String)> = self.pool().rows(OF, args![branch, duty, person.map_or(0, |p| p.0)]).await?;
        let mut seen = BTreeSet::new();
        let read = |(person, of, body): (i64, String, String)| Ok(Reason { person: PersonId(person), period: period(&of)?, body });
        found.into_iter().filter(|row| seen.insert(row.clone())).map(read).collect()
    }
}

/// Keeps the reasons of posts beside the records that came of them.
pub(in crate::store) async fn keep(tx: &mut Tx, entered: &[(&Post, Decision)]) -> Result<(), Fault> {
    const ROWS: &str = "INSERT INTO reason (branch_id, record_id, person_id, duty, period, body) SELECT CAST(value->>0 AS BIGINT), \
        CAST(value->>1 AS BIGINT), CAST(value->>2 AS BIGINT), value->>3, value->>4, value->>5 FROM json_each($1)";
    let mut rows = Vec::new();
    for (post, decision) in entered {
        let Some(body) = post.entries.iter().find_map(|e| if let Entry::Because(why) = e { Some(clean(why)) } else { None }) else { continue };
        for r in &decision.records {
            let key = &r.key;
            rows.push(json(&(key.branch.0, r.id.0, key.person.0, &key.duty, key.period.to_string(), &body)));
        }
    }
    if !rows.is_empty() {
        tx.exec(ROWS, args![json_list(&rows)]).await?;
    }
    Ok(())
}

/// Reasons of a person go with them; of others' the name goes, as [`crate::store::members::unname`] takes it out.
pub(in crate::store) async fn unname(
    tx: &mut Tx,
    (person, like): (PersonId, &str),
    namesakes: &BTreeSet<i64>,
    plain: &(dyn Fn(&str) -> String + Sync),
) -> Result<(), Fault> {
    const NAMED: &str = "SELECT w.branch_id, w.record_id, w.body FROM person_branch AS b JOIN reason AS w ON w.branch_id = b.branch_id \
        WHERE b.person_id = $1 AND w.body LIKE $2 ESCAPE '\\'";
    const RELIEFS: &str = "SELECT r.branch_id, r.id, r.reason FROM person_branch AS b JOIN relief AS r ON r.branch_id = b.branch_id \
        WHERE b.person_id = $1 AND r.reason LIKE $2 ESCAPE '\\'";
    tx.exec("DELETE FROM reason WHERE person_id = $1", args![person]).await?;
    let found: Vec<(i64, i64, String)> = tx.rows(NAMED, args![person, like]).await?;
    for (branch, record, body) in found.into_iter().filter(|(branch, ..)| !namesakes.contains(branch)) {
        tx.exec("UPDATE reason SET body = $3 WHERE branch_id = $1 AND record_id = $2", args![branch, record, plain(&body)]).await?;
    }
    let found: Vec<(i64, i64, String)> = tx.rows(RELIEFS, args![person, like]).await?;
    for (branch, id, reason) in found.into_iter().filter(|(branch, ..)| !namesakes.contains(branch)) {
        tx.exec("UPDATE relief SET reason = $3 WHERE branch_id = $1 AND id = $2", args![branch, id, plain(&reason)]).await?;
    }
    Ok(())
}
