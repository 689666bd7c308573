//! What an undo names beside people and times: which kind of entry, which sum, and whether it names anything at all; and why it is
//! taken back, where that is said. Whatever is named is not for the speaker's last act.

use super::query::Said;
use crate::domain::meeting::NoteKind;
use crate::language::text::lex;
use crate::language::text::normalise::{normalise, tidy};
use crate::language::{Around, Grammar, Intent};

/// The words for it, where something stands behind them.
const VERBS: &[&str] = &["撤销", "撤消", "撤回", "撤掉", "取消", "作废", "删除", "删掉", "去掉", "收回"];
/// Those that mean it wherever they stand.
const ANYWHERE: &[&str] = &["撤销", "撤消", "撤回", "作废"];
/// What stands before the words, and says nothing.
const POLITE: &[&str] = &["小支", "请", "麻烦", "帮我", "帮忙", "我要", "我想", "给我", "要", "把", "将", "都", ",", " "];
/// What points at the last act, or is said beside it.
const LAST: &[&str] = &[
    "刚才",
    "刚刚",
    "上一条",
    "上一个",
    "上一次",
    "上条",
    "上个",
    "最后一条",
    "最近一条",
    "最后",
    "最近",
    "前面",
    "上面",
    "那一条",
    "这一条",
    "那条",
    "这条",
    "那个",
    "这个",
    "一条",
    "记录",
    "消息",
    "操作",
    "内容",
    "信息",
    "登记",
    "录入",
    "上报",
    "一下",
    "谢谢",
    "小支",
    "我",
    "的",
    "了",
    "吧",
    "刚",
    "说",
    "发",
    "报",
    "记",
    "写",
    "交",
    "错",
    "条",
    "个",
    "话",
    "它",
    "那",
    "这",
    "下",
    "掉",
    "啊",
    "呀",
    "哦",
    "呢",
    "请",
    "帮",
];
/// What a reason begins with.
const BECAUSE: &[&str] = &["因为", "因為", "由于", "由於", "原因:", "原因：", "理由:", "理由：", "原因是", "理由是"];
/// Characters of a reason that are kept.
const REASON: usize = 100;

/// What kind of entry is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    /// Money that was given back.
    Refund,
    /// Money that went up.
    HandUp,
    /// Money that came back from above.
    Returned,
    /// What was in hand before the book began.
    Carried,
    /// What was settled before; up to the periods that are named, where `until`.
    Opening {
        /// 12月前都交清了.
        until: bool,
    },
    /// Given of one's own will.
    Extra,
    /// Exempt or reduced.
    Relief,
    /// A check-in; the whole session, where `whole`.
    CheckIn {
        /// 作废这次签到.
        whole: bool,
    },
    /// What a file entered.
    Import,
    /// A line of a meeting's record; the last of its kind where nothing more is said.
    Note(NoteKind, String),
    /// A line of the minutes, by its number.
    Line(u32),
    /// A band, which is changed by saying the right one.
    Band,
    /// Months that were opened.
    Months,
}

/// An undo in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    /// The message without its reason.
    pub what: String,
    /// Why, as it was said.
    pub reason: Option<String>,
    /// The kind of entry, where one is named.
    pub thing: Option<Thing>,
    /// A sum of money, fen.
    pub sum: Option<i64>,
    /// Whether nothing stands beside the verb but what points at the last act.
    pub bare: bool,
}

impl Grammar {
    /// What an undo names; times, people and duties are [`Grammar::named`]'s.
    pub fn taken_back(&self, text: &str, around: &Around<'_>) -> TakenBack {
        let (what, reason) = self.without_reason(text, around);
        let norm = tidy(what.trim());
        let thing = self.of_meeting(&norm, around).or_else(|| money(&norm)).or_else(|| kind(&norm));
        let sum = Self::said(&lex::lex(&what, &self.lexicon, &self.units, around)).sum;
        let bare = thing.is_none() && object(&norm).is_none_or(|object| points(&object));
        TakenBack { what, reason, thing, sum, bare }
    }

    /// 因为…, 原因：…; behind a comma what names nobody and no duty.
    fn without_reason(&self, text: &str, around: &Around<'_>) -> (String, Option<String>) {
        let keep = |said: &str| {
            let said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let said = said.trim_matches([' ', ':', '：', ',', '，', '。', ')', '）']);
            (said.chars().count() > 1).then(|| said.chars().take(REASON).collect::<String>())
        };
        if let Some((at, word)) = BECAUSE.iter().filter_map(|w| text.find(w).map(|at| (at, *w))).min().filter(|(at, _)| *at > 0) {
            let what = text[..at].trim_end_matches([' ', ',', '，', '。', ';', '；', '(', '（', '\n']);
            return (what.to_owned(), keep(&text[at + word.len()..]));
        }
        let verb = |head: &str| VERBS.iter().any(|v| normalise(head).text.contains(v));
        let Some((head, tail)) = text.split_once([',', '，', '。', ';', '；', '\n']).filter(|(head, _)| verb(head)) else { return (text.to_owned(), None) };
        let beside = self.named(tail, around);
        if beside.duty.is_some() || !beside.names.is_empty() || verb(tail) {
            return (text.to_owned(), None);
        }
        (head.to_owned(), keep(tail))
    }

    /// What an undo names of a meeting's record: only right behind its verb.
    fn of_meeting(&self, text: &str, around: &Around<'_>) -> Option<Thing> {
        let object = object(text)?;
        let object = ["刚才的", "刚才", "刚刚的", "刚刚", "这次的", "这次", "本次", "会议的", "会议"]
            .iter()
            .fold(object.as_str(), |o, w| o.strip_prefix(w).unwrap_or(o));
        let rest = |of: &str| of.trim_matches([' ', ':', '：', '的', '“', '”', '"']).to_owned();
        for (words, kind) in [
            (&["主持人", "主持"][..], NoteKind::Host),
            (&["记录人", "记录员"], NoteKind::Recorder),
            (&["地点"], NoteKind::Place),
            (&["形式"], NoteKind::Form),
            (&["议程"], NoteKind::Agenda),
            (&["小结", "总结"], NoteKind::Summary),
            (&["列席人员", "列席"], NoteKind::Observer),
            (&["自选动作", "自选"], NoteKind::OwnItem),
            (&["纪要"], NoteKind::Minutes),
        ] {
            if let Some(of) = words.iter().find_map(|w| object.strip_prefix(w)) {
                return Some(Thing::Note(kind, rest(of)));
            }
        }
        if let Some(name) = object.strip_suffix("列席").filter(|n| !n.is_empty()) {
            return Some(Thing::Note(NoteKind::Observer, rest(name)));
        }
        if let Some(n) = object.strip_prefix("记录").and_then(|n| n.trim().parse::<u32>().ok()).filter(|n| *n > 0) {
            return Some(Thing::Line(n));
        }
        let item = ["已完成", "完成", "已办", "办好"].iter().find_map(|w| object.strip_prefix(w)).map(rest)?;
        // 完成大学习 is a report of it
        let ours = self.items.contains(&item) || Self::said(&lex::lex(&item, &self.lexicon, &self.units, around)).duty.is_none();
        (ours && !item.is_empty()).then_some(Thing::Note(NoteKind::Item, item))
    }

    /// An undo of something of a meeting: before a line of its record is read into it.
    pub(in crate::language) fn note_taken_back(&self, given: &str, around: &Around<'_>) -> Option<Intent> {
        let text = tidy(given.trim());
        let verb = VERBS.iter().any(|v| text.starts_with(v));
        let open = ["未完成:", "没完成:", "未办:", "没办:"].iter().any(|w| text.starts_with(w));
        let found = self.of_meeting(&text, around)?;
        ((verb || open) && !matches!(found, Thing::Line(_))).then_some(Intent::Undo)
    }

    /// An undo of what officers enter: before the words of the command are read for the command itself.
    pub(in crate::language) fn command_taken_back(text: &str, said: &Said) -> Option<Intent> {
        let verb = ANYWHERE.iter().any(|v| text.contains(v)) || ["取消", "撤掉", "删除", "删掉"].iter().any(|v| text.starts_with(v));
        let asks = ["怎么", "如何", "吗", "?", "谁", "什么"].iter().any(|w| text.contains(w));
        let band = !said.names.is_empty() && (text.contains('档') || text.contains("月缴") || text.contains("月交"));
        (verb && !asks && (money(text).is_some() || text.contains("导入") || band)).then_some(Intent::Undo)
    }
}

/// What is said to be taken back: behind the verb, or before it.
fn object(text: &str) -> Option<String> {
    let mut text = text.trim();
    while let Some(rest) = POLITE.iter().find_map(|w| text.strip_prefix(w)) {
        text = rest;
    }
    for open in ["未完成", "没完成", "未办", "没办"] {
        if let Some(item) = text.strip_prefix(open).filter(|rest| rest.starts_with(':')) {
            return Some(format!("完成{item}"));
        }
    }
    let clause = |rest: &str| rest.split([',', '。', ';', '!', '\n']).next().unwrap_or_default().trim().to_owned();
    if let Some(rest) = VERBS.iter().find_map(|v| text.strip_prefix(v)) {
        return Some(clause(rest));
    }
    // 把张三的签到撤销了, 刚才那条作废
    let first = clause(text);
    let end = first.trim_end_matches(['了', '吧', '掉', '啊']).trim_end_matches("一下");
    VERBS.iter().find_map(|v| end.strip_suffix(v)).map(|before| before.trim().to_owned())
}

/// Whether it only points at what was said last.
fn points(object: &str) -> bool {
    let mut rest: String = object.chars().filter(|c| c.is_alphanumeric()).collect();
    for word in LAST {
        rest = rest.replace(word, "");
    }
    rest.is_empty()
}

/// Money that is not a member's report.
fn money(text: &str) -> Option<Thing> {
    let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
    Some(match () {
        () if any(&["交清", "缴清", "结清", "付清", "交齐", "缴齐", "已清", "期初已"]) => {
            let until = ["前都", "以前", "之前", "前的", "月前", "到"].iter().any(|w| text.contains(w));
            Thing::Opening { until }
        }
        () if any(&["期初余额", "期初结余", "期初现金", "上年结转", "上期结转", "上期结余", "结转余额", "期初"]) => {
            Thing::Carried
        }
        () if any(&["补收", "追收", "追缴", "开放补交", "往前收"]) => Thing::Months,
        () if any(&["减免", "免交", "免缴", "减半", "减交", "减缴", "豁免", "免收", "减为"]) => Thing::Relief,
        () if any(&["返还", "退返", "下拨", "拨回"]) => Thing::Returned,
        () if any(&["退款", "退还", "退给", "退团费", "退的", "退费", "退钱"]) => Thing::Refund,
        () if any(&["上缴", "上解"]) => Thing::HandUp,
        () if any(&["自愿", "多交"]) => Thing::Extra,
        () => return None,
    })
}

fn kind(text: &str) -> Option<Thing> {
    let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
    let whole = ["作废", "这次", "本次", "这场", "本场", "整场", "整个", "会议", "开错", "误开", "全部"];
    Some(match () {
        () if any(&["导入", "导出表", "账单", "对账单"]) => Thing::Import,
        () if any(&["签到", "打卡", "报到", "签退", "check-in", "check in"]) && !any(&["请假", "的假"]) => {
            Thing::CheckIn { whole: any(&whole) && !text.contains('我') }
        }
        () if any(&["档次", "月缴", "月交", "档位"]) => Thing::Band,
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Env};
    use crate::language::NameList;

    #[test]
    fn what_is_named_is_not_the_last() {
        let grammar = Grammar::new(&Config::load(None, &Env::default()).unwrap().duties, &[]).unwrap();
        let names = NameList::default();
        let around = Around { today: "2026-11-22".parse().unwrap(), addressed: true, names: &names };
        for bare in [
            "撤销",
            "撤回刚才那条",
            "撤销一下",
            "刚才那条不算,撤销",
            "撤销上一条记录",
            "发错了,撤回",
            "取消我刚才的",
            "把刚才的记录撤销",
            "撤销，发错了",
            "撤销刚才发错的",
        ] {
            let found = grammar.taken_back(bare, &around);
            assert!(found.bare && found.thing.is_none(), "{bare}: {found:?}");
        }
        let note = |kind, text: &str| Thing::Note(kind, text.to_owned());
        for (text, thing) in [
            ("撤销主持", note(NoteKind::Host, "")),
            ("撤销列席", note(NoteKind::Observer, "")),
            ("取消列席刘书", note(NoteKind::Observer, "刘书")),
            ("撤销完成民主议事", note(NoteKind::Item, "民主议事")),
            ("未完成：缴纳团费", note(NoteKind::Item, "缴纳团费")),
            ("删除自选动作植树", note(NoteKind::OwnItem, "植树")),
            ("撤销记录1", Thing::Line(1)),
            ("撤销1月团费的上缴", Thing::HandUp),
            ("撤销孙八1月团费的退款", Thing::Refund),
            ("撤销期初余额10元", Thing::Carried),
            ("撤销12月前都交清了", Thing::Opening { until: true }),
            ("撤销何平的期初已清", Thing::Opening { until: false }),
            ("取消补收从2025年8月起", Thing::Months),
            ("撤销王五的自愿多交", Thing::Extra),
            ("撤销王五的减免", Thing::Relief),
            ("撤销签到", Thing::CheckIn { whole: false }),
            ("作废这次签到", Thing::CheckIn { whole: true }),
            ("撤销我的签到", Thing::CheckIn { whole: false }),
            ("撤销导入", Thing::Import),
        ] {
            let found = grammar.taken_back(text, &around);
            assert_eq!((found.thing, found.bare), (Some(thing), false), "{text}");
            assert_eq!(
                grammar.understand(text, &around).into_iter().map(|m| m.intent).collect::<Vec<_>>(),
                [if text == "撤销记录1" { Intent::EditNote { n: 1, text: String::new() } } else { Intent::Undo }],
                "{text}"
            );
        }
        for unknown in ["撤销植树", "撤销昨天的", "撤销全部", "撤销郭靖"] {
            let found = grammar.taken_back(unknown, &around);
            assert!(!found.bare && found.thing.is_none(), "{unknown}: {found:?}");
        }
        let found = grammar.taken_back("撤销王五的大学习，截图是假的", &around);
        assert_eq!((found.what.as_str(), found.reason.as_deref()), ("撤销王五的大学习", Some("截图是假的")));
        let found = grammar.taken_back("更正赵六的大学习：没有完成，因为截图是去年的", &around);
        assert_eq!((found.what.as_str(), found.reason.as_deref()), ("更正赵六的大学习：没有完成", Some("截图是去年的")));
        assert_eq!(grammar.taken_back("撤销上缴上级团费10元", &around).sum, Some(1000));
    }
}
