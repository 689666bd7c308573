//! Members in lists: of several of one name each with what tells it apart (李四（第一小组）, 李四（编号尾号0003）). Pure.

use crate::config::messages::{Lang, Messages};
use crate::domain::apart::Apart;
use crate::domain::roster::{ERASED, Member, Roster};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// In which words, on which day.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The words.
    pub messages: &'a Messages,
    /// Their language.
    pub lang: Lang,
    /// The local date.
    pub today: NaiveDate,
}

impl Names<'_> {
    /// The name, with what tells it apart within the branch.
    pub fn of(&self, roster: &Roster, member: &Member) -> String {
        format!("{}{}", member.name, self.beside(roster, member, false))
    }

    /// What tells a member apart, in brackets; nothing where the name says it. `spread`: others in the list, of other branches, have the
    /// name as well.
    pub fn beside(&self, roster: &Roster, member: &Member, spread: bool) -> String {
        let mut pieces = Vec::new();
        if spread {
            pieces.push(roster.org.name.clone());
        }
        pieces.extend(roster.apart(member, self.today).map(|apart| match apart {
            Apart::Group(group) => group,
            Apart::NumberEnd(end) => self.messages.say(self.lang, "show-number-end", &[("end", end.into())]),
        }));
        if pieces.is_empty() {
            return String::new();
        }
        let inside = self.messages.list(self.lang, &pieces.iter().map(String::as_str).collect::<Vec<_>>(), pieces.len());
        self.messages.say(self.lang, "show-brackets", &[("inside", inside.into())])
    }
}

/// The names that people of more than one of these branches have.
pub fn spread<'r>(rosters: impl Iterator<Item = &'r Roster>, today: NaiveDate) -> HashSet<&'r str> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut shared = HashSet::new();
    for (n, roster) in rosters.enumerate() {
        for member in roster.on(today).filter(|m| m.name != ERASED) {
            if *first.entry(member.name.as_str()).or_insert(n) != n {
                shared.insert(member.name.as_str());
            }
        }
    }
    shared
}
