//! `/f/TOKEN`: a file that could not be sent in a chat. Looking shows a page with a button, however often and by whomever (link
//! previews look too); the button takes the file, which uses the link up. Neither token nor name is logged.

use crate::action::flow::links::PATH;
use crate::config::Config;
use crate::effects::Clock;
use crate::error::Fault;
use crate::store::Store;
use crate::store::sending::links::{Standing, digest};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

/// A page that runs nothing and fetches nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// Of every answer: it is for whoever asked, once.
const HEADERS: [(HeaderName, &str); 3] =
    [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_SECURITY_POLICY, POLICY), (HeaderName::from_static("x-robots-tag"), "noindex, nofollow")];

struct Door {
    store: Store,
    config: Arc<Config>,
    clock: Arc<dyn Clock>,
}

/// The door for links; nothing where there are none.
pub fn routes(store: Store, config: Arc<Config>, clock: Arc<dyn Clock>) -> Router {
    if config.bot.links.public.is_empty() {
        return Router::new();
    }
    Router::new().route(&format!("{PATH}/{{token}}"), get(look).post(take)).with_state(Arc::new(Door { store, config, clock }))
}

async fn look(State(door): State<Arc<Door>>, Path(token): Path<String>) -> Response {
    let standing = door.store.link(&digest(&token), door.clock.now()).await;
    door.page(standing)
}

async fn take(State(door): State<Arc<Door>>, Path(token): Path<String>) -> Response {
    match door.store.take_link(&digest(&token), door.clock.now()).await {
        Ok(Ok(file)) => {
            let mime = HeaderValue::from_str(&file.mime).unwrap_or(HeaderValue::from_static("application/octet-stream"));
            let named = [(header::CONTENT_TYPE, mime), (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))];
            (named, [(header::CONTENT_DISPOSITION, file.disposition())], HEADERS, file.bytes.to_vec()).into_response()
        }
        Ok(Err(standing)) => door.page(Ok(standing)),
        Err(fault) => door.page(Err(fault)),
    }
}

impl Door {
    fn page(&self, standing: Result<Standing, Fault>) -> Response {
        let (status, key) = match standing {
            Ok(Standing::Ready) => (StatusCode::OK, "link-ready"),
            Ok(Standing::Used) => (StatusCode::GONE, "link-used"),
            Ok(Standing::Expired) => (StatusCode::GONE, "link-expired"),
            Ok(Standing::Unknown) => (StatusCode::NOT_FOUND, "link-unknown"),
            Err(fault) => {
                tracing::error!(%fault, "a link could not be looked up");
                (StatusCode::SERVICE_UNAVAILABLE, "link-broken")
            }
        };
        let say = |key: &str| self.config.messages.say(self.config.bot.language, key, &[]);
        let button = if status == StatusCode::OK { format!("<form method=\"post\"><button>{}</button></form>", say("link-button")) } else { String::new() };
        let page = format!(
            "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title>\
            <style>body{{font:1.1rem/1.7 system-ui,sans-serif;max-width:28rem;margin:15vh auto;padding:0 1.2rem;color:#222;background:#fff}}\
            button{{font:inherit;width:100%;padding:.7rem;border:0;border-radius:.5rem;color:#fff;background:#b3261e}}</style>\
            <main><h1>{}</h1><p>{}</p>{button}</main></html>",
            self.config.bot.language.key(),
            say("link-title"),
            say("link-title"),
            say(key),
        );
        (status, HEADERS, Html(page)).into_response()
    }
}
