//! `zhibu demo`: a sample county in a file of its own, and a web chat to speak in as anybody.

use super::alone::alone;
use super::backstage::Stage;
use super::{sample, told};
use crate::app::{self, Running};
use crate::config::Config;
use crate::domain::message::Courier;
use crate::effects::out;
use crate::effects::{Effects, Ids, ShiftedClock, SystemRandom};
use crate::hosts::Hosts;
use crate::metrics::Metrics;
use crate::platform::webchat::{Options, Webchat};
use crate::store::Store;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Where the page listens
    #[arg(long, default_value = "127.0.0.1:8770", value_name = "ADDRESS:PORT")]
    bind: SocketAddr,
    /// Keep the demo's database in this file (else in one that is removed at the end)
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
}

/// Minutes that no demo lasts.
const NEVER: i64 = 1 << 32;

/// A database of its own, removed at the end.
struct Scratch(Option<PathBuf>);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            for end in ["", "-wal", "-shm"] {
                let mut name = path.clone().into_os_string();
                name.push(end);
                // what is not there needs no removing
                let _ = std::fs::remove_file(name);
            }
        }
    }
}

/// Runs until Ctrl-C.
pub async fn run(mut config: Arc<Config>, args: &Args) -> Result<(), String> {
    // its clock jumps: nobody is to be alarmed that the page was not heard meanwhile
    if let Some(config) = Arc::get_mut(&mut config) {
        config.bot.operator.offline_minutes = NEVER;
    }
    app::log(&config);
    // from now on: a demo that is ended while it still loads leaves no file behind either
    let stop = app::stop_signal();
    let listener = crate::web::bind(args.bind).await.map_err(told)?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let clock = ShiftedClock::new();
    let effects = Effects { clock: clock.clone(), ids: Ids::new(clock.clone(), 0), random: Arc::new(SystemRandom) };
    let (path, scratch) = if let Some(path) = &args.file {
        (path.clone(), Scratch(None))
    } else {
        let path = std::env::temp_dir().join(format!("zhibu-demo-{}-{}.db", std::process::id(), address.port()));
        (path.clone(), Scratch(Some(path)))
    };
    let url = format!("sqlite:{}", path.display());
    // a scratch file is this process's own
    let _alone = args.file.as_ref().map(|_| alone(&url)).transpose()?;
    let store = Store::open(&app::options(&url), &effects).await.map_err(told)?;
    sample::load(&store, &config, &effects, effects.clock.now()).await.map_err(told)?;

    let (inbox, events) = mpsc::channel(256);
    let close_pages = CancellationToken::new();
    let stage = Stage::new(store.clone(), config.clone(), clock.clone())?;
    let bot_name = config.bot.names.first().cloned().unwrap_or_else(|| "zhibu".into());
    let options = Options { bot_name, zone: config.zone(), effects: effects.clone(), backstage: stage, stop: close_pages.clone() };
    let web = Webchat::new(options, inbox);
    let routes = web.router(Hosts::new(address, &config.bot.web_hosts));
    let courier: Arc<dyn Courier> = web.clone();
    let parts = app::Parts { config, effects, store, listener };
    let running = Running::start(parts, Metrics::new(), vec![courier], routes, events, Arc::new(|| serde_json::json!({ "webchat": true }))).await?;
    web.announce().await;

    out!("支部 is listening: open http://{address} in a browser. Ctrl-C ends it.");
    if !address.ip().is_loopback() {
        out!("Careful: whoever reaches {address} may speak as anybody. The demo is for sample data only.");
    }
    stop.cancelled().await;
    close_pages.cancel();
    running.drain(running.bot.now()).await;
    running.end().await;
    drop(scratch);
    Ok(())
}
