//! When, where and how something was done, as people put it beside a report: 刚下课就, 午饭时, 通勤路上, 两倍速. That changes nothing
//! of it and becomes a gap; where it shows that it is over (大学习我午饭时看的), it becomes today. Only before a verb that
//! is marked as done: what one does at lunch every day is no report.

use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::when::Spoken;
use chrono::NaiveDate;
use regex::Regex;
use std::sync::LazyLock;

/// What people are doing, and where, when they pay or learn in between.
const DOING: &str = "上完?夜班|上完?早班|上完?晚班|上完?中班|上完班|下夜班|下早班|下晚班|上完课|午饭|早饭|晚饭|早餐|午餐|晚餐|夜宵|吃饭|吃早饭|吃午饭|吃晚饭|吃完饭|打饭|干饭|做饭|食堂|宿舍|寝室|教室|图书馆|实验室|办公室|\
    单位|公司|厂里|厂|车间|工地|地里|田里|家里|家|村委会|村部|大队部|村里|路上|车上|地铁|公交车?|高铁|火车|动车|大巴|飞机|船上|电梯|床上|被窝|操场|通勤|\
    上班|下班|上课|下课|放学|开完?会|散会|值班|加班|出差|排队|等车|坐车|候车|候机|等人|等饭|等外卖|洗衣服|洗漱|洗澡|洗完澡|刷牙|睡觉|睡醒|醒来|起床|午休|午睡|休息|\
    课间|晚自习|早自习|自习|早读|军训|跑完?步|健身|锻炼|看店|带娃|哄娃|接孩子|接娃|放牛|喂猪|喂鸡|备课|监考|考完试|考试|回家|到家|回到?宿舍|回到?寝室|到校|返校|\
    出门|进门|下地|收工|开工|换班|交班|打针|赶车|站岗|巡逻|执勤|出操|训练|打完?球|回来|忙完|课后|会后|饭后|班后|课前|饭前|会前";

static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
    let tail = "(完|结束)?(了)?(的时候|时候|的间隙|间隙|的空隙|空隙|的空档|空档|的时间|时间|期间|途中|的路上|路上|那会儿?|时|后|前|里|上|中)?";
    let lying = "(躺|坐|趴|窝|蹲|站)(在)?(床|沙发|椅子|车|路边|田埂|地头|门口|宿舍|寝室|被窝)(上|里)?";
    let how = "[0-9.]{0,3}[一二两三四五双]?倍速?|静音|默默|悄悄|偷偷|抽空|挤时间";
    let at_it = format!("(刚刚?|才|一|趁着?|在|利用|早)?({DOING})({DOING})?{tail}(就)?");
    let both = format!("边({DOING}|走路|走|吃|听歌)边");
    Regex::new(&format!("^({both}|{lying}|{how}|{at_it})")).expect("it is constant")
});

/// Turns them into gaps, or into today.
pub(in crate::language) fn fold(text: &str, tokens: &mut Vec<Token>, today: NaiveDate) {
    if tokens.iter().any(|t| t.kind(Kind::Leave)) || !tokens.iter().any(|t| matches!(t.is, Is::Unknown | Is::Word(Kind::Plan | Kind::Prep))) {
        return;
    }
    let mut at = 0;
    while at < tokens.len() {
        if let Some((last, over)) = found(text, tokens, at) {
            let (start, end) = (tokens[at].start, tokens[last].end);
            let just = text[start..end].ends_with('就').then_some(Is::Word(Kind::Already));
            let is = if over { Is::When(Spoken::Days(today, today)) } else { just.unwrap_or(Is::Gap) };
            tokens.splice(at..=last, [Token { is, start, end }]);
        }
        at += 1;
    }
}

/// The last of such words that begin with this token, and whether they show that it is over.
fn found(text: &str, tokens: &[Token], at: usize) -> Option<(usize, bool)> {
    let opens = |t: &Token| matches!(t.is, Is::Gap | Is::Break | Is::End | Is::When(_) | Is::Word(Kind::Me | Kind::Duty(_) | Kind::Already | Kind::Filler));
    if !at.checked_sub(1).is_none_or(|b| opens(&tokens[b])) || tokens[at].is == Is::Gap {
        return None;
    }
    let rest = &text[tokens[at].start..];
    let said = ASIDE.find(rest).filter(|m| !m.is_empty())?.as_str();
    let end = tokens[at].start + said.len();
    // 下课就看 is to come; 刚下课就看了 is over
    if said.ends_with('就') && !said.starts_with(['刚', '才', '一', '早']) {
        return None;
    }
    // none where they end within an unknown word
    let last = at + tokens[at..].iter().position(|t| t.end >= end).filter(|n| tokens[at + n].end == end)?;
    let strange = |t: &Token| matches!(t.is, Is::Unknown | Is::Number(_) | Is::Word(Kind::Plan | Kind::Mark | Kind::Other | Kind::Prep | Kind::Verb(_)));
    if !tokens[at..=last].iter().any(strange) {
        return None;
    }
    // 村里大学习都看完了: whose?
    let timed = said.starts_with(['刚', '才', '一', '趁', '在', '边', '利', '早'])
        || said.ends_with(['时', '候', '后', '前', '完', '了', '就', '隙', '速', '音', '空'])
        || ["路上", "时间", "期间"].iter().any(|w| said.ends_with(w));
    if !timed && tokens.get(last + 1).is_some_and(|t| matches!(t.is, Is::Word(Kind::Duty(_)))) {
        return None;
    }
    let clause = tokens[last + 1..].split(|t| matches!(t.is, Is::Break | Is::End)).next()?;
    let clause = &clause[..clause.iter().rposition(|t| t.is != Is::Gap).map_or(0, |n| n + 1)];
    let goes_on = clause
        .first()
        .is_some_and(|t| matches!(t.is, Is::Word(Kind::Verb(_) | Kind::Already | Kind::Me | Kind::Duty(_) | Kind::Prep)) || &text[t.start..t.end] == "把");
    if !goes_on {
        return None;
    }
    let verb = clause.iter().rposition(|t| matches!(t.is, Is::Word(Kind::Verb(_))))?;
    let after = &clause[verb + 1..];
    let marked = after.iter().any(|t| t.kind(Kind::Mark) && text[t.start..t.end].starts_with(['了', '啦', '过', '咯', '完', '好', '掉']));
    // 开会间隙把大学习刷完了
    let while_at_it = ["时", "时候", "间隙", "空隙", "空档", "路上", "途中", "期间", "课间", "午休"].iter().any(|w| said.ends_with(w))
        || said.starts_with('在') && said.ends_with(['上', '里', '中'])
        || said.starts_with(['躺', '坐', '趴', '窝', '蹲', '站']);
    let over = matches!(after, [de] if de.kind(Kind::De)) || marked && while_at_it && clause.first().is_some_and(|t| &text[t.start..t.end] == "把");
    (marked || over).then_some((last, over))
}
