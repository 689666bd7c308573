//! `[[reminder]]` of a duty's file: when, to whom, and what becomes of it when the bot was off; and `[reminders]` of
//! `bot.toml`, which holds for all.

use super::bot::zone;
use super::reader::{Problems, Table};
use crate::domain::calendar::Zone;
use crate::domain::duty::{Audience, Measure, Missed, Reminder};
use crate::domain::timing::{Off, Quiet, Shift, Timing};
use chrono::NaiveTime;

/// `[reminders]`.
#[derive(Clone, Debug)]
pub struct Reminders {
    /// When none are sent; none: always some may be.
    pub quiet: Option<Quiet>,
    /// How often a member is named in a group on one day, over all reminders; 0: as often as they come.
    pub group_cap: usize,
    /// How often a member is written to in private on one day; 0: as often as they come.
    pub private_cap: usize,
    /// From how many names on a list is told by 团小组.
    pub teams_from: usize,
    /// Hours after which those who did not answer a notice are named, once; 0: only when asked.
    pub chase_hours: i64,
    /// Whether a branch in which nobody owes hears a word of praise, once.
    pub praise: bool,
}

impl Reminders {
    /// Reads the section.
    pub(super) fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| format!("{text:?} is no time: write for example \"22:00\""));
        let from = t.parsed("quiet_from", time, p);
        let until = t.parsed("quiet_until", time, p);
        let group_cap = t.number("group_cap", 0..=100, p);
        let private_cap = t.number("private_cap", 0..=100, p);
        let teams_from = t.number("teams_from", 1..=10_000, p);
        let chase_hours = t.number("chase_hours", 0..=720, p);
        let praise = t.flag("praise", p);
        let (from, until) = (from?, until?);
        let size = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
        Some(Self {
            quiet: (from != until).then_some(Quiet { from, until }),
            group_cap: size(group_cap?),
            private_cap: size(private_cap?),
            teams_from: size(teams_from?),
            chase_hours: chase_hours?,
            praise: praise?,
        })
    }
}

/// All of a duty's file, in its order.
pub(super) fn read(t: &mut Table, measure: Option<Measure>, house: Zone, p: &mut Problems) -> Vec<Reminder> {
    let audiences = [("group", Audience::Group), ("secretary", Audience::Secretary), ("member", Audience::Member)];
    let mut all: Vec<Reminder> = Vec::new();
    for mut r in t.tables("reminder", p) {
        let at = r.at("key");
        let key = r.need_text("key", "\"sunday\"", p);
        let said: Vec<_> = ["cron", "before", "after"].into_iter().filter(|key| r.has(key)).map(|key| (r.at(key), key)).collect();
        let before = r.parsed("before", lead, p).or(r.parsed("after", lead, p).map(|minutes| -minutes));
        match &said[..] {
            [] => r.missing("cron", "\"0 19 * * SUN\"", p),
            [_] => {}
            [(_, first), (at, other), ..] => p.add(at, format!("`{other}` and `{first}` both say when: keep one")),
        }
        let zone = if r.has("zone") { r.parsed("zone", zone, p) } else { Some(house) };
        let cron = if r.has("cron") { r.parsed("cron", checked, p) } else { before.map(|_| String::new()) };
        r.asked(&["cron", "before", "after"]);
        let off = off(&mut r, p);
        let quiet = r.flag("quiet", p).unwrap_or(true);
        let missed = r.word("missed", &[("once", Missed::Once), ("all", Missed::All), ("skip", Missed::Skip)], p).unwrap_or_default();
        r.asked(&["zone"]);
        let (audience_at, present) = (r.at("audience"), r.has("audience"));
        let (mut audience, mut said) = (Vec::new(), false);
        for (at, word) in r.texts("audience", p) {
            said = true;
            match super::reader::one_of(&word, &audiences) {
                Ok(a) if !audience.contains(&a) => audience.push(a),
                Ok(_) => p.add(&at, format!("`audience`: {word:?} is there twice")),
                Err(e) => p.add(&at, format!("`audience`: {e}")),
            }
        }
        if !present {
            r.missing("audience", "[\"group\"]", p);
        } else if !said {
            p.add(&audience_at, "`audience` names nobody: write [\"group\"], [\"secretary\"] or both");
        }
        let period = r.number("period", -12..=0, p).unwrap_or(0);
        let grace_minutes = r.number("grace_minutes", 1..=10_080, p).unwrap_or(180);
        let unpaid_at = r.at("unpaid");
        let unpaid = r.number("unpaid", 1..=60, p).and_then(|n| usize::try_from(n).ok());
        if unpaid.is_some() && audience.contains(&Audience::Group) {
            p.add(&unpaid_at, "`unpaid`: who owes for how long is told in private: audience is \"member\", \"secretary\" or both");
        }
        let check_in_at = r.at("check_in");
        let check_in = r.number("check_in", 1..=1440, p);
        if check_in.is_some() && (unpaid.is_some() || audience != [Audience::Group]) {
            p.add(&check_in_at, "`check_in` opens a session in the branch's chats: audience is [\"group\"], without `unpaid`");
        }
        if check_in.is_some() && measure.is_some_and(|m| m != Measure::Attendance) {
            p.add(&check_in_at, "`check_in`: only a duty with measure = \"attendance\" has sessions");
        }
        let filing_at = r.at("files");
        let filing = r.flag("files", p).unwrap_or(false);
        if filing && (unpaid.is_some() || check_in.is_some() || audience != [Audience::Secretary]) {
            p.add(&filing_at, "`files` sends the return to the branch's secretary: audience is [\"secretary\"], without `unpaid` or `check_in`");
        }
        if filing && measure.is_some_and(|m| matches!(m, Measure::Money | Measure::Attendance)) {
            p.add(&filing_at, "`files`: only what is done, counted or timed is filed: of money there is the cash book, of meetings their page");
        }
        r.finish(p);
        let (Some(key), Some(cron), Some(zone)) = (key, cron, zone) else { continue };
        if all.iter().any(|other| other.key == key) {
            p.add(&at, format!("two reminders have the key `{key}`: a reminder is sent once for its key and time, so give each its own"));
        }
        let period = i32::try_from(period).unwrap_or(0);
        all.push(Reminder { key, cron, before, off, quiet, missed, zone, audience, period, grace_minutes, unpaid, check_in, filing });
    }
    all
}

/// A cron line that can be used, with single spaces.
fn checked(text: &str) -> Result<String, String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Timing::cron_line(&line).map(|()| line)
}

/// `90m`, `24h`, `3d` as minutes.
fn lead(text: &str) -> Result<i64, String> {
    let bad = || format!("{text:?} is no time before the deadline: write 90m, 24h or 3d");
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let minutes = match unit.trim() {
        "m" => 1,
        "h" => 60,
        "d" => 1440,
        _ => return Err(bad()),
    };
    number.parse::<i64>().ok().and_then(|n| n.checked_mul(minutes)).filter(|n| (1..=366 * 1440).contains(n)).ok_or_else(bad)
}

fn off(r: &mut Table, p: &mut Problems) -> Option<(Off, Shift)> {
    let shifts = [("skip", Shift::Skip), ("before", Shift::Before), ("after", Shift::After)];
    let at = r.at("on_holiday");
    let holiday = r.word("on_holiday", &shifts, p).map(|s| (Off::Holidays, s));
    let rest = r.word("on_rest_day", &shifts, p).map(|s| (Off::Rest, s));
    if holiday.is_some() && rest.is_some() {
        p.add(&at, "`on_holiday` and `on_rest_day` are both set: holidays are rest days, so keep one");
    }
    rest.or(holiday)
}
