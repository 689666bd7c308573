//! What passes between chat platforms and the bot, in nobody's dialect.

use super::attachment::Attachment;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// An account of a chat platform: `onebot:20001`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountKey {
    /// `webchat`, `onebot` …
    pub platform: Arc<str>,
    /// The platform's own id.
    pub id: Arc<str>,
}

impl AccountKey {
    /// From its two parts.
    pub fn new(platform: impl Into<Arc<str>>, id: impl Into<Arc<str>>) -> Self {
        Self { platform: platform.into(), id: id.into() }
    }
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.platform, self.id)
    }
}

/// A group, or a private chat with one account: `onebot:90000`, `onebot:@20001`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChatKey {
    /// `webchat`, `onebot` …
    pub platform: Arc<str>,
    /// The group's id, or the other account's in a private chat.
    pub id: Arc<str>,
    /// Whether it is a private chat.
    pub private: bool,
}

impl ChatKey {
    /// A group chat.
    pub fn group(platform: impl Into<Arc<str>>, id: impl Into<Arc<str>>) -> Self {
        Self { platform: platform.into(), id: id.into(), private: false }
    }
    /// The private chat with an account.
    pub fn private(account: &AccountKey) -> Self {
        Self { platform: account.platform.clone(), id: account.id.clone(), private: true }
    }
    /// A topic of a group that has some: `GROUP#TOPIC`. It is a chat of its own.
    #[must_use]
    pub fn topic(&self, topic: &str) -> Self {
        Self { id: format!("{}#{topic}", self.id).into(), ..self.clone() }
    }
    /// Of a topic, the group around it: what binds the group holds in topics that are bound to nothing themselves.
    pub fn around(&self) -> Option<Self> {
        let (group, _) = self.id.split_once('#').filter(|(group, topic)| !self.private && !group.is_empty() && !topic.is_empty())?;
        Some(Self { id: group.into(), ..self.clone() })
    }
}

impl fmt::Display for ChatKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}{}", self.platform, if self.private { "@" } else { "" }, self.id)
    }
}

impl FromStr for ChatKey {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some((platform, id)) if !platform.is_empty() && id.len() > usize::from(id.starts_with('@')) => {
                let private = id.starts_with('@');
                Ok(Self { platform: platform.into(), id: id[usize::from(private)..].into(), private })
            }
            _ => Err(format!("{text:?} is no chat: write PLATFORM:GROUP like onebot:90000, or PLATFORM:@ACCOUNT for a private chat")),
        }
    }
}

impl Serialize for ChatKey {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChatKey {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A file or picture that a message brought: fetched only when it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRef {
    /// The name that the sender's device gave it.
    pub name: String,
    /// Bytes, where the platform says.
    pub size: Option<u64>,
    /// What the platform needs to fetch it: opaque to everybody else.
    pub handle: String,
}

impl FileRef {
    /// Whether its name is a picture's.
    pub fn is_picture(&self) -> bool {
        let ending = self.name.rsplit('.').next().unwrap_or_default();
        ["png", "jpg", "jpeg", "webp", "gif"].iter().any(|e| ending.eq_ignore_ascii_case(e))
    }
}

/// One piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Plain text.
    Text(String),
    /// Somebody is mentioned; not the bot (that is `Incoming::mentions_bot`).
    At(AccountKey),
    /// @all.
    AtAll,
    /// A picture.
    Image(FileRef),
    /// A file.
    File(FileRef),
    /// A button that was pressed: the answer to a question of the bot's ([`Choices::question`]).
    Choice {
        /// The question's mark.
        question: String,
        /// What the button stands for.
        says: String,
    },
    /// Anything else (faces, cards, forwards): says nothing.
    Other,
}

/// A message that somebody sent where the bot can see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Where.
    pub chat: ChatKey,
    /// Which of our own accounts heard it.
    pub bot: AccountKey,
    /// Who sent it.
    pub sender: AccountKey,
    /// The sender's card in this group, else the nickname; never a proof of who it is.
    pub sender_name: String,
    /// The platform's id of the message, with whatever makes it unique for good (for OneBot: its id and time).
    pub message_id: String,
    /// The platform's id that an answer quotes.
    pub quote_id: String,
    /// When it was sent, UTC milliseconds, by the platform's clock.
    pub sent_at: i64,
    /// What it says. A quoted message is not part of it.
    pub segments: Vec<Segment>,
    /// Whether it mentions the bot.
    pub mentions_bot: bool,
    /// The `quote_id` of the message that it replies to.
    pub replies_to: Option<String>,
    /// Whether that message is one of the bot's own.
    pub replies_to_bot: bool,
    /// It was said while nobody listened, and fetched later: it counts at the time at which it was said.
    pub missed: bool,
}

impl Incoming {
    /// The plain text, mentions left out, with a space between pieces that were apart.
    pub fn text(&self) -> String {
        let mut all = String::new();
        for s in &self.segments {
            match s {
                Segment::Text(t) | Segment::Choice { says: t, .. } => all.push_str(t),
                _ if !all.is_empty() && !all.ends_with(' ') => all.push(' '),
                _ => {}
            }
        }
        all.trim().to_owned()
    }
    /// Who is mentioned, the bot aside.
    pub fn mentioned(&self) -> impl Iterator<Item = &AccountKey> {
        self.segments.iter().filter_map(|s| if let Segment::At(a) = s { Some(a) } else { None })
    }
    /// The first file.
    pub fn file(&self) -> Option<&FileRef> {
        self.segments.iter().find_map(|s| if let Segment::File(f) = s { Some(f) } else { None })
    }
    /// Its pictures, those that were sent as files as well.
    pub fn pictures(&self) -> impl Iterator<Item = &FileRef> {
        self.segments.iter().filter_map(|s| match s {
            Segment::Image(f) => Some(f),
            Segment::File(f) if f.is_picture() => Some(f),
            _ => None,
        })
    }
    /// The question whose button was pressed, where it is no message but that.
    pub fn choice(&self) -> Option<&str> {
        self.segments.iter().find_map(|s| if let Segment::Choice { question, .. } = s { Some(question.as_str()) } else { None })
    }
    /// What makes it the same message when it comes again: platform, chat and message.
    pub fn source(&self) -> String {
        format!("{}/{}", self.chat, self.message_id)
    }
}

/// Everything that a platform hands over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message.
    Message(Box<Incoming>),
    /// A message was taken back.
    Recall {
        /// Where.
        chat: ChatKey,
        /// Which of our accounts saw it.
        bot: AccountKey,
        /// Who had sent it.
        sender: AccountKey,
        /// Who took it back.
        operator: AccountKey,
        /// Its `quote_id`.
        message: String,
        /// When it was taken back, UTC milliseconds.
        at: i64,
    },
    /// A message was changed by its sender. It is the message as it reads now: its `quote_id` is the changed message's, its
    /// `message_id` this version's own: `QUOTE_ID:…`, so that what any version entered is found under the quotable id.
    Edited(Box<Incoming>),
    /// A chat goes on under another id.
    Moved {
        /// The id that is no more.
        from: ChatKey,
        /// The new one.
        to: ChatKey,
    },
    /// Everything that this account handed over before this is to be made durable; then [`Courier::kept`] is called, or
    /// [`Courier::unkept`] where it could not be. For
    /// platforms that bring again whatever was not confirmed.
    Mark {
        /// The account.
        bot: AccountKey,
        /// The platform's own number for it.
        mark: i64,
    },
    /// An account of ours can send and hear, or no longer can.
    Account {
        /// Which.
        bot: AccountKey,
        /// Whether it can.
        online: bool,
    },
}

/// One piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Plain text: the platform escapes it.
    Text(String),
    /// A mention; `name` where the platform can't.
    Mention {
        /// The account's id on the chat's platform.
        id: String,
        /// The name on the roster.
        name: String,
    },
    /// Buttons beneath the message, where the platform has some; the text says how to answer without.
    Choices(Choices),
    /// A file, where the platform takes some: it comes after the text.
    File(Attachment),
}

/// Answers to a question of the bot's, to be chosen by one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// Which question: letters and digits, at most 16.
    pub question: String,
    /// Whose answer counts: the account's id on the chat's platform.
    pub of: String,
    /// The buttons, in their order.
    pub all: Vec<Choice>,
}

/// One button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What stands on it.
    pub label: String,
    /// What pressing it says: some words at most.
    pub says: String,
}

/// A command of a platform's menu: another way to say something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name: small letters, digits and `_`.
    pub name: String,
    /// What it stands for.
    pub says: String,
    /// What it does, for the menu: by the language's key. Empty: it is in no menu.
    pub about: Vec<(String, String)>,
}

/// Something to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Where to.
    pub chat: ChatKey,
    /// The `quote_id` of the message that it answers.
    pub quote: Option<String>,
    /// What it says.
    pub parts: Vec<Part>,
}

impl Outgoing {
    /// Text to a chat.
    pub fn text(chat: ChatKey, text: impl Into<String>) -> Self {
        Self { chat, quote: None, parts: vec![Part::Text(text.into())] }
    }
    /// Its files.
    pub fn files(&self) -> impl Iterator<Item = &Attachment> {
        self.parts.iter().filter_map(|p| if let Part::File(file) = p { Some(file) } else { None })
    }
    /// What it says, mentions as `@name`.
    pub fn plain(&self) -> String {
        self.parts
            .iter()
            .map(|p| match p {
                Part::Text(t) => t.clone(),
                Part::Mention { name, .. } => format!("@{name} "),
                Part::Choices(_) => String::new(),
                Part::File(file) => format!("[{}]", file.name),
            })
            .collect()
    }
}

/// Why something could not be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Try again, not before so many milliseconds.
    #[error("try again later: {reason}")]
    Later {
        /// Milliseconds to wait at least, where the platform said.
        after: Option<i64>,
        /// For the log.
        reason: String,
    },
    /// It may have been sent: nobody answered in time.
    #[error("unknown whether it was sent: {0}")]
    Unknown(String),
    /// It never will be: muted, not a member, blocked.
    #[error("refused: {0}")]
    Refused(String),
    /// The platform throttles the account: stop sending and tell the operator.
    #[error("the platform is throttling the account: {0}")]
    Throttled(String),
    /// No account of ours for this chat is connected.
    #[error("no account is connected for this chat")]
    Offline,
    /// The platform takes only answers there now: it goes when somebody has spoken.
    #[error("it waits until somebody speaks there: {0}")]
    Waits(String),
}

impl SendError {
    /// The word under which it is counted.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Later { .. } => "later",
            Self::Unknown(_) => "unknown",
            Self::Refused(_) => "refused",
            Self::Throttled(_) => "throttled",
            Self::Offline => "offline",
            Self::Waits(_) => "waits",
        }
    }
}

/// What a member of a chat is called there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMember {
    /// The account.
    pub account: AccountKey,
    /// The card in the group, else the nickname.
    pub name: String,
}

/// What a platform kept of what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The messages, oldest first.
    pub messages: Vec<Incoming>,
    /// Whether nothing is missing between the instant that was asked for and now.
    pub whole: bool,
}

/// What a platform can do; what it can't degrades by rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Mentions reach people.
    pub mention: bool,
    /// An emoji can be put on a message.
    pub reaction: bool,
    /// A message can be sent that answers none. Where it can't, it waits for somebody to speak ([`SendError::Waits`]).
    pub push: bool,
    /// All that is said in a group is heard, not only what is said to the bot.
    pub hears_all: bool,
    /// The members of a group can be listed.
    pub members: bool,
    /// Files that people send can be fetched.
    pub files: bool,
    /// Files can be sent.
    pub sends_files: bool,
    /// Questions can have buttons.
    pub choices: bool,
    /// It is told when a message is changed.
    pub edits: bool,
    /// Bytes of text in one message.
    pub text_bytes: usize,
    /// Mentions in one message.
    pub mentions: usize,
}

impl Capabilities {
    /// Short messages of words, whenever there is something to say: what every platform can do at least.
    pub const WORDS: Self = Self {
        mention: false,
        reaction: false,
        push: true,
        hears_all: true,
        members: false,
        files: false,
        sends_files: false,
        choices: false,
        edits: false,
        text_bytes: 1500,
        mentions: 0,
    };
}

/// How messages leave and how a platform is asked: one for each platform. What is above knows only this.
pub trait Courier: Send + Sync {
    /// The platform's name in chat and account keys.
    fn platform(&self) -> &str;
    /// What it can do.
    fn capabilities(&self) -> Capabilities;
    /// The same in this chat, where some chats allow more or less than others.
    fn can(&self, _chat: &ChatKey) -> Capabilities {
        self.capabilities()
    }
    /// Whether an account for this chat is connected now that could send something that answers nothing.
    fn reaches(&self, chat: &ChatKey) -> bool;
    /// Whether one is connected now that is known to be in the chat, rather than one that might be.
    fn knows(&self, chat: &ChatKey) -> bool {
        self.reaches(chat)
    }
    /// Everything up to this mark of an account's is durable: see [`Event::Mark`].
    fn kept(&self, _account: &AccountKey, _mark: i64) {}
    /// Something up to this mark could not be worked on, and is to be brought again.
    fn unkept(&self, _account: &AccountKey, _mark: i64) {}
    /// From now on this account of ours speaks in the chat, where it is connected.
    fn speaks(&self, _chat: &ChatKey, _account: &AccountKey) {}
    /// The private chats in which somebody wrote to an account of ours from an instant on (UTC ms), where the platform tells; at
    /// most so many, the latest of them.
    fn written_to<'a>(&'a self, _account: &'a AccountKey, _since: i64, _most: usize) -> BoxFuture<'a, Result<Vec<ChatKey>, SendError>> {
        Box::pin(async { Err(SendError::Refused("this platform keeps nothing".into())) })
    }
    /// What was said in a chat from an instant on (UTC ms), where the platform keeps it; at most so many messages, the
    /// latest of them.
    fn history<'a>(&'a self, _chat: &'a ChatKey, _account: &'a AccountKey, _since: i64, _most: usize) -> BoxFuture<'a, Result<History, SendError>> {
        Box::pin(async { Err(SendError::Refused("this platform keeps nothing".into())) })
    }
    /// For so many milliseconds the platform keeps what was said while nobody listened, and brings it by itself.
    fn brings_again(&self) -> i64 {
        0
    }
    /// Somebody says that this account of ours, which was stopped for being throttled, may send again.
    fn resume(&self, _account: &AccountKey) {}
    /// Sends; the answer is the new message's `quote_id`. Text past the limit is split at line ends. A file that the platform does not
    /// take is `Refused`, though its text may have gone.
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<String, SendError>>;
    /// Puts the platform's "noted" emoji on a message.
    fn react<'a>(&'a self, chat: &'a ChatKey, message: &'a str) -> BoxFuture<'a, Result<(), SendError>>;
    /// Everybody in a group.
    fn members<'a>(&'a self, chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<ChatMember>, SendError>>;
    /// The bytes of a file, at most `limit`.
    fn fetch<'a>(&'a self, chat: &'a ChatKey, file: &'a FileRef, limit: usize) -> BoxFuture<'a, Result<Vec<u8>, SendError>>;
}
