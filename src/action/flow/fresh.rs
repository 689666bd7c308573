//! A report is prepared from what is in memory. Where that says no (an unknown name, no membership, not allowed), another
//! program may have changed it meanwhile: so a no is only said of what is true now.

use crate::action::bot::Bot;
use crate::action::context::Context;
use crate::action::dialogue::namesakes;
use crate::action::records::report;
use crate::domain::ledger::Post;
use crate::error::{Error, Mistake};
use crate::language::Intent;
use std::sync::Arc;

/// A post of these reports, and the context that it was read in.
///
/// # Errors
/// As [`report::prepare`].
pub async fn prepare(bot: &Arc<Bot>, cx: Context, intents: &[Intent]) -> Result<(Context, Post), Error> {
    let first = report::prepare(&cx, intents).await;
    match first {
        Ok((post, left_out)) if left_out.is_empty() => Ok((cx, post)),
        Ok(_) | Err(Error::Mistake(Mistake { .. })) => {
            bot.cache.freshen(&cx.incoming.chat, &cx.incoming.sender).await?;
            bot.cache.forget_account(&cx.incoming.sender);
            let mut cx = Context::read(bot, cx.incoming, cx.text, cx.addressed).await?;
            let again = report::prepare(&cx, intents).await;
            if let Err(Error::Mistake(mistake)) = &again {
                namesakes::ask(&cx, intents, mistake).await?;
            }
            let (post, left_out) = again?;
            cx.left_out = left_out;
            Ok((cx, post))
        }
        Err(fault) => Err(fault),
    }
}
