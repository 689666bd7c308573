//! What the league's rules say of a member and of a branch's size, as far as a roster shows it. A rule warns, unless the
//! configuration lets it block an admission; figures are the configuration's.
//!
//! Sources: the league's charter (《中国共产主义青年团章程》: ages 14 to 28, leaving at 28 without a post, branches from three
//! members), the rules for branches (usually not more than 50), and the admission numbers of 12 digits that begin with the
//! year (《新发展团员编号》, from 2019 on). The central texts could not be read whole: so the figures are no constants here.

use chrono::{Datelike, Days, Months, NaiveDate};

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)?) => {
        /// One rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule { $($(#[$doc])* $variant),* }
        impl Rule {
            /// Every rule, in the order in which they are told.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
            /// Its name in the configuration.
            pub fn key(self) -> &'static str { match self { $(Self::$variant => $text),* } }
            /// By that name.
            pub fn parse(text: &str) -> Option<Self> { Self::ALL.iter().copied().find(|r| r.key() == text) }
        }
    };
}

rules! {
    /// Too young on the day of admission (charter: from 14).
    UnderAge = "under_age",
    /// Of an age to leave, and without a post (charter: at 28).
    OverAge = "over_age",
    /// No league number (S3: no admission without one); of those admitted before there were any nothing is asked.
    NoNumber = "no_number",
    /// The number's year is not that of admission.
    NumberYear = "number_year",
    /// The branch has too few members to be one (charter: from 3).
    TooFew = "too_few",
    /// The branch has more members than is usual (rules for branches: 50).
    TooMany = "too_many",
}

impl Rule {
    /// Whether it is about one member; else about the branch.
    pub fn of_member(self) -> bool {
        !matches!(self, Self::TooFew | Self::TooMany)
    }
    /// The message that tells who it concerns and where it comes from.
    pub fn message(self) -> &'static str {
        match self {
            Self::UnderAge => "rule-under-age",
            Self::OverAge => "rule-over-age",
            Self::NoNumber => "rule-no-number",
            Self::NumberYear => "rule-number-year",
            Self::TooFew => "rule-too-few",
            Self::TooMany => "rule-too-many",
        }
    }
}

/// The figures, and which rules block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whole years, on the last day of the month of admission.
    pub min_age: u32,
    /// Whole years from which somebody without a post leaves.
    pub max_age: u32,
    /// Members that a branch has at least.
    pub min_members: usize,
    /// And usually at most.
    pub max_members: usize,
    /// The year from which on admissions have numbers.
    pub numbered_since: i32,
    /// Rules about members that an admission may not break.
    pub block: Vec<Rule>,
}

/// What a roster knows of one member; absent where it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About<'a> {
    /// Day of birth.
    pub born: Option<NaiveDate>,
    /// Month of admission, any day of it.
    pub joined: Option<NaiveDate>,
    /// League number.
    pub number: Option<&'a str>,
    /// Post.
    pub post: Option<&'a str>,
}

/// Whether somebody born then is that many years old on that day; who was born on 29 February has birthday on 1 March.
pub fn is_aged(born: NaiveDate, years: u32, on: NaiveDate) -> bool {
    let birthday = born.checked_add_months(Months::new(years * 12));
    let birthday = birthday.and_then(|day| if day.day() == born.day() { Some(day) } else { day.checked_add_days(Days::new(1)) });
    birthday.is_some_and(|day| day <= on)
}

/// The last day of its month.
pub fn last_of_month(date: NaiveDate) -> NaiveDate {
    let first = date.with_day(1).unwrap_or(date);
    first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(date)
}

impl Rules {
    /// The rules that a member breaks, as far as it is known.
    pub fn of_member(&self, about: &About<'_>, today: NaiveDate) -> Vec<Rule> {
        let mut broken = Vec::new();
        let numbered = about.joined.map(|j| j.year() >= self.numbered_since);
        if let Some(born) = about.born {
            let admitted = about.joined.map_or(today, last_of_month);
            if !is_aged(born, self.min_age, admitted) {
                broken.push(Rule::UnderAge);
            }
            if is_aged(born, self.max_age, today) && about.post.is_none_or(|p| p.trim().is_empty()) {
                broken.push(Rule::OverAge);
            }
        }
        match (about.number, numbered) {
            (None, Some(true) | None) => broken.push(Rule::NoNumber),
            (Some(number), _) => {
                let year: Option<i32> = number.get(..4).and_then(|y| y.parse().ok());
                let fits = match (about.joined, numbered) {
                    (Some(joined), Some(true)) => year == Some(joined.year()),
                    // admitted before there were numbers: it may have been given later
                    (Some(_), _) => true,
                    (None, _) => year.is_some_and(|y| (self.numbered_since..=today.year()).contains(&y)),
                };
                if !fits {
                    broken.push(Rule::NumberYear);
                }
            }
            _ => {}
        }
        broken
    }

    /// The rule that a branch of this many members breaks.
    pub fn of_branch(&self, members: usize) -> Option<Rule> {
        match members {
            n if n < self.min_members => Some(Rule::TooFew),
            n if n > self.max_members => Some(Rule::TooMany),
            _ => None,
        }
    }

    /// Whether an admission may not break it.
    pub fn blocks(&self, rule: Rule) -> bool {
        self.block.contains(&rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules { min_age: 14, max_age: 28, min_members: 3, max_members: 50, numbered_since: 2019, block: Vec::new() }
    }

    /// Born, admitted, number, post → what is broken, on 2026-11-22.
    #[test]
    fn every_rule_at_its_edges() {
        use Rule::{NoNumber, NumberYear, OverAge, UnderAge};
        let cases: &[(&str, &str, &str, &str, &[Rule])] = &[
            // fourteen by the end of the month of admission, not later
            ("2010-09-30", "2024-09-01", "202412345678", "", &[]),
            ("2010-10-01", "2024-09-01", "202412345678", "", &[UnderAge]),
            // and by today, where no admission is known
            ("2012-11-22", "", "202612345678", "", &[]),
            ("2012-11-23", "", "202612345678", "", &[UnderAge]),
            // twenty-eight today, and tomorrow; a post keeps them
            ("1998-11-22", "2013-05-01", "", "", &[OverAge]),
            ("1998-11-23", "2013-05-01", "", "", &[]),
            ("1998-11-22", "2013-05-01", "", "团支书", &[]),
            ("1998-11-22", "2013-05-01", "", " ", &[OverAge]),
            // a leap day's child is of age on the first of March
            ("2008-02-29", "2022-02-01", "202212345678", "", &[UnderAge]),
            ("2008-02-29", "2022-03-01", "202212345678", "", &[]),
            // numbers since 2019
            ("", "2019-01-01", "", "", &[NoNumber]),
            ("", "2018-12-01", "", "", &[]),
            ("", "", "", "", &[NoNumber]),
            ("", "2019-01-01", "201912345678", "", &[]),
            ("", "2019-12-01", "202012345678", "", &[NumberYear]),
            ("", "2018-12-01", "202012345678", "", &[]),
            ("", "", "201912345678", "", &[]),
            ("", "", "202612345678", "", &[]),
            ("", "", "201812345678", "", &[NumberYear]),
            ("", "", "202712345678", "", &[NumberYear]),
            ("", "2020-05-01", "年", "", &[NumberYear]),
            // several at once
            ("2013-01-01", "2026-09-01", "", "", &[UnderAge, NoNumber]),
        ];
        let day = |text: &str| if text.is_empty() { None } else { Some(text.parse().unwrap()) };
        let word = |text: &'static str| if text.is_empty() { None } else { Some(text) };
        let today = "2026-11-22".parse().unwrap();
        for (born, joined, number, post, broken) in cases {
            let about = About { born: day(born), joined: day(joined), number: word(number), post: word(post) };
            assert_eq!(rules().of_member(&about, today), *broken, "{born} {joined} {number} {post}");
        }
    }

    #[test]
    fn branches_have_a_size() {
        let found: Vec<_> = [0, 2, 3, 50, 51].map(|n| rules().of_branch(n)).into();
        assert_eq!(found, [Some(Rule::TooFew), Some(Rule::TooFew), None, None, Some(Rule::TooMany)]);
    }

    #[test]
    fn keys_are_read_back() {
        assert!(Rule::ALL.iter().all(|r| Rule::parse(r.key()) == Some(*r)));
        assert_eq!(Rule::parse("age"), None);
    }
}
