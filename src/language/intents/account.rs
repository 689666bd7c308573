//! Accounts and chats: 绑定, 激活, 绑定码, 绑定本群.

use crate::language::Intent;

/// What an addressed text says of accounts and chats; none where it says nothing of them.
pub(in crate::language) fn account(text: &str) -> Option<Intent> {
    if let Some(rest) = text.strip_prefix("激活").or_else(|| text.strip_prefix("activate ")) {
        let mut words = rest.split_whitespace().map(str::to_owned);
        let code = words.next().unwrap_or_default();
        let name = words.next().unwrap_or_default();
        let path = words.collect::<Vec<_>>().join(" ");
        // a code without the rest is answered with how to say it; any other word after 激活 is chatter
        let a_code = code.is_empty() || code.len() >= 4 && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        return (!path.is_empty() || a_code).then_some(Intent::Activate { code, name, path });
    }
    for word in ["绑定码", "绑定口令"] {
        if let Some((before, rest)) = text.split_once(word) {
            let place = if rest.trim().is_empty() { before } else { rest };
            let place = place.trim().trim_start_matches(['给', '发', ':', '为']).trim_end_matches(['的', '发', '个', '一']);
            let names: Vec<String> = place
                .split(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | '和'))
                .map(str::trim)
                .filter(|n| !n.is_empty())
                .map(str::to_owned)
                .collect();
            return (!names.is_empty()).then_some(Intent::BindCode { names });
        }
    }
    for word in [
        "把这个群绑定",
        "把群绑定",
        "绑定本群",
        "绑定此群",
        "绑定当前群",
        "绑定到这个群",
        "绑定到本群",
        "绑定这个群",
        "绑定该群",
        "绑定群",
        "绑群",
        "本群绑定",
        "把本群绑定到",
        "把这个群设为",
        "把这个群设成",
        "把本群设为",
        "把本群设成",
        "把群设为",
        "bind this chat",
        "bind chat",
        "bind group",
        "setup",
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            let path = rest.trim().trim_start_matches("一下").trim_start_matches([':', '到', '至']).trim();
            // 把这个群设为我们支部的群
            let own = ["我们支部", "本支部", "支部", "我们团支部", "咱们支部", "我支部", "咱支部"]
                .iter()
                .any(|w| path.strip_prefix(w).is_some_and(|r| matches!(r, "的群" | "群" | "")));
            let path = if own { "" } else { path.strip_suffix("的群").unwrap_or(path) };
            return Some(Intent::Setup { path: (!path.is_empty()).then(|| path.to_owned()) });
        }
    }
    // 绑定申请通过, 绑定都确认: of those who wait
    if ["申请", "通过", "确认", "同意", "都", "全部"].iter().any(|w| text.strip_prefix("绑定").is_some_and(|r| r.trim_start_matches('的').starts_with(w)))
    {
        return None;
    }
    // 绑定一下，我是何静
    let text = ["绑定一下", "帮我绑定一下", "帮我绑定", "绑定下", "绑定"]
        .iter()
        .find_map(|w| {
            text.strip_prefix(w)
                .and_then(|r| r.trim_start().strip_prefix([',', '，', ' ']))
                .map(str::trim)
                .filter(|r| r.starts_with("我是") || r.starts_with("我叫"))
        })
        .unwrap_or(text);
    // 我要绑定 陈晨, 帮我绑定一下陈晨
    let asked = ["我要绑定", "我想绑定", "帮我绑定", "请绑定", "麻烦绑定", "给我绑定", "请帮我绑定", "我绑定"].iter().find_map(|w| text.strip_prefix(w));
    let asked = asked.or_else(|| text.strip_prefix("绑定").filter(|r| r.starts_with("一下")));
    let asked = asked.map(|rest| format!("绑定 {}", rest.trim_start_matches("一下").trim_start()));
    let text = asked.as_deref().unwrap_or(text);
    let words =
        ["绑定账号", "绑定姓名", "绑定我", "绑定", "绑我", "我是", "我叫", "我的名字是", "我的名字叫", "本人是", "bind ", "i am ", "i'm ", "my name is "];
    for word in words {
        let Some(rest) = text.strip_prefix(word) else { continue };
        let rest = rest.trim().trim_start_matches([':', '到', '为', '是']).trim().trim_end_matches(['。', '!', '~']).trim();
        let rest = rest.split([',', '，']).next().unwrap_or(rest);
        let mut pieces = rest.split_whitespace();
        let name = pieces.next()?.to_owned();
        let code = pieces.next().map(|c| c.trim_start_matches("绑定码").trim_start_matches([':']).to_owned()).filter(|c| !c.is_empty());
        let strong = word.starts_with("绑") || word == "bind ";
        let like_a_name = (2..=15).contains(&name.chars().count())
            && !name.chars().any(|c| "?吗谁的了呢怎么什交没".contains(c) || c.is_ascii_punctuation())
            && pieces.next().is_none();
        // 我叫不醒他
        let called = strong || word.starts_with("我是") || word.is_ascii() || crate::language::text::surnames::plausible(&name) || name.contains('·');
        if like_a_name && called && (strong || name.chars().count() <= 4 || name.contains('·')) {
            return Some(Intent::Bind { name, code });
        }
    }
    None
}
