//! How messages leave: [`Courier`]. What answers a message is given to whoever waits at the door for it. Everything else, and what
//! does not fit, goes as customer-service messages where it can, else along with the next answer.

use super::PLATFORM;
use super::api::{Failure, Reason};
use super::desk::Place;
use super::hub::Hub;
use super::meaning::{Handle, sound};
use super::outgoing::pieces;
use crate::domain::message::{AccountKey, Capabilities, ChatKey, Courier, FileRef, Outgoing, SendError};
use crate::platform::fetch::Fetcher;
use crate::platform::parts::{self, Parts};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::sync::Arc;

/// The courier of an official account.
pub struct OfficialCourier {
    hub: Arc<Hub>,
    fetcher: Fetcher,
}

impl OfficialCourier {
    /// Over the hub.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn new(hub: Arc<Hub>) -> Result<Self, String> {
        let fetcher = Fetcher::new(&hub.config.file_hosts, "[official] file_hosts", hub.timing.file)?;
        Ok(Self { hub, fetcher })
    }

    /// One customer-service message; again where WeChat was too busy.
    async fn serve(&self, chat: &ChatKey, text: &str) -> Result<(), Failure> {
        let hub = &*self.hub;
        let mut waits = hub.timing.send_retries.iter();
        let body = json!({"touser": &*chat.id, "msgtype": "text", "text": {"content": text}});
        if !hub.windows.takes(chat, hub.now()) {
            return Err(Failure::Own(Reason::Closed));
        }
        loop {
            let Err(failure) = hub.api.post("/cgi-bin/message/custom/send", &body).await else { return Ok(()) };
            match &failure {
                Failure::Own(Reason::Closed) => hub.windows.shuts(chat),
                Failure::Own(Reason::NotAllowed) => hub.serves_nobody(false, "the account may not send customer-service messages (客服消息)"),
                Failure::Own(Reason::Unauthorized(why)) => hub.serves_nobody(true, why),
                Failure::Own(Reason::Token) => hub.serves_nobody(true, "WeChat refuses the access tokens that it gives"),
                Failure::Later { after: None, .. } => {
                    if let Some(wait) = waits.next() {
                        tokio::time::sleep(*wait).await;
                        continue;
                    }
                }
                Failure::Later { .. } | Failure::Unknown(_) | Failure::Refused(_) => {}
            }
            return Err(failure);
        }
    }

    /// Sends what is left as customer-service messages, as far as it goes.
    async fn serve_all(&self, chat: &ChatKey, left: &mut Vec<String>, total: usize, parts: &mut Parts) -> Result<(), SendError> {
        while !left.is_empty() && self.hub.serves(chat) {
            match self.serve(chat, &left[0]).await {
                Ok(()) => parts.text(Ok(String::new()), total)?,
                Err(Failure::Own(Reason::Closed | Reason::NotAllowed | Reason::Unauthorized(_) | Reason::Token)) => {
                    break;
                }
                // the beginning went, and nothing came of this one: it waits with the rest
                Err(Failure::Later { .. }) if left.len() < total => break,
                Err(failure) => parts.text(Err(failure.into()), total)?,
            }
            left.remove(0);
        }
        Ok(())
    }

    async fn send_all(&self, outgoing: &Outgoing) -> Result<String, SendError> {
        let (chat, desk) = (&outgoing.chat, &self.hub.desk);
        let mut left = pieces(outgoing, desk.most());
        let total = left.len();
        if total == 0 && outgoing.files().next().is_none() {
            return Err(SendError::Refused("there is nothing to say".into()));
        }
        if &*chat.platform != PLATFORM || !chat.private || !sound(&chat.id) {
            return Err(SendError::Refused(format!("{chat} is nobody of an official account's: it has no groups")));
        }
        let mut parts = Parts::default();
        // whoever waits at the door waits a little longer than a message takes: what has several parts goes whole by itself, or they
        // would come in another order
        let by_itself = outgoing.quote.is_none() || total > 1;
        if by_itself {
            self.serve_all(chat, &mut left, total, &mut parts).await?;
        }
        if let Some(quote) = outgoing.quote.as_ref().filter(|_| left.len() < total) {
            desk.spoken(chat, quote);
        }
        if let Some(quote) = outgoing.quote.as_ref().filter(|_| left.len() == total) {
            left = match desk.place(chat, quote, left) {
                Place::Shut(all) => all,
                Place::Taken(rest) => {
                    parts.text(Ok(String::new()), total)?;
                    rest
                }
            };
        }
        if left.len() == total && !by_itself {
            self.serve_all(chat, &mut left, total, &mut parts).await?;
        }
        if left.len() < total {
            // the beginning went: the rest waits for whoever reads it
            desk.keep(chat, left);
        } else if total > 0 {
            // short enough to find room behind an answer
            let mut pieces = pieces(outgoing, desk.most() / 2);
            if !desk.along(chat, pieces.remove(0)).await {
                return Err(SendError::Waits("an official account only answers: it goes with the next answer".into()));
            }
            parts.text(Ok(String::new()), total)?;
            desk.keep(chat, pieces);
        }
        if outgoing.files().next().is_some() {
            parts.file(Err(SendError::Refused("an official account sends no files".into())))?;
        }
        Ok(parts.done())
    }
}

impl Courier for OfficialCourier {
    fn platform(&self) -> &str {
        PLATFORM
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            groups: false,
            push: self.hub.api.can_ask(),
            hears_all: false,
            files: true,
            text_bytes: self.hub.config.text_bytes,
            ..Capabilities::WORDS
        }
    }

    fn only_answers(&self) -> bool {
        true
    }

    fn can(&self, chat: &ChatKey) -> Capabilities {
        Capabilities { push: self.hub.serves(chat), hears_all: chat.private, ..self.capabilities() }
    }

    fn reaches(&self, chat: &ChatKey) -> bool {
        &*chat.platform == PLATFORM && chat.private && (self.hub.serves(chat) || self.hub.desk.carries(chat))
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
            let handle: Handle = serde_json::from_str(&file.handle).map_err(|_| SendError::Refused("this is no picture of WeChat's".into()))?;
            if handle.media.is_empty() || !self.hub.api.can_ask() || self.fetcher.allows(&handle.url) {
                return self.fetcher.url(&handle.url, limit).await;
            }
            Ok(self.hub.api.media(&handle.media, limit).await?)
        })
    }
}
