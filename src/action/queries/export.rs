//! `导出台账`: the ledger of a branch as a table (csv), given in private to whoever may take it away: a file where
//! the platform takes some, else a short table as text; also beneath
//! `zhibu export ledger`.

use super::reading::{self, Scope};
use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::show;
use crate::config::Config;
use crate::config::messages::Value;
use crate::domain::attachment::Attachment;
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::Part;
use crate::domain::record::{Reason, Record};
use crate::domain::role::Permission;
use crate::domain::roster::{Member, Roster};
use crate::domain::treasury::standing_records;
use crate::error::{Error, Fault, Mistake};
use crate::report::ledger_sheet;
use crate::store::Store;
use regex::Regex;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

/// Bytes of a table that are told in one message.
const MOST_BYTES: usize = 2_600;

/// The lines of a branch, of one duty or of all, for these periods (each duty's own).
pub async fn lines(store: &Store, config: &Config, branch: OrgId, duty: Option<&str>, of: impl Fn(&Duty) -> Vec<Period>) -> Result<Vec<[String; 15]>, Fault> {
    let Some(roster) = store.roster(branch).await? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for duty in config.duties.iter().filter(|d| duty.is_none_or(|key| key == d.key)) {
        let periods = of(duty);
        let (Some(first), Some(last)) = (periods.iter().min(), periods.iter().max()) else { continue };
        let standings = store.standings_between(branch, &duty.key, *first, *last).await?;
        let records = store.records_of(branch, &duty.key, None).await?;
        let mut reasons = store.reasons(branch, &duty.key, None).await?;
        reasons.extend(relieved(store, branch, &duty.key, &records).await?);
        let met = met(store, &roster, duty).await?;
        all.extend(ledger_sheet::lines(&roster, duty, (&periods, met.as_ref()), &standings, (&records, &reasons), config.zone()));
    }
    Ok(all)
}

/// The periods of a duty of meetings in which a branch met; none of other duties.
async fn met(store: &Store, roster: &Roster, duty: &Duty) -> Result<Option<BTreeSet<Period>>, Fault> {
    if duty.measure != Measure::Attendance {
        return Ok(None);
    }
    let units: Vec<OrgId> = store.line(roster.org.id).await?.into_iter().map(|o| o.id).collect();
    Ok(Some(store.met(roster.org.id, &units, &duty.key).await?))
}

/// Beside each month that is exempt or reduced: who decided it, who approved it, why.
async fn relieved(store: &Store, branch: OrgId, duty: &str, records: &[Record]) -> Result<Vec<Reason>, Fault> {
    let mut all = Vec::new();
    let live: Vec<&Record> = standing_records(records).into_iter().filter(|r| r.kind.relieves()).collect();
    if live.is_empty() {
        return Ok(all);
    }
    // a handful decides for everybody
    let mut names: HashMap<PersonId, Option<String>> = HashMap::new();
    for relief in store.reliefs_of(branch, duty, None).await?.iter().filter(|r| r.entered.is_some()) {
        let mut said = Vec::new();
        for (who, did) in [(relief.actor, "定"), (relief.approver.filter(|a| Some(*a) != relief.actor), "批")] {
            let Some(who) = who else { continue };
            let name = match names.entry(who) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(store.name_of(who).await?),
            };
            said.extend(name.as_ref().map(|name| format!("{name}{did}")));
        }
        said.extend(Some(relief.reason.clone()).filter(|r| !r.is_empty()));
        let mine = live.iter().filter(|r| r.key.person == relief.person && Some(&r.source) == relief.entered.as_ref());
        all.extend(mine.map(|r| Reason { person: relief.person, period: r.key.period, body: format!("减免：{}", said.join("，")) }));
    }
    Ok(all)
}

/// The periods of a duty that a stretch of time stands for.
pub fn parts(duty: &Duty, said: Period) -> Vec<Period> {
    match said.expand(duty.cadence) {
        parts if parts.is_empty() => vec![Period::containing(duty.cadence, said.first_day())],
        parts => parts,
    }
}

/// In chat.
pub async fn export(cx: &Context, duty: Option<&str>, periods: &[Period]) -> Result<Reply, Error> {
    let scope = Scope::read(cx).await?;
    cx.demand(Permission::Export, &scope.unit)?;
    if !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    let Some(branch) = scope.branch() else { return Err(Mistake::new("money-which-branch").into()) };
    for duty in cx.bot.config.duties.iter().filter(|d| duty.is_none_or(|key| key == d.key)) {
        reading::periods(cx, duty, periods, reading::MOST_PERIODS)?;
    }
    let of = |duty: &Duty| reading::periods(cx, duty, periods, reading::MOST_PERIODS).unwrap_or_default();
    let mut lines = lines(&cx.bot.store, &cx.bot.config, branch.roster.org.id, duty, of).await?;
    let whom = whose(cx, branch)?;
    if let Some(people) = &whom {
        lines.retain(|line| people.iter().any(|m| m.name == line[1] && m.league_number.as_deref().unwrap_or_default() == line[2]));
    }
    if lines.is_empty() {
        let duty = duty.map(|key| cx.duty(key)).transpose()?.map_or_else(|| "all".to_owned(), |d| d.name.clone());
        let periods = if periods.is_empty() { cx.say("period-unnamed", &[]) } else { cx.periods(periods) };
        return Err(Mistake::new("export-none").with("duty", duty).with("period", periods).into());
    }
    let text = ledger_sheet::csv(&lines);
    let (count, unit) = (Value::from(lines.len()), &branch.roster.org);
    if cx.bot.sends_files(&cx.incoming.chat) {
        let what = duty.map(|key| cx.duty(key)).transpose()?.map_or_else(String::new, |d| format!("{}-", d.name));
        let who = whom.iter().flatten().map(|m| m.name.as_str()).collect::<BTreeSet<_>>();
        // many names would leave no room for the rest
        let who: String = who.into_iter().filter(|_| whom.as_ref().is_some_and(|w| w.len() <= 3)).flat_map(|name| [name, "-"]).collect();
        // of which time it is, and not of which day it was asked for
        let when = match periods {
            [] => cx.today.to_string(),
            [one] => one.to_string(),
            [first, .., last] => format!("{first}_{last}"),
        };
        let name = format!("{}-{who}{what}{when}.csv", unit.name);
        let said = cx.say("export-file", &[("count", count), ("unit", show::name(&unit.name).into())]);
        return Ok(Reply { parts: vec![Part::Text(said), Part::File(Attachment::csv(&name, text).in_private())], private: Vec::new() });
    }
    if text.len() > MOST_BYTES {
        return Ok(cx.reply(cx.say("export-large", &[("count", count), ("unit", show::name(&unit.path).into())])));
    }
    Ok(cx.reply(text.trim_start_matches('\u{feff}').trim_end().to_owned()))
}

/// The members whose lines alone are asked for (导出张三的台账); none: everybody's.
fn whose<'b>(cx: &Context, branch: &'b Branch) -> Result<Option<Vec<&'b Member>>, Mistake> {
    static OF: LazyLock<Regex> = LazyLock::new(|| Regex::new("(?:导出|下载|输出)(?:一下|下)?([\\p{Han}·]{2,8}?)的(?:[^的]*)台账").expect("it is constant"));
    let said: Vec<&Member> = branch.roster.members.iter().filter(|m| m.name.chars().count() > 1 && cx.text.contains(&m.name)).collect();
    // 张三丰 is no 张三
    let named: Vec<&Member> = said.iter().copied().filter(|m| !said.iter().any(|o| o.name != m.name && o.name.contains(&m.name))).collect();
    if !named.is_empty() {
        return Ok(Some(named));
    }
    let Some(who) = OF.captures(&cx.text).map(|c| c[1].to_owned()) else { return Ok(None) };
    let other = ["年", "月", "周", "季", "期", "天", "支部", "团委", "我们", "所有", "全部", "全体", "大家", "整个", "完整", "本", "上", "这", "最近"];
    let of_duty = cx.bot.config.duties.iter().any(|d| d.names().any(|n| who.contains(n)));
    if of_duty || other.iter().any(|w| who.contains(w)) {
        return Ok(None);
    }
    Err(Mistake::new("no-such-name").with("name", show::name(&who)))
}
