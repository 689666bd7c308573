//! Meetings with check-in.

use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId, SessionId};
use crate::domain::record::{Record, Session};
use crate::domain::roster::Org;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine;
use crate::store::database::engine::{args, ids_json};
use crate::store::records::rows::{self, RecordRow, SessionRow, record_columns, session_columns};
use std::collections::{BTreeSet, HashMap, HashSet};

impl Store {
    /// Opens one. The one of this unit (or this group of it) and duty that is still open comes back instead, with false.
    pub async fn open_session(&self, session: &Session, actor: Option<PersonId>) -> Result<(Session, bool), Fault> {
        const OPEN: &str =
            concat!("SELECT ", session_columns!(), " FROM session AS s WHERE s.org_id = $1 AND s.duty = $2 AND s.closed_at IS NULL ORDER BY s.id DESC");
        let mut tx = self.write().await?;
        // two secretaries at once: one of them opens it
        tx.lock_orgs(&BTreeSet::from([session.org])).await?;
        let open = rows::sessions(tx.rows::<SessionRow>(OPEN, args![session.org, session.duty.as_str()]).await?)?;
        if let Some(open) = open.into_iter().find(|s| s.open_at(session.opened_at) && s.team == session.team) {
            return Ok((open, false));
        }
        let s = session;
        let sql = "INSERT INTO session (id, org_id, duty, period, topic, code, opened_at, closes_at, closed_at, actor_id, rolls, team) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let topic = s.topic.as_deref().map(engine::clean);
        let (code, team) = (s.code.as_deref().map(engine::clean), s.team.as_deref().map(engine::clean));
        let period = s.period.to_string();
        tx.exec(sql, args![s.id, s.org, s.duty.as_str(), period, topic, code, s.opened_at, s.closes_at, s.closed_at, actor, s.rolls, team]).await?;
        tx.commit().await?;
        Ok((session.clone(), true))
    }

    /// Sessions that are on and whose code rolls.
    pub async fn rolling_sessions(&self, now: i64) -> Result<Vec<Session>, Fault> {
        const ROLLING: &str =
            concat!("SELECT ", session_columns!(), " FROM session AS s WHERE s.closed_at IS NULL AND s.rolls IS NOT NULL AND s.closes_at >= $1 ORDER BY s.id");
        rows::sessions(self.pool().rows::<SessionRow>(ROLLING, args![now]).await?)
    }

    /// The session of a unit that was opened last, of this duty where one is said.
    pub async fn last_session(&self, unit: OrgId, duty: Option<&str>) -> Result<Option<Session>, Fault> {
        self.session_before(unit, duty, i64::MAX).await
    }

    /// The one that was opened last before that instant.
    pub async fn session_before(&self, unit: OrgId, duty: Option<&str>, before: i64) -> Result<Option<Session>, Fault> {
        const LAST: &str = concat!(
            "SELECT ",
            session_columns!(),
            " FROM session AS s WHERE s.org_id = $1 AND ($2 = '' OR s.duty = $2) AND s.opened_at < $3 ORDER BY s.opened_at DESC, s.id DESC LIMIT 1"
        );
        Ok(rows::sessions(self.pool().rows::<SessionRow>(LAST, args![unit, duty.unwrap_or_default(), before]).await?)?.pop())
    }

    /// Sessions of these units and this duty that were opened from an instant on and before another; the oldest first.
    pub async fn sessions_between(&self, units: &[OrgId], duty: &str, (from, to): (i64, i64)) -> Result<Vec<Session>, Fault> {
        const BETWEEN: &str = concat!(
            "SELECT ",
            session_columns!(),
            " FROM json_each($1) AS j CROSS JOIN session AS s WHERE s.org_id = CAST(j.value->>0 AS BIGINT) AND s.duty = $2",
            " AND s.opened_at >= $3 AND s.opened_at < $4 ORDER BY s.opened_at, s.id"
        );
        let units: BTreeSet<i64> = units.iter().map(|o| o.0).collect();
        rows::sessions(self.pool().rows::<SessionRow>(BETWEEN, args![ids_json(units), duty, from, to]).await?)
    }

    /// The session of this id.
    pub async fn session(&self, id: SessionId) -> Result<Option<Session>, Fault> {
        const ONE: &str = concat!("SELECT ", session_columns!(), " FROM session AS s WHERE s.id = $1");
        Ok(rows::sessions(self.pool().rows::<SessionRow>(ONE, args![id]).await?)?.pop())
    }

    /// It is a session no more: what says so stays, for the record. What was given at it is to be reversed before.
    pub async fn void_session(&self, session: &Session, actor: PersonId, at: i64) -> Result<(), Fault> {
        const KEEP: &str = "INSERT INTO session_withdrawn (id, org_id, duty, period, topic, opened_at, opened_by, withdrawn_at, withdrawn_by) \
            SELECT s.id, s.org_id, s.duty, s.period, s.topic, s.opened_at, s.actor_id, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM session AS s WHERE s.id = $1";
        let mut tx = self.write().await?;
        tx.lock_orgs(&BTreeSet::from([session.org])).await?;
        if tx.exec(KEEP, args![session.id, at, actor]).await? == 1 {
            for sql in ["DELETE FROM session WHERE id = $1", "DELETE FROM session_expected WHERE session_id = $1"] {
                tx.exec(sql, args![session.id]).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Ends it; true where it was open. Who was `expected` at it is written down with that.
    pub async fn close_session(&self, id: SessionId, at: i64, expected: &[(OrgId, PersonId)]) -> Result<bool, Fault> {
        const EXPECTED: &str = "INSERT INTO session_expected (session_id, branch_id, person_id) \
            SELECT CAST($1 AS BIGINT), CAST(j.value->>0 AS BIGINT), CAST(j.value->>1 AS BIGINT) FROM json_each($2) AS j";
        let mut tx = self.write().await?;
        let closed = tx.exec("UPDATE session SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL", args![id, at]).await? == 1;
        if closed && !expected.is_empty() {
            let pairs: BTreeSet<(i64, i64)> = expected.iter().map(|(branch, person)| (branch.0, person.0)).collect();
            tx.exec(EXPECTED, args![id, rows::json(&pairs)]).await?;
        }
        tx.commit().await?;
        Ok(closed)
    }

    /// Who was expected at a session that is over, by branch; nobody where that was not written down.
    pub async fn session_expected(&self, id: SessionId) -> Result<HashMap<OrgId, HashSet<PersonId>>, Fault> {
        let found: Vec<(i64, i64)> = self.pool().rows("SELECT branch_id, person_id FROM session_expected WHERE session_id = $1", args![id]).await?;
        let mut all: HashMap<OrgId, HashSet<PersonId>> = HashMap::new();
        for (branch, person) in found {
            all.entry(OrgId(branch)).or_default().insert(PersonId(person));
        }
        Ok(all)
    }

    /// One that ended is on again until then; false where it has not ended.
    pub async fn reopen_session(&self, id: SessionId, closes_at: i64) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let sql = "UPDATE session SET closed_at = NULL, closes_at = $2 WHERE id = $1 AND closed_at IS NOT NULL";
        let opened = tx.exec(sql, args![id, closes_at]).await?;
        tx.exec("DELETE FROM session_expected WHERE session_id = $1", args![id]).await?;
        tx.commit().await?;
        Ok(opened == 1)
    }

    /// Sessions of these units without an end (also those whose time is over but nobody has closed yet).
    pub async fn open_sessions(&self, units: &[OrgId]) -> Result<Vec<Session>, Fault> {
        const OPEN: &str = concat!(
            "SELECT ",
            session_columns!(),
            " FROM json_each($1) AS j CROSS JOIN session AS s WHERE s.org_id = CAST(j.value->>0 AS BIGINT) AND s.closed_at IS NULL ORDER BY s.id"
        );
        let units: BTreeSet<i64> = units.iter().map(|o| o.0).collect();
        rows::sessions(self.pool().rows::<SessionRow>(OPEN, args![ids_json(units)]).await?)
    }

    /// Sessions of these units that were open at that instant and are over now.
    pub async fn sessions_over(&self, units: &[OrgId], at: i64) -> Result<Vec<Session>, Fault> {
        const OVER: &str = concat!(
            "SELECT ",
            session_columns!(),
            " FROM json_each($1) AS j CROSS JOIN session AS s WHERE s.org_id = CAST(j.value->>0 AS BIGINT) AND s.opened_at <= $2 AND s.closed_at > $2 ORDER BY s.id"
        );
        let units: BTreeSet<i64> = units.iter().map(|o| o.0).collect();
        let all = rows::sessions(self.pool().rows::<SessionRow>(OVER, args![ids_json(units), at]).await?)?;
        Ok(all.into_iter().filter(|s| s.open_at(at)).collect())
    }

    /// The periods in which somebody of a branch could check in: a session was opened by one of these units (the branch and those
    /// above it), or somebody was there.
    pub async fn met(&self, branch: OrgId, units: &[OrgId], duty: &str) -> Result<BTreeSet<Period>, Fault> {
        const MET: &str = "SELECT s.period FROM json_each($1) AS j CROSS JOIN session AS s WHERE s.org_id = CAST(j.value->>0 AS BIGINT) AND s.duty = $3 \
            UNION SELECT t.period FROM tally AS t WHERE t.branch_id = $2 AND t.duty = $3 AND t.done > 0";
        let units: BTreeSet<i64> = units.iter().map(|o| o.0).collect();
        let found: Vec<(String,)> = self.pool().rows(MET, args![ids_json(units), branch, duty]).await?;
        found.into_iter().map(|(period,)| period.parse().map_err(|e| Fault::Corrupt(format!("the period of a session: {e}")))).collect()
    }

    /// Of these branches those of which somebody could check in, in that period: as [`Self::met`] says.
    pub async fn met_in(&self, branches: &[&Org], duty: &str, period: Period) -> Result<HashSet<OrgId>, Fault> {
        const OPENED: &str = "SELECT DISTINCT o.path FROM json_each($1) AS j CROSS JOIN org AS o JOIN session AS s ON s.org_id = o.id \
            WHERE o.path = j.value->>0 AND s.duty = $2 AND s.period = $3";
        const THERE: &str = "SELECT t.branch_id FROM json_each($1) AS j CROSS JOIN tally AS t \
            WHERE t.branch_id = CAST(j.value->>0 AS BIGINT) AND t.duty = $2 AND t.period = $3 AND t.done > 0";
        let above = |path: &str| path.match_indices('/').map(|(at, _)| path[..at].to_owned()).chain([path.to_owned()]).collect::<Vec<_>>();
        let paths: BTreeSet<(String,)> = branches.iter().flat_map(|b| above(&b.path)).map(|p| (p,)).collect();
        let period = period.to_string();
        let opened: Vec<(String,)> = self.pool().rows(OPENED, args![rows::json(&paths), duty, period.as_str()]).await?;
        let there: Vec<(i64,)> = self.pool().rows(THERE, args![ids_json(branches.iter().map(|b| b.id.0)), duty, period.as_str()]).await?;
        let opened: HashSet<String> = opened.into_iter().map(|(path,)| path).collect();
        let met = branches.iter().filter(|b| above(&b.path).iter().any(|p| opened.contains(p))).map(|b| b.id);
        Ok(met.chain(there.into_iter().map(|(id,)| OrgId(id))).collect())
    }

    /// Sessions whose `closes_at` is past and that nobody has closed.
    pub async fn overdue_sessions(&self, now: i64) -> Result<Vec<Session>, Fault> {
        const OVERDUE: &str =
            concat!("SELECT ", session_columns!(), " FROM session AS s WHERE s.closed_at IS NULL AND s.closes_at < $1 ORDER BY s.closes_at, s.id");
        rows::sessions(self.pool().rows::<SessionRow>(OVERDUE, args![now]).await?)
    }

    /// The records given at it, taken back ones aside.
    pub async fn session_records(&self, id: SessionId) -> Result<Vec<Record>, Fault> {
        const GIVEN: &str = concat!(
            "SELECT ",
            record_columns!("r"),
            " FROM record AS r WHERE r.session_id = $1 AND r.kind <> 'reverse' AND NOT EXISTS",
            " (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.refers = r.id AND x.kind = 'reverse') ORDER BY r.id"
        );
        rows::records(self.pool().rows::<RecordRow>(GIVEN, args![id]).await?)
    }
}
