//! Changes of the roster, all within one transaction. The past is never rewritten: a membership ends, another begins.

use super::roster::{Recount, read};
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::record::{Standing, Tally};
use crate::domain::roster::{MemberFields, NewMember, RosterChange};
use crate::effects::Effects;
use crate::error::Fault;
use crate::store::database::engine::{Tx, args, clean, ids_json};
use crate::store::database::node::Lease;
use crate::store::raise;
use crate::store::records::audit;
use crate::store::records::rows::{self, json, json_list, period, standing_columns};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// See `Store::change_roster`.
pub(crate) async fn make(
    tx: &mut Tx,
    effects: &Effects,
    lease: &Lease,
    changes: &[RosterChange],
    relies: &[(OrgId, i64)],
    actor: Option<PersonId>,
    recount: Recount<'_>,
) -> Result<Vec<PersonId>, Fault> {
    let touched = touched(tx, changes).await?;
    let mut locked = touched.clone();
    locked.extend(relies.iter().map(|(org, _)| *org));
    tx.lock_orgs(&locked).await?;
    let epochs: HashMap<OrgId, i64> = tx.epochs(&locked).await?.into_iter().collect();
    if relies.iter().any(|(org, epoch)| epochs.get(org) != Some(epoch)) {
        return Err(Fault::Stale);
    }
    if let Some(gone) = touched.iter().find(|org| !epochs.contains_key(org)) {
        return Err(Fault::Other(format!("there is no unit {gone}; nothing was changed")));
    }

    let mut scribe = Scribe { tx, effects, news: News::default(), about: Vec::new() };
    let mut added = Vec::new();
    for change in changes {
        match change {
            RosterChange::Add(new) => added.push(scribe.add(new)),
            RosterChange::Update { person, branch, fields } => scribe.update(*person, *branch, fields).await?,
            RosterChange::Open { branch, duty, since } => scribe.open(*branch, duty, *since, actor).await?,
            RosterChange::Stay { person, branch } => scribe.stay(*person, *branch).await?,
            RosterChange::Leave { person, branch, to } => scribe.leave(*person, *branch, *to, actor).await?,
            RosterChange::Transfer { person, from, to, on, fields } => scribe.transfer(*person, *from, *to, *on, fields).await?,
        }
    }
    scribe.flush().await?;
    let about = scribe.about;
    raise(tx, &touched).await?;
    for branch in touched {
        recount_branch(tx, branch, recount).await?;
    }
    audit::append_about(tx, lease, "roster", actor, &about, effects.clock.now()).await?;
    Ok(added)
}

/// The units whose roster these changes show in: those named, and every branch of the people concerned.
async fn touched(tx: &mut Tx, changes: &[RosterChange]) -> Result<BTreeSet<OrgId>, Fault> {
    let mut branches = BTreeSet::new();
    let mut people = BTreeSet::new();
    for change in changes {
        match change {
            RosterChange::Add(new) => {
                branches.insert(new.branch);
            }
            RosterChange::Open { branch, .. } => {
                branches.insert(*branch);
            }
            RosterChange::Update { person, branch, .. } | RosterChange::Leave { person, branch, .. } | RosterChange::Stay { person, branch } => {
                branches.insert(*branch);
                people.insert(person.0);
            }
            RosterChange::Transfer { person, from, to, .. } => {
                branches.extend([*from, *to]);
                people.insert(person.0);
            }
        }
    }
    branches.extend(branches_of(tx, &people).await?);
    Ok(branches)
}

/// Every branch that one of these people is or was in.
pub(crate) async fn branches_of(tx: &mut Tx, people: &BTreeSet<i64>) -> Result<Vec<OrgId>, Fault> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT DISTINCT b.branch_id FROM json_each($1) AS j CROSS JOIN person_branch AS b WHERE b.person_id = CAST(j.value->>0 AS BIGINT)";
    let found: Vec<(i64,)> = tx.rows(sql, args![ids_json(people.iter().copied())]).await?;
    Ok(found.into_iter().map(|(id,)| OrgId(id)).collect())
}

/// Rows of new people, written together: an import of twenty thousand is five statements.
#[derive(Default)]
struct News {
    people: Vec<String>,
    memberships: Vec<String>,
    branches: BTreeSet<(i64, i64)>,
    bands: BTreeMap<(i64, i64, Period), String>,
    accounts: Vec<String>,
}

struct Scribe<'a> {
    tx: &'a mut Tx,
    effects: &'a Effects,
    news: News,
    /// What the audit link says of whom.
    about: Vec<(PersonId, String)>,
}

const INSERT_PEOPLE: &str = "INSERT INTO person (id, name, league_number, born, joined, audit_key, created_at) \
    SELECT CAST(value->>0 AS BIGINT), value->>1, value->>2, value->>3, value->>4, value->>5, CAST(value->>6 AS BIGINT) FROM json_each($1)";
const INSERT_MEMBERSHIPS: &str = "INSERT INTO membership (branch_id, person_id, from_day, id, team, post, known_day) \
    SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), value->>2, CAST(value->>3 AS BIGINT), value->>4, value->>5, value->>6 FROM json_each($1) \
    WHERE true ON CONFLICT (branch_id, person_id, from_day) DO UPDATE SET to_day = NULL, ended_by = NULL, ended_at = NULL";
const INSERT_BRANCHES: &str = "INSERT INTO person_branch (person_id, branch_id) \
    SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT) FROM json_each($1) WHERE true ON CONFLICT (person_id, branch_id) DO NOTHING";
const INSERT_BANDS: &str = "INSERT INTO band (branch_id, person_id, from_month, band) \
    SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), value->>2, value->>3 FROM json_each($1) \
    WHERE true ON CONFLICT (branch_id, person_id, from_month) DO UPDATE SET band = excluded.band";
const INSERT_ACCOUNTS: &str = "INSERT INTO account (platform, account_id, person_id, bound_at) \
    SELECT value->>0, value->>1, CAST(value->>2 AS BIGINT), CAST(value->>3 AS BIGINT) FROM json_each($1) WHERE true ON CONFLICT (platform, account_id) DO NOTHING";

impl Scribe<'_> {
    fn add(&mut self, new: &NewMember) -> PersonId {
        let person = PersonId(self.effects.ids.next());
        let mut key = [0; 32];
        self.effects.random.fill(&mut key);
        let f = &new.fields;
        let now = self.effects.clock.now();
        let dates = (f.born.map(|d| d.to_string()), f.joined.map(|d| d.to_string()));
        let number = f.league_number.as_deref().map(clean);
        self.news.people.push(json(&(person.0, clean(&new.name), number, dates.0, dates.1, audit::hex(&key), now)));
        self.enter(person, new.branch, (new.from, new.known), f);
        self.about.push((person, format!("add {new:?}")));
        person
    }

    /// A membership that begins, with the band and the accounts that came with it.
    fn enter(&mut self, person: PersonId, branch: OrgId, (from, known): (NaiveDate, Option<NaiveDate>), fields: &MemberFields) {
        let id = self.effects.ids.next();
        let (team, post) = (fields.group.as_deref().map(clean), fields.post.as_deref().map(clean));
        self.news.memberships.push(json(&(branch.0, person.0, from.to_string(), id, team, post, known.map(|day| day.to_string()))));
        self.news.branches.insert((person.0, branch.0));
        self.extras(person, branch, fields);
    }

    fn extras(&mut self, person: PersonId, branch: OrgId, fields: &MemberFields) {
        let now = self.effects.clock.now();
        if let Some((from, band)) = &fields.band {
            // the last word on a month counts: one statement can't write a row twice
            self.news.bands.insert((branch.0, person.0, *from), clean(band));
        }
        let accounts = fields.accounts.iter().map(|a| json(&(clean(&a.platform), clean(&a.id), person.0, now)));
        self.news.accounts.extend(accounts);
    }

    async fn update(&mut self, person: PersonId, branch: OrgId, f: &MemberFields) -> Result<(), Fault> {
        self.settle(person).await?;
        if let Some(joined) = f.joined {
            // entered without a roster (by the first secretary's code), as if they had joined that day: now it is known
            let sql = "UPDATE membership SET known_day = COALESCE(known_day, from_day), from_day = $3 WHERE branch_id = $1 AND person_id = $2 AND from_day > $3 \
                AND EXISTS (SELECT 1 FROM person AS p WHERE p.id = $2 AND p.joined IS NULL) \
                AND (SELECT COUNT(*) FROM person_branch AS b WHERE b.person_id = $2) = 1 \
                AND (SELECT COUNT(*) FROM membership AS m WHERE m.branch_id = $1 AND m.person_id = $2) = 1";
            self.tx.exec(sql, args![branch, person, joined.to_string()]).await?;
        }
        self.person(person, f).await?;
        // of several memberships in one branch the last one counts
        let sql = "UPDATE membership SET team = COALESCE($3, team), post = COALESCE($4, post) WHERE branch_id = $1 AND person_id = $2 \
            AND from_day = (SELECT MAX(m.from_day) FROM membership AS m WHERE m.branch_id = $1 AND m.person_id = $2)";
        self.tx.exec(sql, args![branch, person, f.group.as_deref(), f.post.as_deref()]).await?;
        self.extras(person, branch, f);
        self.about.push((person, format!("update {branch} {f:?}")));
        Ok(())
    }

    async fn person(&mut self, person: PersonId, f: &MemberFields) -> Result<(), Fault> {
        if f.league_number.is_some() || f.born.is_some() || f.joined.is_some() {
            let sql = "UPDATE person SET league_number = COALESCE($2, league_number), born = COALESCE($3, born), joined = COALESCE($4, joined) WHERE id = $1";
            let dates = (f.born.map(|d| d.to_string()), f.joined.map(|d| d.to_string()));
            self.tx.exec(sql, args![person, f.league_number.as_deref(), dates.0, dates.1]).await?;
        }
        Ok(())
    }

    /// Opened once, a month stays open: only an earlier one replaces it.
    async fn open(&mut self, branch: OrgId, duty: &str, since: NaiveDate, actor: Option<PersonId>) -> Result<(), Fault> {
        let sql = "INSERT INTO duty_since (branch_id, duty, since) VALUES ($1, $2, $3) ON CONFLICT (branch_id, duty) DO UPDATE SET since = excluded.since \
            WHERE excluded.since < duty_since.since";
        self.tx.exec(sql, args![branch, duty, since.to_string()]).await?;
        self.about.push((actor.unwrap_or(PersonId(0)), format!("open {branch} {duty} {since}")));
        Ok(())
    }

    async fn stay(&mut self, person: PersonId, branch: OrgId) -> Result<(), Fault> {
        self.settle(person).await?;
        let sql = "UPDATE membership SET to_day = NULL, ended_by = NULL, ended_at = NULL WHERE branch_id = $1 AND person_id = $2 \
            AND from_day = (SELECT MAX(m.from_day) FROM membership AS m WHERE m.branch_id = $1 AND m.person_id = $2)";
        self.tx.exec(sql, args![branch, person]).await?;
        self.about.push((person, format!("stay {branch}")));
        Ok(())
    }

    async fn leave(&mut self, person: PersonId, branch: OrgId, to: NaiveDate, actor: Option<PersonId>) -> Result<(), Fault> {
        self.settle(person).await?;
        let sql = "UPDATE membership SET to_day = $3, ended_by = $4, ended_at = $5 WHERE branch_id = $1 AND person_id = $2 \
            AND from_day = (SELECT MAX(m.from_day) FROM membership AS m WHERE m.branch_id = $1 AND m.person_id = $2)";
        self.tx.exec(sql, args![branch, person, to.to_string(), actor, self.effects.clock.now()]).await?;
        self.about.push((person, format!("leave {branch} {to}")));
        Ok(())
    }

    async fn transfer(&mut self, person: PersonId, from: OrgId, to: OrgId, on: NaiveDate, fields: &MemberFields) -> Result<(), Fault> {
        self.settle(person).await?;
        let eve = on.checked_sub_days(Days::new(1)).unwrap_or(on).to_string();
        // an open membership anywhere else ends the day before
        let open = "UPDATE membership SET to_day = $2 WHERE person_id = $1 AND branch_id <> $3 AND (to_day IS NULL OR to_day > $2) \
            AND branch_id IN (SELECT b.branch_id FROM person_branch AS b WHERE b.person_id = $1)";
        self.tx.exec(open, args![person, eve, to]).await?;
        let here = "SELECT CAST(COUNT(*) AS BIGINT) FROM membership WHERE branch_id = $1 AND person_id = $2 AND to_day IS NULL";
        let (here,): (i64,) = self.tx.one(here, args![to, person]).await?.unwrap_or((0,));
        if here == 0 {
            // what was owed before holds on until somebody says otherwise
            let bands = "INSERT INTO band (branch_id, person_id, from_month, band) SELECT $2, person_id, from_month, band FROM band \
                WHERE branch_id = $1 AND person_id = $3 ON CONFLICT (branch_id, person_id, from_month) DO NOTHING";
            self.tx.exec(bands, args![from, to, person]).await?;
            self.person(person, fields).await?;
            self.enter(person, to, (on, None), fields);
            self.about.push((person, format!("transfer {from} {to} {on} {fields:?}")));
            return Ok(());
        }
        self.update(person, to, fields).await
    }

    /// Writes what was gathered of this person, where something was: a later change builds on it.
    async fn settle(&mut self, person: PersonId) -> Result<(), Fault> {
        let gathered = self.news.branches.range((person.0, i64::MIN)..=(person.0, i64::MAX)).next().is_some();
        if gathered { self.flush().await } else { Ok(()) }
    }

    /// Writes what was gathered.
    async fn flush(&mut self) -> Result<(), Fault> {
        let n = std::mem::take(&mut self.news);
        for (sql, rows) in [(INSERT_PEOPLE, &n.people), (INSERT_MEMBERSHIPS, &n.memberships), (INSERT_ACCOUNTS, &n.accounts)] {
            if !rows.is_empty() {
                self.tx.exec(sql, args![json_list(rows)]).await?;
            }
        }
        if !n.branches.is_empty() {
            self.tx.exec(INSERT_BRANCHES, args![json(&n.branches)]).await?;
        }
        if !n.bands.is_empty() {
            let rows: Vec<_> = n.bands.iter().map(|((branch, person, from), band)| (branch, person, from, band)).collect();
            self.tx.exec(INSERT_BANDS, args![json(&rows)]).await?;
        }
        Ok(())
    }
}

/// Counts again who is expected, and who of them has met it or is excused, in every period of the branch that is not frozen. A standing
/// of somebody who is not expected is marked so: it counts for no rate until they are.
pub(crate) async fn recount_branch(tx: &mut Tx, branch: OrgId, recount: Recount<'_>) -> Result<(), Fault> {
    const STANDINGS: &str = concat!(
        "SELECT ",
        standing_columns!(),
        " FROM tally AS t CROSS JOIN standing AS s WHERE t.branch_id = $1 AND t.frozen = 0",
        " AND s.branch_id = t.branch_id AND s.duty = t.duty AND s.period = t.period"
    );
    const MARK: &str = "UPDATE standing SET expected = CAST(j.value->>3 AS BIGINT) FROM json_each($2) AS j WHERE standing.branch_id = $1 \
        AND standing.duty = j.value->>0 AND standing.period = j.value->>1 AND standing.person_id = CAST(j.value->>2 AS BIGINT)";
    const WRITE: &str = "INSERT INTO tally (branch_id, duty, period, expected, done, excused, got, confirmed, frozen) \
        SELECT CAST(value->>0 AS BIGINT), value->>1, value->>2, CAST(value->>3 AS BIGINT), CAST(value->>4 AS BIGINT), CAST(value->>5 AS BIGINT), 0, 0, 0 \
        FROM json_each($1) WHERE true ON CONFLICT (branch_id, duty, period) DO UPDATE SET expected = excluded.expected, done = excluded.done, \
        excused = excluded.excused";
    let open: Vec<(String, String)> = tx.rows("SELECT duty, period FROM tally WHERE branch_id = $1 AND frozen = 0", args![branch]).await?;
    if open.is_empty() {
        return Ok(());
    }
    let Some(roster) = read(tx, branch).await? else { return Ok(()) };
    let mut kept: HashMap<(String, Period), Vec<(PersonId, Standing)>> = HashMap::new();
    for (key, standing) in rows::standings(tx.rows(STANDINGS, args![branch]).await?)? {
        kept.entry((key.duty, key.period)).or_default().push((key.person, standing));
    }
    let (mut marks, mut counted) = (Vec::new(), Vec::new());
    for (duty, key) in open {
        let period = period(&key)?;
        let expected: HashSet<PersonId> = recount(&roster, &duty, period).into_iter().collect();
        let mut sum = Tally::default();
        for (person, standing) in kept.remove(&(duty.clone(), period)).unwrap_or_default() {
            let said = if expected.contains(&person) { None } else { Some(false) };
            if standing.expected != said {
                marks.push((duty.clone(), period, person.0, said.map(i64::from)));
            }
            sum.shift(&Standing::default(), &Standing { expected: said, ..standing });
        }
        counted.push((branch.0, duty, period, i64::try_from(expected.len()).unwrap_or(i64::MAX), sum.done, sum.excused));
    }
    if !marks.is_empty() {
        tx.exec(MARK, args![branch, json(&marks)]).await?;
    }
    tx.exec(WRITE, args![json(&counted)]).await?;
    Ok(())
}
