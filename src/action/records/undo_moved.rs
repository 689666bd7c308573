//! `撤销` of what is no record. That somebody left is taken back as long as they are on no other roster; of what else is no record
//! it is said how to take it back. Where such a thing is named, no record is touched in its place.

use crate::action::context::{Context, Reply};
use crate::action::dues::treasury::{branches_of, change, names_of};
use crate::action::meetings::leave_back;
use crate::action::members::people::Person;
use crate::action::show;
use crate::action::study::issues::around;
use crate::config::messages::Value;
use crate::domain::role::Permission;
use crate::domain::roster::RosterChange;
use crate::error::{Error, Fault, Mistake};
use crate::language::TakenBack;

/// Words by which somebody leaves.
const LEFT: &[&str] = &["转走", "转出", "转学", "转离", "退团", "脱团", "离团", "调走", "调离", "离开", "毕业", "transfer", "moved"];
/// What is no record, and is taken back by words of its own.
const OTHERS: &[&str] = &["任命", "任职", "职务", "绑定", "解绑", "激活", "提醒", "推送", "通知", "名册"];

/// Takes back that people left, where the message says so or that was the speaker's last act; none where a record is meant.
///
/// # Errors
/// A mistake where something is named that is no record and can't be taken back by this word.
pub async fn undo_moved(cx: &Context, said: &TakenBack, since: i64) -> Result<Option<Reply>, Error> {
    if cx.text.contains("接龙") || cx.text.contains("接龍") {
        return Ok(None);
    }
    let named = cx.bot.grammar.named(&cx.text, &around(cx));
    let of_records = named.duty.is_some() || named.leave || named.confirmation || said.thing.is_some();
    let has = |words: &[&str]| words.iter().any(|w| cx.text.contains(w));
    // 转走 can be read as money that went
    let duty = cx.bot.config.duties.iter().any(|d| d.names().any(|n| cx.text.contains(n)));
    let left = !duty && has(LEFT);
    if !left && !of_records && has(OTHERS) {
        return Err(Mistake::new("undo-no-record").into());
    }
    let bare = said.bare && named.is_empty() && cx.incoming.replies_to.is_none();
    if !left && !bare {
        return Ok(None);
    }
    // what is named is taken back at any time, by whoever keeps the roster
    let all = ended(cx, if left { i64::MIN } else { since }).await?;
    let meant: Vec<&(Person, i64)> = all.iter().filter(|(p, _)| named.names.is_empty() || named.names.contains(&p.member.name)).collect();
    let Some((_, at)) = meant.first() else {
        return if left { Err(Mistake::new("undo-no-move").into()) } else { Ok(None) };
    };
    if !left && later_act(cx, *at).await? {
        return Ok(None);
    }
    // those who left by one word come back by one; who is named comes back by name
    let people: Vec<Person> = meant.iter().filter(|(_, t)| t == at || !named.names.is_empty()).map(|(p, _)| p.clone()).collect();
    for person in &people {
        cx.demand(Permission::ManageRoster, &person.branch.roster.org)?;
        if elsewhere(cx, person).await? {
            return Err(Mistake::new("undo-move-elsewhere").with("name", show::name(&person.member.name)).into());
        }
    }
    let branches = branches_of(&people);
    change(cx, &branches, |roster| {
        let here = people.iter().filter(|p| p.branch.roster.org.id == roster.org.id);
        here.map(|p| RosterChange::Stay { person: p.member.person, branch: roster.org.id }).collect()
    })
    .await?;
    let line = |branch: &std::sync::Arc<crate::action::cache::Branch>| {
        let here: Vec<Person> = people.iter().filter(|p| p.branch.roster.org.id == branch.roster.org.id).cloned().collect();
        cx.say("undone-move", &[("names", names_of(cx, &here).into()), ("unit", Value::from(show::name(&branch.roster.org.name)))])
    };
    Ok(Some(cx.reply(branches.iter().map(line).collect::<Vec<_>>().join("\n"))))
}

/// Who left by the speaker's word and did not come back, with when that was said; the last first.
async fn ended(cx: &Context, since: i64) -> Result<Vec<(Person, i64)>, Error> {
    let mut all = Vec::new();
    for (id, person, at) in cx.bot.store.ended_by(cx.speaker()?.known.person, since).await? {
        let Some(branch) = cx.bot.cache.branch(id).await? else { continue };
        // of several times in one branch the last counts
        if let Some(member) = branch.roster.member(person).filter(|m| m.to.is_some()).cloned() {
            all.push((Person { branch, member }, at));
        }
    }
    Ok(all)
}

/// Whether the speaker entered something, told leave, asked something above or let somebody go after that instant.
pub(in crate::action) async fn later_act(cx: &Context, at: i64) -> Result<bool, Error> {
    cx.bot.store.settled().await?;
    let me = cx.speaker()?.known.person;
    let leave = leave_back::told_of(cx, me).await?;
    let asked = cx.bot.store.reliefs_asked_by(&cx.incoming.sender).await?;
    Ok(leave.iter().any(|t| t.by_sender(cx) && t.at() > at)
        || asked.iter().any(|r| r.asked_at > at)
        || !cx.bot.store.ended_by(me, at + 1).await?.is_empty()
        || cx.bot.store.last_entered(&cx.incoming.sender, at + 1).await?.is_some())
}

/// Whether somebody is on another branch's roster now.
async fn elsewhere(cx: &Context, person: &Person) -> Result<bool, Fault> {
    for id in cx.bot.store.branches_of(person.member.person).await? {
        if id != person.branch.roster.org.id
            && let Some(branch) = cx.bot.cache.branch(id).await?
            && branch.roster.member(person.member.person).is_some_and(|m| m.to.is_none_or(|to| to >= cx.today))
        {
            return Ok(true);
        }
    }
    Ok(false)
}
