//! One batch of posts in one transaction: read what they need, decide post by post, write what came of it.

use super::before::{self, Before};
use super::rows::{self, RecordRow, StandingRow, json, json_list, record_columns};
use super::{audit, documents, imported, reasons, screenshots};
use crate::domain::calendar::Period;
use crate::domain::decide::{Decision, decide};
use crate::domain::ids::{OrgId, PersonId, RecordId};
use crate::domain::ledger::{Entry, Facts, Outcome, Post, Verdict};
use crate::domain::record::{Evidence, Key, Record, Session, Standing, Tally};
use crate::effects::Effects;
use crate::error::Fault;
use crate::store::database::engine::{Arg, Pool, Tx, args, ids_json};
use crate::store::database::node::Lease;
use crate::store::database::together::{Given, Statement, Together, last_together, union};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

/// No single measure is larger (ten thousand million yuan), so that no sum of them leaves the range of i64.
const MOST: i64 = 1_000_000_000_000;
/// So many audit keys are remembered between batches.
const KEYS: usize = 100_000;

/// Why a batch as a whole was not entered; nothing of it was.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The database's doing.
    Database(sqlx::Error),
    /// This post's (by its place in the batch): the others can go on without it.
    Post(usize, Fault),
    /// Something else.
    Other(Fault),
}

impl From<sqlx::Error> for Failure {
    fn from(e: sqlx::Error) -> Self {
        Self::Database(e)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(e) => e.into(),
            Failure::Post(_, fault) | Failure::Other(fault) => fault,
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Database { source, .. } => Self::Database(source),
            other => Self::Other(other),
        }
    }
}

/// What the writer's task holds.
pub(crate) struct Ledger {
    pub(crate) pool: Pool,
    pub(crate) effects: Effects,
    pub(crate) lease: Arc<Lease>,
    /// Audit keys of people that were met before.
    keys: HashMap<PersonId, String>,
}

/// The answer to one post.
pub(crate) type Answer = Result<Outcome, Fault>;

impl Ledger {
    pub(crate) fn new(pool: Pool, effects: Effects, lease: Arc<Lease>) -> Self {
        Self { pool, effects, lease, keys: HashMap::new() }
    }

    /// Enters posts in their order, or none of them. They are committed; whether they last, `Pool::durable` says.
    pub(crate) async fn enter(&mut self, posts: &[&Post]) -> Result<Vec<Answer>, Failure> {
        self.lease.keep(&self.pool).await?;
        let (mut tx, before) = self.begin(posts).await?;
        match self.settle(&mut tx, posts, before).await {
            Ok((answers, Some((all, given)))) => tx.commit_all(all, given).await.map(|()| answers).map_err(Failure::from),
            // nothing was written, but the unlocking must have happened before anybody is told
            Ok((answers, None)) => tx.commit().await.map(|()| answers).map_err(Failure::from),
            Err(failure) => {
                tx.rollback().await;
                Err(failure)
            }
        }
    }

    /// Decides post by post; the answers, and what is to be written.
    async fn settle(&mut self, tx: &mut Tx, posts: &[&Post], before: Before<'_>) -> Result<(Vec<Answer>, Option<Writes>), Failure> {
        let Before { epochs, seen, sessions, head } = before;
        let mut answers: Vec<Option<Answer>> = Vec::with_capacity(posts.len());
        for post in posts {
            answers.push(match seen.get(&(post.branch, post.source.as_str())) {
                Some(verdicts) => Some(Ok(Outcome { verdicts: verdicts.clone(), replayed: true })),
                None => check(post, &epochs).err().map(Err),
            });
        }
        for stale in documents::stale(tx, posts).await? {
            answers[stale].get_or_insert(Err(Fault::Stale));
        }
        for counted in imported::counted(tx, posts).await? {
            answers[counted].get_or_insert(Ok(Outcome { verdicts: vec![Verdict::Already { lines: Vec::new() }], replayed: false }));
        }
        let live: Vec<usize> = (0..posts.len()).filter(|i| answers[*i].is_none()).collect();
        if live.is_empty() {
            return Ok((answers.into_iter().flatten().collect(), None));
        }
        let (mut facts, last) = read(tx, sessions, live.iter().map(|i| posts[*i])).await?;
        // a standing is what its records add up to in the order of their ids, whichever process wrote them
        self.effects.ids.rise_above(last);
        let before = facts.standings.clone();

        let ids = self.effects.ids.clone();
        let mut first_of: HashMap<(OrgId, &str), usize> = HashMap::new();
        let mut entered: Vec<(&Post, Decision)> = Vec::with_capacity(live.len());
        for i in live {
            let post = posts[i];
            if let Some(first) = first_of.get(&(post.branch, post.source.as_str())) {
                answers[i] = Some(Ok(Outcome { verdicts: entered[*first].1.verdicts.clone(), replayed: true }));
                continue;
            }
            let decided = catch_unwind(AssertUnwindSafe(|| decide(&mut facts, post, &mut || RecordId(ids.next()))));
            let decision = decided.map_err(|_| Failure::Post(i, Fault::Other("a bug: deciding the post panicked; nothing was recorded".into())))?;
            if decision.records.iter().any(|r| !(-MOST..=MOST).contains(&r.value) || !(0..=MOST).contains(&r.owed)) {
                return Err(Failure::Post(i, Fault::Other("a measure is larger than anything that can be meant; nothing was recorded".into())));
            }
            answers[i] = Some(Ok(Outcome { verdicts: decision.verdicts.clone(), replayed: false }));
            first_of.insert((post.branch, post.source.as_str()), entered.len());
            entered.push((post, decision));
        }

        documents::grow(tx, &entered).await?;
        screenshots::keep(tx, &entered).await?;
        reasons::keep(tx, &entered).await?;
        let records: Vec<&Record> = entered.iter().flat_map(|(_, d)| &d.records).collect();
        let inbox = Given::Rows(entered.iter().map(|(post, decision)| inbox_row(post, decision, ids.next())).collect());
        let writes: Writes = if records.is_empty() {
            (&HEARD, vec![inbox])
        } else {
            let body = self.audit_body(tx, &records).await?;
            let [link, head] = audit::next(tx, &self.lease, head, body, self.effects.clock.now()).await?;
            let [records, standings, tallies] = changes(&records, &entered, &facts, &before);
            (&WRITES, vec![records, standings, tallies, inbox, Given::Args(link), Given::Args(head)])
        };
        Ok((answers.into_iter().flatten().collect(), Some(writes)))
    }

    /// Begins, with the branches locked that posts write to, and reads what is to be known of them.
    async fn begin<'a>(&mut self, posts: &[&'a Post]) -> Result<(Tx, Before<'a>), Failure> {
        if self.keys.len() > KEYS {
            self.keys.clear();
        }
        let speakers = posts.iter().filter_map(|p| p.actor).filter(|p| !self.keys.contains_key(p));
        let given = before::given(posts, speakers.collect(), Some(&self.lease));
        let locked = posts.iter().flat_map(|p| branches(p)).collect();
        let (tx, found) = self.pool.write_reading(&locked, &before::FIRST, given).await?;
        match before::known(posts, found) {
            Ok((mut known, keys)) => {
                self.keys.extend(keys);
                if matches!(tx, Tx::Postgres(_)) {
                    // read, but not locked
                    known.head = None;
                }
                Ok((tx, known))
            }
            Err(fault) => {
                tx.rollback().await;
                Err(fault.into())
            }
        }
    }

    /// One entry for each record: its branch, its id, its digest under the person's key.
    async fn audit_body(&mut self, tx: &mut Tx, records: &[&Record]) -> Result<String, Failure> {
        let unknown: BTreeSet<i64> = records.iter().filter(|r| !self.keys.contains_key(&r.key.person)).map(|r| r.key.person.0).collect();
        if !unknown.is_empty() {
            let sql = "SELECT p.id, p.audit_key FROM json_each($1) AS j CROSS JOIN person AS p WHERE p.id = CAST(j.value->>0 AS BIGINT)";
            let found: Vec<(i64, String)> = tx.rows(sql, args![ids_json(unknown)]).await?;
            self.keys.extend(found.into_iter().map(|(id, key)| (PersonId(id), key)));
        }
        let entries: Vec<String> = records
            .iter()
            .map(|r| {
                let key = self.keys.get(&r.key.person).map_or("", String::as_str);
                json(&(r.key.branch.0, r.id.0, audit::keyed(key, &rows::record_json(r))))
            })
            .collect();
        Ok(json_list(&entries))
    }
}

/// What is to be written.
type Writes = (&'static Together, Vec<Given>);

/// Everything that a batch with records writes.
static WRITES: LazyLock<Together> = LazyLock::new(|| {
    last_together(&[rows::INSERT_RECORDS, rows::UPSERT_STANDINGS, UPSERT_TALLIES, INSERT_INBOX, (audit::INSERT_LINK, 0), (audit::UPDATE_HEAD, 0)])
});

/// What a batch without records writes.
static HEARD: LazyLock<Together> = LazyLock::new(|| last_together(&[INSERT_INBOX]));

/// The arguments for records, and for what they change in standings and tallies.
fn changes(records: &[&Record], entered: &[(&Post, Decision)], facts: &Facts, before: &HashMap<Key, Standing>) -> [Given; 3] {
    let record_rows = records.iter().map(|r| rows::record_row(r)).collect();
    let changed: BTreeMap<&Key, RecordId> = records.iter().map(|r| (&r.key, r.id)).collect();
    let nothing = Standing::default();
    let mut standing_rows = Vec::with_capacity(changed.len());
    let mut tallies: BTreeMap<(OrgId, &str, Period), Tally> = BTreeMap::new();
    for (key, last) in changed {
        let (old, new) = (before.get(key).unwrap_or(&nothing), facts.standings.get(key).unwrap_or(&nothing));
        standing_rows.push(rows::standing_row(key, new, last));
        tallies.entry((key.branch, key.duty.as_str(), key.period)).or_default().shift(old, new);
    }
    let said: HashMap<(OrgId, &str, Period), i64> =
        entered.iter().flat_map(|(post, _)| &post.expected).map(|(branch, duty, period, n)| ((*branch, duty.as_str(), *period), *n)).collect();
    let tally_row = |(key, t): ((OrgId, &str, Period), Tally)| {
        let expected: Option<i64> = said.get(&key).copied();
        vec![
            key.0.into(),
            Arg::Text(Some(key.1.to_owned())),
            key.2.to_string().into(),
            expected.into(),
            t.done.into(),
            t.excused.into(),
            t.got.into(),
            t.confirmed.into(),
        ]
    };
    [Given::Rows(record_rows), Given::Rows(standing_rows), Given::Rows(tallies.into_iter().map(tally_row).collect())]
}

/// The units whose facts a post may write.
pub(crate) fn branches(post: &Post) -> Vec<OrgId> {
    std::iter::once(post.branch).chain(post.entries.iter().flat_map(Entry::branches)).collect()
}

/// Whether the post may be entered: its units are there, and as they were when it was made.
pub(crate) fn check(post: &Post, epochs: &HashMap<OrgId, i64>) -> Result<(), Fault> {
    if post.relies.iter().any(|(org, epoch)| epochs.get(org) != Some(epoch)) {
        return Err(Fault::Stale);
    }
    match branches(post).into_iter().find(|b| !epochs.contains_key(b)) {
        Some(branch) => Err(Fault::Other(format!("there is no unit {branch}; nothing was recorded"))),
        None => Ok(()),
    }
}

/// Everything that these posts must see to be decided, beside the open sessions, and the largest record id in it.
pub(crate) async fn read<'a>(tx: &mut Tx, sessions: Vec<Session>, posts: impl Iterator<Item = &'a Post>) -> Result<(Facts, i64), Failure> {
    let mut last = 0;
    let posts: Vec<&Post> = posts.collect();
    let official = posts.iter().any(|p| p.evidence == Evidence::Official);
    let entries: Vec<&Entry> = posts.into_iter().flat_map(|p| &p.entries).collect();
    let mut facts = Facts { sessions, ..Facts::default() };

    // (branch, duty, person, from, to) of standings, and of those whose records are wanted too
    let mut spans: BTreeSet<(i64, String, i64, String, String)> = BTreeSet::new();
    let mut whole: BTreeSet<(i64, String, i64, String, String)> = BTreeSet::new();
    for span in entries.iter().flat_map(|e| e.needs(&facts.sessions)) {
        let row = (span.branch.0, span.duty, span.person.0, span.from, span.to);
        if span.records {
            whole.insert(row.clone());
        }
        spans.insert(row);
    }
    let named: BTreeSet<(i64, i64)> = entries.iter().filter_map(|e| e.names()).flat_map(|(b, all)| all.iter().map(move |r| (b.0, r.0))).collect();
    if !named.is_empty() {
        const KEYS_OF: &str = "SELECT r.branch_id, r.duty, r.person_id, r.period FROM json_each($1) AS j CROSS JOIN record AS r \
            WHERE r.branch_id = CAST(j.value->>0 AS BIGINT) AND r.id = CAST(j.value->>1 AS BIGINT)";
        for (branch, duty, person, period) in tx.rows::<(i64, String, i64, String)>(KEYS_OF, args![json(&named)]).await? {
            let row = (branch, duty, person, period.clone(), period);
            whole.insert(row.clone());
            spans.insert(row);
        }
    }
    if !spans.is_empty() {
        let row = |(branch, duty, person, from, to): &(i64, String, i64, String, String)| {
            let text = |t: &String| Arg::Text(Some(t.clone()));
            vec![(*branch).into(), text(duty), (*person).into(), text(from), text(to)]
        };
        let found = tx.rows_of::<StandingRow>(&STANDINGS, vec![Given::Rows(spans.iter().map(row).collect())]).await?;
        last = found.iter().map(|row| row.13).max().unwrap_or(0);
        facts.standings = rows::standings(found)?.into_iter().collect();
        // whoever was at a meeting of the period may come to another: which one, the records tell
        let met: BTreeSet<(&str, i64)> = entries
            .iter()
            .flat_map(|e| e.all())
            .filter(|e| matches!(e, Entry::Attend { .. }))
            .flat_map(|e| {
                facts.sessions.iter().filter_map(move |s| if let Entry::Attend { subject, .. } = e { Some((s.duty.as_str(), subject.person.0)) } else { None })
            })
            .collect();
        let row = |k: &Key| (k.branch.0, k.duty.clone(), k.person.0, k.period.to_string(), k.period.to_string());
        whole.extend(facts.standings.keys().filter(|k| met.contains(&(k.duty.as_str(), k.person.0))).map(row));
        // beside an official word the member's own is kept once: whether it is there, the records tell
        let said: HashSet<(OrgId, &str, PersonId, Period)> = entries
            .iter()
            .flat_map(|e| e.all())
            .filter_map(|e| match e {
                Entry::Done { subject, duty, period, adds: false, .. } => Some((subject.branch, duty.as_str(), subject.person, *period)),
                _ => None,
            })
            .collect();
        let beside = |k: &Key, s: &Standing| {
            s.got > 0 && (official || s.evidence == Some(Evidence::Official)) && said.contains(&(k.branch, k.duty.as_str(), k.person, k.period))
        };
        whole.extend(facts.standings.iter().filter(|(k, s)| beside(k, s)).map(|(k, _)| row(k)));
    }
    if !whole.is_empty() {
        const RECORDS: &str = concat!(
            "SELECT ",
            record_columns!("r"),
            " FROM json_each($1) AS j CROSS JOIN record AS r WHERE r.branch_id = CAST(j.value->>0 AS BIGINT) AND r.duty = j.value->>1",
            " AND r.person_id = CAST(j.value->>2 AS BIGINT) AND r.period >= j.value->>3 AND r.period <= j.value->>4 ORDER BY r.id"
        );
        // spans may overlap
        let mut before = None;
        for row in tx.rows::<RecordRow>(RECORDS, args![json(&whole)]).await? {
            let record = rows::record(row)?;
            if before != Some((record.key.branch, record.id)) {
                before = Some((record.key.branch, record.id));
                facts.records.entry(record.key.clone()).or_default().push(record);
            }
        }
    }
    Ok((facts, last))
}

static STANDINGS: LazyLock<Together> = LazyLock::new(|| {
    union(
        &[(
            // whoever has no standing in a period that is closed was not expected in it
            "SELECT t.branch_id, t.duty, CAST(v.column3 AS BIGINT), t.period, COALESCE(s.owed, 0), COALESCE(s.got, 0), COALESCE(s.confirmed, 0), \
        COALESCE(s.excused, 0), s.state, s.evidence, s.done_at, s.last_at, CASE WHEN s.person_id IS NULL THEN 0 ELSE s.expected END, COALESCE(s.last_id, 0) \
        FROM {rows} CROSS JOIN tally AS t LEFT JOIN standing AS s ON s.branch_id = t.branch_id AND s.duty = t.duty AND s.period = t.period \
        AND s.person_id = CAST(v.column3 AS BIGINT) WHERE t.branch_id = CAST(v.column1 AS BIGINT) AND t.duty = v.column2 \
        AND t.period >= v.column4 AND t.period <= v.column5 AND (s.person_id IS NOT NULL OR t.frozen = 1)",
            5,
        )],
        14,
    )
});

/// What is remembered of a message.
fn inbox_row(post: &Post, decision: &Decision, id: i64) -> Vec<Arg> {
    let records: Vec<(i64, i64)> = decision.records.iter().map(|r| (r.key.branch.0, r.id.0)).collect();
    let (source, account) = (Arg::Text(Some(post.source.clone())), Arg::from(&*post.account.to_string()));
    vec![post.branch.into(), source, id.into(), account, json(&decision.verdicts).into(), json(&records).into(), post.at.into()]
}

const INSERT_INBOX: Statement = (
    "INSERT INTO inbox (branch_id, source, id, account, verdicts, records, said_at) \
    SELECT CAST(column1 AS BIGINT), column2, CAST(column3 AS BIGINT), column4, column5, column6, CAST(column7 AS BIGINT) FROM {rows}",
    7,
);

/// Adds to sums; how many are expected is replaced, unless the period is closed or nobody said.
const UPSERT_TALLIES: Statement = (
    "INSERT INTO tally (branch_id, duty, period, expected, done, excused, got, confirmed, frozen) \
    SELECT CAST(column1 AS BIGINT), column2, column3, CAST(column4 AS BIGINT), CAST(column5 AS BIGINT), \
    CAST(column6 AS BIGINT), CAST(column7 AS BIGINT), CAST(column8 AS BIGINT), 0 FROM {rows} WHERE true ON CONFLICT (branch_id, duty, period) DO UPDATE SET \
    expected = CASE WHEN tally.frozen = 1 THEN tally.expected ELSE COALESCE(excluded.expected, tally.expected) END, \
    done = tally.done + excluded.done, excused = tally.excused + excluded.excused, got = tally.got + excluded.got, \
    confirmed = tally.confirmed + excluded.confirmed",
    8,
);
