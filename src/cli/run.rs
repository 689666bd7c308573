//! `zhibu run`: production.

use super::{open, told};
use crate::app;
use crate::config::Config;
use crate::effects::Effects;
use std::sync::Arc;

/// Runs until Ctrl-C or SIGTERM.
pub async fn run(config: Arc<Config>) -> Result<(), String> {
    app::log(&config);
    let effects = Effects::system();
    // the port first: a second `run` by mistake is told so before it touches the database
    let listener = crate::web::bind(config.bot.web_bind).await.map_err(told)?;
    let store = open(&config, &effects).await?;
    app::activation_code(&store, &effects).await.map_err(told)?;
    app::run(app::Parts { config, effects, store, listener }, app::stop_signal()).await
}
