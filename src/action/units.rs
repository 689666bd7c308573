//! Which unit a message means that names one: looked up among the speaker's own first, then wherever they may read. A unit that is not
//! there is said to be none: nobody gets another's figures for it. The words are `unit_words`.

use super::bot::Bot;
use super::cache::{Branch, Known};
use super::context::Context;
use super::permission::covers;
use super::reading::Found;
use super::show;
use super::unit_words::{self, Mention, groups_before, mentions, same_group};
use crate::domain::role::{Permission, Role};
use crate::domain::roster::{Member, Org, OrgKind};
use crate::error::{Error, Fault, Mistake};
use crate::language::{Names, normal};
use std::sync::Arc;

fn duties(bot: &Bot) -> Vec<&str> {
    bot.config.duties.iter().flat_map(|d| d.names()).collect()
}

/// The units that the message names, in words; a town that is somebody's name is none.
fn said(cx: &Context) -> Vec<Mention> {
    if !["支部", "团委", "团总支", "镇"].iter().any(|w| cx.text.contains(w)) {
        return Vec::new();
    }
    let mut all = mentions(&normal(&cx.text), &duties(&cx.bot));
    let mine = cx.speaker.as_ref().and_then(|s| s.branch.as_ref()).map(|b| &b.names);
    let names = cx.place.as_ref().map(|p| &p.names).or(mine);
    all.retain(|m| m.ending != "镇" || !names.is_some_and(|n| somebody(n.as_ref(), &m.said())));
    all
}

fn somebody(names: &dyn Names, said: &str) -> bool {
    said.char_indices().any(|(at, _)| names.has(&said[at..]))
}

/// The unit that the message names, where it names one; of those called so the one within `own`, else one that the speaker may read.
///
/// # Errors
/// A mistake where none is called so, or several are.
pub(super) async fn named(cx: &Context, own: &Org) -> Result<Option<Org>, Error> {
    let mentioned = said(cx);
    if mentioned.is_empty() {
        return Ok(None);
    }
    let all = cx.bot.store.sound_units("").await?;
    let duties = duties(&cx.bot);
    let named: Vec<Vec<(&Org, u8)>> =
        mentioned.iter().map(|m| all.iter().filter_map(|o| m.names(&o.path, o.kind, &duties).map(|rank| (o, rank))).collect()).collect();
    if let Some(n) = named.iter().position(Vec::is_empty) {
        let of = if OrgKind::Branch == kind(&mentioned[n]) { "branch" } else { "other" };
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

fn kind(mention: &Mention) -> OrgKind {
    if mention.ending.ends_with("支部") { OrgKind::Branch } else { OrgKind::Committee }
}

/// What is said without the 团小组 of those who are named, which tells namesakes apart and is read by [`narrowed`].
pub(super) fn without_groups(text: &str, names: &dyn Names) -> Option<String> {
    let begins = |rest: &str| rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(names.longest().min(24)).any(|end| names.has(&rest[..end]));
    if text.contains('组') { unit_words::without_groups(text, begins) } else { None }
}

/// The unit that a command is for: the one that is named, else the chat's or the speaker's.
///
/// # Errors
/// As for [`named`] and [`Context::unit`].
pub(super) async fn meant(cx: &Context) -> Result<Org, Error> {
    let own = cx.unit().await?;
    Ok(named(cx, &own).await?.unwrap_or(own))
}

/// Of those who have a name that was said, those of the unit and of the 团小组 that are said with it; all of them where neither is.
///
/// # Errors
/// A mistake for a unit that is not there.
pub(super) async fn narrowed<T>(cx: &Context, name: &str, found: Vec<T>, of: impl Fn(&T) -> Option<(&Org, &Member)>) -> Result<Vec<T>, Error> {
    let Some((first, _)) = found.first().and_then(&of) else { return Ok(found) };
    let unit = match cx.unit().await {
        _ if said(cx).iter().all(|m| m.ending == "镇") => None,
        Ok(own) => named(cx, &own).await?,
        Err(_) => named(cx, first).await?,
    };
    let text = normal(&cx.text);
    let groups = groups_before(&text, name);
    if groups.len() > 1 {
        return Err(Mistake::new("name-one-at-a-time").with("name", show::name(name)).into());
    }
    let group = groups.first().copied().flatten();
    let grouped = found.iter().filter_map(&of).any(|(_, m)| m.group.is_some());
    let fits = |one: &T| {
        of(one).is_some_and(|(org, member)| {
            let there = unit.as_ref().is_none_or(|u| covers(&u.path, &org.path));
            let within = group.is_none_or(|g| !grouped || member.group.as_deref().is_some_and(|of| same_group(g, of)));
            there && within
        })
    };
    Ok(found.into_iter().filter(fits).collect())
}

/// The same of [`Found`].
///
/// # Errors
/// As for [`narrowed`].
pub(super) async fn narrowed_found(cx: &Context, name: &str, found: Vec<Found>) -> Result<Vec<Found>, Error> {
    narrowed(cx, name, found, |f| f.member().map(|m| (&f.branch.roster.org, m))).await
}

/// The branch whose people a private message may speak of by name: the one that it names, of those at or below where the speaker has a role.
///
/// # Errors
/// A fault of the store.
pub(super) async fn spoken_of(bot: &Bot, known: &Known, text: &str) -> Result<Option<Arc<Branch>>, Fault> {
    if !text.contains("支部") {
        return Ok(None);
    }
    let duties = duties(bot);
    let mentioned = mentions(&normal(text), &duties);
    let Some(last) = mentioned.last() else { return Ok(None) };
    let mut best: Option<(u8, Org)> = None;
    for grant in known.grants.iter().filter(|g| g.role != Role::Member) {
        for org in bot.store.subtree(&grant.path).await? {
            if let Some(rank) = last.names(&org.path, org.kind, &duties).filter(|r| org.kind == OrgKind::Branch && best.as_ref().is_none_or(|(b, _)| r > b)) {
                best = Some((rank, org));
            }
        }
    }
    match best {
        Some((_, org)) => bot.cache.branch(org.id).await,
        None => Ok(None),
    }
}
