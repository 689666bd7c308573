//! Ranks by rate: the mean of the periods' rates; on a tie the worst period, then the next worst … Pure.

use super::tally::Rate;
use std::cmp::{Ordering, Reverse};

/// Somebody or some unit with what each period came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranked {
    /// What it is called.
    pub name: String,
    /// Of each period: how many have done it, of how many.
    pub periods: Vec<(i64, i64)>,
    /// Excused, all periods together.
    pub excused: i64,
    /// Of those expected, who has no account bound.
    pub unregistered: usize,
}

impl Ranked {
    /// Parts of a thousand million, rounded to the nearest, for each period in which anybody was expected.
    fn rates(&self) -> Vec<i64> {
        self.periods.iter().filter(|(_, of)| *of > 0).map(|(done, of)| (done * 1_000_000_000 + of / 2) / of).collect()
    }
    /// The mean of the periods' rates, in parts of a thousand million.
    pub fn mean(&self) -> i64 {
        let all = self.rates();
        let n = i64::try_from(all.len()).unwrap_or(i64::MAX).max(1);
        (all.iter().sum::<i64>() + n / 2) / n
    }
    /// The mean as a rate.
    pub fn rate(&self) -> Rate {
        Rate { part: self.mean(), whole: 1_000_000_000 }
    }
    /// The worst period.
    pub fn worst(&self) -> Rate {
        Rate { part: self.rates().into_iter().min().unwrap_or(0), whole: 1_000_000_000 }
    }
    /// All periods together.
    pub fn sum(&self) -> (i64, i64) {
        self.periods.iter().fold((0, 0), |(a, b), (done, of)| (a + done, b + of))
    }

    /// The better one first; equal where nothing tells them apart.
    pub fn cmp_rate(&self, other: &Self) -> Ordering {
        let sorted = |r: &Self| {
            let mut all = r.rates();
            all.sort_unstable();
            all
        };
        Reverse(self.mean()).cmp(&Reverse(other.mean())).then_with(|| Reverse(sorted(self)).cmp(&Reverse(sorted(other))))
    }
}

/// Puts the best first and numbers them: who can't be told apart share a place.
pub fn ranked(mut all: Vec<Ranked>) -> Vec<(usize, Ranked)> {
    all.retain(|r| r.periods.iter().any(|(_, of)| *of > 0));
    all.sort_by(|a, b| a.cmp_rate(b).then_with(|| a.name.cmp(&b.name)));
    let mut placed: Vec<(usize, Ranked)> = Vec::with_capacity(all.len());
    for (n, one) in all.into_iter().enumerate() {
        let place = placed.last().filter(|(_, before)| before.cmp_rate(&one) == Ordering::Equal).map_or(n + 1, |(place, _)| *place);
        placed.push((place, one));
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, periods: &[(i64, i64)]) -> Ranked {
        Ranked { name: name.into(), periods: periods.to_vec(), ..Ranked::default() }
    }

    #[test]
    fn a_tie_is_broken_by_the_worst_period_then_the_next_worst() {
        let all = vec![
            one("steady", &[(8, 10), (8, 10), (8, 10), (8, 10)]),
            one("uneven", &[(10, 10), (6, 10), (8, 10), (8, 10)]),
            one("worse", &[(10, 10), (6, 10), (7, 10), (9, 10)]),
            one("best", &[(9, 10), (8, 10), (8, 10), (8, 10)]),
            one("same as steady", &[(4, 5), (16, 20), (8, 10), (8, 10)]),
            one("nobody", &[(0, 0)]),
        ];
        let order: Vec<(usize, String)> = ranked(all).into_iter().map(|(n, r)| (n, r.name)).collect();
        let said: Vec<(usize, &str)> = order.iter().map(|(n, name)| (*n, name.as_str())).collect();
        assert_eq!(said, [(1, "best"), (2, "same as steady"), (2, "steady"), (4, "uneven"), (5, "worse")]);
    }
}
