//! A name taken out of what others wrote or were to read: letters that wait or failed, notices, what is pushed regularly, a
//! branch's own wording. Lines of meetings are beside their table.

use crate::domain::ids::PersonId;
use crate::domain::message::{AccountKey, ChatKey, Outgoing, Part};
use crate::domain::roster::ERASED;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args};
use crate::store::duties::meetings::{longer, namesakes, without};
use crate::store::records::reasons;
use crate::store::records::rows::json;
use crate::store::sending::{attachments, links};
use std::collections::BTreeSet;

/// Texts of the units of a person's branches and of those above, each with its unit: the rest of the query follows.
macro_rules! of_their_units {
    ($columns:literal, $table:literal) => {
        concat!(
            "SELECT DISTINCT o.id, t.body, ",
            $columns,
            " FROM person_branch AS b JOIN org AS own ON own.id = b.branch_id ",
            "JOIN org AS o ON o.path = own.path OR substr(own.path, 1, length(o.path) + 1) = o.path || '/' JOIN ",
            $table,
            " AS t ON t.org_id = o.id WHERE b.person_id = $1 AND t.body LIKE $2 ESCAPE '\\'"
        )
    };
}

/// Whose name it is, how it is looked for, and by which accounts they were spoken to.
pub(in crate::store) struct Whose<'a> {
    pub(in crate::store) person: PersonId,
    pub(in crate::store) name: &'a str,
    /// The name as a pattern of LIKE.
    pub(in crate::store) like: &'a str,
    pub(in crate::store) accounts: &'a [AccountKey],
}

/// Takes it out of them all. As in what was noted of meetings, longer names stay whole, and so does the name where a namesake may
/// be meant. How many files of letters that wait can't be looked through.
pub(in crate::store) async fn unname(store: &Store, tx: &mut Tx, whose: &Whose<'_>) -> Result<usize, Fault> {
    let Whose { person, name, like, .. } = *whose;
    let longer = longer(tx, name, like).await?;
    let namesakes = namesakes(tx, person, name).await?;
    let plain = |text: &str| without(text, name, &longer);
    for (select, update) in [
        (of_their_units!("t.id", "notice"), "UPDATE notice SET body = $2 WHERE id = $1"),
        (of_their_units!("t.id", "notice_plan"), "UPDATE notice_plan SET body = $2 WHERE id = $1"),
    ] {
        let found: Vec<(i64, String, i64)> = tx.rows(select, args![person, like]).await?;
        for (_, body, id) in found.into_iter().filter(|(org, ..)| !namesakes.contains(org)) {
            tx.exec(update, args![id, plain(&body)]).await?;
        }
    }
    let worded: Vec<(i64, String, String)> = tx.rows(of_their_units!("t.duty", "own_wording"), args![person, like]).await?;
    for (org, body, duty) in worded.into_iter().filter(|(org, ..)| !namesakes.contains(org)) {
        tx.exec("UPDATE own_wording SET body = $3 WHERE org_id = $1 AND duty = $2", args![org, duty, plain(&body)]).await?;
    }
    reasons::unname(tx, (person, like), &namesakes, &plain).await?;
    links::unname(tx, name).await?;
    letters(store, tx, whose, &namesakes, &plain).await
}

/// What was sent has served and goes whole; what waits, or may be sent again, goes on without the name.
/// How many of their units' files can't be looked through.
async fn letters(store: &Store, tx: &mut Tx, whose: &Whose<'_>, namesakes: &BTreeSet<i64>, plain: &(dyn Fn(&str) -> String + Sync)) -> Result<usize, Fault> {
    // a table that goes along is not readable in the row
    const FOUND: &str = "SELECT id, chat, message FROM outbox WHERE state <> 'sent' AND (message LIKE $1 ESCAPE '\\' OR message LIKE '%\"mime\":%')";
    // their branches and all above
    const UNITS: &str = "SELECT DISTINCT o.id FROM person_branch AS b JOIN org AS own ON own.id = b.branch_id \
        JOIN org AS o ON o.path = own.path OR substr(own.path, 1, length(o.path) + 1) = o.path || '/' WHERE b.person_id = $1";
    tx.exec("UPDATE outbox SET message = '' WHERE state = 'sent' AND message LIKE $1 ESCAPE '\\'", args![whose.like]).await?;
    let found: Vec<(i64, String, String)> = tx.rows(FOUND, args![whose.like]).await?;
    let theirs: Vec<(i64,)> = tx.rows(UNITS, args![whose.person]).await?;
    let mut unread = 0;
    for (id, chat, text) in found {
        let heard = heard_in(tx, &chat).await?;
        if heard.iter().any(|org| namesakes.contains(org)) {
            continue;
        }
        let Ok(mut letter) = serde_json::from_str::<Outgoing>(&text) else {
            // nobody can read it, so that it can't be cleaned: it is not sent
            let gone = "UPDATE outbox SET message = '', state = 'failed', last_error = 'it named somebody who was erased', ended_at = queued_at, \
                told_at = 0, lease_until = 0 WHERE id = $1";
            tx.exec(gone, args![id]).await?;
            continue;
        };
        for part in &mut letter.parts {
            match part {
                Part::Text(text) => *text = plain(text),
                Part::Mention { id, name } if name == whose.name || whose.accounts.iter().any(|a| *a.platform == *letter.chat.platform && *a.id == **id) => {
                    *part = Part::Text(format!("{ERASED} "));
                }
                Part::File(file) | Part::Picture(file) => {
                    file.name = plain(&file.name);
                    if let Ok(text) = std::str::from_utf8(&file.bytes) {
                        file.bytes = plain(text).into_bytes().into();
                    }
                }
                Part::Mention { .. } | Part::Choices(_) => {}
            }
        }
        attachments::change(store, tx, id, plain).await?;
        if heard.iter().any(|org| theirs.contains(&(*org,))) {
            unread += attachments::cover(store, tx, id, &mut letter, plain).await?;
        }
        let cleaned = json(&letter);
        if cleaned != text {
            tx.exec("UPDATE outbox SET message = $2 WHERE id = $1", args![id, cleaned]).await?;
        }
    }
    Ok(unread)
}

/// The units that a chat is about: those that a group is bound to; of a private chat where its owner is, or has a role.
async fn heard_in(tx: &mut Tx, chat: &str) -> Result<Vec<i64>, Fault> {
    const GROUP: &str = "SELECT org_id FROM chat WHERE platform = $1 AND chat_id IN ($2, $3) AND private = 0";
    const PRIVATE: &str = "SELECT b.branch_id FROM account AS a JOIN person_branch AS b ON b.person_id = a.person_id \
        WHERE a.platform = $1 AND a.account_id = $2 UNION SELECT g.org_id FROM account AS a JOIN role_grant AS g ON g.person_id = a.person_id \
        WHERE a.platform = $1 AND a.account_id = $2";
    let Ok(chat) = chat.parse::<ChatKey>() else { return Ok(Vec::new()) };
    let found: Vec<(i64,)> = if chat.private {
        tx.rows(PRIVATE, args![&*chat.platform, &*chat.id]).await?
    } else {
        let around = chat.around().unwrap_or_else(|| chat.clone());
        tx.rows(GROUP, args![&*chat.platform, &*chat.id, &*around.id]).await?
    };
    Ok(found.into_iter().map(|(org,)| org).collect())
}
