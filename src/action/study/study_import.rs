//! An official export of who has done a lecture → what it confirms and adds → entered beside what members said: the use
//! case beneath `zhibu import study` and the file that is dropped into a private chat. Who may do it is the caller's to
//! decide. Matched by name, number and class; a namesake is asked about once. Doing it again changes nothing.

use super::study_match::Matcher;
use crate::action::cache::Branch;
use crate::action::dues::bill_import::fits_cadence;
use crate::action::show;
use crate::config::Config;
use crate::config::messages::{Lang, Messages, Value};
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::ledger::{Outcome, Post, Verdict};
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::record::{Evidence, Standing};
use crate::domain::roster::{Member, Org, Roster};
use crate::error::{Error, Fault, Mistake};
use crate::intake::sheet::{self, Limits, Table};
use crate::intake::study::{self, Column, Read};
use crate::language::{Grammar, normal};
use crate::report::namesakes::Names;
use crate::store::Store;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the last export said of somebody: `SHOWN` of a branch, by `shown_mark`, as `done` or `not`, with the person.
pub(in crate::action) const SHOWN: &str = "shown";
/// Sources of what an official export entered begin with this.
pub(in crate::action) const EXPORT: &str = "import/";

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

impl Import<'_> {
    /// A member in a list of the branch's, told from namesakes.
    pub(in crate::action) fn called(&self, branch: &Branch, member: &Member) -> String {
        let names = Names { messages: &self.config.messages, lang: self.config.bot.language, today: self.today };
        show::line(&names.of(&branch.roster, member))
    }
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

/// Somebody of the export whom nobody on the roster is, so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// As the export says.
    pub label: String,
    /// What the answer is remembered under.
    pub mark: String,
}

/// Names that one line holds.
const NAMES: usize = 60;

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
    /// Who can be told.
    pub strangers: Vec<Stranger>,
    /// Who is in it as not having done it, by name.
    pub undone: Vec<String>,
}

impl Plan {
    /// In words, at most `most` lines of detail.
    pub fn text(&self, config: &Config, lang: Lang, most: usize) -> String {
        let messages: &Messages = &config.messages;
        let [new, confirmed, known, unsure, not_done] = self.counts;
        let duty = config.duty(&self.duty).map_or(self.duty.as_str(), |d| d.name.as_str());
        let args = [
            ("duty", Value::from(duty)),
            ("period", if self.when.is_empty() { "none" } else { self.when.as_str() }.into()),
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
        if !self.undone.is_empty() {
            let names: Vec<&str> = self.undone.iter().map(String::as_str).collect();
            text.push(messages.say(lang, "study-undone", &[("names", messages.list(lang, &names, most.max(NAMES)).into())]));
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
    /// A table whose columns are unknown: letters with what stands on top, and whether its name is of a lecture.
    Unknown(Vec<(String, String)>, bool),
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
        Read::Unknown(columns) if columns.len() > 1 => Looks::Unknown(columns, names(name)),
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
        Read::Unknown(columns) => {
            let found: Vec<String> = columns.into_iter().map(|(letter, top)| format!("{letter} {top}")).collect();
            let found = if found.is_empty() { "none".to_owned() } else { found.join("、") };
            return Err(Mistake::new("study-no-export").with("columns", found).into());
        }
    };
    let duty = duty(import.config, &format!("{} {}", import.name, export.title)).ok_or_else(|| Mistake::new("study-no-duty"))?;
    fits_cadence(import.period, duty, import.today)?;
    if let Some(later) = import.period.filter(|p| *p > Period::containing(duty.cadence, import.today)) {
        let said = import.config.messages.periods(import.config.bot.language, &[later], import.today);
        return Err(Mistake::new("period-to-come").with("period", said).into());
    }
    let line: Vec<OrgId> = import.store.line(import.unit.id).await?.iter().map(|o| o.id).collect();
    let people = import.store.import_memory(&line, "person").await?.into_iter().collect();
    let grammar = Grammar::new(&import.config.duties, &[]).map_err(Fault::Other)?;
    let mut matcher = Matcher::new(import, duty, grammar, people);
    let posts = matcher.posts(&export).await?;
    let mut only: Vec<Post> = posts.iter().map(|(p, ..)| p.clone()).collect();
    import.store.anew(&mut only).await?;
    let outcomes = if write { enter(import.store, &only).await? } else { import.store.foresee(&only).await? };
    let (mut plan, covered, learned, shown) = (matcher.plan, matcher.covered, matcher.learned, matcher.shown);
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
        import.store.remember_imports(import.unit.id, "person", &learned).await?;
        for (branch, shown) in shown {
            import.store.remember_imports(branch, SHOWN, &shown).await?;
        }
    }
    Ok(plan)
}

fn words(import: &Import<'_>, duty: &Duty, periods: &[Period]) -> String {
    let issue = |p: &Period| import.branches.iter().find_map(|b| b.roster.course.issue(&duty.key, *p));
    let names: Vec<&str> = periods.iter().filter_map(|p| Some(issue(p)?.name.as_str())).collect();
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

/// What what an export said of somebody is kept under.
pub(in crate::action) fn shown_mark(duty: &Duty, period: Period, person: PersonId) -> String {
    format!("{}/{period}/{person}", duty.key)
}

/// How what is recorded differs from the export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differs {
    /// The member says that it is done, the export does not.
    Own,
    /// The secretary does.
    Secretary,
    /// An earlier export had it as done, the last one has it as not done.
    Export,
}

/// Who says that a period is done while its official export does not, of the branch, in roster order.
///
/// # Errors
/// Where the database fails.
pub async fn differences(store: &Store, roster: &Roster, duty: &Duty, period: Period) -> Result<Vec<(PersonId, Differs)>, Fault> {
    let standings = store.standings(roster.org.id, &duty.key, period).await?;
    let shown: BTreeMap<String, String> = store.import_memory(&[roster.org.id], SHOWN).await?.into_iter().collect();
    let undone = |person| shown.get(&shown_mark(duty, period, person)).is_some_and(|said| said.starts_with("not/"));
    let differs = |person: PersonId, s: &Standing| match s.evidence? {
        _ if !s.done() => None,
        Evidence::Official => undone(person).then_some(Differs::Export),
        Evidence::Secretary => Some(Differs::Secretary),
        _ => Some(Differs::Own),
    };
    let by_person: BTreeMap<PersonId, &Standing> = standings.iter().map(|(p, s)| (*p, s)).collect();
    let mut seen = BTreeSet::new();
    let members = roster.members.iter().filter(|m| seen.insert(m.person));
    Ok(members.filter_map(|m| Some((m.person, differs(m.person, by_person.get(&m.person)?)?))).collect())
}
