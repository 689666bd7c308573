//! What was said in a group while nobody listened, where the implementation keeps it (`get_group_msg_history`: NapCat,
//! LLOneBot, go-cqhttp). Asked for the latest so many, and more while they do not reach back far enough: what a starting
//! point means differs between implementations.

use super::meaning::{self, Meaning};
use super::wire::{Frame, Word};
use crate::domain::message::{AccountKey, Incoming};
use serde::Deserialize;
use serde_json::Value;

/// Messages asked for at first; four times as many each further time.
pub const FIRST: usize = 40;

/// The messages of an answer, oldest first, and whether it holds any that is older than `since` (UTC ms). None where it is
/// no list of messages.
pub fn read(data: &Value, bot: &AccountKey, since: i64) -> Option<(Vec<Incoming>, bool)> {
    let mut all = Vec::new();
    let mut older = false;
    for message in data.get("messages").unwrap_or(data).as_array()? {
        let Ok(mut frame) = Frame::deserialize(message) else { continue };
        if frame.post_type.is_empty() {
            frame.post_type = Word("message".into());
        }
        if frame.message_type.is_empty() {
            frame.message_type = Word("group".into());
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
    Some((all, older))
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
        let (all, older) = read(&data, &bot, 15_000).unwrap();
        assert_eq!(all.iter().map(|m| (m.message_id.as_str(), m.missed)).collect::<Vec<_>>(), [("3:30", true)]);
        assert!(older);
        assert_eq!(read(&data, &bot, 5_000).map(|(all, older)| (all.len(), older)), Some((2, false)));
        assert_eq!(read(&json!({"error": 1}), &bot, 0), None);
    }
}
