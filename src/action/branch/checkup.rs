//! `名册体检`: rosters looked over by the league's rules, each warning with the rule that it stands on. In private, for whoever
//! keeps the roster; also beneath `zhibu check --roster`. It changes nothing.

use crate::action::context::{Context, Reply};
use crate::action::queries::reading::Scope;
use crate::action::show;
use crate::config::Config;
use crate::config::messages::Value;
use crate::domain::ids::OrgId;
use crate::domain::membership::About;
use crate::domain::role::Permission;
use crate::domain::roster::{Org, OrgKind};
use crate::error::{Error, Fault, Mistake};
use crate::intake::Phrase;
use crate::intake::fitness::{Broken, of_branch};
use crate::store::Store;
use chrono::NaiveDate;

/// Branches that one answer tells of.
const BRANCHES: usize = 20;

/// What was found in one branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The branch's path.
    pub path: String,
    /// A phrase for each rule that somebody breaks.
    pub what: Vec<Phrase>,
}

/// Looks over the branches among these units; only those where something was found come back, and how many were looked at.
///
/// # Errors
/// Where the database fails.
pub async fn look_over(store: &Store, config: &Config, units: &[Org], today: NaiveDate) -> Result<(usize, Vec<Found>), Fault> {
    let rules = &config.bot.membership;
    let mut all = Vec::new();
    let branches: Vec<&Org> = units.iter().filter(|o| o.kind == OrgKind::Branch).collect();
    for org in &branches {
        let ids: [OrgId; 1] = [org.id];
        let (Some(roster), dates) = (store.roster(org.id).await?, store.dates_of(&ids).await?) else { continue };
        let mut broken = Broken::default();
        for member in roster.on(today) {
            let (born, joined) = dates.get(&member.person).copied().unwrap_or_default();
            let about = About { born, joined, number: member.league_number.as_deref(), post: member.post.as_deref() };
            for rule in rules.of_member(&about, today) {
                broken.note(rule, &show::name(&member.name));
            }
        }
        let mut what = broken.phrases(rules);
        what.extend(of_branch(rules, &show::name(&org.name), roster.on(today).count()));
        if !what.is_empty() {
            all.push(Found { path: org.path.clone(), what });
        }
    }
    Ok((branches.len(), all))
}

/// What was found, in words: under each branch's path where there is more than one; at most so many branches.
pub fn words(config: &Config, (looked, found): &(usize, Vec<Found>), most: usize) -> String {
    let (messages, lang) = (&config.messages, config.bot.language);
    if found.is_empty() {
        return messages.say(lang, "checkup-well", &[("count", Value::from(*looked))]);
    }
    let mut lines = vec![messages.say(lang, "checkup-head", &[("count", Value::from(found.len())), ("looked", (*looked).into())])];
    for one in found.iter().take(most) {
        if *looked > 1 {
            lines.push(messages.say(lang, "checkup-branch", &[("branch", show::name(&one.path).into())]));
        }
        lines.extend(one.what.iter().map(|what| what.say(messages, lang)));
    }
    if found.len() > most {
        lines.push(messages.say(lang, "checkup-more", &[("count", Value::from(found.len() - most))]));
    }
    lines.push(messages.say(lang, "checkup-only-warns", &[]));
    lines.join("\n")
}

/// `名册体检`, of the unit that the speaker runs.
///
/// # Errors
/// A mistake in a group, and for somebody who may not.
pub async fn checkup(cx: &Context) -> Result<Reply, Error> {
    let scope = Scope::read(cx).await?;
    cx.demand(Permission::ManageRoster, &scope.unit)?;
    if !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    let found = look_over(&cx.bot.store, &cx.bot.config, &scope.units, cx.today).await?;
    Ok(cx.reply(words(&cx.bot.config, &found, BRANCHES)))
}
