//! OneBot v11 as it comes over the wire: events and answers. Types only, no meaning.
//!
//! Implementations differ in what is a number, what a string and what is absent, so every field is read leniently: a
//! field of a wrong kind is as good as missing, and one odd field never costs a message.

use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

use super::lenient::skip_seq;
pub use super::lenient::{Int, Lenient, Word};

/// One frame: an event, or the answer to an action. Fields that a frame does not have are empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the standard's own")]
pub struct Frame {
    pub post_type: Word,
    pub message_type: Word,
    pub notice_type: Word,
    pub meta_event_type: Word,
    pub sub_type: Word,
    pub self_id: Word,
    pub user_id: Word,
    pub group_id: Word,
    pub operator_id: Word,
    pub message_id: Word,
    pub time: Int,
    pub sender: Lenient<Sender>,
    pub message: Body,
    pub raw_message: Word,
    pub file: Lenient<Upload>,
    pub interval: Int,
    pub duration: Int,
    pub status: Status,
    pub echo: Word,
    pub retcode: Int,
    pub data: Value,
    pub wording: Word,
}

impl Frame {
    /// Reads one text frame.
    ///
    /// # Errors
    /// Where it is not one JSON object; the words hold nothing of the frame.
    pub fn read(text: &str) -> Result<Self, String> {
        if !text.trim_start().starts_with('{') {
            return Err("not a JSON object".into());
        }
        serde_json::from_str(text).map_err(|e| format!("{:?} at line {} column {}", e.classify(), e.line(), e.column()))
    }

    /// The `echo` of a frame of which nothing else is read; empty where there is none.
    pub fn echo_of(text: &str) -> String {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Echo {
            echo: Word,
        }
        serde_json::from_str::<Echo>(text).map(|e| e.echo.0).unwrap_or_default()
    }

    /// The code of [`Self::too_big`], which no implementation gives.
    pub const TOO_BIG: i64 = -1009;

    /// The answer to an action whose own was too large to be read.
    pub fn too_big(echo: String) -> Self {
        Self { echo: Word(echo), status: Status::Word("failed".into()), retcode: Int(Some(Self::TOO_BIG)), ..Self::default() }
    }

    /// Whether it answers an action (rather than being an event, or nothing that we know).
    pub fn is_answer(&self) -> bool {
        self.post_type.is_empty() && (self.retcode.0.is_some() || matches!(self.status, Status::Word(_)))
    }
}

/// Who sent a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the standard's own")]
pub struct Sender {
    pub user_id: Word,
    pub nickname: Word,
    pub card: Word,
    /// In a private message from within a group: that group.
    pub group_id: Word,
}

/// The file of a `group_upload` or `offline_file` notice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the standard's own")]
pub struct Upload {
    pub id: Word,
    pub name: Word,
    pub size: Int,
    pub busid: Word,
    pub url: Word,
}

/// `status`: a word in an answer, a state in a heartbeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Absent, or no kind that we know.
    #[default]
    None,
    /// `ok`, `async`, `failed`.
    Word(String),
    /// Whether the account is signed in, where it is said.
    State(Option<bool>),
}

struct StatusVisitor;

impl<'de> Visitor<'de> for StatusVisitor {
    type Value = Status;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_str<E>(self, s: &str) -> Result<Status, E> {
        Ok(Status::Word(s.to_owned()))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Status, E> {
        Ok(Status::None)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Status, E> {
        Ok(Status::None)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Status, E> {
        Ok(Status::None)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Status, E> {
        Ok(Status::None)
    }
    fn visit_unit<E>(self) -> Result<Status, E> {
        Ok(Status::None)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Status, A::Error> {
        skip_seq(seq).map(|()| Status::None)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Status, A::Error> {
        let mut online = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == "online" {
                online = map.next_value::<Value>()?.as_bool();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Status::State(online))
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(StatusVisitor)
    }
}

/// `message`: segments, or a string of CQ codes; in an answer, what went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// Absent.
    #[default]
    None,
    /// A string.
    Text(String),
    /// Segments.
    Segments(Vec<Segment>),
}

struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Body;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_str<E>(self, s: &str) -> Result<Body, E> {
        Ok(Body::Text(s.to_owned()))
    }
    fn visit_string<E>(self, s: String) -> Result<Body, E> {
        Ok(Body::Text(s))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Body, E> {
        Ok(Body::None)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Body, E> {
        Ok(Body::None)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Body, E> {
        Ok(Body::None)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Body, E> {
        Ok(Body::None)
    }
    fn visit_unit<E>(self) -> Result<Body, E> {
        Ok(Body::None)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Body, A::Error> {
        let mut all = Vec::new();
        while let Some(s) = seq.next_element::<Lenient<Segment>>()? {
            all.push(s.0);
        }
        Ok(Body::Segments(all))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Body, A::Error> {
        Segment::deserialize(MapAccessDeserializer::new(map)).map(|s| Body::Segments(vec![s])).map_err(A::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(BodyVisitor)
    }
}

/// One segment: `{"type": …, "data": {…}}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Segment {
    /// `text`, `at`, `reply`, `image`, `file` …
    #[serde(rename = "type")]
    pub kind: Word,
    /// What of its data is of use to us.
    pub data: Lenient<Data>,
}

/// The data of a segment, as far as it is of use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are the standard's own")]
pub struct Data {
    pub text: Word,
    pub qq: Word,
    pub id: Word,
    pub file: Word,
    pub file_id: Word,
    pub name: Word,
    pub file_name: Word,
    pub file_size: Int,
    pub size: Int,
    pub url: Word,
    pub busid: Word,
}

impl Data {
    /// Sets a field by its name on the wire; an unknown one is left out.
    pub fn set(&mut self, key: &str, value: String) {
        let field = match key {
            "text" => &mut self.text,
            "qq" => &mut self.qq,
            "id" => &mut self.id,
            "file" => &mut self.file,
            "file_id" => &mut self.file_id,
            "name" => &mut self.name,
            "file_name" => &mut self.file_name,
            "url" => &mut self.url,
            "busid" => &mut self.busid,
            "file_size" => return self.file_size = Int(value.trim().parse().ok()),
            "size" => return self.size = Int(value.trim().parse().ok()),
            _ => return,
        };
        *field = Word(value);
    }
}

/// An action on its way out.
#[derive(Debug, Serialize)]
pub struct Action<'a, P> {
    /// Its name.
    pub action: &'a str,
    /// Its parameters.
    pub params: &'a P,
    /// What its answer will carry.
    pub echo: &'a str,
}

/// One segment on its way out: text is data, so nobody's name can become a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", content = "data", rename_all = "lowercase")]
pub enum Piece {
    /// Plain text.
    Text {
        /// As it shall be read.
        text: String,
    },
    /// A mention.
    At {
        /// The account.
        qq: String,
    },
    /// A picture.
    Image {
        /// `base64://…`: the implementation may run on another host.
        file: String,
    },
    /// The message that is answered.
    Reply {
        /// Its id.
        id: String,
    },
}

/// An id on its way out: a number where it is one (the standard's type), else the text that came.
pub fn id(text: &str) -> Value {
    text.parse::<i64>().ok().filter(|n| n.to_string() == text).map_or_else(|| Value::from(text), Value::from)
}
