//! What is said about notices: `通知 第一团支部、第二团支部：明天交表`, `每周一8点推送：学习材料…`, `谁没收到`, `催一下没收到的`; and the
//! receipt itself, a bare `收到`. Only the receipt counts without addressing the bot.

use super::query::Said;
use crate::language::Intent;
use crate::language::meaning::RemindDoubt;
use crate::language::reminders::recurring::{Often, often};
use crate::language::text::normalise::normalise;

/// Characters of a notice.
const LONGEST: usize = 2000;
const PUSHES: &[&str] = &["通知", "推送", "notice"];
const BEFORE: &[&str] = &["请", "帮我", "发一个", "发一条", "发个", "发条", "群发", "下发", "发布", "发"];
const UNSEEN: &[&str] = &["收到通知", "收到消息", "收到推送", "收到材料", "收到文件", "收到学习材料", "收到你的通知", "收到任何通知"];
/// What may stand around the time of one that comes regularly.
const AROUND: &[&str] = &["", "请", "帮我", "以后", "请在", "在", "都", "定时", "自动", "固定", "给大家", "向大家"];
const NOBODY: &[&str] = &["全体", "各支部", "所有支部", "各团支部", "所有团支部", "大家", "所有人", "学习材料", "学习资料", "学习内容", "给", "到"];
const WHO: &[&str] = &[
    "谁没收到",
    "谁还没收到",
    "谁没回收到",
    "谁没看通知",
    "谁没读通知",
    "谁没确认收到",
    "通知回执",
    "回执情况",
    "收到情况",
    "谁收到了",
    "哪些人没收到",
    "who has not read",
];
const CHASES: &[&str] = &["催一下没收到", "催没收到", "提醒没收到", "催一下没回", "催回执", "提醒没看通知", "催一下没看通知"];
const RECEIPTS: &[&str] = &["收到", "已收到", "收到了", "收到啦", "好的收到", "收到谢谢", "谢谢收到", "已阅", "已读", "收到通知", "received", "roger"];
const LISTS: &[&str] = &["定时推送", "推送列表", "有哪些推送", "推送安排"];

/// Whether a message says that a notice was read, and nothing else.
pub fn receipt(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).take(12).collect();
    RECEIPTS.contains(&plain.to_lowercase().as_str()) && text.chars().count() < 20
}

/// What is asked about notices; none where nothing. Money that did not come is no notice.
pub(in crate::language) fn asked(text: &str, said: &Said) -> Option<Intent> {
    let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if text.chars().count() >= 20 || any(&["团费", "钱", "转账", "到账"]) || said.sum.is_some() {
        return None;
    }
    // 没收到通知: says so of oneself, and takes nobody's money back
    if any(&["没", "未"])
        && said.names.is_empty()
        && UNSEEN.iter().any(|w| text.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with(w))
        && !any(&["谁", "哪些", "催", "提醒"])
    {
        return Some(Intent::Unclear { duty: None });
    }
    if any(CHASES) && said.names.is_empty() {
        return Some(Intent::ChaseReceipts);
    }
    if any(WHO) {
        return Some(Intent::Receipts);
    }
    if any(LISTS) {
        return Some(Intent::Pushes);
    }
    dropped(text).map(|n| Intent::DropPush { n })
}

/// A notice, to be sent at once or regularly.
pub(in crate::language) fn notice(given: &str) -> Option<Intent> {
    let given = given.trim();
    // the word is near the beginning, and a colon follows it
    let (at, word) = PUSHES.iter().filter_map(|w| given.find(w).map(|at| (at, *w))).min()?;
    let (before, rest) = (given[..at].trim(), &given[at + word.len()..]);
    let (whom, body) = rest.split_once(['：', ':', '\n'])?;
    let body: String = body.trim().chars().take(LONGEST).collect();
    if body.is_empty() || whom.chars().count() > 200 || before.chars().count() > 24 {
        return None;
    }
    let when = normalise(before).text;
    let cron = match often(&when) {
        Often::Unsaid if !before.is_empty() && !BEFORE.contains(&before) => return None,
        Often::Unsaid => None,
        Often::At(times) if AROUND.contains(&when[..times.span.start].trim()) && AROUND.contains(&when[times.span.end..].trim()) => Some(times.cron()),
        // a time that was not understood is asked about
        Often::At(_) => return Some(Intent::RemindHow { duty: None, about: RemindDoubt::Time }),
        Often::Not(about) => return Some(Intent::RemindHow { duty: None, about }),
    };
    Some(Intent::Notice { units: units(whom), text: body, cron })
}

/// 第一团支部、第二团支部.
fn units(text: &str) -> Vec<String> {
    let mut rest = text.to_owned();
    for word in NOBODY {
        rest = rest.replace(word, " ");
    }
    rest.split(['、', ',', '，', ' ', '和']).map(str::trim).filter(|u| !u.is_empty()).map(str::to_owned).collect()
}

/// 删除第1个推送.
fn dropped(text: &str) -> Option<u32> {
    if !text.contains("推送") || !["删除", "取消", "删掉", "去掉", "不要"].iter().any(|w| text.contains(w)) {
        return None;
    }
    crate::language::text::cursor::Cursor::new(text.split_once('第')?.1).number_in(1..=99).and_then(|n| u32::try_from(n).ok())
}
