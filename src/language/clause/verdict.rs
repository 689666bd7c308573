//! What a clause comes to once its words were looked at: done, claimed, forbidden.

use super::super::lex::Is;
use super::super::lexicon::Kind;
use super::super::seen::{Details, Done, Seen};
use super::Eye;

/// Where or when it was, which only one who did it tells: 地铁上把大学习刷完了.
const THERE: &[&str] = &["课间", "午休", "趁午休", "趁课间", "当面", "亲手", "地铁上", "公交上", "车上", "路上", "早上", "上午", "中午", "一大早", "大清早"];

/// What stands behind a stroke where both are headings of a table.
const OTHER_COLUMN: &[char] = &['应', '未', '待', '免', '缓', '欠', '须', '需', '总'];

impl Eye<'_> {
    /// 团费已交/应交, 大学习已看/未看: what a table counts.
    fn headed(&self) -> bool {
        self.tokens.iter().any(|t| t.is == Is::Gap && self.text[t.start..t.end] == *"/" && self.text[t.end..].trim_start().starts_with(OTHER_COLUMN))
    }

    pub(super) fn conclude(mut self) -> Seen {
        if self.verb.is_none() && self.seen.done == Done::No {
            self.handed();
        }
        let claim = self.seen.details.sum.is_some() || self.seen.details.count.is_some() || self.seen.details.minutes.is_some();
        let marked = self.marked || self.weak && (self.seen.me || !self.seen.details.names.is_empty() || self.already || self.seen.joined || self.seen.also);
        let ended = self.ended.filter(|_| !(self.handled || self.evening || self.seen.unknown || self.ended_first && self.seen.duty.is_some()));
        // 两块四,一次交清: the way it is to be paid.
        let once = self.ended.is_some()
            && self.seen.duty.is_none()
            && self
                .tokens
                .iter()
                .rposition(|t| matches!(t.is, Is::Word(Kind::Verb(_))))
                .is_some_and(|v| v > 0 && matches!(self.word(v - 1), "一次" | "一次性") && self.tokens[v + 1..].iter().all(|t| t.is == Is::Gap));
        self.seen.blocked |= once && !(marked || self.seen.me || self.already);
        self.seen.blocked |= self.either && !marked;
        self.seen.blocked |= self.headed();
        let says = |words: &[&str]| self.tokens.iter().any(|t| words.contains(&&self.text[t.start..t.end]));
        // 替李四和王五各交0.2元
        let heads = self.seen.details.names.len() + usize::from(self.seen.details.and_me);
        if heads > 1 && says(&["各"]) {
            self.seen.details.sum = self.seen.details.sum.and_then(|s| s.checked_mul(i64::try_from(heads).ok()?));
        }
        if self.seen.duty.is_some() || self.seen.verb {
            let cleared = ["交清", "缴清", "结清", "补清", "付清", "转清", "交齐", "缴齐", "补齐", "付齐", "转齐"];
            self.seen.details.all = self.seen.details.periods.is_empty() && (says(&["全", "全都", "全部", "统统", "通通", "所有"]) || says(&cleared));
            self.seen.details.ahead = says(&["预交", "预缴"]);
            // 二班团费交齐了: a class's.
            let duty = self.tokens.iter().position(|t| matches!(t.is, Is::Word(Kind::Duty(_))));
            let class = duty.is_some_and(|d| self.text[..self.tokens[d].start].ends_with(['班', '组', '部', '院', '系', '校', '级', '室', '舍']));
            self.seen.them |= class && !self.seen.me && self.tokens.iter().any(|t| self.text[t.start..t.end].ends_with('齐'));
        }
        // 看完发你截图: when it is done.
        let then = self.finished
            && !self.tokens.iter().any(|t| t.kind(Kind::Mark))
            && self.tokens.iter().any(|t| t.kind(Kind::Filler) && self.text[t.start..].starts_with(['发', '给']));
        self.seen.blocked |= then;
        let (seen, over) = (&self.seen, self.tokens.iter().any(|t| t.kind(Kind::Mark) && self.text[t.start..t.end].starts_with(['了', '过', '啦', '咯'])));
        let here = says(THERE);
        let own = seen.me || here || self.already || seen.also || self.past || seen.makes_up || seen.details != Details::default();
        let ordered = self.handled && (!own || self.evening) || self.evening && !over;
        self.seen.blocked |= ordered && !self.already;
        self.seen.done = match (self.seen.done, self.verb, ended) {
            (_, Some(fits), _) if marked => Done::Verb(fits),
            (_, _, Some(fits)) => Done::Verb(fits),
            (Done::Whole, ..) => Done::Whole,
            (_, Some(fits), _) if !(self.ahead && claim) => Done::Claim(fits),
            (done, ..) => done,
        };
        self.seen
    }
}
