//! Words that mean something only where they are said: 到 while check-in is open in this group, `绑定 姓名` by somebody whom
//! the bot does not know. Anywhere else they are chatter.

use crate::action::cache::Nobody;
use crate::action::context::Context;
use crate::domain::ids::OrgId;
use crate::error::Fault;
use crate::language::intent::LeaveKind;
use crate::language::{Around, Intent, normal};

/// Longer texts are none of these words, bytes.
const LONGEST: usize = 120;

const HERE: &[&str] = &[
    "到",
    "到了",
    "到啦",
    "已到",
    "已到场",
    "到场",
    "到位",
    "已到位",
    "我到",
    "我到了",
    "我来了",
    "来了",
    "人到了",
    "在场",
    "签到",
    "签 到",
    "打卡",
    "here",
    "present",
];
const LATE: &[&str] = &["我迟到了", "我迟到", "我迟到啦", "我来晚了", "来晚了", "我来迟了", "来迟了", "我晚到了", "我晚到"];
const AWAY: &[(&str, Option<LeaveKind>)] = &[
    ("请假", None),
    ("我请假", None),
    ("我要请假", None),
    ("请个假", None),
    ("我请个假", None),
    ("请事假", Some(LeaveKind::Personal)),
    ("我请事假", Some(LeaveKind::Personal)),
    ("事假", Some(LeaveKind::Personal)),
    ("请病假", Some(LeaveKind::Sick)),
    ("我请病假", Some(LeaveKind::Sick)),
    ("病假", Some(LeaveKind::Sick)),
    ("ask for leave", None),
    ("i ask for leave", None),
    ("sick leave", Some(LeaveKind::Sick)),
    ("i ask for sick leave", Some(LeaveKind::Sick)),
    ("personal leave", Some(LeaveKind::Personal)),
    ("i ask for personal leave", Some(LeaveKind::Personal)),
];

/// The bare word, without marks.
fn word(text: &str) -> String {
    normal(text).trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// Whether the text may mean something by where it is said.
pub fn may_mean(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let word = word(text);
    reports(&word) || word.starts_with("绑定")
}

/// Whether it may report something by where it is said.
pub fn may_report(text: &str) -> bool {
    text.len() <= LONGEST && reports(&word(text))
}

fn reports(word: &str) -> bool {
    HERE.contains(&word) || LATE.contains(&word) || AWAY.iter().any(|(w, _)| *w == word)
}

/// What it means in this group: with check-in open, that one is there, or asks leave of it.
///
/// # Errors
/// Where the database fails.
pub async fn meant(cx: &Context) -> Result<Option<Intent>, Fault> {
    let (Some(place), false, true) = (&cx.place, cx.private(), may_mean(&cx.text)) else { return Ok(None) };
    if cx.speaker.is_none() {
        // they were told to say this
        let around = Around { today: cx.today, addressed: true, names: &Nobody };
        let said = cx.bot.grammar.understand(&cx.text, &around).into_iter().map(|m| m.intent);
        return Ok(said.into_iter().find(|i| matches!(i, Intent::Bind { .. })));
    }
    let branch = cx.speaker.as_ref().and_then(|s| s.branch.as_ref());
    let units: Vec<OrgId> = branch.map_or(&place.line, |b| &b.units).iter().map(|o| o.id).collect();
    let mut open = cx.bot.store.open_sessions(&units).await?;
    let at = cx.entered_at();
    if cx.incoming.missed {
        open.extend(cx.bot.store.sessions_over(&units, at).await?);
    }
    let Some(session) = open.into_iter().find(|s| s.open_at(at)) else { return Ok(None) };
    let word = word(&cx.text);
    let late = LATE.contains(&word.as_str());
    if late || HERE.contains(&word.as_str()) {
        return Ok(Some(Intent::CheckIn { duty: None, code: None, names: Vec::new(), late, left_early: false }));
    }
    let kind = AWAY.iter().find(|(w, _)| *w == word).map(|(_, kind)| *kind);
    Ok(kind.map(|kind| Intent::Leave { duty: Some(session.duty), from: None, to: None, kind, names: Vec::new() }))
}
