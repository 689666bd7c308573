//! WeChat comes to our door. What is not signed by WeChat, or was signed long ago, is not even opened. Whoever brings a message
//! waits for its answer; what is not durable is not acknowledged, and comes again.

use super::desk::{Place, Told};
use super::hub::Hub;
use super::meaning::{self, Meaning};
use super::outgoing::pieces;
use super::wire::{BODY, Fields, answer, sealed};
use super::{PATH, PLATFORM};
use crate::domain::message::{Outgoing, Segment};
use crate::platform::seal;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use std::sync::Arc;

/// The longest text that is asked back, bytes.
const ECHO: usize = 1024;
/// By these somebody asks for the rest of an answer.
const MORE: [&str; 3] = ["继续", "更多", "more"];

/// Our door for WeChat.
pub fn routes(hub: Arc<Hub>) -> Router {
    Router::new().route(PATH, get(asked).post(brought)).with_state(hub)
}

/// What stands in the address.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seal {
    signature: String,
    msg_signature: String,
    timestamp: String,
    nonce: String,
    echostr: String,
}

type Refused = (StatusCode, &'static str);

fn turned(hub: &Hub, (status, why): Refused) -> Response {
    hub.metrics.strange(PLATFORM, "turned_away");
    tracing::warn!(status = status.as_u16(), why, "somebody was turned away at the door of the official account");
    (status, format!("{why}\n")).into_response()
}

/// Whether it is WeChat's, and fresh. In the clear the signature says nothing of the body: it is good for one.
fn ours(hub: &Hub, seal: &Seal, body: &[u8]) -> Result<(), Refused> {
    let refused = |why| Err((StatusCode::UNAUTHORIZED, why));
    if seal.signature.is_empty() || seal.timestamp.is_empty() {
        return refused("the signature or its time is missing");
    }
    if !seal::signed(&hub.config.token, &[&seal.timestamp, &seal.nonce], &seal.signature) {
        return refused("the signature is wrong");
    }
    let off = seal.timestamp.parse::<i64>().ok().map(|at| at.saturating_mul(1000).abs_diff(hub.now()) / 1000);
    if off.is_none_or(|off| off > hub.config.replay_seconds.unsigned_abs()) {
        return refused("it was signed too long ago, or a clock is wrong");
    }
    if hub.keys.is_none() && hub.used_for_another(format!("{} {}", seal.timestamp, seal.nonce), body) {
        return refused("the signature was used for something else");
    }
    Ok(())
}

/// The question whether the door is ours: what was asked comes back as it is.
async fn asked(State(hub): State<Arc<Hub>>, Query(seal): Query<Seal>) -> Response {
    if let Err(refused) = ours(&hub, &seal, seal.echostr.as_bytes()) {
        return turned(&hub, refused);
    }
    if seal.echostr.len() > ECHO || !seal.echostr.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return turned(&hub, (StatusCode::BAD_REQUEST, "that is nothing to ask back"));
    }
    tracing::info!("WeChat asked whether the door is ours, and was answered");
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], seal.echostr).into_response()
}

/// What a body says, opened where it is sealed.
fn opened(hub: &Hub, seal: &Seal, body: &[u8]) -> Result<Fields, Refused> {
    let none = |why| (StatusCode::BAD_REQUEST, why);
    let fields = Fields::read(body).map_err(none)?;
    let cipher = fields.word("Encrypt");
    let Some(keys) = &hub.keys else {
        // beside an open message there may be a sealed one: in 兼容模式
        let open = !fields.word("MsgType").is_empty();
        return if open { Ok(fields) } else { Err(none("it is encrypted: set [official] aes_key, or choose 明文模式")) };
    };
    if cipher.is_empty() {
        return Err(none("it is not encrypted, and [official] aes_key is set: choose 安全模式"));
    }
    if !keys.signed(&seal.timestamp, &seal.nonce, cipher, &seal.msg_signature) {
        return Err((StatusCode::UNAUTHORIZED, "the signature of what is encrypted is wrong"));
    }
    let message = keys.open(cipher).ok_or_else(|| none("it can't be opened: is [official] aes_key right, and is it for this app_id?"))?;
    Fields::read(message.as_bytes()).map_err(none)
}

async fn brought(State(hub): State<Arc<Hub>>, Query(seal): Query<Seal>, body: Bytes) -> Response {
    if body.len() > BODY {
        return turned(&hub, (StatusCode::PAYLOAD_TOO_LARGE, "that is too long for a callback"));
    }
    let fields = match ours(&hub, &seal, &body).and_then(|()| opened(&hub, &seal, &body)) {
        Ok(fields) => fields,
        Err(refused) => return turned(&hub, refused),
    };
    // who comes again later is heard by whoever runs then
    let later = || (StatusCode::SERVICE_UNAVAILABLE, "not yet\n").into_response();
    if hub.life.quiet.is_cancelled() {
        return later();
    }
    let Some(id) = heard(&hub, meaning::read(&fields, &hub.me)) else { return "success".into_response() };
    let told = tokio::select! {
        told = hub.desk.answer(&id) => told,
        () = hub.life.close.cancelled() => Told::Again,
    };
    match told {
        Told::Nothing => "success".into_response(),
        Told::Again => later(),
        Told::Answer(text) => answered(&hub, &fields, &text).unwrap_or_else(later),
    }
}

/// Hears what came; by which it is known, where it may have an answer.
fn heard(hub: &Arc<Hub>, meaning: Meaning) -> Option<String> {
    match meaning {
        Meaning::Message { incoming, written } => {
            let (chat, id) = (&incoming.chat, incoming.quote_id.clone());
            hub.opens(chat, written);
            let more = hub.desk.keeps(chat) && matches!(&*incoming.segments, [Segment::Text(text)] if MORE.contains(&text.trim()));
            if !hub.desk.came(chat, &id) {
                hub.metrics.strange(PLATFORM, "repeated");
            } else if more {
                hub.desk.ready(&id);
            } else {
                // worked on also where WeChat hangs up meanwhile
                let hearing = hub.clone();
                hub.life.hearing.spawn(async move { hearing.hear(*incoming).await });
            }
            Some(id)
        }
        Meaning::Follows { chat, id } => {
            hub.opens(&chat, false);
            if hub.desk.came(&chat, &id) {
                let welcome = Outgoing::text(chat.clone(), hub.words.welcome.clone());
                let (Place::Taken(rest) | Place::Shut(rest)) = hub.desk.place(&chat, &id, pieces(&welcome, hub.desk.most()));
                hub.desk.keep(&chat, rest);
                hub.desk.ready(&id);
            }
            Some(id)
        }
        Meaning::Leaves(chat) => {
            hub.windows.shuts(&chat);
            None
        }
        Meaning::Nothing(why) => {
            hub.metrics.strange(PLATFORM, "passed_over");
            tracing::debug!(why, "passed over");
            None
        }
    }
}

/// The answer as WeChat takes it: sealed, where what it answers was.
fn answered(hub: &Hub, fields: &Fields, text: &str) -> Option<Response> {
    let at = hub.now() / 1000;
    let mut xml = answer(fields.word("FromUserName"), fields.word("ToUserName"), at, text);
    if let Some(keys) = &hub.keys {
        let mut salt = [0; 16];
        hub.effects.random.fill(&mut salt);
        let (cipher, timestamp, nonce) = (keys.seal(&xml, salt)?, at.to_string(), hub.effects.random.below(1 << 32).to_string());
        xml = sealed(&cipher, &keys.signature(&timestamp, &nonce, &cipher), &timestamp, &nonce);
    }
    Some(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
}
