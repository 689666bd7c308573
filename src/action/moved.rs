//! `张三转走了`: a membership ends with this day. What was done and paid here stays here; where somebody goes on is the other
//! branch's roster to say.

use super::context::{Context, Reply};
use super::people::Person;
use super::show;
use super::treasury::{branches_of, change, names_of, people};
use crate::config::messages::Value;
use crate::domain::ids::OrgId;
use crate::domain::role::Permission;
use crate::domain::roster::RosterChange;
use crate::error::{Error, Mistake};

/// These members left or went to another branch.
pub async fn moved(cx: &Context, names: &[String]) -> Result<Reply, Error> {
    let people = people(cx, names, Permission::ManageRoster).await?;
    let me = cx.speaker()?.known.person;
    if people.iter().any(|p| p.member.person == me) {
        return Err(Mistake::new("moved-self").into());
    }
    let branches = branches_of(&people);
    let gone: Vec<(OrgId, _)> = people.iter().map(|p| (p.branch.roster.org.id, p.member.person)).collect();
    change(cx, &branches, |roster| {
        let here = gone.iter().filter(|(branch, person)| *branch == roster.org.id && roster.member(*person).is_some());
        here.map(|(branch, person)| RosterChange::Leave { person: *person, branch: *branch, to: cx.today }).collect()
    })
    .await?;
    let mut lines = Vec::new();
    for (n, branch) in branches.iter().enumerate() {
        let here: Vec<Person> = people.iter().filter(|p| p.branch.roster.org.id == branch.roster.org.id).cloned().collect();
        let key = if n + 1 == branches.len() { "moved-done" } else { "moved-line" };
        lines.push(cx.say(key, &[("names", names_of(cx, &here).into()), ("unit", Value::from(show::name(&branch.roster.org.name)))]));
    }
    Ok(cx.reply(lines.join("\n")))
}
