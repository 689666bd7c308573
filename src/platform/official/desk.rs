//! Who waits at our door for the answer to which message. WeChat waits five seconds, and brings a message that was not answered
//! again; it has one answer, of so many bytes, which is the same however often it is asked for. What does not fit waits for the
//! next message of that person's, and so does what answers nothing: it goes along behind an answer.

use crate::domain::message::ChatKey;
use crate::platform::recent::Recent;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

/// Messages that are remembered with their answers, and people.
const MESSAGES: usize = 4000;
const PEOPLE: usize = 20_000;
/// Messages of one person that may wait at once.
const AT_ONCE: usize = 16;
/// Texts of one person that wait for the next message.
const WAITING: usize = 32;
/// Between two texts.
const GAP: &str = "\n\n";

/// How long is waited for what.
#[derive(Clone, Debug)]
pub struct Waits {
    /// After which whoever brought a message no longer waits, where it is the last time.
    pub answer: Duration,
    /// The same where it comes again, and nobody waits any longer for sure.
    pub hold: Duration,
    /// A message that was not answered comes again within this.
    pub again: Duration,
    /// How often a message comes in all.
    pub deliveries: u32,
    /// For more that is to be said at once.
    pub gather: Duration,
    /// For what is known to wait for this person.
    pub linger: Duration,
    /// For the answer to what is durable already.
    pub grace: Duration,
}

/// What is told to whoever brought a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The answer.
    Answer(String),
    /// It is durable, and there is no answer.
    Nothing,
    /// It is not durable: it is to come again.
    Again,
}

/// What became of a text that is to be the answer to a message.
pub enum Place {
    /// Its beginning is; the rest is given back.
    Taken(Vec<String>),
    /// That message can't be answered any more, or there is no room: all is given back.
    Shut(Vec<String>),
}

/// A message that came.
struct Slot {
    chat: ChatKey,
    deliveries: u32,
    /// Who waits at the door for it now.
    waiting: u32,
    last: Instant,
    texts: Vec<String>,
    /// What was to be said when it came before, and could not be worked on.
    before: Vec<String>,
    placed: Option<Instant>,
    /// What answers it went another way: nobody need wait for more than its being durable.
    spoken: bool,
    /// What would go along, and waits for the answer.
    along: Vec<(String, oneshot::Sender<bool>)>,
    /// Whether it is durable, once that is known, and since when.
    kept: Option<(bool, Instant)>,
    told: Option<Told>,
    news: watch::Sender<()>,
}

/// Somebody who wrote.
#[derive(Default)]
struct Person {
    /// The last messages.
    slots: VecDeque<String>,
    /// What did not fit.
    rest: VecDeque<String>,
    /// Something waits in the outbox.
    wanted: bool,
}

struct State {
    slots: Recent<String, Slot>,
    people: Recent<ChatKey, Person>,
}

/// See the file's head.
pub struct Desk {
    waits: Waits,
    /// Bytes of an answer.
    most: usize,
    /// Stands behind an answer of which more is to come, and before what comes of an earlier one.
    more: String,
    rest: String,
    state: Mutex<State>,
}

/// Somebody waits at the door; no more, when it is dropped.
struct AtDoor<'a>(&'a Desk, &'a str);

impl Drop for AtDoor<'_> {
    fn drop(&mut self) {
        if let Some(slot) = self.0.state().slots.get_mut(self.1) {
            slot.waiting -= 1;
        }
    }
}

impl Slot {
    /// Whether a text can be the answer, or part of it.
    fn open(&self, waits: &Waits) -> bool {
        self.told.is_none() && (self.waiting > 0 || self.comes_again(waits))
    }

    fn comes_again(&self, waits: &Waits) -> bool {
        self.deliveries < waits.deliveries && self.last.elapsed() < waits.again
    }

    fn room(&self, most: usize) -> usize {
        most.saturating_sub(self.texts.iter().map(|t| t.len() + GAP.len()).sum())
    }

    fn put(&mut self, text: String) {
        self.texts.push(text);
        self.placed = Some(Instant::now());
        // whoever waits at the door looks again
        self.news.send_replace(());
    }

    /// Lets those go along for whom there is room, in their order.
    fn settle(&mut self, most: usize) {
        for (text, taken) in std::mem::take(&mut self.along) {
            let fits = text.len() <= self.room(most);
            // where its sender has gone it comes another time
            if taken.send(fits).is_ok() && fits {
                self.put(text);
            }
        }
    }
}

impl Desk {
    /// Nobody waits. `more` stands behind an answer of which more is to come, `rest` before what comes of an earlier one.
    pub fn new(waits: Waits, most: usize, more: String, rest: String) -> Self {
        let state = State { slots: Recent::new(MESSAGES), people: Recent::new(PEOPLE) };
        Self { most: most.saturating_sub(more.len() + GAP.len()).max(64), waits, more, rest, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of one text.
    pub fn most(&self) -> usize {
        self.most
    }

    /// A message came; whether it is to be worked on: it came first, or could not be worked on before.
    pub fn came(&self, chat: &ChatKey, id: &str) -> bool {
        let (mut state, now) = (self.state(), Instant::now());
        let State { slots, people } = &mut *state;
        if let Some(slot) = slots.get_mut(id) {
            slot.deliveries += 1;
            slot.last = now;
            let lost = slot.told.is_none() && matches!(slot.kept, Some((false, _)));
            if lost {
                (slot.kept, slot.placed) = (None, None);
                slot.before = std::mem::take(&mut slot.texts);
            }
            return lost;
        }
        let (news, _) = watch::channel(());
        let slot = Slot {
            chat: chat.clone(),
            deliveries: 1,
            waiting: 0,
            last: now,
            texts: Vec::new(),
            before: Vec::new(),
            placed: None,
            spoken: false,
            along: Vec::new(),
            kept: None,
            told: None,
            news,
        };
        slots.put(id.to_owned(), slot);
        if people.get(chat).is_none() {
            people.put(chat.clone(), Person::default());
        }
        let Some(person) = people.get_mut(chat) else { return true };
        // what nobody came for any more is said now
        for other in &person.slots {
            if let Some(slot) = slots.get_mut(other).filter(|s| s.told.is_none() && !s.open(&self.waits)) {
                person.rest.extend(slot.texts.drain(..));
                slot.told = Some(Told::Nothing);
            }
        }
        person.slots.push_back(id.to_owned());
        while person.slots.len() > AT_ONCE {
            person.slots.pop_front();
        }
        true
    }

    /// Whether a message is durable. Where it is none of ours, nothing comes of it.
    pub fn kept(&self, id: &str, durable: bool) {
        if let Some(slot) = self.state().slots.get_mut(id) {
            slot.kept = Some((durable, Instant::now()));
            slot.news.send_replace(());
        }
    }

    /// A message needs no work: its answer is what is there.
    pub fn ready(&self, id: &str) {
        let long_ago = Instant::now().checked_sub(self.waits.grace).unwrap_or_else(Instant::now);
        if let Some(slot) = self.state().slots.get_mut(id) {
            slot.kept = Some((true, long_ago));
            slot.news.send_replace(());
        }
    }

    /// Waits for the answer to a message that came, as long as whoever brought it does.
    pub async fn answer(&self, id: &str) -> Told {
        let began = Instant::now();
        let (mut news, until) = {
            let mut state = self.state();
            let Some(slot) = state.slots.get_mut(id) else { return Told::Again };
            slot.waiting += 1;
            let last = slot.deliveries >= self.waits.deliveries;
            (slot.news.subscribe(), began + if last { self.waits.answer } else { self.waits.hold })
        };
        let _here = AtDoor(self, id);
        loop {
            news.borrow_and_update();
            let look_at = match self.look(id, until) {
                Ok(told) => return told,
                Err(at) => at,
            };
            tokio::select! {
                changed = news.changed() => if changed.is_err() {
                    return Told::Again;
                },
                () = tokio::time::sleep_until(look_at) => {}
            }
        }
    }

    /// What is told now; else when to look again.
    fn look(&self, id: &str, until: Instant) -> Result<Told, Instant> {
        let (mut state, now) = (self.state(), Instant::now());
        let State { slots, people } = &mut *state;
        let Some(slot) = slots.get_mut(id) else { return Ok(Told::Again) };
        if let Some(told) = &slot.told {
            return Ok(told.clone());
        }
        let mut nobody = Person::default();
        let person = people.get_mut(&slot.chat).unwrap_or(&mut nobody);
        let at = match (slot.placed, slot.kept) {
            // it comes again, and may fare better then
            (_, Some((false, _))) => {
                if slot.deliveries >= self.waits.deliveries {
                    now
                } else {
                    until
                }
            }
            (Some(placed), _) => placed + if person.wanted { self.waits.linger } else { self.waits.gather },
            (None, Some((true, since))) => since + if slot.spoken { self.waits.gather } else { self.waits.grace },
            (None, None) => until,
        };
        if now < at.min(until) {
            return Err(at.min(until));
        }
        if slot.kept.is_some() && slot.texts.is_empty() {
            slot.texts = std::mem::take(&mut slot.before);
        }
        let lost = matches!(slot.kept, Some((false, _)));
        if lost && slot.deliveries < self.waits.deliveries || slot.texts.is_empty() && slot.kept.is_none_or(|(durable, _)| !durable) {
            return Ok(Told::Again);
        }
        let told = self.close(slot, person);
        slot.told = Some(told.clone());
        Ok(told)
    }

    /// The whole answer: what is to be said, what was left of earlier ones, and what goes along.
    fn close(&self, slot: &mut Slot, person: &mut Person) -> Told {
        let mut first = true;
        while let Some(text) = person.rest.front().map(|t| if first { format!("{}\n{t}", self.rest) } else { t.clone() }) {
            // a text that is long fits alone
            let alone = slot.texts.is_empty();
            if !alone && text.len() > slot.room(self.most) {
                break;
            }
            let bare = person.rest.pop_front().unwrap_or_default();
            slot.texts.push(if text.len() > self.most { bare } else { text });
            first = false;
        }
        slot.settle(self.most);
        if slot.texts.is_empty() {
            return Told::Nothing;
        }
        if !person.rest.is_empty() {
            slot.texts.push(self.more.clone());
        }
        Told::Answer(std::mem::take(&mut slot.texts).join(GAP))
    }

    /// These are the answer to a message.
    pub fn place(&self, chat: &ChatKey, id: &str, mut pieces: Vec<String>) -> Place {
        let mut state = self.state();
        let Some(slot) = state.slots.get_mut(id).filter(|s| s.chat == *chat && s.open(&self.waits)) else { return Place::Shut(pieces) };
        if pieces.first().is_none_or(|p| p.len() > slot.room(self.most)) {
            return Place::Shut(pieces);
        }
        slot.put(pieces.remove(0));
        if pieces.is_empty() {
            slot.settle(self.most);
        }
        Place::Taken(pieces)
    }

    /// The answer to a message went by itself.
    pub fn spoken(&self, chat: &ChatKey, id: &str) {
        if let Some(slot) = self.state().slots.get_mut(id).filter(|s| s.chat == *chat) {
            slot.spoken = true;
            slot.news.send_replace(());
        }
    }

    /// These wait for this person's next message.
    pub fn keep(&self, chat: &ChatKey, pieces: Vec<String>) {
        if pieces.is_empty() {
            return;
        }
        let mut state = self.state();
        // somebody who wrote to an earlier process is as good as one who wrote to this one
        if state.people.get(chat).is_none() {
            state.people.put(chat.clone(), Person::default());
        }
        if let Some(person) = state.people.get_mut(chat) {
            person.rest.extend(pieces);
            while person.rest.len() > WAITING {
                person.rest.pop_front();
                tracing::warn!("somebody does not ask for the rest of long answers: the oldest of it is dropped");
            }
        }
    }

    /// Whether something waits for this person's next message.
    pub fn keeps(&self, chat: &ChatKey) -> bool {
        self.state().people.get(chat).is_some_and(|p| !p.rest.is_empty())
    }

    /// Whether what answers nothing could go along now; that it could not is remembered, and waited for the next time.
    pub fn carries(&self, chat: &ChatKey) -> bool {
        let mut state = self.state();
        let carries = Self::newest(&mut state, chat).is_some();
        match state.people.get_mut(chat) {
            Some(person) => person.wanted |= !carries,
            None => state.people.put(chat.clone(), Person { wanted: true, ..Person::default() }),
        }
        carries
    }

    /// Nothing needs to go along: it goes by itself.
    pub fn carries_nothing(&self, chat: &ChatKey) {
        if let Some(person) = self.state().people.get_mut(chat) {
            person.wanted = false;
        }
    }

    /// The last message of this person's for which somebody waits at the door.
    fn newest<'s>(state: &'s mut State, chat: &ChatKey) -> Option<&'s mut Slot> {
        let State { slots, people } = state;
        let id = people.get(chat)?.slots.iter().rev().find(|id| slots.get(*id).is_some_and(|s| s.told.is_none() && s.waiting > 0))?;
        slots.get_mut(id)
    }

    /// A text goes along with the answer to this person's last message, where somebody waits for that and there is room.
    pub async fn along(&self, chat: &ChatKey, text: String) -> bool {
        let told = {
            let mut state = self.state();
            if let Some(person) = state.people.get_mut(chat) {
                person.wanted = false;
            }
            let Some(slot) = Self::newest(&mut state, chat) else { return false };
            let (taken, told) = oneshot::channel();
            slot.along.push((text, taken));
            // the answer comes first, unless there will be none
            if slot.placed.is_some() {
                slot.settle(self.most);
            }
            slot.news.send_replace(());
            told
        };
        matches!(tokio::time::timeout(self.waits.hold, told).await, Ok(Ok(true)))
    }
}
