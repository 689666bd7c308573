//! What one says of records of one's own that are wrong: 更正 团费0.4元, 是0.4不是0.2, 撤销. A reason may follow, in any words.

use super::query::Said;
use crate::language::intent::Was;
use crate::language::text::lex::{self, Is, Lexed};
use crate::language::text::lexicon::Kind;
use crate::language::text::when::Spoken;
use crate::language::{Around, Grammar, Intent, Meaning};

/// Things that are taken back elsewhere.
const OTHERS: &[&str] = &["提醒", "推送", "绑定", "通知", "口令", "开始", "接龙", "会议"];

/// What stands before what is right.
const RIGHT: [&str; 5] = ["是", "应为", "改成", "改为", "改到"];

/// What a reason begins with.
const BECAUSE: [&str; 10] = ["因为", "因為", "由于", "由於", "原因:", "原因：", "理由:", "理由：", "原因是", "理由是"];
/// Characters of a reason that are kept.
const REASON: usize = 100;

impl Grammar {
    /// `更正：10月团费0.4元，因为…`, `张三免交到12月，因为…`: with its reason, which is the rest of the message whatever it says.
    pub(in crate::language) fn reasoned(&self, given: &str, around: &Around<'_>) -> Option<Vec<Meaning>> {
        let at = BECAUSE.iter().filter_map(|word| given.find(word)).min().filter(|at| *at > 0)?;
        let word = BECAUSE.iter().find(|word| given[at..].starts_with(**word))?;
        let said = given[at + word.len()..].chars().map(|c| if c.is_control() { ' ' } else { c });
        let reason: String = said.collect::<String>().trim_matches([' ', ':', '：', ',', '，', '。']).chars().take(REASON).collect();
        let head = given[..at].trim_end_matches([' ', ',', '，', '。', ';', '；', '(', '（', '\n']);
        let mut found = self.command(head, &lex::lex(head, &self.lexicon, &self.units, around), around)?;
        match &mut found[..] {
            [Meaning { intent: Intent::Correct { reason: kept, .. } | Intent::Exempt { reason: kept, .. } | Intent::Reduce { reason: kept, .. }, .. }]
                if !reason.is_empty() =>
            {
                *kept = Some(reason);
            }
            // what is taken back is read again with its reason, where it is done
            [Meaning { intent: Intent::Undo, .. }] => {}
            _ => return None,
        }
        Some(found)
    }
}

/// One's own records: 撤销, 更正.
pub(in crate::language) fn keeping(text: &str, said: &Said, lexed: &Lexed, grammar: &Grammar) -> Option<Intent> {
    let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if any(&["怎么", "如何", "吗", "?", "谁"]) {
        return None;
    }
    // 我没交团费,刚才发错了; 我弄错了,大学习没看完: what was said is not so
    let wrong = any(&["说错", "打错", "发错", "搞错", "弄错", "记错", "写错", "报错了", "点错", "填错"]);
    let not = any(&[
        "没交",
        "没缴",
        "没付",
        "没转",
        "没看",
        "没学",
        "没做",
        "没完成",
        "没签",
        "没到",
        "没去",
        "没参加",
        "没有交",
        "没有看",
        "没有完成",
        "还没",
        "不请假",
        "没请假",
    ]);
    if wrong && not && !any(&["是", "改成", "改为", "改到", "应为"]) {
        return Some(Intent::Undo);
    }
    // 更正赵六的大学习:没有完成: what is right is that there is nothing
    if any(&["更正", "纠正", "订正", "改成", "改为"]) && (not || any(&["未完成", "未看", "没参加", "误报"])) && said.duty.is_some() && said.sum.is_none()
    {
        return Some(Intent::Undo);
    }
    if any(&[
        "更正",
        "纠正",
        "改成",
        "改为",
        "改到",
        "记错",
        "说错",
        "打错",
        "写错",
        "报错了",
        "输错",
        "填错",
        "发错",
        "弄错",
        "错了,是",
        "错了 是",
        "错了,应",
        "搞错",
        "改一下",
        "修改",
        "订正",
        "correct",
        "应该是",
        "应为",
        "而不是",
    ]) || text.contains('是') && text.contains("不是") && !text.starts_with("不是吗") && (said.sum.is_some() || !said.periods.is_empty())
    {
        let (right, wrong) = right_and_wrong(lexed);
        let named = right_begins(&lexed.norm.text).is_some_and(|at| !right.names.is_empty() && right.names.iter().all(|name| name.end <= at));
        let found = !right.is_empty();
        if found {
            return Some(Intent::Correct {
                duty: said.duty.map(|d| grammar.key(d)),
                periods: right.periods,
                amount_fen: right.sum,
                count: right.count,
                minutes: right.minutes,
                names: right.names.iter().map(|r| lexed.norm.text[r.clone()].to_owned()).collect(),
                was: Was { periods: wrong.periods, amount_fen: wrong.sum, named },
                reason: None,
            });
        }
        let duty = said.duty.map(|d| grammar.key(d));
        return Some(if any(&["撤", "删", "取消", "作废"]) {
            Intent::Undo
        } else {
            Intent::Correct { duty, periods: Vec::new(), amount_fen: None, count: None, minutes: None, names: Vec::new(), was: Was::default(), reason: None }
        });
    }
    let undo = any(&[
        "撤销",
        "撤消",
        "撤一下",
        "撤了吧",
        "那条撤了",
        "那条撤掉",
        "那条不算",
        "说的不算",
        "撤回",
        "作废",
        "收回刚才",
        "刚才的不算",
        "刚才不算",
        "刚刚的不算",
        "上一条不算",
        "删掉刚才",
        "删除刚才",
        "删掉上一条",
        "删除上一条",
        "取消刚才",
        "取消上一条",
        "取消我刚",
        "回退",
        "undo",
        "revert",
        "take back",
        "不算数",
        "当我没说",
        "取消记录",
        "删了刚才",
    ]) || text.starts_with("取消") && text.contains('第') && text.contains('期') && !any(&["签到", "假", "提醒", "推送", "绑定", "通知"])
        || any(&["取消", "撤了", "撤掉", "撤下", "收回"]) && any(&["签到", "请假", "的假", "打卡", "报到"]) && !any(OTHERS)
        || any(&["不请假了", "不用请假了", "假不请了", "不请了"]) && !any(OTHERS)
        || any(&["刚才", "刚刚", "上一条", "那条", "上条"]) && any(&["删了", "删掉", "删除", "去掉", "拿掉", "取消"]) && !any(OTHERS)
        || matches!(text.trim_end_matches(['。', '!', '~']), "取消" | "撤" | "删除" | "删掉" | "退回");
    undo.then_some(Intent::Undo)
}

/// Where what is right begins.
fn right_begins(text: &str) -> Option<usize> {
    RIGHT.iter().flat_map(|w| text.match_indices(w)).map(|(at, _)| at).filter(|at| !text[..*at].ends_with('不')).min()
}

/// The values that are right, after 是, 改成, and those that are not: after 不是, before 改成, and of two periods, 11月的是12月的, the first.
fn right_and_wrong(lexed: &Lexed) -> (crate::language::sentence::clause::Details, crate::language::sentence::clause::Details) {
    let mut right = crate::language::sentence::clause::Details::default();
    let mut wrong = crate::language::sentence::clause::Details::default();
    let mut denied = false;
    for token in &lexed.tokens {
        let word = &lexed.norm.text[token.start..token.end];
        match &token.is {
            Is::Word(Kind::Neg) if word.contains('不') || word.contains('没') => denied = true,
            Is::Break | Is::End => denied = false,
            Is::Word(Kind::Filler) if word == "是" => denied = false,
            _ if matches!(word, "改成" | "改为" | "应该" | "应" | "而") => denied = false,
            _ => {}
        }
        // 把0.2改成0.4: what stands before is wrong.
        if lexed.norm.text[token.end..].trim_start().starts_with('改') {
            denied = true;
        }
        if lexed.norm.text[..token.start].ends_with("改成")
            || lexed.norm.text[..token.start].ends_with("改为")
            || lexed.norm.text[..token.start].ends_with('是') && !lexed.norm.text[..token.start].ends_with("不是")
        {
            denied = false;
        }
        if let Is::When(Spoken::Periods(_)) = &token.is
            && !denied
            && wrong.periods.is_empty()
            && RIGHT.iter().any(|w| lexed.norm.text[..token.start].trim_end().ends_with(w))
        {
            wrong.periods = std::mem::take(&mut right.periods);
        }
        let into = if denied { &mut wrong } else { &mut right };
        match &token.is {
            Is::Sum(fen) => into.sum = into.sum.or(Some(*fen)),
            // 更正:13月 is no sum of 13 yuan
            Is::Number(n) if *n < 10_000 && alone(&lexed.norm.text[token.end..]) => into.sum = into.sum.or(Some(n * 100)),
            Is::Count(n) => into.count = into.count.or(Some(*n)),
            Is::Minutes(n) => into.minutes = into.minutes.or(Some(*n)),
            Is::When(Spoken::Periods(p)) if into.periods.is_empty() => into.periods.clone_from(p),
            Is::Name => into.names.push(token.start..token.end),
            _ => {}
        }
    }
    (right, wrong)
}

/// Whether a number ends before this: nothing that it counts comes next.
fn alone(rest: &str) -> bool {
    rest.chars().next().is_none_or(|c| !c.is_alphanumeric() || "的了吧呢啊哦是不应而改才对错我".contains(c))
}
