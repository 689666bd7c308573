//! What is dropped once it has served: messages' verdicts that entered nothing; spent codes and questions; sent letters, with who
//! was reminded, notices and who read them, when a chat was not heard, what the operator was told; old chain lists; requests that
//! nobody decided; what pictures looked like; files of letters that are out, and behind links whose time is over. Never records, standings, tallies, or the audit chain.

use crate::config::Retention;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::args;
use crate::store::sending::attachments;
use chrono::{Days, NaiveDate};

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;

impl Store {
    /// Drops what is older than its days, once for each local `day`, whichever process comes first; how many rows went,
    /// none where another did it. What a process that died has left goes the next day.
    pub async fn retain(&self, keep: &Retention, day: &str, now: i64) -> Result<Option<u64>, Fault> {
        // a message that entered something keeps its row for good: that is what makes it, and an import's row, once only
        const INBOX: &str = "DELETE FROM inbox WHERE records = '[]' AND said_at < $1";
        const RUNS: &str = "DELETE FROM reminder_run WHERE entered_at < $1 AND org_id <> 0 AND COALESCE(outcome, '') NOT IN ('held', 'released') \
            AND EXISTS (SELECT 1 FROM reminder_run AS n WHERE n.reminder = reminder_run.reminder AND n.org_id = reminder_run.org_id \
            AND n.scheduled_at > reminder_run.scheduled_at)";
        let all = [
            (INBOX, keep.inbox_days),
            ("DELETE FROM code WHERE valid_until < $1", keep.code_days),
            ("DELETE FROM question WHERE valid_until < $1", keep.question_days),
            ("DELETE FROM outbox WHERE state <> 'waiting' AND ended_at < $1", keep.sent_days),
            ("DELETE FROM reminded WHERE at < $1", keep.sent_days),
            // of what each unit was reminded, the last tells from when on it is owed more
            (RUNS, keep.sent_days),
            ("DELETE FROM deaf WHERE until_at < $1", keep.sent_days),
            // that a year has no holidays is told once a year
            ("DELETE FROM alarm WHERE raised_at < $1 AND about NOT LIKE 'holidays/%'", keep.sent_days),
            ("DELETE FROM notice_receipt WHERE at < $1", keep.sent_days),
            ("DELETE FROM notice_to WHERE notice_id IN (SELECT id FROM notice WHERE made_at < $1)", keep.sent_days),
            ("DELETE FROM notice WHERE made_at < $1", keep.sent_days),
            ("DELETE FROM document_entry WHERE document_id IN (SELECT id FROM document WHERE changed_at < $1)", keep.list_days),
            ("DELETE FROM document WHERE changed_at < $1", keep.list_days),
            ("DELETE FROM binding_request WHERE asked_at < $1", keep.request_days),
            ("DELETE FROM leave_request WHERE asked_at < $1", keep.request_days),
            // what was approved says who did so for as long as the records stand
            ("DELETE FROM relief WHERE (outcome IS NULL OR outcome = 'refused') AND asked_at < $1", keep.request_days),
            ("DELETE FROM import_memory WHERE kind IN ('person', 'shown') AND said_at < $1", keep.list_days),
            ("DELETE FROM screenshot WHERE said_at < $1", keep.screenshot_days),
            // what waited behind a link went with its time; that there was one is told for some days
            ("DELETE FROM link WHERE expires_at < $1", keep.link_days),
        ];
        let mut tx = self.write().await?;
        let claim = "INSERT INTO meta (key, value) VALUES ('retained', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value \
            WHERE meta.value < excluded.value OR meta.value > $2";
        // a day that lies further ahead was noted by a clock that was wrong
        let tomorrow = day.parse::<NaiveDate>().ok().and_then(|day| day.succ_opt()).map_or_else(|| day.to_owned(), |day| day.to_string());
        let first = tx.exec(claim, args![day, tomorrow]).await? == 1;
        tx.commit().await?;
        if !first {
            return Ok(None);
        }
        // what an erasure could not do
        if let Err(fault) = self.scrub().await {
            tracing::error!("the file could not be written anew after an erasure: {fault}");
        }
        let mut gone = 0;
        // each by itself: the ledger's writer waits for one table at most
        for (sql, days) in all {
            let mut tx = self.write().await?;
            gone += tx.exec(sql, args![now.saturating_sub(days.saturating_mul(DAY))]).await?;
            tx.commit().await?;
        }
        if let Some(last_day) = day.parse::<NaiveDate>().ok().and_then(|today| today.checked_sub_days(Days::new(keep.request_days.unsigned_abs()))) {
            let mut tx = self.write().await?;
            gone += tx.exec("DELETE FROM leave_ahead WHERE last_day < $1", args![last_day.to_string()]).await?;
            tx.commit().await?;
        }
        let mut tx = self.write().await?;
        gone += attachments::forget(&mut tx).await?;
        tx.commit().await?;
        Ok(Some(gone))
    }
}
