//! From text to what was meant: pure, total, without a model or a network.
//!
//! | folder | what it is |
//! |---|---|
//! | `text` | from characters to tokens: `normalise` (width, traditional characters, decoration) → `lex` (words of `lexicon` and `words`, with numbers, times, names) |
//! | `sentence` | what of it is the speaker's own plain word: to whom it is told (`lead`), two clauses that are one (`merge`), who speaks (`card`), quotes and hearsay (`statement`), each `clause`, and what stands around it |
//! | `intents` | from clauses to [`Intent`]s with the spans they came from: a file for each kind of thing that people say |
//! | `lists`, `reminders` | chain lists; when reminders come, rest, and go at once |
//!
//! Apart from that: `answer`, the reply to a question of the bot's.

pub mod answer;
pub mod intent;
pub mod intents;
pub mod lists;
mod meaning;
pub mod reminders;
pub mod sentence;
pub mod text;

pub use answer::{Answer, Expect, answer};
pub use intent::{Intent, Meaning, RemindDoubt};
pub use intents::bare::bare;
pub use intents::issue::IssueNotice;
pub use intents::notices::receipt;
pub use intents::taken::{TakenBack, Thing};
pub use lists::chain_entry::Entry;
pub use lists::chain_head::Head;
pub use sentence::beside::{Beside, same_group};
pub use sentence::named::{Named, Till};
pub use text::names::NameList;
pub use text::unit_words::Mention;
pub use text::unread::{Fault, Unread};

use crate::domain::calendar::Cadence;
use crate::domain::duty::{Duty, Measure};
use chrono::NaiveDate;
use text::lexicon::Lexicon;

/// The longest message that is read, in bytes; a longer one is read only where it is a chain list.
pub const LONGEST_MESSAGE: usize = 8_000;
/// The longest that may be a report or an order, in words. Each word is weighed beside the others, so this bounds the time that any
/// message takes; what is longer is a notice, a list, or noise.
const MOST_TOKENS: usize = 400;
/// The longest chain list, in bytes.
pub const LONGEST_CHAIN: usize = 200_000;

/// What is known around a message when it is read. Nothing else may change its meaning.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The local date.
    pub today: NaiveDate,
    /// Whether it is for the bot: an @, its name, a reply to it, a leading `/`, a private chat.
    pub addressed: bool,
    /// Tells whether a name is on the roster at hand.
    pub names: &'a dyn Names,
}

/// The roster as the language sees it.
pub trait Names: std::fmt::Debug {
    /// Whether somebody has exactly this name.
    fn has(&self, name: &str) -> bool;
    /// Names that look or sound like it, best first, at most five.
    fn similar(&self, name: &str) -> Vec<String>;
    /// The characters of the longest name.
    fn longest(&self) -> usize {
        15
    }
}

/// What the grammar keeps of a duty.
#[derive(Debug)]
struct Known {
    key: String,
    measure: Measure,
    cadence: Cadence,
    /// The names of its bands and of groups of them, longest first; in normal form, and as written.
    bands: Vec<(String, String)>,
}

/// The compiled words of a set of duties.
#[derive(Debug)]
pub struct Grammar {
    lexicon: Lexicon,
    duties: Vec<Known>,
    units: Vec<String>,
    bots: Vec<String>,
    /// All that duties are called.
    named: Vec<String>,
    /// Items of meetings that are ticked off by their full name, though a duty's name stands in them (缴纳团费).
    items: Vec<String>,
    /// What people say beside a report.
    talk: sentence::talk::Talk,
}

impl Grammar {
    /// Compiles. `bot_names`: by which the bot is called, beside an @.
    ///
    /// # Errors
    /// A sentence for the operator where a configured word can't be used.
    pub fn new(duties: &[Duty], bot_names: &[String]) -> Result<Self, String> {
        let mut units: Vec<String> =
            duties.iter().filter(|d| d.measure == Measure::Count).flat_map(|d| d.words.units.iter().map(|u| text::normalise::normalise(u).text)).collect();
        units.sort_by_key(|u| std::cmp::Reverse(u.len()));
        units.dedup();
        let named = |item: &&String| !duties.iter().any(|d| d.names().any(|n| n == item.as_str()));
        Ok(Self {
            items: duties.iter().flat_map(|d| &d.meeting.items).filter(named).cloned().collect(),
            lexicon: Lexicon::new(duties)?,
            talk: sentence::talk::Talk::new(duties)?,
            duties: duties.iter().map(|d| Known { key: d.key.clone(), measure: d.measure, cadence: d.cadence, bands: intents::treasury::bands(d) }).collect(),
            units,
            named: duties.iter().flat_map(|d| d.names().map(normal)).collect(),
            bots: bot_names.iter().map(|n| n.trim().to_lowercase()).filter(|n| !n.is_empty()).collect(),
        })
    }

    /// What was meant: nothing, or one or several things.
    pub fn understand(&self, text: &str, around: &Around<'_>) -> Vec<Meaning> {
        if let Some(rest) = self.addressed(text) {
            let skipped = rest.as_ptr() as usize - text.as_ptr() as usize;
            let mut all = self.read(rest, &Around { addressed: true, ..*around });
            for (_, range) in all.iter_mut().flat_map(|m| &mut m.why) {
                *range = range.start + skipped..range.end + skipped;
            }
            return all;
        }
        self.read(text, around)
    }

    fn read(&self, text: &str, around: &Around<'_>) -> Vec<Meaning> {
        let found = self.plainly(text, around);
        if text.len() > LONGEST_MESSAGE {
            return found;
        }
        self.apart(text, &found, around).unwrap_or(found)
    }

    fn plainly(&self, text: &str, around: &Around<'_>) -> Vec<Meaning> {
        if text.len() > LONGEST_CHAIN || !around.addressed && !self.lexicon.triggered(text) {
            return Vec::new();
        }
        if lists::chain_rows::announced(text)
            && let Some(list) = self.chain_word(text, around).or_else(|| self.chain(text, around))
        {
            return vec![list];
        }
        if text.len() > LONGEST_MESSAGE {
            return Vec::new();
        }
        if around.addressed
            && let Some(found) = self.meeting(text, around)
        {
            return vec![found];
        }
        // 看完→截图→发群里: steps for everybody.
        if !around.addressed && text.matches(['→', '➡', '⇒', '➔']).count() > 1 {
            return Vec::new();
        }
        let lexed = text::lex::lex(text, &self.lexicon, &self.units, around);
        if lexed.tokens.len() > MOST_TOKENS {
            let notice = intents::notices::notice(text).filter(|_| around.addressed);
            return notice.map(|intent| Meaning { intent, why: vec![("intent", 0..text.len())] }).into_iter().collect();
        }
        let measure = |key: &str| self.duties.iter().find(|d| d.key == key).map_or(Measure::Done, |d| d.measure);
        if around.addressed
            && let Some(found) = self.reasoned(text, around).or_else(|| self.several(text, around)).or_else(|| self.command(text, &lexed, around))
        {
            let mut found = sentence::unmeant::settle(found, &lexed.norm.text);
            text::unread::settle(&mut found, &lexed.norm.text, &lexed.tokens, &measure, true);
            return found;
        }
        if around.addressed
            && let Some(mut found) = self.each_paid(&lexed)
        {
            text::unread::settle(&mut found, &lexed.norm.text, &lexed.tokens, &measure, true);
            return found;
        }
        if let Some((rest, given)) = self.voluntary(text, &lexed) {
            let whole = lexed;
            let lexed = text::lex::lex(&rest, &self.lexicon, &self.units, around);
            let mut all = self.statements(&lexed, around);
            all.push(given);
            text::unread::settle(&mut all, &whole.norm.text, &whole.tokens, &measure, around.addressed);
            return all;
        }
        let mut all = self.statements(&lexed, around);
        sentence::doubt::settle(&mut all, &lexed.norm.text, &lexed.tokens, &measure, around.addressed, around.today);
        text::unread::settle(&mut all, &lexed.norm.text, &lexed.tokens, &measure, around.addressed);
        if around.addressed {
            self.none_is_lost(&mut all, &lexed);
            all.dedup_by(|a, b| matches!(a.intent, Intent::Unclear { .. }) && a.intent == b.intent);
        }
        all
    }

    /// What a message names that is no duty here: 班费, 党费. None where it names a duty as well.
    pub fn foreign(&self, text: &str) -> Option<String> {
        let norm = text::normalise::normalise(text.get(..text.len().min(LONGEST_MESSAGE))?);
        let mut found = None;
        let mut at = 0;
        while let Some(c) = norm.text[at..].chars().next() {
            match self.lexicon.at(&norm.text, at) {
                Some((text::lexicon::Kind::Duty(_), _)) => return None,
                Some((text::lexicon::Kind::Other, end)) => {
                    found.get_or_insert_with(|| norm.text[at..end].to_owned());
                    at = end;
                }
                Some((_, end)) => at = end,
                None => at += c.len_utf8(),
            }
        }
        found
    }

    /// The one sum that an addressed message names beside a duty, where nothing makes it doubtful (团费0.2): fen.
    pub fn sum_named(&self, text: &str, around: &Around<'_>) -> Option<i64> {
        let text = self.addressed(text).unwrap_or(text);
        let lexed = text::lex::lex(text, &self.lexicon, &self.units, around);
        let plain = |t: &text::lex::Token| {
            use text::lex::Is;
            matches!(
                t.is,
                Is::Sum(_)
                    | Is::Gap
                    | Is::Colon
                    | Is::Word(text::lexicon::Kind::Duty(_) | text::lexicon::Kind::Me | text::lexicon::Kind::Verb(_) | text::lexicon::Kind::Filler)
            ) && !lexed.norm.text[t.start..t.end].starts_with('-')
        };
        if !lexed.tokens.iter().all(plain) {
            return None;
        }
        let mut sums = lexed.tokens.iter().filter_map(|t| if let text::lex::Is::Sum(fen) = t.is { Some(fen) } else { None });
        sums.next().filter(|fen| *fen > 0 && sums.next().is_none())
    }

    /// The only duty of this measure, none where there are several; of meetings the first, which a bare 签到 speaks of.
    fn only(&self, measure: Measure) -> Option<u8> {
        let mut of = self.duties.iter().enumerate().filter(|(_, d)| d.measure == measure);
        let (index, _) = of.next()?;
        if measure != Measure::Attendance && of.next().is_some() { None } else { u8::try_from(index).ok() }
    }

    fn key(&self, duty: u8) -> String {
        self.duties.get(usize::from(duty)).map(|d| d.key.clone()).unwrap_or_default()
    }

    /// Whether it is owed by the week.
    fn weekly(&self, duty: u8) -> bool {
        self.duties.get(usize::from(duty)).is_some_and(|d| d.cadence == Cadence::Week)
    }

    fn measure(&self, duty: u8) -> Measure {
        self.duties.get(usize::from(duty)).map_or(Measure::Done, |d| d.measure)
    }
}

/// A text in the form in which names are compared: simplified, half-width, lower case.
pub fn normal(text: &str) -> String {
    text::normalise::normalise(text).text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Env};

    fn periods(cadence: Cadence, text: &str) -> Vec<String> {
        let mut duties = Config::load(None, &Env::default()).unwrap().duties;
        duties.iter_mut().filter(|d| d.measure == Measure::Money).for_each(|d| d.cadence = cadence);
        let grammar = Grammar::new(&duties, &[]).unwrap();
        let around = Around { today: "2026-11-22".parse().unwrap(), addressed: false, names: &NameList::default() };
        let found = grammar.understand(text, &around);
        let [Meaning { intent: Intent::Report { periods, .. }, .. }] = found.as_slice() else { panic!("{text}: {found:?}") };
        periods.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_week_is_what_was_paid_for_only_where_it_is_owed_by_the_week() {
        assert_eq!(periods(Cadence::Week, "上周的团费交了"), ["2026-W46"]);
        assert_eq!(periods(Cadence::Month, "上周的团费交了"), Vec::<String>::new());
    }
}
