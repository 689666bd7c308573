//! A yes or a no to reminders that are held. A bare word counts from whoever was told of them, where it quotes that or follows it;
//! later, or from the unit's own secretary who was told nowhere, it is asked which reminders are meant.

use super::resend::{OVER_NIGHT, Units};
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::ids::OrgId;
use crate::domain::message::ChatKey;
use crate::domain::role::Role;
use crate::error::{Error, Fault};
use crate::store::sending::held::{Open, Which};
use std::collections::BTreeSet;

/// For so long after being told a bare word is an answer to that, where nothing else was said in between. Milliseconds.
const FRESH: i64 = 2 * 3_600_000;
/// Units that one answer names.
const NAMES: usize = 5;

/// A yes or a no in private with no question open; none where no reminder is held that the speaker could mean.
///
/// # Errors
/// Where the database fails.
pub async fn decide(cx: &Context, send: bool) -> Result<Option<Reply>, Error> {
    let (true, Some(speaker)) = (cx.private(), &cx.speaker) else { return Ok(None) };
    let mut mine = within(cx, |_| true).await?;
    if mine.is_empty() {
        return Ok(None);
    }
    let chats: Vec<ChatKey> = cx.bot.store.accounts_of(speaker.known.person).await?.iter().map(ChatKey::private).collect();
    let told = cx.bot.store.told_of_held(&chats).await?;
    let meant: BTreeSet<OrgId> = if let Some(quoted) = cx.incoming.replies_to.as_ref().filter(|_| cx.incoming.replies_to_bot) {
        told.iter().filter(|t| t.chat == cx.incoming.chat && t.sent_as.as_ref() == Some(quoted)).map(|t| t.unit).collect()
    } else {
        let since = cx.bot.store.last_letter_but_held(&cx.incoming.chat).await?.unwrap_or(i64::MIN).max(cx.now - FRESH);
        told.iter().filter(|t| t.chat == cx.incoming.chat && t.at >= since).map(|t| t.unit).collect()
    };
    if mine.iter().any(|o| meant.contains(&o.org)) {
        mine.retain(|o| meant.contains(&o.org));
        return decided(cx, &mine, send).await;
    }
    let own = |o: &Open| speaker.known.grants.iter().any(|g| g.role == Role::Secretary && g.org == o.org) || told.iter().any(|t| t.unit == o.org);
    mine.retain(own);
    if mine.is_empty() || cx.incoming.replies_to.is_some() {
        return Ok(None);
    }
    let units: BTreeSet<OrgId> = mine.iter().map(|o| o.org).collect();
    cx.ask(&Body::Held { units: units.into_iter().collect() }).await?;
    Ok(Some(cx.reply(cx.say("held-ask", &[("what", in_words(cx, &mine).await?.into())]))))
}

/// What was asked is answered.
///
/// # Errors
/// Where the database fails.
pub async fn answered(cx: &Context, units: &[OrgId], send: bool) -> Result<Reply, Error> {
    let mine = within(cx, |o| units.contains(&o.org)).await?;
    Ok(decided(cx, &mine, send).await?.unwrap_or_else(|| cx.reply(cx.say("held-over", &[]))))
}

/// Those that are held, of which somebody was told, where the speaker may have members reminded.
async fn within(cx: &Context, of: impl Fn(&Open) -> bool) -> Result<Vec<Open>, Fault> {
    let (mut may, mut mine) = (Units::default(), Vec::new());
    for open in cx.bot.store.open_runs(Which::Told).await?.into_iter().filter(of) {
        if may.has(cx, open.org).await? {
            mine.push(open);
        }
    }
    Ok(mine)
}

async fn decided(cx: &Context, mine: &[Open], send: bool) -> Result<Option<Reply>, Error> {
    if mine.is_empty() || cx.bot.store.decide_held(mine, send, cx.now, cx.now + OVER_NIGHT).await? == 0 {
        return Ok(None);
    }
    let loud = cx.bot.config.bot.reminders.quiet.map_or(cx.now, |q| q.instant_after(cx.now, cx.zone()));
    let when = if loud > cx.now { cx.bot.config.messages.time(cx.bot.lang(), loud, cx.zone(), cx.today) } else { "none".to_owned() };
    let key = if send { "held-sent" } else { "held-dropped" };
    Ok(Some(cx.reply(cx.say(key, &[("what", in_words(cx, mine).await?.into()), ("when", when.into())]))))
}

/// `第一团支部的团费、青年大学习`; of many units how many.
async fn in_words(cx: &Context, mine: &[Open]) -> Result<String, Fault> {
    let units: BTreeSet<OrgId> = mine.iter().map(|o| o.org).collect();
    let mut names = Vec::new();
    for id in units.iter().take(NAMES + 1) {
        names.extend(cx.bot.store.org(*id).await?.map(|org| show::name(&org.name)));
    }
    let duties: BTreeSet<&str> = mine.iter().filter_map(|o| cx.bot.config.duty(o.reminder.split('/').next()?)).map(|d| d.name.as_str()).collect();
    let duties: Vec<&str> = duties.into_iter().collect();
    names.truncate(NAMES);
    let args = [
        ("units", Value::from(cx.bot.names(&names, NAMES))),
        ("count", units.len().into()),
        ("more", if units.len() > NAMES { "yes" } else { "no" }.into()),
        ("duties", cx.bot.names(&duties, duties.len()).into()),
    ];
    Ok(cx.say("held-what", &args))
}
