//! `任命张三为组织委员`, `免去张三的组织委员`: a role at the branch of whoever is named, or at the unit that is spoken of.
//! Nobody gives more than they may do there themselves.

use crate::action::context::{Context, Reply};
use crate::action::queries::reading;
use crate::action::show;
use crate::domain::ids::PersonId;
use crate::domain::role::{Permission, Role};
use crate::domain::roster::Org;
use crate::error::{Error, Mistake};

/// Gives the role to each, or takes it: only where the speaker may do so for all of them.
pub async fn appoint(cx: &Context, names: &[String], role: Role, given: bool) -> Result<Reply, Error> {
    cx.speaker()?;
    let mut all = Vec::new();
    for name in names {
        all.push(meant(cx, name, role).await?);
    }
    let mut lines = Vec::new();
    let mut failed = None;
    for one in all {
        let line = match one {
            Meant::Nobody(line) => Ok(line),
            Meant::One(name, person, unit) => give(cx, &name, person, &unit, role, given).await,
        };
        match line {
            Ok(line) => lines.push(line),
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    // what was given before a fault holds at once as well
    cx.bot.cache.forget_all();
    failed.map_or_else(|| Ok(cx.reply(lines.join("\n"))), Err)
}

/// Whom a name means.
enum Meant {
    /// Nobody, or one of several: what is said of it.
    Nobody(String),
    /// The name, who it is, and where the role would be.
    One(String, PersonId, Org),
}

async fn meant(cx: &Context, name: &str, role: Role) -> Result<Meant, Error> {
    let said = show::name(name);
    let found = reading::called(cx, name).await?;
    let who = match &found[..] {
        [] => return Ok(Meant::Nobody(cx.say("no-such-name", &[("name", said.into())]))),
        [one] => one,
        several => return Ok(Meant::Nobody(cx.say("appoint-namesakes", &[("name", said.into()), ("count", several.len().into())]))),
    };
    let unit = if matches!(role, Role::Committee | Role::Auditor | Role::Operator) { cx.unit().await? } else { who.branch.roster.org.clone() };
    Ok(Meant::One(said, who.person, may_give(cx, unit, role)?))
}

async fn give(cx: &Context, name: &str, person: PersonId, unit: &Org, role: Role, given: bool) -> Result<String, Error> {
    let actor = cx.speaker()?.known.person;
    let store = &cx.bot.store;
    let key = if given {
        if store.grant(person, unit.id, role, Some(actor)).await? { "appointed" } else { "appointed-already" }
    } else if !store.holders(unit.id, role).await?.contains(&person) {
        "appointed-not"
    } else if person == actor {
        // whoever gives up their own could lock everybody out
        "appointed-own"
    } else {
        store.revoke(person, unit.id, role, Some(actor)).await?;
        "dismissed"
    };
    let role = cx.say(&format!("role-{}", role.key().replace('_', "-")), &[]);
    Ok(cx.say(key, &[("name", name.into()), ("unit", show::name(&unit.name).into()), ("role", role.into())]))
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
    cx.speaker
        .iter()
        .flat_map(|s| &s.known.grants)
        .any(|g| gives(g.role) && g.path.len() < unit.path.len() && crate::action::permission::covers(&g.path, &unit.path))
}
