//! `张三本周不用看大学习，因为…`: an officer frees somebody of what is done and no money, for single periods. That counts in every rate as
//! excused. Why is kept beside what was entered, where it says nothing of anybody's health.

use super::issues::{self, around};
use crate::action::context::{Context, Reply};
use crate::action::dues::relief::HEALTH;
use crate::action::dues::treasury::{distinct, names_of, people, recorded};
use crate::action::records::draft::{Draft, expects};
use crate::action::records::report;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ledger::{Entry, Verdict};
use crate::domain::record::Evidence;
use crate::domain::role::Permission;
use crate::error::{Error, Fault, Mistake};
use crate::language::Intent;

/// Periods that one word may free of, at most.
const MOST: usize = 26;

/// Whether this is leave that an officer tells of others, from what has no meetings: freed of it is what is meant.
pub(in crate::action) fn meant_by(cx: &Context, intent: &Intent) -> bool {
    let Intent::Leave { duty: Some(duty), names, .. } = intent else { return false };
    let branch = cx.speaker.as_ref().and_then(|s| s.branch.as_ref());
    let may = branch.is_some_and(|b| cx.may(Permission::Exempt, &b.roster.org));
    !names.is_empty() && may && cx.duty(duty).is_ok_and(|d| !matches!(d.measure, Measure::Attendance | Measure::Money))
}

/// Such leave, with why it is.
pub(in crate::action) async fn leave(cx: &Context, intent: &Intent) -> Result<Reply, Error> {
    let Intent::Leave { duty: Some(duty), names, .. } = intent else { return Err(Fault::Other("only leave frees".into()).into()) };
    let why = ["因为", "由于", "原因"].iter().find_map(|w| cx.text.split_once(w)).map(|(_, why)| why.trim_matches([':', '：', '，', '。', ' ']));
    decide(cx, cx.duty(duty)?, names, why).await
}

/// Frees of the periods that are named, else of the one that is now.
pub(in crate::action) async fn decide(cx: &Context, duty: &Duty, names: &[String], reason: Option<&str>) -> Result<Reply, Error> {
    let people = people(cx, names, Permission::Exempt).await?;
    let reason = reason.filter(|r| !r.is_empty() && !HEALTH.iter().any(|w| r.contains(w)));
    let mut draft = Draft::new(cx)?;
    draft.rest_on(Evidence::Secretary);
    for person in &people {
        draft.rely(&person.branch);
        let periods = meant(cx, duty, &person.branch.roster.course)?;
        for period in &periods {
            draft.expect(person, duty, *period);
        }
        let owed = |p: Period| if expects(duty, person, p) { duty.target } else { 0 };
        let periods: Vec<(Period, i64)> = periods.into_iter().map(|p| (p, owed(p))).collect();
        draft.push(Entry::Excuse { subject: person.subject(), duty: duty.key.clone(), periods, state: None, session: None });
    }
    if let Some(reason) = reason {
        draft.push(Entry::Because(reason.to_owned()));
    }
    let outcome = report::enter(cx, &draft.finish()).await?;
    let entered = outcome.verdicts.iter().any(|v| matches!(v, Verdict::Recorded { .. }));
    let lines = recorded(&outcome);
    let periods = if entered { distinct(lines.iter().map(|l| l.key.period)) } else { meant(cx, duty, &people[0].branch.roster.course)? };
    let free: Vec<_> = people.iter().filter(|p| !entered || lines.iter().any(|l| l.key.person == p.member.person)).cloned().collect();
    let args = [
        ("names", Value::from(names_of(cx, &free))),
        ("period", issues::said(cx, people.first().map(|p| &p.branch.roster.course), duty, &periods).into()),
        ("duty", duty.name.as_str().into()),
        // why is nobody else's business
        ("reason", reason.filter(|_| cx.private()).map_or_else(|| "none".to_owned(), show::line).into()),
    ];
    Ok(cx.reply(cx.say(if entered { "excuse-done" } else { "excuse-nothing" }, &args)))
}

/// The periods that the message names before it says why: of an issue, a week, a stretch (`到10月底` from now on); else the one that is now.
fn meant(cx: &Context, duty: &Duty, course: &crate::domain::course::Course) -> Result<Vec<Period>, Error> {
    let head = ["因为", "由于", "原因"].iter().filter_map(|w| cx.text.find(w)).min().map_or(cx.text.as_str(), |at| &cx.text[..at]);
    let now = Period::containing(duty.cadence, cx.today);
    let said = cx.bot.grammar.named(head, &around(cx)).periods;
    let number = cx.bot.grammar.issue_named(head, &around(cx));
    let mut all = match (said.iter().map(|p| p.last_day()).max(), head.contains('到')) {
        (Some(last), true) => {
            let first = said.iter().map(|p| p.first_day()).min().filter(|_| said.len() > 1).unwrap_or(cx.today);
            let last = Period::containing(duty.cadence, last);
            let mut all = vec![Period::containing(duty.cadence, first).min(last)];
            while let Some(next) = all.last().map(|p| p.shift(1)).filter(|p| *p <= last && all.len() <= MOST) {
                all.push(next);
            }
            all
        }
        (Some(_), false) => distinct(said.iter().flat_map(|p| match p.expand(duty.cadence) {
            parts if parts.is_empty() => vec![Period::containing(duty.cadence, p.first_day())],
            parts => parts,
        })),
        (None, _) => issues::reported(cx, course, duty, &[], number.as_deref())?,
    };
    if all.is_empty() {
        all.push(now);
    }
    if all.len() > MOST { Err(Mistake::new("excuse-long").with("count", MOST.to_string()).into()) } else { Ok(all) }
}
