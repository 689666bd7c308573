//! Who has met a duty in a period, who is missing, and the rates: the one reading that reminders, `谁没…` and
//! `…统计` share. Pure; it decides nothing about who may see what.

use crate::domain::calendar::{Period, Zone};
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::record::{Standing, State};
use crate::domain::roster::{ERASED, Member, Roster};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::iter::Sum;
use std::ops::AddAssign;

/// Members who owe the duty in the period, in roster order, each once: members then (`Roster::owes`) for whom a rate above nothing is in force, unless the
/// duty pauses. What `Post::expected` and recounts must count.
pub fn owing<'a>(duty: &Duty, roster: &'a Roster, period: Period) -> Vec<&'a Member> {
    let mut seen = HashSet::new();
    let owes = |m: &Member| roster.concerns(duty, m) && roster.owed(duty, m, period).is_some_and(|owed| owed > 0);
    if roster.course.paused(duty, period) {
        return Vec::new();
    }
    roster.members.iter().filter(|m| roster.owes(duty, m, period) && owes(m) && seen.insert(m.person)).collect()
}

/// Who [`owing`] gives, as the store's recounts want it.
pub fn owing_people(duty: &Duty, roster: &Roster, period: Period) -> Vec<PersonId> {
    owing(duty, roster, period).into_iter().map(|m| m.person).collect()
}

/// How a branch stands with a duty in a period. Members are in roster order, each in at most one of `done`,
/// `excused` and `missing`, which together are `expected`.
#[derive(Clone, Debug, Default)]
pub struct Attendance<'a> {
    /// Who owes it; for a period that was frozen, who owed it then.
    pub expected: Vec<&'a Member>,
    /// Of them, who has met it, late or not.
    pub done: Vec<&'a Member>,
    /// Of `done`, who met it after the deadline, or came late.
    pub late: Vec<&'a Member>,
    /// Of them, who is on leave or exempt and has not met it.
    pub excused: Vec<&'a Member>,
    /// Of them, who still owes it (part of it counts as owing).
    pub missing: Vec<&'a Member>,
    /// Of `missing`, who has done a part.
    pub partial: Vec<&'a Member>,
    /// Of `expected`, who has no chat account bound: the bot can't know them in chat.
    pub unregistered: Vec<&'a Member>,
    /// Who has met it without being expected: somebody who left meanwhile, or a week before the unit was with the bot.
    pub beside: Vec<&'a Member>,
    /// What all of the branch reported, in the duty's unit; also by those who were not expected.
    pub got: i64,
    /// What of it is confirmed.
    pub confirmed: i64,
    /// Whether the period was frozen.
    pub frozen: bool,
    /// Until when it is in time, UTC milliseconds.
    pub due: i64,
    /// The name of the issue, where one was opened.
    pub issue: Option<String>,
}

impl<'a> Attendance<'a> {
    /// Reads the branch's standings of this duty and period (`Store::standings`). Where any of them says that
    /// its person was expected, the period is frozen and they decide; else the roster does. `zone` is the house's.
    pub fn read(roster: &'a Roster, duty: &Duty, period: Period, standings: &[(PersonId, Standing)], zone: Zone) -> Self {
        Self::among(roster, duty, period, (standings, None), zone)
    }

    /// The same of those who were `asked`, where that is known better than by the roster.
    pub fn among(
        roster: &'a Roster,
        duty: &Duty,
        period: Period,
        (standings, asked): (&[(PersonId, Standing)], Option<&HashSet<PersonId>>),
        zone: Zone,
    ) -> Self {
        let by_person: HashMap<PersonId, &Standing> = standings.iter().map(|(p, s)| (*p, s)).collect();
        let frozen = standings.iter().any(|(_, s)| s.expected == Some(true));
        let mut once = HashSet::new();
        let expected = if let Some(asked) = asked {
            roster.members.iter().filter(|m| asked.contains(&m.person) && once.insert(m.person)).collect()
        } else if frozen {
            let then = |m: &&Member| by_person.get(&m.person).is_some_and(|s| s.expected == Some(true));
            let mut seen = HashSet::new();
            roster.members.iter().filter(then).filter(|m| seen.insert(m.person)).collect()
        } else {
            owing(duty, roster, period)
        };
        let due = roster.course.due(duty, period, zone);
        let issue = roster.course.issue(&duty.key, period).map(|i| i.name.clone());
        let sum = |value: fn(&Standing) -> i64| standings.iter().fold(0_i64, |all, (_, s)| all.saturating_add(value(s)));
        let mut a = Self { frozen, got: sum(|s| s.got), confirmed: sum(|s| s.confirmed), due, issue, ..Self::default() };
        for member in &expected {
            match by_person.get(&member.person) {
                Some(s) if s.done() => {
                    a.done.push(*member);
                    if s.state == Some(State::Late) || s.done_at.is_some_and(|at| at >= due) {
                        a.late.push(*member);
                    }
                }
                Some(s) if s.excused => a.excused.push(*member),
                standing => {
                    a.missing.push(*member);
                    if standing.is_some_and(|s| s.got > 0) {
                        a.partial.push(*member);
                    }
                }
            }
        }
        let among: HashSet<PersonId> = expected.iter().map(|m| m.person).collect();
        let mut seen = HashSet::new();
        let beside = |m: &&Member| !among.contains(&m.person) && by_person.get(&m.person).is_some_and(|s| s.done()) && seen.insert(m.person);
        a.beside = roster.members.iter().filter(beside).collect();
        // whoever was erased has nothing more to say
        a.unregistered = expected.iter().filter(|m| m.accounts.is_empty() && m.name != ERASED).copied().collect();
        a.expected = expected;
        a
    }

    /// Leaves those aside who are not meant: of a group's meeting everybody else.
    pub fn keep(&mut self, meant: impl Fn(&Member) -> bool) {
        let lists = [&mut self.expected, &mut self.done, &mut self.late, &mut self.excused, &mut self.missing, &mut self.partial, &mut self.unregistered];
        for list in lists {
            list.retain(|m| meant(m));
        }
    }

    /// Its figures.
    pub fn sums(&self) -> Sums {
        let n = |list: &[&Member]| i64::try_from(list.len()).unwrap_or(i64::MAX);
        Sums { branches: 1, expected: n(&self.expected), done: n(&self.done), excused: n(&self.excused), got: self.got, confirmed: self.confirmed }
    }
}

/// Figures of one branch or of several together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Branches in it.
    pub branches: i64,
    /// How many are expected.
    pub expected: i64,
    /// How many have met it.
    pub done: i64,
    /// How many are excused and have not met it.
    pub excused: i64,
    /// What was reported, in the duty's unit.
    pub got: i64,
    /// What of it is confirmed.
    pub confirmed: i64,
}

impl Sums {
    /// Of those expected, how many have met it.
    pub fn rate(&self) -> Rate {
        Rate { part: self.done, whole: self.expected }
    }
    /// How many still owe it; never negative.
    pub fn missing(&self) -> i64 {
        (self.expected - self.done - self.excused).max(0)
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.branches += other.branches;
        self.expected += other.expected;
        self.done += other.done;
        self.excused += other.excused;
        self.got = self.got.saturating_add(other.got);
        self.confirmed = self.confirmed.saturating_add(other.confirmed);
    }
}

impl Sum for Sums {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, one| {
            sum += one;
            sum
        })
    }
}

/// A share that shows what it rests on: `12/30, 40 %`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The numerator.
    pub part: i64,
    /// The denominator.
    pub whole: i64,
}

impl Rate {
    /// Tenths of a percent, rounded half up; none without a denominator. Everything but all is below 1000, anything
    /// but nothing above 0.
    pub fn permille(self) -> Option<i64> {
        let (part, whole) = (i128::from(self.part), i128::from(self.whole));
        if whole <= 0 {
            return None;
        }
        let rounded = (part * 2000 + whole) / (whole * 2);
        let bounded = match part {
            p if p >= whole => rounded,
            p if p > 0 => rounded.clamp(1, 999),
            _ => rounded,
        };
        i64::try_from(bounded).ok()
    }
    /// `40 %`, `46.7 %`; `–` without a denominator.
    pub fn percent(self) -> String {
        match self.permille() {
            None => "–".to_owned(),
            Some(n) if n % 10 == 0 => format!("{} %", n / 10),
            Some(n) => format!("{}.{} %", n / 10, (n % 10).abs()),
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}, {}", self.part, self.whole, self.percent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Cadence;
    use crate::domain::duty::{Band, Deadline, Measure, Money, Words};
    use crate::domain::ids::OrgId;
    use crate::domain::message::AccountKey;
    use crate::domain::money::Fen;
    use crate::domain::roster::{Ack, Org, OrgKind};
    use chrono::NaiveDate;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    fn month(text: &str) -> Period {
        text.parse().unwrap()
    }

    fn dues() -> Duty {
        let rate = |fen| vec![(month("2026-01"), Fen(fen))];
        let band = |key: &str, fen| Band { key: key.into(), name: key.into(), group: None, rates: rate(fen) };
        Duty {
            key: "dues".into(),
            name: "团费".into(),
            aliases: vec![],
            measure: Measure::Money,
            cadence: Cadence::Month,
            target: 1,
            due: Deadline { days: 0, time: None },
            closes: Deadline { days: 31, time: None },
            arrears: true,
            confirm: true,
            names_in_group: false,
            screenshots: false,
            bands: vec![band("student", 20), band("party", 0)],
            default_band: Some("student".into()),
            warn_months: 6,
            money: Money::default(),
            meeting: crate::domain::meeting::Meeting::default(),
            ack: Ack::Each,
            words: Words::default(),
            pauses: vec![],
            issues: None,
            reminders: vec![],
        }
    }

    fn org(id: i64, parent: Option<i64>, kind: OrgKind) -> Org {
        Org { id: OrgId(id), parent: parent.map(OrgId), path: format!("单位{id}"), name: format!("单位{id}"), kind, since: day("2026-01-01"), epoch: 1 }
    }

    fn member(id: i64, from: &str, to: Option<&str>, band: &str) -> Member {
        Member {
            person: PersonId(id),
            name: format!("团员{id}"),
            league_number: None,
            group: None,
            post: None,
            from: day(from),
            known: None,
            to: to.map(day),
            bands: vec![(month("2026-01"), band.into())],
            accounts: if id == 2 { vec![] } else { vec![AccountKey::new("onebot", id.to_string())] },
        }
    }

    fn ids(list: &[&Member]) -> Vec<i64> {
        list.iter().map(|m| m.person.0).collect()
    }

    fn paid(fen: i64, at: i64) -> Standing {
        Standing { owed: 20, got: fen, done_at: (fen >= 20).then_some(at), ..Standing::default() }
    }

    #[test]
    fn everybody_expected_is_done_excused_or_missing() {
        let members = vec![
            member(1, "2026-01-01", None, "student"),
            member(2, "2026-01-01", None, "student"),
            member(3, "2026-01-01", None, "student"),
            member(4, "2026-01-01", None, "student"),
            member(5, "2026-12-01", None, "student"),               // not yet admitted
            member(6, "2026-01-01", Some("2026-11-29"), "student"), // left before the end
            member(7, "2026-01-01", None, "party"),                 // owes nothing
            member(8, "2026-01-01", None, "student"),
        ];
        let roster = Roster::new(org(1, None, OrgKind::Branch), members);
        let zone = Zone::default();
        let after = zone.start_of(day("2026-12-01"));
        let standings = vec![
            (PersonId(1), paid(20, after - 1)),
            (PersonId(3), Standing { excused: true, ..Standing::default() }),
            (PersonId(4), paid(20, after)),
            (PersonId(6), paid(20, after - 1)),
            (PersonId(8), Standing { confirmed: 5, ..paid(10, after) }),
        ];
        let a = Attendance::read(&roster, &dues(), month("2026-11"), &standings, zone);
        assert_eq!(ids(&a.expected), [1, 2, 3, 4, 8]);
        assert_eq!((ids(&a.done), ids(&a.late), ids(&a.excused)), (vec![1, 4], vec![4], vec![3]));
        assert_eq!((ids(&a.missing), ids(&a.partial), ids(&a.unregistered)), (vec![2, 8], vec![8], vec![2]));
        assert_eq!((a.got, a.confirmed, a.frozen), (70, 5, false));
        assert_eq!(a.sums().missing(), 2);
        assert_eq!(a.sums().rate().to_string(), "2/5, 40 %");
        assert_eq!(owing_people(&dues(), &roster, month("2026-11")).len(), 5);
        assert_eq!(owing_people(&dues(), &roster, month("2025-12")).len(), 0, "before the unit and before any rate");
    }

    #[test]
    fn a_frozen_period_keeps_who_was_expected_then() {
        let members = vec![member(1, "2026-01-01", Some("2026-09-30"), "student"), member(3, "2026-01-01", None, "student")];
        let roster = Roster::new(org(1, None, OrgKind::Branch), members);
        let frozen = |expected| Standing { expected: Some(expected), ..Standing::default() };
        let standings = vec![(PersonId(1), frozen(true)), (PersonId(3), frozen(false))];
        let a = Attendance::read(&roster, &dues(), month("2026-11"), &standings, Zone::default());
        assert!(a.frozen);
        assert_eq!((ids(&a.expected), ids(&a.missing)), (vec![1], vec![1]));
    }

    #[test]
    fn rates_never_round_to_all_or_nothing() {
        let rate = |part, whole| Rate { part, whole }.to_string();
        assert_eq!(rate(12, 30), "12/30, 40 %");
        assert_eq!(rate(28, 60), "28/60, 46.7 %");
        assert_eq!(rate(9999, 10_000), "9999/10000, 99.9 %");
        assert_eq!(rate(1, 10_000), "1/10000, 0.1 %");
        assert_eq!((rate(0, 30), rate(30, 30), rate(0, 0)), ("0/30, 0 %".into(), "30/30, 100 %".into(), "0/0, –".into()));
    }
}
