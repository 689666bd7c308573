//! How updates come: we ask for them (long polling), or Telegram brings them to our door (webhook). Either way an update is
//! confirmed to Telegram only when everything that it led to is durable; until then it would come again. What could not be
//! worked on is asked for again.

use super::api::{Failure, Reason};
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
/// So often updates are asked for again that could not be worked on, while the database can be reached; then they are passed
/// over, or one that can't be worked on at all would stop everything.
const TRIES: u32 = 6;
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
        hub.life.quiet.cancelled().await;
    }
}

/// Who are we, may we read groups, and how do updates come?
async fn hello(hub: &Arc<Hub>) -> Result<(), Failure> {
    let me = hub.api.call(&GetMe::new()).await?;
    let me = User::deserialize(me).unwrap_or_default();
    if me.id <= 0 || me.username.is_empty() {
        return Err(Failure::Refused("whoever answers at api_url is no Bot API".into()));
    }
    hub.hears_all.store(me.can_read_all_group_messages, Ordering::SeqCst);
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
    let mut unkept = 0;
    let patience = Duration::from_secs(hub.settings.poll_seconds.into()) + hub.timing.poll_grace;
    loop {
        // after a failure the first question does not wait: whether it is answered is news
        let wait = if hub.online() && tries.count == 0 { hub.settings.poll_seconds } else { 0 };
        let ask = GetUpdates { offset: offset(hub), limit: Some(BATCH), timeout: Some(wait), allowed_updates: Some(kinds()) };
        let got = tokio::select! {
            biased;
            () = hub.life.quiet.cancelled() => return,
            got = hub.api.call_within(&ask, patience) => got,
        };
        let failure = match got {
            Ok(Value::Array(updates)) => {
                tries = Tries::default();
                hub.set_online(true).await;
                let first = hub.next.load(Ordering::SeqCst);
                match take(hub, updates).await {
                    Taken::Kept => unkept = 0,
                    Taken::Gone => return,
                    Taken::Unkept if unkept + 1 < TRIES => {
                        unkept += 1;
                        tracing::warn!("what was heard could not be worked on: it is asked for again");
                        hub.next.store(first, Ordering::SeqCst);
                        tokio::select! {
                            () = tokio::time::sleep(doubled(hub, unkept)) => {}
                            () = hub.life.quiet.cancelled() => return,
                        }
                    }
                    Taken::Unkept => {
                        unkept = 0;
                        tracing::error!("what was heard could not be worked on, {TRIES} times: it is passed over, see the faults above");
                    }
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

/// What became of a batch.
enum Taken {
    /// It is durable; or everything ends, and it is looked at once more then.
    Kept,
    /// Some of it could not be worked on.
    Unkept,
    /// Nobody listens any more: it must come again.
    Gone,
}

/// A batch, into the inbox, and then as long as it takes until it is durable: the next question confirms it.
async fn take(hub: &Arc<Hub>, updates: Vec<Value>) -> Taken {
    let Some(last) = updates.iter().map(|u| u["update_id"].as_i64().unwrap_or(0)).max() else { return Taken::Kept };
    for update in albums(updates) {
        if !hub.hear(update).await {
            return Taken::Gone;
        }
    }
    hub.next.fetch_max(last + 1, Ordering::SeqCst);
    let Some((_, mut told)) = hub.mark().await else { return Taken::Gone };
    let mut slow = false;
    loop {
        tokio::select! {
            biased;
            kept = &mut told => return match kept {
                Ok(true) => Taken::Kept,
                Ok(false) => Taken::Unkept,
                Err(_) => Taken::Gone,
            },
            () = hub.inbox.closed() => return Taken::Gone,
            // at the end of everything what was handed over is made durable by the shutdown, and confirmed after it
            () = hub.life.quiet.cancelled() => {
                hub.leave(told);
                return Taken::Kept;
            }
            () = tokio::time::sleep(hub.timing.kept), if !slow => {
                slow = true;
                tracing::warn!("what was heard takes long to be worked on: nothing more is asked for until it is durable");
            }
        }
    }
}

/// The pictures of an album that came together, as one message: what is said beneath one of them is said of all.
fn albums(updates: Vec<Value>) -> Vec<Value> {
    let of = |u: &Value| Some((u["message"]["chat"]["id"].as_i64()?, u["message"]["media_group_id"].as_str()?.to_owned()));
    let says = |u: &Value| u["message"]["caption"].as_str().is_some_and(|c| !c.is_empty());
    let mut all: Vec<Value> = Vec::with_capacity(updates.len());
    for mut update in updates {
        let key = of(&update).filter(|_| update["message"]["photo"].is_array());
        let first = key.and_then(|key| all.iter_mut().rev().find(|u| u["message"]["photo"].is_array() && of(u).as_ref() == Some(&key)));
        // of two captions each is a message of its own
        let Some(first) = first.filter(|first| !(says(first) && says(&update))) else {
            all.push(update);
            continue;
        };
        for key in ["caption", "caption_entities"] {
            if says(&update) && !update["message"][key].is_null() {
                first["message"][key] = update["message"][key].clone();
            }
        }
        let photo = update["message"]["photo"].take();
        match first["message"]["album"].as_array_mut() {
            Some(album) => album.push(photo),
            None => first["message"]["album"] = Value::Array(vec![photo]),
        }
    }
    all
}

/// The last word: everything that was handed over is durable now and need not come again.
pub async fn confirm(hub: &Hub) {
    if !hub.all_kept() {
        tracing::warn!("the last updates could not be worked on: they come again");
        return;
    }
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
        if self.count >= t.strikes || matches!(failure, Failure::Own(Reason::Unauthorized | Reason::Conflict)) {
            hub.set_online(false).await;
        }
        if self.told.as_ref() != Some(failure) {
            self.told = Some(failure.clone());
            match failure {
                Failure::Own(Reason::Unauthorized) => {
                    tracing::error!("Telegram does not know the token: set [telegram] token to what @BotFather gave (and api_url, where it is not Telegram's)");
                }
                Failure::Own(Reason::Conflict) => {
                    tracing::error!("another program asks for this bot's updates: only one may; stop it, or give this one a bot of its own");
                }
                failure => tracing::warn!(%failure, "updates can't be had: trying again"),
            }
        }
        let doubled = doubled(hub, self.count);
        let wait = match failure {
            Failure::Own(Reason::Unauthorized) | Failure::Refused(_) => t.refused_retry,
            Failure::Own(Reason::Conflict) => t.conflict_retry,
            Failure::Later { after: Some(ms), .. } => Duration::from_millis(ms.unsigned_abs()).max(doubled),
            _ => doubled,
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => true,
            () = hub.life.quiet.cancelled() => false,
        }
    }
}

/// The wait before the nth new try.
fn doubled(hub: &Hub, n: u32) -> Duration {
    hub.timing.first_retry.saturating_mul(1 << n.saturating_sub(1).min(16)).min(hub.timing.longest_retry)
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
    if hub.life.quiet.is_cancelled() || hub.me().is_none() {
        return later();
    }
    let heard = {
        let (hub, id) = (hub.clone(), update["update_id"].as_i64().unwrap_or(0));
        async move {
            let kept = hub.kept(update).await;
            let passed_over = kept == Some(false) && hub.in_vain(id, TRIES);
            if passed_over {
                tracing::error!("an update could not be worked on, {TRIES} times: it is passed over, see the faults above");
            }
            kept == Some(true) || passed_over
        }
    };
    match hub.life.hearing.spawn(heard).await {
        Ok(true) => StatusCode::OK.into_response(),
        _ => later(),
    }
}
