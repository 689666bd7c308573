//! What takes back a report that the same message has just made: 没交成, 哦不对还没, 退给我了, 其实是班费.

use super::seen::{Details, Seen};
use super::talk::booking;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::when::Spoken;

/// How a clause takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::language) enum Back {
    /// The last report, or those of a duty that its verb fits.
    One,
    /// Whatever the message has said so far.
    All,
}

/// Says that it did not happen; 不想, 不用 and the like say something else.
const NOT: &[&str] =
    &["没", "没有", "还没", "还没有", "尚未", "还未", "并未", "并没有", "没能", "未能", "未", "不", "木有", "暂未", "暂时没", "无法", "没法", "不了", "不能"];
/// It came back, or never arrived.
const FAILED: &[&str] = &[
    "失败",
    "没成功",
    "没到账",
    "作废",
    "余额不足",
    "没扣",
    "未扣款",
    "没计入",
    "未计入",
    "没记上",
    "没记录",
    "没有记录",
    "不作数",
    "不算数",
    "无效",
    "退给",
    "报错",
    "卡住",
    "没认",
    "没算",
    "没算上",
    "没显示",
    "没生效",
    "没同步",
    "没通过",
    "没扣钱",
];
/// It was never meant.
const NEVER: &[&str] = &["不存在的", "不可能", "没有的事", "没那回事", "没这回事", "想多了", "想太多", "怎么可能", "显示未", "显示没"];
/// The speaker starts again.
const ANEW: &[&str] = &[
    "不对",
    "不是",
    "说错",
    "打错",
    "发错",
    "搞错",
    "弄错",
    "记错",
    "写错",
    "更正",
    "纠正",
    "撤回",
    "撤销",
    "收回",
    "算了",
    "口误",
    "手滑",
    "手误",
    "当我没说",
    "说反了",
    "重新交",
    "重交",
    "要重新",
    "得重新",
    "等于没",
];
/// Not so sure after all.
pub(in crate::language) const DOUBT: &[&str] =
    &["好像", "似乎", "应该", "可能", "大概", "也许", "或许", "貌似", "大概率", "估计", "不确定", "不记得了", "不清楚", "记不清", "忘了", "信不信由你"];
/// Of a time before: 之前一直没交 says nothing of now.
const BEFORE: &[&str] = &["之前", "以前", "一直", "上次", "那时", "刚才", "本来", "原来", "前面", "早上", "上午", "差点"];
/// Said of what goes with it, not of itself: 没截图.
const HUM: &[&str] = &["其实", "反正", "真的", "所以", "那个", "这个", "然后", "结果", "等等", "等一下", "是", "后来", "最后", "发现", "还是", "钱"];

/// Whether a clause takes back what was reported: `fits` tells whether a verb is one of the report's duty, `of` which
/// periods and sums the report named.
pub(in crate::language) fn takes_back(part: &Seen, text: &str, duty: u8, of: &Details, fits: &dyn Fn(u16) -> bool) -> Option<Back> {
    let said: Vec<&Token> = part.tokens.iter().filter(|t| !matches!(t.is, Is::Gap | Is::Colon | Is::Break | Is::End)).collect();
    let word = |t: &Token| &text[t.start..t.end];
    let (Some(first), Some(last)) = (said.first(), said.last()) else { return None };
    let clause = &text[first.start..last.end];
    if part.other {
        // 其实是班费; 不是班费 says the contrary.
        let at = said.iter().position(|t| t.kind(Kind::Other))?;
        let named = said[..at].iter().any(|t| word(t).ends_with(['是', '成'])) && !clause.contains("不是") && !part.also;
        return named.then_some(Back::One);
    }
    if part.duty.is_some_and(|d| d != duty) || said.iter().any(|t| t.is == Is::Name) {
        return None;
    }
    let said_never = NEVER.iter().any(|w| clause.contains(w)) || clause.contains("等等那是") || clause.contains("等等,那是");
    if said_never {
        return Some(Back::All);
    }
    if booking(clause) {
        return None;
    }
    // 之前一直卡住: it was hard to open
    let opened = |w: &str| matches!(w, "卡住" | "报错") && ["之前", "以前", "一直"].iter().any(|w| clause.starts_with(w));
    let came_back = said.iter().any(|t| {
        !opened(word(t)) && t.kind(Kind::Neg) && (FAILED.contains(&word(t)) || word(t).ends_with('错') || word(t).starts_with('退') && !clause.contains("退团"))
    });
    if came_back {
        return Some(Back::One);
    }
    // 转给李四了,让他交: it is still to be done.
    if let [told, them, rest @ ..] = said.as_slice()
        && matches!(word(told), "让" | "叫" | "托" | "请")
        && them.kind(Kind::Them)
        && rest.iter().find(|t| !t.kind(Kind::Proxy) && !t.kind(Kind::Me)).is_some_and(|t| matches!(t.is, Is::Word(Kind::Verb(v)) if fits(v)))
    {
        return Some(Back::One);
    }
    // 交的是高中的, 不是这个支部的: another's dues.
    let verb = |t: &Token| matches!(t.is, Is::Word(Kind::Verb(v)) if fits(v));
    let unlike = last.kind(Kind::De)
        && match said.as_slice() {
            [not, ..] if word(not) == "不是" => !said.iter().any(|t| verb(t) || t.kind(Kind::Me)),
            [did, de, is, ..] => verb(did) && de.kind(Kind::De) && word(is) == "是" && said.iter().any(|t| t.is == Is::Unknown),
            _ => false,
        };
    if unlike {
        return Some(Back::One);
    }
    // Somebody else's, another period's, another time's: not this one.
    let Details { periods, issues, .. } = &part.details;
    let elsewhen =
        !periods.is_empty() && !periods.iter().any(|p| of.periods.contains(p)) || !issues.is_empty() && !issues.iter().any(|i| of.issues.contains(i));
    let asks_others = said.iter().any(|t| t.kind(Kind::Ask) && !matches!(word(t), "吧" | "?" | "吗" | "么" | "嘛" | "不确定" | "不记得了" | "不清楚"));
    let earlier = BEFORE.iter().any(|w| clause.contains(w)) || said.iter().any(|t| matches!(t.is, Is::When(Spoken::Days(..))));
    if part.them && !part.me || elsewhen || asks_others || earlier || said.iter().any(|t| t.kind(Kind::Person)) {
        return None;
    }
    let opening =
        clause.trim_start_matches(['啊', '哦', '噢', '额', '呃', '嗯', '诶', '欸', '哎', '呀', ' ']).trim_start_matches("等等").trim_start_matches("然后");
    let opening = opening.strip_prefix('我').unwrap_or(opening);
    let anew = ANEW.iter().find(|w| opening.starts_with(**w));
    if anew.is_some_and(|w| {
        opening.chars().count() <= w.chars().count() + 3 || matches!(*w, "说错" | "打错" | "发错" | "搞错" | "弄错" | "记错" | "口误" | "更正" | "纠正")
    }) {
        return Some(Back::All);
    }
    let hum = |t: &Token| {
        matches!(t.is, Is::Word(Kind::Me | Kind::Already) | Is::When(Spoken::Vague))
            || t.kind(Kind::Filler) && (word(t).chars().count() <= 1 || HUM.contains(&word(t)))
            || t.is == Is::Unknown && (word(t).chars().count() <= 1 || HUM.contains(&word(t)))
            || t.kind(Kind::Ask)
            || DOUBT.contains(&word(t))
    };
    let not = |t: &Token| t.kind(Kind::Neg) && NOT.contains(&word(t));
    // 没交成, 没真的看完: its verb is denied, and nothing after it says what is meant instead (没看懂).
    for (at, _) in said.iter().enumerate().filter(|(_, t)| not(t)) {
        // 李四还没交, on a roster or not.
        if said[..at].iter().any(|t| t.is == Is::Unknown && !hum(t) || matches!(t.is, Is::Number(_))) {
            continue;
        }
        let verb = said[at + 1..].iter().position(|t| matches!(t.is, Is::Word(Kind::Verb(_)))).map(|n| at + 1 + n);
        if let Some(verb) = verb
            && said[at + 1..verb]
                .iter()
                .all(|t| hum(t) || word(t).chars().count() <= 2 && matches!(t.is, Is::Unknown | Is::Word(Kind::Filler | Kind::Mark | Kind::All)))
            && matches!(said[verb].is, Is::Word(Kind::Verb(v)) if fits(v))
            && said[verb + 1..].iter().all(|t| ends(t, word(t)))
        {
            return Some(Back::One);
        }
    }
    // 还没, 哦不对还没.
    let tail = said.iter().rposition(|t| !hum(t));
    if let Some(tail) = tail.filter(|t| not(said[*t]) || word(said[*t]) == "忘")
        && said[..tail].iter().all(|t| hum(t) || not(t))
    {
        return Some(Back::All);
    }
    let doubts = DOUBT.iter().any(|w| clause.contains(w));
    let verb = said.iter().any(|t| matches!(t.is, Is::Word(Kind::Verb(v)) if fits(v)));
    let unsaid = said.iter().all(|t| hum(t) || matches!(t.is, Is::Word(Kind::Plan | Kind::Neg)));
    let supposed = said.iter().any(|t| t.kind(Kind::Cond)) && ["记错", "弄错", "不出意外", "没错"].iter().any(|w| clause.contains(w));
    // 在梦里, 一半 by themselves.
    let partly = said.iter().any(|t| t.kind(Kind::Partial)) && (verb || unsaid || said.iter().all(|t| hum(t) || t.kind(Kind::Partial)));
    (doubts && (verb || unsaid) || supposed || partly).then_some(Back::One)
}

/// Whether a clause starts again: 发错群了, 啊不对. For check-in and leave.
pub(in crate::language) fn starts_anew(clause: &str) -> bool {
    let opening = clause.trim_start_matches(['啊', '哦', '噢', '额', '呃', '嗯', '诶', '欸', '哎', '呀', ' ', '我']);
    let begins = |w: &&&str| opening.starts_with(**w) && (opening.chars().count() <= w.chars().count() + 3 || matches!(**w, "不对" | "发错" | "说错" | "打错"));
    ANEW.iter().find(begins).is_some() && !opening.starts_with("不对外")
}

/// What may end a denied verb without changing what is denied: 没交成, 没看完呢.
fn ends(token: &Token, word: &str) -> bool {
    match token.is {
        Is::Gap | Is::Word(Kind::Mark | Kind::Filler | Kind::Partial | Kind::Duty(_) | Kind::Whole) => true,
        Is::Word(Kind::Ask) => matches!(word, "吧" | "?" | "呢?"),
        Is::Word(Kind::Already) => word == "成功",
        Is::Unknown => word.starts_with(['成', '上', '出', '掉', '进', '齐', '全', '够', '哇', '噻', '撒', '嘞']),
        _ => false,
    }
}
