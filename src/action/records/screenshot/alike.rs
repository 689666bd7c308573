//! Pictures that look like one that was sent before: told to the secretary in private, with both people and days. What was
//! recorded counts all the same; whoever reads it decides.

use crate::action::context::Context;
use crate::action::show;
use crate::action::study::issues;
use crate::config::messages::Value;
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::ledger::Line;
use crate::domain::message::{ChatKey, Outgoing};
use crate::domain::role::Role;
use crate::domain::screenshot::{Kept, Look};
use crate::error::Fault;
use crate::store::sending::outbox::Letter;
use std::collections::BTreeSet;

/// Likenesses that one letter tells.
const TOLD: usize = 3;
/// Milliseconds after which such a letter is worth nothing.
const WORTH: i64 = 3 * 86_400_000;

/// What is alike for one record.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found<'a> {
    /// The nearest of each other member or issue.
    told: Vec<&'a Kept>,
    /// So many look alike for this issue that it must be the page itself.
    same_page: bool,
}

/// Looks for pictures of this branch and duty that look like these, of others or of other issues, and queues letters.
///
/// # Errors
/// Where the database fails.
pub async fn tell(cx: &Context, lines: &[Line], looks: &[Look]) -> Result<(), Fault> {
    let mut letters = Vec::new();
    for line in lines {
        let Some(duty) = cx.bot.config.duty(&line.key.duty) else { continue };
        let all = cx.bot.store.looks(line.key.branch, &duty.key).await?;
        let settings = &cx.bot.config.bot.screenshots;
        let found = find(&all, line, looks, settings.near_bits, settings.same_page);
        if found.told.is_empty() && !found.same_page {
            continue;
        }
        let (text, page) = words(cx, duty, line, &found).await?;
        for holder in cx.bot.store.holders(line.key.branch, Role::Secretary).await? {
            let accounts = cx.bot.store.accounts_of(holder).await?;
            let account = accounts.iter().find(|a| a.platform == cx.incoming.chat.platform).or(accounts.first());
            let Some(account) = account else { continue };
            let key = &line.key;
            let about = [
                (format!("alike/{}/{}/{}/{}/{}/{account}", key.branch, key.duty, key.period, key.person, cx.incoming.source()), &text),
                // once for an issue, however often pictures are taken back and sent anew
                (format!("same-page/{}/{}/{}/{account}", key.branch, key.duty, key.period), &page),
            ];
            letters.extend(about.into_iter().filter_map(|(dedupe_key, text)| {
                let message = Outgoing::text(ChatKey::private(account), text.clone()?);
                Some(Letter { dedupe_key, message, expires_at: cx.now + WORTH })
            }));
        }
    }
    if letters.is_empty() { Ok(()) } else { cx.bot.store.queue_letters(&letters, cx.now).await }
}

/// One's own picture of the same issue is no likeness. Of the same issue, others' are told until it is plain that everybody
/// gets that page.
fn find<'a>(all: &'a [Kept], line: &Line, looks: &[Look], near: u32, same_page: usize) -> Found<'a> {
    let (me, period) = (line.key.person, line.key.period);
    let distance = |k: &Kept| looks.iter().filter_map(|l| l.distance(&k.look)).min();
    let mut alike: Vec<(u32, &Kept)> = all.iter().filter(|k| (k.person, k.period) != (me, period)).filter_map(|k| Some((distance(k)?, k))).collect();
    alike.retain(|(d, _)| *d <= near);
    alike.sort_by_key(|(d, k)| (*d, k.at));
    let others: BTreeSet<PersonId> = alike.iter().filter(|(_, k)| k.period == period).map(|(_, k)| k.person).collect();
    let mut seen = BTreeSet::new();
    alike.retain(|(_, k)| (k.period != period || others.len() < same_page) && seen.insert((k.person, k.period)));
    Found { told: alike.into_iter().map(|(_, k)| k).take(TOLD).collect(), same_page: others.len() == same_page }
}

/// What is told of likenesses, and of the page that everybody gets.
async fn words(cx: &Context, duty: &Duty, line: &Line, found: &Found<'_>) -> Result<(Option<String>, Option<String>), Fault> {
    let branch = cx.bot.cache.branch(line.key.branch).await?;
    let course = branch.as_ref().map(|b| &b.roster.course);
    let name = |id: PersonId| branch.as_ref().and_then(|b| b.roster.member(id)).map(|m| show::name(&m.name)).unwrap_or_default();
    let day = |at: i64| cx.bot.config.messages.time(cx.bot.lang(), at, cx.zone(), cx.today);
    let period = issues::said(cx, course, duty, &[line.key.period]);
    let mut lines = Vec::new();
    for kept in &found.told {
        let args = [
            ("name", Value::from(name(line.key.person))),
            ("day", day(line.at).into()),
            ("period", period.clone().into()),
            ("duty", duty.name.as_str().into()),
            ("other", name(kept.person).into()),
            ("whose", if kept.person == line.key.person { "own" } else { "other" }.into()),
            ("before", day(kept.at).into()),
            ("of", issues::said(cx, course, duty, &[kept.period]).into()),
        ];
        lines.push(cx.say("screenshot-alike", &args));
    }
    if !found.told.is_empty() {
        lines.push(cx.say("screenshot-alike-counts", &[]));
    }
    let page = found.same_page.then(|| cx.say("screenshot-same-page", &[("period", period.into()), ("duty", duty.name.as_str().into())]));
    Ok(((!lines.is_empty()).then(|| lines.join("\n")), page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Period;
    use crate::domain::ids::{OrgId, RecordId};
    use crate::domain::record::{Key, Kind};

    fn kept(person: i64, week: &str, bits: u64) -> Kept {
        Kept { record: RecordId(1), person: PersonId(person), period: week.parse().unwrap(), look: Look::new("p1/6", bits), at: person }
    }

    fn line(person: i64, week: &str) -> Line {
        let period: Period = week.parse().unwrap();
        let key = Key { branch: OrgId(1), duty: "study".into(), person: PersonId(person), period };
        Line { key, kind: Kind::Attest, value: 1, got: 1, owed: 1, state: None, at: 9 }
    }

    #[test]
    fn likeness_is_told_of_others_and_of_earlier_issues_until_it_is_the_page_itself() {
        let (now, before) = ("2026-W47", "2026-W46");
        let who = |found: &Found<'_>| found.told.iter().map(|k| k.person.0).collect::<Vec<_>>();
        let looks = [Look::new("p1/6", 0)];
        let all = [kept(1, now, 0), kept(2, now, 0b111), kept(3, now, 0b1111), kept(1, before, 0b1)];
        let found = find(&all, &line(1, now), &looks, 3, 3);
        assert_eq!((who(&found), found.same_page), (vec![1, 2], false), "one's own of this issue is none, four bits are too many");
        let found = find(&all, &line(1, now), &looks, 4, 2);
        assert_eq!((who(&found), found.same_page), (vec![1], true), "of this issue they are too many to be told, the earlier one is");
        let found = find(&all, &line(4, now), &looks, 4, 2);
        assert_eq!((who(&found), found.same_page), (vec![1], false), "and that was said before");
        assert_eq!(find(&all, &line(4, now), &[Look::new("p2/6", 0)], 20, 3), Found::default());
    }
}
