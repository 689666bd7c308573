//! Whether the records may lack something that was said or sent: then a reminder would name who has long done it, and
//! waits for the secretary's word instead.

use super::Couriers;
use crate::domain::ids::OrgId;
use crate::domain::message::AccountKey;
use crate::domain::roster::{Org, covers};
use crate::error::Fault;
use crate::store::Store;
use crate::store::sending::deaf::{Deaf, Heard};
use crate::store::sending::held::Why;
use std::collections::HashMap;

/// An account that was away for longer than this is taken for retired, milliseconds.
const RETIRED: i64 = 3 * 86_400_000;
/// What was not heard longer ago than this holds nothing up any more, milliseconds.
const LONG_AGO: i64 = 31 * 86_400_000;

/// Questions whose answer may enter many records, by what they are about.
const IMPORTS: [&str; 5] = ["roster", "bill", "study", "study_columns", "study_who"];

/// What is known of what may be missing, at one moment.
#[derive(Debug, Default)]
pub struct Stale {
    /// Accounts of ours, with when each was last there, and whether it is now.
    accounts: HashMap<AccountKey, (i64, bool)>,
    chats: HashMap<OrgId, Vec<Heard>>,
    /// Groups of ours where some account that is online is known to be.
    reached: Vec<crate::domain::message::ChatKey>,
    deaf: Vec<Deaf>,
    /// The paths of units for which an import was previewed.
    imports: Vec<String>,
    now: i64,
}

impl Stale {
    /// Of these units.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn read(store: &Store, couriers: &Couriers, units: &[OrgId], now: i64) -> Result<Self, Fault> {
        let presences = store.presences().await?;
        let deaf = store.deaf_since(now - LONG_AGO).await?;
        let mut imports = Vec::new();
        for question in store.questions(now).await? {
            let body: serde_json::Value = serde_json::from_str(&question.body).unwrap_or_default();
            if !IMPORTS.iter().any(|about| body["about"] == *about) {
                continue;
            }
            let Some(person) = store.person_of(&question.account).await? else { continue };
            imports.extend(store.grants(person).await?.into_iter().map(|g| g.path));
        }
        let accounts: HashMap<AccountKey, (i64, bool)> = presences.into_iter().map(|p| (p.account, (p.seen_at, p.lease_until > now))).collect();
        // where nobody was ever away, nobody has to be asked who hears what
        let chats = if accounts.values().all(|(_, here)| *here) && deaf.is_empty() { HashMap::new() } else { store.heard_in(units).await? };
        let knows = |heard: &&Heard| {
            let others = accounts.iter().any(|(a, (_, here))| *here && a.platform == heard.chat.platform && Some(a) != heard.by.as_ref());
            others && couriers.iter().any(|c| c.platform() == &*heard.chat.platform && c.knows(&heard.chat))
        };
        let reached = chats.values().flatten().filter(knows).map(|h| h.chat.clone()).collect();
        Ok(Self { accounts, chats, reached, deaf, imports, now })
    }

    /// Why what is known of a branch may lack something that was said since an instant (UTC ms).
    pub fn why(&self, branch: &Org, since: i64) -> Option<Why> {
        let chats = self.chats.get(&branch.id).map_or(&[][..], Vec::as_slice);
        for heard in chats {
            if let Some((seen_at, false)) = heard.by.as_ref().and_then(|a| self.accounts.get(a))
                && self.now - seen_at < RETIRED
                && !self.reached.contains(&heard.chat)
            {
                return Some(Why::Offline(*seen_at));
            }
        }
        let deaf = self.deaf.iter().find(|d| d.until >= since && chats.iter().any(|h| h.chat == d.chat));
        if let Some(deaf) = deaf {
            return Some(Why::Deaf(deaf.from, deaf.until));
        }
        self.imports.iter().any(|path| covers(path, &branch.path)).then_some(Why::Import)
    }
}
