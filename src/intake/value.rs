//! What stands in a cell, as a date, a number or a name. Pure text work; says what is doubtful instead of guessing.

use super::sheet::{Cell, Raw};
use chrono::{Datelike, Days, NaiveDate};

/// Whether it is one of the dots that stand between the parts of a name (买买提·艾力), as one or another program writes it.
pub fn is_dot(c: char) -> bool {
    "·•‧・･●▪∙⋅.．".contains(c)
}

/// A name as names are compared: without those dots.
pub fn undotted(name: &str) -> String {
    name.chars().filter(|c| !is_dot(*c)).collect()
}

/// Full-width ASCII as half-width; the ideographic blank as a blank.
pub fn narrow(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            c => c,
        })
        .collect()
}

/// Whether it is an identity-card number: 17 digits and the check character of GB 11643.
pub fn is_id_card(text: &str) -> bool {
    let text = narrow(text);
    let text = text.trim().trim_start_matches('\'');
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = bytes.iter().zip(weights).map(|(b, w)| usize::from(b - b'0') * w).sum();
    b"10X98765432"[sum % 11] == bytes[17].to_ascii_uppercase()
}

/// Why a number can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadNumber {
    /// Excel kept 15 digits and filled up with zeros, or wrote it with an exponent.
    DigitsLost,
    /// Not a number of such a form.
    Form,
}

/// The digits of a number that is a name: league number, QQ. Blanks, a leading quote, `="…"` and a final `.0` go.
///
/// # Errors
/// Where digits were lost or it is none; `lengths` are the numbers of digits that it may have.
pub fn digits(cell: &Cell, lengths: std::ops::RangeInclusive<usize>) -> Result<String, BadNumber> {
    if matches!(cell.raw, Raw::Number(n) if n.abs() >= 1e15) {
        return Err(BadNumber::DigitsLost);
    }
    let text: String = narrow(&cell.text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '"' | '`')).collect();
    let text = text.trim_start_matches('=');
    let text = text.strip_suffix(".0").unwrap_or(text);
    if text.contains(['e', 'E']) && text.parse::<f64>().is_ok() {
        return Err(BadNumber::DigitsLost);
    }
    let sound = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if sound { Ok(text.to_owned()) } else { Err(BadNumber::Form) }
}

/// A date as people write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The day; the month's first where none was written.
    pub date: NaiveDate,
    /// Whether `2007.1` may have been October: a number has no final zero.
    pub doubtful: bool,
}

/// Reads `2007-09-01`, `2007.9`, `2007/9/1`, `2007年9月1日`, `200709`, `20070901`, an Excel serial number. None where it
/// is none of these, or its year is outside 1900 to 2199.
pub fn date(cell: &Cell) -> Option<Read> {
    let sure = |date: NaiveDate| ((1900..2200).contains(&date.year())).then_some(Read { date, doubtful: false });
    if let Raw::Date(date) = cell.raw {
        return sure(date);
    }
    let text: String = narrow(&cell.text).chars().filter(|c| !matches!(c, '\'' | '"' | '=')).collect();
    let text = text.trim();
    // A time behind the day says nothing here.
    let text = text.split_once([' ', 'T']).filter(|(_, rest)| rest.contains(':')).map_or(text, |(day, _)| day);
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        let n: u32 = text.parse().ok()?;
        return match text.len() {
            5 if (10_000..80_000).contains(&n) => NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(n.into())).and_then(sure),
            6 => day(n / 100, n % 100, 1).and_then(sure),
            8 => day(n / 10_000, n / 100 % 100, n % 100).and_then(sure),
            _ => None,
        };
    }
    let spaced: String = text.chars().map(|c| if matches!(c, '年' | '月' | '日' | '号' | '.' | '-' | '/' | '\\' | '。' | '—') { ' ' } else { c }).collect();
    let parts: Vec<u32> =
        spaced.split_whitespace().map(|p| if p.bytes().all(|b| b.is_ascii_digit()) { p.parse().ok() } else { None }).collect::<Option<_>>()?;
    let read = match parts[..] {
        [y, m] => day(y, m, 1),
        [y, m, d] => day(y, m, d),
        _ => None,
    };
    let doubtful = matches!(cell.raw, Raw::Number(_)) && text.ends_with(".1");
    read.and_then(sure).map(|read| Read { doubtful, ..read })
}

fn day(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// A name as the roster keeps it: half-width, one sort of dot, no blanks between Chinese characters. Nothing is taken
/// from what stands there: a name `=cmd` stays `=cmd`, and every way out escapes it.
pub fn name(text: &str) -> String {
    let text: String = narrow(text).chars().map(|c| if is_dot(c) && c != '.' { '·' } else { c }).collect();
    let chars: Vec<char> = text.trim().chars().collect();
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        if c.is_whitespace() {
            // Only between two Latin letters does a blank mean something, and one is enough.
            let before = out.chars().last().is_some_and(|b| b.is_ascii() && b != ' ');
            let after = chars[i..].iter().find(|a| !a.is_whitespace()).is_some_and(char::is_ascii);
            if before && after {
                out.push(' ');
            }
        } else {
            out.push(*c);
        }
    }
    out
}

/// The name without a number of one or two digits that a spreadsheet or a hurried hand put behind it: `张三1` → `张三`.
pub fn without_number(name: &str) -> Option<&str> {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = name.len() - base.len();
    let chinese = base.chars().next().is_some_and(|c| !c.is_ascii());
    (chinese && (1..=2).contains(&digits)).then_some(base)
}

/// Whether a name has characters that names do not have: digits apart, marks and signs.
pub fn is_odd_name(name: &str) -> bool {
    name.chars().any(|c| !c.is_alphanumeric() && !matches!(c, '·' | ' ' | '.' | '-' | '(' | ')' | '\''))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_write_them() {
        let cases = [
            ("2007-09-01", "2007-09-01"),
            ("2007.9", "2007-09-01"),
            ("2007.09", "2007-09-01"),
            ("2007/9/15", "2007-09-15"),
            ("2007年9月", "2007-09-01"),
            ("２００７年９月１日", "2007-09-01"),
            ("200709", "2007-09-01"),
            ("20070915", "2007-09-15"),
            ("39326", "2007-09-01"),
            ("2007-09-01 00:00:00", "2007-09-01"),
            ("2007-09-01T08:00:00", "2007-09-01"),
            ("2007. 9", "2007-09-01"),
        ];
        for (text, want) in cases {
            assert_eq!(date(&Cell::text(text, 99)).map(|r| r.date.to_string()).as_deref(), Some(want), "{text}");
        }
        for text in ["", "去年秋天", "2007", "07.9", "2007.13", "200713", "2007-02-30", "99999", "1", "-", "2007.9.1.1", "1850.1"] {
            assert_eq!(date(&Cell::text(text, 99)), None, "{text}");
        }
        assert_eq!(date(&Cell::number(39326.0)).unwrap().date.to_string(), "2007-09-01");
        assert!(date(&Cell::number(2007.1)).unwrap().doubtful);
        assert!(!date(&Cell::number(2007.11)).unwrap().doubtful);
    }

    #[test]
    fn numbers_that_are_names() {
        let read = |cell: Cell| digits(&cell, 5..=12);
        assert_eq!(read(Cell::number(20001.0)).as_deref(), Ok("20001"));
        assert_eq!(read(Cell::number(202_012_345_678.0)).as_deref(), Ok("202012345678"));
        assert_eq!(read(Cell::text("＝\"００２０００１\"", 99)).as_deref(), Ok("0020001"));
        assert_eq!(read(Cell::text("20001.0", 99)).as_deref(), Ok("20001"));
        assert_eq!(read(Cell::number(1e17)), Err(BadNumber::DigitsLost));
        assert_eq!(read(Cell::text("3.01E+11", 99)), Err(BadNumber::DigitsLost));
        assert_eq!(read(Cell::text("2000l", 99)), Err(BadNumber::Form));
        assert_eq!(read(Cell::number(-20001.0)), Err(BadNumber::Form));
    }

    #[test]
    fn names() {
        let cases = [
            ("张 三", "张三"),
            ("　张　三　", "张三"),
            ("阿依古丽•买买提", "阿依古丽·买买提"),
            ("古丽 · 买提", "古丽·买提"),
            ("John  Smith", "John Smith"),
            ("[CQ:at,qq=all]", "[CQ:at,qq=all]"),
            ("＝cmd", "=cmd"),
        ];
        for (text, want) in cases {
            assert_eq!(name(text), want);
        }
        assert_eq!(without_number("张三1"), Some("张三"));
        assert_eq!(without_number("成员20001"), None);
        assert_eq!(without_number("R2"), None);
        assert!(is_odd_name("=cmd") && is_odd_name("[CQ:at,qq=all]") && !is_odd_name("阿依古丽·买买提") && !is_odd_name("王芳(大)"));
    }

    #[test]
    fn identity_cards() {
        assert!(is_id_card("11010519491231002X") && is_id_card("11010519491231002x"));
        assert!(!is_id_card("110105194912310021") && !is_id_card("202012345678") && !is_id_card("一二三四五六"));
    }
}
