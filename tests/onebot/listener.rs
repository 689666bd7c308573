//! The web listener: health, metrics, headers, hosts, a busy port, stopping.

use super::{Bot, config};
use crate::support::onebot::{Format, PATIENCE, text};
use crate::support::story;
use axum::Router;
use axum::routing::{get, post};
use libtest_mimic::Trial;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use zhibu::hosts::Hosts;
use zhibu::metrics::Metrics;
use zhibu::web::{self, Health, Parts};

pub fn tests() -> Vec<Trial> {
    vec![
        story("onebot::listener::health_says_what_ails", health),
        story("onebot::listener::metrics_count_what_happened", metrics),
        story("onebot::listener::plain_requests_are_bounded", bounds),
        story("onebot::listener::a_busy_port_is_said_plainly", busy),
        story("onebot::listener::it_stops_when_told", stops),
    ]
}

struct Site {
    address: SocketAddr,
    well: Arc<AtomicBool>,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<Result<(), zhibu::error::Fault>>,
}

async fn site() -> Site {
    let (well, stop) = (Arc::new(AtomicBool::new(true)), CancellationToken::new());
    let listener = web::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let is_well = well.clone();
    let routes = Router::new()
        .route("/echo", post(|body: String| async move { body }))
        .route("/own", get(|| async { ([("content-security-policy", "default-src 'none'")], "x") }))
        .route("/never", get(|| async { std::future::pending::<String>().await }));
    let site = web::router(Parts {
        routes,
        hosts: Hosts::new(address, &[]),
        health: Arc::new(move || {
            let well = is_well.load(Ordering::SeqCst);
            Box::pin(async move { Health { well, detail: serde_json::json!({"database": if well { "ok" } else { "locked" }}) } })
        }),
        metrics: Metrics::new(),
        body_bytes: 1000,
        timeout: Duration::from_millis(300),
    });
    let served = tokio::spawn(web::serve(listener, site, stop.clone()));
    Site { address, well, stop, served }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn health() {
    let site = site().await;
    let url = format!("http://{}/healthz", site.address);
    let answer = client().get(&url).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "application/json"));
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap(), serde_json::json!({"database": "ok"}));
    site.well.store(false, Ordering::SeqCst);
    let answer = client().get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.text().await.unwrap(), r#"{"database":"locked"}"#);
}

async fn metrics() {
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    for _ in 0..3 {
        qq.says("90000", "20001", "秘密姓名", &[text("秘密内容")]);
        bot.message().await;
    }
    let answer = client().get(format!("http://{}/metrics", bot.address)).send().await.unwrap();
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    let shown = answer.text().await.unwrap();
    for line in ["zhibu_messages_heard_total{platform=\"onebot\"} 3", "zhibu_platform_up{platform=\"onebot\",account=\"10000\"} 1", "# EOF"] {
        assert!(shown.lines().any(|l| l == line), "{line} is missing in {shown}");
    }
    assert!(!shown.contains("秘密") && !shown.contains("20001") && !shown.contains("90000"), "no text, no names, no members");
    bot.stop.cancel();
}

async fn bounds() {
    let site = site().await;
    let url = |path: &str| format!("http://{}{path}", site.address);
    let client = client();
    assert_eq!(client.post(url("/echo")).body("好").send().await.unwrap().text().await.unwrap(), "好");
    assert_eq!(client.post(url("/echo")).body("x".repeat(1001)).send().await.unwrap().status(), 413);
    assert_eq!(client.get(url("/never")).send().await.unwrap().status(), 503);
    for host in ["evil.example", "evil.example:80", ""] {
        let status = client.get(url("/healthz")).header("Host", host).send().await.unwrap().status();
        assert!(status == 403 || status == 400, "{host}: {status}");
    }
    let answer = client.get(url("/nothing")).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    for (name, value) in [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "no-referrer")] {
        assert_eq!(answer.headers()[name], value);
    }
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'"));
    assert_eq!(client.get(url("/own")).send().await.unwrap().headers()["content-security-policy"], "default-src 'none'");
}

async fn busy() {
    let site = site().await;
    let e = web::bind(site.address).await.unwrap_err().to_string();
    assert!(e.contains(&format!("{} is taken by another program", site.address)) && e.contains("[web] bind"), "{e}");
    let e = web::bind("192.0.2.1:80".parse().unwrap()).await.unwrap_err().to_string();
    assert!(e.contains("192.0.2.1"), "{e}");
}

async fn stops() {
    let site = site().await;
    let url = format!("http://{}/healthz", site.address);
    assert_eq!(client().get(&url).send().await.unwrap().status(), 200);
    site.stop.cancel();
    tokio::time::timeout(PATIENCE, site.served).await.unwrap().unwrap().unwrap();
    assert!(client().get(&url).send().await.is_err());
}
