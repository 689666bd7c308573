//! Messages in, and the life of the connection.

use super::{Bot, Duration, Fake, START, Trial, group, person};
use crate::support::story;
use crate::support::wecom::{Fault, GROUP, NAME};
use serde_json::json;
use zhibu::domain::message::Segment;
use zhibu::platform::Platform as _;

pub fn tests() -> Vec<Trial> {
    vec![
        story("wecom::messages_of_groups_and_people", messages),
        story("wecom::the_same_message_is_heard_once", once),
        story("wecom::what_is_none_is_passed_over", passed_over),
        story("wecom::a_connection_that_breaks_comes_back", comes_back),
        story("wecom::a_newer_connection_is_not_fought", not_fought),
        story("wecom::refused_keys_are_tried_now_and_then", refused),
        story("wecom::two_pings_without_an_answer_end_a_connection", dead),
        story("wecom::a_full_inbox_loses_nothing", full_inbox),
    ]
}

async fn messages() {
    let mut bot = Bot::online_with(|s, _| NAME.clone_into(&mut s.name)).await;
    let id = bot.fake.says(GROUP, "ZhangSan", "交了团费 0.2元");
    let m = bot.message().await;
    assert_eq!((m.chat.clone(), m.sender.to_string(), m.text()), (group(GROUP), "wecom:ZhangSan".into(), "交了团费 0.2元".into()));
    assert_eq!((m.mentions_bot, m.sent_at, m.message_id.as_str(), m.quote_id.as_str()), (true, START, &*format!("{id}:"), &*id));
    // a private chat, with the time at which it was said
    bot.fake.says_with("@li.si", "li.si", &json!({"msgtype": "text", "text": {"content": "谁没交"}, "create_time": 1_795_348_700}));
    let m = bot.message().await;
    assert_eq!((m.chat.clone(), m.sent_at, m.mentions_bot), (person("li.si"), 1_795_348_700_000, false));
    assert_eq!(m.chat.to_string(), "wecom:@li.si");
    // words and pictures in one; what is quoted was said by somebody else
    let picture = bot.fake.keeps("a", b"picture");
    let items = json!([{"msgtype": "text", "text": {"content": format!("@{NAME} 看完了")}}, {"msgtype": "image", "image": picture}]);
    bot.fake.says_with(
        GROUP,
        "WangWu",
        &json!({"msgtype": "mixed", "mixed": {"msg_item": items}, "quote": {"msgtype": "text", "text": {"content": "交了团费"}}}),
    );
    let m = bot.message().await;
    assert_eq!((m.text(), m.pictures().count(), m.replies_to.clone()), ("看完了".into(), 1, None));
    // a voice, in WeCom's words; a file; something unknown
    bot.fake.says_with("@li.si", "li.si", &json!({"msgtype": "voice", "voice": {"content": "签到"}}));
    assert_eq!(bot.message().await.text(), "签到");
    let mut file = bot.fake.keeps("b", b"file");
    file["filename"] = json!("../名册.csv");
    bot.fake.says_with("@li.si", "li.si", &json!({"msgtype": "file", "file": file}));
    assert_eq!(bot.message().await.file().map(|f| f.name.clone()), Some("名册.csv".into()));
    bot.fake.says_with("@li.si", "li.si", &json!({"msgtype": "location"}));
    assert_eq!(bot.message().await.segments, [Segment::Other]);
    bot.ends().await;
}

async fn once() {
    let mut bot = Bot::online().await;
    let text = json!({"msgtype": "text", "text": {"content": "@小支 签到"}});
    let id = bot.fake.says_with(GROUP, "ZhangSan", &text);
    assert_eq!(bot.message().await.text(), "签到");
    bot.fake.brings(&id, "REQ-again", GROUP, "ZhangSan", &text);
    // also over another connection
    bot.fake.hangs_up(false);
    bot.expect_online(false).await;
    bot.expect_online(true).await;
    bot.fake.brings(&id, "REQ-again", GROUP, "ZhangSan", &text);
    bot.fake.says(GROUP, "LiSi", "签退");
    assert_eq!(bot.message().await.text(), "签退");
    assert!(bot.metrics.text().contains("repeated"), "{}", bot.metrics.text());
    bot.ends().await;
}

async fn passed_over() {
    let mut bot = Bot::online().await;
    let good = |id: &str| json!({"cmd": "aibot_msg_callback", "headers": {"req_id": "R"}, "body": {"msgid": id, "chattype": "single", "from": {"userid": "u"}, "msgtype": "text", "text": {"content": id}}});
    let mut nobody = good("1");
    nobody["body"]["from"] = json!({"userid": "@all"});
    let mut nowhere = good("2");
    nowhere["body"]["chattype"] = json!("group");
    let mut topic = good("3");
    topic["body"]["from"] = json!({"userid": "a#b"});
    let mut nameless = good("4");
    nameless["body"]["msgid"] = json!(4);
    for frame in [
        format!("{}garbage", good("5")),
        "{".into(),
        "[]".into(),
        "null".into(),
        json!({"cmd": "aibot_new_thing", "headers": {"req_id": "R"}, "body": {}}).to_string(),
        json!({"cmd": ["aibot_msg_callback"], "headers": "none", "body": 7}).to_string(),
        json!({"cmd": "aibot_msg_callback", "headers": {"req_id": "R"}}).to_string(),
        json!({"headers": {"req_id": "nobody asked"}, "errcode": "-1"}).to_string(),
        json!({"cmd": "aibot_event_callback", "headers": {"req_id": "R"}, "body": {"event": {"eventtype": "enter_chat"}}}).to_string(),
        nobody.to_string(),
        nowhere.to_string(),
        topic.to_string(),
        nameless.to_string(),
        good("well").to_string(),
    ] {
        bot.fake.raw(&frame);
    }
    assert_eq!(bot.message().await.text(), "well");
    assert_eq!(bot.fake.connections(), 1, "none of it ends the connection");
    bot.ends().await;
}

async fn comes_back() {
    let mut bot = Bot::online().await;
    for (nth, within) in [(2, true), (3, false), (4, true)] {
        bot.fake.hangs_up(within);
        bot.expect_online(false).await;
        bot.expect_online(true).await;
        bot.fake.subscribed(nth).await;
        bot.fake.says(GROUP, "ZhangSan", "签到");
        assert_eq!(bot.message().await.text(), "签到");
    }
    // a frame beyond the limit ends it, and nothing else
    let long = "长".repeat(500_000);
    bot.fake.says(GROUP, "ZhangSan", &long);
    bot.expect_online(false).await;
    bot.expect_online(true).await;
    bot.ends().await;
}

async fn not_fought() {
    let mut first = Bot::online().await;
    let mut second = Bot::with(first.fake.clone(), |_, _| {});
    second.expect_online(true).await;
    first.expect_online(false).await;
    assert!(first.wecom.accounts().iter().all(|(_, up)| !up));
    // everything is the newer one's, and the older one leaves it alone
    for n in 0..20 {
        let said = second.fake.says(GROUP, "ZhangSan", &format!("第{n}句"));
        assert_eq!(second.message().await.text(), format!("第{n}句"));
        let answer = zhibu::domain::message::Outgoing { quote: Some(said), ..zhibu::domain::message::Outgoing::text(group(GROUP), "好") };
        assert_eq!(first.courier.send(&answer).await, Err(zhibu::domain::message::SendError::Offline));
        second.courier.send(&answer).await.unwrap();
        second.fake.next().await;
    }
    assert_eq!(second.fake.connections(), 2);
    first.ends().await;
    second.ends().await;
}

async fn refused() {
    let fake = Fake::start().await;
    fake.fails("aibot_subscribe", &Fault::Code(40_001, "invalid credential"), 3);
    let mut bot = Bot::with(fake, |_, _| {});
    bot.expect_online(true).await;
    assert_eq!(bot.fake.connections(), 4);
    bot.ends().await;
}

async fn dead() {
    let fake = Fake::start().await;
    fake.deaf(true);
    let mut bot = Bot::with(fake, |_, t| t.ping = Some(Duration::from_millis(5)));
    bot.expect_online(true).await;
    bot.fake.asked("ping", 2).await;
    bot.expect_online(false).await;
    bot.fake.deaf(false);
    bot.fake.subscribed(2).await;
    bot.wecom.quiet().await;
    bot.wecom.close().await;
}

async fn full_inbox() {
    let mut bot = Bot::online().await;
    let said: Vec<String> = (0..300).map(|n| bot.fake.says(GROUP, "ZhangSan", &format!("第{n}句"))).collect();
    // an acknowledgement comes through while nobody takes what was heard
    let answer = zhibu::domain::message::Outgoing { quote: None, ..zhibu::domain::message::Outgoing::text(group(GROUP), "好") };
    bot.courier.send(&answer).await.unwrap();
    bot.fake.next().await;
    for id in said {
        assert_eq!(bot.message().await.quote_id, id);
    }
    bot.ends().await;
}
