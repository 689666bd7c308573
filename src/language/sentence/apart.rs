//! A command that names a unit, or says of whom of several of one name it is, is read as if it did not: `第二团支部的王芳的记录` as
//! `王芳的记录`. Which unit and who is looked up by whoever does it, in the text as it was said.

use super::beside::spans;
use crate::domain::roster::OrgKind;
use crate::language::text::normalise;
use crate::language::text::unit_words::{Mention, mentions};
use crate::language::{Around, Grammar, Intent, Meaning, Names, normal};
use std::ops::Range;

/// What stands before a unit at the beginning, and goes with it: 给第二团支部开始签到.
const BEFORE: [&str; 9] = ["请给", "帮我给", "给", "在", "对", "向", "替", "为", "帮"];

impl Grammar {
    /// The units that a text names, in their order; where they stand in its normal form.
    pub fn units(&self, text: &str, names: &dyn Names) -> Vec<Mention> {
        mentions(&normal(text), &self.named, names)
    }

    /// How well a unit that is named is this one, by its path; none where it is not.
    pub fn is_called(&self, unit: &Mention, path: &str, kind: OrgKind) -> Option<u8> {
        unit.names(path, kind, &self.named)
    }

    /// A text without the units that it names.
    pub fn without_units(&self, text: &str, names: &dyn Names) -> String {
        let norm = normalise::normalise(text);
        let spans = self.unit_spans(&norm.text, names);
        Shorter::of(text, spans.into_iter().map(|s| norm.origin(s)).collect()).text
    }

    /// A text without what tells apart whom and of where it speaks.
    pub fn plainly_named(&self, text: &str, names: &dyn Names) -> String {
        self.shorter(text, names).map_or_else(|| text.to_owned(), |s| s.text)
    }

    fn unit_spans(&self, text: &str, names: &dyn Names) -> Vec<Range<usize>> {
        mentions(text, &self.named, names).into_iter().map(|m| wider(text, m.span)).collect()
    }

    fn shorter(&self, text: &str, names: &dyn Names) -> Option<Shorter> {
        let norm = normalise::normalise(text);
        let mut cut = spans(&norm.text, &self.named, names);
        let within = |s: &Range<usize>| cut.iter().any(|c| c.start <= s.start && s.end <= c.end);
        let units: Vec<Range<usize>> = self.unit_spans(&norm.text, names).into_iter().filter(|s| !within(s)).collect();
        cut.extend(units);
        cut.sort_by_key(|c| c.start);
        (!cut.is_empty()).then(|| Shorter::of(text, cut.into_iter().map(|s| norm.origin(s)).collect()))
    }

    /// What is meant without it, where that says something that a unit or one of several people can be meant by.
    pub(in crate::language) fn apart(&self, text: &str, found: &[Meaning], around: &Around<'_>) -> Option<Vec<Meaning>> {
        let hint = ["支部", "团委", "团总支", "镇", "鎮", "組", "组", "團", "(", "（", "尾号", "尾號", "编号"].iter().any(|w| text.contains(w));
        if !around.addressed || !hint || found.iter().any(|m| self.is_worded(&m.intent, around.names)) {
            return None;
        }
        // 可能第二团支部全部确认: what goes with the unit must not be lost
        if self.hedged(&normal(text), around) && found.iter().all(|m| matches!(m.intent, Intent::Unclear { .. })) {
            return None;
        }
        let shorter = self.shorter(text, around.names)?;
        let mut all = self.plainly(&shorter.text, around);
        let unclear = |m: &Meaning| matches!(m.intent, Intent::Unclear { .. });
        if all.is_empty() || !all.iter().all(|m| takes(&m.intent)) || all.iter().all(unclear) && !found.iter().all(unclear) {
            return None;
        }
        for (_, range) in all.iter_mut().flat_map(|m| &mut m.why) {
            *range = shorter.origin(range.start)..shorter.origin(range.end);
        }
        Some(all)
    }

    /// Whether words of the message's own are in it, or other units than the one that it is for: they are taken as they stand.
    fn is_worded(&self, intent: &Intent, names: &dyn Names) -> bool {
        match intent {
            Intent::Notice { .. }
            | Intent::Wording { .. }
            | Intent::Note { .. }
            | Intent::EditNote { .. }
            | Intent::Activate { .. }
            | Intent::Setup { .. }
            | Intent::Bind { .. }
            | Intent::Chain { .. }
            | Intent::ApproveChain { .. }
            | Intent::HandUp { .. }
            | Intent::Returned { .. }
            | Intent::MyData
            | Intent::Erase
            | Intent::Yes
            | Intent::No
            | Intent::Choose { .. } => true,
            // 开始签到 与第二团支部联合团日; but 开始签到 第二团支部
            Intent::Open { topic: Some(topic), .. } => {
                let units = self.units(topic, names);
                !units.is_empty() && !units.iter().any(|u| u.said() == normal(topic).trim())
            }
            _ => false,
        }
    }
}

/// Whether a unit, or one of several people, can be meant by it. Never what the speaker did: 第二团支部交了团费 is not 交了团费.
fn takes(intent: &Intent) -> bool {
    match intent {
        Intent::Report { names, .. }
        | Intent::CheckIn { names, .. }
        | Intent::Leave { names, .. }
        | Intent::Voluntary { names, .. }
        | Intent::Unbind { names }
        | Intent::Receipt { names, .. }
        | Intent::Correct { names, .. } => !names.is_empty(),
        Intent::Own
        | Intent::MyData
        | Intent::Erase
        | Intent::Help
        | Intent::Bind { .. }
        | Intent::Activate { .. }
        | Intent::Setup { .. }
        | Intent::Chain { .. }
        | Intent::ApproveChain { .. }
        | Intent::Yes
        | Intent::No
        | Intent::Choose { .. }
        | Intent::Notice { .. } => false,
        _ => true,
    }
}

/// A unit with what goes when it goes: what leads to it at the beginning, the 的 or the stroke behind it.
fn wider(text: &str, span: Range<usize>) -> Range<usize> {
    let before = text[..span.start].trim_start();
    let lead = BEFORE.iter().find(|w| **w == before).map_or(0, |w| w.len());
    let rest = &text[span.end..];
    let tail = match rest.chars().next() {
        Some(c @ ('的' | '/')) if rest.len() > c.len_utf8() => c.len_utf8(),
        _ => 0,
    };
    span.start - lead..span.end + tail
}

/// A text from which some was left out.
struct Shorter {
    text: String,
    /// (offset here, bytes that were left out up to it).
    gone: Vec<(usize, usize)>,
}

impl Shorter {
    /// Without these ranges, which are in order.
    fn of(text: &str, cut: Vec<Range<usize>>) -> Self {
        let mut shorter = Self { text: String::with_capacity(text.len()), gone: Vec::new() };
        let (mut from, mut gone) = (0, 0);
        for range in cut.into_iter().filter(|r| !r.is_empty()) {
            if range.start < from {
                continue;
            }
            shorter.text.push_str(&text[from..range.start]);
            gone += range.len();
            shorter.gone.push((shorter.text.len(), gone));
            from = range.end;
        }
        shorter.text.push_str(&text[from..]);
        shorter
    }

    /// Where a place of it is in the text as it was said.
    fn origin(&self, at: usize) -> usize {
        let gone = self.gone.iter().take_while(|(place, _)| *place <= at).last().map_or(0, |(_, gone)| *gone);
        at + gone
    }
}
