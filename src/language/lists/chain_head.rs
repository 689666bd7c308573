//! What stands above a chain list's entries, and the word by which a secretary lets waiting entries of one count.

use super::chain_rows;
use crate::language::text::lex::{self, Is};
use crate::language::text::lexicon::Kind;
use crate::language::text::normalise::normalise;
use crate::language::{Around, Grammar, Intent, Meaning};

/// The head of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Its letters, without 接龙 and examples: the same list has the same.
    pub title: String,
    /// The numbers in it that tell one list from another (11月5日, 第3期), not counters (已接12人).
    pub dates: String,
    /// It speaks of something that is not done, or of a plan: then a bare name says nothing.
    pub denied: bool,
    /// It speaks of something that is done: 已交的接龙, 打卡.
    pub done: bool,
    /// It collects leave: 请假接龙.
    pub leave: bool,
    /// Its example shows that more than a name is written: 例 张三 已完成.
    pub filled: bool,
}

/// Marks that a list collects what is done.
const DONE: &[&str] = &["已", "打卡", "完成", "交了", "交完", "缴了", "看完", "看了", "学完", "签到", "过了", "done"];
/// Marks that a list only collects who has read something, or is asked about something.
const READ: &[&str] = &["收到", "已阅", "阅知", "知悉", "通知", "传阅", "周知", "谁", "统计", "意愿"];
/// A line that only shows how to write.
const EXAMPLES: &[&str] = &["例", "示例", "格式", "样例", "模板", "参考", "Example", "e.g."];
/// What a number of a title belongs to, where it tells lists apart.
const DATED: &[char] = &['月', '日', '号', '期', '周', '季', '次', '场', '届', '讲', '课', '年', '学'];
/// 确认接龙.
const APPROVES: &[&str] = &["确认", "通过", "同意", "认可", "批准", "没问题", "无误", "没错", "属实", "算数", "都记上", "记上吧", "都对", "准了", "ok"];
const NOT_SO: &[&str] = &["不", "别", "没有", "未", "没确认", "还没", "吗", "?", "怎么", "如何", "谁", "撤", "取消", "等", "再", "已确认"];
/// Where the bot is not addressed, only these.
const PLAIN: &[&str] = &["确认接龙", "接龙确认", "接龙确认了", "接龙没问题", "接龙无误", "接龙都对", "接龙全部确认", "全部确认接龙", "接龙都记上"];

impl Grammar {
    /// Reads the head of a list.
    pub fn chain_head(&self, text: &str, around: &Around<'_>) -> Head {
        let Some((header, _)) = chain_rows::rows(text) else { return Head::default() };
        let raw: String = text[header].chars().take(2000).collect();
        let (examples, kept): (Vec<&str>, Vec<&str>) = raw.lines().partition(|l| EXAMPLES.iter().any(|e| l.trim_start().starts_with(e)));
        let norm = normalise(&kept.join("\n")).text.replace("group note", "").replace("接龙", "");
        let quiet = Around { addressed: false, ..*around };
        let tokens = lex::tokens(&norm, &self.lexicon, &self.units, &quiet);
        let filled = examples.iter().any(|l| {
            let norm = normalise(l).text;
            let tokens = lex::tokens(&norm, &self.lexicon, &self.units, &quiet);
            tokens.iter().any(|t| matches!(t.is, Is::Sum(_) | Is::Word(Kind::Already | Kind::Whole | Kind::Verb(_) | Kind::CheckIn))) || norm.contains('+')
        });
        let denied = tokens.iter().any(|t| matches!(t.is, Is::Word(Kind::Neg | Kind::Partial | Kind::Cond))) || READ.iter().any(|w| norm.contains(w));
        let done = DONE.iter().any(|w| norm.contains(w)) && !denied;
        let leave = norm.contains("请假") && !["签到", "到场", "出勤", "打卡", "完成"].iter().any(|w| norm.contains(w));
        let title = norm.chars().filter(|c| c.is_alphabetic()).collect();
        let mut dates = String::new();
        let mut digits = String::new();
        for c in norm.chars() {
            if c.is_ascii_digit() {
                digits.push(c);
                continue;
            }
            if !digits.is_empty() && DATED.contains(&c) {
                dates.push_str(&digits);
                dates.push(c);
            }
            if c != ' ' {
                digits.clear();
            }
        }
        Head { title, dates, denied, done, leave, filled }
    }

    /// 确认接龙: the waiting entries of a list are right.
    pub(in crate::language) fn chain_word(&self, text: &str, around: &Around<'_>) -> Option<Meaning> {
        let norm = normalise(text.trim());
        let said = norm.text.trim_matches(|c: char| !c.is_alphanumeric() && c != '?');
        if said.chars().count() > 30 || !said.contains("接龙") || said.contains('\n') {
            return None;
        }
        let bare = said.trim_start_matches(['@', ' ']).trim_end_matches(['啦', '哈', '哦', '吧', '了']);
        let plain = PLAIN.iter().any(|p| bare == p.trim_end_matches('了'));
        let without = APPROVES.iter().fold(said.to_owned(), |s, w| s.replace(w, ""));
        let approves = without.len() < said.len() && !NOT_SO.iter().any(|w| without.contains(w));
        if !(plain || around.addressed && approves) {
            return None;
        }
        let tokens = lex::tokens(&norm.text, &self.lexicon, &self.units, &Around { addressed: false, ..*around });
        let duty = tokens.iter().find_map(|t| if let Is::Word(Kind::Duty(d)) = t.is { Some(self.key(d)) } else { None });
        Some(Meaning { intent: Intent::ApproveChain { duty }, why: vec![("intent", 0..text.len())] })
    }
}
