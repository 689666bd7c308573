//! The ledger as a table: one line for each member, duty and period, as spreadsheets open it. Pure.

use crate::domain::calendar::{Period, Zone};
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::PersonId;
use crate::domain::money::Fen;
use crate::domain::record::{Evidence, Key, Kind, Reason, Record, Standing, State};
use crate::domain::roster::{Member, Roster};
use crate::domain::treasury::standing_records;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Its head.
pub const HEAD: [&str; 15] =
    ["团支部", "姓名", "团员编号", "事项", "期", "档次", "应", "已报", "已确认", "自愿多交", "状态", "依据", "完成时间", "经手", "更正原因"];

/// The lines of a duty's periods for a branch: who owed it, and who has records of it, with why they were corrected. Of a duty of
/// meetings nobody owed a period in which none was held: `met` says in which some were.
pub fn lines(
    roster: &Roster,
    duty: &Duty,
    (periods, met): (&[Period], Option<&BTreeSet<Period>>),
    standings: &[(Key, Standing)],
    (records, reasons): (&[Record], &[Reason]),
    zone: Zone,
) -> Vec<[String; 15]> {
    let by_key: HashMap<(PersonId, Period), &Standing> = standings.iter().map(|(k, s)| ((k.person, k.period), s)).collect();
    let live = standing_records(records);
    let name = |person: PersonId| roster.member(person).map(|m| m.name.clone());
    let mut lines = Vec::new();
    for period in periods {
        let mut seen = HashSet::new();
        let asked: HashSet<PersonId> = match met {
            Some(met) if !met.contains(period) => HashSet::new(),
            _ => roster.expected(duty, *period).map(|m| m.person).collect(),
        };
        for member in roster.members.iter().filter(|m| seen.insert(m.person)) {
            let standing = by_key.get(&(member.person, *period)).copied();
            let owes = standing.and_then(|s| s.expected).unwrap_or_else(|| asked.contains(&member.person));
            let why: Vec<&str> = reasons.iter().filter(|w| w.person == member.person && w.period == *period).map(|w| w.body.as_str()).collect();
            if !owes && standing.is_none() && why.is_empty() {
                continue;
            }
            let of: Vec<&&Record> = live.iter().filter(|r| r.key.person == member.person && r.key.period == *period).collect();
            lines.push(line(roster, duty, *period, (member, owes), standing, (&of, &why), zone, &name));
        }
    }
    lines
}

#[expect(clippy::too_many_arguments, reason = "one line of a table: everything that stands in it")]
fn line(
    roster: &Roster,
    duty: &Duty,
    period: Period,
    (member, expects): (&Member, bool),
    standing: Option<&Standing>,
    (of, why): (&[&&Record], &[&str]),
    zone: Zone,
    name: &impl Fn(PersonId) -> Option<String>,
) -> [String; 15] {
    let money = duty.measure == Measure::Money;
    let amount = |n: i64| if money { Fen(n).to_string() } else { n.to_string() };
    let none = Standing::default();
    let s = standing.unwrap_or(&none);
    let band = member.band(period);
    // money that came for a month counts against what it cost; elsewhere who is not expected owes nothing
    let owed = match s.owed {
        _ if !expects && !money => 0,
        0 => roster.owed(duty, member, period).unwrap_or(0),
        owed => owed,
    };
    let extra: i64 = of
        .iter()
        .map(|r| match r.kind {
            Kind::Extra => r.value,
            Kind::RefundExtra => -r.value,
            _ => 0,
        })
        .sum();
    let has = |kind: Kind| of.iter().any(|r| r.kind == kind);
    let state = if duty.measure == Measure::Attendance {
        attendance(s, expects)
    } else if s.excused && !s.done() {
        "免"
    } else if has(Kind::Opening) {
        "期初已清"
    } else if s.done() && duty.confirm && s.confirmed < s.got {
        "待确认"
    } else if s.done() {
        "已完成"
    } else if s.got > 0 {
        "部分"
    } else if owed == 0 {
        "不用交"
    } else {
        "未完成"
    };
    let evidence = match s.evidence {
        Some(Evidence::Own) => "本人",
        Some(Evidence::Proxy) => "代报",
        Some(Evidence::Screenshot) => "截图",
        Some(Evidence::Secretary) => "支部",
        Some(Evidence::Official) => "账单或后台",
        None => "",
    };
    let reduced = if has(Kind::Reduce) { "（减）" } else { "" };
    let through = |r: &&&&Record| r.kind.confirms() || matches!(r.kind, Kind::Exempt | Kind::Reduce | Kind::Opening) || r.actor != Some(r.key.person);
    let mut hands: Vec<String> = of.iter().filter(through).filter_map(|r| name(r.actor?)).collect();
    hands.dedup();
    let band_name = band_name(duty, &roster.org.path, band, period, if has(Kind::Reduce) { 0 } else { s.owed });
    [
        roster.org.path.clone(),
        member.name.clone(),
        member.league_number.clone().unwrap_or_default(),
        duty.name.clone(),
        period.to_string(),
        band_name.to_owned(),
        amount(owed),
        amount(s.got),
        amount(s.confirmed),
        if money { amount(extra) } else { String::new() },
        format!("{state}{reduced}"),
        evidence.to_owned(),
        s.done_at.map(|at| zone.show(at)).unwrap_or_default(),
        hands.join("、"),
        why.join("；"),
    ]
}

/// How somebody was at the meetings of a period; the words are those of the paper ledger (mission.md, theme day).
fn attendance(s: &Standing, owes: bool) -> &'static str {
    match (s.done(), s.state) {
        (true, _) if !owes => "列席",
        (true, Some(State::Late)) => "迟到",
        (true, Some(State::LeftEarly)) => "早退",
        (true, _) => "到会",
        (false, Some(State::Sick)) if s.excused => "病假",
        (false, Some(State::Personal)) if s.excused => "事假",
        (false, _) if s.excused => "请假",
        (false, _) => "缺席",
    }
}

/// The band by which something was owed (fen; 0 where nothing was recorded). What was paid before the band changed names the one
/// whose rate that was, where only one has it.
fn band_name<'d>(duty: &'d Duty, path: &str, band: Option<&str>, period: Period, owed: i64) -> &'d str {
    let rate = |key: &str| duty.owed(path, Some(key), period);
    let now = band.or(duty.default_at(path)).and_then(|k| duty.bands.iter().find(|b| b.key == k));
    if owed == 0 || now.is_none_or(|b| rate(&b.key) == Some(owed)) {
        return now.map_or("", |b| b.name.as_str());
    }
    let mut then = duty.bands.iter().filter(|b| rate(&b.key) == Some(owed));
    then.next().filter(|_| then.next().is_none()).map_or("", |b| b.name.as_str())
}

/// Whether nothing was done of a line and nobody was freed of it.
pub fn is_open(line: &[String; 15]) -> bool {
    line[10] == "未完成"
}

/// The table as csv: UTF-8 with a mark, lines that end as spreadsheets want, and no cell that one of them would take for a
/// formula.
pub fn csv<'a>(lines: impl IntoIterator<Item = &'a [String; 15]>) -> String {
    let mut text = String::from("\u{feff}");
    let head = HEAD.map(str::to_owned);
    let mut put = |line: &[String; 15]| {
        let cells: Vec<String> = line.iter().map(|c| cell(c)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    };
    put(&head);
    lines.into_iter().for_each(put);
    text
}

/// One cell, quoted where it must be.
pub fn cell(text: &str) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    // a number may begin with a minus; anything else that begins like a formula is told to be text
    let formula = flat.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) && Fen::parse(&flat).is_none();
    let safe = if formula { format!("'{flat}") } else { flat };
    if safe.contains([',', '"', '\'']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (given, safe) in [
            ("张三", "张三"),
            ("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""),
            ("+1+1", "\"'+1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-0.2", "-0.2"),
            ("-张三", "\"'-张三\""),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("两\n行\t", "两 行 "),
        ] {
            assert_eq!(cell(given), safe, "{given}");
        }
        assert!(csv([]).starts_with("\u{feff}团支部,姓名,"));
    }
}
