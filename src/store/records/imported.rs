//! Rows of files: each is entered once, whatever file it comes in, unless all that it entered was taken back.

use super::ledger::Entered;
use super::rows;
use crate::domain::ids::OrgId;
use crate::domain::ledger::Post;
use crate::domain::record::Record;
use crate::effects::Ids;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, clean};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What the sources of payments that a bill vouches for begin with, and what comes after the last of them.
pub const BILL: &str = "bill/";
const AFTER_BILL: &str = "bill0";

/// Rows of one file are entered within this time of each other, milliseconds.
const MOMENTS: i64 = 3000;

/// What was entered from a source before.
enum Before {
    /// Something of it stands.
    Stands,
    /// All was taken back: it can be entered anew from this one.
    Anew(String),
}

impl Store {
    /// Those of these sources of which something stands in this branch.
    pub async fn entered_sources(&self, branch: OrgId, sources: &[String]) -> Result<HashSet<String>, Fault> {
        let found = self.before(branch, sources).await?;
        Ok(found.into_iter().filter(|(_, before)| matches!(before, Before::Stands)).map(|(source, _)| source).collect())
    }

    /// Those of these sources of which something stands in another branch than this, with the path of that: a payment counts once,
    /// whoever's file it stands in.
    pub async fn entered_elsewhere(&self, branch: OrgId, sources: &[String]) -> Result<HashMap<String, String>, Fault> {
        let mut tx = self.pool().snapshot().await?;
        let found = standing(&mut tx, sources.iter().map(|s| (clean(s), branch.0)).collect()).await?;
        tx.commit().await?;
        Ok(found.into_iter().map(|(source, _, path)| (source, path)).collect())
    }

    /// Gives those whose records were all taken back a source of their own, under which they are entered once more.
    pub async fn anew(&self, posts: &mut [Post]) -> Result<(), Fault> {
        let mut branches: BTreeMap<OrgId, Vec<String>> = BTreeMap::new();
        for post in posts.iter() {
            branches.entry(post.branch).or_default().push(post.source.clone());
        }
        let mut found = HashMap::new();
        for (branch, sources) in branches {
            found.extend(self.before(branch, &sources).await?.into_iter().map(|(source, before)| ((branch, source), before)));
        }
        for post in posts {
            if let Some(Before::Anew(source)) = found.remove(&(post.branch, clean(&post.source))) {
                post.source = source;
            }
        }
        Ok(())
    }

    async fn before(&self, branch: OrgId, sources: &[String]) -> Result<HashMap<String, Before>, Fault> {
        // `$` is what follows `#`
        const SQL: &str = "SELECT j.value->>0, i.records, i.id FROM json_each($2) AS j CROSS JOIN inbox AS i \
            WHERE i.branch_id = $1 AND i.source = j.value->>0 AND i.records <> '[]' \
            UNION ALL SELECT j.value->>0, i.records, i.id FROM json_each($2) AS j CROSS JOIN inbox AS i \
            WHERE i.branch_id = $1 AND i.source > (j.value->>0) || '#' AND i.source < (j.value->>0) || '$' AND i.records <> '[]'";
        let wanted: Vec<(String,)> = sources.iter().map(|s| (clean(s),)).collect();
        let found: Vec<(String, String, i64)> = self.pool().rows(SQL, args![branch, rows::json(&wanted)]).await?;
        let mut last: HashMap<String, (usize, i64, String)> = HashMap::new();
        for (source, records, id) in found {
            let known = last.entry(source).or_insert((0, id, String::new()));
            known.0 += 1;
            if id >= known.1 {
                (known.1, known.2) = (id, records);
            }
        }
        let mut all = HashMap::new();
        for (source, (times, _, records)) in last {
            let before = if self.live_records(&records).await?.is_empty() { Before::Anew(format!("{source}#{}", times + 1)) } else { Before::Stands };
            all.insert(source, before);
        }
        Ok(all)
    }

    /// What the rows of one file entered together and is not taken back: by one account, from sources that begin alike, each
    /// within moments of the one before.
    pub async fn entered_together(&self, entered: &Entered, prefix: &str) -> Result<Vec<Record>, Fault> {
        const SQL: &str = "SELECT id, source, records FROM inbox WHERE account = $1 AND source >= $2 AND source < $3 ORDER BY id";
        let end = format!("{prefix}\u{10FFFF}");
        let found: Vec<(i64, String, String)> = self.pool().rows(SQL, args![entered.account.as_str(), prefix, end.as_str()]).await?;
        let Some(at) = found.iter().position(|(_, source, _)| *source == entered.source) else { return Ok(Vec::new()) };
        let apart = |(before, after): (&i64, &i64)| Ids::made_at(*after) - Ids::made_at(*before) > MOMENTS;
        let ids: Vec<i64> = found.iter().map(|(id, ..)| *id).collect();
        let first = (1..=at).rev().find(|n| apart((&ids[n - 1], &ids[*n]))).unwrap_or(0);
        let last = (at + 1..ids.len()).find(|n| apart((&ids[n - 1], &ids[*n]))).unwrap_or(ids.len());
        let mut all = Vec::new();
        for (.., records) in &found[first..last] {
            all.extend(self.live_records(records).await?);
        }
        Ok(all)
    }
}

/// The payments of a batch that stand in another branch, by their places in it.
pub(in crate::store) async fn counted(tx: &mut Tx, posts: &[&Post]) -> Result<Vec<usize>, Fault> {
    let bills: Vec<(usize, String, i64)> =
        posts.iter().enumerate().filter(|(_, p)| p.source.starts_with(BILL)).map(|(n, p)| (n, number(&p.source).to_owned(), p.branch.0)).collect();
    if bills.is_empty() {
        return Ok(Vec::new());
    }
    let found = standing(tx, bills.iter().map(|(_, source, branch)| (source.clone(), *branch)).collect()).await?;
    let stands = |source: &str, branch: i64| found.iter().any(|(s, b, _)| s == source && *b == branch);
    Ok(bills.iter().filter(|(_, source, branch)| stands(source, *branch)).map(|(n, ..)| *n).collect())
}

/// The payments that stand in several branches, each with the paths of those.
pub(in crate::store) async fn twice(tx: &mut Tx) -> Result<BTreeMap<String, Vec<String>>, Fault> {
    let sql = "SELECT source, branch_id FROM inbox WHERE source >= $1 AND source < $2 AND records <> '[]'";
    let mut branches: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for (source, branch) in tx.rows::<(String, i64)>(sql, args![BILL, AFTER_BILL]).await? {
        branches.entry(number(&source).to_owned()).or_default().insert(branch);
    }
    let several = branches.into_iter().filter(|(_, of)| of.len() > 1).map(|(source, _)| (source, 0)).collect();
    let mut paths: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (source, _, path) in standing(tx, several).await? {
        paths.entry(source).or_default().insert(path);
    }
    Ok(paths.into_iter().filter(|(_, of)| of.len() > 1).map(|(source, of)| (source, of.into_iter().collect())).collect())
}

/// A source without what tells a payment that was entered anew from the time before.
fn number(source: &str) -> &str {
    source.split('#').next().unwrap_or(source)
}

/// Of these sources, each with a branch: where else something stands of them that nothing took back (source, branch, the other's
/// path). Where a claim was taken back, so is its confirmation.
async fn standing(tx: &mut Tx, wanted: BTreeSet<(String, i64)>) -> Result<Vec<(String, i64, String)>, Fault> {
    // `$` is what follows `#`
    const SQL: &str = "WITH entered AS (SELECT j.value->>0 AS source, CAST(j.value->>1 AS BIGINT) AS branch, i.branch_id AS other, i.records \
        FROM json_each($1) AS j CROSS JOIN inbox AS i WHERE i.source = j.value->>0 AND i.records <> '[]' \
        UNION ALL SELECT j.value->>0, CAST(j.value->>1 AS BIGINT), i.branch_id, i.records FROM json_each($1) AS j CROSS JOIN inbox AS i \
        WHERE i.source > (j.value->>0) || '#' AND i.source < (j.value->>0) || '$' AND i.records <> '[]') \
        SELECT DISTINCT e.source, e.branch, o.path FROM entered AS e JOIN org AS o ON o.id = e.other CROSS JOIN json_each(e.records) AS k \
        JOIN record AS r ON r.branch_id = CAST(k.value->>0 AS BIGINT) AND r.id = CAST(k.value->>1 AS BIGINT) \
        WHERE e.other <> e.branch AND r.kind <> 'reverse' AND NOT EXISTS (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id \
        AND x.kind = 'reverse' AND (x.refers = r.id OR x.refers = r.refers)) ORDER BY o.path";
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    Ok(tx.rows(SQL, args![rows::json(&wanted)]).await?)
}
