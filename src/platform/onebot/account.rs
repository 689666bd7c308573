//! One account of ours: the connections that it has, how fast it may speak, where it may not, and what it remembers.

use super::Timing;
use super::link::Link;
use crate::domain::message::{AccountKey, Incoming, Segment};
use crate::platform::pace::{Limits, Pace};
use crate::platform::recent::Recent;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Own messages remembered, so that a reply to one is known.
const OWN_MESSAGES: usize = 8192;
/// Files remembered, so that notice and message of one file are one event.
const FILES: usize = 512;
/// Within which those two come, milliseconds.
const FILE_TWINS: i64 = 120_000;

/// Why an account may not send to a chat now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// The platform throttles the account; milliseconds until it may be tried again.
    Throttled(i64),
    /// The bot is muted there; milliseconds, where known.
    Muted(Option<i64>),
    /// Everybody is muted there but admins: ask whether we are one.
    Whole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mute {
    /// Until an instant (UTC milliseconds), or until lifted.
    Bot(Option<i64>),
    /// Everybody; whether we are an admin is not known.
    Whole,
    /// Everybody, and we are no admin.
    WholeAndUs,
}

#[derive(Debug, Default)]
struct Throttle {
    strikes: u32,
    trips: u32,
    until: i64,
}

/// One account of ours.
#[derive(Debug)]
pub struct Account {
    /// Its key.
    pub key: AccountKey,
    state: Mutex<State>,
    own: Mutex<Recent<String, ()>>,
    files: Mutex<Recent<String, (i32, i64)>>,
    groups: Mutex<HashSet<String>>,
    muted: Mutex<HashMap<String, Mute>>,
    /// How fast it may speak; by the chat's id, and whether that is private.
    pub pace: Pace<(String, bool)>,
    /// How fast it may ask what was said in chats.
    pub asking: Pace<()>,
    throttle: Mutex<Throttle>,
}

#[derive(Debug)]
struct State {
    links: Vec<Arc<Link>>,
    signed_in: bool,
    alive: bool,
    told: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Account {
    /// An account without a connection.
    pub fn new(key: AccountKey, limits: Limits, asking: Limits) -> Arc<Self> {
        Arc::new(Self {
            key,
            state: Mutex::new(State { links: Vec::new(), signed_in: true, alive: true, told: false }),
            own: Mutex::new(Recent::new(OWN_MESSAGES)),
            files: Mutex::new(Recent::new(FILES)),
            groups: Mutex::default(),
            muted: Mutex::default(),
            pace: Pace::new(limits),
            asking: Pace::new(asking),
            throttle: Mutex::default(),
        })
    }

    /// Changes the state; the answer is whether it is online now, where that is news.
    fn change(&self, change: impl FnOnce(&mut State)) -> Option<bool> {
        let mut state = lock(&self.state);
        change(&mut state);
        let online = state.online();
        (online != state.told).then(|| {
            state.told = online;
            online
        })
    }

    /// A connection is this account's; the answers of this and the next four are news: whether it is online now.
    pub fn attach(&self, link: &Arc<Link>) -> Option<bool> {
        self.change(|s| {
            s.links.push(link.clone());
            (s.signed_in, s.alive) = (true, true);
        })
    }

    /// A connection is over.
    pub fn detach(&self, link: &Link) -> Option<bool> {
        self.change(|s| s.links.retain(|l| l.number != link.number))
    }

    /// The implementation says whether the account is signed in.
    pub fn signed_in(&self, signed_in: bool) -> Option<bool> {
        self.change(|s| (s.signed_in, s.alive) = (signed_in, true))
    }

    /// Heartbeats come, or stay away.
    pub fn alive(&self, alive: bool) -> Option<bool> {
        self.change(|s| s.alive = alive)
    }

    /// Whether it can send and hear.
    pub fn online(&self) -> bool {
        lock(&self.state).online()
    }

    /// The newest connection that takes actions.
    pub fn link(&self) -> Option<Arc<Link>> {
        lock(&self.state).links.iter().rev().find(|l| l.actions).cloned()
    }

    /// Whether this connection is its own.
    pub fn has(&self, link: &Link) -> bool {
        lock(&self.state).links.iter().any(|l| l.number == link.number)
    }

    /// It sent this message.
    pub fn wrote(&self, message: &str) {
        lock(&self.own).put(message.to_owned(), ());
    }

    /// Whether it sent this message, not too long ago.
    pub fn is_own(&self, message: &str) -> bool {
        lock(&self.own).get(message).is_some()
    }

    /// It is in this group.
    pub fn joined(&self, group: &str) {
        let mut groups = lock(&self.groups);
        if !groups.contains(group) {
            groups.insert(group.to_owned());
        }
    }

    /// Whether it is known to be in this group.
    pub fn is_in(&self, group: &str) -> bool {
        lock(&self.groups).contains(group)
    }

    /// A file comes twice where an implementation tells it as a notice and as a message. Takes the files of the second
    /// one out; the answer is whether anything is left of the message.
    pub fn keep_new_files(&self, incoming: &mut Incoming, notice: bool) -> bool {
        if incoming.chat.private || incoming.file().is_none() {
            return true;
        }
        let mut files = lock(&self.files);
        let (chat, sender, at) = (&incoming.chat, &incoming.sender, incoming.sent_at);
        incoming.segments.retain(|segment| {
            let Segment::File(file) = segment else { return true };
            let key = format!("{chat} {sender} {}", file.name);
            // above zero: so many messages whose notices are to come; below: so many notices
            let step = if notice { -1 } else { 1 };
            let balance = files.get(&key).filter(|(_, last)| (at - last).abs() <= FILE_TWINS).map_or(0, |(n, _)| *n);
            files.put(key, (balance + step, at));
            balance.signum() != -step
        });
        incoming.segments.iter().any(|s| *s != Segment::Other)
    }

    /// The group mutes the bot, or everybody, for so long or until it is lifted; 0 lifts.
    pub fn mute(&self, group: &str, whole: bool, millis: Option<i64>, now: i64) {
        let mut muted = lock(&self.muted);
        if millis == Some(0) {
            muted.remove(group);
        } else {
            muted.insert(group.to_owned(), if whole { Mute::Whole } else { Mute::Bot(millis.map(|m| now.saturating_add(m))) });
        }
    }

    /// Asked while everybody was muted: whether the bot is an admin there, and so may speak.
    pub fn admin_there(&self, group: &str, admin: bool) {
        let mut muted = lock(&self.muted);
        if muted.get(group) == Some(&Mute::Whole) {
            if admin {
                muted.remove(group);
            } else {
                muted.insert(group.to_owned(), Mute::WholeAndUs);
            }
        }
    }

    /// Whether it may send now; to a group, whether it may speak there.
    pub fn may_send(&self, group: Option<&str>, now: i64) -> Result<(), Barred> {
        let until = lock(&self.throttle).until;
        if now < until {
            return Err(Barred::Throttled(until - now));
        }
        match group.and_then(|g| lock(&self.muted).get(g).copied()) {
            None => Ok(()),
            Some(Mute::Bot(Some(end))) if end <= now => Ok(()),
            Some(Mute::Bot(end)) => Err(Barred::Muted(end.map(|e| e - now))),
            Some(Mute::Whole) => Err(Barred::Whole),
            Some(Mute::WholeAndUs) => Err(Barred::Muted(None)),
        }
    }

    /// A message went out: the platform does not throttle.
    pub fn went(&self) {
        let mut t = lock(&self.throttle);
        (t.strikes, t.trips) = (0, 0);
    }

    /// Somebody says that it may send again.
    pub fn resumed(&self) {
        *lock(&self.throttle) = Throttle::default();
    }

    /// The implementation ran into a timeout of the platform's; the answer is how long to stop for (milliseconds),
    /// where it has happened too often in a row. It doubles each time.
    pub fn struck(&self, timing: &Timing, now: i64) -> Option<i64> {
        let mut t = lock(&self.throttle);
        t.strikes += 1;
        // those that were under way when it tripped say nothing new
        if now < t.until || (t.trips == 0 && t.strikes < timing.strikes) {
            return None;
        }
        let pause = timing.throttled.saturating_mul(1 << t.trips.min(4));
        t.trips += 1;
        (t.strikes, t.until) = (0, now + pause);
        Some(pause)
    }
}

impl State {
    fn online(&self) -> bool {
        self.signed_in && self.alive && self.links.iter().any(|l| l.actions)
    }
}
