//! The course of a duty in a unit: its issues (期), each over one period, and its pauses. Pure; who may declare them is
//! `action`'s. A duty of which no issue was ever opened simply runs by its calendar.

use super::calendar::{Period, Zone};
use super::duty::{Duty, Measure};
use super::ids::OrgId;
use chrono::NaiveDate;

/// One issue: 第十三季第5期.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Its id.
    pub id: i64,
    /// The unit that opened it; it holds there and below.
    pub org: OrgId,
    /// The duty's key.
    pub duty: String,
    /// The period that it counts for: what is reported for the issue is recorded there.
    pub period: Period,
    /// `5`, `13/5` (season) or `2026/29` (year), where the name says one.
    pub number: Option<String>,
    /// As people say it.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// From when, UTC milliseconds.
    pub opened_at: i64,
    /// Until when it is in time, UTC milliseconds; none: as the duty says.
    pub due_at: Option<i64>,
    /// When it was closed by hand.
    pub closed_at: Option<i64>,
}

impl Issue {
    /// Whether this number means it: the same, or the same with one of the two leaving out the season or year.
    pub fn numbered(&self, said: &str) -> bool {
        let last = |n: &str| n.rsplit('/').next().unwrap_or_default().to_owned();
        self.number.as_deref().is_some_and(|own| own == said || (!own.contains('/') || !said.contains('/')) && last(own) == last(said))
    }

    /// Whether the text says its name or an alias.
    pub fn mentioned(&self, text: &str) -> bool {
        std::iter::once(&self.name).chain(&self.aliases).any(|name| name.chars().count() > 1 && text.contains(name.as_str()))
    }
}

/// A time in which nothing is owed: 寒假.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The duty's key.
    pub duty: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// Issues and pauses as they hold in one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// Those of the unit itself first, then of the units above; the newest first in each.
    pub issues: Vec<Issue>,
    /// Declared in chat, here or above.
    pub pauses: Vec<Pause>,
}

impl Course {
    /// The issue of that period: the nearest unit's.
    pub fn issue(&self, duty: &str, period: Period) -> Option<&Issue> {
        self.issues.iter().find(|i| i.duty == duty && i.period == period)
    }

    /// Issues of this duty, the nearest unit's where several units opened one for a period.
    pub fn of<'a, 'd>(&'a self, duty: &'d str) -> impl Iterator<Item = &'a Issue> + use<'a, 'd> {
        self.issues.iter().filter(move |i| i.duty == duty && self.issue(duty, i.period).is_some_and(|first| first.id == i.id))
    }

    /// The issue that a report without a number means: the one opened last that is neither closed nor long over.
    pub fn open(&self, duty: &Duty, zone: Zone, now: i64) -> Option<&Issue> {
        let last = self.of(&duty.key).filter(|i| i.opened_at <= now).max_by_key(|i| i.period)?;
        let over = self.closes(duty, last.period, zone) <= now;
        (!over && last.closed_at.is_none_or(|t| now < t)).then_some(last)
    }

    /// The newest issue of this number.
    pub fn numbered(&self, duty: &str, said: &str) -> Option<&Issue> {
        let exact = self.of(duty).filter(|i| i.number.as_deref() == Some(said)).max_by_key(|i| i.period);
        exact.or_else(|| self.of(duty).filter(|i| i.numbered(said)).max_by_key(|i| i.period))
    }

    /// The newest issue whose name or alias the text says.
    pub fn mentioned(&self, duty: &str, text: &str) -> Option<&Issue> {
        self.of(duty).filter(|i| i.mentioned(text)).max_by_key(|i| i.period)
    }

    /// Until when the period is in time, UTC milliseconds.
    pub fn due(&self, duty: &Duty, period: Period, zone: Zone) -> i64 {
        self.issue(&duty.key, period).and_then(|i| i.due_at).unwrap_or_else(|| duty.due.instant(period, zone))
    }

    /// Until when reports of the period are taken, as late where they are, UTC milliseconds.
    pub fn closes(&self, duty: &Duty, period: Period, zone: Zone) -> i64 {
        duty.closes.instant(period, zone).max(self.issue(&duty.key, period).and_then(|i| i.due_at).unwrap_or(0))
    }

    /// Whether the period is over: its deadline has passed, or its issue was closed by hand. Before that nobody has missed it.
    pub fn over(&self, duty: &Duty, period: Period, zone: Zone, now: i64) -> bool {
        let closed = self.issue(&duty.key, period).and_then(|i| i.closed_at).is_some_and(|at| at <= now);
        closed || self.due(duty, period, zone) <= now
    }

    /// The deadlines of a duty's issues that have one of their own.
    pub fn dues(&self, duty: &str) -> Vec<(Period, i64)> {
        self.of(duty).filter_map(|i| Some((i.period, i.due_at?))).collect()
    }

    /// Whether nothing is owed for the period: its last day falls into a pause, and no issue was opened all the same.
    pub fn paused(&self, duty: &Duty, period: Period) -> bool {
        let last = period.last_day();
        let said = self.pauses.iter().any(|p| p.duty == duty.key && (p.from..=p.to).contains(&last));
        (said || duty.pauses.iter().any(|(from, to)| (*from..=*to).contains(&last))) && self.issue(&duty.key, period).is_none()
    }
}

/// Of these periods those that a rate over several counts (issues done of issues due), and those that still run in any of the
/// courses: what may yet be done is not missing. A meeting is over when it was held, so of those all count.
pub fn counted<'c>(courses: &(impl Iterator<Item = &'c Course> + Clone), duty: &Duty, periods: &[Period], zone: Zone, now: i64) -> (Vec<Period>, Vec<Period>) {
    let over = |p: &&Period| duty.measure == Measure::Attendance || courses.clone().all(|c| c.over(duty, **p, zone, now));
    let (due, running): (Vec<&Period>, Vec<&Period>) = periods.iter().partition(over);
    (due.into_iter().copied().collect(), running.into_iter().copied().collect())
}

/// The name that follows this one: its last number and one more (第十三季第5期 → 第十三季第6期). None where no digits are in it.
pub fn next_name(name: &str) -> Option<String> {
    let end = name.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = name[..end].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + name[at..].chars().next().map_or(1, char::len_utf8));
    let n: u64 = name[start..end].parse().ok()?;
    Some(format!("{}{}{}", &name[..start], n.checked_add(1)?, &name[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Cadence;

    fn issue(id: i64, week: u32, number: &str, alias: &str) -> Issue {
        let period = Period::new(Cadence::Week, 2026, week).unwrap();
        Issue {
            id,
            org: OrgId(1),
            duty: "study".into(),
            period,
            number: Some(number.into()),
            name: format!("第{number}期"),
            aliases: vec![alias.into()],
            opened_at: 0,
            due_at: None,
            closed_at: None,
        }
    }

    #[test]
    fn a_number_means_its_newest_issue() {
        let course =
            Course { issues: vec![issue(1, 40, "12/5", "旧"), issue(2, 45, "13/5", "四中全会特辑"), issue(3, 46, "13/6", "新")], pauses: Vec::new() };
        let id = |said| course.numbered("study", said).map(|i| i.id);
        assert_eq!((id("5"), id("12/5"), id("13/6"), id("14/6"), id("7")), (Some(2), Some(1), Some(3), None, None));
        assert_eq!(course.mentioned("study", "四中全会特辑看完了").map(|i| i.id), Some(2));
        assert_eq!(course.mentioned("study", "新的看完了"), None, "one character is no name");
    }

    #[test]
    fn names_count_on() {
        let all = [("第十三季第5期", Some("第十三季第6期")), ("2026年第29期", Some("2026年第30期")), ("9", Some("10")), ("特辑", None)];
        for (name, next) in all {
            assert_eq!(next_name(name).as_deref(), next, "{name}");
        }
    }
}
