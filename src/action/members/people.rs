//! Of whom a message speaks: the members within its reach, found by name.

use crate::action::branch::units;
use crate::action::cache::Branch;
use crate::action::context::Context;
use crate::action::show;
use crate::domain::ids::OrgId;
use crate::domain::ledger::Subject;
use crate::domain::role::Permission;
use crate::domain::roster::{ERASED, Member};
use crate::error::{Error, Mistake};
use std::sync::Arc;

/// Somebody that a message speaks of, with the branch.
#[derive(Clone)]
pub struct Person {
    /// The branch.
    pub branch: Arc<Branch>,
    /// Who.
    pub member: Member,
}

impl Person {
    /// The path of the branch, by which rates differ.
    pub fn path(&self) -> &str {
        &self.branch.roster.org.path
    }

    /// As the ledger knows them.
    pub fn subject(&self) -> Subject {
        Subject { branch: self.branch.roster.org.id, person: self.member.person }
    }
}

/// The one member of this name where the message was said.
///
/// # Errors
/// A mistake for nobody (with similar names) and for several.
pub async fn find(cx: &Context, name: &str) -> Result<Person, Error> {
    let (mut found, mut similar) = meant(cx, name).await?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 if !former(cx, name).await?.is_empty() => Err(Mistake::new("name-left").with("name", name).into()),
        0 if similar.is_empty() => Err(Mistake::new("no-such-name").with("name", name).into()),
        0 => {
            similar.truncate(3);
            Err(Mistake::new("ask-similar-name").with("name", name).with("similar", cx.bot.names(&similar, 3)).into())
        }
        // whoever keeps the records is not sent to whoever keeps the records
        n if keeps(cx, &found[0]) => {
            let told = found.iter().map(|p| cx.called(&p.branch, &p.member)).find(|said| *said != show::name(name));
            let example = told.filter(|_| cx.private()).unwrap_or_else(|| "none".to_owned());
            Err(Mistake::new("name-shared-yours").with("name", name).with("count", n.to_string()).with("example", example).into())
        }
        _ => Err(Mistake::new("name-shared").with("name", name).into()),
    }
}

/// The members of this name within the message's reach who are meant by what is said beside it, and similar names where there is none.
/// Whoever keeps the records of some of them means those.
///
/// # Errors
/// A mistake for a unit that is not there, or where nobody of the name fits.
pub async fn meant(cx: &Context, name: &str) -> Result<(Vec<Person>, Vec<String>), Error> {
    let mut found = Vec::new();
    let mut similar = Vec::new();
    for id in scope(cx).await? {
        let Some(branch) = cx.bot.cache.branch(id).await? else { continue };
        found.extend(branch.roster.named(name, cx.today).map(|m| Person { branch: branch.clone(), member: m.clone() }));
        if found.is_empty() {
            // of one who left just the name is alike
            similar.extend(crate::language::Names::similar(branch.names.as_ref(), name).into_iter().filter(|alike| alike != name));
        }
    }
    let mut found = units::narrowed(cx, name, found, |p| Some((&p.branch.roster.org, &p.member))).await?;
    if found.iter().any(|p| keeps(cx, p)) {
        found.retain(|p| keeps(cx, p));
    }
    Ok((found, similar))
}

fn keeps(cx: &Context, person: &Person) -> bool {
    cx.may(Permission::ReportOthers, &person.branch.roster.org)
}

/// The same, and where nobody has this name now, whoever had it and left: what they paid stays this branch's business.
///
/// # Errors
/// As for [`find`].
pub async fn find_ever(cx: &Context, name: &str) -> Result<Person, Error> {
    let here = find(cx, name).await;
    // of several who are here the speaker has to say which; nobody who left is meant instead
    if !matches!(&here, Err(Error::Mistake(m)) if matches!(m.key, "no-such-name" | "ask-similar-name" | "name-left")) {
        return here;
    }
    let mut left = former(cx, name).await?;
    match (left.pop(), left.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(_), false) => Err(Mistake::new("name-shared").with("name", name).into()),
        (None, _) => here,
    }
}

/// Who had this name in one of these branches and left.
///
/// # Errors
/// A mistake where it can't be told which branches are meant.
pub async fn former(cx: &Context, name: &str) -> Result<Vec<Person>, Error> {
    let mut all: Vec<Person> = Vec::new();
    for id in scope(cx).await? {
        let Some(branch) = cx.bot.cache.branch(id).await? else { continue };
        for m in branch.roster.members.iter().filter(|m| m.name == name && name != ERASED && !m.present_on(cx.today)) {
            let again = all.iter().any(|p| p.member.person == m.person && p.branch.roster.org.id == id);
            // of two times in one branch the last counts; whoever came back has not left
            let back = branch.roster.on(cx.today).any(|o| o.person == m.person);
            if !again && !back {
                let member = branch.roster.member(m.person).unwrap_or(m).clone();
                all.push(Person { branch: branch.clone(), member });
            }
        }
    }
    Ok(all)
}

/// The branches whose members can be spoken of here: the chat's, in private those of the speaker's branch and roles.
pub async fn scope(cx: &Context) -> Result<Vec<OrgId>, Error> {
    if let Some(place) = &cx.place {
        return Ok(place.branches.clone());
    }
    let speaker = cx.speaker()?;
    let mut all: Vec<OrgId> = speaker.branch.iter().map(|b| b.roster.org.id).collect();
    for grant in &speaker.known.grants {
        for org in cx.bot.store.subtree(&grant.path).await? {
            if org.kind == crate::domain::roster::OrgKind::Branch && !all.contains(&org.id) {
                all.push(org.id);
            }
        }
    }
    Ok(all)
}
