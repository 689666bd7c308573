//! Chain lists (接龙): one growing document, posted whole by everyone who joins it. `copy` reads a copy and finds whose
//! entries they are, `known` finds the document that it is a copy of, `plan` compares the two and makes the post of the
//! difference, `told` says what came of it; `later` is the secretary's word for entries that wait, and the answer to
//! a question about names. Of the text nothing is kept but whose entry says what.
//!
//! From one who may record for others the whole difference counts, from anybody else only their own entry.

mod copy;
mod known;
mod later;
mod plan;
mod told;

pub use later::{answers, approve, is_answer, last_paste, named, paste};

use super::report;
use crate::action::context::{Context, Reply};
use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::Measure;
use crate::domain::role::Permission;
use crate::domain::roster::Org;
use crate::error::{Error, Fault, Mistake};
use crate::language::intent::ChainEntry;
use crate::language::{Around, Entry};
use copy::{Copy, People};
use known::Known;
use plan::Plan;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// How often a copy is compared again because the list grew, or the roster changed, under it.
const TRIES: usize = 64;

/// A pasted list.
pub async fn chain(cx: &Context, duty: Option<&str>, periods: &[Period], entries: &[ChainEntry]) -> Result<Reply, Error> {
    cx.speaker()?;
    let Some(key) = duty else {
        if !cx.addressed {
            return Ok(Reply::silence());
        }
        let all: Vec<&str> = cx.bot.config.duties.iter().map(|d| d.name.as_str()).collect();
        return Err(Mistake::new("chain-which-duty").with("duties", cx.bot.names(&all, all.len())).into());
    };
    let mut cx = cx.clone();
    for _ in 0..TRIES {
        let duty = cx.duty(key)?;
        let people = People::read(&cx).await?;
        let head = {
            let names = crate::action::cache::Nobody;
            cx.bot.grammar.chain_head(&cx.text, &Around { today: cx.today, addressed: false, names: &names })
        };
        if duty.cadence == Cadence::Week && ["月第一周", "月第二周", "月第三周", "月第四周", "月第五周", "月第周"].iter().any(|w| head.title.contains(w))
        {
            // which week that is, nobody agrees on
            return if cx.addressed || people.authorised(&cx) { Err(Mistake::new("period-unclear").into()) } else { Ok(Reply::silence()) };
        }
        if duty.measure != Measure::Money && !periods.is_empty() && periods.iter().all(|p| p.first_day() > cx.today) {
            // a plan, not a report
            let period = cx.periods(periods);
            return if cx.addressed || people.authorised(&cx) {
                Err(Mistake::new("period-not-yet").with("period", period).into())
            } else {
                Ok(Reply::silence())
            };
        }
        let mut known = Known::find(&cx, duty, periods, &head).await?;
        let mut copy = Copy::read(&cx, duty, &people, &head, entries, &known.rows).await?;
        if known.begins_anew(&cx, duty, periods, &copy, &head).await? {
            copy = Copy::read(&cx, duty, &people, &head, entries, &known.rows).await?;
        }
        let source = cx.incoming.source();
        // the same message again, after the answer to it was lost: it is answered again
        if !known.rows.iter().any(|r| r.source == source)
            && let Some(post) = Plan::of_copy(&cx, duty, &known, &copy, &people).await?
        {
            match report::enter(&cx, &post).await {
                Ok(_) => known.read(&cx).await?,
                Err(Fault::Stale) => {
                    let units: Vec<_> = post.relies.iter().map(|(id, _)| *id).collect();
                    cx.bot.cache.forget(&units);
                    cx = Context::read(&cx.bot, cx.incoming.clone(), cx.text.clone(), cx.addressed).await?;
                    continue;
                }
                Err(fault) => return Err(fault.into()),
            }
        }
        return told::copy(&cx, duty, &known, &copy, &people).await;
    }
    Err(Fault::Stale.into())
}

/// Whether the speaker may record for the members of a unit.
fn records_for(cx: &Context, unit: &Org) -> bool {
    cx.may(Permission::ReportOthers, unit)
}

/// What is kept of a text that has to be known again.
pub fn digest(text: &str) -> String {
    Sha256::digest(format!("list:{text}").as_bytes()).iter().take(12).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// An entry's meaning as it is kept.
fn kept(said: &Entry) -> Result<String, Fault> {
    serde_json::to_string(said).map_err(|e| Fault::Other(e.to_string()))
}

/// A kept meaning; one of another version says nothing.
fn meant(said: &str) -> Entry {
    serde_json::from_str(said).unwrap_or(Entry::Unclear)
}
