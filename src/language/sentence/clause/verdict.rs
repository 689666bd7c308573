//! What a clause comes to once its words were looked at: done, claimed, forbidden.

use super::Eye;
use crate::domain::calendar::Period;
use crate::language::sentence::seen::{Details, Done, Seen};
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::when::Spoken;

/// Where or when it was, which only one who did it tells: 地铁上把大学习刷完了.
const THERE: &[&str] = &["课间", "午休", "趁午休", "趁课间", "当面", "亲手", "地铁上", "公交上", "车上", "路上", "早上", "上午", "中午", "一大早", "大清早"];

/// What stands behind a stroke where both are headings of a table.
const OTHER_COLUMN: &[char] = &['应', '未', '待', '免', '缓', '欠', '须', '需', '总'];

/// To whom a branch hands up what it collected.
const HIGHER: &[&str] = &["镇团委", "县团委", "区团委", "乡团委", "街道团委", "校团委", "院团委", "团总支", "上级"];

impl Eye<'_> {
    /// 团费已交/应交, 大学习已看/未看: what a table counts.
    fn headed(&self) -> bool {
        self.tokens.iter().any(|t| t.is == Is::Gap && self.text[t.start..t.end] == *"/" && self.text[t.end..].trim_start().starts_with(OTHER_COLUMN))
    }

    /// 这个月交了上个月的团费: when it was paid is not for when.
    fn paid_in(&mut self) {
        let Some(verb) = self.tokens.iter().position(|t| matches!(t.is, Is::Word(Kind::Verb(_)))) else { return };
        let of = |tokens: &[Token]| -> Vec<Period> {
            let all = tokens.iter().filter_map(|t| if let Is::When(Spoken::Periods(periods)) = &t.is { Some(periods) } else { None });
            all.flatten().copied().collect()
        };
        let (before, after) = (of(&self.tokens[..verb]), of(&self.tokens[verb..]));
        let owed = self.tokens[verb..].iter().any(|t| matches!(t.is, Is::Word(Kind::Duty(_))));
        let listed = self.tokens[verb..].iter().any(|t| matches!(t.is, Is::Word(Kind::And | Kind::Also | Kind::Till)));
        if owed && !listed && !after.is_empty() && before.iter().any(|p| !after.contains(p)) {
            self.seen.details.periods.retain(|p| after.contains(p));
        }
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
        self.paid_in();
        // 大学习看完截图, 大学习完成证书: what is to be shown, or is.
        let shown = self.tokens.windows(2).any(|w| {
            let word = |t: &Token| &self.text[t.start..t.end];
            matches!(w[0].is, Is::Word(Kind::Verb(_) | Kind::Mark))
                && word(&w[0]).ends_with(['完', '成'])
                && w[0].end == w[1].start
                && matches!(word(&w[1]), "截图" | "截屏" | "证书")
        });
        self.seen.blocked |= shown && !(self.already || self.seen.me);
        // 看了一下大学习: no more than that.
        let glanced = self.tokens.windows(3).any(|w| {
            let word = |t: &Token| &self.text[t.start..t.end];
            matches!(word(&w[0]), "看" | "学" | "听" | "瞅" | "瞧" | "睇") && w[1].kind(Kind::Mark) && matches!(word(&w[2]), "一下" | "下" | "眼")
        });
        self.seen.blocked |= glanced;
        // 我垫过一次: some time.
        let once = self.tokens.windows(2).any(|w| {
            w[0].kind(Kind::Mark)
                && self.text[w[0].start..w[0].end] == *"过"
                && w[0].end == w[1].start
                && ["一次", "两次", "几次", "一回", "好几次"].iter().any(|n| self.text[w[1].start..].starts_with(n))
        });
        self.seen.blocked |= once && !self.already;
        // 我交了大学习的截图: the picture.
        let proof = self.tokens.windows(3).any(|w| {
            let word = |t: &Token| &self.text[t.start..t.end];
            matches!(w[0].is, Is::Word(Kind::Duty(_))) && w[1].kind(Kind::De) && matches!(word(&w[2]), "截图" | "截屏" | "证书" | "凭证")
        });
        self.seen.blocked |= proof && self.verb.is_some() && !self.already;
        // 又看大学习了: groans.
        let again = self
            .tokens
            .iter()
            .find(|t| !matches!(t.is, Is::Gap | Is::Word(Kind::Filler)))
            .is_some_and(|t| t.kind(Kind::Also) && self.text[t.start..t.end] == *"又");
        self.seen.blocked |= again && !self.finished && !self.seen.makes_up && self.seen.details == Details::default();
        // 团费交给镇团委了: what was collected.
        let clause = self.tokens.first().zip(self.tokens.last()).and_then(|(a, b)| self.text.get(a.start..b.end)).unwrap_or_default();
        self.seen.blocked |= self.seen.duty.is_some() && HIGHER.iter().any(|w| clause.contains(w));
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
