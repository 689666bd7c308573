//! What a OneBot v11 frame means in nobody's dialect. Pure: what needs a memory (is the quoted message ours? was this
//! file told before?) is `account`'s.

use super::PLATFORM;
use super::cq;
use super::wire::{Body, Data, Frame, Segment as Wire, Status};
use crate::domain::message::{AccountKey, ChatKey, FileRef, Incoming, Segment};
use crate::platform::text::{clean, file_name, shown_name};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

/// What a frame says.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Somebody sent a message (or dropped a file, which some implementations tell by a notice).
    Message {
        /// It; `replies_to_bot` is not known here.
        incoming: Box<Incoming>,
        /// The group through which a stranger writes in private.
        via_group: Option<String>,
        /// Whether it came as a notice about a file rather than as a message.
        notice: bool,
    },
    /// A message was taken back.
    Recall {
        /// Where.
        chat: ChatKey,
        /// Who had sent it.
        sender: AccountKey,
        /// Who took it back.
        operator: AccountKey,
        /// Its id.
        message: String,
        /// UTC milliseconds.
        at: i64,
    },
    /// The implementation lives.
    Heartbeat {
        /// Milliseconds to the next.
        interval: Option<u64>,
        /// Whether the account is signed in.
        online: bool,
    },
    /// The account is there.
    Connected,
    /// The account was signed out.
    SignedOut,
    /// The bot, or everybody in a group, may not speak (or may again).
    Muted {
        /// The group.
        group: String,
        /// Everybody but its admins, rather than the bot.
        whole: bool,
        /// Milliseconds; none: until it is lifted; 0: lifted.
        millis: Option<i64>,
    },
    /// Nothing for us; the word says what.
    Nothing(&'static str),
    /// A field that it can't do without is missing; the word says which.
    Broken(&'static str),
}

/// What is needed to fetch a file: [`FileRef::handle`] holds it as JSON.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Handle {
    /// The account that heard of it.
    pub bot: String,
    /// Whether it is a picture.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub image: bool,
    /// The implementation's name for it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// The implementation's id of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file_id: String,
    /// What goes with the id in a group.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub busid: String,
    /// Where it can be read, for a while.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
}

static ONEBOT: LazyLock<Arc<str>> = LazyLock::new(|| PLATFORM.into());

/// The key of an account.
pub fn account(id: &str) -> AccountKey {
    AccountKey { platform: ONEBOT.clone(), id: id.into() }
}

/// The key of a group.
pub fn group(id: &str) -> ChatKey {
    ChatKey { platform: ONEBOT.clone(), id: id.into(), private: false }
}

/// What an event says to the account `bot`.
pub fn read(frame: &Frame, bot: &AccountKey) -> Meaning {
    match &*frame.post_type {
        "message" => message(frame, bot),
        "message_sent" => Meaning::Nothing("our own message"),
        "notice" => notice(frame, bot),
        "meta_event" => match &*frame.meta_event_type {
            "heartbeat" => Meaning::Heartbeat {
                interval: frame.interval.0.and_then(|n| u64::try_from(n).ok()).filter(|&n| n > 0),
                online: frame.status != Status::State(Some(false)),
            },
            "lifecycle" if &*frame.sub_type == "disable" => Meaning::SignedOut,
            "lifecycle" => Meaning::Connected,
            _ => Meaning::Nothing("an unknown meta event"),
        },
        "request" => Meaning::Nothing("a request"),
        "" => Meaning::Nothing("no event"),
        _ => Meaning::Nothing("an unknown event"),
    }
}

fn message(frame: &Frame, bot: &AccountKey) -> Meaning {
    let private = match &*frame.message_type {
        "group" => false,
        "private" => true,
        _ => return Meaning::Nothing("a message of an unknown kind"),
    };
    if &*frame.sub_type == "notice" {
        return Meaning::Nothing("a system line");
    }
    let Some(sender) = id(&frame.user_id).or_else(|| id(&frame.sender.user_id)) else { return Meaning::Broken("user_id") };
    if sender == &*bot.id {
        return Meaning::Nothing("our own message");
    }
    let sender = account(sender);
    let chat = match id(&frame.group_id) {
        _ if private => ChatKey::private(&sender),
        Some(g) => group(g),
        None => return Meaning::Broken("group_id"),
    };
    let segments = match &frame.message {
        Body::Segments(all) => Cow::Borrowed(&all[..]),
        Body::Text(text) => Cow::Owned(cq::read(text)),
        Body::None => Cow::Owned(cq::read(&frame.raw_message)),
    };
    let said = said(&segments, bot);
    let time = frame.time.0.unwrap_or(0);
    let (message_id, quote_id) = match id(&frame.message_id) {
        Some(m) => (format!("{m}:{time}"), m.to_owned()),
        // it can't be quoted, but it must be told apart from the next one
        None => (format!("none-{}-{:016x}:{time}", sender.id, digest(&said.segments)), String::new()),
    };
    let via_group = id(&frame.sender.group_id).or_else(|| id(&frame.group_id)).filter(|_| private).map(str::to_owned);
    let incoming = Incoming {
        chat,
        bot: bot.clone(),
        sender_name: sender_name(frame, &sender),
        sender,
        message_id,
        quote_id,
        sent_at: millis(time),
        segments: said.segments,
        mentions_bot: said.mentions_bot,
        replies_to: said.replies_to,
        replies_to_bot: false,
        missed: false,
    };
    Meaning::Message { incoming: Box::new(incoming), via_group, notice: false }
}

fn sender_name(frame: &Frame, sender: &AccountKey) -> String {
    shown_name(&frame.sender.card, &frame.sender.nickname, &sender.id)
}

/// What a message says, mentions and quotes apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Everything but mentions of the bot and the quote.
    pub segments: Vec<Segment>,
    /// Whether the bot is mentioned.
    pub mentions_bot: bool,
    /// The message that it replies to.
    pub replies_to: Option<String>,
}

/// Reads segments of either message format.
pub fn said(wire: &[Wire], bot: &AccountKey) -> Said {
    let mut said = Said::default();
    for Wire { kind, data } in wire {
        let segment = match &**kind {
            "text" => match clean(&data.text) {
                t if t.is_empty() => continue,
                t => Segment::Text(t.into_owned()),
            },
            "at" => match id(&data.qq) {
                Some("all") => Segment::AtAll,
                Some(qq) if qq == &*bot.id => {
                    said.mentions_bot = true;
                    continue;
                }
                Some(qq) => Segment::At(account(qq)),
                None => Segment::Other,
            },
            "reply" => {
                if let (None, Some(quoted)) = (&said.replies_to, id(&data.id)) {
                    said.replies_to = Some(quoted.to_owned());
                }
                continue;
            }
            "image" => Segment::Image(file_ref(data, bot, true)),
            "file" => Segment::File(file_ref(data, bot, false)),
            _ => Segment::Other,
        };
        said.segments.push(segment);
    }
    said
}

fn file_ref(data: &Data, bot: &AccountKey, image: bool) -> FileRef {
    let named = [&data.name, &data.file_name, &data.file].into_iter().find(|n| !n.is_empty());
    let handle = Handle {
        bot: bot.id.to_string(),
        image,
        file: data.file.0.clone(),
        file_id: data.file_id.0.clone(),
        busid: data.busid.0.clone(),
        url: data.url.0.clone(),
    };
    let size = data.file_size.0.or(data.size.0).and_then(|n| u64::try_from(n).ok());
    FileRef { name: file_name(named.map_or("", |n| n)), size, handle: handle.text() }
}

impl Handle {
    fn text(&self) -> String {
        serde_json::to_string(self).expect("strings and a flag always make JSON")
    }
}

fn notice(frame: &Frame, bot: &AccountKey) -> Meaning {
    let kind = &*frame.notice_type;
    match kind {
        "group_recall" | "friend_recall" => {
            let (Some(sender), Some(message)) = (id(&frame.user_id), id(&frame.message_id)) else { return Meaning::Broken("user_id or message_id") };
            if sender == &*bot.id {
                return Meaning::Nothing("our own message taken back");
            }
            let sender = account(sender);
            let chat = match id(&frame.group_id) {
                _ if kind == "friend_recall" => ChatKey::private(&sender),
                Some(g) => group(g),
                None => return Meaning::Broken("group_id"),
            };
            let operator = id(&frame.operator_id).map_or_else(|| sender.clone(), account);
            Meaning::Recall { chat, operator, sender, message: message.to_owned(), at: millis(frame.time.0.unwrap_or(0)) }
        }
        "group_upload" | "offline_file" => upload(frame, bot, kind == "offline_file"),
        "group_ban" => {
            let Some(group) = id(&frame.group_id) else { return Meaning::Broken("group_id") };
            let whole = matches!(&*frame.user_id, "0" | "");
            if !whole && *frame.user_id != *bot.id {
                return Meaning::Nothing("somebody else was muted");
            }
            let seconds = if &*frame.sub_type == "lift_ban" { Some(0) } else { frame.duration.0.filter(|&s| s > 0) };
            Meaning::Muted { group: group.to_owned(), whole, millis: seconds.map(|s| s.saturating_mul(1000)) }
        }
        "bot_offline" => Meaning::SignedOut,
        _ => Meaning::Nothing("a notice"),
    }
}

fn upload(frame: &Frame, bot: &AccountKey, private: bool) -> Meaning {
    let Some(sender) = id(&frame.user_id) else { return Meaning::Broken("user_id") };
    if sender == &*bot.id {
        return Meaning::Nothing("our own file");
    }
    let sender = account(sender);
    let chat = match id(&frame.group_id) {
        _ if private => ChatKey::private(&sender),
        Some(g) => group(g),
        None => return Meaning::Broken("group_id"),
    };
    let file = &frame.file;
    let handle = Handle {
        bot: bot.id.to_string(),
        file: file.name.0.clone(),
        file_id: file.id.0.clone(),
        busid: file.busid.0.clone(),
        url: file.url.0.clone(),
        ..Handle::default()
    };
    let segments = vec![Segment::File(FileRef { name: file_name(&file.name), size: file.size.0.and_then(|n| u64::try_from(n).ok()), handle: handle.text() })];
    let time = frame.time.0.unwrap_or(0);
    let key = id(&file.id).map_or_else(|| format!("{:016x}", digest(&segments)), str::to_owned);
    let incoming = Incoming {
        chat,
        bot: bot.clone(),
        sender_name: sender_name(frame, &sender),
        sender,
        message_id: format!("file-{key}:{time}"),
        quote_id: String::new(),
        sent_at: millis(time),
        segments,
        mentions_bot: false,
        replies_to: None,
        replies_to_bot: false,
        missed: false,
    };
    Meaning::Message { incoming: Box::new(incoming), via_group: None, notice: true }
}

/// A usable id: short, no blanks, nothing unprintable.
pub fn id(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= 128 && text != "0" && text.chars().all(|c| !c.is_control() && !c.is_whitespace())).then_some(text)
}

/// The standard's seconds as milliseconds; what is plainly milliseconds already stays.
fn millis(time: i64) -> i64 {
    if time.abs() < 100_000_000_000 { time * 1000 } else { time }
}

/// FNV-1a over what was said: the same in every build, unlike the standard library's hashes.
fn digest(segments: &[Segment]) -> u64 {
    format!("{segments:?}").bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}
