//! What did not go out: letters that failed and who was told of them, and what the operator was told, each once.

use super::outbox::Letter;
use super::reminders::{Told, mark};
use crate::domain::calendar::Period;
use crate::domain::ids::OrgId;
use crate::domain::message::{ChatKey, Outgoing};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, ids_json};
use crate::store::records::rows::json;
use std::collections::{BTreeMap, BTreeSet};

/// A letter that never will be sent, unless somebody asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Its row.
    pub id: i64,
    /// What it was: `reminder/study/sunday/BRANCH/AT/…`.
    pub key: String,
    /// Where it was to go.
    pub chat: ChatKey,
    /// Why not.
    pub error: String,
    /// When that was known, UTC milliseconds.
    pub at: i64,
}

impl Failed {
    /// The unit that it was for, by its key.
    pub fn unit(&self) -> Option<OrgId> {
        unit(&self.key)
    }

    /// Whether it told the operator of an alarm: that it failed is none.
    pub fn is_alarm(&self) -> bool {
        self.key.starts_with("operator/")
    }

    /// Whether a letter that failed so may have arrived all the same.
    pub fn may_have_arrived(error: &str) -> bool {
        error.starts_with("may have been sent")
    }

    /// What somebody asked to be reminded of at once: the duty, its period, the branch.
    pub fn asked(&self) -> Option<(&str, Period, OrgId)> {
        let mut parts = self.key.strip_prefix("asked/")?.split('/');
        Some((parts.next()?, parts.next()?.parse().ok()?, OrgId(parts.next()?.parse().ok()?)))
    }

    /// A private word to a unit's secretaries: its key without the chat, and the unit.
    pub fn to_secretaries(&self) -> Option<(&str, OrgId)> {
        let stem = self.key.strip_suffix(&self.chat.to_string())?.strip_suffix('/')?;
        let parts: Vec<&str> = stem.split('/').collect();
        // held/DUTY/REMINDER/UNIT/AT
        let (["held", _, _, unit, _] | ["failed" | "waiting" | "deaf" | "push", unit, _]) = parts[..] else { return None };
        Some((stem, OrgId(unit.parse().ok()?)))
    }

    /// The unit whose secretaries it concerns.
    pub fn concerns(&self) -> Option<OrgId> {
        self.unit().or_else(|| self.to_secretaries().map(|(_, unit)| unit))
    }

    /// The duty that it was about, by its key.
    pub fn duty(&self) -> Option<&str> {
        self.key.strip_prefix("reminder/").or_else(|| self.key.strip_prefix("asked/"))?.split('/').next()
    }

    /// Of which notice it named those who had not read it, and of which unit.
    pub fn chased(&self) -> Option<(i64, OrgId)> {
        let mut parts = self.key.strip_prefix("notice/")?.split('/');
        let (notice, org) = (parts.next()?.parse().ok()?, OrgId(parts.next()?.parse().ok()?));
        parts.next().filter(|word| *word == "chase").map(|_| (notice, org))
    }

    /// When it came due, where it is a reminder by the clock: (`duty/reminder`, UTC milliseconds).
    pub fn run(&self) -> Option<(String, i64)> {
        let parts: Vec<&str> = self.key.strip_prefix("reminder/")?.splitn(5, '/').collect();
        let [duty, name, _, at, ..] = parts[..] else { return None };
        Some((format!("{duty}/{name}"), at.parse().ok()?))
    }
}

/// What replaces letters that failed and must not go as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anew {
    /// The letters that it replaces.
    pub replaces: Vec<Failed>,
    /// The letters; none where there is nobody left to write to.
    pub letters: Vec<Letter>,
    /// Whom they remind, each with the key of the letter.
    pub told: Vec<(Told, String)>,
}

/// A letter of several that say the same in different chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Where it goes.
    pub chat: ChatKey,
    /// It is out, or waits.
    pub goes: bool,
    /// What it says, where that can be read.
    pub message: Option<Outgoing>,
}

type FailedRow = (i64, String, String, Option<String>, Option<i64>);

fn failed((id, key, chat, error, at): FailedRow) -> Option<Failed> {
    Some(Failed { id, key, chat: chat.parse().ok()?, error: error.unwrap_or_default(), at: at.unwrap_or(0) })
}

impl Store {
    /// Letters that failed and of which nobody was told, oldest first: up to 500 of those that are `wanted`.
    pub async fn failed_untold(&self, wanted: &(dyn Fn(&Failed) -> bool + Sync)) -> Result<Vec<Failed>, Fault> {
        const SQL: &str = "SELECT id, dedupe_key, chat, last_error, ended_at FROM outbox WHERE state = 'failed' AND told_at IS NULL \
            AND (ended_at > $1 OR ended_at = $1 AND id > $2) ORDER BY ended_at, id LIMIT 500";
        let (mut all, mut after) = (Vec::new(), (i64::MIN, i64::MIN));
        loop {
            let rows: Vec<FailedRow> = self.pool().rows(SQL, args![after.0, after.1]).await?;
            let last = rows.len() < 500;
            after = rows.last().map_or(after, |(id, .., at)| (at.unwrap_or(i64::MIN), *id));
            all.extend(rows.into_iter().filter_map(failed).filter(wanted));
            if last || all.len() >= 500 {
                return Ok(all);
            }
        }
    }

    /// Letters for a platform that wait since before an instant (UTC ms) and of which nobody was told, oldest first, each with when
    /// it is worth nothing any more.
    pub async fn waiting_untold(&self, platform: &str, before: i64) -> Result<Vec<(Failed, i64)>, Fault> {
        type Row = (i64, String, String, Option<String>, Option<i64>, i64);
        let sql = "SELECT id, dedupe_key, chat, last_error, queued_at, expires_at FROM outbox WHERE state = 'waiting' AND told_at IS NULL \
            AND chat >= $2 AND chat < $3 AND queued_at <= $1 ORDER BY queued_at, id LIMIT 2000";
        let rows: Vec<Row> = self.pool().rows(sql, args![before, format!("{platform}:"), format!("{platform};")]).await?;
        Ok(rows.into_iter().filter_map(|(id, key, chat, error, at, until)| Some((failed((id, key, chat, error, at))?, until))).collect())
    }

    /// Letters that failed since an instant (UTC ms), told of or not, oldest first: those that come `after` one, 2,000 at most; none
    /// where there are no more.
    pub async fn failed_since(&self, since: i64, after: Option<&Failed>) -> Result<Vec<Failed>, Fault> {
        let sql = "SELECT id, dedupe_key, chat, last_error, ended_at FROM outbox WHERE state <> 'sent' AND state = 'failed' AND ended_at >= $1 \
            AND (ended_at > $2 OR ended_at = $2 AND id > $3) ORDER BY ended_at, id LIMIT 2000";
        let (at, id) = after.map_or((i64::MIN, i64::MIN), |f| (f.at, f.id));
        Ok(self.pool().rows(sql, args![since.max(at), at, id]).await?.into_iter().filter_map(failed).collect())
    }

    /// These letters' secretary is told of them, by these letters. Both or neither.
    pub async fn tell_failed(&self, ids: &[i64], letters: &[Letter], now: i64) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let sql = "UPDATE outbox SET told_at = $1 WHERE told_at IS NULL AND id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($2))";
        // whichever process comes first tells it
        if tx.exec(sql, args![now, ids_json(ids.iter().copied())]).await? > 0 {
            self.queue(&mut tx, letters, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The letters whose keys are `stem/CHAT`.
    pub async fn letters_under(&self, stem: &str) -> Result<Vec<Alike>, Fault> {
        let sql = "SELECT chat, state, message FROM outbox WHERE dedupe_key >= $1 AND dedupe_key < $2 ORDER BY id";
        let rows: Vec<(String, String, String)> = self.pool().rows(sql, args![format!("{stem}/"), format!("{stem}0")]).await?;
        let alike = |(chat, state, message): (String, String, String)| {
            let goes = state == "sent" || state == "waiting";
            Some(Alike { chat: chat.parse().ok()?, goes, message: serde_json::from_str(&message).ok() })
        };
        Ok(rows.into_iter().filter_map(alike).collect())
    }

    /// A word to secretaries that failed goes to others by these letters; what is held of the unit, of which it may have told, waits for
    /// their answer until `good_until` at least.
    pub async fn pass_on(&self, id: i64, letters: &[Letter], unit: OrgId, good_until: i64, now: i64) -> Result<(), Fault> {
        const LONGER: &str = "UPDATE reminder_run SET good_until = $2 WHERE org_id = $1 AND outcome = 'held' AND told_at IS NOT NULL AND good_until < $2";
        let mut tx = self.write().await?;
        let first = tx.exec("UPDATE outbox SET told_at = $2 WHERE id = $1 AND told_at IS NULL", args![id, now]).await? == 1;
        if first && !letters.is_empty() {
            self.queue(&mut tx, letters, now).await?;
            tx.exec(LONGER, args![unit, good_until]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// These letters go out again: those of reminders by the clock are written anew, for who still owes, when the schedule
    /// next looks; those of `anew` are replaced now; the others go as they are, good until then. How many were still failed.
    pub async fn resend(&self, all: &[Failed], anew: &[Anew], day: &str, now: i64, good_until: i64) -> Result<usize, Fault> {
        const AGAIN: &str = "UPDATE outbox SET state = 'waiting', attempts = 0, next_try_at = $2, lease_until = 0, expires_at = $3, told_at = NULL, \
            ended_at = NULL WHERE id = $1 AND state = 'failed' AND message <> ''";
        // its key is free for the one that replaces it
        const REPLACED: &str = "UPDATE outbox SET state = $2, dedupe_key = dedupe_key || '#' || CAST(id AS TEXT) WHERE id = $1 AND state = 'failed'";
        const RELEASE: &str = "UPDATE reminder_run SET outcome = 'released', good_until = $4 WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3";
        const LOOK: &str = "SELECT scheduled_at FROM reminder_run WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3";
        const LOCK: &str = "SELECT scheduled_at FROM reminder_run WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3 FOR UPDATE";
        let mut all: Vec<&Failed> = all.iter().collect();
        all.sort_by_key(|f| f.id);
        let run = |f: &Failed| f.unit().zip(f.run()).map(|(org, (reminder, at))| (reminder, org, at));
        let runs: BTreeSet<(String, OrgId, i64)> = all.iter().filter_map(|f| run(f)).collect();
        let mut tx = self.write().await?;
        // due times before letters, as whoever settles them does
        for (reminder, org, at) in &runs {
            tx.rows_unclaimed::<(i64,)>(LOOK, LOCK, args![reminder.as_str(), *org, *at]).await?;
        }
        let (mut count, mut freed) = (0, Vec::new());
        for letter in all {
            let Some((reminder, org, at)) = run(letter) else {
                count += tx.exec(AGAIN, args![letter.id, now, good_until]).await?;
                continue;
            };
            if tx.exec(REPLACED, args![letter.id, "replaced"]).await? == 1 {
                count += 1;
                tx.exec(RELEASE, args![reminder, org, at, good_until]).await?;
                freed.push(letter.key.as_str());
            }
        }
        free(&mut tx, freed).await?;
        for one in anew {
            let mut replaced = 0;
            for letter in &one.replaces {
                replaced += tx.exec(REPLACED, args![letter.id, "over"]).await?;
            }
            free(&mut tx, one.replaces.iter().map(|letter| letter.key.as_str())).await?;
            if replaced > 0 {
                count += replaced;
                let fresh = self.queue(&mut tx, &one.letters, now).await?;
                mark(&mut tx, &one.letters, &one.told, &fresh, day, now).await?;
            }
        }
        tx.commit().await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// Notes that the operator is told of something, with the letters that tell it; false where that was done before.
    pub async fn raise_alarm(&self, about: &str, letters: &[Letter], now: i64) -> Result<bool, Fault> {
        // most of what is noticed was noticed before
        let there: Option<(i64,)> = self.pool().one("SELECT raised_at FROM alarm WHERE about = $1", args![about]).await?;
        if there.is_some() {
            return Ok(false);
        }
        let mut tx = self.write().await?;
        let fresh = tx.exec("INSERT INTO alarm (about, raised_at) VALUES ($1, $2) ON CONFLICT (about) DO NOTHING", args![about, now]).await? == 1;
        if fresh {
            self.queue(&mut tx, letters, now).await?;
        }
        tx.commit().await?;
        Ok(fresh)
    }

    /// Whether the operator was told of this.
    pub async fn alarmed(&self, about: &str) -> Result<bool, Fault> {
        let found: Option<(i64,)> = self.pool().one("SELECT raised_at FROM alarm WHERE about = $1", args![about]).await?;
        Ok(found.is_some())
    }
}

/// Whom the letters of these keys name were not reminded by them: they do not count against how often they may be.
pub(in crate::store) async fn free(tx: &mut Tx, keys: impl IntoIterator<Item = &str>) -> Result<(), Fault> {
    const SQL: &str = "DELETE FROM reminded WHERE branch_id = $1 AND letter IN (SELECT value->>0 FROM json_each($2))";
    let mut units: BTreeMap<OrgId, Vec<(&str,)>> = BTreeMap::new();
    for key in keys {
        if let Some(org) = unit(key) {
            units.entry(org).or_default().push((key,));
        }
    }
    for (org, keys) in units {
        tx.exec(SQL, args![org, json(&keys)]).await?;
    }
    Ok(())
}

/// The unit that a letter is for, by its key.
fn unit(key: &str) -> Option<OrgId> {
    let mut parts = key.split('/');
    let place = match parts.next()? {
        "reminder" | "asked" => 2,
        "notice" => 1,
        _ => return None,
    };
    parts.nth(place)?.parse().ok().map(OrgId)
}

/// Why a letter failed, in one of a few words that the messages know.
pub fn reason(error: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|w| error.contains(w));
    if Failed::may_have_arrived(error) {
        "unsure"
    } else if says(&["muted", "restricted", "not enough rights"]) {
        "muted"
    } else if says(&["no longer in", "kicked", "not a member", "chat not found", "blocked"]) {
        "gone"
    } else if says(&["expire"]) {
        "late"
    } else {
        "refused"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_what_it_was() {
        let of = |key: &str| Failed { id: 1, key: key.into(), chat: ChatKey::group("onebot", "1"), error: String::new(), at: 0 };
        let reminder = of("reminder/study/sunday/77/1700000000000/onebot:1/0");
        assert_eq!((reminder.unit(), reminder.duty(), reminder.run()), (Some(OrgId(77)), Some("study"), Some(("study/sunday".into(), 1_700_000_000_000))));
        let asked = of("asked/dues/2026-11/77/onebot:90000/12:0/onebot:90000/0");
        assert_eq!((asked.unit(), asked.duty(), asked.run()), (Some(OrgId(77)), Some("dues"), None));
        assert_eq!((asked.asked(), reminder.asked()), (Some(("dues", "2026-11".parse().unwrap(), OrgId(77))), None));
        assert_eq!((of("notice/5/77/onebot:1").unit(), of("notice/5/77/onebot:1").duty()), (Some(OrgId(77)), None));
        assert_eq!((of("notice/5/77/chase/onebot:1/0").chased(), of("notice/5/77/onebot:1").chased()), (Some((5, OrgId(77))), None));
        assert_eq!(of("held/study/sunday/77/1700000000000/onebot:1").to_secretaries(), Some(("held/study/sunday/77/1700000000000", OrgId(77))));
        assert_eq!((of("failed/77/3/onebot:1").to_secretaries(), of("failed/3/onebot:1").to_secretaries()), (Some(("failed/77/3", OrgId(77))), None));
        assert_eq!(of("reminder/study/sunday/77/1700000000000/onebot:1").to_secretaries(), None);
        assert_eq!((of("failed/77/3").unit(), of("session/9/onebot:1").run(), of("reminder/x").run()), (None, None, None));
    }
}
