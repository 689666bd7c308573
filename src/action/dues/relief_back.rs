//! What waits for a word from above goes the way of a record: `撤销`, `撤销张三的免交`, under the message that is quoted, and with one
//! that is recalled, it is asked no more.

use crate::action::context::{Context, Reply};
use crate::action::meetings::leave_back;
use crate::action::members::people::find_ever;
use crate::action::records::undo;
use crate::action::show;
use crate::action::study::issues::around;
use crate::config::messages::Value;
use crate::domain::relief::Relief;
use crate::domain::role::Permission;
use crate::error::{Error, Fault};

/// Takes back what the speaker asked last, where nothing was entered or told since, or what waits of whom they name; none where
/// something else is meant.
pub async fn take_back(cx: &Context) -> Result<Option<Reply>, Error> {
    let about = ["免", "减"].iter().any(|w| cx.text.contains(w));
    let named = cx.bot.grammar.named(&cx.text, &around(cx));
    if cx.text.contains("接龙") || cx.text.contains("接龍") || !named.is_empty() && !about {
        return Ok(None);
    }
    cx.bot.store.settled().await?;
    let mut all: Vec<Relief> = Vec::new();
    for name in &named.names {
        let person = find_ever(cx, name).await?;
        let org = &person.branch.roster.org;
        let waits = cx.bot.store.reliefs_waiting(&[org.id]).await?;
        let may = cx.may(Permission::Exempt, org);
        all.extend(waits.into_iter().filter(|r| r.person == person.member.person && (may || r.account == cx.incoming.sender.to_string())));
    }
    if named.names.is_empty() {
        all = cx.bot.store.reliefs_asked_by(&cx.incoming.sender).await?;
    }
    all.retain(|r| named.periods.is_empty() || named.periods.iter().any(|p| p.first_day() <= r.span.1.last_day() && r.span.0.first_day() <= p.last_day()));
    let Some(last) = all.last().cloned() else { return Ok(None) };
    if !about {
        let later = cx.bot.store.last_entered(&cx.incoming.sender, last.asked_at + 1).await?.is_some();
        if later || leave_back::told_last(cx).await?.is_some_and(|at| at > last.asked_at) {
            return Ok(None);
        }
    }
    if !about {
        // all that the message did goes together
        return undo::undo_source(cx, &last.source).await.map(Some);
    }
    if named.names.is_empty() {
        all.retain(|r| r.source == last.source && r.asked_at == last.asked_at);
    }
    Ok(Some(drop_all(cx, &all).await?))
}

/// What the message of this source asked and waits, where the speaker may take it back.
pub async fn under(cx: &Context, source: &str) -> Result<Vec<Relief>, Error> {
    let mut all = Vec::new();
    for relief in cx.bot.store.reliefs_under(source).await? {
        let own = relief.account == cx.incoming.sender.to_string();
        let branch = cx.bot.cache.branch(relief.branch).await?;
        if own || branch.is_some_and(|b| cx.may(Permission::Exempt, &b.roster.org)) {
            all.push(relief);
        }
    }
    Ok(all)
}

/// It is asked no more; says so.
pub async fn drop_all(cx: &Context, all: &[Relief]) -> Result<Reply, Error> {
    let what = in_words(cx, all).await?;
    if cx.bot.store.drop_reliefs(all).await? == 0 {
        return Ok(cx.reply(cx.say("undo-nothing", &[])));
    }
    Ok(cx.reply(cx.say("relief-dropped", &[("what", what.into())])))
}

/// In words: 张三11月、12月团费的减免.
pub async fn in_words(cx: &Context, all: &[Relief]) -> Result<String, Fault> {
    let mut pieces = Vec::new();
    for r in all {
        let Some(branch) = cx.bot.cache.branch(r.branch).await? else { continue };
        let name = branch.roster.member(r.person).map(|m| cx.called(&branch, m)).unwrap_or_default();
        let duty = cx.duty(&r.duty)?;
        let what = super::relief::What { duty, span: r.span, left: r.left };
        let args = [("name", Value::from(name)), ("period", cx.periods(&what.periods()).into()), ("duty", duty.name.as_str().into())];
        pieces.push(cx.say("undo-exempt", &args));
    }
    Ok(show::join(cx, &pieces))
}
