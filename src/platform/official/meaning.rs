//! What a callback means in nobody's dialect. Pure: what is known of ourselves is handed in.

use super::PLATFORM;
use super::wire::Fields;
use crate::domain::message::{AccountKey, ChatKey, FileRef, Incoming, Segment};
use crate::platform::text::clean;
use serde::{Deserialize, Serialize};

/// What a menu's key may say, characters.
const KEY_CHARS: usize = 128;

/// What a callback means.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Somebody said something, or chose it from the account's menu.
    Message {
        /// What.
        incoming: Box<Incoming>,
        /// It was written, rather than chosen.
        written: bool,
    },
    /// Somebody follows the account from now on.
    Follows {
        /// Who.
        chat: ChatKey,
        /// By which it is known when it comes again.
        id: String,
    },
    /// Somebody follows it no more.
    Leaves(ChatKey),
    /// Nothing for us: why, without a word of it.
    Nothing(&'static str),
}

/// What is needed to fetch a picture: [`FileRef::handle`] holds it as JSON.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handle {
    /// Where it is.
    pub url: String,
    /// What the API calls it, for three days.
    pub media: String,
}

/// The key of somebody.
pub fn account(openid: &str) -> AccountKey {
    AccountKey::new(PLATFORM, openid)
}

/// Whether an id is one of WeChat's: in our keys `@` leads a private chat and `#` a topic.
pub fn sound(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_alphanumeric()) && id.len() <= 128 && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// What a callback says to us.
pub fn read(fields: &Fields, me: &AccountKey) -> Meaning {
    let openid = fields.word("FromUserName");
    let Some(at) = fields.word("CreateTime").parse::<i64>().ok().filter(|at| *at > 0) else { return Meaning::Nothing("it has no time") };
    if !sound(openid) {
        return Meaning::Nothing("it is nobody's");
    }
    let sender = account(openid);
    let chat = ChatKey::private(&sender);
    let kind = fields.word("MsgType");
    // events have no id of their own
    let event = format!("{openid}.{at}.{}", fields.word("Event"));
    let (id, segments) = match (kind, fields.word("Event")) {
        ("event", "subscribe") => return Meaning::Follows { chat, id: event },
        ("event", "unsubscribe") => return Meaning::Leaves(chat),
        ("event", "CLICK") => {
            let says = clean(fields.word("EventKey")).into_owned();
            if says.is_empty() || says.chars().count() > KEY_CHARS {
                return Meaning::Nothing("a menu's key that says nothing");
            }
            (event, vec![Segment::Text(says)])
        }
        ("event", _) => return Meaning::Nothing("an event of a kind that is not used"),
        _ => (fields.word("MsgId").to_owned(), vec![segment(kind, fields)]),
    };
    if kind != "event" && (id.is_empty() || id.len() > 32 || !id.bytes().all(|b| b.is_ascii_digit())) {
        return Meaning::Nothing("a message without an id");
    }
    let incoming = Incoming {
        bot: me.clone(),
        sender_name: openid.to_owned(),
        sender,
        message_id: format!("{id}:"),
        quote_id: id,
        sent_at: at.saturating_mul(1000),
        segments,
        mentions_bot: false,
        chat,
        replies_to: None,
        replies_to_bot: false,
        missed: false,
    };
    Meaning::Message { incoming: Box::new(incoming), written: kind != "event" }
}

fn segment(kind: &str, fields: &Fields) -> Segment {
    let text = |name: &str| clean(fields.text(name)).into_owned();
    match kind {
        "text" => Segment::Text(text("Content")),
        // WeChat's own transcript, where the account has it
        "voice" if !fields.word("Recognition").is_empty() => Segment::Text(text("Recognition")),
        "image" if !(fields.word("PicUrl").is_empty() && fields.word("MediaId").is_empty()) => {
            let handle = Handle { url: fields.word("PicUrl").to_owned(), media: fields.word("MediaId").to_owned() };
            let handle = serde_json::to_string(&handle).expect("two texts always make JSON");
            Segment::Image(FileRef { name: "image.jpg".into(), size: None, handle })
        }
        _ => Segment::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Meaning {
        let all = format!("<xml><ToUserName>gh_1</ToUserName><FromUserName>oA-_1</FromUserName><CreateTime>7</CreateTime>{body}</xml>");
        read(&Fields::read(all.as_bytes()).unwrap(), &account("wx1"))
    }

    fn said(body: &str) -> (String, Segment) {
        match of(body) {
            Meaning::Message { incoming, .. } => (incoming.source(), incoming.segments[0].clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn messages_and_events_are_told_apart() {
        let text = |t: &str| Segment::Text(t.into());
        let of_message = "official:@oA-_1/12:".to_owned();
        for (kind, segment) in [
            ("<MsgType>text</MsgType><Content><![CDATA[交了 团费]]></Content>", text("交了 团费")),
            ("<MsgType>voice</MsgType><Recognition>签到</Recognition>", text("签到")),
            ("<MsgType>voice</MsgType><Recognition/>", Segment::Other),
            ("<MsgType>image</MsgType>", Segment::Other),
            ("<MsgType>location</MsgType>", Segment::Other),
            ("", Segment::Other),
        ] {
            assert_eq!(said(&format!("<MsgId>12</MsgId>{kind}")), (of_message.clone(), segment), "{kind}");
        }
        assert!(matches!(said("<MsgId>12</MsgId><MsgType>image</MsgType><MediaId>m</MediaId>").1, Segment::Image(_)));
        let event = "<MsgType>event</MsgType>";
        assert_eq!(said(&format!("{event}<Event>CLICK</Event><EventKey>谁没交团费</EventKey>")), ("official:@oA-_1/oA-_1.7.CLICK:".into(), text("谁没交团费")));
        assert!(matches!(of(&format!("{event}<Event>subscribe</Event>")), Meaning::Follows { .. }));
        assert!(matches!(of(&format!("{event}<Event>unsubscribe</Event>")), Meaning::Leaves(_)));
        for none in [
            "<MsgType>event</MsgType><Event>VIEW</Event><EventKey>x</EventKey>",
            "<MsgType>event</MsgType><Event>CLICK</Event>",
            "<MsgType>text</MsgType><Content>x</Content>",
            "<MsgType>text</MsgType><MsgId>../x</MsgId>",
        ] {
            assert!(matches!(of(none), Meaning::Nothing(_)), "{none}");
        }
        for nobody in ["", "@o", "#o", "o#1", "o:1", "o 1", "欧"] {
            let all = format!("<xml><FromUserName>{nobody}</FromUserName><CreateTime>7</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId></xml>");
            assert!(matches!(read(&Fields::read(all.as_bytes()).unwrap(), &account("wx1")), Meaning::Nothing(_)), "{nobody}");
        }
    }
}
