//! What was not sent: `重发` of letters that failed, a yes or no to reminders that are held, and `恢复发送` of an account that
//! the platform had stopped.

use super::context::{Context, Reply};
use crate::config::messages::Value;
use crate::domain::ids::OrgId;
use crate::domain::role::Permission;
use crate::error::{Error, Fault};
use crate::store::delivery::Failed;
use crate::store::held::Open;
use std::collections::{BTreeSet, HashMap};

/// Letters that failed longer ago are not sent again, milliseconds.
const REMEMBERED: i64 = 3 * 86_400_000;
/// What is sent again is worth reading for so long, milliseconds.
const GOOD_FOR: i64 = 3_600_000;
/// What waits for the end of the night may wait so long, milliseconds.
const OVER_NIGHT: i64 = 12 * 3_600_000;

/// `重发`: everything that failed of the units that the speaker may have reminded.
pub async fn resend(cx: &Context) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let mut may = Units::default();
    let mut mine: Vec<Failed> = Vec::new();
    for letter in cx.bot.store.failed_since(cx.now - REMEMBERED).await? {
        if let Some(org) = letter.unit()
            && may.has(cx, org).await?
        {
            mine.push(letter);
        }
    }
    let good_until = cx.now + if mine.iter().any(|f| f.run().is_some()) { OVER_NIGHT } else { GOOD_FOR };
    let count = cx.bot.store.resend(&mine, cx.now, good_until).await?;
    Ok(cx.reply(cx.say(if count > 0 { "resend-going" } else { "resend-nothing" }, &[("count", count.into())])))
}

/// A yes or a no in private with no question open: about the reminders that are held, where there are any and the speaker was told.
///
/// # Errors
/// Where the database fails.
pub async fn decide(cx: &Context, send: bool) -> Result<Option<Reply>, Error> {
    if !cx.private() || cx.speaker.is_none() {
        return Ok(None);
    }
    let mut may = Units::default();
    let mut mine: Vec<Open> = Vec::new();
    for open in cx.bot.store.open_runs().await? {
        if !open.released && open.told && may.has(cx, open.org).await? {
            mine.push(open);
        }
    }
    if mine.is_empty() {
        return Ok(None);
    }
    if cx.bot.store.decide_held(&mine, send, cx.now, cx.now + OVER_NIGHT).await? == 0 {
        return Ok(None);
    }
    let duties: BTreeSet<&str> = mine.iter().filter_map(|o| cx.bot.config.duty(o.reminder.split('/').next()?)).map(|d| d.name.as_str()).collect();
    let duties: Vec<&str> = duties.into_iter().collect();
    let key = if send { "held-sent" } else { "held-dropped" };
    Ok(Some(cx.reply(cx.say(key, &[("duties", cx.bot.names(&duties, duties.len()).into())]))))
}

/// `恢复发送`: every account that was stopped. They speak for everybody, so it takes somebody of the top unit.
pub async fn resume(cx: &Context) -> Result<Reply, Error> {
    let mut top = cx.unit().await?;
    while let Some(parent) = top.parent {
        top = cx.bot.store.org(parent).await?.ok_or_else(|| Fault::Corrupt("a unit's parent is gone".into()))?;
    }
    cx.demand(Permission::Grant, &top)?;
    let mut gone: Vec<String> = Vec::new();
    for brake in cx.bot.store.brakes().await? {
        if cx.bot.store.release_brake(&brake.account).await? {
            if let Some(courier) = cx.bot.courier(&brake.account.platform) {
                courier.resume(&brake.account);
            }
            gone.push(brake.account.to_string());
        }
    }
    let key = if gone.is_empty() { "resume-nothing" } else { "resumed-sending" };
    Ok(cx.reply(cx.say(key, &[("accounts", Value::from(gone.join("、")))])))
}

/// Units of which it was asked whether the speaker may have them reminded.
#[derive(Default)]
struct Units(HashMap<OrgId, bool>);

impl Units {
    async fn has(&mut self, cx: &Context, id: OrgId) -> Result<bool, Fault> {
        if let Some(known) = self.0.get(&id) {
            return Ok(*known);
        }
        let may = cx.bot.store.org(id).await?.is_some_and(|org| cx.may(Permission::Remind, &org));
        self.0.insert(id, may);
        Ok(may)
    }
}
