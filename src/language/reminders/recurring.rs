//! When something is to come again and again: 每周四20点, 每周一到周五9点, 每月10号和25号, 每月最后一天, 每季度末: a cron line as in the
//! duties' files, weekdays by their names. What can't be said by one, or is not understood to its end, is told apart from nothing said.

use crate::language::meaning::RemindDoubt;
use crate::language::text::cursor::Cursor;
use crate::language::text::days;
use crate::language::text::when::{Calendar, Spoken};
use chrono::NaiveDate;
use std::ops::Range;

/// When a reminder comes for which only the day was said.
const USUAL: (u32, u32) = (19, 0);
const WEEK: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
/// 每 that tells whom or where, not when.
const EVERYBODY: &[&str] = &[
    "每个人",
    "每人",
    "每位",
    "每名",
    "每一位",
    "每一个",
    "每个支部",
    "每个团支部",
    "每个群",
    "每个同学",
    "每个团员",
    "每个成员",
    "每个班",
    "每个组",
    "每个小组",
];
/// 隔 that stands in another word.
const APART: &[&str] = &["隔离", "隔壁"];
/// What begins a stretch that no line can say.
const CYCLES: &[&str] = &["隔", "小时", "半小时", "个小时", "分钟", "年", "学期", "个学期", "期", "次", "半个月", "当", "到"];

/// What a text says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::language) enum Often {
    /// Nothing.
    Unsaid,
    /// When.
    At(Times),
    /// Something that can't be kept or was not understood.
    Not(RemindDoubt),
}

/// When, and where that stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::language) struct Times {
    day: String,
    month: &'static str,
    weekday: String,
    clock: Option<(u32, u32)>,
    pub span: Range<usize>,
}

impl Times {
    /// As in the duties' files; at the usual hour where none was said.
    pub fn cron(&self) -> String {
        let (hour, minute) = self.clock.unwrap_or(USUAL);
        format!("{minute} {hour} {}", self.days())
    }

    /// The same, of any hour where none was said.
    pub fn pattern(&self) -> String {
        match self.clock {
            Some((hour, minute)) => format!("{minute} {hour} {}", self.days()),
            None => format!("* * {}", self.days()),
        }
    }

    fn days(&self) -> String {
        format!("{} {} {}", self.day, self.month, self.weekday)
    }
}

/// What normal text says of when something comes again and again.
pub(in crate::language) fn often(text: &str) -> Often {
    let Some(start) = begins(text, 0) else { return Often::Unsaid };
    let mut c = Cursor::new(&text[start..]);
    let (day, month, weekday) = match days_of(&mut c) {
        Ok(found) => found,
        Err(why) => return Often::Not(why),
    };
    let Ok(clock) = hour(&mut c) else { return Often::Not(RemindDoubt::Time) };
    let end = start + c.at();
    if begins(text, end).is_some() || another(&text[end..]) {
        return Often::Not(RemindDoubt::One);
    }
    Often::At(Times { day, month, weekday, clock, span: start..end })
}

/// Where the first such time begins.
fn begins(text: &str, from: usize) -> Option<usize> {
    let mut all = text[from..].char_indices().map(|(at, _)| from + at);
    all.find(|at| {
        let rest = &text[*at..];
        let starts = |words: &[&str]| words.iter().any(|w| rest.starts_with(w));
        let each = rest.starts_with('每') && !starts(EVERYBODY);
        let apart = rest.starts_with('隔') && !starts(APART);
        // 周一到周五每天: the days before it
        let ranged = starts(&["周", "星期", "礼拜"]) && {
            let mut c = Cursor::new(rest);
            week(&mut c).is_some_and(|days| days.len() > 1) && {
                c.space();
                c.sees(&["每天", "每日", "天天"])
            }
        };
        each || apart || ranged || starts(&["工作日", "every ", "each ", "daily", "weekly", "monthly"])
    })
}

/// 和周五9点, 、21点: a second time behind the first.
fn another(rest: &str) -> bool {
    let mut c = Cursor::new(rest);
    c.space();
    c.eat(&["和", "、", ",", "及", "跟", "与", "以及", "还有", "或"]).is_some() && {
        c.space();
        let today = NaiveDate::default();
        days::clock(&mut c.clone(), Calendar { today, back: false, leave: false }).is_some()
            || c.sees(&["周", "星期", "礼拜", "早", "晚", "上午", "中午", "下午"])
    }
}

type Days = (String, &'static str, String);

fn days_of(c: &mut Cursor<'_>) -> Result<Days, RemindDoubt> {
    let any = || "*".to_owned();
    let line = |day: String| Ok((day, "*", any()));
    let weekly = |days: &[usize]| (any(), "*", names(days));
    if let Some(days) = week(c) {
        c.space();
        c.eat(&["每天", "每日", "天天"]);
        return Ok(weekly(&days));
    }
    if c.eat(&["工作日"]).is_some() {
        c.eat(&["每天", "每日", "天天"]);
        return Ok(weekly(&[0, 1, 2, 3, 4]));
    }
    if c.eat(&["每"]).is_none() {
        return Err(if c.sees(&["隔"]) { RemindDoubt::Cycle } else { RemindDoubt::Time });
    }
    if c.eat(&["个工作日", "工作日"]).is_some() {
        return Ok(weekly(&[0, 1, 2, 3, 4]));
    }
    if c.eat(&["天", "日"]).is_some() {
        return line(any());
    }
    if c.sees(&["晚", "早"]) {
        return line(any());
    }
    c.eat(&["逢"]);
    if c.sees(&["个星期", "个礼拜", "星期", "礼拜", "个周", "周"]) {
        c.eat(&["个"]);
        return week(c).map(|days| weekly(&days)).ok_or(RemindDoubt::Time);
    }
    if c.eat(&["个月", "月"]).is_some() {
        return month_day(c).map_or(Err(RemindDoubt::Time), line);
    }
    if c.eat(&["个季度", "季度", "季"]).is_some() {
        return end(c).map(|day| (day, "Q", any())).ok_or(RemindDoubt::Time);
    }
    if c.sees(&["个半年", "半年"]) {
        c.eat(&["个"]);
        c.eat(&["半年"]);
        return end(c).map(|day| (day, "H", any())).ok_or(RemindDoubt::Time);
    }
    Err(if c.sees(CYCLES) || c.clone().number().is_some() || c.sees(&["两"]) { RemindDoubt::Cycle } else { RemindDoubt::Time })
}

/// Their names, in the order of the week.
fn names(days: &[usize]) -> String {
    match days {
        [0, 1, 2, 3, 4, 5, 6] => "*".to_owned(),
        [0, 1, 2, 3, 4] => "MON-FRI".to_owned(),
        _ => days.iter().map(|d| WEEK[*d]).collect::<Vec<_>>().join(","),
    }
}

/// 周四, 周一三五, 周二和周四, 周1、3、5, 周一到周五, 周末: days of the week, in its order.
fn week(c: &mut Cursor<'_>) -> Option<Vec<usize>> {
    const CALLED: &[&str] = &["每周", "每星期", "每礼拜", "周", "星期", "礼拜"];
    let start = *c;
    c.eat(CALLED)?;
    let mut found: Vec<usize> = Vec::new();
    loop {
        let Some(first) = days_in_a_row(c) else {
            *c = start;
            return None;
        };
        found.extend(&first);
        let mut sure = *c;
        c.space();
        if c.eat(&["到", "至", "-", "~"]).is_some() {
            c.space();
            c.eat(CALLED);
            let last = days_in_a_row(c).filter(|l| l.len() == 1).map(|l| l[0]);
            let (Some(first), Some(last)) = (first.last(), last) else {
                *c = start;
                return None;
            };
            // 周五到周一 goes over the week's end
            let length = (last + 7 - first) % 7;
            found.extend((1..=length).map(|n| (first + n) % 7));
            sure = *c;
            c.space();
        }
        let goes_on = c.eat(&["、", "和", "及", ",", "跟", "与", "/"]).is_some() && {
            c.space();
            let named = c.eat(CALLED).is_some();
            let mut ahead = *c;
            // 每周四、8点: what follows is no day
            days_in_a_row(&mut ahead).is_some() && (named || !ahead.sees(&["点", ":", "时"]))
        };
        if !goes_on {
            *c = sure;
            break;
        }
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}

/// 四, 一三五, 135, 末: as many as stand there in a row.
fn days_in_a_row(c: &mut Cursor<'_>) -> Option<Vec<usize>> {
    if c.eat(&["末"]).is_some() {
        return Some(vec![5, 6]);
    }
    if c.rest().starts_with(|d: char| d.is_ascii_digit()) {
        let digits: Vec<usize> = c.rest().chars().map_while(|d| d.to_digit(10)).filter_map(|d| usize::try_from(d).ok()).collect();
        let days = digits.iter().all(|d| (1..=7).contains(d)) && digits.windows(2).all(|w| w[0] < w[1]);
        let mut ahead = *c;
        ahead.skip(digits.len());
        let fits = days && !ahead.sees(&["点", ":", "时", "天", "次", "周"]);
        return fits.then(|| {
            *c = ahead;
            digits.iter().map(|d| d - 1).collect()
        });
    }
    let mut found = Vec::new();
    loop {
        const HAN: [&[&str]; 7] = [&["一"], &["二"], &["三"], &["四"], &["五"], &["六"], &["日", "天"]];
        let before = *c;
        let Some(day) = HAN.iter().position(|words| c.eat(words).is_some()) else { break };
        // 每周一二十点: Mondays at eight in the evening, or Mondays and Tuesdays at ten
        if !found.is_empty() && c.sees(&["十"]) {
            return None;
        }
        // 每周一五点: the hour
        if !found.is_empty() && (c.sees(&["点", "时"]) || found.contains(&day)) {
            *c = before;
            break;
        }
        found.push(day);
    }
    (!found.is_empty()).then_some(found)
}

/// 25号, 10号和25号, 10、25号, 1号到5号, 最后一天, 倒数第3天, 第3个工作日, 最后一个工作日, 月底.
fn month_day(c: &mut Cursor<'_>) -> Option<String> {
    c.eat(&["的"]);
    if let Some(found) = end(c) {
        return Some(found);
    }
    let before = *c;
    if c.eat(&["第"]).is_some() {
        if let Some(n) = c.number_in(1..=15)
            && c.eat(&["个工作日", "工作日"]).is_some()
        {
            return Some(format!("{n}W"));
        }
        *c = before;
    }
    let mut days: Vec<String> = Vec::new();
    // 10、25号: the first without its 号
    let mut open = false;
    let mut sure = *c;
    while let Some(n) = c.number_in(1..=31) {
        let named = c.eat(&["号", "日"]).is_some();
        let after = *c;
        let ranged = c.eat(&["到", "至", "-", "~"]).is_some();
        if ranged && let Some(last) = c.number_in(n + 1..=31) {
            c.eat(&["号", "日"])?;
            days.push(format!("{n}-{last}"));
            (open, sure) = (false, *c);
        } else {
            *c = after;
            if !named && !c.sees(&["、", ",", "和", "及", "跟"]) {
                break;
            }
            days.push(n.to_string());
            open = !named;
            sure = if named { *c } else { sure };
        }
        c.space();
        if c.eat(&["、", "和", "及", ",", "跟"]).is_none() {
            break;
        }
        c.space();
    }
    *c = sure;
    (!days.is_empty() && !open).then(|| days.join(","))
}

/// The end of a stretch of months: 末, 底, 最后一天, 末前3天, 倒数第3天.
fn end(c: &mut Cursor<'_>) -> Option<String> {
    if c.eat(&["最后一个工作日", "最后1个工作日"]).is_some() {
        return Some("LW".to_owned());
    }
    if c.eat(&["最后一天", "最后1天", "最后一日"]).is_some() {
        return Some("L".to_owned());
    }
    if c.eat(&["倒数第"]).is_some() {
        let n = c.number_in(1..=28)?;
        c.eat(&["天", "日"])?;
        return Some(if n == 1 { "L".to_owned() } else { format!("L-{}", n - 1) });
    }
    c.eat(&["月底", "月末", "末", "底"])?;
    if c.eat(&["前", "提前", "之前"]).is_some() {
        let n = c.number_in(1..=27)?;
        c.eat(&["天", "日"])?;
        return Some(format!("L-{n}"));
    }
    Some("L".to_owned())
}

/// The hour behind the days: 20点, 晚上8点半, 的20:00; none where there is none but 晚上, an error where it is no hour.
fn hour(c: &mut Cursor<'_>) -> Result<Option<(u32, u32)>, ()> {
    let before = *c;
    c.space();
    while c.eat(&["的", "都", "固定", "定时", "准时", ","]).is_some() {}
    c.space();
    let part = c.eat(&["早晨", "早上", "清晨", "上午", "中午", "下午", "傍晚", "晚上", "夜里", "晚", "早", "凌晨", "半夜"]);
    c.space();
    let whole = c.clone().number();
    let mut ahead = *c;
    let Some(Spoken::Clock(hour, minute)) = days::clock(&mut ahead, Calendar { today: NaiveDate::default(), back: false, leave: false }) else {
        // 每周四25点, 每天早上: it was an hour, or is one of several
        let broken = whole.is_some() && {
            let mut number = *c;
            number.number();
            number.sees(&["点", "时", ":"])
        };
        return match part {
            _ if broken => Err(()),
            None => {
                *c = before;
                Ok(None)
            }
            Some("晚上" | "晚" | "傍晚") => Ok(None),
            Some(_) => Err(()),
        };
    };
    if whole.is_some_and(|n| n >= 24) {
        return Err(());
    }
    *c = ahead;
    let hour = match part {
        None => Some(hour),
        Some("早晨" | "早上" | "清晨" | "上午" | "早") => Some(hour).filter(|h| (4..12).contains(h)),
        Some("中午") => [(11..13, 0), (1..3, 12)].into_iter().find(|(hours, _)| hours.contains(&hour)).map(|(_, by)| hour + by),
        Some("下午" | "傍晚") => [(12..20, 0), (1..8, 12)].into_iter().find(|(hours, _)| hours.contains(&hour)).map(|(_, by)| hour + by),
        Some("凌晨" | "半夜") => Some(hour).filter(|h| *h < 6),
        Some(_) => [(17..24, 0), (5..12, 12)].into_iter().find(|(hours, _)| hours.contains(&hour)).map(|(_, by)| hour + by),
    };
    hour.map(|h| Some((h, minute))).ok_or(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_come_again_and_those_that_do_not() {
        let cron = |text: &str| if let Often::At(times) = often(text) { times.cron() } else { format!("{:?}", often(text)) };
        for (text, line) in [
            ("每周四20点", "0 20 * * THU"),
            ("每周四 20:30", "30 20 * * THU"),
            ("每周一到周五9点", "0 9 * * MON-FRI"),
            ("每周一至周五早上9点", "0 9 * * MON-FRI"),
            ("每周1-5 9点", "0 9 * * MON-FRI"),
            ("周一到周五每天9点", "0 9 * * MON-FRI"),
            ("工作日每天9点", "0 9 * * MON-FRI"),
            ("工作日9点", "0 9 * * MON-FRI"),
            ("每周1、3、5 20:00", "0 20 * * MON,WED,FRI"),
            ("每周135晚上8点", "0 20 * * MON,WED,FRI"),
            ("每周一、三、五20点", "0 20 * * MON,WED,FRI"),
            ("每周五、每周一20点", "0 20 * * MON,FRI"),
            ("每周一和周四", "0 19 * * MON,THU"),
            ("每周五到周一9点", "0 9 * * MON,FRI,SAT,SUN"),
            ("每周一八点", "0 8 * * MON"),
            ("每周一五点", "0 5 * * MON"),
            ("每周二十点", "0 10 * * TUE"),
            ("每周末10点", "0 10 * * SAT,SUN"),
            ("每逢周四20点", "0 20 * * THU"),
            ("每晚8点", "0 20 * * *"),
            ("每天中午12点", "0 12 * * *"),
            ("每月25号20点", "0 20 25 * *"),
            ("每月25号20:00", "0 20 25 * *"),
            ("每月25日8点", "0 8 25 * *"),
            ("每月10号和25号20点", "0 20 10,25 * *"),
            ("每月10、25号20点", "0 20 10,25 * *"),
            ("每月1号到5号9点", "0 9 1-5 * *"),
            ("每个月的最后一天18点", "0 18 L * *"),
        ] {
            assert_eq!(cron(text), line, "{text}");
        }
        for (text, why) in [
            ("每周四25点", RemindDoubt::Time),
            ("每周四24点", RemindDoubt::Time),
            ("每天中午", RemindDoubt::Time),
            ("每天早上", RemindDoubt::Time),
            ("每天晚上12点", RemindDoubt::Time),
            ("每周一二十点", RemindDoubt::Time),
            ("每月初", RemindDoubt::Time),
            ("每月2月30号", RemindDoubt::Time),
            ("every thursday", RemindDoubt::Time),
            ("每周四20点和周五9点", RemindDoubt::One),
            ("每周四20点和21点", RemindDoubt::One),
            ("每周四20点,每月25号9点", RemindDoubt::One),
            ("每两周周五20点", RemindDoubt::Cycle),
            ("隔周五20点", RemindDoubt::Cycle),
            ("每隔三天", RemindDoubt::Cycle),
            ("每小时", RemindDoubt::Cycle),
            ("每5分钟", RemindDoubt::Cycle),
            ("每年5月4日20点", RemindDoubt::Cycle),
        ] {
            assert_eq!(often(text), Often::Not(why), "{text}");
        }
        assert_eq!(often("提醒每个人看大学习"), Often::Unsaid);
    }
}
