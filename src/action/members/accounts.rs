//! Accounts to members: what a stranger is told, `绑定 姓名` with or without a code, and who is not bound yet.
//! Cards are `cards`, the secretary's list is `bindings`, codes are `codes`.

use super::cards::{Candidate, Cards, candidates, request};
use super::{bindings, codes};
use crate::action::context::{Context, Reply};
use crate::action::queries::reading::{self, Found, Scope};
use crate::action::show;
use crate::domain::ids::OrgId;
use crate::domain::message::{ChatKey, Outgoing};
use crate::domain::role::Role;
use crate::error::{Error, Mistake};
use crate::language::Names;
use crate::report::namesakes::spread;
use crate::store::members::accounts::CodeFor;

pub use super::bindings::approve_shown;
pub use super::cards::match_cards;
pub use super::codes::hand_out_code;

/// `谁没绑定`: the names without an account on this platform, and to whoever decides, what waits for a decision.
pub async fn unbound(cx: &Context) -> Result<Reply, Error> {
    let scope = Scope::read(cx).await?;
    reading::may_read(cx, &scope.unit)?;
    if scope.branches.is_empty() {
        let key = if scope.units.len() > reading::FEW { "unbound-too-many" } else { "unbound-no-roster" };
        let mut lines = vec![cx.say(key, &[])];
        lines.extend(bindings::show(cx, &scope).await?);
        return Ok(cx.reply(lines.join("\n")));
    }
    let all = candidates(&scope.branches, &cx.incoming.chat.platform, cx.today);
    let open: Vec<&Candidate> = all.iter().filter(|c| !c.bound).collect();
    let mut lines = Vec::new();
    let (total, count) = (all.len(), open.len());
    if all.is_empty() {
        lines.push(cx.say("unbound-no-roster", &[]));
    } else if open.is_empty() {
        lines.push(cx.say("unbound-nobody", &[("total", total.into())]));
    } else if scope.branches.len() == 1 || open.len() <= show::NAMES {
        let shared = spread(scope.branches.iter().map(|b| &b.roster), cx.today);
        let name = |c: &&Candidate| {
            let of = scope.branches.iter().find(|b| b.roster.org.id == c.branch).and_then(|b| Some((b, b.roster.member(c.person)?)));
            of.map_or_else(|| show::name(&c.name), |(b, m)| cx.bot.called_among(&b.roster, m, cx.today, shared.contains(m.name.as_str())))
        };
        let names: Vec<String> = open.iter().map(name).collect();
        let names = cx.bot.names(&names, show::NAMES);
        lines.push(cx.say("unbound-names", &[("total", total.into()), ("count", count.into()), ("names", names.into())]));
    } else {
        lines.push(cx.say("unbound-count", &[("total", total.into()), ("count", count.into())]));
        for branch in &scope.branches {
            let here = open.iter().filter(|c| c.branch == branch.roster.org.id).count();
            if here > 0 {
                lines.push(cx.say("unbound-branch", &[("branch", show::name(&branch.roster.org.name).into()), ("count", here.into())]));
            }
        }
    }
    lines.extend(bindings::show(cx, &scope).await?);
    Ok(cx.reply(lines.join("\n")))
}

/// A report or a question by somebody whose account is nobody's: the card may say who it is. Records nothing.
pub async fn stranger(cx: &Context) -> Result<Reply, Error> {
    let (chat, account) = (&cx.incoming.chat, &cx.incoming.sender);
    if !cx.private() && cx.place.is_none() {
        return if cx.addressed { Err(Mistake::new("setup-stranger").into()) } else { Ok(Reply::silence()) };
    }
    let fresh = cx.bot.memory.may_hint(chat, account, cx.now);
    if !fresh && !cx.addressed {
        return Ok(Reply::silence());
    }
    let Some(place) = &cx.place else { return Ok(cx.reply(cx.say("stranger-private", &[]))) };
    let branches = reading::fresh(cx, &place.branches).await?;
    let all = candidates(&branches, &chat.platform, cx.today);
    let Some(who) = Cards::new(&all).whose(&cx.incoming.sender_name) else { return Ok(cx.reply(cx.say("stranger-unknown", &[]))) };
    // a report triggers no private message
    ask_for(cx, who).await?;
    Ok(cx.reply(cx.say("stranger-matched", &[("name", show::name(&who.name).into())])))
}

/// Enters a request for the sender, unless it waits already. How many others wait.
async fn ask_for(cx: &Context, who: &Candidate) -> Result<usize, Error> {
    let account = &cx.incoming.sender;
    let waiting = cx.bot.store.binding_requests(&[who.branch]).await?;
    let others = waiting.iter().filter(|r| r.account != *account || r.person != who.person).count();
    if others == waiting.len() {
        cx.bot.store.request_binding(&request(cx, account, &cx.incoming.sender_name, who)).await?;
    }
    Ok(others)
}

/// What the secretary is told of a request, now and then.
async fn to_the_secretary(cx: &Context, who: &Candidate, others: usize) -> Result<Vec<Outgoing>, Error> {
    if !cx.bot.memory.may_tell_of_accounts(who.branch, cx.now) {
        return Ok(Vec::new());
    }
    let args = [("name", show::name(&who.name).into()), ("more", others.into()), ("account", show::name(&cx.incoming.sender.id).into())];
    // a further account may be a stranger's: never with the rest
    let key = if who.bound { "bind-waits-second" } else { "bind-waits-secretary" };
    let mut told = Vec::new();
    for holder in cx.bot.store.holders(who.branch, Role::Secretary).await? {
        let accounts = cx.bot.store.accounts_of(holder).await?;
        let to = accounts.iter().find(|a| a.platform == cx.incoming.chat.platform).or(accounts.first());
        told.extend(to.map(|to| Outgoing::text(ChatKey::private(to), cx.say(key, &args))));
    }
    Ok(told)
}

/// `绑定 姓名 [CODE]`.
pub async fn bind(cx: &Context, name: &str, code: Option<&str>) -> Result<Reply, Error> {
    if !cx.private() && cx.place.is_none() {
        return Err(Mistake::new("chat-not-bound").into());
    }
    let name = name.trim();
    let found = reading::people(cx, name).await?;
    if let Some(speaker) = &cx.speaker {
        let own = found.iter().any(|f| f.person == speaker.known.person);
        let key = if own { "bind-already" } else { "bind-other" };
        return Ok(cx.reply(cx.say(key, &[("name", show::name(name).into())])));
    }
    let said = show::name(name);
    if found.is_empty() {
        return Ok(cx.reply(unknown(cx, name)));
    }
    if let Some(code) = code {
        return by_code(cx, &said, &found, code).await;
    }
    let [one] = &found[..] else {
        let key = if cx.private() { "bind-namesakes-private" } else { "bind-namesakes" };
        return Ok(cx.reply(cx.say(key, &[("name", said.into()), ("count", found.len().into())])));
    };
    let Some(member) = one.member() else { return Ok(cx.reply(unknown(cx, name))) };
    let platform = &cx.incoming.chat.platform;
    let bound = member.accounts.iter().any(|a| a.platform == *platform);
    let who = Candidate { person: one.person, name: member.name.clone(), branch: one.branch.roster.org.id, bound };
    let others = ask_for(cx, &who).await?;
    let private = to_the_secretary(cx, &who, others).await?;
    let key = if bound { "bind-second" } else { "bind-asked" };
    Ok(Reply { private, ..cx.reply(cx.say(key, &[("name", said.into())])) })
}

/// Nobody has this name here; who has a similar one is told only in the unit's own chat.
fn unknown(cx: &Context, name: &str) -> String {
    let similar = cx.place.as_ref().map(|p| p.names.similar(name)).unwrap_or_default();
    let said = show::name(name);
    if similar.is_empty() {
        return cx.say(if cx.private() { "bind-unknown-private" } else { "bind-unknown" }, &[("name", said.into())]);
    }
    let names = show::names(cx, similar.iter().map(String::as_str), 3);
    cx.say("bind-similar", &[("name", said.into()), ("similar", names.into())])
}

async fn by_code(cx: &Context, said: &str, found: &[Found], code: &str) -> Result<Reply, Error> {
    let account = &cx.incoming.sender;
    if cx.bot.memory.guesses(account, cx.now) {
        return Ok(cx.reply(cx.say("code-too-often", &[])));
    }
    for who in found {
        let purpose = CodeFor::Bind(who.person);
        if !cx.bot.store.take_code(&codes::digest(&purpose, code), &purpose, cx.now).await? {
            continue;
        }
        if !cx.bot.store.bind_account(account, who.person, Some(who.person)).await? {
            return Ok(cx.reply(cx.say("bind-taken", &[])));
        }
        let branch: OrgId = who.branch.roster.org.id;
        bindings::settle(cx, account, who.person, branch).await?;
        let path = show::name(&who.branch.roster.org.name);
        return Ok(cx.reply(cx.say("bind-done", &[("name", said.into()), ("branch", path.into())])));
    }
    cx.bot.memory.wrong_code(account, cx.now);
    Ok(cx.reply(cx.say("code-wrong", &[])))
}
