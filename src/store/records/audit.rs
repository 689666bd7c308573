//! The audit chain: one for each writing process, one link for each transaction that says who did what.
//!
//! A link's body holds pseudonymous ids and keyed digests (HMAC with the person's own key), so a person can be erased
//! (name and key) while every link stays true. `prove` reads it back.

use crate::domain::ids::PersonId;
use crate::error::Fault;
use crate::store::database::engine::{Arg, Tx, args};
use crate::store::database::node::Lease;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}

/// The digest of a text under a person's key: the first half of HMAC-SHA256, hex.
pub(crate) fn keyed(key: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes()[..16])
}

/// The digest that ties a body to the link before it, hex.
pub(crate) fn link(prev: &str, body: &str) -> String {
    hex(&Sha256::new().chain_update(prev.as_bytes()).chain_update(body.as_bytes()).finalize())
}

/// Appends a link to this process's chain. It takes the node's row, so call it last: every transaction locks units
/// first and the node after them.
pub(crate) async fn append(tx: &mut Tx, lease: &Lease, body: String, at: i64) -> Result<(), Fault> {
    let [link, head] = next(tx, lease, None, body, at).await?;
    tx.exec(INSERT_LINK, link).await?;
    tx.exec(UPDATE_HEAD, head).await?;
    Ok(())
}

/// Writes a link; its arguments are the first of [`next`].
pub(crate) const INSERT_LINK: &str = "INSERT INTO audit (node, seq, prev, digest, body, written_at) VALUES ($1, $2, $3, $4, $5, $6)";
/// Notes it as the chain's head; its arguments are the second of [`next`].
pub(crate) const UPDATE_HEAD: &str = "UPDATE node SET seq = $1, head = $2 WHERE id = $3";

/// Takes the next place in this process's chain: the arguments of [`INSERT_LINK`] and [`UPDATE_HEAD`], to be executed
/// in the same transaction. `head` is the chain's last (seq, digest) where this transaction has read it under a lock.
pub(crate) async fn next(tx: &mut Tx, lease: &Lease, head: Option<(i64, String)>, body: String, at: i64) -> Result<[Vec<Arg>; 2], Fault> {
    let (seq, prev) = match head {
        Some((seq, prev)) => (seq + 1, prev),
        None => loop {
            let sql = "UPDATE node SET seq = seq + 1 WHERE id = $1 AND holder = $2 RETURNING seq, head";
            match tx.one::<(i64, String)>(sql, args![lease.number(), lease.holder()]).await? {
                Some(row) => break row,
                // the lease ran out unnoticed and somebody else has the number
                None => lease.claim(tx).await?,
            }
        },
    };
    let digest = link(&prev, &body);
    Ok([args![lease.number(), seq, prev, digest.clone(), body, at], args![seq, digest, lease.number()]])
}

/// Appends a link about a person's place: a membership, an account, a role.
pub(crate) async fn append_about(tx: &mut Tx, lease: &Lease, what: &str, actor: Option<PersonId>, people: &[(PersonId, String)], at: i64) -> Result<(), Fault> {
    if people.is_empty() {
        return Ok(());
    }
    let ids = crate::store::database::engine::ids_json(people.iter().map(|(p, _)| p.0));
    let sql = "SELECT p.id, p.audit_key FROM json_each($1) AS j CROSS JOIN person AS p WHERE p.id = CAST(j.value->>0 AS BIGINT)";
    let keys: std::collections::HashMap<i64, String> = tx.rows::<(i64, String)>(sql, args![ids]).await?.into_iter().collect();
    let entries: Vec<Value> = people
        .iter()
        .map(|(person, text)| {
            let key = keys.get(&person.0).map_or("", String::as_str);
            serde_json::json!([what, person.0, keyed(key, text), actor.map(|a| a.0)])
        })
        .collect();
    append(tx, lease, Value::Array(entries).to_string(), at).await
}
