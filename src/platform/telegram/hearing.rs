//! How updates come: we ask for them (long polling), or Telegram brings them to our door (webhook). Either way an update is
//! confirmed to Telegram only when everything that it led to is durable; until then it would come again.

use super::api::Failure;
use super::hub::Hub;
use super::meaning::{Me, account};
use super::wire::User;
use super::{PATH, PLATFORM};
use crate::config::messages::Lang;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use subtle::ConstantTimeEq;
use teloxide::payloads::{DeleteWebhook, GetMe, GetUpdates, SetMyCommands, SetWebhook};
use teloxide::types::{AllowedUpdate, BotCommand};

/// Updates taken at once.
const BATCH: u8 = 100;
/// What Telegram shows at our door.
const SECRET: &str = "x-telegram-bot-api-secret-token";

fn kinds() -> Vec<AllowedUpdate> {
    vec![AllowedUpdate::Message, AllowedUpdate::EditedMessage, AllowedUpdate::CallbackQuery]
}

/// Until the end: says hello, then asks for updates or lets them come.
pub async fn hear(hub: Arc<Hub>) {
    let mut tries = Tries::default();
    loop {
        match hello(&hub).await {
            Ok(()) => break,
            Err(failure) => {
                if !tries.wait(&hub, &failure).await {
                    return;
                }
            }
        }
    }
    hub.set_online(true).await;
    menu(&hub).await;
    if hub.settings.webhook_url.is_empty() {
        poll(&hub).await;
    } else {
        hub.quiet.cancelled().await;
    }
}

/// Who are we, may we read groups, and how do updates come?
async fn hello(hub: &Arc<Hub>) -> Result<(), Failure> {
    let me = hub.api.call(&GetMe::new()).await?;
    let me = User::deserialize(me).unwrap_or_default();
    if me.id <= 0 || me.username.is_empty() {
        return Err(Failure::Refused("whoever answers at api_url is no Bot API".into()));
    }
    if !me.can_read_all_group_messages {
        tracing::warn!(
            name = %me.username,
            "privacy mode is on: in groups the bot hears only what is said to it (/commands, replies, mentions), so nobody's plain report is recorded; \
             send @BotFather /setprivacy, choose the bot, Disable, then remove it from its groups and add it again (or make it an admin there)"
        );
    }
    hub.is_me(Me { account: account(me.id), username: me.username });
    if hub.settings.webhook_url.is_empty() {
        hub.api.call(&DeleteWebhook::new()).await?;
        return Ok(());
    }
    let url = hub.settings.webhook_url.parse().map_err(|_| Failure::Refused("webhook_url is no URL".into()))?;
    let mut webhook = SetWebhook::new(url);
    webhook.allowed_updates = Some(kinds());
    webhook.secret_token = Some(hub.settings.webhook_secret.expose_secret().to_owned());
    hub.api.call(&webhook).await.map(|_| ())
}

/// The menu of commands, in both languages; zh for those whose app speaks it, English for all others.
async fn menu(hub: &Arc<Hub>) {
    for (lang, code) in [(Lang::En, None), (Lang::Zh, Some("zh"))] {
        let listed = hub.commands.iter().filter_map(|c| Some(BotCommand::new(c.name.clone(), c.about.iter().find(|(l, _)| l == lang.key())?.1.clone())));
        let mut menu = SetMyCommands::new(listed.collect::<Vec<_>>());
        menu.language_code = code.map(str::to_owned);
        if let Err(failure) = hub.api.call(&menu).await {
            tracing::warn!(%failure, "the menu of commands could not be set");
        }
    }
}

async fn poll(hub: &Arc<Hub>) {
    let mut tries = Tries::default();
    let patience = Duration::from_secs(hub.settings.poll_seconds.into()) + hub.timing.poll_grace;
    loop {
        // after a failure the first question does not wait: whether it is answered is news
        let wait = if hub.online() && tries.count == 0 { hub.settings.poll_seconds } else { 0 };
        let ask = GetUpdates { offset: offset(hub), limit: Some(BATCH), timeout: Some(wait), allowed_updates: Some(kinds()) };
        let got = tokio::select! {
            biased;
            () = hub.quiet.cancelled() => return,
            got = hub.api.call_within(&ask, patience) => got,
        };
        let failure = match got {
            Ok(Value::Array(updates)) => {
                tries = Tries::default();
                hub.set_online(true).await;
                if !take(hub, updates).await {
                    return;
                }
                continue;
            }
            Ok(_) => Failure::Refused("whoever answers at api_url is no Bot API".into()),
            Err(failure) => failure,
        };
        if !tries.wait(hub, &failure).await {
            return;
        }
    }
}

fn offset(hub: &Hub) -> Option<i32> {
    i32::try_from(hub.next.load(Ordering::SeqCst)).ok().filter(|n| *n > 0)
}

/// A batch, into the inbox; the next question confirms it. False where nobody listens any more: then it must come again.
async fn take(hub: &Arc<Hub>, updates: Vec<Value>) -> bool {
    if updates.is_empty() {
        return true;
    }
    for update in updates {
        let id = update["update_id"].as_i64();
        if !hub.hear(update).await {
            return false;
        }
        if let Some(id) = id {
            hub.next.fetch_max(id + 1, Ordering::SeqCst);
        }
    }
    // at the end of everything what was handed over is made durable by the shutdown, and confirmed after it
    tokio::select! {
        kept = hub.kept() => kept,
        () = hub.quiet.cancelled() => true,
    }
}

/// The last word: everything that was handed over is durable now and need not come again.
pub async fn confirm(hub: &Hub) {
    if let (Some(offset), true) = (offset(hub), hub.settings.webhook_url.is_empty()) {
        let ask = GetUpdates { offset: Some(offset), limit: Some(1), timeout: Some(0), allowed_updates: None };
        if let Err(failure) = hub.api.call_within(&ask, hub.timing.goodbye).await {
            tracing::warn!(%failure, "the last updates could not be confirmed: they come again, and are known");
        }
    }
}

/// Failures in a row.
#[derive(Default)]
struct Tries {
    count: u32,
    told: Option<Failure>,
}

impl Tries {
    /// Waits before the next try; false where everything ends.
    async fn wait(&mut self, hub: &Hub, failure: &Failure) -> bool {
        let t = &hub.timing;
        self.count += 1;
        if self.count >= t.strikes || matches!(failure, Failure::Unauthorized | Failure::Conflict) {
            hub.set_online(false).await;
        }
        if self.told.as_ref() != Some(failure) {
            self.told = Some(failure.clone());
            match failure {
                Failure::Unauthorized => {
                    tracing::error!("Telegram does not know the token: set [telegram] token to what @BotFather gave (and api_url, where it is not Telegram's)");
                }
                Failure::Conflict => tracing::error!("another program asks for this bot's updates: only one may; stop it, or give this one a bot of its own"),
                failure => tracing::warn!(%failure, "updates can't be had: trying again"),
            }
        }
        let doubled = t.first_retry.saturating_mul(1 << self.count.saturating_sub(1).min(16)).min(t.longest_retry);
        let wait = match failure {
            Failure::Unauthorized | Failure::Refused(_) => t.refused_retry,
            Failure::Conflict => t.conflict_retry,
            Failure::Later { after: Some(ms), .. } => Duration::from_millis(ms.unsigned_abs()).max(doubled),
            _ => doubled,
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => true,
            () = hub.quiet.cancelled() => false,
        }
    }
}

/// Our door for Telegram.
pub fn routes(hub: Arc<Hub>) -> Router {
    if hub.settings.webhook_url.is_empty() {
        return Router::new();
    }
    Router::new().route(PATH, post(brought)).with_state(hub)
}

async fn brought(State(hub): State<Arc<Hub>>, headers: HeaderMap, body: Bytes) -> Response {
    let turned = |status: StatusCode, why: &'static str| {
        hub.metrics.strange(PLATFORM, "turned_away");
        tracing::warn!(status = status.as_u16(), why, "somebody was turned away at the Telegram door");
        (status, format!("{why}\n")).into_response()
    };
    let mut shown = headers.get_all(SECRET).iter();
    let (shown, more) = (shown.next().map(header::HeaderValue::as_bytes), shown.next());
    let secret = hub.settings.webhook_secret.expose_secret().as_bytes();
    match shown {
        None => return turned(StatusCode::UNAUTHORIZED, "the secret token is missing"),
        Some(shown) if secret.is_empty() || more.is_some() || !bool::from(shown.ct_eq(secret)) => {
            return turned(StatusCode::FORBIDDEN, "the secret token is wrong");
        }
        Some(_) => {}
    }
    let Ok(update @ Value::Object(_)) = serde_json::from_slice::<Value>(&body) else {
        return turned(StatusCode::BAD_REQUEST, "that is no update");
    };
    // who asks again later is heard by whoever runs then
    let later = || (StatusCode::SERVICE_UNAVAILABLE, "the bot is not ready: try again\n").into_response();
    if hub.quiet.is_cancelled() || hub.me().is_none() {
        return later();
    }
    let heard = {
        let hub = hub.clone();
        async move { hub.hear(update).await && hub.kept().await }
    };
    match hub.hearing.spawn(heard).await {
        Ok(true) => StatusCode::OK.into_response(),
        _ => later(),
    }
}
