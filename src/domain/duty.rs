//! A duty: who owes what measure, how often. Every one is a file of `bot-config/duties/`; none is known to code by name.

use super::calendar::{Cadence, Period, Zone};
use super::meeting::Meeting;
use super::money::Fen;
use super::relief::Approval;
use super::roster::{Ack, covers};
use super::timing::{Off, Shift};
use chrono::{Days, NaiveDate, NaiveTime};
use std::collections::BTreeMap;

/// What is counted; also the unit of every `value`, `owed` and `got`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Done or not: 1.
    Done,
    /// Fen.
    Money,
    /// A number of things.
    Count,
    /// Minutes.
    Minutes,
    /// Present at a session: 1.
    Attendance,
}

/// When a period's duty is due, and when it closes: an offset from the period's last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Days before (negative) or after the period's last day.
    pub days: i64,
    /// The local time on that day; `None` is the end of the day.
    pub time: Option<NaiveTime>,
}

impl Deadline {
    /// The instant, UTC milliseconds.
    pub fn instant(self, period: Period, zone: Zone) -> i64 {
        let last = period.last_day();
        let step = Days::new(self.days.unsigned_abs());
        let day = if self.days < 0 { last - step } else { last + step };
        match self.time {
            Some(time) => zone.instant(day.and_time(time)),
            None => zone.start_of(day + Days::new(1)),
        }
    }
}

/// A dues band: what a member of it owes a month, by the month from which it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// `student`, `pay_3000` …: what the roster's 团费档次 column may say, with `name`.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// What several bands together are called, between which pay decides: 在职.
    pub group: Option<String>,
    /// Rates from a month on, oldest first.
    pub rates: Vec<(Period, Fen)>,
}

impl Band {
    /// What is owed for that month; none before the first rate.
    pub fn rate(&self, month: Period) -> Option<Fen> {
        in_force(&self.rates, month)
    }
}

/// What holds in that month of a list by first month, oldest first.
pub fn in_force<T: Copy>(all: &[(Period, T)], month: Period) -> Option<T> {
    all.iter().rev().find(|(from, _)| *from <= month).map(|(_, value)| *value)
}

/// How pay makes dues (中青发〔2016〕13号): who asks hears the rate; the pay is never kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// From which month on.
    pub from: Period,
    /// Below this pay a month …
    pub below: Fen,
    /// … it is this.
    pub flat: Fen,
    /// From it on, so many thousandths of the pay, cut to whole yuan …
    pub permille: i64,
    /// … and this at most.
    pub most: Fen,
}

impl Scale {
    /// The dues of a month for that pay.
    pub fn dues(&self, pay: Fen) -> Fen {
        if pay < self.below {
            return self.flat;
        }
        let whole = i128::from(pay.0) * i128::from(self.permille) / 1000 / 100 * 100;
        Fen(i64::try_from(whole).unwrap_or(i64::MAX)).min(self.most)
    }
}

/// What holds for one unit and everything below it, where it differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Local {
    /// The unit's path; empty: everywhere.
    pub path: String,
    /// The band of a member for whom none is said.
    pub default_band: Option<String>,
    /// Rates of bands from a month on, by the band's key.
    pub rates: BTreeMap<String, Vec<(Period, Fen)>>,
    /// How much of what is confirmed goes up, in hundredths, from a month on.
    pub share: Vec<(Period, i64)>,
    /// How much of what went up comes back (pilot units), in hundredths, from a month on.
    pub returned: Vec<(Period, i64)>,
    /// Whose word exempt and reduced dues take.
    pub approval: Option<Approval>,
}

/// What only a duty of money has, beside its bands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// By pay, oldest first.
    pub scales: Vec<Scale>,
    /// What differs by unit.
    pub local: Vec<Local>,
    /// Whose word exempt and reduced dues take, where a unit does not say otherwise.
    pub approval: Approval,
}

impl Money {
    /// What holds at a unit: the longest path that covers it and says something wins.
    fn at<'a, T>(&'a self, unit: &str, said: impl Fn(&'a Local) -> Option<T>) -> Option<T> {
        let mut all: Vec<(usize, T)> = self.local.iter().filter(|l| covers(&l.path, unit)).filter_map(|l| Some((l.path.len(), said(l)?))).collect();
        all.sort_by_key(|(length, _)| *length);
        all.pop().map(|(_, value)| value)
    }
    /// The hundredths that go up of a period's money.
    pub fn share(&self, unit: &str, period: Period) -> Option<i64> {
        self.at(unit, |l| in_force(&l.share, period))
    }
    /// The hundredths of those that come back.
    pub fn returned(&self, unit: &str, period: Period) -> Option<i64> {
        self.at(unit, |l| in_force(&l.returned, period))
    }
    /// Whose word it takes at a unit that somebody owes less or nothing.
    pub fn approval(&self, unit: &str) -> Approval {
        self.at(unit, |l| l.approval).unwrap_or(self.approval)
    }
    /// What goes up of so many fen, cut to the fen.
    pub fn upward(&self, unit: &str, period: Period, fen: i64) -> i64 {
        hundredths(fen, self.share(unit, period).unwrap_or(0))
    }
}

/// So many hundredths, cut to the fen: what is left over stays below.
pub fn hundredths(fen: i64, percent: i64) -> i64 {
    i64::try_from(i128::from(fen) * i128::from(percent) / 100).unwrap_or(0)
}

/// The words by which people mean this duty: what `language` compiles its grammar from. All in simplified Chinese or English.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Verbs that, with this duty's name, say that it was done: 交, 缴, 看, 学.
    pub verbs: Vec<String>,
    /// Whole marks of completion beside the usual ones (已, 了, 完): 打卡.
    pub done: Vec<String>,
    /// Names of other things that look like it and must not be taken for it: 班费, 党费.
    pub not: Vec<String>,
    /// Typing slips, wrong → right: 团废 → 团费.
    pub slips: BTreeMap<String, String>,
    /// What members say beside a report without changing it, as words to be passed over: 刚下晚自习.
    pub beside: Vec<String>,
    /// Units that its counts are said in: 篇, 次, 小时.
    pub units: Vec<String>,
}

/// Who a reminder speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The branch's group chats; names as the duty's privacy allows.
    Group,
    /// The branch's secretaries, in private, with names.
    Secretary,
    /// Each member whom it is about, in private, of his or her own only.
    Member,
}

/// What becomes of due times that were missed while the bot was off, those within the grace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missed {
    /// The latest is sent, once.
    #[default]
    Once,
    /// Each is sent.
    All,
    /// None is.
    Skip,
}

/// A reminder of a duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Unique within the duty: `sunday`.
    pub key: String,
    /// Five-field crontab or the `cron` crate's longer form with weekday names, with the days of `timing`. Empty where
    /// `before` says when.
    pub cron: String,
    /// So many minutes before the duty's deadline, rather than by `cron`; negative: after it.
    pub before: Option<i64>,
    /// Days on which it does not come, and what becomes of it then.
    pub off: Option<(Off, Shift)>,
    /// Whether it keeps the house's quiet hours.
    pub quiet: bool,
    /// What becomes of times that were missed.
    pub missed: Missed,
    /// The zone of the cron expression.
    pub zone: Zone,
    /// To whom.
    pub audience: Vec<Audience>,
    /// Which period it asks about: 0 the one that holds the scheduled time, -1 the one before.
    pub period: i32,
    /// A due time found later than this many minutes after it is skipped, not sent.
    pub grace_minutes: i64,
    /// Only about those to whom just so many periods in a row are unpaid, up to the one asked about.
    pub unpaid: Option<usize>,
    /// It opens check-in for so many minutes, rather than asking who is missing.
    pub check_in: Option<i64>,
    /// It sends what is filed above (汇总备案), rather than asking who is missing.
    pub filing: bool,
}

impl Reminder {
    /// What a secretary makes in chat: to the group, once for what was missed, three hours late at most.
    pub fn own(id: i64, cron: &str, zone: Zone) -> Self {
        Self {
            key: format!("own-{id}"),
            cron: cron.to_owned(),
            before: None,
            off: None,
            quiet: true,
            missed: Missed::Once,
            zone,
            audience: vec![Audience::Group],
            period: 0,
            grace_minutes: 180,
            unpaid: None,
            check_in: None,
            filing: false,
        }
    }
}

/// Issues that open by schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoIssues {
    /// When, as for reminders.
    pub cron: String,
    /// The zone of the cron expression.
    pub zone: Zone,
    /// The name, with `{year}` and `{n}`: the period's year, and one more than the last issue of that year.
    pub name: String,
}

/// A duty as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// `dues`, `study`, `theme_day` …: the file's name.
    pub key: String,
    /// 团费.
    pub name: String,
    /// Other names, longest first in matching: 青年大学习, 大学习.
    pub aliases: Vec<String>,
    /// What is counted.
    pub measure: Measure,
    /// How often.
    pub cadence: Cadence,
    /// How much is owed each period where no band says: 1, a count, minutes.
    pub target: i64,
    /// When it is due; later is late.
    pub due: Deadline,
    /// Days after which the period closes and who was expected is frozen; none: the period after it, as with arrears.
    pub closes: Deadline,
    /// Whether an unmet period stays owed (arrears): payments go to the oldest first.
    pub arrears: bool,
    /// Whether a report is a claim until somebody confirms it.
    pub confirm: bool,
    /// Whether a group may hear by name who is missing (law 12).
    pub names_in_group: bool,
    /// Whether pictures are looked at as evidence.
    pub screenshots: bool,
    /// Bands, where `measure` is money.
    pub bands: Vec<Band>,
    /// The band of a member for whom none is said.
    pub default_band: Option<String>,
    /// How many months ahead or behind may be paid before the bot warns.
    pub warn_months: usize,
    /// What only money has.
    pub money: Money,
    /// What only sessions have.
    pub meeting: Meeting,
    /// Acknowledgement where the chat does not say.
    pub ack: Ack,
    /// Days, first and last, in which nothing is owed.
    pub pauses: Vec<(NaiveDate, NaiveDate)>,
    /// Issues that open by themselves.
    pub issues: Option<AutoIssues>,
    /// The words for it.
    pub words: Words,
    /// Its reminders.
    pub reminders: Vec<Reminder>,
}

impl Duty {
    /// What a member of this band (the default where `None` or unknown) owes in the period in the unit of this path, in
    /// the measure's unit. None where no rate is in force.
    pub fn owed(&self, unit: &str, band: Option<&str>, period: Period) -> Option<i64> {
        if self.measure != Measure::Money {
            return Some(self.target);
        }
        let find = |key: &str| self.bands.iter().find(|b| b.key == key);
        let band = band.and_then(find).or_else(|| self.default_at(unit).and_then(find))?;
        self.money.at(unit, |l| in_force(l.rates.get(&band.key)?, period)).or_else(|| band.rate(period)).map(|fen| fen.0)
    }

    /// The band of a member of the unit of this path for whom none is said.
    pub fn default_at(&self, unit: &str) -> Option<&str> {
        self.money.at(unit, |l| l.default_band.as_deref()).or(self.default_band.as_deref())
    }

    /// Whether it is for somebody with this post on the roster, or with none.
    pub fn concerns(&self, post: Option<&str>) -> bool {
        !self.meeting.posts || post.is_some()
    }

    /// The band of this key or name.
    pub fn band(&self, said: &str) -> Option<&Band> {
        self.bands.iter().find(|b| b.key == said || b.name == said)
    }

    /// The dues that this pay makes in a month, and its band; none where no scale is in force.
    pub fn for_pay(&self, pay: Fen, month: Period) -> Option<(Fen, Option<&Band>)> {
        let scale = self.money.scales.iter().rev().find(|s| s.from <= month)?;
        let fen = scale.dues(pay);
        let band = self.bands.iter().find(|b| b.group.is_some() && b.rate(month) == Some(fen));
        Some((fen, band))
    }

    /// The name and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}
