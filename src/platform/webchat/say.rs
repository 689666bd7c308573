//! What a page sends: checked, kept, shown to all, and handed to the bot as an event.

use super::hub::{Author, Piece, Shown, private_with};
use super::{PLATFORM, Person, TEXT_CHARS, Webchat, bot_account};
use crate::domain::message::{AccountKey, ChatKey, Event, FileRef, Incoming, Segment};
use serde::{Deserialize, Serialize};

/// A frame from a page. `r` comes back with a refusal, so that the page knows which.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Frame {
    /// Somebody speaks.
    Say { r: i64, chat: ChatKey, speaker: String, text: String, quote: Option<String>, file: Option<Upload> },
    /// Somebody takes a message of theirs back.
    Recall { r: i64, chat: ChatKey, speaker: String, id: String },
}

/// A file that was uploaded before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Upload {
    pub handle: String,
    pub name: String,
}

/// Why a frame was not taken: a key of the page's dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Refused {
    BadFrame,
    Empty,
    TooLong,
    NoSpeaker,
    NoChat,
    NoFile,
    NotYours,
    Stopping,
    Failed,
}

impl Webchat {
    /// Takes one frame.
    pub(super) async fn take(&self, frame: Frame) -> Result<(), Refused> {
        match frame {
            Frame::Say { chat, speaker, text, quote, file, .. } => self.say(chat, &speaker, &text, quote, file).await,
            Frame::Recall { chat, speaker, id, .. } => {
                if !self.take_back(&chat, &id, &speaker) {
                    return Err(Refused::NotYours);
                }
                let sender = AccountKey::new(PLATFORM, speaker);
                let at = self.effects.clock.now();
                self.hand_over(Event::Recall { chat, bot: bot_account(), operator: sender.clone(), sender, message: id, at }).await
            }
        }
    }

    async fn say(&self, chat: ChatKey, speaker: &str, text: &str, quote: Option<String>, file: Option<Upload>) -> Result<(), Refused> {
        if text.chars().nth(TEXT_CHARS).is_some() {
            return Err(Refused::TooLong);
        }
        let text = clean(text);
        if text.trim().is_empty() && file.is_none() {
            return Err(Refused::Empty);
        }
        let failed = |_| Refused::Failed;
        let speaker = self.backstage.person(speaker).await.map_err(failed)?.ok_or(Refused::NoSpeaker)?;
        let known =
            if chat.private { chat == private_with(&speaker.id) } else { self.backstage.groups().await.map_err(failed)?.iter().any(|g| g.chat == chat) };
        if !known {
            return Err(Refused::NoChat);
        }
        let here = if text.contains('@') && !chat.private { self.backstage.members(&chat).await.map_err(failed)? } else { Vec::new() };
        let mut said = read(&text, &self.bot_name, &here);
        if let Some(upload) = file {
            let size = u64::try_from(self.file(&upload.handle).ok_or(Refused::NoFile)?.len()).unwrap_or(u64::MAX);
            let name: String = clean(&upload.name).chars().filter(|c| !matches!(c, '/' | '\\' | '\n')).take(120).collect();
            said.pieces.push(Piece::File { name: name.clone(), size, handle: None });
            said.segments.push(Segment::File(FileRef { name, size: Some(size), handle: upload.handle }));
        }
        let id = self.effects.ids.next().to_string();
        let (at, local) = self.now_shown();
        let quote = quote.and_then(|q| self.quote(&chat, &q));
        let incoming = Incoming {
            chat: chat.clone(),
            bot: bot_account(),
            sender: AccountKey::new(PLATFORM, speaker.id.as_str()),
            sender_name: speaker.name.clone(),
            message_id: id.clone(),
            quote_id: id.clone(),
            sent_at: at,
            segments: said.segments,
            mentions_bot: said.mentions_bot,
            replies_to: quote.as_ref().map(|q| q.id.clone()),
            replies_to_bot: quote.as_ref().is_some_and(|q| q.bot),
            missed: false,
        };
        let from = Author { id: speaker.id, name: speaker.name, role: speaker.role, bot: false };
        self.show(Shown { id, chat: chat.clone(), from, at, local, quote, parts: said.pieces, reactions: Vec::new(), recalled: false });
        let understood = self.backstage.explain(&incoming).await;
        self.understood(&chat, understood);
        self.hand_over(Event::Message(Box::new(incoming))).await
    }

    async fn hand_over(&self, event: Event) -> Result<(), Refused> {
        tokio::select! {
            sent = self.inbox.send(event) => sent.map_err(|_| Refused::Stopping),
            () = self.stop.cancelled() => Err(Refused::Stopping),
        }
    }
}

/// Without the control characters that no person types.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

/// A text with its mentions found.
#[derive(Debug, Default)]
struct Said {
    segments: Vec<Segment>,
    pieces: Vec<Piece>,
    mentions_bot: bool,
}

impl Said {
    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.segments.push(Segment::Text(text.to_owned()));
            self.pieces.push(Piece::Text(text.to_owned()));
        }
    }
}

/// Finds `@name` of the bot, of people who are here (the longest name that fits), and `@所有人`.
fn read(text: &str, bot_name: &str, here: &[Person]) -> Said {
    let mut said = Said::default();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text[at..].find('@') {
        let start = at + found;
        let rest = &text[start + 1..];
        at = start + 1;
        let bot = rest.starts_with(bot_name).then_some(bot_name.len()).filter(|n| *n > 0);
        let person = here.iter().filter(|p| rest.starts_with(&p.name)).max_by_key(|p| p.name.len()).filter(|p| bot.is_none_or(|n| p.name.len() > n));
        let all = ["所有人", "全体成员", "all"].into_iter().find(|w| rest.starts_with(w));
        let (segment, piece, len) = match (person, bot, all) {
            (Some(p), ..) => {
                (Some(Segment::At(AccountKey::new(PLATFORM, p.id.as_str()))), Piece::Mention { id: p.id.clone(), name: p.name.clone() }, p.name.len())
            }
            (None, Some(len), _) => (None, Piece::Mention { id: super::BOT.into(), name: bot_name.into() }, len),
            (None, None, Some(word)) => (Some(Segment::AtAll), Piece::Mention { id: "all".into(), name: word.into() }, word.len()),
            (None, None, None) => continue,
        };
        said.text(&text[from..start]);
        said.mentions_bot |= segment.is_none();
        said.segments.extend(segment);
        said.pieces.push(piece);
        at = start + 1 + len;
        from = at;
    }
    said.text(&text[from..]);
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, name: &str) -> Person {
        Person { id: id.into(), name: name.into(), role: None, unit: String::new(), chat: None }
    }

    #[test]
    fn mentions_are_found_by_the_longest_name() {
        let here = [person("1", "张三"), person("2", "张三丰")];
        let said = read("@小支 @张三丰 看了，@李四 没有 a@b.cn", "小支", &here);
        assert!(said.mentions_bot);
        let at: Vec<_> = said.segments.iter().filter_map(|s| if let Segment::At(a) = s { Some(&*a.id) } else { None }).collect();
        assert_eq!(at, ["2"]);
        let text: String = said.segments.iter().filter_map(|s| if let Segment::Text(t) = s { Some(t.as_str()) } else { None }).collect();
        assert_eq!(text, "  看了，@李四 没有 a@b.cn");
        assert!(!read("小支 @", "小支", &here).mentions_bot);
        assert!(matches!(read("@所有人 来", "小支", &here).segments[0], Segment::AtAll));
    }

    #[test]
    fn control_characters_go_and_line_ends_stay() {
        assert_eq!(clean("a\0b\u{1b}[1m\r\nc\u{7f}"), "ab[1m\nc");
    }
}
