//! Days and times of day as people name them, for leave and deadlines: 明天, 下周三, 11月25日到27日, 月底, 晚上8点半.

use super::cursor::Cursor;
use super::when::{Calendar, Spoken, year};
use crate::domain::calendar::{Cadence, Period};
use chrono::{Datelike, Days, NaiveDate, Weekday};

/// `20:00`, 8点半, 晚上八点, 下午3点15分.
pub fn clock(cursor: &mut Cursor<'_>, _: Calendar) -> Option<Spoken> {
    let part =
        cursor.eat(&["今天晚上", "今晚上", "今晚", "今天下午", "凌晨", "清晨", "早上", "早晨", "上午", "中午", "下午", "傍晚", "晚上", "晚"]).unwrap_or("");
    cursor.space();
    let figures = cursor.rest().starts_with(|c: char| c.is_ascii_digit());
    let hour = cursor.number_in(0..=24)?;
    cursor.space();
    // 李四:26号 names no time.
    let minute = if figures && cursor.eat(&[":"]).is_some() {
        let two = cursor.rest().bytes().take_while(u8::is_ascii_digit).count() == 2;
        let minute = cursor.number_in(0..=59).filter(|_| two)?;
        if cursor.sees(&[":"]) {
            cursor.eat(&[":"]);
            cursor.number_in(0..=59)?;
        }
        minute
    } else {
        cursor.eat(&["点钟", "点", "时"])?;
        match cursor.eat(&["半", "一刻", "三刻", "整"]) {
            Some("半") => 30,
            Some("一刻") => 15,
            Some("三刻") => 45,
            Some(_) => 0,
            None => {
                let before = *cursor;
                match cursor.number_in(0..=59) {
                    Some(minute) if !cursor.sees(&["月", "号", "日", "期"]) => {
                        cursor.eat(&["分"]);
                        minute
                    }
                    _ => {
                        *cursor = before;
                        0
                    }
                }
            }
        }
    };
    let late = ["下午", "晚", "傍晚", "今晚", "今天"].iter().any(|w| part.starts_with(w)) && hour < 12 || part == "中午" && hour < 11;
    let hour = (if late { hour + 12 } else { hour }) % 24;
    Some(Spoken::Clock(u32::try_from(hour).ok()?, u32::try_from(minute).ok()?))
}

/// A day, or from a day to a day.
pub fn range(cursor: &mut Cursor<'_>, calendar: Calendar) -> Option<Spoken> {
    // 明后天: both.
    let both = [
        (&["明后两天", "明后二天", "明、后天", "明后天", "明天后天", "明天、后天", "明天和后天", "明日后日"][..], 1),
        (&["今明两天", "今明二天", "今、明天", "今明天", "今天明天", "今天、明天", "今天和明天"], 0),
        (&["昨今两天", "昨天今天"], -1),
    ];
    if let Some(by) = both.into_iter().find_map(|(words, by)| cursor.eat(words).map(|_| by)) {
        let first = calendar.today + chrono::Duration::days(by);
        return Some(Spoken::Days(first, first + chrono::Duration::days(1)));
    }
    let start = *cursor;
    if calendar.leave
        && let Some(found) = dotted(cursor, calendar.today)
    {
        return Some(found);
    }
    *cursor = start;
    let (from, to) = day(cursor, calendar, None)?;
    let before = *cursor;
    cursor.space();
    if cursor.eat(&["一直到", "到", "至", "-", "~"]).is_some() {
        cursor.eat(&["-", "~"]);
        cursor.space();
        if let Some((_, last)) = day(cursor, calendar, Some(from))
            && last >= from
        {
            return Some(Spoken::Days(from, last));
        }
    }
    *cursor = before;
    // 26、27号, 26号和27号
    if cursor.eat(&["、", "和", "跟"]).is_some()
        && let Some((_, last)) = day(cursor, calendar, Some(from))
        && Some(last) == from.succ_opt()
    {
        return Some(Spoken::Days(from, last));
    }
    *cursor = before;
    Some(Spoken::Days(from, to))
}

/// 11.25, 11/25-11/27, 11.25-27: where leave is asked for, no sums.
fn dotted(cursor: &mut Cursor<'_>, today: NaiveDate) -> Option<Spoken> {
    let one = |cursor: &mut Cursor<'_>| {
        let month = cursor.number_in(1..=12)?;
        cursor.eat(&[".", "/"])?;
        Some((month, cursor.number_in(1..=31)?))
    };
    let dated = |(month, day): (i64, i64), from: NaiveDate| {
        let found = date(from.year(), month, day)?;
        if found < from - Days::new(180) { date(from.year() + 1, month, day) } else { Some(found) }
    };
    let figures = |cursor: &Cursor<'_>| cursor.rest().starts_with(|c: char| c.is_ascii_digit() || "./:元块毛角小".contains(c));
    let first = one(cursor)?;
    cursor.eat(&["号", "日"]);
    let from = dated(first, today).filter(|_| !figures(cursor))?;
    let before = *cursor;
    if cursor.eat(&["到", "至", "-", "~"]).is_some() {
        cursor.eat(&["-", "~"]);
        let after = *cursor;
        let last = one(cursor).or_else(|| {
            *cursor = after;
            Some((first.0, cursor.number_in(1..=31)?))
        });
        cursor.eat(&["号", "日"]);
        if let Some(last) = last.and_then(|l| dated(l, from)).filter(|l| *l >= from && !figures(cursor)) {
            return Some(Spoken::Days(from, last));
        }
        return None;
    }
    *cursor = before;
    Some(Spoken::Days(from, from))
}

fn weekday(cursor: &mut Cursor<'_>) -> Option<Weekday> {
    let word = cursor.eat(&["一", "二", "三", "四", "五", "六", "日", "天", "末", "1", "2", "3", "4", "5", "6", "7"])?;
    Some(match word {
        "一" | "1" => Weekday::Mon,
        "二" | "2" => Weekday::Tue,
        "三" | "3" => Weekday::Wed,
        "四" | "4" => Weekday::Thu,
        "五" | "5" => Weekday::Fri,
        "六" | "6" | "末" => Weekday::Sat,
        _ => Weekday::Sun,
    })
}

/// One day (a weekend is two); `after`: the day from which a range runs.
fn day(cursor: &mut Cursor<'_>, calendar: Calendar, after: Option<NaiveDate>) -> Option<(NaiveDate, NaiveDate)> {
    let today = calendar.today;
    let near = [
        (&["大前天"][..], -3),
        (&["前天", "前日"], -2),
        (&["前儿个", "前儿"], -2),
        (&["昨天", "昨日", "昨晚", "昨儿个", "昨儿", "昨个", "寻日", "琴日"], -1),
        (&["今天", "今日", "今晚", "今早", "今儿个", "今儿", "今个", "今日", "今朝"], 0),
        (&["明天", "明日", "明晚", "明早", "明儿个", "明儿", "听日"], 1),
        (&["大后天"], 3),
        (&["后天", "后日"], 2),
    ]
    .into_iter()
    .find_map(|(words, by)| cursor.eat(words).map(|_| by));
    if let Some(by) = near {
        cursor.eat(&["早上", "上午", "中午", "下午", "晚上", "一天"]);
        let day = today + chrono::Duration::days(by);
        return Some((day, day));
    }
    let start = *cursor;
    if let Some(found) = end_of(cursor, today) {
        return Some((found, found));
    }
    *cursor = start;
    if let Some(found) = of_week(cursor, today, after) {
        return Some(found);
    }
    *cursor = start;
    of_month(cursor, today, after).map(|d| (d, d))
}

/// 月底, 本月底, 下月底, 年底, 学期末 is not a day.
fn end_of(cursor: &mut Cursor<'_>, today: NaiveDate) -> Option<NaiveDate> {
    let by = match cursor.eat(&["这个", "本", "这", "下个", "下", "上个", "上"]) {
        Some("下个" | "下") => 1,
        Some("上个" | "上") => -1,
        _ => 0,
    };
    if cursor.eat(&["月底", "月末"]).is_some() {
        return Some(Period::containing(Cadence::Month, today).shift(by).last_day());
    }
    if cursor.eat(&["年底", "年末"]).is_some() {
        return NaiveDate::from_ymd_opt(today.year() + by, 12, 31);
    }
    let month = u32::try_from(cursor.number_in(1..=12)?).ok()?;
    cursor.eat(&["月底", "月末"])?;
    let year = today.year() + i32::from(month < today.month());
    Period::month(year, month).map(Period::last_day)
}

/// 下周三, 周五, 星期天, 本周末.
fn of_week(cursor: &mut Cursor<'_>, today: NaiveDate, after: Option<NaiveDate>) -> Option<(NaiveDate, NaiveDate)> {
    let by = [
        (&["上上上个", "上上上"][..], -3),
        (&["上上个", "上上"], -2),
        (&["这个", "这", "本"], 0),
        (&["上个", "上"], -1),
        (&["下下个", "下下"], 2),
        (&["下个", "下"], 1),
    ]
    .into_iter()
    .find_map(|(words, by)| cursor.eat(words).map(|_| by));
    cursor.eat(&["周", "星期", "礼拜"])?;
    let weekend = cursor.sees(&["末"]);
    let weekday = weekday(cursor)?;
    let listed = cursor.sees(&["、"]) && !cursor.sees(&["、周", "、星期", "、礼拜"]);
    if !weekend && (listed || cursor.sees(&["个", "期", "次", "篇"])) {
        return None;
    }
    cursor.eat(&["早上", "上午", "中午", "下午", "晚上"]);
    let week = Period::containing(Cadence::Week, after.unwrap_or(today));
    let offset = Days::new(u64::from(weekday.num_days_from_monday()));
    let found = if let Some(by) = by {
        Period::containing(Cadence::Week, today).shift(by).first_day() + offset
    } else {
        // Not said which week: the next such day. On a Sunday 周末 is still this one.
        let found = week.first_day() + offset;
        let gone = if weekend { found + Days::new(1) } else { found } < after.unwrap_or(today);
        if gone { found + Days::new(7) } else { found }
    };
    Some((found, if weekend { found + Days::new(1) } else { found }))
}

/// 11月25日, 25号, 2026-11-25, 2026年11月25日.
fn of_month(cursor: &mut Cursor<'_>, today: NaiveDate, after: Option<NaiveDate>) -> Option<NaiveDate> {
    let start = *cursor;
    if let Some(year) = cursor.number_in(1990..=2099) {
        let sep = cursor.eat(&["-", "/", "."]);
        if let Some(sep) = sep {
            let month = cursor.number_in(1..=12);
            let day = cursor.eat(&[sep]).and_then(|_| cursor.number_in(1..=31));
            if let (Some(month), Some(day)) = (month, day) {
                return date(i32::try_from(year).ok()?, month, day);
            }
        }
        *cursor = start;
    }
    let said = year(cursor, today);
    let from = after.unwrap_or(today);
    let number = cursor.number_in(1..=31)?;
    cursor.space();
    if cursor.eat(&["月"]).is_some() && number <= 12 {
        cursor.space();
        let day = cursor.number_in(1..=31)?;
        if !shortened(cursor, day) {
            cursor.eat(&["日", "号"])?;
        }
        let found = date(said.unwrap_or(from.year()), number, day)?;
        // 12月30日到1月2日; half a year back is next year's.
        let next = said.is_none() && (found < from - Days::new(180) || after.is_some_and(|a| found < a));
        return if next { date(found.year() + 1, number, day) } else { Some(found) };
    }
    if said.is_some() {
        return None;
    }
    if !shortened(cursor, number) {
        cursor.eat(&["号", "日"])?;
    }
    if cursor.sees(&["楼", "线", "门", "机", "文"]) {
        return None;
    }
    let mut month = Period::containing(Cadence::Month, from);
    for _ in 0..3 {
        if let Some(found) = date(month.year(), i64::from(month.index()), number).filter(|d| *d >= from) {
            return Some(found);
        }
        month = month.shift(1);
    }
    None
}

/// 23到24号, 11月23到24日: the first without its 号.
fn shortened(cursor: &Cursor<'_>, number: i64) -> bool {
    let mut ahead = *cursor;
    if ahead.eat(&["、", "和", "跟"]).is_some() {
        return ahead.number_in(number + 1..=number + 1).is_some() && ahead.eat(&["号", "日"]).is_some();
    }
    ahead.eat(&["到", "至", "-", "~"]).is_some() && ahead.number_in(number..=31).is_some_and(|n| n > number) && ahead.eat(&["号", "日"]).is_some()
}

fn date(year: i32, month: i64, day: i64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}
