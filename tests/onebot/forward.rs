//! Forward connections: we come to an implementation that listens, and come back when it goes.

use super::{Bot, TOKEN, config, timing};
use crate::support::onebot::{Format, Implementation, PATIENCE, text};
use crate::support::story;
use libtest_mimic::Trial;
use secrecy::SecretString;
use zhibu::config::bot::{Forward, OneBot};
use zhibu::domain::message::Outgoing;
use zhibu::platform::Platform as _;
use zhibu::platform::onebot::Standing;

pub fn tests() -> Vec<Trial> {
    vec![
        story("onebot::forward::it_connects_and_comes_back", comes_back),
        story("onebot::forward::it_waits_for_an_implementation_that_starts_later", starts_later),
        story("onebot::forward::a_refused_token_is_said_and_not_hammered", refused),
        story("onebot::forward::what_is_no_such_server_is_said", wrong_server),
        story("onebot::forward::silence_ends_a_connection_and_a_new_one_begins", silent),
        story("onebot::forward::closing_ends_it", closing),
    ]
}

fn to(url: String, token: &str) -> OneBot {
    OneBot { forward: vec![Forward { url, token: SecretString::from(token) }], ..config() }
}

/// Waits until the only forward connection stands so.
async fn stands(bot: &Bot, wanted: impl Fn(&Standing) -> bool) -> Standing {
    let look = async {
        loop {
            let (_, standing) = bot.onebot.forward().remove(0);
            if wanted(&standing) {
                return standing;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.unwrap_or_else(|_| panic!("it stands {:?}", bot.onebot.forward()))
}

async fn comes_back() {
    let qq = Implementation::new("10000", Format::Text);
    let address = qq.listen(TOKEN, false).await;
    let mut bot = Bot::start(to(format!("ws://{address}/?access_token=unused"), TOKEN)).await;
    for round in 1..=5 {
        bot.expect_online("10000", true).await;
        assert_eq!(bot.onebot.forward(), [(address.to_string(), Standing::Connected)]);
        let id = qq.says("90000", "20001", "张三", &[text("签到")]);
        let m = bot.message().await;
        assert_eq!((m.text().as_str(), m.quote_id.as_str()), ("签到", id.to_string().as_str()));
        bot.courier.send(&Outgoing::text(m.chat, round.to_string())).await.unwrap();
        assert_eq!(qq.next().await.text, round.to_string());
        qq.hang_up();
        bot.expect_online("10000", false).await;
        qq.connected(round + 1).await;
    }
}

async fn starts_later() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let bot = Bot::start(to(format!("ws://{address}"), "")).await;
    let Standing::Failed(why) = stands(&bot, |s| matches!(s, Standing::Failed(_))).await else { unreachable!() };
    assert!(!why.is_empty());
}

async fn refused() {
    for polite in [false, true] {
        let qq = Implementation::new("10000", Format::Array);
        let address = qq.listen("another", polite).await;
        let bot = Bot::start(to(format!("ws://{address}"), TOKEN)).await;
        stands(&bot, |s| *s == Standing::TokenRefused).await;
        // with 2 ms before the first retry it would have come again long before this is answered
        let probe = Implementation::new("10001", Format::Array);
        probe.connect(&bot.door, Some(TOKEN)).await.unwrap();
        assert_eq!(qq.connections(), 1, "polite: {polite}");
        assert!(bot.onebot.accounts().iter().all(|(a, _)| &*a.id != "10000"));
    }
}

async fn wrong_server() {
    let bot = Bot::start(config()).await;
    for (url, says) in [
        (format!("ws://{}/healthz", bot.address), "is this the WebSocket address?"),
        (format!("wss://{}/onebot", bot.address), ""),
        ("http://127.0.0.1:1/".to_owned(), ""),
        ("no address".to_owned(), "no ws:// or wss:// address"),
    ] {
        let other = Bot::start(to(url.clone(), TOKEN)).await;
        let Standing::Failed(why) = stands(&other, |s| matches!(s, Standing::Failed(_))).await else { unreachable!() };
        assert!(why.contains(says) && !why.contains(TOKEN), "{url}: {why}");
    }
}

async fn silent() {
    let qq = Implementation::new("10000", Format::Array);
    let address = qq.listen("", false).await;
    let mut bot = Bot::start(to(format!("ws://{address}"), "")).await;
    bot.expect_online("10000", true).await;
    qq.stop_reading();
    qq.heartbeat(20, true);
    bot.expect_online("10000", false).await;
    qq.connected(2).await;
    bot.expect_online("10000", true).await;
}

async fn closing() {
    let qq = Implementation::new("10000", Format::Array);
    let address = qq.listen(TOKEN, false).await;
    let mut bot = Bot::start_with(to(format!("ws://{address}"), TOKEN), timing(), 8).await;
    bot.expect_online("10000", true).await;
    bot.onebot.close().await;
    assert_eq!(qq.closed().await, (1001, "the bot is shutting down".into()));
    assert_eq!(qq.connections(), 1);
    // and one that never came about ends too
    let never = Bot::start(to("ws://127.0.0.1:9/".into(), TOKEN)).await;
    tokio::time::timeout(PATIENCE, never.onebot.close()).await.unwrap();
}
