//! The one web listener: mounts what platforms bring, beside `/healthz` and `/metrics`. It knows no platform; who may
//! enter a platform's route is the platform's own affair, but for the `Host` header, which is checked here for all.

pub mod links;

mod serve;

pub use serve::{bind, serve};

use crate::hosts::Hosts;
use crate::metrics::Metrics;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::future::BoxFuture;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

/// How the bot is, for `/healthz`.
#[derive(Clone, Debug)]
pub struct Health {
    /// 200 rather than 503.
    pub well: bool,
    /// What is well or not, for the operator's eyes; no names, no secrets.
    pub detail: serde_json::Value,
}

/// Asks the bot how it is.
pub type Checkup = Arc<dyn Fn() -> BoxFuture<'static, Health> + Send + Sync>;

/// What the listener is made of.
pub struct Parts {
    /// The platforms' routes.
    pub routes: Router,
    /// The hosts that it answers to.
    pub hosts: Hosts,
    /// Answers `/healthz`.
    pub health: Checkup,
    /// Answers `/metrics`.
    pub metrics: Arc<Metrics>,
    /// Largest body of a plain request, bytes.
    pub body_bytes: usize,
    /// Longest time until a plain request's answer begins; a stream or socket that has begun is not cut.
    pub timeout: Duration,
}

/// The whole of what the listener answers.
pub fn router(parts: Parts) -> Router {
    let Parts { routes, hosts, health, metrics, body_bytes, timeout } = parts;
    Router::new()
        .route("/healthz", get(move || healthz(health.clone())))
        .route("/metrics", get(move || ready(text(&metrics))))
        .merge(routes)
        .layer(DefaultBodyLimit::max(body_bytes))
        .layer(from_fn(move |request, next| in_time(timeout, request, next)))
        .layer(from_fn_with_state(Arc::new(hosts), our_host))
        .layer(from_fn(headers))
}

async fn healthz(checkup: Checkup) -> Response {
    let health = checkup().await;
    let status = if health.well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], axum::Json(health.detail)).into_response()
}

fn text(metrics: &Metrics) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], metrics.text()).into_response()
}

async fn in_time(timeout: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the bot is too busy to answer: try again\n").into_response(),
    }
}

async fn our_host(State(hosts): State<Arc<Hosts>>, uri: Uri, headers: HeaderMap, request: Request, next: Next) -> Response {
    let mut named = headers.get_all(header::HOST).iter();
    let host = match (uri.host(), named.next(), named.next()) {
        (Some(host), ..) => Some(host),
        (None, Some(host), None) => host.to_str().ok(),
        _ => None,
    };
    match host {
        Some(host) if hosts.allow(host) => next.run(request).await,
        Some(_) => {
            tracing::warn!("a request for a host that is not ours was refused: add the name to [web] hosts if it should be");
            (StatusCode::FORBIDDEN, "this Host is not ours: add it to [web] hosts\n").into_response()
        }
        None => (StatusCode::BAD_REQUEST, "one Host header is needed\n").into_response(),
    }
}

/// Headers that every answer carries, where the route did not set its own.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
];

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
