//! `绑定本群`: ties this chat to a unit, and asks the platform who is in it. Also how paths and names are read.

use crate::action::context::{Context, Reply};
use crate::action::members::cards;
use crate::action::permission::covers;
use crate::action::show;
use crate::domain::role::Permission;
use crate::domain::roster::{Org, OrgKind};
use crate::error::{Error, Mistake};

/// Characters of one unit's name, units in a path, characters of a person's name, at most.
const UNIT: usize = 40;
const DEPTH: usize = 8;
const PERSON: usize = 30;

/// A path as it is kept: units from the top joined by `/`. None where it is none.
pub fn clean_path(text: &str) -> Option<String> {
    let text = text.replace(['／', '\\', '>', '＞'], "/");
    let units: Vec<&str> = text.split('/').map(str::trim).collect();
    let sound = |u: &&str| !u.is_empty() && u.chars().count() <= UNIT && !u.chars().any(char::is_control);
    (units.len() <= DEPTH && units.iter().all(sound)).then(|| units.join("/"))
}

/// A person's name as it is kept. None where it is none.
pub fn clean_name(text: &str) -> Option<String> {
    let name = text.trim();
    let count = name.chars().count();
    let sound = (1..=PERSON).contains(&count) && !name.chars().any(|c| c.is_control() || matches!(c, '/' | '／'));
    sound.then(|| name.to_owned())
}

/// Whether a unit of this kind may stand at this path: nothing above it is a branch, and what is there is of that kind.
/// The unit, where it is there.
pub async fn free_for(cx: &Context, path: &str, kind: OrgKind) -> Result<Option<Org>, Error> {
    for (at, _) in path.match_indices('/') {
        if let Some(above) = cx.bot.store.org_by_path(&path[..at]).await?
            && above.kind == OrgKind::Branch
        {
            return Err(Mistake::new("unit-below-branch").with("unit", show::name(&above.name)).into());
        }
    }
    let there = cx.bot.store.org_by_path(path).await?;
    match there {
        Some(org) if org.kind != kind => Err(Mistake::new("unit-not-branch").with("unit", show::name(&org.name)).into()),
        there => Ok(there),
    }
}

/// To the unit of this path, or the speaker's own.
pub async fn setup(cx: &Context, path: Option<&str>) -> Result<Reply, Error> {
    if cx.private() {
        return Err(Mistake::new("setup-group-only").into());
    }
    cx.speaker()?;
    let unit = match path.map(str::trim).filter(|p| !p.is_empty()) {
        Some(path) => named(cx, path).await?,
        None => own(cx, Permission::ManageRoster).await?.ok_or_else(|| Mistake::new("setup-which").with("units", managed(cx)))?,
    };
    let key = &cx.incoming.chat;
    let before = cx.place.as_ref().map(|p| p.org().clone());
    let again = before.as_ref().is_some_and(|b| b.id == unit.id) && cx.place.as_ref().is_some_and(|p| p.chat.key == *key);
    if let Some(before) = before.filter(|_| !again)
        && !cx.may(Permission::ManageRoster, &before)
    {
        return Err(Mistake::new("setup-other").with("unit", show::name(&before.name)).into());
    }
    if !again {
        cx.bot.store.bind_chat(key, unit.id).await?;
        cx.bot.cache.forget_all();
    }
    let said = if again { "setup-already" } else { "setup-done" };
    let mut lines = vec![cx.say(said, &[("unit", show::name(&unit.name).into())])];
    if cx.bot.courier(&key.platform).is_some_and(|c| !c.can(key).hears_all) {
        lines.push(cx.say("setup-at-only", &[("platform", (&*key.platform).into())]));
    }
    if let Some(place) = cx.bot.cache.place(key).await? {
        let mut members = 0;
        for branch in &place.branches {
            members += cx.bot.cache.branch(*branch).await?.map_or(0, |b| b.roster.on(cx.today).count());
        }
        if members <= 1 {
            lines.push(cx.say("setup-no-roster", &[]));
        } else {
            lines.extend(cards::match_chat(cx, &place).await?);
        }
    }
    Ok(cx.reply(lines.join("\n")))
}

/// The unit that the speaker has this permission at, closest to the members: their own branch, else the lowest unit
/// of a grant. None where there is no such unit, or several.
pub async fn own(cx: &Context, permission: Permission) -> Result<Option<Org>, Error> {
    let speaker = cx.speaker()?;
    if let Some(branch) = &speaker.branch
        && cx.may(permission, &branch.roster.org)
    {
        return Ok(Some(branch.roster.org.clone()));
    }
    let mut all = Vec::new();
    for grant in &speaker.known.grants {
        if let Some(org) = cx.bot.store.org(grant.org).await?
            && cx.may(permission, &org)
            && !all.contains(&org)
        {
            all.push(org);
        }
    }
    if all.is_empty() {
        cx.demand(permission, &nowhere())?;
    }
    let lowest: Vec<Org> = all.iter().filter(|o| !all.iter().any(|other| other.id != o.id && covers(&o.path, &other.path))).cloned().collect();
    Ok(if let [one] = &lowest[..] { Some(one.clone()) } else { None })
}

/// A unit that nobody has a role at: demanding something there says who may.
fn nowhere() -> Org {
    use crate::domain::ids::OrgId;
    Org { id: OrgId(0), parent: None, path: "\u{0}".into(), name: String::new(), kind: OrgKind::Committee, since: chrono::NaiveDate::MAX, epoch: 0 }
}

/// The paths of the speaker's grants.
fn managed(cx: &Context) -> String {
    let grants = cx.speaker.iter().flat_map(|s| &s.known.grants);
    let mut paths: Vec<&str> = grants.map(|g| g.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    cx.bot.names(&paths, 5)
}

/// The unit of a path that was said, or of a name that only one unit of the speaker's has; made where it is missing
/// below a unit of theirs.
async fn named(cx: &Context, said: &str) -> Result<Org, Error> {
    let unknown = || Mistake::new("no-such-unit").with("path", show::name(said));
    let path = clean_path(said).ok_or_else(unknown)?;
    if let Some(org) = cx.bot.store.org_by_path(&path).await? {
        cx.demand(Permission::ManageRoster, &org)?;
        return Ok(org);
    }
    if !path.contains('/') {
        let mut found: Vec<Org> = Vec::new();
        for grant in cx.speaker.iter().flat_map(|s| &s.known.grants) {
            let below = cx.bot.store.subtree(&grant.path).await?;
            found.extend(below.into_iter().filter(|o| o.name == path && cx.may(Permission::ManageRoster, o)));
        }
        found.sort_by_key(|o| o.id);
        found.dedup_by_key(|o| o.id);
        return match &found[..] {
            [one] => Ok(one.clone()),
            [] => Err(unknown().into()),
            _ => Err(Mistake::new("setup-which").with("units", cx.bot.names(&found.iter().map(|o| o.path.as_str()).collect::<Vec<_>>(), 5)).into()),
        };
    }
    let kind = if path.ends_with("团委") || path.ends_with("团总支") || path.ends_with("委员会") { OrgKind::Committee } else { OrgKind::Branch };
    free_for(cx, &path, kind).await?;
    let mut above = None;
    for (at, _) in path.match_indices('/') {
        above = cx.bot.store.org_by_path(&path[..at]).await?.or(above);
    }
    let above = above.ok_or_else(unknown)?;
    cx.demand(Permission::ManageRoster, &above)?;
    let org = cx.bot.store.create_path(&path, kind, cx.today).await?;
    cx.bot.cache.forget_all();
    Ok(org)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_names_are_read_or_refused() {
        assert_eq!(clean_path(" 余庆县团委 ／白泥镇团委/ 机关团支部").as_deref(), Some("余庆县团委/白泥镇团委/机关团支部"));
        for bad in ["", "/", "甲//乙", "甲/", "/甲", "甲/\u{0}", &"甲/".repeat(9), &"长".repeat(41)] {
            assert_eq!(clean_path(bad), None, "{bad}");
        }
        assert_eq!(clean_name(" 张三 ").as_deref(), Some("张三"));
        for bad in ["", "  ", "甲/乙", "张\n三", &"长".repeat(31)] {
            assert_eq!(clean_name(bad), None, "{bad}");
        }
    }
}
