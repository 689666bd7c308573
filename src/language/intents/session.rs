//! Check-in as people state it: 签到 4821, 帮张三签到, 晚到十分钟; leave is `leave`'s.

use super::leave::reason;
use crate::domain::duty::Measure;
use crate::language::sentence::clause::{Done, Seen, THINGS};
use crate::language::sentence::context::{called, doubtful};
use crate::language::sentence::statement::Sentence;
use crate::language::sentence::takeback::starts_anew;
use crate::language::text::lex::{Is, Lexed};
use crate::language::text::lexicon::Kind;
use crate::language::text::when::Spoken;
use crate::language::{Around, Grammar, Intent, Meaning};
use chrono::NaiveDate;
use std::ops::Range;

pub(in crate::language) type Why = Vec<(&'static str, Range<usize>)>;

/// Why one comes late, before 来晚了; 高铁晚到了 is of the train.
const BECAUSE: &[&str] = &[
    "堵车",
    "路滑",
    "下雨",
    "雨大",
    "雨太大",
    "下雪",
    "雪大",
    "雪太大",
    "雾大",
    "大雾",
    "睡过头",
    "起晚",
    "错过车",
    "没赶上车",
    "迷路",
    "走错路",
    "走错",
    "修路",
    "封路",
    "拖堂",
    "排队",
    "耽误",
    "耽搁",
    "车坏",
    "爆胎",
    "停电",
    "找不到路",
    "找不到地方",
    "限行",
];

impl Grammar {
    pub(in crate::language) fn session(&self, sentences: &[Sentence], lexed: &Lexed, around: &Around<'_>) -> Vec<Meaning> {
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
            // 签到,人呢
            let calls = calls || !p.me && clause.ends_with('呢') && clause.chars().count() <= 4;
            denied && !p.them || calls || starts_anew(clause)
        });
        // 签到完毕,共28人: told of all.
        let counted = sentences.iter().flat_map(|s| &s.parts).any(|p| {
            !p.me && p.tokens.windows(2).any(|w| matches!(w[0].is, Is::Number(n) if n > 2) && lexed.norm.text[w[1].start..].starts_with(['人', '位', '名']))
        });
        // 来签到来签到, 签到啦签到啦: calls the others.
        let all = || sentences.iter().flat_map(|s| &s.parts).flat_map(|p| &p.tokens);
        let drums = all().filter(|t| t.kind(Kind::CheckIn)).count() > 1
            && !all().any(|t| matches!(t.is, Is::Word(Kind::Me | Kind::Already)))
            && (lexed.norm.text.starts_with('来') || all().any(|t| t.kind(Kind::CheckIn) && lexed.norm.text[t.start..t.end].ends_with('啦')));
        let back = back || drums || counted;
        if back {
            return found;
        }
        if has(Kind::Leave) {
            found.extend(self.leaves(sentences, lexed, around));
        } else if has(Kind::CheckIn) || has(Kind::Late) || has(Kind::Early) {
            found.extend(self.check_in(sentences, lexed, around));
        }
        found
    }

    /// 替李四签到,他手机没电了: him who was named.
    fn of_the_named(sentences: &[Sentence], part: &Seen, text: &str) -> bool {
        let named = sentences.iter().flat_map(|s| &s.parts).any(|p| p.tokens.iter().any(|t| t.is == Is::Name) && p.tokens.iter().any(|t| t.kind(Kind::Proxy)));
        named && part.tokens.iter().filter(|t| t.kind(Kind::Them)).all(|t| matches!(&text[t.start..t.end], "他" | "她" | "他们" | "她们"))
    }

    fn check_in(&self, sentences: &[Sentence], lexed: &Lexed, around: &Around<'_>) -> Option<Meaning> {
        let text = &lexed.norm.text;
        let parts = || sentences.iter().filter(|s| !s.unsure).flat_map(|s| &s.parts);
        if sentences.iter().any(|s| s.unsure && s.parts.iter().any(|p| p.tokens.iter().any(|t| t.kind(Kind::CheckIn)))) {
            return None;
        }
        let about = |p: &&Seen| p.tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::CheckIn | Kind::Late | Kind::Early)));
        let (mut code, mut duty, mut names, mut why) = (None, None, Vec::new(), Why::new());
        let (mut here, mut late, mut early, mut length, mut me) = (false, false, false, false, false);
        let mut excused = false;
        for part in parts() {
            // 签到,4821
            let mut said = part.tokens.iter().filter(|t| t.is != Is::Gap).map(|t| &text[t.start..t.end]);
            if let (Some(digits), None) = (said.next().filter(|w| is_code(w)), said.next()) {
                code.get_or_insert_with(|| digits.to_owned());
                continue;
            }
            if !about(&part) {
                // 李四,签到: is called
                if !here && !sentences.iter().flat_map(|s| &s.parts).any(|p| p.me) && called(part, text, around) {
                    return None;
                }
                // Another's doings around it make it theirs.
                // 签到晚了,系统关了; 签到晚了一分钟,不给补; 签到了,灵魂签到.
                let shut = here && part.blocked && part.duty.is_none() && part.tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Topic | Kind::Neg)));
                // 签到,大学习也要看完: what everybody is to do; 快到了,签到: not there yet.
                let of_other = part.duty.is_some_and(|d| self.measure(d) != Measure::Attendance);
                let step = of_other && part.verb && !part.blocked && matches!(part.done, Done::Claim(_)) && part.details.is_empty();
                let agenda = !me && !part.me && part.duty.is_some() && (told_to(part, text) || step);
                let of_them = part.them && Self::of_the_named(sentences, part, text);
                if agenda || !of_them && on_the_way(part, text) {
                    return None;
                }
                if of_them && (!part.denied || !doubtful(part, true, text, around, &self.talk)) {
                    continue;
                }
                if part.them && !part.me || (shut || late) && refused(part, text) || doubtful(part, here || late || early, text, around, &self.talk) {
                    return None;
                }
                if let Some(d) = part.duty.filter(|d| self.measure(*d) == Measure::Attendance) {
                    duty = duty.or(Some(d));
                }
                if part.tokens.iter().any(|t| t.kind(Kind::Code)) && !part.blocked {
                    let digits = part.tokens.iter().find(|t| is_code(&text[t.start..t.end]));
                    code = digits.map(|t| text[t.start..t.end].to_owned()).or(code);
                }
                // 签到,路上堵车晚了点
                let clause = part.tokens.first().zip(part.tokens.last()).map_or("", |(a, b)| &text[a.start..b.end]);
                late |= here && !part.them && ["晚了点", "晚了一点", "晚了会", "晚了一会", "迟了点", "迟了一点"].iter().any(|w| clause.contains(w));
                length |= part.details.minutes.is_some();
                continue;
            }
            if let Some(d) = part.duty {
                if self.measure(d) != Measure::Attendance {
                    return None;
                }
                duty = Some(d);
            }
            if !self.clean(part, text, around.today) {
                return None;
            }
            // 家里有急事先走了: from where?
            excused |= part
                .tokens
                .iter()
                .any(|t| matches!(t.is, Is::Unknown | Is::Word(Kind::Filler)) && text[t.start..t.end].chars().count() > 2 && reason(&text[t.start..t.end]));
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
                    Is::Name | Is::Card => {
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
        let foretold = why.iter().any(|(what, r)| *what == "late" && text[r.clone()].starts_with(['要', '会', '可', '得', '稍']));
        let plain = here
            || duty.is_some()
            || late && length
            || around.addressed && (late && !foretold || early)
            || early && !me && !excused && !["我", "拜", "下课", "晚安", "再见", "溜"].iter().any(|w| text.contains(w));
        if !plain || !(here || late || early) {
            return None;
        }
        let intent = Intent::CheckIn { duty: duty.map(|d| self.key(d)), code, names, late, left_early: early };
        Some(Meaning { intent, why: origins(why, lexed) })
    }

    /// Nothing in the clause but what belongs to a check-in.
    fn clean(&self, part: &Seen, text: &str, today: NaiveDate) -> bool {
        let tokens = &part.tokens;
        // 到了的签到: whoever is there should.
        if tokens.windows(2).any(|w| w[0].kind(Kind::De) && w[1].kind(Kind::CheckIn))
            && tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Mark | Kind::Verb(_) | Kind::Till | Kind::Late | Kind::Early)))
            && !part.me
        {
            return false;
        }
        // 今晚七点签到, 下周团日签到, 昨天团日我迟到了: another time's
        let over = tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Mark | Kind::Already | Kind::Me)));
        let elsewhen = tokens.iter().any(|t| match &t.is {
            Is::When(Spoken::Clock(..)) => !over,
            Is::When(Spoken::Days(first, last)) => *first > today || *last < today,
            Is::When(Spoken::Periods(periods)) => periods.iter().all(|p| p.first_day() > today || p.last_day() < today),
            _ => false,
        });
        // 签到早了, 团日签到扫码
        let how = tokens.windows(2).any(|w| w[0].kind(Kind::CheckIn) && matches!(&text[w[1].start..w[1].end], "早" | "扫码") && !part.me);
        if elsewhen || how {
            return false;
        }
        // 签到小程序, 签到任务: a thing's name
        if tokens.windows(2).any(|w| w[0].kind(Kind::CheckIn) && w[1].start == w[0].end && THINGS.contains(&&text[w[1].start..w[1].end])) {
            return false;
        }
        // 补签: a thing, where nobody does it
        if let [alone] = &tokens[..]
            && &text[alone.start..alone.end] == "补签"
        {
            return false;
        }
        // 给导员签到了: another's
        if tokens.windows(2).any(|w| matches!(&text[w[0].start..w[0].end], "给" | "替" | "帮" | "代") && matches!(w[1].is, Is::Word(Kind::Person | Kind::Them)))
        {
            return false;
        }
        tokens.iter().enumerate().all(|(at, t)| match &t.is {
            // 又签到 groans.
            // 签到口令1234: tells it.
            Is::Word(Kind::Code) if at > 0 && tokens[at - 1].kind(Kind::CheckIn) && !part.me && &text[t.start..t.end] != "码" => false,
            // 签到在二楼, 签到用这个码, 签到口令是4821: the secretary's.
            Is::Word(Kind::Prep) if &text[t.start..t.end] != "in" && tokens[..at].iter().any(|t| t.kind(Kind::CheckIn)) => false,
            Is::Word(Kind::Filler) if &text[t.start..t.end] == "是" && at > 0 && tokens[at - 1].kind(Kind::Code) => false,
            // 补签到的来我这, 来签到: who should.
            Is::Word(Kind::De) if at > 0 && at + 1 < tokens.len() && tokens[at - 1].kind(Kind::CheckIn) => false,
            Is::Word(Kind::Verb(_)) if &text[t.start..t.end] == "来" && tokens.len() == 2 && at == 0 && &text[tokens[1].start..tokens[1].end] == "签到" => {
                false
            }
            // 拉我签到 asks another.
            Is::Word(Kind::Mark) if at == 0 && tokens.get(1).is_some_and(|t| t.kind(Kind::Me)) => false,
            // 二课签到: a class's; 签到还有五分钟 counts down.
            Is::Word(Kind::Filler) if matches!(&text[t.start..t.end], "课" | "课程") && tokens[at + 1..].iter().any(|t| t.kind(Kind::CheckIn)) => false,
            Is::Minutes(_) if !tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Late | Kind::Early))) => false,
            // 可能晚到 is no word of it yet.
            Is::Word(Kind::Late) if text[t.start..t.end].starts_with("可能") => false,
            // 迟到的签到: who should.
            Is::Word(Kind::Filler) if &text[t.start..t.end] == "迟到的" && tokens.get(at + 1).is_some_and(|t| t.kind(Kind::CheckIn)) && !part.me => false,
            // 一组 签到: the group is called.
            Is::Word(Kind::Filler) if at > 0 && matches!(tokens[at - 1].is, Is::Number(_)) && &text[t.start..t.end] == "组" && !part.me => false,
            // 自动签到 is a machine's, 签到一下 asks.
            Is::Word(Kind::Filler) if matches!(&text[t.start..t.end], "自动" | "早安" | "给你" | "给您" | "发你" | "给你了" | "给您了") => {
                false
            }
            Is::Word(Kind::Filler) if &text[t.start..t.end] == "一下" && at > 0 && tokens[at - 1].kind(Kind::CheckIn) && !part.me => false,
            // 扫码签到 tells how; 扫码签到了.
            Is::Word(Kind::Filler | Kind::Verb(_))
                if &text[t.start..t.end] == "扫码" && tokens.len() == 2 && at == 0 && tokens[1].end - tokens[1].start <= "签到".len() =>
            {
                false
            }
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
            | Is::Name
            | Is::Card => {
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
            Is::Number(1)
                if at > 0
                    && (text[..t.start].ends_with('+')
                        || tokens[at + 1..].iter().all(|t| t.is == Is::Gap || &text[t.start..t.end] == "~") && tokens[at - 1].kind(Kind::CheckIn)) =>
            {
                true
            }
            Is::Number(_) => is_code(&text[t.start..t.end]) || at == 0,
            // 堵车来晚了: why.
            Is::Unknown if tokens[at + 1..].iter().find(|t| !t.kind(Kind::Mark)).is_some_and(|t| matches!(t.is, Is::Word(Kind::Late | Kind::Early))) => {
                let why = &text[t.start..t.end];
                let late = &text[tokens[at + 1].start..tokens[at + 1].end];
                // 起晚了, 出门晚了
                late.starts_with('晚') && ["起", "睡", "出门", "下课", "下班", "走", "出发"].contains(&why)
                    || BECAUSE.iter().any(|w| why.ends_with(w)) && self.talk.strange(&tokens[at..=at], text) == 0
            }
            Is::Unknown => is_code(&text[t.start..t.end]) || at > 0 && matches!(tokens[at - 1].is, Is::Word(Kind::Prep)),
            _ => false,
        })
    }
}

/// 也要看完, 必须交: told to all.
fn told_to(part: &Seen, text: &str) -> bool {
    let Some((first, last)) = part.tokens.first().zip(part.tokens.last()) else { return false };
    let clause = &text[first.start..last.end];
    ["也要", "要看", "要交", "要学", "要做", "要完成", "都要", "得看", "得交", "必须", "需要", "务必", "记得", "别忘", "会后", "散会", "结束后"]
        .iter()
        .any(|w| clause.contains(w))
        && !part.tokens.iter().any(|t| matches!(t.is, Is::When(_)))
}

/// 五分钟后到, 快到了, 还在路上: whoever says so is not there yet.
fn on_the_way(part: &Seen, text: &str) -> bool {
    let Some((first, last)) = part.tokens.first().zip(part.tokens.last()) else { return false };
    let clause = text[first.start..last.end].trim();
    ["后到", "就到", "快到了", "马上到", "在路上", "路上了", "还没到", "在来的路上", "后就来"].iter().any(|w| clause.ends_with(w))
        && !clause.contains(['堵', '刚'])
}

/// 系统关了, 不给补, 签不上了: it was not taken.
fn refused(part: &Seen, text: &str) -> bool {
    let Some((first, last)) = part.tokens.first().zip(part.tokens.last()) else { return false };
    let clause = &text[first.start..last.end];
    ["不给", "不让", "不能", "关了", "关闭", "结束", "截止", "过期", "失效", "超时", "签不", "没签", "补不", "没赶上", "错过"]
        .iter()
        .any(|w| clause.contains(w))
}

/// A check-in code: three to eight digits.
fn is_code(text: &str) -> bool {
    (3..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

pub(in crate::language) fn origins(mut why: Why, lexed: &Lexed) -> Why {
    why.sort_by_key(|(_, r)| r.start);
    why.into_iter().map(|(what, r)| (what, lexed.norm.origin(r))).collect()
}
