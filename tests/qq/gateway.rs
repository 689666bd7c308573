//! Events by the gateway: who we are, signs of life, going on after every kind of break.

use super::{Bot, Settings, group};
use crate::support::qq::{GROUP, Push, refusal};
use crate::support::story;
use libtest_mimic::Trial;
use secrecy::SecretString;
use serde_json::{Value, json};
use zhibu::domain::message::{Event, Outgoing, SendError};
use zhibu::platform::Platform as _;

pub fn tests() -> Vec<Trial> {
    vec![
        story("qq::gateway::it_says_who_we_are_and_hears", hears),
        story("qq::gateway::it_shows_that_we_live_and_leaves_who_does_not_hear", beats),
        story("qq::gateway::after_a_break_it_goes_on_where_it_was", resumes),
        story("qq::gateway::a_lost_session_begins_anew", afresh),
        story("qq::gateway::what_could_not_be_worked_on_is_brought_again", again),
        story("qq::gateway::what_never_can_be_is_passed_over", in_vain),
        story("qq::gateway::frames_that_are_none_are_passed_over", strange),
        story("qq::gateway::refused_keys_and_bans_are_waited_out", refused),
        story("qq::gateway::a_shutdown_takes_no_more", shutdown),
    ]
}

/// What a hello says: its op, and where it goes on.
fn told(hello: &Value) -> (i64, Option<i64>) {
    (hello["op"].as_i64().unwrap(), hello["d"]["seq"].as_i64())
}

async fn hears() {
    let mut bot = Bot::online().await;
    let hello = bot.fake.hello(1).await;
    assert_eq!(
        (told(&hello), &hello["d"]["token"], &hello["d"]["intents"], &hello["d"]["shard"]),
        ((2, None), &json!("QQBot token-1"), &json!(7 << 24), &json!([0, 1]))
    );
    bot.fake.says(GROUP, "M1", "张三", "交了团费", false).await;
    bot.fake.says(GROUP, "M1", "张三", "谁没交团费", true).await;
    bot.fake.whispers("U1", "张三", "我的记录").await;
    let (asked, private) = (bot.message().await, bot.message().await);
    // nobody hears what is not said to the bot, unless the group's owner lets it
    assert_eq!((asked.text().as_str(), asked.mentions_bot), ("谁没交团费", true));
    assert_eq!((private.text().as_str(), private.mentions_bot, private.chat.to_string()), ("我的记录", false, "qq:@U1".to_owned()));
    assert_eq!((asked.bot.to_string(), asked.sent_at), ("qq:102000001".to_owned(), super::START));
    assert!(!bot.courier.can(&asked.chat).hears_all && bot.courier.can(&private.chat).hears_all);
    let other = "FFFF";
    bot.fake.hears_all(other);
    bot.fake.says(other, "M2", "李四", "交了团费", false).await;
    bot.fake.says(other, "M2", "李四", "谁没交团费", true).await;
    let (plain, asked) = (bot.message().await, bot.message().await);
    assert_eq!((plain.text().as_str(), plain.mentions_bot), ("交了团费", false));
    assert_eq!((asked.text().as_str(), asked.mentions_bot, asked.mentioned().count()), ("谁没交团费", true, 0));
    assert!(bot.courier.can(&plain.chat).hears_all);
    assert!(bot.metrics.text().contains("zhibu_platform_up{platform=\"qq\",account=\"102000001\"} 1"), "{}", bot.metrics.text());
}

async fn beats() {
    let mut bot = Bot::online_with(|fake, _, _| fake.beats(20, false)).await;
    let at = bot.fake.beat(1).await.as_i64().unwrap();
    bot.fake.says(GROUP, "M1", "张三", "在吗", true).await;
    bot.message().await;
    // it says where we are
    let mut nth = 2;
    while bot.fake.beat(nth).await.as_i64().unwrap() <= at {
        nth += 1;
    }
    // who hears nothing is left, and we go on
    bot.fake.beats(20, true);
    assert_eq!(told(&bot.fake.hello(2).await).0, 6);
}

async fn resumes() {
    let mut bot = Bot::online().await;
    bot.fake.hello(1).await;
    bot.fake.says(GROUP, "M1", "张三", "一", true).await;
    assert_eq!(bot.message().await.text(), "一");
    bot.keep_all();
    let mut at = 0;
    let breaks = [Push::Frame(json!({"op": 7, "d": null})), Push::Close(4009), Push::Close(1000), Push::Cut, Push::Frame(json!({"op": 9, "d": true}))];
    for (n, push) in breaks.iter().enumerate() {
        bot.fake.pushes(push);
        // what is said meanwhile is brought
        bot.fake.says(GROUP, "M1", "张三", &n.to_string(), true).await;
        assert_eq!(bot.message().await.text(), n.to_string(), "{push:?}");
        let (op, seq) = told(&bot.fake.hello(n + 2).await);
        assert!(op == 6 && seq >= Some(at), "{push:?}: {op} {seq:?}");
        at = seq.unwrap();
        bot.keep_all();
    }
    assert!(bot.courier.reaches(&group(GROUP)), "such breaks are no news");
}

async fn afresh() {
    let mut bot = Bot::online().await;
    for (n, push) in [Push::Close(4902), Push::Close(4006), Push::Frame(json!({"op": 9, "d": false}))].iter().enumerate() {
        bot.fake.hello(n + 1).await;
        bot.fake.pushes(push);
        assert_eq!(told(&bot.fake.hello(n + 2).await).0, 2, "{push:?}");
    }
    // it goes on, and is told that nobody knows where
    bot.fake.forgets_sessions();
    bot.fake.pushes(&Push::Close(4009));
    assert_eq!((told(&bot.fake.hello(5).await).0, told(&bot.fake.hello(6).await).0), (6, 2));
    // an access token that ended in between is renewed
    bot.fake.drops_tokens();
    bot.fake.pushes(&Push::Close(4009));
    assert_eq!((told(&bot.fake.hello(7).await).0, told(&bot.fake.hello(8).await).0), (6, 2));
    assert_eq!(bot.fake.issued(), 2);
    bot.fake.says(GROUP, "M1", "张三", "还在", true).await;
    assert_eq!(bot.message().await.text(), "还在");
}

async fn again() {
    let mut bot = Bot::online().await;
    bot.keeps = false;
    bot.fake.says(GROUP, "M1", "张三", "一", true).await;
    bot.fake.says(GROUP, "M1", "张三", "二", true).await;
    let first = bot.message().await;
    let (account, one) = bot.mark().await;
    assert_eq!(bot.message().await.text(), "二");
    let (_, two) = bot.mark().await;
    bot.courier.unkept(&account, one);
    let (op, seq) = told(&bot.fake.hello(2).await);
    assert_eq!(op, 6);
    let came = bot.message().await;
    assert_eq!((came.source(), came.text().as_str()), (first.source(), "一"), "from {seq:?} on");
    let (_, three) = bot.mark().await;
    bot.courier.kept(&account, two);
    bot.courier.kept(&account, three);
    // the other one is on its way still, and not heard twice
    bot.keeps = true;
    bot.fake.says(GROUP, "M1", "张三", "三", true).await;
    assert_eq!(bot.message().await.text(), "三");
}

async fn in_vain() {
    let mut bot = Bot::online().await;
    bot.keeps = false;
    bot.fake.says(GROUP, "M1", "张三", "毒", true).await;
    for n in 1..=6 {
        assert_eq!(bot.message().await.text(), "毒", "{n}");
        let (account, mark) = bot.mark().await;
        bot.courier.unkept(&account, mark);
    }
    bot.keeps = true;
    bot.fake.says(GROUP, "M1", "张三", "好", true).await;
    assert_eq!(bot.message().await.text(), "好");
}

async fn strange() {
    let mut bot = Bot::online().await;
    bot.fake.hello(1).await;
    for push in [
        Push::Text("{".into()),
        Push::Text("{\"op\":0,\"t\":\"GROUP_AT_MESSAGE_CREATE\"}garbage".into()),
        Push::Text("[]".into()),
        Push::Frame(json!({"op": 99, "d": {}})),
        Push::Frame(json!({"op": "0"})),
        Push::Frame(json!({"op": 0, "t": "SOMETHING_NEW", "s": 150, "d": {"a": 1}})),
        Push::Frame(json!({"op": 0, "t": "GROUP_AT_MESSAGE_CREATE", "s": 151, "d": {"id": 5, "content": ["x"], "author": "nobody"}})),
        Push::Frame(json!({"op": 0, "t": "C2C_MESSAGE_CREATE", "s": 152, "d": {"id": "m", "author": {"user_openid": "../../users/@me"}}})),
        Push::Frame(
            json!({"op": 0, "t": "GROUP_MESSAGE_CREATE", "s": 153, "d": {"id": "m", "group_openid": "G", "author": {"member_openid": "M", "bot": true}, "content": "我是机器人"}}),
        ),
    ] {
        bot.fake.pushes(&push);
    }
    bot.fake.pushes(&Push::Frame(json!({"op": 0, "t": "GROUP_AT_MESSAGE_CREATE", "s": 154, "d": {
        "id": "m2", "group_openid": "G", "author": {"member_openid": "M"}, "content": " <faceType=1,faceId=\"1\"> a&lt;b &amp;lt; <3 <@X2> 好", "timestamp": "never",
        "attachments": [{"content_type": "image/png", "url": "multimedia.nt.qq.com.cn/x"}, {"content_type": "voice", "url": "https://x"}, 7],
        "mentions": [{"scope": "single", "id": "X2", "member_openid": "X2", "is_you": false}, {"scope": "all", "is_you": true}]}})));
    let m = bot.message().await;
    assert_eq!((m.text().as_str(), m.sent_at), ("a<b &lt; <3  好", 0));
    assert_eq!(m.mentioned().map(ToString::to_string).collect::<Vec<_>>(), ["qq:X2"]);
    assert_eq!((m.pictures().count(), m.pictures().next().unwrap().handle.as_str()), (1, r#"{"url":"https://multimedia.nt.qq.com.cn/x"}"#));
    assert_eq!(bot.fake.count("messages"), 0);
}

async fn refused() {
    let mut bot = Bot::start(|_, settings: &mut Settings, _| settings.secret = SecretString::from("wrong")).await;
    bot.fake.asked("getAppAccessToken", 3).await;
    assert!(bot.events.try_recv().is_err() && bot.courier.send(&Outgoing::text(group(GROUP), "好")).await == Err(SendError::Offline));
    assert!(!bot.courier.reaches(&group(GROUP)));
    // storms are tried through
    let mut bot = Bot::start(|fake, _, _| fake.fails("getAppAccessToken", &refusal(502, 1), 3)).await;
    bot.expect_online(true).await;
    // taken down: told, and tried now and then
    bot.fake.pushes(&Push::Close(4914));
    bot.expect_online(false).await;
    bot.expect_online(true).await;
    assert_eq!(told(&bot.fake.hello(2).await).0, 2);
}

async fn shutdown() {
    let mut bot = Bot::online().await;
    bot.fake.says(GROUP, "M1", "张三", "一", true).await;
    let m = bot.message().await;
    bot.qq.quiet().await;
    bot.fake.says(GROUP, "M1", "张三", "二", true).await;
    bot.courier.send(&Outgoing { quote: Some(m.quote_id), ..Outgoing::text(group(GROUP), "收到") }).await.unwrap();
    assert_eq!(bot.fake.next().await.text, "收到", "sending still works");
    bot.qq.close().await;
    bot.keep_all();
    assert!(!matches!(bot.events.try_recv(), Ok(Event::Message(_))));
}
