//! A file that the bot sends: a table to take away, a picture. Its bytes travel with the message.

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
    /// It is for one person's eyes: it goes to no group.
    #[serde(default)]
    pub private: bool,
}

impl Attachment {
    /// A table of comma-separated values.
    pub fn csv(name: &str, text: String) -> Self {
        Self { name: file_name(name), mime: "text/csv".to_owned(), bytes: text.into_bytes().into(), private: false }
    }

    /// For one person's eyes only.
    #[must_use]
    pub fn in_private(self) -> Self {
        Self { private: true, ..self }
    }

    /// Whether platforms show it as a picture.
    pub fn is_picture(&self) -> bool {
        matches!(&*self.mime, "image/png" | "image/jpeg")
    }

    /// `Content-Disposition`: to be kept, never to be shown; its name also for those who read only ASCII (RFC 6266, RFC 5987).
    pub fn disposition(&self) -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        let ascii: String = self.name.chars().map(|c| if c.is_ascii() && (plain(c as u8) || c == ' ') { c } else { '_' }).collect();
        let full: String = self.name.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
        format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{full}")
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
    fn a_name_is_one_in_a_header() {
        let file = Attachment { name: "一班 台账\";x=1\r\nA: b.csv".into(), ..Attachment::csv("a", String::new()) };
        let told = file.disposition();
        assert_eq!(
            told,
            "attachment; filename=\"__ ____x_1__A_ b.csv\"; filename*=UTF-8''%E4%B8%80%E7%8F%AD%20%E5%8F%B0%E8%B4%A6%22%3Bx%3D1%0D%0AA%3A%20b.csv"
        );
        assert!(told.bytes().all(|b| (32..127).contains(&b)));
    }

    #[test]
    fn bytes_come_back_out_of_json() {
        let file = Attachment { bytes: vec![0, 255, 10].into(), ..Attachment::csv("a.csv", String::new()) };
        let json = serde_json::to_string(&file).unwrap();
        assert!(json.contains("\"AP8K\""), "{json}");
        assert_eq!(serde_json::from_str::<Attachment>(&json).unwrap(), file);
    }
}
