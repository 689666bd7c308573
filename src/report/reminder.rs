//! What a reminder says: from who is missing to messages that fit a platform. Pure.
//!
//! Law 12 is kept here: a group hears names only of a duty whose names it may hear, or where the branch switched
//! names on; else a count. Names go to the secretary in private. Who is asked, when, and by which chat is
//! `schedule`'s; so is entering and sending.

use super::namesakes::Names;
use super::tally::Attendance;
use crate::config::messages::{Lang, Messages, Value};
use crate::domain::apart::Apart;
use crate::domain::calendar::{Period, Zone};
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::PersonId;
use crate::domain::message::{Capabilities, ChatKey, Outgoing, Part};
use crate::domain::natural::natural;
use crate::domain::roster::{Chat, Member, Roster, covers};
use chrono::NaiveDate;

/// What one reminder of one branch is about.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// The words.
    pub messages: &'a Messages,
    /// Their language.
    pub lang: Lang,
    /// The house's zone.
    pub zone: Zone,
    /// When it is said, UTC milliseconds: makes "this week" and "today".
    pub now: i64,
    /// The duty.
    pub duty: &'a Duty,
    /// The period asked about.
    pub period: Period,
    /// The branch.
    pub roster: &'a Roster,
    /// How it stands.
    pub attendance: &'a Attendance<'a>,
    /// The branch's own sentence at the end, in place of the usual one.
    pub ending: Option<&'a str>,
    /// From how many names on a list is told by 团小组.
    pub teams_from: usize,
}

impl Notice<'_> {
    /// Whether this group may read who is missing.
    pub fn names(&self, chat: &Chat) -> bool {
        self.duty.names_in_group || chat.names
    }

    /// To the branch's group: `whom` of the missing by name where that is allowed, mentioned where they have an account on
    /// the chat's platform and it can (those of them whom it leaves out are counted); else how many are missing. Nothing
    /// where there is nobody. Cut to the platform's limits; each message with those whom it names.
    pub fn to_group(&self, chat: &Chat, can: &Capabilities, whom: &[&Member]) -> Vec<(Outgoing, Vec<PersonId>)> {
        let missing = self.attendance.missing.len();
        if missing == 0 || self.names(chat) && whom.is_empty() {
            return Vec::new();
        }
        let message = |parts| Outgoing { chat: chat.key.clone(), quote: None, parts };
        if self.names(chat) {
            let head = self.say("remind-names", &[("until", self.until().into())]);
            let spared = missing - whom.len().min(missing);
            let ending = self.ending.map_or_else(|| self.say("remind-names-end", &[]), str::to_owned);
            let mut tail = if spared > 0 { format!("{}\n{ending}", self.say("remind-spared", &[("spared", spared.into())])) } else { ending };
            self.at_only(can, &mut tail);
            let (lines, ids) = self.lines(whom, &chat.key, can);
            let mut ids = ids.into_iter();
            let pages = lay_out(&head, &self.say("remind-more", &[]), &tail, lines, can);
            pages.into_iter().map(|(parts, people)| (message(parts), ids.by_ref().take(people).collect())).collect()
        } else {
            let mut text = self.say("remind-number", &[]);
            if let Some(ending) = self.ending {
                text.push('\n');
                text.push_str(ending);
            }
            self.at_only(can, &mut text);
            vec![(message(vec![Part::Text(text)]), Vec::new())]
        }
    }

    /// Where the bot hears only what is said to it, whoever has done it is to say so to the bot.
    fn at_only(&self, can: &Capabilities, text: &mut String) {
        if !can.hears_all {
            text.push('\n');
            text.push_str(&self.say("remind-at-only", &[]));
        }
    }

    /// To one of the missing, in private.
    pub fn to_member(&self, member: &Member, chat: &ChatKey) -> Outgoing {
        let ending = self.ending.unwrap_or_default();
        let text = self.say("remind-member", &[("name", (&member.name).into()), ("until", self.until().into())]);
        Outgoing::text(chat.clone(), if ending.is_empty() { text } else { format!("{text}\n{ending}") })
    }

    /// To a secretary in private, with the unit's name: the meeting was not opened yet, so nobody was missing at it.
    pub fn unopened(&self, unit: &str, chat: &ChatKey) -> Outgoing {
        Outgoing::text(chat.clone(), self.say("remind-unopened", &[("unit", unit.into())]))
    }

    /// To the branch's group, where nobody owes any more.
    pub fn praise(&self, chat: &ChatKey) -> Outgoing {
        Outgoing::text(chat.clone(), self.say("remind-praise", &[("done", self.attendance.done.len().into())]))
    }

    /// Who is named, by 团小组 where they are many and the roster has any; and their ids, in the order in which they stand there.
    fn lines(&self, whom: &[&Member], chat: &ChatKey, can: &Capabilities) -> (Vec<Line>, Vec<PersonId>) {
        let mut teams: Vec<&str> = whom.iter().filter_map(|m| m.group.as_deref()).collect();
        teams.sort_by_cached_key(|team| (natural(team), *team));
        teams.dedup();
        if whom.len() < self.teams_from || teams.is_empty() {
            let (parts, ids): (Vec<Part>, Vec<PersonId>) = listed(whom, &|m| self.name(m), chat, can).into_iter().unzip();
            return (parts.into_iter().map(Line::Person).collect(), ids);
        }
        let (mut lines, mut ids) = (Vec::new(), Vec::new());
        // the group stands above
        let within = |m: &Member| if matches!(self.roster.apart(m, self.today()), Some(Apart::Group(_))) { m.name.clone() } else { self.name(m) };
        for team in teams.into_iter().map(Some).chain([None]) {
            let of: Vec<&Member> = whom.iter().copied().filter(|m| m.group.as_deref() == team).collect();
            if !of.is_empty() {
                lines.push(Line::Team(team.map_or_else(|| self.say("remind-no-team", &[]), |team| self.say("remind-team", &[("team", team.into())]))));
                for (part, id) in listed(&of, &within, chat, can) {
                    lines.push(Line::Person(part));
                    ids.push(id);
                }
            }
        }
        (lines, ids)
    }

    /// To a secretary in private, with the unit's name: who is missing by name, and how many of them have no account
    /// bound. Nothing where nobody is missing.
    pub fn to_secretary(&self, unit: &str, chat: &ChatKey, can: &Capabilities) -> Vec<Outgoing> {
        let missing = &self.attendance.missing;
        if missing.is_empty() {
            return Vec::new();
        }
        let names = missing.iter().map(|m| Line::Person(Part::Text(self.name(m)))).collect();
        let unbound = missing.iter().filter(|m| m.accounts.is_empty()).count();
        // the names follow as parts of their own, so that they can go on in a second message
        let head = self.say("remind-secretary", &[("unit", unit.into()), ("names", "".into())]);
        let tail = if unbound == 0 { String::new() } else { self.messages.say(self.lang, "missing-unbound", &[("count", unbound.into())]) };
        outgoing(chat, cut(&head, &self.say("remind-more", &[]), &tail, names, can))
    }

    fn today(&self) -> NaiveDate {
        self.zone.date(self.now)
    }

    /// A member in a list.
    fn name(&self, member: &Member) -> String {
        Names { messages: self.messages, lang: self.lang, today: self.today() }.of(self.roster, member)
    }

    fn say(&self, key: &str, more: &[(&str, Value<'_>)]) -> String {
        let mut args: Vec<(&str, Value<'_>)> = vec![
            ("duty", (&self.duty.name).into()),
            ("measure", measure(self.duty.measure).into()),
            ("period", self.attendance.issue.clone().unwrap_or_else(|| self.messages.period(self.lang, self.period, self.zone.date(self.now))).into()),
            ("count", self.attendance.missing.len().into()),
        ];
        args.extend_from_slice(more);
        self.messages.say(self.lang, key, &args)
    }

    /// Until when it is due; `none` where that is past.
    fn until(&self) -> String {
        let due = self.attendance.due;
        if due <= self.now {
            return "none".to_owned();
        }
        // the end of a day is said as the day's last minute, not as the next day's first
        let said = if self.duty.due.time.is_none() { due - 60_000 } else { due };
        self.messages.time(self.lang, said, self.zone, self.zone.date(self.now))
    }
}

/// The sentence that holds in a unit, of (path, duty, sentence): that of the nearest unit that has one.
pub fn own_words<'a>(all: &'a [(String, String, String)], duty: &str, path: &str) -> Option<&'a str> {
    let holds = all.iter().filter(|(above, of, _)| of == duty && covers(above, path));
    holds.max_by_key(|(above, ..)| above.len()).map(|(.., body)| body.as_str())
}

fn measure(m: Measure) -> &'static str {
    match m {
        Measure::Done => "done",
        Measure::Money => "money",
        Measure::Count => "count",
        Measure::Minutes => "minutes",
        Measure::Attendance => "attendance",
    }
}

fn outgoing(chat: &ChatKey, bodies: Vec<Vec<Part>>) -> Vec<Outgoing> {
    bodies.into_iter().map(|parts| Outgoing { chat: chat.clone(), quote: None, parts }).collect()
}

/// The members as parts: first those who can be mentioned in that chat, then the others by what they are called.
pub fn people(members: &[&Member], called: &dyn Fn(&Member) -> String, chat: &ChatKey, can: &Capabilities) -> Vec<Part> {
    listed(members, called, chat, can).into_iter().map(|(part, _)| part).collect()
}

fn listed(members: &[&Member], called: &dyn Fn(&Member) -> String, chat: &ChatKey, can: &Capabilities) -> Vec<(Part, PersonId)> {
    let account = |m: &Member| m.accounts.iter().find(|a| can.mention && can.mentions > 0 && a.platform == chat.platform).map(|a| a.id.to_string());
    let (mut mentions, mut names) = (Vec::new(), Vec::new());
    for m in members {
        match account(m) {
            Some(id) => mentions.push((Part::Mention { id, name: m.name.clone() }, m.person)),
            None => names.push((Part::Text(called(m)), m.person)),
        }
    }
    mentions.append(&mut names);
    mentions
}

/// What stands in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A 团小组: those after it are its.
    Team(String),
    /// Somebody.
    Person(Part),
}

/// Lays people out over as many messages as the limits ask for: `head` opens the first, `more` each further one,
/// `tail` ends the last. Names that follow one another are joined by `、`. Nobody's name is cut, and nobody is left out.
pub fn cut(head: &str, more: &str, tail: &str, lines: Vec<Line>, can: &Capabilities) -> Vec<Vec<Part>> {
    lay_out(head, more, tail, lines, can).into_iter().map(|(parts, _)| parts).collect()
}

/// The same, each message with how many people stand in it.
fn lay_out(head: &str, more: &str, tail: &str, lines: Vec<Line>, can: &Capabilities) -> Vec<(Vec<Part>, usize)> {
    const JOINT: &str = "、";
    let mut all = Vec::new();
    let mut page = Page::open(head);
    let mut team: Option<String> = None;
    for line in lines {
        let person = match line {
            Line::Team(name) => {
                team = Some(name);
                continue;
            }
            Line::Person(person) => person,
        };
        let mention = matches!(person, Part::Mention { .. });
        let size = match &person {
            Part::Text(name) => name.len() + JOINT.len(),
            // an @, the name or the id, whichever a platform counts, and a blank
            Part::Mention { id, name } => name.len().max(id.len()) + 2,
            Part::Choices(_) | Part::File(_) | Part::Picture(_) => 0,
        };
        // a team's name stays with the first of its people
        let size = size + team.as_ref().map_or(0, |t| t.len() + 1);
        // the first person of a page always fits, else there would be no end
        let full = page.people > 0 && (page.bytes + size > can.text_bytes || (mention && page.mentions >= can.mentions));
        if full {
            all.push(std::mem::replace(&mut page, Page::open(more)).parts());
        }
        page.people += 1;
        page.bytes += size;
        if let Some(team) = team.take() {
            page.text.push('\n');
            page.text.push_str(&team);
            page.after_name = false;
        }
        match person {
            Part::Text(name) => {
                if page.after_name {
                    page.text.push_str(JOINT);
                }
                page.text.push_str(&name);
                page.after_name = true;
            }
            Part::Mention { .. } | Part::Choices(_) | Part::File(_) | Part::Picture(_) => {
                page.flush();
                page.mentions += 1;
                page.parts.push(person);
                page.after_name = false;
            }
        }
    }
    if !tail.is_empty() {
        if page.people > 0 && page.bytes + tail.len() + 1 > can.text_bytes {
            all.push(std::mem::replace(&mut page, Page::open("")).parts());
        } else {
            page.text.push('\n');
        }
        page.text.push_str(tail);
    }
    all.push(page.parts());
    all
}

/// A message while it is filled.
struct Page {
    parts: Vec<Part>,
    text: String,
    bytes: usize,
    mentions: usize,
    people: usize,
    after_name: bool,
}

impl Page {
    fn open(head: &str) -> Self {
        Self { parts: Vec::new(), text: head.to_owned(), bytes: head.len(), mentions: 0, people: 0, after_name: false }
    }
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.text)));
        }
    }
    fn parts(mut self) -> (Vec<Part>, usize) {
        self.flush();
        (self.parts, self.people)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn can(text_bytes: usize, mentions: usize) -> Capabilities {
        Capabilities { mention: true, text_bytes, mentions, ..Capabilities::WORDS }
    }
    fn at(n: usize) -> Part {
        Part::Mention { id: n.to_string(), name: format!("团员{n}") }
    }
    fn plain(parts: &[Part]) -> String {
        Outgoing { chat: ChatKey::group("t", "1"), quote: None, parts: parts.to_vec() }.plain()
    }

    #[test]
    fn mentions_first_then_names_then_the_tail() {
        let people = vec![at(1), at(2), Part::Text("王五".into()), Part::Text("[CQ:at,qq=all]".into())];
        let all = cut("还差：", "接上：", "说一声就行", people.into_iter().map(Line::Person).collect(), &can(1000, 20));
        assert_eq!(all.iter().map(|p| plain(p)).collect::<Vec<_>>(), ["还差：@团员1 @团员2 王五、[CQ:at,qq=all]\n说一声就行"]);
        // markup in a name stays text
        assert!(all[0].iter().all(|p| matches!(p, Part::Text(_)) || *p == at(1) || *p == at(2)));
    }

    #[test]
    fn three_hundred_are_cut_by_mentions_and_by_bytes_and_nobody_is_lost() {
        for limits in [can(100_000, 20), can(500, 300), can(60, 7), can(1, 1)] {
            let all = cut("head", "more", "tail", (0..300).map(|n| Line::Person(at(n))).collect(), &limits);
            let named: Vec<_> = all.iter().flatten().filter(|p| matches!(p, Part::Mention { .. })).cloned().collect();
            assert_eq!(named, (0..300).map(at).collect::<Vec<_>>());
            for page in &all {
                let mentions = page.iter().filter(|p| matches!(p, Part::Mention { .. })).count();
                assert!(mentions <= limits.mentions);
                assert!(mentions <= 1 || plain(page).len() <= limits.text_bytes, "{} bytes", plain(page).len());
            }
            assert!(plain(&all[0]).starts_with("head@团员0") && plain(&all[1]).starts_with("more@"));
            assert!(plain(all.last().unwrap()).ends_with("tail"));
        }
        let names: Vec<Line> = (0..300).map(|n| Line::Person(Part::Text(format!("团员{n}")))).collect();
        let all = cut("head：", "more：", "", names, &can(90, 20));
        let back: Vec<String> = all.iter().flat_map(|p| plain(p).split_once('：').unwrap().1.split('、').map(str::to_owned).collect::<Vec<_>>()).collect();
        assert_eq!(back, (0..300).map(|n| format!("团员{n}")).collect::<Vec<_>>());
        assert!(all.iter().all(|p| plain(p).len() <= 90));
    }
}
