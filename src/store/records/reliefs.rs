//! Exempt and reduced dues beside the ledger: what waits for a word from above, and who decided and approved what holds.

use super::rows::period;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::AccountKey;
use crate::domain::relief::{Left, Outcome, Relief};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, clean, ids_json};
use std::collections::BTreeSet;

type Row =
    (i64, i64, i64, String, String, String, Option<i64>, Option<i64>, String, String, String, Option<i64>, i64, Option<String>, Option<i64>, Option<String>);

/// Columns of a [`Row`].
macro_rules! columns {
    () => {
        "branch_id, id, person_id, duty, first_period, last_period, amount, percent, reason, source, account, actor_id, asked_at, outcome, approver_id, entered"
    };
}

impl Store {
    /// These wait from now on for a word from above, each in place of what waited of the same member and duty. Those of them of whom just
    /// the same waited already are left as they are; the others are given back.
    pub async fn ask_reliefs(&self, asked: &[Relief]) -> Result<Vec<PersonId>, Fault> {
        const SAME: &str = concat!("SELECT ", columns!(), " FROM relief WHERE branch_id = $1 AND person_id = $2 AND duty = $3 AND outcome IS NULL");
        const EARLIER: &str = "DELETE FROM relief WHERE branch_id = $1 AND person_id = $2 AND duty = $3 AND outcome IS NULL";
        let mut tx = self.write().await?;
        let mut new = Vec::new();
        for one in asked {
            let waits = read(tx.rows(SAME, args![one.branch, one.person, one.duty.as_str()]).await?)?;
            if !waits.iter().any(|w| w.same(one)) {
                tx.exec(EARLIER, args![one.branch, one.person, one.duty.as_str()]).await?;
                self.insert_relief(&mut tx, one, None).await?;
                new.push(one.person);
            }
        }
        tx.commit().await?;
        Ok(new)
    }

    /// Notes what is in the ledger already; what is noted of the same member under the same message stays.
    pub async fn note_reliefs(&self, decided: &[Relief]) -> Result<(), Fault> {
        const NOTED: &str = "SELECT id FROM relief WHERE branch_id = $1 AND person_id = $2 AND duty = $3 AND entered = $4";
        let mut tx = self.write().await?;
        for one in decided {
            let noted: Option<(i64,)> = tx.one(NOTED, args![one.branch, one.person, one.duty.as_str(), one.entered.as_deref().map(clean)]).await?;
            if noted.is_none() {
                self.insert_relief(&mut tx, one, Some(self.now())).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn insert_relief(&self, tx: &mut Tx, r: &Relief, decided_at: Option<i64>) -> Result<(), Fault> {
        const ROW: &str = "INSERT INTO relief (branch_id, id, person_id, duty, first_period, last_period, amount, percent, reason, source, account, actor_id, \
            asked_at, outcome, approver_id, decided_at, entered) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
        let (amount, percent) = match r.left {
            Left::Fen(fen) => (Some(fen), None),
            Left::Percent(percent) => (None, Some(percent)),
        };
        let (first, last, reason) = (r.span.0.to_string(), r.span.1.to_string(), clean(&r.reason));
        let (source, account, entered) = (clean(&r.source), clean(&r.account), r.entered.as_deref().map(clean));
        let outcome = r.outcome.map(|o| o.key().to_owned());
        let (duty, id) = (r.duty.as_str(), self.next_id());
        let row = args![
            r.branch, id, r.person, duty, first, last, amount, percent, reason, source, account, r.actor, r.asked_at, outcome, r.approver, decided_at, entered
        ];
        tx.exec(ROW, row).await?;
        Ok(())
    }

    /// What waits in these branches, the oldest first.
    pub async fn reliefs_waiting(&self, branches: &[OrgId]) -> Result<Vec<Relief>, Fault> {
        const WAITING: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM relief WHERE outcome IS NULL AND branch_id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) ORDER BY id"
        );
        let ids: BTreeSet<i64> = branches.iter().map(|b| b.0).collect();
        read(self.pool().rows(WAITING, args![ids_json(ids)]).await?)
    }

    /// What this account asked and waits, the newest last.
    pub async fn reliefs_asked_by(&self, account: &AccountKey) -> Result<Vec<Relief>, Fault> {
        const BY: &str = concat!("SELECT ", columns!(), " FROM relief WHERE outcome IS NULL AND account = $1 ORDER BY id");
        read(self.pool().rows(BY, args![clean(&account.to_string())]).await?)
    }

    /// What a message asked and waits; the message as [`Self::entered_under`] knows it.
    pub async fn reliefs_under(&self, prefix: &str) -> Result<Vec<Relief>, Fault> {
        const UNDER: &str =
            concat!("SELECT ", columns!(), " FROM relief WHERE outcome IS NULL AND (source = $1 OR (source >= $2 AND source < $3)) ORDER BY id");
        read(self.pool().rows(UNDER, args![prefix, format!("{prefix}:"), format!("{prefix};")]).await?)
    }

    /// Everything of a branch, or of one member there, the oldest first.
    pub async fn reliefs_of(&self, branch: OrgId, duty: &str, person: Option<PersonId>) -> Result<Vec<Relief>, Fault> {
        const OF: &str = concat!("SELECT ", columns!(), " FROM relief WHERE branch_id = $1 AND duty = $2 AND ($3 = 0 OR person_id = $3) ORDER BY id");
        read(self.pool().rows(OF, args![branch, duty, person.map_or(0, |p| p.0)]).await?)
    }

    /// Somebody above has decided; `entered`: the message that entered it. False where it waits no more.
    pub async fn decide_relief(&self, asked: &Relief, outcome: Outcome, approver: PersonId, entered: Option<&str>) -> Result<bool, Fault> {
        const DECIDE: &str =
            "UPDATE relief SET outcome = $3, approver_id = $4, decided_at = $5, entered = $6 WHERE branch_id = $1 AND id = $2 AND outcome IS NULL";
        let mut tx = self.write().await?;
        let entered = entered.map(clean);
        let done = tx.exec(DECIDE, args![asked.branch, asked.id, outcome.key(), approver, self.now(), entered]).await?;
        tx.commit().await?;
        Ok(done == 1)
    }

    /// It is asked no more. How many of these still waited.
    pub async fn drop_reliefs(&self, all: &[Relief]) -> Result<u64, Fault> {
        let mut tx = self.write().await?;
        let mut gone = 0;
        for r in all {
            gone += tx.exec("DELETE FROM relief WHERE branch_id = $1 AND id = $2 AND outcome IS NULL", args![r.branch, r.id]).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }

    /// What somebody above had approved by a message was taken back by them: it waits again, but where something newer does. How many do.
    pub async fn relief_waits_again(&self, entered: &str, approver: PersonId) -> Result<u64, Fault> {
        const AGAIN: &str = "UPDATE relief SET outcome = NULL, approver_id = NULL, decided_at = NULL, entered = NULL WHERE entered = $1 AND outcome = 'approved' \
            AND approver_id = $2 AND actor_id <> $2 AND NOT EXISTS (SELECT 1 FROM relief AS w WHERE w.branch_id = relief.branch_id AND w.person_id = relief.person_id AND w.duty = relief.duty \
            AND w.outcome IS NULL)";
        let mut tx = self.write().await?;
        let again = tx.exec(AGAIN, args![clean(entered), approver]).await?;
        tx.commit().await?;
        Ok(again)
    }
}

fn read(rows: Vec<Row>) -> Result<Vec<Relief>, Fault> {
    let one = |(branch, id, person, duty, first, last, amount, percent, reason, source, account, actor, asked_at, outcome, approver, entered): Row| {
        let outcome = outcome.map(|o| Outcome::parse(&o).ok_or_else(|| Fault::Corrupt(format!("the outcome {o:?} of a relief")))).transpose()?;
        let left = amount.map(Left::Fen).or(percent.map(Left::Percent)).ok_or_else(|| Fault::Corrupt("a relief that leaves nothing said".into()))?;
        Ok(Relief {
            branch: OrgId(branch),
            id,
            person: PersonId(person),
            duty,
            span: (period(&first)?, period(&last)?),
            left,
            reason,
            source,
            account,
            actor: actor.map(PersonId),
            asked_at,
            outcome,
            approver: approver.map(PersonId),
            entered,
        })
    };
    rows.into_iter().map(one).collect()
}
