//! Files: what people sent is decrypted, what is sent goes to WeCom in pieces first. Nothing is opened beyond the limit.

use super::failure::Failure;
use super::hub::Hub;
use super::wire::{UPLOAD, word};
use crate::domain::attachment::Attachment;
use crate::domain::message::SendError;
use crate::platform::fetch::too_big;
use crate::platform::seal::{decrypt, key};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::{Value, json};

/// A file as it was sent; an empty key: it came in the clear.
///
/// # Errors
/// That it can't be opened, or is larger than the limit.
pub fn open(bytes: Vec<u8>, with: &str, limit: usize) -> Result<Vec<u8>, SendError> {
    let bytes = if with.is_empty() {
        bytes
    } else {
        let refused = |why: &str| SendError::Refused(why.to_owned());
        let key = key(with).ok_or_else(|| refused("the file's key is none"))?;
        decrypt(&key, bytes).ok_or_else(|| refused("the file is damaged: it can't be decrypted"))?
    };
    if bytes.len() > limit { Err(too_big(limit)) } else { Ok(bytes) }
}

fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().fold(String::new(), |all, b| all + &format!("{b:02x}"))
}

/// Bytes as base64, and their MD5 as hex.
pub fn encoded(bytes: &[u8]) -> (String, String) {
    (STANDARD.encode(bytes), md5(bytes))
}

/// Brings a file to WeCom in pieces; a message body that shows it. A picture that WeCom does not show goes as a file.
///
/// # Errors
/// Why it is not there.
pub async fn upload(hub: &Hub, picture: bool, file: &Attachment) -> Result<Value, SendError> {
    let (limit, piece) = (hub.config.max_upload_bytes, hub.config.chunk_bytes.max(1));
    if file.bytes.len() > limit {
        return Err(too_big(limit));
    }
    if file.bytes.is_empty() {
        return Err(SendError::Refused("the file is empty, and WeCom takes none such".into()));
    }
    let image = picture && file.is_picture() && file.bytes.len() <= hub.config.max_image_bytes;
    let kind = if image { "image" } else { "file" };
    let [init, chunk, finish] = UPLOAD;
    let begun = json!({
        "type": kind,
        "filename": file.name,
        "total_size": file.bytes.len(),
        "total_chunks": file.bytes.len().div_ceil(piece),
        "md5": md5(&file.bytes),
    });
    let begun = step(hub, init, &begun).await?;
    let upload = word(&begun, &["upload_id"]);
    if upload.is_empty() {
        return Err(SendError::Refused("WeCom began to take the file, and did not say where".into()));
    }
    for (n, bytes) in file.bytes.chunks(piece).enumerate() {
        step(hub, chunk, &json!({"upload_id": upload, "chunk_index": n, "base64_data": STANDARD.encode(bytes)})).await?;
    }
    let done = step(hub, finish, &json!({"upload_id": upload})).await?;
    match word(&done, &["media_id"]) {
        "" => Err(SendError::Refused("WeCom took the file, and did not say where it is".into())),
        media => Ok(json!({"msgtype": kind, kind: {"media_id": media}})),
    }
}

/// One step: nobody sees the file yet, so it can be done again.
async fn step(hub: &Hub, cmd: &str, body: &Value) -> Result<Value, SendError> {
    let mut waits = hub.timing.send_retries.iter();
    loop {
        match hub.call(cmd, None, body, hub.timing.file).await {
            Err(Failure::Later(None, reason) | Failure::Unknown(reason)) => match waits.next() {
                Some(wait) => tokio::time::sleep(*wait).await,
                None => return Err(SendError::Later { after: None, reason }),
            },
            result => return Ok(result?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_cipher_is_refused() {
        assert_eq!(open(vec![1, 2, 3], "", 2), Err(too_big(2)));
        assert!(matches!(open(vec![0; 32], "AAAA", 100), Err(SendError::Refused(_))));
    }
}
