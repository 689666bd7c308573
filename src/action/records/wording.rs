//! How the bot tells what became of a post. A group hears no sums and no kind of leave (law 12); a private chat does.

use crate::action::bot::Bot;
use crate::action::context::Context;
use crate::action::members::moved;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::course::Course;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ledger::{Doubt, Entry, Line, Refusal, Subject, Verdict};
use crate::domain::money::Fen;
use crate::domain::record::{Kind, State};
use crate::domain::role::{Permission, Role};
use crate::domain::roster::{Org, OrgKind};

/// Names told in one answer before the rest is counted.
const NAMES: usize = 8;

impl Bot {
    /// At most `most` names, then how many there are.
    pub fn names(&self, names: &[impl AsRef<str>], most: usize) -> String {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        self.config.messages.list(self.lang(), &names, most)
    }

    /// Who in a branch may do this, in words: 组织委员或团支书. Those above may too; nobody is sent to them.
    pub fn who_may(&self, permission: Permission) -> String {
        let roles: Vec<String> = Role::ALL
            .iter()
            .filter(|r| matches!(r, Role::Treasurer | Role::Secretary) && self.config.roles.get(r).is_some_and(|p| p.contains(&permission)))
            .map(|r| self.say(&format!("role-{}", r.key().replace('_', "-")), &[]))
            .collect();
        match roles.split_last() {
            Some((last, rest)) if !rest.is_empty() => rest.join(&self.say("list-comma", &[])) + &self.say("list-or", &[]) + last,
            _ => roles.join(""),
        }
    }
}

impl Context {
    /// Who may do this at this unit, in words: its committee, or who in the branch; the branch by name to an officer of another.
    pub fn who_may_at(&self, permission: Permission, unit: &Org) -> String {
        if unit.name.is_empty() {
            return self.bot.who_may(permission);
        }
        let who = self.bot.who_may(permission);
        // who sits in that committee and may not is told who of it may
        let sits = || self.speaker.as_ref().is_some_and(|s| s.known.grants.iter().any(|g| g.org == unit.id));
        if unit.kind != OrgKind::Branch && !sits() {
            return unit.name.clone();
        }
        let elsewhere = self.speaker.as_ref().is_some_and(|s| s.known.grants.iter().any(|g| g.org != unit.id));
        if elsewhere || unit.kind != OrgKind::Branch { self.say("unit-role", &[("unit", unit.name.as_str().into()), ("who", who.into())]) } else { who }
    }

    /// Periods as people say them on this day.
    pub fn periods(&self, periods: &[Period]) -> String {
        self.bot.config.messages.periods(self.bot.lang(), periods, self.today)
    }

    /// One period as people say it on this day.
    pub fn period(&self, period: Period) -> String {
        self.bot.config.messages.period(self.bot.lang(), period, self.today)
    }

    /// The name of whoever a line is about.
    async fn whose(&self, line: &Line) -> String {
        match self.bot.cache.branch(line.key.branch).await {
            Ok(Some(b)) => b.roster.member(line.key.person).map(|m| self.called_plainly(&b, m)).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// What became of one entry, in words.
    pub async fn verdict(&self, verdict: &Verdict, entry: &Entry) -> String {
        match verdict {
            Verdict::Recorded { lines, many_months } => {
                let text = self.lines(lines, true).await;
                let count = lines.len();
                let often = self.bot.config.duty(entry.duty().unwrap_or_default()).is_some_and(|d| count > d.warn_months);
                let key = if often { "recorded-many-months" } else { "recorded-far-months" };
                if *many_months { format!("{text}\n{}", self.say(key, &[("count", count.into())])) } else { text }
            }
            Verdict::Already { lines } if lines.is_empty() => self.say("nothing-owed", &[]),
            Verdict::Already { lines } => self.lines(lines, false).await,
            Verdict::Ask(doubt) => self.doubt(doubt, entry).await,
            Verdict::Refused(why) => self.refused(*why, entry).await,
        }
    }

    /// The lines of one verdict share a duty; they are told together where everybody's periods are the same.
    async fn lines(&self, lines: &[Line], fresh: bool) -> String {
        let branch = match lines.first() {
            Some(first) => self.bot.cache.branch(first.key.branch).await.ok().flatten(),
            None => None,
        };
        let course = branch.as_ref().map(|b| &b.roster.course);
        let mut people: Vec<(Vec<&Line>, String, Vec<Period>)> = Vec::new();
        for line in lines {
            match people.iter_mut().find(|(all, _, _)| all[0].key.person == line.key.person) {
                Some((all, _, periods)) => {
                    all.push(line);
                    if !periods.contains(&line.key.period) {
                        periods.push(line.key.period);
                    }
                }
                None => people.push((vec![line], self.whose(line).await, vec![line.key.period])),
            }
        }
        if people.windows(2).all(|w| w[0].2 == w[1].2) {
            let names: Vec<&str> = people.iter().map(|(_, name, _)| name.as_str()).collect();
            return self.line(lines, &names, &people[0].2, fresh, course);
        }
        let each: Vec<String> = people
            .iter()
            .map(|(all, name, periods)| self.line(&all.iter().map(|l| (*l).clone()).collect::<Vec<_>>(), &[name], periods, fresh, course))
            .collect();
        each.join("\n")
    }

    fn line(&self, lines: &[Line], names: &[&str], periods: &[Period], fresh: bool, course: Option<&Course>) -> String {
        let Some(first) = lines.first() else { return String::new() };
        let Some(duty) = self.bot.config.duty(&first.key.duty) else { return String::new() };
        let mine = self.speaker.as_ref().is_some_and(|s| lines.iter().all(|l| l.key.person == s.known.person));
        let extra: i64 = lines.iter().filter(|l| l.kind == Kind::Extra).map(|l| l.value).sum();
        let sum = lines.iter().map(|l| l.value).sum::<i64>() - extra;
        let list = self.bot.names(names, NAMES);
        let kind = if first.state == Some(State::Sick) { "sick" } else { "personal" };
        let args = [
            ("name", Value::from(list.as_str())),
            ("names", list.as_str().into()),
            ("duty", duty.name.as_str().into()),
            ("period", crate::action::study::issues::said(self, course, duty, periods).into()),
            ("amount", Fen(if first.kind == Kind::Extra { extra } else { sum }).to_string().into()),
            ("extra", if extra > 0 { Fen(extra).to_string() } else { "none".to_owned() }.into()),
            ("claim", if duty.confirm { "claim" } else { "done" }.into()),
            ("who", self.bot.who_may(Permission::ApproveDues).into()),
            ("kind", kind.into()),
            ("value", sum.into()),
            ("total", first.got.into()),
            ("target", first.owed.into()),
        ];
        if first.kind == Kind::Extra {
            return self.say(if self.private() { "recorded-extra-private" } else { "recorded-extra-group" }, &args);
        }
        let text = self.say(line_key(duty, first.state, fresh, self.private(), mine && names.len() == 1), &args);
        if fresh && lines.iter().all(|l| l.kind == Kind::Attend && l.owed == 0) { text + &self.say("checked-in-beside", &[]) } else { text }
    }

    /// The names of those whom a payment is for.
    async fn payers(&self, entry: &Entry) -> Vec<String> {
        let Entry::Pay { people, .. } = entry else { return Vec::new() };
        let mut names = Vec::new();
        for one in people {
            if let Ok(Some(b)) = self.bot.cache.branch(one.subject.branch).await {
                names.extend(b.roster.member(one.subject.person).map(|m| self.called_plainly(&b, m)));
            }
        }
        names
    }

    /// What somebody is called in an answer.
    async fn named(&self, whom: &Subject) -> String {
        let branch = self.bot.cache.branch(whom.branch).await.ok().flatten();
        branch.and_then(|b| Some(self.called_plainly(&b, b.roster.member(whom.person)?))).unwrap_or_default()
    }

    async fn doubt(&self, doubt: &Doubt, entry: &Entry) -> String {
        match doubt {
            Doubt::Amount { amount, due, named, fits } => {
                let args = [
                    ("amount", Value::from(Fen(*amount).to_string())),
                    ("due", Fen(*due).to_string().into()),
                    ("named", if named.is_empty() { self.say("period-unnamed", &[]) } else { self.periods(named) }.into()),
                    ("fits", self.periods(fits).into()),
                ];
                let key = match (fits.is_empty(), named.is_empty(), self.private()) {
                    (false, false, true) => "ask-amount-fits",
                    (false, false, false) => "ask-amount-fits-group",
                    (false, true, _) => "ask-amount-fits-oldest",
                    (true, _, true) => "ask-amount-odd-private",
                    (true, _, false) => "ask-amount-odd-group",
                };
                self.say(key, &args)
            }
            Doubt::SecondToday { paid, next } => {
                let names = self.payers(entry).await;
                if names.iter().any(|n| self.speaker.as_ref().is_none_or(|s| s.name() != n)) {
                    return self.say("ask-second-payment-names", &[("names", self.bot.names(&names, NAMES).into())]);
                }
                let key = if self.private() { "ask-second-payment" } else { "ask-second-payment-group" };
                self.say(key, &[("paid", self.periods(paid).into()), ("next", self.periods(next).into())])
            }
            Doubt::GiftToday { given } => {
                let (name, amount) = match entry {
                    Entry::Give { subject, amount, .. } => (self.named(subject).await, *amount),
                    _ => (String::new(), 0),
                };
                let args = [("name", Value::from(name)), ("given", Fen(*given).to_string().into()), ("amount", Fen(amount).to_string().into())];
                self.say(if self.private() { "ask-second-gift" } else { "ask-second-gift-group" }, &args)
            }
            Doubt::WhichSession { sessions } => {
                let named: Vec<&str> = sessions.iter().map(|s| self.bot.config.duty(s).map_or(s.as_str(), |d| d.name.as_str())).collect();
                self.say("ask-which-session", &[("sessions", self.bot.names(&named, NAMES).into())])
            }
        }
    }

    async fn refused(&self, why: Refusal, entry: &Entry) -> String {
        match (why, entry) {
            (Refusal::NoSession, _) => self.say("no-session", &[]),
            (Refusal::WrongCode, Entry::Attend { code: None, .. }) => self.say("code-missing", &[]),
            (Refusal::WrongCode, _) => self.say("wrong-code", &[]),
            (Refusal::NotOwed, Entry::Pay { people, months, duty, .. }) => {
                if let ([one], Some(duty)) = (&people[..], self.bot.config.duty(duty))
                    && let Ok(Some(branch)) = self.bot.cache.branch(one.subject.branch).await
                    && let Some(member) = branch.roster.member(one.subject.person)
                {
                    let why = moved::not_owed(self, duty, &branch, member, months.as_deref().unwrap_or_default());
                    return self.bot.config.messages.mistake(self.bot.lang(), &why);
                }
                let duty = self.bot.config.duty(duty).map_or(duty.as_str(), |d| d.name.as_str());
                let name = self.bot.names(&self.payers(entry).await, NAMES);
                let period = self.periods(months.as_deref().unwrap_or_default());
                self.say("not-owed", &[("period", period.into()), ("duty", duty.into()), ("name", name.into()), ("measure", "money".into())])
            }
            (Refusal::TooMuch, _) => self.say("refund-too-much", &[]),
            (Refusal::Refunded, _) => self.say("undo-refunded", &[]),
            (Refusal::NotOwed | Refusal::Nothing, _) => self.say("nothing-owed", &[]),
        }
    }
}

/// The message that tells a line.
fn line_key(duty: &Duty, state: Option<State>, fresh: bool, private: bool, mine: bool) -> &'static str {
    match (fresh, duty.measure, state) {
        (true, _, Some(State::Personal | State::Sick)) if private => "leave-recorded-private",
        (true, _, Some(State::Personal | State::Sick)) => "leave-recorded-group",
        (true, _, Some(State::Late)) if !mine => "checked-in-late-names",
        (true, _, Some(State::LeftEarly)) if !mine => "checked-in-left-early-names",
        (true, Measure::Attendance, _) if !mine => "checked-in-names",
        (true, _, Some(State::Late)) => "checked-in-late",
        (true, _, Some(State::LeftEarly)) => "checked-in-left-early",
        (true, Measure::Attendance, _) => "checked-in",
        (true, Measure::Money, _) if private => "recorded-paid-private",
        (true, Measure::Money, _) => "recorded-paid-group",
        (true, Measure::Count, _) => "recorded-count",
        (true, Measure::Minutes, _) => "recorded-minutes",
        (true, Measure::Done, _) if mine => "recorded-done",
        (true, Measure::Done, _) => "recorded-done-names",
        (false, _, Some(State::Personal | State::Sick)) => "already-leave",
        (false, Measure::Attendance, _) => "already-checked-in",
        (false, Measure::Money, _) => "already-paid",
        (false, _, _) => "already-done",
    }
}
