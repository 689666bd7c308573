//! Files that wait behind a link: kept under the digest of the link's token, handed out so many times, and gone when the last
//! of them was or their time is over.

use crate::domain::attachment::Attachment;
use crate::domain::message::ChatKey;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, clean};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its file can be had.
    Ready,
    /// It was had as often as it may be.
    Used,
    /// Its time is over.
    Expired,
    /// There is none such, or no longer.
    Unknown,
}

/// A link that is to be.
pub struct NewLink<'a> {
    /// What is kept of its token.
    pub digest: String,
    /// Where it is sent.
    pub chat: &'a ChatKey,
    /// What it leads to.
    pub file: &'a Attachment,
    /// How often it can be had.
    pub uses: i64,
    /// Until when, UTC milliseconds.
    pub expires_at: i64,
}

/// What is kept of a token: SHA-256, hex. Tokens are long and random: no salt is needed.
pub fn digest(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn standing(uses_left: i64, expires_at: i64, now: i64) -> Standing {
    match (uses_left, expires_at) {
        (0, _) => Standing::Used,
        (_, until) if until <= now => Standing::Expired,
        _ => Standing::Ready,
    }
}

impl Store {
    /// Keeps a file behind a link.
    pub async fn keep_link(&self, link: &NewLink<'_>) -> Result<(), Fault> {
        let sql = "INSERT INTO link (digest, chat, name, mime, body, uses_left, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let (name, mime, body) = (clean(&link.file.name), clean(&link.file.mime), STANDARD.encode(&link.file.bytes));
        let mut tx = self.write().await?;
        tx.exec(sql, args![link.digest.as_str(), link.chat.to_string(), name, mime, body, link.uses, link.expires_at]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// How a link stands; looking changes nothing.
    pub async fn link(&self, digest: &str, now: i64) -> Result<Standing, Fault> {
        let found: Option<(i64, i64)> = self.pool().one("SELECT uses_left, expires_at FROM link WHERE digest = $1", args![digest]).await?;
        Ok(found.map_or(Standing::Unknown, |(uses, until)| standing(uses, until, now)))
    }

    /// Takes a link's file, which uses it up once; of two that come at once for the last time one gets it.
    ///
    /// # Errors
    /// Where the database fails, or what is kept can't be read.
    pub async fn take_link(&self, digest: &str, now: i64) -> Result<Result<Attachment, Standing>, Fault> {
        const TAKE: &str =
            "UPDATE link SET uses_left = uses_left - 1 WHERE digest = $1 AND uses_left > 0 AND expires_at > $2 RETURNING name, mime, body, uses_left";
        // whoever comes with a link of their own making does not keep the ledger waiting
        let standing = self.link(digest, now).await?;
        if standing != Standing::Ready {
            return Ok(Err(standing));
        }
        let mut tx = self.write().await?;
        let taken: Option<(String, String, String, i64)> = tx.rows(TAKE, args![digest, now]).await?.into_iter().next();
        let Some((name, mime, body, left)) = taken else {
            drop(tx);
            return Ok(Err(self.link(digest, now).await?));
        };
        if left == 0 {
            tx.exec("UPDATE link SET body = '', name = '' WHERE digest = $1", args![digest]).await?;
        }
        let bytes = STANDARD.decode(body).map_err(|_| Fault::Corrupt("a file behind a link is no base64".into()))?;
        tx.commit().await?;
        Ok(Ok(Attachment { name, mime, bytes: bytes.into(), private: true }))
    }

    /// What waits behind links whose time is over goes with it; how many went.
    pub async fn end_links(&self, now: i64) -> Result<u64, Fault> {
        let over: Option<(i64,)> = self.pool().one("SELECT expires_at FROM link WHERE body <> '' AND expires_at < $1 LIMIT 1", args![now]).await?;
        if over.is_none() {
            return Ok(0);
        }
        let mut tx = self.write().await?;
        let gone = tx.exec("UPDATE link SET body = '', name = '' WHERE body <> '' AND expires_at < $1", args![now]).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Links that were made for a message that never left.
    pub async fn forget_links(&self, digests: &[String]) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        for digest in digests {
            tx.exec("DELETE FROM link WHERE digest = $1", args![digest.as_str()]).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Forgets what waits behind links and holds somebody's name; what is no text may hold it.
pub(in crate::store) async fn unname(tx: &mut Tx, name: &str) -> Result<(), Fault> {
    // one at a time: they may be large
    let all: Vec<(String,)> = tx.rows("SELECT digest FROM link WHERE body <> ''", args![]).await?;
    for (digest,) in all {
        let Some((file, body)) = tx.one::<(String, String)>("SELECT name, body FROM link WHERE digest = $1", args![digest.as_str()]).await? else { continue };
        let named = match STANDARD.decode(&body).map(String::from_utf8) {
            Ok(Ok(text)) => text.contains(name) || file.contains(name),
            _ => true,
        };
        if named {
            tx.exec("DELETE FROM link WHERE digest = $1", args![digest]).await?;
        }
    }
    Ok(())
}
