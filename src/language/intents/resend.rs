//! What is said when something did not go out: `重发`, and `恢复发送` of an account that the platform had stopped.

use crate::language::Intent;

const AGAIN: &[&str] =
    &["重发", "重发提醒", "重新发送", "重新发提醒", "重发一下", "重发一遍", "再发一次", "再发一遍", "把提醒重发", "提醒重发", "resend", "send again"];
const GO_ON: &[&str] = &["恢复发送", "继续发送", "恢复发消息", "解除限流", "解除停发", "resume sending"];

/// Either of them, and nothing else in the message.
pub(in crate::language) fn resending(text: &str) -> Option<Intent> {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    let bare = bare.strip_suffix(['吧', '啊', '呢']).unwrap_or(bare);
    let bare = bare.strip_prefix('请').unwrap_or(bare);
    if AGAIN.contains(&bare) {
        return Some(Intent::Resend);
    }
    GO_ON.contains(&bare).then_some(Intent::ResumeSending)
}
