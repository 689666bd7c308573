//! Who gets a role and who gives it back: `任命张三为组织委员`, `免去张三的组织委员`. Only where the bot is addressed and the
//! whole message says it.

use crate::domain::role::Role;
use crate::language::Intent;

/// Before the name, and what stands between it and the role.
const GIVES: &[&str] = &["任命", "委任", "聘任", "指定", "设置", "设", "授权", "让", "由", "把", "请", "appoint "];
const AS: &[&str] = &["担任", "设为", "设成", "作为", "成为", "做", "当", "任", "为", "是", " as ", " "];
const TAKES: &[&str] = &["免去", "免除", "撤去", "撤掉", "撤销", "取消", "卸任", "dismiss "];
/// After the role.
const ENDS: &[&str] = &["这个职务", "的职务", "职务", "的身份", "身份", "的权限", "权限", "一职", "了", "吧"];

fn without<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().find_map(|w| text.strip_prefix(w))
}

/// `任命张三为组织委员`, `免去张三的组织委员`.
pub(in crate::language) fn appointing(text: &str) -> Option<Intent> {
    let whole = text.trim().trim_end_matches(|c: char| !c.is_alphanumeric());
    if text.contains(['?', '吗', '谁']) {
        return None;
    }
    let given = without(whole, TAKES).is_none();
    let rest = without(whole, if given { GIVES } else { TAKES })?;
    let mut rest = rest.trim();
    while let Some(less) = ENDS.iter().find_map(|e| rest.strip_suffix(e)) {
        rest = less.trim_end();
    }
    // the longest word that is a role: 副书记 before 书记
    let (at, role) = rest.char_indices().find_map(|(at, _)| Some((at, Role::parse(&rest[at..])?)))?;
    let before = rest[..at].trim_end();
    let who = if given { AS.iter().find_map(|w| before.strip_suffix(w.trim_end()).filter(|b| !b.is_empty())) } else { Some(before.trim_end_matches('的')) };
    let who = who?.trim();
    // the form is so strict that whatever stands between is names, also such as no roster has
    let names: Vec<String> = who.split(['、', ',', ' ', '和', '与', '跟']).filter(|n| !n.is_empty()).map(str::to_owned).collect();
    let sound = |n: &String| (2..=15).contains(&n.chars().count()) && n.chars().all(|c| c.is_alphabetic() || c == '·');
    (!names.is_empty() && names.iter().all(sound)).then_some(Intent::Appoint { names, role, given })
}
