//! What posts would come to, without entering them: the same reading and deciding as the writer's, in a transaction that
//! writes nothing.

use super::batch::{check, read};
use super::before::{self, Before};
use crate::domain::decide::decide;
use crate::domain::ids::RecordId;
use crate::domain::ledger::{Outcome, Post};
use crate::error::Fault;
use crate::store::Store;
use std::collections::BTreeSet;

impl Store {
    /// One outcome for each post, as if they were entered in this order now.
    ///
    /// # Errors
    /// `Stale` where a roster that they rely on changed.
    pub async fn foresee(&self, posts: &[Post]) -> Result<Vec<Outcome>, Fault> {
        let all: Vec<&Post> = posts.iter().collect();
        let mut tx = self.pool().snapshot().await?;
        let found = tx.rows_of(&before::READ, before::given(&all, BTreeSet::new(), None)).await?;
        let (Before { epochs, seen, sessions, .. }, _) = before::known(&all, found)?;
        let (mut facts, last) = read(&mut tx, sessions, all.iter().copied()).await?;
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
