//! What one entry of a chain list says about the list's duty: done, not done, on leave, or unclear.

use crate::domain::duty::Measure;
use crate::language::sentence::clause::{self, Done};
use crate::language::text::lex::{self, Is, Lexed};
use crate::language::text::lexicon::Kind;
use crate::language::text::normalise::normalise;
use crate::language::{Around, Grammar};
use serde::{Deserialize, Serialize};

/// What one entry of a chain list says about the list's duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Done, with what was said beside: as in a report.
    Done {
        /// Fen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount_fen: Option<i64>,
        /// How many.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        count: Option<i64>,
        /// Minutes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<i64>,
        /// Months and the like.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        periods: Vec<crate::domain::calendar::Period>,
        /// The issue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issue: Option<String>,
    },
    /// Not done, or not yet.
    NotDone,
    /// On leave.
    Leave,
    /// There, but late.
    Late,
    /// There, and left before the end.
    LeftEarly,
    /// Just the name: it depends on what the list is for.
    Empty,
    /// Anything else.
    Unclear,
}

impl Grammar {
    /// What an entry's text says about the list's duty.
    pub fn entry(&self, duty: Option<&str>, text: &str, around: &Around<'_>) -> Entry {
        // 张三+完成
        let norm = normalise(text.strip_prefix('+').filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text));
        if norm.text.trim().is_empty() {
            return Entry::Empty;
        }
        if norm.text.len() > 500 {
            return Entry::Unclear;
        }
        let quiet = Around { addressed: false, ..*around };
        let tokens = lex::tokens(&norm.text, &self.lexicon, &self.units, &quiet);
        let lexed = Lexed { norm, tokens };
        let has = |kind: Kind| lexed.tokens.iter().any(|t| t.kind(kind));
        let words = lexed.norm.text.trim();
        if has(Kind::Leave) {
            return if has(Kind::Neg) || has(Kind::Ask) { Entry::Unclear } else { Entry::Leave };
        }
        // 收到 says that the notice was read
        if RECEIPTS.contains(&words.trim_matches(|c: char| !c.is_alphanumeric())) {
            return Entry::Unclear;
        }
        if ABSENT.iter().any(|w| words.contains(w)) {
            return Entry::NotDone;
        }
        let index = duty.and_then(|key| self.duties.iter().position(|d| d.key == key)).and_then(|i| u8::try_from(i).ok());
        let measure = index.map_or(Measure::Done, |d| self.measure(d));
        if measure == Measure::Attendance && (has(Kind::Late) || has(Kind::Early)) {
            let to_come = ["要", "会", "可能", "得先", "想", "估计"].iter().any(|w| words.contains(w));
            return match (to_come, has(Kind::Late)) {
                (true, _) => Entry::Unclear,
                (false, true) => Entry::Late,
                (false, false) => Entry::LeftEarly,
            };
        }
        if has(Kind::Neg) || has(Kind::Plan) || has(Kind::Partial) {
            return Entry::NotDone;
        }
        if has(Kind::Ask) || has(Kind::Cond) || has(Kind::Joke) || has(Kind::Other) {
            return Entry::Unclear;
        }
        let seen = clause::see(&lexed.tokens, &lexed.norm.text, &self.lexicon, &quiet);
        let number = lexed.tokens.iter().find_map(|t| if let Is::Number(n) = t.is { Some(n) } else { None });
        let amount_fen =
            seen.details.sum.or_else(|| number.filter(|_| measure == Measure::Money).and_then(|n| n.checked_mul(100))).filter(|_| measure == Measure::Money);
        let count = seen.details.count.or(number).filter(|_| measure == Measure::Count);
        let minutes = seen.details.minutes.filter(|_| measure == Measure::Minutes);
        if seen.blocked {
            return Entry::NotDone;
        }
        // In a list of sums the sum says it; 1 and +1 say it too.
        let there = lexed.norm.text.trim_start_matches(['已', '实']);
        let here = measure == Measure::Attendance && ["到", "出勤", "出席", "在场"].iter().any(|w| there.starts_with(w));
        let said = here
            || matches!(seen.done, Done::Whole | Done::Verb(_))
            || has(Kind::Mark)
            || has(Kind::Already)
            || amount_fen.is_some()
            || count.is_some()
            || minutes.is_some()
            || crate::language::bare(text)
            || !seen.details.is_empty();
        if !said || seen.them && !seen.me {
            return Entry::Unclear;
        }
        Entry::Done { amount_fen, count, minutes, periods: seen.details.periods.clone(), issue: seen.details.issues.first().cloned() }
    }
}

/// Entries that only say that something was read.
const RECEIPTS: &[&str] = &["收到", "已收到", "收到了", "知道了", "已阅", "已知悉", "知悉", "已读", "明白", "了解", "好的", "好"];
/// Not there.
const ABSENT: &[&str] = &["缺勤", "缺席", "缺课", "旷课", "旷会", "未到", "没到", "没来", "不来", "不参加", "未参加", "没参加", "去不了", "来不了"];
