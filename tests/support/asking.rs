//! What somebody means, said straight to the actions: for stories about who may what, not about how it is worded.

use super::house::{House, account};
use std::sync::Arc;
use zhibu::action::dispatch::dispatch;
use zhibu::action::members::accounts;
use zhibu::action::{Context, Reply};
use zhibu::domain::calendar::Period;
use zhibu::domain::message::{AccountKey, ChatKey, Outgoing};
use zhibu::domain::roster::{MemberFields, NewMember, RosterChange};
use zhibu::error::Error;
use zhibu::language::Intent;

/// The context of somebody who says something here.
pub async fn context(house: &House, chat: &ChatKey, name: &str, card: &str, addressed: bool) -> Context {
    let mut message = house.message(chat, name, "", addressed);
    card.clone_into(&mut message.sender_name);
    house.store().settled().await.unwrap();
    house.bot.cache.freshen(chat, &message.sender).await.unwrap();
    Context::read(&house.bot, Arc::new(message), String::new(), addressed).await.unwrap()
}

/// What the speaker reads in answer to something meant.
pub async fn does(house: &House, chat: &ChatKey, name: &str, intent: Intent) -> String {
    let cx = context(house, chat, name, name, true).await;
    told(house, dispatch(&cx, &intent).await)
}

/// The same in private.
pub async fn does_alone(house: &House, name: &str, intent: Intent) -> String {
    does(house, &ChatKey::private(&account(name)), name, intent).await
}

/// What somebody without a bound account reads who reports something.
pub async fn strange(house: &House, chat: &ChatKey, name: &str, card: &str, addressed: bool) -> String {
    let cx = context(house, chat, name, card, addressed).await;
    told(house, accounts::stranger(&cx).await)
}

fn told(house: &House, reply: Result<Reply, Error>) -> String {
    match reply {
        Ok(reply) => {
            // but that somebody waits, which `first_days` is about
            let elsewhere: Vec<_> = reply.private.iter().filter(|m| !m.plain().contains("想绑")).collect();
            assert_eq!(elsewhere, Vec::<&Outgoing>::new(), "nothing is sent elsewhere");
            Outgoing { chat: ChatKey::group("", ""), quote: None, parts: reply.parts }.plain()
        }
        Err(Error::Mistake(mistake)) => house.bot.config.messages.mistake(house.bot.lang(), &mistake),
        Err(Error::Fault(fault)) => panic!("a fault: {fault}"),
    }
}

/// Members without an account.
pub async fn unbound_members(house: &House, path: &str, names: &[&str]) {
    let org = house.store().org_by_path(path).await.unwrap().unwrap();
    let add =
        |name: &&str| RosterChange::Add(NewMember { branch: org.id, name: (*name).into(), from: org.since, known: None, fields: MemberFields::default() });
    let changes: Vec<RosterChange> = names.iter().map(add).collect();
    let recount = |r: &zhibu::domain::roster::Roster, d: &str, p: Period| {
        house.bot.config.duty(d).map_or_else(Vec::new, |d| r.expected(d, p).map(|m| m.person).collect())
    };
    house.store().change_roster(&changes, &[(org.id, org.epoch)], None, &recount).await.unwrap();
    house.bot.cache.forget_all();
}

/// Whose account this is, by name on the roster of that branch.
pub async fn owner(house: &House, path: &str, who: &AccountKey) -> Option<String> {
    let org = house.store().org_by_path(path).await.unwrap().unwrap();
    let roster = house.store().roster(org.id).await.unwrap().unwrap();
    roster.by_account(who).map(|m| m.name.clone())
}

/// `绑定 姓名`, with a code where there is one.
pub fn bind(name: &str, code: Option<&str>) -> Intent {
    Intent::Bind { name: name.into(), code: code.map(Into::into) }
}

/// `确认 …`; of one duty where it is said.
pub fn approve(duty: Option<&str>, names: &[&str]) -> Intent {
    Intent::Approve { duty: duty.map(Into::into), names: names.iter().map(|n| (*n).into()).collect(), periods: Vec::new(), amount_fen: None }
}

/// A report of a duty, for these periods.
pub fn report(duty: &str, periods: &[&str]) -> Intent {
    Intent::Report {
        duty: duty.into(),
        periods: periods.iter().map(|p| p.parse().unwrap()).collect(),
        issue: None,
        amount_fen: None,
        count: None,
        minutes: None,
        names: Vec::new(),
        all: false,
        ahead: false,
        months: None,
    }
}

/// `谁没…`.
pub fn missing(duty: Option<&str>, periods: &[&str]) -> Intent {
    Intent::Missing { duty: duty.map(Into::into), periods: periods.iter().map(|p| p.parse().unwrap()).collect() }
}

/// `…统计`.
pub fn stats(duty: Option<&str>, periods: &[&str], name: Option<&str>) -> Intent {
    Intent::Stats { duty: duty.map(Into::into), periods: periods.iter().map(|p| p.parse().unwrap()).collect(), name: name.map(Into::into) }
}
