//! What somebody wants of the data that is kept of them. Only where the bot is addressed.

use crate::language::Intent;

const ASKS: &[&str] = &["怎么", "如何", "吗", "?", "谁", "能不能", "可不可以", "会不会", "多久", "什么时候", "别", "不要", "不用", "how "];

/// `删除我的数据`, `注销我的个人信息`.
pub(in crate::language) fn erasing(text: &str) -> Option<Intent> {
    let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
    let deletes = any(&["删除", "删掉", "删了", "清除", "清空", "抹掉", "抹去", "注销", "销毁", "delete", "erase"]);
    let data = any(&[
        "我的数据",
        "我的全部数据",
        "我所有的数据",
        "我的所有数据",
        "我的个人数据",
        "我的信息",
        "我的个人信息",
        "我的资料",
        "我的个人资料",
        "我的隐私",
        "my data",
    ]);
    (deletes && data && !any(ASKS)).then_some(Intent::Erase)
}
