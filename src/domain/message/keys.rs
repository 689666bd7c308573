//! Who and where, on a chat platform.

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
