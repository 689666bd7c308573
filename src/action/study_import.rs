//! An official export of who has done a lecture → what it confirms and adds → entered beside what members said: the use
//! case beneath `zhibu import study` and the file that is dropped into a private chat. Who may do it is the caller's to
//! decide. Matched by name, number and class; a namesake is asked about once. Doing it again changes nothing.

use super::cache::{Branch, Nobody};
use super::chain::digest;
use crate::config::Config;
use crate::config::messages::{Lang, Messages, Value};
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::ledger::{Entry, Outcome, Post, Subject, Verdict};
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::record::{Evidence, Standing};
use crate::domain::roster::{Member, Org, Roster};
use crate::error::{Error, Fault, Mistake};
use crate::intake::sheet::{self, Limits, Table};
use crate::intake::study::{self, Column, Export, Read, StudyRow};
use crate::language::{Around, Grammar, normal};
use crate::store::Store;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Sources of what an official export entered begin with this.
pub(super) const EXPORT: &str = "import/";

/// Who imports what.
pub struct Import<'a> {
    /// Where to.
    pub store: &'a Store,
    /// The duties.
    pub config: &'a Config,
    /// The local date.
    pub today: NaiveDate,
    /// The instant, UTC milliseconds.
    pub now: i64,
    /// The file.
    pub bytes: Arc<Vec<u8>>,
    /// Its name: it may say which issue.
    pub name: &'a str,
    /// The unit that it is of: answers are remembered there.
    pub unit: Org,
    /// Its branches.
    pub branches: Vec<Arc<Branch>>,
    /// The period, where the importer said it.
    pub period: Option<Period>,
    /// Where it was said, and by which account.
    pub said: (ChatKey, AccountKey),
    /// Who imports; none on the command line.
    pub actor: Option<PersonId>,
}

/// A line of the preview: a message's key with its arguments.
type Told = (usize, &'static str, Vec<(&'static str, String)>);

/// Somebody of the export whom several members may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namesake {
    /// As the export says.
    pub label: String,
    /// What the answer is remembered under.
    pub mark: String,
    /// Who it may be.
    pub choices: Vec<(OrgId, PersonId)>,
    /// Their branches' names, beside.
    pub names: Vec<String>,
}

/// What a file comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Of which duty.
    pub duty: String,
    /// For which periods.
    pub periods: Vec<Period>,
    /// Those periods in words, issues by their names.
    pub when: String,
    /// Rows that add somebody, that confirm what was said, that were known, that wait for somebody's look, that say “not done”.
    pub counts: [usize; 5],
    /// A line for each row that matters.
    pub lines: Vec<Told>,
    /// Who is asked about.
    pub namesakes: Vec<Namesake>,
}

impl Plan {
    /// In words, at most `most` lines of detail.
    pub fn text(&self, config: &Config, lang: Lang, most: usize) -> String {
        let messages: &Messages = &config.messages;
        let [new, confirmed, known, unsure, not_done] = self.counts;
        let duty = config.duty(&self.duty).map_or(self.duty.as_str(), |d| d.name.as_str());
        let args = [
            ("duty", Value::from(duty)),
            ("period", self.when.as_str().into()),
            ("new", new.into()),
            ("confirmed", confirmed.into()),
            ("known", known.into()),
            ("unsure", unsure.into()),
            ("not_done", not_done.into()),
        ];
        let mut text = vec![messages.say(lang, "study-head", &args)];
        text.extend(self.lines.iter().take(most).map(|(line, key, args)| {
            let line = line.to_string();
            let args: Vec<(&str, Value<'_>)> =
                std::iter::once(("line", Value::from(line.as_str()))).chain(args.iter().map(|(k, v)| (*k, Value::from(v.as_str())))).collect();
            messages.say(lang, key, &args)
        }));
        if self.lines.len() > most {
            text.push(messages.say(lang, "bill-more", &[("count", (self.lines.len() - most).into())]));
        }
        text.join("\n")
    }

    /// Whether applying it would change anything.
    pub fn changes(&self) -> bool {
        self.counts[0] + self.counts[1] > 0
    }
}

/// What a file is, as far as its bytes and its name say.
pub enum Looks {
    /// An official export.
    Export,
    /// It is about a lecture, but its columns are unknown: letters with what stands on top.
    Unknown(Vec<(String, String)>),
    /// Something else.
    Other,
}

/// Tells an export from a roster.
///
/// # Errors
/// A mistake where the file can't be read at all.
pub async fn looks(config: &Config, bytes: &Arc<Vec<u8>>, name: &str, known: &[(String, Column)]) -> Result<Looks, Error> {
    let Ok(tables) = tables(bytes).await else { return Ok(Looks::Other) };
    let names = |text: &str| lectures(config).any(|d| d.names().any(|n| normal(text).contains(&normal(n))));
    Ok(match study::read(&tables, known) {
        Read::Export(export) if export.sure || names(&format!("{name} {}", export.title)) => Looks::Export,
        Read::Unknown(columns) if names(name) && columns.len() > 1 => Looks::Unknown(columns),
        _ => Looks::Other,
    })
}

fn lectures(config: &Config) -> impl Iterator<Item = &Duty> {
    config.duties.iter().filter(|d| d.measure == Measure::Done)
}

async fn tables(bytes: &Arc<Vec<u8>>) -> Result<Vec<Table>, Error> {
    let bytes = bytes.clone();
    let read = tokio::task::spawn_blocking(move || sheet::read(&bytes, &Limits::default())).await;
    Ok(read.map_err(|_| Fault::Other("reading an export failed".into()))??)
}

/// What was answered about headings here and above.
///
/// # Errors
/// Where the database fails.
pub async fn columns(store: &Store, unit: &Org) -> Result<Vec<(String, Column)>, Fault> {
    let line: Vec<OrgId> = store.line(unit.id).await?.iter().map(|o| o.id).collect();
    Ok(store.import_memory(&line, "column").await?.into_iter().filter_map(|(mark, means)| Some((mark, Column::parse(&means)?))).collect())
}

/// What would be entered (`write` false), or what was.
///
/// # Errors
/// A mistake where the file is no export.
pub async fn run(import: &Import<'_>, write: bool) -> Result<Plan, Error> {
    let known = columns(import.store, &import.unit).await?;
    let export = match study::read(&tables(&import.bytes).await?, &known) {
        Read::Export(export) => export,
        Read::Unknown(_) => return Err(Mistake::new("study-no-export").into()),
    };
    let duty = duty(import.config, &format!("{} {}", import.name, export.title)).ok_or_else(|| Mistake::new("study-no-duty"))?;
    let line: Vec<OrgId> = import.store.line(import.unit.id).await?.iter().map(|o| o.id).collect();
    let people = import.store.import_memory(&line, "person").await?.into_iter().collect();
    let grammar = Grammar::new(&import.config.duties, &[]).map_err(Fault::Other)?;
    let mut matcher = Matcher { import, duty, grammar, people, plan: Plan { duty: duty.key.clone(), ..Plan::default() }, covered: BTreeSet::new() };
    let posts = matcher.posts(&export).await?;
    let mut only: Vec<Post> = posts.iter().map(|(p, ..)| p.clone()).collect();
    import.store.anew(&mut only).await?;
    let outcomes = if write { enter(import.store, &only).await? } else { import.store.foresee(&only).await? };
    let (mut plan, covered) = (matcher.plan, matcher.covered);
    for ((_, said, line, name), outcome) in posts.iter().zip(&outcomes) {
        note(&mut plan, *said, *line, name, outcome);
    }
    plan.lines.sort_by_key(|l| l.0);
    plan.periods = covered.iter().map(|(_, p)| *p).collect::<BTreeSet<_>>().into_iter().collect();
    plan.when = words(import, duty, &plan.periods);
    if write {
        for (branch, period) in covered {
            import.store.note_official(branch, &duty.key, period).await?;
        }
    }
    Ok(plan)
}

fn words(import: &Import<'_>, duty: &Duty, periods: &[Period]) -> String {
    let course = import.branches.first().map(|b| &b.roster.course);
    let names: Vec<&str> = periods.iter().filter_map(|p| Some(course?.issue(&duty.key, *p)?.name.as_str())).collect();
    let (messages, lang) = (&import.config.messages, import.config.bot.language);
    if names.len() == periods.len() && !names.is_empty() { messages.list(lang, &names, 4) } else { messages.periods(lang, periods, import.today) }
}

fn duty<'a>(config: &'a Config, text: &str) -> Option<&'a Duty> {
    let text = normal(text);
    lectures(config).find(|d| d.names().any(|n| text.contains(&normal(n)))).or_else(|| lectures(config).next())
}

async fn enter(store: &Store, posts: &[Post]) -> Result<Vec<Outcome>, Fault> {
    let mut pending = Vec::with_capacity(posts.len());
    for post in posts {
        pending.push(store.post(post.clone()).await);
    }
    let mut outcomes = Vec::with_capacity(posts.len());
    for one in pending {
        outcomes.push(one.await.map_err(|_| Fault::Closed)??);
    }
    Ok(outcomes)
}

fn note(plan: &mut Plan, said: bool, line: usize, name: &str, outcome: &Outcome) {
    match outcome.verdicts.first() {
        _ if outcome.replayed => plan.counts[2] += 1,
        Some(Verdict::Recorded { .. }) if said => plan.counts[1] += 1,
        Some(Verdict::Recorded { .. }) => {
            plan.counts[0] += 1;
            plan.lines.push((line, "study-line-new", vec![("who", name.to_owned())]));
        }
        _ => plan.counts[2] += 1,
    }
}

struct Matcher<'a> {
    import: &'a Import<'a>,
    duty: &'a Duty,
    grammar: Grammar,
    people: HashMap<String, String>,
    plan: Plan,
    covered: BTreeSet<(OrgId, Period)>,
}

/// A post, whether the member had said it before, the row, the name.
type Planned = (Post, bool, usize, String);

impl<'a> Matcher<'a> {
    async fn posts(&mut self, export: &Export) -> Result<Vec<Planned>, Error> {
        for p in &export.problems {
            self.plan.counts[3] += 1;
            self.plan.lines.push((p.line, p.key, vec![("column", p.column.clone()), ("text", p.text.clone())]));
        }
        let of_file = self.of_text(&format!("{} {}", self.import.name, export.title));
        let mut found = BTreeMap::new();
        for row in &export.rows {
            let Some(period) = self.period(row, of_file) else { continue };
            let Some((branch, member)) = self.who(row) else { continue };
            let id = branch.roster.org.id;
            self.covered.insert((id, period));
            if !row.done {
                self.plan.counts[4] += 1;
                continue;
            }
            if !expects(branch, self.duty, period, member) && !branch.roster.beside(self.duty, member, period) {
                self.unsure(row, "study-line-not-owed");
                continue;
            }
            found.entry((id, period, member.person)).or_insert((row, branch, member));
        }
        // an export of one branch covers it even where nobody of it is in it
        if let ([only], true) = (&self.import.branches[..], self.covered.is_empty()) {
            self.covered.extend(of_file.or(self.import.period).map(|p| (only.roster.org.id, p)));
        }
        let mut standings: HashMap<(OrgId, Period), Vec<(PersonId, Standing)>> = HashMap::new();
        for (branch, period) in &self.covered {
            standings.insert((*branch, *period), self.import.store.standings(*branch, &self.duty.key, *period).await?);
        }
        let mut posts = Vec::new();
        for ((id, period, person), (row, branch, member)) in found {
            let said = standings.get(&(id, period)).into_iter().flatten().any(|(p, s)| *p == person && s.got > 0);
            posts.push((self.post(row, branch, member, period), said, row.line, member.name.clone()));
        }
        Ok(posts)
    }

    fn unsure(&mut self, row: &StudyRow, key: &'static str) {
        self.plan.counts[3] += 1;
        let who = [row.name.as_deref(), row.number.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let course = row.course.clone().unwrap_or_default();
        self.plan.lines.push((row.line, key, vec![("who", who), ("column", row.column.clone()), ("text", course)]));
    }

    /// The period of an issue that a text names.
    fn of_text(&self, text: &str) -> Option<Period> {
        let course = &self.import.branches.first()?.roster.course;
        let around = Around { today: self.import.today, addressed: true, names: &Nobody };
        let number = self.grammar.issue_named(text, &around);
        number.and_then(|n| course.numbered(&self.duty.key, &n)).or_else(|| course.mentioned(&self.duty.key, text)).map(|i| i.period)
    }

    /// The period of a row: what was said on importing, its issue, the file's, its time; else the open issue or this week.
    fn period(&mut self, row: &StudyRow, of_file: Option<Period>) -> Option<Period> {
        let import = self.import;
        let current = Period::containing(self.duty.cadence, import.today);
        let course = import.branches.first().map(|b| &b.roster.course);
        let of_row = row.course.as_deref().and_then(|c| self.of_text(c));
        let used = course.is_some_and(|c| c.of(&self.duty.key).next().is_some());
        if import.period.is_none()
            && of_row.is_none()
            && of_file.is_none()
            && used
            && row.course.as_deref().is_some_and(|c| c.chars().any(|c| c.is_ascii_digit()))
            && row.at.is_none()
        {
            self.unsure(row, "study-line-which-issue");
            return None;
        }
        let of_time = row.at.map(|t| Period::containing(self.duty.cadence, t.date())).filter(|p| *p <= current);
        let open = || course.and_then(|c| c.open(self.duty, import.config.zone(), import.now)).map(|i| i.period);
        Some(import.period.or(of_row).or(of_file).or(of_time).or_else(open).unwrap_or(current))
    }

    /// Who a row means.
    fn who(&mut self, row: &StudyRow) -> Option<(&'a Arc<Branch>, &'a Member)> {
        let import = self.import;
        let class = row.class.as_deref().map(normal);
        let mark = digest(&format!(
            "{}|{}|{}",
            row.name.as_deref().unwrap_or_default(),
            row.number.as_deref().unwrap_or_default(),
            class.as_deref().unwrap_or_default()
        ));
        if let Some((branch, person)) = self.people.get(&mark).and_then(|m| m.split_once('/')) {
            let found = import.branches.iter().find(|b| b.roster.org.id.to_string() == branch);
            let member = found.and_then(|b| Some((b, b.roster.members.iter().find(|m| m.person.to_string() == person)?)));
            if member.is_some() {
                return member;
            }
        }
        let Some(name) = row.name.as_deref().map(normal) else {
            self.unsure(row, "study-line-no-name");
            return None;
        };
        let mut all: Vec<(&Arc<Branch>, &Member)> = Vec::new();
        for branch in &import.branches {
            let mut seen = BTreeSet::new();
            all.extend(branch.roster.on(import.today).filter(|m| normal(&m.name) == name && seen.insert(m.person)).map(|m| (branch, m)));
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
        match &all[..] {
            [one] => Some(*one),
            [] => {
                self.unsure(row, "study-line-unknown");
                None
            }
            several => {
                let label = [row.name.as_deref(), row.number.as_deref(), row.class.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
                let choices = several.iter().map(|(b, m)| (b.roster.org.id, m.person)).collect();
                let names = several
                    .iter()
                    .map(|(b, m)| [Some(b.roster.org.name.as_str()), m.group.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" "))
                    .collect();
                if !self.plan.namesakes.iter().any(|n| n.mark == mark) {
                    self.plan.namesakes.push(Namesake { label, mark, choices, names });
                }
                self.unsure(row, "study-line-namesakes");
                None
            }
        }
    }

    fn post(&self, row: &StudyRow, branch: &Branch, member: &Member, period: Period) -> Post {
        let (import, duty) = (self.import, self.duty);
        let id = branch.roster.org.id;
        let zone = import.config.zone();
        // the export is of what was done in time, unless it says when
        let in_time = branch.roster.course.due(duty, period, zone) - 1;
        let at = row.at.map_or(import.now.min(in_time), |t| zone.instant(t)).min(import.now);
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

fn expects(branch: &Branch, duty: &Duty, period: Period, member: &Member) -> bool {
    branch.roster.expected(duty, period).any(|m| m.person == member.person)
}

/// Who says that a period is done while its official export does not: by branch, with what it rests on.
///
/// # Errors
/// Where the database fails.
pub async fn differences(store: &Store, roster: &Roster, duty: &Duty, period: Period) -> Result<Vec<(String, Evidence)>, Fault> {
    let standings = store.standings(roster.org.id, &duty.key, period).await?;
    let differs = |s: &Standing| s.done() && s.evidence.is_some_and(|e| e < Evidence::Official);
    Ok(standings.iter().filter(|(_, s)| differs(s)).filter_map(|(p, s)| Some((roster.member(*p)?.name.clone(), s.evidence?))).collect())
}
