//! One's own data: seeing all of it (`我的数据`), taking it along, having it deleted (`删除我的数据`). In private only.

use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::attachment::{Attachment, file_name};
use crate::domain::calendar::Period;
use crate::domain::message::{Outgoing, Part};
use crate::domain::roster::Roster;
use crate::error::{Error, Fault, Mistake};
use crate::report::tally::owing_people;
use crate::store::members::dossier::Dossier;
use crate::store::members::erase::Erased;

/// Characters of one part of the json, and parts that a chat takes; what is longer is for the command line.
const PART: usize = 1800;
const PARTS: usize = 5;

fn alone(cx: &Context) -> Result<(), Error> {
    cx.speaker()?;
    if cx.private() { Ok(()) } else { Err(Mistake::new("private-only").into()) }
}

async fn dossier(cx: &Context) -> Result<Dossier, Error> {
    let person = cx.speaker()?.known.person;
    Ok(cx.bot.store.dossier(person).await?.ok_or_else(|| Fault::Corrupt(format!("person {person} is gone")))?)
}

/// `我的数据`: in words what is kept; a yes brings the json.
pub async fn my_data(cx: &Context) -> Result<Reply, Error> {
    alone(cx)?;
    let d = dossier(cx).await?;
    let last = |path: &str| show::name(path.rsplit('/').next().unwrap_or_default());
    let or_none = |text: Option<&String>| text.map_or_else(|| "none".to_owned(), |t| show::name(t));
    let mut units: Vec<String> = d.memberships.iter().map(|m| last(&m.branch)).collect();
    units.dedup();
    let accounts: Vec<String> = d.accounts.iter().map(|(account, _)| account.clone()).collect();
    let mut roles: Vec<String> = d.roles.iter().map(|(path, ..)| last(path)).collect();
    roles.dedup();
    let args = [
        ("name", Value::from(show::name(&d.name))),
        ("number", or_none(d.league_number.as_ref()).into()),
        ("born", or_none(d.born.as_ref()).into()),
        ("joined", or_none(d.joined.as_ref()).into()),
        ("unit", show::join(cx, &units).into()),
        ("accounts", show::join(cx, &accounts).into()),
        ("roles", if roles.is_empty() { "none".to_owned() } else { show::join(cx, &roles) }.into()),
        ("bands", d.bands.len().into()),
        ("records", d.records.len().into()),
        ("lists", d.lists.len().into()),
        ("screenshots", d.screenshots.len().into()),
        ("requests", d.binding_requests.len().into()),
        ("notes", d.notes.len().into()),
        ("leave", d.leave_asked.len().into()),
        ("ahead", d.leave_ahead.len().into()),
        ("reliefs", d.reliefs.len().into()),
        ("read", d.notices_read.len().into()),
        ("reminded", d.reminded.len().into()),
    ];
    cx.ask(&Body::MyData).await?;
    Ok(cx.reply(cx.say("my-data", &args)))
}

/// The yes to it: the json, in parts that a chat takes.
pub async fn take_along(cx: &Context) -> Result<Reply, Error> {
    alone(cx)?;
    let d = dossier(cx).await?;
    let text = json(&d)?;
    if cx.bot.sends_files(&cx.incoming.chat) {
        let file =
            Attachment { name: file_name(&format!("{}.json", d.name)), mime: "application/json".to_owned(), bytes: text.into_bytes().into(), private: true };
        return Ok(Reply { parts: vec![Part::Text(cx.say("my-data-file", &[])), Part::File(file)], private: Vec::new() });
    }
    let parts = split(&text);
    if parts.len() > PARTS {
        return Ok(cx.reply(cx.say("my-data-long", &[("name", show::name(&d.name).into()), ("count", parts.len().into())])));
    }
    let mut all = parts.into_iter().map(|text| Part::Text(text.to_owned()));
    let first = all.next().into_iter().collect();
    let private = all.map(|part| Outgoing { chat: cx.incoming.chat.clone(), quote: None, parts: vec![part] }).collect();
    Ok(Reply { parts: first, private })
}

/// A person's data as people take it along.
pub fn json(dossier: &Dossier) -> Result<String, Fault> {
    serde_json::to_string_pretty(dossier).map_err(|e| Fault::Other(e.to_string()))
}

/// Parts of at most [`PART`] characters that end where a line ends; put together again they are the text.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut at, mut chars) = (0, 0, 0);
    for line in text.split_inclusive('\n') {
        let length = line.chars().count();
        if chars > 0 && chars + length > PART {
            parts.push(&text[start..at]);
            (start, chars) = (at, 0);
        }
        at += line.len();
        chars += length;
    }
    parts.push(&text[start..]);
    parts
}

/// `删除我的数据`: says what goes and what stays, and asks.
pub async fn erase(cx: &Context) -> Result<Reply, Error> {
    alone(cx)?;
    let speaker = cx.speaker()?;
    let Some(plan) = cx.bot.store.erasing(speaker.known.person).await? else { return Err(Mistake::new("chat-no-unit").into()) };
    let last = |path: &String| show::name(path.rsplit('/').next().unwrap_or_default());
    let roles: Vec<String> = plan.roles.iter().map(|(path, ..)| last(path)).collect();
    let alone: Vec<String> = plan.roles.iter().filter(|(.., alone)| *alone).map(|(path, ..)| last(path)).collect();
    let or_none = |all: &[String]| if all.is_empty() { "none".to_owned() } else { show::join(cx, all) };
    cx.ask(&Body::Erase).await?;
    let args =
        [("name", Value::from(show::name(&plan.name))), ("records", plan.records.into()), ("roles", or_none(&roles).into()), ("alone", or_none(&alone).into())];
    Ok(cx.reply(cx.say("erase-ask", &args)))
}

/// The yes to it.
pub async fn erase_now(cx: &Context) -> Result<Reply, Error> {
    alone(cx)?;
    let person = cx.speaker()?.known.person;
    let recount = |roster: &Roster, duty: &str, period: Period| cx.bot.config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, roster, period));
    let Erased { units, accounts, unread } = cx.bot.store.erase(person, Some(person), &recount).await?;
    cx.bot.cache.forget(&units);
    for account in &accounts {
        cx.bot.cache.forget_account(account);
    }
    Ok(cx.reply(cx.say("erase-done", &[("unread", unread.into())])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_end_at_lines_and_lose_nothing() {
        let text: String = (0..400).flat_map(|n| ["第 ".to_owned(), n.to_string(), " 行，有一些字\n".to_owned()]).collect();
        let parts = split(&text);
        assert!(parts.len() > 2 && parts.iter().all(|p| p.chars().count() <= PART && p.ends_with('\n')));
        assert_eq!(parts.concat(), text);
        assert_eq!(split("x"), ["x"]);
    }
}
