//! `zhibu bind PLATFORM:CHAT PATH`: ties a chat to a unit.

use super::{open, told};
use crate::config::Config;
use crate::domain::chats::{ChatReminders, reminded};
use crate::domain::message::ChatKey;
use crate::domain::roster::{Ack, OrgKind};
use crate::effects::Effects;
use crate::effects::out;
use crate::platform::{official, onebot, qq, telegram, webchat, wecom};

/// Where chats can be.
const PLATFORMS: [&str; 6] = [onebot::PLATFORM, telegram::PLATFORM, qq::PLATFORM, wecom::PLATFORM, official::PLATFORM, webchat::PLATFORM];

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The group: PLATFORM:ID, like onebot:90000
    #[arg(value_name = "PLATFORM:CHAT", value_parser = group)]
    chat: ChatKey,
    /// The unit's path from the top, like 余庆县团委/白泥镇团委/第一团支部
    path: String,
    /// Make the unit (a branch) and those above it where they are missing
    #[arg(long)]
    create: bool,
    /// How reports are acknowledged there: each, gathered or reaction
    #[arg(long, value_parser = ack)]
    ack: Option<Ack>,
    /// Whether the group may hear by name who is in arrears
    #[arg(long, value_name = "on|off", value_parser = on_off)]
    names: Option<bool>,
    /// Whether its unit's reminders go there: yes, no, or only (there, and to no group of the unit that is not set so)
    #[arg(long, value_name = "only|yes|no", value_parser = reminders)]
    reminders: Option<ChatReminders>,
}

/// Binds, and says so.
pub async fn run(config: &Config, args: &Args) -> Result<(), String> {
    let effects = Effects::system();
    let store = open(config, &effects).await?;
    let unit = match store.org_by_path(&args.path).await.map_err(told)? {
        Some(unit) => unit,
        None if args.create => {
            let today = config.zone().date(effects.clock.now());
            store.create_path(&args.path, OrgKind::Branch, today).await.map_err(told)?
        }
        None => {
            let known = store.subtree("").await.map_err(told)?;
            let list: Vec<String> = known.iter().take(20).map(|o| format!("  {}", o.path)).collect();
            let list = if list.is_empty() { "there are none yet".to_owned() } else { format!("there are:\n{}", list.join("\n")) };
            return Err(format!("there is no unit {:?}; add --create to make it; {list}", args.path));
        }
    };
    let mut chat = store.bind_chat(&args.chat, unit.id).await.map_err(told)?;
    if args.ack.is_some() || args.names.is_some() || args.reminders.is_some() {
        chat.ack = args.ack.or(chat.ack);
        chat.reminders = args.reminders.unwrap_or(chat.reminders);
        chat.names = args.names.unwrap_or(chat.names);
        store.set_chat(&chat).await.map_err(told)?;
    }
    out!("{} belongs to {} now", args.chat, unit.path);
    let chats = store.chats_of(unit.id).await.map_err(told)?;
    let places: Vec<String> = reminded(&chats).iter().map(|c| c.key.to_string()).collect();
    if args.reminders.is_some() {
        out!("its reminders go to {}", if places.is_empty() { "no group".to_owned() } else { places.join(", ") });
    }
    store.close().await;
    Ok(())
}

/// A chat of a platform that there is.
pub fn chat(text: &str) -> Result<ChatKey, String> {
    let chat: ChatKey = text.parse()?;
    if PLATFORMS.contains(&&*chat.platform) {
        Ok(chat)
    } else {
        Err(format!("{:?} is no platform of Zhibu's: write one of {}, like onebot:90000", &*chat.platform, PLATFORMS.join(", ")))
    }
}

fn group(text: &str) -> Result<ChatKey, String> {
    let chat = chat(text)?;
    if chat.private {
        return Err(format!("{chat} is a private chat: those need no binding"));
    }
    if &*chat.platform == official::PLATFORM { Err("an official account has no groups: its members bind themselves".into()) } else { Ok(chat) }
}

fn ack(text: &str) -> Result<Ack, String> {
    match text {
        "each" => Ok(Ack::Each),
        "gathered" => Ok(Ack::Gathered),
        "reaction" => Ok(Ack::Reaction),
        _ => Err("write each, gathered or reaction".into()),
    }
}

fn reminders(text: &str) -> Result<ChatReminders, String> {
    ChatReminders::parse(text).ok_or_else(|| "write only, yes or no".into())
}

fn on_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("write on or off".into()),
    }
}
