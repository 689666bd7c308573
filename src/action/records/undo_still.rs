//! After something was taken back: who is done all the same, since another record of it stands, and on whose word that rests.

use super::undo::what;
use crate::action::context::Context;
use crate::domain::duty::Measure;
use crate::domain::record::{Evidence, Kind, Record};
use crate::error::Error;
use crate::store::records::ledger::Entered;
use std::collections::BTreeSet;

/// Those of what was taken back that count as done all the same, in words; none where there are none. Of money and counts what is left
/// is a smaller sum, and no word of a second record.
pub(in crate::action) async fn told(cx: &Context, entered: &Entered) -> Result<Option<String>, Error> {
    let mut still: Vec<Record> = Vec::new();
    let mut rests = "own";
    let mut seen = BTreeSet::new();
    for r in entered.records.iter().filter(|r| matches!(r.kind, Kind::Done | Kind::Attest)) {
        let once = cx.bot.config.duty(&r.key.duty).is_some_and(|d| d.measure == Measure::Done);
        if !once || !seen.insert(r.key.clone()) {
            continue;
        }
        let standings = cx.bot.store.standings_of(r.key.branch, r.key.person, Some(&r.key.duty)).await?;
        if let Some((_, standing)) = standings.iter().find(|(k, s)| *k == r.key && s.done()) {
            rests = standing.evidence.map_or(rests, key);
            still.push(r.clone());
        }
    }
    if still.is_empty() {
        return Ok(None);
    }
    let args = [("names", what(cx, &still).await.into()), ("evidence", rests.into())];
    Ok(Some(cx.say("undo-still", &args)))
}

fn key(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Own => "own",
        Evidence::Proxy => "proxy",
        Evidence::Screenshot => "screenshot",
        Evidence::Secretary => "secretary",
        Evidence::Official => "official",
    }
}
