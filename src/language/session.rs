//! Check-in and leave as people state them: 签到 4821, 帮张三签到, 团日请假要出差, 晚到十分钟.

use super::clause::Seen;
use super::intent::LeaveKind;
use super::lex::{Is, Lexed, Token};
use super::lexicon::Kind;
use super::statement::Sentence;
use super::takeback::{DOUBT, starts_anew};
use super::when::Spoken;
use super::{Around, Grammar, Intent, Meaning};
use crate::domain::duty::Measure;
use chrono::{Days, NaiveDate};
use std::ops::Range;

type Why = Vec<(&'static str, Range<usize>)>;

const SICK: &[&str] = &[
    "病",
    "不舒服",
    "发烧",
    "高烧",
    "低烧",
    "流感",
    "甲流",
    "新冠",
    "胃疼",
    "胃痛",
    "牙疼",
    "牙痛",
    "挂水",
    "崴",
    "发热",
    "感冒",
    "头疼",
    "头痛",
    "肚子疼",
    "肚子痛",
    "住院",
    "看医生",
    "医院",
    "过敏",
    "生理期",
    "痛经",
    "骨折",
    "受伤",
    "扭伤",
    "咳嗽",
    "拉肚子",
    "手术",
    "复查",
    "打针",
    "输液",
    "难受",
    "sick",
    "ill",
];
const PERSONAL: &[&str] = &[
    "出差",
    "有事",
    "事假",
    "私事",
    "家事",
    "家里",
    "家中",
    "回家",
    "考试",
    "实习",
    "加班",
    "上课",
    "有课",
    "面试",
    "比赛",
    "婚礼",
    "结婚",
    "外出",
    "出门",
    "开会",
    "培训",
    "值班",
    "上班",
    "搬家",
    "出国",
    "旅游",
    "接人",
    "接孩子",
    "奔丧",
    "喜酒",
    "兼职",
    "答辩",
    "赶不",
    "冲突",
    "急事",
    "要事",
    "personal",
    "要去",
    "因为",
    "因",
    "由于",
    "临时",
    "不在",
    "在外",
    "去不了",
    "来不了",
];

impl Grammar {
    pub(super) fn session(&self, sentences: &[Sentence], lexed: &Lexed, around: &Around<'_>) -> Vec<Meaning> {
        let has = |kind: Kind| sentences.iter().any(|s| s.parts.iter().any(|p| p.tokens.iter().any(|t| t.kind(kind))));
        let mut found = Vec::new();
        // 签到,发错群了; 签到了,没签上; 请假,算了不请了
        let back = sentences.iter().flat_map(|s| &s.parts).skip(1).any(|p| {
            let Some((first, last)) = p.tokens.iter().find(|t| t.is != Is::Gap).zip(p.tokens.last()) else { return false };
            let clause = &lexed.norm.text[first.start..last.end.max(first.start)];
            let denied = p.tokens.iter().any(|t| t.kind(Kind::Neg))
                && ["签上", "签成", "签到", "请了", "请假"].iter().any(|w| clause.contains(w))
                && !clause.contains("能");
            // 签到了签到了,快来: calls the others.
            let calls = !p.me && ["快来", "速来", "都来", "赶紧来", "抓紧"].iter().any(|w| clause.contains(w));
            denied && !p.them || calls || starts_anew(clause)
        });
        if back {
            return found;
        }
        if has(Kind::Leave) {
            found.extend(self.leave(sentences, lexed, around));
        } else if has(Kind::CheckIn) || has(Kind::Late) || has(Kind::Early) {
            found.extend(self.check_in(sentences, lexed));
        }
        found
    }

    fn check_in(&self, sentences: &[Sentence], lexed: &Lexed) -> Option<Meaning> {
        let text = &lexed.norm.text;
        let parts = || sentences.iter().filter(|s| !s.unsure).flat_map(|s| &s.parts);
        if sentences.iter().any(|s| s.unsure && s.parts.iter().any(|p| p.tokens.iter().any(|t| t.kind(Kind::CheckIn)))) {
            return None;
        }
        let about = |p: &&Seen| p.tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::CheckIn | Kind::Late | Kind::Early)));
        let (mut code, mut duty, mut names, mut why) = (None, None, Vec::new(), Why::new());
        let (mut here, mut late, mut early, mut length, mut me) = (false, false, false, false, false);
        for part in parts() {
            if !about(&part) {
                // Another's doings around it make it theirs.
                if part.them && !part.me {
                    return None;
                }
                if let Some(d) = part.duty.filter(|d| self.measure(*d) == Measure::Attendance) {
                    duty = duty.or(Some(d));
                }
                if part.tokens.iter().any(|t| t.kind(Kind::Code)) && !part.blocked {
                    let digits = part.tokens.iter().find(|t| is_code(&text[t.start..t.end]));
                    code = digits.map(|t| text[t.start..t.end].to_owned()).or(code);
                }
                length |= part.details.minutes.is_some();
                continue;
            }
            if let Some(d) = part.duty {
                if self.measure(d) != Measure::Attendance {
                    return None;
                }
                duty = Some(d);
            }
            if !self.clean(part, text) {
                return None;
            }
            for token in &part.tokens {
                let span = token.start..token.end;
                match &token.is {
                    Is::Word(Kind::CheckIn) => {
                        here = true;
                        why.push(("check_in", span));
                    }
                    Is::Word(Kind::Late) => {
                        late = true;
                        why.push(("late", span));
                    }
                    Is::Word(Kind::Early) => {
                        early = true;
                        why.push(("left_early", span));
                    }
                    Is::Word(Kind::Me) => me = true,
                    Is::Minutes(_) => length = true,
                    Is::Word(Kind::Duty(_)) => why.push(("duty", span)),
                    Is::Name => {
                        names.push(text[span.clone()].to_owned());
                        why.push(("names", span));
                    }
                    Is::Number(_) | Is::Unknown if is_code(&text[span.clone()]) => {
                        code = Some(text[span.clone()].to_owned());
                        why.push(("code", span));
                    }
                    _ => {}
                }
            }
        }
        // Without a check-in or a duty: 晚到十分钟 says it, 迟到了 may be any class; 先走了 says it, 我先走了 is a farewell.
        let plain = here || duty.is_some() || late && length || early && !me && !text.contains("我");
        if !plain || !(here || late || early) {
            return None;
        }
        let intent = Intent::CheckIn { duty: duty.map(|d| self.key(d)), code, names, late, left_early: early };
        Some(Meaning { intent, why: origins(why, lexed) })
    }

    /// Nothing in the clause but what belongs to a check-in.
    fn clean(&self, part: &Seen, text: &str) -> bool {
        let tokens = &part.tokens;
        // 到了的签到: whoever is there should.
        if tokens.windows(2).any(|w| w[0].kind(Kind::De) && w[1].kind(Kind::CheckIn))
            && tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Mark | Kind::Verb(_) | Kind::Till)))
            && !part.me
        {
            return false;
        }
        tokens.iter().enumerate().all(|(at, t)| match &t.is {
            // 又签到 groans.
            // 签到在二楼, 签到用这个码, 签到口令是4821: the secretary's.
            Is::Word(Kind::Prep) if &text[t.start..t.end] != "in" && tokens[..at].iter().any(|t| t.kind(Kind::CheckIn)) => false,
            Is::Word(Kind::Filler) if &text[t.start..t.end] == "是" && at > 0 && tokens[at - 1].kind(Kind::Code) => false,
            // 在签到, 签到呢: under way, or asked.
            Is::Word(Kind::Prep) if &text[t.start..t.end] == "在" && tokens.get(at + 1).is_some_and(|t| t.kind(Kind::CheckIn)) => false,
            Is::Word(Kind::Filler) if &text[t.start..t.end] == "呢" && at > 0 && tokens[at - 1].kind(Kind::CheckIn) => false,
            // 支付宝签到了: another's.
            Is::Word(Kind::Filler) if matches!(&text[t.start..t.end], "支付宝" | "银行卡") => false,
            Is::Word(Kind::Also) if text[t.start..t.end].starts_with(['又', '还']) => false,
            Is::Word(
                Kind::CheckIn
                | Kind::Late
                | Kind::Early
                | Kind::Me
                | Kind::Filler
                | Kind::Mark
                | Kind::Whole
                | Kind::Already
                | Kind::Proxy
                | Kind::Give
                | Kind::Code
                | Kind::Also
                | Kind::Back
                | Kind::Duty(_)
                | Kind::And
                | Kind::Prep
                | Kind::De,
            )
            | Is::Minutes(_)
            | Is::Gap
            | Is::Colon
            | Is::Name => {
                // 帮 somebody, not 帮我 and not 帮忙.
                !t.kind(Kind::Proxy) || tokens.iter().any(|t| t.is == Is::Name)
            }
            Is::Word(Kind::Verb(v)) => {
                let verb = self.lexicon.verbs[usize::from(*v)];
                self.only(Measure::Attendance).is_none_or(|d| verb.fits & (1 << d) != 0) || matches!(&text[t.start..t.end], "来" | "扫码" | "打卡" | "补")
            }
            Is::Word(Kind::Person) => !part.them,
            // 晚到一会.
            Is::Word(Kind::Plan) => at > 0 && tokens[at - 1].kind(Kind::Late) && text[t.start..t.end].starts_with("一会"),
            Is::When(Spoken::Days(..) | Spoken::Clock(..) | Spoken::Periods(_)) => !part.blocked,
            // 签到+1.
            Is::Number(1) if at > 0 && (text[..t.start].ends_with('+') || at + 1 == tokens.len() && tokens[at - 1].kind(Kind::CheckIn)) => true,
            Is::Number(_) => is_code(&text[t.start..t.end]) || at == 0,
            Is::Unknown => is_code(&text[t.start..t.end]) || at > 0 && matches!(tokens[at - 1].is, Is::Word(Kind::Prep)),
            _ => false,
        })
    }

    fn leave(&self, sentences: &[Sentence], lexed: &Lexed, around: &Around<'_>) -> Option<Meaning> {
        let text = &lexed.norm.text;
        let (mut duty, mut names, mut why) = (None, Vec::new(), Why::new());
        let mut asked = false;
        let proxied = sentences.iter().flat_map(|s| &s.parts).any(|p| p.tokens.iter().any(|t| t.is == Is::Name));
        for sentence in sentences {
            for part in &sentence.parts {
                let Some(at) = part.tokens.iter().position(|t| t.kind(Kind::Leave)) else {
                    // 请假, 他说: somebody else's.
                    let about_them = proxied && part.tokens.iter().filter(|t| t.kind(Kind::Them)).all(|t| matches!(&text[t.start..t.end], "他" | "她"));
                    if part.them && !part.me && !about_them {
                        return None;
                    }
                    continue;
                };
                if sentence.unsure || !own_leave(part, at, text) {
                    return None;
                }
                asked = true;
                why.push(("leave", part.tokens[at].start..part.tokens[at].end));
            }
        }
        if !asked {
            return None;
        }
        let tokens: Vec<&Token> = sentences.iter().flat_map(|s| &s.parts).flat_map(|p| &p.tokens).collect();
        let (mut from, mut to) = (None, None);
        for (at, token) in tokens.iter().enumerate() {
            let span = token.start..token.end;
            match &token.is {
                // one takes leave from a meeting, not from dues
                Is::Word(Kind::Duty(d)) if duty.is_none() && self.measure(*d) == Measure::Attendance => {
                    duty = Some(*d);
                    why.push(("duty", span));
                }
                Is::Name => {
                    names.push(text[span.clone()].to_owned());
                    why.push(("names", span));
                }
                Is::When(spoken) => {
                    let until = at > 0 && tokens[at - 1].kind(Kind::Till);
                    let starts = tokens.get(at + 1).is_some_and(|t| matches!(&text[t.start..t.end], "开始" | "起"));
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
        // Somebody named and nobody asked for: 张三请假了 is hearsay, unless the bot is told.
        let intent = Intent::Leave { duty: duty.map(|d| self.key(d)), from, to, kind: kind(text), names };
        Some(Meaning { intent, why: origins(why, lexed) })
    }
}

/// Whether the clause asks leave for the speaker or those named, and is no rule about leave.
fn own_leave(part: &Seen, at: usize, text: &str) -> bool {
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
    let proxied = part.tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Proxy | Kind::Give)));
    let named = part.tokens.iter().any(|t| t.is == Is::Name);
    let whose = !proxied || named || part.me;
    // An unknown subject: 小红团日请假.
    let stranger = part.tokens.first().is_some_and(|t| t.is == Is::Unknown)
        && !part.me
        && part.duty.is_some_and(|_| true)
        && !SICK.iter().chain(PERSONAL).any(|w| text[part.tokens[0].start..part.tokens[0].end].contains(w));
    let comment = part.tokens.get(at + 1).is_some_and(|t| {
        t.is == Is::Unknown
            && text[t.start..t.end].starts_with(['太', '很', '好', '真', '人', '多', '少', '规', '制', '流', '手', '原', '理', '单', '申', '次', '天'])
    });
    let told = !part.me && ["有事提前", "有事请提前", "有事的", "不来的", "来不了的"].iter().any(|w| text[part.tokens[0].start..].starts_with(w));
    let deadline = part.tokens.iter().any(|t| t.kind(Kind::Till) && text[t.start..t.end].starts_with('截'));
    let counted = part.tokens.windows(2).any(|w| matches!(w[0].is, Is::Number(_)) && text[w[1].start..].starts_with(['人', '位', '名', '个']));
    // 估计要请假, 好想请假: not yet.
    let word = |t: &Token| &text[t.start..t.end];
    let unsettled = part.tokens[..at].iter().any(|t| DOUBT.contains(&word(t)) || matches!(word(t), "好想" | "真想" | "说不定" | "看来" | "看样子" | "希望"))
        || part.tokens[..at].windows(2).any(|w| word(&w[0]).ends_with(['好', '真']) && word(&w[1]) == "想");
    // 团日可以请假 is a rule, 上次团日我请假了 and 本来想请假 are over.
    let modal = at > 0 && matches!(word(&part.tokens[at - 1]), "能" | "可以" | "可" | "不能" | "不可以" | "不可" | "允许" | "准许" | "许");
    let before = &text[part.tokens[0].start..part.tokens[at].start];
    let over = ["上次", "上回", "那次", "以前", "之前", "本来", "原本", "原来"].iter().any(|w| before.contains(w));
    // 团日小刘请假了: whoever stands right before is not the speaker.
    let another = at > 0 && part.tokens[at - 1].is == Is::Unknown && !part.me && {
        let who = word(&part.tokens[at - 1]);
        let told = part.tokens.get(at + 1).is_some_and(|t| t.kind(Kind::Mark));
        let reason =
            SICK.iter().chain(PERSONAL).any(|w| who.contains(w)) || who.starts_with(['去', '回', '要', '得', '在', '跑', '带', '陪', '接', '送', '有']);
        !reason && who.chars().count() <= 3 && (told || who.starts_with(['小', '老', '阿']))
    };
    let form = text[part.tokens[at].start..part.tokens[at].end].contains('条');
    !denied && !ruled && !relative && whose && !stranger && !comment && !deadline && !counted && !form && !told && !unsettled && !modal && !over && !another
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

/// Why, as far as the record may know it: sick or not. The words themselves are never kept.
fn kind(text: &str) -> Option<LeaveKind> {
    if text.contains("事假") {
        return Some(LeaveKind::Personal);
    }
    if SICK.iter().any(|w| text.contains(w)) {
        return Some(LeaveKind::Sick);
    }
    let reason = PERSONAL.iter().any(|w| text.contains(w)) || text.split([',', ' ', '。', '(']).any(|s| s.starts_with(['要', '去']) || s.starts_with("得去"));
    reason.then_some(LeaveKind::Personal)
}

/// A check-in code: three to eight digits.
fn is_code(text: &str) -> bool {
    (3..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn origins(mut why: Why, lexed: &Lexed) -> Why {
    why.sort_by_key(|(_, r)| r.start);
    why.into_iter().map(|(what, r)| (what, lexed.norm.origin(r))).collect()
}
