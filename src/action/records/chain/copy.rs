//! A copy of a list: whose entries are in it, and which names nobody or several people have.

use super::{digest, records_for};
use crate::action::cache::{Branch, Nobody};
use crate::action::context::Context;
use crate::action::members::people::{Person, scope};
use crate::action::queries::reading;
use crate::domain::document::Row;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::PersonId;
use crate::error::Error;
use crate::language::intent::ChainEntry;
use crate::language::{Around, Entry, Head, Names, normal};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Branches whose members are looked through at once; of more, names are looked up one by one.
const BRANCHES: usize = 60;
/// Names that are looked up one by one, and unknown ones for which similar names are sought, at most.
const LOOKUPS: usize = 600;
const UNKNOWN: usize = 20;
/// People offered for one name.
const CHOICES: usize = 4;

/// The people whom a list in this chat may speak of.
pub(super) struct People {
    /// Their branches, where they are few enough to be at hand.
    pub branches: Vec<Arc<Branch>>,
    by_name: HashMap<String, Vec<(usize, PersonId)>>,
    one_by_one: bool,
}

impl People {
    pub async fn read(cx: &Context) -> Result<Self, Error> {
        let ids = scope(cx).await?;
        let mut people = Self { branches: Vec::new(), by_name: HashMap::new(), one_by_one: ids.len() > BRANCHES };
        if people.one_by_one {
            return Ok(people);
        }
        for id in ids {
            people.branches.extend(cx.bot.cache.branch(id).await?);
        }
        for (at, branch) in people.branches.iter().enumerate() {
            for member in branch.roster.on(cx.today) {
                let same = people.by_name.entry(plain(&member.name)).or_default();
                if !same.iter().any(|(_, p)| *p == member.person) {
                    same.push((at, member.person));
                }
            }
        }
        Ok(people)
    }

    /// Everybody of this name.
    async fn named(&self, cx: &Context, name: &str) -> Result<Vec<Person>, Error> {
        if self.one_by_one {
            let found = reading::people(cx, name).await?;
            return Ok(found.into_iter().filter_map(|f| Some(Person { member: f.member()?.clone(), branch: f.branch })).collect());
        }
        let found = self.by_name.get(&plain(name)).map_or(&[][..], Vec::as_slice);
        Ok(found.iter().filter_map(|(at, person)| person_of(&self.branches[*at], *person)).collect())
    }

    /// People of names that look or sound like this one.
    fn similar(&self, name: &str) -> Vec<Person> {
        let mut all = Vec::new();
        for (at, branch) in self.branches.iter().enumerate() {
            for like in branch.names.similar(name) {
                let same = self.by_name.get(&plain(&like)).map_or(&[][..], Vec::as_slice);
                all.extend(same.iter().filter(|(there, _)| *there == at).filter_map(|(_, person)| person_of(branch, *person)));
            }
        }
        all.truncate(CHOICES);
        all
    }

    /// Those branches for whose members the speaker may record.
    pub fn mine(&self, cx: &Context) -> Vec<Arc<Branch>> {
        self.branches.iter().filter(|b| records_for(cx, &b.roster.org)).cloned().collect()
    }

    /// Whether the speaker may record for anybody here.
    pub fn authorised(&self, cx: &Context) -> bool {
        if self.one_by_one { cx.place.as_ref().is_some_and(|p| records_for(cx, p.org())) } else { self.branches.iter().any(|b| records_for(cx, &b.roster.org)) }
    }
}

/// Somebody of a branch, by id.
pub(super) fn person_of(branch: &Arc<Branch>, person: PersonId) -> Option<Person> {
    Some(Person { branch: branch.clone(), member: branch.roster.member(person)?.clone() })
}

/// A name as it is compared.
fn plain(name: &str) -> String {
    normal(name).chars().filter(|c| !c.is_whitespace()).collect()
}

/// One person's entry.
pub(super) struct Item {
    pub person: Person,
    pub said: Entry,
    /// A digest of the name as written, where it is not the roster's.
    pub name: Option<String>,
}

/// A name that has to be asked about.
pub(super) struct Unknown {
    pub name: String,
    pub digest: String,
    pub said: Entry,
    /// Namesakes, or people of similar names.
    pub choices: Vec<Person>,
}

/// A copy, read.
pub(super) struct Copy {
    /// Everybody's entry, each person once, in the list's order.
    pub items: Vec<Item>,
    pub unknown: Vec<Unknown>,
    /// Unknown names beyond those.
    pub more_unknown: usize,
    /// Who stands in it twice, differently.
    pub twice: Vec<String>,
    /// Its last number.
    pub last: u32,
    /// Whether a bare name says that it is done.
    pub bare: bool,
}

impl Copy {
    pub async fn read(cx: &Context, duty: &Duty, people: &People, head: &Head, entries: &[ChainEntry], known: &[Row]) -> Result<Self, Error> {
        // who stands in a list of leave without saying otherwise asks leave; why is nobody's business
        let of_leave = |said: Entry| if head.leave && matches!(said, Entry::Empty | Entry::Unclear) { Entry::Leave } else { said };
        let says: Vec<Entry> = entries.iter().map(|e| of_leave(say(cx, duty, &e.text))).collect();
        let filled = says.iter().filter(|s| matches!(s, Entry::Done { .. })).count();
        let empty = says.iter().filter(|s| **s == Entry::Empty).count();
        let by_name_alone = matches!(duty.measure, Measure::Done | Measure::Attendance) || head.done;
        let bare = by_name_alone && !head.denied && !head.filled && filled < empty;
        let last = entries.iter().map(|e| e.n).max().unwrap_or(0);
        let mut copy = Self { items: Vec::new(), unknown: Vec::new(), more_unknown: 0, twice: Vec::new(), last, bare };
        let mut shared: BTreeMap<String, Vec<(&ChainEntry, Entry)>> = BTreeMap::new();
        let mut at: HashMap<PersonId, usize> = HashMap::new();
        let mut unknown: HashSet<String> = HashSet::new();
        let mut lookups = 0;
        for (entry, said) in entries.iter().zip(says) {
            let mark = digest(&plain(&entry.name));
            let found = match alias(cx, people, known, &mark).await? {
                Some(person) => vec![person],
                None if people.one_by_one && lookups >= LOOKUPS => Vec::new(),
                None => {
                    lookups += 1;
                    people.named(cx, &entry.name).await?
                }
            };
            match &found[..] {
                [] if unknown.contains(&mark) => {}
                [] if unknown.len() >= UNKNOWN => {
                    unknown.insert(mark);
                    copy.more_unknown += 1;
                }
                [] => {
                    let choices = people.similar(&entry.name);
                    copy.unknown.push(Unknown { name: entry.name.clone(), digest: mark.clone(), said, choices });
                    unknown.insert(mark);
                }
                [one] => {
                    let name = (plain(&one.member.name) != plain(&entry.name)).then_some(mark);
                    copy.put(&mut at, Item { person: one.clone(), said, name });
                }
                _ => shared.entry(entry.name.clone()).or_default().push((entry, said)),
            }
        }
        for (name, all) in shared {
            copy.share(cx, people, &mut at, &name, &all).await?;
        }
        // who is in it by their own name is not somebody else of a similar one
        for unknown in &mut copy.unknown {
            unknown.choices.retain(|c| !at.contains_key(&c.member.person));
        }
        Ok(copy)
    }

    /// A name that several have: each of them, where all of them are there and say the same; the speaker, where only
    /// their own entry counts; else it is asked about.
    async fn share(&mut self, cx: &Context, people: &People, at: &mut HashMap<PersonId, usize>, name: &str, all: &[(&ChainEntry, Entry)]) -> Result<(), Error> {
        let namesakes = people.named(cx, name).await?;
        let Some((_, said)) = all.last() else { return Ok(()) };
        let me = cx.speaker()?.known.person;
        let alone = !people.authorised(cx);
        let own = namesakes.iter().find(|p| p.member.person == me && alone);
        if all.len() == namesakes.len() && all.iter().all(|(_, s)| s == said) {
            for person in namesakes {
                self.put(at, Item { person, said: said.clone(), name: None });
            }
        } else if let Some(person) = own {
            self.put(at, Item { person: person.clone(), said: said.clone(), name: None });
        } else {
            self.unknown.push(Unknown { name: name.to_owned(), digest: digest(&plain(name)), said: said.clone(), choices: namesakes });
        }
        Ok(())
    }

    /// Of two entries of one person the later one counts, unless it says nothing.
    fn put(&mut self, at: &mut HashMap<PersonId, usize>, item: Item) {
        let Some(there) = at.get(&item.person.member.person) else {
            at.insert(item.person.member.person, self.items.len());
            self.items.push(item);
            return;
        };
        let old = &mut self.items[*there];
        let says = |e: &Entry| !matches!(e, Entry::Empty | Entry::Unclear);
        if old.said == item.said || !says(&item.said) {
            return;
        }
        if says(&old.said) && !self.twice.contains(&item.person.member.name) {
            self.twice.push(item.person.member.name.clone());
        }
        old.said = item.said;
    }

    /// Whether this person is in it.
    pub fn has(&self, person: PersonId) -> bool {
        self.items.iter().any(|i| i.person.member.person == person) || self.unknown.iter().any(|u| u.choices.iter().any(|c| c.member.person == person))
    }
}

/// Whom a name that was asked about before turned out to be.
async fn alias(cx: &Context, people: &People, known: &[Row], mark: &str) -> Result<Option<Person>, Error> {
    let Some(subject) = known.iter().rev().filter(|r| r.name.as_deref() == Some(mark)).find_map(|r| r.subject.as_ref()) else { return Ok(None) };
    let at_hand = people.branches.iter().find(|b| b.roster.org.id == subject.branch);
    let branch = match at_hand {
        Some(branch) => Some(branch.clone()),
        None => cx.bot.cache.branch(subject.branch).await?,
    };
    Ok(branch.and_then(|b| person_of(&b, subject.person)).filter(|p| p.member.present_on(cx.today)))
}

fn say(cx: &Context, duty: &Duty, text: &str) -> Entry {
    cx.bot.grammar.entry(Some(&duty.key), text, &Around { today: cx.today, addressed: false, names: &Nobody })
}
