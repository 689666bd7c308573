//! Files that go along with letters: each is kept once, however many letters of a batch it goes with, apart from their
//! messages; and forgotten when no letter that may still be sent refers to it.

use crate::domain::attachment::Attachment;
use crate::domain::message::{Outgoing, Part};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, ids_json};
use crate::store::members::opaque::{self, Seen};
use crate::store::records::rows::json;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// The files of one batch of letters, each with its row.
#[derive(Default)]
pub(in crate::store) struct Kept(Vec<(Arc<[u8]>, i64)>);

/// A letter's message without what is in its files.
pub(in crate::store) fn bare(message: &Outgoing) -> Cow<'_, Outgoing> {
    if message.files().next().is_none() {
        return Cow::Borrowed(message);
    }
    let mut bare = message.clone();
    for part in &mut bare.parts {
        if let Some(file) = part.attachment_mut() {
            file.bytes = Arc::default();
        }
    }
    Cow::Owned(bare)
}

impl Kept {
    /// Keeps a letter's files, those that are there already by their rows.
    pub(in crate::store) async fn keep(&mut self, store: &Store, tx: &mut Tx, letter: i64, message: &Outgoing) -> Result<(), Fault> {
        for (n, file) in (0_i64..).zip(message.files()) {
            let known = self.0.iter().find(|(bytes, _)| Arc::ptr_eq(bytes, &file.bytes) || *bytes == file.bytes).map(|(_, id)| *id);
            let id = match known {
                Some(id) => id,
                None => put(store, tx, &file.bytes).await?,
            };
            if known.is_none() {
                self.0.push((file.bytes.clone(), id));
            }
            tx.exec("INSERT INTO outbox_file (letter_id, n, attachment_id) VALUES ($1, $2, $3)", args![letter, n, id]).await?;
        }
        Ok(())
    }
}

async fn put(store: &Store, tx: &mut Tx, bytes: &[u8]) -> Result<i64, Fault> {
    let id = store.next_id();
    tx.exec("INSERT INTO attachment (id, body) VALUES ($1, $2)", args![id, STANDARD.encode(bytes)]).await?;
    Ok(id)
}

/// What is in the files of letters that were claimed, read once each: by letter, in their order.
pub(in crate::store) async fn of(tx: &mut Tx, letters: &[i64]) -> Result<HashMap<i64, Vec<Arc<[u8]>>>, Fault> {
    const LINKS: &str = "SELECT f.letter_id, f.attachment_id FROM json_each($1) AS j CROSS JOIN outbox_file AS f \
        WHERE f.letter_id = CAST(j.value->>0 AS BIGINT) ORDER BY f.letter_id, f.n";
    const BODIES: &str = "SELECT a.id, a.body FROM json_each($1) AS j CROSS JOIN attachment AS a WHERE a.id = CAST(j.value->>0 AS BIGINT)";
    let links: Vec<(i64, i64)> = tx.rows(LINKS, args![ids_json(letters.iter().copied())]).await?;
    if links.is_empty() {
        return Ok(HashMap::new());
    }
    let mut wanted: Vec<i64> = links.iter().map(|(_, id)| *id).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let rows: Vec<(i64, String)> = tx.rows(BODIES, args![ids_json(wanted.into_iter())]).await?;
    let bodies: HashMap<i64, Arc<[u8]>> = rows.into_iter().filter_map(|(id, body)| Some((id, STANDARD.decode(body).ok()?.into()))).collect();
    let mut all: HashMap<i64, Vec<Arc<[u8]>>> = HashMap::new();
    for (letter, id) in links {
        // one that can't be read leaves its letter without it, which is then told to be broken
        all.entry(letter).or_default().extend(bodies.get(&id).cloned());
    }
    Ok(all)
}

/// A message with what is in its files; one from before files were kept apart has it. None where something is gone.
pub(in crate::store) fn filled(mut message: Outgoing, files: Option<Vec<Arc<[u8]>>>) -> Option<Outgoing> {
    let Some(files) = files else { return Some(message) };
    let mut files = files.into_iter();
    for part in &mut message.parts {
        if let Some(file) = part.attachment_mut() {
            file.bytes = files.next()?;
        }
    }
    Some(message)
}

/// Changes a letter's text files, where `change` gives something else for one; the other letters' stay.
pub(in crate::store) async fn change(store: &Store, tx: &mut Tx, letter: i64, change: &(dyn Fn(&str) -> String + Sync)) -> Result<(), Fault> {
    for (n, bytes) in (0_i64..).zip(of(tx, &[letter]).await?.remove(&letter).unwrap_or_default()) {
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        let changed = change(text);
        if changed != text {
            let id = put(store, tx, changed.as_bytes()).await?;
            tx.exec("UPDATE outbox_file SET attachment_id = $3 WHERE letter_id = $1 AND n = $2", args![letter, n, id]).await?;
        }
    }
    Ok(())
}

/// What stands in place of a file that named somebody who was erased.
const GONE: &str = "里面有已删除的人的名字，原来的文件撤下了。\n";

/// Of a letter's files that are no text: those that hold what `change` would take out go, and a line stands in their place; how many
/// can't be looked through.
pub(in crate::store) async fn cover(
    store: &Store,
    tx: &mut Tx,
    letter: i64,
    message: &mut Outgoing,
    change: &(dyn Fn(&str) -> String + Sync),
) -> Result<usize, Fault> {
    let files = of(tx, &[letter]).await?.remove(&letter).unwrap_or_default();
    let mut unread = 0;
    let parts = message.parts.iter_mut().filter(|part| matches!(part, Part::File(_) | Part::Picture(_)));
    for ((n, bytes), part) in (0_i64..).zip(files).zip(parts) {
        if std::str::from_utf8(&bytes).is_ok() {
            continue;
        }
        match opaque::look(&bytes, change) {
            Seen::Clean => {}
            Seen::Unread => unread += 1,
            Seen::Named => {
                let id = put(store, tx, GONE.as_bytes()).await?;
                tx.exec("UPDATE outbox_file SET attachment_id = $3 WHERE letter_id = $1 AND n = $2", args![letter, n, id]).await?;
                if let Some(file) = part.attachment_mut() {
                    let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
                    let covered = Attachment { name: format!("{stem}（已撤下）.txt"), mime: "text/plain".into(), ..file.clone() };
                    *part = Part::File(covered);
                }
            }
        }
    }
    Ok(unread)
}

/// Forgets the files that no letter needs any more: whatever is out has served. How many went.
pub(in crate::store) async fn forget(tx: &mut Tx) -> Result<u64, Fault> {
    tx.exec("DELETE FROM outbox_file WHERE letter_id NOT IN (SELECT id FROM outbox WHERE state IN ('waiting', 'failed', 'replaced'))", args![]).await?;
    Ok(tx.exec("DELETE FROM attachment WHERE id NOT IN (SELECT attachment_id FROM outbox_file)", args![]).await?)
}

/// A letter's message as it is written.
pub(in crate::store) fn written(message: &Outgoing) -> String {
    json(&*bare(message))
}
