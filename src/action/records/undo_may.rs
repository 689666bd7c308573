//! Who may take back what: one's own for some time, what an officer enters by whoever may enter it, at any time.

use super::undo::{too_old, window};
use crate::action::context::Context;
use crate::action::permission::to_undo;
use crate::action::study::study_import::EXPORT;
use crate::domain::duty::Measure;
use crate::domain::ids::{OrgId, RecordId};
use crate::domain::record::{Evidence, Record};
use crate::domain::role::Permission;
use crate::error::{Error, Fault, Mistake};
use crate::store::records::ledger::Entered;
use std::collections::btree_map::Entry as Known;
use std::collections::{BTreeMap, BTreeSet};

/// A day, milliseconds.
pub(in crate::action) const DAY: i64 = 86_400_000;

/// One's own message is one's own to take back for some time, but for what was recorded of others for longer than a day: that,
/// what is older, and other people's messages, takes somebody who may record for all of those, at any time. What more than a
/// report's permission was needed for (a confirmation, a refund, an exemption) needs that again, whoever entered it.
pub(in crate::action) async fn allowed(cx: &Context, entered: &Entered) -> Result<(), Error> {
    let me = cx.speaker()?.known.person;
    let own = entered.account == cx.incoming.sender.to_string();
    let age = cx.now - entered.at;
    // what an official export says was said long before it was entered: the search saw to its age
    let recent = age <= window(cx) || entered.source.starts_with(EXPORT);
    let late = age > DAY && entered.records.iter().any(|r| r.key.person != me && r.evidence == Evidence::Secretary);
    let plainly = own && recent && !late;
    let asked: BTreeSet<(OrgId, Permission)> = entered.records.iter().map(|r| (r.key.branch, needed(cx, r))).collect();
    for (branch, needed) in asked {
        if plainly && needed == Permission::ReportOthers {
            continue;
        }
        let Some(unit) = cx.bot.store.org(branch).await? else { continue };
        if own && !recent && !cx.may(needed, &unit) {
            return Err(too_old(cx, "undo-too-old", &unit).into());
        }
        cx.demand(needed, &unit)?;
    }
    Ok(())
}

/// What it takes to take this back.
pub(in crate::action) fn needed(cx: &Context, r: &Record) -> Permission {
    let money = cx.bot.config.duty(&r.key.duty).is_some_and(|d| d.measure == Measure::Money);
    to_undo(r.kind, r.evidence == Evidence::Official && !money)
}

/// What the treasurer has confirmed is not taken back by whoever claimed it.
pub async fn confirmed_stays(cx: &Context, entered: &Entered) -> Result<(), Error> {
    if let Some(branch) = confirmed(cx, entered).await?
        && let Some(branch) = cx.bot.cache.branch(branch).await?
        && !cx.may(Permission::ApproveDues, &branch.roster.org)
    {
        return Err(Mistake::new("undo-confirmed").with("who", cx.bot.who_may(Permission::ApproveDues)).into());
    }
    Ok(())
}

/// The branch whose treasurer has confirmed something of this; one where the speaker may not confirm, before others.
pub async fn confirmed(cx: &Context, entered: &Entered) -> Result<Option<OrgId>, Fault> {
    let mut found = None;
    let mut looked: BTreeMap<(OrgId, &str), Vec<RecordId>> = BTreeMap::new();
    for r in entered.records.iter().filter(|r| r.kind.claims()) {
        if !cx.bot.config.duty(&r.key.duty).is_some_and(|d| d.confirm) {
            continue;
        }
        let waiting = match looked.entry((r.key.branch, &r.key.duty)) {
            Known::Occupied(known) => known.into_mut(),
            Known::Vacant(new) => new.insert(cx.bot.store.unconfirmed(r.key.branch, &r.key.duty).await?.into_iter().map(|w| w.id).collect()),
        };
        if waiting.contains(&r.id) {
            continue;
        }
        found = Some(r.key.branch);
        if let Some(branch) = cx.bot.cache.branch(r.key.branch).await?
            && !cx.may(Permission::ApproveDues, &branch.roster.org)
        {
            break;
        }
    }
    Ok(found)
}
