//! A tree with rosters in memory: what a plan changes, without a database.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;
use zhibu::config::messages::{Lang, Messages};
use zhibu::domain::calendar::{Cadence, Period};
use zhibu::domain::duty::{Band, Deadline, Duty, Measure, Money, Words};
use zhibu::domain::ids::{OrgId, PersonId};
use zhibu::domain::money::Fen;
use zhibu::domain::role::Role;
use zhibu::domain::roster::{Ack, KnownPerson, Member, MemberFields, Org, OrgKind, Roster, RosterChange};
use zhibu::error::Mistake;
use zhibu::intake::plan::{Elsewhere, Plan, Who, World, settled, touched};
use zhibu::intake::{planner, preview, rows, sheet};

use chrono::NaiveDate;

static WORDS: LazyLock<Messages> = LazyLock::new(Messages::embedded);

/// Dues with three bands.
pub fn dues() -> Duty {
    let from = Period::month(2016, 1).unwrap();
    let band = |key: &str, name: &str, fen| Band { key: key.into(), name: name.into(), group: None, rates: vec![(from, Fen(fen))] };
    Duty {
        key: "dues".into(),
        name: "团费".into(),
        aliases: Vec::new(),
        measure: Measure::Money,
        cadence: Cadence::Month,
        target: 0,
        due: Deadline { days: 0, time: None },
        closes: Deadline { days: 0, time: None },
        arrears: true,
        confirm: true,
        names_in_group: false,
        screenshots: false,
        bands: vec![band("farmer", "务农", 20), band("student", "学生", 20), band("pay_2000", "月薪 2000 以下", 300), band("pay_3000", "月薪 3000", 600)],
        default_band: Some("student".into()),
        warn_months: 6,
        money: Money::default(),
        meeting: zhibu::domain::meeting::Meeting::default(),
        ack: Ack::Each,
        words: Words::default(),
        pauses: Vec::new(),
        issues: None,
        reminders: Vec::new(),
    }
}

/// The town.
pub struct Town {
    /// The local date.
    pub today: NaiveDate,
    /// Its units.
    pub orgs: Vec<Org>,
    /// Members by branch.
    pub members: HashMap<OrgId, Vec<Member>>,
    /// Born, joined.
    pub dates: HashMap<PersonId, (Option<NaiveDate>, Option<NaiveDate>)>,
    /// Roles.
    pub holders: HashSet<(OrgId, Role, PersonId)>,
    /// Where the importer may change rosters.
    pub scope: Vec<String>,
    /// `--branch`.
    pub base: Option<String>,
    /// What to do about people known elsewhere.
    pub rule: Elsewhere,
    /// Whether the importer may give roles.
    pub may_grant: bool,
    next: i64,
}

impl Town {
    /// Empty, on 2026-11-22; the importer may do everything.
    pub fn new() -> Self {
        Self {
            today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
            orgs: Vec::new(),
            members: HashMap::new(),
            dates: HashMap::new(),
            holders: HashSet::new(),
            scope: vec![String::new()],
            base: None,
            rule: Elsewhere::Ask,
            may_grant: true,
            next: 0,
        }
    }

    /// Plans a file.
    pub fn plan(&self, bytes: &[u8]) -> Result<Plan, Mistake> {
        let tables = sheet::read(bytes, &sheet::Limits::default())?;
        let duty = dues();
        let reading = rows::read(&tables, Some(&duty), self.today)?;
        let needed = touched(&reading, &self.orgs, &self.scope, self.base.as_deref());
        let rosters = needed.into_iter().map(|id| (id, self.roster(id))).collect();
        let elsewhere: Vec<KnownPerson> = self.orgs.iter().flat_map(|org| self.known(org)).collect();
        let world = World {
            today: self.today,
            orgs: &self.orgs,
            rosters: &rosters,
            elsewhere: &elsewhere,
            dates: &self.dates,
            holders: &self.holders,
            scope: &self.scope,
            base: self.base.as_deref(),
            duty: Some(&duty),
            elsewhere_rule: self.rule,
            may_grant: self.may_grant,
            rules: None,
        };
        Ok(planner::plan(&reading, &world))
    }

    /// What the importer reads about a file, nothing left out; a mistake's sentence where it can't be read.
    pub fn preview(&self, bytes: &[u8]) -> String {
        match self.plan(bytes) {
            Ok(plan) => preview::text(&plan, &WORDS, Lang::Zh, usize::MAX),
            Err(mistake) => WORDS.mistake(Lang::Zh, &mistake),
        }
    }

    /// Plans and applies.
    pub fn import(&mut self, bytes: &[u8]) -> Plan {
        let plan = self.plan(bytes).unwrap();
        let made: BTreeMap<String, OrgId> = plan.units.iter().map(|path| (path.clone(), self.unit(path, OrgKind::Branch))).collect();
        let mut added = Vec::new();
        for change in plan.changes(&made).unwrap() {
            match change {
                RosterChange::Add(new) => {
                    self.next += 1;
                    added.push(PersonId(self.next));
                    self.dates.insert(PersonId(self.next), (new.fields.born, new.fields.joined));
                    let member = member(PersonId(self.next), &new.name, new.from);
                    self.members.entry(new.branch).or_default().push(member);
                    self.set(new.branch, PersonId(self.next), new.fields);
                }
                RosterChange::Update { person, branch, fields } => self.set(branch, person, fields),
                RosterChange::Transfer { person, from, to, on, fields } => {
                    let old = self.members.get_mut(&from).unwrap().iter_mut().find(|m| m.person == person && m.to.is_none()).unwrap();
                    let new = Member { from: on, ..old.clone() };
                    old.to = on.pred_opt();
                    self.members.entry(to).or_default().push(new);
                    self.set(to, person, fields);
                }
                RosterChange::Stay { person, branch } => {
                    self.members.get_mut(&branch).unwrap().iter_mut().rfind(|m| m.person == person).unwrap().to = None;
                }
                RosterChange::Leave { .. } | RosterChange::Open { .. } => panic!("an import removes nobody and opens nothing"),
            }
        }
        for grant in &plan.grants {
            let person = match grant.who {
                Who::Known(person) => person,
                Who::Added(n) => added[n],
            };
            self.holders.insert((settled(&grant.place, &made).unwrap(), grant.role, person));
        }
        plan
    }

    /// A unit with those above it.
    pub fn unit(&mut self, path: &str, kind: OrgKind) -> OrgId {
        if let Some(org) = self.orgs.iter().find(|o| o.path == path) {
            return org.id;
        }
        let parent = path.rsplit_once('/').map(|(above, _)| self.unit(above, OrgKind::Committee));
        self.next += 1;
        let name = path.rsplit('/').next().unwrap().to_owned();
        self.orgs.push(Org { id: OrgId(self.next), parent, path: path.into(), name, kind, since: self.today, epoch: 1 });
        OrgId(self.next)
    }

    /// The members of a branch by its path.
    pub fn at(&self, path: &str) -> &[Member] {
        self.orgs.iter().find(|o| o.path == path).and_then(|o| self.members.get(&o.id)).map_or(&[], Vec::as_slice)
    }

    fn roster(&self, id: OrgId) -> Roster {
        let org = self.orgs.iter().find(|o| o.id == id).unwrap().clone();
        Roster::new(org, self.members.get(&id).cloned().unwrap_or_default())
    }

    fn known(&self, org: &Org) -> Vec<KnownPerson> {
        let known = |m: &Member| KnownPerson {
            person: m.person,
            name: m.name.clone(),
            branch: Some((org.id, org.path.clone())),
            league_number: m.league_number.clone(),
            accounts: m.accounts.clone(),
            here: m.to.is_none(),
            left: m.to.is_some(),
        };
        self.members.get(&org.id).into_iter().flatten().map(known).collect()
    }

    fn set(&mut self, branch: OrgId, person: PersonId, fields: MemberFields) {
        let m = self.members.get_mut(&branch).unwrap().iter_mut().rfind(|m| m.person == person).unwrap();
        m.league_number = fields.league_number.or(m.league_number.take());
        m.group = fields.group.or(m.group.take());
        m.post = fields.post.or(m.post.take());
        m.bands.extend(fields.band);
        m.accounts.extend(fields.accounts);
        let dates = self.dates.entry(person).or_default();
        *dates = (fields.born.or(dates.0), fields.joined.or(dates.1));
    }
}

fn member(person: PersonId, name: &str, from: NaiveDate) -> Member {
    Member { person, name: name.into(), league_number: None, group: None, post: None, from, known: None, to: None, bands: Vec::new(), accounts: Vec::new() }
}
