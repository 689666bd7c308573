//! How answers leave: segments, routing between accounts, pacing, and what a failing platform means.

use super::{Bot, config, timing};
use crate::support::onebot::{Answer, Format, REMOVED, TIMEOUT, text};
use crate::support::story;
use futures_util::future::join_all;
use libtest_mimic::Trial;
use serde_json::json;
use zhibu::config::bot::OneBot;
use zhibu::domain::attachment::Attachment;
use zhibu::domain::message::{AccountKey, ChatKey, Outgoing, Part, SendError};
use zhibu::platform::onebot::Timing;

pub fn tests() -> Vec<Trial> {
    vec![
        story("onebot::courier::names_stay_text_whatever_they_look_like", names),
        story("onebot::courier::long_answers_come_in_parts_of_which_the_first_quotes", long),
        story("onebot::courier::a_part_that_fails_is_not_said_twice", half_sent),
        story("onebot::courier::many_sends_are_under_way_at_once", pipelined),
        story("onebot::courier::sends_keep_their_distance", paced),
        story("onebot::courier::limits_by_configuration", limits),
        story("onebot::courier::nobody_answering_means_unknown", silence),
        story("onebot::courier::a_connection_that_breaks_means_unknown", cut),
        story("onebot::courier::failures_say_whether_to_try_again", failures),
        story("onebot::courier::repeated_timeouts_stop_the_account", throttled),
        story("onebot::courier::a_muted_group_is_left_alone", muted),
        story("onebot::courier::each_chat_is_answered_by_the_account_that_heard_it", routing),
        story("onebot::courier::members_are_listed_with_their_cards", members),
        story("onebot::courier::a_file_goes_after_its_text", files),
        story("onebot::courier::a_picture_is_a_segment_else_a_file", pictures),
        story("onebot::courier::a_reaction_is_put_on_the_message", reaction),
    ]
}

fn group(id: &str) -> ChatKey {
    ChatKey::group("onebot", id)
}
fn person(id: &str) -> ChatKey {
    ChatKey::private(&AccountKey::new("onebot", id))
}
fn said(t: &str) -> Part {
    Part::Text(t.into())
}

async fn names() {
    let (bot, qq) = Bot::with_qq(config(), Format::Text).await;
    let evil = "[CQ:at,qq=all]";
    let parts = vec![said(evil), Part::Mention { id: "20002".into(), name: evil.into() }, said("&#91;a&amp;\u{0}b]")];
    bot.courier.send(&Outgoing { chat: group("90000"), quote: Some("77".into()), parts }).await.unwrap();
    let expected = json!([
        {"type": "reply", "data": {"id": "77"}},
        {"type": "text", "data": {"text": "[CQ:at,qq=all]"}},
        {"type": "at", "data": {"qq": "20002"}},
        {"type": "text", "data": {"text": " &#91;a&amp;b]"}},
    ]);
    assert_eq!(qq.next().await.params["message"], expected);
    bot.courier.send(&Outgoing::text(person("20001"), evil)).await.unwrap();
    let sent = qq.next().await;
    assert_eq!((sent.chat.as_str(), sent.text.as_str()), ("@20001", evil));
    assert!(matches!(bot.courier.send(&Outgoing::text(group("90000"), " \n")).await, Err(SendError::Refused(_))), "nothing to say");
    assert!(matches!(bot.courier.send(&Outgoing::text(ChatKey::group("webchat", "1"), "好")).await, Err(SendError::Refused(_))));
}

/// Its bytes travel along; what the implementation does not know is a refusal, of which the person can be told.
async fn files() {
    let (bot, qq) = Bot::with_qq(config(), Format::Array).await;
    let file = Attachment::csv("第一团支部-2026-11-22.csv", "\u{feff}姓名\r\n".into());
    for (chat, action, whom) in [(person("20001"), "upload_private_file", "user_id"), (group("90000"), "upload_group_file", "group_id")] {
        let told = bot.courier.send(&Outgoing { chat: chat.clone(), quote: None, parts: vec![said("在附件里"), Part::File(file.clone())] }).await.unwrap();
        let sent = qq.next().await;
        assert_eq!((sent.text.as_str(), sent.id.to_string()), ("在附件里", told));
        let (_, params) = qq.actions().into_iter().find(|(name, _)| name == action).unwrap();
        assert_eq!(params, json!({whom: chat.id.parse::<i64>().unwrap(), "name": file.name, "file": "base64://77u/5aeT5ZCNDQo="}));
    }
    bot.courier.send(&Outgoing { chat: person("20001"), quote: None, parts: vec![Part::File(file.clone())] }).await.unwrap();
    for answer in [Answer::Fails(1404, "不支持的Api"), Answer::Fails(1200, "rich media transfer failed")] {
        qq.answers("upload_private_file", answer);
        let sent = bot.courier.send(&Outgoing { chat: person("20001"), quote: None, parts: vec![said("在附件里"), Part::File(file.clone())] }).await;
        assert!(matches!(sent, Err(SendError::Refused(_))), "{sent:?}");
        qq.next().await;
    }
}

/// A picture is a segment of its own; one that the implementation does not take goes as a file.
async fn pictures() {
    let (bot, qq) = Bot::with_qq(config(), Format::Array).await;
    let picture = Attachment { name: "统计.png".into(), mime: "image/png".into(), bytes: vec![1, 2, 3].into(), private: false };
    let show = Outgoing { chat: group("90000"), quote: Some("7".into()), parts: vec![said("统计"), Part::Picture(picture)] };
    let told = bot.courier.send(&show).await.unwrap();
    assert_eq!(qq.next().await.id.to_string(), told);
    let last = |action: &str| qq.actions().into_iter().rfind(|(name, _)| name == action).map(|(_, params)| params);
    assert_eq!(last("send_group_msg").unwrap()["message"], json!([{"type": "image", "data": {"file": "base64://AQID"}}]));
    assert_eq!(last("upload_group_file"), None);
    qq.next().await;
    qq.answers("send_group_msg", Answer::Fails(1200, "rich media transfer failed"));
    bot.courier.send(&Outgoing { parts: show.parts[1..].to_vec(), ..show }).await.unwrap();
    assert_eq!(last("upload_group_file").unwrap()["name"], "统计.png");
}

async fn long() {
    let (bot, qq) = Bot::with_qq(OneBot { text_bytes: 60, ..config() }, Format::Array).await;
    let lines = (1..=6).map(|n| format!("{n}. 某某某还没有交\n")).collect::<Vec<_>>().concat();
    let first = bot.courier.send(&Outgoing { chat: group("90000"), quote: Some("77".into()), parts: vec![said(&lines)] }).await.unwrap();
    let mut heard = Vec::new();
    for n in 0..3 {
        let sent = qq.next().await;
        assert_eq!(sent.quote, if n == 0 { "77" } else { "" });
        assert_eq!(n == 0, sent.id.to_string() == first);
        heard.push(sent.text);
    }
    assert_eq!(heard, ["1. 某某某还没有交\n2. 某某某还没有交", "3. 某某某还没有交\n4. 某某某还没有交", "5. 某某某还没有交\n6. 某某某还没有交"]);
    assert!(qq.unread().is_empty());
}

async fn half_sent() {
    let (bot, qq) = Bot::with_qq(OneBot { text_bytes: 20, send_interval_ms: 300, ..config() }, Format::Array).await;
    let courier = bot.courier.clone();
    let sending = tokio::spawn(async move { courier.send(&Outgoing::text(group("90000"), "第一行字\n第二行字\n第三行字")).await });
    qq.next().await;
    qq.answers("send_group_msg", REMOVED);
    let Err(SendError::Unknown(why)) = sending.await.unwrap() else { panic!("a second try would repeat the first part") };
    assert!(why.starts_with("1 of 3 parts went"), "{why}");
}

async fn pipelined() {
    let (bot, qq) = Bot::with_qq(config(), Format::Array).await;
    // the fake answers nothing until it has seen all of them
    qq.answers("send_group_msg", Answer::Silence);
    let sends = (0..500).map(|n| {
        let courier = bot.courier.clone();
        tokio::spawn(async move { courier.send(&Outgoing::text(group("90000"), n.to_string())).await })
    });
    let sends: Vec<_> = sends.collect();
    qq.asked("send_group_msg", 500).await;
    drop(sends);
    qq.recovers("send_group_msg");
    let chat = group("90000");
    let messages: Vec<_> = (0..2000).map(|n| Outgoing::text(chat.clone(), n.to_string())).collect();
    let ids: Vec<_> = join_all(messages.iter().map(|m| bot.courier.send(m))).await.into_iter().map(Result::unwrap).collect();
    let mut said = std::collections::HashMap::new();
    for _ in &ids {
        let sent = qq.next().await;
        said.insert(sent.id.to_string(), sent.text);
    }
    for (n, id) in ids.iter().enumerate() {
        assert_eq!(said[id], n.to_string(), "each gets its own answer");
    }
}

async fn paced() {
    let (bot, qq) = Bot::with_qq(OneBot { send_interval_ms: 40, send_jitter_ms: 20, ..config() }, Format::Array).await;
    let since = tokio::time::Instant::now();
    let (a, b) = (group("90000"), group("90001"));
    let messages: Vec<_> = (0..6).map(|n| Outgoing::text(if n % 2 == 0 { a.clone() } else { b.clone() }, n.to_string())).collect();
    join_all(messages.iter().map(|m| bot.courier.send(m))).await.into_iter().for_each(|r| drop(r.unwrap()));
    assert!(since.elapsed().as_millis() >= 5 * 40, "{:?}", since.elapsed());
    for n in 0..6 {
        assert_eq!(qq.next().await.text, n.to_string());
    }
}

/// Per chat, per group in a minute, and mentions in one message, as `[onebot]` says; an account has its own.
async fn limits() {
    let patience = std::time::Duration::from_millis(200);
    let slow = OneBot { chat_interval_ms: 30, group_per_minute: 3, mentions: 2, ..config() };
    let (bot, qq) = Bot::with_qq_and(slow, Timing { patience, ..timing() }, Format::Array).await;
    let (one, two) = (group("90000"), group("90001"));
    let since = tokio::time::Instant::now();
    for n in 0..3 {
        bot.courier.send(&Outgoing::text(one.clone(), n.to_string())).await.unwrap();
    }
    assert!(since.elapsed().as_millis() >= 60, "{:?}", since.elapsed());
    // a fourth of this minute waits in the outbox; another group's and a person's do not
    let full = bot.courier.send(&Outgoing::text(one, "3")).await.unwrap_err();
    assert!(matches!(full, SendError::Later { after: Some(1..=60_000), .. }), "{full:?}");
    bot.courier.send(&Outgoing::text(two.clone(), "4")).await.unwrap();
    for n in 5..9 {
        bot.courier.send(&Outgoing::text(ChatKey::private(&AccountKey::new("onebot", "20001")), n.to_string())).await.unwrap();
    }
    let all: Vec<String> = qq.all_sent().into_iter().map(|s| s.text).collect();
    assert_eq!(all, ["0", "1", "2", "4", "5", "6", "7", "8"]);
    let mentions = (1..=5).map(|n| Part::Mention { id: format!("2000{n}"), name: "某".into() }).collect();
    bot.courier.send(&Outgoing { chat: two, quote: None, parts: mentions }).await.unwrap_err();
    assert_eq!(bot.courier.capabilities().mentions, 2);
    assert_eq!(qq.all_sent().len(), 8 + 2, "five mentions are three messages, of which the minute leaves room for two");
}

async fn silence() {
    let (bot, qq) = Bot::with_qq(OneBot { action_timeout_ms: 400, ..config() }, Format::Array).await;
    qq.asked("get_group_list", 1).await;
    qq.answers("send_group_msg", Answer::Silence);
    assert!(matches!(bot.courier.send(&Outgoing::text(group("90000"), "好")).await, Err(SendError::Unknown(_))));
    qq.answers("get_group_member_list", Answer::Silence);
    assert!(bot.courier.members(&group("90000")).await.is_err());
    qq.recovers("send_group_msg");
    bot.courier.send(&Outgoing::text(group("90000"), "好")).await.unwrap();
    assert!(bot.metrics.text().contains("zhibu_messages_unsent_total{platform=\"onebot\",kind=\"unknown\"} 1"));
}

async fn cut() {
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    qq.answers("send_group_msg", Answer::Cut);
    let (chat, other) = (group("90000"), group("90001"));
    assert!(matches!(bot.courier.send(&Outgoing::text(chat.clone(), "好")).await, Err(SendError::Unknown(_))));
    bot.expect_online("10000", false).await;
    assert_eq!(bot.courier.send(&Outgoing::text(chat.clone(), "好")).await, Err(SendError::Offline));
    assert!(!bot.courier.reaches(&chat) && !bot.courier.reaches(&other));
}

type Judge<'a> = &'a dyn Fn(&SendError) -> bool;

async fn failures() {
    let (bot, qq) = Bot::with_qq(config(), Format::Array).await;
    let later = |e: &SendError| matches!(e, SendError::Later { .. });
    let refused = |e: &SendError| matches!(e, SendError::Refused(_));
    let table: [(Answer, Judge<'_>); 6] = [
        (REMOVED, &refused),
        (Answer::Fails(1200, "EventChecker Failed: NTEvent … EventRet:\n{\"result\": 120, \"errMsg\": \"你已被禁言\"}"), &refused),
        (Answer::Fails(1200, "EventChecker Failed: NTEvent … EventRet:\n{\"result\": -1, \"errMsg\": \"rich media transfer failed\"}"), &later),
        (Answer::Fails(1400, "参数错误"), &refused),
        (Answer::Fails(1404, "不支持的Api"), &refused),
        (Answer::Fails(1500, "??"), &later),
    ];
    for (answer, judge) in table {
        qq.answers("send_group_msg", answer.clone());
        let e = bot.courier.send(&Outgoing::text(group("90000"), "好")).await.unwrap_err();
        assert!(judge(&e), "{answer:?}: {e:?}");
        assert!(!e.to_string().contains("禁言") && !e.to_string().contains("rich media"), "what the platform says stays out of the log: {e}");
    }
}

async fn throttled() {
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    let other = bot.join("10001", Format::Array).await;
    qq.says("90000", "20001", "张三", &[text("签到")]);
    other.says("90001", "20001", "张三", &[text("签到")]);
    let (a, b) = (bot.message().await, bot.message().await);
    let (here, there) = if &*a.bot.id == "10000" { (a.chat, b.chat) } else { (b.chat, a.chat) };
    let answer = Outgoing::text(here, "好");
    qq.answers("send_group_msg", TIMEOUT);
    // once is an accident, and it may have been sent; a success in between makes it one again
    assert!(matches!(bot.courier.send(&answer).await, Err(SendError::Unknown(_))));
    qq.recovers("send_group_msg");
    bot.courier.send(&answer).await.unwrap();
    qq.answers("send_group_msg", TIMEOUT);
    assert!(matches!(bot.courier.send(&answer).await, Err(SendError::Unknown(_))));
    assert!(matches!(bot.courier.send(&answer).await, Err(SendError::Throttled(_))));
    // from now on nothing is even tried, also in private; the other account goes on
    let asked = qq.count("send_group_msg");
    for chat in [answer.chat.clone(), person("20001")] {
        let sent = bot.courier.send(&Outgoing::text(chat.clone(), "好")).await;
        if !chat.private {
            assert!(matches!(sent, Err(SendError::Throttled(_))), "{sent:?}");
        }
    }
    assert!(matches!(bot.courier.react(&answer.chat, "5").await, Err(SendError::Throttled(_))));
    bot.courier.send(&Outgoing::text(there, "好")).await.unwrap();
    assert_eq!(qq.count("send_group_msg"), asked);
    // ten minutes later once more, then twice as long
    bot.clock.advance(600_001);
    assert!(matches!(bot.courier.send(&answer).await, Err(SendError::Throttled(_))));
    assert_eq!(qq.count("send_group_msg"), asked + 1);
    bot.clock.advance(600_001);
    assert!(matches!(bot.courier.send(&answer).await, Err(SendError::Throttled(_))));
    assert_eq!(qq.count("send_group_msg"), asked + 1);
    bot.clock.advance(600_001);
    qq.recovers("send_group_msg");
    bot.courier.send(&answer).await.unwrap();
    bot.courier.send(&answer).await.unwrap();
}

async fn muted() {
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    let answer = Outgoing::text(group("90000"), "好");
    let ban = |kind: &str, user: u64, seconds: i64| {
        qq.event(json!({"post_type": "notice", "notice_type": "group_ban", "sub_type": kind, "group_id": 90000, "user_id": user, "operator_id": 1, "duration": seconds}));
        // what follows was read after it
        qq.says("90000", "20001", "张三", &[text("在吗")]);
    };
    ban("ban", 20001, 600);
    bot.message().await;
    bot.courier.send(&answer).await.unwrap();
    ban("ban", 10000, 600);
    bot.message().await;
    let asked = qq.count("send_group_msg");
    let sent = bot.courier.send(&answer).await;
    assert!(matches!(&sent, Err(SendError::Later { after: Some(600_000), .. })), "{sent:?}");
    bot.courier.send(&Outgoing::text(group("90001"), "好")).await.unwrap();
    assert_eq!(qq.count("send_group_msg"), asked + 1, "the muted group was not even tried");
    bot.clock.advance(600_000);
    bot.courier.send(&answer).await.unwrap();
    ban("ban", 10000, 600);
    ban("lift_ban", 10000, 0);
    bot.message().await;
    bot.message().await;
    bot.courier.send(&answer).await.unwrap();
    // everybody is: only an admin may speak, and that is asked once
    for (role, may) in [("member", false), ("admin", true)] {
        qq.answers("get_group_member_info", Answer::Gives(json!({"user_id": 10000, "role": role})));
        ban("ban", 0, -1);
        bot.message().await;
        let before = qq.count("get_group_member_info");
        for _ in 0..2 {
            assert_eq!(bot.courier.send(&answer).await.is_ok(), may, "{role}");
        }
        assert_eq!(qq.count("get_group_member_info"), before + 1);
    }
}

async fn routing() {
    let (mut bot, one) = Bot::with_qq(config(), Format::Array).await;
    let two = bot.join("10001", Format::Text).await;
    one.says("90000", "20001", "张三", &[text("一")]);
    assert_eq!(bot.message().await.bot.to_string(), "onebot:10000");
    two.says("90001", "20001", "张三", &[text("二")]);
    assert_eq!(bot.message().await.bot.to_string(), "onebot:10001");
    two.tells("20001", &[text("三")]);
    bot.message().await;
    for (chat, by) in [(group("90000"), &one), (group("90001"), &two), (person("20001"), &two)] {
        bot.courier.send(&Outgoing::text(chat.clone(), "好")).await.unwrap();
        let sent = by.next().await;
        assert_eq!(sent.chat, if chat.private { format!("@{}", chat.id) } else { chat.id.to_string() });
    }
    // both hear one group: each answer goes through the one whose message it quotes, whoever heard last
    let first = one.says("90002", "20001", "张三", &[text("四")]);
    bot.message().await;
    two.says("90002", "20002", "李四", &[text("五")]);
    let second = bot.message().await;
    assert_eq!(second.bot.to_string(), "onebot:10001");
    bot.courier.send(&Outgoing { chat: group("90002"), quote: Some(first.to_string()), parts: vec![said("甲")] }).await.unwrap();
    assert_eq!(one.next().await.text, "甲");
    bot.courier.send(&Outgoing::text(group("90002"), "乙")).await.unwrap();
    assert_eq!(two.next().await.text, "乙");
    // the other takes over a group that both are in; not somebody's private chat, and not a group that it is not in
    two.hang_up();
    bot.expect_online("10001", false).await;
    bot.courier.send(&Outgoing { chat: group("90002"), quote: Some(second.quote_id), parts: vec![said("丙")] }).await.unwrap();
    assert_eq!(one.next().await.text, "丙");
    for chat in [person("20001"), group("90001")] {
        assert!(!bot.courier.reaches(&chat));
        assert_eq!(bot.courier.send(&Outgoing::text(chat, "丁")).await, Err(SendError::Offline));
    }
    // a stranger who writes from within a group is answered through it
    one.event(json!({"post_type": "message", "message_type": "private", "sub_type": "group", "user_id": 20005, "message_id": 99, "message": "你好", "sender": {"user_id": 20005, "group_id": 90000}}));
    let m = bot.message().await;
    bot.courier.send(&Outgoing::text(m.chat, "好")).await.unwrap();
    assert_eq!(one.next().await.params, json!({"user_id": 20005, "group_id": 90000, "message": [{"type": "text", "data": {"text": "好"}}]}));
}

async fn members() {
    let (bot, qq) = Bot::with_qq(config(), Format::Array).await;
    qq.member("90000", "20001", "电信2101-张三", "三");
    qq.member("90000", "20002", "", "李\u{202e}四\n");
    qq.member("90000", "20003", "", "");
    qq.member("90000", "10000", "支书助手", "bot");
    let listed = bot.courier.members(&group("90000")).await.unwrap();
    let shown: Vec<_> = listed.iter().map(|m| format!("{} {}", m.account, m.name)).collect();
    assert_eq!(shown, ["onebot:20001 电信2101-张三", "onebot:20002 李四", "onebot:20003 20003"]);
    assert!(bot.courier.members(&group("90009")).await.is_err());
    assert!(bot.courier.members(&person("20001")).await.is_err());
}

async fn reaction() {
    let (bot, qq) = Bot::with_qq(config(), Format::Array).await;
    bot.courier.react(&group("90000"), "77").await.unwrap();
    qq.asked("set_msg_emoji_like", 1).await;
    let (_, params) = qq.actions().into_iter().find(|(a, _)| a == "set_msg_emoji_like").unwrap();
    assert_eq!(params, json!({"message_id": 77, "emoji_id": "124", "set": true}));
    assert!(matches!(bot.courier.react(&group("90000"), "").await, Err(SendError::Refused(_))));
    // an implementation that can't
    qq.answers("set_msg_emoji_like", Answer::Fails(1404, "不支持的Api"));
    assert!(matches!(bot.courier.react(&group("90000"), "77").await, Err(SendError::Refused(_))));
}
