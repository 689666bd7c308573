//! Gathered acknowledgement: one line for all who reported within some seconds, where a chat is set so.

use super::bot::Bot;
use crate::domain::calendar::Period;
use crate::domain::duty::Measure;
use crate::domain::message::{ChatKey, Incoming, Outgoing};
use std::collections::BTreeMap;
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

/// The chats' waiting lines.
#[derive(Debug, Default)]
pub struct Gather(Mutex<BTreeMap<ChatKey, Waiting>>);

impl Gather {
    /// Adds one; the first of a chat starts its window.
    pub fn add(&self, incoming: &Incoming, duty: &str, period: Period, name: &str, due: i64) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = map.entry(incoming.chat.clone()).or_insert_with(|| Waiting { due, names: BTreeMap::new(), sources: Vec::new() });
        waiting.sources.push(incoming.source());
        let names = waiting.names.entry((duty.to_owned(), period)).or_default();
        if !names.iter().any(|n| n == name) {
            names.push(name.to_owned());
        }
    }

    /// The lines that are due, with the sources of the messages that each answers; all of them at the end (`now` = `i64::MAX`).
    pub fn take(&self, bot: &Bot, now: i64) -> Vec<(Outgoing, Vec<String>)> {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
