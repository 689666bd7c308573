//! Notices that were pushed to units' chats, who said that they read them, and what is pushed regularly.

use super::outbox::Letter;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::ChatKey;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::args;
use crate::store::records::rows::json;

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: i64,
    /// The unit whose officer sent it.
    pub org: OrgId,
    /// What it says.
    pub body: String,
    /// When it was sent, UTC milliseconds.
    pub made_at: i64,
    /// Whether those who did not say that they read it were named.
    pub chased: bool,
}

/// Something that is pushed regularly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its id.
    pub id: i64,
    /// The unit whose officer made it.
    pub org: OrgId,
    /// Who made it, where that is known.
    pub actor: Option<PersonId>,
    /// To which units.
    pub units: Vec<OrgId>,
    /// When: a cron line as reminders have.
    pub cron: String,
    /// What it says.
    pub body: String,
    /// When it comes next, UTC milliseconds; none: never again.
    pub next_at: Option<i64>,
}

/// A letter of a notice: what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// `notice/ID/UNIT/CHAT`, or `notice/ID/UNIT/chase/CHAT/N`.
    pub key: String,
    /// As stored: `sent`, `waiting`, `failed`, `over`.
    pub state: String,
    /// When that was known, UTC milliseconds; none while it waits.
    pub ended_at: Option<i64>,
}

type NoticeRow = (i64, i64, String, i64, Option<i64>);
type PlanRow = (i64, i64, Option<i64>, String, String, String, Option<i64>);

fn notice((id, org, body, made_at, chased): NoticeRow) -> Notice {
    Notice { id, org: OrgId(org), body, made_at, chased: chased.is_some() }
}

fn plan((id, org, actor, units, cron, body, next_at): PlanRow) -> Result<Plan, Fault> {
    let units: Vec<i64> = serde_json::from_str(&units).map_err(|e| Fault::Corrupt(format!("the units of push {id}: {e}")))?;
    Ok(Plan { id, org: OrgId(org), actor: actor.map(PersonId), units: units.into_iter().map(OrgId).collect(), cron, body, next_at })
}

/// One that can't be read keeps none of the others back.
fn readable(row: PlanRow) -> Option<Plan> {
    plan(row).inspect_err(|fault| tracing::error!(%fault, "something that is pushed regularly can't be read")).ok()
}

const NEXT: &str = "UPDATE notice_plan SET next_at = $3 WHERE id = $1 AND next_at = $2";

impl Store {
    /// A new id for a notice, or for a plan.
    pub fn new_notice(&self) -> i64 {
        self.next_id()
    }

    /// Enters a notice with its letters, each with the unit and the chat that it goes to; `plan`: the one that it comes from,
    /// with when that comes next: of that one alone what is new waits to be sent. False where another process was first.
    pub async fn enter_notice(
        &self,
        new: &Notice,
        to: &[(OrgId, ChatKey)],
        letters: &[Letter],
        actor: Option<PersonId>,
        chase_at: Option<i64>,
        plan: Option<(&Plan, Option<i64>)>,
    ) -> Result<bool, Fault> {
        const ENTER: &str =
            "INSERT INTO notice (id, org_id, body, made_at, actor_id, chase_at, plan_id) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
        const TO: &str = "INSERT INTO notice_to (platform, chat_id, notice_id, org_id) SELECT value->>0, value->>1, $2, CAST(value->>2 AS BIGINT) FROM json_each($1) \
            WHERE true ON CONFLICT (platform, chat_id, notice_id) DO NOTHING";
        const BEFORE: &str = "SELECT id FROM notice WHERE plan_id = $1 ORDER BY made_at DESC LIMIT 20";
        const OVER: &str =
            "UPDATE outbox SET state = 'over', ended_at = $3 WHERE dedupe_key >= $1 AND dedupe_key < $2 AND state = 'waiting' AND lease_until <= $3";
        let mut tx = self.write().await?;
        if let Some((plan, next)) = plan {
            if tx.exec(NEXT, args![plan.id, plan.next_at, next]).await? == 0 {
                return Ok(false);
            }
            for (before,) in tx.rows::<(i64,)>(BEFORE, args![plan.id]).await? {
                tx.exec(OVER, args![format!("notice/{before}/"), format!("notice/{before}0"), new.made_at]).await?;
            }
        }
        let plan = plan.map(|(plan, _)| plan.id);
        tx.exec(ENTER, args![new.id, new.org, new.body.as_str(), new.made_at, actor, chase_at, plan]).await?;
        let to: Vec<(&str, &str, i64)> = to.iter().map(|(org, chat)| (&*chat.platform, &*chat.id, org.0)).collect();
        tx.exec(TO, args![json(&to), new.id]).await?;
        self.queue(&mut tx, letters, new.made_at).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The notice of this id.
    pub async fn notice(&self, id: i64) -> Result<Option<Notice>, Fault> {
        let sql = "SELECT id, org_id, body, made_at, chased_at FROM notice WHERE id = $1";
        Ok(self.pool().one::<NoticeRow>(sql, args![id]).await?.map(notice))
    }

    /// The last notice that went to a chat since an instant (UTC ms).
    pub async fn notice_in(&self, chat: &ChatKey, since: i64) -> Result<Option<Notice>, Fault> {
        let sql = "SELECT n.id, n.org_id, n.body, n.made_at, n.chased_at FROM notice_to AS t JOIN notice AS n ON n.id = t.notice_id \
            WHERE t.platform = $1 AND t.chat_id = $2 AND n.made_at >= $3 ORDER BY n.made_at DESC, n.id DESC LIMIT 1";
        Ok(self.pool().one::<NoticeRow>(sql, args![&*chat.platform, &*chat.id, since]).await?.map(notice))
    }

    /// The last notice that went to any of these units since an instant (UTC ms).
    pub async fn notice_to(&self, units: &[OrgId], since: i64) -> Result<Option<Notice>, Fault> {
        let sql = "SELECT n.id, n.org_id, n.body, n.made_at, n.chased_at FROM notice AS n WHERE n.made_at >= $2 AND EXISTS \
            (SELECT 1 FROM notice_to AS t WHERE t.notice_id = n.id AND t.org_id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1))) \
            ORDER BY n.made_at DESC, n.id DESC LIMIT 1";
        Ok(self.pool().one::<NoticeRow>(sql, args![crate::store::database::engine::ids_json(units.iter().map(|o| o.0)), since]).await?.map(notice))
    }

    /// Where a notice went: the units with their chats.
    pub async fn notice_targets(&self, id: i64) -> Result<Vec<(OrgId, ChatKey)>, Fault> {
        let sql = "SELECT org_id, platform, chat_id FROM notice_to WHERE notice_id = $1 ORDER BY org_id, platform, chat_id";
        let rows: Vec<(i64, String, String)> = self.pool().rows(sql, args![id]).await?;
        Ok(rows.into_iter().map(|(org, platform, chat)| (OrgId(org), ChatKey::group(platform, chat))).collect())
    }

    /// Somebody says that they read it; false where they said so before.
    pub async fn receipt(&self, notice: i64, person: PersonId, now: i64) -> Result<bool, Fault> {
        let sql = "INSERT INTO notice_receipt (notice_id, person_id, at) VALUES ($1, $2, $3) ON CONFLICT (notice_id, person_id) DO NOTHING";
        let mut tx = self.write().await?;
        let fresh = tx.exec(sql, args![notice, person, now]).await? == 1;
        tx.commit().await?;
        Ok(fresh)
    }

    /// Who said that they read a notice.
    pub async fn receipts(&self, notice: i64) -> Result<Vec<PersonId>, Fault> {
        let rows: Vec<(i64,)> = self.pool().rows("SELECT person_id FROM notice_receipt WHERE notice_id = $1 ORDER BY person_id", args![notice]).await?;
        Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
    }

    /// Notices whose readers are to be named now and were not.
    pub async fn to_chase(&self, now: i64) -> Result<Vec<Notice>, Fault> {
        let sql = "SELECT id, org_id, body, made_at, chased_at FROM notice WHERE chased_at IS NULL AND chase_at <= $1 ORDER BY chase_at, id LIMIT 20";
        let rows: Vec<NoticeRow> = self.pool().rows(sql, args![now]).await?;
        Ok(rows.into_iter().map(notice).collect())
    }

    /// The letters of a notice, those that name who did not read it among them.
    pub async fn notice_letters(&self, id: i64) -> Result<Vec<Carried>, Fault> {
        let sql = "SELECT dedupe_key, state, ended_at FROM outbox WHERE dedupe_key >= $1 AND dedupe_key < $2 ORDER BY id";
        let rows: Vec<(String, String, Option<i64>)> = self.pool().rows(sql, args![format!("notice/{id}/"), format!("notice/{id}0")]).await?;
        Ok(rows.into_iter().map(|(key, state, ended_at)| Carried { key, state, ended_at }).collect())
    }

    /// Those who did not say that they read it are named by these letters, each chat once, whoever comes first; where some can
    /// only be named later, it is looked at again then (UTC ms).
    pub async fn chase(&self, notice: i64, letters: &[Letter], again: Option<i64>, now: i64) -> Result<bool, Fault> {
        let sql = "UPDATE notice SET chased_at = CASE WHEN CAST($2 AS BIGINT) IS NULL THEN $3 ELSE NULL END, chase_at = COALESCE(CAST($2 AS BIGINT), chase_at) WHERE id = $1 AND chased_at IS NULL";
        let mut tx = self.write().await?;
        let first = tx.exec(sql, args![notice, again, now]).await? == 1;
        if first {
            self.queue(&mut tx, letters, now).await?;
        }
        tx.commit().await?;
        Ok(first)
    }

    /// Makes something that is pushed regularly.
    pub async fn make_plan(&self, plan: &Plan, now: i64) -> Result<(), Fault> {
        let sql = "INSERT INTO notice_plan (id, org_id, units, cron, body, made_at, actor_id, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let units = json(&plan.units.iter().map(|o| o.0).collect::<Vec<_>>());
        let mut tx = self.write().await?;
        tx.exec(sql, args![plan.id, plan.org, units, plan.cron.as_str(), plan.body.as_str(), now, plan.actor, plan.next_at]).await?;
        Ok(tx.commit().await?)
    }

    /// What is pushed regularly, oldest first: of a unit, or (none) all that is due by then.
    pub async fn plans(&self, org: Option<OrgId>, due: i64) -> Result<Vec<Plan>, Fault> {
        let rows: Vec<PlanRow> = if let Some(org) = org {
            let sql = "SELECT id, org_id, actor_id, units, cron, body, next_at FROM notice_plan WHERE org_id = $1 ORDER BY id";
            self.pool().rows(sql, args![org]).await?
        } else {
            let sql = "SELECT id, org_id, actor_id, units, cron, body, next_at FROM notice_plan WHERE next_at <= $1 ORDER BY next_at, id LIMIT 50";
            self.pool().rows(sql, args![due]).await?
        };
        Ok(rows.into_iter().filter_map(readable).collect())
    }

    /// What is pushed regularly and comes after an instant (UTC ms).
    pub async fn plans_ahead(&self, now: i64) -> Result<Vec<Plan>, Fault> {
        let sql = "SELECT id, org_id, actor_id, units, cron, body, next_at FROM notice_plan WHERE next_at > $1 ORDER BY id";
        Ok(self.pool().rows(sql, args![now]).await?.into_iter().filter_map(readable).collect())
    }

    /// A plan's time passed without its being pushed, or was noted by a clock that was ahead: it comes next then.
    pub async fn move_plan(&self, plan: &Plan, next: Option<i64>) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let moved = tx.exec(NEXT, args![plan.id, plan.next_at, next]).await? == 1;
        tx.commit().await?;
        Ok(moved)
    }

    /// Takes a plan away before its next time, and tells so by these letters; false where another process was first.
    pub async fn stop_plan(&self, plan: &Plan, letters: &[Letter], now: i64) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let first = tx.exec("DELETE FROM notice_plan WHERE id = $1 AND next_at = $2", args![plan.id, plan.next_at]).await? == 1;
        if first {
            self.queue(&mut tx, letters, now).await?;
        }
        tx.commit().await?;
        Ok(first)
    }

    /// Takes a plan away.
    pub async fn drop_plan(&self, id: i64) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let gone = tx.exec("DELETE FROM notice_plan WHERE id = $1", args![id]).await? == 1;
        tx.commit().await?;
        Ok(gone)
    }
}
