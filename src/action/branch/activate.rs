//! The first secretary: a one-use code that `run` prints gives the first power. The code is burnt only once everything
//! else that was said can be done.

use super::setup;
use crate::action::context::{Context, Reply};
use crate::action::members::codes;
use crate::action::show;
use crate::domain::ids::PersonId;
use crate::domain::role::Role;
use crate::domain::roster::{MemberFields, NewMember, Org, OrgKind, Roster, RosterChange};
use crate::error::{Error, Fault, Mistake};
use crate::report::tally::owing_people;
use crate::store::members::accounts::CodeFor;

/// How long a code that was taken is good again where something went wrong after it, milliseconds.
const AGAIN: i64 = 24 * 60 * 60_000;

/// `激活 CODE 姓名 支部路径`, in private: creates the person and the unit, once.
pub async fn activate(cx: &Context, code: &str, name: &str, path: &str) -> Result<Reply, Error> {
    if !cx.private() {
        return Err(Mistake::new("activate-private").into());
    }
    if cx.bot.store.anybody_in_charge().await? {
        return Err(Mistake::new("activate-over").into());
    }
    if cx.bot.memory.guesses(&cx.incoming.sender, cx.now) {
        return Err(Mistake::new("code-too-often").into());
    }
    let name = setup::clean_name(name).ok_or_else(|| Mistake::new("activate-usage"))?;
    let path = setup::clean_path(path).ok_or_else(|| Mistake::new("activate-usage"))?;
    let existing = setup::free_for(cx, &path, OrgKind::Branch).await?;
    let person = match &existing {
        Some(org) => somebody(cx, org, &name).await?,
        None => None,
    };
    if let Some(speaker) = &cx.speaker
        && Some(speaker.known.person) != person
    {
        return Err(Mistake::new("activate-other-account").into());
    }
    let digest = codes::digest(&CodeFor::Activate, code);
    if !cx.bot.store.take_code(&digest, &CodeFor::Activate, cx.now).await? {
        cx.bot.memory.wrong_code(&cx.incoming.sender, cx.now);
        return Err(Mistake::new("activate-wrong").into());
    }
    let done = empower(cx, &name, &path, person).await;
    cx.bot.cache.forget_all();
    match done {
        Ok((org, top)) => {
            let args = [("name", show::name(&name).into()), ("unit", show::name(&org.name).into()), ("top", show::name(&top.name).into())];
            Ok(cx.reply(cx.say("activate-done", &args)))
        }
        Err(error) => {
            // nobody has the power yet, so the code must not be lost
            if !cx.bot.store.anybody_in_charge().await? {
                cx.bot.store.keep_code(&digest, &CodeFor::Activate, cx.now + AGAIN).await?;
            }
            Err(error)
        }
    }
}

/// The member of this name where the roster was imported before; a mistake for namesakes.
async fn somebody(cx: &Context, org: &Org, name: &str) -> Result<Option<PersonId>, Error> {
    let Some(branch) = cx.bot.cache.branch(org.id).await? else { return Ok(None) };
    let mut named = branch.roster.named(name, cx.today).map(|m| m.person);
    match (named.next(), named.next()) {
        (Some(_), Some(_)) => Err(Mistake::new("activate-namesakes").with("name", show::name(name)).into()),
        (person, _) => Ok(person),
    }
}

/// Makes the person secretary of the branch and operator of the unit at the top: both units.
async fn empower(cx: &Context, name: &str, path: &str, person: Option<PersonId>) -> Result<(Org, Org), Error> {
    let store = &cx.bot.store;
    let org = store.create_path(path, OrgKind::Branch, cx.today).await?;
    let person = if let Some(person) = person {
        person
    } else {
        let fields = MemberFields { post: Some(cx.say("role-secretary", &[])), ..MemberFields::default() };
        let add = RosterChange::Add(NewMember { branch: org.id, name: name.to_owned(), from: cx.today, known: None, fields });
        let recount = |roster: &Roster, duty: &str, period| cx.bot.config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, roster, period));
        let added = store.change_roster(&[add], &[(org.id, org.epoch)], None, &recount).await?;
        added.first().copied().ok_or_else(|| Fault::Other("a person was added and has no id".into()))?
    };
    if !store.bind_account(&cx.incoming.sender, person, Some(person)).await? {
        return Err(Mistake::new("activate-other-account").into());
    }
    store.grant(person, org.id, Role::Secretary, Some(person)).await?;
    // the tree above must be somebody's to manage
    let top = path.split('/').next().unwrap_or(path);
    let top = store.org_by_path(top).await?.unwrap_or_else(|| org.clone());
    store.grant(person, top.id, Role::Operator, Some(person)).await?;
    Ok((org, top))
}
