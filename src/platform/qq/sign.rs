//! Signatures of callbacks: Ed25519 with a key made of the AppSecret. Pure.

use ed25519_dalek::{Signature, Signer, SigningKey};

/// Characters of the token that QQ asks us to sign, at most.
const TOKEN: usize = 256;

/// The bot's key. QQ has the same: what it sends is signed with it, and so is our answer to its question who we are.
pub struct Keys(SigningKey);

impl Keys {
    /// Of an AppSecret: its bytes, over and over, up to 32. None of an empty one.
    pub fn of(secret: &str) -> Option<Self> {
        let seed: Vec<u8> = secret.bytes().cycle().take(32).collect();
        Some(Self(SigningKey::from_bytes(&seed.try_into().ok()?)))
    }

    /// Whether this is the signature (hex) of a callback with this timestamp and body.
    pub fn signed(&self, timestamp: &str, body: &[u8], signature: &str) -> bool {
        let Some(signature) = unhex(signature) else { return false };
        let message = [timestamp.as_bytes(), body].concat();
        self.0.verifying_key().verify_strict(&message, &Signature::from_bytes(&signature)).is_ok()
    }

    /// Signs the question who we are (hex). None where it is not of digits and of letters: whoever asks must not get
    /// the signature of a callback, which is of digits and JSON.
    pub fn answer(&self, event_ts: &str, plain_token: &str) -> Option<String> {
        let digits = !event_ts.is_empty() && event_ts.len() <= 20 && event_ts.bytes().all(|b| b.is_ascii_digit());
        let plain = !plain_token.is_empty() && plain_token.len() <= TOKEN && plain_token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        (digits && plain).then(|| hex(&self.sign(event_ts, plain_token.as_bytes())))
    }

    fn sign(&self, timestamp: &str, body: &[u8]) -> [u8; 64] {
        self.0.sign(&[timestamp.as_bytes(), body].concat()).to_bytes()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from(b"0123456789abcdef"[usize::from(n)])).collect()
}

fn unhex(text: &str) -> Option<[u8; 64]> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes: Option<Vec<u8>> = pairs.iter().map(|[a, b]| Some(digit(*a)? << 4 | digit(*b)?)).collect();
    bytes.filter(|_| rest.is_empty())?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // published: tencent-connect/bot-docs, sign.md and event-emit.md
    const SECRET: &str = "naOC0ocQE3shWLAfffVLB1rhYPG7";
    const SIGNED: &str = "865ad13a61752ca65e26bde6676459cd36cf1be609375b37bd62af366e1dc25a8dc789ba7f14e017ada3d554c671a911bfdf075ba54835b23391d509579ed002";

    #[test]
    fn the_published_vectors_hold() {
        let keys = Keys::of(SECRET).unwrap();
        assert_eq!(hex(keys.0.verifying_key().as_bytes()), "d7c362fe78aef81ff23287b493628b5db02a3c4fe30b215e4d19609b5d76673a");
        let body = "{\n  \"op\": 0,\n  \"d\": {},\n  \"t\": \"GATEWAY_EVENT_NAME\"\n}";
        assert!(keys.signed("1725442341", body.as_bytes(), SIGNED));
        assert_eq!(hex(&keys.sign("1725442341", body.as_bytes())), SIGNED);
        let answer = Keys::of("DG5g3B4j9X2KOErG").unwrap().answer("1725442341", "Arq0D5A61EgUu4OxUvOp").unwrap();
        assert_eq!(answer, "87befc99c42c651b3aac0278e71ada338433ae26fcb24307bdc5ad38c1adc2d01bcfcadc0842edac85e85205028a1132afe09280305f13aa6909ffc2d652c706");
    }

    #[test]
    fn nothing_else_is_signed() {
        let keys = Keys::of(SECRET).unwrap();
        let body = b"{\n  \"op\": 0,\n  \"d\": {},\n  \"t\": \"GATEWAY_EVENT_NAME\"\n}";
        let upper = SIGNED.to_uppercase();
        let swapped = SIGNED.replacen('8', "9", 1);
        assert!(keys.signed("1725442341", body, &upper));
        for (timestamp, body, signature) in [
            ("1725442342", &body[..], SIGNED),
            ("1725442341", &body[1..], SIGNED),
            ("1725442341", b"", SIGNED),
            ("1725442341", body, &swapped),
            ("1725442341", body, &SIGNED[..126]),
            ("1725442341", body, "zz"),
            ("1725442341", body, ""),
            ("1725442341", body, "签名签名"),
        ] {
            assert!(!keys.signed(timestamp, body, signature), "{timestamp} {signature}");
        }
        assert!(!Keys::of("another").unwrap().signed("1725442341", body, SIGNED));
        assert!(Keys::of("").is_none());
    }

    #[test]
    fn nobody_gets_a_callback_signed_by_asking_who_we_are() {
        let keys = Keys::of(SECRET).unwrap();
        for (ts, token) in [("1725442341", "{\"op\":0}"), ("1725442341", ""), ("", "abc"), ("17 {", "abc"), ("1", &"a".repeat(300))] {
            assert_eq!(keys.answer(ts, token), None, "{ts} {token}");
        }
    }
}
