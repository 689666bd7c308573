//! What only a duty with sessions has in its file: `[meeting]`.

use super::reader::{Problems, Table};
use crate::domain::duty::Measure;
use crate::domain::meeting::{Meeting, Quorum};

/// `[meeting]`.
pub(super) fn read(t: &mut Table, measure: Option<Measure>, p: &mut Problems) -> Meeting {
    let at = t.at("meeting");
    let Some(mut m) = t.table("meeting", p) else { return Meeting::default() };
    if measure.is_some_and(|m| m != Measure::Attendance) {
        p.add(&at, "`meeting`: only a duty with measure = \"attendance\" has sessions; take it out");
    }
    let leave_asked = m.word("leave", &[("told", false), ("asked", true)], p).unwrap_or(false);
    let (posts, groups) = m.word("expected", &[("members", (false, false)), ("posts", (true, false)), ("groups", (false, true))], p).unwrap_or_default();
    let mut list = |key| m.texts(key, p).into_iter().map(|(_, text)| text.trim().to_owned()).filter(|text| !text.is_empty()).collect::<Vec<String>>();
    let (items, forms) = (list("items"), list("forms"));
    let mut quorums = Vec::new();
    for mut q in m.tables("quorum", p) {
        let name = q.need_text("name", "\"民主评议\"", p);
        let words = q.texts("words", p).into_iter().map(|(_, text)| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
        let place = q.place().clone();
        let (more, least) = (q.parsed("more_than", fraction, p), q.parsed("at_least", fraction, p));
        q.finish(p);
        match (name, more, least) {
            (Some(name), Some(of), None) => quorums.push(Quorum { name, words, of, more: true }),
            (Some(name), None, Some(of)) => quorums.push(Quorum { name, words, of, more: false }),
            (Some(_), _, _) => p.add(&place, "`quorum` needs either more_than or at_least: write more_than = \"1/2\""),
            (None, _, _) => {}
        }
    }
    m.finish(p);
    Meeting { posts, groups, leave_asked, items, forms, quorums }
}

/// `2/3`.
fn fraction(text: &str) -> Result<(i64, i64), String> {
    let read = || {
        let (over, under) = text.split_once('/')?;
        let (over, under): (i64, i64) = (over.trim().parse().ok()?, under.trim().parse().ok()?);
        (over > 0 && over <= under && under <= 1000).then_some((over, under))
    };
    read().ok_or_else(|| format!("{text:?} is no fraction: write \"2/3\""))
}
