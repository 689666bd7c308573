//! What an update means in nobody's dialect. Pure: names of accounts and commands are handed in.

use super::PLATFORM;
use super::wire::{Callback, Entity, File, Message, Update, User};
use crate::domain::message::{AccountKey, ChatKey, Command, FileRef, Incoming, Segment};
use crate::platform::text::{clean, file_name, shown_name};
use serde::{Deserialize, Serialize};

/// Us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Our account.
    pub account: AccountKey,
    /// Our `@name`, without the @.
    pub username: String,
}

/// What is known beside the update itself.
pub struct Around<'a> {
    /// Us.
    pub me: &'a Me,
    /// The commands of the menu.
    pub commands: &'a [Command],
    /// The id of whoever has this `@name` (in small letters), where it was seen.
    pub named: &'a dyn Fn(&str) -> Option<String>,
}

/// What an update says.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Somebody said something.
    Message(Box<Incoming>),
    /// Somebody changed a message.
    Edited(Box<Incoming>),
    /// Somebody pressed a button; whether they may is not known here.
    Pressed {
        /// The query to be answered.
        query: String,
        /// Who and where; nothing is said yet.
        incoming: Box<Incoming>,
        /// What was on the button.
        data: String,
    },
    /// A group has a new id.
    Moved {
        /// The old one.
        from: ChatKey,
        /// The new one.
        to: ChatKey,
    },
    /// Nothing for us; the word says what.
    Nothing(&'static str),
}

/// What is needed to fetch a file: [`FileRef::handle`] holds it as JSON.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handle {
    /// Telegram's id of it, good for the account that heard of it.
    pub file_id: String,
}

/// The key of an account.
pub fn account(id: i64) -> AccountKey {
    AccountKey::new(PLATFORM, id.to_string())
}

/// The key of a group.
pub fn group(id: i64) -> ChatKey {
    ChatKey::group(PLATFORM, id.to_string())
}

/// What an update says.
pub fn read(update: &Update, around: &Around<'_>) -> Meaning {
    match (&update.message, &update.edited_message, &update.callback_query) {
        (Some(m), ..) => message(m, around),
        (_, Some(m), _) => edited(m, around),
        (.., Some(c)) => pressed(c),
        _ => Meaning::Nothing("an update of a kind that is not used"),
    }
}

/// Where a message was sent: a topic is a chat of its own.
fn chat(m: &Message) -> Option<ChatKey> {
    match &*m.chat.kind {
        "private" if m.chat.id > 0 => Some(ChatKey::private(&account(m.chat.id))),
        "group" | "supergroup" if m.chat.id != 0 => {
            let group = group(m.chat.id);
            let topic = m.message_thread_id.filter(|_| m.is_topic_message);
            Some(topic.map_or_else(|| group.clone(), |t| group.topic(&t.to_string())))
        }
        _ => None,
    }
}

fn message(m: &Message, around: &Around<'_>) -> Meaning {
    if let Some(to) = m.migrate_to_chat_id {
        return Meaning::Moved { from: group(m.chat.id), to: group(to) };
    }
    if let Some(from) = m.migrate_from_chat_id {
        return Meaning::Moved { from: group(from), to: group(m.chat.id) };
    }
    incoming(m, around).map_or_else(Meaning::Nothing, |i| Meaning::Message(Box::new(i)))
}

fn edited(m: &Message, around: &Around<'_>) -> Meaning {
    // it is of the day on which it was sent
    let Some(at) = m.edit_date else { return Meaning::Nothing("a change without its time") };
    match incoming(m, around) {
        Ok(mut i) => {
            i.message_id = format!("{}:{at}", i.message_id);
            Meaning::Edited(Box::new(i))
        }
        Err(what) => Meaning::Nothing(what),
    }
}

fn incoming(m: &Message, around: &Around<'_>) -> Result<Incoming, &'static str> {
    let chat = chat(m).ok_or("a chat of a kind that is not used")?;
    if m.message_id <= 0 {
        return Err("a message without an id");
    }
    let (sender, sender_name) = sender(m)?;
    if sender == around.me.account {
        return Err("our own message");
    }
    let (text, entities) = if m.text.is_empty() { (&m.caption, &m.caption_entities) } else { (&m.text, &m.entities) };
    let mut said = said(text, entities, around).ok_or("a command for another bot")?;
    // what somebody else wrote is not said by whoever passes it on; a list that is brought in private is meant to be read
    if let Some(origin) = &m.forward_origin {
        let own = origin["sender_user"]["id"].as_i64().is_some_and(|id| account(id) == sender);
        let meant = own || chat.private && is_list(text);
        if !meant {
            said = Said { segments: vec![Segment::Other], mentions_bot: false };
        }
    }
    for sizes in std::iter::once(&m.photo).chain(&m.album) {
        let largest = sizes.iter().max_by_key(|p| (p.width, p.file_size));
        said.segments.extend(largest.map(|photo| Segment::Image(file(photo, "photo.jpg"))));
    }
    if let Some(document) = &m.document {
        said.segments.push(Segment::File(file(document, "file")));
    }
    if said.segments.is_empty() {
        said.segments.push(Segment::Other);
    }
    // in a topic, a message that answers nothing "answers" the topic's first
    let quoted = m.reply_to_message.as_deref().filter(|q| q.message_id > 0 && !(m.is_topic_message && Some(q.message_id) == m.message_thread_id));
    let ours = |q: &Message| q.from.as_ref().is_some_and(|u| account(u.id) == around.me.account);
    Ok(Incoming {
        chat,
        bot: around.me.account.clone(),
        sender,
        sender_name,
        message_id: format!("{}:{}", m.message_id, m.date),
        quote_id: m.message_id.to_string(),
        sent_at: m.date.saturating_mul(1000),
        segments: said.segments,
        mentions_bot: said.mentions_bot,
        replies_to: quoted.map(|q| q.message_id.to_string()),
        replies_to_bot: quoted.is_some_and(ours),
        missed: false,
    })
}

/// Whether a text is a list that people wrote together, rather than somebody's words.
fn is_list(text: &str) -> bool {
    let numbered = |line: &&str| {
        let line = line.trim_start();
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < line.len() && rest.starts_with(['.', '、', '．', ')', '）', ',', '，', ':', '：'])
    };
    text.contains("接龙") || text.contains("接龍") || text.lines().filter(numbered).count() > 1
}

fn sender(m: &Message) -> Result<(AccountKey, String), &'static str> {
    match (&m.from, &m.sender_chat) {
        // the group's id is no person's: it can't be bound, and a letter to it would be read by all
        (_, Some(chat)) if chat.id == m.chat.id => Err("a message of an admin who hides behind the group"),
        (_, Some(_)) => Err("a channel's message"),
        (Some(user), None) if user.is_bot => Err("another bot's message"),
        (Some(user), None) if user.id > 0 => Ok((account(user.id), name(user))),
        _ => Err("a message of nobody's"),
    }
}

/// A person's name as it is shown.
pub fn name(user: &User) -> String {
    let full = format!("{} {}", user.first_name, user.last_name);
    shown_name(full.trim(), &user.username, &user.id.to_string())
}

fn file(file: &File, unnamed: &str) -> FileRef {
    let handle = Handle { file_id: file.file_id.clone() };
    let handle = serde_json::to_string(&handle).expect("a string always makes JSON");
    let name = file_name(&file.file_name);
    FileRef { name: if name.is_empty() { unnamed.to_owned() } else { name }, size: file.file_size, handle }
}

struct Said {
    segments: Vec<Segment>,
    mentions_bot: bool,
}

/// Text with its entities as segments; none where it is a command for another bot.
fn said(text: &str, entities: &[Entity], around: &Around<'_>) -> Option<Said> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let piece = |from: usize, to: usize| String::from_utf16_lossy(&units[from..to]);
    let mut entities: Vec<&Entity> = entities.iter().filter(|e| e.length > 0 && e.offset.checked_add(e.length).is_some_and(|end| end <= units.len())).collect();
    entities.sort_by_key(|e| e.offset);
    let mut said = Said { segments: Vec::new(), mentions_bot: false };
    let mut words = String::new();
    let mut done = 0;
    for e in entities {
        if e.offset < done {
            continue;
        }
        let stretch = piece(e.offset, e.offset + e.length);
        let mut mention = None;
        match &*e.kind {
            "mention" => {
                let name = stretch.trim_start_matches('@').to_lowercase();
                if name == around.me.username.to_lowercase() {
                    said.mentions_bot = true;
                } else if let Some(id) = (around.named)(&name) {
                    mention = Some(Segment::At(AccountKey::new(PLATFORM, id)));
                } else {
                    continue;
                }
            }
            "text_mention" => match e.user.as_ref().map(|u| account(u.id)) {
                Some(who) if who == around.me.account => said.mentions_bot = true,
                Some(who) => mention = Some(Segment::At(who)),
                None => continue,
            },
            "bot_command" if e.offset == 0 => {
                let (command, of) = stretch.trim_start_matches('/').split_once('@').map_or((stretch.trim_start_matches('/'), None), |(c, of)| (c, Some(of)));
                if of.is_some_and(|of| !of.eq_ignore_ascii_case(&around.me.username)) {
                    return None;
                }
                let known = around.commands.iter().find(|c| c.name.eq_ignore_ascii_case(command));
                said.mentions_bot |= of.is_some() || known.is_some();
                words.push_str(known.map_or(command, |c| c.says.as_str()));
                done = e.offset + e.length;
                continue;
            }
            _ => continue,
        }
        words.push_str(&piece(done, e.offset));
        said.words(&mut words);
        said.segments.extend(mention);
        done = e.offset + e.length;
    }
    words.push_str(&piece(done, units.len()));
    said.words(&mut words);
    Some(said)
}

impl Said {
    fn words(&mut self, words: &mut String) {
        let text = clean(words).into_owned();
        words.clear();
        if !text.trim().is_empty() {
            self.segments.push(Segment::Text(text));
        }
    }
}

fn pressed(c: &Callback) -> Meaning {
    let Some(m) = &c.message else { return Meaning::Nothing("a button of a message that is no more") };
    let Some(chat) = chat(m) else { return Meaning::Nothing("a button in a chat of a kind that is not used") };
    if c.from.id <= 0 {
        return Meaning::Nothing("a button that nobody pressed");
    }
    let bot = m.from.as_ref().map_or_else(|| account(0), |u| account(u.id));
    let incoming = Incoming {
        chat,
        bot,
        sender: account(c.from.id),
        sender_name: name(&c.from),
        message_id: format!("{}:button", m.message_id),
        quote_id: m.message_id.to_string(),
        sent_at: m.date.saturating_mul(1000),
        segments: Vec::new(),
        mentions_bot: true,
        replies_to: Some(m.message_id.to_string()),
        replies_to_bot: true,
        missed: false,
    };
    Meaning::Pressed { query: c.id.clone(), incoming: Box::new(incoming), data: c.data.clone() }
}
