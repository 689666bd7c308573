//! Bare words under a reminder (1, +1, 已交, 看了): they mean the duty that it was for, and the period. Quoting anything else,
//! or nothing, they are never a report.

use crate::action::context::Context;
use crate::domain::calendar::Period;
use crate::domain::duty::Measure;
use crate::domain::message::Incoming;
use crate::error::Fault;
use crate::language::{self, Intent};

/// Whether it is a bare word that quotes something in a group. A reminder to a secretary is about others.
pub fn quotes(incoming: &Incoming, text: &str) -> bool {
    !incoming.chat.private && incoming.replies_to.is_some() && language::bare(text)
}

/// What the word reports, where it quotes a reminder of ours.
///
/// # Errors
/// Where the database fails.
pub async fn meant(cx: &Context) -> Result<Option<Intent>, Fault> {
    let Some((duty, period)) = quoted(cx).await? else { return Ok(None) };
    let Some(known) = cx.bot.config.duty(&duty) else { return Ok(None) };
    Ok(Some(if known.measure == Measure::Attendance {
        Intent::CheckIn { duty: Some(duty), code: None, names: Vec::new(), late: false, left_early: false }
    } else {
        Intent::Report {
            duty,
            periods: vec![period],
            issue: None,
            amount_fen: None,
            count: None,
            minutes: None,
            names: Vec::new(),
            all: false,
            ahead: false,
            months: None,
        }
    }))
}

/// The duty and the period of the reminder of ours that the message replies to.
///
/// # Errors
/// Where the database fails.
pub async fn quoted(cx: &Context) -> Result<Option<(String, Period)>, Fault> {
    let Some(quoted) = cx.incoming.replies_to.as_deref() else { return Ok(None) };
    let key = cx.bot.store.letter_sent_as(&cx.incoming.chat, quoted).await?;
    Ok(key.and_then(|key| about(cx, &key)))
}

/// The duty and the period of a letter, by its key: `reminder/DUTY/REMINDER/BRANCH/AT/…` of the scheduler's,
/// `asked/DUTY/PERIOD/BRANCH/…` of `提醒一下`.
fn about(cx: &Context, key: &str) -> Option<(String, Period)> {
    let mut parts = key.split('/');
    let (kind, duty) = (parts.next()?, cx.bot.config.duty(parts.next()?)?);
    let period = match kind {
        "asked" => parts.next()?.parse().ok()?,
        "reminder" => {
            let name = parts.next()?;
            let reminder = duty.reminders.iter().find(|r| r.key == name)?;
            let at: i64 = parts.nth(1)?.parse().ok()?;
            Period::containing(duty.cadence, cx.zone().date(at)).shift(reminder.period)
        }
        _ => return None,
    };
    Some((duty.key.clone(), period))
}
