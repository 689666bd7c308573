//! The door before every route: who may call (law 14), and the headers that keep the page to itself.

use crate::hosts::Hosts;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Whether an Origin header names the same server as the Host header.
fn same_origin(origin: &str, host: &str) -> bool {
    origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).is_some_and(|o| o.eq_ignore_ascii_case(host))
}

const POLICY: &str =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Lets our own page through. What changes something, and the socket, must also come from our own page.
pub(super) async fn guard(State(hosts): State<Arc<Hosts>>, request: Request, next: Next) -> Response {
    let refused = refusal(&hosts, &request);
    let mut response = match refused {
        Some(why) => (StatusCode::FORBIDDEN, why).into_response(),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Why a request may not pass, where it may not.
fn refusal(hosts: &Hosts, request: &Request) -> Option<&'static str> {
    let text = |name: HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok());
    let host = text(header::HOST).unwrap_or("");
    if !hosts.allow(host) {
        return Some("This address is not one that zhibu serves: open it by 127.0.0.1 or localhost.\n");
    }
    let careful = request.method() != Method::GET || request.uri().path() == "/ws";
    let foreign = careful && !text(header::ORIGIN).is_some_and(|o| same_origin(o, host));
    foreign.then_some("Only the web chat's own page may do this.\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_must_be_the_very_host() {
        assert!(same_origin("http://127.0.0.1:8770", "127.0.0.1:8770"));
        for origin in ["null", "http://127.0.0.1:8771", "http://127.0.0.1:8770.evil.example", "file://", "127.0.0.1:8770"] {
            assert!(!same_origin(origin, "127.0.0.1:8770"), "{origin}");
        }
    }
}
