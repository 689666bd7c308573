//! Requests to the Bot API and what their answers mean. The requests are teloxide's; its client is not used: it sleeps ten
//! seconds after a 5xx, and takes a message for unsent whose answer was cut.
//!
//! The token is part of every address: no address is ever logged, nor what Telegram says in its own words.

use crate::domain::attachment::Attachment;
use crate::domain::message::SendError;
use crate::platform::http::{self, Cut, body, client, lost};
use reqwest::multipart;
use reqwest::{Client, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use teloxide::payloads::{SendDocument, SendPhoto};
use teloxide::requests::Payload;

/// Bytes of one answer of the API's at most: a hundred updates are far less.
const ANSWER: usize = 32 << 20;

/// Why there is no result.
pub type Failure = http::Failure<Reason>;

/// What Telegram alone says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The token is none, or no longer.
    #[error("Telegram does not know the token")]
    Unauthorized,
    /// Somebody else asks for the same bot's updates.
    #[error("another program asks for this bot's updates (or a webhook is set)")]
    Conflict,
    /// The group has this id now.
    #[error("the group has a new id")]
    Moved(i64),
}

impl From<Reason> for SendError {
    fn from(reason: Reason) -> Self {
        let text = reason.to_string();
        match reason {
            Reason::Unauthorized => Self::Offline,
            Reason::Conflict | Reason::Moved(_) => Self::Later { after: None, reason: text },
        }
    }
}

/// Every answer's frame.
#[derive(Deserialize)]
struct Frame {
    ok: bool,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Parameters {
    retry_after: Option<i64>,
    migrate_to_chat_id: Option<i64>,
}

/// The Bot API of one bot.
pub struct Api {
    client: Client,
    base: String,
    token: SecretString,
    timeout: Duration,
}

impl Api {
    /// At this address, with this token.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn new(base: &str, token: &SecretString, timeout: Duration) -> Result<Self, String> {
        Ok(Self { client: client(timeout)?, base: base.to_owned(), token: token.clone(), timeout })
    }

    /// Asks, and waits as long as for anything.
    pub async fn call<P: Payload + Serialize>(&self, payload: &P) -> Result<Value, Failure> {
        self.call_within(payload, self.timeout).await
    }

    /// Asks, and waits so long.
    pub async fn call_within<P: Payload + Serialize>(&self, payload: &P, timeout: Duration) -> Result<Value, Failure> {
        self.result(self.client.post(self.method(P::NAME)).json(payload).timeout(timeout)).await
    }

    /// Sends a file to a chat (and a topic of it), to be seen as a photo or to be taken as a document, and waits so long.
    pub async fn upload(&self, chat: i64, topic: Option<i64>, photo: bool, file: &Attachment, timeout: Duration) -> Result<Value, Failure> {
        let part = multipart::Part::bytes(file.bytes.to_vec()).file_name(file.name.clone()).mime_str(&file.mime);
        let part = part.map_err(|_| Failure::Refused("the file is of no kind".into()))?;
        let mut form = multipart::Form::new().text("chat_id", chat.to_string()).part(if photo { "photo" } else { "document" }, part);
        if let Some(topic) = topic {
            form = form.text("message_thread_id", topic.to_string());
        }
        let method = if photo { SendPhoto::NAME } else { SendDocument::NAME };
        self.result(self.client.post(self.method(method)).multipart(form).timeout(timeout)).await
    }

    /// The bytes of a file at the path that `getFile` gave, at most so many.
    pub async fn file(&self, path: &str, limit: usize, timeout: Duration) -> Result<Vec<u8>, Failure> {
        let plain = |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '?' | '#' | '\\' | ':' | '%');
        let sound = |part: &str| !matches!(part, "" | "." | "..") && part.chars().all(plain);
        if !path.split('/').all(sound) {
            return Err(Failure::Refused("the file is at no place that may be fetched".into()));
        }
        let address = format!("{}/file/bot{}/{path}", self.base, self.token.expose_secret());
        // nothing is done by asking: it can be asked again
        let broken = |reason: &str| Failure::Later { after: None, reason: reason.into() };
        let sent = self.client.get(address).timeout(timeout).send().await;
        let response = sent.map_err(|_| broken("the file's server can't be reached"))?;
        match response.status() {
            s if s.is_success() => {}
            s if s.is_server_error() || s == StatusCode::TOO_MANY_REQUESTS => {
                return Err(Failure::Later { after: None, reason: format!("the file's server answered {}", s.as_u16()) });
            }
            s => return Err(Failure::Refused(format!("the file's server answered {}", s.as_u16()))),
        }
        body(response, limit).await.map_err(|cut| match cut {
            Cut::TooBig => Failure::Refused(format!("the file is larger than {limit} bytes")),
            Cut::Broken => broken("the file's bytes did not all come"),
        })
    }

    fn method(&self, name: &str) -> String {
        format!("{}/bot{}/{name}", self.base, self.token.expose_secret())
    }

    async fn result(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let response = request.send().await.map_err(|e| lost("Telegram", e))?;
        let status = response.status();
        let bytes = body(response, ANSWER).await;
        let frame = bytes.ok().and_then(|b| serde_json::from_slice::<Frame>(&b).ok());
        match frame {
            Some(frame) if frame.ok => Ok(frame.result),
            frame => Err(failure(status, frame)),
        }
    }
}

fn failure(status: StatusCode, frame: Option<Frame>) -> Failure {
    let code = status.as_u16();
    let Some(Frame { description, parameters, .. }) = frame else {
        return match code {
            500..=599 => Failure::Later { after: None, reason: format!("Telegram answered {code}") },
            200..=299 => Failure::Unknown("Telegram's answer did not come whole".into()),
            _ => Failure::Refused(format!("Telegram answered {code}: is api_url right?")),
        };
    };
    if let Some(to) = parameters.migrate_to_chat_id {
        return Failure::Own(Reason::Moved(to));
    }
    let said = description.to_lowercase();
    match code {
        401 | 404 => Failure::Own(Reason::Unauthorized),
        409 => Failure::Own(Reason::Conflict),
        429 => {
            let seconds = parameters.retry_after.unwrap_or(5).clamp(1, 86_400);
            Failure::Later { after: Some(seconds * 1000), reason: format!("Telegram asks to wait {seconds} s") }
        }
        500..=599 => Failure::Later { after: None, reason: format!("Telegram answered {code}") },
        403 => Failure::Refused("the bot was removed from that chat, or blocked, or was never written to".into()),
        413 => Failure::Refused("that is too large for Telegram".into()),
        // its own words may quote ours: what is known is said in ours
        _ => {
            let known = [
                ("chat not found", "Telegram knows no such chat"),
                ("thread not found", "that topic is no more"),
                ("topic_closed", "that topic is closed"),
                ("not enough rights", "the bot may not speak there"),
                ("have no rights", "the bot may not speak there"),
                ("user is deactivated", "that account is no more"),
                ("file is too big", "the file is too large for Telegram"),
                ("message is not modified", "nothing changed"),
            ];
            let why = known.iter().find(|(theirs, _)| said.contains(theirs)).map_or("Telegram does not take it", |(_, ours)| ours);
            Failure::Refused(format!("{why} ({code})"))
        }
    }
}
