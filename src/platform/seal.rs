//! The seal of WeChat's callbacks, of WeCom and of official accounts alike: SHA-1 over the sorted token, time, nonce and cipher
//! text says whose they are; AES-256-CBC under the EncodingAESKey hides 16 random bytes, the length of the message (32 bits,
//! big-endian), the message, and whom it is for. Pure: randomness is handed in.

use aes::Aes256;
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use cbc::{Decryptor, Encryptor};
use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// Random bytes before the message's length.
const SALT: usize = 16;
/// The padding fills up to this, whatever the cipher's block is.
const PADDED: usize = 32;

/// Base64 as keys are shown: perhaps without padding, perhaps with bits left over.
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

/// The other way.
fn encrypt(key: &[u8; 32], mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let fill = PADDED - bytes.len() % PADDED;
    bytes.extend(std::iter::repeat_n(u8::try_from(fill).ok()?, fill));
    let long = bytes.len();
    let cipher = Encryptor::<Aes256>::new_from_slices(key, &key[..16]).ok()?;
    cipher.encrypt_padded::<NoPadding>(&mut bytes, long).ok()?;
    Some(bytes)
}

/// How much may be fetched of something sealed that is to have so many bytes: it is padded.
pub fn padded(limit: usize) -> usize {
    limit.saturating_add(PADDED)
}

/// The signature of these texts by the token: SHA-1 of all of them, sorted; hex.
pub fn signature(token: &SecretString, texts: &[&str]) -> String {
    let mut all = vec![token.expose_secret()];
    all.extend(texts);
    all.sort_unstable();
    Sha1::digest(all.concat().as_bytes()).iter().fold(String::new(), |hex, b| hex + &format!("{b:02x}"))
}

/// Whether these texts were signed by somebody who knows the token.
pub fn signed(token: &SecretString, texts: &[&str], given: &str) -> bool {
    signature(token, texts).as_bytes().ct_eq(given.to_ascii_lowercase().as_bytes()).into()
}

/// What opens callbacks, and seals answers to them.
pub struct Keys {
    token: SecretString,
    key: [u8; 32],
    receiver: String,
}

impl Keys {
    /// Of a token, an EncodingAESKey (43 characters, 32 bytes) and the id of whom callbacks are for (of a smart bot: empty; of an
    /// official account: its AppID). None where the key is none.
    pub fn new(token: &SecretString, aes_key: &SecretString, receiver: &str) -> Option<Self> {
        Some(Self { token: token.clone(), key: key(aes_key.expose_secret())?, receiver: receiver.to_owned() })
    }

    /// Whether this was signed by somebody who knows the token.
    pub fn signed(&self, timestamp: &str, nonce: &str, sealed: &str, given: &str) -> bool {
        signed(&self.token, &[timestamp, nonce, sealed], given)
    }

    /// The signature of something sealed.
    pub fn signature(&self, timestamp: &str, nonce: &str, sealed: &str) -> String {
        signature(&self.token, &[timestamp, nonce, sealed])
    }

    /// The message in a sealed text; none where it was damaged, is under another key, or for somebody else.
    pub fn open(&self, sealed: &str) -> Option<String> {
        let plain = decrypt(&self.key, STANDARD.decode(sealed).ok()?)?;
        let (long, rest) = plain.get(SALT..)?.split_first_chunk::<4>()?;
        let (message, receiver) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*long)).ok()?)?;
        (receiver == self.receiver.as_bytes()).then(|| String::from_utf8(message.to_vec()).ok())?
    }

    /// A message, sealed; the salt is random. None beyond 4 GiB.
    pub fn seal(&self, message: &str, salt: [u8; SALT]) -> Option<String> {
        let mut plain = salt.to_vec();
        plain.extend(u32::try_from(message.len()).ok()?.to_be_bytes());
        plain.extend(message.as_bytes());
        plain.extend(self.receiver.as_bytes());
        Some(STANDARD.encode(encrypt(&self.key, plain)?))
    }

    /// A file that a callback named is under the same key.
    pub fn file(&self, bytes: Vec<u8>) -> Option<Vec<u8>> {
        decrypt(&self.key, bytes)
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
    }

    #[test]
    fn what_is_sealed_opens_for_its_receiver_alone() {
        let aes_key = SecretString::from(STANDARD.encode([7; 32]).trim_end_matches('='));
        let keys = |to: &str| Keys::new(&SecretString::from("T"), &aes_key, to).unwrap();
        for message in ["", "好", &"团".repeat(1000)] {
            let sealed = keys("wx1").seal(message, [3; SALT]).unwrap();
            assert_eq!(keys("wx1").open(&sealed).as_deref(), Some(message));
            assert_eq!(keys("wx2").open(&sealed), None);
            assert!(keys("wx1").signed("1", "2", &sealed, &keys("wx2").signature("1", "2", &sealed)));
        }
        assert_ne!(keys("").seal("好", [1; SALT]), keys("").seal("好", [2; SALT]));
    }
}
