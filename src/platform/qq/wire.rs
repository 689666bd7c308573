//! Frames and events as they come over the wire, by callback or by gateway: only what is used. Types only, no meaning.
//! Read leniently, field by field: a field of a wrong kind is as good as missing.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An event.
pub const DISPATCH: i64 = 0;
/// We live (ours), and where we are.
pub const HEARTBEAT: i64 = 1;
/// Who we are (ours).
pub const IDENTIFY: i64 = 2;
/// Go on where we were (ours).
pub const RESUME: i64 = 6;
/// Come again.
pub const RECONNECT: i64 = 7;
/// That session is none.
pub const INVALID: i64 = 9;
/// The first frame of a gateway.
pub const HELLO: i64 = 10;
/// It heard that we live.
pub const HEARD: i64 = 11;
/// An answer to a callback (ours).
pub const ACK: i64 = 12;
/// The question who we are, as a callback.
pub const VALIDATE: i64 = 13;

/// A field, or its default where the wire has something else.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(d: D) -> Result<T, D::Error> {
    Value::deserialize(d).map(|v| T::deserialize(v).unwrap_or_default())
}

/// A list without what can't be read of it.
fn each<'de, D: Deserializer<'de>, T: DeserializeOwned>(d: D) -> Result<Vec<T>, D::Error> {
    let Value::Array(all) = Value::deserialize(d)? else { return Ok(Vec::new()) };
    Ok(all.into_iter().filter_map(|v| T::deserialize(v).ok()).collect())
}

/// Text, or a number as text.
fn word<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(d)? {
        Value::String(text) => text,
        Value::Number(n) => n.to_string(),
        _ => String::new(),
    })
}

/// Any frame.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Frame {
    #[serde(deserialize_with = "word")]
    pub id: String,
    #[serde(deserialize_with = "lenient")]
    pub op: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    pub d: Value,
    #[serde(deserialize_with = "lenient")]
    pub s: Option<i64>,
    #[serde(deserialize_with = "word")]
    pub t: String,
}

/// A message, in a group or in private.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Message {
    #[serde(deserialize_with = "word")]
    pub id: String,
    #[serde(deserialize_with = "lenient")]
    pub content: String,
    #[serde(deserialize_with = "word")]
    pub timestamp: String,
    #[serde(deserialize_with = "word")]
    pub group_openid: String,
    #[serde(deserialize_with = "lenient")]
    pub author: Author,
    #[serde(deserialize_with = "each")]
    pub mentions: Vec<Mention>,
    #[serde(deserialize_with = "each")]
    pub attachments: Vec<Attached>,
    #[serde(deserialize_with = "each")]
    pub msg_elements: Vec<Quoted>,
}

/// Who.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Author {
    #[serde(deserialize_with = "lenient")]
    pub bot: bool,
    #[serde(deserialize_with = "word")]
    pub member_openid: String,
    #[serde(deserialize_with = "word")]
    pub user_openid: String,
    #[serde(deserialize_with = "lenient")]
    pub username: String,
}

/// Who is mentioned.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Mention {
    #[serde(deserialize_with = "lenient")]
    pub scope: String,
    #[serde(deserialize_with = "word")]
    pub id: String,
    #[serde(deserialize_with = "word")]
    pub member_openid: String,
    #[serde(deserialize_with = "lenient")]
    pub is_you: bool,
}

/// A picture or a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Attached {
    #[serde(deserialize_with = "lenient")]
    pub content_type: String,
    #[serde(deserialize_with = "lenient")]
    pub filename: String,
    #[serde(deserialize_with = "lenient")]
    pub size: Option<u64>,
    #[serde(deserialize_with = "lenient")]
    pub url: String,
}

/// The message that is answered.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Quoted {
    #[serde(deserialize_with = "word")]
    pub msg_idx: String,
    #[serde(deserialize_with = "lenient")]
    pub author: Author,
}

/// A button was pressed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pressed {
    #[serde(deserialize_with = "word")]
    pub id: String,
    #[serde(deserialize_with = "lenient")]
    pub chat_type: i64,
    #[serde(deserialize_with = "word")]
    pub timestamp: String,
    #[serde(deserialize_with = "word")]
    pub group_openid: String,
    #[serde(deserialize_with = "word")]
    pub group_member_openid: String,
    #[serde(deserialize_with = "word")]
    pub user_openid: String,
    #[serde(deserialize_with = "lenient")]
    pub data: PressedData,
}

/// What was on it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PressedData {
    #[serde(deserialize_with = "lenient")]
    pub resolved: Resolved,
}

/// The same.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Resolved {
    #[serde(deserialize_with = "lenient")]
    pub button_data: String,
}

/// Who lets the bot send what answers nothing, or no longer does; who takes it in or puts it out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Standing {
    #[serde(deserialize_with = "word")]
    pub openid: String,
    #[serde(deserialize_with = "word")]
    pub group_openid: String,
}
