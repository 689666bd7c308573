//! Which unit a message means that names one: looked up among the speaker's own first, then wherever they may read. A unit that is not
//! there is said to be none: nobody gets another's figures for it, and nothing is done for another. The words are the language's.

use crate::action::bot::Bot;
use crate::action::cache::{Branch, Known, Nobody};
use crate::action::context::{Context, NamedUnit, Reply};
use crate::action::permission::covers;
use crate::action::queries::reading;
use crate::action::show;
use crate::domain::message::Part;
use crate::domain::role::{Permission, Role};
use crate::domain::roster::{Member, Org, OrgKind};
use crate::error::{Error, Fault, Mistake};
use crate::language::{Beside, Intent, Mention, same_group};
use std::sync::Arc;

/// What an intent does with a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// Tells of it.
    Reading,
    /// Does something for it.
    Doing,
}

/// Whether an intent is for a unit as a whole. Those for people by name look for whom they mean themselves.
fn asks(intent: &Intent) -> Option<For> {
    match intent {
        Intent::Missing { .. }
        | Intent::Stats { name: None, .. }
        | Intent::Unbound
        | Intent::Export { .. }
        | Intent::Ranking { .. }
        | Intent::Coverage
        | Intent::Checkup
        | Intent::CashBook { .. }
        | Intent::Reliefs
        | Intent::Return { .. }
        | Intent::Differences { .. }
        | Intent::Reminders
        | Intent::ReminderLog
        | Intent::WhoNext { .. }
        | Intent::Items
        | Intent::Page { .. } => Some(For::Reading),
        Intent::Remind { .. }
        | Intent::RemindAt { .. }
        | Intent::DropReminder { .. }
        | Intent::DropRemindAt { .. }
        | Intent::Hush { .. }
        | Intent::Unhush { .. }
        | Intent::Wording { .. }
        | Intent::Note { .. }
        | Intent::EditNote { .. }
        | Intent::Open { .. }
        | Intent::Close { .. }
        | Intent::Code
        | Intent::Pause { .. }
        | Intent::Resume { .. }
        | Intent::HandUp { .. }
        | Intent::Returned { .. }
        | Intent::Carried { .. }
        | Intent::OpenFrom { .. } => Some(For::Doing),
        Intent::Approve { names, .. } | Intent::Opening { names, .. } | Intent::GrantLeave { names, .. } | Intent::GrantRelief { names, .. } => {
            names.is_empty().then_some(For::Doing)
        }
        _ => None,
    }
}

/// The units that the message names for what it asks.
fn said(cx: &Context, intent: &Intent) -> Vec<Mention> {
    let head = || cx.text.split([':', '：']).next().unwrap_or_default();
    // what is to be kept word for word names nothing
    let text = if matches!(intent, Intent::Wording { .. } | Intent::Note { .. } | Intent::EditNote { .. }) { head() } else { &cx.text };
    let mut all = cx.bot.grammar.units(text, cx.names());
    match intent {
        // whom the money goes to
        Intent::HandUp { .. } | Intent::Returned { .. } => all.retain(|m| m.kind() == OrgKind::Branch),
        Intent::Open { topic: Some(topic), .. } => {
            let about = cx.bot.grammar.units(topic, cx.names());
            all.retain(|m| !about.iter().any(|t| t.said() == m.said()));
        }
        _ => {}
    }
    all
}

/// Where the message names a unit for this: the same with that unit, its name no more in the text.
///
/// # Errors
/// A mistake where none or several are called so, and where the speaker may not read of it, or not here.
pub(in crate::action) async fn spoken_for(cx: &Context, intent: &Intent) -> Result<Option<Context>, Error> {
    let Some(asks) = asks(intent) else { return Ok(None) };
    // a group is no unit: its branch's figures would be taken for its own
    if let Intent::Missing { duty, .. } | Intent::Stats { duty, .. } | Intent::Remind { duty, .. } = intent
        && !duty.as_ref().and_then(|d| cx.bot.config.duty(d)).is_some_and(|d| d.meeting.groups)
        && let Some(group) = cx.bot.grammar.group_alone(&cx.text, cx.names())
    {
        return Err(Mistake::new("unit-group").with("group", show::name(&group)).into());
    }
    let mentioned = said(cx, intent);
    if mentioned.is_empty()
        && !matches!(
            intent,
            Intent::Missing { .. } | Intent::Stats { .. } | Intent::Unbound | Intent::Export { .. } | Intent::Return { .. } | Intent::Ranking { .. }
        )
    {
        return Ok(None);
    }
    cx.speaker()?;
    let own = reading::usual_unit(cx).await?;
    let unit = if mentioned.is_empty() { called(cx, &own).await? } else { meant(cx, &own, &mentioned).await? };
    let Some(unit) = unit else { return Ok(None) };
    let other = unit.id != own.id;
    if other {
        let reads = cx.may(Permission::ReadUnit, &unit);
        let here = cx.place.as_ref().map(|p| p.org()).filter(|here| !covers(&here.path, &unit.path));
        let name = show::name(&unit.name);
        match here {
            _ if !reads => {
                let asks = if asks == For::Reading { "reading" } else { "doing" };
                return Err(Mistake::new("unit-not-yours").with("unit", name).with("asks", asks).into());
            }
            Some(here) => return Err(Mistake::new("unit-not-here").with("unit", name).with("here", show::name(&here.name)).into()),
            None => {}
        }
    }
    let text = cx.bot.grammar.without_units(&cx.text, cx.names());
    Ok(Some(Context { named: Some(NamedUnit { unit, other }), text, ..cx.clone() }))
}

/// An answer about a unit other than the usual one says whose it is.
pub(in crate::action) fn of_whom(cx: &Context, mut reply: Reply) -> Reply {
    if let (Some(NamedUnit { unit, other: true }), Some(Part::Text(told))) = (&cx.named, reply.parts.first_mut())
        && !told.is_empty()
        && !told.contains(unit.name.as_str())
    {
        *told = cx.say("unit-told", &[("unit", show::name(&unit.name).into()), ("told", told.as_str().into())]);
    }
    reply
}

/// Of units below that are not called …支部: the one whose whole name is said.
async fn called(cx: &Context, own: &Org) -> Result<Option<Org>, Error> {
    if own.kind == OrgKind::Branch {
        return Ok(None);
    }
    let units = cx.bot.store.subtree(&own.path).await?;
    let called = |org: &&Org| org.id != own.id && org.name.chars().count() > 2 && cx.text.contains(org.name.as_str());
    // of those with the same name, the one whose upper units are named as well
    let weight = |org: &Org| (units.iter().filter(|o| called(o) && org.path.starts_with(&format!("{}/", o.path))).count(), org.name.len());
    let most = units.iter().filter(called).map(weight).max();
    let found: Vec<&Org> = units.iter().filter(called).filter(|o| Some(weight(o)) == most).collect();
    match &found[..] {
        [] => Ok(None),
        [one] => Ok(Some((*one).clone())),
        [one, ..] => Err(Mistake::new("unit-several").with("unit", show::name(&one.name)).into()),
    }
}

/// The unit that is mentioned; of those called so the one within `own`, else one that the speaker may read.
///
/// # Errors
/// A mistake where none is called so, or several are.
async fn meant(cx: &Context, own: &Org, mentioned: &[Mention]) -> Result<Option<Org>, Error> {
    if mentioned.is_empty() {
        return Ok(None);
    }
    let all = cx.bot.store.sound_units("").await?;
    let rank = |m: &Mention, o: &Org| cx.bot.grammar.is_called(m, &o.path, o.kind);
    let named: Vec<Vec<(&Org, u8)>> = mentioned.iter().map(|m| all.iter().filter_map(|o| rank(m, o).map(|rank| (o, rank))).collect()).collect();
    if let Some(n) = named.iter().position(Vec::is_empty) {
        let of = if mentioned[n].kind() == OrgKind::Branch { "branch" } else { "other" };
        return Err(Mistake::new("unit-unknown").with("unit", show::name(&mentioned[n].said())).with("kind", of).into());
    }
    // of those with the same name, the one whose upper units are named as well
    let at = |unit: &Org| named.iter().filter(|m| m.iter().any(|(o, _)| covers(&o.path, &unit.path))).count();
    let near = |unit: &Org| if covers(&own.path, &unit.path) { 2 } else { u8::from(cx.may(Permission::ReadUnit, unit)) };
    let weight = |(unit, rank): &(&Org, u8)| (at(unit), near(unit), *rank, unit.path.matches('/').count());
    let most = named.iter().flatten().map(weight).max();
    let mut best: Vec<&Org> = named.iter().flatten().filter(|one| Some(weight(one)) == most).map(|(o, _)| *o).collect();
    best.sort_by_key(|o| o.id);
    best.dedup_by_key(|o| o.id);
    match &best[..] {
        [one] if at(one) == named.len() => Ok(Some((*one).clone())),
        [one, ..] if at(one) == named.len() => Err(Mistake::new("unit-several").with("unit", show::name(&one.name)).into()),
        _ => Err(Mistake::new("unit-one-at-a-time").into()),
    }
}

/// Of those who have a name that was said, those of the unit, of the 团小组 and with the number that are said with it; all of them where
/// none is.
///
/// # Errors
/// A mistake for a unit that is not there, where nobody fits, and where several are told apart in one message.
pub(in crate::action) async fn narrowed<T>(cx: &Context, name: &str, found: Vec<T>, of: impl Fn(&T) -> Option<(&Org, &Member)>) -> Result<Vec<T>, Error> {
    let Some((first, _)) = found.first().and_then(&of) else { return Ok(found) };
    let beside = cx.bot.grammar.beside(&cx.text, name, cx.names());
    if beside.len() > 1 {
        return Err(Mistake::new("name-one-at-a-time").with("name", show::name(name)).into());
    }
    let beside = beside.into_iter().next().unwrap_or_default();
    let unit = match (&beside.unit, &cx.named) {
        (Some(unit), _) => {
            let own = cx.unit().await.ok().unwrap_or_else(|| first.clone());
            meant(cx, &own, std::slice::from_ref(unit)).await?
        }
        (None, Some(named)) => Some(named.unit.clone()),
        (None, None) => None,
    };
    if unit.is_none() && beside.is_empty() {
        return Ok(found);
    }
    // where the roster has no groups, the only one of the name is meant
    let alone = found.len() == 1;
    let fits = |one: &T| {
        of(one).is_some_and(|(org, member)| {
            let beside = Beside { group: beside.group.clone().filter(|_| !alone || member.group.is_some()), ..beside.clone() };
            unit.as_ref().is_none_or(|u| covers(&u.path, &org.path)) && is(&beside, member)
        })
    };
    let found: Vec<T> = found.into_iter().filter(fits).collect();
    if found.is_empty() {
        let mut said: Vec<String> = unit.iter().map(|u| show::name(&u.name)).collect();
        said.extend(beside.group.iter().map(|g| show::name(g)));
        said.extend(beside.number.iter().map(|n| cx.say("show-number-end", &[("end", show::name(n).into())])));
        let which = cx.say("show-brackets", &[("inside", show::join(cx, &said).into())]);
        return Err(Mistake::new("no-such-name").with("name", format!("{}{which}", show::name(name))).into());
    }
    Ok(found)
}

/// Whether a member is the one of whom this was said.
fn is(beside: &Beside, member: &Member) -> bool {
    let group = beside.group.as_ref().is_none_or(|said| member.group.as_deref().is_some_and(|of| same_group(said, of)));
    group && beside.number.as_ref().is_none_or(|end| member.league_number.as_deref().is_some_and(|n| n.ends_with(end.as_str())))
}

/// The branch whose people a private message may speak of by name: the one that it names, of those at or below where the speaker has a role.
///
/// # Errors
/// A fault of the store.
pub(in crate::action) async fn spoken_of(bot: &Bot, known: &Known, text: &str) -> Result<Option<Arc<Branch>>, Fault> {
    if !text.contains("支部") {
        return Ok(None);
    }
    let mentioned = bot.grammar.units(text, &Nobody);
    let Some(last) = mentioned.last() else { return Ok(None) };
    let mut best: Option<(u8, Org)> = None;
    for grant in known.grants.iter().filter(|g| g.role != Role::Member) {
        for org in bot.store.subtree(&grant.path).await? {
            let rank = bot.grammar.is_called(last, &org.path, org.kind).filter(|_| org.kind == OrgKind::Branch);
            if let Some(rank) = rank.filter(|r| best.as_ref().is_none_or(|(b, _)| r > b)) {
                best = Some((rank, org));
            }
        }
    }
    match best {
        Some((_, org)) => bot.cache.branch(org.id).await,
        None => Ok(None),
    }
}
