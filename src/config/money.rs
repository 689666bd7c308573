//! What only a duty of money has in its file: rates by pay, what differs by unit, shares. The bands are `duties`'.

use super::duties::rates_of;
use super::reader::{Problems, Table, did_you_mean};
use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::{Band, Local, Money, Scale};
use crate::domain::money::Fen;
use crate::domain::relief::Approval;
use std::collections::BTreeMap;

/// What `exempt_approval` may say.
const APPROVALS: [(&str, Approval); 3] = [("branch", Approval::Branch), ("above_or_branch", Approval::AboveOrBranch), ("above", Approval::Above)];

/// `exempt_approval`, `[[scale]]` and `[[unit]]`.
pub(super) fn read(t: &mut Table, cadence: Option<Cadence>, bands: &[Band], p: &mut Problems) -> Money {
    let approval = t.word("exempt_approval", &APPROVALS, p).unwrap_or_default();
    let mut scales = Vec::new();
    for mut s in t.tables("scale", p) {
        let from = s.parsed("from", |text| of(text, cadence), p);
        let below = amount(&mut s, "below", "\"2000\"", p);
        let flat = amount(&mut s, "flat", "\"3\"", p);
        let most = amount(&mut s, "most", "\"20\"", p);
        let permille = s.number("permille", 0..=1000, p).unwrap_or(0);
        let at = s.place().clone();
        s.finish(p);
        match (from, below, flat, most) {
            (Some(from), Some(below), Some(flat), Some(most)) => scales.push(Scale { from, below, flat, permille, most }),
            _ => p.add(&at, "`scale` needs from, below, flat, permille and most"),
        }
    }
    scales.sort_by_key(|s| s.from);
    let mut local: Vec<Local> = Vec::new();
    for mut u in t.tables("unit", p) {
        let at = u.at("path");
        let path = u.text("path", p).unwrap_or_default();
        let band_at = u.at("default_band");
        let default_band = u.text("default_band", p);
        if let Some(key) = default_band.as_ref().filter(|key| !bands.iter().any(|b| b.key == **key)) {
            p.add(&band_at, format!("`default_band`: there is no band {key:?}{}", did_you_mean(key, bands.iter().map(|b| b.key.as_str()))));
        }
        let mut rates = BTreeMap::new();
        if let Some(mut table) = u.table("rates", p) {
            for (key, node) in table.drain() {
                if !bands.iter().any(|b| b.key == key) {
                    p.add(&node.at, format!("`rates`: there is no band {key:?}{}", did_you_mean(&key, bands.iter().map(|b| b.key.as_str()))));
                    continue;
                }
                let mut one = Table::empty(node.at.clone());
                one.set("rates", node);
                if let Some(table) = one.table("rates", p) {
                    rates.insert(key, rates_of(table, cadence, p));
                }
            }
        }
        let (share, returned) = (percents(&mut u, "share", cadence, p), percents(&mut u, "returned", cadence, p));
        let approval = u.word("exempt_approval", &APPROVALS, p);
        u.finish(p);
        if path.starts_with('/') || path.ends_with('/') || path.contains("//") {
            p.add(&at, format!("`path`: {path:?}: names from the top, joined by one / each"));
        }
        if local.iter().any(|l| l.path == path) {
            p.add(&at, format!("`unit`: {path:?} is there twice: put all of it together"));
        }
        local.push(Local { path, default_band, rates, share, returned, approval });
    }
    Money { scales, local, approval }
}

fn of(text: &str, cadence: Option<Cadence>) -> Result<Period, String> {
    let period: Period = text.parse()?;
    if cadence.is_none_or(|c| c == period.cadence()) { Ok(period) } else { Err(format!("{text:?} is not of the duty's cadence")) }
}

fn amount(t: &mut Table, key: &'static str, example: &str, p: &mut Problems) -> Option<Fen> {
    t.parsed(key, |text| Fen::parse(text).filter(|f| f.0 >= 0).ok_or_else(|| format!("{text:?} is no amount: write for example {example}")), p)
}

/// Hundredths by the period from which they hold: `{ "2026-01" = "50" }`.
fn percents(t: &mut Table, key: &'static str, cadence: Option<Cadence>, p: &mut Problems) -> Vec<(Period, i64)> {
    let Some(mut table) = t.table(key, p) else { return Vec::new() };
    let mut all = BTreeMap::new();
    for (from, node) in table.drain() {
        let at = node.at.clone();
        let percent = node.digits(key, p).and_then(|text| text.parse().ok()).filter(|n| (0..=100).contains(n));
        match (of(&from, cadence), percent) {
            (Ok(period), Some(percent)) => {
                all.insert(period, percent);
            }
            (Err(e), _) => p.add(&at, format!("`{key}`: {e}")),
            (_, None) => p.add(&at, format!("`{key}`: write whole hundredths from 0 to 100, {{ \"2026-01\" = \"50\" }}")),
        }
    }
    all.into_iter().collect()
}
