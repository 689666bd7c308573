//! Leave as people ask for it: 团日请假要出差, 替张三请病假; not rules about it, nor what is said of others' leave.

mod reason;

pub(in crate::language) use self::reason::reason;
use self::reason::{kin, kind};
use super::session::{Why, origins};
use crate::domain::duty::Measure;
use crate::language::answer::months;
use crate::language::sentence::clause::Seen;
use crate::language::sentence::statement::Sentence;
use crate::language::sentence::takeback::DOUBT;
use crate::language::text::lex::{Is, Lexed, Token, stretch};
use crate::language::text::lexicon::Kind;
use crate::language::text::names;
use crate::language::text::when::{Calendar, Spoken};
use crate::language::{Around, Grammar, Intent, Meaning};
use chrono::{Days, Months, NaiveDate};

/// What such a reason begins with: 去医院, 回老家.
const TO_DO: &[char] = &['去', '回', '要', '得', '在', '跑', '带', '陪', '接', '送', '有', '参', '做'];
/// What else one takes leave from.
const OTHER_PLACES: &[&str] = &[
    "课", "会", "自习", "点名", "查寝", "训练", "实验", "早操", "体测", "军训", "排练", "彩排", "聚餐", "社团", "部门", "公司", "单位", "副本", "战", "班",
    "赛",
];
/// What rules and forms speak of: 要证明, 写申请.
const FORMS: &[&str] =
    &["证明", "假条", "条子", "没批", "不批", "审批", "申请", "提前", "扣", "签字", "书面", "心得", "说明", "邮件", "系统", "流程", "旷", "算"];

impl Grammar {
    /// Leave that is asked for the speaker or those named; 我和张三请假 for both.
    pub(in crate::language) fn leaves(&self, sentences: &[Sentence], lexed: &Lexed, around: &Around<'_>) -> Vec<Meaning> {
        let Some(found) = self.leave(sentences, lexed, around) else { return Vec::new() };
        let and_me = sentences.iter().flat_map(|s| &s.parts).any(|p| p.details.and_me);
        let mut own = found.clone();
        match &mut own.intent {
            Intent::Leave { names, .. } if and_me && !names.is_empty() => names.clear(),
            _ => return vec![found],
        }
        vec![own, found]
    }

    /// Leave that is asked for the speaker or those named.
    fn leave(&self, sentences: &[Sentence], lexed: &Lexed, around: &Around<'_>) -> Option<Meaning> {
        let text = &lexed.norm.text;
        let (mut duty, mut names, mut why) = (None, Vec::new(), Why::new());
        let mut asked = false;
        let proxied = sentences.iter().flat_map(|s| &s.parts).any(|p| p.tokens.iter().any(|t| t.is == Is::Name));
        for sentence in sentences {
            for part in &sentence.parts {
                let Some(at) = part.tokens.iter().position(|t| t.kind(Kind::Leave)) else {
                    // 请假, 他说: somebody else's.
                    let about_them =
                        proxied && part.tokens.iter().filter(|t| t.kind(Kind::Them)).all(|t| matches!(&text[t.start..t.end], "他" | "她" | "他们" | "她们"));
                    let theirs = part.tokens.iter().filter(|t| t.kind(Kind::Them)).all(|t| kin(&text[t.start..t.end]));
                    let why = theirs && part.tokens.first().zip(part.tokens.last()).is_some_and(|(a, b)| reason(&text[a.start..b.end]));
                    if part.them && !part.me && !about_them && !why {
                        return None;
                    }
                    continue;
                };
                // 帮我请个假 asks another, unless it is the bot.
                let through = !around.addressed && part.tokens[..at].iter().any(|t| matches!(&text[t.start..t.end], "帮我" | "替我" | "给我" | "帮忙"));
                if through || sentence.unsure || !own_leave(part, at, text, around, proxied) {
                    return None;
                }
                // 大学习请假: not from the meeting; what the duty says of leave is told to whoever asks the bot
                let of = || part.tokens.iter().filter_map(|t| if let Is::Word(Kind::Duty(d)) = t.is { Some((d, t.start..t.end)) } else { None });
                if let Some((d, span)) = of().next().filter(|_| of().all(|(d, _)| self.measure(d) != Measure::Attendance)) {
                    if !around.addressed {
                        return None;
                    }
                    duty = Some(d);
                    why.push(("duty", span));
                }
                asked = true;
                why.push(("leave", part.tokens[at].start..part.tokens[at].end));
            }
        }
        if !asked {
            return None;
        }
        let tokens: Vec<&Token> = sentences.iter().flat_map(|s| &s.parts).flat_map(|p| &p.tokens).collect();
        let (mut from, mut to, mut length) = (None, None, None);
        for (at, token) in tokens.iter().enumerate() {
            let span = token.start..token.end;
            match &token.is {
                // one takes leave from a meeting, not from dues
                Is::Word(Kind::Duty(d)) if duty.is_none() && self.measure(*d) == Measure::Attendance => {
                    duty = Some(*d);
                    why.push(("duty", span));
                }
                // 请假了也要看大学习: a rule.
                Is::Word(Kind::Also)
                    if matches!(
                        tokens.get(at + 1).map(|t| &text[t.start..t.end]),
                        Some("要" | "得" | "必须" | "需" | "需要" | "应该" | "会" | "可以" | "能" | "算")
                    ) =>
                {
                    return None;
                }
                // 主题团日请假 李四 事假: as a form is filled in
                Is::Unknown if signature(&tokens, at, text, around).is_some() => {
                    let len = signature(&tokens, at, text, around).unwrap_or_default();
                    names.push(text[span.start..span.start + len].to_owned());
                    why.push(("names", span.start..span.start + len));
                }
                Is::Name => {
                    names.push(text[span.clone()].to_owned());
                    why.push(("names", span));
                }
                // 上个月团日请假了 is over
                Is::When(Spoken::Periods(periods)) if periods.iter().all(|p| p.last_day() < around.today) => return None,
                // 请假到12th: until when?
                Is::Word(Kind::Till) if tokens[at + 1..].iter().find(|t| t.is != Is::Gap).is_some_and(|t| unread(t, text)) => return None,
                Is::Word(Kind::Leave) => {
                    // 请三天假
                    let calendar = Calendar { today: around.today, back: false, leave: false };
                    let Some((spoken, _)) = stretch(&text[span.clone()], calendar) else { continue };
                    if let Spoken::Stretch(n) = in_days(&spoken, text[span.clone()].trim_matches(['请', '假', '的', '病', '事']), from.unwrap_or(around.today))
                    {
                        if from.is_none() {
                            length = Some(n);
                        }
                        days(&Spoken::Stretch(n), false, false, around.today, &mut from, &mut to);
                        why.push(("from", span));
                    }
                }
                Is::When(spoken) => {
                    // 12号之前: up to the day before.
                    let ahead = tokens.get(at + 1).filter(|t| matches!(&text[t.start..t.end], "之前" | "以前" | "前"));
                    if ahead.is_some() && from.is_none() {
                        let last = match spoken {
                            Spoken::Days(first, last) if first == last && !text[span.clone()].ends_with(['底', '末']) => first.pred_opt(),
                            Spoken::Days(_, last) => Some(*last),
                            Spoken::Periods(periods) => periods.first().and_then(|p| p.first_day().pred_opt()),
                            _ => None,
                        };
                        if let Some(last) = last.filter(|l| *l >= around.today) {
                            (from, to) = (Some(around.today), Some(last));
                            why.push(("from", span));
                        }
                        continue;
                    }
                    let until = at > 0 && tokens[at - 1].kind(Kind::Till);
                    let starts = tokens.get(at + 1).is_some_and(|t| matches!(&text[t.start..t.end], "开始" | "起"));
                    // 请假三天,从明天开始: a length before its start; 后天回来 is none.
                    let spoken = &in_days(spoken, &text[span.clone()], from.unwrap_or(around.today));
                    let back = tokens.get(at + 1).is_some_and(|t| text[t.start..].starts_with(['回', '返', '销']));
                    match spoken {
                        Spoken::Stretch(n) if from.is_none() => length = Some(*n),
                        Spoken::Days(first, last) if !until && length.is_some() => {
                            let Some(n) = length.take().filter(|_| !back) else { continue };
                            let end = first.checked_add_days(Days::new(u64::try_from(n - 1).unwrap_or(0)));
                            (from, to) = (Some(*first), if first == last { end } else { Some(*last) });
                            why.push(("from", span));
                            continue;
                        }
                        _ => {}
                    }
                    if days(spoken, until, starts, around.today, &mut from, &mut to) {
                        why.push(("from", span));
                    }
                }
                _ => {}
            }
        }
        if !around.addressed && duty.is_none() && names.is_empty() {
            return None;
        }
        // 高数课请假, to the bot: which meeting of the branch would that be?
        let first = tokens.iter().position(|t| t.kind(Kind::Leave)).unwrap_or(0);
        if duty.is_none() && tokens[..first].iter().any(|t| t.kind(Kind::Other)) {
            return None;
        }
        if duty.is_none() && elsewhere(&tokens[..first], text) {
            return None;
        }
        // Somebody named and nobody asked for: 张三请假了 is hearsay, unless the bot is told.
        let intent = Intent::Leave { duty: duty.map(|d| self.key(d)), from, to, kind: kind(text), names };
        Some(Meaning { intent, why: origins(why, lexed) })
    }
}

/// The bytes of a name of the roster that stands by itself behind 请假.
fn signature(tokens: &[&Token], at: usize, text: &str, around: &Around<'_>) -> Option<usize> {
    // in the same clause: the next row of a list is somebody else's
    let leave = tokens[..at].iter().rev().find(|t| t.kind(Kind::Leave))?;
    let parted = at > 0 && tokens[at - 1].is == Is::Gap && text[leave.end..tokens[at].start].trim_matches(' ').is_empty();
    let len = names::exact_at(&text[tokens[at].start..], around.names).filter(|_| parted)?;
    let last = tokens[at..].iter().position(|t| t.end == tokens[at].start + len)?;
    tokens.get(at + last + 1).is_none_or(|t| t.is == Is::Gap).then_some(len)
}

/// Whether the clause asks leave for the speaker or those named, and is no rule about leave.
fn own_leave(part: &Seen, at: usize, text: &str, around: &Around<'_>, any_named: bool) -> bool {
    if part.them && !part.me {
        return false;
    }
    let asks = part.tokens.last().is_some_and(|t| t.kind(Kind::Neg) && matches!(&text[t.start..t.end], "不" | "没"));
    let denied = asks
        || part.tokens[..at]
            .iter()
            .any(|t| t.kind(Kind::Neg) && !matches!(&text[t.start..t.end], "不能" | "不了" | "没空" | "没时间" | "没法" | "无法" | "来不及" | "没办法"));
    let ruled = part.tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Topic | Kind::Notice)) && &text[t.start..t.end] != "请");
    let relative = part.tokens.get(at + 1).is_some_and(|t| t.kind(Kind::De) && part.tokens.len() > at + 2);
    let proxied = part.tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Proxy | Kind::Give)) && &text[t.start..t.end] != "for");
    let named = part.tokens.iter().any(|t| t.is == Is::Name);
    let whose = !proxied || named || part.me;
    // An unknown subject: 小红团日请假.
    let stranger = part.tokens.first().is_some_and(|t| t.is == Is::Unknown)
        && !part.me
        && part.duty.is_some_and(|_| true)
        && !reason(&text[part.tokens[0].start..part.tokens[0].end]);
    let told = !part.me && ["有事提前", "有事请提前", "有事的", "不来的", "来不了的"].iter().any(|w| text[part.tokens[0].start..].starts_with(w));
    let told = told
        || !part.me && ["有事的", "有课的", "的提前", "的请", "的要请", "的同学"].iter().any(|w| text[part.tokens[0].start..part.tokens[at].end].contains(w));
    let deadline = part.tokens.iter().any(|t| t.kind(Kind::Till) && text[t.start..t.end].starts_with('截'));
    let counted = part.tokens.windows(2).any(|w| matches!(w[0].is, Is::Number(_)) && text[w[1].start..].starts_with(['人', '位', '名', '个']));
    // 估计要请假, 好想请假: not yet.
    let word = |t: &Token| &text[t.start..t.end];
    let unsettled = part.tokens[..at].iter().any(|t| DOUBT.contains(&word(t)) || matches!(word(t), "好想" | "真想" | "说不定" | "看来" | "看样子" | "希望"))
        || part.tokens[..at].windows(2).any(|w| word(&w[0]).ends_with(['好', '真']) && word(&w[1]) == "想");
    // 团日可以请假 is a rule, 上次团日我请假了 and 本来想请假 are over.
    let modal = at > 0 && matches!(word(&part.tokens[at - 1]), "能" | "可以" | "可" | "不能" | "不可以" | "不可" | "允许" | "准许" | "许");
    let before = &text[part.tokens[0].start..part.tokens[at].start];
    // 12号之前 is a deadline
    let timed =
        part.tokens[..at].windows(2).any(|w| matches!(w[0].is, Is::When(Spoken::Days(..) | Spoken::Periods(_))) && matches!(word(&w[1]), "以前" | "之前"));
    let over =
        ["上次", "上回", "那次", "本来", "原本", "原来"].iter().any(|w| before.contains(w)) || !timed && ["以前", "之前"].iter().any(|w| before.contains(w));
    // 团日的假批了 speaks of it; 请团日的假 asks.
    let form = text[part.tokens[at].start..part.tokens[at].end].contains('条')
        || text[part.tokens[at].start..].starts_with('的') && !part.tokens[..at].iter().any(|t| word(t) == "请");
    // 我让班长帮忙请假了: through another, and already.
    let sent =
        part.tokens[..at].windows(2).any(|w| word(&w[0]).ends_with(['让', '叫', '托']) && matches!(w[1].is, Is::Word(Kind::Person | Kind::Them) | Is::Name));
    // 张三托我请假: for whom, and who says it?
    let asked_to = ["托我", "让我帮", "叫我帮", "让我替", "叫我替"].iter().any(|w| before.contains(w)) && !any_named;
    !denied
        && !asked_to
        && !ruled
        && !relative
        && whose
        && !stranger
        && !deadline
        && !counted
        && !form
        && !sent
        && !told
        && !unsettled
        && !modal
        && !over
        && !of_others(part, at, text, around, any_named)
        && ends_well(&part.tokens[at], &part.tokens[at + 1..], text)
}

/// 团日小刘请假了, 都请假了, 给你请假了: somebody else's.
fn of_others(part: &Seen, at: usize, text: &str, around: &Around<'_>, any_named: bool) -> bool {
    let word = |t: &Token| &text[t.start..t.end];
    let before = &part.tokens[..at];
    let for_them = !any_named && before.windows(2).any(|w| matches!(w[0].is, Is::Word(Kind::Proxy | Kind::Give)) && w[1].kind(Kind::Them));
    // 先走要请假 is a rule
    let ruled = before.iter().any(|t| t.kind(Kind::Early)) && before.last().is_some_and(|t| word(t) == "要");
    // 30号前都请假 is one's own
    let timed = before.iter().any(|t| matches!(t.is, Is::When(Spoken::Days(..) | Spoken::Stretch(_))));
    let everybody = before.last().is_some_and(|t| t.kind(Kind::All)) && !(timed && around.addressed);
    let stranger = before.last().filter(|t| t.is == Is::Unknown).is_some_and(|t| {
        let who = word(t);
        let told = part.tokens.get(at + 1).is_some_and(|t| t.kind(Kind::Mark));
        let near = who.chars().count() <= 3 && (told || who.starts_with(['小', '老', '阿']));
        near && !reason(who) && !who.starts_with(TO_DO)
    });
    let named = before.iter().any(|t| t.is == Is::Unknown && names::exact_at(&text[t.start..], around.names).is_some());
    let to_you = before.last().is_some_and(|t| matches!(word(t), "给你" | "给您"));
    for_them || to_you || !part.me && (ruled || everybody || stranger || named)
}

/// Whether what follows in the clause is when, a mark, politeness or a reason: 请假没批, 请假:张三, 请假3人 are not.
fn ends_well(leave: &Token, rest: &[Token], text: &str) -> bool {
    let Some((first, last)) = rest.first().zip(rest.last()) else { return true };
    let word = |t: &Token| &text[t.start..t.end];
    let tail = &text[first.start..last.end];
    let noun = first.start == leave.end && matches!(tail, "登记" | "记录" | "汇报" | "情况");
    // 团日请假没问题 answers another's.
    let answers = rest.iter().any(|t| matches!(word(t), "没问题" | "收到" | "好的" | "好滴" | "可以" | "同意" | "知道了" | "ok" | "无误" | "没毛病"));
    if noun || answers || FORMS.iter().any(|w| tail.contains(w)) && !tail.contains("答辩") {
        return false;
    }
    let plain = |t: &Token| {
        matches!(
            t.is,
            Is::Gap
                | Is::When(_)
                | Is::Minutes(_)
                | Is::Name
                | Is::Word(Kind::Mark | Kind::Filler | Kind::Duty(_) | Kind::Person | Kind::Till | Kind::De | Kind::Me | Kind::Leave)
        ) || matches!(word(t), "次" | "一次" | "、" | "和" | "开始" | "起" | "请")
    };
    let spaced = first.is == Is::Gap && !rest.iter().any(|t| matches!(t.is, Is::Word(Kind::Neg | Kind::Me | Kind::Them | Kind::Also)));
    let other = rest.iter().find(|t| !plain(t));
    let named = rest.iter().any(|t| t.is == Is::Name);
    named || spaced || reason(tail) || other.is_none_or(|t| t.is != Is::Colon && !t.kind(Kind::Neg) && !t.kind(Kind::Also) && word(t).starts_with(TO_DO))
}

/// 高数课请假, 公会请假, 晚自习请假: from something that is no meeting of the branch.
fn elsewhere(before: &[&Token], text: &str) -> bool {
    let clause = before.iter().rposition(|t| matches!(t.is, Is::Break | Is::End)).map_or(before, |at| &before[at + 1..]);
    let Some((first, last)) = clause.first().zip(clause.last()) else { return false };
    let said = text[first.start..last.end].trim_end();
    let place = OTHER_PLACES.iter().any(|w| said.ends_with(w)) && !["有课", "上课", "开会", "补课"].iter().any(|w| said.ends_with(w));
    let strange = |t: &&Token| t.is == Is::Unknown && t.end - t.start >= "公会".len() && !reason(&text[t.start..t.end]) && !text[t.start..].starts_with(TO_DO);
    place || clause.iter().any(strange)
}

/// A number that is no time.
fn unread(token: &Token, text: &str) -> bool {
    !matches!(token.is, Is::When(_)) && text[token.start..].starts_with(|c: char| c.is_ascii_digit())
}

/// 一个月, 半年: as many days as that is from its first.
fn in_days(spoken: &Spoken, word: &str, first: NaiveDate) -> Spoken {
    let long = if *spoken == Spoken::Vague { months(word) } else { None };
    let end = long.and_then(|n| first.checked_add_months(Months::new(u32::try_from(n).ok()?)));
    end.map_or_else(|| spoken.clone(), |end| Spoken::Stretch((end - first).num_days()))
}

/// Reads a time into the range; whether it said one.
fn days(spoken: &Spoken, until: bool, starts: bool, today: NaiveDate, from: &mut Option<NaiveDate>, to: &mut Option<NaiveDate>) -> bool {
    match spoken {
        Spoken::Days(first, last) if until => {
            from.get_or_insert(today.min(*first));
            *to = Some(*last);
        }
        Spoken::Days(first, last) => {
            if from.is_some() && to.is_some() {
                // 周三和周五: from the first to the last.
                *to = (*to).max(Some(*last));
            } else {
                *from = Some(*first);
                *to = if starts && last == first { None } else { Some(*last) };
            }
        }
        Spoken::Stretch(n) => {
            let first = *from.get_or_insert(today);
            *to = first.checked_add_days(Days::new(u64::try_from(n - 1).unwrap_or(0)));
        }
        Spoken::Periods(periods) if periods.len() == 1 => {
            let (first, last) = (periods[0].first_day(), periods[0].last_day());
            if until {
                from.get_or_insert(today);
            } else {
                *from = Some(first.max(today));
            }
            *to = Some(last);
        }
        _ => return false,
    }
    true
}
