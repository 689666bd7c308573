//! The only file that knows everything: builds the bot, starts what runs beside it, and shuts it all down in an
//! order that loses nothing: stop hearing, answer what was heard, commit, leave.

use crate::action::Bot;
use crate::action::flow::{lanes, voices};
use crate::action::meetings::sessions;
use crate::action::members::codes;
use crate::config::Config;
use crate::domain::message::{Courier, Event};
use crate::domain::record::Session;
use crate::effects::Effects;
use crate::effects::out;
use crate::error::Fault;
use crate::hosts::Hosts;
use crate::metrics::Metrics;
use crate::platform::onebot;
use crate::schedule;
use crate::store::members::accounts::CodeFor;
use crate::store::{Options, Store};
use crate::web;
use axum::Router;
use futures_util::future::join_all;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

mod platforms;

/// Events that wait between platforms and lanes before platforms have to.
const INBOX: usize = 1024;
/// How often gathered answers and gauges are looked at.
const TICK: Duration = Duration::from_millis(500);
/// Each so many ticks the outbox is counted.
const DEPTH_TICKS: u64 = 4;
/// What the first secretary's code is made of. No 0, O, 1, I: it is read from a screen and typed on a phone.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// How long that code is good for.
const ACTIVATION_DAYS: i64 = 7;

/// For so long what was heard is answered at the end.
const ANSWERING: Duration = Duration::from_secs(4);
/// For so long platforms are told goodbye.
const CLOSING: Duration = Duration::from_secs(2);
/// For so long what was not sent is written down.
const WRITING: Duration = Duration::from_secs(1);
/// After so long nothing is waited for but the database: Docker kills ten seconds after it has asked.
const GOODBYE: Duration = Duration::from_secs(8);

/// What is there before anything runs.
pub struct Parts {
    /// The configuration.
    pub config: Arc<Config>,
    /// Clock, ids, randomness.
    pub effects: Effects,
    /// The open store.
    pub store: Store,
    /// The web listener.
    pub listener: TcpListener,
}

/// Runs the bot on its platforms until `stop`.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(parts: Parts, stop: CancellationToken) -> Result<(), String> {
    let metrics = Metrics::new();
    let (inbox, events) = mpsc::channel(INBOX);
    let platforms = platforms::start(&parts.config, &parts.effects, &metrics, &inbox)?;
    drop(inbox);
    let address = parts.listener.local_addr().map_err(|e| e.to_string())?;
    if parts.config.bot.onebot.token.expose_secret().is_empty() {
        tracing::warn!("the OneBot door is shut: set [onebot] token (or ZHIBU_ONEBOT_TOKEN) to open ws://{address}{}", onebot::PATH);
    } else {
        tracing::info!("OneBot implementations connect to ws://{address}{}", onebot::PATH);
    }
    let couriers = platforms.iter().map(|p| p.courier()).collect();
    let routes = platforms.iter().fold(Router::new(), |all, p| all.merge(p.routes()));
    let standing = platforms.clone();
    let health = move || {
        let accounts = standing.iter().flat_map(|p| p.accounts()).map(|(key, up)| (key.to_string(), up));
        serde_json::json!(accounts.chain(standing.iter().flat_map(|p| p.lines())).collect::<BTreeMap<_, _>>())
    };
    let running = Running::start(parts, metrics, couriers, routes, events, Arc::new(health)).await?;
    stop.cancelled().await;
    tracing::info!("stopping: answering what was heard");
    let (began, heard_until) = (tokio::time::Instant::now(), running.bot.now());
    let answered = async {
        for platform in &platforms {
            platform.quiet().await;
        }
        running.drain(heard_until).await;
    };
    if tokio::time::timeout(ANSWERING, answered).await.is_err() {
        tracing::warn!("some answers do not leave in time: those that were not begun wait in the outbox");
        running.stop_hearing.cancel();
    }
    let closed = join_all(platforms.iter().map(|p| p.close()));
    if tokio::time::timeout(CLOSING, closed).await.is_err() {
        tracing::warn!("some platform did not say goodbye in time");
    }
    // what could not be sent is written down
    if tokio::time::timeout(WRITING, running.idle()).await.is_err() {
        tracing::warn!("some answers were cut short; what they tell of is in the records");
    }
    running.end_by(began + GOODBYE).await;
    Ok(())
}

/// How the platforms stand, for `/healthz`.
pub type PlatformHealth = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// The bot with what runs beside it.
pub struct Running {
    /// The bot.
    pub bot: Arc<Bot>,
    stop_hearing: CancellationToken,
    stop_web: CancellationToken,
    lanes: JoinHandle<()>,
    others: Vec<JoinHandle<()>>,
    web: JoinHandle<Result<(), Fault>>,
}

impl Running {
    /// Starts lanes, scheduler, ticks and the web listener.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn start(
        parts: Parts,
        metrics: Arc<Metrics>,
        couriers: Vec<Arc<dyn Courier>>,
        routes: Router,
        events: mpsc::Receiver<Event>,
        platforms: PlatformHealth,
    ) -> Result<Self, String> {
        let Parts { config, effects, store, listener } = parts;
        let bot = Bot::new(store.clone(), config.clone(), effects.clone(), couriers, metrics.clone())?;
        bot.resume().await.map_err(|f| f.to_string())?;
        let (stop_hearing, stop_web) = (CancellationToken::new(), CancellationToken::new());
        let links = web::links::routes(store.clone(), config.clone(), effects.clock.clone());
        let schedule = schedule::Parts {
            effects,
            store: store.clone(),
            config: config.clone(),
            couriers: bot.couriers().into(),
            close_session: close_session(bot.clone()),
            sending: schedule::Sending {
                throttled: config.bot.operator.rest(),
                throttled_longest: config.bot.operator.longest_rest(),
                ..schedule::Sending::default()
            },
            counts: Arc::default(),
            alarms: bot.alarms.clone(),
        };
        let (again, held) = mpsc::channel(INBOX);
        let lanes = tokio::spawn(lanes::run(bot.clone(), events, held, stop_hearing.clone()));
        let others = vec![
            tokio::spawn(scheduled(schedule, stop_hearing.clone())),
            tokio::spawn(ticks(bot.clone(), metrics.clone(), stop_hearing.clone())),
            tokio::spawn(presence(bot.clone(), again, stop_hearing.clone())),
            tokio::spawn(notices(bot.clone(), stop_hearing.clone())),
        ];
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        let mut hosts = config.bot.web_hosts.clone();
        hosts.extend(
            [
                config.bot.telegram.webhook_host(),
                config.bot.qq.webhook_host(),
                config.bot.wecom.callback_host(),
                config.bot.official.callback_host(),
                config.bot.links.host(),
            ]
            .into_iter()
            .flatten()
            .map(str::to_owned),
        );
        let mounted = web::router(web::Parts {
            routes: routes.merge(links),
            hosts: Hosts::new(address, &hosts),
            health: health(store, platforms),
            metrics,
            body_bytes: 8 << 20,
            timeout: Duration::from_secs(30),
        });
        tracing::info!("listening on http://{address}");
        let web = tokio::spawn(web::serve(listener, mounted, stop_web.clone()));
        Ok(Self { bot, stop_hearing, stop_web, lanes, others, web })
    }

    /// Answers everything that was heard, and stops the scheduler. Platforms must have stopped handing over, from this instant on or
    /// later, and must still send.
    pub async fn drain(&self, heard_until: i64) {
        self.stop_hearing.cancel();
        if let Err(fault) = self.bot.voices.leave(heard_until).await {
            tracing::warn!(%fault, "the other processes were not told that this one leaves; they notice in a while");
        }
        self.idle().await;
    }

    /// Returns when nothing is worked on any more.
    async fn idle(&self) {
        while !self.lanes.is_finished() || self.others.iter().any(|t| !t.is_finished()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Stops listening and closes the store.
    pub async fn end(self) {
        self.end_by(tokio::time::Instant::now() + GOODBYE).await;
    }

    /// The same; the web listener is waited for until then.
    async fn end_by(self, then: tokio::time::Instant) {
        self.stop_web.cancel();
        match tokio::time::timeout_at(then, self.web).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(fault))) => tracing::error!(%fault, "the web listener"),
            Ok(Err(panic)) => tracing::error!(%panic, "the web listener"),
            Err(_) => tracing::warn!("some web requests were cut short"),
        }
        self.bot.store.close().await;
    }
}

async fn scheduled(parts: schedule::Parts, stop: CancellationToken) {
    if let Err(why) = schedule::run(parts, stop).await {
        tracing::error!("reminders are off: {why}");
    }
}

fn close_session(bot: Arc<Bot>) -> schedule::CloseSession {
    Arc::new(move |session: Session| {
        let bot = bot.clone();
        Box::pin(async move { sessions::tend(&bot, &session).await })
    })
}

/// Tells the other processes that this one's accounts live, and answers what theirs left unanswered.
async fn presence(bot: Arc<Bot>, again: mpsc::Sender<Event>, stop: CancellationToken) {
    let mut told = false;
    while !stop.is_cancelled() {
        match bot.voices.keep().await {
            Ok(()) => told = false,
            Err(fault) if !told => {
                told = true;
                tracing::warn!(%fault, "the leases of our accounts could not be renewed; trying again");
            }
            Err(_) => {}
        }
        if bot.voices.among_others()
            && let Err(fault) = bot.resume().await
        {
            tracing::debug!(%fault, "the open questions of other processes could not be read");
        }
        for event in bot.voices.unanswered(None) {
            if again.send(event).await.is_err() {
                return;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(voices::RENEW) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Pushes what is due and names who did not read it.
async fn notices(bot: Arc<Bot>, stop: CancellationToken) {
    let mut told = false;
    while !stop.is_cancelled() {
        match bot.tend_notices().await {
            Ok(()) => told = false,
            Err(fault) if !told => {
                told = true;
                tracing::warn!(%fault, "notices that are due could not be looked at; trying again");
            }
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(TICK * 10) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn ticks(bot: Arc<Bot>, metrics: Arc<Metrics>, stop: CancellationToken) {
    for tick in 0_u64.. {
        if stop.is_cancelled() {
            return;
        }
        bot.tick().await;
        metrics.queue("writer", bot.store.queued());
        if tick % DEPTH_TICKS == 0
            && let Ok((waiting, failed)) = bot.store.outbox_depth().await
        {
            metrics.queue("outbox", usize::try_from(waiting).unwrap_or(0));
            metrics.queue("outbox_failed", usize::try_from(failed).unwrap_or(0));
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            () = stop.cancelled() => {}
        }
    }
}

fn health(store: Store, platforms: PlatformHealth) -> web::Checkup {
    Arc::new(move || {
        let (store, platforms) = (store.clone(), platforms.clone());
        Box::pin(async move {
            let database = store.healthy().await;
            let detail = serde_json::json!({
                "database": database.as_ref().map_or_else(ToString::to_string, |()| "well".to_owned()),
                "writer_queue": store.queued(),
                "platforms": platforms(),
            });
            web::Health { well: database.is_ok(), detail }
        })
    })
}

/// How the store is opened by every command.
pub fn options(url: &str) -> Options {
    Options { url: url.to_owned(), batch: 1024, readers: 4 }
}

/// Prints a new one-use code for the first secretary, while nobody is in charge of anything.
pub async fn activation_code(store: &Store, effects: &Effects) -> Result<(), Fault> {
    if store.anybody_in_charge().await? {
        return Ok(());
    }
    let letter = |_| char::from(LETTERS[usize::try_from(effects.random.below(LETTERS.len() as u64)).unwrap_or(0)]);
    let code: String = (0..10).map(letter).collect();
    let digest = codes::digest(&CodeFor::Activate, &code);
    store.keep_code(&digest, &CodeFor::Activate, effects.clock.now() + ACTIVATION_DAYS * 86_400_000).await?;
    out!("Nobody is in charge yet. The first secretary sends this to the bot, in private (once, within {ACTIVATION_DAYS} days):");
    out!("    激活 {code} 姓名 县团委/镇团委/团支部");
    Ok(())
}

/// Whether something listens at a ws:// or wss:// address.
///
/// # Errors
/// Why it can't be reached.
pub async fn reachable(url: &str) -> Result<(), String> {
    let uri: axum::http::Uri = url.parse().map_err(|e| format!("{e}"))?;
    let host = uri.host().ok_or("it names no host")?.trim_matches(['[', ']']);
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("wss") { 443 } else { 80 });
    let connect = tokio::net::TcpStream::connect((host, port));
    match tokio::time::timeout(Duration::from_secs(5), connect).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(e)) => Err(e.to_string()),
        Err(_) => Err("no answer within 5 seconds".into()),
    }
}

/// Cancelled at Ctrl-C or SIGTERM.
pub fn stop_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let stop = token.clone();
    tokio::spawn(async move {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            match signal(SignalKind::terminate()) {
                Ok(mut terminate) => tokio::select! {
                    _ = tokio::signal::ctrl_c() => {}
                    _ = terminate.recv() => {}
                },
                Err(_) => drop(tokio::signal::ctrl_c().await),
            }
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
        stop.cancel();
    });
    token
}

/// Starts the log: on stderr, never with text of messages, names or secrets.
pub fn log(config: &Config) {
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    use tracing_subscriber::{EnvFilter, Layer, filter, fmt};
    let chosen = EnvFilter::try_new(&config.bot.log_level).unwrap_or_else(|_| EnvFilter::new("info"));
    // libraries show whole frames, headers and addresses in their details, whatever level is asked for
    let ours = filter::filter_fn(|m| *m.level() <= tracing::Level::INFO || m.target().split("::").next() == Some("zhibu"));
    let lines = fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let lines = if config.bot.log_json { lines.json().boxed() } else { lines.boxed() };
    // a second start in one process (tests) keeps the first
    let _ = tracing_subscriber::registry().with(lines.with_filter(ours)).with(chosen).try_init();
}
