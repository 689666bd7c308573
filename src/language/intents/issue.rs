//! Issues of a duty as a secretary announces them (`开始大学习 第十三季第5期 又名四中全会特辑 到周日20点`), pauses, rankings
//! and the differences between what was said and what an official export holds.

use super::query::Said;
use crate::domain::duty::Measure;
use crate::language::text::lex::{Is, Lexed, lex};
use crate::language::text::lexicon::Kind;
use crate::language::text::when::Spoken;
use crate::language::{Around, Grammar, Intent};
use chrono::NaiveDate;

/// What an announcement says of an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueNotice {
    /// `5`, `13/5`, `2026/29`.
    pub number: Option<String>,
    /// Its name, as written.
    pub title: Option<String>,
    /// Other names, as written.
    pub aliases: Vec<String>,
    /// The last day.
    pub day: Option<NaiveDate>,
    /// The local time on it: hour, minute.
    pub time: Option<(u32, u32)>,
}

const ALSO: [&str; 6] = ["又名", "别名", "也叫", "又叫", "简称", "aka "];
const TILL: [&str; 6] = ["截止", "截至", "到", "至", "until ", "till "];
/// What may stand around a title without being one.
const NO_TITLE: &[&str] = &["新一期", "新的一期", "新", "一期", "这期", "本期", "本周", "了", "吧", "啦", "期"];

impl Grammar {
    /// What the announcement of an issue says; the duty is known already.
    pub fn issue_notice(&self, given: &str, around: &Around<'_>) -> IssueNotice {
        let lexed = lex(given, &self.lexicon, &self.units, around);
        let mut notice = IssueNotice::default();
        let mut name_from = 0;
        for token in &lexed.tokens {
            match &token.is {
                Is::Issues(found) if notice.number.is_none() => {
                    notice.number = found.first().cloned();
                    notice.title = given.get(lexed.norm.origin(token.start..token.end)).map(|t| t.trim().to_owned());
                }
                Is::When(Spoken::Days(_, last)) => notice.day = Some(*last),
                Is::When(Spoken::Clock(h, m)) => notice.time = Some((*h, *m)),
                Is::Word(Kind::Duty(_)) => name_from = lexed.norm.origin(token.start..token.end).end,
                _ => {}
            }
        }
        let rest = given.get(name_from..).unwrap_or_default();
        if let Some((at, word)) = first(rest, &ALSO) {
            let names = &rest[at + word.len()..];
            let names = &names[..first(names, &TILL).map_or(names.len(), |(at, _)| at)];
            let split = names.split(['、', '，', ',', ' ', ':', '：']).map(|a| a.trim_matches(['“', '”', '"', '《', '》']).trim());
            notice.aliases = split.filter(|a| a.chars().count() > 1).map(str::to_owned).collect();
        }
        if notice.title.is_none() {
            let until = [first(rest, &ALSO), first(rest, &TILL)].into_iter().flatten().map(|(at, _)| at).min().unwrap_or(rest.len());
            let mut title = rest[..until].trim_matches(|c: char| c.is_whitespace() || "，,。：:!！“”\"《》".contains(c));
            while let Some(shorter) = NO_TITLE.iter().find_map(|w| title.strip_prefix(w)) {
                title = shorter.trim_start();
            }
            notice.title = (title.chars().count() > 1).then(|| title.chars().take(40).collect());
        }
        notice
    }

    /// An issue's number that the text names.
    pub fn issue_named(&self, given: &str, around: &Around<'_>) -> Option<String> {
        let lexed = lex(given, &self.lexicon, &self.units, around);
        lexed.tokens.into_iter().find_map(|t| if let Is::Issues(found) = t.is { found.into_iter().next() } else { None })
    }

    /// 暂停, 恢复, 排名, 差异: of a duty that is named.
    pub(in crate::language) fn course(&self, text: &str, said: &Said, lexed: &Lexed) -> Option<Intent> {
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        let duty = said.duty?;
        let key = || self.key(duty);
        if any(&["提醒", "催", "签到", "remind"]) || any(&["怎么", "如何", "为什么"]) {
            return None;
        }
        if any(&["排名", "排行", "ranking"]) {
            return Some(Intent::Ranking { duty: key(), periods: said.periods.clone() });
        }
        if any(&["差异", "对不上", "不一致", "有出入", "核对后台", "和后台核对", "跟后台核对", "differences"]) {
            return Some(Intent::Differences { duty: key(), periods: said.periods.clone() });
        }
        if matches!(self.measure(duty), Measure::Money | Measure::Attendance) || any(&["吗", "?", "谁"]) {
            return None;
        }
        if any(&["暂停", "停更", "停学", "停一停", "先停", "pause"]) {
            let days: Vec<(NaiveDate, NaiveDate)> =
                lexed.tokens.iter().filter_map(|t| if let Is::When(Spoken::Days(first, last)) = t.is { Some((first, last)) } else { None }).collect();
            let whole = said.periods.iter().map(|p| (p.first_day(), p.last_day())).next_back();
            let (from, until) = match days[..] {
                [] => whole.map_or((None, None), |(first, last)| (Some(first), Some(last))),
                [(first, last)] => ((first != last).then_some(first), Some(last)),
                [(first, _), .., (_, last)] => (Some(first), Some(last)),
            };
            return Some(Intent::Pause { duty: key(), from, until });
        }
        any(&["恢复", "复更", "继续更新", "resume"]).then(|| Intent::Resume { duty: key() })
    }
}

/// The word that stands first, and where.
fn first<'w>(text: &str, words: &[&'w str]) -> Option<(usize, &'w str)> {
    words.iter().filter_map(|w| text.find(w).map(|at| (at, *w))).min_by_key(|(at, w)| (*at, std::cmp::Reverse(w.len())))
}
