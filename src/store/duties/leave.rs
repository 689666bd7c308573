//! Leave that is not in the ledger yet: what waits for a word, and what is for days on which no meeting is known.

use crate::domain::ids::{OrgId, PersonId, SessionId};
use crate::domain::meeting::{LeaveAhead, LeaveRequest};
use crate::domain::message::AccountKey;
use crate::domain::record::{Evidence, Session, State};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{args, clean, ids_json};
use crate::store::records::rows::{self, SessionRow, period, session_columns};
use chrono::NaiveDate;
use std::collections::BTreeSet;

type AskedRow = (i64, i64, String, String, Option<i64>, Option<String>, Option<String>, Option<String>, String, String, String, i64);
type AheadRow = (i64, i64, String, String, String, String, String, String, Option<i64>, String, i64);

/// Columns of an [`AheadRow`].
macro_rules! ahead_columns {
    () => {
        "a.branch_id, a.person_id, a.duty, a.first_day, a.last_day, a.state, a.source, a.account, a.actor_id, a.evidence, a.said_at"
    };
}

/// Columns of an [`AskedRow`].
macro_rules! asked_columns {
    () => {
        "branch_id, person_id, duty, periods, session_id, session_period, first_day, last_day, state, source, account, asked_at"
    };
}

/// Rows of a message of which only the platform's quotable id is known: `$1` is its source, or it begins with `$1:`.
macro_rules! under {
    () => {
        "(source = $1 OR (source >= $2 AND source < $3))"
    };
}

impl Store {
    /// Asks leave; what the person asked before of the same duty is asked no more.
    pub async fn ask_leave(&self, asked: &LeaveRequest) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let sql = "INSERT INTO leave_request (branch_id, person_id, duty, periods, session_id, session_period, first_day, last_day, state, source, account, asked_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (branch_id, person_id, duty) DO UPDATE SET periods = excluded.periods, \
            session_id = excluded.session_id, session_period = excluded.session_period, first_day = excluded.first_day, last_day = excluded.last_day, \
            state = excluded.state, source = excluded.source, account = excluded.account, asked_at = excluded.asked_at";
        let periods = asked.periods.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let (period, session) = (asked.meeting.map(|(period, _)| period.to_string()), asked.meeting.map(|(_, session)| session.0));
        let (first, last) = (asked.days.map(|(first, _)| first.to_string()), asked.days.map(|(_, last)| last.to_string()));
        let (source, account) = (clean(&asked.source), clean(&asked.account));
        let (branch, person, duty, state) = (asked.branch, asked.person, asked.duty.as_str(), asked.state.key());
        tx.exec(sql, args![branch, person, duty, periods, session, period, first, last, state, source, account, asked.asked_at]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Leave that waits in these branches, the oldest first.
    pub async fn leave_requests(&self, branches: &[OrgId]) -> Result<Vec<LeaveRequest>, Fault> {
        const WAITING: &str = concat!(
            "SELECT ",
            asked_columns!(),
            " FROM leave_request WHERE branch_id IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1)) ORDER BY asked_at, person_id"
        );
        let ids: BTreeSet<i64> = branches.iter().map(|b| b.0).collect();
        asked(self.pool().rows(WAITING, args![ids_json(ids)]).await?)
    }

    /// What this account asked, or was asked for a person, and waits; the newest last.
    pub async fn leave_waiting(&self, account: &AccountKey, person: PersonId) -> Result<Vec<LeaveRequest>, Fault> {
        const OF: &str = concat!("SELECT ", asked_columns!(), " FROM leave_request WHERE account = $1 OR person_id = $2 ORDER BY asked_at, person_id");
        asked(self.pool().rows(OF, args![clean(&account.to_string()), person]).await?)
    }

    /// What a message asked, and waits; the message as [`Self::entered_under`] knows it.
    pub async fn leave_waiting_under(&self, prefix: &str) -> Result<Vec<LeaveRequest>, Fault> {
        const OF: &str = concat!("SELECT ", asked_columns!(), " FROM leave_request WHERE ", under!(), " ORDER BY asked_at, person_id");
        asked(self.pool().rows(OF, args![prefix, format!("{prefix}:"), format!("{prefix};")]).await?)
    }

    /// It is decided: waits no more. False where somebody else did so meanwhile.
    pub async fn end_leave(&self, asked: &LeaveRequest) -> Result<bool, Fault> {
        let mut tx = self.write().await?;
        let sql = "DELETE FROM leave_request WHERE branch_id = $1 AND person_id = $2 AND duty = $3 AND asked_at = $4 AND source = $5";
        let ended = tx.exec(sql, args![asked.branch, asked.person, asked.duty.as_str(), asked.asked_at, clean(&asked.source)]).await?;
        tx.commit().await?;
        Ok(ended == 1)
    }

    /// Keeps leave of days to come, all of it or none. The same person's from the same first day on is told anew by it.
    pub async fn keep_leave(&self, all: &[LeaveAhead]) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        for a in all {
            let sql = "INSERT INTO leave_ahead (branch_id, person_id, duty, first_day, last_day, state, source, account, actor_id, evidence, said_at, settled) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0) ON CONFLICT (branch_id, person_id, duty, first_day) DO UPDATE SET \
                last_day = excluded.last_day, state = excluded.state, source = excluded.source, account = excluded.account, \
                actor_id = excluded.actor_id, evidence = excluded.evidence, said_at = excluded.said_at";
            let (first, last, account) = (a.days.0.to_string(), a.days.1.to_string(), clean(&a.account.to_string()));
            let source = clean(&a.source);
            let row = args![a.branch, a.person, a.duty.as_str(), first, last, a.state.key(), source, account, a.actor, a.evidence.key(), a.said_at];
            tx.exec(sql, row).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Leave that holds on the day of this session, of its duty, of branches under its unit, and was not looked at for it yet.
    pub async fn leave_at(&self, session: &Session, day: NaiveDate) -> Result<Vec<LeaveAhead>, Fault> {
        const AT: &str = concat!(
            "SELECT ",
            ahead_columns!(),
            " FROM leave_ahead AS a CROSS JOIN org AS b CROSS JOIN org AS u WHERE b.id = a.branch_id AND u.id = $1",
            " AND (b.id = u.id OR substr(b.path, 1, length(u.path) + 1) = u.path || '/')",
            " AND a.duty = $2 AND a.first_day <= $3 AND a.last_day >= $3 AND a.settled < $4 ORDER BY a.said_at, a.person_id"
        );
        ahead(self.pool().rows(AT, args![session.org, session.duty.as_str(), day.to_string(), session.id]).await?)
    }

    /// It was looked at for this session.
    pub async fn settle_leave(&self, a: &LeaveAhead, session: SessionId) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        let sql = "UPDATE leave_ahead SET settled = $5 WHERE branch_id = $1 AND person_id = $2 AND duty = $3 AND first_day = $4 AND settled < $5";
        tx.exec(sql, args![a.branch, a.person, a.duty.as_str(), a.days.0.to_string(), session]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Open sessions with leave that was not looked at yet: the process that opened one may have died before it did.
    /// `today` is the local day of `now`.
    pub async fn sessions_with_leave(&self, now: i64, today: NaiveDate) -> Result<Vec<Session>, Fault> {
        const OPEN: &str = concat!(
            "SELECT ",
            session_columns!(),
            " FROM session AS s WHERE s.closed_at IS NULL AND s.closes_at >= $1 AND EXISTS",
            " (SELECT 1 FROM leave_ahead AS a CROSS JOIN org AS b CROSS JOIN org AS u WHERE b.id = a.branch_id AND u.id = s.org_id",
            " AND a.duty = s.duty AND a.settled < s.id AND a.first_day <= $3 AND a.last_day >= $2",
            " AND (b.id = u.id OR substr(b.path, 1, length(u.path) + 1) = u.path || '/')) ORDER BY s.id"
        );
        // one that began before midnight is of yesterday
        let yesterday = today.pred_opt().unwrap_or(today);
        rows::sessions(self.pool().rows::<SessionRow>(OPEN, args![now, yesterday.to_string(), today.to_string()]).await?)
    }

    /// Leave of a branch's members from meetings of a duty, on this day, where none had it yet, or later; by day.
    pub async fn leave_coming(&self, branch: OrgId, duty: &str, day: NaiveDate) -> Result<Vec<LeaveAhead>, Fault> {
        const COMING: &str = concat!(
            "SELECT ",
            ahead_columns!(),
            " FROM leave_ahead AS a WHERE a.branch_id = $1 AND a.duty = $2 AND (a.last_day > $3 OR a.last_day = $3 AND a.settled = 0) ORDER BY a.first_day, a.said_at, a.person_id"
        );
        ahead(self.pool().rows(COMING, args![branch, duty, day.to_string()]).await?)
    }

    /// What an account said, or was said of a person, that holds on this day or later; the newest last.
    pub async fn leave_said(&self, account: &AccountKey, person: PersonId, day: NaiveDate) -> Result<Vec<LeaveAhead>, Fault> {
        const SAID: &str =
            concat!("SELECT ", ahead_columns!(), " FROM leave_ahead AS a WHERE (a.account = $1 OR a.person_id = $2) AND a.last_day >= $3 ORDER BY a.said_at");
        let account = clean(&account.to_string());
        ahead(self.pool().rows(SAID, args![account, person, day.to_string()]).await?)
    }

    /// What a message said is kept, whatever days it is of; the message as [`Self::entered_under`] knows it.
    pub async fn leave_under(&self, prefix: &str) -> Result<Vec<LeaveAhead>, Fault> {
        const OF: &str = concat!("SELECT ", ahead_columns!(), " FROM leave_ahead AS a WHERE ", under!(), " ORDER BY a.said_at, a.person_id");
        ahead(self.pool().rows(OF, args![prefix, format!("{prefix}:"), format!("{prefix};")]).await?)
    }

    /// These are kept no more, each where nothing was said of the same days since.
    pub async fn drop_leave(&self, all: &[LeaveAhead]) -> Result<u64, Fault> {
        let mut tx = self.write().await?;
        let mut gone = 0;
        for a in all {
            let sql = "DELETE FROM leave_ahead WHERE branch_id = $1 AND person_id = $2 AND duty = $3 AND first_day = $4 AND source = $5";
            gone += tx.exec(sql, args![a.branch, a.person, a.duty.as_str(), a.days.0.to_string(), clean(&a.source)]).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }
}

fn asked(rows: Vec<AskedRow>) -> Result<Vec<LeaveRequest>, Fault> {
    let read = |(branch, person, duty, periods, session, of, first, last, state, source, account, asked_at): AskedRow| {
        let periods = periods.split(',').filter(|p| !p.is_empty()).map(period).collect::<Result<_, _>>()?;
        let days = first.zip(last).map(|(first, last)| Ok::<_, Fault>((day(&first)?, day(&last)?))).transpose()?;
        let meeting = of.zip(session).map(|(of, id)| Ok::<_, Fault>((period(&of)?, SessionId(id)))).transpose()?;
        let (branch, person, state) = (OrgId(branch), PersonId(person), leave_state(&state)?);
        Ok(LeaveRequest { branch, person, duty, periods, meeting, days, state, source, account, asked_at })
    };
    rows.into_iter().map(read).collect()
}

fn ahead(rows: Vec<AheadRow>) -> Result<Vec<LeaveAhead>, Fault> {
    let read = |(branch, person, duty, first, last, state, source, account, actor, evidence, said_at): AheadRow| {
        let (platform, id) = account.split_once(':').ok_or_else(|| Fault::Corrupt(format!("the account {account:?} of a leave")))?;
        let evidence = Evidence::parse(&evidence).ok_or_else(|| Fault::Corrupt(format!("the evidence {evidence:?} of a leave")))?;
        Ok(LeaveAhead {
            branch: OrgId(branch),
            person: PersonId(person),
            duty,
            days: (day(&first)?, day(&last)?),
            state: leave_state(&state)?,
            source,
            account: AccountKey::new(platform, id),
            actor: actor.map(PersonId),
            evidence,
            said_at,
        })
    };
    rows.into_iter().map(read).collect()
}

fn day(text: &str) -> Result<NaiveDate, Fault> {
    text.parse().map_err(|_| Fault::Corrupt(format!("the day {text:?} of a leave")))
}

fn leave_state(text: &str) -> Result<State, Fault> {
    State::parse(text).ok_or_else(|| Fault::Corrupt(format!("the state {text:?} of a leave")))
}
