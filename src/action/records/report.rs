//! Reports, check-in and leave: from what was meant to a post for the ledger, for the speaker or for others.
//! What the ledger makes of it is its own business (`domain::decide`); how it is told is `wording`'s.

use super::draft::{self, Draft, How};
use super::screenshot;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::namesakes;
use crate::action::dialogue::question::Body;
use crate::action::meetings::{leave_ahead, leave_days};
use crate::action::members::moved;
use crate::action::study::issues;
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ledger::{Doubt, Entry, Outcome, Post, Refusal, Verdict};
use crate::domain::meeting::LeaveAhead;
use crate::domain::record::{Session, State};
use crate::domain::role::Permission;
use crate::error::{Error, Fault, Mistake};
use crate::language::Intent;

/// Enters these and waits for what came of it.
pub async fn now(cx: &Context, intents: &[Intent]) -> Result<Reply, Error> {
    let prepared = prepare(cx, intents).await;
    if let Err(Error::Mistake(mistake)) = &prepared {
        namesakes::ask(cx, intents, mistake).await?;
    }
    let (post, left_out) = prepared?;
    let outcome = enter(cx, &post).await?;
    let cx = screenshot::beside(Context { left_out, ..cx.clone() }, &post, &outcome).await;
    told(&cx, &post, &outcome).await
}

/// Check-in is for the meeting that is on: where the message names another time and nothing else, that one is meant.
fn is_of_now(cx: &Context, named: &[Period]) -> Result<(), Mistake> {
    if named.is_empty() || named.iter().any(|p| p.first_day() <= cx.today && cx.today <= p.last_day()) {
        return Ok(());
    }
    Err(Mistake::new("check-in-then").with("period", cx.periods(named)))
}

/// Enters a post and waits until it is durable.
pub async fn enter(cx: &Context, post: &Post) -> Result<Outcome, Fault> {
    let outcome = cx.bot.store.post(post.clone()).await.await.map_err(|_| Fault::Closed)??;
    moved::shown_elsewhere(cx, &outcome).await?;
    Ok(outcome)
}

/// A post of everything that was reported in one message, and why the rest of it is left out: a name that is unknown, or
/// that the speaker may not report for; leave that is kept for a meeting to come.
///
/// # Errors
/// The first such mistake where nothing is left; others always.
pub async fn prepare(cx: &Context, intents: &[Intent]) -> Result<(Post, Vec<Mistake>), Error> {
    let (post, left_out, ahead) = put_together(cx, intents).await?;
    leave_ahead::keep(cx, &ahead).await?;
    match left_out.first() {
        Some(first) if post.entries.is_empty() => Err(first.clone().into()),
        _ => Ok((post, left_out)),
    }
}

/// The same, with the leave that is to be kept: nothing is written, and it is no mistake where nothing is left.
pub async fn put_together(cx: &Context, intents: &[Intent]) -> Result<(Post, Vec<Mistake>, Vec<LeaveAhead>), Error> {
    let mut draft = Draft::new(cx)?;
    let (mut left_out, mut ahead) = (Vec::new(), Vec::new());
    for intent in intents {
        if let Intent::Report { names, .. } | Intent::CheckIn { names, .. } | Intent::Leave { names, .. } | Intent::Voluntary { names, .. } = intent
            && !names.is_empty()
            && intents.len() > 1
            && let Err(Error::Mistake(mistake)) = draft.allowed(names, intent).await
        {
            left_out.push(mistake);
            continue;
        }
        match intent {
            Intent::Report { duty, periods, issue, amount_fen, count, minutes, names, all, ahead, months } => {
                let duty = cx.duty(duty)?;
                let people = draft.people(names, duty).await?;
                let course = people.first().map(|p| &p.branch.roster.course);
                let opened = course.is_some_and(|c| c.of(&duty.key).next().is_some());
                if !opened && issue.is_some() && intents.iter().filter(|i| matches!(i, Intent::Report { issue: Some(_), .. })).count() > 1 {
                    return Err(Mistake::new("period-unclear").into());
                }
                let meant = match course {
                    Some(course) if opened => issues::reported(cx, course, duty, periods, issue.as_deref())?,
                    _ => periods.clone(),
                };
                let periods = &meant;
                if duty.measure == Measure::Money {
                    own_or_handed_up(cx, duty, names)?;
                    let far = Period::containing(duty.cadence, cx.today).shift(draft::AHEAD);
                    if periods.iter().any(|p| Period::containing(duty.cadence, p.last_day()) > far) {
                        return Err(Mistake::new("pay-too-far").with("period", cx.period(far)).with("duty", &duty.name).into());
                    }
                    // 半年0.6元: one of the two is wrong
                    if let Some(n) = *months
                        && draft.cost(duty, &people, n).is_some_and(|cost| amount_fen.is_some_and(|sum| sum != cost))
                    {
                        return Err(Mistake::new("pay-several-unfit").with("count", n.to_string()).with("duty", &duty.name).into());
                    }
                    let several = (*count).filter(|n| *n > 1 && amount_fen.is_none() && periods.is_empty());
                    let amount = amount_fen.or_else(|| several.and_then(|n| draft.cost(duty, &people, n)));
                    draft.pay(duty, &people, periods, amount, How { sure: false, all: *all, ahead: *ahead });
                } else if let Some(several) = count.filter(|n| *n > 1 && duty.measure == Measure::Done) {
                    // 看了3期: which ones only they know
                    return Err(Mistake::new("ask-which-of-several").with("count", several.to_string()).with("duty", &duty.name).into());
                } else {
                    let value = if duty.measure == Measure::Minutes { minutes.or(*count) } else { count.or(Some(1)) };
                    let value = value.filter(|v| *v > 0).ok_or_else(|| Mistake::new("how-many").with("duty", &duty.name))?;
                    draft.done(duty, &people, periods, value)?;
                }
            }
            Intent::Voluntary { duty, amount_fen, names } => {
                let duty = cx.duty(duty)?;
                let people = draft.people(names, duty).await?;
                let [person] = &people[..] else { return Err(Mistake::new("extra-for-whom").into()) };
                draft.give(duty, person, *amount_fen, false);
            }
            Intent::CheckIn { duty, code, names, late, left_early } => {
                let named = if intents.len() == 1 { cx.bot.grammar.named(&cx.text, &issues::around(cx)).periods } else { Vec::new() };
                let known = duty.as_deref().and_then(|d| cx.bot.config.duty(d)).filter(|d| d.measure == Measure::Attendance);
                let meeting = known.map_or_else(|| attendance(cx), Ok)?;
                let people = draft.people(names, attendance(cx)?).await?;
                if !draft.put_right(&people, meeting, &named).await? {
                    is_of_now(cx, &named)?;
                }
                let state = if *late {
                    State::Late
                } else if *left_early {
                    State::LeftEarly
                } else {
                    State::Present
                };
                draft.look_back(&people).await?;
                draft.attend(known.map(|d| d.key.as_str()), &people, code.as_deref(), state);
            }
            Intent::Leave { duty, from, to, kind, names } => {
                let duty = match duty {
                    Some(key) => cx.duty(key)?,
                    None => attendance(cx)?,
                };
                let people = draft.people(names, duty).await?;
                let (mut kept, state) = (Vec::new(), leave_days::state(*kind));
                for person in people {
                    let counted = leave_days::counted(cx, duty, &person, (*from, *to)).await?;
                    if !counted.periods.is_empty() {
                        draft.excuse(duty, std::slice::from_ref(&person), &counted.periods, state, None);
                    }
                    if let Some((period, session)) = counted.meeting {
                        draft.excuse(duty, std::slice::from_ref(&person), &[period], state, Some(session));
                    }
                    if let Some(days) = counted.days {
                        kept.push((leave_ahead::of(cx, &person, duty, days, (state, draft.evidence())), person));
                    }
                }
                left_out.extend(leave_ahead::kept(cx, duty, &kept));
                ahead.extend(kept.into_iter().map(|(leave, _)| leave));
            }
            _ => return Err(Fault::Other("only reports are entered together".into()).into()),
        }
    }
    Ok((draft.finish(), left_out, ahead))
}

/// 上缴团费10元 by whoever keeps the cash: handed up, or the speaker's own? Nothing is entered before they say which.
fn own_or_handed_up(cx: &Context, duty: &Duty, names: &[String]) -> Result<(), Mistake> {
    let handed = ["上缴", "上交", "上繳"].iter().any(|w| cx.text.contains(w));
    let keeps = || cx.speaker.as_ref().and_then(|s| s.branch.as_ref()).is_some_and(|b| cx.may(Permission::KeepCash, &b.roster.org));
    if handed && names.is_empty() && keeps() { Err(Mistake::new("own-or-handed-up").with("duty", &duty.name)) } else { Ok(()) }
}

/// The duty that a bare check-in or leave means: the first with sessions.
pub fn attendance(cx: &Context) -> Result<&Duty, Mistake> {
    cx.bot.config.duties.iter().find(|d| d.measure == Measure::Attendance).ok_or_else(|| Mistake::new("no-meetings"))
}

/// The answer to what became of a post; opens the question that a doubt needs.
pub async fn told(cx: &Context, post: &Post, outcome: &Outcome) -> Result<Reply, Error> {
    let mut texts = Vec::new();
    for (verdict, entry) in together(cx, outcome, post) {
        let verdict = &verdict;
        // 先走了, in a group where no meeting is on: said to somebody else
        if let (Verdict::Refused(Refusal::NoSession), Entry::Attend { duty: None, state: State::Late | State::LeftEarly, .. }, false) =
            (verdict, entry, cx.addressed)
        {
            continue;
        }
        // whoever said it while nobody listened has nothing to do
        if cx.incoming.missed && matches!(verdict, Verdict::Already { .. }) {
            continue;
        }
        texts.push(cx.verdict(verdict, entry).await);
        if let Verdict::Ask(doubt) = verdict
            && let Some(body) = question(doubt, entry)
        {
            cx.ask(&body).await?;
        }
    }
    if !cx.incoming.missed && outcome.verdicts.iter().any(|v| matches!(v, Verdict::Recorded { .. })) {
        texts.extend(post.over.first().map(|session| at_past(cx, session)));
    }
    texts.extend(cx.beside.iter().cloned());
    texts.extend(cx.left_out.iter().map(|m| cx.bot.config.messages.mistake(cx.bot.lang(), m)));
    texts.dedup();
    if texts.is_empty() {
        return Ok(Reply::silence());
    }
    Ok(cx.reply(texts.join("\n")))
}

/// That a meeting which is over was put right, and which.
fn at_past(cx: &Context, session: &Session) -> String {
    let opened = cx.zone().local(session.opened_at);
    let day = issues::day(cx, opened.date());
    cx.say("checked-in-over", &[("day", day.into()), ("at", opened.format("%H:%M").to_string().into())])
}

/// Each verdict with its entry; what is done of one duty, for several weeks or people, is told in one.
fn together<'p>(cx: &Context, outcome: &Outcome, post: &'p Post) -> Vec<(Verdict, &'p Entry)> {
    let mut all: Vec<(Verdict, &Entry)> = Vec::new();
    for (verdict, entry) in outcome.verdicts.iter().zip(&post.entries) {
        if let (Some((before, Entry::Done { duty: first, .. })), Entry::Done { duty, .. }) = (all.last_mut(), entry)
            && first == duty
            && cx.bot.config.duty(duty).is_some_and(|d| d.measure == Measure::Done)
        {
            match (before, verdict) {
                (Verdict::Recorded { lines, .. }, Verdict::Recorded { lines: more, .. }) | (Verdict::Already { lines }, Verdict::Already { lines: more }) => {
                    lines.extend(more.iter().cloned());
                    continue;
                }
                _ => {}
            }
        }
        all.push((verdict.clone(), entry));
    }
    all
}

/// The question that a doubt about an entry opens.
fn question(doubt: &Doubt, entry: &Entry) -> Option<Body> {
    if let (Doubt::GiftToday { .. }, Entry::Give { subject, duty, amount, .. }) = (doubt, entry) {
        return Some(Body::GiftToday { duty: duty.clone(), whom: (subject.branch, subject.person), amount: *amount });
    }
    let Entry::Pay { people, duty, amount, .. } = entry else { return None };
    let people = people.iter().map(|o| (o.subject.branch, o.subject.person)).collect();
    let duty = duty.clone();
    match doubt {
        Doubt::Amount { amount, named, fits, .. } => {
            let choices = if fits.is_empty() { Vec::new() } else { [named, fits].into_iter().filter(|c| !c.is_empty()).cloned().collect() };
            Some(Body::Amount { duty, people, amount: *amount, choices })
        }
        Doubt::SecondToday { .. } => Some(Body::SecondToday { duty, people, amount: *amount }),
        Doubt::GiftToday { .. } | Doubt::WhichSession { .. } => None,
    }
}
