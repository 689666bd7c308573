//! A real Chromium without a window, driven over its DevTools socket: what a visitor sees, does and hears.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;

/// Longest wait for anything in a page: generous, for the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(40);

/// Where Chromium is, if it is installed.
pub fn chromium() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    std::env::split_paths(&paths).flat_map(|dir| names.map(|n| dir.join(n))).find(|p| p.is_file())
}

type Waiting = Arc<Mutex<HashMap<i64, oneshot::Sender<Value>>>>;

/// A running Chromium; it ends with this value.
pub struct Browser {
    child: Child,
    _profile: tempfile::TempDir,
    out: mpsc::UnboundedSender<Message>,
    waiting: Waiting,
    complaints: Arc<Mutex<Vec<String>>>,
    next: AtomicI64,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Browser {
    /// Starts one with a fresh profile.
    pub async fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new(chromium().expect("Chromium is installed"))
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (told, address) = oneshot::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            let mut told = Some(told);
            // read to the end, so that Chromium never waits for a full pipe
            for line in stderr.lines().map_while(Result::ok) {
                if let Some(url) = line.strip_prefix("DevTools listening on ")
                    && let Some(told) = told.take()
                {
                    let _ = told.send(url.to_owned());
                }
            }
        });
        let url = tokio::time::timeout(PATIENCE, address).await.expect("Chromium starts in time").expect("Chromium says where it listens");
        let (socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        let (mut sink, mut stream) = socket.split();
        let (out, mut queue) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(m) = queue.recv().await {
                if sink.send(m).await.is_err() {
                    break;
                }
            }
        });
        let waiting = Waiting::default();
        let complaints = Arc::new(Mutex::new(Vec::new()));
        let (answers, heard) = (waiting.clone(), complaints.clone());
        tokio::spawn(async move {
            while let Some(Ok(Message::Text(text))) = stream.next().await {
                let v: Value = serde_json::from_str(&text).unwrap();
                if let Some(id) = v["id"].as_i64() {
                    if let Some(tx) = answers.lock().unwrap().remove(&id) {
                        let _ = tx.send(v);
                    }
                } else if let Some(words) = complaint(&v) {
                    heard.lock().unwrap().push(words);
                }
            }
        });
        Self { child, _profile: profile, out, waiting, complaints, next: AtomicI64::new(1) }
    }

    async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut frame = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            frame["sessionId"] = session.into();
        }
        let (tx, rx) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, tx);
        self.out.send(Message::Text(frame.to_string().into())).unwrap();
        let answer = tokio::time::timeout(PATIENCE, rx).await.unwrap_or_else(|_| panic!("{method}: no answer")).unwrap();
        assert!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
        answer["result"].clone()
    }

    /// Opens a page in a window of this size.
    pub async fn open(&self, url: &str, width: u32, height: u32) -> Page<'_> {
        let target = self.call(None, "Target.createTarget", json!({ "url": "about:blank" })).await;
        let attached = self.call(None, "Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true })).await;
        let page = Page { browser: self, session: attached["sessionId"].as_str().unwrap().to_owned() };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            page.call(&format!("{domain}.enable"), json!({})).await;
        }
        page.size(width, height).await;
        page.go(url).await;
        page
    }
}

/// What a page complains of: console errors, exceptions, refused loads.
fn complaint(v: &Value) -> Option<String> {
    let p = &v["params"];
    match v["method"].as_str()? {
        "Runtime.consoleAPICalled" if matches!(p["type"].as_str(), Some("error" | "warning" | "assert")) => Some(p["args"].to_string()),
        "Runtime.exceptionThrown" => Some(p["exceptionDetails"].to_string()),
        "Log.entryAdded" if matches!(p["entry"]["level"].as_str(), Some("error" | "warning")) => Some(p["entry"].to_string()),
        _ => None,
    }
}

/// An open page.
pub struct Page<'b> {
    browser: &'b Browser,
    session: String,
}

impl Page<'_> {
    async fn call(&self, method: &str, params: Value) -> Value {
        self.browser.call(Some(&self.session), method, params).await
    }

    /// Goes to an address and waits for the page to be whole.
    pub async fn go(&self, url: &str) {
        self.call("Page.navigate", json!({ "url": url })).await;
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'").await;
    }

    /// Changes the window.
    pub async fn size(&self, width: u32, height: u32) {
        let mobile = width < 600;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.call("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Dark or light.
    pub async fn scheme(&self, scheme: &str) {
        self.call("Emulation.setEmulatedMedia", json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] })).await;
    }

    /// The value of an expression in the page; what it throws fails the test.
    pub async fn eval(&self, expression: &str) -> Value {
        let answer = self.call("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true, "awaitPromise": true })).await;
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// The text of the first element.
    pub async fn text(&self, selector: &str) -> String {
        let text = self.eval(&format!("document.querySelector({})?.innerText ?? null", json!(selector))).await;
        text.as_str().unwrap_or_else(|| panic!("nothing is {selector}")).to_owned()
    }

    /// Waits until the expression is true; tells what the page shows where it never is.
    pub async fn until(&self, expression: &str) {
        let wait = async {
            // a navigation throws the page's context away while it waits: ask anew
            loop {
                let script = format!(
                    "new Promise(done => {{ const look = () => {{ let is = false; try {{ is = {expression}; }} catch {{}} is ? done(true) : setTimeout(look, 15); }}; look(); }})"
                );
                let ask = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
                let id = self.browser.next.fetch_add(1, Ordering::Relaxed);
                let (tx, rx) = oneshot::channel();
                self.browser.waiting.lock().unwrap().insert(id, tx);
                let frame = json!({ "id": id, "method": "Runtime.evaluate", "params": ask, "sessionId": self.session });
                self.browser.out.send(Message::Text(frame.to_string().into())).unwrap();
                if rx.await.unwrap()["result"]["result"]["value"] == true {
                    break;
                }
            }
        };
        if tokio::time::timeout(PATIENCE, wait).await.is_err() {
            let shown = self.eval("document.body.innerText").await;
            panic!("never came true: {expression}\ncomplaints: {:?}\nthe page shows: {}", self.complaints(), shown.as_str().unwrap_or(""));
        }
    }

    /// Waits until the element's text holds this.
    pub async fn shows(&self, selector: &str, text: &str) {
        self.until(&format!("[...document.querySelectorAll({})].some(e => e.innerText.includes({}))", json!(selector), json!(text))).await;
    }

    /// Types into whatever has the focus.
    pub async fn types(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text })).await;
    }

    /// Presses a key: `Enter`, `Tab`, `Escape`, `ArrowDown`, `/` …; `Shift+Tab` with Shift.
    pub async fn press(&self, key: &str) {
        let (modifiers, key) = key.strip_prefix("Shift+").map_or((0, key), |k| (8, k));
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            "Tab" => (9, ""),
            "Escape" => (27, ""),
            "ArrowUp" => (38, ""),
            "ArrowDown" => (40, ""),
            "ArrowRight" => (39, ""),
            "/" => (191, "/"),
            " " => (32, " "),
            _ => panic!("no code for {key}"),
        };
        let kind = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        let event = |kind: &str, text: &str| json!({ "type": kind, "key": key, "text": text, "modifiers": modifiers, "windowsVirtualKeyCode": code });
        self.call("Input.dispatchKeyEvent", event(kind, text)).await;
        self.call("Input.dispatchKeyEvent", event("keyUp", "")).await;
    }

    /// Clicks the middle of the first element, as a mouse does: what covers it gets the click.
    pub async fn click(&self, selector: &str) {
        let (x, y) = self.middle(selector).await;
        for kind in ["mousePressed", "mouseReleased"] {
            self.call("Input.dispatchMouseEvent", json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 })).await;
        }
    }

    async fn middle(&self, selector: &str) -> (f64, f64) {
        self.until(&format!("document.querySelector({})?.checkVisibility()", json!(selector))).await;
        let script = format!(
            "(() => {{ const e = document.querySelector({}); e.scrollIntoView({{block: 'nearest', inline: 'nearest'}}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()",
            json!(selector)
        );
        let at = self.eval(&script).await;
        (at[0].as_f64().unwrap(), at[1].as_f64().unwrap())
    }

    /// Drags a file over the element and lets it go.
    pub async fn drop_file(&self, selector: &str, file: &Path) {
        let (x, y) = self.middle(selector).await;
        let data = json!({ "items": [], "files": [file], "dragOperationsMask": 1 });
        for kind in ["dragEnter", "dragOver", "drop"] {
            self.call("Input.dispatchDragEvent", json!({ "type": kind, "x": x, "y": y, "data": data })).await;
        }
    }

    /// What Chromium complained of so far, in every page.
    pub fn complaints(&self) -> Vec<String> {
        self.browser.complaints.lock().unwrap().clone()
    }

    /// A picture of the window as PNG.
    pub async fn picture(&self, file: &Path) {
        use base64::Engine;
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" })).await;
        std::fs::write(file, base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()).unwrap();
    }
}
