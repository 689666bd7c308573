//! The one answer that each message has: in time, however often it is asked for, of so many bytes, with what waits behind it.

use super::{Bot, Duration, Event, TEXT, person, waits};
use crate::support::official::text_elements;
use crate::support::story;
use libtest_mimic::Trial;
use zhibu::domain::attachment::Attachment;
use zhibu::domain::message::{Outgoing, Part, SendError};

pub fn tests() -> Vec<Trial> {
    vec![
        story("official::answers::three_tries_are_one_message_with_one_answer", three),
        story("official::answers::an_answer_that_comes_between_two_tries_is_kept_for_the_next", between),
        story("official::answers::what_was_answered_is_answered_alike", alike),
        story("official::answers::what_is_not_durable_comes_again", lost),
        story("official::answers::where_nothing_is_said_it_is_acknowledged", silence),
        story("official::answers::a_long_one_goes_on_when_asked", long),
        story("official::answers::the_rest_goes_along_with_the_next", rest),
        story("official::answers::what_waits_goes_along", along),
        story("official::answers::what_is_too_long_does_not_go_along", too_long),
        story("official::answers::who_follows_is_welcomed_once", follows),
        story("official::answers::only_people_are_answered_and_with_words", refused),
    ]
}

/// The status and words of a request that brings a message, as long as a person's patience.
async fn brings(bot: &Bot, id: &str, text: &str) -> Option<(u16, String)> {
    bot.fake.brings(&bot.fake.body("oLi", &format!("{}<MsgId>{id}</MsgId>", text_elements(text)))).await
}

async fn three() {
    let mut bot = Bot::open().await;
    bot.fake.patience = Duration::from_millis(30);
    assert_eq!(brings(&bot, "1", "交了团费").await, None, "WeChat hangs up");
    assert_eq!(brings(&bot, "1", "交了团费").await, None);
    assert_eq!(bot.event().await, heard("1"));
    bot.fake.patience = Duration::from_secs(20);
    let fake = bot.fake.clone();
    let body = fake.body("oLi", &format!("{}<MsgId>1</MsgId>", text_elements("交了团费")));
    let asked = tokio::spawn(async move { fake.brings(&body).await });
    bot.answers("oLi", "1", "记好了").await.unwrap();
    let (status, said) = asked.await.unwrap().unwrap();
    assert_eq!((status, bot.fake.opened("oLi", &said).as_deref()), (200, Some("记好了")));
    assert!(bot.metrics.text().contains("repeated"));
    bot.ends().await;
}

/// What is handed over of a message.
fn heard(id: &str) -> Event {
    use zhibu::domain::message::{AccountKey, Incoming, Segment};
    let sender = AccountKey::new("official", "oLi");
    Event::Message(Box::new(Incoming {
        chat: person("oLi"),
        bot: AccountKey::new("official", crate::support::official::APP),
        sender_name: "oLi".into(),
        sender,
        message_id: format!("{id}:"),
        quote_id: id.into(),
        sent_at: super::START,
        segments: vec![Segment::Text("交了团费".into())],
        mentions_bot: false,
        replies_to: None,
        replies_to_bot: false,
        missed: false,
    }))
}

async fn between() {
    let mut bot = Bot::open().await;
    bot.fake.patience = Duration::from_millis(30);
    assert_eq!(brings(&bot, "1", "交了团费").await, None);
    bot.message().await;
    // nobody waits at the door just now, but it comes again
    bot.answers("oLi", "1", "记好了").await.unwrap();
    bot.fake.patience = Duration::from_secs(20);
    let (_, said) = brings(&bot, "1", "交了团费").await.unwrap();
    assert_eq!(bot.fake.opened("oLi", &said).as_deref(), Some("记好了"));
    bot.ends().await;
    // where it never comes again, it goes with the answer to the next
    let mut bot = Bot::with(false, |_, t| t.gather = Duration::from_secs(3)).await;
    bot.fake.patience = Duration::from_millis(30);
    for _ in 0..2 {
        assert_eq!(brings(&bot, "2", "签到").await, None);
    }
    bot.message().await;
    bot.answers("oLi", "2", "签好了").await.unwrap();
    // it comes the third and last time, and hangs up while more may still be said
    assert_eq!(brings(&bot, "2", "签到").await, None);
    bot.fake.patience = Duration::from_secs(20);
    let id = bot.fake.says("oLi", "欠多少");
    bot.message().await;
    bot.answers("oLi", &id, "不欠").await.unwrap();
    assert_eq!(bot.read().await, (id, "不欠\n\n（接着）\n签好了".into()));
    bot.ends().await;
}

async fn alike() {
    let mut bot = Bot::open().await;
    let id = bot.hears("oLi", "欠多少").await;
    bot.answers("oLi", &id, "不欠").await.unwrap();
    assert_eq!(bot.read().await, (id.clone(), "不欠".into()));
    // the answer was lost on the way: WeChat asks again
    for _ in 0..2 {
        let (status, said) = brings(&bot, &id, "欠多少").await.unwrap();
        assert_eq!((status, bot.fake.opened("oLi", &said).as_deref()), (200, Some("不欠")));
    }
    // it had its answer
    assert!(waits(&bot.answers("oLi", &id, "还有").await));
    bot.ends().await;
}

async fn lost() {
    let mut bot = Bot::with(false, |_, t| t.hold = Duration::from_millis(30)).await;
    // twice it can't be worked on, then it can
    for keeps in [false, false, true] {
        let fake = bot.fake.clone();
        let body = fake.body("oLi", &format!("{}<MsgId>1</MsgId>", text_elements("交了团费")));
        let asked = tokio::spawn(async move { fake.brings(&body).await });
        assert_eq!(bot.message().await.text(), "交了团费");
        let (account, mark) = bot.mark().await;
        if keeps {
            bot.courier.kept(&account, mark);
            bot.answers("oLi", "1", "记好了").await.unwrap();
            let (status, said) = asked.await.unwrap().unwrap();
            assert_eq!((status, bot.fake.opened("oLi", &said).as_deref()), (200, Some("记好了")));
        } else {
            bot.courier.unkept(&account, mark);
            assert_eq!(asked.await.unwrap().unwrap().0, 503);
        }
    }
    // three times it can't: an apology is said the third time, where there is one
    for (nth, expected) in [(1, 503), (2, 503), (3, 200)] {
        let fake = bot.fake.clone();
        let body = fake.body("oLi", &format!("{}<MsgId>2</MsgId>", text_elements("签到")));
        let asked = tokio::spawn(async move { fake.brings(&body).await });
        bot.message().await;
        let (account, mark) = bot.mark().await;
        bot.courier.unkept(&account, mark);
        if nth == 1 {
            bot.answers("oLi", "2", "没记上，请再发一次").await.unwrap();
        }
        let (status, said) = asked.await.unwrap().unwrap();
        assert_eq!(status, expected, "{nth}");
        if status == 200 {
            assert_eq!(bot.fake.opened("oLi", &said).as_deref(), Some("没记上，请再发一次"));
        }
    }
    bot.ends().await;
}

async fn silence() {
    let mut bot = Bot::with(false, |_, t| t.grace = Duration::from_millis(5)).await;
    let id = bot.hears("oLi", "😊").await;
    assert_eq!(bot.fake.delivered(&id, 1).await, ["200"]);
    // what is said later finds nobody
    assert!(waits(&bot.answers("oLi", &id, "嗯").await));
    bot.ends().await;
}

async fn long() {
    let mut bot = Bot::open().await;
    let id = bot.hears("oLi", "谁没交团费").await;
    let lines: Vec<String> = (1..=60).map(|n| format!("{n}. 成员😀{n} 未交")).collect();
    bot.answers("oLi", &id, &lines.join("\n")).await.unwrap();
    let mut all = Vec::new();
    loop {
        let (answers, text) = bot.read().await;
        assert!(text.len() <= TEXT, "{} bytes", text.len());
        let more = text.ends_with("\n\n（没完）");
        let bare = text.strip_suffix("\n\n（没完）").unwrap_or(&text);
        assert_eq!(bare.starts_with("（接着）\n"), answers != id && bare.len() <= TEXT && bare.starts_with('（'));
        all.extend(bare.strip_prefix("（接着）\n").unwrap_or(bare).lines().filter(|l| !l.is_empty()).map(str::to_owned));
        if !more {
            break;
        }
        // it is the platform's own, and nobody else hears it
        bot.fake.says("oLi", " 继续 ");
    }
    assert_eq!(all, lines, "nothing is lost, and no character is cut");
    // where nothing waits it is a message like another
    let id = bot.hears("oLi", "继续").await;
    bot.answers("oLi", &id, "继续什么？").await.unwrap();
    assert_eq!(bot.read().await.1, "继续什么？");
    bot.ends().await;
}

async fn rest() {
    let mut bot = Bot::open().await;
    let id = bot.hears("oLi", "谁没交团费").await;
    let text = "一二三四五六七八九十一二三四五六七八九十\n".repeat(5);
    bot.answers("oLi", &id, &text).await.unwrap();
    assert!(bot.read().await.1.ends_with("（没完）"));
    let id = bot.hears("oLi", "欠多少").await;
    bot.answers("oLi", &id, "不欠").await.unwrap();
    assert_eq!(bot.read().await, (id, "不欠\n\n（接着）\n一二三四五六七八九十一二三四五六七八九十".into()));
    // another person's is another's
    let id = bot.hears("oWang", "欠多少").await;
    bot.answers("oWang", &id, "不欠").await.unwrap();
    assert_eq!(bot.read().await, (id, "不欠".into()));
    bot.ends().await;
}

async fn along() {
    let mut bot = Bot::open().await;
    let chat = person("oLi");
    assert!(!bot.courier.can(&chat).push && bot.courier.can(&chat).hears_all && !bot.courier.reaches(&chat));
    assert!(waits(&bot.tells("oLi", "请交团费").await));
    // the outbox looks, and finds nobody: the next answer waits for it
    assert!(!bot.courier.reaches(&chat));
    let id = bot.hears("oLi", "欠多少").await;
    bot.answers("oLi", &id, "欠 0.2 元").await.unwrap();
    assert!(bot.courier.reaches(&chat) && !bot.courier.reaches(&person("oWang")));
    bot.tells("oLi", "请交团费").await.unwrap();
    assert_eq!(bot.read().await, (id, "欠 0.2 元\n\n请交团费".into()));
    assert!(!bot.courier.reaches(&chat));
    // it may come before the answer is there: the answer comes first
    let id = bot.hears("oLi", "欠多少").await;
    let courier = bot.courier.clone();
    let early = tokio::spawn(async move { courier.send(&Outgoing::text(person("oLi"), "明天签到")).await });
    for _ in 0..5 {
        tokio::task::yield_now().await;
    }
    bot.answers("oLi", &id, "欠 0.2 元").await.unwrap();
    early.await.unwrap().unwrap();
    assert_eq!(bot.read().await, (id, "欠 0.2 元\n\n明天签到".into()));
    bot.ends().await;
}

async fn too_long() {
    let mut bot = Bot::open().await;
    assert!(!bot.courier.reaches(&person("oLi")));
    let id = bot.hears("oLi", "欠多少").await;
    let answer = "欠".repeat(90);
    bot.answers("oLi", &id, &answer).await.unwrap();
    let letter = "交".repeat(30);
    assert!(waits(&bot.tells("oLi", &letter).await), "no part of a letter goes");
    assert_eq!(bot.read().await, (id, answer));
    // what is long goes in pieces, the rest when it is asked for
    assert!(!bot.courier.reaches(&person("oLi")));
    let id = bot.hears("oLi", "你好").await;
    bot.answers("oLi", &id, "好").await.unwrap();
    bot.tells("oLi", &"交\n".repeat(150)).await.unwrap();
    let mut read = bot.read().await.1;
    assert!(read.starts_with("好\n\n交\n交"), "{read}");
    let mut count = 0;
    loop {
        assert!(read.len() <= TEXT, "{} bytes", read.len());
        count += read.matches('交').count();
        if !read.ends_with("（没完）") {
            break;
        }
        bot.fake.says("oLi", "更多");
        read = bot.read().await.1;
    }
    assert_eq!(count, 150);
    bot.ends().await;
}

async fn follows() {
    let mut bot = Bot::open().await;
    let event = "<Event><![CDATA[subscribe]]></Event><EventKey><![CDATA[]]></EventKey>";
    let id = bot.fake.event("oLi", event);
    assert_eq!(bot.read().await, (id, "你好，发“绑定 姓名”".into()));
    let again = bot.fake.event("oLi", event);
    assert_eq!(bot.read().await, (again, "你好，发“绑定 姓名”".into()), "the same event has the same answer");
    let gone = bot.fake.event("oLi", "<Event><![CDATA[unsubscribe]]></Event>");
    assert_eq!(bot.fake.delivered(&gone, 1).await, ["200"]);
    bot.above.keep_all();
    bot.ends().await;
}

async fn refused() {
    let mut bot = Bot::open().await;
    let id = bot.hears("oLi", "导出台账").await;
    let file = |text: &str| {
        let mut parts = vec![Part::File(Attachment::csv("a.csv", "1".into()))];
        if !text.is_empty() {
            parts.insert(0, Part::Text(text.into()));
        }
        Outgoing { chat: person("oLi"), quote: Some(id.clone()), parts }
    };
    assert!(!bot.courier.capabilities().sends_files && !bot.courier.capabilities().groups);
    assert!(matches!(bot.courier.send(&file("")).await, Err(SendError::Refused(_))));
    assert!(matches!(bot.courier.send(&file("台账")).await, Err(SendError::Refused(_))));
    assert_eq!(bot.read().await, (id, "台账".into()));
    let to = |chat| Outgoing::text(chat, "好");
    for chat in [zhibu::domain::message::ChatKey::group("official", "G"), zhibu::domain::message::ChatKey::group("wecom", "G"), person("o/../x"), person("")] {
        assert!(matches!(bot.courier.send(&to(chat.clone())).await, Err(SendError::Refused(_))), "{chat}");
    }
    assert!(matches!(bot.tells("oLi", " \n").await, Err(SendError::Refused(_))));
    bot.ends().await;
}
