//! What the web chat's page may know of the demo: who is there, what is recorded, what was understood, and the clock.

use crate::action::cache::{Cache, Nobody};
use crate::config::Config;
use crate::domain::duty::Measure;
use crate::domain::ids::OrgId;
use crate::domain::message::{AccountKey, ChatKey, Incoming};
use crate::domain::money::Fen;
use crate::domain::record::{Kind, Record};
use crate::domain::role::Role;
use crate::domain::roster::OrgKind;
use crate::effects::{Clock, ShiftedClock};
use crate::error::Fault;
use crate::language::{Around, Grammar};
use crate::platform::webchat::{BOT, Backstage, Group, Meant, PLATFORM, Person, Reminded, Row, Understood};
use crate::schedule;
use crate::store::Store;
use futures_util::future::BoxFuture;
use pinyin::ToPinyin;
use std::collections::HashSet;
use std::sync::Arc;

/// People listed at once.
const PEOPLE: usize = 50;
/// Records shown.
const RECORDS: usize = 80;
/// Records looked through: a private chat shows only what is about its person.
const LATEST: i64 = 1200;

/// So long after a jump of the clock the bot is taken for connected, until it gives a sign again; milliseconds.
const HERE: i64 = 20_000;

/// See the file's head.
pub struct Stage {
    store: Store,
    config: Arc<Config>,
    clock: Arc<ShiftedClock>,
    cache: Cache,
    grammar: Grammar,
}

impl Stage {
    /// Over an open store.
    ///
    /// # Errors
    /// A sentence for the operator where a configured word can't be used.
    pub fn new(store: Store, config: Arc<Config>, clock: Arc<ShiftedClock>) -> Result<Arc<Self>, String> {
        let grammar = Grammar::new(&config.duties, &config.bot.names)?;
        Ok(Arc::new(Self { cache: Cache::new(store.clone()), store, config, clock, grammar }))
    }

    /// Everybody with an account here, those with a role first.
    async fn everybody(&self) -> Result<Vec<Person>, Fault> {
        let chats = self.store.chats_on(PLATFORM).await?;
        let today = self.config.zone().date(self.clock.now());
        let mut all = Vec::new();
        for org in self.store.subtree("").await?.into_iter().filter(|o| o.kind == OrgKind::Branch) {
            let Some(roster) = self.store.roster(org.id).await? else { continue };
            let chat = chats.iter().find(|c| c.org == org.id).map(|c| c.key.clone());
            for member in roster.on(today) {
                let Some(account) = member.accounts.iter().find(|a| &*a.platform == PLATFORM) else { continue };
                let grants = self.store.grants(member.person).await?;
                let highest = grants.iter().max_by_key(|g| g.role);
                let unit = match highest {
                    Some(g) => g.path.rsplit('/').next().unwrap_or_default().to_owned(),
                    None => org.name.clone(),
                };
                all.push(Person {
                    id: account.id.to_string(),
                    name: member.name.clone(),
                    role: Some(highest.map_or(Role::Member, |g| g.role)),
                    unit,
                    chat: chat.clone(),
                });
            }
        }
        all.sort_by_key(|p| std::cmp::Reverse(p.role));
        Ok(all)
    }

    async fn branches(&self, chat: &ChatKey) -> Result<Vec<OrgId>, Fault> {
        if chat.private {
            let account = AccountKey::new(chat.platform.clone(), chat.id.clone());
            return Ok(match self.store.person_of(&account).await? {
                Some(person) => self.store.branches_of(person).await?,
                None => Vec::new(),
            });
        }
        self.cache.forget_all();
        Ok(self.cache.place(chat).await?.map(|p| p.branches.clone()).unwrap_or_default())
    }

    async fn row(&self, record: &Record, gone: &HashSet<crate::domain::ids::RecordId>) -> Result<Row, Fault> {
        let branch = self.cache.branch(record.key.branch).await?;
        let name = |id| branch.as_ref().and_then(|b| b.roster.member(id)).map(|m| m.name.clone()).unwrap_or_default();
        let duty = self.config.duty(&record.key.duty);
        let value = match duty.map(|d| d.measure) {
            Some(Measure::Money) => format!("{} 元", Fen(record.value)),
            _ => record.value.to_string(),
        };
        Ok(Row {
            id: record.id,
            local: self.config.zone().show(record.at),
            name: name(record.key.person),
            branch: branch.as_ref().map(|b| b.roster.org.name.clone()).unwrap_or_default(),
            duty: duty.map_or_else(|| record.key.duty.clone(), |d| d.name.clone()),
            period: record.key.period,
            kind: record.kind,
            value,
            state: record.state,
            evidence: record.evidence,
            by: record.actor.filter(|a| *a != record.key.person).map(name),
            refers: record.refers,
            reversed: gone.contains(&record.id),
        })
    }
}

/// Whether a query is in the name, its pinyin (full or initials) or the unit.
fn matches(person: &Person, query: &str) -> bool {
    let sounds: Vec<&str> = person.name.as_str().to_pinyin().flatten().map(pinyin::Pinyin::plain).collect();
    let initials: String = sounds.iter().filter_map(|s| s.chars().next()).collect();
    person.name.contains(query) || person.unit.contains(query) || sounds.concat().starts_with(query) || initials.starts_with(query) || person.id == query
}

impl Backstage for Stage {
    fn people<'a>(&'a self, query: &'a str) -> BoxFuture<'a, Result<Vec<Person>, Fault>> {
        Box::pin(async move {
            let query = query.trim().to_lowercase();
            let mut all = self.everybody().await?;
            all.retain(|p| query.is_empty() || matches(p, &query));
            all.truncate(PEOPLE);
            Ok(all)
        })
    }

    fn person<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Person>, Fault>> {
        Box::pin(async move { Ok(self.everybody().await?.into_iter().find(|p| p.id == id)) })
    }

    fn groups(&self) -> BoxFuture<'_, Result<Vec<Group>, Fault>> {
        Box::pin(async move {
            let mut all = Vec::new();
            for chat in self.store.chats_on(PLATFORM).await? {
                let name = self.store.org(chat.org).await?.map_or_else(|| chat.key.id.to_string(), |o| o.name);
                all.push(Group { chat: chat.key, name });
            }
            Ok(all)
        })
    }

    fn members<'a>(&'a self, chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<Person>, Fault>> {
        Box::pin(async move { Ok(self.everybody().await?.into_iter().filter(|p| p.chat.as_ref() == Some(chat)).collect()) })
    }

    fn records<'a>(&'a self, chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<Row>, Fault>> {
        Box::pin(async move {
            let branches = self.branches(chat).await?;
            let mut records = self.store.latest_records(&branches, LATEST).await?;
            if chat.private {
                let person = self.store.person_of(&AccountKey::new(chat.platform.clone(), chat.id.clone())).await?;
                records.retain(|r| Some(r.key.person) == person || r.actor == person);
            }
            // what takes a record back is newer than it
            let gone: HashSet<_> = records.iter().filter(|r| r.kind == Kind::Reverse).filter_map(|r| r.refers).collect();
            records.truncate(RECORDS);
            let mut rows = Vec::new();
            for record in &records {
                rows.push(self.row(record, &gone).await?);
            }
            Ok(rows)
        })
    }

    fn explain<'a>(&'a self, message: &'a Incoming) -> BoxFuture<'a, Understood> {
        Box::pin(async move {
            let raw = message.text();
            let called = self.grammar.addressed(&raw).map(str::to_owned);
            let addressed = message.chat.private || message.mentions_bot || message.replies_to_bot || called.is_some();
            let text = called.unwrap_or(raw);
            let today = self.config.zone().date(self.clock.now());
            let branches = self.branches(&message.chat).await.unwrap_or_default();
            let branch = match branches.first() {
                Some(id) => self.cache.branch(*id).await.ok().flatten(),
                None => None,
            };
            let around = |names| self.grammar.understand(&text, &Around { today, addressed, names });
            let meanings = match &branch {
                Some(b) => around(b.names.as_ref()),
                None => around(&Nobody),
            };
            let meant = |m: crate::language::Meaning| Meant {
                intent: serde_json::to_value(&m.intent).unwrap_or_default(),
                why: m.why.into_iter().map(|(part, at)| (part.to_owned(), at.start, at.end)).collect(),
            };
            Understood { meanings: meanings.into_iter().map(meant).collect(), text: text.clone(), addressed }
        })
    }

    fn next_reminder(&self) -> BoxFuture<'_, Result<Option<Reminded>, Fault>> {
        Box::pin(async move {
            let Some((at, key)) = schedule::next_due(&self.config, self.clock.now()) else { return Ok(None) };
            // the bot itself is not away while its clock jumps
            let bot = AccountKey::new(PLATFORM, BOT);
            self.store.stay(&[bot], at, at + HERE).await?;
            self.clock.forward_to(at);
            let duty = key.split('/').next().unwrap_or_default();
            let what = self.config.duty(duty).map_or(key.clone(), |d| d.name.clone());
            Ok(Some(Reminded { at, what }))
        })
    }
}
