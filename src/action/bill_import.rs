//! A bill or fee export → which claims it confirms and which payments it adds → entered: the use case beneath
//! `zhibu import dues` and the file that is dropped into a private chat. Who may do it is the caller's to decide.
//!
//! Matched by name, sum and time. What is not sure is listed and left alone; each payment's own number makes that nothing
//! is entered twice.

use super::cache::Branch;
use super::draft::owing;
use crate::config::Config;
use crate::config::messages::{Lang, Messages, Value};
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::ledger::{Entry, Outcome, Owing, Post, Refusal, Subject, Verdict};
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::money::Fen;
use crate::domain::record::{Evidence, Record};
use crate::domain::roster::Member;
use crate::error::{Error, Fault, Mistake};
use crate::intake::bill::{self, Bill, Payment, Source};
use crate::intake::sheet::{self, Limits};
use crate::language::{Around, Grammar, Intent, NameList};
use crate::store::Store;
use chrono::NaiveDate;
use std::sync::Arc;

/// What the sources of payments begin with.
pub(super) const BILL: &str = "bill/";
/// A claim and its payment lie at most so many days apart, where a masked name alone is not enough.
const DAYS: i64 = 10;
/// Words between names that say that one pays for the other.
const AGENT: [&str; 7] = ["代", "替", "帮", "幫", "给", "為", "为"];
/// Months ahead that a bill's payment may be for.
const AHEAD: i32 = 24;

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

async fn run(import: &Import<'_>, write: bool) -> Result<Plan, Error> {
    let bill = read(&import.bytes).await?.ok_or_else(|| Mistake::new("bill-no-bill"))?;
    if bill.source == Source::League && import.month.is_none() {
        return Err(Mistake::new("bill-which-month").into());
    }
    let claims = import.store.unconfirmed(import.branch.roster.org.id, &import.duty.key).await?;
    let grammar = Grammar::new(&import.config.duties, &[]).map_err(Fault::Other)?;
    let matcher = Matcher { import, bill: &bill, claims, grammar };
    let mut plan = Plan { others: bill.others, ..Plan::default() };
    let mut posts: Vec<(Post, &Payment, String)> = Vec::new();
    let source = |p: &Payment| format!("{BILL}{}/{}", bill.source.key(), p.number);
    let numbers: Vec<String> = bill.payments.iter().filter(|p| !p.number.is_empty()).map(source).collect();
    let known = import.store.entered_sources(import.branch.roster.org.id, &numbers).await?;
    for payment in &bill.payments {
        if known.contains(&source(payment)) {
            plan.counts.1 += 1;
            continue;
        }
        match matcher.find(payment) {
            Found::Members(members, months) => {
                let names: Vec<&str> = members.iter().map(|(m, _)| m.name.as_str()).collect();
                let name = names.join("、");
                posts.push((matcher.post(payment, &members, months.as_deref()), payment, name));
            }
            Found::Unpaid(member) => {
                let standing = import.store.standings_of(import.branch.roster.org.id, member.person, Some(&import.duty.key)).await?;
                if standing.iter().any(|(k, s)| Some(k.period) == import.month && s.done()) {
                    plan.counts.2 += 1;
                    plan.lines.push(told(payment, "bill-line-differs", &member.name));
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
    let mut only: Vec<Post> = posts.iter().map(|(post, ..)| post.clone()).collect();
    import.store.anew(&mut only).await?;
    let mut outcomes = import.store.foresee(&only).await?;
    if write {
        // what is asked about is not entered, so that it can be looked at again
        let sure: Vec<usize> = (0..only.len()).filter(|i| !outcomes[*i].replayed && all_recorded(&outcomes[*i].verdicts)).collect();
        let entered = enter(import.store, &sure.iter().map(|i| only[*i].clone()).collect::<Vec<_>>()).await?;
        for (i, outcome) in sure.into_iter().zip(entered) {
            outcomes[i] = outcome;
        }
    }
    for ((_, payment, name), outcome) in posts.iter().zip(outcomes) {
        note(&mut plan, import, payment, name, &outcome);
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

fn told(payment: &Payment, key: &'static str, who: &str) -> Told {
    Told { line: payment.line, key, args: vec![("who", who.to_owned()), ("amount", Fen(payment.amount + payment.extra).to_string())] }
}

fn note(plan: &mut Plan, import: &Import<'_>, payment: &Payment, name: &str, outcome: &Outcome) {
    let Some(verdict) = outcome.verdicts.iter().find(|v| !matches!(v, Verdict::Recorded { .. })).or(outcome.verdicts.first()) else { return };
    match verdict {
        _ if outcome.replayed => plan.counts.1 += 1,
        Verdict::Recorded { .. } => {
            let lines = super::treasury::recorded(outcome);
            plan.counts.0 += 1;
            plan.sum += payment.amount + payment.extra;
            let periods = super::treasury::distinct(lines.iter().map(|l| l.key.period));
            let mut line = told(payment, if lines.iter().any(|l| l.kind.claims()) { "bill-line-new" } else { "bill-line-confirmed" }, name);
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

enum Found<'a> {
    /// One or several members, each with a share of the sum, in fen.
    Members(Vec<(&'a Member, i64)>, Option<Vec<Period>>),
    /// In the league's list and not paid there.
    Unpaid(&'a Member),
    Unsure(&'static str),
    /// Nothing of ours.
    Other,
}

/// Whether a remark says that somebody pays for another, names aside.
fn for_another(remark: &str, written: &[&Member]) -> bool {
    let nameless = written.iter().fold(remark.to_owned(), |text, m| text.replace(&m.name, "、"));
    AGENT.iter().any(|agent| nameless.contains(agent))
}

struct Matcher<'a> {
    import: &'a Import<'a>,
    bill: &'a Bill,
    claims: Vec<Record>,
    grammar: Grammar,
}

impl Matcher<'_> {
    fn find(&self, payment: &Payment) -> Found<'_> {
        let roster = &self.import.branch.roster;
        let members: Vec<&Member> = roster.on(self.import.today).collect();
        if self.bill.source == Source::League {
            if !payment.branch.is_empty() && !roster.org.path.ends_with(&payment.branch) && !payment.branch.ends_with(&roster.org.name) {
                return Found::Unsure("bill-line-elsewhere");
            }
            let same: Vec<&&Member> = members.iter().filter(|m| m.name == payment.who).collect();
            return match same[..] {
                [] => Found::Unsure("bill-line-unknown"),
                [one] if !payment.paid => Found::Unpaid(one),
                [one] => Found::Members(vec![(one, payment.amount)], self.import.month.map(|m| vec![m])),
                _ => Found::Unsure("bill-line-namesakes"),
            };
        }
        let speaks = self.import.duty.names().any(|n| payment.remark.contains(n));
        let written: Vec<&Member> = members.iter().copied().filter(|m| m.name.chars().count() > 1 && payment.remark.contains(&m.name)).collect();
        let masked: Vec<&Member> = members.iter().copied().filter(|m| bill::masks(&payment.who, &m.name)).collect();
        let fits = |m: &Member| self.claimed(m, payment);
        if written.len() > 1 && for_another(&payment.remark, &written) {
            return self.paid_for(&written, payment);
        }
        let named = match (&written[..], &masked[..]) {
            ([one], _) | ([], [one]) => Some(*one),
            // one claim of just this sum at about this time tells which of them it is
            ([], several) | (several, _) => {
                let mut claimed = several.iter().filter(|m| fits(m));
                claimed.next().copied().filter(|_| claimed.next().is_none())
            }
        };
        match named {
            Some(member) if speaks || fits(member) => Found::Members(vec![(member, payment.amount)], self.months(&payment.remark, &[member])),
            Some(_) => Found::Unsure("bill-line-what-for"),
            None if written.len() > 1 => match self.shares(&written, payment) {
                Some(shares) if speaks || written.iter().all(|m| self.waiting(m, payment) > 0) => {
                    Found::Members(shares, self.months(&payment.remark, &written))
                }
                _ => Found::Unsure("bill-line-several"),
            },
            None if masked.len() > 1 => Found::Unsure("bill-line-namesakes"),
            None if speaks => Found::Unsure("bill-line-unknown"),
            None => Found::Other,
        }
    }

    /// A row of which one of those named pays for others (张三代李四): for whom, only their own claims tell.
    fn paid_for<'m>(&self, written: &[&'m Member], payment: &Payment) -> Found<'m> {
        let pays = |m: &Member| AGENT.iter().any(|agent| payment.remark.contains(&format!("{}{agent}", m.name)));
        let others: Vec<&Member> = written.iter().copied().filter(|m| !pays(m)).collect();
        let claimed = |of: &[&'m Member]| -> Option<Vec<(&'m Member, i64)>> {
            let all: Vec<(&Member, i64)> = of.iter().map(|m| (*m, self.waiting(m, payment))).collect();
            (!all.is_empty() && all.iter().all(|(_, fen)| *fen > 0) && all.iter().map(|(_, fen)| fen).sum::<i64>() == payment.amount).then_some(all)
        };
        match claimed(&others).or_else(|| claimed(written)) {
            Some(shares) => Found::Members(shares, self.months(&payment.remark, written)),
            None => Found::Unsure("bill-line-for-whom"),
        }
    }

    /// What each of several members named in one row has of its sum: what each claimed, where that is just the sum, else the same
    /// for all. None where it can't be told.
    fn shares<'m>(&self, members: &[&'m Member], payment: &Payment) -> Option<Vec<(&'m Member, i64)>> {
        let claimed: Vec<(&Member, i64)> = members.iter().map(|m| (*m, self.waiting(m, payment))).collect();
        if claimed.iter().all(|(_, fen)| *fen > 0) && claimed.iter().map(|(_, fen)| fen).sum::<i64>() == payment.amount {
            return Some(claimed);
        }
        let n = i64::try_from(members.len()).ok()?;
        let rate = |m: &Member| {
            let current = Period::containing(self.import.duty.cadence, self.import.today);
            self.import.duty.owed(&self.import.branch.roster.org.path, m.band(current), current)
        };
        let alike = members.windows(2).all(|two| rate(two[0]) == rate(two[1]));
        (alike && payment.extra == 0 && payment.amount % n == 0).then(|| members.iter().map(|m| (*m, payment.amount / n)).collect())
    }

    /// What this member claimed at about the time of the payment, fen.
    fn waiting(&self, member: &Member, payment: &Payment) -> i64 {
        let zone = self.import.config.zone();
        let near = |r: &&Record| payment.day.is_none_or(|day| (zone.date(r.at) - day).num_days().abs() <= DAYS);
        self.claims.iter().filter(|r| r.key.person == member.person).filter(near).map(|r| r.value).sum()
    }

    /// Whether a claim of this member is for just this sum, at about this time.
    fn claimed(&self, member: &Member, payment: &Payment) -> bool {
        let zone = self.import.config.zone();
        let near = |r: &&Record| payment.day.is_none_or(|day| (zone.date(r.at) - day).num_days().abs() <= DAYS);
        let mine: Vec<&Record> = self.claims.iter().filter(|r| r.key.person == member.person).filter(near).collect();
        let sum = |source: Option<&str>| mine.iter().filter(|r| source.is_none_or(|s| r.source == s)).map(|r| r.value).sum::<i64>();
        !mine.is_empty() && (sum(None) == payment.amount || mine.iter().any(|r| sum(Some(&r.source)) == payment.amount))
    }

    /// The months that a remark names.
    fn months(&self, remark: &str, members: &[&Member]) -> Option<Vec<Period>> {
        let names = NameList::new(self.import.branch.roster.members.iter().map(|m| m.name.as_str()));
        let around = Around { today: self.import.today, addressed: false, names: &names };
        let said = |text: &str| {
            self.grammar.understand(text, &around).into_iter().find_map(|m| match m.intent {
                Intent::Report { duty, periods, .. } if duty == self.import.duty.key && !periods.is_empty() => Some(periods),
                _ => None,
            })
        };
        let nameless = members.iter().fold(remark.to_owned(), |text, m| text.replace(&m.name, " "));
        let plain = nameless.trim_start_matches([' ', '、', ',', '，', '和']).replace("转账备注:", " ").replace("转账备注：", " ");
        let periods = said(remark).or_else(|| said(&format!("交了{}", plain.trim())))?;
        let months = super::treasury::distinct(periods.iter().flat_map(|p| p.expand(self.import.duty.cadence)));
        (!months.is_empty()).then_some(months)
    }

    fn post(&self, payment: &Payment, members: &[(&Member, i64)], months: Option<&[Period]>) -> Post {
        let import = self.import;
        let roster = &import.branch.roster;
        let number = if payment.number.is_empty() {
            let month = import.month.map(|m| m.to_string()).unwrap_or_default();
            let people: Vec<String> = members.iter().map(|(m, _)| m.person.to_string()).collect();
            format!("{month}/{}", people.join("+"))
        } else {
            payment.number.clone()
        };
        let entries: Vec<Entry> = members.iter().map(|(member, amount)| self.entry(payment, member, *amount, months)).collect();
        let mut periods: Vec<Period> =
            entries.iter().flat_map(|e| if let Entry::Banked { person, .. } = e { person.months.as_slice() } else { &[] }).map(|(p, _)| *p).collect();
        periods.sort_unstable();
        periods.dedup();
        Post {
            branch: roster.org.id,
            source: format!("{BILL}{}/{number}", self.bill.source.key()),
            chat: import.said.0.clone(),
            account: import.said.1.clone(),
            actor: import.actor,
            evidence: Evidence::Official,
            at: import.now,
            relies: vec![(roster.org.id, roster.org.epoch)],
            expected: periods.into_iter().map(|p| (roster.org.id, import.duty.key.clone(), p, import.branch.expected(import.duty, p))).collect(),
            over: Vec::new(),
            entries,
        }
    }

    fn entry(&self, payment: &Payment, member: &Member, amount: i64, months: Option<&[Period]>) -> Entry {
        let (import, duty) = (self.import, self.import.duty);
        let current = Period::containing(duty.cadence, import.today);
        let person = super::people::Person { branch: import.branch.clone(), member: member.clone() };
        // as far ahead as the named months or the sum can reach
        let rate = duty.owed(person.path(), member.band(current), current).unwrap_or(1).max(1);
        let reach = current.shift(i32::try_from(amount / rate).unwrap_or(AHEAD).min(AHEAD));
        let owed = owing(duty, &person, months.into_iter().flatten().max().map_or(reach, |last| (*last).max(current).min(current.shift(AHEAD))));
        let subject = Subject { branch: import.branch.roster.org.id, person: member.person };
        // it was paid when the bill says, not when the bill came
        let at = payment.day.and_then(|day| day.and_hms_opt(12, 0, 0)).map_or(import.now, |noon| import.config.zone().instant(noon).min(import.now));
        Entry::Banked {
            person: Owing { subject, months: owed },
            duty: duty.key.clone(),
            months: months.map(<[Period]>::to_vec),
            amount,
            extra: payment.extra,
            current,
            at,
            warn_months: duty.warn_months,
        }
    }
}
