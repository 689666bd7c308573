//! The page, its files and its questions over HTTP.

use super::guard::guard;
use super::hub::{Listed, News, json, private_with};
use super::{FILE_BYTES, PLATFORM, Webchat, socket};
use crate::domain::message::ChatKey;
use crate::error::Fault;
use crate::hosts::Hosts;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// One of the page's scripts.
macro_rules! script {
    ($name:literal) => {
        (concat!("/", $name, ".js"), "text/javascript; charset=utf-8", include_str!(concat!("../../../assets/webchat/", $name, ".js")))
    };
}

/// The page's files: (path, media type, text). Embedded, so that the binary needs nothing beside it.
const ASSETS: [(&str, &str, &str); 12] = [
    ("/", "text/html; charset=utf-8", include_str!("../../../assets/webchat/index.html")),
    ("/style.css", "text/css; charset=utf-8", include_str!("../../../assets/webchat/style.css")),
    ("/icon.svg", "image/svg+xml", include_str!("../../../assets/webchat/icon.svg")),
    script!("app"),
    script!("clock"),
    script!("composer"),
    script!("panel"),
    script!("rooms"),
    script!("speaker"),
    script!("state"),
    script!("view"),
    script!("words"),
];

impl Webchat {
    /// The page with all that it needs, behind its guard, for callers by these hosts.
    pub fn router(self: &Arc<Self>, hosts: Hosts) -> Router {
        let mut router = Router::new();
        for (path, media, text) in ASSETS {
            router = router.route(path, get(move || async move { ([(header::CONTENT_TYPE, media)], text) }));
        }
        router
            .route("/api/people", get(people))
            .route("/api/chats", get(chats))
            .route("/api/messages", get(messages))
            .route("/api/records", get(records))
            .route("/api/clock/next", post(next_reminder))
            .route("/api/files", post(upload).layer(DefaultBodyLimit::max(FILE_BYTES)))
            .route("/api/files/{handle}", get(download))
            .route("/ws", get(socket::open))
            .with_state(self.clone())
            .layer(middleware::from_fn_with_state(Arc::new(hosts), guard))
    }
}

/// An answer as JSON, or a fault told without its insides.
fn answer<T: Serialize>(result: Result<T, Fault>) -> Response {
    let (status, body) = match result {
        Ok(value) => (StatusCode::OK, json(&value)),
        Err(fault) => {
            tracing::error!(%fault, "the web chat's page asked in vain");
            (StatusCode::INTERNAL_SERVER_ERROR, r#"{"why":"failed"}"#.to_owned())
        }
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
}

async fn people(State(web): State<Arc<Webchat>>, Query(search): Query<Search>) -> Response {
    let q: String = search.q.trim().chars().take(40).collect();
    answer(web.backstage.people(&q).await)
}

/// The groups, then private chats that were spoken in, the newest first.
async fn chats(State(web): State<Arc<Webchat>>) -> Response {
    answer(listed(&web).await)
}

async fn listed(web: &Webchat) -> Result<Vec<Listed>, Fault> {
    let mut rooms: HashMap<ChatKey, _> = web.rooms().into_iter().collect();
    let groups = web.backstage.groups().await?;
    let mut all: Vec<Listed> =
        groups.into_iter().map(|g| Listed { last: rooms.remove(&g.chat).flatten(), chat: g.chat, name: g.name, private: false, person: None }).collect();
    let mut private = Vec::new();
    for (chat, last) in rooms.into_iter().filter(|(k, _)| k.private && *k.platform == *PLATFORM) {
        if let Some(person) = web.backstage.person(&chat.id).await? {
            private.push(Listed { chat, name: person.name.clone(), private: true, person: Some(person), last });
        }
    }
    private.sort_by_key(|l| std::cmp::Reverse(l.last.as_ref().map(|m| m.at)));
    all.append(&mut private);
    Ok(all)
}

#[derive(Deserialize)]
struct Which {
    chat: String,
}

impl Which {
    /// The chat, where it is one of ours.
    async fn known(&self, web: &Webchat) -> Result<Option<ChatKey>, Fault> {
        let Ok(chat) = self.chat.parse::<ChatKey>() else { return Ok(None) };
        let known = if chat.private {
            chat == private_with(&chat.id) && web.backstage.person(&chat.id).await?.is_some()
        } else {
            web.backstage.groups().await?.iter().any(|g| g.chat == chat)
        };
        Ok(known.then_some(chat))
    }
}

fn no_chat() -> Response {
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/json")], r#"{"why":"no_chat"}"#).into_response()
}

async fn messages(State(web): State<Arc<Webchat>>, Query(which): Query<Which>) -> Response {
    match which.known(&web).await {
        Ok(Some(chat)) => {
            let (messages, understood) = web.history(&chat);
            answer(Ok(serde_json::json!({ "messages": messages, "understood": understood })))
        }
        Ok(None) => no_chat(),
        Err(fault) => answer::<()>(Err(fault)),
    }
}

async fn records(State(web): State<Arc<Webchat>>, Query(which): Query<Which>) -> Response {
    match which.known(&web).await {
        Ok(Some(chat)) => answer(web.backstage.records(&chat).await),
        Ok(None) => no_chat(),
        Err(fault) => answer::<()>(Err(fault)),
    }
}

/// Moves the clock to the next reminder and tells every page what time it is now.
async fn next_reminder(State(web): State<Arc<Webchat>>) -> Response {
    let moved = web.backstage.next_reminder().await;
    if let Ok(Some(reminded)) = &moved {
        let (at, local) = web.now_shown();
        web.tell(&News::Clock { at, local, reminded: Some(reminded) });
    }
    answer(moved)
}

/// A file of the bot's: always to be kept, never to be shown by the browser.
async fn download(State(web): State<Arc<Webchat>>, Path(handle): Path<String>) -> Response {
    let Some(file) = web.given(&handle) else {
        return (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/json")], r#"{"why":"no_file"}"#).into_response();
    };
    let headers = [(header::CONTENT_TYPE, file.mime.clone()), (header::CONTENT_DISPOSITION, file.disposition())];
    (headers, file.bytes.to_vec()).into_response()
}

async fn upload(State(web): State<Arc<Webchat>>, bytes: Bytes) -> Response {
    if bytes.is_empty() {
        return (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], r#"{"why":"empty"}"#).into_response();
    }
    answer(Ok(serde_json::json!({ "handle": web.keep_file(&bytes) })))
}
