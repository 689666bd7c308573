//! A roster file dropped into a private chat with the bot, by somebody who may: fetched, previewed, and applied on a yes.
//! Reading and comparing the file is `roster_import`'s; the file waits in memory, so a restart asks for it again.

use super::roster_import::{self, Import, Outcome};
use super::setup;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::dues::{bill_drop, bill_import};
use crate::action::members::cards;
use crate::action::show;
use crate::action::study::study_drop;
use crate::config::messages::Value;
use crate::domain::ids::OrgId;
use crate::domain::message::SendError;
use crate::domain::role::{Permission, Role};
use crate::error::{Error, Mistake};
use crate::intake::plan::{Elsewhere, Kind, Line, Plan};
use crate::intake::preview;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Lines of detail that a preview shows.
const LINES: usize = 15;

/// How far the sender may go.
struct Reach {
    /// Paths at or below which they may change rosters.
    scope: Vec<String>,
    /// Whether posts in the file give roles.
    may_grant: bool,
}

fn reach(cx: &Context) -> Result<Reach, Mistake> {
    let has = |role: Role, p: Permission| cx.bot.config.roles.get(&role).is_some_and(|all| all.contains(&p));
    let grants: Vec<_> = cx.speaker()?.known.grants.iter().filter(|g| has(g.role, Permission::ManageRoster)).collect();
    if grants.is_empty() {
        return Err(Mistake::new("permission-refused").with("who", cx.bot.who_may(Permission::ManageRoster)));
    }
    let may_grant = grants.iter().all(|g| has(g.role, Permission::Grant));
    Ok(Reach { scope: grants.iter().map(|g| g.path.clone()).collect(), may_grant })
}

fn import<'a>(cx: &'a Context, reach: &'a Reach, bytes: &Arc<Vec<u8>>, branch: Option<&'a str>) -> Import<'a> {
    Import {
        store: &cx.bot.store,
        config: &cx.bot.config,
        today: cx.today,
        bytes: bytes.clone(),
        branch,
        scope: &reach.scope,
        elsewhere: Elsewhere::Ask,
        may_grant: reach.may_grant,
        actor: cx.speaker.as_ref().map(|s| s.known.person),
    }
}

/// A file came in a private chat: previews it and asks.
pub async fn dropped(cx: &Context) -> Result<Reply, Error> {
    let Some(file) = cx.incoming.file() else { return Ok(Reply::silence()) };
    if !cx.private() {
        return Err(Mistake::new("roster-private").into());
    }
    let reach = reach(cx);
    if let Err(refused) = &reach
        && !bill_drop::treasures(cx)
        && !study_drop::imports(cx)
    {
        return Err(refused.clone().into());
    }
    let limit = cx.bot.config.bot.onebot.max_file_bytes;
    let large = || Mistake::new("roster-file-large").with("limit", (limit >> 20).max(1).to_string());
    if file.size.is_some_and(|size| usize::try_from(size).unwrap_or(usize::MAX) > limit) {
        return Err(large().into());
    }
    let Some(courier) = cx.bot.courier(&cx.incoming.chat.platform).filter(|c| c.capabilities().files) else { return Err(Mistake::new("drop-no-files").into()) };
    let bytes = match courier.fetch(&cx.incoming.chat, file, limit).await {
        Ok(bytes) if bytes.len() > limit => return Err(large().into()),
        Ok(bytes) if bytes.is_empty() => return Err(Mistake::new("drop-empty").into()),
        Ok(bytes) => Arc::new(bytes),
        Err(error) => {
            tracing::warn!(platform = %cx.incoming.chat.platform, %error, "a file could not be fetched");
            let key = if matches!(error, SendError::Refused(_)) { "drop-refused" } else { "drop-unfetched" };
            return Err(Mistake::new(key).into());
        }
    };
    if bill_drop::treasures(cx) && bill_import::is_bill(&bytes).await {
        return bill_drop::offer(cx, show::name(&file.name), bytes).await;
    }
    if study_drop::imports(cx)
        && let Some(reply) = study_drop::take(cx, &show::name(&file.name), &bytes).await?
    {
        return Ok(reply);
    }
    let reach = match reach {
        Ok(reach) => reach,
        Err(refused) => return Ok(study_drop::unknown(cx, &show::name(&file.name), &bytes).await?.ok_or(refused)?),
    };
    let own = setup::own(cx, Permission::ManageRoster).await?.map(|o| o.path);
    let (plan, branch) = match plan(cx, &reach, &bytes, own).await {
        Err(Error::Mistake(mistake)) if mistake.key == "roster-no-header" => {
            return Ok(study_drop::unknown(cx, &show::name(&file.name), &bytes).await?.ok_or(mistake)?);
        }
        planned => planned?,
    };
    offer(cx, &reach, show::name(&file.name), bytes, plan, branch).await
}

/// The plan for the sender's own unit; where the file names other branches and the sender's units reach further,
/// for all of those.
async fn plan(cx: &Context, reach: &Reach, bytes: &Arc<Vec<u8>>, own: Option<String>) -> Result<(Plan, Option<String>), Error> {
    let plan = roster_import::preview(&import(cx, reach, bytes, own.as_deref())).await?;
    let others = plan.lines.iter().any(|l| l.what.key == "roster-branch-other");
    let further = own.as_ref().is_some_and(|own| reach.scope.iter().any(|path| path != own));
    if others && further {
        return Ok((roster_import::preview(&import(cx, reach, bytes, None)).await?, None));
    }
    Ok((plan, own))
}

/// Shows what would change, and asks where anything would.
async fn offer(cx: &Context, reach: &Reach, name: String, bytes: Arc<Vec<u8>>, plan: Plan, branch: Option<String>) -> Result<Reply, Error> {
    let mut text = preview::text(&plan, &cx.bot.config.messages, cx.bot.lang(), LINES);
    if plan.is_empty() {
        if let Some(asked) = comers(cx, reach, name, bytes, branch).await? {
            text = format!("{text}\n{asked}");
        }
    } else {
        let key = cx.keep_file(name, bytes, plan);
        cx.ask(&Body::Roster { file: key, branch, transfer: false }).await?;
        text = format!("{text}\n{}", cx.say("roster-apply-ask", &[]));
    }
    Ok(cx.reply(text))
}

/// Asks whether those come over whom another branch has, or had; none where the file names no such people.
async fn comers(cx: &Context, reach: &Reach, name: String, bytes: Arc<Vec<u8>>, branch: Option<String>) -> Result<Option<String>, Error> {
    let plan = roster_import::preview(&Import { elsewhere: Elsewhere::Transfer, ..import(cx, reach, &bytes, branch.as_deref()) }).await?;
    let count = plan.counts.moved;
    if count == 0 {
        return Ok(None);
    }
    let said = |line: &Line| {
        let what = line.what.say(&cx.bot.config.messages, cx.bot.lang());
        cx.say("roster-comer", &[("name", show::name(&line.name).into()), ("what", what.into())])
    };
    let all: Vec<String> = plan.lines.iter().filter(|l| l.kind == Kind::Transfer).take(LINES).map(said).collect();
    let args = [("count", count.into()), ("names", show::join(cx, &all).into()), ("rest", (count - all.len()).into())];
    let asked = cx.say("roster-transfer-ask", &args);
    let key = cx.keep_file(name, bytes, plan);
    cx.ask(&Body::Roster { file: key, branch, transfer: true }).await?;
    Ok(Some(asked))
}

/// The sender said yes: applies the file that waits under this key, if it still means what was shown.
pub async fn apply(cx: &Context, file: &str, branch: Option<&str>, transfer: bool) -> Result<Reply, Error> {
    let reach = reach(cx)?;
    let Some(waiting) = cx.bot.memory.take_file(file, &cx.incoming.sender, cx.now) else { return Err(Mistake::new("drop-again").into()) };
    let elsewhere = if transfer { Elsewhere::Transfer } else { Elsewhere::Ask };
    let outcome = roster_import::apply(&Import { elsewhere, ..import(cx, &reach, &waiting.bytes, branch) }, Some(&waiting.plan)).await;
    cx.bot.cache.forget_all();
    match outcome? {
        Outcome::Changed(plan) => {
            let plan = if transfer { roster_import::preview(&import(cx, &reach, &waiting.bytes, branch)).await? } else { plan };
            let mut reply = offer(cx, &reach, waiting.name, waiting.bytes, plan, branch.map(str::to_owned)).await?;
            reply.parts.insert(0, crate::domain::message::Part::Text(format!("{}\n", cx.say("drop-changed", &[]))));
            Ok(reply)
        }
        Outcome::Applied(plan) => {
            let c = plan.counts;
            let args =
                [("added", Value::from(c.added)), ("updated", c.updated.into()), ("moved", c.moved.into()), ("waiting", (c.questions + c.errors).into())];
            let mut lines = vec![cx.say("drop-applied", &args)];
            lines.extend(match_groups(cx, &plan).await?);
            if !transfer && c.questions > 0 {
                lines.extend(comers(cx, &reach, waiting.name, waiting.bytes, branch.map(str::to_owned)).await?);
            }
            Ok(cx.reply(lines.join("\n")))
        }
    }
}

/// Where the file was of one branch: matches the cards of its group, or says how to bind one.
async fn match_groups(cx: &Context, plan: &Plan) -> Result<Vec<String>, Error> {
    let mut branches: BTreeSet<OrgId> = plan.relies.iter().map(|(id, _)| *id).collect();
    for path in &plan.units {
        branches.extend(cx.bot.store.org_by_path(path).await?.map(|o| o.id));
    }
    let Some(branch) = branches.first().filter(|_| branches.len() == 1) else { return Ok(Vec::new()) };
    let chats = cx.bot.store.chats_of(*branch).await?;
    let Some(chat) = chats.iter().find(|c| !c.key.private && c.key.platform == cx.incoming.chat.platform) else {
        return Ok(vec![cx.say("drop-next", &[])]);
    };
    match cx.bot.cache.place(&chat.key).await? {
        Some(place) => cards::match_chat(cx, &place).await,
        None => Ok(Vec::new()),
    }
}
