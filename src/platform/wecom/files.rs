//! Files: what people sent is decrypted, what is sent goes to WeCom in pieces first. Nothing is opened beyond the limit.

use super::failure::Failure;
use super::hub::Hub;
use super::wire::{UPLOAD, word};
use crate::domain::attachment::Attachment;
use crate::domain::message::SendError;
use crate::platform::fetch::too_big;
use aes::Aes256;
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use cbc::Decryptor;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use md5::{Digest, Md5};
use serde_json::{Value, json};

/// WeCom's padding fills up to this, whatever the cipher's block is.
const PADDED: usize = 32;

/// Base64 as WeCom writes keys: perhaps without padding, perhaps with bits left over.
const KEYS: GeneralPurpose =
    GeneralPurpose::new(&ALPHABET, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// A key of 32 bytes, out of base64.
pub fn key(text: &str) -> Option<[u8; 32]> {
    KEYS.decode(text.trim()).ok()?.try_into().ok()
}

/// What was encrypted by AES-256-CBC, its IV the key's beginning, padded by PKCS#7 to 32 bytes; none where it was not.
pub fn decrypt(key: &[u8; 32], mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let cipher = Decryptor::<Aes256>::new_from_slices(key, &key[..16]).ok()?;
    let long = cipher.decrypt_padded::<NoPadding>(&mut bytes).ok()?.len();
    bytes.truncate(long);
    let fill = usize::from(*bytes.last()?);
    let kept = bytes.len().checked_sub(fill)?;
    if !(1..=PADDED).contains(&fill) || bytes[kept..].iter().any(|b| usize::from(*b) != fill) {
        return None;
    }
    bytes.truncate(kept);
    Some(bytes)
}

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

/// How much may be fetched of a file that is to have so many bytes: it is padded.
pub fn padded(limit: usize) -> usize {
    limit.saturating_add(PADDED)
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
    fn keys_are_read_leniently() {
        let strict = STANDARD.encode([7; 32]);
        let bare = strict.trim_end_matches('=');
        // bits left over after the last byte
        let loose = format!("{}x", &bare[..bare.len() - 1]);
        assert_eq!(key(&strict), Some([7; 32]));
        assert_eq!(key(bare), Some([7; 32]));
        assert!(key(&loose).is_some());
        assert_eq!((key(""), key("短"), key("AAAA")), (None, None, None));
    }

    #[test]
    fn what_is_no_cipher_is_refused() {
        for bytes in [vec![], vec![0; 5], vec![0; 16], vec![9; 64]] {
            assert_eq!(decrypt(&[1; 32], bytes.clone()), None, "{bytes:?}");
        }
        assert_eq!(open(vec![1, 2, 3], "", 2), Err(too_big(2)));
        assert!(matches!(open(vec![0; 32], "AAAA", 100), Err(SendError::Refused(_))));
    }
}
