//! Who has left a duty unmet for several periods in a row, and the words for it, said in private only. Pure.
//!
//! The rules make six months of unpaid dues *grounds* for something that only a general meeting decides; so this tells,
//! and never more.

use super::arrears::{Owed, arrears};
use super::namesakes::Names;
use crate::config::messages::{Lang, Messages, Value};
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::money::Fen;
use crate::domain::record::{Key, Standing};
use crate::domain::roster::Roster;
use chrono::NaiveDate;

/// The `n` periods that end with `last`, and the one before them: what [`in_a_row`] must see.
pub fn looked_at(last: Period, n: usize) -> Vec<Period> {
    let n = i32::try_from(n).unwrap_or(i32::MAX);
    (-n..=0).map(|by| last.shift(by)).collect()
}

/// Those to whom exactly the last `n` periods are unmet: the one before is met, excused, or was not owed.
pub fn in_a_row<'a>(duty: &Duty, roster: &'a Roster, last: Period, n: usize, standings: &[(Key, Standing)]) -> Vec<Owed<'a>> {
    let periods = looked_at(last, n);
    let mut all = arrears(duty, roster, &periods, standings);
    all.retain(|o| o.periods.len() == n && o.periods.iter().map(|(p, _)| *p).eq(periods[1..].iter().copied()) && o.member.present_on(last.last_day()));
    all
}

/// What is said, and on which day.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The words.
    pub messages: &'a Messages,
    /// Their language.
    pub lang: Lang,
    /// The local date.
    pub today: NaiveDate,
    /// The duty.
    pub duty: &'a Duty,
    /// The branch.
    pub roster: &'a Roster,
}

impl Words<'_> {
    /// To the member.
    pub fn to_member(&self, owed: &Owed<'_>) -> String {
        let args = self.args(owed);
        self.messages.say(self.lang, "unpaid-member", &args)
    }

    /// To a secretary.
    pub fn to_secretary(&self, unit: &str, all: &[Owed<'_>]) -> String {
        let known = Names { messages: self.messages, lang: self.lang, today: self.today };
        let one = |o: &Owed<'_>| {
            let mut args = self.args(o);
            args[0] = ("name", known.of(self.roster, o.member).into());
            self.messages.say(self.lang, "unpaid-one", &args)
        };
        let names: Vec<String> = all.iter().map(one).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let args = [
            ("unit", Value::from(unit)),
            ("duty", self.duty.name.as_str().into()),
            ("count", all.len().into()),
            ("months", all.first().map_or(0, |o| o.periods.len()).into()),
            ("names", self.messages.list(self.lang, &names, 30).into()),
        ];
        self.messages.say(self.lang, "unpaid-secretary", &args)
    }

    fn args(&self, owed: &Owed<'_>) -> Vec<(&'static str, Value<'static>)> {
        let periods: Vec<Period> = owed.periods.iter().map(|(p, _)| *p).collect();
        vec![
            ("name", owed.member.name.clone().into()),
            ("duty", self.duty.name.clone().into()),
            ("count", periods.len().into()),
            ("period", self.messages.periods(self.lang, &periods, self.today).into()),
            ("amount", Fen(owed.sum()).to_string().into()),
        ]
    }
}
