//! Customer-service messages: to whom, when, how many, and every way to fail; and pictures.

use super::{Bot, Duration, person, waits};
use crate::support::official::{Fault, SECRET};
use crate::support::story;
use libtest_mimic::Trial;
use secrecy::SecretString;
use serde_json::json;
use zhibu::domain::message::{FileRef, Outgoing, SendError};

const DAY: i64 = 86_400_000;
const SERVICE: &str = "service";

pub fn tests() -> Vec<Trial> {
    vec![
        story("official::service::what_answers_nothing_goes_while_it_may", goes),
        story("official::service::a_long_answer_goes_on_by_it", long),
        story("official::service::who_wrote_to_an_earlier_process_gets_the_rest", restarted),
        story("official::service::a_token_that_ends_is_renewed_in_the_middle", tokens),
        story("official::service::nobody_wrote_lately", nobody),
        story("official::service::an_account_that_may_not_says_so_and_answers_only", not_allowed),
        story("official::service::busy_broken_and_silent_servers", failures),
        story("official::service::pictures_come_from_allowed_hosts_or_the_api", pictures),
    ]
}

async fn goes() {
    let mut bot = Bot::serving().await;
    let chat = person("oLi");
    let id = bot.hears("oLi", "欠多少").await;
    bot.answers("oLi", &id, "不欠").await.unwrap();
    assert_eq!(bot.read().await, (id.clone(), "不欠".into()));
    assert!(bot.courier.can(&chat).push && bot.courier.reaches(&chat));
    // also the answer that comes too late
    bot.answers("oLi", &id, "还有").await.unwrap();
    assert_eq!(bot.read().await, (String::new(), "还有".into()));
    for n in 2..=5 {
        bot.tells("oLi", &format!("第{n}条 <a>")).await.unwrap();
        assert_eq!(bot.read().await, (String::new(), format!("第{n}条 ＜a>")));
    }
    // five went: the next one waits for the next message, and is not even tried
    assert!(!bot.courier.can(&chat).push && !bot.courier.reaches(&chat));
    assert!(waits(&bot.tells("oLi", "第6条").await));
    let id = bot.hears("oLi", "好").await;
    assert!(bot.courier.reaches(&chat));
    bot.tells("oLi", "第6条").await.unwrap();
    assert_eq!(bot.read().await, (String::new(), "第6条".into()));
    bot.answers("oLi", &id, "嗯").await.unwrap();
    assert_eq!(bot.read().await.1, "嗯");
    // two days later it is over
    bot.clock.advance(2 * DAY - 10_000);
    assert!(bot.courier.reaches(&chat));
    bot.clock.advance(10_000);
    assert!(!bot.courier.reaches(&chat) && !bot.courier.can(&chat).push);
    assert_eq!(bot.fake.bodies(SERVICE).len(), 6);
    assert_eq!(bot.fake.bodies("token").len(), 1, "one access token for all");
    bot.ends().await;
}

async fn long() {
    let mut bot = Bot::serving().await;
    let id = bot.hears("oLi", "谁没交团费").await;
    let lines: Vec<String> = (1..=20).map(|n| format!("{n}. 成员😀{n} 未交")).collect();
    bot.answers("oLi", &id, &lines.join("\n")).await.unwrap();
    let mut all = Vec::new();
    while all.len() < lines.len() {
        let (answers, text) = bot.read().await;
        assert!(answers.is_empty() && !text.contains("没完"), "it goes whole by itself, and nobody has to ask for it");
        all.extend(text.lines().map(str::to_owned));
    }
    assert_eq!(all, lines, "in its order");
    assert_eq!(bot.fake.delivered(&id, 1).await, ["200"], "and WeChat waits for nothing more");
    // WeChat is too busy in the middle of it: the rest waits for whoever reads it
    let id = bot.hears("oLi", "谁没交团费").await;
    bot.fake.fails(SERVICE, &Fault::Pass, 1);
    bot.fake.fails(SERVICE, &Fault::Code(45_009), 1);
    bot.answers("oLi", &id, &lines.join("\n")).await.unwrap();
    let mut all: Vec<String> = bot.read().await.1.lines().map(str::to_owned).collect();
    bot.fake.says("oLi", "继续");
    while all.len() < lines.len() {
        let text = bot.read().await.1;
        let bare = text.strip_prefix("（接着）\n").unwrap_or(&text).to_owned();
        if bare.ends_with("（没完）") {
            bot.fake.says("oLi", "继续");
        }
        all.extend(bare.lines().filter(|l| !l.is_empty() && *l != "（没完）").map(|l| l.trim_start_matches("（接着）").to_owned()));
    }
    assert_eq!(all, lines);
    assert_eq!(bot.fake.delivered(&id, 1).await, ["200"]);
    bot.ends().await;
}

async fn restarted() {
    let mut bot = Bot::serving().await;
    // this process has not heard of her; WeChat takes one message more
    bot.fake.fails(SERVICE, &Fault::Pass, 1);
    bot.fake.wrote("oLi");
    bot.fake.fails(SERVICE, &Fault::Code(45_047), 1);
    let lines: Vec<String> = (1..=16).map(|n| format!("{n}. 成员😀{n} 未交")).collect();
    bot.tells("oLi", &lines.join("\n")).await.unwrap();
    let first = bot.read().await.1;
    let id = bot.hears("oLi", "好").await;
    bot.answers("oLi", &id, "嗯").await.unwrap();
    let rest = bot.read().await.1;
    let rest = rest.strip_prefix("嗯\n\n（接着）\n").unwrap_or_else(|| panic!("{rest:?}"));
    assert_eq!(format!("{first}\n{rest}").lines().collect::<Vec<_>>(), lines);
    bot.ends().await;
}

async fn tokens() {
    let mut bot = Bot::serving().await;
    let id = bot.hears("oLi", "好").await;
    bot.answers("oLi", &id, "好").await.unwrap();
    bot.read().await;
    bot.tells("oLi", "一").await.unwrap();
    // it ended without a word; then by its time; then WeChat calls it by its other numbers
    bot.fake.ends_tokens();
    bot.tells("oLi", "二").await.unwrap();
    bot.clock.advance(7_200_000);
    bot.tells("oLi", "三").await.unwrap();
    for code in [40_001, 40_014] {
        bot.fake.fails(SERVICE, &Fault::Code(code), 1);
        bot.tells("oLi", &format!("{code}")).await.unwrap();
    }
    let mut read = Vec::new();
    for _ in 0..5 {
        read.push(bot.read().await.1);
    }
    assert_eq!(read, ["一", "二", "三", "40001", "40014"], "each once");
    let asked = bot.fake.bodies("token");
    assert_eq!(asked.iter().map(|b| b["force_refresh"].clone()).collect::<Vec<_>>(), [false, true, false, true, true].map(|b| json!(b)));
    // one that is refused however often it is renewed
    let id = bot.hears("oLi", "好").await;
    bot.answers("oLi", &id, "好").await.unwrap();
    bot.read().await;
    bot.fake.fails(SERVICE, &Fault::Code(40_001), 2);
    assert!(waits(&bot.tells("oLi", "四").await));
    assert!(!bot.courier.reaches(&person("oLi")), "it is not tried again and again");
    bot.ends().await;
}

async fn nobody() {
    let mut bot = Bot::with(false, |s, t| {
        (s.secret, t.gather) = (SecretString::from(SECRET), Duration::from_millis(300));
    })
    .await;
    // perhaps somebody wrote to an earlier process: WeChat knows
    let chat = person("oLi");
    assert!(bot.courier.reaches(&chat) && bot.courier.can(&chat).push);
    assert!(waits(&bot.tells("oLi", "请交团费").await));
    assert!(!bot.courier.reaches(&chat) && !bot.courier.can(&chat).push, "45015: nobody did");
    assert!(bot.courier.reaches(&person("oWang")), "which says nothing of others");
    let id = bot.hears("oLi", "好").await;
    bot.tells("oLi", "请交团费").await.unwrap();
    assert_eq!(bot.read().await.1, "请交团费");
    bot.fake.fails(SERVICE, &Fault::Code(45_047), 1);
    // no more go, and somebody waits at the door: it goes along
    assert!(bot.courier.reaches(&chat));
    let courier = bot.courier.clone();
    let sent = tokio::spawn(async move { courier.send(&Outgoing::text(person("oLi"), "明天签到")).await });
    while bot.courier.can(&chat).push {
        tokio::task::yield_now().await;
    }
    // the outbox looks for whom else it could write to
    assert!(bot.courier.reaches(&chat));
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    bot.answers("oLi", &id, "好").await.unwrap();
    sent.await.unwrap().unwrap();
    assert_eq!(bot.read().await.1, "好\n\n明天签到");
    // who leaves is written to no more, and who follows again for a minute
    let gone = bot.fake.event("oLi", "<Event>unsubscribe</Event>");
    bot.fake.delivered(&gone, 1).await;
    assert!(!bot.courier.reaches(&chat));
    bot.clock.advance(1000);
    bot.fake.event("oLi", "<Event>subscribe</Event>");
    bot.read().await;
    assert!(bot.courier.reaches(&chat));
    bot.clock.advance(60_000);
    assert!(!bot.courier.reaches(&chat));
    bot.ends().await;
}

async fn not_allowed() {
    let mut bot = Bot::serving().await;
    let id = bot.hears("oLi", "好").await;
    bot.answers("oLi", &id, "好").await.unwrap();
    bot.read().await;
    bot.fake.fails(SERVICE, &Fault::Code(48_001), 1);
    assert!(waits(&bot.tells("oLi", "请交团费").await));
    assert!(!bot.courier.reaches(&person("oLi")) && !bot.courier.reaches(&person("oWang")), "nobody is written to");
    bot.clock.advance(6 * 3_600_000);
    assert!(bot.courier.reaches(&person("oLi")), "perhaps it may by now");
    // keys that are none: minutes
    let mut bot_of_another = Bot::with(false, |s, _| s.secret = SecretString::from(format!("{SECRET}x"))).await;
    let id = bot_of_another.hears("oLi", "好").await;
    bot_of_another.answers("oLi", &id, "好").await.unwrap();
    bot_of_another.read().await;
    assert!(waits(&bot_of_another.tells("oLi", "请交团费").await));
    assert!(!bot_of_another.courier.reaches(&person("oLi")));
    bot_of_another.clock.advance(600_000);
    assert!(bot_of_another.courier.reaches(&person("oLi")));
    bot_of_another.ends().await;
    bot.ends().await;
}

async fn failures() {
    let mut bot = Bot::with(false, |s, _| {
        (s.secret, s.request_timeout_ms, s.service_messages) = (SecretString::from(SECRET), 500, 0);
    })
    .await;
    let id = bot.hears("oLi", "好").await;
    bot.answers("oLi", &id, "好").await.unwrap();
    bot.read().await;
    // busy, and a gateway's page: again
    for fault in [Fault::Code(-1), Fault::Status(502), Fault::Status(429)] {
        bot.fake.fails(SERVICE, &fault, 2);
        bot.tells("oLi", &format!("{fault:?}")).await.unwrap();
        assert_eq!(bot.read().await.1, format!("{fault:?}"));
    }
    bot.fake.fails(SERVICE, &Fault::Code(-1), 3);
    assert!(matches!(bot.tells("oLi", "忙").await, Err(SendError::Later { after: None, .. })));
    bot.fake.fails(SERVICE, &Fault::Code(45_009), 1);
    assert!(matches!(bot.tells("oLi", "忙").await, Err(SendError::Later { after: Some(_), .. })));
    bot.fake.fails(SERVICE, &Fault::Code(40_003), 1);
    assert!(matches!(bot.tells("oLi", "谁").await, Err(SendError::Refused(_))));
    bot.fake.fails(SERVICE, &Fault::Status(404), 1);
    assert!(matches!(bot.tells("oLi", "哪").await, Err(SendError::Refused(_))));
    // nobody knows: it may have gone, and is not said twice
    bot.fake.fails(SERVICE, &Fault::Silence, 1);
    assert!(matches!(bot.tells("oLi", "一次").await, Err(SendError::Unknown(_))));
    assert_eq!(bot.read().await.1, "一次");
    let secret = |text: &str| text.contains(SECRET) || text.contains("access-token");
    bot.fake.fails(SERVICE, &Fault::Code(7), 1);
    for sent in [bot.tells("oLi", "好").await, bot.tells("o/1", "好").await] {
        assert!(!secret(&sent.unwrap_err().to_string()));
    }
    bot.ends().await;
}

async fn pictures() {
    let bytes = b"a picture of a hundred bytes".repeat(4);
    let file = async |bot: &mut Bot, id: &str| -> FileRef {
        let elements = bot.fake.keeps(id, &bytes);
        let message = bot.fake.says_with("oLi", &elements);
        let heard = bot.message().await;
        let file = heard.pictures().next().unwrap().clone();
        bot.answers("oLi", &message, "好").await.unwrap();
        bot.read().await;
        file
    };
    let chat = person("oLi");
    let mut bot = Bot::open().await;
    let picture = file(&mut bot, "p1").await;
    assert_eq!(bot.courier.fetch(&chat, &picture, 1000).await, Ok(bytes.clone()));
    assert!(matches!(bot.courier.fetch(&chat, &picture, bytes.len() - 1).await, Err(SendError::Refused(_))));
    let other = FileRef { handle: "{\"url\":\"file:///etc/passwd\",\"media\":\"\"}".into(), ..picture.clone() };
    for bad in [other, FileRef { handle: "x".into(), ..picture.clone() }] {
        assert!(matches!(bot.courier.fetch(&chat, &bad, 1000).await, Err(SendError::Refused(_))));
    }
    bot.ends().await;
    // from elsewhere it does not come, unless the API gives it
    for serving in [false, true] {
        let mut bot = Bot::with(false, |s, _| {
            s.file_hosts = vec!["*.qpic.cn".into()];
            s.secret = SecretString::from(if serving { SECRET } else { "" });
        })
        .await;
        let picture = file(&mut bot, "p2").await;
        let got = bot.courier.fetch(&chat, &picture, 1000).await;
        if serving {
            assert_eq!(got, Ok(bytes.clone()));
            bot.fake.ends_tokens();
            assert_eq!(bot.courier.fetch(&chat, &picture, 1000).await, Ok(bytes.clone()), "the access token had ended");
            assert!(matches!(bot.courier.fetch(&chat, &picture, 10).await, Err(SendError::Refused(_))));
            bot.fake.fails("media", &Fault::Code(40_007), 1);
            assert!(matches!(bot.courier.fetch(&chat, &picture, 1000).await, Err(SendError::Refused(_))));
            bot.fake.fails("media", &Fault::Status(503), 1);
            assert!(matches!(bot.courier.fetch(&chat, &picture, 1000).await, Err(SendError::Later { .. })));
        } else {
            assert!(matches!(&got, Err(SendError::Refused(why)) if why.contains("[official] file_hosts")), "{got:?}");
        }
        bot.ends().await;
    }
}
