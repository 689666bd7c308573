//! How the bot's messages leave: as answers while that lasts, by themselves where that is allowed, and what it makes of
//! refusals.

use super::{Bot, group, person};
use crate::support::qq::{Fault, GROUP, refusal};
use crate::support::story;
use libtest_mimic::Trial;
use serde_json::json;
use zhibu::domain::message::{Choice, Choices, Incoming, Outgoing, Part, Segment, SendError};

pub fn tests() -> Vec<Trial> {
    vec![
        story("qq::courier::an_answer_has_its_window_and_rising_numbers", windows),
        story("qq::courier::what_answers_nothing_is_carried_goes_or_waits", carried),
        story("qq::courier::a_chat_says_whether_it_takes_what_answers_nothing", said),
        story("qq::courier::quotas_are_kept_beforehand", quotas),
        story("qq::courier::storms_are_tried_through_and_nothing_goes_twice", storms),
        story("qq::courier::a_token_that_ends_mid_send_is_renewed", tokens),
        story("qq::courier::refusals_say_why_in_our_words", refusals),
        story("qq::courier::names_with_markup_stay_text", names),
        story("qq::courier::long_text_is_split_at_line_ends", long),
        story("qq::courier::garbage_after_an_answer_is_no_answer", garbage),
        story("qq::courier::buttons_are_one_persons", buttons),
        story("qq::courier::a_reply_to_the_bot_is_known", replies),
    ]
}

impl Bot {
    /// Somebody asks in the group; what was heard.
    pub(super) async fn asked(&mut self) -> Incoming {
        self.fake.says(GROUP, "M1", "张三", "在吗", true).await;
        let m = self.message().await;
        // whether the group takes what answers nothing is asked at first
        self.fake.asked("bot_state", 1).await;
        m
    }
    async fn whispered(&mut self) -> Incoming {
        self.fake.whispers("U1", "张三", "在吗").await;
        self.message().await
    }
    async fn answers(&self, m: &Incoming, text: &str) -> Result<String, SendError> {
        self.courier.send(&Outgoing { quote: Some(m.quote_id.clone()), ..Outgoing::text(m.chat.clone(), text) }).await
    }
    async fn starts(&self, m: &Incoming, text: &str) -> Result<String, SendError> {
        self.courier.send(&Outgoing::text(m.chat.clone(), text)).await
    }
    /// The next message: what it answers and its number.
    async fn went(&self) -> (String, i64) {
        let sent = self.fake.next().await;
        (sent.answers, sent.seq)
    }
}

/// Not before somebody speaks.
fn waits(sent: Result<String, SendError>) -> bool {
    sent.is_err_and(|e| matches!(e, SendError::Waits(_)))
}

async fn windows() {
    let mut bot = Bot::online_with(|fake, _, _| {
        fake.takes_answers_only(GROUP);
        fake.takes_answers_only("@U1");
    })
    .await;
    let m = bot.asked().await;
    bot.until_push(&m, false).await;
    for n in 1..=5 {
        let id = bot.answers(&m, "好").await.unwrap();
        let sent = bot.fake.next().await;
        assert_eq!((sent.answers, sent.seq, sent.id), (m.quote_id.clone(), n, id));
    }
    let before = bot.fake.count("messages");
    assert!(waits(bot.answers(&m, "第六").await) && !bot.courier.reaches(&m.chat));
    // the next message carries it
    let next = bot.asked().await;
    assert!(bot.courier.reaches(&m.chat));
    bot.answers(&m, "第六").await.unwrap();
    assert_eq!(bot.went().await, (next.quote_id.clone(), 1));
    bot.clock.advance(297_000);
    assert!(waits(bot.answers(&next, "迟了").await) && !bot.courier.reaches(&m.chat));
    assert_eq!(bot.fake.count("messages"), before + 1, "what can't go is not tried");
    // in private: four, within an hour
    let m = bot.whispered().await;
    bot.clock.advance(3_590_000);
    for n in 1..=4 {
        bot.answers(&m, "好").await.unwrap();
        assert_eq!(bot.went().await, (m.quote_id.clone(), n));
    }
    assert!(waits(bot.answers(&m, "第五").await));
    let m = bot.whispered().await;
    bot.clock.advance(3_600_000);
    assert!(waits(bot.answers(&m, "迟了").await));
}

async fn carried() {
    let mut bot = Bot::online_with(|fake, _, _| {
        fake.takes_answers_only(GROUP);
        fake.tells_no_state();
    })
    .await;
    let m = bot.asked().await;
    assert!(bot.courier.can(&m.chat).push, "nothing is known yet");
    bot.clock.advance(400_000);
    // it is tried, refused, and not tried again
    let before = bot.fake.count("messages");
    assert!(waits(bot.starts(&m, "提醒").await) && waits(bot.starts(&m, "提醒").await));
    assert_eq!(bot.fake.count("messages"), before + 1);
    assert!(!bot.courier.can(&m.chat).push && !bot.courier.reaches(&m.chat));
    // somebody speaks: it goes as an answer, and leaves room for the answer itself
    let m = bot.asked().await;
    for n in 1..=3 {
        bot.starts(&m, "提醒").await.unwrap();
        assert_eq!(bot.went().await, (m.quote_id.clone(), n));
    }
    assert!(waits(bot.starts(&m, "提醒").await));
    bot.answers(&m, "在").await.unwrap();
    assert_eq!(bot.went().await, (m.quote_id.clone(), 4));
    bot.starts(&m, "提醒").await.unwrap();
    assert_eq!(bot.went().await, (m.quote_id.clone(), 5));
    // in private it may go by itself, but is carried where that is possible
    let private = bot.whispered().await;
    bot.starts(&private, "你好").await.unwrap();
    assert_eq!(bot.went().await, (private.quote_id.clone(), 1));
    bot.clock.advance(4_000_000);
    bot.starts(&private, "你好").await.unwrap();
    assert_eq!(bot.went().await, (String::new(), 1));
    // a platform that is set to start nothing
    let mut bot = Bot::online_with(|_, settings, _| settings.push = false).await;
    let m = bot.asked().await;
    bot.clock.advance(400_000);
    assert!(!bot.courier.capabilities().push && waits(bot.starts(&m, "提醒").await));
    assert_eq!(bot.fake.count("messages"), 0);
    // an answer of which an earlier process heard the question: QQ knows whether that still goes, and under which number
    let bot = Bot::online().await;
    let (_, question) = bot.fake.message(GROUP, "M1", "张三", "在吗", &json!({}));
    let id = question["id"].as_str().unwrap().to_owned();
    bot.fake.hello(1).await;
    let answer = Outgoing { quote: Some(id.clone()), ..Outgoing::text(group(GROUP), "在") };
    bot.courier.send(&answer).await.unwrap();
    assert_eq!(bot.went().await, (id.clone(), 1));
    // a second process begins its numbers anew, and finds the next one that is free
    let again = Bot::beside(&bot).await;
    again.courier.send(&answer).await.unwrap();
    assert_eq!(bot.went().await, (id, 2));
}

async fn said() {
    let mut bot = Bot::online_with(|fake, _, _| fake.takes_answers_only(GROUP)).await;
    let m = bot.asked().await;
    bot.until_push(&m, false).await;
    bot.clock.advance(400_000);
    assert!(waits(bot.starts(&m, "提醒").await));
    assert_eq!(bot.fake.count("messages"), 0, "QQ said so beforehand");
    for (kind, takes) in [("GROUP_MSG_RECEIVE", true), ("GROUP_MSG_REJECT", false), ("GROUP_MSG_RECEIVE", true), ("GROUP_DEL_ROBOT", false)] {
        bot.fake.dispatch(kind, &json!({"group_openid": GROUP, "op_member_openid": "M1", "timestamp": 1})).await;
        bot.until_push(&m, takes).await;
        assert_eq!(bot.courier.reaches(&m.chat), takes);
    }
    for (kind, takes) in [("C2C_MSG_REJECT", false), ("C2C_MSG_RECEIVE", true), ("FRIEND_DEL", false), ("FRIEND_ADD", true)] {
        bot.fake.dispatch(kind, &json!({"openid": "U1", "timestamp": 1})).await;
        bot.until_push(&Incoming { chat: person("U1"), ..m.clone() }, takes).await;
    }
}

impl Bot {
    /// An event that nothing comes of shows by its mark.
    async fn until_push(&mut self, m: &Incoming, takes: bool) {
        while self.courier.can(&m.chat).push != takes {
            if let Ok(event) = self.events.try_recv() {
                assert!(matches!(event, zhibu::domain::message::Event::Mark { .. }), "{event:?}");
            }
            tokio::task::yield_now().await;
        }
    }
}

async fn quotas() {
    let mut bot = Bot::online_with(|_, settings, _| {
        settings.push_group_per_minute = 3;
        settings.push_group_per_day = 5;
        settings.push_per_minute = 4;
    })
    .await;
    let (one, other) = (group(GROUP), group("FFFF"));
    let send = async |chat: &zhibu::domain::message::ChatKey| bot.courier.send(&Outgoing::text(chat.clone(), "提醒")).await;
    let later = |sent: Result<String, SendError>| match sent {
        Err(SendError::Later { after: Some(ms), .. }) => ms,
        other => panic!("{other:?}"),
    };
    for _ in 0..3 {
        send(&one).await.unwrap();
    }
    bot.clock.advance(10_000);
    assert_eq!(later(send(&one).await), 50_000, "the group's minute");
    send(&other).await.unwrap();
    assert_eq!(later(send(&other).await), 50_000, "everybody's minute");
    bot.clock.advance(60_000);
    send(&one).await.unwrap();
    send(&one).await.unwrap();
    bot.clock.advance(120_000);
    assert_eq!(later(send(&one).await), 86_400_000 - 190_000, "the group's day");
    send(&other).await.unwrap();
    assert_eq!(bot.fake.count("messages"), 7);
    // what the platform asks for holds for what answers nothing; answers go on
    bot.fake.fails("messages", &refusal(400, 40_034_100), 1);
    assert_eq!(later(bot.courier.send(&Outgoing::text(other.clone(), "提醒")).await), 30_000);
    assert_eq!(later(bot.courier.send(&Outgoing::text(other.clone(), "提醒")).await), 30_000);
    assert_eq!(bot.fake.count("messages"), 8);
    bot.fake.says("FFFF", "M1", "张三", "在吗", true).await;
    let m = bot.message().await;
    bot.answers(&m, "在").await.unwrap();
}

async fn storms() {
    let mut bot = Bot::online_with(|_, settings, _| settings.request_timeout_ms = 400).await;
    let m = bot.asked().await;
    for fault in [Fault::Page(502), refusal(500, 50_055_002)] {
        bot.fake.fails("messages", &fault, 2);
        bot.answers(&m, "好").await.unwrap();
    }
    assert_eq!((bot.went().await, bot.went().await), ((m.quote_id.clone(), 1), (m.quote_id.clone(), 2)));
    bot.fake.fails("messages", &Fault::Page(503), 3);
    assert!(matches!(bot.answers(&m, "好").await, Err(SendError::Unknown(_) | SendError::Later { .. })));
    // an answer whose answer was lost: the same number again, and QQ says that it went
    let m = bot.asked().await;
    for fault in [Fault::Cut, Fault::Silence] {
        let before = bot.fake.unread().len();
        bot.fake.fails("messages", &fault, 1);
        bot.answers(&m, "一次").await.unwrap();
        assert_eq!(bot.fake.unread().len(), before + 1, "{fault:?}: it went once");
    }
    // what answers nothing has no number: nobody knows
    bot.clock.advance(400_000);
    bot.fake.fails("messages", &Fault::Cut, 1);
    assert!(matches!(bot.starts(&m, "提醒").await, Err(SendError::Unknown(_))));
    for (fault, ms) in [(Fault::Status(429, json!({"code": 1})), 10_000), (refusal(400, 22_009), 600_000)] {
        let m = bot.asked().await;
        bot.fake.fails("messages", &fault, 1);
        let later = bot.answers(&m, "好").await.unwrap_err();
        assert!(matches!(later, SendError::Later { after: Some(wait), .. } if wait == ms), "{later:?}");
        bot.answers(&m, "好").await.unwrap();
    }
    // it may have gone: that too many went says nothing of that
    let m = bot.asked().await;
    bot.fake.fails("messages", &Fault::Cut, 1);
    bot.fake.fails("messages", &Fault::Status(429, json!({"code": 1})), 1);
    assert!(matches!(bot.answers(&m, "一次").await, Err(SendError::Unknown(_))));
}

async fn tokens() {
    let mut bot = Bot::online().await;
    let m = bot.asked().await;
    assert_eq!(bot.fake.issued(), 1);
    bot.fake.drops_tokens();
    bot.answers(&m, "好").await.unwrap();
    assert_eq!((bot.fake.issued(), bot.went().await), (2, (m.quote_id.clone(), 1)));
    // before its end it is renewed, and not before that
    bot.clock.advance(7_130_000);
    let m = bot.asked().await;
    bot.answers(&m, "好").await.unwrap();
    assert_eq!(bot.fake.issued(), 2);
    bot.clock.advance(20_000);
    bot.answers(&m, "好").await.unwrap();
    assert_eq!(bot.fake.issued(), 3);
    // no new one is given
    bot.fake.drops_tokens();
    bot.fake.fails("getAppAccessToken", &Fault::Page(502), 9);
    assert!(matches!(bot.answers(&m, "好").await, Err(SendError::Later { .. })));
}

async fn refusals() {
    let mut bot = Bot::online().await;
    let m = bot.asked().await;
    for (http, code, ours) in
        [(400, 40_034_002, "does not take it (400, 40034002)"), (400, 40_054_007, "too long"), (413, 1, "too large"), (200, 11_000, "does not take it")]
    {
        bot.fake.fails("messages", &refusal(http, code), 1);
        let Err(SendError::Refused(why)) = bot.answers(&m, "好").await else { panic!("{code}") };
        assert!(why.contains(ours) && !why.contains("张三"), "{why}");
    }
    for chat in [zhibu::domain::message::ChatKey::group("onebot", "1"), group("../users/x"), person(""), group("a b")] {
        assert!(matches!(bot.courier.send(&Outgoing::text(chat, "好")).await, Err(SendError::Refused(_))));
    }
    assert!(matches!(bot.answers(&m, " \n").await, Err(SendError::Refused(_))), "nothing to say");
    assert!(bot.courier.members(&m.chat).await.is_err() && bot.courier.react(&m.chat, "1").await.is_err());
}

async fn names() {
    let evil = "<@ALL>*张_三*[x](mqqapi://x)";
    let parts = || {
        let mention = |id: &str, name: &str| Part::Mention { id: id.into(), name: name.into() };
        vec![Part::Text("请 ".into()), mention("M1", evil), mention("M2", "李四"), Part::Text("交团费\u{0}".into())]
    };
    let mut bot = Bot::online().await;
    let m = bot.asked().await;
    let answer = Outgoing { chat: m.chat.clone(), quote: Some(m.quote_id.clone()), parts: parts() };
    bot.courier.send(&answer).await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!((sent.text.as_str(), sent.marked), ("请 @＜@ALL>*张_三*[x](mqqapi://x) @李四 交团费", false));
    assert!(!bot.courier.capabilities().mention);
    // with markdown, mentions are mentions, and the rest is text
    let mut bot = Bot::online_with(|fake, settings, _| {
        fake.lets_mark();
        settings.markdown = true;
    })
    .await;
    let m = bot.asked().await;
    assert!(bot.courier.capabilities().mention);
    bot.courier.send(&Outgoing { chat: m.chat.clone(), quote: Some(m.quote_id.clone()), parts: parts() }).await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!((sent.text.as_str(), sent.marked), ("请 <@M1> <@M2> 交团费", true));
    bot.answers(&m, evil).await.unwrap();
    assert_eq!(bot.fake.next().await.text, "＜@ALL>*张_三*[x](mqqapi://x)");
    // a right that the bot only thought it had
    let mut bot = Bot::online_with(|_, settings, _| settings.markdown = true).await;
    let m = bot.asked().await;
    for _ in 0..2 {
        bot.courier.send(&Outgoing { chat: m.chat.clone(), quote: Some(m.quote_id.clone()), parts: parts() }).await.unwrap();
        assert!(!bot.fake.next().await.marked && !bot.courier.capabilities().mention);
    }
    assert_eq!(bot.fake.count("messages"), 3, "it is tried once");
}

async fn long() {
    let mut bot = Bot::online().await;
    let m = bot.asked().await;
    let lines = (1..=300).map(|n| format!("{n}. 某某某😀还没有交\n")).collect::<Vec<_>>().concat();
    let first = bot.answers(&m, &lines).await.unwrap();
    let (mut heard, mut count) = (String::new(), 0);
    while heard.len() + 1 < lines.len() {
        let sent = bot.fake.next().await;
        assert_eq!(sent.id == first, count == 0);
        assert!(sent.text.len() <= 3000 && sent.text.ends_with("还没有交"), "{}", sent.text.len());
        heard = format!("{heard}{}\n", sent.text);
        count += 1;
        assert_eq!((sent.seq, sent.answers), (count, m.quote_id.clone()));
    }
    assert_eq!((heard, count), (lines, 4));
}

async fn garbage() {
    let mut bot = Bot::online().await;
    let m = bot.asked().await;
    // it went, and what was said of it can't be read: the same number again is known, and goes out once
    bot.fake.fails("messages", &Fault::Garbage, 1);
    bot.answers(&m, "好").await.unwrap();
    assert_eq!((bot.fake.next().await.text.as_str(), bot.fake.unread().len(), bot.fake.count("messages")), ("好", 0, 2));
}

async fn buttons() {
    let mut bot = Bot::online_with(|fake, settings, _| {
        fake.lets_mark();
        (settings.markdown, settings.buttons) = (true, true);
    })
    .await;
    assert!(bot.courier.capabilities().choices);
    let m = bot.asked().await;
    let all = ["是", "否"].map(|word| Choice { label: word.into(), says: word.into() }).to_vec();
    let choices = Choices { question: "0123456789abcdef".into(), of: "M1".into(), all };
    let question = Outgoing { chat: m.chat.clone(), quote: Some(m.quote_id.clone()), parts: vec![Part::Text("*好*吗？".into()), Part::Choices(choices)] };
    bot.courier.send(&question).await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!((sent.text.as_str(), sent.buttons.len(), sent.buttons[0].2.as_str()), ("＊好＊吗？", 2, "M1"));
    // somebody else, or other words, say nothing
    bot.fake.presses("M2", &sent, &sent.buttons[0].1).await;
    bot.fake.presses("M1", &sent, &sent.buttons[0].1.replace('是', "好")).await;
    assert_eq!((bot.fake.asked("interaction-1", 1).await, bot.fake.asked("interaction-1", 2).await), (json!({"code": 3}), json!({"code": 3})));
    bot.fake.presses("M1", &sent, &sent.buttons[1].1).await;
    let pressed = bot.message().await;
    assert_eq!(pressed.segments, [Segment::Choice { question: "0123456789abcdef".into(), says: "否".into() }]);
    assert_eq!(bot.fake.asked("interaction-1", 3).await, json!({"code": 0}));
    // what it leads to answers the press
    bot.answers(&pressed, "好的").await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!((sent.answers, sent.seq), (pressed.quote_id.clone(), 1));
    assert!(bot.fake.asked("messages", 2).await["event_id"].is_string());
}

async fn replies() {
    let mut bot = Bot::online().await;
    let m = bot.asked().await;
    let id = bot.answers(&m, "在").await.unwrap();
    for (quoted, ours) in [
        (json!({"msg_idx": id}), true),
        (json!({"msg_idx": "REFIDX_other", "author": {"bot": true, "username": "小支"}}), true),
        (json!({"msg_idx": "REFIDX_other", "author": {"bot": true, "username": "别的"}}), false),
        (json!({"msg_idx": "REFIDX_other", "author": {"bot": false, "username": "小支"}}), false),
    ] {
        let (kind, d) = bot.fake.message(GROUP, "M1", "张三", "撤销", &json!({"msg_elements": [quoted]}));
        bot.fake.dispatch(&kind, &d).await;
        let m = bot.message().await;
        assert_eq!((m.replies_to_bot, m.replies_to.as_deref()), (ours, quoted["msg_idx"].as_str()), "{quoted}");
    }
}
