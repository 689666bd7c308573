//! Who was there, who is free of it: check-ins, leave, exemption.

use super::{Fields, Pen, already, fields, key, line, live};
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, SessionId};
use crate::domain::ledger::{Doubt, Refusal, Subject, Verdict};
use crate::domain::record::{Key, Kind, Record, Session, State};

impl Pen<'_> {
    /// Decides a check-in: at which of the open meetings, and whether its code was said.
    pub(super) fn attend(
        &mut self,
        subject: &Subject,
        units: &[OrgId],
        open: &[Session],
        (code, trusted): (Option<&str>, bool),
        state: State,
        owed: &dyn Fn(&Session) -> i64,
    ) -> Verdict {
        let session = match open {
            [] => return Verdict::Refused(Refusal::NoSession),
            [one] => one,
            several => match several.iter().filter(|s| s.code.is_some() && s.takes(code, self.post.at)).collect::<Vec<_>>()[..] {
                [one] => one,
                // one in the unit of this chat, or all the same meeting of several units: no need to ask
                _ if code.is_none() && several.iter().filter(|s| units.first() == Some(&s.org)).count() == 1 => {
                    several.iter().find(|s| units.first() == Some(&s.org)).unwrap_or(&several[0])
                }
                _ => {
                    return Verdict::Ask(Doubt::WhichSession { sessions: several.iter().map(|s| s.topic.clone().unwrap_or_else(|| s.duty.clone())).collect() });
                }
            },
        };
        let key = key(subject, &session.duty, session.period);
        let mut standing = self.standing(&key);
        // the records are at hand wherever there is a standing; what was given at an earlier meeting of the period says nothing of this one
        if let Some(records) = self.facts.records.get(&key) {
            let here: Vec<&Record> = live(records).filter(|r| r.kind == Kind::Attend && r.session == Some(session.id)).collect();
            (standing.got, standing.state) = here.last().map_or((0, None), |r| (1, r.state));
        }
        if standing.got > 0 && (standing.state == Some(state) || state == State::Present) {
            return already([line(key, &standing)]);
        }
        // whoever is in needs no code to say that they leave
        if !trusted && standing.got == 0 && !session.takes(code, self.post.at) {
            return Verdict::Refused(Refusal::WrongCode);
        }
        let entry = Fields { state: Some(state), session: Some(session.id), ..fields(key, Kind::Attend, 1, owed(session)) };
        self.recorded(vec![entry], false)
    }

    /// Less is asked of somebody in these periods: leave, exempt, reduced. What is settled stays as it is.
    /// Leave from one meeting says nothing of the period's others: those may be asked leave from as well.
    pub(super) fn relieve(&mut self, subject: &Subject, duty: &str, periods: &[(Period, i64)], how: (Kind, Option<State>, Option<SessionId>)) -> Verdict {
        let (kind, state, session) = how;
        let all: Vec<_> = periods.iter().map(|(p, owed)| (key(subject, duty, *p), *owed)).collect();
        let elsewhere = |k: &Key| self.facts.records.get(k).is_some_and(|all| leave_elsewhere(live(all), session));
        // whoever was at another meeting of the period may be on leave from this one
        let other = |k: &Key| session.is_some() && self.facts.records.get(k).is_some_and(|all| only_elsewhere(live(all), session));
        let open = |k: &Key| !self.standing(k).settled() || if self.standing(k).done() { other(k) } else { elsewhere(k) };
        let fresh: Vec<_> = all.iter().filter(|(k, _)| open(k)).cloned().collect();
        if fresh.is_empty() {
            return already(all.into_iter().map(|(k, _)| {
                let s = self.standing(&k);
                line(k, &s)
            }));
        }
        let new = fresh.into_iter().map(|(k, owed)| Fields { state, session, ..fields(k, kind, 0, owed) }).collect();
        self.recorded(new, false)
    }
}

/// Whether these records that count free somebody only from other meetings than this one; none: than the whole period.
fn leave_elsewhere<'a>(records: impl Iterator<Item = &'a Record>, session: Option<SessionId>) -> bool {
    let mut frees = records.filter(|r| matches!(r.kind, Kind::Leave | Kind::Exempt)).peekable();
    frees.peek().is_some() && frees.all(|r| r.session.is_some() && r.session != session)
}

/// The last of these records that count by which somebody is free of this meeting.
pub fn free_of<'a>(records: impl Iterator<Item = &'a Record>, session: SessionId) -> Option<&'a Record> {
    records.filter(|r| matches!(r.kind, Kind::Leave | Kind::Exempt) && r.session.is_none_or(|s| s == session)).last()
}

/// Whether these records that count say that somebody was at other meetings than this one, and nothing of this one.
fn only_elsewhere<'a>(records: impl Iterator<Item = &'a Record>, session: Option<SessionId>) -> bool {
    let (mut there, mut here) = (false, false);
    for r in records {
        match r.kind {
            Kind::Attend if r.session != session => there = true,
            Kind::Leave | Kind::Exempt if r.session.is_some() && r.session != session => {}
            _ => here = true,
        }
    }
    there && !here
}
