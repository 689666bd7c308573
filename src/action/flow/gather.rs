//! Gathered acknowledgement: one line for all who reported within some seconds, where a chat is set so.

use crate::action::bot::Bot;
use crate::domain::duty::Measure;
use crate::domain::ids::PersonId;
use crate::domain::message::{ChatKey, Incoming, Outgoing};
use crate::domain::record::Record;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// What of one chat waits to be acknowledged.
#[derive(Debug)]
struct Waiting {
    /// When the line is due, UTC milliseconds.
    due: i64,
    line: Gathered,
}

/// What one line acknowledges.
#[derive(Debug)]
pub struct Gathered {
    /// Where.
    chat: ChatKey,
    /// By duty: who, each once, in the order of their reports.
    people: BTreeMap<String, Vec<(PersonId, String)>>,
    /// The messages that it answers.
    pub sources: Vec<String>,
}

/// The chats' waiting lines, and how many reports came to each lately.
#[derive(Debug, Default)]
pub struct Gather {
    waiting: Mutex<BTreeMap<ChatKey, Waiting>>,
    lately: Mutex<HashMap<ChatKey, VecDeque<i64>>>,
}

/// Chats whose reports are counted, at most; then counting begins anew.
const CHATS: usize = 10_000;

impl Gather {
    /// Counts a report; whether more than `most` came to the chat within so many milliseconds, or others of it wait for their line.
    pub fn crowd(&self, chat: &ChatKey, now: i64, most: usize, within: i64) -> bool {
        let mut all = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= CHATS && !all.contains_key(chat) {
            all.clear();
        }
        let lately = all.entry(chat.clone()).or_default();
        // those of a clock that stepped back go as well
        lately.retain(|at| *at <= now && now - at < within);
        lately.push_back(now);
        if lately.len() > most + 1 {
            lately.pop_front();
        }
        let many = lately.len() > most;
        drop(all);
        many || self.waiting.lock().unwrap_or_else(PoisonError::into_inner).contains_key(chat)
    }

    /// Adds one; the first of a chat starts its window.
    pub fn add(&self, incoming: &Incoming, duty: &str, person: PersonId, name: &str, due: i64) {
        let mut map = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = || Gathered { chat: incoming.chat.clone(), people: BTreeMap::new(), sources: Vec::new() };
        let line = &mut map.entry(incoming.chat.clone()).or_insert_with(|| Waiting { due, line: empty() }).line;
        let source = incoming.source();
        if line.sources.last() != Some(&source) {
            line.sources.push(source);
        }
        let people = line.people.entry(duty.to_owned()).or_default();
        if !people.iter().any(|(p, _)| *p == person) {
            people.push((person, name.to_owned()));
        }
    }

    /// What is due; all of it at the end (`now` = `i64::MAX`).
    pub fn take(&self, now: i64) -> Vec<Gathered> {
        let mut map = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        map.extract_if(.., |_, w| w.due <= now).map(|(_, w)| w.line).collect()
    }
}

impl Gathered {
    /// The line, without those of whose reports none of these records is left, where they are known: they took it back
    /// meanwhile. Nothing where nobody is left.
    pub fn say(&self, bot: &Bot, left: Option<&[Record]>) -> Option<Outgoing> {
        let left: Option<HashSet<(&str, PersonId)>> = left.map(|all| all.iter().map(|r| (r.key.duty.as_str(), r.key.person)).collect());
        let stands = |key: &str, person: PersonId| left.as_ref().is_none_or(|left| left.contains(&(key, person)));
        let line = |(key, people): (&String, &Vec<(PersonId, String)>)| {
            let duty = bot.config.duty(key)?;
            let names: Vec<&str> = people.iter().filter(|(p, _)| stands(key, *p)).map(|(_, name)| name.as_str()).collect();
            let message = match duty.measure {
                Measure::Attendance => "gathered-checked-in",
                _ if duty.confirm => "gathered-paid",
                _ => "gathered-done",
            };
            let shown = bot.names(&names, bot.config.bot.answers.gather_names);
            let args = [("duty", duty.name.as_str().into()), ("count", names.len().into()), ("names", shown.into())];
            (!names.is_empty()).then(|| bot.say(message, &args))
        };
        let lines: Vec<String> = self.people.iter().filter_map(line).collect();
        (!lines.is_empty()).then(|| Outgoing::text(self.chat.clone(), lines.join("\n")))
    }
}
