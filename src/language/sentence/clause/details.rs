//! What a clause says beside that it is done: when, how much, of whom.

use super::Eye;
use crate::domain::calendar::{Cadence, Period};
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::when::Spoken;
use crate::language::text::{names, surnames::plausible};

impl Eye<'_> {
    pub(super) fn look_at_time(&mut self, spoken: &Spoken, at: usize) {
        match spoken {
            Spoken::Periods(periods) => {
                self.note("periods", at);
                let till = matches!(self.before(at), Some(Is::Word(Kind::Till)));
                let this = Period::containing(Cadence::Month, self.around.today);
                match periods.as_slice() {
                    // 从7月交到12月, 从9月交到11月.
                    [end]
                        if till
                            && self.seen.details.periods.last().is_some_and(|p| p < end)
                            && self.tokens[..at].iter().any(|t| t.kind(Kind::Prep) && &self.text[t.start..t.end] == "从") =>
                    {
                        while let Some(next) = self.seen.details.periods.last().map(|p| p.shift(1)).filter(|p| p <= end && p.cadence() == end.cadence()) {
                            self.seen.details.periods.push(next);
                        }
                    }
                    // 交到12月: from this month on.
                    [end] if till && end.cadence() == Cadence::Month && *end > this => {
                        let mut next = this;
                        while next <= *end && self.seen.details.periods.len() < 60 {
                            self.seen.details.periods.push(next);
                            next = next.shift(1);
                        }
                    }
                    // 团费补到10月了: from when on, nobody said.
                    [end] if till && end.cadence() == Cadence::Month && *end < this && self.seen.details.periods.is_empty() => self.seen.blocked = true,
                    all => self.seen.details.periods.extend(all.iter().filter(|p| !self.seen.details.periods.contains(p)).copied().collect::<Vec<_>>()),
                }
                self.ahead |= self.verb.is_none() && periods.iter().any(|p| p.first_day() > self.around.today);
            }
            Spoken::Days(from, _) => {
                if *from > self.around.today {
                    let named = self.word(at).starts_with(['周', '星', '礼'])
                        || self.word(at).starts_with(|c: char| c.is_ascii_digit()) && !self.word(at).contains('月');
                    self.either |= named;
                    self.seen.blocked |= !named;
                }
                self.past = *from <= self.around.today;
                self.evening |= ["今晚", "周末", "这周末", "本周末"].iter().any(|w| self.word(at).starts_with(w));
            }
            Spoken::Vague => {
                self.seen.details.months = self.seen.details.months.or(crate::language::answer::months(self.word(at)));
                // 交了三年团费了.
                let years = self.word(at).ends_with('年') && !self.word(at).starts_with(['半', '一', '1', '全', '整', '近', '大', '本', '这', '上', '下']);
                // 上学期的已上缴, 下学期的: which months that is, nobody said.
                self.seen.blocked |= years || self.word(at).starts_with(['上', '下']);
                // 大学习刷了一学期: how long, not that it is done.
                self.seen.lasting |= self.verb.is_some() && self.seen.details.sum.is_none();
            }
            Spoken::Stretch(_) => self.seen.lasting |= self.verb.is_some(),
            Spoken::Clock(..) => {}
        }
    }

    /// A bare number beside the duty or its verb is a sum: 交了团费3.
    pub(super) fn look_at_number(&mut self, n: i64, at: usize) {
        let beside =
            self.tokens[..at].iter().rev().find(|t| t.is != Is::Gap).is_some_and(|t| matches!(t.is, Is::Word(Kind::Duty(_) | Kind::Verb(_) | Kind::Mark)));
        // 1.团费已交 2.大学习: numbering.
        if self.text[self.tokens[at].end..].starts_with(['.', '、', ')']) {
            return;
        }
        // 交了八百万: nobody's dues.
        self.seen.blocked |= beside && self.word(at).contains(['万', '亿']);
        let free = self.tokens.get(at + 1).is_none_or(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Mark | Kind::Already | Kind::Verb(_) | Kind::Whole)));
        if beside && free && self.seen.details.sum.is_none() && (2..=9999).contains(&n) && !self.text[..self.tokens[at].start].ends_with('+') {
            self.note("amount_fen", at);
            self.seen.details.sum = Some(n * 100);
        } else if !free && !self.leads(at) {
            self.seen.unknown = true;
        }
    }

    pub(super) fn look_at_name(&mut self, at: usize) {
        let token = &self.tokens[at];
        // 交给国家, 替祖国: nobody of this world.
        let receives = matches!(self.before(at), Some(Is::Word(Kind::Give)));
        if (!self.around.addressed || receives) && names::exact_at(&self.text[token.start..], self.around.names).is_none() && !plausible(self.word(at)) {
            self.seen.unknown = true;
            self.seen.blocked = true;
        }
        // 交给团支书张三.
        let post = matches!(self.before(at), Some(Is::Word(Kind::Person))) && at > 1 && self.tokens[at - 2].kind(Kind::Give);
        let paid_to = (post || matches!(self.before(at), Some(Is::Word(Kind::Give)))) && (self.verb.is_some() || self.word(at - 1).chars().count() > 1);
        if paid_to || matches!(self.before(at), Some(Is::Word(Kind::Prep))) {
            return;
        }
        // 我和张三的团费都交了; 我跟张三说: to whom one speaks.
        let list = self.tokens[..at].iter().rposition(|t| t.kind(Kind::Me));
        let beside_me = list.is_some_and(|me| {
            at > me + 1
                && self.tokens[me + 1..at].iter().all(|t| t.is == Is::Name || t.kind(Kind::And) || t.kind(Kind::Give) && &self.text[t.start..t.end] == "跟")
        });
        let before_me = |t: &Token| matches!(t.is, Is::Gap | Is::Colon | Is::Word(Kind::Filler | Kind::Person | Kind::Duty(_)) | Is::When(_));
        if beside_me && self.tokens[..list.unwrap_or(at)].iter().all(before_me) {
            self.seen.details.and_me = true;
            self.seen.details.names.push(token.start..token.end);
            self.note("names", at);
            return;
        }
        // 王五的团费我垫了, 李四的也一起转了
        let lent = |t: &Token| t.start > token.end && ["垫", "先垫", "一起", "一块", "顺便", "顺手"].iter().any(|w| self.text[t.start..].starts_with(w));
        let owner = self.tokens[at + 1..].iter().find(|t| !matches!(t.is, Is::Name | Is::Gap | Is::Word(Kind::And)));
        let lent = owner.is_some_and(|t| t.kind(Kind::De)) && self.tokens.iter().any(lent);
        let given = lent || self.tokens[..at].iter().any(|t| t.kind(Kind::Give)) || self.tokens.iter().any(|t| t.kind(Kind::Proxy));
        if given || self.around.addressed {
            self.seen.details.names.push(token.start..token.end);
            self.note("names", at);
        } else {
            self.seen.them = true;
        }
    }
}
