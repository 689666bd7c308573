//! What the rows of an official export mean: who, of which issue, done or not. By name, number and class; what can't be told is
//! said to be so, and never taken for another person or another issue. Entering is `study_import`'s.

use super::study_import::{EXPORT, Import, Namesake, Plan, Stranger, shown_mark};
use crate::action::cache::{Branch, Nobody};
use crate::action::records::chain::digest;
use crate::domain::calendar::Period;
use crate::domain::course::Course;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::ledger::{Entry, Post, Subject};
use crate::domain::record::{Evidence, Standing};
use crate::domain::roster::Member;
use crate::error::Error;
use crate::intake::study::{Export, StudyRow};
use crate::intake::value::undotted;
use crate::language::{Around, Grammar, normal};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Matches rows with people and periods.
pub(in crate::action) struct Matcher<'a> {
    import: &'a Import<'a>,
    duty: &'a Duty,
    grammar: Grammar,
    /// What was answered about people, by mark.
    people: HashMap<String, String>,
    /// The issue that the file's name and title say, by branch.
    titles: HashMap<OrgId, Option<Period>>,
    /// What it comes to so far.
    pub(in crate::action) plan: Plan,
    /// Branches and periods that the export is of.
    pub(in crate::action) covered: BTreeSet<(OrgId, Period)>,
    /// Numbers that stand beside names in it: under a mark, whose.
    pub(in crate::action) learned: BTreeMap<String, String>,
    /// What it says of whom, by branch.
    pub(in crate::action) shown: BTreeMap<OrgId, BTreeMap<String, String>>,
}

/// A post, whether the member had said it before, the row, the name.
pub(in crate::action) type Planned = (Post, bool, usize, String);

impl<'a> Matcher<'a> {
    pub(in crate::action) fn new(import: &'a Import<'a>, duty: &'a Duty, grammar: Grammar, people: HashMap<String, String>) -> Self {
        let plan = Plan { duty: duty.key.clone(), ..Plan::default() };
        let (titles, covered, learned, shown) = (HashMap::new(), BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Self { import, duty, grammar, people, titles, plan, covered, learned, shown }
    }

    /// What the ledger is asked to enter.
    ///
    /// # Errors
    /// Where the database fails.
    pub(in crate::action) async fn posts(&mut self, export: &Export) -> Result<Vec<Planned>, Error> {
        let import = self.import;
        for p in &export.problems {
            self.plan.counts[3] += 1;
            self.plan.lines.push((p.line, p.key, vec![("column", p.column.clone()), ("text", p.text.clone())]));
        }
        let title = format!("{} {}", import.name, export.title);
        for branch in &import.branches {
            let named = self.of_text(&branch.roster.course, &title);
            self.titles.insert(branch.roster.org.id, named);
        }
        let mut found = BTreeMap::new();
        let mut undone = BTreeMap::new();
        for row in &export.rows {
            // what was printed when, in a first or last line that is none of the data
            if row.edge && self.named(row).is_empty() {
                continue;
            }
            let Some((branch, member)) = self.who(row) else { continue };
            let Some(period) = self.period(row, branch) else { continue };
            let id = branch.roster.org.id;
            self.covered.insert((id, period));
            if !row.done {
                self.plan.counts[4] += 1;
                undone.entry((id, period, member.person)).or_insert((row, branch, member));
                continue;
            }
            if !expects(branch, self.duty, period, member) && !branch.roster.beside(self.duty, member, period) {
                self.unsure(row, "study-line-not-owed");
                continue;
            }
            found.entry((id, period, member.person)).or_insert((row, branch, member));
        }
        // an export of one branch covers it even where nobody of it is in it
        if let ([only], true) = (&import.branches[..], self.covered.is_empty()) {
            let id = only.roster.org.id;
            self.covered.extend(self.titles[&id].or(import.period).map(|p| (id, p)));
        }
        let mut standings: HashMap<(OrgId, Period), Vec<(PersonId, Standing)>> = HashMap::new();
        for (branch, period) in &self.covered {
            standings.insert((*branch, *period), import.store.standings(*branch, &self.duty.key, *period).await?);
        }
        let has = |id: OrgId, period: Period, person: PersonId, met: fn(&Standing) -> bool| {
            standings.get(&(id, period)).into_iter().flatten().any(|(p, s)| *p == person && met(s))
        };
        for ((id, period, person), (row, branch, member)) in undone {
            if found.contains_key(&(id, period, person)) {
                continue;
            }
            let called = import.called(branch, member);
            if has(id, period, person, Standing::done) {
                self.plan.counts[3] += 1;
                self.plan.lines.push((row.line, "study-line-undone", vec![("who", called.clone())]));
            }
            self.plan.undone.push(called);
            self.shown.entry(id).or_default().insert(shown_mark(self.duty, period, person), format!("not/{person}"));
        }
        let mut posts = Vec::new();
        for ((id, period, person), (row, branch, member)) in found {
            self.shown.entry(id).or_default().insert(shown_mark(self.duty, period, person), format!("done/{person}"));
            let said = has(id, period, person, |s| s.got > 0);
            posts.push((self.post(row, branch, member, period), said, row.line, import.called(branch, member)));
        }
        Ok(posts)
    }

    fn unsure(&mut self, row: &StudyRow, key: &'static str) {
        self.plan.counts[3] += 1;
        self.tell(row, key, row.course.clone().unwrap_or_default());
    }

    fn tell(&mut self, row: &StudyRow, key: &'static str, text: String) {
        self.plan.lines.push((row.line, key, vec![("who", label(row)), ("column", row.column.clone()), ("text", text)]));
    }

    /// The period of an issue that a text names, as issues were opened there.
    fn of_text(&self, course: &Course, text: &str) -> Option<Period> {
        let number = self.number(text);
        number.and_then(|n| course.numbered(&self.duty.key, &n)).or_else(|| course.mentioned(&self.duty.key, text)).map(|i| i.period)
    }

    fn number(&self, text: &str) -> Option<String> {
        self.grammar.issue_named(text, &Around { today: self.import.today, addressed: true, names: &Nobody })
    }

    /// The period of a row: what was said on importing, its issue, the file's, its time; else the open issue or this week. An issue
    /// that nobody opened is not another one, and a time that can't be read is no week.
    fn period(&mut self, row: &StudyRow, branch: &Branch) -> Option<Period> {
        let import = self.import;
        let current = Period::containing(self.duty.cadence, import.today);
        let course = &branch.roster.course;
        let of_file = self.titles[&branch.roster.org.id];
        let of_row = row.course.as_deref().and_then(|c| self.of_text(course, c));
        let used = course.of(&self.duty.key).next().is_some();
        // a title that is no issue's says no week; just the name of the duty does not matter
        let other = |c: &str| self.number(c).is_some() || of_file.is_none() && !self.duty.names().any(|n| normal(c).contains(&normal(n)));
        if import.period.is_none() && of_row.is_none() && used && row.course.as_deref().is_some_and(other) {
            self.unsure(row, "study-line-which-issue");
            return None;
        }
        let named = import.period.or(of_row).or(of_file);
        if let Some((column, text)) = row.when.as_ref().filter(|_| self.at(row).is_none()) {
            let key = if named.is_some() { "study-time-aside" } else { "study-bad-time" };
            self.plan.counts[3] += usize::from(named.is_none());
            self.plan.lines.push((row.line, key, vec![("who", label(row)), ("column", column.clone()), ("text", text.clone())]));
            return named;
        }
        let of_time = self.at(row).map(|t| Period::containing(self.duty.cadence, t.date()));
        let open = || course.open(self.duty, import.config.zone(), import.now).map(|i| i.period);
        Some(named.or(of_time).or_else(open).unwrap_or(current))
    }

    /// When it was done; what is yet to come is no time.
    fn at(&self, row: &StudyRow) -> Option<chrono::NaiveDateTime> {
        row.at.filter(|t| t.date() <= self.import.today)
    }

    /// Members of the row's name: just so written, else but for the dots in it.
    fn named(&self, row: &StudyRow) -> Vec<(&'a Arc<Branch>, &'a Member)> {
        let Some(name) = row.name.as_deref().map(normal) else { return Vec::new() };
        let today = self.import.today;
        let all = |same: &dyn Fn(&str) -> bool| {
            let mut all = Vec::new();
            for branch in &self.import.branches {
                let mut seen = BTreeSet::new();
                all.extend(branch.roster.on(today).filter(|m| same(&normal(&m.name)) && seen.insert(m.person)).map(|m| (branch, m)));
            }
            all
        };
        let just = all(&|own| own == name);
        if just.is_empty() { all(&|own| undotted(own) == undotted(&name)) } else { just }
    }

    /// Whom an answer, or an earlier file, said a mark to mean.
    fn known(&self, mark: &str) -> Option<(&'a Arc<Branch>, &'a Member)> {
        let (branch, person) = self.people.get(mark)?.split_once('/')?;
        let branch = self.import.branches.iter().find(|b| b.roster.org.id.to_string() == branch)?;
        Some((branch, branch.roster.members.iter().find(|m| m.person.to_string() == person)?))
    }

    /// Who a row means.
    fn who(&mut self, row: &StudyRow) -> Option<(&'a Arc<Branch>, &'a Member)> {
        let class = row.class.as_deref().map(normal);
        let number = row.number.as_deref().map(|n| digest(&format!("#{n}")));
        let whole = [row.name.as_deref(), row.number.as_deref(), class.as_deref()].map(Option::unwrap_or_default).join("|");
        let mark = if row.name.is_none() { number.clone().unwrap_or_default() } else { digest(&whole) };
        if let Some(known) = self.known(&mark) {
            return Some(known);
        }
        let mut all = self.named(row);
        if all.is_empty() {
            self.unsure(row, if row.name.is_none() { "study-line-no-name" } else { "study-line-unknown" });
            if !self.plan.strangers.iter().any(|s| s.mark == mark) {
                self.plan.strangers.push(Stranger { label: label(row), mark });
            }
            return None;
        }
        let of_number = number.as_deref().and_then(|n| self.known(n));
        if let Some(one) = all.iter().find(|(_, m)| of_number.is_some_and(|(_, known)| known.person == m.person)) {
            return Some(*one);
        }
        if all.len() > 1
            && let Some(class) = class.filter(|c| !c.is_empty())
        {
            let fits = |b: &Branch| {
                let own = normal(&b.roster.org.name);
                own.contains(&class) || class.contains(own.trim_end_matches("团支部")) || class.contains(&own)
            };
            let narrowed: Vec<_> = all.iter().filter(|(b, _)| fits(b)).copied().collect();
            if !narrowed.is_empty() {
                all = narrowed;
            }
        }
        if let [one] = all[..] {
            let (branch, member) = one;
            self.learned.extend(number.map(|n| (n, format!("{}/{}", branch.roster.org.id, member.person))));
            return Some(one);
        }
        let choices = all.iter().map(|(b, m)| (b.roster.org.id, m.person)).collect();
        let names =
            all.iter().map(|(b, m)| [Some(b.roster.org.name.as_str()), m.group.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")).collect();
        if !self.plan.namesakes.iter().any(|n| n.mark == mark) {
            let label = [Some(label(row)), row.class.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            self.plan.namesakes.push(Namesake { label, mark, choices, names });
        }
        self.unsure(row, "study-line-namesakes");
        None
    }

    fn post(&self, row: &StudyRow, branch: &Branch, member: &Member, period: Period) -> Post {
        let (import, duty) = (self.import, self.duty);
        let id = branch.roster.org.id;
        let zone = import.config.zone();
        // the export is of what was done in time, unless it says when
        let in_time = branch.roster.course.due(duty, period, zone) - 1;
        let at = self.at(row).map_or(import.now.min(in_time), |t| zone.instant(t)).min(import.now);
        let owed =
            if expects(branch, duty, period, member) { duty.owed(&branch.roster.org.path, member.band(period), period).unwrap_or(duty.target) } else { 0 };
        let subject = Subject { branch: id, person: member.person };
        Post {
            branch: id,
            source: format!("{EXPORT}{}/{period}/{}", duty.key, member.person),
            chat: import.said.0.clone(),
            account: import.said.1.clone(),
            actor: import.actor,
            evidence: Evidence::Official,
            at,
            relies: vec![(id, branch.roster.org.epoch)],
            expected: vec![(id, duty.key.clone(), period, branch.expected(duty, period))],
            over: Vec::new(),
            entries: vec![Entry::Done { subject, duty: duty.key.clone(), period, value: owed.max(1), owed, adds: false }],
        }
    }
}

/// Who it is as the row says.
fn label(row: &StudyRow) -> String {
    [row.name.as_deref(), row.number.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn expects(branch: &Branch, duty: &Duty, period: Period, member: &Member) -> bool {
    branch.roster.expected(duty, period).any(|m| m.person == member.person)
}
