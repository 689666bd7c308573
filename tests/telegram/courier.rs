//! How the bot's messages leave for Telegram, and what it makes of refusals.

use super::{Bot, group, person, settings, timing};
use crate::support::story;
use crate::support::telegram::{Fault, Telegram as Fake, migrated, refusal, too_many};
use libtest_mimic::Trial;
use serde_json::json;
use zhibu::config::telegram::Telegram as Settings;
use zhibu::domain::attachment::Attachment;
use zhibu::domain::message::{ChatKey, Event, FileRef, Outgoing, Part, SendError};
use zhibu::platform::telegram::Timing;

pub fn tests() -> Vec<Trial> {
    vec![
        story("telegram::courier::names_with_markup_stay_text", names),
        story("telegram::courier::long_text_is_split_at_line_ends", long),
        story("telegram::courier::retry_after_is_honoured", throttled),
        story("telegram::courier::storms_are_tried_through_and_cuts_mean_unknown", storms),
        story("telegram::courier::a_token_that_is_revoked_mid_send", revoked),
        story("telegram::courier::refusals_say_why_in_our_words", refusals),
        story("telegram::courier::a_group_that_moved_is_followed", moved),
        story("telegram::courier::turns_are_waited_for", paced),
        story("telegram::courier::files_are_fetched_within_their_limit", files),
        story("telegram::courier::a_file_goes_after_its_text", documents),
        story("telegram::courier::a_reaction_is_put_on_the_message", reaction),
    ]
}

fn said(t: &str) -> Part {
    Part::Text(t.into())
}

async fn names() {
    let bot = Bot::online().await;
    let evil = "*张_三*<b>[x](tg://user?id=1)`";
    let parts = vec![
        said("😀 请 "),
        Part::Mention { id: "202".into(), name: evil.into() },
        Part::Mention { id: "203".into(), name: "李四".into() },
        said("还没交\u{0}"),
    ];
    bot.courier.send(&Outgoing { chat: group("-100900"), quote: Some("77".into()), parts }).await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!(sent.text, format!("😀 请 @{evil} @李四 还没交"));
    assert_eq!(sent.mentions, [(202, format!("@{evil}")), (203, "@李四".into())]);
    assert_eq!((sent.quote, &sent.request["parse_mode"], &sent.request["reply_parameters"]["allow_sending_without_reply"]), (77, &json!(null), &json!(true)));
    bot.courier.send(&Outgoing::text(person("201"), evil)).await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!((sent.chat, sent.text.as_str(), sent.mentions.len()), (201, evil, 0));
    assert!(matches!(bot.courier.send(&Outgoing::text(group("-1"), " \n")).await, Err(SendError::Refused(_))), "nothing to say");
    // nor is a group anybody's private chat
    for chat in [ChatKey::group("onebot", "1"), group("abc"), group("-1#x"), person("-100900"), person("0")] {
        assert!(matches!(bot.courier.send(&Outgoing::text(chat, "好")).await, Err(SendError::Refused(_))));
    }
}

async fn documents() {
    let bot = Bot::online().await;
    let file = Attachment::csv("ledger-2026-11-22.csv", "\u{feff}姓名\r\n".into());
    let message = |chat| Outgoing { chat, quote: None, parts: vec![said("在附件里"), Part::File(file.clone())] };
    let told = bot.courier.send(&message(person("201"))).await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!((sent.text.as_str(), sent.id.to_string()), ("在附件里", told));
    let asked = bot.fake.asked("sendDocument", 1).await;
    assert_eq!(asked, json!({"chat_id": "201", "file_name": "ledger-2026-11-22.csv", "document": "\u{feff}姓名"}));
    bot.courier.send(&message(group("-100900#7"))).await.unwrap();
    bot.fake.next().await;
    assert_eq!(bot.fake.asked("sendDocument", 2).await["message_thread_id"], json!("7"));
    // a picture is a photo where Telegram takes it as one, else a document
    let picture =
        |long: usize| Part::Picture(Attachment { name: "统计.png".into(), mime: "image/png".into(), bytes: vec![b'7'; long].into(), private: false });
    let show = |long: usize| Outgoing { chat: group("-100900#7"), quote: None, parts: vec![picture(long)] };
    bot.courier.send(&show(1024)).await.unwrap();
    let asked = bot.fake.asked("sendPhoto", 1).await;
    assert_eq!((&asked["file_name"], &asked["message_thread_id"], asked["photo"].as_str().unwrap().len()), (&json!("统计.png"), &json!("7"), 1024));
    bot.courier.send(&show(1025)).await.unwrap();
    assert_eq!((bot.fake.count("sendPhoto"), bot.fake.asked("sendDocument", 3).await["file_name"].clone()), (1, json!("统计.png")));
    bot.fake.fails("sendPhoto", &refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"), 1);
    bot.courier.send(&show(10)).await.unwrap();
    assert_eq!((bot.fake.count("sendPhoto"), bot.fake.asked("sendDocument", 4).await["document"].clone()), (2, json!("7777777777")));
    bot.fake.fails("sendDocument", &refusal(413, "Request Entity Too Large"), 1);
    assert!(matches!(bot.courier.send(&message(person("201"))).await, Err(SendError::Refused(_))));
    bot.fake.next().await;
}

async fn long() {
    let bot = Bot::online().await;
    let lines = (1..=900).map(|n| format!("{n}. 某某某😀还没有交\n")).collect::<Vec<_>>().concat();
    let first = bot.courier.send(&Outgoing { chat: group("-100900"), quote: Some("77".into()), parts: vec![said(&lines)] }).await.unwrap();
    let (mut heard, mut count) = (String::new(), 0);
    while heard.len() + 1 < lines.len() {
        let sent = bot.fake.next().await;
        assert_eq!((sent.quote == 77, sent.id.to_string() == first), (count == 0, count == 0));
        assert!(sent.text.encode_utf16().count() <= 4096 && sent.text.ends_with("还没有交"), "{}", sent.text.len());
        heard = format!("{heard}{}\n", sent.text);
        count += 1;
    }
    assert_eq!((heard, count), (lines, 4));
}

async fn throttled() {
    let bot = Bot::online().await;
    let answer = Outgoing::text(group("-100900"), "好");
    // a short wait is waited out
    bot.fake.fails("sendMessage", &too_many(1), 1);
    bot.courier.send(&answer).await.unwrap();
    assert_eq!((bot.fake.count("sendMessage"), bot.fake.next().await.chat), (2, -100_900));
    bot.fake.fails("sendMessage", &too_many(300), 1);
    let first = bot.courier.send(&answer).await.unwrap_err();
    assert!(matches!(first, SendError::Later { after: Some(290_000..=300_000), .. }), "{first:?}");
    // until then that chat is not even tried; others are
    let asked = bot.fake.count("sendMessage");
    let second = bot.courier.send(&answer).await.unwrap_err();
    assert!(matches!(second, SendError::Later { after: Some(1..=300_000), .. }), "{second:?}");
    bot.courier.send(&Outgoing::text(group("-100901"), "好")).await.unwrap();
    assert_eq!(bot.fake.count("sendMessage"), asked + 1);
    assert!(bot.metrics.text().contains("zhibu_messages_unsent_total{platform=\"telegram\",kind=\"later\"} 2"));
}

async fn storms() {
    let fake = Fake::start().await;
    let url = fake.url();
    let mut bot = Bot::with(fake, &Settings { request_timeout_ms: 300, ..settings(&url) }, timing());
    bot.expect_online(true).await;
    bot.fake.asked("setMyCommands", 2).await;
    let answer = Outgoing::text(group("-100900"), "好");
    // two fail, the third goes
    for fault in [Fault::Page(502), refusal(500, "Internal Server Error")] {
        bot.fake.fails("sendMessage", &fault, 2);
        bot.courier.send(&answer).await.unwrap();
        bot.fake.fails("sendMessage", &fault, 3);
        let storm = bot.courier.send(&answer).await.unwrap_err();
        assert!(matches!(storm, SendError::Later { after: None, .. }), "{storm:?}");
    }
    // it was sent, and nobody can know: not again
    let before = bot.fake.count("sendMessage");
    for fault in [Fault::Cut, Fault::Silence, Fault::Page(200), Fault::Garbage] {
        bot.fake.fails("sendMessage", &fault, 1);
        let lost = bot.courier.send(&answer).await.unwrap_err();
        assert!(matches!(lost, SendError::Unknown(_)), "{fault:?}: {lost:?}");
        assert!(!format!("{lost:?}").contains("AAfake"), "the token stays out of every word");
    }
    assert_eq!(bot.fake.count("sendMessage"), before + 4);
    let nowhere = Bot::with(Fake::start().await, &settings("http://127.0.0.1:9"), Timing { refused_retry: std::time::Duration::from_hours(1), ..timing() });
    assert_eq!(nowhere.courier.send(&answer).await, Err(SendError::Offline));
}

async fn revoked() {
    let bot = Bot::online().await;
    let answer = Outgoing::text(group("-100900"), "好");
    // nobody knows the token any more: it waits for one that is known, and is not refused for good
    bot.fake.fails("sendMessage", &refusal(401, "Unauthorized"), 1);
    assert_eq!(bot.courier.send(&answer).await, Err(SendError::Offline));
    bot.courier.send(&answer).await.unwrap();
    assert_eq!(bot.fake.next().await.text, "好");
}

async fn refusals() {
    let bot = Bot::online().await;
    for (code, theirs, ours) in [
        (403, "Forbidden: bot was blocked by the user", "removed from that chat, or blocked"),
        (400, "Bad Request: chat not found", "knows no such chat"),
        (400, "Bad Request: message thread not found", "that topic is no more"),
        (400, "Bad Request: can't parse 张三的团费", "does not take it (400)"),
    ] {
        bot.fake.fails("sendMessage", &refusal(code, theirs), 1);
        let Err(SendError::Refused(why)) = bot.courier.send(&Outgoing::text(group("-100900"), "好")).await else { panic!("{theirs}") };
        assert!(why.contains(ours) && !why.contains("张三"), "{why}");
    }
    assert!(bot.courier.members(&group("-100900")).await.is_err() && !bot.courier.capabilities().members);
}

async fn moved() {
    let mut bot = Bot::online().await;
    bot.fake.fails("sendMessage", &migrated(-100_900), 1);
    bot.courier.send(&Outgoing { chat: group("-900"), quote: Some("7".into()), parts: vec![said("好")] }).await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!((sent.chat, sent.quote), (-100_900, 0), "what was quoted stayed behind");
    assert_eq!(bot.event().await, Event::Moved { from: group("-900"), to: group("-100900") });
    bot.courier.send(&Outgoing::text(group("-900"), "还在")).await.unwrap();
    assert_eq!(bot.fake.next().await.chat, -100_900);
}

async fn paced() {
    let fake = Fake::start().await;
    let url = fake.url();
    let patience = std::time::Duration::from_millis(200);
    let settings = Settings { chat_interval_ms: 30, group_per_minute: 3, per_second: 100, ..settings(&url) };
    let mut bot = Bot::with(fake, &settings, Timing { patience, ..timing() });
    bot.expect_online(true).await;
    let since = tokio::time::Instant::now();
    for n in 0..3 {
        bot.courier.send(&Outgoing::text(group("-100900"), n.to_string())).await.unwrap();
    }
    assert!(since.elapsed().as_millis() >= 60, "{:?}", since.elapsed());
    let full = bot.courier.send(&Outgoing::text(group("-100900"), "3")).await.unwrap_err();
    assert!(matches!(full, SendError::Later { after: Some(1..=60_000), .. }), "{full:?}");
    // a person is no group
    for n in 0..4 {
        bot.courier.send(&Outgoing::text(person("201"), n.to_string())).await.unwrap();
    }
}

async fn files() {
    let bot = Bot::online().await;
    let file = |id: &str, size| FileRef { name: id.into(), size, handle: json!({"file_id": id}).to_string() };
    let here = group("-100900");
    bot.fake.keeps("roster", b"\xE5\xA7\x93\xE5\x90\x8D".to_vec());
    assert_eq!(bot.courier.fetch(&here, &file("roster", Some(6)), 1 << 20).await.unwrap(), "姓名".as_bytes());
    // a 20 MB photo where 2 MB are allowed: told by the message, by the answer, or by the bytes themselves
    assert!(matches!(bot.courier.fetch(&here, &file("roster", Some(20 << 20)), 64 << 20).await, Err(SendError::Refused(_))));
    assert_eq!(bot.fake.count("getFile"), 1);
    bot.fake.keeps("photo", vec![7; 20 << 20]);
    assert!(matches!(bot.courier.fetch(&here, &file("photo", None), 64 << 20).await, Err(SendError::Refused(_))));
    assert_eq!(bot.fake.count("file"), 1, "it was not even begun");
    bot.fake.fails("getFile", &Fault::Status(200, json!({"ok": true, "result": {"file_id": "photo", "file_path": "documents/photo"}})), 1);
    assert!(matches!(bot.courier.fetch(&here, &file("photo", None), 64 << 20).await, Err(SendError::Refused(_))));
    // broken off, a storm, a path that leads out, a file that is no more, one that is none
    bot.fake.keeps("text", "很长的名册".repeat(100).into_bytes());
    bot.fake.fails("file", &Fault::Cut, 1);
    assert!(matches!(bot.courier.fetch(&here, &file("text", None), 1 << 20).await, Err(SendError::Later { .. })));
    bot.fake.fails("file", &Fault::Page(502), 1);
    assert!(matches!(bot.courier.fetch(&here, &file("text", None), 1 << 20).await, Err(SendError::Later { .. })));
    for path in ["../getMe", "documents/../../x", "", "/etc/passwd", "a?b", "http://evil.example/x"] {
        bot.fake.fails("getFile", &Fault::Status(200, json!({"ok": true, "result": {"file_path": path}})), 1);
        assert!(matches!(bot.courier.fetch(&here, &file("text", None), 1 << 20).await, Err(SendError::Refused(_))), "{path}");
    }
    assert!(matches!(bot.courier.fetch(&here, &file("gone", None), 1 << 20).await, Err(SendError::Refused(_))));
    let foreign = FileRef { handle: "not ours".into(), ..file("x", None) };
    assert!(matches!(bot.courier.fetch(&here, &foreign, 1 << 20).await, Err(SendError::Refused(_))));
}

async fn reaction() {
    let bot = Bot::online().await;
    bot.courier.react(&group("-100900#5"), "77").await.unwrap();
    let asked = bot.fake.asked("setMessageReaction", 1).await;
    assert_eq!(asked, json!({"chat_id": -100_900, "message_id": 77, "reaction": [{"type": "emoji", "emoji": "👌"}]}));
    assert!(matches!(bot.courier.react(&group("-100900"), "").await, Err(SendError::Refused(_))));
}
