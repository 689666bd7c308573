//! Leave that is no record (it waits for a word, or for a meeting of days to come) goes the way of a record: it is taken back by
//! `撤销`, by `撤销请假`, under the message that is quoted, and with a message that is recalled or changed. Whoever told it takes all
//! of it back; a member their own part of what another told; whoever may record for others, theirs.

use super::{leave, leave_days};
use crate::action::context::{Context, Reply};
use crate::action::members::people::{Person, find_ever};
use crate::action::records::undo;
use crate::action::show;
use crate::action::study::issues::around;
use crate::config::messages::Value;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::ledger::{Entry, Post};
use crate::domain::meeting::{LeaveAhead, LeaveRequest};
use crate::domain::record::Kind;
use crate::domain::role::Permission;
use crate::error::{Error, Fault};
use crate::language::Named;
use chrono::NaiveDate;

/// Names shown in one answer.
const NAMES: usize = 20;

/// Leave of one person that some message told, and that is no record yet.
#[derive(Clone, Debug)]
pub enum Told {
    /// Of days to come.
    Ahead(LeaveAhead),
    /// It waits for a word.
    Asked(LeaveRequest),
}

impl Told {
    fn branch(&self) -> OrgId {
        match self {
            Self::Ahead(a) => a.branch,
            Self::Asked(a) => a.branch,
        }
    }
    fn person(&self) -> PersonId {
        match self {
            Self::Ahead(a) => a.person,
            Self::Asked(a) => a.person,
        }
    }
    fn duty(&self) -> &str {
        match self {
            Self::Ahead(a) => &a.duty,
            Self::Asked(a) => &a.duty,
        }
    }
    /// The message.
    pub fn source(&self) -> &str {
        match self {
            Self::Ahead(a) => &a.source,
            Self::Asked(a) => &a.source,
        }
    }
    /// When it was told, UTC milliseconds.
    pub fn at(&self) -> i64 {
        match self {
            Self::Ahead(a) => a.said_at,
            Self::Asked(a) => a.asked_at,
        }
    }
    /// Whether whoever speaks now told it.
    pub fn by_sender(&self, cx: &Context) -> bool {
        let sender = cx.incoming.sender.to_string();
        match self {
            Self::Ahead(a) => a.account.to_string() == sender,
            Self::Asked(a) => a.account == sender,
        }
    }
    /// Its days or periods, in words.
    fn when(&self, cx: &Context) -> String {
        match self {
            Self::Ahead(a) => leave_days::days(cx, a.days.0, a.days.1),
            Self::Asked(a) => leave::asked_for(cx, a),
        }
    }
    /// Whether it is what the message names.
    fn is(&self, named: &Named, people: &[Person]) -> bool {
        let within = |p: &crate::domain::calendar::Period| match self {
            Self::Ahead(a) => p.first_day() <= a.days.1 && a.days.0 <= p.last_day(),
            Self::Asked(a) => {
                let days = a.days.is_some_and(|(first, last)| p.first_day() <= last && first <= p.last_day());
                days || a.periods.iter().chain(a.meeting.iter().map(|(m, _)| m)).any(|m| m.first_day() <= p.last_day() && p.first_day() <= m.last_day())
            }
        };
        let on = |(first, last): (NaiveDate, NaiveDate)| match self {
            Self::Ahead(a) => first <= a.days.1 && a.days.0 <= last,
            Self::Asked(a) => {
                a.days.is_some_and(|(from, to)| from <= last && first <= to)
                    || a.periods.iter().chain(a.meeting.iter().map(|(m, _)| m)).any(|m| m.first_day() <= last && first <= m.last_day())
            }
        };
        named.days.is_none_or(on)
            && named.duty.as_deref().is_none_or(|d| d == self.duty())
            && (named.periods.is_empty() || named.periods.iter().any(within))
            && (people.is_empty() || people.iter().any(|p| p.member.person == self.person()))
    }
}

/// What the message of this source, or a version of it, told and is no record yet.
pub async fn under(cx: &Context, source: &str) -> Result<Vec<Told>, Fault> {
    let ahead = cx.bot.store.leave_under(source).await?.into_iter().map(Told::Ahead);
    let asked = cx.bot.store.leave_waiting_under(source).await?.into_iter().map(Told::Asked);
    Ok(ahead.chain(asked).collect())
}

/// What this speaker told, or was told of somebody, and is no record yet.
pub(in crate::action) async fn told_of(cx: &Context, person: PersonId) -> Result<Vec<Told>, Fault> {
    let ahead = cx.bot.store.leave_said(&cx.incoming.sender, person, cx.today).await?.into_iter().map(Told::Ahead);
    let asked = cx.bot.store.leave_waiting(&cx.incoming.sender, person).await?.into_iter().map(Told::Asked);
    Ok(ahead.chain(asked).collect())
}

/// When leave that is no record yet was told last by this speaker, UTC milliseconds.
pub async fn told_last(cx: &Context) -> Result<Option<i64>, Error> {
    Ok(told_of(cx, cx.speaker()?.known.person).await?.iter().filter(|t| t.by_sender(cx)).map(Told::at).max())
}

/// Of what another message told, what the speaker may take back.
///
/// # Errors
/// Where that is nothing: who may.
pub async fn allowed(cx: &Context, all: Vec<Told>) -> Result<Vec<Told>, Error> {
    let me = cx.speaker()?.known.person;
    let (mut may, mut refused) = (Vec::new(), None);
    for told in all {
        if told.by_sender(cx) || told.person() == me {
            may.push(told);
        } else if let Some(branch) = cx.bot.cache.branch(told.branch()).await? {
            match cx.demand(Permission::ReportOthers, &branch.roster.org) {
                Ok(()) => may.push(told),
                Err(mistake) => refused = Some(mistake),
            }
        }
    }
    match refused {
        Some(mistake) if may.is_empty() => Err(mistake.into()),
        _ => Ok(may),
    }
}

/// Takes it back; says so.
pub async fn drop_all(cx: &Context, all: &[Told]) -> Result<Reply, Error> {
    let lines = lines(cx, all, "leave-dropped").await;
    forget(cx, all).await?;
    Ok(if lines.is_empty() { Reply::silence() } else { cx.reply(lines.join("\n")) })
}

/// Takes it back without a word.
pub async fn forget(cx: &Context, all: &[Told]) -> Result<(), Fault> {
    let ahead: Vec<LeaveAhead> = all.iter().filter_map(|t| if let Told::Ahead(a) = t { Some(a.clone()) } else { None }).collect();
    if !ahead.is_empty() {
        cx.bot.store.drop_leave(&ahead).await?;
    }
    for told in all {
        if let Told::Asked(asked) = told {
            cx.bot.store.end_leave(asked).await?;
        }
    }
    Ok(())
}

/// It in words: `11月24日主题团日的假`, with the names of others.
pub async fn in_words(cx: &Context, all: &[Told]) -> Vec<String> {
    lines(cx, all, "undo-leave").await
}

/// A duty and days, and everybody of whom leave was told from it then.
type Alike<'a> = (&'a str, String, Vec<(PersonId, String)>);

/// A line for each duty and days, of everybody whom they concern; nobody is named where it is the speaker's own alone.
async fn lines(cx: &Context, all: &[Told], key: &'static str) -> Vec<String> {
    let me = cx.speaker.as_ref().map(|s| s.known.person);
    let mut groups: Vec<Alike> = Vec::new();
    for told in all {
        let branch = cx.bot.cache.branch(told.branch()).await.ok().flatten();
        let name = branch.and_then(|b| b.roster.member(told.person()).map(|m| m.name.clone())).unwrap_or_default();
        let when = told.when(cx);
        match groups.iter_mut().find(|(duty, days, _)| *duty == told.duty() && *days == when) {
            Some((_, _, people)) => people.push((told.person(), name)),
            None => groups.push((told.duty(), when, vec![(told.person(), name)])),
        }
    }
    let line = |(duty, when, people): &Alike| {
        let own = people.iter().all(|(p, _)| Some(*p) == me);
        let names: Vec<&str> = people.iter().map(|(_, name)| name.as_str()).collect();
        let names = if own { "none".to_owned() } else { cx.bot.names(&names, NAMES) };
        let duty = cx.bot.config.duty(duty).map_or(*duty, |d| d.name.as_str());
        cx.say(key, &[("names", Value::from(names)), ("days", when.as_str().into()), ("duty", duty.into())])
    };
    groups.iter().map(line).collect()
}

/// `撤销`, `撤销请假`, `撤销张三的请假`: takes back the leave that was told last, where nothing was entered since; none where something
/// else is meant.
pub async fn take_back(cx: &Context) -> Result<Option<Reply>, Error> {
    let me = cx.speaker()?.known.person;
    let leave = cx.text.contains('假');
    let named = cx.bot.grammar.named(&cx.text, &around(cx));
    if cx.text.contains("接龙") || cx.text.contains("接龍") || !named.is_empty() && !leave {
        return Ok(None);
    }
    let mut people = Vec::new();
    for name in &named.names {
        people.push(find_ever(cx, name).await?);
    }
    cx.bot.store.settled().await?;
    let mut all = Vec::new();
    if people.is_empty() {
        all = told_of(cx, me).await?;
    }
    for person in &people {
        all.extend(told_of(cx, person.member.person).await?.into_iter().filter(|t| t.person() == person.member.person));
    }
    // a bare word means one's own last message; what another told of one is named as leave
    all.retain(|t| t.is(&named, &people) && (leave || t.by_sender(cx)));
    all.sort_by_key(Told::at);
    let Some(last) = all.last().cloned() else { return Ok(None) };
    let since =
        |r: &crate::domain::record::Record| !leave || r.kind == Kind::Leave && (people.is_empty() || people.iter().any(|p| p.member.person == r.key.person));
    if cx.bot.store.last_entered_of(&cx.incoming.sender, last.at() + 1, &since).await?.is_some() {
        return Ok(None);
    }
    if !leave {
        return undo::undo_source(cx, last.source()).await.map(Some);
    }
    // what one message told goes together; of another's message one's own part, or whom one named
    all.retain(|t| t.source() == last.source() && t.at() == last.at());
    let meant = allowed(cx, all).await?;
    drop_all(cx, &meant).await.map(Some)
}

/// The words for it, where a changed message says so beside what it entered.
pub fn joined(cx: &Context, records: String, leave: Vec<String>) -> String {
    let all: Vec<String> = Some(records).filter(|r| !r.is_empty()).into_iter().chain(leave).collect();
    show::join(cx, &all)
}

/// Takes the place of what the message had entered: `with` in place of the records, or nothing where it is all leave of days to come.
pub fn in_place(post: &mut Post, branch: OrgId, records: Vec<crate::domain::ids::RecordId>) -> Vec<Entry> {
    let with = std::mem::take(&mut post.entries);
    post.entries.push(if with.is_empty() { Entry::Reverse { branch, records } } else { Entry::Instead { branch, records, with: with.clone() } });
    with
}
