//! The fake's API: tokens, messages within their windows, files, how groups stand to the bot.

use super::super::faults::{cut, garbage};
use super::{APP, Fault, GROUP_WINDOW, LASTS, NAME, PRIVATE_WINDOW, PUSHED, Pending, Qq, SECRET, Sent, TEXT, hex};
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::VecDeque;

impl Qq {
    fn work(&self, method: &Method, path: &str, ask: &Value) -> Result<Value, (u16, i64)> {
        let parts: Vec<&str> = path.split('/').collect();
        match (method.as_str(), &parts[..]) {
            ("GET", ["users", "@me"]) => Ok(json!({"id": "1", "username": NAME})),
            ("GET", ["v2", "groups", id, "bot_state"]) => {
                let s = self.state();
                if !s.tells {
                    return Err((400, 11_253));
                }
                let setting = if s.hears_all.contains(*id) { "all" } else { "only_mention" };
                Ok(json!({"member_openid": "BOTOPENID", "allow_proactive_msg": !s.no_push.contains(*id), "recv_msg_setting": setting, "member_role": "member"}))
            }
            ("POST", ["v2", kind @ ("groups" | "users"), id, what]) => {
                let chat = if *kind == "groups" { (*id).to_owned() } else { format!("@{id}") };
                match *what {
                    "messages" => self.take(&chat, ask),
                    "files" => self.upload(ask),
                    "upload_prepare" => self.prepare(ask),
                    "upload_part_finish" => self.finish(ask),
                    _ => Err((404, 11_000)),
                }
            }
            ("PUT", ["interactions", _]) => Ok(Value::Null),
            _ => Err((404, 11_000)),
        }
    }

    fn upload(&self, ask: &Value) -> Result<Value, (u16, i64)> {
        if ask["srv_send_msg"] != json!(false) || !matches!(ask["file_type"].as_i64(), Some(1 | 4)) {
            return Err((400, 40_034_002));
        }
        let bytes = match ask["upload_id"].as_str() {
            Some(id) => self.state().pending.get(id).and_then(Pending::whole).ok_or((400, 40_034_002))?,
            None => ask["file_data"].as_str().and_then(|t| STANDARD.decode(t).ok()).ok_or((400, 40_034_002))?,
        };
        Ok(self.change(|s| {
            s.next += 1;
            let info = format!("info-{}", s.next);
            s.uploads.insert(info.clone(), (ask["file_name"].as_str().unwrap_or_default().to_owned(), bytes));
            json!({"file_uuid": "u", "file_info": info, "ttl": 3600})
        }))
    }

    /// Cuts a file up: in parts of 1,000,000 bytes, from 1.
    fn prepare(&self, ask: &Value) -> Result<Value, (u16, i64)> {
        const BLOCK: usize = 1_000_000;
        let text = |key: &str| ask[key].as_str().unwrap_or_default().to_owned();
        let size: usize = text("file_size").parse().map_err(|_| (400, 40_034_002))?;
        if text("md5").len() != 32 || text("sha1").len() != 40 || text("md5_10m").len() != 32 || text("file_name").is_empty() {
            return Err((400, 40_034_002));
        }
        let (url, id) = (
            self.url(),
            self.change(|s| {
                s.next += 1;
                let id = format!("upload-{}", s.next);
                s.pending.insert(id.clone(), Pending { size, md5: text("md5"), ..Pending::default() });
                id
            }),
        );
        let parts: Vec<Value> = (1..=size.div_ceil(BLOCK))
            .map(|n| json!({"index": n, "presigned_url": format!("{url}/put/{id}/{n}?sign=secret"), "block_size": BLOCK.min(size - (n - 1) * BLOCK).to_string()}))
            .rev()
            .collect();
        Ok(json!({"upload_id": id, "block_size": BLOCK.to_string(), "parts": parts, "upload_config": {"concurrency": 1}}))
    }

    fn finish(&self, ask: &Value) -> Result<Value, (u16, i64)> {
        let (n, md5) = (ask["part_index"].as_u64().ok_or((400, 40_034_002))?, ask["md5"].as_str().unwrap_or_default().to_owned());
        self.change(|s| {
            let pending = s.pending.get_mut(ask["upload_id"].as_str().unwrap_or_default()).ok_or((400, 40_034_002))?;
            let bytes = pending.left.get(&n).ok_or((400, 40_034_002))?;
            if ask["block_size"] != json!(bytes.len().to_string()) || md5 != hex(bytes) {
                return Err((400, 40_034_002));
            }
            pending.done.insert(n);
            Ok(json!({}))
        })
    }

    fn take(&self, chat: &str, ask: &Value) -> Result<Value, (u16, i64)> {
        let now = self.clock.now();
        self.change(|s| {
            let answers = ask["msg_id"].as_str().or(ask["event_id"].as_str()).unwrap_or_default().to_owned();
            let seq = ask["msg_seq"].as_i64().unwrap_or(1);
            let mut sent = Sent {
                chat: chat.to_owned(),
                answers: answers.clone(),
                seq,
                text: String::new(),
                marked: false,
                buttons: Vec::new(),
                file: None,
                id: format!("REFIDX_{}", s.next + 1),
            };
            match ask["msg_type"].as_i64() {
                Some(0) => ask["content"].as_str().unwrap_or_default().clone_into(&mut sent.text),
                Some(2) if !s.marks => return Err((400, 40_034_127)),
                Some(2) => {
                    sent.marked = true;
                    ask["markdown"]["content"].as_str().unwrap_or_default().clone_into(&mut sent.text);
                    sent.buttons = buttons(&ask["keyboard"]);
                }
                Some(7) => sent.file = Some(s.uploads.get(ask["media"]["file_info"].as_str().unwrap_or_default()).cloned().ok_or((400, 40_034_004))?),
                _ => return Err((400, 40_034_002)),
            }
            if sent.text.len() > TEXT {
                return Err((400, 40_054_007));
            }
            if sent.text.trim().is_empty() && sent.file.is_none() {
                return Err((400, 40_034_003));
            }
            if answers.is_empty() {
                if s.no_push.contains(chat) {
                    return Err(if chat.starts_with('@') { (400, 40_054_013) } else { (400, 40_034_105) });
                }
                let pushed = s.pushes.entry(chat.to_owned()).or_default();
                pushed.retain(|t| *t > now - 60_000);
                if pushed.len() >= PUSHED {
                    return Err((400, 40_034_100));
                }
                pushed.push(now);
            } else {
                let (most, _) = if chat.starts_with('@') { PRIVATE_WINDOW } else { GROUP_WINDOW };
                let window = s.windows.get_mut(&answers).filter(|w| w.chat == chat).ok_or((400, 40_034_024))?;
                if now >= window.until {
                    return Err((400, 40_034_005));
                }
                if window.seqs.contains(&seq) {
                    return Err((400, 40_054_005));
                }
                if window.seqs.len() >= most {
                    return Err((400, 40_034_128));
                }
                window.seqs.insert(seq);
            }
            s.next += 1;
            s.sent.push(sent.clone());
            Ok(json!({"id": format!("ROBOT1.0_s.{}", s.next), "timestamp": now / 1000, "ext_info": {"ref_idx": sent.id}}))
        })
    }

    fn token(&self, ask: &Value) -> Response {
        if (ask["appId"].as_str(), ask["clientSecret"].as_str()) != (Some(APP), Some(SECRET)) {
            return axum::Json(json!({"code": 100_016, "message": "invalid appid or secret"})).into_response();
        }
        let now = self.clock.now();
        axum::Json(self.change(|s| {
            s.issued += 1;
            let token = format!("token-{}", s.issued);
            s.tokens.push((token.clone(), now + LASTS * 1000));
            json!({"access_token": token, "expires_in": LASTS.to_string()})
        }))
        .into_response()
    }

    pub(super) fn knows_token(&self, shown: Option<&str>) -> bool {
        let now = self.clock.now();
        let s = self.state();
        shown.and_then(|t| t.strip_prefix("QQBot ")).is_some_and(|t| s.tokens.iter().any(|(known, until)| known == t && *until > now))
    }
}

fn buttons(keyboard: &Value) -> Vec<(String, String, String)> {
    let rows = keyboard["content"]["rows"].as_array().into_iter().flatten();
    let all = rows.flat_map(|row| row["buttons"].as_array().into_iter().flatten());
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    all.map(|b| (text(&b["render_data"]["label"]), text(&b["action"]["data"]), text(&b["action"]["permission"]["specify_user_ids"][0]))).collect()
}

pub(super) async fn asked(Shared(fake): Shared<Qq>, Path(path): Path<String>, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    let ask: Value = serde_json::from_slice(&body).unwrap_or_default();
    let kind = path.rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(name) = path.strip_prefix("download/") {
        let bytes = fake.state().files.get(name).cloned();
        return bytes.map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response);
    }
    let kind = if path.starts_with("put/") { "put".to_owned() } else { kind };
    let fault = fake.change(|s| {
        s.calls.push((kind.clone(), ask.clone()));
        s.faults.get_mut(&kind).and_then(VecDeque::pop_front)
    });
    if let Some(refusal) = fault.as_ref().and_then(Fault::refusal) {
        return refusal;
    }
    if let [_, id, n] = path.split('/').collect::<Vec<_>>()[..]
        && kind == "put"
    {
        assert!(method == Method::PUT && headers.get("authorization").is_none(), "the place for files is another's");
        fake.change(|s| s.pending.get_mut(id).map(|p| p.left.insert(n.parse().unwrap(), body.to_vec())));
        return StatusCode::OK.into_response();
    }
    if path == "app/getAppAccessToken" {
        return fake.token(&ask);
    }
    if !fake.knows_token(headers.get("authorization").and_then(|v| v.to_str().ok())) {
        return (StatusCode::UNAUTHORIZED, axum::Json(json!({"code": 11_244, "message": "token not exist or expire"}))).into_response();
    }
    let result = fake.work(&method, &path, &ask);
    match (fault, result) {
        (Some(Fault::Silence), _) => std::future::pending().await,
        (Some(Fault::Garbage), Ok(done)) => garbage(&done.to_string()),
        (Some(_), Ok(done)) => cut(&done.to_string()),
        (None, Ok(Value::Null)) => StatusCode::NO_CONTENT.into_response(),
        (None, Ok(done)) => axum::Json(done).into_response(),
        (_, Err((http, code))) => (StatusCode::from_u16(http).unwrap(), axum::Json(json!({"code": code, "err_code": code, "message": "…"}))).into_response(),
    }
}
