//! `bot-config/`, strictly typed. Every mistake in it is told at once, with file, line and what to write instead.
//! The commented defaults are embedded in the binary. A folder given by `--config` lies over them: its `bot.toml` and
//! `messages/*.ftl` key by key, its `roles.toml`, `duties/*.toml` and `holidays/*.toml` file by file; a further file in
//! `duties/` adds a duty, `enabled = false` takes one away. `ZHIBU_<SECTION>_<KEY>` overrides a setting of `bot.toml`.
//!
//! In flow order: `folder` (which files there are) → `reader` (TOML with places) → `environment` → one reader for each
//! kind of file: `bot`, `roles`, `duties`, `holidays`, `messages`.

pub mod bot;
pub mod defaults;
mod duties;
mod environment;
mod folder;
pub mod holidays;
pub mod links;
mod meeting;
mod membership;
pub mod messages;
mod money;
pub mod official;
pub mod operator;
pub mod qq;
mod reader;
pub mod reminder;
mod roles;
pub mod screenshots;
pub mod telegram;
pub mod wecom;
mod wording;

pub use bot::Retention;
pub use environment::Env;

use crate::domain::calendar::Zone;
use crate::domain::duty::Duty;
use crate::domain::role::{Permission, Role};
use crate::domain::timing::Almanac;
use folder::{File, Folder};
use messages::{Lang, Messages, Source};
use reader::{Problems, Table};
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
    /// Duties whose file says `enabled = false`: what is said of them is meant for no other.
    pub off: Vec<Duty>,
    /// `holidays/*.toml`.
    pub holidays: holidays::Holidays,
    /// `messages/*.ftl`.
    pub messages: Messages,
}

/// One mistake in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, or the environment variable.
    pub place: String,
    /// The line, from 1; 0 where there is none.
    pub line: usize,
    /// What is wrong and what to write instead, in English. Never holds a secret.
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
    /// Every problem found: file by file, lines rising.
    pub fn load(folder: Option<&Path>, env: &Env) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::default();
        let p = &mut problems;
        let folder = folder.map(|path| Folder::open(path, p)).unwrap_or_default();

        let mut table = Table::parse("bot.toml", defaults::text("bot.toml").unwrap_or_default(), p);
        if let Some(own) = folder.file("bot.toml") {
            table.overlay(Table::parse(&own.place, &own.text, p));
        }
        environment::apply(env, &mut table, p);
        let bot = bot::Bot::read(table, p);

        let roles_file = folder.or_default("roles.toml");
        let roles = roles_file.map(|f| roles::read(Table::parse(&f.place, &f.text, p), p)).unwrap_or_default();

        let house = bot.as_ref().map(|b| b.zone).unwrap_or_default();
        let files = folder.over_defaults("duties/");
        let all = files.iter().filter_map(|f| duties::read(f.stem(), Table::parse(&f.place, &f.text, p), house, p));
        let (mut read, off): (Vec<duties::Read>, Vec<duties::Read>) = all.partition(|r| r.enabled);
        duties::clashes(&read, p);
        read.sort_by(|a, b| (a.order, &a.duty.key).cmp(&(b.order, &b.duty.key)));

        let mut holidays = holidays::Holidays::default();
        for f in folder.over_defaults("holidays/") {
            match f.stem().parse() {
                Ok(year) if f.stem().len() == 4 => holidays::read(&mut holidays, year, Table::parse(&f.place, &f.text, p), p),
                _ => p.0.push(Problem { place: f.place.clone(), line: 0, what: "name the file after its year, such as holidays/2026.toml".into() }),
            }
        }

        let messages = messages(&folder, p);
        match bot {
            Some(bot) if problems.0.is_empty() => {
                let duties = read.into_iter().map(|r| r.duty).collect();
                let off = off.into_iter().map(|r| r.duty).collect();
                Ok(Self { bot, roles, duties, off, holidays, messages })
            }
            _ => Err(problems.sorted()),
        }
    }

    /// The duty of this key.
    pub fn duty(&self, key: &str) -> Option<&Duty> {
        self.duties.iter().find(|d| d.key == key)
    }

    /// The duty that is switched off and named here, where none that is on is named: 支部大会 is no theme day.
    pub fn off(&self, text: &str) -> Option<&Duty> {
        let named = |d: &&Duty| d.names().any(|name| text.contains(name));
        if self.duties.iter().any(|d| named(&d)) { None } else { self.off.iter().find(named) }
    }

    /// What a duty's due times depend on beside each reminder and the deadlines that a unit's own issues have.
    pub fn almanac<'a>(&'a self, duty: &'a Duty) -> Almanac<'a> {
        Almanac { holidays: &self.holidays, duty, house: self.zone(), quiet: self.bot.reminders.quiet, dues: &[] }
    }

    /// The house's zone.
    pub fn zone(&self) -> Zone {
        self.bot.zone
    }
}

fn messages(folder: &Folder, p: &mut Problems) -> Messages {
    let name = |lang: Lang| format!("messages/{}.ftl", lang.key());
    let shipped = Lang::ALL.map(|lang| Source { lang, place: name(lang), text: defaults::text(&name(lang)).unwrap_or_default() });
    let own: Vec<(Lang, &File)> = Lang::ALL.into_iter().filter_map(|lang| Some((lang, folder.file(&name(lang))?))).collect();
    let own: Vec<Source<'_>> = own.into_iter().map(|(lang, f)| Source { lang, place: f.place.clone(), text: &f.text }).collect();
    Messages::read(&shipped, &own, &mut p.0)
}
