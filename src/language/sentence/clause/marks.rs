//! What shows that something is done: marks behind a verb, and 的 behind one that is over.

use super::Eye;
use crate::language::sentence::seen::Done;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;

impl Eye<'_> {
    pub(super) fn look_at_mark(&mut self, at: usize) {
        let alone = matches!(self.word(at).chars().next(), Some('好' | '完' | '妥')) && self.word(at).chars().count() > 1;
        // 交了好: praises it.
        self.seen.blocked |= self.word(at) == "好" && at > 0 && self.word(at - 1).starts_with('了');
        // 搞好大学习: a slogan.
        let slogan = self.word(at) == "好" && at > 0 && self.word(at - 1) == "搞";
        self.seen.blocked |= slogan && matches!(self.tokens.get(at + 1).map(|t| &t.is), Some(Is::Word(Kind::Duty(_))));
        // 团费转过来了: from whom?
        let own = self.seen.me || self.already || self.tokens.iter().any(|t| matches!(t.is, Is::Sum(_)));
        if self.word(at).starts_with("过来") && !own {
            self.seen.unknown |= !self.tokens[at + 1..].iter().any(|t| matches!(t.is, Is::Word(Kind::Give)));
            return;
        }
        match self.verb {
            Some(_) if self.close => self.marked = true,
            // 看完大学习了.
            Some(_) if self.finished => self.marked = true,
            Some(_) => self.weak = true,
            None if alone && self.seen.duty.is_some() => self.seen.done = Done::Whole,
            // 团费,妥
            None if self.word(at).starts_with('妥') && self.tokens.iter().all(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Mark))) => {
                self.seen.done = Done::Whole;
                self.note("done", at);
            }
            // 大学习、团费,都好了
            None if alone
                && self.seen.all
                && self.tokens.iter().all(|t| matches!(t.is, Is::Gap | Is::Word(Kind::All | Kind::Mark | Kind::Me | Kind::Filler))) =>
            {
                self.seen.done = Done::Whole;
                self.note("done", at);
            }
            None => {}
        }
    }

    /// 的: 昨天交的10月团费 is done; 交了团费的同学 are others.
    pub(super) fn look_at_de(&mut self, at: usize) {
        let next = self.tokens.get(at + 1).map(|t| &t.is);
        let said = self.marked || self.seen.done == Done::Whole || self.verb.is_some();
        // 团费的截图交了: the screenshot.
        let proof = matches!(self.word(at + 1), "截图" | "截屏" | "凭证" | "证书" | "成绩") && matches!(self.before(at), Some(Is::Word(Kind::Duty(_))));
        self.seen.blocked |= proof && matches!(self.tokens.get(at + 2).map(|t| &t.is), Some(Is::Word(Kind::Verb(_) | Kind::Already)));
        // 已完成大学习的学习
        let named_act = matches!(self.word(at + 1), "学习" | "观看" | "收看" | "缴纳" | "缴费" | "任务" | "视频" | "课程" | "内容")
            && matches!(self.before(at), Some(Is::Word(Kind::Duty(_)) | Is::Issues(_)))
            && self.tokens[at + 2..].iter().all(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Mark | Kind::Filler)));
        let goes_on = named_act || matches!(next, Some(Is::Word(Kind::Duty(_) | Kind::Filler | Kind::Mark) | Is::When(_) | Is::Sum(_) | Is::Issues(_)));
        if said
            && matches!(self.before(at), Some(Is::Word(Kind::Verb(_))))
            && goes_on
            && (self.past || self.already || self.tokens[..at].iter().any(|t| matches!(&self.text[t.start..t.end], "早上" | "上午" | "中午" | "凌晨")))
        {
            self.marked = true;
        } else if self.seen.duty.is_some()
            && self.verb.is_some()
            && matches!(self.word(at + 1), "现金" | "微信" | "支付宝" | "红包" | "扫码")
            && self.tokens[at + 2..].iter().all(|t| t.is == Is::Gap || &self.text[t.start..t.end] == "~")
        {
            // 团费我交的现金.
            self.marked = true;
        } else if said && !goes_on {
            let ends = self.tokens[at + 1..].iter().all(|t| matches!(t.is, Is::Gap));
            // 交的是10月的.
            let told = self.tokens[..at].windows(2).any(|w| matches!(w[0].is, Is::Word(Kind::Verb(_))) && w[1].kind(Kind::De));
            let own = ends
                && (self.seen.duty.is_some() || told)
                && (matches!(self.before(at), Some(Is::When(_) | Is::Issues(_) | Is::Word(Kind::Mark | Kind::Verb(_))))
                    // 我交了团费的.
                    || self.marked && self.seen.me && matches!(self.before(at), Some(Is::Word(Kind::Duty(_)))));
            // 第5期大学习,昨天补的.
            let silent = |t: &Token| matches!(t.is, Is::When(_) | Is::Gap | Is::Word(Kind::Me | Kind::Already | Kind::Verb(_)));
            let later = ends
                && self.past
                && self.seen.duty.is_none()
                && self.tokens[..at].iter().all(silent)
                && !self.word(at - 1).starts_with(['讲', '开', '办', '报']);
            // 团费昨晚转给支书的
            let given = ends
                && self.past
                && self.seen.duty.is_some()
                && self.prepared
                && self.verb.is_some()
                && matches!(self.before(at), Some(Is::Word(Kind::Person) | Is::Name));
            let own = own || later || given;
            self.seen.blocked |= !own;
            // 团费昨晚交的.
            let today = self.tokens[..at].iter().any(|t| matches!(&self.text[t.start..t.end], "早上" | "上午" | "中午" | "凌晨"));
            self.marked |= own && (self.past || self.either || today) && (given || matches!(self.before(at), Some(Is::Word(Kind::Verb(_)))));
        }
    }
}
