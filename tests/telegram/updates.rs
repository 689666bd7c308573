//! What people do in Telegram, as the bot hears it.

use super::{Bot, group, person};
use crate::support::story;
use crate::support::telegram::{BOT, NAME};
use libtest_mimic::Trial;
use serde_json::json;
use zhibu::domain::message::{AccountKey, Choice, Choices, Event, FileRef, Incoming, Outgoing, Part, Segment};

pub fn tests() -> Vec<Trial> {
    vec![
        story("telegram::updates::messages_mentions_replies_and_files", messages),
        story("telegram::updates::commands_stand_for_words", commands),
        story("telegram::updates::topics_are_chats_of_their_own", topics),
        story("telegram::updates::a_changed_message_is_a_revision", edits),
        story("telegram::updates::an_album_is_one_message", album),
        story("telegram::updates::forwarded_words_are_their_writers", forwarded),
        story("telegram::updates::a_group_that_gets_a_new_id", moved),
        story("telegram::updates::what_is_not_for_us_is_passed_over", strange),
        story("telegram::updates::buttons_are_one_persons", buttons),
    ]
}

const GROUP: i64 = -100_900;

fn account(id: i64) -> AccountKey {
    AccountKey::new("telegram", id.to_string())
}

async fn messages() {
    let mut bot = Bot::online().await;
    let id = bot.fake.says(GROUP, 201, "张三", "交了团费 0.2元");
    let m = bot.message().await;
    let expected = Incoming {
        chat: group("-100900"),
        bot: account(BOT),
        sender: account(201),
        sender_name: "张三".into(),
        message_id: format!("{id}:{}", 1_800_000_000 + id),
        quote_id: id.to_string(),
        sent_at: (1_800_000_000 + id) * 1000,
        segments: vec![Segment::Text("交了团费 0.2元".into())],
        mentions_bot: false,
        replies_to: None,
        replies_to_bot: false,
        missed: false,
    };
    assert_eq!(m, expected);
    // pictures of two units before a mention do not shift it; names are known once their owner spoke
    bot.fake.says(GROUP, 202, "李四", &format!("😀 @{} @user_201 @nobody_here 谁没交", NAME.to_uppercase()));
    let m = bot.message().await;
    assert!(m.mentions_bot);
    assert_eq!(m.segments, [Segment::Text("😀 ".into()), Segment::At(account(201)), Segment::Text(" @nobody_here 谁没交".into())]);
    // somebody without a name is mentioned by id; a reply to the bot
    let entity =
        json!([{"type": "text_mention", "offset": 1, "length": 2, "user": {"id": 203, "first_name": "王五"}}, {"type": "hologram", "offset": 0, "length": 1}]);
    let reply = json!({"message_id": 7, "from": {"id": BOT, "is_bot": true}, "chat": {"id": GROUP}, "date": 1});
    bot.fake.says_with(GROUP, 201, "张三", "替王五交了团费", &json!({"entities": entity, "reply_to_message": reply}));
    let m = bot.message().await;
    assert_eq!(m.segments, [Segment::Text("替".into()), Segment::At(account(203)), Segment::Text("交了团费".into())]);
    assert_eq!((m.replies_to.as_deref(), m.replies_to_bot), (Some("7"), true));
    // private, with a file and a picture
    bot.fake.drops(201, 201, "张三", "名册.csv", b"x".to_vec());
    let m = bot.message().await;
    assert_eq!(m.chat, person("201"));
    let file = FileRef { name: "名册.csv".into(), size: Some(1), handle: "{\"file_id\":\"名册.csv\"}".into() };
    assert_eq!((m.segments.as_slice(), m.file()), (&[Segment::File(file.clone())][..], Some(&file)));
    let sizes = json!([{"file_id": "s", "width": 90, "file_size": 10}, {"file_id": "l", "width": 1280, "file_size": 1000}, {"file_id": "m", "width": 320}]);
    bot.fake.says_with(GROUP, 201, "张三", "", &json!({"photo": sizes, "caption": "大学习截图"}));
    let m = bot.message().await;
    assert_eq!(m.text(), "大学习截图");
    assert!(matches!(&m.segments[1], Segment::Image(f) if f.handle.contains("\"l\"") && f.size == Some(1000)), "{m:?}");
    // what was forwarded is not said by whoever passes it on, but may be pasted in private
    let forwarded = json!({"forward_origin": {"type": "user"}});
    bot.fake.says_with(GROUP, 201, "张三", "交了团费", &forwarded);
    assert_eq!(bot.message().await.segments, [Segment::Other]);
    bot.fake.says_with(201, 201, "张三", "#接龙", &forwarded);
    assert_eq!(bot.message().await.text(), "#接龙");
    // fields of wrong kinds and entities beyond the end cost nothing but themselves
    let odd = json!({"entities": [{"type": "mention", "offset": 2, "length": 900}, 7, {"type": ["x"]}], "reply_to_message": 5, "photo": {"a": 1}, "from": {"id": 201, "is_bot": false, "first_name": 5, "username": []}});
    bot.fake.says_with(GROUP, 201, "张三", "签到", &odd);
    let m = bot.message().await;
    assert_eq!((m.text().as_str(), m.sender_name.as_str()), ("签到", "201"));
}

async fn commands() {
    let mut bot = Bot::online().await;
    bot.fake.asked("setMyCommands", 2).await;
    for (said, meant, addressed) in [
        ("/mine", "我的记录", true),
        (&format!("/missing@{NAME} 团费"), "谁没完成 团费", true),
        ("/bind 张三", "绑定 张三", true),
        ("/start", "帮助", true),
        ("/unknown_one x", "unknown_one x", false),
        ("/谁没交团费", "/谁没交团费", false),
    ] {
        bot.fake.says(GROUP, 201, "张三", said);
        let m = bot.message().await;
        assert_eq!((m.text().as_str(), m.mentions_bot), (meant, addressed), "{said}");
    }
    // another bot's
    bot.fake.says(GROUP, 201, "张三", "/mine@other_bot");
    bot.fake.says(GROUP, 201, "张三", "好");
    assert_eq!(bot.message().await.text(), "好");
}

async fn topics() {
    let mut bot = Bot::online().await;
    let first = json!({"message_id": 5, "from": {"id": 1}, "chat": {"id": GROUP}, "date": 1, "forum_topic_created": {"name": "一支部"}});
    let id = bot.fake.says_with(GROUP, 201, "张三", "签到", &json!({"message_thread_id": 5, "is_topic_message": true, "reply_to_message": first}));
    let m = bot.message().await;
    assert_eq!((m.chat.to_string().as_str(), m.replies_to), ("telegram:-100900#5", None), "the topic's first message is no quote");
    assert_eq!(m.chat.around(), Some(group("-100900")));
    // a thread of replies is no topic
    bot.fake.says_with(GROUP, 201, "张三", "好", &json!({"message_thread_id": 9}));
    assert_eq!(bot.message().await.chat, group("-100900"));
    bot.courier.send(&Outgoing { chat: m.chat.clone(), quote: Some(m.quote_id), parts: vec![Part::Text("好".into())] }).await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!((sent.chat, sent.topic, sent.quote), (GROUP, 5, id));
    bot.courier.send(&Outgoing::text(m.chat, "两位签到了")).await.unwrap();
    assert_eq!(bot.fake.next().await.topic, 5, "also what quotes nothing");
}

async fn edits() {
    let mut bot = Bot::online().await;
    let id = bot.fake.says(GROUP, 201, "张三", "交了10月团费");
    let before = bot.message().await;
    bot.fake.edits(GROUP, 201, "张三", id, "交了11月团费");
    let Event::Edited(after) = bot.event().await else { panic!("a change was expected") };
    assert_eq!((after.quote_id.as_str(), after.text().as_str()), (id.to_string().as_str(), "交了11月团费"));
    assert!(after.message_id.starts_with(&format!("{}:", before.message_id)), "{}", after.message_id);
    assert_ne!(after.source(), before.source());
    assert_eq!(after.sent_at, before.sent_at, "it is of its own day");
}

async fn album() {
    let mut bot = Bot::online().await;
    bot.keeps = false;
    let part = |file: &str, id: &str, caption: &str| {
        let mut more = json!({"photo": [{"file_id": file, "width": 1280, "file_size": 1000}, {"file_id": "small", "width": 90}], "media_group_id": id});
        if !caption.is_empty() {
            more["caption"] = json!(caption);
        }
        more
    };
    // while an earlier update is worked on, an album comes, and the first part of another
    bot.fake.says(GROUP, 201, "张三", "在吗");
    bot.message().await;
    let mark = bot.mark().await;
    let first = bot.fake.says_with(GROUP, 201, "张三", "", &part("a", "g1", "大学习看完了"));
    bot.fake.says_with(GROUP, 202, "李四", "", &part("x", "g2", ""));
    for file in ["b", "c"] {
        bot.fake.says_with(GROUP, 201, "张三", "", &part(file, "g1", ""));
    }
    bot.fake.says_with(GROUP, 202, "李四", "", &part("y", "g2", "我也看完了"));
    bot.courier.kept(&mark.0, mark.1);
    let handles = |m: &Incoming| m.pictures().map(|f| f.handle.chars().nth(12).unwrap()).collect::<String>();
    let m = bot.message().await;
    assert_eq!((m.quote_id.as_str(), m.text().as_str(), handles(&m).as_str()), (first.to_string().as_str(), "大学习看完了", "abc"));
    let m = bot.message().await;
    assert_eq!((m.text().as_str(), handles(&m).as_str()), ("我也看完了", "xy"), "wherever the words stand");
    let mark = bot.mark().await;
    bot.courier.kept(&mark.0, mark.1);
    // a part that comes late is no message of its own; one with words is
    bot.keeps = true;
    bot.fake.says_with(GROUP, 201, "张三", "", &part("d", "g1", ""));
    bot.fake.says_with(GROUP, 201, "张三", "", &part("e", "g1", "上周的也看完了"));
    assert_eq!(bot.message().await.text(), "上周的也看完了");
}

async fn forwarded() {
    let mut bot = Bot::online().await;
    let from = |id: i64| json!({"forward_origin": {"type": "user", "date": 1, "sender_user": {"id": id, "is_bot": false, "first_name": "x"}}});
    let hidden = json!({"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "李四"}});
    let list = "大学习打卡\n1. 张三\n2. 李四";
    for (chat, text, origin, heard) in [
        (201, "交了团费", from(202), ""),
        (201, "交了团费", hidden.clone(), ""),
        (GROUP, "交了团费", from(202), ""),
        (201, "交了团费", from(201), "交了团费"),
        (GROUP, "交了团费", from(201), "交了团费"),
        (201, list, from(202), list),
        (201, "#接龙 团费", hidden.clone(), "#接龙 团费"),
        (GROUP, list, from(202), ""),
        (201, "1. 张三交了团费", hidden, ""),
    ] {
        bot.fake.says_with(chat, 201, "张三", text, &origin);
        let m = bot.message().await;
        assert_eq!(m.text(), heard, "{text} in {chat} of {origin}");
    }
}

async fn moved() {
    let mut bot = Bot::online().await;
    bot.fake.says_with(-900, 201, "张三", "", &json!({"migrate_to_chat_id": GROUP, "chat": {"id": -900, "type": "group"}}));
    assert_eq!(bot.event().await, Event::Moved { from: group("-900"), to: group("-100900") });
    bot.fake.says_with(GROUP, 201, "张三", "", &json!({"migrate_from_chat_id": -900}));
    assert_eq!(bot.event().await, Event::Moved { from: group("-900"), to: group("-100900") });
    // whoever still uses the old id reaches the group
    bot.courier.send(&Outgoing::text(group("-900"), "好")).await.unwrap();
    assert_eq!(bot.fake.next().await.chat, GROUP);
}

async fn strange() {
    let mut bot = Bot::online().await;
    bot.fake.update("quantum_reaction", &json!({"a": 1}));
    bot.fake.update("message", &json!("not an object"));
    bot.fake.update("message", &json!({"message_id": 3, "date": 1, "chat": {"id": -5, "type": "channel"}, "text": "交了团费"}));
    bot.fake.update("message", &json!({"message_id": 3, "date": 1, "chat": {"id": -5, "type": "hyperspace"}, "text": "交了团费", "from": {"id": 1}}));
    bot.fake.update("message", &json!({"date": 1, "chat": {"id": GROUP, "type": "group"}, "text": "交了团费", "from": {"id": 1}}));
    bot.fake.says_with(GROUP, 77, "别的机器人", "交了团费", &json!({"from": {"id": 77, "is_bot": true, "first_name": "x"}}));
    bot.fake.says_with(GROUP, BOT, "小支", "交了团费", &json!({"from": {"id": BOT, "is_bot": false, "first_name": "x"}}));
    bot.fake.says_with(GROUP, 136_817_688, "频道", "交了团费", &json!({"sender_chat": {"id": -777, "type": "channel"}}));
    bot.fake.update("message", &json!({"message_id": 3, "date": 1, "chat": {"id": GROUP, "type": "group"}, "text": "交了团费"}));
    bot.fake.update("callback_query", &json!({"id": "1", "from": {"id": 201}, "data": "x"}));
    // an admin who hides behind the group is nobody: not even the group
    let hidden =
        json!({"from": {"id": 1_087_968_824, "is_bot": true, "first_name": "Group"}, "sender_chat": {"id": GROUP, "type": "supergroup", "title": "支部群"}});
    bot.fake.says_with(GROUP, 1, "", "谁没交团费", &hidden);
    bot.fake.says(GROUP, 201, "张三", "好");
    assert_eq!(bot.message().await.text(), "好");
    assert!(bot.metrics.text().contains("kind=\"passed_over\"} 11"), "{}", bot.metrics.text());
    // all of it is confirmed
    let last = bot.fake.update("another_kind", &json!({}));
    let told = bot.mark().await;
    bot.courier.kept(&told.0, told.1);
    bot.keeps = true;
    let fake = bot.fake.clone();
    tokio::select! {
        () = fake.confirmed(last) => {}
        event = bot.event() => panic!("nothing more was to come, not {event:?}"),
    }
}

async fn buttons() {
    let mut bot = Bot::online().await;
    let all = ["是", "否"].map(|w| Choice { label: w.into(), says: w.into() });
    let choices = Part::Choices(Choices { question: "0123456789abcdef".into(), of: "201".into(), all: all.into() });
    let ask = Outgoing { chat: group("-100900"), quote: None, parts: vec![Part::Text("要撤销吗？回“是”就撤。".into()), choices] };
    bot.courier.send(&ask).await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!(sent.buttons.iter().map(|b| b.0.as_str()).collect::<Vec<_>>(), ["是", "否"]);
    let yes = sent.buttons[0].1.clone();
    // somebody else, and what a client made up
    for (user, data) in [(202, yes.clone()), (201, yes.replace('是', "否")), (201, String::new()), (201, "x".repeat(64))] {
        bot.fake.presses(user, "李四", &sent, &data);
    }
    let fake = bot.fake.clone();
    let told = tokio::select! {
        told = fake.asked("answerCallbackQuery", 4) => told,
        event = bot.event() => panic!("nobody else's press is heard, not {event:?}"),
    };
    assert_eq!((&told["text"], &told["show_alert"]), (&json!("不是问你的"), &json!(true)));
    // who was asked
    bot.fake.presses(201, "张三", &sent, &yes);
    let m = bot.message().await;
    assert_eq!((m.choice(), m.text().as_str(), m.sender.clone(), m.chat.clone()), (Some("0123456789abcdef"), "是", account(201), group("-100900")));
    assert_eq!(m.quote_id, sent.id.to_string());
    let gone = bot.fake.asked("editMessageReplyMarkup", 1).await;
    assert_eq!((&gone["chat_id"], &gone["message_id"], &gone["reply_markup"]), (&json!(GROUP), &json!(sent.id), &serde_json::Value::Null));
    assert!(bot.fake.asked("answerCallbackQuery", 5).await["text"].is_null());
    // pressed twice is one message: the same source
    bot.fake.presses(201, "张三", &sent, &sent.buttons[1].1);
    assert_eq!(bot.message().await.source(), m.source());
}
