//! Reports whose words name a time or a sum that the grammar does not grasp whole: `10月第三周的大学习`, `上期补看了`, `2026.9-2026.11团费`,
//! `团费0.2*3`. What is left of them would be recorded for another time, so they are no reports: whoever said it to the bot is
//! asked. Also the week of a day that is over: `昨天看完大学习了`, said on a Monday.

use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::Measure;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::when::Spoken;
use crate::language::{Intent, Meaning};
use chrono::NaiveDate;
use regex::{Regex, RegexSet};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Of any duty; of money; of what is done by the week or issue.
static DOUBTS: LazyLock<[RegexSet; 3]> = LazyLock::new(|| {
    let set = |all: &[&str]| RegexSet::new(all).expect("they are constant");
    [
        set(&["月份?的?第[一二三四五六1-6](个?星期|个?礼拜|周)"]),
        set(&[
            r"(^|[^0-9])(19|20)[0-9]{2}\.[0-9]{1,2}\s*[-~—到至]",
            r"[0-9]+\.[0-9]+\.[0-9]+",
            // 11.20交了团费: a day, or a sum
            r"^(1[0-2]|[1-9])\.(0?[1-9]|[12][0-9]|3[01])(号|日)?\s*(我|已|就|刚)?(交|缴|付|转)",
            r"(^|[^0-9元块毛角月期周号日])-\s*[0-9]+(\.[0-9]+)?\s*(元|块|毛|角)",
            r"[0-9](元|块|毛)?\s*[*×xX]\s*[0-9]",
            "其中.*的",
        ]),
        set(&[
            "(上|上一|前一|前几|之前几|最近几|前两|前三|两|三|四|五|几|好几)期",
            "(落下|欠下|漏掉|漏|欠|缺|之前|以前|前面|过去)的?(那些|几期|几周)?(的)?(青年)?(网上)?大学习",
            "(本|这|这个|整个|一个|全)学期",
        ]),
    ]
});

/// 张三和我的团费: of two, where nobody is known to be called so.
static WITH_ME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[\u{4e00}-\u{9fa5}](和|跟|与)我(?:的?(?:团费|大学习|主题团日|青年大学习)|都|也|一起)").expect("it is constant"));

/// Months that were not grasped: this term's dues.
static TERM: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(["(本|这|这个|上|上个|整个|一个|全)学期", "(近|最近|前|过去)(两|三|四|五|六|几|[2-9])个月"]).expect("it is constant"));

/// 团费-已交-0.2元: fields that dashes part hold no negative sum.
pub(in crate::language) fn form(text: &str) -> Cow<'_, str> {
    let fields = text.split('-').count() > 2
        && text.split('-').all(|f| !f.trim().is_empty())
        && !text.split('-').next().is_some_and(|f| f.ends_with(|c: char| c.is_ascii_digit()));
    if fields { text.replace('-', " ").into() } else { text.into() }
}

/// Whether a report of a duty so measured says more than was grasped.
fn doubtful(text: &str, measure: Measure, intent: &Intent) -> bool {
    let Intent::Report { periods, issue, amount_fen, count, .. } = intent else { return false };
    let [any, money, done] = &*DOUBTS;
    let timed = !periods.is_empty() || issue.is_some() || count.is_some();
    any.is_match(text)
        || match measure {
            Measure::Money => money.is_match(&form(text)) || !timed && amount_fen.is_none() && TERM.is_match(text),
            Measure::Done => !timed && done.is_match(text),
            _ => false,
        }
}

/// What is left of the reports of a text: those that were grasped whole, or a question where the bot is meant.
pub(in crate::language) fn settle(all: &mut Vec<Meaning>, text: &str, tokens: &[Token], measure: &dyn Fn(&str) -> Measure, addressed: bool, today: NaiveDate) {
    unsaid_for(all, tokens, text);
    let both = all.iter().any(|m| matches!(&m.intent, Intent::Report { names, .. } if !names.is_empty()));
    let with_me = !both && WITH_ME.is_match(text);
    for meaning in all.iter_mut() {
        let Intent::Report { duty, .. } = &meaning.intent else { continue };
        let (duty, of) = (duty.clone(), measure(duty));
        if with_me || doubtful(text, of, &meaning.intent) {
            meaning.intent = Intent::Unclear { duty: Some(duty) };
        } else if of == Measure::Done {
            on_its_day(&mut meaning.intent, text, tokens, today);
        }
    }
    if !addressed {
        all.retain(|m| !matches!(m.intent, Intent::Unclear { .. }));
    }
}

/// 我帮周九报个到,大学习看完了: whom the speaker does something for, and no report has; what has nobody is not the speaker's own.
fn unsaid_for(all: &mut [Meaning], tokens: &[Token], text: &str) {
    let begins = tokens.iter().position(|t| t.is != Is::Gap && !t.kind(Kind::Me) && !t.kind(Kind::Filler));
    let Some(at) = begins.filter(|at| tokens[*at].kind(Kind::Proxy)) else { return };
    let whom: Vec<&str> = tokens[at + 1..]
        .iter()
        .take_while(|t| matches!(t.is, Is::Name | Is::Gap) || t.kind(Kind::And))
        .filter(|t| t.is == Is::Name)
        .map(|t| &text[t.start..t.end])
        .collect();
    let has = |m: &Meaning| {
        let (Intent::Report { names, .. } | Intent::CheckIn { names, .. } | Intent::Leave { names, .. }) = &m.intent else { return false };
        names.iter().any(|n| whom.contains(&n.as_str()))
    };
    // …,我的大学习看完了
    let own = tokens[at..].iter().any(|t| t.kind(Kind::Me) && tokens[at..].iter().any(|b| b.is == Is::Break && b.end <= t.start));
    if whom.is_empty() || own || all.iter().any(has) {
        return;
    }
    for meaning in all {
        if let Intent::Report { duty, names, .. } = &meaning.intent
            && names.is_empty()
        {
            meaning.intent = Intent::Unclear { duty: Some(duty.clone()) };
        }
    }
}

/// What was done on a day of an earlier week was that week's.
fn on_its_day(intent: &mut Intent, text: &str, tokens: &[Token], today: NaiveDate) {
    let Intent::Report { periods, issue: None, .. } = intent else { return };
    if !periods.is_empty() {
        return;
    }
    let this = Period::containing(Cadence::Week, today);
    let mut days = tokens.iter().filter_map(|t| if let Is::When(Spoken::Days(first, last)) = t.is { Some((first, last)) } else { None });
    match (days.next(), days.next()) {
        (Some((first, last)), None) if first == last && Period::containing(Cadence::Week, last) < this => periods.push(Period::containing(Cadence::Week, last)),
        _ if ["上周就", "上星期就", "上礼拜就"].iter().any(|w| text.contains(w)) => periods.push(this.shift(-1)),
        _ => {}
    }
}
