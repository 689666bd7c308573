//! `zhibu erase NAME`: forgets a person; a preview unless `--apply`.

use super::{open, told};
use crate::config::Config;
use crate::domain::calendar::Period;
use crate::domain::ids::PersonId;
use crate::domain::roster::Roster;
use crate::effects::Effects;
use crate::report::tally::owing_people;
use crate::store::Store;

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The person's name on the roster, now or before they left
    name: String,
    /// The unit at or below which to look for them: needed where several have the name
    #[arg(long, value_name = "PATH")]
    branch: Option<String>,
    /// Erase; without it is only shown what would go and what would stay
    #[arg(long)]
    apply: bool,
}

/// Shows, or erases and says so.
pub async fn run(config: &Config, args: &Args) -> Result<(), String> {
    let store = open(config, &Effects::system()).await?;
    let person = find(&store, &args.name, args.branch.as_deref()).await?;
    let plan = store.erasing(person).await.map_err(told)?.ok_or("there is nothing left to erase")?;
    println!("{} ({})", plan.name, plan.branches.join(", "));
    println!(
        "goes: the name, league number, day of birth, posts, {} accounts, {} requests for binding, {} roles",
        plan.accounts,
        plan.requests,
        plan.roles.len()
    );
    println!("stays: {} records without a name, dates of membership and dues bands, so that sums and the audit chain stay true", plan.records);
    for (path, role, alone) in &plan.roles {
        println!("role: {} of {path}{}", role.key(), if *alone { ": NOBODY ELSE holds it: grant it to somebody first (zhibu grant)" } else { "" });
    }
    if args.apply {
        let recount = |roster: &Roster, duty: &str, period: Period| config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, roster, period));
        let unread = store.erase(person, None, &recount).await.map_err(told)?.unread;
        if unread > 0 {
            println!("stays: {unread} pictures, PDFs or the like in letters that wait to be sent: they can't be looked through, and go when they are sent");
        }
    }
    println!("{}", if args.apply { "erased" } else { "nothing was changed: add --apply to erase" });
    store.close().await;
    Ok(())
}

/// The one person of this name at or below a unit, or anywhere; also one who left.
///
/// # Errors
/// A sentence for the operator where there is none or several.
pub async fn find(store: &Store, name: &str, branch: Option<&str>) -> Result<PersonId, String> {
    let path = branch.unwrap_or_default();
    if !path.is_empty() && store.org_by_path(path).await.map_err(told)?.is_none() {
        return Err(format!("there is no unit {path:?}"));
    }
    let found = store.people_known(&[], &[], &[name], &[path.to_owned()]).await.map_err(told)?;
    match &found[..] {
        [one] => Ok(one.person),
        [] => Err(format!("nobody is or was called {name:?}{}", if path.is_empty() { String::new() } else { format!(" at {path}") })),
        several => {
            let places: Vec<String> = several.iter().filter_map(|k| k.branch.as_ref()).map(|(_, path)| format!("  {path}")).collect();
            Err(format!("{} people are called {name:?}: say where with --branch PATH, one of\n{}", several.len(), places.join("\n")))
        }
    }
}
