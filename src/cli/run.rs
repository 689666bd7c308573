//! `zhibu run`: production.

use super::alone::alone;
use super::{open, told};
use crate::app;
use crate::config::Config;
use crate::effects::Effects;
use secrecy::ExposeSecret;
use std::sync::Arc;

/// Runs until Ctrl-C or SIGTERM, which also end it while it still waits for the database.
pub async fn run(config: Arc<Config>) -> Result<(), String> {
    app::log(&config);
    let stop = app::stop_signal();
    let effects = Effects::system();
    // the port and the hold first: a second `run` by mistake is told so before it touches the database
    let listener = crate::web::bind(config.bot.web_bind).await.map_err(told)?;
    let _alone = alone(config.bot.database_url.expose_secret())?;
    let store = tokio::select! {
        store = open(&config, &effects) => store?,
        () = stop.cancelled() => return Ok(()),
    };
    app::activation_code(&store, &effects).await.map_err(told)?;
    app::run(app::Parts { config, effects, store, listener }, stop).await
}
