//! How the bot's answers name things: periods, lists of people, and what became of a post. A group hears no sums
//! and no kind of leave (law 12); a private chat does.

use super::context::Context;
use crate::config::messages::Value;
use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::{Duty, Measure};
use crate::domain::ledger::{Doubt, Line, Refusal, Verdict};
use crate::domain::money::Fen;
use crate::domain::record::State;
use chrono::NaiveDate;

impl Context {
    /// Periods as people say them, runs joined: `9—11月`, `本周`, `第46周`, `2025年12月`.
    pub fn periods(&self, periods: &[Period]) -> String {
        let mut all = periods.to_vec();
        all.sort_unstable();
        all.dedup();
        let mut parts = Vec::new();
        let mut at = 0;
        while at < all.len() {
            let mut end = at;
            while end + 1 < all.len() && all[end].shift(1) == all[end + 1] && all[end + 1].year() == all[at].year() {
                end += 1;
            }
            // two in a row read better one by one, but for months
            if end > at && all[at].cadence() != Cadence::Week {
                let (from, to) = (self.period(all[at]), all[end].index());
                parts.push(self.say("period-run", &[("from", from.trim_end_matches('月').into()), ("to", i64::from(to).into())]));
            } else {
                parts.extend(all[at..=end].iter().map(|p| self.period(*p)));
            }
            at = end + 1;
        }
        self.join(&parts)
    }

    /// One period as people say it.
    pub fn period(&self, p: Period) -> String {
        let now = Period::containing(p.cadence(), self.today);
        let (year, n) = (i64::from(p.year()), i64::from(p.index()));
        let this_year = p.year() == Period::containing(p.cadence(), self.today).year();
        let key = match p.cadence() {
            Cadence::Week if p == now => "period-this-week",
            Cadence::Week if p == now.shift(-1) => "period-last-week",
            Cadence::Week => "period-week",
            Cadence::Month if this_year => "period-month",
            Cadence::Month => "period-month-of",
            Cadence::Quarter => "period-quarter",
            Cadence::Half => "period-half",
            Cadence::Year => "period-year",
        };
        self.say(key, &[("year", year.into()), ("n", n.into())])
    }

    /// A list in the language's own way: `张三、李四`.
    pub fn join(&self, parts: &[impl AsRef<str>]) -> String {
        let sep = self.say("list-separator", &[]);
        let sep = if sep.ends_with(',') { format!("{sep} ") } else { sep };
        parts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(&sep)
    }

    /// At most `most` names, then how many more.
    pub fn names(&self, names: &[&str], most: usize) -> String {
        if names.len() <= most {
            return self.join(names);
        }
        let shown = self.join(&names[..most]);
        self.say("names-and-more", &[("names", shown.into()), ("more", (names.len() - most).into()), ("all", names.len().into())])
    }

    /// A sum: `0.2元`.
    pub fn yuan(&self, fen: i64) -> String {
        self.say("yuan", &[("n", Fen(fen).to_string().into())])
    }

    /// How somebody was there, or why not; a group does not hear which leave.
    pub fn state(&self, state: State) -> String {
        let key = match state {
            State::Present => "state-present",
            State::Late => "state-late",
            State::LeftEarly => "state-left-early",
            State::Personal if self.private() => "state-personal",
            State::Sick if self.private() => "state-sick",
            State::Personal | State::Sick => "state-leave",
        };
        self.say(key, &[])
    }

    /// The name of whoever a line is about; empty where it is the speaker.
    async fn whose(&self, line: &Line) -> String {
        if self.speaker.as_ref().is_some_and(|s| s.known.person == line.key.person) {
            return String::new();
        }
        match self.bot.cache.branch(line.key.branch).await {
            Ok(Some(b)) => b.roster.member(line.key.person).map(|m| m.name.clone()).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// What became of one entry, in words.
    pub async fn verdict(&self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Recorded { lines, many_months } => {
                let text = self.lines(lines, "recorded").await;
                if *many_months { format!("{text}\n{}", self.say("recorded-many-months", &[])) } else { text }
            }
            Verdict::Already { lines } if lines.is_empty() => self.say("already-nothing-owed", &[]),
            Verdict::Already { lines } => self.lines(lines, "already").await,
            Verdict::Ask(doubt) => self.doubt(doubt),
            Verdict::Refused(why) => self.say(refusal_key(*why), &[]),
        }
    }

    /// The lines of one verdict share a duty; they are told by person, with their periods together.
    async fn lines(&self, lines: &[Line], prefix: &str) -> String {
        let Some(first) = lines.first() else { return String::new() };
        let Some(duty) = self.bot.config.duty(&first.key.duty) else { return String::new() };
        let mut people: Vec<(String, Vec<Period>)> = Vec::new();
        let mut seen = Vec::new();
        for line in lines {
            match seen.iter().position(|p| *p == line.key.person) {
                Some(i) => people[i].1.push(line.key.period),
                None => {
                    seen.push(line.key.person);
                    people.push((self.whose(line).await, vec![line.key.period]));
                }
            }
        }
        let same = people.windows(2).all(|w| w[0].1 == w[1].1);
        let names: Vec<&str> = people.iter().map(|(n, _)| n.as_str()).filter(|n| !n.is_empty()).collect();
        let names = if names.is_empty() { String::new() } else { self.say("for-people", &[("names", self.names(&names, 8).into())]) };
        let periods = if same { self.periods(&people[0].1) } else { self.join(&people.iter().map(|(n, p)| format!("{n}{}", self.periods(p))).collect::<Vec<_>>()) };
        let total: i64 = lines.iter().map(|l| l.value).sum();
        let what = self.what(duty, first.state, total);
        let key = format!("{prefix}-{}", what_key(duty, first.state));
        self.say(&key, &[("names", names.into()), ("duty", duty.name.as_str().into()), ("periods", periods.into()), ("what", what.into())])
    }

    /// The measure of a line, where the chat may hear it.
    fn what(&self, duty: &Duty, state: Option<State>, value: i64) -> String {
        match (duty.measure, state) {
            (_, Some(state)) => self.state(state),
            (Measure::Money, _) if self.private() => self.yuan(value),
            (Measure::Count, _) => self.say("count", &[("n", value.into()), ("unit", duty.words.units.first().map_or("", String::as_str).into())]),
            (Measure::Minutes, _) => self.say("minutes", &[("n", value.into())]),
            _ => String::new(),
        }
    }

    fn doubt(&self, doubt: &Doubt) -> String {
        match doubt {
            Doubt::Amount { amount, due, named, fits } => {
                let amount = self.yuan(*amount);
                if !fits.is_empty() && !named.is_empty() {
                    let (named, fits) = (self.periods(named), self.periods(fits));
                    self.say("ask-amount-months", &[("amount", amount.into()), ("named", named.into()), ("fits", fits.into())])
                } else if self.private() && *due > 0 {
                    self.say("ask-amount-due", &[("amount", amount.into()), ("due", self.yuan(*due).into())])
                } else {
                    self.say("ask-amount", &[("amount", amount.into())])
                }
            }
            Doubt::SecondToday { paid, next } if self.private() => {
                self.say("ask-second-today-next", &[("paid", self.periods(paid).into()), ("next", self.periods(next).into())])
            }
            Doubt::SecondToday { paid, .. } => self.say("ask-second-today", &[("paid", self.periods(paid).into())]),
            Doubt::WhichSession { sessions } => self.say("ask-which-session", &[("sessions", self.join(sessions).into())]),
        }
    }
}

fn what_key(duty: &Duty, state: Option<State>) -> &'static str {
    match (duty.measure, state) {
        (_, Some(State::Personal | State::Sick)) => "leave",
        (_, Some(State::Late)) => "late",
        (_, Some(State::LeftEarly)) => "left-early",
        (Measure::Attendance, _) => "attendance",
        (Measure::Money, _) => "money",
        (Measure::Count | Measure::Minutes, _) => "count",
        (Measure::Done, _) => "done",
    }
}

fn refusal_key(why: Refusal) -> &'static str {
    match why {
        Refusal::NoSession => "refused-no-session",
        Refusal::WrongCode => "refused-wrong-code",
        Refusal::NotOwed => "refused-not-owed",
        Refusal::Nothing => "refused-nothing",
    }
}

/// A value for a message out of an owned string: a shorthand that reads well in lists of arguments.
pub fn text(s: impl Into<String>) -> Value<'static> {
    Value::from(s.into())
}

/// `11月22日`-like dates are for records; a plain local day for sentences.
pub fn day(cx: &Context, date: NaiveDate) -> String {
    use chrono::Datelike;
    cx.say("day", &[("month", i64::from(date.month()).into()), ("day", i64::from(date.day()).into())])
}
