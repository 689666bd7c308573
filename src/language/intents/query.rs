//! Questions to the bot: who is missing, rates and sums, what I owe. Only where it is addressed.

use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::Measure;
use crate::language::text::lex::{Is, Lexed};
use crate::language::text::lexicon::Kind;
use crate::language::text::surnames::{place, plausible};
use crate::language::text::when::Spoken;
use crate::language::{Grammar, Intent};
use chrono::NaiveDate;
use std::ops::Range;

/// What the words of a command name: shared by all commands.
#[derive(Debug, Default)]
pub(in crate::language) struct Said {
    pub duty: Option<u8>,
    /// All that are named.
    pub duties: Vec<u8>,
    pub periods: Vec<Period>,
    pub names: Vec<String>,
    pub sum: Option<i64>,
    pub count: Option<i64>,
    pub minutes: Option<i64>,
    pub why: Vec<(&'static str, Range<usize>)>,
}

const WHO: &[&str] =
    &["谁", "边个", "边位", "哪些人", "哪几个", "哪些同学", "哪几位", "哪位", "哪些", "哪个", "几个人", "多少人", "几人", "有没有人", "who", "which members"];
const LACK: &[&str] = &["没", "未", "欠", "差", "缺", "漏", "落下", "不在", "没来", "haven't", "hasn't", "not ", "missing", "unpaid", "owes", "absent"];
const LISTS: &[&str] = &["名单", "人员", "的人", "的有", "的同学", "的团员", "list", "missing", "的名字"];
const STATS: &[&str] = &[
    "收得怎么样",
    "交得怎么样",
    "完成得怎么样",
    "统计",
    "率",
    "情况",
    "进度",
    "概况",
    "汇总",
    "多少人",
    "人数",
    "几个人",
    "几人",
    "多少了",
    "收了多少",
    "收到多少",
    "收齐",
    "交齐",
    "齐了吗",
    "齐了没",
    "怎么样了",
    "完成了多少",
    "排名",
    "报表",
    "战报",
    "小结",
    "总结",
    "一览",
    "stats",
    "statistics",
    "rate",
    "summary",
    "progress",
    "how many",
    "how much",
];
const OWN: &[&str] = &[
    "我本月还差",
    "我这个月还差",
    "我这周还差",
    "我今年还差",
    "我还有几",
    "我落下",
    "我大学习落",
    "我漏了",
    "我还欠",
    "我欠",
    "我都欠",
    "我都差",
    "我缺哪",
    "我少哪",
    "我还差",
    "我差",
    "我的记录",
    "我缺什么",
    "我缺啥",
    "看一下我的",
    "我的情况",
    "我的台账",
    "我的进度",
    "我的欠",
    "我的团",
    "我的完成",
    "我的出勤",
    "我的考勤",
    "我的缴",
    "我的签到",
    "我的打卡",
    "我还有什么",
    "我还有啥",
    "我有什么没",
    "我有啥没",
    "我有哪些没",
    "我还有哪些",
    "我还要交",
    "我要交多少",
    "我该交多少",
    "我交了没",
    "我交了吗",
    "我交到",
    "我交过",
    "查我",
    "我完成了吗",
    "我漏了",
    "我缺了",
    "我还没交什么",
    "我还没做什么",
    "我今年的",
    "我本月的",
    "我这个月的",
    "我上个月的",
    "查一下我",
    "看看我",
    "看下我",
    "我的账",
    "我的成绩",
    "我的统计",
    "my record",
    "what do i owe",
    "do i owe",
    "my status",
    "what's left for me",
    "我交了多少",
    "我哪些没",
    "我哪几个月没",
    "我哪个月没",
    "我什么没",
    "欠多少",
    "我有没有",
    "我都交了",
    "我签到了吗",
    "我签到了没",
    "我签了吗",
    "我看了吗",
    "自己的记录",
    "本人记录",
    "个人记录",
    "我做了哪些",
    "我做完了吗",
    "what i owe",
];

impl Grammar {
    /// The duty, the times, the names of a command.
    pub(in crate::language) fn said(lexed: &Lexed) -> Said {
        let mut said = Said::default();
        for token in &lexed.tokens {
            let span = lexed.norm.origin(token.start..token.end);
            match &token.is {
                Is::Word(Kind::Duty(d)) if !said.duties.contains(d) => {
                    said.duty = said.duty.or(Some(*d));
                    said.duties.push(*d);
                    said.why.push(("duty", span));
                }
                Is::When(Spoken::Periods(periods)) => {
                    said.periods.extend(periods.iter().filter(|p| !said.periods.contains(p)).copied().collect::<Vec<_>>());
                    said.why.push(("periods", span));
                }
                Is::Name => {
                    let name = lexed.norm.text[token.start..token.end].to_owned();
                    if !said.names.contains(&name) {
                        said.names.push(name);
                    }
                    said.why.push(("names", span));
                }
                Is::Sum(fen) if said.sum.is_none() => {
                    said.sum = Some(*fen);
                    said.why.push(("amount_fen", span));
                }
                Is::Count(n) if said.count.is_none() => said.count = Some(*n),
                Is::Minutes(n) if said.minutes.is_none() => said.minutes = Some(*n),
                _ => {}
            }
        }
        said
    }

    /// The duty that is named, or the only one that the verbs fit: 谁没签到, 未缴名单, 出勤率.
    pub(in crate::language) fn duty_of(&self, said: &Said, lexed: &Lexed) -> Option<u8> {
        if said.duty.is_some() {
            return said.duty;
        }
        let text = &lexed.norm.text;
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        if any(&[
            "签到",
            "缺席",
            "缺勤",
            "出勤",
            "考勤",
            "到场",
            "没来",
            "没到",
            "未到",
            "出席",
            "来了",
            "到会",
            "没参加",
            "未参加",
            "check in",
            "checked in",
            "check-in",
            "checkin",
            "attend",
            "absent",
        ]) {
            return self.only(Measure::Attendance);
        }
        for token in &lexed.tokens {
            if let Is::Word(Kind::Verb(v)) = token.is {
                let own = self.lexicon.verbs[usize::from(v)].own;
                let vague = matches!(&text[token.start..token.end], "完成" | "做" | "补" | "搞定" | "弄" | "交" | "参加");
                if own.is_power_of_two() && !vague {
                    return u8::try_from(own.trailing_zeros()).ok();
                }
            }
        }
        if any(&["缴", "欠费", "没交钱", "付", "欠款", "欠交", "未交", "没交", "交齐", "交了", "收齐", "paid", "pay"]) {
            return self.only(Measure::Money);
        }
        None
    }

    /// A question, where it is one.
    pub(in crate::language) fn query(&self, lexed: &Lexed, said: &Said) -> Option<Intent> {
        let text = lexed.norm.text.trim();
        // 班费谁没交 is not ours.
        if said.duty.is_none() && lexed.tokens.iter().any(|t| t.kind(Kind::Other)) {
            return None;
        }
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        let duty = || self.duty_of(said, lexed).map(|d| self.key(d));
        let mine = text
            .replace("帮我", "")
            .replace("发我", "")
            .replace("给我", "")
            .replace("告诉我", "")
            .replace("替我", "")
            .replace("我们支部", "")
            .replace("我们团支部", "")
            .contains('我')
            || text.starts_with("my ")
            || text.contains(" i ");
        if any(&["绑定", "绑号", "unbound"]) && any(&["谁", "没", "未", "unbound", "哪些"]) {
            return Some(Intent::Unbound);
        }
        if any(&[
            "我的数据",
            "我的信息",
            "我的资料",
            "我的个人信息",
            "我的个人数据",
            "我的个人资料",
            "存了我",
            "保存了我",
            "记了我",
            "有我哪些",
            "关于我的",
            "我的隐私",
            "收集了我",
            "有我什么数据",
            "记录了我",
            "有我什么信息",
            "有我的什么",
            "my data",
        ]) {
            return Some(Intent::MyData);
        }
        // 我的团费交了 tells; 我的团费交了吗 asks
        let asks = any(&["吗", "?", "没", "未", "多少", "几", "哪", "什么", "否", "不"]);
        let tells = any(&["交了", "缴了", "付了", "转了", "已交", "已缴"]) && !asks;
        let only_mine =
            text.starts_with("我的") && lexed.tokens.iter().all(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Me | Kind::De | Kind::Duty(_) | Kind::Filler)));
        if (any(OWN) || only_mine) && !tells && said.names.is_empty() {
            return Some(Intent::Own);
        }
        if mine
            && said.names.is_empty()
            && any(&["吗", "没有?", "了没", "几月", "哪个月", "哪月", "多少", "是不是", "?", "有没有"])
            && (said.duty.is_some() || any(&["交", "签", "看", "完成", "做完", "做了"]))
            && !any(&["谁", "怎么", "如何", "我们", "哪里", "哪儿", "哪个群", "哪位"])
        {
            return Some(Intent::Own);
        }
        if said.names.is_empty() && abroad(lexed) {
            return None;
        }
        let lacking = any(LACK);
        if any(WHO) && any(&["请假", "请了假", "请了病假", "请了事假", "on leave"]) && !lacking && !mine && !any(&["找谁", "跟谁", "向谁", "谁批", "谁准"])
        {
            let of = said.duty.filter(|d| self.measure(*d) == Measure::Attendance).or_else(|| self.only(Measure::Attendance));
            return Some(Intent::Stats { duty: of.map(|d| self.key(d)), periods: said.periods.clone(), name: None });
        }
        let rate = text.contains('率');
        let who = any(WHO)
            || any(LISTS)
            || any(&["还差几", "还有几", "差几个", "还差多少", "没交的", "没签到的", "没看的", "没完成的", "没做的", "未完成的"])
            || text.ends_with('的');
        if lacking && who && !rate && !mine {
            return Some(Intent::Missing { duty: duty(), periods: said.periods.clone() });
        }
        // 缺席 and 欠费 by themselves ask for names too.
        if !rate && !mine && any(&["还差谁", "缺谁", "差谁", "谁缺", "谁欠", "没交齐", "欠费人员", "还有谁"]) {
            return Some(Intent::Missing { duty: duty(), periods: said.periods.clone() });
        }
        let about = || said.names.first().filter(|_| said.names.len() == 1).cloned();
        let known = said.duty.is_some() || about().is_some() || duty().is_some();
        let sums = any(&["多少", "几"]) && any(&["交了", "收了", "收到", "完成了", "看了", "已交", "已收", "缴了", "学了", "做了"]);
        if (any(STATS) || sums && known) && !any(&["怎么交", "怎么缴"]) {
            if mine && !any(&["我们", "我支部", "我班"]) && about().is_none() {
                return Some(Intent::Own);
            }
            let weak = !any(&["统计", "率", "stats", "statistics", "汇总", "概况", "情况", "进度", "报表", "战报", "summary", "progress", "排名"]);
            if !weak || known {
                let name = about().or_else(|| stranger(lexed).filter(|_| said.names.is_empty()));
                return Some(Intent::Stats { duty: duty(), periods: said.periods.clone(), name });
            }
        }
        // 何静今年的团费
        let only = |t: &crate::language::text::lex::Token| matches!(t.is, Is::Name | Is::When(_) | Is::Gap | Is::Word(Kind::Duty(_) | Kind::De | Kind::Filler));
        if let (Some(name), Some(_), false) = (about(), said.duty, said.periods.is_empty())
            && lexed.tokens.iter().all(only)
        {
            return Some(Intent::Stats { duty: duty(), periods: said.periods.clone(), name: Some(name) });
        }
        // 张三交团费了吗, 张三的记录, 查一下张三.
        if let Some(name) = about()
            && any(&["记录", "吗", "了没", "没有", "?", "查", "看看", "看下", "看一下", "欠", "表现", "出勤", "考勤", "缴费", "record"])
        {
            return Some(Intent::Stats { duty: duty(), periods: said.periods.clone(), name: Some(name) });
        }
        // of somebody whom the roster at hand does not know
        if text.contains("记录")
            && said.names.is_empty()
            && let Some(name) = stranger(lexed)
        {
            return Some(Intent::Stats { duty: duty(), periods: said.periods.clone(), name: Some(name) });
        }
        if any(&["谁", "who"]) && known && any(&["交了", "完成", "看了", "签到", "到了", "来了", "做了", "学了", "已", "paid", "checked in", "done"])
        {
            return Some(Intent::Stats { duty: duty(), periods: said.periods.clone(), name: None });
        }
        None
    }
}

/// 昨天谁没看, asked on a Monday, is about the week that is over.
pub(in crate::language) fn on_the_day(mut asked: Intent, lexed: &Lexed, today: NaiveDate) -> Intent {
    let mut days = lexed.tokens.iter().filter_map(|t| if let Is::When(Spoken::Days(_, last)) = t.is { Some(last) } else { None });
    if let (Intent::Missing { periods, .. } | Intent::Stats { periods, .. }, Some(day), None) = (&mut asked, days.next(), days.next())
        && periods.is_empty()
        && let week = Period::containing(Cadence::Week, day)
        && week < Period::containing(Cadence::Week, today)
    {
        periods.push(week);
    }
    asked
}

/// 江苏今年的情况: of a place, which the branch knows nothing of.
fn abroad(lexed: &Lexed) -> bool {
    let text = lexed.norm.text.trim();
    let end = ["今年", "去年", "本月", "上个月", "这个月", "上月", "本周", "这周", "上周", "的"].iter().filter_map(|w| text.find(w)).min();
    end.is_some_and(|end| place(&text[..end]))
}

/// Whose course is asked for where the roster has nobody of that name: 王小二今年的情况.
fn stranger(lexed: &Lexed) -> Option<String> {
    let text = lexed.norm.text.trim_start();
    let skipped = lexed.norm.text.len() - text.len();
    let end =
        ["今年", "去年", "本月", "上个月", "这个月", "上月", "本周", "这周", "上周", "本学期", "这学期", "的"].iter().filter_map(|w| text.find(w)).min()?;
    let name = &text[..end];
    let apart = lexed.tokens.iter().all(|t| t.start >= skipped + end || t.end <= skipped || matches!(t.is, Is::Gap | Is::Unknown | Is::Number(_)));
    let named = apart
        && (2..=4).contains(&name.chars().count())
        && plausible(name)
        && !place(name)
        && !["支", "团", "班", "组", "委", "们", "家", "高一", "高二", "高三", "级", "年"].iter().any(|w| name.contains(w));
    named.then(|| name.to_owned())
}
