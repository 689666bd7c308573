//! Periods, times and lists in words, as messages want them for `$period`, `$until`, `$names`.

use super::messages::{Lang, Messages, Value};
use crate::domain::calendar::{Cadence, Period, Zone};
use chrono::{Datelike, NaiveDate};

impl Messages {
    /// A period as people call it on that day: 本周, 11月, 2025年12月, 第三季度.
    pub fn period(&self, lang: Lang, period: Period, today: NaiveDate) -> String {
        self.one_period(lang, period, today, false)
    }

    fn one_period(&self, lang: Lang, period: Period, today: NaiveDate, with_year: bool) -> String {
        let here = Period::containing(period.cadence(), today);
        let (first, index) = (period.first_day(), period.index());
        let args = [("year", Value::from(period.year())), ("month", first.month().into()), ("day", first.day().into()), ("n", index.into())];
        let this_year = period.year() == here.year() && !with_year;
        let key = match period.cadence() {
            Cadence::Week if period == here => "period-week-this",
            Cadence::Week if period == here.shift(-1) => "period-week-last",
            // a week is named by its Monday, whose year may not be the ISO year
            Cadence::Week if first.year() == today.year() && !with_year => "period-week",
            Cadence::Week => {
                let args = [("year", Value::from(first.year())), ("month", first.month().into()), ("day", first.day().into())];
                return self.say(lang, "period-week-year", &args);
            }
            Cadence::Month if this_year => "period-month",
            Cadence::Month => "period-month-year",
            Cadence::Quarter if this_year => "period-quarter",
            Cadence::Quarter => "period-quarter-year",
            Cadence::Half if this_year => "period-half",
            Cadence::Half => "period-half-year",
            Cadence::Year => "period-year",
        };
        self.say(lang, key, &args)
    }

    /// Several periods, runs of three and more drawn together: 9月、11月至2026年2月. Put in order; doubles are dropped.
    pub fn periods(&self, lang: Lang, periods: &[Period], today: NaiveDate) -> String {
        let mut all = periods.to_vec();
        all.sort_unstable();
        all.dedup();
        let mut runs: Vec<(Period, Period)> = Vec::new();
        for p in all {
            match runs.last_mut() {
                Some((_, last)) if last.cadence() == p.cadence() && last.shift(1) == p => *last = p,
                _ => runs.push((p, p)),
            }
        }
        // beside a month of another year, one of this year is named with its year too
        let with_year = runs.iter().flat_map(|(a, b)| [a, b]).any(|p| p.year() != Period::containing(p.cadence(), today).year());
        let word = |p| self.one_period(lang, p, today, with_year);
        let words: Vec<String> = runs
            .into_iter()
            .flat_map(|(from, to)| match () {
                () if from == to => vec![word(from)],
                () if from.shift(1) == to => vec![word(from), word(to)],
                () => {
                    // 2027年1月至12月: the year once, where it is the same
                    let plain = lang == Lang::Zh && from.year() == to.year() && from.cadence() == Cadence::Month;
                    let end = if plain { self.say(lang, "period-month", &[("month", to.index().into())]) } else { word(to) };
                    vec![self.say(lang, "period-run", &[("from", word(from).into()), ("to", end.into())])]
                }
            })
            .collect();
        words.join(&self.say(lang, "list-comma", &[]))
    }

    /// Names in a row; more than `most` are counted: 张三、李四等 5 位.
    pub fn list(&self, lang: Lang, names: &[&str], most: usize) -> String {
        let comma = self.say(lang, "list-comma", &[]);
        if names.len() <= most {
            return names.join(&comma);
        }
        let shown = names[..most].join(&comma);
        self.say(lang, "list-more", &[("names", shown.into()), ("count", names.len().into())])
    }

    /// An instant (UTC milliseconds) as people say it on that day: 今天 20:00, 11月29日周日 20:00, 2027年11月24日周三 20:00.
    pub fn time(&self, lang: Lang, instant: i64, zone: Zone, today: NaiveDate) -> String {
        let local = zone.local(instant);
        let time = local.format("%H:%M").to_string();
        if local.date() == today {
            return self.say(lang, "time-today", &[("time", time.into())]);
        }
        let weekday =
            ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"][local.weekday().num_days_from_monday() as usize];
        let weekday = self.say(lang, weekday, &[]);
        let args = [
            ("year", local.year().to_string().into()),
            ("month", local.month().into()),
            ("day", local.day().into()),
            ("weekday", weekday.into()),
            ("time", time.into()),
        ];
        // soon is said without its year, also where that is the next
        let near = local.year() == today.year() || (local.date() - today).num_days().abs() <= 183;
        self.say(lang, if near { "time-day" } else { "time-day-year" }, &args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn periods(texts: &[&str]) -> Vec<Period> {
        texts.iter().map(|t| t.parse().unwrap()).collect()
    }

    #[test]
    fn periods_are_named_as_people_do() {
        let m = Messages::embedded();
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        for (keys, zh, en) in [
            (&["2026-11"][..], "11月", "November"),
            (&["2025-12"], "2025年12月", "December 2025"),
            (&["2026-W47"], "本周", "this week"),
            (&["2026-W46"], "上周", "last week"),
            (&["2026-W45"], "11月2日那周", "the week of 2/11"),
            (&["2026-W01"], "2025年12月29日那周", "the week of 29/12/2025"),
            (&["2026-Q3"], "第三季度", "Q3"),
            (&["2025-H1"], "2025年上半年", "the first half of 2025"),
            (&["2026"], "2026年", "2026"),
            (&["2026-09", "2026-10"], "9月、10月", "September, October"),
            (&["2026-05", "2026-03", "2026-04", "2026-04"], "3月至5月", "March to May"),
            (&["2025-11", "2025-12", "2026-01", "2026-05"], "2025年11月至2026年1月、2026年5月", "November 2025 to January 2026, May 2026"),
            (&["2027-01", "2027-02", "2027-03"], "2027年1月至3月", "January 2027 to March 2027"),
            (&[], "", ""),
        ] {
            assert_eq!(m.periods(Lang::Zh, &periods(keys), today), zh);
            assert_eq!(m.periods(Lang::En, &periods(keys), today), en);
        }
    }

    #[test]
    fn lists_and_times() {
        let m = Messages::embedded();
        assert_eq!(m.list(Lang::Zh, &["张三", "李四"], 5), "张三、李四");
        assert_eq!(m.list(Lang::Zh, &["张三", "李四", "王五"], 2), "张三、李四等 3 位");
        assert_eq!(m.list(Lang::Zh, &[], 2), "");
        let zone = Zone::default();
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let eight = zone.instant(today.and_hms_opt(20, 0, 0).unwrap());
        assert_eq!(m.time(Lang::Zh, eight, zone, today), "今天 20:00");
        assert_eq!(m.time(Lang::Zh, eight + 7 * 86_400_000, zone, today), "11月29日周日 20:00");
        assert_eq!(m.time(Lang::En, eight + 7 * 86_400_000, zone, today), "Sunday 29/11 20:00");
        assert_eq!(m.time(Lang::Zh, eight + 64 * 86_400_000, zone, today), "1月25日周一 20:00");
        assert_eq!(m.time(Lang::Zh, eight + 367 * 86_400_000, zone, today), "2027年11月24日周三 20:00");
        assert_eq!(m.time(Lang::En, eight + 367 * 86_400_000, zone, today), "Wednesday 24/11/2027 20:00");
    }
}
