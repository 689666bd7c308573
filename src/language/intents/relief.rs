//! What is said above of dues that a branch wants to exempt or reduce: 同意张三的免交, 驳回张三的减免, 待批减免.

use super::query::Said;
use crate::language::text::lex::Lexed;
use crate::language::{Around, Grammar, Intent};
use regex::Regex;
use std::sync::LazyLock;

/// What is decided.
const WHAT: &str = "免交|免缴|减免|减交|减缴|减半|豁免|免收|免团费|少交";
const REFUSES: &[&str] = &["不同意", "不批准", "不予批准", "不予", "不通过", "不批", "不准", "驳回", "否决", "拒绝"];
const GRANTS: &[&str] = &["同意", "批准", "通过", "核准", "准予", "准许", "准了", "批了", "approve"];

const UNDOES: &[&str] = &["撤销", "撤消", "撤回", "取消", "作废", "收回"];

static ABOUT: LazyLock<Regex> = LazyLock::new(|| Regex::new(WHAT).expect("it is constant"));
/// 待批减免, 哪些减免还没批, 减免申请有哪些.
static LIST: LazyLock<Regex> = LazyLock::new(|| {
    let waits = "待批|待审|等批|等着批|要批|需要批|没批|未批|未审";
    Regex::new(&format!(
        "({waits})准?核?批?的?(团费)?({WHAT})|(哪些|哪几|谁的?|多少|几个).*({WHAT}).*({waits})|({WHAT})(的|申请|名单)*(有哪些|有谁|列表|{waits})"
    ))
    .expect("it is constant")
});
/// Said of what is shown, or of the only one that waits: nobody is named.
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    let verbs = [REFUSES, GRANTS].concat().join("|");
    Regex::new(&format!("^(全部|都)?({verbs})(了)?(全部|所有|这个|这条|这些|他们|他|她)?的?(团费)?的?({WHAT})的?(团费)?(申请|请求)?(了|吧|啦)?[。!]*$"))
        .expect("it is constant")
});

impl Grammar {
    /// A word on what a unit below decided, or the question what waits for one.
    pub(in crate::language) fn relieving(&self, text: &str, said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<Intent> {
        if !ABOUT.is_match(text) {
            return None;
        }
        if UNDOES.iter().any(|w| text.starts_with(w)) {
            return Some(Intent::Undo);
        }
        if LIST.is_match(text) {
            return Some(Intent::Reliefs);
        }
        if ["怎么", "如何", "谁", "吗", "?", "什么", "没", "未", "等", "要是", "如果", "请", "望", "求"].iter().any(|w| text.contains(w)) {
            return None;
        }
        let begins = |words: &[&str]| words.iter().any(|w| opening(text).starts_with(w));
        let ends = |words: &[&str]| words.iter().any(|w| closing(text).strip_suffix(w).is_some_and(|before| ABOUT.is_match(before) && !before.ends_with('已')));
        let granted = match (begins(REFUSES) || ends(REFUSES), begins(GRANTS) || ends(GRANTS)) {
            (true, _) => false,
            (false, true) => true,
            (false, false) => return None,
        };
        if ALONE.is_match(opening(text)) {
            return Some(Intent::GrantRelief { granted, names: Vec::new() });
        }
        let names = self.people(said, lexed, &[REFUSES, GRANTS, &["的"]].concat(), around);
        // whom it does not name is not decided for
        Some(if names.is_empty() { Intent::Unclear { duty: said.duty.map(|d| self.key(d)) } } else { Intent::GrantRelief { granted, names } })
    }
}

/// Without who speaks: 我同意, 镇团委批准.
fn opening(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let text = ["我们", "我", "镇团委", "县团委", "团总支", "团委", "上级"].iter().find_map(|w| text.strip_prefix(w)).unwrap_or(text);
    ["全部", "全都", "都"].iter().find_map(|w| text.strip_prefix(w)).unwrap_or(text)
}

fn closing(text: &str) -> &str {
    text.trim_end_matches(|c: char| !c.is_alphanumeric()).trim_end_matches(['了', '吧', '啦'])
}
