//! `zhibu grant NAME ROLE PATH`: gives somebody a role at a unit and everything below it.

use super::{open, told};
use crate::config::Config;
use crate::domain::role::Role;
use crate::effects::Effects;
use crate::effects::out;

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The person's name on the roster
    name: String,
    /// member, group_leader, treasurer, secretary, committee, auditor or operator (or 团支书, 组织委员, 团委 …)
    #[arg(value_parser = role)]
    role: Role,
    /// The unit's path from the top
    path: String,
}

/// Grants, and says so.
pub async fn run(config: &Config, args: &Args) -> Result<(), String> {
    let effects = Effects::system();
    let store = open(config, &effects).await?;
    let unit = store.org_by_path(&args.path).await.map_err(told)?.ok_or_else(|| format!("there is no unit {:?}", args.path))?;
    // at or below the unit first; a committee's people may be members of any branch
    let mut found = store.people_named(&args.name, &unit.path).await.map_err(told)?;
    if found.is_empty() {
        found = store.people_named(&args.name, "").await.map_err(told)?;
    }
    found.dedup_by_key(|(person, _)| *person);
    let (person, _) = match found[..] {
        [one] => one,
        [] => return Err(format!("nobody on a roster is called {:?}: import the roster first (zhibu import roster FILE --apply)", args.name)),
        _ => return Err(format!("{} people are called {:?}: give the role in chat, or tell them apart on the roster", found.len(), args.name)),
    };
    let fresh = store.grant(person, unit.id, args.role, None).await.map_err(told)?;
    out!("{} is {} of {}{}", args.name, args.role.key(), unit.path, if fresh { "" } else { " (was already)" });
    store.close().await;
    Ok(())
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| format!("write one of {}", Role::ALL.map(Role::key).join(", ")))
}
