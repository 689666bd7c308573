//! Which of a unit's chats its reminders go to: all of them, but what its secretary said of each.

use super::roster::Chat;

/// Whether a chat gets its unit's reminders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatReminders {
    /// It does, unless another of them is preferred.
    #[default]
    Yes,
    /// It is preferred: beside others that are, no chat of the unit gets any.
    Only,
    /// It does not.
    No,
}

impl ChatReminders {
    /// As stored, and as it is written on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Only => "only",
            Self::No => "no",
        }
    }
    /// As read back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Yes, Self::Only, Self::No].into_iter().find(|r| r.key() == text)
    }
}

/// Of a unit's chats the groups that get its reminders: those that are preferred, else all that do not refuse them.
pub fn reminded(chats: &[Chat]) -> Vec<&Chat> {
    let those = |wanted: ChatReminders| chats.iter().filter(|c| !c.key.private && c.reminders == wanted).collect::<Vec<_>>();
    let preferred = those(ChatReminders::Only);
    if preferred.is_empty() { those(ChatReminders::Yes) } else { preferred }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::OrgId;
    use crate::domain::message::{AccountKey, ChatKey};

    #[test]
    fn the_preferred_else_all_that_do_not_refuse() {
        let chat = |id: &str, reminders| Chat { key: ChatKey::group("t", id), org: OrgId(1), ack: None, names: false, reminders };
        let ids = |all: &[Chat]| reminded(all).iter().map(|c| c.key.id.to_string()).collect::<Vec<_>>();
        let (yes, only, no) = (ChatReminders::Yes, ChatReminders::Only, ChatReminders::No);
        assert_eq!(ids(&[chat("a", yes), chat("b", no), chat("c", yes)]), ["a", "c"]);
        assert_eq!(ids(&[chat("a", yes), chat("b", only), chat("c", no), chat("d", only)]), ["b", "d"]);
        assert!(ids(&[chat("a", no)]).is_empty() && ids(&[]).is_empty());
        let private = Chat { key: ChatKey::private(&AccountKey::new("t", "1")), ..chat("a", only) };
        assert_eq!(ids(&[private, chat("a", yes)]), ["a"]);
    }
}
