//! What all connections share: the accounts, and through which of them a chat is reached.

use super::account::Account;
use super::link::Link;
use super::{PLATFORM, Settings, Timing, meaning};
use crate::domain::message::{ChatKey, Event, Incoming};
use crate::effects::{Clock, Random};
use crate::metrics::Metrics;
use crate::platform::Inbox;
use crate::platform::recent::Recent;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Chats whose account is remembered.
const CHATS: usize = 50_000;
/// Messages whose account is remembered, where there are several accounts.
const MESSAGES: usize = 20_000;
/// Accounts at most: an implementation can't fill the memory with made-up ones.
const ACCOUNTS: usize = 256;

/// Through what a chat is reached.
#[derive(Clone, Debug)]
pub struct Route {
    /// The account.
    pub account: Arc<Account>,
    /// For somebody who is no friend: the group that both are in.
    pub via_group: Option<String>,
}

/// What all connections share.
pub struct Hub {
    /// The settings.
    pub settings: Settings,
    /// The waits.
    pub timing: Timing,
    /// Now.
    pub clock: Arc<dyn Clock>,
    /// For jitter.
    pub random: Arc<dyn Random>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where events go.
    pub inbox: Inbox,
    /// No more events are taken; answers still are.
    pub quiet: CancellationToken,
    /// Connections end.
    pub close: CancellationToken,
    /// Every task of the platform's.
    pub tasks: TaskTracker,
    /// Events read but not yet in the inbox.
    pub in_hand: InHand,
    accounts: RwLock<BTreeMap<Arc<str>, Arc<Account>>>,
    routes: Mutex<Recent<ChatKey, Route>>,
    heard_by: Mutex<Recent<String, Arc<Account>>>,
    voices: Mutex<Recent<ChatKey, Arc<Account>>>,
    links: AtomicU64,
}

/// Counts events that were read but are not yet in the inbox.
#[derive(Default)]
pub struct InHand {
    count: AtomicUsize,
    none: Notify,
}

impl InHand {
    /// One more.
    pub fn add(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
    }
    /// So many fewer.
    pub fn remove(&self, count: usize) {
        if self.count.fetch_sub(count, Ordering::SeqCst) == count {
            self.none.notify_waiters();
        }
    }
    /// Waits until there are none.
    pub async fn empty(&self) {
        loop {
            let none = self.none.notified();
            if self.count.load(Ordering::SeqCst) == 0 {
                return;
            }
            none.await;
        }
    }
}

impl Hub {
    /// Without accounts.
    pub fn new(settings: Settings, timing: Timing, clock: Arc<dyn Clock>, random: Arc<dyn Random>, metrics: Arc<Metrics>, inbox: Inbox) -> Arc<Self> {
        Arc::new(Self {
            settings,
            timing,
            clock,
            random,
            metrics,
            inbox,
            quiet: CancellationToken::new(),
            close: CancellationToken::new(),
            tasks: TaskTracker::new(),
            in_hand: InHand::default(),
            accounts: RwLock::default(),
            routes: Mutex::new(Recent::new(CHATS)),
            heard_by: Mutex::new(Recent::new(MESSAGES)),
            voices: Mutex::new(Recent::new(CHATS)),
            links: AtomicU64::new(1),
        })
    }

    /// A number for a new connection.
    pub fn next_link(&self) -> u64 {
        self.links.fetch_add(1, Ordering::Relaxed)
    }

    /// Every account that was ever connected.
    pub fn accounts(&self) -> Vec<Arc<Account>> {
        self.accounts.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn count(&self) -> usize {
        self.accounts.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The account of this id.
    pub fn account(&self, id: &str) -> Option<Arc<Account>> {
        self.accounts.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// A connection says whose it is. `None` where there are too many accounts.
    pub fn attach(&self, id: &str, link: &Arc<Link>) -> Option<(Arc<Account>, Option<Event>)> {
        let account = {
            let mut all = self.accounts.write().unwrap_or_else(PoisonError::into_inner);
            if !all.contains_key(id) && all.len() >= ACCOUNTS {
                return None;
            }
            all.entry(id.into()).or_insert_with(|| Account::new(meaning::account(id), self.settings.limits(), self.settings.asking())).clone()
        };
        let news = if account.has(link) { None } else { account.attach(link) };
        let event = self.news(&account, news);
        Some((account, event))
    }

    /// Counts and tells a change of an account's state.
    pub fn news(&self, account: &Account, news: Option<bool>) -> Option<Event> {
        let online = news?;
        self.metrics.up(PLATFORM, &account.key.id, online);
        if online {
            tracing::info!(account = %account.key, "online");
        } else {
            tracing::warn!(account = %account.key, "offline: is the implementation running, and signed in to QQ?");
        }
        Some(Event::Account { bot: account.key.clone(), online })
    }

    /// An account heard a message: answers to that chat, and to that message, go through it.
    pub fn heard(&self, account: &Arc<Account>, incoming: &Incoming, via_group: Option<String>) {
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let same = routes.get(&incoming.chat).is_some_and(|r| r.account.key.id == account.key.id && r.via_group == via_group);
        if !same {
            routes.put(incoming.chat.clone(), Route { account: account.clone(), via_group });
        }
        drop(routes);
        if !same && !incoming.chat.private {
            account.joined(&incoming.chat.id);
        }
        if self.count() > 1 {
            let mut heard_by = self.heard_by.lock().unwrap_or_else(PoisonError::into_inner);
            heard_by.put(quote_key(&incoming.chat, &incoming.quote_id), account.clone());
        }
    }

    /// From now on this account speaks in the chat.
    pub fn speaks(&self, chat: &ChatKey, account: &str) {
        if let Some(account) = self.account(account) {
            self.voices.lock().unwrap_or_else(PoisonError::into_inner).put(chat.clone(), account);
        }
    }

    /// Whether an account that is online is known to be in the chat.
    pub fn knows(&self, chat: &ChatKey) -> bool {
        let heard = self.routes.lock().unwrap_or_else(PoisonError::into_inner).get(chat).is_some_and(|r| r.account.online());
        heard || (!chat.private && self.accounts().iter().any(|a| a.online() && a.is_in(&chat.id)))
    }

    /// Through what a chat is reached now: the account that speaks there, else the one that heard the quoted message,
    /// else the one that last heard the chat, else one that is known to be in the group, else any.
    pub fn route(&self, chat: &ChatKey, quote: Option<&str>) -> Option<Route> {
        let known = self.routes.lock().unwrap_or_else(PoisonError::into_inner).get(chat).cloned();
        let via_group = known.as_ref().and_then(|r| r.via_group.clone());
        let voice = self.voices.lock().unwrap_or_else(PoisonError::into_inner).get(chat).cloned();
        if let Some(account) = voice.filter(|a| a.online()) {
            return Some(Route { account, via_group });
        }
        if let Some(quote) = quote.filter(|_| self.count() > 1) {
            let heard_by = self.heard_by.lock().unwrap_or_else(PoisonError::into_inner).get(&quote_key(chat, quote)).cloned();
            if let Some(account) = heard_by.filter(|a| a.online()) {
                return Some(Route { account, via_group });
            }
        }
        match known {
            Some(route) if route.account.online() => return Some(route),
            // somebody's private chat is with that account and no other
            Some(_) if chat.private => return None,
            _ => {}
        }
        let online: Vec<_> = self.accounts().into_iter().filter(|a| a.online()).collect();
        let account = online.iter().find(|a| !chat.private && a.is_in(&chat.id)).or_else(|| online.first().filter(|_| known.is_none()))?.clone();
        Some(Route { account, via_group: None })
    }
}

fn quote_key(chat: &ChatKey, quote: &str) -> String {
    format!("{chat} {quote}")
}
