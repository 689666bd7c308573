//! What posts would come to, without entering them: the same reading and deciding as the writer's, in a transaction that
//! writes nothing.

use super::Store;
use super::batch::{branches, check, read};
use super::engine::{Tx, args, ids_json};
use super::rows::{json, json_list};
use crate::domain::decide::decide;
use crate::domain::ids::{OrgId, RecordId};
use crate::domain::ledger::{Outcome, Post, Verdict};
use crate::error::Fault;
use std::collections::{BTreeSet, HashMap};

impl Store {
    /// One outcome for each post, as if they were entered in this order now.
    ///
    /// # Errors
    /// `Stale` where a roster that they rely on changed.
    pub async fn foresee(&self, posts: &[Post]) -> Result<Vec<Outcome>, Fault> {
        let all: Vec<&Post> = posts.iter().collect();
        let mut tx = self.pool().snapshot().await?;
        let epochs = epochs(&mut tx, &all).await?;
        let seen = remembered(&mut tx, &all).await?;
        let (mut facts, last) = read(&mut tx, all.iter().copied()).await?;
        tx.commit().await?;
        let mut id = last;
        let mut outcomes = Vec::with_capacity(posts.len());
        for post in posts {
            if let Some(verdicts) = seen.get(&(post.branch, post.source.as_str())) {
                outcomes.push(Outcome { verdicts: verdicts.clone(), replayed: true });
                continue;
            }
            check(post, &epochs)?;
            let decision = decide(&mut facts, post, &mut || {
                id += 1;
                RecordId(id)
            });
            outcomes.push(Outcome { verdicts: decision.verdicts, replayed: false });
        }
        Ok(outcomes)
    }
}

/// The epochs of everything that posts write to or rely on.
async fn epochs(tx: &mut Tx, posts: &[&Post]) -> Result<HashMap<OrgId, i64>, Fault> {
    let all: BTreeSet<i64> = posts.iter().flat_map(|p| branches(p).into_iter().chain(p.relies.iter().map(|(o, _)| *o))).map(|o| o.0).collect();
    let sql = "SELECT o.id, o.epoch FROM json_each($1) AS j CROSS JOIN org AS o WHERE o.id = CAST(j.value->>0 AS BIGINT)";
    let found: Vec<(i64, i64)> = tx.rows(sql, args![ids_json(all)]).await?;
    Ok(found.into_iter().map(|(id, epoch)| (OrgId(id), epoch)).collect())
}

/// What these messages came to, where they were entered before.
async fn remembered<'a>(tx: &mut Tx, posts: &[&'a Post]) -> Result<HashMap<(OrgId, &'a str), Vec<Verdict>>, Fault> {
    const SEEN: &str = "SELECT CAST(j.value->>2 AS BIGINT), i.verdicts FROM json_each($1) AS j CROSS JOIN inbox AS i \
        WHERE i.branch_id = CAST(j.value->>0 AS BIGINT) AND i.source = j.value->>1";
    let wanted: Vec<String> = posts.iter().enumerate().map(|(n, p)| json(&(p.branch.0, &p.source, n))).collect();
    let found: Vec<(i64, String)> = tx.rows(SEEN, args![json_list(&wanted)]).await?;
    let mut seen = HashMap::new();
    for (n, verdicts) in found {
        if let Some(post) = usize::try_from(n).ok().and_then(|n| posts.get(n)) {
            let verdicts = serde_json::from_str(&verdicts).map_err(|e| Fault::Corrupt(format!("verdicts of a message: {e}")))?;
            seen.insert((post.branch, post.source.as_str()), verdicts);
        }
    }
    Ok(seen)
}
