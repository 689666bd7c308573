//! `大学习汇总备案`: what is filed above when a period is over, as text to paste and, where files are taken, as a table; also beneath
//! `zhibu export return`.

use super::issues;
use crate::action::context::{Context, Reply};
use crate::action::queries::reading::{self, Scope};
use crate::action::show;
use crate::config::Config;
use crate::domain::attachment::Attachment;
use crate::domain::calendar::{Cadence, Period};
use crate::domain::course::Course;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::OrgId;
use crate::domain::message::Part;
use crate::domain::role::Permission;
use crate::domain::roster::{Org, OrgKind};
use crate::error::{Error, Fault, Mistake};
use crate::report::filing::{Filed, Words, csv};
use crate::report::namesakes::Names;
use crate::store::Store;

/// Branches of which one return is made in chat.
const MOST: usize = 500;
/// Branches whose lines are told in text; a table has all of them.
const TOLD: usize = 30;

/// The lines of a unit's branches, as people count them.
pub async fn lines(store: &Store, config: &Config, units: &[Org], duty: &Duty, period: Period) -> Result<Vec<Filed>, Fault> {
    let ids: Vec<OrgId> = units.iter().filter(|o| o.kind == OrgKind::Branch).map(|o| o.id).collect();
    let standings = store.standings_in(&ids, &duty.key, period).await?;
    let names = Names { messages: &config.messages, lang: config.bot.language, today: period.last_day() };
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(roster) = store.roster(id).await? else { continue };
        all.push(Filed::read(&roster, duty, period, standings.get(&id).map_or(&[][..], Vec::as_slice), config.zone(), names));
    }
    Ok(all)
}

/// A table of these lines, with all of them together where the unit is above branches.
pub fn table(config: &Config, unit: &Org, duty: &Duty, period: Period, all: &[Filed]) -> String {
    let total = Filed::total(&unit.path, period, all);
    csv(duty, all, Some(&total).filter(|_| unit.kind != OrgKind::Branch), config.zone())
}

/// The period that is over: the one named, else the last one whose deadline has passed or that was closed by hand.
fn over(cx: &Context, course: &Course, duty: &Duty, periods: &[Period]) -> Result<Period, Mistake> {
    if !periods.is_empty() {
        let asked = reading::periods(cx, duty, periods, reading::MOST_PERIODS)?;
        return match asked[..] {
            [one] => Ok(one),
            _ => Err(Mistake::new("return-one")),
        };
    }
    let now = Period::containing(duty.cadence, cx.today);
    Ok(if course.over(duty, now, cx.zone(), cx.now) { now } else { now.shift(-1) })
}

/// In chat, for whoever may take a table away.
pub async fn filing(cx: &Context, duty: Option<&str>, periods: &[Period]) -> Result<Reply, Error> {
    let scope = Scope::read(cx).await?;
    cx.demand(Permission::Export, &scope.unit)?;
    let duty = match duty {
        Some(key) => Some(cx.duty(key)?),
        None => cx.bot.config.duties.iter().find(|d| d.measure == Measure::Done && d.cadence == Cadence::Week),
    };
    let duty = duty.filter(|d| d.measure != Measure::Money).ok_or_else(|| Mistake::new("return-which"))?;
    if !cx.private() && !duty.names_in_group {
        return Err(Mistake::new("private-only").into());
    }
    if scope.units.iter().filter(|o| o.kind == OrgKind::Branch).count() > MOST {
        return Err(Mistake::new("study-too-wide").into());
    }
    let course = cx.bot.store.course(&scope.unit).await?;
    let says_which = !periods.is_empty() || cx.text.contains('期') || !issues::named(cx, &scope, duty, periods)?.is_empty();
    let named = issues::asked(cx, &scope, duty, periods, reading::MOST_PERIODS)?;
    let mut period = over(cx, &course, duty, if says_which { &named } else { &[] })?;
    let mut all = lines(&cx.bot.store, &cx.bot.config, &scope.units, duty, period).await?;
    if !says_which && all.iter().all(|f| f.expected == 0) {
        // over before the bot knew the unit
        period = Period::containing(duty.cadence, cx.today);
        all = lines(&cx.bot.store, &cx.bot.config, &scope.units, duty, period).await?;
    }
    let total = Filed::total(&scope.unit.path, period, &all);
    let said = issues::said_of(cx, &scope, duty, &[period]);
    let who = show::name(cx.speaker.as_ref().map_or("", |s| s.name()));
    let words = Words { messages: &cx.bot.config.messages, lang: cx.bot.lang(), zone: cx.zone(), now: cx.now, duty, period: &said, due: total.due, who: &who };
    let line = |key: &str, unit: &str, f: &Filed| {
        let missing: Vec<String> = f.missing.iter().map(|n| show::line(n)).collect();
        words.say(key, &show::name(unit), f, &missing.join("、"))
    };
    let of_all = |key: &str| line(key, &scope.unit.name, &total);
    let mut text = vec![of_all("return-head"), of_all("return-line")];
    if scope.branch().is_some() {
        text.extend((!total.missing.is_empty()).then(|| of_all("return-names")));
    } else {
        text.extend(all.iter().take(TOLD).map(|f| line("return-branch", f.unit.rsplit('/').next().unwrap_or_default(), f)));
        if all.len() > TOLD {
            text.push(cx.say("return-more", &[("count", (all.len() - TOLD).into())]));
        }
    }
    text.push(of_all("return-foot"));
    let mut parts = vec![Part::Text(text.join("\n"))];
    if cx.private() && cx.bot.sends_files(&cx.incoming.chat) {
        let table = table(&cx.bot.config, &scope.unit, duty, period, &all);
        let name = format!("{}-{}汇总-{period}.csv", scope.unit.name, duty.name);
        parts.push(Part::File(Attachment::csv(&name, table).in_private()));
    }
    Ok(Reply { parts, private: Vec::new() })
}
