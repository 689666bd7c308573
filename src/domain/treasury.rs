//! Money that records tell of: which claims wait, what can be given back, and the cash book. Pure.

use super::calendar::Period;
use super::decide::live;
use super::ledger::Refusal;
use super::record::{Kind, Record};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Of one key's records, the claims that nobody has confirmed.
pub fn claims_of(records: &[Record]) -> impl Iterator<Item = &Record> {
    let confirmed: HashSet<_> = live(records).filter(|r| r.kind.confirms()).filter_map(|r| r.refers).collect();
    live(records).filter(move |r| r.kind.claims() && !confirmed.contains(&r.id))
}

/// What is given back of which confirmed payments, for so many fen; where no sum is said, all of it: gifts first, then the
/// newest months.
///
/// # Errors
/// `TooMuch` where less was confirmed, `Nothing` where nothing was.
pub fn refundable<'a>(keys: impl Iterator<Item = &'a [Record]>, amount: Option<i64>) -> Result<Vec<(Record, i64)>, Refusal> {
    let mut all: Vec<(&Record, i64)> = Vec::new();
    for records in keys {
        let confirmed: HashSet<_> = live(records).filter(|r| r.kind.confirms()).filter_map(|r| r.refers).collect();
        let mut back: HashMap<_, i64> = HashMap::new();
        for r in live(records).filter(|r| r.kind.refunds()) {
            *back.entry(r.refers).or_default() += r.value;
        }
        let open = live(records).filter(|r| r.kind.claims() && confirmed.contains(&r.id));
        all.extend(open.map(|r| (r, r.value - back.get(&Some(r.id)).copied().unwrap_or(0))).filter(|(_, left)| *left > 0));
    }
    all.sort_by_key(|(r, _)| (r.kind != Kind::Extra, std::cmp::Reverse((r.key.period, r.id))));
    let mut wanted = match amount {
        Some(fen) if fen <= 0 => return Err(Refusal::Nothing),
        Some(fen) => fen,
        // without a sum what was owed comes back, not what was given
        None => {
            all.retain(|(r, _)| r.kind == Kind::Done);
            all.iter().fold(0_i64, |sum, (_, left)| sum.saturating_add(*left))
        }
    };
    if all.is_empty() {
        return Err(Refusal::Nothing);
    }
    let mut taken = Vec::new();
    for (r, left) in all {
        let now = left.min(wanted);
        if now > 0 {
            taken.push((r.clone(), now));
            wanted -= now;
        }
    }
    if wanted > 0 { Err(Refusal::TooMuch) } else { Ok(taken) }
}

/// A treasurer's book: what the live records of a branch and duty add up to, fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// Claimed as owed, confirmed or not.
    pub claimed: i64,
    /// Claimed as given beside.
    pub claimed_extra: i64,
    /// Of `claimed`, confirmed.
    pub confirmed: i64,
    /// Of `claimed_extra`, confirmed.
    pub confirmed_extra: i64,
    /// Settled elsewhere before: no money of ours.
    pub opening: i64,
    /// Given back of what was owed.
    pub refunded: i64,
    /// Given back of gifts.
    pub refunded_extra: i64,
    /// Handed to the unit above.
    pub handed_up: i64,
    /// Come back from it.
    pub returned: i64,
    /// In hand before the book began.
    pub carried: i64,
}

impl Book {
    /// The book of these records, oldest first; what was taken back does not count, nor what rests on it.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut book = Self::default();
        for r in standing_records(records) {
            book.add(r);
        }
        book
    }

    fn add(&mut self, r: &Record) {
        let place = match r.kind {
            Kind::Done => &mut self.claimed,
            Kind::Extra => &mut self.claimed_extra,
            Kind::Confirm => &mut self.confirmed,
            Kind::ConfirmExtra => &mut self.confirmed_extra,
            Kind::Opening => &mut self.opening,
            Kind::Refund => &mut self.refunded,
            Kind::RefundExtra => &mut self.refunded_extra,
            Kind::HandUp => &mut self.handed_up,
            Kind::Returned => &mut self.returned,
            Kind::Carried => &mut self.carried,
            Kind::Attend | Kind::Attest | Kind::Leave | Kind::Exempt | Kind::Reduce | Kind::Reverse => return,
        };
        *place = place.saturating_add(r.value);
    }

    /// What came in and was confirmed.
    pub fn came_in(&self) -> i64 {
        self.confirmed + self.confirmed_extra
    }
    /// Claimed and not confirmed.
    pub fn waiting(&self) -> i64 {
        self.claimed + self.claimed_extra - self.came_in()
    }
    /// Given back, of both.
    pub fn given_back(&self) -> i64 {
        self.refunded + self.refunded_extra
    }
    /// What must be in the treasurer's hands.
    pub fn in_hand(&self) -> i64 {
        self.carried + self.came_in() - self.given_back() - self.handed_up + self.returned
    }
    /// What standings must add up to: (got, confirmed).
    pub fn standings(&self) -> (i64, i64) {
        (self.claimed + self.opening - self.refunded, self.confirmed + self.opening - self.refunded)
    }
}

/// The records that count: not taken back, and resting on nothing that was.
pub fn standing_records<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<&'a Record> {
    let all: Vec<&Record> = records.into_iter().collect();
    let gone: HashSet<_> = all.iter().filter(|r| r.kind == Kind::Reverse).filter_map(|r| r.refers).collect();
    let counts =
        |r: &&Record| r.kind != Kind::Reverse && !gone.contains(&r.id) && !(r.kind.rests_on_another() && r.refers.is_some_and(|id| gone.contains(&id)));
    all.into_iter().filter(counts).collect()
}

/// What was confirmed as owed and not given back, by the period that it is for.
pub fn net_by_period<'a>(records: impl IntoIterator<Item = &'a Record>) -> BTreeMap<Period, i64> {
    let mut sums: BTreeMap<Period, i64> = BTreeMap::new();
    for r in standing_records(records) {
        match r.kind {
            Kind::Confirm => *sums.entry(r.key.period).or_default() += r.value,
            Kind::Refund => *sums.entry(r.key.period).or_default() -= r.value,
            _ => {}
        }
    }
    sums
}
