//! 张三本周不用看大学习, 免李四这期大学习: freed of what is done and no money (dues are exempted by `steering`). Only of others, and only
//! where it is plainly decided.

use super::query::Said;
use crate::domain::duty::Measure;
use crate::language::text::lex::Lexed;
use crate::language::{Around, Grammar, Intent};
use regex::Regex;
use std::sync::LazyLock;

/// The words that free.
static FREES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(不用|不必|无需|无须|可以不)(再)?(看|学|做|完成|参加|报)|免(看|学|做|修|报|去|掉|了)|^免|免[。!]?$|免到").expect("it is constant")
});
/// Not decided: denied, asked, wished for, heard.
const NOT: [&str; 27] = [
    "没",
    "未",
    "别",
    "不免",
    "不能",
    "不可以",
    "不想",
    "不该",
    "不是",
    "是不是",
    "是否",
    "要不要",
    "可不可",
    "能不能",
    "想",
    "申请",
    "希望",
    "听说",
    "据说",
    "好像",
    "可能",
    "如果",
    "要是",
    "避免",
    "吗",
    "?",
    "谁",
];

impl Grammar {
    /// Who is freed of which duty; in which periods, the action reads.
    pub(in crate::language) fn excusing(&self, text: &str, said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<Intent> {
        let duty = said.duty.filter(|d| matches!(self.measure(*d), Measure::Done | Measure::Count | Measure::Minutes))?;
        if !FREES.is_match(text) || NOT.iter().any(|w| text.contains(w)) {
            return None;
        }
        let names = self.people(said, lexed, &["免去", "免掉", "免了", "免", "给"], around);
        (!names.is_empty()).then(|| Intent::Exempt { duty: Some(self.key(duty)), names, from: None, until: said.periods.last().copied(), reason: None })
    }
}
