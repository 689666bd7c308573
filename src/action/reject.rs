//! `没收到张三的团费`: the treasurer takes back claims that no money came for. The member is told in private; a group
//! hears nothing of it (law 10).

use super::approve::claimed;
use super::context::{Context, Reply};
use super::draft::Draft;
use super::report;
use super::{reading, show};
use crate::config::messages::Value;
use crate::domain::ids::RecordId;
use crate::domain::ledger::{Entry, Verdict};
use crate::domain::message::{ChatKey, Outgoing};
use crate::domain::record::{Evidence, Record};
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};

/// Takes back what these members claim and is not confirmed.
pub async fn reject(cx: &Context, duty: &str, names: &[String]) -> Result<Reply, Error> {
    let speaker = cx.speaker()?;
    let (mut lines, mut told) = (Vec::new(), Vec::new());
    for name in names {
        let found = reading::people_ever(cx, name, Permission::ApproveDues).await?;
        let Some(first) = found.first() else {
            lines.push(cx.say("no-such-name", &[("name", show::name(name).into())]));
            continue;
        };
        let mine: Vec<_> = found.iter().filter(|f| cx.may(Permission::ApproveDues, &f.branch.roster.org)).collect();
        let one = match &mine[..] {
            [] => return cx.demand(Permission::ApproveDues, &first.branch.roster.org).map(|()| Reply::silence()).map_err(Error::from),
            [one] => *one,
            _ => return Err(Mistake::new("approve-namesakes").with("name", show::name(name)).into()),
        };
        for duty in claimed(cx, Some(duty)) {
            let org = &one.branch.roster.org;
            let claims: Vec<Record> = cx.bot.store.unconfirmed(org.id, &duty.key).await?.into_iter().filter(|r| r.key.person == one.person).collect();
            let mut draft = Draft::new(cx)?;
            draft.rest_on(Evidence::Secretary);
            draft.rely(&one.branch);
            draft.push(Entry::Reverse { branch: org.id, records: claims.iter().map(|r| r.id).collect::<Vec<RecordId>>() });
            let name = one.member().map(|m| show::name(&m.name)).unwrap_or_default();
            let args = |told: bool| {
                [
                    ("name", Value::from(name.clone())),
                    ("who", show::name(speaker.name()).into()),
                    ("duty", duty.name.as_str().into()),
                    ("period", cx.periods(&super::treasury::distinct(claims.iter().map(|r| r.key.period))).into()),
                    ("amount", show::yuan(claims.iter().map(|r| r.value).sum()).into()),
                    ("told", if told { "yes" } else { "no" }.into()),
                ]
            };
            let entered = !claims.is_empty() && report::enter(cx, &draft.finish()).await?.verdicts.iter().any(|v| matches!(v, Verdict::Recorded { .. }));
            if !entered {
                lines.push(cx.say("reject-nothing", &args(false)));
                continue;
            }
            let account = one.member().and_then(|m| m.accounts.iter().find(|a| a.platform == cx.incoming.chat.platform));
            lines.push(cx.say("reject-done", &args(account.is_some())));
            told.extend(account.map(|a| Outgoing::text(ChatKey::private(a), cx.say("reject-told", &args(true)))));
        }
    }
    if cx.private() {
        let mut reply = cx.reply(lines.join("\n"));
        reply.private = told;
        return Ok(reply);
    }
    told.push(Outgoing::text(ChatKey::private(&cx.incoming.sender), lines.join("\n")));
    Ok(Reply { parts: Vec::new(), private: told })
}
