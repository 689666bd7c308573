//! `zhibu erase NAME`: forgets a person; a preview unless `--apply`.

use super::{open, told};
use crate::config::Config;
use crate::domain::calendar::Period;
use crate::domain::ids::PersonId;
use crate::domain::roster::{KnownPerson, Roster};
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
    /// Which of several of that name: the end of the league number, or what else the list says
    #[arg(long, value_name = "WHICH")]
    number: Option<String>,
    /// Erase; without it is only shown what would go and what would stay
    #[arg(long)]
    apply: bool,
}

/// Shows, or erases and says so.
pub async fn run(config: &Config, args: &Args) -> Result<(), String> {
    let store = open(config, &Effects::system()).await?;
    let person = find(&store, &args.name, args.branch.as_deref(), args.number.as_deref()).await?;
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

/// The one person of this name at or below a unit, or anywhere; also one who left. `number`: which of several, as [`mark`] says.
///
/// # Errors
/// A sentence for the operator where there is none or several.
pub async fn find(store: &Store, name: &str, branch: Option<&str>, number: Option<&str>) -> Result<PersonId, String> {
    let path = branch.unwrap_or_default();
    if !path.is_empty() && store.org_by_path(path).await.map_err(told)?.is_none() {
        return Err(format!("there is no unit {path:?}"));
    }
    let mut found = store.people_known(&[], &[], &[name], &[path.to_owned()]).await.map_err(told)?;
    let at = if path.is_empty() { String::new() } else { format!(" at {path}") };
    if found.is_empty() {
        return Err(format!("nobody is or was called {name:?}{at}"));
    }
    if let Some(number) = number {
        let ends = |k: &KnownPerson| k.league_number.as_deref().is_some_and(|n| !number.is_empty() && n.ends_with(number));
        found.retain(|k| ends(k) || k.person.to_string() == number);
        if found.is_empty() {
            return Err(format!("nobody called {name:?}{at} has a number that ends in {number:?}"));
        }
    }
    if let [one] = &found[..] {
        return Ok(one.person);
    }
    let mut lines = Vec::new();
    for known in &found {
        let group = group(store, known).await?;
        let place = known.branch.as_ref().map_or("", |(_, path)| path.as_str());
        lines.push(format!("  --branch {place} --number {}{}{group}", mark(known, &found), if known.here { "" } else { " (left)" }));
    }
    lines.sort();
    Err(format!("{} people are called {name:?}: say which with --branch PATH, --number END or both, one of\n{}", found.len(), lines.join("\n")))
}

/// What tells one from the others of a name: the end of the league number, at least four digits of it, as the chat says it; of
/// whoever has none, or the same, the number that the database has for them.
fn mark(known: &KnownPerson, all: &[KnownPerson]) -> String {
    let number = known.league_number.as_deref().unwrap_or_default();
    let unlike = |end: &&str| !all.iter().any(|o| o.person != known.person && o.league_number.as_deref().is_some_and(|n| n.ends_with(*end)));
    let mut ends = (4..=number.len()).filter_map(|n| number.get(number.len() - n..));
    ends.find(unlike).map_or_else(|| known.person.to_string(), str::to_owned)
}

/// Their 团小组, where the roster has it.
async fn group(store: &Store, known: &KnownPerson) -> Result<String, String> {
    let Some((branch, _)) = &known.branch else { return Ok(String::new()) };
    let roster = store.roster(*branch).await.map_err(told)?;
    let group = roster.as_ref().and_then(|r| r.member(known.person)?.group.clone()).filter(|g| !g.is_empty());
    Ok(group.map_or_else(String::new, |g| format!(" ({g})")))
}
