//! What an event means in nobody's dialect. Pure: what is known of ourselves is handed in.

use super::PLATFORM;
use super::wire::{Attached, Frame, Message, Pressed, Standing};
use crate::domain::message::{AccountKey, ChatKey, FileRef, Incoming, Segment};
use crate::platform::text::{clean, file_name, shown_name};
use chrono::DateTime;
use serde::{Deserialize, Serialize};

/// What is known beside the event itself.
pub struct Around<'a> {
    /// Our account.
    pub me: &'a AccountKey,
    /// What we are called; empty: not known.
    pub name: &'a str,
    /// Whether we wrote the message with this quotable id.
    pub wrote: &'a dyn Fn(&str) -> bool,
}

/// What an event says.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Somebody said something.
    Message {
        /// What.
        incoming: Box<Incoming>,
        /// It came because all that is said in its group comes.
        all: bool,
    },
    /// Somebody pressed a button; whether they may is not known here.
    Pressed {
        /// What is to be told that it was heard.
        interaction: String,
        /// Who and where; nothing is said yet.
        incoming: Box<Incoming>,
        /// What was on the button.
        data: String,
    },
    /// Whether a chat takes what answers nothing.
    Push(ChatKey, bool),
    /// The bot was put out of a group or of somebody's friends.
    Gone(ChatKey),
    /// Nothing for us; the word says what.
    Nothing(&'static str),
}

/// What is needed to fetch a file: [`FileRef::handle`] holds it as JSON.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handle {
    /// Where it is.
    pub url: String,
}

/// The key of somebody.
pub fn account(openid: &str) -> AccountKey {
    AccountKey::new(PLATFORM, openid)
}

/// The key of a group.
pub fn group(openid: &str) -> ChatKey {
    ChatKey::group(PLATFORM, openid)
}

/// Whether an id is one of QQ's: it becomes part of an address and of markdown.
pub fn sound(id: &str) -> bool {
    !id.is_empty() && id.len() <= 128 && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// What an event says.
pub fn read(frame: &Frame, around: &Around<'_>) -> Meaning {
    let message = || Message::deserialize(&frame.d).unwrap_or_default();
    let standing = || Standing::deserialize(&frame.d).unwrap_or_default();
    let of = |private: bool| {
        let s = standing();
        let id = if private { s.openid } else { s.group_openid };
        sound(&id).then(|| if private { ChatKey::private(&account(&id)) } else { group(&id) })
    };
    let push = |private, may| of(private).map_or(Meaning::Nothing("a chat without an id"), |chat| Meaning::Push(chat, may));
    let gone = |private| of(private).map_or(Meaning::Nothing("a chat without an id"), Meaning::Gone);
    match &*frame.t {
        "GROUP_AT_MESSAGE_CREATE" => said(&message(), Kind::Addressed, around),
        "GROUP_MESSAGE_CREATE" => said(&message(), Kind::Heard, around),
        "C2C_MESSAGE_CREATE" => said(&message(), Kind::Private, around),
        "INTERACTION_CREATE" => pressed(&frame.id, &Pressed::deserialize(&frame.d).unwrap_or_default(), around),
        "GROUP_MSG_RECEIVE" => push(false, true),
        "GROUP_MSG_REJECT" => push(false, false),
        "C2C_MSG_RECEIVE" | "FRIEND_ADD" => push(true, true),
        "C2C_MSG_REJECT" => push(true, false),
        "GROUP_DEL_ROBOT" => gone(false),
        "FRIEND_DEL" => gone(true),
        _ => Meaning::Nothing("an event of a kind that is not used"),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Addressed,
    Heard,
    Private,
}

fn said(m: &Message, kind: Kind, around: &Around<'_>) -> Meaning {
    match incoming(m, kind, around) {
        Ok(incoming) => Meaning::Message { incoming: Box::new(incoming), all: kind == Kind::Heard },
        Err(what) => Meaning::Nothing(what),
    }
}

fn incoming(m: &Message, kind: Kind, around: &Around<'_>) -> Result<Incoming, &'static str> {
    if m.id.is_empty() || m.id.len() > 512 {
        return Err("a message without an id");
    }
    if m.author.bot {
        return Err("a bot's message");
    }
    let who = if kind == Kind::Private { &m.author.user_openid } else { &m.author.member_openid };
    if !sound(who) || kind != Kind::Private && !sound(&m.group_openid) {
        return Err("a message of nobody's, or of nowhere");
    }
    let sender = account(who);
    let chat = if kind == Kind::Private { ChatKey::private(&sender) } else { group(&m.group_openid) };
    let (mut segments, mut mentions_bot) = words(m, around);
    mentions_bot |= kind == Kind::Addressed;
    segments.extend(m.attachments.iter().map(attached));
    if segments.is_empty() {
        segments.push(Segment::Other);
    }
    let quoted = m.msg_elements.first().filter(|q| !q.msg_idx.is_empty());
    let ours = quoted.is_some_and(|q| (around.wrote)(&q.msg_idx) || q.author.bot && !around.name.is_empty() && q.author.username == around.name);
    Ok(Incoming {
        chat,
        bot: around.me.clone(),
        sender_name: shown_name(&m.author.username, "", who),
        sender,
        message_id: format!("{}:", m.id),
        quote_id: m.id.clone(),
        sent_at: instant(&m.timestamp),
        segments,
        mentions_bot,
        replies_to: quoted.map(|q| q.msg_idx.clone()),
        replies_to_bot: ours,
        missed: false,
    })
}

/// UTC milliseconds; 0 where it is no time.
fn instant(text: &str) -> i64 {
    match text.parse::<i64>() {
        Ok(seconds) => seconds.saturating_mul(1000),
        Err(_) => DateTime::parse_from_rfc3339(text).map_or(0, |t| t.timestamp_millis()),
    }
}

/// The words of a message with the mentions within them, and whether we are mentioned.
fn words(m: &Message, around: &Around<'_>) -> (Vec<Segment>, bool) {
    let (mut all, mut mentions_bot) = (Vec::new(), false);
    let mut named: Vec<&str> = Vec::new();
    let mut text = String::new();
    let mut rest = m.content.as_str();
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let Some((inner, after)) = rest[at + 1..].split_once('>') else {
            text.push_str(&rest[at..]);
            rest = "";
            break;
        };
        let id = inner.strip_prefix("@!").or_else(|| inner.strip_prefix('@')).filter(|id| sound(id));
        if let Some(id) = id {
            flush(&mut text, &mut all);
            named.push(id);
            mentions_bot |= mention(m, id, around, &mut all);
        } else if !inner.starts_with("faceType") && !inner.starts_with("emoji:") {
            text.push('<');
            rest = &rest[at + 1..];
            continue;
        }
        rest = after;
    }
    text.push_str(rest);
    flush(&mut text, &mut all);
    // those whose @ is not in the words
    for other in m.mentions.iter().filter(|o| o.scope != "all" && !named.iter().any(|n| *n == o.id || *n == o.member_openid)) {
        let id = if other.member_openid.is_empty() { &other.id } else { &other.member_openid };
        if other.is_you {
            mentions_bot = true;
        } else if sound(id) {
            all.push(Segment::At(account(id)));
        }
    }
    (all, mentions_bot)
}

/// Puts a mention in; whether it is of us.
fn mention(m: &Message, id: &str, around: &Around<'_>, all: &mut Vec<Segment>) -> bool {
    let known = m.mentions.iter().find(|o| o.id == id || o.member_openid == id);
    if known.is_some_and(|o| o.is_you) || *around.me.id == *id {
        return true;
    }
    let id = known.map(|o| o.member_openid.as_str()).filter(|id| sound(id)).unwrap_or(id);
    if id != "all" && id != "everyone" {
        all.push(Segment::At(account(id)));
    }
    false
}

fn flush(text: &mut String, all: &mut Vec<Segment>) {
    // as the wire escapes it; what an escape stands for is no escape itself
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    text.clear();
    let plain = clean(&plain).into_owned();
    // a space stands where the @ was
    let plain = if all.is_empty() { plain.trim_start().to_owned() } else { plain };
    if !plain.trim().is_empty() {
        all.push(Segment::Text(plain));
    }
}

fn attached(a: &Attached) -> Segment {
    // some come without their scheme
    let url = if a.url.is_empty() || a.url.contains("://") { a.url.clone() } else { format!("https://{}", a.url) };
    let handle = serde_json::to_string(&Handle { url }).expect("a string always makes JSON");
    let named = |unnamed: &str| {
        let name = file_name(&a.filename);
        FileRef { name: if name.is_empty() { unnamed.to_owned() } else { name }, size: a.size, handle: handle.clone() }
    };
    match a.content_type.split('/').next().unwrap_or_default() {
        _ if a.url.is_empty() => Segment::Other,
        "image" => Segment::Image(named("photo.jpg")),
        "voice" | "audio" | "video" => Segment::Other,
        _ => Segment::File(named("file")),
    }
}

fn pressed(event: &str, p: &Pressed, around: &Around<'_>) -> Meaning {
    let (chat, who) = match p.chat_type {
        1 if sound(&p.group_openid) => (group(&p.group_openid), &p.group_member_openid),
        2 => (ChatKey::private(&account(&p.user_openid)), &p.user_openid),
        _ => return Meaning::Nothing("a button in a chat of a kind that is not used"),
    };
    if !sound(who) || !sound(&p.id) || event.is_empty() {
        return Meaning::Nothing("a button that nobody pressed");
    }
    let incoming = Incoming {
        chat,
        bot: around.me.clone(),
        sender: account(who),
        sender_name: who.clone(),
        message_id: format!("{event}:button"),
        // what it leads to answers the event
        quote_id: event.to_owned(),
        sent_at: instant(&p.timestamp),
        segments: Vec::new(),
        mentions_bot: true,
        replies_to: None,
        replies_to_bot: true,
        missed: false,
    };
    Meaning::Pressed { interaction: p.id.clone(), incoming: Box::new(incoming), data: p.data.resolved.button_data.clone() }
}
