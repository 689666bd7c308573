//! What leads in to a report and is no part of it: whom it is told (科长, 报告指导员:, 战友们,), and what one was doing
//! when it was done (昨晚值班的时候). Both become gaps before the clauses are read.

use super::lex::{Is, Token};
use super::lexicon::Kind;
use super::normalise::is_han;
use super::when::Spoken;
use chrono::NaiveDate;

/// How those are called whom one reports to; before 长 what they are the head of.
const TITLES: &[&str] = &[
    "书记",
    "主任",
    "老师",
    "导员",
    "指导员",
    "教导员",
    "干事",
    "委员",
    "师傅",
    "主管",
    "经理",
    "主席",
    "秘书",
    "教官",
    "首长",
    "领导",
    "支书",
    "组织",
    "大哥",
    "大姐",
    "学姐",
    "学长",
    "站长",
    "厂长",
    "园长",
];
const HEADS: &str = "科处局厅部班排连营团旅队校院所厂店段组村乡镇县市区社会站园馆行船舍室楼级系股矿";
/// What a name for somebody does not hold.
const NO_NAME: &[char] = &['不', '没', '的', '了', '把', '给', '跟', '被', '听', '看', '说', '问', '让', '叫', '请', '到', '去', '来', '是', '在', '和', '各'];
/// The longest way of calling somebody, in characters.
const LONGEST_CALL: usize = 7;
/// What one is doing now and then, and so told of a time just gone; 高中的时候 was long ago.
const AT_IT: &[&str] = &[
    "值班",
    "加班",
    "上班",
    "开会",
    "站岗",
    "巡逻",
    "执勤",
    "等车",
    "坐车",
    "候车",
    "候机",
    "排队",
    "吃饭",
    "打饭",
    "午休",
    "休息",
    "下班",
    "上课",
    "看店",
    "带娃",
    "接孩子",
    "接娃",
    "放牛",
    "备课",
    "监考",
    "坐船",
    "等人",
    "等饭",
    "等外卖",
    "换班",
    "交班",
    "打针",
    "洗衣服",
    "做饭",
    "赶车",
];
/// The longest such doing, in characters.
const LONGEST_DOING: usize = 6;

/// Turns both into gaps.
pub(super) fn fold(text: &str, tokens: &mut [Token], today: NaiveDate) {
    call(text, tokens);
    doing(text, tokens, today);
}

/// 科长, and 报告指导员: at the very start; of several at once (战友们,) only where the speaker then speaks of himself.
fn call(text: &str, tokens: &mut [Token]) {
    let word = |t: &Token| &text[t.start..t.end];
    let Some(start) = tokens.iter().position(|t| t.is != Is::Gap) else { return };
    let opens = |t: &Token| t.is == Is::Gap || matches!(word(t), "报告" | "汇报" | "尊敬的" | "敬爱的" | "亲爱的" | "您好" | "你好");
    let first = start + tokens[start..].iter().take_while(|t| opens(t)).count();
    let formal = tokens[start..first].iter().any(|t| matches!(word(t), "报告" | "汇报" | "尊敬的" | "敬爱的"));
    let Some(end) = tokens[first..].iter().position(|t| matches!(t.is, Is::Break | Is::End | Is::Colon)).map(|n| first + n) else { return };
    let (Some(from), Some(to)) = (tokens[first..end].first(), tokens[first..end].last()) else { return };
    let who = text[from.start..to.end].trim();
    let ends_it = match tokens[end].is {
        Is::Colon => formal,
        Is::End => word(&tokens[end]) != "\n",
        _ => true,
    };
    let several = who.ends_with('们') && !who.starts_with(['我', '你', '他', '她', '它', '咱', '俺', '您']);
    let plain = |t: &Token| matches!(t.is, Is::Unknown | Is::Word(Kind::Person | Kind::Filler)) || several && t.kind(Kind::Them);
    let called = (2..=LONGEST_CALL).contains(&who.chars().count())
        && who.chars().all(is_han)
        && !who.contains(NO_NAME)
        && tokens[first..end].iter().all(plain)
        && if several { tokens[end..].iter().any(|t| t.kind(Kind::Me) || ["我已", "本人已"].contains(&word(t))) } else { titled(who) };
    if ends_it && called {
        for token in &mut tokens[start..=end] {
            token.is = Is::Gap;
        }
    }
}

fn titled(who: &str) -> bool {
    let head = who.strip_suffix('长').and_then(|w| w.chars().next_back());
    TITLES.iter().any(|t| who.ends_with(t)) || head.is_some_and(|c| HEADS.contains(c))
}

/// 昨晚值班的时候: on a day that is gone, or while doing what is done all the time.
fn doing(text: &str, tokens: &mut [Token], today: NaiveDate) {
    let word = |t: &Token| &text[t.start..t.end];
    for at in 1..tokens.len().saturating_sub(1) {
        if !(word(&tokens[at]) == "的" && matches!(word(&tokens[at + 1]), "时候" | "时")) {
            continue;
        }
        let silent = |t: &&Token| matches!(t.is, Is::Unknown | Is::Word(Kind::Verb(_) | Kind::Filler | Kind::Person));
        let usual = AT_IT.iter().find_map(|w| {
            let start = text[..tokens[at].start].strip_suffix(w)?.len();
            tokens[..at].iter().position(|t| t.start == start)
        });
        let len = tokens[..at].iter().rev().take_while(silent).count();
        let from = usual.unwrap_or(at - len);
        let len = at - from;
        if len == 0 {
            continue;
        }
        let said = &text[tokens[from].start..tokens[at].start];
        let gone = from.checked_sub(1).is_some_and(|b| matches!(tokens[b].is, Is::When(Spoken::Days(first, _)) if first <= today));
        let parted =
            from.checked_sub(1).is_none_or(|b| matches!(tokens[b].is, Is::Gap | Is::Break | Is::End | Is::Word(Kind::Me | Kind::Duty(_) | Kind::Already)));
        if said.chars().count() <= LONGEST_DOING && (gone || parted && usual.is_some()) {
            for token in &mut tokens[from..=at + 1] {
                token.is = Is::Gap;
            }
        }
    }
}
