//! What the bot is told to do. Only where it is addressed; each command by the words that people use for it.

use super::account::account;
use super::correction::keeping;
use super::query::Said;
use crate::domain::duty::Measure;
use crate::language::text::lex::{Is, Lexed, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::names;
use crate::language::text::normalise::tidy;
use crate::language::{Around, Grammar, Intent, Meaning};

impl Grammar {
    /// What an addressed message asks of the bot; none where it reads as a statement.
    pub(in crate::language) fn command(&self, given: &str, lexed: &Lexed, around: &Around<'_>) -> Option<Vec<Meaning>> {
        self.worded(given, lexed, around).map(|found| self.given_whole(found, lexed, around))
    }

    /// The command whose words it has, whether it gives it or not.
    pub(in crate::language) fn worded(&self, given: &str, lexed: &Lexed, around: &Around<'_>) -> Option<Vec<Meaning>> {
        let text = lexed.norm.text.trim();
        let said = Self::said(lexed);
        let why = |found: Intent| {
            let mut why = said.why.clone();
            if why.is_empty() {
                why.push(("intent", lexed.norm.origin(0..lexed.norm.text.len())));
            }
            vec![Meaning { intent: found, why }]
        };
        reply(text)
            .or_else(|| super::privacy::erasing(text))
            .or_else(|| super::household::coverage(text))
            .or_else(|| super::household::checkup(text))
            .or_else(|| self.filing(text, &said))
            .or_else(|| self.relieving(text, &said, lexed, around))
            .or_else(|| super::notices::asked(text, &said))
            .or_else(|| self.rejecting(text, &said, lexed, around))
            .or_else(|| super::chat::settings(text))
            .or_else(|| super::resend::resending(text))
            .or_else(|| super::notices::notice(given))
            .or_else(|| self.reminding(text, given, &said, lexed, around))
            .or_else(|| super::appoint::appointing(text))
            .or_else(|| self.unbinding(text, &said, lexed, around))
            .or_else(|| account(&tidy(given.trim())))
            .or_else(|| Self::command_taken_back(text, &said))
            .or_else(|| self.treasury(text, &said, lexed, around))
            .or_else(|| keeping(text, &said, lexed, self))
            .or_else(|| self.course(text, &said, lexed))
            .or_else(|| self.steering((text, given), &said, lexed, around))
            .or_else(|| self.query(lexed, &said).map(|asked| super::query::on_the_day(asked, lexed, around.today)))
            .or_else(|| fallback(text))
            .map(why)
            .map(|found| self.of_each_duty(found, &said))
    }

    /// 谁没交团费和看大学习: the same question of each.
    fn of_each_duty(&self, found: Vec<Meaning>, said: &Said) -> Vec<Meaning> {
        if said.duties.len() < 2 {
            return found;
        }
        let each = |m: Meaning| match m.intent {
            Intent::Missing { duty: Some(_), .. } | Intent::Stats { duty: Some(_), name: None, .. } => said
                .duties
                .iter()
                .map(|d| {
                    let mut one = m.clone();
                    if let Intent::Missing { duty, .. } | Intent::Stats { duty, .. } = &mut one.intent {
                        *duty = Some(self.key(*d));
                    }
                    one
                })
                .collect(),
            _ => vec![m],
        };
        found.into_iter().flat_map(each).collect()
    }

    /// The secretary's and the treasurer's commands.
    fn steering(&self, (text, given): (&str, &str), said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<Intent> {
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        let asks = any(&["怎么", "如何", "谁", "吗", "?", "什么时候", "多少", "几点", "how "]);
        let duty = || self.duty_of(said, lexed).map(|d| self.key(d));
        let session = any(&["签到", "check-in", "check in", "checkin", "打卡"]);
        let meant = || said.duty.or_else(|| if session { self.only(Measure::Attendance) } else { None }).map(|d| self.key(d));
        if let Some(reminds) = self.at_once(text, said, lexed, around, asks) {
            return Some(reminds);
        }
        if !asks && any(&["导出", "汇出", "输出", "下载", "台账", "excel", "xlsx", "export", "生成表", "表格", "电子表"]) && !text.contains("我的")
        {
            return Some(Intent::Export { duty: duty(), periods: said.periods.clone() });
        }
        let begins = any(&["开始", "开启", "发起", "打开", "开放", "启动", "发布", "新建", "创建", "开新", "新开", "开一期", "open", "start"])
            || ["开签到", "开个签到", "开一下签到"].iter().any(|w| text.starts_with(w))
            || session && ["继续", "接着", "恢复", "重开", "重新开"].iter().any(|w| text.starts_with(w));
        let ends = any(&["结束", "关闭", "停止", "截止", "终止", "关掉", "关了", "收工", "close", "end ", "stop"]) || text.starts_with("关签到");
        if !asks && (session || said.duty.is_some()) {
            let until = || super::opening::end(lexed).map(|(h, m)| format!("{h:02}:{m:02}"));
            if begins || session && ends && until().is_some() && any(&["到", "截止"]) && any(&["开"]) {
                let meetings = |t: &&Token| matches!(t.is, Is::Word(Kind::Duty(d)) if self.measure(d) == Measure::Attendance);
                let named: Vec<&str> = lexed.tokens.iter().filter(meetings).map(|t| &lexed.norm.text[t.start..t.end]).collect();
                let (topic, rolls) = super::meeting::about(given, &named, around.today);
                let code = if rolls.is_some() { None } else { code(lexed) };
                // 开始签到 青年大学习专题: what it is about is no other duty
                let other = topic.is_some() && said.duty.is_some_and(|d| self.measure(d) != Measure::Attendance);
                let meant = if other { self.only(Measure::Attendance).map(|d| self.key(d)) } else { meant() };
                return Some(meant.map_or(Intent::Unclear { duty: None }, |duty| Intent::Open { duty, code, until: until(), topic, rolls }));
            }
            if ends {
                return Some(meant().map_or(Intent::Unclear { duty: None }, |duty| Intent::Close { duty }));
            }
        }
        if asks {
            return None;
        }
        if let Some(excused) = self.excusing(text, said, lexed, around) {
            return Some(excused);
        }
        if any(&["免交", "免缴", "免除", "减免", "豁免", "免团", "免收", "不用交", "不用再交", "免了", "exempt"]) || text.starts_with('免')
        {
            let names = self.people(said, lexed, &["免", "给", "不用", "豁", "减"], around);
            if names.is_empty() {
                return Some(Intent::Unclear { duty: duty() });
            }
            let duty = said.duty.or_else(|| self.only(Measure::Money)).map(|d| self.key(d));
            // 9月、11月 is no one run, 下学期 no time that is known here
            return Some(match crate::language::text::span::run(lexed, around) {
                Some((from, until)) => Intent::Exempt { duty, names, from, until, reason: None },
                None => Intent::Unclear { duty },
            });
        }
        if any(&[
            "转走",
            "转出",
            "转学",
            "退团",
            "脱团",
            "离团",
            "调走",
            "毕业离校",
            "离开支部",
            "离开了",
            "转离",
            "毕业了",
            "已毕业",
            "调离",
            "转到外",
            "调到",
            "转到别",
            "转到其",
            "转到新",
            "转到了",
            "转去",
            "转往",
            "迁走",
            "moved",
            "transferred",
            "left the branch",
        ]) {
            let mut names = self.people(said, lexed, &["转走", "转出", "把", "已", "转学", "退团"], around);
            // 赵六转到外地了: whither
            if names.iter().any(|n| around.names.has(n)) {
                names.retain(|n| around.names.has(n));
            }
            return Some(if names.is_empty() { Intent::Unclear { duty: None } } else { Intent::Moved { names } });
        }
        self.approval(text, said, lexed, around)
    }

    fn approval(&self, text: &str, said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<Intent> {
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        let approves = any(&["确认", "批准", "通过", "同意", "核准", "审核", "认可", "准了", "准假", "approve", "confirm"])
            || any(&["收到"]) && !said.names.is_empty() && said.duty.is_some();
        if !approves || any(&["不确认", "不通过", "不同意", "不批", "驳回", "没确认", "未确认", "待确认", "我已", "交了"]) {
            return None;
        }
        if any(&["请假", "事假", "病假", "的假"]) && said.duty.is_none() {
            return Some(Intent::GrantLeave { granted: true, names: said.names.clone() });
        }
        if any(&["申请"]) && !any(&["绑定"]) && said.duty.is_none() {
            return None;
        }
        // 批准冯二入团 is none of the bot's business
        if any(&["入团", "入党", "转正", "退团", "方案", "计划", "参加"]) && said.duty.is_none() {
            return None;
        }
        let all = any(&["全部", "都", "所有", "全", "all"]);
        // 通过绑定申请: whose, the list says
        let bindings = text.trim_end_matches(['了', '吧', '的']).ends_with("绑定") || any(&["绑定申请"]);
        let names = if all || bindings {
            said.names.iter().filter(|n| !n.contains("绑定")).cloned().collect()
        } else {
            self.people(said, lexed, &["确认", "批准", "通过", "同意", "核准", "审核", "approve", "confirm"], around)
        };
        Some(Intent::Approve { duty: said.duty.map(|d| self.key(d)), names, periods: said.periods.clone(), amount_fen: said.sum })
    }

    /// Names of the roster, or who stands where a name must: right after one of these words, or at the start.
    pub(in crate::language) fn people(&self, said: &Said, lexed: &Lexed, after: &[&str], around: &Around<'_>) -> Vec<String> {
        let text = &lexed.norm.text;
        if !said.names.is_empty() {
            return said.names.clone();
        }
        let starts = after.iter().filter_map(|w| text.find(w).map(|at| at + w.len())).chain(std::iter::once(0));
        for start in starts {
            let from = start + text[start..].len() - text[start..].trim_start_matches(' ').len();
            let found = names::list_at(text, from, &self.lexicon, around.names);
            if !found.is_empty() && !after.iter().any(|w| text[found[0].clone()].contains(w)) {
                return found.into_iter().map(|r| text[r].to_owned()).collect();
            }
        }
        Vec::new()
    }
}

/// Yes, no, the number of a choice; thanks and greetings mean nothing.
fn reply(text: &str) -> Option<Intent> {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '✓' | '✗' | '+' | '?'));
    let bare = bare.strip_suffix(['啦', '哦', '噢', '哈', '呢', '呀', '啊']).filter(|b| !b.is_empty()).unwrap_or(bare);
    let polite = |w: &str| matches!(w, "谢谢" | "谢谢你" | "麻烦了" | "辛苦了" | "感谢" | "谢啦" | "多谢" | "thanks") || crate::language::answer::is_yes(w);
    let mut words = bare.split([',', ' ', '。', '!']).map(str::trim).filter(|w| !w.is_empty());
    let first = words.next().unwrap_or("");
    let first = first.strip_suffix("谢谢").filter(|f| !f.is_empty()).unwrap_or(first);
    if crate::language::answer::is_yes(bare) || crate::language::answer::is_yes(first) && words.all(polite) {
        return Some(Intent::Yes);
    }
    let denies = |w: &str| {
        crate::language::answer::is_no(w)
            || matches!(w, "错了" | "错" | "不是这样" | "不是这样的" | "不是这个" | "弄错了" | "搞错了" | "你搞错了" | "记错了" | "你记错了")
    };
    if crate::language::answer::is_no(bare)
        || crate::language::answer::is_cancel(bare)
        || crate::language::answer::is_no(first) && bare.split([',', ' ', '。', '!']).all(|w| w.is_empty() || denies(w))
    {
        return Some(Intent::No);
    }
    crate::language::answer::choice(bare).map(|n| Intent::Choose { n })
}

/// Help, asked for last of all.
fn fallback(text: &str) -> Option<Intent> {
    let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
    let helps = any(&[
        "帮助",
        "怎么用",
        "说明书",
        "教教我",
        "怎么玩",
        "你可以做",
        "你可以干",
        "怎么绑",
        "如何绑",
        "如何使用",
        "怎么操作",
        "怎么使用",
        "你是干",
        "你是做什么",
        "干嘛用",
        "使用说明",
        "使用方法",
        "你会什么",
        "你会干什么",
        "你会做什么",
        "你能做什么",
        "你能干什么",
        "你能干啥",
        "能干啥",
        "教我用",
        "你会干啥",
        "你会啥",
        "能做啥",
        "会做啥",
        "能干嘛",
        "有什么功能",
        "功能",
        "菜单",
        "指令",
        "命令",
        "用法",
        "help",
        "usage",
        "commands",
    ]) || matches!(text, "?" | "说明" | "教程" | "救命" | "h");
    helps.then_some(Intent::Help)
}

/// Digits that are no time, or what stands after 口令.
fn code(lexed: &Lexed) -> Option<String> {
    let text = &lexed.norm.text;
    let digits = |t: &&Token| {
        matches!(t.is, Is::Number(_) | Is::Unknown) && (3..=8).contains(&(t.end - t.start)) && text[t.start..t.end].bytes().all(|b| b.is_ascii_digit())
    };
    if let Some(token) = lexed.tokens.iter().find(digits) {
        return Some(text[token.start..token.end].to_owned());
    }
    let (_, rest) = ["口令", "签到码", "暗号", "code"].iter().find_map(|w| text.split_once(w))?;
    let word: String = rest.trim_start_matches([':', ' ', '是', '为']).chars().take_while(|c| c.is_alphanumeric()).take(12).collect();
    (!word.is_empty() && !word.starts_with(['到', '截'])).then_some(word)
}
