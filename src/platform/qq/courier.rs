//! How messages leave: [`Courier`] over QQ's API. What answers a message goes as its answer while that lasts; what answers
//! none is carried by the last message that can still be answered, else goes by itself where the chat lets it, else waits.

use super::PLATFORM;
use super::api::{Failure, Reason};
use super::hub::Hub;
use super::meaning::{Handle, sound};
use super::outgoing::{self, Letter};
use super::upload::Uploads;
use super::windows::{Shut, Way};
use crate::domain::attachment::Attachment;
use crate::domain::message::{AccountKey, Capabilities, ChatKey, Choices, Courier, FileRef, Outgoing, SendError};
use crate::platform::fetch::{Fetcher, too_big};
use crate::platform::parts::{self, Parts};
use futures_util::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Ways that are tried for one message: windows close, and numbers were used before a restart.
const WAYS: u32 = 12;

/// The courier of QQ's official bots.
pub struct QqCourier {
    hub: Arc<Hub>,
    fetcher: Fetcher,
    uploads: Uploads,
}

/// How text leaves.
struct Dress<'a> {
    marked: bool,
    buttons: Option<&'a Value>,
}

impl QqCourier {
    /// Over the hub.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn new(hub: Arc<Hub>) -> Result<Self, String> {
        let fetcher = Fetcher::new(&hub.settings.config.file_hosts, "[qq] file_hosts", hub.timing.file)?;
        let uploads = Uploads::new(&hub.settings.config.upload_hosts, hub.timing.file)?;
        Ok(Self { hub, fetcher, uploads })
    }

    /// A chat's place in the API.
    fn place(chat: &ChatKey) -> Result<String, SendError> {
        if &*chat.platform != PLATFORM || !sound(&chat.id) {
            return Err(SendError::Refused(format!("{chat} is no chat of QQ's")));
        }
        Ok(format!("/v2/{}/{}", if chat.private { "users" } else { "groups" }, chat.id))
    }

    /// Sends one message by whichever way there is.
    async fn send_one(&self, chat: &ChatKey, quote: Option<&str>, message: &Value) -> Result<String, Failure> {
        let place = Self::place(chat).map_err(|e| Failure::Refused(e.to_string()))?;
        for _ in 0..WAYS {
            let mut way = match self.hub.windows.way(chat, quote, self.hub.now()) {
                Ok(way) => way,
                Err(Shut::Waits) => return Err(Failure::Own(Reason::NoPush)),
                Err(Shut::Later(ms)) => return Err(Failure::Later { after: Some(ms), reason: "the chat's quota is used up".into() }),
            };
            for _ in 0..WAYS {
                match self.try_way(&place, &way, message).await {
                    // an answer that an earlier process gave had this number
                    Err(Failure::Own(Reason::Duplicate)) => match &way {
                        Way::Answer { to, .. } => match self.hub.windows.next(chat, to) {
                            Some(next) => way = next,
                            None => break,
                        },
                        Way::Push => return Err(Failure::Refused("QQ says that this was sent before".into())),
                    },
                    Err(Failure::Own(Reason::Closed)) => {
                        if let Way::Answer { to, .. } = &way {
                            self.hub.windows.closes(chat, to);
                        }
                        break;
                    }
                    Err(Failure::Own(Reason::NoPush)) => {
                        self.hub.no_push(chat, false);
                        if let Way::Answer { to, .. } = &way {
                            self.hub.windows.closes(chat, to);
                        }
                        break;
                    }
                    Err(Failure::Later { after: Some(ms), reason }) => {
                        if way == Way::Push {
                            self.hub.windows.bar(chat, ms, self.hub.now());
                        }
                        return Err(Failure::Later { after: Some(ms), reason });
                    }
                    result => return result,
                }
            }
        }
        Err(Failure::Later { after: None, reason: "no number for this answer was free".into() })
    }

    /// One way: again after a 5xx, and an answer also where nobody knows whether it went, under the same number, by which
    /// QQ knows it: it goes out once.
    async fn try_way(&self, place: &str, way: &Way, message: &Value) -> Result<String, Failure> {
        let mut body = message.clone();
        if let Way::Answer { to, seq } = way {
            // a pressed button is answered by its event
            body[if to.starts_with("INTERACTION_CREATE:") { "event_id" } else { "msg_id" }] = json!(to);
            body["msg_seq"] = json!(seq);
        }
        let (mut waits, mut again, mut lost) = (self.hub.timing.send_retries.iter(), false, None);
        loop {
            let failure = match self.hub.api.call(Method::POST, &format!("{place}/messages"), Some(&body)).await {
                Ok(taken) => return Ok(self.called(&taken)),
                // the first one had gone
                Err(Failure::Own(Reason::Duplicate)) if again => return Ok(String::new()),
                Err(failure) => failure,
            };
            let retry = match &failure {
                Failure::Later { after: None, .. } => true,
                Failure::Unknown(_) if matches!(way, Way::Answer { .. }) => {
                    lost = Some(failure.clone());
                    true
                }
                _ => false,
            };
            match waits.next().filter(|_| retry) {
                Some(wait) => {
                    again = matches!(way, Way::Answer { .. });
                    tokio::time::sleep(*wait).await;
                }
                // whatever is said afterwards, the first may have gone
                None => return Err(lost.unwrap_or(failure)),
            }
        }
    }

    /// What a message of ours is called where it is quoted.
    fn called(&self, taken: &Value) -> String {
        let id = taken["ext_info"]["ref_idx"].as_str().or_else(|| taken["id"].as_str()).unwrap_or_default();
        if !id.is_empty() {
            self.hub.wrote(id);
        }
        id.to_owned()
    }

    async fn letter(&self, chat: &ChatKey, quote: Option<&str>, letter: &Letter, dress: Dress<'_>) -> Result<String, Failure> {
        if dress.marked || dress.buttons.is_some() {
            let mut message = json!({"msg_type": 2, "markdown": {"content": letter.marked}});
            if let Some(buttons) = dress.buttons {
                message["keyboard"] = buttons.clone();
            }
            match self.send_one(chat, quote, &message).await {
                Err(Failure::Own(Reason::Plain)) => {
                    if !self.hub.plain.swap(true, Ordering::SeqCst) {
                        tracing::warn!(
                            "QQ does not let the bot send markdown or buttons: names stand for mentions; ask for the right in the bot's console, or set [qq] markdown = false"
                        );
                    }
                }
                result => return result,
            }
        }
        self.send_one(chat, quote, &json!({"msg_type": 0, "content": letter.plain})).await
    }

    /// One file, after its text: first to QQ, then into the chat.
    async fn file(&self, chat: &ChatKey, quote: Option<&str>, picture: bool, file: &Attachment) -> Result<String, SendError> {
        let place = Self::place(chat)?;
        // nothing is taken to QQ that could not be shown
        let now = self.hub.now();
        if quote.is_none() && !self.hub.windows.is_open(chat, now) && !self.hub.windows.pushes(chat, now) {
            return Err(Failure::Own(Reason::NoPush).into());
        }
        let info = self.uploads.bring(&self.hub, &place, picture, file).await?;
        Ok(self.send_one(chat, quote, &json!({"msg_type": 7, "media": {"file_info": info}})).await?)
    }

    /// Buttons for the one who is asked; none where they may not be sent.
    fn buttons(&self, outgoing: &Outgoing) -> Option<Value> {
        if !self.marks() || !self.hub.settings.config.buttons {
            return None;
        }
        let choices: &Choices = outgoing.choices()?;
        let data = self.hub.signer.data(&outgoing.chat, choices)?;
        let button = |(n, (label, data)): (usize, (String, String))| {
            json!({
                "id": n.to_string(),
                "render_data": {"label": label, "visited_label": label, "style": 1},
                "action": {"type": 1, "permission": {"type": 0, "specify_user_ids": [choices.of]}, "data": data, "unsupport_tips": label},
            })
        };
        let all: Vec<Value> = data.into_iter().enumerate().map(button).collect();
        let rows: Vec<Value> = all.chunks(if all.len() <= 3 { 3 } else { 1 }).map(|row| json!({"buttons": row})).collect();
        Some(json!({"content": {"rows": rows}}))
    }

    fn marks(&self) -> bool {
        self.hub.settings.config.markdown && !self.hub.plain.load(Ordering::SeqCst)
    }

    async fn send_all(&self, outgoing: &Outgoing) -> Result<String, SendError> {
        let config = &self.hub.settings.config;
        let letters = outgoing::letters(outgoing, config.text_bytes, config.mentions);
        let total = letters.len();
        if total == 0 && outgoing.files().next().is_none() {
            return Err(SendError::Refused("there is nothing to say".into()));
        }
        let chat = &outgoing.chat;
        Self::place(chat)?;
        if !self.hub.online() {
            return Err(SendError::Offline);
        }
        let quote = outgoing.quote.as_deref().filter(|q| !q.is_empty());
        let buttons = self.buttons(outgoing);
        let mut parts = Parts::default();
        for (n, letter) in letters.iter().enumerate() {
            // only a group has somebody to mention
            let marked = letter.mentions > 0 && !chat.private && self.marks();
            let dress = Dress { marked, buttons: buttons.as_ref().filter(|_| n + 1 == total) };
            parts.text(self.letter(chat, quote, letter, dress).await.map_err(Into::into), total)?;
        }
        for (picture, file) in outgoing.shown() {
            parts.file(self.file(chat, quote, picture, file).await)?;
        }
        Ok(parts.done())
    }
}

impl Courier for QqCourier {
    fn platform(&self) -> &str {
        PLATFORM
    }

    fn capabilities(&self) -> Capabilities {
        let config = &self.hub.settings.config;
        Capabilities {
            mention: self.marks(),
            push: config.push,
            // unless a group's owner lets it
            hears_all: false,
            files: true,
            sends_files: true,
            pictures: true,
            links: config.links,
            choices: self.marks() && config.buttons,
            text_bytes: config.text_bytes,
            mentions: if self.marks() { config.mentions } else { 0 },
            ..Capabilities::WORDS
        }
    }

    fn only_answers(&self) -> bool {
        true
    }

    fn can(&self, chat: &ChatKey) -> Capabilities {
        Capabilities { push: self.hub.windows.pushes(chat, self.hub.now()), hears_all: self.hub.hears_all(chat), ..self.capabilities() }
    }

    fn reaches(&self, chat: &ChatKey) -> bool {
        let now = self.hub.now();
        &*chat.platform == PLATFORM && self.hub.online() && (self.hub.windows.is_open(chat, now) || self.hub.windows.pushes(chat, now))
    }

    fn knows(&self, chat: &ChatKey) -> bool {
        self.reaches(chat) && self.hub.knows(chat)
    }

    fn kept(&self, _account: &AccountKey, mark: i64) {
        self.hub.tell(mark, true);
    }

    fn unkept(&self, _account: &AccountKey, mark: i64) {
        self.hub.tell(mark, false);
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<String, SendError>> {
        parts::counted(&self.hub.metrics, PLATFORM, message, self.send_all(message))
    }

    fn fetch<'a>(&'a self, _chat: &'a ChatKey, file: &'a FileRef, limit: usize) -> BoxFuture<'a, Result<Vec<u8>, SendError>> {
        Box::pin(async move {
            let limit = limit.min(self.hub.settings.config.max_file_bytes);
            if file.size.is_some_and(|n| n > limit as u64) {
                return Err(too_big(limit));
            }
            let handle: Handle = serde_json::from_str(&file.handle).map_err(|_| SendError::Refused("this is no file of QQ's".into()))?;
            self.fetcher.url(&handle.url, limit).await
        })
    }
}
