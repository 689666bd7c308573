//! What is said for the record of meetings.

use crate::domain::ids::{PersonId, SessionId};
use crate::domain::meeting::{Note, NoteKind};
use crate::domain::roster::ERASED;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, clean};
use std::collections::{BTreeSet, HashMap, HashSet};

type NoteRow = (i64, i64, String, String, Option<i64>, Option<i64>, i64);

impl Store {
    /// A new id for a session.
    pub fn new_session(&self) -> SessionId {
        SessionId(self.next_id())
    }

    /// Adds lines to a meeting's record, in one transaction.
    pub async fn add_notes(
        &self,
        session: SessionId,
        kind: NoteKind,
        texts: &[String],
        by: Option<PersonId>,
        replaces: Option<i64>,
        at: i64,
    ) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        for text in texts {
            let sql = "INSERT INTO session_note (session_id, id, kind, body, by_id, replaces, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
            tx.exec(sql, args![session, self.next_id(), kind.key(), clean(text), by, replaces, at]).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The lines of a meeting's record that stand, in the order of the first of each; of a kind of which one stands, the last.
    pub async fn notes(&self, session: SessionId) -> Result<Vec<Note>, Fault> {
        let sql = "SELECT session_id, id, kind, body, by_id, replaces, said_at FROM session_note WHERE session_id = $1 ORDER BY id";
        let rows: Vec<NoteRow> = self.pool().rows(sql, args![session]).await?;
        let read = |(session, id, kind, text, by, replaces, at): NoteRow| {
            let kind = NoteKind::parse(&kind).ok_or_else(|| Fault::Corrupt(format!("the kind {kind:?} of a meeting's note")))?;
            Ok(Note { id, session: SessionId(session), kind, text, by: by.map(PersonId), replaces, at })
        };
        let mut all: Vec<Note> = rows.into_iter().map(read).collect::<Result<_, Fault>>()?;
        let gone: HashSet<i64> = all.iter().filter_map(|n| n.replaces).collect();
        // a line that replaces another stands in its place
        let mut place: HashMap<i64, i64> = HashMap::new();
        for n in &all {
            let first = n.replaces.and_then(|old| place.get(&old).copied()).unwrap_or(n.id);
            place.insert(n.id, first);
        }
        // and is still what the first speaker said; who changed it stays in the table
        let spoke: HashMap<i64, Option<PersonId>> = all.iter().map(|n| (n.id, n.by)).collect();
        for n in &mut all {
            n.by = place.get(&n.id).and_then(|first| spoke.get(first).copied()).unwrap_or(n.by);
        }
        all.sort_by_key(|n| place.get(&n.id).copied().unwrap_or(n.id));
        all.retain(|n| !gone.contains(&n.id) && !n.text.is_empty());
        // of hosts the last: where that is taken back, the one before
        let last = |n: &Note| all.iter().filter(|o| o.kind == n.kind).map(|o| o.id).max() == Some(n.id);
        Ok(all.iter().filter(|n| !n.kind.single() || last(n)).cloned().collect())
    }

    /// What somebody is called.
    pub async fn name_of(&self, person: PersonId) -> Result<Option<String>, Fault> {
        let found: Option<(String,)> = self.pool().one("SELECT name FROM person WHERE id = $1", args![person]).await?;
        Ok(found.map(|(name,)| name))
    }
}

/// Takes a name out of the records and topics of meetings of somebody's branches and of the units above; the lines stay. A
/// longer name that holds it (张三丰) stays whole, and so does the name where somebody else has it who may be the one that is meant:
/// of two 张三 in a branch the record of its meetings still says 张三.
pub(in crate::store) async fn unname(tx: &mut Tx, person: PersonId, name: &str, like: &str) -> Result<(), Fault> {
    let longer = longer(tx, name, like).await?;
    let namesakes = namesakes(tx, person, name).await?;
    let notes: Vec<Naming> = tx.rows(NAMING, args![person, like]).await?;
    for (session, id, body, ..) in notes.into_iter().filter(|note| !namesakes.contains(&note.3)) {
        let sql = "UPDATE session_note SET body = $3 WHERE session_id = $1 AND id = $2";
        tx.exec(sql, args![session, id, without(&body, name, &longer)]).await?;
    }
    let topics = "SELECT DISTINCT s.id, s.topic, s.org_id FROM person_branch AS b JOIN org AS own ON own.id = b.branch_id \
        JOIN org AS o ON o.path = own.path OR substr(own.path, 1, length(o.path) + 1) = o.path || '/' JOIN \
        (SELECT id, org_id, topic FROM session UNION ALL SELECT id, org_id, topic FROM session_withdrawn) AS s ON s.org_id = o.id \
        WHERE b.person_id = $1 AND s.topic LIKE $2 ESCAPE '\\'";
    let topics: Vec<(i64, String, i64)> = tx.rows(topics, args![person, like]).await?;
    for (session, topic, _) in topics.into_iter().filter(|(.., org)| !namesakes.contains(org)) {
        for sql in ["UPDATE session SET topic = $2 WHERE id = $1", "UPDATE session_withdrawn SET topic = $2 WHERE id = $1"] {
            tx.exec(sql, args![session, without(&topic, name, &longer)]).await?;
        }
    }
    Ok(())
}

/// What was noted of meetings by a person, or of nobody but them: (unit, kind, text, when), in order.
pub(in crate::store) async fn notes_about(tx: &mut Tx, person: PersonId, name: &str, like: &str) -> Result<Vec<(String, String, String, i64)>, Fault> {
    let longer = longer(tx, name, like).await?;
    let namesakes = namesakes(tx, person, name).await?;
    let notes: Vec<Naming> = tx.rows(NAMING, args![person, like]).await?;
    let theirs = |(_, _, body, org, .., by): &Naming| *by == Some(person.0) || !namesakes.contains(org) && without(body, name, &longer) != *body;
    Ok(notes.into_iter().filter(theirs).map(|(_, _, body, _, unit, kind, at, _)| (unit, kind, body, at)).collect())
}

/// Longer names that hold this one, the longest first: of people, and of who is on no roster but sat in at a meeting or stood in a
/// list (张三丰 beside 张三), where the one character more is no form of address.
pub(in crate::store) async fn longer(tx: &mut Tx, name: &str, like: &str) -> Result<Vec<String>, Fault> {
    const ON_ROSTERS: &str = "SELECT DISTINCT name FROM person WHERE name LIKE $1 ESCAPE '\\' AND name <> $2";
    const BESIDE: &str = "SELECT body FROM session_note WHERE kind = 'observer' AND body LIKE $1 ESCAPE '\\' \
        UNION SELECT name FROM document_entry WHERE name LIKE $1 ESCAPE '\\'";
    let on_rosters: Vec<(String,)> = tx.rows(ON_ROSTERS, args![like, name]).await?;
    let beside: Vec<(String,)> = tx.rows(BESIDE, args![like]).await?;
    let stranger = |other: &String| {
        let mut rest = other.strip_prefix(name).unwrap_or_default().chars();
        let more = rest.next().filter(|c| *c > '\u{2E80}' && !ADDRESS.contains(*c));
        name.chars().count() == 2 && more.is_some() && rest.next().is_none()
    };
    let mut longer: Vec<String> = on_rosters.into_iter().map(|(n,)| n).chain(beside.into_iter().map(|(n,)| n).filter(stranger)).collect();
    longer.sort_by_key(|n| std::cmp::Reverse(n.len()));
    longer.dedup();
    Ok(longer)
}

/// What may stand behind somebody's name and is none of it.
const ADDRESS: &str = "等的代说讲长员总老哥姐弟妹工也和与同、，。：（";

/// Units whose meetings may speak of another person of this name: their branches, and the units above.
pub(in crate::store) async fn namesakes(tx: &mut Tx, person: PersonId, name: &str) -> Result<BTreeSet<i64>, Fault> {
    let sql = "SELECT DISTINCT o.id FROM person AS p JOIN person_branch AS b ON b.person_id = p.id JOIN org AS own ON own.id = b.branch_id \
        JOIN org AS o ON o.path = own.path OR substr(own.path, 1, length(o.path) + 1) = o.path || '/' WHERE p.id <> $1 AND p.name = $2";
    let found: Vec<(i64,)> = tx.rows(sql, args![person, name]).await?;
    Ok(found.into_iter().map(|(org,)| org).collect())
}

/// (session, id, text, unit's id, unit's path, kind, when, by whom)
type Naming = (i64, i64, String, i64, String, String, i64, Option<i64>);

/// Lines of meetings of a person's branches and the units above that they wrote, or in which a name may stand.
const NAMING: &str = "SELECT DISTINCT n.session_id, n.id, n.body, s.org_id, o.path, n.kind, n.said_at, n.by_id FROM person_branch AS b JOIN org AS own ON own.id = b.branch_id \
    JOIN org AS o ON o.path = own.path OR substr(own.path, 1, length(o.path) + 1) = o.path || '/' JOIN \
    (SELECT id, org_id FROM session UNION ALL SELECT id, org_id FROM session_withdrawn) AS s ON s.org_id = o.id JOIN session_note AS n ON n.session_id = s.id WHERE b.person_id = $1 AND (n.by_id = $1 OR n.body LIKE $2 ESCAPE '\\') ORDER BY n.id";

/// The text with a placeholder in place of a name, longer names that hold it aside.
pub(in crate::store) fn without(text: &str, name: &str, longer: &[String]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(other) = longer.iter().find(|n| rest.starts_with(n.as_str())) {
            left.push_str(other);
            rest = &rest[other.len()..];
        } else if let Some(after) = rest.strip_prefix(name) {
            left.push_str(ERASED);
            rest = after;
        } else {
            left.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    left
}
