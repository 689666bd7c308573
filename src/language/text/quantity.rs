//! Issues (第十三季第5期), lengths of time (3小时, 一个半小时) and counts (2篇, 三次).

use super::cursor::Cursor;
use super::when::year;
use crate::language::intent::Issue;
use chrono::NaiveDate;

/// Issues at the start: `5`, `13/5` (season), `2026/29` (year); lists and ranges give several. With the bytes eaten.
pub fn issues(text: &str, today: NaiveDate) -> Option<(Vec<Issue>, usize)> {
    if !text.starts_with(['第', '去', '今', '本'])
        && !text.starts_with("ep")
        && !text.starts_with("issue")
        && !text.starts_with(|c: char| c.is_ascii_digit() || "二〇一三四五六七八九十廿".contains(c))
    {
        return None;
    }
    // ep 35
    if let Some(rest) = ["episode", "issue", "ep"].iter().find_map(|w| text.strip_prefix(w)) {
        let mut cursor = Cursor::new(rest);
        cursor.eat(&["."]);
        cursor.space();
        let figures = cursor.rest().starts_with(|c: char| c.is_ascii_digit());
        let n = cursor.number_in(1..=999).filter(|_| figures && !cursor.rest().starts_with(|c: char| c.is_ascii_alphanumeric()))?;
        return Some((vec![n.to_string()], text.len() - rest.len() + cursor.at()));
    }
    let mut cursor = Cursor::new(text);
    let start = cursor;
    let mut prefix = None;
    if let Some(year) = year(&mut cursor, today) {
        prefix = Some(i64::from(year));
    } else if let Some(year) = {
        cursor = start;
        cursor.number_in(2015..=2099).filter(|_| cursor.sees(&["第"]))
    } {
        prefix = Some(year);
    } else {
        cursor = start;
        let ordinal = cursor.eat(&["第"]).is_some();
        cursor.space();
        let season = cursor.number_in(1..=99);
        cursor.space();
        if season.is_some()
            && cursor.eat(&["季"]).is_some()
            && !cursor.sees(&["度"])
            && (ordinal || text.starts_with(|c: char| c.is_ascii_digit() || c == '十'))
        {
            prefix = season;
            cursor.space();
            cursor.eat(&["的", "-", "·"]);
        } else {
            cursor = start;
        }
    }
    cursor.space();
    let mut ordinal = cursor.eat(&["第"]).is_some();
    // 两期 counts, 29期 and 十三期 number.
    let tens = || cursor.rest().chars().take_while(|c| super::numerals::digit(*c).is_some() || *c == '十').count() > 1;
    if !ordinal && prefix.is_none() && !cursor.rest().starts_with(|c: char| c.is_ascii_digit()) && !tens() {
        return None;
    }
    let mut numbers: Vec<i64> = Vec::new();
    loop {
        cursor.space();
        let pair: Vec<i64> = cursor.rest().chars().map_while(super::numerals::digit).take(4).collect();
        if ordinal && pair.len() > 1 && pair.windows(2).all(|w| w[1] == w[0] + 1) {
            // 第三四期.
            cursor.skip(pair.len() * '三'.len_utf8());
            numbers.extend(pair);
        } else {
            numbers.push(cursor.number_in(1..=999)?);
        }
        cursor.space();
        if cursor.eat(&["期", "讲"]).is_some() {
            break;
        }
        if cursor.eat(&["-", "~", "到", "至"]).is_some() {
            cursor.eat(&["第"]);
            let end = cursor.number_in(1..=999)?;
            cursor.space();
            cursor.eat(&["期", "讲"])?;
            let from = *numbers.last()?;
            if end <= from || end - from > 60 {
                return None;
            }
            numbers.extend(from + 1..=end);
            break;
        }
        cursor.eat(&["、", ",", "和", "与", "及", "/", "&"])?;
        ordinal |= cursor.eat(&["第"]).is_some();
        if numbers.len() > 30 {
            return None;
        }
    }
    if cursor.sees(&["团员", "学员", "培训", "青马"]) {
        return None;
    }
    let all = numbers.into_iter().map(|n| prefix.map_or_else(|| n.to_string(), |p| format!("{p}/{n}"))).collect();
    Some((all, cursor.at()))
}

/// Minutes at the start: 3小时, 1.5小时, 半小时, 一个半小时, 1小时30分, 90分钟, 2h.
pub fn minutes(text: &str) -> Option<(i64, usize)> {
    let mut cursor = Cursor::new(text);
    if cursor.eat(&["半个小时", "半小时", "半个钟头"]).is_some() {
        return Some((30, cursor.at()));
    }
    let whole = cursor.number_in(0..=10_000)?;
    let mut extra = 0;
    let before = cursor;
    if cursor.eat(&[".", "点"]).is_some() {
        match cursor.number_in(0..=9) {
            Some(tenths) => extra = tenths * 6,
            None => cursor = before,
        }
    }
    cursor.space();
    if cursor.eat(&["个半小时", "个半钟头", "小时半"]).is_some() {
        return Some((whole * 60 + 30, cursor.at()));
    }
    if cursor.eat(&["个小时", "小时", "个钟头", "hours", "hour", "h"]).is_some() {
        let end = cursor;
        cursor.eat(&["零"]);
        cursor.space();
        let rest = cursor.number_in(1..=59);
        if let (Some(rest), Some(_)) = (rest, cursor.eat(&["分钟", "分"])) {
            return Some((whole * 60 + rest, cursor.at()));
        }
        return Some((whole * 60 + extra, end.at()));
    }
    cursor.eat(&["分钟", "minutes", "mins", "min"])?;
    (extra == 0).then_some((whole, cursor.at()))
}

/// A number with one of these units: 2篇, 三次. The bytes eaten.
pub fn count(text: &str, units: &[String]) -> Option<(i64, usize)> {
    let mut cursor = Cursor::new(text);
    let n = cursor.number_in(0..=1_000_000)?;
    cursor.space();
    let unit = units.iter().find(|u| !u.is_empty() && cursor.rest().starts_with(u.as_str()))?;
    Some((n, cursor.at() + unit.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issues_and_lengths() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        for (text, found) in [
            ("第十三季第五期", &["13/5"][..]),
            ("第5期", &["5"]),
            ("2026年第29期", &["2026/29"]),
            ("第3、4期", &["3", "4"]),
            ("第3期", &["3"]),
            ("第3-5期", &["3", "4", "5"]),
            ("13季5期", &["13/5"]),
            ("第二十期", &["20"]),
            ("29期", &["29"]),
            ("第三四期", &["3", "4"]),
        ] {
            let (all, len) = issues(text, today).unwrap();
            assert_eq!((all, len), (found.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>(), text.len()), "{text}");
        }
        for text in ["第三季度", "两期", "2026年", "一期", "第5名"] {
            assert_eq!(issues(text, today), None, "{text}");
        }
        for (text, n) in [("3小时", 180), ("一个半小时", 90), ("1.5小时", 90), ("半小时", 30), ("90分钟", 90), ("2h", 120), ("1小时30分", 90), ("3个小时", 180)]
        {
            assert_eq!(minutes(text), Some((n, text.len())), "{text}");
        }
    }
}
