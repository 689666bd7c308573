//! `合并回复`, `提醒不点名`: how the bot acknowledges reports in a group, and whether it names there who is in arrears.
//! Said in the group it is that group's; said in private, that of every group of the secretary's unit.

use super::context::{Context, Reply};
use super::{setup, show};
use crate::domain::role::Permission;
use crate::domain::roster::{Ack, Chat, Org};
use crate::error::{Error, Mistake};

/// Sets what was said; what was not stays.
pub async fn settings(cx: &Context, ack: Option<Ack>, names: Option<bool>) -> Result<Reply, Error> {
    let (unit, chats) = meant(cx).await?;
    cx.demand(Permission::ManageRoster, &unit)?;
    if ack == Some(Ack::Reaction) && !chats.iter().any(|c| cx.bot.courier(&c.key.platform).is_some_and(|k| k.capabilities().reaction)) {
        return Err(Mistake::new("settings-no-reaction").into());
    }
    for chat in &chats {
        cx.bot.store.set_chat(&Chat { ack: ack.or(chat.ack), names: names.unwrap_or(chat.names), ..chat.clone() }).await?;
    }
    cx.bot.cache.forget(&[unit.id]);
    let place = if cx.private() {
        cx.say("settings-groups", &[("unit", show::name(&unit.name).into()), ("count", chats.len().into())])
    } else {
        cx.say("settings-here", &[])
    };
    let mut lines = Vec::new();
    if let Some(ack) = ack {
        let ack = match ack {
            Ack::Each => "each",
            Ack::Gathered => "gathered",
            Ack::Reaction => "reaction",
        };
        lines.push(cx.say("settings-ack", &[("place", place.as_str().into()), ("ack", ack.into())]));
    }
    if let Some(names) = names {
        lines.push(cx.say(if names { "settings-names" } else { "settings-no-names" }, &[("place", place.as_str().into())]));
    }
    Ok(cx.reply(lines.join("\n")))
}

/// The chats that are spoken of, as the store has them now, with their unit.
async fn meant(cx: &Context) -> Result<(Org, Vec<Chat>), Error> {
    let unit = match &cx.place {
        Some(place) => place.org().clone(),
        None if cx.private() => setup::own(cx, Permission::ManageRoster).await?.ok_or_else(|| Mistake::new("settings-which"))?,
        None => return Err(Mistake::new("chat-not-bound").into()),
    };
    let mut chats = cx.bot.store.chats_of(unit.id).await?;
    chats.retain(|c| if cx.private() { !c.key.private } else { c.key == cx.incoming.chat });
    if chats.is_empty() {
        return Err(Mistake::new("settings-no-group").with("unit", show::name(&unit.name)).into());
    }
    Ok((unit, chats))
}
