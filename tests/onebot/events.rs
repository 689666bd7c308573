//! What events mean, in both message formats, over a real socket; and what broken ones do not do.

use super::{Bot, TOKEN, config, timing};
use crate::support::onebot::{Answer, EPOCH, Format, Implementation, at, cq, reply, text};
use crate::support::{plain, story};
use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use zhibu::domain::message::{AccountKey, ChatKey, Event, Outgoing, Segment, SendError};
use zhibu::platform::Platform as _;
use zhibu::platform::onebot::cq as reader;

pub fn tests() -> Vec<Trial> {
    let mut all = vec![
        Trial::test("onebot::events::cq_codes_survive_a_round_trip", round_trip),
        Trial::test("onebot::events::cq_codes_that_are_none_stay_text", odd_codes),
        story("onebot::events::ids_may_be_strings", ids_as_strings),
        story("onebot::events::broken_frames_cost_nothing", broken_frames),
        story("onebot::events::a_frame_beyond_the_limit_is_left_aside", too_big),
        plain("onebot::events::frames_hold_files", frames_hold_files),
        story("onebot::events::recalls_are_told", recalls),
        story("onebot::events::a_file_told_twice_is_heard_once", uploads),
        story("onebot::events::a_full_inbox_makes_reading_wait", full_inbox),
        story("onebot::events::answers_pass_a_full_inbox", answers_pass),
        story("onebot::events::quiet_takes_no_more_and_loses_nothing", quiet),
    ];
    for format in [Format::Array, Format::Text] {
        all.push(story(format!("onebot::events::messages_mean_the_same_as_{format:?}"), move || messages(format)));
        all.push(story(format!("onebot::events::a_reply_to_the_bot_is_known_as_{format:?}"), move || replies(format)));
    }
    all
}

fn image(file: &str, url: &str) -> Value {
    json!({"type": "image", "data": {"file": file, "url": url, "file_size": "2048"}})
}
fn file(name: &str, id: &str, size: u64) -> Value {
    json!({"type": "file", "data": {"file": name, "file_id": id, "file_size": size.to_string()}})
}

type Case = (Vec<Value>, Vec<Segment>, bool, Option<&'static str>, &'static str);

async fn messages(format: Format) {
    let (mut bot, qq) = Bot::with_qq(config(), format).await;
    let plain = |t: &str| Segment::Text(t.into());
    let other = |id: &str| Segment::At(AccountKey::new("onebot", id));
    // what is said, what is heard, whether the bot is mentioned, what is replied to, and the plain text of it
    let table: Vec<Case> = vec![
        (vec![text("交了团费 0.2元")], vec![plain("交了团费 0.2元")], false, None, "交了团费 0.2元"),
        (vec![at("10000"), text(" 谁没交团费")], vec![plain(" 谁没交团费")], true, None, "谁没交团费"),
        (vec![text("替"), at("20002"), text("签到")], vec![plain("替"), other("20002"), plain("签到")], false, None, "替 签到"),
        (vec![at("all"), text(" 开会")], vec![Segment::AtAll, plain(" 开会")], false, None, "开会"),
        (vec![reply(77), text("撤销")], vec![plain("撤销")], false, Some("77"), "撤销"),
        (vec![reply(-5), at("10000"), text(" 对")], vec![plain(" 对")], true, Some("-5"), "对"),
        (vec![json!({"type": "face", "data": {"id": "178"}}), text("好")], vec![Segment::Other, plain("好")], false, None, "好"),
        (vec![json!({"type": "hologram", "data": {"x": {"y": [1]}}}), text("好")], vec![Segment::Other, plain("好")], false, None, "好"),
        (vec![text("[CQ:at,qq=all]&#91;,]&amp;")], vec![plain("[CQ:at,qq=all]&#91;,]&amp;")], false, None, "[CQ:at,qq=all]&#91;,]&amp;"),
        (vec![text("a\u{0}b\u{7}\u{1b}c\r\nd\re\tf\u{85}")], vec![plain("abc\nd\ne\tf")], false, None, "abc\nd\ne\tf"),
        (vec![], vec![], false, None, ""),
        (vec![text("")], vec![], false, None, ""),
    ];
    for (said, heard, mentions, replies, words) in table {
        let id = qq.says("90000", "20001", "电信2101-张三", &said);
        let m = bot.message().await;
        assert_eq!((&m.segments, m.mentions_bot, m.replies_to.as_deref()), (&heard, mentions, replies), "{said:?}");
        assert_eq!(m.text(), words);
        assert_eq!((m.chat.to_string(), m.bot.to_string(), m.sender.to_string()), ("onebot:90000".into(), "onebot:10000".into(), "onebot:20001".into()));
        assert_eq!((m.sender_name.as_str(), m.quote_id.clone()), ("电信2101-张三", id.to_string()));
        assert_eq!(m.message_id, format!("{id}:{}", m.sent_at / 1000));
        assert!(m.sent_at > EPOCH * 1000 && m.sent_at < (EPOCH + 1000) * 1000, "{}", m.sent_at);
        assert!(!m.replies_to_bot);
    }

    // in private
    let id = qq.tells("20001", &[text("我的记录")]);
    let m = bot.message().await;
    assert_eq!((m.chat.to_string(), m.text(), m.quote_id, m.sender_name.as_str()), ("onebot:@20001".into(), "我的记录".into(), id.to_string(), "n20001"));

    // pictures and files
    qq.says("90000", "20001", "", &[image("A1.png", "https://multimedia.nt.qq.com.cn/d?x=1&y=[2],3"), file("名单,[1].xlsx", "/f-1", 4096)]);
    let m = bot.message().await;
    assert_eq!(m.sender_name, "n20001", "without a card it is the nickname");
    let [Segment::Image(picture), Segment::File(sheet)] = &m.segments[..] else { panic!("{:?}", m.segments) };
    assert_eq!((picture.name.as_str(), picture.size), ("A1.png", Some(2048)));
    assert_eq!((sheet.name.as_str(), sheet.size), ("名单,[1].xlsx", Some(4096)));
    assert_eq!(m.file(), Some(sheet));
    let handle: Value = serde_json::from_str(&picture.handle).unwrap();
    assert_eq!(handle, json!({"bot": "10000", "image": true, "file": "A1.png", "url": "https://multimedia.nt.qq.com.cn/d?x=1&y=[2],3"}));

    // names are one line and end somewhere
    qq.says("90000", "20001", &format!(" 张\u{202e}三\u{0}\n\u{200b}{} ", "长".repeat(500)), &[text("好")]);
    let m = bot.message().await;
    assert!(m.sender_name.starts_with("张三 长") && m.sender_name.chars().count() == 64, "{}", m.sender_name);

    // what is nothing for us: none of it is heard, the message after it is
    let nothing = [
        json!({"post_type": "message_sent", "message_type": "group", "group_id": 90000, "user_id": 10000, "message_id": 5, "message": "我说的", "sender": {}}),
        json!({"post_type": "message", "message_type": "group", "group_id": 90000, "user_id": "10000", "message_id": 6, "message": "我说的", "sender": {}}),
        json!({"post_type": "message", "message_type": "guild", "user_id": 3, "message_id": 6, "message": "x"}),
        json!({"post_type": "notice", "notice_type": "group_increase", "group_id": 90000, "user_id": 20009}),
        json!({"post_type": "notice", "notice_type": "group_recall", "group_id": 90000, "user_id": 10000, "operator_id": 1, "message_id": 4}),
        json!({"post_type": "request", "request_type": "friend", "user_id": 20009, "comment": "加我", "flag": "x"}),
        json!({"post_type": "meta_event", "meta_event_type": "weather"}),
        json!({"post_type": "telepathy", "user_id": 1}),
        json!({"some": "thing"}),
    ];
    for event in nothing {
        qq.event(event);
    }
    qq.heartbeat(30_000, true);
    qq.says("90000", "20001", "", &[text("之后")]);
    assert_eq!(bot.message().await.text(), "之后");
}

async fn replies(format: Format) {
    let (mut bot, qq) = Bot::with_qq(config(), format).await;
    let id = qq.says("90000", "20001", "张三", &[text("签到")]);
    let m = bot.message().await;
    let answer = Outgoing { chat: m.chat, quote: Some(m.quote_id), parts: vec![zhibu::domain::message::Part::Text("记下了。".into())] };
    let own = bot.courier.send(&answer).await.unwrap();
    let sent = qq.next().await;
    assert_eq!((sent.chat.as_str(), sent.quote.as_str(), sent.text.as_str(), sent.id.to_string()), ("90000", id.to_string().as_str(), "记下了。", own));
    qq.says("90000", "20001", "张三", &[reply(sent.id), text("撤销")]);
    let m = bot.message().await;
    assert_eq!((m.replies_to.as_deref(), m.replies_to_bot), (Some(sent.id.to_string().as_str()), true));
    qq.says("90000", "20001", "张三", &[reply(id), text("什么")]);
    assert!(!bot.message().await.replies_to_bot);
}

fn round_trip() -> Result<(), Failed> {
    let word = "[ -~\\[\\],&;#=一-龥\u{1F600}]{0,12}";
    let key = prop::sample::select(vec!["text", "qq", "id", "file", "file_id", "name", "url"]);
    let segment = prop_oneof![
        word.prop_filter("a text says something", |t| !t.is_empty()).prop_map(|t| text(&t)),
        ("[a-z_.-]{1,8}", prop::collection::btree_map(key, word, 0..4))
            .prop_filter("text is no code", |(k, _)| k != "text")
            .prop_map(|(kind, data)| json!({"type": kind, "data": data})),
    ];
    let mut runner = TestRunner::new(Config { cases: 2000, failure_persistence: None, ..Config::default() });
    let check = |segments: Vec<Value>| {
        let read = reader::read(&cq(&segments));
        // two texts side by side are one
        let mut expected: Vec<Value> = Vec::new();
        for s in segments {
            match expected.last_mut().filter(|l| l["type"] == "text" && s["type"] == "text") {
                Some(last) => last["data"]["text"] = format!("{}{}", last["data"]["text"].as_str().unwrap(), s["data"]["text"].as_str().unwrap()).into(),
                None => expected.push(s),
            }
        }
        prop_assert_eq!(read.len(), expected.len());
        for (r, e) in read.iter().zip(&expected) {
            prop_assert_eq!(&*r.kind, e["type"].as_str().unwrap());
            let d = &r.data;
            for (key, field) in
                [("text", &d.text), ("qq", &d.qq), ("id", &d.id), ("file", &d.file), ("file_id", &d.file_id), ("name", &d.name), ("url", &d.url)]
            {
                prop_assert_eq!(&**field, e["data"][key].as_str().unwrap_or(""), "{}", key);
            }
        }
        Ok(())
    };
    runner.run(&prop::collection::vec(segment, 0..6), check).map_err(|e| e.to_string().into())
}

fn odd_codes() -> Result<(), Failed> {
    let table = [
        ("[CQ:at,qq=1", vec!["text=[CQ:at,qq=1"]),
        ("[CQ:]x", vec!["text=[CQ:]x"]),
        ("[CQ:a t,qq=1]", vec!["text=[CQ:a t,qq=1]"]),
        ("[CQ:[CQ:face,id=1]", vec!["text=[CQ:", "face"]),
        ("[at,qq=1]", vec!["text=[at,qq=1]"]),
        ("a]b[c", vec!["text=a]b[c"]),
        ("[CQ:face]b", vec!["face", "text=b"]),
        ("&amp;#91;&#91;", vec!["text=&#91;["]),
        ("&amp;amp;", vec!["text=&amp;"]),
        ("&lt;&unknown;&", vec!["text=&lt;&unknown;&"]),
        ("[CQ:image,url=http://h/?a=1&amp;b=2&#44;3,file=x=y]", vec!["image"]),
        ("", vec![]),
    ];
    for (message, expected) in table {
        let read = reader::read(message);
        let shown: Vec<_> = read.iter().map(|s| if &*s.kind == "text" { format!("text={}", &*s.data.text) } else { s.kind.to_string() }).collect();
        if shown != expected {
            return Err(format!("{message}: {shown:?}, not {expected:?}").into());
        }
        if message.starts_with("[CQ:image") && (&*read[0].data.url, &*read[0].data.file) != ("http://h/?a=1&b=2,3", "x=y") {
            return Err(format!("{:?}", read[0]).into());
        }
    }
    Ok(())
}

async fn ids_as_strings() {
    let mut bot = Bot::start(config()).await;
    let qq = Implementation::new("10000", Format::Array).with_text_ids();
    qq.connect(&bot.door, Some(TOKEN)).await.unwrap();
    bot.expect_online("10000", true).await;
    let id = qq.says("90000", "20001", "张三", &[json!({"type": "at", "data": {"qq": 10000}}), json!({"type": "at", "data": {"qq": 20002}}), text("签到")]);
    let m = bot.message().await;
    assert_eq!(
        (m.chat.to_string(), m.sender.to_string(), m.quote_id.clone(), m.mentions_bot),
        ("onebot:90000".into(), "onebot:20001".into(), id.to_string(), true)
    );
    assert_eq!(m.mentioned().map(ToString::to_string).collect::<Vec<_>>(), ["onebot:20002"]);
    bot.courier.send(&Outgoing { chat: m.chat, quote: Some(m.quote_id), parts: vec![zhibu::domain::message::Part::Text("好".into())] }).await.unwrap();
    // ids go out as the standard has them: numbers in parameters, strings in segments
    let sent = qq.next().await;
    assert_eq!(
        sent.params,
        json!({"group_id": 90000, "message": [{"type": "reply", "data": {"id": id.to_string()}}, {"type": "text", "data": {"text": "好"}}]})
    );
}

async fn broken_frames() {
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    let base =
        |message: Value| json!({"post_type": "message", "message_type": "group", "group_id": 90000, "user_id": 20001, "message_id": 9, "message": message});
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    for frame in
        ["", "{", "nonsense", "[]", "null", "\"x\"", "[1,2]", "{\"post_type\":", &nested, &format!("{{\"message\":{nested}}}"), "{\"post_type\":\"message\"}"]
    {
        qq.raw(Message::text(frame));
    }
    qq.raw(Message::binary(vec![0, 159, 146, 150]));
    qq.raw(Message::binary(base("二进制".into()).to_string().into_bytes()));
    qq.event(json!({"post_type": "message", "message_type": "group", "user_id": 20001, "message": "没有群"}));
    qq.event(json!({"post_type": "message", "message_type": "private", "message": "没有人"}));
    // five megabytes within the limit: chatter, or a message
    qq.event(json!({"post_type": "notice", "notice_type": "x", "filler": "好".repeat(1_700_000)}));
    qq.says("90000", "20001", "张三", &[text(&"好".repeat(850_000))]);
    assert_eq!(bot.message().await.text().len(), 2_550_000);
    // fields of odd kinds: as good as missing, and what is there is heard
    let odd = [
        (json!({"sender": null}), "文"),
        (json!({"sender": "x"}), "文"),
        (json!({"sender": {"card": 5, "nickname": null}}), "文"),
        (json!({"time": "soon", "font": {}, "message_seq": []}), "文"),
        (json!({"message": null, "raw_message": "[CQ:face,id=1]生"}), "生"),
        (json!({"message": {"type": "text", "data": {"text": "一"}}}), "一"),
        (
            json!({"message": [null, 5, "x", [], {}, {"type": "text"}, {"type": 3, "data": 4}, {"type": "at", "data": {}}, {"type": "text", "data": {"text": "余"}}]}),
            "余",
        ),
        (json!({"message": 17}), ""),
        (json!({"sub_type": "anonymous", "anonymous": {"id": 1}}), "文"),
    ];
    for (change, expected) in odd {
        let mut event = base("文".into());
        event.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        qq.event(event);
        let m = bot.message().await;
        assert_eq!(m.text(), expected, "{change}");
        assert!(m.sent_at >= EPOCH * 1000, "without a time it is now");
        assert!(!m.sender_name.is_empty());
    }
    // without an id it can't be quoted, yet two of them are two
    let mut keys = Vec::new();
    for said in ["甲", "乙"] {
        qq.event(json!({"post_type": "message", "message_type": "group", "group_id": 90000, "user_id": 20001, "time": 5, "message": said}));
        let m = bot.message().await;
        assert_eq!(m.quote_id, "");
        keys.push(m.message_id);
    }
    assert_ne!(keys[0], keys[1]);
    assert_eq!(qq.connections(), 1, "nothing of it ended the connection");
    let counted = bot.metrics.text();
    for line in ["kind=\"malformed\"} 9", "kind=\"binary\"} 2", "kind=\"incomplete\"} 2"] {
        assert!(counted.contains(line), "{line} is missing in {counted}");
    }
}

/// A frame that is too large is left aside; whoever waits for it hears so at once, and the connection stays.
async fn too_big() {
    let mut bot = Bot::start(zhibu::config::bot::OneBot { max_frame_bytes: 4 << 20, ..config() }).await;
    let qq = bot.join("10000", Format::Array).await;
    qq.says("90000", "20001", "张三", &[text(&"好".repeat(1_700_000))]);
    qq.says("90000", "20001", "张三", &[text("好")]);
    assert_eq!(bot.message().await.text(), "好");
    assert!(bot.metrics.text().contains("kind=\"too_big\"} 1"));
    let chat = ChatKey::group("onebot", "90000");
    qq.says("90000", "20001", "张三", &[json!({"type": "image", "data": {"file": "A.png"}})]);
    let picture = bot.message().await.pictures().next().unwrap().clone();
    qq.answers("get_image", Answer::Gives(json!({"base64": "A".repeat(5 << 20)})));
    let got = bot.courier.fetch(&chat, &picture, 8 << 20).await;
    assert!(matches!(&got, Err(SendError::Refused(why)) if why.contains("max_frame_bytes")), "{:?}", got.map(|b| b.len()));
    assert_eq!(qq.connections(), 1);
    // beyond all measure it ends, and comes back
    qq.says("90000", "20001", "张三", &[text(&"好".repeat(23_000_000))]);
    bot.expect_online("10000", false).await;
    // the goodbye may be lost, as the fake is still writing
    assert!(matches!(qq.closed().await.0, 1009 | 1006));
    qq.connect(&bot.door, Some(TOKEN)).await.unwrap();
    bot.expect_online("10000", true).await;
    qq.says("90000", "20001", "张三", &[text("好")]);
    assert_eq!(bot.message().await.text(), "好");
}

/// As it is shipped, a file or picture of the largest size fits into a frame, as base64.
fn frames_hold_files() {
    let config = zhibu::config::Config::load(None, &zhibu::config::Env::default()).unwrap().bot;
    let largest = config.onebot.max_file_bytes.max(config.screenshots.max_bytes);
    assert!(config.onebot.max_frame_bytes > largest / 3 * 4 + 65_536);
}

async fn recalls() {
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    qq.event(json!({"post_type": "notice", "notice_type": "group_recall", "time": 1_800_000_500, "group_id": 90000, "user_id": 20001, "operator_id": "20009", "message_id": -77}));
    let account = |id: &str| AccountKey::new("onebot", id);
    let expected = |chat, operator, message: &str, at| Event::Recall {
        chat,
        bot: account("10000"),
        sender: account("20001"),
        operator: account(operator),
        message: message.into(),
        at,
    };
    assert_eq!(bot.event().await, expected(ChatKey::group("onebot", "90000"), "20009", "-77", 1_800_000_500_000));
    qq.event(json!({"post_type": "notice", "notice_type": "friend_recall", "time": 1_800_000_501, "user_id": "20001", "message_id": "78"}));
    assert_eq!(bot.event().await, expected(ChatKey::private(&account("20001")), "20001", "78", 1_800_000_501_000));
}

async fn uploads() {
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    let notice = |user: u64, name: &str, id: &str| {
        let file = json!({"id": id, "name": name, "size": 4096, "busid": 102});
        qq.event(json!({"post_type": "notice", "notice_type": "group_upload", "group_id": 90000, "user_id": user, "file": file}));
    };
    // message first, then notice; and the other way round
    qq.says("90000", "20001", "张三", &[file("a.xlsx", "F1", 4096)]);
    notice(20001, "a.xlsx", "/f1");
    notice(20002, "a.xlsx", "/f2");
    qq.says("90000", "20002", "李四", &[file("a.xlsx", "F2", 4096)]);
    // the same file again, corrected
    qq.says("90000", "20001", "张三", &[file("a.xlsx", "F3", 4097)]);
    notice(20001, "a.xlsx", "/f3");
    // only a notice
    notice(20003, "b.xlsx", "/f4");
    qq.says("90000", "20001", "张三", &[text("完")]);
    let mut heard = Vec::new();
    loop {
        let m = bot.message().await;
        let Some(f) = m.file() else { break };
        let handle: Value = serde_json::from_str(&f.handle).unwrap();
        heard.push((
            m.sender.id.to_string(),
            f.name.clone(),
            handle["file_id"].as_str().unwrap().to_owned(),
            handle["busid"].as_str().unwrap_or("").to_owned(),
            m.quote_id.is_empty(),
        ));
    }
    let told = |user: &str, name: &str, id: &str, busid: &str, notice| (user.to_owned(), name.to_owned(), id.to_owned(), busid.to_owned(), notice);
    assert_eq!(
        heard,
        [
            told("20001", "a.xlsx", "F1", "", false),
            told("20002", "a.xlsx", "/f2", "102", true),
            told("20001", "a.xlsx", "F3", "", false),
            told("20003", "b.xlsx", "/f4", "102", true)
        ]
    );
    // in private there is no twin but an old implementation's notice
    qq.event(
        json!({"post_type": "notice", "notice_type": "offline_file", "user_id": 20001, "file": {"name": "c.xlsx", "size": "9", "url": "http://127.0.0.1/c"}}),
    );
    let m = bot.message().await;
    assert_eq!((m.chat.to_string(), m.file().unwrap().name.as_str(), m.file().unwrap().size), ("onebot:@20001".into(), "c.xlsx", Some(9)));
}

async fn full_inbox() {
    let mut bot = Bot::start_with(config(), timing(), 1).await;
    let qq = bot.join("10000", Format::Array).await;
    for n in 0..20_000 {
        qq.says("90000", "20001", "张三", &[text(&n.to_string())]);
    }
    for n in 0..20_000 {
        assert_eq!(bot.message().await.text(), n.to_string());
    }
}

async fn answers_pass() {
    let mut bot = Bot::start_with(config(), timing(), 1).await;
    let qq = bot.join("10000", Format::Array).await;
    for n in 0..10_000 {
        qq.says("90000", "20001", "张三", &[text(&n.to_string())]);
    }
    // nobody takes an event until the answer is there: it comes behind ten thousand events
    let first = bot.message().await;
    bot.courier.send(&Outgoing::text(first.chat, "好")).await.unwrap();
    for n in 1..10_000 {
        assert_eq!(bot.message().await.text(), n.to_string());
    }
}

async fn quiet() {
    let mut bot = Bot::start_with(config(), timing(), 1).await;
    let qq = bot.join("10000", Format::Array).await;
    for n in 0..100 {
        qq.says("90000", "20001", "张三", &[text(&n.to_string())]);
    }
    // once an answer came back, all before it was read
    bot.courier.send(&Outgoing::text(ChatKey::group("onebot", "90000"), "好")).await.unwrap();
    let Bot { onebot, mut events, courier, .. } = bot;
    let taking = tokio::spawn(async move {
        let mut heard = Vec::new();
        while let Some(Event::Message(m)) = events.recv().await {
            heard.push(m.text());
            if heard.len() == 100 {
                break;
            }
        }
        (heard, events)
    });
    onebot.quiet().await;
    let (heard, mut events) = taking.await.unwrap();
    assert_eq!(heard, (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
    qq.says("90000", "20001", "张三", &[text("太晚")]);
    // sending still works, and what came meanwhile is not taken
    courier.send(&Outgoing::text(ChatKey::group("onebot", "90000"), "再见")).await.unwrap();
    assert!(events.try_recv().is_err());
    onebot.close().await;
    assert_eq!(qq.closed().await, (1001, "the bot is shutting down".into()));
}
