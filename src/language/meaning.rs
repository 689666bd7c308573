//! What surrounds an intent: the words it came from, the kinds of leave, the rows of a list.

use crate::language::Intent;
use serde::Serialize;
use std::ops::Range;

/// An intent with the bytes of the original text that gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// What was meant.
    pub intent: Intent,
    /// Which part gave what: (`duty`, 3..9). Byte ranges of the text as it was given.
    pub why: Vec<(&'static str, Range<usize>)>,
}

/// Personal (事假) or sick (病假).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveKind {
    /// 事假.
    Personal,
    /// 病假.
    Sick,
}

/// Why what was said of reminders is asked about rather than done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemindDoubt {
    /// It is to come once, later: 明天20点提醒大学习.
    Once,
    /// It is to come so long before the deadline.
    Before,
    /// No cron line says it: 每两周, 每小时.
    Cycle,
    /// Two times or two duties in one sentence.
    One,
    /// The time was not understood.
    Time,
    /// Somebody is named, where it comes to all who are missing.
    Name,
    /// Another period than the one that runs is meant.
    Period,
    /// Who is reminded is asked of no one day.
    Day,
    /// Whether it is to be sent now was not understood.
    Now,
    /// There are to be fewer, or others.
    Stop,
    /// From when or until when they rest was not understood.
    Pause,
    /// The unit's own words are asked after, or none follow.
    Words,
}

/// One row of a chain list (接龙).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainEntry {
    /// Its number in the list.
    pub n: u32,
    /// The name, as written.
    pub name: String,
    /// What stands after it.
    pub text: String,
}

/// An issue of Youth Study: `5`, `13/5` (season/number), `2026/29` (year/number).
pub type Issue = String;
