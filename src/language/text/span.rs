//! From when and until when a decision about money holds: 8月到9月, 9月起…到12月, 到年底, 三个月; and up to when dues are said to be
//! settled: 9月前, 6月底前, 到8月, 上半年的. Both ends are kept as they were said; what makes no one run is none.

use super::lex::{Is, Lexed, Token};
use super::when::Spoken;
use crate::domain::calendar::{Cadence, Period};
use crate::language::Around;
use crate::language::answer::months;

const BEGINS: &[&str] = &["起", "份起", "开始", "份开始", "以来"];
const FROM: &[&str] = &["从", "自"];
const UNTIL: &[&str] = &["到", "至", "截至", "截止", "直到", "到了"];
const ENDED: &[&str] = &["为止", "止", "截止"];
const BEFORE: &[&str] = &["前", "以前", "之前", "份前", "份以前", "份之前"];

/// A time that was said, and what stands around it.
struct At<'a> {
    spoken: &'a Spoken,
    word: &'a str,
    before: &'a str,
    after: &'a str,
}

impl At<'_> {
    fn behind(&self, words: &[&str]) -> bool {
        let after = self.after.trim_start_matches([' ', '的']);
        words.iter().any(|w| after.starts_with(w))
    }
    fn led(&self, words: &[&str]) -> bool {
        let before = self.before.trim_end();
        words.iter().any(|w| before.ends_with(w))
    }
    /// Without a year of its own.
    fn bare(&self) -> bool {
        !self.word.contains('年') && !self.word.starts_with("20")
    }
}

fn times(lexed: &Lexed) -> Vec<At<'_>> {
    let text = &lexed.norm.text;
    let of = |t: &Token| matches!(t.is, Is::When(Spoken::Periods(_) | Spoken::Days(..) | Spoken::Vague | Spoken::Stretch(_)));
    let mut all = Vec::new();
    for token in lexed.tokens.iter().filter(|t| of(t)) {
        if let Is::When(spoken) = &token.is {
            all.push(At { spoken, word: &text[token.start..token.end], before: &text[..token.start], after: &text[token.end..] });
        }
    }
    all
}

/// The first and the last, where either was said.
pub(in crate::language) type Run = (Option<Period>, Option<Period>);

/// From when until when; none where that is no one run.
pub(in crate::language) fn run(lexed: &Lexed, around: &Around<'_>) -> Option<Run> {
    let now = Period::containing(Cadence::Month, around.today);
    let all = times(lexed);
    match &all[..] {
        [] => Some((None, None)),
        [one] => alone(one, now),
        // 这半年免缴,到12月: how long is no other time
        [a, b] if *a.spoken == Spoken::Vague && (b.led(UNTIL) || b.behind(ENDED)) => alone(b, now),
        [a, b] => {
            let (first, last) = if a.led(UNTIL) || a.behind(ENDED) { (b, a) } else { (a, b) };
            let ends = last.led(UNTIL) || last.behind(ENDED);
            let begins = first.behind(BEGINS) || first.led(FROM) || lexed.norm.text.find(first.word) < lexed.norm.text.rfind(last.word);
            let from = match first.spoken {
                Spoken::Periods(of) if of.len() == 1 => near(of[0], first, now),
                Spoken::Days(day, _) => Period::containing(Cadence::Month, *day),
                _ => return None,
            };
            let until = match last.spoken {
                // 从3月起免交三个月
                Spoken::Vague if !ends && first.behind(BEGINS) => i32::try_from(months(last.word)?).ok().map(|n| from.shift(n - 1))?,
                Spoken::Periods(of) if ends && of.len() == 1 => of[0],
                Spoken::Days(_, day) if ends => Period::containing(Cadence::Month, *day),
                _ => return None,
            };
            // 11月起到1月
            let until = if until < from && last.bare() && until.cadence() == Cadence::Month { until.shift(12) } else { until };
            begins.then_some((Some(from), Some(until)))
        }
        _ => None,
    }
}

fn alone(one: &At<'_>, now: Period) -> Option<Run> {
    if one.behind(BEFORE) {
        return None;
    }
    let begins = one.behind(BEGINS);
    match one.spoken {
        Spoken::Periods(of) => {
            let (first, last) = (*of.first()?, *of.last()?);
            if of.windows(2).any(|w| w[0].shift(1) != w[1]) {
                return None;
            }
            let ends = one.led(UNTIL) || one.behind(ENDED);
            let running = last.first_day() <= now.last_day() && now.first_day() <= last.last_day();
            Some(match (begins, of.len()) {
                (true, 1) => (Some(near(first, one, now)), None),
                (false, 1) if ends || running => (None, Some(last)),
                _ => (Some(first), Some(last)),
            })
        }
        // 到年底; 从12月1日起
        Spoken::Days(first, last) => {
            Some(if begins { (Some(Period::containing(Cadence::Month, *first)), None) } else { (None, Some(Period::containing(Cadence::Month, *last))) })
        }
        // 免交三个月: this one and two more
        Spoken::Vague => i32::try_from(months(one.word)?).ok().map(|n| (None, Some(now.shift(n - 1)))),
        _ => None,
    }
}

/// 从2月起 said in November is of the next year: a change is meant for what is near.
fn near(period: Period, said: &At<'_>, now: Period) -> Period {
    if said.bare() && period.cadence() == Cadence::Month && period < now.shift(-8) { period.shift(12) } else { period }
}

/// Up to before which period dues are settled, from the one that begins it where only a stretch is named. `stretch`: whether that
/// is enough.
pub(in crate::language) fn settled(lexed: &Lexed, around: &Around<'_>, stretch: bool) -> Option<(Option<Period>, Period)> {
    let now = Period::containing(Cadence::Month, around.today);
    let all = times(lexed);
    let [one] = &all[..] else { return None };
    // 9月前 said in January was last year's
    let gone = |p: Period| if one.bare() && p.cadence() == Cadence::Month && p > now { p.shift(-12) } else { p };
    let ends = one.led(UNTIL) || one.behind(ENDED);
    match one.spoken {
        Spoken::Periods(of) => {
            let (first, last) = (*of.first()?, *of.last()?);
            if one.behind(BEFORE) {
                return (of.len() == 1).then(|| (None, gone(first)));
            }
            if ends {
                return Some((None, gone(last).shift(1)));
            }
            let run = of.windows(2).all(|w| w[0].shift(1) == w[1]);
            (stretch && run && last.first_day() <= around.today).then(|| (Some(first), last.shift(1)))
        }
        // 6月底前: with June
        Spoken::Days(_, last) if one.behind(BEFORE) || ends => {
            let month = Period::containing(Cadence::Month, *last);
            (month.last_day() == *last).then(|| (None, gone(month).shift(1)))
        }
        _ => None,
    }
}
