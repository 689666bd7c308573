//! From clauses to reports: which say of a duty that it is done, and what the clauses around them add.

mod shape;

use crate::domain::calendar::Cadence;
use crate::domain::duty::Measure;
use crate::language::sentence::clause::{Details, Done, Seen};
use crate::language::sentence::context::{called, doubtful};
use crate::language::sentence::statement::Sentence;
use crate::language::sentence::takeback::{Back, takes_back};
use crate::language::sentence::talk::Talk;
use crate::language::text::lex::{Is, Lexed};
use crate::language::text::lexicon::{Fits, Kind};
use crate::language::text::unread::INCREDIBLE;
use crate::language::{Around, Grammar, Intent, Meaning};
use shape::{claims_only, names_only, tells_details, verb_only};
use std::ops::Range;

struct Draft {
    duty: u8,
    details: Details,
    why: Vec<(&'static str, Range<usize>)>,
    /// A verb and a sum say it, and no mark: 交团费0.2元.
    claimed: bool,
}

#[derive(Default)]
struct Desk {
    drafts: Vec<Draft>,
    /// Clauses that named a duty or details and wait for what is said of them.
    pending: Vec<Seen>,
    /// What was blocked a moment ago covers what follows without a mark of its own.
    shadow: bool,
    /// Somebody else is spoken of, until the speaker says 我.
    them: bool,
    /// The clause just before, where it said that something is done, but not what: 交啦!团费.
    verb: Option<Seen>,
}

impl Desk {
    /// 交团费0.2元,大家扫码; 交团费0.2元,今天截止: a clause beside a bare claim tells others how.
    fn told_to_all(&self, sentences: &[Sentence]) -> bool {
        let spans = || self.drafts.iter().flat_map(|d| &d.why).map(|(_, r)| r);
        sentences.iter().flat_map(|s| &s.parts).any(|part| {
            let Some((first, last)) = part.tokens.first().zip(part.tokens.last()) else { return false };
            let reports = spans().any(|r| first.start <= r.start && r.end <= last.end);
            let how = |t: &crate::language::text::lex::Token| matches!(t.is, Is::Word(Kind::Till | Kind::Give | Kind::Verb(_)));
            !reports && !part.me && !matches!(part.done, Done::Verb(_) | Done::Whole) && (part.them || part.tokens.iter().any(how))
        })
    }

    /// Whether a clause that is in no report makes them doubtful.
    fn doubted(&self, sentences: &[Sentence], text: &str, around: &Around<'_>, talk: &Talk) -> bool {
        let spans = || self.drafts.iter().flat_map(|d| &d.why).map(|(_, r)| r);
        let parts: Vec<&Seen> = sentences.iter().flat_map(|s| &s.parts).collect();
        let spoken = parts.iter().any(|p| p.me);
        parts.iter().enumerate().any(|(at, part)| {
            let Some((first, last)) = part.tokens.first().zip(part.tokens.last()) else { return false };
            let reports = spans().any(|r| first.start <= r.start && r.end <= last.end);
            let after = spans().all(|r| r.end <= first.start);
            // 李四,交了团费: of whom, or to whom? 张三,团费已交 is a form
            let form =
                || parts.get(at + 1).and_then(|p| p.tokens.first()).is_some_and(|t| matches!(t.is, Is::Word(Kind::Duty(_)) | Is::When(_) | Is::Issues(_)));
            if !(spoken || after || reports) && called(part, text, around) && !form() {
                return true;
            }
            !reports && doubtful(part, after, text, around, talk)
        })
    }
}

impl Grammar {
    pub(in crate::language) fn reports(&self, sentences: &[Sentence], lexed: &Lexed, around: &Around<'_>) -> Vec<Meaning> {
        let mut desk = Desk::default();
        for sentence in sentences {
            (desk.them, desk.shadow) = (false, false);
            if sentence.unsure {
                for part in &sentence.parts {
                    self.reconsider(&mut desk, part, &lexed.norm.text);
                }
                desk.pending.clear();
                desk.verb = None;
                continue;
            }
            for part in &sentence.parts {
                self.weigh(&mut desk, part, &lexed.norm.text);
            }
        }
        if !desk.drafts.is_empty() && desk.doubted(sentences, &lexed.norm.text, around, &self.talk) {
            return Vec::new();
        }
        if desk.drafts.iter().any(|d| d.claimed && d.details.names.is_empty()) && desk.told_to_all(sentences) {
            return Vec::new();
        }
        desk.drafts.into_iter().flat_map(|d| self.written(d, lexed)).collect()
    }

    /// Drops what the clause takes back; whether it took back anything.
    fn reconsider(&self, desk: &mut Desk, part: &Seen, text: &str) -> bool {
        for at in (0..desk.drafts.len()).rev() {
            let Draft { duty, details, .. } = &desk.drafts[at];
            let bit: Fits = 1 << duty;
            let fits = |verb: u16| self.lexicon.verbs.get(usize::from(verb)).is_some_and(|v| v.fits & bit != 0);
            match takes_back(part, text, *duty, details, &fits) {
                Some(Back::One) => drop(desk.drafts.remove(at)),
                Some(Back::All) => desk.drafts.clear(),
                None => continue,
            }
            return true;
        }
        false
    }

    fn weigh(&self, desk: &mut Desk, part: &Seen, text: &str) {
        if part.me {
            desk.them = false;
        }
        if part.them {
            desk.them = true;
        }
        let verb = desk.verb.take();
        if self.reconsider(desk, part, text) {
            desk.pending.clear();
            return;
        }
        let marked = matches!(part.done, Done::Verb(_) | Done::Whole);
        if part.blocked || desk.them || desk.shadow && !marked {
            desk.shadow = part.blocked && part.duty.is_none() && !part.verb || desk.shadow;
            desk.pending.clear();
            // 上周的忘了看,今天补上了.
            if part.denied && !part.them && !part.unknown && part.duty.is_some() {
                desk.pending.push(part.clone());
            }
            return;
        }
        // Check-in is `session`'s.
        let checks_in = part.tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::CheckIn | Kind::Late | Kind::Early)));
        if part.hollow() || checks_in && part.duty.is_none_or(|d| self.measure(d) == Measure::Attendance) {
            return;
        }
        if part.details_only() || tells_details(part, text) {
            match desk.drafts.last_mut() {
                Some(last) if desk.pending.is_empty() => {
                    last.details.fill(&part.details);
                    last.why.extend(part.why.iter().cloned());
                }
                _ => {
                    desk.pending.push(part.clone());
                    self.claimed_for(desk);
                }
            }
            return;
        }
        if part.unknown || part.other {
            desk.pending.clear();
            return;
        }
        match part.duty {
            Some(duty) if self.complete(part, duty) => {
                self.take_pending(desk, part, Some(duty));
            }
            // 交啦!团费; 四季度的交了,团费六毛.
            Some(duty) if part.done == Done::No && verb.as_ref().is_some_and(|v| names_only(part, text) && self.complete(v, duty)) => {
                desk.pending.extend(verb);
                self.take_pending(desk, part, Some(duty));
            }
            Some(_) if part.done == Done::No => desk.pending.push(part.clone()),
            // 补上个月的团费,已转.
            Some(_) if matches!(part.done, Done::Claim(_)) && claims_only(part) => desk.pending.push(part.clone()),
            Some(_) => desk.pending.clear(),
            None => self.without_duty(desk, part, text),
        }
    }

    /// 补10月团费,0.4; 替李四补10月团费,0.4: what was paid, and behind it how much.
    fn claimed_for(&self, desk: &mut Desk) {
        let [claim, told] = desk.pending.as_slice() else { return };
        let Some(duty) = claim.duty.filter(|d| self.measure(*d) == Measure::Money) else { return };
        let says = matches!(claim.done, Done::Claim(fits) if fits & (1 << duty) != 0) && claims_only(claim);
        if says && claim.details.sum.is_none() && told.details.sum.is_some() {
            let told = desk.pending.pop();
            let claim = desk.pending.pop();
            if let (Some(mut claim), Some(told)) = (claim, told) {
                claim.details.fill(&told.details);
                claim.why.extend(told.why);
                self.take_pending(desk, &claim, Some(duty));
            }
        }
    }

    /// A clause that says that something is done, but not what.
    fn without_duty(&self, desk: &mut Desk, part: &Seen, text: &str) {
        let waiting: Vec<u8> = desk
            .pending
            .iter()
            // 上周的没看,这周的看了.
            .filter(|p| {
                !p.denied
                    || (part.makes_up || !part.details.periods.is_empty() || !part.details.issues.is_empty())
                        && (matches!(part.done, Done::Verb(_)) || part.makes_up && part.details.sum.is_some())
            })
            .filter_map(|p| p.duty)
            .filter(|d| self.complete(part, *d))
            .collect();
        if let Some(last) = waiting.last().copied() {
            self.take_pending(desk, part, Some(last));
        } else if let Some(last) = desk.drafts.last() {
            let duty = last.duty;
            if self.complete(part, duty) && !part.details.is_empty() {
                if part.also {
                    // 第十五季第二期已看,第三期也看了
                    let season = last.details.issues.last().and_then(|i| i.split_once('/')).map(|(season, _)| season.to_owned());
                    let mut details = part.details.clone();
                    for issue in details.issues.iter_mut().filter(|i| !i.contains('/')) {
                        *issue = season.as_ref().map_or_else(|| issue.clone(), |s| format!("{s}/{issue}"));
                    }
                    desk.drafts.push(Draft { duty, details, why: part.why.clone(), claimed: matches!(part.done, Done::Claim(_)) });
                } else if let Some(last) = desk.drafts.last_mut() {
                    last.details.fill(&part.details);
                }
            }
        } else if matches!(part.done, Done::Claim(_)) && part.details.is_empty() && verb_only(part, text) && desk.pending.iter().any(|p| p.duty.is_some()) {
            // 团费0.2元,微信转账,已完成: how
        } else {
            desk.pending.clear();
            let claims = matches!(part.done, Done::Claim(_)) && part.details.sum.is_some();
            // 打卡!青年大学习第36期
            let ticked = part.done == Done::Whole && part.tokens.iter().any(|t| &text[t.start..t.end] == "打卡");
            // 信号不好,刚转过去,团费0.5元
            desk.shadow &= !matches!(part.done, Done::Verb(_));
            desk.verb = ((claims || ticked || matches!(part.done, Done::Verb(_))) && verb_only(part, text)).then(|| part.clone());
        }
    }

    /// Makes the report, with what waited before it.
    fn take_pending(&self, desk: &mut Desk, part: &Seen, duty: Option<u8>) {
        let Some(duty) = duty else { return };
        let mut details = part.details.clone();
        let mut why = part.why.clone();
        let pending = std::mem::take(&mut desk.pending);
        let joined = part.joined || part.all || part.done == Done::Whole;
        for before in &pending {
            match before.duty {
                _ if before.denied && !part.makes_up => {}
                Some(other) if other != duty => {
                    if joined && !before.denied && self.complete(part, other) {
                        desk.drafts.push(Draft { duty: other, details: before.details.clone(), why: before.why.clone(), claimed: false });
                    }
                }
                _ => {
                    details.fill(&before.details);
                    why.extend(before.why.iter().cloned());
                }
            }
        }
        desk.shadow = false;
        desk.drafts.push(Draft { duty, details, why, claimed: matches!(part.done, Done::Claim(_)) });
    }

    /// 预交明年团费: said to the bot and of months that it names, that is the speaker's payment; 预交团费 is not enough.
    pub(in crate::language) fn paid_ahead(&self, sentences: &[Sentence], lexed: &Lexed) -> Vec<Meaning> {
        let mut parts = sentences.iter().filter(|s| !s.unsure).flat_map(|s| &s.parts).filter(|p| !p.hollow());
        let (Some(part), None, true) = (parts.next(), parts.next(), sentences.iter().all(|s| !s.unsure)) else { return Vec::new() };
        let Some(duty) = part.duty.filter(|d| self.measure(*d) == Measure::Money) else { return Vec::new() };
        let plain = !(part.blocked || part.them || part.unknown || part.other || part.denied) && part.details.names.is_empty();
        let says = matches!(part.done, Done::Claim(fits) if fits & (1 << duty) != 0) && claims_only(part);
        if !(plain && says && part.details.ahead && !part.details.periods.is_empty()) {
            return Vec::new();
        }
        self.written(Draft { duty, details: part.details.clone(), why: part.why.clone(), claimed: true }, lexed)
    }

    /// Whether the clause says that this duty is done.
    fn complete(&self, part: &Seen, duty: u8) -> bool {
        let bit: Fits = 1 << duty;
        let details = &part.details;
        let measured = match self.measure(duty) {
            Measure::Money => details.sum.is_some(),
            Measure::Count => details.count.is_some(),
            Measure::Minutes => details.minutes.is_some(),
            Measure::Done | Measure::Attendance => false,
        };
        // 听了五分钟: not all of it.
        if self.measure(duty) == Measure::Done && (details.minutes.is_some() || part.lasting) {
            return false;
        }
        // 主题团日已完成 is said of the meeting, 我完成了 of oneself.
        let held = self.measure(duty) == Measure::Attendance
            && !part.me
            && part.tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Verb(v)) if self.lexicon.verbs[usize::from(v)].ended));
        // 团日参加过一次 was some time.
        let once = self.measure(duty) == Measure::Attendance
            && part.tokens.windows(2).any(|w| {
                w[0].kind(Kind::Mark) && w[0].end - w[0].start == "过".len() && (w[1].kind(Kind::Filler) || matches!(w[1].is, Is::Count(_) | Is::Number(_)))
            });
        if held || once {
            return false;
        }
        match part.done {
            Done::Whole => true,
            Done::Verb(fits) => fits & bit != 0,
            Done::Claim(fits) => fits & bit != 0 && measured,
            // 志愿服务3小时 says it all; 团费0.2元 may be the price.
            Done::No => measured && self.measure(duty) != Measure::Money && !part.unknown,
        }
    }

    fn written(&self, draft: Draft, lexed: &Lexed) -> Vec<Meaning> {
        let Draft { duty, details, mut why, claimed: _ } = draft;
        let measure = self.measure(duty);
        let sum = details.sum.filter(|_| measure == Measure::Money);
        if sum.is_some_and(|s| s <= 0 || s > INCREDIBLE) {
            return Vec::new();
        }
        why.sort_by_key(|(_, r)| r.start);
        why.dedup();
        let why: Vec<_> = why.into_iter().map(|(what, r)| (what, lexed.norm.origin(r))).collect();
        let mut names: Vec<String> = details.names.iter().map(|r| lexed.norm.text[r.clone()].to_owned()).collect();
        if measure == Measure::Attendance {
            let intent = Intent::CheckIn { duty: Some(self.key(duty)), code: None, names, late: false, left_early: false };
            return vec![Meaning { intent, why }];
        }
        let mut issues: Vec<Option<String>> = details.issues.into_iter().map(Some).collect();
        if issues.is_empty() {
            issues.push(None);
        }
        issues.dedup();
        names.dedup();
        // 我和张三的: one report for the speaker, one for the others, each with its share of the sum.
        let heads = i64::try_from(names.len()).unwrap_or(0) + 1;
        if details.and_me && sum.is_some_and(|s| s % heads != 0) {
            return Vec::new();
        }
        // 上个礼拜转的团费: when, not for which months
        let when_paid = measure == Measure::Money && !self.weekly(duty);
        let one = |issue: Option<String>, names: &[String], sum: Option<i64>| Meaning {
            intent: Intent::Report {
                duty: self.key(duty),
                periods: details.periods.iter().filter(|p| !(when_paid && p.cadence() == Cadence::Week)).copied().collect(),
                // 看了3期: how many, where neither which ones nor a sum says so
                count: match measure {
                    Measure::Count => details.count,
                    Measure::Money if sum.is_none() && details.periods.is_empty() => details.months,
                    Measure::Done if issue.is_none() && details.periods.is_empty() => details.count.filter(|n| *n > 1),
                    _ => None,
                },
                issue,
                amount_fen: sum,
                minutes: details.minutes.filter(|_| measure == Measure::Minutes),
                names: names.to_vec(),
                all: details.all,
                ahead: details.ahead,
                months: details.months.filter(|_| measure == Measure::Money && sum.is_some() && details.periods.is_empty()),
            },
            why: why.clone(),
        };
        if details.and_me {
            let share = |n: i64| sum.map(|s| s / heads * n);
            return vec![one(issues.swap_remove(0), &[], share(1)), one(None, &names, share(heads - 1))];
        }
        issues.into_iter().map(|issue| one(issue, &names, sum)).collect()
    }
}
