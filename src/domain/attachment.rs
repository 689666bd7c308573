//! A file that the bot sends: a table to take away. Its bytes travel with the message.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// A file of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is called, without a folder: see [`file_name`].
    pub name: String,
    /// Its media type: `text/csv`.
    pub mime: String,
    /// What is in it, shared by all messages that it goes with; base64 in JSON.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub bytes: Arc<[u8]>,
}

impl Attachment {
    /// A table of comma-separated values.
    pub fn csv(name: &str, text: String) -> Self {
        Self { name: file_name(name), mime: "text/csv".to_owned(), bytes: text.into_bytes().into() }
    }
}

/// A name that every system takes for a file's: without separators, control characters and what shells and Windows mind.
pub fn file_name(text: &str) -> String {
    let plain = |c: char| if c.is_control() || "/\\:*?\"<>|%".contains(c) { '-' } else { c };
    let name: String = text.trim().trim_start_matches('.').chars().map(plain).take(80).collect();
    if name.is_empty() { "zhibu".to_owned() } else { name }
}

fn write<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&STANDARD.encode(bytes))
}

fn read<'de, D: Deserializer<'de>>(d: D) -> Result<Arc<[u8]>, D::Error> {
    STANDARD.decode(String::deserialize(d)?).map(Into::into).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_paths() {
        for (said, name) in [("台账 2026-11.csv", "台账 2026-11.csv"), ("../../etc/x", "-..-etc-x"), ("a\r\nb\"c", "a--b-c"), (" ", "zhibu")] {
            assert_eq!(file_name(said), name);
        }
    }

    #[test]
    fn bytes_come_back_out_of_json() {
        let file = Attachment { bytes: vec![0, 255, 10].into(), ..Attachment::csv("a.csv", String::new()) };
        let json = serde_json::to_string(&file).unwrap();
        assert!(json.contains("\"AP8K\""), "{json}");
        assert_eq!(serde_json::from_str::<Attachment>(&json).unwrap(), file);
    }
}
