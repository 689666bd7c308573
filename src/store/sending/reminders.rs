//! Reminders: which came due and what became of them, who was reminded today, and what a unit's secretary made of them in
//! chat: reminders of its own, a time without any, its own words.

use super::held::Why;
use super::outbox::Letter;
use crate::domain::calendar::Zone;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::roster::covers;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, clean, ids_json};
use crate::store::records::rows::json;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What became of a due time of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Letters were entered.
    Sent,
    /// Nobody was to be reminded.
    Nobody,
    /// Everybody who was had been reminded today.
    Spared,
    /// Somebody was, but nobody could be written to: no group, no account.
    Unreached,
    /// The secretary paused reminders.
    Paused,
    /// The records may lack something: the secretary was asked.
    Held,
    /// The secretary says that it is to be sent: it soon is.
    Released,
    /// The secretary says that it is not to be sent.
    Declined,
    /// It was held, and nobody said anything in time.
    Lapsed,
    /// It was found too late, or overtaken by a later one.
    Skipped,
}

impl Outcome {
    const ALL: [Self; 10] =
        [Self::Sent, Self::Nobody, Self::Spared, Self::Unreached, Self::Paused, Self::Held, Self::Released, Self::Declined, Self::Lapsed, Self::Skipped];

    /// As stored.
    pub fn key(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Nobody => "nobody",
            Self::Spared => "spared",
            Self::Unreached => "unreached",
            Self::Paused => "paused",
            Self::Held => "held",
            Self::Released => "released",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
            Self::Skipped => "skipped",
        }
    }
}

/// Somebody who is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Told {
    /// The branch.
    pub branch: OrgId,
    /// Who.
    pub person: PersonId,
    /// In private, rather than by name in the group.
    pub private: bool,
}

/// A due time of one unit, to be entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// `duty/reminder`.
    pub reminder: String,
    /// The unit.
    pub org: OrgId,
    /// When it came due, UTC milliseconds.
    pub at: i64,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The letters.
    pub letters: Vec<Letter>,
    /// Whom they remind, each with the key of the letter that does.
    pub told: Vec<(Told, String)>,
    /// Where it is held: why, and until when it may still be sent (UTC ms).
    pub held: Option<(Why, i64)>,
}

/// A reminder that was made in chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnReminder {
    /// Its id.
    pub id: i64,
    /// The unit.
    pub org: OrgId,
    /// The unit's path.
    pub path: String,
    /// The duty's key.
    pub duty: String,
    /// When, as in the duties' files.
    pub cron: String,
    /// Since when, UTC milliseconds.
    pub made_at: i64,
}

/// A time without reminders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hush {
    /// The unit's path; it holds there and below.
    pub path: String,
    /// The duty's key; none: of every duty.
    pub duty: Option<String>,
    /// From when, UTC milliseconds.
    pub from: i64,
    /// Until when, UTC milliseconds.
    pub until: i64,
    /// When it was said, UTC milliseconds.
    pub said_at: i64,
}

impl Hush {
    /// Whether it is for the reminders of a duty in the unit of this path.
    pub fn holds(&self, path: &str, duty: &str) -> bool {
        covers(&self.path, path) && self.duty.as_ref().is_none_or(|of| of == duty)
    }
}

/// What became of the times without reminders that somebody ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unhushed {
    /// Whether there were any.
    pub any: bool,
    /// Whether the other duties of one that held for all still rest.
    pub others: bool,
}

/// A line of the log of a unit's reminders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The unit.
    pub org: OrgId,
    /// `duty/reminder`.
    pub reminder: String,
    /// When it came due, UTC milliseconds.
    pub at: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// Who was named or written to, by letters that are out, wait, or may have arrived.
    pub told: Vec<PersonId>,
    /// Letters that are out, that wait, that failed.
    pub letters: (i64, i64, i64),
    /// Why the last one that failed did.
    pub error: Option<String>,
}

impl Store {
    /// Enters due times, each unique by (reminder, unit, scheduled time), with their letters, in one transaction. For each
    /// whether it was new.
    pub async fn enter_all(&self, all: &[Due], day: &str, now: i64) -> Result<Vec<bool>, Fault> {
        const SQL: &str = "INSERT INTO reminder_run (reminder, org_id, scheduled_at, entered_at, outcome, why, good_until) \
            SELECT value->>0, CAST(value->>1 AS BIGINT), CAST(value->>2 AS BIGINT), $2, value->>3, value->>4, CAST(value->>5 AS BIGINT) FROM json_each($1) \
            WHERE true ON CONFLICT (reminder, org_id, scheduled_at) DO NOTHING RETURNING reminder, org_id, scheduled_at";
        type Row<'d> = (&'d str, i64, i64, &'static str, Option<String>, Option<i64>);
        let row = |due: &'_ Due| (due.outcome.key(), due.held.map(|(why, _)| why.text()), due.held.map(|(_, until)| until));
        let mut rows: Vec<Row<'_>> = all
            .iter()
            .map(|due| {
                let (outcome, why, until) = row(due);
                (due.reminder.as_str(), due.org.0, due.at, outcome, why, until)
            })
            .collect();
        // whoever enters the same at once waits for this one at its first key
        rows.sort_by_key(|row| (row.0, row.1, row.2));
        let mut tx = self.write().await?;
        let entered: Vec<(String, i64, i64)> = tx.rows(SQL, args![json(&rows), now]).await?;
        let mut entered: HashSet<(String, i64, i64)> = entered.into_iter().collect();
        let fresh: Vec<bool> = all.iter().map(|due| entered.remove(&(due.reminder.clone(), due.org.0, due.at))).collect();
        let those = || all.iter().zip(&fresh).filter(|(_, fresh)| **fresh).map(|(due, _)| due);
        let letters: Vec<Letter> = those().flat_map(|due| due.letters.iter().cloned()).collect();
        let told: Vec<(Told, String)> = those().flat_map(|due| due.told.iter().cloned()).collect();
        let queued = self.queue(&mut tx, &letters, now).await?;
        mark(&mut tx, &letters, &told, &queued, day, now).await?;
        tx.commit().await?;
        Ok(fresh)
    }

    /// Queues letters that somebody asked for, and notes whom they remind, each with the key of the letter.
    pub async fn queue_asked(&self, letters: &[Letter], told: &[(Told, String)], day: &str, now: i64) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let fresh = self.queue(&mut tx, letters, now).await?;
        mark(&mut tx, letters, told, &fresh, day, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whom letters whose keys begin with `stem/` reminded by name in a branch's group on that local day, each with the letter.
    pub async fn named_by(&self, branch: OrgId, day: &str, stem: &str) -> Result<Vec<(PersonId, String)>, Fault> {
        let sql = "SELECT person_id, letter FROM reminded WHERE branch_id = $1 AND day = $2 AND place = 'group' AND letter >= $3 AND letter < $4";
        let found: Vec<(i64, String)> = self.pool().rows(sql, args![branch, day, format!("{stem}/"), format!("{stem}0")]).await?;
        Ok(found.into_iter().map(|(id, letter)| (PersonId(id), letter)).collect())
    }

    /// How often each member of these branches was reminded on that local day: by one reminder once, in however many chats.
    pub async fn reminded(&self, branches: &[OrgId], day: &str) -> Result<HashMap<Told, usize>, Fault> {
        let sql = "SELECT r.branch_id, r.person_id, r.place, CAST(COUNT(DISTINCT r.run) AS BIGINT) FROM json_each($1) AS j CROSS JOIN reminded AS r \
            WHERE r.branch_id = CAST(j.value->>0 AS BIGINT) AND r.day = $2 GROUP BY r.branch_id, r.person_id, r.place";
        let found: Vec<(i64, i64, String, i64)> = self.pool().rows(sql, args![ids_json(branches.iter().map(|o| o.0)), day]).await?;
        let told = |(branch, person, place, n): (i64, i64, String, i64)| {
            (Told { branch: OrgId(branch), person: PersonId(person), private: place == "private" }, usize::try_from(n).unwrap_or(0))
        };
        Ok(found.into_iter().map(told).collect())
    }

    /// Every reminder that was made in chat and is not gone.
    pub async fn own_reminders(&self) -> Result<Vec<OwnReminder>, Fault> {
        let sql = "SELECT r.id, r.org_id, o.path, r.duty, r.cron, r.made_at FROM own_reminder AS r JOIN org AS o ON o.id = r.org_id ORDER BY r.id";
        let found: Vec<(i64, i64, String, String, String, i64)> = self.pool().rows(sql, args![]).await?;
        Ok(found.into_iter().map(|(id, org, path, duty, cron, made_at)| OwnReminder { id, org: OrgId(org), path, duty, cron, made_at }).collect())
    }

    /// Makes one; false where the unit has it already.
    pub async fn make_reminder(&self, org: OrgId, duty: &str, cron: &str, actor: Option<PersonId>, now: i64) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        // two who make the same one at once make one
        tx.lock_orgs(&BTreeSet::from([org])).await?;
        let there: Option<(i64,)> = tx.one("SELECT id FROM own_reminder WHERE org_id = $1 AND duty = $2 AND cron = $3", args![org, duty, cron]).await?;
        if there.is_none() {
            let sql = "INSERT INTO own_reminder (id, org_id, duty, cron, made_at, actor_id) VALUES ($1, $2, $3, $4, $5, $6)";
            tx.exec(sql, args![self.next_id(), org, duty, cron, now, actor]).await?;
        }
        tx.commit().await?;
        Ok(there.is_none())
    }

    /// Takes one away; true where it was there.
    pub async fn drop_reminder(&self, id: i64) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let gone = tx.exec("DELETE FROM own_reminder WHERE id = $1", args![id]).await? == 1;
        tx.commit().await?;
        Ok(gone)
    }

    /// The times without reminders that last at `now`.
    pub async fn hushes(&self, now: i64) -> Result<Vec<Hush>, Fault> {
        Ok(self.hushes_ahead(now).await?.into_iter().filter(|h| h.from <= now).collect())
    }

    /// Those that last at `now` or begin later.
    pub async fn hushes_ahead(&self, now: i64) -> Result<Vec<Hush>, Fault> {
        let sql = "SELECT o.path, h.duty, h.from_at, h.until_at, h.said_at FROM hush AS h JOIN org AS o ON o.id = h.org_id WHERE h.until_at > $1 \
            ORDER BY o.path, h.duty, h.from_at";
        let found: Vec<(String, String, i64, i64, i64)> = self.pool().rows(sql, args![now]).await?;
        let hush =
            |(path, duty, from, until, said_at): (String, String, _, _, _)| Hush { path, duty: Some(duty).filter(|d| !d.is_empty()), from, until, said_at };
        Ok(found.into_iter().map(hush).collect())
    }

    /// No reminders of a duty (none: of any) in a unit and below, from then until then. It takes the place of the one that lasts, or,
    /// where it begins later, of those that it meets.
    pub async fn hush(&self, org: OrgId, duty: Option<&str>, (from, until): (i64, i64), actor: Option<PersonId>, now: i64) -> Result<(), Fault> {
        const GONE: &str =
            "DELETE FROM hush WHERE org_id = $1 AND duty = $2 AND (from_at <= $5 AND $3 <= $5 OR from_at > $5 AND $3 > $5 AND $3 < until_at AND from_at < $4)";
        const SQL: &str = "INSERT INTO hush (org_id, duty, from_at, until_at, said_at, actor_id) VALUES ($1, $2, $3, $4, $5, $6) \
            ON CONFLICT (org_id, duty, from_at) DO UPDATE SET until_at = excluded.until_at, said_at = excluded.said_at, actor_id = excluded.actor_id";
        let duty = duty.unwrap_or("");
        let mut tx = self.write().await?;
        tx.lock_orgs(&BTreeSet::from([org])).await?;
        tx.exec(GONE, args![org, duty, from, until, now]).await?;
        tx.exec(SQL, args![org, duty, from, until, now, actor]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Reminders are heard again, of a duty or of all: what lasts ends, or, where nothing does, what was to begin later is off. Where
    /// all rested and one is heard again, `others` go on resting, each by itself.
    pub async fn unhush(&self, org: OrgId, duty: Option<&str>, others: &[&str], now: i64) -> Result<Unhushed, Fault> {
        const ALL: &str = "SELECT duty, from_at, until_at, actor_id FROM hush WHERE org_id = $1 AND until_at > $2 ORDER BY from_at, duty";
        const SQL: &str = "INSERT INTO hush (org_id, duty, from_at, until_at, said_at, actor_id) VALUES ($1, $2, $3, $4, $5, $6) \
            ON CONFLICT (org_id, duty, from_at) DO UPDATE SET until_at = CASE WHEN excluded.until_at > hush.until_at THEN excluded.until_at ELSE hush.until_at END";
        let mut tx = self.write().await?;
        tx.lock_orgs(&BTreeSet::from([org])).await?;
        let mut all: Vec<(String, i64, i64, Option<i64>)> = tx.rows(ALL, args![org, now]).await?;
        all.retain(|(of, ..)| duty.is_none_or(|d| of.is_empty() || of == d));
        if all.iter().any(|(_, from, ..)| *from <= now) {
            all.retain(|(_, from, ..)| *from <= now);
        }
        let mut done = Unhushed { any: !all.is_empty(), others: false };
        for (of, from, until, actor) in all {
            tx.exec("DELETE FROM hush WHERE org_id = $1 AND duty = $2 AND from_at = $3", args![org, of.as_str(), from]).await?;
            if of.is_empty()
                && let Some(duty) = duty
            {
                for other in others.iter().filter(|o| **o != duty) {
                    tx.exec(SQL, args![org, *other, from, until, now, actor.map(PersonId)]).await?;
                    done.others = true;
                }
            }
        }
        tx.commit().await?;
        Ok(done)
    }

    /// A unit's own sentence for its reminders of a duty; an empty one takes it away.
    pub async fn set_wording(&self, org: OrgId, duty: &str, body: &str, actor: Option<PersonId>, now: i64) -> Result<(), Fault> {
        let sql = "INSERT INTO own_wording (org_id, duty, body, said_at, actor_id) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (org_id, duty) DO UPDATE SET body = excluded.body, said_at = excluded.said_at, actor_id = excluded.actor_id";
        let mut tx = self.write().await?;
        tx.exec(sql, args![org, duty, clean(body), now, actor]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Every unit's own sentences: (path, duty) with the sentence.
    pub async fn wordings(&self) -> Result<Vec<(String, String, String)>, Fault> {
        let sql = "SELECT o.path, w.duty, w.body FROM own_wording AS w JOIN org AS o ON o.id = w.org_id WHERE w.body <> '' ORDER BY o.path";
        Ok(self.pool().rows(sql, args![]).await?)
    }

    /// What became of a unit's last reminders, newest first.
    pub async fn reminder_log(&self, org: OrgId, limit: i64) -> Result<Vec<Logged>, Fault> {
        self.reminders_log(&[org], limit).await
    }

    /// What became of the last reminders of several units, newest first.
    pub async fn reminders_log(&self, units: &[OrgId], limit: i64) -> Result<Vec<Logged>, Fault> {
        const RUNS: &str = "SELECT r.org_id, r.reminder, r.scheduled_at, r.outcome FROM json_each($1) AS j CROSS JOIN reminder_run AS r \
            WHERE r.org_id = CAST(j.value->>0 AS BIGINT) AND r.outcome IS NOT NULL ORDER BY r.entered_at DESC, r.scheduled_at DESC, r.org_id LIMIT $2";
        const LETTERS: &str = "SELECT state, last_error FROM outbox WHERE dedupe_key >= $1 AND dedupe_key < $2 ORDER BY id";
        // whom one that failed named is no longer there; days are local, and none is a whole day from UTC's
        const TOLD: &str = "SELECT DISTINCT person_id FROM reminded WHERE branch_id = $1 AND day >= $2 AND letter >= $3 AND letter < $4 ORDER BY person_id";
        let mut tx = self.pool().snapshot().await?;
        let runs: Vec<(i64, String, i64, String)> = tx.rows(RUNS, args![ids_json(units.iter().map(|u| u.0)), limit]).await?;
        let mut all = Vec::with_capacity(runs.len());
        for (org, reminder, at, outcome) in runs {
            let stem = format!("reminder/{reminder}/{org}/{at}");
            let (from, to) = (format!("{stem}/"), format!("{stem}0"));
            let found: Vec<(String, Option<String>)> = tx.rows(LETTERS, args![from.as_str(), to.as_str()]).await?;
            let eve = Zone(chrono_tz::UTC).date(at.saturating_sub(86_400_000)).to_string();
            let told = tx.rows::<(i64,)>(TOLD, args![org, eve, from, to]).await?.into_iter().map(|(id,)| PersonId(id)).collect();
            let count = |state: &str| i64::try_from(found.iter().filter(|(s, _)| s == state).count()).unwrap_or(0);
            let letters = (count("sent"), count("waiting"), count("failed"));
            let error = found.iter().rev().find(|(s, _)| s == "failed").and_then(|(_, e)| e.clone());
            let Some(outcome) = Outcome::ALL.into_iter().find(|o| o.key() == outcome) else { continue };
            all.push(Logged { org: OrgId(org), reminder, at, outcome, told, letters, error });
        }
        tx.commit().await?;
        Ok(all)
    }
}

/// Notes whom these letters remind; of those alone that are `fresh` in the outbox.
pub(in crate::store) async fn mark(tx: &mut Tx, letters: &[Letter], told: &[(Told, String)], fresh: &HashSet<&str>, day: &str, now: i64) -> Result<(), Fault> {
    const SQL: &str = "INSERT INTO reminded (branch_id, day, person_id, place, letter, at, run) \
        SELECT CAST(value->>0 AS BIGINT), $2, CAST(value->>1 AS BIGINT), value->>2, value->>3, $3, value->>4 FROM json_each($1) WHERE true \
        ON CONFLICT (branch_id, day, person_id, place, letter) DO NOTHING";
    let runs: HashMap<&str, &str> = letters.iter().map(|l| (l.dedupe_key.as_str(), l.run())).collect();
    let row = |(t, letter): &(Told, String)| {
        let (place, run) = (if t.private { "private" } else { "group" }, runs.get(letter.as_str()).copied().unwrap_or(letter));
        (t.branch.0, t.person.0, place, clean(letter), clean(run))
    };
    let mut rows: Vec<_> = told.iter().filter(|(_, letter)| fresh.contains(letter.as_str())).map(row).collect();
    rows.sort();
    rows.dedup();
    if !rows.is_empty() {
        tx.exec(SQL, args![json(&rows), day, now]).await?;
    }
    Ok(())
}
