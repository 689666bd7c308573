//! Words of a clause that nobody knows: whether they can stand in a report without changing it.

use super::Eye;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::numerals::digit;
use crate::language::text::when::Spoken;

/// What people put after 了 in their own ways of speaking; none of them asks or denies.
const PARTICLES: &[char] = &[
    '撒', '噻', '嘎', '呗', '嗦', '呦', '哇', '鸭', '吖', '昂', '嗷', '奥', '呃', '额', '滴', '嘟', '捏', '涅', '哉', '喵', '吼', '咔', '哼', '嘞', '咧', '叻',
    '清', '齐', '妥', '讫', '喇', '嗱', '啫', '吔',
];

impl Eye<'_> {
    pub(super) fn look_at_unknown(&mut self, at: usize) {
        let word = self.word(at).to_owned();
        let label = self.leads(at) && (word.chars().any(|c| c.is_ascii_digit()) || word.ends_with(['班', '级', '组', '号', '院', '系', '专', '部']));
        let over = self.tokens[at + 1..].iter().all(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Filler)));
        let tail = word.chars().count() == 1 && word.starts_with(PARTICLES) && self.marked && over;
        // 团费先交了; 先把 and 先交 are said of what is still to do.
        let first = word == "先"
            && (matches!(self.before(at), Some(Is::Word(Kind::Duty(_) | Kind::Me)))
                || self.past && matches!(self.before(at), Some(Is::When(Spoken::Days(..)))))
            && self.seen.duty.is_some()
            && self.tokens.get(at + 1..at + 3).is_some_and(|t| matches!(t[0].is, Is::Word(Kind::Verb(_))) && t[1].kind(Kind::Mark));
        let after = self.prepared && matches!(self.before(at), Some(Is::Word(Kind::Give | Kind::Prep | Kind::Filler | Kind::De) | Is::Unknown));
        let short = word.chars().count() <= 8;
        // 刚发现10月团费没交,已补交.
        let opens = |t: &Token| matches!(t.is, Is::Gap | Is::When(_) | Is::Word(Kind::Already | Kind::Me | Kind::Filler));
        let found = word == "发现" && self.tokens[..at].iter().all(opens) && self.tokens[at + 1..].iter().any(|t| t.kind(Kind::Neg));
        // 二班团费交了: the class's, unless a space or a name parts it from the duty.
        let next = self.tokens.get(at + 1).map(|t| &t.is);
        let owner = label && !self.seen.me && matches!(next, Some(Is::Word(Kind::Duty(_) | Kind::Already | Kind::Verb(_))));
        // 二班 团费已交: the class's; 2101班 stands on everybody's card.
        let figures = self.text[self.tokens[0].start..self.tokens[at].end].chars().filter(char::is_ascii_digit).count();
        let class = label
            && word.ends_with('班')
            && self.text[..self.tokens[at].end - '班'.len_utf8()].ends_with(|c: char| c.is_ascii_digit() || digit(c).is_some())
            && figures < 3
            && !self.seen.me
            && !self.tokens.iter().any(|t| matches!(t.is, Is::Card | Is::Name) || t.kind(Kind::Me) || t.kind(Kind::Proxy));
        self.seen.them |= owner || class;
        let signed = short && self.marked && matches!(self.before(at), Some(Is::Gap)) && over && word.ends_with(['班', '级', '组', '院', '系', '部']);
        // 暑假七八月的.
        let season = matches!(word.as_str(), "暑假" | "寒假" | "国庆" | "五一" | "春节" | "中秋" | "放假")
            && matches!(self.tokens.get(at + 1).map(|t| &t.is), Some(Is::When(Spoken::Periods(_))));
        // 上次欠的10月团费我交了.
        let since = ["上次", "上回", "那次", "前次", "早先", "从前", "原来", "原先"].iter().find(|w| self.text[self.tokens[at].start..].starts_with(**w));
        let past = since.and_then(|w| self.tokens.iter().position(|t| t.start == self.tokens[at].start + w.len()));
        let owed = past.is_some_and(|n| self.tokens[n].kind(Kind::Neg) && self.made_up(n));
        // 我那两毛团费交了.
        let mine = matches!(word.as_str(), "那" | "这")
            && matches!(self.before(at), Some(Is::Word(Kind::Me)))
            && matches!(self.tokens.get(at + 1).map(|t| &t.is), Some(Is::Sum(_) | Is::When(Spoken::Periods(_)) | Is::Word(Kind::Duty(_))));
        if !(mine || owed || label && short || tail || season || first || found || signed || after && short && self.place_or_receiver(at)) {
            self.seen.unknown = true;
        }
    }
}
