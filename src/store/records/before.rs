//! What is known of posts before they are decided, read in one go: by the writer's batch, and by who only foresees.

use super::batch::branches;
use super::rows::{self, session_columns};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::ledger::{Entry, Post, Verdict};
use crate::domain::record::Session;
use crate::error::Fault;
use crate::store::database::engine::{Arg, args};
use crate::store::database::node::Lease;
use crate::store::database::together::{Given, Statement, Together, first_union, union};
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

/// What is known.
pub(in crate::store) struct Before<'a> {
    /// Of the units that posts write to or rely on.
    pub(in crate::store) epochs: HashMap<OrgId, i64>,
    /// What messages came to that were entered before.
    pub(in crate::store) seen: HashMap<(OrgId, &'a str), Vec<Verdict>>,
    /// Open sessions of the units where somebody attends, in the order of their ids.
    pub(in crate::store) sessions: Vec<Session>,
    /// The audit chain's last link.
    pub(in crate::store) head: Option<(i64, String)>,
}

/// What it is (0 an epoch, 1 a message's verdicts, 2 an audit key, 3 an open session, 4 the chain's last link), and a
/// session's columns.
pub(in crate::store) type BeforeRow =
    (i64, i64, i64, String, String, Option<String>, Option<String>, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<String>);

/// Four columns, the others filled up.
macro_rules! padded {
    ($columns:literal, $from:literal) => {
        concat!(
            "SELECT ",
            $columns,
            ", '', CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(0 AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), \
            CAST(NULL AS BIGINT), CAST(NULL AS TEXT) FROM {rows} CROSS JOIN ",
            $from
        )
    };
}

const PARTS: [Statement; 5] = [
    (padded!("CAST(0 AS BIGINT), o.id, o.epoch, ''", "org AS o WHERE o.id = CAST(v.column1 AS BIGINT)"), 1),
    (
        padded!(
            "CAST(1 AS BIGINT), CAST(v.column3 AS BIGINT), CAST(0 AS BIGINT), i.verdicts",
            "inbox AS i WHERE i.branch_id = CAST(v.column1 AS BIGINT) AND i.source = v.column2"
        ),
        3,
    ),
    (padded!("CAST(2 AS BIGINT), p.id, CAST(0 AS BIGINT), p.audit_key", "person AS p WHERE p.id = CAST(v.column1 AS BIGINT)"), 1),
    (
        concat!(
            "SELECT CAST(3 AS BIGINT), ",
            session_columns!(),
            " FROM {rows} CROSS JOIN session AS s WHERE s.org_id = CAST(v.column1 AS BIGINT) AND s.closed_at IS NULL"
        ),
        1,
    ),
    (padded!("CAST(4 AS BIGINT), n.seq, CAST(0 AS BIGINT), n.head", "node AS n WHERE n.id = CAST(v.column1 AS BIGINT) AND n.holder = v.column2"), 2),
];

/// Begins to write, and reads.
pub(in crate::store) static FIRST: LazyLock<Together> = LazyLock::new(|| first_union(&PARTS, 13));
/// Reads.
pub(in crate::store) static READ: LazyLock<Together> = LazyLock::new(|| union(&PARTS, 13));

/// What is asked for these posts, and for the audit keys of these people.
pub(in crate::store) fn given(posts: &[&Post], people: BTreeSet<PersonId>, lease: Option<&Lease>) -> Vec<Given> {
    let units: BTreeSet<OrgId> = posts.iter().flat_map(|p| branches(p).into_iter().chain(p.relies.iter().map(|(o, _)| *o))).collect();
    let attended: BTreeSet<OrgId> = posts
        .iter()
        .flat_map(|p| &p.entries)
        .flat_map(Entry::all)
        .flat_map(|e| if let Entry::Attend { units, .. } = e { units.as_slice() } else { &[] })
        .copied()
        .collect();
    let message = |(n, p): (usize, &&Post)| vec![p.branch.into(), Arg::Text(Some(p.source.clone())), i64::try_from(n).unwrap_or(i64::MAX).into()];
    vec![
        Given::Rows(units.into_iter().map(|o| args![o]).collect()),
        Given::Rows(posts.iter().enumerate().map(message).collect()),
        Given::Rows(people.into_iter().map(|p| args![p]).collect()),
        Given::Rows(attended.into_iter().map(|o| args![o]).collect()),
        Given::Rows(lease.into_iter().map(|lease| args![lease.number(), lease.holder()]).collect()),
    ]
}

/// What was found, and the audit keys.
pub(in crate::store) fn known<'a>(posts: &[&'a Post], found: Vec<BeforeRow>) -> Result<(Before<'a>, Vec<(PersonId, String)>), Fault> {
    let mut before = Before { epochs: HashMap::new(), seen: HashMap::new(), sessions: Vec::new(), head: None };
    let (mut sessions, mut keys) = (Vec::new(), Vec::new());
    for (what, id, other, text, more, topic, code, opened, closes, closed, rolls, by, team) in found {
        match what {
            0 => {
                before.epochs.insert(OrgId(id), other);
            }
            1 => {
                if let Some(post) = usize::try_from(id).ok().and_then(|n| posts.get(n)) {
                    let verdicts = serde_json::from_str(&text).map_err(|e| Fault::Corrupt(format!("verdicts of a message: {e}")))?;
                    before.seen.insert((post.branch, post.source.as_str()), verdicts);
                }
            }
            2 => keys.push((PersonId(id), text)),
            3 => sessions.push((id, other, text, more, topic, code, opened, closes, closed, rolls, by, team)),
            _ => before.head = Some((id, text)),
        }
    }
    sessions.sort_unstable_by_key(|s| s.0);
    before.sessions = rows::sessions(sessions)?;
    for session in posts.iter().flat_map(|p| &p.over) {
        if !before.sessions.iter().any(|s| s.id == session.id) {
            before.sessions.push(session.clone());
        }
    }
    Ok((before, keys))
}
