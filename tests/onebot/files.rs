//! Files that people send: from where they may be fetched, and how much.

use super::{Bot, config};
use crate::support::onebot::{Answer, Format};
use crate::support::story;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use futures_util::stream;
use libtest_mimic::Trial;
use serde_json::json;
use std::net::SocketAddr;
use zhibu::config::bot::OneBot;
use zhibu::domain::message::{ChatKey, FileRef, Incoming, SendError};

pub fn tests() -> Vec<Trial> {
    vec![
        story("onebot::files::each_kind_is_fetched_in_its_way", kinds),
        story("onebot::files::only_allowed_hosts_and_nowhere_else", hosts),
        story("onebot::files::too_big_is_refused_before_and_while_reading", sizes),
    ]
}

const SHEET: &[u8] = b"PK\x03\x04 a sheet";

/// The platform's file server.
async fn server() -> SocketAddr {
    let endless = || async {
        let chunks = stream::iter((0..100_000).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 1024]))));
        Body::from_stream(chunks).into_response()
    };
    let router = Router::new()
        .route("/sheet", get(|| async { SHEET }))
        .route("/big", get(|| async { vec![0_u8; 300_000] }))
        .route("/endless", get(endless))
        .route("/moved", get(|| async { Redirect::temporary("/sheet") }))
        .route("/round", get(|| async { Redirect::temporary("/round") }))
        .route("/away", get(|| async { Redirect::temporary("http://localhost:1/sheet") }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    address
}

async fn heard(bot: &mut Bot, qq: &crate::support::onebot::Implementation, group: bool, segment: serde_json::Value) -> (ChatKey, FileRef) {
    if group {
        qq.says("90000", "20001", "张三", &[segment]);
    } else {
        qq.tells("20001", &[segment]);
    }
    let Incoming { chat, segments, .. } = bot.message().await;
    let file = segments.into_iter().find_map(|s| match s {
        zhibu::domain::message::Segment::File(f) | zhibu::domain::message::Segment::Image(f) => Some(f),
        _ => None,
    });
    (chat, file.expect("a file was sent"))
}

async fn kinds() {
    let at = server().await;
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    let url = json!({"url": format!("http://{at}/sheet")});
    let sent = |n: u32| json!({"type": "file", "data": {"file": format!("名单{n}.xlsx"), "file_id": format!("F{n}"), "file_size": SHEET.len()}});

    // in a group and in private, each by its own action
    qq.answers("get_group_file_url", Answer::Gives(url.clone()));
    let (chat, file) = heard(&mut bot, &qq, true, sent(1)).await;
    assert_eq!(bot.courier.fetch(&chat, &file, 1000).await.unwrap(), SHEET);
    qq.answers("get_private_file_url", Answer::Gives(url.clone()));
    let (chat, file) = heard(&mut bot, &qq, false, sent(2)).await;
    assert_eq!(bot.courier.fetch(&chat, &file, 1000).await.unwrap(), SHEET);
    let params = |action: &str| qq.actions().into_iter().rfind(|(a, _)| a == action).map(|(_, p)| p).unwrap();
    assert_eq!(params("get_group_file_url"), json!({"group_id": 90000, "file_id": "F1"}));
    assert_eq!(params("get_private_file_url"), json!({"user_id": 20001, "file_id": "F2"}));
    assert_eq!(qq.count("get_file"), 0);

    // an implementation that knows neither: get_file, in base64, by URL, or only a path of its own
    qq.recovers("get_private_file_url");
    let data = "UEsDBCBhIHNoZWV0";
    let table = [
        (json!({"file": "/data/名单.xlsx", "base64": data}), true),
        (json!({"file": format!("base64://{data}")}), true),
        (json!({"file": "/data/名单.xlsx", "url": format!("http://{at}/sheet")}), true),
        (json!({"file": format!("http://{at}/sheet")}), true),
        (json!({"file": "/data/名单.xlsx", "url": "/data/名单.xlsx"}), false),
        (json!({"file": "file:///etc/passwd"}), false),
        (json!({"base64": "@@@"}), false),
        (json!(null), false),
    ];
    for (given, works) in table {
        qq.answers("get_file", Answer::Gives(given.clone()));
        let got = bot.courier.fetch(&chat, &file, 1000).await;
        if works {
            assert_eq!(got.unwrap(), SHEET, "{given}");
        } else {
            assert!(matches!(got, Err(SendError::Refused(_))), "{given}: {got:?}");
        }
    }
    assert_eq!(params("get_file"), json!({"file_id": "F2", "file": "F2"}));
    qq.recovers("get_file");
    assert!(bot.courier.fetch(&chat, &file, 1000).await.is_err());

    // a picture brings its address; where it is stale, it is asked for
    let picture = |path: &str| json!({"type": "image", "data": {"file": "A.png", "url": format!("http://{at}{path}")}});
    let (chat, image) = heard(&mut bot, &qq, true, picture("/sheet")).await;
    assert_eq!(bot.courier.fetch(&chat, &image, 1000).await.unwrap(), SHEET);
    let (_, unnamed) = heard(&mut bot, &qq, true, json!({"type": "image", "data": {"file": "B.png"}})).await;
    qq.answers("get_image", Answer::Gives(json!({"base64": data})));
    assert_eq!(bot.courier.fetch(&chat, &unnamed, 1000).await.unwrap(), SHEET);

    // a handle of another platform's
    let foreign = FileRef { name: "x".into(), size: None, handle: "C:\\x".into() };
    assert!(matches!(bot.courier.fetch(&chat, &foreign, 1000).await, Err(SendError::Refused(_))));
    qq.hang_up();
    bot.expect_online("10000", false).await;
    assert_eq!(bot.courier.fetch(&chat, &file, 1000).await, Err(SendError::Offline));
}

async fn hosts() {
    let at = server().await;
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    let (chat, file) = heard(&mut bot, &qq, false, json!({"type": "file", "data": {"file": "a.xlsx", "file_id": "F"}})).await;
    let port = at.port();
    let table = [
        (format!("http://127.0.0.1:{port}/sheet"), true),
        (format!("http://127.0.0.1:{port}/moved"), true),
        (format!("http://localhost:{port}/sheet"), false),
        (format!("http://127.0.0.1:{port}/away"), false),
        (format!("http://127.0.0.1:{port}/round"), false),
        (format!("http://127.0.0.1:{port}/nothing"), false),
        (format!("http://u:p@127.0.0.1:{port}/sheet"), false),
        (format!("http://[::1]:{port}/sheet"), false),
        ("http://169.254.169.254/latest/meta-data/".into(), false),
        ("http://".into(), false),
    ];
    for (url, allowed) in table {
        qq.answers("get_private_file_url", Answer::Gives(json!({"url": url})));
        let got = bot.courier.fetch(&chat, &file, 1000).await;
        if allowed {
            assert_eq!(got.unwrap(), SHEET, "{url}");
        } else {
            assert!(matches!(&got, Err(SendError::Refused(why)) if !why.contains("latest")), "{url}: {got:?}");
        }
    }
}

async fn sizes() {
    let at = server().await;
    let (mut bot, qq) = Bot::with_qq(OneBot { max_file_bytes: 200_000, ..config() }, Format::Array).await;
    let segment = |size: u64| json!({"type": "file", "data": {"file": "a.xlsx", "file_id": "F", "file_size": size.to_string()}});
    let (chat, small) = heard(&mut bot, &qq, false, segment(SHEET.len() as u64)).await;
    let (_, large) = heard(&mut bot, &qq, false, segment(200_001)).await;
    // what says that it is too big is not even asked for
    assert!(matches!(bot.courier.fetch(&chat, &large, 1 << 30).await, Err(SendError::Refused(_))));
    assert_eq!(qq.count("get_private_file_url"), 0);
    // what lies is refused by its header, or while it comes
    for path in ["/big", "/endless"] {
        qq.answers("get_private_file_url", Answer::Gives(json!({"url": format!("http://{at}{path}")})));
        let got = bot.courier.fetch(&chat, &small, 1 << 30).await;
        assert!(matches!(&got, Err(SendError::Refused(why)) if why.contains("larger than 200000")), "{path}: {got:?}");
    }
    // the caller's own limit counts too
    qq.answers("get_private_file_url", Answer::Gives(json!({"url": format!("http://{at}/sheet")})));
    assert_eq!(bot.courier.fetch(&chat, &small, SHEET.len()).await.unwrap(), SHEET);
    assert!(matches!(bot.courier.fetch(&chat, &small, SHEET.len() - 1).await, Err(SendError::Refused(_))));
}
