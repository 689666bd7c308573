//! Public holidays and make-up workdays, by day. Reading them from files is `config::holidays`.

use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::{BTreeMap, BTreeSet};

/// What sort of day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// A weekday on which people work.
    Workday,
    /// A Saturday or Sunday on which they do not.
    Weekend,
    /// A public holiday, by name.
    Holiday(&'a str),
    /// A Saturday or Sunday on which they do (调休).
    MakeUp,
    /// No file covers the year.
    Unknown,
}

/// Every year that is known. A year that is not is unknown, not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    years: BTreeSet<i32>,
    days: BTreeMap<NaiveDate, String>,
    workdays: BTreeSet<NaiveDate>,
}

impl Holidays {
    /// What sort of day this is.
    pub fn kind(&self, date: NaiveDate) -> DayKind<'_> {
        if let Some(name) = self.days.get(&date) {
            DayKind::Holiday(name)
        } else if !self.years.contains(&date.year()) {
            DayKind::Unknown
        } else if self.workdays.contains(&date) {
            DayKind::MakeUp
        } else if weekend(date) {
            DayKind::Weekend
        } else {
            DayKind::Workday
        }
    }

    /// Whether people work on that day; of an unknown year, whether it is a plain weekday.
    pub fn works(&self, date: NaiveDate) -> bool {
        match self.kind(date) {
            DayKind::Workday | DayKind::MakeUp => true,
            DayKind::Weekend | DayKind::Holiday(_) => false,
            DayKind::Unknown => !weekend(date),
        }
    }

    /// Whether it is a public holiday (weekends within one are).
    pub fn holiday(&self, date: NaiveDate) -> bool {
        self.days.contains_key(&date)
    }

    /// The years that are known.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.iter().copied()
    }

    /// Whether a year is known.
    pub fn knows(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// From now on the year is known.
    pub fn cover(&mut self, year: i32) {
        self.years.insert(year);
    }

    /// Adds a day of a holiday; the name of another that it belonged to.
    pub fn add_holiday(&mut self, day: NaiveDate, name: &str) -> Option<String> {
        self.days.insert(day, name.to_owned())
    }

    /// Adds a make-up workday. False where it is there already, or is a holiday.
    pub fn add_workday(&mut self, day: NaiveDate) -> bool {
        !self.days.contains_key(&day) && self.workdays.insert(day)
    }
}

fn weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
