//! Standings and tallies made anew from the records: what `zhibu check --records --rebuild` does. Records are the truth
//! and are not touched; who was expected in a closed period is no record, and stays.

use super::rows::{self, RecordRow, StandingRow, UPSERT_STANDINGS, json, record_columns, standing_columns, standing_row};
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, RecordId};
use crate::domain::record::{Key, Record, Standing, Tally};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args};
use crate::store::database::together::{Given, Together, together};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static WRITE_STANDINGS: LazyLock<Together> = LazyLock::new(|| together(&[UPSERT_STANDINGS]));

impl Store {
    /// Folds every record again, one branch a transaction, and writes what differed; one sentence for each difference.
    pub async fn rebuild(&self) -> Result<Vec<String>, Fault> {
        let all = "SELECT branch_id FROM record UNION SELECT branch_id FROM standing UNION SELECT branch_id FROM tally ORDER BY branch_id";
        let branches: Vec<(i64,)> = self.pool().rows(all, args![]).await?;
        let mut said = Vec::new();
        for (branch,) in branches {
            let mut tx = self.write().await?;
            // the writer locks the branch too: nothing is entered meanwhile
            tx.lock_orgs(&BTreeSet::from([OrgId(branch)])).await?;
            let before = said.len();
            rebuild_branch(&mut tx, branch, &mut said).await?;
            if said.len() > before {
                tx.commit().await?;
            }
        }
        Ok(said)
    }
}

async fn rebuild_branch(tx: &mut Tx, branch: i64, said: &mut Vec<String>) -> Result<(), Fault> {
    const RECORDS: &str = concat!("SELECT ", record_columns!("r"), " FROM record AS r WHERE r.branch_id = $1 ORDER BY r.id");
    const STANDINGS: &str = concat!("SELECT ", standing_columns!(), " FROM standing AS s WHERE s.branch_id = $1");
    let mut of: BTreeMap<Key, Vec<Record>> = BTreeMap::new();
    for record in rows::records(tx.rows::<RecordRow>(RECORDS, args![branch]).await?)? {
        of.entry(record.key.clone()).or_default().push(record);
    }
    let kept: BTreeMap<Key, Standing> = rows::standings(tx.rows::<StandingRow>(STANDINGS, args![branch]).await?)?.into_iter().collect();
    let closed: Vec<(String, String)> = tx.rows("SELECT duty, period FROM tally WHERE branch_id = $1 AND frozen = 1", args![branch]).await?;
    let frozen: BTreeSet<(String, String)> = closed.into_iter().collect();
    let mut written = Vec::new();
    let mut sums: BTreeMap<(String, Period), Tally> = BTreeMap::new();
    for key in of.keys().chain(kept.keys()).collect::<BTreeSet<_>>() {
        let records = of.get(key).map_or(&[][..], Vec::as_slice);
        let was = kept.get(key);
        let now = match was {
            Some(was) => Standing::fold(records, was.expected),
            // as the ledger would have it: not expected where nothing was owed, nor in a period that is closed
            None if frozen.contains(&(key.duty.clone(), key.period.to_string())) => Standing::fold(records, Some(false)),
            None => Standing::fold(records, None).unless_beside(),
        };
        if was != Some(&now) {
            let what = was.map_or_else(|| "was missing".to_owned(), |s| format!("said {}, {} confirmed", s.got, s.confirmed));
            said.push(format!(
                "branch {branch}: the standing of person {} in {} {} {what}; the records say {}, {} confirmed",
                key.person, key.duty, key.period, now.got, now.confirmed
            ));
            let row = standing_row(key, &now, records.last().map_or(RecordId(0), |r| r.id));
            written.push(row);
        }
        sums.entry((key.duty.clone(), key.period)).or_default().shift(&Standing::default(), &now);
    }
    if !written.is_empty() {
        tx.exec_all(&WRITE_STANDINGS, vec![Given::Rows(written)]).await?;
    }
    tallies(tx, branch, sums, said).await
}

async fn tallies(tx: &mut Tx, branch: i64, mut sums: BTreeMap<(String, Period), Tally>, said: &mut Vec<String>) -> Result<(), Fault> {
    const WRITE: &str = "INSERT INTO tally (branch_id, duty, period, done, excused, got, confirmed, frozen) \
        SELECT CAST(value->>0 AS BIGINT), value->>1, value->>2, CAST(value->>3 AS BIGINT), CAST(value->>4 AS BIGINT), CAST(value->>5 AS BIGINT), \
        CAST(value->>6 AS BIGINT), 0 FROM json_each($1) WHERE true ON CONFLICT (branch_id, duty, period) DO UPDATE SET done = excluded.done, \
        excused = excluded.excused, got = excluded.got, confirmed = excluded.confirmed";
    const EXPECTED: &str = "UPDATE tally SET expected = (SELECT CAST(COUNT(*) AS BIGINT) FROM standing AS s WHERE s.branch_id = tally.branch_id \
        AND s.duty = tally.duty AND s.period = tally.period AND s.expected = 1) WHERE branch_id = $1 AND frozen = 1";
    type Row = (String, String, i64, i64, i64, i64);
    let found: Vec<Row> = tx.rows("SELECT duty, period, done, excused, got, confirmed FROM tally WHERE branch_id = $1", args![branch]).await?;
    let mut written = Vec::new();
    for (duty, key, done, excused, got, confirmed) in found {
        let period = rows::period(&key)?;
        let now = sums.remove(&(duty.clone(), period)).unwrap_or_default();
        if (now.done, now.excused, now.got, now.confirmed) != (done, excused, got, confirmed) {
            said.push(format!("branch {branch}: the tally of {duty} {period} said {done} done, {got}; the standings say {} done, {}", now.done, now.got));
            written.push((branch, duty, period, now.done, now.excused, now.got, now.confirmed));
        }
    }
    for ((duty, period), now) in sums {
        said.push(format!("branch {branch}: the tally of {duty} {period} was missing"));
        written.push((branch, duty, period, now.done, now.excused, now.got, now.confirmed));
    }
    if !written.is_empty() {
        tx.exec(WRITE, args![json(&written)]).await?;
    }
    tx.exec(EXPECTED, args![branch]).await?;
    Ok(())
}
