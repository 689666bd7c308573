//! Ledger rows: as they are read, and as JSON arrays for batches.

use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId, RecordId, SessionId};
use crate::domain::record::{Evidence, Key, Kind, Record, Session, Standing, State};
use crate::error::Fault;

/// The columns of `record`, in the order of [`RecordRow`].
macro_rules! record_columns {
    ($of:literal) => {
        concat!(
            $of,
            ".branch_id, ",
            $of,
            ".id, ",
            $of,
            ".duty, ",
            $of,
            ".period, ",
            $of,
            ".person_id, ",
            $of,
            ".kind, ",
            $of,
            ".value, ",
            $of,
            ".owed, ",
            $of,
            ".state, ",
            $of,
            ".session_id, ",
            $of,
            ".evidence, ",
            $of,
            ".actor_id, ",
            $of,
            ".source, ",
            $of,
            ".part, ",
            $of,
            ".refers, ",
            $of,
            ".said_at"
        )
    };
}
pub(crate) use record_columns;

/// A record as read.
pub(crate) type RecordRow = (i64, i64, String, String, i64, String, i64, i64, Option<String>, Option<i64>, String, Option<i64>, String, i64, Option<i64>, i64);

fn corrupt(what: &str, text: &str) -> Fault {
    Fault::Corrupt(format!("{what} {text:?}"))
}

/// A period's key.
pub(crate) fn period(text: &str) -> Result<Period, Fault> {
    text.parse().map_err(Fault::Corrupt)
}

fn state(text: Option<&str>) -> Result<Option<State>, Fault> {
    text.map(|t| State::parse(t).ok_or_else(|| corrupt("state", t))).transpose()
}

/// A record.
pub(crate) fn record(row: RecordRow) -> Result<Record, Fault> {
    let (branch, id, duty, period_key, person, kind, value, owed, state_key, session, evidence, actor, source, part, refers, at) = row;
    Ok(Record {
        id: RecordId(id),
        key: Key { branch: OrgId(branch), duty, person: PersonId(person), period: period(&period_key)? },
        kind: Kind::parse(&kind).ok_or_else(|| corrupt("kind", &kind))?,
        value,
        owed,
        state: state(state_key.as_deref())?,
        session: session.map(SessionId),
        evidence: Evidence::parse(&evidence).ok_or_else(|| corrupt("evidence", &evidence))?,
        actor: actor.map(PersonId),
        source,
        part,
        refers: refers.map(RecordId),
        at,
    })
}

/// Records.
pub(crate) fn records(rows: Vec<RecordRow>) -> Result<Vec<Record>, Fault> {
    rows.into_iter().map(record).collect()
}

/// A record as one JSON array: what the batch inserts and what the audit chain digests, so it never changes.
pub(crate) fn record_json(r: &Record) -> String {
    let row = (
        r.key.branch.0,
        r.id.0,
        &r.key.duty,
        r.key.period,
        r.key.person.0,
        r.kind.key(),
        r.value,
        r.owed,
        r.state.map(State::key),
        r.session.map(|s| s.0),
        r.evidence.key(),
        r.actor.map(|a| a.0),
        &r.source,
        r.part,
        r.refers.map(|id| id.0),
        r.at,
    );
    json(&row)
}

/// Inserts [`record_json`]s.
pub(crate) const INSERT_RECORDS: &str = "INSERT INTO record (branch_id, id, duty, period, person_id, kind, value, owed, state, session_id, evidence, actor_id, source, part, refers, said_at) \
    SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), value->>2, value->>3, CAST(value->>4 AS BIGINT), value->>5, CAST(value->>6 AS BIGINT), \
    CAST(value->>7 AS BIGINT), value->>8, CAST(value->>9 AS BIGINT), value->>10, CAST(value->>11 AS BIGINT), value->>12, CAST(value->>13 AS BIGINT), \
    CAST(value->>14 AS BIGINT), CAST(value->>15 AS BIGINT) FROM json_each($1)";

/// The columns of `standing`, in the order of [`StandingRow`].
macro_rules! standing_columns {
    () => {
        "s.branch_id, s.duty, s.person_id, s.period, s.owed, s.got, s.confirmed, s.excused, s.state, s.evidence, s.done_at, s.last_at, s.expected, s.last_id"
    };
}
pub(crate) use standing_columns;

/// A standing as read.
pub(crate) type StandingRow = (i64, String, i64, String, i64, i64, i64, i64, Option<String>, Option<String>, Option<i64>, Option<i64>, Option<i64>, i64);

/// A standing with its key.
pub(crate) fn standing(row: StandingRow) -> Result<(Key, Standing), Fault> {
    let (branch, duty, person, period_key, owed, got, confirmed, excused, state_key, evidence, done_at, last_at, expected, _) = row;
    let key = Key { branch: OrgId(branch), duty, person: PersonId(person), period: period(&period_key)? };
    let evidence = evidence.map(|t| Evidence::parse(&t).ok_or_else(|| corrupt("evidence", &t))).transpose()?;
    let state = state(state_key.as_deref())?;
    Ok((key, Standing { owed, got, confirmed, excused: excused != 0, state, evidence, done_at, last_at, expected: expected.map(|e| e != 0) }))
}

/// Standings.
pub(crate) fn standings(rows: Vec<StandingRow>) -> Result<Vec<(Key, Standing)>, Fault> {
    rows.into_iter().map(standing).collect()
}

/// A standing as one JSON array, `expected` aside (that is written when a period closes), with the id of the
/// last record in it.
pub(crate) fn standing_json(key: &Key, s: &Standing, last: RecordId) -> String {
    json(&(
        key.branch.0,
        &key.duty,
        key.person.0,
        key.period,
        s.owed,
        s.got,
        s.confirmed,
        i64::from(s.excused),
        s.state.map(State::key),
        s.evidence.map(Evidence::key),
        s.done_at,
        s.last_at,
        last.0,
    ))
}

/// Writes [`standing_json`]s over what was there.
pub(crate) const UPSERT_STANDINGS: &str = "INSERT INTO standing (branch_id, duty, person_id, period, owed, got, confirmed, excused, state, evidence, done_at, last_at, last_id) \
    SELECT CAST(value->>0 AS BIGINT), value->>1, CAST(value->>2 AS BIGINT), value->>3, CAST(value->>4 AS BIGINT), CAST(value->>5 AS BIGINT), \
    CAST(value->>6 AS BIGINT), CAST(value->>7 AS BIGINT), value->>8, value->>9, CAST(value->>10 AS BIGINT), CAST(value->>11 AS BIGINT), \
    CAST(value->>12 AS BIGINT) FROM json_each($1) WHERE true ON CONFLICT (branch_id, duty, person_id, period) DO UPDATE SET owed = excluded.owed, got = excluded.got, \
    confirmed = excluded.confirmed, excused = excluded.excused, state = excluded.state, evidence = excluded.evidence, done_at = excluded.done_at, \
    last_at = excluded.last_at, last_id = excluded.last_id";

/// The columns of `session`, in the order of [`SessionRow`].
macro_rules! session_columns {
    () => {
        "s.id, s.org_id, s.duty, s.period, s.topic, s.code, s.opened_at, s.closes_at, s.closed_at, s.rolls, s.actor_id"
    };
}
pub(crate) use session_columns;

/// A session as read.
pub(crate) type SessionRow = (i64, i64, String, String, Option<String>, Option<String>, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

/// Sessions.
pub(crate) fn sessions(rows: Vec<SessionRow>) -> Result<Vec<Session>, Fault> {
    rows.into_iter()
        .map(|(id, org, duty, period_key, topic, code, opened_at, closes_at, closed_at, rolls, by)| {
            let period = period(&period_key)?;
            Ok(Session { id: SessionId(id), org: OrgId(org), duty, period, topic, code, rolls, opened_at, closes_at, closed_at, opened_by: by.map(PersonId) })
        })
        .collect()
}

/// JSON of plain data.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data with text keys is always JSON")
}

/// JSON arrays as one.
pub(crate) fn json_list(rows: &[String]) -> String {
    format!("[{}]", rows.join(","))
}
