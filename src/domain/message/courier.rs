//! How what the bot says leaves, and what a platform can do: the one trait that everything above platforms knows of them.

use super::{AccountKey, ChatKey, FileRef, Incoming, Outgoing};
use futures_util::future::BoxFuture;
use std::time::Duration;

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
    /// It has groups; else people write to the bot alone.
    pub groups: bool,
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
    /// Files that people send can be fetched; on some platforms people can send pictures alone.
    pub files: bool,
    /// Files can be sent.
    pub sends_files: bool,
    /// Pictures can be sent to be seen, not only as files.
    pub pictures: bool,
    /// Addresses in a text are taken.
    pub links: bool,
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
        groups: true,
        mention: false,
        reaction: false,
        push: true,
        hears_all: true,
        members: false,
        files: false,
        sends_files: false,
        pictures: false,
        links: true,
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
    /// Whether there are chats that take only answers.
    fn only_answers(&self) -> bool {
        !self.capabilities().push
    }
    /// Whether an account for this chat is connected now that could send something that answers nothing.
    fn reaches(&self, chat: &ChatKey) -> bool;
    /// Whether one is connected now that is known to be in the chat, rather than one that might be.
    fn knows(&self, chat: &ChatKey) -> bool {
        self.reaches(chat)
    }
    /// Everything up to this mark of an account's is durable: see [`super::Event::Mark`].
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
    /// So much time lies between two messages that an account of ours starts itself, at least; by chance sometimes more.
    fn spacing(&self) -> Duration {
        Duration::ZERO
    }
    /// Somebody says that this account of ours, which was stopped for being throttled, may send again.
    fn resume(&self, _account: &AccountKey) {}
    /// Sends; the answer is the new message's `quote_id`. Text past the limit is split at line ends. A file that the platform does not
    /// take is `Refused`, though its text may have gone.
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<String, SendError>>;
    /// Puts the platform's "noted" emoji on a message.
    fn react<'a>(&'a self, _chat: &'a ChatKey, _message: &'a str) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async { Err(SendError::Refused("this platform puts no emoji on messages".into())) })
    }
    /// Everybody in a group.
    fn members<'a>(&'a self, _chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<ChatMember>, SendError>> {
        Box::pin(async { Err(SendError::Refused("this platform tells bots no members".into())) })
    }
    /// The bytes of a file, at most `limit`.
    fn fetch<'a>(&'a self, chat: &'a ChatKey, file: &'a FileRef, limit: usize) -> BoxFuture<'a, Result<Vec<u8>, SendError>>;
}
