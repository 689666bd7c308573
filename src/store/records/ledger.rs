//! Records, standings and tallies: entered by one writer in groups, read by anybody.

use super::rows::{self, RecordRow, StandingRow, record_columns, standing_columns};
use super::writer::{self, Job};
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId, RecordId};
use crate::domain::ledger::{Outcome, Post};
use crate::domain::message::AccountKey;
use crate::domain::record::{Key, Record, Standing, Tally};
use crate::effects::Ids;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{args, clean, ids_json};
use crate::store::members::units::below;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use tokio::sync::oneshot;

/// The answer to a post, once it is durable.
pub type Pending = oneshot::Receiver<Result<Outcome, Fault>>;

/// What one message entered: for undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The message's source.
    pub source: String,
    /// The account that sent it: `onebot:20001`.
    pub account: String,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Its records that are not taken back, reversals and confirmations aside.
    pub records: Vec<Record>,
}

/// Messages looked through at once for one that can be undone.
const PAGE: i64 = 20;

/// Sources of a message that is known by its quotable id, as [`under`] gives the arguments after the first.
macro_rules! under {
    () => {
        "(source = $1 OR (source >= $2 AND source < $3) OR (source >= $4 AND source < $5))"
    };
}

/// Behind the id: versions (`;` is what follows `:`), and leave that it told (`0` follows `/`).
fn under(prefix: &str) -> [String; 4] {
    [format!("{prefix}:"), format!("{prefix};"), format!("{prefix}{LEAVE}/"), format!("{prefix}{LEAVE}0")]
}

/// What follows a message's source where a meeting entered the leave that it told.
pub const LEAVE: &str = "#leave";

/// The message that told what was entered under this source.
fn said_by(source: &str) -> &str {
    source.split_once(LEAVE).map_or(source, |(said, _)| said)
}

impl Store {
    /// Queues a post. Posts are entered in the order of these calls; the call itself only waits where the queue is full.
    pub async fn post(&self, mut post: Post) -> Pending {
        post.source = clean(&post.source);
        let (waiter, pending) = oneshot::channel();
        self.inner.queued.fetch_add(1, Ordering::Relaxed);
        if self.inner.jobs.send(Job::Post(Box::new(post), waiter)).await.is_err() {
            self.inner.queued.fetch_sub(1, Ordering::Relaxed);
            return writer::closed();
        }
        pending
    }

    /// Returns when everything queued before is durable.
    pub async fn settled(&self) -> Result<(), Fault> {
        let (waiter, settled) = oneshot::channel();
        self.inner.jobs.send(Job::Settle(waiter)).await.map_err(|_| Fault::Closed)?;
        settled.await.map_err(|_| Fault::Closed)?
    }

    /// Standings of a branch in one period, of those who have any record (or are frozen).
    pub async fn standings(&self, branch: OrgId, duty: &str, period: Period) -> Result<Vec<(PersonId, Standing)>, Fault> {
        const SQL: &str =
            concat!("SELECT ", standing_columns!(), " FROM standing AS s WHERE s.branch_id = $1 AND s.duty = $2 AND s.period = $3 ORDER BY s.person_id");
        let found: Vec<StandingRow> = self.pool().rows(SQL, args![branch, duty, period.to_string()]).await?;
        Ok(rows::standings(found)?.into_iter().map(|(key, standing)| (key.person, standing)).collect())
    }

    /// The same of several branches at once.
    pub async fn standings_in(&self, branches: &[OrgId], duty: &str, period: Period) -> Result<HashMap<OrgId, Vec<(PersonId, Standing)>>, Fault> {
        let mut all: HashMap<OrgId, Vec<(PersonId, Standing)>> = HashMap::new();
        for (key, standing) in self.standings_of_all(branches, duty, period, period).await? {
            all.entry(key.branch).or_default().push((key.person, standing));
        }
        Ok(all)
    }

    /// One member's standings in a branch; all duties where `duty` is none. By duty, then period.
    pub async fn standings_of(&self, branch: OrgId, person: PersonId, duty: Option<&str>) -> Result<Vec<(Key, Standing)>, Fault> {
        // through the tallies: see the table
        const ONE: &str = concat!(
            "SELECT ",
            standing_columns!(),
            " FROM tally AS t CROSS JOIN standing AS s WHERE t.branch_id = $1 AND t.duty = $3 AND s.branch_id = t.branch_id AND s.duty = t.duty",
            " AND s.period = t.period AND s.person_id = $2 ORDER BY s.period"
        );
        const ALL: &str = concat!(
            "SELECT ",
            standing_columns!(),
            " FROM tally AS t CROSS JOIN standing AS s WHERE t.branch_id = $1 AND s.branch_id = t.branch_id AND s.duty = t.duty",
            " AND s.period = t.period AND s.person_id = $2 ORDER BY s.duty, s.period"
        );
        let found: Vec<StandingRow> = match duty {
            Some(duty) => self.pool().rows(ONE, args![branch, person, duty]).await?,
            None => self.pool().rows(ALL, args![branch, person]).await?,
        };
        rows::standings(found)
    }

    /// All standings of these branches and a duty between two periods of its cadence, inclusive.
    pub async fn standings_of_all(&self, branches: &[OrgId], duty: &str, from: Period, to: Period) -> Result<Vec<(Key, Standing)>, Fault> {
        const SQL: &str = concat!(
            "SELECT ",
            standing_columns!(),
            " FROM json_each($1) AS j CROSS JOIN standing AS s WHERE s.branch_id = CAST(j.value->>0 AS BIGINT) AND s.duty = $2 AND s.period >= $3",
            " AND s.period <= $4 ORDER BY s.branch_id, s.period, s.person_id"
        );
        let ids = ids_json(branches.iter().map(|o| o.0));
        rows::standings(self.pool().rows(SQL, args![ids, duty, from.to_string(), to.to_string()]).await?)
    }

    /// All standings of a branch and duty between two periods of its cadence, inclusive.
    pub async fn standings_between(&self, branch: OrgId, duty: &str, from: Period, to: Period) -> Result<Vec<(Key, Standing)>, Fault> {
        const SQL: &str = concat!(
            "SELECT ",
            standing_columns!(),
            " FROM standing AS s WHERE s.branch_id = $1 AND s.duty = $2 AND s.period >= $3 AND s.period <= $4 ORDER BY s.period, s.person_id"
        );
        rows::standings(self.pool().rows(SQL, args![branch, duty, from.to_string(), to.to_string()]).await?)
    }

    /// Tallies at or below a path, for one duty and period: (branch, tally). Branches without one are absent.
    pub async fn tallies(&self, path: &str, duty: &str, period: Period) -> Result<Vec<(OrgId, Tally)>, Fault> {
        let sql = "SELECT t.branch_id, COALESCE(t.expected, 0), t.done, t.excused, t.got, t.confirmed FROM tally AS t JOIN org AS o ON o.id = t.branch_id \
            WHERE t.duty = $1 AND t.period = $2 AND ($3 = '' OR o.path = $3 OR (o.path >= $4 AND o.path < $5)) ORDER BY o.path";
        let (from, to) = below(path);
        let found: Vec<(i64, i64, i64, i64, i64, i64)> = self.pool().rows(sql, args![duty, period.to_string(), path, from.as_str(), to.as_str()]).await?;
        Ok(found.into_iter().map(|(b, expected, done, excused, got, confirmed)| (OrgId(b), Tally { expected, done, excused, got, confirmed })).collect())
    }

    /// What this account entered last and has not taken back, of what was said not before `since` (UTC ms): the last in the order
    /// of entry, since what was said while we were away is heard later.
    pub async fn last_entered(&self, account: &AccountKey, since: i64) -> Result<Option<Entered>, Fault> {
        self.last_entered_of(account, since, &|_| true).await
    }

    /// The same of such records, and those of the message alone.
    pub async fn last_entered_of(&self, account: &AccountKey, since: i64, meant: &(dyn Fn(&Record) -> bool + Sync)) -> Result<Option<Entered>, Fault> {
        // what an official export says was said long before it was entered
        let sql = "SELECT source, account, said_at, records FROM inbox WHERE account = $1 AND records <> '[]' \
            AND (said_at >= $2 OR (source >= 'import/' AND source < 'import0' AND id >= $5)) ORDER BY id DESC LIMIT $3 OFFSET $4";
        let account = clean(&account.to_string());
        for page in 0.. {
            let found: Vec<(String, String, i64, String)> =
                self.pool().rows(sql, args![account.as_str(), since, PAGE, page * PAGE, Ids::first_at(since)]).await?;
            if found.is_empty() {
                break;
            }
            for (source, account, at, ids) in found {
                let mut records = self.live_records(&ids).await?;
                records.retain(meant);
                if !records.is_empty() {
                    return Ok(Some(Entered { source, account, at, records }));
                }
            }
        }
        Ok(None)
    }

    /// What the message of this source entered and is not taken back.
    pub async fn entered(&self, source: &str) -> Result<Option<Entered>, Fault> {
        let found: Vec<(String, i64, String)> =
            self.pool().rows("SELECT account, said_at, records FROM inbox WHERE source = $1 ORDER BY branch_id", args![source]).await?;
        for (account, at, ids) in found {
            let records = self.live_records(&ids).await?;
            if !records.is_empty() {
                return Ok(Some(Entered { source: clean(source), account, at, records }));
            }
        }
        Ok(None)
    }

    /// What the messages of these sources entered and is not taken back.
    pub async fn left_of(&self, sources: &[String]) -> Result<Vec<Record>, Fault> {
        const SQL: &str = "SELECT i.records FROM json_each($1) AS j CROSS JOIN inbox AS i WHERE i.source = j.value->>0 AND i.records <> '[]'";
        let wanted: Vec<(String,)> = sources.iter().map(|s| (clean(s),)).collect();
        let found: Vec<(String,)> = self.pool().rows(SQL, args![rows::json(&wanted)]).await?;
        let corrupt = |e: serde_json::Error| Fault::Corrupt(format!("the records of a message: {e}"));
        let ids = found.iter().map(|(ids,)| serde_json::from_str::<Vec<serde_json::Value>>(ids)).collect::<Result<Vec<_>, _>>().map_err(corrupt)?;
        self.live_records(&rows::json(&ids.concat())).await
    }

    /// What a message entered of which only the platform's quotable id is known, all of it together: sources that are `prefix` or
    /// begin with `prefix:`, and leave that it told and that a meeting entered (`prefix#leave/`), not before `since` (UTC ms). The
    /// source, the account and the time are those of the newest.
    pub async fn entered_under(&self, prefix: &str, since: i64) -> Result<Option<Entered>, Fault> {
        const UNDER: &str =
            concat!("SELECT source, account, said_at, records FROM inbox WHERE ", under!(), " AND said_at >= $6 ORDER BY said_at DESC, id DESC");
        let [from, to, leave, after] = under(prefix);
        let found: Vec<(String, String, i64, String)> = self.pool().rows(UNDER, args![prefix, from, to, leave, after, since]).await?;
        let mut all: Option<Entered> = None;
        for (source, account, at, ids) in found {
            let records = self.live_records(&ids).await?;
            if records.is_empty() {
                continue;
            }
            match &mut all {
                Some(newer) => newer.records.extend(records),
                None => all = Some(Entered { source: said_by(&source).to_owned(), account, at, records }),
            }
        }
        if let Some(all) = &mut all {
            all.records.sort_by_key(|r| r.id);
        }
        Ok(all)
    }

    /// Whether anything was ever entered under a source as [`Self::entered_under`] means it, taken back or not.
    pub async fn had_entered_under(&self, prefix: &str) -> Result<bool, Fault> {
        const UNDER: &str = concat!("SELECT source FROM inbox WHERE ", under!(), " AND records <> '[]' LIMIT 1");
        let [from, to, leave, after] = under(prefix);
        let found: Option<(String,)> = self.pool().one(UNDER, args![prefix, from, to, leave, after]).await?;
        Ok(found.is_some())
    }

    /// What the message of this source, and those whose sources begin with `prefix`, entered and is not taken back.
    pub async fn entered_with(&self, source: &str, prefix: &str) -> Result<Vec<Record>, Fault> {
        let sql = "SELECT records FROM inbox WHERE source = $1 OR (source >= $2 AND source < $3) ORDER BY id";
        let end = format!("{prefix}\u{10FFFF}");
        let found: Vec<(String,)> = self.pool().rows(sql, args![source, prefix, end]).await?;
        let mut all = Vec::new();
        for (ids,) in found {
            all.extend(self.live_records(&ids).await?);
        }
        Ok(all)
    }

    /// Those of `[[branch, id], …]` that nothing took back, and confirmations of what was taken back aside. Of reversals only
    /// those by which a chain list replaced what it had said before: undoing it brings that back, once and for good.
    pub(in crate::store) async fn live_records(&self, ids: &str) -> Result<Vec<Record>, Fault> {
        const LIVE: &str = concat!(
            "SELECT ",
            record_columns!("r"),
            " FROM json_each($1) AS j CROSS JOIN record AS r WHERE r.branch_id = CAST(j.value->>0 AS BIGINT) AND r.id = CAST(j.value->>1 AS BIGINT)",
            " AND ((r.kind <> 'reverse' AND (r.refers IS NULL OR r.kind IN ('confirm', 'confirm_extra', 'refund', 'refund_extra')) AND NOT EXISTS (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.kind = 'reverse'",
            " AND (x.refers = r.id OR x.refers = r.refers))) OR (r.kind = 'reverse'",
            " AND EXISTS (SELECT 1 FROM document_entry AS e WHERE e.source = r.source AND e.person_id = r.person_id)",
            " AND NOT EXISTS (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.refers = r.id))) ORDER BY r.id"
        );
        rows::records(self.pool().rows::<RecordRow>(LIVE, args![ids]).await?)
    }

    /// What a member did or paid of a duty in a period that nothing took back; oldest first.
    pub async fn done_records(&self, branch: OrgId, duty: &str, person: PersonId, period: Period) -> Result<Vec<Record>, Fault> {
        const SQL: &str = concat!(
            "SELECT ",
            record_columns!("r"),
            " FROM record AS r WHERE r.branch_id = $1 AND r.duty = $2 AND r.person_id = $3 AND r.period = $4 AND r.kind IN ('done', 'extra') AND NOT EXISTS",
            " (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.kind = 'reverse' AND x.refers = r.id) ORDER BY r.id"
        );
        rows::records(self.pool().rows::<RecordRow>(SQL, args![branch, duty, person, period.to_string()]).await?)
    }

    /// Claims of a branch that nobody has confirmed, oldest first.
    pub async fn unconfirmed(&self, branch: OrgId, duty: &str) -> Result<Vec<Record>, Fault> {
        const SQL: &str = concat!(
            "SELECT ",
            record_columns!("r"),
            " FROM record AS r WHERE r.branch_id = $1 AND r.duty = $2 AND r.kind IN ('done', 'extra') AND NOT EXISTS",
            " (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.refers = r.id AND (x.kind = 'reverse' OR (x.kind IN ('confirm', 'confirm_extra') AND NOT EXISTS",
            " (SELECT 1 FROM record AS y WHERE y.branch_id = x.branch_id AND y.refers = x.id AND y.kind = 'reverse')))) ORDER BY r.id"
        );
        rows::records(self.pool().rows::<RecordRow>(SQL, args![branch, duty]).await?)
    }

    /// All records of a branch and duty, of one member where `person`; oldest first.
    pub async fn records_of(&self, branch: OrgId, duty: &str, person: Option<PersonId>) -> Result<Vec<Record>, Fault> {
        const ALL: &str = concat!("SELECT ", record_columns!("r"), " FROM record AS r WHERE r.branch_id = $1 AND r.duty = $2 ORDER BY r.id");
        const ONE: &str =
            concat!("SELECT ", record_columns!("r"), " FROM record AS r WHERE r.branch_id = $1 AND r.duty = $2 AND r.person_id = $3 ORDER BY r.id");
        let found: Vec<RecordRow> = match person {
            Some(person) => self.pool().rows(ONE, args![branch, duty, person]).await?,
            None => self.pool().rows(ALL, args![branch, duty]).await?,
        };
        rows::records(found)
    }

    /// The newest records of these branches, newest first: for the demo's side panel.
    pub async fn latest_records(&self, branches: &[OrgId], limit: i64) -> Result<Vec<Record>, Fault> {
        const SQL: &str = concat!("SELECT ", record_columns!("r"), " FROM record AS r WHERE r.branch_id = $1 ORDER BY r.id DESC LIMIT $2");
        let mut newest = Vec::new();
        for branch in branches {
            newest.extend(rows::records(self.pool().rows::<RecordRow>(SQL, args![*branch, limit.max(0)]).await?)?);
        }
        newest.sort_by_key(|r| std::cmp::Reverse(r.id));
        newest.truncate(usize::try_from(limit).unwrap_or(0));
        Ok(newest)
    }

    /// The records of these ids, by id.
    pub async fn records(&self, branch: OrgId, ids: &[RecordId]) -> Result<Vec<Record>, Fault> {
        const SQL: &str = concat!(
            "SELECT ",
            record_columns!("r"),
            " FROM json_each($2) AS j CROSS JOIN record AS r WHERE r.branch_id = $1 AND r.id = CAST(j.value->>0 AS BIGINT) ORDER BY r.id"
        );
        let ids: std::collections::BTreeSet<i64> = ids.iter().map(|id| id.0).collect();
        rows::records(self.pool().rows::<RecordRow>(SQL, args![branch, ids_json(ids)]).await?)
    }
}
