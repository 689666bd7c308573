//! A command about money is done only where the whole sentence is understood as that command: its own words, whom, when and how much,
//! and nothing beside. A denial, a delay, a doubt, a question, hearsay, a wish, an exception, a second command or a second sum stands
//! in words that are none of these, so nothing is entered and it is asked about. Not lists of what may be wrong: of what is right.

use super::beside;
use crate::domain::duty::Measure;
use crate::language::intents::{part, treasury};
use crate::language::text::lex::{Is, Lexed, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::unit_words;
use crate::language::text::when::Spoken;
use crate::language::{Around, Grammar, Intent, Meaning};
use std::ops::Range;

/// What stands in any of them and changes nothing.
const COMMON: &str = "小支 机器人 请 麻烦你 麻烦 帮我 帮忙 帮 给 我们 我 本支部 支部 把 将 的 了 吧 啊 呀 哦 哈 啦 呗 好的 好了 好 那 就 都 全部 全体 全都 全 \
    所有人 所有 大家 一下 下 已经 已 现在 谢谢 辛苦了 辛苦 和 跟 与 及 以及 还有 也 一起 他们 这些 这几 两位 三位 几位 位 个 人 共 一共 合计 总共 同学 同志 团员 这 钱 款 月份 \
    从 自 起 开始 到 至 份 ok please the of for";
const APPROVES: &str = "确认 批准 通过 同意 核准 审核 认可 准了 收到 已收 收齐 齐 到账 无误 没问题 没错 正确 交来 交 缴 转来 转 绑定 账号 帐号 申请 名单 以上 上面 各 每人 \
    approve confirm all";
const REJECTS: &str = "没有收到 没收到 未收到 还没收到 还没有收到 还没到账 没有到账 没到账 未到账 驳回 不予确认 不通过 交 缴";
const REFUNDS: &str = "退还 退给 退费 退款 退团费 退回 退钱 退 多交 多收 重复交 错交 交 现金 微信 支付宝 转账";
const HANDS_UP: &str = "上缴 上交 上解 交给 缴给 转给 付给 给 向 往 交 缴 转 付 上级 团委 镇团委 县团委 区团委 乡团委 校团委 院团委 街道团委 团总支 党委";
const RETURNS: &str = "上级 返还 退返 返款 下拨 拨回 返回 退回 团委 镇团委 县团委 区团委 乡团委 校团委 院团委 街道团委 团总支 收到 到账 来 拨 留存 部分";
const CARRIES: &str = "期初余额 期初结余 期初现金 期初 上年结转 上期结转 上期结余 结转余额 结转 余额 结余 现金 是 为 有 设为 设置为 设成 设 改为 改成 更正为 账本 账上 手上 opening cash";
/// 低保户: why it is said to be so.
const REASONS: &str = "因为 由于 是 低保户 低保家庭 低保 五保户 特困 困难 贫困户 贫困 家庭 家里 家境 没有收入 没收入 无收入 没有工作 没工作 待业 失业 残疾人 残疾 生病 住院 重病 \
    怀孕 经支委会 支委会 经 研究决定 研究 讨论 决定 休学 服役 入伍 参军 当兵 年底 期间 为止 止 截至 截止 直到 以后";
const EXEMPTS: &str = "免交 免缴 免除 豁免 减免 免收 免了 免团费 免 不用再交 不用交 再交 交 缴 这半年 半年 全年 exempt";
const REDUCES: &str = "减半 减交 减缴 减按 减为 减到 减免 减 只需交 只用交 只交 少交一半 少交 一半 半 每月 每期 每个月 按 交 缴 收 为 这半年 半年 全年";
const BANDS: &str = "档次 档位 档 改成 改为 变成 转为 算作 调整为 调为 是 为 每月缴 每月交 月缴 月交 每月 按 交 缴 标准 缴费 年底";
const PAY: &str = "月薪 月工资 工资 月收入 收入 约 税后 千 元 块 有";
const OPENS: &str = "补收 追收 追缴 开放补交 往前收 收";
const SETTLES: &str = "交清 交齐 缴清 缴齐 结清 付清 以前 之前 前 为止 止 截至 截止 底 年底 月底 期初 按 算";
const MOVES: &str = "转学去 转学到 转走 转出 转学 退团 脱团 离团 调走 毕业离校 毕业 离开支部 离开 转离 调离 转到 调到 转去 转往 转 调 迁走 走 退伍 组织关系 团组织关系 关系 经支委会讨论 经支委会 讨论 \
    moved transferred left branch";
const DECIDES: &str = "同意 批准 通过 核准 准予 准许 准了 批了 不同意 不批准 不予批准 不予 不通过 不批 不准 驳回 否决 拒绝 免交 免缴 减免 减交 减缴 减半 豁免 免收 免团费 少交 申请 请求 这个 \
    这条 他 她 上级 团委 镇团委 县团委 团总支 approve";
/// An order in the form of a question: 能帮我确认一下张三的团费吗.
const POLITE: &str = "能不能 能 可不可以 可以 可否 吗 么 嘛 ?";
/// Behind these stands whither, in any words.
const WHITHER: [&str; 8] = ["转到", "调到", "转去", "转往", "转学去", "走", "了", "转学到"];

/// What a command may hold beside the words of all.
struct Kin {
    /// What it is called in the messages.
    key: &'static str,
    words: [&'static str; 2],
    /// Times that it can be said with, at most.
    times: usize,
    /// Whether a length is one of them.
    lasts: bool,
}

fn kin(intent: &Intent) -> Option<Kin> {
    let of = |key, words, times, lasts| Some(Kin { key, words, times, lasts });
    match intent {
        Intent::Approve { .. } => of("approve", [APPROVES, ""], 12, false),
        Intent::Reject { .. } => of("reject", [REJECTS, ""], 12, false),
        Intent::Refund { .. } => of("refund", [REFUNDS, ""], 12, false),
        Intent::HandUp { .. } => of("hand-up", [HANDS_UP, ""], 12, false),
        Intent::Returned { .. } => of("returned", [RETURNS, ""], 12, false),
        Intent::Carried { .. } => of("carried", [CARRIES, ""], 1, false),
        Intent::Exempt { .. } => of("exempt", [EXEMPTS, REASONS], 2, true),
        Intent::Reduce { .. } => of("reduce", [REDUCES, REASONS], 2, true),
        Intent::Band { .. } => of("band", [BANDS, PAY], 1, false),
        Intent::OpenFrom { .. } => of("open-from", [OPENS, ""], 1, false),
        Intent::Opening { .. } => of("opening", [SETTLES, ""], 1, false),
        Intent::Moved { .. } => of("moved", [MOVES, ""], 1, false),
        Intent::GrantRelief { .. } => of("relief", [DECIDES, ""], 2, false),
        _ => None,
    }
}

impl Grammar {
    /// Commands about money in whose sentence something else is said become a question.
    pub(in crate::language) fn given_whole(&self, mut all: Vec<Meaning>, lexed: &Lexed, around: &Around<'_>) -> Vec<Meaning> {
        for meaning in &mut all {
            if let Some(kin) = self.kin(&meaning.intent)
                && !self.wholly(&kin, &meaning.intent, lexed, around)
            {
                meaning.intent = Intent::Unclear { duty: super::unmeant::duty(&meaning.intent) };
            }
        }
        all
    }

    /// Who is freed of what is done and no money, `excusing` reads.
    fn kin(&self, intent: &Intent) -> Option<Kin> {
        match intent {
            Intent::Exempt { duty: Some(key), .. } if self.duties.iter().any(|d| d.key == *key && d.measure != Measure::Money) => None,
            _ => kin(intent),
        }
    }

    /// Which command about money a text has the words of, given or not: its name in the messages, `undo` where it takes one back.
    pub fn money_command(&self, text: &str, around: &Around<'_>) -> Option<&'static str> {
        let text = self.addressed(text).unwrap_or(text);
        let lexed = crate::language::text::lex::lex(text, &self.lexicon, &self.units, around);
        let found = self.worded(text, &lexed, around)?.iter().find_map(|m| self.kin(&m.intent))?;
        let undoes = ["撤销", "撤回", "撤消", "取消", "作废"].iter().any(|w| lexed.norm.text.contains(w));
        Some(if undoes { "undo" } else { found.key })
    }

    /// Whether nothing stands in it but this command, and all that stands in it is in the intent.
    fn wholly(&self, kin: &Kin, intent: &Intent, lexed: &Lexed, around: &Around<'_>) -> bool {
        let text = lexed.norm.text.as_str();
        if self.hedged(text, around) || endless(intent, lexed) {
            return false;
        }
        let (intended, mut known) = self.intended(intent, text);
        let units = unit_words::mentions(text, &self.named, around.names).into_iter().map(|u| u.span);
        known.extend(units.chain(beside::spans(text, &self.named, around.names)));
        let end = if matches!(intent, Intent::Moved { .. }) { moved_end(text) } else { text.len() };
        accounted((kin, &intended), &text[..end], lexed, &known, around) && !text.contains("了吧") && read_up_to(&text[..end], kin, lexed, &known)
    }

    /// Whether a doubt or a denial leads to a unit: it reads as a part of the unit's name, 可能第二团支部.
    pub(in crate::language) fn hedged(&self, text: &str, around: &Around<'_>) -> bool {
        unit_words::mentions(text, &self.named, around.names).iter().any(|unit| match self.lexicon.at(text, unit.span.start) {
            Some((Kind::Neg | Kind::Plan | Kind::Ask | Kind::Cond | Kind::Hear, end)) => text[unit.span.start..end].chars().count() > 1,
            _ => false,
        })
    }

    /// What the intent holds, and where words stand that only it explains: a band, a part, somebody who is on no roster.
    fn intended<'i>(&self, intent: &'i Intent, text: &str) -> (Intended<'i>, Vec<Range<usize>>) {
        let mut known = Vec::new();
        let mut found = Intended::default();
        match intent {
            Intent::Approve { names, amount_fen, .. } | Intent::Refund { names, amount_fen, .. } => {
                found.names = names;
                found.sum = *amount_fen;
            }
            Intent::Reduce { names, amount_fen, .. } => {
                found.names = names;
                found.sum = *amount_fen;
                known.extend(part::left(text).map(|(_, span)| span));
            }
            Intent::HandUp { amount_fen, .. } | Intent::Returned { amount_fen, .. } | Intent::Carried { amount_fen, .. } => found.sum = Some(*amount_fen),
            Intent::Band { names, band, pay_fen, duty, .. } => {
                found.names = names;
                found.sum = *pay_fen;
                known.extend(pay_fen.and_then(|_| pay(text)));
                let bands = self.duties.iter().filter(|d| d.key == *duty).flat_map(|d| &d.bands);
                let written = bands.filter(|(_, name)| Some(name) == band.as_ref()).map(|(normal, _)| normal).chain(band);
                known.extend(written.filter_map(|b| text.find(b.as_str()).map(|at| at..at + b.len())));
            }
            Intent::Reject { names, .. }
            | Intent::Exempt { names, .. }
            | Intent::Opening { names, .. }
            | Intent::Moved { names }
            | Intent::GrantRelief { names, .. } => found.names = names,
            _ => {}
        }
        for name in found.names {
            known.extend(text.match_indices(name.as_str()).map(|(at, _)| at..at + name.len()));
        }
        (found, known)
    }
}

/// Whether everybody, every sum and every time that is named up to here is in the intent.
fn accounted((kin, intended): (&Kin, &Intended<'_>), text: &str, lexed: &Lexed, known: &[Range<usize>], around: &Around<'_>) -> bool {
    let within = |t: &Token| known.iter().any(|k| k.start <= t.start && t.end <= k.end);
    let (mut sums, mut times) = (0, 0);
    for token in lexed.tokens.iter().take_while(|t| t.start < text.len()) {
        match &token.is {
            Is::Name if !intended.names.iter().any(|n| *n == lexed.norm.text[token.start..token.end]) => return false,
            Is::Sum(fen) if !within(token) => {
                sums += 1;
                if intended.sum != Some(*fen) {
                    return false;
                }
            }
            Is::When(Spoken::Periods(_)) => times += 1,
            Is::When(Spoken::Days(first, _)) => {
                times += 1;
                // tomorrow's command is not given today
                if !kin.lasts && !matches!(kin.key, "band" | "opening") && *first > around.today {
                    return false;
                }
            }
            Is::When(_) => {
                times += 1;
                if !kin.lasts {
                    return false;
                }
            }
            _ => {}
        }
    }
    sums < 2 && times <= kin.times
}

/// Whether every word up to here is one of such a command.
fn read_up_to(text: &str, kin: &Kin, lexed: &Lexed, known: &[Range<usize>]) -> bool {
    let polite = ["请", "麻烦", "帮我", "帮忙"].iter().any(|w| text.contains(w));
    let lists = [COMMON, kin.words[0], kin.words[1], if polite { POLITE } else { "" }];
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        if let Some(end) = known.iter().filter(|r| r.contains(&at)).map(|r| r.end).max() {
            at = end;
            continue;
        }
        let rest = &text[at..];
        let token = lexed.tokens.iter().find(|t| t.start == at && of_a_command(&t.is)).map(|t| t.end - t.start);
        let word = lists.iter().flat_map(|l| l.split_whitespace()).filter(|w| rest.starts_with(w)).map(str::len).max();
        let letters = c.is_ascii_alphabetic();
        let ends = |len: &usize| !letters || !rest.get(*len..).unwrap_or("").starts_with(|c: char| c.is_ascii_alphabetic());
        match token.max(word).filter(ends) {
            Some(len) => at += len,
            None if c.is_alphanumeric() || "?%-+*/<>=✗☻$".contains(c) => return false,
            None => at += c.len_utf8(),
        }
    }
    true
}

/// What an intent holds of a text.
#[derive(Default)]
struct Intended<'i> {
    names: &'i [String],
    sum: Option<i64>,
}

/// Where a month's pay stands: 工资5499, 月薪三千五.
fn pay(text: &str) -> Option<Range<usize>> {
    let at = treasury::PAY.iter().filter_map(|w| text.find(w).map(|at| at + w.len())).max()?;
    let rest = text[at..].trim_start_matches([' ', '是', '为', ':', '约']);
    let start = text.len() - rest.len();
    let len: usize = rest.chars().take_while(|c| c.is_ascii_digit() || ".,零一二两三四五六七八九十百千万".contains(*c)).map(char::len_utf8).sum();
    (len > 0).then_some(start..start + len)
}

/// Whether a length was said and none was understood: 免交三个月 is not for good.
fn endless(intent: &Intent, lexed: &Lexed) -> bool {
    let length = |t: &Token| matches!(t.is, Is::When(Spoken::Vague | Spoken::Stretch(_)));
    matches!(intent, Intent::Exempt { until: None, .. } | Intent::Reduce { until: None, .. }) && lexed.tokens.iter().any(length)
}

fn of_a_command(is: &Is) -> bool {
    matches!(is, Is::Name | Is::Sum(_) | Is::When(_) | Is::Word(Kind::Duty(_)))
}

/// Up to where a move is told in its own words: behind 转到 stands whither. Not where that is a question, or a denial.
fn moved_end(text: &str) -> usize {
    let Some(at) = WHITHER.iter().filter_map(|w| text.find(w).map(|at| at + w.len())).min() else { return text.len() };
    let doubt = ["?", "吗", "么", "没", "不", "吧", "别", "谁", "哪", "听说", "可能", "好像", "是否", "还是"];
    let rest = text[at..].replace("别的", "").replace("别统计", "");
    if doubt.iter().any(|w| rest.contains(w)) { text.len() } else { at }
}
