//! Why WeCom did not do what was asked, in its own numbers, and what that means for a letter.

use crate::domain::message::SendError;
use crate::platform::http::Lost;

/// Why WeCom did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It is not connected.
    Offline,
    /// Try again, not before so many milliseconds where it is said.
    Later(Option<i64>, String),
    /// Nobody knows whether it was done.
    Unknown(String),
    /// That message can't be answered any more.
    Expired,
    /// Nothing can be sent to that chat now.
    NoChat,
    /// It never will be.
    Refused(String),
}

impl From<Lost> for Failure {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Later(reason) => Self::Later(None, reason),
            Lost::Unknown(why) => Self::Unknown(why),
            Lost::Refused(why) => Self::Refused(why),
        }
    }
}

impl From<Failure> for SendError {
    fn from(f: Failure) -> Self {
        match f {
            Failure::Offline => Self::Offline,
            Failure::Later(after, reason) => Self::Later { after, reason },
            Failure::Unknown(why) => Self::Unknown(why),
            Failure::Expired => Self::Refused("the message can't be answered any more".into()),
            Failure::NoChat => Self::Waits("WeCom sends only where somebody spoke to the bot before".into()),
            Failure::Refused(why) => Self::Refused(why),
        }
    }
}

/// What an error of WeCom's means; `rate`: to wait where too much was said, milliseconds.
pub fn failed(code: i64, words: &str, rate: i64) -> Failure {
    let words = format!("WeCom says {code}: {}", words.chars().take(100).collect::<String>());
    match code {
        -1 => Failure::Later(None, words),
        846_605 | 846_608 => Failure::Expired,
        93_006 => Failure::NoChat,
        45_009 | 45_011 | 45_033 | 846_607 => Failure::Later(Some(rate), words),
        _ => Failure::Refused(words),
    }
}
