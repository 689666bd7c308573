//! Whether a message calls the bot: a leading `/`, its name before a pause, an @ with its name.

use crate::language::Grammar;

const PAUSES: &[char] = &[' ', ',', '，', ':', '：', '、', '。', '!', '！', '?', '？', '~', '～', '\n', '\t', '\u{3000}', '\u{2005}', '…'];
/// What may follow the name at once, because it can only be said to somebody.
const ASKS: &[&str] = &[
    "谁",
    "誰",
    "帮我",
    "幫我",
    "帮忙",
    "查",
    "统计",
    "統計",
    "提醒",
    "我",
    "导出",
    "導出",
    "开始",
    "開始",
    "结束",
    "結束",
    "撤销",
    "撤銷",
    "还有谁",
    "還有誰",
    "未",
    "确认",
    "確認",
    "全部",
    "团",
    "團",
    "本",
    "上",
    "这",
    "這",
    "绑定",
    "綁定",
    "帮助",
    "幫助",
    "你",
    "请",
    "請",
    "催",
];

impl Grammar {
    /// Whether the text calls the bot by its name or begins with `/`, and what remains without that.
    pub fn addressed<'t>(&self, text: &'t str) -> Option<&'t str> {
        let trimmed = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{200B}' || c == '\u{FEFF}');
        if let Some(rest) = trimmed.strip_prefix('/').or_else(|| trimmed.strip_prefix('／')) {
            // "//" is a comment or a link, "/ 2" a fraction's end.
            return (!rest.starts_with(['/', ' ']) && !rest.is_empty()).then_some(rest);
        }
        let (at, body) = match trimmed.strip_prefix('@').or_else(|| trimmed.strip_prefix('＠')) {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        for name in &self.bots {
            if let Some(rest) = strip_name(body, name) {
                // Said twice: 小支小支.
                let rest = strip_name(rest, name).unwrap_or(rest);
                let rest = ["同学", "同學", "你好", "老师", "老師"].iter().find_map(|w| rest.strip_prefix(w)).unwrap_or(rest);
                if at || rest.is_empty() || rest.starts_with(PAUSES) || ASKS.iter().any(|w| rest.starts_with(w)) {
                    return Some(rest.trim_start_matches(|c: char| PAUSES.contains(&c) || c.is_whitespace()));
                }
            }
            // At the end: 谁没交团费 @小支
            let end = trimmed.trim_end();
            let start = end.len().checked_sub(name.len()).filter(|s| end.is_char_boundary(*s));
            if let Some(start) = start.filter(|s| end[*s..].eq_ignore_ascii_case(name))
                && let Some(rest) = end[..start].strip_suffix('@').or_else(|| end[..start].strip_suffix('＠'))
            {
                return Some(rest.trim_end());
            }
        }
        None
    }
}

fn strip_name<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let head = text.get(..name.len())?;
    (head.to_lowercase() == name).then(|| &text[name.len()..])
}
