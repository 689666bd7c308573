//! Chain lists (接龙) as they are known: read here, grown by the ledger's writer in the transaction of the records.

use super::rows::{json, json_list, period};
use crate::domain::decide::Decision;
use crate::domain::document::{Document, Growth, Row, State};
use crate::domain::ids::{OrgId, PersonId, RecordId};
use crate::domain::ledger::{Entry, Post, Subject};
use crate::domain::message::ChatKey;
use crate::domain::record::Record;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args};
use std::collections::{BTreeMap, BTreeSet};

/// The rows that tell what stands of an entry's records.
const LIVE: &str = "SELECT e.version, e.branch_id, e.person_id, e.name, e.said, e.state, e.source, e.by_id, CAST(CASE WHEN e.state = 'entered' AND EXISTS \
    (SELECT 1 FROM record AS r WHERE r.branch_id = e.branch_id AND r.duty = d.duty AND r.person_id = e.person_id AND r.source = e.source \
    AND r.kind <> 'reverse' AND NOT EXISTS (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.refers = r.id AND x.kind = 'reverse')) \
    THEN 1 ELSE 0 END AS BIGINT) FROM document AS d JOIN document_entry AS e ON e.document_id = d.id WHERE d.id = $1 ORDER BY e.version, e.n";

type DocumentRow = (i64, String, String, i64, String, String, i64, String, i64, i64);
type EntryRow = (i64, Option<i64>, Option<i64>, Option<String>, String, String, String, Option<i64>, i64);

fn document(row: DocumentRow) -> Result<Document, Fault> {
    let (id, platform, chat_id, private, duty, periods, implied, title, version, changed_at) = row;
    let periods = periods.split(',').map(period).collect::<Result<_, _>>()?;
    let chat = ChatKey { platform: platform.into(), id: chat_id.into(), private: private != 0 };
    Ok(Document { id, chat, duty, periods, implied: implied != 0, title, version, changed_at })
}

impl Store {
    /// A new id for a document.
    pub fn new_document(&self) -> i64 {
        self.next_id()
    }

    /// The lists of a chat that grew since then (UTC ms), the last one first.
    pub async fn documents(&self, chat: &ChatKey, since: i64) -> Result<Vec<Document>, Fault> {
        let sql = "SELECT id, platform, chat_id, private, duty, periods, implied, title, version, changed_at FROM document \
            WHERE platform = $1 AND chat_id = $2 AND private = $3 AND changed_at >= $4 ORDER BY changed_at DESC, id DESC";
        let found: Vec<DocumentRow> = self.pool().rows(sql, args![&*chat.platform, &*chat.id, chat.private, since]).await?;
        found.into_iter().map(document).collect()
    }

    /// The list of this id.
    pub async fn document(&self, id: i64) -> Result<Option<Document>, Fault> {
        let sql = "SELECT id, platform, chat_id, private, duty, periods, implied, title, version, changed_at FROM document WHERE id = $1";
        self.pool().one::<DocumentRow>(sql, args![id]).await?.map(document).transpose()
    }

    /// Everything that copies of a list added, in order.
    pub async fn document_rows(&self, id: i64) -> Result<Vec<Row>, Fault> {
        let found: Vec<EntryRow> = self.pool().rows(LIVE, args![id]).await?;
        let row = |(version, branch, person, name, said, state, source, by, live): EntryRow| {
            let state = State::parse(&state).ok_or_else(|| Fault::Corrupt(format!("the state {state:?} of a list's entry")))?;
            let subject = branch.zip(person).map(|(branch, person)| Subject { branch: OrgId(branch), person: PersonId(person) });
            Ok(Row { version, subject, name, said, state, source, by: by.map(PersonId), live: live != 0 })
        };
        found.into_iter().map(row).collect()
    }

    /// What messages entered for one person and duty and is not taken back.
    pub async fn standing_records(&self, subject: &Subject, duty: &str, sources: &BTreeSet<String>) -> Result<Vec<Record>, Fault> {
        const SQL: &str = "SELECT r.id FROM record AS r WHERE r.branch_id = $1 AND r.duty = $2 AND r.person_id = $3 AND r.kind NOT IN ('reverse', 'confirm') \
            AND r.source IN (SELECT value->>0 FROM json_each($4)) AND NOT EXISTS \
            (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.refers = r.id AND x.kind = 'reverse') ORDER BY r.id";
        let sources: Vec<(&String,)> = sources.iter().map(|s| (s,)).collect();
        let ids: Vec<(i64,)> = self.pool().rows(SQL, args![subject.branch, duty, subject.person, json(&sources)]).await?;
        let ids: Vec<RecordId> = ids.into_iter().map(|(id,)| RecordId(id)).collect();
        if ids.is_empty() { Ok(Vec::new()) } else { self.records(subject.branch, &ids).await }
    }
}

fn growths(post: &Post) -> impl Iterator<Item = &Growth> {
    post.entries.iter().filter_map(|e| if let Entry::Grow(growth) = e { Some(&**growth) } else { None })
}

/// The posts whose lists have grown since they were compared, by their places; lists stay locked until the end.
pub(in crate::store) async fn stale(tx: &mut Tx, posts: &[&Post]) -> Result<BTreeSet<usize>, Fault> {
    const READ: &str = "SELECT id, version FROM document WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) ORDER BY id";
    const LOCK: &str = "SELECT id, version FROM document WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) ORDER BY id FOR UPDATE";
    const SAME: &str = "SELECT id FROM document WHERE platform = $1 AND chat_id = $2 AND private = $3 AND duty = $4 AND periods = $5 AND title = $6";
    let ids: BTreeSet<i64> = posts.iter().flat_map(|p| growths(p)).map(|g| g.document.id).collect();
    let mut stale = BTreeSet::new();
    if ids.is_empty() {
        return Ok(stale);
    }
    let known: BTreeMap<i64, i64> =
        tx.rows_unclaimed::<(i64, i64)>(READ, LOCK, args![crate::store::database::engine::ids_json(ids)]).await?.into_iter().collect();
    let mut grown: BTreeSet<(ChatKey, String, String, String)> = BTreeSet::new();
    for (at, post) in posts.iter().enumerate() {
        for d in growths(post).map(|g| &g.document) {
            let key = (d.chat.clone(), d.duty.clone(), periods(d), d.title.clone());
            let taken =
                match tx.one::<(i64,)>(SAME, args![&*d.chat.platform, &*d.chat.id, d.chat.private, d.duty.as_str(), key.2.as_str(), d.title.as_str()]).await? {
                    Some((id,)) => id != d.id,
                    None => false,
                };
            // of two copies in one batch the second was compared too early
            if taken || known.get(&d.id).copied().unwrap_or(0) != d.version || !grown.insert(key) {
                stale.insert(at);
            }
        }
    }
    Ok(stale)
}

fn periods(d: &Document) -> String {
    d.periods.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// Writes what was added to lists.
pub(in crate::store) async fn grow(tx: &mut Tx, entered: &[(&Post, Decision)]) -> Result<(), Fault> {
    const DOCUMENT: &str = "INSERT INTO document (id, platform, chat_id, private, duty, periods, implied, title, version, changed_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET title = excluded.title, version = excluded.version, \
        changed_at = excluded.changed_at";
    const ROWS: &str = "INSERT INTO document_entry (document_id, version, n, branch_id, person_id, name, said, state, source, by_id) \
        SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), CAST(value->>2 AS BIGINT), CAST(value->>3 AS BIGINT), CAST(value->>4 AS BIGINT), \
        value->>5, value->>6, value->>7, value->>8, CAST(value->>9 AS BIGINT) FROM json_each($1)";
    for (post, decision) in entered {
        for Growth { document: d, rows } in growths(post) {
            let version = d.version + 1;
            let (chat, title) = (&d.chat, d.title.as_str());
            let args = args![d.id, &*chat.platform, &*chat.id, chat.private, d.duty.as_str(), periods(d), d.implied, title, version, post.at];
            tx.exec(DOCUMENT, args).await?;
            let row = |(n, (row, entry)): (usize, &(Row, Option<usize>))| {
                let state = entry.and_then(|e| decision.verdicts.get(e)).map_or(row.state, State::of);
                let (branch, person) = (row.subject.as_ref().map(|s| s.branch.0), row.subject.as_ref().map(|s| s.person.0));
                json(&(d.id, version, n, branch, person, &row.name, &row.said, state.key(), &post.source, row.by.map(|p| p.0)))
            };
            let rows: Vec<String> = rows.iter().enumerate().map(row).collect();
            tx.exec(ROWS, args![json_list(&rows)]).await?;
        }
    }
    Ok(())
}
