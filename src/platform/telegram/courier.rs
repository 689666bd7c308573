//! How messages leave: [`Courier`] over the Bot API.

use super::PLATFORM;
use super::api::{Failure, Reason};
use super::hub::Hub;
use super::meaning::Handle;
use super::outgoing::{self, Letter};
use crate::domain::attachment::Attachment;
use crate::domain::message::{AccountKey, Capabilities, ChatKey, Courier, FileRef, Outgoing, SendError};
use crate::platform::parts::{self, Parts};
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use teloxide::payloads::{GetFile, SendMessage, SetMessageReaction};
use teloxide::types::{
    ChatId, FileId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageId, ReactionType, ReplyMarkup, ReplyParameters, ThreadId,
};
use tokio::time::Instant;

/// The emoji that says "noted".
const NOTED: &str = "👌";

/// The courier of Telegram.
pub struct TelegramCourier {
    hub: Arc<Hub>,
}

/// A chat as the Bot API calls it.
#[derive(Clone, Copy)]
struct Place {
    id: i64,
    topic: Option<i32>,
}

impl TelegramCourier {
    /// Over the hub's connection.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }

    fn place(&self, chat: &ChatKey) -> Result<Place, SendError> {
        let none = || SendError::Refused(format!("{chat} is no chat of Telegram's"));
        if &*chat.platform != PLATFORM {
            return Err(none());
        }
        let (id, topic) = match chat.id.split_once('#') {
            Some((id, topic)) if !chat.private => (id, Some(topic.parse().map_err(|_| none())?)),
            _ => (&*chat.id, None),
        };
        let id: i64 = id.parse().map_err(|_| none())?;
        // a negative id is a group's, whatever it is called: what is for one person's eyes never goes there
        if chat.private && id <= 0 {
            return Err(none());
        }
        if !self.hub.online() {
            return Err(SendError::Offline);
        }
        Ok(Place { id: self.hub.current(id), topic })
    }

    /// Does something in a chat when its turn has come: again after a 5xx and when Telegram asked to wait, within the patience,
    /// and where the group went when it moved.
    async fn send_one<F, R>(&self, place: &mut Place, send: F) -> Result<Value, SendError>
    where
        F: Fn(Place) -> R,
        R: Future<Output = Result<Value, Failure>>,
    {
        let mut waits = self.hub.timing.send_retries.iter();
        let mut moves = 0;
        let until = Instant::now() + self.hub.timing.patience;
        loop {
            // groups have negative ids
            if let Err(ms) = self.hub.pace.turn(&place.id, place.id < 0, Duration::ZERO, until.saturating_duration_since(Instant::now())).await {
                return Err(SendError::Later { after: Some(ms), reason: "it is not this chat's turn yet".into() });
            }
            match send(*place).await {
                Ok(taken) => return Ok(taken),
                Err(Failure::Own(Reason::Moved(to))) if moves == 0 && to != place.id => {
                    moves += 1;
                    self.hub.moved(place.id, to);
                    // the old group had no topics
                    *place = Place { id: to, topic: None };
                }
                Err(Failure::Later { after: None, reason }) => match waits.next() {
                    Some(wait) => tokio::time::sleep(*wait).await,
                    None => return Err(SendError::Later { after: None, reason }),
                },
                // the next turn is after that, or is too far away
                Err(Failure::Later { after: Some(ms), .. }) => self.hub.pace.bar(&place.id, ms),
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    async fn letter(&self, place: &mut Place, letter: &Letter, quote: Option<i32>, buttons: Option<&InlineKeyboardMarkup>) -> Result<String, SendError> {
        let home = place.id;
        let sent = self
            .send_one(place, |at| {
                let mut message = SendMessage::new(ChatId(at.id), letter.text.clone());
                message.message_thread_id = at.topic.map(|t| ThreadId(MessageId(t)));
                message.entities = (!letter.entities.is_empty()).then(|| letter.entities.clone());
                message.link_preview_options =
                    Some(LinkPreviewOptions { is_disabled: true, url: None, prefer_small_media: false, prefer_large_media: false, show_above_text: false });
                // a message of the old group can't be quoted in the new one
                message.reply_parameters = quote.filter(|_| at.id == home).map(|q| ReplyParameters::new(MessageId(q)).allow_sending_without_reply());
                message.reply_markup = buttons.map(|b| ReplyMarkup::InlineKeyboard(b.clone()));
                async move { self.hub.api.call(&message).await }
            })
            .await?;
        Ok(sent["message_id"].as_i64().map(|id| id.to_string()).unwrap_or_default())
    }

    async fn upload(&self, place: &mut Place, photo: bool, file: &Attachment) -> Result<String, SendError> {
        let sent = self.send_one(place, |at| {
            let topic = at.topic.map(i64::from);
            async move { self.hub.api.upload(at.id, topic, photo, file, self.hub.timing.file).await }
        });
        Ok(sent.await?["message_id"].as_i64().map(|id| id.to_string()).unwrap_or_default())
    }

    /// One file, after its text. A picture that Telegram does not take as a photo (it is too large, or too long) goes as a file.
    async fn file(&self, place: &mut Place, picture: bool, file: &Attachment) -> Result<String, SendError> {
        if picture && file.bytes.len() <= self.hub.settings.max_photo_bytes {
            match self.upload(place, true, file).await {
                Err(SendError::Refused(_)) => {}
                result => return result,
            }
        }
        self.upload(place, false, file).await
    }

    fn buttons(&self, outgoing: &Outgoing) -> Option<InlineKeyboardMarkup> {
        let data = self.hub.signer.data(&outgoing.chat, outgoing.choices()?)?;
        let row = |(label, data): (String, String)| InlineKeyboardButton::callback(label, data);
        // a few short ones side by side, else one beneath the other
        let narrow = data.len() <= 3 && data.iter().all(|(label, _)| label.chars().count() <= 6);
        let all: Vec<InlineKeyboardButton> = data.into_iter().map(row).collect();
        Some(InlineKeyboardMarkup::new(if narrow { vec![all] } else { all.into_iter().map(|b| vec![b]).collect() }))
    }

    async fn send_all(&self, outgoing: &Outgoing) -> Result<String, SendError> {
        let letters = outgoing::letters(outgoing, self.hub.settings.text_units, self.hub.settings.mentions);
        let total = letters.len();
        if total == 0 && outgoing.files().next().is_none() {
            return Err(SendError::Refused("there is nothing to say".into()));
        }
        let mut place = self.place(&outgoing.chat)?;
        let quote = outgoing.quote.as_deref().and_then(|q| q.parse().ok());
        let buttons = self.buttons(outgoing);
        let mut parts = Parts::default();
        for (n, letter) in letters.iter().enumerate() {
            parts.text(self.letter(&mut place, letter, quote.filter(|_| n == 0), buttons.as_ref().filter(|_| n + 1 == total)).await, total)?;
        }
        for (picture, file) in outgoing.shown() {
            parts.file(self.file(&mut place, picture, file).await)?;
        }
        Ok(parts.done())
    }

    async fn fetch_file(&self, file: &FileRef, limit: usize) -> Result<Vec<u8>, SendError> {
        let limit = limit.min(self.hub.settings.max_file_bytes);
        let too_big = || SendError::Refused(format!("the file is larger than {limit} bytes"));
        if file.size.is_some_and(|n| n > limit as u64) {
            return Err(too_big());
        }
        let handle: Handle = serde_json::from_str(&file.handle).map_err(|_| SendError::Refused("this is no file of Telegram's".into()))?;
        if !self.hub.online() {
            return Err(SendError::Offline);
        }
        let found = self.hub.api.call(&GetFile::new(FileId(handle.file_id))).await?;
        if found["file_size"].as_u64().is_some_and(|n| n > limit as u64) {
            return Err(too_big());
        }
        let path = found["file_path"].as_str().unwrap_or("");
        Ok(self.hub.api.file(path, limit, self.hub.timing.file).await?)
    }
}

impl Courier for TelegramCourier {
    fn platform(&self) -> &str {
        PLATFORM
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            mention: true,
            reaction: true,
            hears_all: self.hub.hears_all.load(Ordering::SeqCst),
            // of members, bots are told of admins only
            files: true,
            sends_files: true,
            pictures: true,
            choices: true,
            edits: true,
            // so many bytes are never more units
            text_bytes: self.hub.settings.text_units,
            mentions: self.hub.settings.mentions,
            ..Capabilities::WORDS
        }
    }

    fn can(&self, chat: &ChatKey) -> Capabilities {
        let all = self.capabilities();
        Capabilities { hears_all: all.hears_all || chat.private, ..all }
    }

    fn reaches(&self, chat: &ChatKey) -> bool {
        &*chat.platform == PLATFORM && self.hub.online()
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

    // Telegram keeps updates for a day, and brings them
    fn brings_again(&self) -> i64 {
        24 * 3_600_000
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<String, SendError>> {
        parts::counted(&self.hub.metrics, PLATFORM, message, self.send_all(message))
    }

    fn react<'a>(&'a self, chat: &'a ChatKey, message: &'a str) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            let place = self.place(chat)?;
            let message = message.parse().map_err(|_| SendError::Refused("that message has no id".into()))?;
            let mut reaction = SetMessageReaction::new(ChatId(place.id), MessageId(message));
            reaction.reaction = Some(vec![ReactionType::Emoji { emoji: NOTED.into() }]);
            Ok(self.hub.api.call(&reaction).await.map(|_| ())?)
        })
    }

    fn fetch<'a>(&'a self, _chat: &'a ChatKey, file: &'a FileRef, limit: usize) -> BoxFuture<'a, Result<Vec<u8>, SendError>> {
        Box::pin(self.fetch_file(file, limit))
    }
}
