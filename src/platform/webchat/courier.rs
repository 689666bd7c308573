//! The bot's way out: what it sends is shown in the pages.

use super::hub::{Piece, Shown};
use super::{FILE_BYTES, PLATFORM, Webchat};
use crate::domain::message::{AccountKey, Capabilities, ChatKey, ChatMember, Courier, FileRef, Outgoing, Part, SendError};
use futures_util::future::{BoxFuture, FutureExt, ready};

/// Bytes of text in one message; longer ones are split at line ends.
const TEXT_BYTES: usize = 16 * 1024;

impl Courier for Webchat {
    fn platform(&self) -> &str {
        PLATFORM
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            mention: true,
            reaction: true,
            members: true,
            files: true,
            sends_files: true,
            pictures: true,
            text_bytes: TEXT_BYTES,
            mentions: 100,
            ..Capabilities::WORDS
        }
    }

    fn reaches(&self, chat: &ChatKey) -> bool {
        *chat.platform == *PLATFORM
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<String, SendError>> {
        if !self.reaches(&message.chat) {
            return ready(Err(SendError::Refused("not a chat of the web chat".into()))).boxed();
        }
        let pieces = message.parts.iter().filter_map(|p| match p {
            Part::Text(t) => Some(Piece::Text(t.clone())),
            Part::Mention { id, name } => Some(Piece::Mention { id: id.clone(), name: name.clone() }),
            Part::Choices(_) => None,
            Part::Picture(file) => Some(Piece::Picture { name: file.name.clone(), handle: self.give_file(file) }),
            Part::File(file) => Some(Piece::File { name: file.name.clone(), size: file.bytes.len() as u64, handle: Some(self.give_file(file)) }),
        });
        let mut quote = message.quote.as_deref().and_then(|q| self.quote(&message.chat, q));
        let mut first = None;
        for parts in split(pieces) {
            let id = self.effects.ids.next().to_string();
            first.get_or_insert_with(|| id.clone());
            let (at, local) = self.now_shown();
            let from = self.bot_author();
            self.show(Shown { id, chat: message.chat.clone(), from, at, local, quote: quote.take(), parts, reactions: Vec::new(), recalled: false });
        }
        ready(first.ok_or_else(|| SendError::Refused("the message is empty".into()))).boxed()
    }

    fn react<'a>(&'a self, chat: &'a ChatKey, message: &'a str) -> BoxFuture<'a, Result<(), SendError>> {
        let done = self.react_to(chat, message);
        ready(if done { Ok(()) } else { Err(SendError::Refused("the message is no longer kept".into())) }).boxed()
    }

    fn members<'a>(&'a self, chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<ChatMember>, SendError>> {
        async move {
            let people = self.backstage.members(chat).await.map_err(|e| SendError::Later { after: None, reason: e.to_string() })?;
            Ok(people.into_iter().map(|p| ChatMember { account: AccountKey::new(PLATFORM, p.id), name: p.name }).collect())
        }
        .boxed()
    }

    fn fetch<'a>(&'a self, _chat: &'a ChatKey, file: &'a FileRef, limit: usize) -> BoxFuture<'a, Result<Vec<u8>, SendError>> {
        let found = self.file(&file.handle).ok_or_else(|| SendError::Refused("the file is no longer kept: send it again".into()));
        let limit = limit.min(FILE_BYTES);
        ready(found.and_then(
            |bytes| {
                if bytes.len() > limit { Err(SendError::Refused(format!("the file has more than {limit} bytes"))) } else { Ok(bytes.to_vec()) }
            },
        ))
        .boxed()
    }
}

/// Puts pieces into messages of at most `TEXT_BYTES` of text, cut at a line's end where there is one.
fn split(pieces: impl Iterator<Item = Piece>) -> Vec<Vec<Piece>> {
    let (mut all, mut room): (Vec<Vec<Piece>>, usize) = (Vec::new(), 0);
    for piece in pieces {
        let Piece::Text(text) = piece else {
            if all.is_empty() {
                (all, room) = (vec![Vec::new()], TEXT_BYTES);
            }
            all.last_mut().into_iter().for_each(|last| last.push(piece.clone()));
            continue;
        };
        let mut rest = text.as_str();
        while !rest.is_empty() {
            if all.is_empty() || room == 0 {
                all.push(Vec::new());
                room = TEXT_BYTES;
            }
            let fits = rest.floor_char_boundary(rest.len().min(room));
            let cut = if fits < rest.len() { rest[..fits].rfind('\n').map_or(fits, |n| n + 1) } else { fits };
            if let (Some(last), 1..) = (all.last_mut(), cut) {
                last.push(Piece::Text(rest[..cut].to_owned()));
            }
            room = if cut < rest.len() { 0 } else { room - cut };
            rest = &rest[cut..];
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_at_a_lines_end_and_loses_nothing() {
        let text = format!("{}\n{}", "团".repeat(5000), "费".repeat(2000));
        let mention = Piece::Mention { id: "1".into(), name: "张三".into() };
        let cut = split([mention, Piece::Text(text.clone())].into_iter());
        assert_eq!(cut.len(), 2);
        assert!(matches!(cut[0][0], Piece::Mention { .. }));
        let back: String = cut.iter().flatten().map(|p| if let Piece::Text(t) = p { t.as_str() } else { "" }).collect();
        assert_eq!(back, text);
        assert!(matches!(&cut[0][1], Piece::Text(t) if t.ends_with("团\n")));
        let solid = "a".repeat(TEXT_BYTES * 2 + 1);
        assert_eq!(split([Piece::Text(solid)].into_iter()).len(), 3);
        assert!(split(std::iter::empty()).is_empty());
    }
}
