//! `合并回复`, `提醒不点名`, `提醒只发本群`: how the bot acknowledges reports in a group, whether it names there who is in arrears,
//! and which of a unit's groups its reminders go to. Said in the group it is that group's; said in private, that of every group
//! of the secretary's unit.

use super::setup;
use crate::action::context::{Context, Reply};
use crate::action::show;
use crate::domain::chats::{ChatReminders, reminded};
use crate::domain::role::Permission;
use crate::domain::roster::{Ack, Chat, Org};
use crate::error::{Error, Mistake};

/// What was said; what was not stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said {
    /// How reports are acknowledged.
    pub ack: Option<Ack>,
    /// Whether reminders name who is in arrears.
    pub names: Option<bool>,
    /// Whether this group gets reminders.
    pub reminders: Option<ChatReminders>,
    /// The same of every group of the unit.
    pub everywhere: bool,
}

/// Sets what was said.
pub async fn settings(cx: &Context, Said { ack, names, reminders, everywhere }: Said) -> Result<Reply, Error> {
    let (unit, chats) = meant(cx).await?;
    cx.demand(Permission::ManageRoster, &unit)?;
    if let Some(wanted) = reminders {
        return places(cx, &unit, wanted, everywhere).await;
    }
    if ack == Some(Ack::Reaction) && !chats.iter().any(|c| cx.bot.courier(&c.key.platform).is_some_and(|k| k.capabilities().reaction)) {
        return Err(Mistake::new("settings-no-reaction").into());
    }
    let set: Vec<Chat> = chats.iter().map(|c| Chat { ack: ack.or(c.ack), names: names.unwrap_or(c.names), ..c.clone() }).collect();
    cx.bot.store.set_chats(&set).await?;
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

/// `提醒只发本群` (this group alone is preferred from then on), `本群不发提醒`, `本群也发提醒` (beside those that are preferred, where
/// some are), `每个群都发提醒`.
async fn places(cx: &Context, unit: &Org, wanted: ChatReminders, everywhere: bool) -> Result<Reply, Error> {
    if cx.private() && !everywhere {
        return Err(Mistake::new("settings-in-the-group").into());
    }
    let mut chats = cx.bot.store.chats_of(unit.id).await?;
    chats.retain(|c| !c.key.private);
    let preferred = chats.iter().any(|c| c.reminders == ChatReminders::Only && c.key != cx.incoming.chat);
    for chat in &mut chats {
        chat.reminders = match wanted {
            wanted if everywhere => wanted,
            // beside those that are preferred a group is heard only where it is preferred too
            ChatReminders::Yes if preferred && chat.key == cx.incoming.chat => ChatReminders::Only,
            wanted if chat.key == cx.incoming.chat => wanted,
            ChatReminders::Only if chat.reminders == ChatReminders::Only => ChatReminders::Yes,
            _ => chat.reminders,
        };
    }
    cx.bot.store.set_chats(&chats).await?;
    cx.bot.cache.forget(&[unit.id]);
    let how = if everywhere { "all" } else { wanted.key() };
    let left = reminded(&chats).len();
    let args = [("how", how.into()), ("unit", show::name(&unit.name).into()), ("count", chats.len().into()), ("left", left.into())];
    Ok(cx.reply(cx.say("settings-reminders", &args)))
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
