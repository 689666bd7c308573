//! All words in one automaton: the branch's own from configuration over those that everybody uses.

use super::normalise::normalise;
use super::words::{ATTEND, DO, PAY, WORDS};
use crate::domain::duty::{Duty, Measure};
use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};
use std::collections::BTreeMap;

/// What a word does in a sentence; each kind is shown by its words in `words.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A duty, by its index.
    Duty(u8),
    /// A verb, by its index.
    Verb(u16),
    Mark,
    Whole,
    Already,
    Back,
    Me,
    Them,
    Person,
    Proxy,
    Give,
    Neg,
    Plan,
    Ask,
    Cond,
    Hear,
    Notice,
    /// What one speaks about rather than does: 情况, 更新了.
    Topic,
    Joke,
    Partial,
    Prep,
    De,
    And,
    /// Turns to something else, as a comma does: 但是, 不过.
    But,
    Also,
    All,
    Filler,
    CheckIn,
    Leave,
    Late,
    Early,
    Link,
    Till,
    Code,
    Other,
}

/// Which duties a verb fits, a bit each.
pub type Fits = u64;

/// The most duties that a grammar takes.
pub const MOST_DUTIES: usize = 64;

#[derive(Debug, Clone, Copy, Default)]
pub(in crate::language) struct Verb {
    /// The duties it can be said of.
    pub fits: Fits,
    /// The duties whose own words name it.
    pub own: Fits,
    /// Says by itself, after the duty, that it is done: 完成, 看完.
    pub ended: bool,
    /// Says by itself that it is done: a duty's own 打卡, 已转.
    pub whole: bool,
}

/// The compiled words.
#[derive(Debug)]
pub struct Lexicon {
    words: AhoCorasick,
    kinds: Vec<Kind>,
    pub(in crate::language) verbs: Vec<Verb>,
    /// Trigger words in every way of writing, over raw text.
    triggers: AhoCorasick,
}

const LONGEST_WORD: usize = 200;
const ENDED: &[&str] =
    &["睇完", "瞅完", "瞧完", "搞掂", "完成", "搞定", "看完", "学完", "听完", "刷完", "做完", "写完", "交清", "缴清", "结清", "补清", "交齐", "缴齐", "补齐"];
/// What makes a message worth reading where the bot is not addressed, beside the duties' names.
const TRIGGERS: &[&str] = &[
    "签到",
    "簽到",
    "签个到",
    "签一下到",
    "签下到",
    "簽個到",
    "请假",
    "請假",
    "请个",
    "請個",
    "病假",
    "事假",
    "晚到",
    "迟到",
    "遲到",
    "来晚",
    "來晚",
    "先走",
    "早退",
    "提前走",
    "提前离",
    "提前離",
    "先撤",
    "先离",
    "先離",
    "接龙",
    "接龍",
    "group note",
    "check in",
    "checking in",
    "check-in",
    "checkin",
    "checked in",
    "sign in",
    "signed in",
    "sign-in",
    "补签",
    "補簽",
    "报到",
    "報到",
    "早走",
    "晚点到",
    "晚點到",
];

impl Lexicon {
    /// Compiles.
    ///
    /// # Errors
    /// For the operator: a duty's word that can't be used.
    pub fn new(duties: &[Duty]) -> Result<Self, String> {
        if duties.len() > MOST_DUTIES {
            return Err(format!("{} duties: the grammar takes at most {MOST_DUTIES}", duties.len()));
        }
        let mut all: BTreeMap<String, Kind> = BTreeMap::new();
        for (kind, words) in WORDS {
            for word in words.split(' ').filter(|w| !w.is_empty()) {
                all.entry(word.to_owned()).or_insert(*kind);
            }
        }
        let mut verbs: BTreeMap<String, Verb> = BTreeMap::new();
        let mut triggers: Vec<String> = TRIGGERS.iter().map(|t| (*t).to_owned()).collect();
        for (index, duty) in duties.iter().enumerate() {
            Self::learn(duty, index, &mut all, &mut verbs, &mut triggers)?;
        }
        let mut list = Vec::with_capacity(verbs.len());
        for (word, mut verb) in verbs {
            verb.ended = ENDED.contains(&word.as_str());
            let index = u16::try_from(list.len()).map_err(|_| "too many verbs in the duties' words".to_owned())?;
            // 签到, 请假, 打卡, 到 mean what they mean for everybody, whatever a duty's file says.
            if !matches!(all.get(&word), Some(Kind::Duty(_) | Kind::Other | Kind::CheckIn | Kind::Leave | Kind::Late | Kind::Early | Kind::Whole | Kind::Till))
            {
                all.insert(word, Kind::Verb(index));
            }
            list.push(verb);
        }
        let slips: Vec<(String, String)> = duties.iter().flat_map(|d| &d.words.slips).map(|(w, r)| (normalise(w).text, normalise(r).text)).collect();
        // 青年大学西, where 大学西 is a slip of 大学习.
        let names: Vec<String> = duties.iter().map(|d| normalise(&d.name).text).collect();
        let whole = |(wrong, right): &(String, String)| {
            let lead = names.iter().find_map(|n| n.strip_suffix(right.as_str())).filter(|l| !l.is_empty())?;
            Some((format!("{lead}{wrong}"), format!("{lead}{right}")))
        };
        let longer: Vec<_> = slips.iter().filter_map(whole).collect();
        for (wrong, right) in slips.into_iter().chain(longer) {
            let kind =
                *all.get(&right).ok_or_else(|| format!("words.slips: {right:?} is no word of a duty; write its name, an alias or a verb to the right of ="))?;
            if let Kind::Duty(_) | Kind::CheckIn | Kind::Leave = kind {
                triggers.push(wrong.clone());
            }
            all.insert(wrong, kind);
        }
        let (words, kinds): (Vec<String>, Vec<Kind>) = all.into_iter().unzip();
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .build(&words)
            .map_err(|e| format!("the duties' words can't be compiled: {e}"))?;
        let written: Vec<String> = triggers.iter().flat_map(|t| ways_of_writing(t)).collect();
        let triggers = AhoCorasick::builder().ascii_case_insensitive(true).build(&written).map_err(|e| format!("the duties' names can't be compiled: {e}"))?;
        Ok(Self { words, kinds, verbs: list, triggers })
    }

    fn learn(
        duty: &Duty,
        index: usize,
        all: &mut BTreeMap<String, Kind>,
        verbs: &mut BTreeMap<String, Verb>,
        triggers: &mut Vec<String>,
    ) -> Result<(), String> {
        let check = |word: &str, place: &str| -> Result<String, String> {
            let word = normalise(word.trim()).text;
            if word.is_empty() || word.len() > LONGEST_WORD {
                return Err(format!("duty {}: {place} holds a word that is empty or longer than {LONGEST_WORD} bytes", duty.key));
            }
            Ok(word)
        };
        let id = u8::try_from(index).map_err(|_| "too many duties".to_owned())?;
        let bit: Fits = 1 << index;
        for name in duty.names() {
            let name = check(name, "name or aliases")?;
            triggers.push(name.clone());
            if let Some(Kind::Duty(other)) = all.insert(name.clone(), Kind::Duty(id))
                && other != id
            {
                return Err(format!("duty {}: {name:?} is already a name of another duty", duty.key));
            }
        }
        let usual = match duty.measure {
            Measure::Money => PAY,
            Measure::Attendance => ATTEND,
            _ => DO,
        };
        for verb in usual.split(' ').chain(["完成", "搞定"]) {
            verbs.entry(verb.to_owned()).or_default().fits |= bit;
        }
        for verb in &duty.words.verbs {
            let verb = verbs.entry(check(verb, "words.verbs")?).or_default();
            verb.fits |= bit;
            verb.own |= bit;
        }
        for done in &duty.words.done {
            let verb = verbs.entry(check(done, "words.done")?).or_default();
            verb.fits |= bit;
            verb.whole = true;
        }
        for other in &duty.words.not {
            all.insert(check(other, "words.not")?, Kind::Other);
        }
        Ok(())
    }

    /// The longest word at this place of normalised text, and where it ends.
    pub fn at(&self, text: &str, from: usize) -> Option<(Kind, usize)> {
        let found = self.words.find(Input::new(text).span(from..text.len()).anchored(Anchored::Yes))?;
        let (start, end) = (found.start(), found.end());
        let letter = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphabetic);
        let bytes = text.as_bytes();
        // English words end where letters end.
        if (letter(bytes.get(end)) && letter(bytes.get(end - 1))) || (start > 0 && letter(bytes.get(start)) && letter(bytes.get(start - 1))) {
            return None;
        }
        self.kinds.get(found.pattern().as_usize()).map(|k| (*k, end))
    }

    /// Whether the text, as it was given, holds anything worth reading: one pass, nothing allocated.
    pub fn triggered(&self, text: &str) -> bool {
        self.triggers.is_match(text) || text.chars().any(|c| matches!(c as u32, 0xFF21..=0xFF5A | 0xF900..=0xFAFF))
    }
}

/// A word in simplified and traditional characters, up to 64 ways.
fn ways_of_writing(word: &str) -> Vec<String> {
    let mut ways = vec![String::new()];
    for c in word.chars() {
        let others = super::normalise::traditional_of(c);
        if ways.len() * (others.len() + 1) > 64 {
            // Too many: the bare character only, and the rarer ways are not seen.
            for way in &mut ways {
                way.push(c);
            }
            continue;
        }
        ways = ways.iter().flat_map(|w| std::iter::once(&c).chain(others).map(move |c| format!("{w}{c}"))).collect();
    }
    ways
}
