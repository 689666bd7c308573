//! Frames as they go over the long connection. Types only, no meaning; read leniently: a field of a wrong kind is as good as
//! missing. What lies within a body stays JSON, of which [`word`] reads a field.

use serde_json::{Value, json};

/// Who we are (ours).
pub const SUBSCRIBE: &str = "aibot_subscribe";
/// We live (ours).
pub const PING: &str = "ping";
/// Somebody said something.
pub const MESSAGE: &str = "aibot_msg_callback";
/// Something happened.
pub const EVENT: &str = "aibot_event_callback";
/// The answer to a message (ours).
pub const RESPOND: &str = "aibot_respond_msg";
/// What answers nothing (ours).
pub const SEND: &str = "aibot_send_msg";
/// A file begins (ours), its pieces follow, and it is whole.
pub const UPLOAD: [&str; 3] = ["aibot_upload_media_init", "aibot_upload_media_chunk", "aibot_upload_media_finish"];

/// Another program connected as the same bot.
pub const KICKED: &str = "disconnected_event";

/// A frame of WeCom's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// What it brings; empty: an acknowledgement.
    pub cmd: String,
    /// What it answers, or is to be answered under.
    pub req_id: String,
    /// What it brings.
    pub body: Value,
    /// Of an acknowledgement: 0 is well.
    pub errcode: i64,
    /// In WeCom's words.
    pub errmsg: String,
}

impl Frame {
    /// Reads one; none where it is no JSON object, also where something stands behind it.
    pub fn read(text: &str) -> Option<Self> {
        let mut frame: Value = serde_json::from_str(text).ok()?;
        frame.is_object().then(|| Self {
            cmd: word(&frame, &["cmd"]).to_owned(),
            req_id: word(&frame, &["headers", "req_id"]).to_owned(),
            errcode: number(&frame["errcode"]),
            errmsg: word(&frame, &["errmsg"]).to_owned(),
            body: frame["body"].take(),
        })
    }
}

/// A command of ours.
pub fn command(cmd: &str, req_id: &str, body: Option<&Value>) -> String {
    let mut frame = json!({"cmd": cmd, "headers": {"req_id": req_id}});
    if let Some(body) = body {
        frame["body"] = body.clone();
    }
    frame.to_string()
}

/// The text at a place; empty where there is none.
pub fn word<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    path.iter().fold(value, |v, key| &v[*key]).as_str().unwrap_or_default()
}

/// A number, also one that is written as text; 0 where it is none.
pub fn number(value: &Value) -> i64 {
    value.as_i64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(0)
}
