//! The order in which units and 团小组 stand: 第一、第二、第三, 2组 before 10组. Pure.

/// A name in pieces, each a text and one more than the number that follows it (0: none): what names are sorted by.
pub fn natural(name: &str) -> Vec<(String, u64)> {
    let mut pieces = Vec::new();
    let (mut text, mut number) = (String::new(), String::new());
    for c in name.chars() {
        if c.is_ascii_digit() || DIGITS.contains(c) || TENS.contains(c) {
            number.push(c);
            continue;
        }
        if !number.is_empty() {
            pieces.push((std::mem::take(&mut text), value(&number)));
            number.clear();
        }
        text.push(c);
    }
    pieces.push((text, value(&number)));
    pieces
}

/// The same of each unit on a path: a unit stands before those below it.
pub fn along(path: &str) -> Vec<Vec<(String, u64)>> {
    path.split('/').map(natural).collect()
}

const DIGITS: &str = "〇一二三四五六七八九";
const TENS: &str = "十百";

/// One more than 12, 一二, 十二, 二十, 一百零二 without its 零.
fn value(number: &str) -> u64 {
    if number.is_empty() {
        return 0;
    }
    let (mut all, mut last) = (0_u64, None);
    for c in number.chars() {
        match c {
            '十' | '百' => {
                let unit = if c == '十' { 10 } else { 100 };
                all = all.saturating_add(last.take().unwrap_or(1_u64).saturating_mul(unit));
            }
            _ => {
                let digit = c.to_digit(10).or_else(|| DIGITS.chars().zip(0..).find(|(d, _)| *d == c).map(|(_, n)| n)).unwrap_or(0);
                last = Some(last.unwrap_or(0).saturating_mul(10).saturating_add(digit.into()));
            }
        }
    }
    all.saturating_add(last.unwrap_or(0)).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_count() {
        let mut all = ["第三团小组", "第十二小组", "第二团小组", "第一团小组", "第十小组", "第二十一小组", "10组", "2组", "女生组"];
        all.sort_by_cached_key(|name| natural(name));
        assert_eq!(all, ["2组", "10组", "女生组", "第一团小组", "第二团小组", "第三团小组", "第十小组", "第十二小组", "第二十一小组"]);
        let mut units = ["县/镇/第三支部", "县/镇/第十支部", "县/镇/第二支部", "县", "县/镇/第一支部", "县/乡", "县/镇"];
        units.sort_by_cached_key(|path| along(path));
        assert_eq!(units, ["县", "县/乡", "县/镇", "县/镇/第一支部", "县/镇/第二支部", "县/镇/第三支部", "县/镇/第十支部"]);
        assert_eq!(natural("99999999999999999999999组").first().map(|p| p.1), Some(u64::MAX));
    }
}
