//! The tree, the chats, the people and the rosters as last read. Every entry knows the epoch at which it was read:
//! a write says on which epochs it relied and the store refuses a stale one; a question asks the store first
//! (`Cache::freshen`). So nothing here has to be told of a change.

use crate::domain::calendar::Period;
use crate::domain::course::Course;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::roster::{Chat, ERASED, Grant, Org, OrgKind, Roster};
use crate::error::Fault;
use crate::language::{NameList, Names};
use crate::store::Store;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

/// More entries of one kind than this are dropped all at once: they are read again when they are needed.
const MOST: usize = 20_000;

/// A bound chat with the unit that it belongs to.
#[derive(Debug)]
pub struct Place {
    /// The chat.
    pub chat: Chat,
    /// Its unit and those above, itself first.
    pub line: Vec<Org>,
    /// The branches at or below the unit, by path.
    pub branches: Vec<OrgId>,
    /// The names of everybody there; none where the unit is so large that names are looked up in the store.
    pub names: Arc<NameList>,
    /// The unit's issues and pauses.
    pub course: Course,
}

impl Place {
    /// The unit.
    pub fn org(&self) -> &Org {
        &self.line[0]
    }
    /// Whether the unit is a branch.
    pub fn is_branch(&self) -> bool {
        self.org().kind == OrgKind::Branch
    }
}

/// Somebody with a bound account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub person: PersonId,
    /// Their branches, open memberships first.
    pub branches: Vec<OrgId>,
    /// Their roles.
    pub grants: Vec<Grant>,
}

/// A branch with what is derived from it.
#[derive(Debug)]
pub struct Branch {
    /// The members.
    pub roster: Roster,
    /// The branch and the units above, itself first.
    pub units: Vec<Org>,
    /// Their names, for matching.
    pub names: Arc<NameList>,
    expected: RwLock<Vec<(String, Period, i64)>>,
}

impl Branch {
    /// How many are expected to meet a duty in a period; counted once for each reading of the roster.
    pub fn expected(&self, duty: &Duty, period: Period) -> i64 {
        let find = |all: &[(String, Period, i64)]| all.iter().find(|(d, p, _)| *p == period && *d == duty.key).map(|(_, _, n)| *n);
        if let Some(n) = find(&self.expected.read().unwrap_or_else(PoisonError::into_inner)) {
            return n;
        }
        let n = i64::try_from(self.roster.expected(duty, period).count()).unwrap_or(i64::MAX);
        self.expected.write().unwrap_or_else(PoisonError::into_inner).push((duty.key.clone(), period, n));
        n
    }
}

struct Shelf<K, V>(RwLock<HashMap<K, Arc<V>>>);

impl<K: Hash + Eq + Clone, V> Shelf<K, V> {
    fn new() -> Self {
        Self(RwLock::new(HashMap::new()))
    }
    fn get(&self, key: &K) -> Option<Arc<V>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }
    fn put(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        self.share(key, value.clone());
        value
    }
    fn share(&self, key: K, value: Arc<V>) {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= MOST {
            map.clear();
        }
        map.insert(key, value);
    }
    fn keep(&self, keep: impl Fn(&K, &V) -> bool) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).retain(|k, v| keep(k, v));
    }
}

/// See the file's head.
pub struct Cache {
    store: Store,
    places: Shelf<ChatKey, Place>,
    /// Chats that were found bound to nothing.
    strange: Shelf<ChatKey, ()>,
    people: Shelf<AccountKey, Known>,
    branches: Shelf<OrgId, Branch>,
    introduced: RwLock<HashMap<AccountKey, PersonId>>,
}

/// Members of a unit above branches whose names are kept in memory, at most.
const MOST_NAMES: usize = 20_000;

impl Cache {
    /// An empty one.
    pub fn new(store: Store) -> Self {
        Self { store, places: Shelf::new(), strange: Shelf::new(), people: Shelf::new(), branches: Shelf::new(), introduced: RwLock::default() }
    }

    /// The chat's place where it is in memory.
    pub fn place_at_hand(&self, chat: &ChatKey) -> Option<Arc<Place>> {
        self.places.get(chat)
    }

    /// The place of a group in which something is overheard: read where it is not in memory, so that names and issues of its own are
    /// known from the first message on. A chat that was found bound to nothing is not looked up for every word that is said there.
    pub async fn overheard(&self, chat: &ChatKey) -> Option<Arc<Place>> {
        if chat.private || self.strange.get(chat).is_some() {
            return None;
        }
        match self.place(chat).await {
            Ok(Some(place)) => Some(place),
            Ok(None) => {
                self.strange.put(chat.clone(), ());
                None
            }
            // what can't be read now is read by whatever is understood without it
            Err(_) => None,
        }
    }

    /// The chat's place; none where it is bound to nothing.
    pub async fn place(&self, key: &ChatKey) -> Result<Option<Arc<Place>>, Fault> {
        if let Some(place) = self.places.get(key) {
            return Ok(Some(place));
        }
        let chat = match (self.store.chat(key).await?, key.around()) {
            (None, Some(group)) => self.store.chat(&group).await?,
            (found, _) => found,
        };
        let Some(chat) = chat else { return Ok(None) };
        let line = self.store.line(chat.org).await?;
        let Some(unit) = line.first() else { return Err(Fault::Corrupt(format!("chat {key} belongs to a unit that is gone"))) };
        let (branches, names) = if unit.kind == OrgKind::Branch {
            (vec![unit.id], self.branch(unit.id).await?.map(|b| b.names.clone()).unwrap_or_default())
        } else {
            let below = self.store.subtree(&unit.path).await?;
            let ids: Vec<OrgId> = below.iter().filter(|o| o.kind == OrgKind::Branch).map(|o| o.id).collect();
            let mut names = Vec::new();
            for id in &ids {
                if names.len() > MOST_NAMES {
                    break;
                }
                names.extend(self.branch(*id).await?.iter().flat_map(|b| b.roster.members.iter().filter(|m| m.name != ERASED).map(|m| m.name.clone())));
            }
            (ids, Arc::new(NameList::new(names)))
        };
        let course = self.store.course(unit).await?;
        Ok(Some(self.places.put(key.clone(), Place { chat, line, branches, names, course })))
    }

    /// Takes an account for somebody's in this process only: `zhibu say` speaks for people who have none.
    pub fn introduce(&self, account: &AccountKey, person: PersonId) {
        self.introduced.write().unwrap_or_else(PoisonError::into_inner).insert(account.clone(), person);
    }

    /// Whose account it is; none where it is nobody's.
    pub async fn known(&self, account: &AccountKey) -> Result<Option<Arc<Known>>, Fault> {
        if let Some(known) = self.people.get(account) {
            return Ok(Some(known));
        }
        let introduced = self.introduced.read().unwrap_or_else(PoisonError::into_inner).get(account).copied();
        let person = match introduced {
            Some(person) => person,
            None => match self.store.person_of(account).await? {
                Some(person) => person,
                None => return Ok(None),
            },
        };
        let branches = self.store.branches_of(person).await?;
        let grants = self.store.grants(person).await?;
        Ok(Some(self.people.put(account.clone(), Known { person, branches, grants })))
    }

    /// A branch with its members; none where there is no such branch. Whose accounts theirs are comes with it: when a
    /// whole branch checks in, its members are not looked up one by one.
    pub async fn branch(&self, id: OrgId) -> Result<Option<Arc<Branch>>, Fault> {
        if let Some(branch) = self.branches.get(&id) {
            return Ok(Some(branch));
        }
        let Some(roster) = self.store.roster(id).await? else { return Ok(None) };
        let units = self.store.line(id).await?;
        let mut branches = self.store.branches_of_members(id).await?;
        let mut grants = self.store.grants_of_members(id).await?;
        let mut met = HashMap::new();
        for member in roster.members.iter().filter(|m| !m.accounts.is_empty()) {
            let person = member.person;
            // somebody who came back has two memberships
            let known = met.entry(person).or_insert_with(|| {
                let (branches, grants) = (branches.remove(&person).unwrap_or_default(), grants.remove(&person).unwrap_or_default());
                Arc::new(Known { person, branches, grants })
            });
            for account in &member.accounts {
                self.people.share(account.clone(), known.clone());
            }
        }
        let names = Arc::new(NameList::new(roster.members.iter().filter(|m| m.name != ERASED).map(|m| m.name.clone())));
        Ok(Some(self.branches.put(id, Branch { roster, units, names, expected: RwLock::default() })))
    }

    /// Drops what was read before these units changed. To be called before an answer that only reads.
    pub async fn freshen(&self, chat: &ChatKey, account: &AccountKey) -> Result<(), Fault> {
        let mut units: Vec<(OrgId, i64)> = Vec::new();
        if let Some(place) = self.places.get(chat) {
            units.extend(place.line.iter().map(|o| (o.id, o.epoch)));
            let at_hand = place.branches.iter().filter_map(|id| self.branches.get(id));
            units.extend(at_hand.map(|b| (b.roster.org.id, b.roster.org.epoch)));
        }
        if let Some(known) = self.people.get(account) {
            units
                .extend(known.branches.iter().filter_map(|id| self.branches.get(id)).flat_map(|b| b.units.iter().map(|o| (o.id, o.epoch)).collect::<Vec<_>>()));
            // somebody without a branch at hand can't be checked by an epoch: read again
            if known.branches.is_empty() || known.branches.iter().any(|id| self.branches.get(id).is_none()) {
                self.people.keep(|a, _| a != account);
            }
        }
        units.sort_unstable();
        units.dedup();
        if units.is_empty() {
            return Ok(());
        }
        let ids: Vec<OrgId> = units.iter().map(|(id, _)| *id).collect();
        let now: HashMap<OrgId, i64> = self.store.epochs(&ids).await?.into_iter().collect();
        let changed: Vec<OrgId> = units.into_iter().filter(|(id, epoch)| now.get(id) != Some(epoch)).map(|(id, _)| id).collect();
        self.forget(&changed);
        Ok(())
    }

    /// Drops everything that was read of these units.
    pub fn forget(&self, units: &[OrgId]) {
        if units.is_empty() {
            return;
        }
        self.strange.keep(|_, ()| false);
        self.branches.keep(|id, b| !units.contains(id) && !b.units.iter().any(|o| units.contains(&o.id)));
        self.places.keep(|_, p| !p.line.iter().any(|o| units.contains(&o.id)) && !p.branches.iter().any(|id| units.contains(id)));
        self.people.keep(|_, k| !k.branches.iter().any(|id| units.contains(id)) && !k.grants.iter().any(|g| units.contains(&g.org)));
    }

    /// Drops what was read of an account's owner.
    pub fn forget_account(&self, account: &AccountKey) {
        self.people.keep(|a, _| a != account);
    }

    /// Drops everything: after a change that this process made itself.
    pub fn forget_all(&self) {
        self.strange.keep(|_, ()| false);
        self.branches.keep(|_, _| false);
        self.places.keep(|_, _| false);
        self.people.keep(|_, _| false);
    }
}

/// Everybody's names while nothing is known of a chat.
#[derive(Debug)]
pub struct Nobody;

impl Names for Nobody {
    fn has(&self, _: &str) -> bool {
        false
    }
    fn similar(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}
