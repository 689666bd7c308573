//! Completions, and the levels of evidence beside each other: what the member says (in words, with a picture), what the
//! secretary says, what the official export says. Each counts once; none takes another's place.

use super::{Pen, already, fields, key, line, live};
use crate::domain::calendar::Period;
use crate::domain::ids::RecordId;
use crate::domain::ledger::{Entry, Refusal, Subject, Verdict};
use crate::domain::record::{Evidence, Kind, Record};
use std::collections::HashSet;

/// Whose word it is: a stronger word of one side is kept beside the weaker one, a weaker or the same says nothing new.
fn side(evidence: Evidence) -> u8 {
    match evidence {
        Evidence::Own | Evidence::Proxy | Evidence::Screenshot => 0,
        Evidence::Secretary => 1,
        Evidence::Official => 2,
    }
}

/// The records that stand: taken back by nothing, and not resting on one that was.
fn standing(records: &[Record]) -> impl Iterator<Item = &Record> {
    let gone: HashSet<RecordId> = records.iter().filter(|r| r.kind == Kind::Reverse).filter_map(|r| r.refers).collect();
    live(records).filter(move |r| !(r.kind.rests_on_another() && r.refers.is_some_and(|id| gone.contains(&id))))
}

impl Pen<'_> {
    /// Decides `Done`.
    pub(super) fn done(&mut self, subject: &Subject, duty: &str, period: Period, (value, owed): (i64, i64), adds: bool) -> Verdict {
        let key = key(subject, duty, period);
        let now = self.standing(&key);
        if now.got == 0 || adds {
            return self.recorded(vec![fields(key, Kind::Done, value, owed)], false);
        }
        // a list that members grew says nothing beside what is there
        let listed = self.post.entries.iter().any(|e| matches!(e, Entry::Grow(_)));
        let mine = self.post.evidence;
        // another's word alone is not stronger than one's own
        let stronger = mine >= Evidence::Screenshot && Some(mine) > now.evidence;
        let beside = || {
            let records = self.facts.records.get(&key).map_or(&[][..], Vec::as_slice);
            let mut said = standing(records).filter(|r| matches!(r.kind, Kind::Done | Kind::Attest)).map(|r| r.evidence);
            mine != Evidence::Proxy && now.evidence == Some(Evidence::Official) && said.all(|e| side(e) != side(mine) || e < mine)
        };
        if !listed && now.state.is_none() && (stronger || beside()) {
            return self.recorded(vec![fields(key, Kind::Attest, value, owed)], false);
        }
        already([line(key, &now)])
    }

    /// Decides `Vouch`.
    pub(super) fn vouch(&mut self, subject: &Subject, duty: &str, period: Period, (value, owed): (i64, i64), claim: RecordId) -> Verdict {
        let key = key(subject, duty, period);
        let records = self.facts.records.get(&key).map_or(&[][..], Vec::as_slice);
        if !standing(records).any(|r| r.id == claim) {
            return Verdict::Refused(Refusal::Nothing);
        }
        if standing(records).any(|r| r.kind == Kind::Attest && r.refers == Some(claim)) {
            let now = self.standing(&key);
            return already([line(key, &now)]);
        }
        let mut vouched = fields(key, Kind::Attest, value, owed);
        vouched.refers = Some(claim);
        self.recorded(vec![vouched], false)
    }
}
