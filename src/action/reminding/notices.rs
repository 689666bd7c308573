//! Notices: an officer's text, with a document if there is one, goes to the chats of the units below; members answer `收到`;
//! `谁没收到` lists who has not; those are named once, by hand (`催一下没收到的`). What goes by the clock is `notices_due`'s. What a
//! notice says is kept as long as sent letters are.

use super::notices_due;
use crate::action::bot::Bot;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::attachment::{Attachment, file_name};
use crate::domain::chats::reminded;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::{ChatKey, Outgoing, Part};
use crate::domain::role::Permission;
use crate::domain::roster::{Member, Org, covers};
use crate::error::{Error, Fault, Mistake};
use crate::report::reminder::{Line, cut, people};
use crate::store::sending::notices::{Notice, Plan};
use crate::store::sending::outbox::Letter;
use std::collections::{BTreeSet, HashSet};

/// A notice that could not be sent is worth it for so long, milliseconds.
pub(in crate::action) const WORTH: i64 = 3 * 86_400_000;
/// For so long a `收到` is about a notice, milliseconds.
const ANSWERED: i64 = 7 * 86_400_000;
/// Largest document, bytes: it travels with each chat's letter.
const FILE: usize = 1 << 20;
/// Plans of a unit, at most.
const MOST: usize = 20;
/// Characters of a notice by which it is called.
const TITLE: usize = 20;

/// `通知 …：…`: shown first, sent on a yes; or made a plan of.
pub async fn draft(cx: &Context, units: &[String], text: &str, cron: Option<&str>) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageIssues, &unit)?;
    let all = cx.bot.store.subtree(&unit.path).await?;
    let mut chosen: BTreeSet<OrgId> = BTreeSet::new();
    for name in units {
        let found: Vec<&Org> = all.iter().filter(|o| o.name == *name || o.path == *name || o.path.ends_with(&format!("/{name}"))).collect();
        match found[..] {
            [one] => drop(chosen.insert(one.id)),
            [] => return Err(Mistake::new("notice-no-unit").with("unit", show::name(name)).into()),
            _ => return Err(Mistake::new("notice-two-units").with("unit", show::name(name)).into()),
        }
    }
    if chosen.is_empty() {
        chosen.insert(unit.id);
    }
    let chosen: Vec<OrgId> = chosen.into_iter().collect();
    let to = chats(&cx.bot, &chosen).await?;
    if to.is_empty() {
        return Err(Mistake::new("notice-nowhere").into());
    }
    let Some(cron) = cron else {
        if !cx.private() {
            return Err(Mistake::new("private-only").into());
        }
        cx.ask(&Body::Notice { unit: unit.id, units: chosen, text: text.to_owned(), file: None }).await?;
        return Ok(cx.reply(cx.say("notice-ask", &[("count", to.len().into()), ("text", text.into())])));
    };
    if cx.bot.store.plans(Some(unit.id), cx.now).await?.len() >= MOST {
        return Err(Mistake::new("reminders-full").with("count", MOST.to_string()).into());
    }
    let next = notices_due::next(&cx.bot, cron, cx.now).ok_or_else(|| Mistake::new("reminders-never"))?;
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    let plan = Plan { id: cx.bot.store.new_notice(), org: unit.id, actor, units: chosen, cron: cron.to_owned(), body: text.to_owned(), next_at: Some(next) };
    cx.bot.store.make_plan(&plan, cx.now).await?;
    Ok(cx.reply(cx.say("push-made", &[("count", to.len().into()), ("time", time(&cx.bot, next).into())])))
}

/// A document came while a notice is asked about: it goes with it. None where no notice is.
pub async fn with_file(cx: &Context) -> Result<Option<Reply>, Error> {
    let Some(file) = cx.incoming.file() else { return Ok(None) };
    let open = cx.bot.store.question(&cx.incoming.chat, &cx.incoming.sender, cx.bot.now()).await?;
    let Some(Body::Notice { unit, units, text, .. }) = open.and_then(|q| serde_json::from_str(&q.body).ok()) else { return Ok(None) };
    let Some(courier) = cx.bot.courier(&cx.incoming.chat.platform) else { return Ok(None) };
    let Ok(bytes) = courier.fetch(&cx.incoming.chat, file, FILE).await else {
        return Err(Mistake::new("notice-file").with("size", (FILE >> 10).to_string()).into());
    };
    let name = file_name(&file.name);
    let mime = match &*bytes {
        // what they are is seen in their first bytes
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        _ => "application/octet-stream",
    };
    let attachment = Attachment { name: name.clone(), mime: mime.to_owned(), bytes: bytes.into(), private: false };
    cx.ask(&Body::Notice { unit, units, text, file: Some(attachment) }).await?;
    Ok(Some(cx.reply(cx.say("notice-with-file", &[("file", show::name(&name).into())]))))
}

/// The yes to it.
pub async fn send(cx: &Context, unit: OrgId, units: &[OrgId], text: &str, file: Option<Attachment>) -> Result<Reply, Error> {
    let org = cx.bot.store.org(unit).await?.ok_or_else(|| Mistake::new("notice-nowhere"))?;
    cx.demand(Permission::ManageIssues, &org)?;
    let count = push(&cx.bot, unit, units, text, file, cx.speaker.as_ref().map(|s| s.known.person), None).await?;
    Ok(cx.reply(cx.say("notice-sent", &[("count", count.into())])))
}

/// Enters a notice with its letters; how many chats it goes to.
pub(in crate::action) async fn push(
    bot: &Bot,
    unit: OrgId,
    units: &[OrgId],
    text: &str,
    file: Option<Attachment>,
    actor: Option<PersonId>,
    plan: Option<(&Plan, Option<i64>)>,
) -> Result<usize, Fault> {
    let now = bot.now();
    let notice = Notice { id: bot.store.new_notice(), org: unit, body: text.to_owned(), made_at: now, chased: false };
    let to = chats(bot, units).await?;
    let body = bot.say("notice-body", &[("text", text.into())]);
    let letters: Vec<Letter> = to
        .iter()
        .map(|(org, chat)| {
            let mut message = Outgoing::text(chat.clone(), body.clone());
            message.parts.extend(file.clone().map(Part::from));
            Letter { dedupe_key: format!("notice/{}/{org}/{chat}", notice.id), message, expires_at: now + WORTH }
        })
        .collect();
    let hours = bot.config.bot.reminders.chase_hours;
    let chase_at = (hours > 0).then(|| now + hours * 3_600_000);
    let entered = bot.store.enter_notice(&notice, &to, &letters, actor, chase_at, plan).await?;
    Ok(if entered { letters.len() } else { 0 })
}

/// The groups of these units and of all below them that get reminders. Where nothing can go by itself it waits there until
/// somebody speaks.
async fn chats(bot: &Bot, units: &[OrgId]) -> Result<Vec<(OrgId, ChatKey)>, Fault> {
    let mut ids: BTreeSet<OrgId> = BTreeSet::new();
    for id in units {
        if let Some(org) = bot.store.org(*id).await? {
            ids.extend(bot.store.subtree(&org.path).await?.into_iter().map(|o| o.id));
        }
    }
    let ids: Vec<OrgId> = ids.into_iter().collect();
    let all = bot.store.chats_in(&ids).await?;
    let here = all.chunk_by(|a, b| a.org == b.org).flat_map(reminded).filter(|c| bot.courier(&c.key.platform).is_some());
    Ok(here.map(|c| (c.org, c.key.clone())).collect())
}

/// `收到` in a group: of the notice that it quotes, else of the last one there. Whether it was one.
pub async fn received(cx: &Context) -> Result<bool, Fault> {
    let Some(person) = cx.speaker.as_ref().map(|s| s.known.person) else { return Ok(false) };
    let quoted = match cx.incoming.replies_to.as_deref() {
        Some(id) => {
            let key = cx.bot.store.letter_sent_as(&cx.incoming.chat, id).await?;
            let id = key.as_deref().and_then(|k| k.strip_prefix("notice/")?.split('/').next()?.parse().ok());
            let Some(id) = id else { return Ok(false) };
            cx.bot.store.notice(id).await?
        }
        None => cx.bot.store.notice_in(&cx.incoming.chat, cx.now - ANSWERED).await?,
    };
    let Some(notice) = quoted else { return Ok(false) };
    cx.bot.store.receipt(notice.id, person, cx.now).await?;
    Ok(true)
}

/// A unit that a notice went to, with who did not say that they read it.
struct Silent {
    org: Org,
    chats: Vec<ChatKey>,
    expected: usize,
    /// Each as they are called in a list.
    members: Vec<(Member, String)>,
}

async fn silent(bot: &Bot, notice: &Notice) -> Result<Vec<Silent>, Fault> {
    let read: HashSet<PersonId> = bot.store.receipts(notice.id).await?.into_iter().collect();
    let today = bot.config.zone().date(bot.now());
    let mut all = Vec::new();
    // in whichever of its groups they say so, and in however many it went
    for of in bot.store.notice_targets(notice.id).await?.chunk_by(|a, b| a.0 == b.0) {
        // a committee's own chat has no roster: its members are other branches'
        let Some(roster) = bot.store.roster(of[0].0).await? else { continue };
        let members: Vec<&Member> = roster.on(today).collect();
        let expected = members.len();
        let members = members.into_iter().filter(|m| !read.contains(&m.person)).map(|m| (m.clone(), bot.called(&roster, m, today))).collect();
        all.push(Silent { org: roster.org.clone(), chats: of.iter().map(|(_, chat)| chat.clone()).collect(), expected, members });
    }
    Ok(all)
}

async fn last(cx: &Context) -> Result<Notice, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let units: Vec<OrgId> = cx.bot.store.subtree(&unit.path).await?.into_iter().map(|o| o.id).collect();
    cx.bot.store.notice_to(&units, cx.now - 4 * ANSWERED).await?.ok_or_else(|| Mistake::new("notice-none").into())
}

/// `谁没收到`: of the last notice, by unit, as far as the speaker's unit goes.
pub async fn receipts(cx: &Context) -> Result<Reply, Error> {
    let notice = last(cx).await?;
    let unit = cx.unit().await?;
    let args = [("title", Value::from(title(&notice.body))), ("time", time(&cx.bot, notice.made_at).into())];
    let mut lines = vec![cx.say("receipts-head", &args)];
    for s in silent(&cx.bot, &notice).await?.into_iter().filter(|s| covers(&unit.path, &s.org.path)) {
        let names = cx.bot.names(&s.members.iter().map(|(_, name)| name).collect::<Vec<_>>(), show::NAMES);
        let args = [
            ("unit", Value::from(show::name(&s.org.name))),
            ("expected", s.expected.into()),
            ("read", (s.expected - s.members.len()).into()),
            ("count", s.members.len().into()),
            ("names", names.into()),
        ];
        lines.push(cx.say("receipts-line", &args));
    }
    Ok(cx.reply(lines.join("\n")))
}

/// `催一下没收到的`: once for a notice.
pub async fn chase(cx: &Context) -> Result<Reply, Error> {
    let notice = last(cx).await?;
    let org = cx.bot.store.org(notice.org).await?.ok_or_else(|| Mistake::new("notice-none"))?;
    cx.demand(Permission::Remind, &org)?;
    if notice.chased {
        return Err(Mistake::new("notice-chased").into());
    }
    let out = notices_due::chats_out(&cx.bot, &notice).await?;
    if out.is_empty() {
        return Err(Mistake::new("notice-not-out").into());
    }
    let (letters, count) = chasing(&cx.bot, &notice, &|org, chat| out.contains(&(org, chat.clone())), "chase").await?;
    let first = cx.bot.store.chase(notice.id, &letters, None, cx.now).await?;
    Ok(cx.reply(cx.say("notice-chasing", &[("count", if first { count } else { 0 }.into())])))
}

/// What names, in those of its chats that are wanted, who has not said that they read it, and how many they are; `word` is in the
/// letters' keys.
pub(in crate::action) async fn chasing(
    bot: &Bot,
    notice: &Notice,
    wanted: &(dyn Fn(OrgId, &ChatKey) -> bool + Sync),
    word: &str,
) -> Result<(Vec<Letter>, usize), Fault> {
    let (now, mut letters, mut count) = (bot.now(), Vec::new(), 0);
    for s in silent(bot, notice).await?.into_iter().filter(|s| !s.members.is_empty()) {
        let chats: Vec<&ChatKey> = s.chats.iter().filter(|c| wanted(s.org.id, c) && bot.courier(&c.platform).is_some()).collect();
        count += if chats.is_empty() { 0 } else { s.members.len() };
        let args = [("title", Value::from(title(&notice.body))), ("count", s.members.len().into())];
        let (head, end) = (bot.say("chase-head", &args), bot.say("chase-end", &[]));
        let whom: Vec<&Member> = s.members.iter().map(|(m, _)| m).collect();
        let called = |m: &Member| s.members.iter().find(|(o, _)| o.person == m.person).map_or_else(|| m.name.clone(), |(_, name)| name.clone());
        for chat in chats {
            let Some(courier) = bot.courier(&chat.platform) else { continue };
            let can = courier.can(chat);
            let lines = people(&whom, &called, chat, &can).into_iter().map(Line::Person).collect();
            for (n, parts) in cut(&head, &head, &end, lines, &can).into_iter().enumerate() {
                let message = Outgoing { chat: chat.clone(), quote: None, parts };
                letters.push(Letter { dedupe_key: format!("notice/{}/{}/{word}/{chat}/{n}", notice.id, s.org.id), message, expires_at: now + WORTH });
            }
        }
    }
    Ok((letters, count))
}

/// `定时推送`: what is pushed regularly.
pub async fn pushes(cx: &Context) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageIssues, &unit)?;
    let plans = cx.bot.store.plans(Some(unit.id), cx.now).await?;
    if plans.is_empty() {
        return Ok(cx.reply(cx.say("pushes-none", &[])));
    }
    let mut lines = vec![cx.say("pushes-head", &[])];
    for (n, plan) in plans.iter().enumerate() {
        let when = plan.next_at.map_or_else(|| "none".to_owned(), |at| time(&cx.bot, at));
        lines.push(cx.say("pushes-line", &[("n", (n + 1).into()), ("time", when.into()), ("title", title(&plan.body).into())]));
    }
    Ok(cx.reply(lines.join("\n")))
}

/// `删除第1个推送`.
pub async fn drop_push(cx: &Context, n: u32) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageIssues, &unit)?;
    let plans = cx.bot.store.plans(Some(unit.id), cx.now).await?;
    let plan = usize::try_from(n).ok().and_then(|n| plans.get(n.checked_sub(1)?));
    let plan = plan.ok_or_else(|| Mistake::new("pushes-no-such").with("count", plans.len().to_string()))?;
    cx.bot.store.drop_plan(plan.id).await?;
    Ok(cx.reply(cx.say("push-dropped", &[])))
}

fn time(bot: &Bot, at: i64) -> String {
    let zone = bot.config.zone();
    bot.config.messages.time(bot.lang(), at, zone, zone.date(bot.now()))
}

/// The first words of a notice.
pub(in crate::action) fn title(body: &str) -> String {
    let line = body.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(TITLE).collect();
    if cut.len() < body.trim_end().len() { format!("{cut}…") } else { cut }
}
