//! What was not sent: `重发` of letters that failed, and `恢复发送` of an account that the platform had stopped.

use super::{notices, remind};
use crate::action::context::{Context, Reply};
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::ChatKey;
use crate::domain::role::Permission;
use crate::error::{Error, Fault};
use crate::store::sending::delivery::{Anew, Failed};
use std::collections::{BTreeMap, HashMap};

/// Letters that failed longer ago are not sent again, milliseconds.
const REMEMBERED: i64 = 3 * 86_400_000;
/// What is sent again is worth reading for so long, milliseconds.
const GOOD_FOR: i64 = 3_600_000;
/// What waits for the end of the night may wait so long, milliseconds.
pub(in crate::action) const OVER_NIGHT: i64 = 12 * 3_600_000;

/// Letters that go again by one word; where there are more, the next word takes those.
const MOST: usize = 2000;

/// What somebody asked to be reminded of at once: the branch, the duty, the period.
type Asked = (OrgId, String, String);

/// `重发`: everything that failed of the units that the speaker may have reminded. What names somebody is written anew.
pub async fn resend(cx: &Context) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let mut may = Units::default();
    let mut mine: Vec<Failed> = Vec::new();
    let mut asked: BTreeMap<Asked, Vec<Failed>> = BTreeMap::new();
    let mut chased: BTreeMap<(i64, OrgId), Vec<Failed>> = BTreeMap::new();
    let (mut found, mut last) = (0, None);
    // others may have many more
    while found < MOST {
        let page = cx.bot.store.failed_since(cx.now - REMEMBERED, last.as_ref()).await?;
        last = page.last().cloned();
        for letter in page {
            let Some(org) = letter.unit() else { continue };
            if !may.has(cx, org).await? {
                continue;
            }
            found += 1;
            if let Some((duty, period, org)) = letter.asked() {
                asked.entry((org, duty.to_owned(), period.to_string())).or_default().push(letter);
            } else if let Some(about) = letter.chased() {
                chased.entry(about).or_default().push(letter);
            } else {
                mine.push(letter);
            }
        }
        if last.is_none() {
            break;
        }
    }
    let mut anew = Vec::new();
    for ((org, duty, period), replaces) in asked {
        // of a duty that is gone nobody needs to hear
        if let (Some(duty), Ok(period)) = (cx.bot.config.duty(&duty), period.parse()) {
            anew.push(written_anew(cx, duty, period, org, replaces).await?);
        }
    }
    for ((notice, org), replaces) in chased {
        if let Some(notice) = cx.bot.store.notice(notice).await? {
            let word = format!("chase/{}", cx.incoming.source());
            let failed: Vec<ChatKey> = replaces.iter().map(|f| f.chat.clone()).collect();
            let (letters, _) = notices::chasing(&cx.bot, &notice, &|unit, chat| unit == org && failed.contains(chat), &word).await?;
            anew.push(Anew { replaces, letters, told: Vec::new() });
        }
    }
    let good_until = cx.now + if mine.iter().any(|f| f.run().is_some()) { OVER_NIGHT } else { GOOD_FOR };
    let count = cx.bot.store.resend(&mine, &anew, &cx.today.to_string(), cx.now, good_until).await?;
    let done = mine.is_empty() && anew.iter().all(|a| a.letters.is_empty());
    let key = match count {
        0 => "resend-nothing",
        _ if done => "resend-done",
        _ => "resend-going",
    };
    Ok(cx.reply(cx.say(key, &[("count", count.into())])))
}

/// What was asked for, as things stand now: in the groups where it failed, who was named there today by a part
/// that did arrive aside.
async fn written_anew(cx: &Context, duty: &Duty, period: Period, org: OrgId, replaces: Vec<Failed>) -> Result<Anew, Error> {
    let wordings = cx.bot.store.wordings().await?;
    let named = cx.bot.store.named_by(org, &cx.today.to_string(), &format!("asked/{}/{period}/{org}", duty.key)).await?;
    let arrived: Vec<(PersonId, String)> = named.into_iter().filter(|(_, letter)| !replaces.iter().any(|f| f.key == *letter)).collect();
    let failed: Vec<ChatKey> = replaces.iter().map(|f| f.chat.clone()).collect();
    let drafted = remind::draft(cx, duty, period, org, &wordings, &failed, &arrived).await?;
    Ok(Anew { replaces, letters: drafted.letters, told: drafted.told })
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
    cx.bot.brakes.forget();
    let key = if gone.is_empty() { "resume-nothing" } else { "resumed-sending" };
    Ok(cx.reply(cx.say(key, &[("accounts", Value::from(gone.join("、")))])))
}

/// Units of which it was asked whether the speaker may have them reminded.
#[derive(Default)]
pub(in crate::action) struct Units(HashMap<OrgId, bool>);

impl Units {
    pub(in crate::action) async fn has(&mut self, cx: &Context, id: OrgId) -> Result<bool, Fault> {
        if let Some(known) = self.0.get(&id) {
            return Ok(*known);
        }
        let may = cx.bot.store.org(id).await?.is_some_and(|org| cx.may(Permission::Remind, &org));
        self.0.insert(id, may);
        Ok(may)
    }
}
