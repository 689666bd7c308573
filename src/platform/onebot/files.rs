//! What implementations give for a file: its bytes as base64, or an address at which they are fetched.

use super::wire::Word;
use crate::domain::message::SendError;
use crate::platform::fetch::{Fetcher, is_http, too_big};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

/// What a `get_file` or `get_image` gives, as far as it is of use.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Given {
    base64: Word,
    url: Word,
    file: Word,
}

/// The bytes that a `get_file` or `get_image` gave: in itself, or at a URL.
pub async fn given(fetcher: &Fetcher, data: &Value, limit: usize) -> Result<Vec<u8>, SendError> {
    let Given { base64: inline, url, file } = Given::deserialize(data).unwrap_or_default();
    if let Some(text) = Some(&*inline).filter(|t| !t.is_empty()).or_else(|| file.strip_prefix("base64://")) {
        return decode(text, limit);
    }
    for address in [&url, &file] {
        if is_http(address) {
            return fetcher.url(address, limit).await;
        }
    }
    Err(SendError::Refused(
        "the implementation gives only a place on its own disk: switch on that it gives files as base64 or URL (NapCat: enableLocalFile2Url)".into(),
    ))
}

fn decode(text: &str, limit: usize) -> Result<Vec<u8>, SendError> {
    if text.len() / 4 * 3 > limit.saturating_add(3) {
        return Err(too_big(limit));
    }
    let bytes = STANDARD.decode(text.trim()).map_err(|_| SendError::Refused("the implementation gave broken base64".into()))?;
    if bytes.len() > limit { Err(too_big(limit)) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_bounded_before_it_is_decoded() {
        assert_eq!(decode("aGVsbG8=", 5), Ok(b"hello".to_vec()));
        assert_eq!(decode("aGVsbG8=", 4), Err(too_big(4)));
        assert_eq!(decode(&"A".repeat(4000), 100), Err(too_big(100)));
        assert!(matches!(decode("***", 100), Err(SendError::Refused(_))));
    }
}
