//! A bill or fee export → which claims it confirms and which payments it adds → entered: the use case beneath
//! `zhibu import dues` and the file that is dropped into a private chat. Who may do it is the caller's to decide.
//!
//! Matched by name, sum and time. What is not sure is listed and left alone; each payment's own number makes that nothing
//! is entered twice.

use super::bill_match::{Found, Matcher};
use crate::action::cache::Branch;
use crate::config::Config;
use crate::config::messages::{Lang, Messages, Value};
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::ledger::{Line, Outcome, Post, Refusal, Verdict};
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::money::Fen;
use crate::domain::record::{Kind, Standing};
use crate::error::{Error, Fault, Mistake};
use crate::intake::bill::{self, Bill, Payment, Source, State};
use crate::intake::sheet::{self, Limits};
use crate::language::Grammar;
use crate::store::Store;
use chrono::NaiveDate;
use std::sync::Arc;

pub(in crate::action) use crate::store::records::imported::BILL;
/// Words that say that it is for what was due.
const LATE: [&str; 5] = ["补交", "补缴", "补上", "欠交", "欠缴"];

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
    /// The branch that is paid.
    pub branch: Arc<Branch>,
    /// The duty that is paid.
    pub duty: &'a Duty,
    /// The month of a fee export, which does not name it.
    pub month: Option<Period>,
    /// Where it was said, and by which account.
    pub said: (ChatKey, AccountKey),
    /// Who imports; none on the command line.
    pub actor: Option<PersonId>,
}

/// What is to be said of one row: a message's key with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The row's number in the file.
    pub line: usize,
    /// The message.
    pub key: &'static str,
    /// Its arguments.
    pub args: Vec<(&'static str, String)>,
}

/// What a file comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Rows that are entered (or would be), those that were before, those that wait for somebody's look.
    pub counts: (usize, usize, usize),
    /// What is entered, fen.
    pub sum: i64,
    /// Rows about other things.
    pub others: usize,
    /// A line for each row that matters.
    pub lines: Vec<Told>,
}

impl Plan {
    /// In words, at most `most` lines of detail.
    pub fn text(&self, messages: &Messages, lang: Lang, most: usize) -> String {
        let (new, known, unsure) = self.counts;
        let head = [
            ("new", Value::from(new)),
            ("amount", Fen(self.sum).to_string().into()),
            ("known", known.into()),
            ("unsure", unsure.into()),
            ("others", self.others.into()),
        ];
        let mut lines = vec![messages.say(lang, "bill-head", &head)];
        let one = |told: &Told| {
            let line = told.line.to_string();
            let args: Vec<(&str, Value<'_>)> =
                std::iter::once(("line", Value::from(line.as_str()))).chain(told.args.iter().map(|(k, v)| (*k, Value::from(v.as_str())))).collect();
            messages.say(lang, told.key, &args)
        };
        lines.extend(self.lines.iter().take(most).map(one));
        if self.lines.len() > most {
            lines.push(messages.say(lang, "bill-more", &[("count", (self.lines.len() - most).into())]));
        }
        lines.join("\n")
    }
}

/// Whether these bytes are a bill, told from what is in them.
pub async fn is_bill(bytes: &Arc<Vec<u8>>) -> bool {
    read(bytes).await.is_ok_and(|bill| bill.is_some())
}

async fn read(bytes: &Arc<Vec<u8>>) -> Result<Option<Bill>, Error> {
    let bytes = bytes.clone();
    let work = move || sheet::read(&bytes, &Limits::default()).map(|tables| bill::read(&tables));
    let read = tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Other("reading a bill failed".into()))?;
    Ok(read?)
}

/// What would be entered: nothing is written.
///
/// # Errors
/// A mistake where the file is no bill.
pub async fn preview(import: &Import<'_>) -> Result<Plan, Error> {
    run(import, false).await
}

/// Enters what is sure.
///
/// # Errors
/// A mistake where the file is no bill.
pub async fn apply(import: &Import<'_>) -> Result<Plan, Error> {
    run(import, true).await
}

/// What is entered for a period is entered for one of the duty's own.
///
/// # Errors
/// A mistake that shows how one is written.
pub(in crate::action) fn fits_cadence(said: Option<Period>, duty: &Duty, today: NaiveDate) -> Result<(), Mistake> {
    let Some(said) = said.filter(|p| p.cadence() != duty.cadence) else { return Ok(()) };
    let example = Period::containing(duty.cadence, today).to_string();
    Err(Mistake::new("import-period").with("period", said.to_string()).with("duty", &duty.name).with("example", example))
}

/// A payment that is sure so far: what the ledger is asked to enter.
struct Sure<'a> {
    post: Post,
    payment: &'a Payment,
    /// Whose it is.
    name: String,
    /// Whether the file says for which months.
    named: bool,
}

async fn run(import: &Import<'_>, write: bool) -> Result<Plan, Error> {
    let bill = read(&import.bytes).await?.ok_or_else(|| Mistake::new("bill-no-bill"))?;
    if bill.source == Source::League && import.month.is_none() {
        return Err(Mistake::new("bill-which-month").into());
    }
    fits_cadence(import.month, import.duty, import.today)?;
    let claims = import.store.unconfirmed(import.branch.roster.org.id, &import.duty.key).await?;
    let grammar = Grammar::new(&import.config.duties, &[]).map_err(Fault::Other)?;
    let matcher = Matcher { import, bill: &bill, claims, grammar };
    let mut plan = Plan { others: bill.others, ..Plan::default() };
    let mut posts: Vec<Sure<'_>> = Vec::new();
    let source = |p: &Payment| format!("{BILL}{}/{}", bill.source.key(), p.number);
    let numbers: Vec<String> = bill.payments.iter().filter(|p| !p.number.is_empty()).map(source).collect();
    let known = import.store.entered_sources(import.branch.roster.org.id, &numbers).await?;
    let elsewhere = import.store.entered_elsewhere(import.branch.roster.org.id, &numbers).await?;
    for payment in &bill.payments {
        let when = match payment.day {
            None if bill.source != Source::League => Some("bill-odd-time"),
            Some(day) if day > import.today => Some("bill-line-future"),
            _ => None,
        };
        if let Some(why) = when.or(elsewhere.get(&source(payment)).map(|_| "bill-line-counted")) {
            plan.counts.2 += 1;
            let mut line = told(payment, why, &payment.who);
            line.args.extend(elsewhere.get(&source(payment)).map(|unit| ("unit", unit.clone())));
            plan.lines.push(line);
            continue;
        }
        if known.contains(&source(payment)) {
            plan.counts.1 += 1;
            continue;
        }
        match matcher.find(payment) {
            Found::Members { members, extra, months } => {
                let name = members.iter().map(|(m, _)| m.name.as_str()).collect::<Vec<_>>().join("、");
                posts.push(Sure { post: matcher.post(payment, &members, extra, months.as_deref()), payment, name, named: months.is_some() });
            }
            Found::Unpaid(member) => {
                let standing = import.store.standings_of(import.branch.roster.org.id, member.person, Some(&import.duty.key)).await?;
                let here = standing.iter().find(|(k, _)| Some(k.period) == import.month).map(|(_, s)| s);
                let owes = || import.month.is_some_and(|m| import.branch.roster.expects(import.duty, member, m));
                let key = match payment.state {
                    State::Exempt if here.is_some_and(Standing::done) => Some("bill-line-exempt-paid"),
                    State::Exempt if !here.is_some_and(|s| s.excused) && owes() => Some("bill-line-exempt"),
                    State::Unpaid if here.is_some_and(Standing::done) => Some("bill-line-differs"),
                    _ => None,
                };
                if let Some(key) = key {
                    plan.counts.2 += 1;
                    plan.lines.push(told(payment, key, &member.name));
                }
            }
            Found::Unsure(why) => {
                plan.counts.2 += 1;
                plan.lines.push(told(payment, why, &payment.who));
            }
            Found::Other => plan.others += 1,
        }
    }
    for odd in &bill.odd {
        plan.counts.2 += 1;
        plan.lines.push(Told { line: odd.line, key: odd.why, args: vec![("who", odd.who.clone())] });
    }
    let mut only: Vec<Post> = posts.iter().map(|s| s.post.clone()).collect();
    import.store.anew(&mut only).await?;
    let mut outcomes = import.store.foresee(&only).await?;
    let doubts: Vec<Option<&'static str>> = posts.iter().zip(&outcomes).map(|(sure, outcome)| doubt(import, sure, outcome)).collect();
    if write {
        // what is asked about is not entered, so that it can be looked at again
        let sure: Vec<usize> = (0..only.len()).filter(|i| !outcomes[*i].replayed && doubts[*i].is_none() && all_recorded(&outcomes[*i].verdicts)).collect();
        let entered = enter(import.store, &sure.iter().map(|i| only[*i].clone()).collect::<Vec<_>>()).await?;
        for (i, outcome) in sure.into_iter().zip(entered) {
            outcomes[i] = outcome;
        }
    }
    for ((sure, outcome), doubt) in posts.iter().zip(outcomes).zip(doubts) {
        match doubt {
            Some(why) => unsure(&mut plan, sure.payment, why, &sure.name),
            None => note(&mut plan, import, sure.payment, &sure.name, &outcome),
        }
    }
    plan.lines.sort_by_key(|l| l.line);
    Ok(plan)
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

/// Why a payment that fits is not entered all the same: said to be late, it reaches months that are not due.
fn doubt(import: &Import<'_>, sure: &Sure<'_>, outcome: &Outcome) -> Option<&'static str> {
    let late = !sure.named && LATE.iter().any(|w| sure.payment.remark.contains(w));
    let now = Period::containing(import.duty.cadence, import.today);
    let ahead = || super::treasury::recorded(outcome).iter().any(|l| l.kind.claims() && l.key.period > now && l.owed > 0);
    (late && !outcome.replayed && ahead()).then_some("bill-line-late")
}

fn told(payment: &Payment, key: &'static str, who: &str) -> Told {
    Told { line: payment.line, key, args: vec![("who", who.to_owned()), ("amount", Fen(payment.amount + payment.extra).to_string())] }
}

fn note(plan: &mut Plan, import: &Import<'_>, payment: &Payment, name: &str, outcome: &Outcome) {
    let Some(verdict) = outcome.verdicts.iter().find(|v| !matches!(v, Verdict::Recorded { .. })).or(outcome.verdicts.first()) else { return };
    match verdict {
        _ if outcome.replayed => plan.counts.1 += 1,
        Verdict::Recorded { many_months, .. } => {
            let lines = super::treasury::recorded(outcome);
            plan.counts.0 += 1;
            plan.sum += payment.amount + payment.extra;
            let gift = |l: &&Line| matches!(l.kind, Kind::Extra | Kind::ConfirmExtra);
            let given = lines.iter().filter(gift).fold(0_i64, |sum, l| sum.saturating_add(l.value));
            let periods = super::treasury::distinct(lines.iter().filter(|l| !gift(l)).map(|l| l.key.period));
            let key = match lines.iter().any(|l| l.kind.claims()) {
                _ if periods.is_empty() => "bill-line-given",
                true if *many_months => "bill-line-many",
                true => "bill-line-new",
                false => "bill-line-confirmed",
            };
            let mut line = told(payment, key, name);
            line.args.push(("given", if given > 0 { Fen(given).to_string() } else { "none".to_owned() }));
            line.args.push(("months", import.duty.warn_months.to_string()));
            line.args.push(("period", import.config.messages.periods(import.config.bot.language, &periods, import.today)));
            plan.lines.push(line);
        }
        // the league's list says of everybody who paid: what we know as well is no news
        Verdict::Already { .. } if payment.number.is_empty() => plan.counts.1 += 1,
        Verdict::Already { .. } => unsure(plan, payment, "bill-line-paid", name),
        Verdict::Refused(Refusal::NotOwed) => unsure(plan, payment, "bill-line-not-owed", name),
        Verdict::Ask(_) | Verdict::Refused(_) => unsure(plan, payment, "bill-line-sum", name),
    }
}

/// Whether every member of a row gets something: else none of it is entered.
fn all_recorded(verdicts: &[Verdict]) -> bool {
    !verdicts.is_empty() && verdicts.iter().all(|v| matches!(v, Verdict::Recorded { .. }))
}

fn unsure(plan: &mut Plan, payment: &Payment, key: &'static str, name: &str) {
    plan.counts.2 += 1;
    plan.lines.push(told(payment, key, name));
}
