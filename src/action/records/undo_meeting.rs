//! `撤销` of what is said for a meeting and is no record: a line of its page (`撤销主持`, `取消完成民主议事`), and a whole session that was
//! opened or closed by mistake (`作废这次签到`), which takes a yes.

use super::draft::Draft;
use super::{report, undo, undo_moved};
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::meetings::meeting::{self, ADDED_FOR, Spoken};
use crate::action::meetings::sessions;
use crate::action::show;
use crate::action::study::issues::around;
use crate::config::messages::Value;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, RecordId, SessionId};
use crate::domain::ledger::Entry;
use crate::domain::meeting::{Note, NoteKind};
use crate::domain::message::Outgoing;
use crate::domain::record::{Evidence, Kind, Record, Session};
use crate::domain::role::Permission;
use crate::domain::roster::Org;
use crate::effects::Ids;
use crate::error::{Error, Mistake};
use crate::language::{TakenBack, Thing};
use std::collections::BTreeMap;

/// Words that are said around a session that is to be void, and name nothing else.
const SESSION: &[&str] = &[
    "撤销", "撤消", "撤回", "撤掉", "取消", "作废", "删除", "删掉", "收回", "签到", "打卡", "刚才", "刚刚", "这次", "本次", "这场", "本场", "整场", "整个",
    "会议", "开错", "误开", "全部", "麻烦", "小支", "请", "把", "将", "那个", "那次", "的", "了", "吧", "掉",
];

/// Takes back what is named of a meeting, or the speaker's last act where that was one of those; none where something else is meant.
pub async fn undo(cx: &Context, said: &TakenBack, since: i64) -> Result<Option<Reply>, Error> {
    match &said.thing {
        Some(Thing::Note(kind, text)) => note(cx, *kind, text).await.map(Some),
        Some(Thing::Line(n)) => meeting::edit(cx, *n, "").await.map(Some),
        Some(Thing::CheckIn { whole }) => session(cx, *whole).await,
        None if said.bare && cx.bot.grammar.named(&cx.text, &around(cx)).is_empty() => last(cx, since).await,
        _ => Ok(None),
    }
}

/// One line of the record: the one that says this, else the speaker's last of the kind, else the last.
async fn note(cx: &Context, kind: NoteKind, text: &str) -> Result<Reply, Error> {
    let me = cx.speaker()?.known.person;
    let on = Spoken::read(cx, true).await?;
    let standing: Vec<&Note> = on.of(kind).collect();
    let found = if text.is_empty() {
        standing.iter().rev().find(|n| n.by == Some(me)).or(standing.last())
    } else {
        let part: Vec<&&Note> = standing.iter().filter(|n| n.text.contains(text)).collect();
        standing.iter().find(|n| n.text == text).or(if let [one] = &part[..] { Some(*one) } else { None })
    };
    let Some(note) = found else { return Err(Mistake::new("undo-no-such").into()) };
    gone(cx, &on, note).await
}

/// Takes a line away; what it had replaced stands again.
async fn gone(cx: &Context, on: &Spoken, note: &Note) -> Result<Reply, Error> {
    let me = cx.speaker()?.known.person;
    if note.by != Some(me) {
        on.demand(cx)?;
    }
    away(cx, note).await?;
    // an item that is there no more was not done
    if note.kind == NoteKind::OwnItem
        && let Some(done) = on.of(NoteKind::Item).find(|n| n.text == note.text)
    {
        away(cx, done).await?;
    }
    let args = [("kind", Value::from(note.kind.key())), ("text", meeting::short(&note.text).into())];
    Ok(cx.reply(cx.say("note-undone", &args)))
}

/// An empty line in its place.
async fn away(cx: &Context, note: &Note) -> Result<(), Error> {
    let me = cx.speaker()?.known.person;
    Ok(cx.bot.store.add_notes(note.session, note.kind, &[String::new()], Some(me), Some(note.id), note.at).await?)
}

/// The speaker's last act, where that was a line of the record, or opening a session.
async fn last(cx: &Context, since: i64) -> Result<Option<Reply>, Error> {
    let me = cx.speaker()?.known.person;
    let Ok(on) = Spoken::read(cx, true).await else { return Ok(None) };
    let line = on.notes.iter().filter(|n| n.by == Some(me)).max_by_key(|n| n.id);
    let opened = Some(&on.session).filter(|s| s.opened_by == Some(me)).map(|s| s.id.0);
    let Some(id) = line.map(|n| n.id).max(opened).filter(|id| Ids::made_at(*id) >= since) else { return Ok(None) };
    cx.bot.store.settled().await?;
    let later = cx.bot.store.last_entered(&cx.incoming.sender, since).await?.is_some_and(|e| e.records.iter().any(|r| r.id.0 > id));
    if later || undo_moved::later_act(cx, Ids::made_at(id)).await? {
        return Ok(None);
    }
    match line.filter(|n| n.id == id) {
        Some(line) => gone(cx, &on, line).await.map(Some),
        None if cx.may(Permission::ManageSessions, &on.unit) => ask(cx, &on.unit, &on.session, None).await.map(Some),
        None => Ok(None),
    }
}

/// `取消签到`: of whoever may open sessions the session is meant, or what they entered at it; of others their own check-in, which is
/// a record.
async fn session(cx: &Context, whole: bool) -> Result<Option<Reply>, Error> {
    let named = cx.bot.grammar.named(&cx.bot.grammar.plainly_named(&cx.text, cx.names()), &around(cx));
    let Ok(unit) = cx.unit().await else { return Ok(None) };
    if cx.text.contains('我') || !named.names.is_empty() {
        return Ok(None);
    }
    // somebody or something is named beside it that was not read: no session is void for that
    let duty = named.duty.as_deref().and_then(|d| cx.bot.config.duty(d));
    let known = SESSION.iter().map(|w| (*w).to_owned()).chain(duty.into_iter().flat_map(Duty::names).map(str::to_owned));
    let rest = known.fold(cx.text.clone(), |text, word| text.replace(&word, " "));
    if named.periods.is_empty() && rest.chars().filter(|c| c.is_alphabetic()).count() > 1 {
        return Err(Mistake::new("undo-no-such").into());
    }
    if !cx.may(Permission::ManageSessions, &unit) {
        if whole {
            cx.demand(Permission::ManageSessions, &unit)?;
        }
        return Ok(None);
    }
    cx.bot.store.settled().await?;
    let meant = |s: &Session| named.duty.as_ref().is_none_or(|d| *d == s.duty) && (named.periods.is_empty() || named.periods.contains(&s.period));
    let open = cx.bot.store.open_sessions(&[unit.id]).await?.into_iter().rev().find(|s| meant(s));
    let session = match open {
        Some(open) => Some(open),
        None => cx.bot.store.last_session(unit.id, named.duty.as_deref()).await?.filter(|s| s.opened_at + ADDED_FOR > cx.now && meant(s)),
    };
    let Some(session) = session else { return if whole { Err(Mistake::new("meeting-none").into()) } else { Ok(None) } };
    let at_it = |r: &Record| r.kind == Kind::Attend && r.session == Some(session.id);
    let own = if whole { None } else { cx.bot.store.last_entered_of(&cx.incoming.sender, i64::MIN, &at_it).await? };
    match own {
        None => ask(cx, &unit, &session, None).await.map(Some),
        Some(own) => {
            let what = undo::what(cx, &own.records).await;
            ask(cx, &unit, &session, Some((own.source, what))).await.map(Some)
        }
    }
}

/// Asks whether the session is to be void; or, where the speaker entered something at it, which of the two is meant.
async fn ask(cx: &Context, unit: &Org, session: &Session, own: Option<(String, String)>) -> Result<Reply, Error> {
    let args = told(cx, unit, session).await?;
    let (source, what) = own.unzip();
    cx.ask(&Body::Void { session: session.id, source }).await?;
    let Some(what) = what else { return Ok(cx.reply(cx.say("void-ask", &args))) };
    let args: Vec<_> = args.into_iter().chain([("what", Value::from(what))]).collect();
    Ok(cx.reply(cx.say("void-which", &args)))
}

/// A session in words: what it is, whose, when, how many records were given at it.
async fn told(cx: &Context, unit: &Org, session: &Session) -> Result<Vec<(&'static str, Value<'static>)>, Error> {
    let count = cx.bot.store.session_records(session.id).await?.len();
    let title = sessions::title(&cx.bot, cx.duty(&session.duty)?, session);
    let at = cx.zone().local(session.opened_at).format("%-m月%-d日 %H:%M").to_string();
    Ok(vec![("duty", title.into()), ("unit", show::name(&unit.name).into()), ("at", at.into()), ("count", count.into())])
}

/// The yes: whatever was given at it is reversed, and it is a session no more; its lines stay in the table, and on no page.
pub async fn void(cx: &Context, id: SessionId) -> Result<Reply, Error> {
    let Some(session) = cx.bot.store.session(id).await? else { return Err(Mistake::new("meeting-none").into()) };
    let Some(unit) = cx.bot.store.org(session.org).await? else { return Err(Mistake::new("meeting-none").into()) };
    cx.demand(Permission::ManageSessions, &unit)?;
    // nobody checks in any more while what was given is counted
    cx.bot.store.close_session(id, cx.now, &[]).await?;
    cx.bot.store.settled().await?;
    let args = told(cx, &unit, &session).await?;
    let mut branches: BTreeMap<OrgId, Vec<RecordId>> = BTreeMap::new();
    for r in cx.bot.store.session_records(id).await? {
        branches.entry(r.key.branch).or_default().push(r.id);
    }
    if !branches.is_empty() {
        let mut draft = Draft::new(cx)?;
        draft.rest_on(Evidence::Secretary);
        for (branch, records) in branches {
            draft.push(Entry::Reverse { branch, records });
        }
        report::enter(cx, &draft.finish()).await?;
    }
    cx.bot.store.void_session(&session, cx.speaker()?.known.person, cx.now).await?;
    let text = cx.say("void-done", &args);
    let mut reply = cx.reply(text.clone());
    if sessions::elsewhere(cx) {
        reply.private.extend(cx.bot.store.chats_of(unit.id).await?.into_iter().map(|chat| Outgoing::text(chat.key, text.clone())));
    }
    Ok(reply)
}
