//! What comes after a copy: the secretary's word for entries that wait (`确认接龙`), the answer to a question about names,
//! and which message a paste was, for undo.

use super::copy::{Item, person_of};
use super::known::Known;
use super::plan::Plan;
use super::{digest, meant, records_for, told};
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::AskedName;
use crate::action::members::people::Person;
use crate::action::records::report;
use crate::action::show;
use crate::domain::document::{Document, State};
use crate::domain::ids::PersonId;
use crate::domain::ledger::Subject;
use crate::domain::message::ChatKey;
use crate::domain::role::Permission;
use crate::error::{Error, Fault, Mistake};
use crate::language::normal;

/// How long entries wait for the secretary's word, milliseconds.
const WAIT: i64 = 30 * 86_400_000;
/// How often it is tried again because a list grew, or the roster changed, meanwhile.
const TRIES: usize = 64;

/// `确认接龙`: what waits in the lists of this chat, as far as the speaker may record it.
pub async fn approve(cx: &Context, duty: Option<&str>) -> Result<Reply, Error> {
    cx.speaker()?;
    let mut cx = cx.clone();
    let source = cx.incoming.source();
    for _ in 0..TRIES {
        let mut lists = Vec::new();
        for chat in chats(&cx).await? {
            for document in cx.bot.store.documents(&chat, cx.now - WAIT).await? {
                if duty.is_none_or(|d| d == document.duty) {
                    let rows = cx.bot.store.document_rows(document.id).await?;
                    lists.push(Known { document, rows });
                }
            }
        }
        let known = lists.iter().any(|l| l.rows.iter().any(|r| r.source == source));
        let mut items: Vec<(usize, Item)> = Vec::new();
        let mut others = None;
        for (at, list) in lists.iter().enumerate().filter(|_| !known) {
            for row in list.latest().into_values().filter(|r| r.state == State::Waiting) {
                let Some(person) = member(&cx, row.subject.as_ref()).await? else { continue };
                if records_for(&cx, &person.branch.roster.org) {
                    items.push((at, Item { person, said: meant(&row.said), name: row.name.clone() }));
                } else {
                    others = Some(person.branch.roster.org.clone());
                }
            }
        }
        if items.is_empty() && !known {
            return match others {
                Some(org) if cx.addressed => Err(Mistake::new("permission-refused").with("who", cx.who_may_at(Permission::ReportOthers, &org)).into()),
                None if cx.addressed => Ok(cx.reply(cx.say("chain-nothing-waiting", &[]))),
                _ => Ok(Reply::silence()),
            };
        }
        if !known {
            let people: Vec<Person> = items.iter().map(|(_, i)| i.person.clone()).collect();
            let mut plan = Plan::new(&cx, &people).await?;
            for (at, list) in lists.iter().enumerate() {
                plan.begin(&list.document);
                let duty = cx.duty(&list.document.duty)?;
                let before = list.by_person();
                for (_, item) in items.iter().filter(|(n, _)| *n == at) {
                    let rows = before.get(&item.person.member.person).map_or(&[][..], Vec::as_slice);
                    plan.compare(duty, item, rows, true).await?;
                }
            }
            if let Some(again) = entered(&cx, plan, &source).await? {
                cx = again;
                continue;
            }
        }
        let mut lines = Vec::new();
        for list in &mut lists {
            list.read(&cx).await?;
            let duty = cx.duty(&list.document.duty)?;
            lines.extend(told::grown(&cx, duty, list, &source).await?);
        }
        return Ok(cx.reply(lines.join("\n")));
    }
    Err(Fault::Stale.into())
}

/// Enters what was planned; a fresh context where it has to be planned again.
async fn entered(cx: &Context, plan: Plan<'_>, source: &str) -> Result<Option<Context>, Error> {
    let Some(mut post) = plan.finish() else { return Ok(None) };
    source.clone_into(&mut post.source);
    match report::enter(cx, &post).await {
        Ok(_) => Ok(None),
        Err(Fault::Stale) => {
            let units: Vec<_> = post.relies.iter().map(|(id, _)| *id).collect();
            cx.bot.cache.forget(&units);
            Ok(Some(Context::read(&cx.bot, cx.incoming.clone(), cx.text.clone(), cx.addressed).await?))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// This chat; in private also the groups of the units that the speaker has a role at.
async fn chats(cx: &Context) -> Result<Vec<ChatKey>, Fault> {
    let mut all = vec![cx.incoming.chat.clone()];
    if cx.private() {
        for grant in cx.speaker.iter().flat_map(|s| &s.known.grants) {
            all.extend(cx.bot.store.chats_of(grant.org).await?.into_iter().map(|c| c.key));
        }
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|c| seen.insert(c.clone()));
    Ok(all)
}

async fn member(cx: &Context, subject: Option<&Subject>) -> Result<Option<Person>, Fault> {
    let Some(subject) = subject else { return Ok(None) };
    Ok(cx.bot.cache.branch(subject.branch).await?.and_then(|b| person_of(&b, subject.person)))
}

/// Whom an answer chooses for each name; none where it is not clear.
pub type Picks = Option<Vec<Option<usize>>>;

/// Who was chosen for each name; none where it is no answer at all. By the numbers shown, by a yes where one person was offered for each, or by name.
fn chosen(cx: &Context, text: &str, names: &[AskedName], called: &[Vec<String>]) -> Option<Picks> {
    let said = normal(text);
    let said = said.trim();
    if said.len() > 600 || said.contains("接龙") {
        return None;
    }
    let mut picks: Vec<Option<usize>> = vec![None; names.len()];
    let expect = crate::language::Expect { yes_no: true, today: cx.today, ..crate::language::Expect::default() };
    let all = ["都是", "都对", "全是", "全对", "对", "没错"].contains(&said);
    if all || crate::language::answer(text, &expect) == Some(crate::language::Answer::Yes) {
        return Some(names.iter().all(|n| n.choices.len() == 1).then(|| vec![Some(0); names.len()]));
    }
    // 张珊是张三
    let mut by_name = false;
    for ((pick, asked), called) in picks.iter_mut().zip(names).zip(called) {
        let Some((_, rest)) = said.split_once(&normal(&asked.name)) else { continue };
        let rest = rest.trim_start_matches([' ', ':', '=', '-', '>', '→']);
        let Some(rest) = ["就是", "是", "指", "即", "="].iter().find_map(|w| rest.strip_prefix(w)).or_else(|| (!rest.is_empty()).then_some(rest)) else {
            continue;
        };
        let hits: Vec<usize> = called.iter().enumerate().filter(|(_, name)| rest.trim_start().starts_with(&normal(name))).map(|(at, _)| at).collect();
        if let [one] = hits[..] {
            *pick = Some(one);
            by_name = true;
        }
    }
    if by_name {
        return Some(Some(picks));
    }
    // 1 3; 选1和3
    let numbers: Vec<usize> = said.split(|c: char| !c.is_ascii_digit()).filter(|s| !s.is_empty()).map(|s| s.parse().unwrap_or(usize::MAX)).collect();
    let rest: String = said.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    let filler = rest.chars().all(|c| "、,，和跟与选是第个号项.。;；/的+吧".contains(c));
    let total: usize = names.iter().map(|n| n.choices.len()).sum();
    if numbers.is_empty() || !filler {
        return None;
    }
    if numbers.iter().any(|n| !(1..=total).contains(n)) {
        return Some(None);
    }
    let mut first = 1;
    for (pick, asked) in picks.iter_mut().zip(names) {
        let mine: Vec<usize> = numbers.iter().filter(|n| (first..first + asked.choices.len()).contains(n)).map(|n| n - first).collect();
        match mine[..] {
            [] => {}
            [one] => *pick = Some(one),
            // two people for one name
            _ => return Some(None),
        }
        first += asked.choices.len();
    }
    Some(Some(picks))
}

/// Whether a message answers the question about names.
pub async fn is_answer(cx: &Context, names: &[AskedName]) -> Result<Option<Picks>, Fault> {
    let mut called = Vec::new();
    for asked in names {
        let mut all = Vec::new();
        for (branch, person) in &asked.choices {
            let found = member(cx, Some(&Subject { branch: *branch, person: *person })).await?;
            all.push(found.map(|p| p.member.name).unwrap_or_default());
        }
        called.push(all);
    }
    Ok(chosen(cx, &cx.text, names, &called))
}

/// What a message's source goes on with where it is the answer to a question about the names of a paste.
const ANSWER: &str = "/names/";

/// The paste that a source belongs to: an answer about its names is part of it.
pub fn paste(source: &str) -> &str {
    source.split_once(ANSWER).map_or(source, |(paste, _)| paste)
}

/// The sources of answers about a paste's names begin with this.
pub fn answers(paste: &str) -> String {
    format!("{paste}{ANSWER}")
}

/// Enters the entries of those who were chosen; names that were left out are left alone.
pub async fn named(cx: &Context, document: i64, source: &str, names: &[AskedName], picks: &[Option<usize>]) -> Result<Reply, Error> {
    let mut cx = cx.clone();
    let source = format!("{}{}", answers(paste(source)), cx.incoming.message_id);
    for _ in 0..TRIES {
        let Some(document): Option<Document> = cx.bot.store.document(document).await? else { return Ok(cx.reply(cx.say("answered-no", &[]))) };
        let rows = cx.bot.store.document_rows(document.id).await?;
        let mut list = Known { document, rows };
        let duty = cx.duty(&list.document.duty)?;
        let mut items = Vec::new();
        for (asked, pick) in names.iter().zip(picks) {
            let Some((branch, person)) = pick.and_then(|n| asked.choices.get(n)) else { continue };
            if let Some(person) = member(&cx, Some(&Subject { branch: *branch, person: *person })).await? {
                let written: String = normal(&asked.name).chars().filter(|c| !c.is_whitespace()).collect();
                items.push((Item { person, said: meant(&asked.said), name: Some(digest(&written)) }, asked.bare));
            }
        }
        let people: Vec<Person> = items.iter().map(|(i, _)| i.person.clone()).collect();
        let mut plan = Plan::new(&cx, &people).await?;
        plan.begin(&list.document);
        let before = list.by_person();
        for (item, bare) in &items {
            let rows = before.get(&item.person.member.person).map_or(&[][..], Vec::as_slice);
            plan.compare(duty, item, rows, *bare).await?;
        }
        if let Some(again) = entered(&cx, plan, &source).await? {
            cx = again;
            continue;
        }
        list.read(&cx).await?;
        let mut lines = told::grown(&cx, duty, &list, &source).await?;
        if lines.is_empty() {
            let known: Vec<String> = people.iter().map(|p| p.member.name.clone()).collect();
            lines.push(cx.say("chain-there", &[("names", show::names(&cx, known.iter().map(String::as_str), show::NAMES).into())]));
        }
        return Ok(cx.reply(lines.join("\n")));
    }
    Err(Fault::Stale.into())
}

/// The last message that added to a list of this chat for anybody but its sender: what `撤销接龙` means.
pub async fn last_paste(cx: &Context) -> Result<Option<String>, Error> {
    let mut newest: Option<(i64, String)> = None;
    for document in cx.bot.store.documents(&cx.incoming.chat, cx.now - WAIT).await? {
        let rows = cx.bot.store.document_rows(document.id).await?;
        let mine = |p: Option<PersonId>, s: Option<&Subject>| p.is_some() && s.is_some_and(|s| Some(s.person) == p);
        let pasted = rows.iter().rev().find(|r| r.state == State::Entered && r.live && !mine(r.by, r.subject.as_ref()));
        if let Some(row) = pasted
            && newest.as_ref().is_none_or(|(at, _)| document.changed_at > *at)
        {
            newest = Some((document.changed_at, row.source.clone()));
        }
    }
    Ok(newest.map(|(_, source)| source))
}
