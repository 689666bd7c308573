//! Updates as they come over the wire: only what is used. Types only, no meaning.
//!
//! Read leniently, field by field: a field of a wrong kind is as good as missing. teloxide's own `Message` is not used for
//! this: a kind of entity that it does not know yet turns a whole message into an empty one, and it would be lost.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A field, or its default where the wire has something else.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(d: D) -> Result<T, D::Error> {
    Value::deserialize(d).map(|v| T::deserialize(v).unwrap_or_default())
}

/// A list without what can't be read of it.
fn each<'de, D: Deserializer<'de>, T: DeserializeOwned>(d: D) -> Result<Vec<T>, D::Error> {
    let all = Value::deserialize(d)?;
    let Value::Array(all) = all else { return Ok(Vec::new()) };
    Ok(all.into_iter().filter_map(|v| T::deserialize(v).ok()).collect())
}

/// One update; at most one of its kinds is there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the API's own")]
pub struct Update {
    #[serde(deserialize_with = "lenient")]
    pub update_id: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    pub message: Option<Message>,
    #[serde(deserialize_with = "lenient")]
    pub edited_message: Option<Message>,
    #[serde(deserialize_with = "lenient")]
    pub callback_query: Option<Callback>,
}

/// A message, as far as it is of use.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the API's own")]
pub struct Message {
    #[serde(deserialize_with = "lenient")]
    pub message_id: i64,
    #[serde(deserialize_with = "lenient")]
    pub message_thread_id: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    pub is_topic_message: bool,
    #[serde(deserialize_with = "lenient")]
    pub from: Option<User>,
    #[serde(deserialize_with = "lenient")]
    pub sender_chat: Option<Chat>,
    #[serde(deserialize_with = "lenient")]
    pub chat: Chat,
    #[serde(deserialize_with = "lenient")]
    pub date: i64,
    #[serde(deserialize_with = "lenient")]
    pub edit_date: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    pub text: String,
    #[serde(deserialize_with = "each")]
    pub entities: Vec<Entity>,
    #[serde(deserialize_with = "lenient")]
    pub caption: String,
    #[serde(deserialize_with = "each")]
    pub caption_entities: Vec<Entity>,
    #[serde(deserialize_with = "each")]
    pub photo: Vec<File>,
    #[serde(deserialize_with = "lenient")]
    pub media_group_id: String,
    /// Not the API's: the other pictures of its album that came with it, each in its sizes.
    #[serde(deserialize_with = "each")]
    pub album: Vec<Vec<File>>,
    #[serde(deserialize_with = "lenient")]
    pub document: Option<File>,
    #[serde(deserialize_with = "lenient")]
    pub reply_to_message: Option<Box<Message>>,
    #[serde(deserialize_with = "lenient")]
    pub forward_origin: Option<Value>,
    #[serde(deserialize_with = "lenient")]
    pub migrate_to_chat_id: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    pub migrate_from_chat_id: Option<i64>,
}

/// Who.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the API's own")]
pub struct User {
    #[serde(deserialize_with = "lenient")]
    pub id: i64,
    #[serde(deserialize_with = "lenient")]
    pub is_bot: bool,
    #[serde(deserialize_with = "lenient")]
    pub first_name: String,
    #[serde(deserialize_with = "lenient")]
    pub last_name: String,
    #[serde(deserialize_with = "lenient")]
    pub username: String,
    #[serde(deserialize_with = "lenient")]
    pub can_read_all_group_messages: bool,
}

/// Where.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the API's own")]
pub struct Chat {
    #[serde(deserialize_with = "lenient")]
    pub id: i64,
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub kind: String,
    #[serde(deserialize_with = "lenient")]
    pub title: String,
}

/// A stretch of the text, in UTF-16 units.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the API's own")]
pub struct Entity {
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub kind: String,
    #[serde(deserialize_with = "lenient")]
    pub offset: usize,
    #[serde(deserialize_with = "lenient")]
    pub length: usize,
    #[serde(deserialize_with = "lenient")]
    pub user: Option<User>,
}

/// A document, or one size of a photo.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the API's own")]
pub struct File {
    #[serde(deserialize_with = "lenient")]
    pub file_id: String,
    #[serde(deserialize_with = "lenient")]
    pub file_name: String,
    #[serde(deserialize_with = "lenient")]
    pub file_size: Option<u64>,
    #[serde(deserialize_with = "lenient")]
    pub width: u64,
}

/// A button was pressed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the API's own")]
pub struct Callback {
    #[serde(deserialize_with = "lenient")]
    pub id: String,
    #[serde(deserialize_with = "lenient")]
    pub from: User,
    #[serde(deserialize_with = "lenient")]
    pub message: Option<Message>,
    #[serde(deserialize_with = "lenient")]
    pub data: String,
}
