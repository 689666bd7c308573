//! What is said of the claims that are to be confirmed, beside whose they are: months and a sum (`收到李四11月团费2.5元`). They have to
//! be what waits; where 5 yuan wait and 2.5 came, nothing is confirmed and it is told.

use super::approve::Wanted;
use crate::action::cache::Branch;
use crate::action::context::Context;
use crate::action::show;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::record::Record;
use crate::error::{Error, Mistake};
use std::collections::BTreeMap;

/// Months and a sum, as far as they were said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// The periods; none: of any.
    pub periods: &'a [Period],
    /// The sum, fen.
    pub amount: Option<i64>,
}

impl Said<'_> {
    /// The months of a duty that are meant; none: all.
    pub fn months(&self, duty: &Duty) -> Option<Vec<Period>> {
        (!self.periods.is_empty()).then(|| crate::action::dues::treasury::distinct(self.periods.iter().flat_map(|p| p.expand(duty.cadence))))
    }
}

/// Whether what these claim in one branch is what was said. `named`: whether they were, rather than shown in a list.
///
/// # Errors
/// A mistake that tells what waits, sums in private only.
pub async fn fits(cx: &Context, branch: &Branch, wanted: &Wanted, said: Said<'_>, named: bool) -> Result<(), Error> {
    if said.periods.is_empty() && said.amount.is_none() {
        return Ok(());
    }
    let mut waits: BTreeMap<PersonId, Vec<Record>> = BTreeMap::new();
    let (mut months, mut fitting) = (true, true);
    let mut sums: Vec<i64> = Vec::new();
    for (duty, people) in wanted {
        let known = cx.duty(duty)?;
        let meant = said.months(known);
        let claims = cx.bot.store.unconfirmed(branch.roster.org.id, duty).await?;
        for person in people {
            let theirs: Vec<Record> = claims.iter().filter(|c| c.key.person == *person).cloned().collect();
            let of = |months: &[Period]| theirs.iter().filter(|c| months.contains(&c.key.period)).count();
            months &= said.periods.iter().all(|p| of(&p.expand(known.cadence)) > 0);
            sums.push(theirs.iter().filter(|c| meant.as_ref().is_none_or(|m| m.contains(&c.key.period))).map(|c| c.value).sum());
            waits.entry(*person).or_default().extend(theirs);
        }
    }
    // of a list those of these months are confirmed
    fitting &= months || !named && sums.iter().any(|sum| *sum > 0);
    let each = cx.text.contains(['各', '每']) && sums.len() > 1;
    fitting &= said.amount.is_none_or(|fen| if each { sums.iter().all(|sum| *sum == fen) } else { sums.iter().sum::<i64>() == fen });
    if fitting {
        return Ok(());
    }
    let one = |(person, claims): (&PersonId, &Vec<Record>)| {
        let name = branch.roster.member(*person).map(|m| cx.called(branch, m)).unwrap_or_default();
        let periods: Vec<Period> = claims.iter().map(|c| c.key.period).collect();
        let sum = claims.iter().map(|c| c.value).sum();
        cx.say("approve-one", &[("name", name.into()), ("period", cx.periods(&periods).into()), ("amount", show::yuan(sum).into())])
    };
    let waiting: Vec<String> = waits.iter().map(one).collect();
    let list = if cx.private() { cx.bot.names(&waiting, show::NAMES) } else { "none".to_owned() };
    Err(Mistake::new("approve-differs").with("list", list).into())
}
