//! `[operator]` of `bot.toml`: how whoever runs the bot hears of what no chat can mend, and how long a throttled account rests.

use super::bot::size;
use super::reader::{Problems, Table};
use crate::domain::message::ChatKey;

/// See the file's head.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The private chats (or groups) that are told, on every platform that can.
    pub chats: Vec<ChatKey>,
    /// A program with its arguments that is run for each alarm; empty: none.
    pub command: Vec<String>,
    /// Minutes for which an account is offline before that is told.
    pub offline_minutes: i64,
    /// Minutes for which a throttled account rests at first; 0: until somebody lets it go.
    pub throttled_minutes: i64,
    /// Minutes for which it rests at most.
    pub throttled_longest_minutes: i64,
    /// Minutes for which a chat was not heard, and could not be caught up on, before its secretary is told.
    pub deaf_minutes: i64,
    /// Messages fetched of one chat, at most, when an account comes back.
    pub history: usize,
}

impl Operator {
    pub(super) fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        let mut chats = Vec::new();
        for (at, text) in t.texts("chats", p) {
            match text.parse() {
                Ok(chat) => chats.push(chat),
                Err(why) => p.add(&at, format!("`chats`: {why}")),
            }
        }
        let command = t.texts("command", p).into_iter().map(|(_, word)| word).collect();
        let offline_minutes = t.number("offline_minutes", 1..=1440, p);
        let throttled_minutes = t.number("throttled_minutes", 0..=10_080, p);
        let throttled_longest_minutes = t.number("throttled_longest_minutes", 1..=10_080, p);
        let deaf_minutes = t.number("deaf_minutes", 0..=1440, p);
        let history = t.number("history", 0..=5000, p);
        Some(Self {
            chats,
            command,
            offline_minutes: offline_minutes?,
            throttled_minutes: throttled_minutes?,
            throttled_longest_minutes: throttled_longest_minutes?,
            deaf_minutes: deaf_minutes?,
            history: size(history?),
        })
    }

    /// How long a throttled account rests at first, milliseconds. Without an end: ten years.
    pub fn rest(&self) -> i64 {
        const FOR_GOOD: i64 = 10 * 366 * 86_400_000;
        if self.throttled_minutes == 0 { FOR_GOOD } else { self.throttled_minutes * 60_000 }
    }

    /// How long it rests at most, milliseconds.
    pub fn longest_rest(&self) -> i64 {
        self.rest().max(self.throttled_longest_minutes * 60_000)
    }
}
