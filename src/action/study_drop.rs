//! An official export dropped into a private chat with the bot, by somebody who may: its columns asked about where they are
//! unknown, previewed, entered on a yes, namesakes asked about, and where it differs from what members said told.
//! Reading and matching is `study_import`'s; the file waits in memory, so a restart asks for it again.

use super::context::{Context, Reply};
use super::question::Body;
use super::reading::Scope;
use super::study_import::{self, Import, Looks, Namesake};
use super::{issues, reading, show};
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::record::Evidence;
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};
use crate::intake::plan::Plan as Roster;
use crate::intake::study::{Column, heading};
use std::sync::Arc;

/// Lines of detail that an answer shows.
const LINES: usize = 20;
/// Names that are told of one branch.
const NAMES: usize = 60;

/// Whether the sender imports exports anywhere.
pub fn imports(cx: &Context) -> bool {
    let may = |role| cx.bot.config.roles.get(&role).is_some_and(|all| all.contains(&Permission::ImportRecords));
    cx.speaker.as_ref().is_some_and(|s| s.known.grants.iter().any(|g| may(g.role)))
}

/// Takes the file where it is an export, or may be one; else none.
///
/// # Errors
/// A mistake where the sender may not, or the file can't be read.
pub async fn take(cx: &Context, name: &str, bytes: &Arc<Vec<u8>>) -> Result<Option<Reply>, Error> {
    let scope = Scope::read(cx).await?;
    let known = study_import::columns(&cx.bot.store, &scope.unit).await?;
    Ok(match study_import::looks(&cx.bot.config, bytes, name, &known).await? {
        Looks::Other => None,
        Looks::Export => Some(offer(cx, &scope, name.to_owned(), bytes.clone()).await?),
        Looks::Unknown(columns) => {
            cx.demand(Permission::ImportRecords, &scope.unit)?;
            let shown: Vec<String> = columns.iter().map(|(letter, top)| format!("{letter} {}", show::name(top))).collect();
            let file = cx.keep_file(name.to_owned(), bytes.clone(), Roster::default());
            cx.ask(&Body::StudyColumns { file, columns }).await?;
            Some(cx.reply(cx.say("study-columns-ask", &[("columns", cx.bot.names(&shown, 12).into())])))
        }
    })
}

fn import<'a>(cx: &'a Context, scope: &Scope, name: &'a str, bytes: &Arc<Vec<u8>>) -> Import<'a> {
    Import {
        store: &cx.bot.store,
        config: &cx.bot.config,
        today: cx.today,
        now: cx.now,
        bytes: bytes.clone(),
        name,
        unit: scope.unit.clone(),
        branches: scope.branches.clone(),
        period: None,
        said: (cx.incoming.chat.clone(), cx.incoming.sender.clone()),
        actor: cx.speaker.as_ref().map(|s| s.known.person),
    }
}

async fn offer(cx: &Context, scope: &Scope, name: String, bytes: Arc<Vec<u8>>) -> Result<Reply, Error> {
    cx.demand(Permission::ImportRecords, &scope.unit)?;
    if scope.branches.is_empty() {
        return Err(Mistake::new("study-too-wide").into());
    }
    let plan = study_import::run(&import(cx, scope, &name, &bytes), false).await?;
    let mut text = plan.text(&cx.bot.config, cx.bot.lang(), LINES);
    if plan.changes() {
        cx.ask(&Body::Study { file: cx.keep_file(name, bytes, Roster::default()) }).await?;
        text = format!("{text}\n{}", cx.say("study-ask", &[]));
    } else if !plan.namesakes.is_empty() {
        text = format!("{text}\n{}", ask_who(cx, cx.keep_file(name, bytes, Roster::default()), &plan.namesakes).await?);
    }
    Ok(cx.reply(text))
}

/// Which columns are what: `姓名是A，时间是C`. None where it says nothing of the kind.
///
/// # Errors
/// As for the import.
pub async fn columns(cx: &Context, file: &str, columns: &[(String, String)]) -> Result<Option<Reply>, Error> {
    let said: Vec<(String, Column)> = cx.text.split(|c: char| c.is_whitespace() || "，,、；;。".contains(c)).filter_map(pair).collect();
    let named: Vec<(&String, Column)> = said.iter().filter_map(|(letter, c)| Some((&columns.iter().find(|(l, _)| l == letter)?.1, *c))).collect();
    if !named.iter().any(|(_, c)| *c == Column::Who) {
        return Ok(None);
    }
    let scope = Scope::read(cx).await?;
    for (top, column) in named {
        cx.bot.store.remember_import(scope.unit.id, "column", &heading(top), column.key()).await?;
    }
    let Some(waiting) = cx.bot.memory.take_file(file, &cx.incoming.sender, cx.now) else { return Err(Mistake::new("drop-again").into()) };
    Ok(Some(offer(cx, &scope, waiting.name, waiting.bytes).await?))
}

/// `姓名是A`, `A列是姓名`, `姓名 A` → its two parts.
fn pair(piece: &str) -> Option<(String, Column)> {
    let letter: String = piece.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).collect();
    let word: String = piece.chars().filter(|c| !c.is_ascii() && !"列是为：＝就在".contains(*c)).collect();
    ((1..=2).contains(&letter.len())).then_some(())?;
    Some((letter, Column::parse(&word)?))
}

/// The sender said yes: enters it, tells where it differs, asks about namesakes.
///
/// # Errors
/// As for the import.
pub async fn apply(cx: &Context, file: &str) -> Result<Reply, Error> {
    let Some(waiting) = cx.bot.memory.take_file(file, &cx.incoming.sender, cx.now) else { return Err(Mistake::new("drop-again").into()) };
    let scope = Scope::read(cx).await?;
    cx.demand(Permission::ImportRecords, &scope.unit)?;
    let plan = study_import::run(&import(cx, &scope, &waiting.name, &waiting.bytes), true).await?;
    let [new, confirmed, known, unsure, _] = plan.counts;
    let args = [("new", Value::from(new)), ("confirmed", confirmed.into()), ("known", known.into()), ("unsure", unsure.into())];
    let mut lines = vec![cx.say("study-done", &args)];
    let duty = cx.duty(&plan.duty)?;
    for period in &plan.periods {
        lines.extend(differing(cx, &scope, duty, *period).await?);
    }
    if !plan.namesakes.is_empty() {
        lines.push(ask_who(cx, cx.keep_file(waiting.name, waiting.bytes, Roster::default()), &plan.namesakes).await?);
    }
    Ok(cx.reply(lines.join("\n")))
}

async fn ask_who(cx: &Context, file: String, all: &[Namesake]) -> Result<String, Error> {
    let mut n = 0;
    let mut lines = Vec::new();
    let mut choices: Vec<(String, OrgId, PersonId)> = Vec::new();
    for one in all.iter().take(8) {
        let each: Vec<String> = one
            .names
            .iter()
            .map(|name| {
                n += 1;
                format!("{n}.{}", show::name(name))
            })
            .collect();
        choices.extend(one.choices.iter().map(|(branch, person)| (one.mark.clone(), *branch, *person)));
        lines.push(cx.say("study-who-one", &[("who", show::name(&one.label).into()), ("names", cx.bot.names(&each, 12).into())]));
    }
    cx.ask(&Body::StudyWho { file, choices }).await?;
    lines.push(cx.say("study-who-ask", &[]));
    Ok(lines.join("\n"))
}

/// Which namesakes are meant, by their numbers; none where the text has no number of the list.
///
/// # Errors
/// As for the import.
pub async fn who(cx: &Context, file: &str, choices: &[(String, OrgId, PersonId)]) -> Result<Option<Reply>, Error> {
    let numbers = cx.text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse::<usize>().ok());
    let picked: Vec<&(String, OrgId, PersonId)> = numbers.filter_map(|n| choices.get(n.checked_sub(1)?)).collect();
    if picked.is_empty() {
        return Ok(None);
    }
    let scope = Scope::read(cx).await?;
    cx.demand(Permission::ImportRecords, &scope.unit)?;
    for (mark, branch, person) in picked {
        cx.bot.store.remember_import(scope.unit.id, "person", mark, &format!("{branch}/{person}")).await?;
    }
    apply(cx, file).await.map(Some)
}

/// `大学习差异`: of the named periods, else of the newest that an export was read for.
///
/// # Errors
/// A mistake in a group, for somebody who may not, and where no export was read.
pub async fn differences(cx: &Context, duty: &str, periods: &[Period]) -> Result<Reply, Error> {
    let duty = cx.duty(duty)?;
    let scope = Scope::read(cx).await?;
    cx.demand(Permission::ImportRecords, &scope.unit)?;
    if !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    let ids: Vec<OrgId> = scope.branches.iter().map(|b| b.roster.org.id).collect();
    let read = cx.bot.store.officials(&ids, &duty.key).await?;
    let asked =
        if periods.is_empty() { read.first().map(|(_, p)| *p).into_iter().collect() } else { reading::periods(cx, duty, periods, reading::MOST_PERIODS)? };
    let asked: Vec<Period> = asked.into_iter().filter(|p| read.iter().any(|(_, r)| r == p)).collect();
    if asked.is_empty() {
        return Err(Mistake::new("study-no-import").with("duty", &duty.name).into());
    }
    let mut lines = Vec::new();
    for period in asked {
        let found = differing(cx, &scope, duty, period).await?;
        if found.is_empty() {
            lines.push(cx.say("study-agrees", &[("period", issues::said_of(cx, &scope, duty, &[period]).into()), ("duty", Value::from(&duty.name))]));
        }
        lines.extend(found);
    }
    Ok(cx.reply(lines.join("\n")))
}

/// One line for each branch of which an export was read and in which somebody says otherwise.
async fn differing(cx: &Context, scope: &Scope, duty: &Duty, period: Period) -> Result<Vec<String>, Error> {
    let ids: Vec<OrgId> = scope.branches.iter().map(|b| b.roster.org.id).collect();
    let read = cx.bot.store.officials(&ids, &duty.key).await?;
    let mut lines = Vec::new();
    for branch in scope.branches.iter().filter(|b| read.contains(&(b.roster.org.id, period))) {
        let all = study_import::differences(&cx.bot.store, &branch.roster, duty, period).await?;
        for (key, level) in [("study-differs-own", false), ("study-differs-secretary", true)] {
            let names: Vec<String> = all.iter().filter(|(_, e)| (*e >= Evidence::Secretary) == level).map(|(n, _)| show::name(n)).collect();
            if !names.is_empty() {
                let unit = if scope.branch().is_some() { "none".to_owned() } else { show::name(&branch.roster.org.name) };
                let period = issues::said(cx, Some(&branch.roster.course), duty, &[period]);
                let args =
                    [("unit", Value::from(unit)), ("period", period.into()), ("count", names.len().into()), ("names", cx.bot.names(&names, NAMES).into())];
                lines.push(cx.say(key, &args));
            }
        }
    }
    Ok(lines)
}
