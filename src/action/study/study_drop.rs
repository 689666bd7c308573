//! An official export dropped into a private chat with the bot, by somebody who may: its columns asked about where they are
//! unknown, previewed, entered on a yes, namesakes asked about, and where it differs from what members said told.
//! Reading and matching is `study_import`'s; the file waits in memory, so a restart asks for it again.

use super::issues;
use super::study_import::{self, Differs, Import, Looks, Namesake, Plan};
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::queries::reading::Scope;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId};
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
        Looks::Export => Some(offer(cx, &scope, name.to_owned(), bytes.clone()).await?),
        Looks::Unknown(columns, true) => Some(ask_columns(cx, &scope, name, bytes, columns, "study-columns-ask").await?),
        Looks::Other | Looks::Unknown(_, false) => None,
    })
}

/// Asks what the columns of a table are that is neither bill nor roster; none where the sender imports no exports, or it is no table.
///
/// # Errors
/// Where the database fails.
pub async fn unknown(cx: &Context, name: &str, bytes: &Arc<Vec<u8>>) -> Result<Option<Reply>, Error> {
    if !imports(cx) {
        return Ok(None);
    }
    let scope = Scope::read(cx).await?;
    let known = study_import::columns(&cx.bot.store, &scope.unit).await?;
    Ok(match study_import::looks(&cx.bot.config, bytes, name, &known).await? {
        Looks::Unknown(columns, _) if cx.may(Permission::ImportRecords, &scope.unit) => {
            Some(ask_columns(cx, &scope, name, bytes, columns, "study-columns-unknown").await?)
        }
        _ => None,
    })
}

async fn ask_columns(cx: &Context, scope: &Scope, name: &str, bytes: &Arc<Vec<u8>>, columns: Vec<(String, String)>, key: &str) -> Result<Reply, Error> {
    cx.demand(Permission::ImportRecords, &scope.unit)?;
    let shown: Vec<String> = columns.iter().map(|(letter, top)| format!("{letter} {}", show::name(top))).collect();
    let file = cx.keep_file(name.to_owned(), bytes.clone(), Roster::default());
    cx.ask(&Body::StudyColumns { file, columns }).await?;
    Ok(cx.reply(cx.say(key, &[("columns", cx.bot.names(&shown, 12).into())])))
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
        let hint = nameable(cx, &plan);
        let strangers = marks(&plan);
        cx.ask(&Body::Study { file: cx.keep_file(name, bytes, Roster::default()), strangers }).await?;
        text = [Some(text), hint, Some(cx.say("study-ask", &[]))].into_iter().flatten().collect::<Vec<_>>().join("\n");
    } else if let Some(asked) = ask_who(cx, name, bytes, &plan).await? {
        text = format!("{text}\n{asked}");
    }
    Ok(cx.reply(text))
}

/// So many who are not on the roster can be told; more are of another branch's export, or of a whole school's.
const STRANGERS: usize = 12;

fn marks(plan: &Plan) -> Vec<(String, String)> {
    if plan.strangers.len() > STRANGERS { Vec::new() } else { plan.strangers.iter().map(|s| (s.label.clone(), s.mark.clone())).collect() }
}

/// How it is told who somebody is whom the roster does not know by that name or number.
fn nameable(cx: &Context, plan: &Plan) -> Option<String> {
    let first = plan.strangers.first().filter(|_| plan.strangers.len() <= STRANGERS)?;
    let said = first.label.split(' ').next_back().unwrap_or(&first.label);
    Some(cx.say("study-strangers", &[("count", plan.strangers.len().into()), ("first", show::name(said).into())]))
}

/// Who a name or number of the export is: `2021004是王五`. None where it says nothing of the kind.
///
/// # Errors
/// A mistake for a name that nobody has, or several.
pub async fn naming(cx: &Context, file: &str, strangers: &[(String, String)]) -> Result<Option<Reply>, Error> {
    let pieces = cx.text.split(|c: char| "，,、；;。\n".contains(c)).map(str::trim);
    let said: Vec<(&String, &str)> = pieces.filter_map(|piece| stranger(strangers, piece)).collect();
    if said.is_empty() {
        return Ok(None);
    }
    let scope = Scope::read(cx).await?;
    cx.demand(Permission::ImportRecords, &scope.unit)?;
    let mut means = Vec::new();
    for (mark, name) in said {
        let all: Vec<(OrgId, PersonId)> = scope.branches.iter().flat_map(|b| b.roster.named(name, cx.today).map(|m| (b.roster.org.id, m.person))).collect();
        match all[..] {
            [(branch, person)] => means.push((mark, format!("{branch}/{person}"))),
            [] => return Err(Mistake::new("no-such-name").with("name", show::name(name)).into()),
            _ => return Err(Mistake::new("name-shared").with("name", show::name(name)).into()),
        }
    }
    for (mark, means) in means {
        cx.bot.store.remember_import(scope.unit.id, "person", mark, &means).await?;
    }
    let Some(waiting) = cx.bot.memory.take_file(file, &cx.incoming.sender, cx.now) else { return Err(Mistake::new("drop-again").into()) };
    Ok(Some(offer(cx, &scope, waiting.name, waiting.bytes).await?))
}

/// Whose mark a piece of the answer speaks of, and the name that it says.
fn stranger<'s, 't>(strangers: &'s [(String, String)], piece: &'t str) -> Option<(&'s String, &'t str)> {
    strangers.iter().find_map(|(label, mark)| {
        let words = std::iter::once(label.as_str()).chain(label.split(' '));
        let rest = words.filter(|w| !w.is_empty()).find_map(|w| piece.strip_prefix(w))?;
        let name = ["就是", "是", "=", "＝", "：", ":"].iter().find_map(|w| rest.trim_start().strip_prefix(w))?;
        Some((mark, name.trim().trim_end_matches(['吧', '。', '！']))).filter(|(_, name)| !name.is_empty())
    })
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
        lines.extend(ask_who(cx, waiting.name, waiting.bytes, &plan).await?);
    }
    Ok(cx.reply(lines.join("\n")))
}

/// Asks who those are who can't be told; none where there are none.
async fn ask_who(cx: &Context, name: String, bytes: Arc<Vec<u8>>, plan: &Plan) -> Result<Option<String>, Error> {
    let all: &[Namesake] = &plan.namesakes;
    let (hint, strangers) = (nameable(cx, plan), marks(plan));
    if all.is_empty() && hint.is_none() {
        return Ok(None);
    }
    let file = cx.keep_file(name, bytes, Roster::default());
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
    cx.ask(&Body::StudyWho { file, choices, strangers }).await?;
    lines.extend((!all.is_empty()).then(|| cx.say("study-who-ask", &[])));
    lines.extend(hint);
    Ok(Some(lines.join("\n")))
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
    let named: Vec<Period> = issues::named(cx, &scope, duty, periods)?;
    let asked = if named.is_empty() { read.first().map(|(_, p)| *p).into_iter().collect() } else { named.clone() };
    let asked: Vec<Period> = asked.into_iter().filter(|p| read.iter().any(|(_, r)| r == p)).collect();
    if asked.is_empty() {
        let which = if named.is_empty() { "none".to_owned() } else { issues::said_of(cx, &scope, duty, &named) };
        return Err(Mistake::new("study-no-import").with("duty", &duty.name).with("period", which).into());
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
    let kinds = [("study-differs-own", Differs::Own), ("study-differs-secretary", Differs::Secretary), ("study-differs-export", Differs::Export)];
    for branch in scope.branches.iter().filter(|b| read.contains(&(b.roster.org.id, period))) {
        let all = study_import::differences(&cx.bot.store, &branch.roster, duty, period).await?;
        for (key, kind) in kinds {
            let of = all.iter().filter(|(_, k)| *k == kind).filter_map(|(p, _)| branch.roster.member(*p));
            let names: Vec<String> = of.map(|m| cx.called(branch, m)).collect();
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
