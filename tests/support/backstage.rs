//! A small world behind the web chat's real doors: a branch, a committee, and a bot that repeats what it hears.

use futures_util::future::{BoxFuture, FutureExt, ready};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use zhibu::domain::calendar::Zone;
use zhibu::domain::ids::RecordId;
use zhibu::domain::message::{AccountKey, ChatKey, Courier, Event, Incoming, Outgoing, Part};
use zhibu::domain::record::{Evidence, Kind};
use zhibu::domain::role::Role;
use zhibu::effects::{Effects, ManualClock};
use zhibu::error::Fault;
use zhibu::hosts::Hosts;
use zhibu::platform::webchat::{Backstage, Group, Meant, Options, PLATFORM, Person, Reminded, Row, Understood, Webchat};

/// Sunday 2026-11-22, 19:30 in Shanghai.
pub const SUNDAY: i64 = 1_795_347_000_000;

pub fn group(id: &str) -> ChatKey {
    ChatKey::group(PLATFORM, id)
}

/// The web chat served on a port of its own, with an echo for a bot.
pub struct World {
    pub web: Arc<Webchat>,
    pub bound: SocketAddr,
    pub stop: CancellationToken,
    pub heard: Arc<Mutex<Vec<Event>>>,
}

impl World {
    /// Serves it, with this many more members beside the five that stories name.
    pub async fn start() -> Self {
        let clock = ManualClock::at(SUNDAY);
        let stage = Arc::new(Stage { clock: clock.clone(), web: OnceLock::new(), rows: Mutex::default() });
        let effects = Effects::fixed(clock, 1);
        let (inbox, events) = mpsc::channel(64);
        let stop = CancellationToken::new();
        let options = Options { bot_name: "小支".into(), zone: Zone::default(), effects, backstage: stage.clone(), stop: stop.clone() };
        let web = Webchat::new(options, inbox);
        let _ = stage.web.set(web.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bound = listener.local_addr().unwrap();
        let router = web.router(Hosts::new(bound, &[]));
        tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned()).into_future());
        let heard = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(echo(web.clone(), stage, events, heard.clone()));
        Self { web, bound, stop, heard }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.bound)
    }
}

/// The stub's bot: quotes and repeats; reacts to 看完了; counts a file's bytes; records what holds 团费.
async fn echo(web: Arc<Webchat>, stage: Arc<Stage>, mut events: mpsc::Receiver<Event>, heard: Arc<Mutex<Vec<Event>>>) {
    while let Some(event) = events.recv().await {
        heard.lock().unwrap().push(event.clone());
        let (chat, quote, parts) = match &event {
            Event::Message(m) if m.text().contains("看完了") => {
                web.react(&m.chat, &m.quote_id).await.unwrap();
                continue;
            }
            Event::Message(m) => {
                let text = if let Some(file) = m.file() {
                    format!("收到文件《{}》，{} 字节", file.name, web.fetch(&m.chat, file, 1 << 20).await.unwrap().len())
                } else {
                    format!("收到：{}", m.text())
                };
                if m.text().contains("团费") {
                    stage.rows.lock().unwrap().insert(0, row(&m.sender_name));
                }
                let mention = Part::Mention { id: m.sender.id.to_string(), name: m.sender_name.clone() };
                (m.chat.clone(), Some(m.quote_id.clone()), vec![mention, Part::Text(format!(" {text}"))])
            }
            Event::Recall { chat, .. } => (chat.clone(), None, vec![Part::Text("要撤销刚才记下的吗？".into())]),
            Event::Account { .. } | Event::Edited(_) | Event::Moved { .. } | Event::Mark { .. } => continue,
        };
        web.send(&Outgoing { chat, quote, parts }).await.unwrap();
    }
}

fn row(name: &str) -> Row {
    Row {
        id: RecordId(1),
        local: "2026-11-22 19:30".into(),
        name: name.into(),
        branch: "第一团支部".into(),
        duty: "团费".into(),
        period: "2026-11".parse().unwrap(),
        kind: Kind::Done,
        value: "0.2 元".into(),
        state: None,
        evidence: Evidence::Own,
        by: None,
        refers: None,
        reversed: false,
    }
}

struct Stage {
    clock: Arc<ManualClock>,
    web: OnceLock<Arc<Webchat>>,
    rows: Mutex<Vec<Row>>,
}

fn people() -> Vec<Person> {
    let one = |id: &str, name: &str, role, chat: Option<&str>| Person {
        id: id.into(),
        name: name.into(),
        role: Some(role),
        unit: if chat == Some("b2") { "第二团支部".into() } else { "第一团支部".into() },
        chat: chat.map(group),
    };
    let mut all = vec![
        one("s1", "韦春晓", Role::Secretary, Some("b1")),
        one("t1", "罗文博", Role::Treasurer, Some("b1")),
        one("c1", "陈志远", Role::Committee, None),
        one("m1", "杨小雨", Role::Member, Some("b1")),
        one("m2", "欧阳明月", Role::Member, Some("b2")),
        one("m3", "<img src=x onerror=alert(1)>", Role::Member, Some("b2")),
    ];
    all.extend((0..30).map(|i| one(&format!("n{i}"), &format!("团员{i}"), Role::Member, Some("b1"))));
    all
}

impl Backstage for Stage {
    fn people<'a>(&'a self, query: &'a str) -> BoxFuture<'a, Result<Vec<Person>, Fault>> {
        ready(Ok(people().into_iter().filter(|p| p.name.contains(query)).take(50).collect())).boxed()
    }
    fn person<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Person>, Fault>> {
        ready(Ok(people().into_iter().find(|p| p.id == id))).boxed()
    }
    fn groups(&self) -> BoxFuture<'_, Result<Vec<Group>, Fault>> {
        let one = |id: &str, name: &str| Group { chat: group(id), name: name.into() };
        ready(Ok(vec![one("b1", "第一团支部群"), one("b2", "第二团支部群")])).boxed()
    }
    fn members<'a>(&'a self, chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<Person>, Fault>> {
        ready(Ok(people().into_iter().filter(|p| p.chat.as_ref() == Some(chat)).collect())).boxed()
    }
    fn records<'a>(&'a self, _chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<Row>, Fault>> {
        ready(Ok(self.rows.lock().unwrap().clone())).boxed()
    }
    fn explain<'a>(&'a self, m: &'a Incoming) -> BoxFuture<'a, Understood> {
        let text = m.text();
        let meanings = text.find("团费").map(|at| Meant {
            intent: serde_json::json!({ "intent": "report", "duty": "dues", "amount_fen": 20 }),
            why: vec![("duty".into(), at, at + "团费".len())],
        });
        ready(Understood { addressed: m.mentions_bot || m.chat.private, text, meanings: meanings.into_iter().collect() }).boxed()
    }
    fn next_reminder(&self) -> BoxFuture<'_, Result<Option<Reminded>, Fault>> {
        async {
            let at = SUNDAY + 30 * 60_000;
            self.clock.set(at);
            let web = self.web.get().unwrap();
            let parts = vec![Part::Mention { id: "m1".into(), name: "杨小雨".into() }, Part::Text("本期青年大学习今晚截止".into())];
            web.send(&Outgoing { chat: group("b1"), quote: None, parts }).await.map_err(|e| Fault::Other(e.to_string()))?;
            let secretary = ChatKey::private(&AccountKey::new(PLATFORM, "s1"));
            web.send(&Outgoing::text(secretary, "还有 3 人没交团费")).await.map_err(|e| Fault::Other(e.to_string()))?;
            Ok(Some(Reminded { at, what: "青年大学习".into() }))
        }
        .boxed()
    }
}
