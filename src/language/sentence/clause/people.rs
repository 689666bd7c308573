//! Who is spoken of beside the speaker in a clause: others, posts, receivers, and where and by what one pays.

use super::Eye;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;

/// How places end: 在二楼, 在家里.
const PLACES: &[char] = &[
    '里', '舍', '寝', '上', '室', '堂', '馆', '楼', '处', '部', '台', '号', '家', '院', '店', '口', '校', '班', '厅', '场', '站', '车', '网', '区', '镇', '村',
    '县', '市', '省', '司', '位', '行', '外', '边', '下', '间', '端', '群', '页', '那', '这', '旁', '前', '后', '座', '床', '园', '路', '地', '铁',
];
/// How what one pays or learns with ends: 用零花钱, 用电脑.
const TOOLS: &[char] = &['宝', '信', '卡', '行', '码', '包', '机', '脑', '件', '台', '号', '钱', '币', '网', '序', '付', '账', '板', '视', 'q', 'p', 'd', 'c'];

impl Eye<'_> {
    pub(super) fn look_at_them(&mut self, at: usize) {
        // 个人团费: one's own.
        if self.word(at) == "个人" && self.tokens.get(at + 1).is_some_and(|t| matches!(t.is, Is::Word(Kind::Duty(_)))) {
            return;
        }
        // 转给他, 转你: to whom.
        let you = matches!(self.word(at), "你" | "您")
            && matches!(self.before(at), Some(Is::Word(Kind::Verb(_))))
            && !self.word(at - 1).starts_with(['看', '听', '瞧', '瞅']);
        let you = you
            || matches!(self.word(at), "你" | "您")
                && self.verb.is_some()
                && matches!(self.before(at), Some(Is::Word(Kind::Mark)))
                && self.tokens.get(at + 1).is_some_and(|t| matches!(t.is, Is::Sum(_) | Is::Word(Kind::Duty(_))));
        // 张三的团费我替他交了: him who was named.
        let named = matches!(self.before(at), Some(Is::Word(Kind::Proxy))) && self.tokens[..at].iter().any(|t| t.is == Is::Name);
        // 交给女朋友了: a joke.
        let kin = !matches!(self.word(at), "你" | "您" | "你们" | "他" | "她" | "室友" | "舍友" | "同桌" | "同学" | "同事" | "对方")
            && matches!(self.before(at), Some(Is::Word(Kind::Give)));
        // @张三 is spoken to, or of.
        if at > 0 && self.word(at - 1) == "@" {
            self.seen.them |= !self.tokens.iter().any(|t| t.kind(Kind::Me));
        } else if matches!(self.word(at), "咱班" | "本班" | "我们班" | "我班" | "班级")
            && matches!(self.before(at), Some(Is::Word(Kind::Give)))
            && self.tokens.get(at + 1).is_some_and(|t| t.kind(Kind::Person))
        {
            // 交给咱班团支书了.
        } else if !you && !named && (kin || !matches!(self.before(at), Some(Is::Word(Kind::Give | Kind::Prep)))) {
            self.seen.them = true;
        }
    }

    pub(super) fn look_at_person(&mut self, at: usize) {
        let to = match self.before(at) {
            Some(Is::Word(Kind::Give | Kind::Prep | Kind::Person | Kind::Filler)) => true,
            Some(Is::Word(Kind::Them)) => at > 1 && self.tokens[at - 2].kind(Kind::Give) && self.word(at - 1).ends_with('班'),
            // 转给王老师.
            Some(Is::Unknown) => self.prepared && self.word(at - 1).chars().count() <= 2 && at > 1 && self.tokens[at - 2].kind(Kind::Give),
            // 转支书, not 听支书.
            Some(Is::Word(Kind::Verb(_))) => !self.word(at - 1).starts_with(['听', '看', '讲', '读', '学']),
            // 转了支书六毛; 交了,支书.
            Some(Is::Word(Kind::Mark)) => {
                let rest = &self.tokens[at + 1..];
                self.verb.is_some()
                    && (rest.first().is_some_and(|t| matches!(t.is, Is::Sum(_)))
                        || rest.iter().all(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Filler | Kind::Person))))
            }
            _ => false,
        };
        let called = self.leads(at) && self.tokens.get(at + 1).is_none_or(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Me | Kind::Filler | Kind::Person)));
        // 支书团费转你了: spoken to.
        let spoken_to = self.leads(at)
            && self.tokens[at + 1..].iter().any(|t| {
                // 支书团费我交了.
                if t.kind(Kind::Me) && matches!(self.tokens[at + 1].is, Is::Word(Kind::Duty(_))) {
                    return true;
                }
                self.text[t.start..t.end].ends_with(['你', '您'])
                    || self.text[t.start..t.end].starts_with(['你', '您'])
                    || matches!(&self.text[t.start..t.end], "给你了" | "给您了")
            });
        // 团费已上交团委: what was collected is handed up.
        let summed = || self.tokens.iter().any(|t| matches!(&self.text[t.start..t.end], "共" | "一共" | "总共" | "总计" | "共计" | "合计"));
        let up = self.word(at).ends_with("团委") && at > 0 && (self.word(at - 1).starts_with('上') || summed());
        self.seen.them |= !to && !called && !spoken_to || up;
    }

    /// 团费给支书了, 团费已给, 团费给你了: handed over.
    pub(super) fn handed(&mut self) {
        let hands = |t: &Token| t.kind(Kind::Filler) && self.text[t.start..].starts_with('给') || t.kind(Kind::Give);
        let Some(at) = self.tokens.iter().rposition(|t| hands(t) || self.sent(t)) else { return };
        let word = self.word(at);
        let rest = &self.tokens[at + 1..];
        // 给李老师了.
        let surname = |t: &Token| {
            let person = self.tokens.iter().any(|p| p.kind(Kind::Person) && p.start == t.end);
            t.is == Is::Unknown && t.end - t.start == '李'.len_utf8() && person
        };
        let to = rest
            .iter()
            .take_while(|t| {
                matches!(t.is, Is::Word(Kind::Person | Kind::Filler) | Is::Gap | Is::Name) || surname(t) || matches!(&self.text[t.start..t.end], "你" | "您")
            })
            .count();
        let ends = rest[to..].iter().all(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Mark | Kind::Filler | Kind::Person) | Is::Sum(_)));
        let marked = rest.get(to).is_some_and(|t| t.kind(Kind::Mark))
            || self.already && rest.iter().all(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Filler | Kind::Person)))
            || matches!(word, "给你了" | "给您了" | "发你了" | "发您了");
        let gives = matches!(word, "给" | "给到" | "发给" | "递给" | "塞给" | "拿给" | "送给" | "给你了" | "给您了" | "给你" | "给您");
        let gives = gives || self.sent(&self.tokens[at]);
        let known = self.seen.duty.is_some() && self.tokens.iter().all(|t| t.is != Is::Unknown || surname(t));
        if gives
            && ends
            && marked
            && known
            && let Some((Kind::Verb(verb), _)) = self.lexicon.at("付", 0)
        {
            self.seen.verb = true;
            self.verb = Some(self.lexicon.verbs[usize::from(verb)].fits);
            self.marked = true;
            self.note("done", at);
            // 给张三了: to whom, not for whom.
            let text = rest[..to].iter().filter(|t| t.is == Is::Name).map(|t| t.start).collect::<Vec<_>>();
            self.seen.details.names.retain(|r| !text.contains(&r.start));
        }
    }

    /// 团费我发你微信了: the money itself, where nothing else of it is named before (团费二维码发你了).
    fn sent(&self, token: &Token) -> bool {
        let money = |t: &Token| {
            matches!(t.is, Is::Gap | Is::When(_) | Is::Sum(_) | Is::Word(Kind::Duty(_) | Kind::Me | Kind::Already | Kind::Person | Kind::Also))
                || matches!(&self.text[t.start..t.end], "钱" | "的钱" | "用" | "通过" | "微信" | "支付宝" | "红包" | "把")
        };
        token.kind(Kind::Filler)
            && matches!(&self.text[token.start..token.end], "发你" | "发您" | "发你了" | "发您了")
            && self.tokens.iter().take_while(|t| t.start < token.start).all(money)
    }

    /// 给支书; 转给 is a verb as well.
    pub(super) fn look_at_give(&mut self, at: usize) {
        self.prepared = true;
        let word = self.word(at).to_owned();
        if let Some((Kind::Verb(verb), _)) = word.char_indices().nth(1).and_then(|(end, _)| self.lexicon.at(&word[..end], 0)) {
            self.seen.verb = true;
            self.verb = Some(self.lexicon.verbs[usize::from(verb)].fits);
            self.close = true;
            self.marked |= self.already;
            self.note("done", at);
        }
    }

    /// Whom one may give money to, or where and by what one does it: 给王老师, 在二楼; not 给国家, 在梦里.
    pub(super) fn place_or_receiver(&self, at: usize) -> bool {
        let word = self.word(at);
        let given = self.tokens[..at].iter().rev().find_map(|t| match t.is {
            Is::Word(Kind::Give) => Some(true),
            Is::Word(Kind::Prep) => Some(false),
            _ => None,
        });
        let person = self.tokens.get(at + 1).is_some_and(|t| t.kind(Kind::Person));
        let like_a_name = word.starts_with(['小', '老', '阿']) || word.ends_with(['哥', '姐', '总', '导', '书', '委', '长', '师', '员', '人', '姨', '叔']);
        match given {
            Some(true) => person || like_a_name && word.chars().count() <= 6 && !word.contains("国家"),
            Some(false) => {
                let by = self.tokens[..at].iter().rev().find(|t| t.kind(Kind::Prep)).map_or("", |t| &self.text[t.start..t.end]);
                match by {
                    "在" | "从" | "于" | "往" => word.ends_with(PLACES),
                    "用" | "通过" | "经" | "经过" | "由" | "利用" | "via" | "by" | "with" => word.ends_with(TOOLS) || word.ends_with(PLACES),
                    _ => true,
                }
            }
            None => true,
        }
    }
}
