//! Several have the name of whom somebody speaks: asked in private, by number, with what tells them apart. A group is not told
//! who they are; nothing is done for any of them before the answer.

use super::answer;
use super::question::Body;
use crate::action::context::{Context, Reply};
use crate::action::meetings::leave;
use crate::action::members::people;
use crate::action::queries::reading::{self, Found};
use crate::action::records::draft::Draft;
use crate::action::records::{approve, reject, report};
use crate::action::show;
use crate::action::study::issues;
use crate::domain::calendar::Period;
use crate::domain::duty::Measure;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};
use crate::language::Intent;

/// Those who were shown to be chosen from; an answer that fits none of them is no answer.
type Chosen = Option<(OrgId, PersonId)>;

/// Of a report that could not be entered since several have the one name in it: asks which, by a mistake that says so.
///
/// # Errors
/// The question, where it can be asked; else nothing, and the mistake stands as it is.
pub(in crate::action) async fn ask(cx: &Context, intents: &[Intent], mistake: &Mistake) -> Result<(), Error> {
    let [Intent::Report { duty, periods, issue: None, amount_fen, count, minutes, names, all: false, ahead: false, months: _ }] = intents else {
        return Ok(());
    };
    let ([name], true, "name-shared-yours") = (&names[..], cx.private(), mistake.key) else { return Ok(()) };
    let measure = cx.duty(duty)?.measure;
    let value = if measure == Measure::Minutes { minutes.or(*count) } else { count.or(Some(1)) };
    let Some(value) = value.filter(|v| *v > 0 && (*v == 1 || matches!(measure, Measure::Minutes | Measure::Count))) else { return Ok(()) };
    let (meant, _) = people::meant(cx, name).await?;
    let found: Vec<Found> = meant.into_iter().map(|p| Found { person: p.member.person, branch: p.branch }).collect();
    let people = found.iter().map(|f| (f.branch.roster.org.id, f.person)).collect();
    cx.ask(&Body::Namesake { duty: duty.clone(), periods: periods.clone(), amount: *amount_fen, value, people }).await?;
    Err(which(cx, name, &found).into())
}

/// The question which of these is meant.
fn which(cx: &Context, name: &str, several: &[Found]) -> Mistake {
    let one = |(n, f): (usize, &Found)| {
        cx.say("unbind-choice", &[("n", (n + 1).to_string().into()), ("name", show::name(name).into()), ("which", f.which(cx).into())])
    };
    let list: Vec<String> = several.iter().enumerate().map(one).collect();
    Mistake::new("namesakes-which").with("name", show::name(name)).with("count", several.len().to_string()).with("list", show::join(cx, &list))
}

/// Enters what was reported for whoever was chosen.
pub(in crate::action) async fn reported(
    cx: &Context,
    duty: &str,
    periods: &[Period],
    (amount, value): (Option<i64>, i64),
    chosen: Chosen,
) -> Result<Reply, Error> {
    let Some(whom) = chosen else { return Err(Mistake::new("ask-nothing-open").into()) };
    let known = cx.duty(duty)?;
    if known.measure == Measure::Money {
        return answer::pay(cx, duty, &[whom], periods, amount, false).await;
    }
    let mut draft = Draft::new(cx)?;
    let person = [draft.person(whom.0, whom.1).await?];
    draft.rest_on_whom(&person);
    let course = &person[0].branch.roster.course;
    let meant = if course.of(&known.key).next().is_some() { issues::reported(cx, course, known, periods, None)? } else { periods.to_vec() };
    draft.done(known, &person, &meant, value)?;
    let post = draft.finish();
    let outcome = report::enter(cx, &post).await?;
    report::told(cx, &post, &outcome).await
}

/// Of several claimants of one name: asks the treasurer which one is meant, in private; in a group says where to ask.
pub(in crate::action) async fn claimants(cx: &Context, name: &str, duty: Option<&str>, reject: bool, several: &[Found]) -> Result<Mistake, Error> {
    if !cx.private() {
        return Ok(Mistake::new("approve-namesakes").with("name", show::name(name)));
    }
    let people = several.iter().map(|f| (f.branch.roster.org.id, f.person)).collect();
    cx.ask(&Body::Claimant { duty: duty.map(str::to_owned), reject, people }).await?;
    Ok(which(cx, name, several))
}

/// Of several of one name who ask for leave: asks which one is meant, in private; in a group, or beside other names, says where to.
pub(in crate::action) async fn askers(cx: &Context, name: &str, granted: bool, alone: bool, several: &[Found]) -> Result<Mistake, Error> {
    if !cx.private() || !alone {
        return Ok(Mistake::new("leave-namesakes").with("name", show::name(name)));
    }
    let people = several.iter().map(|f| (f.branch.roster.org.id, f.person)).collect();
    cx.ask(&Body::Asker { granted, people }).await?;
    Ok(which(cx, name, several))
}

/// Grants the leave of the chosen one, or does not.
pub(in crate::action) async fn answered(cx: &Context, granted: bool, chosen: Chosen) -> Result<Reply, Error> {
    let Some(whom) = chosen else { return Err(Mistake::new("ask-nothing-open").into()) };
    leave::chosen(cx, granted, whom).await
}

/// Confirms what the chosen one claims, or takes it back.
pub(in crate::action) async fn decided(cx: &Context, duty: Option<&str>, reject: bool, chosen: Chosen) -> Result<Reply, Error> {
    cx.speaker()?;
    let Some((branch, person)) = chosen else { return Err(Mistake::new("ask-nothing-open").into()) };
    let Some(branch) = reading::fresh(cx, &[branch]).await?.pop() else { return Err(Mistake::new("ask-nothing-open").into()) };
    cx.demand(Permission::ApproveDues, &branch.roster.org)?;
    let one = Found { person, branch };
    if reject { reject::of(cx, duty, &one).await } else { approve::of(cx, duty, &one).await }
}
