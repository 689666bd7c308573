//! The seal of WeCom's callbacks: SHA-1 over the sorted token, time, nonce and cipher text says that it is WeCom's;
//! AES-256-CBC under the EncodingAESKey hides 16 random bytes, the length of the message (32 bits, big-endian), the message,
//! and whom it is for. Pure.

use super::files::{decrypt, key};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// Random bytes before the message's length.
const SALT: usize = 16;

/// What opens callbacks.
pub struct Keys {
    token: SecretString,
    key: [u8; 32],
    receiver: String,
}

impl Keys {
    /// Of a token, an EncodingAESKey (43 characters, 32 bytes) and the id of whom callbacks are for (of a smart bot: empty).
    /// None where the key is none.
    pub fn new(token: &SecretString, aes_key: &SecretString, receiver: &str) -> Option<Self> {
        Some(Self { token: token.clone(), key: key(aes_key.expose_secret())?, receiver: receiver.to_owned() })
    }

    /// Whether this was signed by somebody who knows the token.
    pub fn signed(&self, timestamp: &str, nonce: &str, sealed: &str, signature: &str) -> bool {
        let mut all = [self.token.expose_secret(), timestamp, nonce, sealed];
        all.sort_unstable();
        let hash = Sha1::digest(all.concat().as_bytes()).iter().fold(String::new(), |hex, b| hex + &format!("{b:02x}"));
        hash.as_bytes().ct_eq(signature.to_ascii_lowercase().as_bytes()).into()
    }

    /// The message in a sealed text; none where it was damaged, is under another key, or for somebody else.
    pub fn open(&self, sealed: &str) -> Option<String> {
        let plain = decrypt(&self.key, STANDARD.decode(sealed).ok()?)?;
        let (long, rest) = plain.get(SALT..)?.split_first_chunk::<4>()?;
        let (message, receiver) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*long)).ok()?)?;
        (receiver == self.receiver.as_bytes()).then(|| String::from_utf8(message.to_vec()).ok())?
    }

    /// A file that a callback named is under the same key.
    pub fn file(&self, bytes: Vec<u8>) -> Option<Vec<u8>> {
        decrypt(&self.key, bytes)
    }
}
