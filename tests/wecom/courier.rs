//! Answers out, files both ways.

use super::{Bot, ChatKey, Duration, Trial, group, person};
use crate::support::story;
use crate::support::wecom::{Fault, GROUP, encrypt};
use serde_json::json;
use zhibu::domain::attachment::Attachment;
use zhibu::domain::message::{FileRef, Outgoing, Part, SendError};
use zhibu::platform::Platform as _;

pub fn tests() -> Vec<Trial> {
    vec![
        story("wecom::an_answer_answers_once_and_the_rest_goes_by_itself", answers),
        story("wecom::what_can_not_be_answered_goes_by_itself", expired),
        story("wecom::where_nobody_spoke_it_waits", waits),
        story("wecom::failures_are_told_apart", failures),
        story("wecom::no_more_a_minute_than_may_be", paced),
        story("wecom::names_stay_text_and_long_text_is_split_at_line_ends", words),
        story("wecom::files_go_in_pieces", files_out),
        story("wecom::files_come_encrypted", files_in),
    ]
}

const RESPOND: &str = "aibot_respond_msg";
const SEND: &str = "aibot_send_msg";

fn answer(quote: &str, text: &str) -> Outgoing {
    Outgoing { quote: Some(quote.into()), ..Outgoing::text(group(GROUP), text) }
}

/// A bot to whom somebody just spoke; the message's id.
async fn asked() -> (Bot, String) {
    let mut bot = Bot::online().await;
    let id = bot.fake.says(GROUP, "ZhangSan", "签到");
    bot.message().await;
    (bot, id)
}

async fn answers() {
    let (bot, id) = asked().await;
    // two messages: the first answers, the second goes by itself
    let line = "一二三四五六七八九十\n";
    let long = line.repeat(200);
    bot.courier.send(&answer(&id, &long)).await.unwrap();
    let (first, second) = (bot.fake.next().await, bot.fake.next().await);
    assert_eq!((first.chat.as_str(), first.answers.as_str(), second.answers.as_str()), (GROUP, &*id, ""));
    assert!(first.text.len() <= 4096 && first.text.ends_with('十'), "split at a line's end");
    assert_eq!(format!("{}\n{}", first.text, second.text), long.trim_end());
    // a second answer
    bot.courier.send(&answer(&id, "还有")).await.unwrap();
    assert_eq!(bot.fake.next().await.answers, "");
    // names with markup in them
    let parts = vec![Part::Mention { id: "u".into(), name: "**<@all>**".into() }, Part::Text("# 请交\n[团费](http://x)".into())];
    bot.courier.send(&Outgoing { chat: group(GROUP), quote: None, parts }).await.unwrap();
    assert_eq!(bot.fake.next().await.text, "@＊＊＜@all＞＊＊ ＃ 请交\n［团费］(http://x)");
    // a private letter never goes to a group of that id
    bot.fake.says("@ZhangSan", "ZhangSan", "你好");
    let sent = bot.courier.send(&Outgoing::text(person(GROUP), "欠 0.2 元")).await;
    assert!(matches!(sent, Err(SendError::Waits(_))), "{sent:?}");
    for (chat, why) in [(ChatKey::group("qq", GROUP), "another platform's"), (group("a#b"), "a topic"), (group(""), "none")] {
        assert!(matches!(bot.courier.send(&Outgoing::text(chat, "好")).await, Err(SendError::Refused(_))), "{why}");
    }
    assert!(matches!(bot.courier.send(&Outgoing::text(group(GROUP), " \n")).await, Err(SendError::Refused(_))));
    assert_eq!((bot.fake.bodies(RESPOND).len(), bot.fake.bodies(SEND).len()), (1, 4));
}

async fn expired() {
    let (mut bot, id) = asked().await;
    bot.fake.fails(RESPOND, &Fault::Code(846_608, "stream message has expired"), 1);
    bot.courier.send(&answer(&id, "好")).await.unwrap();
    assert_eq!(bot.fake.next().await.answers, "");
    // a day later it is not even tried
    let id = bot.fake.says(GROUP, "ZhangSan", "签退");
    bot.message().await;
    bot.clock.advance(86_400_000);
    bot.courier.send(&answer(&id, "好")).await.unwrap();
    assert_eq!((bot.fake.next().await.answers.as_str(), bot.fake.bodies(RESPOND).len()), ("", 1));
    // nor is somebody answered elsewhere
    let id = bot.fake.says("@ZhangSan", "ZhangSan", "欠多少");
    bot.message().await;
    bot.courier.send(&answer(&id, "好")).await.unwrap();
    assert_eq!(bot.fake.next().await.chat, GROUP);
    bot.ends().await;
}

async fn waits() {
    let mut bot = Bot::online().await;
    let chat = group("wrSILENT");
    assert!(bot.courier.reaches(&chat) && bot.courier.can(&chat).push && !bot.courier.knows(&chat));
    let letter = Outgoing::text(chat.clone(), "请交团费");
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Waits(_))));
    assert!(!bot.courier.reaches(&chat) && !bot.courier.can(&chat).push);
    assert!(bot.courier.reaches(&group(GROUP)), "no other chat is shut");
    // somebody speaks: it goes
    bot.fake.says("wrSILENT", "ZhangSan", "你好");
    bot.message().await;
    assert!(bot.courier.reaches(&chat) && bot.courier.can(&chat).push && bot.courier.knows(&chat));
    bot.courier.send(&letter).await.unwrap();
    assert_eq!(bot.fake.next().await.chat, "wrSILENT");
    // where nobody does it is tried again after hours
    let other = group("wrOTHER");
    assert!(matches!(bot.courier.send(&Outgoing::text(other.clone(), "好")).await, Err(SendError::Waits(_))));
    bot.clock.advance(6 * 3_600_000);
    assert!(bot.courier.reaches(&other));
    bot.ends().await;
}

async fn failures() {
    let (mut bot, id) = asked().await;
    // busy: again, as the same answer
    bot.fake.fails(RESPOND, &Fault::Code(-1, "system busy"), 2);
    bot.courier.send(&answer(&id, "好")).await.unwrap();
    assert_eq!(bot.fake.next().await.answers, id);
    bot.fake.fails(SEND, &Fault::Code(-1, "system busy"), 3);
    let letter = Outgoing::text(group(GROUP), "好");
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Later { after: None, .. })));
    // never
    bot.fake.fails(SEND, &Fault::Code(40_058, "invalid parameter"), 1);
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Refused(why)) if why.contains("40058")));
    // too much: said, and kept to
    let id = bot.fake.says("wrTWO", "ZhangSan", "签到");
    bot.message().await;
    let two = Outgoing { quote: Some(id.clone()), ..Outgoing::text(group("wrTWO"), "好") };
    bot.fake.fails(RESPOND, &Fault::Code(846_607, "frequency limit exceeded"), 1);
    assert!(matches!(bot.courier.send(&two).await, Err(SendError::Later { after: Some(60_000), .. })));
    assert!(matches!(bot.courier.send(&two).await, Err(SendError::Later { after: Some(_), .. })));
    assert_eq!(bot.fake.bodies(RESPOND).len(), 4, "it is not even tried");
    // it may have gone
    bot.fake.fails(SEND, &Fault::Cut, 1);
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Unknown(_))));
    bot.fake.next().await;
    bot.expect_online(false).await;
    bot.expect_online(true).await;
    bot.courier.send(&letter).await.unwrap();
    bot.fake.next().await;
    assert!(bot.metrics.text().contains("unknown"));
    bot.ends().await;
    // nobody says whether it went
    let bot = Bot::online_with(|s, _| s.request_timeout_ms = 100).await;
    bot.fake.fails("aibot_send_msg", &Fault::Silence, 1);
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Unknown(_))));
    bot.wecom.quiet().await;
    bot.wecom.close().await;
    assert_eq!(bot.courier.send(&letter).await, Err(SendError::Offline));
}

async fn paced() {
    let mut bot = Bot::online_with(|s, t| (s.chat_per_minute, t.patience) = (2, Duration::from_millis(50))).await;
    for user in ["ZhangSan", "LiSi"] {
        bot.fake.says(&format!("@{user}"), user, "你好");
        bot.message().await;
    }
    let letter = |user: &str| Outgoing::text(person(user), "请交团费");
    for _ in 0..2 {
        bot.courier.send(&letter("ZhangSan")).await.unwrap();
        bot.fake.next().await;
    }
    assert!(matches!(bot.courier.send(&letter("ZhangSan")).await, Err(SendError::Later { after: Some(50_000..=60_000), .. })));
    bot.courier.send(&letter("LiSi")).await.unwrap();
    bot.fake.next().await;
    bot.ends().await;
}

async fn words() {
    let (bot, id) = asked().await;
    // a name with markup in it, and more text than one message takes: whole lines, whole characters, nothing lost
    let lines = (1..=700).map(|n| format!("{n}. 成员😀{n} 还没有交\n")).collect::<Vec<_>>().concat();
    let parts = vec![Part::Mention { id: "u1".into(), name: "*_<@all>[x](y)`张三".into() }, Part::Text(format!("请看\n{lines}"))];
    bot.courier.send(&Outgoing { parts, ..answer(&id, "") }).await.unwrap();
    let (mut heard, mut count) = (String::new(), 0);
    while heard.len() < lines.len() {
        let sent = bot.fake.next().await;
        assert!(sent.text.len() <= 4096 && (sent.text.ends_with("还没有交")), "{}", sent.text.len());
        let text = if count == 0 { sent.text.strip_prefix("@＊＿＜@all＞［x］(y)｀张三 请看\n").expect("no markup").to_owned() } else { sent.text };
        heard = format!("{heard}{text}\n");
        count += 1;
    }
    assert!(heard == lines && count > 5, "{count}");
    bot.ends().await;
}

async fn files_out() {
    let (bot, id) = asked().await;
    let table = Attachment::csv("台账 2026-11.csv", "姓名,团费\n".repeat(300));
    let letter = Outgoing { parts: vec![Part::Text("台账".into()), Part::File(table.clone())], ..answer(&id, "") };
    // a piece that was not acknowledged comes again
    bot.fake.fails("aibot_upload_media_chunk", &Fault::Code(-1, "system busy"), 1);
    bot.courier.send(&letter).await.unwrap();
    assert_eq!((bot.fake.next().await.text.as_str(), table.bytes.len().div_ceil(1000)), ("台账", 5));
    assert_eq!(bot.fake.next().await.file, Some(("file".into(), "台账 2026-11.csv".into(), table.bytes.to_vec())));
    assert_eq!(bot.fake.bodies("aibot_upload_media_chunk").len(), 6);
    // a picture is one where it is small enough
    let picture = |long: usize| Attachment { name: "a.png".into(), mime: "image/png".into(), bytes: vec![7; long].into(), private: false };
    for (long, kind) in [(1024, "image"), (1025, "file")] {
        bot.courier.send(&Outgoing { parts: vec![Part::Picture(picture(long))], ..answer(&id, "") }).await.unwrap();
        assert_eq!(bot.fake.next().await.file.unwrap().0, kind);
    }
    bot.courier.send(&Outgoing { parts: vec![Part::File(picture(1024))], ..answer(&id, "") }).await.unwrap();
    assert_eq!(bot.fake.next().await.file.unwrap().0, "file", "what is to be taken away");
    for long in [0, (1 << 20) + 1] {
        let sent = bot.courier.send(&Outgoing { parts: vec![Part::File(picture(long))], ..answer(&id, "") }).await;
        assert!(matches!(sent, Err(SendError::Refused(_))), "{long}: {sent:?}");
    }
    // the text went, the file did not
    bot.fake.fails("aibot_upload_media_finish", &Fault::Code(40_009, "invalid image size"), 1);
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Refused(_))));
    assert_eq!(bot.fake.next().await.text, "台账");
    bot.ends().await;
}

async fn files_in() {
    let mut bot = Bot::online().await;
    let fake = bot.fake.clone();
    let mut brings = async |given: serde_json::Value| {
        bot.fake.says_with("@LiSi", "LiSi", &json!({"msgtype": "file", "file": given}));
        bot.message().await.file().unwrap().clone()
    };
    let plain = "姓名,团员编号\n".repeat(100);
    let good = brings(fake.keeps("good", plain.as_bytes())).await;
    let cut = brings(fake.keeps("cut", b"x")).await;
    let long = brings(fake.keeps("long", &[])).await;
    let mut other_key = fake.keeps("other", plain.as_bytes());
    other_key["aeskey"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let other_key = brings(other_key).await;
    let elsewhere = brings(json!({"url": "http://evil.example/x", "aeskey": ""})).await;
    let inside = brings(json!({"url": "file:///etc/hostname", "aeskey": ""})).await;
    fake.spoils("cut", encrypt(plain.as_bytes())[..40].to_vec());
    fake.spoils("long", vec![7; 20 << 20]);
    let chat = person("LiSi");
    let fetch = async |file: &FileRef, limit: usize| bot.courier.fetch(&chat, file, limit).await;
    assert_eq!(fetch(&good, 1 << 20).await, Ok(plain.clone().into_bytes()));
    assert_eq!(fetch(&good, plain.len()).await, Ok(plain.clone().into_bytes()), "just the limit, padded beyond it");
    for (file, limit, why) in [
        (&good, plain.len() - 1, "larger than asked for"),
        (&cut, 1 << 20, "not whole"),
        (&long, 1 << 30, "20 MB where 2 MB are allowed"),
        (&other_key, 1 << 20, "another key"),
        (&elsewhere, 1 << 20, "a host that is not WeCom's"),
        (&inside, 1 << 20, "a file of this machine"),
        (&FileRef { name: "x".into(), size: None, handle: "{}".into() }, 1 << 20, "another platform's"),
        (&FileRef { size: Some(30 << 20), ..good.clone() }, 1 << 30, "said to be too large"),
    ] {
        let fetched = fetch(file, limit).await;
        assert!(matches!(fetched, Err(SendError::Refused(_))), "{why}: {fetched:?}");
    }
    // gone after its five minutes
    let gone = FileRef { handle: good.handle.replace("/files/good", "/files/gone"), ..good };
    assert!(matches!(fetch(&gone, 1 << 20).await, Err(SendError::Refused(_))));
}
