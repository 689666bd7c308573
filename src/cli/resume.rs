//! `zhibu resume [PLATFORM:ACCOUNT]`: accounts that were stopped because their platform throttles them may send again; and a clock that
//! leapt ahead is right.

use super::{open, told};
use crate::config::Config;
use crate::domain::message::AccountKey;
use crate::effects::Effects;
use crate::effects::out;

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The account, as it is told: onebot:10000; or `clock`, where the machine's leapt ahead and is right. Without one they are listed
    account: Option<String>,
}

/// Lists them, or lets one go. A running bot notices within seconds.
pub async fn run(config: &Config, args: &Args) -> Result<(), String> {
    let effects = Effects::system();
    let store = open(config, &effects).await?;
    let brakes = store.brakes().await.map_err(told)?;
    let zone = config.zone();
    match &args.account {
        None if brakes.is_empty() => out!("No account is stopped."),
        None => {
            for b in &brakes {
                out!("{}: stopped since {}, until {}", b.account, zone.show(b.since), zone.show(b.until));
            }
        }
        Some(text) if text == "clock" => {
            let now = effects.clock.now();
            store.believe_clock(now).await.map_err(told)?;
            out!("it is {}: that is believed from now on", zone.show(now));
        }
        Some(text) => {
            let (platform, id) = text.split_once(':').ok_or_else(|| format!("{text:?} is no account: write PLATFORM:ACCOUNT like onebot:10000"))?;
            if !store.release_brake(&AccountKey::new(platform, id)).await.map_err(told)? {
                return Err(format!("{text} is not stopped"));
            }
            out!("{text} may send again");
        }
    }
    store.close().await;
    Ok(())
}
