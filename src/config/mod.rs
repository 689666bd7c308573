//! `bot-config/`, strictly typed. Every mistake in it is told at once, with file, line and what to write instead.
//! The commented defaults are embedded in the binary; a file in the folder given by `--config` replaces the one of
//! its name, a further file in `duties/` adds a duty, and `ZHIBU_<SECTION>_<KEY>` overrides one setting of `bot.toml`.

pub mod bot;
pub mod defaults;
pub mod messages;
mod reader;
mod wording;

use crate::domain::calendar::Zone;
use crate::domain::duty::Duty;
use crate::domain::role::{Permission, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The whole configuration.
#[derive(Debug)]
pub struct Config {
    /// `bot.toml` with the environment's overrides.
    pub bot: bot::Bot,
    /// `roles.toml`: what each role may do, in its unit and below.
    pub roles: BTreeMap<Role, BTreeSet<Permission>>,
    /// `duties/*.toml`, in the files' `order`, then by name.
    pub duties: Vec<Duty>,
    /// `messages/*.ftl`.
    pub messages: messages::Messages,
}

/// One mistake in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, or the environment variable.
    pub place: String,
    /// The line, from 1; 0 where there is none.
    pub line: usize,
    /// What is wrong and what to write instead, in English.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 { write!(f, "{}: {}", self.place, self.what) } else { write!(f, "{}:{}: {}", self.place, self.line, self.what) }
    }
}

impl Config {
    /// Reads the defaults, the folder over them, and the environment over both.
    ///
    /// # Errors
    /// Every problem found, in file order.
    pub fn load(folder: Option<&Path>, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<Problem>> {
        let _ = (folder, env);
        unimplemented!()
    }

    /// The duty of this key.
    pub fn duty(&self, key: &str) -> Option<&Duty> {
        self.duties.iter().find(|d| d.key == key)
    }

    /// The house's zone.
    pub fn zone(&self) -> Zone {
        self.bot.zone
    }
}
