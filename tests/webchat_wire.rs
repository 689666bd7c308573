//! The web chat's doors: who may come in, what is refused, what is bounded, what is kept in order.

use crate::support::backstage::{World, group};
use crate::support::story;
use futures_util::{SinkExt, StreamExt};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use zhibu::domain::attachment::Attachment;
use zhibu::domain::message::{AccountKey, ChatKey, Courier, Event, FileRef, Outgoing, Part, Segment, SendError};
use zhibu::platform::webchat::{FILES, HISTORY, PAGES};

pub fn tests() -> Vec<Trial> {
    vec![
        story("webchat_wire/a_foreign_name_or_page_is_turned_away", foreigners),
        story("webchat_wire/what_a_page_says_becomes_an_event", becomes_an_event),
        story("webchat_wire/broken_frames_are_refused_and_the_line_stays", broken_frames),
        story("webchat_wire/what_is_kept_is_bounded", bounded),
        story("webchat_wire/files_are_kept_for_a_while", files),
        story("webchat_wire/no_more_pages_than_places", places),
        story("webchat_wire/stopping_ends_every_line", stopping),
    ]
}

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

async fn dial(world: &World, origin: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("ws://{}/ws", world.bound).into_client_request()?;
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    tokio_tungstenite::connect_async(request).await.map(|(socket, _)| socket)
}

/// A page of ours, past its hello.
async fn page(world: &World) -> Socket {
    let mut socket = dial(world, Some(&world.url(""))).await.unwrap();
    assert_eq!(heard(&mut socket, "hello").await["bot"]["name"], "小支");
    socket
}

/// The next news of this type; others pass by.
async fn heard(socket: &mut Socket, kind: &str) -> Value {
    loop {
        let Message::Text(text) = socket.next().await.expect("the line is open").unwrap() else { continue };
        let news: Value = serde_json::from_str(&text).unwrap();
        if news["type"] == kind {
            return news;
        }
    }
}

async fn tell(socket: &mut Socket, frame: Value) {
    socket.send(Message::Text(frame.to_string().into())).await.unwrap();
}

async fn foreigners() {
    let world = World::start().await;
    let http = reqwest::Client::new();
    let get = |path: &str| http.get(world.url(path));
    let page = get("/").send().await.unwrap();
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    assert_eq!(page.headers()["x-frame-options"], "DENY");
    let text = page.text().await.unwrap();
    assert!(!text.contains("://") && !text.contains(" style=") && !text.contains(" onclick"), "nothing from elsewhere, nothing inline");

    for path in ["/", "/app.js", "/api/people", "/api/chats"] {
        let rebound = get(path).header("host", "evil.example:8770").send().await.unwrap();
        assert_eq!(rebound.status(), 403, "{path}");
        assert!(rebound.text().await.unwrap().contains("127.0.0.1"));
    }
    // what changes something needs our own Origin
    for origin in [None, Some("http://evil.example".to_owned()), Some("null".to_owned())] {
        let mut post = http.post(world.url("/api/clock/next"));
        if let Some(origin) = &origin {
            post = post.header("origin", origin);
        }
        assert_eq!(post.send().await.unwrap().status(), 403, "{origin:?}");
        let Err(Error::Http(answer)) = dial(&world, origin.as_deref()).await else { panic!("{origin:?} came in") };
        assert_eq!(answer.status(), 403, "{origin:?}");
    }
    assert_eq!(http.post(world.url("/api/clock/next")).header("origin", world.url("")).send().await.unwrap().status(), 200);
    assert_eq!(get("/nothing").send().await.unwrap().status(), 404);
    for chat in ["webchat:nowhere", "webchat:@nobody", "onebot:1", "x"] {
        assert_eq!(get(&format!("/api/messages?chat={chat}")).send().await.unwrap().status(), 404, "{chat}");
        assert_eq!(get(&format!("/api/records?chat={chat}")).send().await.unwrap().status(), 404, "{chat}");
    }
}

async fn becomes_an_event() {
    let world = World::start().await;
    let mut socket = page(&world).await;
    tell(&mut socket, json!({ "type": "say", "r": 1, "chat": "webchat:b1", "speaker": "m1", "text": "@小支 帮 @罗文博 记一下\u{0}\u{7} 团费" })).await;
    let shown = heard(&mut socket, "message").await["message"].clone();
    assert_eq!(shown["local"], "2026-11-22 19:30");
    assert_eq!(
        shown["parts"],
        json!([{"mention": {"id": "zhibu", "name": "小支"}}, {"text": " 帮 "}, {"mention": {"id": "t1", "name": "罗文博"}}, {"text": " 记一下 团费"}])
    );
    let understood = heard(&mut socket, "understood").await;
    assert_eq!(understood["understood"]["meanings"][0]["intent"]["duty"], "dues");
    let answer = heard(&mut socket, "message").await["message"].clone();
    assert_eq!(answer["quote"]["id"], shown["id"]);
    let quoting = answer["id"].as_str().unwrap();
    tell(&mut socket, json!({ "type": "say", "r": 2, "chat": "webchat:b1", "speaker": "m1", "text": "是", "quote": quoting })).await;
    let second = heard(&mut socket, "message").await["message"]["id"].clone();
    heard(&mut socket, "message").await;
    // only the one who said it may take it back, and only once
    for (speaker, taken) in [("s1", false), ("m1", true), ("m1", false)] {
        tell(&mut socket, json!({ "type": "recall", "r": 3, "chat": "webchat:b1", "speaker": speaker, "id": second })).await;
        let news = if taken { heard(&mut socket, "recalled").await["id"].clone() } else { heard(&mut socket, "refused").await["why"].clone() };
        assert_eq!(news, if taken { second.clone() } else { json!("not_yours") });
    }
    let heard = world.heard.lock().unwrap();
    let [Event::Message(first), Event::Message(reply), Event::Recall { message, operator, .. }] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!((first.chat.clone(), first.sender.to_string(), first.mentions_bot), (group("b1"), "webchat:m1".into(), true));
    assert_eq!(first.segments[1], Segment::At(AccountKey::new("webchat", "t1")));
    assert_eq!(first.text(), "帮  记一下 团费");
    assert_eq!(first.message_id, shown["id"].as_str().unwrap());
    assert!(reply.replies_to_bot && reply.replies_to.as_deref() == Some(quoting) && reply.message_id != first.message_id);
    assert_eq!((json!(message), operator.to_string()), (second, "webchat:m1".into()));
}

async fn broken_frames() {
    let world = World::start().await;
    let mut socket = page(&world).await;
    for text in ["", "{", "null", "[]", "{\"type\":\"say\"}", "{\"type\":\"die\"}", r#"{"type":"say","r":1,"chat":"x","speaker":"m1","text":"a"}"#] {
        socket.send(Message::Text(text.into())).await.unwrap();
        assert_eq!(heard(&mut socket, "refused").await["why"], "bad_frame", "{text}");
    }
    socket.send(Message::Binary(vec![0xff; 100].into())).await.unwrap();
    assert_eq!(heard(&mut socket, "refused").await["why"], "bad_frame");
    let say = |chat: &str, speaker: &str, text: &str| json!({ "type": "say", "r": 7, "chat": chat, "speaker": speaker, "text": text });
    for (frame, why) in [
        (say("webchat:b1", "m1", " \n\u{0}"), "empty"),
        (say("webchat:b1", "m1", &"团".repeat(4001)), "too_long"),
        (say("webchat:b1", "nobody", "你好"), "no_speaker"),
        (say("webchat:nowhere", "m1", "你好"), "no_chat"),
        (say("onebot:90000", "m1", "你好"), "no_chat"),
        (say("webchat:@s1", "m1", "我是书记"), "no_chat"),
        (json!({ "type": "say", "r": 7, "chat": "webchat:@m1", "speaker": "m1", "text": "", "file": {"handle": "1", "name": "a"} }), "no_file"),
    ] {
        tell(&mut socket, frame.clone()).await;
        let news = heard(&mut socket, "refused").await;
        assert_eq!((&news["why"], &news["r"]), (&json!(why), &json!(7)), "{frame}");
    }
    assert!(world.heard.lock().unwrap().is_empty());
    tell(&mut socket, say("webchat:b1", "m1", &"团".repeat(4000))).await;
    heard(&mut socket, "message").await;
    // a frame past the bound ends the line, the next page is served
    let sent = socket.send(Message::Text("x".repeat(5 << 20).into())).await;
    let ended = sent.is_err()
        || loop {
            match socket.next().await {
                Some(Ok(Message::Close(_)) | Err(_)) | None => break true,
                Some(Ok(_)) => {}
            }
        };
    assert!(ended);
    page(&world).await;
}

async fn bounded() {
    let world = World::start().await;
    for i in 0..HISTORY + 5 {
        world.web.send(&Outgoing::text(group("b1"), format!("第{i}条"))).await.unwrap();
    }
    let history: Value = reqwest::get(world.url("/api/messages?chat=webchat:b1")).await.unwrap().json().await.unwrap();
    let messages = history["messages"].as_array().unwrap();
    assert_eq!(messages.len(), HISTORY);
    assert_eq!(messages[0]["parts"][0]["text"], "第5条");
    let ids: Vec<i64> = messages.iter().map(|m| m["id"].as_str().unwrap().parse().unwrap()).collect();
    assert!(ids.windows(2).all(|w| w[0] < w[1]));
    // a message that is no longer kept can be neither quoted nor reacted to, and the answer still goes out
    assert!(matches!(world.web.react(&group("b1"), "1").await, Err(SendError::Refused(_))));
    let quoting = Outgoing { quote: Some("1".into()), ..Outgoing::text(group("b1"), "好的") };
    world.web.send(&quoting).await.unwrap();
    assert!(matches!(world.web.send(&Outgoing::text(ChatKey::group("onebot", "1"), "x")).await, Err(SendError::Refused(_))));
    assert!(matches!(world.web.send(&Outgoing::text(group("b1"), "")).await, Err(SendError::Refused(_))));
    let chats: Value = reqwest::get(world.url("/api/chats")).await.unwrap().json().await.unwrap();
    assert_eq!(chats[0]["last"]["parts"][0]["text"], "好的");
    assert_eq!(world.web.members(&group("b2")).await.unwrap().len(), 2);
}

async fn files() {
    let world = World::start().await;
    let http = reqwest::Client::new();
    let upload = |bytes: Vec<u8>| http.post(world.url("/api/files")).header("origin", world.url("")).body(bytes).send();
    assert_eq!(upload(Vec::new()).await.unwrap().status(), 400);
    assert_eq!(upload(vec![0; 5 * 1024 * 1024 + 1]).await.unwrap().status(), 413);
    assert_eq!(http.post(world.url("/api/files")).body("x").send().await.unwrap().status(), 403);
    let mut handles = Vec::new();
    for i in 0..=FILES {
        let kept: Value = upload(vec![u8::try_from(i).unwrap(); 10]).await.unwrap().json().await.unwrap();
        handles.push(kept["handle"].as_str().unwrap().to_owned());
    }
    let fetch = |handle: &str| FileRef { name: "a.csv".into(), size: None, handle: handle.into() };
    let chat = ChatKey::private(&AccountKey::new("webchat", "s1"));
    assert!(matches!(world.web.fetch(&chat, &fetch(&handles[0]), 100).await, Err(SendError::Refused(_))));
    assert_eq!(world.web.fetch(&chat, &fetch(&handles[FILES]), 100).await.unwrap(), vec![u8::try_from(FILES).unwrap(); 10]);
    assert!(matches!(world.web.fetch(&chat, &fetch(&handles[FILES]), 9).await, Err(SendError::Refused(_))));
    // a file of the bot's is a link that the browser keeps, never shows
    let file = Attachment::csv("第一团支部.csv", "\u{feff}姓名\r\n".into());
    let mut reader = page(&world).await;
    let message = Outgoing { chat: chat.clone(), quote: None, parts: vec![Part::Text("在附件里".into()), Part::File(file.clone())] };
    world.web.send(&message).await.unwrap();
    let shown = heard(&mut reader, "message").await["message"]["parts"][1]["file"].clone();
    assert_eq!((&shown["name"], &shown["size"]), (&json!("第一团支部.csv"), &json!(file.bytes.len())));
    let link = world.url(&format!("/api/files/{}", shown["handle"].as_str().unwrap()));
    let got = http.get(&link).send().await.unwrap();
    assert_eq!(got.headers()["content-disposition"], "attachment; filename=\"_____.csv\"; filename*=UTF-8''%E7%AC%AC%E4%B8%80%E5%9B%A2%E6%94%AF%E9%83%A8.csv");
    assert_eq!((&got.headers()["content-type"], &got.headers()["x-content-type-options"]), (&"text/csv".parse().unwrap(), &"nosniff".parse().unwrap()));
    assert_eq!(got.bytes().await.unwrap().to_vec(), file.bytes.to_vec());
    assert_eq!(http.get(&link).header("host", "evil.example").send().await.unwrap().status(), 403);
    assert_eq!(http.get(world.url("/api/files/1")).send().await.unwrap().status(), 404);
    // a picture is shown
    let picture = Attachment { name: "统计.png".into(), mime: "image/png".into(), bytes: vec![7; 3].into(), private: false };
    world.web.send(&Outgoing { chat: chat.clone(), quote: None, parts: vec![Part::Picture(picture)] }).await.unwrap();
    let shown = heard(&mut reader, "message").await["message"]["parts"][0]["picture"].clone();
    let got = http.get(world.url(&format!("/api/files/{}", shown["handle"].as_str().unwrap()))).send().await.unwrap();
    assert_eq!((&shown["name"], &got.headers()["content-type"]), (&json!("统计.png"), &"image/png".parse().unwrap()));
    // a name with a path in it loses the path's marks
    let mut socket = page(&world).await;
    tell(
        &mut socket,
        json!({ "type": "say", "r": 1, "chat": "webchat:@s1", "speaker": "s1", "text": "", "file": {"handle": handles[1], "name": "../../etc/\u{0}passwd"} }),
    )
    .await;
    assert_eq!(heard(&mut socket, "message").await["message"]["parts"], json!([{"file": {"name": "....etcpasswd", "size": 10}}]));
}

async fn places() {
    let world = World::start().await;
    let mut all = Vec::new();
    for _ in 0..PAGES {
        all.push(page(&world).await);
    }
    let Err(Error::Http(answer)) = dial(&world, Some(&world.url(""))).await else { panic!("one too many came in") };
    assert_eq!(answer.status(), 503);
}

async fn stopping() {
    let world = World::start().await;
    let mut socket = page(&world).await;
    world.stop.cancel();
    while let Some(Ok(m)) = socket.next().await {
        assert!(!matches!(m, Message::Text(_)));
    }
}
