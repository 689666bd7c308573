//! Who may enter the reverse door, and how connections end.

use super::{Bot, TOKEN, config, timing};
use crate::support::onebot::{Format, Implementation, text};
use crate::support::story;
use libtest_mimic::Trial;
use secrecy::SecretString;
use std::time::Duration;
use zhibu::config::bot::OneBot;
use zhibu::domain::message::{AccountKey, ChatKey, Event, Outgoing, SendError};
use zhibu::platform::Platform as _;
use zhibu::platform::onebot::Timing;

pub fn tests() -> Vec<Trial> {
    vec![
        story("onebot::door::the_token_opens_and_nothing_else_does", tokens),
        story("onebot::door::without_a_configured_token_it_stays_shut", shut),
        story("onebot::door::pages_and_foreign_hosts_are_refused", origins),
        story("onebot::door::only_so_many_may_enter", places),
        story("onebot::door::roles_share_an_account", roles),
        story("onebot::door::who_does_not_say_its_name_is_asked", nameless),
        story("onebot::door::missing_heartbeats_mean_offline", heartbeats),
        story("onebot::door::signed_out_means_offline", signed_out),
        story("onebot::door::a_newer_connection_takes_over", takes_over),
        story("onebot::door::a_plain_request_is_told_what_this_is", plain),
        story("onebot::door::closing_says_goodbye", goodbye),
    ]
}

async fn tokens() {
    let mut bot = Bot::start(config()).await;
    let qq = Implementation::new("10000", Format::Array);
    let (status, words) = qq.connect(&bot.door, None).await.unwrap_err();
    assert_eq!((status, words.contains("token is needed")), (401, true), "{words}");
    assert_eq!(qq.connect(&bot.door, Some("")).await.unwrap_err().0, 401, "as NapCat does without a token");
    for wrong in ["x", "gut-geheiM", "gut-geheim2", "gut-gehei"] {
        let (status, words) = qq.connect(&bot.door, Some(wrong)).await.unwrap_err();
        assert_eq!((status, words.contains("token is wrong")), (403, true), "{words}");
        assert!(!words.contains(TOKEN));
    }
    for (url, status) in [("?access_token=x", 403), ("?access_token=", 401), ("?other=1", 401)] {
        assert_eq!(qq.connect_with(&format!("{}{url}", bot.door), &[]).await.unwrap_err().0, status, "{url}");
    }
    assert_eq!(qq.connections(), 0);
    let me = ("X-Self-ID", "10000");
    for headers in
        [vec![me, ("Authorization", "Bearer gut-geheim")], vec![me, ("Authorization", "bearer  gut-geheim")], vec![me, ("Authorization", "Token gut-geheim")]]
    {
        qq.connect_with(&bot.door, &headers).await.unwrap();
        bot.expect_online("10000", true).await;
        qq.hang_up();
        bot.expect_online("10000", false).await;
    }
    // in the URL, escaped or not
    for url in ["?access_token=gut-geheim", "/?access_token=gut%2Dgeheim"] {
        qq.connect_with(&format!("{}{url}", bot.door), &[me]).await.unwrap();
        bot.expect_online("10000", true).await;
        qq.hang_up();
        bot.expect_online("10000", false).await;
    }
    assert!(bot.metrics.text().contains("kind=\"turned_away\"} 9"), "{}", bot.metrics.text());
}

async fn shut() {
    let bot = Bot::start(OneBot { token: SecretString::from(""), ..config() }).await;
    let qq = Implementation::new("10000", Format::Array);
    for token in [None, Some(""), Some("x")] {
        let (status, words) = qq.connect(&bot.door, token).await.unwrap_err();
        assert_eq!((status, words.contains("ZHIBU_ONEBOT_TOKEN")), (403, true), "{words}");
    }
}

async fn origins() {
    let mut bot = Bot::start(config()).await;
    let qq = Implementation::new("10000", Format::Array);
    let (me, token) = (("X-Self-ID", "10000"), ("Authorization", "Bearer gut-geheim"));
    for origin in ["https://evil.example", "null", "http://127.0.0.1", ""] {
        assert_eq!(qq.connect_with(&bot.door, &[me, token, ("Origin", origin)]).await.unwrap_err().0, 403, "{origin}");
    }
    for host in ["evil.example", "evil.example:8770", "127.0.0.1.evil.example"] {
        assert_eq!(qq.connect_with(&bot.door, &[me, token, ("Host", host)]).await.unwrap_err().0, 403, "{host}");
    }
    for bad in [("X-Self-ID", "a b"), ("X-Client-Role", "Dancer")] {
        assert_eq!(qq.connect_with(&bot.door, &[token, bad]).await.unwrap_err().0, 400, "{bad:?}");
    }
    assert_eq!(qq.connections(), 0);
    for host in ["localhost", "bot.example", "bot.example:443", "[::1]:9"] {
        qq.connect_with(&bot.door, &[me, token, ("Host", host)]).await.unwrap();
        bot.expect_online("10000", true).await;
        qq.hang_up();
        bot.expect_online("10000", false).await;
    }
}

async fn places() {
    let mut bot = Bot::start(OneBot { max_connections: 2, ..config() }).await;
    let one = bot.join("10000", Format::Array).await;
    let _two = bot.join("10001", Format::Array).await;
    let three = Implementation::new("10002", Format::Array);
    let (status, words) = three.connect(&bot.door, Some(TOKEN)).await.unwrap_err();
    assert_eq!((status, words.contains("max_connections")), (503, true), "{words}");
    one.hang_up();
    bot.expect_online("10000", false).await;
    // the place is free a moment after the news
    let entered = async {
        while three.connect(&bot.door, Some(TOKEN)).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::support::onebot::PATIENCE, entered).await.unwrap();
    bot.expect_online("10002", true).await;
}

async fn roles() {
    let mut bot = Bot::start(config()).await;
    let (me, token) = (("X-Self-ID", "10000"), ("Authorization", "Bearer gut-geheim"));
    let (events, api) = (Implementation::new("10000", Format::Array), Implementation::new("10000", Format::Array));
    events.connect_with(&bot.door, &[me, token, ("X-Client-Role", "Event")]).await.unwrap();
    events.says("90000", "20001", "张三", &[text("签到")]);
    let heard = bot.message().await;
    let answer = Outgoing::text(heard.chat.clone(), "好");
    assert!(!bot.courier.reaches(&heard.chat), "nothing takes actions yet");
    assert_eq!(bot.courier.send(&answer).await, Err(SendError::Offline));
    api.connect_with(&bot.door, &[me, token, ("X-Client-Role", "API")]).await.unwrap();
    bot.expect_online("10000", true).await;
    bot.courier.send(&answer).await.unwrap();
    assert_eq!(api.next().await.text, "好");
    assert!(events.actions().is_empty());
    api.hang_up();
    bot.expect_online("10000", false).await;
    assert!(!bot.courier.reaches(&heard.chat));
}

async fn nameless() {
    let mut bot = Bot::start(config()).await;
    let qq = Implementation::new("10000", Format::Array);
    qq.connect_with(&bot.door, &[("Authorization", "Bearer gut-geheim")]).await.unwrap();
    bot.expect_online("10000", true).await;
    assert_eq!(qq.count("get_login_info"), 1);
    qq.asked("get_group_list", 1).await;
    assert_eq!(bot.onebot.accounts(), [(AccountKey::new("onebot", "10000"), true)]);
}

async fn heartbeats() {
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    let chat = ChatKey::group("onebot", "90000");
    assert!(bot.courier.reaches(&chat));
    // one is promised within 200 ms, and none comes
    qq.heartbeat(200, true);
    bot.expect_online("10000", false).await;
    assert!(!bot.courier.reaches(&chat));
    assert!(bot.metrics.text().contains("zhibu_platform_up{platform=\"onebot\",account=\"10000\"} 0"));
    // it lives after all: the socket was kept
    qq.heartbeat(60_000, true);
    bot.expect_online("10000", true).await;
    assert!(bot.courier.reaches(&chat));
    assert_eq!(qq.connections(), 1);

    // without heartbeats a silent connection is pinged; the fake answers pings, so it stays
    let short = Timing { ping: Duration::from_millis(300), ..timing() };
    let mut bot = Bot::start_with(config(), short, 64).await;
    let lively = bot.join("10000", Format::Array).await;
    // this one does not even read: a bare socket after the handshake
    let mute = mute_socket(&bot).await;
    bot.expect_online("10009", true).await;
    bot.expect_online("10009", false).await;
    drop(mute);
    lively.says("90000", "20001", "张三", &[text("还在")]);
    assert_eq!(bot.message().await.text(), "还在");
}

/// A connection that enters and then never reads or writes again.
async fn mute_socket(bot: &Bot) -> tokio::net::TcpStream {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(bot.address).await.unwrap();
    let request = format!(
        "GET /onebot/v11/ws HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {TOKEN}\r\nX-Self-ID: 10009\r\n\r\n",
        bot.address
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 101");
    stream
}

async fn signed_out() {
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    qq.heartbeat(60_000, false);
    bot.expect_online("10000", false).await;
    assert_eq!(bot.courier.send(&Outgoing::text(ChatKey::group("onebot", "90000"), "好")).await, Err(SendError::Offline));
    qq.heartbeat(60_000, true);
    bot.expect_online("10000", true).await;
    qq.event(serde_json::json!({"post_type": "notice", "notice_type": "bot_offline", "user_id": 10000, "tag": "KickedOffLine", "message": "被踢下线"}));
    bot.expect_online("10000", false).await;
    qq.lifecycle();
    bot.expect_online("10000", true).await;
}

async fn takes_over() {
    let (mut bot, old) = Bot::with_qq(config(), Format::Array).await;
    let new = Implementation::new("10000", Format::Array);
    new.connect(&bot.door, Some(TOKEN)).await.unwrap();
    new.says("90000", "20001", "张三", &[text("新")]);
    assert_eq!(bot.message().await.text(), "新", "no news: it was online all the time");
    bot.courier.send(&Outgoing::text(ChatKey::group("onebot", "90000"), "好")).await.unwrap();
    assert_eq!(new.next().await.text, "好");
    old.hang_up();
    old.closed().await;
    new.says("90000", "20001", "张三", &[text("仍在")]);
    assert!(matches!(bot.event().await, Event::Message(m) if m.text() == "仍在"), "the end of the old one is no news");
}

async fn plain() {
    let bot = Bot::start(config()).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{}/onebot/v11/ws", bot.address);
    assert_eq!(client.get(&url).send().await.unwrap().status(), 401);
    let answer = client.get(&url).bearer_auth(TOKEN).send().await.unwrap();
    assert!(answer.status().is_client_error(), "{}", answer.status());
    assert_eq!(client.post(&url).bearer_auth(TOKEN).body("{}").send().await.unwrap().status(), 405);
}

async fn goodbye() {
    let (bot, qq) = Bot::with_qq(config(), Format::Array).await;
    bot.onebot.close().await;
    assert_eq!(qq.closed().await, (1001, "the bot is shutting down".into()));
    let late = Implementation::new("10001", Format::Array);
    assert_eq!(late.connect(&bot.door, Some(TOKEN)).await.unwrap_err().0, 503);
}
