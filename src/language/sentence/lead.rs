//! What leads in to a report and is no part of it: whom it is told (科长, 报告指导员:, 战友们,), and what one was doing
//! when it was done (昨晚值班的时候). Both become gaps before the clauses are read. So does what is said behind it of whom it is
//! for (刘洋的大学习完成了,我代报).

use crate::language::Around;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::names;
use crate::language::text::normalise::is_han;
use crate::language::text::when::Spoken;
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
/// Those for whom one message reports, at most: they stand before every clause of it.
const MOST_NAMED: usize = 40;

/// Turns them into gaps.
pub(in crate::language) fn fold(text: &str, tokens: &mut Vec<Token>, around: &Around<'_>) {
    if text.trim_start().starts_with('>') {
        return;
    }
    noticed(text, tokens);
    labels(text, tokens);
    counted(text, tokens);
    reported_for(text, tokens);
    stood_in(text, tokens, around);
    call(text, tokens);
    doing(text, tokens, around.today);
    spoken_for(text, tokens, around);
}

/// 收到通知,团费已缴: what it was that reminded one.
fn noticed(text: &str, tokens: &mut [Token]) {
    let Some(end) = tokens.iter().position(|t| matches!(t.is, Is::Break | Is::End)) else { return };
    let said = text[..tokens[end].start].trim();
    let said = ["已", "刚", "才", "刚刚", "刚才"].iter().find_map(|w| said.strip_prefix(w)).unwrap_or(said);
    let rest = ["收到", "接到", "看到", "看见"].iter().find_map(|w| said.strip_prefix(w)).map(|r| r.trim_start_matches('了').trim_end_matches('了'));
    // 收到通知,交团费0.2元 passes it on
    let told = tokens[end..].iter().any(|t| matches!(t.is, Is::Word(Kind::Mark | Kind::Already | Kind::Whole)));
    if told && matches!(rest, Some("通知" | "群通知" | "提醒" | "消息" | "群消息" | "公告" | "群公告")) {
        for token in &mut tokens[..=end] {
            token.is = Is::Gap;
        }
    }
}

/// What stands before a colon on a form beside names and numbers.
const LABELS: &[&str] = &[
    "事项",
    "缴费事项",
    "项目",
    "缴费项目",
    "名称",
    "内容",
    "金额",
    "数额",
    "状态",
    "完成情况",
    "缴费情况",
    "情况",
    "月份",
    "时间",
    "日期",
    "期数",
    "方式",
    "缴费方式",
];

/// 事项:团费;金额:0.2元;状态:已缴: of two or more, what they are called.
fn labels(text: &str, tokens: &mut [Token]) {
    let mut found = Vec::new();
    for (colon, _) in tokens.iter().enumerate().filter(|(_, t)| t.is == Is::Colon) {
        let from = tokens[..colon].iter().rposition(|t| matches!(t.is, Is::Break | Is::End | Is::Gap | Is::Colon)).map_or(0, |n| n + 1);
        if from < colon && LABELS.contains(&&text[tokens[from].start..tokens[colon].start]) {
            found.push(from..=colon);
        }
    }
    if found.len() > 1 {
        for at in found.into_iter().flatten() {
            tokens[at].is = Is::Gap;
        }
    }
}

/// 汇报两件事:团费已交,大学习已学.
fn counted(text: &str, tokens: &mut [Token]) {
    let Some(end) = tokens.iter().position(|t| matches!(t.is, Is::Colon | Is::Break)) else { return };
    let said = text[..tokens[end].start].trim();
    let said = ["向支书", "给支书", "跟支书", "向组织", "我"].iter().find_map(|w| said.strip_prefix(w)).unwrap_or(said);
    let rest = ["汇报", "报告", "报备", "说", "报"].iter().find_map(|w| said.strip_prefix(w)).map(|r| r.trim_start_matches(['一', '下']));
    let rest = rest.or(tokens[end].is.eq(&Is::Colon).then_some(said)).and_then(|r| ["两", "2", "二", "三", "3", "几"].iter().find_map(|w| r.strip_prefix(w)));
    if matches!(rest, Some("件事" | "个事" | "件事情" | "件小事" | "项")) {
        for token in &mut tokens[..=end] {
            token.is = Is::Gap;
        }
    }
}

/// 帮高兴报一下,大学习看完了: every duty behind it is theirs.
fn reported_for(text: &str, tokens: &mut Vec<Token>) {
    // 我替周九报一下
    let me = |t: &Token| t.kind(Kind::Me) || matches!(&text[t.start..t.end], "来" | "先" | "这里");
    let Some(start) = tokens.iter().position(|t| t.is != Is::Gap && !me(t)) else { return };
    let Some(end) = tokens.iter().position(|t| matches!(t.is, Is::Break | Is::Colon | Is::End)).filter(|end| start < *end) else { return };
    let named = tokens[start..end].iter().skip(1).take_while(|t| matches!(t.is, Is::Name | Is::Gap) || t.kind(Kind::And)).count();
    if !(1..=MOST_NAMED).contains(&named) || !(tokens[start].kind(Kind::Proxy) || tokens[start].kind(Kind::Give)) || end + 1 >= tokens.len() {
        return;
    }
    let said = text[tokens[start + named].end..tokens[end].start].trim();
    let said_for = tokens[start].kind(Kind::Proxy) && says_for_others(&format!("代{said}"));
    if !said_for && !ticks(said) {
        return;
    }
    let mut who: Vec<Token> = tokens[start..=start + named].to_vec();
    who[0].is = Is::Word(Kind::Proxy);
    let rest = tokens.split_off(end + 1);
    for token in &mut tokens[..=end] {
        token.is = Is::Gap;
    }
    for clause in rest.split_inclusive(|t| matches!(t.is, Is::Break | Is::End)) {
        let has = |is: fn(&Is) -> bool| clause.iter().any(|t| is(&t.is));
        // …,我的团费也交了; …,王五团费也交了: said of somebody else
        let anew = has(|is| *is == Is::Name) || has(|is| *is == Is::Word(Kind::Me)) && !has(|is| *is == Is::Word(Kind::Proxy));
        if !anew && has(|is| matches!(is, Is::Word(Kind::Duty(_)))) {
            tokens.extend_from_slice(&who);
        }
        tokens.extend_from_slice(clause);
    }
}

/// 陈晨团日请假,我代他说一声: those of the roster named at the start, for whom the speaker says it.
fn spoken_for(text: &str, tokens: &mut Vec<Token>, around: &Around<'_>) {
    let Some(cut) = tokens.iter().rposition(|t| t.is == Is::Break) else { return };
    let Some((first, last)) = tokens[cut + 1..].first().zip(tokens.last()) else { return };
    if !says_for_others(text[first.start..last.end].trim_matches([' ', '。', '!', '~'])) {
        return;
    }
    let mut named: Vec<Token> = Vec::new();
    let Some(mut at) = tokens.iter().find(|t| t.is != Is::Gap).map(|t| t.start) else { return };
    while let Some(len) = names::exact_at(&text[at..], around.names) {
        named.push(Token { is: Is::Name, start: at, end: at + len });
        at += len;
        let joined =
            ["、", "和", "跟", "与", ","].iter().find(|s| text[at..].starts_with(**s) && names::exact_at(&text[at + s.len()..], around.names).is_some());
        at += joined.map_or(0, |s| s.len());
    }
    let (Some(from), Some(end)) = (named.first().map(|t| t.start), named.last().map(|t| t.end)) else { return };
    let Some(next) = tokens.iter().position(|t| t.end > end) else { return };
    if next > cut || tokens[next].start < end && tokens[next].is != Is::Unknown {
        return;
    }
    for token in &mut tokens[cut..] {
        token.is = Is::Gap;
    }
    tokens[next].start = tokens[next].start.max(end);
    let said = std::iter::once(Token { is: Is::Word(Kind::Proxy), start: from, end: from }).chain(named);
    tokens.splice(..next, said);
}

/// 记得收一下, 您查收: what whoever was paid may do now.
pub(in crate::language) fn to_receive(clause: &str) -> bool {
    let mut rest = clause.trim_matches([' ', '~']);
    let politely = ["请", "麻烦", "辛苦", "你", "您", "支书", "书记", "老师", "班长", "记得", "注意", "帮忙"];
    while let Some(next) = politely.iter().find_map(|w| rest.strip_prefix(w)) {
        rest = next;
    }
    let rest = rest.trim_end_matches(['哈', '哦', '呀', '啊', '噢']);
    matches!(
        rest,
        "点一下"
            | "点下"
            | "看一下"
            | "看下"
            | "查一下"
            | "查下"
            | "核一下"
            | "核对一下"
            | "瞅一眼"
            | "看一眼"
            | "过目"
            | "收"
            | "收一下"
            | "收下"
            | "查收"
            | "查收一下"
            | "查看"
            | "接收"
            | "点收"
            | "领取"
            | "收款"
            | "确认收款"
            | "接收一下"
            | "收下款"
    )
}

/// 何静在路上,我先帮她签到: one of the roster at the start, and what the speaker does for them.
fn stood_in(text: &str, tokens: &mut Vec<Token>, around: &Around<'_>) {
    let Some(start) = tokens.iter().position(|t| t.is != Is::Gap) else { return };
    let Some(cut) = tokens.iter().position(|t| t.is == Is::Break).filter(|c| *c > start) else { return };
    let from = tokens[start].start;
    let Some(len) = names::exact_at(&text[from..], around.names) else { return };
    let why = &text[from + len..tokens[cut].start];
    let alone = tokens[cut + 1..].iter().all(|t| !matches!(t.is, Is::Break | Is::Word(Kind::Ask | Kind::Neg)));
    let told = tokens[start..cut]
        .iter()
        .any(|t| matches!(t.is, Is::Colon | Is::Word(Kind::Ask | Kind::Hear | Kind::Duty(_) | Kind::Verb(_) | Kind::Leave | Kind::CheckIn)));
    let pair = (cut + 1..tokens.len().saturating_sub(1))
        .find(|at| tokens[*at].kind(Kind::Proxy) && matches!(&text[tokens[at + 1].start..tokens[at + 1].end], "他" | "她"));
    let Some(pair) = pair.filter(|p| alone && !told && !why.trim().is_empty() && tokens[cut + 1..*p].iter().any(|t| t.kind(Kind::Me))) else { return };
    for at in (start..=cut).chain([pair, pair + 1]) {
        tokens[at].is = Is::Gap;
    }
    let said = [Token { is: Is::Word(Kind::Proxy), start: from, end: from }, Token { is: Is::Name, start: from, end: from + len }];
    let at = cut + 1;
    tokens.splice(at..at, said);
}

/// 我代报, 我替他说一声, 我帮他们登记一下.
fn says_for_others(clause: &str) -> bool {
    fn after<'c>(clause: &'c str, words: &[&str]) -> Option<&'c str> {
        words.iter().find_map(|w| clause.strip_prefix(w))
    }
    let clause = after(clause, &["由我", "我来", "我"]).unwrap_or(clause);
    let Some(rest) = after(clause, &["代为", "代", "替", "帮忙", "帮"]) else { return false };
    let rest = after(rest, &["他们", "她们", "他", "她", "ta"]).unwrap_or(rest);
    let Some(rest) = after(rest, &["报备", "报", "说", "转达", "转告", "登记", "发", "接龙"]) else {
        return false;
    };
    let rest = after(rest, &["一声", "一下", "个"]).unwrap_or(rest);
    matches!(rest, "" | "了" | "的" | "哈" | "啦" | "哦")
}

/// 打个卡, 补一下: what one does for another, before it is said of which duty.
fn ticks(said: &str) -> bool {
    let said = ["也", "先", "顺便", "来"].iter().find_map(|w| said.strip_prefix(w)).unwrap_or(said);
    let done = said.trim_end_matches(['了', '啦', '哈', '哦', '呀', '~', ' ']);
    ["", "补", "补个", "打", "打个", "打一下", "打下", "补打", "补打个", "补一下", "冒个", "接个", "接"]
        .iter()
        .any(|w| done.strip_prefix(w).is_some_and(|rest| matches!(rest, "打卡" | "打个卡" | "卡" | "泡" | "龙" | "冒泡" | "接龙")))
        || ["补", "交", "缴", "转", "付", "看", "学", "完成"].iter().any(|w| done.strip_prefix(w).is_some_and(|rest| matches!(rest, "一下" | "下" | "个")))
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
    // 同志们好, 各位早上好: a greeting.
    let greeted = ["早晨", "早啊", "早安呀", "午安", "早上好", "上午好", "中午好", "下午好", "晚上好", "早安", "你们好", "您好", "你好", "好"]
        .iter()
        .find_map(|w| who.strip_suffix(w))
        .unwrap_or(who);
    let everybody = ["同志们", "同学们", "团员们", "各位同学", "各位团员", "各位同志", "各位"].contains(&greeted);
    let who = if everybody && greeted.len() < who.len() { "大家们" } else { who };
    // 各位老师好,团费已缴纳: told upwards.
    let upwards = ["各位老师", "各位领导", "各位委员", "老师们", "领导们"].contains(&greeted);
    let several = !upwards && who.ends_with('们') && !who.starts_with(['我', '你', '他', '她', '它', '咱', '俺', '您']);
    let greets = greeted.len() < who.len() || everybody;
    let plain = |t: &Token| match t.is {
        Is::Unknown | Is::Word(Kind::Person | Kind::Filler) => true,
        Is::Word(Kind::Them | Kind::Notice) => several || upwards,
        Is::Word(Kind::Mark) => several || greets,
        Is::Word(Kind::All) => upwards,
        _ => false,
    };
    let called = (2..=LONGEST_CALL).contains(&who.chars().count())
        && who.chars().all(is_han)
        && (upwards || !who.contains(NO_NAME))
        && tokens[first..end].iter().all(plain)
        && if several { tokens[end..].iter().any(|t| t.kind(Kind::Me) || ["我已", "本人已"].contains(&word(t))) } else { upwards || titled(greeted) };
    if ends_it && called {
        // a greeting stays a clause of its own
        for token in &mut tokens[start..end + usize::from(!greets)] {
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
