//! Whether a reminder is to be sent now (`提醒没看大学习的`): it names everybody who is missing at once, so only an order that is
//! understood to its end is one. A later time, a denial or a complaint is told apart and asked about.

use super::recurring::{Often, often};
use crate::domain::calendar::{Cadence, Period};
use crate::language::intents::query::Said;
use crate::language::meaning::RemindDoubt;
use crate::language::text::lex::{Is, Lexed, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::unit_words;
use crate::language::text::when::Spoken;
use crate::language::{Around, Grammar, Intent};
use std::ops::Range;

const REMINDS: &[&str] = &[
    "提醒",
    "催",
    "remind",
    "喊一下",
    "叫一下没",
    "敦促",
    "督促",
    "@一下",
    "艾特",
    "@没",
    "戳一下",
    "喊没",
    "通知没",
    "通知还没",
    "通知未",
    "通知一下没",
    "通知一下还没",
];
/// 团费交了老师还催: complains, does not ask for it.
const COMPLAINS: &[&str] =
    &["还催", "又催", "老催", "总催", "天天催", "一直催", "被催", "催了", "催我", "催个", "别催", "催什么", "还提醒", "又提醒", "提醒了", "提醒我", "老提醒"];
const STOPS: &[&str] = &[
    "别",
    "不要",
    "不用",
    "不再",
    "不必",
    "取消",
    "暂停",
    "停止",
    "停掉",
    "关闭",
    "关掉",
    "改成",
    "改到",
    "换成",
    "太多",
    "太频",
    "太勤",
    "没发",
    "没提醒",
    "没催",
    "没收到提醒",
    "don't",
    "do not",
    "never",
    "stop",
    "pause",
    "cancel",
    "no more",
];
const BEFORE: &[&str] = &["截止前", "截止之前", "截止时间前", "截止日前", "到期前", "结束前", "小时前", "分钟前", "天前", "周前", "提前", "before"];
const LATER: &[&str] = &[
    "后",
    "待会",
    "等会",
    "一会",
    "等下",
    "晚点",
    "晚些",
    "回头",
    "过会",
    "过几天",
    "过两天",
    "改天",
    "到时",
    "到点",
    "准点",
    "定时",
    "下次",
    "今晚",
    "今早",
    "晚上",
    "早上",
    "早晨",
    "中午",
    "下午",
    "上午",
    "傍晚",
    "凌晨",
    "半夜",
    "周末",
    "月初",
    "月中",
    "月底",
    "年底",
    "开学",
    "放假",
    "tomorrow",
    "tonight",
    "later",
    "after",
    "until",
    " at ",
    "when",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "daily",
    "weekly",
    "monthly",
    "hour",
    "minute",
];
/// 后 that tells of no time.
const NOT_LATER: &[&str] = &["最后", "落后", "后进", "后面", "然后", "后台"];
const ANOTHER: &[&str] = &["上次", "上期", "上一期", "上回", "往期", "前几期", "前几次", "以前", "之前", "过去"];

/// What an order to remind is made of, beside duties, names, units and verbs; the longer word of two is taken.
const ORDER: &str = "提醒 通知 催一催 催促 催缴 催收 催交 催 敦促 督促 喊 叫 艾特 @ 戳 remind 请 麻烦 帮我 帮忙 帮 给我 给 替我 替 为 向 对 用 一下 下 一声 声 一遍 一次 一句 遍 次 再 还 \
    没有 没 未 尚未 还没 还没有 不 大家 所有人 所有 全体 全员 全部 各位 每个人 每个 每人 每位 各 的人 的 地 得 了 同学们 同学 同志们 同志 团员们 团员 青年 成员 人员 伙伴们 伙伴 \
    小伙伴 朋友 那些 那几个 那几位 那个 这些 这几个 这几位 几个 几位 个 位 人 们 他们 她们 有 去 来 快 快点 赶紧 赶快 尽快 抓紧 及时 按时 早点 早日 记得 要 该 应该 应 现在 \
    马上 立刻 立即 这就 当前 目前 到现在 也 都 就 吧 啊 呀 哦 哈 啦 嘛 呗 把 将 让 在 里 从 和 跟 与 及 、 发个 发条 发一个 发一条 发一下 发 群里 群内 本群 群 我们 咱们 我 本 \
    你 您 支部里 支部内 支部 全支部 名单上 名单里 名单 谢谢 辛苦 谢谢啦 一起 其他 其余 剩下 剩余 余下 今天 今日 今儿 书记 支书 团支书 机器人 小支 能 能不能 可以 可否 快截止了 \
    快到期了 要截止了 快结束了 欠 欠费 差 缺 缺席 到 进度 慢 拖 落后 最后 记录 截图 回复 打卡 团课 看 学 交 缴 补 做 完 好 付 转 参加 填 写 成 please all the who have has not those \
    everyone everybody members member that still to of us yet of me in study dues paid pay watch watched done finish finished hasn't haven't class";
/// Beside that where one is made: 以后每周四20点…, 设一个….
pub(in crate::language) const MADE: &str = "以后 今后 设置 设定 设 安排 定 加 新增 增加 添加 一个 条 统一 固定 定时 自动 准时 都 时候 的时候 想 那就 时 点";
/// Beside that where one is taken away.
pub(in crate::language) const TAKEN: &str =
    "删除 取消 删掉 去掉 撤掉 移除 不要 不用 不必 不再 别 别再 再 了 那个 这个 那条 这条 以后 之前 原来 设 设的 定的 加的 一个 条 delete cancel";
/// Beside that where they rest.
pub(in crate::language) const RESTS: &str = "暂停 停一停 停一下 停 先停 停掉 停止 先别 暂时别 暂时不 暂时 关闭 关掉 先 暂 发送 发 了 从 自 起 开始 到 至 直到 一直到 截至 为止 止 结束 期间 这段时间 这 接下来 \
    未来 往后 以后 内 之间 时间 一段 全部 pause reminders reminder for a week weeks day days month months";

impl Grammar {
    /// An order to remind now, or what is asked about it; none where there is none. `asks`: the text reads as a question.
    pub(in crate::language) fn at_once(&self, text: &str, said: &Said, lexed: &Lexed, around: &Around<'_>, asks: bool) -> Option<Intent> {
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        let complains = any(COMPLAINS) || text.contains("在催") && !text.contains("现在催");
        if asks || complains || !any(REMINDS) {
            return None;
        }
        let duty = self.duty_of(said, lexed).map(|d| self.key(d));
        let names = self.reminded(lexed);
        match self.doubtful(text, &names, said, lexed, around) {
            Some(about) => Some(Intent::RemindHow { duty, about }),
            None => Some(Intent::Remind { duty, names }),
        }
    }

    /// Why it is not plainly to be sent now.
    fn doubtful(&self, text: &str, names: &[String], said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<RemindDoubt> {
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        if any(STOPS) {
            return Some(RemindDoubt::Stop);
        }
        if any(BEFORE) {
            return Some(RemindDoubt::Before);
        }
        // 记得提醒大家: some time
        if any(&["记得提醒", "记得催"]) {
            return Some(RemindDoubt::Once);
        }
        match often(text) {
            Often::Unsaid => {}
            Often::At(_) => return Some(RemindDoubt::Time),
            Often::Not(why) => return Some(why),
        }
        let time = lexed.tokens.iter().find_map(|t| self.time_of(t, text_of(lexed, t), said, around));
        if time.is_some() {
            return time;
        }
        let later = NOT_LATER.iter().fold(text.to_owned(), |text, w| text.replace(w, ""));
        if LATER.iter().any(|w| later.contains(w)) {
            return Some(RemindDoubt::Once);
        }
        if any(ANOTHER) {
            return Some(RemindDoubt::Period);
        }
        if said.duties.len() > 1 {
            return Some(RemindDoubt::One);
        }
        // whoever is on no roster stands in the text, too
        let whole = &lexed.norm.text;
        let known: Vec<Range<usize>> = names.iter().filter_map(|n| whole.find(n.as_str()).map(|at| at..at + n.len())).collect();
        (!self.plain(lexed, around, &known, "")).then_some(RemindDoubt::Now)
    }

    /// What a time in an order to remind makes of it; nothing where it is the one that runs.
    fn time_of(&self, token: &Token, words: &str, said: &Said, around: &Around<'_>) -> Option<RemindDoubt> {
        match &token.is {
            Is::When(Spoken::Days(first, last)) => {
                let today = first == last && *first == around.today && ["今天", "今日", "今儿", "today"].contains(&words);
                let gone = *last < around.today;
                (!today).then_some(if gone { RemindDoubt::Period } else { RemindDoubt::Once })
            }
            Is::When(Spoken::Periods(all)) => {
                let ahead = all.iter().any(|p| p.first_day() > around.today);
                self.elsewhen(all, said, around).then_some(if ahead { RemindDoubt::Once } else { RemindDoubt::Period })
            }
            Is::When(_) | Is::Minutes(_) => Some(RemindDoubt::Once),
            Is::Issues(_) => Some(RemindDoubt::Period),
            _ => None,
        }
    }

    /// Whether these are not the one period that runs: a reminder is about that.
    pub(in crate::language) fn elsewhen(&self, all: &[Period], said: &Said, around: &Around<'_>) -> bool {
        let cadence = said.duty.and_then(|d| self.duties.get(usize::from(d))).map(|d| d.cadence);
        let runs = |p: &Period| match cadence {
            Some(cadence) => *p == Period::containing(cadence, around.today),
            None => [Cadence::Week, Cadence::Month].iter().any(|c| *p == Period::containing(*c, around.today)),
        };
        !matches!(all, [one] if runs(one))
    }

    /// Whether nothing stands in the text, what is in `known` aside, but words of such an order and these.
    pub(in crate::language) fn plain(&self, lexed: &Lexed, around: &Around<'_>, known: &[Range<usize>], words: &str) -> bool {
        let text = &lexed.norm.text;
        let units = unit_words::mentions(text, &self.named, around.names);
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            if let Some(end) = known.iter().chain(units.iter().map(|u| &u.span)).filter(|r| r.contains(&at)).map(|r| r.end).max() {
                at = end;
                continue;
            }
            let rest = &text[at..];
            let token = lexed.tokens.iter().find(|t| t.start == at && of_an_order(&t.is)).map(|t| t.end - t.start);
            let word = ORDER.split_whitespace().chain(words.split_whitespace()).filter(|w| rest.starts_with(w)).map(str::len).max();
            let letters = c.is_ascii_alphabetic();
            let ends = |len: &usize| !letters || !rest[*len..].starts_with(|c: char| c.is_ascii_alphabetic());
            match token.max(word).max(group(rest)).filter(ends) {
                Some(len) => at += len,
                None if c.is_alphanumeric() => return false,
                None => at += c.len_utf8(),
            }
        }
        true
    }
}

fn text_of<'t>(lexed: &'t Lexed, token: &Token) -> &'t str {
    &lexed.norm.text[token.start..token.end]
}

/// Whether an order to remind may hold it: whom, of what, and the period that runs, which is looked at apart.
fn of_an_order(is: &Is) -> bool {
    matches!(is, Is::Name | Is::Gap | Is::Word(Kind::Duty(_) | Kind::Verb(_) | Kind::CheckIn) | Is::When(Spoken::Periods(_)))
}

/// 第十二团小组, 3组: its length.
fn group(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('第').unwrap_or(text);
    let digits: usize = rest.chars().take_while(|c| c.is_ascii_digit() || unit_words::numeral(*c)).map(char::len_utf8).sum();
    let kind = ["团小组", "小组", "组"].into_iter().find(|k| digits > 0 && rest[digits..].starts_with(k))?;
    Some(text.len() - rest.len() + digits + kind.len())
}
