//! When: months, weeks, quarters, halves and years as people name them; days, ranges and times for leave and deadlines.
//!
//! Coarse periods stay coarse. Nothing here knows what is due when.

use super::cursor::Cursor;
use super::days;
use crate::domain::calendar::{Cadence, Period};
use chrono::{Datelike, NaiveDate};

/// A stretch of time as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spoken {
    /// Periods, in the order said.
    Periods(Vec<Period>),
    /// From a day to a day, both included.
    Days(NaiveDate, NaiveDate),
    /// A time of day.
    Clock(u32, u32),
    /// A number of days.
    Stretch(i64),
    /// A length that names no period: 半年, 两个季度, 本学期.
    Vague,
}

/// From where a date is read.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// The local date.
    pub today: NaiveDate,
    /// Whether something is made up for (补): then a month to come is last year's.
    pub back: bool,
    /// Whether leave is asked for: then 11.25 is a day.
    pub leave: bool,
}

/// The longest list of months or quarters.
const MOST_LISTED: usize = 24;
const STARTS: &str = "寻琴听俩仨本这当上下今去前明次来后昨大月年季周星礼第全整近q晚早中凌傍半单每0123456789一二三四五六七八九十两廿卅壹贰肆伍陆柒捌玖拾首";

/// What stands at the start of the text, and its bytes.
pub fn parse(text: &str, calendar: Calendar) -> Option<(Spoken, usize)> {
    let first = text.chars().next()?;
    if !STARTS.contains(first) {
        return None;
    }
    let readers: [fn(&mut Cursor<'_>, Calendar) -> Option<Spoken>; 7] = [days::clock, days::range, numeric, of_year, relative, week, length];
    readers.iter().find_map(|read| {
        let mut cursor = Cursor::new(text);
        read(&mut cursor, calendar).map(|spoken| (spoken, cursor.at()))
    })
}

/// `2026-11`, `2026.11`, `2026/11`; `2026-W47`, `2026-Q3`.
fn numeric(cursor: &mut Cursor<'_>, _: Calendar) -> Option<Spoken> {
    let year = i32::try_from(cursor.number_in(1990..=2099)?).ok()?;
    cursor.eat(&["-", ".", "/"])?;
    let cadence = match cursor.eat(&["w", "q", "h"]) {
        Some("w") => Cadence::Week,
        Some("q") => Cadence::Quarter,
        Some(_) => Cadence::Half,
        None => Cadence::Month,
    };
    let index = u32::try_from(cursor.number()?).ok()?;
    let end = !cursor.rest().starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '/' || c == '.');
    cursor.eat(&["月份", "月"]);
    Period::new(cadence, year, index).filter(|_| end).map(|p| Spoken::Periods(vec![p]))
}

/// 去年, 2026年, 26年, 二〇二六年: the year.
pub fn year(cursor: &mut Cursor<'_>, today: NaiveDate) -> Option<i32> {
    let before = *cursor;
    let this = today.year();
    for (words, by) in
        [(&["今年度", "今年", "本年度", "本年"][..], 0), (&["去年", "上一年", "上年度"], -1), (&["前年"], -2), (&["明年", "次年", "来年", "下一年"], 1)]
    {
        if cursor.eat(words).is_some() {
            cursor.eat(&["的"]);
            return Some(this + by);
        }
    }
    let arabic = cursor.rest().starts_with(|c: char| c.is_ascii_digit());
    let year = cursor.number().and_then(|n| match n {
        1990..=2099 => i32::try_from(n).ok(),
        20..=60 if arabic => i32::try_from(2000 + n).ok(),
        _ => None,
    });
    cursor.space();
    if year.is_some() && cursor.eat(&["年度", "年"]).is_some() && !cursor.sees(&["级", "龄"]) {
        cursor.eat(&["的"]);
        cursor.space();
        return year;
    }
    *cursor = before;
    None
}

/// Months, quarters, halves, weeks of a year, said or not; a year by itself.
fn of_year(cursor: &mut Cursor<'_>, calendar: Calendar) -> Option<Spoken> {
    let start = *cursor;
    if let Some(months) = months(cursor, calendar) {
        return Some(Spoken::Periods(months));
    }
    *cursor = start;
    let said = year(cursor, calendar.today);
    let base = said.unwrap_or(calendar.today.year());
    let after_year = *cursor;
    if let Some(half) = cursor.eat(&["上半年", "前半年", "下半年", "后半年"]) {
        let index = if half.starts_with(['上', '前']) { 1 } else { 2 };
        return Period::new(Cadence::Half, base, index).map(|p| Spoken::Periods(vec![p]));
    }
    if let Some(quarters) = quarters(cursor, base) {
        return Some(Spoken::Periods(quarters));
    }
    *cursor = after_year;
    if cursor.eat(&["第"]).is_some() {
        cursor.space();
        let n = cursor.number_in(1..=53);
        cursor.space();
        if let (Some(n), Some(_)) = (n, cursor.eat(&["周", "个星期"])) {
            return Period::new(Cadence::Week, base, u32::try_from(n).ok()?).map(|p| Spoken::Periods(vec![p]));
        }
        *cursor = after_year;
    }
    let whole = cursor.eat(&["全年度", "全年", "整年", "一整年", "一年", "全部"]).is_some();
    if said.is_some() {
        if !whole {
            *cursor = after_year;
        }
        return Period::new(Cadence::Year, base, 0).map(|p| Spoken::Periods(vec![p]));
    }
    *cursor = start;
    cursor.eat(&["全年度", "全年", "整年", "一整年"]).and_then(|_| Period::new(Cadence::Year, base, 0)).map(|p| Spoken::Periods(vec![p]))
}

struct Item {
    year: Option<i32>,
    month: u32,
    /// Reaches from the item before it.
    range: bool,
}

/// 3月, 3-5月, 8、9、10月, 八月到十月, 去年12月和今年1月, 三四月.
fn months(cursor: &mut Cursor<'_>, calendar: Calendar) -> Option<Vec<Period>> {
    let mut items: Vec<Item> = Vec::new();
    let mut sure = (0, *cursor);
    let mut range = false;
    while items.len() < MOST_LISTED {
        let said = year(cursor, calendar.today);
        cursor.eat(&["的"]);
        if let Some((pair, len)) = run_of_digits(cursor.rest()) {
            cursor.skip(len);
            items.extend(pair.into_iter().map(|month| Item { year: said, month, range: false }));
        } else {
            // 俩月, 两月团费: how many
            if cursor.rest().starts_with(['俩', '仨', '两']) {
                break;
            }
            let Some(month) = cursor.number_in(1..=12).and_then(|n| u32::try_from(n).ok()) else { break };
            items.push(Item { year: said, month, range });
        }
        let gap = *cursor;
        cursor.space();
        let named = cursor.eat(&["月份", "月"]).is_some() || tally(cursor, items.len());
        if named {
            let day = cursor.rest().starts_with(|c: char| c.is_ascii_digit() || super::numerals::digit(c).is_some() || c == '十') && {
                let mut ahead = *cursor;
                ahead.number().is_some() && ahead.sees(&["日", "号"])
            };
            if day || cursor.sees(&["底", "初", "中旬"]) {
                break;
            }
            sure = (items.len(), *cursor);
        } else {
            *cursor = gap;
            if said.is_some() && cursor.sees(&["季", "期"]) {
                break;
            }
        }
        cursor.space();
        range = cursor.eat(&["到", "至", "-", "~"]).is_some();
        if range {
            cursor.eat(&["-", "~"]);
        }
        let list = range || cursor.eat(&["、", ",", "和", "跟", "与", "及", "/", "&"]).is_some();
        cursor.space();
        if (!list && !named) || items.len() > 24 {
            break;
        }
    }
    *cursor = sure.1;
    items.truncate(sure.0);
    if items.is_empty() { None } else { resolve(&items, calendar) }
}

/// 9、10、11三个月: eats 三个月 where that many were named.
fn tally(cursor: &mut Cursor<'_>, items: usize) -> bool {
    let before = *cursor;
    cursor.eat(&["这"]);
    let found = items > 1 && cursor.number().is_some_and(|n| usize::try_from(n).is_ok_and(|n| n == items)) && cursor.eat(&["个月"]).is_some();
    if !found {
        *cursor = before;
    }
    found
}

/// 三四月, 七八九月: Chinese digits in a row, rising by one, before 月.
fn run_of_digits(text: &str) -> Option<(Vec<u32>, usize)> {
    let digits: Vec<(i64, usize)> = text.chars().map_while(|c| super::numerals::digit(c).map(|d| (d, c.len_utf8()))).take(4).collect();
    let len = digits.iter().map(|(_, l)| l).sum();
    let rising = digits.len() > 1 && digits.windows(2).all(|w| w[1].0 == w[0].0 + 1) && digits[0].0 > 0;
    (rising && text[len..].starts_with('月')).then(|| (digits.iter().filter_map(|(d, _)| u32::try_from(*d).ok()).collect(), len))
}

fn resolve(items: &[Item], calendar: Calendar) -> Option<Vec<Period>> {
    let (this_year, this_month) = (calendar.today.year(), calendar.today.month());
    let guess = |month: u32| if calendar.back && month > this_month { this_year - 1 } else { this_year };
    let mut all: Vec<Period> = Vec::new();
    let mut carried: Option<(i32, u32)> = None;
    for (at, item) in items.iter().enumerate() {
        let opens = items.get(at + 1).filter(|next| next.range);
        let year = match (item.year, carried, opens) {
            (Some(year), ..) => year,
            (None, Some((year, month)), _) => year + i32::from(item.month < month),
            (None, None, Some(next)) => match next.year {
                Some(year) => year - i32::from(item.month > next.month),
                // 补11月到1月 ends in the past.
                None if item.month > next.month => this_year - i32::from(calendar.back),
                None => guess(next.month),
            },
            (None, None, None) => guess(item.month),
        };
        let period = Period::month(year, item.month)?;
        if item.range {
            let from = *all.last()?;
            let end = if period < from { Period::month(year + 1, item.month)? } else { period };
            let mut next = from.shift(1);
            while next <= end && all.len() < 60 {
                all.push(next);
                next = next.shift(1);
            }
        } else {
            all.push(period);
        }
        carried = (item.year.is_some() || carried.is_some() || opens.is_some()).then_some((year, item.month));
        if item.range && item.year.is_none() && carried.is_some_and(|_| items[0].year.is_none()) {
            carried = None;
        }
    }
    let mut seen = Vec::new();
    all.retain(|p| {
        let new = !seen.contains(p);
        seen.push(*p);
        new
    });
    Some(all)
}

/// 第三季度, 三季度, Q3, 一二季度, 第1-2季度, 第一、二季度.
fn quarters(cursor: &mut Cursor<'_>, year: i32) -> Option<Vec<Period>> {
    let quarter = |n: i64| u32::try_from(n).ok().and_then(|n| Period::new(Cadence::Quarter, year, n));
    if cursor.eat(&["q"]).is_some() {
        let n = cursor.number_in(1..=4)?;
        return quarter(n).map(|q| vec![q]);
    }
    // 去年最后一个季度
    if cursor.eat(&["最后一个季度", "最后1个季度", "最后一季度", "末季度"]).is_some() {
        return quarter(4).map(|q| vec![q]);
    }
    let mut found: Vec<i64> = Vec::new();
    loop {
        if found.len() > MOST_LISTED {
            return None;
        }
        cursor.eat(&["第"]);
        cursor.space();
        let digits: Vec<char> = cursor.rest().chars().take_while(|c| matches!(c, '一' | '二' | '三' | '四')).take(MOST_LISTED).collect();
        if digits.len() > 1 {
            found.extend(digits.iter().filter_map(|c| super::numerals::digit(*c)));
            cursor.skip(digits.iter().map(|c| c.len_utf8()).sum());
        } else {
            found.push(cursor.number_in(1..=4)?);
        }
        cursor.space();
        if cursor.eat(&["季度"]).is_some() {
            break;
        }
        if cursor.eat(&["-", "~", "到", "至"]).is_some() {
            let end = cursor.number_in(1..=4)?;
            let start = *found.last()?;
            found.extend(start + 1..=end);
            cursor.eat(&["季度"])?;
            break;
        }
        cursor.eat(&["、", ",", "和", "与", "及"])?;
    }
    found.into_iter().map(quarter).collect()
}

/// 本月, 上个月, 上上周, 这季度, 下周.
fn relative(cursor: &mut Cursor<'_>, calendar: Calendar) -> Option<Spoken> {
    let by = [
        (&["上上上上个", "上上上上"][..], -4),
        (&["上上上个", "上上上"], -3),
        (&["上上个", "上上"], -2),
        (&["下下下个", "下下下"], 3),
        (&["下下个", "下下"], 2),
        (&["这一个", "这一", "这个", "这", "本", "当"], 0),
        (&["上一个", "上一", "上个", "上"], -1),
        (&["下一个", "下一", "下个", "下"], 1),
    ]
    .into_iter()
    .find_map(|(words, by)| cursor.eat(words).map(|_| by))?;
    let cadence = match cursor.eat(&["月份", "月", "季度", "周", "星期", "礼拜", "年度", "学期", "半年"])? {
        "月份" | "月" => Cadence::Month,
        "季度" => Cadence::Quarter,
        "年度" => Cadence::Year,
        "学期" | "半年" => return Some(Spoken::Vague),
        _ => Cadence::Week,
    };
    if cadence == Cadence::Month && cursor.sees(&["底", "初"]) {
        return None;
    }
    cursor.eat(&["度"]);
    Some(Spoken::Periods(vec![Period::containing(cadence, calendar.today).shift(by)]))
}

/// 47周.
fn week(cursor: &mut Cursor<'_>, calendar: Calendar) -> Option<Spoken> {
    if !cursor.rest().starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let n = cursor.number_in(10..=53)?;
    cursor.eat(&["周"])?;
    Period::new(Cadence::Week, calendar.today.year(), u32::try_from(n).ok()?).map(|p| Spoken::Periods(vec![p]))
}

/// 三天, 两周; 半年, 三个月, 两个季度: lengths.
fn length(cursor: &mut Cursor<'_>, _: Calendar) -> Option<Spoken> {
    if cursor.eat(&["大半年", "半年度", "半年", "半学期", "一学期", "整学期", "近半年"]).is_some() {
        return Some(Spoken::Vague);
    }
    let few = *cursor;
    cursor.eat(&["这", "前", "近"]);
    if cursor.eat(&["俩", "仨", "两"]).is_some() && cursor.eat(&["月"]).is_some() && !cursor.sees(&["底", "初", "份"])
        || cursor.eat(&["俩个月", "仨个月"]).is_some()
    {
        return Some(Spoken::Vague);
    }
    *cursor = few;
    if cursor.eat(&["半个月"]).is_some() {
        return Some(Spoken::Stretch(15));
    }
    if cursor.eat(&["半天"]).is_some() {
        return Some(Spoken::Stretch(1));
    }
    let near = cursor.eat(&["最近", "近", "前", "后"]).is_some();
    let n = cursor.number_in(1..=60)?;
    let unit = cursor.eat(&["个月", "个季度", "个学期", "学期", "年", "天", "周", "个星期", "个礼拜", "星期"])?;
    Some(match unit {
        _ if near => Spoken::Vague,
        "天" => Spoken::Stretch(n),
        "周" | "个星期" | "个礼拜" | "星期" => Spoken::Stretch(n * 7),
        _ => Spoken::Vague,
    })
}
