//! A duty: who owes what measure, how often. Every one is a file of `bot-config/duties/`; none is known to code by name.

use super::calendar::{Cadence, Period, Zone};
use super::money::Fen;
use super::roster::Ack;
use chrono::{Days, NaiveTime};
use std::collections::BTreeMap;

/// What is counted; also the unit of every `value`, `owed` and `got`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Done or not: 1.
    Done,
    /// Fen.
    Money,
    /// A number of things.
    Count,
    /// Minutes.
    Minutes,
    /// Present at a session: 1.
    Attendance,
}

/// When a period's duty is due, and when it closes: an offset from the period's last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Days before (negative) or after the period's last day.
    pub days: i64,
    /// The local time on that day; `None` is the end of the day.
    pub time: Option<NaiveTime>,
}

impl Deadline {
    /// The instant, UTC milliseconds.
    pub fn instant(self, period: Period, zone: Zone) -> i64 {
        let last = period.last_day();
        let step = Days::new(self.days.unsigned_abs());
        let day = if self.days < 0 { last - step } else { last + step };
        match self.time {
            Some(time) => zone.instant(day.and_time(time)),
            None => zone.start_of(day + Days::new(1)),
        }
    }
}

/// A dues band: what a member of it owes a month, by the month from which it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// `student`, `pay_3000` …: what the roster's 团费档次 column may say, with `name`.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Rates from a month on, oldest first.
    pub rates: Vec<(Period, Fen)>,
}

impl Band {
    /// What is owed for that month; none before the first rate.
    pub fn rate(&self, month: Period) -> Option<Fen> {
        self.rates.iter().rev().find(|(from, _)| *from <= month).map(|(_, fen)| *fen)
    }
}

/// The words by which people mean this duty: what `language` compiles its grammar from. All in simplified Chinese or English.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Verbs that, with this duty's name, say that it was done: 交, 缴, 看, 学.
    pub verbs: Vec<String>,
    /// Whole marks of completion beside the usual ones (已, 了, 完): 打卡.
    pub done: Vec<String>,
    /// Names of other things that look like it and must not be taken for it: 班费, 党费.
    pub not: Vec<String>,
    /// Typing slips, wrong → right: 团废 → 团费.
    pub slips: BTreeMap<String, String>,
    /// Units that its counts are said in: 篇, 次, 小时.
    pub units: Vec<String>,
}

/// Who a reminder speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The branch's group chats; names as the duty's privacy allows.
    Group,
    /// The branch's secretaries, in private, with names.
    Secretary,
}

/// A reminder of a duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Unique within the duty: `sunday`.
    pub key: String,
    /// Five-field crontab or the `cron` crate's longer form with weekday names.
    pub cron: String,
    /// The zone of the cron expression.
    pub zone: Zone,
    /// To whom.
    pub audience: Vec<Audience>,
    /// Which period it asks about: 0 the one that holds the scheduled time, -1 the one before.
    pub period: i32,
    /// A due time found later than this many minutes after it is skipped, not sent.
    pub grace_minutes: i64,
}

/// A duty as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// `dues`, `study`, `theme_day` …: the file's name.
    pub key: String,
    /// 团费.
    pub name: String,
    /// Other names, longest first in matching: 青年大学习, 大学习.
    pub aliases: Vec<String>,
    /// What is counted.
    pub measure: Measure,
    /// How often.
    pub cadence: Cadence,
    /// How much is owed each period where no band says: 1, a count, minutes.
    pub target: i64,
    /// When it is due; later is late.
    pub due: Deadline,
    /// Days after which the period closes and who was expected is frozen; none: the period after it, as with arrears.
    pub closes: Deadline,
    /// Whether an unmet period stays owed (arrears): payments go to the oldest first.
    pub arrears: bool,
    /// Whether a report is a claim until somebody confirms it.
    pub confirm: bool,
    /// Whether a group may hear by name who is missing (law 12).
    pub names_in_group: bool,
    /// Bands, where `measure` is money.
    pub bands: Vec<Band>,
    /// The band of a member for whom none is said.
    pub default_band: Option<String>,
    /// How many months ahead or behind may be paid at once before the bot warns.
    pub warn_months: usize,
    /// Acknowledgement where the chat does not say.
    pub ack: Ack,
    /// The words for it.
    pub words: Words,
    /// Its reminders.
    pub reminders: Vec<Reminder>,
}

impl Duty {
    /// What a member of this band (the default where `None` or unknown) owes in the period, in the measure's
    /// unit. None where no rate is in force.
    pub fn owed(&self, band: Option<&str>, period: Period) -> Option<i64> {
        if self.measure != Measure::Money {
            return Some(self.target);
        }
        let find = |key: &str| self.bands.iter().find(|b| b.key == key);
        let band = band.and_then(find).or_else(|| self.default_band.as_deref().and_then(find))?;
        band.rate(period).map(|fen| fen.0)
    }

    /// The name and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}
