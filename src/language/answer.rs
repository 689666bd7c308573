//! An answer to the bot's question.
use crate::domain::calendar::Period;
use chrono::NaiveDate;

/// What counts as an answer.
#[derive(Clone, Debug)]
pub struct Expect {
    /// Yes and no do.
    pub yes_no: bool,
    /// So many numbered choices were shown.
    pub choices: u32,
    /// Months do.
    pub periods: bool,
    /// A sum does.
    pub amount: bool,
    /// The local date.
    pub today: NaiveDate,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 是的.
    Yes,
    /// 不是.
    No,
    /// The number of a choice, from 1.
    Choice(u32),
    /// Months.
    Periods(Vec<Period>),
    /// Fen.
    Amount(i64),
}

/// The answer in a text; none where it is no answer.
pub fn answer(text: &str, expect: &Expect) -> Option<Answer> {
    let _ = (text, expect);
    None
}
