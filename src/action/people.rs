//! Of whom a message speaks: the members within its reach, found by name.

use super::cache::Branch;
use super::context::Context;
use crate::domain::ids::OrgId;
use crate::domain::ledger::Subject;
use crate::domain::roster::Member;
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
    let mut found = Vec::new();
    let mut similar = Vec::new();
    for id in scope(cx).await? {
        let Some(branch) = cx.bot.cache.branch(id).await? else { continue };
        found.extend(branch.roster.named(name, cx.today).map(|m| Person { branch: branch.clone(), member: m.clone() }));
        if found.is_empty() {
            similar.extend(crate::language::Names::similar(branch.names.as_ref(), name));
        }
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 if similar.is_empty() => Err(Mistake::new("no-such-name").with("name", name).into()),
        0 => {
            similar.truncate(3);
            Err(Mistake::new("ask-similar-name").with("name", name).with("similar", cx.bot.names(&similar, 3)).into())
        }
        _ => Err(Mistake::new("name-shared").with("name", name).into()),
    }
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
