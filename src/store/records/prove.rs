//! The proof that what is derived agrees with what was recorded, and that the audit chain holds.

use super::rows::{self, RecordRow, StandingRow, record_columns, standing_columns};
use super::{audit, imported};
use crate::domain::calendar::Period;
use crate::domain::record::{Key, Kind, Record, Standing, Tally};
use crate::domain::treasury::Book;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Links read at once.
const PAGE: i64 = 500;

impl Store {
    /// Proves that standings are what records fold to, that tallies are what standings add up to, and that the audit
    /// chain holds; one sentence for each thing that does not.
    pub async fn prove(&self) -> Result<Vec<String>, Fault> {
        let mut tx = self.pool().snapshot().await?;
        let mut wrong = Vec::new();
        let branches: Vec<(i64,)> =
            tx.rows("SELECT branch_id FROM record UNION SELECT branch_id FROM standing UNION SELECT branch_id FROM tally ORDER BY branch_id", args![]).await?;
        let mut records = 0;
        for (branch,) in branches {
            records += prove_branch(&mut tx, branch, &mut wrong).await?;
        }
        for (number, units) in imported::twice(&mut tx).await? {
            wrong.push(format!("the payment {number} is entered in {}", units.join(" and in ")));
        }
        let audited = prove_chains(&mut tx, &mut wrong).await?;
        if audited != records {
            wrong.push(format!("the audit chain vouches for {audited} records, the ledger holds {records}"));
        }
        tx.commit().await?;
        Ok(wrong)
    }
}

/// One branch's sums; how many records it has.
async fn prove_branch(tx: &mut Tx, branch: i64, wrong: &mut Vec<String>) -> Result<i64, Fault> {
    const RECORDS: &str = concat!("SELECT ", record_columns!("r"), " FROM record AS r WHERE r.branch_id = $1 ORDER BY r.id");
    const STANDINGS: &str = concat!("SELECT ", standing_columns!(), " FROM standing AS s WHERE s.branch_id = $1");
    type TallyRow = (String, String, Option<i64>, i64, i64, i64, i64, i64);
    const TALLIES: &str = "SELECT duty, period, expected, done, excused, got, confirmed, frozen FROM tally WHERE branch_id = $1";

    let mut of: BTreeMap<Key, Vec<Record>> = BTreeMap::new();
    let mut parts = BTreeSet::new();
    let mut count = 0;
    for record in rows::records(tx.rows::<RecordRow>(RECORDS, args![branch]).await?)? {
        count += 1;
        if !parts.insert((record.source.clone(), record.part)) {
            wrong.push(format!("branch {branch}: record {} is a second part {} of one message", record.id, record.part));
        }
        of.entry(record.key.clone()).or_default().push(record);
    }
    let kept: BTreeMap<Key, Standing> = rows::standings(tx.rows::<StandingRow>(STANDINGS, args![branch]).await?)?.into_iter().collect();
    let mut sums: BTreeMap<(String, Period), (Tally, i64)> = BTreeMap::new();
    // the cash book's own reading of the records, beside what the standings add up to
    let mut books: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for key in of.keys().chain(kept.keys()).collect::<BTreeSet<_>>() {
        let standing = kept.get(key).cloned();
        let folded = Standing::fold(of.get(key).map_or(&[][..], Vec::as_slice), standing.as_ref().and_then(|s| s.expected));
        match &standing {
            None => wrong.push(format!("branch {branch}: person {} has records of {} {} but no standing", key.person, key.duty, key.period)),
            Some(s) if *s != folded => {
                wrong.push(format!("branch {branch}: the standing of person {} in {} {} is not what the records add up to", key.person, key.duty, key.period));
            }
            Some(_) => {}
        }
        let book = books.entry(&key.duty).or_default();
        book.0 += folded.got;
        book.1 += folded.confirmed;
        let sum = sums.entry((key.duty.clone(), key.period)).or_default();
        sum.0.shift(&Standing::default(), &folded);
        sum.1 += i64::from(folded.expected == Some(true));
    }
    for (duty, sums) in books {
        let all: Vec<&Record> = of.iter().filter(|(k, _)| k.duty == duty).flat_map(|(_, r)| r).collect();
        // presence counts once, however often it is said: no book is kept of it
        if all.iter().any(|r| matches!(r.kind, Kind::Attend | Kind::Attest)) {
            continue;
        }
        if Book::of(all).standings() != sums {
            wrong.push(format!("branch {branch}: the cash book of {duty} is not what the standings add up to"));
        }
    }
    for (duty, period, expected, done, excused, got, confirmed, frozen) in tx.rows::<TallyRow>(TALLIES, args![branch]).await? {
        let (sum, was_expected) = sums.remove(&(duty.clone(), rows::period(&period)?)).unwrap_or_default();
        if (sum.done, sum.excused, sum.got, sum.confirmed) != (done, excused, got, confirmed) {
            wrong.push(format!("branch {branch}: the tally of {duty} {period} is not what the standings add up to"));
        }
        if frozen != 0 && expected != Some(was_expected) {
            wrong.push(format!("branch {branch}: {duty} {period} is closed with {} expected, but {was_expected} standings say so", expected.unwrap_or(0)));
        }
    }
    for (duty, period) in sums.into_keys() {
        wrong.push(format!("branch {branch}: {duty} {period} has standings but no tally"));
    }
    Ok(count)
}

/// Every chain from its first link to its head; how many records they vouch for.
async fn prove_chains(tx: &mut Tx, wrong: &mut Vec<String>) -> Result<i64, Fault> {
    let mut audited = 0;
    for (node, last, head) in tx.rows::<(i64, i64, String)>("SELECT id, seq, head FROM node ORDER BY id", args![]).await? {
        let (mut at, mut prev) = (0, String::new());
        loop {
            let sql = "SELECT seq, prev, digest, body FROM audit WHERE node = $1 AND seq > $2 ORDER BY seq LIMIT $3";
            let links: Vec<(i64, String, String, String)> = tx.rows(sql, args![node, at, PAGE]).await?;
            if links.is_empty() {
                break;
            }
            for (seq, said, digest, body) in links {
                if seq != at + 1 || said != prev || digest != audit::link(&said, &body) {
                    wrong.push(format!("audit chain {node}: link {seq} does not follow from the one before it"));
                }
                audited += prove_link(tx, node, seq, &body, wrong).await?;
                (at, prev) = (seq, digest);
            }
        }
        if (at, &prev) != (last, &head) {
            wrong.push(format!("audit chain {node}: it ends at link {at}, but its head is link {last}"));
        }
    }
    let stray: Option<(i64,)> = tx.one("SELECT node FROM audit WHERE node NOT IN (SELECT id FROM node) LIMIT 1", args![]).await?;
    if let Some((node,)) = stray {
        wrong.push(format!("audit chain {node}: its head is gone"));
    }
    Ok(audited)
}

/// The records that a link vouches for are there, and are what they were. A person who was erased has an empty key: then only
/// the link itself can be checked. Of a branch's cash nobody is the person, and its digest is under no key.
async fn prove_link(tx: &mut Tx, node: i64, seq: i64, body: &str, wrong: &mut Vec<String>) -> Result<i64, Fault> {
    const RECORDS: &str = concat!(
        "SELECT ",
        record_columns!("r"),
        " FROM json_each($1) AS j CROSS JOIN record AS r WHERE r.branch_id = CAST(j.value->>0 AS BIGINT) AND r.id = CAST(j.value->>1 AS BIGINT)"
    );
    const KEYS: &str = "SELECT p.id, p.audit_key FROM json_each($1) AS j CROSS JOIN person AS p WHERE p.id = CAST(j.value->>0 AS BIGINT)";
    let Ok(Value::Array(entries)) = serde_json::from_str::<Value>(body) else {
        wrong.push(format!("audit chain {node}: link {seq} can't be read"));
        return Ok(0);
    };
    // links about people begin with a word
    let said: BTreeMap<(i64, i64), &str> = entries.iter().filter_map(|e| Some(((e.get(0)?.as_i64()?, e.get(1)?.as_i64()?), e.get(2)?.as_str()?))).collect();
    if said.is_empty() {
        return Ok(0);
    }
    let wanted: Vec<&(i64, i64)> = said.keys().collect();
    let found = rows::records(tx.rows::<RecordRow>(RECORDS, args![rows::json(&wanted)]).await?)?;
    let people: BTreeSet<i64> = found.iter().map(|r| r.key.person.0).collect();
    let keys: BTreeMap<i64, String> = tx.rows::<(i64, String)>(KEYS, args![crate::store::database::engine::ids_json(people)]).await?.into_iter().collect();
    if found.len() != said.len() {
        wrong.push(format!("audit chain {node}: link {seq} vouches for {} records of which {} are gone", said.len(), said.len() - found.len()));
    }
    for record in &found {
        let key = keys.get(&record.key.person.0).map(String::as_str);
        let digest = said.get(&(record.key.branch.0, record.id.0));
        if key != Some("") && digest != Some(&audit::keyed(key.unwrap_or_default(), &rows::record_json(record)).as_str()) {
            wrong.push(format!("audit chain {node}: record {} is not what it was when link {seq} was written", record.id));
        }
    }
    Ok(i64::try_from(said.len()).unwrap_or(i64::MAX))
}
