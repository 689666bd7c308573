//! Files on their way to QQ, before a message shows them: a small one within one request, a larger one in parts. Nobody sees
//! them yet, so that every step can be done again. No address of a part is logged: it is a key.

use super::api::Failure;
use super::hub::Hub;
use crate::domain::attachment::Attachment;
use crate::domain::message::SendError;
use crate::platform::fetch::{Fetcher, too_big};
use crate::platform::http::{client, lost};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use sha1::Sha1;
use std::time::Duration;

/// By so many of its first bytes QQ knows a file again.
const HEAD: usize = 10_002_432;
/// Parts of one file at most.
const PARTS: usize = 10_000;

/// Brings files to QQ.
pub struct Uploads {
    client: Client,
    /// Knows at which hosts parts may be left.
    places: Fetcher,
}

/// One part, as QQ cuts the file.
struct Piece<'a> {
    index: Value,
    url: &'a str,
    bytes: &'a [u8],
}

impl Uploads {
    /// None was brought yet.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn new(hosts: &[String], timeout: Duration) -> Result<Self, String> {
        Ok(Self { client: client(timeout)?, places: Fetcher::new(hosts, "[qq] upload_hosts", timeout)? })
    }

    /// Brings a file to a chat's place; what a message shows it by.
    ///
    /// # Errors
    /// Why it is not there.
    pub async fn bring(&self, hub: &Hub, place: &str, picture: bool, file: &Attachment) -> Result<String, SendError> {
        let (config, size) = (&hub.settings.config, file.bytes.len());
        let limit = config.max_upload_bytes.max(config.max_large_bytes);
        if size > limit {
            return Err(too_big(limit));
        }
        let mut shown = json!({"file_type": if picture { 1 } else { 4 }, "file_name": file.name, "srv_send_msg": false});
        if size <= config.max_upload_bytes {
            shown["file_data"] = json!(STANDARD.encode(&file.bytes));
        } else {
            shown["upload_id"] = json!(self.in_parts(hub, place, &shown["file_type"], file).await?);
        }
        let taken = step(hub, &format!("{place}/files"), &shown).await?;
        let info = taken["file_info"].as_str().filter(|info| !info.is_empty());
        info.map(str::to_owned).ok_or_else(|| SendError::Refused("QQ took the file, and did not say where it is".into()))
    }

    /// Leaves the file part by part where QQ says; under which id.
    async fn in_parts(&self, hub: &Hub, place: &str, kind: &Value, file: &Attachment) -> Result<String, SendError> {
        let bytes = &*file.bytes;
        let said = json!({
            "file_type": kind,
            "file_name": file.name,
            "file_size": bytes.len().to_string(),
            "md5": hex(&Md5::digest(bytes)),
            "sha1": hex(&Sha1::digest(bytes)),
            "md5_10m": hex(&Md5::digest(&bytes[..bytes.len().min(HEAD)])),
        });
        let plan = step(hub, &format!("{place}/upload_prepare"), &said).await?;
        let unfit = || SendError::Refused("QQ cuts the file up in a way that does not fit it".into());
        let upload = plan["upload_id"].as_str().filter(|id| !id.is_empty()).ok_or_else(unfit)?;
        for piece in cut(&plan, bytes).ok_or_else(unfit)? {
            self.leave(hub, &piece).await?;
            let done =
                json!({"upload_id": upload, "part_index": piece.index, "block_size": piece.bytes.len().to_string(), "md5": hex(&Md5::digest(piece.bytes))});
            step(hub, &format!("{place}/upload_part_finish"), &done).await?;
        }
        Ok(upload.to_owned())
    }

    /// Leaves one part at its place.
    async fn leave(&self, hub: &Hub, piece: &Piece<'_>) -> Result<(), SendError> {
        if !self.places.allows(piece.url) {
            return Err(SendError::Refused("QQ wants a part of the file at a host that is not in [qq] upload_hosts".into()));
        }
        again(hub, || async {
            let request = self.client.put(piece.url).timeout(hub.timing.file).body(piece.bytes.to_vec());
            let status = request.send().await.map_err(|e| lost("the place for files", e))?.status();
            let code = status.as_u16();
            match code {
                _ if status.is_success() => Ok(()),
                429 | 500..=599 => Err(Failure::Later { after: None, reason: format!("the place for files answered {code}") }),
                _ => Err(Failure::Refused(format!("the place for files answered {code}"))),
            }
        })
        .await
    }
}

/// The parts in QQ's order, which together are the file.
fn cut<'a>(plan: &'a Value, bytes: &'a [u8]) -> Option<Vec<Piece<'a>>> {
    let parts = plan["parts"].as_array().filter(|parts| parts.len() <= PARTS)?;
    let mut order: Vec<(i64, &Value)> = parts.iter().map(|p| Some((number(&p["index"])?, p))).collect::<Option<_>>()?;
    order.sort_by_key(|(index, _)| *index);
    let (mut rest, mut all) = (bytes, Vec::with_capacity(order.len()));
    for (_, part) in order {
        let size = number(&part["block_size"]).or_else(|| number(&plan["block_size"]))?;
        let size = usize::try_from(size).ok().filter(|n| *n > 0)?;
        let (head, tail) = rest.split_at(size.min(rest.len()));
        if head.is_empty() {
            return None;
        }
        all.push(Piece { index: part["index"].clone(), url: part["presigned_url"].as_str()?, bytes: head });
        rest = tail;
    }
    rest.is_empty().then_some(all)
}

/// A number, also one that is written as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// One question of the API, again where nothing came of it.
async fn step(hub: &Hub, path: &str, body: &Value) -> Result<Value, SendError> {
    again(hub, || hub.api.call_within(Method::POST, path, Some(body), hub.timing.file)).await
}

async fn again<T, F: Future<Output = Result<T, Failure>>>(hub: &Hub, ask: impl Fn() -> F) -> Result<T, SendError> {
    let mut waits = hub.timing.send_retries.iter();
    loop {
        match ask().await {
            Err(Failure::Later { after: None, reason } | Failure::Unknown(reason)) => match waits.next() {
                Some(wait) => tokio::time::sleep(*wait).await,
                None => return Err(SendError::Later { after: None, reason }),
            },
            result => return Ok(result?),
        }
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |all, b| all + &format!("{b:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_file_or_none() {
        let part = |index: i64, size: &str| json!({"index": index, "block_size": size, "presigned_url": "https://x"});
        let sizes = |plan: &Value| cut(plan, b"0123456789").map(|all| all.iter().map(|p| p.bytes.len()).collect::<Vec<_>>());
        for (parts, expected) in [
            // whether they are counted from 0 or from 1, and in whatever order
            (json!([part(2, "4"), part(1, "4"), part(3, "4")]), Some(vec![4, 4, 2])),
            (json!([{"index": "0", "presigned_url": "https://x"}, {"index": "1", "presigned_url": "https://x"}]), Some(vec![5, 5])),
            (json!([part(1, "4"), part(2, "4")]), None),
            (json!([part(1, "10"), part(2, "4")]), None),
            (json!([part(1, "0")]), None),
            (json!([part(1, "-4")]), None),
            (json!([{"index": 1, "block_size": 10}]), None),
            (json!([]), None),
            (json!("x"), None),
        ] {
            assert_eq!(sizes(&json!({"block_size": 5, "parts": parts})), expected, "{parts}");
        }
    }
}
