//! What part of dues is left to pay, where that is said as a part: 减免50%, 减三成, 减为30%, 打五折, 免交一半.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

const PART: &str = "(一半|半|(?P<percent>[0-9]{1,3})%|百分之(?P<said>[一二三四五六七八九十0-9]{1,4})|(?P<tenths>[一二三四五六七八九1-9])成)";

/// How much less: 减免50%.
static LESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!("(减免|减少|减去|减掉|减交|减缴|免除|免交|免缴|少交|减|免)了?(团费)?的?{PART}")).expect("it is constant"));
/// How much is left: 减为30%.
static LEFT: LazyLock<Regex> = LazyLock::new(|| Regex::new(&format!("(减按|减为|减到|减至|按|只需交|只用交|只交)(团费)?的?{PART}")).expect("it is constant"));
static TENTHS: LazyLock<Regex> = LazyLock::new(|| Regex::new("打?(?P<tenths>[一二三四五六七八九1-9])折").expect("it is constant"));

/// Percent that are left, 0 to 100, and where that is said in a normal text.
pub(in crate::language) fn left(text: &str) -> Option<(i64, Range<usize>)> {
    let of = |pattern: &Regex| {
        let found = pattern.captures(text)?;
        let number =
            |name: &str| found.name(name).and_then(|m| m.as_str().parse().ok().or_else(|| crate::language::text::numerals::number(m.as_str()).map(|(n, _)| n)));
        let percent = number("percent").or_else(|| number("said")).or_else(|| number("tenths").map(|n| n * 10)).unwrap_or(50);
        (0..=100).contains(&percent).then(|| (percent, found.get(0).map_or(0..0, |m| m.range())))
    };
    let tenths = || {
        let found = TENTHS.captures(text)?;
        let said = found.name("tenths")?.as_str();
        let n: i64 = said.parse().ok().or_else(|| crate::language::text::numerals::number(said).map(|(n, _)| n))?;
        Some((n * 10, found.get(0)?.range()))
    };
    of(&LESS).map(|(less, span)| (100 - less, span)).or_else(|| of(&LEFT)).or_else(tenths)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_left() {
        for (text, percent) in [
            ("张三减免50%到6月", Some(50)),
            ("张三减免30%", Some(70)),
            ("张三减三成", Some(70)),
            ("张三减为30%", Some(30)),
            ("张三按百分之二十交", Some(20)),
            ("张三打八折", Some(80)),
            ("张三免交一半到6月", Some(50)),
            ("张三减半", Some(50)),
            ("张三减免到6月", None),
            ("张三减免200%", None),
            ("张三团费交一半了", None),
        ] {
            assert_eq!(super::left(text).map(|(percent, _)| percent), percent, "{text}");
        }
    }
}
