//! Gathered acknowledgement: one line for all who reported within some seconds, where a chat is set so.

use super::bot::Bot;
use crate::domain::calendar::Period;
use crate::domain::duty::Measure;
use crate::domain::message::{ChatKey, Incoming, Outgoing};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// What of one chat waits to be acknowledged.
#[derive(Debug)]
struct Waiting {
    /// When the line is due, UTC milliseconds.
    due: i64,
    /// By duty and period: who, in the order of their reports.
    names: BTreeMap<(String, Period), Vec<String>>,
    /// The messages that it answers.
    sources: Vec<String>,
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
    pub fn add(&self, incoming: &Incoming, duty: &str, period: Period, name: &str, due: i64) {
        let mut map = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = map.entry(incoming.chat.clone()).or_insert_with(|| Waiting { due, names: BTreeMap::new(), sources: Vec::new() });
        waiting.sources.push(incoming.source());
        let names = waiting.names.entry((duty.to_owned(), period)).or_default();
        if !names.iter().any(|n| n == name) {
            names.push(name.to_owned());
        }
    }

    /// The lines that are due, with the sources of the messages that each answers; all of them at the end (`now` = `i64::MAX`).
    pub fn take(&self, bot: &Bot, now: i64) -> Vec<(Outgoing, Vec<String>)> {
        let mut map = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let due: Vec<ChatKey> = map.iter().filter(|(_, w)| w.due <= now).map(|(c, _)| c.clone()).collect();
        let mut out = Vec::new();
        for chat in due {
            let Some(waiting) = map.remove(&chat) else { continue };
            let lines: Vec<String> = waiting
                .names
                .iter()
                .map(|((duty, _), names)| {
                    let Some(duty) = bot.config.duty(duty) else { return String::new() };
                    let key = match duty.measure {
                        Measure::Attendance => "gathered-checked-in",
                        _ if duty.confirm => "gathered-paid",
                        _ => "gathered-done",
                    };
                    let shown = bot.names(names, bot.config.bot.answers.gather_names);
                    bot.say(key, &[("duty", duty.name.as_str().into()), ("count", names.len().into()), ("names", shown.into())])
                })
                .collect();
            out.push((Outgoing::text(chat, lines.join("\n")), waiting.sources));
        }
        out
    }
}
