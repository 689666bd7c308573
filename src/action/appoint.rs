//! `任命张三为组织委员`, `免去张三的组织委员`: a role at the branch of whoever is named, or at the unit that is spoken of.
//! Nobody gives more than they may do there themselves.

use super::context::{Context, Reply};
use super::reading;
use super::show;
use crate::domain::role::{Permission, Role};
use crate::domain::roster::Org;
use crate::error::{Error, Mistake};

/// Gives the role to each, or takes it.
pub async fn appoint(cx: &Context, names: &[String], role: Role, given: bool) -> Result<Reply, Error> {
    cx.speaker()?;
    let mut lines = Vec::new();
    for name in names {
        lines.push(one(cx, name, role, given).await?);
    }
    cx.bot.cache.forget_all();
    Ok(cx.reply(lines.join("\n")))
}

async fn one(cx: &Context, name: &str, role: Role, given: bool) -> Result<String, Error> {
    let said = show::name(name);
    let found = reading::people(cx, name).await?;
    let who = match &found[..] {
        [] => return Ok(cx.say("no-such-name", &[("name", said.into())])),
        [one] => one,
        several => return Ok(cx.say("appoint-namesakes", &[("name", said.into()), ("count", several.len().into())])),
    };
    let unit = if matches!(role, Role::Committee | Role::Auditor | Role::Operator) { cx.unit().await? } else { who.branch.roster.org.clone() };
    let (unit, role_name) = (may_give(cx, unit, role)?, cx.say(&format!("role-{}", role.key().replace('_', "-")), &[]));
    let actor = cx.speaker()?.known.person;
    let store = &cx.bot.store;
    let key = if given {
        if store.grant(who.person, unit.id, role, Some(actor)).await? { "appointed" } else { "appointed-already" }
    } else if !store.holders(unit.id, role).await?.contains(&who.person) {
        "appointed-not"
    } else if who.person == actor {
        // whoever gives up their own could lock everybody out
        "appointed-own"
    } else {
        store.revoke(who.person, unit.id, role, Some(actor)).await?;
        "dismissed"
    };
    Ok(cx.say(key, &[("name", said.into()), ("unit", show::name(&unit.name).into()), ("role", role_name.into())]))
}

/// The unit, where the speaker may give roles there and do all that this one may.
fn may_give(cx: &Context, unit: Org, role: Role) -> Result<Org, Mistake> {
    cx.demand(Permission::Grant, &unit)?;
    let all = cx.bot.config.roles.get(&role).into_iter().flatten();
    let own = [Permission::ReportOwn, Permission::ReadOwn];
    match all.copied().filter(|p| !own.contains(p)).find(|p| !cx.may(*p, &unit)) {
        // a committee or the operator names secretaries, though it keeps no branch's dues
        Some(_) if matches!(role, Role::Member | Role::GroupLeader | Role::Treasurer | Role::Secretary) && above(cx, &unit) => Ok(unit),
        Some(lacking) => cx.demand(lacking, &unit).map(|()| unit),
        None => Ok(unit),
    }
}

/// Whether the speaker may give roles at a unit above this one.
fn above(cx: &Context, unit: &Org) -> bool {
    let gives = |role: Role| cx.bot.config.roles.get(&role).is_some_and(|p| p.contains(&Permission::Grant));
    cx.speaker.iter().flat_map(|s| &s.known.grants).any(|g| gives(g.role) && g.path.len() < unit.path.len() && super::permission::covers(&g.path, &unit.path))
}
