//! A group's webhook (群机器人): it only sends, but it mentions people, which the smart bot can't. What the bot starts itself in
//! such a group, its reminders above all, goes this way.

use super::failure::Failure;
use super::files::encoded;
use super::http::Http;
use super::outgoing::{self, Letter};
use super::wire::word;
use crate::config::wecom::Wecom as Config;
use crate::domain::attachment::Attachment;
use crate::domain::message::{ChatKey, Outgoing, SendError};
use crate::platform::fetch::too_big;
use crate::platform::pace::{Limits, Pace};
use crate::platform::parts::Parts;
use reqwest::multipart::{Form, Part};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The webhooks of all groups that have one.
pub struct Webhooks {
    config: Config,
    keys: HashMap<String, SecretString>,
    pace: Pace<String>,
}

impl Webhooks {
    /// Those of the configuration.
    pub fn new(config: &Config) -> Self {
        let limits = Limits { group_per_minute: config.webhook_per_minute, ..Limits::default() };
        let keys = config.webhooks.iter().map(|w| (w.chat.clone(), w.key.clone())).collect();
        Self { config: config.clone(), keys, pace: Pace::new(limits) }
    }

    /// Whether a chat has one.
    pub fn has(&self, chat: &ChatKey) -> bool {
        !chat.private && self.keys.contains_key(&*chat.id)
    }

    fn address(&self, chat: &ChatKey, what: &str) -> Result<String, Failure> {
        let key = self.keys.get(&*chat.id).filter(|_| !chat.private).ok_or_else(|| Failure::Refused("the chat has no webhook".into()))?;
        Ok(format!("{}/{what}?key={}", self.config.webhook_url, key.expose_secret()))
    }

    /// Sends something that answers nothing.
    pub async fn send(&self, http: &Http, outgoing: &Outgoing) -> Result<String, SendError> {
        let mut letters = outgoing::letters(outgoing, self.config.webhook_text_bytes, self.config.webhook_mentions);
        let marked = letters.len() > 1 && letters.iter().all(|l| l.mentioned.is_empty());
        if marked {
            // without mentions markdown holds more
            letters = outgoing::letters(outgoing, self.config.webhook_markdown_bytes, 0);
        }
        let total = letters.len();
        if total == 0 && outgoing.files().next().is_none() {
            return Err(SendError::Refused("there is nothing to say".into()));
        }
        let mut parts = Parts::default();
        for letter in &letters {
            parts.text(self.letter(http, &outgoing.chat, letter, marked).await, total)?;
        }
        for (picture, file) in outgoing.shown() {
            parts.file(self.file(http, &outgoing.chat, picture, file).await)?;
        }
        Ok(parts.done())
    }

    async fn letter(&self, http: &Http, chat: &ChatKey, letter: &Letter, marked: bool) -> Result<String, SendError> {
        let body = if marked {
            json!({"msgtype": "markdown", "markdown": {"content": letter.text}})
        } else {
            json!({"msgtype": "text", "text": {"content": letter.text, "mentioned_list": letter.mentioned}})
        };
        self.post(http, chat, &body).await
    }

    async fn post(&self, http: &Http, chat: &ChatKey, body: &Value) -> Result<String, SendError> {
        let address = self.address(chat, "send")?;
        http.ask(&self.pace, &chat.id, || http.post(&address).json(body)).await?;
        Ok(String::new())
    }

    /// A picture, where it is one and small enough; else a file, brought to WeCom first.
    async fn file(&self, http: &Http, chat: &ChatKey, picture: bool, file: &Attachment) -> Result<String, SendError> {
        if picture && file.is_picture() && file.bytes.len() <= self.config.webhook_image_bytes {
            let (base64, md5) = encoded(&file.bytes);
            return self.post(http, chat, &json!({"msgtype": "image", "image": {"base64": base64, "md5": md5}})).await;
        }
        if file.bytes.len() > self.config.max_upload_bytes {
            return Err(too_big(self.config.max_upload_bytes));
        }
        let address = format!("{}&type=file", self.address(chat, "upload_media")?);
        let form = || Form::new().part("media", Part::bytes(file.bytes.to_vec()).file_name(file.name.clone()));
        let taken = http.ask(&self.pace, &chat.id, || http.post(&address).multipart(form())).await?;
        match word(&taken, &["media_id"]) {
            "" => Err(SendError::Refused("WeCom took the file, and did not say where it is".into())),
            media => self.post(http, chat, &json!({"msgtype": "file", "file": {"media_id": media}})).await,
        }
    }
}
