//! Who a row means, row by row: somebody here, somebody from another branch, somebody new, or nobody can tell.

use super::Phrase;
use super::place::{Place, covers};
use super::plan::{Elsewhere, World};
use super::rows::RosterRow;
use super::value::without_number;
use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::AccountKey;
use crate::domain::roster::{KnownPerson, Member, MemberFields, Roster};
use chrono::{Days, NaiveDate};
use std::collections::HashMap;

/// So many days back a list that names somebody again says that their leaving was a mistake; later they came back.
const MISTAKE_DAYS: u64 = 31;

/// What becomes of a row.
#[derive(Debug)]
pub(super) enum Fate<'a> {
    /// It can't be.
    Refuse(Phrase),
    /// Somebody must say.
    Ask(Phrase),
    /// Somebody new.
    Add,
    /// A member of this branch.
    Here(&'a Member, OrgId),
    /// Somebody known who comes over.
    Move(&'a KnownPerson),
}

/// Members who are in the branch today or will be, not those who left.
pub(super) fn present(roster: &Roster, today: NaiveDate) -> impl Iterator<Item = &Member> {
    roster.members.iter().filter(move |m| m.to.is_none_or(|to| to >= today))
}

/// One branch, by what tells people apart.
struct Index<'a> {
    numbers: HashMap<&'a str, &'a Member>,
    accounts: HashMap<&'a AccountKey, &'a Member>,
    names: HashMap<&'a str, Vec<&'a Member>>,
}

impl<'a> Index<'a> {
    fn new(roster: &'a Roster, today: NaiveDate) -> Self {
        let mut index = Self { numbers: HashMap::new(), accounts: HashMap::new(), names: HashMap::new() };
        for member in present(roster, today) {
            index.numbers.extend(member.league_number.as_deref().map(|n| (n, member)));
            index.accounts.extend(member.accounts.iter().map(|a| (a, member)));
            index.names.entry(&member.name).or_default().push(member);
        }
        index
    }

    /// The member with the row's number or one of its accounts.
    fn by_mark(&self, row: &RosterRow) -> Result<Option<&'a Member>, Phrase> {
        let number = row.league_number.as_deref().and_then(|n| self.numbers.get(n)).copied();
        let mut hit = number;
        for account in &row.accounts {
            let Some(holder) = self.accounts.get(account).copied() else { continue };
            if hit.is_some_and(|h| h.person != holder.person) {
                return Err(taken(account, &holder.name));
            }
            hit = Some(holder);
        }
        let Some(member) = hit else { return Ok(None) };
        if member.name != row.name {
            return Err(Phrase::new("roster-q-name-differs").with("known", &member.name));
        }
        match (&row.league_number, &member.league_number) {
            (Some(new), Some(old)) if new != old => Err(Phrase::new("roster-q-number-differs").with("number", old)),
            _ => Ok(Some(member)),
        }
    }

    /// The member of the row's name, among those whom no other row means.
    fn by_name(&self, row: &RosterRow, claimed: &HashMap<PersonId, usize>, rule: Elsewhere) -> Result<Option<&'a Member>, Phrase> {
        let all: Vec<&Member> = self.names.get(row.name.as_str()).into_iter().flatten().copied().filter(|m| !claimed.contains_key(&m.person)).collect();
        let differs = |m: &&Member| matches!((&row.league_number, &m.league_number), (Some(a), Some(b)) if a != b);
        let fits: Vec<&Member> = all.iter().copied().filter(|m| !differs(m)).collect();
        match (fits[..].first(), fits.len(), all.first()) {
            (Some(one), 1, _) => Ok(Some(*one)),
            (Some(_), _, _) => Err(Phrase::new("roster-q-namesakes-here").count("count", fits.len())),
            (None, _, Some(_)) if rule == Elsewhere::New => Ok(None),
            (None, _, Some(other)) => Err(Phrase::new("roster-q-number-differs").with("number", other.league_number.clone().unwrap_or_default())),
            (None, _, None) => Ok(None),
        }
    }
}

fn taken(account: &AccountKey, holder: &str) -> Phrase {
    Phrase::new("roster-q-account-taken").with("account", account.id.as_ref()).with("holder", holder)
}

/// The fate of every row that has a place; none for the others.
pub(super) fn decide<'a>(open: &[Option<Place>], rows: &[RosterRow], world: &'a World<'a>) -> Vec<Option<Fate<'a>>> {
    let indexes: HashMap<OrgId, Index<'_>> = world.rosters.iter().map(|(id, roster)| (*id, Index::new(roster, world.today))).collect();
    let others = Others::new(world);
    let mut fates: Vec<Option<Fate<'a>>> = open.iter().map(|_| None).collect();
    let mut claimed: HashMap<PersonId, usize> = HashMap::new();
    // Numbers and accounts first, for all rows: then a name means only who is left.
    for by_name in [false, true] {
        for (i, place) in open.iter().enumerate() {
            let (Some(Place::Known(branch)), None) = (place, &fates[i]) else { continue };
            let Some(index) = indexes.get(branch) else { continue };
            let found = if by_name { index.by_name(&rows[i], &claimed, world.elsewhere_rule) } else { index.by_mark(&rows[i]) };
            fates[i] = match found {
                Err(what) => Some(Fate::Ask(what)),
                Ok(None) => None,
                Ok(Some(member)) => Some(match (claimed.get(&member.person), others.holder(&rows[i], member.person)) {
                    (Some(line), _) => Fate::Refuse(Phrase::new("roster-row-same-person").with("line", line.to_string())),
                    (None, Some(what)) => Fate::Ask(what),
                    (None, None) => {
                        claimed.insert(member.person, rows[i].line);
                        Fate::Here(member, *branch)
                    }
                }),
            };
        }
    }
    let names = names_by_place(open, rows);
    for (i, place) in open.iter().enumerate() {
        if let (Some(place), None) = (place, &fates[i]) {
            let numbered = without_number(&rows[i].name).filter(|base| {
                let here = if let Place::Known(id) = place { indexes.get(id).is_some_and(|x| x.names.contains_key(base)) } else { false };
                let marked = rows[i].league_number.is_some() || !rows[i].accounts.is_empty();
                !marked || here || names.contains_key(&(place, *base))
            });
            let fate = match numbered {
                Some(base) => Fate::Ask(Phrase::new("roster-q-numbered-name").with("base", base)),
                None => others.fate(&rows[i], place, &claimed),
            };
            match &fate {
                Fate::Move(KnownPerson { person, .. }) | Fate::Here(Member { person, .. }, _) => {
                    claimed.insert(*person, rows[i].line);
                }
                _ => {}
            }
            fates[i] = Some(fate);
        }
    }
    fates
}

fn names_by_place<'r>(open: &'r [Option<Place>], rows: &'r [RosterRow]) -> HashMap<(&'r Place, &'r str), usize> {
    open.iter().zip(rows).filter_map(|(place, row)| place.as_ref().map(|p| ((p, row.name.as_str()), row.line))).collect()
}

/// People known in any branch, by what tells them apart.
struct Others<'a> {
    world: &'a World<'a>,
    numbers: HashMap<&'a str, &'a KnownPerson>,
    accounts: HashMap<&'a AccountKey, &'a KnownPerson>,
    names: HashMap<&'a str, Vec<&'a KnownPerson>>,
}

impl<'a> Others<'a> {
    fn new(world: &'a World<'a>) -> Self {
        let mut others = Self { world, numbers: HashMap::new(), accounts: HashMap::new(), names: HashMap::new() };
        for known in world.elsewhere {
            others.numbers.extend(known.league_number.as_deref().map(|n| (n, known)));
            others.accounts.extend(known.accounts.iter().map(|a| (a, known)));
            others.names.entry(&known.name).or_default().push(known);
        }
        others
    }

    /// What to say where one of the row's marks is somebody else's than this person's.
    fn holder(&self, row: &RosterRow, person: PersonId) -> Option<Phrase> {
        let number = row.league_number.as_deref().and_then(|n| self.numbers.get(n)).filter(|k| k.person != person);
        if let Some(known) = number {
            return Some(self.elsewhere(known, "roster-q-number-taken"));
        }
        row.accounts.iter().find_map(|a| self.accounts.get(a).filter(|k| k.person != person).map(|known| self.account_taken(a, known)))
    }

    fn account_taken(&self, account: &AccountKey, known: &KnownPerson) -> Phrase {
        if self.visible(known) { taken(account, &known.name) } else { Phrase::new("roster-q-foreign") }
    }

    /// Somebody who left this branch: a little ago, then the list that names them says that it was a mistake; else it is asked about.
    fn gone(&self, known: &'a KnownPerson, place: &Place) -> Fate<'a> {
        let here = if let Place::Known(id) = place { self.world.rosters.get(id).map(|roster| (roster, *id)) } else { None };
        let member = here.and_then(|(roster, id)| Some((roster.member(known.person)?, id)));
        match member {
            Some((member, id)) if member.to.is_some_and(|to| to + Days::new(MISTAKE_DAYS) >= self.world.today) => Fate::Here(member, id),
            _ if self.world.elsewhere_rule == Elsewhere::Transfer && known.left => Fate::Move(known),
            _ => Fate::Ask(Phrase::new("roster-q-left")),
        }
    }

    /// A question that names somebody of another branch, where the importer may see it.
    fn elsewhere(&self, known: &KnownPerson, key: &'static str) -> Phrase {
        match &known.branch {
            _ if !self.visible(known) => Phrase::new("roster-q-foreign"),
            Some((_, path)) if known.left && key == "roster-q-elsewhere" => Phrase::new("roster-q-was").with("branch", path),
            Some((_, path)) => Phrase::new(key).with("known", &known.name).with("branch", path),
            None => Phrase::new("roster-q-without-branch").with("known", &known.name),
        }
    }

    fn visible(&self, known: &KnownPerson) -> bool {
        let path = known.branch.as_ref().map_or("", |(_, path)| path);
        covers(self.world.scope, path)
    }

    /// What becomes of a row whom nobody in its branch fits.
    fn fate(&self, row: &RosterRow, place: &Place, claimed: &HashMap<PersonId, usize>) -> Fate<'a> {
        let number = row.league_number.as_deref().and_then(|n| self.numbers.get(n)).copied();
        let mut hit = number;
        for account in &row.accounts {
            let Some(holder) = self.accounts.get(account).copied() else { continue };
            if hit.is_some_and(|h| h.person != holder.person) {
                return Fate::Ask(self.account_taken(account, holder));
            }
            hit = Some(holder);
        }
        match hit {
            Some(known) => self.known(row, known, place, claimed),
            None => self.namesake(row, place, claimed),
        }
    }

    /// Somebody known by number or account.
    fn known(&self, row: &RosterRow, known: &'a KnownPerson, place: &Place, claimed: &HashMap<PersonId, usize>) -> Fate<'a> {
        if let Some(line) = claimed.get(&known.person) {
            return Fate::Refuse(Phrase::new("roster-row-same-person").with("line", line.to_string()));
        }
        if known.name != row.name {
            return Fate::Ask(self.elsewhere(known, "roster-q-number-taken"));
        }
        if lives_in(known, place) {
            return self.gone(known, place);
        }
        // whoever left is nobody else's any more: the branch that takes them in needs no right over the one that they came from
        match (self.world.elsewhere_rule, self.visible(known), known.left) {
            (Elsewhere::Transfer, true, _) | (Elsewhere::Transfer, _, true) => return Fate::Move(known),
            (_, false, true) => return Fate::Ask(Phrase::new("roster-q-gone")),
            _ => {}
        }
        Fate::Ask(self.elsewhere(known, "roster-q-elsewhere"))
    }

    /// Somebody of the same name elsewhere, whom no other row means and nothing tells apart.
    fn namesake(&self, row: &RosterRow, place: &Place, claimed: &HashMap<PersonId, usize>) -> Fate<'a> {
        let other_account = |k: &KnownPerson| row.accounts.iter().any(|a| k.accounts.iter().any(|b| a.platform == b.platform));
        let other_number = |k: &KnownPerson| matches!((&row.league_number, &k.league_number), (Some(a), Some(b)) if a != b);
        let same_branch = |k: &KnownPerson| lives_in(k, place);
        let may_be = |k: &&KnownPerson| {
            k.branch.is_some() && !claimed.contains_key(&k.person) && (k.here != same_branch(k)) && self.visible(k) && !other_account(k) && !other_number(k)
        };
        let fits: Vec<&'a KnownPerson> = self.names.get(row.name.as_str()).into_iter().flatten().copied().filter(may_be).collect();
        match (fits[..].first(), fits.len(), self.world.elsewhere_rule) {
            (None, _, _) | (_, _, Elsewhere::New) => Fate::Add,
            (Some(known), 1, _) if same_branch(known) => self.gone(known, place),
            (Some(known), 1, Elsewhere::Transfer) => Fate::Move(known),
            (Some(known), n, _) => {
                let path = known.branch.as_ref().map_or("", |(_, path)| path);
                Fate::Ask(Phrase::new("roster-q-same-name").with("branch", path).count("count", n))
            }
        }
    }
}

/// Whether their branch, the present or the last, is this one.
fn lives_in(known: &KnownPerson, place: &Place) -> bool {
    known.branch.as_ref().is_some_and(|(id, _)| *place == Place::Known(*id))
}

/// The fields of somebody new. Without a band they are in the duty's default one: said now, so that another default does
/// not rewrite the past.
pub(super) fn fields_of_new(row: &RosterRow, from: NaiveDate, duty: Option<&Duty>, path: &str) -> MemberFields {
    let band = row.band.clone().or_else(|| duty.and_then(|d| d.default_at(path).map(str::to_owned)));
    MemberFields {
        league_number: row.league_number.clone(),
        born: row.born,
        joined: row.joined,
        group: row.group.clone(),
        post: row.post.clone(),
        band: band.map(|b| (Period::containing(Cadence::Month, from), b)),
        accounts: row.accounts.clone(),
    }
}

/// What the row says otherwise than the roster, and how a person reads it. A blank cell says nothing.
pub(super) fn differences(row: &RosterRow, member: &Member, world: &World<'_>) -> (MemberFields, Vec<Phrase>) {
    let mut said = Vec::new();
    let mut changed = |label: &'static str, old: Option<String>, new: Option<String>| {
        let differs = new.is_some() && new != old;
        if differs {
            let old_text = old.filter(|o| !o.is_empty());
            let key = if old_text.is_some() { "roster-field-changed" } else { "roster-field-set" };
            let phrase = Phrase::new(key).list("field", vec![Phrase::new(label)]).with("old", old_text.unwrap_or_default());
            said.push(phrase.with("new", new.clone().unwrap_or_default()));
        }
        differs
    };
    let month = Period::containing(Cadence::Month, world.today);
    let (born, joined) = world.dates.get(&member.person).copied().unwrap_or_default();
    let day = |d: Option<NaiveDate>| d.map(|d| d.to_string());
    let in_month = |d: Option<NaiveDate>| d.map(|d| d.format("%Y-%m").to_string());
    let band_name = |key: &str| world.duty.and_then(|d| d.bands.iter().find(|b| b.key == key)).map_or_else(|| key.to_owned(), |b| b.name.clone());
    let band = member.band(month).or(world.duty.and_then(|d| d.default_band.as_deref()));
    let fields = MemberFields {
        league_number: row.league_number.clone().filter(|n| changed("roster-field-number", member.league_number.clone(), Some(n.clone()))),
        born: row.born.filter(|d| changed("roster-field-born", day(born), day(Some(*d)))),
        joined: row.joined.filter(|d| changed("roster-field-joined", in_month(joined), in_month(Some(*d)))),
        group: row.group.clone().filter(|g| changed("roster-field-group", member.group.clone(), Some(g.clone()))),
        post: row.post.clone().filter(|p| changed("roster-field-post", member.post.clone(), Some(p.clone()))),
        band: row.band.clone().filter(|b| changed("roster-field-band", band.map(band_name), Some(band_name(b)))).map(|b| (month, b)),
        accounts: row.accounts.iter().filter(|a| !member.accounts.contains(a) && changed("roster-field-account", None, Some(a.to_string()))).cloned().collect(),
    };
    (fields, said)
}
