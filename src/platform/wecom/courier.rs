//! How messages leave: [`Courier`] over the long connection. The first message that answers somebody goes as the answer;
//! everything else goes by itself, where the chat takes it.

use super::PLATFORM;
use super::failure::Failure;
use super::files;
use super::hub::{How, Hub};
use super::meaning::{Handle, sound};
use super::outgoing;
use super::wire::{RESPOND, SEND};
use crate::domain::attachment::Attachment;
use crate::domain::message::{AccountKey, Capabilities, ChatKey, Courier, FileRef, Outgoing, SendError};
use crate::platform::fetch::{Fetcher, too_big};
use crate::platform::pace::{Limits, Pace};
use crate::platform::parts::{self, Parts};
use crate::platform::seal::padded;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The courier of WeCom.
pub struct WecomCourier {
    hub: Arc<Hub>,
    fetcher: Fetcher,
    /// Knows at which hosts callbacks may be answered.
    answers: Fetcher,
    /// Answers to callbacks have no limit of their own.
    pace: Pace<String>,
}

impl WecomCourier {
    /// Over the hub's connection.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn new(hub: Arc<Hub>) -> Result<Self, String> {
        let fetcher = Fetcher::new(&hub.config.file_hosts, "[wecom] file_hosts", hub.timing.file)?;
        let answers = Fetcher::new(&hub.config.answer_hosts, "[wecom] answer_hosts", hub.timing.file)?;
        Ok(Self { hub, fetcher, answers, pace: Pace::new(Limits::default()) })
    }

    /// One message when its turn has come: as an answer (under this id) or by itself; again where WeCom was too busy.
    async fn send_one(&self, chat: &ChatKey, answers: Option<&str>, body: &Value) -> Result<(), Failure> {
        let hub = &*self.hub;
        let mut waits = hub.timing.send_retries.iter();
        let until = Instant::now() + hub.timing.patience;
        let timeout = Duration::from_millis(hub.config.request_timeout_ms);
        loop {
            if let Err(ms) = hub.pace.turn(chat, true, Duration::ZERO, until.saturating_duration_since(Instant::now())).await {
                return Err(Failure::Later(Some(ms), "it is not this chat's turn yet".into()));
            }
            match hub.call(if answers.is_some() { RESPOND } else { SEND }, answers, body, timeout).await {
                Err(Failure::Later(None, reason)) => match waits.next() {
                    Some(wait) => tokio::time::sleep(*wait).await,
                    None => return Err(Failure::Later(None, reason)),
                },
                Err(Failure::Later(Some(ms), reason)) => {
                    hub.pace.bar(chat, ms);
                    return Err(Failure::Later(Some(ms), reason));
                }
                result => return result.map(drop),
            }
        }
    }

    /// A message as the answer, where there is something to answer; else, and where it can't be answered any more, by itself.
    async fn say(&self, chat: &ChatKey, quote: Option<&str>, answer: &Value, push: &Value) -> Result<String, SendError> {
        if let Some((id, open)) = self.hub.answer_to(chat, quote) {
            let sent = match &open.how {
                How::Frame(req_id) => self.send_one(chat, Some(req_id), answer).await,
                How::Url(url) => self.post(url, push).await,
            };
            match sent {
                Err(Failure::Expired) => {}
                // WeCom did not take it: it can still be answered
                Err(failure @ (Failure::Later(..) | Failure::Offline)) => {
                    self.hub.reopen(id, open);
                    return Err(failure.into());
                }
                result => return Ok(result.map(|()| String::new())?),
            }
        }
        if self.hub.keys.is_some() {
            return Err(SendError::Waits("by callbacks the bot only answers, each message once".into()));
        }
        let mut push = push.clone();
        push["chatid"] = json!(chat.id);
        // what is for one person's eyes goes to no group, whatever it is called
        push["chat_type"] = json!(if chat.private { 1 } else { 2 });
        let sent = self.send_one(chat, None, &push).await;
        if sent == Err(Failure::NoChat) {
            self.hub.shut(chat);
        }
        Ok(sent.map(|()| String::new())?)
    }

    /// Answers at the address that a callback gave, which is good for once.
    async fn post(&self, url: &str, body: &Value) -> Result<(), Failure> {
        if !self.answers.allows(url) {
            return Err(Failure::Refused("the message is to be answered at a host that is not in [wecom] answer_hosts".into()));
        }
        self.hub.http.ask(&self.pace, "answers", || self.hub.http.post(url).json(body)).await.map(drop)
    }

    async fn letter(&self, chat: &ChatKey, quote: Option<&str>, text: &str) -> Result<String, SendError> {
        let answer = json!({"msgtype": "stream", "stream": {"id": self.hub.fresh("stream"), "finish": true, "content": text}});
        self.say(chat, quote, &answer, &json!({"msgtype": "markdown", "markdown": {"content": text}})).await
    }

    /// One file, after its text.
    async fn file(&self, chat: &ChatKey, quote: Option<&str>, picture: bool, file: &Attachment) -> Result<String, SendError> {
        if self.hub.keys.is_some() {
            return Err(SendError::Refused("by callbacks the bot sends no files: use the long connection, or a webhook in the group".into()));
        }
        let shown = files::upload(&self.hub, picture, file).await?;
        self.say(chat, quote, &shown, &shown).await
    }

    async fn send_all(&self, outgoing: &Outgoing) -> Result<String, SendError> {
        let (chat, quote) = (&outgoing.chat, outgoing.quote.as_deref());
        if quote.is_none() && &*chat.platform == PLATFORM && self.hub.webhooks.has(chat) {
            return self.hub.webhooks.send(&self.hub.http, outgoing).await;
        }
        let config = &self.hub.config;
        let letters = outgoing::letters(outgoing, if self.hub.keys.is_some() { config.callback_answer_bytes } else { config.text_bytes }, 0);
        let total = letters.len();
        if total == 0 && outgoing.files().next().is_none() {
            return Err(SendError::Refused("there is nothing to say".into()));
        }
        if &*chat.platform != PLATFORM || !sound(&chat.id) {
            return Err(SendError::Refused(format!("{chat} is no chat of WeCom's")));
        }
        if !self.hub.online() {
            return Err(SendError::Offline);
        }
        let mut parts = Parts::default();
        for letter in &letters {
            // the second one finds nothing to answer
            parts.text(self.letter(chat, quote, &letter.text).await, total)?;
        }
        for (picture, file) in outgoing.shown() {
            parts.file(self.file(chat, quote, picture, file).await)?;
        }
        Ok(parts.done())
    }
}

impl Courier for WecomCourier {
    fn platform(&self) -> &str {
        PLATFORM
    }

    fn capabilities(&self) -> Capabilities {
        let called = self.hub.keys.is_some();
        Capabilities {
            push: !called,
            hears_all: false,
            files: true,
            sends_files: !called,
            pictures: !called,
            text_bytes: self.hub.config.text_bytes,
            ..Capabilities::WORDS
        }
    }

    fn only_answers(&self) -> bool {
        true
    }

    fn can(&self, chat: &ChatKey) -> Capabilities {
        let can = Capabilities { push: self.hub.pushes(chat), hears_all: chat.private, ..self.capabilities() };
        if !self.hub.webhooks.has(chat) {
            return can;
        }
        let config = &self.hub.config;
        Capabilities {
            mention: true,
            mentions: config.webhook_mentions,
            text_bytes: config.webhook_text_bytes.min(can.text_bytes),
            sends_files: true,
            pictures: true,
            ..can
        }
    }

    fn reaches(&self, chat: &ChatKey) -> bool {
        &*chat.platform == PLATFORM && self.hub.reaches(chat)
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
            let limit = limit.min(self.hub.config.max_file_bytes);
            if file.size.is_some_and(|n| n > padded(limit) as u64) {
                return Err(too_big(limit));
            }
            let handle: Handle = serde_json::from_str(&file.handle).map_err(|_| SendError::Refused("this is no file of WeCom's".into()))?;
            let sealed = !handle.key.is_empty() || self.hub.keys.is_some();
            let bytes = self.fetcher.url(&handle.url, if sealed { padded(limit) } else { limit }).await?;
            match self.hub.keys.as_ref().filter(|_| handle.key.is_empty()) {
                // by callbacks files are under the key of all callbacks
                Some(keys) => {
                    let bytes = keys.file(bytes).ok_or_else(|| SendError::Refused("the file is damaged: it can't be decrypted".into()))?;
                    files::open(bytes, "", limit)
                }
                None => files::open(bytes, &handle.key, limit),
            }
        })
    }
}
