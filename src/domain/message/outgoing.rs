//! What the bot says.

use super::ChatKey;
use crate::domain::attachment::Attachment;
use serde::{Deserialize, Serialize};

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
    /// A picture to be seen, where the platform shows some, else a file: it comes after the text.
    Picture(Attachment),
}

impl Part {
    /// The file or picture that it is.
    pub fn attachment(&self) -> Option<&Attachment> {
        match self {
            Self::File(file) | Self::Picture(file) => Some(file),
            Self::Text(_) | Self::Mention { .. } | Self::Choices(_) => None,
        }
    }
    /// The same, to be changed.
    pub fn attachment_mut(&mut self) -> Option<&mut Attachment> {
        match self {
            Self::File(file) | Self::Picture(file) => Some(file),
            Self::Text(_) | Self::Mention { .. } | Self::Choices(_) => None,
        }
    }
}

impl From<Attachment> for Part {
    /// A picture where platforms show it as one, else a file.
    fn from(file: Attachment) -> Self {
        if file.is_picture() { Self::Picture(file) } else { Self::File(file) }
    }
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
    /// Its files and pictures.
    pub fn files(&self) -> impl Iterator<Item = &Attachment> {
        self.parts.iter().filter_map(Part::attachment)
    }
    /// The same, each with whether it is to be seen as a picture.
    pub fn shown(&self) -> impl Iterator<Item = (bool, &Attachment)> {
        self.parts.iter().filter_map(|p| Some((matches!(p, Part::Picture(_)), p.attachment()?)))
    }
    /// The buttons that it asks for.
    pub fn choices(&self) -> Option<&Choices> {
        self.parts.iter().find_map(|p| if let Part::Choices(choices) = p { Some(choices) } else { None })
    }
    /// What it says, mentions as `@name`.
    pub fn plain(&self) -> String {
        self.parts
            .iter()
            .map(|p| match p {
                Part::Text(t) => t.clone(),
                Part::Mention { name, .. } => format!("@{name} "),
                Part::Choices(_) => String::new(),
                Part::File(file) | Part::Picture(file) => format!("[{}]", file.name),
            })
            .collect()
    }
}
