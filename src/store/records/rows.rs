//! Ledger rows: as they are read, and as JSON arrays for batches.

use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId, RecordId, SessionId};
use crate::domain::record::{Evidence, Key, Kind, Record, Session, Standing, State};
use crate::error::Fault;
use crate::store::database::engine::Arg;
use crate::store::database::together::Statement;

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

/// A record as a row of [`INSERT_RECORDS`].
pub(crate) fn record_row(r: &Record) -> Vec<Arg> {
    let text = |t: &str| Arg::Text(Some(t.to_owned()));
    vec![
        r.key.branch.into(),
        r.id.into(),
        text(&r.key.duty),
        r.key.period.to_string().into(),
        r.key.person.into(),
        text(r.kind.key()),
        r.value.into(),
        r.owed.into(),
        Arg::Text(r.state.map(|s| s.key().to_owned())),
        r.session.into(),
        text(r.evidence.key()),
        r.actor.into(),
        text(&r.source),
        r.part.into(),
        r.refers.into(),
        r.at.into(),
    ]
}

/// The row as one JSON array: what the audit chain digests, so it never changes.
pub(crate) fn record_json(r: &Record) -> String {
    json(&record_row(r))
}

/// Inserts [`record_row`]s.
pub(crate) const INSERT_RECORDS: Statement = (
    "INSERT INTO record (branch_id, id, duty, period, person_id, kind, value, owed, state, session_id, evidence, actor_id, source, part, refers, said_at) \
    SELECT CAST(column1 AS BIGINT), CAST(column2 AS BIGINT), column3, column4, CAST(column5 AS BIGINT), column6, CAST(column7 AS BIGINT), \
    CAST(column8 AS BIGINT), column9, CAST(column10 AS BIGINT), column11, CAST(column12 AS BIGINT), column13, CAST(column14 AS BIGINT), \
    CAST(column15 AS BIGINT), CAST(column16 AS BIGINT) FROM {rows}",
    16,
);

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

/// A standing as a row of [`UPSERT_STANDINGS`], with the id of the last record in it.
pub(crate) fn standing_row(key: &Key, s: &Standing, last: RecordId) -> Vec<Arg> {
    vec![
        key.branch.into(),
        Arg::Text(Some(key.duty.clone())),
        key.person.into(),
        key.period.to_string().into(),
        s.owed.into(),
        s.got.into(),
        s.confirmed.into(),
        s.excused.into(),
        Arg::Text(s.state.map(|s| s.key().to_owned())),
        Arg::Text(s.evidence.map(|e| e.key().to_owned())),
        s.done_at.into(),
        s.last_at.into(),
        last.into(),
        s.expected.map(i64::from).into(),
    ]
}

/// Writes [`standing_row`]s over what was there.
pub(crate) const UPSERT_STANDINGS: Statement = (
    "INSERT INTO standing (branch_id, duty, person_id, period, owed, got, confirmed, excused, state, evidence, done_at, last_at, last_id, expected) \
    SELECT CAST(column1 AS BIGINT), column2, CAST(column3 AS BIGINT), column4, CAST(column5 AS BIGINT), CAST(column6 AS BIGINT), \
    CAST(column7 AS BIGINT), CAST(column8 AS BIGINT), column9, column10, CAST(column11 AS BIGINT), CAST(column12 AS BIGINT), \
    CAST(column13 AS BIGINT), CAST(column14 AS BIGINT) FROM {rows} WHERE true ON CONFLICT (branch_id, duty, person_id, period) DO UPDATE SET owed = excluded.owed, got = excluded.got, \
    confirmed = excluded.confirmed, excused = excluded.excused, state = excluded.state, evidence = excluded.evidence, done_at = excluded.done_at, \
    last_at = excluded.last_at, last_id = excluded.last_id, expected = excluded.expected",
    14,
);

/// The columns of `session`, in the order of [`SessionRow`].
macro_rules! session_columns {
    () => {
        "s.id, s.org_id, s.duty, s.period, s.topic, s.code, s.opened_at, s.closes_at, s.closed_at, s.rolls, s.actor_id, s.team"
    };
}
pub(crate) use session_columns;

/// A session as read.
pub(crate) type SessionRow =
    (i64, i64, String, String, Option<String>, Option<String>, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<String>);

/// Sessions.
pub(crate) fn sessions(rows: Vec<SessionRow>) -> Result<Vec<Session>, Fault> {
    rows.into_iter()
        .map(|(id, org, duty, period_key, topic, code, opened_at, closes_at, closed_at, rolls, by, team)| {
            let period = period(&period_key)?;
            Ok(Session {
                id: SessionId(id),
                org: OrgId(org),
                duty,
                period,
                topic,
                team,
                code,
                rolls,
                opened_at,
                closes_at,
                closed_at,
                opened_by: by.map(PersonId),
            })
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
