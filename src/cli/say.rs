//! `zhibu say --chat PLATFORM:CHAT --as NAME TEXT`: one message through the whole pipeline, the answers on stdout.

use super::{open, there, told};
use crate::action::Bot;
use crate::config::Config;
use crate::domain::message::{AccountKey, Capabilities, ChatKey, ChatMember, Courier, Event, FileRef, Incoming, Outgoing, Segment, SendError};
use crate::effects::Effects;
use crate::effects::out;
use crate::metrics::Metrics;
use futures_util::future::BoxFuture;
use std::sync::{Arc, Mutex, PoisonError};

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Where: PLATFORM:GROUP like onebot:90000, or PLATFORM:@ACCOUNT for a private chat
    #[arg(long, value_name = "PLATFORM:CHAT", value_parser = super::bind::chat)]
    chat: ChatKey,
    /// Who: the name on the roster of the chat's unit
    #[arg(long = "as", value_name = "NAME")]
    speaker: String,
    /// Speak without calling the bot, as in passing
    #[arg(long)]
    aside: bool,
    /// What is said
    text: String,
}

/// Says it. Prints nothing where the bot stays silent.
pub async fn run(config: Arc<Config>, args: &Args) -> Result<(), String> {
    let effects = Effects::system();
    there(&config)?;
    let store = open(&config, &effects).await?;
    let desk = Arc::new(Desk { platform: args.chat.platform.to_string(), said: Mutex::default() });
    let bot = Bot::new(store.clone(), config.clone(), effects.clone(), vec![desk.clone()], Metrics::new())?;
    bot.voices.speak_for_everybody();
    let chat = store.chat(&args.chat).await.map_err(told)?;
    let unit = match &chat {
        Some(chat) => store.org(chat.org).await.map_err(told)?.map(|o| o.path),
        None => None,
    };
    let mut people = store.people_named(&args.speaker, unit.as_deref().unwrap_or("")).await.map_err(told)?;
    if people.is_empty() {
        // somebody of a committee above, or of another branch, who only asks here
        people = store.people_named(&args.speaker, "").await.map_err(told)?;
    }
    people.dedup_by_key(|(person, _)| *person);
    let (person, _) = match people[..] {
        [one] => one,
        [] => return Err(format!("nobody called {:?} is on a roster", args.speaker)),
        _ => return Err(format!("several people are called {:?} there", args.speaker)),
    };
    let account = store.accounts_of(person).await.map_err(told)?.into_iter().find(|a| a.platform == args.chat.platform);
    // whoever has no account on this platform yet speaks through one that only this process knows
    let sender = account.unwrap_or_else(|| {
        let account = AccountKey::new(args.chat.platform.clone(), format!("say-{person}"));
        bot.cache.introduce(&account, person);
        account
    });
    let id = format!("say-{}", effects.ids.next());
    let incoming = Incoming {
        chat: args.chat.clone(),
        bot: AccountKey::new(args.chat.platform.clone(), "say"),
        sender,
        sender_name: args.speaker.clone(),
        message_id: id.clone(),
        quote_id: id,
        sent_at: effects.clock.now(),
        segments: vec![Segment::Text(args.text.clone())],
        mentions_bot: !args.aside,
        replies_to: None,
        replies_to_bot: false,
        missed: false,
    };
    bot.resume().await.map_err(told)?;
    bot.handle(Event::Message(Box::new(incoming))).await;
    bot.flush().await;
    for message in desk.said.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        if message.chat == args.chat { out!("{}", message.plain()) } else { out!("[{}] {}", message.chat, message.plain()) }
    }
    store.close().await;
    Ok(())
}

/// Keeps what would have been sent.
struct Desk {
    platform: String,
    said: Mutex<Vec<Outgoing>>,
}

impl Courier for Desk {
    fn platform(&self) -> &str {
        &self.platform
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities { text_bytes: 1 << 20, ..Capabilities::WORDS }
    }
    fn reaches(&self, _: &ChatKey) -> bool {
        true
    }
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<String, SendError>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
        Box::pin(async { Ok("say".to_owned()) })
    }
    fn members<'a>(&'a self, _: &'a ChatKey) -> BoxFuture<'a, Result<Vec<ChatMember>, SendError>> {
        Box::pin(async { Err(SendError::Offline) })
    }
    fn fetch<'a>(&'a self, _: &'a ChatKey, _: &'a FileRef, _: usize) -> BoxFuture<'a, Result<Vec<u8>, SendError>> {
        Box::pin(async { Err(SendError::Offline) })
    }
}
