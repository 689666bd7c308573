//! What a unit was sent by somebody's word: reminders at once, notices and those who were named for not having read one.

use super::delivery::Failed;
use crate::domain::ids::{OrgId, PersonId};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{args, ids_json};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Letters of a unit that are looked at for one answer; of several.
const LETTERS: (i64, i64) = (500, 5_000);

/// What it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Who had not done a duty, by its key, was reminded at once.
    Asked(String),
    /// A notice, by its id.
    Notice(i64),
    /// Who had not read it was named.
    Chase(i64),
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The unit.
    pub org: OrgId,
    /// What it was.
    pub what: What,
    /// A notice's text.
    pub body: Option<String>,
    /// When it was said, UTC milliseconds.
    pub at: i64,
    /// Who was named.
    pub told: Vec<PersonId>,
    /// Letters that are out, that wait, that failed.
    pub letters: (i64, i64, i64),
    /// Why the last one that failed did.
    pub error: Option<String>,
}

impl Store {
    /// The last words of which letters went to these units, newest first, at most `limit`.
    pub async fn words_log(&self, units: &[OrgId], limit: usize) -> Result<Vec<Word>, Fault> {
        const SENT: &str = "SELECT id, dedupe_key, chat, state, last_error, queued_at FROM outbox WHERE (dedupe_key >= 'asked/' AND dedupe_key < 'asked0' \
            OR dedupe_key >= 'notice/' AND dedupe_key < 'notice0') AND dedupe_key LIKE $1 ORDER BY queued_at DESC, id DESC LIMIT $2";
        const TOLD: &str = "SELECT DISTINCT r.person_id, r.letter FROM json_each($1) AS j CROSS JOIN reminded AS r \
            WHERE r.branch_id = CAST(j.value->>0 AS BIGINT) AND r.letter >= 'asked/' AND r.letter < 'asked0' ORDER BY r.person_id";
        type Row = (i64, String, String, String, Option<String>, i64);
        let mut tx = self.pool().snapshot().await?;
        let (like, most) = if let [one] = units { (format!("%/{one}/%"), LETTERS.0) } else { ("%".to_owned(), LETTERS.1) };
        let rows: Vec<Row> = tx.rows(SENT, args![like, most]).await?;
        let wanted: HashSet<OrgId> = units.iter().copied().collect();
        let mut words: BTreeMap<(i64, What, OrgId), Word> = BTreeMap::new();
        let mut of: HashMap<String, (i64, What, OrgId)> = HashMap::new();
        for (id, key, chat, state, error, at) in rows {
            let Ok(chat) = chat.parse() else { continue };
            let letter = Failed { id, key, chat, error: error.clone().unwrap_or_default(), at };
            let Some(org) = letter.unit().filter(|unit| wanted.contains(unit)) else { continue };
            let what = match (letter.asked(), letter.chased()) {
                (Some((duty, ..)), _) => What::Asked(duty.to_owned()),
                (_, Some((notice, _))) => What::Chase(notice),
                _ => match letter.key.split('/').nth(1).and_then(|id| id.parse().ok()) {
                    Some(notice) => What::Notice(notice),
                    None => continue,
                },
            };
            let place = (at, what.clone(), org);
            let word = words.entry(place.clone()).or_insert(Word { org, what, body: None, at, told: Vec::new(), letters: (0, 0, 0), error: None });
            match state.as_str() {
                "sent" => word.letters.0 += 1,
                "waiting" => word.letters.1 += 1,
                "failed" => {
                    word.letters.2 += 1;
                    word.error = word.error.take().or(error);
                }
                _ => {}
            }
            of.insert(letter.key, place);
        }
        for (person, letter) in tx.rows::<(i64, String)>(TOLD, args![ids_json(units.iter().map(|u| u.0))]).await? {
            let word = of.get(&letter).and_then(|place| words.get_mut(place));
            if let Some(word) = word.filter(|w| !w.told.contains(&PersonId(person))) {
                word.told.push(PersonId(person));
            }
        }
        let mut all: Vec<Word> = words.into_values().rev().take(limit).collect();
        for word in &mut all {
            if let What::Notice(id) | What::Chase(id) = word.what {
                word.body = tx.one::<(String,)>("SELECT body FROM notice WHERE id = $1", args![id]).await?.map(|(body,)| body);
            }
        }
        tx.commit().await?;
        Ok(all)
    }
}
