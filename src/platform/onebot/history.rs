//! What was said while nobody listened, where the implementation keeps it: in a group (`get_group_msg_history`: NapCat,
//! LLOneBot, go-cqhttp), in private (`get_friend_msg_history`: NapCat, LLOneBot, Lagrange) with whoever wrote lately
//! (`get_recent_contact`: NapCat). Asked for the latest so many, and more while they do not reach back far enough: what a starting
//! point means differs between implementations. Between two chats lies as much time as between two messages that the account starts.

use super::meaning::{self, Meaning};
use super::wire::{Frame, Word};
use crate::domain::message::{AccountKey, ChatKey, Incoming};
use serde::Deserialize;
use serde_json::Value;

/// Messages asked for at first; four times as many each further time.
pub const FIRST: usize = 40;

/// An answer.
pub struct Answer {
    /// What was said since the instant that was asked for, oldest first.
    pub messages: Vec<Incoming>,
    /// Whether it holds anything that is older.
    pub older: bool,
    /// How many entries it has in all.
    pub length: usize,
}

/// The messages of an answer since an instant (UTC ms). None where it is no list of messages.
pub fn read(data: &Value, bot: &AccountKey, private: bool, since: i64) -> Option<Answer> {
    let entries = data.get("messages").unwrap_or(data).as_array()?;
    let (mut all, mut older) = (Vec::new(), false);
    for message in entries {
        let Ok(mut frame) = Frame::deserialize(message) else { continue };
        if frame.post_type.is_empty() {
            frame.post_type = Word("message".into());
        }
        if frame.message_type.is_empty() {
            frame.message_type = Word(if private { "private" } else { "group" }.into());
        }
        older |= frame.time.0.is_some_and(|seconds| seconds.saturating_mul(1000) < since);
        // without a time it can't be told apart from one that was heard
        if let Meaning::Message { incoming, .. } = meaning::read(&frame, bot)
            && incoming.sent_at >= since
        {
            all.push(Incoming { missed: true, ..*incoming });
        }
    }
    all.sort_by_key(|m| m.sent_at);
    Some(Answer { messages: all, older, length: entries.len() })
}

/// Of an answer to `get_recent_contact` the people with whom something was said since then (UTC ms), the latest first. None
/// where it is no list.
pub fn people(data: &Value, since: i64) -> Option<Vec<ChatKey>> {
    /// What NT QQ calls a chat with a friend.
    const FRIEND: i64 = 1;
    let number = |v: &Value| v.as_i64().or_else(|| v.as_str()?.parse().ok());
    let mut all: Vec<(i64, ChatKey)> = Vec::new();
    for contact in data.as_array()? {
        // one without a time is asked for what there is
        let at = number(&contact["msgTime"]).map_or(i64::MAX, |seconds| seconds.saturating_mul(1000));
        let Ok(peer) = Word::deserialize(&contact["peerUin"]) else { continue };
        if number(&contact["chatType"]) == Some(FRIEND)
            && at >= since
            && let Some(id) = meaning::id(&peer)
        {
            all.push((at, ChatKey::private(&meaning::account(id))));
        }
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Some(all.into_iter().map(|(_, chat)| chat).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_is_read_leniently() {
        let bot = AccountKey::new("onebot", "10000");
        let said = |id: i64, user: i64, time: i64| json!({"message_id": id, "user_id": user, "group_id": 90000, "time": time, "message": [{"type": "text", "data": {"text": "hi"}}]});
        let data = json!({"messages": [said(3, 7, 30), said(2, 10000, 20), said(1, 7, 10), "junk", {"message_id": 9}]});
        let read = |data, since| read(data, &bot, false, since);
        let Answer { messages, older, length } = read(&data, 15_000).unwrap();
        assert_eq!(messages.iter().map(|m| (m.message_id.as_str(), m.missed)).collect::<Vec<_>>(), [("3:30", true)]);
        assert_eq!((older, length), (true, 5));
        assert_eq!(read(&data, 5_000).map(|a| (a.messages.len(), a.older)), Some((2, false)));
        assert!(read(&json!({"error": 1}), 0).is_none());
    }

    #[test]
    fn people_who_wrote_lately() {
        let contact = |peer: &str, kind: Value, time: Value| json!({"peerUin": peer, "chatType": kind, "msgTime": time, "lastestMsg": {}});
        let data = json!([contact("7", json!(1), json!("30")), contact("8", json!("1"), json!(20)), contact("9", json!(2), json!("40")),
            contact("10", json!(1), json!("14")), contact("0", json!(1), json!("50")), {"peerUin": 11, "chatType": 1}, "junk"]);
        let people: Vec<String> = people(&data, 15_000).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(people, ["onebot:@11", "onebot:@7", "onebot:@8"]);
        assert_eq!(super::people(&json!({}), 0), None);
    }
}
