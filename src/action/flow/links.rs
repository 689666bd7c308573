//! What goes along with a message, where a platform does not take it: a picture goes as a file, a file as a link to our own
//! listener, and where there are no links in words that say how to get it. One rule for all platforms and for all that is sent:
//! it stands before each courier.
//!
//! What is for one person's eyes goes to no group, neither itself nor its link.

use crate::config::Config;
use crate::config::messages::Value;
use crate::domain::attachment::Attachment;
use crate::domain::message::{AccountKey, Capabilities, ChatKey, ChatMember, Courier, FileRef, History, Outgoing, Part, SendError};
use crate::effects::Effects;
use crate::store::Store;
use crate::store::sending::links::{NewLink, digest};
use futures_util::future::BoxFuture;
use std::fmt::Write as _;
use std::sync::Arc;

/// Where links lead, below the public address.
pub const PATH: &str = "/f";
/// Bytes of a link's token: nobody guesses it.
const TOKEN: usize = 24;
/// Bytes of a file that may wait behind a link.
const MOST: usize = 32 << 20;

/// Makes links.
pub struct Links {
    store: Store,
    config: Arc<Config>,
    effects: Effects,
}

/// A courier whose platform seems to take everything.
pub struct Linked {
    inner: Arc<dyn Courier>,
    links: Arc<Links>,
}

/// A message as it goes out, with what was kept behind its links.
struct Fitted {
    message: Outgoing,
    kept: Vec<String>,
}

impl Links {
    /// None was made yet.
    pub fn new(store: Store, config: Arc<Config>, effects: Effects) -> Arc<Self> {
        Arc::new(Self { store, config, effects })
    }

    /// This courier, which need not care for files any more.
    pub fn over(self: &Arc<Self>, inner: Arc<dyn Courier>) -> Arc<dyn Courier> {
        Arc::new(Linked { inner, links: self.clone() })
    }

    fn say(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        self.config.messages.say(self.config.bot.language, key, args)
    }

    fn possible(&self, can: &Capabilities) -> bool {
        can.links && !self.config.bot.links.public.is_empty()
    }

    /// What is said instead of a file: where it is, or how to get it.
    async fn instead(&self, can: &Capabilities, chat: &ChatKey, file: &Attachment, kept: &mut Vec<String>) -> Result<String, SendError> {
        let settings = &self.config.bot.links;
        if !self.possible(can) || file.bytes.len() > MOST {
            return Ok(self.say("file-not-here", &[("file", crate::action::show::line(&file.name).into())]));
        }
        let mut bytes = [0; TOKEN];
        self.effects.random.fill(&mut bytes);
        let token = bytes.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let link = NewLink {
            digest: digest(&token),
            chat,
            file,
            uses: if chat.private { 1 } else { settings.group_uses },
            expires_at: self.effects.clock.now() + settings.hours * 3_600_000,
        };
        self.store.keep_link(&link).await.map_err(|fault| {
            tracing::error!(%fault, "a file could not be kept behind a link");
            SendError::Later { after: None, reason: "a file could not be kept behind a link".into() }
        })?;
        kept.push(link.digest);
        let url = format!("{}{PATH}/{token}", settings.public);
        let key = if chat.private { "file-link" } else { "file-link-group" };
        Ok(self.say(key, &[("file", crate::action::show::line(&file.name).into()), ("hours", settings.hours.into()), ("url", url.into())]))
    }

    async fn forget(&self, kept: &[String]) {
        if !kept.is_empty()
            && let Err(fault) = self.store.forget_links(kept).await
        {
            tracing::warn!(%fault, "links of a message that did not leave are still there; they end with their time");
        }
    }
}

impl Linked {
    /// The message as this chat takes it.
    async fn fit(&self, message: &Outgoing, can: &Capabilities) -> Result<Fitted, SendError> {
        let mut fitted = Fitted { message: Outgoing { chat: message.chat.clone(), quote: message.quote.clone(), parts: Vec::new() }, kept: Vec::new() };
        for part in &message.parts {
            let part = match part {
                Part::Picture(file) if !can.pictures && can.sends_files => Part::File(file.clone()),
                Part::Picture(file) if !can.pictures => self.said(can, &message.chat, file, &mut fitted).await?,
                Part::File(file) if !can.sends_files => self.said(can, &message.chat, file, &mut fitted).await?,
                part => part.clone(),
            };
            fitted.message.parts.push(part);
        }
        Ok(fitted)
    }

    /// A line of its own.
    async fn said(&self, can: &Capabilities, chat: &ChatKey, file: &Attachment, fitted: &mut Fitted) -> Result<Part, SendError> {
        match self.links.instead(can, chat, file, &mut fitted.kept).await {
            Ok(text) => Ok(Part::Text(if fitted.message.parts.is_empty() { text } else { format!("\n{text}") })),
            Err(error) => {
                self.links.forget(&fitted.kept).await;
                Err(error)
            }
        }
    }

    async fn try_fitted(&self, fitted: Fitted) -> Result<String, SendError> {
        let sent = self.inner.send(&fitted.message).await;
        // it may have arrived: then its links must work
        if !matches!(sent, Ok(_) | Err(SendError::Unknown(_))) {
            self.links.forget(&fitted.kept).await;
        }
        sent
    }

    async fn send_with_files(&self, message: &Outgoing) -> Result<String, SendError> {
        let chat = &message.chat;
        if !chat.private && message.files().any(|f| f.private) {
            tracing::error!(%chat, "what is for one person's eyes was to go to a group: it was not sent");
            return Err(SendError::Refused("what goes along is for one person's eyes".into()));
        }
        let can = self.inner.can(chat);
        let fitted = self.fit(message, &can).await?;
        let takes = fitted.message.files().next().is_some();
        match self.try_fitted(fitted).await {
            // its words may have gone: what follows is how to get the file
            Err(refused @ SendError::Refused(_)) if takes => {
                let none = Capabilities { sends_files: false, pictures: false, ..can };
                let files = message.parts.iter().filter(|p| p.attachment().is_some()).cloned().collect();
                let files = Outgoing { chat: chat.clone(), quote: message.quote.clone(), parts: files };
                let told = self.try_fitted(self.fit(&files, &none).await?).await;
                if told.is_ok() { told } else { Err(refused) }
            }
            sent => sent,
        }
    }
}

impl Courier for Linked {
    fn platform(&self) -> &str {
        self.inner.platform()
    }
    fn capabilities(&self) -> Capabilities {
        let can = self.inner.capabilities();
        Capabilities { sends_files: can.sends_files || self.links.possible(&can), ..can }
    }
    fn can(&self, chat: &ChatKey) -> Capabilities {
        let can = self.inner.can(chat);
        Capabilities { sends_files: can.sends_files || self.links.possible(&can), ..can }
    }
    fn only_answers(&self) -> bool {
        self.inner.only_answers()
    }
    fn reaches(&self, chat: &ChatKey) -> bool {
        self.inner.reaches(chat)
    }
    fn knows(&self, chat: &ChatKey) -> bool {
        self.inner.knows(chat)
    }
    fn kept(&self, account: &AccountKey, mark: i64) {
        self.inner.kept(account, mark);
    }
    fn unkept(&self, account: &AccountKey, mark: i64) {
        self.inner.unkept(account, mark);
    }
    fn speaks(&self, chat: &ChatKey, account: &AccountKey) {
        self.inner.speaks(chat, account);
    }
    fn written_to<'a>(&'a self, account: &'a AccountKey, since: i64, most: usize) -> BoxFuture<'a, Result<Vec<ChatKey>, SendError>> {
        self.inner.written_to(account, since, most)
    }
    fn history<'a>(&'a self, chat: &'a ChatKey, account: &'a AccountKey, since: i64, most: usize) -> BoxFuture<'a, Result<History, SendError>> {
        self.inner.history(chat, account, since, most)
    }
    fn brings_again(&self) -> i64 {
        self.inner.brings_again()
    }
    fn resume(&self, account: &AccountKey) {
        self.inner.resume(account);
    }
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<String, SendError>> {
        if message.files().next().is_none() { self.inner.send(message) } else { Box::pin(self.send_with_files(message)) }
    }
    fn react<'a>(&'a self, chat: &'a ChatKey, message: &'a str) -> BoxFuture<'a, Result<(), SendError>> {
        self.inner.react(chat, message)
    }
    fn members<'a>(&'a self, chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<ChatMember>, SendError>> {
        self.inner.members(chat)
    }
    fn fetch<'a>(&'a self, chat: &'a ChatKey, file: &'a FileRef, limit: usize) -> BoxFuture<'a, Result<Vec<u8>, SendError>> {
        self.inner.fetch(chat, file, limit)
    }
}
