//! What a message means in nobody's dialect. Pure: what is known of ourselves, and the time, are handed in.

use super::PLATFORM;
use super::wire::{number, word};
use crate::domain::message::{AccountKey, ChatKey, FileRef, Incoming, Segment};
use crate::platform::text::{clean, file_name};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is known beside the message itself.
pub struct Around<'a> {
    /// Our account.
    pub me: &'a AccountKey,
    /// What we are called; empty: not known.
    pub name: &'a str,
    /// Now, UTC milliseconds: of a message that does not say when it was sent.
    pub now: i64,
}

/// What is needed to fetch a file: [`FileRef::handle`] holds it as JSON.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handle {
    /// Where it is, for some minutes.
    pub url: String,
    /// What it is encrypted with, base64; empty: it is not.
    pub key: String,
}

/// The key of somebody.
pub fn account(userid: &str) -> AccountKey {
    AccountKey::new(PLATFORM, userid)
}

/// The key of a group.
pub fn group(chatid: &str) -> ChatKey {
    ChatKey::group(PLATFORM, chatid)
}

/// Whether an id is one of WeCom's: in our keys `@` leads a private chat and `#` a topic.
pub fn sound(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_alphanumeric()) && id.len() <= 128 && id.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
}

/// What a message says.
///
/// # Errors
/// Why it is none for us, without a word of it.
pub fn read(body: &Value, around: &Around<'_>) -> Result<Incoming, &'static str> {
    let (id, userid, chatid) = (word(body, &["msgid"]), word(body, &["from", "userid"]), word(body, &["chatid"]));
    if id.is_empty() || id.len() > 512 {
        return Err("a message without an id");
    }
    if !sound(userid) {
        return Err("a message of nobody's");
    }
    let sender = account(userid);
    let chat = match word(body, &["chattype"]) {
        "group" if sound(chatid) => group(chatid),
        "single" => ChatKey::private(&sender),
        _ => return Err("a message of nowhere"),
    };
    let mut segments = segments(body, &chat, around.name);
    if segments.is_empty() {
        segments.push(Segment::Other);
    }
    let sent = number(&body["create_time"]);
    Ok(Incoming {
        bot: around.me.clone(),
        sender_name: userid.to_owned(),
        sender,
        message_id: format!("{id}:"),
        quote_id: id.to_owned(),
        sent_at: if sent > 0 { sent.saturating_mul(1000) } else { around.now },
        segments,
        // groups bring nothing else
        mentions_bot: !chat.private,
        chat,
        // of what is quoted only its words come, which are somebody else's
        replies_to: None,
        replies_to_bot: false,
        missed: false,
    })
}

fn segments(body: &Value, chat: &ChatKey, name: &str) -> Vec<Segment> {
    let single = std::slice::from_ref(body);
    let items: &[Value] = match word(body, &["msgtype"]) {
        "mixed" => body["mixed"]["msg_item"].as_array().map_or(&[], Vec::as_slice),
        _ => single,
    };
    let (mut all, mut addressed) = (Vec::new(), chat.private);
    for item in items {
        match word(item, &["msgtype"]) {
            "text" => {
                let mut text = clean(word(item, &["text", "content"])).into_owned();
                if !addressed && let Some(rest) = without_us(&text, name) {
                    (text, addressed) = (rest, true);
                }
                if !text.trim().is_empty() {
                    all.push(Segment::Text(text));
                }
            }
            // WeCom's own transcript, which the speaker sees as well
            "voice" => {
                let text = clean(word(item, &["voice", "content"])).into_owned();
                if !text.trim().is_empty() {
                    all.push(Segment::Text(text));
                }
            }
            "image" => all.extend(file(&item["image"], "image.jpg").map(Segment::Image)),
            "file" => all.extend(file(&item["file"], "file").map(Segment::File)),
            _ => all.push(Segment::Other),
        }
    }
    all
}

/// The text without the mention of us; none where it has none. A mention ends at a blank, of which WeCom has one of its own.
fn without_us(text: &str, name: &str) -> Option<String> {
    if !name.is_empty() {
        let tag = format!("@{name}");
        return text.contains(&tag).then(|| text.replace(&tag, " "));
    }
    let blank = |c: char| c.is_whitespace() || c == '\u{2005}';
    let lead = text.trim_start_matches(blank);
    if lead.starts_with('@') {
        return Some(lead.find(blank).map_or_else(String::new, |at| lead[at..].trim_start_matches(blank).to_owned()));
    }
    let tail = text.trim_end_matches(blank);
    let at = tail.rfind('@').filter(|at| !tail[*at..].contains(blank))?;
    Some(tail[..at].to_owned())
}

fn file(given: &Value, unnamed: &str) -> Option<FileRef> {
    let url = word(given, &["url"]);
    if url.is_empty() {
        return None;
    }
    let named = [word(given, &["filename"]), word(given, &["name"])].map(file_name).into_iter().find(|n| !n.is_empty());
    let handle = Handle { url: url.to_owned(), key: word(given, &["aeskey"]).to_owned() };
    Some(FileRef {
        name: named.unwrap_or_else(|| unnamed.to_owned()),
        size: given["size"].as_u64(),
        handle: serde_json::to_string(&handle).expect("two texts always make JSON"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mention_of_us_is_cut_out() {
        for (text, name, rest) in [
            ("@机器人 签到", "", Some("签到")),
            ("@机器人\u{2005}签到 @张三", "", Some("签到 @张三")),
            ("签到 @机器人", "", Some("签到 ")),
            ("签到 @机 器人", "机 器人", Some("签到  ")),
            ("@机器人", "", Some("")),
            ("签到", "", None),
            ("写信给 a@b 好", "", None),
            ("@别人 签到", "机器人", None),
        ] {
            assert_eq!(without_us(text, name).as_deref(), rest, "{text}");
        }
    }
}
