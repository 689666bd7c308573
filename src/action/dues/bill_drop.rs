//! A bill dropped into a private chat with the bot, by somebody who confirms dues: previewed, and entered on a yes.
//! Reading and matching is `bill_import`'s; the file waits in memory, so a restart asks for it again.

use super::bill_import::{self, Import};
use super::treasury::money;
use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::queries::reading::{self, Scope};
use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::Duty;
use crate::domain::ids::OrgId;
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};
use crate::intake::plan::Plan;
use std::sync::Arc;

/// Lines of detail that an answer shows.
const LINES: usize = 20;

/// Whether the sender confirms dues anywhere.
pub fn treasures(cx: &Context) -> bool {
    let may = |role| cx.bot.config.roles.get(&role).is_some_and(|all| all.contains(&Permission::ApproveDues));
    cx.speaker.as_ref().is_some_and(|s| s.known.grants.iter().any(|g| may(g.role)))
}

fn import<'a>(cx: &'a Context, duty: &'a Duty, branch: Arc<Branch>, bytes: &Arc<Vec<u8>>, month: Option<Period>) -> Import<'a> {
    Import {
        store: &cx.bot.store,
        config: &cx.bot.config,
        today: cx.today,
        now: cx.now,
        bytes: bytes.clone(),
        branch,
        duty,
        month,
        said: (cx.incoming.chat.clone(), cx.incoming.sender.clone()),
        actor: cx.speaker.as_ref().map(|s| s.known.person),
    }
}

/// Shows what the bill would confirm and add, and asks where it would.
pub async fn offer(cx: &Context, name: String, bytes: Arc<Vec<u8>>) -> Result<Reply, Error> {
    let duty = money(cx, None)?;
    let scope = Scope::read(cx).await?;
    let Some(branch) = scope.branch() else { return Err(Mistake::new("money-which-branch").into()) };
    cx.demand(Permission::ApproveDues, &branch.roster.org)?;
    let month = month_of(&name);
    let plan = bill_import::preview(&import(cx, duty, branch.clone(), &bytes, month)).await?;
    let mut text = plan.text(&cx.bot.config.messages, cx.bot.lang(), LINES);
    if plan.counts.0 > 0 {
        let key = cx.keep_file(name, bytes, Plan::default());
        cx.ask(&Body::Bill { file: key, branch: branch.roster.org.id, duty: duty.key.clone(), month }).await?;
        text = format!("{text}\n{}", cx.say("bill-ask", &[]));
    }
    Ok(cx.reply(text))
}

/// The sender said yes: enters what is sure.
pub async fn apply(cx: &Context, file: &str, branch: OrgId, duty: &str, month: Option<Period>) -> Result<Reply, Error> {
    let duty = cx.duty(duty)?;
    let Some(waiting) = cx.bot.memory.take_file(file, &cx.incoming.sender, cx.now) else { return Err(Mistake::new("drop-again").into()) };
    let Some(branch) = reading::fresh(cx, &[branch]).await?.pop() else { return Err(Mistake::new("chat-no-unit").into()) };
    cx.demand(Permission::ApproveDues, &branch.roster.org)?;
    let plan = bill_import::apply(&import(cx, duty, branch, &waiting.bytes, month)).await?;
    let (new, known, unsure) = plan.counts;
    let args = [("new", new.into()), ("amount", crate::action::show::yuan(plan.sum).into()), ("known", known.into()), ("unsure", unsure.into())];
    Ok(cx.reply(cx.say("bill-done", &args)))
}

/// The month that a file's name speaks of: 2026-10, 2026年10月, 202610.
pub fn month_of(name: &str) -> Option<Period> {
    let digits: Vec<&str> = name.split(|c: char| !c.is_ascii_digit()).filter(|d| !d.is_empty()).collect();
    let month = |year: &str, month: &str| Period::new(Cadence::Month, year.parse().ok().filter(|y| (2016..2100).contains(y))?, month.parse().ok()?);
    digits
        .iter()
        .find_map(|d| if d.len() == 6 { month(&d[..4], &d[4..]) } else { None })
        .or_else(|| digits.windows(2).find_map(|w| if w[0].len() == 4 { month(w[0], w[1]) } else { None }))
}
