//! Rows beside the rosters as they are → what would change, what must be asked, what can't be done. Decides nothing
//! that it is not sure of: a row that could mean two people waits.
//!
//! People are matched (`fate`) by league number, then by account, then by a name that is unique in the branch on both
//! sides; whoever stays unmatched is looked for in the other branches before they count as new. Nobody is ever removed.

use super::place::{Place, Places, covers};
use super::plan::{Change, Counts, Granting, Kind, Line, Plan, Who, World};
use super::rows::{Level, Reading, RosterRow};
use super::{Phrase, fate, fitness};
use crate::domain::ids::OrgId;
use crate::domain::role::Role;
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Plans. Planning the same file again after it was applied gives an empty plan.
pub fn plan(reading: &Reading, world: &World<'_>) -> Plan {
    let mut planner = Planner {
        world,
        plan: Plan { notes: reading.notes.clone(), ..Plan::default() },
        open: vec![None; reading.rows.len()],
        shared: HashMap::new(),
        rows: &reading.rows,
    };
    for remark in &reading.remarks {
        planner.plan.lines.push(Line { kind: kind(remark.level), line: remark.line, name: remark.name.clone(), what: remark.what.clone() });
    }
    let refused: BTreeSet<usize> = reading.remarks.iter().filter(|r| r.level == Level::Error).map(|r| r.line).collect();
    planner.plan.counts = Counts { rows: reading.rows.len() + refused.len(), errors: refused.len(), ..Counts::default() };
    planner.place();
    planner.repeated();
    planner.namesakes();
    let fates = fate::decide(&planner.open, planner.rows, world);
    planner.act(fates);
    planner.missing();
    planner.finish()
}

fn kind(level: Level) -> Kind {
    match level {
        Level::Error => Kind::Error,
        Level::Question => Kind::Question,
        Level::Warning => Kind::Warning,
    }
}

struct Planner<'a> {
    world: &'a World<'a>,
    rows: &'a [RosterRow],
    /// Where each row's person belongs; none for a row that is out of the running.
    open: Vec<Option<Place>>,
    /// Rows whose name others have too, told apart by numbers or accounts, with the lines of all of them.
    shared: HashMap<usize, String>,
    plan: Plan,
}

impl Planner<'_> {
    fn line(&mut self, kind: Kind, i: usize, what: Phrase) {
        let row = &self.rows[i];
        self.plan.lines.push(Line { kind, line: row.line, name: row.name.clone(), what });
    }
    fn refuse(&mut self, i: usize, what: Phrase) {
        self.open[i] = None;
        self.plan.counts.errors += 1;
        self.line(Kind::Error, i, what);
    }
    fn ask(&mut self, i: usize, what: Phrase) {
        self.open[i] = None;
        self.plan.counts.questions += 1;
        self.line(Kind::Question, i, what);
    }

    fn place(&mut self) {
        let places = Places::new(self.world.orgs, self.world.scope, self.world.base);
        let mut seen: HashMap<Option<&str>, Result<Place, Phrase>> = HashMap::new();
        for (i, row) in self.rows.iter().enumerate() {
            let written = row.branch.as_deref();
            match seen.entry(written).or_insert_with(|| places.find(written)).clone() {
                Ok(place) => self.open[i] = Some(place),
                Err(what) => self.refuse(i, what),
            }
        }
        // a unit that other rows of the file put branches below is a committee, though none of it is there yet
        let new: BTreeSet<String> = self.open.iter().filter_map(|p| if let Some(Place::New(path)) = p { Some(path.clone()) } else { None }).collect();
        for i in 0..self.rows.len() {
            let Some(Place::New(path)) = &self.open[i] else { continue };
            let below = format!("{path}/");
            if new.range(below.clone()..).next().is_some_and(|other| other.starts_with(&below)) {
                let what = Phrase::new("roster-branch-committee").with("branch", path);
                self.refuse(i, what);
            }
        }
    }

    /// Numbers and accounts that stand in two rows.
    fn repeated(&mut self) {
        let mut first: HashMap<String, usize> = HashMap::new();
        for i in 0..self.rows.len() {
            let row = &self.rows[i];
            if self.open[i].is_none() {
                continue;
            }
            let keys: Vec<String> = row.league_number.iter().cloned().chain(row.accounts.iter().map(ToString::to_string)).collect();
            let Some(earlier) = keys.iter().find_map(|k| first.get(k).copied()) else {
                first.extend(keys.into_iter().map(|k| (k, i)));
                continue;
            };
            let other = &self.rows[earlier];
            if *other == (RosterRow { line: other.line, ..row.clone() }) {
                self.open[i] = None;
                self.plan.counts.same += 1;
                self.line(Kind::Warning, i, Phrase::new("roster-row-repeated").with("line", other.line.to_string()));
            } else {
                let what = Phrase::new("roster-row-number-twice").with("line", other.line.to_string()).with("other", &other.name);
                self.refuse(i, what);
            }
        }
    }

    /// Rows of one name in one branch that nothing tells apart.
    fn namesakes(&mut self) {
        let mut groups: HashMap<(&Place, &str), Vec<usize>> = HashMap::new();
        for (i, place) in self.open.iter().enumerate() {
            if let Some(place) = place {
                groups.entry((place, &self.rows[i].name)).or_default().push(i);
            }
        }
        let anonymous = |i: &usize| self.rows[*i].league_number.is_none() && self.rows[*i].accounts.is_empty();
        let mut asked: Vec<(usize, String)> = Vec::new();
        for rows in groups.values().filter(|rows| rows.len() > 1) {
            let lines: Vec<String> = rows.iter().map(|i| self.rows[*i].line.to_string()).collect();
            asked.extend(rows.iter().filter(|i| anonymous(i)).map(|i| (*i, lines.join("、"))));
            self.shared.extend(rows.iter().filter(|i| !anonymous(i)).map(|i| (*i, lines.join("、"))));
        }
        asked.sort_unstable();
        for (i, lines) in asked {
            self.ask(i, Phrase::new("roster-q-namesakes").with("lines", lines));
        }
    }

    fn act(&mut self, fates: Vec<Option<fate::Fate<'_>>>) {
        let mut adds = 0;
        let mut unfit = fitness::Broken::default();
        for (i, fate) in fates.into_iter().enumerate() {
            let (Some(fate), Some(place)) = (fate, self.open[i].clone()) else { continue };
            let row = &self.rows[i];
            let broken = self.world.rules.map(|rules| (rules, fitness::of_row(rules, row, &fate, self.world)));
            if let Some((rules, broken)) = broken.filter(|_| !matches!(fate, fate::Fate::Refuse(_) | fate::Fate::Ask(_))) {
                let comes = matches!(fate, fate::Fate::Add | fate::Fate::Move(_));
                if let Some(why) = fitness::blocked(rules, &broken).filter(|_| comes) {
                    self.refuse(i, why);
                    continue;
                }
                // of a row that changes nothing the import has nothing to say; 名册体检 does
                let same = matches!(&fate, fate::Fate::Here(member, _) if fate::differences(row, member, self.world).1.is_empty());
                for rule in broken.into_iter().filter(|_| !same) {
                    unfit.note(rule, &row.name);
                }
            }
            match fate {
                fate::Fate::Refuse(what) => self.refuse(i, what),
                fate::Fate::Ask(what) => self.ask(i, what),
                fate::Fate::Add => {
                    let from = row.joined.unwrap_or_else(|| month_start(self.world.today));
                    let fields = fate::fields_of_new(row, from, self.world.duty, &self.path(&place));
                    self.plan.changes.push(Change::Add { to: place.clone(), name: row.name.clone(), from, known: Some(self.world.today), fields });
                    self.plan.counts.added += 1;
                    self.line(Kind::Add, i, Phrase::new("roster-line-add").with("branch", self.path(&place)));
                    if let Some(lines) = self.shared.get(&i) {
                        let what = Phrase::new("roster-row-namesakes-apart").with("lines", lines);
                        self.line(Kind::Warning, i, what);
                    }
                    self.roles(i, Who::Added(adds), &place);
                    adds += 1;
                }
                fate::Fate::Here(member, branch) => {
                    let (fields, mut said) = fate::differences(row, member, self.world);
                    if !said.is_empty() {
                        self.plan.changes.push(Change::Update { person: member.person, branch, fields });
                    }
                    if let Some(to) = member.to {
                        said.insert(0, Phrase::new("roster-field-stays").with("day", to.to_string()));
                        self.plan.changes.push(Change::Stay { person: member.person, branch });
                    }
                    if said.is_empty() {
                        self.plan.counts.same += 1;
                    } else {
                        self.plan.counts.updated += 1;
                        self.line(Kind::Update, i, Phrase::new("roster-line-update").list("changes", said));
                    }
                    self.roles(i, Who::Known(member.person), &place);
                }
                fate::Fate::Move(known) => {
                    let on = self.world.today;
                    let mut fields = fate::fields_of_new(row, on, self.world.duty, &self.path(&place));
                    fields.band = fields.band.filter(|_| row.band.is_some());
                    fields.accounts.retain(|a| !known.accounts.contains(a));
                    let (from, path) = known.branch.as_ref().map_or((None, ""), |(id, path)| (Some(*id), path));
                    self.plan.changes.push(Change::Transfer { person: known.person, from, to: place.clone(), on, fields });
                    self.plan.counts.moved += 1;
                    // of a branch that the importer may not see nothing is said
                    let what =
                        if covers(self.world.scope, path) { Phrase::new("roster-line-transfer").with("from", path) } else { Phrase::new("roster-line-comes") };
                    let what = what.with("branch", self.path(&place));
                    self.line(Kind::Transfer, i, what);
                    self.roles(i, Who::Known(known.person), &place);
                }
            }
        }
        if let Some(rules) = self.world.rules {
            let line = |what| Line { kind: Kind::Warning, line: 0, name: String::new(), what };
            self.plan.lines.extend(unfit.phrases(rules).into_iter().map(line));
            self.plan.lines.extend(fitness::sizes(rules, &self.plan.changes, self.world));
        }
    }

    /// The role that the row's post carries: given where the importer may, else suggested.
    fn roles(&mut self, i: usize, who: Who, place: &Place) {
        let Some(post) = self.rows[i].post.clone() else { return };
        let Some((role, given)) = role_of_post(&post) else { return };
        let holds = match (who, place) {
            (Who::Known(person), Place::Known(org)) => self.world.holders.contains(&(*org, role, person)),
            _ => false,
        };
        if holds {
            return;
        }
        let key = match (given && self.world.may_grant, role) {
            (true, Role::Treasurer) => "roster-line-grant-treasurer",
            (true, _) => "roster-line-grant-secretary",
            (false, _) => "roster-line-post-without-role",
        };
        self.line(Kind::Grant, i, Phrase::new(key).with("post", post).with("branch", self.path(place)));
        if given && self.world.may_grant {
            self.plan.grants.push(Granting { who, place: place.clone(), role });
        }
    }

    /// Members of the file's branches whom it does not name.
    fn missing(&mut self) {
        let places = Places::new(self.world.orgs, self.world.scope, self.world.base);
        let mut named: BTreeMap<OrgId, HashSet<&str>> = BTreeMap::new();
        let mut seen: HashMap<Option<&str>, Option<OrgId>> = HashMap::new();
        for row in self.rows {
            let written = row.branch.as_deref();
            let branch = *seen.entry(written).or_insert_with(|| if let Ok(Place::Known(id)) = places.find(written) { Some(id) } else { None });
            if let Some(branch) = branch {
                named.entry(branch).or_default().insert(&row.name);
            }
        }
        for (branch, names) in named {
            let Some(roster) = self.world.rosters.get(&branch) else { continue };
            self.plan.relies.push((branch, roster.org.epoch));
            let absent: Vec<&str> = fate::present(roster, self.world.today).filter(|m| !names.contains(m.name.as_str())).map(|m| m.name.as_str()).collect();
            if !absent.is_empty() {
                let what = Phrase::new("roster-line-missing").with("branch", &roster.org.path).count("count", absent.len()).with("names", some(&absent));
                self.plan.lines.push(Line { kind: Kind::Missing, line: 0, name: String::new(), what });
            }
        }
    }

    fn finish(mut self) -> Plan {
        let epochs: HashMap<OrgId, i64> = self.world.orgs.iter().map(|o| (o.id, o.epoch)).collect();
        let mut units: BTreeSet<String> = BTreeSet::new();
        for change in &self.plan.changes {
            if let Change::Transfer { from: Some(from), .. } = change
                && !self.plan.relies.iter().any(|(id, _)| id == from)
            {
                self.plan.relies.extend(epochs.get(from).map(|epoch| (*from, *epoch)));
            }
            if let Change::Add { to: Place::New(path), .. } | Change::Transfer { to: Place::New(path), .. } = change {
                units.insert(path.clone());
            }
        }
        let unit = |path: &String| Line { kind: Kind::Unit, line: 0, name: String::new(), what: Phrase::new("roster-line-unit").with("branch", path) };
        self.plan.lines.extend(units.iter().map(unit));
        self.plan.units = units.into_iter().collect();
        self.plan.lines.sort_by_key(|l| (l.kind, l.line));
        self.plan
    }

    fn path(&self, place: &Place) -> String {
        match place {
            Place::New(path) => path.clone(),
            Place::Known(id) => self.world.rosters.get(id).map_or_else(String::new, |r| r.org.path.clone()),
        }
    }
}

/// The first names of a list.
fn some(names: &[&str]) -> String {
    let shown = names.iter().take(8).copied().collect::<Vec<_>>().join("、");
    if names.len() > 8 { shown + "……" } else { shown }
}

/// The first day of the month.
pub(super) fn month_start(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// The role that a post means, and whether an import may give it: a deputy's power is for the secretary to give.
fn role_of_post(post: &str) -> Option<(Role, bool)> {
    let posts: Vec<&str> = post.split(['、', ',', '，', '/', ';', '；', ' ', '兼']).map(str::trim).filter(|p| !p.is_empty()).collect();
    let any = |words: &[&str]| posts.iter().any(|p| words.contains(p));
    if any(&["团支书", "团支部书记", "支部书记"]) {
        return Some((Role::Secretary, true));
    }
    if any(&["组织委员", "团支部组织委员"]) {
        return Some((Role::Treasurer, true));
    }
    any(&["书记", "支书", "副书记", "团支部副书记", "副支书"]).then_some((Role::Secretary, false))
}
