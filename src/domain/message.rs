//! What passes between chat platforms and the bot, in nobody's dialect: what comes in; beside it who and where (`keys`), what
//! goes out (`outgoing`), and how (`courier`).

mod courier;
mod keys;
mod outgoing;

pub use courier::{Capabilities, ChatMember, Courier, History, SendError};
pub use keys::{AccountKey, ChatKey};
pub use outgoing::{Choice, Choices, Command, Outgoing, Part};

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
