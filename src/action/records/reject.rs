//! `没收到张三的团费`: the treasurer takes back claims that no money came for. The member is told in private; a group
//! hears nothing of it (law 10).

use super::approve::claimed;
use super::draft::Draft;
use super::{approve, report};
use crate::action::context::{Context, Reply};
use crate::action::dialogue::namesakes;
use crate::action::queries::reading::{self, Found};
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::ids::RecordId;
use crate::domain::ledger::{Entry, Verdict};
use crate::domain::message::{ChatKey, Outgoing};
use crate::domain::record::{Evidence, Record};
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};

/// Takes back what these members claim and is not confirmed.
pub async fn reject(cx: &Context, duty: &str, names: &[String]) -> Result<Reply, Error> {
    cx.speaker()?;
    let (mut lines, mut told) = (Vec::new(), Vec::new());
    for name in names {
        let found = reading::people_ever(cx, name, Permission::ApproveDues).await?;
        let Some(first) = found.first() else {
            lines.push(cx.say("no-such-name", &[("name", show::name(name).into())]));
            continue;
        };
        let mine: Vec<_> = found.iter().filter(|f| cx.may(Permission::ApproveDues, &f.branch.roster.org)).collect();
        let mut claimants = Vec::new();
        for found in mine.iter().filter(|_| mine.len() > 1) {
            for duty in claimed(cx, Some(duty)) {
                if !approve::claims_of(cx, found, duty).await?.is_empty() {
                    claimants.push((*found).clone());
                }
            }
        }
        let one = match (&mine[..], &claimants[..]) {
            ([], _) => return cx.demand(Permission::ApproveDues, &first.branch.roster.org).map(|()| Reply::silence()).map_err(Error::from),
            ([one], _) | ([one, ..], []) => one,
            (_, [one]) => one,
            _ if names.len() == 1 => return Err(namesakes::claimants(cx, name, Some(duty), true, &claimants).await?.into()),
            _ => return Err(Mistake::new("approve-namesakes").with("name", show::name(name)).into()),
        };
        take_back(cx, duty, one, &mut lines, &mut told).await?;
    }
    Ok(answered(cx, &lines, told))
}

/// The same of this one. The caller has checked that the speaker may.
pub(in crate::action) async fn of(cx: &Context, duty: Option<&str>, one: &Found) -> Result<Reply, Error> {
    let (mut lines, mut told) = (Vec::new(), Vec::new());
    for duty in claimed(cx, duty) {
        take_back(cx, &duty.key, one, &mut lines, &mut told).await?;
    }
    Ok(answered(cx, &lines, told))
}

/// Takes back what one member claims of a duty; says so, and whom to tell.
async fn take_back(cx: &Context, duty: &str, one: &Found, lines: &mut Vec<String>, told: &mut Vec<Outgoing>) -> Result<(), Error> {
    let speaker = cx.speaker()?;
    for duty in claimed(cx, Some(duty)) {
        let org = &one.branch.roster.org;
        let claims: Vec<Record> = approve::claims_of(cx, one, duty).await?;
        let mut draft = Draft::new(cx)?;
        draft.rest_on(Evidence::Secretary);
        draft.rely(&one.branch);
        draft.push(Entry::Reverse { branch: org.id, records: claims.iter().map(|r| r.id).collect::<Vec<RecordId>>() });
        let name = one.member().map(|m| cx.called(&one.branch, m)).unwrap_or_default();
        let args = |name: &str, told: bool| {
            [
                ("name", Value::from(name.to_owned())),
                ("who", show::name(speaker.name()).into()),
                ("duty", duty.name.as_str().into()),
                ("period", cx.periods(&crate::action::dues::treasury::distinct(claims.iter().map(|r| r.key.period))).into()),
                ("amount", show::yuan(claims.iter().map(|r| r.value).sum()).into()),
                ("told", if told { "yes" } else { "no" }.into()),
            ]
        };
        let entered = !claims.is_empty() && report::enter(cx, &draft.finish()).await?.verdicts.iter().any(|v| matches!(v, Verdict::Recorded { .. }));
        if !entered {
            lines.push(cx.say("reject-nothing", &args(&name, false)));
            continue;
        }
        let account = one.member().and_then(|m| m.accounts.iter().find(|a| a.platform == cx.incoming.chat.platform));
        lines.push(cx.say("reject-done", &args(&name, account.is_some())));
        let plain = one.member().map(|m| show::name(&m.name)).unwrap_or_default();
        told.extend(account.map(|a| Outgoing::text(ChatKey::private(a), cx.say("reject-told", &args(&plain, true)))));
    }
    Ok(())
}

/// In private as an answer; of a group's question only the treasurer hears.
fn answered(cx: &Context, lines: &[String], mut told: Vec<Outgoing>) -> Reply {
    if cx.private() {
        let mut reply = cx.reply(lines.join("\n"));
        reply.private = told;
        return reply;
    }
    told.push(Outgoing::text(ChatKey::private(&cx.incoming.sender), lines.join("\n")));
    Reply { parts: Vec::new(), private: told }
}
