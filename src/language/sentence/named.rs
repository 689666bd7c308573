//! What a message names beside its verb: `撤销张三10月的团费` names somebody, a month and a duty.

use crate::domain::calendar::Period;
use crate::language::text::lex::{self, Is};
use crate::language::text::lexicon::Kind;
use crate::language::text::names;
use crate::language::text::surnames::{place, plausible};
use crate::language::text::when::Spoken;
use crate::language::{Around, Grammar};
use chrono::{NaiveDate, NaiveTime};

/// What follows 到 or 截止, where it is no time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Till {
    /// A day, or the last of several.
    Day(NaiveDate),
    /// A number that is no time: 25:00.
    Unread(String),
}

/// What is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The duty's key.
    pub duty: Option<String>,
    /// The periods.
    pub periods: Vec<Period>,
    /// The people.
    pub names: Vec<String>,
    /// A length of time, in minutes.
    pub minutes: Option<i64>,
    /// Until when, where that is no time of day.
    pub till: Option<Till>,
    /// Days, where some are named: the first and the last.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// From when on something is to be open: the day, the time of day.
    pub starts: Option<(Option<NaiveDate>, Option<NaiveTime>)>,
    /// Leave is meant.
    pub leave: bool,
    /// A confirmation is meant.
    pub confirmation: bool,
}

impl Named {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        *self == Self { minutes: self.minutes, till: self.till.clone(), starts: self.starts, days: self.days, ..Self::default() }
    }
}

/// Verbs that a name may stand behind.
const VERBS: [&str; 9] = ["撤销", "撤消", "撤回", "取消", "作废", "删除", "更正", "纠正", "订正"];

impl Grammar {
    /// What the text names.
    pub fn named(&self, text: &str, around: &Around<'_>) -> Named {
        let lexed = lex::lex(text, &self.lexicon, &self.units, around);
        let said = Self::said(&lexed);
        let plain = &lexed.norm.text;
        let leave = ["请假", "事假", "病假", "的假"].iter().any(|w| plain.contains(w));
        let mut names = said.names.clone();
        if names.is_empty() {
            names = self.behind_verb(&lexed, around);
        }
        if names.is_empty()
            && let Some(rest) = VERBS.iter().find_map(|v| plain.find(v).map(|at| plain[at + v.len()..].trim_start()))
            && let Some((name, _)) = rest.split_once('的')
            && (2..=4).contains(&name.chars().count())
            && plausible(name)
            && Self::said(&lex::lex(name, &self.lexicon, &self.units, around)).duty.is_none()
        {
            names.push(name.to_owned());
        }
        Named {
            duty: self.duty_of(&said, &lexed).map(|d| self.key(d)),
            periods: said.periods,
            names,
            minutes: said.minutes,
            till: till(&lexed),
            days: days(&lexed),
            starts: crate::language::intents::opening::start(&lexed),
            leave,
            confirmation: plain.contains("确认"),
        }
    }
}

impl Grammar {
    /// Who is named right behind the verb: of the roster, or a stranger before a time or a duty (撤销赵六10月团费), whose record
    /// nobody else's is taken for.
    fn behind_verb(&self, lexed: &lex::Lexed, around: &Around<'_>) -> Vec<String> {
        let text = &lexed.norm.text;
        let Some(at) = VERBS.iter().find_map(|v| text.find(v).map(|at| at + v.len())) else { return Vec::new() };
        let at = at + text[at..].len() - text[at..].trim_start().len();
        let follows = |end: usize| {
            let next = end + if text[end..].starts_with('的') { '的'.len_utf8() } else { 0 };
            lexed.tokens.iter().any(|t| t.start == next && matches!(t.is, Is::When(_) | Is::Word(Kind::Duty(_))))
        };
        let known = |name: &str| around.names.has(name);
        let spans = names::list_at(text, at, &self.lexicon, around.names);
        let sure = |span: &std::ops::Range<usize>| {
            let name = &text[span.clone()];
            // 上周 begins as a name might
            let word = lexed.tokens.iter().any(|t| t.start == span.start && matches!(t.is, Is::When(_) | Is::Word(_)));
            known(name) || !word && plausible(name) && !place(name) && (2..=4).contains(&name.chars().count())
        };
        let stranger = spans.iter().any(|s| !known(&text[s.clone()]));
        if !spans.iter().all(sure) || stranger && !spans.last().is_some_and(|last| follows(last.end)) {
            return Vec::new();
        }
        spans.into_iter().map(|span| text[span].to_owned()).collect()
    }
}

/// From the first day that is named to the last.
fn days(lexed: &lex::Lexed) -> Option<(NaiveDate, NaiveDate)> {
    let named = lexed.tokens.iter().filter_map(|t| if let Is::When(Spoken::Days(first, last)) = t.is { Some((first, last)) } else { None });
    named.reduce(|(first, last), (other, end)| (first.min(other), last.max(end)))
}

fn till(lexed: &lex::Lexed) -> Option<Till> {
    let tokens = &lexed.tokens;
    let at = tokens.iter().position(|t| t.kind(Kind::Till))?;
    let next = tokens[at + 1..].iter().find(|t| t.is != Is::Gap)?;
    match &next.is {
        Is::When(Spoken::Days(_, last)) => Some(Till::Day(*last)),
        Is::When(Spoken::Periods(periods)) => periods.last().map(|p| Till::Day(p.last_day())),
        Is::Number(_) => lexed.norm.text[next.start..].split_whitespace().next().map(|word| Till::Unread(word.to_owned())),
        _ => None,
    }
}
