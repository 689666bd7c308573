//! How far people and branches are reached by the bot: members with an account, branches with a group.

use super::units::below;
use crate::domain::natural::along;
use crate::domain::roster::OrgKind;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::args;

/// One branch's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The branch's name.
    pub name: String,
    /// Members today.
    pub members: i64,
    /// Of them, with a bound account.
    pub bound: i64,
    /// Whether a group is bound to it.
    pub chat: bool,
}

impl Store {
    /// Every branch at or below a path, as people count them.
    pub async fn reached(&self, path: &str) -> Result<Vec<Reached>, Fault> {
        let sql = "SELECT o.path, o.name, CAST(COUNT(DISTINCT m.person_id) AS BIGINT), CAST(COUNT(DISTINCT a.person_id) AS BIGINT), \
            CAST((SELECT COUNT(*) FROM chat AS c WHERE c.org_id = o.id AND c.private = 0) AS BIGINT) FROM org AS o \
            LEFT JOIN membership AS m ON m.branch_id = o.id AND m.from_day <= $5 AND (m.to_day IS NULL OR m.to_day >= $5) \
            LEFT JOIN account AS a ON a.person_id = m.person_id \
            WHERE o.kind = $1 AND ($2 = '' OR o.path = $2 OR (o.path >= $3 AND o.path < $4)) GROUP BY o.id, o.name, o.path";
        let (from, to) = below(path);
        let mut found: Vec<(String, String, i64, i64, i64)> =
            self.pool().rows(sql, args![OrgKind::Branch.key(), path, from.as_str(), to.as_str(), self.today()]).await?;
        found.sort_by_cached_key(|row| (along(&row.0), row.0.clone()));
        Ok(found.into_iter().map(|(_, name, members, bound, chats)| Reached { name, members, bound, chat: chats > 0 }).collect())
    }
}
