//! Due times that are not done with: held for the secretary's word, or released by it.

use super::outbox::Letter;
use super::reminders::{Due, mark};
use crate::domain::ids::OrgId;
use crate::domain::message::ChatKey;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::args;
use crate::store::records::rows::json;

/// Why a due time is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The account that hears the unit's chat is offline, since then (UTC ms).
    Offline(i64),
    /// Nothing was heard between these instants (UTC ms).
    Deaf(i64, i64),
    /// An import was previewed and waits for a yes.
    Import,
    /// Entries of a chain list wait to be confirmed.
    List,
}

impl Why {
    /// As stored.
    pub fn text(self) -> String {
        match self {
            Self::Offline(since) => format!("offline/{since}"),
            Self::Deaf(from, until) => format!("deaf/{from}/{until}"),
            Self::Import => "import".into(),
            Self::List => "list".into(),
        }
    }
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        Some(match parts.next()? {
            "offline" => Self::Offline(parts.next()?.parse().ok()?),
            "deaf" => Self::Deaf(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?),
            "import" => Self::Import,
            "list" => Self::List,
            _ => return None,
        })
    }
}

/// A due time that is not done with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// `duty/reminder`.
    pub reminder: String,
    /// The unit.
    pub org: OrgId,
    /// When it came due, UTC milliseconds.
    pub at: i64,
    /// The secretary says that it is to be sent.
    pub released: bool,
    /// Why it is held.
    pub why: Option<Why>,
    /// Since when, UTC milliseconds.
    pub since: i64,
    /// Until when it may still be sent, UTC milliseconds.
    pub good_until: i64,
    /// Whether the secretary was told.
    pub told: bool,
}

/// A letter of a due time that was there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its key.
    pub key: String,
    /// Where it was to go.
    pub chat: ChatKey,
    /// It failed, and is to be written anew.
    pub replaced: bool,
    /// It is out.
    pub sent: bool,
}

/// Somebody was told, in this chat, that due times of a unit are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldHeld {
    /// The unit.
    pub unit: OrgId,
    /// Where.
    pub chat: ChatKey,
    /// When, UTC milliseconds.
    pub at: i64,
    /// What the platform calls that message.
    pub sent_as: Option<String>,
}

/// Which of the open due times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every one; at most 5,000 at once.
    All,
    /// Those that are held since this instant (UTC ms) or longer and of which nobody was told; at most 5,000 at once.
    Untold {
        /// When.
        since: i64,
    },
    /// Those that are held, of which the secretary was told.
    Told,
}

macro_rules! open_columns {
    () => {
        "SELECT reminder, org_id, scheduled_at, outcome, why, entered_at, good_until, told_at FROM reminder_run WHERE "
    };
}

impl Open {
    /// Its letters' keys: from the first, up to before the second.
    fn stem(&self) -> (String, String) {
        let stem = format!("reminder/{}/{}/{}", self.reminder, self.org, self.at);
        (format!("{stem}/"), format!("{stem}0"))
    }
}

impl Store {
    /// The letters that a due time has had.
    pub async fn earlier(&self, open: &Open) -> Result<Vec<Earlier>, Fault> {
        let (from, to) = open.stem();
        let sql = "SELECT dedupe_key, chat, state FROM outbox WHERE dedupe_key >= $1 AND dedupe_key < $2 ORDER BY id";
        let rows: Vec<(String, String, String)> = self.pool().rows(sql, args![from, to]).await?;
        let earlier = |(key, chat, state): (String, String, String)| {
            Some(Earlier { key, chat: chat.parse().ok()?, replaced: state == "replaced", sent: state == "sent" })
        };
        Ok(rows.into_iter().filter_map(earlier).collect())
    }

    /// Due times that are held or released, oldest first; those that are released before those that are held, so that many of
    /// the one keep none of the other back.
    pub async fn open_runs(&self, which: Which) -> Result<Vec<Open>, Fault> {
        type OpenRow = (String, i64, i64, String, Option<String>, i64, Option<i64>, Option<i64>);
        const ALL: &str = concat!(open_columns!(), "outcome IN ('held', 'released') ORDER BY outcome DESC, scheduled_at, org_id, reminder LIMIT 5000");
        const UNTOLD: &str =
            concat!(open_columns!(), "outcome = 'held' AND told_at IS NULL AND entered_at <= $1 ORDER BY scheduled_at, org_id, reminder LIMIT 5000");
        const TOLD: &str = concat!(open_columns!(), "outcome = 'held' AND told_at IS NOT NULL ORDER BY scheduled_at, org_id, reminder");
        let rows: Vec<OpenRow> = match which {
            Which::All => self.pool().rows(ALL, args![]).await?,
            Which::Untold { since } => self.pool().rows(UNTOLD, args![since]).await?,
            Which::Told => self.pool().rows(TOLD, args![]).await?,
        };
        let open = |(reminder, org, at, outcome, why, since, good_until, told): OpenRow| Open {
            reminder,
            org: OrgId(org),
            at,
            released: outcome == "released",
            why: why.as_deref().and_then(Why::parse),
            since,
            good_until: good_until.unwrap_or(at),
            told: told.is_some(),
        };
        Ok(rows.into_iter().map(open).collect())
    }

    /// What these chats were told of due times that are held, the oldest first.
    pub async fn told_of_held(&self, chats: &[ChatKey]) -> Result<Vec<ToldHeld>, Fault> {
        let sql = "SELECT dedupe_key, chat, ended_at, sent_as FROM outbox WHERE dedupe_key >= 'held/' AND dedupe_key < 'held0' AND state = 'sent' ORDER BY ended_at, id";
        let rows: Vec<(String, String, Option<i64>, Option<String>)> = self.pool().rows(sql, args![]).await?;
        // held/DUTY/REMINDER/UNIT/AT/CHAT
        let told = |(key, chat, at, sent_as): (String, String, Option<i64>, Option<String>)| {
            let unit = OrgId(key.split('/').nth(3)?.parse().ok()?);
            let chat = chats.iter().find(|c| c.to_string() == chat)?.clone();
            Some(ToldHeld { unit, chat, at: at?, sent_as })
        };
        Ok(rows.into_iter().filter_map(told).collect())
    }

    /// When the last letter went to a chat that was of anything else, UTC milliseconds.
    pub async fn last_letter_but_held(&self, chat: &ChatKey) -> Result<Option<i64>, Fault> {
        let sql =
            "SELECT MAX(ended_at) FROM outbox WHERE chat = $1 AND sent_as IS NOT NULL AND state = 'sent' AND (dedupe_key < 'held/' OR dedupe_key >= 'held0')";
        let found: Option<(Option<i64>,)> = self.pool().one(sql, args![chat.to_string()]).await?;
        Ok(found.and_then(|(at,)| at))
    }

    /// An open due time comes to this, with its letters; false where another process, or the secretary, was first, or where the
    /// secretary was told meanwhile that there is time for a word. `earlier`: its letters of before, as they were read; where
    /// one is to be written anew that was not among them, it is released once more.
    pub async fn settle_run(&self, open: &Open, due: &Due, earlier: &[Earlier], day: &str, now: i64) -> Result<bool, Fault> {
        const SETTLE: &str = "UPDATE reminder_run SET outcome = $4 WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3 AND outcome = $5 \
            AND CASE WHEN told_at IS NULL THEN 0 ELSE 1 END = $6";
        // what was to be written anew is: those that replace it are here
        const OVER: &str = "UPDATE outbox SET state = 'over' WHERE state = 'replaced' AND dedupe_key IN (SELECT value->>0 FROM json_each($1))";
        const MORE: &str = "UPDATE reminder_run SET outcome = 'released' WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3 \
            AND EXISTS (SELECT 1 FROM outbox AS o WHERE o.dedupe_key >= $4 AND o.dedupe_key < $5 AND o.state = 'replaced')";
        let mut tx = self.write().await?;
        let was = if open.released { "released" } else { "held" };
        let mine = tx.exec(SETTLE, args![open.reminder.as_str(), open.org, open.at, due.outcome.key(), was, open.told]).await? == 1;
        if mine {
            let over: Vec<(&str,)> = earlier.iter().filter(|e| e.replaced).map(|e| (e.key.as_str(),)).collect();
            if !over.is_empty() {
                tx.exec(OVER, args![json(&over)]).await?;
                let (from, to) = open.stem();
                tx.exec(MORE, args![open.reminder.as_str(), open.org, open.at, from, to]).await?;
            }
            let fresh = self.queue(&mut tx, &due.letters, now).await?;
            mark(&mut tx, &due.letters, &due.told, &fresh, day, now).await?;
        }
        tx.commit().await?;
        Ok(mine)
    }

    /// Secretaries are told by these letters that these are held; each is good until `good_until` at least, so that they can answer.
    pub async fn tell_held(&self, all: &[&Open], letters: &[Letter], now: i64, good_until: i64) -> Result<(), Fault> {
        const TOLD: &str = "UPDATE reminder_run SET told_at = $4, good_until = CASE WHEN good_until > $5 THEN good_until ELSE $5 END WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3 AND outcome = 'held' AND told_at IS NULL";
        let mut tx = self.write().await?;
        let mut fresh = 0;
        for open in all {
            fresh += tx.exec(TOLD, args![open.reminder.as_str(), open.org, open.at, now, good_until]).await?;
        }
        if fresh > 0 {
            self.queue(&mut tx, letters, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The secretary's word on held due times: they are sent (and what was not heard in their chats no longer holds any up),
    /// or not. How many were still held.
    pub async fn decide_held(&self, all: &[Open], send: bool, now: i64, good_until: i64) -> Result<usize, Fault> {
        const DECIDE: &str = "UPDATE reminder_run SET outcome = $4, good_until = CASE WHEN $4 = 'released' THEN $5 ELSE good_until END \
            WHERE reminder = $1 AND org_id = $2 AND scheduled_at = $3 AND outcome = 'held'";
        const OVER: &str = "UPDATE deaf SET state = 'over' WHERE state <> 'over' AND until_at <= $2 AND EXISTS (SELECT 1 FROM chat AS c WHERE c.org_id = $1 \
            AND c.platform = deaf.platform AND c.chat_id = deaf.chat_id AND c.private = deaf.private)";
        let mut tx = self.write().await?;
        let mut count = 0;
        for open in all {
            let outcome = if send { "released" } else { "declined" };
            let one = tx.exec(DECIDE, args![open.reminder.as_str(), open.org, open.at, outcome, good_until]).await?;
            if one > 0 && send {
                tx.exec(OVER, args![open.org, now]).await?;
            }
            count += one;
        }
        tx.commit().await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }
}
