//! What members still owe a duty, period by period. Pure; who may see it is the caller's to decide.

use super::tally::owing;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::record::{Key, Standing};
use crate::domain::roster::{Member, Roster};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// One member's unmet periods.
#[derive(Clone, Debug)]
pub struct Owed<'a> {
    /// Who.
    pub member: &'a Member,
    /// The periods with what is still owed for each, in the duty's unit, oldest first. Never empty.
    pub periods: Vec<(Period, i64)>,
}

impl Owed<'_> {
    /// All of it, in the duty's unit.
    pub fn sum(&self) -> i64 {
        self.periods.iter().fold(0, |all, (_, left)| all.saturating_add(*left))
    }
}

/// The periods of the duty from the unit's first day to the one that holds `today`, oldest first, the newest `most`.
pub fn reach(duty: &Duty, since: NaiveDate, today: NaiveDate, most: usize) -> Vec<Period> {
    let mut all = Vec::new();
    let mut at = Period::containing(duty.cadence, today);
    while all.len() < most && at.last_day() >= since {
        all.push(at);
        let earlier = at.shift(-1);
        if earlier >= at {
            break;
        }
        at = earlier;
    }
    all.reverse();
    all
}

/// Who owes something in these periods, in roster order, each once. Of a frozen period (a standing says that somebody
/// was expected) the standings decide who owed it, else the roster. Excused and met periods are not owed.
pub fn arrears<'a>(duty: &Duty, roster: &'a Roster, periods: &[Period], standings: &[(Key, Standing)]) -> Vec<Owed<'a>> {
    let by_key: HashMap<(PersonId, Period), &Standing> = standings.iter().filter(|(k, _)| k.duty == duty.key).map(|(k, s)| ((k.person, k.period), s)).collect();
    let frozen: HashSet<Period> = standings.iter().filter(|(k, s)| k.duty == duty.key && s.expected == Some(true)).map(|(k, _)| k.period).collect();
    let mut owed: HashMap<PersonId, Vec<(Period, i64)>> = HashMap::new();
    for period in periods {
        let then = |m: &&Member| by_key.get(&(m.person, *period)).is_some_and(|s| s.expected == Some(true));
        let expected: Vec<&Member> = if frozen.contains(period) { roster.members.iter().filter(then).collect() } else { owing(duty, roster, *period) };
        let mut seen = HashSet::new();
        for member in expected.into_iter().filter(|m| seen.insert(m.person)) {
            let standing = by_key.get(&(member.person, *period));
            let due = standing.filter(|s| s.owed > 0).map_or_else(|| roster.owed(duty, member, *period).unwrap_or_default(), |s| s.owed);
            let left = due.saturating_sub(standing.map_or(0, |s| s.got));
            if left > 0 && !standing.is_some_and(|s| s.settled()) {
                owed.entry(member.person).or_default().push((*period, left));
            }
        }
    }
    let mut seen = HashSet::new();
    let firsts = roster.members.iter().filter(|m| seen.insert(m.person));
    firsts.filter_map(|member| owed.remove(&member.person).map(|periods| Owed { member, periods })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Cadence;
    use crate::domain::duty::{Band, Deadline, Measure, Money, Words};
    use crate::domain::ids::OrgId;
    use crate::domain::money::Fen;
    use crate::domain::roster::{Ack, Org, OrgKind};

    fn month(text: &str) -> Period {
        text.parse().unwrap()
    }

    fn dues() -> Duty {
        let band = |key: &str, fen| Band { key: key.into(), name: key.into(), group: None, rates: vec![(month("2026-01"), Fen(fen))] };
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
            bands: vec![band("student", 20), band("pay", 300)],
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

    fn member(id: i64, from: &str, band: &str) -> Member {
        Member {
            person: PersonId(id),
            name: format!("团员{id}"),
            league_number: None,
            group: None,
            post: None,
            from: from.parse().unwrap(),
            known: None,
            to: None,
            bands: vec![(month("2026-01"), band.into())],
            accounts: vec![],
        }
    }

    #[test]
    fn months_owed_since_admission() {
        let org =
            Org { id: OrgId(1), parent: None, path: "甲".into(), name: "甲".into(), kind: OrgKind::Branch, since: "2026-09-15".parse().unwrap(), epoch: 1 };
        let roster = Roster::new(
            org,
            vec![member(1, "2026-01-01", "student"), member(2, "2026-11-02", "student"), member(3, "2026-01-01", "pay"), member(4, "2026-01-01", "pay")],
        );
        let today = "2026-11-22".parse().unwrap();
        let periods = reach(&dues(), roster.org.since, today, 24);
        assert_eq!(periods, [month("2026-09"), month("2026-10"), month("2026-11")]);
        assert_eq!(reach(&dues(), roster.org.since, today, 2), [month("2026-10"), month("2026-11")]);
        let at = |person, period: &str, s: Standing| (Key { branch: OrgId(1), duty: "dues".into(), person: PersonId(person), period: month(period) }, s);
        let paid = |fen| Standing { owed: fen, got: fen, ..Standing::default() };
        let standings = [
            at(1, "2026-09", Standing { expected: Some(true), ..paid(20) }),
            at(1, "2026-10", Standing { excused: true, owed: 20, ..Standing::default() }),
            at(3, "2026-09", Standing { owed: 300, got: 100, ..Standing::default() }),
            at(4, "2026-09", Standing { expected: Some(false), ..Standing::default() }),
            at(3, "2026-10", Standing { expected: Some(true), ..paid(300) }),
        ];
        let told: Vec<_> = arrears(&dues(), &roster, &periods, &standings)
            .iter()
            .map(|o| (o.member.person.0, o.periods.iter().map(|(p, fen)| format!("{p}:{fen}")).collect::<Vec<_>>().join(" "), o.sum()))
            .collect();
        // September and October are frozen: nobody but those marked was expected then
        assert_eq!(told, [(1, "2026-11:20".into(), 20), (2, "2026-11:20".into(), 20), (3, "2026-11:300".into(), 300), (4, "2026-11:300".into(), 300)]);
        let open: Vec<_> = standings.into_iter().map(|(k, s)| (k, Standing { expected: None, ..s })).collect();
        let sums: Vec<_> = arrears(&dues(), &roster, &periods, &open).iter().map(|o| (o.member.person.0, o.periods.len(), o.sum())).collect();
        assert_eq!(sums, [(1, 1, 20), (2, 1, 20), (3, 2, 500), (4, 3, 900)]);
    }
}
