//! Rows of files: each is entered once, whatever file it comes in, unless all that it entered was taken back.

use super::Store;
use super::engine::{args, clean};
use super::ledger::Entered;
use super::rows;
use crate::domain::ids::OrgId;
use crate::domain::ledger::Post;
use crate::domain::record::Record;
use crate::effects::Ids;
use crate::error::Fault;
use std::collections::{BTreeMap, HashMap, HashSet};

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
