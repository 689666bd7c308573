//! Of units whose members are not read one by one: of those whom the tallies count, who was late and who has no account; and who is beside
//! them. The same reading as `report::tally`'s of one branch, in the database.

use super::Store;
use super::engine::args;
use super::rows::json;
use super::units::below;
use crate::domain::calendar::Period;
use crate::domain::ids::OrgId;
use crate::domain::roster::{ERASED, OrgKind};
use crate::error::Fault;

/// A branch's parts of a duty and period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Of those expected who have met it, how many came or met it late.
    pub late: i64,
    /// How many have met it without being expected.
    pub beside: i64,
}

impl Store {
    /// The deadlines of a period's issues, each with the path of the unit that opened it; none: as the duty says.
    pub async fn deadlines(&self, duty: &str, period: Period) -> Result<Vec<(String, Option<i64>)>, Fault> {
        let sql = "SELECT o.path, i.due_at FROM issue AS i JOIN org AS o ON o.id = i.org_id WHERE i.duty = $1 AND i.period = $2";
        Ok(self.pool().rows(sql, args![duty, period.to_string()]).await?)
    }

    /// Parts of the branches at or below a path, by branch. `due`: until when it is in time, UTC milliseconds; `other`: the branches in
    /// which that is another time.
    pub async fn parts(&self, path: &str, duty: &str, period: Period, due: i64, other: &[(OrgId, i64)]) -> Result<Vec<(OrgId, Parts)>, Fault> {
        const PARTS: &str = "SELECT s.branch_id, \
            CAST(SUM(CASE WHEN COALESCE(s.expected, 1) = 1 AND (s.state = 'late' OR s.done_at >= COALESCE(e.due, $4)) THEN 1 ELSE 0 END) AS BIGINT), \
            CAST(SUM(CASE WHEN s.expected = 0 THEN 1 ELSE 0 END) AS BIGINT) \
            FROM org AS o JOIN standing AS s ON s.branch_id = o.id \
            LEFT JOIN (SELECT CAST(value->>0 AS BIGINT) AS branch, CAST(value->>1 AS BIGINT) AS due FROM json_each($5)) AS e ON e.branch = o.id \
            WHERE (o.path = $1 OR (o.path >= $6 AND o.path < $7)) AND s.duty = $2 AND s.period = $3 AND s.got > 0 AND s.got >= s.owed \
            GROUP BY s.branch_id ORDER BY s.branch_id";
        let (from, to) = below(path);
        let other: Vec<(i64, i64)> = other.iter().map(|(branch, due)| (branch.0, *due)).collect();
        let given = args![path, duty, period.to_string(), due, json(&other), from.as_str(), to.as_str()];
        let found: Vec<(i64, i64, i64)> = self.pool().rows(PARTS, given).await?;
        Ok(found.into_iter().map(|(branch, late, beside)| (OrgId(branch), Parts { late, beside })).collect())
    }

    /// Members on a day, of branches at or below a path, who have no account, by branch; only those with a post, where `posts`.
    pub async fn unregistered(&self, path: &str, day: chrono::NaiveDate, posts: bool) -> Result<Vec<(OrgId, i64)>, Fault> {
        const WITHOUT: &str = "SELECT o.id, CAST(COUNT(DISTINCT m.person_id) AS BIGINT) FROM org AS o JOIN membership AS m ON m.branch_id = o.id \
            JOIN person AS p ON p.id = m.person_id WHERE o.kind = $2 AND (o.path = $1 OR (o.path >= $6 AND o.path < $7)) \
            AND m.from_day <= $3 AND (m.to_day IS NULL OR m.to_day >= $3) AND ($4 = 0 OR m.post IS NOT NULL) AND p.name <> $5 \
            AND NOT EXISTS (SELECT 1 FROM account AS a WHERE a.person_id = m.person_id) GROUP BY o.id ORDER BY o.id";
        let (from, to) = below(path);
        let given = args![path, OrgKind::Branch.key(), day.to_string(), posts, ERASED, from.as_str(), to.as_str()];
        let found: Vec<(i64, i64)> = self.pool().rows(WITHOUT, given).await?;
        Ok(found.into_iter().map(|(branch, n)| (OrgId(branch), n)).collect())
    }
}
