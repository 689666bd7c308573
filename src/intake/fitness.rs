//! What the league's rules say of rows that would change a roster: told rule by rule with the names; a row that breaks a rule
//! which the configuration lets block is not admitted.

use super::Phrase;
use super::fate::Fate;
use super::place::Place;
use super::plan::{Change, Kind, Line, World};
use super::rows::RosterRow;
use crate::domain::membership::{About, Rule, Rules};
use std::collections::{BTreeMap, BTreeSet};

/// Names of one rule that are shown.
const NAMES: usize = 8;

/// Broken rules, each with names.
#[derive(Debug, Default)]
pub struct Broken(BTreeMap<Rule, Vec<String>>);

impl Broken {
    /// Notes that somebody breaks a rule.
    pub fn note(&mut self, rule: Rule, name: &str) {
        self.0.entry(rule).or_default().push(name.to_owned());
    }
    /// A phrase for each rule.
    pub fn phrases(&self, rules: &Rules) -> Vec<Phrase> {
        self.0.iter().map(|(rule, names)| phrase(rules, *rule).count("count", names.len()).with("names", some(names))).collect()
    }
}

/// The rule with its figures; who it concerns is the caller's to add.
fn phrase(rules: &Rules, rule: Rule) -> Phrase {
    let figure = match rule {
        Rule::UnderAge => rules.min_age.to_string(),
        Rule::OverAge => rules.max_age.to_string(),
        Rule::NoNumber | Rule::NumberYear => rules.numbered_since.to_string(),
        Rule::TooFew => rules.min_members.to_string(),
        Rule::TooMany => rules.max_members.to_string(),
    };
    Phrase::new(rule.message()).with("figure", figure)
}

/// The rule that a branch of so many members breaks, in a phrase.
pub fn of_branch(rules: &Rules, branch: &str, members: usize) -> Option<Phrase> {
    rules.of_branch(members).map(|rule| phrase(rules, rule).with("names", branch).count("count", members))
}

fn some(names: &[String]) -> String {
    let shown = names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join("、");
    if names.len() > NAMES { shown + "……" } else { shown }
}

/// The rules that a row would break, with what is known beside it.
pub(super) fn of_row(rules: &Rules, row: &RosterRow, fate: &Fate<'_>, world: &World<'_>) -> Vec<Rule> {
    let mut about = About { born: row.born, joined: row.joined, number: row.league_number.as_deref(), post: row.post.as_deref() };
    match fate {
        Fate::Here(member, _) => {
            let (born, joined) = world.dates.get(&member.person).copied().unwrap_or_default();
            about.born = about.born.or(born);
            about.joined = about.joined.or(joined);
            about.number = about.number.or(member.league_number.as_deref());
            about.post = about.post.or(member.post.as_deref());
        }
        Fate::Move(known) => about.number = about.number.or(known.league_number.as_deref()),
        _ => {}
    }
    rules.of_member(&about, world.today)
}

/// Why a row is not admitted: the rules that it breaks and that block.
pub(super) fn blocked(rules: &Rules, broken: &[Rule]) -> Option<Phrase> {
    let blocking: Vec<Phrase> = broken.iter().filter(|r| rules.blocks(**r)).map(|r| phrase(rules, *r).count("count", 0).with("names", "")).collect();
    if blocking.is_empty() { None } else { Some(Phrase::new("roster-row-blocked").list("rules", blocking)) }
}

/// Lines of the preview about the sizes of branches that the changes touch.
pub(super) fn sizes(rules: &Rules, changes: &[Change], world: &World<'_>) -> Vec<Line> {
    let mut coming: BTreeMap<String, usize> = BTreeMap::new();
    let mut touched: BTreeSet<String> = BTreeSet::new();
    let path = |place: &Place| match place {
        Place::New(path) => Some(path.clone()),
        Place::Known(id) => world.rosters.get(id).map(|r| r.org.path.clone()),
    };
    for change in changes {
        if let Change::Add { to, .. } | Change::Transfer { to, .. } = change
            && let Some(path) = path(to)
        {
            *coming.entry(path.clone()).or_default() += 1;
            touched.insert(path);
        }
    }
    let there = |path: &str| world.rosters.values().find(|r| r.org.path == path).map_or(0, |r| super::fate::present(r, world.today).count());
    let line = |path: &String| {
        let what = of_branch(rules, path, there(path) + coming.get(path).copied().unwrap_or(0))?;
        Some(Line { kind: Kind::Warning, line: 0, name: String::new(), what })
    };
    touched.iter().filter_map(line).collect()
}
