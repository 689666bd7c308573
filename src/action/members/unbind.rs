//! `解绑`: an account is nobody's any more. One's own after a yes; a member's by whoever approves accounts. Records,
//! posts and roles are the person's and stay.

use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::queries::reading::{self, Found};
use crate::action::{permission, show};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::AccountKey;
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};

/// `解绑`, `解绑张三`.
pub async fn unbind(cx: &Context, names: &[String]) -> Result<Reply, Error> {
    let speaker = cx.speaker()?;
    let mut lines = Vec::new();
    for name in names {
        let found = reading::called(cx, name).await?;
        if found.is_empty() {
            lines.push(cx.say("no-such-name", &[("name", show::name(name).into())]));
            continue;
        }
        let mine: Vec<Found> = found.iter().filter(|f| cx.may(Permission::ApproveAccounts, &f.branch.roster.org)).cloned().collect();
        match &mine[..] {
            [] if found.iter().any(|f| f.person == speaker.known.person) => return own(cx).await,
            [] => cx.demand(Permission::ApproveAccounts, &found[0].branch.roster.org)?,
            [one] => lines.push(members(cx, one).await?),
            several => return which(cx, name, several).await,
        }
    }
    if names.is_empty() { own(cx).await } else { Ok(cx.reply(lines.join("\n"))) }
}

/// Asks whoever speaks whether it shall be so.
async fn own(cx: &Context) -> Result<Reply, Error> {
    let speaker = cx.speaker()?;
    cx.ask(&Body::Unbind { people: Vec::new() }).await?;
    let office = permission::holds_office(speaker);
    let name = show::name(speaker.name());
    Ok(cx.reply(cx.say(if office { "unbind-ask-office" } else { "unbind-ask" }, &[("name", name.into())])))
}

/// Of several of one name: which.
async fn which(cx: &Context, name: &str, several: &[Found]) -> Result<Reply, Error> {
    let people = several.iter().map(|f| (f.branch.roster.org.id, f.person)).collect();
    cx.ask(&Body::Unbind { people }).await?;
    let one = |(n, f): (usize, &Found)| {
        cx.say("unbind-choice", &[("n", (n + 1).to_string().into()), ("name", show::name(name).into()), ("which", f.which(cx).into())])
    };
    let list: Vec<String> = several.iter().enumerate().map(one).collect();
    Ok(cx.reply(cx.say("unbind-which", &[("count", several.len().into()), ("name", show::name(name).into()), ("list", show::join(cx, &list).into())])))
}

/// A yes to one's own, or the number of a namesake.
pub async fn answered(cx: &Context, people: &[(OrgId, PersonId)], chosen: usize) -> Result<Reply, Error> {
    if people.is_empty() {
        let speaker = cx.speaker()?;
        let account = cx.incoming.sender.clone();
        remove(cx, speaker.known.person, std::slice::from_ref(&account)).await?;
        return Ok(cx.reply(cx.say("unbind-done-own", &[])));
    }
    let Some((branch, person)) = people.get(chosen).copied() else { return Err(Mistake::new("ask-nothing-open").into()) };
    let Some(branch) = reading::fresh(cx, &[branch]).await?.pop() else { return Err(Mistake::new("ask-nothing-open").into()) };
    cx.demand(Permission::ApproveAccounts, &branch.roster.org)?;
    let text = members(cx, &Found { person, branch }).await?;
    Ok(cx.reply(text))
}

/// A member's accounts on this platform. The caller has checked that the speaker may.
async fn members(cx: &Context, found: &Found) -> Result<String, Error> {
    let name = found.member().map(|m| show::name(&m.name)).unwrap_or_default();
    let platform = &cx.incoming.chat.platform;
    let accounts: Vec<AccountKey> = cx.bot.store.accounts_of(found.person).await?.into_iter().filter(|a| a.platform == *platform).collect();
    if accounts.is_empty() {
        return Ok(cx.say("unbind-none", &[("name", name.into())]));
    }
    let removed = remove(cx, found.person, &accounts).await?;
    Ok(cx.say("unbind-done", &[("name", name.into()), ("count", removed.into())]))
}

async fn remove(cx: &Context, person: PersonId, accounts: &[AccountKey]) -> Result<usize, Error> {
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    let (removed, branches) = cx.bot.store.unbind_accounts(accounts, person, actor).await?;
    cx.bot.cache.forget(&branches);
    for account in accounts {
        cx.bot.cache.forget_account(account);
    }
    Ok(removed)
}
