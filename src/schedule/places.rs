//! Where a branch is spoken to: its groups that get reminders, and the private chats of people.

use super::letters::Pen;
use crate::domain::chats::reminded;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::{Capabilities, ChatKey};
use crate::domain::roster::Chat;
use crate::error::Fault;

/// What a platform is thought to do whose courier is not here.
const UNKNOWN: Capabilities = Capabilities { mention: true, mentions: 10, ..Capabilities::WORDS };

/// The groups of a branch.
pub(super) struct Groups {
    /// All of them, the first that was bound first.
    pub all: Vec<Chat>,
    /// Those in which it is reminded: each of them, where its secretary said nothing else.
    pub reminded: Vec<Chat>,
}

impl Pen {
    /// The private chat in which somebody is spoken to; none without an account.
    pub async fn private(&self, person: PersonId) -> Result<Option<ChatKey>, Fault> {
        let accounts: Vec<ChatKey> = self.store.accounts_of(person).await?.iter().map(ChatKey::private).collect();
        Ok(self.first_reached(&accounts, |c| c).cloned())
    }

    /// The groups of a branch. Of those that are to be reminded one whose platform is not configured any more is left aside,
    /// unless there is no other.
    pub(super) async fn groups(&self, branch: OrgId) -> Result<Groups, Fault> {
        let mut all = self.chats(branch).await?;
        all.retain(|c| !c.key.private);
        let mut those: Vec<Chat> = reminded(&all).into_iter().cloned().collect();
        let here = |c: &Chat| self.couriers.iter().any(|x| x.platform() == &*c.key.platform);
        if those.iter().any(here) {
            those.retain(here);
        }
        Ok(Groups { all, reminded: those })
    }

    /// The first whose platform can be pushed to; where none can from here, the first.
    pub(super) fn first_reached<'c, T>(&self, all: &'c [T], key: impl Fn(&T) -> &ChatKey) -> Option<&'c T> {
        let pushes = |c: &ChatKey| self.couriers.iter().any(|x| x.platform() == &*c.platform && x.can(c).push);
        all.iter().find(|c| pushes(key(c))).or(all.first())
    }

    /// What the platform of a chat can do there.
    pub(super) fn can(&self, chat: &ChatKey) -> Capabilities {
        self.couriers.iter().find(|c| c.platform() == &*chat.platform).map_or(UNKNOWN, |c| c.can(chat))
    }
}
