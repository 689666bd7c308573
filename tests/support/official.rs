//! A fake of WeChat for one official account, on a real socket, with its memory: it brings messages to the bot's door up to three
//! times, waits so long for the answer, gives access tokens that end, counts customer-service messages by person and time, keeps
//! pictures, and knows every way to fail. It keeps time by the bot's clock.

use super::watched::{Said, Watched};
use super::wecom::{AES_KEY, sealed, signature};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;
use tokio::net::TcpListener;
use zhibu::effects::Clock;
use zhibu::platform::seal::Keys;

pub use super::wecom::TOKEN;

/// The account's AppID.
pub const APP: &str = "wx5823bf96d3bd56c7";
/// Its AppSecret.
pub const SECRET: &str = "secretofthefakewechat";
/// What it is called where people write to it.
pub const ACCOUNT: &str = "gh_0123456789ab";
/// The longest text, bytes.
pub const TEXT: usize = 2048;
/// Customer-service messages after one of a person's, and for how long (ms).
const SERVICE: (usize, i64) = (5, 48 * 3_600_000);

/// What somebody reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Who.
    pub to: String,
    /// The message that it answers; empty: a customer-service message.
    pub answers: String,
    /// What.
    pub text: String,
}

/// What a request of the bot's meets instead of its work.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This error.
    Code(i64),
    /// An HTTP status, and a proxy's page.
    Status(u16),
    /// The work is done, and nobody says so.
    Silence,
    /// None: the next one is.
    Pass,
}

#[derive(Default)]
struct State {
    door: String,
    next_id: usize,
    /// Access tokens that were given, and until when each is good.
    tokens: Vec<(String, i64)>,
    given: usize,
    /// Until when something can be sent to somebody, and how many.
    windows: BTreeMap<String, (i64, usize)>,
    sent: Said<Sent>,
    calls: Vec<(String, Value)>,
    faults: HashMap<String, VecDeque<Fault>>,
    pictures: BTreeMap<String, Vec<u8>>,
    /// What came of each delivery: the message and what its request said.
    deliveries: Vec<(String, String)>,
}

/// The fake.
#[derive(Clone)]
pub struct Official {
    watched: Watched<State>,
    address: SocketAddr,
    clock: Arc<dyn Clock>,
    client: reqwest::Client,
    /// In safe mode what it brings is encrypted.
    pub safe: bool,
    /// So long it waits for an answer.
    pub patience: Duration,
}

impl Official {
    /// Starts it.
    pub async fn start(clock: Arc<dyn Clock>, safe: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self {
            watched: Watched::new(State::default()),
            address: listener.local_addr().unwrap(),
            clock,
            client: reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap(),
            safe,
            patience: Duration::from_secs(20),
        };
        let routes = Router::new()
            .route("/cgi-bin/stable_token", post(token))
            .route("/cgi-bin/message/custom/send", post(service))
            .route("/cgi-bin/media/get", get(media))
            .route("/mmbiz_jpg/{id}", get(picture))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        fake
    }

    /// For `[official] api_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where messages are brought.
    pub fn comes_to(&self, door: &str) {
        door.clone_into(&mut self.state().door);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.watched.state()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        self.watched.change(change)
    }

    async fn until<T>(&self, what: &str, look: impl FnMut(&mut State) -> Option<T>) -> T {
        self.watched.until(what, look, |s| s.calls.iter().map(|(c, _)| c.clone()).collect()).await
    }

    // ---- people ----

    /// A number that none had before.
    pub fn fresh(&self) -> usize {
        self.change(|s| {
            s.next_id += 1;
            s.next_id
        })
    }

    /// What is brought: from whom, now, with these elements.
    pub fn body(&self, openid: &str, more: &str) -> String {
        let at = self.clock.now() / 1000;
        format!("<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{at}</CreateTime>{more}</xml>")
    }

    /// The request that brings a body, signed at this time (UTC seconds) with this nonce; encrypted in safe mode.
    pub fn request(&self, body: &str, at: i64, nonce: &str) -> reqwest::RequestBuilder {
        let at = at.to_string();
        let plain = signature_of(&[&at, nonce]);
        let mut query = vec![("signature", plain), ("timestamp", at.clone()), ("nonce", nonce.to_owned())];
        let mut body = body.to_owned();
        if self.safe {
            let cipher = sealed(&body, APP, body.len());
            query.push(("encrypt_type", "aes".into()));
            query.push(("msg_signature", signature(&at, nonce, &cipher)));
            body = format!("<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>");
        }
        let door = self.state().door.clone();
        self.client.post(door).query(&query).body(body)
    }

    /// Brings a body once: what the request says, as it is; none where it was not said in time.
    pub async fn brings(&self, body: &str) -> Option<(u16, String)> {
        let request = self.request(body, self.clock.now() / 1000, &format!("n{}", self.fresh()));
        let asked = async {
            let response = request.send().await.ok()?;
            Some((response.status().as_u16(), response.text().await.ok()?))
        };
        tokio::time::timeout(self.patience, asked).await.ok().flatten()
    }

    /// The answer in what a request said, to this person; none where it is none.
    pub fn opened(&self, openid: &str, said: &str) -> Option<String> {
        if said.is_empty() || said == "success" {
            return None;
        }
        let mut said = said.to_owned();
        if self.safe {
            let [cipher, sign, nonce] = ["Encrypt", "MsgSignature", "Nonce"].map(|name| element(&said, name));
            let at = said.split("<TimeStamp>").nth(1).and_then(|t| t.split('<').next()).unwrap();
            assert_eq!(sign, signature(at, &nonce, &cipher), "the answer is signed");
            let keys = Keys::new(&SecretString::from(TOKEN), &SecretString::from(AES_KEY), APP).unwrap();
            said = keys.open(&cipher).expect("the answer is sealed");
        }
        assert_eq!((element(&said, "ToUserName"), element(&said, "FromUserName"), element(&said, "MsgType")), (openid.into(), ACCOUNT.into(), "text".into()));
        let text = element(&said, "Content");
        assert!(!text.is_empty() && text.len() <= TEXT, "{} bytes", text.len());
        Some(text)
    }

    /// Brings a body until it is answered, three times at most, as WeChat does; what the last request said.
    pub async fn delivers(&self, id: &str, openid: &str, body: &str) {
        for nth in 1..=3 {
            let said = self.brings(body).await;
            let told = said.as_ref().map_or_else(|| "nothing".to_owned(), |(status, _)| status.to_string());
            let answer = said.filter(|(status, _)| *status == 200).map(|(_, said)| self.opened(openid, &said));
            self.change(|s| {
                s.deliveries.push((id.to_owned(), told));
                if let Some(Some(text)) = &answer {
                    s.sent.push(Sent { to: openid.to_owned(), answers: id.to_owned(), text: text.clone() });
                }
            });
            if answer.is_some() {
                return;
            }
            if nth == 3 {
                let text = "该公众号暂时无法提供服务，请稍后再试".into();
                self.change(|s| s.sent.push(Sent { to: openid.to_owned(), answers: id.to_owned(), text }));
            }
        }
    }

    /// A message with these elements; its id.
    pub fn says_with(&self, openid: &str, more: &str) -> String {
        let id = format!("{}", 700_000_000_000 + self.fresh());
        let now = self.clock.now();
        self.change(|s| s.windows.insert(openid.to_owned(), (now + SERVICE.1, SERVICE.0)));
        let body = self.body(openid, &format!("{more}<MsgId>{id}</MsgId>"));
        let (fake, message, openid) = (self.clone(), id.clone(), openid.to_owned());
        tokio::spawn(async move { fake.delivers(&message, &openid, &body).await });
        id
    }

    /// Somebody writes; the message's id.
    pub fn says(&self, openid: &str, text: &str) -> String {
        self.says_with(openid, &text_elements(text))
    }

    /// Somebody follows the account, or no more.
    pub fn event(&self, openid: &str, more: &str) -> String {
        let now = self.clock.now();
        let gone = more.contains("unsubscribe");
        self.change(|s| s.windows.insert(openid.to_owned(), if gone { (0, 0) } else { (now + 60_000, 3) }));
        let body = self.body(openid, &format!("<MsgType><![CDATA[event]]></MsgType>{more}"));
        let (fake, openid, id) = (self.clone(), openid.to_owned(), format!("event{}", self.fresh()));
        let message = id.clone();
        tokio::spawn(async move { fake.delivers(&message, &openid, &body).await });
        id
    }

    /// Somebody wrote, to whoever was here before.
    pub fn wrote(&self, openid: &str) {
        let now = self.clock.now();
        self.change(|s| s.windows.insert(openid.to_owned(), (now + SERVICE.1, SERVICE.0)));
    }

    /// A picture that can be fetched: the elements that a message says it by.
    pub fn keeps(&self, id: &str, bytes: &[u8]) -> String {
        self.change(|s| s.pictures.insert(id.to_owned(), bytes.to_vec()));
        let url = format!("{}/mmbiz_jpg/{id}", self.url());
        format!("<MsgType><![CDATA[image]]></MsgType><PicUrl><![CDATA[{url}]]></PicUrl><MediaId><![CDATA[{id}]]></MediaId>")
    }

    // ---- what the bot did ----

    /// The next that somebody reads.
    pub async fn next(&self) -> Sent {
        self.until("say anything more", |s| s.sent.read()).await
    }

    /// What nobody looked at.
    pub fn unread(&self) -> Vec<Sent> {
        self.state().sent.unread()
    }

    /// Waits until a message was brought so often; what each of its requests said.
    pub async fn delivered(&self, id: &str, times: usize) -> Vec<String> {
        let all = |s: &State| s.deliveries.iter().filter(|(m, _)| m == id).map(|(_, told)| told.clone()).collect::<Vec<_>>();
        self.until(&format!("take a message {times} times"), |s| Some(all(s)).filter(|d| d.len() >= times)).await
    }

    /// The bodies of all requests of this kind.
    pub fn bodies(&self, path: &str) -> Vec<Value> {
        self.state().calls.iter().filter(|(c, _)| c == path).map(|(_, body)| body.clone()).collect()
    }

    /// The next so many requests of this kind fare like this.
    pub fn fails(&self, path: &str, fault: &Fault, times: usize) {
        self.state().faults.entry(path.to_owned()).or_default().extend(std::iter::repeat_n(fault.clone(), times));
    }

    /// No access token is good any more.
    pub fn ends_tokens(&self) {
        self.state().tokens.clear();
    }

    fn fault(&self, path: &str, body: &Value) -> Option<Fault> {
        self.change(|s| {
            s.calls.push((path.to_owned(), body.clone()));
            s.faults.get_mut(path).and_then(VecDeque::pop_front)
        })
    }

    fn knows(&self, query: &HashMap<String, String>) -> bool {
        let (now, given) = (self.clock.now(), query.get("access_token"));
        given.is_some_and(|given| self.state().tokens.iter().any(|(token, until)| token == given && *until > now))
    }
}

/// A text message's elements.
pub fn text_elements(text: &str) -> String {
    format!("<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>")
}

/// The signature of these texts.
pub fn signature_of(texts: &[&str]) -> String {
    let mut all = vec![TOKEN];
    all.extend(texts);
    all.sort_unstable();
    Sha1::digest(all.concat()).iter().fold(String::new(), |all, b| all + &format!("{b:02x}"))
}

/// The text of an element that is one CDATA section, or several.
fn element(xml: &str, name: &str) -> String {
    let inner = xml.split_once(&format!("<{name}><![CDATA[")).and_then(|(_, rest)| rest.split_once(&format!("]]></{name}>")));
    inner.unwrap_or_else(|| panic!("no {name} in {xml}")).0.replace("]]]]><![CDATA[>", "]]>")
}

async fn faulty(fault: Option<Fault>) -> Option<Response> {
    match fault? {
        Fault::Code(code) => Some(refused(code)),
        Fault::Status(status) => Some((StatusCode::from_u16(status).unwrap(), "<html>bad gateway</html>").into_response()),
        Fault::Silence => std::future::pending().await,
        Fault::Pass => None,
    }
}

fn refused(code: i64) -> Response {
    axum::Json(json!({"errcode": code, "errmsg": "no hint: [x]"})).into_response()
}

async fn token(Shared(fake): Shared<Official>, body: Bytes) -> Response {
    let ask: Value = serde_json::from_slice(&body).unwrap();
    let fault = fake.fault("token", &ask);
    if let Some(response) = faulty(fault).await {
        return response;
    }
    if ask["appid"] != APP || ask["secret"] != SECRET || ask["grant_type"] != "client_credential" {
        return refused(40_125);
    }
    let now = fake.clock.now();
    let given = fake.change(|s| {
        // a stable one is given again while it is good
        let good = s.tokens.last().filter(|(_, until)| *until > now && ask["force_refresh"] != true).cloned();
        good.unwrap_or_else(|| {
            s.given += 1;
            let token = (format!("access-token-{}", s.given), now + 7_200_000);
            s.tokens.push(token.clone());
            token
        })
    });
    axum::Json(json!({"access_token": given.0, "expires_in": (given.1 - now) / 1000})).into_response()
}

async fn service(Shared(fake): Shared<Official>, Query(query): Query<HashMap<String, String>>, body: Bytes) -> Response {
    let ask: Value = serde_json::from_slice(&body).unwrap();
    let fault = fake.fault("service", &ask);
    let silent = matches!(fault, Some(Fault::Silence));
    if !silent && let Some(response) = faulty(fault).await {
        return response;
    }
    if !fake.knows(&query) {
        return refused(42_001);
    }
    let (to, text) = (ask["touser"].as_str().unwrap_or_default().to_owned(), ask["text"]["content"].as_str().unwrap_or_default().to_owned());
    if ask["msgtype"] != "text" || text.is_empty() {
        return refused(40_008);
    }
    if text.len() > TEXT {
        return refused(45_002);
    }
    let now = fake.clock.now();
    let refusal = fake.change(|s| match s.windows.get_mut(&to) {
        None => Some(45_015),
        Some((until, _)) if *until <= now => Some(45_015),
        Some((_, 0)) => Some(45_047),
        Some((_, left)) => {
            *left -= 1;
            s.sent.push(Sent { to: to.clone(), answers: String::new(), text: text.clone() });
            None
        }
    });
    if silent {
        std::future::pending::<()>().await;
    }
    refused(refusal.unwrap_or(0))
}

async fn media(Shared(fake): Shared<Official>, Query(query): Query<HashMap<String, String>>) -> Response {
    if let Some(response) = faulty(fake.fault("media", &json!(query.get("media_id")))).await {
        return response;
    }
    if !fake.knows(&query) {
        return refused(40_001);
    }
    match query.get("media_id").and_then(|id| fake.state().pictures.get(id).cloned()) {
        Some(bytes) => ([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response(),
        None => refused(40_007),
    }
}

async fn picture(Shared(fake): Shared<Official>, Path(id): Path<String>) -> Response {
    match fake.state().pictures.get(&id) {
        Some(bytes) => bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
