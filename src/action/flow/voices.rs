//! Which account of ours answers in a chat, where several are in it: on this process or on others that share the
//! database. Exactly one does; what the others hear is held until that one has shown that it lived on, and is worked
//! on here where it did not.
//!
//! An account online here has a lease, renewed every [`RENEW`]. While it lasts nobody takes this account's chats, so
//! what is remembered of them holds, and a message costs no query; whenever it began anew, everything is forgotten and
//! asked again. Processes compare instants, so their clocks must agree within `MARGIN`.

use crate::domain::message::{AccountKey, ChatKey, Event};
use crate::effects::Clock;
use crate::error::Fault;
use crate::store::Store;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

/// How long an account is taken for connected without a sign of its process, milliseconds.
const LEASE: i64 = 20_000;
/// How often it gives one.
pub const RENEW: Duration = Duration::from_secs(5);
/// So long before its lease ends a process no longer relies on it; so much its clock may be off. Milliseconds.
const MARGIN: i64 = 4_000;
/// What a process that died had heard so shortly before its last sign it may not have worked on. Milliseconds.
const UNSURE: i64 = 2_000;
/// Messages held at most; then the oldest go.
const HELD: usize = 4096;
/// Chats remembered at most; then they are asked again.
const CHATS: usize = 50_000;

/// An account that came online here.
#[derive(Clone, Copy, Debug, Default)]
struct Ours {
    online: bool,
    /// Its lease; 0: none.
    until: i64,
    /// The last sign that this process gave of it.
    seen_at: i64,
    /// It came online elsewhere after it had come here.
    beaten: bool,
}

/// An account as another process left it in the database.
#[derive(Clone, Copy, Debug)]
struct Theirs {
    seen_at: i64,
    until: i64,
}

/// A message, a change of one or a pressed button that another account answers, if it lives.
struct Held {
    chat: ChatKey,
    event: Event,
    heard_at: i64,
    /// None: it turned out that nobody answered.
    relied_on: Option<AccountKey>,
}

#[derive(Default)]
struct State {
    ours: HashMap<AccountKey, Ours>,
    theirs: HashMap<AccountKey, Theirs>,
    chats: HashMap<ChatKey, Speaks>,
}

/// Who answers in a chat.
#[derive(Clone, Debug)]
struct Speaks {
    account: AccountKey,
    /// What was heard before this instant was answered by the one before.
    since: i64,
}

/// What is to be done with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Answer it.
    We,
    /// Answer it; from now on this account speaks in the chat.
    WeNow,
    /// Nothing: the one that spoke there before answered it. From now on this account speaks in the chat.
    WeNext,
    /// Nothing: it was answered before this account began to speak there.
    Answered,
    /// This account does.
    Another(AccountKey),
}

/// See the file's head.
pub struct Voices {
    store: Store,
    clock: Arc<dyn Clock>,
    state: RwLock<State>,
    held: Mutex<VecDeque<Held>>,
    holding: AtomicUsize,
    everybody: AtomicBool,
    leaving: AtomicBool,
    /// One change at a time of what the database and the memory say of accounts: an old look must not undo a new lease.
    turn: tokio::sync::Mutex<()>,
}

impl Voices {
    /// Nobody is online yet.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            state: RwLock::default(),
            held: Mutex::default(),
            holding: AtomicUsize::new(0),
            everybody: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Answers whatever it hears, beside a running bot and without taking a chat from it: `zhibu say`.
    pub fn speak_for_everybody(&self) {
        self.everybody.store(true, Ordering::SeqCst);
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
    fn change(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// An account of ours can hear and send, on this process.
    pub async fn came(&self, account: &AccountKey) -> Result<(), Fault> {
        self.change().ours.insert(account.clone(), Ours { online: true, ..Ours::default() });
        self.appear(account, self.clock.now()).await?;
        self.look().await
    }

    /// It no longer can. What it heard before this is still answered here.
    pub async fn went(&self, account: &AccountKey) -> Result<(), Fault> {
        let now = self.clock.now();
        if let Some(ours) = self.change().ours.get_mut(account) {
            (ours.online, ours.seen_at) = (false, now);
        }
        self.store.leave(std::slice::from_ref(account), now).await
    }

    /// This process hears nothing more from this instant on; what it heard is still answered.
    pub async fn leave(&self, heard_until: i64) -> Result<(), Fault> {
        self.leaving.store(true, Ordering::SeqCst);
        let online = self.online();
        self.store.leave(&online, heard_until).await
    }

    /// Whether other processes have accounts.
    pub fn among_others(&self) -> bool {
        !self.read().theirs.is_empty()
    }

    /// Whether an account is one of ours, here or elsewhere.
    pub fn is_own(&self, account: &AccountKey) -> bool {
        let state = self.read();
        state.ours.contains_key(account) || state.theirs.contains_key(account)
    }

    fn online(&self) -> Vec<AccountKey> {
        self.read().ours.iter().filter(|(_, o)| o.online).map(|(a, _)| a.clone()).collect()
    }

    async fn appear(&self, account: &AccountKey, now: i64) -> Result<(), Fault> {
        let _turn = self.turn.lock().await;
        self.store.appear(account, now, now + LEASE).await?;
        let mut state = self.change();
        self.settle(account, &state, now);
        let online = state.ours.get(account).is_none_or(|o| o.online);
        state.ours.insert(account.clone(), Ours { online, until: now + LEASE, seen_at: now, beaten: false });
        state.theirs.remove(account);
        // without a lease, another may have taken any of its chats
        state.chats.clear();
        Ok(())
    }

    /// The account is this process's from now on: what was left to the one that had it is answered, or never will be.
    fn settle(&self, account: &AccountKey, state: &State, now: i64) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain_mut(|h| {
            if h.relied_on.as_ref() != Some(account) || !state.theirs.contains_key(account) {
                return true;
            }
            if matches!(state.fate(h.relied_on.as_ref(), h.heard_at, now), Fate::Answered) {
                return false;
            }
            h.relied_on = None;
            true
        });
        self.holding.store(held.len(), Ordering::SeqCst);
    }

    /// The account that speaks in a chat, as far as is remembered here.
    pub fn speaking(&self, chat: &ChatKey) -> Option<AccountKey> {
        self.read().chats.get(chat).map(|s| s.account.clone())
    }

    /// Whether it is remembered here who speaks in a chat; where this process answers everywhere it need not be.
    pub fn knows(&self, chat: &ChatKey) -> bool {
        self.everybody.load(Ordering::SeqCst) || self.read().chats.contains_key(chat)
    }

    /// Who answers what this account of ours heard in a chat, and when.
    pub async fn answers(&self, chat: &ChatKey, account: &AccountKey, heard_at: i64) -> Result<Answers, Fault> {
        if self.everybody.load(Ordering::SeqCst) {
            return Ok(Answers::We);
        }
        let now = self.clock.now();
        let known = {
            let state = self.read();
            match state.ours.get(account) {
                Some(o) if now < o.until - MARGIN || self.leaving.load(Ordering::SeqCst) => true,
                Some(o) if state.stands_by(account, *o, now) => return Ok(Answers::Another(account.clone())),
                _ => false,
            }
        };
        if !known {
            self.appear(account, now).await?;
        }
        {
            let state = self.read();
            match state.chats.get(chat) {
                Some(speaks) if speaks.account == *account => return Ok(if heard_at < speaks.since { Answers::Answered } else { Answers::We }),
                Some(speaks) if !chat.private && state.present(&speaks.account, now) => return Ok(Answers::Another(speaks.account.clone())),
                _ => {}
            }
        }
        // what is said in private only one of ours hears
        let before = if chat.private { None } else { self.store.voice(chat).await?.filter(|before| before != account) };
        let speaks = self.store.take_voice(chat, account, now).await?;
        let here = {
            let mut state = self.change();
            if state.chats.len() >= CHATS {
                state.chats.clear();
            }
            state.chats.insert(chat.clone(), Speaks { account: speaks.clone(), since: i64::MIN });
            state.present(&speaks, now)
        };
        // whether what is held was answered, or who answers, may be news
        let holding = self.holding.load(Ordering::SeqCst) > 0;
        if speaks == *account && (holding || before.is_some()) || speaks != *account && !here {
            self.look().await?;
        }
        if speaks != *account {
            return Ok(Answers::Another(speaks));
        }
        let mut state = self.change();
        let since = before.map_or(i64::MIN, |before| state.heard_by(&before, now));
        if let Some(speaks) = state.chats.get_mut(chat) {
            speaks.since = since;
        }
        Ok(if heard_at < since { Answers::WeNext } else { Answers::WeNow })
    }

    /// Holds what another account answers, with when it was heard.
    pub fn hold(&self, chat: &ChatKey, event: Event, heard_at: i64, relied_on: AccountKey) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= HELD {
            held.pop_front();
        }
        held.push_back(Held { chat: chat.clone(), event, heard_at, relied_on: Some(relied_on) });
        self.holding.store(held.len(), Ordering::SeqCst);
    }

    /// What was held and nobody answered, in the order in which it was heard: of one chat, or of all. Forgets what was.
    pub fn unanswered(&self, chat: Option<&ChatKey>) -> Vec<Event> {
        if self.holding.load(Ordering::SeqCst) == 0 {
            return Vec::new();
        }
        let now = self.clock.now();
        let state = self.read();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut mine = Vec::new();
        held.retain(|h| match state.fate(h.relied_on.as_ref(), h.heard_at, now) {
            Fate::Answered => false,
            Fate::Unknown => true,
            Fate::Unanswered if chat.is_some_and(|c| *c != h.chat) => true,
            Fate::Unanswered => {
                mine.push(h.event.clone());
                false
            }
        });
        self.holding.store(held.len(), Ordering::SeqCst);
        mine
    }

    /// Renews the leases and learns how the other processes' accounts are. To be called every [`RENEW`].
    pub async fn keep(&self) -> Result<(), Fault> {
        if self.leaving.load(Ordering::SeqCst) {
            return Ok(());
        }
        let now = self.clock.now();
        let online: Vec<(AccountKey, Ours)> = self.read().ours.iter().filter(|(_, o)| o.online).map(|(a, o)| (a.clone(), *o)).collect();
        let (lasting, lapsed): (Vec<_>, Vec<_>) = online.into_iter().partition(|(_, o)| now < o.until - MARGIN);
        let lasting: Vec<AccountKey> = lasting.into_iter().map(|(a, _)| a).collect();
        if !lasting.is_empty() {
            self.store.stay(&lasting, now, now + LEASE).await?;
        }
        self.look().await?;
        for (account, _) in lapsed {
            let stands_by = {
                let state = self.read();
                state.ours.get(&account).is_none_or(|o| state.stands_by(&account, *o, now))
            };
            if !stands_by {
                self.appear(&account, now).await?;
            }
        }
        Ok(())
    }

    /// Reads where every account is.
    async fn look(&self) -> Result<(), Fault> {
        let _turn = self.turn.lock().await;
        let all = self.store.presences().await?;
        let mut state = self.change();
        state.theirs.clear();
        for p in all {
            if !p.here {
                // it went to another process: there is where it is answered
                if let Some(ours) = state.ours.get_mut(&p.account).filter(|o| o.until > 0) {
                    (ours.until, ours.beaten) = (0, true);
                }
                state.theirs.insert(p.account, Theirs { seen_at: p.seen_at, until: p.lease_until });
            } else if let Some(ours) = state.ours.get_mut(&p.account).filter(|o| o.online && o.until > 0) {
                (ours.until, ours.seen_at) = (p.lease_until, p.seen_at);
            }
        }
        Ok(())
    }
}

enum Fate {
    Answered,
    Unknown,
    Unanswered,
}

impl State {
    /// Whether an account that came online here is another process's, which it came to later.
    fn stands_by(&self, account: &AccountKey, ours: Ours, now: i64) -> bool {
        ours.beaten && self.theirs.get(account).is_some_and(|t| now < t.until)
    }

    /// Whether an account can answer, wherever it is.
    fn present(&self, account: &AccountKey, now: i64) -> bool {
        self.theirs.get(account).is_some_and(|t| now < t.until) || self.ours.get(account).is_some_and(|o| o.online && now < o.until)
    }

    /// How an account was last seen, and until when it is taken for connected (0: it is not).
    fn sight(&self, account: &AccountKey) -> Option<(i64, i64)> {
        match (self.theirs.get(account), self.ours.get(account)) {
            (Some(t), _) => Some((t.seen_at, t.until)),
            (None, Some(o)) => Some((o.seen_at, if o.online { o.until } else { 0 })),
            (None, None) => None,
        }
    }

    /// What was heard up to this instant this account has answered, or will.
    fn heard_by(&self, account: &AccountKey, now: i64) -> i64 {
        let sure = |(seen_at, until)| if now < until || until == 0 { seen_at } else { seen_at - UNSURE };
        self.sight(account).map_or(i64::MIN, sure)
    }

    /// What became of something that was heard then and left to an account.
    fn fate(&self, relied_on: Option<&AccountKey>, heard_at: i64, now: i64) -> Fate {
        let Some((account, (_, until))) = relied_on.and_then(|a| Some((a, self.sight(a)?))) else { return Fate::Unanswered };
        match (heard_at <= self.heard_by(account, now), now < until) {
            (true, _) => Fate::Answered,
            (false, true) => Fate::Unknown,
            (false, false) => Fate::Unanswered,
        }
    }
}
