//! What is filed above when a period of a duty is over (汇总备案): of each branch who was expected, with its parts, and by what it was
//! shown. Pure.

use super::ledger_sheet::cell;
use super::namesakes::Names;
use super::reminder::{Line, cut};
use super::tally::{Attendance, Rate};
use crate::config::messages::{Lang, Messages, Value};
use crate::domain::calendar::{Period, Zone};
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::message::{Capabilities, ChatKey, Outgoing, Part};
use crate::domain::record::{Evidence, Standing};
use crate::domain::roster::Roster;
use chrono::Datelike;

/// The table's head.
pub const HEAD: [&str; 13] =
    ["团支部", "事项", "期", "截止", "应完成", "已完成", "其中逾期", "后台已录", "请假或免", "未完成", "完成率", "未绑定账号", "未完成名单"];

/// One branch's line, or all of them together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// The branch's path; of all together the unit's.
    pub unit: String,
    /// The issue's name there, else the period's key.
    pub issue: String,
    /// Until when it was in time there, UTC milliseconds.
    pub due: i64,
    /// How many are expected: the denominator. It is `done` + `excused` + `missing`.
    pub expected: i64,
    /// How many did it.
    pub done: i64,
    /// Of them, how many late.
    pub late: i64,
    /// Of them, whom an official export shows as well.
    pub official: i64,
    /// How many are on leave or exempt.
    pub excused: i64,
    /// Who did not, by name, told from namesakes.
    pub missing: Vec<String>,
    /// Of those expected, how many have no account.
    pub unregistered: i64,
}

impl Filed {
    /// Reads a branch's standings of the period.
    pub fn read(roster: &Roster, duty: &Duty, period: Period, standings: &[(PersonId, Standing)], zone: Zone, names: Names<'_>) -> Self {
        let a = Attendance::read(roster, duty, period, standings, zone);
        let n = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let shown = |person: PersonId| standings.iter().any(|(p, s)| *p == person && s.evidence == Some(Evidence::Official));
        Self {
            unit: roster.org.path.clone(),
            issue: a.issue.clone().unwrap_or_else(|| period.to_string()),
            due: a.due,
            expected: n(a.expected.len()),
            done: n(a.done.len()),
            late: n(a.late.len()),
            official: n(a.done.iter().filter(|m| shown(m.person)).count()),
            excused: n(a.excused.len()),
            missing: a.missing.iter().map(|m| names.of(roster, m)).collect(),
            unregistered: n(a.unregistered.len()),
        }
    }

    /// All of these together.
    pub fn total(unit: &str, period: Period, all: &[Self]) -> Self {
        let one = |of: &dyn Fn(&Self) -> String| all.first().map(of).filter(|first| all.iter().all(|f| of(f) == *first));
        let issue = one(&|f| f.issue.clone()).unwrap_or_else(|| period.to_string());
        let mut sum = Self { unit: unit.to_owned(), issue, due: all.iter().map(|f| f.due).max().unwrap_or(0), ..Self::default() };
        for one in all {
            sum.expected += one.expected;
            sum.done += one.done;
            sum.late += one.late;
            sum.official += one.official;
            sum.excused += one.excused;
            sum.unregistered += one.unregistered;
            sum.missing.extend(one.missing.iter().cloned());
        }
        sum
    }

    /// Participants of those expected.
    pub fn rate(&self) -> Rate {
        Rate { part: self.done, whole: self.expected }
    }
}

/// What is said of it, and when.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The words.
    pub messages: &'a Messages,
    /// Their language.
    pub lang: Lang,
    /// The house's zone.
    pub zone: Zone,
    /// Now, UTC milliseconds.
    pub now: i64,
    /// The duty.
    pub duty: &'a Duty,
    /// The period, as people call it.
    pub period: &'a str,
    /// Until when it was in time, UTC milliseconds.
    pub due: i64,
    /// Who files it.
    pub who: &'a str,
}

impl Words<'_> {
    /// A line of it: of a unit, with the names of those who did not.
    pub fn say(&self, key: &str, unit: &str, f: &Filed, names: &str) -> String {
        let today = self.zone.date(self.now);
        let args = [
            ("unit", Value::from(unit)),
            ("period", self.period.into()),
            ("duty", self.duty.name.as_str().into()),
            ("expected", f.expected.into()),
            ("done", f.done.into()),
            ("late", f.late.into()),
            ("official", f.official.into()),
            ("excused", f.excused.into()),
            ("missing", f.missing.len().into()),
            ("rate", f.rate().percent().into()),
            ("unregistered", f.unregistered.into()),
            ("names", names.into()),
            ("due", self.zone.show(self.due).into()),
            ("open", if self.due > self.now { "yes" } else { "no" }.into()),
            ("who", self.who.into()),
            ("day", self.messages.say(self.lang, "day", &[("month", today.month().into()), ("day", today.day().into())]).into()),
        ];
        self.messages.say(self.lang, key, &args)
    }

    /// A branch's, to its secretary, once the period is over; within the platform's limits, and nobody is left out.
    pub fn to_secretary(&self, unit: &str, f: &Filed, chat: &ChatKey, can: &Capabilities) -> Vec<Outgoing> {
        let line = |key| self.say(key, unit, f, "");
        let mut head = vec![line("return-over"), line("return-head"), line("return-line")];
        head.extend((!f.missing.is_empty()).then(|| line("return-names")));
        let more = self.messages.say(self.lang, "remind-more", &[("duty", self.duty.name.as_str().into()), ("period", self.period.into())]);
        let names = f.missing.iter().map(|name| Line::Person(Part::Text(name.clone()))).collect();
        let pages = cut(&head.join("\n"), &more, &line("return-foot"), names, can);
        pages.into_iter().map(|parts| Outgoing { chat: chat.clone(), quote: None, parts }).collect()
    }
}

/// The table as csv, as the ledger's: a line for each branch, and where there are several one for all of them.
pub fn csv(duty: &Duty, all: &[Filed], total: Option<&Filed>, zone: Zone) -> String {
    let mut text = String::from("\u{feff}");
    let mut put = |cells: &[String]| {
        text.push_str(&cells.iter().map(|c| cell(c)).collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    };
    put(&HEAD.map(str::to_owned));
    let mut line = |f: &Filed, names: bool, unit: String| {
        put(&[
            unit,
            duty.name.clone(),
            f.issue.clone(),
            zone.show(f.due),
            f.expected.to_string(),
            f.done.to_string(),
            f.late.to_string(),
            f.official.to_string(),
            f.excused.to_string(),
            f.missing.len().to_string(),
            f.rate().percent(),
            f.unregistered.to_string(),
            if names { f.missing.join("、") } else { String::new() },
        ]);
    };
    for f in all {
        line(f, true, f.unit.clone());
    }
    if let Some(total) = total {
        line(total, false, format!("{}（合计）", total.unit));
    }
    text
}
