//! `覆盖率` (网上社群覆盖率): members with a bound account and branches with a bound group, of the asker's unit.

use crate::action::context::{Context, Reply};
use crate::action::queries::reading::{Scope, may_read};
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::roster::OrgKind;
use crate::error::Error;

/// Branches without a group that are named.
const NAMED: usize = 10;

/// Numbers and percentages; for whoever may read the unit's counts.
pub async fn coverage(cx: &Context) -> Result<Reply, Error> {
    let unit = Scope::read(cx).await?.unit;
    may_read(cx, &unit)?;
    let all = cx.bot.store.reached(&unit.path).await?;
    let (members, bound) = (all.iter().map(|r| r.members).sum::<i64>(), all.iter().map(|r| r.bound).sum::<i64>());
    let branches = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let chats = i64::try_from(all.iter().filter(|r| r.chat).count()).unwrap_or(i64::MAX);
    let without = if unit.kind == OrgKind::Branch { Vec::new() } else { all.iter().filter(|r| !r.chat).map(|r| r.name.as_str()).collect() };
    let args = [
        ("unit", Value::from(show::name(&unit.name))),
        ("members", members.into()),
        ("bound", bound.into()),
        ("rate", percent(bound, members).into()),
        ("branches", branches.into()),
        ("chats", chats.into()),
        ("chat_rate", percent(chats, branches).into()),
        ("without", if without.is_empty() { "none".to_owned() } else { show::names(cx, without, NAMED) }.into()),
    ];
    Ok(cx.reply(cx.say("coverage", &args)))
}

/// In percent with one decimal, rounded half up; of nothing it is 0.
fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "0".to_owned();
    }
    let tenths = (part.saturating_mul(2000) + whole) / (whole * 2);
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn percentages_have_one_decimal() {
        assert_eq!([percent(1, 3), percent(2, 3), percent(3, 3), percent(0, 7), percent(0, 0), percent(1, 8)], ["33.3", "66.7", "100", "0", "0", "12.5"]);
    }
}
